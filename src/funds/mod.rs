//! The money of supports: what each source grants a county in a year, and where it stands.
//!
//! ```text
//! source ──grant──▶ available ──reserve──▶ reserved ──commit──▶ committed ──pay──▶ paid
//!        ◀──cut───      ▲ ▲  ◀──release──────┘                      │               │
//!                       │ └──────────────────uncommit───────────────┘               │
//!                       └─────────────────────────recover───────────────────────────┘
//! ```
//!
//! Double entry, in fen, only ever added to. No account becomes negative, all entries of a fund sum to zero, and
//! `verify_funds` computes the whole from the entries again. The room knows no claim, only a purpose by its number.

mod actions;
mod files;
mod ledger;
mod model;
mod recoveries;
mod store;
#[cfg(test)]
mod tests;
mod verify;

pub use actions::{Verified, cut_fund, grant_fund, open_batch, payment_file, send_batch, take_results, verify_funds};
pub use files::{Layout, LineResult, Results, read_results};
pub use ledger::{commit, give_back, reserve, standing, uncommit};
pub use model::{
    BatchState, Fund, FundSource, LedgerAccount, LedgerEntry, MoveKind, PaymentBatch, PaymentDraft, PaymentLine,
    PaymentState, Purpose, Recovery, Standing,
};
pub use recoveries::{demand_recovery, settle_recovery};
pub use store::{
    batch_by_id, batch_for, batches_of_fund, fund_by_id, fund_for, fund_of, funds_of, lines_of_batch, newest_entries,
    payments_of, recovery_of,
};
pub use verify::Fault;
