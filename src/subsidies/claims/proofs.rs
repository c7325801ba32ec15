//! Amounts that follow from documents: the officer who accepts a claim enters what an invoice or the register of a class
//! shows; the rule makes the amount of it. An invoice counts once, whoever shows it: a constraint says so.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use serde_json::json;

use super::prepare::prepare_beside;
use super::{claim_for, may_decide, seen, subject_of};
use crate::base::error::{Context, Error, OrNotFound, Result};
use crate::base::ids::{ClaimDocumentId, ClaimId, ClaimLineId, ClaimProofId, Id, UserId};
use crate::base::money::Money;
use crate::base::time::Instant;
use crate::platform::db::schema::{claim_lines, claim_proofs, claims};
use crate::platform::db::{Subject, Tx};
use crate::subsidies::assess::{Assessment, assess};
use crate::subsidies::model::{Claim, ClaimLine, ClaimState, SupportRule};
use crate::subsidies::store;

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = claim_proofs)]
struct ClaimProof {
    id: ClaimProofId,
    created_at: Instant,
    created_by: Option<UserId>,
    claim_id: ClaimId,
    line_id: Option<ClaimLineId>,
    document_id: ClaimDocumentId,
    invoice_no: Option<String>,
    amount_fen: Money,
    days: i32,
}

/// What an officer reads from a document of a claim.
#[derive(Debug, Clone)]
pub struct ProofDraft {
    pub document_id: ClaimDocumentId,
    /// The person whom it is about; all of the claim in equal parts where none is named.
    pub line_id: Option<ClaimLineId>,
    pub invoice_no: String,
    pub amount: Money,
    pub days: u32,
}

/// The full number of an invoice, as it is compared: letters and digits alone, capitals. Short numbers repeat between
/// issuers; paper invoices have a code before the number.
fn read_invoice(text: &str) -> Result<String> {
    let folded = crate::base::text::fold(text).to_uppercase();
    let number: String = folded.chars().filter(char::is_ascii_alphanumeric).collect();
    Some(number)
        .filter(|number| (10..=40).contains(&number.len()))
        .ok_or_else(|| Error::invalid("invoice", "invoice-number"))
}

/// Enters what a document proves, and reckons the lines anew.
pub fn prove_claim(tx: &mut Tx<'_>, id: ClaimId, version: i32, draft: &ProofDraft) -> Result<Claim> {
    let actor = tx.actor();
    let claim = claim_for(tx, actor, id)?;
    let claim = seen(tx, claim.id, version)?;
    let rule = store::rule_by_id(tx, claim.rule_id)?;
    may_decide(tx, actor, &claim, &rule)?;
    if claim.state != ClaimState::Submitted {
        return Err(Error::refused("claim-too-far").with("state", claim.state));
    }
    let proof = read_proof(tx, &claim, &rule, draft)?;
    diesel::insert_into(claim_proofs::table)
        .values(&proof)
        .execute(&mut **tx)
        .map_err(|error| match error {
            DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => Error::refused("invoice-known"),
            other => other.into(),
        })?;
    let amount = reckon(tx, &claim, &rule)?;
    let moved = diesel::update(claims::table.find(id).filter(claims::version.eq(version)))
        .set((claims::version.eq(version + 1), claims::amount_fen.eq(amount)))
        .execute(&mut **tx)?;
    if moved == 0 {
        return Err(Error::Conflict);
    }
    let region = claim.region_code.clone();
    let after = json!({
        "document": draft.document_id, "line": draft.line_id, "invoice": proof.invoice_no, "amount": proof.amount_fen,
        "days": proof.days, "claim_amount": amount,
    });
    tx.audit(
        "prove_claim",
        Subject::new("claim", id),
        Some(&region),
        None::<&()>,
        Some(&after),
    )?;
    store::claim_by_id(tx, id)
}

fn read_proof(tx: &mut Tx<'_>, claim: &Claim, rule: &SupportRule, draft: &ProofDraft) -> Result<ClaimProof> {
    let documents = store::documents_of(tx, claim.id)?;
    if !documents.iter().any(|document| document.id == draft.document_id) {
        return Err(Error::NotFound("document"));
    }
    if let Some(line) = draft.line_id {
        let lines = store::lines_of(tx, &[claim.id])?;
        let is_kept = lines.iter().any(|own| own.id == line && own.struck.is_none());
        Some(()).filter(|()| is_kept).or_not_found("line")?;
    }
    let mut proof = ClaimProof {
        id: Id::fresh(),
        created_at: tx.now(),
        created_by: tx.actor().user_id(),
        claim_id: claim.id,
        line_id: draft.line_id,
        document_id: draft.document_id,
        invoice_no: None,
        amount_fen: Money::ZERO,
        days: 0,
    };
    if rule.terms.is_by_days() {
        if draft.line_id.is_none() {
            return Err(Error::invalid("line_id", "required"));
        }
        proof.days = i32::try_from(draft.days)
            .ok()
            .filter(|days| (1..=366).contains(days))
            .ok_or_else(|| Error::invalid("days", "attended-days"))?;
    } else if rule.terms.is_by_invoice() {
        if draft.amount <= Money::ZERO {
            return Err(Error::invalid("amount", "money-not-positive"));
        }
        proof.invoice_no = Some(read_invoice(&draft.invoice_no)?);
        proof.amount_fen = draft.amount;
    } else {
        return Err(Error::refused("claim-no-proof-needed"));
    }
    Ok(proof)
}

