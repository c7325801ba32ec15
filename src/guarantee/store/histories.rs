//! Households of a scope over a span of days, in portions: the board asks for twelve weeks and reads the tables once.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;

use super::super::history::{History, LabourThen, MemberThen, PersonHistory, Span, StatusThen, WorkThen};
use super::PORTION;
use crate::base::actor::Scope;
use crate::base::codes::{EmploymentForm, LabourSkill, MonitorCategory, RelocationKind, Sex};
use crate::base::error::Result;
use crate::base::ids::{EmploymentId, HouseholdId, PersonId, SiteId};
use crate::base::region::RegionCode;
use crate::base::time::Day;
use crate::employment;
use crate::platform::db::Conn;
use crate::platform::db::schema::{
    employment_evidence, employments, household_members, household_statuses, households, person_statuses, persons,
    sites,
};

/// Values bound at once in an `IN` list.
const IN_LIST: usize = 5_000;

/// Shows every household of the scope that was relocated on some day of the span, in the order of region and number.
pub fn walk_histories(
    conn: &mut Conn,
    scope: &Scope,
    from: Day,
    until: Day,
    mut visit: impl FnMut(&History),
) -> Result<()> {
    let mut seen: HashSet<HouseholdId> = HashSet::new();
    let mut ids: Vec<HouseholdId> = Vec::new();
    for (low, high) in scope.ranges() {
        let found: Vec<HouseholdId> = household_statuses::table
            .inner_join(households::table)
            .filter(household_statuses::relocation_kind.is_not_null())
            .filter(household_statuses::from_on.le(until))
            .filter(
                household_statuses::until_on
                    .is_null()
                    .or(household_statuses::until_on.ge(from)),
            )
            .filter(households::region_code.ge(low))
            .filter(households::region_code.lt(high))
            .order((households::region_code, households::registry_no, households::id))
            .select(households::id)
            .load(conn)?;
        // Grants may overlap, and a household may have had several statuses in the span.
        ids.extend(found.into_iter().filter(|id| seen.insert(*id)));
    }
    for portion in ids.chunks(PORTION) {
        for history in histories_of(conn, portion, from, until)? {
            visit(&history);
        }
    }
    Ok(())
}

fn histories_of(conn: &mut Conn, ids: &[HouseholdId], from: Day, until: Day) -> Result<Vec<History>> {
    type Row = (HouseholdId, String, RegionCode, String);
    let rows: Vec<Row> = households::table
        .filter(households::id.eq_any(ids))
        .order((households::region_code, households::registry_no, households::id))
        .select((
            households::id,
            households::registry_no,
            households::region_code,
            households::group_name,
        ))
        .load(conn)?;
    let mut statuses = statuses_in(conn, ids, from, until)?;
    let mut members = members_in(conn, ids, from, until)?;
    let person_ids: Vec<PersonId> = members.values().flatten().map(|m| m.what.person_id).collect();
    let mut people: HashMap<PersonId, PersonHistory> = HashMap::new();
    labour_in(conn, &person_ids, from, until, &mut people)?;
    work_in(conn, &person_ids, from, until, &mut people)?;
    Ok(rows
        .into_iter()
        .map(|(household_id, registry_no, region, group_name)| {
            let members = members.remove(&household_id).unwrap_or_default();
            // Somebody may have belonged to two households of the portion, one after the other.
            let known = members
                .iter()
                .filter_map(|m| Some((m.what.person_id, people.get(&m.what.person_id)?.clone())));
            History {
                persons: known.collect(),
                household_id,
                registry_no,
                region,
                group_name,
                statuses: statuses.remove(&household_id).unwrap_or_default(),
                members,
            }
        })
        .collect())
}

fn statuses_in(
    conn: &mut Conn,
    ids: &[HouseholdId],
    from: Day,
    until: Day,
) -> Result<HashMap<HouseholdId, Vec<Span<StatusThen>>>> {
    type Row = (
        HouseholdId,
        Day,
        Option<Day>,
        Option<RelocationKind>,
        Option<SiteId>,
        Option<String>,
        Option<MonitorCategory>,
    );
    let rows: Vec<Row> = household_statuses::table
        .left_join(sites::table)
        .filter(household_statuses::household_id.eq_any(ids))
        .filter(household_statuses::from_on.le(until))
        .filter(
            household_statuses::until_on
                .is_null()
                .or(household_statuses::until_on.ge(from)),
        )
        .order((
            household_statuses::household_id,
            household_statuses::from_on,
            household_statuses::id,
        ))
        .select((
            household_statuses::household_id,
            household_statuses::from_on,
            household_statuses::until_on,
            household_statuses::relocation_kind,
            household_statuses::site_id,
            sites::name.nullable(),
            household_statuses::monitor_category,
        ))
        .load(conn)?;
    let mut statuses: HashMap<HouseholdId, Vec<Span<StatusThen>>> = HashMap::new();
    for (id, from, until, relocation, site_id, site, monitor) in rows {
        let what = StatusThen {
            relocation,
            site_id,
            site,
            monitored: monitor.is_some(),
        };
        statuses.entry(id).or_default().push(Span { from, until, what });
    }
    Ok(statuses)
}

