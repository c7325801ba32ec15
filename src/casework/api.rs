//! Cases, alerts and exemptions for programs: the same readings and the same acts as on the pages.

mod views;

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::read::{self, Asked, page_of};
use crate::base::actor::Permission;
use crate::base::error::Result;
use crate::base::ids::{AlertId, CaseId, ExemptionId, HouseholdId, MeasureId};
use crate::guarantee::{
    add_measure, answer_measure, asked_level, case_for, close_alert, close_case, end_exemption, exempt_household,
    exemptions_in, measures_of, open_alerts, open_case, record_step, steps_of, waiting,
};
use crate::platform::Services;
use crate::platform::db::{Caller, Conn, Tx};
use crate::platform::http::{Fields, ListView, blocking};
use views::{AlertView, CaseView, ExemptionView, MeasureView, StepView, WaitingView};

/// The most alerts that are read.
const MOST: usize = 2_000;

/// The calls of this room.
pub fn api_routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list_cases)
        .service(one_case)
        .service(add_case)
        .service(add_step)
        .service(add_one_measure)
        .service(add_answer)
        .service(add_closing)
        .service(list_alerts)
        .service(add_alert_closing)
        .service(list_exemptions)
        .service(add_exemption)
        .service(add_ending);
}

/// The values of a body under the names of the form's fields, so that one reader serves both.
fn fields(pairs: Vec<(&str, Option<String>)>) -> Fields {
    let pairs = pairs.into_iter();
    Fields::new(
        pairs
            .filter_map(|(name, value)| Some((name.to_owned(), value?)))
            .collect(),
    )
}

async fn write<R: Send + 'static>(
    services: &web::Data<Services>,
    caller: Caller,
    step: impl FnMut(&mut Tx<'_>) -> Result<R> + Send + 'static,
) -> Result<R> {
    let services = services.clone();
    blocking(move || {
        let made = services.db.write(&caller, step)?;
        services.wake.notify_one();
        Ok(made)
    })
    .await
}

fn case_view(conn: &mut Conn, caller: &Caller, id: CaseId) -> Result<CaseView> {
    let case = case_for(conn, &caller.actor, id, Permission::SeeGuarantee)?;
    let steps = steps_of(conn, &[id])?;
    let measures = measures_of(conn, id)?;
    Ok(CaseView::of(
        &case,
        steps.iter().map(StepView::of).collect(),
        measures.iter().map(MeasureView::of).collect(),
    ))
}

async fn show_case(services: &web::Data<Services>, caller: &Caller, id: CaseId) -> Result<CaseView> {
    let (services, caller) = (services.clone(), caller.clone());
    blocking(move || services.db.snapshot(|conn| case_view(conn, &caller, id))).await
}

/// What waits: households at zero with the step that is due, what has gone up furthest first
#[utoipa::path(tag = "cases", params(
    ("level" = Option<String>, Query, description = "who is asked: village, township, county or prefecture"),
    ("region" = Option<String>, Query, description = "a division", example = "532801"),
    ("limit" = Option<usize>, Query, description = "1–100, 20 unless told"),
    ("cursor" = Option<String>, Query, description = "`next` of the page before"),
), responses((status = 200, description = "What waits", body = ListView<WaitingView>)))]
#[get("/api/v1/cases")]
async fn list_cases(request: HttpRequest, services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    let asked = Asked::read(&Fields::of_query(&request), &caller)?;
    let (scope, today) = (asked.scope.clone(), services.clock.today());
    let mut rows = blocking(move || services.db.snapshot(|conn| waiting(conn, &scope, today))).await?;
    rows.retain(|row| asked.level.is_none_or(|level| row.asked == level));
    let found = page_of(rows, &asked.page, |row| row.household.id.to_string())?;
    Ok(HttpResponse::Ok().json(ListView::from(found.map(|row| WaitingView::of(&row, today)))))
}

/// A case with its steps and measures
#[utoipa::path(tag = "cases", params(("id" = String, Path, description = "The case")), responses(
    (status = 200, description = "The case", body = CaseView),
    (status = 404, description = "None such in the caller's scope"),
))]
#[get("/api/v1/cases/{id}")]
async fn one_case(services: web::Data<Services>, caller: Caller, id: web::Path<CaseId>) -> Result<HttpResponse> {
    caller.need(Permission::SeeGuarantee)?;
    Ok(HttpResponse::Ok().json(show_case(&services, &caller, *id).await?))
}

