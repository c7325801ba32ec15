//! Employments for programs.

use actix_web::{HttpResponse, get, patch, post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions::{correct_employment, end_employment, record_evidence, start_employment};
use super::model::{EmploymentRow, EndReason, EvidenceKind};
use super::store;
use super::web::{read_correction, read_draft};
use crate::base::actor::Permission;
use crate::base::error::{Error, OrNotFound, Result};
use crate::base::ids::{EmploymentId, PersonId};
use crate::base::time::{Day, parse_day};
use crate::platform::Services;
use crate::platform::db::{Caller, Conn};
use crate::platform::http::{Fields, ListView, blocking};
use crate::registry;

/// The calls of this room.
pub fn api_routes(config: &mut ServiceConfig<'_>) {
    config
        .service(employments_of_person)
        .service(add_employment)
        .service(one_employment)
        .service(end_one_employment)
        .service(correct_one_employment)
        .service(add_evidence);
}

/// An employment with the day of its newest evidence.
#[derive(Debug, Serialize, ToSchema)]
struct EmploymentView {
    #[schema(example = "01J8ZK4Q9T3VB")]
    id: String,
    version: i32,
    person_id: String,
    #[schema(example = "保洁员")]
    job_title: String,
    #[schema(example = "景洪保洁公司")]
    employer_name: String,
    employer_id: Option<String>,
    #[schema(example = "contract")]
    form: &'static str,
    #[schema(example = "local_employer")]
    channel: &'static str,
    occupation: Option<String>,
    place: String,
    #[schema(example = "532801")]
    region: Option<String>,
    /// A month, in yuan.
    #[schema(example = "2600.00")]
    wage: Option<String>,
    #[schema(example = "2026-03-01")]
    start_on: String,
    /// The last day of work; it counts.
    end_on: Option<String>,
    end_reason: Option<&'static str>,
    evidence_on: Option<String>,
    #[schema(example = "officer")]
    source: String,
}

impl EmploymentView {
    fn of(row: &EmploymentRow) -> Self {
        let employment = &row.employment;
        Self {
            id: employment.id.to_string(),
            version: employment.version,
            person_id: employment.person_id.to_string(),
            job_title: employment.job_title.clone(),
            employer_name: employment.employer_name.clone(),
            employer_id: employment.employer_id.map(|id| id.to_string()),
            form: employment.form.as_str(),
            channel: employment.channel.as_str(),
            occupation: employment.occupation_code.as_ref().map(ToString::to_string),
            place: employment.place.clone(),
            region: employment.region_code.as_ref().map(ToString::to_string),
            wage: employment.wage_fen.map(|wage| wage.to_string()),
            start_on: employment.start_on.to_string(),
            end_on: employment.end_on.map(|day| day.to_string()),
            end_reason: employment.end_reason.map(EndReason::as_str),
            evidence_on: row.evidence_on.map(|day| day.to_string()),
            source: employment.source.clone(),
        }
    }
}

/// By which right the caller touches an employment: his firm's, his own, or his office's.
fn permission_of(caller: &Caller) -> Result<Permission> {
    caller.need_sign_in()?;
    let rights = [
        Permission::RecordEmployment,
        Permission::ManageOwnEmployer,
        Permission::ActForSelf,
    ];
    rights
        .into_iter()
        .find(|right| caller.actor.may(*right))
        .ok_or(Error::Forbidden)
}

fn view_for(conn: &mut Conn, caller: &Caller, id: EmploymentId, today: Day) -> Result<EmploymentView> {
    let permission = permission_of(caller)?;
    let employment = store::employment_for(conn, &caller.actor, id, permission)?;
    let evidence_on = store::latest_evidence(conn, &[id], today)?.remove(&id);
    Ok(EmploymentView::of(&EmploymentRow {
        employment,
        evidence_on,
    }))
}

/// The employments of a person, newest first
#[utoipa::path(tag = "employments", params(("id" = String, Path, description = "The person")), responses(
    (status = 200, description = "Employments", body = ListView<EmploymentView>)))]
