//! The guarantee for programs: figures of a day, and the named lists behind them.

use actix_web::{HttpRequest, HttpResponse, get, web};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::at_hand::StandingBook;
use super::board::{BoardRequest, Listed};
use super::daily::daily_coverage;
use super::model::{CoverageRow, Level, Parameters, ZeroCause};
use super::store::standings_for;
use super::web::{Asked, as_of, narrowed, region_filter, rows_of};
use crate::base::actor::Permission;
use crate::base::error::{Error, OrNotFound, Result};
use crate::base::ids::HouseholdId;
use crate::base::region::RegionLevel;
use crate::platform::Services;
use crate::platform::db::Caller;
use crate::platform::http::{Fields, ListView, blocking, choice_filter, day_filter, id_filter};
use crate::reference::regions;
use crate::registry;

/// The calls of this room.
pub fn api_routes(config: &mut ServiceConfig<'_>) {
    config
        .service(coverage)
        .service(coverage_days)
        .service(standings)
        .service(standing_of_household);
    super::vouching_api::api_routes(config);
}

/// Households of one unit, counted. `in_scope = met + at_risk + zero + exempt`.
#[derive(Debug, Serialize, ToSchema)]
pub struct CoverageRowView {
    /// The region's code or the site's id; empty for the total.
    #[schema(example = "532801003")]
    code: String,
    #[schema(example = "嘎洒街道")]
    name: String,
    in_scope: u32,
    with_labour: u32,
    met: u32,
    at_risk: u32,
    /// Of those at risk: only by work that nothing has confirmed for long.
    to_be_confirmed: u32,
    zero: u32,
    exempt: u32,
    /// (met + at_risk) / (in_scope − exempt), in basis points; null where nobody has labour.
    #[schema(example = 9742)]
    rate_bp: Option<u32>,
    labourers: u32,
    employed: u32,
    /// The numerator: met + at_risk. The denominator is with_labour.
    covered: u32,
    /// Of those covered: only the worker's own word or an unchecked list says so.
    weakly_proven: u32,
    /// Of those at zero: with an open case within its limit.
    helping: u32,
    /// Of those at zero: with an open case beyond its limit.
    overdue: u32,
    /// Of those at zero: with a decided exemption until its review; they stay in the denominator.
    excused: u32,
}

impl CoverageRowView {
    pub fn of(row: CoverageRow) -> Self {
        let CoverageRow {
            code,
            name,
            in_scope,
            with_labour,
            met,
            at_risk,
            to_be_confirmed,
            zero,
            exempt,
            rate_bp,
            labourers,
            employed,
            covered,
            weakly_proven,
            helping,
            overdue,
            excused,
        } = row;
        Self {
            code,
            name,
            in_scope,
            with_labour,
            met,
            at_risk,
            to_be_confirmed,
            zero,
            exempt,
            rate_bp,
            labourers,
            employed,
            covered,
            weakly_proven,
            helping,
            overdue,
            excused,
        }
    }
}

/// The total of a week.
#[derive(Debug, Serialize, ToSchema)]
struct WeekView {
    #[schema(example = "2026-11-16")]
    as_of: String,
    total: CoverageRowView,
}

/// The figures of a day.
#[derive(Debug, Serialize, ToSchema)]
struct CoverageView {
    #[schema(example = "2026-11-23")]
    as_of: String,
    #[schema(example = "township")]
    by: &'static str,
    total: CoverageRowView,
    rows: Vec<CoverageRowView>,
    /// One total a week, oldest first, the day asked for last.
    weeks: Vec<WeekView>,
}

