//! Every task of the house, in the order in which they are done.

use std::time::Duration;

use crate::base::error::{Error, Result};
use crate::platform::Services;
use crate::platform::db::Caller;
use crate::platform::http::{blocking, forget_old_answers};
use crate::platform::search::forget_old_changes;
use crate::platform::tasks::{Due, Step, Task};
use crate::{accounts, employment, guarantee, matching, postings, roster, training};

pub static TASKS: &[Task] = &[
    Task {
        name: "check_batches",
        due: Due::Always,
        step: check_batches,
    },
    Task {
        name: "merge_batches",
        due: Due::Always,
        step: merge_batches,
    },
    Task {
        name: "compute_plans",
        due: Due::Always,
        step: compute_plans,
    },
    // A new day changes ages, terms of work and the age of evidence: every household is looked at again.
    Task {
        name: "sweep_households",
        due: Due::Daily,
        step: sweep_households,
    },
    Task {
        name: "ask_for_confirmations",
        due: Due::Daily,
        step: ask_for_confirmations,
    },
    Task {
        name: "expire_postings",
        due: Due::Daily,
        step: expire_postings,
    },
    Task {
        name: "finish_courses",
        due: Due::Daily,
        step: finish_courses,
    },
    Task {
        name: "forget_old_sessions",
        due: Due::Every(3600),
        step: forget_old_sessions,
    },
    Task {
        name: "forget_old_answers",
        due: Due::Every(3600),
        step: forget_answers,
    },
    Task {
        name: "forget_old_changes",
        due: Due::Daily,
        step: forget_changes,
    },
];

fn compute_plans(services: &Services) -> Result<Step> {
    let found = matching::compute_plans(&services.db, &services.folder)?;
    Ok(if found { Step::More } else { Step::Idle })
}

fn sweep_households(services: &Services) -> Result<Step> {
    guarantee::sweep_households(&services.db)?;
    Ok(Step::Idle)
}

fn forget_old_sessions(services: &Services) -> Result<Step> {
    accounts::forget_old_sessions(&services.db)?;
    Ok(Step::Idle)
}

fn forget_answers(services: &Services) -> Result<Step> {
    forget_old_answers(&services.db)?;
    Ok(Step::Idle)
}

fn forget_changes(services: &Services) -> Result<Step> {
    forget_old_changes(&services.db)?;
    Ok(Step::Idle)
}

/// Records that one transaction moves.
const PORTION: usize = 200;

fn expire_postings(services: &Services) -> Result<Step> {
    let moved = services.db.write(&Caller::task("expire_postings"), |tx| {
        postings::expire_postings(tx, PORTION)
    })?;
    Ok(if moved == PORTION { Step::More } else { Step::Idle })
}

fn ask_for_confirmations(services: &Services) -> Result<Step> {
    let asked = services.db.keep(&Caller::task("ask_for_confirmations"), |tx| {
        employment::ask_for_confirmations(tx, PORTION)
    })?;
    Ok(more_if(asked))
}

fn finish_courses(services: &Services) -> Result<Step> {
    let moved = services.db.write(&Caller::task("finish_courses"), |tx| {
        training::finish_courses(tx, PORTION)
    })?;
    Ok(if moved == PORTION { Step::More } else { Step::Idle })
}

fn check_batches(services: &Services) -> Result<Step> {
    Ok(more_if(roster::check_batches(services)?))
}

fn merge_batches(services: &Services) -> Result<Step> {
    Ok(more_if(roster::merge_batches(services)?))
}

fn more_if(done: usize) -> Step {
    if done == 0 { Step::Idle } else { Step::More }
}

/// How long a change waits until searches find it, at most about this.
const INDEX_EVERY: Duration = Duration::from_millis(500);

/// Keeps the search index of this process current until it stops; every process that serves does, also without tasks.
pub async fn follow_index(services: Services) {
    let mut failed = false;
    while !services.is_stopping() {
        let working = services.clone();
        let outcome = blocking(move || follow_index_once(&working)).await;
        if let (Err(error), false) = (&outcome, failed) {
            tracing::error!(error = %error, "the search index cannot follow the database");
        }
        failed = outcome.is_err();
        tokio::time::sleep(INDEX_EVERY).await;
    }
}

/// Takes over what changed, or what another process that holds the index has taken over.
pub fn follow_index_once(services: &Services) -> Result<()> {
    match services.finder.follow(&services.db) {
        Ok(0)
        | Err(Error::Refused {
            code: "search-index-in-use",
            ..
        }) => services.finder.refresh(),
        Ok(_) => Ok(()),
        Err(error) => Err(error),
    }
}
