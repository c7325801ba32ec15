//! What holders and officers do about courses.

use diesel::prelude::*;
use serde_json::json;

use super::model::{Course, CourseCard, CourseDraft, CourseRun, CourseStatus};
use super::rules::{draft_problems, trade_of};
use super::store;
use crate::base::actor::Permission;
use crate::base::error::{Error, FieldProblem, Result};
use crate::base::ids::{CourseId, EmployerId, Id};
use crate::base::secret::{Keys, Place};
use crate::base::time::Day;
use crate::employers::{self, EmployerStatus, needed_note};
use crate::platform::db::schema::{course_runs, courses};
use crate::platform::db::{Conn, Subject, Tx};
use crate::postings::wording::{Severity, doubts};
use crate::postings::{is_forbidden_wording, wording_problems};
use crate::reference::{OccupationCode, occupations, suggest_occupation};

/// Keeps what the page of a course says as a draft. Sending the page twice is one course.
pub fn draft_course(tx: &mut Tx<'_>, draft: &CourseDraft) -> Result<CourseCard> {
    if let Some(known) = store::courses_by_ids(tx, &[draft.id])?.remove(&draft.id) {
        let actor = tx.actor();
        let is_same = known.course.employer_id == draft.employer_id && store::may_write(actor, &known.course);
        return if is_same { Ok(known) } else { Err(Error::Conflict) };
    }
    let occupation = occupation_for(draft, draft_problems(draft, false, tx.today()))?;
    let mut course = Course {
        id: draft.id,
        version: 1,
        created_at: tx.now(),
        employer_id: draft.employer_id,
        kind: draft.kind,
        title: String::new(),
        occupation_code: occupation.clone(),
        region_code: draft.region.clone(),
        address: String::new(),
        description: String::new(),
        certificate: None,
        lodging: false,
        meals: false,
        contact_name: String::new(),
        phone_sealed: None,
        phone_masked: None,
        status: CourseStatus::Draft,
        status_note: String::new(),
        published_on: None,
    };
    let actor = tx.actor();
    if !store::may_write(actor, &course) {
        return Err(Error::NotFound("employer"));
    }
    employers::employer_by_id(tx, draft.employer_id)?;
    fill(tx, &mut course, draft, occupation)?;
    let run = CourseRun {
        id: Id::fresh(),
        version: 1,
        created_at: tx.now(),
        course_id: course.id,
        starts_on: draft.starts_on,
        ends_on: draft.ends_on,
        hours: draft.hours,
        places: draft.places,
        filled: 0,
    };
    insert(tx, &course, &run, "draft_course")
}

fn insert(tx: &mut Tx<'_>, course: &Course, run: &CourseRun, verb: &'static str) -> Result<CourseCard> {
    diesel::insert_into(courses::table).values(course).execute(&mut **tx)?;
    diesel::insert_into(course_runs::table).values(run).execute(&mut **tx)?;
    leave_line(tx, verb, course, None::<&()>, &json!({ "course": course, "run": run }))?;
    store::course_by_id(tx, course.id)
}

/// The occupations that a course's title may mean, the likeliest first.
pub fn meant_by(title: &str) -> Vec<OccupationCode> {
    let of_trade = suggest_occupation(trade_of(title));
    // A title that only a course can have, as for trainers, is read whole.
    let whole = if of_trade.is_empty() {
        suggest_occupation(title)
    } else {
        Vec::new()
    };
    of_trade.into_iter().chain(whole).map(|(code, _)| code).collect()
}

/// The occupation that the draft names or its title means, unless something else is wrong with the draft.
fn occupation_for(draft: &CourseDraft, mut problems: Vec<FieldProblem>) -> Result<OccupationCode> {
    let occupation = match &draft.occupation {
        Some(code) => Some(code.clone()).filter(|code| occupations().get(code).is_some()),
        None => meant_by(&draft.title).into_iter().next(),
    };
    if occupation.is_none() {
        problems.push(FieldProblem::new("occupation", "posting-occupation"));
    }
    match occupation {
        Some(occupation) if problems.is_empty() => Ok(occupation),
        _ => Err(Error::Invalid(problems)),
    }
}

/// Writes what a sound draft says into the record.
fn fill(tx: &Tx<'_>, course: &mut Course, draft: &CourseDraft, occupation: OccupationCode) -> Result<()> {
    course.kind = draft.kind;
    draft.title.trim().clone_into(&mut course.title);
    course.occupation_code = occupation;
    course.region_code = draft.region.clone();
    draft.address.trim().clone_into(&mut course.address);
    draft.description.trim().clone_into(&mut course.description);
    course.certificate = draft
        .certificate
        .as_deref()
        .map(str::trim)
        .filter(|c| !c.is_empty())
        .map(str::to_owned);
    course.lodging = draft.lodging;
    course.meals = draft.meals;
    draft.contact_name.trim().clone_into(&mut course.contact_name);
    if let Some(phone) = &draft.phone {
        course.phone_sealed = Some(tx.keys().seal(phone_place(course.id), phone.expose())?);
        course.phone_masked = Some(phone.masked());
    }
    Ok(())
}

