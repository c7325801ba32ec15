//! The same question asked of SQLite's FTS5 and of PostgreSQL: the limits of a person as conditions on columns, and
//! likeness of words over jieba's words (`bm25`, `ts_rank`).

use std::time::Instant;

use diesel::connection::SimpleConnection;
use diesel::sql_types::BigInt;
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, SqliteConnection};
use yigang::base::codes::DestinationWish;
use yigang::base::ids::PostingId;
use yigang::matching::{Candidate, Opening};
use yigang::platform::Services;
use yigang::platform::search::Analysis;
use yigang::postings::postings_by_ids;
use yigang::reference::occupations;

use crate::{LIMIT, Outcome, postgres, report};

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    #[expect(dead_code, reason = "it is what was asked for")]
    id: i64,
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

/// The digits of the division that a person does not want to leave; none for who would go anywhere.
pub fn within(candidate: &Candidate) -> &str {
    let digits = candidate.home.digits();
    let kept = match candidate.wish.distance {
        DestinationWish::Village => 12,
        DestinationWish::Township => 9,
        DestinationWish::County => 6,
        DestinationWish::Prefecture => 4,
        DestinationWish::Province => 2,
        _ => 0,
    };
    digits.get(..kept.min(digits.len())).unwrap_or("")
}

/// The limits of a person as conditions on the columns.
fn conditions(candidate: &Candidate) -> String {
    let mut text = "places > 0".to_owned();
    let low = within(candidate);
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
pub fn words(candidate: &Candidate) -> Vec<String> {
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

const COLUMNS: &str = "(id BIGINT PRIMARY KEY, region TEXT, wage BIGINT, certificate TEXT, places BIGINT";

pub fn in_sqlite(services: &Services, openings: &[Opening], sample: &[&Candidate], ours: f64) -> Outcome<()> {
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

pub fn in_postgres(services: &Services, openings: &[Opening], sample: &[&Candidate], ours: f64) -> Outcome<()> {
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
