//! Computing a plan, and what it says: figures, lines, shortages.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::time::Instant;

use super::model::{Outcome, Shortage};
use crate::base::ids::{HouseholdId, PersonId, PostingId};
use crate::base::time::Day;
use crate::matching::ground::{Ground, Marks, Problem, posting_of};
use crate::matching::model::Opening;
use crate::matching::plan::{self, Bottleneck, Fault, Instance, Solution, solve, solve_keeping};
use crate::matching::score::weigh;
use crate::matching::weights::Weights;

/// A computed line before it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proposed {
    pub household: HouseholdId,
    pub person: PersonId,
    pub posting: PostingId,
    pub points: i32,
    pub covers: bool,
    pub was_invited: bool,
}

/// A plan as computed.
pub struct What {
    pub outcome: Outcome,
    pub lines: Vec<Proposed>,
    pub problem: Problem,
    pub solution: Solution,
}

/// Places that somebody thinks of creating: so many more like an opening that exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extra {
    pub like: PostingId,
    pub places: u32,
}

/// Solves for these households, openings and marks.
///
/// # Errors
/// What makes an instance unusable, such as sums that no number holds.
pub fn compute(ground: &Ground, marks: &Marks, weights: &Weights, (on, seed): (Day, u64)) -> Result<What, Fault> {
    let began = Instant::now();
    let problem = ground.problem(marks, weights, (on, seed))?;
    let solution = if problem.keep.is_empty() {
        solve(&problem.instance, &problem.order)
    } else {
        solve_keeping(&problem.instance, &problem.order, &problem.keep)?
    };
    let lines = lines(ground, &problem, &solution, weights, on);
    let mut outcome = figures(ground, &problem, &solution, &lines);
    outcome.milliseconds = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(What {
        outcome,
        lines,
        problem,
        solution,
    })
}

/// The same with more places, beside nothing that is stored.
pub fn what_if(
    ground: &Ground,
    marks: &Marks,
    weights: &Weights,
    (on, seed): (Day, u64),
    extra: Extra,
) -> Result<What, Fault> {
    let mut wider = ground.clone();
    for opening in wider.openings.iter_mut().filter(|opening| opening.id == extra.like) {
        opening.free_places = opening.free_places.saturating_add(extra.places);
    }
    compute(&wider, marks, weights, (on, seed))
}

/// All lines: the locked ones, then those that the solution adds. A household is covered by its locked line, else by the
/// member who scores most.
fn lines(ground: &Ground, problem: &Problem, solution: &Solution, weights: &Weights, on: Day) -> Vec<Proposed> {
    let candidates: HashMap<PersonId, (usize, &crate::matching::model::Candidate)> =
        ground.candidates.iter().map(|(home, c)| (c.id, (*home, c))).collect();
    let openings: HashMap<PostingId, &Opening> = ground.openings.iter().map(|o| (o.id, o)).collect();
    let instance = &problem.instance;
    let placed = (0..)
        .zip(&solution.placed)
        .filter_map(|(person, opening): (plan::Person, _)| {
            let opening = (*opening)?;
            Some((
                instance.person_id(person).parse().ok()?,
                posting_of(instance.opening_id(opening))?,
            ))
        });
    let mut lines = Vec::new();
    let pairs = problem.locked.iter().copied().map(|pair| (true, pair));
    for (locked, (person, posting)) in pairs.chain(placed.map(|pair| (false, pair))) {
        let (Some((home, candidate)), Some(opening)) = (candidates.get(&person), openings.get(&posting)) else {
            continue;
        };
        let Some(household) = ground.households.get(*home) else {
            continue;
        };
        let line = Proposed {
            household: household.id,
            person,
            posting,
            points: weigh(candidate, opening, weights, on, &mut |_| {}),
            covers: household.is_uncovered,
            was_invited: ground.invited.contains(&(person, posting)),
        };
        lines.push((!locked, line));
    }
    lines.sort_by_key(|(after, line)| (line.household, *after, std::cmp::Reverse(line.points), line.person));
    let mut seen = HashSet::new();
    lines
        .into_iter()
        .map(|(_, mut line)| {
            line.covers &= seen.insert(line.household);
            line
        })
        .collect()
}

fn figures(ground: &Ground, problem: &Problem, solution: &Solution, lines: &[Proposed]) -> Outcome {
    let instance = &problem.instance;
    let covered: BTreeSet<HouseholdId> = lines.iter().filter(|l| l.covers).map(|l| l.household).collect();
    let uncovered = || ground.households.iter().filter(|household| household.is_uncovered);
    let possible: HashSet<&str> = (0..)
        .take(instance.households())
        .filter(|household| {
            instance
                .members(*household)
                .any(|person| instance.edges_of(person).len() > 0)
        })
        .map(|household| instance.household_id(household))
        .collect();
    let is_possible = |id: HouseholdId| covered.contains(&id) || possible.contains(id.to_string().as_str());
    let shortages = plan::bottlenecks(instance, solution);
    Outcome {
        households: ground.households.len(),
        uncovered: uncovered().count(),
        covered: covered.len(),
        without_pair: uncovered().filter(|household| !is_possible(household.id)).count(),
        persons: ground.candidates.len(),
        openings: ground.openings.len(),
        places: ground
            .openings
            .iter()
            .map(|opening| i64::from(opening.free_places))
            .sum(),
        edges: instance.edges(),
        total_score: solution.total_score,
        milliseconds: 0,
        shortages: shortages.iter().map(|found| shortage(instance, found)).collect(),
        left_out: uncovered()
            .map(|household| household.id)
            .filter(|id| !covered.contains(id))
            .collect(),
        broken_locks: problem.broken.clone(),
        failure: None,
    }
}

fn shortage(instance: &Instance, found: &Bottleneck) -> Shortage {
    let household = |number: &plan::Household| instance.household_id(*number).parse().ok();
    let posting = |number: plan::Opening| posting_of(instance.opening_id(number));
    Shortage {
        households: found.households.len(),
        uncovered: found.uncovered.iter().filter_map(household).collect(),
        openings: found.openings.iter().filter_map(|opening| posting(*opening)).collect(),
        places: found.places,
        more_places: found
            .more_places
            .iter()
            .filter_map(|(opening, more)| Some((posting(*opening)?, *more)))
            .collect(),
    }
}
