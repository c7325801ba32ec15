//! Search over many postings: the whole HTTP answer beside the bare tantivy query, under sixteen connections, and the
//! same questions asked of SQLite FTS5 and PostgreSQL.
//!
//! `cargo bench --bench search [-- POSTINGS]` (1,000,000 by default). The bureau is generated once and kept in the target
//! folder; that takes about a quarter of an hour for a million.

mod client;
mod others;
mod plain;
#[path = "../../tests/stories/support/postgres.rs"]
mod postgres;
mod questions;

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use client::Client;
use others::{Fts, Postgres};
use plain::PlainQuery;
use questions::Asked;
use yigang::platform::search::{Index, Opened};

const PROGRAM: &str = env!("CARGO_BIN_EXE_yigang");
const CONNECTIONS: usize = 16;
/// The questions are asked in rounds for at least so long.
const LEAST: Duration = Duration::from_secs(10);

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let postings = std::env::args()
        .filter_map(|argument| argument.parse::<usize>().ok())
        .next();
    let postings = postings.unwrap_or(1_000_000);
    let folder = bureau(postings)?;
    let bare = PlainQuery::open(&folder.join("search-index"))?;
    let questions = questions::all()?;
    println!("{} documents, {} questions", bare.count(), questions.len());
    let (mut server, address) = serve(&folder)?;
    let Opened::Ready(index) = Index::open(&folder.join("search-index"))? else {
        return Err("the index does not open".into());
    };
    let outcome = ours(&index, &bare, &questions, &address);
    server.kill()?;
    server.wait()?;
    let rate = outcome?;
    others(&folder, &bare, &questions, rate)
}

/// The demo bureau with so many postings.
fn bureau(postings: usize) -> Outcome<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("search-{postings}"));
    let count = postings.to_string();
    let mut demo = Command::new(PROGRAM);
    demo.args(["demo", "--exit", "--households", "20", "--postings", &count, "--data"])
        .arg(&folder)
        .stdout(Stdio::null());
    if demo.status()?.success() {
        Ok(folder)
    } else {
        Err("the demo bureau could not be made".into())
    }
}

fn serve(folder: &Path) -> Outcome<(Child, String)> {
    let mut process = Command::new(PROGRAM)
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let output = process.stdout.take().ok_or("no output")?;
    let line = BufReader::new(output).lines().next().ok_or("no line")??;
    Ok((
        process,
        line.trim_start_matches("http://").trim_end_matches('/').to_owned(),
    ))
}

/// What one family took, in milliseconds.
#[derive(Default)]
struct Sums {
    count: u32,
    /// A plain conjunction of words.
    plain: f64,
    /// The query that the answer needs.
    bare: f64,
    answer: f64,
}

impl Sums {
    fn add(&mut self, other: &Self) {
        self.count += other.count;
        self.plain += other.plain;
        self.bare += other.bare;
        self.answer += other.answer;
    }

    fn row(&self, name: &str) -> String {
        let n = f64::from(self.count.max(1));
        let (plain, bare, answer) = (self.plain / n, self.bare / n, self.answer / n);
        let count = self.count;
        let (to_bare, to_plain) = (answer / bare, answer / plain);
        format!("| {name} | {count} | {plain:.2} | {bare:.2} | {answer:.2} | {to_bare:.2} | {to_plain:.2} |")
    }
}

/// Our own figures; gives the rate of whole answers a second.
fn ours(index: &Index, plain: &PlainQuery, questions: &[Asked], address: &str) -> Outcome<f64> {
    let mut client = Client::connect(address)?;
    let mut families: BTreeMap<&str, Sums> = BTreeMap::new();
    let mut all = Sums::default();
    for asked in questions {
        let question = asked.question();
        let loose = index.search(&question)?.loose;
        let sums = Sums {
            count: 1,
            plain: best_of(|| plain.ask(asked).map(drop))?,
            bare: best_of(|| Ok(index.bare(&question, loose).map(drop)?))?,
            answer: best_of(|| client.get(&asked.path()).map(drop))?,
        };
        if std::env::args().any(|argument| argument == "--each") {
            println!("{} {:?} {:?}", sums.row(&asked.words), asked.kind, asked.region);
        }
        families.entry(&asked.family).or_default().add(&sums);
        all.add(&sums);
    }
    println!(
        "\n| family | questions | plain query, ms | bare query, ms | whole answer, ms | answer : bare | answer : plain |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- |");
    for (name, sums) in &families {
        println!("{}", sums.row(name));
    }
    println!("{}", all.row("all"));
    println!();
    let counted: Vec<Asked> = questions
        .iter()
        .cloned()
        .map(|asked| Asked { facets: true, ..asked })
        .collect();
    under_load("with counts by kind, region, occupation and wage", &counted, address)?;
    under_load("without", questions, address)
}

