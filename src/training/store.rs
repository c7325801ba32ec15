//! Queries of courses, runs and enrolments, joined with employers; four-eyes reads the audit lines of a course.

use std::collections::HashMap;

use diesel::prelude::*;

use super::model::{Course, CourseCard, CourseRun, CourseStatus, Enrolment, EnrolmentCard, EnrolmentStatus, Trainee};
use crate::base::actor::{Actor, Permission, Scope};
use crate::base::error::{Error, OrNotFound, Result};
use crate::base::ids::{CourseId, CourseRunId, EmployerId, EnrolmentId, PersonId, UserId};
use crate::base::page::{Page, PageRequest};
use crate::base::time::Day;
use crate::employers::EmployerStatus;
use crate::platform::db::schema::{audit_lines, course_runs, courses, employers, enrolments, persons, placements};
use crate::platform::db::{Conn, MultiBackend, Tx};
use crate::registry;

const IN_LIST: usize = 5_000;

type CardRow = (Course, CourseRun, String, EmployerStatus);

/// A course with its run, without asking for permission: for rooms that have asked.
pub fn course_by_id(conn: &mut Conn, id: CourseId) -> Result<CourseCard> {
    courses_by_ids(conn, &[id])?.remove(&id).or_not_found("course")
}

/// Whether an actor writes this course: his employer's, or one of the bureau in his scope.
pub(super) fn may_write(actor: &Actor, course: &Course) -> bool {
    actor.manages(course.employer_id) || actor.may_in(Permission::EditPublicPosts, &course.region_code)
}

/// A course for an actor: one that he writes, or one in the scope of the permission. Any other does not exist for him.
pub fn course_for(conn: &mut Conn, actor: &Actor, id: CourseId, permission: Permission) -> Result<CourseCard> {
    let found = course_by_id(conn, id)?;
    let allowed = match permission {
        Permission::ManageOwnEmployer | Permission::EditPublicPosts => may_write(actor, &found.course),
        other => actor.may_in(other, &found.course.region_code),
    };
    Some(found).filter(|_| allowed).or_not_found("course")
}

/// Courses by id, in no particular order; who shows them asks `is_public`.
pub fn courses_by_ids(conn: &mut Conn, ids: &[CourseId]) -> Result<HashMap<CourseId, CourseCard>> {
    let mut found = HashMap::new();
    for portion in ids.chunks(IN_LIST) {
        let rows: Vec<CardRow> = courses::table
            .inner_join(employers::table)
            .inner_join(course_runs::table)
            .filter(courses::id.eq_any(portion))
            .select((
                Course::as_select(),
                CourseRun::as_select(),
                employers::name,
                employers::status,
            ))
            .load(conn)?;
        for (course, run, employer_name, employer_status) in rows {
            found.insert(
                course.id,
                CourseCard {
                    course,
                    run,
                    employer_name,
                    employer_status,
                },
            );
        }
    }
    Ok(found)
}

fn page_of(conn: &mut Conn, ids: &[CourseId], page: &PageRequest) -> Result<Page<CourseCard>> {
    let mut cards = courses_by_ids(conn, ids)?;
    let rows: Vec<CourseCard> = ids.iter().filter_map(|id| cards.remove(id)).collect();
    Ok(Page::cut(rows, page.limit, |c| c.course.id.to_string()))
}

fn after_cursor(page: &PageRequest) -> Result<Option<CourseId>> {
    let parse = |cursor: &String| {
        cursor
            .parse()
            .map_err(|_| Error::bad_request("cursor", "cursor-unknown"))
    };
    page.cursor.as_ref().map(parse).transpose()
}

fn rows_of(page: &PageRequest) -> i64 {
    i64::try_from(page.limit.saturating_add(1)).unwrap_or(i64::MAX)
}

/// The courses that an employer holds, newest first. The caller has asked for the employer.
pub fn courses_of(conn: &mut Conn, employer_id: EmployerId, page: &PageRequest) -> Result<Page<CourseCard>> {
    let own = courses::table.filter(courses::employer_id.eq(employer_id));
    let mut query = own.order(courses::id.desc()).select(courses::id).into_boxed();
    if let Some(after) = after_cursor(page)? {
        query = query.filter(courses::id.lt(after));
    }
    let ids: Vec<CourseId> = query.limit(rows_of(page)).load(conn)?;
    page_of(conn, &ids, page)
}

