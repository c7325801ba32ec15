//! Courses for programs: what their holders write and what officers decide.

use actix_web::{HttpRequest, HttpResponse, get, post, put, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions::{amend_course, announce_course, approve_course, close_course, draft_course, return_course};
use super::model::{CourseCard, CourseDraft};
use super::store;
use crate::base::actor::{Actor, Permission};
use crate::base::codes::TrainingKind;
use crate::base::error::{Error, FieldProblem, OrNotFound, Result};
use crate::base::ids::{CourseId, EmployerId, Id};
use crate::employers::employer_for;
use crate::employers::web::common::{read_phone, read_place};
use crate::platform::Services;
use crate::platform::db::{Caller, Conn, Tx};
use crate::platform::http::{Fields, ListView, Reader, blocking, page_request};
use crate::postings::web::words::read_occupation;
use crate::reference::regions;

/// The calls of this room.
pub fn api_routes(config: &mut ServiceConfig<'_>) {
    config
        .service(courses_of_holder)
        .service(write_course)
        .service(one_course)
        .service(amend)
        .service(take_step);
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
            ("description", self.description),
            ("contact_name", self.contact_name),
            ("phone", self.phone.unwrap_or_default()),
            ("occupation", self.occupation.unwrap_or_default()),
            ("address", self.address.unwrap_or_default()),
            ("certificate", self.certificate.unwrap_or_default()),
        ];
        let fields = Fields::new(pairs.map(|(name, value)| (name.to_owned(), value)).to_vec());
        let mut reader = Reader::new(&fields);
        let kind = reader.choice("kind", TrainingKind::parse);
        let title = reader.text("title", 60);
        let region = read_place(&mut reader, &fields, "region");
        let mut day = |field: &'static str| {
            if fields.find(field).is_none() {
                reader.problem(FieldProblem::new(field, "required"));
            }
            reader.optional_day(field)
        };
        let (starts_on, ends_on) = (day("starts_on"), day("ends_on"));
        let description = reader.text("description", 4_000);
        let contact_name = reader.text("contact_name", 40);
        let phone = read_phone(&mut reader, &fields, "phone");
        let occupation = fields.find("occupation").and_then(read_occupation);
        if fields.find("occupation").is_some() && occupation.is_none() {
            reader.problem(FieldProblem::new("occupation", "posting-occupation"));
        }
        let address = reader.optional_text("address", 200).unwrap_or_default();
        let certificate = reader.optional_text("certificate", 60);
        reader.finish()?;
        match (kind, region, starts_on, ends_on) {
            (Some(kind), Some(region), Some(starts_on), Some(ends_on)) => Ok(CourseDraft {
                id,
                employer_id,
                kind,
                title,
                region,
                starts_on,
                ends_on,
                hours: self.hours,
                places: self.places,
                description,
                contact_name,
                phone,
                occupation,
                address,
                certificate,
                lodging: self.lodging,
                meals: self.meals,
            }),
            // All four were reported above.
            _ => Err(Error::invalid("kind", "required")),
        }
    }
}

fn course_id(path: &str) -> Result<CourseId> {
    path.parse().ok().or_not_found("course")
}

/// A course for whoever writes it, or for an officer of its region.
fn seen(conn: &mut Conn, actor: &Actor, id: CourseId) -> Result<CourseCard> {
    store::course_for(conn, actor, id, Permission::ManageOwnEmployer)
        .or_else(|_| store::course_for(conn, actor, id, Permission::ReviewPostings))
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
#[utoipa::path(tag = "courses", params(("id" = String, Path, description = "The course")),
    responses((status = 200, description = "The course", body = CourseView)))]
#[get("/api/v1/courses/{id}")]
async fn one_course(services: web::Data<Services>, caller: Caller, path: web::Path<String>) -> Result<HttpResponse> {
    caller.need_sign_in()?;
    let id = course_id(&path)?;
    let found = blocking(move || services.db.read(|conn| seen(conn, &caller.actor, id))).await?;
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
