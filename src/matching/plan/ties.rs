//! Third stage: between plans equal in weight and score, the covered households come first in the published order.
//!
//! The exact prices of a market tell all its best outcomes: those that use only offers which are nobody's loss (tight
//! arcs). Which households can be covered together within them is a matroid, so going through the order and keeping
//! whoever can be kept is exact. A household that is not covered looks for a chain of such offers that ends where
//! nothing is lost: at a free place, or with a member of a household not yet kept who may stay outside. A search that
//! fails has walked through a closed region, which is never entered again.

use super::ids::{at, short};
use super::market::{Holders, Market, NOWHERE, OUTSIDE, Outcome};

/// Changes the places so that the households (groups of bidders) with the least ranks are covered; prices stay.
pub(super) fn settle(market: &Market, outcome: &mut Outcome, ranks: &[u32]) {
    let may_stay = |group: &u32| market.may_stay[at(market.group_start[at(*group)])];
    let mut optional: Vec<u32> = (0..short(ranks.len())).filter(may_stay).collect();
    optional.sort_unstable_by_key(|&group| ranks[at(group)]);
    if optional.is_empty() {
        return;
    }
    let mut search = Search::new(market, outcome);
    for group in optional {
        if search.placed[at(group)] > 0 || search.follow_labels(group) || search.find_place(group) {
            search.is_kept[at(group)] = true;
        }
    }
    outcome.place = search.place;
}

/// How a bidder came to look for another place.
#[derive(Clone, Copy)]
enum Cause {
    /// The household that is to be covered looks for the first time.
    Start,
    /// The bidder before takes the present place.
    Displaced(u32),
    /// The bidder before, of the same kept household, goes outside, and this one goes in its stead.
    Relieves(u32),
}

/// One move of a chain that follows labels.
#[derive(Clone, Copy)]
struct Step {
    bidder: u32,
    object: u32,
    /// Who goes outside because the bidder, of the same household, goes in its stead.
    relieved: Option<u32>,
}

/// How many arcs a chain may look at before a thorough search is due.
const EFFORT: usize = 40000;

/// The label of an object from which no move was found.
const NO_WAY: u32 = u32::MAX / 2;

struct Search<'a> {
    market: &'a Market,
    price: &'a [i128],
    place: Vec<u32>,
    /// What each bidder gains, the same in every best outcome.
    gain: Vec<i128>,
    holders: Holders,
    group_of: Vec<u32>,
    /// Members of each group that have a place.
    placed: Vec<u32>,
    is_kept: Vec<bool>,
    /// Objects and groups that a search has been through, and bidders that it has asked; after a failure for ever.
    object_seen: Vec<bool>,
    group_seen: Vec<bool>,
    cause: Vec<Option<Cause>>,
    objects_touched: Vec<u32>,
    groups_touched: Vec<u32>,
    /// Bidders asked, in the order in which they will look around.
    asked: Vec<u32>,
    /// At least how many moves away from each object a place comes free; only a guide.
    label: Vec<u32>,
    path: Vec<Step>,
    effort: usize,
}

impl<'a> Search<'a> {
    fn new(market: &'a Market, outcome: &'a Outcome) -> Self {
        let groups = market.group_start.len() - 1;
        let mut group_of = vec![0; market.bidders()];
        let mut placed = vec![0; groups];
        for (group, placed) in placed.iter_mut().enumerate() {
            for bidder in market.group_start[group]..market.group_start[group + 1] {
                group_of[at(bidder)] = short(group);
                *placed += u32::from(outcome.place[at(bidder)] != OUTSIDE);
            }
        }
        Self {
            market,
            price: &outcome.price,
            place: outcome.place.clone(),
            gain: (0..short(market.bidders()))
                .map(|bidder| gain(market, outcome, bidder))
                .collect(),
            holders: Holders::of(market, &outcome.place),
            group_of,
            placed,
            is_kept: vec![false; groups],
            object_seen: vec![false; market.objects()],
            group_seen: vec![false; groups],
            cause: vec![None; market.bidders()],
            objects_touched: Vec::new(),
            groups_touched: Vec::new(),
            asked: Vec::new(),
            label: vec![0; market.objects()],
            path: Vec::new(),
            effort: 0,
        }
    }

