//! What a course must say. Pure.

use super::model::CourseDraft;
use crate::base::error::FieldProblem;
use crate::base::time::Day;
use crate::employers::is_place;

/// No run takes more people; more is a typing slip.
const MOST_PLACES: i32 = 500;
/// A year of full-time lessons.
const MOST_HOURS: i32 = 2_000;

/// What a course teaches, from its title: without the words that only say that it is a course.
pub fn trade_of(title: &str) -> &str {
    const ENDINGS: [&str; 6] = ["培训班", "培训", "技能提升", "技能", "技术", "班"];
    let mut trade = title.trim();
    while let Some(shorter) = ENDINGS.iter().find_map(|ending| trade.strip_suffix(ending)) {
        let shorter = shorter.trim();
        if shorter.is_empty() {
            break;
        }
        trade = shorter;
    }
    trade
}

/// Everything that keeps a course from being kept.
pub fn draft_problems(draft: &CourseDraft, phone_known: bool, today: Day) -> Vec<FieldProblem> {
    let mut problems = Vec::new();
    let mut check = |holds: bool, field: &'static str, code: &'static str| {
        if !holds {
            problems.push(FieldProblem::new(field, code));
        }
    };
    let within = |text: &str, least: usize, most: usize| (least..=most).contains(&text.trim().chars().count());
    check(within(&draft.title, 2, 60), "title", "course-title");
    check(is_place(&draft.region), "region", "region-county");
    check(draft.starts_on >= today, "starts_on", "course-starts-past");
    check(draft.ends_on >= draft.starts_on, "ends_on", "course-ends-before");
    check((1..=MOST_HOURS).contains(&draft.hours), "hours", "course-hours");
    check((1..=MOST_PLACES).contains(&draft.places), "places", "course-places");
    check(
        within(&draft.description, 10, 4_000),
        "description",
        "course-description",
    );
    check(within(&draft.contact_name, 1, 40), "contact_name", "contact-name");
    check(phone_known || draft.phone.is_some(), "phone", "phone-needed");
    check(within(&draft.address, 0, 200), "address", "address-too-long");
    check(
        within(draft.certificate.as_deref().unwrap_or(""), 0, 60),
        "certificate",
        "certificate-too-long",
    );
    problems
}

#[cfg(test)]
mod tests {
    use super::super::model::{CourseStatus, EnrolmentStatus};
    use super::trade_of;

    #[test]
    fn a_title_says_what_is_learnt() {
        for (title, trade) in [
            ("割胶工培训班", "割胶工"),
            ("电工技能提升培训班", "电工"),
            ("橡胶割胶技术培训", "橡胶割胶"),
            ("育婴员", "育婴员"),
            ("培训班", "培训班"),
            ("", ""),
        ] {
            assert_eq!(trade_of(title), trade);
        }
    }

    #[test]
    fn enums_equal_their_lists() {
        crate::enums_equal_lists!(CourseStatus, EnrolmentStatus);
    }

    #[test]
    fn a_closed_course_stays_closed_and_any_other_can_be_closed() {
        for status in CourseStatus::ALL {
            assert_eq!(
                status.may_become(CourseStatus::Closed),
                *status != CourseStatus::Closed,
                "{status}"
            );
            assert!(!status.may_become(CourseStatus::Draft), "{status}");
        }
    }
}
