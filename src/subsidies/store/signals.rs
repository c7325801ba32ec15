//! What the signals look at, as far as the records hold it; and the signals that were found.

use std::collections::{BTreeSet, HashMap};

use diesel::prelude::*;

use crate::base::actor::{Actor, Permission};
use crate::base::codes::EmploymentForm;
use crate::base::error::{OrNotFound, Result};
use crate::base::ids::{
    ClaimContactId, ClaimId, ClaimLineId, ClaimSignalId, EmployerId, EmploymentId, HouseholdId, PersonId, UserId,
};
use crate::base::region::{RegionCode, RegionLevel};
use crate::base::secret::Sealed;
use crate::base::time::{Day, Instant};
use crate::platform::db::Conn;
use crate::platform::db::schema::{
    claim_contacts, claim_signals, claims, course_runs, courses, employers, employments, enrolments, household_members,
    persons, placements, postings, role_grants, users,
};
use crate::subsidies::model::{Claim, ClaimSignal, ClaimState};
use crate::subsidies::signals::{Job, Lessons, SignalKind};
use crate::training::EnrolmentStatus;

const IN_LIST: usize = 5_000;

/// A keyed hash that stands behind a claim: of a phone, an account, or the card of one of its people.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = claim_contacts)]
pub(in super::super) struct ClaimContact {
    pub id: ClaimContactId,
    pub claim_id: ClaimId,
    pub line_id: Option<ClaimLineId>,
    pub kind: String,
    pub hash: String,
    pub party: String,
}

pub(in super::super) fn contacts_of(conn: &mut Conn, id: ClaimId) -> Result<Vec<ClaimContact>> {
    Ok(claim_contacts::table
        .filter(claim_contacts::claim_id.eq(id))
        .order(claim_contacts::id)
        .limit(20_000)
        .select(ClaimContact::as_select())
        .load(conn)?)
}

/// What other claims have in common with these: those that were not withdrawn or refused.
pub(in super::super) fn contacts_like(conn: &mut Conn, id: ClaimId, hashes: &[String]) -> Result<Vec<ClaimContact>> {
    let mut found = Vec::new();
    for portion in hashes.chunks(IN_LIST) {
        let rows: Vec<ClaimContact> = claim_contacts::table
            .inner_join(claims::table)
            .filter(claim_contacts::hash.eq_any(portion))
            .filter(claim_contacts::claim_id.ne(id))
            .filter(claims::state.ne_all([ClaimState::Rejected, ClaimState::Withdrawn]))
            .order(claim_contacts::id)
            .limit(5_000)
            .select(ClaimContact::as_select())
            .load(conn)?;
        found.extend(rows);
    }
    Ok(found)
}

/// A person's sealed phone and card.
pub(in super::super) type PersonNumbers = HashMap<PersonId, (Option<Sealed>, Option<Sealed>)>;

pub(in super::super) fn numbers_of(conn: &mut Conn, people: &[PersonId]) -> Result<PersonNumbers> {
    let mut found = HashMap::new();
    for portion in people.chunks(IN_LIST) {
        let rows: Vec<(PersonId, Option<Sealed>, Option<Sealed>)> = persons::table
            .filter(persons::id.eq_any(portion))
            .order(persons::id)
            .select((persons::id, persons::phone_sealed, persons::bank_sealed))
            .load(conn)?;
        found.extend(rows.into_iter().map(|(id, phone, bank)| (id, (phone, bank))));
    }
    Ok(found)
}

/// The sealed phones of employers, with their names.
pub(in super::super) fn employers_named(
    conn: &mut Conn,
    ids: &[EmployerId],
) -> Result<HashMap<EmployerId, (String, Option<Sealed>)>> {
    let mut found = HashMap::new();
    for portion in ids.chunks(IN_LIST) {
        let rows: Vec<(EmployerId, String, Option<Sealed>)> = employers::table
            .filter(employers::id.eq_any(portion))
            .order(employers::id)
            .select((employers::id, employers::name, employers::phone_sealed))
            .load(conn)?;
        found.extend(rows.into_iter().map(|(id, name, phone)| (id, (name, phone))));
    }
    Ok(found)
}