    /// Covers a group by a chain of moves, following labels that fall towards where nothing is lost, as far as that is
    /// quick (Ahuja and Orlin 1991). Labels only guide: whether there is no chain is for `find_place` to say.
    fn follow_labels(&mut self, group: u32) -> bool {
        self.path.clear();
        self.effort = EFFORT;
        while self.effort > 0 {
            let last = self.path.last().map(|step| step.object);
            let step = self.nearest_step(group, last);
            let label = step.map_or(NO_WAY, |step| self.label[at(step.object)]);
            if let Some(last) = last.filter(|&last| label >= self.label[at(last)]) {
                self.label[at(last)] = (label + 1).min(NO_WAY);
                self.path.pop();
                continue;
            }
            let Some(step) = step.filter(|_| label < NO_WAY) else {
                return false;
            };
            self.path.push(step);
            if self.leave(step.object) {
                self.fill_up();
                return true;
            }
            self.label[at(step.object)] = label.max(1);
        }
        false
    }

    /// The tight move with the least label, from the group or from the holders of the last object.
    fn nearest_step(&mut self, group: u32, last: Option<u32>) -> Option<Step> {
        let mut best = None;
        match last {
            None => {
                for bidder in self.members(group) {
                    self.consider(bidder, None, &mut best);
                }
            }
            Some(object) => {
                for slot in 0..self.holders.of_object(object).len() {
                    let holder = self.holders.of_object(object)[slot];
                    self.consider(holder, None, &mut best);
                    if self.gain[at(holder)] == 0 && self.market.may_stay[at(holder)] {
                        for other in self.members(self.group_of[at(holder)]) {
                            if self.place[at(other)] == OUTSIDE {
                                self.consider(other, Some(holder), &mut best);
                            }
                        }
                    }
                }
            }
        }
        best
    }

    fn consider(&mut self, bidder: u32, relieved: Option<u32>, best: &mut Option<Step>) {
        let arcs = self.market.arcs(bidder);
        self.effort = self.effort.saturating_sub(arcs.len());
        for arc in arcs {
            let object = self.market.object[arc];
            let is_nearer = best.is_none_or(|best| self.label[at(object)] < self.label[at(best.object)]);
            let is_open = !self.object_seen[at(object)] && object != self.place[at(bidder)];
            if is_nearer && is_open && gain_of(self.market, self.price, arc) == self.gain[at(bidder)] {
                *best = Some(Step {
                    bidder,
                    object,
                    relieved,
                });
            }
        }
    }

    /// Makes a place free in an object if that costs nothing.
    fn leave(&mut self, object: u32) -> bool {
        if self.holders.free(object) > 0 {
            return true;
        }
        let holders = self.holders.of_object(object).iter().copied();
        let leaver = holders.into_iter().find(|&holder| self.may_leave(holder));
        if let Some(leaver) = leaver {
            self.move_to(leaver, OUTSIDE);
        }
        leaver.is_some()
    }

    /// Whether a bidder may go outside without loss, and without leaving a kept household with nobody placed.
    fn may_leave(&self, bidder: u32) -> bool {
        let group = at(self.group_of[at(bidder)]);
        let loses_nothing = self.market.may_stay[at(bidder)] && self.gain[at(bidder)] == 0;
        loses_nothing && (!self.is_kept[group] || self.placed[group] > 1)
    }

    /// Carries out the path from its end, where a place is free, to its start.
    fn fill_up(&mut self) {
        while let Some(step) = self.path.pop() {
            self.move_to(step.bidder, step.object);
            if let Some(relieved) = step.relieved {
                self.move_to(relieved, OUTSIDE);
            }
        }
    }

