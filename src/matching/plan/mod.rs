//! The placement plan: which person is invited to which opening, so that as many households as possible have one member
//! in work.
//!
//! A plan gives a person at most one opening and an opening at most its places, along scored edges. The best plan has,
//! in this order, the greatest total weight of households with at least one member placed; the greatest total score of
//! all who are placed; and the covered households that come first in a published order.
//!
//! ```text
//! files ─► instance ─► cover ──prices in weight──► score ──parts──► auction (detour) ──prices──► ties ─► solution
//!                                                    └ market                                             │
//!                                              verify ◄── plan.csv, certificate.json ◄── files ◄──────────┘
//! ```
//!
//! Every solution carries prices that prove it; `verify` checks them and proves in its comment why that is enough.

mod auction;
mod bottleneck;
mod cover;
mod detour;
mod fault;
mod files;
mod ids;
mod instance;
mod keep;
mod market;
mod order;
mod score;
mod sets;
mod ties;
mod verify;

pub use bottleneck::{Bottleneck, bottlenecks};
pub use fault::{Fault, FaultCode};
pub use files::{Summary, read_instance, write_instance, write_solution};
pub use instance::{Household, Instance, InstanceDraft, Opening, Person, Unlisted};
pub use keep::{Kept, solve_keeping};
pub use order::{Order, ticket};
pub use verify::{Refusal, Verified, verify};

/// A price in weight and in score; compared first by weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Price {
    pub weight: i128,
    pub score: i128,
}

/// A plan and the prices that prove that none is better.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Solution {
    /// The opening of each person who is placed.
    pub placed: Vec<Option<Opening>>,
    /// The sum of the weights of the households with a member placed.
    pub covered_weight: i64,
    /// The sum of the scores of all placed persons.
    pub total_score: i64,
    /// The price of a place in each opening.
    pub opening_price: Vec<Price>,
    /// The price of letting one more member of each household go.
    pub household_price: Vec<Price>,
    /// What a replanning was to keep; empty in a first plan.
    pub kept: Kept,
}

impl Solution {
    /// Whether each household has a member placed.
    pub fn covered(&self, instance: &Instance) -> Vec<bool> {
        let mut covered = vec![false; instance.households()];
        for (person, opening) in (0..ids::short(instance.persons())).zip(&self.placed) {
            if opening.is_some() {
                covered[ids::at(instance.household_of(person))] = true;
            }
        }
        covered
    }

    fn count(&mut self, instance: &Instance) {
        let covered = self.covered(instance);
        let households = (0..ids::short(instance.households())).zip(covered);
        self.covered_weight = households
            .filter(|&(_, covered)| covered)
            .map(|(household, _)| instance.weight(household))
            .sum();
        let placed = (0..ids::short(instance.persons())).zip(&self.placed);
        self.total_score = placed
            .filter_map(|(person, opening)| instance.score(person, (*opening)?))
            .sum();
    }
}

/// The best plan of an instance, proven: no plan covers a greater weight of households, and none that covers as much
/// scores more; between plans equal in both, the covered households come first in the order. The same input gives the
/// same plan, whatever the number of threads.
pub fn solve(instance: &Instance, order: &Order) -> Solution {
    let opening_weight = cover::prices(instance);
    score::solve(instance, order, &opening_weight)
}