/// The figures of a day, by unit, with those of twelve weeks
#[utoipa::path(tag = "guarantee", params(
    ("as_of" = Option<String>, Query, description = "a day, today unless told", example = "2026-11-23"),
    ("by" = Option<String>, Query, description = "prefecture, county, township, village or site"),
    ("region" = Option<String>, Query, description = "a division", example = "532801"),
    ("site" = Option<String>, Query, description = "id of a settlement site"),
), responses((status = 200, description = "Figures", body = CoverageView)))]
#[get("/api/v1/coverage")]
async fn coverage(request: HttpRequest, services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    caller.need(Permission::SeeFigures)?;
    let query = Fields::of_query(&request);
    query.only(&["as_of", "by", "region", "site"])?;
    let region = region_filter(&query, "region")?;
    let scope = narrowed(caller.actor.scope(Permission::SeeFigures), region.as_ref())?;
    let by = choice_filter(&query, "by", &Level::NAMES, Level::parse)?.unwrap_or(Level::Region(RegionLevel::County));
    let (day, site) = (as_of(&query, services.clock.today())?, id_filter(&query, "site")?);
    let (book, today) = (services.memory.of::<StandingBook>(), services.clock.today());
    let found = blocking(move || {
        let request = BoardRequest {
            scope: &scope,
            site,
            as_of: day,
            by,
            longest: 0,
        };
        services.db.snapshot(|conn| book.board(conn, today, &request))
    })
    .await?;
    let weeks = found.weeks.into_iter();
    Ok(HttpResponse::Ok().json(CoverageView {
        as_of: day.to_string(),
        by: by.as_str(),
        total: CoverageRowView::of(found.figures.total),
        rows: found.figures.rows.into_iter().map(CoverageRowView::of).collect(),
        weeks: weeks
            .map(|(day, row)| WeekView {
                as_of: day.to_string(),
                total: CoverageRowView::of(row),
            })
            .collect(),
    }))
}

/// The figures of one unit on one day.
#[derive(Debug, Serialize, ToSchema)]
struct DayView {
    #[schema(example = "2026-11-23")]
    day: String,
    /// The region's code or the site's id.
    #[schema(example = "532801003")]
    code: String,
    with_labour: i32,
    covered: i32,
    at_risk: i32,
    zero: i32,
    excused: i32,
    exempt: i32,
}

/// The figures of every day of a span, at most a year, by unit
#[utoipa::path(tag = "guarantee", params(
    ("from" = String, Query, description = "the first day", example = "2026-01-01"),
    ("until" = Option<String>, Query, description = "the last day, today unless told", example = "2026-11-23"),
    ("by" = Option<String>, Query, description = "prefecture, county, township, village or site"),
    ("region" = Option<String>, Query, description = "a division", example = "532801"),
), responses((status = 200, description = "Figures", body = ListView<DayView>)))]
#[get("/api/v1/coverage/days")]
async fn coverage_days(request: HttpRequest, services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    caller.need(Permission::SeeFigures)?;
    let query = Fields::of_query(&request);
    query.only(&["from", "until", "by", "region"])?;
    let region = region_filter(&query, "region")?;
    let scope = narrowed(caller.actor.scope(Permission::SeeFigures), region.as_ref())?;
    let by = choice_filter(&query, "by", &Level::NAMES, Level::parse)?.unwrap_or(Level::Region(RegionLevel::Township));
    let today = services.clock.today();
    let from = day_filter(&query, "from")?.unwrap_or(today);
    let until = day_filter(&query, "until")?.unwrap_or(today);
    if until > today {
        return Err(Error::bad_request("until", "day-in-future"));
    }
    let units = blocking(move || {
        services
            .db
            .snapshot(|conn| daily_coverage(conn, &scope, from, until, by))
    })
    .await?;
    let rows = units.iter().flat_map(|unit| {
        from.iter_days().zip(&unit.days).map(|(day, count)| DayView {
            day: day.to_string(),
            code: unit.code.clone(),
            with_labour: count.with_labour,
            covered: count.covered,
            at_risk: count.at_risk,
            zero: count.zero,
            excused: count.excused,
            exempt: count.exempt,
        })
    });
    Ok(HttpResponse::Ok().json(ListView {
        items: rows.collect(),
        next: None,
    }))
}

