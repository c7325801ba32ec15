//! The greatest total score of a market, by an auction with shrinking steps.
//!
//! Bertsekas's auction for objects with several places and for inequality constraints (Bertsekas and Castañón 1989 and
//! 1992), which is a form of Goldberg and Tarjan's cost scaling (Goldberg and Kennedy 1995). Scores are multiplied by a
//! power of two above the number of objects, so that a last step of one makes the outcome exact.

use std::collections::VecDeque;
use std::ops::{Add, Shl, Shr, Sub};

use super::detour::Map;
use super::ids::{at, short};
use super::market::{Floor, Holders, Market, NOWHERE, OUTSIDE, Outcome};

/// A whole number in which prices are counted: 64 bits where they suffice, 128 where not.
pub(super) trait Number:
    Copy + Ord + Add<Output = Self> + Sub<Output = Self> + Shl<u32, Output = Self> + Shr<u32, Output = Self>
{
    const ZERO: Self;
    const ONE: Self;
    /// Above every price, with room to add.
    const HUGE: Self;
    /// Below every price, with room to subtract.
    const LEAST: Self;
    fn of(score: i64) -> Self;
    fn wide(self) -> i128;
}

impl Number for i64 {
    const ZERO: Self = 0;
    const ONE: Self = 1;
    const HUGE: Self = Self::MAX / 4;
    const LEAST: Self = -Self::HUGE;
    fn of(score: i64) -> Self {
        score
    }
    fn wide(self) -> i128 {
        i128::from(self)
    }
}

impl Number for i128 {
    const ZERO: Self = 0;
    const ONE: Self = 1;
    const HUGE: Self = Self::MAX / 4;
    const LEAST: Self = -Self::HUGE;
    fn of(score: i64) -> Self {
        Self::from(score)
    }
    fn wide(self) -> i128 {
        self
    }
}

/// How much smaller the step becomes from phase to phase, as a power of two.
const SHRINK: u32 = 4;

/// How many arcs a chain of bids may look at before a shortest way is tried.
const PATIENCE: usize = 20_000;

/// Solves a market. It must be feasible: every bidder that may not stay finds a place when others move, and without a
/// floor all places can be filled.
pub(super) fn solve(market: &Market) -> Outcome {
    // Above the number of objects and the outside together, see `Auction::exact_prices`.
    let shift = usize::BITS - (market.objects() + 1).leading_zeros();
    let greatest = i128::from(market.score.iter().copied().max().unwrap_or(0)) + 1;
    // A price climbs at most by the greatest score, and the step, for each object on an alternating path.
    let reach = (greatest << shift).saturating_mul(4 * (i128::from(short(market.objects())) + 2));
    if reach < i64::HUGE.wide() {
        Auction::<i64>::new(market, shift).run()
    } else {
        Auction::<i128>::new(market, shift).run()
    }
}

pub(super) struct Auction<'a, N> {
    pub(super) market: &'a Market,
    /// Scores are multiplied by two to this power.
    pub(super) shift: u32,
    pub(super) step: N,
    pub(super) price: Vec<N>,
    pub(super) place: Vec<u32>,
    /// What each bidder's present place scores, multiplied.
    score: Vec<N>,
    /// The price at which each bidder would rather go elsewhere.
    pub(super) limit: Vec<N>,
    pub(super) holders: Holders,
    waiting: Vec<u32>,
    /// Objects with free places whose price is to fall.
    unsold: VecDeque<u32>,
    is_unsold: Vec<bool>,
    /// Who would come to the object on offer, with the price at which it is as good as the present place.
    candidates: Vec<Candidate<N>>,
    pub(super) reverse: Reverse,
    pub(super) map: Map<N>,
}

/// The arcs by object.
pub(super) struct Reverse {
    start: Vec<u32>,
    arc: Vec<(u32, i64)>,
}

impl Reverse {
    fn new(market: &Market) -> Self {
        let (start, order) = super::instance::group(market.objects(), &market.object);
        let mut bidder_of = vec![0; market.object.len()];
        for bidder in 0..short(market.bidders()) {
            bidder_of[market.arcs(bidder)].fill(bidder);
        }
        let arc = order
            .iter()
            .map(|&arc| (bidder_of[at(arc)], market.score[at(arc)]))
            .collect();
        Self { start, arc }
    }

    pub(super) fn of(&self, object: u32) -> &[(u32, i64)] {
        &self.arc[at(self.start[at(object)])..at(self.start[at(object) + 1])]
    }
}

/// A bidder who would rather have an object once it costs less than `level`.
#[derive(Clone, Copy)]
struct Candidate<N> {
    level: N,
    bidder: u32,
    score: N,
}

/// The best offer to a bidder, and the next best elsewhere.
pub(super) struct Offers<N> {
    object: u32,
    score: N,
    pub(super) value: N,
    second: N,
}