#[get("/api/v1/persons/{id}/employments")]
async fn employments_of_person(
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<PersonId>,
) -> Result<HttpResponse> {
    let is_self = caller.actor.person_id() == Some(*id);
    let permission = if is_self {
        Permission::SeeOwnRecord
    } else {
        Permission::SeeHouseholds
    };
    caller.need(permission)?;
    let today = services.clock.today();
    let rows = blocking(move || {
        services.db.snapshot(|conn| {
            registry::person_for(conn, &caller.actor, *id, permission)?;
            store::employments_of(conn, &[*id], today)
        })
    })
    .await?;
    Ok(HttpResponse::Ok().json(ListView {
        items: rows.iter().map(EmploymentView::of).collect(),
        next: None,
    }))
}

/// An employment that somebody records.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EmploymentBody {
    #[schema(example = "01J8ZK4Q9T3VB")]
    person_id: String,
    #[schema(example = "保洁员")]
    job_title: String,
    #[schema(example = "景洪保洁公司")]
    employer_name: Option<String>,
    #[schema(example = "contract")]
    form: String,
    #[schema(example = "local_employer")]
    channel: String,
    #[schema(example = "景洪市嘎洒街道")]
    place: Option<String>,
    #[schema(example = "2600.00")]
    wage: Option<String>,
    #[schema(example = "2026-03-01")]
    start_on: String,
    end_on: Option<String>,
    /// `employer`, `visit`, `self` or `contract`.
    #[schema(example = "visit")]
    evidence: String,
    /// Code or name of the occupation.
    occupation: Option<String>,
}

/// Record an employment of somebody of the scope
#[utoipa::path(tag = "employments", request_body = EmploymentBody, responses(
    (status = 201, description = "Recorded", body = EmploymentView)))]
#[post("/api/v1/employments")]
async fn add_employment(
    services: web::Data<Services>,
    caller: Caller,
    body: web::Json<EmploymentBody>,
) -> Result<HttpResponse> {
    caller.need(Permission::RecordEmployment)?;
    let body = body.into_inner();
    let person_id: PersonId = body.person_id.parse().ok().or_not_found("person")?;
    let pairs = vec![
        ("job_title", Some(body.job_title)),
        ("employer_name", body.employer_name),
        ("form", Some(body.form)),
        ("channel", Some(body.channel)),
        ("place", body.place),
        ("wage", body.wage),
        ("start_on", Some(body.start_on)),
        ("end_on", body.end_on),
        ("evidence", Some(body.evidence)),
        ("occupation", body.occupation),
    ];
    let pairs = pairs
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)));
    let draft = read_draft(person_id, &Fields::new(pairs.collect()))?;
    let view = blocking(move || {
        let employment = services.db.write(&caller, |tx| start_employment(tx, &draft))?;
        services.wake.notify_one();
        let evidence_on = Some(employment.start_on);
        Ok(EmploymentView::of(&EmploymentRow {
            employment,
            evidence_on,
        }))
    })
    .await?;
    Ok(HttpResponse::Created().json(view))
}

/// One employment
#[utoipa::path(tag = "employments", params(("id" = String, Path, description = "The employment")), responses(
    (status = 200, description = "The employment", body = EmploymentView),
    (status = 404, description = "None such that the caller may see"),
))]
#[get("/api/v1/employments/{id}")]
async fn one_employment(
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<EmploymentId>,
) -> Result<HttpResponse> {
    let today = services.clock.today();
    let view = blocking(move || services.db.snapshot(|conn| view_for(conn, &caller, *id, today))).await?;
    Ok(HttpResponse::Ok().json(view))
}

/// The end of an employment.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EndBody {
    /// The version that the caller saw.
    #[schema(example = 1)]
    version: i32,
    /// The last day of work.
    #[schema(example = "2026-11-10")]
    end_on: String,
    #[schema(example = "contract_ended")]
    end_reason: String,
}

