//! Applying, answering, hiring, starting.

use diesel::prelude::*;
use serde_json::json;

use super::model::{Placement, PlacementStatus, Side, Step};
use super::rules::{may_apply, side_of};
use super::store;
use crate::base::actor::Permission;
use crate::base::codes::PostingStatus;
use crate::base::error::{Error, OrNotFound, Result};
use crate::base::event::Event;
use crate::base::ids::{EmployerId, Id, PersonId, PlacementId, PostingId};
use crate::base::receipt::receipt_number;
use crate::base::region::RegionCode;
use crate::base::secret::random_bytes;
use crate::base::time::Day;
use crate::platform::db::schema::{enrolments, placement_steps, placements, postings};
use crate::platform::db::{Subject, Tx};
use crate::postings::{free_place, take_place};
use crate::registry;

/// What of a posting decides here.
#[derive(Queryable)]
struct PostingFacts {
    employer_id: EmployerId,
    kind: String,
    region: RegionCode,
    status: PostingStatus,
    places: i32,
    filled: i32,
    physical: String,
}

fn posting_facts(tx: &mut Tx<'_>, id: PostingId) -> Result<PostingFacts> {
    postings::table
        .find(id)
        .select((
            postings::employer_id,
            postings::kind,
            postings::region_code,
            postings::status,
            postings::places,
            postings::filled,
            postings::physical,
        ))
        .first(&mut **tx)
        .optional()?
        .or_not_found("posting")
}

/// A person applies, himself or through somebody who acts for him. Applying twice is one application.
pub fn apply(tx: &mut Tx<'_>, posting_id: PostingId, person_id: PersonId) -> Result<Placement> {
    let actor = tx.actor();
    let is_self = actor.person_id() == Some(person_id);
    let permission = if is_self {
        Permission::ActForSelf
    } else {
        Permission::ActForOthers
    };
    let person = registry::person_for(tx, actor, person_id, permission)?;
    let open: Option<Placement> = placements::table
        .filter(placements::posting_id.eq(posting_id))
        .filter(placements::person_id.eq(person_id))
        .filter(placements::is_open)
        .select(Placement::as_select())
        .first(&mut **tx)
        .optional()?;
    match open {
        Some(open) if open.status == PlacementStatus::Recommended => {
            let step = Move {
                to: PlacementStatus::Applied,
                start_on: None,
                note: String::new(),
            };
            return take_step(tx, open.id, open.version, &step);
        }
        Some(open) => return Ok(open),
        None => {}
    }
    let facts = posting_facts(tx, posting_id)?;
    let (is_open, free) = (facts.status == PostingStatus::Open, facts.places - facts.filled);
    let is_full = facts.status == PostingStatus::Filled;
    may_apply(
        is_open || is_full,
        free,
        person.birth_on,
        facts.physical == "heavy",
        tx.today(),
    )
    .map_err(Error::refused)?;
    open_placement(tx, posting_id, person_id, PlacementStatus::Applied, !is_self)
}

/// The bureau recommends a posting to a person; the person answers.
pub fn recommend(tx: &mut Tx<'_>, posting_id: PostingId, person_id: PersonId) -> Result<Placement> {
    let actor = tx.actor();
    let person = registry::person_for(tx, actor, person_id, Permission::ActForOthers)?;
    let known: Option<Placement> = placements::table
        .filter(placements::posting_id.eq(posting_id))
        .filter(placements::person_id.eq(person_id))
        .filter(placements::is_open.or(placements::status.eq(PlacementStatus::Refused)))
        .order(placements::id.desc())
        .select(Placement::as_select())
        .first(&mut **tx)
        .optional()?;
    match known {
        Some(known) if known.is_open => return Ok(known),
        Some(_) => return Err(Error::refused("refused-before")),
        None => {}
    }
    let facts = posting_facts(tx, posting_id)?;
    let (is_open, free) = (facts.status == PostingStatus::Open, facts.places - facts.filled);
    may_apply(is_open, free, person.birth_on, facts.physical == "heavy", tx.today()).map_err(Error::refused)?;
    let asked: i64 = placements::table
        .filter(placements::posting_id.eq(posting_id))
        .filter(placements::status.eq(PlacementStatus::Recommended))
        .count()
        .get_result(&mut **tx)?;
    if asked >= i64::from(free) * INVITATIONS_PER_PLACE {
        return Err(Error::refused("invitations-full")
            .with("asked", asked)
            .with("free", free));
    }
    let placement = open_placement(tx, posting_id, person_id, PlacementStatus::Recommended, true)?;
    tx.emit(Event::OfferMade(person_id));
    Ok(placement)
}

