//! Pages of courses: writing one on one screen, its steps and the people enrolled, and the officers' queue.

mod desk;
mod form;
mod people;
mod review;
pub(crate) mod words;

use actix_web::web;

pub(super) use form::read_draft;
pub(super) use words::course_id;

/// The routes of this room.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/desk/courses/new", web::get().to(form::new_course))
        .route("/desk/courses", web::post().to(form::keep_course))
        .route("/desk/courses/{id}", web::get().to(desk::course_page))
        .route("/desk/courses/{id}/edit", web::get().to(form::edit_course))
        .route("/desk/courses/{id}/edit", web::post().to(form::amend))
        .route("/desk/courses/{id}/occupation", web::post().to(form::choose_occupation))
        .route("/desk/courses/{id}/steps", web::post().to(desk::step))
        .route("/desk/courses/{id}/copies", web::post().to(desk::copy))
        .route("/desk/enrolments/{id}/steps", web::post().to(people::step))
        .route("/board/verify/courses", web::get().to(review::queue))
        .route("/board/verify/courses/{id}", web::get().to(review::course))
        .route("/board/verify/courses/{id}/steps", web::post().to(review::step));
}
