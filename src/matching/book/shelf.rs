//! The openings of one division, in rows of one occupation and one pattern.

use super::{Entry, at};
use crate::base::money::Money;

/// What is known of a row without touching it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Head {
    pub occupation: u32,
    pub pattern: u32,
    /// The best pay in the row.
    pub best_pay: Money,
}

impl Head {
    const fn key(&self) -> (u32, u32) {
        (self.occupation, self.pattern)
    }
}

/// Heads and rows lie apart: a search walks over all heads of a shelf and opens few of its rows.
#[derive(Default)]
pub(super) struct Shelf {
    heads: Vec<Head>,
    /// Numbers of entries, by the ids of the openings.
    rows: Vec<Vec<u32>>,
}

impl Shelf {
    pub(super) fn heads(&self) -> &[Head] {
        &self.heads
    }

    pub(super) fn row(&self, place: usize) -> &[u32] {
        self.rows.get(place).map_or(&[], Vec::as_slice)
    }

    pub(super) fn clear(&mut self) {
        self.heads.clear();
        self.rows.clear();
    }

    /// Adds an entry that comes after all that are there by occupation, pattern and id.
    pub(super) fn append(&mut self, entry: &Entry, number: u32) {
        if let (Some(head), Some(row)) = (self.heads.last_mut(), self.rows.last_mut())
            && head.key() == (entry.occupation, entry.pattern)
        {
            head.best_pay = head.best_pay.max(entry.pay);
            row.push(number);
            return;
        }
        self.heads.push(head_of(entry));
        self.rows.push(vec![number]);
    }

    /// Gives back what growing took too much.
    pub(super) fn tighten(&mut self) {
        self.heads.shrink_to_fit();
        self.rows.shrink_to_fit();
        self.rows.iter_mut().for_each(Vec::shrink_to_fit);
    }

    pub(super) fn insert(&mut self, entries: &[Entry], entry: &Entry, number: u32) {
        match self.place_of(entry) {
            Ok(place) => {
                let (head, row) = (&mut self.heads[place], &mut self.rows[place]);
                head.best_pay = head.best_pay.max(entry.pay);
                let before = row.partition_point(|other| entries[at(*other)].id < entry.id);
                row.insert(before, number);
            }
            Err(place) => {
                self.heads.insert(place, head_of(entry));
                self.rows.insert(place, vec![number]);
            }
        }
    }

    pub(super) fn remove(&mut self, entries: &[Entry], entry: &Entry, number: u32) {
        let Ok(place) = self.place_of(entry) else { return };
        let row = &mut self.rows[place];
        row.retain(|other| *other != number);
        let best = row.iter().map(|other| entries[at(*other)].pay).max();
        match best {
            Some(best) => self.heads[place].best_pay = best,
            None => {
                self.heads.remove(place);
                self.rows.remove(place);
            }
        }
    }

    fn place_of(&self, entry: &Entry) -> Result<usize, usize> {
        self.heads
            .binary_search_by_key(&(entry.occupation, entry.pattern), Head::key)
    }
}

const fn head_of(entry: &Entry) -> Head {
    Head {
        occupation: entry.occupation,
        pattern: entry.pattern,
        best_pay: entry.pay,
    }
}
