//! What people do with the rulebook.

use diesel::prelude::*;
use serde_json::json;

use super::model::{Confirmation, RuleRow, SupportRule};
use super::rulebook::{RuleEntry, SHIPPED, read_rulebook};
use super::store;
use super::terms::Amount;
use crate::base::actor::Permission;
use crate::base::error::{Error, Result};
use crate::base::ids::{Id, SupportRuleId};
use crate::base::money::Money;
use crate::base::region::RegionCode;
use crate::base::time::Day;
use crate::platform::db::schema::{rule_confirmations, support_rules};
use crate::platform::db::{Subject, Tx};

/// What taking a rulebook over did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    pub added: usize,
    pub known: usize,
}

/// Takes over the rulebook that ships with the program.
pub fn load_shipped_rules(tx: &mut Tx<'_>) -> Result<Taken> {
    load_rules(tx, &read_rulebook(SHIPPED)?)
}

/// Takes over the versions of a rulebook that are not there. A version that is there is never changed: another text from
/// the same day is refused.
pub fn load_rules(tx: &mut Tx<'_>, entries: &[RuleEntry]) -> Result<Taken> {
    if !tx.actor().may(Permission::ManageRules) {
        return Err(Error::Forbidden);
    }
    let known = store::all_versions(tx)?;
    let mut taken = Taken { added: 0, known: 0 };
    for entry in entries {
        let same = known
            .iter()
            .find(|rule| rule.code == entry.code && rule.effective_from == entry.effective_from);
        match same {
            Some(rule) if is_same(rule, entry) => taken.known += 1,
            Some(_) => {
                return Err(Error::refused("rule-version-known")
                    .with("rule", &entry.code)
                    .with("day", entry.effective_from));
            }
            None => {
                add_rule(tx, entry)?;
                taken.added += 1;
            }
        }
    }
    Ok(taken)
}

fn is_same(rule: &SupportRule, entry: &RuleEntry) -> bool {
    // The end of a version that was followed by another is not the one of its own text.
    rule.terms == entry.terms
        && rule.status == entry.status
        && (&rule.zh, &rule.en, &rule.source) == (&entry.zh, &entry.en, &entry.source)
}

fn add_rule(tx: &mut Tx<'_>, entry: &RuleEntry) -> Result<SupportRuleId> {
    let row = RuleRow {
        id: Id::fresh(),
        created_at: tx.now(),
        created_by: tx.actor().user_id(),
        code: entry.code.clone(),
        effective_from: entry.effective_from,
        effective_to: entry.effective_to,
        status: entry.status,
        zh: entry.zh.clone(),
        en: entry.en.clone(),
        source: entry.source.clone(),
        terms_json: serde_json::to_string(&entry.terms)?,
    };
    diesel::insert_into(support_rules::table)
        .values(&row)
        .execute(&mut **tx)?;
    let after = json!({ "code": row.code, "from": row.effective_from, "status": row.status, "source": row.source });
    tx.audit(
        "add_rule",
        Subject::new("rule", row.id),
        None,
        None::<&()>,
        Some(&after),
    )?;
    Ok(row.id)
}

/// Puts a new version of a rule into force from a day on; the versions before stay as they are, and claims keep theirs.
/// Whoever may manage rules everywhere does this; it is paid only after it has been confirmed.
pub fn add_version(tx: &mut Tx<'_>, entry: &RuleEntry) -> Result<SupportRuleId> {
    if !tx.actor().may(Permission::ManageRules) {
        return Err(Error::Forbidden);
    }
    let versions = store::all_versions(tx)?;
    let newest = versions
        .iter()
        .filter(|rule| rule.code == entry.code)
        .map(|rule| rule.effective_from)
        .max();
    if newest.is_some_and(|newest| entry.effective_from <= newest) {
        return Err(Error::invalid("effective_from", "rule-version-earlier"));
    }
    add_rule(tx, entry)
}

/// The bureau's word on a rule.
#[derive(Debug, Clone)]
pub struct ConfirmationDraft {
    pub region: RegionCode,
    pub from_on: Day,
    /// One figure, or one for each tier, where the rule leaves it to the bureau.
    pub figures: Vec<Money>,
    pub document_no: String,
    pub document_on: Day,
}

/// Confirms that a rule may be paid in a division from a day on, with the bureau's figures and document.
pub fn confirm_rule(tx: &mut Tx<'_>, id: SupportRuleId, draft: &ConfirmationDraft) -> Result<Confirmation> {
    if !tx.actor().may_in(Permission::ManageRules, &draft.region) {
        return Err(Error::Forbidden);
    }
    let rule = store::rule_by_id(tx, id)?;
    if !rule.terms.is_claimable() {
        return Err(Error::refused("rule-not-paid-here"));
    }
    if draft.document_no.trim().is_empty() {
        return Err(Error::invalid("document_no", "document-missing"));
    }
    if draft.document_on > tx.today() {
        return Err(Error::invalid("document_on", "day-in-future"));
    }
    let needed = rule.terms.amount.figures_needed();
    // Of an invoice the bureau may set the most that it pays.
    let most = if matches!(rule.terms.amount, Amount::AtCost { .. }) {
        1
    } else {
        needed
    };
    if !(needed..=most).contains(&draft.figures.len()) {
        return Err(Error::invalid("figure", "rule-figures"));
    }
    for (index, figure) in draft.figures.iter().enumerate() {
        let (least, most) = rule.terms.amount.bounds(index);
        if figure.fen() < least || figure.fen() > most {
            return Err(Error::invalid("figure", "rule-figure-bounds"));
        }
    }
    let same = store::confirmations_of(tx, id)?
        .into_iter()
        .any(|known| known.region_code == draft.region && known.from_on == draft.from_on);
    if same {
        return Err(Error::refused("rule-confirmed-before"));
    }
    let figures: Vec<i64> = draft.figures.iter().map(|figure| figure.fen()).collect();
    let confirmation = Confirmation {
        id: Id::fresh(),
        created_at: tx.now(),
        created_by: tx.actor().user_id(),
        rule_id: id,
        region_code: draft.region.clone(),
        from_on: draft.from_on,
        amounts_json: serde_json::to_string(&figures)?,
        document_no: draft.document_no.trim().to_owned(),
        document_on: draft.document_on,
    };
    diesel::insert_into(rule_confirmations::table)
        .values(&confirmation)
        .execute(&mut **tx)?;
    let after = json!({
        "rule": rule.code, "from": draft.from_on, "figures": draft.figures, "document": confirmation.document_no,
        "document_on": draft.document_on,
    });
    tx.audit(
        "confirm_rule",
        Subject::new("rule", id),
        Some(&draft.region),
        None::<&()>,
        Some(&after),
    )?;
    Ok(confirmation)
}
