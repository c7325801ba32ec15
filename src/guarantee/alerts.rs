//! Alerts: what was noticed about a household. Which ones ought to be open follows from the facts; a change of facts and
//! the nightly sweep open what is missing and close what is over, so doing it twice is doing it once. Pure.
//!
//! Two sorts. A *condition* (at zero, work about to end, nothing confirmed, nobody in touch) is open as long as it holds
//! and cannot be closed by hand. An *occurrence* (a job lost, a wage that fell, a course left) happened once: somebody
//! follows it up and says what came of it, and it never opens again.

use std::collections::BTreeSet;

use diesel::prelude::*;
use serde::Serialize;

use super::clocks::Clocks;
use super::history::{History, PersonHistory, Span, WorkThen};
use super::model::{Parameters, Standing};
use super::rules::TO_BE_CONFIRMED;
use crate::base::ids::{AlertId, EmploymentId, EnrolmentId, ExemptionId, HouseholdId, PersonId};
use crate::base::money::Money;
use crate::base::time::{Day, Instant, days_between};
use crate::coded_enum;
use crate::platform::db::schema;
use crate::reference::Calendar;
use crate::registry::is_labourer;

coded_enum! {
    pub enum AlertKind: "alert_kind" {
        ZeroHousehold = "zero_household", LastJobEnding = "last_job_ending", JobLost = "job_lost",
        EvidenceStale = "evidence_stale", WageArrears = "wage_arrears", NoTrainingYear = "no_training_year",
        MonitorNoMeasure = "monitor_no_measure", WrongChannel = "wrong_channel", DoublePost = "double_post",
        GhostPost = "ghost_post", PostTermEnding = "post_term_ending", OverAge = "over_age", UnderAge = "under_age",
        WageDrop = "wage_drop", TrainingDropout = "training_dropout", NoContact = "no_contact",
        ExemptionReview = "exemption_review",
    }
}
coded_enum! {
    pub enum AlertOutcome: "alert_outcome" {
        Resolved = "resolved", Helped = "helped", NoNeed = "no_need", Mistaken = "mistaken",
    }
}

impl AlertKind {
    /// Whether it happened once and waits for somebody to say what came of it.
    pub const fn is_occurrence(self) -> bool {
        matches!(self, Self::JobLost | Self::WageDrop | Self::TrainingDropout)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = schema::alerts)]
pub struct Alert {
    pub id: AlertId,
    pub version: i32,
    pub created_at: Instant,
    pub household_id: HouseholdId,
    pub person_id: Option<PersonId>,
    pub kind: AlertKind,
    /// What distinguishes two alerts of one kind: the employment, the enrolment, the exemption; else empty.
    pub cause: String,
    pub opened_on: Day,
    /// By when somebody has to act; unknown where the calendar of that year is not loaded.
    pub due_on: Option<Day>,
    pub closed_on: Option<Day>,
    pub outcome: Option<AlertOutcome>,
    pub is_open: bool,
}

/// An alert that the facts ask for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wanted {
    pub kind: AlertKind,
    pub cause: String,
    pub person_id: Option<PersonId>,
    /// By when somebody has to act, if it opens today.
    pub due_on: Option<Day>,
}

/// What is known beside the history of a household.
#[derive(Debug, Clone, Default)]
pub struct Signals {
    /// What each employment paid, oldest first.
    pub wages: Vec<(PersonId, EmploymentId, Day, Money)>,
    /// Courses that somebody left before the end, and when.
    pub dropouts: Vec<(PersonId, EnrolmentId, Day)>,
    /// The last day on which somebody of the bureau was in touch.
    pub contact_on: Option<Day>,
    /// Exemptions in force, and the day of their review.
    pub reviews: Vec<(ExemptionId, Day)>,
}

/// The alerts that ought to be open on a day. `since` is the first day of the present spell.
pub fn wanted(
    history: &History,
    standing: &Standing,
    since: Day,
    signals: &Signals,
    today: Day,
    calendar: &Calendar,
) -> BTreeSet<Wanted> {
    let clocks = Clocks::shipped();
    let parameters = Parameters::default();
    let mut list = List {
        today,
        follow_up: clocks.follow_up.after(today, calendar).ok(),
        alerts: BTreeSet::new(),
    };
    let state = standing.state;
    if state == crate::base::codes::GuaranteeState::NotInScope {
        return list.alerts;
    }
    if state.is_zero() && !standing.is_excused {
        let due = clocks.verify.after(today, calendar).ok();
        list.about(AlertKind::ZeroHousehold, String::new(), None, due);
    }
    match standing.reason {
        Some("ending") => list.condition(AlertKind::LastJobEnding),
        Some(TO_BE_CONFIRMED) => list.condition(AlertKind::EvidenceStale),
        _ => {}
    }
    let last_contact = signals.contact_on.map_or(since, |day| day.max(since));
    if state.is_zero() && days_between(last_contact, today) > clocks.no_contact_days {
        list.condition(AlertKind::NoContact);
    }
    for (id, review) in &signals.reviews {
        if days_between(today, *review) <= clocks.review_warning_days {
            list.about(AlertKind::ExemptionReview, id.to_string(), None, Some(*review));
        }
    }
    for member in history.members.iter().filter(|m| m.covers(today)) {
        let person_id = member.what.person_id;
        let Some(person) = history.persons.get(&person_id) else {
            continue;
        };
        let labour = person.labour.iter().find(|l| l.covers(today));
        let facts = crate::registry::LabourFacts {
            sex: member.what.sex,
            birth_on: member.what.birth_on,
            labour_skill: labour.and_then(|l| l.what.skill),
            assessed_on: labour.map_or(today, |l| l.from),
            at_school: labour.is_some_and(|l| l.what.at_school),
        };
        if is_labourer(&facts, today, &parameters.labour) {
            of_work(&mut list, person_id, person, clocks);
        }
    }
    of_wages(&mut list, history, signals, clocks);
    for (person_id, enrolment, day) in &signals.dropouts {
        if days_between(*day, today) <= clocks.memory_days {
            let due = list.follow_up;
            list.about(AlertKind::TrainingDropout, enrolment.to_string(), Some(*person_id), due);
        }
    }
    list.alerts
}

