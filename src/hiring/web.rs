//! One opening, applying for it, and what became of it: for the person himself and for a cadre who acts for him.

mod applications;
pub(super) mod opening;

use actix_web::http::header;
use actix_web::{HttpResponse, web};

use super::model::PlacementStatus;
use super::rules::side_of;
use super::{Placement, Side};
use crate::base::error::{Error, Result};
use crate::base::time::Instant;
use crate::platform::i18n::Locale;

pub use crate::base::receipt::spoken_number;
pub use applications::{StepButton, step_buttons};

pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/openings/{id}", web::get().to(opening::show))
        .route("/openings/{id}/apply", web::get().to(opening::back_to_opening))
        .route("/openings/{id}/apply", web::post().to(opening::apply_here))
        .route("/me/applications", web::get().to(applications::list))
        .route("/me/applications/{id}", web::get().to(applications::own))
        .route(
            "/me/applications/{id}/steps",
            web::post().to(applications::take_own_step),
        )
        .route("/village/placements/{id}", web::get().to(applications::of_somebody))
        .route(
            "/village/placements/{id}/steps",
            web::post().to(applications::take_step_for_somebody),
        );
}

/// What the person, or who acts for him, may do next.
pub(super) fn open_moves(placement: &Placement) -> Vec<PlacementStatus> {
    let moves = placement.status.moves().iter().copied();
    moves.filter(|to| side_of(*to) == Side::Person).collect()
}

/// A status as the person reads it: what happened, and what comes next.
pub fn status_words(l: Locale, status: PlacementStatus) -> (String, String) {
    let (now, next) = match status {
        PlacementStatus::Recommended => ("hiring-now-recommended", "hiring-next-recommended"),
        PlacementStatus::Applied => ("hiring-now-applied", "hiring-next-applied"),
        PlacementStatus::Shortlisted => ("hiring-now-shortlisted", "hiring-next-shortlisted"),
        PlacementStatus::Offered => ("hiring-now-offered", "hiring-next-offered"),
        PlacementStatus::Accepted => ("hiring-now-accepted", "hiring-next-accepted"),
        PlacementStatus::Started => ("hiring-now-started", "hiring-next-started"),
        PlacementStatus::Left => ("hiring-now-left", "hiring-next-over"),
        PlacementStatus::Refused => ("hiring-now-refused", "hiring-next-over"),
        PlacementStatus::Withdrawn => ("hiring-now-withdrawn", "hiring-next-over"),
        PlacementStatus::EmployerDeclined => ("hiring-now-declined", "hiring-next-over"),
        PlacementStatus::Obsolete => ("hiring-now-obsolete", "hiring-next-over"),
    };
    (l.t(now), l.t(next))
}

fn day_words(l: Locale, at: Instant) -> String {
    l.day(at.day())
}

fn see_other(path: &str) -> Result<HttpResponse> {
    let there = header::HeaderValue::from_str(path).map_err(|_| Error::NotFound("page"))?;
    Ok(HttpResponse::SeeOther()
        .insert_header((header::LOCATION, there))
        .finish())
}
