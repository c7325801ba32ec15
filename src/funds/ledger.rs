//! Moves of money: the one place where funds, purposes and ledger are written.
//!
//! A move is decided by one conditional update of the fund's row, which also locks the row until the commit; its two
//! entries therefore stand in the ledger in the order in which they happened. What would make an account negative
//! changes no row and is refused; a constraint says the same once more.

use diesel::prelude::*;

use super::model::{Fund, LedgerAccount, LedgerEntry, MoveKind, Purpose, PurposeRow, Standing};
use super::store;
use crate::base::error::{Error, OrNotFound, Result};
use crate::base::ids::{FundId, Id};
use crate::base::money::Money;
use crate::insert_batch;
use crate::platform::db::schema::{fund_purposes, funds, ledger_entries};
use crate::platform::db::{Subject, Tx};

/// A move that somebody asks for.
#[derive(Debug, Clone)]
pub struct Move<'n> {
    pub fund_id: FundId,
    pub kind: MoveKind,
    pub amount: Money,
    pub purpose: Option<Purpose>,
    pub note: &'n str,
}

/// What a move adds to an account.
fn change(kind: MoveKind, account: LedgerAccount, fen: i64) -> i64 {
    let (from, to) = kind.path();
    if account == to {
        fen
    } else if account == from {
        -fen
    } else {
        0
    }
}

/// Moves money within a fund and writes both entries. Refused when the account has less.
pub fn post(tx: &mut Tx<'_>, step: &Move<'_>) -> Result<Fund> {
    let fen = step.amount.fen();
    if fen <= 0 {
        return Err(Error::refused("money-not-positive"));
    }
    if step.kind.has_purpose() != step.purpose.is_some() {
        return Err(Error::internal("a move and its purpose do not fit together"));
    }
    let by = |account| change(step.kind, account, fen);
    let (available, reserved) = (by(LedgerAccount::Available), by(LedgerAccount::Reserved));
    let (committed, paid) = (by(LedgerAccount::Committed), by(LedgerAccount::Paid));
    let granted = -by(LedgerAccount::Source);
    let moved = diesel::update(
        funds::table
            .find(step.fund_id)
            .filter((funds::available_fen + available).ge(0_i64))
            .filter((funds::reserved_fen + reserved).ge(0_i64))
            .filter((funds::committed_fen + committed).ge(0_i64))
            .filter((funds::paid_fen + paid).ge(0_i64)),
    )
    .set((
        funds::granted_fen.eq(funds::granted_fen + granted),
        funds::available_fen.eq(funds::available_fen + available),
        funds::reserved_fen.eq(funds::reserved_fen + reserved),
        funds::committed_fen.eq(funds::committed_fen + committed),
        funds::paid_fen.eq(funds::paid_fen + paid),
        funds::moves.eq(funds::moves + 1),
    ))
    .execute(&mut **tx)?;
    let fund = store::fund_by_id(tx, step.fund_id)?;
    if moved == 0 {
        return Err(Error::refused("fund-short")
            .with("have", balance(&fund, step.kind.path().0))
            .with("need", step.amount));
    }
    if let Some(purpose) = step.purpose {
        move_purpose(tx, step, purpose, (reserved, committed, paid))?;
    }
    write_entries(tx, step, &fund)?;
    tx.audit(
        "move_money",
        Subject::new("fund", fund.id),
        Some(&fund.region_code),
        None::<&()>,
        Some(&serde_json::json!({
            "kind": step.kind, "amount": step.amount, "move": fund.moves, "available": fund.available_fen,
        })),
    )?;
    Ok(fund)
}

/// The balance of an account; what a source has given stands below zero.
pub fn balance(fund: &Fund, account: LedgerAccount) -> Money {
    match account {
        LedgerAccount::Source => Money::from_fen(-fund.granted_fen.fen()),
        LedgerAccount::Available => fund.available_fen,
        LedgerAccount::Reserved => fund.reserved_fen,
        LedgerAccount::Committed => fund.committed_fen,
        LedgerAccount::Paid => fund.paid_fen,
    }
}