fn phone_place(id: CourseId) -> Place<'static> {
    Place {
        table: "courses",
        column: "phone_sealed",
        id: id.raw(),
    }
}

fn leave_line(
    tx: &mut Tx<'_>,
    verb: &'static str,
    course: &Course,
    before: Option<&impl serde::Serialize>,
    after: &impl serde::Serialize,
) -> Result<()> {
    tx.audit(
        verb,
        Subject::new("course", course.id),
        Some(&course.region_code),
        before,
        Some(after),
    )
}

/// A course that the actor writes, locked, at the version that he saw.
fn own(tx: &mut Tx<'_>, id: CourseId, version: i32) -> Result<CourseCard> {
    let actor = tx.actor();
    store::course_for(tx, actor, id, Permission::ManageOwnEmployer)?;
    store::lock(tx, id, version)
}

/// Moves a course to a status, with its line; what everybody sees follows.
fn go_to(tx: &mut Tx<'_>, card: CourseCard, next: CourseStatus, verb: &'static str, note: &str) -> Result<CourseCard> {
    let mut course = card.course;
    if !course.status.may_become(next) {
        return Err(Error::refused("course-status").with("status", course.status));
    }
    let before = course.status;
    course.status = next;
    note.clone_into(&mut course.status_note);
    if next == CourseStatus::Open && course.published_on.is_none() {
        course.published_on = Some(tx.today());
    }
    store::save(tx, &course)?;
    leave_line(
        tx,
        verb,
        &course,
        None::<&()>,
        &json!({ "from": before, "to": next, "note": note }),
    )?;
    tx.touch(Subject::new("course", course.id));
    store::course_by_id(tx, course.id)
}

fn running(run: &CourseRun) -> CourseStatus {
    if run.free_places() > 0 {
        CourseStatus::Open
    } else {
        CourseStatus::Full
    }
}

/// Refuses forbidden wording; otherwise the phrases in doubt, which an officer reads.
fn phrases_in_doubt(course: &Course) -> Result<Vec<String>> {
    let found = doubts(&course.title, &course.description);
    if found.iter().any(|doubt| doubt.severity == Severity::Block) {
        let problems = wording_problems(&course.title, &course.description);
        return Err(Error::Invalid(
            problems.into_iter().filter(is_forbidden_wording).collect(),
        ));
    }
    Ok(found.into_iter().map(|doubt| doubt.phrase).collect())
}

fn check_holder(card: &CourseCard, today: Day) -> Result<()> {
    if card.employer_status != EmployerStatus::Verified {
        return Err(Error::refused("posting-employer-unverified").with("status", card.employer_status));
    }
    if card.run.starts_on < today {
        return Err(Error::invalid("starts_on", "course-starts-past"));
    }
    Ok(())
}

/// Asks for publication. Without doubts it opens at once, with doubts an officer reads it first.
pub fn announce_course(tx: &mut Tx<'_>, id: CourseId, version: i32) -> Result<CourseCard> {
    let card = own(tx, id, version)?;
    if !matches!(card.course.status, CourseStatus::Draft | CourseStatus::Returned) {
        return Err(Error::refused("course-status").with("status", card.course.status));
    }
    check_holder(&card, tx.today())?;
    let phrases = phrases_in_doubt(&card.course)?;
    let next = if phrases.is_empty() {
        CourseStatus::Open
    } else {
        CourseStatus::Submitted
    };
    go_to(tx, card, next, "announce_course", &phrases.join("、"))
}

/// Corrects a course. One that is published is read again when its text changes.
pub fn amend_course(tx: &mut Tx<'_>, version: i32, draft: &CourseDraft) -> Result<CourseCard> {
    use CourseStatus as S;
    let before = own(tx, draft.id, version)?;
    if before.course.status == S::Closed {
        return Err(Error::refused("course-status").with("status", before.course.status));
    }
    // A run that has begun may keep its day.
    let earliest = tx.today().min(before.run.starts_on);
    let mut problems = draft_problems(draft, before.course.phone_sealed.is_some(), earliest);
    if draft.places < before.run.filled {
        problems.push(FieldProblem::new("places", "course-places-filled").with("filled", before.run.filled));
    }
    let occupation = occupation_for(draft, problems)?;
    let mut course = before.course.clone();
    fill(tx, &mut course, draft, occupation)?;
    let actor = tx.actor();
    if !store::may_write(actor, &course) {
        return Err(Error::invalid("region", "region-not-yours"));
    }
    let mut run = before.run.clone();
    (run.starts_on, run.ends_on, run.hours, run.places) = (draft.starts_on, draft.ends_on, draft.hours, draft.places);
    if !store::save_run(tx, &run)? {
        return Err(Error::Conflict);
    }
    let run = store::course_by_id(tx, draft.id)?.run;
    if matches!(before.course.status, S::Open | S::Full) {
        let is_same = (&course.title, &course.description) == (&before.course.title, &before.course.description);
        let phrases = if is_same {
            Vec::new()
        } else {
            phrases_in_doubt(&course)?
        };
        course.status = if phrases.is_empty() {
            running(&run)
        } else {
            S::Submitted
        };
        if !is_same {
            course.status_note = phrases.join("、");
        }
    }
    store::save(tx, &course)?;
    let old = json!({ "course": before.course, "run": before.run });
    leave_line(
        tx,
        "amend_course",
        &course,
        Some(&old),
        &json!({ "course": course, "run": run }),
    )?;
    tx.touch(Subject::new("course", course.id));
    store::course_by_id(tx, course.id)
}

