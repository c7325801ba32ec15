//! What a payment takes, so that nothing can take it again. Pure.
//!
//! A group names what excludes what: a rule with itself (`once`), two rules with each other (`pair`), the units of a
//! rule up to its limit (`unit`). Each group belongs to one rule at a time, and each slot of it to one line.

use super::facts::Facts;
use super::{Assessment, is_staged, once_scope, unit_limit};
use crate::subsidies::model::{ExclusionScope, SupportRule};
use crate::subsidies::terms::Month;

/// A slot of a group that a line takes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hold {
    pub key: String,
    /// Whether the slot is the line's own, beside others of the same rule, rather than the only one.
    pub is_shared: bool,
}

/// The name of a group within a scope; none where the scope asks for something that is not known.
pub fn key_of(scope: ExclusionScope, facts: &Facts, month: Option<Month>, year: i32) -> Option<String> {
    let person = facts.person_id;
    Some(match scope {
        ExclusionScope::PersonMonth => format!("p{person}:m{}", month?),
        ExclusionScope::PersonYear => format!("p{person}:y{year}"),
        // Who claims without an employer has one slot for all of them: too narrow rather than paid twice.
        ExclusionScope::PersonEmployer => match facts.claimant_employer {
            Some(employer) => format!("p{person}:e{employer}"),
            None => format!("p{person}:e"),
        },
        ExclusionScope::PersonCertificate => format!("p{person}:c{}", facts.course.as_ref()?.enrolment_id),
        ExclusionScope::PersonEver => format!("p{person}"),
        ExclusionScope::HouseholdYear => format!("h{}:y{year}", facts.household_id?),
        ExclusionScope::HouseholdOpen => format!("h{}", facts.household_id?),
    })
}

/// The group in which a rule excludes itself.
pub(super) fn once_keys(rule: &SupportRule, facts: &Facts, month: Option<Month>, stage: Option<u32>) -> Option<String> {
    let scope = once_scope(rule);
    let key = key_of(scope, facts, month, facts.year)?;
    let stage = stage.map(|stage| format!(":s{stage}")).unwrap_or_default();
    Some(format!("once:{}:{key}{stage}", rule.code))
}

/// The group that two rules share.
pub(super) fn pair_key(rule: &str, other: &str, within: &str) -> String {
    let (first, second) = if rule < other { (rule, other) } else { (other, rule) };
    format!("pair:{first}:{second}:{within}")
}

/// Everything that an assessed line takes, in the order in which everybody takes it.
pub fn holds_of(rule: &SupportRule, facts: &Facts, assessment: &Assessment) -> Vec<Hold> {
    let mut holds = Vec::new();
    let mut take = |key: Option<String>, is_shared| {
        if let Some(key) = key {
            holds.push(Hold { key, is_shared });
        }
    };
    if once_scope(rule) == ExclusionScope::PersonMonth {
        for month in &assessment.months {
            take(once_keys(rule, facts, Some(*month), None), false);
        }
    } else if is_staged(rule) {
        for stage in &assessment.stages {
            take(once_keys(rule, facts, None, Some(*stage)), false);
        }
    } else {
        take(once_keys(rule, facts, None, None), false);
    }
    for pair in &rule.terms.excludes {
        let mut pair_up = |within: Option<String>| {
            take(within.map(|within| pair_key(&rule.code, &pair.rule, &within)), true);
        };
        if pair.scope == ExclusionScope::PersonMonth {
            for month in &assessment.months {
                pair_up(key_of(pair.scope, facts, Some(*month), facts.year));
            }
        } else {
            pair_up(key_of(pair.scope, facts, None, facts.year));
        }
    }
    if unit_limit(rule).is_some() {
        for number in facts.units_had + 1..=facts.units_had.saturating_add(assessment.units) {
            take(Some(format!("unit:{}:p{}:{number}", rule.code, facts.person_id)), false);
        }
    }
    holds.sort_unstable();
    holds.dedup();
    holds
}
