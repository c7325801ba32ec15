//! Taking over a roster of 100,000 persons (.xlsx), beside reading the file with the same reader plus inserting the same
//! rows in bulk. Each part runs in a process of its own, so that its peak memory can be told.
//!
//! `cargo bench --bench roster_import [-- PERSONS]`

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant as Stopwatch;

use diesel::prelude::*;
use rust_xlsxwriter::Workbook;
use yigang::app::assemble;
use yigang::app::config::{Config, Overrides};
use yigang::app::demo as generator;
use yigang::base::time::{Day, parse_day};
use yigang::employment::{Employment, Evidence};
use yigang::guarantee::Guarantee;
use yigang::insert_batch;
use yigang::platform::DataFolder;
use yigang::platform::db::{AuditLine, Caller, Db, schema};
use yigang::platform::files;
use yigang::registry::{Household, HouseholdStatus, Member, Person, PersonStatus, Site, Skill};
use yigang::roster::{self, BatchRow};

fn as_of() -> Day {
    parse_day("2020-06-30").expect("a day")
}

fn open(folder: &Path) -> Db {
    let config = Config::load(&Overrides::default(), std::iter::empty()).expect("the defaults");
    let db = assemble::open_database(&config, &DataFolder::new(folder)).expect("a database");
    db.migrate().expect("migrated");
    db
}

/// Writes a workbook with at least so many persons; returns how many.
fn write_workbook(path: &Path, persons: usize) -> usize {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet_with_constant_memory().expect("a sheet");
    for (column, name) in (0..).zip(generator::ROSTER_COLUMNS) {
        sheet.write_string(0, column, name).expect("a header cell");
    }
    let mut rows = 0;
    let mut last = String::new();
    for row in generator::roster(7, persons, as_of()) {
        if rows >= persons && row.cell("户编号") != last {
            break;
        }
        last = row.cell("户编号").to_owned();
        rows += 1;
        for (column, cell) in (0..).zip(row.cells()) {
            sheet
                .write_string(u32::try_from(rows).expect("fits"), column, cell)
                .expect("a cell");
        }
    }
    workbook.save(path).expect("the workbook");
    rows
}

fn peak_memory_mib() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .unwrap_or("0 kB");
    let kib: f64 = line.trim().trim_end_matches(" kB").parse().unwrap_or(0.0);
    kib / 1024.0
}

fn tell(started: Stopwatch) {
    println!("{:.3} {:.0}", started.elapsed().as_secs_f64(), peak_memory_mib());
}

fn import(folder: &Path, file: &Path) {
    let db = open(folder);
    let started = Stopwatch::now();
    roster::import_whole(&db, &Caller::operator(), file, as_of(), &mut |_, _| Ok(())).expect("imported");
    tell(started);
}

fn read(file: &Path) {
    let started = Stopwatch::now();
    let mut table = files::open_table(file).expect("a table");
    let mut cells = 0;
    while let Some(row) = table.next_row().expect("a row") {
        cells += row.cells().len();
    }
    assert!(cells > 0);
    tell(started);
}

/// Copies every row that an import made from one database into an empty one, in bulk: one transaction per table.
fn insert(from: &Path, to: &Path) {
    let (source, target) = (open(from), open(to));
    macro_rules! copy {
        ($seconds:ident, $($table:ident: $row:ty),* $(,)?) => {$({
            let rows: Vec<$row> = source
                .read(|conn| Ok(schema::$table::table.select(<$row>::as_select()).load(conn)?))
                .expect("the rows are read");
            let started = Stopwatch::now();
            target.keep(&Caller::operator(), |tx| {
                insert_batch!(tx, schema::$table::table, &rows)?;
                Ok(())
            }).expect("the rows are inserted");
            $seconds += started.elapsed().as_secs_f64();
        })*};
    }
    let mut seconds = 0.0;
    // The batch itself is one row; its rows refer to it.
    let batch: Vec<yigang::roster::Batch> = source
        .read(|conn| {
            Ok(schema::roster_batches::table
                .select(yigang::roster::Batch::as_select())
                .load(conn)?)
        })
        .expect("the batch");
    target
        .keep(&Caller::operator(), |tx| {
            insert_batch!(tx, schema::roster_batches::table, &batch)?;
            Ok(())
        })
        .expect("the batch is inserted");
    copy!(seconds,
        sites: Site, households: Household, household_statuses: HouseholdStatus, persons: Person,
        household_members: Member, person_statuses: PersonStatus, person_skills: Skill, employments: Employment,
        employment_evidence: Evidence, guarantees: Guarantee, audit_lines: AuditLine, roster_rows: BatchRow,
    );
    println!("{seconds:.3} {:.0}", peak_memory_mib());
}

/// Runs a part in a process of its own; returns seconds and peak memory in MiB.
fn apart(part: &str, paths: &[&Path]) -> (f64, f64) {
    let output = Command::new(std::env::current_exe().expect("this program"))
        .arg(part)
        .args(paths)
        .output()
        .expect("the part runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success(),
        "{part}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let mut numbers = text.split_whitespace().filter_map(|n| n.parse::<f64>().ok());
    (numbers.next().expect("seconds"), numbers.next().expect("memory"))
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let path = |place: usize| PathBuf::from(arguments.get(place).expect("a path"));
    match arguments.first().map(String::as_str) {
        Some("import") => return import(&path(1), &path(2)),
        Some("read") => return read(&path(1)),
        Some("insert") => return insert(&path(1), &path(2)),
        _ => {}
    }
    let persons = arguments.first().and_then(|n| n.parse().ok()).unwrap_or(100_000);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("roster.xlsx");
    let rows = write_workbook(&file, persons);
    let (ours, bare) = (folder.path().join("ours"), folder.path().join("bare"));
    let (import_seconds, import_memory) = apart("import", &[&ours, &file]);
    let (read_seconds, _) = apart("read", &[&file]);
    let (insert_seconds, _) = apart("insert", &[&ours, &bare]);
    let baseline = read_seconds + insert_seconds;
    println!("roster of {rows} persons (.xlsx), SQLite");
    println!("| what | seconds | peak memory |");
    println!("| --- | --- | --- |");
    println!(
        "| import: read, judge, compare, merge, audit, guarantee | {import_seconds:.2} | {import_memory:.0} MiB |"
    );
    println!("| reading the file with the same reader | {read_seconds:.2} | |");
    println!("| inserting the same rows in bulk | {insert_seconds:.2} | |");
    println!("| ratio to both together | {:.2} | |", import_seconds / baseline);
}
