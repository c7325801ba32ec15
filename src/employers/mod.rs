//! Who offers work: companies, workshops, cooperatives, public bodies, agencies and labour brokers.
//!
//! An employer registers, an officer verifies it, and only a verified one can publish. Brokers are persons without a
//! credit code: they show a licence or a filing with the township instead.
//!
//! ```text
//! submitted ──verify──▶ verified ◀──reinstate── suspended
//!     │  ▲                 │   └──────suspend──────▲
//!  return amend        amend (name, code, kind or licence)
//!     ▼  │                 ▼
//!   returned            submitted
//! ```

mod actions;
mod api;
mod model;
mod rules;
mod store;
pub(crate) mod web;

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

pub(crate) use actions::needed_note;
pub use actions::{
    adopt_listed, amend_employer, register_employer, register_with_account, reinstate_employer, return_employer,
    suspend_employer, verify_employer,
};
pub use api::api_routes;
pub(crate) use api::{EmployerStep, read_filter};
pub use model::{Employer, EmployerDraft, EmployerFilter, EmployerStatus, ListedEmployer};
pub(crate) use rules::{has_odd_code, is_place};
pub use rules::{
    kind_of_name, may_hold_public_posts, must_be_separate, needs_credit_code, needs_licence, read_credit_code,
    role_on_registration,
};
pub use store::{employer_by_credit_code, employer_by_id, employer_for, employers, employers_by_ids, employers_named};
pub use web::routes;
