//! Random instances, a slow independent solver, and the plain inequalities of the certificate.

use rand::{Rng, rngs::StdRng};
use yigang::matching::plan::{Instance, InstanceDraft, Solution, Unlisted};

#[derive(Debug, Clone)]
pub struct Shape {
    pub households: u32,
    pub openings: u32,
    pub members: u32,
    pub degree: u32,
    pub weights: i64,
    pub zero_weights: bool,
    pub places: i64,
    pub scores: i64,
}

pub fn random_instance(random: &mut StdRng, shape: &Shape) -> Instance {
    let mut draft = InstanceDraft::new(Unlisted::Refused);
    for opening in 0..shape.openings {
        let places = random.random_range(0..=shape.places);
        draft
            .opening(format!("o{opening}").as_bytes(), places)
            .expect("an opening");
    }
    let mut person = 0;
    for household in 0..shape.households {
        let id = format!("h{household}");
        let least = if shape.zero_weights { 0 } else { 1 };
        let weight = random.random_range(least..=shape.weights);
        draft.household(id.as_bytes(), weight).expect("a household");
        for _ in 0..random.random_range(1..=shape.members) {
            person += 1;
            let mut taken = Vec::new();
            for _ in 0..random.random_range(0..=shape.degree) {
                // Low numbers are popular: everybody wants the same few.
                let most = shape
                    .openings
                    .min(if random.random_range(0..2) == 0 { 3 } else { u32::MAX });
                if most == 0 {
                    continue;
                }
                let opening = random.random_range(0..most);
                if !taken.contains(&opening) {
                    taken.push(opening);
                    let (person, opening) = (format!("p{person}"), format!("o{opening}"));
                    let score = random.random_range(0..shape.scores);
                    draft
                        .edge(id.as_bytes(), person.as_bytes(), opening.as_bytes(), score)
                        .expect("an edge");
                }
            }
        }
    }
    draft.finish().expect("an instance")
}

struct Arc {
    from: usize,
    to: usize,
    room: i64,
    gain: i128,
}

/// The greatest weight and score, by pushing one person after another along the path of greatest gain (Bellman and Ford)
/// in a network source → household → person → opening → sink, until no path gains anything.
pub fn best_by_paths(instance: &Instance) -> (i128, i128) {
    let (households, persons, openings) = (instance.households(), instance.persons(), instance.openings());
    let (source, sink) = (0, 1 + households + persons + openings);
    let person_at = |person: u32| 1 + households + person as usize;
    let opening_at = |opening: u32| 1 + households + persons + opening as usize;
    let mut arcs: Vec<Arc> = Vec::new();
    let mut add = |from, to, room, gain| {
        arcs.push(Arc { from, to, room, gain });
        arcs.push(Arc {
            from: to,
            to: from,
            room: 0,
            gain: -gain,
        });
    };
    let unit: i128 = 1 << 60;
    for household in 0..households as u32 {
        let node = 1 + household as usize;
        add(source, node, 1, unit * i128::from(instance.weight(household)));
        add(source, node, i64::MAX, 0);
        for person in instance.members(household) {
            add(node, person_at(person), 1, 0);
            for (opening, score) in instance.edges_of(person) {
                add(person_at(person), opening_at(opening), 1, i128::from(score));
            }
        }
    }
    for opening in 0..openings as u32 {
        add(opening_at(opening), sink, instance.places(opening), 0);
    }
    let mut total = 0;
    while let Some((gain, path)) = greatest_path(&arcs, source, sink).filter(|(gain, _)| *gain > 0) {
        total += gain;
        for arc in path {
            arcs[arc].room -= 1;
            arcs[arc ^ 1].room += 1;
        }
    }
    (total / unit, total % unit)
}

fn greatest_path(arcs: &[Arc], source: usize, sink: usize) -> Option<(i128, Vec<usize>)> {
    let mut best: Vec<Option<(i128, usize)>> = vec![None; sink + 1];
    best[source] = Some((0, usize::MAX));
    let mut changed = true;
    while changed {
        changed = false;
        for (number, arc) in arcs.iter().enumerate().filter(|(_, arc)| arc.room > 0) {
            let Some((gain, _)) = best[arc.from] else { continue };
            if best[arc.to].is_none_or(|(known, _)| known < gain + arc.gain) {
                best[arc.to] = Some((gain + arc.gain, number));
                changed = true;
            }
        }
    }
    let (gain, _) = best[sink]?;
    let (mut node, mut path) = (sink, Vec::new());
    while node != source {
        let (_, arc) = best[node]?;
        path.push(arc);
        node = arcs[arc].from;
    }
    Some((gain, path))
}

