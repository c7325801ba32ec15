//! Placement plans of the bureau: asked for by an officer, computed as a task, looked at, locked and computed again,
//! confirmed line by line into recommendations.

mod actions;
mod api;
mod model;
mod names;
mod report;
mod store;
mod task;
pub(super) mod web;
mod words;

pub(super) use api::api_routes;

pub use actions::{confirm_plan, discard_plan, mark_plan, propose_plan, recompute_plan, unmark_plan};
pub use model::{
    Invited, Outcome, Plan, PlanDraft, PlanLine, PlanMark, PlanMarkKind, PlanOutcome, PlanStatus, Shortage,
};
pub use report::{Extra, What, compute, what_if};
pub use store::{lines_of, marks_of, plan_for, plans};
pub use task::{FILES, compute_plans, folder_of, write_files};