/// Courses in which people may enrol, newest first.
pub fn open_courses(conn: &mut Conn, page: &PageRequest) -> Result<Page<CourseCard>> {
    let mut query = courses::table
        .inner_join(employers::table)
        .filter(courses::status.eq(CourseStatus::Open))
        .filter(employers::status.ne(EmployerStatus::Suspended))
        .order(courses::id.desc())
        .select(courses::id)
        .into_boxed();
    if let Some(after) = after_cursor(page)? {
        query = query.filter(courses::id.lt(after));
    }
    let ids: Vec<CourseId> = query.limit(rows_of(page)).load(conn)?;
    page_of(conn, &ids, page)
}

/// Ids of open courses in order: how the index is built from nothing.
pub(super) fn open_ids_after(conn: &mut Conn, after: Option<CourseId>, limit: usize) -> Result<Vec<CourseId>> {
    Ok(courses::table
        .filter(courses::status.eq(CourseStatus::Open))
        .filter(courses::id.gt(after.unwrap_or(CourseId::from_raw(0))))
        .order(courses::id)
        .limit(i64::try_from(limit).unwrap_or(i64::MAX))
        .select(courses::id)
        .load(conn)?)
}

/// A course as everybody may see it; the caller shows no phone.
pub fn public_course(conn: &mut Conn, id: CourseId) -> Result<CourseCard> {
    Some(course_by_id(conn, id)?)
        .filter(CourseCard::is_public)
        .or_not_found("course")
}

type InScope = Box<dyn BoxableExpression<courses::table, MultiBackend, SqlType = diesel::sql_types::Bool>>;

fn in_scope(scope: &Scope) -> InScope {
    match scope {
        Scope::Everywhere => Box::new(courses::id.is_not_null()),
        Scope::Regions(_) => {
            let mut any: InScope = Box::new(courses::id.is_null());
            for (from, to) in scope.ranges() {
                any = Box::new(any.or(courses::region_code.ge(from).and(courses::region_code.lt(to))));
            }
            any
        }
    }
}

/// What waits for an officer of the scope, oldest first.
pub fn courses_to_review(conn: &mut Conn, scope: &Scope, page: &PageRequest) -> Result<Page<CourseCard>> {
    let mut query = courses::table
        .filter(courses::status.eq(CourseStatus::Submitted))
        .filter(in_scope(scope))
        .order(courses::id)
        .select(courses::id)
        .into_boxed();
    if let Some(after) = after_cursor(page)? {
        query = query.filter(courses::id.gt(after));
    }
    let ids: Vec<CourseId> = query.limit(rows_of(page)).load(conn)?;
    page_of(conn, &ids, page)
}

/// Everybody who ever enrolled in a run, first come first; the caller has asked for the course.
pub fn trainees_of_run(conn: &mut Conn, run_id: CourseRunId) -> Result<Vec<Trainee>> {
    let rows: Vec<(Enrolment, String)> = enrolments::table
        .inner_join(persons::table)
        .filter(enrolments::run_id.eq(run_id))
        .order((enrolments::created_at, enrolments::id))
        .select((Enrolment::as_select(), persons::name))
        .load(conn)?;
    let trainee = |(enrolment, name)| Trainee { enrolment, name };
    Ok(rows.into_iter().map(trainee).collect())
}

/// A person's enrolments with their courses, newest first; the caller has asked for the person.
pub fn enrolments_of_person(conn: &mut Conn, person_id: PersonId) -> Result<Vec<EnrolmentCard>> {
    let rows: Vec<(Enrolment, CourseId)> = enrolments::table
        .inner_join(course_runs::table)
        .filter(enrolments::person_id.eq(person_id))
        .order(enrolments::id.desc())
        .select((Enrolment::as_select(), course_runs::course_id))
        .load(conn)?;
    let ids: Vec<CourseId> = rows.iter().map(|(_, id)| *id).collect();
    let cards = courses_by_ids(conn, &ids)?;
    let card = |(enrolment, id): (Enrolment, CourseId)| {
        let course = cards.get(&id)?.clone();
        Some(EnrolmentCard { enrolment, course })
    };
    Ok(rows.into_iter().filter_map(card).collect())
}

