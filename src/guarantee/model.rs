//! Facts, standings, and the figures made of them.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use crate::base::codes::{ExemptionReason, GuaranteeState, RelocationKind};
use crate::base::ids::{EmploymentId, HouseholdId, PersonId, SiteId};
use crate::base::region::{RegionCode, RegionLevel};
use crate::base::time::Day;
use crate::coded_enum;
use crate::platform::db::schema;
use crate::registry::{LabourFacts, LabourParameters};

coded_enum! {
    /// How a household came to stand at zero.
    pub enum ZeroCause: "zero_cause" {
        WorkEnded = "work_ended", WorkerLeft = "worker_left", NewLabour = "new_labour", NewInScope = "new_in_scope",
    }
}

/// Where a household stands today.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = schema::guarantees)]
pub struct Guarantee {
    pub household_id: HouseholdId,
    pub version: i32,
    pub state: GuaranteeState,
    pub reason: Option<String>,
    pub since_on: Day,
    pub checked_on: Day,
    pub labourers: i32,
    pub employed: i32,
}

/// Dated parameters of the guarantee, with the defaults of the bureau.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parameters {
    pub labour: LabourParameters,
    /// Work that ends within so many days makes a household at risk.
    pub ending_days: i64,
    /// Evidence older than so many days makes work "to be confirmed".
    pub fresh_days: i64,
    /// A public-welfare post is held for at most so many months.
    pub welfare_months: u32,
    /// Whether accompanying households, not registered as poor, are in scope too.
    pub accompanying: bool,
}

impl Default for Parameters {
    fn default() -> Self {
        Self {
            labour: LabourParameters::default(),
            ending_days: 30,
            fresh_days: 60,
            welfare_months: 36,
            accompanying: false,
        }
    }
}

/// An employment as far as the guarantee looks at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkFacts {
    pub employment_id: EmploymentId,
    pub counts: bool,
    pub start_on: Day,
    pub end_on: Option<Day>,
    /// The last day of a term that the rules set, for a public-welfare post.
    pub term_on: Option<Day>,
    /// The newest evidence by the day asked for.
    pub evidence_on: Option<Day>,
    /// The newest evidence that is more than the worker's own word or an unchecked list.
    pub proven_on: Option<Day>,
}

/// A case as far as the guarantee looks at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CaseFacts {
    pub opened_on: Day,
    /// By when somebody has to be at work; unknown where the calendar of that year is not loaded.
    pub clear_by: Option<Day>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberFacts {
    pub person_id: PersonId,
    pub labour: LabourFacts,
    pub work: Vec<WorkFacts>,
}

/// What is known about a household on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HouseholdFacts {
    pub household_id: HouseholdId,
    pub registry_no: String,
    pub region: RegionCode,
    pub group_name: String,
    pub relocation: Option<RelocationKind>,
    pub site_id: Option<SiteId>,
    pub site: Option<String>,
    pub monitored: bool,
    /// Since when the household has been what it is.
    pub status_from: Day,
    pub members: Vec<MemberFacts>,
    /// The exemption that holds on the day.
    pub exemption: Option<ExemptionReason>,
    /// The case that is open on the day.
    pub case: Option<CaseFacts>,
}

/// The answer of the rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub state: GuaranteeState,
    /// Why it is exempt, at risk, or excused: `no_labour`, `all_students`, `ending`, `term_ending`, `to_be_confirmed`,
    /// or the reason of a decided exemption.
    pub reason: Option<&'static str>,
    /// The first day of the present spell at zero; for other states the beginning of the household's present status.
    pub since: Day,
    /// How it came to stand at zero, where that was looked up.
    pub cause: Option<ZeroCause>,
    /// At zero with a decided exemption: still counted among those that should have somebody at work.
    pub is_excused: bool,
    /// Somebody is at work, but only the worker's own word or an unchecked list says so.
    pub is_weakly_proven: bool,
    pub labourers: usize,
    pub employed: usize,
}

/// A household with its standing.
#[derive(Debug, Clone)]
pub struct HouseholdStanding {
    pub facts: HouseholdFacts,
    pub standing: Standing,
}

/// By which unit figures are broken down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    Region(RegionLevel),
    Site,
}

impl Level {
    /// Reads `prefecture`, `county`, `township`, `village` or `site`.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "prefecture" => Self::Region(RegionLevel::Prefecture),
            "county" => Self::Region(RegionLevel::County),
            "township" => Self::Region(RegionLevel::Township),
            "village" => Self::Region(RegionLevel::Village),
            "site" => Self::Site,
            _ => return None,
        })
    }

    pub const NAMES: [&str; 5] = ["prefecture", "county", "township", "village", "site"];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Region(level) => level.as_str(),
            Self::Site => "site",
        }
    }
}

/// Households of one unit, counted. `in_scope = met + at_risk + zero + exempt`; the rate is
/// (met + at_risk) / (in_scope − exempt), in basis points.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CoverageRow {
    /// The region's code or the site's id; empty for the total.
    pub code: String,
    pub name: String,
    pub in_scope: u32,
    pub with_labour: u32,
    pub met: u32,
    pub at_risk: u32,
    /// Of those at risk: only by work that nothing has confirmed for long.
    pub to_be_confirmed: u32,
    pub zero: u32,
    pub exempt: u32,
    pub rate_bp: Option<u32>,
    pub labourers: u32,
    pub employed: u32,
    /// The numerator: `met + at_risk`. The denominator is `with_labour`.
    pub covered: u32,
    /// Of those covered: only the worker's own word or an unchecked list says so.
    pub weakly_proven: u32,
    /// Of those at zero: with an open case within its limit.
    pub helping: u32,
    /// Of those at zero: with an open case beyond its limit.
    pub overdue: u32,
    /// Of those at zero: with a decided exemption (carers, people who refuse, people out of reach) until its review.
    pub excused: u32,
}

/// The figures of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Coverage {
    pub as_of: Day,
    pub by: &'static str,
    pub total: CoverageRow,
    pub rows: Vec<CoverageRow>,
}
