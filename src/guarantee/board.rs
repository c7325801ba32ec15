//! The county's Monday board: the figures of a day, beside those of a week before and of twelve weeks, and the named
//! lists behind them. Everything is computed from dated facts, for any day, in one pass over the tables.

use std::collections::BTreeMap;

use serde::Serialize;

use super::model::{Coverage, CoverageRow, HouseholdFacts, Level, Parameters, Standing, ZeroCause};
use super::rules::{Counter, TO_BE_CONFIRMED, state_of};
use super::store::{walk_histories, zero_spells};
use crate::base::actor::Scope;
use crate::base::codes::GuaranteeState;
use crate::base::error::{Error, Result};
use crate::base::ids::{HouseholdId, SiteId};
use crate::base::page::{Page, PageRequest};
use crate::base::region::RegionCode;
use crate::base::time::Day;
use crate::platform::db::Conn;

/// How many weekly points the chart has, the day asked for included.
pub const WEEKS: u64 = 12;

/// A household in a list, without its members.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Listed {
    pub household_id: HouseholdId,
    pub registry_no: String,
    pub region: RegionCode,
    pub group_name: String,
    pub site: Option<String>,
    pub monitored: bool,
    pub state: GuaranteeState,
    pub reason: Option<&'static str>,
    pub since: Day,
    pub cause: Option<ZeroCause>,
    pub is_excused: bool,
    pub labourers: usize,
    pub employed: usize,
}

impl Listed {
    pub fn of(facts: &HouseholdFacts, standing: &Standing) -> Self {
        Self {
            household_id: facts.household_id,
            registry_no: facts.registry_no.clone(),
            region: facts.region.clone(),
            group_name: facts.group_name.clone(),
            site: facts.site.clone(),
            monitored: facts.monitored,
            state: standing.state,
            reason: standing.reason,
            since: standing.since,
            cause: standing.cause,
            is_excused: standing.is_excused,
            labourers: standing.labourers,
            employed: standing.employed,
        }
    }

    /// The need of the household: zero first, then work that ends, then work that nobody has confirmed.
    fn need(&self) -> u8 {
        match (self.state, self.reason) {
            (GuaranteeState::Zero | GuaranteeState::Helping | GuaranteeState::Overdue, _) => 0,
            (GuaranteeState::AtRisk, Some(TO_BE_CONFIRMED)) => 2,
            (GuaranteeState::AtRisk, _) => 1,
            (GuaranteeState::Met, _) => 3,
            (GuaranteeState::Exempt, _) => 4,
            (GuaranteeState::NotInScope, _) => 5,
        }
    }

    pub(super) fn place(&self) -> (u8, Day, HouseholdId) {
        (self.need(), self.since, self.household_id)
    }
}

/// What a board shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Board {
    pub figures: Coverage,
    /// The total seven days before, computed as of that day.
    pub week_before: CoverageRow,
    /// One total a week, oldest first, the day asked for last.
    pub weeks: Vec<(Day, CoverageRow)>,
    /// How many households are exempt, by reason.
    pub exempt: BTreeMap<&'static str, u32>,
    /// Households at zero, longest first, at most as many as were asked for.
    pub zero: Vec<Listed>,
}

/// What a board is asked for.
#[derive(Debug, Clone, Copy)]
pub struct BoardRequest<'s> {
    pub scope: &'s Scope,
    /// Only those who live at this settlement site.
    pub site: Option<SiteId>,
    pub as_of: Day,
    pub by: Level,
    /// How many households at zero are named at most.
    pub longest: usize,
}

/// The days of the weekly points of a board, oldest first.
pub(super) fn week_days(as_of: Day) -> Vec<Day> {
    let weeks = (0..WEEKS).rev();
    weeks
        .filter_map(|week| as_of.checked_sub_days(chrono::Days::new(week * 7)))
        .collect()
}

