//! What the registry, the employments and the courses know of the people of a claim. Reads their tables; a constant
//! number of queries for any number of people.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::base::codes::{
    EmployerKind, EmploymentForm, HouseholdType, LabourSkill, MonitorCategory, PovertyAttribute, RelocationKind, Sex,
};
use crate::base::error::Result;
use crate::base::ids::{EmployerId, EmploymentId, EnrolmentId, HouseholdId, PersonId, PlacementId};
use crate::base::money::Money;
use crate::base::region::{RegionCode, RegionLevel};
use crate::base::time::Day;
use crate::employment;
use crate::platform::db::Conn;
use crate::platform::db::schema::{
    course_runs, courses, employers, employments, enrolments, household_members, household_statuses, households,
    person_statuses, persons,
};
use crate::subsidies::assess::{CourseFacts, Facts, HouseholdSpell, LabourSpell, Spell};
use crate::subsidies::model::{SkillLevel, SupportRule, WorkRegion};
use crate::training::EnrolmentStatus;

const IN_LIST: usize = 5_000;

/// Evidence older than this no longer says that somebody works.
const EVIDENCE_DAYS: i64 = 60;

/// For whom a claim is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// An employer, for the people who work for it or learnt with it.
    Employer(EmployerId),
    /// A person, for himself or his household.
    Person(PersonId),
}

#[derive(Queryable)]
struct PersonRow {
    id: PersonId,
    sex: Sex,
    birth_on: Option<Day>,
}

#[derive(Queryable)]
struct StatusRow {
    household_id: HouseholdId,
    from: Day,
    until: Option<Day>,
    household_type: Option<HouseholdType>,
    poverty: Option<PovertyAttribute>,
    monitor: Option<MonitorCategory>,
    relocation: Option<RelocationKind>,
}

#[derive(Queryable)]
struct WorkRow {
    id: EmploymentId,
    person_id: PersonId,
    employer_id: Option<EmployerId>,
    placement_id: Option<PlacementId>,
    form: EmploymentForm,
    region: Option<RegionCode>,
    wage: Option<Money>,
    from: Day,
    until: Option<Day>,
}

/// The people whom a rule may be about, with everything that it may look at. What is taken is added by the caller.
pub fn gather(conn: &mut Conn, rule: &SupportRule, subject: Subject, year: i32, day: Day) -> Result<Vec<Facts>> {
    let courses = if rule.terms.is_about_courses() {
        courses_of(conn, subject)?
    } else {
        Vec::new()
    };
    let mut people: Vec<PersonId> = match subject {
        Subject::Person(person) => vec![person],
        Subject::Employer(_) if rule.terms.is_about_courses() => courses.iter().map(|(person, _)| *person).collect(),
        Subject::Employer(employer) => workers_of(conn, employer)?,
    };
    people.sort_unstable();
    people.dedup();
    let base = facts_of(conn, &people, subject, year, day)?;
    if !rule.terms.is_about_courses() {
        return Ok(base);
    }
    let by_person: HashMap<PersonId, Facts> = base.into_iter().map(|facts| (facts.person_id, facts)).collect();
    Ok(courses
        .into_iter()
        .filter_map(|(person, course)| {
            let facts = by_person.get(&person)?.clone();
            Some(Facts {
                course: Some(course),
                ..facts
            })
        })
        .collect())
}

/// More people than one employer claims for at once.
const MOST_PEOPLE: i64 = 5_000;

fn workers_of(conn: &mut Conn, employer: EmployerId) -> Result<Vec<PersonId>> {
    Ok(employments::table
        .filter(employments::employer_id.eq(employer))
        .order(employments::person_id)
        .distinct()
        .limit(MOST_PEOPLE)
        .select(employments::person_id)
        .load(conn)?)
}

fn courses_of(conn: &mut Conn, subject: Subject) -> Result<Vec<(PersonId, CourseFacts)>> {
    type Row = (EnrolmentId, PersonId, EnrolmentStatus, Day, Day, Option<String>);
    let columns = (
        enrolments::id,
        enrolments::person_id,
        enrolments::status,
        course_runs::starts_on,
        course_runs::ends_on,
        courses::certificate,
    );
    let joined = enrolments::table
        .inner_join(course_runs::table.inner_join(courses::table))
        .filter(enrolments::status.ne(EnrolmentStatus::Withdrawn));
    let rows: Vec<Row> = match subject {
        Subject::Person(person) => joined
            .filter(enrolments::person_id.eq(person))
            .order(enrolments::id)
            .limit(MOST_PEOPLE)
            .select(columns)
            .load(conn)?,
        Subject::Employer(employer) => joined
            .filter(courses::employer_id.eq(employer))
            .order(enrolments::id)
            .limit(MOST_PEOPLE)
            .select(columns)
            .load(conn)?,
    };
    Ok(rows
        .into_iter()
        .map(|(enrolment_id, person, status, starts_on, ends_on, certificate)| {
            let course = CourseFacts {
                enrolment_id,
                starts_on,
                ends_on,
                completed: status == EnrolmentStatus::Completed,
                level: certificate.as_deref().and_then(SkillLevel::from_label),
                attended_days: None,
            };
            (person, course)
        })
        .collect())
}