/// A record of work as the signals look at it.
#[derive(Debug, Clone, Queryable)]
pub(in super::super) struct WorkRow {
    pub id: EmploymentId,
    pub person_id: PersonId,
    pub employer_id: Option<EmployerId>,
    pub employer_name: String,
    pub form: EmploymentForm,
    pub from: Day,
    pub until: Option<Day>,
}

impl WorkRow {
    /// Work at a place and with hours, as far as records say: neither one's own fields nor one's own business.
    pub fn has_hours(&self) -> bool {
        matches!(
            self.form,
            EmploymentForm::Contract
                | EmploymentForm::ServiceAgreement
                | EmploymentForm::Workshop
                | EmploymentForm::WelfarePost
        )
    }

    pub fn job(&self, today: Day) -> Job {
        Job {
            from: self.from,
            until: self.until.unwrap_or(today),
            employer: self.employer_id.map(|id| id.raw()),
            name: self.employer_name.clone(),
        }
    }
}

pub(in super::super) fn work_of(conn: &mut Conn, people: &[PersonId]) -> Result<HashMap<PersonId, Vec<WorkRow>>> {
    let mut found: HashMap<PersonId, Vec<WorkRow>> = HashMap::new();
    for portion in people.chunks(IN_LIST) {
        let rows: Vec<WorkRow> = employments::table
            .filter(employments::person_id.eq_any(portion))
            .order((employments::start_on, employments::id))
            .select((
                employments::id,
                employments::person_id,
                employments::employer_id,
                employments::employer_name,
                employments::form,
                employments::start_on,
                employments::end_on,
            ))
            .load(conn)?;
        for row in rows {
            found.entry(row.person_id).or_default().push(row);
        }
    }
    Ok(found)
}

/// When the post of an employment was entered, and when its place was asked for.
pub(in super::super) fn posts_of(
    conn: &mut Conn,
    ids: &[EmploymentId],
) -> Result<HashMap<EmploymentId, (Instant, Instant)>> {
    let mut found = HashMap::new();
    for portion in ids.chunks(IN_LIST) {
        let rows: Vec<(EmploymentId, Instant, Instant)> = employments::table
            .inner_join(placements::table.on(employments::placement_id.eq(placements::id.nullable())))
            .inner_join(postings::table.on(placements::posting_id.eq(postings::id)))
            .filter(employments::id.eq_any(portion))
            .order(employments::id)
            .select((employments::id, postings::created_at, placements::created_at))
            .load(conn)?;
        found.extend(rows.into_iter().map(|(id, opened, hired)| (id, (opened, hired))));
    }
    Ok(found)
}

/// Courses that people went through. Hours of each day are those of the course over its days.
pub(in super::super) fn lessons_of(conn: &mut Conn, people: &[PersonId]) -> Result<HashMap<PersonId, Vec<Lessons>>> {
    /// From so many hours a day on a course fills the working day.
    const HOURS_BY_DAY: i64 = 5;
    type Row = (PersonId, i64, Day, Day, i32, EmployerId);
    let mut found: HashMap<PersonId, Vec<Lessons>> = HashMap::new();
    for portion in people.chunks(IN_LIST) {
        let rows: Vec<Row> = enrolments::table
            .inner_join(course_runs::table.inner_join(courses::table))
            .filter(enrolments::person_id.eq_any(portion))
            .filter(enrolments::status.eq(EnrolmentStatus::Completed))
            .order(enrolments::id)
            .select((
                enrolments::person_id,
                enrolments::run_id,
                course_runs::starts_on,
                course_runs::ends_on,
                course_runs::hours,
                courses::employer_id,
            ))
            .load(conn)?;
        for (person, class, from, to, hours, employer) in rows {
            let days = (to - from).num_days() + 1;
            found.entry(person).or_default().push(Lessons {
                class,
                from,
                to,
                by_day: i64::from(hours) >= days * HOURS_BY_DAY,
                employer: Some(employer.raw()),
                sittings: Vec::new(),
            });
        }
    }
    Ok(found)
}

