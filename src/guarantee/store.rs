//! Queries of the guarantee: facts of a day, and where households stand today. Reads the registry's and the
//! employment room's tables.

mod histories;

use std::collections::HashMap;

use diesel::prelude::*;

use super::model::{Coverage, Guarantee, HouseholdFacts, HouseholdStanding, Level, MemberFacts, Parameters, WorkFacts};
use super::rules::{coverage_of, state_of};
use crate::base::actor::Scope;
use crate::base::codes::{GuaranteeState, LabourSkill, MonitorCategory, RelocationKind, Sex};
use crate::base::error::Result;
use crate::base::ids::{EmploymentId, HouseholdId, PersonId, SiteId};
use crate::base::region::RegionCode;
use crate::base::time::Day;
use crate::employment;
use crate::platform::db::Conn;
use crate::platform::db::schema::{
    employments, guarantees, household_members, household_statuses, households, person_statuses, persons, sites,
};
use crate::registry::LabourFacts;

pub use histories::walk_histories;

/// Households looked at together: bounds both memory and bound values.
const PORTION: usize = 2_000;

type StatusRow = (
    HouseholdId,
    String,
    RegionCode,
    String,
    Option<RelocationKind>,
    Option<SiteId>,
    Option<String>,
    Option<MonitorCategory>,
    Day,
);

/// What is known about households on a day; those that had no status then are left out.
pub fn facts_for(conn: &mut Conn, ids: &[HouseholdId], day: Day) -> Result<Vec<HouseholdFacts>> {
    let mut facts = Vec::with_capacity(ids.len());
    for portion in ids.chunks(PORTION) {
        facts.extend(facts_of_portion(conn, portion, day)?);
    }
    Ok(facts)
}

fn facts_of_portion(conn: &mut Conn, ids: &[HouseholdId], day: Day) -> Result<Vec<HouseholdFacts>> {
    let statuses: Vec<StatusRow> = household_statuses::table
        .inner_join(households::table)
        .left_join(sites::table)
        .filter(household_statuses::household_id.eq_any(ids))
        .filter(household_statuses::from_on.le(day))
        .filter(
            household_statuses::until_on
                .is_null()
                .or(household_statuses::until_on.ge(day)),
        )
        .order(households::id)
        .select((
            households::id,
            households::registry_no,
            households::region_code,
            households::group_name,
            household_statuses::relocation_kind,
            household_statuses::site_id,
            sites::name.nullable(),
            household_statuses::monitor_category,
            household_statuses::from_on,
        ))
        .load(conn)?;
    let mut members = members_on(conn, ids, day)?;
    Ok(statuses
        .into_iter()
        .map(
            |(household_id, registry_no, region, group_name, relocation, site_id, site, monitor, status_from)| {
                HouseholdFacts {
                    household_id,
                    registry_no,
                    region,
                    group_name,
                    relocation,
                    site_id,
                    site,
                    monitored: monitor.is_some(),
                    status_from,
                    members: members.remove(&household_id).unwrap_or_default(),
                }
            },
        )
        .collect())
}

fn members_on(conn: &mut Conn, ids: &[HouseholdId], day: Day) -> Result<HashMap<HouseholdId, Vec<MemberFacts>>> {
    let rows: Vec<(HouseholdId, PersonId, Sex, Option<Day>)> = household_members::table
        .inner_join(persons::table)
        .filter(household_members::household_id.eq_any(ids))
        .filter(household_members::from_on.le(day))
        .filter(
            household_members::until_on
                .is_null()
                .or(household_members::until_on.ge(day)),
        )
        .select((
            household_members::household_id,
            persons::id,
            persons::sex,
            persons::birth_on,
        ))
        .load(conn)?;
    let person_ids: Vec<PersonId> = rows.iter().map(|row| row.1).collect();
    let mut labour: HashMap<PersonId, (Option<LabourSkill>, bool, Day)> = HashMap::new();
    for portion in person_ids.chunks(5_000) {
        let statuses: Vec<(PersonId, Option<LabourSkill>, Option<String>, Day)> = person_statuses::table
            .filter(person_statuses::person_id.eq_any(portion))
            .filter(person_statuses::from_on.le(day))
            .filter(
                person_statuses::until_on
                    .is_null()
                    .or(person_statuses::until_on.ge(day)),
            )
            .select((
                person_statuses::person_id,
                person_statuses::labour_skill,
                person_statuses::school,
                person_statuses::from_on,
            ))
            .load(conn)?;
        labour.extend(
            statuses
                .into_iter()
                .map(|(id, skill, school, from)| (id, (skill, school.is_some(), from))),
        );
    }
    let mut work = work_until(conn, &person_ids, day)?;
    let mut members: HashMap<HouseholdId, Vec<MemberFacts>> = HashMap::new();
    for (household_id, person_id, sex, birth_on) in rows {
        let (labour_skill, at_school, assessed_on) = labour.get(&person_id).copied().unwrap_or((None, false, day));
        members.entry(household_id).or_default().push(MemberFacts {
            person_id,
            labour: LabourFacts {
                sex,
                birth_on,
                labour_skill,
                assessed_on,
                at_school,
            },
            work: work.remove(&person_id).unwrap_or_default(),
        });
    }
    Ok(members)
}

