//! The standings that a process keeps at hand, so that a board does not read the histories of all households.
//!
//! Kept are the parts of a span of days in which nothing changes for a household, as [`standings_over`] finds them: the
//! weeks behind a board and some weeks ahead, in which work ends and evidence ages without anybody doing anything. What
//! somebody does is followed by the journal. A day outside the span is computed from the tables.

use std::collections::{BTreeMap, HashMap};
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use chrono::Days;
use diesel::prelude::*;

use super::board::{Board, BoardRequest, Listed, WEEKS, board, look_back, week_days};
use super::history::History;
use super::model::{Coverage, CoverageRow, Level, Parameters, Standing};
use super::spells::standings_over;
use super::store::{histories_of, walk_histories, zero_spells};
use crate::base::actor::Scope;
use crate::base::codes::GuaranteeState;
use crate::base::error::Result;
use crate::base::ids::{HouseholdId, SiteId};
use crate::base::region::RegionCode;
use crate::base::time::Day;
use crate::platform::db::schema::sites;
use crate::platform::db::{Conn, News, last_number, news_of};
use crate::reference::regions;

/// The subject under which the journal names a household.
pub(super) const HOUSEHOLD: &str = "household";

/// Days before the day of the first board, beyond those that its weeks need.
const DAYS_BEHIND: u64 = 28;

/// Days after the day of the first board.
const DAYS_AHEAD: u64 = 35;

/// Households read at once.
const PORTION: usize = 5_000;

/// The standings, once somebody has asked for a board.
#[derive(Default)]
pub struct StandingBook(RwLock<Option<Kept>>);

/// A span of days, both ends inclusive, and the last change that was taken over.
struct Kept {
    from: Day,
    until: Day,
    position: i64,
    households: BTreeMap<HouseholdId, KeptHousehold>,
}

struct KeptHousehold {
    region: RegionCode,
    parts: Vec<Part>,
    /// Since when it stood at zero on the first day of the span, if it did.
    zero_before: Option<Day>,
}

/// From a day to the next part's.
struct Part {
    from: Day,
    site: Option<SiteId>,
    standing: Option<Standing>,
}

impl KeptHousehold {
    fn of(history: &History, from: Day, until: Day, parameters: &Parameters) -> Self {
        let mut parts: Vec<Part> = Vec::new();
        for (day, standing) in standings_over(history, from, until, parameters) {
            let site = history.status_on(day).and_then(|status| status.what.site_id);
            let same = parts
                .last()
                .is_some_and(|part| part.site == site && part.standing == standing);
            if !same {
                parts.push(Part {
                    from: day,
                    site,
                    standing,
                });
            }
        }
        Self {
            region: history.region.clone(),
            parts,
            zero_before: None,
        }
    }

    fn begins_at_zero(&self) -> bool {
        let first = self.parts.first().and_then(|part| part.standing.as_ref());
        first.is_some_and(|standing| standing.state.is_zero())
    }

    /// Since when it has stood at zero, where it does in a part.
    fn zero_since(&self, place: usize) -> Option<Day> {
        let is_zero = |part: &Part| part.standing.as_ref().is_some_and(|s| s.state.is_zero());
        let behind = self.parts.get(..=place)?;
        let spell = behind.iter().rev().take_while(|part| is_zero(part)).count();
        let first = behind.len().checked_sub(spell)?;
        if first == 0 {
            return self.zero_before;
        }
        behind.get(first).map(|part| part.from)
    }
}

impl StandingBook {
    /// A board, equal to the one that [`board`] computes from the tables. The connection must not be one that is writing.
    pub fn board(&self, conn: &mut Conn, today: Day, request: &BoardRequest<'_>) -> Result<Board> {
        self.follow(conn, today)?;
        let answer = self.read().as_ref().and_then(|kept| kept.answer(request));
        let Some(mut answer) = answer else {
            return board(conn, request);
        };
        answer.name_sites(conn, request.by)?;
        let zero = listed_now(conn, &answer.longest, request.as_of)?;
        Ok(answer.finish(zero, request))
    }

    /// Brings the standings to what the database says now.
    pub fn follow(&self, conn: &mut Conn, today: Day) -> Result<()> {
        loop {
            let known = self.read().as_ref().map(|kept| (kept.position, kept.serves(today)));
            let Some((position, true)) = known else {
                self.begin(conn, today, known.map(|(position, _)| position))?;
                continue;
            };
            match news_of(conn, HOUSEHOLD, position)? {
                News::Nothing => return Ok(()),
                News::TooMuch => self.begin(conn, today, Some(position))?,
                News::Of { ids, upto } => self.take_over(conn, &ids, position, upto)?,
            }
        }
    }

