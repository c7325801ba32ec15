//! A course for its holder: its text as it will be read, its state and steps, and the people enrolled.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::course_id;
use super::form::{form_page, own_course, values_of};
use super::people::{Group, groups};
use super::words::{course_badge, days_words, facts, places_words, tags};
use crate::base::error::{Error, FieldProblem, Result};
use crate::base::ids::{CourseId, Id};
use crate::base::time::{Day, days_between};
use crate::employers::EmployerStatus;
use crate::employers::web::common::see_other;
use crate::platform::Services;
use crate::platform::db::{Caller, Tx};
use crate::platform::http::parts::{Badge, Choice, Fact};
use crate::platform::http::{Fields, FormState, Reader, Shell, blocking, page, page_with_status};
use crate::platform::i18n::{Locale, problem_sentences};
use crate::postings::web::words::occupation_words;
use crate::postings::wording_problems;
use crate::training::{
    Course, CourseCard, CourseRun, CourseStatus, announce_course, close_course, copy_course, meant_by, trainees_of_run,
};

#[derive(Template)]
#[template(path = "training/desk_course.html")]
struct DeskCoursePage {
    s: Shell,
    id: String,
    /// The desk, or for an officer the employer for which he writes.
    back: String,
    back_words: String,
    version: i32,
    copy_id: String,
    title: String,
    holder: String,
    status: Badge,
    note: String,
    done: Option<String>,
    /// Why it cannot be announced yet.
    hindrance: Option<String>,
    /// Phrases that an officer will have to read.
    doubts: Vec<String>,
    days: String,
    tags: Vec<String>,
    description: String,
    facts: Vec<Fact>,
    may_announce: bool,
    may_edit: bool,
    close_words: String,
    /// Where everybody sees it.
    public_href: Option<String>,
    occupations: Vec<Choice>,
    occupation: FormState,
    /// The days of a copy.
    form: FormState,
    places: String,
    groups: Vec<Group>,
}

/// `GET /desk/courses/{id}`
pub(super) async fn course_page(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
) -> Result<HttpResponse> {
    page(&draw(&request, &services, caller, course_id(&path)?, None).await?)
}

async fn draw(
    request: &HttpRequest,
    services: &Services,
    caller: Caller,
    id: CourseId,
    refused: Option<FormState>,
) -> Result<DeskCoursePage> {
    let (db, today) = (services.db.clone(), services.clock.today());
    let asking = caller.clone();
    let (card, trainees) = blocking(move || {
        db.snapshot(|conn| {
            let (card, _) = own_course(conn, &asking, id)?;
            let trainees = trainees_of_run(conn, card.run.id)?;
            Ok((card, trainees))
        })
    })
    .await?;
    let s = Shell::of(request);
    let l = s.locale;
    let course = &card.course;
    let is_draft = matches!(course.status, CourseStatus::Draft | CourseStatus::Returned);
    let is_verified = card.employer_status == EmployerStatus::Verified;
    let doubts = if is_draft {
        problem_sentences(&wording_problems(&course.title, &course.description), l.language())
    } else {
        Vec::new()
    };
    let is_own = caller.actor.manages(course.employer_id);
    Ok(DeskCoursePage {
        id: id.to_string(),
        back: if is_own {
            "/desk".to_owned()
        } else {
            format!("/board/verify/employers/{}", course.employer_id)
        },
        back_words: if is_own { l.t("desk-title") } else { l.t("desk-back") },
        version: course.version,
        copy_id: Id::<()>::fresh().to_string(),
        title: course.title.clone(),
        holder: card.employer_name.clone(),
        status: course_badge(l, course.status),
        note: course.status_note.clone(),
        done: done_sentence(l, Fields::of_query(request).get("done"), course.status),
        hindrance: (is_draft && !is_verified).then(|| l.t("training-waits-for-employer")),
        doubts: doubts.into_iter().map(|problem| problem.message).collect(),
        days: days_words(l, &card.run),
        tags: tags(l, course),
        description: course.description.clone(),
        facts: facts(l, &card),
        may_announce: is_draft && is_verified,
        close_words: l.t(if is_draft { "training-give-up" } else { "training-close" }),
        may_edit: course.status != CourseStatus::Closed,
        public_href: card.is_public().then(|| format!("/courses/{id}")),
        occupations: occupation_choices(l, course, is_draft),
        occupation: FormState::filled(vec![(
            "occupation".to_owned(),
            course.occupation_code.as_str().to_owned(),
        )]),
        form: refused.unwrap_or_else(|| FormState::filled(next_days(&card.run, today))),
        places: places_words(l, &card.run),
        groups: groups(l, &card, &trainees, today),
        s,
    })
}

