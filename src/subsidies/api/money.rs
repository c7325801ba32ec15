//! Calls about money: appropriations, ledgers, payment batches and their results.

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::base::actor::Permission;
use crate::base::error::{Error, OrNotFound, Result};
use crate::base::ids::{FundId, PaymentBatchId};
use crate::base::money::Money;
use crate::base::region::RegionCode;
use crate::funds::{self, Fund, FundSource, LedgerEntry, PaymentBatch, PaymentLine};
use crate::platform::Services;
use crate::platform::db::Caller;
use crate::platform::http::{Fields, ListView, blocking, choice_filter, page_request};
use crate::subsidies::claims;

pub(super) fn api_routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list_funds)
        .service(move_fund)
        .service(list_entries)
        .service(open_batch)
        .service(one_batch)
        .service(send_batch)
        .service(batch_file)
        .service(take_results);
}

#[derive(Serialize, ToSchema)]
struct FundView {
    id: String,
    source: String,
    region: String,
    year: i32,
    granted: String,
    available: String,
    reserved: String,
    committed: String,
    paid: String,
}

impl From<&Fund> for FundView {
    fn from(fund: &Fund) -> Self {
        Self {
            id: fund.id.to_string(),
            source: fund.source.to_string(),
            region: fund.region_code.to_string(),
            year: fund.year,
            granted: fund.granted_fen.to_string(),
            available: fund.available_fen.to_string(),
            reserved: fund.reserved_fen.to_string(),
            committed: fund.committed_fen.to_string(),
            paid: fund.paid_fen.to_string(),
        }
    }
}

/// List funds
#[utoipa::path(tag = "funds", params(("limit" = Option<u32>, Query, description = "1 to 100; 20 by default", example = 20)),
    responses((status = 200, description = "Those of the caller's scope, newest year first", body = ListView<FundView>)))]
#[get("/api/v1/funds")]
async fn list_funds(request: HttpRequest, services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    caller.need(Permission::SeeFunds)?;
    let query = Fields::of_query(&request);
    query.only(&["limit"])?;
    let limit = page_request(&query)?.limit;
    let found = blocking(move || services.db.read(|conn| funds::funds_of(conn, &caller.actor, limit))).await?;
    Ok(HttpResponse::Ok().json(ListView::whole(found.iter().map(FundView::from).collect())))
}

/// What a source grants, or what of it is taken back.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FundRequest {
    /// `grant` or `cut`
    #[schema(example = "grant")]
    kind: String,
    #[schema(example = "employment_fund")]
    source: String,
    #[schema(example = "532801")]
    region: String,
    #[schema(example = 2026)]
    year: i32,
    #[schema(example = "100000.00")]
    amount: String,
    #[schema(example = "西财社〔2026〕3号")]
    document: String,
}

/// Enter an appropriation, or a cut of one
///
/// A second appropriation adds to the first. What is reserved or promised cannot be cut.
#[utoipa::path(tag = "funds", request_body = FundRequest,
    responses((status = 201, description = "The fund as it stands", body = FundView)))]
#[post("/api/v1/funds")]
async fn move_fund(
    services: web::Data<Services>,
    caller: Caller,
    body: web::Json<FundRequest>,
) -> Result<HttpResponse> {
    caller.need(Permission::ManageFunds)?;
    let asked = body.into_inner();
    let fund = blocking(move || {
        let source = FundSource::parse(&asked.source).ok_or_else(|| Error::invalid("source", "not-a-choice"))?;
        let region = RegionCode::parse(&asked.region).ok_or_else(|| Error::invalid("region", "not-a-choice"))?;
        let amount = Money::parse_yuan(&asked.amount).ok_or_else(|| Error::invalid("amount", "not-an-amount"))?;
        services.db.write(&caller, |tx| match asked.kind.as_str() {
            "grant" => funds::grant_fund(tx, source, &region, asked.year, amount, &asked.document),
            "cut" => {
                let fund = funds::fund_of(tx, source, &region, asked.year)?.or_not_found("fund")?;
                funds::cut_fund(tx, fund.id, amount, &asked.document)
            }
            _ => Err(Error::invalid("kind", "not-a-choice")),
        })
    })
    .await?;
    Ok(HttpResponse::Created().json(FundView::from(&fund)))
}

