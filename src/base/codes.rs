//! Code lists (`codes.toml`): the words that are stored, their labels in both languages, and the enums named after them.
//! Imports read labels, never numbers. A house test proves each enum equal to its list.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::text::fold;

/// The languages of the interface; Chinese is written first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Language {
    #[default]
    #[serde(rename = "zh-CN")]
    Zh,
    #[serde(rename = "en")]
    En,
}

impl Language {
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Zh => "zh-CN",
            Self::En => "en",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "zh-CN" | "zh" => Some(Self::Zh),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// The first supported language of an `Accept-Language` header.
    pub fn of_header(header: &str) -> Self {
        header
            .split(',')
            .filter_map(|part| Self::parse(part.split([';', '-']).next().unwrap_or("").trim()))
            .next()
            .unwrap_or_default()
    }
}

/// One entry of a code list.
#[derive(Debug, Clone, Deserialize)]
pub struct CodeItem {
    pub code: String,
    pub zh: String,
    pub en: String,
    #[serde(default)]
    pub alias: Vec<String>,
    #[serde(default)]
    pub rank: Option<i32>,
    /// Whether an employment form counts toward the household guarantee.
    #[serde(default)]
    pub guarantee: Option<bool>,
    #[serde(default)]
    pub counts_as_labour: Option<bool>,
    /// How much a kind of evidence proves, 1 to 3.
    #[serde(default)]
    pub strength: Option<u8>,
    /// Whether a household with such an exemption is still counted among those that should have somebody at work.
    #[serde(default)]
    pub in_denominator: Option<bool>,
    /// Whether nobody has two employments of this form at once.
    #[serde(default)]
    pub full_time: Option<bool>,
    /// The measures of the plan that a department leads.
    #[serde(default)]
    pub lead: Vec<u8>,
    /// The measures of the plan in which a department is a responsible unit.
    #[serde(default)]
    pub duty: Vec<u8>,
    #[serde(default)]
    pub retired: bool,
}

/// One code list.
#[derive(Debug, Clone, Deserialize)]
pub struct CodeList {
    pub zh: String,
    pub en: String,
    pub items: Vec<CodeItem>,
}

impl CodeList {
    pub fn item(&self, code: &str) -> Option<&CodeItem> {
        self.items.iter().find(|item| item.code == code)
    }

    /// The code of a Chinese label or one of its aliases.
    pub fn code_of_label(&self, label: &str) -> Option<&str> {
        let label = fold(label);
        let by_label = self.items.iter().find(|item| item.zh == label);
        by_label
            .or_else(|| self.items.iter().find(|item| item.alias.contains(&label)))
            .map(|item| item.code.as_str())
    }

    pub fn label(&self, code: &str, language: Language) -> Option<&str> {
        self.item(code).map(|item| match language {
            Language::Zh => item.zh.as_str(),
            Language::En => item.en.as_str(),
        })
    }
}

#[derive(Deserialize)]
struct File {
    lists: HashMap<String, CodeList>,
}

static LISTS: LazyLock<HashMap<String, CodeList>> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("codes.toml")).unwrap_or_else(|e| panic!("codes.toml: {e}"));
    file.lists
});

/// The list of that name; `None` when there is none.
pub fn list(name: &str) -> Option<&'static CodeList> {
    LISTS.get(name)
}

/// The label of a stored code, or the code itself where the list does not know it.
pub fn label<'a>(list_name: &str, code: &'a str, language: Language) -> &'a str
where
    'static: 'a,
{
    list(list_name)
        .and_then(|list| list.label(code, language))
        .unwrap_or(code)
}

