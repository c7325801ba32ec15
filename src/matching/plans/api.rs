//! Placement plans for programs: everything that an officer can do on their pages.

mod views;

use actix_web::{HttpRequest, HttpResponse, delete, get, post, web};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use views::{PlanLineView, PlanMarkView, PlanReportView, PlanView, WhatIfFigures, WhatIfView};
use views::{line_view, outcome_of, outcome_view};

use super::model::{PlanMarkKind, PlanOutcome, PlanStatus};
use super::names::{Names, lines_page};
use super::web::{PlanStep, extra_of, file_answer, plan_id, read_draft, whom_of};
use super::{actions, store, task};
use crate::base::actor::Permission;
use crate::base::error::{Error, OrNotFound, Result};
use crate::platform::Services;
use crate::platform::db::Caller;
use crate::platform::http::{Fields, ListView, Shell, blocking, choice_filter, page_request};
use crate::registry::sites;

pub(in crate::matching) fn api_routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list)
        .service(propose)
        .service(one)
        .service(lines_of_plan)
        .service(take_step)
        .service(marks_of_plan)
        .service(leave_mark)
        .service(unmark)
        .service(try_more)
        .service(file);
}

/// List placement plans
///
/// Those of the caller's scope, newest first, at most 100.
#[utoipa::path(tag = "plans",
    params(("limit" = Option<u32>, Query, description = "1 to 100; 20 by default", example = 20)),
    responses((status = 200, description = "Newest first", body = ListView<PlanView>)))]
#[get("/api/v1/plans")]
async fn list(request: HttpRequest, services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    caller.need(Permission::PlanPlacements)?;
    let query = Fields::of_query(&request);
    query.only(&["limit"])?;
    let limit = page_request(&query)?.limit;
    let found = blocking(move || services.db.read(|conn| store::plans(conn, &caller.actor, limit))).await?;
    Ok(HttpResponse::Ok().json(ListView::whole(found.iter().map(PlanView::from).collect())))
}

/// What a plan is to cover; what is left out is the caller's own division, every site, all openings, today's number.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PlanRequest {
    #[schema(example = "532801")]
    region: Option<String>,
    site_id: Option<String>,
    /// `job` or `public_welfare`
    #[schema(example = "job")]
    kind: Option<String>,
    #[schema(example = 20_261_123)]
    seed: Option<i64>,
}

fn fields_of(pairs: [(&str, Option<String>); 4]) -> Fields {
    let typed = pairs.into_iter();
    Fields::new(typed.filter_map(|(n, v)| Some((n.to_owned(), v?))).collect())
}

/// Ask for a placement plan
///
/// A task computes it; ask for the plan until its status is `ready`.
#[utoipa::path(tag = "plans", request_body = PlanRequest,
    responses((status = 201, description = "It waits to be computed", body = PlanView)))]
#[post("/api/v1/plans")]
async fn propose(services: web::Data<Services>, caller: Caller, body: web::Json<PlanRequest>) -> Result<HttpResponse> {
    caller.need(Permission::PlanPlacements)?;
    let asked = body.into_inner();
    let fields = fields_of([
        ("region", asked.region),
        ("site", asked.site_id),
        ("kind", asked.kind),
        ("seed", asked.seed.map(|seed| seed.to_string())),
    ]);
    let plan = blocking(move || {
        let sites = services.db.read(sites)?;
        let scope = caller.actor.scope(Permission::PlanPlacements);
        let draft = read_draft(&fields, &scope, &sites, services.clock.today())?;
        let plan = services.db.write(&caller, |tx| actions::propose_plan(tx, &draft))?;
        services.wake.notify_one();
        Ok(plan)
    })
    .await?;
    Ok(HttpResponse::Created().json(PlanView::from(&plan)))
}

/// Show a placement plan
///
/// With its figures, where it is stuck in numbers and words, and the households that it leaves out.
#[utoipa::path(tag = "plans", params(("id" = String, Path, description = "The plan")),
    responses((status = 200, description = "The plan", body = PlanReportView)))]
#[get("/api/v1/plans/{id}")]
async fn one(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
) -> Result<HttpResponse> {
    caller.need(Permission::PlanPlacements)?;
    let id = plan_id(&path)?;
    let (plan, names) = blocking(move || {
        services.db.snapshot(|conn| {
            let plan = store::plan_for(conn, &caller.actor, id)?;
            let names = Names::of_plan(conn, &plan, &[], &[], &[])?;
            Ok((plan, names))
        })
    })
    .await?;
    let l = Shell::of(&request).locale;
    let outcome = outcome_of(&plan).map(|outcome| outcome_view(l, &plan, outcome, &names));
    Ok(HttpResponse::Ok().json(PlanReportView {
        plan: PlanView::from(&plan),
        outcome,
    }))
}

