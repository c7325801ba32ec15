//! What leaves the registry as JSON. Numbers are masked; the age stands in the place of the date of birth.

use serde::Serialize;
use utoipa::ToSchema;

use super::super::model::{Household, HouseholdStatus, MemberRow, Person, PersonStatus, Site, Skill, Wish};
use crate::base::codes::{
    Education, HouseholdType, LabourSkill, MandarinLevel, MonitorCategory, PovertyAttribute, RelationToHead,
    RelocationKind,
};
use crate::base::ids::HouseholdId;
use crate::base::time::{Day, age_on};
use crate::reference::{OccupationCode, regions};

/// A household in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct HouseholdSummaryView {
    #[schema(example = "01J8ZK4Q9T3VB")]
    id: String,
    version: i32,
    #[schema(example = "5328010001234")]
    registry_no: String,
    #[schema(example = "532801003002")]
    region: String,
    #[schema(example = "景洪市嘎洒街道曼迈社区")]
    region_name: String,
    group_name: String,
    /// The latest day that a roster described.
    #[schema(example = "2026-06-30")]
    described_on: String,
}

impl HouseholdSummaryView {
    pub fn of(household: &Household) -> Self {
        Self {
            id: household.id.to_string(),
            version: household.version,
            registry_no: household.registry_no.clone(),
            region: household.region_code.to_string(),
            region_name: regions().address_of(&household.region_code),
            group_name: household.group_name.clone(),
            described_on: household.described_on.to_string(),
        }
    }
}

/// What a household was in a period; the open one has no end.
#[derive(Debug, Serialize, ToSchema)]
pub struct HouseholdStatusView {
    from: String,
    until: Option<String>,
    relocation_kind: Option<&'static str>,
    site: Option<String>,
    household_type: Option<&'static str>,
    poverty_attribute: Option<&'static str>,
    monitor_category: Option<&'static str>,
    source: String,
}

/// A member of a household today.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemberView {
    relation: Option<&'static str>,
    from: String,
    person: PersonView,
}

/// A household with its members, heads first, and its statuses, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct HouseholdView {
    household: HouseholdSummaryView,
    members: Vec<MemberView>,
    statuses: Vec<HouseholdStatusView>,
}

impl HouseholdView {
    pub fn of(
        household: &Household,
        members: &[MemberRow],
        history: &[(HouseholdStatus, Option<String>)],
        today: Day,
    ) -> Self {
        let statuses = history.iter().map(|(status, site)| HouseholdStatusView {
            from: status.from_on.to_string(),
            until: status.until_on.map(|day| day.to_string()),
            relocation_kind: status.relocation_kind.map(RelocationKind::as_str),
            site: site.clone(),
            household_type: status.household_type.map(HouseholdType::as_str),
            poverty_attribute: status.poverty_attribute.map(PovertyAttribute::as_str),
            monitor_category: status.monitor_category.map(MonitorCategory::as_str),
            source: status.source.clone(),
        });
        let members = members.iter().map(|row| MemberView {
            relation: row.member.relation.map(RelationToHead::as_str),
            from: row.member.from_on.to_string(),
            person: PersonView::of(&row.person, row.status.as_ref(), Some(household.id), today),
        });
        Self {
            household: HouseholdSummaryView::of(household),
            members: members.collect(),
            statuses: statuses.collect(),
        }
    }
}

/// A person. Health is in no answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct PersonView {
    #[schema(example = "01J8ZK4Q9T3VB")]
    id: String,
    version: i32,
    household_id: Option<String>,
    #[schema(example = "岩温")]
    name: String,
    #[schema(example = 34)]
    age: Option<i32>,
    #[schema(example = "532801********9934")]
    id_number: Option<String>,
    /// `missing`, `confirmed`, `converted` or `withheld`.
    #[schema(example = "confirmed")]
    id_state: &'static str,
    #[schema(example = "138****5678")]
    phone: Option<String>,
    #[schema(example = "****6789")]
    bank_account: Option<String>,
    education: Option<&'static str>,
    mandarin: Option<&'static str>,
    #[schema(example = "ordinary")]
    labour_skill: Option<&'static str>,
    /// The school that the person attends, as the registry says it.
    school: Option<String>,
}

impl PersonView {
    pub fn of(person: &Person, status: Option<&PersonStatus>, household_id: Option<HouseholdId>, today: Day) -> Self {
        Self {
            id: person.id.to_string(),
            version: person.version,
            household_id: household_id.map(|id| id.to_string()),
            name: person.name.clone(),
            age: person.birth_on.map(|birth| age_on(birth, today)),
            id_number: person.id_masked.clone(),
            id_state: person.id_state.as_str(),
            phone: person.phone_masked.clone(),
            bank_account: person.bank_masked.clone(),
            education: person.education.map(Education::as_str),
            mandarin: person.mandarin.map(MandarinLevel::as_str),
            labour_skill: status.and_then(|s| s.labour_skill).map(LabourSkill::as_str),
            school: status.and_then(|s| s.school.clone()),
        }
    }
}

/// A settlement site.
#[derive(Debug, Serialize, ToSchema)]
pub struct SiteView {
    id: String,
    #[schema(example = "曼丢安置点")]
    name: String,
    #[schema(example = "532801003")]
    region: String,
}

impl SiteView {
    pub fn of(site: &Site) -> Self {
        Self {
            id: site.id.to_string(),
            name: site.name.clone(),
            region: site.region_code.to_string(),
        }
    }
}

/// A skill.
#[derive(Debug, Serialize, ToSchema)]
pub struct SkillView {
    id: String,
    #[schema(example = "砌砖")]
    name: String,
    #[schema(example = "6-29-01-03")]
    occupation: Option<String>,
    certificate: Option<String>,
    source: String,
}

impl SkillView {
    pub fn of(skill: &Skill) -> Self {
        Self {
            id: skill.id.to_string(),
            name: skill.name.clone(),
            occupation: skill.occupation_code.as_ref().map(OccupationCode::to_string),
            certificate: skill.certificate.clone(),
            source: skill.source.clone(),
        }
    }
}

/// A stated wish.
#[derive(Debug, Serialize, ToSchema)]
pub struct WishView {
    id: String,
    #[schema(example = "2026-11-23")]
    stated_on: String,
    #[schema(example = "work")]
    wants: &'static str,
    occupations: Vec<String>,
    #[schema(example = "county")]
    destination: &'static str,
    #[schema(example = "2400.00")]
    wage_min: Option<String>,
    lodging_needed: bool,
    note: String,
}

impl WishView {
    pub fn of(wish: &Wish) -> Self {
        Self {
            id: wish.id.to_string(),
            stated_on: wish.stated_on.to_string(),
            wants: wish.wants.as_str(),
            occupations: wish.occupations().iter().map(ToString::to_string).collect(),
            destination: wish.destination.as_str(),
            wage_min: wish.wage_min_fen.map(|wage| wage.to_string()),
            lodging_needed: wish.lodging_needed,
            note: wish.note.clone(),
        }
    }
}

/// One number in full.
#[derive(Debug, Serialize, ToSchema)]
pub struct NumberView {
    #[schema(example = "phone")]
    pub field: String,
    pub number: String,
}