/// A choice stored as text: the enum, its stored words, and its code list.
#[macro_export]
macro_rules! coded_enum {
    ($(#[$meta:meta])* $vis:vis enum $name:ident : $list:literal { $($(#[$vmeta:meta])* $variant:ident = $code:literal),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash,
                 diesel::expression::AsExpression, diesel::deserialize::FromSqlRow)]
        #[diesel(sql_type = diesel::sql_types::Text)]
        $vis enum $name { $($(#[$vmeta])* $variant),* }

        impl $name {
            /// The code list that gives the labels.
            pub const LIST: &'static str = $list;
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The stored word.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code),* }
            }

            pub fn parse(text: &str) -> Option<Self> {
                match text { $($code => Some(Self::$variant),)* _ => None }
            }

            /// The choice that a bureau's label names.
            pub fn from_label(label: &str) -> Option<Self> {
                $crate::base::codes::list($list)?.code_of_label(label).and_then(Self::parse)
            }

            pub fn label(self, language: $crate::base::codes::Language) -> &'static str {
                $crate::base::codes::label($list, self.as_str(), language)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(deserializer)?;
                Self::parse(&text).ok_or_else(|| serde::de::Error::custom(concat!("not a ", $list)))
            }
        }
        impl<DB: diesel::backend::Backend> diesel::serialize::ToSql<diesel::sql_types::Text, DB> for $name
        where
            str: diesel::serialize::ToSql<diesel::sql_types::Text, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut diesel::serialize::Output<'b, '_, DB>) -> diesel::serialize::Result {
                self.as_str().to_sql(out)
            }
        }
        impl<DB: diesel::backend::Backend> diesel::deserialize::FromSql<diesel::sql_types::Text, DB> for $name
        where
            String: diesel::deserialize::FromSql<diesel::sql_types::Text, DB>,
        {
            fn from_sql(bytes: DB::RawValue<'_>) -> diesel::deserialize::Result<Self> {
                let text = String::from_sql(bytes)?;
                Self::parse(&text).ok_or_else(|| format!(concat!("not a ", $list, ": {}"), text).into())
            }
        }
    };
}

/// For the tests of rooms: each enum says the same words as its list, no more and no fewer.
#[cfg(test)]
#[macro_export]
macro_rules! enums_equal_lists {
    ($($name:ident),* $(,)?) => {$({
        let list = $crate::base::codes::list($name::LIST).expect($name::LIST);
        let mut codes: Vec<&str> = list.items.iter().map(|item| item.code.as_str()).collect();
        let mut words: Vec<&str> = $name::ALL.iter().map(|value| value.as_str()).collect();
        codes.sort_unstable();
        words.sort_unstable();
        assert_eq!(codes, words, "{}", $name::LIST);
    })*};
}

