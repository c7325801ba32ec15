//! What officers correct: a person's record, his household, the dated part of a household; and one number in full.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::super::actions::{amend_household, amend_person, move_person, reveal_number};
use super::super::model::{Household, IdState, Person, RevealField};
use super::super::read::{read_amendment, read_status, required_day};
use super::super::store;
use super::{person_facts, person_of, person_path};
use crate::audit::{act, back_to};
use crate::base::actor::Permission;
use crate::base::codes::{
    Education, HouseholdType, LabourSkill, MandarinLevel, MonitorCategory, PovertyAttribute, RelationToHead,
    RelocationKind,
};
use crate::base::error::{Error, Result};
use crate::base::ids::{HouseholdId, PersonId};
use crate::base::time::Day;
use crate::platform::Services;
use crate::platform::db::{Caller, Conn};
use crate::platform::http::parts::{Choice, Fact};
use crate::platform::http::plain_form::{FieldKind, FieldSpec, PlainForm};
use crate::platform::http::{Fields, FormState, Reader, Shell, blocking, page};
use crate::platform::i18n::Locale;
use crate::reference::regions;

type Id = web::Path<PersonId>;

fn pair(name: &str, value: impl Into<String>) -> (String, String) {
    (name.to_owned(), value.into())
}

fn amendment_page(request: &HttpRequest, services: &Services, person: &Person) -> PlainForm {
    let l = Shell::of(request).locale;
    let field = |name, kind, required| FieldSpec::new(l, "registry", name, kind, required);
    let select = |name, list| field(name, FieldKind::Select(Choice::of_list(list, l)), false);
    let mut schools = vec![Choice::new("no", l.t("registry-not-at-school"))];
    schools.extend(Choice::of_list("student_status", l));
    let mut fields = vec![
        field("name", FieldKind::Text, true),
        select("education", Education::LIST),
        select("mandarin", MandarinLevel::LIST),
        select("labour_skill", LabourSkill::LIST),
        field("school", FieldKind::Select(schools), false),
        field("phone", FieldKind::Text, false),
        field("id_number", FieldKind::Text, false),
    ];
    if person.id_state == IdState::Converted {
        fields.push(field("confirm_id", FieldKind::Tick, false));
    }
    fields.push(field("from", FieldKind::Day, true));
    PlainForm {
        key: "registry-amendment",
        action: format!("{}/amendments", person_path(person.id)),
        back: person_path(person.id),
        facts: person_facts(l, person, services.clock.today()),
        fields,
        hidden: vec![("version", person.version.to_string())],
    }
}

/// The correction form. Numbers are not filled in: what stays empty stays as it is.
pub async fn amendment_form(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: Id,
) -> Result<HttpResponse> {
    let person = person_of(&services, &caller, *id, Permission::EditHouseholds).await?;
    let today = services.clock.today();
    let mut values = vec![pair("name", &person.name), pair("from", today.to_string())];
    values.extend(person.education.map(|e| pair("education", e.as_str())));
    values.extend(person.mandarin.map(|m| pair("mandarin", m.as_str())));
    amendment_page(&request, &services, &person).show(&request, FormState::filled(values))
}

