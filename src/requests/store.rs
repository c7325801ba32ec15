//! This room's SQL.

use diesel::prelude::*;

use super::model::WorkRequest;
use super::rules::{Score, score_of};
use crate::base::actor::{Actor, Permission, Scope};
use crate::base::error::{Error, Result};
use crate::base::ids::{PersonId, WorkRequestId};
use crate::base::page::{Page, PageRequest};
use crate::base::region::RegionCode;
use crate::base::time::Day;
use crate::platform::db::Conn;
use crate::platform::db::schema::{household_members, households, persons, work_requests};

/// A request with the person's name.
pub type NamedRequest = (WorkRequest, String);

pub(super) fn open_of(conn: &mut Conn, person_id: PersonId) -> Result<Option<WorkRequest>> {
    Ok(work_requests::table
        .filter(work_requests::person_id.eq(person_id))
        .filter(work_requests::is_open)
        .select(WorkRequest::as_select())
        .first(conn)
        .optional()?)
}

/// The last request of a person, open or not.
pub fn newest_of(conn: &mut Conn, person_id: PersonId) -> Result<Option<WorkRequest>> {
    Ok(requests_of(conn, person_id, 1)?.into_iter().next())
}

/// A person's requests, newest first.
pub fn requests_of(conn: &mut Conn, person_id: PersonId, limit: i64) -> Result<Vec<WorkRequest>> {
    Ok(work_requests::table
        .filter(work_requests::person_id.eq(person_id))
        .order(work_requests::id.desc())
        .limit(limit)
        .select(WorkRequest::as_select())
        .load(conn)?)
}

/// A request that the actor may see; none such for anybody else.
pub fn request_for(conn: &mut Conn, actor: &Actor, id: WorkRequestId, permission: Permission) -> Result<WorkRequest> {
    let found: Option<WorkRequest> = work_requests::table
        .find(id)
        .select(WorkRequest::as_select())
        .first(conn)
        .optional()?;
    found
        .filter(|request| actor.scope(permission).contains(&request.region_code))
        .ok_or(Error::NotFound("work_request"))
}

/// Where somebody lives, or lived last.
pub(super) fn last_home(conn: &mut Conn, person_id: PersonId) -> Result<Option<RegionCode>> {
    Ok(household_members::table
        .inner_join(households::table)
        .filter(household_members::person_id.eq(person_id))
        .order((
            household_members::until_on.is_not_null(),
            household_members::from_on.desc(),
        ))
        .select(households::region_code)
        .first(conn)
        .optional()?)
}

pub(super) fn is_number_taken(conn: &mut Conn, number: &str) -> Result<bool> {
    let taken: i64 = work_requests::table
        .filter(work_requests::number.eq(number))
        .count()
        .get_result(conn)?;
    Ok(taken > 0)
}

/// Open requests of a scope, the first due first; only those due by a day, or only those due after one.
pub fn requests_in(
    conn: &mut Conn,
    scope: &Scope,
    due_by: Option<Day>,
    due_after: Option<Day>,
    page: &PageRequest,
) -> Result<Page<NamedRequest>> {
    let after = page.cursor.as_deref().map(read_cursor).transpose()?;
    let limit = i64::try_from(page.limit).unwrap_or(i64::MAX).saturating_add(1);
    let mut found: Vec<NamedRequest> = Vec::new();
    for (from, to) in scope.ranges() {
        let mut query = work_requests::table
            .inner_join(persons::table)
            .filter(work_requests::is_open)
            .filter(work_requests::region_code.ge(from))
            .filter(work_requests::region_code.lt(to))
            .order((work_requests::due_on, work_requests::id))
            .limit(limit)
            .select((WorkRequest::as_select(), persons::name))
            .into_boxed();
        if let Some(day) = due_by {
            query = query.filter(work_requests::due_on.le(day));
        }
        if let Some(day) = due_after {
            query = query.filter(work_requests::due_on.gt(day));
        }
        if let Some((due, id)) = after {
            let later = work_requests::due_on.eq(due).and(work_requests::id.gt(id));
            query = query.filter(work_requests::due_on.gt(due).or(later));
        }
        found.extend(query.load::<NamedRequest>(conn)?);
    }
    found.sort_by_key(|(request, _)| (request.due_on, request.id));
    // Grants of one officer may overlap.
    found.dedup_by_key(|(request, _)| request.id);
    Ok(Page::cut(found, page.limit, |(request, _)| {
        format!("{}.{}", request.due_on, request.id)
    }))
}

fn read_cursor(text: &str) -> Result<(Day, WorkRequestId)> {
    let unreadable = || Error::bad_request("cursor", "cursor-unreadable");
    let (due, id) = text.split_once('.').ok_or_else(unreadable)?;
    let due = crate::base::time::parse_day(due).ok_or_else(unreadable)?;
    Ok((due, id.parse().map_err(|_| unreadable())?))
}

/// How many requests of a scope are open, and of these how many are late on a day.
pub(super) fn open_counts(conn: &mut Conn, scope: &Scope, today: Day) -> Result<(i64, i64)> {
    let (mut open, mut late) = (0, 0);
    for (from, to) in scope.ranges() {
        let here = work_requests::table
            .filter(work_requests::is_open)
            .filter(work_requests::region_code.ge(from))
            .filter(work_requests::region_code.lt(to));
        open += here.clone().count().get_result::<i64>(conn)?;
        late += here
            .filter(work_requests::due_on.lt(today))
            .count()
            .get_result::<i64>(conn)?;
    }
    Ok((open, late))
}

/// How the requests of a scope were answered that were answered from a day on; those taken back are left out.
pub fn score_in(conn: &mut Conn, scope: &Scope, since: Day) -> Result<Score> {
    let mut answered: Vec<(Day, Day)> = Vec::new();
    for (from, to) in scope.ranges() {
        let rows: Vec<(Day, Option<Day>)> = work_requests::table
            .filter(work_requests::region_code.ge(from))
            .filter(work_requests::region_code.lt(to))
            .filter(work_requests::answered_on.ge(since))
            .filter(work_requests::answer.ne(super::model::RequestAnswer::Withdrawn))
            .select((work_requests::asked_on, work_requests::answered_on))
            .load(conn)?;
        answered.extend(rows.into_iter().filter_map(|(asked, said)| Some((asked, said?))));
    }
    Ok(score_of(&answered))
}
