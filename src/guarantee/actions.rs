//! Keeping what is stored equal to what the facts say.

use std::collections::HashSet;

use diesel::prelude::*;
use serde_json::json;

use super::model::{Guarantee, Parameters};
use super::rules::state_of;
use super::store;
use crate::base::error::Result;
use crate::base::event::Event;
use crate::base::ids::{HouseholdId, PersonId};
use crate::insert_batch;
use crate::platform::db::schema::{guarantees, household_members, household_statuses};
use crate::platform::db::{Caller, Db, Subject, Tx};

/// Looks again at every household that the events speak of. For other rooms.
pub fn on_changes(tx: &mut Tx<'_>, events: &[Event]) -> Result<()> {
    let mut households: HashSet<HouseholdId> = HashSet::new();
    let mut persons: Vec<PersonId> = Vec::new();
    for event in events {
        match event {
            Event::HouseholdChanged(id) => {
                households.insert(*id);
            }
            Event::EmploymentChanged { person_id, .. } => persons.push(*person_id),
            Event::PlacementStarted(_) | Event::EmployerChanged(_) => {}
        }
    }
    for portion in persons.chunks(5_000) {
        let ids: Vec<HouseholdId> = household_members::table
            .filter(household_members::person_id.eq_any(portion))
            .filter(household_members::until_on.is_null())
            .select(household_members::household_id)
            .load(&mut **tx)?;
        households.extend(ids);
    }
    let mut households: Vec<HouseholdId> = households.into_iter().collect();
    households.sort_unstable();
    recheck(tx, &households)?;
    Ok(())
}

/// Recomputes where households stand today and stores what changed; returns how many changed.
fn recheck(tx: &mut Tx<'_>, ids: &[HouseholdId]) -> Result<usize> {
    let today = tx.today();
    let parameters = Parameters::default();
    let facts = store::facts_for(tx, ids, today)?;
    let mut stored = store::guarantees_of(tx, ids)?;
    let mut fresh = Vec::new();
    let mut changed = 0;
    for facts in facts {
        let standing = state_of(&facts, today, &parameters);
        let known = stored.remove(&facts.household_id);
        let same_state = known.as_ref().is_some_and(|k| k.state == standing.state);
        let since_on = match &known {
            Some(known) if same_state && standing.state != crate::base::codes::GuaranteeState::Zero => known.since_on,
            None => standing.since,
            _ if standing.state == crate::base::codes::GuaranteeState::Zero => standing.since,
            _ => today,
        };
        let guarantee = Guarantee {
            household_id: facts.household_id,
            version: known.as_ref().map_or(1, |k| k.version + 1),
            state: standing.state,
            reason: standing.reason.map(str::to_owned),
            since_on,
            checked_on: today,
            labourers: i32::try_from(standing.labourers).unwrap_or(i32::MAX),
            employed: i32::try_from(standing.employed).unwrap_or(i32::MAX),
        };
        match known {
            None => {
                changed += 1;
                fresh.push(guarantee);
            }
            Some(known) if differs(&known, &guarantee) => {
                changed += 1;
                replace(tx, &known, &guarantee, &facts.region)?;
            }
            Some(_) => {}
        }
    }
    insert_batch!(tx, guarantees::table, &fresh)?;
    Ok(changed)
}

fn differs(known: &Guarantee, now: &Guarantee) -> bool {
    (
        known.state,
        &known.reason,
        known.since_on,
        known.labourers,
        known.employed,
    ) != (now.state, &now.reason, now.since_on, now.labourers, now.employed)
}

fn replace(
    tx: &mut Tx<'_>,
    known: &Guarantee,
    now: &Guarantee,
    region: &crate::base::region::RegionCode,
) -> Result<()> {
    diesel::update(guarantees::table.find(known.household_id))
        .set((
            guarantees::version.eq(now.version),
            guarantees::state.eq(now.state),
            guarantees::reason.eq(&now.reason),
            guarantees::since_on.eq(now.since_on),
            guarantees::checked_on.eq(now.checked_on),
            guarantees::labourers.eq(now.labourers),
            guarantees::employed.eq(now.employed),
        ))
        .execute(&mut **tx)?;
    if known.state != now.state {
        tx.audit(
            "guarantee_changed",
            Subject::new("household", known.household_id),
            Some(region),
            Some(&json!({ "state": known.state })),
            Some(&json!({ "state": now.state, "reason": now.reason, "since_on": now.since_on })),
        )?;
    }
    Ok(())
}

/// The nightly pass: days pass and evidence ages without anybody doing anything. Looks at all relocated households in
/// portions of its own transactions; returns how many standings changed.
pub fn sweep_households(db: &Db) -> Result<usize> {
    const PORTION: i64 = 500;
    let caller = Caller::task("sweep_households");
    let mut after = HouseholdId::from_raw(0);
    let mut changed = 0;
    loop {
        let ids: Vec<HouseholdId> = db.read(|conn| {
            Ok(household_statuses::table
                .filter(household_statuses::until_on.is_null())
                .filter(household_statuses::relocation_kind.is_not_null())
                .filter(household_statuses::household_id.gt(after))
                .order(household_statuses::household_id)
                .limit(PORTION)
                .select(household_statuses::household_id)
                .load(conn)?)
        })?;
        let Some(last) = ids.last() else { return Ok(changed) };
        after = *last;
        changed += db.write(&caller, |tx| recheck(tx, &ids))?;
    }
}
