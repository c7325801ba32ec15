//! Supports (补贴): what rules give, who may ask, and the way of a claim from the draft to the money.
//!
//! ```text
//! draft ──▶ submitted ──▶ accepted ──▶ (village notice) ──▶ first review ──▶ second review ──▶ notice ──▶ approved
//!   ▲           │  ▲                                                                        │  ▲         │
//!   │       returned                                                                    objected      funding ──▶ paid
//! withdrawn                     rejected from any step                                                 │  ▲       │
//!                                                                                                   pay failed  clawback ──▶ recovered
//! ```
//!
//! The rulebook is data: dated versions that are never edited. `assess` judges one person by values alone. What a payment
//! excludes is taken in `claim_months`, where a constraint lets nobody take it twice.

mod actions;
mod api;
mod assess;
mod claims;
mod control;
mod flow;
mod model;
mod rehearsal;
mod rulebook;
mod signals;
mod store;
mod terms;
#[cfg(test)]
mod tests;
mod web;

pub use actions::{ConfirmationDraft, Taken, add_version, confirm_rule, load_rules, load_shipped_rules};
pub use api::api_routes;
pub use assess::{
    Assessment, Check, CourseFacts, Facts, HouseholdSpell, LabourSpell, Outcome, Spell, assess, filing_until,
};
pub use claims::{
    ClaimDraft, ControlDraft, ControlDraw, ControlLine, Decision, DocumentDraft, Hearing, Offer, Prepared, ProofDraft,
    answer_signal, claim_for, claw_back, decide, document_for, draft_claim, draw_control, keep_document, offers_for,
    open_hearing, open_payments, prepare, prove_claim, record_control, settle_clawback, state_at_hearing, strike_line,
    submit_claim, take_payment_results, withdraw_claim,
};
pub use control::ControlFinding;
pub use flow::masked_name;
pub use model::{
    Claim, ClaimDocument, ClaimLine, ClaimSignal, ClaimState, ClaimStep, ClaimantKind, ClawbackReason, Confirmation,
    Paper, SignalAnswer, SupportRule, TargetGroup, WorkRegion,
};
pub use rehearsal::{Change, Changed, Rehearsal, rehearse};
pub use rulebook::{RuleEntry, SHIPPED, read_rulebook};
pub use signals::SignalKind;
pub use store::{FactSubject, SignalFilter, claim_by_id, lines_of, rules_by, signals_to_see, steps_of};
pub use terms::{Amount, Month, Terms};
pub use web::routes;
