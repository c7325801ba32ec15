//! Finds a person's best openings in a book: shelves from the village outwards, on each the most promising rows first.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::rc::Rc;

use super::alike::{in_manner, in_trade};
use super::shelf::{Head, Shelf};
use super::{Book, at};
use crate::base::codes::DestinationWish;
use crate::base::ids::PostingId;
use crate::base::money::Money;
use crate::base::region::RegionLevel;
use crate::base::time::Day;
use crate::matching::bars::{NEAR_ENOUGH_TO_GO_HOME, is_for_people_of, lacks_lodging, pattern_passes};
use crate::matching::model::{Candidate, reach_for, reaches, steps_between};
use crate::matching::score::{fit_points, nearness_to_home, pattern_points, pay_points};
use crate::matching::weights::Weights;
use crate::reference::Distance;

/// From the person's village to beyond the province.
const RINGS: [Distance; 6] = [
    Distance::SameVillage,
    Distance::SameTownship,
    Distance::SameCounty,
    Distance::SamePrefecture,
    Distance::SameProvince,
    Distance::Beyond,
];

/// In place of points: nobody like this person may be proposed for openings of the pattern.
const BARRED: i32 = i32::MIN;

/// Kinds of people for whom points are kept; beyond that they are worked out again.
const KEPT: usize = 4_096;

/// An opening of a list, before its reasons are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::matching) struct Found {
    pub id: PostingId,
    pub points: i32,
}

/// What each pattern is worth to people of a manner, or that it bars them.
struct Manner {
    near: Vec<i32>,
    /// Where nobody can go home in the evening.
    far: Vec<i32>,
    is_barred: bool,
}

/// Somebody who looks into a book on a day, with what was worked out for the people before.
pub(in crate::matching) struct Reader<'b> {
    book: &'b Book,
    weights: &'b Weights,
    on: Day,
    limit: usize,
    manners: HashMap<Candidate, Rc<Manner>>,
    trades: HashMap<Candidate, Rc<Vec<i32>>>,
    rows: Vec<Promise>,
}

/// The most that an opening of a row can be worth, and the row.
type Promise = (i32, Reverse<usize>);

/// One person before one shelf.
struct View<'v> {
    candidate: &'v Candidate,
    ring: Distance,
    shelf: &'v Shelf,
    /// What the place is worth.
    place: i32,
    patterns: &'v [i32],
    occupations: &'v [i32],
    floor: Option<Money>,
}

impl<'b> Reader<'b> {
    /// The weights must have passed `Weights::checked`: bounds rest on more pay never being worth less.
    pub(in crate::matching) fn new(book: &'b Book, weights: &'b Weights, on: Day, limit: usize) -> Self {
        Self {
            book,
            weights,
            on,
            limit,
            manners: HashMap::new(),
            trades: HashMap::new(),
            rows: Vec::new(),
        }
    }

    /// The best openings for a person: most points first, the older posting first among equals.
    pub(in crate::matching) fn best(&mut self, candidate: &Candidate) -> Vec<Found> {
        let manner = self.manner_of(candidate);
        if manner.is_barred || self.limit == 0 {
            return Vec::new();
        }
        let trade = self.trade_of(candidate);
        let mut best = Best::of(self.limit);
        for ring in RINGS {
            let Some(shelf) = self.shelf_for(candidate, ring) else {
                continue;
            };
            let is_far = ring > NEAR_ENOUGH_TO_GO_HOME;
            let view = View {
                candidate,
                ring,
                shelf,
                place: nearness_to_home(ring, self.weights).1,
                patterns: if is_far { &manner.far } else { &manner.near },
                occupations: &trade,
                floor: candidate.wish.wage_floor,
            };
            self.look(&view, &mut best);
        }
        best.in_order()
    }

