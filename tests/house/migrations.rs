//! Both databases have the tables and columns that `schema.rs` says, and every `down.sql` undoes its `up.sql`.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use diesel::{PgConnection, SqliteConnection};
use yigang::platform::db::{Conn, down_and_up};

use crate::sources::{files, root};
use crate::support::databases::{Backend, fresh};

/// Table → column → whether it may be null.
type Tables = BTreeMap<String, BTreeMap<String, bool>>;

#[derive(QueryableByName)]
struct ColumnRow {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    column_name: String,
    #[diesel(sql_type = BigInt)]
    nullable: i64,
}

/// What `schema.rs` says.
fn expected() -> Tables {
    let text = std::fs::read_to_string(root().join("src/platform/db/schema.rs")).expect("schema.rs");
    let mut tables = Tables::new();
    let mut table = String::new();
    for line in text.lines().map(str::trim) {
        if let Some(name) = line
            .strip_suffix('{')
            .and_then(|head| head.split_once(" ("))
            .map(|(name, _)| name)
        {
            table = name.to_owned();
        } else if let Some((column, kind)) = line
            .trim_end_matches(',')
            .split_once(" -> ")
            .filter(|_| !line.contains('('))
        {
            let columns = tables.entry(table.clone()).or_default();
            columns.insert(column.to_owned(), kind.starts_with("Nullable<"));
        }
    }
    tables
}

fn tables_of(conn: &mut Conn) -> Tables {
    let rows: Vec<ColumnRow> = match conn {
        Conn::Sqlite(conn) => diesel::sql_query(
            "SELECT m.name AS table_name, c.name AS column_name, \
             CASE WHEN c.\"notnull\" = 1 OR c.pk > 0 THEN 0 ELSE 1 END AS nullable \
             FROM sqlite_master m JOIN pragma_table_info(m.name) c \
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY 1, 2",
        )
        .load(conn),
        Conn::Postgres(conn) => diesel::sql_query(
            "SELECT table_name::text AS table_name, column_name::text AS column_name, \
             CASE WHEN is_nullable = 'YES' THEN 1::bigint ELSE 0::bigint END AS nullable \
             FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2",
        )
        .load(conn),
    }
    .expect("the catalogue is read");
    let mut tables = Tables::new();
    for row in rows
        .into_iter()
        .filter(|row| row.table_name != "__diesel_schema_migrations")
    {
        tables
            .entry(row.table_name)
            .or_default()
            .insert(row.column_name, row.nullable == 1);
    }
    tables
}

/// What the database and `schema.rs` say differently.
fn differences(database: &Tables, schema: &Tables) -> Vec<String> {
    let flat = |tables: &Tables| -> BTreeSet<String> {
        let rows = tables.iter().flat_map(|(table, columns)| {
            let words = |nullable: &bool| if *nullable { "may be null" } else { "is never null" };
            columns
                .iter()
                .map(move |(column, nullable)| format!("{table}.{column} {}", words(nullable)))
        });
        rows.collect()
    };
    let (database, schema) = (flat(database), flat(schema));
    let only_database = database
        .difference(&schema)
        .map(|row| format!("only in the database: {row}"));
    let only_schema = schema
        .difference(&database)
        .map(|row| format!("only in schema.rs: {row}"));
    only_database.chain(only_schema).collect()
}

fn check(backend: Backend) {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(database) = fresh(backend, folder.path()) else {
        println!("skipped: no PostgreSQL was found");
        return;
    };
    let url = database.url();
    let mut conn = match url.strip_prefix("sqlite:") {
        Some(path) => Conn::Sqlite(SqliteConnection::establish(path).expect("it opens")),
        None => Conn::Postgres(PgConnection::establish(&url).expect("it opens")),
    };
    let before = tables_of(&mut conn);
    let differing = differences(&before, &expected());
    assert!(differing.is_empty(), "{}", differing.join("\n"));
    down_and_up(&mut conn).expect("down and up again");
    assert_eq!(tables_of(&mut conn), before);
}

#[test]
fn sqlite_has_what_the_schema_says() {
    check(Backend::Sqlite);
}

#[test]
fn postgres_has_what_the_schema_says() {
    check(Backend::Postgres);
}

#[test]
fn both_databases_have_the_same_migrations() {
    let names = |folder: &str| -> Vec<String> {
        let all = files(folder, ".sql").into_iter();
        all.map(|source| source.path.strip_prefix(folder).expect("below it").to_owned())
            .collect()
    };
    let sqlite = names("migrations/sqlite");
    assert!(sqlite.len() >= 14);
    assert_eq!(sqlite, names("migrations/postgres"));
}

#[test]
fn every_foreign_key_has_an_index() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = fresh(Backend::Sqlite, folder.path()).expect("SQLite is always there");
    let url = database.url();
    let path = url.strip_prefix("sqlite:").expect("a file");
    let mut conn = SqliteConnection::establish(path).expect("it opens");
    let rows: Vec<ColumnRow> = diesel::sql_query(
        "SELECT m.name AS table_name, f.\"from\" AS column_name, 0 AS nullable \
         FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table' \
         AND NOT EXISTS (SELECT 1 FROM pragma_index_list(m.name) i JOIN pragma_index_info(i.name) c \
                         WHERE c.seqno = 0 AND c.name = f.\"from\") \
         AND NOT EXISTS (SELECT 1 FROM pragma_table_info(m.name) t WHERE t.pk = 1 AND t.name = f.\"from\")",
    )
    .load(&mut conn)
    .expect("the catalogue is read");
    let missing: Vec<String> = rows
        .iter()
        .map(|row| format!("{}.{}", row.table_name, row.column_name))
        .collect();
    assert!(missing.is_empty(), "without an index: {missing:?}");
}
