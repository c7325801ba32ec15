//! What a plan promises beyond its two sums: the order between equals, what replanning keeps, what a bottleneck advises.

use crate::common::{Shape, every_plan, instance, proves, random_instance, value};
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng, rngs::StdRng};
use yigang::matching::plan::{FaultCode, Instance, InstanceDraft, Order, Unlisted, bottlenecks, solve, solve_keeping};

fn tiny(random: &mut StdRng) -> Instance {
    let shape = Shape {
        households: random.random_range(1..=5),
        openings: random.random_range(1..=4),
        members: 2,
        degree: 3,
        weights: random.random_range(1..=2),
        zero_weights: random.random_range(0..2) == 0,
        places: 2,
        scores: [1, 2, 3][random.random_range(0..3)],
    };
    random_instance(random, &shape)
}

fn shuffled_order(random: &mut StdRng, instance: &Instance) -> (Vec<u32>, Order) {
    let mut list: Vec<u32> = (0..instance.households() as u32).collect();
    list.shuffle(random);
    let order = Order::listed(instance, &list);
    (list, order)
}

#[test]
fn between_equal_plans_the_covered_households_come_first_in_the_order() {
    let mut random = StdRng::seed_from_u64(7);
    for round in 0..4000 {
        let instance = tiny(&mut random);
        let (list, order) = shuffled_order(&mut random, &instance);
        let by_rank =
            |covered: &[bool]| -> Vec<bool> { list.iter().map(|&household| covered[household as usize]).collect() };
        let best = every_plan(&instance)
            .iter()
            .map(|plan| value(&instance, plan))
            .map(|(weight, score, covered)| (weight, score, by_rank(&covered)))
            .max();
        let solution = solve(&instance, &order);
        proves(&instance, &solution);
        let (weight, score, covered) = value(&instance, &solution.placed);
        assert_eq!((solution.covered_weight, solution.total_score), (weight, score));
        assert_eq!(Some((weight, score, by_rank(&covered))), best, "round {round}");
    }
}

#[test]
fn replanning_keeps_the_most_pairs_that_the_greatest_weight_allows() {
    let mut random = StdRng::seed_from_u64(8);
    for round in 0..2000 {
        let instance = tiny(&mut random);
        let (_, order) = shuffled_order(&mut random, &instance);
        let mut pairs = Vec::new();
        for person in 0..instance.persons() as u32 {
            let edges: Vec<(u32, i64)> = instance.edges_of(person).collect();
            if random.random_range(0..2) == 0 {
                pairs.push((person, edges[random.random_range(0..edges.len())].0));
            }
        }
        let kept = |plan: &[Option<u32>]| {
            pairs
                .iter()
                .filter(|&&(person, opening)| plan[person as usize] == Some(opening))
                .count()
        };
        let judge = |plan: &[Option<u32>]| {
            let (weight, score, _) = value(&instance, plan);
            (weight, kept(plan), score)
        };
        let solution = solve_keeping(&instance, &order, &pairs).expect("known pairs");
        assert_eq!(
            Some(judge(&solution.placed)),
            every_plan(&instance).iter().map(|plan| judge(plan)).max(),
            "round {round}"
        );
        assert_eq!(solution.total_score, value(&instance, &solution.placed).1);
    }
}

#[test]
fn a_pair_that_is_no_edge_cannot_be_kept() {
    let instance = instance(&[("h", 1)], &[("o", 1), ("x", 1)], &[("h", "p", "o", 1)]);
    let order = Order::lottery(&instance, 0);
    let code = |pairs: &[(u32, u32)]| solve_keeping(&instance, &order, pairs).map_err(|fault| fault.code);
    assert_eq!(code(&[(0, 1)]), Err(FaultCode::UnknownPair));
    assert_eq!(code(&[(9, 0)]), Err(FaultCode::UnknownPair));
    assert_eq!(code(&[(0, 0), (0, 0)]), Err(FaultCode::RepeatedPair));
}

/// The same instance with some more places.
fn with_places(instance: &Instance, more: &[(u32, i64)]) -> Instance {
    let mut draft = InstanceDraft::new(Unlisted::Refused);
    for household in 0..instance.households() as u32 {
        draft
            .household(instance.household_id(household).as_bytes(), instance.weight(household))
            .expect("a household");
    }
    for opening in 0..instance.openings() as u32 {
        let extra: i64 = more
            .iter()
            .filter(|(known, _)| *known == opening)
            .map(|(_, extra)| extra)
            .sum();
        draft
            .opening(
                instance.opening_id(opening).as_bytes(),
                instance.places(opening) + extra,
            )
            .expect("an opening");
    }
    for person in 0..instance.persons() as u32 {
        let household = instance.household_id(instance.household_of(person)).as_bytes();
        for (opening, score) in instance.edges_of(person) {
            let opening = instance.opening_id(opening).as_bytes();
            draft
                .edge(household, instance.person_id(person).as_bytes(), opening, score)
                .expect("an edge");
        }
    }
    draft.finish().expect("an instance")
}

