//! Rosters for programs: upload, look at the verdicts, settle, approve, withdraw.

use actix_web::{HttpRequest, HttpResponse, get, post, put, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions::{approve_batch, settle_row, withdraw_batch};
use super::batch::{Batch, BatchRow, Counts, Decision, RowVerdict};
use super::store;
use super::web::{act, batch_for, batches_for, returned, upload};
use crate::base::actor::Permission;
use crate::base::codes::Language;
use crate::base::error::{Error, OrNotFound, Result};
use crate::base::ids::{BatchId, BatchRowId};
use crate::platform::Services;
use crate::platform::db::Caller;
use crate::platform::http::{Fields, ListView, Shell, blocking, choice_filter, page_request};

/// The calls of this room.
pub fn api_routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list_batches)
        .service(add_batch)
        .service(one_batch)
        .service(list_rows)
        .service(decide_row)
        .service(decide_kind)
        .service(returned_rows)
        .service(add_approval)
        .service(add_withdrawal);
}

/// A roster as a batch.
#[derive(Debug, Serialize, ToSchema)]
struct BatchView {
    #[schema(example = "01J8ZK4Q9T3VB")]
    id: String,
    version: i32,
    #[schema(example = "嘎洒街道.xlsx")]
    file_name: String,
    file_sha256: String,
    /// The day that the roster describes.
    #[schema(example = "2026-11-20")]
    as_of: String,
    /// `checking`, `checked`, `approved`, `merged`, `withdrawn` or `failed`.
    #[schema(example = "checked")]
    status: &'static str,
    /// Why it failed.
    message: Option<String>,
    counts: CountsView,
}

/// How many rows got which verdict.
#[derive(Debug, Serialize, ToSchema)]
struct CountsView {
    rows: u64,
    new: u64,
    changed: u64,
    same: u64,
    doubtful: u64,
    rejected: u64,
    merged: u64,
}

impl BatchView {
    fn of(batch: &Batch) -> Self {
        let Counts {
            rows,
            new,
            changed,
            same,
            doubtful,
            rejected,
            merged,
            skipped: _,
        } = batch.counts();
        Self {
            id: batch.id.to_string(),
            version: batch.version,
            file_name: batch.file_name.clone(),
            file_sha256: batch.file_sha256.clone(),
            as_of: batch.as_of_on.to_string(),
            status: batch.status.as_str(),
            message: batch.message.clone(),
            counts: CountsView {
                rows,
                new,
                changed,
                same,
                doubtful,
                rejected,
                merged,
            },
        }
    }
}

/// A row with its verdict. Numbers of people are masked in what was found.
#[derive(Debug, Serialize, ToSchema)]
struct BatchRowView {
    #[schema(example = "01J8ZK4Q9T3VB")]
    id: String,
    /// The row of the sheet.
    row: i32,
    #[schema(example = "doubtful")]
    verdict: &'static str,
    name: String,
    household_no: Option<String>,
    person_no: Option<String>,
    findings: Vec<FindingView>,
    differences: Vec<DifferenceView>,
    /// `take` or `skip`.
    decision: Option<&'static str>,
    merged: bool,
}

#[derive(Debug, Serialize, ToSchema)]
struct FindingView {
    column: String,
    code: String,
    /// What is wrong and how to mend it, in the caller's language.
    sentence: String,
}

#[derive(Debug, Serialize, ToSchema)]
struct DifferenceView {
    field: String,
    before: String,
    after: String,
}

impl BatchRowView {
    fn of(row: &BatchRow, language: Language) -> Self {
        let found = row.findings();
        let findings = found.findings.iter().map(|finding| FindingView {
            column: finding.column.clone(),
            code: finding.code.clone(),
            sentence: finding.sentence(language),
        });
        let differences = found.differences.iter().map(|difference| DifferenceView {
            field: difference.field.clone(),
            before: difference.before.clone(),
            after: difference.after.clone(),
        });
        Self {
            id: row.id.to_string(),
            row: row.row_no,
            verdict: row.verdict.as_str(),
            name: row.name.clone(),
            household_no: row.household_no.clone(),
            person_no: row.person_no.clone(),
            findings: findings.collect(),
            differences: differences.collect(),
            decision: row.decision.map(Decision::as_str),
            merged: row.merged,
        }
    }
}

