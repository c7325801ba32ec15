//! Where a household stands on a day, and the figures made of it. Pure.

use std::collections::BTreeMap;

use super::model::{
    CaseFacts, Coverage, CoverageRow, HouseholdFacts, HouseholdStanding, Level, MemberFacts, Parameters, Standing,
    WorkFacts,
};
use crate::base::codes::{ExemptionReason, GuaranteeState, LabourSkill, RelocationKind};
use crate::base::time::{Day, days_between, term_end};
use crate::reference::regions;
use crate::registry::is_labourer;

/// The reason of a household that is covered only by work which nothing has confirmed for long.
pub const TO_BE_CONFIRMED: &str = "to_be_confirmed";

fn covers(work: &WorkFacts, day: Day) -> bool {
    work.counts && work.start_on <= day && work.end_on.is_none_or(|end| end >= day)
}

fn within(last: Option<Day>, day: Day, parameters: &Parameters) -> bool {
    last.is_some_and(|last| days_between(day, last) <= parameters.ending_days)
}

fn is_older_than(seen: Option<Day>, day: Day, parameters: &Parameters) -> bool {
    seen.is_none_or(|seen| days_between(seen, day) > parameters.fresh_days)
}

/// The last day of a term on a public-welfare post, less the days that the person spent on such posts before.
pub fn welfare_term_end(start: Day, days_before: i64, parameters: &Parameters) -> Day {
    let days = u64::try_from(days_before).unwrap_or(0);
    let end = term_end(start, parameters.welfare_months);
    end.checked_sub_days(chrono::Days::new(days))
        .map_or(start, |end| end.max(start))
}

/// What decides where a household stands, without its names.
#[derive(Debug, Clone, Copy)]
pub struct Moment<'f> {
    pub relocation: Option<RelocationKind>,
    pub status_from: Day,
    pub members: &'f [MemberFacts],
    pub exemption: Option<ExemptionReason>,
    pub case: Option<CaseFacts>,
}

/// The state of a household on a day (西扶开组发〔2020〕9号 二(四): 确保有劳动力的搬迁户至少有一人就业).
pub fn state_of(facts: &HouseholdFacts, day: Day, parameters: &Parameters) -> Standing {
    let moment = Moment {
        relocation: facts.relocation,
        status_from: facts.status_from,
        members: &facts.members,
        exemption: facts.exemption,
        case: facts.case,
    };
    stand(&moment, day, parameters)
}

/// Where the facts of a moment leave a household.
pub fn stand(moment: &Moment<'_>, day: Day, parameters: &Parameters) -> Standing {
    let in_scope = match moment.relocation {
        Some(RelocationKind::Registered) => true,
        Some(RelocationKind::Accompanying) => parameters.accompanying,
        None => false,
    };
    let is_labour = |member: &&MemberFacts| is_labourer(&member.labour, day, &parameters.labour);
    let labourers = || moment.members.iter().filter(is_labour);
    let current = || labourers().flat_map(|m| &m.work).filter(|w| covers(w, day));
    let mut standing = Standing {
        state: GuaranteeState::NotInScope,
        reason: None,
        since: moment.status_from,
        cause: None,
        is_excused: false,
        is_weakly_proven: false,
        labourers: labourers().count(),
        employed: labourers().filter(|m| m.work.iter().any(|w| covers(w, day))).count(),
    };
    if !in_scope {
        return standing;
    }
    if standing.labourers == 0 {
        standing.state = GuaranteeState::Exempt;
        standing.reason = Some(why_no_labour(moment.members));
    } else if standing.employed == 0 {
        at_zero(&mut standing, moment, day);
    } else {
        let stale = |w: &WorkFacts| is_older_than(w.evidence_on, day, parameters);
        let ending = |w: &WorkFacts| within(w.end_on, day, parameters);
        let term_ending = |w: &WorkFacts| within(w.term_on, day, parameters);
        let reason = if !current().all(|w| stale(w) || ending(w) || term_ending(w)) {
            None
        } else if current().all(stale) {
            Some(TO_BE_CONFIRMED)
        } else if current().any(|w| ending(w) && !stale(w)) {
            Some("ending")
        } else {
            Some("term_ending")
        };
        standing.state = match reason {
            Some(_) => GuaranteeState::AtRisk,
            None => GuaranteeState::Met,
        };
        standing.reason = reason;
        standing.is_weakly_proven = current().all(|w| is_older_than(w.proven_on, day, parameters));
    }
    standing
}

fn why_no_labour(members: &[MemberFacts]) -> &'static str {
    let counts = |m: &MemberFacts| m.labour.labour_skill.is_some_and(LabourSkill::counts_as_labour);
    let capable = members.iter().any(counts);
    let all_students =
        members.iter().any(|m| m.labour.at_school) && members.iter().all(|m| m.labour.at_school || !counts(m));
    if all_students && capable {
        "all_students"
    } else {
        "no_labour"
    }
}