/// An enrolment for an actor: his own, one in a course that he writes, or one of a person in his scope.
pub fn enrolment_for(conn: &mut Conn, actor: &Actor, id: EnrolmentId) -> Result<Enrolment> {
    let found = enrolment(conn, id)?;
    if actor.person_id() == Some(found.person_id) {
        return Ok(found);
    }
    let card = course_of_run(conn, found.run_id)?;
    if may_write(actor, &card.course) {
        return Ok(found);
    }
    registry::person_for(conn, actor, found.person_id, Permission::SeeHouseholds)
        .map_err(|_| Error::NotFound("enrolment"))?;
    Ok(found)
}

/// Whether a receipt carries this number already.
pub(super) fn is_number_taken(conn: &mut Conn, number: &str) -> Result<bool> {
    let enrolled = enrolments::table.filter(enrolments::number.eq(number));
    let applied = placements::table.filter(placements::number.eq(number));
    let known: bool = diesel::select(diesel::dsl::exists(enrolled)).get_result(conn)?;
    Ok(known || diesel::select(diesel::dsl::exists(applied)).get_result(conn)?)
}

pub(super) fn enrolment(conn: &mut Conn, id: EnrolmentId) -> Result<Enrolment> {
    let found: Option<Enrolment> = enrolments::table
        .find(id)
        .select(Enrolment::as_select())
        .first(conn)
        .optional()?;
    found.or_not_found("enrolment")
}

pub(super) fn enrolment_in(conn: &mut Conn, run: CourseRunId, person: PersonId) -> Result<Option<Enrolment>> {
    Ok(enrolments::table
        .filter(enrolments::run_id.eq(run))
        .filter(enrolments::person_id.eq(person))
        .select(Enrolment::as_select())
        .first(conn)
        .optional()?)
}

/// The course to which a run belongs, without asking for permission.
pub fn course_of_run(conn: &mut Conn, run: CourseRunId) -> Result<CourseCard> {
    let id: Option<CourseId> = course_runs::table
        .find(run)
        .select(course_runs::course_id)
        .first(conn)
        .optional()?;
    let id = id.or_not_found("course")?;
    course_by_id(conn, id)
}

/// Whether a user wrote some of a course, by its audit lines.
pub(super) fn has_written(conn: &mut Conn, id: CourseId, user: UserId) -> Result<bool> {
    let lines = audit_lines::table
        .filter(audit_lines::subject_kind.eq("course"))
        .filter(audit_lines::subject_id.eq(id.raw()))
        .filter(audit_lines::actor_id.eq(user.raw()))
        .filter(audit_lines::verb.eq_any(["draft_course", "amend_course", "copy_course"]));
    Ok(diesel::select(diesel::dsl::exists(lines)).get_result(conn)?)
}

/// Courses whose run has begun, so that nobody can enrol any more.
pub(super) fn begun(conn: &mut Conn, today: Day, limit: usize) -> Result<Vec<CourseId>> {
    Ok(courses::table
        .inner_join(course_runs::table)
        .filter(courses::status.eq_any([CourseStatus::Open, CourseStatus::Full]))
        .filter(course_runs::starts_on.lt(today))
        .order(courses::id)
        .limit(i64::try_from(limit).unwrap_or(i64::MAX))
        .select(courses::id)
        .load(conn)?)
}

pub(super) fn shown_of(conn: &mut Conn, employer_id: EmployerId) -> Result<Vec<CourseId>> {
    Ok(courses::table
        .filter(courses::employer_id.eq(employer_id))
        .filter(courses::status.eq(CourseStatus::Open))
        .order(courses::id)
        .select(courses::id)
        .load(conn)?)
}

/// Raises the version that the caller saw, which locks the row until the commit.
pub(super) fn lock(tx: &mut Tx<'_>, id: CourseId, version: i32) -> Result<CourseCard> {
    let raised = diesel::update(courses::table.find(id).filter(courses::version.eq(version)))
        .set(courses::version.eq(version.saturating_add(1)))
        .execute(&mut **tx)?;
    if raised == 0 {
        Err(Error::Conflict)
    } else {
        course_by_id(tx, id)
    }
}

