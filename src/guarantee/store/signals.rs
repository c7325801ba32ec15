//! What alerts are made of beside the history of households, and the alerts that are open. Reads the registry's,
//! the employment room's and the training room's tables.

use std::collections::HashMap;

use diesel::dsl::max;
use diesel::prelude::*;

use super::super::alerts::{Alert, AlertKind, Signals};
use super::super::history::History;
use crate::base::error::Result;
use crate::base::ids::{EmploymentId, EnrolmentId, ExemptionId, HouseholdId, PersonId};
use crate::base::money::Money;
use crate::base::time::{Day, Instant};
use crate::platform::db::Conn;
use crate::platform::db::schema::{
    alerts, case_steps, cases, course_runs, employment_wages, employments, enrolments, exemptions, wishes,
};
use crate::training::EnrolmentStatus;

const IN_LIST: usize = 5_000;

/// What is known about households beside their histories.
pub fn signals_of(conn: &mut Conn, histories: &[History], today: Day) -> Result<HashMap<HouseholdId, Signals>> {
    let mut found: HashMap<HouseholdId, Signals> = HashMap::new();
    let mut home: HashMap<PersonId, HouseholdId> = HashMap::new();
    for history in histories {
        found.insert(history.household_id, Signals::default());
        let members = history.members.iter().filter(|m| m.covers(today));
        home.extend(members.map(|m| (m.what.person_id, history.household_id)));
    }
    let ids: Vec<HouseholdId> = found.keys().copied().collect();
    let persons: Vec<PersonId> = home.keys().copied().collect();
    let mut of_person = |person: PersonId, add: &mut dyn FnMut(&mut Signals)| {
        if let Some(signals) = home.get(&person).and_then(|id| found.get_mut(id)) {
            add(signals);
        }
    };
    for (person, employment, day, wage) in wages(conn, &persons)? {
        of_person(person, &mut |signals| {
            signals.wages.push((person, employment, day, wage))
        });
    }
    for (person, enrolment, day) in dropouts(conn, &persons, today)? {
        of_person(person, &mut |signals| signals.dropouts.push((person, enrolment, day)));
    }
    for (person, day) in newest_wishes(conn, &persons)? {
        of_person(person, &mut |signals| {
            signals.contact_on = signals.contact_on.max(Some(day))
        });
    }
    for (household, at) in newest_steps(conn, &ids)? {
        if let Some(signals) = found.get_mut(&household) {
            signals.contact_on = signals.contact_on.max(Some(at.day()));
        }
    }
    for (household, exemption, day) in reviews(conn, &ids, today)? {
        if let Some(signals) = found.get_mut(&household) {
            signals.reviews.push((exemption, day));
        }
    }
    Ok(found)
}

fn wages(conn: &mut Conn, persons: &[PersonId]) -> Result<Vec<(PersonId, EmploymentId, Day, Money)>> {
    let mut found = Vec::new();
    for portion in persons.chunks(IN_LIST) {
        let rows: Vec<(PersonId, EmploymentId, Day, Money)> = employment_wages::table
            .inner_join(employments::table)
            .filter(employments::person_id.eq_any(portion))
            .order((
                employment_wages::employment_id,
                employment_wages::known_on,
                employment_wages::id,
            ))
            .select((
                employments::person_id,
                employments::id,
                employment_wages::known_on,
                employment_wages::wage_fen,
            ))
            .load(conn)?;
        found.extend(rows);
    }
    Ok(found)
}

/// Courses that were not completed, or left after they had begun.
fn dropouts(conn: &mut Conn, persons: &[PersonId], today: Day) -> Result<Vec<(PersonId, EnrolmentId, Day)>> {
    let mut found = Vec::new();
    for portion in persons.chunks(IN_LIST) {
        let rows: Vec<(PersonId, EnrolmentId, Day, Day)> = enrolments::table
            .inner_join(course_runs::table)
            .filter(enrolments::person_id.eq_any(portion))
            .filter(enrolments::status.eq(EnrolmentStatus::NotCompleted))
            .filter(course_runs::starts_on.le(today))
            .order(enrolments::id)
            .select((
                enrolments::person_id,
                enrolments::id,
                course_runs::starts_on,
                course_runs::ends_on,
            ))
            .load(conn)?;
        found.extend(
            rows.into_iter()
                .map(|(person, id, starts, ends)| (person, id, ends.min(today).max(starts))),
        );
    }
    Ok(found)
}

fn newest_wishes(conn: &mut Conn, persons: &[PersonId]) -> Result<Vec<(PersonId, Day)>> {
    let mut found = Vec::new();
    for portion in persons.chunks(IN_LIST) {
        let rows: Vec<(PersonId, Option<Day>)> = wishes::table
            .filter(wishes::person_id.eq_any(portion))
            .group_by(wishes::person_id)
            .select((wishes::person_id, max(wishes::stated_on)))
            .load(conn)?;
        found.extend(rows.into_iter().filter_map(|(person, day)| Some((person, day?))));
    }
    Ok(found)
}

/// The newest step that a person took in a case of each household.
fn newest_steps(conn: &mut Conn, ids: &[HouseholdId]) -> Result<Vec<(HouseholdId, Instant)>> {
    let rows: Vec<(HouseholdId, Instant)> = case_steps::table
        .inner_join(cases::table)
        .filter(cases::household_id.eq_any(ids))
        .filter(case_steps::actor_id.is_not_null())
        .order((cases::household_id, case_steps::at))
        .select((cases::household_id, case_steps::at))
        .load(conn)?;
    Ok(rows)
}

fn reviews(conn: &mut Conn, ids: &[HouseholdId], today: Day) -> Result<Vec<(HouseholdId, ExemptionId, Day)>> {
    Ok(exemptions::table
        .filter(exemptions::household_id.eq_any(ids))
        .filter(exemptions::from_on.le(today))
        .filter(exemptions::review_on.ge(today))
        .filter(exemptions::ended_on.is_null())
        .order(exemptions::id)
        .select((exemptions::household_id, exemptions::id, exemptions::review_on))
        .load(conn)?)
}

/// The alerts of households that are open, and the occurrences that were followed up.
pub fn known_alerts(conn: &mut Conn, ids: &[HouseholdId]) -> Result<HashMap<HouseholdId, Vec<Alert>>> {
    let occurrences: Vec<AlertKind> = AlertKind::ALL.iter().copied().filter(|k| k.is_occurrence()).collect();
    let rows: Vec<Alert> = alerts::table
        .filter(alerts::household_id.eq_any(ids))
        .filter(alerts::is_open.eq(true).or(alerts::kind.eq_any(occurrences)))
        .order((alerts::household_id, alerts::id))
        .select(Alert::as_select())
        .load(conn)?;
    let mut found: HashMap<HouseholdId, Vec<Alert>> = HashMap::new();
    for alert in rows {
        found.entry(alert.household_id).or_default().push(alert);
    }
    Ok(found)
}
