//! Controls after payment, and hearing the claimant before anything is asked back.

use diesel::prelude::*;
use serde_json::json;

use super::{claim_for, need_county};
use crate::base::actor::{Actor, Permission, Scope};
use crate::base::error::{Error, OrNotFound, Result};
use crate::base::ids::{ClaimId, ClaimLineId, ControlDrawId, ControlLineId, HearingId, Id, UserId};
use crate::base::money::Money;
use crate::base::region::RegionCode;
use crate::base::time::{Day, Instant};
use crate::funds::{self, Purpose};
use crate::insert_batch;
use crate::platform::db::schema::{claim_hearings, control_draws, control_lines};
use crate::platform::db::{Conn, Subject, Tx};
use crate::subsidies::control::{ControlFinding, draw, frame_checksum};
use crate::subsidies::flow::days_after;
use crate::subsidies::model::{Claim, ClaimState, ClawbackReason, DayUnit, HearingOutcome};
use crate::subsidies::store;

/// A sample of paid lines.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = control_draws)]
pub struct ControlDraw {
    pub id: ControlDrawId,
    pub created_at: Instant,
    pub region_code: RegionCode,
    pub from_on: Day,
    pub to_on: Day,
    /// Public: made known before the draw.
    pub seed: String,
    pub size: i32,
    /// From how many lines was drawn, and their checksum.
    pub frame: i32,
    pub frame_sha256: String,
    pub drawn_by: Option<UserId>,
    pub drawn_by_name: String,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = control_lines)]
pub struct ControlLine {
    pub id: ControlLineId,
    pub draw_id: ControlDrawId,
    pub claim_id: ClaimId,
    pub line_id: ClaimLineId,
    pub finding: Option<ControlFinding>,
    pub note: String,
    pub found_on: Option<Day>,
    pub found_by: String,
}

/// What a control is to be.
#[derive(Debug, Clone)]
pub struct ControlDraft {
    pub region: RegionCode,
    /// Paid between these days.
    pub from_on: Day,
    pub to_on: Day,
    pub seed: String,
    pub size: usize,
}

/// The most lines of one control.
pub const MOST_CONTROLLED: usize = 2_000;

/// Draws a sample of lines that were paid in a division between two days.
pub fn draw_control(tx: &mut Tx<'_>, draft: &ControlDraft) -> Result<ControlDraw> {
    let actor = tx.actor();
    if !actor.may_in(Permission::ApproveClaims, &draft.region) {
        return Err(Error::NotFound("region"));
    }
    let seed = draft.seed.trim();
    if !(4..=60).contains(&seed.chars().count()) {
        return Err(Error::invalid("seed", "seed-short"));
    }
    if draft.from_on > draft.to_on || draft.to_on > tx.today() {
        return Err(Error::invalid("to_on", "control-days"));
    }
    let frame = store::paid_lines(tx, &draft.region, draft.from_on, draft.to_on)?;
    if frame.is_empty() {
        return Err(Error::refused("control-nothing-paid"));
    }
    let names: Vec<String> = frame.iter().map(|(_, line)| line.to_string()).collect();
    let size = draft.size.clamp(1, MOST_CONTROLLED);
    let control = ControlDraw {
        id: Id::fresh(),
        created_at: tx.now(),
        region_code: draft.region.clone(),
        from_on: draft.from_on,
        to_on: draft.to_on,
        seed: seed.to_owned(),
        size: i32::try_from(size).unwrap_or(i32::MAX),
        frame: i32::try_from(frame.len()).unwrap_or(i32::MAX),
        frame_sha256: frame_checksum(&names),
        drawn_by: actor.user_id(),
        drawn_by_name: actor.label.clone(),
    };
    diesel::insert_into(control_draws::table)
        .values(&control)
        .execute(&mut **tx)?;
    let drawn: Vec<ControlLine> = draw(&names, seed, size)
        .into_iter()
        .filter_map(|place| frame.get(place))
        .map(|(claim_id, line_id)| ControlLine {
            id: Id::fresh(),
            draw_id: control.id,
            claim_id: *claim_id,
            line_id: *line_id,
            finding: None,
            note: String::new(),
            found_on: None,
            found_by: String::new(),
        })
        .collect();
    let mut conn = &mut **tx;
    insert_batch!(&mut conn, control_lines::table, &drawn)?;
    let after =
        json!({ "seed": seed, "frame": frame.len(), "frame_sha256": control.frame_sha256, "lines": drawn.len() });
    tx.audit(
        "draw_control",
        Subject::new("control", control.id),
        Some(&draft.region),
        None::<&()>,
        Some(&after),
    )?;
    Ok(control)
}

