//! Queries of the postings' table, joined with employers; four-eyes reads the audit lines of a posting.

use std::collections::HashMap;

use diesel::prelude::*;

use super::model::{OpenFilter, Posting, PostingCard, PostingKind, PublicPosting};
use crate::base::actor::{Actor, Permission, Scope};
use crate::base::codes::{EmployerKind, PostingStatus};
use crate::base::error::{Error, OrNotFound, Result};
use crate::base::ids::{EmployerId, PostingId, UserId};
use crate::base::page::{Page, PageRequest};
use crate::base::time::Day;
use crate::employers::EmployerStatus;
use crate::platform::db::schema::{audit_lines, courses, employers, postings as table};
use crate::platform::db::{Conn, MultiBackend, Tx};

const IN_LIST: usize = 5_000;

type CardRow = (Posting, String, EmployerKind, EmployerStatus);

fn card((posting, employer_name, employer_kind, employer_status): CardRow) -> PostingCard {
    PostingCard {
        posting,
        employer_name,
        employer_kind,
        employer_status,
    }
}

/// A posting without asking for permission: for rooms that have asked.
pub fn posting_by_id(conn: &mut Conn, id: PostingId) -> Result<Posting> {
    table::table
        .find(id)
        .select(Posting::as_select())
        .first(conn)
        .optional()?
        .or_not_found("posting")
}

/// Whether an actor writes this posting: his employer's, or a public-welfare post of the bureau in his scope.
pub(super) fn may_write(actor: &Actor, posting: &Posting) -> bool {
    let public =
        posting.kind == PostingKind::PublicWelfare && actor.may_in(Permission::EditPublicPosts, &posting.region_code);
    public || actor.manages(posting.employer_id)
}

/// A posting for an actor: one that he writes, or one in the scope of the permission. Any other does not exist for him.
pub fn posting_for(conn: &mut Conn, actor: &Actor, id: PostingId, permission: Permission) -> Result<Posting> {
    let posting = posting_by_id(conn, id)?;
    let allowed = match permission {
        Permission::ManageOwnEmployer => may_write(actor, &posting),
        other => actor.may_in(other, &posting.region_code),
    };
    Some(posting).filter(|_| allowed).or_not_found("posting")
}