fn members_in(
    conn: &mut Conn,
    ids: &[HouseholdId],
    from: Day,
    until: Day,
) -> Result<HashMap<HouseholdId, Vec<Span<MemberThen>>>> {
    type Row = (HouseholdId, Day, Option<Day>, PersonId, Sex, Option<Day>);
    let rows: Vec<Row> = household_members::table
        .inner_join(persons::table)
        .filter(household_members::household_id.eq_any(ids))
        .filter(household_members::from_on.le(until))
        .filter(
            household_members::until_on
                .is_null()
                .or(household_members::until_on.ge(from)),
        )
        .select((
            household_members::household_id,
            household_members::from_on,
            household_members::until_on,
            persons::id,
            persons::sex,
            persons::birth_on,
        ))
        .load(conn)?;
    let mut members: HashMap<HouseholdId, Vec<Span<MemberThen>>> = HashMap::new();
    for (id, from, until, person_id, sex, birth_on) in rows {
        let what = MemberThen {
            person_id,
            sex,
            birth_on,
        };
        members.entry(id).or_default().push(Span { from, until, what });
    }
    Ok(members)
}

fn labour_in(
    conn: &mut Conn,
    ids: &[PersonId],
    from: Day,
    until: Day,
    people: &mut HashMap<PersonId, PersonHistory>,
) -> Result<()> {
    for portion in ids.chunks(IN_LIST) {
        type Row = (PersonId, Day, Option<Day>, Option<LabourSkill>, Option<String>);
        let rows: Vec<Row> = person_statuses::table
            .filter(person_statuses::person_id.eq_any(portion))
            .filter(person_statuses::from_on.le(until))
            .filter(
                person_statuses::until_on
                    .is_null()
                    .or(person_statuses::until_on.ge(from)),
            )
            .select((
                person_statuses::person_id,
                person_statuses::from_on,
                person_statuses::until_on,
                person_statuses::labour_skill,
                person_statuses::school,
            ))
            .load(conn)?;
        for (id, from, until, skill, school) in rows {
            let what = LabourThen {
                skill,
                at_school: school.is_some(),
            };
            people.entry(id).or_default().labour.push(Span { from, until, what });
        }
    }
    Ok(())
}

fn work_in(
    conn: &mut Conn,
    ids: &[PersonId],
    from: Day,
    until: Day,
    people: &mut HashMap<PersonId, PersonHistory>,
) -> Result<()> {
    type Row = (EmploymentId, PersonId, EmploymentForm, Day, Option<Day>);
    // Work that ended long before the span still tells since when a household has been without any.
    let mut rows: Vec<Row> = Vec::new();
    for portion in ids.chunks(IN_LIST) {
        rows.extend(
            employments::table
                .filter(employments::person_id.eq_any(portion))
                .filter(employments::start_on.le(until))
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
    let mut evidence: HashMap<EmploymentId, Vec<Day>> = employment::latest_evidence(conn, &ids, from)?
        .into_iter()
        .map(|(id, day)| (id, vec![day]))
        .collect();
    for portion in ids.chunks(IN_LIST) {
        let seen: Vec<(EmploymentId, Day)> = employment_evidence::table
            .filter(employment_evidence::employment_id.eq_any(portion))
            .filter(employment_evidence::seen_on.gt(from))
            .filter(employment_evidence::seen_on.le(until))
            .order((employment_evidence::seen_on, employment_evidence::id))
            .select((employment_evidence::employment_id, employment_evidence::seen_on))
            .load(conn)?;
        for (id, day) in seen {
            evidence.entry(id).or_default().push(day);
        }
    }
    for (id, person_id, form, from, until) in rows {
        let what = WorkThen {
            counts: form.counts(),
            evidence: evidence.remove(&id).unwrap_or_default(),
        };
        people
            .entry(person_id)
            .or_default()
            .work
            .push(Span { from, until, what });
    }
    Ok(())
}
