//! Rehearsing a change of a rule: who gains, who loses, what it costs. Everything is read and reckoned; nothing is
//! written, and the ledger does not move.

use std::collections::BTreeMap;

use super::assess::{Facts, assess};
use super::model::{ClaimantKind, SupportRule};
use super::store::{self, FactSubject};
use crate::base::error::Result;
use crate::base::ids::PersonId;
use crate::base::region::RegionCode;
use crate::base::time::Day;
use crate::platform::db::Conn;
use crate::registry;

/// What would be otherwise; what is absent stays as it is.
#[derive(Debug, Clone)]
pub struct Change {
    pub figures: Option<Vec<i64>>,
    pub min_months: Option<u32>,
    pub year: i32,
}

#[derive(Debug, Clone)]
pub struct Changed {
    pub name: String,
    pub before_fen: i64,
    pub after_fen: i64,
}

#[derive(Debug, Clone, Default)]
pub struct Rehearsal {
    pub people: usize,
    pub gain: usize,
    pub lose: usize,
    pub before_fen: i64,
    pub after_fen: i64,
    /// Those for whom it changes, those with the largest change first; at most two hundred.
    pub changed: Vec<Changed>,
}

const SHOWN: usize = 200;

/// Judges everybody of a division whom the rule may be about, under the rule as it is and as it would be.
pub fn rehearse(
    conn: &mut Conn,
    rule: &SupportRule,
    change: &Change,
    region: &RegionCode,
    day: Day,
) -> Result<Rehearsal> {
    let mut after = rule.clone();
    if let Some(months) = change.min_months {
        after.terms.min_months = Some(months);
    }
    let confirmation = store::confirmation_for(conn, rule.id, region, day)?;
    let now = confirmation.map(|confirmation| confirmation.figures());
    let then = change.figures.clone().or_else(|| now.clone());
    let mut amounts: BTreeMap<PersonId, (i64, i64)> = BTreeMap::new();
    for facts in everybody(conn, rule, change.year, region, day)? {
        let judged = |rule: &SupportRule, figures: &Option<Vec<i64>>| {
            let facts = Facts {
                figures: figures.clone(),
                ..facts.clone()
            };
            let found = assess(rule, &facts, day);
            if found.is_payable() { found.amount_fen } else { 0 }
        };
        let entry = amounts.entry(facts.person_id).or_default();
        entry.0 = entry.0.saturating_add(judged(rule, &now));
        entry.1 = entry.1.saturating_add(judged(&after, &then));
    }
    let mut found = Rehearsal {
        people: amounts.len(),
        ..Rehearsal::default()
    };
    let mut changed: Vec<(PersonId, i64, i64)> = Vec::new();
    for (person, (before, after)) in amounts {
        found.before_fen = found.before_fen.saturating_add(before);
        found.after_fen = found.after_fen.saturating_add(after);
        found.gain += usize::from(after > before);
        found.lose += usize::from(after < before);
        if before != after {
            changed.push((person, before, after));
        }
    }
    changed.sort_by_key(|(person, before, after)| (std::cmp::Reverse((after - before).abs()), *person));
    changed.truncate(SHOWN);
    let ids: Vec<PersonId> = changed.iter().map(|(person, _, _)| *person).collect();
    let names = registry::persons_by_ids(conn, &ids)?;
    let named = |(person, before_fen, after_fen): (PersonId, i64, i64)| Changed {
        name: names.get(&person).map(|person| person.name.clone()).unwrap_or_default(),
        before_fen,
        after_fen,
    };
    found.changed = changed.into_iter().map(named).collect();
    Ok(found)
}

/// The people of a division under the rule: each employer's for its rules, each worker for his.
fn everybody(conn: &mut Conn, rule: &SupportRule, year: i32, region: &RegionCode, day: Day) -> Result<Vec<Facts>> {
    let by_person = rule
        .terms
        .claimants
        .iter()
        .any(|kind| matches!(kind, ClaimantKind::Person | ClaimantKind::Household));
    if by_person {
        let people = store::workers_in(conn, region, day)?;
        return store::facts_of_people(conn, &people, year, day);
    }
    let mut all = Vec::new();
    for (employer, kind) in store::employers_in(conn, region)? {
        if super::claims::claimants_of(kind)
            .iter()
            .any(|claimant| rule.terms.claimants.contains(claimant))
        {
            all.extend(store::gather(conn, rule, FactSubject::Employer(employer), year, day)?);
        }
    }
    Ok(all)
}