/// Take up a household at zero; taking it up twice is one case
#[utoipa::path(tag = "cases", params(("id" = String, Path, description = "The household")), responses(
    (status = 201, description = "The case", body = CaseView),
    (status = 409, description = "The household does not stand at zero"),
))]
#[post("/api/v1/households/{id}/cases")]
async fn add_case(services: web::Data<Services>, caller: Caller, id: web::Path<HouseholdId>) -> Result<HttpResponse> {
    caller.need(Permission::WorkCases)?;
    let case = write(&services, caller.clone(), move |tx| open_case(tx, *id)).await?;
    Ok(HttpResponse::Created().json(show_case(&services, &caller, case.id).await?))
}

/// Something that was done in a case.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct StepBody {
    /// The case's version that the caller saw.
    #[schema(example = 1)]
    version: i32,
    /// `verified`, `offered` or `contact`.
    #[schema(example = "verified")]
    kind: String,
    #[schema(example = "入户核实，岩温愿意在县内做保洁")]
    note: String,
}

/// Record a step of a case
#[utoipa::path(tag = "cases", params(("id" = String, Path, description = "The case")), request_body = StepBody, responses(
    (status = 201, description = "Recorded", body = CaseView),
    (status = 409, description = "The case is closed, the step was taken, or somebody else changed it meanwhile"),
))]
#[post("/api/v1/cases/{id}/steps")]
async fn add_step(
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<CaseId>,
    body: web::Json<StepBody>,
) -> Result<HttpResponse> {
    caller.need(Permission::WorkCases)?;
    let body = body.into_inner();
    let (version, kind, note) = read::step(&fields(vec![
        ("version", Some(body.version.to_string())),
        ("kind", Some(body.kind)),
        ("note", Some(body.note)),
    ]))?;
    let case_id = *id;
    write(&services, caller.clone(), move |tx| {
        record_step(tx, case_id, version, kind, &note)
    })
    .await?;
    Ok(HttpResponse::Created().json(show_case(&services, &caller, case_id).await?))
}

/// A measure: done here, or referred to a department.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MeasureBody {
    /// The case's version that the caller saw.
    #[schema(example = 1)]
    version: i32,
    /// A code of the list of support measures.
    #[schema(example = "employment")]
    kind: String,
    #[schema(example = "推荐嘎洒安置点保洁岗位")]
    what: String,
    /// The department in charge, where it is referred.
    unit: Option<String>,
    #[schema(example = "2099-12-31")]
    due_on: String,
}

/// Take a measure, here or by referring it to the department in charge
#[utoipa::path(tag = "cases", params(("id" = String, Path, description = "The case")), request_body = MeasureBody, responses(
    (status = 201, description = "Taken", body = CaseView),
    (status = 409, description = "The case is closed, or somebody else changed it meanwhile"),
))]
#[post("/api/v1/cases/{id}/measures")]
async fn add_one_measure(
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<CaseId>,
    body: web::Json<MeasureBody>,
) -> Result<HttpResponse> {
    caller.need(Permission::WorkCases)?;
    let body = body.into_inner();
    let (version, draft) = read::measure(&fields(vec![
        ("version", Some(body.version.to_string())),
        ("kind", Some(body.kind)),
        ("what", Some(body.what)),
        ("unit", body.unit),
        ("due_on", Some(body.due_on)),
    ]))?;
    let case_id = *id;
    write(&services, caller.clone(), move |tx| {
        add_measure(tx, case_id, version, &draft)
    })
    .await?;
    Ok(HttpResponse::Created().json(show_case(&services, &caller, case_id).await?))
}

/// What became of a measure.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AnswerBody {
    /// The measure's version that the caller saw.
    #[schema(example = 1)]
    version: i32,
    /// `accepted`, `returned`, `done` or `failed`.
    #[schema(example = "accepted")]
    status: String,
    /// Needed where the measure ends.
    outcome: Option<String>,
}

