//! The guarantee: every relocated household with labour has at least one member in work, on every day.
//!
//! ```text
//! NotInScope   not a relocated registered household on that day
//! Exempt       in scope, nobody in it is a labourer
//! Met          at least one labourer is employed
//! AtRisk       met, but only by work that ends within 30 days or that nothing has confirmed for 60 days
//! Zero         labourers, none of them employed
//! ```
//!
//! A state is computed from dated facts alone, for any day; what is stored is where each household stands today.

mod actions;
mod api;
mod board;
mod history;
mod model;
mod rules;
mod store;
mod web;

pub use actions::{on_changes, sweep_households};
pub use api::api_routes;
pub use board::{Board, ListFilter, Listed, WEEKS, board, listed};
pub use model::{
    Coverage, CoverageRow, Guarantee, HouseholdFacts, HouseholdStanding, Level, MemberFacts, Parameters, Standing,
    WorkFacts,
};
pub use rules::{Counter, coverage_of, state_of};
pub use store::{coverage, facts_for, guarantee_of, guarantees_of, standing_list, zero_now};
pub use web::routes;