/// Batches, newest first
#[utoipa::path(tag = "rosters", params(
    ("limit" = Option<usize>, Query, description = "1–100, 20 unless told"),
    ("cursor" = Option<String>, Query, description = "`next` of the page before"),
), responses((status = 200, description = "Batches", body = ListView<BatchView>)))]
#[get("/api/v1/roster-batches")]
async fn list_batches(request: HttpRequest, services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    caller.need(Permission::ImportRosters)?;
    let query = Fields::of_query(&request);
    query.only(&["limit", "cursor"])?;
    let asked = page_request(&query)?;
    let found = blocking(move || services.db.read(|conn| batches_for(conn, &caller, &asked))).await?;
    Ok(HttpResponse::Ok().json(ListView::from(found.map(|batch| BatchView::of(&batch)))))
}

/// A roster to be uploaded, as multipart/form-data.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the parts of a form; the upload itself is streamed")]
struct RosterUpload {
    /// The day that it describes.
    #[schema(example = "2026-11-20")]
    as_of: String,
    /// .xlsx or .csv, at most 50 MB.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Upload a roster
///
/// It is checked by itself soon after; look at the batch again. The same file for the same day is one batch.
#[utoipa::path(tag = "rosters", request_body(content = RosterUpload, content_type = "multipart/form-data"),
    responses((status = 202, description = "Taken; it will be checked", body = BatchView)))]
#[post("/api/v1/roster-batches")]
async fn add_batch(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    body: web::Payload,
) -> Result<HttpResponse> {
    caller.need(Permission::ImportRosters)?;
    let received = upload::receive(&services, &request, body).await?;
    let (batch, _) = upload::open(&services, &caller, received).await?;
    Ok(HttpResponse::Accepted().json(BatchView::of(&batch)))
}

/// One batch
#[utoipa::path(tag = "rosters", params(("id" = String, Path, description = "The batch")), responses(
    (status = 200, description = "The batch", body = BatchView),
    (status = 404, description = "None such that the caller may see"),
))]
#[get("/api/v1/roster-batches/{id}")]
async fn one_batch(services: web::Data<Services>, caller: Caller, id: web::Path<BatchId>) -> Result<HttpResponse> {
    let batch = blocking(move || services.db.read(|conn| batch_for(conn, &caller, *id))).await?;
    Ok(HttpResponse::Ok().json(BatchView::of(&batch)))
}

/// The rows of a batch, in the order of the sheet
#[utoipa::path(tag = "rosters", params(
    ("id" = String, Path, description = "The batch"),
    ("verdict" = Option<String>, Query, description = "new, changed, same, doubtful or rejected"),
    ("limit" = Option<usize>, Query, description = "1–100, 20 unless told"),
    ("cursor" = Option<String>, Query, description = "`next` of the page before"),
), responses((status = 200, description = "Rows", body = ListView<BatchRowView>)))]
#[get("/api/v1/roster-batches/{id}/rows")]
async fn list_rows(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<BatchId>,
) -> Result<HttpResponse> {
    caller.need(Permission::ImportRosters)?;
    let query = Fields::of_query(&request);
    query.only(&["verdict", "limit", "cursor"])?;
    let names: Vec<&str> = RowVerdict::ALL.iter().map(|verdict| verdict.as_str()).collect();
    let verdict = choice_filter(&query, "verdict", &names, RowVerdict::parse)?;
    let asked = page_request(&query)?;
    let found = blocking(move || {
        services.db.snapshot(|conn| {
            batch_for(conn, &caller, *id)?;
            store::rows(conn, *id, verdict, &asked)
        })
    })
    .await?;
    let language = Shell::of(&request).language();
    Ok(HttpResponse::Ok().json(ListView::from(found.map(|row| BatchRowView::of(&row, language)))))
}

/// What is to become of a doubtful row.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DecisionBody {
    /// `take`, `skip`, or null to leave it open again.
    #[schema(example = "take")]
    decision: Option<String>,
}

