//! Requests for work for programs.

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions::answer_request;
use super::model::WorkRequest;
use super::store::{requests_in, requests_of};
use super::web::{Asked, read_answer};
use crate::base::actor::Permission;
use crate::base::error::Result;
use crate::base::ids::{PersonId, WorkRequestId};
use crate::base::time::Day;
use crate::guarantee::{Clocks, asked_level};
use crate::platform::Services;
use crate::platform::db::Caller;
use crate::platform::http::{Fields, ListView, blocking};
use crate::registry::person_for;

/// The most requests of one person that are shown.
const MOST: i64 = 100;

pub fn api_routes(config: &mut ServiceConfig<'_>) {
    config.service(list).service(of_person).service(add_answer);
}

/// A request for work or training.
#[derive(Debug, Serialize, ToSchema)]
struct WorkRequestView {
    id: String,
    version: i32,
    person_id: String,
    /// The receipt's number.
    #[schema(example = "4821093")]
    number: String,
    /// Where the person lived when he asked.
    #[schema(example = "532801003002")]
    region: String,
    /// `work` or `training`.
    #[schema(example = "work")]
    wants: &'static str,
    /// `self_service` or `on_behalf`.
    #[schema(example = "self_service")]
    channel: &'static str,
    #[schema(example = "2026-11-23")]
    asked_on: String,
    /// The last day on which an answer is in time.
    #[schema(example = "2026-12-08")]
    due_on: String,
    answered_on: Option<String>,
    /// `offered`, `at_work`, `course`, `none_now` or `withdrawn`; absent while the request is open.
    #[schema(example = "offered")]
    answer: Option<&'static str>,
    note: String,
    /// Who is asked for the answer: `village`, `township`, `county` or `prefecture`; absent once it is given.
    #[schema(example = "village")]
    asked: Option<&'static str>,
}

impl WorkRequestView {
    fn of(request: &WorkRequest, today: Day) -> Self {
        let level = || asked_level(Some(request.due_on), today, Clocks::shipped()).as_str();
        Self {
            id: request.id.to_string(),
            version: request.version,
            person_id: request.person_id.to_string(),
            number: request.number.clone(),
            region: request.region_code.to_string(),
            wants: request.wants.as_str(),
            channel: request.channel.as_str(),
            asked_on: request.asked_on.to_string(),
            due_on: request.due_on.to_string(),
            answered_on: request.answered_on.map(|day| day.to_string()),
            answer: request.answer.map(|answer| answer.as_str()),
            note: request.note.clone(),
            asked: request.is_open.then(level),
        }
    }
}

/// Open requests of the caller's scope, the first due first
#[utoipa::path(tag = "requests", params(
    ("due" = Option<String>, Query, description = "late or in_time"),
    ("region" = Option<String>, Query, description = "a division", example = "532801"),
    ("limit" = Option<usize>, Query, description = "1–100, 20 unless told"),
    ("cursor" = Option<String>, Query, description = "`next` of the page before"),
), responses((status = 200, description = "Requests", body = ListView<WorkRequestView>)))]
#[get("/api/v1/work-requests")]
async fn list(request: HttpRequest, services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    let asked = Asked::read(&Fields::of_query(&request), &caller)?;
    let today = services.clock.today();
    let found = blocking(move || {
        let (by, after) = asked.days(today);
        services
            .db
            .snapshot(|conn| requests_in(conn, &asked.scope, by, after, &asked.page))
    })
    .await?;
    let page = found.map(|(request, _)| WorkRequestView::of(&request, today));
    Ok(HttpResponse::Ok().json(ListView::from(page)))
}

/// A person's requests, newest first; asking is stating a wish
#[utoipa::path(tag = "requests", params(("id" = String, Path, description = "The person")), responses(
    (status = 200, description = "Requests", body = Vec<WorkRequestView>),
    (status = 404, description = "None such in the caller's scope"),
))]
#[get("/api/v1/persons/{id}/work-requests")]
async fn of_person(services: web::Data<Services>, caller: Caller, id: web::Path<PersonId>) -> Result<HttpResponse> {
    let own = caller.actor.person_id() == Some(*id);
    let permission = if own {
        Permission::SeeOwnRecord
    } else {
        Permission::SeeHouseholds
    };
    caller.need(permission)?;
    let today = services.clock.today();
    let found = blocking(move || {
        services.db.snapshot(|conn| {
            person_for(conn, &caller.actor, *id, permission)?;
            requests_of(conn, *id, MOST)
        })
    })
    .await?;
    let views: Vec<WorkRequestView> = found
        .iter()
        .map(|request| WorkRequestView::of(request, today))
        .collect();
    Ok(HttpResponse::Ok().json(views))
}

/// What was done about a request.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RequestAnswerBody {
    /// The version that the caller saw.
    #[schema(example = 1)]
    version: i32,
    /// `offered`, `course`, `at_work` or `none_now`.
    #[schema(example = "none_now")]
    answer: String,
    #[schema(example = "县内暂无缝纫岗位，已登记12月的缝纫班")]
    note: String,
}

/// Answer a request
#[utoipa::path(tag = "requests", params(("id" = String, Path, description = "The request")), request_body = RequestAnswerBody, responses(
    (status = 200, description = "Answered", body = WorkRequestView),
    (status = 409, description = "It has its answer, or somebody else changed it meanwhile"),
))]
#[post("/api/v1/work-requests/{id}/answers")]
async fn add_answer(
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<WorkRequestId>,
    body: web::Json<RequestAnswerBody>,
) -> Result<HttpResponse> {
    caller.need(Permission::WorkCases)?;
    let body = body.into_inner();
    let (version, answer, note) = read_answer(&Fields::new(vec![
        ("version".to_owned(), body.version.to_string()),
        ("answer".to_owned(), body.answer),
        ("note".to_owned(), body.note),
    ]))?;
    let today = services.clock.today();
    let answered = blocking(move || {
        services
            .db
            .write(&caller, |tx| answer_request(tx, *id, version, answer, &note))
    })
    .await?;
    Ok(HttpResponse::Ok().json(WorkRequestView::of(&answered, today)))
}
