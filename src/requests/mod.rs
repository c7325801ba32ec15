//! Requests for work: whoever asks gets a dated receipt, and the bureau owes an answer within fifteen days.
//!
//! Saying what one looks for is asking. One request of a person is open at a time; stating the wish again keeps its number
//! and its day. It is answered by a recommendation, by work that begins, or by an officer who says what was done.

mod actions;
mod api;
mod model;
mod rules;
mod store;
mod web;

pub use actions::{answer_request, on_employment_changed, on_offer_made, on_wish_stated};
pub use api::api_routes;
pub use model::{RequestAnswer, RequestChannel, WorkRequest};
pub use rules::{ANSWER_DAYS, Score, due_on, score_of};
pub use store::{newest_of, request_for, requests_in, requests_of, score_in};
pub use web::routes;
