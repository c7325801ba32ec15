//! Queries of the rulebook's tables.

mod claims;
mod controls;
mod facts;
mod signals;

use std::collections::HashMap;

use diesel::prelude::*;

pub use claims::{
    claim_by_id, claims_of_employer, claims_of_person, claims_to_handle, documents_of, holders_of, lines_of,
    newest_objection, notices, steps_of, taken_of,
};
pub(super) use claims::{claims_in, open_clawbacks, payees_of};
pub(super) use controls::{
    control_by_id, control_line, controls_in, hearings_of, lines_of_control, open_hearing_of, paid_lines,
};
pub use facts::{Subject as FactSubject, gather};
pub(super) use facts::{employers_in, facts_of_people, workers_in};

pub(super) use signals::{
    ClaimContact, WorkRow, contacts_like, contacts_of, employers_named, lessons_of, numbers_of, officers_at_home,
    posts_of, signal_by_id, signals_of_claims, work_of,
};
pub use signals::{SignalFilter, signals_to_see};

use super::model::{Confirmation, RuleRow, SupportRule};
use crate::base::error::{OrNotFound, Result};
use crate::base::ids::SupportRuleId;
use crate::base::region::RegionCode;
use crate::base::time::Day;
use crate::platform::db::Conn;
use crate::platform::db::schema::{rule_confirmations, support_rules};

/// More versions than a rulebook has.
const MOST_RULES: i64 = 5_000;

/// Every version of every rule, newest first within a rule. A version ends at the latest when the next one begins.
pub fn all_versions(conn: &mut Conn) -> Result<Vec<SupportRule>> {
    let rows: Vec<RuleRow> = support_rules::table
        .order((
            support_rules::code,
            support_rules::effective_from.desc(),
            support_rules::id,
        ))
        .limit(MOST_RULES)
        .select(RuleRow::as_select())
        .load(conn)?;
    let mut found: Vec<SupportRule> = Vec::with_capacity(rows.len());
    for row in rows {
        let mut rule = row.read()?;
        let newer = found.last().filter(|newer| newer.code == rule.code);
        if let Some(last) = newer.and_then(|newer| newer.effective_from.pred_opt()) {
            rule.effective_to = Some(rule.effective_to.map_or(last, |to| to.min(last)));
        }
        found.push(rule);
    }
    Ok(found)
}

/// The newest version of each rule that had begun by a day, ended ones too.
pub fn rules_by(conn: &mut Conn, day: Day) -> Result<Vec<SupportRule>> {
    let mut found: Vec<SupportRule> = Vec::new();
    for rule in all_versions(conn)?
        .into_iter()
        .filter(|rule| rule.effective_from <= day)
    {
        if found.last().is_none_or(|newest| newest.code != rule.code) {
            found.push(rule);
        }
    }
    Ok(found)
}

pub fn rule_by_id(conn: &mut Conn, id: SupportRuleId) -> Result<SupportRule> {
    all_versions(conn)?
        .into_iter()
        .find(|rule| rule.id == id)
        .or_not_found("rule")
}

pub(super) fn rules_by_ids(conn: &mut Conn, ids: &[SupportRuleId]) -> Result<HashMap<SupportRuleId, SupportRule>> {
    let found = all_versions(conn)?.into_iter().filter(|rule| ids.contains(&rule.id));
    Ok(found.map(|rule| (rule.id, rule)).collect())
}

/// Every confirmation of a version, newest first.
pub fn confirmations_of(conn: &mut Conn, id: SupportRuleId) -> Result<Vec<Confirmation>> {
    Ok(rule_confirmations::table
        .filter(rule_confirmations::rule_id.eq(id))
        .order((rule_confirmations::from_on.desc(), rule_confirmations::id.desc()))
        .limit(500)
        .select(Confirmation::as_select())
        .load(conn)?)
}

/// The confirmation that holds in a division on a day: the nearest division's, of them the newest.
pub fn confirmation_for(
    conn: &mut Conn,
    id: SupportRuleId,
    region: &RegionCode,
    day: Day,
) -> Result<Option<Confirmation>> {
    let mut found: Vec<Confirmation> = confirmations_of(conn, id)?
        .into_iter()
        .filter(|confirmation| confirmation.from_on <= day && confirmation.region_code.contains(region))
        .collect();
    // Stable: within a division the newest stays first.
    found.sort_by_key(|confirmation| std::cmp::Reverse(confirmation.region_code.digits().len()));
    Ok(found.into_iter().next())
}
