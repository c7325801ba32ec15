//! The same questions in SQL: SQLite's FTS5 and PostgreSQL's tsvector, both over jieba's words, with the same filters in
//! columns beside them: the best twenty and how many there are.

use std::error::Error;
use std::path::Path;

use diesel::connection::SimpleConnection;
use diesel::sql_types::BigInt;
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, SqliteConnection};

use crate::plain::{Plain, PlainQuery, words_of};
use crate::questions::Asked;

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    #[expect(dead_code, reason = "it is what was asked for")]
    id: i64,
    #[diesel(sql_type = BigInt)]
    total: i64,
}

const PORTION: usize = 500;

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn numbers(plain: &Plain) -> String {
    let wage = plain.wage.map_or_else(|| "NULL".to_owned(), |wage| wage.to_string());
    format!("{}, {}, {}, {wage}", plain.id, plain.kind, quoted(&plain.region))
}

/// The conditions on the columns.
fn conditions(asked: &Asked) -> String {
    let mut text = String::new();
    if asked.kind.is_some() {
        text.push_str(" AND kind = 0");
    }
    if let Some(region) = asked.region {
        let low = region.trim_end_matches("00");
        text.push_str(&format!(" AND region >= '{low}' AND region < '{low}z'"));
    }
    if let Some(wage) = asked.wage_min {
        text.push_str(&format!(" AND wage >= {}", wage * 100));
    }
    text
}

/// SQLite with FTS5.
pub struct Fts(SqliteConnection);

impl Fts {
    /// Opens the file, or fills it where there is none.
    pub fn open(file: &Path, bare: &PlainQuery) -> Result<Self, Box<dyn Error>> {
        let is_new = !file.exists();
        let beside = file.with_extension("new");
        if is_new {
            let _ = std::fs::remove_file(&beside);
            let mut db = SqliteConnection::establish(beside.to_str().ok_or("a path")?)?;
            db.batch_execute(
                "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-500000;
                 CREATE TABLE facts(id INTEGER PRIMARY KEY, kind INTEGER, region TEXT, wage INTEGER, published INTEGER);
                 CREATE VIRTUAL TABLE docs USING fts5(words, content='', tokenize=\"unicode61 remove_diacritics 0\");
                 BEGIN;",
            )?;
            let mut rows: Vec<Plain> = Vec::new();
            let mut put = |rows: &mut Vec<Plain>| -> Result<(), Box<dyn Error>> {
                let facts: Vec<String> = rows.iter().map(|r| format!("({}, {})", numbers(r), r.id)).collect();
                let docs: Vec<String> = rows
                    .iter()
                    .map(|r| format!("({}, {})", r.id, quoted(&r.words)))
                    .collect();
                if !rows.is_empty() {
                    db.batch_execute(&format!("INSERT INTO facts VALUES {}", facts.join(",")))?;
                    db.batch_execute(&format!("INSERT INTO docs(rowid, words) VALUES {}", docs.join(",")))?;
                }
                rows.clear();
                Ok(())
            };
            bare.each(|plain| {
                rows.push(plain);
                if rows.len() == PORTION { put(&mut rows) } else { Ok(()) }
            })?;
            put(&mut rows)?;
            db.batch_execute(
                "COMMIT; INSERT INTO docs(docs) VALUES('optimize');
                 CREATE INDEX facts_published ON facts(published);
                 CREATE INDEX facts_region ON facts(region, published); ANALYZE;",
            )?;
            drop(db);
            std::fs::rename(&beside, file)?;
        }
        let mut db = SqliteConnection::establish(file.to_str().ok_or("a path")?)?;
        db.batch_execute("PRAGMA cache_size=-500000; PRAGMA mmap_size=4000000000;")?;
        Ok(Self(db))
    }

    pub fn ask(&mut self, asked: &Asked) -> Result<i64, Box<dyn Error>> {
        let words: Vec<String> = words_of(asked).iter().map(|word| format!("\"{word}\"")).collect();
        let conditions = conditions(asked);
        let sql = if words.is_empty() {
            format!(
                "SELECT id, (SELECT count(*) FROM facts WHERE 1{conditions}) AS total FROM facts WHERE 1{conditions}
                 ORDER BY published DESC LIMIT 20"
            )
        } else {
            let asked_for = quoted(&words.join(if asked.is_passage() { " OR " } else { " AND " }));
            let joined = if conditions.is_empty() {
                ""
            } else {
                "JOIN facts ON facts.id = docs.rowid"
            };
            format!(
                "SELECT id, count(*) OVER () AS total FROM (SELECT docs.rowid AS id, bm25(docs) AS score FROM docs {joined}
                 WHERE docs MATCH {asked_for}{conditions}) ORDER BY score LIMIT 20"
            )
        };
        let rows: Vec<Row> = diesel::sql_query(sql).load(&mut self.0)?;
        Ok(rows.first().map_or(0, |row| row.total))
    }
}

