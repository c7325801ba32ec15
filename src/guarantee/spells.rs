//! How long a household has stood where it stands, and why: the history between the days on which something changes.
//! Pure.
//!
//! Between two such days nothing that decides a state changes, so one look at each of them is a look at every day.

use std::collections::BTreeSet;

use chrono::{Datelike, Days};

use super::history::{History, Span};
use super::model::{Parameters, Standing, ZeroCause};
use crate::base::time::Day;

/// Every day of a span on which the household's standing may differ from the day before, the first day included.
pub fn change_points(history: &History, from: Day, until: Day, parameters: &Parameters) -> BTreeSet<Day> {
    let mut days = Points {
        from,
        until,
        days: BTreeSet::from([from]),
    };
    for status in &history.statuses {
        days.span(status);
    }
    for member in &history.members {
        days.span(member);
        if let Some(birth) = member.what.birth_on {
            let ages = &parameters.labour;
            for age in [ages.from_age, ages.men_until, ages.women_until] {
                days.add(birthday(birth, age), 0);
            }
        }
    }
    for exemption in &history.exemptions {
        days.span(exemption);
    }
    for case in &history.cases {
        days.add(Some(case.opened_on), 0);
        days.add(case.closed_on, 0);
        days.add(case.clear_by, 1);
    }
    for person in history.persons.values() {
        for labour in &person.labour {
            days.span(labour);
        }
        for work in &person.work {
            days.span(work);
            days.add(work.until, -parameters.ending_days);
            days.add(work.what.term_on, -parameters.ending_days);
            for (seen, _) in &work.what.evidence {
                days.add(Some(*seen), 0);
                days.add(Some(*seen), parameters.fresh_days + 1);
            }
        }
    }
    days.days
}

struct Points {
    from: Day,
    until: Day,
    days: BTreeSet<Day>,
}

impl Points {
    fn add(&mut self, day: Option<Day>, later: i64) {
        let moved = day.and_then(|day| day.checked_add_signed(chrono::Duration::days(later)));
        self.days
            .extend(moved.filter(|day| (self.from..=self.until).contains(day)));
    }

    fn span<T>(&mut self, span: &Span<T>) {
        self.add(Some(span.from), 0);
        self.add(span.until, 1);
    }
}

/// The first day on which somebody has an age; born on 29 February, that is 1 March of a common year.
fn birthday(birth: Day, age: i32) -> Option<Day> {
    let year = birth.year() + age;
    birth.with_year(year).or_else(|| Day::from_ymd_opt(year, 3, 1))
}

/// The standing of each part of a span, with its first day; the parts cover the span, except where the household had no
/// status.
pub fn standings_over(
    history: &History,
    from: Day,
    until: Day,
    parameters: &Parameters,
) -> Vec<(Day, Option<Standing>)> {
    change_points(history, from, until, parameters)
        .into_iter()
        .map(|day| (day, history.standing_on(day, parameters)))
        .collect()
}

/// Since when a household has stood where it stands on a day, and for one at zero why; the history must be whole.
pub fn spell(history: &History, day: Day, parameters: &Parameters) -> Option<(Day, Option<ZeroCause>)> {
    let now = history.standing_on(day, parameters)?;
    let same = |other: &Standing| other.state == now.state || (other.state.is_zero() && now.state.is_zero());
    let first = first_day(history)?.min(day);
    let mut since = day;
    let mut before = None;
    for point in change_points(history, first, day, parameters).into_iter().rev() {
        match history.standing_on(point, parameters) {
            Some(standing) if same(&standing) => since = point,
            other => {
                before = other;
                break;
            }
        }
    }
    let cause = now.state.is_zero().then(|| cause_of(history, since, before.as_ref()));
    Some((since, cause))
}

fn first_day(history: &History) -> Option<Day> {
    history.statuses.iter().map(|status| status.from).min()
}

/// What happened between the day before a spell at zero and its first day.
fn cause_of(history: &History, since: Day, before: Option<&Standing>) -> ZeroCause {
    let Some(before) = before else {
        return ZeroCause::NewInScope;
    };
    if before.state.is_covered() {
        let last = since.checked_sub_days(Days::new(1));
        let members = history.members.iter().filter(|m| m.covers(since));
        let ended = members
            .filter_map(|m| history.persons.get(&m.what.person_id))
            .flat_map(|person| &person.work)
            .any(|work| work.what.counts && work.until.is_some() && work.until == last);
        return if ended {
            ZeroCause::WorkEnded
        } else {
            ZeroCause::WorkerLeft
        };
    }
    if before.state == crate::base::codes::GuaranteeState::Exempt {
        ZeroCause::NewLabour
    } else {
        ZeroCause::NewInScope
    }
}
