//! Serving pages and API, and doing what is due.

use super::{Outcome, Setting};
use crate::app::server;
use crate::base::error::Result;
use crate::platform::Services;

pub fn serve(setting: &Setting, with_tasks: bool) -> Result<Outcome> {
    let services = setting.open()?;
    serve_services(setting, services, with_tasks)
}

pub(super) fn serve_services(setting: &Setting, services: Services, with_tasks: bool) -> Result<Outcome> {
    server::run(&setting.config, services, with_tasks)?;
    Ok(Outcome::Done)
}
