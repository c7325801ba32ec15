//! The officers' queue of courses whose wording is in doubt. Whoever wrote one does not judge it; the action says so.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::course_id;
use super::words::{course_badge, days_words, facts, tags};
use crate::base::actor::Permission;
use crate::base::error::{Error, FieldProblem, Result};
use crate::base::ids::CourseId;
use crate::employers::web::common::see_other;
use crate::platform::Services;
use crate::platform::db::{Caller, Tx};
use crate::platform::http::parts::{Badge, Cell, Column, Fact, Pager, Row, Table};
use crate::platform::http::{Fields, FormState, Shell, blocking, page, page_request, page_with_status};
use crate::platform::i18n::{Locale, problem_sentences};
use crate::postings::web::queue::{StepForm, Tabs, pager};
use crate::postings::{waiting, wording_problems};
use crate::reference::regions;
use crate::training::{CourseCard, CourseStatus, approve_course, course_for, courses_to_review, return_course};

#[derive(Template)]
#[template(path = "training/verify.html")]
struct QueuePage {
    s: Shell,
    tabs: Tabs,
    table: Table,
    pager: Pager,
}

/// `GET /board/verify/courses`
pub(super) async fn queue(request: HttpRequest, services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    caller.need(Permission::ReviewPostings)?;
    let query = Fields::of_query(&request);
    query.only(&["limit", "cursor"])?;
    let asked = page_request(&query)?;
    let (found, counts) = blocking(move || {
        services.db.snapshot(|conn| {
            let scope = caller.actor.scope(Permission::ReviewPostings);
            Ok((courses_to_review(conn, &scope, &asked)?, waiting(conn, &caller.actor)?))
        })
    })
    .await?;
    let s = Shell::of(&request);
    let l = s.locale;
    let path = "/board/verify/courses";
    page(&QueuePage {
        tabs: Tabs::of(l, counts, path),
        table: Table {
            caption: l.t("training-verify-courses"),
            columns: vec![
                Column::words(l.t("training-title")),
                Column::words(l.t("training-holder")),
                Column::words(l.t("training-region")),
                Column::words(l.t("desk-verify-doubts")),
                Column::words(l.t("training-starts-on")),
                Column::words(l.t("desk-verify-written-on")),
            ],
            rows: found.items.iter().map(|card| row(l, card)).collect(),
            totals: None,
        },
        pager: pager(path, &query, found.next.as_deref()),
        s,
    })
}

fn row(l: Locale, card: &CourseCard) -> Row {
    let course = &card.course;
    Row {
        href: Some(format!("/board/verify/courses/{}", course.id)),
        cells: vec![
            Cell::Words(course.title.clone()),
            Cell::Words(card.employer_name.clone()),
            Cell::Words(regions().address_of(&course.region_code)),
            Cell::Words(course.status_note.clone()),
            Cell::Words(l.day_iso(card.run.starts_on)),
            Cell::Words(l.day_iso(course.created_at.day())),
        ],
    }
}

#[derive(Template)]
#[template(path = "training/verify_course.html")]
struct ReviewPage {
    s: Shell,
    title: String,
    holder: String,
    holder_href: String,
    status: Badge,
    note: String,
    days: String,
    tags: Vec<String>,
    description: String,
    /// Each phrase in doubt with its reason.
    doubts: Vec<String>,
    facts: Vec<Fact>,
    action: String,
    version: i32,
    steps: Vec<StepForm>,
    form: FormState,
    done: bool,
    /// Where the course is managed, for an officer who writes it.
    desk_href: Option<String>,
}

async fn review_page(
    request: &HttpRequest,
    services: &Services,
    caller: Caller,
    id: CourseId,
    problems: Option<(&Fields, &[FieldProblem])>,
) -> Result<ReviewPage> {
    let db = services.db.clone();
    let (card, writes) = blocking(move || {
        db.snapshot(|conn| {
            let card = course_for(conn, &caller.actor, id, Permission::ReviewPostings)?;
            let writes = course_for(conn, &caller.actor, id, Permission::ManageOwnEmployer).is_ok();
            Ok((card, writes))
        })
    })
    .await?;
    let s = Shell::of(request);
    let l = s.locale;
    let course = &card.course;
    let doubts = problem_sentences(&wording_problems(&course.title, &course.description), l.language());
    let steps = if course.status == CourseStatus::Submitted {
        vec![
            StepForm {
                step: "approve",
                label: l.t("desk-verify-approve"),
                asks: String::new(),
                needs_reason: false,
                is_danger: false,
            },
            StepForm {
                step: "return",
                label: l.t("desk-verify-return"),
                asks: l.t("training-verify-change"),
                needs_reason: true,
                is_danger: true,
            },
        ]
    } else {
        Vec::new()
    };
    Ok(ReviewPage {
        title: course.title.clone(),
        holder: card.employer_name.clone(),
        holder_href: format!("/board/verify/employers/{}", course.employer_id),
        status: course_badge(l, course.status),
        note: course.status_note.clone(),
        days: days_words(l, &card.run),
        tags: tags(l, course),
        description: course.description.clone(),
        doubts: doubts.into_iter().map(|problem| problem.message).collect(),
        facts: facts(l, &card),
        action: format!("/board/verify/courses/{id}/steps"),
        version: course.version,
        steps,
        form: problems.map_or_else(FormState::empty, |(fields, list)| FormState::refused(fields, list, l)),
        done: Fields::of_query(request).find("done").is_some(),
        desk_href: writes.then(|| format!("/desk/courses/{id}")),
        s,
    })
}

/// `GET /board/verify/courses/{id}`
pub(super) async fn course(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
) -> Result<HttpResponse> {
    caller.need(Permission::ReviewPostings)?;
    page(&review_page(&request, &services, caller, course_id(&path)?, None).await?)
}

/// What an officer decides about a course.
#[derive(Debug, Clone, Copy)]
enum ReviewStep {
    Approve,
    Return,
}

impl ReviewStep {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "approve" => Some(Self::Approve),
            "return" => Some(Self::Return),
            _ => None,
        }
    }

    /// Takes the step; each asks for the officer's right itself.
    fn take(self, tx: &mut Tx<'_>, id: CourseId, version: i32, note: &str) -> Result<CourseCard> {
        match self {
            Self::Approve => approve_course(tx, id, version),
            Self::Return => return_course(tx, id, version, note),
        }
    }
}

/// `POST /board/verify/courses/{id}/steps`
pub(super) async fn step(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
    fields: Fields,
) -> Result<HttpResponse> {
    caller.need(Permission::ReviewPostings)?;
    let id = course_id(&path)?;
    let step = ReviewStep::parse(fields.get("step")).ok_or_else(|| Error::bad_request("step", "not-a-choice"))?;
    let version: i32 = fields.get("version").parse().map_err(|_| Error::Conflict)?;
    let (db, asking, note) = (services.db.clone(), caller.clone(), fields.get("note").to_owned());
    match blocking(move || db.write(&asking, |tx| step.take(tx, id, version, &note))).await {
        Ok(_) => {
            services.wake.notify_one();
            Ok(see_other(&format!("/board/verify/courses/{id}?done=1")))
        }
        Err(Error::Invalid(problems)) => {
            let page = review_page(&request, &services, caller, id, Some((&fields, &problems))).await?;
            page_with_status(&page, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(error) => Err(error),
    }
}
