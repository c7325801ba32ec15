//! What the guarantee costs: states recomputed beside reading their rows, one event beside the bare insert, the Monday
//! board, and a year of daily figures by township in one pass beside asking day by day.
//!
//! `cargo bench --bench guarantee [-- HOUSEHOLDS BOARD]` (1,000,000 households for the states, 100,000 for the rest).
//! The bureaus are made of plain rows on SQLite and thrown away.

use std::error::Error;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::{Connection, ExpressionMethods, QueryDsl, RunQueryDsl, SqliteConnection};
use yigang::app::{assemble, config};
use yigang::base::actor::Scope;
use yigang::base::codes::{EmploymentChannel, EmploymentForm};
use yigang::base::ids::{Id, PersonId};
use yigang::base::region::RegionLevel;
use yigang::base::time::Day;
use yigang::employment::{self, EmploymentDraft, EvidenceKind};
use yigang::guarantee::{self, BoardRequest, Level, Parameters, StandingBook};
use yigang::platform::db::{Caller, schema};
use yigang::platform::{DataFolder, Services};

const PROGRAM: &str = env!("CARGO_BIN_EXE_yigang");
const EVENTS: i64 = 300;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let numbers: Vec<usize> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let (many, board) = match numbers.as_slice() {
        [many, board, ..] => (*many, *board),
        _ => (1_000_000, 100_000),
    };
    println!("| what | households | seconds | beside | times |\n| --- | --- | --- | --- | --- |");
    {
        let folder = tempfile::tempdir()?;
        let services = bureau(folder.path(), many)?;
        states(&services, many)?;
    }
    let folder = tempfile::tempdir()?;
    let services = bureau(folder.path(), board)?;
    boards(&services, board)?;
    events(&services, board)
}

fn bureau(folder: &Path, households: usize) -> Outcome<Services> {
    let made = Command::new(PROGRAM)
        .args(["migrate", "--rehearsal", "--data"])
        .arg(folder)
        .stdout(Stdio::null())
        .status()?;
    assert!(made.success());
    let settings = config::Config::load(&config::Overrides::default(), std::iter::empty())?;
    let services = assemble::open(&settings, &DataFolder::new(folder))?;
    let url = services.db.url().to_string();
    let file = url.trim_start_matches("sqlite://").trim_start_matches("sqlite:");
    let mut conn = SqliteConnection::establish(file)?;
    conn.batch_execute("PRAGMA synchronous = OFF; PRAGMA cache_size = -200000;")?;
    conn.batch_execute(&rows(households))?;
    conn.batch_execute("ANALYZE")?;
    Ok(services)
}

