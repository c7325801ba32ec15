//! What waits: every household found at zero, with the step that is due, by when, and who is asked about it.

use std::collections::HashSet;

use super::alerts::{Alert, AlertKind};
use super::cases::{Case, Due};
use super::clocks::{AskedLevel, Clocks, asked_level};
use super::store;
use crate::base::actor::Scope;
use crate::base::codes::GuaranteeState;
use crate::base::error::Result;
use crate::base::ids::HouseholdId;
use crate::base::time::{Day, days_between};
use crate::platform::db::Conn;
use crate::registry::Household;

/// The most alerts that are looked at.
const MOST: usize = 20_000;

/// A household at zero, or one whose case waits to be closed.
#[derive(Debug, Clone)]
pub struct Waiting {
    pub household: Household,
    /// None as long as nobody has taken the household up.
    pub case: Option<Case>,
    pub found_on: Day,
    pub due: Due,
    /// Unknown where the calendar of the year is not loaded.
    pub due_on: Option<Day>,
    pub asked: AskedLevel,
    pub state: GuaranteeState,
}

impl Waiting {
    /// By how many days it is late; none in time.
    pub fn days_late(&self, today: Day) -> i64 {
        self.due_on.map_or(0, |due| days_between(due, today)).max(0)
    }

    fn place(&self) -> (std::cmp::Reverse<AskedLevel>, bool, Option<Day>, HouseholdId) {
        (
            std::cmp::Reverse(self.asked),
            self.due_on.is_none(),
            self.due_on,
            self.household.id,
        )
    }
}

/// Everything that waits in a scope: what has gone up furthest first, then by the day on which it is due.
pub fn waiting(conn: &mut Conn, scope: &Scope, today: Day) -> Result<Vec<Waiting>> {
    let clocks = Clocks::shipped();
    let cases = store::open_cases(conn, scope)?;
    let taken_up: HashSet<HouseholdId> = cases.iter().map(|(case, _)| case.household_id).collect();
    let found = store::open_alerts(conn, scope, Some(AlertKind::ZeroHousehold), MOST)?;
    let ids: Vec<HouseholdId> = cases
        .iter()
        .map(|(case, _)| case.household_id)
        .chain(found.iter().map(|(alert, _)| alert.household_id))
        .collect();
    let stored = store::guarantees_of(conn, &ids)?;
    let state = |id: HouseholdId| stored.get(&id).map_or(GuaranteeState::NotInScope, |g| g.state);
    let mut list: Vec<Waiting> = Vec::with_capacity(ids.len());
    for (case, household) in cases {
        list.push(of_case(case, household, &state, today, clocks));
    }
    let untouched = found
        .into_iter()
        .filter(|(alert, _)| !taken_up.contains(&alert.household_id));
    list.extend(untouched.map(|(alert, household)| of_alert(&alert, household, &state, today, clocks)));
    list.sort_by_key(Waiting::place);
    Ok(list)
}

fn of_case(
    case: Case,
    household: Household,
    state: &impl Fn(HouseholdId) -> GuaranteeState,
    today: Day,
    clocks: &Clocks,
) -> Waiting {
    let state = state(household.id);
    let (due, due_on) = case.due();
    // Nobody is asked about a household that is not at zero any more: its case waits for its last word.
    let (due, due_on, asked) = if state.is_zero() {
        (due, due_on, case.asked_level(today, clocks))
    } else {
        (Due::Close, None, AskedLevel::Village)
    };
    Waiting {
        found_on: case.found_on,
        case: Some(case),
        household,
        due,
        due_on,
        asked,
        state,
    }
}

fn of_alert(
    alert: &Alert,
    household: Household,
    state: &impl Fn(HouseholdId) -> GuaranteeState,
    today: Day,
    clocks: &Clocks,
) -> Waiting {
    Waiting {
        state: state(household.id),
        household,
        case: None,
        found_on: alert.opened_on,
        due: Due::Verify,
        due_on: alert.due_on,
        asked: asked_level(alert.due_on, today, clocks),
    }
}
