//! Serving pages and API, and doing what is due.

use super::{Outcome, Setting};
use crate::app::tasks::{TASKS, follow_index_once};
use crate::app::{openapi, server};
use crate::base::error::Result;
use crate::out;
use crate::platform::Services;
use crate::platform::tasks::{look_after, run_until_idle};

pub fn serve(setting: &Setting, with_tasks: bool) -> Result<Outcome> {
    let services = setting.open()?;
    serve_services(setting, services, with_tasks)
}

pub(super) fn serve_services(setting: &Setting, services: Services, with_tasks: bool) -> Result<Outcome> {
    server::run(&setting.config, services, with_tasks)?;
    Ok(Outcome::Done)
}

/// Does the tasks that are due, once or for ever.
pub fn work(setting: &Setting, until_idle: bool) -> Result<Outcome> {
    let services = setting.open()?;
    if until_idle {
        let outcome = run_until_idle(&services, TASKS)?;
        follow_index_once(&services)?;
        return Ok(if outcome.failed.is_empty() {
            Outcome::Done
        } else {
            Outcome::Failed
        });
    }
    actix_web::rt::System::new().block_on(async move {
        let stopping = services.clone();
        actix_web::rt::spawn(async move {
            server::told_to_stop().await;
            stopping.stop();
        });
        look_after(services, TASKS).await;
    });
    Ok(Outcome::Done)
}

/// Prints the description of the API.
pub fn openapi() -> Result<Outcome> {
    out!("{}", openapi::text()?);
    Ok(Outcome::Done)
}
