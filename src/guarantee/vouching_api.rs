//! Filed months and spot checks for programs.

use actix_web::{HttpResponse, get, post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::api::CoverageRowView;
use super::checks::SpotFinding;
use super::vouching::{
    CheckReport, Figures, FrozenMonth, SpotCheck, draw_spot_check, file_month, frozen_month, frozen_months_in,
    record_finding, spot_check, spot_checks_in,
};
use super::web::checks_page::{read_drawing, read_finding};
use super::web::months_page::read_filing;
use crate::base::actor::Permission;
use crate::base::error::{OrNotFound, Result};
use crate::base::ids::{FrozenMonthId, HouseholdId, SpotCheckId};
use crate::platform::Services;
use crate::platform::db::Caller;
use crate::platform::http::{Fields, ListView, blocking};

pub fn api_routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list_months)
        .service(one_month)
        .service(add_month)
        .service(list_checks)
        .service(one_check)
        .service(add_check)
        .service(add_finding);
}

fn fields(pairs: &[(&str, &str)]) -> Fields {
    let pairs = pairs.iter();
    Fields::new(
        pairs
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
    )
}

/// A month as it was filed.
#[derive(Debug, Serialize, ToSchema)]
struct MonthView {
    id: String,
    #[schema(example = "2026-10")]
    month: String,
    #[schema(example = "532801")]
    region: String,
    filed_at: String,
    filed_by: String,
    total: CoverageRowView,
}

impl MonthView {
    fn of(month: &FrozenMonth) -> Result<Self> {
        Ok(Self {
            id: month.id.to_string(),
            month: month.month.clone(),
            region: month.region_code.to_string(),
            filed_at: month.created_at.to_string(),
            filed_by: month.filed_by_name.clone(),
            total: CoverageRowView::of(month.figures()?.total),
        })
    }
}

/// The figures of a day by township.
#[derive(Debug, Serialize, ToSchema)]
struct FiguresView {
    as_of: String,
    total: CoverageRowView,
    rows: Vec<CoverageRowView>,
}

impl FiguresView {
    fn of(figures: Figures) -> Self {
        Self {
            as_of: figures.as_of.to_string(),
            total: CoverageRowView::of(figures.total),
            rows: figures.rows.into_iter().map(CoverageRowView::of).collect(),
        }
    }
}

/// A filed month, and what that day looks like after later corrections.
#[derive(Debug, Serialize, ToSchema)]
struct MonthBesideView {
    id: String,
    month: String,
    region: String,
    filed: FiguresView,
    now: FiguresView,
    is_corrected: bool,
}

/// Months that were filed, the newest first
#[utoipa::path(tag = "guarantee", responses((status = 200, description = "Months", body = ListView<MonthView>)))]
#[get("/api/v1/months")]
async fn list_months(services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    caller.need(Permission::SeeFigures)?;
    let scope = caller.actor.scope(Permission::SeeFigures);
    let months = blocking(move || services.db.read(|conn| frozen_months_in(conn, &scope))).await?;
    let items: Result<Vec<MonthView>> = months.iter().map(MonthView::of).collect();
    Ok(HttpResponse::Ok().json(ListView {
        items: items?,
        next: None,
    }))
}

/// A month as it was filed, beside what that day looks like now
#[utoipa::path(tag = "guarantee", params(("id" = String, Path, description = "The filed month")), responses(
    (status = 200, description = "Filed and now", body = MonthBesideView),
    (status = 404, description = "None such in the caller's scope"),
))]
#[get("/api/v1/months/{id}")]
async fn one_month(
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<FrozenMonthId>,
) -> Result<HttpResponse> {
    caller.need(Permission::SeeFigures)?;
    let (month, filed, now) =
        blocking(move || services.db.snapshot(|conn| frozen_month(conn, &caller.actor, *id))).await?;
    Ok(HttpResponse::Ok().json(MonthBesideView {
        id: month.id.to_string(),
        month: month.month,
        region: month.region_code.to_string(),
        is_corrected: filed != now,
        filed: FiguresView::of(filed),
        now: FiguresView::of(now),
    }))
}

/// Which month of which place is filed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MonthBody {
    #[schema(example = "532801")]
    region: String,
    #[schema(example = "2020-01")]
    month: String,
}

/// File the figures of a month that is over; a month is filed once and never changed
#[utoipa::path(tag = "guarantee", request_body = MonthBody, responses(
    (status = 201, description = "Filed", body = MonthView),
    (status = 409, description = "It was filed before"),
))]
#[post("/api/v1/months")]
async fn add_month(services: web::Data<Services>, caller: Caller, body: web::Json<MonthBody>) -> Result<HttpResponse> {
    caller.need(Permission::FileFigures)?;
    let (region, month) = read_filing(&fields(&[("region", &body.region), ("month", &body.month)]))?;
    let filed = blocking(move || services.db.write(&caller, |tx| file_month(tx, &region, &month))).await?;
    Ok(HttpResponse::Created().json(MonthView::of(&filed)?))
}

/// A spot check.
#[derive(Debug, Serialize, ToSchema)]
struct SpotCheckView {
    id: String,
    #[schema(example = "532801")]
    region: String,
    as_of: String,
    /// The public seed: `sha256(seed:number)` gives the order in which households are drawn.
    seed: String,
    size: i32,
    drawn_by: String,
}

impl SpotCheckView {
    fn of(check: &SpotCheck) -> Self {
        Self {
            id: check.id.to_string(),
            region: check.region_code.to_string(),
            as_of: check.as_of_on.to_string(),
            seed: check.seed.clone(),
            size: check.size,
            drawn_by: check.drawn_by_name.clone(),
        }
    }
}