fn after_cursor(page: &PageRequest) -> Result<Option<PostingId>> {
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

/// The postings of an employer, newest first; all of them, or those of one status. The caller has asked for the employer.
pub fn postings_of(
    conn: &mut Conn,
    employer_id: EmployerId,
    status: Option<PostingStatus>,
    page: &PageRequest,
) -> Result<Page<Posting>> {
    let mut query = table::table
        .filter(table::employer_id.eq(employer_id))
        .order(table::id.desc())
        .select(Posting::as_select())
        .into_boxed();
    if let Some(status) = status {
        query = query.filter(table::status.eq(status));
    }
    if let Some(after) = after_cursor(page)? {
        query = query.filter(table::id.lt(after));
    }
    let rows = query.limit(rows_of(page)).load::<Posting>(conn)?;
    Ok(Page::cut(rows, page.limit, |p| p.id.to_string()))
}

/// Postings by id with their employers, in no particular order; who shows them asks `is_public`.
pub fn postings_by_ids(conn: &mut Conn, ids: &[PostingId]) -> Result<HashMap<PostingId, PostingCard>> {
    let mut found = HashMap::new();
    for portion in ids.chunks(IN_LIST) {
        let rows: Vec<CardRow> = table::table
            .inner_join(employers::table)
            .filter(table::id.eq_any(portion))
            .select((
                Posting::as_select(),
                employers::name,
                employers::kind,
                employers::status,
            ))
            .load(conn)?;
        found.extend(rows.into_iter().map(|row| (row.0.id, card(row))));
    }
    Ok(found)
}

/// What everybody may see, newest first.
pub fn open_postings(conn: &mut Conn, filter: &OpenFilter, page: &PageRequest) -> Result<Page<PostingCard>> {
    let mut query = table::table
        .inner_join(employers::table)
        .filter(table::status.eq(PostingStatus::Open))
        .filter(employers::status.ne(EmployerStatus::Suspended))
        .order(table::id.desc())
        .select((
            Posting::as_select(),
            employers::name,
            employers::kind,
            employers::status,
        ))
        .into_boxed();
    if let Some(kind) = filter.kind {
        query = query.filter(table::kind.eq(kind));
    }
    if let Some(region) = &filter.region {
        let (from, to) = (region.digits().to_owned(), region.upper_bound());
        query = query
            .filter(table::region_code.ge(from))
            .filter(table::region_code.lt(to));
    }
    if let Some(after) = after_cursor(page)? {
        query = query.filter(table::id.lt(after));
    }
    let rows = query.limit(rows_of(page)).load::<CardRow>(conn)?;
    Ok(Page::cut(rows.into_iter().map(card).collect(), page.limit, |c| {
        c.posting.id.to_string()
    }))
}

/// Open postings in the order of their ids: how the index is built from nothing.
pub(super) fn open_after(conn: &mut Conn, after: Option<PostingId>, limit: usize) -> Result<Vec<PostingCard>> {
    let rows: Vec<CardRow> = table::table
        .inner_join(employers::table)
        .filter(table::status.eq(PostingStatus::Open))
        .filter(employers::status.ne(EmployerStatus::Suspended))
        .filter(table::id.gt(after.unwrap_or(PostingId::from_raw(0))))
        .order(table::id)
        .limit(i64::try_from(limit).unwrap_or(i64::MAX))
        .select((
            Posting::as_select(),
            employers::name,
            employers::kind,
            employers::status,
        ))
        .load(conn)?;
    Ok(rows.into_iter().map(card).collect())
}

/// An open posting as everybody sees it.
pub fn public_posting(conn: &mut Conn, id: PostingId) -> Result<PublicPosting> {
    let found = postings_by_ids(conn, &[id])?.remove(&id);
    found
        .filter(PostingCard::is_public)
        .map(PublicPosting::from)
        .or_not_found("posting")
}

type InScope = Box<dyn BoxableExpression<table::table, MultiBackend, SqlType = diesel::sql_types::Bool>>;

fn in_scope(scope: &Scope) -> InScope {
    match scope {
        Scope::Everywhere => Box::new(table::id.is_not_null()),
        Scope::Regions(_) => {
            let mut any: InScope = Box::new(table::id.is_null());
            for (from, to) in scope.ranges() {
                any = Box::new(any.or(table::region_code.ge(from).and(table::region_code.lt(to))));
            }
            any
        }
    }
}

/// What waits for an officer of the scope, oldest first.
pub fn postings_to_review(conn: &mut Conn, scope: &Scope, page: &PageRequest) -> Result<Page<PostingCard>> {
    let mut query = table::table
        .filter(table::status.eq(PostingStatus::Submitted))
        .filter(in_scope(scope))
        .order(table::id)
        .select(table::id)
        .into_boxed();
    if let Some(after) = after_cursor(page)? {
        query = query.filter(table::id.gt(after));
    }
    let ids: Vec<PostingId> = query.limit(rows_of(page)).load(conn)?;
    let mut cards = postings_by_ids(conn, &ids)?;
    let rows: Vec<PostingCard> = ids.iter().filter_map(|id| cards.remove(id)).collect();
    Ok(Page::cut(rows, page.limit, |c| c.posting.id.to_string()))
}

/// What waits for an officer: employers to verify, postings and courses to review.
#[derive(Debug, Clone, Copy, Default)]
pub struct Waiting {
    pub employers: i64,
    pub postings: i64,
    pub courses: i64,
}

/// How much waits for an actor, each in the scope of its permission. Courses are counted here so that every page of the
/// queue can say how many there are.
pub fn waiting(conn: &mut Conn, actor: &Actor) -> Result<Waiting> {
    let (verify, review) = (
        actor.scope(Permission::VerifyEmployers),
        actor.scope(Permission::ReviewPostings),
    );
    let mut counts = Waiting {
        postings: table::table
            .filter(table::status.eq(PostingStatus::Submitted))
            .filter(in_scope(&review))
            .count()
            .get_result(conn)?,
        ..Waiting::default()
    };
    for (from, to) in whole_ranges(&verify) {
        counts.employers += employers::table
            .filter(employers::status.eq(EmployerStatus::Submitted))
            .filter(employers::region_code.ge(&from).and(employers::region_code.lt(&to)))
            .count()
            .get_result::<i64>(conn)?;
    }
    for (from, to) in whole_ranges(&review) {
        counts.courses += courses::table
            .filter(courses::status.eq("submitted"))
            .filter(courses::region_code.ge(&from).and(courses::region_code.lt(&to)))
            .count()
            .get_result::<i64>(conn)?;
    }
    Ok(counts)
}

/// The ranges of a scope without those that lie within another, so that nothing is counted twice.
fn whole_ranges(scope: &Scope) -> Vec<(String, String)> {
    let mut ranges = scope.ranges();
    ranges.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)));
    let mut whole: Vec<(String, String)> = Vec::new();
    for range in ranges {
        if whole.last().is_none_or(|last| range.1 > last.1) {
            whole.push(range);
        }
    }
    whole
}

/// The postings of an employer that are or may again be shown.
pub(super) fn shown_of(conn: &mut Conn, employer_id: EmployerId) -> Result<Vec<PostingId>> {
    Ok(table::table
        .filter(table::employer_id.eq(employer_id))
        .filter(table::status.eq(PostingStatus::Open))
        .order(table::id)
        .select(table::id)
        .load(conn)?)
}

/// Those whose closing day has passed.
pub(super) fn overdue(conn: &mut Conn, today: Day, limit: usize) -> Result<Vec<Posting>> {
    let running = [PostingStatus::Open, PostingStatus::Paused, PostingStatus::Filled];
    Ok(table::table
        .filter(table::status.eq_any(running))
        .filter(table::closes_on.lt(today))
        .order(table::id)
        .limit(i64::try_from(limit).unwrap_or(i64::MAX))
        .select(Posting::as_select())
        .load(conn)?)
}

