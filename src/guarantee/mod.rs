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
mod alerts;
mod api;
mod at_hand;
mod board;
mod cases;
mod checks;
mod clocks;
mod daily;
mod exemptions;
mod history;
mod model;
mod rules;
mod spells;
mod store;
mod vouching;
mod vouching_api;
mod waiting;
mod web;
mod working;

pub use actions::{close_alert, on_changes, sweep_households};
pub use alerts::{Alert, AlertKind, AlertOutcome};
pub use api::api_routes;
pub use at_hand::StandingBook;
pub use board::{Board, BoardRequest, ListFilter, Listed, WEEKS, board, listed};
pub use cases::{Case, CaseCloseReason, CaseStep, CaseStepKind, Due, Measure, MeasureDraft, MeasureStatus};
pub use clocks::{AskedLevel, Clocks, asked_level};
pub use daily::{DailyCounter, DayCount, UnitDays, daily_coverage};
pub use exemptions::{Exemption, ExemptionDraft};
pub use history::{History, PersonHistory, Span};
pub use model::{
    CaseFacts, Coverage, CoverageRow, Guarantee, HouseholdFacts, HouseholdStanding, Level, MemberFacts, Parameters,
    Standing, WorkFacts, ZeroCause,
};
pub use rules::{Counter, coverage_of, state_of};
pub use store::{
    alert_for, alerts_of, case_for, cases_of, coverage, exemption_for, exemptions_in, exemptions_of, facts_for,
    guarantee_of, guarantees_of, measure_for, measures_of, open_alerts, open_case_of, standing_list, standings_for,
    steps_of, walk_histories, zero_now,
};
pub use waiting::{Waiting, waiting};
pub use web::cards::{decision, member_card, state_badge};
pub use web::{narrowed, region_filter, routes};
pub use working::{add_measure, answer_measure, close_case, end_exemption, exempt_household, open_case, record_step};
