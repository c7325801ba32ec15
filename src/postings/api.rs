//! Postings for programs: the same powers as the desk and the officers' queue; and which occupation a title means.

use actix_web::{HttpRequest, HttpResponse, get, post, put, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions::{amend_posting, copy_posting, draft_posting, wording_problems};
use super::model::{Posting, WageUnit};
use super::store;
use super::web::form::{posting_id, read_draft};
use super::web::review::ReviewStep;
use super::web::steps::DeskStep;
use crate::base::actor::{Actor, Permission};
use crate::base::codes::{Education, PostingStatus};
use crate::base::error::{Error, OrNotFound, Result};
use crate::base::ids::{EmployerId, Id, PostingId};
use crate::base::time::parse_day;
use crate::platform::Services;
use crate::platform::db::{Caller, Conn};
use crate::platform::http::{Fields, ListView, Shell, blocking, page_request};
use crate::platform::i18n::problem_sentences;
use crate::reference::{occupations, regions};

/// The calls of this room.
pub fn api_routes(config: &mut ServiceConfig<'_>) {
    config
        .service(super::occupations_api::occupations_for)
        .service(postings_of_employer)
        .service(write_posting)
        .service(one_posting)
        .service(amend)
        .service(take_step)
        .service(copy);
}

/// A posting as its employer and the officers see it. The phone is masked.
#[derive(Serialize, ToSchema)]
struct PostingView {
    #[schema(example = "01J8ZK4Q9T3VB")]
    id: String,
    /// To be sent back with an edit or a step.
    version: i32,
    employer_id: String,
    #[schema(example = "job")]
    kind: &'static str,
    #[schema(example = "酒店保洁员")]
    title: String,
    #[schema(example = "4-09-08-01")]
    occupation: String,
    occupation_name: String,
    #[schema(example = "532801002")]
    region: String,
    #[schema(example = "景洪市嘎洒镇")]
    region_name: String,
    address: String,
    #[schema(example = "2400.00")]
    wage_low: Option<String>,
    #[schema(example = "3000.00")]
    wage_high: Option<String>,
    #[schema(example = "month")]
    wage_unit: &'static str,
    places: i32,
    filled: i32,
    /// Of the places, those kept for households that the guarantee is for.
    reserved_places: i32,
    lodging: bool,
    meals: bool,
    insurance: bool,
    transport: bool,
    education: Option<&'static str>,
    certificate: Option<String>,
    physical: &'static str,
    description: String,
    contact_name: String,
    #[schema(example = "138****5678")]
    phone: Option<String>,
    #[schema(example = "open")]
    status: &'static str,
    status_note: String,
    published_on: Option<String>,
    closes_on: Option<String>,
    /// Phrases in doubt, each with its reason; an officer reads them before publication.
    doubts: Vec<String>,
}

impl PostingView {
    fn of(posting: Posting, l: crate::platform::i18n::Locale) -> Self {
        let doubts = problem_sentences(&wording_problems(&posting.title, &posting.description), l.language());
        Self {
            id: posting.id.to_string(),
            version: posting.version,
            employer_id: posting.employer_id.to_string(),
            kind: posting.kind.as_str(),
            title: posting.title,
            occupation: posting.occupation_code.to_string(),
            occupation_name: occupations().name_of(&posting.occupation_code, l.language()),
            region: posting.region_code.to_string(),
            region_name: regions().address_of(&posting.region_code),
            address: posting.address,
            wage_low: posting.wage_low_fen.map(|m| m.to_string()),
            wage_high: posting.wage_high_fen.map(|m| m.to_string()),
            wage_unit: posting.wage_unit.as_str(),
            places: posting.places,
            filled: posting.filled,
            reserved_places: posting.reserved_places,
            lodging: posting.lodging,
            meals: posting.meals,
            insurance: posting.insurance,
            transport: posting.transport,
            education: posting.education.map(Education::as_str),
            certificate: posting.certificate,
            physical: posting.physical.as_str(),
            description: posting.description,
            contact_name: posting.contact_name,
            phone: posting.phone_masked,
            status: posting.status.as_str(),
            status_note: posting.status_note,
            published_on: posting.published_on.map(|day| day.to_string()),
            closes_on: posting.closes_on.map(|day| day.to_string()),
            doubts: doubts.into_iter().map(|doubt| doubt.message).collect(),
        }
    }
}

fn may_see_postings_of(conn: &mut Conn, actor: &Actor, id: EmployerId) -> Result<()> {
    let permission = if actor.manages(id) {
        Permission::ManageOwnEmployer
    } else {
        Permission::ReviewPostings
    };
    crate::employers::employer_for(conn, actor, id, permission).map(|_| ())
}

/// List the postings of an employer
#[utoipa::path(tag = "postings",
    params(
        ("employer" = String, Query, description = "The employer", example = "01J8ZK4Q9T3VB"),
        ("status" = Option<String>, Query, description = "Only those of this status", example = "open"),
        ("limit" = Option<usize>, Query, description = "1 to 100; 20 if absent"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
    ),
    responses((status = 200, description = "Newest first", body = ListView<PostingView>)))]
