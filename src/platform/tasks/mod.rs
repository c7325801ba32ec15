//! What happens without anybody asking: timers, leases, run history.
//!
//! A task is a function without input that looks at the tables, does a bounded portion of what is due and answers
//! `More` or `Idle`. It must be safe to run twice and to be killed at any moment. A lease row lets one process at a time
//! do it; `task_runs` keeps when it last began, succeeded and failed.

mod lease;
mod runs;

use std::sync::mpsc;
use std::time::Duration;

pub use runs::{TaskRun, runs};

use crate::base::error::Result;
use crate::base::time::Instant;
use crate::platform::Services;
use crate::platform::http::blocking;
use lease::Lease;

/// What a portion of work left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    More,
    Idle,
}

/// When a task is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// At every look: after each commit that rang, and about twice a minute. For tasks that see quickly that there is
    /// nothing to do.
    Always,
    /// So many seconds after it last succeeded.
    Every(i64),
    /// Once on each day of Asia/Shanghai.
    Daily,
}

/// Something that the bureau does by itself.
pub struct Task {
    pub name: &'static str,
    pub due: Due,
    pub step: fn(&Services) -> Result<Step>,
}

/// What a look at all tasks came to.
#[derive(Debug, Default)]
pub struct Outcome {
    pub done: Vec<&'static str>,
    pub failed: Vec<&'static str>,
    /// Another process is at it.
    pub elsewhere: Vec<&'static str>,
}

/// After a failure a task waits this long, so that it does not fail in a circle.
const RETRY_SECONDS: i64 = 60;
const LOOK_EVERY: Duration = Duration::from_secs(30);
const RENEW_EVERY: Duration = Duration::from_secs(20);

/// Does every task that is due, each until it has nothing more to do.
pub fn run_due(services: &Services, tasks: &[Task]) -> Result<Outcome> {
    let known = services.db.read(runs::runs)?;
    let mut outcome = Outcome::default();
    for task in tasks {
        let run = known.iter().find(|run| run.name == task.name);
        if services.is_stopping() || !is_due(task.due, run, services.clock.now()) {
            continue;
        }
        match run_task(services, task)? {
            Ran::Done => outcome.done.push(task.name),
            Ran::Failed => outcome.failed.push(task.name),
            Ran::Elsewhere => outcome.elsewhere.push(task.name),
        }
    }
    Ok(outcome)
}

/// Does what is due until nothing is: for `work --until-idle` and for tests. What one task leaves for another counts,
/// so the tasks that look every time are asked once more after the others.
pub fn run_until_idle(services: &Services, tasks: &[Task]) -> Result<Outcome> {
    let mut whole = run_due(services, tasks)?;
    let again: Vec<&Task> = tasks.iter().filter(|task| task.due == Due::Always).collect();
    for task in again {
        if let Ran::Failed = run_task(services, task)?
            && !whole.failed.contains(&task.name)
        {
            whole.failed.push(task.name);
        }
    }
    Ok(whole)
}

/// Looks after the tasks until the process stops: woken by a commit, or by the timer.
pub async fn look_after(services: Services, tasks: &'static [Task]) {
    while !services.is_stopping() {
        let working = services.clone();
        if let Err(error) = blocking(move || run_due(&working, tasks).map(drop)).await {
            tracing::error!(error = %error, "the tasks could not be looked at");
        }
        if services.is_stopping() {
            return;
        }
        tokio::select! {
            () = services.wake.notified() => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }
}

fn is_due(due: Due, run: Option<&TaskRun>, now: Instant) -> bool {
    let Some(run) = run else { return true };
    let waits = run.has_failed() && (0..RETRY_SECONDS).contains(&now.seconds_since(run.started_at));
    if waits {
        return false;
    }
    let Some(succeeded) = run.succeeded_at.filter(|_| !run.has_failed()) else {
        return true;
    };
    match due {
        Due::Always => true,
        // A clock that was set back in a rehearsal makes a task due as well.
        Due::Every(seconds) => !(0..seconds).contains(&now.seconds_since(succeeded)),
        Due::Daily => succeeded.day() != now.day(),
    }
}

enum Ran {
    Done,
    Failed,
    Elsewhere,
}

fn run_task(services: &Services, task: &Task) -> Result<Ran> {
    let Some(lease) = Lease::take(&services.db, task.name)? else {
        return Ok(Ran::Elsewhere);
    };
    let outcome = with_lease(services, &lease, || steps(services, task));
    lease.give_back(&services.db)?;
    match outcome {
        Ok(()) => Ok(Ran::Done),
        Err(error) => {
            tracing::error!(task = task.name, error = %error, "a task failed");
            runs::note_failure(&services.db, task.name, &error)?;
            Ok(Ran::Failed)
        }
    }
}

fn steps(services: &Services, task: &Task) -> Result<()> {
    // Most looks find nothing to do; writing each down would cost a commit every time.
    let mut noted = task.due != Due::Always;
    if noted {
        runs::note_start(&services.db, task.name)?;
    }
    while (task.step)(services)? == Step::More && !services.is_stopping() {
        if !noted {
            runs::note_start(&services.db, task.name)?;
            noted = true;
        }
    }
    if noted || runs::has_open_failure(&services.db, task.name)? {
        runs::note_success(&services.db, task.name)?;
    }
    Ok(())
}

/// Renews the lease beside the work, however long a step takes.
fn with_lease<R>(services: &Services, lease: &Lease, work: impl FnOnce() -> R) -> R {
    std::thread::scope(|scope| {
        let (done, ended) = mpsc::channel::<()>();
        scope.spawn(move || {
            while let Err(mpsc::RecvTimeoutError::Timeout) = ended.recv_timeout(RENEW_EVERY) {
                if let Err(error) = lease.renew(&services.db) {
                    tracing::warn!(task = lease.name(), error = %error, "a lease could not be renewed");
                }
            }
        });
        let outcome = work();
        drop(done);
        outcome
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(started: &str, succeeded: Option<&str>, failed: Option<&str>) -> TaskRun {
        let at = |text: &str| Instant::parse(text).unwrap();
        TaskRun {
            name: "x".to_owned(),
            started_at: at(started),
            succeeded_at: succeeded.map(at),
            failed_at: failed.map(at),
            failure: None,
        }
    }

    #[test]
    fn tasks_are_due_by_timer_by_day_and_again_after_a_failure() {
        let now = Instant::parse("2026-11-23T16:10:00Z").unwrap();
        let ten = "2026-11-23T16:00:00Z";
        let before_midnight = "2026-11-23T15:59:00Z";
        for (name, due, last, expected) in [
            ("never run", Due::Every(3600), None, true),
            (
                "ten minutes ago",
                Due::Every(3600),
                Some(run(ten, Some(ten), None)),
                false,
            ),
            (
                "ten minutes ago, every five",
                Due::Every(300),
                Some(run(ten, Some(ten), None)),
                true,
            ),
            ("today", Due::Daily, Some(run(ten, Some(ten), None)), false),
            (
                "yesterday in Shanghai",
                Due::Daily,
                Some(run(before_midnight, Some(before_midnight), None)),
                true,
            ),
            (
                "failed ten minutes ago",
                Due::Daily,
                Some(run(ten, None, Some(ten))),
                true,
            ),
            ("always", Due::Always, Some(run(ten, Some(ten), None)), true),
        ] {
            assert_eq!(is_due(due, last.as_ref(), now), expected, "{name}");
        }
        let just = "2026-11-23T16:09:30Z";
        assert!(
            !is_due(Due::Always, Some(&run(just, None, Some(just))), now),
            "just failed"
        );
    }
}