coded_enum! {
    /// Stored for the registry's statistics; never a criterion of matching.
    pub enum Sex: "sex" { Unknown = "0", Male = "1", Female = "2", NotStated = "9" }
}
coded_enum! {
    pub enum RelationToHead: "relation_to_head" {
        Head = "head", Spouse = "spouse", Son = "son", Daughter = "daughter", DaughterInLaw = "daughter_in_law",
        SonInLaw = "son_in_law", Grandson = "grandson", Granddaughter = "granddaughter",
        GrandsonMaternal = "grandson_maternal", GranddaughterMaternal = "granddaughter_maternal",
        Father = "father", Mother = "mother", WifesFather = "wifes_father", WifesMother = "wifes_mother",
        HusbandsFather = "husbands_father", HusbandsMother = "husbands_mother", Grandfather = "grandfather",
        Grandmother = "grandmother", GrandfatherMaternal = "grandfather_maternal",
        GrandmotherMaternal = "grandmother_maternal", Sibling = "sibling", GreatGrandson = "great_grandson",
        GreatGranddaughter = "great_granddaughter", Nephew = "nephew", Niece = "niece",
        BrothersWife = "brothers_wife", Uncle = "uncle", Other = "other",
    }
}
coded_enum! {
    pub enum Education: "education" {
        Illiterate = "illiterate", Primary = "primary", JuniorMiddle = "junior_middle",
        SeniorMiddle = "senior_middle", JuniorCollege = "junior_college", BachelorPlus = "bachelor_plus",
    }
}
coded_enum! {
    /// The registry's labour capacity (劳动技能).
    pub enum LabourSkill: "labour_skill" {
        Skilled = "skilled", Ordinary = "ordinary", Weak = "weak", Lost = "lost", None = "none",
    }
}
coded_enum! {
    pub enum MandarinLevel: "mandarin_level" { None = "none", Basic = "basic", Fluent = "fluent" }
}
coded_enum! {
    pub enum HouseholdType: "household_type" {
        Exited = "exited", ExitedNoPolicy = "exited_no_policy", General = "general",
    }
}
coded_enum! {
    pub enum PovertyAttribute: "poverty_attribute" { General = "general", Dibao = "dibao", Tekun = "tekun" }
}
coded_enum! {
    pub enum MonitorCategory: "monitor_category" {
        UnstableExited = "unstable_exited", Marginal = "marginal", SuddenHardship = "sudden_hardship",
    }
}
coded_enum! {
    pub enum RelocationKind: "relocation_kind" { Registered = "registered", Accompanying = "accompanying" }
}
coded_enum! {
    pub enum EmploymentChannel: "employment_channel" {
        MigrantWork = "migrant_work", WelfarePost = "welfare_post", Workshop = "workshop", Other = "other",
        LocalEmployer = "local_employer", CoopOrLeading = "coop_or_leading", Startup = "startup",
        WorkRelief = "work_relief",
    }
}
coded_enum! {
    pub enum EmploymentForm: "employment_form" {
        Contract = "contract", ServiceAgreement = "service_agreement", Casual = "casual",
        SelfEmployed = "self_employed", Workshop = "workshop", WorkshopHome = "workshop_home",
        WelfarePost = "welfare_post", WorkRelief = "work_relief", OwnFarm = "own_farm", InTraining = "in_training",
    }
}
impl EmploymentForm {
    /// Whether such work counts toward the household guarantee (`guarantee` in the code list).
    pub fn counts(self) -> bool {
        list(Self::LIST)
            .and_then(|l| l.item(self.as_str()))
            .and_then(|i| i.guarantee)
            .unwrap_or(false)
    }

    /// Whether nobody has two employments of this form at once (`full_time` in the code list).
    pub fn is_full_time(self) -> bool {
        list(Self::LIST)
            .and_then(|l| l.item(self.as_str()))
            .and_then(|i| i.full_time)
            .unwrap_or(false)
    }
}
impl GuaranteeState {
    /// Whether nobody of the household is at work although somebody could be.
    pub const fn is_zero(self) -> bool {
        matches!(self, Self::Zero | Self::Helping | Self::Overdue)
    }

    /// Whether somebody of the household is at work.
    pub const fn is_covered(self) -> bool {
        matches!(self, Self::Met | Self::AtRisk)
    }
}
impl ExemptionReason {
    /// Whether the household is still counted among those that should have somebody at work (`in_denominator`).
    pub fn stays_in_denominator(self) -> bool {
        list(Self::LIST)
            .and_then(|l| l.item(self.as_str()))
            .and_then(|i| i.in_denominator)
            .unwrap_or(false)
    }

