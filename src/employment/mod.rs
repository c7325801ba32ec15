//! Who works where, from which day to which, and what proves it.
//!
//! An employment has a start, a form, a channel, a wage, and an end with its reason; it is never overwritten. Evidence
//! is dated: an employment that nothing has confirmed for long is "to be confirmed". Days are inclusive at both ends.

mod actions;
mod api;
mod confirm_web;
mod confirmations;
mod desk;
mod model;
mod rules;
mod store;
mod web;

pub use actions::{
    Correction, confirm_employment, correct_employment, end_employment, on_placement_started, record_evidence,
    record_roster_work, start_employment,
};
pub use api::api_routes;
pub use confirm_web::{api_routes as confirmation_api_routes, routes as confirmation_routes};
pub use confirmations::{ask_for_confirmations, questions_for};
pub use desk::{desk_api_routes, desk_routes};
pub use model::{Employment, EmploymentDraft, EmploymentRow, EndReason, Evidence, EvidenceKind, RosterWork, WorkEntry};
pub use rules::{is_current_on, work_differences};
pub use store::{
    current_on, employment_for, employments_of, evidence_between, evidence_of, hires_of, latest_evidence,
    newest_by_kind,
};
pub use web::{read_draft, routes};
