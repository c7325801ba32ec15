//! What people do about employers.

use std::collections::HashMap;

use diesel::prelude::*;
use serde_json::json;

use super::model::{Employer, EmployerDraft, EmployerStatus, ListedEmployer};
use super::rules::{changes_identity, draft_problems, has_odd_code, must_be_separate, role_on_registration};
use super::store;
use crate::accounts::{GrantDraft, UserDraft, add_grant, open_own_account, password_problem};
use crate::base::actor::Permission;
use crate::base::error::{Error, FieldProblem, Result};
use crate::base::event::Event;
use crate::base::identity::CreditCode;
use crate::base::ids::{EmployerId, Id, UserId};
use crate::base::secret::Place;
use crate::insert_batch;
use crate::platform::db::schema::employers as table;
use crate::platform::db::{Subject, Tx, violates};

/// A signed-in person registers an employer; it waits for an officer. Whoever registers gains a role on it.
/// Sending the form twice is one employer.
pub fn register_employer(tx: &mut Tx<'_>, draft: &EmployerDraft) -> Result<Employer> {
    let actor = tx.actor();
    if actor.is_nobody() {
        return Err(Error::Unauthenticated);
    }
    let known: Option<Employer> = table::table
        .find(draft.id)
        .select(Employer::as_select())
        .first(&mut **tx)
        .optional()?;
    match known {
        Some(known) if known.created_by == actor.user_id() => return Ok(known),
        Some(_) => return Err(Error::Conflict),
        None => {}
    }
    if actor.employers().next().is_some() {
        return Err(Error::refused("employer-already-yours"));
    }
    let problems = draft_problems(draft, false);
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let employer = take_in(tx, draft, actor.user_id())?;
    if let Some(user_id) = actor.user_id() {
        let role = role_on_registration(employer.kind);
        add_grant(tx, user_id, &GrantDraft::for_employer(role, employer.id))?;
    }
    Ok(employer)
}

/// Somebody without an account registers an employer: the account, the employer and the role on it come into being
/// together or not at all.
pub fn register_with_account(tx: &mut Tx<'_>, draft: &EmployerDraft, account: &UserDraft) -> Result<Employer> {
    let mut problems = draft_problems(draft, false);
    let name = account.sign_in_name.trim().to_lowercase();
    if let Some(code) = password_problem(&account.password, &name, false) {
        problems.push(FieldProblem::new("password", code));
    }
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let user = open_own_account(tx, account)?;
    let employer = take_in(tx, draft, Some(user.id))?;
    let role = role_on_registration(employer.kind);
    add_grant(tx, user.id, &GrantDraft::for_employer(role, employer.id))?;
    Ok(employer)
}

/// Writes a sound registration down; it waits for an officer.
fn take_in(tx: &mut Tx<'_>, draft: &EmployerDraft, created_by: Option<UserId>) -> Result<Employer> {
    refuse_taken_code(tx, draft.credit_code.as_ref(), draft.id)?;
    let mut employer = Employer {
        id: draft.id,
        version: 1,
        created_at: tx.now(),
        kind: draft.kind,
        name: String::new(),
        credit_code: None,
        region_code: draft.region.clone(),
        address: String::new(),
        contact_name: String::new(),
        phone_sealed: None,
        phone_masked: None,
        licence_no: None,
        status: EmployerStatus::Submitted,
        status_note: String::new(),
        verified_on: None,
        created_by,
    };
    fill(tx, &mut employer, draft)?;
    diesel::insert_into(table::table)
        .values(&employer)
        .execute(&mut **tx)
        .map_err(taken_code)?;
    leave_line(tx, "register_employer", &employer, None, &employer)?;
    Ok(employer)
}

/// Writes what the draft says into the record.
fn fill(tx: &Tx<'_>, employer: &mut Employer, draft: &EmployerDraft) -> Result<()> {
    employer.kind = draft.kind;
    draft.name.trim().clone_into(&mut employer.name);
    employer.credit_code = draft.credit_code.as_ref().map(|code| code.as_str().to_owned());
    employer.region_code = draft.region.clone();
    draft.address.trim().clone_into(&mut employer.address);
    draft.contact_name.trim().clone_into(&mut employer.contact_name);
    employer.licence_no = draft
        .licence_no
        .as_deref()
        .map(str::trim)
        .filter(|no| !no.is_empty())
        .map(str::to_owned);
    if let Some(phone) = &draft.phone {
        let place = Place {
            table: "employers",
            column: "phone_sealed",
            id: employer.id.raw(),
        };
        employer.phone_sealed = Some(tx.keys().seal(place, phone.expose())?);
        employer.phone_masked = Some(phone.masked());
    }
    Ok(())
}

