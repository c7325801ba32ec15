//! Asking, and answering.

use diesel::prelude::*;
use serde_json::json;

use super::model::{RequestAnswer, RequestChannel, WorkRequest};
use super::rules::due_on;
use super::store;
use crate::base::actor::Permission;
use crate::base::error::{Error, Result};
use crate::base::ids::{Id, PersonId, WorkRequestId};
use crate::base::receipt::receipt_number;
use crate::base::secret::random_bytes;
use crate::employment::current_on;
use crate::platform::db::schema::work_requests;
use crate::platform::db::{Subject, Tx};
use crate::registry::{Wants, wish_of};

/// The shortest note of an answer, in characters.
const NOTE_CHARS: usize = 4;
/// The longest.
const NOTE_LONGEST: usize = 1_000;

/// Somebody said what he looks for: that is a request, unless one is open already; looking for nothing takes it back.
pub fn on_wish_stated(tx: &mut Tx<'_>, person_id: PersonId) -> Result<()> {
    let Some(wish) = wish_of(tx, person_id)? else {
        return Ok(());
    };
    let open = store::open_of(tx, person_id)?;
    match (open, wish.wants) {
        (Some(request), Wants::Nothing) => close(tx, &request, RequestAnswer::Withdrawn, ""),
        (None, Wants::Nothing) => Ok(()),
        (Some(request), wants) if request.wants == wants => Ok(()),
        (Some(request), wants) => {
            diesel::update(work_requests::table.find(request.id))
                .set((
                    work_requests::version.eq(request.version + 1),
                    work_requests::wants.eq(wants),
                ))
                .execute(&mut **tx)?;
            tx.audit(
                "change_request",
                Subject::new("work_request", request.id),
                Some(&request.region_code),
                Some(&json!({ "wants": request.wants })),
                Some(&json!({ "wants": wants })),
            )
        }
        (None, wants) => ask(tx, person_id, wants),
    }
}

fn ask(tx: &mut Tx<'_>, person_id: PersonId, wants: Wants) -> Result<()> {
    // Whoever never belonged to a household has no village that could answer.
    let Some(region_code) = store::last_home(tx, person_id)? else {
        return Ok(());
    };
    let is_self = tx.actor().person_id() == Some(person_id);
    let request = WorkRequest {
        id: Id::fresh(),
        version: 1,
        created_at: tx.now(),
        person_id,
        region_code,
        number: unused_number(tx)?,
        wants,
        channel: if is_self {
            RequestChannel::SelfService
        } else {
            RequestChannel::OnBehalf
        },
        asked_on: tx.today(),
        due_on: due_on(tx.today()),
        answered_on: None,
        answer: None,
        note: String::new(),
        answered_by: None,
        is_open: true,
    };
    diesel::insert_into(work_requests::table)
        .values(&request)
        .execute(&mut **tx)?;
    let after = json!({
        "person": person_id, "number": request.number, "wants": wants, "channel": request.channel, "due_on": request.due_on,
    });
    tx.audit(
        "ask_for_work",
        Subject::new("work_request", request.id),
        Some(&request.region_code),
        None::<&()>,
        Some(&after),
    )
}

fn unused_number(tx: &mut Tx<'_>) -> Result<String> {
    for _ in 0..50 {
        let number = receipt_number(u32::from_be_bytes(random_bytes()));
        if !store::is_number_taken(tx, &number)? {
            return Ok(number);
        }
    }
    Err(Error::internal("no receipt number is free"))
}

/// The bureau recommended an opening: that answers a request for work.
pub fn on_offer_made(tx: &mut Tx<'_>, person_id: PersonId) -> Result<()> {
    match store::open_of(tx, person_id)? {
        Some(request) if request.wants == Wants::Work => close(tx, &request, RequestAnswer::Offered, ""),
        _ => Ok(()),
    }
}

/// Work that began on the day of asking or later answers a request for work.
pub fn on_employment_changed(tx: &mut Tx<'_>, person_id: PersonId) -> Result<()> {
    let Some(request) = store::open_of(tx, person_id)?.filter(|request| request.wants == Wants::Work) else {
        return Ok(());
    };
    let today = tx.today();
    let current = current_on(tx, &[person_id], today)?;
    if current.iter().any(|work| work.start_on >= request.asked_on) {
        return close(tx, &request, RequestAnswer::AtWork, "");
    }
    Ok(())
}

/// An officer says what was done about a request.
pub fn answer_request(
    tx: &mut Tx<'_>,
    id: WorkRequestId,
    version: i32,
    answer: RequestAnswer,
    note: &str,
) -> Result<WorkRequest> {
    let actor = tx.actor();
    let request = store::request_for(tx, actor, id, Permission::WorkCases)?;
    if request.version != version {
        return Err(Error::Conflict);
    }
    if !request.is_open {
        return Err(Error::refused("request-answered"));
    }
    if !RequestAnswer::SAID.contains(&answer) {
        return Err(Error::invalid("answer", "not-a-choice"));
    }
    let note = note.trim();
    if note.chars().count() < NOTE_CHARS {
        return Err(Error::invalid("note", "reason-too-short"));
    }
    if note.chars().count() > NOTE_LONGEST {
        return Err(Error::invalid("note", "too-long"));
    }
    close(tx, &request, answer, note)?;
    store::request_for(tx, actor, id, Permission::WorkCases)
}

fn close(tx: &mut Tx<'_>, request: &WorkRequest, answer: RequestAnswer, note: &str) -> Result<()> {
    let (today, by) = (tx.today(), tx.actor().user_id());
    diesel::update(work_requests::table.find(request.id))
        .set((
            work_requests::version.eq(request.version + 1),
            work_requests::answered_on.eq(today),
            work_requests::answer.eq(answer),
            work_requests::note.eq(note),
            work_requests::answered_by.eq(by),
            work_requests::is_open.eq(false),
        ))
        .execute(&mut **tx)?;
    tx.audit(
        "answer_request",
        Subject::new("work_request", request.id),
        Some(&request.region_code),
        Some(&json!({ "number": request.number, "due_on": request.due_on })),
        Some(&json!({ "answer": answer, "note": note })),
    )
}
