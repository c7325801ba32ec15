//! Time as a value. Days are days in Asia/Shanghai, both ends inclusive; instants are UTC, whole milliseconds.

use std::fmt;

use chrono::{DateTime, Datelike, Duration, FixedOffset, Months, NaiveDate, NaiveDateTime, SubsecRound, Utc};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A calendar day in Asia/Shanghai.
pub type Day = NaiveDate;

/// Asia/Shanghai has had one offset and no daylight saving time since 1991.
fn shanghai() -> FixedOffset {
    FixedOffset::east_opt(8 * 3600).unwrap_or_else(|| unreachable!("eight hours are a valid offset"))
}

/// A point in time, UTC, whole milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Timestamp)]
pub struct Instant(NaiveDateTime);

impl Instant {
    pub fn from_utc(at: DateTime<Utc>) -> Self {
        Self(at.naive_utc().trunc_subsecs(3))
    }

    /// Reads RFC 3339, for example `2020-08-31T17:40:00+08:00`.
    pub fn parse(text: &str) -> Option<Self> {
        DateTime::parse_from_rfc3339(text).ok().map(|at| Self::from_utc(at.with_timezone(&Utc)))
    }

    pub fn utc(self) -> DateTime<Utc> {
        self.0.and_utc()
    }

    /// The day in Asia/Shanghai.
    pub fn day(self) -> Day {
        self.local().date()
    }

    /// Date and time of day in Asia/Shanghai.
    pub fn local(self) -> NaiveDateTime {
        self.utc().with_timezone(&shanghai()).naive_local()
    }

    /// The first instant of a day in Asia/Shanghai.
    pub fn start_of(day: Day) -> Self {
        Self(day.and_time(chrono::NaiveTime::MIN) - Duration::hours(8))
    }

    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.checked_add_signed(Duration::seconds(seconds)).unwrap_or(self.0))
    }

    pub fn seconds_since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0).num_seconds()
    }

    pub fn millis(self) -> i64 {
        self.utc().timestamp_millis()
    }
}

/// RFC 3339 with `Z`.
impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format("%Y-%m-%dT%H:%M:%S%.3fZ"))
    }
}
impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not an instant in RFC 3339"))
    }
}
impl<DB: Backend> ToSql<Timestamp, DB> for Instant
where
    NaiveDateTime: ToSql<Timestamp, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.to_sql(out)
    }
}
impl<DB: Backend> FromSql<Timestamp, DB> for Instant
where
    NaiveDateTime: FromSql<Timestamp, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        NaiveDateTime::from_sql(bytes).map(Self)
    }
}

/// The clock that is handed down. It shows the real time, or runs from a chosen instant in a rehearsal.
#[derive(Debug, Clone)]
pub struct Clock(std::sync::Arc<std::sync::Mutex<Source>>);

#[derive(Debug, Clone, Copy)]
enum Source {
    Real,
    /// Started at the first instant when the real clock showed the second.
    Running(Instant, Instant),
    /// Moved by hand, in tests.
    Standing(Instant),
}

impl Clock {
    pub fn real() -> Self {
        Self::with(Source::Real)
    }

    /// A clock that shows `start` now and runs on from there.
    pub fn running_from(start: Instant) -> Self {
        Self::with(Source::Running(start, real_now()))
    }

    /// A clock that stands still until it is set.
    pub fn standing_at(at: Instant) -> Self {
        Self::with(Source::Standing(at))
    }

    fn with(source: Source) -> Self {
        Self(std::sync::Arc::new(std::sync::Mutex::new(source)))
    }

    /// Moves a standing clock; any other becomes a standing one.
    pub fn set(&self, at: Instant) {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Source::Standing(at);
    }

    pub fn now(&self) -> Instant {
        let source = *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        match source {
            Source::Real => real_now(),
            Source::Running(start, began) => Instant(start.0 + (real_now().0 - began.0)),
            Source::Standing(at) => at,
        }
    }

    pub fn today(&self) -> Day {
        self.now().day()
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
fn real_now() -> Instant {
    Instant::from_utc(Utc::now())
}

/// Reads a day as `2020-06-30`.
pub fn parse_day(text: &str) -> Option<Day> {
    NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d").ok()
}

/// The corresponding day `months` later; where that day does not exist, the month's last day.
pub fn months_after(day: Day, months: u32) -> Day {
    day.checked_add_months(Months::new(months)).unwrap_or(day)
}

/// The last day of a term of `months` that starts on `start`: the day before the corresponding day; where that day
/// does not exist, that month's last day.
pub fn term_end(start: Day, months: u32) -> Day {
    let corresponding = months_after(start, months);
    if corresponding.day() == start.day() { corresponding.pred_opt().unwrap_or(corresponding) } else { corresponding }
}

/// Full years of age on a day. Somebody born on 29 February turns a year older on 1 March of a common year.
pub fn age_on(birth: Day, on: Day) -> i32 {
    let before_birthday = (on.month(), on.day()) < (birth.month(), birth.day());
    on.year() - birth.year() - i32::from(before_birthday)
}

/// Days from `from` to `to`; negative when `to` is earlier.
pub fn days_between(from: Day, to: Day) -> i64 {
    (to - from).num_days()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        parse_day(text).unwrap()
    }

    #[test]
    fn terms_end_on_the_day_before_the_corresponding_day() {
        for (start, months, end) in [
            ("2020-01-01", 12, "2020-12-31"),
            ("2020-01-31", 1, "2020-02-29"),
            ("2021-01-31", 1, "2021-02-28"),
            ("2020-02-29", 12, "2021-02-28"),
            ("2020-03-15", 36, "2023-03-14"),
        ] {
            assert_eq!(term_end(day(start), months), day(end), "{start} + {months}");
        }
    }

    #[test]
    fn ages_turn_on_the_birthday() {
        assert_eq!(age_on(day("2004-06-30"), day("2020-06-29")), 15);
        assert_eq!(age_on(day("2004-06-30"), day("2020-06-30")), 16);
        assert_eq!(age_on(day("2004-02-29"), day("2021-02-28")), 16);
        assert_eq!(age_on(day("2004-02-29"), day("2021-03-01")), 17);
    }

    #[test]
    fn the_day_is_the_day_in_shanghai() {
        let at = Instant::parse("2020-08-31T17:40:00Z").unwrap();
        assert_eq!(at.day(), day("2020-09-01"));
        assert_eq!(Instant::start_of(day("2020-09-01")).to_string(), "2020-08-31T16:00:00.000Z");
    }
}
