//! From approval to the money, and back where it has to come back.

use std::collections::{BTreeMap, HashMap};

use diesel::prelude::*;

use super::taking::{give_back, give_back_line};
use super::{Turn, claim_for, seen, turn};
use crate::base::actor::Permission;
use crate::base::error::{Error, OrNotFound, Result};
use crate::base::ids::{ClaimId, ClaimLineId, FundId, PaymentBatchId, PersonId};
use crate::base::money::Money;
use crate::base::secret::Place;
use crate::employers;
use crate::funds::{self, PaymentBatch, PaymentDraft, PaymentLine, PaymentState, Purpose, Results};
use crate::platform::db::schema::{claim_lines, claims};
use crate::platform::db::{Conn, Tx};
use crate::registry;
use crate::subsidies::model::{Claim, ClaimState, ClawbackReason};
use crate::subsidies::store;

/// A payment is tried once more after it failed, and then no more.
const ATTEMPTS: i32 = 2;

/// Opens a batch for every approved claim of a fund, and for payments that failed once.
pub fn open_payments(tx: &mut Tx<'_>, fund_id: FundId) -> Result<PaymentBatch> {
    let actor = tx.actor();
    funds::fund_for(tx, actor, fund_id, Permission::ManageFunds)?;
    let waiting = store::claims_in(tx, fund_id, &[ClaimState::Approved, ClaimState::PayFailed])?;
    let mut drafts = Vec::new();
    for claim in &waiting {
        drafts.extend(payments_for(tx, claim)?);
    }
    let batch = funds::open_batch(tx, fund_id, &drafts)?;
    let note = batch.id.to_string();
    for claim in &waiting {
        turn(
            tx,
            claim,
            &Turn {
                to: ClaimState::Funding,
                note: &note,
                next: None,
            },
        )?;
    }
    Ok(batch)
}

/// What of a claim is still to be paid: to the claimant in one sum, or to each person's card.
fn payments_for(tx: &mut Tx<'_>, claim: &Claim) -> Result<Vec<PaymentDraft>> {
    let rule = store::rule_by_id(tx, claim.rule_id)?;
    let before = funds::payments_of(tx, &[Purpose::of(claim.id)])?;
    let tries = |item: i64| {
        before
            .iter()
            .filter(|line| line.item_id == item)
            .map(|line| line.attempt)
            .max()
            .unwrap_or(0)
    };
    let is_settled = |item: i64| {
        before
            .iter()
            .any(|line| line.item_id == item && line.status != PaymentState::Failed)
    };
    let mut drafts = Vec::new();
    let mut add = |item: i64, payee: Payee, amount: Money| {
        let attempt = tries(item) + 1;
        if !is_settled(item) && attempt <= ATTEMPTS && amount > Money::ZERO {
            drafts.push(PaymentDraft {
                purpose: Purpose::of(claim.id),
                item,
                attempt,
                payee_name: payee.name,
                document: payee.document,
                account_masked: payee.account.as_deref().map(masked).unwrap_or_default(),
                account: payee.account,
                amount,
            });
        }
    };
    if !rule.terms.pay_to_person {
        let payee = claimant_payee(tx, claim)?;
        add(0, payee, claim.amount_fen);
        return Ok(drafts);
    }
    for line in store::lines_of(tx, &[claim.id])?
        .into_iter()
        .filter(|line| line.struck.is_none())
    {
        let payee = person_payee(tx, line.person_id)?;
        add(line.id.raw(), payee, line.amount_fen);
    }
    Ok(drafts)
}

/// Who is paid, in clear, until the payment is written.
struct Payee {
    name: String,
    document: Option<String>,
    account: Option<String>,
}

fn masked(account: &str) -> String {
    account
        .get(account.len().saturating_sub(4)..)
        .map_or_else(String::new, |tail| format!("****{tail}"))
}

fn claimant_payee(tx: &mut Tx<'_>, claim: &Claim) -> Result<Payee> {
    let place = Place {
        table: "claims",
        column: "account_sealed",
        id: claim.id.raw(),
    };
    let account = claim
        .account_sealed
        .as_ref()
        .map(|sealed| tx.keys().open(place, sealed))
        .transpose()?;
    if let Some(employer) = claim.employer_id {
        let employer = employers::employer_by_id(tx, employer)?;
        return Ok(Payee {
            name: employer.name,
            document: employer.credit_code,
            account,
        });
    }
    let person = claim.person_id.or_not_found("person")?;
    let payee = person_payee(tx, person)?;
    Ok(Payee {
        account: account.or(payee.account),
        ..payee
    })
}

/// A person is paid by the number of his citizen card; the social card hangs on it, so an account may be absent.
fn person_payee(tx: &mut Tx<'_>, id: PersonId) -> Result<Payee> {
    let (person, _) = registry::person_in(tx, id)?;
    let open = |column, sealed: Option<&crate::base::secret::Sealed>| {
        let place = Place {
            table: "persons",
            column,
            id: id.raw(),
        };
        sealed.map(|sealed| tx.keys().open(place, sealed)).transpose()
    };
    Ok(Payee {
        document: open("id_sealed", person.id_sealed.as_ref())?,
        account: open("bank_sealed", person.bank_sealed.as_ref())?,
        name: person.name,
    })
}

