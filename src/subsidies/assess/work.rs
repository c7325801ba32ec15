//! Which months a person worked, as the rule counts them. Pure.
//!
//! A calendar month counts when work covers each of its days; two records in one month count once.

use super::facts::{Facts, Spell};
use crate::base::time::{Day, months_after};
use crate::subsidies::model::WorkRegion;
use crate::subsidies::terms::{Month, MonthRule, Terms, Window};

/// The work that a rule looks at.
#[derive(Debug)]
pub(super) struct Work<'f> {
    /// The spells that count, earliest first.
    pub spells: Vec<&'f Spell>,
    /// The first day of the work that counts.
    pub reference_on: Option<Day>,
    /// The months that count toward the condition: the longest run, or all.
    pub qualifying: Vec<Month>,
    /// Every full month of the year that is asked for.
    pub of_year: Vec<Month>,
    pub in_region: bool,
    pub region_unknown: bool,
    pub is_first_time: bool,
}

/// Whoever worked there in the half year before does not start there for the first time.
const BREAK_MONTHS: u32 = 6;

fn is_in_region(terms: &Terms, region: WorkRegion) -> bool {
    terms.regions.is_empty()
        || terms.regions.contains(&region)
        || match region {
            // A finer value is also its coarser one.
            WorkRegion::WithinTownship => terms.regions.contains(&WorkRegion::InCounty),
            WorkRegion::InPrefecture => terms.regions.contains(&WorkRegion::InProvinceOutCounty),
            _ => false,
        }
}

impl<'f> Work<'f> {
    pub fn of(terms: &Terms, facts: &'f Facts, day: Day) -> Self {
        let own = |spell: &&Spell| facts.claimant_employer.is_none() || spell.employer_id == facts.claimant_employer;
        let mut all: Vec<&Spell> = facts
            .spells
            .iter()
            .filter(own)
            .filter(|spell| spell.from <= day)
            .collect();
        all.sort_by_key(|spell| (spell.from, spell.employment_id));
        let region_unknown = !terms.regions.is_empty() && all.iter().all(|spell| spell.region.is_none());
        let fits = |spell: &&&Spell| {
            terms.regions.is_empty() || spell.region.is_some_and(|region| is_in_region(terms, region))
        };
        let fitting: Vec<&Spell> = all.iter().filter(fits).copied().collect();
        let in_region = !fitting.is_empty();
        let mut counted = if in_region { fitting } else { all };
        let mut months = full_months(&counted, day);
        let of_year: Vec<Month> = months
            .iter()
            .filter(|month| month.year() == facts.year)
            .copied()
            .collect();
        if terms.window == Some(Window::CalendarYear) {
            months.clone_from(&of_year);
            counted.retain(|spell| of_year.iter().any(|month| touches(spell, *month)));
        }
        let qualifying = match terms.month_rule {
            MonthRule::Cumulative => months,
            MonthRule::Consecutive => longest_run(&months),
        };
        // Eligibility is looked at on the first day of the work on which the claim rests.
        let first = qualifying.first().copied();
        let reference_on = counted
            .iter()
            .find(|spell| first.is_none_or(|month| touches(spell, month)))
            .or(counted.first())
            .map(|spell| spell.from);
        let is_first_time = reference_on.is_some_and(|start| {
            !facts
                .spells
                .iter()
                .filter(own)
                .any(|spell| spell.from < start && months_after(spell.to, BREAK_MONTHS) >= start)
        });
        Self {
            spells: counted,
            reference_on,
            qualifying,
            of_year,
            in_region,
            region_unknown,
            is_first_time,
        }
    }
}

fn touches(spell: &Spell, month: Month) -> bool {
    let (Some(first), Some(last)) = (month.first_day(), month.last_day()) else {
        return false;
    };
    spell.from <= last && first <= spell.to
}

/// The months of which every day is covered, up to a day. Work is looked at for sixty years at most.
pub(super) fn full_months(spells: &[&Spell], day: Day) -> Vec<Month> {
    const MOST: usize = 720;
    let mut months = Vec::new();
    let mut joined: Vec<(Day, Day)> = Vec::new();
    let mut ordered: Vec<(Day, Day)> = spells.iter().map(|spell| (spell.from, spell.to.min(day))).collect();
    ordered.sort_unstable();
    for (from, to) in ordered {
        if to < from {
            continue;
        }
        match joined.last_mut() {
            Some((_, end)) if end.succ_opt().is_none_or(|next| from <= next) => *end = (*end).max(to),
            _ => joined.push((from, to)),
        }
    }
    for (from, to) in joined {
        let mut month = Month::of(from);
        if month.first_day().is_none_or(|first| first < from) {
            month = month.next();
        }
        while month.last_day().is_some_and(|last| last <= to) && months.len() < MOST {
            months.push(month);
            month = month.next();
        }
    }
    months
}

/// The longest run without a gap; of two equally long ones the later.
fn longest_run(months: &[Month]) -> Vec<Month> {
    let mut best: &[Month] = &[];
    let mut start = 0;
    for (index, month) in months.iter().enumerate() {
        let breaks = months.get(index + 1).is_none_or(|next| *next != month.next());
        if breaks {
            let run = months.get(start..=index).unwrap_or_default();
            if run.len() >= best.len() {
                best = run;
            }
            start = index + 1;
        }
    }
    best.to_vec()
}