/// Nobody is at work: excused, being helped, or simply at zero. An exemption stops the clock of a case.
fn at_zero(standing: &mut Standing, moment: &Moment<'_>, day: Day) {
    standing.state = match (moment.exemption, moment.case) {
        (Some(reason), _) if reason.stays_in_denominator() => {
            standing.is_excused = true;
            GuaranteeState::Zero
        }
        (Some(_), _) => GuaranteeState::Exempt,
        (None, Some(case)) if case.clear_by.is_some_and(|limit| day > limit) => GuaranteeState::Overdue,
        (None, Some(_)) => GuaranteeState::Helping,
        (None, None) => GuaranteeState::Zero,
    };
    standing.reason = moment.exemption.map(ExemptionReason::as_str);
}

impl CoverageRow {
    /// Counts one more household, which must be in scope.
    pub(super) fn count(&mut self, standing: &Standing) {
        let is = |state: GuaranteeState| u32::from(standing.state == state);
        self.add(&Self {
            in_scope: 1,
            with_labour: 1 - is(GuaranteeState::Exempt),
            met: is(GuaranteeState::Met),
            at_risk: is(GuaranteeState::AtRisk),
            to_be_confirmed: u32::from(standing.reason == Some(TO_BE_CONFIRMED)),
            zero: u32::from(standing.state.is_zero()),
            helping: is(GuaranteeState::Helping),
            overdue: is(GuaranteeState::Overdue),
            excused: u32::from(standing.is_excused),
            exempt: is(GuaranteeState::Exempt),
            labourers: u32::try_from(standing.labourers).unwrap_or(u32::MAX),
            employed: u32::try_from(standing.employed).unwrap_or(u32::MAX),
            weakly_proven: u32::from(standing.is_weakly_proven),
            ..Self::default()
        });
    }

    /// Takes in what another row counted.
    pub(super) fn add(&mut self, other: &Self) {
        self.in_scope += other.in_scope;
        self.with_labour += other.with_labour;
        self.met += other.met;
        self.at_risk += other.at_risk;
        self.to_be_confirmed += other.to_be_confirmed;
        self.zero += other.zero;
        self.helping += other.helping;
        self.overdue += other.overdue;
        self.excused += other.excused;
        self.exempt += other.exempt;
        self.labourers += other.labourers;
        self.employed += other.employed;
        self.weakly_proven += other.weakly_proven;
        self.covered = self.met + self.at_risk;
        self.rate_bp = rate_bp(self.covered, self.with_labour);
    }
}

/// A share in basis points, rounded down, so that 100 % means all.
fn rate_bp(part: u32, whole: u32) -> Option<u32> {
    let share = u64::from(part) * 10_000 / u64::from(whole).max(1);
    (whole > 0).then(|| u32::try_from(share).unwrap_or(10_000))
}

/// Counts households by unit as they come; those out of scope are left out.
#[derive(Debug)]
pub struct Counter {
    as_of: Day,
    by: Level,
    total: CoverageRow,
    rows: BTreeMap<(String, String), CoverageRow>,
}

impl Counter {
    pub fn new(as_of: Day, by: Level) -> Self {
        Self {
            as_of,
            by,
            total: CoverageRow::default(),
            rows: BTreeMap::new(),
        }
    }

    pub fn add(&mut self, facts: &HouseholdFacts, standing: &Standing) {
        if standing.state == GuaranteeState::NotInScope {
            return;
        }
        self.total.count(standing);
        let (code, name) = match self.by {
            Level::Region(level) => {
                let region = facts.region.at(level).unwrap_or_else(|| facts.region.clone());
                (region.to_string(), regions().name_of(&region))
            }
            Level::Site => (
                facts.site_id.map(|id| id.to_string()).unwrap_or_default(),
                facts.site.clone().unwrap_or_default(),
            ),
        };
        let row = self
            .rows
            .entry((code.clone(), name.clone()))
            .or_insert_with(|| CoverageRow {
                code,
                name,
                ..CoverageRow::default()
            });
        row.count(standing);
    }

    /// Rows in the order of their codes.
    pub fn finish(self) -> Coverage {
        Coverage {
            as_of: self.as_of,
            by: self.by.as_str(),
            total: self.total,
            rows: self.rows.into_values().collect(),
        }
    }
}

/// Counts households by unit; those out of scope are left out. Rows in the order of their codes.
pub fn coverage_of(standings: &[HouseholdStanding], as_of: Day, by: Level) -> Coverage {
    let mut counter = Counter::new(as_of, by);
    for household in standings {
        counter.add(&household.facts, &household.standing);
    }
    counter.finish()
}

#[cfg(test)]
mod tests;