/// So many people may be asked for one free place before somebody answers: more would be sent there in vain.
const INVITATIONS_PER_PLACE: i64 = 3;

fn open_placement(
    tx: &mut Tx<'_>,
    posting_id: PostingId,
    person_id: PersonId,
    status: PlacementStatus,
    on_behalf: bool,
) -> Result<Placement> {
    let placement = Placement {
        id: Id::fresh(),
        version: 1,
        created_at: tx.now(),
        posting_id,
        person_id,
        status,
        number: unused_number(tx)?,
        opened_by: tx.actor().user_id(),
        on_behalf,
        holds_place: false,
        is_open: true,
        start_on: None,
        reason: None,
    };
    diesel::insert_into(placements::table)
        .values(&placement)
        .execute(&mut **tx)?;
    note_step(tx, placement.id, status, "")?;
    let after = json!({
        "posting": posting_id, "person": person_id, "status": status, "number": placement.number, "on_behalf": on_behalf,
    });
    let home = registry::home_of(tx, placement.person_id)?;
    tx.audit(
        "open_placement",
        Subject::new("placement", placement.id),
        home.as_ref(),
        None::<&()>,
        Some(&after),
    )?;
    Ok(placement)
}

/// A receipt number that no placement and no enrolment has.
fn unused_number(tx: &mut Tx<'_>) -> Result<String> {
    for _ in 0..50 {
        let number = receipt_number(u32::from_be_bytes(random_bytes()));
        let taken: i64 = placements::table
            .filter(placements::number.eq(&number))
            .count()
            .get_result(&mut **tx)?;
        let enrolled: i64 = enrolments::table
            .filter(enrolments::number.eq(&number))
            .count()
            .get_result(&mut **tx)?;
        if taken == 0 && enrolled == 0 {
            return Ok(number);
        }
    }
    Err(Error::internal("no receipt number is free"))
}

fn note_step(tx: &mut Tx<'_>, placement_id: PlacementId, status: PlacementStatus, note: &str) -> Result<()> {
    let step = Step {
        id: Id::fresh(),
        placement_id,
        at: tx.now(),
        actor_id: tx.actor().user_id().map(|id| id.raw()),
        actor: tx.actor().label.clone(),
        status,
        note: note.to_owned(),
    };
    diesel::insert_into(placement_steps::table)
        .values(&step)
        .execute(&mut **tx)?;
    Ok(())
}

/// One step of a placement.
#[derive(Debug, Clone)]
pub struct Move {
    pub to: PlacementStatus,
    /// The first day of work, for `started`.
    pub start_on: Option<Day>,
    /// Why, for a refusal, a withdrawal or a decline.
    pub note: String,
}

/// Takes the next step of a placement. The same step taken twice is taken once.
pub fn take_step(tx: &mut Tx<'_>, id: PlacementId, version: i32, step: &Move) -> Result<Placement> {
    let actor = tx.actor();
    let placement = store::placement_for(tx, actor, id)?;
    let facts = posting_facts(tx, placement.posting_id)?;
    may_take(tx, &placement, &facts, step.to)?;
    if placement.status == step.to {
        return Ok(placement);
    }
    if placement.version != version {
        return Err(Error::Conflict);
    }
    if !placement.status.moves().contains(&step.to) {
        return Err(Error::refused("placement-move")
            .with("from", placement.status)
            .with("to", step.to));
    }
    if matches!(step.to, PlacementStatus::Refused | PlacementStatus::EmployerDeclined) && step.note.trim().is_empty() {
        return Err(Error::invalid("note", "reason-missing"));
    }
    let start_on = match step.to {
        PlacementStatus::Started => Some(first_day(tx, &placement, step)?),
        _ => placement.start_on,
    };
    if step.to.holds_place() && !placement.holds_place {
        take_place(tx, placement.posting_id, Subject::new("placement", placement.id))?;
    }
    if !step.to.holds_place() && placement.holds_place {
        free_place(tx, placement.posting_id, Subject::new("placement", placement.id))?;
    }
    let moved = save_move(tx, &placement, step, start_on)?;
    if step.to == PlacementStatus::Started {
        close_others(tx, &moved)?;
        tx.emit(Event::PlacementStarted(id));
    }
    Ok(moved)
}

