//! The applications of a person: where each stands, what happened so far, and the answers he can give.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::super::actions::{Move, take_step};
use super::super::model::{Placement, PlacementRow, PlacementStatus, Step};
use super::super::store::{placement_for, placements_of_person, steps_of};
use super::{day_words, open_moves, see_other, spoken_number, status_words};
use crate::base::actor::Permission;
use crate::base::error::{Error, OrNotFound, Result};
use crate::base::ids::PlacementId;
use crate::platform::Services;
use crate::platform::db::{Caller, Conn};
use crate::platform::http::parts::{Badge, Choice, TimeStep};
use crate::platform::http::{Fields, FormState, Reader, Shell, blocking, page, page_with_status};
use crate::platform::i18n::Locale;
use crate::postings::contact_phone;
use crate::training::web::words::{days_words, enrolment_badge};
use crate::training::{EnrolmentCard, enrolments_of_person};

/// One line of the list.
struct Line {
    href: String,
    title: String,
    employer: String,
    state: Badge,
    next: String,
    number: String,
    day: String,
}

#[derive(Template)]
#[template(path = "hiring/applications.html")]
struct ListPage {
    s: Shell,
    lines: Vec<Line>,
    courses: Vec<CourseLine>,
}

/// A course in which the person has enrolled.
struct CourseLine {
    href: String,
    title: String,
    school: String,
    days: String,
    state: Badge,
    number: String,
    day: String,
}

/// A button that takes a step.
#[derive(Debug, Clone)]
pub struct StepButton {
    pub to: &'static str,
    pub label: String,
    /// The step asks why.
    pub needs_reason: bool,
    pub class: &'static str,
}

#[derive(Template)]
#[template(path = "hiring/application.html")]
struct ApplicationPage {
    s: Shell,
    f: FormState,
    /// A step was just taken: the receipt's sentence.
    done: Option<String>,
    /// Set where somebody acts for the person.
    person: Option<String>,
    title: String,
    opening_href: String,
    employer: String,
    state: Badge,
    next: String,
    number: String,
    day: String,
    phone: Option<String>,
    buttons: Vec<StepButton>,
    reasons: Vec<Choice>,
    action: String,
    version: i32,
    steps: Vec<TimeStep>,
    back: String,
    back_words: String,
}

impl ApplicationPage {
    /// The steps that ask why stand together under the reasons.
    fn asks_why(&self) -> bool {
        self.buttons.iter().any(|button| button.needs_reason)
    }
}

pub async fn list(request: HttpRequest, services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    caller.need(Permission::ActForSelf)?;
    let person = caller.actor.person_id().ok_or(Error::Forbidden)?;
    let (rows, enrolments) = blocking(move || {
        services
            .db
            .snapshot(|conn| Ok((placements_of_person(conn, person)?, enrolments_of_person(conn, person)?)))
    })
    .await?;
    let s = Shell::of(&request);
    let lines = rows.iter().map(|row| line(s.locale, row)).collect();
    let courses = enrolments.iter().map(|row| course_line(s.locale, row)).collect();
    page(&ListPage { s, lines, courses })
}

fn course_line(l: Locale, row: &EnrolmentCard) -> CourseLine {
    CourseLine {
        href: format!("/courses/{}", row.course.course.id),
        title: row.course.course.title.clone(),
        school: row.course.employer_name.clone(),
        days: days_words(l, &row.course.run),
        state: enrolment_badge(l, row.enrolment.status),
        number: spoken_number(&row.enrolment.number),
        day: day_words(l, row.enrolment.created_at),
    }
}

fn line(l: Locale, row: &PlacementRow) -> Line {
    let (now, next) = status_words(l, row.placement.status);
    Line {
        href: format!("/me/applications/{}", row.placement.id),
        title: row.posting_title.clone(),
        employer: row.employer_name.clone(),
        state: Badge::of_code(row.placement.status.as_str(), now),
        next,
        number: spoken_number(&row.placement.number),
        day: day_words(l, row.placement.created_at),
    }
}

/// The answers open to a person at a placement.
pub fn step_buttons(l: Locale, placement: &Placement) -> Vec<StepButton> {
    let button = |to: PlacementStatus| {
        let (key, needs_reason, class) = match to {
            PlacementStatus::Applied => ("hiring-do-apply", false, ""),
            PlacementStatus::Accepted => ("hiring-do-accept", false, ""),
            PlacementStatus::Refused => ("hiring-do-refuse", true, "danger"),
            _ => ("hiring-do-withdraw", false, "danger"),
        };
        StepButton {
            to: to.as_str(),
            label: l.t(key),
            needs_reason,
            class,
        }
    };
    open_moves(placement).into_iter().map(button).collect()
}

/// Everything that one page of an application shows.
struct Seen {
    row: PlacementRow,
    steps: Vec<Step>,
    phone: Option<String>,
}

fn read(conn: &mut Conn, services: &Services, caller: &Caller, id: PlacementId) -> Result<Seen> {
    let placement = placement_for(conn, &caller.actor, id)?;
    let rows = placements_of_person(conn, placement.person_id)?;
    let row = rows
        .into_iter()
        .find(|row| row.placement.id == id)
        .or_not_found("placement")?;
    let steps = steps_of(conn, &[id])?;
    let phone = match placement.shares_contact() {
        true => contact_phone(conn, services.db.keys(), placement.posting_id)?,
        false => None,
    };
    Ok(Seen { row, steps, phone })
}

pub async fn own(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<PlacementId>,
) -> Result<HttpResponse> {
    show(&request, &services, &caller, *id, true).await
}

pub async fn of_somebody(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<PlacementId>,
) -> Result<HttpResponse> {
    show(&request, &services, &caller, *id, false).await
}

