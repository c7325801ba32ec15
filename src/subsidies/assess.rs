//! What a rule gives for one person on a day, with every check that leads there. Pure.
//!
//! A check says passed, failed, or that a document decides it. The amount is what the rule gives when nothing failed;
//! `could_be` is the most that it could give, for who only asks what exists.

mod amount;
mod facts;
mod holds;
mod work;

use serde::{Deserialize, Serialize};

pub use facts::{CourseFacts, Facts, HouseholdSpell, LabourSpell, Spell};
pub use holds::{Hold, holds_of};

use super::model::{ClaimantKind, ExclusionScope, Paper, RuleUnit, SupportRule, TargetGroup};
use super::terms::{Amount, Cadence, LimitUnit, Month, Window};
use crate::base::codes::Sex;
use crate::base::time::{Day, age_on};
use amount::Reckoning;
use work::Work;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Passed,
    Failed,
    /// The document of this kind shows it; a reviewer reads it.
    Paper,
}

/// One check: a code of the catalogue (`support-check-<code>-<outcome>`) with its values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    pub code: String,
    pub outcome: Outcome,
    pub values: Vec<(String, String)>,
}

impl Check {
    fn new(code: &str, outcome: Outcome) -> Self {
        Self {
            code: code.to_owned(),
            outcome,
            values: Vec::new(),
        }
    }

    fn of(code: &str, holds: bool) -> Self {
        Self::new(code, if holds { Outcome::Passed } else { Outcome::Failed })
    }

    fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.values.push((name.to_owned(), value.to_string()));
        self
    }
}

/// What came out, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessment {
    pub checks: Vec<Check>,
    /// The day on which target group and age were looked at.
    pub reference_on: Option<Day>,
    /// The months that are paid, or on which a single payment rests.
    pub months: Vec<Month>,
    /// How many units are paid: months, stages, or one.
    pub units: u32,
    /// Which stages of a rule paid in stages, from 0.
    pub stages: Vec<u32>,
    pub amount_fen: i64,
    /// The most that the text could give here, whatever the bureau sets.
    pub could_be_fen: Option<i64>,
}

impl Assessment {
    /// Whether nothing speaks against it and there is something to pay.
    pub fn is_payable(&self) -> bool {
        self.amount_fen > 0 && !self.has_failed()
    }

    /// Whether it may be asked for: it is paid, or would be as soon as an officer has entered what a document proves.
    pub fn may_be_asked(&self) -> bool {
        self.is_payable() || (self.awaits_proof() && self.units > 0 && !self.has_failed())
    }

    /// Whether the amount follows from a document that nobody has read yet.
    pub fn awaits_proof(&self) -> bool {
        let by_paper = |check: &Check| matches!(check.code.as_str(), "proven" | "attendance");
        self.checks
            .iter()
            .any(|check| check.outcome == Outcome::Paper && by_paper(check))
    }

    pub fn has_failed(&self) -> bool {
        self.checks.iter().any(|check| check.outcome == Outcome::Failed)
    }
}

/// Judges one person under one version of a rule, on a day.
pub fn assess(rule: &SupportRule, facts: &Facts, day: Day) -> Assessment {
    let terms = &rule.terms;
    let work = Work::of(terms, facts, day);
    let reference_on = if terms.is_about_courses() {
        facts.course.as_ref().map(|course| course.starts_on)
    } else {
        work.reference_on
    };
    let mut checks = Vec::new();
    match reference_on {
        Some(on) => {
            checks.push(Check::of("in-force", rule.covers(on)).with("day", on));
            check_person(rule, facts, on, &mut checks);
        }
        None => checks.push(Check::of(
            if terms.is_about_courses() { "course" } else { "work" },
            false,
        )),
    }
    check_work(rule, facts, &work, &mut checks);
    check_course(rule, facts, day, &mut checks);
    if let Some(met_on) = met_on(rule, facts, &work) {
        check_filing(rule, met_on, day, &mut checks);
    }
    let reckoning = Reckoning::of(rule, facts, &work, day);
    checks.extend(reckoning.checks);
    Assessment {
        checks,
        reference_on,
        months: reckoning.months,
        units: reckoning.units,
        stages: reckoning.stages,
        amount_fen: reckoning.amount_fen,
        could_be_fen: reckoning.could_be_fen,
    }
}

