//! Queries of alerts, cases, measures and exemptions.

use diesel::prelude::*;

use super::super::alerts::{Alert, AlertKind};
use super::super::cases::{Case, CaseStep, Measure};
use super::super::exemptions::Exemption;
use crate::base::actor::{Actor, Permission, Scope};
use crate::base::error::{OrNotFound, Result};
use crate::base::ids::{AlertId, CaseId, ExemptionId, HouseholdId, MeasureId};
use crate::base::region::RegionCode;
use crate::base::time::Day;
use crate::platform::db::Conn;
use crate::platform::db::schema::{alerts, case_steps, cases, exemptions, households, measures};
use crate::registry::{self, Household};

/// The most rows that a board reads.
const MOST: i64 = 20_000;

/// The village of a household.
pub fn region_of(conn: &mut Conn, id: HouseholdId) -> Result<RegionCode> {
    Ok(households::table.find(id).select(households::region_code).first(conn)?)
}

/// Whether a household is in the actor's scope; a record of one outside it does not exist for him.
fn in_scope(conn: &mut Conn, actor: &Actor, id: HouseholdId, permission: Permission, kind: &'static str) -> Result<()> {
    let found = registry::household_for(conn, actor, id, permission).ok();
    found.or_not_found(kind).map(drop)
}

pub fn alert_for(conn: &mut Conn, actor: &Actor, id: AlertId, permission: Permission) -> Result<Alert> {
    let alert: Option<Alert> = alerts::table
        .find(id)
        .select(Alert::as_select())
        .first(conn)
        .optional()?;
    let alert = alert.or_not_found("alert")?;
    in_scope(conn, actor, alert.household_id, permission, "alert")?;
    Ok(alert)
}

/// Since when a household has been noticed to stand at zero.
pub fn zero_alert_since(conn: &mut Conn, id: HouseholdId) -> Result<Option<Day>> {
    Ok(alerts::table
        .filter(alerts::household_id.eq(id))
        .filter(alerts::is_open)
        .filter(alerts::kind.eq(AlertKind::ZeroHousehold))
        .select(alerts::opened_on)
        .first(conn)
        .optional()?)
}

/// Open alerts of a scope, the first due first; those whose day is unknown last.
pub fn open_alerts(
    conn: &mut Conn,
    scope: &Scope,
    kind: Option<AlertKind>,
    limit: usize,
) -> Result<Vec<(Alert, Household)>> {
    let mut found: Vec<(Alert, Household)> = Vec::new();
    for (from, to) in scope.ranges() {
        let mut query = alerts::table
            .inner_join(households::table)
            .filter(alerts::is_open)
            .filter(households::region_code.ge(from))
            .filter(households::region_code.lt(to))
            .order((alerts::due_on.is_null(), alerts::due_on, alerts::id))
            .limit(i64::try_from(limit).unwrap_or(MOST).min(MOST))
            .select((Alert::as_select(), Household::as_select()))
            .into_boxed();
        if let Some(kind) = kind {
            query = query.filter(alerts::kind.eq(kind));
        }
        found.extend(query.load::<(Alert, Household)>(conn)?);
    }
    found.sort_by_key(|(alert, _)| (alert.due_on.is_none(), alert.due_on, alert.id));
    found.dedup_by_key(|(alert, _)| alert.id);
    found.truncate(limit);
    Ok(found)
}

/// All alerts of a household, newest first.
pub fn alerts_of(conn: &mut Conn, id: HouseholdId, limit: i64) -> Result<Vec<Alert>> {
    Ok(alerts::table
        .filter(alerts::household_id.eq(id))
        .order(alerts::id.desc())
        .limit(limit)
        .select(Alert::as_select())
        .load(conn)?)
}

pub fn case_for(conn: &mut Conn, actor: &Actor, id: CaseId, permission: Permission) -> Result<Case> {
    let case: Option<Case> = cases::table.find(id).select(Case::as_select()).first(conn).optional()?;
    let case = case.or_not_found("case")?;
    in_scope(conn, actor, case.household_id, permission, "case")?;
    Ok(case)
}

pub fn open_case_of(conn: &mut Conn, id: HouseholdId) -> Result<Option<Case>> {
    Ok(cases::table
        .filter(cases::household_id.eq(id))
        .filter(cases::is_open)
        .select(Case::as_select())
        .first(conn)
        .optional()?)
}

/// The cases of a household, newest first.
pub fn cases_of(conn: &mut Conn, id: HouseholdId) -> Result<Vec<Case>> {
    Ok(cases::table
        .filter(cases::household_id.eq(id))
        .order(cases::id.desc())
        .limit(100)
        .select(Case::as_select())
        .load(conn)?)
}

