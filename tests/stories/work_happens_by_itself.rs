//! Tasks: each once, by day or timer, by one process at a time, and again after a failure.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{LazyLock, Mutex};
use std::time::Duration;

use yigang::base::error::{Error, Result};
use yigang::guarantee;
use yigang::platform::Services;
use yigang::platform::tasks::{Due, Step, Task, run_due, run_until_idle, runs};

use crate::story;
use crate::support::builders::{a_household, a_labourer};

fn idle(_: &Services) -> Result<Step> {
    Ok(Step::Idle)
}

fn fails(_: &Services) -> Result<Step> {
    Err(Error::internal("the carrier does not answer"))
}

story! {
    fn a_daily_task_is_done_once_a_day(app) {
        let tasks = [Task { name: "daily", due: Due::Daily, step: idle }];
        assert_eq!(run_due(&app.services, &tasks).unwrap().done, ["daily"]);
        assert!(run_due(&app.services, &tasks).unwrap().done.is_empty());
        app.pass_seconds(14 * 3600);
        assert!(run_due(&app.services, &tasks).unwrap().done.is_empty(), "23:00 of the same day");
        app.pass_seconds(2 * 3600);
        assert_eq!(run_due(&app.services, &tasks).unwrap().done, ["daily"], "01:00 of the next day");
    }
}

story! {
    fn a_task_that_fails_is_reported_and_tried_again_after_a_minute(app) {
        let failing = [Task { name: "sending", due: Due::Every(3600), step: fails }];
        assert_eq!(run_until_idle(&app.services, &failing).unwrap().failed, ["sending"]);
        let run = app.services.db.read(runs).unwrap().remove(0);
        assert_eq!(run.failure.as_deref(), Some("the carrier does not answer"));
        let mended = [Task { name: "sending", due: Due::Every(3600), step: idle }];
        assert!(run_due(&app.services, &mended).unwrap().done.is_empty(), "it waits a minute");
        app.pass_seconds(61);
        assert_eq!(run_due(&app.services, &mended).unwrap().done, ["sending"]);
        assert!(!app.services.db.read(runs).unwrap()[0].has_failed());
    }
}

/// Per bureau: how many are inside the task at this moment, and the most that ever were.
static INSIDE: LazyLock<Mutex<HashMap<PathBuf, (usize, usize)>>> = LazyLock::new(Mutex::default);

fn slow(services: &Services) -> Result<Step> {
    let bureau = services.folder.path().to_owned();
    {
        let mut inside = INSIDE.lock().unwrap();
        let (now, most) = inside.entry(bureau.clone()).or_default();
        *now += 1;
        *most = (*most).max(*now);
    }
    std::thread::sleep(Duration::from_millis(50));
    INSIDE.lock().unwrap().entry(bureau).or_default().0 -= 1;
    Ok(Step::Idle)
}

story! {
    fn two_lookers_do_not_do_the_same_task_at_once(app) {
        let tasks = [Task { name: "slow", due: Due::Always, step: slow }];
        let outcomes: Vec<_> = std::thread::scope(|scope| {
            let lookers: Vec<_> = (0..4).map(|_| scope.spawn(|| run_due(&app.services, &tasks).unwrap())).collect();
            lookers.into_iter().map(|looker| looker.join().unwrap()).collect()
        });
        assert!(outcomes.iter().any(|outcome| !outcome.done.is_empty()));
        assert!(outcomes.iter().all(|outcome| outcome.failed.is_empty()));
        assert_eq!(INSIDE.lock().unwrap()[app.services.folder.path()], (0, 1));
    }
}

story! {
    fn a_household_without_work_is_counted_the_day_after(app) {
        let made = a_household("5328010020010001").with(a_labourer("岩温")).enrol(app);
        let state = |app: &crate::support::TestApp| {
            app.services.db.read(|conn| guarantee::guarantee_of(conn, made.household)).unwrap().unwrap()
        };
        let before = state(app);
        app.pass_seconds(86_400);
        app.settle();
        let after = state(app);
        assert_eq!(before.state, after.state);
        assert_eq!(before.since_on, after.since_on, "the days are counted from when it began");
    }
}