#[get("/api/v1/postings")]
async fn postings_of_employer(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
) -> Result<HttpResponse> {
    caller.need_sign_in()?;
    let query = Fields::of_query(&request);
    query.only(&["employer", "status", "limit", "cursor"])?;
    let asked = page_request(&query)?;
    let id = match query.find("employer") {
        Some(text) => text.parse().map_err(|_| Error::NotFound("employer"))?,
        None => caller
            .actor
            .employers()
            .next()
            .ok_or_else(|| Error::bad_request("employer", "required"))?,
    };
    let unknown = || {
        let known: Vec<&str> = PostingStatus::ALL.iter().map(|status| status.as_str()).collect();
        Error::bad_request("status", "value-unknown").with("known", known.join(", "))
    };
    let status = query
        .find("status")
        .map(|text| PostingStatus::parse(text).ok_or_else(unknown))
        .transpose()?;
    let l = Shell::of(&request).locale;
    let found = blocking(move || {
        services.db.snapshot(|conn| {
            may_see_postings_of(conn, &caller.actor, id)?;
            store::postings_of(conn, id, status, &asked)
        })
    })
    .await?;
    Ok(HttpResponse::Ok().json(ListView::from(found.map(|posting| PostingView::of(posting, l)))))
}

/// What the one page of a posting says.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PostingJson {
    /// `job`, or `public_welfare` for employers that may hold such posts; `job` if absent.
    #[schema(example = "job")]
    kind: Option<String>,
    #[schema(example = "酒店保洁员")]
    title: String,
    /// The code of a county or something below it, or the place in words.
    #[schema(example = "532801002")]
    region: String,
    #[schema(example = 4)]
    places: i32,
    /// Of these, kept for households that the guarantee is for; none if absent.
    #[schema(example = 1)]
    reserved_places: Option<i64>,
    /// Absent together with `wage_high`: by agreement.
    #[schema(example = "2400.00")]
    wage_low: Option<String>,
    #[schema(example = "3000.00")]
    wage_high: Option<String>,
    /// `month`, `day`, `hour` or `piece`; `month` if absent.
    wage_unit: Option<String>,
    #[schema(example = "打扫客房和公共区域，每周休息一天。")]
    description: String,
    #[schema(example = "玉罕")]
    contact_name: String,
    /// Needed for a new posting; absent in a correction keeps the old one.
    #[schema(example = "13800005678")]
    phone: Option<String>,
    /// The last day on which somebody may apply, within half a year.
    #[schema(example = "2026-12-31")]
    closes_on: String,
    /// A code; absent: what the title means.
    occupation: Option<String>,
    address: Option<String>,
    #[serde(default)]
    lodging: bool,
    #[serde(default)]
    meals: bool,
    #[serde(default)]
    insurance: bool,
    #[serde(default)]
    transport: bool,
    education: Option<String>,
    certificate: Option<String>,
    /// `light`, `medium` or `heavy`; `medium` if absent.
    physical: Option<String>,
}

