//! Ids of any text, each met once, numbered from zero.

use std::hash::{BuildHasher, RandomState};

/// Widens an index: every machine this runs on has at least 32 bits of address.
pub(super) const fn at(index: u32) -> usize {
    index as usize
}

/// Narrows a count that was checked against `LIMIT` when the instance was read.
pub(super) fn short(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// The most things of one kind an instance may have; the numbers above serve the solver as marks.
pub(super) const LIMIT: usize = 0xFFFF_FF00;

const EMPTY: u32 = u32::MAX;

/// A table of ids. The texts lie end to end in one string, so that a million ids are one allocation, not a million.
#[derive(Debug, Clone)]
pub(super) struct Ids {
    text: String,
    end: Vec<usize>,
    table: Vec<u32>,
    hasher: RandomState,
}

impl Ids {
    pub(super) fn new() -> Self {
        Self {
            text: String::new(),
            end: Vec::new(),
            table: vec![EMPTY; 16],
            hasher: RandomState::new(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.end.len()
    }

    pub(super) fn text(&self, number: u32) -> &str {
        let number = at(number);
        let start = if number == 0 { 0 } else { self.end[number - 1] };
        &self.text[start..self.end[number]]
    }

    /// The number of an id, if it was met.
    pub(super) fn find(&self, id: &[u8]) -> Option<u32> {
        let number = self.table[self.slot(id)];
        (number != EMPTY).then_some(number)
    }

    /// Adds an id that `find` does not know and gives its number.
    pub(super) fn add(&mut self, id: &str) -> u32 {
        // Half empty at the least keeps the probes short.
        if (self.len() + 1) * 2 > self.table.len() {
            self.grow();
        }
        let number = short(self.len());
        self.text.push_str(id);
        self.end.push(self.text.len());
        let slot = self.slot(id.as_bytes());
        self.table[slot] = number;
        number
    }

    /// The same ids under other numbers: the first is the one that had the number `order[0]`.
    pub(super) fn reordered(&self, order: &[u32]) -> Self {
        let mut ids = Self::new();
        for &number in order {
            ids.add(self.text(number));
        }
        ids
    }

    /// Where the id is in the table, or the empty slot where it would go.
    fn slot(&self, id: &[u8]) -> usize {
        let mask = self.table.len() - 1;
        let hash = self.hasher.hash_one(id);
        let mut slot = usize::try_from(hash & 0xFFFF_FFFF).unwrap_or(0) & mask;
        loop {
            let number = self.table[slot];
            if number == EMPTY || self.text(number).as_bytes() == id {
                return slot;
            }
            slot = (slot + 1) & mask;
        }
    }

    fn grow(&mut self) {
        self.table = vec![EMPTY; self.table.len() * 2];
        for number in 0..short(self.len()) {
            let slot = self.slot(self.text(number).as_bytes());
            self.table[slot] = number;
        }
    }
}
