//! Records of employers, and what a registration brings.

use diesel::prelude::*;
use serde::Serialize;

use crate::base::codes::EmployerKind;
use crate::base::identity::{CreditCode, Phone};
use crate::base::ids::{EmployerId, UserId};
use crate::base::region::RegionCode;
use crate::base::secret::Sealed;
use crate::base::time::{Day, Instant};
use crate::coded_enum;
use crate::platform::db::schema;

coded_enum! {
    pub enum EmployerStatus: "employer_status" {
        Submitted = "submitted", Verified = "verified", Returned = "returned", Suspended = "suspended",
    }
}

impl EmployerStatus {
    /// Where it may go from here.
    pub const fn moves(self) -> &'static [Self] {
        match self {
            Self::Submitted => &[Self::Verified, Self::Returned],
            Self::Returned => &[Self::Submitted],
            Self::Verified => &[Self::Submitted, Self::Suspended],
            Self::Suspended => &[Self::Verified],
        }
    }

    pub fn may_become(self, next: Self) -> bool {
        self.moves().contains(&next)
    }
}

/// An employer as it is kept. Its phone is sealed and never serialised.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = schema::employers)]
pub struct Employer {
    pub id: EmployerId,
    pub version: i32,
    pub created_at: Instant,
    pub kind: EmployerKind,
    pub name: String,
    pub credit_code: Option<String>,
    pub region_code: RegionCode,
    pub address: String,
    pub contact_name: String,
    #[serde(skip)]
    pub phone_sealed: Option<Sealed>,
    pub phone_masked: Option<String>,
    /// The licence of an agency, or the licence or township filing of a broker.
    pub licence_no: Option<String>,
    pub status: EmployerStatus,
    /// What is missing, why it is suspended, or why an odd credit code was accepted.
    pub status_note: String,
    pub verified_on: Option<Day>,
    #[serde(skip)]
    pub created_by: Option<UserId>,
}

/// What a registration or a correction says.
#[derive(Debug, Clone)]
pub struct EmployerDraft {
    /// Made with the form, so that sending it twice is one employer.
    pub id: EmployerId,
    pub kind: EmployerKind,
    pub name: String,
    pub credit_code: Option<CreditCode>,
    pub region: RegionCode,
    pub address: String,
    pub contact_name: String,
    /// Needed at registration; none in a correction keeps the old one.
    pub phone: Option<Phone>,
    pub licence_no: Option<String>,
}

/// An employer whom a list of postings names.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ListedEmployer {
    pub name: String,
    pub kind: EmployerKind,
    pub region: RegionCode,
}

/// How a list of employers is narrowed.
#[derive(Debug, Clone, Default)]
pub struct EmployerFilter {
    pub status: Option<EmployerStatus>,
    pub kind: Option<EmployerKind>,
    pub region: Option<RegionCode>,
    /// A part of the name, or a credit code.
    pub words: Option<String>,
}
