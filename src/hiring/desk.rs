//! The employer's side of hiring: a posting with its applications, and the steps that the employer takes. It sees the
//! name and skills of those who applied, a phone only after they accepted, and nothing of households, sex or ethnicity.

use std::collections::HashMap;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::actions::{Move, take_step, tell_phone};
use super::model::{PlacementRow, PlacementStatus};
use super::store;
use super::web::opening::asked_fact;
use crate::base::actor::Permission;
use crate::base::codes::PostingStatus;
use crate::base::error::{Error, FieldProblem, OrNotFound, Result};
use crate::base::ids::{Id, PersonId, PlacementId, PostingId};
use crate::base::time::months_after;
use crate::employers::web::common::see_other;
use crate::employers::{EmployerStatus, employer_by_id};
use crate::platform::Services;
use crate::platform::db::Caller;
use crate::platform::http::parts::{Badge, Choice, Fact};
use crate::platform::http::{Fields, FormState, Reader, Shell, blocking, page, page_with_status};
use crate::platform::i18n::{Locale, problem_sentences};
use crate::postings::web::form::posting_id;
use crate::postings::web::words;
use crate::postings::{Posting, posting_for, wording_problems};
use crate::registry::{self, Skill};

/// The routes of the employer's side.
pub fn desk_routes(config: &mut web::ServiceConfig) {
    config
        .route("/desk/postings/{id}", web::get().to(posting_page))
        .route("/desk/placements/{id}/steps", web::post().to(step))
        .route("/desk/placements/{id}/phone", web::post().to(phone));
}

/// A step that the employer may take on an application.
struct StepButton {
    to: &'static str,
    label: String,
    is_first: bool,
}

struct ApplicationLine {
    id: String,
    version: i32,
    name: String,
    number: String,
    applied_on: String,
    skills: String,
    /// What the other side wrote when it ended.
    reason: Option<String>,
    buttons: Vec<StepButton>,
    may_decline: bool,
    /// The day proposed as the first day of work, where the start can be confirmed.
    may_start: Option<String>,
    may_phone: bool,
}

struct Group {
    label: String,
    badge: Badge,
    lines: Vec<ApplicationLine>,
}

struct PostingButton {
    step: &'static str,
    label: String,
    is_first: bool,
}

#[derive(Template)]
#[template(path = "hiring/desk_posting.html")]
struct DeskPostingPage {
    s: Shell,
    id: String,
    /// The desk, or for an officer the employer for which he writes.
    back: String,
    back_words: String,
    version: i32,
    copy_id: String,
    title: String,
    status: Badge,
    note: String,
    done: Option<String>,
    /// Why it cannot be published yet.
    hindrance: Option<String>,
    /// Phrases that an officer will have to read.
    doubts: Vec<String>,
    wage: String,
    tags: Vec<String>,
    description: String,
    facts: Vec<Fact>,
    buttons: Vec<PostingButton>,
    may_edit: bool,
    may_close: bool,
    /// The day proposed as the new closing day, where the posting can be renewed.
    may_renew: Option<String>,
    occupations: Vec<Choice>,
    occupation: FormState,
    form: FormState,
    groups: Vec<Group>,
    has_applications: bool,
}

/// What the page rests on, read at one moment.
struct Seen {
    posting: Posting,
    employer_status: EmployerStatus,
    rows: Vec<PlacementRow>,
    /// Recommended by the bureau and not answered yet.
    asked: i64,
    skills: HashMap<PersonId, Vec<Skill>>,
}

fn see(services: &Services, caller: &Caller, id: PostingId) -> Result<Seen> {
    services.db.snapshot(|conn| {
        let posting = posting_for(conn, &caller.actor, id, Permission::ManageOwnEmployer)?;
        let employer_status = employer_by_id(conn, posting.employer_id)?.status;
        let mut rows = store::placements_of_posting(conn, id)?;
        let counts = store::counts_by_posting(conn, &[id])?;
        // Who was only recommended has not agreed yet that the employer learns of him.
        rows.retain(|row| row.placement.status != PlacementStatus::Recommended);
        let persons: Vec<PersonId> = rows.iter().map(|row| row.placement.person_id).collect();
        let mut skills: HashMap<PersonId, Vec<Skill>> = HashMap::new();
        for skill in registry::skills_of(conn, &persons)? {
            skills.entry(skill.person_id).or_default().push(skill);
        }
        Ok(Seen {
            posting,
            employer_status,
            asked: counts.get(&(id, PlacementStatus::Recommended)).copied().unwrap_or(0),
            rows,
            skills,
        })
    })
}

/// `GET /desk/postings/{id}`
async fn posting_page(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
) -> Result<HttpResponse> {
    caller.need_sign_in()?;
    let id = posting_id(&path)?;
    page(&draw(&request, &services, caller, id, FormState::empty()).await?)
}

