//! The placement plan beside the network simplex of crate `mcmf`, on the same instances: seconds and peak memory, each
//! solver in a process of its own, and the same optimum.
//!
//! `cargo bench --features baseline --bench plan` · `-- quick` leaves out the network simplex · `-- big` adds a million households.

use std::process::Command;
use std::time::{Duration, Instant};

use mcmf::{Capacity, Cost, GraphBuilder, Vertex};
use rand::{Rng, SeedableRng, rngs::StdRng};
use yigang::matching::plan::{
    Instance, InstanceDraft, Order, Summary, Unlisted, read_instance, solve, verify, write_instance, write_solution,
};

/// The sizes over which growth is shown: households.
const SIZES: [u32; 5] = [6_250, 12_500, 25_000, 50_000, 100_000];
const BASELINE: u32 = 100_000;
const BIG: u32 = 1_000_000;
/// Openings beside a hundred households, at the place they share.
const OPENINGS: u32 = 40;
/// The instance of 10,000 households and 5,000 openings has more openings beside fewer households.
const TOWN: (u32, u32) = (10_000, 50);

/// A vertex of the baseline's network: a kind and a number.
type Node = Vertex<(u8, u32)>;

/// What one solver made of one instance.
struct Run {
    size: String,
    seconds: f64,
    weight: i64,
    score: i64,
    peak_mib: f64,
}

fn main() {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench")
        .collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    if let ["measure", solver, households, openings] = words.as_slice() {
        let number = |text: &str| text.parse().expect("a number");
        return measure(solver, number(households), number(openings));
    }
    println!("| instance | what | seconds | peak MiB | covered weight | total score |");
    println!("| --- | --- | ---: | ---: | ---: | ---: |");
    for households in SIZES {
        run("plan", households, OPENINGS);
    }
    run("plan", TOWN.0, TOWN.1);
    run("reading", BASELINE, OPENINGS);
    run("verifying", BASELINE, OPENINGS);
    if words.contains(&"big") {
        run("plan", BIG, OPENINGS);
        run("reading", BIG, OPENINGS);
        run("verifying", BIG, OPENINGS);
    }
    if !words.contains(&"quick") {
        let ours = run("plan", BASELINE, OPENINGS);
        let theirs = run("mcmf", BASELINE, OPENINGS);
        assert_eq!(
            (ours.weight, ours.score),
            (theirs.weight, theirs.score),
            "the same optimum"
        );
        println!(
            "\nThe plan takes 1/{:.0} of the time of the network simplex.",
            theirs.seconds / ours.seconds
        );
    }
}

/// Measures a solver in a process of its own and prints the row.
fn run(solver: &str, households: u32, openings: u32) -> Run {
    let program = std::env::current_exe().expect("this program");
    let output = Command::new(program)
        .args(["measure", solver, &households.to_string(), &openings.to_string()])
        .output()
        .expect("it runs");
    let text = String::from_utf8(output.stdout).expect("text");
    let fields: Vec<&str> = text.trim().split('\t').collect();
    let [size, seconds, weight, score, peak_mib] = fields.as_slice() else {
        panic!("{solver}: {text}{}", String::from_utf8_lossy(&output.stderr))
    };
    let run = Run {
        size: (*size).to_owned(),
        seconds: seconds.parse().expect("seconds"),
        weight: weight.parse().expect("a weight"),
        score: score.parse().expect("a score"),
        peak_mib: peak_mib.parse().expect("a size"),
    };
    println!(
        "| {} | {solver} | {:.3} | {:.0} | {} | {} |",
        run.size, run.seconds, run.peak_mib, run.weight, run.score
    );
    run
}

fn measure(solver: &str, households: u32, openings: u32) {
    let instance = generate(households, openings, 1);
    let (households, persons) = (instance.households(), instance.persons());
    let size = format!(
        "{households} households, {persons} persons, {} openings, {} edges",
        instance.openings(),
        instance.edges()
    );
    let order = Order::lottery(&instance, 7);
    let (seconds, weight, score) = match solver {
        "mcmf" => network_simplex(&instance),
        "plan" => {
            let began = Instant::now();
            let solution = solve(&instance, &order);
            (began.elapsed(), solution.covered_weight, solution.total_score)
        }
        step => through_files(step, instance),
    };
    println!("{size}\t{}\t{weight}\t{score}\t{}", seconds.as_secs_f64(), peak_mib());
}

/// Writes the files of an instance; times reading them, or verifying them with the plan.
fn through_files(step: &str, instance: Instance) -> (Duration, i64, i64) {
    let folder = tempfile::tempdir().expect("a folder");
    write_instance(folder.path(), &instance).expect("written");
    drop(instance);
    let began = Instant::now();
    let instance = read_instance(folder.path()).expect("read");
    let reading = began.elapsed();
    let solution = solve(&instance, &Order::lottery(&instance, 7));
    let summary = Summary::new(&instance, &solution, 0.0);
    write_solution(folder.path(), &instance, &solution, &summary).expect("written");
    drop(instance);
    let began = Instant::now();
    verify(folder.path()).expect("accepted");
    let seconds = if step == "reading" { reading } else { began.elapsed() };
    (seconds, solution.covered_weight, solution.total_score)
}