/// Record what became of a measure: accepted, sent back, done or not
#[utoipa::path(tag = "cases", params(("id" = String, Path, description = "The measure")), request_body = AnswerBody, responses(
    (status = 201, description = "The case", body = CaseView),
    (status = 409, description = "It cannot go there, or somebody else changed it meanwhile"),
))]
#[post("/api/v1/measures/{id}/answers")]
async fn add_answer(
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<MeasureId>,
    body: web::Json<AnswerBody>,
) -> Result<HttpResponse> {
    caller.need(Permission::WorkCases)?;
    let body = body.into_inner();
    let (version, status, outcome) = read::answer(&fields(vec![
        ("version", Some(body.version.to_string())),
        ("status", Some(body.status)),
        ("outcome", body.outcome),
    ]))?;
    let case_id = write(&services, caller.clone(), move |tx| {
        answer_measure(tx, *id, version, status, &outcome)
    })
    .await?;
    Ok(HttpResponse::Created().json(show_case(&services, &caller, case_id).await?))
}

/// The outcome of a case.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ClosingBody {
    /// The case's version that the caller saw.
    #[schema(example = 1)]
    version: i32,
    /// A code of the list of closing reasons.
    #[schema(example = "placed_market")]
    reason: String,
    #[schema(example = "岩温已在景洪保洁公司上岗")]
    note: String,
}

/// Close a case with its outcome
#[utoipa::path(tag = "cases", params(("id" = String, Path, description = "The case")), request_body = ClosingBody, responses(
    (status = 201, description = "Closed", body = CaseView),
    (status = 409, description = "Measures are open, or the household still stands at zero"),
))]
#[post("/api/v1/cases/{id}/closings")]
async fn add_closing(
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<CaseId>,
    body: web::Json<ClosingBody>,
) -> Result<HttpResponse> {
    caller.need(Permission::WorkCases)?;
    let body = body.into_inner();
    let (version, reason, note) = read::closing(&fields(vec![
        ("version", Some(body.version.to_string())),
        ("reason", Some(body.reason)),
        ("note", Some(body.note)),
    ]))?;
    let case_id = *id;
    write(&services, caller.clone(), move |tx| {
        close_case(tx, case_id, version, reason, &note)
    })
    .await?;
    Ok(HttpResponse::Created().json(show_case(&services, &caller, case_id).await?))
}

/// Open alerts, the first due first
#[utoipa::path(tag = "cases", params(
    ("level" = Option<String>, Query, description = "who is asked: village, township, county or prefecture"),
    ("region" = Option<String>, Query, description = "a division", example = "532801"),
    ("limit" = Option<usize>, Query, description = "1–100, 20 unless told"),
    ("cursor" = Option<String>, Query, description = "`next` of the page before"),
), responses((status = 200, description = "Alerts", body = ListView<AlertView>)))]
#[get("/api/v1/alerts")]
async fn list_alerts(request: HttpRequest, services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    let asked = Asked::read(&Fields::of_query(&request), &caller)?;
    let (scope, today) = (asked.scope.clone(), services.clock.today());
    let mut rows = blocking(move || services.db.snapshot(|conn| open_alerts(conn, &scope, None, MOST))).await?;
    let clocks = crate::guarantee::Clocks::shipped();
    rows.retain(|(alert, _)| {
        asked
            .level
            .is_none_or(|level| asked_level(alert.due_on, today, clocks) == level)
    });
    let found = page_of(rows, &asked.page, |(alert, _)| alert.id.to_string())?;
    Ok(HttpResponse::Ok().json(ListView::from(
        found.map(|(alert, household)| AlertView::of(&alert, &household, today)),
    )))
}

/// What came of an alert.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AlertClosingBody {
    /// The version that the caller saw.
    #[schema(example = 1)]
    version: i32,
    /// `helped`, `no_need` or `mistaken`.
    #[schema(example = "helped")]
    outcome: String,
    #[schema(example = "已联系新岗位，下周一上班")]
    note: String,
}