async fn draw(
    request: &HttpRequest,
    services: &Services,
    caller: Caller,
    id: PostingId,
    form: FormState,
) -> Result<DeskPostingPage> {
    let (working, today) = (services.clone(), services.clock.today());
    let has_desk = caller.actor.employers().next().is_some();
    let seen = blocking(move || see(&working, &caller, id)).await?;
    let s = Shell::of(request);
    let l = s.locale;
    let posting = &seen.posting;
    let may_edit = !matches!(posting.status, PostingStatus::Withdrawn | PostingStatus::Blocked);
    let renewable = matches!(
        posting.status,
        PostingStatus::Open | PostingStatus::Filled | PostingStatus::Paused | PostingStatus::Expired
    );
    let is_draft = matches!(posting.status, PostingStatus::Draft | PostingStatus::Rejected);
    let doubts = if is_draft {
        problem_sentences(&wording_problems(&posting.title, &posting.description), l.language())
    } else {
        Vec::new()
    };
    let hindrance =
        (is_draft && seen.employer_status != EmployerStatus::Verified).then(|| l.t("desk-posting-waits-for-employer"));
    Ok(DeskPostingPage {
        id: id.to_string(),
        back: if has_desk {
            "/desk".to_owned()
        } else {
            format!("/board/verify/employers/{}", posting.employer_id)
        },
        back_words: if has_desk { l.t("desk-title") } else { l.t("desk-back") },
        version: posting.version,
        copy_id: Id::<()>::fresh().to_string(),
        title: posting.title.clone(),
        status: words::status_badge(l, posting.status),
        note: posting.status_note.clone(),
        done: done_sentence(l, Fields::of_query(request).get("done"), posting.status),
        hindrance,
        doubts: doubts.into_iter().map(|problem| problem.message).collect(),
        wage: words::wage_words(l, posting.wage()),
        tags: words::tags(l, posting),
        description: posting.description.clone(),
        facts: words::facts(l, posting)
            .into_iter()
            .chain(std::iter::once(asked_fact(l, seen.asked, posting.free_places())))
            .collect(),
        buttons: posting_buttons(l, posting.status, seen.employer_status),
        may_edit,
        may_close: may_edit,
        may_renew: renewable.then(|| l.day_iso(months_after(today, 1))),
        occupations: occupation_choices(l, posting, is_draft),
        occupation: FormState::filled(vec![(
            "occupation".to_owned(),
            posting.occupation_code.as_str().to_owned(),
        )]),
        form,
        has_applications: !seen.rows.is_empty(),
        groups: groups(l, &seen, &l.day_iso(today)),
        s,
    })
}

fn done_sentence(l: Locale, done: &str, status: PostingStatus) -> Option<String> {
    match (done, status) {
        ("saved", _) => Some(l.t("desk-posting-saved")),
        ("submitted", PostingStatus::Submitted) => Some(l.t("desk-posting-went-to-officer")),
        ("submitted", _) => Some(l.t("desk-posting-published")),
        ("closed", _) => Some(l.t("desk-posting-closed")),
        ("paused", _) => Some(l.t("desk-posting-paused")),
        ("resumed", _) => Some(l.t("desk-posting-resumed")),
        ("renewed", _) => Some(l.t("desk-posting-renewed")),
        ("step", _) => Some(l.t("desk-step-done")),
        _ => None,
    }
}

fn posting_buttons(l: Locale, status: PostingStatus, employer: EmployerStatus) -> Vec<PostingButton> {
    let button = |step, label, is_first| PostingButton { step, label, is_first };
    match status {
        PostingStatus::Draft | PostingStatus::Rejected if employer == EmployerStatus::Verified => {
            vec![button("submit", l.t("desk-posting-submit"), true)]
        }
        PostingStatus::Open => vec![button("pause", l.t("desk-posting-pause"), false)],
        PostingStatus::Paused => vec![button("resume", l.t("desk-posting-resume"), true)],
        PostingStatus::Draft
        | PostingStatus::Rejected
        | PostingStatus::Submitted
        | PostingStatus::Filled
        | PostingStatus::Expired
        | PostingStatus::Withdrawn
        | PostingStatus::Blocked => Vec::new(),
    }
}

/// What the title may mean: the employer chooses before it publishes.
fn occupation_choices(l: Locale, posting: &Posting, is_draft: bool) -> Vec<Choice> {
    if !is_draft {
        return Vec::new();
    }
    let mut codes = words::suggested(&posting.title);
    if !codes.contains(&posting.occupation_code) {
        codes.insert(0, posting.occupation_code.clone());
    }
    codes
        .iter()
        .map(|code| Choice::new(code.as_str(), words::occupation_words(l, code)))
        .collect()
}

/// The applications by step: first what waits for the employer.
fn groups(l: Locale, seen: &Seen, today: &str) -> Vec<Group> {
    use PlacementStatus as P;
    let order = [
        P::Accepted,
        P::Applied,
        P::Shortlisted,
        P::Offered,
        P::Started,
        P::Left,
        P::Refused,
        P::Withdrawn,
        P::EmployerDeclined,
        P::Obsolete,
    ];
    let line = |row: &PlacementRow| application_line(l, seen, row, today);
    let group = |status: P| {
        let rows = seen.rows.iter().filter(|row| row.placement.status == status);
        let lines: Vec<ApplicationLine> = rows.map(line).collect();
        let label = l.label(P::LIST, status.as_str()).to_owned();
        (!lines.is_empty()).then(|| Group {
            badge: Badge::of_code(status.as_str(), l.tn("desk-people", lines.len())),
            label,
            lines,
        })
    };
    order.into_iter().filter_map(group).collect()
}