/// Four people a household: two who can work, two children at school. Nine in ten households have somebody at work, with
/// three pieces of evidence.
fn rows(households: usize) -> String {
    format!(
        "BEGIN;
        CREATE TEMP TABLE n (n INTEGER PRIMARY KEY);
        WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {households}) INSERT INTO n SELECT n FROM c;
        INSERT INTO households (id, version, created_at, registry_no, region_code, group_name, described_on)
            SELECT n, 1, '2020-01-01 00:00:00', printf('5328%09d', n), printf('532801%03d%03d', 1 + n % 30, 1 + n % 8), '', '2020-01-01' FROM n;
        INSERT INTO household_statuses (id, created_at, household_id, from_on, household_type, relocation_kind, source)
            SELECT n, '2020-01-01 00:00:00', n, '2020-01-01', 'exited', 'registered', 'bench' FROM n;
        INSERT INTO persons (id, version, created_at, name, sex, birth_on, id_state)
            SELECT n * 4 + k, 1, '2020-01-01 00:00:00', '岩', '1',
                CASE WHEN k < 2 THEN date('1970-01-01', (n % 9000) || ' days') ELSE date('2014-01-01', (n % 2000) || ' days') END, 'missing'
            FROM n, (SELECT 0 k UNION SELECT 1 UNION SELECT 2 UNION SELECT 3);
        INSERT INTO household_members (id, created_at, household_id, person_id, from_on)
            SELECT id, created_at, id / 4, id, '2020-01-01' FROM persons;
        INSERT INTO person_statuses (id, created_at, person_id, from_on, labour_skill, school, source)
            SELECT id, created_at, id, '2020-01-01', CASE WHEN id % 4 < 2 THEN 'ordinary' ELSE 'none' END,
                CASE WHEN id % 4 < 2 THEN NULL ELSE '小学' END, 'bench' FROM persons;
        INSERT INTO employments (id, version, created_at, person_id, employer_name, form, channel, job_title, place, start_on, end_on, source)
            SELECT n, 1, '2020-01-01 00:00:00', n * 4, '保洁公司', 'contract', 'local_employer', '保洁员', '',
                date('now', '-' || (40 + n % 700) || ' days'),
                CASE WHEN n % 10 = 0 THEN date('now', '-' || (1 + n % 39) || ' days') WHEN n % 10 = 1 THEN date('now', (n % 60) || ' days') END, 'bench'
            FROM n;
        INSERT INTO employment_evidence (id, created_at, employment_id, kind, seen_on, actor)
            SELECT n * 3 + k, '2020-01-01 00:00:00', n, CASE k WHEN 0 THEN 'contract' WHEN 1 THEN 'visit' ELSE 'self' END,
                date('now', '-' || (n % 40 + (2 - k) * 60) || ' days'), 'bench'
            FROM n, (SELECT 0 k UNION SELECT 1 UNION SELECT 2);
        COMMIT;"
    )
}

fn line(what: &str, households: usize, took: Duration, beside: &str, times: Option<f64>) {
    let times = times.map(|times| format!("{times:.2}")).unwrap_or_default();
    println!(
        "| {what} | {households} | {:.3} | {beside} | {times} |",
        took.as_secs_f64()
    );
}

/// The processor time of this thread.
fn processor() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanos = text.split_whitespace().next().and_then(|n| n.parse().ok());
    Duration::from_nanos(nanos.unwrap_or(0))
}

fn states(services: &Services, households: usize) -> Outcome<()> {
    let today = services.clock.today();
    let began = processor();
    let mut read = 0_usize;
    services.db.snapshot(|conn| {
        guarantee::walk_histories(conn, &Scope::Everywhere, today, today, |history| {
            read += usize::from(!history.members.is_empty());
        })
    })?;
    let reading = processor().saturating_sub(began);
    assert_eq!(read, households);
    let began = processor();
    let parameters = Parameters::default();
    let mut zero = 0_usize;
    services.db.snapshot(|conn| {
        guarantee::walk_histories(conn, &Scope::Everywhere, today, today, |history| {
            let standing = history.standing_on(today, &parameters);
            zero += usize::from(standing.is_some_and(|s| s.state.is_zero()));
        })
    })?;
    let whole = processor().saturating_sub(began);
    assert!(zero > 0);
    line("reading their rows", households, reading, "", None);
    let times = whole.as_secs_f64() / reading.as_secs_f64();
    line(
        "states from scratch, reading included",
        households,
        whole,
        "reading their rows",
        Some(times),
    );
    Ok(())
}

