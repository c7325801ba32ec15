//! One household the whole way: roster, posting, search, match, application, hire, "one member in work".

use std::path::Path;

use serde_json::json;
use yigang::base::actor::Scope;
use yigang::base::codes::{EmployerKind, GuaranteeState, PostingStatus, Role};
use yigang::base::identity::{CreditCode, Phone};
use yigang::base::ids::{Id, PostingId};
use yigang::base::money::Money;
use yigang::base::region::RegionCode;
use yigang::base::time::{Day, parse_day};
use yigang::employers::{self, EmployerDraft};
use yigang::guarantee::{self, Level, Parameters};
use yigang::platform::db::Caller;
use yigang::postings::{self, PhysicalDemand, PostingDraft, PostingKind, Wage, WageUnit};
use yigang::{registry, roster};

use crate::story;
use crate::support::TestApp;
use crate::support::builders::{a_household, a_labourer};

fn day(text: &str) -> Day {
    parse_day(text).expect("a day")
}

fn fixture(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

fn import(app: &TestApp, name: &str, as_of: &str) -> roster::Counts {
    let mut each = |_: &roster::ComparedRow, _: bool| Ok(());
    let (_, counts) = roster::import_whole(
        &app.services.db,
        &Caller::operator(),
        &fixture(name),
        day(as_of),
        &mut each,
    )
    .expect("the roster is taken over");
    counts
}

fn zero_on(app: &TestApp, on: &str) -> Vec<String> {
    let (_, zero) = app
        .services
        .db
        .snapshot(|conn| {
            let level = Level::parse("county").expect("a level");
            guarantee::coverage(conn, &Scope::Everywhere, day(on), level, &Parameters::default())
        })
        .expect("the figures are computed");
    zero.into_iter().map(|household| household.facts.registry_no).collect()
}

/// A verified employer in the village with one open posting.
pub fn an_open_posting(app: &TestApp, places: i32) -> PostingId {
    an_open_posting_keeping(app, 0, places)
}

/// The same, with some of its places kept for households that the guarantee is for.
pub fn an_open_posting_keeping(app: &TestApp, reserved_places: i32, places: i32) -> PostingId {
    let region = RegionCode::parse("532801003002").expect("a village");
    app.services
        .db
        .write(&Caller::operator(), |tx| {
            let employer = employers::register_employer(
                tx,
                &EmployerDraft {
                    id: Id::fresh(),
                    kind: EmployerKind::Enterprise,
                    name: "曼迈保洁服务有限公司".to_owned(),
                    credit_code: CreditCode::complete("91532899MA6K7T2Q5"),
                    region: region.clone(),
                    address: String::new(),
                    contact_name: "玉罕".to_owned(),
                    phone: Phone::parse("13800005678"),
                    licence_no: None,
                },
            )?;
            employers::verify_employer(tx, employer.id, employer.version, Some("story"))?;
            let drafted = postings::draft_posting(
                tx,
                &PostingDraft {
                    id: Id::fresh(),
                    employer_id: employer.id,
                    kind: PostingKind::Job,
                    title: "保洁员".to_owned(),
                    region: region.clone(),
                    places,
                    reserved_places,
                    wage: Wage::Range {
                        low: Money::from_fen(240_000),
                        high: Money::from_fen(300_000),
                        unit: WageUnit::Month,
                    },
                    description: "打扫楼道和院子，早八晚五，每周休一天，包午饭。".to_owned(),
                    contact_name: "玉罕".to_owned(),
                    phone: Phone::parse("13800005678"),
                    closes_on: Some(day("2027-01-31")),
                    occupation: None,
                    address: String::new(),
                    lodging: false,
                    meals: true,
                    insurance: true,
                    transport: false,
                    education: None,
                    certificate: None,
                    physical: PhysicalDemand::Medium,
                },
            )?;
            let open = postings::submit_posting(tx, drafted.id, drafted.version)?;
            assert_eq!(open.status, PostingStatus::Open);
            Ok(open.id)
        })
        .expect("the posting opens")
}

story! {
    fn the_dirty_roster_ends_as_its_truth_says(app) {
        let truth: serde_json::Value =
            serde_json::from_str(&std::fs::read_to_string(fixture("roster_dirty.truth.json")).expect("the truth")).expect("JSON");
        app.services.clock.set(yigang::base::time::Instant::parse("2020-06-30T09:00:00+08:00").expect("an instant"));
        let first = import(app, "roster_dirty.xlsx", "2020-06-30");
        assert_eq!(first.rows, truth["expect"]["rows"].as_u64().expect("rows"));
        assert_eq!(first.merged, truth["expect"]["persons"].as_u64().expect("persons"));
        let mut expected: Vec<&str> = truth["expect"]["zero_employed_household_ids"]
            .as_array().expect("a list").iter().filter_map(|id| id.as_str()).collect();
        let found = zero_on(app, "2020-06-30");
        let mut found: Vec<&str> = found.iter().map(String::as_str).collect();
        expected.sort_unstable();
        found.sort_unstable();
        assert_eq!(found, expected);
        let second = import(app, "roster_dirty.xlsx", "2020-06-30");
        assert_eq!((second.new, second.changed), (0, 0), "the same file twice changes nothing");
    }
}

story! {
    fn csv_and_workbook_give_the_same_bureau(app) {
        app.services.clock.set(yigang::base::time::Instant::parse("2020-06-30T09:00:00+08:00").expect("an instant"));
        let workbook = import(app, "roster_clean.xlsx", "2020-06-30");
        assert_eq!((workbook.doubtful, workbook.rejected), (0, 0));
        let csv = import(app, "roster_clean.csv", "2020-06-30");
        assert_eq!((csv.new, csv.changed, csv.same), (0, 0, workbook.rows));
    }
}

story! {
    fn a_hire_lifts_the_household_and_the_past_keeps_its_answer(app) {
        let made = a_household("5328010030020001").in_village("532801003002").with(a_labourer("岩温")).enrol(app);
        let person = made.persons[0];
        let state = |app: &TestApp| {
            app.services.db.read(|conn| guarantee::guarantee_of(conn, made.household)).expect("read").expect("looked at").state
        };
        assert_eq!(state(app), GuaranteeState::Zero);
        let posting = an_open_posting(app, 1);
        yigang::app::tasks::follow_index_once(&app.services).expect("the index follows");
        let seeker = app.browser();
        let found = seeker.get("/api/v1/openings?q=%E6%B8%85%E6%B4%81").expect(200).json();
        assert_eq!(found["items"][0]["id"], posting.to_string(), "清洁 finds 保洁员");

        let cadre = app.program_as("cungan", Role::VillageOfficer, Some("532801003002"));
        let matches = cadre.get(&format!("/api/v1/persons/{person}/matches")).expect(200).json();
        let best = &matches["items"][0];
        let sum: i64 = best["reasons"].as_array().expect("reasons").iter().filter_map(|r| r["points"].as_i64()).sum();
        assert_eq!(best["points"].as_i64(), Some(sum), "a score is the sum of its reasons");

        let applied = cadre
            .send("POST", "/api/v1/placements", &json!({"posting_id": posting.to_string(), "person_id": person.to_string()}))
            .expect(201).json();
        let id = applied["id"].as_str().expect("an id").to_owned();
        assert_eq!(applied["on_behalf"], true);
        let officer = Caller::operator();
        use yigang::hiring::{Move, PlacementStatus as S, take_step};
        let placement_id = id.parse().expect("an id");
        for to in [S::Shortlisted, S::Offered, S::Accepted, S::Started] {
            app.services.db.write(&officer, |tx| {
                let now = yigang::hiring::placement_for(tx, &officer.actor, placement_id)?;
                take_step(tx, placement_id, now.version, &Move { to, start_on: None, note: String::new() })
            }).expect("the next step");
        }
        assert_eq!(state(app), GuaranteeState::Met, "in the same transaction");
        app.signed_in_as(Role::VillageOfficer, Some("532801003002"))
            .get(&format!("/village/households/{}", made.household)).expect(200)
            .shows("：已报名").shows("：单位愿意录用").shows("：已上岗");
        assert!(zero_on(app, "2026-11-23").is_empty());

        app.pass_seconds(10 * 86_400);
        let employment = app.services.db.read(|conn| {
            yigang::employment::employments_of(conn, &[person], day("2026-12-03"))
        }).expect("read").remove(0).employment;
        app.services.db.write(&officer, |tx| {
            yigang::employment::end_employment(tx, employment.id, employment.version, day("2026-11-30"), yigang::employment::EndReason::Resigned)
        }).expect("it ends");
        assert_eq!(state(app), GuaranteeState::Zero);
        assert!(zero_on(app, "2026-11-30").is_empty(), "employed on the last day");
        assert_eq!(zero_on(app, "2026-12-01"), ["5328010030020001"]);
        assert!(zero_on(app, "2026-11-23").is_empty(), "the past keeps its answer");
        let open = app.services.db.read(|conn| postings::posting_by_id(conn, posting)).expect("read");
        assert_eq!(open.filled, 0, "the place is free again");
    }
}

story! {
    fn the_last_place_goes_to_one_person_only(app) {
        let posting = an_open_posting(app, 1);
        let mut people = Vec::new();
        for number in 0..8 {
            let no = format!("53280100300200{number:02}");
            people.extend(a_household(&no).in_village("532801003002").with(a_labourer(&format!("岩{number}"))).enrol(app).persons);
        }
        use yigang::hiring::{Move, PlacementStatus as S, apply, take_step};
        let accepted: usize = std::thread::scope(|scope| {
            let threads: Vec<_> = people.iter().map(|person| {
                let db = &app.services.db;
                scope.spawn(move || {
                    let caller = Caller::operator();
                    let offered = db.write(&caller, |tx| {
                        let placement = apply(tx, posting, *person)?;
                        take_step(tx, placement.id, placement.version, &Move { to: S::Offered, start_on: None, note: String::new() })
                    });
                    // Whoever comes after the place is gone may not even apply.
                    let Ok(offered) = offered else { return 0 };
                    let yes = Move { to: S::Accepted, start_on: None, note: String::new() };
                    usize::from(db.write(&caller, |tx| take_step(tx, offered.id, offered.version, &yes)).is_ok())
                })
            }).collect();
            threads.into_iter().map(|thread| thread.join().expect("no panic")).sum()
        });
        assert_eq!(accepted, 1);
        let filled = app.services.db.read(|conn| postings::posting_by_id(conn, posting)).expect("read");
        assert_eq!((filled.filled, filled.status), (1, PostingStatus::Filled));
    }
}

story! {
    fn another_villages_household_does_not_exist(app) {
        let made = a_household("5328010030020001").in_village("532801003002").with(a_labourer("岩温")).enrol(app);
        let stranger = app.program_as("bie", Role::VillageOfficer, Some("532801002"));
        stranger.get(&format!("/api/v1/households/{}", made.household)).expect(404);
        stranger.get(&format!("/api/v1/persons/{}", made.persons[0])).expect(404);
        let own = app.program_as("ben", Role::VillageOfficer, Some("532801003"));
        let person = own.get(&format!("/api/v1/persons/{}", made.persons[0])).expect(200);
        let number = app.services.db.read(|conn| registry::persons_by_ids(conn, &made.persons)).expect("read");
        let masked = number[&made.persons[0]].id_masked.clone().expect("a number");
        assert!(person.text.contains(&masked) && masked.contains("********"));
    }
}
