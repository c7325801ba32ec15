//! One course on a page, with one button.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::super::cards::course_card;
use super::super::place::chosen_place;
use crate::base::actor::Permission;
use crate::base::error::{Error, OrNotFound, Result};
use crate::base::ids::{CourseId, PersonId};
use crate::platform::Services;
use crate::platform::db::{Caller, Conn};
use crate::platform::http::parts::{Fact, OpeningCard};
use crate::platform::http::{Fields, Shell, blocking, page};
use crate::platform::i18n::Locale;
use crate::reference::{occupations, regions};
use crate::training::{
    CourseCard, Enrolment, EnrolmentStatus, course_by_id, enrol, enrolments_of_person, public_course, withdraw,
};

#[derive(Template)]
#[template(path = "discover/course.html")]
struct CoursePage {
    s: Shell,
    id: String,
    card: OpeningCard,
    description: String,
    facts: Vec<Fact>,
    is_enrolled: bool,
    was_withdrawn: bool,
    is_full: bool,
    may_enrol: bool,
    is_visitor: bool,
}

pub async fn show(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<CourseId>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let person = own_person(&caller);
    let data = services.clone();
    let (card, mine) = blocking(move || {
        data.db.read(|conn| {
            let mine = enrolment(conn, id, person)?;
            // Who has enrolled keeps seeing the course when it is closed to others.
            let card = match mine {
                Some(_) => course_by_id(conn, id)?,
                None => public_course(conn, id)?,
            };
            Ok((card, mine))
        })
    })
    .await?;
    let s = Shell::of(&request);
    let is_open = card.is_open() && card.run.starts_on >= services.clock.today();
    page(&CoursePage {
        id: id.to_string(),
        facts: facts(s.locale, &card),
        description: card.course.description.clone(),
        is_enrolled: mine.is_some(),
        was_withdrawn: Fields::of_query(&request).find("done") == Some("withdrawn"),
        is_full: card.run.free_places() == 0,
        may_enrol: is_open && person.is_some(),
        is_visitor: is_open && caller.actor.is_nobody(),
        card: course_card(s.locale, &card, chosen_place(&request).as_ref()),
        s,
    })
}

fn own_person(caller: &Caller) -> Option<PersonId> {
    caller
        .actor
        .person_id()
        .filter(|_| caller.actor.may(Permission::ActForSelf))
}

/// The person's enrolment in the course, if it holds.
fn enrolment(conn: &mut Conn, course: CourseId, person: Option<PersonId>) -> Result<Option<Enrolment>> {
    let Some(person) = person else { return Ok(None) };
    let known = enrolments_of_person(conn, person)?.into_iter();
    Ok(known
        .filter(|(enrolment, _)| enrolment.status == EnrolmentStatus::Enrolled)
        .find_map(|(enrolment, of)| (of == course).then_some(enrolment)))
}

fn facts(l: Locale, card: &CourseCard) -> Vec<Fact> {
    let course = &card.course;
    let mut facts = vec![
        Fact::new(l.t("discover-course-fact-school"), &card.employer_name),
        Fact::new(l.t("discover-course-fact-kind"), course.kind.label(l.language())),
        Fact::new(
            l.t("discover-course-fact-trade"),
            occupations().name_of(&course.occupation_code, l.language()),
        ),
        Fact::new(
            l.t("discover-course-fact-place"),
            format!("{}{}", regions().address_of(&course.region_code), course.address),
        ),
        Fact::new(l.t("discover-course-fact-hours"), l.number(card.run.hours)),
    ];
    let certificate = course.certificate.as_ref().filter(|name| !name.is_empty());
    facts.extend(certificate.map(|name| Fact::new(l.t("discover-course-fact-certificate"), name)));
    facts
}

/// Where somebody lands who had to sign in while he enrolled: at the course, with its button.
pub async fn back_to_course(id: web::Path<CourseId>) -> Result<HttpResponse> {
    see_course(*id, "")
}

fn see_course(id: CourseId, query: &str) -> Result<HttpResponse> {
    let there = format!("/courses/{id}{query}");
    Ok(HttpResponse::SeeOther()
        .insert_header((header::LOCATION, there))
        .finish())
}

pub async fn enrol_here(
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<CourseId>,
) -> Result<HttpResponse> {
    caller.need(Permission::ActForSelf)?;
    let (id, person) = (*id, own_person(&caller).ok_or(Error::Forbidden)?);
    let data = services.clone();
    blocking(move || {
        let (run, known) = data.db.read(|conn| {
            let known = enrolment(conn, id, Some(person))?;
            Ok((course_by_id(conn, id)?.run.id, known))
        })?;
        // Pressing twice is one enrolment.
        match known {
            Some(_) => Ok(()),
            None => data.db.write(&caller, |tx| enrol(tx, run, person).map(|_| ())),
        }
    })
    .await?;
    services.wake.notify_one();
    see_course(id, "")
}

pub async fn withdraw_here(
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<CourseId>,
) -> Result<HttpResponse> {
    caller.need(Permission::ActForSelf)?;
    let (id, person) = (*id, own_person(&caller).ok_or(Error::Forbidden)?);
    let data = services.clone();
    blocking(move || {
        let known = data
            .db
            .read(|conn| enrolment(conn, id, Some(person)))?
            .or_not_found("enrolment")?;
        data.db.write(&caller, |tx| withdraw(tx, known.id).map(|_| ()))
    })
    .await?;
    services.wake.notify_one();
    see_course(id, "?done=withdrawn")
}