fn leave_line(
    tx: &mut Tx<'_>,
    verb: &'static str,
    employer: &Employer,
    before: Option<&Employer>,
    after: &impl serde::Serialize,
) -> Result<()> {
    tx.audit(
        verb,
        Subject::new("employer", employer.id),
        Some(&employer.region_code),
        before,
        Some(after),
    )
}

/// A credit code belongs to one employer; the answer names the one that has it.
fn refuse_taken_code(tx: &mut Tx<'_>, code: Option<&CreditCode>, own: EmployerId) -> Result<()> {
    let Some(code) = code else { return Ok(()) };
    match store::employer_by_credit_code(tx, code)?.filter(|owner| owner.id != own) {
        Some(owner) => {
            let problem = FieldProblem::new("credit_code", "credit-code-taken").with("employer", owner.name);
            Err(Error::Invalid(vec![problem]))
        }
        None => Ok(()),
    }
}

/// Two registrations of one code at the same moment: the database decides, the answer is the same.
pub(super) fn taken_code(error: diesel::result::Error) -> Error {
    if violates(&error, "uq_employers__credit_code", "employers.credit_code") {
        Error::invalid("credit_code", "credit-code-taken-now")
    } else {
        error.into()
    }
}

/// The employer itself, or an officer of its region, corrects the file. What an officer has verified must be verified
/// again when it changes; a file that was sent back is submitted again.
pub fn amend_employer(tx: &mut Tx<'_>, version: i32, draft: &EmployerDraft) -> Result<Employer> {
    let actor = tx.actor();
    let permission = if actor.manages(draft.id) {
        Permission::ManageOwnEmployer
    } else {
        Permission::VerifyEmployers
    };
    store::employer_for(tx, actor, draft.id, permission)?;
    store::lock(tx, draft.id, version)?;
    let before = store::employer_by_id(tx, draft.id)?;
    if before.status == EmployerStatus::Suspended {
        return Err(Error::refused("employer-suspended"));
    }
    let problems = draft_problems(draft, before.phone_sealed.is_some());
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    refuse_taken_code(tx, draft.credit_code.as_ref(), draft.id)?;
    let mut changed = before.clone();
    fill(tx, &mut changed, draft)?;
    let goes_back = before.status == EmployerStatus::Returned
        || (before.status == EmployerStatus::Verified && changes_identity(&before, draft));
    if goes_back {
        changed.status = EmployerStatus::Submitted;
        changed.status_note.clear();
    }
    store::save(tx, &changed)?;
    leave_line(tx, "amend_employer", &changed, Some(&before), &changed)?;
    tx.emit(Event::EmployerChanged(changed.id));
    Ok(changed)
}

/// An officer's decision about an employer: who may take it, from which status, with the row locked.
fn decide(tx: &mut Tx<'_>, id: EmployerId, version: i32, next: EmployerStatus) -> Result<Employer> {
    let actor = tx.actor();
    store::employer_for(tx, actor, id, Permission::VerifyEmployers)?;
    store::lock(tx, id, version)?;
    let employer = store::employer_by_id(tx, id)?;
    if !employer.status.may_become(next) {
        return Err(Error::refused("employer-status").with("status", employer.status));
    }
    Ok(employer)
}

/// Four eyes: who wrote the file or acts for the employer does not verify it.
fn refuse_own(tx: &Tx<'_>, employer: &Employer) -> Result<()> {
    let actor = tx.actor();
    let wrote = employer.created_by.is_some() && employer.created_by == actor.user_id();
    if wrote || actor.employers().any(|own| own == employer.id) {
        return Err(Error::refused("employer-own"));
    }
    Ok(())
}

/// An officer verifies an employer. A credit code whose check character fails needs his reason.
pub fn verify_employer(tx: &mut Tx<'_>, id: EmployerId, version: i32, reason: Option<&str>) -> Result<()> {
    let employer = decide(tx, id, version, EmployerStatus::Verified)?;
    refuse_own(tx, &employer)?;
    if employer.status != EmployerStatus::Submitted {
        return Err(Error::refused("employer-status").with("status", employer.status));
    }
    let reason = reason.map(str::trim).filter(|r| r.chars().count() >= 4);
    if has_odd_code(&employer) && reason.is_none() {
        return Err(Error::invalid("reason", "credit-code-check"));
    }
    store::set_status(tx, &employer, EmployerStatus::Verified, reason.unwrap_or(""))?;
    leave_line(tx, "verify_employer", &employer, None, &json!({ "reason": reason }))?;
    tx.emit(Event::EmployerChanged(id));
    Ok(())
}