/// The most memory this process ever held.
fn peak_mib() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .unwrap_or("0 kB");
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap_or(0.0) / 1024.0
}

/// Both objectives as one number: a covered household is worth more than all scores together. Every household sends as
/// many units as it has members, those who stay at home on a way of their own, because the crate wants the greatest flow.
fn network_simplex(instance: &Instance) -> (Duration, i64, i64) {
    let persons = 0..u32::try_from(instance.persons()).expect("few");
    let openings = 0..u32::try_from(instance.openings()).expect("few");
    let greatest = persons
        .clone()
        .flat_map(|person| instance.edges_of(person))
        .map(|(_, score)| score)
        .max();
    let places: i64 = openings.clone().map(|opening| instance.places(opening)).sum();
    let unit = 1 + greatest.unwrap_or(0) * places;
    let small = |number: i64| i32::try_from(number).expect("the crate counts in 32 bits");
    let node = |kind: u8, number: u32| -> Node { Vertex::Node((kind, number)) };
    let (source, sink): (Node, Node) = (Vertex::Source, Vertex::Sink);
    let mut graph: GraphBuilder<(u8, u32)> = GraphBuilder::new();
    for household in 0..u32::try_from(instance.households()).expect("few") {
        let members = small(i64::try_from(instance.members(household).len()).expect("few"));
        let (home, gate) = (node(0, household), node(1, household));
        graph.add_edge(source, home, Capacity(members), Cost(0));
        graph.add_edge(home, sink, Capacity(members), Cost(0));
        graph.add_edge(home, gate, Capacity(1), Cost(small(-unit * instance.weight(household))));
        graph.add_edge(home, gate, Capacity(members - 1), Cost(0));
        for person in instance.members(household) {
            graph.add_edge(gate, node(2, person), Capacity(1), Cost(0));
        }
    }
    for person in persons {
        for (opening, score) in instance.edges_of(person) {
            graph.add_edge(node(2, person), node(3, opening), Capacity(1), Cost(small(-score)));
        }
    }
    for opening in openings {
        graph.add_edge(
            node(3, opening),
            sink,
            Capacity(small(instance.places(opening))),
            Cost(0),
        );
    }
    let began = Instant::now();
    // The crate's own sum is in 32 bits; that of each path fits.
    let (_, paths) = graph.mcmf();
    let seconds = began.elapsed();
    let worth: i64 = paths.iter().map(|path| -i64::from(path.cost())).sum();
    (seconds, worth / unit, worth % unit)
}

/// Villages of a hundred households with openings of their own, some with many places and most with few. A person may
/// take some of its own village, some of the villages around, and one of the large sites that everybody knows.
fn generate(households: u32, openings: u32, seed: u64) -> Instance {
    let mut random = StdRng::seed_from_u64(seed);
    let villages = (households / 100).max(1);
    let total = villages * openings;
    let mut draft = InstanceDraft::new(Unlisted::Refused);
    for village in 0..villages {
        let mean: f64 = [0.2, 0.8, 1.5, 3.0, 5.0][random.random_range(0..5)];
        for number in 0..openings {
            let places = [0.25, 0.75, 1.0, 2.0][random.random_range(0..4)] * mean * 40.0 / f64::from(openings);
            let places = if random.random_bool(places.fract()) {
                places.ceil()
            } else {
                places.floor()
            };
            // A few tens at most.
            #[expect(clippy::cast_possible_truncation, reason = "a small whole number")]
            let places = places as i64;
            draft
                .opening(format!("o{}", village * openings + number).as_bytes(), places)
                .expect("an opening");
        }
    }
    let mut person = 0;
    for household in 0..households {
        let village = household % villages;
        let id = format!("h{household}");
        draft
            .household(id.as_bytes(), random.random_range(1..=3))
            .expect("a household");
        for _ in 0..[1, 2, 2, 3, 3, 4][random.random_range(0..6)] {
            person += 1;
            let name = format!("p{person}");
            let skill = random.random_range(0..8_u32);
            let mut seen = Vec::new();
            for _ in 0..random.random_range(6..=15) {
                let opening = match random.random_range(0..100) {
                    0..70 => village * openings + random.random_range(0..openings),
                    70..95 => {
                        (village + villages + random.random_range(0..7) - 3) % villages * openings
                            + random.random_range(0..openings)
                    }
                    _ => {
                        let known = random.random_range(1..=total);
                        random.random_range(0..known)
                    }
                };
                if !seen.contains(&opening) {
                    seen.push(opening);
                    let fit = if opening % 8 == skill {
                        500
                    } else {
                        100 * i64::from((opening % 8).abs_diff(skill) % 4)
                    };
                    let score = fit + i64::from(opening % 97) + random.random_range(0..300);
                    draft
                        .edge(id.as_bytes(), name.as_bytes(), format!("o{opening}").as_bytes(), score)
                        .expect("an edge");
                }
            }
        }
    }
    draft.finish().expect("an instance")
}
