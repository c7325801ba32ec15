//! Ids: 64-bit, time-ordered, made by the application before the insert, shown as 13 Crockford base-32 characters.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;
use std::sync::LazyLock;

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::BigInt;
use ferroid::base32::Base32SnowExt;
use ferroid::generator::AtomicSnowflakeGenerator;
use ferroid::id::SnowflakeTwitterId;
use ferroid::time::{MonotonicClock, TWITTER_EPOCH};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The id of a record of kind `T`. The kind exists only so that ids of different kinds cannot be mixed up.
#[derive(AsExpression, FromSqlRow)]
#[diesel(sql_type = BigInt)]
pub struct Id<T: 'static>(i64, PhantomData<fn() -> T>);

impl<T> Id<T> {
    /// The id as it stands in the database.
    pub const fn raw(self) -> i64 {
        self.0
    }

    /// An id read from the database.
    pub const fn from_raw(raw: i64) -> Self {
        Self(raw, PhantomData)
    }

    /// A new id; unique in this process and, within one node number, across restarts.
    pub fn fresh() -> Self {
        static GENERATOR: LazyLock<AtomicSnowflakeGenerator<SnowflakeTwitterId, MonotonicClock<1>>> =
            LazyLock::new(|| AtomicSnowflakeGenerator::new(node(), MonotonicClock::<1>::with_epoch(TWITTER_EPOCH)));
        let id: SnowflakeTwitterId = GENERATOR.next_id(|_| std::thread::yield_now());
        Self::from_raw(i64::try_from(id.to_raw()).unwrap_or(i64::MAX))
    }
}

/// Ten bits that keep two processes started in the same millisecond apart.
fn node() -> u64 {
    u64::from(std::process::id()) & 0x3ff
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Id<T> {}
impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<T> Eq for Id<T> {}
impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}
impl<T> Hash for Id<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
impl<T> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let raw = SnowflakeTwitterId::from_raw(u64::try_from(self.0).unwrap_or(0));
        f.write_str(raw.encode().as_str())
    }
}

/// The text is not an id of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id")]
pub struct NotAnId;

impl<T> FromStr for Id<T> {
    type Err = NotAnId;
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        if text.len() != 13 {
            return Err(NotAnId);
        }
        let id = SnowflakeTwitterId::decode(text).map_err(|_| NotAnId)?;
        i64::try_from(id.to_raw()).map(Self::from_raw).map_err(|_| NotAnId)
    }
}
impl<T> Serialize for Id<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
impl<'de, T> Deserialize<'de> for Id<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
impl<T, DB: Backend> ToSql<BigInt, DB> for Id<T>
where
    i64: ToSql<BigInt, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.to_sql(out)
    }
}
impl<T, DB: Backend> FromSql<BigInt, DB> for Id<T>
where
    i64: FromSql<BigInt, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        i64::from_sql(bytes).map(Self::from_raw)
    }
}

