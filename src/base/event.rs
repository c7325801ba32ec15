//! What happened in a room that rooms further right may care about. Events carry ids and days only and are
//! handed over inside the transaction in which they happened (`app::reactions`).

use super::ids::{EmployerId, EmploymentId, HouseholdId, PersonId, PlacementId};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Event {
    /// A household, its members or their labour capacity changed.
    HouseholdChanged(HouseholdId),
    /// A placement was accepted and the person began to work.
    PlacementStarted(PlacementId),
    /// An employment of the person began, ended or was corrected.
    EmploymentChanged {
        person_id: PersonId,
        employment_id: EmploymentId,
    },
    /// Somebody said what he looks for, himself or through somebody else.
    WishStated(PersonId),
    /// The bureau recommended an opening to somebody.
    OfferMade(PersonId),
    /// An employer was suspended or reinstated: what it offers disappears or comes back.
    EmployerChanged(EmployerId),
}