fn fund_id(path: &str) -> Result<FundId> {
    path.parse().ok().or_not_found("fund")
}

#[derive(Serialize, ToSchema)]
struct EntryView {
    move_no: i32,
    kind: String,
    account: String,
    amount: String,
    balance: String,
    at: String,
    actor: String,
    note: String,
}

impl From<&LedgerEntry> for EntryView {
    fn from(entry: &LedgerEntry) -> Self {
        Self {
            move_no: entry.move_no,
            kind: entry.kind.to_string(),
            account: entry.account.to_string(),
            amount: entry.amount_fen.to_string(),
            balance: entry.balance_fen.to_string(),
            at: entry.at.to_string(),
            actor: entry.actor.clone(),
            note: entry.note.clone(),
        }
    }
}

/// List the ledger of a fund
#[utoipa::path(tag = "funds",
    params(
        ("id" = String, Path, description = "The fund"),
        ("limit" = Option<u32>, Query, description = "1 to 100; 20 by default", example = 20),
    ),
    responses((status = 200, description = "The newest entries first, two for each move", body = ListView<EntryView>)))]
#[get("/api/v1/funds/{id}/entries")]
async fn list_entries(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
) -> Result<HttpResponse> {
    caller.need(Permission::SeeFunds)?;
    let id = fund_id(&path)?;
    let query = Fields::of_query(&request);
    query.only(&["limit"])?;
    let limit = i64::try_from(page_request(&query)?.limit).unwrap_or(100);
    let found = blocking(move || {
        services.db.snapshot(|conn| {
            funds::fund_for(conn, &caller.actor, id, Permission::SeeFunds)?;
            funds::newest_entries(conn, id, limit)
        })
    })
    .await?;
    Ok(HttpResponse::Ok().json(ListView::whole(found.iter().map(EntryView::from).collect())))
}

/// A payment: to whom, masked, and what came of it.
#[derive(Serialize, ToSchema)]
struct PaymentView {
    line_no: i32,
    payee: String,
    account: String,
    amount: String,
    attempt: i32,
    status: String,
    reason: String,
}

#[derive(Serialize, ToSchema)]
struct BatchView {
    id: String,
    version: i32,
    status: String,
    lines: i32,
    total: String,
    /// Of the file as it was sent.
    sha256: Option<String>,
    payments: Vec<PaymentView>,
}

impl BatchView {
    fn of(batch: &PaymentBatch, lines: &[PaymentLine]) -> Self {
        let payment = |line: &PaymentLine| PaymentView {
            line_no: line.line_no,
            payee: line.payee_name.clone(),
            account: line.account_masked.clone(),
            amount: line.amount_fen.to_string(),
            attempt: line.attempt,
            status: line.status.to_string(),
            reason: line.reason.clone(),
        };
        Self {
            id: batch.id.to_string(),
            version: batch.version,
            status: batch.status.to_string(),
            lines: batch.lines,
            total: batch.total_fen.to_string(),
            sha256: batch.sha256.clone(),
            payments: lines.iter().map(payment).collect(),
        }
    }
}

/// Open a payment batch
///
/// With every approved claim of the fund, and the payments that failed once.
#[utoipa::path(tag = "funds", params(("id" = String, Path, description = "The fund")),
    responses((status = 201, description = "The batch", body = BatchView)))]
#[post("/api/v1/funds/{id}/batches")]
async fn open_batch(services: web::Data<Services>, caller: Caller, path: web::Path<String>) -> Result<HttpResponse> {
    caller.need(Permission::ManageFunds)?;
    let id = fund_id(&path)?;
    let view = blocking(move || {
        services.db.write(&caller, |tx| {
            let batch = claims::open_payments(tx, id)?;
            let lines = funds::lines_of_batch(tx, batch.id)?;
            Ok(BatchView::of(&batch, &lines))
        })
    })
    .await?;
    Ok(HttpResponse::Created().json(view))
}

fn batch_id(path: &str) -> Result<PaymentBatchId> {
    path.parse().ok().or_not_found("payment_batch")
}