/// The employer learns the phone of somebody who has accepted its offer; not before.
pub fn tell_phone(tx: &mut Tx<'_>, id: PlacementId) -> Result<(Placement, String)> {
    let actor = tx.actor();
    let placement = store::placement_for(tx, actor, id)?;
    let facts = posting_facts(tx, placement.posting_id)?;
    if !store::is_employers_side(actor, facts.employer_id, &facts.kind, &facts.region) {
        return Err(Error::Forbidden);
    }
    if !placement.status.holds_place() {
        return Err(Error::refused("phone-after-acceptance"));
    }
    let phone = registry::tell_phone(tx, placement.person_id, Subject::new("placement", id))?;
    Ok((placement, phone))
}

/// The first day of work: not in the future, not before the application.
fn first_day(tx: &Tx<'_>, placement: &Placement, step: &Move) -> Result<Day> {
    let day = step.start_on.unwrap_or_else(|| tx.today());
    if day > tx.today() {
        return Err(Error::invalid("start_on", "day-in-future"));
    }
    if day < placement.created_at.day() {
        return Err(Error::invalid("start_on", "start-before-application"));
    }
    Ok(day)
}

fn may_take(tx: &mut Tx<'_>, placement: &Placement, facts: &PostingFacts, to: PlacementStatus) -> Result<()> {
    let actor = tx.actor();
    let allowed = match side_of(to) {
        Side::Employer => store::is_employers_side(actor, facts.employer_id, &facts.kind, &facts.region),
        Side::Person => {
            let is_self = actor.person_id() == Some(placement.person_id);
            let permission = if is_self {
                Permission::ActForSelf
            } else {
                Permission::ActForOthers
            };
            registry::person_for(tx, actor, placement.person_id, permission).is_ok()
        }
        Side::System => false,
    };
    if allowed { Ok(()) } else { Err(Error::Forbidden) }
}

fn save_move(tx: &mut Tx<'_>, placement: &Placement, step: &Move, start_on: Option<Day>) -> Result<Placement> {
    let reason = Some(step.note.trim().to_owned()).filter(|note| !note.is_empty());
    let saved = diesel::update(
        placements::table
            .find(placement.id)
            .filter(placements::version.eq(placement.version)),
    )
    .set((
        placements::version.eq(placement.version + 1),
        placements::status.eq(step.to),
        placements::holds_place.eq(step.to.holds_place()),
        placements::is_open.eq(step.to.is_open()),
        placements::start_on.eq(start_on),
        placements::reason.eq(&reason),
    ))
    .execute(&mut **tx)?;
    if saved == 0 {
        return Err(Error::Conflict);
    }
    note_step(tx, placement.id, step.to, step.note.trim())?;
    let home = registry::home_of(tx, placement.person_id)?;
    tx.audit(
        "move_placement",
        Subject::new("placement", placement.id),
        home.as_ref(),
        Some(&json!({ "status": placement.status })),
        Some(&json!({ "status": step.to, "start_on": start_on, "note": reason })),
    )?;
    Ok(Placement {
        version: placement.version + 1,
        status: step.to,
        holds_place: step.to.holds_place(),
        is_open: step.to.is_open(),
        start_on,
        reason,
        ..placement.clone()
    })
}

/// Whoever starts work somewhere is no longer waiting elsewhere; places that he held are free again.
fn close_others(tx: &mut Tx<'_>, started: &Placement) -> Result<()> {
    let others: Vec<Placement> = placements::table
        .filter(placements::person_id.eq(started.person_id))
        .filter(placements::id.ne(started.id))
        .filter(placements::is_open)
        .order(placements::id)
        .select(Placement::as_select())
        .load(&mut **tx)?;
    for other in others {
        if other.holds_place {
            free_place(tx, other.posting_id, Subject::new("placement", other.id))?;
        }
        let step = Move {
            to: PlacementStatus::Obsolete,
            start_on: None,
            note: String::new(),
        };
        save_move(tx, &other, &step, other.start_on)?;
    }
    Ok(())
}

// For other rooms.

/// The work that a placement gave is over; its place is free again while the posting still takes people.
pub fn mark_left(tx: &mut Tx<'_>, id: PlacementId) -> Result<()> {
    let placement: Placement = placements::table
        .find(id)
        .select(Placement::as_select())
        .first(&mut **tx)
        .optional()?
        .or_not_found("placement")?;
    if placement.status != PlacementStatus::Started {
        return Ok(());
    }
    free_place(tx, placement.posting_id, Subject::new("placement", placement.id))?;
    let step = Move {
        to: PlacementStatus::Left,
        start_on: None,
        note: String::new(),
    };
    save_move(tx, &placement, &step, placement.start_on)?;
    Ok(())
}
