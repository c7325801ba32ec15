//! What people do about a household at zero: open its case, take steps and measures, close it, and decide exemptions.

use diesel::prelude::*;
use serde_json::json;

use super::actions::recheck;
use super::cases::{Case, CaseCloseReason, CaseStep, CaseStepKind, Measure, MeasureDraft, MeasureStatus, may_close};
use super::clocks::{Clocks, limits};
use super::exemptions::{Exemption, ExemptionDraft};
use super::model::Parameters;
use super::store;
use crate::base::actor::Permission;
use crate::base::codes::{GuaranteeState, list};
use crate::base::error::{Error, Result};
use crate::base::ids::{CaseId, ExemptionId, HouseholdId, Id, MeasureId};
use crate::base::receipt::receipt_number;
use crate::base::region::RegionCode;
use crate::base::secret::random_bytes;
use crate::base::time::{Day, months_after};
use crate::platform::db::schema::{case_steps, cases, exemptions, measures};
use crate::platform::db::{Subject, Tx};
use crate::reference::calendar;
use crate::registry;

/// The shortest note that says something.
const NOTE_CHARS: usize = 4;

/// Somebody takes up a household at zero. Taking it up twice is one case.
pub fn open_case(tx: &mut Tx<'_>, household_id: HouseholdId) -> Result<Case> {
    let actor = tx.actor();
    let household = registry::household_for(tx, actor, household_id, Permission::WorkCases)?;
    if let Some(case) = store::open_case_of(tx, household_id)? {
        return Ok(case);
    }
    let today = tx.today();
    let standing = store::standings_for(tx, &[household_id], today, &Parameters::default())?;
    let is_zero = standing
        .first()
        .is_some_and(|h| h.standing.state == GuaranteeState::Zero && !h.standing.is_excused);
    if !is_zero {
        return Err(Error::refused("household-not-zero"));
    }
    let found_on = store::zero_alert_since(tx, household_id)?.unwrap_or(today);
    let case = open(tx, household_id, &household.region_code, found_on, CaseStepKind::Found)?;
    recheck(tx, &[household_id])?;
    Ok(case)
}

/// Opens a case with its clocks. For this room: it follows from a permission or from a limit that passed.
pub(super) fn open(
    tx: &mut Tx<'_>,
    household_id: HouseholdId,
    region: &RegionCode,
    found_on: Day,
    step: CaseStepKind,
) -> Result<Case> {
    let limits = limits(found_on, None, Clocks::shipped(), calendar());
    let case = Case {
        id: Id::fresh(),
        version: 1,
        created_at: tx.now(),
        household_id,
        number: unused_number(tx)?,
        opened_on: tx.today(),
        found_on,
        verify_by: limits.verify_by,
        verified_on: None,
        offer_by: limits.offer_by,
        offered_on: None,
        clear_by: limits.clear_by,
        closed_on: None,
        close_reason: None,
        stable_on: None,
        is_open: true,
    };
    diesel::insert_into(cases::table).values(&case).execute(&mut **tx)?;
    add_step(tx, case.id, step, "")?;
    let after =
        json!({ "number": case.number, "found_on": found_on, "verify_by": case.verify_by, "clear_by": case.clear_by });
    tx.audit(
        "open_case",
        Subject::new("household", household_id),
        Some(region),
        None::<&()>,
        Some(&after),
    )?;
    Ok(case)
}

fn unused_number(tx: &mut Tx<'_>) -> Result<String> {
    for _ in 0..50 {
        let number = receipt_number(u32::from_be_bytes(random_bytes()));
        let taken: i64 = cases::table
            .filter(cases::number.eq(&number))
            .count()
            .get_result(&mut **tx)?;
        if taken == 0 {
            return Ok(number);
        }
    }
    Err(Error::internal("no number for a case is free"))
}

fn add_step(tx: &mut Tx<'_>, case_id: CaseId, kind: CaseStepKind, note: &str) -> Result<()> {
    let step = CaseStep {
        id: Id::fresh(),
        case_id,
        at: tx.now(),
        actor_id: tx.actor().user_id().map(Id::raw),
        actor: tx.actor().label.clone(),
        kind,
        note: note.to_owned(),
    };
    diesel::insert_into(case_steps::table)
        .values(&step)
        .execute(&mut **tx)?;
    Ok(())
}

/// The open case with the version that the caller saw, raised, so that nobody else works on it in this moment.
fn hold(tx: &mut Tx<'_>, id: CaseId, version: i32) -> Result<(Case, RegionCode)> {
    let actor = tx.actor();
    let case = store::case_for(tx, actor, id, Permission::WorkCases)?;
    if !case.is_open {
        return Err(Error::refused("case-closed"));
    }
    let held = diesel::update(cases::table.find(id).filter(cases::version.eq(version)))
        .set(cases::version.eq(version + 1))
        .execute(&mut **tx)?;
    if held == 0 {
        return Err(Error::Conflict);
    }
    let region = store::region_of(tx, case.household_id)?;
    Ok((case, region))
}