/// Writes everything that an action may have changed; id, creation and holder stay.
pub(super) fn save(tx: &mut Tx<'_>, course: &Course) -> Result<()> {
    diesel::update(courses::table.find(course.id))
        .set((
            courses::kind.eq(course.kind),
            courses::title.eq(&course.title),
            courses::occupation_code.eq(&course.occupation_code),
            courses::region_code.eq(&course.region_code),
            courses::address.eq(&course.address),
            courses::description.eq(&course.description),
            courses::certificate.eq(&course.certificate),
            courses::lodging.eq(course.lodging),
            courses::meals.eq(course.meals),
            courses::contact_name.eq(&course.contact_name),
            courses::phone_sealed.eq(&course.phone_sealed),
            courses::phone_masked.eq(&course.phone_masked),
            courses::status.eq(course.status),
            courses::status_note.eq(&course.status_note),
            courses::published_on.eq(course.published_on),
        ))
        .execute(&mut **tx)?;
    Ok(())
}

/// Writes the run's days and places; false where more people are enrolled by now.
pub(super) fn save_run(tx: &mut Tx<'_>, run: &CourseRun) -> Result<bool> {
    let row = course_runs::table
        .find(run.id)
        .filter(course_runs::filled.le(run.places));
    let saved = diesel::update(row)
        .set((
            course_runs::version.eq(course_runs::version + 1),
            course_runs::starts_on.eq(run.starts_on),
            course_runs::ends_on.eq(run.ends_on),
            course_runs::hours.eq(run.hours),
            course_runs::places.eq(run.places),
        ))
        .execute(&mut **tx)?;
    Ok(saved > 0)
}

/// Takes one free place where there is one; the row stays locked until the commit.
pub(super) fn raise_filled(tx: &mut Tx<'_>, run: CourseRunId) -> Result<bool> {
    let row = course_runs::table
        .find(run)
        .filter(course_runs::filled.lt(course_runs::places));
    Ok(diesel::update(row)
        .set(course_runs::filled.eq(course_runs::filled + 1))
        .execute(&mut **tx)?
        > 0)
}

/// Gives one place back where one is taken.
pub(super) fn lower_filled(tx: &mut Tx<'_>, run: CourseRunId) -> Result<bool> {
    let row = course_runs::table.find(run).filter(course_runs::filled.gt(0));
    Ok(diesel::update(row)
        .set(course_runs::filled.eq(course_runs::filled - 1))
        .execute(&mut **tx)?
        > 0)
}

/// Moves between open and full as places go and come back.
pub(super) fn turn(tx: &mut Tx<'_>, id: CourseId, from: CourseStatus, to: CourseStatus) -> Result<()> {
    diesel::update(courses::table.find(id).filter(courses::status.eq(from)))
        .set(courses::status.eq(to))
        .execute(&mut **tx)?;
    Ok(())
}

/// Turns an enrolment where it still stands as expected; false when somebody was faster.
pub(super) fn turn_enrolment(
    tx: &mut Tx<'_>,
    id: EnrolmentId,
    from: EnrolmentStatus,
    to: EnrolmentStatus,
) -> Result<bool> {
    let row = enrolments::table.find(id).filter(enrolments::status.eq(from));
    let by = tx.actor().user_id();
    let turned = diesel::update(row)
        .set((
            enrolments::status.eq(to),
            enrolments::version.eq(enrolments::version + 1),
            enrolments::enrolled_by.eq(by),
        ))
        .execute(&mut **tx)?;
    Ok(turned > 0)
}

/// Writes what came of an enrolment; false when somebody was faster. Who enrolled stays.
pub(super) fn set_outcome(tx: &mut Tx<'_>, enrolment: &Enrolment, to: EnrolmentStatus) -> Result<bool> {
    let row = enrolments::table
        .find(enrolment.id)
        .filter(enrolments::version.eq(enrolment.version));
    let turned = diesel::update(row)
        .set((
            enrolments::status.eq(to),
            enrolments::version.eq(enrolments::version + 1),
        ))
        .execute(&mut **tx)?;
    Ok(turned > 0)
}
