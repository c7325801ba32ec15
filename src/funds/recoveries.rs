//! Money that is asked back: demanded once for a purpose, received and waived until nothing is owed.

use diesel::prelude::*;
use serde_json::json;

use super::ledger::{Move, post};
use super::model::{MoveKind, Purpose, Recovery};
use super::store;
use crate::base::error::{Error, OrNotFound, Result};
use crate::base::ids::Id;
use crate::base::money::Money;
use crate::platform::db::schema::recoveries;
use crate::platform::db::{Subject, Tx};

// For other rooms.

/// Asks money back that was paid for a purpose.
pub fn demand_recovery(
    tx: &mut Tx<'_>,
    purpose: Purpose,
    amount: Money,
    reason: &str,
    document_no: &str,
) -> Result<Recovery> {
    let standing = store::standing_of(tx, purpose)?.or_not_found("purpose")?;
    if amount <= Money::ZERO || amount > standing.paid {
        return Err(Error::refused("recovery-amount").with("paid", standing.paid));
    }
    if document_no.trim().is_empty() {
        return Err(Error::invalid("document", "document-missing"));
    }
    if store::recovery_of(tx, purpose)?.is_some() {
        return Err(Error::refused("recovery-known"));
    }
    let recovery = Recovery {
        id: Id::fresh(),
        version: 1,
        created_at: tx.now(),
        created_by: tx.actor().user_id(),
        fund_id: standing.fund_id,
        purpose_id: purpose.raw(),
        reason: reason.to_owned(),
        document_no: document_no.trim().to_owned(),
        demanded_fen: amount,
        received_fen: Money::ZERO,
        waived_fen: Money::ZERO,
    };
    diesel::insert_into(recoveries::table)
        .values(&recovery)
        .execute(&mut **tx)?;
    let region = store::fund_by_id(tx, standing.fund_id)?.region_code;
    tx.audit(
        "demand_recovery",
        Subject::new("recovery", recovery.id),
        Some(&region),
        None::<&()>,
        Some(&recovery),
    )?;
    Ok(recovery)
}

/// Takes money in that was asked back, or waives a part of it; returns what is still owed.
pub fn settle_recovery(tx: &mut Tx<'_>, purpose: Purpose, received: Money, waived: Money, note: &str) -> Result<Money> {
    let recovery = store::recovery_of(tx, purpose)?.or_not_found("recovery")?;
    let settled = received
        .checked_add(waived)
        .filter(|sum| *sum > Money::ZERO && *sum <= recovery.open());
    if settled.is_none() || received < Money::ZERO || waived < Money::ZERO {
        return Err(Error::refused("recovery-too-much").with("open", recovery.open()));
    }
    let moved = diesel::update(
        recoveries::table
            .find(recovery.id)
            .filter(recoveries::version.eq(recovery.version)),
    )
    .set((
        recoveries::version.eq(recovery.version + 1),
        recoveries::received_fen.eq(recoveries::received_fen + received.fen()),
        recoveries::waived_fen.eq(recoveries::waived_fen + waived.fen()),
    ))
    .execute(&mut **tx)?;
    if moved == 0 {
        return Err(Error::Conflict);
    }
    if received > Money::ZERO {
        let fund_id = recovery.fund_id;
        post(
            tx,
            &Move {
                fund_id,
                kind: MoveKind::Recover,
                amount: received,
                purpose: Some(purpose),
                note,
            },
        )?;
    }
    let region = store::fund_by_id(tx, recovery.fund_id)?.region_code;
    let after = json!({ "received": received, "waived": waived, "note": note });
    tx.audit(
        "settle_recovery",
        Subject::new("recovery", recovery.id),
        Some(&region),
        None::<&()>,
        Some(&after),
    )?;
    Ok(Money::from_fen(recovery.open().fen() - received.fen() - waived.fen()))
}
