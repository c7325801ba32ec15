//! A placement plan: asked for, computed, looked at, fixed and ruled out, tried with more places, confirmed.

use serde_json::{Value, json};
use yigang::base::codes::{EmployerKind, Role};
use yigang::base::identity::{CreditCode, Phone};
use yigang::base::ids::{Id, PostingId};
use yigang::base::money::Money;
use yigang::base::region::RegionCode;
use yigang::base::time::parse_day;
use yigang::employers::{self, EmployerDraft};
use yigang::platform::db::Caller;
use yigang::postings::{self, PhysicalDemand, PostingDraft, PostingKind, Wage, WageUnit};

use crate::officers_watch_the_guarantee::employ;
use crate::story;
use crate::support::builders::{Made, VILLAGE, a_household, a_labourer};
use crate::support::{Answer, TestApp};

/// A verified employer in the story's village with one open posting.
fn an_opening(app: &TestApp, places: i32) -> PostingId {
    let region = RegionCode::parse(VILLAGE).expect("a village");
    let made = app.services.db.write(&Caller::operator(), |tx| {
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
        let draft = PostingDraft {
            id: Id::fresh(),
            employer_id: employer.id,
            kind: PostingKind::Job,
            title: "保洁员".to_owned(),
            region: region.clone(),
            places,
            reserved_places: 0,
            wage: Wage::Range {
                low: Money::from_fen(240_000),
                high: Money::from_fen(300_000),
                unit: WageUnit::Month,
            },
            description: "打扫楼道和院子，早八晚五，每周休一天，包午饭。".to_owned(),
            contact_name: "玉罕".to_owned(),
            phone: Phone::parse("13800005678"),
            closes_on: parse_day("2027-01-31"),
            occupation: None,
            address: String::new(),
            lodging: false,
            meals: true,
            insurance: true,
            transport: false,
            education: None,
            certificate: None,
            physical: PhysicalDemand::Medium,
        };
        let drafted = postings::draft_posting(tx, &draft)?;
        Ok(postings::submit_posting(tx, drafted.id, drafted.version)?.id)
    });
    made.expect("the posting opens")
}

/// Three households without work, and two places for all of them.
fn three_for_two(app: &TestApp) -> (Vec<Made>, PostingId) {
    let households = ["岩温", "岩叫", "玉香"].iter().enumerate();
    let made = households
        .map(|(at, name)| {
            a_household(&format!("532801002001000{at}"))
                .with(a_labourer(name))
                .enrol(app)
        })
        .collect();
    (made, an_opening(app, 2))
}

fn version_of(page: &Answer) -> String {
    page.hidden("version").expect("the page carries the version seen")
}

fn items(answer: &Answer) -> Vec<Value> {
    answer.json()["items"].as_array().expect("items").clone()
}

story! {
    fn four_clicks_lead_from_the_board_to_the_invitations(app) {
        let (_, posting) = three_for_two(app);
        let officer = app.signed_in_as(Role::CountyHr, Some("532801"));
        officer.get("/board").expect(200).shows("href=\"/board/plans\"").shows("3 户零就业");
        officer.get("/board/plans").expect(200).shows("还没有方案").shows("value=\"20261123\"");
        let wrong = [("region", "532822"), ("kind", "all"), ("seed", "7")];
        officer.fill("/board/plans", "/board/plans", &wrong).expect(422).shows("请从列出的选项里选一个");
        let asked = [("region", "532801"), ("site", ""), ("kind", "all"), ("seed", "7")];
        let there = officer.fill("/board/plans", "/board/plans", &asked).expect(303).location().to_owned();
        let path = there.split('?').next().expect("a path").to_owned();
        let waiting = officer.get(&there).expect(200).shows("正在计算").shows("http-equiv=\"refresh\"").shows("编号");
        drop(waiting);
        officer.get(&format!("{path}/confirm")).expect(409);
        app.settle();
        let ready = officer.get(&path).expect(200);
        let ready = ready.shows("3 户无人就业，其中 2 户将得到岗位").shows("曼丢安置点").shows("只能争 2 个名额");
        let ready = ready.shows("再开 1 个").shows("合适的岗位名额不够").shows("certificate.json").hides("http-equiv");
        let version = version_of(&ready);
        officer.get("/board/plans").expect(200).shows("2 / 3");
        let form = format!("{path}/confirm");
        officer.get(&form).expect(200).shows("将向 2 人推荐岗位");
        let stale = [("version", "1"), ("step", "confirm")];
        officer.fill(&form, &format!("{path}/steps"), &stale).expect(409);
        let placed = [("version", version.as_str()), ("step", "confirm")];
        officer.fill(&form, &format!("{path}/steps"), &placed).expect(303);
        let confirmed = officer.get(&path).expect(200).shows("已确认发出").shows("/village/placements/").shows("已推荐");
        drop(confirmed);
        officer.get(&format!("{path}?outcome=lapsed")).expect(200).hides("/village/placements/");
        officer.get(&format!("/openings/{posting}")).expect(200).shows("已推荐 2 人，空余 2 个名额");
        app.browser().get(&format!("/openings/{posting}")).expect(200).hides("已推荐");
        let again = officer.fill(&path, &format!("{path}/steps"), &[("version", "4"), ("step", "recompute")]);
        again.expect(409);
    }
}