/// Target group and age, on the day that the rule looks at.
fn check_person(rule: &SupportRule, facts: &Facts, on: Day, checks: &mut Vec<Check>) {
    let terms = &rule.terms;
    let groups = facts.groups_on(on);
    let found = terms.targets.iter().find(|group| groups.contains(group));
    let word = found.or(terms.targets.first()).map_or("", |group| group.as_str());
    let target = Check::of("target", found.is_some()).with("group", word).with("day", on);
    // Recognition as hard to employ is not in the registry.
    let by_paper = found.is_none() && terms.targets.contains(&TargetGroup::HardToEmploy);
    checks.push(if by_paper {
        Check::of("target-recognised", false)
    } else {
        target
    });
    let most = match facts.sex {
        Sex::Female => terms.age_max_women,
        Sex::Unknown | Sex::Male | Sex::NotStated => terms.age_max_men,
    };
    if terms.age_min.is_none() && most.is_none() {
        return;
    }
    checks.push(match facts.birth_on {
        None => Check::of("age-known", false),
        Some(birth) => {
            let age = age_on(birth, on);
            let fits = terms.age_min.is_none_or(|least| age >= least) && most.is_none_or(|most| age <= most);
            Check::of("age", fits)
                .with("age", age)
                .with("least", terms.age_min.unwrap_or(0))
                .with("most", most.unwrap_or(120))
        }
    });
}

/// Months, contract, insurance, region, and how the work came about.
fn check_work(rule: &SupportRule, facts: &Facts, work: &Work, checks: &mut Vec<Check>) {
    let terms = &rule.terms;
    if terms.is_about_courses() || work.spells.is_empty() {
        return;
    }
    if let Some(least) = terms.min_months {
        let code = if terms.window == Some(Window::CalendarYear) {
            "months-of-year"
        } else {
            "months"
        };
        let have = u32::try_from(work.qualifying.len()).unwrap_or(u32::MAX);
        let check = Check::of(code, have >= least)
            .with("months", have)
            .with("needed", least);
        checks.push(check.with("year", facts.year));
    }
    if !terms.regions.is_empty() {
        checks.push(match work.region_unknown {
            true => Check::of("region-known", false),
            false => Check::of("region", work.in_region),
        });
    }
    if let Some(least) = terms.min_contract_months {
        let is_written = work.spells.iter().any(|spell| spell.is_written);
        let too_short = work
            .spells
            .iter()
            .all(|spell| spell.agreed_months.is_some_and(|months| months < least));
        let outcome = match (is_written, too_short) {
            (true, false) => Outcome::Paper,
            _ => Outcome::Failed,
        };
        checks.push(Check::new("contract", outcome).with("needed", least));
    }
    if terms.requires_si {
        checks.push(Check::new("insurance", Outcome::Paper));
    }
    if terms.requires_organised {
        checks.push(Check::of(
            "organised",
            work.spells.iter().any(|spell| spell.is_organised),
        ));
    }
    if terms.requires_recognition {
        let outcome = if facts.claimant_is_workshop {
            Outcome::Paper
        } else {
            Outcome::Failed
        };
        checks.push(Check::new("recognition", outcome));
    }
    if terms.first_time_with_employer {
        checks.push(Check::of("first-time", work.is_first_time));
    }
    if let Some(least) = terms.min_team_size {
        let team = facts.team_size.unwrap_or(0);
        checks.push(
            Check::of("team", team >= least)
                .with("size", team)
                .with("needed", least),
        );
    }
}

fn check_course(rule: &SupportRule, facts: &Facts, day: Day, checks: &mut Vec<Check>) {
    if !rule.terms.is_about_courses() {
        return;
    }
    if let Some(course) = &facts.course {
        checks.push(Check::of("completed", course.completed && course.ends_on <= day));
    }
}

/// The day on which everything that is asked for was done: from then on the time for filing runs.
fn met_on(rule: &SupportRule, facts: &Facts, work: &Work) -> Option<Day> {
    if rule.terms.is_about_courses() {
        return facts.course.as_ref().map(|course| course.ends_on);
    }
    let needed = usize::try_from(rule.terms.min_months.unwrap_or(1)).unwrap_or(1).max(1);
    work.qualifying.get(needed - 1).and_then(|month| month.last_day())
}

