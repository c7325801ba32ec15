//! Shortest ways for the auction, where bids alone would climb in small steps for long: a bidder finds its place, or an
//! object its taker, in one go, by Dijkstra's search over the objects with what each move loses as its length. The
//! prices on the way change by what is left of the length (Ford and Fulkerson 1962), so nobody becomes discontent.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::auction::{Auction, Number};
use super::ids::at;
use super::market::{Floor, NOWHERE, OUTSIDE};

/// Somebody goes to a place, for a multiplied score.
#[derive(Clone, Copy)]
struct Move<N> {
    bidder: u32,
    to: u32,
    score: N,
}

/// Where a search has been. Kept from one search to the next, so that a short search costs little.
pub(super) struct Map<N> {
    distance: Vec<N>,
    /// The move by which the search came to an object.
    via: Vec<Move<N>>,
    is_settled: Vec<bool>,
    touched: Vec<u32>,
    queue: BinaryHeap<Reverse<(N, u32)>>,
    /// The nearest end found: its distance, the object (NOWHERE for the outside), and the last move, if one is needed.
    end: (N, u32, Option<Move<N>>),
    /// The arcs looked at by the last search.
    pub effort: usize,
}

impl<N: Number> Map<N> {
    pub(super) fn new(objects: usize) -> Self {
        Self {
            distance: vec![N::HUGE; objects],
            via: vec![
                Move {
                    bidder: NOWHERE,
                    to: NOWHERE,
                    score: N::ZERO
                };
                objects
            ],
            is_settled: vec![false; objects],
            touched: Vec::new(),
            queue: BinaryHeap::new(),
            end: (N::HUGE, NOWHERE, None),
            effort: 0,
        }
    }

    fn clear(&mut self) {
        for object in self.touched.drain(..) {
            self.distance[at(object)] = N::HUGE;
            self.is_settled[at(object)] = false;
        }
        self.queue.clear();
        self.end = (N::HUGE, NOWHERE, None);
        self.effort = 0;
    }

    fn reach(&mut self, object: u32, distance: N, via: Move<N>) {
        let known = &mut self.distance[at(object)];
        if distance < *known {
            if *known == N::HUGE {
                self.touched.push(object);
            }
            *known = distance;
            self.via[at(object)] = via;
            self.queue.push(Reverse((distance, object)));
        }
    }

    fn end_at(&mut self, distance: N, object: u32, last: Option<Move<N>>) {
        if distance < self.end.0 {
            self.end = (distance, object, last);
        }
    }

    /// The objects on the near side of the end, with what is left of the way from each.
    fn passed(&self) -> impl Iterator<Item = (u32, N)> {
        let length = self.end.0;
        let near = move |&&object: &&u32| self.is_settled[at(object)] && self.distance[at(object)] < length;
        self.touched
            .iter()
            .filter(near)
            .map(move |&object| (object, length - self.distance[at(object)]))
    }

    /// The next object nearer than any end.
    fn settle(&mut self) -> Option<(N, u32)> {
        while let Some(Reverse((distance, object))) = self.queue.pop() {
            if distance >= self.end.0 {
                return None;
            }
            if !std::mem::replace(&mut self.is_settled[at(object)], true) {
                return Some((distance, object));
            }
        }
        None
    }
}

impl<N: Number> Auction<'_, N> {
    /// Gives a bidder who waits its place; those in between move on, the last to a free place or outside.
    pub(super) fn place_by_detour(&mut self, bidder: u32) {
        self.map.clear();
        let best = self.offers(bidder).value;
        self.look_from(bidder, NOWHERE, best, N::ZERO);
        while let Some((distance, object)) = self.map.settle() {
            if self.holders.free(object) > 0 {
                self.map.end_at(distance, object, None);
                break;
            }
            for slot in 0..self.holders.of_object(object).len() {
                let holder = self.holders.of_object(object)[slot];
                self.look_from(holder, object, self.gain(holder) + self.step, distance);
            }
        }
        for (object, rest) in self.map.passed() {
            self.price[at(object)] = self.price[at(object)] + rest;
        }
        let (_, mut object, last) = self.map.end;
        if let Some(last) = last {
            object = self.carry_out(last);
        }
        while object < OUTSIDE {
            let step = self.map.via[at(object)];
            let left = self.carry_out(step);
            // At the price itself, below what it would bear: it is looked at anew before anybody gives way for it.
            self.limit[at(step.bidder)] = self.price[at(object)];
            self.holders.restore(object, &self.limit);
            object = left;
        }
    }

    /// Where somebody who gains `present` at `place` could go, each move as long as what it loses.
    fn look_from(&mut self, bidder: u32, place: u32, present: N, distance: N) {
        let market = self.market;
        let arcs = market.arcs(bidder);
        self.map.effort += arcs.len();
        for arc in arcs {
            let to = market.object[arc];
            let score = N::of(market.score[arc]) << self.shift;
            let loss = present - (score - self.price[at(to)]);
            if to != place {
                self.map
                    .reach(to, distance + loss.max(N::ZERO), Move { bidder, to, score });
            }
        }
        if market.may_stay[at(bidder)] {
            let stay = Move {
                bidder,
                to: OUTSIDE,
                score: N::ZERO,
            };
            self.map.end_at(distance + present.max(N::ZERO), OUTSIDE, Some(stay));
        }
    }

    /// Fills a free place of an object whose price is too high, by a chain of moves towards it that starts outside or
    /// where the price comes down to the floor.
    pub(super) fn fill_by_detour(&mut self, object: u32) {
        self.map.clear();
        let start = self.map.via[at(object)];
        self.map.reach(object, N::ZERO, start);
        while let Some((distance, to)) = self.map.settle() {
            let price = self.price[at(to)];
            if self.market.floor == Floor::Zero {
                self.map.end_at(distance + price, to, None);
            }
            self.map.effort += self.reverse.of(to).len();
            for &(bidder, score) in self.reverse.of(to) {
                let place = self.place[at(bidder)];
                let score = N::of(score) << self.shift;
                let loss = (price + self.step - (score - self.gain(bidder))).max(N::ZERO);
                let step = Move { bidder, to, score };
                if place == OUTSIDE {
                    self.map.end_at(distance + loss, to, Some(step));
                } else if place != to {
                    self.map.reach(place, distance + loss, step);
                }
            }
        }
        for (object, rest) in self.map.passed() {
            self.price[at(object)] = self.price[at(object)] - rest;
        }
        let (_, mut filled, last) = self.map.end;
        let mut chain: Vec<Move<N>> = last.into_iter().collect();
        while filled != object && filled < OUTSIDE {
            let step = self.map.via[at(filled)];
            chain.push(step);
            filled = step.to;
        }
        // From where a place is free, so that nobody comes before the place is left.
        while let Some(step) = chain.pop() {
            self.carry_out(step);
        }
    }

    fn carry_out(&mut self, step: Move<N>) -> u32 {
        self.move_to(step.bidder, step.to, step.score)
    }
}
