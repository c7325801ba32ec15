//! From an application or a recommendation to the first day at work.
//!
//! ```text
//! recommended ─▶ applied ─▶ shortlisted ─▶ offered ─▶ accepted ─▶ started ─▶ left
//!      │            │            │            │           │
//!      └ refused    └────────────┴ employer_declined      └ withdrawn (the place is free again)
//!        withdrawn, refused or obsolete (started elsewhere) from any step before the start
//! ```
//!
//! A place is taken when the person accepts, by conditional update, so the last one goes to one person only.

mod actions;
mod api;
mod desk;
mod desk_api;
mod model;
mod rules;
mod store;
mod web;

pub use actions::{Move, apply, mark_left, recommend, take_step, tell_phone};
pub use api::api_routes;
pub use desk::desk_routes;
pub use desk_api::desk_api_routes;
pub use model::{Placement, PlacementRow, PlacementStatus, Side, Step};
pub use rules::{may_apply, side_of};
pub use store::{
    counts_by_posting, open_postings_of, placement_for, placement_of_posting, placements_of_people,
    placements_of_person, placements_of_posting, refused_postings_of, steps_of,
};
pub use web::{StepButton, routes, spoken_number, status_words, step_buttons};
