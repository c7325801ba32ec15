//! First stage: the greatest total weight of covered households, and the prices that prove it.
//!
//! Which households can be covered together is a transversal matroid (Edmonds and Fulkerson 1965), so taking the weights
//! in falling order and augmenting is exact. Within a weight, augmenting paths household → opening → household placed
//! there → … are searched in depth with a look ahead for a free place (Pothen and Fan 1990; Duff, Kaya and Uçar 2011).
//! Where that wanders too far, the distances of all openings from the free places guide the search and tell who cannot
//! reach any (Hopcroft and Karp 1973, from the other end). What the households that go without can reach is a closed
//! region: its openings are full, and every household placed in it has no other choice and weighs no less. The region is
//! never entered again, and the weight of the households becomes the price of its openings.

use super::ids::{at, short};
use super::instance::{Household, Instance, Opening};

const NONE: u32 = u32::MAX;
const DEAD: u32 = u32::MAX;

/// The price of every opening in weight: the weight of the households that go without because of it, zero if there are
/// none. An opening without any place costs more than any household weighs.
pub(super) fn prices(instance: &Instance) -> Vec<i64> {
    let mut search = Search::new(instance);
    let mut waiting: Vec<Household> = (0..short(instance.households()))
        .filter(|&household| instance.weight(household) > 0 && !instance.openings_of(household).is_empty())
        .collect();
    waiting.sort_by_key(|&household| std::cmp::Reverse(instance.weight(household)));
    for class in waiting.chunk_by(|&a, &b| instance.weight(a) == instance.weight(b)) {
        search.cover_class(class);
    }
    search.price
}

/// A price above every weight: what an opening without places costs.
pub(super) fn beyond_weights(instance: &Instance) -> i64 {
    let households = 0..short(instance.households());
    1 + households
        .map(|household| instance.weight(household))
        .max()
        .unwrap_or(0)
}

/// One household on the path being searched, and where it is looking.
struct Step {
    household: Household,
    /// The next of the household's edges to try.
    edge: u32,
    /// Only openings at a lesser distance are tried.
    within: u32,
    /// The opening whose holders are being asked to move, or NONE.
    opening: Opening,
    /// The next holder to ask.
    slot: u32,
}

struct Search<'a> {
    instance: &'a Instance,
    price: Vec<i64>,
    /// Where the holders of each opening stand in `holder`; an opening needs no more slots than it has edges.
    slot_start: Vec<u32>,
    filled: Vec<u32>,
    holder: Vec<Household>,
    /// The opening each household is placed at, or NONE.
    place: Vec<Opening>,
    /// The round in which an opening was last visited, or DEAD.
    visited: Vec<u32>,
    /// Per household, how many of its edges were seen to lead to full openings; full openings stay full.
    looked: Vec<u32>,
    round: u32,
    path: Vec<Step>,
    /// Edges that the searches of this weight may still try before distances are worth their cost.
    patience: usize,
    /// The distance of each opening from a free place; empty while searching without it.
    distance: Vec<u32>,
    /// The households with an edge to each opening; made when first needed.
    asking: Option<(Vec<u32>, Vec<Household>)>,
}

impl<'a> Search<'a> {
    fn new(instance: &'a Instance) -> Self {
        let openings = instance.openings();
        let mut degree = vec![0_i64; openings];
        for household in 0..short(instance.households()) {
            for &opening in instance.openings_of(household) {
                degree[at(opening)] += 1;
            }
        }
        let mut slot_start = Vec::with_capacity(openings + 1);
        let mut slots = 0_u32;
        slot_start.push(0);
        let (mut price, mut visited) = (vec![0; openings], vec![0; openings]);
        let beyond = beyond_weights(instance);
        for opening in 0..short(openings) {
            let places = instance.places(opening);
            slots += u32::try_from(places.min(degree[at(opening)])).unwrap_or(u32::MAX);
            slot_start.push(slots);
            if places == 0 {
                price[at(opening)] = beyond;
                visited[at(opening)] = DEAD;
            }
        }
        Self {
            instance,
            price,
            slot_start,
            filled: vec![0; openings],
            holder: vec![NONE; at(slots)],
            place: vec![NONE; instance.households()],
            visited,
            looked: vec![0; instance.households()],
            round: 0,
            path: Vec::new(),
            patience: 0,
            distance: Vec::new(),
            asking: None,
        }
    }

    /// Covers as many households of one weight as possible and prices the openings that the others cannot get.
    fn cover_class(&mut self, class: &[Household]) {
        let mut waiting = class.to_vec();
        self.distance.clear();
        self.patience = self.instance.edges() / 8 + 100;
        let mut moved = true;
        while moved && !waiting.is_empty() {
            moved = self.search_round(&mut waiting);
        }
        if self.patience == 0 {
            self.patience = usize::MAX;
            loop {
                self.measure_distances();
                // Nothing gives the others a way to a free place any more.
                waiting.retain(|&household| self.can_reach(household));
                if waiting.is_empty() {
                    break;
                }
                self.search_round(&mut waiting);
            }
        }
        let without = class
            .iter()
            .copied()
            .filter(|&household| self.place[at(household)] == NONE);
        self.close(without.collect());
    }

    /// Lets everybody who waits search once; says whether any found a place.
    fn search_round(&mut self, waiting: &mut Vec<Household>) -> bool {
        self.round += 1;
        let before = waiting.len();
        waiting.retain(|&household| !self.augment(household));
        waiting.len() < before
    }

