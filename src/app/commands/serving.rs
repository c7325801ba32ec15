//! Serving pages and API, and doing what is due.

use super::{Outcome, Setting};
use crate::app::server;
use crate::base::error::Result;

pub fn serve(setting: &Setting, with_tasks: bool) -> Result<Outcome> {
    let services = setting.open()?;
    server::run(&setting.config, services, with_tasks)?;
    Ok(Outcome::Done)
}