/// A new draft with the same text and the run of new days. Sending the form twice is one copy.
pub fn copy_course(
    tx: &mut Tx<'_>,
    id: CourseId,
    copy_id: CourseId,
    starts_on: Day,
    ends_on: Day,
) -> Result<CourseCard> {
    let actor = tx.actor();
    let original = store::course_for(tx, actor, id, Permission::ManageOwnEmployer)?;
    if let Some(known) = store::courses_by_ids(tx, &[copy_id])?.remove(&copy_id) {
        let is_same = known.course.employer_id == original.course.employer_id;
        return if is_same { Ok(known) } else { Err(Error::Conflict) };
    }
    if starts_on < tx.today() {
        return Err(Error::invalid("starts_on", "course-starts-past"));
    }
    if ends_on < starts_on {
        return Err(Error::invalid("ends_on", "course-ends-before"));
    }
    let keys = tx.keys();
    let sealed = original.course.phone_sealed.as_ref();
    let phone = sealed.map(|sealed| keys.open(phone_place(id), sealed)).transpose()?;
    let course = Course {
        id: copy_id,
        version: 1,
        created_at: tx.now(),
        status: CourseStatus::Draft,
        status_note: String::new(),
        published_on: None,
        phone_sealed: phone.map(|phone| keys.seal(phone_place(copy_id), &phone)).transpose()?,
        ..original.course
    };
    let created_at = tx.now();
    let run = CourseRun {
        id: Id::fresh(),
        version: 1,
        created_at,
        course_id: copy_id,
        starts_on,
        ends_on,
        filled: 0,
        ..original.run
    };
    insert(tx, &course, &run, "copy_course")
}

/// Ends enrolment for good.
pub fn close_course(tx: &mut Tx<'_>, id: CourseId, version: i32) -> Result<CourseCard> {
    let card = own(tx, id, version)?;
    go_to(tx, card, CourseStatus::Closed, "close_course", "")
}

/// A submitted course in an officer's scope, locked. Four eyes: who wrote it or acts for its holder does not judge it.
fn to_review(tx: &mut Tx<'_>, id: CourseId, version: i32) -> Result<CourseCard> {
    let actor = tx.actor();
    store::course_for(tx, actor, id, Permission::ReviewPostings)?;
    let card = store::lock(tx, id, version)?;
    let wrote = match actor.user_id() {
        Some(user) => store::has_written(tx, id, user)?,
        None => false,
    };
    if wrote || actor.employers().any(|own| own == card.course.employer_id) {
        return Err(Error::refused("posting-own"));
    }
    if card.course.status != CourseStatus::Submitted {
        return Err(Error::refused("course-status").with("status", card.course.status));
    }
    Ok(card)
}

/// An officer accepts what was in doubt. Forbidden wording he cannot accept.
pub fn approve_course(tx: &mut Tx<'_>, id: CourseId, version: i32) -> Result<CourseCard> {
    let card = to_review(tx, id, version)?;
    check_holder(&card, tx.today())?;
    phrases_in_doubt(&card.course)?;
    let next = running(&card.run);
    go_to(tx, card, next, "approve_course", "")
}

/// An officer sends a course back and says why.
pub fn return_course(tx: &mut Tx<'_>, id: CourseId, version: i32, note: &str) -> Result<CourseCard> {
    let note = needed_note(note)?;
    let card = to_review(tx, id, version)?;
    go_to(tx, card, CourseStatus::Returned, "return_course", &note)
}

// For other rooms and tasks.

/// The phone in full, for a room that has asked whether the person is enrolled.
pub fn contact_phone(conn: &mut Conn, keys: &Keys, id: CourseId) -> Result<Option<String>> {
    let course = store::course_by_id(conn, id)?.course;
    let sealed = course.phone_sealed.as_ref();
    sealed.map(|sealed| keys.open(phone_place(id), sealed)).transpose()
}

/// Closes courses whose run has begun, at most `limit` at once; how many it closed. Safe to run twice.
pub fn finish_courses(tx: &mut Tx<'_>, limit: usize) -> Result<usize> {
    let today = tx.today();
    let begun = store::begun(tx, today, limit)?;
    let count = begun.len();
    for id in begun {
        let version = store::course_by_id(tx, id)?.course.version;
        let card = store::lock(tx, id, version)?;
        go_to(tx, card, CourseStatus::Closed, "finish_course", "")?;
    }
    Ok(count)
}

/// An employer was suspended, reinstated or renamed: what the index says of its courses is looked at again.
pub fn on_employer_changed(tx: &mut Tx<'_>, employer_id: EmployerId) -> Result<()> {
    for id in store::shown_of(tx, employer_id)? {
        tx.touch(Subject::new("course", id));
    }
    Ok(())
}