    /// Reads all households, unless another thread has done so while this one waited.
    fn begin(&self, conn: &mut Conn, today: Day, instead_of: Option<i64>) -> Result<()> {
        let mut place = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if place.as_ref().map(|kept| kept.position) != instead_of {
            return Ok(());
        }
        let from = today
            .checked_sub_days(Days::new(WEEKS * 7 + DAYS_BEHIND))
            .unwrap_or(today);
        let mut kept = Kept {
            from,
            until: today.checked_add_days(Days::new(DAYS_AHEAD)).unwrap_or(today),
            // What is read after this number was looked up is taken over once more, which changes nothing.
            position: last_number(conn)?,
            households: BTreeMap::new(),
        };
        let parameters = Parameters::default();
        let mut households = BTreeMap::new();
        walk_histories(conn, &Scope::Everywhere, kept.from, kept.until, |history| {
            let household = KeptHousehold::of(history, kept.from, kept.until, &parameters);
            households.insert(history.household_id, household);
        })?;
        look_behind(conn, &mut households, kept.from, &parameters)?;
        kept.households = households;
        *place = Some(kept);
        Ok(())
    }

    fn take_over(&self, conn: &mut Conn, ids: &[i64], position: i64, upto: i64) -> Result<()> {
        let Some((from, until)) = self.read().as_ref().map(|kept| (kept.from, kept.until)) else {
            return Ok(());
        };
        let parameters = Parameters::default();
        let ids: Vec<HouseholdId> = ids.iter().copied().map(HouseholdId::from_raw).collect();
        let mut fresh = BTreeMap::new();
        for portion in ids.chunks(PORTION) {
            for history in histories_of(conn, portion, from, until)? {
                if history.statuses.iter().any(|status| status.what.relocation.is_some()) {
                    let household = KeptHousehold::of(&history, from, until, &parameters);
                    fresh.insert(history.household_id, household);
                }
            }
        }
        look_behind(conn, &mut fresh, from, &parameters)?;
        let mut place = self.0.write().unwrap_or_else(PoisonError::into_inner);
        // Another thread may have gone further meanwhile; what this one read may then be older.
        let Some(kept) = place
            .as_mut()
            .filter(|kept| kept.position == position && kept.from == from)
        else {
            return Ok(());
        };
        for id in &ids {
            kept.households.remove(id);
        }
        kept.households.extend(fresh);
        kept.position = upto;
        Ok(())
    }

    fn read(&self) -> RwLockReadGuard<'_, Option<Kept>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Finds since when those have stood at zero that already did on the first day of the span.
fn look_behind(
    conn: &mut Conn,
    households: &mut BTreeMap<HouseholdId, KeptHousehold>,
    first: Day,
    parameters: &Parameters,
) -> Result<()> {
    let at_zero = households.iter().filter(|(_, household)| household.begins_at_zero());
    let ids: Vec<HouseholdId> = at_zero.map(|(id, _)| *id).collect();
    for (id, (since, _)) in zero_spells(conn, &ids, first, parameters)? {
        if let Some(household) = households.get_mut(&id) {
            household.zero_before = Some(since);
        }
    }
    Ok(())
}

impl Kept {
    /// Whether boards of a day and of those shortly before it can be answered.
    fn serves(&self, today: Day) -> bool {
        week_days(today).first().is_some_and(|first| self.from <= *first) && today <= self.until
    }

    /// The figures of a board; nothing when it asks for days outside the span.
    fn answer(&self, request: &BoardRequest<'_>) -> Option<Answer> {
        if !self.serves(request.as_of) {
            return None;
        }
        let days = week_days(request.as_of);
        let mut sums = Sums::of(days);
        let mut units: HashMap<Unit<'_>, CoverageRow> = HashMap::new();
        let mut exempt: BTreeMap<&'static str, u32> = BTreeMap::new();
        let mut zero: Vec<(Day, HouseholdId)> = Vec::new();
        let here = |household: &&KeptHousehold| request.scope.contains(&household.region);
        for (id, household) in self.households.iter().filter(|(_, household)| here(household)) {
            for (place, part) in household.parts.iter().enumerate() {
                let Some(standing) = part.standing.as_ref() else {
                    continue;
                };
                if standing.state == GuaranteeState::NotInScope || request.site.is_some_and(|s| part.site != Some(s)) {
                    continue;
                }
                let next = household.parts.get(place + 1).map(|next| next.from);
                sums.add(standing, part.from, next);
                if part.from > request.as_of || next.is_some_and(|next| next <= request.as_of) {
                    continue;
                }
                let unit = Unit::of(request.by, &household.region, part.site);
                units.entry(unit).or_default().count(standing);
                match (standing.state, standing.reason) {
                    (GuaranteeState::Exempt, Some(reason)) => *exempt.entry(reason).or_default() += 1,
                    (state, _) if state.is_zero() => {
                        zero.push((household.zero_since(place).unwrap_or(standing.since), *id));
                    }
                    _ => {}
                }
            }
        }
        zero.sort_unstable();
        zero.truncate(request.longest);
        Some(Answer {
            weeks: sums.finish(),
            rows: units.into_iter().map(|(unit, row)| unit.label(row)).collect(),
            exempt,
            longest: zero.into_iter().map(|(_, id)| id).collect(),
        })
    }
}

/// The unit under which a household is counted.
#[derive(PartialEq, Eq, Hash)]
enum Unit<'r> {
    Region(&'r str),
    Site(Option<SiteId>),
}

impl<'r> Unit<'r> {
    fn of(by: Level, region: &'r RegionCode, site: Option<SiteId>) -> Self {
        match by {
            Level::Site => Self::Site(site),
            Level::Region(level) => Self::Region(region.digits().get(..level.digits()).unwrap_or(region.digits())),
        }
    }

