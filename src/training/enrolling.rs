//! What people do about enrolments: they enrol and step back, and the holder says what came of it.

use diesel::prelude::*;
use serde_json::json;

use super::model::{CourseCard, CourseStatus, Enrolment, EnrolmentStatus};
use super::store;
use crate::base::actor::Permission;
use crate::base::error::{Error, Result};
use crate::base::ids::{CourseRunId, EnrolmentId, Id, PersonId};
use crate::base::receipt::receipt_number;
use crate::base::secret::random_bytes;
use crate::platform::db::schema::enrolments;
use crate::platform::db::{Subject, Tx};
use crate::registry;

fn may_act_for(tx: &mut Tx<'_>, person_id: PersonId) -> Result<()> {
    let actor = tx.actor();
    let is_self = actor.person_id() == Some(person_id);
    let permission = if is_self {
        Permission::ActForSelf
    } else {
        Permission::ActForOthers
    };
    registry::person_for(tx, actor, person_id, permission)?;
    Ok(())
}

/// Enrols a person unless he is enrolled: pressing twice is one enrolment with one number.
pub fn enrol_once(tx: &mut Tx<'_>, run_id: CourseRunId, person_id: PersonId) -> Result<Enrolment> {
    may_act_for(tx, person_id)?;
    match store::enrolment_in(tx, run_id, person_id)? {
        Some(known) if known.status == EnrolmentStatus::Enrolled => Ok(known),
        _ => enrol(tx, run_id, person_id),
    }
}

/// A person enrols, himself or through somebody who acts for him. The last place is taken once.
pub fn enrol(tx: &mut Tx<'_>, run_id: CourseRunId, person_id: PersonId) -> Result<Enrolment> {
    may_act_for(tx, person_id)?;
    // Taking the place locks the run, so that two enrolments of one person meet here and not at the constraint.
    let taken = store::raise_filled(tx, run_id)?;
    let card = store::course_of_run(tx, run_id)?;
    let known = store::enrolment_in(tx, run_id, person_id)?;
    if known.as_ref().is_some_and(|e| e.status != EnrolmentStatus::Withdrawn) {
        return Err(Error::refused("enrolment-known"));
    }
    if !card.is_public() || card.run.starts_on < tx.today() {
        return Err(Error::refused("course-not-open").with("status", card.course.status));
    }
    if !taken || !card.is_open() {
        return Err(Error::refused("course-full").with("places", card.run.places));
    }
    let enrolment = match known {
        Some(known) => {
            store::turn_enrolment(tx, known.id, EnrolmentStatus::Withdrawn, EnrolmentStatus::Enrolled)?;
            store::enrolment(tx, known.id)?
        }
        None => open_enrolment(tx, run_id, person_id)?,
    };
    if card.run.free_places() == 0 {
        store::turn(tx, card.course.id, CourseStatus::Open, CourseStatus::Full)?;
    }
    enrolment_changed(tx, &card, &enrolment, "enrol")?;
    Ok(enrolment)
}

fn open_enrolment(tx: &mut Tx<'_>, run_id: CourseRunId, person_id: PersonId) -> Result<Enrolment> {
    let enrolment = Enrolment {
        id: Id::fresh(),
        version: 1,
        created_at: tx.now(),
        run_id,
        person_id,
        status: EnrolmentStatus::Enrolled,
        number: unused_number(tx)?,
        enrolled_by: tx.actor().user_id(),
    };
    diesel::insert_into(enrolments::table)
        .values(&enrolment)
        .execute(&mut **tx)?;
    Ok(enrolment)
}

/// A receipt number that nobody has, neither for a course nor for a posting.
fn unused_number(tx: &mut Tx<'_>) -> Result<String> {
    for _ in 0..50 {
        let number = receipt_number(u32::from_be_bytes(random_bytes()));
        if !store::is_number_taken(tx, &number)? {
            return Ok(number);
        }
    }
    Err(Error::internal("no receipt number is free"))
}

/// A person gives his place back, himself or through somebody who acts for him; a full course opens again.
pub fn withdraw(tx: &mut Tx<'_>, id: EnrolmentId) -> Result<Enrolment> {
    let enrolment = store::enrolment(tx, id)?;
    may_act_for(tx, enrolment.person_id)?;
    if enrolment.status.is_outcome() {
        return Err(Error::refused("enrolment-over"));
    }
    if !store::turn_enrolment(tx, id, EnrolmentStatus::Enrolled, EnrolmentStatus::Withdrawn)? {
        return Err(Error::refused("enrolment-withdrawn"));
    }
    if !store::lower_filled(tx, enrolment.run_id)? {
        return Err(Error::internal("an enrolment held a place that the run does not count"));
    }
    let card = store::course_of_run(tx, enrolment.run_id)?;
    store::turn(tx, card.course.id, CourseStatus::Full, CourseStatus::Open)?;
    let withdrawn = store::enrolment(tx, id)?;
    enrolment_changed(tx, &card, &withdrawn, "withdraw_enrolment")?;
    Ok(withdrawn)
}

/// The holder says what came of an enrolment: not before the first day, and completed not before the last.
fn record_outcome(tx: &mut Tx<'_>, enrolment: &Enrolment, to: EnrolmentStatus) -> Result<Enrolment> {
    let card = store::course_of_run(tx, enrolment.run_id)?;
    let actor = tx.actor();
    if !store::may_write(actor, &card.course) {
        return Err(Error::Forbidden);
    }
    let earliest = card.run.earliest_outcome(to);
    if tx.today() < earliest {
        return Err(Error::refused("enrolment-outcome-early").with("day", earliest));
    }
    if !store::set_outcome(tx, enrolment, to)? {
        return Err(Error::Conflict);
    }
    let said = store::enrolment(tx, enrolment.id)?;
    enrolment_changed(tx, &card, &said, "record_course_outcome")?;
    Ok(said)
}

/// Takes the next step of an enrolment. The same step taken twice is taken once.
pub fn take_enrolment_step(tx: &mut Tx<'_>, id: EnrolmentId, version: i32, to: EnrolmentStatus) -> Result<Enrolment> {
    let actor = tx.actor();
    let enrolment = store::enrolment_for(tx, actor, id)?;
    if enrolment.status == to {
        return Ok(enrolment);
    }
    if enrolment.version != version {
        return Err(Error::Conflict);
    }
    if !enrolment.status.moves().contains(&to) {
        return Err(Error::refused("enrolment-move")
            .with("from", enrolment.status)
            .with("to", to));
    }
    match to {
        EnrolmentStatus::Enrolled => enrol(tx, enrolment.run_id, enrolment.person_id),
        EnrolmentStatus::Withdrawn => withdraw(tx, id),
        EnrolmentStatus::Completed | EnrolmentStatus::NotCompleted => record_outcome(tx, &enrolment, to),
    }
}

fn enrolment_changed(tx: &mut Tx<'_>, card: &CourseCard, enrolment: &Enrolment, verb: &'static str) -> Result<()> {
    let after = json!({
        "course": card.course.id, "person": enrolment.person_id, "status": enrolment.status, "number": enrolment.number,
    });
    let region = Some(&card.course.region_code);
    tx.audit(
        verb,
        Subject::new("enrolment", enrolment.id),
        region,
        None::<&()>,
        Some(&after),
    )?;
    tx.touch(Subject::new("course", card.course.id));
    Ok(())
}
