//! Bringing people and openings together: what bars a pair, what speaks for it, and in which order both sides see
//! each other. The rules are pure; `gather` reads what they weigh.
//!
//! Sex, ethnicity, religion, marriage, household registration, diagnoses and the exact age are no inputs: the types
//! of this room have no field for them.

mod api;
mod at_hand;
mod bars;
mod book;
mod everybody;
mod gather;
mod ground;
mod model;
mod nearly;
mod openings;
pub mod plan;
mod plans;
mod rank;
mod score;
mod sentences;
mod web;
mod weights;

pub use api::api_routes;
pub use at_hand::OpenBook;
pub use bars::{Bar, Change, bars, first_bar, nearest_miss};
pub use everybody::{best_of_each, match_everybody};
pub use gather::{Explained, candidates, candidates_for, labourers, openings_for};
pub use ground::{Ground, Marks, Problem, ground};
pub use model::{
    Asked, Candidate, HeldSkill, NeedClass, Opening, OpeningKind, PhysicalDemand, Term, WageRange, Wish, WorkAge,
    steps_between,
};
pub use openings::open_openings;
pub use plans::{
    Extra, FILES as PLAN_FILES, Invited, Outcome, Plan, PlanDraft, PlanLine, PlanMark, PlanMarkKind, PlanOutcome,
    PlanStatus, Shortage, What, compute, compute_plans, confirm_plan, discard_plan, folder_of as plan_folder, lines_of,
    mark_plan, marks_of, plan_for, plans, propose_plan, recompute_plan, unmark_plan, what_if,
    write_files as write_plan_files,
};
pub use rank::{Ranked, rank_candidates, rank_openings};
pub use score::{Reason, ReasonKind, Score, score};
pub use sentences::Sentence;
pub use web::routes;
pub use weights::{Weights, WeightsFault};

#[cfg(test)]
mod tests;
