//! What an officer does with plans.

use diesel::prelude::*;
use serde_json::json;

use super::model::{Invited, Plan, PlanDraft, PlanLine, PlanMark, PlanMarkKind, PlanOutcome, PlanStatus};
use super::store;
use crate::base::actor::Permission;
use crate::base::error::{Error, Result};
use crate::base::ids::{Id, PersonId, PlanId, PlanMarkId, PostingId};
use crate::hiring;
use crate::matching::model::OpeningKind;
use crate::platform::db::schema::{plan_lines, plan_marks, plans};
use crate::platform::db::{Subject, Tx};

/// Asks for a plan; the task computes it.
pub fn propose_plan(tx: &mut Tx<'_>, draft: &PlanDraft) -> Result<Plan> {
    if !tx.actor().may_in(Permission::PlanPlacements, &draft.region) {
        return Err(Error::Forbidden);
    }
    let kind = draft.kind.map(|kind| match kind {
        OpeningKind::Job => "job".to_owned(),
        OpeningKind::PublicWelfare => "public_welfare".to_owned(),
    });
    let plan = Plan {
        id: Id::fresh(),
        version: 1,
        created_at: tx.now(),
        created_by: tx.actor().user_id(),
        region_code: draft.region.clone(),
        site_id: draft.site,
        posting_kind: kind,
        as_of_on: tx.today(),
        seed: draft.seed,
        status: PlanStatus::Waiting,
        outcome_json: String::new(),
    };
    diesel::insert_into(plans::table).values(&plan).execute(&mut **tx)?;
    note(
        tx,
        &plan,
        "propose_plan",
        &json!({ "seed": plan.seed, "kind": plan.posting_kind, "site": plan.site_id }),
    )?;
    Ok(plan)
}

fn note(tx: &mut Tx<'_>, plan: &Plan, verb: &'static str, after: &serde_json::Value) -> Result<()> {
    let region = plan.region_code.clone();
    tx.audit(
        verb,
        Subject::new("plan", plan.id),
        Some(&region),
        None::<&()>,
        Some(after),
    )
}

/// The plan as it stands, of the version that the caller has seen.
pub fn seen(tx: &mut Tx<'_>, id: PlanId, version: i32) -> Result<Plan> {
    let actor = tx.actor();
    let plan = store::plan_for(tx, actor, id)?;
    if plan.version == version {
        Ok(plan)
    } else {
        Err(Error::Conflict)
    }
}

fn need_open(plan: &Plan) -> Result<()> {
    match plan.status {
        PlanStatus::Waiting | PlanStatus::Ready | PlanStatus::Failed => Ok(()),
        PlanStatus::Confirmed | PlanStatus::Discarded => Err(Error::refused("plan-closed")),
    }
}

fn set_status(tx: &mut Tx<'_>, plan: &Plan, status: PlanStatus) -> Result<Plan> {
    let moved = diesel::update(plans::table.find(plan.id).filter(plans::version.eq(plan.version)))
        .set((plans::status.eq(status), plans::version.eq(plan.version + 1)))
        .execute(&mut **tx)?;
    if moved == 0 {
        return Err(Error::Conflict);
    }
    Ok(Plan {
        status,
        version: plan.version + 1,
        ..plan.clone()
    })
}

/// A computation that has not seen a mark is dropped: the plan goes on waiting under a new version.
fn begin_again(tx: &mut Tx<'_>, plan: &Plan) -> Result<()> {
    if plan.status == PlanStatus::Waiting {
        set_status(tx, plan, PlanStatus::Waiting)?;
    }
    Ok(())
}

/// Computes a plan again, on today's facts and with its marks.
pub fn recompute_plan(tx: &mut Tx<'_>, id: PlanId, version: i32) -> Result<Plan> {
    let plan = seen(tx, id, version)?;
    need_open(&plan)?;
    let today = tx.today();
    diesel::update(plans::table.find(plan.id))
        .set(plans::as_of_on.eq(today))
        .execute(&mut **tx)?;
    let plan = set_status(tx, &plan, PlanStatus::Waiting)?;
    note(tx, &plan, "recompute_plan", &json!({}))?;
    Ok(plan)
}

/// Gives a plan up. Nothing follows from it.
pub fn discard_plan(tx: &mut Tx<'_>, id: PlanId, version: i32) -> Result<Plan> {
    let plan = seen(tx, id, version)?;
    need_open(&plan)?;
    let plan = set_status(tx, &plan, PlanStatus::Discarded)?;
    note(tx, &plan, "discard_plan", &json!({}))?;
    Ok(plan)
}

