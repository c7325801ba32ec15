//! The best ten openings of everybody who looks for work, beside the same question in SQL: the same limits in columns
//! and likeness of words (`ts_rank` in PostgreSQL, `bm25` in SQLite's FTS5, both over jieba's words), for a sample.
//!
//! `cargo bench --bench matching [-- HOUSEHOLDS POSTINGS]` (45,000 households, about 100,000 labourers, and 50,000
//! postings by default). The bureau is generated once and kept in the target folder.

#[path = "../tests/stories/support/postgres.rs"]
mod postgres;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use diesel::connection::SimpleConnection;
use diesel::sql_types::BigInt;
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, SqliteConnection};
use yigang::app::{assemble, config};
use yigang::base::actor::Scope;
use yigang::base::codes::DestinationWish;
use yigang::base::ids::PostingId;
use yigang::base::time::Day;
use yigang::matching::{self, Candidate, Opening};
use yigang::platform::search::Analysis;
use yigang::platform::{DataFolder, Services};
use yigang::postings::postings_by_ids;
use yigang::reference::occupations;

const PROGRAM: &str = env!("CARGO_BIN_EXE_yigang");
/// Persons for whom SQL is asked.
const SAMPLE: usize = 200;
const LIMIT: usize = 10;

type Outcome<T> = Result<T, Box<dyn Error>>;

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    #[expect(dead_code, reason = "it is what was asked for")]
    id: i64,
}