/// An officer sends a file back and says what is missing.
pub fn return_employer(tx: &mut Tx<'_>, id: EmployerId, version: i32, missing: &str) -> Result<()> {
    let missing = needed_note(missing)?;
    change(tx, id, version, EmployerStatus::Returned, "return_employer", &missing)
}

/// An officer stops an employer: nothing of it is shown until it is reinstated.
pub fn suspend_employer(tx: &mut Tx<'_>, id: EmployerId, version: i32, note: &str) -> Result<()> {
    let note = needed_note(note)?;
    change(tx, id, version, EmployerStatus::Suspended, "suspend_employer", &note)
}

/// An officer lets a suspended employer continue; four eyes hold here as well.
pub fn reinstate_employer(tx: &mut Tx<'_>, id: EmployerId, version: i32, note: &str) -> Result<()> {
    let note = needed_note(note)?;
    let employer = decide(tx, id, version, EmployerStatus::Verified)?;
    refuse_own(tx, &employer)?;
    if employer.status != EmployerStatus::Suspended {
        return Err(Error::refused("employer-status").with("status", employer.status));
    }
    store::set_status(tx, &employer, EmployerStatus::Verified, &note)?;
    leave_line(tx, "reinstate_employer", &employer, None, &json!({ "note": note }))?;
    tx.emit(Event::EmployerChanged(id));
    Ok(())
}

fn change(
    tx: &mut Tx<'_>,
    id: EmployerId,
    version: i32,
    next: EmployerStatus,
    verb: &'static str,
    note: &str,
) -> Result<()> {
    let employer = decide(tx, id, version, next)?;
    store::set_status(tx, &employer, next, note)?;
    leave_line(tx, verb, &employer, None, &json!({ "note": note }))?;
    tx.emit(Event::EmployerChanged(id));
    Ok(())
}

/// A decision against somebody needs a reason that he can act on.
pub(crate) fn needed_note(typed: &str) -> Result<String> {
    let note = typed.trim();
    match note.chars().count() {
        4..=500 => Ok(note.to_owned()),
        _ => Err(Error::invalid("note", "note-length")),
    }
}

// For other rooms.

/// The employers whom a list of postings names, found by name or taken over as verified by whoever imports the list.
/// A workshop is never taken for the company of the same name.
pub fn adopt_listed(tx: &mut Tx<'_>, listed: &[ListedEmployer]) -> Result<HashMap<ListedEmployer, EmployerId>> {
    let names: Vec<String> = listed.iter().map(|l| l.name.clone()).collect();
    let mut known: Vec<(String, crate::base::codes::EmployerKind, EmployerId)> = store::employers_named(tx, &names)?
        .into_iter()
        .map(|e| (e.name, e.kind, e.id))
        .collect();
    let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
    for (place, (name, ..)) in known.iter().enumerate() {
        by_name.entry(name.clone()).or_default().push(place);
    }
    let mut found = HashMap::new();
    let mut news = Vec::new();
    for entry in listed {
        let places = by_name.entry(entry.name.clone()).or_default();
        let same = places.iter().filter_map(|place| known.get(*place));
        let existing = same
            .filter(|(_, kind, _)| !must_be_separate(*kind, entry.kind))
            .map(|(.., id)| *id)
            .next();
        let id = match existing {
            Some(id) => id,
            None => {
                let employer = listed_employer(tx, entry);
                let id = employer.id;
                places.push(known.len());
                known.push((entry.name.clone(), entry.kind, id));
                leave_line(
                    tx,
                    "adopt_employer",
                    &employer,
                    None,
                    &json!({ "name": entry.name, "kind": entry.kind }),
                )?;
                news.push(employer);
                id
            }
        };
        found.insert(entry.clone(), id);
    }
    insert_batch!(tx, table::table, &news)?;
    Ok(found)
}

fn listed_employer(tx: &Tx<'_>, entry: &ListedEmployer) -> Employer {
    Employer {
        id: Id::fresh(),
        version: 1,
        created_at: tx.now(),
        kind: entry.kind,
        name: entry.name.clone(),
        credit_code: None,
        region_code: entry.region.clone(),
        address: String::new(),
        contact_name: String::new(),
        phone_sealed: None,
        phone_masked: None,
        licence_no: None,
        status: EmployerStatus::Verified,
        status_note: String::new(),
        verified_on: Some(tx.today()),
        created_by: tx.actor().user_id(),
    }
}