pub async fn post_amendment(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: Id,
    typed: Fields,
) -> Result<HttpResponse> {
    let person = person_of(&services, &caller, *id, Permission::EditHouseholds).await?;
    let person_id = person.id;
    let outcome = match read_amendment(&typed) {
        Ok((amendment, from, version)) => {
            act(&services, &caller, move |tx| {
                amend_person(tx, person_id, version, &amendment, from)
            })
            .await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok((_, number)) => Ok(back_to(&person_path(person_id), number.as_deref())),
        Err(error) => amendment_page(&request, &services, &person).refuse(&request, &typed, error),
    }
}

fn move_page(request: &HttpRequest, services: &Services, person: &Person) -> PlainForm {
    let l = Shell::of(request).locale;
    let relations = Choice::of_list(RelationToHead::LIST, l);
    PlainForm {
        key: "registry-move",
        action: format!("{}/memberships", person_path(person.id)),
        back: person_path(person.id),
        facts: person_facts(l, person, services.clock.today()),
        fields: vec![
            FieldSpec::new(l, "registry", "household_no", FieldKind::Text, true),
            FieldSpec::new(l, "registry", "relation", FieldKind::Select(relations), false),
            FieldSpec::new(l, "registry", "from", FieldKind::Day, true),
        ],
        hidden: Vec::new(),
    }
}

pub async fn move_form(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: Id,
) -> Result<HttpResponse> {
    let person = person_of(&services, &caller, *id, Permission::EditHouseholds).await?;
    let values = vec![pair("from", services.clock.today().to_string())];
    move_page(&request, &services, &person).show(&request, FormState::filled(values))
}

pub async fn post_move(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: Id,
    typed: Fields,
) -> Result<HttpResponse> {
    let person = person_of(&services, &caller, *id, Permission::EditHouseholds).await?;
    let person_id = person.id;
    let mut reader = Reader::new(&typed);
    let household_no = reader.text("household_no", 40);
    let relation = reader.optional_choice("relation", RelationToHead::parse);
    let from = required_day(&mut reader, &typed, "from");
    let outcome = match reader.finish() {
        Ok(()) => {
            act(&services, &caller, move |tx| {
                let known = store::household_by_no(tx, &household_no)?;
                let household = known.ok_or_else(|| Error::invalid("household_no", "household-unknown"))?;
                // A household elsewhere does not exist for this officer; he is told no more than that.
                let moved = move_person(tx, person_id, household.id, relation, from);
                moved.map_err(|error| match error {
                    Error::NotFound("household") => Error::invalid("household_no", "household-unknown"),
                    other => other,
                })
            })
            .await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(((), number)) => Ok(back_to(&person_path(person_id), number.as_deref())),
        Err(error) => move_page(&request, &services, &person).refuse(&request, &typed, error),
    }
}

fn reveal_page(request: &HttpRequest, services: &Services, person: &Person) -> PlainForm {
    let l = Shell::of(request).locale;
    let known = [
        ("id_number", person.id_sealed.is_some()),
        ("phone", person.phone_sealed.is_some()),
        ("bank_account", person.bank_sealed.is_some()),
    ];
    let label = |name: &str| l.t(&format!("registry-reveal-{}", name.replace('_', "-")));
    let choices = known
        .iter()
        .filter(|(_, known)| *known)
        .map(|(name, _)| Choice::new(*name, label(name)))
        .collect();
    PlainForm {
        key: "registry-reveal",
        action: format!("{}/reveals", person_path(person.id)),
        back: person_path(person.id),
        facts: person_facts(l, person, services.clock.today()),
        fields: vec![
            FieldSpec::new(l, "registry", "field", FieldKind::Radios(choices), true),
            FieldSpec::new(l, "registry", "reason", FieldKind::Text, true),
        ],
        hidden: Vec::new(),
    }
}

pub async fn reveal_form(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: Id,
) -> Result<HttpResponse> {
    let person = person_of(&services, &caller, *id, Permission::RevealNumbers).await?;
    reveal_page(&request, &services, &person).show(&request, FormState::empty())
}

/// The number in full, once, on the answer to the request that gave the reason.
#[derive(Template)]
#[template(path = "registry/number.html")]
struct NumberPage {
    s: Shell,
    name: String,
    what: String,
    number: String,
    receipt: Option<String>,
    back: String,
}

/// Reads which number somebody asks to see.
pub fn reveal_field(text: &str) -> Option<RevealField> {
    Some(match text {
        "id_number" => RevealField::IdNumber,
        "phone" => RevealField::Phone,
        "bank_account" => RevealField::BankAccount,
        _ => return None,
    })
}

pub async fn post_reveal(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: Id,
    typed: Fields,
) -> Result<HttpResponse> {
    let person = person_of(&services, &caller, *id, Permission::RevealNumbers).await?;
    let person_id = person.id;
    let mut reader = Reader::new(&typed);
    let field = reader.choice("field", reveal_field);
    let reason = reader.text("reason", 200);
    let outcome = match (reader.finish(), field) {
        (Ok(()), Some(field)) => {
            act(&services, &caller, move |tx| {
                reveal_number(tx, person_id, field, &reason)
            })
            .await
        }
        (Ok(()), None) => Err(Error::invalid("field", "required")),
        (Err(error), _) => Err(error),
    };
    match outcome {
        Ok((number, receipt)) => {
            let s = Shell::of(&request);
            let what = s.t(&format!("registry-reveal-{}", typed.get("field").replace('_', "-")));
            page(&NumberPage {
                s,
                name: person.name,
                what,
                number,
                receipt,
                back: person_path(person_id),
            })
        }
        Err(error) => reveal_page(&request, &services, &person).refuse(&request, &typed, error),
    }
}

fn status_page(l: Locale, household: &Household) -> PlainForm {
    let select = |name, list| FieldSpec::new(l, "registry", name, FieldKind::Select(Choice::of_list(list, l)), false);
    let path = format!("/village/households/{}", household.id);
    PlainForm {
        key: "registry-status",
        action: format!("{path}/statuses"),
        back: path,
        facts: vec![
            Fact::new(l.t("registry-fact-household-no"), household.registry_no.clone()),
            Fact::new(
                l.t("registry-fact-village"),
                regions().address_of(&household.region_code),
            ),
        ],
        fields: vec![
            select("relocation_kind", RelocationKind::LIST),
            FieldSpec::new(l, "registry", "site", FieldKind::Text, false),
            select("household_type", HouseholdType::LIST),
            select("poverty_attribute", PovertyAttribute::LIST),
            select("monitor_category", MonitorCategory::LIST),
            FieldSpec::new(l, "registry", "from", FieldKind::Day, true),
        ],
        hidden: vec![("version", household.version.to_string())],
    }
}

async fn household_of_path(services: &web::Data<Services>, caller: &Caller, id: HouseholdId) -> Result<Household> {
    caller.need(Permission::EditHouseholds)?;
    let (services, caller) = (services.clone(), caller.clone());
    blocking(move || {
        services
            .db
            .read(|conn| store::household_for(conn, &caller.actor, id, Permission::EditHouseholds))
    })
    .await
}

pub async fn status_form(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<HouseholdId>,
) -> Result<HttpResponse> {
    let household = household_of_path(&services, &caller, *id).await?;
    let (today, household_id) = (services.clock.today(), household.id);
    let values = blocking(move || services.db.read(|conn| status_values(conn, household_id, today))).await?;
    status_page(Shell::of(&request).locale, &household).show(&request, FormState::filled(values))
}

/// The form begins with what holds now.
fn status_values(conn: &mut Conn, id: HouseholdId, today: Day) -> Result<Vec<(String, String)>> {
    let mut values = vec![pair("from", today.to_string())];
    let history = store::status_history(conn, id)?;
    if let Some((now, site)) = history.into_iter().find(|(status, _)| status.until_on.is_none()) {
        values.extend(now.relocation_kind.map(|v| pair("relocation_kind", v.as_str())));
        values.extend(now.household_type.map(|v| pair("household_type", v.as_str())));
        values.extend(now.poverty_attribute.map(|v| pair("poverty_attribute", v.as_str())));
        values.extend(now.monitor_category.map(|v| pair("monitor_category", v.as_str())));
        values.extend(site.map(|site| pair("site", site)));
    }
    Ok(values)
}

pub async fn post_status(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<HouseholdId>,
    typed: Fields,
) -> Result<HttpResponse> {
    let household = household_of_path(&services, &caller, *id).await?;
    let household_id = household.id;
    let outcome = match read_status(&typed) {
        Ok((entry, from, version)) => {
            act(&services, &caller, move |tx| {
                amend_household(tx, household_id, version, &entry, from)
            })
            .await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(((), number)) => Ok(back_to(
            &format!("/village/households/{household_id}"),
            number.as_deref(),
        )),
        Err(error) => status_page(Shell::of(&request).locale, &household).refuse(&request, &typed, error),
    }
}