    /// The shelf on which all openings of a ring stand, beside nearer ones; none where the person would not go.
    fn shelf_for(&self, candidate: &Candidate, ring: Distance) -> Option<&'b Shelf> {
        let wish = candidate.wish.distance;
        let home = &candidate.home;
        let level = match ring {
            Distance::SameVillage => RegionLevel::Village,
            Distance::SameTownship => RegionLevel::Township,
            Distance::SameCounty => RegionLevel::County,
            Distance::SamePrefecture => RegionLevel::Prefecture,
            Distance::SameProvince => RegionLevel::Province,
            Distance::Beyond if reaches(wish, DestinationWish::OutProvince) => return self.book.shelf_of(""),
            Distance::Beyond if reaches(wish, DestinationWish::Shanghai) => return self.book.shelf_of("31"),
            Distance::Beyond => return None,
        };
        if !reaches(wish, reach_for(ring, home)) {
            return None;
        }
        self.book.shelf_of(home.digits().get(..level.digits())?)
    }

    /// Reads the rows of a shelf that can still change the list.
    fn look(&mut self, view: &View<'_>, best: &mut Best) {
        let least = best.least();
        let mut rows = std::mem::take(&mut self.rows);
        let promises = view.shelf.heads().iter().enumerate().filter_map(|(place, head)| {
            let most = self.most(view, head, least)?;
            Some((most, Reverse(place)))
        });
        rows.extend(promises);
        let mut queue = BinaryHeap::from(rows);
        while let Some((most, Reverse(place))) = queue.pop() {
            if most < best.least() {
                break;
            }
            let Some(head) = view.shelf.heads().get(place) else {
                continue;
            };
            if is_for_people_of(&self.book.patterns.values[at(head.pattern)], &view.candidate.home) {
                self.read_row(view, head, view.shelf.row(place), best);
            }
        }
        self.rows = queue.into_vec();
        self.rows.clear();
    }

    /// Points of everything but the pay; `None` where the pattern bars.
    fn without_pay(view: &View<'_>, head: &Head) -> Option<i32> {
        let pattern = view.patterns.get(at(head.pattern)).copied()?;
        let occupation = view.occupations.get(at(head.occupation)).copied()?;
        (pattern != BARRED).then(|| view.place + occupation + pattern)
    }

    /// What the best opening of a row can be worth; `None` where that is too little.
    fn most(&self, view: &View<'_>, head: &Head, least: i32) -> Option<i32> {
        let points = Self::without_pay(view, head)?;
        let most = match view.floor {
            Some(floor) if self.tells_pay(head) => {
                if head.best_pay < floor || points + self.weights.wage_limit < least {
                    return None;
                }
                points + pay_points(floor, head.best_pay, self.weights)
            }
            _ => points,
        };
        (most >= least).then_some(most)
    }

    fn tells_pay(&self, head: &Head) -> bool {
        self.book.patterns.values[at(head.pattern)].wage.is_some()
    }

    /// Reads a row by id until nothing behind can enter the list.
    fn read_row(&self, view: &View<'_>, head: &Head, row: &[u32], best: &mut Best) {
        let Some(points) = Self::without_pay(view, head) else {
            return;
        };
        let floor = view.floor.filter(|_| self.tells_pay(head));
        let most = floor.map_or(points, |floor| points + pay_points(floor, head.best_pay, self.weights));
        for number in row {
            let entry = &self.book.entries[at(*number)];
            if !best.takes(most, entry.id) {
                break;
            }
            let region = &self.book.regions.values[at(entry.region)];
            let is_out = steps_between(&view.candidate.home, region) != view.ring
                || entry.closes_on.is_some_and(|last| last < self.on)
                || view.candidate.refused.contains(&entry.id)
                || floor.is_some_and(|floor| entry.pay < floor);
            if !is_out {
                let pay = floor.map_or(0, |floor| pay_points(floor, entry.pay, self.weights));
                best.offer(points + pay, entry.id);
            }
        }
    }

    fn manner_of(&mut self, candidate: &Candidate) -> Rc<Manner> {
        let seen = in_manner(candidate, self.on);
        if let Some(known) = self.manners.get(&seen) {
            return Rc::clone(known);
        }
        let patterns = &self.book.patterns.values;
        let points = |is_far: bool| -> Vec<i32> {
            let worth = |pattern| {
                let is_out = is_far && lacks_lodging(&seen, pattern);
                if is_out || !pattern_passes(&seen, pattern, self.on) {
                    return BARRED;
                }
                pattern_points(&seen, pattern, self.weights, self.on)
            };
            patterns.iter().map(worth).collect()
        };
        let near = points(false);
        let manner = Rc::new(Manner {
            is_barred: near.iter().all(|points| *points == BARRED),
            far: if seen.wish.needs_lodging {
                points(true)
            } else {
                near.clone()
            },
            near,
        });
        keep(&mut self.manners, seen, &manner);
        manner
    }

    fn trade_of(&mut self, candidate: &Candidate) -> Rc<Vec<i32>> {
        let seen = in_trade(candidate);
        if let Some(known) = self.trades.get(&seen) {
            return Rc::clone(known);
        }
        let fit = |offered: &Option<_>| {
            offered
                .as_ref()
                .map_or(0, |offered| fit_points(&seen, offered, self.weights))
        };
        let trade = Rc::new(self.book.occupations.values.iter().map(fit).collect());
        keep(&mut self.trades, seen, &trade);
        trade
    }
}

fn keep<T>(kept: &mut HashMap<Candidate, Rc<T>>, seen: Candidate, worth: &Rc<T>) {
    if kept.len() >= KEPT {
        kept.clear();
    }
    kept.insert(seen, Rc::clone(worth));
}

/// The best found so far; the worst of them, which a better one pushes out, is at the top of the heap.
struct Best {
    limit: usize,
    heap: BinaryHeap<(Reverse<i32>, PostingId)>,
}

impl Best {
    fn of(limit: usize) -> Self {
        Self {
            limit,
            heap: BinaryHeap::new(),
        }
    }

    /// What a further opening must be worth at the least.
    fn least(&self) -> i32 {
        match self.heap.peek() {
            Some((Reverse(points), _)) if self.heap.len() >= self.limit => *points,
            _ => i32::MIN,
        }
    }

    fn takes(&self, points: i32, id: PostingId) -> bool {
        self.heap.len() < self.limit || self.heap.peek().is_some_and(|worst| (Reverse(points), id) < *worst)
    }

    fn offer(&mut self, points: i32, id: PostingId) {
        if self.takes(points, id) {
            self.heap.push((Reverse(points), id));
            if self.heap.len() > self.limit {
                self.heap.pop();
            }
        }
    }

    fn in_order(self) -> Vec<Found> {
        self.heap
            .into_sorted_vec()
            .into_iter()
            .map(|(Reverse(points), id)| Found { id, points })
            .collect()
    }
}
