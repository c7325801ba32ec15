//! The employer's side of hiring for programs. Steps themselves are `POST /api/v1/placements/{id}/steps`.

use actix_web::{HttpResponse, get, post, web};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions::tell_phone;
use super::desk::placement_id;
use super::model::{PlacementRow, PlacementStatus};
use super::store;
use crate::base::actor::Permission;
use crate::base::error::Result;
use crate::platform::Services;
use crate::platform::db::Caller;
use crate::platform::http::{ListView, blocking};
use crate::postings::posting_for;
use crate::postings::web::form::posting_id;

/// The calls of the employer's side.
pub fn desk_api_routes(config: &mut ServiceConfig<'_>) {
    config.service(placements_of_posting).service(placement_phone);
}

/// An application as the employer sees it.
#[derive(Serialize, ToSchema)]
struct ApplicantView {
    #[schema(example = "01J8ZK4Q9T3VB")]
    id: String,
    /// To be sent back with a step.
    version: i32,
    /// The number that both sides say on the phone.
    #[schema(example = "4821093")]
    number: String,
    #[schema(example = "岩温")]
    name: String,
    #[schema(example = "applied")]
    status: &'static str,
    #[schema(example = "2026-11-23")]
    applied_on: String,
    start_on: Option<String>,
    reason: Option<String>,
}

impl From<PlacementRow> for ApplicantView {
    fn from(row: PlacementRow) -> Self {
        let placement = row.placement;
        Self {
            id: placement.id.to_string(),
            version: placement.version,
            number: placement.number,
            name: row.person_name,
            status: placement.status.as_str(),
            applied_on: placement.created_at.day().to_string(),
            start_on: placement.start_on.map(|day| day.to_string()),
            reason: placement.reason,
        }
    }
}

/// List the applications to a posting
///
/// For the employer of the posting. Who was recommended and has not applied is not among them.
#[utoipa::path(tag = "placements", params(("id" = String, Path, description = "The posting")),
    responses((status = 200, description = "Newest first, at most 500", body = ListView<ApplicantView>)))]
#[get("/api/v1/postings/{id}/placements")]
async fn placements_of_posting(
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
) -> Result<HttpResponse> {
    caller.need_sign_in()?;
    let id = posting_id(&path)?;
    let rows = blocking(move || {
        services.db.snapshot(|conn| {
            posting_for(conn, &caller.actor, id, Permission::ManageOwnEmployer)?;
            store::placements_of_posting(conn, id)
        })
    })
    .await?;
    let agreed = rows
        .into_iter()
        .filter(|row| row.placement.status != PlacementStatus::Recommended);
    Ok(HttpResponse::Ok().json(ListView::whole(agreed.map(ApplicantView::from).collect())))
}

/// A phone in full.
#[derive(Serialize, ToSchema)]
struct PhoneView {
    #[schema(example = "13800005678")]
    phone: String,
}

/// Learn the phone of somebody who accepted
///
/// Only after the person has accepted the offer; a line in the audit trail says who learnt it.
#[utoipa::path(tag = "placements", params(("id" = String, Path, description = "The placement")),
    responses((status = 200, description = "The phone", body = PhoneView)))]
#[post("/api/v1/placements/{id}/phone")]
async fn placement_phone(
    request: actix_web::HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
) -> Result<HttpResponse> {
    use actix_web::HttpMessage;
    caller.need_sign_in()?;
    let id = placement_id(&path)?;
    let db = services.db.clone();
    let (_, phone) = blocking(move || db.write(&caller, |tx| tell_phone(tx, id))).await?;
    request.extensions_mut().insert(crate::platform::http::SecretAnswer);
    Ok(HttpResponse::Ok().json(PhoneView { phone }))
}