/// Somebody looked at a drawn line and says what he found; said once.
pub fn record_control(
    tx: &mut Tx<'_>,
    id: ControlDrawId,
    line_id: ClaimLineId,
    finding: ControlFinding,
    note: &str,
) -> Result<ControlLine> {
    let actor = tx.actor();
    let control = control_for(tx, actor, id)?;
    let line = store::control_line(tx, id, line_id)?;
    let claim = store::claim_by_id(tx, line.claim_id)?;
    let looks = [Permission::ReviewClaims, Permission::ApproveClaims];
    if !looks
        .iter()
        .any(|permission| actor.may_in(*permission, &claim.region_code))
    {
        return Err(Error::Forbidden);
    }
    super::steps::need_impartial(tx, actor, &claim)?;
    let note = note.trim();
    if note.chars().count() < 4 {
        return Err(Error::invalid("note", "reason-too-short"));
    }
    let (today, by) = (tx.today(), actor.label.clone());
    let told = diesel::update(
        control_lines::table
            .find(line.id)
            .filter(control_lines::finding.is_null()),
    )
    .set((
        control_lines::finding.eq(Some(finding)),
        control_lines::note.eq(note),
        control_lines::found_on.eq(Some(today)),
        control_lines::found_by.eq(by),
    ))
    .execute(&mut **tx)?;
    if told == 0 {
        return Err(Error::refused("control-recorded"));
    }
    tx.audit(
        "record_control",
        Subject::new("claim", claim.id),
        Some(&control.region_code),
        None::<&()>,
        Some(&json!({ "line": line_id, "finding": finding, "note": note })),
    )?;
    store::control_line(tx, id, line_id)
}

/// A control in the actor's scope.
pub fn control_for(conn: &mut Conn, actor: &Actor, id: ControlDrawId) -> Result<ControlDraw> {
    let control = store::control_by_id(conn, id)?;
    let scope: Scope = actor.scope(Permission::SeeClaims);
    Some(control)
        .filter(|control| scope.contains(&control.region_code))
        .or_not_found("control")
}

/// A claimant is heard before money is asked back.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = claim_hearings)]
pub struct Hearing {
    pub id: HearingId,
    pub version: i32,
    pub created_at: Instant,
    pub created_by: Option<UserId>,
    pub claim_id: ClaimId,
    pub reason: ClawbackReason,
    /// What is to be asked back at most.
    pub amount_fen: Money,
    /// What is held against the claimant.
    pub words: String,
    /// Until when he may answer.
    pub due_on: Day,
    pub statement: Option<String>,
    pub stated_at: Option<Instant>,
    pub outcome: Option<HearingOutcome>,
    pub outcome_note: String,
    pub settled_at: Option<Instant>,
}

impl Hearing {
    /// Whether a decision may follow: he has answered, or had his time.
    pub fn is_heard(&self, today: Day) -> bool {
        self.stated_at.is_some() || today > self.due_on
    }
}

/// Working days that a claimant has to answer.
const DAYS_TO_ANSWER: u32 = 5;

/// Tells the claimant what is held against him and that he may answer.
pub fn open_hearing(
    tx: &mut Tx<'_>,
    id: ClaimId,
    version: i32,
    reason: ClawbackReason,
    amount: Money,
    words: &str,
) -> Result<Claim> {
    let claim = need_county(tx, id, version)?;
    if claim.state != ClaimState::Paid {
        return Err(Error::refused("claim-not-paid").with("state", claim.state));
    }
    if words.trim().chars().count() < 4 {
        return Err(Error::invalid("note", "reason-too-short"));
    }
    let paid = funds::standing(tx, Purpose::of(id))?.map_or(Money::ZERO, |standing| standing.paid);
    if amount <= Money::ZERO || amount > paid {
        return Err(Error::refused("recovery-amount").with("paid", paid));
    }
    if store::open_hearing_of(tx, id)?.is_some() {
        return Err(Error::refused("hearing-open"));
    }
    let hearing = Hearing {
        id: Id::fresh(),
        version: 1,
        created_at: tx.now(),
        created_by: tx.actor().user_id(),
        claim_id: id,
        reason,
        amount_fen: amount,
        words: words.trim().to_owned(),
        due_on: days_after(tx.today(), DAYS_TO_ANSWER, DayUnit::Working)?,
        statement: None,
        stated_at: None,
        outcome: None,
        outcome_note: String::new(),
        settled_at: None,
    };
    diesel::insert_into(claim_hearings::table)
        .values(&hearing)
        .execute(&mut **tx)?;
    let after = json!({ "hearing": hearing.id, "reason": reason, "amount": amount, "words": hearing.words, "due_on": hearing.due_on });
    told(tx, &claim, "open_hearing", &after)?;
    Ok(claim)
}

