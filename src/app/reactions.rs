//! What follows from what: events of lower rooms, and the rooms that act on them in the same transaction.

use crate::base::error::Result;
use crate::base::event::Event;
use crate::platform::db::Tx;
use crate::{employment, guarantee};

pub fn react(tx: &mut Tx<'_>, events: &[Event]) -> Result<()> {
    for event in events {
        if let Event::PlacementStarted(placement_id) = event {
            employment::on_placement_started(tx, *placement_id)?;
        }
    }
    guarantee::on_changes(tx, events)
}
