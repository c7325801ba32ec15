//! Queries of the audit lines. They are written by the journal and by nobody else.

use diesel::prelude::*;
use serde_json::json;

use super::model::{LineFilter, Receipt};
use super::rules::{number_of_line, read_number};
use crate::base::actor::{Actor, Scope};
use crate::base::error::{Error, Result};
use crate::base::ids::{Id, UserId};
use crate::base::page::{Page, PageRequest};
use crate::base::region::RegionCode;
use crate::base::time::Instant;
use crate::platform::db::schema::audit_lines;
use crate::platform::db::{AuditLine, Conn, MultiBackend, Subject, Tx};

/// How far back the receipt of a request just answered is looked for.
const RECENT: i64 = 1_000;

type Visible = Box<dyn BoxableExpression<audit_lines::table, MultiBackend, SqlType = diesel::sql_types::Bool>>;

/// Lines that bear no region (accounts, settings, batches) are for those whose office covers the prefecture, and for
/// him who acted.
fn visible(scope: &Scope, own: Option<UserId>) -> Visible {
    let covers_all = RegionCode::parse("5328").is_some_and(|prefecture| scope.contains(&prefecture));
    if *scope == Scope::Everywhere {
        return Box::new(audit_lines::seq.is_not_null());
    }
    let own = own.map_or(-1, |id| id.raw());
    let mut any: Visible = Box::new(
        audit_lines::actor_id
            .is_not_null()
            .and(audit_lines::actor_id.assume_not_null().eq(own)),
    );
    if covers_all {
        any = Box::new(any.or(audit_lines::region_code.is_null()));
    }
    for (from, to) in scope.ranges() {
        let region = audit_lines::region_code.assume_not_null();
        any = Box::new(
            any.or(audit_lines::region_code
                .is_not_null()
                .and(region.ge(from))
                .and(region.lt(to))),
        );
    }
    any
}

/// Lines of a scope, newest first.
pub fn lines(
    conn: &mut Conn,
    actor: &Actor,
    scope: &Scope,
    filter: &LineFilter,
    page: &PageRequest,
) -> Result<Page<AuditLine>> {
    let mut query = audit_lines::table
        .filter(visible(scope, actor.user_id()))
        .order(audit_lines::seq.desc())
        .select(AuditLine::as_select())
        .into_boxed();
    if let Some(name) = &filter.actor {
        query = query.filter(audit_lines::actor.eq(name.clone()));
    }
    if let Some(verb) = &filter.verb {
        query = query.filter(audit_lines::verb.eq(verb.clone()));
    }
    if let Some(about) = &filter.about {
        query = query.filter(audit_lines::subject_kind.eq(about.clone()));
    }
    if let Some(id) = filter.subject_id {
        query = query.filter(audit_lines::subject_id.eq(id));
    }
    if let Some(seq) = filter.seq {
        query = query.filter(audit_lines::seq.eq(seq));
    }
    if let Some(from) = filter.from {
        query = query.filter(audit_lines::at.ge(Instant::start_of(from)));
    }
    if let Some(next_day) = filter.until.and_then(|day| day.succ_opt()) {
        query = query.filter(audit_lines::at.lt(Instant::start_of(next_day)));
    }
    if let Some(cursor) = &page.cursor {
        let before: i64 = cursor
            .parse()
            .map_err(|_| Error::bad_request("cursor", "cursor-unreadable"))?;
        query = query.filter(audit_lines::seq.lt(before));
    }
    let limit = i64::try_from(page.limit.saturating_add(1)).unwrap_or(i64::MAX);
    let rows = query.limit(limit).load::<AuditLine>(conn)?;
    Ok(Page::cut(rows, page.limit, |line| line.seq.to_string()))
}

/// The newest lines about records of one kind; whoever calls has asked whether the records may be seen.
pub fn lines_about(conn: &mut Conn, kind: &str, ids: &[i64], limit: i64) -> Result<Vec<AuditLine>> {
    Ok(audit_lines::table
        .filter(audit_lines::subject_kind.eq(kind.to_owned()))
        .filter(audit_lines::subject_id.eq_any(ids.to_vec()))
        .order(audit_lines::seq.desc())
        .limit(limit)
        .select(AuditLine::as_select())
        .load(conn)?)
}

/// What a user did last, newest first.
pub fn lines_by(conn: &mut Conn, user_id: UserId, limit: i64) -> Result<Vec<AuditLine>> {
    Ok(audit_lines::table
        .filter(audit_lines::actor_id.eq(user_id.raw()))
        .order(audit_lines::seq.desc())
        .limit(limit)
        .select(AuditLine::as_select())
        .load(conn)?)
}

/// The receipt number of the act that a request has just done; none where it changed nothing.
pub fn receipt_of_request(conn: &mut Conn, request_id: &str) -> Result<Option<String>> {
    let last: Option<i64> = audit_lines::table
        .select(diesel::dsl::max(audit_lines::seq))
        .first(conn)?;
    let seq: Option<i64> = audit_lines::table
        .filter(audit_lines::seq.gt(last.unwrap_or(0) - RECENT))
        .filter(audit_lines::request_id.eq(request_id.to_owned()))
        .order(audit_lines::seq)
        .select(audit_lines::seq)
        .first(conn)
        .optional()?;
    Ok(seq.map(number_of_line))
}

/// What stands behind a receipt number, for him who acted.
pub fn receipt(conn: &mut Conn, actor: &Actor, number: &str) -> Result<Option<Receipt>> {
    let (Some(seq), Some(user_id)) = (read_number(number), actor.user_id()) else {
        return Ok(None);
    };
    let found: Option<(String, Instant)> = audit_lines::table
        .find(seq)
        .filter(audit_lines::actor_id.eq(user_id.raw()))
        .select((audit_lines::verb, audit_lines::at))
        .first(conn)
        .optional()?;
    Ok(found.map(|(verb, at)| Receipt {
        number: number_of_line(seq),
        verb,
        at,
    }))
}

/// Writes down that a list left the service as a file: which, how narrowed, how many rows.
pub fn record_export(tx: &mut Tx<'_>, list: &str, query: &str, rows: usize) -> Result<()> {
    let after = json!({ "list": list, "filter": query, "rows": rows });
    let subject: Subject = Subject::new("export", Id::<()>::fresh());
    tx.audit("export_list", subject, None, None::<&()>, Some(&after))
}
