//! Asking whether somebody is still at work: after 30, 90 and 180 days the employer and the worker are each asked once, and
//! each answer is dated evidence.

use diesel::dsl::{exists, not};
use diesel::prelude::*;
use serde::Serialize;

use super::actions::{end_employment, record_evidence};
use super::model::{Employment, EndReason};
use super::rules::is_current_on;
use crate::base::actor::{Actor, Permission};
use crate::base::error::{Error, OrNotFound, Result};
use crate::base::ids::{ConfirmationId, EmploymentId, Id};
use crate::base::time::{Day, Instant};
use crate::coded_enum;
use crate::insert_batch;
use crate::platform::db::schema::{confirmations, employments};
use crate::platform::db::{Conn, Subject, Tx};
use crate::registry;

/// After so many days somebody is asked.
pub const AFTER_DAYS: [i32; 3] = [30, 90, 180];
/// A question that nobody could have asked in time is not asked any more.
const OPEN_DAYS: u64 = 30;

coded_enum! {
    pub enum AskedSide: "asked_side" { Employer = "employer", Worker = "worker" }
}
coded_enum! {
    pub enum ConfirmationAnswer: "confirmation_answer" { StillThere = "still_there", Gone = "gone" }
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = crate::platform::db::schema::confirmations)]
pub struct Confirmation {
    pub id: ConfirmationId,
    pub created_at: Instant,
    pub employment_id: EmploymentId,
    pub asked: AskedSide,
    pub after_days: i32,
    pub due_on: Day,
    pub answered_at: Option<Instant>,
    pub answer: Option<ConfirmationAnswer>,
}

/// What somebody answers; who says that the work ended says when and why.
#[derive(Debug, Clone, Copy)]
pub enum Answer {
    StillThere,
    Gone { end_on: Day, reason: EndReason },
}

fn days_before(day: Day, days: u64) -> Day {
    day.checked_sub_days(chrono::Days::new(days)).unwrap_or(day)
}

/// Puts the questions that are due, at most so many employments at once; returns how many employments were looked at.
pub fn ask_for_confirmations(tx: &mut Tx<'_>, portion: usize) -> Result<usize> {
    let today = tx.today();
    for after_days in AFTER_DAYS {
        let days = u64::try_from(after_days).unwrap_or(0);
        let asked = confirmations::table
            .filter(confirmations::employment_id.eq(employments::id))
            .filter(confirmations::after_days.eq(after_days));
        let found: Vec<Employment> = employments::table
            .filter(employments::start_on.le(days_before(today, days)))
            .filter(employments::start_on.gt(days_before(today, days + OPEN_DAYS)))
            .filter(employments::end_on.is_null().or(employments::end_on.ge(today)))
            .filter(not(exists(asked)))
            .order(employments::id)
            .limit(i64::try_from(portion).unwrap_or(500))
            .select(Employment::as_select())
            .load(&mut **tx)?;
        if found.is_empty() {
            continue;
        }
        let mut questions: Vec<Confirmation> = Vec::new();
        for employment in &found {
            let sides = [
                employment.employer_id.map(|_| AskedSide::Employer),
                Some(AskedSide::Worker),
            ];
            questions.extend(sides.into_iter().flatten().map(|asked| {
                Confirmation {
                    id: Id::fresh(),
                    created_at: tx.now(),
                    employment_id: employment.id,
                    asked,
                    after_days,
                    due_on: employment
                        .start_on
                        .checked_add_days(chrono::Days::new(days))
                        .unwrap_or(today),
                    answered_at: None,
                    answer: None,
                }
            }));
        }
        insert_batch!(tx, confirmations::table, &questions)?;
        return Ok(found.len());
    }
    Ok(0)
}