fn boards(services: &Services, households: usize) -> Outcome<()> {
    let today = services.clock.today();
    let by = Level::Region(RegionLevel::Township);
    let request = BoardRequest {
        scope: &Scope::Everywhere,
        site: None,
        as_of: today,
        by,
        longest: 10,
    };
    let began = processor();
    let computed = services.db.snapshot(|conn| guarantee::board(conn, &request))?;
    let plain = processor().saturating_sub(began);
    line("the Monday board computed from the tables", households, plain, "", None);
    let book = StandingBook::default();
    let began = processor();
    services.db.snapshot(|conn| book.follow(conn, today))?;
    let first = processor().saturating_sub(began);
    line("the standings read, once a month", households, first, "", None);
    let began = processor();
    let kept = services.db.snapshot(|conn| book.board(conn, today, &request))?;
    let at_hand = processor().saturating_sub(began);
    assert_eq!(kept, computed);
    let times = at_hand.as_secs_f64() / plain.as_secs_f64();
    line(
        "the Monday board, twelve weeks",
        households,
        at_hand,
        "computed from the tables",
        Some(times),
    );
    let began = processor();
    services
        .db
        .snapshot(|conn| guarantee::coverage(conn, &Scope::Everywhere, today, by, &Parameters::default()))?;
    let one = processor().saturating_sub(began);
    line("the figures of one day", households, one, "", None);
    let from = today - chrono::Days::new(364);
    let began = processor();
    let units = services
        .db
        .snapshot(|conn| guarantee::daily_coverage(conn, &Scope::Everywhere, from, today, by))?;
    let year = processor().saturating_sub(began);
    assert_eq!(units.iter().map(|unit| unit.days.len()).max(), Some(365));
    let times = year.as_secs_f64() / one.as_secs_f64();
    line(
        "a year of days by township, one pass",
        households,
        year,
        "the figures of one day",
        Some(times),
    );
    Ok(())
}

fn draft(person: PersonId, today: Day, n: i64) -> EmploymentDraft {
    EmploymentDraft {
        person_id: person,
        employer_id: None,
        employer_name: "保洁公司".to_owned(),
        form: EmploymentForm::Casual,
        channel: EmploymentChannel::LocalEmployer,
        job_title: format!("零工 {n}"),
        occupation: None,
        region: None,
        place: String::new(),
        wage: None,
        start_on: today,
        end_on: None,
        evidence: EvidenceKind::Visit,
    }
}

/// The bare insert is one row of the same table, committed with a line of the journal, and nothing that follows from it.
fn events(services: &Services, households: usize) -> Outcome<()> {
    use schema::employments;
    let today = services.clock.today();
    let caller = Caller::operator();
    let persons: Vec<PersonId> = (1..=EVENTS).map(|n| Id::from_raw(n * 40)).collect();
    let began = Instant::now();
    for person in &persons {
        services.db.write(&caller, |tx| {
            let id: i64 = Id::<()>::fresh().raw();
            diesel::insert_into(employments::table)
                .values((
                    employments::id.eq(id),
                    employments::version.eq(1),
                    employments::created_at.eq(tx.now()),
                    employments::person_id.eq(*person),
                    employments::employer_name.eq("保洁公司"),
                    employments::form.eq(EmploymentForm::OwnFarm),
                    employments::channel.eq(EmploymentChannel::Other),
                    employments::job_title.eq("务农"),
                    employments::place.eq(""),
                    employments::start_on.eq(today),
                    employments::source.eq("bench"),
                ))
                .execute(&mut **tx)?;
            let subject = yigang::platform::db::Subject::new("person", *person);
            tx.audit("start_employment", subject, None, None::<&()>, None::<&()>)
        })?;
    }
    let bare = began.elapsed();
    let began = Instant::now();
    for (n, person) in (0..).zip(&persons) {
        services.db.write(&caller, |tx| {
            employment::start_employment(tx, &draft(*person, today, n)).map(drop)
        })?;
    }
    let whole = began.elapsed();
    let met: i64 = services.db.read(|conn| {
        Ok(schema::guarantees::table
            .filter(schema::guarantees::state.eq(yigang::base::codes::GuaranteeState::Met))
            .count()
            .get_result(conn)?)
    })?;
    assert_eq!(met, EVENTS, "each household has its new state");
    println!(
        "\n{EVENTS} events of a bureau with {households} households: bare insert {:.2} ms, with its new state {:.2} ms, {:.2} times",
        bare.as_secs_f64() * 1_000.0 / EVENTS as f64,
        whole.as_secs_f64() * 1_000.0 / EVENTS as f64,
        whole.as_secs_f64() / bare.as_secs_f64()
    );
    Ok(())
}
