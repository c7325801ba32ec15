//! Pages of postings: writing one on one screen, its steps, and the officers' queue.

pub(crate) mod form;
pub(crate) mod queue;
pub(crate) mod review;
pub(crate) mod steps;
pub(crate) mod words;

use actix_web::web;

/// The routes of this room.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/desk/occupations", web::get().to(steps::suggest))
        .route("/desk/postings/new", web::get().to(form::new_posting))
        .route("/desk/postings", web::post().to(form::keep_posting))
        .route("/desk/postings/{id}/edit", web::get().to(form::edit_posting))
        .route("/desk/postings/{id}/edit", web::post().to(form::amend))
        .route(
            "/desk/postings/{id}/occupation",
            web::post().to(steps::choose_occupation),
        )
        .route("/desk/postings/{id}/steps", web::post().to(steps::step))
        .route("/desk/postings/{id}/copies", web::post().to(steps::copy))
        .route("/board/verify", web::get().to(review::queue))
        .route("/board/verify/postings", web::get().to(review::postings_queue))
        .route("/board/verify/employers/{id}", web::get().to(review::employer))
        .route(
            "/board/verify/employers/{id}/steps",
            web::post().to(review::employer_step),
        )
        .route("/board/verify/postings/{id}", web::get().to(review::posting))
        .route(
            "/board/verify/postings/{id}/steps",
            web::post().to(review::posting_step),
        );
}
