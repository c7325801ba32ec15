//! The audit trail for programs.

use actix_web::{HttpRequest, HttpResponse, get, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::rules::number_of_line;
use super::store;
use super::view::subject_id;
use super::web::filter_of;
use crate::base::actor::Permission;
use crate::base::error::Result;
use crate::platform::Services;
use crate::platform::db::{AuditLine, Caller, verify_chain};
use crate::platform::http::{Fields, blocking, page_request};

pub fn api_routes(config: &mut utoipa_actix_web::service_config::ServiceConfig<'_>) {
    config.service(audit_lines).service(audit_chain);
}

/// One line of the trail. Numbers of people are masked in it.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditLineView {
    /// The receipt number of the act.
    #[schema(example = "0000422")]
    number: String,
    #[schema(example = "2026-11-23T08:05:00.000Z")]
    at: String,
    #[schema(example = "张科")]
    actor: String,
    #[schema(example = "state_wish")]
    verb: String,
    #[schema(example = "person")]
    subject_kind: String,
    subject_id: String,
    #[schema(example = "532801003002")]
    region: Option<String>,
    /// What changed, before and after.
    #[schema(value_type = Option<Object>)]
    before: Option<serde_json::Value>,
    #[schema(value_type = Option<Object>)]
    after: Option<serde_json::Value>,
    request_id: String,
    address: String,
    hash: String,
}

impl AuditLineView {
    fn of(line: AuditLine) -> Self {
        let document = |text: Option<&str>| text.and_then(|text| serde_json::from_str(text).ok());
        Self {
            number: number_of_line(line.seq),
            at: line.at.to_string(),
            subject_id: subject_id(&line),
            region: line.region_code.as_ref().map(ToString::to_string),
            before: document(line.before_json.as_deref()),
            after: document(line.after_json.as_deref()),
            actor: line.actor,
            verb: line.verb,
            subject_kind: line.subject_kind,
            request_id: line.request_id,
            address: line.address,
            hash: line.hash,
        }
    }
}

/// One page of lines, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditLineList {
    items: Vec<AuditLineView>,
    next: Option<String>,
}

/// What the walk along the chain found.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChainView {
    #[schema(example = 1204)]
    lines: u64,
    /// The receipt number of the first line that does not fit; null when every line does.
    broken_at: Option<String>,
}

/// Audit lines of the caller's scope, newest first.
#[utoipa::path(
    tag = "audit",
    params(
        ("actor" = Option<String>, Query, description = "who acted, by name"),
        ("verb" = Option<String>, Query, description = "what was done", example = "state_wish"),
        ("about" = Option<String>, Query, description = "kind of record", example = "household"),
        ("id" = Option<String>, Query, description = "id of the record"),
        ("number" = Option<String>, Query, description = "receipt number"),
        ("from" = Option<String>, Query, description = "first day", example = "2026-11-01"),
        ("until" = Option<String>, Query, description = "last day", example = "2026-11-23"),
        ("limit" = Option<usize>, Query, description = "1–100, 20 unless told"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
    ),
    responses(
        (status = 200, description = "Lines", body = AuditLineList),
        (status = 400, description = "A parameter is wrong", content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", content_type = "application/problem+json"),
        (status = 403, description = "Not allowed", content_type = "application/problem+json"),
    )
)]
#[get("/api/v1/audit-lines")]
async fn audit_lines(request: HttpRequest, services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    caller.need(Permission::SeeAudit)?;
    let query = Fields::of_query(&request);
    let (filter, asked) = (filter_of(&query)?, page_request(&query)?);
    let scope = caller.actor.scope(Permission::SeeAudit);
    let found = blocking(move || {
        services
            .db
            .read(|conn| store::lines(conn, &caller.actor, &scope, &filter, &asked))
    })
    .await?;
    let found = found.map(AuditLineView::of);
    Ok(HttpResponse::Ok().json(AuditLineList {
        items: found.items,
        next: found.next,
    }))
}

/// Recomputes the whole chain of hashes.
#[utoipa::path(
    tag = "audit",
    responses(
        (status = 200, description = "Whether every line fits the one before", body = ChainView),
        (status = 401, description = "Not signed in", content_type = "application/problem+json"),
        (status = 403, description = "Not allowed", content_type = "application/problem+json"),
    )
)]
#[get("/api/v1/audit-chain")]
async fn audit_chain(services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    caller.need(Permission::SeeAudit)?;
    let report = blocking(move || services.db.snapshot(verify_chain)).await?;
    Ok(HttpResponse::Ok().json(ChainView {
        lines: report.lines,
        broken_at: report.broken_at.map(number_of_line),
    }))
}