impl<'a, N: Number> Auction<'a, N> {
    fn new(market: &'a Market, shift: u32) -> Self {
        Self {
            market,
            shift,
            step: N::ZERO,
            price: vec![N::ZERO; market.objects()],
            place: vec![NOWHERE; market.bidders()],
            score: vec![N::ZERO; market.bidders()],
            limit: vec![N::ZERO; market.bidders()],
            holders: Holders::new(market),
            waiting: Vec::new(),
            unsold: VecDeque::new(),
            candidates: Vec::new(),
            is_unsold: vec![false; market.objects()],
            reverse: Reverse::new(market),
            map: Map::new(market.objects()),
        }
    }

    fn run(mut self) -> Outcome {
        let greatest = self.market.score.iter().copied().max().unwrap_or(0);
        self.step = ((N::of(greatest) << self.shift) >> 2).max(N::ONE);
        loop {
            self.begin_phase();
            self.sell();
            self.clear_unsold();
            if self.step == N::ONE {
                break;
            }
            self.step = (self.step >> SHRINK).max(N::ONE);
        }
        Outcome {
            price: self.exact_prices(),
            place: self.place,
        }
    }

    /// Keeps who is content with the smaller step; everybody else waits.
    fn begin_phase(&mut self) {
        self.holders.clear();
        for bidder in (0..short(self.market.bidders())).rev() {
            let place = self.place[at(bidder)];
            let offers = self.offers(bidder);
            let present = match place {
                NOWHERE => N::LEAST,
                OUTSIDE => N::ZERO,
                object => self.score[at(bidder)] - self.price[at(object)],
            };
            let elsewhere = if offers.object == place {
                offers.second
            } else {
                offers.value
            };
            if place == NOWHERE || present < elsewhere - self.step {
                self.place[at(bidder)] = NOWHERE;
                self.waiting.push(bidder);
            } else if place != OUTSIDE {
                self.limit[at(bidder)] = self.limit_for(self.score[at(bidder)], elsewhere);
                self.holders.insert(place, bidder, &self.limit);
            }
        }
    }

    fn limit_for(&self, score: N, elsewhere: N) -> N {
        if elsewhere == N::LEAST {
            N::HUGE
        } else {
            score - elsewhere + self.step
        }
    }

    /// The best and second best of what a bidder may take now, staying outside among it.
    pub(super) fn offers(&self, bidder: u32) -> Offers<N> {
        let mut best = Offers {
            object: NOWHERE,
            score: N::ZERO,
            value: N::LEAST,
            second: N::LEAST,
        };
        if self.market.may_stay[at(bidder)] {
            best.object = OUTSIDE;
            best.value = N::ZERO;
        }
        let arcs = self.market.arcs(bidder);
        for (&object, &score) in self.market.object[arcs.clone()].iter().zip(&self.market.score[arcs]) {
            let score = N::of(score) << self.shift;
            let value = score - self.price[at(object)];
            if value > best.value {
                best.second = best.value;
                best.value = value;
                best.object = object;
                best.score = score;
            } else if value > best.second {
                best.second = value;
            }
        }
        best
    }

    /// Forward: whoever waits bids, and whoever has to give way for it bids next, until nobody has to.
    fn sell(&mut self) {
        let mut patience = PATIENCE;
        while let Some(mut bidder) = self.waiting.pop() {
            let mut effort = 0;
            loop {
                if effort > patience {
                    self.place_by_detour(bidder);
                    // A detour is worth no more bids than it costs itself.
                    patience = self.map.effort.max(PATIENCE);
                    break;
                }
                effort += self.market.arcs(bidder).len();
                match self.bid(bidder) {
                    Some(loser) => bidder = loser,
                    None => break,
                }
            }
        }
    }

    /// Bids for the best offer, up to the price at which the second best is as good; gives the bidder with the lowest
    /// limit, who goes without.
    fn bid(&mut self, bidder: u32) -> Option<u32> {
        let offers = self.offers(bidder);
        let object = offers.object;
        self.place[at(bidder)] = object;
        if object >= OUTSIDE {
            return None;
        }
        let limit = self.limit_for(offers.score, offers.second);
        self.score[at(bidder)] = offers.score;
        self.limit[at(bidder)] = limit;
        if self.holders.free(object) > 0 {
            self.holders.insert(object, bidder, &self.limit);
            return None;
        }
        let loser = match self.holders.of_object(object).first() {
            Some(&first) if self.limit[at(first)] < limit => {
                self.holders.replace_first(object, bidder, &self.limit);
                first
            }
            _ => bidder,
        };
        self.price[at(object)] = self.price[at(object)].max(self.limit[at(loser)]);
        self.place[at(loser)] = NOWHERE;
        Some(loser)
    }

