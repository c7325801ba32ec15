//! A household over a span of days: read once, asked for any day of the span. Pure.

use std::collections::HashMap;

use super::model::{HouseholdFacts, MemberFacts, WorkFacts};
use crate::base::codes::{LabourSkill, RelocationKind, Sex};
use crate::base::ids::{HouseholdId, PersonId, SiteId};
use crate::base::region::RegionCode;
use crate::base::time::Day;
use crate::registry::LabourFacts;

/// A period, both ends inclusive, and what held in it.
#[derive(Debug, Clone)]
pub struct Span<T> {
    pub from: Day,
    pub until: Option<Day>,
    pub what: T,
}

impl<T> Span<T> {
    fn covers(&self, day: Day) -> bool {
        self.from <= day && self.until.is_none_or(|until| until >= day)
    }
}

#[derive(Debug, Clone)]
pub struct StatusThen {
    pub relocation: Option<RelocationKind>,
    pub site_id: Option<SiteId>,
    pub site: Option<String>,
    pub monitored: bool,
}

#[derive(Debug, Clone)]
pub struct MemberThen {
    pub person_id: PersonId,
    pub sex: Sex,
    pub birth_on: Option<Day>,
}

#[derive(Debug, Clone)]
pub struct LabourThen {
    pub skill: Option<LabourSkill>,
    pub at_school: bool,
}

#[derive(Debug, Clone)]
pub struct WorkThen {
    pub counts: bool,
    /// The days of evidence, in order; of those before the span only the newest.
    pub evidence: Vec<Day>,
}

/// What is known about a person over the span.
#[derive(Debug, Clone, Default)]
pub struct PersonHistory {
    pub labour: Vec<Span<LabourThen>>,
    pub work: Vec<Span<WorkThen>>,
}

#[derive(Debug, Clone)]
pub struct History {
    pub household_id: HouseholdId,
    pub registry_no: String,
    pub region: RegionCode,
    pub group_name: String,
    pub statuses: Vec<Span<StatusThen>>,
    pub members: Vec<Span<MemberThen>>,
    pub persons: HashMap<PersonId, PersonHistory>,
}

impl History {
    /// What was known about the household on a day of the span; nothing where it had no status then.
    pub fn on(&self, day: Day) -> Option<HouseholdFacts> {
        let status = self.statuses.iter().find(|s| s.covers(day))?;
        let members = self.members.iter().filter(|m| m.covers(day));
        Some(HouseholdFacts {
            household_id: self.household_id,
            registry_no: self.registry_no.clone(),
            region: self.region.clone(),
            group_name: self.group_name.clone(),
            relocation: status.what.relocation,
            site_id: status.what.site_id,
            site: status.what.site.clone(),
            monitored: status.what.monitored,
            status_from: status.from,
            members: members.map(|m| self.member_on(&m.what, day)).collect(),
        })
    }

    fn member_on(&self, member: &MemberThen, day: Day) -> MemberFacts {
        let person = self.persons.get(&member.person_id);
        let labour = person.and_then(|p| p.labour.iter().find(|l| l.covers(day)));
        let work = person.map(|p| p.work.as_slice()).unwrap_or_default();
        MemberFacts {
            person_id: member.person_id,
            labour: LabourFacts {
                sex: member.sex,
                birth_on: member.birth_on,
                labour_skill: labour.and_then(|l| l.what.skill),
                assessed_on: labour.map_or(day, |l| l.from),
                at_school: labour.is_some_and(|l| l.what.at_school),
            },
            work: work
                .iter()
                .filter(|w| w.from <= day)
                .map(|w| WorkFacts {
                    counts: w.what.counts,
                    start_on: w.from,
                    end_on: w.until,
                    evidence_on: w.what.evidence.iter().rev().find(|seen| **seen <= day).copied(),
                })
                .collect(),
        }
    }
}
