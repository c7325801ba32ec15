//! Enrolments for programs: everything that the pages do.

use actix_web::{HttpResponse, get, post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::enrolling::{enrol_once, take_enrolment_step};
use super::model::{CourseCard, Enrolment, EnrolmentStatus, Trainee};
use super::store;
use crate::base::actor::Permission;
use crate::base::error::{OrNotFound, Result};
use crate::base::ids::{CourseRunId, EnrolmentId, PersonId};
use crate::platform::Services;
use crate::platform::db::{Caller, Conn};
use crate::platform::http::{ListView, blocking};
use crate::registry;

/// The calls about enrolments.
pub(super) fn api_routes(config: &mut ServiceConfig<'_>) {
    config
        .service(add_enrolment)
        .service(trainees)
        .service(one_enrolment)
        .service(take_step)
        .service(enrolments_of_one);
}

/// Somebody enrolled, for himself and for who acts for him.
#[derive(Serialize, ToSchema)]
struct EnrolmentView {
    #[schema(example = "01J8ZK4Q9T3VB")]
    id: String,
    /// To be sent back with a step.
    #[schema(example = 1)]
    version: i32,
    /// The receipt: six digits and a check digit.
    #[schema(example = "4821096")]
    number: String,
    #[schema(example = "01J8ZK4Q9T3VC")]
    run_id: String,
    #[schema(example = "01J8ZK4Q9T3VD")]
    course_id: String,
    #[schema(example = "割胶工培训班")]
    course_title: String,
    #[schema(example = "2026-12-07")]
    starts_on: String,
    #[schema(example = "2026-12-18")]
    ends_on: String,
    #[schema(example = "01J8ZK4Q9T3VE")]
    person_id: String,
    /// `enrolled`, `withdrawn`, `completed` or `not_completed`.
    #[schema(example = "enrolled")]
    status: &'static str,
    /// Where it may go from here: `enrolled` and `withdrawn` by the person or who acts for him, the others by the holder.
    #[schema(example = json!(["withdrawn", "completed", "not_completed"]))]
    moves: Vec<&'static str>,
    #[schema(format = DateTime, value_type = String, example = "2026-11-23T01:12:00.000Z")]
    created_at: String,
}

impl EnrolmentView {
    fn of(enrolment: &Enrolment, card: &CourseCard) -> Self {
        Self {
            id: enrolment.id.to_string(),
            version: enrolment.version,
            number: enrolment.number.clone(),
            run_id: enrolment.run_id.to_string(),
            course_id: card.course.id.to_string(),
            course_title: card.course.title.clone(),
            starts_on: card.run.starts_on.to_string(),
            ends_on: card.run.ends_on.to_string(),
            person_id: enrolment.person_id.to_string(),
            status: enrolment.status.as_str(),
            moves: enrolment.status.moves().iter().map(|to| to.as_str()).collect(),
            created_at: enrolment.created_at.to_string(),
        }
    }
}

fn view_of(conn: &mut Conn, enrolment: &Enrolment) -> Result<EnrolmentView> {
    let card = store::course_of_run(conn, enrolment.run_id)?;
    Ok(EnrolmentView::of(enrolment, &card))
}

/// Somebody enrolled, as the holder of the course sees him.
#[derive(Serialize, ToSchema)]
struct TraineeView {
    #[schema(example = "01J8ZK4Q9T3VB")]
    id: String,
    /// To be sent back with a step.
    version: i32,
    /// The number that both sides say on the phone.
    #[schema(example = "4821096")]
    number: String,
    #[schema(example = "岩温")]
    name: String,
    #[schema(example = "enrolled")]
    status: &'static str,
    #[schema(example = "2026-11-23")]
    enrolled_on: String,
}

impl From<Trainee> for TraineeView {
    fn from(row: Trainee) -> Self {
        let enrolment = row.enrolment;
        Self {
            id: enrolment.id.to_string(),
            version: enrolment.version,
            number: enrolment.number,
            name: row.name,
            status: enrolment.status.as_str(),
            enrolled_on: enrolment.created_at.day().to_string(),
        }
    }
}

fn run_id(path: &str) -> Result<CourseRunId> {
    path.parse().ok().or_not_found("course")
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EnrolmentDraft {
    /// Oneself, or a person of one's scope.
    #[schema(value_type = String, example = "01J8ZK4Q9T3VE")]
    person_id: PersonId,
}

/// Enrol in a course
///
/// For oneself, or for a person of one's scope. Enrolling twice is one enrolment. The last place goes to one person only;
/// the others are refused with `course-full`.
#[utoipa::path(tag = "courses", request_body = EnrolmentDraft, params(("id" = String, Path, description = "The run")),
    responses((status = 201, description = "Enrolled", body = EnrolmentView)))]
