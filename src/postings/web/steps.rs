//! The steps of a posting, its copies, and the choice of its occupation.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;

use super::form::{at_its_box, own_posting, posting_id, posting_page, values_of};
use super::words::{occupation_words, occupations_like, suggested};
use crate::base::actor::Permission;
use crate::base::error::{Error, Result};
use crate::base::ids::{Id, PostingId};
use crate::base::time::Day;
use crate::employers::web::common::see_other;
use crate::platform::Services;
use crate::platform::db::{Caller, Tx};
use crate::platform::http::{Fields, FormState, Reader, Shell, blocking, page_with_status};
use crate::postings::{
    Posting, PostingDraft, amend_posting, close_posting, copy_posting, pause_posting, posting_for, renew_posting,
    resume_posting, submit_posting,
};
use crate::reference::OccupationCode;

/// What an employer does with its posting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DeskStep {
    Submit,
    Close,
    Pause,
    Resume,
    Renew,
}

impl DeskStep {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "submit" => Some(Self::Submit),
            "close" => Some(Self::Close),
            "pause" => Some(Self::Pause),
            "resume" => Some(Self::Resume),
            "renew" => Some(Self::Renew),
            _ => None,
        }
    }

    /// Takes the step; each asks for the employer's right itself.
    pub(crate) fn take(self, tx: &mut Tx<'_>, id: PostingId, version: i32, closes_on: Option<Day>) -> Result<Posting> {
        match self {
            Self::Submit => submit_posting(tx, id, version),
            Self::Close => close_posting(tx, id, version),
            Self::Pause => pause_posting(tx, id, version),
            Self::Resume => resume_posting(tx, id, version),
            Self::Renew => {
                let day = closes_on.ok_or_else(|| Error::invalid("closes_on", "posting-closes-needed"))?;
                renew_posting(tx, id, version, day)
            }
        }
    }

    const fn done(self) -> &'static str {
        match self {
            Self::Submit => "submitted",
            Self::Close => "closed",
            Self::Pause => "paused",
            Self::Resume => "resumed",
            Self::Renew => "renewed",
        }
    }
}

/// `POST /desk/postings/{id}/steps`: where the text keeps a step from being taken, the screen opens to mend it.
pub(super) async fn step(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
    fields: Fields,
) -> Result<HttpResponse> {
    let id = posting_id(&path)?;
    caller.need_sign_in()?;
    let step = DeskStep::parse(fields.get("step")).ok_or_else(|| Error::bad_request("step", "not-a-choice"))?;
    let version: i32 = fields.get("version").parse().map_err(|_| Error::Conflict)?;
    let mut reader = Reader::new(&fields);
    let closes_on = reader.optional_day("closes_on");
    let read = reader.finish();
    let (db, asking) = (services.db.clone(), caller.clone());
    let outcome = match read {
        Err(error) => Err(error),
        Ok(()) => blocking(move || db.write(&asking, |tx| step.take(tx, id, version, closes_on))).await,
    };
    match outcome {
        Ok(_) => {
            services.wake.notify_one();
            Ok(see_other(&format!("/desk/postings/{id}?done={}", step.done())))
        }
        Err(Error::Invalid(problems)) => {
            let (posting, desk) = blocking(move || services.db.snapshot(|conn| own_posting(conn, &caller, id))).await?;
            let s = Shell::of(&request);
            let values = Fields::new(values_of(s.locale, &posting));
            let form = FormState::refused(&values, &at_its_box(problems), s.locale);
            let page = posting_page(s, &desk, id, Some(posting.version), form);
            page_with_status(&page, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(error) => Err(error),
    }
}

/// `POST /desk/postings/{id}/copies`
pub(super) async fn copy(
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
    fields: Fields,
) -> Result<HttpResponse> {
    let id = posting_id(&path)?;
    caller.need_sign_in()?;
    let copy_id: PostingId = fields.get("id").parse().unwrap_or_else(|_| Id::fresh());
    let db = services.db.clone();
    blocking(move || db.write(&caller, |tx| copy_posting(tx, id, copy_id))).await?;
    Ok(see_other(&format!("/desk/postings/{copy_id}/edit")))
}

/// `POST /desk/postings/{id}/occupation`: the employer chooses among the occupations that its title may mean.
pub(super) async fn choose_occupation(
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
    fields: Fields,
) -> Result<HttpResponse> {
    let id = posting_id(&path)?;
    caller.need_sign_in()?;
    let version: i32 = fields.get("version").parse().map_err(|_| Error::Conflict)?;
    let chosen = OccupationCode::parse(fields.get("occupation"));
    let chosen = chosen.ok_or_else(|| Error::invalid("occupation", "posting-occupation"))?;
    let db = services.db.clone();
    blocking(move || {
        db.write(&caller, |tx| {
            let actor = tx.actor();
            let posting = posting_for(tx, actor, id, Permission::ManageOwnEmployer)?;
            let draft = PostingDraft {
                occupation: Some(chosen.clone()),
                ..draft_of(&posting)
            };
            amend_posting(tx, version, &draft)
        })
    })
    .await?;
    services.wake.notify_one();
    Ok(see_other(&format!("/desk/postings/{id}?done=saved")))
}

/// What is on record, as a draft that changes nothing.
fn draft_of(posting: &Posting) -> PostingDraft {
    PostingDraft {
        id: posting.id,
        employer_id: posting.employer_id,
        title: posting.title.clone(),
        kind: posting.kind,
        region: posting.region_code.clone(),
        places: posting.places,
        reserved_places: posting.reserved_places,
        wage: posting.wage(),
        description: posting.description.clone(),
        contact_name: posting.contact_name.clone(),
        phone: None,
        closes_on: posting.closes_on,
        occupation: Some(posting.occupation_code.clone()),
        address: posting.address.clone(),
        lodging: posting.lodging,
        meals: posting.meals,
        insurance: posting.insurance,
        transport: posting.transport,
        education: posting.education,
        certificate: posting.certificate.clone(),
        physical: posting.physical,
    }
}

/// `GET /desk/occupations?title=` what a title means, `?q=` occupations by their names.
pub(super) async fn suggest(request: HttpRequest) -> Result<HttpResponse> {
    let query = Fields::of_query(&request);
    query.only(&["title", "q"])?;
    let l = Shell::of(&request).locale;
    let found = blocking(move || {
        Ok(match query.find("title") {
            Some(title) => suggested(title),
            None => occupations_like(query.get("q")),
        })
    })
    .await?;
    let items: Vec<_> = found
        .iter()
        .map(|code| json!({ "text": occupation_words(l, code) }))
        .collect();
    Ok(HttpResponse::Ok().json(json!({ "items": items })))
}
