//! Queries of the tables of funds.

use diesel::prelude::*;

use super::model::{
    Fund, FundSource, LedgerEntry, PaymentBatch, PaymentLine, PaymentState, Purpose, PurposeRow, Recovery, Standing,
};
use crate::base::actor::{Actor, Permission};
use crate::base::error::{OrNotFound, Result};
use crate::base::ids::{FundId, PaymentBatchId};
use crate::base::money::Money;
use crate::base::region::RegionCode;
use crate::platform::db::Conn;
use crate::platform::db::schema::{fund_purposes, funds, ledger_entries, payment_batches, payment_lines, recoveries};

/// A fund; for callers that have asked for permission.
pub fn fund_by_id(conn: &mut Conn, id: FundId) -> Result<Fund> {
    funds::table
        .find(id)
        .select(Fund::as_select())
        .first(conn)
        .optional()?
        .or_not_found("fund")
}

/// A fund for an actor.
pub fn fund_for(conn: &mut Conn, actor: &Actor, id: FundId, permission: Permission) -> Result<Fund> {
    Some(fund_by_id(conn, id)?)
        .filter(|fund| actor.may_in(permission, &fund.region_code))
        .or_not_found("fund")
}

/// The fund of a source, a division and a year.
pub fn fund_of(conn: &mut Conn, source: FundSource, region: &RegionCode, year: i32) -> Result<Option<Fund>> {
    Ok(funds::table
        .filter(funds::source.eq(source))
        .filter(funds::region_code.eq(region))
        .filter(funds::year.eq(year))
        .select(Fund::as_select())
        .first(conn)
        .optional()?)
}

/// The funds that an actor may see, newest year first.
pub fn funds_of(conn: &mut Conn, actor: &Actor, limit: usize) -> Result<Vec<Fund>> {
    let mut found = Vec::new();
    for (from, to) in actor.scope(Permission::SeeFunds).ranges() {
        let rows: Vec<Fund> = funds::table
            .filter(funds::region_code.ge(from))
            .filter(funds::region_code.lt(to))
            .order((funds::year.desc(), funds::region_code, funds::source, funds::id))
            .limit(i64::try_from(limit).unwrap_or(i64::MAX))
            .select(Fund::as_select())
            .load(conn)?;
        found.extend(rows);
    }
    Ok(found)
}

/// Every fund, for who verifies them.
pub(super) fn all_funds(conn: &mut Conn) -> Result<Vec<Fund>> {
    Ok(funds::table
        .order(funds::id)
        .limit(100_000)
        .select(Fund::as_select())
        .load(conn)?)
}

pub(super) fn purpose_row(conn: &mut Conn, purpose: Purpose) -> Result<Option<PurposeRow>> {
    Ok(fund_purposes::table
        .find(purpose.raw())
        .select(PurposeRow::as_select())
        .first(conn)
        .optional()?)
}

pub(super) fn standing_of(conn: &mut Conn, purpose: Purpose) -> Result<Option<Standing>> {
    Ok(purpose_row(conn, purpose)?.map(|row| Standing {
        fund_id: row.fund_id,
        reserved: row.reserved_fen,
        committed: row.committed_fen,
        paid: row.paid_fen,
    }))
}

pub(super) fn purposes_of_fund(conn: &mut Conn, id: FundId, after: i64, limit: i64) -> Result<Vec<PurposeRow>> {
    Ok(fund_purposes::table
        .filter(fund_purposes::fund_id.eq(id))
        .filter(fund_purposes::id.gt(after))
        .order(fund_purposes::id)
        .limit(limit)
        .select(PurposeRow::as_select())
        .load(conn)?)
}

/// Entries of a fund after a move, in the order of the moves.
pub fn entries_after(conn: &mut Conn, id: FundId, after: i32, limit: i64) -> Result<Vec<LedgerEntry>> {
    Ok(ledger_entries::table
        .filter(ledger_entries::fund_id.eq(id))
        .filter(ledger_entries::move_no.gt(after))
        .order((ledger_entries::move_no, ledger_entries::amount_fen, ledger_entries::id))
        .limit(limit)
        .select(LedgerEntry::as_select())
        .load(conn)?)
}