story! {
    fn locks_and_exclusions_count_when_it_is_computed_again(app) {
        let (made, posting) = three_for_two(app);
        let program = app.program_as("liwei", Role::CountyHr, Some("532801"));
        let plan = program.send("POST", "/api/v1/plans", &json!({"seed": 3})).expect(201).json();
        let path = format!("/api/v1/plans/{}", plan["id"].as_str().expect("an id"));
        app.settle();
        let report = program.get(&path).expect(200).json();
        assert_eq!((&report["plan"]["covered"], &report["plan"]["uncovered"]), (&json!(2), &json!(3)));
        let left = report["outcome"]["left_out"][0].as_str().expect("somebody is left out").to_owned();
        assert_eq!(report["outcome"]["shortages"][0]["more_places"][0]["places"], 1);
        let out = made.iter().find(|m| m.household.to_string() == left).expect("of the story");
        let lines = items(&program.get(&format!("{path}/lines")).expect(200));
        let dropped = lines[0]["person_id"].as_str().expect("a person").to_owned();
        let version = report["plan"]["version"].as_i64().expect("a version");
        let (marks, person) = (format!("{path}/marks"), out.persons[0].to_string());
        let lock = json!({"version": version, "kind": "lock", "person_id": person, "posting_id": posting.to_string()});
        program.send("POST", &marks, &lock).expect(201);
        let stale = json!({"version": version - 1, "kind": "exclude", "person_id": dropped});
        program.send("POST", &marks, &stale).expect(409);
        let exclude = json!({"version": version, "kind": "exclude", "person_id": dropped, "reason": "要照看老人"});
        program.send("POST", &marks, &exclude).expect(201);
        program.send("POST", &marks, &json!({"version": version, "kind": "lock", "person_id": person})).expect(422);
        let officer = app.signed_in_as(Role::CountyHr, Some("532801"));
        let page = format!("/board/plans/{}", plan["id"].as_str().expect("an id"));
        officer.get(&page).expect(200).shows("要照看老人").shows("重新计算后生效");
        let again = json!({"step": "recompute", "version": version});
        program.send("POST", &format!("{path}/steps"), &again).expect(200);
        program.send("POST", &format!("{path}/steps"), &again).expect(409);
        app.settle();
        let lines = items(&program.get(&format!("{path}/lines")).expect(200));
        let placed: Vec<&str> = lines.iter().filter_map(|line| line["person_id"].as_str()).collect();
        assert_eq!(placed.len(), 2);
        assert!(placed.contains(&person.as_str()) && !placed.contains(&dropped.as_str()), "{placed:?}");
        officer.get(&page).expect(200).shows("已锁定").shows("没有一个岗位合适");
        for mark in items(&program.get(&marks).expect(200)) {
            program.delete(&format!("{marks}/{}", mark["id"].as_str().expect("an id"))).expect(204);
        }
        assert!(items(&program.get(&marks).expect(200)).is_empty());
        // The same by the buttons of a line.
        let shown = officer.get(&page).expect(200);
        let version = version_of(&shown);
        let posting = posting.to_string();
        let fields =
            [("version", version.as_str()), ("person_id", &dropped), ("posting_id", &posting), ("mark", "pair")];
        officer.fill(&page, &format!("{page}/marks"), &fields).expect(303);
        let left = items(&program.get(&marks).expect(200));
        assert_eq!((&left[0]["kind"], &left[0]["posting_id"]), (&json!("exclude"), &json!(posting)));
        let removal = format!("{page}/marks/{}/removal", left[0]["id"].as_str().expect("an id"));
        officer.fill(&page, &removal, &[("version", &version)]).expect(303);
        assert!(items(&program.get(&marks).expect(200)).is_empty());
    }
}