/// Until when to ask: so many months after, or the next date after the quarter or year.
fn check_filing(rule: &SupportRule, met_on: Day, day: Day, checks: &mut Vec<Check>) {
    if let Some(until) = filing_until(rule, met_on) {
        checks.push(Check::of("filing", day <= until).with("until", until));
    }
}

/// The last day on which a claim may be filed whose condition was met on a day.
pub fn filing_until(rule: &SupportRule, met_on: Day) -> Option<Day> {
    let terms = &rule.terms;
    let by_months = terms
        .apply_within_months
        .map(|months| crate::base::time::months_after(met_on, months));
    let by_date = terms
        .cadence
        .and_then(|cadence| deadline_after(rule, cadence, Month::of(met_on)));
    match (by_months, by_date) {
        (Some(months), Some(date)) => Some(months.min(date)),
        (one, other) => one.or(other),
    }
}

/// The last date for filing: the first one after the month's own quarter or year. Where months are counted within a
/// calendar year, every date up to the one after its end is good.
fn deadline_after(rule: &SupportRule, cadence: Cadence, month: Month) -> Option<Day> {
    let by_year = rule.terms.window == Some(Window::CalendarYear);
    let last_of_period = match if by_year { Cadence::Yearly } else { cadence } {
        Cadence::Monthly => month,
        Cadence::Quarterly => Month::new(month.year(), month.month().div_ceil(3) * 3)?,
        Cadence::Yearly => Month::new(month.year(), 12)?,
    };
    let ended = last_of_period.last_day()?;
    let year = last_of_period.year();
    let days = [year, year + 1].into_iter().flat_map(|year| {
        let of_year = move |(month, day): &(u32, u32)| Day::from_ymd_opt(year, *month, *day);
        rule.terms.deadlines.iter().filter_map(of_year)
    });
    days.filter(|deadline| *deadline > ended).min()
}

/// The documents that are still missing, all at once. A group of alternatives is named by its first one.
pub fn papers_missing(rule: &SupportRule, given: &[Paper], has_account: bool) -> Vec<Paper> {
    let is_given = |paper: &Paper| {
        paper.is_served()
            || given.contains(paper)
            || (has_account && matches!(paper, Paper::SocialCard | Paper::BankAccount))
    };
    let mut missing: Vec<Paper> = rule
        .terms
        .papers
        .iter()
        .filter(|paper| !is_given(paper))
        .copied()
        .collect();
    for group in &rule.terms.papers_any {
        if !group.iter().any(is_given) {
            missing.extend(group.first());
        }
    }
    missing
}

/// How many units the rule pays at most, in months where it says so.
pub(super) fn unit_limit(rule: &SupportRule) -> Option<u32> {
    let counts_months =
        rule.terms.unit == RuleUnit::PersonMonth && matches!(rule.terms.max_units_unit, None | Some(LimitUnit::Month));
    rule.terms.max_units.filter(|_| counts_months)
}

/// Within which the rule is paid once: what it says, or what its unit means.
pub(super) fn once_scope(rule: &SupportRule) -> ExclusionScope {
    rule.terms.max_times_scope.unwrap_or(match rule.terms.unit {
        RuleUnit::PersonMonth | RuleUnit::TeamMonth => ExclusionScope::PersonMonth,
        // A journey there belongs to a year's work.
        RuleUnit::PersonYear | RuleUnit::Trip => ExclusionScope::PersonYear,
        RuleUnit::PersonDay | RuleUnit::PersonCourse => ExclusionScope::PersonCertificate,
        RuleUnit::HouseholdYear => ExclusionScope::HouseholdYear,
        RuleUnit::Household => ExclusionScope::HouseholdOpen,
        RuleUnit::Person | RuleUnit::Loan => ExclusionScope::PersonEver,
    })
}

/// Whether the rule pays in stages that add up.
pub(super) const fn is_staged(rule: &SupportRule) -> bool {
    matches!(rule.terms.amount, Amount::Tiers { cumulative: true, .. })
}

/// Whether a claimant of this kind may ask under the rule.
pub fn may_claim(rule: &SupportRule, claimant: ClaimantKind) -> bool {
    rule.terms.is_claimable() && rule.terms.claimants.contains(&claimant)
}

/// Whether a scope can be named for these facts, for tests.
#[cfg(test)]
pub(super) fn key_in_tests(scope: ExclusionScope, facts: &Facts) -> Option<String> {
    holds::key_of(scope, facts, Month::new(facts.year, 1), facts.year)
}