    /// Puts the unit's code on its row, and for a division its name.
    fn label(&self, mut row: CoverageRow) -> CoverageRow {
        match self {
            Self::Site(site) => row.code = site.map(|id| id.to_string()).unwrap_or_default(),
            Self::Region(digits) => {
                let region = RegionCode::parse(digits);
                row.code = region.as_ref().map(ToString::to_string).unwrap_or_default();
                row.name = region.map(|region| regions().name_of(&region)).unwrap_or_default();
            }
        }
        row
    }
}

/// The totals of several days. A part counts on all days from one place to another, so it is counted once for that
/// stretch, and the stretches are added up at the end.
struct Sums {
    days: Vec<Day>,
    stretches: BTreeMap<(usize, usize), CoverageRow>,
}

impl Sums {
    fn of(days: Vec<Day>) -> Self {
        Self {
            days,
            stretches: BTreeMap::new(),
        }
    }

    fn add(&mut self, standing: &Standing, from: Day, next: Option<Day>) {
        let first = self.days.partition_point(|day| *day < from);
        let end = next.map_or(self.days.len(), |next| self.days.partition_point(|day| *day < next));
        if first < end {
            self.stretches.entry((first, end)).or_default().count(standing);
        }
    }

    fn finish(self) -> Vec<(Day, CoverageRow)> {
        let total = |place: usize| {
            let mut row = CoverageRow::default();
            for ((first, end), stretch) in &self.stretches {
                if (*first..*end).contains(&place) {
                    row.add(stretch);
                }
            }
            row
        };
        let days = self.days.iter().enumerate();
        days.map(|(place, day)| (*day, total(place))).collect()
    }
}

/// What the standings say of a board, before the households at zero are named.
struct Answer {
    weeks: Vec<(Day, CoverageRow)>,
    rows: Vec<CoverageRow>,
    exempt: BTreeMap<&'static str, u32>,
    longest: Vec<HouseholdId>,
}

impl Answer {
    fn name_sites(&mut self, conn: &mut Conn, by: Level) -> Result<()> {
        if by != Level::Site {
            return Ok(());
        }
        let names: Vec<(SiteId, String)> = sites::table.select((sites::id, sites::name)).load(conn)?;
        let names: HashMap<String, String> = names.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
        for row in &mut self.rows {
            row.name = names.get(&row.code).cloned().unwrap_or_default();
        }
        Ok(())
    }

    fn finish(mut self, zero: Vec<Listed>, request: &BoardRequest<'_>) -> Board {
        self.rows.sort_by(|a, b| (&a.code, &a.name).cmp(&(&b.code, &b.name)));
        let total = self.weeks.last().map(|(_, row)| row.clone()).unwrap_or_default();
        let before = self.weeks.len().checked_sub(2).and_then(|place| self.weeks.get(place));
        Board {
            week_before: before.map(|(_, row)| row.clone()).unwrap_or_default(),
            figures: Coverage {
                as_of: request.as_of,
                by: request.by.as_str(),
                total,
                rows: self.rows,
            },
            weeks: self.weeks,
            exempt: self.exempt,
            zero,
        }
    }
}

/// Households at zero by name, longest first.
fn listed_now(conn: &mut Conn, ids: &[HouseholdId], day: Day) -> Result<Vec<Listed>> {
    let parameters = Parameters::default();
    let mut zero = Vec::with_capacity(ids.len());
    for history in histories_of(conn, ids, day, day)? {
        if let (Some(facts), Some(standing)) = (history.on(day), history.standing_on(day, &parameters)) {
            zero.push(Listed::of(&facts, &standing));
        }
    }
    look_back(conn, &mut zero, day, &parameters)?;
    zero.sort_by_key(Listed::place);
    Ok(zero)
}
