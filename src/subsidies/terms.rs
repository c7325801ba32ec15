//! The terms of a rule: for whom, for what work, how much, until when to ask. Values only; kept with each version.

use std::fmt;

use chrono::Datelike;
use serde::{Deserialize, Serialize};

use super::model::{
    AmountSource, ClaimState, ClaimantKind, DayUnit, Exclusion, ExclusionScope, Paper, RuleUnit, SkillLevel,
    TargetGroup, WorkRegion,
};
use crate::base::codes::Role;
use crate::base::time::Day;
use crate::funds::FundSource;

/// A calendar month, `2026-03`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(i32);

impl Month {
    pub fn of(day: Day) -> Self {
        Self(day.year() * 12 + i32::try_from(day.month0()).unwrap_or(0))
    }

    pub fn new(year: i32, month: u32) -> Option<Self> {
        let month = i32::try_from(month).ok().filter(|m| (1..=12).contains(m))?;
        Some(Self(year.checked_mul(12)?.checked_add(month - 1)?))
    }

    pub const fn year(self) -> i32 {
        self.0.div_euclid(12)
    }

    pub fn month(self) -> u32 {
        u32::try_from(self.0.rem_euclid(12) + 1).unwrap_or(1)
    }

    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }

    pub fn first_day(self) -> Option<Day> {
        Day::from_ymd_opt(self.year(), self.month(), 1)
    }

    pub fn last_day(self) -> Option<Day> {
        self.next().first_day()?.pred_opt()
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year(), self.month())
    }
}
impl Serialize for Month {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for Month {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let read = || {
            let (year, month) = text.split_once('-')?;
            Self::new(year.parse().ok()?, month.parse().ok()?)
        };
        read().ok_or_else(|| serde::de::Error::custom("not a month"))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MonthRule {
    /// The longest run counts.
    Consecutive,
    /// Every month counts.
    Cumulative,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Window {
    CalendarYear,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitUnit {
    Month,
    Day,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cadence {
    Monthly,
    Quarterly,
    Yearly,
}

/// How a formula is computed: a closed set, not a language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// What the employer paid of pension, medical and unemployment insurance, as proven.
    EmployerSharePaid,
    /// A figure that the bureau sets.
    BureauSet,
    /// So much for each leader that a team of its size has.
    LeadersOfTeam,
    /// A twelfth of the year's figure for each month worked.
    YearByMonths,
}

/// One tier; its conditions all hold, or it is passed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_months: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<WorkRegion>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skill_level: Option<SkillLevel>,
    pub amount_fen: i64,
}

/// How much, of one unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Amount {
    Fixed {
        fen: i64,
        leaders: bool,
    },
    /// At most so much; the bureau sets the figure.
    Max {
        ceiling: i64,
    },
    /// At least so much; the bureau sets the figure.
    Min {
        floor: i64,
    },
    /// Within bounds; the bureau sets the figure.
    Range {
        low: i64,
        high: i64,
    },
    Tiers {
        tiers: Vec<Tier>,
        cumulative: bool,
        ceilings: bool,
    },
    Percent {
        bp: i64,
        base: String,
    },
    Formula {
        method: Method,
        words: String,
    },
    AtCost {
        planned: Option<i64>,
    },
    /// Tax relief or a ceiling of credit: nothing is paid by the bureau.
    Relief {
        fen: Option<i64>,
        most: i64,
        by_months: bool,
    },
}

impl Amount {
    /// How many figures the bureau has to set.
    pub fn figures_needed(&self) -> usize {
        match self {
            Self::Max { .. } | Self::Min { .. } | Self::Range { .. } => 1,
            Self::Formula { method, .. } => usize::from(*method == Method::BureauSet),
            Self::Tiers {
                tiers, ceilings: true, ..
            } => tiers.len(),
            Self::Tiers { .. }
            | Self::Fixed { .. }
            | Self::Percent { .. }
            | Self::AtCost { .. }
            | Self::Relief { .. } => 0,
        }
    }