    /// Whether somebody decides it; the others follow from the registry.
    pub const fn is_decided(self) -> bool {
        !matches!(self, Self::NoLabour | Self::AllStudents)
    }
}
impl LabourSkill {
    /// Whether a person of this capacity counts as labour (`counts_as_labour` in the code list).
    pub const fn counts_as_labour(self) -> bool {
        matches!(self, Self::Skilled | Self::Ordinary | Self::Weak)
    }
}
coded_enum! {
    /// How far from home a person would work.
    pub enum DestinationWish: "destination_wish" {
        Village = "village", Township = "township", County = "county", Prefecture = "prefecture",
        Province = "province", Shanghai = "shanghai", OutProvince = "out_province", Any = "any",
    }
}
coded_enum! {
    pub enum WelfarePostKind: "welfare_post_kind" {
        Forest = "forest", Road = "road", Cleaner = "cleaner", Water = "water", Care = "care",
        VillageAdmin = "village_admin", SiteAdmin = "site_admin", Security = "security", Greening = "greening",
        Other = "other",
    }
}
coded_enum! {
    pub enum EmployerKind: "employer_kind" {
        Enterprise = "enterprise", IndividualBusiness = "individual_business", Coop = "coop",
        FamilyFarm = "family_farm", Workshop = "workshop", VillageCollective = "village_collective",
        PublicUnit = "public_unit", SocialOrg = "social_org", Agency = "agency", Broker = "broker",
    }
}
coded_enum! {
    pub enum PostingStatus: "posting_status" {
        Draft = "draft", Submitted = "submitted", Rejected = "rejected", Open = "open", Paused = "paused",
        Filled = "filled", Expired = "expired", Withdrawn = "withdrawn", Blocked = "blocked",
    }
}
coded_enum! {
    pub enum TrainingKind: "training_kind" {
        Targeted = "targeted", Order = "order", Directed = "directed", LongTerm = "long_term", PreJob = "pre_job",
        OnJob = "on_job", Upgrade = "upgrade", Startup = "startup", Project = "project", Mandarin = "mandarin",
    }
}
coded_enum! {
    pub enum GuaranteeState: "guarantee_state" {
        NotInScope = "not_in_scope", Exempt = "exempt", Met = "met", AtRisk = "at_risk", Zero = "zero",
        Helping = "helping", Overdue = "overdue",
    }
}
coded_enum! {
    pub enum ExemptionReason: "exemption_reason" {
        NoLabour = "no_labour", AllStudents = "all_students", Military = "military", Detained = "detained",
        CareSole = "care_sole", IllnessShort = "illness_short", RefusedThree = "refused_three",
        NoWishSigned = "no_wish_signed", Unreachable = "unreachable", MovedAway = "moved_away",
    }
}
coded_enum! {
    /// A ground that a posting may not restrict by (国务院令第700号, 人社部令第44号).
    pub enum ProhibitedGround: "prohibited_ground" {
        Sex = "sex", Ethnicity = "ethnicity", Race = "race", Religion = "religion", Hukou = "hukou",
        Region = "region", Identity = "identity", Disability = "disability", InfectionCarrier = "infection_carrier",
        MarriageChildbirth = "marriage_childbirth",
    }
}
coded_enum! {
    pub enum Role: "role" {
        Worker = "worker", Broker = "broker", Employer = "employer", VillageOfficer = "village_officer",
        TownshipOfficer = "township_officer", CountyHr = "county_hr", PrefectureHr = "prefecture_hr",
        SiteOfficer = "site_officer", DeptPartner = "dept_partner", Auditor = "auditor", Admin = "admin",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each enum says the same words as its list, no more and no fewer.
    #[test]
    fn enums_equal_their_lists() {
        crate::enums_equal_lists!(
            Sex,
            RelationToHead,
            Education,
            LabourSkill,
            MandarinLevel,
            HouseholdType,
            PovertyAttribute,
            MonitorCategory,
            RelocationKind,
            EmploymentChannel,
            EmploymentForm,
            DestinationWish,
            WelfarePostKind,
            EmployerKind,
            PostingStatus,
            TrainingKind,
            GuaranteeState,
            ExemptionReason,
            ProhibitedGround,
            Role
        );
    }

    #[test]
    fn labels_and_aliases_are_read() {
        assert_eq!(LabourSkill::from_label("弱劳动力"), Some(LabourSkill::Weak));
        assert_eq!(
            MonitorCategory::from_label("　边缘户 "),
            Some(MonitorCategory::Marginal)
        );
        assert_eq!(Education::from_label("中专"), Some(Education::SeniorMiddle));
        assert_eq!(Education::from_label("博学"), None);
    }
}