fn work_until(conn: &mut Conn, persons: &[PersonId], day: Day) -> Result<HashMap<PersonId, Vec<WorkFacts>>> {
    type Row = (
        EmploymentId,
        PersonId,
        crate::base::codes::EmploymentForm,
        Day,
        Option<Day>,
    );
    let mut rows: Vec<Row> = Vec::new();
    for portion in persons.chunks(5_000) {
        rows.extend(
            employments::table
                .filter(employments::person_id.eq_any(portion))
                .filter(employments::start_on.le(day))
                .order((employments::person_id, employments::start_on, employments::id))
                .select((
                    employments::id,
                    employments::person_id,
                    employments::form,
                    employments::start_on,
                    employments::end_on,
                ))
                .load::<Row>(conn)?,
        );
    }
    let ids: Vec<EmploymentId> = rows.iter().map(|row| row.0).collect();
    let evidence = employment::latest_evidence(conn, &ids, day)?;
    let mut work: HashMap<PersonId, Vec<WorkFacts>> = HashMap::new();
    for (id, person_id, form, start_on, end_on) in rows {
        let evidence_on = evidence.get(&id).copied();
        work.entry(person_id).or_default().push(WorkFacts {
            counts: form.counts(),
            start_on,
            end_on,
            evidence_on,
        });
    }
    Ok(work)
}

/// Relocated households of a scope on a day, with their standings, in the order of their regions and numbers.
pub fn standing_list(
    conn: &mut Conn,
    scope: &Scope,
    day: Day,
    parameters: &Parameters,
) -> Result<Vec<HouseholdStanding>> {
    let mut standings = Vec::new();
    for (from, to) in scope.ranges() {
        let ids: Vec<HouseholdId> = household_statuses::table
            .inner_join(households::table)
            .filter(household_statuses::relocation_kind.is_not_null())
            .filter(household_statuses::from_on.le(day))
            .filter(
                household_statuses::until_on
                    .is_null()
                    .or(household_statuses::until_on.ge(day)),
            )
            .filter(households::region_code.ge(from))
            .filter(households::region_code.lt(to))
            .order((households::region_code, households::registry_no))
            .select(households::id)
            .load(conn)?;
        for facts in facts_for(conn, &ids, day)? {
            let standing = state_of(&facts, day, parameters);
            standings.push(HouseholdStanding { facts, standing });
        }
    }
    standings.sort_by(|a, b| (&a.facts.region, &a.facts.registry_no).cmp(&(&b.facts.region, &b.facts.registry_no)));
    // Grants of one officer may overlap.
    standings.dedup_by_key(|household| household.facts.household_id);
    Ok(standings)
}

/// The figures of a scope on a day, and the households at zero, longest first.
pub fn coverage(
    conn: &mut Conn,
    scope: &Scope,
    day: Day,
    by: Level,
    parameters: &Parameters,
) -> Result<(Coverage, Vec<HouseholdStanding>)> {
    let standings = standing_list(conn, scope, day, parameters)?;
    let figures = coverage_of(&standings, day, by);
    let mut zero: Vec<HouseholdStanding> = standings
        .into_iter()
        .filter(|h| h.standing.state == GuaranteeState::Zero)
        .collect();
    zero.sort_by(|a, b| (a.standing.since, &a.facts.registry_no).cmp(&(b.standing.since, &b.facts.registry_no)));
    Ok((figures, zero))
}

/// Where a household stands today, if it has been looked at.
pub fn guarantee_of(conn: &mut Conn, id: HouseholdId) -> Result<Option<Guarantee>> {
    Ok(guarantees::table
        .find(id)
        .select(Guarantee::as_select())
        .first(conn)
        .optional()?)
}

/// Where households stand today.
pub fn guarantees_of(conn: &mut Conn, ids: &[HouseholdId]) -> Result<HashMap<HouseholdId, Guarantee>> {
    let mut found = HashMap::new();
    for portion in ids.chunks(5_000) {
        let rows: Vec<Guarantee> = guarantees::table
            .filter(guarantees::household_id.eq_any(portion))
            .select(Guarantee::as_select())
            .load(conn)?;
        found.extend(rows.into_iter().map(|g| (g.household_id, g)));
    }
    Ok(found)
}

/// Households of a scope that stand at zero or at risk today, longest first.
pub fn zero_now(
    conn: &mut Conn,
    scope: &Scope,
    state: GuaranteeState,
    limit: usize,
) -> Result<Vec<(Guarantee, crate::registry::Household)>> {
    let mut rows = Vec::new();
    for (from, to) in scope.ranges() {
        let portion: Vec<(Guarantee, crate::registry::Household)> = guarantees::table
            .inner_join(households::table)
            .filter(guarantees::state.eq(state))
            .filter(households::region_code.ge(from))
            .filter(households::region_code.lt(to))
            .order((guarantees::since_on, guarantees::household_id))
            .limit(i64::try_from(limit).unwrap_or(i64::MAX))
            .select((Guarantee::as_select(), crate::registry::Household::as_select()))
            .load(conn)?;
        rows.extend(portion);
    }
    rows.truncate(limit);
    Ok(rows)
}