/// Whether a user wrote some of a posting, by its audit lines.
pub(super) fn has_written(conn: &mut Conn, id: PostingId, user: UserId) -> Result<bool> {
    let lines = audit_lines::table
        .filter(audit_lines::subject_kind.eq("posting"))
        .filter(audit_lines::subject_id.eq(id.raw()))
        .filter(audit_lines::actor_id.eq(user.raw()))
        .filter(audit_lines::verb.eq_any(["draft_posting", "amend_posting", "copy_posting"]));
    Ok(diesel::select(diesel::dsl::exists(lines)).get_result(conn)?)
}

/// What is known of a portion of a list: by the number in the list.
pub(super) fn known_by_source(conn: &mut Conn, source: &str, nos: &[String]) -> Result<Vec<Posting>> {
    let mut rows = Vec::new();
    for portion in nos.chunks(IN_LIST) {
        rows.extend(
            table::table
                .filter(table::source.eq(source))
                .filter(table::source_no.eq_any(portion))
                .select(Posting::as_select())
                .load::<Posting>(conn)?,
        );
    }
    Ok(rows)
}

/// Postings of these employers under these titles, oldest first: among them are the originals of reposts.
pub(super) fn of_employers_titled(
    conn: &mut Conn,
    employer_ids: &[EmployerId],
    titles: &[String],
) -> Result<Vec<Posting>> {
    let mut rows = Vec::new();
    for portion in employer_ids.chunks(IN_LIST) {
        rows.extend(
            table::table
                .filter(table::employer_id.eq_any(portion))
                .filter(table::title.eq_any(titles))
                .order(table::id)
                .select(Posting::as_select())
                .load::<Posting>(conn)?,
        );
    }
    Ok(rows)
}

/// Raises the version that the caller saw, which locks the row until the commit.
pub(super) fn lock(tx: &mut Tx<'_>, id: PostingId, version: i32) -> Result<Posting> {
    let raised = diesel::update(table::table.find(id).filter(table::version.eq(version)))
        .set(table::version.eq(version.saturating_add(1)))
        .execute(&mut **tx)?;
    if raised == 0 {
        Err(Error::Conflict)
    } else {
        posting_by_id(tx, id)
    }
}

/// Writes everything that an action may have changed; id, creation, source and filled places stay.
pub(super) fn save(tx: &mut Tx<'_>, p: &Posting) -> Result<()> {
    diesel::update(table::table.find(p.id))
        .set((
            (
                table::employer_id.eq(p.employer_id),
                table::kind.eq(p.kind),
                table::title.eq(&p.title),
                table::occupation_code.eq(&p.occupation_code),
                table::region_code.eq(&p.region_code),
                table::address.eq(&p.address),
                table::wage_low_fen.eq(p.wage_low_fen),
                table::wage_high_fen.eq(p.wage_high_fen),
                table::wage_unit.eq(p.wage_unit),
                table::places.eq(p.places),
                table::reserved_places.eq(p.reserved_places),
                table::lodging.eq(p.lodging),
                table::meals.eq(p.meals),
                table::insurance.eq(p.insurance),
                table::transport.eq(p.transport),
            ),
            (
                table::education.eq(p.education),
                table::certificate.eq(&p.certificate),
                table::physical.eq(p.physical),
                table::description.eq(&p.description),
                table::contact_name.eq(&p.contact_name),
                table::phone_sealed.eq(&p.phone_sealed),
                table::phone_masked.eq(&p.phone_masked),
                table::status.eq(p.status),
                table::status_note.eq(&p.status_note),
                table::published_on.eq(p.published_on),
                table::closes_on.eq(p.closes_on),
            ),
        ))
        .execute(&mut **tx)?;
    Ok(())
}

/// Takes one free place where there is one; false when nothing changed.
pub(super) fn raise_filled(tx: &mut Tx<'_>, id: PostingId) -> Result<bool> {
    let running = [PostingStatus::Open, PostingStatus::Paused, PostingStatus::Expired];
    let row = table::table
        .find(id)
        .filter(table::filled.lt(table::places))
        .filter(table::status.eq_any(running));
    let taken = diesel::update(row)
        .set(table::filled.eq(table::filled + 1))
        .execute(&mut **tx)?;
    let full = table::table
        .find(id)
        .filter(table::filled.ge(table::places))
        .filter(table::status.eq(PostingStatus::Open));
    diesel::update(full)
        .set(table::status.eq(PostingStatus::Filled))
        .execute(&mut **tx)?;
    Ok(taken > 0)
}

/// Gives one place back where one is taken; false when none was.
pub(super) fn lower_filled(tx: &mut Tx<'_>, id: PostingId) -> Result<bool> {
    let row = table::table.find(id).filter(table::filled.gt(0));
    let freed = diesel::update(row)
        .set(table::filled.eq(table::filled - 1))
        .execute(&mut **tx)?;
    let again = table::table
        .find(id)
        .filter(table::filled.lt(table::places))
        .filter(table::status.eq(PostingStatus::Filled));
    diesel::update(again)
        .set(table::status.eq(PostingStatus::Open))
        .execute(&mut **tx)?;
    Ok(freed > 0)
}