    /// Prices and closes what households that go without can reach.
    fn close(&mut self, mut without: Vec<Household>) {
        let Some(&first) = without.first() else { return };
        let weight = self.instance.weight(first);
        while let Some(household) = without.pop() {
            for &opening in self.instance.openings_of(household) {
                if self.visited[at(opening)] != DEAD {
                    self.visited[at(opening)] = DEAD;
                    self.price[at(opening)] = weight;
                    let start = at(self.slot_start[at(opening)]);
                    without.extend(&self.holder[start..start + at(self.filled[at(opening)])]);
                }
            }
        }
    }

    /// Looks for a place for a household, moving others to other openings if need be; says whether it found one.
    fn augment(&mut self, household: Household) -> bool {
        self.path.clear();
        self.path.push(Step::new(household, u32::MAX));
        while let Some(mut step) = self.path.pop() {
            if step.opening == NONE {
                if let Some(free) = self.look_ahead(step.household) {
                    self.shift_along_path(step.household, free);
                    return true;
                }
                step.opening = self.next_unvisited(&mut step);
                step.slot = 0;
                if step.opening == NONE {
                    continue;
                }
            }
            if step.slot < self.filled[at(step.opening)] {
                let holder = self.holder[at(self.slot_start[at(step.opening)] + step.slot)];
                let within = self.distance.get(at(step.opening)).copied().unwrap_or(u32::MAX);
                step.slot += 1;
                self.path.push(step);
                self.path.push(Step::new(holder, within));
            } else {
                step.opening = NONE;
                self.path.push(step);
            }
        }
        false
    }

    /// An opening with a free place that the household may take at once.
    fn look_ahead(&mut self, household: Household) -> Option<Opening> {
        let openings = self.instance.openings_of(household);
        let looked = at(self.looked[at(household)]);
        let free = openings[looked..].iter().position(|&opening| self.is_free(opening));
        self.looked[at(household)] = short(looked + free.unwrap_or(openings.len() - looked));
        free.map(|position| openings[looked + position])
    }

    fn is_free(&self, opening: Opening) -> bool {
        let opening = at(opening);
        self.slot_start[opening] + self.filled[opening] < self.slot_start[opening + 1]
    }

    fn next_unvisited(&mut self, step: &mut Step) -> Opening {
        let openings = self.instance.openings_of(step.household);
        while let Some(&opening) = openings.get(at(step.edge)).filter(|_| self.patience > 0) {
            step.edge += 1;
            self.patience -= 1;
            let visited = &mut self.visited[at(opening)];
            let is_nearer = self
                .distance
                .get(at(opening))
                .is_none_or(|&distance| distance < step.within);
            if *visited != DEAD && *visited != self.round && is_nearer {
                *visited = self.round;
                return opening;
            }
        }
        NONE
    }

    /// The last household takes the free place; each before it takes the slot of the one it asked to move.
    fn shift_along_path(&mut self, last: Household, free: Opening) {
        self.holder[at(self.slot_start[at(free)] + self.filled[at(free)])] = last;
        self.filled[at(free)] += 1;
        self.place[at(last)] = free;
        for step in &self.path {
            self.holder[at(self.slot_start[at(step.opening)] + step.slot - 1)] = step.household;
            self.place[at(step.household)] = step.opening;
        }
    }

    /// How many moves each opening is from a free place, in breadth from all free places at once.
    fn measure_distances(&mut self) {
        let instance = self.instance;
        let (start, households) = self.asking.get_or_insert_with(|| asking_households(instance));
        let free = |&opening: &Opening| {
            let opening = at(opening);
            self.slot_start[opening] + self.filled[opening] < self.slot_start[opening + 1]
        };
        let mut reached: Vec<Opening> = (0..short(instance.openings())).filter(free).collect();
        self.distance.clear();
        self.distance.resize(instance.openings(), u32::MAX);
        for &opening in &reached {
            self.distance[at(opening)] = 0;
        }
        let mut next = 0;
        while let Some(&opening) = reached.get(next) {
            next += 1;
            for &household in &households[at(start[at(opening)])..at(start[at(opening) + 1])] {
                let place = self.place[at(household)];
                if place != NONE && self.distance[at(place)] == u32::MAX {
                    self.distance[at(place)] = self.distance[at(opening)] + 1;
                    reached.push(place);
                }
            }
        }
    }

    fn can_reach(&self, household: Household) -> bool {
        let mut openings = self.instance.openings_of(household).iter();
        openings.any(|&opening| self.distance[at(opening)] != u32::MAX)
    }
}

/// The households by opening, as starts and rows.
fn asking_households(instance: &Instance) -> (Vec<u32>, Vec<Household>) {
    let mut start = vec![0_u32; instance.openings() + 1];
    for household in 0..short(instance.households()) {
        for &opening in instance.openings_of(household) {
            start[at(opening) + 1] += 1;
        }
    }
    for opening in 0..instance.openings() {
        start[opening + 1] += start[opening];
    }
    let mut next = start.clone();
    let mut rows = vec![0; instance.edges()];
    for household in 0..short(instance.households()) {
        for &opening in instance.openings_of(household) {
            rows[at(next[at(opening)])] = household;
            next[at(opening)] += 1;
        }
    }
    (start, rows)
}

impl Step {
    fn new(household: Household, within: u32) -> Self {
        Self {
            household,
            edge: 0,
            within,
            opening: NONE,
            slot: 0,
        }
    }
}
