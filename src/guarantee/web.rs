//! The pages on which the guarantee is watched: the county's board, the cadre's day, the household and its people.

mod board_page;
pub mod cards;
pub mod checks_page;
mod household_page;
mod lists;
pub mod months_page;
mod person_page;
mod village_page;

pub(super) use lists::{Asked, rows_of};

use actix_web::web;

use crate::base::actor::Scope;
use crate::base::error::{Error, Result};
use crate::base::region::RegionCode;
use crate::base::time::Day;
use crate::platform::http::{Fields, day_filter};
use crate::reference::regions;

pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/board", web::get().to(board_page::show))
        .route("/board.csv", web::get().to(board_page::export))
        .route("/board/months", web::get().to(months_page::show))
        .route("/board/months", web::post().to(months_page::post))
        .route("/board/months/new", web::get().to(months_page::form))
        .route("/board/months/{id}", web::get().to(months_page::one))
        .route("/board/checks", web::get().to(checks_page::show))
        .route("/board/checks", web::post().to(checks_page::post))
        .route("/board/checks/new", web::get().to(checks_page::form))
        .route("/board/checks/{id}", web::get().to(checks_page::one))
        .route(
            "/board/checks/{id}/households/{household}/findings/new",
            web::get().to(checks_page::finding_form),
        )
        .route(
            "/board/checks/{id}/households/{household}/findings",
            web::post().to(checks_page::post_finding),
        )
        .route("/village", web::get().to(village_page::show))
        .route("/village/households", web::get().to(lists::show))
        .route("/village/households.csv", web::get().to(lists::export))
        .route("/village/households/{id}", web::get().to(household_page::show))
        .route("/village/persons/{id}", web::get().to(person_page::show));
}

/// The division of a filter; an unknown code is answered with near ones.
pub fn region_filter(query: &Fields, name: &str) -> Result<Option<RegionCode>> {
    let Some(text) = query.find(name) else { return Ok(None) };
    let known = RegionCode::parse(text).filter(|code| regions().get(code).is_some());
    known.map(Some).ok_or_else(|| {
        let near = regions().near_codes(text, 5).join("、");
        Error::bad_request(name, "region-unknown")
            .with("value", text)
            .with("near", near)
    })
}

/// The part of a scope that a filter names; a division outside the scope does not exist for him who asks.
pub fn narrowed(scope: Scope, region: Option<&RegionCode>) -> Result<Scope> {
    match region {
        None => Ok(scope),
        Some(region) => scope.within(region).ok_or(Error::NotFound("region")),
    }
}

/// The day that the figures describe: today unless another is asked for, never a day to come.
pub(super) fn as_of(query: &Fields, today: Day) -> Result<Day> {
    match day_filter(query, "as_of")? {
        None => Ok(today),
        Some(day) if day > today => Err(Error::bad_request("as_of", "day-in-future")),
        Some(day) => Ok(day),
    }
}

/// The one division in which somebody works; none where he works everywhere or in several.
pub(super) fn home_region(scope: &Scope) -> Option<RegionCode> {
    match scope {
        Scope::Everywhere => RegionCode::parse("5328"),
        Scope::Regions(regions) => match regions.as_slice() {
            [only] => Some(only.clone()),
            _ => None,
        },
    }
}
