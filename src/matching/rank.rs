//! The order in which a person sees openings, and an employer or officer sees people.

use std::cmp::Reverse;

use crate::base::time::Day;

use super::bars::first_bar;
use super::model::{Candidate, Opening};
use super::score::{Reason, weigh};
use super::weights::Weights;

/// One place of a list: whom or what, its points, and the reasons they are the sum of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ranked<'a, T> {
    pub item: &'a T,
    pub points: i32,
    pub reasons: Vec<Reason>,
}

/// The best `limit` openings for a person: most points first, the older posting first among equals.
pub fn rank_openings<'a>(
    candidate: &Candidate,
    openings: &'a [Opening],
    weights: &Weights,
    (on, limit): (Day, usize),
) -> Vec<Ranked<'a, Opening>> {
    let mut possible: Vec<_> = openings
        .iter()
        .filter(|opening| first_bar(candidate, opening, on).is_none())
        .map(|opening| {
            (
                Reverse(weigh(candidate, opening, weights, on, &mut |_| {})),
                opening.id,
                opening,
            )
        })
        .collect();
    keep_best(&mut possible, limit, |entry| (entry.0, entry.1));
    possible
        .into_iter()
        .map(|(_, _, opening)| ranked(opening, candidate, opening, weights, on))
        .collect()
}

/// The best `limit` people for an opening: the more urgent household first, inside a class most points first, then the
/// longer registered.
pub fn rank_candidates<'a>(
    opening: &Opening,
    candidates: &'a [Candidate],
    weights: &Weights,
    (on, limit): (Day, usize),
) -> Vec<Ranked<'a, Candidate>> {
    let mut possible: Vec<_> = candidates
        .iter()
        .filter(|candidate| first_bar(candidate, opening, on).is_none())
        .map(|candidate| {
            let points = weigh(candidate, opening, weights, on, &mut |_| {});
            (candidate.need, Reverse(points), candidate.id, candidate)
        })
        .collect();
    keep_best(&mut possible, limit, |entry| (entry.0, entry.1, entry.2));
    possible
        .into_iter()
        .map(|(_, _, _, candidate)| ranked(candidate, candidate, opening, weights, on))
        .collect()
}

/// Keeps the `limit` entries with the smallest keys, in order, without sorting the rest.
fn keep_best<T, K: Ord>(entries: &mut Vec<T>, limit: usize, key: impl Fn(&T) -> K) {
    if limit < entries.len() {
        if limit > 0 {
            entries.select_nth_unstable_by_key(limit - 1, &key);
        }
        entries.truncate(limit);
    }
    entries.sort_unstable_by_key(key);
}

/// A pair that nothing bars, with its reasons.
pub(super) fn ranked<'a, T>(
    item: &'a T,
    candidate: &Candidate,
    opening: &Opening,
    weights: &Weights,
    on: Day,
) -> Ranked<'a, T> {
    let mut reasons = Vec::with_capacity(12);
    let points = weigh(candidate, opening, weights, on, &mut |reason| reasons.push(reason));
    Ranked { item, points, reasons }
}
