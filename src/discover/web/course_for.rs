//! Courses for somebody for whom a cadre acts: those nearest to his home first, each with one button.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::super::cards::course_card;
use crate::base::actor::Permission;
use crate::base::error::{Error, Result};
use crate::base::ids::{CourseId, EnrolmentId, PersonId};
use crate::base::page::PageRequest;
use crate::base::receipt::spoken_number;
use crate::base::region::RegionCode;
use crate::platform::Services;
use crate::platform::db::{Caller, Conn};
use crate::platform::http::parts::{Badge, Button, OpeningCard};
use crate::platform::http::{Fields, Shell, blocking, page};
use crate::platform::i18n::Locale;
use crate::registry;
use crate::training::web::words::{days_words, enrolment_badge};
use crate::training::{
    CourseCard, EnrolmentCard, EnrolmentStatus, course_by_id, enrol_once, enrolments_of_person, open_courses, withdraw,
};

/// The newest open courses from which the nearest are taken.
const LOOKED_AT: usize = 100;
/// Cards on the page: more would not be read.
const CARDS: usize = 24;

struct Line {
    id: String,
    href: String,
    title: String,
    days: String,
    number: String,
    state: Badge,
    may_withdraw: bool,
}

#[derive(Template)]
#[template(path = "discover/person_courses.html")]
struct PersonCoursesPage {
    s: Shell,
    name: String,
    person_href: String,
    /// The number of the enrolment that was just made.
    receipt: Option<String>,
    was_withdrawn: bool,
    enrolled: Vec<Line>,
    cards: Vec<OpeningCard>,
}

/// What the page rests on, read at one moment.
struct Seen {
    name: String,
    home: Option<RegionCode>,
    enrolments: Vec<EnrolmentCard>,
    open: Vec<CourseCard>,
}

fn read(conn: &mut Conn, caller: &Caller, person: PersonId) -> Result<Seen> {
    registry::person_for(conn, &caller.actor, person, Permission::ActForOthers)?;
    let (record, home) = registry::person_in(conn, person)?;
    Ok(Seen {
        name: record.name,
        home,
        enrolments: enrolments_of_person(conn, person)?,
        open: open_courses(conn, &PageRequest::first(LOOKED_AT))?.items,
    })
}

/// How many digits two places have in common: the more, the nearer.
fn nearness(home: Option<&RegionCode>, place: &RegionCode) -> usize {
    let Some(home) = home else { return 0 };
    let pairs = home.digits().bytes().zip(place.digits().bytes());
    pairs.take_while(|(a, b)| a == b).count()
}

/// `GET /village/persons/{id}/courses`
pub async fn courses_for(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<PersonId>,
) -> Result<HttpResponse> {
    caller.need(Permission::ActForOthers)?;
    let person = id.into_inner();
    let today = services.clock.today();
    let mut seen = blocking(move || services.db.snapshot(|conn| read(conn, &caller, person))).await?;
    let query = Fields::of_query(&request);
    let s = Shell::of(&request);
    let l = s.locale;
    let home = seen.home.clone();
    let holds = |id: CourseId| {
        let mut of_it = seen.enrolments.iter().filter(|row| row.course.course.id == id);
        of_it.any(|row| row.enrolment.status != EnrolmentStatus::Withdrawn)
    };
    seen.open
        .retain(|card| card.run.starts_on >= today && !holds(card.course.id));
    seen.open.sort_by_key(|card| {
        let near = nearness(home.as_ref(), &card.course.region_code);
        (std::cmp::Reverse(near), card.run.starts_on)
    });
    let card = |card: &CourseCard| OpeningCard {
        button: Some(Button {
            action: format!("/village/persons/{person}/enrolments"),
            label: l.t("discover-person-enrol"),
            hidden: vec![("course_id", card.course.id.to_string())],
        }),
        ..course_card(l, card, home.as_ref())
    };
    let done = query.get("done");
    // The receipt says what stands in the record, not what the address claims.
    let made = seen
        .enrolments
        .iter()
        .find(|row| row.enrolment.id.to_string() == done && row.enrolment.status == EnrolmentStatus::Enrolled);
    page(&PersonCoursesPage {
        receipt: made.map(|row| spoken_number(&row.enrolment.number)),
        was_withdrawn: done == "withdrawn",
        enrolled: seen.enrolments.iter().map(|row| line(l, row)).collect(),
        cards: seen.open.iter().take(CARDS).map(card).collect(),
        person_href: format!("/village/persons/{person}"),
        name: seen.name,
        s,
    })
}

fn line(l: Locale, row: &EnrolmentCard) -> Line {
    let (enrolment, course) = (&row.enrolment, &row.course);
    Line {
        id: enrolment.id.to_string(),
        href: format!("/courses/{}", course.course.id),
        title: course.course.title.clone(),
        days: days_words(l, &course.run),
        number: spoken_number(&enrolment.number),
        state: enrolment_badge(l, enrolment.status),
        may_withdraw: enrolment.status == EnrolmentStatus::Enrolled,
    }
}

fn see_person(person: PersonId, done: &str) -> HttpResponse {
    let there = format!("/village/persons/{person}/courses?done={done}");
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, there))
        .finish()
}

/// `POST /village/persons/{id}/enrolments`: who acted is recorded.
pub async fn enrol_somebody(
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<PersonId>,
    typed: Fields,
) -> Result<HttpResponse> {
    caller.need(Permission::ActForOthers)?;
    let person = id.into_inner();
    let course: CourseId = typed.get("course_id").parse().map_err(|_| Error::NotFound("course"))?;
    let data = services.clone();
    let enrolment = blocking(move || {
        data.db.write(&caller, |tx| {
            let run = course_by_id(tx, course)?.run.id;
            enrol_once(tx, run, person)
        })
    })
    .await?;
    services.wake.notify_one();
    Ok(see_person(person, &enrolment.id.to_string()))
}

/// `POST /village/enrolments/{id}/withdraw`
pub async fn withdraw_somebody(
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<EnrolmentId>,
) -> Result<HttpResponse> {
    caller.need(Permission::ActForOthers)?;
    let id = id.into_inner();
    let data = services.clone();
    let withdrawn = blocking(move || data.db.write(&caller, |tx| withdraw(tx, id))).await?;
    services.wake.notify_one();
    Ok(see_person(withdrawn.person_id, "withdrawn"))
}
