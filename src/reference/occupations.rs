//! Occupations: the tree of the classification of 2022 (`x-xx-xx-xx`), names and aliases.

use std::collections::HashMap;

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Text;
use serde::{Deserialize, Serialize};

/// A code such as `4-09-08-01`; shorter branches end in zeros (`4-09-00-00`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub struct OccupationCode(String);

impl OccupationCode {
    /// Reads `4-09-08-01` or its branches; whether the classification has it, `Occupations::get` tells.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let bytes = text.as_bytes();
        let shaped = bytes.len() == 10
            && bytes.iter().enumerate().all(|(i, b)| if matches!(i, 1 | 4 | 7) { *b == b'-' } else { b.is_ascii_digit() });
        shaped.then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The digits that count: `4`, `4-09`, `4-09-08` or all ten characters.
    pub fn stem(&self) -> &str {
        let mut stem = self.0.as_str();
        while let Some(shorter) = stem.strip_suffix("-00") {
            stem = shorter;
        }
        stem
    }

    /// Whether `other` is in this branch or is it.
    pub fn contains(&self, other: &Self) -> bool {
        let stem = self.stem();
        other.0.strip_prefix(stem).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    }

    /// Levels shared from the root: 0 (nothing) to 4 (the same occupation).
    pub fn shared_levels(&self, other: &Self) -> u32 {
        let pairs = self.0.split('-').zip(other.0.split('-'));
        let mut shared = 0;
        for (left, right) in pairs {
            let nothing_more_said = left == "00" && right == "00";
            if left != right || (nothing_more_said && shared < 4 && self.0 != other.0) {
                break;
            }
            shared += 1;
        }
        shared
    }
}
impl std::fmt::Display for OccupationCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
impl<'de> Deserialize<'de> for OccupationCode {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not an occupation code"))
    }
}
impl<DB: Backend> ToSql<Text, DB> for OccupationCode
where
    str: ToSql<Text, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.as_str().to_sql(out)
    }
}
impl<DB: Backend> FromSql<Text, DB> for OccupationCode
where
    String: FromSql<Text, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        let text = String::from_sql(bytes)?;
        Self::parse(&text).ok_or_else(|| format!("not an occupation code: {text}").into())
    }
}

#[derive(Debug, Clone)]
pub struct Occupation {
    pub code: OccupationCode,
    /// 1 major group … 4 occupation.
    pub level: u8,
    pub name_zh: String,
    /// Only levels 1 and 2 have English names.
    pub name_en: Option<String>,
    pub aliases: Vec<String>,
}

#[derive(Deserialize)]
struct Line {
    code: String,
    level: u8,
    name_zh: String,
    name_en: String,
    aliases: String,
}

#[derive(Deserialize)]
struct TitleLine {
    title: String,
    occupation_code: String,
}

/// The classification.
pub struct Occupations {
    in_order: Vec<Occupation>,
    by_code: HashMap<OccupationCode, usize>,
    titles: Vec<(String, OccupationCode)>,
}

impl Occupations {
    pub(super) fn shipped() -> Self {
        let mut reader = csv::Reader::from_reader(include_str!("data/occupations.csv").as_bytes());
        let lines = reader.deserialize::<Line>().map(|line| line.unwrap_or_else(|e| panic!("occupations.csv: {e}")));
        let mut in_order: Vec<Occupation> = lines
            .filter_map(|line| {
                Some(Occupation {
                    code: OccupationCode::parse(&line.code)?,
                    level: line.level,
                    name_zh: line.name_zh,
                    name_en: Some(line.name_en).filter(|name| !name.is_empty()),
                    aliases: line.aliases.split('|').filter(|a| !a.is_empty()).map(str::to_owned).collect(),
                })
            })
            .collect();
        in_order.sort_by(|a, b| a.code.cmp(&b.code));
        let by_code = in_order.iter().enumerate().map(|(i, o)| (o.code.clone(), i)).collect();
        let mut reader = csv::Reader::from_reader(include_str!("data/title_codes.csv").as_bytes());
        let titles = reader
            .deserialize::<TitleLine>()
            .map(|line| line.unwrap_or_else(|e| panic!("title_codes.csv: {e}")))
            .filter_map(|line| Some((line.title, OccupationCode::parse(&line.occupation_code)?)))
            .collect();
        Self { in_order, by_code, titles }
    }

    pub fn get(&self, code: &OccupationCode) -> Option<&Occupation> {
        self.by_code.get(code).map(|i| &self.in_order[*i])
    }

    /// All, in code order.
    pub fn all(&self) -> &[Occupation] {
        &self.in_order
    }

    /// Titles of real advertisements with the occupation that a person gave them.
    pub fn titles(&self) -> &[(String, OccupationCode)] {
        &self.titles
    }

    /// The name in a language; Chinese where no English name exists.
    pub fn name_of(&self, code: &OccupationCode, language: crate::base::codes::Language) -> String {
        let Some(occupation) = self.get(code) else { return code.to_string() };
        match (language, &occupation.name_en) {
            (crate::base::codes::Language::En, Some(name)) => name.clone(),
            _ => occupation.name_zh.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::occupations;
    use super::*;

    fn code(text: &str) -> OccupationCode {
        OccupationCode::parse(text).unwrap()
    }

    #[test]
    fn branches_contain_their_occupations() {
        assert!(code("4-09-00-00").contains(&code("4-09-08-01")));
        assert!(code("4-00-00-00").contains(&code("4-09-08-01")));
        assert!(!code("4-09-08-01").contains(&code("4-09-08-02")));
        assert!(!code("4-09-00-00").contains(&code("4-10-01-01")));
    }

    #[test]
    fn nearness_is_counted_in_shared_levels() {
        assert_eq!(code("4-09-08-01").shared_levels(&code("4-09-08-01")), 4);
        assert_eq!(code("4-09-08-01").shared_levels(&code("4-09-08-02")), 3);
        assert_eq!(code("4-09-08-01").shared_levels(&code("4-10-08-01")), 1);
        assert_eq!(code("4-09-08-01").shared_levels(&code("5-09-08-01")), 0);
    }

    #[test]
    fn the_shipped_lists_are_whole() {
        assert_eq!(occupations().all().len(), 2049);
        assert_eq!(occupations().titles().len(), 4160);
    }
}