/// List the lines of a placement plan
///
/// Those that bring a household its first member in work come first, then by points.
#[utoipa::path(tag = "plans",
    params(
        ("id" = String, Path, description = "The plan"),
        ("outcome" = Option<String>, Query, description = "proposed, invited or lapsed", example = "lapsed"),
        ("limit" = Option<u32>, Query, description = "1 to 100; 20 by default", example = 20),
        ("cursor" = Option<String>, Query, description = "The `next` of the page before"),
    ),
    responses((status = 200, description = "A page of lines", body = ListView<PlanLineView>)))]
#[get("/api/v1/plans/{id}/lines")]
async fn lines_of_plan(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
) -> Result<HttpResponse> {
    caller.need(Permission::PlanPlacements)?;
    let id = plan_id(&path)?;
    let query = Fields::of_query(&request);
    query.only(&["outcome", "limit", "cursor"])?;
    let outcome = choice_filter(
        &query,
        "outcome",
        &["proposed", "invited", "lapsed"],
        PlanOutcome::parse,
    )?;
    let asked = page_request(&query)?;
    let (found, names) = blocking(move || {
        services.db.snapshot(|conn| {
            let plan = store::plan_for(conn, &caller.actor, id)?;
            let found = lines_page(conn, id, outcome, &asked)?;
            let names = Names::of_plan(conn, &plan, &found.items, &[], &[])?;
            Ok((found, names))
        })
    })
    .await?;
    let l = Shell::of(&request).locale;
    Ok(HttpResponse::Ok().json(ListView::from(found.map(|line| line_view(l, &line, &names)))))
}

/// A step of a plan.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PlanStepRequest {
    /// `recompute`, `confirm` or `discard`
    #[schema(example = "recompute")]
    step: String,
    /// The version seen.
    #[schema(example = 2)]
    version: i32,
    /// When confirming: `covering` invites members of households with nobody in work, `all` everybody in the plan.
    /// Absent: `covering`.
    #[schema(example = "covering")]
    whom: Option<String>,
}

/// Take a step with a placement plan
///
/// Confirming turns every line that still holds into a recommendation; the others say why they do not.
#[utoipa::path(tag = "plans", params(("id" = String, Path, description = "The plan")), request_body = PlanStepRequest,
    responses((status = 200, description = "The plan as it is now", body = PlanView)))]
#[post("/api/v1/plans/{id}/steps")]
async fn take_step(
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
    body: web::Json<PlanStepRequest>,
) -> Result<HttpResponse> {
    caller.need(Permission::PlanPlacements)?;
    let (id, asked) = (plan_id(&path)?, body.into_inner());
    let step = PlanStep::parse(&asked.step).ok_or_else(|| Error::bad_request("step", "not-a-choice"))?;
    let whom = whom_of(asked.whom.as_deref())?;
    let plan = blocking(move || {
        let plan = services
            .db
            .write(&caller, |tx| step.take(tx, id, asked.version, whom))?;
        services.wake.notify_one();
        Ok(plan)
    })
    .await?;
    Ok(HttpResponse::Ok().json(PlanView::from(&plan)))
}

/// List the marks of a placement plan
#[utoipa::path(tag = "plans", params(("id" = String, Path, description = "The plan")),
    responses((status = 200, description = "Locks and exclusions", body = ListView<PlanMarkView>)))]
#[get("/api/v1/plans/{id}/marks")]
async fn marks_of_plan(services: web::Data<Services>, caller: Caller, path: web::Path<String>) -> Result<HttpResponse> {
    caller.need(Permission::PlanPlacements)?;
    let id = plan_id(&path)?;
    let found = blocking(move || {
        services.db.snapshot(|conn| {
            store::plan_for(conn, &caller.actor, id)?;
            store::marks_of(conn, id)
        })
    })
    .await?;
    Ok(HttpResponse::Ok().json(ListView::whole(found.iter().map(PlanMarkView::from).collect())))
}

/// A pair to lock; or a pair, a person or an opening to leave out.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PlanMarkRequest {
    /// The version of the plan seen.
    #[schema(example = 2)]
    version: i32,
    /// `lock` or `exclude`
    #[schema(example = "exclude")]
    kind: String,
    person_id: Option<String>,
    posting_id: Option<String>,
    #[schema(example = "家里有小孩要带")]
    reason: Option<String>,
}

