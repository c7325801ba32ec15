//! By when a request is answered, and how well a bureau keeps to it. Pure.

use chrono::Days;

use crate::base::time::{Day, days_between};

/// Days within which whoever asked for work is answered, counted from the day after (the fifteen days of
/// the Mahatma Gandhi National Rural Employment Guarantee Act 2005, section 3, which the bureau sets itself).
pub const ANSWER_DAYS: u64 = 15;

/// The last day on which an answer is in time.
pub fn due_on(asked_on: Day) -> Day {
    asked_on.checked_add_days(Days::new(ANSWER_DAYS)).unwrap_or(Day::MAX)
}

/// How requests that were answered were answered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Score {
    pub answered: usize,
    pub in_time: usize,
    /// Half of the answers took at most so many days; absent where there was none.
    pub median_days: Option<i64>,
}

/// The score of requests, each by the day of asking and the day of the answer.
pub fn score_of(answered: &[(Day, Day)]) -> Score {
    let mut days: Vec<i64> = answered
        .iter()
        .map(|(asked, said)| days_between(*asked, *said))
        .collect();
    days.sort_unstable();
    Score {
        answered: days.len(),
        in_time: answered.iter().filter(|(asked, said)| *said <= due_on(*asked)).count(),
        median_days: days.get(days.len().saturating_sub(1) / 2).copied(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    #[test]
    fn fifteen_days_run_over_months_and_leap_days() {
        for (asked, due) in [
            ("2026-11-23", "2026-12-08"),
            ("2028-02-15", "2028-03-01"),
            ("2027-02-15", "2027-03-02"),
            ("2026-12-31", "2027-01-15"),
        ] {
            assert_eq!(due_on(day(asked)), day(due), "{asked}");
        }
    }

    #[test]
    fn the_median_is_a_number_of_days_that_somebody_waited() {
        let asked = day("2026-11-01");
        let waited =
            |days: &[u64]| -> Vec<(Day, Day)> { days.iter().map(|d| (asked, asked + Days::new(*d))).collect() };
        for (days, median, in_time) in [
            (vec![], None, 0),
            (vec![3], Some(3), 1),
            (vec![9, 1], Some(1), 2),
            (vec![16, 2, 15], Some(15), 2),
            (vec![30, 20, 16, 0], Some(16), 1),
        ] {
            let score = score_of(&waited(&days));
            assert_eq!(
                (score.answered, score.median_days, score.in_time),
                (days.len(), median, in_time)
            );
        }
    }
}
