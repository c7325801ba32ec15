//! Second stage: among the plans of greatest covered weight, the greatest total score.
//!
//! The prices of the first stage say which plans those are (complementary slackness): a household looks only to its
//! cheapest openings; where these cost something, they are filled, nobody takes a second one, and exactly the households
//! that weigh more than the price are certain of theirs; where they are free, every household that weighs anything gets
//! at least one. So the instance falls apart by price, then into connected parts, and each part is a market of its own,
//! solved apart and in parallel.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::ids::{at, short};
use super::instance::{Household, Instance, Opening, Person, group};
use super::keep::Kept;
use super::market::{Floor, Market, Outcome};
use super::order::Order;
use super::sets::Sets;
use super::{Price, Solution, auction, cover, ties};

const NONE: u32 = u32::MAX;

/// Solves the second and third stage and puts the plan and its prices together.
pub(super) fn solve(instance: &Instance, order: &Order, opening_weight: &[i64]) -> Solution {
    let parts = Parts::new(instance, opening_weight);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicUsize::new(0);
    let solved = Mutex::new(Vec::new());
    let work = || {
        let mut mine = Vec::new();
        while let Some(&part) = parts.by_size.get(next.fetch_add(1, Ordering::Relaxed)) {
            mine.push(parts.solve(part, order));
        }
        // A poisoned lock would mean that the other thread panicked, and the scope passes that on by itself.
        solved
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .extend(mine);
    };
    std::thread::scope(|scope| {
        for _ in 1..threads.min(parts.by_size.len()) {
            scope.spawn(work);
        }
        work();
    });
    let mut solution = parts.unplaced();
    for part in solved.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner) {
        part.write_to(&mut solution);
    }
    solution.count(instance);
    solution
}

/// The instance cut into parts that have nothing to do with each other.
struct Parts<'a> {
    instance: &'a Instance,
    opening_weight: &'a [i64],
    /// The price in weight of the cheapest opening of each household, or None if it cannot be covered.
    level: Vec<Option<i64>>,
    /// The households of each part.
    start: Vec<u32>,
    household: Vec<Household>,
    /// The openings of each part.
    opening_start: Vec<u32>,
    opening: Vec<Opening>,
    /// The parts, the largest first.
    by_size: Vec<u32>,
    /// The number of each opening within its part.
    local: Vec<u32>,
}

/// What came out of a part.
#[derive(Default)]
struct Solved {
    placed: Vec<(Person, Opening)>,
    openings: Vec<(Opening, i128)>,
    households: Vec<(Household, Price)>,
}

impl<'a> Parts<'a> {
    fn new(instance: &'a Instance, opening_weight: &'a [i64]) -> Self {
        let level = levels(instance, opening_weight);
        let mut sets = Sets::new(instance.openings());
        let mut first_opening = vec![NONE; instance.households()];
        for household in 0..short(instance.households()) {
            let Some(level) = level[at(household)] else { continue };
            for &opening in instance.openings_of(household) {
                if opening_weight[at(opening)] == level {
                    let first = &mut first_opening[at(household)];
                    *first = if *first == NONE {
                        opening
                    } else {
                        sets.join(*first, opening)
                    };
                }
            }
        }
        let mut part_of_set = vec![NONE; instance.openings()];
        let (mut rows, mut part_of_row, mut size) = (Vec::new(), Vec::new(), Vec::new());
        for (household, &opening) in first_opening.iter().enumerate() {
            if opening != NONE {
                let part = &mut part_of_set[at(sets.root(opening))];
                if *part == NONE {
                    *part = short(size.len());
                    size.push(0);
                }
                rows.push(short(household));
                part_of_row.push(*part);
                size[at(*part)] += instance.openings_of(short(household)).len();
            }
        }
        let (start, order) = group(size.len(), &part_of_row);
        let part_of_opening: Vec<u32> = (0..short(instance.openings()))
            .map(|opening| part_of_set[at(sets.root(opening))])
            .map(|part| if part == NONE { short(size.len()) } else { part })
            .collect();
        let (opening_start, opening) = group(size.len() + 1, &part_of_opening);
        let mut local = vec![NONE; instance.openings()];
        for part in 0..size.len() {
            let first = opening_start[part];
            for position in first..opening_start[part + 1] {
                local[at(opening[at(position)])] = position - first;
            }
        }
        let mut by_size: Vec<u32> = (0..short(size.len())).collect();
        by_size.sort_by_key(|&part| std::cmp::Reverse(size[at(part)]));
        Self {
            instance,
            opening_weight,
            level,
            start,
            household: order.iter().map(|&row| rows[at(row)]).collect(),
            opening_start,
            opening,
            by_size,
            local,
        }
    }