/// The questions that wait for an actor's answer, the oldest first: of his employers, or his own.
pub fn questions_for(conn: &mut Conn, actor: &Actor, today: Day) -> Result<Vec<(Confirmation, Employment)>> {
    let mut found: Vec<(Confirmation, Employment)> = Vec::new();
    let open = || {
        confirmations::table
            .inner_join(employments::table)
            .filter(confirmations::answered_at.is_null())
            .filter(confirmations::due_on.le(today))
            .filter(employments::end_on.is_null().or(employments::end_on.ge(today)))
            .order((confirmations::due_on, confirmations::id))
            .limit(500)
            .select((Confirmation::as_select(), Employment::as_select()))
    };
    let employers: Vec<_> = actor.employers().collect();
    if !employers.is_empty() {
        let rows = open()
            .filter(confirmations::asked.eq(AskedSide::Employer))
            .filter(employments::employer_id.eq_any(employers));
        found.extend(rows.load::<(Confirmation, Employment)>(conn)?);
    }
    if let Some(person_id) = actor.person_id() {
        let rows = open()
            .filter(confirmations::asked.eq(AskedSide::Worker))
            .filter(employments::person_id.eq(person_id));
        found.extend(rows.load::<(Confirmation, Employment)>(conn)?);
    }
    // Of several questions about one employment the newest is enough.
    let mut newest: Vec<(Confirmation, Employment)> = Vec::new();
    for row in found {
        match newest
            .iter_mut()
            .find(|(other, _)| other.employment_id == row.0.employment_id && other.asked == row.0.asked)
        {
            Some(other) => *other = row,
            None => newest.push(row),
        }
    }
    Ok(newest)
}

/// A question that was put to the actor.
pub fn question_for(conn: &mut Conn, actor: &Actor, id: ConfirmationId) -> Result<(Confirmation, Employment)> {
    let found: Option<(Confirmation, Employment)> = confirmations::table
        .inner_join(employments::table)
        .filter(confirmations::id.eq(id))
        .select((Confirmation::as_select(), Employment::as_select()))
        .first(conn)
        .optional()?;
    let (question, employment) = found.or_not_found("confirmation")?;
    let is_asked = match question.asked {
        AskedSide::Employer => employment
            .employer_id
            .is_some_and(|id| actor.employers().any(|own| own == id)),
        AskedSide::Worker => actor.person_id() == Some(employment.person_id),
    };
    Some((question, employment))
        .filter(|_| is_asked)
        .or_not_found("confirmation")
}

/// Answers a question: still there is evidence of today, gone ends the employment. All open questions of that side about
/// the employment are answered with it.
pub fn answer_confirmation(tx: &mut Tx<'_>, id: ConfirmationId, answer: Answer) -> Result<EmploymentId> {
    let actor = tx.actor();
    let (question, employment) = question_for(tx, actor, id)?;
    let today = tx.today();
    if question.answered_at.is_some() {
        return Err(Error::refused("confirmation-answered"));
    }
    if !is_current_on(&employment, today) {
        return Err(Error::refused("employment-ended"));
    }
    let said = match answer {
        Answer::StillThere => {
            record_evidence(tx, employment.id, None, today)?;
            ConfirmationAnswer::StillThere
        }
        Answer::Gone { end_on, reason } => {
            end_employment(tx, employment.id, employment.version, end_on, reason)?;
            ConfirmationAnswer::Gone
        }
    };
    let now = tx.now();
    diesel::update(
        confirmations::table
            .filter(confirmations::employment_id.eq(employment.id))
            .filter(confirmations::asked.eq(question.asked))
            .filter(confirmations::answered_at.is_null())
            .filter(confirmations::due_on.le(today)),
    )
    .set((confirmations::answered_at.eq(now), confirmations::answer.eq(said)))
    .execute(&mut **tx)?;
    let home = registry::home_of(tx, employment.person_id)?;
    tx.audit(
        "answer_confirmation",
        Subject::new("employment", employment.id),
        home.as_ref(),
        None::<&()>,
        Some(&serde_json::json!({ "asked": question.asked, "after_days": question.after_days, "answer": said })),
    )?;
    Ok(employment.id)
}

/// The permission with which an actor answers.
pub fn may_answer(actor: &Actor) -> bool {
    actor.may(Permission::ManageOwnEmployer) || actor.may(Permission::ActForSelf)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enums_equal_their_lists() {
        use crate::employment::EvidenceKind;
        crate::enums_equal_lists!(AskedSide, ConfirmationAnswer, EvidenceKind, EndReason);
    }
}
