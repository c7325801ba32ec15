//! Calls about what looks odd, and about controls after payment.

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::base::actor::Permission;
use crate::base::error::{Error, OrNotFound, Result};
use crate::base::ids::{ClaimLineId, ClaimSignalId, ControlDrawId};
use crate::platform::Services;
use crate::platform::db::Caller;
use crate::platform::http::{Fields, ListView, Shell, blocking, page_request};
use crate::subsidies::claims::{self, ControlDraw};
use crate::subsidies::control::ControlFinding;
use crate::subsidies::model::{Claim, ClaimSignal, SignalAnswer};
use crate::subsidies::store;
use crate::subsidies::web::controls_page::{Drawn, drawn_of, read_draft};
use crate::subsidies::web::signals_page::{facts_in_words, filter_of, names_of};

pub(super) fn api_routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list_signals)
        .service(answer_signal)
        .service(list_controls)
        .service(add_control)
        .service(one_control)
        .service(add_finding);
}

/// The fact for one person.
#[derive(Serialize, ToSchema)]
struct SignalFactView {
    name: String,
    words: String,
}

#[derive(Serialize, ToSchema)]
struct SignalView {
    id: String,
    claim_id: String,
    kind: String,
    payee: String,
    facts: Vec<SignalFactView>,
    answer: Option<String>,
    note: String,
    answered_by: String,
}

/// List what looks odd about claims
///
/// The signals of the claims of the caller's scope, the newest first. A signal proves nothing; it waits for an answer before
/// the second review.
#[utoipa::path(tag = "claims",
    params(
        ("state" = Option<String>, Query, description = "`open` or `answered`", example = "open"),
        ("kind" = Option<String>, Query, description = "A word of the list of signals", example = "shared_phone"),
        ("limit" = Option<u32>, Query, description = "1 to 100; 20 by default", example = 20),
    ),
    responses((status = 200, description = "Signals", body = ListView<SignalView>)))]
