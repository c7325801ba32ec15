//! Queries of the employment tables.

use std::collections::HashMap;

use diesel::dsl::max;
use diesel::prelude::*;

use super::model::{Employment, EmploymentRow, Evidence, EvidenceKind};
use crate::base::actor::{Actor, Permission};
use crate::base::error::{OrNotFound, Result};
use crate::base::ids::{EmployerId, EmploymentId, PersonId};
use crate::base::time::Day;
use crate::platform::db::Conn;
use crate::platform::db::schema::{employment_evidence, employments};
use crate::registry;

const IN_LIST: usize = 5_000;

/// The employments of persons that cover a day.
pub fn current_on(conn: &mut Conn, persons: &[PersonId], day: Day) -> Result<Vec<Employment>> {
    let mut rows = Vec::new();
    for portion in persons.chunks(IN_LIST) {
        rows.extend(
            employments::table
                .filter(employments::person_id.eq_any(portion))
                .filter(employments::start_on.le(day))
                .filter(employments::end_on.is_null().or(employments::end_on.ge(day)))
                .order((employments::person_id, employments::start_on, employments::id))
                .select(Employment::as_select())
                .load::<Employment>(conn)?,
        );
    }
    Ok(rows)
}

/// All employments of persons that began by a day, with the newest evidence by then.
pub fn employments_of(conn: &mut Conn, persons: &[PersonId], day: Day) -> Result<Vec<EmploymentRow>> {
    let mut rows: Vec<Employment> = Vec::new();
    for portion in persons.chunks(IN_LIST) {
        rows.extend(
            employments::table
                .filter(employments::person_id.eq_any(portion))
                .filter(employments::start_on.le(day))
                .order((
                    employments::person_id,
                    employments::start_on.desc(),
                    employments::id.desc(),
                ))
                .select(Employment::as_select())
                .load::<Employment>(conn)?,
        );
    }
    let ids: Vec<EmploymentId> = rows.iter().map(|e| e.id).collect();
    let evidence = latest_evidence(conn, &ids, day)?;
    Ok(rows
        .into_iter()
        .map(|employment| EmploymentRow {
            evidence_on: evidence.get(&employment.id).copied(),
            employment,
        })
        .collect())
}

/// A full-time employment of a person that covers some day of a period, other than the one that is being corrected.
pub fn full_time_between(
    conn: &mut Conn,
    person_id: PersonId,
    (start, end): (Day, Option<Day>),
    except: Option<EmploymentId>,
) -> Result<Option<Employment>> {
    let rows: Vec<Employment> = employments::table
        .filter(employments::person_id.eq(person_id))
        .filter(employments::end_on.is_null().or(employments::end_on.ge(start)))
        .order((employments::start_on, employments::id))
        .select(Employment::as_select())
        .load(conn)?;
    Ok(rows.into_iter().find(|other| {
        other.form.is_full_time() && Some(other.id) != except && end.is_none_or(|end| other.start_on <= end)
    }))
}

/// The day of the newest evidence of each employment, not later than a day.
pub fn latest_evidence(conn: &mut Conn, ids: &[EmploymentId], day: Day) -> Result<HashMap<EmploymentId, Day>> {
    let mut newest = HashMap::new();
    for portion in ids.chunks(IN_LIST) {
        let rows: Vec<(EmploymentId, Option<Day>)> = employment_evidence::table
            .filter(employment_evidence::employment_id.eq_any(portion))
            .filter(employment_evidence::seen_on.le(day))
            .group_by(employment_evidence::employment_id)
            .select((employment_evidence::employment_id, max(employment_evidence::seen_on)))
            .load(conn)?;
        newest.extend(rows.into_iter().filter_map(|(id, day)| Some((id, day?))));
    }
    Ok(newest)
}