fn noted(note: &str) -> Result<&str> {
    let note = note.trim();
    if note.chars().count() < NOTE_CHARS {
        return Err(Error::invalid("note", "reason-too-short"));
    }
    Ok(note)
}

/// A cadre or officer records what he did: verified at home or by phone, offered work, was in touch.
pub fn record_step(tx: &mut Tx<'_>, id: CaseId, version: i32, kind: CaseStepKind, note: &str) -> Result<()> {
    let note = noted(note)?;
    let (case, region) = hold(tx, id, version)?;
    let today = tx.today();
    match kind {
        CaseStepKind::Verified => {
            if case.verified_on.is_some() {
                return Err(Error::refused("case-step-taken"));
            }
            let limits = limits(case.found_on, Some(today), Clocks::shipped(), calendar());
            diesel::update(cases::table.find(id))
                .set((
                    cases::verified_on.eq(today),
                    cases::offer_by.eq(limits.offer_by),
                    cases::clear_by.eq(limits.clear_by),
                ))
                .execute(&mut **tx)?;
        }
        CaseStepKind::Offered => {
            if case.verified_on.is_none() {
                return Err(Error::refused("case-not-verified"));
            }
            let first = case.offered_on.unwrap_or(today);
            diesel::update(cases::table.find(id))
                .set(cases::offered_on.eq(first))
                .execute(&mut **tx)?;
        }
        CaseStepKind::Contact => {}
        CaseStepKind::Found
        | CaseStepKind::Measure
        | CaseStepKind::Answered
        | CaseStepKind::Escalated
        | CaseStepKind::Closed => return Err(Error::invalid("kind", "not-a-choice")),
    }
    add_step(tx, id, kind, note)?;
    let after = json!({ "case": case.number, "step": kind, "note": note });
    tx.audit(
        "record_case_step",
        Subject::new("household", case.household_id),
        Some(&region),
        None::<&()>,
        Some(&after),
    )?;
    recheck(tx, &[case.household_id])?;
    Ok(())
}

/// Takes a measure: here, or referred to the department in charge, with a day by which something must come of it.
pub fn add_measure(tx: &mut Tx<'_>, id: CaseId, version: i32, draft: &MeasureDraft) -> Result<Measure> {
    let known = |name: &str, code: &str| list(name).is_some_and(|list| list.item(code).is_some());
    if !known("support_measure", &draft.kind) {
        return Err(Error::invalid("kind", "not-a-choice"));
    }
    if draft.unit.as_ref().is_some_and(|unit| !known("plan_unit", unit)) {
        return Err(Error::invalid("unit", "not-a-choice"));
    }
    if draft.what.trim().chars().count() < NOTE_CHARS {
        return Err(Error::invalid("what", "reason-too-short"));
    }
    if draft.due_on < tx.today() {
        return Err(Error::invalid("due_on", "day-past"));
    }
    let (case, region) = hold(tx, id, version)?;
    let measure = Measure {
        id: Id::fresh(),
        version: 1,
        created_at: tx.now(),
        case_id: id,
        kind: draft.kind.clone(),
        what: draft.what.trim().to_owned(),
        unit: draft.unit.clone(),
        status: if draft.unit.is_some() {
            MeasureStatus::Referred
        } else {
            MeasureStatus::UnderWay
        },
        due_on: draft.due_on,
        ended_on: None,
        outcome: None,
    };
    diesel::insert_into(measures::table)
        .values(&measure)
        .execute(&mut **tx)?;
    add_step(tx, id, CaseStepKind::Measure, &measure.what)?;
    let after = json!({ "case": case.number, "kind": measure.kind, "what": measure.what, "unit": measure.unit, "due_on": measure.due_on });
    tx.audit(
        "add_measure",
        Subject::new("household", case.household_id),
        Some(&region),
        None::<&()>,
        Some(&after),
    )?;
    Ok(measure)
}

/// Records what became of a measure: the department took it on, sent it back, or it ended with an outcome.
pub fn answer_measure(
    tx: &mut Tx<'_>,
    id: MeasureId,
    version: i32,
    to: MeasureStatus,
    outcome: &str,
) -> Result<CaseId> {
    let actor = tx.actor();
    let (measure, case) = store::measure_for(tx, actor, id, Permission::WorkCases)?;
    if measure.version != version {
        return Err(Error::Conflict);
    }
    if !measure.status.moves().contains(&to) {
        return Err(Error::refused("measure-move")
            .with("from", measure.status)
            .with("to", to));
    }
    let outcome = outcome.trim();
    if to.is_over() && outcome.chars().count() < NOTE_CHARS {
        return Err(Error::invalid("outcome", "reason-too-short"));
    }
    let ended_on = to.is_over().then(|| tx.today());
    let said = (!outcome.is_empty()).then_some(outcome);
    let moved = diesel::update(measures::table.find(id).filter(measures::version.eq(version)))
        .set((
            measures::version.eq(version + 1),
            measures::status.eq(to),
            measures::ended_on.eq(ended_on),
            measures::outcome.eq(said),
        ))
        .execute(&mut **tx)?;
    if moved == 0 {
        return Err(Error::Conflict);
    }
    add_step(tx, case.id, CaseStepKind::Answered, outcome)?;
    let region = store::region_of(tx, case.household_id)?;
    tx.audit(
        "answer_measure",
        Subject::new("household", case.household_id),
        Some(&region),
        Some(&json!({ "what": measure.what, "status": measure.status })),
        Some(&json!({ "status": to, "outcome": said })),
    )?;
    Ok(case.id)
}