/// The kinds of record that have ids.
pub mod kind {
    macro_rules! kinds {
        ($($name:ident),* $(,)?) => {$(#[derive(Debug)] pub enum $name {})*};
    }
    kinds!(
        User,
        Grant,
        Session,
        Token,
        Household,
        HouseholdStatus,
        Member,
        Person,
        PersonStatus,
        Skill,
        Wish,
        Site,
        Employer,
        Posting,
        Course,
        CourseRun,
        Enrolment,
        Placement,
        PlacementStep,
        Employment,
        Evidence,
        Batch,
        BatchRow,
        Upload,
        TaskRun,
        Receipt,
        Plan,
        PlanLine,
        PlanMark,
        Exemption,
        Alert,
        Case,
        CaseStep,
        Measure,
        Confirmation,
        FrozenMonth,
        SpotCheck,
        SpotCheckHousehold,
        SupportRule,
        RuleConfirmation,
        Fund,
        LedgerEntry,
        PaymentBatch,
        PaymentLine,
        Recovery,
        Claim,
        ClaimLine,
        ClaimMonth,
        ClaimStep,
        ClaimDocument,
        Objection,
        WorkRequest,
        ClaimContact,
        ClaimSignal,
        ClaimProof,
        ControlDraw,
        ControlLine,
        Hearing,
    );
}

pub type UserId = Id<kind::User>;
pub type GrantId = Id<kind::Grant>;
pub type SessionId = Id<kind::Session>;
pub type TokenId = Id<kind::Token>;
pub type HouseholdId = Id<kind::Household>;
pub type HouseholdStatusId = Id<kind::HouseholdStatus>;
pub type MemberId = Id<kind::Member>;
pub type PersonId = Id<kind::Person>;
pub type PersonStatusId = Id<kind::PersonStatus>;
pub type SkillId = Id<kind::Skill>;
pub type WishId = Id<kind::Wish>;
pub type SiteId = Id<kind::Site>;
pub type EmployerId = Id<kind::Employer>;
pub type PostingId = Id<kind::Posting>;
pub type CourseId = Id<kind::Course>;
pub type CourseRunId = Id<kind::CourseRun>;
pub type EnrolmentId = Id<kind::Enrolment>;
pub type PlacementId = Id<kind::Placement>;
pub type PlacementStepId = Id<kind::PlacementStep>;
pub type EmploymentId = Id<kind::Employment>;
pub type EvidenceId = Id<kind::Evidence>;
pub type BatchId = Id<kind::Batch>;
pub type BatchRowId = Id<kind::BatchRow>;
pub type UploadId = Id<kind::Upload>;
pub type TaskRunId = Id<kind::TaskRun>;
pub type PlanId = Id<kind::Plan>;
pub type PlanLineId = Id<kind::PlanLine>;
pub type PlanMarkId = Id<kind::PlanMark>;
pub type ExemptionId = Id<kind::Exemption>;
pub type AlertId = Id<kind::Alert>;
pub type CaseId = Id<kind::Case>;
pub type CaseStepId = Id<kind::CaseStep>;
pub type MeasureId = Id<kind::Measure>;
pub type ConfirmationId = Id<kind::Confirmation>;
pub type FrozenMonthId = Id<kind::FrozenMonth>;
pub type SpotCheckId = Id<kind::SpotCheck>;
pub type SpotCheckHouseholdId = Id<kind::SpotCheckHousehold>;
pub type SupportRuleId = Id<kind::SupportRule>;
pub type RuleConfirmationId = Id<kind::RuleConfirmation>;
pub type FundId = Id<kind::Fund>;
pub type LedgerEntryId = Id<kind::LedgerEntry>;
pub type PaymentBatchId = Id<kind::PaymentBatch>;
pub type PaymentLineId = Id<kind::PaymentLine>;
pub type RecoveryId = Id<kind::Recovery>;
pub type ClaimId = Id<kind::Claim>;
pub type ClaimLineId = Id<kind::ClaimLine>;
pub type ClaimMonthId = Id<kind::ClaimMonth>;
pub type ClaimStepId = Id<kind::ClaimStep>;
pub type ClaimDocumentId = Id<kind::ClaimDocument>;
pub type ObjectionId = Id<kind::Objection>;
pub type WorkRequestId = Id<kind::WorkRequest>;
pub type ClaimContactId = Id<kind::ClaimContact>;
pub type ClaimSignalId = Id<kind::ClaimSignal>;
pub type ClaimProofId = Id<kind::ClaimProof>;
pub type ControlDrawId = Id<kind::ControlDraw>;
pub type ControlLineId = Id<kind::ControlLine>;
pub type HearingId = Id<kind::Hearing>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_from_its_thirteen_characters() {
        let id = PersonId::fresh();
        assert_eq!(id.to_string().len(), 13);
        assert_eq!(id.to_string().parse::<PersonId>(), Ok(id));
    }

    #[test]
    fn text_that_is_no_id_is_refused_without_panic() {
        for text in [
            "",
            "0",
            "zzzzzzzzzzzzz",
            "UUUUUUUUUUUUU",
            "一岗一岗一岗一岗一",
            "0000000000000000",
        ] {
            let _ = text.parse::<PersonId>();
        }
        assert!("UUUUUUUUUUUUU".parse::<PersonId>().is_err());
    }

    #[test]
    fn later_ids_sort_after_earlier_ones() {
        let ids: Vec<PersonId> = (0..10_000).map(|_| PersonId::fresh()).collect();
        assert!(ids.windows(2).all(|w| w[0] < w[1]));
    }
}
