//! Where a household stands on a day, and the figures made of it. Pure.

use std::collections::BTreeMap;

use super::model::{
    Coverage, CoverageRow, HouseholdFacts, HouseholdStanding, Level, MemberFacts, Parameters, Standing, WorkFacts,
};
use crate::base::codes::{GuaranteeState, RelocationKind};
use crate::base::time::{Day, days_between};
use crate::reference::regions;
use crate::registry::is_labourer;

fn covers(work: &WorkFacts, day: Day) -> bool {
    work.counts && work.start_on <= day && work.end_on.is_none_or(|end| end >= day)
}

fn ends_soon(work: &WorkFacts, day: Day, parameters: &Parameters) -> bool {
    work.end_on
        .is_some_and(|end| days_between(day, end) <= parameters.ending_days)
}

fn is_stale(work: &WorkFacts, day: Day, parameters: &Parameters) -> bool {
    work.evidence_on
        .is_none_or(|seen| days_between(seen, day) > parameters.fresh_days)
}

/// The state of a household on a day (西扶开组发〔2020〕9号 二(四): 确保有劳动力的搬迁户至少有一人就业).
pub fn state_of(facts: &HouseholdFacts, day: Day, parameters: &Parameters) -> Standing {
    let in_scope = match facts.relocation {
        Some(RelocationKind::Registered) => true,
        Some(RelocationKind::Accompanying) => parameters.accompanying,
        None => false,
    };
    let labourers: Vec<&MemberFacts> = facts
        .members
        .iter()
        .filter(|m| is_labourer(&m.labour, day, &parameters.labour))
        .collect();
    let current: Vec<&WorkFacts> = labourers
        .iter()
        .flat_map(|m| &m.work)
        .filter(|w| covers(w, day))
        .collect();
    let employed = labourers
        .iter()
        .filter(|m| m.work.iter().any(|w| covers(w, day)))
        .count();
    let standing = |state, reason, since| Standing {
        state,
        reason,
        since,
        labourers: labourers.len(),
        employed,
    };
    if !in_scope {
        return standing(GuaranteeState::NotInScope, None, facts.status_from);
    }
    if labourers.is_empty() {
        let all_students = facts.members.iter().any(|m| m.labour.at_school)
            && facts
                .members
                .iter()
                .all(|m| m.labour.at_school || !m.labour.labour_skill.is_some_and(|s| s.counts_as_labour()));
        let capable = facts
            .members
            .iter()
            .any(|m| m.labour.labour_skill.is_some_and(|s| s.counts_as_labour()));
        let reason = if all_students && capable {
            "all_students"
        } else {
            "no_labour"
        };
        return standing(GuaranteeState::Exempt, Some(reason), facts.status_from);
    }
    if current.is_empty() {
        let last_end = labourers
            .iter()
            .flat_map(|m| &m.work)
            .filter(|w| w.counts)
            .filter_map(|w| w.end_on)
            .max();
        let since = last_end
            .and_then(|end| end.succ_opt())
            .unwrap_or(facts.status_from)
            .max(facts.status_from);
        return standing(GuaranteeState::Zero, None, since);
    }
    if current
        .iter()
        .all(|w| ends_soon(w, day, parameters) || is_stale(w, day, parameters))
    {
        let all_stale = current.iter().all(|w| is_stale(w, day, parameters));
        let reason = if all_stale { "to_be_confirmed" } else { "ending" };
        return standing(GuaranteeState::AtRisk, Some(reason), facts.status_from);
    }
    standing(GuaranteeState::Met, None, facts.status_from)
}

