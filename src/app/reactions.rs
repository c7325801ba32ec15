//! What follows from what: events of lower rooms, and the rooms that act on them in the same transaction.

use crate::base::error::Result;
use crate::base::event::Event;
use crate::platform::db::Tx;
use crate::{employment, guarantee, postings, requests, training};

pub fn react(tx: &mut Tx<'_>, events: &[Event]) -> Result<()> {
    for event in events {
        match event {
            Event::PlacementStarted(placement_id) => employment::on_placement_started(tx, *placement_id)?,
            Event::EmployerChanged(employer_id) => {
                postings::on_employer_changed(tx, *employer_id)?;
                training::on_employer_changed(tx, *employer_id)?;
            }
            Event::WishStated(person_id) => requests::on_wish_stated(tx, *person_id)?,
            Event::OfferMade(person_id) => requests::on_offer_made(tx, *person_id)?,
            Event::EmploymentChanged { person_id, .. } => requests::on_employment_changed(tx, *person_id)?,
            Event::HouseholdChanged(_) => {}
        }
    }
    guarantee::on_changes(tx, events)
}