/// The newest entries of a fund.
pub fn newest_entries(conn: &mut Conn, id: FundId, limit: i64) -> Result<Vec<LedgerEntry>> {
    Ok(ledger_entries::table
        .filter(ledger_entries::fund_id.eq(id))
        .order((
            ledger_entries::move_no.desc(),
            ledger_entries::amount_fen,
            ledger_entries::id,
        ))
        .limit(limit)
        .select(LedgerEntry::as_select())
        .load(conn)?)
}

pub fn batch_by_id(conn: &mut Conn, id: PaymentBatchId) -> Result<PaymentBatch> {
    payment_batches::table
        .find(id)
        .select(PaymentBatch::as_select())
        .first(conn)
        .optional()?
        .or_not_found("payment_batch")
}

/// A payment batch for an actor who may see its fund.
pub fn batch_for(
    conn: &mut Conn,
    actor: &Actor,
    id: PaymentBatchId,
    permission: Permission,
) -> Result<(PaymentBatch, Fund)> {
    let batch = batch_by_id(conn, id)?;
    let fund = fund_by_id(conn, batch.fund_id)?;
    Some((batch, fund))
        .filter(|(_, fund)| actor.may_in(permission, &fund.region_code))
        .or_not_found("payment_batch")
}

pub fn batches_of_fund(conn: &mut Conn, id: FundId) -> Result<Vec<PaymentBatch>> {
    Ok(payment_batches::table
        .filter(payment_batches::fund_id.eq(id))
        .order(payment_batches::id.desc())
        .limit(100)
        .select(PaymentBatch::as_select())
        .load(conn)?)
}

/// The lines of a batch, by number.
pub fn lines_of_batch(conn: &mut Conn, id: PaymentBatchId) -> Result<Vec<PaymentLine>> {
    Ok(payment_lines::table
        .filter(payment_lines::batch_id.eq(id))
        .order((payment_lines::line_no, payment_lines::id))
        .limit(20_000)
        .select(PaymentLine::as_select())
        .load(conn)?)
}

/// Every payment that was asked for of some purposes, oldest first.
pub fn payments_of(conn: &mut Conn, purposes: &[Purpose]) -> Result<Vec<PaymentLine>> {
    let ids: Vec<i64> = purposes.iter().map(|purpose| purpose.raw()).collect();
    let mut found = Vec::new();
    for portion in ids.chunks(5_000) {
        let rows: Vec<PaymentLine> = payment_lines::table
            .filter(payment_lines::purpose_id.eq_any(portion))
            .order(payment_lines::id)
            .select(PaymentLine::as_select())
            .load(conn)?;
        found.extend(rows);
    }
    Ok(found)
}

/// What is on its way for a purpose: in a batch, without a result yet.
pub(super) fn pending_of(conn: &mut Conn, purpose: Purpose) -> Result<Money> {
    let amounts: Vec<Money> = payment_lines::table
        .filter(payment_lines::purpose_id.eq(purpose.raw()))
        .filter(payment_lines::status.eq(PaymentState::Pending))
        .order(payment_lines::id)
        .limit(20_000)
        .select(payment_lines::amount_fen)
        .load(conn)?;
    Ok(Money::from_fen(amounts.iter().map(|money| money.fen()).sum()))
}

pub fn recovery_of(conn: &mut Conn, purpose: Purpose) -> Result<Option<Recovery>> {
    Ok(recoveries::table
        .filter(recoveries::purpose_id.eq(purpose.raw()))
        .select(Recovery::as_select())
        .first(conn)
        .optional()?)
}

pub(super) fn recoveries_of_fund(conn: &mut Conn, id: FundId) -> Result<Vec<Recovery>> {
    Ok(recoveries::table
        .filter(recoveries::fund_id.eq(id))
        .order(recoveries::id)
        .limit(100_000)
        .select(Recovery::as_select())
        .load(conn)?)
}

/// What the paid lines of a fund's batches come to, by purpose.
pub(super) fn paid_by_purpose(conn: &mut Conn, id: FundId) -> Result<Vec<(i64, i64)>> {
    let rows: Vec<(i64, Money)> = payment_lines::table
        .inner_join(payment_batches::table)
        .filter(payment_batches::fund_id.eq(id))
        .filter(payment_lines::status.eq(PaymentState::Paid))
        .order((payment_lines::purpose_id, payment_lines::id))
        .select((payment_lines::purpose_id, payment_lines::amount_fen))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(purpose, money)| (purpose, money.fen()))
        .collect())
}
