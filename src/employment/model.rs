//! Records of employment and what a source says of work.

use diesel::prelude::*;
use serde::Serialize;

use crate::base::codes::{EmploymentChannel, EmploymentForm};
use crate::base::ids::{EmployerId, EmploymentId, EvidenceId, PersonId, PlacementId};
use crate::base::money::Money;
use crate::base::region::RegionCode;
use crate::base::time::{Day, Instant};
use crate::coded_enum;
use crate::platform::db::schema;
use crate::reference::OccupationCode;

coded_enum! {
    pub enum EndReason: "end_reason" {
        ContractEnded = "contract_ended", Resigned = "resigned", Dismissed = "dismissed",
        EmployerClosed = "employer_closed", Health = "health", Family = "family", OtherJob = "other_job",
        Roster = "roster", Other = "other",
    }
}
coded_enum! {
    pub enum EvidenceKind: "evidence_kind" {
        Roster = "roster", Employer = "employer", Visit = "visit", SelfStated = "self", Contract = "contract",
        WageSlip = "wage_slip", BankLine = "bank_line", Insurance = "insurance",
    }
}

impl EvidenceKind {
    /// How much it proves (`strength` in the code list): 3 money or a public register shows it, 2 somebody other than
    /// the worker stated or saw it, 1 the worker's own word or a list that nobody checked.
    pub fn strength(self) -> u8 {
        crate::base::codes::list(Self::LIST)
            .and_then(|list| list.item(self.as_str()))
            .and_then(|item| item.strength)
            .unwrap_or(1)
    }
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = schema::employments)]
pub struct Employment {
    pub id: EmploymentId,
    pub version: i32,
    pub created_at: Instant,
    pub person_id: PersonId,
    pub employer_id: Option<EmployerId>,
    pub employer_name: String,
    pub placement_id: Option<PlacementId>,
    pub form: EmploymentForm,
    pub channel: EmploymentChannel,
    pub job_title: String,
    pub occupation_code: Option<OccupationCode>,
    pub region_code: Option<RegionCode>,
    /// The place as the source wrote it.
    pub place: String,
    /// A month.
    pub wage_fen: Option<Money>,
    pub start_on: Day,
    pub end_on: Option<Day>,
    pub end_reason: Option<EndReason>,
    /// `roster`, `placement` or `officer`.
    pub source: String,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::employment_evidence)]
pub struct Evidence {
    pub id: EvidenceId,
    pub created_at: Instant,
    pub employment_id: EmploymentId,
    pub kind: EvidenceKind,
    pub seen_on: Day,
    pub actor: String,
}

/// An employment with the day of its newest evidence.
#[derive(Debug, Clone)]
pub struct EmploymentRow {
    pub employment: Employment,
    pub evidence_on: Option<Day>,
}

/// An employment that somebody records.
#[derive(Debug, Clone)]
pub struct EmploymentDraft {
    pub person_id: PersonId,
    pub employer_id: Option<EmployerId>,
    pub employer_name: String,
    pub form: EmploymentForm,
    pub channel: EmploymentChannel,
    pub job_title: String,
    pub occupation: Option<OccupationCode>,
    pub region: Option<RegionCode>,
    pub place: String,
    pub wage: Option<Money>,
    pub start_on: Day,
    pub end_on: Option<Day>,
    pub evidence: EvidenceKind,
}

/// What a roster says of a person's work on its day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WorkEntry {
    /// Nothing: children, or an empty cell.
    NotStated,
    NotWorking,
    Working(RosterWork),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterWork {
    pub form: EmploymentForm,
    pub channel: EmploymentChannel,
    pub place: String,
    pub region: Option<RegionCode>,
    pub employer_name: String,
    pub job_title: String,
    pub wage: Option<Money>,
}