fn count(row: &mut CoverageRow, standing: &Standing) {
    let is = |state: GuaranteeState| u32::from(standing.state == state);
    row.in_scope += 1;
    row.with_labour += 1 - is(GuaranteeState::Exempt);
    row.met += is(GuaranteeState::Met);
    row.at_risk += is(GuaranteeState::AtRisk);
    row.to_be_confirmed += u32::from(standing.reason == Some("to_be_confirmed"));
    row.zero += is(GuaranteeState::Zero) + is(GuaranteeState::Helping) + is(GuaranteeState::Overdue);
    row.exempt += is(GuaranteeState::Exempt);
    row.labourers += u32::try_from(standing.labourers).unwrap_or(u32::MAX);
    row.employed += u32::try_from(standing.employed).unwrap_or(u32::MAX);
    row.rate_bp = rate_bp(row.met + row.at_risk, row.with_labour);
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
        count(&mut self.total, standing);
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
        count(row, standing);
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
mod tests {
    use super::*;
    use crate::base::codes::{LabourSkill, Sex};
    use crate::base::ids::Id;
    use crate::base::region::RegionCode;
    use crate::base::time::parse_day;
    use crate::registry::LabourFacts;

    fn day(text: &str) -> Day {
        parse_day(text).unwrap()
    }

    fn labourer(work: Vec<WorkFacts>) -> MemberFacts {
        MemberFacts {
            person_id: Id::from_raw(1),
            labour: LabourFacts {
                sex: Sex::Male,
                birth_on: Some(day("1980-01-01")),
                labour_skill: Some(LabourSkill::Ordinary),
                assessed_on: day("2020-01-01"),
                at_school: false,
            },
            work,
        }
    }

    fn household(members: Vec<MemberFacts>) -> HouseholdFacts {
        HouseholdFacts {
            household_id: Id::from_raw(1),
            registry_no: "5328".to_owned(),
            region: RegionCode::parse("532801003002").unwrap(),
            group_name: String::new(),
            relocation: Some(RelocationKind::Registered),
            site_id: None,
            site: None,
            monitored: false,
            status_from: day("2020-01-01"),
            members,
        }
    }

    fn work(start: &str, end: Option<&str>, seen: &str) -> WorkFacts {
        WorkFacts {
            counts: true,
            start_on: day(start),
            end_on: end.map(day),
            evidence_on: Some(day(seen)),
        }
    }

    #[test]
    fn states_follow_from_dated_facts() {
        use GuaranteeState as S;
        let on = "2020-08-31";
        let student = MemberFacts {
            labour: LabourFacts {
                at_school: true,
                ..labourer(vec![]).labour
            },
            ..labourer(vec![])
        };
        let cases: Vec<(&str, HouseholdFacts, S, Option<&str>)> = vec![
            (
                "works",
                household(vec![labourer(vec![work("2020-06-01", None, "2020-08-01")])]),
                S::Met,
                None,
            ),
            (
                "last day counts",
                household(vec![labourer(vec![work(
                    "2020-06-01",
                    Some("2020-08-31"),
                    "2020-08-01",
                )])]),
                S::AtRisk,
                Some("ending"),
            ),
            (
                "ended the day before",
                household(vec![labourer(vec![work(
                    "2020-06-01",
                    Some("2020-08-30"),
                    "2020-08-01",
                )])]),
                S::Zero,
                None,
            ),
            (
                "ends in 30 days",
                household(vec![labourer(vec![work(
                    "2020-06-01",
                    Some("2020-09-30"),
                    "2020-08-01",
                )])]),
                S::AtRisk,
                Some("ending"),
            ),
            (
                "ends in 31 days",
                household(vec![labourer(vec![work(
                    "2020-06-01",
                    Some("2020-10-01"),
                    "2020-08-01",
                )])]),
                S::Met,
                None,
            ),
            (
                "evidence of 60 days",
                household(vec![labourer(vec![work("2020-06-01", None, "2020-07-02")])]),
                S::Met,
                None,
            ),
            (
                "evidence of 61 days",
                household(vec![labourer(vec![work("2020-06-01", None, "2020-07-01")])]),
                S::AtRisk,
                Some("to_be_confirmed"),
            ),
            (
                "starts tomorrow",
                household(vec![labourer(vec![work("2020-09-01", None, "2020-08-31")])]),
                S::Zero,
                None,
            ),
            ("nobody works", household(vec![labourer(vec![])]), S::Zero, None),
            ("nobody can", household(vec![]), S::Exempt, Some("no_labour")),
            (
                "all at school",
                household(vec![student]),
                S::Exempt,
                Some("all_students"),
            ),
            (
                "accompanying",
                HouseholdFacts {
                    relocation: Some(RelocationKind::Accompanying),
                    ..household(vec![labourer(vec![])])
                },
                S::NotInScope,
                None,
            ),
            (
                "not relocated",
                HouseholdFacts {
                    relocation: None,
                    ..household(vec![labourer(vec![])])
                },
                S::NotInScope,
                None,
            ),
        ];
        for (name, facts, state, reason) in cases {
            let standing = state_of(&facts, day(on), &Parameters::default());
            assert_eq!((standing.state, standing.reason), (state, reason), "{name}");
        }
    }

    #[test]
    fn own_farm_work_does_not_count() {
        let farm = WorkFacts {
            counts: false,
            ..work("2020-06-01", None, "2020-08-01")
        };
        let standing = state_of(
            &household(vec![labourer(vec![farm])]),
            day("2020-08-31"),
            &Parameters::default(),
        );
        assert_eq!(standing.state, GuaranteeState::Zero);
    }

    #[test]
    fn a_rate_of_all_is_never_rounded_up_to() {
        assert_eq!(rate_bp(9_999, 10_000), Some(9_999));
        assert_eq!(rate_bp(99_999, 100_000), Some(9_999));
        assert_eq!(rate_bp(0, 0), None);
    }
}