/// PostgreSQL with tsvector.
pub struct Postgres(PgConnection);

impl Postgres {
    pub fn connect(url: &str) -> Result<Self, Box<dyn Error>> {
        let mut db = PgConnection::establish(url)?;
        db.batch_execute("SET work_mem = '256MB'")?;
        Ok(Self(db))
    }

    pub fn fill(&mut self, bare: &PlainQuery) -> Result<(), Box<dyn Error>> {
        let db = &mut self.0;
        db.batch_execute(
            "SET maintenance_work_mem = '1GB'; SET synchronous_commit = off; DROP TABLE IF EXISTS bench_docs;
             CREATE UNLOGGED TABLE bench_docs(id bigint PRIMARY KEY, kind int, region text COLLATE \"C\", wage bigint, published bigint,
                words tsvector);",
        )?;
        let mut rows: Vec<Plain> = Vec::new();
        let mut put = |rows: &mut Vec<Plain>| -> Result<(), Box<dyn Error>> {
            let docs: Vec<String> = rows
                .iter()
                .map(|r| {
                    format!(
                        "({}, {}, to_tsvector('simple', {}))",
                        numbers(r),
                        r.id,
                        quoted(&r.words)
                    )
                })
                .collect();
            if !docs.is_empty() {
                db.batch_execute(&format!("INSERT INTO bench_docs VALUES {}", docs.join(",")))?;
            }
            rows.clear();
            Ok(())
        };
        bare.each(|plain| {
            rows.push(plain);
            if rows.len() == PORTION { put(&mut rows) } else { Ok(()) }
        })?;
        put(&mut rows)?;
        db.batch_execute(
            "CREATE INDEX ON bench_docs USING gin(words); CREATE INDEX ON bench_docs(published);
             CREATE INDEX ON bench_docs(region, published);",
        )?;
        db.batch_execute("VACUUM ANALYZE bench_docs")?;
        Ok(())
    }

    pub fn ask(&mut self, asked: &Asked) -> Result<i64, Box<dyn Error>> {
        let words: Vec<String> = words_of(asked).iter().map(|word| format!("''{word}''")).collect();
        let conditions = conditions(asked);
        let sql = if words.is_empty() {
            format!(
                "SELECT id, (SELECT count(*) FROM bench_docs WHERE true{conditions}) AS total
                 FROM bench_docs WHERE true{conditions} ORDER BY published DESC LIMIT 20"
            )
        } else {
            let query = format!(
                "to_tsquery('simple', '{}')",
                words.join(if asked.is_passage() { " | " } else { " & " })
            );
            format!(
                "SELECT id, count(*) OVER () AS total FROM bench_docs WHERE words @@ {query}{conditions}
                 ORDER BY ts_rank(words, {query}) DESC LIMIT 20"
            )
        };
        let rows: Vec<Row> = diesel::sql_query(sql).load(&mut self.0)?;
        Ok(rows.first().map_or(0, |row| row.total))
    }
}
