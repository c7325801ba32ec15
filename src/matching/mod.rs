//! Bringing people and openings together: what bars a pair, what speaks for it, and in which order both sides see
//! each other. The rules are pure; `gather` reads what they weigh.
//!
//! Sex, ethnicity, religion, marriage, household registration, diagnoses and the exact age are no inputs: the types
//! of this room have no field for them.

mod api;
mod bars;
mod gather;
mod model;
mod rank;
mod score;
mod sentences;
mod web;
mod weights;

pub use api::api_routes;
pub use bars::{Bar, Change, bars, first_bar, nearest_miss};
pub use gather::{Explained, candidates, candidates_for, open_openings, openings_for};
pub use model::{
    Asked, Candidate, HeldSkill, NeedClass, Opening, OpeningKind, PhysicalDemand, Term, WageRange, Wish, WorkAge,
    steps_between,
};
pub use rank::{Ranked, rank_candidates, rank_openings};
pub use score::{Reason, ReasonKind, Score, score};
pub use sentences::Sentence;
pub use web::routes;
pub use weights::{Weights, WeightsFault};

#[cfg(test)]
mod tests;
