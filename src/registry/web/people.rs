//! What is recorded on somebody's behalf: wishes and skills.

use actix_web::{HttpRequest, HttpResponse, web};

use super::super::actions::{record_skill, remove_skill, state_wish};
use super::super::model::{Person, Wants};
use super::super::read::{read_occupation, read_wish};
use super::super::store;
use super::{person_facts, person_of, person_path};
use crate::audit::{act, back_to};
use crate::base::actor::Permission;
use crate::base::codes::DestinationWish;
use crate::base::error::Result;
use crate::base::ids::{PersonId, SkillId};
use crate::platform::Services;
use crate::platform::db::Caller;
use crate::platform::http::parts::Choice;
use crate::platform::http::plain_form::{FieldKind, FieldSpec, PlainForm};
use crate::platform::http::{Fields, FormState, Reader, Shell, blocking};
use crate::reference::occupations;

type Id = web::Path<PersonId>;

fn wish_page(request: &HttpRequest, services: &Services, person: &Person) -> PlainForm {
    let l = Shell::of(request).locale;
    let field = |name, kind, required| FieldSpec::new(l, "registry", name, kind, required);
    PlainForm {
        key: "registry-wish",
        action: format!("{}/wishes", person_path(person.id)),
        back: person_path(person.id),
        facts: person_facts(l, person, services.clock.today()),
        fields: vec![
            field("wants", FieldKind::Radios(Choice::of_list(Wants::LIST, l)), true),
            field("occupations", FieldKind::Text, false),
            field(
                "destination",
                FieldKind::Select(Choice::of_list(DestinationWish::LIST, l)),
                false,
            ),
            field("wage_min", FieldKind::Number, false),
            field("lodging_needed", FieldKind::Tick, false),
            field("note", FieldKind::Area, false),
        ],
        hidden: Vec::new(),
    }
}

/// The wish form, filled with the newest wish.
pub async fn wish_form(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: Id,
) -> Result<HttpResponse> {
    let person = person_of(&services, &caller, *id, Permission::ActForOthers).await?;
    let (known, person_id) = (services.clone(), person.id);
    let wish = blocking(move || known.db.read(|conn| store::wish_of(conn, person_id))).await?;
    let language = Shell::of(&request).language();
    let mut values = Vec::new();
    if let Some(wish) = wish {
        let names: Vec<String> = wish
            .occupations()
            .iter()
            .map(|code| occupations().name_of(code, language))
            .collect();
        values.push(("wants".to_owned(), wish.wants.as_str().to_owned()));
        values.push(("occupations".to_owned(), names.join("、")));
        values.push(("destination".to_owned(), wish.destination.as_str().to_owned()));
        values.extend(wish.wage_min_fen.map(|wage| ("wage_min".to_owned(), wage.to_string())));
        values.extend(
            wish.lodging_needed
                .then(|| ("lodging_needed".to_owned(), "yes".to_owned())),
        );
        values.push(("note".to_owned(), wish.note));
    }
    wish_page(&request, &services, &person).show(&request, FormState::filled(values))
}

pub async fn post_wish(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: Id,
    typed: Fields,
) -> Result<HttpResponse> {
    let person = person_of(&services, &caller, *id, Permission::ActForOthers).await?;
    let outcome = match read_wish(&typed) {
        Ok(draft) => {
            let person_id = person.id;
            act(&services, &caller, move |tx| state_wish(tx, person_id, &draft)).await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok((_, number)) => Ok(back_to(&person_path(person.id), number.as_deref())),
        Err(error) => wish_page(&request, &services, &person).refuse(&request, &typed, error),
    }
}

fn skill_page(request: &HttpRequest, services: &Services, person: &Person) -> PlainForm {
    let l = Shell::of(request).locale;
    PlainForm {
        key: "registry-skill",
        action: format!("{}/skills", person_path(person.id)),
        back: person_path(person.id),
        facts: person_facts(l, person, services.clock.today()),
        fields: vec![
            FieldSpec::new(l, "registry-skill", "name", FieldKind::Text, true),
            FieldSpec::new(l, "registry-skill", "occupation", FieldKind::Text, false),
            FieldSpec::new(l, "registry-skill", "certificate", FieldKind::Text, false),
        ],
        hidden: Vec::new(),
    }
}

pub async fn skill_form(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: Id,
) -> Result<HttpResponse> {
    let person = person_of(&services, &caller, *id, Permission::ActForOthers).await?;
    skill_page(&request, &services, &person).show(&request, FormState::empty())
}

pub async fn post_skill(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: Id,
    typed: Fields,
) -> Result<HttpResponse> {
    let person = person_of(&services, &caller, *id, Permission::ActForOthers).await?;
    let person_id = person.id;
    let mut reader = Reader::new(&typed);
    let name = reader.text("name", 40);
    let occupation = read_occupation(&mut reader, &typed, "occupation");
    let certificate = reader.optional_text("certificate", 80);
    let outcome = match reader.finish() {
        Ok(()) => {
            act(&services, &caller, move |tx| {
                record_skill(tx, person_id, &name, occupation.clone(), certificate.clone())
            })
            .await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok((_, number)) => Ok(back_to(&person_path(person.id), number.as_deref())),
        Err(error) => skill_page(&request, &services, &person).refuse(&request, &typed, error),
    }
}

pub async fn post_skill_removal(
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<(PersonId, SkillId)>,
) -> Result<HttpResponse> {
    caller.need(Permission::ActForOthers)?;
    let (person_id, skill_id) = path.into_inner();
    let ((), number) = act(&services, &caller, move |tx| remove_skill(tx, person_id, skill_id)).await?;
    Ok(back_to(&person_path(person_id), number.as_deref()))
}
