//! What looks odd about claims. Pure: facts in, signals out, each with the facts on which it rests. A signal proves nothing;
//! an officer looks and says what he found.

mod groups;
#[cfg(test)]
mod seeded;

use crate::base::ids::{ClaimId, ClaimLineId};
use crate::base::time::{Day, Instant};
use crate::coded_enum;

coded_enum! {
    pub enum SignalKind: "signal_kind" {
        SharedPhone = "shared_phone", SharedAccount = "shared_account", PooledWages = "pooled_wages",
        SameMinutes = "same_minutes", WorkInClass = "work_in_class", KinOfOfficer = "kin_of_officer",
        PostForMinutes = "post_for_minutes", InAndOut = "in_and_out", ShellHires = "shell_hires",
    }
}

/// Several parties on one phone: a village clerk may lend his to a neighbour, not to two.
const PARTIES_ON_A_PHONE: usize = 3;
const PARTIES_ON_AN_ACCOUNT: usize = 2;
/// Households on one card: brothers who have left home may share one.
const HOUSEHOLDS_ON_A_CARD: usize = 3;
/// Lessons that two have in common before their minutes are compared.
const LESSONS_COMPARED: usize = 5;
/// Lessons after which nobody comes and goes at the same minute by chance.
const LESSONS_OF_ONE: usize = 8;
const ALIKE: usize = 3;
/// Days in class while at work: a day or two may be leave.
const DAYS_IN_BOTH: i64 = 3;
const MINUTES_OPEN: i64 = 30;
/// How near to the qualifying months a stay begins and ends.
const DAYS_BEFORE: i64 = 5;
const DAYS_AFTER: i64 = 15;
const STAYS: usize = 3;
const HIRES_OF_A_SHELL: usize = 5;
const DAYS_BETWEEN_JOBS: i64 = 45;

/// A line of a claim as the signals look at it. What is not known is absent and gives no signal.
#[derive(Debug, Clone)]
pub struct SignalLine {
    pub line_id: ClaimLineId,
    pub claim_id: ClaimId,
    /// Who asks: an employer, or a household whose members are one party.
    pub party: String,
    /// The household of the person, or himself where he has none.
    pub household: String,
    /// Keyed hashes: of the claimant's phone and account, and of the card to which the person's money goes.
    pub phone: Option<String>,
    pub account: Option<String>,
    pub card: Option<String>,
    pub stay: Option<Stay>,
    pub lessons: Vec<Lessons>,
    pub jobs: Vec<Job>,
    pub post: Option<Post>,
    pub came_from: Option<Former>,
    /// The officer who handles the claim and lives in the person's household.
    pub officer: Option<String>,
}

/// The work on which a claim rests, beside the months that it needed.
#[derive(Debug, Clone, Copy)]
pub struct Stay {
    pub from: Day,
    /// None while it goes on.
    pub until: Option<Day>,
    pub needed_from: Day,
    pub needed_until: Day,
}

/// A course that the person attended.
#[derive(Debug, Clone)]
pub struct Lessons {
    /// The class.
    pub class: i64,
    pub from: Day,
    pub to: Day,
    /// Whether it fills the working day.
    pub by_day: bool,
    /// For which employer it is held; work there goes with it.
    pub employer: Option<i64>,
    /// When he came and went, where that is on record.
    pub sittings: Vec<Sitting>,
}

/// A lesson attended: minutes of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sitting {
    pub on: Day,
    pub came: u16,
    pub left: u16,
}

/// Work at a place, with hours.
#[derive(Debug, Clone)]
pub struct Job {
    pub from: Day,
    pub until: Day,
    pub employer: Option<i64>,
    pub name: String,
}

/// The post through which somebody was hired.
#[derive(Debug, Clone, Copy)]
pub struct Post {
    pub opened_at: Instant,
    pub hired_at: Instant,
    /// On a day of a fair posts open and are filled at once.
    pub at_fair: bool,
}

/// Where somebody worked before.
#[derive(Debug, Clone)]
pub struct Former {
    pub employer: i64,
    pub name: String,
    pub left_on: Day,
    pub hired_on: Day,
    /// The former employer has the phone or the account of the one that asks.
    pub same_contact: bool,
}

/// What looks odd about a line: the words of the catalogue are `signal-<kind>-fact` with these values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signal {
    pub kind: SignalKind,
    pub claim_id: ClaimId,
    pub line_id: ClaimLineId,
    pub values: Vec<(String, String)>,
}

impl Signal {
    fn of(kind: SignalKind, line: &SignalLine) -> Self {
        Self {
            kind,
            claim_id: line.claim_id,
            line_id: line.line_id,
            values: Vec::new(),
        }
    }

    fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.values.push((name.to_owned(), value.to_string()));
        self
    }
}

/// Every signal of lines that are looked at together, in the order of kinds and lines.
pub fn signals_of(lines: &[SignalLine]) -> Vec<Signal> {
    let mut found = groups::signals(lines);
    for line in lines {
        found.extend(work_in_class(line));
        found.extend(kin_of_officer(line));
        found.extend(post_for_minutes(line));
    }
    found.sort_by_key(|signal| (signal.kind, signal.line_id));
    found.dedup_by_key(|signal| (signal.kind, signal.line_id));
    found
}

/// At work elsewhere on days on which he sat in class.
fn work_in_class(line: &SignalLine) -> Option<Signal> {
    for lessons in line.lessons.iter().filter(|lessons| lessons.by_day) {
        let elsewhere = |job: &&Job| job.employer.is_none() || job.employer != lessons.employer;
        for job in line.jobs.iter().filter(elsewhere) {
            let days = if lessons.sittings.is_empty() {
                (lessons.to.min(job.until) - lessons.from.max(job.from)).num_days() + 1
            } else {
                let both = |sitting: &&Sitting| job.from <= sitting.on && sitting.on <= job.until;
                i64::try_from(lessons.sittings.iter().filter(both).count()).unwrap_or(i64::MAX)
            };
            if days >= DAYS_IN_BOTH {
                let signal = Signal::of(SignalKind::WorkInClass, line)
                    .with("days", days)
                    .with("from", lessons.from)
                    .with("to", lessons.to);
                return Some(signal.with("employer", &job.name));
            }
        }
    }
    None
}

fn kin_of_officer(line: &SignalLine) -> Option<Signal> {
    let officer = line.officer.as_ref()?;
    Some(Signal::of(SignalKind::KinOfOfficer, line).with("officer", officer))
}

/// A post that was open only for the one who got it.
fn post_for_minutes(line: &SignalLine) -> Option<Signal> {
    let post = line.post.filter(|post| !post.at_fair)?;
    let seconds = post.hired_at.seconds_since(post.opened_at);
    (0..MINUTES_OPEN * 60)
        .contains(&seconds)
        .then(|| Signal::of(SignalKind::PostForMinutes, line).with("minutes", seconds / 60))
}