/// What is known of people, in the order of their ids.
pub fn facts_of(conn: &mut Conn, people: &[PersonId], subject: Subject, year: i32, day: Day) -> Result<Vec<Facts>> {
    let claimant_employer = match subject {
        Subject::Employer(id) => Some(id),
        Subject::Person(_) => None,
    };
    let claimant_is_workshop = match claimant_employer {
        Some(id) => {
            let kind: EmployerKind = employers::table.find(id).select(employers::kind).first(conn)?;
            kind == EmployerKind::Workshop
        }
        None => false,
    };
    let mut homes = homes_of(conn, people)?;
    let household_ids: Vec<HouseholdId> = homes.values().map(|(id, _)| *id).collect();
    let statuses = household_spells(conn, &household_ids)?;
    let mut labour = labour_spells(conn, people)?;
    let mut work = spells_of(conn, people, &homes, day)?;
    let mut found = Vec::with_capacity(people.len());
    for portion in people.chunks(IN_LIST) {
        let rows: Vec<PersonRow> = persons::table
            .filter(persons::id.eq_any(portion))
            .order(persons::id)
            .select((persons::id, persons::sex, persons::birth_on))
            .load(conn)?;
        for person in rows {
            let home = homes.remove(&person.id);
            let household = home.as_ref().and_then(|(id, _)| statuses.get(id)).cloned();
            found.push(Facts {
                person_id: person.id,
                household_id: home.map(|(id, _)| id),
                sex: person.sex,
                birth_on: person.birth_on,
                household: household.unwrap_or_default(),
                labour: labour.remove(&person.id).unwrap_or_default(),
                spells: work.remove(&person.id).unwrap_or_default(),
                course: None,
                claimant_employer,
                claimant_is_workshop,
                team_size: None,
                year,
                taken: HashMap::new(),
                units_had: 0,
                had_fen: 0,
                figures: None,
                proven_fen: None,
                household_income_fen: None,
            });
        }
    }
    Ok(found)
}

/// What is known of people who ask for themselves.
pub(in super::super) fn facts_of_people(
    conn: &mut Conn,
    people: &[PersonId],
    year: i32,
    day: Day,
) -> Result<Vec<Facts>> {
    let Some(first) = people.first() else {
        return Ok(Vec::new());
    };
    facts_of(conn, people, Subject::Person(*first), year, day)
}

/// People of a division who have worked.
pub(in super::super) fn workers_in(conn: &mut Conn, region: &RegionCode, day: Day) -> Result<Vec<PersonId>> {
    Ok(employments::table
        .inner_join(household_members::table.on(household_members::person_id.eq(employments::person_id)))
        .inner_join(households::table.on(households::id.eq(household_members::household_id)))
        .filter(household_members::until_on.is_null())
        .filter(households::region_code.ge(region.digits()))
        .filter(households::region_code.lt(region.upper_bound()))
        .filter(employments::start_on.le(day))
        .order(employments::person_id)
        .distinct()
        .limit(100_000)
        .select(employments::person_id)
        .load(conn)?)
}

/// The employers of a division.
pub(in super::super) fn employers_in(conn: &mut Conn, region: &RegionCode) -> Result<Vec<(EmployerId, EmployerKind)>> {
    Ok(employers::table
        .filter(employers::region_code.ge(region.digits()))
        .filter(employers::region_code.lt(region.upper_bound()))
        .order(employers::id)
        .limit(5_000)
        .select((employers::id, employers::kind))
        .load(conn)?)
}

fn homes_of(conn: &mut Conn, people: &[PersonId]) -> Result<HashMap<PersonId, (HouseholdId, RegionCode)>> {
    let mut homes = HashMap::new();
    for portion in people.chunks(IN_LIST) {
        let rows: Vec<(PersonId, HouseholdId, RegionCode)> = household_members::table
            .inner_join(households::table)
            .filter(household_members::person_id.eq_any(portion))
            .filter(household_members::until_on.is_null())
            .order(household_members::id)
            .select((household_members::person_id, households::id, households::region_code))
            .load(conn)?;
        homes.extend(
            rows.into_iter()
                .map(|(person, household, region)| (person, (household, region))),
        );
    }
    Ok(homes)
}

