//! The way of a claim: what comes next, who does it, until when. Pure, but for the calendar.
//!
//! A claim's state names the last step that was done, or the notice or inquiry that is running.

use chrono::Duration;

use super::model::{ClaimState, DayUnit};
use super::terms::WorkflowStep;
use crate::base::actor::Permission;
use crate::base::codes::Role;
use crate::base::error::{Error, Result};
use crate::base::time::{Day, months_after};
use crate::reference::calendar;

/// The step after a state; none at the end, and for states that stand beside the way.
pub fn next_step(steps: &[WorkflowStep], state: ClaimState) -> Option<&WorkflowStep> {
    let at = steps.iter().position(|step| step.state == state)?;
    steps.get(at + 1)
}

/// Who takes a step. The claimant's and the treasury's steps have their own doors.
pub const fn permission_of(by: Role) -> Permission {
    match by {
        Role::VillageOfficer | Role::SiteOfficer => Permission::CheckClaims,
        Role::TownshipOfficer => Permission::ReviewClaims,
        Role::DeptPartner => Permission::PayClaims,
        _ => Permission::ApproveClaims,
    }
}

/// The day on which so many days have passed, counting from the day after.
pub fn days_after(day: Day, count: u32, unit: DayUnit) -> Result<Day> {
    match unit {
        DayUnit::Working => calendar().add_working_days(day, count),
        DayUnit::Calendar => day
            .checked_add_signed(Duration::days(i64::from(count)))
            .ok_or_else(|| Error::internal("the calendar ends")),
        DayUnit::Month => Ok(months_after(day, count)),
    }
}

/// Until when a step is due that waits since a day; none where the calendar of that year is not known yet.
pub fn due_on(step: Option<&WorkflowStep>, since: Day) -> Option<Day> {
    let step = step?;
    days_after(since, step.days, step.unit).ok()
}

/// How many days of a notice are left after a day.
pub fn days_left(today: Day, until: Day, unit: DayUnit) -> Result<u32> {
    let (mut left, mut day) = (0, today);
    while day < until {
        day = day.succ_opt().ok_or_else(|| Error::internal("the calendar ends"))?;
        let counts = match unit {
            DayUnit::Working => calendar().is_working_day(day)?,
            DayUnit::Calendar | DayUnit::Month => true,
        };
        left += u32::from(counts);
    }
    Ok(left)
}

/// The middle of a name is not shown in public: 岩温 becomes 岩*, 玉香罕 becomes 玉*罕.
pub fn masked_name(name: &str) -> String {
    let letters: Vec<char> = name.trim().chars().collect();
    match letters.as_slice() {
        [] => String::new(),
        [only] => only.to_string(),
        [first, _] => format!("{first}*"),
        [first, middle @ .., last] => format!("{first}{}{last}", "*".repeat(middle.len().min(3))),
    }
}

#[cfg(test)]
mod tests {
    use super::super::rulebook::{SHIPPED, read_rulebook};
    use super::*;
    use crate::base::time::parse_day;

    fn day(text: &str) -> Day {
        parse_day(text).unwrap()
    }

    #[test]
    fn every_workflow_leads_from_submission_to_the_money() {
        for entry in read_rulebook(SHIPPED)
            .unwrap()
            .iter()
            .filter(|entry| entry.terms.is_claimable())
        {
            let mut state = ClaimState::Submitted;
            let mut seen = vec![state];
            while let Some(step) = next_step(&entry.terms.steps, state) {
                assert!(!seen.contains(&step.state), "{}", entry.code);
                state = step.state;
                seen.push(state);
            }
            assert_eq!(state, ClaimState::Paid, "{}", entry.code);
            for needed in [
                ClaimState::Accepted,
                ClaimState::FirstReview,
                ClaimState::SecondReview,
                ClaimState::Notice,
                ClaimState::Approved,
            ] {
                assert!(seen.contains(&needed), "{}: {needed}", entry.code);
            }
        }
    }

    #[test]
    fn notices_count_working_days_from_the_day_after() {
        // The National Day holiday of 2020 ran from 1 to 8 October; 10 October was made up for.
        assert_eq!(
            days_after(day("2020-09-29"), 5, DayUnit::Working).unwrap(),
            day("2020-10-13")
        );
        assert_eq!(
            days_after(day("2020-09-29"), 5, DayUnit::Calendar).unwrap(),
            day("2020-10-04")
        );
        assert_eq!(
            days_left(day("2020-09-30"), day("2020-10-13"), DayUnit::Working).unwrap(),
            4
        );
        assert_eq!(
            days_left(day("2020-10-13"), day("2020-10-13"), DayUnit::Working).unwrap(),
            0
        );
    }

    #[test]
    fn the_middle_of_a_name_is_not_public() {
        for (name, masked) in [
            ("岩温", "岩*"),
            ("玉香罕", "玉*罕"),
            ("岩", "岩"),
            ("", ""),
            ("买买提·艾力", "买***力"),
        ] {
            assert_eq!(masked_name(name), masked);
        }
    }
}
