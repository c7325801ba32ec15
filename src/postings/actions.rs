//! What people do about postings, and what follows from hires and clocks.

use diesel::prelude::*;
use serde_json::json;

use super::model::{Posting, PostingDraft, PostingKind, may_become};
use super::rules::{as_problem, closing_problem, draft_problems, forbidden, readiness};
use super::store;
use super::wording::{Doubt, doubts};
use crate::base::actor::Permission;
use crate::base::codes::PostingStatus;
use crate::base::error::{Error, FieldProblem, Result};
use crate::base::ids::{EmployerId, PostingId};
use crate::base::secret::Place;
use crate::base::time::Day;
use crate::employers::{self, EmployerStatus, may_hold_public_posts, needed_note};
use crate::platform::db::schema::postings as table;
use crate::platform::db::{Conn, Subject, Tx};
use crate::reference::{OccupationCode, occupations, suggest_occupation};

/// Keeps what the page of a posting says as a draft. Sending the page twice is one posting.
pub fn draft_posting(tx: &mut Tx<'_>, draft: &PostingDraft) -> Result<Posting> {
    let known: Option<Posting> = table::table
        .find(draft.id)
        .select(Posting::as_select())
        .first(&mut **tx)
        .optional()?;
    if let Some(known) = known {
        let actor = tx.actor();
        let is_same = known.employer_id == draft.employer_id && store::may_write(actor, &known);
        return if is_same { Ok(known) } else { Err(Error::Conflict) };
    }
    let occupation = match occupation_of(draft) {
        Some(occupation) => occupation,
        None => {
            let mut problems = draft_problems(draft, false, tx.today());
            problems.push(FieldProblem::new("occupation", "posting-occupation"));
            return Err(Error::Invalid(problems));
        }
    };
    let mut posting = Posting {
        id: draft.id,
        version: 1,
        created_at: tx.now(),
        employer_id: draft.employer_id,
        kind: draft.kind,
        title: String::new(),
        occupation_code: occupation,
        region_code: draft.region.clone(),
        address: String::new(),
        wage_low_fen: None,
        wage_high_fen: None,
        wage_unit: super::model::WageUnit::Month,
        places: draft.places,
        filled: 0,
        reserved_places: 0,
        lodging: false,
        meals: false,
        insurance: false,
        transport: false,
        education: None,
        certificate: None,
        physical: draft.physical,
        description: String::new(),
        contact_name: String::new(),
        phone_sealed: None,
        phone_masked: None,
        status: PostingStatus::Draft,
        status_note: String::new(),
        published_on: None,
        closes_on: None,
        source: "desk".to_owned(),
        source_no: None,
    };
    check_writer(tx, &posting)?;
    fill(tx, &mut posting, draft)?;
    diesel::insert_into(table::table).values(&posting).execute(&mut **tx)?;
    leave_line(tx, "draft_posting", &posting, None, &posting)?;
    Ok(posting)
}

/// Whoever writes a posting acts for its employer, or writes the bureau's public posts there; a public-welfare post
/// needs an employer that may hold one.
fn check_writer(tx: &mut Tx<'_>, posting: &Posting) -> Result<()> {
    let actor = tx.actor();
    if !store::may_write(actor, posting) {
        return Err(Error::NotFound("employer"));
    }
    let employer = employers::employer_by_id(tx, posting.employer_id)?;
    if posting.kind == PostingKind::PublicWelfare && !may_hold_public_posts(employer.kind) {
        return Err(Error::invalid("kind", "posting-kind-employer"));
    }
    Ok(())
}

fn occupation_of(draft: &PostingDraft) -> Option<OccupationCode> {
    match &draft.occupation {
        Some(code) => Some(code.clone()).filter(|code| occupations().get(code).is_some()),
        None => suggest_occupation(&draft.title)
            .into_iter()
            .next()
            .map(|(code, _)| code),
    }
}

