//! Reads plans.

use diesel::prelude::*;

use super::model::{Plan, PlanLine, PlanMark, PlanMarkKind};
use crate::base::actor::{Actor, Permission};
use crate::base::error::{Error, OrNotFound, Result};
use crate::base::ids::PlanId;
use crate::matching::ground::Marks;
use crate::platform::db::Conn;
use crate::platform::db::schema::{plan_lines, plan_marks, plans as table};

/// The plans of the actor's scope, newest first.
pub fn plans(conn: &mut Conn, actor: &Actor, limit: usize) -> Result<Vec<Plan>> {
    let scope = actor.scope(Permission::PlanPlacements);
    let mut found: Vec<Plan> = Vec::new();
    for (from, to) in scope.ranges() {
        found.extend(
            table::table
                .filter(table::region_code.ge(from))
                .filter(table::region_code.lt(to))
                .order(table::id.desc())
                .limit(i64::try_from(limit).unwrap_or(i64::MAX))
                .select(Plan::as_select())
                .load::<Plan>(conn)?,
        );
    }
    found.sort_by_key(|plan| std::cmp::Reverse(plan.id));
    found.dedup_by_key(|plan| plan.id);
    found.truncate(limit);
    Ok(found)
}

/// A plan of the actor's scope.
pub fn plan_for(conn: &mut Conn, actor: &Actor, id: PlanId) -> Result<Plan> {
    let plan: Plan = table::table
        .find(id)
        .select(Plan::as_select())
        .first(conn)
        .optional()?
        .or_not_found("plan")?;
    if actor.may_in(Permission::PlanPlacements, &plan.region_code) {
        Ok(plan)
    } else {
        Err(Error::NotFound("plan"))
    }
}

/// The lines of a plan, those that cover a household first, then by points.
pub fn lines_of(conn: &mut Conn, id: PlanId) -> Result<Vec<PlanLine>> {
    Ok(plan_lines::table
        .filter(plan_lines::plan_id.eq(id))
        .order((plan_lines::covers.desc(), plan_lines::points.desc(), plan_lines::id))
        .select(PlanLine::as_select())
        .load(conn)?)
}

pub fn marks_of(conn: &mut Conn, id: PlanId) -> Result<Vec<PlanMark>> {
    Ok(plan_marks::table
        .filter(plan_marks::plan_id.eq(id))
        .order(plan_marks::id)
        .select(PlanMark::as_select())
        .load(conn)?)
}

/// The marks as the computation takes them.
pub(super) fn marks_as_rules(marks: &[PlanMark]) -> Marks {
    let mut rules = Marks::default();
    for mark in marks {
        match (mark.kind, mark.person_id, mark.posting_id) {
            (PlanMarkKind::Lock, Some(person), Some(posting)) => {
                rules.locked.insert((person, posting));
            }
            (PlanMarkKind::Exclude, Some(person), Some(posting)) => {
                rules.without_pairs.insert((person, posting));
            }
            (PlanMarkKind::Exclude, Some(person), None) => {
                rules.without_persons.insert(person);
            }
            (PlanMarkKind::Exclude, None, Some(posting)) => {
                rules.without_openings.insert(posting);
            }
            // Half a pair cannot be locked.
            (PlanMarkKind::Lock, ..) | (PlanMarkKind::Exclude, None, None) => {}
        }
    }
    rules
}
