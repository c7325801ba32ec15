//! A part of an instance that is solved on its own, as a market: each bidder takes one object or, if it may, stays
//! outside; an object has places for a number of bidders. All numbers are internal indices from zero.

use super::ids::{at, short};

/// A bidder that stays outside.
pub(super) const OUTSIDE: u32 = u32::MAX - 1;
/// A bidder that has not been served.
pub(super) const NOWHERE: u32 = u32::MAX;

/// What the prices of objects may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Floor {
    /// Never below zero, and zero where a place stays free.
    Zero,
    /// Any; every place is to be filled.
    None,
}

#[derive(Debug)]
pub(super) struct Market {
    /// Where each bidder's arcs start; one more entry than bidders.
    pub start: Vec<u32>,
    pub object: Vec<u32>,
    pub score: Vec<i64>,
    /// Whether each bidder may stay outside, for a score of zero.
    pub may_stay: Vec<bool>,
    /// The household each bidder belongs to, in an order of its own: bidders of a household stand side by side.
    pub group_start: Vec<u32>,
    /// Places of each object; at most one more than it has arcs.
    pub places: Vec<u32>,
    pub floor: Floor,
}

/// Who goes where, and what an object costs: exact, in the unit of the scores.
#[derive(Debug)]
pub(super) struct Outcome {
    pub place: Vec<u32>,
    pub price: Vec<i128>,
}

impl Market {
    pub(super) fn new(floor: Floor) -> Self {
        Self {
            start: vec![0],
            object: Vec::new(),
            score: Vec::new(),
            may_stay: Vec::new(),
            group_start: vec![0],
            places: Vec::new(),
            floor,
        }
    }

    pub(super) fn bidders(&self) -> usize {
        self.may_stay.len()
    }

    pub(super) fn objects(&self) -> usize {
        self.places.len()
    }

    pub(super) fn arcs(&self, bidder: u32) -> std::ops::Range<usize> {
        at(self.start[at(bidder)])..at(self.start[at(bidder) + 1])
    }

    pub(super) fn add_arc(&mut self, object: u32, score: i64) {
        self.object.push(object);
        self.score.push(score);
    }

    /// Ends the arcs of a bidder.
    pub(super) fn end_bidder(&mut self, may_stay: bool) {
        self.start.push(short(self.object.len()));
        self.may_stay.push(may_stay);
    }

    /// Ends the bidders of a household.
    pub(super) fn end_group(&mut self) {
        self.group_start.push(short(self.bidders()));
    }
}

/// Who holds the places of each object, as a heap by a key of the bidders: the least key first.
#[derive(Debug)]
pub(super) struct Holders {
    start: Vec<u32>,
    filled: Vec<u32>,
    holder: Vec<u32>,
    /// Where each bidder stands among the holders of its object.
    position: Vec<u32>,
}

impl Holders {
    pub(super) fn new(market: &Market) -> Self {
        let mut start = Vec::with_capacity(market.objects() + 1);
        let mut slots = 0;
        start.push(0);
        for &places in &market.places {
            slots += places;
            start.push(slots);
        }
        Self {
            start,
            filled: vec![0; market.objects()],
            holder: vec![NOWHERE; at(slots)],
            position: vec![0; market.bidders()],
        }
    }

    /// The holders when the places are known; without any order.
    pub(super) fn of(market: &Market, place: &[u32]) -> Self {
        let mut holders = Self::new(market);
        for (bidder, &object) in place.iter().enumerate() {
            if object < OUTSIDE {
                holders.add(object, short(bidder));
            }
        }
        holders
    }

    pub(super) fn clear(&mut self) {
        self.filled.fill(0);
    }

    pub(super) fn of_object(&self, object: u32) -> &[u32] {
        let start = at(self.start[at(object)]);
        &self.holder[start..start + at(self.filled[at(object)])]
    }

    pub(super) fn free(&self, object: u32) -> u32 {
        let object = at(object);
        self.start[object + 1] - self.start[object] - self.filled[object]
    }

    /// Adds a holder at the end, without regard to keys.
    pub(super) fn add(&mut self, object: u32, bidder: u32) {
        let filled = self.filled[at(object)];
        self.put(object, filled, bidder);
        self.filled[at(object)] = filled + 1;
    }

    /// Takes a holder away, without regard to keys.
    pub(super) fn remove(&mut self, object: u32, bidder: u32) {
        let last = self.filled[at(object)] - 1;
        let moved = self.holder[at(self.start[at(object)] + last)];
        let position = self.position[at(bidder)];
        self.put(object, position, moved);
        self.filled[at(object)] = last;
    }

    /// Adds a holder and restores the heap.
    pub(super) fn insert<K: Copy + Ord>(&mut self, object: u32, bidder: u32, key: &[K]) {
        let mut position = self.filled[at(object)];
        self.filled[at(object)] = position + 1;
        let start = self.start[at(object)];
        while position > 0 {
            let parent = (position - 1) / 2;
            let above = self.holder[at(start + parent)];
            if key[at(above)] <= key[at(bidder)] {
                break;
            }
            self.put(object, position, above);
            position = parent;
        }
        self.put(object, position, bidder);
    }

    /// Puts a bidder in the place of the first holder and restores the heap.
    pub(super) fn replace_first<K: Copy + Ord>(&mut self, object: u32, bidder: u32, key: &[K]) {
        self.sink(object, 0, bidder, key);
    }

    /// Restores the heap after holders came, left or changed their keys.
    pub(super) fn restore<K: Copy + Ord>(&mut self, object: u32, key: &[K]) {
        for position in (0..self.filled[at(object)] / 2).rev() {
            let bidder = self.holder[at(self.start[at(object)] + position)];
            self.sink(object, position, bidder, key);
        }
    }

    /// Puts a bidder at a position, or below it if lesser keys are there.
    fn sink<K: Copy + Ord>(&mut self, object: u32, mut position: u32, bidder: u32, key: &[K]) {
        let (start, filled) = (self.start[at(object)], self.filled[at(object)]);
        loop {
            let mut child = 2 * position + 1;
            if child >= filled {
                break;
            }
            let mut below = self.holder[at(start + child)];
            if child + 1 < filled {
                let right = self.holder[at(start + child + 1)];
                if key[at(right)] < key[at(below)] {
                    child += 1;
                    below = right;
                }
            }
            if key[at(bidder)] <= key[at(below)] {
                break;
            }
            self.put(object, position, below);
            position = child;
        }
        self.put(object, position, bidder);
    }

    fn put(&mut self, object: u32, position: u32, bidder: u32) {
        self.holder[at(self.start[at(object)] + position)] = bidder;
        self.position[at(bidder)] = position;
    }
}
