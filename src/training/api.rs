//! Courses for programs: what their holders write and what officers decide.

use actix_web::{HttpRequest, HttpResponse, get, post, put, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions::{
    amend_course, announce_course, approve_course, close_course, copy_course, draft_course, return_course,
};
use super::model::{CourseCard, CourseDraft};
use super::store;
use super::web::{course_id, read_draft};
use crate::base::actor::{Actor, Permission};
use crate::base::error::{Error, Result};
use crate::base::ids::{CourseId, EmployerId, Id};
use crate::base::time::parse_day;
use crate::employers::employer_for;
use crate::platform::Services;
use crate::platform::db::{Caller, Conn, Tx};
use crate::platform::http::{Fields, ListView, blocking, page_request};
use crate::reference::regions;

/// The calls of this room.
pub fn api_routes(config: &mut ServiceConfig<'_>) {
    config
        .service(courses_of_holder)
        .service(write_course)
        .service(one_course)
        .service(amend)
        .service(take_step)
        .service(copy);
    super::enrolments_api::api_routes(config);
}

/// A course with its one run, as its holder and the officers see it. The phone is masked.
#[derive(Serialize, ToSchema)]
struct CourseView {
    #[schema(example = "01J8ZK4Q9T3VB")]
    id: String,
    /// To be sent back with an edit or a step.
    version: i32,
    /// The run in which people enrol.
    run_id: String,
    employer_id: String,
    employer_name: String,
    #[schema(example = "targeted")]
    kind: &'static str,
    #[schema(example = "橡胶割胶技术培训")]
    title: String,
    occupation: String,
    #[schema(example = "532823")]
    region: String,
    region_name: String,
    address: String,
    description: String,
    certificate: Option<String>,
    lodging: bool,
    meals: bool,
    #[schema(example = "2026-12-07")]
    starts_on: String,
    #[schema(example = "2026-12-18")]
    ends_on: String,
    hours: i32,
    places: i32,
    filled: i32,
    contact_name: String,
    #[schema(example = "138****5678")]
    phone: Option<String>,
    #[schema(example = "open")]
    status: &'static str,
    status_note: String,
    published_on: Option<String>,
}

impl From<CourseCard> for CourseView {
    fn from(card: CourseCard) -> Self {
        let CourseCard {
            course,
            run,
            employer_name,
            ..
        } = card;
        Self {
            id: course.id.to_string(),
            version: course.version,
            run_id: run.id.to_string(),
            employer_id: course.employer_id.to_string(),
            employer_name,
            kind: course.kind.as_str(),
            title: course.title,
            occupation: course.occupation_code.to_string(),
            region: course.region_code.to_string(),
            region_name: regions().address_of(&course.region_code),
            address: course.address,
            description: course.description,
            certificate: course.certificate,
            lodging: course.lodging,
            meals: course.meals,
            starts_on: run.starts_on.to_string(),
            ends_on: run.ends_on.to_string(),
            hours: run.hours,
            places: run.places,
            filled: run.filled,
            contact_name: course.contact_name,
            phone: course.phone_masked,
            status: course.status.as_str(),
            status_note: course.status_note,
            published_on: course.published_on.map(|day| day.to_string()),
        }
    }
}

/// What the one page of a course says.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CourseJson {
    #[schema(example = "targeted")]
    kind: String,
    #[schema(example = "橡胶割胶技术培训")]
    title: String,
    /// The code of a county or something below it, or the place in words.
    #[schema(example = "532823")]
    region: String,
    #[schema(example = "2026-12-07")]
    starts_on: String,
    #[schema(example = "2026-12-18")]
    ends_on: String,
    #[schema(example = 80)]
    hours: i32,
    #[schema(example = 30)]
    places: i32,
    #[schema(example = "割胶刀法、胶树养护和安全，学完参加考核。")]
    description: String,
    #[schema(example = "玉罕")]
    contact_name: String,
    /// Needed for a new course; absent in a correction keeps the old one.
    #[schema(example = "13800005678")]
    phone: Option<String>,
    /// A code; absent: what the title means.
    occupation: Option<String>,
    address: Option<String>,
    certificate: Option<String>,
    #[serde(default)]
    lodging: bool,
    #[serde(default)]
    meals: bool,
}

