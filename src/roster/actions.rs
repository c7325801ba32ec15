//! What officers do with rosters on the page: upload, settle, approve, withdraw.

use std::path::Path;

use diesel::prelude::*;
use serde_json::json;

use super::batch::{Batch, BatchRow, BatchStatus, Decision, RowVerdict};
use super::import::{file_hash, open_batch};
use super::store;
use crate::base::actor::Permission;
use crate::base::error::{Error, OrNotFound, Result};
use crate::base::ids::{BatchId, BatchRowId};
use crate::base::time::Day;
use crate::platform::db::schema::{roster_batches, roster_rows};
use crate::platform::db::{Subject, Tx};

/// Takes an uploaded file into a new batch, which a task will check. The same file for the same day is one batch. The
/// caller chooses the id, because the file must lie under it before the batch can be seen.
pub fn upload_batch(tx: &mut Tx<'_>, id: BatchId, path: &Path, file_name: &str, as_of: Day) -> Result<Batch> {
    if !tx.actor().may(Permission::ImportRosters) {
        return Err(Error::Forbidden);
    }
    if as_of > tx.today() {
        return Err(Error::invalid("as_of", "day-in-future"));
    }
    let sha256 = file_hash(path)?;
    let known: Option<Batch> = roster_batches::table
        .filter(roster_batches::file_sha256.eq(&sha256))
        .filter(roster_batches::as_of_on.eq(as_of))
        .filter(roster_batches::status.ne_all([BatchStatus::Withdrawn, BatchStatus::Failed]))
        .order(roster_batches::id.desc())
        .select(Batch::as_select())
        .first(&mut **tx)
        .optional()?;
    if let Some(known) = known {
        return Ok(known);
    }
    open_batch(tx, id, Path::new(file_name), &sha256, as_of, BatchStatus::Checking)
}

/// An officer decides about a doubtful row.
pub fn settle_row(tx: &mut Tx<'_>, batch_id: BatchId, row_id: BatchRowId, decision: Option<Decision>) -> Result<()> {
    if !tx.actor().may(Permission::ImportRosters) {
        return Err(Error::Forbidden);
    }
    need_status(tx, batch_id, BatchStatus::Checked)?;
    let row: BatchRow = roster_rows::table
        .find(row_id)
        .filter(roster_rows::batch_id.eq(batch_id))
        .select(BatchRow::as_select())
        .first(&mut **tx)
        .optional()?
        .or_not_found("row")?;
    if row.verdict != RowVerdict::Doubtful {
        return Err(Error::refused("row-not-doubtful"));
    }
    if decision == Some(Decision::Take) && row.household_no.is_none() {
        return Err(Error::refused("row-without-household"));
    }
    let decided_by = decision.and(tx.actor().user_id());
    diesel::update(roster_rows::table.find(row_id))
        .set((
            roster_rows::decision.eq(decision),
            roster_rows::decided_by.eq(decided_by),
        ))
        .execute(&mut **tx)?;
    let after = json!({ "row": row.row_no, "decision": decision });
    tx.audit(
        "settle_row",
        Subject::new("batch", batch_id),
        None,
        None::<&()>,
        Some(&after),
    )
}

/// An officer decides in one way about several doubtful rows.
pub fn settle_rows(tx: &mut Tx<'_>, batch_id: BatchId, row_ids: &[BatchRowId], decision: Decision) -> Result<()> {
    row_ids
        .iter()
        .try_for_each(|row_id| settle_row(tx, batch_id, *row_id, Some(decision)))
}

fn need_status(tx: &mut Tx<'_>, id: BatchId, status: BatchStatus) -> Result<Batch> {
    let batch = store::batch(tx, id)?;
    if batch.status != status {
        return Err(Error::refused("batch-status").with("status", batch.status));
    }
    Ok(batch)
}

/// A second officer approves a batch whose doubtful rows are settled; a task merges it.
pub fn approve_batch(tx: &mut Tx<'_>, id: BatchId) -> Result<Batch> {
    if !tx.actor().may(Permission::ApproveRosters) {
        return Err(Error::Forbidden);
    }
    let batch = need_status(tx, id, BatchStatus::Checked)?;
    let approver = tx.actor().user_id();
    if approver.is_some() && batch.created_by == approver {
        return Err(Error::refused("own-batch"));
    }
    let decided: i64 = roster_rows::table
        .filter(roster_rows::batch_id.eq(id))
        .filter(roster_rows::decided_by.eq(approver))
        .filter(roster_rows::decided_by.is_not_null())
        .count()
        .get_result(&mut **tx)?;
    if decided > 0 {
        return Err(Error::refused("own-decisions"));
    }
    let waiting = store::undecided(tx, id)?;
    if waiting > 0 {
        return Err(Error::refused("rows-undecided").with("count", waiting));
    }
    move_batch(tx, &batch, BatchStatus::Approved, "approve_batch")
}

/// Takes a batch back that has not been approved.
pub fn withdraw_batch(tx: &mut Tx<'_>, id: BatchId) -> Result<Batch> {
    if !tx.actor().may(Permission::ImportRosters) {
        return Err(Error::Forbidden);
    }
    let batch = store::batch(tx, id)?;
    if !matches!(batch.status, BatchStatus::Checking | BatchStatus::Checked) {
        return Err(Error::refused("batch-status").with("status", batch.status));
    }
    move_batch(tx, &batch, BatchStatus::Withdrawn, "withdraw_batch")
}

fn move_batch(tx: &mut Tx<'_>, batch: &Batch, to: BatchStatus, verb: &'static str) -> Result<Batch> {
    let approved_by = (to == BatchStatus::Approved).then(|| tx.actor().user_id()).flatten();
    let moved = diesel::update(
        roster_batches::table
            .find(batch.id)
            .filter(roster_batches::version.eq(batch.version)),
    )
    .set((
        roster_batches::status.eq(to),
        roster_batches::version.eq(batch.version + 1),
        roster_batches::approved_by.eq(approved_by),
    ))
    .execute(&mut **tx)?;
    if moved == 0 {
        return Err(Error::Conflict);
    }
    tx.audit(verb, Subject::new("batch", batch.id), None, None::<&()>, None::<&()>)?;
    store::batch(tx, batch.id)
}

/// A file that turned out to be no roster: the batch says why.
pub(super) fn fail_batch(tx: &mut Tx<'_>, id: BatchId, message: &str) -> Result<()> {
    diesel::update(roster_batches::table.find(id))
        .set((
            roster_batches::status.eq(BatchStatus::Failed),
            roster_batches::version.eq(roster_batches::version + 1),
            roster_batches::message.eq(message),
        ))
        .execute(&mut **tx)?;
    let after = json!({ "message": message });
    tx.audit("fail_batch", Subject::new("batch", id), None, None::<&()>, Some(&after))
}