/// Fixes a pair, or leaves a pair, a person or an opening out. It counts when the plan is computed again.
pub fn mark_plan(
    tx: &mut Tx<'_>,
    id: PlanId,
    kind: PlanMarkKind,
    (person_id, posting_id): (Option<PersonId>, Option<PostingId>),
    reason: &str,
) -> Result<PlanMark> {
    let actor = tx.actor();
    let plan = store::plan_for(tx, actor, id)?;
    need_open(&plan)?;
    let is_whole = person_id.is_some() && posting_id.is_some();
    if (kind == PlanMarkKind::Lock && !is_whole) || (person_id.is_none() && posting_id.is_none()) {
        return Err(Error::invalid("person", "plan-mark-incomplete"));
    }
    if let Some(person) = person_id {
        crate::registry::person_for(tx, actor, person, Permission::PlanPlacements)?;
    }
    if let Some(posting) = posting_id
        && crate::postings::postings_by_ids(tx, &[posting])?.is_empty()
    {
        return Err(Error::NotFound("posting"));
    }
    let known = store::marks_of(tx, id)?;
    if let Some(same) = known
        .iter()
        .find(|m| m.person_id == person_id && m.posting_id == posting_id)
    {
        diesel::delete(plan_marks::table.find(same.id)).execute(&mut **tx)?;
    }
    let mark = PlanMark {
        id: Id::fresh(),
        plan_id: id,
        kind,
        person_id,
        posting_id,
        reason: reason.trim().to_owned(),
    };
    diesel::insert_into(plan_marks::table)
        .values(&mark)
        .execute(&mut **tx)?;
    begin_again(tx, &plan)?;
    note(tx, &plan, "mark_plan", &json!(mark))?;
    Ok(mark)
}

/// Takes a mark back.
pub fn unmark_plan(tx: &mut Tx<'_>, id: PlanId, mark_id: PlanMarkId) -> Result<()> {
    let actor = tx.actor();
    let plan = store::plan_for(tx, actor, id)?;
    need_open(&plan)?;
    let gone = diesel::delete(plan_marks::table.find(mark_id).filter(plan_marks::plan_id.eq(id))).execute(&mut **tx)?;
    if gone == 0 {
        return Err(Error::NotFound("mark"));
    }
    begin_again(tx, &plan)?;
    note(tx, &plan, "unmark_plan", &json!({ "mark": mark_id }))
}

/// Turns the lines of those who are to be invited into recommendations. Lines that no longer hold say why, and are left.
pub fn confirm_plan(tx: &mut Tx<'_>, id: PlanId, version: i32, whom: Invited) -> Result<Plan> {
    let plan = seen(tx, id, version)?;
    if plan.status != PlanStatus::Ready {
        return Err(Error::refused("plan-not-ready"));
    }
    let (asked, spared): (Vec<PlanLine>, Vec<PlanLine>) = store::lines_of(tx, id)?
        .into_iter()
        .partition(|line| line.covers || line.was_invited || whom == Invited::All);
    // First, since its number is the receipt that the officer sees.
    let counts = json!({ "lines": asked.len(), "spared": spared.len() });
    note(tx, &plan, "confirm_plan", &counts)?;
    for line in spared {
        close_line(tx, &line, PlanOutcome::Spared, "", None)?;
    }
    for line in asked {
        match invite(tx, &line) {
            Ok(placement) => close_line(tx, &line, PlanOutcome::Invited, "", Some(placement))?,
            // What does not hold any more is refused before anything is written; a failure of the database is not.
            Err(Error::Refused { code, .. }) => close_line(tx, &line, PlanOutcome::Lapsed, code, None)?,
            Err(Error::NotFound(_) | Error::Forbidden) => {
                close_line(tx, &line, PlanOutcome::Lapsed, "plan-line-gone", None)?;
            }
            Err(error) => return Err(error),
        }
    }
    set_status(tx, &plan, PlanStatus::Confirmed)
}

fn invite(tx: &mut Tx<'_>, line: &PlanLine) -> Result<crate::base::ids::PlacementId> {
    let today = tx.today();
    if !super::super::gather::is_possible(tx, line.person_id, line.posting_id, today)? {
        return Err(Error::refused("plan-line-barred"));
    }
    Ok(hiring::recommend(tx, line.posting_id, line.person_id)?.id)
}

fn close_line(
    tx: &mut Tx<'_>,
    line: &PlanLine,
    outcome: PlanOutcome,
    reason: &str,
    placement: Option<crate::base::ids::PlacementId>,
) -> Result<()> {
    diesel::update(plan_lines::table.find(line.id))
        .set((
            plan_lines::outcome.eq(outcome),
            plan_lines::reason.eq(reason),
            plan_lines::placement_id.eq(placement),
        ))
        .execute(&mut **tx)?;
    Ok(())
}