    /// Covers a group by a chain of moves, if there is one.
    fn find_place(&mut self, group: u32) -> bool {
        self.asked.clear();
        self.objects_touched.clear();
        self.groups_touched.clear();
        for bidder in self.members(group) {
            self.ask(bidder, Cause::Start);
        }
        let mut next = 0;
        while let Some(&bidder) = self.asked.get(next) {
            next += 1;
            if let Some((last, target)) = self.look_around(bidder) {
                self.shift(last, target);
                self.forget();
                return true;
            }
        }
        false
    }

    fn members(&self, group: u32) -> std::ops::Range<u32> {
        self.market.group_start[at(group)]..self.market.group_start[at(group) + 1]
    }

    fn ask(&mut self, bidder: u32, cause: Cause) {
        let known = &mut self.cause[at(bidder)];
        if known.is_none() {
            *known = Some(cause);
            self.asked.push(bidder);
        }
    }

    /// Follows the tight arcs of a bidder; gives the bidder that ends the chain and where it goes.
    fn look_around(&mut self, bidder: u32) -> Option<(u32, u32)> {
        let gain = self.gain[at(bidder)];
        for arc in self.market.arcs(bidder) {
            let object = self.market.object[arc];
            if self.object_seen[at(object)] || gain_of(self.market, self.price, arc) != gain {
                continue;
            }
            self.object_seen[at(object)] = true;
            self.objects_touched.push(object);
            if self.holders.free(object) > 0 {
                return Some((bidder, object));
            }
            for slot in 0..self.holders.of_object(object).len() {
                let holder = self.holders.of_object(object)[slot];
                self.ask(holder, Cause::Displaced(bidder));
                if self.try_outside(holder) {
                    return Some((holder, OUTSIDE));
                }
            }
        }
        None
    }

    /// Whether a bidder may go outside. If its household is kept and has nobody else placed, the others are asked.
    fn try_outside(&mut self, bidder: u32) -> bool {
        let group = self.group_of[at(bidder)];
        if self.may_leave(bidder) {
            return true;
        }
        if !self.market.may_stay[at(bidder)] || self.gain[at(bidder)] != 0 {
            return false;
        }
        if !std::mem::replace(&mut self.group_seen[at(group)], true) {
            self.groups_touched.push(group);
            for other in self.members(group) {
                if self.place[at(other)] == OUTSIDE {
                    self.ask(other, Cause::Relieves(bidder));
                }
            }
        }
        false
    }

    /// Carries out the chain from its end to its start.
    fn shift(&mut self, last: u32, target: u32) {
        let (mut bidder, mut target) = (last, target);
        loop {
            let left = self.move_to(bidder, target);
            match self.cause[at(bidder)] {
                Some(Cause::Displaced(before)) => (bidder, target) = (before, left),
                Some(Cause::Relieves(before)) => (bidder, target) = (before, OUTSIDE),
                Some(Cause::Start) | None => return,
            }
        }
    }

    fn move_to(&mut self, bidder: u32, target: u32) -> u32 {
        let left = std::mem::replace(&mut self.place[at(bidder)], target);
        let group = at(self.group_of[at(bidder)]);
        if left < OUTSIDE {
            self.holders.remove(left, bidder);
            self.placed[group] -= 1;
        }
        if target < OUTSIDE {
            self.holders.add(target, bidder);
            self.placed[group] += 1;
        }
        debug_assert!(target != NOWHERE, "a chain ends at a place or outside");
        left
    }

    /// After a success the ways of the search are open again.
    fn forget(&mut self) {
        for &object in &self.objects_touched {
            self.object_seen[at(object)] = false;
        }
        for &group in &self.groups_touched {
            self.group_seen[at(group)] = false;
        }
        for &bidder in &self.asked {
            self.cause[at(bidder)] = None;
        }
    }
}

fn gain_of(market: &Market, price: &[i128], arc: usize) -> i128 {
    i128::from(market.score[arc]) - price[at(market.object[arc])]
}

fn gain(market: &Market, outcome: &Outcome, bidder: u32) -> i128 {
    let mut arcs = market.arcs(bidder);
    let place = arcs.find(|&arc| market.object[arc] == outcome.place[at(bidder)]);
    place.map_or(0, |arc| gain_of(market, &outcome.price, arc))
}