impl PostingJson {
    /// As the form sends it, so that both are read by the same rules.
    fn fields(self) -> Fields {
        let negotiable = self.wage_low.is_none() && self.wage_high.is_none();
        let ticked = |holds: bool| if holds { "yes".to_owned() } else { String::new() };
        let text = Option::<String>::unwrap_or_default;
        let pairs = [
            ("kind", self.kind.unwrap_or_else(|| "job".to_owned())),
            ("title", self.title),
            ("region", self.region),
            ("places", self.places.to_string()),
            (
                "reserved_places",
                self.reserved_places.map(|count| count.to_string()).unwrap_or_default(),
            ),
            ("negotiable", ticked(negotiable)),
            ("wage_low", text(self.wage_low)),
            ("wage_high", text(self.wage_high)),
            (
                "wage_unit",
                self.wage_unit.unwrap_or_else(|| WageUnit::Month.as_str().to_owned()),
            ),
            ("description", self.description),
            ("contact_name", self.contact_name),
            ("phone", text(self.phone)),
            ("closes_on", self.closes_on),
            ("occupation", text(self.occupation)),
            ("address", text(self.address)),
            ("lodging", ticked(self.lodging)),
            ("meals", ticked(self.meals)),
            ("insurance", ticked(self.insurance)),
            ("transport", ticked(self.transport)),
            ("education", text(self.education)),
            ("certificate", text(self.certificate)),
            ("physical", text(self.physical)),
        ];
        Fields::new(pairs.map(|(name, value)| (name.to_owned(), value)).to_vec())
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPostingJson {
    /// Made by the caller (13 characters) so that sending it twice is one posting; made here if absent.
    id: Option<String>,
    /// Absent: the caller's own employer.
    employer_id: Option<String>,
    posting: PostingJson,
}

/// Write a posting
///
/// It is a draft until the step `submit`.
#[utoipa::path(tag = "postings", request_body = NewPostingJson,
    responses((status = 201, description = "Kept as a draft", body = PostingView)))]
#[post("/api/v1/postings")]
async fn write_posting(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    draft: web::Json<NewPostingJson>,
) -> Result<HttpResponse> {
    caller.need_sign_in()?;
    let NewPostingJson {
        id,
        employer_id,
        posting,
    } = draft.into_inner();
    let id = match id {
        Some(text) => text.parse().map_err(|_| Error::invalid("id", "not-an-id"))?,
        None => Id::fresh(),
    };
    let employer_id = match employer_id {
        Some(text) => text.parse().map_err(|_| Error::NotFound("employer"))?,
        None => caller
            .actor
            .employers()
            .next()
            .ok_or_else(|| Error::invalid("employer_id", "required"))?,
    };
    let draft = read_draft(&posting.fields(), id, employer_id, None)?;
    let l = Shell::of(&request).locale;
    let db = services.db.clone();
    let kept = blocking(move || db.write(&caller, |tx| draft_posting(tx, &draft))).await?;
    services.wake.notify_one();
    Ok(HttpResponse::Created().json(PostingView::of(kept, l)))
}

/// A posting for whoever writes it, or for an officer of its region.
fn seen(conn: &mut Conn, actor: &Actor, id: PostingId) -> Result<Posting> {
    store::posting_for(conn, actor, id, Permission::ManageOwnEmployer)
        .or_else(|_| store::posting_for(conn, actor, id, Permission::ReviewPostings))
}

/// One posting
#[utoipa::path(tag = "postings", params(("id" = String, Path, description = "The posting")),
    responses((status = 200, description = "The posting", body = PostingView)))]
#[get("/api/v1/postings/{id}")]
async fn one_posting(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
) -> Result<HttpResponse> {
    caller.need_sign_in()?;
    let id = posting_id(&path)?;
    let l = Shell::of(&request).locale;
    let found = blocking(move || services.db.read(|conn| seen(conn, &caller.actor, id))).await?;
    Ok(HttpResponse::Ok().json(PostingView::of(found, l)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AmendmentJson {
    /// The version that the caller saw.
    version: i32,
    posting: PostingJson,
}

/// Correct a posting
///
/// A published posting is read again: doubts take it back to an officer.
#[utoipa::path(tag = "postings", request_body = AmendmentJson, params(("id" = String, Path, description = "The posting")),
    responses((status = 200, description = "The corrected posting", body = PostingView)))]
#[put("/api/v1/postings/{id}")]
async fn amend(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
    draft: web::Json<AmendmentJson>,
) -> Result<HttpResponse> {
    caller.need_sign_in()?;
    let id = posting_id(&path)?;
    let AmendmentJson { version, posting } = draft.into_inner();
    let fields = posting.fields();
    let l = Shell::of(&request).locale;
    let db = services.db.clone();
    let saved = blocking(move || {
        let employer_id = db.read(|conn| seen(conn, &caller.actor, id))?.employer_id;
        let draft = read_draft(&fields, id, employer_id, None)?;
        db.write(&caller, |tx| amend_posting(tx, version, &draft))?;
        db.read(|conn| store::posting_by_id(conn, id))
    })
    .await?;
    services.wake.notify_one();
    Ok(HttpResponse::Ok().json(PostingView::of(saved, l)))
}

/// The employer's steps, and the officer's.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum PostingStep {
    Submit,
    Close,
    Pause,
    Resume,
    Renew,
    Approve,
    Return,
    Block,
}

