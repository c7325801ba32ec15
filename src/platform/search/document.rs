//! What is put into the index.

use sha2::{Digest, Sha256};

use crate::base::region::RegionCode;
use crate::base::time::Day;

/// The kinds of things that can be found by everybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DocumentKind {
    Job,
    PublicWelfare,
    Course,
}

impl DocumentKind {
    pub const ALL: [Self; 3] = [Self::Job, Self::PublicWelfare, Self::Course];

    /// The word of the query string and of the index key.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Job => "job",
            Self::PublicWelfare => "public_welfare",
            Self::Course => "course",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// The number in the index's columns.
    pub(super) const fn number(self) -> u64 {
        match self {
            Self::Job => 0,
            Self::PublicWelfare => 1,
            Self::Course => 2,
        }
    }

    pub(super) fn of_number(number: u64) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.number() == number)
    }
}

/// One thing that can be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    pub kind: DocumentKind,
    pub id: i64,
    pub title: String,
    pub body: String,
    /// Extra words by which it should be found: occupation names and aliases, employer, places, English names.
    pub words: Vec<String>,
    /// Names to offer while somebody types, besides the title: the occupation.
    pub suggestions: Vec<String>,
    pub region: Option<RegionCode>,
    /// A dashed code whose branches end in `-00`: `4-09-08-01`.
    pub occupation: Option<String>,
    /// Fen a month; absent where it is to be agreed.
    pub wage_low: Option<i64>,
    pub wage_high: Option<i64>,
    pub lodging: bool,
    pub meals: bool,
    pub insurance: bool,
    pub free_places: i64,
    pub published: Day,
    pub closes: Option<Day>,
}

impl Document {
    /// A number that differs when anything in the document differs: kept in the index, so that `check` can prove that
    /// the index says what the database says. The same on every machine and in every version of one layout.
    pub fn content_hash(&self) -> u64 {
        let mut hash = Sha256::new();
        let mut part = |text: &str| {
            hash.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_le_bytes());
            hash.update(text.as_bytes());
        };
        let optional = |value: Option<i64>| value.map_or_else(|| "-".to_owned(), |v| v.to_string());
        part(self.kind.as_str());
        part(&self.id.to_string());
        part(&self.title);
        part(&self.body);
        part(&self.words.len().to_string());
        self.words.iter().for_each(|word| part(word));
        part(&self.suggestions.len().to_string());
        self.suggestions.iter().for_each(|word| part(word));
        part(self.region.as_ref().map_or("-", RegionCode::digits));
        part(self.occupation.as_deref().unwrap_or("-"));
        part(&optional(self.wage_low));
        part(&optional(self.wage_high));
        part(&format!(
            "{} {} {} {}",
            self.lodging, self.meals, self.insurance, self.free_places
        ));
        part(&self.published.to_string());
        part(&self.closes.map_or_else(|| "-".to_owned(), |day| day.to_string()));
        let digest = hash.finalize();
        digest
            .iter()
            .take(8)
            .fold(0, |number, byte| (number << 8) | u64::from(*byte))
    }

    /// The amount by which wages are filtered and ordered: the most that is offered.
    pub fn wage(&self) -> Option<u64> {
        self.wage_high.or(self.wage_low).and_then(|fen| u64::try_from(fen).ok())
    }
}
