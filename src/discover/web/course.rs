//! One course on a page, with one button.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::super::cards::course_card;
use super::super::place::chosen_place;
use crate::base::actor::Permission;
use crate::base::error::{Error, OrNotFound, Result};
use crate::base::ids::{CourseId, PersonId};
use crate::base::receipt::spoken_number;
use crate::platform::Services;
use crate::platform::db::{Caller, Conn};
use crate::platform::http::parts::{Badge, Fact, OpeningCard};
use crate::platform::http::{Fields, Shell, blocking, page};
use crate::platform::i18n::Locale;
use crate::reference::{occupations, regions};
use crate::training::web::words::enrolment_badge;
use crate::training::{
    CourseCard, Enrolment, EnrolmentStatus, contact_phone, course_by_id, enrol_once, enrolments_of_person,
    public_course, withdraw,
};

#[derive(Template)]
#[template(path = "discover/course.html")]
struct CoursePage {
    s: Shell,
    id: String,
    card: OpeningCard,
    description: String,
    facts: Vec<Fact>,
    /// The number of the person's enrolment, where he has one that holds.
    number: Option<String>,
    /// Whom to call: told once the person is enrolled.
    phone: Option<String>,
    contact: String,
    /// What came of it, once its holder has said so.
    outcome: Option<Badge>,
    may_withdraw: bool,
    was_withdrawn: bool,
    is_full: bool,
    may_enrol: bool,
    is_visitor: bool,
    /// Whoever acts for others begins at the person.
    is_for_others: bool,
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
    let (card, mine, phone) = blocking(move || {
        data.db.read(|conn| {
            let mine = enrolment(conn, id, person)?;
            // Who has enrolled keeps seeing the course when it is closed to others.
            let card = match mine {
                Some(_) => course_by_id(conn, id)?,
                None => public_course(conn, id)?,
            };
            let is_enrolled = mine.as_ref().is_some_and(|m| m.status == EnrolmentStatus::Enrolled);
            let phone = match is_enrolled {
                true => contact_phone(conn, data.db.keys(), id)?,
                false => None,
            };
            Ok((card, mine, phone))
        })
    })
    .await?;
    let s = Shell::of(&request);
    let l = s.locale;
    let is_open = card.is_public() && card.run.starts_on >= services.clock.today();
    let holds = mine.filter(|mine| mine.status != EnrolmentStatus::Withdrawn);
    let status = holds.as_ref().map(|mine| mine.status);
    page(&CoursePage {
        id: id.to_string(),
        facts: facts(l, &card),
        description: card.course.description.clone(),
        number: holds.map(|mine| spoken_number(&mine.number)),
        phone,
        contact: card.course.contact_name.clone(),
        outcome: status
            .filter(|status| status.is_outcome())
            .map(|status| enrolment_badge(l, status)),
        may_withdraw: status == Some(EnrolmentStatus::Enrolled),
        was_withdrawn: Fields::of_query(&request).find("done") == Some("withdrawn"),
        is_full: is_open && card.run.free_places() == 0,
        may_enrol: is_open && person.is_some(),
        is_visitor: is_open && caller.actor.is_nobody(),
        is_for_others: is_open && person.is_none() && caller.actor.may(Permission::ActForOthers),
        card: course_card(l, &card, chosen_place(&request).as_ref()),
        s,
    })
}

fn own_person(caller: &Caller) -> Option<PersonId> {
    caller
        .actor
        .person_id()
        .filter(|_| caller.actor.may(Permission::ActForSelf))
}

/// The person's enrolment in the course, whatever became of it.
fn enrolment(conn: &mut Conn, course: CourseId, person: Option<PersonId>) -> Result<Option<Enrolment>> {
    let Some(person) = person else { return Ok(None) };
    let known = enrolments_of_person(conn, person)?.into_iter();
    Ok(known
        .map(|row| (row.enrolment, row.course.course.id))
        .find_map(|(e, of)| (of == course).then_some(e)))
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
            regions().address_with(&course.region_code, &course.address),
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
        // Pressing twice answers the same receipt.
        data.db.write(&caller, |tx| {
            let run = course_by_id(tx, id)?.run.id;
            enrol_once(tx, run, person)
        })
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
