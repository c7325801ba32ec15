//! What is known of a person and his work when a rule is applied.

use std::collections::HashMap;

use crate::base::codes::{HouseholdType, LabourSkill, MonitorCategory, PovertyAttribute, Sex};
use crate::base::ids::{EmployerId, EmploymentId, EnrolmentId, HouseholdId, PersonId};
use crate::base::time::Day;
use crate::registry::{LabourFacts, LabourParameters, is_labourer};
use crate::subsidies::model::{SkillLevel, TargetGroup, WorkRegion};

/// What the household was in a period.
#[derive(Debug, Clone)]
pub struct HouseholdSpell {
    pub from: Day,
    pub until: Option<Day>,
    pub household_type: Option<HouseholdType>,
    pub poverty: Option<PovertyAttribute>,
    pub monitor: Option<MonitorCategory>,
    pub relocated: bool,
}

/// What the person could do in a period.
#[derive(Debug, Clone)]
pub struct LabourSpell {
    pub from: Day,
    pub until: Option<Day>,
    pub skill: Option<LabourSkill>,
    pub at_school: bool,
}

/// A period of work. Both ends are inclusive; the last day is the last one that evidence covers.
#[derive(Debug, Clone)]
pub struct Spell {
    pub employment_id: EmploymentId,
    pub employer_id: Option<EmployerId>,
    pub from: Day,
    pub to: Day,
    /// Whether it is over, rather than going on beyond what is confirmed.
    pub ended: bool,
    /// Where the work is, seen from home.
    pub region: Option<WorkRegion>,
    /// A written labour contract.
    pub is_written: bool,
    /// How long the contract was agreed for, where that is known.
    pub agreed_months: Option<u32>,
    /// Came about through the bureau's or an agency's placement.
    pub is_organised: bool,
    pub wage_fen: Option<i64>,
}

#[derive(Debug, Clone)]
pub struct CourseFacts {
    pub enrolment_id: EnrolmentId,
    pub starts_on: Day,
    pub ends_on: Day,
    pub completed: bool,
    pub level: Option<SkillLevel>,
    /// Days that the person attended, where they are on record.
    pub attended_days: Option<u32>,
}

/// Everything that a rule may look at, for one person.
#[derive(Debug, Clone)]
pub struct Facts {
    pub person_id: PersonId,
    pub household_id: Option<HouseholdId>,
    pub sex: Sex,
    pub birth_on: Option<Day>,
    pub household: Vec<HouseholdSpell>,
    pub labour: Vec<LabourSpell>,
    pub spells: Vec<Spell>,
    pub course: Option<CourseFacts>,
    /// The employer that asks; none where the person or household does.
    pub claimant_employer: Option<EmployerId>,
    pub claimant_is_workshop: bool,
    pub team_size: Option<u32>,
    /// The calendar year that is asked for.
    pub year: i32,
    /// What is taken of exclusion groups: group → the rule that has it.
    pub taken: HashMap<String, String>,
    /// How many units of this rule the person has had.
    pub units_had: u32,
    /// How much the person has had under this rule, for a ceiling over all payments.
    pub had_fen: i64,
    /// The bureau's figures; none where it has not confirmed the rule.
    pub figures: Option<Vec<i64>>,
    /// What documents prove that was paid (insurance shares, invoices).
    pub proven_fen: Option<i64>,
    /// What the household earned by work in the year, where it is known.
    pub household_income_fen: Option<i64>,
}

fn covers(from: Day, until: Option<Day>, day: Day) -> bool {
    from <= day && until.is_none_or(|until| day <= until)
}

impl Facts {
    /// The groups to which the person belongs on a day. Whoever is no labourer belongs to none.
    pub fn groups_on(&self, day: Day) -> Vec<TargetGroup> {
        use chrono::Datelike;
        let Some(labour) = self.labour.iter().find(|spell| covers(spell.from, spell.until, day)) else {
            return Vec::new();
        };
        let labour_facts = LabourFacts {
            sex: self.sex,
            birth_on: self.birth_on,
            labour_skill: labour.skill,
            assessed_on: labour.from,
            at_school: labour.at_school,
        };
        if !is_labourer(&labour_facts, day, &LabourParameters::default()) {
            return Vec::new();
        }
        let Some(now) = self.household.iter().find(|spell| covers(spell.from, spell.until, day)) else {
            return Vec::new();
        };
        let mut groups = vec![TargetGroup::AnyRural];
        if now.household_type == Some(HouseholdType::Exited) {
            groups.push(TargetGroup::ExitedLabour);
        }
        if now.relocated {
            groups.push(TargetGroup::RelocatedLabour);
        }
        if now.poverty.is_some_and(|poverty| poverty != PovertyAttribute::General) {
            groups.push(TargetGroup::LowIncomeLabour);
        }
        if now.monitor.is_some() {
            groups.push(TargetGroup::MonitoredOpen);
        } else {
            let ended =
                |spell: &&HouseholdSpell| spell.monitor.is_some() && spell.until.is_some_and(|until| until < day);
            if let Some(until) = self
                .household
                .iter()
                .filter(ended)
                .filter_map(|spell| spell.until)
                .max()
            {
                // The day after the last monitored one is the day on which the risk was cleared.
                let cleared = until.succ_opt().unwrap_or(until);
                let is_this_year = cleared.year() == day.year();
                groups.push(if is_this_year {
                    TargetGroup::MonitoredClearedYear
                } else {
                    TargetGroup::MonitoredCleared
                });
            }
        }
        groups
    }
}