#[post("/api/v1/course-runs/{id}/enrolments")]
async fn add_enrolment(
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
    draft: web::Json<EnrolmentDraft>,
) -> Result<HttpResponse> {
    caller.need_sign_in()?;
    let (id, person_id) = (run_id(&path)?, draft.into_inner().person_id);
    let db = services.db.clone();
    let view = blocking(move || {
        let enrolment = db.write(&caller, |tx| enrol_once(tx, id, person_id))?;
        db.read(|conn| view_of(conn, &enrolment))
    })
    .await?;
    services.wake.notify_one();
    Ok(HttpResponse::Created()
        .insert_header(("Location", format!("/api/v1/enrolments/{}", view.id)))
        .json(view))
}

/// List who enrolled in a course
///
/// For the holder of the course. Names and numbers only.
#[utoipa::path(tag = "courses", params(("id" = String, Path, description = "The run")),
    responses((status = 200, description = "First come first; all at once", body = ListView<TraineeView>)))]
#[get("/api/v1/course-runs/{id}/enrolments")]
async fn trainees(services: web::Data<Services>, caller: Caller, path: web::Path<String>) -> Result<HttpResponse> {
    caller.need_sign_in()?;
    let id = run_id(&path)?;
    let rows = blocking(move || {
        services.db.snapshot(|conn| {
            let course = store::course_of_run(conn, id)?.course;
            store::course_for(conn, &caller.actor, course.id, Permission::ManageOwnEmployer)?;
            store::trainees_of_run(conn, id)
        })
    })
    .await?;
    Ok(HttpResponse::Ok().json(ListView::whole(rows.into_iter().map(TraineeView::from).collect())))
}

/// One enrolment
#[utoipa::path(tag = "courses", params(("id" = String, Path, description = "The enrolment")),
    responses((status = 200, description = "The enrolment", body = EnrolmentView)))]
#[get("/api/v1/enrolments/{id}")]
async fn one_enrolment(services: web::Data<Services>, caller: Caller, path: web::Path<String>) -> Result<HttpResponse> {
    caller.need_sign_in()?;
    let id: EnrolmentId = path.parse().ok().or_not_found("enrolment")?;
    let view = blocking(move || {
        services.db.snapshot(|conn| {
            let enrolment = store::enrolment_for(conn, &caller.actor, id)?;
            view_of(conn, &enrolment)
        })
    })
    .await?;
    Ok(HttpResponse::Ok().json(view))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EnrolmentStepJson {
    /// `withdrawn` or `enrolled` again by the person or who acts for him; `completed` or `not_completed` by the holder.
    #[schema(value_type = String, example = "withdrawn")]
    to: EnrolmentStatus,
    /// The version that the caller saw.
    #[schema(example = 1)]
    version: i32,
}

/// Take a step of an enrolment
///
/// The same step taken twice is taken once. Withdrawing gives the place back. The holder says what came of it: not before
/// the first day of the course, and `completed` not before its last.
#[utoipa::path(tag = "courses", request_body = EnrolmentStepJson,
    params(("id" = String, Path, description = "The enrolment")),
    responses((status = 200, description = "The enrolment after the step", body = EnrolmentView)))]
#[post("/api/v1/enrolments/{id}/steps")]
async fn take_step(
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
    draft: web::Json<EnrolmentStepJson>,
) -> Result<HttpResponse> {
    caller.need_sign_in()?;
    let id: EnrolmentId = path.parse().ok().or_not_found("enrolment")?;
    let EnrolmentStepJson { to, version } = draft.into_inner();
    let db = services.db.clone();
    let view = blocking(move || {
        let enrolment = db.write(&caller, |tx| take_enrolment_step(tx, id, version, to))?;
        db.read(|conn| view_of(conn, &enrolment))
    })
    .await?;
    services.wake.notify_one();
    Ok(HttpResponse::Ok().json(view))
}

/// A person's enrolments
///
/// For the person himself and for those who may see the household.
#[utoipa::path(tag = "courses", params(("id" = String, Path, description = "The person", example = "01J8ZK4Q9T3VE")),
    responses((status = 200, description = "Newest first; all at once", body = ListView<EnrolmentView>)))]
#[get("/api/v1/persons/{id}/enrolments")]
async fn enrolments_of_one(
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<PersonId>,
) -> Result<HttpResponse> {
    caller.need_sign_in()?;
    let id = id.into_inner();
    let rows = blocking(move || {
        services.db.snapshot(|conn| {
            let permission = if caller.actor.person_id() == Some(id) {
                Permission::SeeOwnRecord
            } else {
                Permission::SeeHouseholds
            };
            registry::person_for(conn, &caller.actor, id, permission)?;
            store::enrolments_of_person(conn, id)
        })
    })
    .await?;
    let views = rows.iter().map(|row| EnrolmentView::of(&row.enrolment, &row.course));
    Ok(HttpResponse::Ok().json(ListView::whole(views.collect())))
}
