//! Appropriations, payment batches and recoveries.

use std::collections::BTreeMap;

use diesel::prelude::*;
use serde_json::json;

use super::files::{ClearLine, Head, Layout, Results, body, checksum, write};
use super::ledger::{Move, post};
use super::model::{
    BatchState, Fund, FundSource, MoveKind, PaymentBatch, PaymentDraft, PaymentLine, PaymentState, Purpose,
};
use super::store;
use super::verify::{Fault, PurposeSays, Walk};
use crate::base::actor::Permission;
use crate::base::error::{Error, OrNotFound, Result};
use crate::base::ids::{FundId, Id, PaymentBatchId, PaymentLineId};
use crate::base::money::Money;
use crate::base::region::RegionCode;
use crate::base::secret::{Keys, Place, Sealed};
use crate::insert_batch;
use crate::platform::db::schema::{funds, payment_batches, payment_lines};
use crate::platform::db::{Conn, Subject, Tx};

/// Enters what a source grants a division for a year; a second appropriation adds to the first.
pub fn grant_fund(
    tx: &mut Tx<'_>,
    source: FundSource,
    region: &RegionCode,
    year: i32,
    amount: Money,
    document: &str,
) -> Result<Fund> {
    if !tx.actor().may_in(Permission::ManageFunds, region) {
        return Err(Error::Forbidden);
    }
    if document.trim().is_empty() {
        return Err(Error::invalid("document", "document-missing"));
    }
    if !(2000..=2100).contains(&year) {
        return Err(Error::invalid("year", "fund-year"));
    }
    let known = store::fund_of(tx, source, region, year)?;
    let fund_id = match known {
        Some(fund) => fund.id,
        None => open_fund(tx, source, region, year)?,
    };
    post(
        tx,
        &Move {
            fund_id,
            kind: MoveKind::Grant,
            amount,
            purpose: None,
            note: document.trim(),
        },
    )
}

fn open_fund(tx: &mut Tx<'_>, source: FundSource, region: &RegionCode, year: i32) -> Result<FundId> {
    let zero = Money::ZERO;
    let fund = Fund {
        id: Id::fresh(),
        created_at: tx.now(),
        created_by: tx.actor().user_id(),
        source,
        region_code: region.clone(),
        year,
        granted_fen: zero,
        available_fen: zero,
        reserved_fen: zero,
        committed_fen: zero,
        paid_fen: zero,
        moves: 0,
    };
    diesel::insert_into(funds::table).values(&fund).execute(&mut **tx)?;
    let after = json!({ "source": source, "year": year });
    tx.audit(
        "open_fund",
        Subject::new("fund", fund.id),
        Some(region),
        None::<&()>,
        Some(&after),
    )?;
    Ok(fund.id)
}

/// Takes part of an appropriation back that nothing is reserved from.
pub fn cut_fund(tx: &mut Tx<'_>, id: FundId, amount: Money, document: &str) -> Result<Fund> {
    let actor = tx.actor();
    store::fund_for(tx, actor, id, Permission::ManageFunds)?;
    if document.trim().is_empty() {
        return Err(Error::invalid("document", "document-missing"));
    }
    post(
        tx,
        &Move {
            fund_id: id,
            kind: MoveKind::Cut,
            amount,
            purpose: None,
            note: document.trim(),
        },
    )
}

/// Opens a batch of payments. Each is covered by what is committed for its purpose and not on its way already.
pub fn open_batch(tx: &mut Tx<'_>, fund_id: FundId, drafts: &[PaymentDraft]) -> Result<PaymentBatch> {
    let actor = tx.actor();
    let fund = store::fund_for(tx, actor, fund_id, Permission::ManageFunds)?;
    if drafts.is_empty() {
        return Err(Error::refused("batch-empty"));
    }
    lock(tx, fund_id)?;
    let mut wanted: BTreeMap<Purpose, i64> = BTreeMap::new();
    for draft in drafts {
        *wanted.entry(draft.purpose).or_default() += draft.amount.fen();
    }
    for (purpose, fen) in &wanted {
        let standing = store::standing_of(tx, *purpose)?.or_not_found("purpose")?;
        let pending = store::pending_of(tx, *purpose)?;
        if standing.fund_id != fund_id || pending.fen() + fen > standing.committed.fen() {
            return Err(Error::refused("purpose-short").with("need", Money::from_fen(*fen)));
        }
    }
    let batch = PaymentBatch {
        id: Id::fresh(),
        version: 1,
        created_at: tx.now(),
        created_by: actor.user_id(),
        fund_id,
        status: BatchState::Open,
        lines: i32::try_from(drafts.len()).map_err(|_| Error::refused("batch-too-long"))?,
        total_fen: Money::from_fen(wanted.values().sum()),
        sha256: None,
        sent_at: None,
        sent_by: None,
    };
    diesel::insert_into(payment_batches::table)
        .values(&batch)
        .execute(&mut **tx)?;
    let lines: Result<Vec<PaymentLine>> = drafts
        .iter()
        .zip(1..)
        .map(|(draft, no)| line_of(tx.keys(), batch.id, draft, no))
        .collect();
    let lines = lines?;
    {
        let mut conn = &mut **tx;
        insert_batch!(&mut conn, payment_lines::table, &lines)?;
    }
    let after = json!({ "lines": batch.lines, "total": batch.total_fen });
    tx.audit(
        "open_payment_batch",
        Subject::new("payment_batch", batch.id),
        Some(&fund.region_code),
        None::<&()>,
        Some(&after),
    )?;
    Ok(batch)
}

