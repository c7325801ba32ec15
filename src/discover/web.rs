//! The pages on which everybody looks for work: the first page, the choice of a place, the results of a search.

mod course;
mod course_for;
mod results;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Serialize;

use super::cards::opening_card;
use super::find::newest_in;
use super::place::{chosen_place, place_cookie, prefecture};
use super::request::read_request;
use crate::base::error::{Error, Result};
use crate::base::region::{RegionCode, RegionLevel};
use crate::platform::Services;
use crate::platform::http::parts::OpeningCard;
use crate::platform::http::{Fields, Shell, blocking, own_path, page, with_parameter};
use crate::reference::regions;

const OPENINGS: &str = "/openings";
/// Cards on the first page, and rows of a page of results on a phone.
const CARDS: usize = 3;
const SUGGESTIONS: usize = 8;

pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/", web::get().to(home))
        .route("/place", web::get().to(choose_place))
        .route(OPENINGS, web::get().to(results::results))
        .route("/courses/{id}", web::get().to(course::show))
        .route("/courses/{id}/enrol", web::get().to(course::back_to_course))
        .route("/courses/{id}/enrol", web::post().to(course::enrol_here))
        .route("/courses/{id}/withdraw", web::post().to(course::withdraw_here))
        .route("/village/persons/{id}/courses", web::get().to(course_for::courses_for))
        .route(
            "/village/persons/{id}/enrolments",
            web::post().to(course_for::enrol_somebody),
        )
        .route(
            "/village/enrolments/{id}/withdraw",
            web::post().to(course_for::withdraw_somebody),
        )
        .route("/suggest", web::get().to(suggest));
}

#[derive(Template)]
#[template(path = "discover/home.html")]
struct HomePage {
    s: Shell,
    place: String,
    /// How many openings there are in what the cards were taken from.
    heading: String,
    /// Says that the cards come from a larger place than the chosen one.
    widened: Option<String>,
    cards: Vec<OpeningCard>,
    all_href: String,
    is_signed_in: bool,
}

async fn home(request: HttpRequest, services: web::Data<Services>) -> Result<HttpResponse> {
    let s = Shell::of(&request);
    let l = s.locale;
    let chosen = chosen_place(&request);
    let start = chosen.clone().or_else(prefecture);
    let near = start.clone();
    // From the chosen place outwards, at most to the whole country, until there is something to show.
    let (shown, total, postings) = blocking(move || {
        let mut region = near;
        loop {
            let (total, postings) = newest_in(&services, region.as_ref(), CARDS)?;
            let larger = region.as_ref().and_then(RegionCode::parent);
            match region {
                Some(_) if total == 0 => region = larger,
                shown => return Ok((shown, total, postings)),
            }
        }
    })
    .await?;
    let place = start.as_ref().map(|code| regions().name_of(code)).unwrap_or_default();
    let shown_name = shown
        .as_ref()
        .map_or_else(|| l.t("discover-everywhere"), |code| regions().name_of(code));
    let heading = l.ta(
        "discover-home-near",
        &[
            ("place", shown_name.as_str().into()),
            ("n", i64::try_from(total).unwrap_or(i64::MAX).into()),
        ],
    );
    let widened = (total > 0 && shown != start).then(|| {
        l.ta(
            "discover-home-widened",
            &[("place", place.as_str().into()), ("wider", shown_name.as_str().into())],
        )
    });
    page(&HomePage {
        cards: postings
            .iter()
            .map(|posting| opening_card(l, posting, chosen.as_ref()))
            .collect(),
        all_href: match &shown {
            Some(region) => format!("{OPENINGS}?region={region}"),
            None => OPENINGS.to_owned(),
        },
        is_signed_in: s.visitor.signed_in.is_some(),
        heading: if total > 0 {
            heading
        } else {
            l.t("discover-home-nothing")
        },
        widened,
        place,
        s,
    })
}

/// A place that can be chosen, and where a closer look leads.
struct PlaceRow {
    name: String,
    choose: String,
    look: Option<String>,
}

#[derive(Template)]
#[template(path = "discover/place.html")]
struct PlacePage {
    s: Shell,
    heading: String,
    whole: PlaceRow,
    rows: Vec<PlaceRow>,
    up: Option<String>,
}

async fn choose_place(request: HttpRequest) -> Result<HttpResponse> {
    let query = Fields::of_query(&request);
    query.only(&["region", "under", "back"])?;
    let read = |name: &str| match query.find(name) {
        Some(value) => read_request([("region", value)]).map(|asked| asked.region),
        None => Ok(None),
    };
    let back = own_path(query.get("back")).unwrap_or("/");
    if let Some(chosen) = read("region")? {
        let there = header::HeaderValue::from_str(back).unwrap_or(header::HeaderValue::from_static("/"));
        return Ok(HttpResponse::SeeOther()
            .insert_header((header::LOCATION, there))
            .cookie(place_cookie(&request, &chosen))
            .finish());
    }
    let s = Shell::of(&request);
    let under = read("under")?.or_else(prefecture).ok_or(Error::NotFound("region"))?;
    let back_again = Fields::new(vec![("back".to_owned(), back.to_owned())]);
    let row = |code: &RegionCode, name: String| PlaceRow {
        name,
        choose: with_parameter("/place", &back_again, "region", Some(&code.to_string())),
        look: (code.level() < RegionLevel::Township)
            .then(|| with_parameter("/place", &back_again, "under", Some(&code.to_string()))),
    };
    let children = regions()
        .children_of(Some(&under))
        .filter(|region| !region.is_statistical_only());
    page(&PlacePage {
        heading: s.t("discover-place-title"),
        whole: row(
            &under,
            s.ta("discover-place-whole", &[("place", regions().name_of(&under).into())]),
        ),
        rows: children.map(|region| row(&region.code, region.short_name())).collect(),
        up: (under.level() > RegionLevel::Prefecture).then(|| with_parameter("/place", &back_again, "under", None)),
        s,
    })
}

/// Names to offer while somebody types.
#[derive(Serialize)]
struct Suggestions {
    items: Vec<String>,
}

async fn suggest(request: HttpRequest, services: web::Data<Services>) -> Result<HttpResponse> {
    let typed = Fields::of_query(&request).get("q").to_owned();
    let found = blocking(move || services.finder.index().suggest(&typed, SUGGESTIONS)).await?;
    let items = found.into_iter().map(|suggestion| suggestion.text).collect();
    Ok(HttpResponse::Ok().json(Suggestions { items }))
}
