//! What an officer does on a plan's page, and the files that he takes from it.

use actix_files::NamedFile;
use actix_web::http::header::{ContentDisposition, DispositionParam, DispositionType};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::plan_id;
use crate::audit::{act, back_to, record_export};
use crate::base::actor::Permission;
use crate::base::error::{Error, OrNotFound, Result};
use crate::base::ids::{PersonId, PlanId, PostingId};
use crate::matching::plans::model::{Invited, Plan, PlanMarkKind, PlanStatus};
use crate::matching::plans::report::Extra;
use crate::matching::plans::task::{FILES, folder_of};
use crate::matching::plans::{actions, names, store, words};
use crate::platform::Services;
use crate::platform::db::{Caller, Tx};
use crate::platform::http::{Fields, Reader, Shell, blocking, page};

/// A step of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum PlanStep {
    Recompute,
    Confirm,
    Discard,
}

impl PlanStep {
    pub(in super::super) fn parse(word: &str) -> Option<Self> {
        match word {
            "recompute" => Some(Self::Recompute),
            "confirm" => Some(Self::Confirm),
            "discard" => Some(Self::Discard),
            _ => None,
        }
    }

    pub(in super::super) fn take(self, tx: &mut Tx<'_>, id: PlanId, version: i32, whom: Invited) -> Result<Plan> {
        match self {
            Self::Recompute => actions::recompute_plan(tx, id, version),
            Self::Confirm => actions::confirm_plan(tx, id, version, whom),
            Self::Discard => actions::discard_plan(tx, id, version),
        }
    }
}

/// Who is to be invited; where nothing is said, those for whom the plan is made.
pub(in super::super) fn whom_of(word: Option<&str>) -> Result<Invited> {
    word.map_or(Some(Invited::default()), Invited::parse).ok_or_else(|| {
        Error::bad_request("whom", "choice-unknown")
            .with("value", word.unwrap_or_default())
            .with("choices", Invited::ALL.join(", "))
    })
}

/// The version that a page was drawn from; what is no number was never one.
fn version_in(fields: &Fields) -> i32 {
    fields.get("version").parse().unwrap_or(-1)
}

/// `POST /board/plans/{id}/steps`
pub(super) async fn step(
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
    fields: Fields,
) -> Result<HttpResponse> {
    caller.need(Permission::PlanPlacements)?;
    let id = plan_id(&path)?;
    let version = version_in(&fields);
    let word = fields.get("step").to_owned();
    let whom = whom_of(fields.find("whom"))?;
    let (_, number) = act(&services, &caller, move |tx| {
        actions::seen(tx, id, version)?;
        let step = PlanStep::parse(&word).ok_or_else(|| Error::bad_request("step", "not-a-choice"))?;
        step.take(tx, id, version, whom)
    })
    .await?;
    Ok(back_to(&format!("/board/plans/{id}"), number.as_deref()))
}

/// What one of the buttons of a line means.
fn read_mark(fields: &Fields) -> Result<(PlanMarkKind, Option<PersonId>, Option<PostingId>, String)> {
    let mut reader = Reader::new(fields);
    let person: Option<PersonId> = reader.optional_choice("person_id", |text| text.parse().ok());
    let posting: Option<PostingId> = reader.optional_choice("posting_id", |text| text.parse().ok());
    let mark = reader.choice("mark", |word| match word {
        "lock" => Some((PlanMarkKind::Lock, true, true)),
        "pair" => Some((PlanMarkKind::Exclude, true, true)),
        "person" => Some((PlanMarkKind::Exclude, true, false)),
        "opening" => Some((PlanMarkKind::Exclude, false, true)),
        _ => None,
    });
    let reason = reader.optional_text("reason", 300).unwrap_or_default();
    reader.finish()?;
    let (kind, of_person, of_posting) = mark.ok_or_else(|| Error::invalid("mark", "not-a-choice"))?;
    Ok((
        kind,
        person.filter(|_| of_person),
        posting.filter(|_| of_posting),
        reason,
    ))
}