/// Closes a case (销号): only with an outcome, and only when what it says is so.
pub fn close_case(tx: &mut Tx<'_>, id: CaseId, version: i32, reason: CaseCloseReason, note: &str) -> Result<()> {
    let note = noted(note)?;
    let (case, region) = hold(tx, id, version)?;
    let today = tx.today();
    let standings = store::standings_for(tx, &[case.household_id], today, &Parameters::default())?;
    let standing = standings.first().map(|h| &h.standing);
    let is_zero = standing.is_some_and(|s| s.state.is_zero());
    let is_exempt = standing.is_some_and(|s| s.is_excused || s.state == GuaranteeState::Exempt);
    let open = store::open_measures(tx, id)?;
    may_close(reason, is_zero, is_exempt, open)?;
    let works = standing.is_some_and(|s| s.state.is_covered());
    diesel::update(cases::table.find(id))
        .set((
            cases::is_open.eq(false),
            cases::closed_on.eq(today),
            cases::close_reason.eq(reason),
            cases::stable_on.eq(works.then(|| months_after(today, Clocks::shipped().stable_months))),
        ))
        .execute(&mut **tx)?;
    add_step(tx, id, CaseStepKind::Closed, note)?;
    let after = json!({ "case": case.number, "reason": reason, "note": note });
    tx.audit(
        "close_case",
        Subject::new("household", case.household_id),
        Some(&region),
        None::<&()>,
        Some(&after),
    )?;
    recheck(tx, &[case.household_id])?;
    Ok(())
}

/// The county decides that a household is not asked to have somebody at work until a review.
pub fn exempt_household(tx: &mut Tx<'_>, household_id: HouseholdId, draft: &ExemptionDraft) -> Result<Exemption> {
    let actor = tx.actor();
    let household = registry::household_for(tx, actor, household_id, Permission::DecideExemptions)?;
    let today = tx.today();
    if !draft.reason.is_decided() {
        return Err(Error::invalid("reason", "exemption-not-decided"));
    }
    if draft.from_on > today {
        return Err(Error::invalid("from_on", "day-in-future"));
    }
    if draft.review_on <= today {
        return Err(Error::invalid("review_on", "day-past"));
    }
    if draft.review_on > months_after(today, Clocks::shipped().review_months) {
        return Err(Error::invalid("review_on", "review-too-late"));
    }
    if draft.proof.trim().chars().count() < NOTE_CHARS {
        return Err(Error::invalid("proof", "reason-too-short"));
    }
    if store::exemption_on(tx, household_id, today)?.is_some() {
        return Err(Error::refused("exemption-known"));
    }
    let exemption = Exemption {
        id: Id::fresh(),
        version: 1,
        created_at: tx.now(),
        household_id,
        reason: draft.reason,
        from_on: draft.from_on,
        review_on: draft.review_on,
        ended_on: None,
        proof: draft.proof.trim().to_owned(),
        decided_by: tx.actor().user_id(),
        decided_by_name: tx.actor().label.clone(),
    };
    diesel::insert_into(exemptions::table)
        .values(&exemption)
        .execute(&mut **tx)?;
    let after = json!({ "reason": exemption.reason, "from_on": exemption.from_on, "review_on": exemption.review_on, "proof": exemption.proof });
    tx.audit(
        "exempt_household",
        Subject::new("household", household_id),
        Some(&household.region_code),
        None::<&()>,
        Some(&after),
    )?;
    recheck(tx, &[household_id])?;
    Ok(exemption)
}

/// Ends an exemption before its review: from today on the household is asked again.
pub fn end_exemption(tx: &mut Tx<'_>, id: ExemptionId, version: i32, note: &str) -> Result<()> {
    let note = noted(note)?;
    let actor = tx.actor();
    let exemption = store::exemption_for(tx, actor, id, Permission::DecideExemptions)?;
    if exemption.version != version {
        return Err(Error::Conflict);
    }
    let today = tx.today();
    if exemption.ended_on.is_some() || exemption.review_on < today {
        return Err(Error::refused("exemption-over"));
    }
    diesel::update(exemptions::table.find(id))
        .set((exemptions::version.eq(version + 1), exemptions::ended_on.eq(today)))
        .execute(&mut **tx)?;
    let region = store::region_of(tx, exemption.household_id)?;
    tx.audit(
        "end_exemption",
        Subject::new("household", exemption.household_id),
        Some(&region),
        Some(&json!({ "reason": exemption.reason, "review_on": exemption.review_on })),
        Some(&json!({ "ended_on": today, "note": note })),
    )?;
    recheck(tx, &[exemption.household_id])?;
    Ok(())
}