/// Say that an employment ended
#[utoipa::path(tag = "employments", params(("id" = String, Path, description = "The employment")), request_body = EndBody, responses(
    (status = 200, description = "Ended", body = EmploymentView),
    (status = 409, description = "It had ended, or somebody else changed it meanwhile"),
))]
#[patch("/api/v1/employments/{id}")]
async fn end_one_employment(
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<EmploymentId>,
    body: web::Json<EndBody>,
) -> Result<HttpResponse> {
    permission_of(&caller)?;
    let body = body.into_inner();
    let end_on = parse_day(&body.end_on).ok_or_else(|| Error::invalid("end_on", "not-a-day"))?;
    let reason = EndReason::parse(&body.end_reason).filter(|reason| *reason != EndReason::Roster);
    let reason = reason.ok_or_else(|| Error::invalid("end_reason", "not-a-choice"))?;
    let today = services.clock.today();
    let view = blocking(move || {
        services
            .db
            .write(&caller, |tx| end_employment(tx, *id, body.version, end_on, reason))?;
        services.wake.notify_one();
        services.db.read(|conn| view_for(conn, &caller, *id, today))
    })
    .await?;
    Ok(HttpResponse::Ok().json(view))
}

/// When somebody really worked.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CorrectionBody {
    /// The version that the caller saw.
    #[schema(example = 1)]
    version: i32,
    #[schema(example = "2026-03-01")]
    start_on: String,
    /// The last day of work; absent where the work goes on.
    end_on: Option<String>,
    /// Needed where the work is over.
    end_reason: Option<String>,
    /// Why the record was wrong.
    #[schema(example = "合同上写的是三月一日")]
    why: String,
}

/// Correct when somebody worked; figures of past days follow, filed ones do not
#[utoipa::path(tag = "employments", params(("id" = String, Path, description = "The employment")), request_body = CorrectionBody, responses(
    (status = 201, description = "Corrected", body = EmploymentView),
    (status = 409, description = "Another full-time employment covers the time, or somebody else changed it meanwhile"),
))]
#[post("/api/v1/employments/{id}/corrections")]
async fn correct_one_employment(
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<EmploymentId>,
    body: web::Json<CorrectionBody>,
) -> Result<HttpResponse> {
    caller.need(Permission::RecordEmployment)?;
    let body = body.into_inner();
    let pairs = [
        ("version", Some(body.version.to_string())),
        ("start_on", Some(body.start_on)),
        ("end_on", body.end_on),
        ("reason", body.end_reason),
        ("why", Some(body.why)),
    ];
    let pairs = pairs
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)));
    let correction = read_correction(&Fields::new(pairs.collect()))?;
    let today = services.clock.today();
    let view = blocking(move || {
        services
            .db
            .write(&caller, |tx| correct_employment(tx, *id, &correction))?;
        services.wake.notify_one();
        services.db.read(|conn| view_for(conn, &caller, *id, today))
    })
    .await?;
    Ok(HttpResponse::Created().json(view))
}

/// What proves the work. Without a body: the caller's own word of today.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EvidenceBody {
    /// `employer`, `visit`, `self`, `contract`, `wage_slip`, `bank_line` or `insurance`.
    #[schema(example = "visit")]
    kind: Option<String>,
    /// Of which day it is; today unless told.
    seen_on: Option<String>,
}

/// Confirm that somebody still works there, or record what proves it
#[utoipa::path(tag = "employments", params(("id" = String, Path, description = "The employment")), request_body = Option<EvidenceBody>, responses(
    (status = 201, description = "Confirmed", body = EmploymentView),
    (status = 409, description = "The employment has ended"),
))]
#[post("/api/v1/employments/{id}/evidence")]
async fn add_evidence(
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<EmploymentId>,
    body: web::Bytes,
) -> Result<HttpResponse> {
    permission_of(&caller)?;
    let body: EvidenceBody = if body.is_empty() {
        EvidenceBody::default()
    } else {
        serde_json::from_slice(&body).map_err(|_| Error::bad_request("body", "body-unreadable"))?
    };
    let kind = body.kind.as_deref().map(|text| EvidenceKind::parse(text).ok_or(text));
    let kind = kind.transpose().map_err(|_| Error::invalid("kind", "not-a-choice"))?;
    let today = services.clock.today();
    let seen_on = match body.seen_on.as_deref() {
        None => today,
        Some(text) => parse_day(text).ok_or_else(|| Error::invalid("seen_on", "not-a-day"))?,
    };
    let view = blocking(move || {
        services
            .db
            .write(&caller, |tx| record_evidence(tx, *id, kind, seen_on))?;
        services.wake.notify_one();
        services.db.read(|conn| view_for(conn, &caller, *id, today))
    })
    .await?;
    Ok(HttpResponse::Created().json(view))
}