story! {
    fn more_places_are_tried_without_touching_the_plan(app) {
        let (_, posting) = three_for_two(app);
        let program = app.program_as("liwei", Role::CountyHr, Some("532801"));
        let plan = program.send("POST", "/api/v1/plans", &json!({})).expect(201).json();
        let id = plan["id"].as_str().expect("an id").to_owned();
        let path = format!("/api/v1/plans/{id}");
        program.send("POST", &format!("{path}/what-if"), &json!({"like": posting.to_string(), "places": 1})).expect(409);
        program.get(&format!("{path}/files/plan.csv")).expect(409);
        app.settle();
        let (before, lines) = (program.get(&path).expect(200).text, program.get(&format!("{path}/lines")).text);
        let tried = program.send("POST", &format!("{path}/what-if"), &json!({"like": posting.to_string(), "places": 1}));
        let tried = tried.expect(200).json();
        assert_eq!((&tried["stored"]["covered"], &tried["with"]["covered"]), (&json!(2), &json!(3)));
        let officer = app.signed_in_as(Role::CountyHr, Some("532801"));
        let page = format!("/board/plans/{id}/what-if");
        officer.get(&format!("{page}?like={posting}&places=1")).expect(200).shows("可以多让 1 户有人就业");
        officer.get(&format!("{page}?like={posting}&places=0")).expect(422).shows("1 到 1000");
        officer.get(&format!("{page}?like={id}&places=1")).expect(422).shows("没有空余名额");
        assert_eq!(program.get(&path).text, before);
        assert_eq!(program.get(&format!("{path}/lines")).text, lines);
        // The proof can be taken; nothing else of the folder can, and another node says where it lies.
        let certificate = program.get(&format!("{path}/files/certificate.json")).expect(200);
        assert!(certificate.json().is_object() && certificate.header("content-disposition").starts_with("attachment"));
        program.get(&format!("{path}/files/..%2F..%2Fkeys")).expect(404);
        program.get(&format!("{path}/files/keys")).expect(404);
        officer.get(&format!("/board/plans/{id}/files/edges.csv")).expect(200);
        officer.get("/board/audit").expect(200).shows("导出");
        std::fs::remove_dir_all(app.services.folder.path().join("plans")).expect("the files go");
        program.get(&format!("{path}/files/plan.csv")).expect(404).shows("算出它的那台服务器");
    }
}

story! {
    fn a_plan_belongs_to_the_officers_of_its_scope(app) {
        three_for_two(app);
        let program = app.program_as("liwei", Role::CountyHr, Some("532801"));
        let plan = program.send("POST", "/api/v1/plans", &json!({})).expect(201).json();
        let id = plan["id"].as_str().expect("an id").to_owned();
        app.settle();
        let elsewhere = app.signed_in_as(Role::CountyHr, Some("532822"));
        for end in ["", "/confirm", "/files/plan.csv"] {
            elsewhere.get(&format!("/board/plans/{id}{end}")).expect(404);
        }
        elsewhere.get("/board/plans").expect(200).hides(&id);
        let stranger = app.program_as("wangfang", Role::CountyHr, Some("532822"));
        for end in ["", "/lines", "/marks", "/files/plan.csv"] {
            stranger.get(&format!("/api/v1/plans/{id}{end}")).expect(404);
        }
        stranger.send("POST", &format!("/api/v1/plans/{id}/steps"), &json!({"step": "confirm", "version": 2})).expect(404);
        stranger.send("POST", "/api/v1/plans", &json!({"region": "532801"})).expect(422);
        let cadre = app.signed_in_as(Role::VillageOfficer, Some("532801002001"));
        cadre.get("/board/plans").expect(403);
        cadre.get(&format!("/board/plans/{id}")).expect(403);
        let steps = format!("/api/v1/plans/{id}/steps");
        program.send("POST", &steps, &json!({"step": "discard", "version": 2})).expect(200);
        program.send("POST", &steps, &json!({"step": "confirm", "version": 3})).expect(409);
        let own = app.signed_in_as(Role::CountyHr, Some("532801"));
        own.get(&format!("/board/plans/{id}")).expect(200).shows("已作废").hides("value=\"discard\"");
    }
}

story! {
    fn households_with_work_are_asked_only_if_the_officer_says_so(app) {
        a_household("5328010020010001").with(a_labourer("岩温")).enrol(app);
        let met = a_household("5328010020010002").with(a_labourer("岩叫")).with(a_labourer("玉香")).enrol(app);
        an_opening(app, 9);
        employ(app, &met, "2026-11-20");
        let program = app.program_as("liwei", Role::CountyHr, Some("532801"));
        let compute = || {
            let plan = program.send("POST", "/api/v1/plans", &json!({})).expect(201).json();
            app.settle();
            plan["id"].as_str().expect("an id").to_owned()
        };
        let confirm = |id: &str, whom: &str| {
            let body = json!({ "step": "confirm", "version": 2, "whom": whom });
            program.send("POST", &format!("/api/v1/plans/{id}/steps"), &body)
        };
        let outcomes = |id: &str| -> Vec<(String, bool)> {
            let lines = items(&program.get(&format!("/api/v1/plans/{id}/lines")).expect(200));
            let text = |line: &Value| line["outcome"].as_str().expect("a word").to_owned();
            lines.iter().map(|line| (text(line), line["covers"] == true)).collect()
        };
        let id = compute();
        let officer = app.signed_in_as(Role::CountyHr, Some("532801"));
        let form = format!("/board/plans/{id}/confirm");
        officer.get(&form).expect(200).shows("将向 1 人推荐岗位").shows("也向已有人就业的户推荐，再加 1 人");
        confirm(&id, "everybody").expect(400).shows("covering, all");
        confirm(&id, "covering").expect(200);
        let mut found = outcomes(&id);
        found.sort();
        assert_eq!(found, [("invited".to_owned(), true), ("spared".to_owned(), false)]);
        let page = format!("/board/plans/{id}?outcome=spared");
        officer.get(&page).expect(200).shows("户内已有人就业，未推荐").shows("玉香");
        let id = compute();
        confirm(&id, "all").expect(200);
        assert!(outcomes(&id).iter().all(|(outcome, _)| outcome == "invited"));
    }
}