/// The plan is feasible, and the prices give a bound that it meets.
pub fn proves(instance: &Instance, solution: &Solution) {
    let mut load = vec![0; instance.openings()];
    let mut bound = (0, 0);
    let mut add = |times: i64, price: (i128, i128)| {
        bound.0 += i128::from(times) * price.0;
        bound.1 += i128::from(times) * price.1;
    };
    for household in 0..instance.households() as u32 {
        let worth = solution.household_price[household as usize];
        assert!(
            (worth.weight, worth.score) >= (0, 0),
            "household {household}: {worth:?}"
        );
        add(
            1,
            (i128::from(instance.weight(household)) - worth.weight, -worth.score).max((0, 0)),
        );
        for person in instance.members(household) {
            let gains = instance.edges_of(person).map(|(opening, score)| {
                let price = solution.opening_price[opening as usize];
                (
                    worth.weight - price.weight,
                    i128::from(score) + worth.score - price.score,
                )
            });
            add(1, gains.max().unwrap_or_default().max((0, 0)));
            if let Some(opening) = solution.placed[person as usize] {
                load[opening as usize] += 1;
                assert!(instance.score(person, opening).is_some(), "a pair without an edge");
            }
        }
    }
    for opening in 0..instance.openings() as u32 {
        let price = solution.opening_price[opening as usize];
        assert!((price.weight, price.score) >= (0, 0), "opening {opening}: {price:?}");
        assert!(
            load[opening as usize] <= instance.places(opening),
            "too many at {opening}"
        );
        add(instance.places(opening), (price.weight, price.score));
    }
    assert_eq!(
        bound,
        (i128::from(solution.covered_weight), i128::from(solution.total_score))
    );
}

/// An instance from rows (household, weight), (opening, places) and (household, person, opening, score).
pub fn instance(households: &[(&str, i64)], openings: &[(&str, i64)], edges: &[(&str, &str, &str, i64)]) -> Instance {
    let mut draft = InstanceDraft::new(Unlisted::Refused);
    for &(id, weight) in households {
        draft.household(id.as_bytes(), weight).expect("a household");
    }
    for &(id, places) in openings {
        draft.opening(id.as_bytes(), places).expect("an opening");
    }
    for &(household, person, opening, score) in edges {
        draft
            .edge(household.as_bytes(), person.as_bytes(), opening.as_bytes(), score)
            .expect("an edge");
    }
    draft.finish().expect("an instance")
}

/// Every feasible plan of a tiny instance, as the opening of each person.
pub fn every_plan(instance: &Instance) -> Vec<Vec<Option<u32>>> {
    let mut plans: Vec<Vec<Option<u32>>> = vec![Vec::new()];
    for person in 0..instance.persons() as u32 {
        let mut longer = Vec::new();
        for plan in plans {
            longer.push([plan.clone(), vec![None]].concat());
            for (opening, _) in instance.edges_of(person) {
                let taken = plan.iter().filter(|&&taken| taken == Some(opening)).count();
                if (taken as i64) < instance.places(opening) {
                    longer.push([plan.clone(), vec![Some(opening)]].concat());
                }
            }
        }
        plans = longer;
    }
    plans
}

/// Weight and score of a plan, and who is covered.
pub fn value(instance: &Instance, plan: &[Option<u32>]) -> (i64, i64, Vec<bool>) {
    let mut covered = vec![false; instance.households()];
    let mut score = 0;
    for (person, opening) in (0..).zip(plan) {
        if let Some(opening) = opening {
            covered[instance.household_of(person) as usize] = true;
            score += instance.score(person, *opening).expect("an edge");
        }
    }
    let weights = (0..)
        .zip(&covered)
        .filter(|(_, covered)| **covered)
        .map(|(household, _)| instance.weight(household));
    (weights.sum(), score, covered)
}
