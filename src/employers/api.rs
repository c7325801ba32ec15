//! Employers for programs: the same powers as the pages.

use actix_web::{HttpRequest, HttpResponse, get, post, put, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions::{
    amend_employer, register_employer, reinstate_employer, return_employer, suspend_employer, verify_employer,
};
use super::model::{Employer, EmployerFilter, EmployerStatus};
use super::rules::has_odd_code;
use super::store;
use super::web::register::{read_draft, register_both};
use crate::accounts::{UserDraft, hashing};
use crate::base::actor::{Actor, Permission};
use crate::base::codes::EmployerKind;
use crate::base::error::{Error, OrNotFound, Result};
use crate::base::ids::{EmployerId, Id};
use crate::base::region::RegionCode;
use crate::platform::Services;
use crate::platform::db::{Caller, Conn};
use crate::platform::http::{Fields, ListView, Shell, blocking, page_request};
use crate::reference::regions;

/// The calls of this room.
pub fn api_routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list_employers)
        .service(register)
        .service(one_employer)
        .service(amend)
        .service(take_step);
}

/// An employer. The phone is masked.
#[derive(Serialize, ToSchema)]
struct EmployerView {
    #[schema(example = "01J8ZK4Q9T3VB")]
    id: String,
    /// To be sent back with an edit or a step.
    version: i32,
    #[schema(example = "coop")]
    kind: &'static str,
    #[schema(example = "景洪绿洲茶叶农民专业合作社")]
    name: String,
    #[schema(example = "93532801MA6K7T2Q5X")]
    credit_code: Option<String>,
    /// `holds`, `fails` (an officer needs a reason to accept it), or absent without a code.
    #[schema(example = "holds")]
    credit_code_check: Option<&'static str>,
    licence_no: Option<String>,
    #[schema(example = "532801002")]
    region: String,
    #[schema(example = "景洪市嘎洒镇")]
    region_name: String,
    address: String,
    contact_name: String,
    #[schema(example = "138****5678")]
    phone: Option<String>,
    #[schema(example = "submitted")]
    status: &'static str,
    /// What is missing, or why it is suspended.
    status_note: String,
    #[schema(example = "2026-11-23")]
    verified_on: Option<String>,
    #[schema(format = DateTime, value_type = String, example = "2026-11-23T08:00:00.000Z")]
    created_at: String,
}

impl From<Employer> for EmployerView {
    fn from(employer: Employer) -> Self {
        let check = if has_odd_code(&employer) { "fails" } else { "holds" };
        Self {
            id: employer.id.to_string(),
            version: employer.version,
            kind: employer.kind.as_str(),
            credit_code_check: employer.credit_code.is_some().then_some(check),
            name: employer.name,
            credit_code: employer.credit_code,
            licence_no: employer.licence_no,
            region: employer.region_code.to_string(),
            region_name: regions().address_of(&employer.region_code),
            address: employer.address,
            contact_name: employer.contact_name,
            phone: employer.phone_masked,
            status: employer.status.as_str(),
            status_note: employer.status_note,
            verified_on: employer.verified_on.map(|day| day.to_string()),
            created_at: employer.created_at.to_string(),
        }
    }
}

/// Reads the filters of a list of employers; unknown values are refused.
pub(crate) fn read_filter(query: &Fields) -> Result<EmployerFilter> {
    let unknown = |name: &'static str, list: &'static str| {
        let known: Vec<&str> = crate::base::codes::list(list)
            .map(|list| list.items.iter().map(|item| item.code.as_str()).collect())
            .unwrap_or_default();
        Error::bad_request(name, "value-unknown").with("known", known.join(", "))
    };
    let status = query
        .find("status")
        .map(|text| EmployerStatus::parse(text).ok_or_else(|| unknown("status", EmployerStatus::LIST)));
    let kind = query
        .find("kind")
        .map(|text| EmployerKind::parse(text).ok_or_else(|| unknown("kind", EmployerKind::LIST)));
    let region = query.find("region").map(|text| {
        let found = RegionCode::parse(text).filter(|code| regions().get(code).is_some());
        let near = regions().near_codes(text, 3).join(", ");
        found.ok_or_else(|| Error::bad_request("region", "value-unknown").with("known", near))
    });
    Ok(EmployerFilter {
        status: status.transpose()?,
        kind: kind.transpose()?,
        region: region.transpose()?,
        words: query.find("q").map(str::to_owned),
    })
}