/// Show a payment batch
#[utoipa::path(tag = "funds", params(("id" = String, Path, description = "The batch")),
    responses((status = 200, description = "The batch with its payments", body = BatchView)))]
#[get("/api/v1/payment-batches/{id}")]
async fn one_batch(services: web::Data<Services>, caller: Caller, path: web::Path<String>) -> Result<HttpResponse> {
    caller.need(Permission::SeeFunds)?;
    let id = batch_id(&path)?;
    let view = blocking(move || {
        services.db.snapshot(|conn| {
            let (batch, _) = funds::batch_for(conn, &caller.actor, id, Permission::SeeFunds)?;
            let lines = funds::lines_of_batch(conn, id)?;
            Ok(BatchView::of(&batch, &lines))
        })
    })
    .await?;
    Ok(HttpResponse::Ok().json(view))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SendRequest {
    /// The version seen.
    #[schema(example = 1)]
    version: i32,
}

/// Send a payment batch
///
/// From now on its file is fixed. Whoever made it does not send it.
#[utoipa::path(tag = "funds", params(("id" = String, Path, description = "The batch")), request_body = SendRequest,
    responses((status = 200, description = "It is with the treasury", body = BatchView)))]
#[post("/api/v1/payment-batches/{id}/sending")]
async fn send_batch(
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
    body: web::Json<SendRequest>,
) -> Result<HttpResponse> {
    caller.need(Permission::PayClaims)?;
    let (id, version) = (batch_id(&path)?, body.version);
    let view = blocking(move || {
        services.db.write(&caller, |tx| {
            let batch = funds::send_batch(tx, id, version)?;
            let lines = funds::lines_of_batch(tx, id)?;
            Ok(BatchView::of(&batch, &lines))
        })
    })
    .await?;
    Ok(HttpResponse::Ok().json(view))
}

/// Download the file of a payment batch
///
/// With names and numbers in clear and a checksum; every download is noted in the audit trail.
#[utoipa::path(tag = "funds",
    params(
        ("id" = String, Path, description = "The batch"),
        ("layout" = Option<String>, Query, description = "csv or bank", example = "csv"),
    ),
    responses((status = 200, description = "The file", content_type = "text/plain", body = String)))]
#[get("/api/v1/payment-batches/{id}/file")]
async fn batch_file(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
) -> Result<HttpResponse> {
    if !caller.actor.may(Permission::PayClaims) {
        caller.need(Permission::ManageFunds)?;
    }
    let id = batch_id(&path)?;
    let query = Fields::of_query(&request);
    query.only(&["layout"])?;
    let layout = choice_filter(&query, "layout", &["csv", "bank"], funds::Layout::parse)?;
    let layout = layout.unwrap_or(funds::Layout::Csv);
    let (name, text) = blocking(move || services.db.write(&caller, |tx| funds::payment_file(tx, id, layout))).await?;
    Ok(file_answer(&name, text))
}

/// A payment file as a download.
pub(in super::super) fn file_answer(name: &str, text: String) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .insert_header(("content-disposition", format!("attachment; filename=\"{name}\"")))
        .body(text)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ResultsRequest {
    /// The file as the treasury gave it back.
    #[schema(example = "批次,01J8ZK4Q9T3VB")]
    text: String,
}

/// Take the results of a payment batch over
///
/// All of it or nothing: a line that does not fit refuses the file with its number. Told twice, it counts once.
#[utoipa::path(tag = "funds", params(("id" = String, Path, description = "The batch")), request_body = ResultsRequest,
    responses((status = 200, description = "The batch as it stands", body = BatchView)))]
#[post("/api/v1/payment-batches/{id}/results")]
async fn take_results(
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
    body: web::Json<ResultsRequest>,
) -> Result<HttpResponse> {
    caller.need(Permission::PayClaims)?;
    let id = batch_id(&path)?;
    let view = blocking(move || {
        let results = funds::read_results(&body.text)?;
        services.db.write(&caller, |tx| {
            claims::take_payment_results(tx, id, &results)?;
            let batch = funds::batch_by_id(tx, id)?;
            let lines = funds::lines_of_batch(tx, id)?;
            Ok(BatchView::of(&batch, &lines))
        })
    })
    .await?;
    Ok(HttpResponse::Ok().json(view))
}
