//! The one screen of a course, and the choice of its occupation.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::course_id;
use crate::base::actor::Permission;
use crate::base::codes::TrainingKind;
use crate::base::error::{Error, FieldProblem, Result};
use crate::base::ids::{CourseId, EmployerId, Id};
use crate::employers::web::common::{own_employer, place_choices, read_phone, read_place, see_other};
use crate::employers::{Employer, employer_by_id, employer_for};
use crate::platform::Services;
use crate::platform::db::{Caller, Conn};
use crate::platform::http::parts::Choice;
use crate::platform::http::{Fields, FormState, Reader, Shell, blocking, page, page_with_status};
use crate::platform::i18n::Locale;
use crate::postings::web::words::{occupation_words, read_occupation};
use crate::postings::{is_forbidden_wording, wording_problems};
use crate::reference::{OccupationCode, regions};
use crate::training::{CourseCard, CourseDraft, amend_course, course_for, draft_course};

#[derive(Template)]
#[template(path = "training/form.html")]
pub(super) struct FormPage {
    s: Shell,
    title: String,
    action: String,
    back: String,
    id: String,
    version: i32,
    employer_id: String,
    employer_name: String,
    /// A known course keeps its phone.
    is_new: bool,
    form: FormState,
    kinds: Vec<Choice>,
    places: Vec<String>,
    opens_details: bool,
}

/// Who holds the course: the caller's own employer, or one for which he writes as an officer.
fn holder_of(conn: &mut Conn, caller: &Caller, asked: Option<EmployerId>) -> Result<Employer> {
    caller.need_sign_in()?;
    match asked {
        None => own_employer(conn, caller),
        Some(id) if caller.actor.manages(id) => employer_by_id(conn, id),
        Some(id) => employer_for(conn, &caller.actor, id, Permission::EditPublicPosts),
    }
}

/// A course that the caller writes, with its holder.
pub(super) fn own_course(conn: &mut Conn, caller: &Caller, id: CourseId) -> Result<(CourseCard, Employer)> {
    caller.need_sign_in()?;
    let card = course_for(conn, &caller.actor, id, Permission::ManageOwnEmployer)?;
    let holder = employer_by_id(conn, card.course.employer_id)?;
    Ok((card, holder))
}

pub(super) fn form_page(
    s: Shell,
    caller: &Caller,
    holder: &Employer,
    id: CourseId,
    version: Option<i32>,
    form: FormState,
) -> FormPage {
    let l = s.locale;
    let is_new = version.is_none();
    let optional = ["contact_name", "occupation", "address", "certificate"];
    let (title, action) = match version {
        None => (l.t("training-new"), "/desk/courses".to_owned()),
        Some(_) => (l.t("training-edit"), format!("/desk/courses/{id}/edit")),
    };
    FormPage {
        title,
        action,
        back: match (is_new, caller.actor.manages(holder.id)) {
            (false, _) => format!("/desk/courses/{id}"),
            (true, true) => "/desk".to_owned(),
            (true, false) => format!("/board/verify/employers/{}", holder.id),
        },
        id: id.to_string(),
        version: version.unwrap_or(0),
        employer_id: holder.id.to_string(),
        employer_name: holder.name.clone(),
        is_new,
        opens_details: !is_new || optional.iter().any(|field| form.problem(field).is_some()),
        form,
        kinds: Choice::of_list(TrainingKind::LIST, l),
        places: place_choices(),
        s,
    }
}

fn asked_holder(fields: &Fields) -> Result<Option<EmployerId>> {
    let parse = |text: &str| text.parse().map_err(|_| Error::NotFound("employer"));
    fields.find("employer").map(parse).transpose()
}

/// `GET /desk/courses/new`
pub(super) async fn new_course(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
) -> Result<HttpResponse> {
    let asked = asked_holder(&Fields::of_query(&request))?;
    let asking = caller.clone();
    let holder = blocking(move || services.db.read(|conn| holder_of(conn, &asking, asked))).await?;
    let values = [
        ("region", regions().address_of(&holder.region_code)),
        ("kind", TrainingKind::Targeted.as_str().to_owned()),
        ("contact_name", holder.contact_name.clone()),
    ];
    let form = FormState::filled(values.map(|(name, value)| (name.to_owned(), value)).to_vec());
    page(&form_page(
        Shell::of(&request),
        &caller,
        &holder,
        Id::fresh(),
        None,
        form,
    ))
}

