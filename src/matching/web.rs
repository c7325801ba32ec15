//! The pages of somebody who looks for work: where he stands, what suits him and why, his household, his wish, what is
//! kept about him; and what suits a person for whom a cadre acts.

mod data;
mod household;
mod matches;
mod me;
mod wish;

use actix_web::web;

use crate::base::actor::Permission;
use crate::base::error::{Error, Result};
use crate::base::ids::PersonId;
use crate::platform::db::Caller;

pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/me", web::get().to(me::show))
        .route("/me/matches", web::get().to(matches::own))
        .route("/me/household", web::get().to(household::show))
        .route("/me/wish", web::get().to(wish::form))
        .route("/me/wish", web::post().to(wish::post))
        .route("/me/data", web::get().to(data::show))
        .route("/village/persons/{id}/matches", web::get().to(matches::of_somebody));
    super::plans::web::routes(config);
}

/// The registered person who is signed in.
fn own_person(caller: &Caller) -> Result<PersonId> {
    caller.need(Permission::ActForSelf)?;
    caller.actor.person_id().ok_or(Error::Forbidden)
}