fn done_sentence(l: Locale, done: &str, status: CourseStatus) -> Option<String> {
    let key = match (done, status) {
        ("saved", CourseStatus::Submitted) | ("announced", CourseStatus::Submitted) => "training-went-to-officer",
        ("saved", CourseStatus::Draft | CourseStatus::Returned) => "training-saved-draft",
        ("saved", _) => "training-saved",
        ("announced", _) => "training-announced",
        ("closed", CourseStatus::Closed) => "training-closed",
        ("step", _) => "training-step-done",
        _ => return None,
    };
    Some(l.t(key))
}

/// The days proposed for a copy: as long as this run, from a week after today or the day after this run's end.
fn next_days(run: &CourseRun, today: Day) -> Vec<(String, String)> {
    let after = |day: Day, days: i64| day.checked_add_signed(chrono::Duration::days(days)).unwrap_or(day);
    let starts_on = after(today, 7).max(after(run.ends_on, 1));
    let ends_on = after(starts_on, days_between(run.starts_on, run.ends_on));
    [("starts_on", starts_on), ("ends_on", ends_on)]
        .map(|(name, day)| (name.to_owned(), day.to_string()))
        .to_vec()
}

/// What the title may mean: the holder chooses before it announces.
fn occupation_choices(l: Locale, course: &Course, is_draft: bool) -> Vec<Choice> {
    if !is_draft {
        return Vec::new();
    }
    let mut codes = meant_by(&course.title);
    if !codes.contains(&course.occupation_code) {
        codes.insert(0, course.occupation_code.clone());
    }
    codes
        .iter()
        .map(|code| Choice::new(code.as_str(), occupation_words(l, code)))
        .collect()
}

/// What a holder does with its course.
#[derive(Debug, Clone, Copy)]
enum DeskStep {
    Announce,
    Close,
}

impl DeskStep {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "announce" => Some(Self::Announce),
            "close" => Some(Self::Close),
            _ => None,
        }
    }

    fn take(self, tx: &mut Tx<'_>, id: CourseId, version: i32) -> Result<CourseCard> {
        match self {
            Self::Announce => announce_course(tx, id, version),
            Self::Close => close_course(tx, id, version),
        }
    }

    const fn done(self) -> &'static str {
        match self {
            Self::Announce => "announced",
            Self::Close => "closed",
        }
    }
}

/// `POST /desk/courses/{id}/steps`: where the text keeps a step from being taken, the screen opens to mend it.
pub(super) async fn step(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
    fields: Fields,
) -> Result<HttpResponse> {
    let id = course_id(&path)?;
    caller.need_sign_in()?;
    let step = DeskStep::parse(fields.get("step")).ok_or_else(|| Error::bad_request("step", "not-a-choice"))?;
    let version: i32 = fields.get("version").parse().map_err(|_| Error::Conflict)?;
    let (db, asking) = (services.db.clone(), caller.clone());
    match blocking(move || db.write(&asking, |tx| step.take(tx, id, version))).await {
        Ok(_) => {
            services.wake.notify_one();
            Ok(see_other(&format!("/desk/courses/{id}?done={}", step.done())))
        }
        Err(Error::Invalid(problems)) => {
            let asking = caller.clone();
            let (card, holder) = blocking(move || services.db.snapshot(|conn| own_course(conn, &asking, id))).await?;
            let s = Shell::of(&request);
            let values = Fields::new(values_of(s.locale, &card));
            let form = FormState::refused(&values, &problems, s.locale);
            let page = form_page(s, &caller, &holder, id, Some(card.course.version), form);
            page_with_status(&page, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(error) => Err(error),
    }
}

/// Reads the days of a copy.
fn read_days(fields: &Fields) -> Result<(Day, Day)> {
    let mut reader = Reader::new(fields);
    let mut day = |field: &'static str| {
        if fields.find(field).is_none() {
            reader.problem(FieldProblem::new(field, "required"));
        }
        reader.optional_day(field)
    };
    let days = day("starts_on").zip(day("ends_on"));
    reader.finish()?;
    days.ok_or_else(|| Error::invalid("starts_on", "required"))
}

/// `POST /desk/courses/{id}/copies`
pub(super) async fn copy(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
    fields: Fields,
) -> Result<HttpResponse> {
    let id = course_id(&path)?;
    caller.need_sign_in()?;
    let copy_id: CourseId = fields.get("id").parse().unwrap_or_else(|_| Id::fresh());
    let copied = match read_days(&fields) {
        Err(error) => Err(error),
        Ok((starts_on, ends_on)) => {
            let (db, asking) = (services.db.clone(), caller.clone());
            blocking(move || db.write(&asking, |tx| copy_course(tx, id, copy_id, starts_on, ends_on))).await
        }
    };
    match copied {
        Ok(_) => Ok(see_other(&format!("/desk/courses/{copy_id}/edit"))),
        Err(Error::Invalid(problems)) => {
            let form = FormState::refused(&fields, &problems, Shell::of(&request).locale);
            let page = draw(&request, &services, caller, id, Some(form)).await?;
            page_with_status(&page, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(error) => Err(error),
    }
}
