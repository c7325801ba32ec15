//! What the plan is worth beside recommending person by person: the share of the households that could be covered, and
//! how evenly the invitations spread, on a demo bureau with few postings: all of them, and its public-welfare posts alone.
//!
//! `cargo bench --bench plan_share [-- HOUSEHOLDS POSTINGS]`; writes docs/pictures/plan_share.svg. Nothing is timed.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::error::Error;
use std::fmt::Write;
use std::process::{Command, Stdio};

use yigang::app::{assemble, config};
use yigang::base::actor::Scope;
use yigang::base::ids::{PersonId, PostingId};
use yigang::matching::{self, Candidate, Ground, Marks, OpeningKind, Weights, rank_openings};
use yigang::platform::DataFolder;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// What one way of inviting comes to.
struct Way {
    name: &'static str,
    covered: usize,
    /// Invitations of each opening for each of its places.
    per_place: Vec<f64>,
}

fn main() -> Outcome<()> {
    let numbers: Vec<usize> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let (households, postings) = match numbers.as_slice() {
        [households, postings, ..] => (*households, *postings),
        _ => (4_000, 150),
    };
    let folder = tempfile::tempdir()?;
    let demo = Command::new(env!("CARGO_BIN_EXE_yigang"))
        .args([
            "demo",
            "--exit",
            "--households",
            &households.to_string(),
            "--postings",
            &postings.to_string(),
        ])
        .arg("--data")
        .arg(folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    assert!(demo.success());
    let config = config::Config::load(&config::Overrides::default(), std::iter::empty())?;
    let services = assemble::open(&config, &DataFolder::new(folder.path().to_owned()))?;
    let today = services.clock.today();
    let read = |kind| {
        services
            .db
            .snapshot(|conn| matching::ground(conn, &Scope::Everywhere, None, kind, today))
    };
    let mut rows = Vec::new();
    for (name, kind) in [
        ("all openings", None),
        ("public-welfare posts", Some(OpeningKind::PublicWelfare)),
    ] {
        let mut ground = read(kind)?;
        // Only those for whom the guarantee asks: who lives in a household at zero.
        let uncovered: BTreeSet<usize> = (0..ground.households.len())
            .filter(|home| ground.households[*home].is_uncovered)
            .collect();
        ground.candidates.retain(|(home, _)| uncovered.contains(home));
        ground.invited.clear();
        let best =
            matching::compute(&ground, &Marks::default(), Weights::shipped(), (today, 1)).map_err(|e| e.to_string())?;
        let attainable = best.outcome.covered;
        let lines: Vec<(PersonId, PostingId)> = best.lines.iter().map(|line| (line.person, line.posting)).collect();
        let ways = [
            Way {
                name: "the plan",
                covered: attainable,
                per_place: spread(&ground, &lines),
            },
            one_by_one(&ground, today),
            top_three(&ground, today),
        ];
        println!(
            "\n{name}: {} households at zero, {attainable} could be covered",
            uncovered.len()
        );
        println!(
            "| way | covered | share of the attainable | Gini of invitations per place |\n| --- | --- | --- | --- |"
        );
        for way in ways {
            let share = way.covered as f64 / attainable.max(1) as f64;
            let gini = gini(&way.per_place);
            println!(
                "| {} | {} | {:.1} % | {gini:.2} |",
                way.name,
                way.covered,
                share * 100.0
            );
            rows.push((format!("{name}: {}", way.name), share, gini));
        }
    }
    let picture = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/pictures/plan_share.svg");
    std::fs::write(picture, svg(&rows)?)?;
    Ok(())
}

fn ranked(ground: &Ground, candidate: &Candidate, today: yigang::base::time::Day, limit: usize) -> Vec<PostingId> {
    let found = rank_openings(candidate, &ground.openings, Weights::shipped(), (today, limit));
    found.into_iter().map(|ranked| ranked.item.id).collect()
}

/// Person after person takes his best opening that has a free place.
fn one_by_one(ground: &Ground, today: yigang::base::time::Day) -> Way {
    let mut free: HashMap<PostingId, u32> = ground.openings.iter().map(|o| (o.id, o.free_places)).collect();
    let mut covered = BTreeSet::new();
    let mut invitations = Vec::new();
    for (home, candidate) in &ground.candidates {
        let wanted = ranked(ground, candidate, today, ground.openings.len());
        let chosen = wanted.into_iter().find(|id| free.get(id).is_some_and(|left| *left > 0));
        if let Some(left) = chosen.and_then(|id| free.get_mut(&id)) {
            *left -= 1;
            covered.insert(*home);
            invitations.extend(chosen.map(|id| (candidate.id, id)));
        }
    }
    Way {
        name: "greedy, one by one",
        covered: covered.len(),
        per_place: spread(ground, &invitations),
    }
}

/// Everybody is told of his best three and applies; each opening takes those whom it suits best; who is taken twice
/// keeps what stands higher on his list.
fn top_three(ground: &Ground, today: yigang::base::time::Day) -> Way {
    let mut applied: BTreeMap<PostingId, Vec<(usize, PersonId, usize)>> = BTreeMap::new();
    let mut invitations = Vec::new();
    for (home, candidate) in &ground.candidates {
        for (rank, id) in ranked(ground, candidate, today, 3).into_iter().enumerate() {
            applied.entry(id).or_default().push((rank, candidate.id, *home));
            invitations.push((candidate.id, id));
        }
    }
    let mut taken: BTreeMap<PersonId, usize> = BTreeMap::new();
    for opening in &ground.openings {
        let mut people = applied.remove(&opening.id).unwrap_or_default();
        people.sort_unstable();
        for (_, person, home) in people.into_iter().take(opening.free_places as usize) {
            taken.insert(person, home);
        }
    }
    let covered: BTreeSet<usize> = taken.into_values().collect();
    Way {
        name: "everybody's top 3",
        covered: covered.len(),
        per_place: spread(ground, &invitations),
    }
}

/// Invitations per place of every opening that suits anybody at all.
fn spread(ground: &Ground, invitations: &[(PersonId, PostingId)]) -> Vec<f64> {
    let mut counts: BTreeMap<PostingId, f64> = BTreeMap::new();
    for (_, id) in invitations {
        *counts.entry(*id).or_default() += 1.0;
    }
    ground
        .openings
        .iter()
        .map(|opening| counts.get(&opening.id).copied().unwrap_or(0.0) / f64::from(opening.free_places.max(1)))
        .collect()
}

/// 0 where all are equal, near 1 where one has everything.
fn gini(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let (n, sum): (f64, f64) = (sorted.len() as f64, sorted.iter().sum());
    if sum == 0.0 {
        return 0.0;
    }
    let weighted: f64 = sorted
        .iter()
        .zip(1..)
        .map(|(value, rank)| value * f64::from(rank))
        .sum();
    2.0 * weighted / (n * sum) - (n + 1.0) / n
}

fn svg(rows: &[(String, f64, f64)]) -> Outcome<String> {
    let height = 60 + rows.len() * 34;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 720 {height}\" font-family=\"sans-serif\" font-size=\"13\">\n\
         <rect width=\"720\" height=\"{height}\" fill=\"#fff\"/>\n\
         <text x=\"16\" y=\"26\" font-size=\"15\">Share of the households that could be covered</text>\n"
    );
    for (row, (name, share, _)) in rows.iter().enumerate() {
        let y = 44 + row * 34;
        let colour = if row % 3 == 0 { "#1f6f54" } else { "#9bb5aa" };
        writeln!(
            out,
            "<text x=\"16\" y=\"{}\">{name}</text><rect x=\"270\" y=\"{y}\" width=\"{:.0}\" height=\"22\" fill=\"{colour}\"/>\
             <text x=\"{:.0}\" y=\"{}\">{:.1} %</text>",
            y + 16,
            share * 360.0,
            278.0 + share * 360.0,
            y + 16,
            share * 100.0
        )?;
    }
    out.push_str("</svg>\n");
    Ok(out)
}