/// Reads the screen, by the same rules for pages and programs. Without a contact person it is `contact`.
pub(in super::super) fn read_draft(
    fields: &Fields,
    id: CourseId,
    employer_id: EmployerId,
    contact: &str,
) -> Result<CourseDraft> {
    let mut reader = Reader::new(fields);
    let title = reader.text("title", 60);
    let kind = reader.choice("kind", TrainingKind::parse);
    let region = read_place(&mut reader, fields, "region");
    let mut day = |field: &'static str| {
        if fields.find(field).is_none() {
            reader.problem(FieldProblem::new(field, "required"));
        }
        reader.optional_day(field)
    };
    let (starts_on, ends_on) = (day("starts_on"), day("ends_on"));
    // The bounds are the rules' own; here it only has to be a number.
    let mut number = |field| i32::try_from(reader.whole(field, i32::MIN.into(), i32::MAX.into())).unwrap_or(0);
    let (hours, places) = (number("hours"), number("places"));
    let description = reader.text("description", 4_000);
    let contact_name = match fields.find("contact_name") {
        None if !contact.is_empty() => contact.to_owned(),
        _ => reader.text("contact_name", 40),
    };
    let phone = read_phone(&mut reader, fields, "phone");
    let occupation = fields.find("occupation").and_then(read_occupation);
    if fields.find("occupation").is_some() && occupation.is_none() {
        reader.problem(FieldProblem::new("occupation", "posting-occupation"));
    }
    let address = reader.optional_text("address", 200).unwrap_or_default();
    let certificate = reader.optional_text("certificate", 60);
    let (lodging, meals) = (reader.ticked("lodging"), reader.ticked("meals"));
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
            hours,
            places,
            description,
            contact_name,
            phone,
            occupation,
            address,
            certificate,
            lodging,
            meals,
        }),
        // All four were reported above.
        _ => Err(Error::invalid("kind", "required")),
    }
}

/// What the law forbids in the text stops the screen at once; what is in doubt is shown on the next page.
fn refuse_forbidden(draft: CourseDraft) -> Result<CourseDraft> {
    let problems = wording_problems(&draft.title, &draft.description);
    let stopped: Vec<FieldProblem> = problems.into_iter().filter(is_forbidden_wording).collect();
    if stopped.is_empty() {
        Ok(draft)
    } else {
        Err(Error::Invalid(stopped))
    }
}

