//! Codes of administrative divisions (GB/T 2260 to the county, statistical codes below it).

use std::fmt;

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Text;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A division by its significant digits: 2 province, 4 prefecture, 6 county, 9 township, 12 village.
/// A prefix is an ancestor. Shown with zeros up to six digits, as the standard writes it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub struct RegionCode(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RegionLevel {
    Province,
    Prefecture,
    County,
    Township,
    Village,
}

impl RegionLevel {
    pub const fn digits(self) -> usize {
        match self {
            Self::Province => 2,
            Self::Prefecture => 4,
            Self::County => 6,
            Self::Township => 9,
            Self::Village => 12,
        }
    }

    /// The word of the command line and the query string.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Province => "province",
            Self::Prefecture => "prefecture",
            Self::County => "county",
            Self::Township => "township",
            Self::Village => "village",
        }
    }
}

impl RegionCode {
    /// Reads `53`, `530000`, `532800`, `532801`, `532801002`, `532801002003`, with or without the zeros behind.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let plausible = text.len() <= 12 && !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if !plausible || text.starts_with('0') {
            return None;
        }
        let significant = match text.len() {
            2 | 4 | 9 => text,
            6 => match text.strip_suffix("0000") {
                Some(province) => province,
                None => text.strip_suffix("00").unwrap_or(text),
            },
            12 => match text.strip_suffix("000000") {
                Some(county) => return Self::parse(county),
                None => text.strip_suffix("000").unwrap_or(text),
            },
            _ => return None,
        };
        Some(Self(significant.to_owned()))
    }

    /// The significant digits.
    pub fn digits(&self) -> &str {
        &self.0
    }

    pub fn level(&self) -> RegionLevel {
        match self.0.len() {
            2 => RegionLevel::Province,
            4 => RegionLevel::Prefecture,
            6 => RegionLevel::County,
            9 => RegionLevel::Township,
            _ => RegionLevel::Village,
        }
    }

    /// The ancestor at a level; itself when it stands there; `None` below it.
    pub fn at(&self, level: RegionLevel) -> Option<Self> {
        self.0.get(..level.digits()).map(|prefix| Self(prefix.to_owned()))
    }

    pub fn parent(&self) -> Option<Self> {
        let digits = match self.level() {
            RegionLevel::Province => return None,
            RegionLevel::Prefecture => 2,
            RegionLevel::County => 4,
            RegionLevel::Township => 6,
            RegionLevel::Village => 9,
        };
        self.0.get(..digits).map(|prefix| Self(prefix.to_owned()))
    }

    /// Whether `other` lies in this division or is it.
    pub fn contains(&self, other: &Self) -> bool {
        other.0.starts_with(&self.0)
    }

    /// The first code after this subtree: `code >= self.digits() and code < self.upper_bound()` is the subtree.
    /// Digits sort before the colon in the collations of both databases' region columns.
    pub fn upper_bound(&self) -> String {
        format!("{}:", self.0)
    }
}

/// The standard's form: at least six digits.
impl fmt::Display for RegionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:0<6}", self.0)
    }
}
impl Serialize for RegionCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for RegionCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not a region code"))
    }
}
impl<DB: Backend> ToSql<Text, DB> for RegionCode
where
    str: ToSql<Text, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.as_str().to_sql(out)
    }
}
impl<DB: Backend> FromSql<Text, DB> for RegionCode
where
    String: FromSql<Text, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        let text = String::from_sql(bytes)?;
        Self::parse(&text).ok_or_else(|| format!("not a region code: {text}").into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> RegionCode {
        RegionCode::parse(text).unwrap()
    }

    #[test]
    fn zeros_behind_are_not_significant() {
        for (text, digits, shown) in [
            ("530000", "53", "530000"),
            ("532800", "5328", "532800"),
            ("532801", "532801", "532801"),
            ("532801002", "532801002", "532801002"),
            ("532801002000", "532801002", "532801002"),
            ("532801000000", "532801", "532801"),
            ("532801002003", "532801002003", "532801002003"),
        ] {
            assert_eq!(code(text).digits(), digits);
            assert_eq!(code(text).to_string(), shown);
        }
        assert_eq!(RegionCode::parse("53280"), None);
        assert_eq!(RegionCode::parse("五三"), None);
        assert_eq!(RegionCode::parse("012345"), None);
    }

    #[test]
    fn a_prefix_is_an_ancestor() {
        assert!(code("5328").contains(&code("532801002003")));
        assert!(!code("532801").contains(&code("532822")));
        assert_eq!(code("532801002003").parent(), Some(code("532801002")));
        assert_eq!(code("532801").at(RegionLevel::Village), None);
    }
}
