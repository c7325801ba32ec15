//! The openings in memory, laid out so that a person's best are found without looking at all of them.
//!
//! What a score sees of an opening falls into four: where it is, its occupation, its pay, and everything else, which is
//! its *pattern*; a bureau of a million postings has some hundred patterns. Each division has a shelf, from the village
//! to the whole country, and on a shelf all openings of one occupation and one pattern stand in one row, by id.
//!
//! A [`Reader`] takes the shelves from a person's village outwards. What a row can be worth at most is known before it is
//! touched (place + occupation + pattern + the best pay in it), so rows are read best first, and none is read that
//! cannot reach the ten best found so far. The lists are exactly those of `rank_openings`, which reads everything; the
//! tests hold the two against each other.

mod alike;
mod reader;
mod shelf;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::hash::Hash;

use super::model::{Opening, WageRange};
use crate::base::ids::PostingId;
use crate::base::money::Money;
use crate::base::region::{RegionCode, RegionLevel};
use crate::base::time::Day;
use crate::reference::OccupationCode;
pub(super) use alike::alike;
pub(super) use reader::Reader;
use shelf::Shelf;

const LEVELS: [RegionLevel; 5] = [
    RegionLevel::Province,
    RegionLevel::Prefecture,
    RegionLevel::County,
    RegionLevel::Township,
    RegionLevel::Village,
];

/// Widens a number of ours: every machine this runs on has at least 32 bits of address.
const fn at(number: u32) -> usize {
    number as usize
}

