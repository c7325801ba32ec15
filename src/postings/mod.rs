//! Postings: jobs and public-welfare posts that employers offer.
//!
//! A verified employer writes a posting on one page and submits it. Wording that the law forbids stops it, wording in
//! doubt goes to an officer, everything else opens at once. Free places fall by conditional update, never below zero.
//!
//! ```text
//! draft ──submit──▶ submitted ──approve──▶ open ◀──resume── paused
//!                    │      ▲               │ │ └──pause──────▲
//!                 return  submit            │ └─ last place ─▶ filled ── place freed ─▶ open
//!                    ▼      │               ├─ closing day passed ─▶ expired ── renew ─▶ open
//!                   rejected                └─ close ─▶ withdrawn        (an officer: ─▶ blocked)
//! ```

mod actions;
mod api;
mod import;
mod model;
mod occupations_api;
mod rules;
pub mod sheet;
mod source;
mod store;
pub(crate) mod web;
pub mod wording;
mod wording_rules;

#[cfg(test)]
mod tests;

pub use actions::{
    amend_posting, approve_posting, block_posting, close_posting, contact_phone, copy_posting, draft_posting,
    expire_postings, free_place, on_employer_changed, pause_posting, renew_posting, resume_posting, return_posting,
    submit_posting, take_place, wording_problems,
};
pub use api::api_routes;
pub use import::{DoubtfulRows, ImportCounts, ImportOptions, RowReport, RowVerdict, import_postings};
pub use model::{
    OpenFilter, PhysicalDemand, Posting, PostingCard, PostingDraft, PostingKind, PublicPosting, Wage, WageUnit,
    may_become, moves,
};
pub use rules::{draft_problems, is_forbidden_wording, monthly, readiness};
pub use source::{Loaded, document_page, documents_of};
pub use store::{
    Waiting, open_postings, posting_by_id, posting_for, postings_by_ids, postings_of, postings_to_review,
    public_posting, waiting,
};
pub use web::routes;
