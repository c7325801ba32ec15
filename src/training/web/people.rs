//! The people enrolled in a course as its holder sees them: name, number, day, and what came of it. Nothing about
//! households, sex or ethnicity, and no phone.

use actix_web::{HttpResponse, web};

use super::words::enrolment_badge;
use crate::base::error::{Error, OrNotFound, Result};
use crate::base::ids::EnrolmentId;
use crate::base::receipt::spoken_number;
use crate::base::time::Day;
use crate::employers::web::common::see_other;
use crate::platform::Services;
use crate::platform::db::Caller;
use crate::platform::http::parts::Badge;
use crate::platform::http::{Fields, Reader, blocking};
use crate::platform::i18n::Locale;
use crate::training::{CourseCard, EnrolmentStatus, Trainee, course_of_run, take_enrolment_step};

/// A step that the holder may take on an enrolment.
pub(super) struct StepButton {
    pub to: &'static str,
    pub label: String,
    pub is_first: bool,
}

pub(super) struct TraineeLine {
    pub id: String,
    pub version: i32,
    pub name: String,
    pub number: String,
    pub enrolled_on: String,
    pub buttons: Vec<StepButton>,
}

pub(super) struct Group {
    pub label: String,
    pub badge: Badge,
    pub lines: Vec<TraineeLine>,
}

/// The people by where they stand: first those who come.
pub(super) fn groups(l: Locale, card: &CourseCard, trainees: &[Trainee], today: Day) -> Vec<Group> {
    use EnrolmentStatus as E;
    let group = |status: E| {
        let rows = trainees.iter().filter(|row| row.enrolment.status == status);
        let lines: Vec<TraineeLine> = rows.map(|row| line(l, card, row, today)).collect();
        (!lines.is_empty()).then(|| Group {
            badge: Badge {
                label: l.tn("desk-people", lines.len()),
                ..enrolment_badge(l, status)
            },
            label: l.label(E::LIST, status.as_str()).to_owned(),
            lines,
        })
    };
    let order = [E::Enrolled, E::Completed, E::NotCompleted, E::Withdrawn];
    order.into_iter().filter_map(group).collect()
}

fn line(l: Locale, card: &CourseCard, row: &Trainee, today: Day) -> TraineeLine {
    let enrolment = &row.enrolment;
    let outcomes = enrolment.status.moves().iter().filter(|to| to.is_outcome());
    let open = outcomes.filter(|to| today >= card.run.earliest_outcome(**to));
    let button = |to: &EnrolmentStatus| StepButton {
        to: to.as_str(),
        label: l.t(match to {
            EnrolmentStatus::Completed => "training-do-completed",
            _ => "training-do-not-completed",
        }),
        is_first: *to == EnrolmentStatus::Completed,
    };
    TraineeLine {
        id: enrolment.id.to_string(),
        version: enrolment.version,
        name: row.name.clone(),
        number: spoken_number(&enrolment.number),
        enrolled_on: l.day(enrolment.created_at.day()),
        buttons: open.map(button).collect(),
    }
}

/// `POST /desk/enrolments/{id}/steps`
pub(super) async fn step(
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
    fields: Fields,
) -> Result<HttpResponse> {
    caller.need_sign_in()?;
    let id: EnrolmentId = path.parse().ok().or_not_found("enrolment")?;
    let version: i32 = fields.get("version").parse().map_err(|_| Error::Conflict)?;
    let mut reader = Reader::new(&fields);
    let to = reader.choice("to", EnrolmentStatus::parse);
    reader.finish()?;
    let to = to.ok_or_else(|| Error::invalid("to", "not-a-choice"))?;
    let db = services.db.clone();
    let course = blocking(move || {
        let enrolment = db.write(&caller, |tx| take_enrolment_step(tx, id, version, to))?;
        Ok(db.read(|conn| course_of_run(conn, enrolment.run_id))?.course.id)
    })
    .await?;
    services.wake.notify_one();
    Ok(see_other(&format!("/desk/courses/{course}?done=step")))
}
