//! Applications for programs: everything that the pages do.

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions::{Move, apply, take_step};
use super::model::{Placement, PlacementRow, PlacementStatus, Step};
use super::store::{placement_for, placements_of_person, steps_of};
use crate::base::actor::Permission;
use crate::base::error::{Error, OrNotFound, Result};
use crate::base::ids::{PersonId, PlacementId, PostingId};
use crate::base::time::{Day, parse_day};
use crate::platform::Services;
use crate::platform::db::{Caller, Conn};
use crate::platform::http::{Fields, blocking};
use crate::registry;

pub fn api_routes(config: &mut ServiceConfig<'_>) {
    config
        .service(open_placement)
        .service(one_placement)
        .service(take_placement_step)
        .service(placements_of_one);
}

/// One step of a placement.
#[derive(Serialize, ToSchema)]
struct StepView {
    #[schema(format = DateTime, value_type = String, example = "2026-03-01T01:12:00.000Z")]
    at: String,
    #[schema(example = "applied")]
    status: &'static str,
    /// Who took it.
    #[schema(example = "岩温")]
    actor: String,
    #[schema(example = "")]
    note: String,
}

/// A recommendation or application, from the first word to the first day at work.
#[derive(Serialize, ToSchema)]
struct PlacementView {
    #[schema(example = "01J8ZK4Q9T3VB")]
    id: String,
    /// Sent back with the next step, so that nobody's step is overlooked.
    #[schema(example = 2)]
    version: i32,
    /// The receipt: six digits and a check digit.
    #[schema(example = "4821096")]
    number: String,
    #[schema(example = "01J8ZK4Q9T3VC")]
    posting_id: String,
    #[schema(example = "酒店保洁员")]
    posting_title: String,
    #[schema(example = "景洪市某酒店有限公司")]
    employer_name: String,
    #[schema(example = "01J8ZK4Q9T3VD")]
    person_id: String,
    #[schema(example = "offered")]
    status: &'static str,
    /// Where it may go from here.
    #[schema(example = json!(["accepted", "refused"]))]
    moves: Vec<&'static str>,
    is_open: bool,
    /// Whether it holds one of the posting's places.
    holds_place: bool,
    /// Opened by somebody who acted for the person.
    on_behalf: bool,
    #[schema(format = DateTime, value_type = String, example = "2026-03-01T01:12:00.000Z")]
    created_at: String,
    /// The first day at work.
    #[schema(example = "2026-03-15")]
    start_on: Option<String>,
    /// Why it was refused, withdrawn or declined.
    reason: Option<String>,
    /// What happened so far, oldest first.
    steps: Vec<StepView>,
}

impl PlacementView {
    fn of(row: &PlacementRow, steps: &[Step]) -> Self {
        let placement = &row.placement;
        let own = steps.iter().filter(|step| step.placement_id == placement.id);
        Self {
            id: placement.id.to_string(),
            version: placement.version,
            number: placement.number.clone(),
            posting_id: placement.posting_id.to_string(),
            posting_title: row.posting_title.clone(),
            employer_name: row.employer_name.clone(),
            person_id: placement.person_id.to_string(),
            status: placement.status.as_str(),
            moves: placement.status.moves().iter().map(|to| to.as_str()).collect(),
            is_open: placement.is_open,
            holds_place: placement.holds_place,
            on_behalf: placement.on_behalf,
            created_at: placement.created_at.to_string(),
            start_on: placement.start_on.map(|day| day.to_string()),
            reason: placement.reason.clone(),
            steps: own
                .map(|step| StepView {
                    at: step.at.to_string(),
                    status: step.status.as_str(),
                    actor: step.actor.clone(),
                    note: step.note.clone(),
                })
                .collect(),
        }
    }
}

fn view_of(conn: &mut Conn, placement: &Placement) -> Result<PlacementView> {
    let rows = placements_of_person(conn, placement.person_id)?;
    let row = rows
        .iter()
        .find(|row| row.placement.id == placement.id)
        .or_not_found("placement")?;
    let steps = steps_of(conn, &[placement.id])?;
    Ok(PlacementView::of(row, &steps))
}

/// Who applies for what.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PlacementDraft {
    #[schema(value_type = String, example = "01J8ZK4Q9T3VC")]
    posting_id: PostingId,
    /// Oneself, or a person of one's scope.
    #[schema(value_type = String, example = "01J8ZK4Q9T3VD")]
    person_id: PersonId,
}

/// Apply
///
/// For oneself, or for a person of one's scope; then who acted is recorded. Applying twice is one application.
#[utoipa::path(tag = "placements", request_body = PlacementDraft,
    responses((status = 201, description = "Applied", body = PlacementView)))]
