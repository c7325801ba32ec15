//! Records of the registry, and what an import or a form brings.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use crate::base::codes::{
    DestinationWish, Education, HouseholdType, LabourSkill, MandarinLevel, MonitorCategory, PovertyAttribute,
    RelationToHead, RelocationKind, Sex,
};
use crate::base::identity::{IdNumber, Phone};
use crate::base::ids::{
    HouseholdId, HouseholdStatusId, MemberId, PersonId, PersonStatusId, SiteId, SkillId, UserId, WishId,
};
use crate::base::money::Money;
use crate::base::region::RegionCode;
use crate::base::secret::Sealed;
use crate::base::time::{Day, Instant};
use crate::coded_enum;
use crate::platform::db::schema;
use crate::reference::OccupationCode;

/// A settlement site (安置点).
#[derive(Debug, Clone, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = schema::sites)]
pub struct Site {
    pub id: SiteId,
    pub version: i32,
    pub created_at: Instant,
    pub name: String,
    pub region_code: RegionCode,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::households)]
pub struct Household {
    pub id: HouseholdId,
    pub version: i32,
    pub created_at: Instant,
    pub registry_no: String,
    /// The administrative village.
    pub region_code: RegionCode,
    /// The villagers' group or natural village.
    pub group_name: String,
    /// The latest day that a roster described.
    pub described_on: Day,
    pub closed_on: Option<Day>,
}

/// What a household was in a period.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::household_statuses)]
pub struct HouseholdStatus {
    pub id: HouseholdStatusId,
    pub created_at: Instant,
    pub household_id: HouseholdId,
    pub from_on: Day,
    pub until_on: Option<Day>,
    pub household_type: Option<HouseholdType>,
    pub poverty_attribute: Option<PovertyAttribute>,
    pub monitor_category: Option<MonitorCategory>,
    pub relocation_kind: Option<RelocationKind>,
    pub site_id: Option<SiteId>,
    pub source: String,
}

coded_enum! {
    /// How sure a stored citizen number is.
    pub enum IdState: "id_state" {
        Missing = "missing", Confirmed = "confirmed", Converted = "converted", Withheld = "withheld",
    }
}
coded_enum! {
    /// What somebody asks for.
    pub enum Wants: "wants" { Work = "work", Training = "training", Nothing = "nothing" }
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::persons)]
pub struct Person {
    pub id: PersonId,
    pub version: i32,
    pub created_at: Instant,
    pub registry_no: Option<String>,
    pub name: String,
    pub sex: Sex,
    pub birth_on: Option<Day>,
    pub id_sealed: Option<Sealed>,
    pub id_hash: Option<String>,
    pub id_masked: Option<String>,
    pub id_state: IdState,
    /// GB/T 3304; for the registry's statistics only.
    pub ethnic_group: Option<String>,
    pub education: Option<Education>,
    pub mandarin: Option<MandarinLevel>,
    pub phone_sealed: Option<Sealed>,
    pub phone_masked: Option<String>,
    pub bank_sealed: Option<Sealed>,
    pub bank_masked: Option<String>,
    /// Labels of the registry; health is for bureau roles only.
    pub health_sealed: Option<Sealed>,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::household_members)]
pub struct Member {
    pub id: MemberId,
    pub created_at: Instant,
    pub household_id: HouseholdId,
    pub person_id: PersonId,
    pub relation: Option<RelationToHead>,
    pub from_on: Day,
    pub until_on: Option<Day>,
}

/// Whether somebody is at school, as the registry says it: the label, or not at school.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum School {
    NotAtSchool,
    At(String),
}

impl School {
    /// The stored text: the label of the school, or nothing.
    pub fn stored(&self) -> Option<String> {
        match self {
            Self::NotAtSchool => None,
            Self::At(label) => Some(label.clone()),
        }
    }
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::person_statuses)]
pub struct PersonStatus {
    pub id: PersonStatusId,
    pub created_at: Instant,
    pub person_id: PersonId,
    pub from_on: Day,
    pub until_on: Option<Day>,
    pub labour_skill: Option<LabourSkill>,
    /// The label of the school somebody attends; none when not at school.
    pub school: Option<String>,
    pub source: String,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = schema::person_skills)]
pub struct Skill {
    pub id: SkillId,
    #[serde(skip)]
    pub created_at: Instant,
    #[serde(skip)]
    pub person_id: PersonId,
    pub name: String,
    pub occupation_code: Option<OccupationCode>,
    pub certificate: Option<String>,
    pub source: String,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::wishes)]
pub struct Wish {
    pub id: WishId,
    pub created_at: Instant,
    pub person_id: PersonId,
    pub stated_on: Day,
    pub wants: Wants,
    pub occupations_json: String,
    pub destination: DestinationWish,
    pub wage_min_fen: Option<Money>,
    pub lodging_needed: bool,
    pub note: String,
    pub stated_by: Option<UserId>,
}

impl Wish {
    /// The occupations wished for.
    pub fn occupations(&self) -> Vec<OccupationCode> {
        serde_json::from_str(&self.occupations_json).unwrap_or_default()
    }
}

/// What a person would accept, as stated by himself or through somebody else.
#[derive(Debug, Clone)]
pub struct WishDraft {
    pub wants: Wants,
    pub occupations: Vec<OccupationCode>,
    pub destination: DestinationWish,
    pub wage_min: Option<Money>,
    pub lodging_needed: bool,
    pub note: String,
}

/// A household as a source describes it on a day, with its members.
#[derive(Debug, Clone)]
pub struct HouseholdEntry {
    pub registry_no: String,
    pub region: RegionCode,
    pub group_name: String,
    pub status: StatusEntry,
    pub members: Vec<PersonEntry>,
}

/// The dated part of a household.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusEntry {
    pub household_type: Option<HouseholdType>,
    pub poverty_attribute: Option<PovertyAttribute>,
    pub monitor_category: Option<MonitorCategory>,
    pub relocation_kind: Option<RelocationKind>,
    /// The name of the settlement site.
    pub site: Option<String>,
}

/// A person as a source describes him. `None` means that the source says nothing about it and nothing changes.
#[derive(Debug, Clone)]
pub struct PersonEntry {
    pub registry_no: Option<String>,
    pub name: String,
    pub sex: Sex,
    pub birth_on: Option<Day>,
    pub id_number: Option<IdNumber>,
    pub id_state: IdState,
    pub ethnic_group: Option<String>,
    pub education: Option<Education>,
    pub school: School,
    pub health: Option<String>,
    pub labour_skill: Option<LabourSkill>,
    pub skills: Vec<String>,
    pub phone: Option<Phone>,
    pub relation: Option<RelationToHead>,
}

/// One field that differs between what is known and what a source says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// The name of the field, a key of the catalogue (`registry-field-…`).
    pub field: String,
    pub before: String,
    pub after: String,
}

/// A member with what matters in a list.
#[derive(Debug, Clone)]
pub struct MemberRow {
    pub member: Member,
    pub person: Person,
    pub status: Option<PersonStatus>,
}

/// Which number is to be seen in full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevealField {
    IdNumber,
    Phone,
    BankAccount,
}

/// A correction of one person's record by an officer.
#[derive(Debug, Clone, Default)]
pub struct PersonAmendment {
    pub name: Option<String>,
    pub education: Option<Education>,
    pub mandarin: Option<MandarinLevel>,
    pub phone: Option<Phone>,
    pub labour_skill: Option<LabourSkill>,
    pub school: Option<School>,
    /// Confirms the number that was made from 15 digits.
    pub confirm_id: bool,
    pub id_number: Option<IdNumber>,
}