/// Takes over what the treasury tells, and moves the claims accordingly.
pub fn take_payment_results(tx: &mut Tx<'_>, id: PaymentBatchId, results: &Results) -> Result<Vec<PaymentLine>> {
    let settled = funds::take_results(tx, id, results)?;
    let mut touched: BTreeMap<i64, ()> = BTreeMap::new();
    for line in &settled {
        touched.insert(line.purpose_id, ());
    }
    for raw in touched.into_keys() {
        settle_claim(tx, ClaimId::from_raw(raw))?;
    }
    Ok(settled)
}

/// Where a claim stands after its payments: paid, failed once, or given up after the second failure.
fn settle_claim(tx: &mut Tx<'_>, id: ClaimId) -> Result<()> {
    let claim = store::claim_by_id(tx, id)?;
    let lines = funds::payments_of(tx, &[Purpose::of(id)])?;
    // Later attempts stand after earlier ones.
    let newest: HashMap<i64, &PaymentLine> = lines.iter().map(|line| (line.item_id, line)).collect();
    if newest.values().any(|line| line.status == PaymentState::Pending) || claim.state != ClaimState::Funding {
        return Ok(());
    }
    let failed: Vec<&&PaymentLine> = newest
        .values()
        .filter(|line| line.status == PaymentState::Failed)
        .collect();
    if failed.iter().any(|line| line.attempt < ATTEMPTS) {
        let note = failed.first().map(|line| line.reason.clone()).unwrap_or_default();
        turn(
            tx,
            &claim,
            &Turn {
                to: ClaimState::PayFailed,
                note: &note,
                next: None,
            },
        )?;
        return Ok(());
    }
    for line in &failed {
        give_up(tx, &claim, line)?;
    }
    let any_paid = newest.values().any(|line| line.status == PaymentState::Paid);
    let to = if any_paid {
        ClaimState::Paid
    } else {
        ClaimState::Rejected
    };
    let note = if any_paid {
        String::new()
    } else {
        failed.first().map(|line| line.reason.clone()).unwrap_or_default()
    };
    if !any_paid {
        give_back(tx, id)?;
    }
    let claim = store::claim_by_id(tx, id)?;
    turn(
        tx,
        &claim,
        &Turn {
            to,
            note: &note,
            next: None,
        },
    )
    .map(drop)
}

/// What could not be paid twice is promised no longer; the person's months are free again.
fn give_up(tx: &mut Tx<'_>, claim: &Claim, line: &PaymentLine) -> Result<()> {
    funds::uncommit(tx, Purpose::of(claim.id), line.amount_fen, "payment failed twice")?;
    if line.item_id != 0 {
        let line_id = ClaimLineId::from_raw(line.item_id);
        give_back_line(tx, line_id)?;
        diesel::update(claim_lines::table.find(line_id))
            .set(claim_lines::struck.eq(Some(line.reason.as_str())))
            .execute(&mut **tx)?;
    }
    diesel::update(claims::table.find(claim.id))
        .set(claims::amount_fen.eq(claims::amount_fen - line.amount_fen.fen()))
        .execute(&mut **tx)?;
    Ok(())
}

pub(super) fn need_county(tx: &mut Tx<'_>, id: ClaimId, version: i32) -> Result<Claim> {
    let actor = tx.actor();
    let claim = claim_for(tx, actor, id)?;
    if !actor.may_in(Permission::ApproveClaims, &claim.region_code) {
        return Err(Error::Forbidden);
    }
    seen(tx, id, version)
}

/// Asks back what was paid, after the claimant was heard.
pub fn claw_back(
    tx: &mut Tx<'_>,
    id: ClaimId,
    version: i32,
    reason: ClawbackReason,
    amount: Money,
    document: &str,
) -> Result<Claim> {
    let claim = need_county(tx, id, version)?;
    if claim.state != ClaimState::Paid {
        return Err(Error::refused("claim-not-paid").with("state", claim.state));
    }
    super::controls::need_heard(tx, &claim, amount, document)?;
    funds::demand_recovery(tx, Purpose::of(id), amount, reason.as_str(), document)?;
    turn(
        tx,
        &claim,
        &Turn {
            to: ClaimState::Clawback,
            note: document,
            next: None,
        },
    )
}

/// Money came back, or a part of it is waived; when nothing is owed any more, the claim is closed and its months are
/// free for the claim that should have been paid.
pub fn settle_clawback(
    tx: &mut Tx<'_>,
    id: ClaimId,
    version: i32,
    received: Money,
    waived: Money,
    document: &str,
) -> Result<Claim> {
    let claim = need_county(tx, id, version)?;
    if claim.state != ClaimState::Clawback {
        return Err(Error::refused("claim-no-clawback"));
    }
    if document.trim().is_empty() {
        return Err(Error::invalid("document", "document-missing"));
    }
    let open = funds::settle_recovery(tx, Purpose::of(id), received, waived, document.trim())?;
    if open > Money::ZERO {
        return turn(
            tx,
            &claim,
            &Turn {
                to: ClaimState::Clawback,
                note: document,
                next: None,
            },
        );
    }
    if nothing_kept(tx, &claim)? {
        give_back(tx, id)?;
    }
    turn(
        tx,
        &claim,
        &Turn {
            to: ClaimState::Recovered,
            note: document,
            next: None,
        },
    )
}

/// Whether all that was paid has come back.
fn nothing_kept(conn: &mut Conn, claim: &Claim) -> Result<bool> {
    let standing = funds::standing(conn, Purpose::of(claim.id))?;
    Ok(standing.is_none_or(|standing| standing.paid == Money::ZERO))
}
