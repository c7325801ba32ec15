//! When an employment holds, and what differs between it and a roster. Pure.

use super::model::{Employment, WorkEntry};
use crate::base::codes::Language;
use crate::base::time::Day;
use crate::registry::Difference;

/// Whether an employment covers a day; both ends count.
pub fn is_current_on(employment: &Employment, day: Day) -> bool {
    employment.start_on <= day && employment.end_on.is_none_or(|end| end >= day)
}

/// What a roster says differently about a person's work. Employments that did not come from a roster are confirmed by
/// it, never changed.
pub fn work_differences(current: Option<&Employment>, entry: &WorkEntry) -> Vec<Difference> {
    let mut list = Vec::new();
    let mut differ = |field: &str, before: String, after: String| {
        if before != after {
            list.push(Difference {
                field: field.to_owned(),
                before,
                after,
            });
        }
    };
    let zh = Language::Zh;
    match (current, entry) {
        (_, WorkEntry::NotStated) | (None, WorkEntry::NotWorking) => {}
        (Some(current), WorkEntry::NotWorking) => differ("work", current.form.label(zh).to_owned(), String::new()),
        (None, WorkEntry::Working(work)) => differ("work", String::new(), work.form.label(zh).to_owned()),
        (Some(current), WorkEntry::Working(_)) if current.source != "roster" => {}
        (Some(current), WorkEntry::Working(work)) => {
            differ(
                "work",
                current.form.label(zh).to_owned(),
                work.form.label(zh).to_owned(),
            );
            differ(
                "channel",
                current.channel.label(zh).to_owned(),
                work.channel.label(zh).to_owned(),
            );
            differ("work-place", current.place.clone(), work.place.clone());
            differ("employer", current.employer_name.clone(), work.employer_name.clone());
            differ("job", current.job_title.clone(), work.job_title.clone());
            let text = |wage: Option<crate::base::money::Money>| wage.map(|m| m.to_string()).unwrap_or_default();
            differ("wage", text(current.wage_fen), text(work.wage));
        }
    }
    list
}

/// Whether the roster speaks of another employment than the current one, rather than of a detail of it.
pub(super) fn is_another_job(current: &Employment, entry: &super::model::RosterWork) -> bool {
    current.form != entry.form || current.employer_name != entry.employer_name || current.job_title != entry.job_title
}