/// Say what came of something that had happened; alerts that follow from a state close by themselves
#[utoipa::path(tag = "cases", params(("id" = String, Path, description = "The alert")), request_body = AlertClosingBody, responses(
    (status = 204, description = "Closed"),
    (status = 409, description = "It is closed, or it follows from a state"),
))]
#[post("/api/v1/alerts/{id}/closings")]
async fn add_alert_closing(
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<AlertId>,
    body: web::Json<AlertClosingBody>,
) -> Result<HttpResponse> {
    caller.need(Permission::WorkCases)?;
    let body = body.into_inner();
    let (version, outcome, note) = read::alert_closing(&fields(vec![
        ("version", Some(body.version.to_string())),
        ("outcome", Some(body.outcome)),
        ("note", Some(body.note)),
    ]))?;
    write(&services, caller, move |tx| {
        close_alert(tx, *id, version, outcome, &note)
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Decided exemptions in force, the first to be reviewed first
#[utoipa::path(tag = "cases", params(
    ("region" = Option<String>, Query, description = "a division", example = "532801"),
    ("limit" = Option<usize>, Query, description = "1–100, 20 unless told"),
    ("cursor" = Option<String>, Query, description = "`next` of the page before"),
), responses((status = 200, description = "Exemptions", body = ListView<ExemptionView>)))]
#[get("/api/v1/exemptions")]
async fn list_exemptions(request: HttpRequest, services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    let asked = Asked::read(&Fields::of_query(&request), &caller)?;
    let (scope, today) = (asked.scope.clone(), services.clock.today());
    let rows = blocking(move || services.db.snapshot(|conn| exemptions_in(conn, &scope, today))).await?;
    let found = page_of(rows, &asked.page, |(exemption, _)| exemption.id.to_string())?;
    Ok(HttpResponse::Ok().json(ListView::from(
        found.map(|(exemption, household)| ExemptionView::of(&exemption, Some(&household))),
    )))
}

/// Why a household is not asked to have somebody at work until a review.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ExemptionBody {
    /// A code of the list of exemption reasons that somebody decides.
    #[schema(example = "care_sole")]
    reason: String,
    #[schema(example = "2026-11-23")]
    from_on: String,
    /// The last day on which it holds; at most six months ahead.
    #[schema(example = "2027-02-28")]
    review_on: String,
    #[schema(example = "村委会证明：母亲瘫痪需全天照护")]
    proof: String,
}

/// Decide an exemption with its proof and the day of its review
#[utoipa::path(tag = "cases", params(("id" = String, Path, description = "The household")), request_body = ExemptionBody, responses(
    (status = 201, description = "Decided", body = ExemptionView),
    (status = 409, description = "One is in force already"),
))]
#[post("/api/v1/households/{id}/exemptions")]
async fn add_exemption(
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<HouseholdId>,
    body: web::Json<ExemptionBody>,
) -> Result<HttpResponse> {
    caller.need(Permission::DecideExemptions)?;
    let body = body.into_inner();
    let draft = read::exemption(&fields(vec![
        ("reason", Some(body.reason)),
        ("from_on", Some(body.from_on)),
        ("review_on", Some(body.review_on)),
        ("proof", Some(body.proof)),
    ]))?;
    let made = write(&services, caller, move |tx| exempt_household(tx, *id, &draft)).await?;
    Ok(HttpResponse::Created().json(ExemptionView::of(&made, None)))
}

/// Why an exemption ends before its review.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EndingBody {
    /// The version that the caller saw.
    #[schema(example = 1)]
    version: i32,
    #[schema(example = "母亲已入住养老院，可以外出务工")]
    note: String,
}

/// End an exemption before its review: from today on the household is asked again
#[utoipa::path(tag = "cases", params(("id" = String, Path, description = "The exemption")), request_body = EndingBody, responses(
    (status = 204, description = "Ended"),
    (status = 409, description = "It is over, or somebody else changed it meanwhile"),
))]
#[post("/api/v1/exemptions/{id}/endings")]
async fn add_ending(
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<ExemptionId>,
    body: web::Json<EndingBody>,
) -> Result<HttpResponse> {
    caller.need(Permission::DecideExemptions)?;
    let body = body.into_inner();
    let (version, note) = read::ending(&fields(vec![
        ("version", Some(body.version.to_string())),
        ("note", Some(body.note)),
    ]))?;
    write(&services, caller, move |tx| end_exemption(tx, *id, version, &note)).await?;
    Ok(HttpResponse::NoContent().finish())
}