async fn show(
    request: &HttpRequest,
    services: &web::Data<Services>,
    caller: &Caller,
    id: PlacementId,
    is_own: bool,
) -> Result<HttpResponse> {
    let seen = look_up(services, caller, id, is_own).await?;
    let done = Fields::of_query(request).find("done").map(str::to_owned);
    page(&application(
        Shell::of(request),
        FormState::empty(),
        &seen,
        is_own,
        done.as_deref(),
    ))
}

/// A person reaches his own applications only, a cadre those of his scope.
async fn look_up(services: &web::Data<Services>, caller: &Caller, id: PlacementId, is_own: bool) -> Result<Seen> {
    caller.need(if is_own {
        Permission::ActForSelf
    } else {
        Permission::ActForOthers
    })?;
    let (services, caller) = (services.clone(), caller.clone());
    blocking(move || {
        let seen = services.db.read(|conn| read(conn, &services, &caller, id))?;
        let is_his = caller.actor.person_id() == Some(seen.row.placement.person_id);
        if is_own && !is_his {
            Err(Error::NotFound("placement"))
        } else {
            Ok(seen)
        }
    })
    .await
}

fn application(s: Shell, f: FormState, seen: &Seen, is_own: bool, done: Option<&str>) -> ApplicationPage {
    let l = s.locale;
    let placement = &seen.row.placement;
    let (now, next) = status_words(l, placement.status);
    let base = if is_own {
        "/me/applications"
    } else {
        "/village/placements"
    };
    // The receipt says what stands in the record, not what the address claims.
    let done = done
        .and_then(PlacementStatus::parse)
        .filter(|step| *step == placement.status);
    ApplicationPage {
        f,
        done: done.map(|status| status_words(l, status).0),
        person: (!is_own).then(|| seen.row.person_name.clone()),
        title: seen.row.posting_title.clone(),
        opening_href: format!("/openings/{}", placement.posting_id),
        employer: seen.row.employer_name.clone(),
        state: Badge::of_code(placement.status.as_str(), now),
        next,
        number: spoken_number(&placement.number),
        day: day_words(l, placement.created_at),
        phone: seen.phone.clone(),
        buttons: step_buttons(l, placement),
        reasons: ["far", "wage", "work", "family", "found"]
            .map(|code| l.t(reason_key(code)))
            .map(|words| Choice::new(words.clone(), words))
            .to_vec(),
        action: format!("{base}/{}/steps", placement.id),
        version: placement.version,
        steps: seen.steps.iter().rev().map(|step| time_step(l, step)).collect(),
        back: if is_own {
            "/me/applications".to_owned()
        } else {
            format!("/village/persons/{}/matches", placement.person_id)
        },
        back_words: l.t(if is_own {
            "hiring-back-to-applications"
        } else {
            "hiring-back-to-person"
        }),
        s,
    }
}

fn reason_key(code: &str) -> &'static str {
    match code {
        "far" => "hiring-why-far",
        "wage" => "hiring-why-wage",
        "work" => "hiring-why-work",
        "family" => "hiring-why-family",
        _ => "hiring-why-found",
    }
}

fn time_step(l: Locale, step: &Step) -> TimeStep {
    let (mut what, _) = status_words(l, step.status);
    if !step.note.is_empty() {
        what = l.ta(
            "hiring-step-noted",
            &[("what", what.into()), ("note", step.note.as_str().into())],
        );
    }
    TimeStep {
        when: l.instant(step.at),
        day_iso: l.day_iso(step.at.day()),
        what,
        by: Some(l.doer(&step.actor)),
    }
}

pub async fn take_own_step(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<PlacementId>,
    typed: Fields,
) -> Result<HttpResponse> {
    post_step(&request, &services, &caller, *id, true, &typed).await
}

pub async fn take_step_for_somebody(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<PlacementId>,
    typed: Fields,
) -> Result<HttpResponse> {
    post_step(&request, &services, &caller, *id, false, &typed).await
}

fn read_step(typed: &Fields) -> Result<(i32, Move)> {
    let mut reader = Reader::new(typed);
    let version = reader.whole("version", 0, i64::from(i32::MAX));
    let to = reader.choice("to", PlacementStatus::parse);
    let reason = reader.optional_text("note", 100);
    let more = reader.optional_text("more", 400);
    reader.finish()?;
    let note: Vec<String> = reason.into_iter().chain(more).collect();
    let to = to.ok_or_else(|| Error::invalid("to", "required"))?;
    let step = Move {
        to,
        start_on: None,
        note: note.join("；"),
    };
    Ok((i32::try_from(version).unwrap_or_default(), step))
}

async fn post_step(
    request: &HttpRequest,
    services: &web::Data<Services>,
    caller: &Caller,
    id: PlacementId,
    is_own: bool,
    typed: &Fields,
) -> Result<HttpResponse> {
    let seen = look_up(services, caller, id, is_own).await?;
    let outcome = match read_step(typed) {
        Ok((version, step)) => {
            let (data, caller) = (services.clone(), caller.clone());
            blocking(move || data.db.write(&caller, |tx| take_step(tx, id, version, &step))).await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(placement) => {
            services.wake.notify_one();
            let base = if is_own {
                "/me/applications"
            } else {
                "/village/placements"
            };
            see_other(&format!("{base}/{id}?done={}", placement.status))
        }
        Err(Error::Invalid(problems)) => {
            let s = Shell::of(request);
            let form = FormState::refused(typed, &problems, s.locale);
            page_with_status(
                &application(s, form, &seen, is_own, None),
                StatusCode::UNPROCESSABLE_ENTITY,
            )
        }
        Err(error) => Err(error),
    }
}