/// The day of the newest evidence of each kind and employment, not later than a day.
pub fn newest_by_kind(
    conn: &mut Conn,
    ids: &[EmploymentId],
    day: Day,
) -> Result<Vec<(EmploymentId, EvidenceKind, Day)>> {
    let mut found = Vec::new();
    for portion in ids.chunks(IN_LIST) {
        let rows: Vec<(EmploymentId, EvidenceKind, Option<Day>)> = employment_evidence::table
            .filter(employment_evidence::employment_id.eq_any(portion))
            .filter(employment_evidence::seen_on.le(day))
            .group_by((employment_evidence::employment_id, employment_evidence::kind))
            .select((
                employment_evidence::employment_id,
                employment_evidence::kind,
                max(employment_evidence::seen_on),
            ))
            .load(conn)?;
        found.extend(rows.into_iter().filter_map(|(id, kind, day)| Some((id, kind, day?))));
    }
    Ok(found)
}

/// The evidence of employments that was seen after one day and by another, oldest first.
pub fn evidence_between(
    conn: &mut Conn,
    ids: &[EmploymentId],
    after: Day,
    until: Day,
) -> Result<Vec<(EmploymentId, EvidenceKind, Day)>> {
    let mut found = Vec::new();
    for portion in ids.chunks(IN_LIST) {
        let rows: Vec<(EmploymentId, EvidenceKind, Day)> = employment_evidence::table
            .filter(employment_evidence::employment_id.eq_any(portion))
            .filter(employment_evidence::seen_on.gt(after))
            .filter(employment_evidence::seen_on.le(until))
            .order((employment_evidence::seen_on, employment_evidence::id))
            .select((
                employment_evidence::employment_id,
                employment_evidence::kind,
                employment_evidence::seen_on,
            ))
            .load(conn)?;
        found.extend(rows);
    }
    Ok(found)
}

/// All evidence of an employment, newest first.
pub fn evidence_of(conn: &mut Conn, ids: &[EmploymentId]) -> Result<Vec<Evidence>> {
    let mut found = Vec::new();
    for portion in ids.chunks(IN_LIST) {
        let rows: Vec<Evidence> = employment_evidence::table
            .filter(employment_evidence::employment_id.eq_any(portion))
            .order((employment_evidence::seen_on.desc(), employment_evidence::id.desc()))
            .select(Evidence::as_select())
            .load(conn)?;
        found.extend(rows);
    }
    Ok(found)
}

/// An employment for an actor: the employer's own, the worker's own, or that of somebody in his scope.
pub fn employment_for(conn: &mut Conn, actor: &Actor, id: EmploymentId, permission: Permission) -> Result<Employment> {
    let employment: Employment = employments::table
        .find(id)
        .select(Employment::as_select())
        .first(conn)
        .optional()?
        .or_not_found("employment")?;
    let is_employer = permission == Permission::ManageOwnEmployer
        && employment.employer_id.is_some_and(|employer| actor.manages(employer));
    let is_own = permission == Permission::ActForSelf && actor.person_id() == Some(employment.person_id);
    if is_employer || is_own {
        return Ok(employment);
    }
    let (_, region) = registry::person_in(conn, employment.person_id)?;
    let in_scope = region.is_some_and(|region| actor.may_in(Permission::RecordEmployment, &region));
    Some(employment).filter(|_| in_scope).or_not_found("employment")
}

/// The people whom an employer has hired, current ones first.
pub fn hires_of(conn: &mut Conn, employer_id: EmployerId, limit: usize, day: Day) -> Result<Vec<EmploymentRow>> {
    let rows: Vec<Employment> = employments::table
        .filter(employments::employer_id.eq(employer_id))
        .order((
            employments::end_on.is_not_null(),
            employments::start_on.desc(),
            employments::id.desc(),
        ))
        .limit(i64::try_from(limit).unwrap_or(i64::MAX))
        .select(Employment::as_select())
        .load(conn)?;
    let ids: Vec<EmploymentId> = rows.iter().map(|e| e.id).collect();
    let evidence = latest_evidence(conn, &ids, day)?;
    Ok(rows
        .into_iter()
        .map(|employment| EmploymentRow {
            evidence_on: evidence.get(&employment.id).copied(),
            employment,
        })
        .collect())
}