    fn households(&self, part: u32) -> &[Household] {
        &self.household[at(self.start[at(part)])..at(self.start[at(part) + 1])]
    }

    fn openings(&self, part: u32) -> &[Opening] {
        &self.opening[at(self.opening_start[at(part)])..at(self.opening_start[at(part) + 1])]
    }

    fn solve(&self, part: u32, order: &Order) -> Solved {
        let (households, openings) = (self.households(part), self.openings(part));
        let level = households
            .first()
            .and_then(|&household| self.level[at(household)])
            .unwrap_or(0);
        let mut draft = PartMarket::new(self, level, openings.len());
        for &household in households {
            if level == 0 {
                draft.add_members(household);
            } else {
                draft.add_as_one(household);
            }
        }
        draft.count_places(openings);
        let mut outcome = auction::solve(&draft.market);
        let ranks: Vec<u32> = households.iter().map(|&household| order.rank(household)).collect();
        ties::settle(&draft.market, &mut outcome, &ranks);
        draft.read(&outcome, households, openings)
    }

    /// Whether a person's edge to an opening may be used at a level.
    fn counts(&self, opening: Opening, level: i64) -> bool {
        self.opening_weight[at(opening)] == level
    }

    /// The plan in which nobody is placed, with the prices of what takes no part in any market.
    fn unplaced(&self) -> Solution {
        let instance = self.instance;
        let weight_price = |weight: i64| Price {
            weight: i128::from(weight),
            score: 0,
        };
        Solution {
            placed: vec![None; instance.persons()],
            covered_weight: 0,
            total_score: 0,
            opening_price: self.opening_weight.iter().copied().map(weight_price).collect(),
            household_price: (0..short(instance.households()))
                .map(|household| weight_price(instance.weight(household)))
                .collect(),
            kept: Kept::default(),
        }
    }
}

impl Solved {
    fn write_to(self, solution: &mut Solution) {
        for (person, opening) in self.placed {
            solution.placed[at(person)] = Some(opening);
        }
        for (opening, score) in self.openings {
            solution.opening_price[at(opening)].score = score;
        }
        for (household, price) in self.households {
            solution.household_price[at(household)] = price;
        }
    }
}

/// The price in weight of the cheapest opening of each household, or None for a household that cannot be covered.
fn levels(instance: &Instance, opening_weight: &[i64]) -> Vec<Option<i64>> {
    let beyond = cover::beyond_weights(instance);
    let level_of = |household| {
        let openings = instance.openings_of(household).iter();
        let cheapest = openings.map(|&opening| opening_weight[at(opening)]).min()?;
        (cheapest < beyond && cheapest <= instance.weight(household)).then_some(cheapest)
    };
    (0..short(instance.households())).map(level_of).collect()
}

/// The market of a part. Its objects are the part's openings, then a place to stay at home for each household that must
/// be covered and has several members who bid: one place fewer than bidders.
struct PartMarket<'a> {
    parts: &'a Parts<'a>,
    level: i64,
    market: Market,
    /// Who bids, where persons bid for themselves.
    persons: Vec<Person>,
    /// The place to stay of each household, or NONE.
    stay: Vec<u32>,
    /// Per opening, the household that last had an arc to it and which arc; only where households bid as one.
    last_arc: Vec<(Household, u32)>,
}

impl<'a> PartMarket<'a> {
    fn new(parts: &'a Parts<'a>, level: i64, openings: usize) -> Self {
        let floor = if level == 0 { Floor::Zero } else { Floor::None };
        let mut market = Market::new(floor);
        market.places = vec![0; openings];
        Self {
            parts,
            level,
            market,
            persons: Vec::new(),
            stay: Vec::new(),
            last_arc: vec![(NONE, 0); openings],
        }
    }

