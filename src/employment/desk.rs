//! The employer's first page: its postings as a board and what needs it today; and the people who work for it, each
//! confirmed with one tap.

mod board;
mod hires;

use actix_web::web;

pub use hires::api_routes as desk_api_routes;

/// The routes of the employer's side.
pub fn desk_routes(config: &mut web::ServiceConfig) {
    config
        .route("/desk", web::get().to(board::desk))
        .route("/desk/hires", web::get().to(hires::hires))
        .route("/desk/hires/{id}/confirmations", web::post().to(hires::confirm))
        .route("/desk/hires/{id}/ends", web::post().to(hires::end));
}