/// Writes what the draft says into the record, or says everything that is wrong with it.
fn fill(tx: &Tx<'_>, posting: &mut Posting, draft: &PostingDraft) -> Result<()> {
    let mut problems = draft_problems(draft, posting.phone_sealed.is_some(), tx.today());
    let occupation = occupation_of(draft);
    if occupation.is_none() {
        problems.push(FieldProblem::new("occupation", "posting-occupation"));
    }
    if draft.places < posting.filled {
        problems.push(FieldProblem::new("places", "posting-places-filled").with("filled", posting.filled));
    }
    let Some(occupation) = occupation.filter(|_| problems.is_empty()) else {
        return Err(Error::Invalid(problems));
    };
    posting.kind = draft.kind;
    draft.title.trim().clone_into(&mut posting.title);
    posting.occupation_code = occupation;
    posting.region_code = draft.region.clone();
    draft.address.trim().clone_into(&mut posting.address);
    (posting.wage_low_fen, posting.wage_high_fen, posting.wage_unit) = draft.wage.columns();
    posting.places = draft.places;
    posting.reserved_places = draft.reserved_places;
    posting.lodging = draft.lodging;
    posting.meals = draft.meals;
    posting.insurance = draft.insurance;
    posting.transport = draft.transport;
    posting.education = draft.education;
    posting.certificate = draft
        .certificate
        .as_deref()
        .map(str::trim)
        .filter(|c| !c.is_empty())
        .map(str::to_owned);
    posting.physical = draft.physical;
    draft.description.trim().clone_into(&mut posting.description);
    draft.contact_name.trim().clone_into(&mut posting.contact_name);
    posting.closes_on = draft.closes_on;
    if let Some(phone) = &draft.phone {
        posting.phone_sealed = Some(tx.keys().seal(phone_place(posting.id), phone.expose())?);
        posting.phone_masked = Some(phone.masked());
    }
    Ok(())
}

fn phone_place(id: PostingId) -> Place<'static> {
    Place {
        table: "postings",
        column: "phone_sealed",
        id: id.raw(),
    }
}

fn leave_line(
    tx: &mut Tx<'_>,
    verb: &'static str,
    posting: &Posting,
    before: Option<&Posting>,
    after: &impl serde::Serialize,
) -> Result<()> {
    tx.audit(
        verb,
        Subject::new("posting", posting.id),
        Some(&posting.region_code),
        before,
        Some(after),
    )
}

/// A posting that the actor writes, locked, at the version that he saw.
fn own(tx: &mut Tx<'_>, id: PostingId, version: i32) -> Result<Posting> {
    let actor = tx.actor();
    store::posting_for(tx, actor, id, Permission::ManageOwnEmployer)?;
    store::lock(tx, id, version)
}

/// Moves a posting to a status, with its line; what everybody sees follows.
fn go_to(
    tx: &mut Tx<'_>,
    mut posting: Posting,
    next: PostingStatus,
    verb: &'static str,
    note: &str,
) -> Result<Posting> {
    if !may_become(posting.status, next) {
        return Err(Error::refused("posting-status").with("status", posting.status));
    }
    let before = posting.status;
    posting.status = next;
    note.clone_into(&mut posting.status_note);
    if next == PostingStatus::Open && posting.published_on.is_none() {
        posting.published_on = Some(tx.today());
    }
    store::save(tx, &posting)?;
    let after = json!({ "from": before, "to": next, "note": note, "closes_on": posting.closes_on });
    leave_line(tx, verb, &posting, None, &after)?;
    tx.touch(Subject::new("posting", posting.id));
    Ok(posting)
}

/// Open, or full where no place is left.
fn running(posting: &Posting) -> PostingStatus {
    if posting.free_places() > 0 {
        PostingStatus::Open
    } else {
        PostingStatus::Filled
    }
}

