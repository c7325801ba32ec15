//! Courses in words.

use chrono::Datelike;

use crate::base::codes::TrainingKind;
use crate::base::error::{OrNotFound, Result};
use crate::base::ids::CourseId;
use crate::platform::http::parts::{Badge, Fact, Tone};
use crate::platform::i18n::Locale;
use crate::postings::web::words::occupation_words;
use crate::reference::regions;
use crate::training::{Course, CourseCard, CourseRun, CourseStatus, EnrolmentStatus};

pub(in super::super) fn course_id(path: &str) -> Result<CourseId> {
    path.parse().ok().or_not_found("course")
}

pub(crate) fn course_badge(l: Locale, status: CourseStatus) -> Badge {
    let tone = match status {
        CourseStatus::Open => Tone::Good,
        CourseStatus::Submitted | CourseStatus::Returned => Tone::AtRisk,
        CourseStatus::Full | CourseStatus::Closed => Tone::Quiet,
        CourseStatus::Draft => Tone::Plain,
    };
    let label = l.label(CourseStatus::LIST, status.as_str()).to_owned();
    Badge { tone, label }
}

pub(crate) fn enrolment_badge(l: Locale, status: EnrolmentStatus) -> Badge {
    let tone = match status {
        EnrolmentStatus::Enrolled | EnrolmentStatus::Completed => Tone::Good,
        EnrolmentStatus::NotCompleted => Tone::AtRisk,
        EnrolmentStatus::Withdrawn => Tone::Quiet,
    };
    let label = l.label(EnrolmentStatus::LIST, status.as_str()).to_owned();
    Badge { tone, label }
}

/// From when to when, in the reader's words.
pub(crate) fn days_words(l: Locale, run: &CourseRun) -> String {
    let is_one_year = run.starts_on.year() == run.ends_on.year();
    let until = if is_one_year {
        l.day_of_year(run.ends_on)
    } else {
        l.day(run.ends_on)
    };
    let from = l.day(run.starts_on);
    l.ta(
        "training-days",
        &[("from", from.as_str().into()), ("until", until.as_str().into())],
    )
}

/// How many of the places are taken.
pub(crate) fn places_words(l: Locale, run: &CourseRun) -> String {
    l.ta(
        "training-places-of",
        &[("filled", run.filled.into()), ("places", run.places.into())],
    )
}

/// What the course offers beside the lessons.
pub(super) fn tags(l: Locale, course: &Course) -> Vec<String> {
    [
        (course.lodging, "desk-posting-lodging"),
        (course.meals, "desk-posting-meals"),
    ]
    .into_iter()
    .filter(|(holds, _)| *holds)
    .map(|(_, key)| l.t(key))
    .collect()
}

/// A course as facts for its holder and for officers; no phone in full.
pub(super) fn facts(l: Locale, card: &CourseCard) -> Vec<Fact> {
    let (course, run) = (&card.course, &card.run);
    let mut facts = vec![
        Fact::new(l.t("training-kind"), l.label(TrainingKind::LIST, course.kind.as_str())),
        Fact::new(l.t("training-occupation"), occupation_words(l, &course.occupation_code)),
        Fact::new(
            l.t("training-region"),
            format!("{} {}", regions().address_of(&course.region_code), course.address).trim(),
        ),
        Fact::new(l.t("training-hours"), l.number(run.hours)),
        Fact::new(l.t("training-places"), places_words(l, run)),
    ];
    let mut add = |key: &str, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            facts.push(Fact::new(l.t(key), value));
        }
    };
    add("training-certificate", course.certificate.clone());
    add("training-contact", Some(course.contact_name.clone()));
    add("training-phone", course.phone_masked.clone());
    add("training-published-on", course.published_on.map(|day| l.day(day)));
    facts
}