/// A household with where it stands.
#[derive(Debug, Serialize, ToSchema)]
struct StandingView {
    #[schema(example = "01J8ZK4Q9T3VB")]
    household_id: String,
    #[schema(example = "5328010001234")]
    registry_no: String,
    #[schema(example = "532801003002")]
    region: String,
    region_name: String,
    site: Option<String>,
    #[schema(example = "zero")]
    state: &'static str,
    /// `no_labour`, `all_students`, `ending`, `term_ending`, `to_be_confirmed`, or the reason of a decided exemption.
    reason: Option<&'static str>,
    /// The first day of the present spell at zero; for other states the beginning of the present status.
    #[schema(example = "2026-11-11")]
    since: String,
    /// How it came to stand at zero: `work_ended`, `worker_left`, `new_labour` or `new_in_scope`.
    cause: Option<&'static str>,
    /// At zero with a decided exemption.
    excused: bool,
    labourers: usize,
    employed: usize,
}

impl StandingView {
    fn of(household: &Listed) -> Self {
        Self {
            household_id: household.household_id.to_string(),
            registry_no: household.registry_no.clone(),
            region: household.region.to_string(),
            region_name: regions().address_of(&household.region),
            site: household.site.clone(),
            state: household.state.as_str(),
            reason: household.reason,
            since: household.since.to_string(),
            cause: household.cause.map(ZeroCause::as_str),
            excused: household.is_excused,
            labourers: household.labourers,
            employed: household.employed,
        }
    }
}

/// Households with where they stand on a day; with `state` in the order of need, longest first
#[utoipa::path(tag = "guarantee", params(
    ("state" = Option<String>, Query, description = "zero (those being helped included), helping, overdue, excused, at_risk, met, exempt or to_be_confirmed"),
    ("words" = Option<String>, Query, description = "a member's whole name, or the beginning of the number"),
    ("region" = Option<String>, Query, description = "a division", example = "532801003"),
    ("site" = Option<String>, Query, description = "id of a settlement site"),
    ("as_of" = Option<String>, Query, description = "a day, today unless told", example = "2026-11-23"),
    ("limit" = Option<usize>, Query, description = "1–100, 20 unless told"),
    ("cursor" = Option<String>, Query, description = "`next` of the page before"),
), responses((status = 200, description = "Households", body = ListView<StandingView>)))]
#[get("/api/v1/standings")]
async fn standings(request: HttpRequest, services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    caller.need(Permission::SeeGuarantee)?;
    let asked = Asked::read(&Fields::of_query(&request), &services, &caller)?;
    let (found, _) = blocking(move || services.db.snapshot(|conn| rows_of(conn, &asked))).await?;
    Ok(HttpResponse::Ok().json(ListView::from(found.map(|household| StandingView::of(&household)))))
}

/// Where a household stands today, or on another day
#[utoipa::path(tag = "guarantee", params(
    ("id" = String, Path, description = "The household"),
    ("as_of" = Option<String>, Query, description = "a day, today unless told", example = "2026-11-23"),
), responses(
    (status = 200, description = "Its standing", body = StandingView),
    (status = 404, description = "None such in the caller's scope, or it had no status then"),
))]
#[get("/api/v1/households/{id}/standing")]
async fn standing_of_household(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<HouseholdId>,
) -> Result<HttpResponse> {
    caller.need(Permission::SeeGuarantee)?;
    let query = Fields::of_query(&request);
    query.only(&["as_of"])?;
    let day = as_of(&query, services.clock.today())?;
    let view = blocking(move || {
        services.db.snapshot(|conn| {
            registry::household_for(conn, &caller.actor, *id, Permission::SeeGuarantee)?;
            let found = standings_for(conn, &[*id], day, &Parameters::default())?;
            let household = found.first().or_not_found("household")?;
            Ok(StandingView::of(&Listed::of(&household.facts, &household.standing)))
        })
    })
    .await?;
    Ok(HttpResponse::Ok().json(view))
}