fn told(tx: &mut Tx<'_>, claim: &Claim, verb: &'static str, after: &serde_json::Value) -> Result<()> {
    let region = claim.region_code.clone();
    tx.audit(
        verb,
        Subject::new("claim", claim.id),
        Some(&region),
        None::<&()>,
        Some(after),
    )
}

/// The claimant answers, or an officer writes down what he said.
pub fn state_at_hearing(tx: &mut Tx<'_>, id: ClaimId, words: &str) -> Result<Claim> {
    let actor = tx.actor();
    let claim = claim_for(tx, actor, id)?;
    let is_county = actor.may_in(Permission::ApproveClaims, &claim.region_code);
    if !is_county && !super::is_owner(tx, actor, &claim) {
        return Err(Error::Forbidden);
    }
    if words.trim().is_empty() {
        return Err(Error::invalid("note", "reason-missing"));
    }
    let hearing = store::open_hearing_of(tx, id)?.ok_or_else(|| Error::refused("hearing-none"))?;
    let at = tx.now();
    let changed = diesel::update(
        claim_hearings::table
            .find(hearing.id)
            .filter(claim_hearings::version.eq(hearing.version))
            .filter(claim_hearings::stated_at.is_null()),
    )
    .set((
        claim_hearings::version.eq(hearing.version + 1),
        claim_hearings::statement.eq(Some(words.trim())),
        claim_hearings::stated_at.eq(Some(at)),
    ))
    .execute(&mut **tx)?;
    if changed == 0 {
        return Err(Error::refused("hearing-answered"));
    }
    told(
        tx,
        &claim,
        "answer_hearing",
        &json!({ "hearing": hearing.id, "statement": words.trim() }),
    )?;
    Ok(claim)
}

/// What was said convinces: nothing is asked back.
pub fn drop_hearing(tx: &mut Tx<'_>, id: ClaimId, version: i32, note: &str) -> Result<Claim> {
    let claim = need_county(tx, id, version)?;
    if note.trim().chars().count() < 4 {
        return Err(Error::invalid("note", "reason-too-short"));
    }
    let hearing = store::open_hearing_of(tx, id)?.ok_or_else(|| Error::refused("hearing-none"))?;
    close(tx, &hearing, HearingOutcome::Dropped, note)?;
    let after = json!({ "hearing": hearing.id, "outcome": HearingOutcome::Dropped, "note": note.trim() });
    told(tx, &claim, "settle_hearing", &after)?;
    Ok(claim)
}

fn close(tx: &mut Tx<'_>, hearing: &Hearing, outcome: HearingOutcome, note: &str) -> Result<()> {
    let at = tx.now();
    let changed = diesel::update(
        claim_hearings::table
            .find(hearing.id)
            .filter(claim_hearings::version.eq(hearing.version))
            .filter(claim_hearings::outcome.is_null()),
    )
    .set((
        claim_hearings::version.eq(hearing.version + 1),
        claim_hearings::outcome.eq(Some(outcome)),
        claim_hearings::outcome_note.eq(note.trim()),
        claim_hearings::settled_at.eq(Some(at)),
    ))
    .execute(&mut **tx)?;
    if changed == 0 {
        return Err(Error::Conflict);
    }
    Ok(())
}

/// Nothing is asked back from somebody who was not heard, nor more than he was told.
pub(super) fn need_heard(tx: &mut Tx<'_>, claim: &Claim, amount: Money, document: &str) -> Result<()> {
    let hearing = store::open_hearing_of(tx, claim.id)?.ok_or_else(|| Error::refused("clawback-unheard"))?;
    if !hearing.is_heard(tx.today()) {
        return Err(Error::refused("hearing-runs").with("until", hearing.due_on));
    }
    if amount > hearing.amount_fen {
        return Err(Error::refused("clawback-over-hearing").with("amount", hearing.amount_fen));
    }
    close(tx, &hearing, HearingOutcome::ClawedBack, document)?;
    let after = json!({ "hearing": hearing.id, "outcome": HearingOutcome::ClawedBack, "note": document.trim() });
    told(tx, claim, "settle_hearing", &after)
}