impl PostingStep {
    const fn side(self) -> Result<DeskStep, ReviewStep> {
        match self {
            Self::Submit => Ok(DeskStep::Submit),
            Self::Close => Ok(DeskStep::Close),
            Self::Pause => Ok(DeskStep::Pause),
            Self::Resume => Ok(DeskStep::Resume),
            Self::Renew => Ok(DeskStep::Renew),
            Self::Approve => Err(ReviewStep::Approve),
            Self::Return => Err(ReviewStep::Return),
            Self::Block => Err(ReviewStep::Block),
        }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PostingStepJson {
    step: PostingStep,
    /// The version that the caller saw.
    version: i32,
    /// The new closing day, for `renew`.
    #[schema(example = "2026-12-31")]
    closes_on: Option<String>,
    /// Why, for `return` and `block`.
    note: Option<String>,
}

/// Submit, close, pause, resume, renew, approve, return or block a posting
///
/// Without doubts a verified employer's posting opens at once. Whoever wrote it does not approve it.
#[utoipa::path(tag = "postings", request_body = PostingStepJson, params(("id" = String, Path, description = "The posting")),
    responses((status = 200, description = "The posting after the step", body = PostingView)))]
#[post("/api/v1/postings/{id}/steps")]
async fn take_step(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
    draft: web::Json<PostingStepJson>,
) -> Result<HttpResponse> {
    caller.need_sign_in()?;
    let id = posting_id(&path)?;
    let PostingStepJson {
        step,
        version,
        closes_on,
        note,
    } = draft.into_inner();
    let closes_on = match closes_on {
        None => None,
        Some(text) => Some(parse_day(&text).ok_or_else(|| Error::invalid("closes_on", "not-a-day"))?),
    };
    let note = note.unwrap_or_default();
    let l = Shell::of(&request).locale;
    let db = services.db.clone();
    let saved = blocking(move || {
        db.write(&caller, |tx| match step.side() {
            Ok(step) => step.take(tx, id, version, closes_on),
            Err(step) => step.take(tx, id, version, &note),
        })?;
        db.read(|conn| store::posting_by_id(conn, id))
    })
    .await?;
    services.wake.notify_one();
    Ok(HttpResponse::Ok().json(PostingView::of(saved, l)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CopyJson {
    /// Made by the caller (13 characters) so that sending it twice is one copy; made here if absent.
    id: Option<String>,
}

/// Copy a posting
///
/// A new draft with the same text; the closing day is to be given again.
#[utoipa::path(tag = "postings", request_body = CopyJson, params(("id" = String, Path, description = "The posting")),
    responses((status = 201, description = "The copy", body = PostingView)))]
#[post("/api/v1/postings/{id}/copies")]
async fn copy(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
    draft: web::Json<CopyJson>,
) -> Result<HttpResponse> {
    caller.need_sign_in()?;
    let id = posting_id(&path)?;
    let copy_id = draft
        .into_inner()
        .id
        .map(|text| text.parse().ok().or_not_found("posting"));
    let copy_id = copy_id.transpose()?.unwrap_or_else(Id::fresh);
    let l = Shell::of(&request).locale;
    let db = services.db.clone();
    let copy = blocking(move || db.write(&caller, |tx| copy_posting(tx, id, copy_id))).await?;
    Ok(HttpResponse::Created().json(PostingView::of(copy, l)))
}