/// `POST /desk/courses`
pub(super) async fn keep_course(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    fields: Fields,
) -> Result<HttpResponse> {
    let id: CourseId = fields.get("id").parse().unwrap_or_else(|_| Id::fresh());
    let asked = asked_holder(&fields)?;
    let (db, asking) = (services.db.clone(), caller.clone());
    let holder = blocking(move || db.read(|conn| holder_of(conn, &asking, asked))).await?;
    let kept = match read_draft(&fields, id, holder.id, &holder.contact_name).and_then(refuse_forbidden) {
        Err(error) => Err(error),
        Ok(draft) => {
            let (db, asking) = (services.db.clone(), caller.clone());
            blocking(move || db.write(&asking, |tx| draft_course(tx, &draft))).await
        }
    };
    match kept {
        Ok(card) => Ok(see_other(&format!("/desk/courses/{}?done=saved", card.course.id))),
        Err(Error::Invalid(mut problems)) => {
            // The screen names every empty box at once; the phone's is known to be needed only for a new course.
            if fields.find("phone").is_none() && problems.iter().all(|problem| problem.field != "phone") {
                problems.push(FieldProblem::new("phone", "phone-needed"));
            }
            let s = Shell::of(&request);
            let form = FormState::refused(&fields, &problems, s.locale);
            let page = form_page(s, &caller, &holder, id, None, form);
            page_with_status(&page, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(error) => Err(error),
    }
}

/// The boxes of the screen as they stand on record.
pub(super) fn values_of(l: Locale, card: &CourseCard) -> Vec<(String, String)> {
    let ticked = |holds: bool| if holds { "yes".to_owned() } else { String::new() };
    let (course, run) = (&card.course, &card.run);
    [
        ("title", course.title.clone()),
        ("kind", course.kind.as_str().to_owned()),
        ("region", regions().address_of(&course.region_code)),
        ("starts_on", run.starts_on.to_string()),
        ("ends_on", run.ends_on.to_string()),
        ("hours", run.hours.to_string()),
        ("places", run.places.to_string()),
        ("description", course.description.clone()),
        ("contact_name", course.contact_name.clone()),
        ("occupation", occupation_words(l, &course.occupation_code)),
        ("address", course.address.clone()),
        ("certificate", course.certificate.clone().unwrap_or_default()),
        ("lodging", ticked(course.lodging)),
        ("meals", ticked(course.meals)),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .to_vec()
}

/// `GET /desk/courses/{id}/edit`
pub(super) async fn edit_course(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
) -> Result<HttpResponse> {
    let (id, asking) = (course_id(&path)?, caller.clone());
    let (card, holder) = blocking(move || services.db.snapshot(|conn| own_course(conn, &asking, id))).await?;
    let s = Shell::of(&request);
    let form = FormState::filled(values_of(s.locale, &card));
    page(&form_page(s, &caller, &holder, id, Some(card.course.version), form))
}

/// `POST /desk/courses/{id}/edit`
pub(super) async fn amend(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
    fields: Fields,
) -> Result<HttpResponse> {
    let (id, asking) = (course_id(&path)?, caller.clone());
    let db = services.db.clone();
    let (_, holder) = blocking(move || db.snapshot(|conn| own_course(conn, &asking, id))).await?;
    let version: i32 = fields.get("version").parse().map_err(|_| Error::Conflict)?;
    let saved = match read_draft(&fields, id, holder.id, &holder.contact_name).and_then(refuse_forbidden) {
        Err(error) => Err(error),
        Ok(draft) => {
            let (db, asking) = (services.db.clone(), caller.clone());
            blocking(move || db.write(&asking, |tx| amend_course(tx, version, &draft))).await
        }
    };
    match saved {
        Ok(_) => {
            services.wake.notify_one();
            Ok(see_other(&format!("/desk/courses/{id}?done=saved")))
        }
        Err(Error::Invalid(problems)) => {
            let s = Shell::of(&request);
            let form = FormState::refused(&fields, &problems, s.locale);
            let page = form_page(s, &caller, &holder, id, Some(version), form);
            page_with_status(&page, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(error) => Err(error),
    }
}

/// `POST /desk/courses/{id}/occupation`: the holder chooses among the occupations that the title may mean.
pub(super) async fn choose_occupation(
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
    fields: Fields,
) -> Result<HttpResponse> {
    let id = course_id(&path)?;
    caller.need_sign_in()?;
    let version: i32 = fields.get("version").parse().map_err(|_| Error::Conflict)?;
    let chosen = OccupationCode::parse(fields.get("occupation"));
    let chosen = chosen.ok_or_else(|| Error::invalid("occupation", "posting-occupation"))?;
    let db = services.db.clone();
    blocking(move || {
        db.write(&caller, |tx| {
            let actor = tx.actor();
            let card = course_for(tx, actor, id, Permission::ManageOwnEmployer)?;
            let draft = CourseDraft {
                occupation: Some(chosen.clone()),
                ..draft_of(card)
            };
            amend_course(tx, version, &draft)
        })
    })
    .await?;
    services.wake.notify_one();
    Ok(see_other(&format!("/desk/courses/{id}?done=saved")))
}

/// What is on record, as a draft that changes nothing.
fn draft_of(card: CourseCard) -> CourseDraft {
    let CourseCard { course, run, .. } = card;
    CourseDraft {
        id: course.id,
        employer_id: course.employer_id,
        kind: course.kind,
        title: course.title,
        region: course.region_code,
        starts_on: run.starts_on,
        ends_on: run.ends_on,
        hours: run.hours,
        places: run.places,
        description: course.description,
        contact_name: course.contact_name,
        phone: None,
        occupation: Some(course.occupation_code),
        address: course.address,
        certificate: course.certificate,
        lodging: course.lodging,
        meals: course.meals,
    }
}
