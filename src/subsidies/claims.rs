//! Claims: prepared from what is on record, filed, decided, paid, and asked back.

mod controls;
mod documents;
mod drafts;
mod payments;
mod prepare;
mod proofs;
mod signals;
mod steps;
mod taking;

use diesel::prelude::*;
use serde_json::json;

pub use controls::{
    ControlDraft, ControlDraw, ControlLine, Hearing, MOST_CONTROLLED, control_for, draw_control, drop_hearing,
    open_hearing, record_control, state_at_hearing,
};
pub(super) use documents::path_of;
pub use documents::{DocumentDraft, document_for, keep_document};
pub use drafts::{ClaimDraft, claim_for, draft_claim, submit_claim, withdraw_claim};
pub(super) use drafts::{is_owner, subject_of};
use payments::need_county;
pub use payments::{claw_back, open_payments, settle_clawback, take_payment_results};
pub(super) use prepare::claimants_of;
pub use prepare::{Offer, Prepared, offers_for, prepare};
pub use proofs::{ProofDraft, prove_claim};
pub use signals::answer_signal;
pub use steps::{Decision, decide, may_decide, strike_line};

use super::model::{Claim, ClaimState, ClaimStep};
use super::store;
use super::terms::WorkflowStep;
use crate::base::error::{Error, Result};
use crate::base::ids::{ClaimId, Id};
use crate::platform::db::schema::{claim_steps, claims};
use crate::platform::db::{Subject, Tx};

/// Where a claim goes, with everything that goes with it.
struct Turn<'n> {
    to: ClaimState,
    note: &'n str,
    next: Option<WorkflowStep>,
}

/// The claim as it stands, of the version that the caller has seen; otherwise who changed it and what it is now.
fn seen(tx: &mut Tx<'_>, id: ClaimId, version: i32) -> Result<Claim> {
    let claim = store::claim_by_id(tx, id)?;
    if claim.version == version {
        return Ok(claim);
    }
    let last = store::steps_of(tx, id)?.pop();
    Err(Error::refused("claim-moved")
        .with("who", last.map(|step| step.actor).unwrap_or_default())
        .with("state", claim.state))
}

/// Moves a claim and writes the step; whoever comes second is refused.
fn turn(tx: &mut Tx<'_>, claim: &Claim, turn: &Turn<'_>) -> Result<Claim> {
    let today = tx.today();
    let due = super::flow::due_on(turn.next.as_ref(), today);
    let moved = diesel::update(claims::table.find(claim.id).filter(claims::version.eq(claim.version)))
        .set((
            claims::version.eq(claim.version + 1),
            claims::state.eq(turn.to),
            claims::entered_on.eq(today),
            claims::due_on.eq(due),
        ))
        .execute(&mut **tx)?;
    if moved == 0 {
        return Err(Error::Conflict);
    }
    note_step(tx, claim.id, turn.to, turn.note)?;
    let region = claim.region_code.clone();
    tx.audit(
        "move_claim",
        Subject::new("claim", claim.id),
        Some(&region),
        Some(&json!({ "state": claim.state })),
        Some(&json!({ "state": turn.to, "note": turn.note })),
    )?;
    store::claim_by_id(tx, claim.id)
}

fn note_step(tx: &mut Tx<'_>, claim_id: ClaimId, state: ClaimState, note: &str) -> Result<()> {
    let step = ClaimStep {
        id: Id::fresh(),
        claim_id,
        at: tx.now(),
        actor_id: tx.actor().user_id().map(|id| id.raw()),
        actor: tx.actor().label.clone(),
        state,
        note: note.trim().to_owned(),
    };
    diesel::insert_into(claim_steps::table)
        .values(&step)
        .execute(&mut **tx)?;
    Ok(())
}
