//! Keeping what is stored equal to what the facts say.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;
use serde_json::json;

use super::alerts::{Alert, AlertKind, AlertOutcome, Signals, Wanted, wanted};
use super::at_hand::HOUSEHOLD;
use super::cases::CaseStepKind;
use super::history::{CaseThen, History};
use super::model::{Guarantee, Parameters};
use super::spells::spell;
use super::store;
use super::working::open;
use crate::base::actor::Permission;
use crate::base::codes::GuaranteeState;
use crate::base::error::{Error, Result};
use crate::base::event::Event;
use crate::base::ids::{AlertId, HouseholdId, Id, PersonId};
use crate::base::time::Day;
use crate::insert_batch;
use crate::platform::db::schema::{alerts, guarantees, household_members, household_statuses};
use crate::platform::db::{BATCH_ROWS, Caller, Db, Subject, Tx};
use crate::reference::calendar;

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
            .select(household_members::household_id)
            .load(&mut **tx)?;
        // A household that somebody has left counted with him on the days before.
        households.extend(ids);
    }
    let mut households: Vec<HouseholdId> = households.into_iter().collect();
    households.sort_unstable();
    recheck(tx, &households)?;
    Ok(())
}

/// Looks again at households about which something was done, and says so to whoever keeps standings at hand.
pub(super) fn recheck(tx: &mut Tx<'_>, ids: &[HouseholdId]) -> Result<usize> {
    for id in ids {
        tx.touch(Subject::new(HOUSEHOLD, *id));
    }
    look_again(tx, ids)
}

/// Recomputes where households stand today from their whole histories, stores what changed, and opens and closes what
/// follows from it: alerts, and cases that nobody took up in time. Returns how many standings changed.
fn look_again(tx: &mut Tx<'_>, ids: &[HouseholdId]) -> Result<usize> {
    let today = tx.today();
    let parameters = Parameters::default();
    let mut stored = store::guarantees_of(tx, ids)?;
    let mut histories = store::whole_histories(tx, ids, today)?;
    let known_alerts = store::known_alerts(tx, ids)?;
    for history in &mut histories {
        let alerts = known_alerts
            .get(&history.household_id)
            .map(Vec::as_slice)
            .unwrap_or_default();
        take_up_late(tx, history, alerts, &parameters)?;
    }
    let mut fresh = Vec::new();
    let mut changed = 0;
    for history in &histories {
        let known = stored.remove(&history.household_id);
        let Some(guarantee) = recomputed(history, known.as_ref(), today, &parameters) else {
            continue;
        };
        match known {
            None => {
                changed += 1;
                fresh.push(guarantee);
            }
            Some(known) if differs(&known, &guarantee) => {
                changed += 1;
                replace(tx, &known, &guarantee, &history.region)?;
            }
            Some(_) => {}
        }
    }
    insert_batch!(tx, guarantees::table, &fresh)?;
    follow_alerts(tx, &histories, &known_alerts)?;
    Ok(changed)
}

/// A household that was found at zero and not verified in time gets its case all the same: whoever waits is not out of
/// the clock.
fn take_up_late(tx: &mut Tx<'_>, history: &mut History, alerts: &[Alert], parameters: &Parameters) -> Result<()> {
    let today = tx.today();
    let late = alerts
        .iter()
        .find(|alert| alert.is_open && alert.kind == AlertKind::ZeroHousehold)
        .filter(|alert| alert.due_on.is_some_and(|due| due < today));
    let Some(alert) = late else { return Ok(()) };
    let standing = history.standing_on(today, parameters);
    if standing.is_none_or(|s| s.state != GuaranteeState::Zero || s.is_excused) {
        return Ok(());
    }
    let case = open(
        tx,
        history.household_id,
        &history.region,
        alert.opened_on,
        CaseStepKind::Escalated,
    )?;
    tx.touch(Subject::new(HOUSEHOLD, history.household_id));
    history.cases.push(CaseThen {
        opened_on: case.opened_on,
        clear_by: case.clear_by,
        closed_on: None,
    });
    Ok(())
}

