//! The figures of every day of a span by unit, in one pass over the households: each is looked at on the days on which
//! something changes for it, and the difference is carried from there on.

use std::collections::BTreeMap;

use serde::Serialize;

use super::history::History;
use super::model::{Level, Parameters, Standing};
use super::spells::standings_over;
use super::store::walk_histories;
use crate::base::actor::Scope;
use crate::base::codes::GuaranteeState;
use crate::base::error::{Error, Result};
use crate::base::region::RegionCode;
use crate::base::time::{Day, days_between};
use crate::platform::db::Conn;

/// The longest span: a leap year.
pub const MOST_DAYS: i64 = 366;

/// What a unit counts on a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct DayCount {
    pub with_labour: i32,
    pub covered: i32,
    pub at_risk: i32,
    pub zero: i32,
    pub excused: i32,
    pub exempt: i32,
}

impl DayCount {
    fn of(standing: &Standing) -> Option<Self> {
        let is = |held: bool| i32::from(held);
        (standing.state != GuaranteeState::NotInScope).then(|| Self {
            with_labour: is(standing.state != GuaranteeState::Exempt),
            covered: is(standing.state.is_covered()),
            at_risk: is(standing.state == GuaranteeState::AtRisk),
            zero: is(standing.state.is_zero()),
            excused: is(standing.is_excused),
            exempt: is(standing.state == GuaranteeState::Exempt),
        })
    }

    fn add(&mut self, other: &Self, sign: i32) {
        self.with_labour += sign * other.with_labour;
        self.covered += sign * other.covered;
        self.at_risk += sign * other.at_risk;
        self.zero += sign * other.zero;
        self.excused += sign * other.excused;
        self.exempt += sign * other.exempt;
    }
}

/// The figures of one unit on each day of the span.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitDays {
    /// The region's code or the site's id.
    pub code: String,
    pub days: Vec<DayCount>,
}

/// Adds up differences as households come.
#[derive(Debug)]
pub struct DailyCounter {
    from: Day,
    until: Day,
    by: Level,
    changes: BTreeMap<String, Vec<DayCount>>,
}

impl DailyCounter {
    pub fn new(from: Day, until: Day, by: Level) -> Self {
        Self {
            from,
            until,
            by,
            changes: BTreeMap::new(),
        }
    }

    pub fn add(&mut self, history: &History, parameters: &Parameters) {
        let parts = standings_over(history, self.from, self.until, parameters);
        let mut before: Option<(String, DayCount)> = None;
        for (day, standing) in parts {
            let count = standing.as_ref().and_then(DayCount::of);
            let now = count.map(|count| (self.unit_of(history, &history.region, day), count));
            if now == before {
                continue;
            }
            let place = usize::try_from(days_between(self.from, day)).unwrap_or(0);
            self.change(before.as_ref(), place, -1);
            self.change(now.as_ref(), place, 1);
            before = now;
        }
    }

    fn unit_of(&self, history: &History, region: &RegionCode, day: Day) -> String {
        match self.by {
            Level::Region(level) => region.at(level).unwrap_or_else(|| region.clone()).to_string(),
            Level::Site => history
                .status_on(day)
                .and_then(|status| status.what.site_id)
                .map(|id| id.to_string())
                .unwrap_or_default(),
        }
    }

    fn change(&mut self, what: Option<&(String, DayCount)>, place: usize, sign: i32) {
        let Some((unit, count)) = what else { return };
        let length = usize::try_from(days_between(self.from, self.until) + 1).unwrap_or(0);
        let days = match self.changes.get_mut(unit) {
            Some(days) => days,
            None => self
                .changes
                .entry(unit.clone())
                .or_insert_with(|| vec![DayCount::default(); length]),
        };
        if let Some(day) = days.get_mut(place) {
            day.add(count, sign);
        }
    }

    /// The figures of each unit, in the order of their codes.
    pub fn finish(self) -> Vec<UnitDays> {
        let units = self.changes.into_iter();
        units
            .map(|(code, changes)| {
                let mut sum = DayCount::default();
                let days = changes.iter().map(|change| {
                    sum.add(change, 1);
                    sum
                });
                UnitDays {
                    days: days.collect(),
                    code,
                }
            })
            .collect()
    }
}

/// The figures of every day of a span by unit.
pub fn daily_coverage(conn: &mut Conn, scope: &Scope, from: Day, until: Day, by: Level) -> Result<Vec<UnitDays>> {
    if until < from {
        return Err(Error::bad_request("until", "end-before-start"));
    }
    if days_between(from, until) >= MOST_DAYS {
        return Err(Error::bad_request("until", "span-too-long"));
    }
    let parameters = Parameters::default();
    let mut counter = DailyCounter::new(from, until, by);
    walk_histories(conn, scope, from, until, |history| counter.add(history, &parameters))?;
    Ok(counter.finish())
}