#[post("/api/v1/placements")]
async fn open_placement(
    services: web::Data<Services>,
    caller: Caller,
    draft: web::Json<PlacementDraft>,
) -> Result<HttpResponse> {
    caller.need_sign_in()?;
    let PlacementDraft { posting_id, person_id } = draft.into_inner();
    let data = services.clone();
    let view = blocking(move || {
        let placement = data.db.write(&caller, |tx| apply(tx, posting_id, person_id))?;
        data.db.read(|conn| view_of(conn, &placement))
    })
    .await?;
    services.wake.notify_one();
    Ok(HttpResponse::Created()
        .insert_header(("Location", format!("/api/v1/placements/{}", view.id)))
        .json(view))
}

/// One placement
#[utoipa::path(tag = "placements",
    params(("id" = String, Path, description = "The placement's id", example = "01J8ZK4Q9T3VB")),
    responses((status = 200, description = "The placement with its steps", body = PlacementView)))]
#[get("/api/v1/placements/{id}")]
async fn one_placement(
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<PlacementId>,
) -> Result<HttpResponse> {
    caller.need_sign_in()?;
    let id = id.into_inner();
    let view = blocking(move || {
        services.db.read(|conn| {
            let placement = placement_for(conn, &caller.actor, id)?;
            view_of(conn, &placement)
        })
    })
    .await?;
    Ok(HttpResponse::Ok().json(view))
}

/// The next step of a placement.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct StepDraft {
    /// `applied`, `accepted`, `refused`, `withdrawn` by the person or who acts for him; `shortlisted`, `offered`,
    /// `employer_declined`, `started` by the employer.
    #[schema(value_type = String, example = "accepted")]
    to: PlacementStatus,
    /// The version that was seen.
    #[schema(example = 2)]
    version: i32,
    /// The first day at work, for `started`; today by default.
    #[schema(example = "2026-03-15")]
    start_on: Option<String>,
    /// Why; needed to refuse and to decline.
    #[schema(example = "离家太远")]
    #[serde(default)]
    note: String,
}

fn read_day(text: Option<&str>) -> Result<Option<Day>> {
    match text {
        None => Ok(None),
        Some(text) => parse_day(text)
            .map(Some)
            .ok_or_else(|| Error::invalid("start_on", "not-a-day")),
    }
}

/// Take a step
///
/// The same step taken twice is taken once. Accepting takes one of the posting's places; the last one goes to one
/// person only, the others are refused with `posting-full`. Starting begins the employment and counts for the household
/// at once.
#[utoipa::path(tag = "placements", request_body = StepDraft,
    params(("id" = String, Path, description = "The placement's id", example = "01J8ZK4Q9T3VB")),
    responses((status = 200, description = "The placement after the step", body = PlacementView)))]
#[post("/api/v1/placements/{id}/steps")]
async fn take_placement_step(
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<PlacementId>,
    draft: web::Json<StepDraft>,
) -> Result<HttpResponse> {
    caller.need_sign_in()?;
    let id = id.into_inner();
    let draft = draft.into_inner();
    let step = Move {
        to: draft.to,
        start_on: read_day(draft.start_on.as_deref())?,
        note: draft.note,
    };
    let data = services.clone();
    let view = blocking(move || {
        let placement = data.db.write(&caller, |tx| take_step(tx, id, draft.version, &step))?;
        data.db.read(|conn| view_of(conn, &placement))
    })
    .await?;
    services.wake.notify_one();
    Ok(HttpResponse::Ok().json(view))
}

#[derive(Serialize, ToSchema)]
struct PlacementsView {
    items: Vec<PlacementView>,
    /// Always absent: a person's newest hundred come at once.
    next: Option<String>,
}

/// A person's placements
///
/// Newest first; for the person himself and for those who may see the household.
#[utoipa::path(tag = "placements",
    params(("id" = String, Path, description = "The person's id", example = "01J8ZK4Q9T3VD")),
    responses((status = 200, description = "The placements with their steps", body = PlacementsView)))]
#[get("/api/v1/persons/{id}/placements")]
async fn placements_of_one(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<PersonId>,
) -> Result<HttpResponse> {
    caller.need_sign_in()?;
    Fields::of_query(&request).only(&[])?;
    let id = id.into_inner();
    let items = blocking(move || {
        services.db.read(|conn| {
            let is_self = caller.actor.person_id() == Some(id);
            let permission = if is_self {
                Permission::SeeOwnRecord
            } else {
                Permission::SeeHouseholds
            };
            registry::person_for(conn, &caller.actor, id, permission)?;
            let rows = placements_of_person(conn, id)?;
            let ids: Vec<PlacementId> = rows.iter().map(|row| row.placement.id).collect();
            let steps = steps_of(conn, &ids)?;
            Ok(rows.iter().map(|row| PlacementView::of(row, &steps)).collect())
        })
    })
    .await?;
    Ok(HttpResponse::Ok().json(PlacementsView { items, next: None }))
}