/// `POST /board/plans/{id}/marks`
pub(super) async fn mark(
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
    fields: Fields,
) -> Result<HttpResponse> {
    caller.need(Permission::PlanPlacements)?;
    let id = plan_id(&path)?;
    let version = version_in(&fields);
    let (_, number) = act(&services, &caller, move |tx| {
        actions::seen(tx, id, version)?;
        let (kind, person, posting, reason) = read_mark(&fields)?;
        actions::mark_plan(tx, id, kind, (person, posting), &reason)
    })
    .await?;
    Ok(back_to(&format!("/board/plans/{id}"), number.as_deref()))
}

/// `POST /board/plans/{id}/marks/{mark}/removal`
pub(super) async fn unmark(
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<(String, String)>,
    fields: Fields,
) -> Result<HttpResponse> {
    caller.need(Permission::PlanPlacements)?;
    let (id, mark) = path.into_inner();
    let (id, version) = (plan_id(&id)?, version_in(&fields));
    let (_, number) = act(&services, &caller, move |tx| {
        actions::seen(tx, id, version)?;
        actions::unmark_plan(tx, id, mark.parse().ok().or_not_found("mark")?)
    })
    .await?;
    Ok(back_to(&format!("/board/plans/{id}"), number.as_deref()))
}

#[derive(Template)]
#[template(path = "matching/plan_confirm.html")]
struct ConfirmPage {
    s: Shell,
    path: String,
    version: i32,
    headline: String,
    sentence: String,
    /// Members of households that have work already, where the plan has any for them.
    others: Option<String>,
    known: Option<String>,
}

/// `GET /board/plans/{id}/confirm`: what follows, before it does.
pub(super) async fn confirmation(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
) -> Result<HttpResponse> {
    caller.need(Permission::PlanPlacements)?;
    let id = plan_id(&path)?;
    let (plan, counts) = blocking(move || {
        services.db.snapshot(|conn| {
            let plan = store::plan_for(conn, &caller.actor, id)?;
            if plan.status != PlanStatus::Ready {
                return Err(Error::refused("plan-not-ready"));
            }
            let counts = names::invitations(conn, plan.id)?;
            Ok((plan, counts))
        })
    })
    .await?;
    let s = Shell::of(&request);
    let l = s.locale;
    page(&ConfirmPage {
        path: format!("/board/plans/{id}"),
        version: plan.version,
        headline: words::headline(l, &plan).unwrap_or_default(),
        sentence: l.tn("plan-confirm-people", counts.covering),
        others: (counts.others > 0).then(|| l.tn("plan-confirm-others", counts.others)),
        known: (counts.known > 0).then(|| l.tn("plan-confirm-known", counts.known)),
        s,
    })
}

/// Reads the places that somebody thinks of creating.
pub(in super::super) fn extra_of(fields: &Fields) -> Result<Extra> {
    let mut reader = Reader::new(fields);
    let like: Option<PostingId> = reader.choice("like", |text| text.parse().ok());
    let places = reader.whole("places", 1, 1_000);
    reader.finish()?;
    Ok(Extra {
        like: like.ok_or_else(|| Error::invalid("like", "required"))?,
        places: u32::try_from(places).unwrap_or(1),
    })
}

/// One of a plan's files, for pages and programs. Only names of the list are opened, never a path from outside. Taking
/// one leaves an audit line.
pub(in super::super) async fn file_answer(
    request: &HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: PlanId,
    name: &str,
) -> Result<HttpResponse> {
    caller.need(Permission::PlanPlacements)?;
    let name = FILES.iter().copied().find(|known| *known == name);
    let file = blocking(move || {
        let plan = services.db.read(|conn| store::plan_for(conn, &caller.actor, id))?;
        let name = name.or_not_found("file")?;
        if matches!(plan.status, PlanStatus::Waiting | PlanStatus::Failed) {
            return Err(Error::refused("plan-not-ready"));
        }
        // The files lie on the node that computed the plan.
        let file = NamedFile::open(folder_of(&services.folder, id).join(name)).ok();
        let file = file.or_not_found("plan-file")?;
        services
            .db
            .write(&caller, |tx| record_export(tx, "plan", &format!("{id}/{name}"), 1))?;
        let disposition = ContentDisposition {
            disposition: DispositionType::Attachment,
            parameters: vec![DispositionParam::Filename(name.to_owned())],
        };
        Ok(file
            .set_content_disposition(disposition)
            .use_last_modified(false)
            .use_etag(false))
    })
    .await?;
    Ok(file.into_response(request))
}