fn application_line(l: Locale, seen: &Seen, row: &PlacementRow, today: &str) -> ApplicationLine {
    use PlacementStatus as P;
    let placement = &row.placement;
    let status = placement.status;
    let button = |to: P, label, is_first| StepButton {
        to: to.as_str(),
        label,
        is_first,
    };
    let buttons = match status {
        P::Applied => vec![
            button(P::Offered, l.t("desk-step-offer"), true),
            button(P::Shortlisted, l.t("desk-step-shortlist"), false),
        ],
        P::Shortlisted => vec![button(P::Offered, l.t("desk-step-offer"), true)],
        P::Recommended
        | P::Offered
        | P::Accepted
        | P::Started
        | P::Left
        | P::Refused
        | P::Withdrawn
        | P::EmployerDeclined
        | P::Obsolete => Vec::new(),
    };
    let skills = seen
        .skills
        .get(&placement.person_id)
        .map(Vec::as_slice)
        .unwrap_or_default();
    let skills: Vec<String> = skills.iter().map(|skill| skill.name.clone()).collect();
    ApplicationLine {
        id: placement.id.to_string(),
        version: placement.version,
        name: row.person_name.clone(),
        number: placement.number.clone(),
        applied_on: l.day(placement.created_at.day()),
        skills: l.list(&skills),
        reason: placement.reason.clone(),
        buttons,
        may_decline: status.moves().contains(&P::EmployerDeclined),
        may_start: (status == P::Accepted).then(|| today.to_owned()),
        may_phone: status.holds_place(),
    }
}

pub(super) fn placement_id(path: &str) -> Result<PlacementId> {
    path.parse().ok().or_not_found("placement")
}

/// Reads a step of the employer's side.
fn read_step(fields: &Fields) -> Result<Move> {
    let mut reader = Reader::new(fields);
    let to = reader.choice("to", PlacementStatus::parse);
    let start_on = reader.optional_day("start_on");
    let note = reader.optional_text("note", 300).unwrap_or_default();
    reader.finish()?;
    let to = to.ok_or_else(|| Error::invalid("to", "not-a-choice"))?;
    Ok(Move { to, start_on, note })
}

/// `POST /desk/placements/{id}/steps`
async fn step(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
    fields: Fields,
) -> Result<HttpResponse> {
    caller.need_sign_in()?;
    let id = placement_id(&path)?;
    let version: i32 = fields.get("version").parse().map_err(|_| Error::Conflict)?;
    let (db, asking) = (services.db.clone(), caller.clone());
    let placement = blocking(move || db.read(|conn| store::placement_for(conn, &asking.actor, id))).await?;
    let outcome = match read_step(&fields) {
        Err(error) => Err(error),
        Ok(step) => {
            let (db, asking) = (services.db.clone(), caller.clone());
            blocking(move || db.write(&asking, |tx| take_step(tx, id, version, &step))).await
        }
    };
    match outcome {
        Ok(_) => {
            services.wake.notify_one();
            Ok(see_other(&format!("/desk/postings/{}?done=step", placement.posting_id)))
        }
        Err(Error::Invalid(problems)) => {
            let form = form_of(&fields, &problems, id, Shell::of(&request).locale);
            let page = draw(&request, &services, caller, placement.posting_id, form).await?;
            page_with_status(&page, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(error) => Err(error),
    }
}

/// The page holds many small forms: each box is named after its application.
fn form_of(fields: &Fields, problems: &[FieldProblem], id: PlacementId, l: Locale) -> FormState {
    let values = ["note", "start_on"].map(|name| (format!("{name}-{id}"), fields.get(name).to_owned()));
    let mut named = problems.to_vec();
    for problem in &mut named {
        problem.field = format!("{}-{id}", problem.field);
    }
    FormState::refused(&Fields::new(values.to_vec()), &named, l)
}

#[derive(Template)]
#[template(path = "hiring/desk_phone.html")]
struct PhonePage {
    s: Shell,
    name: String,
    phone: String,
    back: String,
}

/// `POST /desk/placements/{id}/phone`: the phone of somebody who accepted, shown once; a line is left.
async fn phone(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
) -> Result<HttpResponse> {
    caller.need_sign_in()?;
    let id = placement_id(&path)?;
    let db = services.db.clone();
    let (placement, name, phone) = blocking(move || {
        let (placement, phone) = db.write(&caller, |tx| tell_phone(tx, id))?;
        let person = placement.person_id;
        let named = db.read(|conn| registry::persons_by_ids(conn, &[person]))?;
        let name = named.get(&person).map(|p| p.name.clone()).unwrap_or_default();
        Ok((placement, name, phone))
    })
    .await?;
    page(&PhonePage {
        s: Shell::of(&request),
        name,
        phone,
        back: format!("/desk/postings/{}", placement.posting_id),
    })
}
