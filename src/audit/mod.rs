//! The audit trail as officers and auditors read it: who did what to which record, when, and what it was before.
//!
//! The lines themselves are written by the journal in the transaction of the act; this room only reads them. Each line
//! has a number of its own, and with a check digit behind it that number is the receipt of the act: whoever reads it
//! out on the phone is found.

mod api;
mod done;
mod model;
mod rules;
mod store;
mod view;
mod web;

pub use api::api_routes;
pub use done::{ReceiptWords, act, back_to, receipt_words};
pub use model::{LineFilter, Receipt};
pub use rules::{number_of_line, read_number};
pub use store::{lines, lines_about, lines_by, receipt, receipt_of_request, record_export};
pub use view::verb_words;
pub use web::routes;