fn household_spells(conn: &mut Conn, ids: &[HouseholdId]) -> Result<HashMap<HouseholdId, Vec<HouseholdSpell>>> {
    let mut found: HashMap<HouseholdId, Vec<HouseholdSpell>> = HashMap::new();
    for portion in ids.chunks(IN_LIST) {
        let rows: Vec<StatusRow> = household_statuses::table
            .filter(household_statuses::household_id.eq_any(portion))
            .order((household_statuses::from_on, household_statuses::id))
            .select((
                household_statuses::household_id,
                household_statuses::from_on,
                household_statuses::until_on,
                household_statuses::household_type,
                household_statuses::poverty_attribute,
                household_statuses::monitor_category,
                household_statuses::relocation_kind,
            ))
            .load(conn)?;
        for row in rows {
            found.entry(row.household_id).or_default().push(HouseholdSpell {
                from: row.from,
                until: row.until,
                household_type: row.household_type,
                poverty: row.poverty,
                monitor: row.monitor,
                relocated: row.relocation == Some(RelocationKind::Registered),
            });
        }
    }
    Ok(found)
}

fn labour_spells(conn: &mut Conn, people: &[PersonId]) -> Result<HashMap<PersonId, Vec<LabourSpell>>> {
    type Row = (PersonId, Day, Option<Day>, Option<LabourSkill>, Option<String>);
    let mut found: HashMap<PersonId, Vec<LabourSpell>> = HashMap::new();
    for portion in people.chunks(IN_LIST) {
        let rows: Vec<Row> = person_statuses::table
            .filter(person_statuses::person_id.eq_any(portion))
            .order((person_statuses::from_on, person_statuses::id))
            .select((
                person_statuses::person_id,
                person_statuses::from_on,
                person_statuses::until_on,
                person_statuses::labour_skill,
                person_statuses::school,
            ))
            .load(conn)?;
        for (person, from, until, skill, school) in rows {
            let at_school = school.is_some();
            found.entry(person).or_default().push(LabourSpell {
                from,
                until,
                skill,
                at_school,
            });
        }
    }
    Ok(found)
}

/// All work of people. What nothing has confirmed for sixty days counts until then and no longer.
fn spells_of(
    conn: &mut Conn,
    people: &[PersonId],
    homes: &HashMap<PersonId, (HouseholdId, RegionCode)>,
    day: Day,
) -> Result<HashMap<PersonId, Vec<Spell>>> {
    let mut rows: Vec<WorkRow> = Vec::new();
    for portion in people.chunks(IN_LIST) {
        rows.extend(
            employments::table
                .filter(employments::person_id.eq_any(portion))
                .filter(employments::start_on.le(day))
                .order((employments::person_id, employments::start_on, employments::id))
                .select((
                    employments::id,
                    employments::person_id,
                    employments::employer_id,
                    employments::placement_id,
                    employments::form,
                    employments::region_code,
                    employments::wage_fen,
                    employments::start_on,
                    employments::end_on,
                ))
                .load::<WorkRow>(conn)?,
        );
    }
    let open: Vec<EmploymentId> = rows
        .iter()
        .filter(|row| row.until.is_none())
        .map(|row| row.id)
        .collect();
    let evidence = employment::latest_evidence(conn, &open, day)?;
    let mut found: HashMap<PersonId, Vec<Spell>> = HashMap::new();
    for row in rows.into_iter().filter(|row| row.form.counts()) {
        let seen = evidence.get(&row.id).copied().unwrap_or(row.from);
        let fresh_until = seen
            .checked_add_signed(chrono::Duration::days(EVIDENCE_DAYS))
            .unwrap_or(day);
        let home = homes.get(&row.person_id).map(|(_, region)| region);
        found.entry(row.person_id).or_default().push(Spell {
            employment_id: row.id,
            employer_id: row.employer_id,
            from: row.from,
            to: row.until.unwrap_or_else(|| fresh_until.min(day)),
            ended: row.until.is_some(),
            region: row.region.as_ref().zip(home).map(|(work, home)| region_of(work, home)),
            is_written: row.form == EmploymentForm::Contract,
            agreed_months: None,
            is_organised: row.placement_id.is_some(),
            wage_fen: row.wage.map(Money::fen),
        });
    }
    Ok(found)
}

/// Where work is, seen from home.
fn region_of(work: &RegionCode, home: &RegionCode) -> WorkRegion {
    let same = |level: RegionLevel| matches!((work.at(level), home.at(level)), (Some(w), Some(h)) if w == h);
    if same(RegionLevel::Township) {
        WorkRegion::WithinTownship
    } else if same(RegionLevel::County) {
        WorkRegion::InCounty
    } else if same(RegionLevel::Prefecture) {
        WorkRegion::InPrefecture
    } else if same(RegionLevel::Province) {
        WorkRegion::InProvinceOutCounty
    } else {
        WorkRegion::OutProvince
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_seen_from_home() {
        let code = |text: &str| RegionCode::parse(text).unwrap();
        let home = code("532801002001");
        for (work, region) in [
            ("532801002003", WorkRegion::WithinTownship),
            ("532801003", WorkRegion::InCounty),
            ("532822", WorkRegion::InPrefecture),
            ("530100", WorkRegion::InProvinceOutCounty),
            ("310000", WorkRegion::OutProvince),
        ] {
            assert_eq!(region_of(&code(work), &home), region, "{work}");
        }
    }
}