    /// Where openings are free, every member bids, and one of a household that weighs anything has to go.
    fn add_members(&mut self, household: Household) {
        let instance = self.parts.instance;
        let is_bidder = |&person: &Person| {
            let mut edges = instance.edges_of(person);
            edges.any(|(opening, _)| self.parts.counts(opening, self.level))
        };
        let bidders: Vec<Person> = instance.members(household).filter(is_bidder).collect();
        let optional = instance.weight(household) == 0;
        let stay = if optional || bidders.len() < 2 {
            NONE
        } else {
            self.market.places.push(short(bidders.len() - 1));
            short(self.market.places.len() - 1)
        };
        for person in bidders {
            for (opening, score) in instance.edges_of(person) {
                if self.parts.counts(opening, self.level) {
                    self.market.add_arc(self.parts.local[at(opening)], score);
                }
            }
            if stay != NONE {
                self.market.add_arc(stay, 0);
            }
            self.market.end_bidder(optional);
            self.persons.push(person);
        }
        self.stay.push(stay);
        self.market.end_group();
    }

    /// Where places are short, a household bids with the best member for each opening; it may stay without if it weighs
    /// no more than the price.
    fn add_as_one(&mut self, household: Household) {
        let instance = self.parts.instance;
        for person in instance.members(household) {
            for (opening, score) in instance.edges_of(person) {
                if !self.parts.counts(opening, self.level) {
                    continue;
                }
                let object = self.parts.local[at(opening)];
                let (last, arc) = self.last_arc[at(object)];
                if last == household {
                    let best = &mut self.market.score[at(arc)];
                    *best = score.max(*best);
                } else {
                    self.last_arc[at(object)] = (household, short(self.market.score.len()));
                    self.market.add_arc(object, score);
                }
            }
        }
        self.market.end_bidder(instance.weight(household) == self.level);
        self.market.end_group();
    }

    /// Places beyond the number of arcs are all alike: one of them keeps the opening from ever being full.
    fn count_places(&mut self, openings: &[Opening]) {
        let mut arcs = vec![0_i64; self.market.objects()];
        for &object in &self.market.object {
            arcs[at(object)] += 1;
        }
        for (object, &opening) in openings.iter().enumerate() {
            let places = self.parts.instance.places(opening).min(arcs[object] + 1);
            self.market.places[object] = u32::try_from(places).unwrap_or(u32::MAX);
        }
    }

    /// Translates the outcome back to persons, openings and the prices of households.
    fn read(&self, outcome: &Outcome, households: &[Household], openings: &[Opening]) -> Solved {
        let mut solved = Solved {
            openings: openings.iter().copied().zip(outcome.price.iter().copied()).collect(),
            ..Solved::default()
        };
        for (group, &household) in households.iter().enumerate() {
            let bidders = self.market.group_start[group]..self.market.group_start[group + 1];
            for bidder in bidders {
                let object = outcome.place[at(bidder)];
                if let Some(&opening) = openings.get(at(object)) {
                    solved.placed.push((self.person(bidder, household, opening), opening));
                }
            }
            let price = Price {
                weight: i128::from(self.level),
                score: self.household_price(group, outcome),
            };
            solved.households.push((household, price));
        }
        solved
    }

    /// Who of the household goes to the opening.
    fn person(&self, bidder: u32, household: Household, opening: Opening) -> Person {
        if self.level == 0 {
            return self.persons[at(bidder)];
        }
        let instance = self.parts.instance;
        let members = instance.members(household);
        let fallback = members.start;
        let scored = members.filter_map(|person| instance.score(person, opening).map(|score| (score, person)));
        // The first of the best.
        scored
            .max_by_key(|&(score, person)| (score, std::cmp::Reverse(person)))
            .map_or(fallback, |(_, person)| person)
    }

    /// What it is worth in score that one more member of the household may go.
    fn household_price(&self, group: usize, outcome: &Outcome) -> i128 {
        let bidder = self.market.group_start[group];
        let gain = |arc: usize| i128::from(self.market.score[arc]) - outcome.price[at(self.market.object[arc])];
        let best = || self.market.arcs(bidder).map(gain).max().unwrap_or(0);
        if self.level > 0 {
            return -best();
        }
        match self.stay[group] {
            NONE if self.market.may_stay[at(bidder)] => 0,
            // A single member who has to go, even at a loss.
            NONE => (-best()).max(0),
            stay => outcome.price[at(stay)],
        }
    }
}