#[test]
fn the_places_a_bottleneck_asks_for_cover_everybody_and_no_fewer_would() {
    let mut random = StdRng::seed_from_u64(9);
    for round in 0..300 {
        let shape = Shape {
            households: random.random_range(1..60),
            openings: random.random_range(1..25),
            members: 3,
            degree: 3,
            weights: [1, 5][random.random_range(0..2)],
            zero_weights: random.random_range(0..2) == 0,
            places: 3,
            scores: 10,
        };
        let instance = random_instance(&mut random, &shape);
        let solution = solve(&instance, &Order::lottery(&instance, round));
        let found = bottlenecks(&instance, &solution);
        let more: Vec<(u32, i64)> = found.iter().flat_map(|region| region.more_places.clone()).collect();
        for region in &found {
            let asked: i64 = region.more_places.iter().map(|(_, extra)| extra).sum();
            assert_eq!(asked, region.uncovered.len() as i64);
            assert_eq!(
                region.places + asked,
                region.households.len() as i64,
                "the region takes all its places"
            );
            assert!(
                region
                    .more_places
                    .iter()
                    .all(|(opening, _)| region.openings.contains(opening))
            );
        }
        let widened = with_places(&instance, &more);
        let covered = solve(&widened, &Order::lottery(&widened, round)).covered(&widened);
        for household in 0..widened.households() as u32 {
            let can_be = widened.weight(household) > 0 && !widened.members(household).is_empty();
            assert!(
                covered[household as usize] || !can_be,
                "round {round}: household {household}"
            );
        }
    }
}

#[test]
fn the_best_scores_are_not_taken_at_the_price_of_a_household() {
    // Person by person, a takes x for its higher score and b is left with nothing.
    let instance = instance(
        &[("a", 1), ("b", 1)],
        &[("x", 1), ("y", 1)],
        &[("a", "pa", "x", 900), ("a", "pa", "y", 1), ("b", "pb", "x", 10)],
    );
    let solution = solve(&instance, &Order::lottery(&instance, 1));
    assert_eq!((solution.covered_weight, solution.total_score), (2, 11));
}

#[test]
fn a_second_member_takes_only_what_is_left() {
    let rows = [("a", "p1", "x", 5), ("a", "p2", "x", 9), ("b", "p3", "x", 0)];
    let households = [("a", 1), ("b", 1)];
    let short = instance(&households, &[("x", 2)], &rows);
    let solution = solve(&short, &Order::lottery(&short, 1));
    assert_eq!((solution.covered_weight, solution.total_score), (2, 9));
    let ample = instance(&households, &[("x", 3)], &rows);
    let solution = solve(&ample, &Order::lottery(&ample, 1));
    assert_eq!((solution.covered_weight, solution.total_score), (2, 14));
}

#[test]
fn a_heavy_household_goes_before_lighter_ones_however_well_they_score() {
    let instance = instance(
        &[("light", 2), ("heavy", 3)],
        &[("x", 1)],
        &[("light", "l", "x", 1_000_000), ("heavy", "h", "x", 0)],
    );
    let solution = solve(&instance, &Order::lottery(&instance, 1));
    assert_eq!((solution.covered_weight, solution.total_score), (3, 0));
}

#[test]
fn the_greatest_numbers_are_solved_exactly() {
    let most = i64::MAX / 4;
    let rows = [
        ("a", "p1", "x", most),
        ("a", "p2", "y", most - 1),
        ("b", "p3", "x", most - 1),
        ("b", "p3", "y", 0),
    ];
    let instance = instance(
        &[("a", i64::MAX / 2 - 2), ("b", i64::MAX / 2 - 2)],
        &[("x", 1), ("y", i64::MAX - 9)],
        &rows,
    );
    let solution = solve(&instance, &Order::lottery(&instance, 1));
    proves(&instance, &solution);
    assert_eq!(solution.total_score, 2 * most - 1);
}

#[test]
fn the_lottery_depends_on_seed_and_id_only() {
    let names = ["天", "地", "玄", "黄"];
    let households: Vec<(&str, i64)> = names.iter().map(|&name| (name, 1)).collect();
    let backwards: Vec<(&str, i64)> = households.iter().rev().copied().collect();
    let (first, second) = (instance(&households, &[], &[]), instance(&backwards, &[], &[]));
    let ranks = |instance: &Instance, seed| -> Vec<u32> {
        let order = Order::lottery(instance, seed);
        names
            .iter()
            .map(|name| order.rank(instance.find_household(name).expect("a household")))
            .collect()
    };
    assert_eq!(ranks(&first, 5), ranks(&second, 5));
    assert!((0..20).any(|seed| ranks(&first, seed) != ranks(&first, 5)));
}

#[test]
fn a_long_chain_with_one_place_too_few_is_solved_without_a_war_of_bids() {
    let mut random = StdRng::seed_from_u64(13);
    let mut draft = InstanceDraft::new(Unlisted::WeighOne);
    let (households, openings) = (3000_u32, 2999_u32);
    for opening in 0..openings {
        draft.opening(format!("o{opening}").as_bytes(), 1).expect("an opening");
    }
    for household in 0..households {
        for opening in [household % openings, (household + 1) % openings] {
            let (home, person, opening) = (format!("h{household}"), format!("p{household}"), format!("o{opening}"));
            let score = random.random_range(0..1000);
            draft
                .edge(home.as_bytes(), person.as_bytes(), opening.as_bytes(), score)
                .expect("an edge");
        }
    }
    let instance = draft.finish().expect("an instance");
    let solution = solve(&instance, &Order::lottery(&instance, 1));
    assert_eq!(solution.covered_weight, i64::from(openings));
    proves(&instance, &solution);
}