/// The open cases of a scope with their households, the first to be cleared first.
pub fn open_cases(conn: &mut Conn, scope: &Scope) -> Result<Vec<(Case, Household)>> {
    let mut found: Vec<(Case, Household)> = Vec::new();
    for (from, to) in scope.ranges() {
        let rows: Vec<(Case, Household)> = cases::table
            .inner_join(households::table)
            .filter(cases::is_open)
            .filter(households::region_code.ge(from))
            .filter(households::region_code.lt(to))
            .order((cases::clear_by, cases::id))
            .limit(MOST)
            .select((Case::as_select(), Household::as_select()))
            .load(conn)?;
        found.extend(rows);
    }
    found.sort_by_key(|(case, _)| (case.clear_by, case.id));
    found.dedup_by_key(|(case, _)| case.id);
    Ok(found)
}

/// The steps of a case, oldest first.
pub fn steps_of(conn: &mut Conn, ids: &[CaseId]) -> Result<Vec<CaseStep>> {
    Ok(case_steps::table
        .filter(case_steps::case_id.eq_any(ids))
        .order(case_steps::id)
        .limit(1_000)
        .select(CaseStep::as_select())
        .load(conn)?)
}

/// The measures of a case, oldest first.
pub fn measures_of(conn: &mut Conn, id: CaseId) -> Result<Vec<Measure>> {
    Ok(measures::table
        .filter(measures::case_id.eq(id))
        .order(measures::id)
        .limit(500)
        .select(Measure::as_select())
        .load(conn)?)
}

/// How many measures of a case have no outcome yet.
pub fn open_measures(conn: &mut Conn, id: CaseId) -> Result<usize> {
    let all = measures_of(conn, id)?;
    Ok(all.iter().filter(|measure| !measure.status.is_over()).count())
}

/// A measure with its case.
pub fn measure_for(conn: &mut Conn, actor: &Actor, id: MeasureId, permission: Permission) -> Result<(Measure, Case)> {
    let found: Option<(Measure, Case)> = measures::table
        .inner_join(cases::table)
        .filter(measures::id.eq(id))
        .select((Measure::as_select(), Case::as_select()))
        .first(conn)
        .optional()?;
    let (measure, case) = found.or_not_found("measure")?;
    in_scope(conn, actor, case.household_id, permission, "measure")?;
    Ok((measure, case))
}

pub fn exemption_for(conn: &mut Conn, actor: &Actor, id: ExemptionId, permission: Permission) -> Result<Exemption> {
    let found: Option<Exemption> = exemptions::table
        .find(id)
        .select(Exemption::as_select())
        .first(conn)
        .optional()?;
    let exemption = found.or_not_found("exemption")?;
    in_scope(conn, actor, exemption.household_id, permission, "exemption")?;
    Ok(exemption)
}

/// The exemptions of a household, newest first.
pub fn exemptions_of(conn: &mut Conn, id: HouseholdId) -> Result<Vec<Exemption>> {
    Ok(exemptions::table
        .filter(exemptions::household_id.eq(id))
        .order(exemptions::id.desc())
        .limit(100)
        .select(Exemption::as_select())
        .load(conn)?)
}

/// The exemption of a household that holds on a day.
pub fn exemption_on(conn: &mut Conn, id: HouseholdId, day: Day) -> Result<Option<Exemption>> {
    let all = exemptions_of(conn, id)?;
    Ok(all.into_iter().find(|exemption| exemption.holds_on(day)))
}

/// The exemptions of a scope that hold on a day, the first to be reviewed first.
pub fn exemptions_in(conn: &mut Conn, scope: &Scope, day: Day) -> Result<Vec<(Exemption, Household)>> {
    let mut found: Vec<(Exemption, Household)> = Vec::new();
    for (from, to) in scope.ranges() {
        let rows: Vec<(Exemption, Household)> = exemptions::table
            .inner_join(households::table)
            .filter(exemptions::from_on.le(day))
            .filter(exemptions::review_on.ge(day))
            .filter(exemptions::ended_on.is_null().or(exemptions::ended_on.gt(day)))
            .filter(households::region_code.ge(from))
            .filter(households::region_code.lt(to))
            .order((exemptions::review_on, exemptions::id))
            .limit(MOST)
            .select((Exemption::as_select(), Household::as_select()))
            .load(conn)?;
        found.extend(rows);
    }
    found.sort_by_key(|(exemption, _)| (exemption.review_on, exemption.id));
    found.dedup_by_key(|(exemption, _)| exemption.id);
    Ok(found)
}