/// Computes a board from the tables.
pub fn board(conn: &mut Conn, request: &BoardRequest<'_>) -> Result<Board> {
    let BoardRequest {
        scope,
        site,
        as_of,
        by,
        longest,
    } = *request;
    let parameters = Parameters::default();
    let days = week_days(as_of);
    let first = days.first().copied().unwrap_or(as_of);
    let mut weekly: Vec<Counter> = days.iter().map(|day| Counter::new(*day, by)).collect();
    let mut exempt: BTreeMap<&'static str, u32> = BTreeMap::new();
    let mut zero: Vec<Listed> = Vec::new();
    walk_histories(conn, scope, first, as_of, |history| {
        for (day, counter) in days.iter().zip(&mut weekly) {
            let Some(facts) = history.on(*day).filter(|f| site.is_none() || f.site_id == site) else {
                continue;
            };
            let standing = state_of(&facts, *day, &parameters);
            counter.add(&facts, &standing);
            if *day != as_of {
                continue;
            }
            if let (GuaranteeState::Exempt, Some(reason)) = (standing.state, standing.reason) {
                *exempt.entry(reason).or_default() += 1;
            }
            if standing.state.is_zero() {
                zero.push(Listed::of(&facts, &standing));
            }
        }
    })?;
    if longest > 0 {
        look_back(conn, &mut zero, as_of, &parameters)?;
    }
    zero.sort_by_key(Listed::place);
    zero.truncate(longest);
    let mut coverages: Vec<Coverage> = weekly.into_iter().map(Counter::finish).collect();
    let weeks: Vec<(Day, CoverageRow)> = coverages.iter().map(|c| (c.as_of, c.total.clone())).collect();
    let figures = coverages.pop().unwrap_or_else(|| Counter::new(as_of, by).finish());
    let week_before = coverages.pop().map(|c| c.total).unwrap_or_default();
    Ok(Board {
        figures,
        week_before,
        weeks,
        exempt,
        zero,
    })
}

/// Finds since when and why each household at zero stands there.
pub(super) fn look_back(conn: &mut Conn, households: &mut [Listed], day: Day, parameters: &Parameters) -> Result<()> {
    let at_zero = households.iter().filter(|h| h.state.is_zero());
    let ids: Vec<HouseholdId> = at_zero.map(|h| h.household_id).collect();
    let spells = zero_spells(conn, &ids, day, parameters)?;
    for household in households {
        if let Some((since, cause)) = spells.get(&household.household_id) {
            household.since = *since;
            household.cause = *cause;
        }
    }
    Ok(())
}

/// How a named list is narrowed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ListFilter {
    pub state: Option<GuaranteeState>,
    pub site: Option<SiteId>,
    /// Only work that nothing has confirmed for long.
    pub to_be_confirmed: bool,
    /// Only those with a decided exemption that are still counted.
    pub excused: bool,
}

impl ListFilter {
    /// Whether a household in such a state is asked for. Asking for those at zero asks for those being helped too.
    pub fn fits(&self, state: GuaranteeState, reason: Option<&str>, is_excused: bool) -> bool {
        let wanted = match self.state {
            None => state != GuaranteeState::NotInScope,
            Some(GuaranteeState::Zero) => state.is_zero(),
            Some(wanted) => wanted == state,
        };
        wanted && (!self.to_be_confirmed || reason == Some(TO_BE_CONFIRMED)) && (!self.excused || is_excused)
    }
}

/// Relocated households of a scope on a day in the order of need, longest first; also how many there are in all.
pub fn listed(
    conn: &mut Conn,
    scope: &Scope,
    filter: &ListFilter,
    day: Day,
    page: &PageRequest,
) -> Result<(Page<Listed>, usize)> {
    let after = page.cursor.as_deref().map(read_cursor).transpose()?;
    let parameters = Parameters::default();
    let mut found: Vec<Listed> = Vec::new();
    walk_histories(conn, scope, day, day, |history| {
        let Some(facts) = history.on(day) else { return };
        let standing = state_of(&facts, day, &parameters);
        let here = filter.site.is_none() || filter.site == facts.site_id;
        if here && filter.fits(standing.state, standing.reason, standing.is_excused) {
            found.push(Listed::of(&facts, &standing));
        }
    })?;
    let total = found.len();
    look_back(conn, &mut found, day, &parameters)?;
    found.retain(|h| after.is_none_or(|after| h.place() > after));
    found.sort_by_key(Listed::place);
    found.truncate(page.limit.saturating_add(1));
    let page = Page::cut(found, page.limit, |h| {
        format!("{}.{}.{}", h.need(), h.since, h.household_id)
    });
    Ok((page, total))
}

fn read_cursor(text: &str) -> Result<(u8, Day, HouseholdId)> {
    let unreadable = || Error::bad_request("cursor", "cursor-unreadable");
    let mut parts = text.splitn(3, '.');
    let need = parts.next().and_then(|t| t.parse().ok()).ok_or_else(unreadable)?;
    let since = parts
        .next()
        .and_then(crate::base::time::parse_day)
        .ok_or_else(unreadable)?;
    let id = parts.next().and_then(|t| t.parse().ok()).ok_or_else(unreadable)?;
    Ok((need, since, id))
}
