//! Exemptions that somebody decides: reason, proof, and the day of the review. Carers, people who refuse and people out of
//! reach stay among those that should have somebody at work, in a column of their own; those who serve, are detained or
//! moved away do not (`in_denominator` in the code list).

use diesel::prelude::*;
use serde::Serialize;

use crate::base::codes::ExemptionReason;
use crate::base::ids::{ExemptionId, HouseholdId, UserId};
use crate::base::time::{Day, Instant};
use crate::platform::db::schema;

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = schema::exemptions)]
pub struct Exemption {
    pub id: ExemptionId,
    pub version: i32,
    pub created_at: Instant,
    pub household_id: HouseholdId,
    pub reason: ExemptionReason,
    pub from_on: Day,
    /// The last day on which it holds: whoever reviews it decides a new one.
    pub review_on: Day,
    /// The first day on which it held no more, where somebody ended it before its review.
    pub ended_on: Option<Day>,
    pub proof: String,
    pub decided_by: Option<UserId>,
    pub decided_by_name: String,
}

impl Exemption {
    pub fn holds_on(&self, day: Day) -> bool {
        self.from_on <= day && day <= self.review_on && self.ended_on.is_none_or(|ended| day < ended)
    }
}

/// What an officer decides.
#[derive(Debug, Clone)]
pub struct ExemptionDraft {
    pub reason: ExemptionReason,
    pub from_on: Day,
    pub review_on: Day,
    pub proof: String,
}
