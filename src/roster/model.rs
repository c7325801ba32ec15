//! What a roster's row says once it is read, and what is thought of it.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::columns::Column;
use crate::base::codes::{
    Education, EmploymentChannel, EmploymentForm, HouseholdType, LabourSkill, MonitorCategory, PovertyAttribute,
    RelationToHead, Sex,
};
use crate::base::error::Values;
use crate::base::identity::{IdNumber, Phone};
use crate::base::money::Money;
use crate::base::region::RegionCode;
use crate::base::time::Day;
use crate::platform::files::Row;

/// What the row says of its household. Absent is unknown or withheld.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct HouseholdCells {
    /// The registry's number (户编号).
    pub registry_number: Option<String>,
    /// The village.
    pub region: Option<RegionCode>,
    pub natural_village: Option<String>,
    pub kind: Option<HouseholdType>,
    pub poverty: Option<PovertyAttribute>,
    pub monitor: Option<MonitorCategory>,
    pub relocated: Option<bool>,
    pub site: Option<String>,
}

/// What the row says of the person.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct PersonCells {
    /// The registry's number (人编号).
    pub registry_number: Option<String>,
    pub name: Option<String>,
    pub sex: Option<Sex>,
    pub id_number: Option<IdNumber>,
    /// The number had 15 digits and was converted: it waits for a person's yes.
    pub id_waits_for_yes: bool,
    pub birth_on: Option<Day>,
    /// GB/T 3304.
    pub ethnic_group: Option<&'static str>,
    pub relation: Option<RelationToHead>,
    pub education: Option<Education>,
    /// The school status as the bureau words it; absent for those who left school.
    pub school: Option<String>,
    /// Codes of the list `health`, in order.
    pub health: Vec<&'static str>,
    pub labour: Option<LabourSkill>,
    pub skills: Vec<String>,
    pub phone: Option<Phone>,
    pub remark: Option<String>,
}

/// What the row says of the person's work.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WorkCells {
    pub employed: Option<bool>,
    pub form: Option<EmploymentForm>,
    pub channel: Option<EmploymentChannel>,
    /// As it is typed.
    pub place: Option<String>,
    /// As deep as the text can be read.
    pub place_region: Option<RegionCode>,
    pub employer: Option<String>,
    pub job_title: Option<String>,
    /// A month.
    pub wage: Option<Money>,
}

/// A row as plain values.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RosterRow {
    pub household: HouseholdCells,
    pub person: PersonCells,
    pub work: WorkCells,
}

impl RosterRow {
    /// Whether the person counts as labour by the registry's capacity; age is judged later, on a day.
    pub fn has_labour_capacity(&self) -> bool {
        self.person.labour.is_some_and(LabourSkill::counts_as_labour)
    }

    /// Two rows with one fingerprint say the same.
    pub(super) fn fingerprint(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        let work = &self.work;
        (&self.household, &self.person, work.employed, work.form, work.channel).hash(&mut hasher);
        (&work.place, &work.employer, &work.job_title, work.wage.map(Money::fen)).hash(&mut hasher);
        hasher.finish()
    }
}

/// A cell that was read in another form than it was typed. Numbers of people are masked here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repair {
    pub column: Column,
    pub got: String,
    pub became: String,
    pub code: &'static str,
}

/// A cell that an officer has to look at; its value is withheld.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    pub column: Column,
    pub code: &'static str,
    pub values: Values,
}

/// What makes a row unusable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub column: Column,
    pub code: &'static str,
    pub values: Values,
}

/// A label that no code list knows: kept as text, an issue to settle, no doubt about the row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownLabel {
    pub column: Column,
    pub text: String,
}

/// One row, read by itself.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RowReading {
    pub fields: RosterRow,
    pub repairs: Vec<Repair>,
    pub doubts: Vec<Doubt>,
    pub faults: Vec<Fault>,
    pub unknown_labels: Vec<UnknownLabel>,
    /// A doubt concerns the row as a whole (whose it is, where its cells belong): nothing of it may be merged yet.
    pub is_unsafe: bool,
}

impl RowReading {
    pub(super) fn doubt(&mut self, column: Column, code: &'static str, values: Values) {
        self.doubts.push(Doubt { column, code, values });
    }

    pub(super) fn fault(&mut self, column: Column, code: &'static str, values: Values) {
        self.faults.push(Fault { column, code, values });
    }

    pub(super) fn repair(&mut self, column: Column, code: &'static str, got: &str, became: impl Into<String>) {
        self.repairs.push(Repair {
            column,
            got: got.to_owned(),
            became: became.into(),
            code,
        });
    }

    pub(super) fn unknown(&mut self, column: Column, text: &str) {
        self.unknown_labels.push(UnknownLabel {
            column,
            text: text.to_owned(),
        });
    }
}

/// What becomes of a row before the registry is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Good,
    /// `usable`: everything certain may be merged.
    Doubtful {
        usable: bool,
    },
    Rejected,
    /// Says again what that row said.
    Repeated {
        first_row: u32,
    },
}

impl Outcome {
    /// Whether the row's fields may be merged.
    pub const fn is_usable(self) -> bool {
        matches!(self, Self::Good | Self::Doubtful { usable: true })
    }
}

/// A row with its reading and what becomes of it.
#[derive(Debug, Clone, PartialEq)]
pub struct JudgedRow {
    /// As it stands in the sheet, for the workbook that goes back.
    pub row: Row,
    pub reading: RowReading,
    pub outcome: Outcome,
}

/// Rows that name no person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SkipKind {
    Blank,
    RepeatedHeader,
    Total,
    /// Who filled it in, who checked it, titles and notes.
    Note,
}

impl SkipKind {
    /// The word of reports and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Blank => "blank",
            Self::RepeatedHeader => "repeated_header",
            Self::Total => "total",
            Self::Note => "note",
        }
    }
}