/// What is proven for each line: its own, and its equal part of what is for all; what does not divide goes to the first.
fn shares(proofs: &[ClaimProof], lines: &[ClaimLine]) -> HashMap<ClaimLineId, (i64, u32)> {
    let mut found: HashMap<ClaimLineId, (i64, u32)> = HashMap::new();
    let count = i64::try_from(lines.len()).unwrap_or(1).max(1);
    for proof in proofs {
        let fen = proof.amount_fen.fen();
        for (place, line) in (0_i64..).zip(lines) {
            let part = match proof.line_id {
                None => fen / count + i64::from(place < fen % count),
                Some(own) if own == line.id => fen,
                Some(_) => continue,
            };
            let entry = found.entry(line.id).or_default();
            entry.0 = entry.0.saturating_add(part);
            // The newest register holds.
            entry.1 = u32::try_from(proof.days).unwrap_or(0);
        }
    }
    found
}

/// Judges the lines anew with what is proven, as on the day of filing; returns what the claim comes to.
fn reckon(tx: &mut Tx<'_>, claim: &Claim, rule: &SupportRule) -> Result<Money> {
    let proofs: Vec<ClaimProof> = claim_proofs::table
        .filter(claim_proofs::claim_id.eq(claim.id))
        .order(claim_proofs::id)
        .limit(10_000)
        .select(ClaimProof::as_select())
        .load(&mut **tx)?;
    let steps = store::steps_of(tx, claim.id)?;
    let filed = steps.iter().find(|step| step.state == ClaimState::Submitted);
    let day = filed.map_or(claim.entered_on, |step| step.at.day());
    let prepared = prepare_beside(tx, rule, subject_of(claim)?, claim.year, day, Some(claim.id))?;
    let lines: Vec<ClaimLine> = store::lines_of(tx, &[claim.id])?
        .into_iter()
        .filter(|line| line.struck.is_none())
        .collect();
    let proven = shares(&proofs, &lines);
    let mut total = 0_i64;
    for line in &lines {
        let own = prepared.iter().find(|one| {
            let course = one.facts.course.as_ref().map(|course| course.enrolment_id);
            (one.facts.person_id, course) == (line.person_id, line.enrolment_id)
        });
        let mut facts = own.ok_or_else(|| Error::refused("claim-changed"))?.facts.clone();
        if let Some((fen, days)) = proven.get(&line.id).copied() {
            if rule.terms.is_by_invoice() {
                facts.proven_fen = Some(fen);
            }
            if let Some(course) = facts.course.as_mut().filter(|_| rule.terms.is_by_days()) {
                let held = (course.ends_on - course.starts_on).num_days() + 1;
                if i64::from(days) > held {
                    return Err(Error::invalid("days", "attended-days"));
                }
                course.attended_days = Some(days);
            }
        }
        let before: Assessment =
            serde_json::from_str(&line.assessment_json).context("an assessment could not be read")?;
        let now = assess(rule, &facts, day);
        if (now.units, &now.stages) != (before.units, &before.stages) || now.has_failed() {
            return Err(Error::refused("claim-changed"));
        }
        total = total.saturating_add(now.amount_fen);
        diesel::update(claim_lines::table.find(line.id))
            .set((
                claim_lines::assessment_json.eq(serde_json::to_string(&now)?),
                claim_lines::amount_fen.eq(Money::from_fen(now.amount_fen)),
            ))
            .execute(&mut **tx)?;
    }
    Ok(Money::from_fen(total))
}

/// Nothing is set aside for a line of which nobody has read what it costs.
pub(super) fn need_proven(tx: &mut Tx<'_>, claim: &Claim) -> Result<()> {
    for line in store::lines_of(tx, &[claim.id])? {
        let assessment: Assessment =
            serde_json::from_str(&line.assessment_json).context("an assessment could not be read")?;
        if line.struck.is_none() && assessment.awaits_proof() {
            return Err(Error::refused("claim-unproven"));
        }
    }
    Ok(())
}