/// Officers of the places from a region upwards who are on record as persons: household → name.
pub(in super::super) fn officers_at_home(conn: &mut Conn, region: &RegionCode) -> Result<HashMap<HouseholdId, String>> {
    let levels = [
        RegionLevel::Prefecture,
        RegionLevel::County,
        RegionLevel::Township,
        RegionLevel::Village,
    ];
    let places: BTreeSet<String> = levels
        .iter()
        .filter_map(|level| region.at(*level))
        .map(|place| place.digits().to_owned())
        .collect();
    let officers: Vec<(UserId, String)> = role_grants::table
        .inner_join(users::table.on(users::id.eq(role_grants::user_id)))
        .filter(role_grants::region_code.eq_any(places.iter().map(|place| Some(place.clone())).collect::<Vec<_>>()))
        .filter(role_grants::revoked_at.is_null())
        .order(role_grants::id)
        .limit(2_000)
        .select((users::id, users::display_name))
        .load(conn)?;
    let names: HashMap<UserId, String> = officers.into_iter().collect();
    let ids: Vec<UserId> = names.keys().copied().collect();
    let homes: Vec<(UserId, HouseholdId)> = role_grants::table
        .inner_join(household_members::table.on(household_members::person_id.nullable().eq(role_grants::person_id)))
        .filter(role_grants::user_id.eq_any(ids))
        .filter(role_grants::revoked_at.is_null())
        .filter(household_members::until_on.is_null())
        .order(role_grants::id)
        .limit(2_000)
        .select((role_grants::user_id, household_members::household_id))
        .load(conn)?;
    let named = homes
        .into_iter()
        .filter_map(|(user, household)| Some((household, names.get(&user)?.clone())));
    Ok(named.collect())
}

pub(in super::super) fn signals_of_claims(conn: &mut Conn, ids: &[ClaimId]) -> Result<Vec<ClaimSignal>> {
    let mut found = Vec::new();
    for portion in ids.chunks(IN_LIST) {
        let rows: Vec<ClaimSignal> = claim_signals::table
            .filter(claim_signals::claim_id.eq_any(portion))
            .order((claim_signals::claim_id, claim_signals::kind, claim_signals::id))
            .select(ClaimSignal::as_select())
            .load(conn)?;
        found.extend(rows);
    }
    Ok(found)
}

pub(in super::super) fn signal_by_id(conn: &mut Conn, id: ClaimSignalId) -> Result<ClaimSignal> {
    claim_signals::table
        .find(id)
        .select(ClaimSignal::as_select())
        .first(conn)
        .optional()?
        .or_not_found("signal")
}

/// By what a list of signals is narrowed.
#[derive(Debug, Clone, Copy, Default)]
pub struct SignalFilter {
    /// Only those that were answered, or only those that were not.
    pub answered: Option<bool>,
    pub kind: Option<SignalKind>,
}

/// The signals of claims in the actor's scope, the newest first.
pub fn signals_to_see(
    conn: &mut Conn,
    actor: &Actor,
    filter: SignalFilter,
    limit: usize,
) -> Result<Vec<(ClaimSignal, Claim)>> {
    let mut found = Vec::new();
    for (from, to) in actor.scope(Permission::SeeClaims).ranges() {
        let mut query = claim_signals::table
            .inner_join(claims::table)
            .filter(claims::region_code.ge(from))
            .filter(claims::region_code.lt(to))
            .into_boxed();
        match filter.answered {
            Some(true) => query = query.filter(claim_signals::answer.is_not_null()),
            Some(false) => query = query.filter(claim_signals::answer.is_null()),
            None => {}
        }
        if let Some(kind) = filter.kind {
            query = query.filter(claim_signals::kind.eq(kind));
        }
        let rows: Vec<(ClaimSignal, Claim)> = query
            .order(claim_signals::id.desc())
            .limit(i64::try_from(limit).unwrap_or(i64::MAX))
            .select((ClaimSignal::as_select(), Claim::as_select()))
            .load(conn)?;
        found.extend(rows);
    }
    found.sort_by_key(|(signal, _)| std::cmp::Reverse(signal.id));
    found.truncate(limit);
    Ok(found)
}
