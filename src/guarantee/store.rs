//! Queries of the guarantee: facts of a day, and where households stand today. Reads the registry's and the
//! employment room's tables.

mod casework;
mod histories;
mod signals;

use std::collections::HashMap;

use diesel::prelude::*;

use super::history::History;
use super::model::{Coverage, Guarantee, HouseholdFacts, HouseholdStanding, Level, Parameters, ZeroCause};
use super::rules::{coverage_of, state_of};
use super::spells::spell;
use crate::base::actor::Scope;
use crate::base::codes::GuaranteeState;
use crate::base::error::Result;
use crate::base::ids::HouseholdId;
use crate::base::time::Day;
use crate::platform::db::Conn;
use crate::platform::db::schema::{guarantees, household_statuses, households};

pub use casework::{
    alert_for, alerts_of, case_for, cases_of, exemption_for, exemption_on, exemptions_in, exemptions_of, measure_for,
    measures_of, open_alerts, open_case_of, open_cases, open_measures, region_of, steps_of, zero_alert_since,
};
pub use histories::{histories_of, walk_histories};
pub use signals::{known_alerts, signals_of};

/// Households looked at together: bounds both memory and bound values.
const PORTION: usize = 2_000;

/// What is known about households on a day; those that had no status then are left out.
pub fn facts_for(conn: &mut Conn, ids: &[HouseholdId], day: Day) -> Result<Vec<HouseholdFacts>> {
    let mut facts = Vec::with_capacity(ids.len());
    for portion in ids.chunks(PORTION) {
        let histories = histories_of(conn, portion, day, day)?;
        facts.extend(histories.iter().filter_map(|history| history.on(day)));
    }
    Ok(facts)
}

/// Where households stand on a day, those at zero with their first day and cause; those that had no status then are
/// left out.
pub fn standings_for(
    conn: &mut Conn,
    ids: &[HouseholdId],
    day: Day,
    parameters: &Parameters,
) -> Result<Vec<HouseholdStanding>> {
    let mut standings: Vec<HouseholdStanding> = facts_for(conn, ids, day)?
        .into_iter()
        .map(|facts| HouseholdStanding {
            standing: state_of(&facts, day, parameters),
            facts,
        })
        .collect();
    let zero: Vec<HouseholdId> = standings
        .iter()
        .filter(|h| h.standing.state.is_zero())
        .map(|h| h.facts.household_id)
        .collect();
    let spells = zero_spells(conn, &zero, day, parameters)?;
    for household in &mut standings {
        if let Some((since, cause)) = spells.get(&household.facts.household_id) {
            household.standing.since = *since;
            household.standing.cause = *cause;
        }
    }
    Ok(standings)
}

/// Since when households have stood where they stand on a day, and why those at zero do: their whole histories are read.
pub fn zero_spells(
    conn: &mut Conn,
    ids: &[HouseholdId],
    day: Day,
    parameters: &Parameters,
) -> Result<HashMap<HouseholdId, (Day, Option<ZeroCause>)>> {
    let mut found = HashMap::new();
    for portion in ids.chunks(PORTION) {
        for history in whole_histories(conn, portion, day)? {
            if let Some(spell) = spell(&history, day, parameters) {
                found.insert(history.household_id, spell);
            }
        }
    }
    Ok(found)
}

/// Households from their beginnings to a day.
pub fn whole_histories(conn: &mut Conn, ids: &[HouseholdId], until: Day) -> Result<Vec<History>> {
    histories_of(conn, ids, first_of_all(), until)
}

/// Earlier than any fact: databases do not take every day that a program can count.
fn first_of_all() -> Day {
    Day::from_ymd_opt(1900, 1, 1).unwrap_or(Day::MIN)
}

/// Relocated households of a scope on a day, with their standings, in the order of their regions and numbers.
pub fn standing_list(
    conn: &mut Conn,
    scope: &Scope,
    day: Day,
    parameters: &Parameters,
) -> Result<Vec<HouseholdStanding>> {
    let mut standings = Vec::new();
    for (from, to) in scope.ranges() {
        let ids: Vec<HouseholdId> = household_statuses::table
            .inner_join(households::table)
            .filter(household_statuses::relocation_kind.is_not_null())
            .filter(household_statuses::from_on.le(day))
            .filter(
                household_statuses::until_on
                    .is_null()
                    .or(household_statuses::until_on.ge(day)),
            )
            .filter(households::region_code.ge(from))
            .filter(households::region_code.lt(to))
            .order((households::region_code, households::registry_no))
            .select(households::id)
            .load(conn)?;
        standings.extend(standings_for(conn, &ids, day, parameters)?);
    }
    standings.sort_by(|a, b| (&a.facts.region, &a.facts.registry_no).cmp(&(&b.facts.region, &b.facts.registry_no)));
    // Grants of one officer may overlap.
    standings.dedup_by_key(|household| household.facts.household_id);
    Ok(standings)
}

/// The figures of a scope on a day, and the households at zero, longest first.
pub fn coverage(
    conn: &mut Conn,
    scope: &Scope,
    day: Day,
    by: Level,
    parameters: &Parameters,
) -> Result<(Coverage, Vec<HouseholdStanding>)> {
    let standings = standing_list(conn, scope, day, parameters)?;
    let figures = coverage_of(&standings, day, by);
    let mut zero: Vec<HouseholdStanding> = standings.into_iter().filter(|h| h.standing.state.is_zero()).collect();
    zero.sort_by(|a, b| (a.standing.since, &a.facts.registry_no).cmp(&(b.standing.since, &b.facts.registry_no)));
    Ok((figures, zero))
}

/// Where a household stands today, if it has been looked at.
pub fn guarantee_of(conn: &mut Conn, id: HouseholdId) -> Result<Option<Guarantee>> {
    Ok(guarantees::table
        .find(id)
        .select(Guarantee::as_select())
        .first(conn)
        .optional()?)
}

/// Where households stand today.
pub fn guarantees_of(conn: &mut Conn, ids: &[HouseholdId]) -> Result<HashMap<HouseholdId, Guarantee>> {
    let mut found = HashMap::new();
    for portion in ids.chunks(5_000) {
        let rows: Vec<Guarantee> = guarantees::table
            .filter(guarantees::household_id.eq_any(portion))
            .select(Guarantee::as_select())
            .load(conn)?;
        found.extend(rows.into_iter().map(|g| (g.household_id, g)));
    }
    Ok(found)
}

/// Households of a scope that stand at zero or at risk today, longest first.
pub fn zero_now(
    conn: &mut Conn,
    scope: &Scope,
    state: GuaranteeState,
    limit: usize,
) -> Result<Vec<(Guarantee, crate::registry::Household)>> {
    let mut rows = Vec::new();
    for (from, to) in scope.ranges() {
        let portion: Vec<(Guarantee, crate::registry::Household)> = guarantees::table
            .inner_join(households::table)
            .filter(guarantees::state.eq(state))
            .filter(households::region_code.ge(from))
            .filter(households::region_code.lt(to))
            .order((guarantees::since_on, guarantees::household_id))
            .limit(i64::try_from(limit).unwrap_or(i64::MAX))
            .select((Guarantee::as_select(), crate::registry::Household::as_select()))
            .load(conn)?;
        rows.extend(portion);
    }
    rows.truncate(limit);
    Ok(rows)
}
