//! Queries of the roster tables.

use std::collections::HashMap;

use diesel::prelude::*;

use super::batch::{Batch, BatchRow, BatchStatus, Decision, RowVerdict};
use crate::base::error::{OrNotFound, Result};
use crate::base::ids::BatchId;
use crate::base::page::{Page, PageRequest};
use crate::base::time::Day;
use crate::platform::db::Conn;
use crate::platform::db::schema::{roster_batches, roster_rows};

pub fn batch(conn: &mut Conn, id: BatchId) -> Result<Batch> {
    let found = roster_batches::table
        .find(id)
        .select(Batch::as_select())
        .first(conn)
        .optional()?;
    found.or_not_found("batch")
}

/// Batches, newest first.
pub fn batches(conn: &mut Conn, page: &PageRequest) -> Result<Page<Batch>> {
    let mut query = roster_batches::table
        .order(roster_batches::id.desc())
        .select(Batch::as_select())
        .into_boxed();
    if let Some(cursor) = &page.cursor {
        let before: BatchId = cursor
            .parse()
            .map_err(|_| crate::base::error::Error::bad_request("cursor", "cursor-unreadable"))?;
        query = query.filter(roster_batches::id.lt(before));
    }
    let limit = i64::try_from(page.limit + 1).unwrap_or(i64::MAX);
    let rows = query.limit(limit).load::<Batch>(conn)?;
    Ok(Page::cut(rows, page.limit, |b| b.id.to_string()))
}

/// The batches at a status, oldest first.
pub fn batches_at(conn: &mut Conn, status: BatchStatus) -> Result<Vec<Batch>> {
    Ok(roster_batches::table
        .filter(roster_batches::status.eq(status))
        .order(roster_batches::id)
        .limit(100)
        .select(Batch::as_select())
        .load(conn)?)
}

/// An import of the same file for the same day that was cut off: it goes on where it stopped.
pub fn interrupted(conn: &mut Conn, sha256: &str, as_of: Day) -> Result<Option<Batch>> {
    Ok(roster_batches::table
        .filter(roster_batches::file_sha256.eq(sha256))
        .filter(roster_batches::as_of_on.eq(as_of))
        .filter(roster_batches::status.eq(BatchStatus::Approved))
        // What officers approved on the page is merged by its task, not by the operator.
        .filter(roster_batches::approved_by.is_null())
        .order(roster_batches::id.desc())
        .select(Batch::as_select())
        .first(conn)
        .optional()?)
}

/// Rows of a batch by verdict, in the order of the sheet.
pub fn rows(
    conn: &mut Conn,
    batch_id: BatchId,
    verdict: Option<RowVerdict>,
    page: &PageRequest,
) -> Result<Page<BatchRow>> {
    let mut query = roster_rows::table
        .filter(roster_rows::batch_id.eq(batch_id))
        .order(roster_rows::row_no)
        .select(BatchRow::as_select())
        .into_boxed();
    if let Some(verdict) = verdict {
        query = query.filter(roster_rows::verdict.eq(verdict));
    }
    if let Some(cursor) = &page.cursor {
        let after: i32 = cursor
            .parse()
            .map_err(|_| crate::base::error::Error::bad_request("cursor", "cursor-unreadable"))?;
        query = query.filter(roster_rows::row_no.gt(after));
    }
    let limit = i64::try_from(page.limit + 1).unwrap_or(i64::MAX);
    let rows = query.limit(limit).load::<BatchRow>(conn)?;
    Ok(Page::cut(rows, page.limit, |r| r.row_no.to_string()))
}

/// How many doubtful rows still wait for a decision.
pub fn undecided(conn: &mut Conn, batch_id: BatchId) -> Result<i64> {
    Ok(roster_rows::table
        .filter(roster_rows::batch_id.eq(batch_id))
        .filter(roster_rows::verdict.eq(RowVerdict::Doubtful))
        .filter(roster_rows::decision.is_null())
        .count()
        .get_result(conn)?)
}

/// What officers decided, by row.
pub fn decisions(conn: &mut Conn, batch_id: BatchId) -> Result<HashMap<u32, Decision>> {
    let rows: Vec<(i32, Option<Decision>)> = roster_rows::table
        .filter(roster_rows::batch_id.eq(batch_id))
        .filter(roster_rows::decision.is_not_null())
        .select((roster_rows::row_no, roster_rows::decision))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .filter_map(|(row, decision)| Some((u32::try_from(row).ok()?, decision?)))
        .collect())
}