/// The rate of whole answers to many clients at once, and their times.
fn under_load(name: &str, questions: &[Asked], address: &str) -> Outcome<f64> {
    let (rate, mut times) = in_parallel(
        CONNECTIONS,
        questions,
        || Client::connect(address),
        |client, asked| client.get(&asked.path()).map(drop),
    )?;
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    println!(
        "{CONNECTIONS} connections, {name}: {rate:.0} answers/s; p50 {:.1} ms, p95 {:.1} ms, p99 {:.1} ms",
        at(0.5),
        at(0.95),
        at(0.99)
    );
    Ok(rate)
}

/// Milliseconds of the best of three, after one that is not measured, so that all read from memory.
fn best_of(mut work: impl FnMut() -> Outcome<()>) -> Outcome<f64> {
    let mut best = f64::INFINITY;
    work()?;
    for _ in 0..3 {
        let began = Instant::now();
        work()?;
        best = best.min(began.elapsed().as_secs_f64() * 1e3);
    }
    Ok(best)
}

/// All questions in turn from many clients at once, in whole rounds: how many a second, and each one's milliseconds.
fn in_parallel<C>(
    clients: usize,
    questions: &[Asked],
    connect: impl Fn() -> Outcome<C> + Sync,
    ask: impl Fn(&mut C, &Asked) -> Outcome<()> + Sync,
) -> Outcome<(f64, Vec<f64>)> {
    let next = AtomicUsize::new(0);
    let began = Instant::now();
    let work = || -> Result<Vec<f64>, String> {
        let mut client = connect().map_err(|e| e.to_string())?;
        let mut times = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let round_begins = number.is_multiple_of(questions.len());
            if round_begins && number > 0 && began.elapsed() >= LEAST {
                // The others see a number past the end of this round.
                next.fetch_add(questions.len() * 1_000_000, Ordering::Relaxed);
            }
            if number >= questions.len() * 1_000_000 || (round_begins && number > 0 && began.elapsed() >= LEAST) {
                return Ok(times);
            }
            let asked = Instant::now();
            // A stride without common factor keeps neighbours of one family apart.
            ask(&mut client, &questions[number * 7919 % questions.len()]).map_err(|e| e.to_string())?;
            times.push(asked.elapsed().as_secs_f64() * 1e3);
        }
    };
    let times = std::thread::scope(|scope| -> Result<Vec<f64>, String> {
        let threads: Vec<_> = (0..clients).map(|_| scope.spawn(work)).collect();
        let mut times = Vec::new();
        for thread in threads {
            times.extend(thread.join().map_err(|_| "a client failed".to_owned())??);
        }
        Ok(times)
    })?;
    let rate = times.len() as f64 / began.elapsed().as_secs_f64();
    Ok((rate, times))
}

fn others(folder: &Path, bare: &PlainQuery, questions: &[Asked], ours: f64) -> Outcome<()> {
    println!("\n| engine | answers a second | ours, HTTP included |\n| --- | --- | --- |");
    println!("| ours: whole HTTP answers, {CONNECTIONS} connections | {ours:.0} | |");
    let (rate, _) = in_parallel(2, questions, || Ok(()), |(), asked| bare.ask(asked).map(drop))?;
    println!("| plain tantivy query, 2 threads | {rate:.0} | |");
    let file = folder.join("fts5.sqlite");
    Fts::open(&file, bare)?;
    let (fts, _) = in_parallel(
        2,
        questions,
        || Fts::open(&file, bare),
        |db, asked| db.ask(asked).map(drop),
    )?;
    println!("| SQLite FTS5, 2 threads | {fts:.1} | {:.0} times |", ours / fts);
    let Some(server) = postgres::server() else {
        println!("| PostgreSQL | not found on this machine | |");
        return Ok(());
    };
    let url = server.url_of("postgres");
    Postgres::connect(&url)?.fill(bare)?;
    let connect = || Postgres::connect(&url);
    let (pg, _) = in_parallel(4, questions, connect, |db, asked| db.ask(asked).map(drop))?;
    println!(
        "| PostgreSQL tsvector, 4 connections | {pg:.1} | {:.0} times |",
        ours / pg
    );
    println!(
        "\nours beside the better of the two: **{:.1} times**",
        ours / fts.max(pg)
    );
    Ok(())
}