/// Only a verified employer publishes.
fn check_employer(tx: &mut Tx<'_>, posting: &Posting) -> Result<()> {
    let employer = employers::employer_by_id(tx, posting.employer_id)?;
    match employer.status {
        EmployerStatus::Verified => Ok(()),
        status => Err(Error::refused("posting-employer-unverified").with("status", status)),
    }
}

/// Where a posting goes once its text has been read: forbidden wording stops it, doubts go to an officer.
fn judged(posting: &Posting, found: &[Doubt]) -> Result<PostingStatus> {
    let stopped = forbidden(found);
    if !stopped.is_empty() {
        return Err(Error::Invalid(stopped));
    }
    Ok(if found.is_empty() {
        running(posting)
    } else {
        PostingStatus::Submitted
    })
}

fn note_of(found: &[Doubt]) -> String {
    let phrases: Vec<&str> = found.iter().map(|doubt| doubt.phrase.as_str()).collect();
    phrases.join("、")
}

/// The employer asks for publication. Without doubts it opens at once, with doubts an officer reads it first.
pub fn submit_posting(tx: &mut Tx<'_>, id: PostingId, version: i32) -> Result<Posting> {
    let posting = own(tx, id, version)?;
    if !matches!(posting.status, PostingStatus::Draft | PostingStatus::Rejected) {
        return Err(Error::refused("posting-status").with("status", posting.status));
    }
    check_employer(tx, &posting)?;
    let lacking = readiness(&posting, tx.today());
    if !lacking.is_empty() {
        return Err(Error::Invalid(lacking));
    }
    let found = doubts(&posting.title, &posting.description);
    let next = judged(&posting, &found)?;
    go_to(tx, posting, next, "submit_posting", &note_of(&found))
}

/// Corrects a posting. One that is published is read again: doubts take it back to an officer.
pub fn amend_posting(tx: &mut Tx<'_>, version: i32, draft: &PostingDraft) -> Result<Posting> {
    use PostingStatus as S;
    let before = own(tx, draft.id, version)?;
    if matches!(before.status, S::Withdrawn | S::Blocked) {
        return Err(Error::refused("posting-status").with("status", before.status));
    }
    let mut posting = before.clone();
    posting.kind = draft.kind;
    posting.region_code = draft.region.clone();
    check_writer(tx, &posting)?;
    fill(tx, &mut posting, draft)?;
    if matches!(before.status, S::Open | S::Filled | S::Paused | S::Submitted) {
        let found = doubts(&posting.title, &posting.description);
        let is_same_text = posting.title == before.title && posting.description == before.description;
        let next = judged(&posting, if is_same_text { &[] } else { &found })?;
        posting.status = match (before.status, next) {
            (S::Submitted, _) | (_, S::Submitted) => S::Submitted,
            (S::Paused, _) => S::Paused,
            (_, next) => next,
        };
        if !is_same_text {
            posting.status_note = note_of(&found);
        }
    }
    store::save(tx, &posting)?;
    leave_line(tx, "amend_posting", &posting, Some(&before), &posting)?;
    tx.touch(Subject::new("posting", posting.id));
    Ok(posting)
}

/// A new draft with the same text; the closing day is to be given again. Sending the form twice is one copy.
pub fn copy_posting(tx: &mut Tx<'_>, id: PostingId, copy_id: PostingId) -> Result<Posting> {
    let actor = tx.actor();
    let original = store::posting_for(tx, actor, id, Permission::ManageOwnEmployer)?;
    let known: Option<Posting> = table::table
        .find(copy_id)
        .select(Posting::as_select())
        .first(&mut **tx)
        .optional()?;
    if let Some(known) = known {
        return if known.employer_id == original.employer_id {
            Ok(known)
        } else {
            Err(Error::Conflict)
        };
    }
    let keys = tx.keys();
    let phone = original
        .phone_sealed
        .as_ref()
        .map(|sealed| keys.open(phone_place(id), sealed))
        .transpose()?;
    let copy = Posting {
        id: copy_id,
        version: 1,
        created_at: tx.now(),
        filled: 0,
        status: PostingStatus::Draft,
        status_note: String::new(),
        published_on: None,
        closes_on: None,
        source: "desk".to_owned(),
        source_no: None,
        phone_sealed: phone.map(|phone| keys.seal(phone_place(copy_id), &phone)).transpose()?,
        ..original
    };
    diesel::insert_into(table::table).values(&copy).execute(&mut **tx)?;
    leave_line(
        tx,
        "copy_posting",
        &copy,
        None,
        &json!({ "of": id, "title": copy.title }),
    )?;
    Ok(copy)
}

