//! Clocks: by when something has to be done for a household at zero, and who is asked when it was not. The limits are
//! data (`clocks.toml`); working days follow the calendar. Pure.

use std::sync::LazyLock;

use chrono::Days;
use serde::{Deserialize, Serialize};

use crate::base::error::{Error, Result};
use crate::base::time::{Day, days_between};
use crate::coded_enum;
use crate::reference::Calendar;

/// So many working or calendar days, counted from the day after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    pub days: u32,
    pub unit: Unit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    Working,
    Calendar,
}

impl Limit {
    /// The last day on which it is still in time; an error for a year whose calendar is not loaded.
    pub fn after(self, day: Day, calendar: &Calendar) -> Result<Day> {
        match self.unit {
            Unit::Working => calendar.add_working_days(day, self.days),
            Unit::Calendar => day
                .checked_add_days(Days::new(u64::from(self.days)))
                .ok_or_else(|| Error::internal("the calendar ends")),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clocks {
    pub version: u32,
    pub verify: Limit,
    pub offer: Limit,
    pub clear: Limit,
    pub to_county_after_days: i64,
    pub to_prefecture_after_days: i64,
    pub follow_up: Limit,
    pub wage_drop_bp: i64,
    pub no_contact_days: i64,
    pub term_warning_days: i64,
    pub review_warning_days: i64,
    pub memory_days: i64,
    pub review_months: u32,
    pub stable_months: u32,
}

static SHIPPED: LazyLock<Clocks> =
    LazyLock::new(|| toml::from_str(include_str!("clocks.toml")).unwrap_or_else(|e| panic!("clocks.toml: {e}")));

impl Clocks {
    pub fn shipped() -> &'static Self {
        &SHIPPED
    }
}

/// The limits of a case. One is unknown where the calendar of its year is not loaded: it is said, never guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Limits {
    pub verify_by: Option<Day>,
    pub offer_by: Option<Day>,
    pub clear_by: Option<Day>,
}

/// The limits of a household found at zero on a day. Help is owed from the verification on; a verification that is late
/// or never happens moves nothing.
pub fn limits(found_on: Day, verified_on: Option<Day>, clocks: &Clocks, calendar: &Calendar) -> Limits {
    let verify_by = clocks.verify.after(found_on, calendar).ok();
    let from = match (verified_on, verify_by) {
        (Some(verified), Some(limit)) => Some(verified.min(limit)),
        (verified, limit) => verified.or(limit),
    };
    Limits {
        verify_by,
        offer_by: from.and_then(|day| clocks.offer.after(day, calendar).ok()),
        clear_by: from.and_then(|day| clocks.clear.after(day, calendar).ok()),
    }
}

coded_enum! {
    /// Who is asked about something that is due.
    pub enum AskedLevel: "asked_level" {
        Village = "village", Township = "township", County = "county", Prefecture = "prefecture",
    }
}

/// Who is asked on a day about something due by another: the village in time, whoever is above it the longer it is late.
pub fn asked_level(due_on: Option<Day>, day: Day, clocks: &Clocks) -> AskedLevel {
    let late = due_on.map_or(0, |due| days_between(due, day));
    if late <= 0 {
        AskedLevel::Village
    } else if late <= clocks.to_county_after_days {
        AskedLevel::Township
    } else if late <= clocks.to_prefecture_after_days {
        AskedLevel::County
    } else {
        AskedLevel::Prefecture
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::parse_day;
    use crate::reference::calendar;

    fn day(text: &str) -> Day {
        parse_day(text).unwrap()
    }

    /// Holidays and make-up days of the State Council's notices.
    #[test]
    fn limits_follow_working_days() {
        for (name, found, verify_by) in [
            ("within a week", "2026-11-23", "2026-11-26"),
            ("over a weekend", "2026-11-26", "2026-12-01"),
            // 2020: the Spring Festival from 24 January, prolonged to 2 February; 19 January was a make-up Sunday.
            ("before the Spring Festival of 2020", "2020-01-17", "2020-01-21"),
            ("into the Spring Festival of 2020", "2020-01-22", "2020-02-04"),
            // 2026: the Spring Festival from 15 to 23 February; 14 and 28 February are make-up Saturdays.
            ("a make-up Saturday before the festival", "2026-02-12", "2026-02-24"),
            ("through the Spring Festival of 2026", "2026-02-14", "2026-02-26"),
            ("a make-up Saturday after the festival", "2026-02-26", "2026-03-02"),
            ("through the National Day holiday", "2026-09-30", "2026-10-10"),
            ("a leap day", "2024-02-27", "2024-03-01"),
        ] {
            let found_limits = limits(day(found), None, Clocks::shipped(), calendar());
            assert_eq!(found_limits.verify_by, Some(day(verify_by)), "{name}");
        }
    }

    #[test]
    fn a_late_verification_moves_no_limit() {
        let of = |verified: Option<&str>| limits(day("2026-11-23"), verified.map(day), Clocks::shipped(), calendar());
        assert_eq!(of(None).clear_by, Some(day("2026-12-01")));
        assert_eq!(of(Some("2026-11-24")).clear_by, Some(day("2026-11-29")));
        assert_eq!(of(Some("2026-11-24")).offer_by, Some(day("2026-11-27")));
        assert_eq!(of(Some("2026-12-24")).clear_by, Some(day("2026-12-01")));
    }

    #[test]
    fn a_year_without_a_calendar_is_said_and_not_guessed() {
        let unknown = limits(day("2031-05-04"), None, Clocks::shipped(), calendar());
        assert_eq!(unknown, Limits::default());
        let verified = limits(
            day("2031-05-04"),
            Some(day("2031-05-06")),
            Clocks::shipped(),
            calendar(),
        );
        assert_eq!(
            verified.clear_by,
            Some(day("2031-05-11")),
            "calendar days need no calendar"
        );
        assert_eq!(
            asked_level(None, day("2031-05-20"), Clocks::shipped()),
            AskedLevel::Village
        );
    }

    #[test]
    fn what_is_late_goes_up_step_by_step() {
        use AskedLevel as L;
        for (on, level) in [
            ("2026-11-26", L::Village),
            ("2026-11-27", L::Township),
            ("2026-11-29", L::Township),
            ("2026-11-30", L::County),
            ("2026-12-06", L::County),
            ("2026-12-07", L::Prefecture),
            ("2027-06-01", L::Prefecture),
        ] {
            let asked = asked_level(Some(day("2026-11-26")), day(on), Clocks::shipped());
            assert_eq!(asked, level, "{on}");
        }
    }
}
