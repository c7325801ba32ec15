//! The placement plan against an independent solver: successive longest paths, slow and plain.

use crate::common::{Shape, best_by_paths, proves, random_instance};
use rand::{Rng, SeedableRng, rngs::StdRng};
use yigang::matching::plan::{Order, solve};

#[test]
fn a_plan_is_as_good_as_the_independent_solvers_in_both_objectives() {
    let mut random = StdRng::seed_from_u64(20_261_123);
    for round in 0..500 {
        let shape = Shape {
            households: random.random_range(0..=if round % 10 == 0 { 200 } else { 40 }),
            openings: random.random_range(0..=if round % 10 == 0 { 90 } else { 15 }),
            members: random.random_range(1..=4),
            degree: random.random_range(1..=5),
            weights: [1, 1, 3, 1000][random.random_range(0..4)],
            zero_weights: random.random_range(0..3) == 0,
            places: [1, 2, 3, 12][random.random_range(0..4)],
            scores: [1, 3, 20, 1_000_000][random.random_range(0..4)],
        };
        let instance = random_instance(&mut random, &shape);
        let solution = solve(&instance, &Order::lottery(&instance, round));
        let found = (i128::from(solution.covered_weight), i128::from(solution.total_score));
        assert_eq!(found, best_by_paths(&instance), "round {round}: {shape:?}");
        proves(&instance, &solution);
    }
}
