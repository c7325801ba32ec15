//! Where places are short: which households compete for which few places, and how many more would cover them all.
//!
//! An opening with a price in weight is one that somebody goes without because of. A household all of whose openings are
//! such has no other choice. Connected openings and households of that kind are a region: all its places are taken, by
//! households of the region, so by Hall's theorem it needs at least one place more for each household that goes without.
//! One more at an opening that this household may take itself is enough.

use std::collections::BinaryHeap;

use super::Solution;
use super::ids::{at, short};
use super::instance::{Household, Instance, Opening, group};
use super::sets::Sets;

/// A region where places are short. Households of weight zero have no part in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bottleneck {
    /// The households that have no choice but the openings of the region.
    pub households: Vec<Household>,
    /// Those of them that go without.
    pub uncovered: Vec<Household>,
    /// The openings they compete for.
    pub openings: Vec<Opening>,
    /// The places of these openings together.
    pub places: i64,
    /// The fewest additional places that cover every household of the region, where they help most at once.
    pub more_places: Vec<(Opening, i64)>,
}

/// The regions where places are short, the most uncovered households first. Households without any opening are in none:
/// no number of places covers them.
pub fn bottlenecks(instance: &Instance, solution: &Solution) -> Vec<Bottleneck> {
    let is_short = |opening: &Opening| solution.opening_price[at(*opening)].weight > 0;
    let has_no_choice = |household: &Household| {
        let openings = instance.openings_of(*household);
        instance.weight(*household) > 0 && !openings.is_empty() && openings.iter().all(is_short)
    };
    let households: Vec<Household> = (0..short(instance.households())).filter(has_no_choice).collect();
    let mut sets = Sets::new(instance.openings());
    for &household in &households {
        let openings = instance.openings_of(household);
        for pair in openings.windows(2) {
            sets.join(pair[0], pair[1]);
        }
    }
    let mut region_of_root = vec![u32::MAX; instance.openings()];
    let (mut regions, mut region_of) = (0, Vec::with_capacity(households.len()));
    for &household in &households {
        let Some(&opening) = instance.openings_of(household).first() else {
            continue;
        };
        let region = &mut region_of_root[at(sets.root(opening))];
        if *region == u32::MAX {
            *region = regions;
            regions += 1;
        }
        region_of.push(*region);
    }
    let (start, rows) = group(at(regions), &region_of);
    let covered = solution.covered(instance);
    let region = |region: u32| {
        let rows = &rows[at(start[at(region)])..at(start[at(region) + 1])];
        describe(
            instance,
            &covered,
            rows.iter().map(|&row| households[at(row)]).collect(),
        )
    };
    let mut found: Vec<Bottleneck> = (0..regions)
        .map(region)
        .filter(|region| !region.uncovered.is_empty())
        .collect();
    found.sort_by_key(|region| std::cmp::Reverse(region.uncovered.len()));
    found
}

fn describe(instance: &Instance, covered: &[bool], households: Vec<Household>) -> Bottleneck {
    let uncovered: Vec<Household> = households
        .iter()
        .copied()
        .filter(|&household| !covered[at(household)])
        .collect();
    let mut openings: Vec<Opening> = households
        .iter()
        .flat_map(|&household| instance.openings_of(household))
        .copied()
        .collect();
    openings.sort_unstable();
    openings.dedup();
    Bottleneck {
        places: openings.iter().map(|&opening| instance.places(opening)).sum(),
        more_places: more_places(instance, &uncovered, &openings),
        households,
        uncovered,
        openings,
    }
}

/// One place for each uncovered household, at as few openings as taking the most wanted one first gives.
fn more_places(instance: &Instance, uncovered: &[Household], openings: &[Opening]) -> Vec<(Opening, i64)> {
    // `openings` is sorted and names every opening of the households, so the position is always found.
    let position = |opening: &Opening| short(openings.partition_point(|known| known < opening));
    let (mut seeker, mut wish) = (Vec::new(), Vec::new());
    for (number, &household) in uncovered.iter().enumerate() {
        let mut wishes: Vec<u32> = instance.openings_of(household).iter().map(position).collect();
        wishes.sort_unstable();
        wishes.dedup();
        seeker.extend(wishes.iter().map(|_| number));
        wish.append(&mut wishes);
    }
    let (start, rows) = group(openings.len(), &wish);
    let seekers = |opening: u32| &rows[at(start[at(opening)])..at(start[at(opening) + 1])];
    let mut is_served = vec![false; uncovered.len()];
    let by_number = |opening| (seekers(opening).len(), std::cmp::Reverse(opening));
    let mut queue: BinaryHeap<_> = (0..short(openings.len())).map(by_number).collect();
    let mut more = Vec::new();
    while let Some((counted, std::cmp::Reverse(opening))) = queue.pop() {
        let open = seekers(opening)
            .iter()
            .filter(|&&row| !is_served[seeker[at(row)]])
            .count();
        if open < counted {
            // The count has fallen since: others may be wanted more by now.
            queue.push((open, std::cmp::Reverse(opening)));
        } else if open > 0 {
            seekers(opening)
                .iter()
                .for_each(|&row| is_served[seeker[at(row)]] = true);
            more.push((openings[at(opening)], i64::from(short(open))));
        } else {
            break;
        }
    }
    more
}