/// Lock or leave out
///
/// It counts when the plan is computed again. The same pair, person or opening is marked once: the newer mark holds.
#[utoipa::path(tag = "plans", params(("id" = String, Path, description = "The plan")), request_body = PlanMarkRequest,
    responses((status = 201, description = "The mark", body = PlanMarkView)))]
#[post("/api/v1/plans/{id}/marks")]
async fn leave_mark(
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
    body: web::Json<PlanMarkRequest>,
) -> Result<HttpResponse> {
    caller.need(Permission::PlanPlacements)?;
    let (id, asked) = (plan_id(&path)?, body.into_inner());
    let kind = PlanMarkKind::parse(&asked.kind).ok_or_else(|| Error::invalid("kind", "not-a-choice"))?;
    let person = asked.person_id.as_deref().map(str::parse).transpose();
    let person = person.ok().or_not_found("person")?;
    let posting = asked.posting_id.as_deref().map(str::parse).transpose();
    let posting = posting.ok().or_not_found("posting")?;
    let reason = asked.reason.unwrap_or_default();
    if reason.chars().count() > 300 {
        return Err(Error::Invalid(vec![
            crate::base::error::FieldProblem::new("reason", "too-long").with("max", 300),
        ]));
    }
    let made = blocking(move || {
        services.db.write(&caller, |tx| {
            actions::seen(tx, id, asked.version)?;
            actions::mark_plan(tx, id, kind, (person, posting), &reason)
        })
    })
    .await?;
    Ok(HttpResponse::Created().json(PlanMarkView::from(&made)))
}

/// Take a mark back
#[utoipa::path(tag = "plans",
    params(("id" = String, Path, description = "The plan"), ("mark" = String, Path, description = "The mark")),
    responses((status = 204, description = "It counts no more when the plan is computed again")))]
#[delete("/api/v1/plans/{id}/marks/{mark}")]
async fn unmark(
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse> {
    caller.need(Permission::PlanPlacements)?;
    let (id, mark) = path.into_inner();
    let (id, mark) = (plan_id(&id)?, mark.parse().ok().or_not_found("mark")?);
    blocking(move || services.db.write(&caller, |tx| actions::unmark_plan(tx, id, mark))).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Places that somebody thinks of creating.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WhatIfRequest {
    /// An opening of the plan: so many more places like this one.
    #[schema(example = "01J8ZK4Q9T3VB")]
    like: String,
    #[schema(example = 5)]
    places: i64,
}

/// Try more places
///
/// Computes the plan beside itself with more places; nothing is stored.
#[utoipa::path(tag = "plans", params(("id" = String, Path, description = "The plan")), request_body = WhatIfRequest,
    responses((status = 200, description = "Both figures", body = WhatIfView)))]
#[post("/api/v1/plans/{id}/what-if")]
async fn try_more(
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
    body: web::Json<WhatIfRequest>,
) -> Result<HttpResponse> {
    caller.need(Permission::PlanPlacements)?;
    let (id, asked) = (plan_id(&path)?, body.into_inner());
    let fields = fields_of([
        ("like", Some(asked.like)),
        ("places", Some(asked.places.to_string())),
        ("", None),
        ("", None),
    ]);
    let view = blocking(move || {
        let plan = services.db.read(|conn| store::plan_for(conn, &caller.actor, id))?;
        let stored = outcome_of(&plan).filter(|_| plan.status == PlanStatus::Ready);
        let stored = stored.ok_or_else(|| Error::refused("plan-not-ready"))?;
        let what = task::rehearse(&services.db, &plan, extra_of(&fields)?)?;
        Ok(WhatIfView {
            stored: WhatIfFigures::from(&stored),
            with: WhatIfFigures::from(&what.outcome),
        })
    })
    .await?;
    Ok(HttpResponse::Ok().json(view))
}

/// Download a file of a placement plan
///
/// The instance (`households.csv`, `edges.csv`, `openings.csv`), the plan (`plan.csv`), its proof (`certificate.json`)
/// and `summary.json`, with ids only. They lie on the node that computed the plan; elsewhere the answer is 404.
#[utoipa::path(tag = "plans",
    params(
        ("id" = String, Path, description = "The plan"),
        ("name" = String, Path, description = "One of the six names", example = "certificate.json"),
    ),
    responses((status = 200, description = "The file", content_type = "application/octet-stream", body = String)))]
#[get("/api/v1/plans/{id}/files/{name}")]
async fn file(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse> {
    let (id, name) = path.into_inner();
    caller.need(Permission::PlanPlacements)?;
    file_answer(&request, services, caller, plan_id(&id)?, &name).await
}