    /// The least and the most that the text lets the bureau set as its n-th figure.
    pub fn bounds(&self, index: usize) -> (i64, i64) {
        match self {
            Self::Max { ceiling } => (1, *ceiling),
            Self::Min { floor } => (*floor, i64::MAX),
            Self::Range { low, high } => (*low, *high),
            Self::Tiers { tiers, .. } => (1, tiers.get(index).map_or(0, |tier| tier.amount_fen)),
            _ => (1, i64::MAX),
        }
    }

    pub const fn is_relief(&self) -> bool {
        matches!(self, Self::Relief { .. })
    }
}

/// A step of a workflow: reached by this role, within so many days after the step before; a notice runs so long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkflowStep {
    pub state: ClaimState,
    /// `worker` and `employer` stand for the claimant.
    pub by: Role,
    pub days: u32,
    pub unit: DayUnit,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    pub measures: Vec<u8>,
    pub claimants: Vec<ClaimantKind>,
    /// The money goes to each person's card, not to the claimant.
    pub pay_to_person: bool,
    pub targets: Vec<TargetGroup>,
    pub unit: RuleUnit,
    pub amount: Amount,
    pub amount_source: AmountSource,
    pub terms_source: AmountSource,
    pub cap_fen: Option<i64>,
    pub max_units: Option<u32>,
    pub max_units_unit: Option<LimitUnit>,
    pub extend_to_retirement_if_years_below: Option<u32>,
    pub min_months: Option<u32>,
    pub month_rule: MonthRule,
    pub window: Option<Window>,
    pub min_contract_months: Option<u32>,
    pub requires_si: bool,
    pub requires_organised: bool,
    pub requires_recognition: bool,
    pub first_time_with_employer: bool,
    pub min_team_size: Option<u32>,
    pub min_household_income_fen: Option<i64>,
    pub regions: Vec<WorkRegion>,
    pub age_min: Option<i32>,
    pub age_max_men: Option<i32>,
    pub age_max_women: Option<i32>,
    pub max_times: Option<u32>,
    pub max_times_scope: Option<ExclusionScope>,
    pub excludes: Vec<Exclusion>,
    pub papers: Vec<Paper>,
    pub papers_any: Vec<Vec<Paper>>,
    pub apply_within_months: Option<u32>,
    pub cadence: Option<Cadence>,
    /// Month and day.
    pub deadlines: Vec<(u32, u32)>,
    pub term_months: Option<u32>,
    pub renewable: bool,
    pub workflow: String,
    pub steps: Vec<WorkflowStep>,
    pub fund: FundSource,
}

impl Terms {
    /// Whether this service takes claims under it: it has a workflow, pays money, and its unit is known from records.
    pub fn is_claimable(&self) -> bool {
        let unit_on_record = match self.unit {
            // The people on a trip are on record, and its cost is on an invoice.
            RuleUnit::Trip => matches!(self.amount, Amount::AtCost { .. }),
            RuleUnit::Loan | RuleUnit::TeamMonth => false,
            _ => true,
        };
        !self.steps.is_empty() && !self.amount.is_relief() && unit_on_record
    }

    /// Whether the amount follows from what a document proves was paid.
    pub const fn is_by_invoice(&self) -> bool {
        matches!(
            self.amount,
            Amount::AtCost { .. }
                | Amount::Formula {
                    method: Method::EmployerSharePaid,
                    ..
                }
        )
    }

    /// Whether it is paid for days that a register of the class proves.
    pub const fn is_by_days(&self) -> bool {
        matches!(self.unit, RuleUnit::PersonDay)
    }

    /// Whether it is about a course rather than about work.
    pub const fn is_about_courses(&self) -> bool {
        matches!(self.unit, RuleUnit::PersonCourse | RuleUnit::PersonDay)
            || matches!(self.max_times_scope, Some(ExclusionScope::PersonCertificate))
    }

    /// Whether work for the claimant alone counts, or any work.
    pub fn counts_own_work_only(&self, claimant: ClaimantKind) -> bool {
        !matches!(claimant, ClaimantKind::Person | ClaimantKind::Household) && !self.is_about_courses()
    }
}