    /// Reverse: an object with a free place lowers its price until somebody comes or the floor is reached.
    fn clear_unsold(&mut self) {
        for object in 0..short(self.market.objects()) {
            self.note_unsold(object);
        }
        let patience = self.market.object.len() * 4;
        let (mut effort, mut detours) = (0, 0);
        // First come, first served, so that places of one object that come free one by one are offered together.
        while let Some(object) = self.unsold.pop_front() {
            self.is_unsold[at(object)] = false;
            if !self.is_overpriced(object) {
                continue;
            }
            if effort < patience {
                effort += self.reverse.of(object).len();
                self.attract(object);
            } else {
                self.fill_by_detour(object);
                detours += self.map.effort;
                if detours > patience {
                    (effort, detours) = (0, 0);
                }
            }
            self.note_unsold(object);
        }
    }

    fn note_unsold(&mut self, object: u32) {
        if self.is_overpriced(object) && !self.is_unsold[at(object)] {
            self.is_unsold[at(object)] = true;
            self.unsold.push_back(object);
        }
    }

    fn is_overpriced(&self, object: u32) -> bool {
        self.holders.free(object) > 0
            && match self.market.floor {
                Floor::Zero => self.price[at(object)] > N::ZERO,
                Floor::None => true,
            }
    }

    /// Fills the free places of an object with those who would pay most, at just below what the next would pay.
    fn attract(&mut self, object: u32) {
        let free = at(self.holders.free(object));
        let floor = match self.market.floor {
            Floor::Zero => N::ZERO,
            Floor::None => N::LEAST,
        };
        let mut candidates = std::mem::take(&mut self.candidates);
        candidates.clear();
        for &(bidder, score) in self.reverse.of(object) {
            let score = N::of(score) << self.shift;
            let level = score - self.gain(bidder);
            if level > floor && self.place[at(bidder)] != object {
                candidates.push(Candidate { level, bidder, score });
            }
        }
        let least = if candidates.len() > free {
            // Equal levels by number, so that the outcome does not depend on how the selection works.
            let by_level = |a: &Candidate<N>, b: &Candidate<N>| b.level.cmp(&a.level).then(a.bidder.cmp(&b.bidder));
            let next = candidates.select_nth_unstable_by(free, by_level).1.level;
            candidates.truncate(free);
            next - self.step
        } else if self.market.floor == Floor::Zero {
            floor
        } else {
            candidates
                .iter()
                .map(|candidate| candidate.level)
                .min()
                .unwrap_or(floor)
                - self.step
        };
        let price = &mut self.price[at(object)];
        *price = (*price).min(least.max(floor));
        for winner in &candidates {
            let left = self.move_to(winner.bidder, object, winner.score);
            if left < OUTSIDE {
                self.note_unsold(left);
            }
        }
        self.candidates = candidates;
    }

    /// What a bidder who is served gains.
    pub(super) fn gain(&self, bidder: u32) -> N {
        match self.place[at(bidder)] {
            OUTSIDE => N::ZERO,
            place => self.score[at(bidder)] - self.price[at(place)],
        }
    }

    /// Moves a bidder to an object or outside, without regard to the order of the holders; gives what it left.
    pub(super) fn move_to(&mut self, bidder: u32, to: u32, score: N) -> u32 {
        let left = std::mem::replace(&mut self.place[at(bidder)], to);
        self.score[at(bidder)] = score;
        if left < OUTSIDE {
            self.holders.remove(left, bidder);
        }
        if to < OUTSIDE {
            self.holders.add(to, bidder);
        }
        left
    }

    /// Exact prices from those that are right to one step.
    ///
    /// For any object and another that a holder of it may take instead, price + difference of scores ≤ other price +
    /// step; the differences are multiples of the multiplier M. With a step of one there are fewer objects (and the
    /// outside, at zero) than remainders modulo M, so some remainder r is nobody's. Counted from just above r, no price
    /// has the greatest remainder, so adding one step never passes a multiple of M: dividing and rounding down keeps
    /// every such inequality, now without the step.
    fn exact_prices(&self) -> Vec<i128> {
        let multiplier = 1_i128 << self.shift;
        let mut taken = vec![false; 1 << self.shift];
        taken[0] = true;
        for price in &self.price {
            if let Ok(remainder) = usize::try_from(price.wide().rem_euclid(multiplier)) {
                taken[remainder] = true;
            }
        }
        let unused = taken.iter().position(|&taken| !taken).unwrap_or(0);
        let from = i128::from(short(unused)) + 1;
        let outside = (-from).div_euclid(multiplier);
        let rounded = |price: &N| (price.wide() - from).div_euclid(multiplier) - outside;
        self.price.iter().map(rounded).collect()
    }
}
