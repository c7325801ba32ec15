//! The best ten openings of everybody who looks for work, beside the same question in SQL: the same limits in columns
//! and likeness of words (`ts_rank` in PostgreSQL, `bm25` in SQLite's FTS5, both over jieba's words), for a sample. And
//! one person's list in a bureau of many postings, beside one bare query of its search index.
//!
//! `cargo bench --bench matching [-- HOUSEHOLDS POSTINGS]` (45,000 households, about 100,000 labourers, and 50,000
//! postings by default). The bureau is generated once and kept in the target folder.
//! `cargo bench --bench matching -- --list [FOLDER]`: one person's list; without a folder a bureau of 1,000,000 postings
//! is generated, which takes about a quarter of an hour.

mod list;
#[path = "../../tests/stories/support/postgres.rs"]
mod postgres;
mod sql;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use yigang::app::{assemble, config};
use yigang::base::actor::Scope;
use yigang::base::codes::DestinationWish;
use yigang::base::money::Money;
use yigang::base::time::Day;
use yigang::matching::{self, Candidate, Opening, Weights, rank_openings};
use yigang::platform::{DataFolder, Services};
use yigang::reference::OccupationCode;

const PROGRAM: &str = env!("CARGO_BIN_EXE_yigang");
/// Persons for whom SQL is asked, and the plain way.
const SAMPLE: usize = 200;
const LIMIT: usize = 10;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(place) = arguments.iter().position(|argument| argument == "--list") {
        let folder = arguments.get(place + 1).filter(|argument| !argument.starts_with("--"));
        return match folder {
            Some(folder) => list::measure(Path::new(folder)),
            None => list::measure(&bureau(20, 1_000_000)?),
        };
    }
    let numbers: Vec<usize> = arguments.iter().filter_map(|argument| argument.parse().ok()).collect();
    let (households, postings) = match numbers.as_slice() {
        [households, postings, ..] => (*households, *postings),
        _ => (45_000, 50_000),
    };
    everybody(&bureau(households, postings)?)
}

fn everybody(folder: &Path) -> Outcome<()> {
    let services = open(folder)?;
    let today = services.clock.today();
    let began = Instant::now();
    let (candidates, openings) = services.db.snapshot(|conn| {
        let ids = matching::labourers(conn, &Scope::Everywhere)?;
        Ok((
            matching::candidates(conn, &ids, today)?,
            matching::open_openings(conn, None)?,
        ))
    })?;
    let looking: Vec<Candidate> = candidates.into_iter().filter(|c| !c.is_employed_full_time).collect();
    println!(
        "{} persons who look for work, {} open postings, read in {:.1} s\n",
        looking.len(),
        openings.len(),
        began.elapsed().as_secs_f64()
    );
    println!("| method | persons | seconds | persons a second and core | ours |\n| --- | --- | --- | --- | --- |");
    let ours = rate("ours, with all reasons", &looking, &openings, today)?;
    let wishing = with_wishes(&looking, &openings);
    let each_differs = rate("ours, each with a wish of his own", &wishing, &openings, today)?;
    let began = Instant::now();
    let file = folder.join("matches.csv");
    let wrote = Command::new(PROGRAM)
        .args(["match", "all", "--out"])
        .arg(&file)
        .arg("--data")
        .arg(folder)
        .stdout(Stdio::null())
        .status()?;
    assert!(wrote.success());
    println!(
        "| `match all`, reading, sentences and file included | {} | {:.1} | | |",
        looking.len(),
        began.elapsed().as_secs_f64()
    );
    for (name, people, ours) in [
        ("as they are", &looking, ours),
        ("each with a wish", &wishing, each_differs),
    ] {
        let step = (people.len() / SAMPLE).max(1);
        let sample: Vec<&Candidate> = people.iter().step_by(step).take(SAMPLE).collect();
        println!("| *{name}* | | | | |");
        plainly(&openings, &sample, today, ours);
        sql::in_sqlite(&services, &openings, &sample, ours)?;
        sql::in_postgres(&services, &openings, &sample, ours)?;
    }
    Ok(())
}

/// Persons a second and core, for the lists of all with all reasons.
fn rate(name: &str, people: &[Candidate], openings: &[Opening], today: Day) -> Outcome<f64> {
    let cores = std::thread::available_parallelism()?.get() as f64;
    let began = Instant::now();
    let found = matching::best_of_each(people, openings, today, LIMIT);
    let seconds = began.elapsed().as_secs_f64();
    let rows: usize = found.iter().map(Vec::len).sum();
    let rate = people.len() as f64 / seconds / cores;
    println!(
        "| {name} ({rows} rows) | {} | {seconds:.2} | {rate:.0} | |",
        people.len()
    );
    Ok(rate)
}

/// Every opening weighed for each person; the lists must be the same.
fn plainly(openings: &[Opening], sample: &[&Candidate], today: Day, ours: f64) {
    let people: Vec<Candidate> = sample.iter().map(|candidate| (*candidate).clone()).collect();
    let fast = matching::best_of_each(&people, openings, today, LIMIT);
    let began = Instant::now();
    let plain: Vec<_> = people
        .iter()
        .map(|candidate| rank_openings(candidate, openings, Weights::shipped(), (today, LIMIT)))
        .collect();
    report(
        "every opening weighed",
        sample.len(),
        began.elapsed().as_secs_f64(),
        ours,
    );
    assert!(plain == fast, "the lists differ");
}

/// The same people, each with another wish: an occupation that is offered, a distance, a pay, lodging.
pub fn with_wishes(people: &[Candidate], openings: &[Opening]) -> Vec<Candidate> {
    let offered: Vec<&OccupationCode> = openings.iter().filter_map(|o| o.occupation.as_ref()).collect();
    let wish = |(number, candidate): (usize, &Candidate)| {
        let mut candidate = candidate.clone();
        let wish = &mut candidate.wish;
        // Steps without a common divisor, so that all combinations occur.
        wish.occupations = (0..number % 3)
            .filter_map(|turn| offered.get((number * 7_919 + turn * 104_729) % offered.len().max(1)))
            .map(|code| (*code).clone())
            .collect();
        wish.distance = DestinationWish::ALL[number % 7 + 1];
        wish.wage_floor = match number % 11 {
            0..4 => None,
            step => Money::from_yuan(1_600 + 37 * i64::try_from(number % 50).unwrap_or(0) + 100 * step as i64),
        };
        wish.needs_lodging = number % 5 == 0;
        wish.stated_on = None;
        candidate
    };
    people.iter().enumerate().map(wish).collect()
}

fn bureau(households: usize, postings: usize) -> Outcome<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("matching-{households}-{postings}"));
    let made = Command::new(PROGRAM)
        .args([
            "demo",
            "--exit",
            "--households",
            &households.to_string(),
            "--postings",
            &postings.to_string(),
        ])
        .arg("--data")
        .arg(&folder)
        .stdout(Stdio::null())
        .status()?;
    if made.success() {
        Ok(folder)
    } else {
        Err("the demo bureau could not be made".into())
    }
}

fn settings() -> Outcome<config::Config> {
    Ok(config::Config::load(&config::Overrides::default(), std::iter::empty())?)
}

fn open(folder: &Path) -> Outcome<Services> {
    Ok(assemble::open(&settings()?, &DataFolder::new(folder.to_owned()))?)
}

fn report(name: &str, count: usize, seconds: f64, ours: f64) {
    let rate = count as f64 / seconds;
    println!(
        "| {name} | {count} | {seconds:.1} | {rate:.1} | {:.0} times |",
        ours / rate
    );
}
