//! Pages of the registry: what cadres and officers record about people and households. The cards themselves, with
//! work and guarantee, belong to the guarantee's pages.

mod officers;
mod people;

pub(super) use officers::reveal_field;

use actix_web::web;

use super::model::Person;
use super::store;
use crate::base::actor::Permission;
use crate::base::error::Result;
use crate::base::ids::PersonId;
use crate::base::time::{Day, age_on};
use crate::platform::Services;
use crate::platform::db::Caller;
use crate::platform::http::blocking;
use crate::platform::http::parts::Fact;
use crate::platform::i18n::Locale;

pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/village/persons/{id}/wishes/new", web::get().to(people::wish_form))
        .route("/village/persons/{id}/wishes", web::post().to(people::post_wish))
        .route("/village/persons/{id}/skills/new", web::get().to(people::skill_form))
        .route("/village/persons/{id}/skills", web::post().to(people::post_skill))
        .route(
            "/village/persons/{id}/skills/{skill_id}/removal",
            web::post().to(people::post_skill_removal),
        )
        .route(
            "/village/persons/{id}/amendments/new",
            web::get().to(officers::amendment_form),
        )
        .route(
            "/village/persons/{id}/amendments",
            web::post().to(officers::post_amendment),
        )
        .route(
            "/village/persons/{id}/memberships/new",
            web::get().to(officers::move_form),
        )
        .route("/village/persons/{id}/memberships", web::post().to(officers::post_move))
        .route(
            "/village/persons/{id}/reveals/new",
            web::get().to(officers::reveal_form),
        )
        .route("/village/persons/{id}/reveals", web::post().to(officers::post_reveal))
        .route(
            "/village/households/{id}/statuses/new",
            web::get().to(officers::status_form),
        )
        .route(
            "/village/households/{id}/statuses",
            web::post().to(officers::post_status),
        );
}

/// A person whom the caller may act for with a permission.
pub async fn person_of(
    services: &web::Data<Services>,
    caller: &Caller,
    id: PersonId,
    permission: Permission,
) -> Result<Person> {
    caller.need(permission)?;
    let (services, caller) = (services.clone(), caller.clone());
    blocking(move || {
        services
            .db
            .read(|conn| store::person_for(conn, &caller.actor, id, permission))
    })
    .await
}

/// Whom a form is about: name, age, masked number. Never the date of birth beside the number.
pub fn person_facts(l: Locale, person: &Person, today: Day) -> Vec<Fact> {
    let mut facts = vec![Fact::new(l.t("registry-fact-name"), person.name.clone())];
    if let Some(birth) = person.birth_on {
        facts.push(Fact::new(
            l.t("registry-fact-age"),
            l.tn("registry-age", age_on(birth, today)),
        ));
    }
    if let Some(masked) = &person.id_masked {
        facts.push(Fact::new(l.t("registry-fact-id-number"), masked.clone()));
    }
    facts
}

/// Where a person is shown.
pub fn person_path(id: PersonId) -> String {
    format!("/village/persons/{id}")
}