#[get("/api/v1/claim-signals")]
async fn list_signals(request: HttpRequest, services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    caller.need(Permission::SeeClaims)?;
    let query = Fields::of_query(&request);
    query.only(&["state", "kind", "limit"])?;
    let (filter, limit) = (filter_of(&query)?, page_request(&query)?.limit);
    let l = Shell::of(&request).locale;
    let items = blocking(move || {
        services.db.snapshot(|conn| {
            let found = store::signals_to_see(conn, &caller.actor, filter, limit)?;
            let signals: Vec<ClaimSignal> = found.iter().map(|(signal, _)| signal.clone()).collect();
            let names = names_of(conn, &signals)?;
            let view = |(signal, claim): &(ClaimSignal, Claim)| {
                let facts = facts_in_words(l, signal, &names).into_iter();
                SignalView {
                    id: signal.id.to_string(),
                    claim_id: claim.id.to_string(),
                    kind: signal.kind.to_string(),
                    payee: claim.payee_name.clone(),
                    facts: facts
                        .map(|fact| SignalFactView {
                            name: fact.label,
                            words: fact.value,
                        })
                        .collect(),
                    answer: signal.answer.map(|answer| answer.to_string()),
                    note: signal.note.clone(),
                    answered_by: signal.answered_by_name.clone(),
                }
            };
            Ok(found.iter().map(view).collect())
        })
    })
    .await?;
    Ok(HttpResponse::Ok().json(ListView::<SignalView>::whole(items)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AnswerRequest {
    /// `dismissed` or `investigated`
    #[schema(example = "dismissed")]
    answer: String,
    /// Why, or what was found.
    #[schema(example = "同一家人，电话由女儿代接")]
    note: String,
}

/// Answer a signal
///
/// By whoever may review claims of the place, not about his own; said once.
#[utoipa::path(tag = "claims", params(("id" = String, Path, description = "The signal")), request_body = AnswerRequest,
    responses((status = 204, description = "The answer stands")))]
#[post("/api/v1/claim-signals/{id}/answer")]
async fn answer_signal(
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
    body: web::Json<AnswerRequest>,
) -> Result<HttpResponse> {
    caller.need(Permission::SeeClaims)?;
    let id: ClaimSignalId = path.parse().ok().or_not_found("signal")?;
    let answer = SignalAnswer::parse(&body.answer).ok_or_else(|| Error::invalid("answer", "not-a-choice"))?;
    let note = body.into_inner().note;
    blocking(move || {
        let answered = services
            .db
            .write(&caller, |tx| claims::answer_signal(tx, id, answer, &note));
        answered.map(drop)
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

#[derive(Serialize, ToSchema)]
struct ControlView {
    id: String,
    region: String,
    from_on: String,
    to_on: String,
    /// Published before the draw: the lines whose SHA-256 of `seed:line` comes first are drawn.
    seed: String,
    size: i32,
    /// From how many lines was drawn, and the checksum of their ids.
    frame: i32,
    frame_sha256: String,
}

impl From<&ControlDraw> for ControlView {
    fn from(control: &ControlDraw) -> Self {
        Self {
            id: control.id.to_string(),
            region: control.region_code.to_string(),
            from_on: control.from_on.to_string(),
            to_on: control.to_on.to_string(),
            seed: control.seed.clone(),
            size: control.size,
            frame: control.frame,
            frame_sha256: control.frame_sha256.clone(),
        }
    }
}

#[derive(Serialize, ToSchema)]
struct ControlLineView {
    line_id: String,
    claim_id: String,
    name: String,
    payee: String,
    amount: String,
    finding: Option<String>,
    note: String,
}

impl From<&Drawn> for ControlLineView {
    fn from(drawn: &Drawn) -> Self {
        Self {
            line_id: drawn.line.line_id.to_string(),
            claim_id: drawn.line.claim_id.to_string(),
            name: drawn.name.clone(),
            payee: drawn.payee.clone(),
            amount: drawn.amount.to_string(),
            finding: drawn.line.finding.map(|finding| finding.to_string()),
            note: drawn.line.note.clone(),
        }
    }
}

#[derive(Serialize, ToSchema)]
struct ControlWhole {
    #[serde(flatten)]
    control: ControlView,
    lines: Vec<ControlLineView>,
}

/// List controls after payment
#[utoipa::path(tag = "claims", responses((status = 200, description = "The newest first", body = ListView<ControlView>)))]
#[get("/api/v1/claim-controls")]
async fn list_controls(services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    caller.need(Permission::SeeClaims)?;
    let scope = caller.actor.scope(Permission::SeeClaims);
    let found = blocking(move || services.db.read(|conn| store::controls_in(conn, &scope))).await?;
    Ok(HttpResponse::Ok().json(ListView::whole(found.iter().map(ControlView::from).collect())))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ControlRequest {
    #[schema(example = "532801")]
    region: String,
    /// Paid from this day on.
    #[schema(example = "2026-01-01")]
    from_on: String,
    #[schema(example = "2026-06-30")]
    to_on: String,
    #[schema(example = "福彩双色球2026135期")]
    seed: String,
    #[schema(example = 20)]
    size: u32,
}

/// Draw paid lines for a control by a public seed
#[utoipa::path(tag = "claims", request_body = ControlRequest,
    responses((status = 201, description = "The control with its lines", body = ControlWhole)))]
#[post("/api/v1/claim-controls")]
async fn add_control(
    services: web::Data<Services>,
    caller: Caller,
    body: web::Json<ControlRequest>,
) -> Result<HttpResponse> {
    caller.need(Permission::ApproveClaims)?;
    let asked = body.into_inner();
    let pairs = [
        ("region", asked.region),
        ("from_on", asked.from_on),
        ("to_on", asked.to_on),
        ("seed", asked.seed),
        ("size", asked.size.to_string()),
    ];
    let draft = read_draft(&Fields::new(
        pairs
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
    ))?;
    let view = blocking(move || {
        let control = services.db.write(&caller, |tx| claims::draw_control(tx, &draft))?;
        let drawn = services.db.snapshot(|conn| drawn_of(conn, control.id))?;
        Ok(ControlWhole {
            control: ControlView::from(&control),
            lines: drawn.iter().map(ControlLineView::from).collect(),
        })
    })
    .await?;
    Ok(HttpResponse::Created().json(view))
}

fn control_id(path: &str) -> Result<ControlDrawId> {
    path.parse().ok().or_not_found("control")
}

/// Show a control after payment
#[utoipa::path(tag = "claims", params(("id" = String, Path, description = "The control")),
    responses((status = 200, description = "The control with its lines", body = ControlWhole)))]
#[get("/api/v1/claim-controls/{id}")]
async fn one_control(services: web::Data<Services>, caller: Caller, path: web::Path<String>) -> Result<HttpResponse> {
    caller.need(Permission::SeeClaims)?;
    let id = control_id(&path)?;
    let view = blocking(move || {
        services.db.snapshot(|conn| {
            let control = claims::control_for(conn, &caller.actor, id)?;
            let drawn = drawn_of(conn, id)?;
            Ok(ControlWhole {
                control: ControlView::from(&control),
                lines: drawn.iter().map(ControlLineView::from).collect(),
            })
        })
    })
    .await?;
    Ok(HttpResponse::Ok().json(view))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FindingRequest {
    line_id: String,
    /// `in_order`, `not_in_order` or `unreachable`
    #[schema(example = "in_order")]
    finding: String,
    #[schema(example = "去看过，在岗")]
    note: String,
}

/// Say what a control found
#[utoipa::path(tag = "claims", params(("id" = String, Path, description = "The control")), request_body = FindingRequest,
    responses((status = 204, description = "The finding stands")))]
#[post("/api/v1/claim-controls/{id}/findings")]
async fn add_finding(
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
    body: web::Json<FindingRequest>,
) -> Result<HttpResponse> {
    caller.need(Permission::SeeClaims)?;
    let id = control_id(&path)?;
    let asked = body.into_inner();
    let line: ClaimLineId = asked.line_id.parse().ok().or_not_found("line")?;
    let finding = ControlFinding::parse(&asked.finding).ok_or_else(|| Error::invalid("finding", "not-a-choice"))?;
    blocking(move || {
        let recorded = services
            .db
            .write(&caller, |tx| claims::record_control(tx, id, line, finding, &asked.note));
        recorded.map(drop)
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