/// Decide about a doubtful row
#[utoipa::path(tag = "rosters", request_body = DecisionBody, params(
    ("id" = String, Path, description = "The batch"),
    ("row_id" = String, Path, description = "The row"),
), responses((status = 204, description = "Decided")))]
#[put("/api/v1/roster-batches/{id}/rows/{row_id}/decision")]
async fn decide_row(
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<(String, String)>,
    body: web::Json<DecisionBody>,
) -> Result<HttpResponse> {
    caller.need(Permission::ImportRosters)?;
    let (batch_id, row_id) = path.into_inner();
    let batch_id: BatchId = batch_id.parse().ok().or_not_found("batch")?;
    let row_id: BatchRowId = row_id.parse().ok().or_not_found("row")?;
    let decision = match body.into_inner().decision {
        None => None,
        Some(text) => Some(Decision::parse(&text).ok_or_else(|| Error::invalid("decision", "not-a-choice"))?),
    };
    blocking(move || {
        services.db.write(&caller, |tx| {
            batch_for(tx, &caller, batch_id)?;
            settle_row(tx, batch_id, row_id, decision)
        })
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// What is to become of all doubtful rows of a kind.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct KindDecisionBody {
    /// The kind: the `code` of a finding.
    #[schema(example = "roster-number-of-another")]
    code: String,
    /// `take` or `skip`.
    #[schema(example = "skip")]
    decision: String,
}

/// How many rows were settled.
#[derive(Debug, Serialize, ToSchema)]
struct SettledView {
    #[schema(example = 12)]
    settled: usize,
}

/// Decide about all undecided doubtful rows of a kind
///
/// Rows without a household number cannot be taken; they stay open.
#[utoipa::path(tag = "rosters", request_body = KindDecisionBody, params(("id" = String, Path, description = "The batch")),
    responses((status = 200, description = "How many rows were settled", body = SettledView)))]
#[post("/api/v1/roster-batches/{id}/decisions")]
async fn decide_kind(
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<BatchId>,
    body: web::Json<KindDecisionBody>,
) -> Result<HttpResponse> {
    caller.need(Permission::ImportRosters)?;
    let KindDecisionBody { code, decision } = body.into_inner();
    let decision = Decision::parse(&decision).ok_or_else(|| Error::invalid("decision", "not-a-choice"))?;
    let settled = act::settle_all(&services, &caller, *id, code, decision).await?;
    Ok(HttpResponse::Ok().json(SettledView { settled }))
}

/// The doubtful and rejected rows as a workbook, with what is wrong
///
/// In the file's own columns while the file is kept; after the batch was merged, by row, numbers and name. Taking it
/// leaves a line in the audit trail.
#[utoipa::path(tag = "rosters", params(("id" = String, Path, description = "The batch")), responses(
    (status = 200, description = "The workbook", body = Vec<u8>,
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (status = 409, description = "It has not been checked, or was withdrawn"),
))]
#[get("/api/v1/roster-batches/{id}/returned.xlsx")]
async fn returned_rows(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<BatchId>,
) -> Result<HttpResponse> {
    returned::workbook_answer(&request, services, caller, *id).await
}

/// Approve a batch that somebody else uploaded and settled
#[utoipa::path(tag = "rosters", params(("id" = String, Path, description = "The batch")), responses(
    (status = 200, description = "Approved; it will be merged", body = BatchView),
    (status = 409, description = "Rows wait for a decision, or it is the caller's own batch"),
))]
#[post("/api/v1/roster-batches/{id}/approval")]
async fn add_approval(services: web::Data<Services>, caller: Caller, id: web::Path<BatchId>) -> Result<HttpResponse> {
    caller.need(Permission::ApproveRosters)?;
    let batch = blocking(move || {
        let batch = services.db.write(&caller, |tx| approve_batch(tx, *id))?;
        services.wake.notify_one();
        Ok(batch)
    })
    .await?;
    Ok(HttpResponse::Ok().json(BatchView::of(&batch)))
}

/// Take a batch back before it is approved
#[utoipa::path(tag = "rosters", params(("id" = String, Path, description = "The batch")), responses(
    (status = 200, description = "Withdrawn", body = BatchView),
    (status = 409, description = "It has been approved"),
))]
#[post("/api/v1/roster-batches/{id}/withdrawal")]
async fn add_withdrawal(services: web::Data<Services>, caller: Caller, id: web::Path<BatchId>) -> Result<HttpResponse> {
    caller.need(Permission::ImportRosters)?;
    let batch = blocking(move || {
        services.db.write(&caller, |tx| {
            batch_for(tx, &caller, *id)?;
            withdraw_batch(tx, *id)
        })
    })
    .await?;
    Ok(HttpResponse::Ok().json(BatchView::of(&batch)))
}