impl CourseJson {
    /// Reads it by the rules of every form, so that one answer names every problem.
    fn read(self, id: CourseId, employer_id: EmployerId) -> Result<CourseDraft> {
        let pairs = [
            ("kind", self.kind),
            ("title", self.title),
            ("region", self.region),
            ("starts_on", self.starts_on),
            ("ends_on", self.ends_on),
            ("hours", self.hours.to_string()),
            ("places", self.places.to_string()),
            ("description", self.description),
            ("contact_name", self.contact_name),
            ("phone", self.phone.unwrap_or_default()),
            ("occupation", self.occupation.unwrap_or_default()),
            ("address", self.address.unwrap_or_default()),
            ("certificate", self.certificate.unwrap_or_default()),
        ];
        let mut values = pairs.map(|(name, value)| (name.to_owned(), value)).to_vec();
        for (name, holds) in [("lodging", self.lodging), ("meals", self.meals)] {
            if holds {
                values.push((name.to_owned(), "yes".to_owned()));
            }
        }
        read_draft(&Fields::new(values), id, employer_id, "")
    }
}

/// A course for whoever writes it, or for an officer of its region.
fn seen(conn: &mut Conn, actor: &Actor, id: CourseId) -> Result<CourseCard> {
    store::course_for(conn, actor, id, Permission::ManageOwnEmployer)
        .or_else(|_| store::course_for(conn, actor, id, Permission::ReviewPostings))
}

/// A course as everybody may see it: without its phone and what an officer wrote about it.
fn as_everybody_sees(mut card: CourseCard) -> CourseCard {
    card.course.phone_masked = None;
    card.course.status_note.clear();
    card
}

/// List the courses that an employer holds
#[utoipa::path(tag = "courses",
    params(
        ("employer" = Option<String>, Query, description = "The holder; absent: the caller's own employer"),
        ("limit" = Option<usize>, Query, description = "1 to 100; 20 if absent"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
    ),
    responses((status = 200, description = "Newest first", body = ListView<CourseView>)))]
#[get("/api/v1/courses")]
async fn courses_of_holder(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
) -> Result<HttpResponse> {
    caller.need_sign_in()?;
    let query = Fields::of_query(&request);
    query.only(&["employer", "limit", "cursor"])?;
    let asked = page_request(&query)?;
    let id: EmployerId = match query.find("employer") {
        Some(text) => text.parse().map_err(|_| Error::NotFound("employer"))?,
        None => caller
            .actor
            .employers()
            .next()
            .ok_or_else(|| Error::bad_request("employer", "required"))?,
    };
    let permission = if caller.actor.manages(id) {
        Permission::ManageOwnEmployer
    } else {
        Permission::ReviewPostings
    };
    let found = blocking(move || {
        services.db.snapshot(|conn| {
            employer_for(conn, &caller.actor, id, permission)?;
            store::courses_of(conn, id, &asked)
        })
    })
    .await?;
    Ok(HttpResponse::Ok().json(ListView::from(found.map(CourseView::from))))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewCourseJson {
    /// Made by the caller (13 characters) so that sending it twice is one course; made here if absent.
    id: Option<String>,
    /// Who holds the course. Absent: the caller's own employer.
    employer_id: Option<String>,
    course: CourseJson,
}

/// Write a course
///
/// It is a draft until the step `announce`.
#[utoipa::path(tag = "courses", request_body = NewCourseJson,
    responses((status = 201, description = "Kept as a draft", body = CourseView)))]
#[post("/api/v1/courses")]
async fn write_course(
    services: web::Data<Services>,
    caller: Caller,
    draft: web::Json<NewCourseJson>,
) -> Result<HttpResponse> {
    caller.need_sign_in()?;
    let NewCourseJson {
        id,
        employer_id,
        course,
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
    let draft = course.read(id, employer_id)?;
    let db = services.db.clone();
    let kept = blocking(move || db.write(&caller, |tx| draft_course(tx, &draft))).await?;
    Ok(HttpResponse::Created().json(CourseView::from(kept)))
}

/// One course
///
/// For its holder and for officers in any state; for everybody else while it is open or full, with the run in which
/// people enrol.
#[utoipa::path(tag = "courses", params(("id" = String, Path, description = "The course")),
    responses((status = 200, description = "The course", body = CourseView)))]