struct List {
    today: Day,
    follow_up: Option<Day>,
    alerts: BTreeSet<Wanted>,
}

impl List {
    fn condition(&mut self, kind: AlertKind) {
        let due_on = self.follow_up;
        self.about(kind, String::new(), None, due_on);
    }

    fn about(&mut self, kind: AlertKind, cause: String, person_id: Option<PersonId>, due_on: Option<Day>) {
        self.alerts.insert(Wanted {
            kind,
            cause,
            person_id,
            due_on,
        });
    }
}

/// A job that was lost and followed by no other; a term on a public-welfare post that is nearly over.
fn of_work(list: &mut List, person_id: PersonId, person: &PersonHistory, clocks: &Clocks) {
    let today = list.today;
    let counting = || person.work.iter().filter(|work| work.what.counts);
    let is_at_work = counting().any(|work| work.covers(today));
    let ended = |work: &&Span<WorkThen>| work.until.is_some_and(|end| end < today);
    let last = counting().filter(ended).max_by_key(|work| work.until);
    if let (false, Some(work)) = (is_at_work, last) {
        let days = work.until.map_or(i64::MAX, |end| days_between(end, today));
        if days <= clocks.memory_days {
            let due = list.follow_up;
            list.about(
                AlertKind::JobLost,
                work.what.employment_id.to_string(),
                Some(person_id),
                due,
            );
        }
    }
    for work in counting().filter(|work| work.covers(today)) {
        if let Some(term) = work.what.term_on
            && days_between(today, term) <= clocks.term_warning_days
        {
            let cause = work.what.employment_id.to_string();
            list.about(AlertKind::PostTermEnding, cause, Some(person_id), Some(term));
        }
    }
}

/// A wage that fell sharply against the one known before.
fn of_wages(list: &mut List, history: &History, signals: &Signals, clocks: &Clocks) {
    let works_there = |person: PersonId, employment: EmploymentId| {
        let person = history.persons.get(&person);
        person.is_some_and(|p| {
            p.work
                .iter()
                .any(|w| w.what.employment_id == employment && w.covers(list.today))
        })
    };
    let mut fallen = Vec::new();
    for pair in signals.wages.windows(2) {
        let [(_, before_at, _, before), (person_id, employment, day, after)] = pair else {
            continue;
        };
        let is_recent = days_between(*day, list.today) <= clocks.memory_days;
        if before_at == employment
            && is_recent
            && works_there(*person_id, *employment)
            && is_sharp_fall(before.fen(), after.fen(), clocks.wage_drop_bp)
        {
            fallen.push((*person_id, format!("{employment}/{day}")));
        }
    }
    for (person_id, cause) in fallen {
        let due = list.follow_up;
        list.about(AlertKind::WageDrop, cause, Some(person_id), due);
    }
}

fn is_sharp_fall(before: i64, after: i64, limit_bp: i64) -> bool {
    before > 0 && i128::from(before - after) * 10_000 >= i128::from(before) * i128::from(limit_bp)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wage_falls_sharply_from_the_limit_on() {
        for (before, after, falls) in [
            (300_000, 210_000, true),
            (300_000, 210_001, false),
            (300_000, 300_000, false),
            (0, 0, false),
            (i64::MAX, 0, true),
        ] {
            assert_eq!(is_sharp_fall(before, after, 3_000), falls, "{before} → {after}");
        }
    }

    #[test]
    fn enums_equal_their_lists() {
        use crate::guarantee::cases::{CaseCloseReason, CaseStepKind, MeasureStatus};
        use crate::guarantee::clocks::AskedLevel;
        use crate::guarantee::model::ZeroCause;
        crate::enums_equal_lists!(
            AlertKind,
            AlertOutcome,
            AskedLevel,
            CaseCloseReason,
            CaseStepKind,
            MeasureStatus,
            ZeroCause
        );
    }
}
