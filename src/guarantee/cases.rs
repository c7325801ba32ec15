//! Cases: a household at zero that is being helped. Limits, steps, measures, and the rule that nothing closes without an
//! outcome.
//!
//! ```text
//! found ─▶ verified ─▶ offered ─▶ closed (somebody at work, exempted, or the record was wrong)
//!   └ any number of contacts and measures in between; what is late is passed up
//!
//! measure done here:            under_way ─▶ done | failed
//! measure of another department: referred ─▶ accepted ─▶ done | failed
//!                                   └ returned ◀┘
//! ```

use diesel::prelude::*;
use serde::Serialize;

use super::clocks::{AskedLevel, Clocks, asked_level};
use crate::base::error::{Error, Result};
use crate::base::ids::{CaseId, CaseStepId, HouseholdId, MeasureId};
use crate::base::time::{Day, Instant};
use crate::coded_enum;
use crate::platform::db::schema;

coded_enum! {
    pub enum CaseCloseReason: "case_close_reason" {
        PlacedMarket = "placed_market", PlacedWorkshop = "placed_workshop", PlacedWelfare = "placed_welfare",
        PlacedRelief = "placed_relief", SelfEmployed = "self_employed", FoundSelf = "found_self",
        Exempted = "exempted", DataError = "data_error",
    }
}
coded_enum! {
    pub enum CaseStepKind: "case_step" {
        Found = "found", Verified = "verified", Offered = "offered", Measure = "measure", Answered = "answered",
        Contact = "contact", Escalated = "escalated", Closed = "closed",
    }
}
coded_enum! {
    pub enum MeasureStatus: "measure_status" {
        UnderWay = "under_way", Referred = "referred", Accepted = "accepted", Returned = "returned", Done = "done",
        Failed = "failed",
    }
}

impl MeasureStatus {
    /// Where a measure may go from here.
    pub const fn moves(self) -> &'static [Self] {
        match self {
            Self::UnderWay => &[Self::Done, Self::Failed],
            Self::Referred => &[Self::Accepted, Self::Returned],
            Self::Accepted => &[Self::Done, Self::Failed, Self::Returned],
            Self::Returned | Self::Done | Self::Failed => &[],
        }
    }

    pub const fn is_over(self) -> bool {
        self.moves().is_empty()
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = schema::cases)]
pub struct Case {
    pub id: CaseId,
    pub version: i32,
    pub created_at: Instant,
    pub household_id: HouseholdId,
    /// Seven digits with a check digit, to be said on the phone.
    pub number: String,
    pub opened_on: Day,
    /// The first day at zero: the clocks run from it.
    pub found_on: Day,
    pub verify_by: Option<Day>,
    pub verified_on: Option<Day>,
    pub offer_by: Option<Day>,
    pub offered_on: Option<Day>,
    pub clear_by: Option<Day>,
    pub closed_on: Option<Day>,
    pub close_reason: Option<CaseCloseReason>,
    /// When somebody looks whether the household is still in work.
    pub stable_on: Option<Day>,
    pub is_open: bool,
}

/// What is due next in a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Due {
    Verify,
    Offer,
    Clear,
    /// The household is not at zero any more: somebody says what came of the case.
    Close,
}

impl Due {
    /// Whether there is a day by which it is due.
    pub const fn has_limit(self) -> bool {
        !matches!(self, Self::Close)
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::Offer => "offer",
            Self::Clear => "clear",
            Self::Close => "close",
        }
    }
}

impl Case {
    /// The step that is due next, and by when; the clearing limit stands behind each.
    pub fn due(&self) -> (Due, Option<Day>) {
        if self.verified_on.is_none() {
            (Due::Verify, self.verify_by)
        } else if self.offered_on.is_none() {
            (Due::Offer, self.offer_by)
        } else {
            (Due::Clear, self.clear_by)
        }
    }

    /// Who is asked about the case on a day.
    pub fn asked_level(&self, day: Day, clocks: &Clocks) -> AskedLevel {
        let (_, due) = self.due();
        asked_level(due, day, clocks).max(asked_level(self.clear_by, day, clocks))
    }
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = schema::case_steps)]
pub struct CaseStep {
    pub id: CaseStepId,
    pub case_id: CaseId,
    pub at: Instant,
    pub actor_id: Option<i64>,
    pub actor: String,
    pub kind: CaseStepKind,
    pub note: String,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = schema::measures)]
pub struct Measure {
    pub id: MeasureId,
    pub version: i32,
    pub created_at: Instant,
    pub case_id: CaseId,
    /// A code of the list `support_measure`.
    pub kind: String,
    pub what: String,
    /// The department to which it is referred (a code of `plan_unit`); none where it is done here.
    pub unit: Option<String>,
    pub status: MeasureStatus,
    pub due_on: Day,
    pub ended_on: Option<Day>,
    /// What came of it, in words.
    pub outcome: Option<String>,
}

/// A measure that somebody takes.
#[derive(Debug, Clone)]
pub struct MeasureDraft {
    pub kind: String,
    pub what: String,
    pub unit: Option<String>,
    pub due_on: Day,
}

/// What stands against closing a case: measures without an outcome, or a household that is still at zero.
pub fn may_close(reason: CaseCloseReason, is_zero: bool, is_exempt: bool, open_measures: usize) -> Result<()> {
    if open_measures > 0 {
        return Err(Error::refused("case-measures-open").with("n", open_measures));
    }
    let is_true = match reason {
        CaseCloseReason::Exempted => is_exempt,
        CaseCloseReason::DataError => !is_zero,
        CaseCloseReason::PlacedMarket
        | CaseCloseReason::PlacedWorkshop
        | CaseCloseReason::PlacedWelfare
        | CaseCloseReason::PlacedRelief
        | CaseCloseReason::SelfEmployed
        | CaseCloseReason::FoundSelf => !is_zero,
    };
    if is_true {
        Ok(())
    } else if reason == CaseCloseReason::Exempted {
        Err(Error::refused("case-not-exempt"))
    } else {
        Err(Error::refused("case-still-zero"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_closes_only_when_what_it_says_is_so() {
        use CaseCloseReason as R;
        for (name, reason, is_zero, is_exempt, open, fine) in [
            ("somebody works", R::PlacedMarket, false, false, 0, true),
            ("a measure is open", R::PlacedMarket, false, false, 1, false),
            ("nobody works", R::FoundSelf, true, false, 0, false),
            ("exempt", R::Exempted, true, true, 0, true),
            ("exempt in words only", R::Exempted, true, false, 0, false),
            (
                "the record was wrong and is mended",
                R::DataError,
                false,
                false,
                0,
                true,
            ),
            ("the record is said to be wrong", R::DataError, true, false, 0, false),
        ] {
            assert_eq!(may_close(reason, is_zero, is_exempt, open).is_ok(), fine, "{name}");
        }
    }

    #[test]
    fn every_measure_ends_with_an_outcome_or_goes_back() {
        for status in MeasureStatus::ALL {
            let ends = status.is_over();
            let said = matches!(
                status,
                MeasureStatus::Done | MeasureStatus::Failed | MeasureStatus::Returned
            );
            assert_eq!(ends, said, "{status}");
        }
    }
}