/// The employer takes its posting back for good.
pub fn close_posting(tx: &mut Tx<'_>, id: PostingId, version: i32) -> Result<Posting> {
    let posting = own(tx, id, version)?;
    go_to(tx, posting, PostingStatus::Withdrawn, "close_posting", "")
}

pub fn pause_posting(tx: &mut Tx<'_>, id: PostingId, version: i32) -> Result<Posting> {
    let posting = own(tx, id, version)?;
    go_to(tx, posting, PostingStatus::Paused, "pause_posting", "")
}

pub fn resume_posting(tx: &mut Tx<'_>, id: PostingId, version: i32) -> Result<Posting> {
    let posting = own(tx, id, version)?;
    if posting.status != PostingStatus::Paused {
        return Err(Error::refused("posting-status").with("status", posting.status));
    }
    check_employer(tx, &posting)?;
    if posting.closes_on.is_some_and(|day| day < tx.today()) {
        return Err(Error::invalid("closes_on", "posting-closes-past"));
    }
    let next = running(&posting);
    go_to(tx, posting, next, "resume_posting", "")
}

/// A running posting runs on until a later day; an expired one opens again once its text has been read.
pub fn renew_posting(tx: &mut Tx<'_>, id: PostingId, version: i32, closes_on: Day) -> Result<Posting> {
    use PostingStatus as S;
    let mut posting = own(tx, id, version)?;
    if !matches!(posting.status, S::Open | S::Filled | S::Paused | S::Expired) {
        return Err(Error::refused("posting-status").with("status", posting.status));
    }
    if let Some(problem) = closing_problem(Some(closes_on), tx.today()) {
        return Err(Error::Invalid(vec![problem]));
    }
    check_employer(tx, &posting)?;
    posting.closes_on = Some(closes_on);
    if posting.status == S::Expired {
        let found = doubts(&posting.title, &posting.description);
        let next = judged(&posting, &found)?;
        return go_to(tx, posting, next, "renew_posting", &note_of(&found));
    }
    store::save(tx, &posting)?;
    leave_line(tx, "renew_posting", &posting, None, &json!({ "closes_on": closes_on }))?;
    tx.touch(Subject::new("posting", id));
    Ok(posting)
}

/// A posting in an officer's scope, locked. Four eyes: who wrote it or acts for its employer does not judge it.
fn to_review(tx: &mut Tx<'_>, id: PostingId, version: i32) -> Result<Posting> {
    let actor = tx.actor();
    store::posting_for(tx, actor, id, Permission::ReviewPostings)?;
    let posting = store::lock(tx, id, version)?;
    let wrote = match actor.user_id() {
        Some(user) => store::has_written(tx, id, user)?,
        None => false,
    };
    if wrote || actor.employers().any(|own| own == posting.employer_id) {
        return Err(Error::refused("posting-own"));
    }
    Ok(posting)
}

/// An officer accepts what was in doubt. Forbidden wording he cannot accept.
pub fn approve_posting(tx: &mut Tx<'_>, id: PostingId, version: i32) -> Result<Posting> {
    let posting = to_review(tx, id, version)?;
    if posting.status != PostingStatus::Submitted {
        return Err(Error::refused("posting-status").with("status", posting.status));
    }
    check_employer(tx, &posting)?;
    if posting.closes_on.is_some_and(|day| day < tx.today()) {
        return Err(Error::invalid("closes_on", "posting-closes-past"));
    }
    let found = doubts(&posting.title, &posting.description);
    let stopped = forbidden(&found);
    if !stopped.is_empty() {
        return Err(Error::Invalid(stopped));
    }
    let next = running(&posting);
    go_to(tx, posting, next, "approve_posting", "")
}

