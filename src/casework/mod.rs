//! The desk at which a household at zero is helped: what waits and who is asked about it, the case with its facts beside
//! the best offers, its steps and measures, alerts that were followed up, and exemptions.
//!
//! The rules and records are the guarantee's; this room shows them beside what matching offers.

mod api;
mod read;
mod web;

pub use api::api_routes;
pub use web::routes;