/// List employers
///
/// Those of the officer's region, oldest first, so that a queue is worked off in order.
#[utoipa::path(tag = "employers",
    params(
        ("status" = Option<String>, Query, description = "`submitted`, `verified`, `returned`, `suspended`", example = "submitted"),
        ("kind" = Option<String>, Query, description = "A kind of employer", example = "coop"),
        ("region" = Option<String>, Query, description = "A region with everything below it", example = "532801"),
        ("q" = Option<String>, Query, description = "Part of the name, or a whole credit code"),
        ("limit" = Option<usize>, Query, description = "1 to 100; 20 if absent"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
    ),
    responses((status = 200, description = "Oldest first", body = ListView<EmployerView>)))]
#[get("/api/v1/employers")]
async fn list_employers(request: HttpRequest, services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    caller.need(Permission::VerifyEmployers)?;
    let query = Fields::of_query(&request);
    query.only(&["status", "kind", "region", "q", "limit", "cursor"])?;
    let (filter, asked) = (read_filter(&query)?, page_request(&query)?);
    let scope = caller.actor.scope(Permission::VerifyEmployers);
    let found = blocking(move || services.db.read(|conn| store::employers(conn, &scope, &filter, &asked))).await?;
    Ok(HttpResponse::Ok().json(ListView::from(found.map(EmployerView::from))))
}

/// What a registration or a correction says of an employer.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EmployerJson {
    #[schema(example = "coop")]
    kind: String,
    #[schema(example = "景洪绿洲茶叶农民专业合作社")]
    name: String,
    /// 18 characters; brokers have none.
    #[schema(example = "93532801MA6K7T2Q5X")]
    credit_code: Option<String>,
    /// The licence of an agency, or the licence or township filing of a broker.
    licence_no: Option<String>,
    /// The code of a county or something below it, or the place in words.
    #[schema(example = "532801002")]
    region: String,
    address: Option<String>,
    #[schema(example = "玉罕")]
    contact_name: String,
    /// Needed at registration; absent in a correction keeps the old one.
    #[schema(example = "13800005678")]
    phone: Option<String>,
}

impl EmployerJson {
    /// As the form sends it, so that both are read by the same rules.
    fn fields(&self) -> Fields {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        Fields::new(vec![
            ("kind".to_owned(), self.kind.clone()),
            ("name".to_owned(), self.name.clone()),
            ("credit_code".to_owned(), text(&self.credit_code)),
            ("licence_no".to_owned(), text(&self.licence_no)),
            ("region".to_owned(), self.region.clone()),
            ("address".to_owned(), text(&self.address)),
            ("contact_name".to_owned(), self.contact_name.clone()),
            ("phone".to_owned(), text(&self.phone)),
        ])
    }
}

/// The account that comes into being with a registration.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AccountJson {
    #[schema(example = "lvzhou-tea")]
    sign_in_name: String,
    #[schema(example = "tea-hills-rain-7")]
    password: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RegistrationJson {
    /// Made by the caller (13 characters) so that sending it twice is one registration; made here if absent.
    id: Option<String>,
    employer: EmployerJson,
    /// Needed from those who are not signed in.
    account: Option<AccountJson>,
}

/// Register an employer
///
/// Account, employer and the role on it come into being together. An officer verifies the employer before it can publish.
#[utoipa::path(tag = "employers", request_body = RegistrationJson, security((), ("token" = []), ("session" = [])),
    responses((status = 201, description = "Registered; waits for an officer", body = EmployerView),
        (status = 429, description = "Ten accounts an hour from one address")))]
#[post("/api/v1/employers")]
async fn register(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    draft: web::Json<RegistrationJson>,
) -> Result<HttpResponse> {
    let RegistrationJson { id, employer, account } = draft.into_inner();
    let id = match id {
        Some(text) => text.parse().map_err(|_| Error::invalid("id", "not-an-id"))?,
        None => Id::fresh(),
    };
    let draft = read_draft(&employer.fields(), id)?;
    let db = services.db.clone();
    let registered = match account {
        _ if !caller.actor.is_nobody() => {
            blocking(move || db.write(&caller, |tx| register_employer(tx, &draft))).await?
        }
        None => return Err(Error::Unauthenticated),
        Some(account) => {
            let account = UserDraft {
                sign_in_name: account.sign_in_name,
                display_name: draft.contact_name.clone(),
                password: account.password,
                language: Shell::of(&request).locale.language(),
                must_change: false,
            };
            hashing(&services, move || register_both(&db, &caller, &draft, &account)).await?
        }
    };
    services.wake.notify_one();
    Ok(HttpResponse::Created().json(EmployerView::from(registered)))
}

