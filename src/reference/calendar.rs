//! Working days: weekdays, less the holidays of the State Council's yearly notice, plus its make-up days.

use std::collections::{HashMap, HashSet};

use chrono::{Datelike, Days, Weekday};
use serde::Deserialize;

use crate::base::error::{Error, Result};
use crate::base::time::{Day, parse_day};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Exception {
    Holiday,
    Workday,
}

pub struct Calendar {
    exceptions: HashMap<Day, Exception>,
    years: HashSet<i32>,
}

#[derive(Deserialize)]
struct Line {
    date: String,
    kind: String,
}

impl Calendar {
    pub(super) fn shipped() -> Self {
        let mut reader = csv::Reader::from_reader(include_str!("data/working_days.csv").as_bytes());
        let exceptions: HashMap<Day, Exception> = reader
            .deserialize::<Line>()
            .map(|line| line.unwrap_or_else(|e| panic!("working_days.csv: {e}")))
            .filter_map(|line| {
                let exception = if line.kind == "holiday" { Exception::Holiday } else { Exception::Workday };
                Some((parse_day(&line.date)?, exception))
            })
            .collect();
        let years = exceptions.keys().map(Datelike::year).collect();
        Self { exceptions, years }
    }

    /// Whether a day is a working day; an error for a year whose calendar is not loaded.
    pub fn is_working_day(&self, day: Day) -> Result<bool> {
        if !self.years.contains(&day.year()) {
            return Err(Error::refused("calendar-year-missing").with("year", day.year()));
        }
        Ok(match self.exceptions.get(&day) {
            Some(Exception::Holiday) => false,
            Some(Exception::Workday) => true,
            None => !matches!(day.weekday(), Weekday::Sat | Weekday::Sun),
        })
    }

    /// The day on which `count` working days after `day` have passed, counting from the day after it.
    pub fn add_working_days(&self, day: Day, count: u32) -> Result<Day> {
        let mut reached = day;
        let mut left = count;
        while left > 0 {
            reached = reached.checked_add_days(Days::new(1)).ok_or_else(|| Error::internal("the calendar ends"))?;
            left -= u32::from(self.is_working_day(reached)?);
        }
        Ok(reached)
    }
}

#[cfg(test)]
mod tests {
    use super::super::calendar;
    use super::*;

    #[test]
    fn holidays_and_make_up_days_are_counted() {
        let day = |text| parse_day(text).unwrap();
        assert!(!calendar().is_working_day(day("2020-10-01")).unwrap());
        assert!(calendar().is_working_day(day("2020-09-27")).unwrap());
        assert_eq!(calendar().add_working_days(day("2020-09-30"), 1).unwrap(), day("2020-10-09"));
        assert!(calendar().is_working_day(day("1999-01-04")).is_err());
    }
}
