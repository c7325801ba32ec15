//! Replanning that changes the fewest invitations: among the plans of greatest covered weight, those that keep the most
//! of given pairs; among them, the greatest total score.
//!
//! Each pair is scored higher by a bonus above what all scores together can come to, so that one kept pair outweighs any
//! difference in scores. The prices of such a solution prove the optimum of the instance with the bonus.

use std::collections::HashMap;

use super::fault::{Fault, FaultCode};
use super::instance::{Instance, Opening, Person};
use super::order::Order;
use super::{Solution, solve};

/// The pairs that a plan was to keep, and what each was worth.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Kept {
    /// What each pair adds to the score in the instance that the prices belong to.
    pub bonus: i64,
    pub pairs: Vec<(Person, Opening)>,
}

/// The best plan that keeps as many of the pairs as the greatest covered weight allows; each person in one pair at most.
/// `total_score` counts the scores without the bonus.
pub fn solve_keeping(instance: &Instance, order: &Order, pairs: &[(Person, Opening)]) -> Result<Solution, Fault> {
    let mut wanted: HashMap<Person, Opening> = HashMap::new();
    for &(person, opening) in pairs {
        check_pair(instance, person, opening)?;
        if wanted.insert(person, opening).is_some() {
            return Err(Fault::new(FaultCode::RepeatedPair).with("person", instance.person_id(person)));
        }
    }
    if pairs.is_empty() {
        return Ok(solve(instance, order));
    }
    let too_large = || Fault::new(FaultCode::TooLarge).with("column", "score");
    let greatest = instance.greatest_score();
    let bonus = i64::try_from(greatest + 1).map_err(|_| too_large())?;
    let pair_count = i128::try_from(pairs.len()).map_err(|_| too_large())?;
    if i128::from(bonus) * pair_count + greatest >= i128::from(i64::MAX) {
        return Err(too_large());
    }
    let raised = instance.rescored(|person, opening, score| {
        let is_wanted = wanted.get(&person) == Some(&opening);
        score + if is_wanted { bonus } else { 0 }
    });
    let mut solution = solve(&raised, order);
    solution.count(instance);
    solution.kept = Kept {
        bonus,
        pairs: pairs.to_vec(),
    };
    Ok(solution)
}

fn check_pair(instance: &Instance, person: Person, opening: Opening) -> Result<(), Fault> {
    let number = usize::try_from(person).unwrap_or(usize::MAX);
    if number < instance.persons() && instance.score(person, opening).is_some() {
        return Ok(());
    }
    Err(Fault::new(FaultCode::UnknownPair)
        .with("person", person)
        .with("opening", opening))
}
