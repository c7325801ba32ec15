//! A household over a span of days: read once, asked for any day of the span. Pure.

use std::collections::HashMap;

use super::model::{CaseFacts, HouseholdFacts, MemberFacts, Parameters, Standing, WorkFacts};
use super::rules::{Moment, stand};
use crate::base::codes::{ExemptionReason, LabourSkill, RelocationKind, Sex};
use crate::base::ids::{EmploymentId, HouseholdId, PersonId, SiteId};
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
    pub fn covers(&self, day: Day) -> bool {
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
    pub employment_id: EmploymentId,
    pub counts: bool,
    /// The last day of the term that the rules set, for a public-welfare post.
    pub term_on: Option<Day>,
    /// The days of evidence, in order, and whether it is more than the worker's own word or an unchecked list; of those
    /// before the span only the newest of either kind.
    pub evidence: Vec<(Day, bool)>,
}

/// A case over time.
#[derive(Debug, Clone, Copy)]
pub struct CaseThen {
    pub opened_on: Day,
    pub clear_by: Option<Day>,
    pub closed_on: Option<Day>,
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
    /// Decided exemptions; a review that was due ends one, and so does an early end.
    pub exemptions: Vec<Span<ExemptionReason>>,
    pub cases: Vec<CaseThen>,
}

impl History {
    /// What was known about the household on a day of the span; nothing where it had no status then.
    pub fn on(&self, day: Day) -> Option<HouseholdFacts> {
        let status = self.status_on(day)?;
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
            members: self.members_on(day),
            exemption: self.exemption_on(day),
            case: self.case_on(day),
        })
    }

    /// Where the household stood on a day of the span; nothing where it had no status then.
    pub fn standing_on(&self, day: Day, parameters: &Parameters) -> Option<Standing> {
        let status = self.status_on(day)?;
        let members = self.members_on(day);
        let moment = Moment {
            relocation: status.what.relocation,
            status_from: status.from,
            members: &members,
            exemption: self.exemption_on(day),
            case: self.case_on(day),
        };
        Some(stand(&moment, day, parameters))
    }

    pub fn status_on(&self, day: Day) -> Option<&Span<StatusThen>> {
        self.statuses.iter().find(|s| s.covers(day))
    }

    fn members_on(&self, day: Day) -> Vec<MemberFacts> {
        let members = self.members.iter().filter(|m| m.covers(day));
        members.map(|m| self.member_on(&m.what, day)).collect()
    }

    fn exemption_on(&self, day: Day) -> Option<ExemptionReason> {
        self.exemptions.iter().find(|e| e.covers(day)).map(|e| e.what)
    }

    /// A case covers the day on which it opened, and the day on which it closed no more.
    fn case_on(&self, day: Day) -> Option<CaseFacts> {
        let open = |case: &&CaseThen| case.opened_on <= day && case.closed_on.is_none_or(|closed| day < closed);
        self.cases.iter().find(open).map(|case| CaseFacts {
            opened_on: case.opened_on,
            clear_by: case.clear_by,
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
            work: work.iter().filter(|w| w.from <= day).map(|w| work_on(w, day)).collect(),
        }
    }
}

fn work_on(work: &Span<WorkThen>, day: Day) -> WorkFacts {
    let mut known = work.what.evidence.iter().rev().filter(|(seen, _)| *seen <= day);
    let newest = known.clone().next();
    WorkFacts {
        employment_id: work.what.employment_id,
        counts: work.what.counts,
        start_on: work.from,
        end_on: work.until,
        term_on: work.what.term_on,
        evidence_on: newest.map(|(seen, _)| *seen),
        proven_on: known.find(|(_, proves)| *proves).map(|(seen, _)| *seen),
    }
}
