//! What every page and every answer has in common: the shell around a page, assets, forms, lists, problem answers,
//! security headers, request numbers and the guard against forged requests.
//!
//! The order of the wraps, innermost first (actix runs the last one first):
//!
//! ```text
//! keep_answers       answers a repeated request of a program as the first time
//! guard_writes       refuses writes that did not come from a page of ours
//! (the session)      sets `Visitor` and `CsrfToken` as request extensions
//! answer_errors      turns errors and panics into a page or problem+json
//! set_headers        the headers of every answer
//! number_requests    gives each request the number that error pages show
//! measure            counts and times it
//! ```

pub mod assets;
mod caller;
pub mod chart;
pub mod fields;
pub mod forms;
pub mod parts;
pub mod plain_form;

mod cookies;
mod csrf;
mod errors;
mod export;
mod filters;
mod headers;
mod idempotency;
mod limits;
mod lists;
#[cfg(test)]
mod look;
mod metrics;
mod pages;
mod pictograms;
#[cfg(test)]
mod reading_tests;
mod request_id;
mod shell;
#[cfg(test)]
mod tests;

pub use caller::{blocking, caller_of};
pub use cookies::{ended_session_cookie, language_cookie, session_cookie, session_cookie_name};
pub use csrf::{CsrfToken, guard_writes};
pub use errors::{FieldError, Problem, answer_errors, page, page_with_status, status_of};
pub use export::csv_answer;
pub use fields::Fields;
pub use filters::{choice_filter, day_filter, id_filter};
pub use forms::{FormState, Reader};
pub use headers::set_headers;
pub use idempotency::{SecretAnswer, forget_old_answers, keep_answers};
pub use limits::{BODY_LIMIT, limits};
pub use lists::{ListView, page_request, with_parameter};
pub use metrics::{Metrics, measure};
pub use pages::routes;
pub use pictograms::pictogram_of;
pub use request_id::{RequestId, number_requests};
pub use shell::{NavLink, Shell, SignedIn, Site, Visitor, own_path};