#[get("/api/v1/courses/{id}")]
async fn one_course(services: web::Data<Services>, caller: Caller, path: web::Path<String>) -> Result<HttpResponse> {
    let id = course_id(&path)?;
    let found = blocking(move || {
        services.db.snapshot(|conn| match seen(conn, &caller.actor, id) {
            Err(Error::NotFound(_)) => store::public_course(conn, id).map(as_everybody_sees),
            found => found,
        })
    })
    .await?;
    Ok(HttpResponse::Ok().json(CourseView::from(found)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CourseAmendmentJson {
    /// The version that the caller saw.
    version: i32,
    course: CourseJson,
}

/// Correct a course
#[utoipa::path(tag = "courses", request_body = CourseAmendmentJson, params(("id" = String, Path, description = "The course")),
    responses((status = 200, description = "The corrected course", body = CourseView)))]
#[put("/api/v1/courses/{id}")]
async fn amend(
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
    draft: web::Json<CourseAmendmentJson>,
) -> Result<HttpResponse> {
    caller.need_sign_in()?;
    let id = course_id(&path)?;
    let CourseAmendmentJson { version, course } = draft.into_inner();
    let (db, asking) = (services.db.clone(), caller.clone());
    let employer_id = blocking(move || db.read(|conn| seen(conn, &asking.actor, id)))
        .await?
        .course
        .employer_id;
    let draft = course.read(id, employer_id)?;
    let db = services.db.clone();
    let saved = blocking(move || {
        db.write(&caller, |tx| amend_course(tx, version, &draft))?;
        db.read(|conn| store::course_by_id(conn, id))
    })
    .await?;
    services.wake.notify_one();
    Ok(HttpResponse::Ok().json(CourseView::from(saved)))
}

/// The holder's steps, and the officer's.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum CourseStep {
    Announce,
    Close,
    Approve,
    Return,
}

impl CourseStep {
    fn take(self, tx: &mut Tx<'_>, id: CourseId, version: i32, note: &str) -> Result<CourseCard> {
        match self {
            Self::Announce => announce_course(tx, id, version),
            Self::Close => close_course(tx, id, version),
            Self::Approve => approve_course(tx, id, version),
            Self::Return => return_course(tx, id, version, note),
        }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CourseStepJson {
    step: CourseStep,
    /// The version that the caller saw.
    version: i32,
    /// Why, for `return`.
    note: Option<String>,
}

/// Announce, close, approve or return a course
///
/// Without doubts it opens at once. Whoever wrote it does not approve it.
#[utoipa::path(tag = "courses", request_body = CourseStepJson, params(("id" = String, Path, description = "The course")),
    responses((status = 200, description = "The course after the step", body = CourseView)))]
#[post("/api/v1/courses/{id}/steps")]
async fn take_step(
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
    draft: web::Json<CourseStepJson>,
) -> Result<HttpResponse> {
    caller.need_sign_in()?;
    let id = course_id(&path)?;
    let CourseStepJson { step, version, note } = draft.into_inner();
    let note = note.unwrap_or_default();
    let db = services.db.clone();
    let saved = blocking(move || {
        db.write(&caller, |tx| step.take(tx, id, version, &note))?;
        db.read(|conn| store::course_by_id(conn, id))
    })
    .await?;
    services.wake.notify_one();
    Ok(HttpResponse::Ok().json(CourseView::from(saved)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CourseCopyJson {
    /// Made by the caller (13 characters) so that sending it twice is one copy; made here if absent.
    id: Option<String>,
    /// The days of the new run.
    #[schema(example = "2027-01-11")]
    starts_on: String,
    #[schema(example = "2027-01-22")]
    ends_on: String,
}

/// Copy a course
///
/// A new draft with the same text and a run of its own on other days; nobody is enrolled in it.
#[utoipa::path(tag = "courses", request_body = CourseCopyJson, params(("id" = String, Path, description = "The course")),
    responses((status = 201, description = "The copy", body = CourseView)))]
#[post("/api/v1/courses/{id}/copies")]
async fn copy(
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
    draft: web::Json<CourseCopyJson>,
) -> Result<HttpResponse> {
    caller.need_sign_in()?;
    let id = course_id(&path)?;
    let CourseCopyJson {
        id: copy_id,
        starts_on,
        ends_on,
    } = draft.into_inner();
    let copy_id = match copy_id {
        Some(text) => text.parse().map_err(|_| Error::invalid("id", "not-an-id"))?,
        None => Id::fresh(),
    };
    let starts_on = parse_day(&starts_on).ok_or_else(|| Error::invalid("starts_on", "not-a-day"))?;
    let ends_on = parse_day(&ends_on).ok_or_else(|| Error::invalid("ends_on", "not-a-day"))?;
    let db = services.db.clone();
    let copied = blocking(move || db.write(&caller, |tx| copy_course(tx, id, copy_id, starts_on, ends_on))).await?;
    Ok(HttpResponse::Created()
        .insert_header(("Location", format!("/api/v1/courses/{copy_id}")))
        .json(CourseView::from(copied)))
}