fn line_of(keys: &Keys, batch_id: PaymentBatchId, draft: &PaymentDraft, line_no: i32) -> Result<PaymentLine> {
    let id: PaymentLineId = Id::fresh();
    let seal = |column, plain: Option<&String>| {
        let place = Place {
            table: "payment_lines",
            column,
            id: id.raw(),
        };
        plain.map(|plain| keys.seal(place, plain)).transpose()
    };
    Ok(PaymentLine {
        document_sealed: seal("document_sealed", draft.document.as_ref())?,
        account_sealed: seal("account_sealed", draft.account.as_ref())?,
        id,
        batch_id,
        line_no,
        purpose_id: draft.purpose.raw(),
        item_id: draft.item,
        attempt: draft.attempt,
        payee_name: draft.payee_name.clone(),
        account_masked: draft.account_masked.clone(),
        amount_fen: draft.amount,
        status: PaymentState::Pending,
        reason: String::new(),
    })
}

/// Locks a fund against other writers, before its parts are read.
fn lock(tx: &mut Tx<'_>, fund_id: FundId) -> Result<()> {
    diesel::update(funds::table.find(fund_id))
        .set(funds::moves.eq(funds::moves))
        .execute(&mut **tx)?;
    Ok(())
}

/// The name and the text of a batch's file. Numbers are in clear: only for those who pay, and it leaves an audit line.
pub fn payment_file(tx: &mut Tx<'_>, id: PaymentBatchId, layout: Layout) -> Result<(String, String)> {
    let actor = tx.actor();
    let permission = if actor.may(Permission::PayClaims) {
        Permission::PayClaims
    } else {
        Permission::ManageFunds
    };
    let (batch, fund) = store::batch_for(tx, actor, id, permission)?;
    let lines = store::lines_of_batch(tx, id)?;
    let text = write(layout, &head_of(&batch, &fund), &clear_lines(tx.keys(), &lines)?);
    let after = json!({ "lines": batch.lines, "layout": layout.extension() });
    tx.audit(
        "read_payment_file",
        Subject::new("payment_batch", id),
        Some(&fund.region_code),
        None::<&()>,
        Some(&after),
    )?;
    Ok((format!("payments-{id}.{}", layout.extension()), text))
}

fn head_of(batch: &PaymentBatch, fund: &Fund) -> Head {
    Head {
        batch: batch.id.to_string(),
        source: fund.source.as_str(),
        region: fund.region_code.to_string(),
        year: fund.year,
        total: batch.total_fen,
    }
}

fn clear_lines(keys: &Keys, lines: &[PaymentLine]) -> Result<Vec<ClearLine>> {
    lines
        .iter()
        .map(|line| {
            let open = |column, sealed: Option<&Sealed>| {
                let place = Place {
                    table: "payment_lines",
                    column,
                    id: line.id.raw(),
                };
                sealed.map_or(Ok(String::new()), |sealed| keys.open(place, sealed))
            };
            Ok(ClearLine {
                line_no: line.line_no,
                name: line.payee_name.clone(),
                document: open("document_sealed", line.document_sealed.as_ref())?,
                account: open("account_sealed", line.account_sealed.as_ref())?,
                amount: line.amount_fen,
            })
        })
        .collect()
}

/// Sends a batch: from now on its file is fixed. Whoever made it does not send it.
pub fn send_batch(tx: &mut Tx<'_>, id: PaymentBatchId, version: i32) -> Result<PaymentBatch> {
    let actor = tx.actor();
    let (batch, fund) = store::batch_for(tx, actor, id, Permission::PayClaims)?;
    if batch.version != version {
        return Err(Error::Conflict);
    }
    if batch.status != BatchState::Open {
        return Err(Error::refused("batch-not-open"));
    }
    if batch.created_by.is_some() && batch.created_by == actor.user_id() {
        return Err(Error::refused("batch-own"));
    }
    let lines = store::lines_of_batch(tx, id)?;
    let sum = checksum(&body(&head_of(&batch, &fund), &clear_lines(tx.keys(), &lines)?));
    let sent = diesel::update(
        payment_batches::table
            .find(id)
            .filter(payment_batches::version.eq(version)),
    )
    .set((
        payment_batches::version.eq(version + 1),
        payment_batches::status.eq(BatchState::Sent),
        payment_batches::sha256.eq(Some(&sum)),
        payment_batches::sent_at.eq(Some(tx.now())),
        payment_batches::sent_by.eq(actor.user_id()),
    ))
    .execute(&mut **tx)?;
    if sent == 0 {
        return Err(Error::Conflict);
    }
    let after = json!({ "sha256": sum });
    tx.audit(
        "send_payment_batch",
        Subject::new("payment_batch", id),
        Some(&fund.region_code),
        None::<&()>,
        Some(&after),
    )?;
    store::batch_by_id(tx, id)
}