/// Numbers things from zero. Four thousand million openings do not fit into any machine this runs on.
fn short(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Values that many openings share, each kept once and numbered.
struct Numbered<T> {
    numbers: HashMap<T, u32>,
    values: Vec<T>,
}

impl<T> Default for Numbered<T> {
    fn default() -> Self {
        Self {
            numbers: HashMap::new(),
            values: Vec::new(),
        }
    }
}

impl<T: Clone + Eq + Hash> Numbered<T> {
    fn number_of(&mut self, value: &T) -> u32 {
        if let Some(known) = self.numbers.get(value) {
            return *known;
        }
        let number = short(self.values.len());
        self.numbers.insert(value.clone(), number);
        self.values.push(value.clone());
        number
    }
}

/// What of an opening differs within a row.
#[derive(Debug, Clone, Copy)]
struct Entry {
    id: PostingId,
    /// The better end of the pay; nothing where the pattern says that it is negotiable.
    pay: Money,
    closes_on: Option<Day>,
    region: u32,
    occupation: u32,
    pattern: u32,
}

/// The openings of a moment that somebody might be proposed for.
#[derive(Default)]
pub(super) struct Book {
    entries: Vec<Entry>,
    /// Places in `entries` that hold nothing any more.
    vacant: Vec<u32>,
    by_id: HashMap<PostingId, u32>,
    regions: Numbered<RegionCode>,
    /// The shelves on which a region's openings stand, from the country down.
    ways: Vec<Vec<u32>>,
    occupations: Numbered<Option<OccupationCode>>,
    patterns: Numbered<Opening>,
    shelves: Vec<Shelf>,
    by_region: HashMap<String, u32>,
}

impl Book {
    /// Lays out openings all at once, each with its own id.
    pub(super) fn of<'o>(openings: impl IntoIterator<Item = &'o Opening>) -> Self {
        let mut book = Self::default();
        for opening in openings {
            book.note(opening);
        }
        book.lay_out();
        book
    }

    /// Takes an opening down without putting it on its shelves; `lay_out` does that for all at once.
    pub(super) fn note(&mut self, opening: &Opening) -> Option<u32> {
        // Nobody will ever be proposed for these.
        if !opening.is_open || opening.free_places == 0 {
            return None;
        }
        let entry = Entry {
            id: opening.id,
            pay: opening.wage.map_or(Money::ZERO, WageRange::high),
            closes_on: opening.closes_on,
            region: self.region(&opening.region),
            occupation: self.occupations.number_of(&opening.occupation),
            pattern: self.patterns.number_of(&pattern_of(opening)),
        };
        let number = match self.vacant.pop() {
            Some(number) => {
                self.entries[at(number)] = entry;
                number
            }
            None => {
                self.entries.push(entry);
                short(self.entries.len() - 1)
            }
        };
        self.by_id.insert(entry.id, number);
        Some(number)
    }

    /// Puts everything noted on its shelves.
    pub(super) fn lay_out(&mut self) {
        self.shelves.iter_mut().for_each(Shelf::clear);
        let mut order: Vec<u32> = self.by_id.values().copied().collect();
        order.sort_unstable_by_key(|number| {
            let entry = &self.entries[at(*number)];
            (entry.occupation, entry.pattern, entry.id)
        });
        for number in order {
            let entry = &self.entries[at(number)];
            for shelf in &self.ways[at(entry.region)] {
                self.shelves[at(*shelf)].append(entry, number);
            }
        }
        self.shelves.iter_mut().for_each(Shelf::tighten);
    }

    /// Takes over an opening as it is now, instead of what was known of it.
    pub(super) fn put(&mut self, opening: &Opening) {
        self.remove(opening.id);
        let Some(number) = self.note(opening) else { return };
        let entry = self.entries[at(number)];
        for shelf in &self.ways[at(entry.region)] {
            self.shelves[at(*shelf)].insert(&self.entries, &entry, number);
        }
    }

    /// Forgets an opening.
    pub(super) fn remove(&mut self, id: PostingId) {
        let Some(number) = self.by_id.remove(&id) else { return };
        let entry = self.entries[at(number)];
        for shelf in &self.ways[at(entry.region)] {
            self.shelves[at(*shelf)].remove(&self.entries, &entry, number);
        }
        self.vacant.push(number);
    }

    /// The certificates that any pattern asks for, each once.
    pub(super) fn certificates(&self) -> Vec<String> {
        let asked = self.patterns.values.iter();
        let mut names: Vec<String> = asked.filter_map(|pattern| pattern.certificate.clone()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    pub(super) fn len(&self) -> usize {
        self.by_id.len()
    }

    /// The number of a region, with a shelf for it and for each division around it.
    fn region(&mut self, region: &RegionCode) -> u32 {
        let number = self.regions.number_of(region);
        if at(number) == self.ways.len() {
            let mut way = vec![self.shelf("")];
            for level in LEVELS {
                if let Some(digits) = region.digits().get(..level.digits()) {
                    way.push(self.shelf(digits));
                }
            }
            self.ways.push(way);
        }
        number
    }

    fn shelf(&mut self, digits: &str) -> u32 {
        if let Some(known) = self.by_region.get(digits) {
            return *known;
        }
        self.shelves.push(Shelf::default());
        let number = short(self.shelves.len() - 1);
        self.by_region.insert(digits.to_owned(), number);
        number
    }

    /// The shelf of a division by its digits; the country's has none.
    fn shelf_of(&self, digits: &str) -> Option<&Shelf> {
        self.shelves.get(at(*self.by_region.get(digits)?))
    }
}

/// An opening reduced to what a score sees of it besides place, occupation, pay, last day and which one it is.
fn pattern_of(opening: &Opening) -> Opening {
    let (reserved, unreserved) = (
        opening.reserved_places.min(opening.free_places) > 0,
        opening.free_places > opening.reserved_places,
    );
    Opening {
        id: PostingId::from_raw(0),
        region: nowhere(opening),
        occupation: None,
        wage: opening.wage.map(|_| WageRange::new(Money::ZERO, Money::ZERO)),
        free_places: u32::from(reserved) + u32::from(unreserved),
        reserved_places: u32::from(reserved),
        closes_on: None,
        certificate: opening.certificate.clone(),
        eligible_region: opening.eligible_region.clone(),
        ..*opening
    }
}

/// A pattern has no place of its own; the type wants one all the same.
fn nowhere(opening: &Opening) -> RegionCode {
    RegionCode::parse("99").unwrap_or_else(|| opening.region.clone())
}