/// An employer for its own people or for an officer of its region.
fn seen(conn: &mut Conn, actor: &Actor, id: EmployerId) -> Result<Employer> {
    let permission = if actor.manages(id) {
        Permission::ManageOwnEmployer
    } else {
        Permission::VerifyEmployers
    };
    store::employer_for(conn, actor, id, permission)
}

fn id_of(path: &str) -> Result<EmployerId> {
    path.parse().ok().or_not_found("employer")
}

/// One employer
#[utoipa::path(tag = "employers", params(("id" = String, Path, description = "The employer")),
    responses((status = 200, description = "The employer", body = EmployerView)))]
#[get("/api/v1/employers/{id}")]
async fn one_employer(services: web::Data<Services>, caller: Caller, path: web::Path<String>) -> Result<HttpResponse> {
    caller.need_sign_in()?;
    let id = id_of(&path)?;
    let found = blocking(move || services.db.read(|conn| seen(conn, &caller.actor, id))).await?;
    Ok(HttpResponse::Ok().json(EmployerView::from(found)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AmendmentJson {
    /// The version that the caller saw.
    version: i32,
    employer: EmployerJson,
}

/// Correct an employer's file
///
/// What an officer has verified (kind, name, code, licence) must be verified again when it changes.
#[utoipa::path(tag = "employers", request_body = AmendmentJson, params(("id" = String, Path, description = "The employer")),
    responses((status = 200, description = "The corrected file", body = EmployerView)))]
#[put("/api/v1/employers/{id}")]
async fn amend(
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
    draft: web::Json<AmendmentJson>,
) -> Result<HttpResponse> {
    caller.need_sign_in()?;
    let id = id_of(&path)?;
    let AmendmentJson { version, employer } = draft.into_inner();
    let draft = read_draft(&employer.fields(), id)?;
    let db = services.db.clone();
    let saved = blocking(move || {
        db.write(&caller, |tx| amend_employer(tx, version, &draft))?;
        db.read(|conn| store::employer_by_id(conn, id))
    })
    .await?;
    services.wake.notify_one();
    Ok(HttpResponse::Ok().json(EmployerView::from(saved)))
}

/// What an officer decides about an employer.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum EmployerStep {
    Verify,
    Return,
    Suspend,
    Reinstate,
}

impl EmployerStep {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text {
            "verify" => Some(Self::Verify),
            "return" => Some(Self::Return),
            "suspend" => Some(Self::Suspend),
            "reinstate" => Some(Self::Reinstate),
            _ => None,
        }
    }

    /// Takes the step; each asks for the officer's right itself.
    pub(crate) fn take(
        self,
        tx: &mut crate::platform::db::Tx<'_>,
        id: EmployerId,
        version: i32,
        note: &str,
    ) -> Result<()> {
        match self {
            Self::Verify => verify_employer(tx, id, version, Some(note)),
            Self::Return => return_employer(tx, id, version, note),
            Self::Suspend => suspend_employer(tx, id, version, note),
            Self::Reinstate => reinstate_employer(tx, id, version, note),
        }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EmployerStepJson {
    step: EmployerStep,
    /// The version that the caller saw.
    version: i32,
    /// What is missing, or why; needed except where a sound file is verified.
    #[schema(example = "营业执照照片看不清，请重新提供")]
    note: Option<String>,
}

/// Verify, return, suspend or reinstate an employer
///
/// Four eyes: whoever wrote the file or acts for the employer does not verify it.
#[utoipa::path(tag = "employers", request_body = EmployerStepJson, params(("id" = String, Path, description = "The employer")),
    responses((status = 200, description = "The employer after the step", body = EmployerView)))]
#[post("/api/v1/employers/{id}/steps")]
async fn take_step(
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
    draft: web::Json<EmployerStepJson>,
) -> Result<HttpResponse> {
    caller.need(Permission::VerifyEmployers)?;
    let id = id_of(&path)?;
    let EmployerStepJson { step, version, note } = draft.into_inner();
    let note = note.unwrap_or_default();
    let db = services.db.clone();
    let saved = blocking(move || {
        db.write(&caller, |tx| step.take(tx, id, version, &note))?;
        db.read(|conn| store::employer_by_id(conn, id))
    })
    .await?;
    services.wake.notify_one();
    Ok(HttpResponse::Ok().json(EmployerView::from(saved)))
}