/// Takes over what came back. Everything fits, or nothing is taken over; a result told twice counts once.
pub fn take_results(tx: &mut Tx<'_>, id: PaymentBatchId, results: &Results) -> Result<Vec<PaymentLine>> {
    let actor = tx.actor();
    let (batch, fund) = store::batch_for(tx, actor, id, Permission::PayClaims)?;
    if batch.status == BatchState::Open {
        return Err(Error::refused("batch-not-sent"));
    }
    let is_ours = results.batch == batch.id.to_string() && Some(&results.checksum) == batch.sha256.as_ref();
    if !is_ours {
        return Err(Error::refused("payment-results-other-file"));
    }
    lock(tx, batch.fund_id)?;
    let lines: BTreeMap<i32, PaymentLine> = store::lines_of_batch(tx, id)?
        .into_iter()
        .map(|l| (l.line_no, l))
        .collect();
    let mut settled = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for result in &results.lines {
        let wrong = |code| Error::refused(code).with("number", result.line_no);
        let line = lines
            .get(&result.line_no)
            .ok_or_else(|| wrong("payment-results-unknown"))?;
        if line.amount_fen != result.amount {
            return Err(wrong("payment-results-amount"));
        }
        if !seen.insert(result.line_no) || (line.status != PaymentState::Pending && line.status != result.state) {
            return Err(wrong("payment-results-twice"));
        }
        if line.status == PaymentState::Pending {
            settle_line(tx, &batch, line, result.state, &result.reason)?;
            let (status, reason) = (result.state, result.reason.clone());
            settled.push(PaymentLine {
                status,
                reason,
                ..line.clone()
            });
        }
    }
    let before = lines
        .values()
        .filter(|line| line.status == PaymentState::Pending)
        .count();
    if before == settled.len() && batch.status == BatchState::Sent {
        diesel::update(payment_batches::table.find(id))
            .set((
                payment_batches::status.eq(BatchState::Settled),
                payment_batches::version.eq(batch.version + 1),
            ))
            .execute(&mut **tx)?;
    }
    let failed = settled
        .iter()
        .filter(|line| line.status == PaymentState::Failed)
        .count();
    let after = json!({ "settled": settled.len(), "failed": failed });
    tx.audit(
        "take_payment_results",
        Subject::new("payment_batch", id),
        Some(&fund.region_code),
        None::<&()>,
        Some(&after),
    )?;
    Ok(settled)
}

fn settle_line(
    tx: &mut Tx<'_>,
    batch: &PaymentBatch,
    line: &PaymentLine,
    state: PaymentState,
    reason: &str,
) -> Result<()> {
    let moved = diesel::update(
        payment_lines::table
            .find(line.id)
            .filter(payment_lines::status.eq(PaymentState::Pending)),
    )
    .set((payment_lines::status.eq(state), payment_lines::reason.eq(reason)))
    .execute(&mut **tx)?;
    if moved == 0 {
        return Err(Error::Conflict);
    }
    if state == PaymentState::Paid {
        let note = format!("{}/{}", batch.id, line.line_no);
        let purpose = Some(Purpose::from_raw(line.purpose_id));
        let step = Move {
            fund_id: batch.fund_id,
            kind: MoveKind::Pay,
            amount: line.amount_fen,
            purpose,
            note: &note,
        };
        post(tx, &step)?;
    }
    Ok(())
}

/// What a verification looked at, and every fault that it found.
#[derive(Debug)]
pub struct Verified {
    pub funds: usize,
    pub moves: u64,
    pub faults: Vec<Fault>,
}

/// Recomputes every fund from its ledger. Read it in one snapshot.
pub fn verify_funds(conn: &mut Conn) -> Result<Verified> {
    const PORTION: i64 = 5_000;
    let mut verified = Verified {
        funds: 0,
        moves: 0,
        faults: Vec::new(),
    };
    for fund in store::all_funds(conn)? {
        let mut walk = Walk::new(fund.id);
        let mut after = 0;
        loop {
            // Two entries share a move, so a portion is of whole moves.
            let portion = store::entries_after(conn, fund.id, after, PORTION)?;
            let Some(last) = portion.last() else { break };
            after = last.move_no;
            verified.moves += u64::try_from(portion.len() / 2).unwrap_or(0);
            walk.take(&portion);
        }
        let mut purposes = Vec::new();
        let mut from = i64::MIN;
        loop {
            let portion = store::purposes_of_fund(conn, fund.id, from, PORTION)?;
            let Some(last) = portion.last() else { break };
            from = last.id;
            purposes.extend(portion.iter().map(|row| PurposeSays {
                id: row.id,
                standing: [row.reserved_fen.fen(), row.committed_fen.fen(), row.paid_fen.fen()],
            }));
        }
        let paid = store::paid_by_purpose(conn, fund.id)?;
        let recoveries = store::recoveries_of_fund(conn, fund.id)?;
        verified
            .faults
            .extend(walk.finish(&fund, &purposes, &paid, &recoveries));
        verified.funds += 1;
    }
    Ok(verified)
}