/// Opens the alerts that the facts ask for and closes those whose cause is over.
fn follow_alerts(tx: &mut Tx<'_>, histories: &[History], known: &HashMap<HouseholdId, Vec<Alert>>) -> Result<()> {
    let today = tx.today();
    let parameters = Parameters::default();
    let signals = store::signals_of(tx, histories, today)?;
    let none = Signals::default();
    let mut fresh: Vec<Alert> = Vec::new();
    let mut over: Vec<AlertId> = Vec::new();
    for history in histories {
        let Some(standing) = history.standing_on(today, &parameters) else {
            continue;
        };
        let Some((since, _)) = spell(history, today, &parameters) else {
            continue;
        };
        let signals = signals.get(&history.household_id).unwrap_or(&none);
        let wanted = wanted(history, &standing, since, signals, today, calendar());
        let alerts = known.get(&history.household_id).map(Vec::as_slice).unwrap_or_default();
        let is_wanted = |alert: &Alert| wanted.iter().any(|w| w.kind == alert.kind && w.cause == alert.cause);
        over.extend(alerts.iter().filter(|a| a.is_open && !is_wanted(a)).map(|a| a.id));
        let is_known = |w: &Wanted| alerts.iter().any(|a| a.kind == w.kind && a.cause == w.cause);
        fresh.extend(wanted.iter().filter(|w| !is_known(w)).map(|wanted| Alert {
            id: Id::fresh(),
            version: 1,
            created_at: tx.now(),
            household_id: history.household_id,
            person_id: wanted.person_id,
            kind: wanted.kind,
            cause: wanted.cause.clone(),
            opened_on: today,
            due_on: wanted.due_on,
            closed_on: None,
            outcome: None,
            is_open: true,
        }));
    }
    for portion in over.chunks(BATCH_ROWS) {
        diesel::update(alerts::table.filter(alerts::id.eq_any(portion)))
            .set((
                alerts::version.eq(alerts::version + 1),
                alerts::is_open.eq(false),
                alerts::closed_on.eq(today),
                alerts::outcome.eq(AlertOutcome::Resolved),
            ))
            .execute(&mut **tx)?;
    }
    insert_batch!(tx, alerts::table, &fresh)?;
    Ok(())
}

/// Somebody followed up what had happened and says what came of it.
pub fn close_alert(tx: &mut Tx<'_>, id: AlertId, version: i32, outcome: AlertOutcome, note: &str) -> Result<()> {
    let actor = tx.actor();
    let alert = store::alert_for(tx, actor, id, Permission::WorkCases)?;
    if alert.version != version {
        return Err(Error::Conflict);
    }
    if !alert.is_open {
        return Err(Error::refused("alert-closed"));
    }
    if !alert.kind.is_occurrence() {
        return Err(Error::refused("alert-follows-facts"));
    }
    if outcome == AlertOutcome::Resolved {
        return Err(Error::invalid("outcome", "not-a-choice"));
    }
    let note = note.trim();
    if note.chars().count() < 4 {
        return Err(Error::invalid("note", "reason-too-short"));
    }
    let today = tx.today();
    diesel::update(alerts::table.find(id))
        .set((
            alerts::version.eq(alert.version + 1),
            alerts::is_open.eq(false),
            alerts::closed_on.eq(today),
            alerts::outcome.eq(outcome),
        ))
        .execute(&mut **tx)?;
    let region = store::region_of(tx, alert.household_id)?;
    tx.audit(
        "close_alert",
        Subject::new("household", alert.household_id),
        Some(&region),
        Some(&json!({ "alert": alert.kind, "opened_on": alert.opened_on })),
        Some(&json!({ "outcome": outcome, "note": note })),
    )
}

/// Where a household stands today by what happened, and since when.
pub fn recomputed(
    history: &History,
    known: Option<&Guarantee>,
    today: Day,
    parameters: &Parameters,
) -> Option<Guarantee> {
    let standing = history.standing_on(today, parameters)?;
    let (since_on, _) = spell(history, today, parameters)?;
    Some(Guarantee {
        household_id: history.household_id,
        version: known.map_or(1, |k| k.version + 1),
        state: standing.state,
        reason: standing.reason.map(str::to_owned),
        since_on,
        checked_on: today,
        labourers: i32::try_from(standing.labourers).unwrap_or(i32::MAX),
        employed: i32::try_from(standing.employed).unwrap_or(i32::MAX),
    })
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
        changed += db.write(&caller, |tx| look_again(tx, &ids))?;
    }
}
