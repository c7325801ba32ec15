//! Money: whole fen, checked arithmetic, no floats.

use std::fmt;

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::BigInt;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An amount in fen.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, AsExpression, FromSqlRow,
)]
#[diesel(sql_type = BigInt)]
pub struct Money(i64);

impl Money {
    pub const ZERO: Self = Self(0);

    pub const fn from_fen(fen: i64) -> Self {
        Self(fen)
    }

    /// `None` when the amount leaves the range of 64 bits.
    pub fn from_yuan(yuan: i64) -> Option<Self> {
        yuan.checked_mul(100).map(Self)
    }

    pub const fn fen(self) -> i64 {
        self.0
    }

    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// Reads yuan as people write them: `2400`, `2,400.5`, `2400元`, `２４００`. At most two decimals.
    /// Words that say more than a number (`约2300`, `2.2千`) are read by `text::read_wage`.
    pub fn parse_yuan(text: &str) -> Option<Self> {
        let folded = super::text::fold(text);
        let digits: String = folded
            .trim_end_matches('元')
            .trim_start_matches('¥')
            .chars()
            .filter(|c| !matches!(c, ',' | ' '))
            .collect();
        let (negative, digits) = match digits.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, digits.as_str()),
        };
        let (whole, cents) = digits.split_once('.').unwrap_or((digits, ""));
        let is_number = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || cents.len() > 2 || !is_number(whole) || !is_number(cents) {
            return None;
        }
        let cents_value: i64 = format!("{cents:0<2}").parse().ok()?;
        let fen = whole.parse::<i64>().ok()?.checked_mul(100)?.checked_add(cents_value)?;
        Some(Self(if negative { -fen } else { fen }))
    }
}

/// `1234.50`, the form of JSON.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let fen = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:02}", fen / 100, fen % 100)
    }
}
impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse_yuan(&text).ok_or_else(|| serde::de::Error::custom("not an amount in yuan"))
    }
}
impl<DB: Backend> ToSql<BigInt, DB> for Money
where
    i64: ToSql<BigInt, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.to_sql(out)
    }
}
impl<DB: Backend> FromSql<BigInt, DB> for Money
where
    i64: FromSql<BigInt, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        i64::from_sql(bytes).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yuan_are_read_to_the_fen() {
        for (text, fen) in [
            ("0", Some(0)),
            ("2400", Some(240_000)),
            ("2,400.5", Some(240_050)),
            ("２４００元", Some(240_000)),
            ("1.05", Some(105)),
            ("-3", Some(-300)),
            ("1.005", None),
            ("", None),
            ("abc", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(Money::parse_yuan(text).map(Money::fen), fen, "{text}");
        }
    }

    #[test]
    fn json_shows_two_decimals() {
        assert_eq!(Money::from_fen(123_450).to_string(), "1234.50");
        assert_eq!(Money::from_fen(-5).to_string(), "-0.05");
    }
}