fn main() -> Outcome<()> {
    let numbers: Vec<usize> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let (households, postings) = match numbers.as_slice() {
        [households, postings, ..] => (*households, *postings),
        _ => (45_000, 50_000),
    };
    let folder = bureau(households, postings)?;
    let services = open(&folder)?;
    let today = services.clock.today();
    let (candidates, openings) = services.db.snapshot(|conn| {
        let ids = matching::labourers(conn, &Scope::Everywhere)?;
        Ok((
            matching::candidates(conn, &ids, today)?,
            matching::open_openings(conn, None)?,
        ))
    })?;
    let looking: Vec<Candidate> = candidates.into_iter().filter(|c| !c.is_employed_full_time).collect();
    println!(
        "{} persons who look for work, {} open postings\n",
        looking.len(),
        openings.len()
    );
    println!("| method | persons | seconds | persons a second and core | ours |\n| --- | --- | --- | --- | --- |");
    let cores = std::thread::available_parallelism()?.get() as f64;
    let began = Instant::now();
    let found = matching::best_of_each(&looking, &openings, today, LIMIT);
    let seconds = began.elapsed().as_secs_f64();
    let rows: usize = found.iter().map(Vec::len).sum();
    let ours = looking.len() as f64 / seconds / cores;
    println!(
        "| ours, with all reasons ({rows} rows) | {} | {seconds:.1} | {ours:.0} | |",
        looking.len()
    );
    let step = (looking.len() / SAMPLE).max(1);
    let sample: Vec<&Candidate> = looking.iter().step_by(step).take(SAMPLE).collect();
    let began = Instant::now();
    let file = folder.join("matches.csv");
    let wrote = Command::new(PROGRAM)
        .args(["match", "all", "--out"])
        .arg(&file)
        .arg("--data")
        .arg(&folder)
        .stdout(Stdio::null())
        .status()?;
    assert!(wrote.success());
    println!(
        "| `match all`, reading, sentences and file included | {} | {:.1} | | |",
        looking.len(),
        began.elapsed().as_secs_f64()
    );
    in_sqlite(&services, &openings, &sample, today, ours)?;
    in_postgres(&services, &openings, &sample, ours)
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

fn open(folder: &Path) -> Outcome<Services> {
    let config = config::Config::load(&config::Overrides::default(), std::iter::empty())?;
    Ok(assemble::open(&config, &DataFolder::new(folder.to_owned()))?)
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// What SQL knows of an opening: its facts, and jieba's words of title and text.
fn each_portion(
    services: &Services,
    openings: &[Opening],
    mut put: impl FnMut(&[(String, String)]) -> Outcome<()>,
) -> Outcome<()> {
    let analysis = Analysis::shared();
    for portion in openings.chunks(500) {
        let ids: Vec<PostingId> = portion.iter().map(|opening| opening.id).collect();
        let cards = services.db.read(|conn| postings_by_ids(conn, &ids))?;
        let rows: Vec<(String, String)> = portion
            .iter()
            .filter_map(|opening| {
                let posting = &cards.get(&opening.id)?.posting;
                let text = format!("{}\n{}", posting.title, posting.description);
                let words: Vec<String> = analysis.words(&text).into_iter().map(|token| token.text).collect();
                let facts = format!(
                    "{}, {}, {}, {}, {}",
                    opening.id.raw(),
                    quoted(opening.region.digits()),
                    opening
                        .wage
                        .map_or("NULL".to_owned(), |wage| wage.high().fen().to_string()),
                    opening.certificate.as_deref().map_or("NULL".to_owned(), quoted),
                    opening.free_places,
                );
                Some((facts, words.join(" ")))
            })
            .collect();
        put(&rows)?;
    }
    Ok(())
}

/// The limits of a person as conditions on the columns.
fn conditions(candidate: &Candidate) -> String {
    let mut text = "places > 0".to_owned();
    let digits = candidate.home.digits();
    let kept = match candidate.wish.distance {
        DestinationWish::Village => 12,
        DestinationWish::Township => 9,
        DestinationWish::County => 6,
        DestinationWish::Prefecture => 4,
        DestinationWish::Province => 2,
        _ => 0,
    };
    let low = digits.get(..kept.min(digits.len())).unwrap_or("");
    if !low.is_empty() {
        text.push_str(&format!(" AND region >= '{low}' AND region < '{low}z'"));
    }
    if let Some(floor) = candidate.wish.wage_floor {
        text.push_str(&format!(" AND (wage IS NULL OR wage >= {})", floor.fen()));
    }
    let held: Vec<String> = candidate
        .skills
        .iter()
        .filter_map(|skill| skill.certificate.as_deref())
        .map(quoted)
        .collect();
    if held.is_empty() {
        text.push_str(" AND certificate IS NULL");
    } else {
        text.push_str(&format!(
            " AND (certificate IS NULL OR certificate IN ({}))",
            held.join(",")
        ));
    }
    text
}

/// The words of what a person wishes, can and has done.
fn words(candidate: &Candidate) -> Vec<String> {
    let codes = candidate
        .wish
        .occupations
        .iter()
        .chain(candidate.skills.iter().filter_map(|skill| skill.occupation.as_ref()))
        .chain(&candidate.past_occupations);
    let mut words: Vec<String> = Vec::new();
    for occupation in codes.filter_map(|code| occupations().get(code)) {
        for token in Analysis::shared().words(&occupation.name_zh) {
            if !words.contains(&token.text) {
                words.push(token.text);
            }
        }
    }
    words
}

fn report(name: &str, count: usize, seconds: f64, ours: f64) {
    let rate = count as f64 / seconds;
    println!(
        "| {name} | {count} | {seconds:.1} | {rate:.1} | {:.0} times |",
        ours / rate
    );
}

const COLUMNS: &str = "(id BIGINT PRIMARY KEY, region TEXT, wage BIGINT, certificate TEXT, places BIGINT";

fn in_sqlite(services: &Services, openings: &[Opening], sample: &[&Candidate], _today: Day, ours: f64) -> Outcome<()> {
    let mut db = SqliteConnection::establish(":memory:")?;
    db.batch_execute(&format!(
        "CREATE TABLE facts{COLUMNS}); CREATE VIRTUAL TABLE docs USING fts5(words, content='', tokenize=\"unicode61\");"
    ))?;
    each_portion(services, openings, |rows| {
        for (facts, words) in rows {
            let id = facts.split(',').next().unwrap_or_default();
            db.batch_execute(&format!(
                "INSERT INTO facts VALUES ({facts}); INSERT INTO docs(rowid, words) VALUES ({id}, {});",
                quoted(words)
            ))?;
        }
        Ok(())
    })?;
    db.batch_execute("CREATE INDEX facts_region ON facts(region); ANALYZE;")?;
    let began = Instant::now();
    for candidate in sample {
        let conditions = conditions(candidate);
        let words: Vec<String> = words(candidate).iter().map(|word| format!("\"{word}\"")).collect();
        let sql = if words.is_empty() {
            format!("SELECT id FROM facts WHERE {conditions} ORDER BY id LIMIT {LIMIT}")
        } else {
            format!(
                "SELECT facts.id AS id FROM docs JOIN facts ON facts.id = docs.rowid
                 WHERE docs MATCH {} AND {conditions} ORDER BY bm25(docs) LIMIT {LIMIT}",
                quoted(&words.join(" OR "))
            )
        };
        let rows: Vec<Row> = diesel::sql_query(sql).load(&mut db)?;
        std::hint::black_box(rows.len());
    }
    report(
        "SQLite FTS5, in memory",
        sample.len(),
        began.elapsed().as_secs_f64(),
        ours,
    );
    Ok(())
}

fn in_postgres(services: &Services, openings: &[Opening], sample: &[&Candidate], ours: f64) -> Outcome<()> {
    let Some(server) = postgres::server() else {
        println!("| PostgreSQL | not found on this machine | | | |");
        return Ok(());
    };
    let mut db = PgConnection::establish(&server.url_of("postgres"))?;
    // One core, as the rate says.
    db.batch_execute(&format!(
        "SET max_parallel_workers_per_gather = 0; DROP TABLE IF EXISTS bench_posts;
         CREATE UNLOGGED TABLE bench_posts{COLUMNS}, words tsvector);"
    ))?;
    each_portion(services, openings, |rows| {
        let values: Vec<String> = rows
            .iter()
            .map(|(facts, words)| format!("({facts}, to_tsvector('simple', {}))", quoted(words)))
            .collect();
        db.batch_execute(&format!("INSERT INTO bench_posts VALUES {}", values.join(",")))?;
        Ok(())
    })?;
    db.batch_execute(
        "CREATE INDEX ON bench_posts USING gin(words); CREATE INDEX ON bench_posts(region COLLATE \"C\");",
    )?;
    db.batch_execute("VACUUM ANALYZE bench_posts")?;
    let began = Instant::now();
    for candidate in sample {
        let conditions = conditions(candidate);
        let words: Vec<String> = words(candidate).iter().map(|word| format!("''{word}''")).collect();
        let sql = if words.is_empty() {
            format!("SELECT id FROM bench_posts WHERE {conditions} ORDER BY id LIMIT {LIMIT}")
        } else {
            let query = format!("to_tsquery('simple', '{}')", words.join(" | "));
            format!(
                "SELECT id FROM bench_posts WHERE words @@ {query} AND {conditions}
                 ORDER BY ts_rank(words, {query}) DESC LIMIT {LIMIT}"
            )
        };
        let rows: Vec<Row> = diesel::sql_query(sql).load(&mut db)?;
        std::hint::black_box(rows.len());
    }
    report(
        "PostgreSQL, one connection",
        sample.len(),
        began.elapsed().as_secs_f64(),
        ours,
    );
    Ok(())
}
