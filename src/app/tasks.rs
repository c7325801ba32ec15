//! Every task of the house, in the order in which they are done.

use crate::base::error::Result;
use crate::platform::Services;
use crate::platform::http::forget_old_answers;
use crate::platform::tasks::{Due, Step, Task};
use crate::{accounts, guarantee};

pub static TASKS: &[Task] = &[
    // A new day changes ages, terms of work and the age of evidence: every household is looked at again.
    Task { name: "sweep_households", due: Due::Daily, step: sweep_households },
    Task { name: "forget_old_sessions", due: Due::Every(3600), step: forget_old_sessions },
    Task { name: "forget_old_answers", due: Due::Every(3600), step: forget_answers },
];

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