/// A household that was drawn.
#[derive(Debug, Serialize, ToSchema)]
struct DrawnView {
    household_id: String,
    registry_no: String,
    region: String,
    reported_covered: bool,
    /// `at_work`, `not_at_work` or `not_found`; absent until somebody was there.
    found: Option<&'static str>,
    found_on: Option<String>,
    note: String,
}

/// A spot check with what was found.
#[derive(Debug, Serialize, ToSchema)]
struct SpotCheckReportView {
    check: SpotCheckView,
    reported_rate_bp: Option<u32>,
    drawn: usize,
    checked: usize,
    /// Visits at which the finding was another than the report.
    differing: usize,
    /// The estimated rate and its 95 % interval; absent until every township was visited.
    estimate_bp: Option<u32>,
    low_bp: Option<u32>,
    high_bp: Option<u32>,
    households: Vec<DrawnView>,
}

impl SpotCheckReportView {
    fn of(report: &CheckReport) -> Self {
        let households = report.households.iter().map(|(row, number, region)| DrawnView {
            household_id: row.household_id.to_string(),
            registry_no: number.clone(),
            region: region.to_string(),
            reported_covered: row.reported_covered,
            found: row.found.map(SpotFinding::as_str),
            found_on: row.found_on.map(|day| day.to_string()),
            note: row.note.clone(),
        });
        Self {
            check: SpotCheckView::of(&report.check),
            reported_rate_bp: report.reported.total.rate_bp,
            drawn: report.drawn,
            checked: report.checked,
            differing: report.differing,
            estimate_bp: report.estimate.map(|e| e.rate_bp),
            low_bp: report.estimate.map(|e| e.low_bp),
            high_bp: report.estimate.map(|e| e.high_bp),
            households: households.collect(),
        }
    }
}

/// Spot checks, the newest first
#[utoipa::path(tag = "guarantee", responses((status = 200, description = "Checks", body = ListView<SpotCheckView>)))]
#[get("/api/v1/spot-checks")]
async fn list_checks(services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    caller.need(Permission::SeeGuarantee)?;
    let scope = caller.actor.scope(Permission::SeeGuarantee);
    let checks = blocking(move || services.db.read(|conn| spot_checks_in(conn, &scope))).await?;
    Ok(HttpResponse::Ok().json(ListView {
        items: checks.iter().map(SpotCheckView::of).collect(),
        next: None,
    }))
}

/// A spot check with its households, what was found, and the estimate beside the reported rate
#[utoipa::path(tag = "guarantee", params(("id" = String, Path, description = "The check")), responses(
    (status = 200, description = "The check", body = SpotCheckReportView),
    (status = 404, description = "None such in the caller's scope"),
))]
#[get("/api/v1/spot-checks/{id}")]
async fn one_check(services: web::Data<Services>, caller: Caller, id: web::Path<SpotCheckId>) -> Result<HttpResponse> {
    caller.need(Permission::SeeGuarantee)?;
    let report = blocking(move || services.db.snapshot(|conn| spot_check(conn, &caller.actor, *id))).await?;
    Ok(HttpResponse::Ok().json(SpotCheckReportView::of(&report)))
}

/// What a check is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SpotCheckBody {
    #[schema(example = "532801")]
    region: String,
    /// Published beforehand, for example the winning numbers of a lottery.
    #[schema(example = "双色球2026132期")]
    seed: String,
    #[schema(example = 60)]
    size: u32,
}

/// Draw a spot check by a public seed, in each township in proportion to its households
#[utoipa::path(tag = "guarantee", request_body = SpotCheckBody, responses((status = 201, description = "Drawn", body = SpotCheckReportView)))]
#[post("/api/v1/spot-checks")]
async fn add_check(
    services: web::Data<Services>,
    caller: Caller,
    body: web::Json<SpotCheckBody>,
) -> Result<HttpResponse> {
    caller.need(Permission::FileFigures)?;
    let size = body.size.to_string();
    let draft = read_drawing(&fields(&[
        ("region", &body.region),
        ("seed", &body.seed),
        ("size", &size),
    ]))?;
    let report = blocking(move || {
        let check = services.db.write(&caller, |tx| draw_spot_check(tx, &draft))?;
        services.db.snapshot(|conn| spot_check(conn, &caller.actor, check.id))
    })
    .await?;
    Ok(HttpResponse::Created().json(SpotCheckReportView::of(&report)))
}

/// What was found at a household.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FindingBody {
    #[schema(example = "01J8ZK4Q9T3VB")]
    household_id: String,
    /// `at_work`, `not_at_work` or `not_found`.
    #[schema(example = "at_work")]
    found: String,
    #[schema(example = "到岗核实，正在上班")]
    note: String,
}

/// Record what was found at a household of a check
#[utoipa::path(tag = "guarantee", params(("id" = String, Path, description = "The check")), request_body = FindingBody, responses(
    (status = 204, description = "Recorded"),
    (status = 404, description = "The household was not drawn"),
    (status = 409, description = "Its finding is recorded"),
))]
#[post("/api/v1/spot-checks/{id}/findings")]
async fn add_finding(
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<SpotCheckId>,
    body: web::Json<FindingBody>,
) -> Result<HttpResponse> {
    caller.need(Permission::WorkCases)?;
    let household: HouseholdId = body.household_id.parse().ok().or_not_found("household")?;
    let (found, note) = read_finding(&fields(&[("found", &body.found), ("note", &body.note)]))?;
    blocking(move || {
        services
            .db
            .write(&caller, |tx| record_finding(tx, *id, household, found, &note))
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
