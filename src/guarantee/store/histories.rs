//! Households of a scope over a span of days, in portions: the board asks for twelve weeks and reads the tables once.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;

use super::super::history::{CaseThen, History, LabourThen, MemberThen, PersonHistory, Span, StatusThen, WorkThen};
use super::super::model::Parameters;
use super::super::rules::welfare_term_end;
use super::PORTION;
use crate::base::actor::Scope;
use crate::base::codes::{EmploymentForm, ExemptionReason, LabourSkill, MonitorCategory, RelocationKind, Sex};
use crate::base::error::Result;
use crate::base::ids::{EmploymentId, HouseholdId, PersonId, SiteId};
use crate::base::region::RegionCode;
use crate::base::time::{Day, days_between};
use crate::employment::{EvidenceKind, evidence_between, newest_by_kind};
use crate::platform::db::Conn;
use crate::platform::db::schema::{
    cases, employments, exemptions, household_members, household_statuses, households, person_statuses, persons, sites,
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

/// Households over a span of days, in the order of region and number.
pub fn histories_of(conn: &mut Conn, ids: &[HouseholdId], from: Day, until: Day) -> Result<Vec<History>> {
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
    let mut exemptions = exemptions_in(conn, ids, from, until)?;
    let mut cases = cases_in(conn, ids, from, until)?;
    let mut person_ids: Vec<PersonId> = members.values().flatten().map(|m| m.what.person_id).collect();
    // Somebody may have left a household and come back, or belonged to two, one after the other.
    person_ids.sort_unstable();
    person_ids.dedup();
    let mut people: HashMap<PersonId, PersonHistory> = HashMap::new();
    labour_in(conn, &person_ids, from, until, &mut people)?;
    work_in(conn, &person_ids, from, until, &mut people)?;
    Ok(rows
        .into_iter()
        .map(|(household_id, registry_no, region, group_name)| {
            let members = members.remove(&household_id).unwrap_or_default();
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
                exemptions: exemptions.remove(&household_id).unwrap_or_default(),
                cases: cases.remove(&household_id).unwrap_or_default(),
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
    // Work that ended long before the span still tells how much of a term on public-welfare posts is used up.
    let mut rows: Vec<Row> = Vec::new();
    for portion in ids.chunks(IN_LIST) {
        rows.extend(
            employments::table
                .filter(employments::person_id.eq_any(portion))
                .filter(employments::start_on.le(until))
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
    let mut evidence = evidence_in(conn, &ids, from, until)?;
    let parameters = Parameters::default();
    let mut on_welfare_posts: HashMap<PersonId, i64> = HashMap::new();
    for (employment_id, person_id, form, from, until) in rows {
        let term_on = (form == EmploymentForm::WelfarePost).then(|| {
            let before = on_welfare_posts.entry(person_id).or_default();
            let end = welfare_term_end(from, *before, &parameters);
            *before += until.map_or(0, |until| days_between(from, until) + 1);
            end
        });
        let what = WorkThen {
            employment_id,
            counts: form.counts(),
            term_on,
            evidence: evidence.remove(&employment_id).unwrap_or_default(),
        };
        let work = &mut people.entry(person_id).or_default().work;
        work.push(Span { from, until, what });
    }
    Ok(())
}

/// The days of evidence in order, and whether each proves more than the worker's own word; of those before the span only
/// the newest of either kind.
fn evidence_in(
    conn: &mut Conn,
    ids: &[EmploymentId],
    from: Day,
    until: Day,
) -> Result<HashMap<EmploymentId, Vec<(Day, bool)>>> {
    let proves: HashMap<EvidenceKind, bool> = EvidenceKind::ALL
        .iter()
        .map(|kind| (*kind, kind.strength() > 1))
        .collect();
    let mut days: HashMap<EmploymentId, Vec<(Day, bool)>> = HashMap::new();
    let before = newest_by_kind(conn, ids, from)?;
    let after = if until > from {
        evidence_between(conn, ids, from, until)?
    } else {
        Vec::new()
    };
    for (id, kind, day) in before.into_iter().chain(after) {
        let proves = proves.get(&kind).copied().unwrap_or(false);
        days.entry(id).or_default().push((day, proves));
    }
    for seen in days.values_mut() {
        seen.sort_unstable();
    }
    Ok(days)
}

/// Decided exemptions that hold on some day of the span. A review ends one, unless it ended before.
fn exemptions_in(
    conn: &mut Conn,
    ids: &[HouseholdId],
    from: Day,
    until: Day,
) -> Result<HashMap<HouseholdId, Vec<Span<ExemptionReason>>>> {
    type Row = (HouseholdId, Day, Day, Option<Day>, ExemptionReason);
    let rows: Vec<Row> = exemptions::table
        .filter(exemptions::household_id.eq_any(ids))
        .filter(exemptions::from_on.le(until))
        .filter(exemptions::review_on.ge(from))
        .order((exemptions::household_id, exemptions::from_on, exemptions::id))
        .select((
            exemptions::household_id,
            exemptions::from_on,
            exemptions::review_on,
            exemptions::ended_on,
            exemptions::reason,
        ))
        .load(conn)?;
    let mut found: HashMap<HouseholdId, Vec<Span<ExemptionReason>>> = HashMap::new();
    for (id, from, review, ended, what) in rows {
        let until = match ended {
            Some(ended) => ended.pred_opt().map(|last| last.min(review)),
            None => Some(review),
        };
        // One that ended on its first day was never so.
        if until.is_some_and(|until| until >= from) {
            found.entry(id).or_default().push(Span { from, until, what });
        }
    }
    Ok(found)
}

/// Cases that were open on some day of the span.
fn cases_in(
    conn: &mut Conn,
    ids: &[HouseholdId],
    from: Day,
    until: Day,
) -> Result<HashMap<HouseholdId, Vec<CaseThen>>> {
    type Row = (HouseholdId, Day, Option<Day>, Option<Day>);
    let rows: Vec<Row> = cases::table
        .filter(cases::household_id.eq_any(ids))
        .filter(cases::opened_on.le(until))
        .filter(cases::closed_on.is_null().or(cases::closed_on.gt(from)))
        .order((cases::household_id, cases::id))
        .select((cases::household_id, cases::opened_on, cases::clear_by, cases::closed_on))
        .load(conn)?;
    let mut found: HashMap<HouseholdId, Vec<CaseThen>> = HashMap::new();
    for (id, opened_on, clear_by, closed_on) in rows {
        found.entry(id).or_default().push(CaseThen {
            opened_on,
            clear_by,
            closed_on,
        });
    }
    Ok(found)
}