/// An officer sends a submitted posting back and says why.
pub fn return_posting(tx: &mut Tx<'_>, id: PostingId, version: i32, note: &str) -> Result<Posting> {
    let note = needed_note(note)?;
    let posting = to_review(tx, id, version)?;
    go_to(tx, posting, PostingStatus::Rejected, "return_posting", &note)
}

/// An officer takes a posting down for good and says why.
pub fn block_posting(tx: &mut Tx<'_>, id: PostingId, version: i32, note: &str) -> Result<Posting> {
    let note = needed_note(note)?;
    let posting = to_review(tx, id, version)?;
    go_to(tx, posting, PostingStatus::Blocked, "block_posting", &note)
}

/// The doubts of a text as an employer types it, as problems of their boxes.
pub fn wording_problems(title: &str, description: &str) -> Vec<FieldProblem> {
    doubts(title, description).iter().map(as_problem).collect()
}

// For other rooms and tasks.

/// Takes one place; refused when none is left. Decided by the database, so the last place is taken once.
pub fn take_place(tx: &mut Tx<'_>, id: PostingId, cause: Subject) -> Result<()> {
    let taken = store::raise_filled(tx, id)?;
    let posting = store::posting_by_id(tx, id)?;
    if !taken {
        let is_full = posting.filled >= posting.places;
        let code = if is_full { "posting-full" } else { "posting-not-open" };
        return Err(Error::refused(code)
            .with("places", posting.places)
            .with("status", posting.status));
    }
    places_changed(tx, &posting, "take_place", cause)
}

/// Gives one place back; a full posting opens again.
pub fn free_place(tx: &mut Tx<'_>, id: PostingId, cause: Subject) -> Result<()> {
    let freed = store::lower_filled(tx, id)?;
    let posting = store::posting_by_id(tx, id)?;
    if !freed {
        return Err(Error::refused("posting-none-taken"));
    }
    places_changed(tx, &posting, "free_place", cause)
}

fn places_changed(tx: &mut Tx<'_>, posting: &Posting, verb: &'static str, cause: Subject) -> Result<()> {
    let after =
        json!({ "filled": posting.filled, "places": posting.places, "cause": cause.kind, "cause_id": cause.id });
    leave_line(tx, verb, posting, None, &after)?;
    tx.touch(Subject::new("posting", posting.id));
    Ok(())
}

/// Ends postings whose closing day has passed, at most `limit` at once; how many it ended. Safe to run twice.
pub fn expire_postings(tx: &mut Tx<'_>, limit: usize) -> Result<usize> {
    let today = tx.today();
    let overdue = store::overdue(tx, today, limit)?;
    let count = overdue.len();
    for posting in overdue {
        let posting = store::lock(tx, posting.id, posting.version)?;
        go_to(tx, posting, PostingStatus::Expired, "expire_posting", "")?;
    }
    Ok(count)
}

/// An employer was suspended, reinstated or renamed: what the index says of its postings is looked at again.
pub fn on_employer_changed(tx: &mut Tx<'_>, employer_id: EmployerId) -> Result<()> {
    for id in store::shown_of(tx, employer_id)? {
        tx.touch(Subject::new("posting", id));
    }
    Ok(())
}

/// The phone in full, for a room that has the person's consent to bring both sides together.
pub fn contact_phone(conn: &mut Conn, keys: &crate::base::secret::Keys, id: PostingId) -> Result<Option<String>> {
    let posting = store::posting_by_id(conn, id)?;
    posting
        .phone_sealed
        .as_ref()
        .map(|sealed| keys.open(phone_place(id), sealed))
        .transpose()
}
