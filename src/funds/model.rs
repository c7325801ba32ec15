//! Funds, their ledger, payment batches and recoveries.

use diesel::prelude::*;
use serde::Serialize;

use crate::base::ids::{FundId, Id, LedgerEntryId, PaymentBatchId, PaymentLineId, RecoveryId, UserId};
use crate::base::money::Money;
use crate::base::region::RegionCode;
use crate::base::secret::Sealed;
use crate::base::time::Instant;
use crate::coded_enum;
use crate::platform::db::schema;

coded_enum! {
    /// Where money comes from.
    pub enum FundSource: "fund_source" {
        EmploymentFund = "employment_fund", LinkageFund = "linkage_fund", EastWest = "east_west",
        Forestry = "forestry", UiFund = "ui_fund", SkillsFund = "skills_fund", VillageIncome = "village_income",
        ReliefFund = "relief_fund", Tax = "tax",
    }
}
coded_enum! {
    pub enum LedgerAccount: "ledger_account" {
        Source = "source", Available = "available", Reserved = "reserved", Committed = "committed", Paid = "paid",
    }
}
coded_enum! {
    pub enum MoveKind: "ledger_move" {
        Grant = "grant", Cut = "cut", Reserve = "reserve", Release = "release", Commit = "commit",
        Uncommit = "uncommit", Pay = "pay", Recover = "recover",
    }
}

impl MoveKind {
    /// From which account to which.
    pub const fn path(self) -> (LedgerAccount, LedgerAccount) {
        use LedgerAccount as A;
        match self {
            Self::Grant => (A::Source, A::Available),
            Self::Cut => (A::Available, A::Source),
            Self::Reserve => (A::Available, A::Reserved),
            Self::Release => (A::Reserved, A::Available),
            Self::Commit => (A::Reserved, A::Committed),
            Self::Uncommit => (A::Committed, A::Available),
            Self::Pay => (A::Committed, A::Paid),
            Self::Recover => (A::Paid, A::Available),
        }
    }

    /// Whether it belongs to a purpose, or to the appropriation as a whole.
    pub const fn has_purpose(self) -> bool {
        !matches!(self, Self::Grant | Self::Cut)
    }
}

coded_enum! {
    pub enum BatchState: "batch_state" { Open = "open", Sent = "sent", Settled = "settled" }
}
coded_enum! {
    pub enum PaymentState: "payment_state" { Pending = "pending", Paid = "paid", Failed = "failed" }
}

/// What money is for. The room does not know what it is: a number that another room gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Purpose(i64);

impl Purpose {
    pub const fn of<T>(id: Id<T>) -> Self {
        Self(id.raw())
    }

    pub const fn from_raw(raw: i64) -> Self {
        Self(raw)
    }

    pub const fn raw(self) -> i64 {
        self.0
    }
}

/// What a source grants a division in a year, and where the money stands.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = schema::funds)]
pub struct Fund {
    pub id: FundId,
    pub created_at: Instant,
    #[serde(skip)]
    pub created_by: Option<UserId>,
    pub source: FundSource,
    pub region_code: RegionCode,
    pub year: i32,
    pub granted_fen: Money,
    pub available_fen: Money,
    pub reserved_fen: Money,
    pub committed_fen: Money,
    pub paid_fen: Money,
    /// How many moves its ledger has.
    pub moves: i32,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::fund_purposes)]
pub(super) struct PurposeRow {
    pub id: i64,
    pub fund_id: FundId,
    pub reserved_fen: Money,
    pub committed_fen: Money,
    pub paid_fen: Money,
}

/// What stands for one purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    pub fund_id: FundId,
    pub reserved: Money,
    pub committed: Money,
    pub paid: Money,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = schema::ledger_entries)]
pub struct LedgerEntry {
    pub id: LedgerEntryId,
    #[serde(skip)]
    pub fund_id: FundId,
    pub move_no: i32,
    pub kind: MoveKind,
    pub account: LedgerAccount,
    pub amount_fen: Money,
    pub balance_fen: Money,
    #[serde(skip)]
    pub purpose_id: Option<i64>,
    pub at: Instant,
    #[serde(skip)]
    pub actor_id: Option<i64>,
    pub actor: String,
    pub note: String,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::payment_batches)]
pub struct PaymentBatch {
    pub id: PaymentBatchId,
    pub version: i32,
    pub created_at: Instant,
    pub created_by: Option<UserId>,
    pub fund_id: FundId,
    pub status: BatchState,
    pub lines: i32,
    pub total_fen: Money,
    /// Of the file as it was sent.
    pub sha256: Option<String>,
    pub sent_at: Option<Instant>,
    pub sent_by: Option<UserId>,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::payment_lines)]
pub struct PaymentLine {
    pub id: PaymentLineId,
    pub batch_id: PaymentBatchId,
    pub line_no: i32,
    pub purpose_id: i64,
    pub item_id: i64,
    /// The first payment is 1; one that failed is tried once more.
    pub attempt: i32,
    pub payee_name: String,
    pub document_sealed: Option<Sealed>,
    pub account_sealed: Option<Sealed>,
    pub account_masked: String,
    pub amount_fen: Money,
    pub status: PaymentState,
    pub reason: String,
}

/// One payment that somebody asks for: for which purpose and item, to whom, how much. Numbers in clear, until the line
/// is written.
#[derive(Clone)]
pub struct PaymentDraft {
    pub purpose: Purpose,
    pub item: i64,
    pub attempt: i32,
    pub payee_name: String,
    pub document: Option<String>,
    pub account: Option<String>,
    pub account_masked: String,
    pub amount: Money,
}

/// Money that is asked back.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = schema::recoveries)]
pub struct Recovery {
    pub id: RecoveryId,
    pub version: i32,
    pub created_at: Instant,
    #[serde(skip)]
    pub created_by: Option<UserId>,
    #[serde(skip)]
    pub fund_id: FundId,
    #[serde(skip)]
    pub purpose_id: i64,
    pub reason: String,
    pub document_no: String,
    pub demanded_fen: Money,
    pub received_fen: Money,
    pub waived_fen: Money,
}

impl Recovery {
    /// What is still owed.
    pub fn open(&self) -> Money {
        Money::from_fen(self.demanded_fen.fen() - self.received_fen.fen() - self.waived_fen.fen())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enums_equal_their_lists() {
        crate::enums_equal_lists!(FundSource, LedgerAccount, MoveKind, BatchState, PaymentState);
    }
}
