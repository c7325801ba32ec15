//! The pages of this room.

mod alerts_page;
mod board_page;
mod case_page;
mod exemptions_page;
mod forms;

use actix_web::web;

pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/village/cases", web::get().to(board_page::show))
        .route("/village/cases/{id}", web::get().to(case_page::show))
        .route("/village/households/{id}/cases", web::post().to(forms::post_case))
        .route("/village/cases/{id}/steps/new", web::get().to(forms::step_form))
        .route("/village/cases/{id}/steps", web::post().to(forms::post_step))
        .route("/village/cases/{id}/measures/new", web::get().to(forms::measure_form))
        .route("/village/cases/{id}/measures", web::post().to(forms::post_measure))
        .route("/village/cases/{id}/closings/new", web::get().to(forms::closing_form))
        .route("/village/cases/{id}/closings", web::post().to(forms::post_closing))
        .route("/village/measures/{id}/answers/new", web::get().to(forms::answer_form))
        .route("/village/measures/{id}/answers", web::post().to(forms::post_answer))
        .route("/village/alerts", web::get().to(alerts_page::show))
        .route(
            "/village/alerts/{id}/closings/new",
            web::get().to(alerts_page::closing_form),
        )
        .route(
            "/village/alerts/{id}/closings",
            web::post().to(alerts_page::post_closing),
        )
        .route("/village/exemptions", web::get().to(exemptions_page::show))
        .route(
            "/village/households/{id}/exemptions/new",
            web::get().to(exemptions_page::form),
        )
        .route(
            "/village/households/{id}/exemptions",
            web::post().to(exemptions_page::post),
        )
        .route(
            "/village/exemptions/{id}/endings/new",
            web::get().to(exemptions_page::ending_form),
        )
        .route(
            "/village/exemptions/{id}/endings",
            web::post().to(exemptions_page::post_ending),
        );
}