/// The same for the purpose: more than was reserved for it is never committed or paid.
fn move_purpose(tx: &mut Tx<'_>, step: &Move<'_>, purpose: Purpose, by: (i64, i64, i64)) -> Result<()> {
    let (reserved, committed, paid) = by;
    let known = store::purpose_row(tx, purpose)?;
    if known.as_ref().is_some_and(|row| row.fund_id != step.fund_id) {
        return Err(Error::refused("purpose-other-fund"));
    }
    if known.is_none() {
        let row = PurposeRow {
            id: purpose.raw(),
            fund_id: step.fund_id,
            reserved_fen: Money::ZERO,
            committed_fen: Money::ZERO,
            paid_fen: Money::ZERO,
        };
        diesel::insert_into(fund_purposes::table)
            .values(&row)
            .execute(&mut **tx)?;
    }
    let moved = diesel::update(
        fund_purposes::table
            .find(purpose.raw())
            .filter((fund_purposes::reserved_fen + reserved).ge(0_i64))
            .filter((fund_purposes::committed_fen + committed).ge(0_i64))
            .filter((fund_purposes::paid_fen + paid).ge(0_i64)),
    )
    .set((
        fund_purposes::reserved_fen.eq(fund_purposes::reserved_fen + reserved),
        fund_purposes::committed_fen.eq(fund_purposes::committed_fen + committed),
        fund_purposes::paid_fen.eq(fund_purposes::paid_fen + paid),
    ))
    .execute(&mut **tx)?;
    if moved == 0 {
        return Err(Error::refused("purpose-short").with("need", step.amount));
    }
    Ok(())
}

fn write_entries(tx: &mut Tx<'_>, step: &Move<'_>, fund: &Fund) -> Result<()> {
    let (from, to) = step.kind.path();
    let entries: Vec<LedgerEntry> = [(from, -step.amount.fen()), (to, step.amount.fen())]
        .into_iter()
        .map(|(account, fen)| LedgerEntry {
            id: Id::fresh(),
            fund_id: fund.id,
            move_no: fund.moves,
            kind: step.kind,
            account,
            amount_fen: Money::from_fen(fen),
            balance_fen: balance(fund, account),
            purpose_id: step.purpose.map(Purpose::raw),
            at: tx.now(),
            actor_id: tx.actor().user_id().map(|id| id.raw()),
            actor: tx.actor().label.clone(),
            note: step.note.to_owned(),
        })
        .collect();
    let mut conn = &mut **tx;
    insert_batch!(&mut conn, ledger_entries::table, &entries)?;
    Ok(())
}

// For other rooms.

/// Sets money aside for a purpose.
pub fn reserve(tx: &mut Tx<'_>, fund_id: FundId, purpose: Purpose, amount: Money, note: &str) -> Result<()> {
    let step = Move {
        fund_id,
        kind: MoveKind::Reserve,
        amount,
        purpose: Some(purpose),
        note,
    };
    post(tx, &step).map(drop)
}

/// Promises what is set aside, and gives back what is set aside beyond it.
pub fn commit(tx: &mut Tx<'_>, purpose: Purpose, amount: Money, note: &str) -> Result<()> {
    let standing = store::standing_of(tx, purpose)?.or_not_found("purpose")?;
    let fund_id = standing.fund_id;
    post(
        tx,
        &Move {
            fund_id,
            kind: MoveKind::Commit,
            amount,
            purpose: Some(purpose),
            note,
        },
    )?;
    give_back(tx, purpose, note)
}

/// Gives back everything that is set aside and not promised.
pub fn give_back(tx: &mut Tx<'_>, purpose: Purpose, note: &str) -> Result<()> {
    let Some(standing) = store::standing_of(tx, purpose)? else {
        return Ok(());
    };
    if standing.reserved > Money::ZERO {
        let (fund_id, amount) = (standing.fund_id, standing.reserved);
        post(
            tx,
            &Move {
                fund_id,
                kind: MoveKind::Release,
                amount,
                purpose: Some(purpose),
                note,
            },
        )?;
    }
    Ok(())
}

/// Takes a promise back, for what will not be paid.
pub fn uncommit(tx: &mut Tx<'_>, purpose: Purpose, amount: Money, note: &str) -> Result<()> {
    let standing = store::standing_of(tx, purpose)?.or_not_found("purpose")?;
    let fund_id = standing.fund_id;
    post(
        tx,
        &Move {
            fund_id,
            kind: MoveKind::Uncommit,
            amount,
            purpose: Some(purpose),
            note,
        },
    )
    .map(drop)
}

/// What stands for a purpose.
pub fn standing(conn: &mut crate::platform::db::Conn, purpose: Purpose) -> Result<Option<Standing>> {
    store::standing_of(conn, purpose)
}
