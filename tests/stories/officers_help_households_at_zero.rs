//! Cases: the clock runs whether or not somebody looks, nothing closes without an outcome, and an exemption is seen.

use serde_json::{Value, json};
use yigang::base::codes::Role;
use yigang::base::time::Day;

use crate::story;
use crate::support::builders::{Made, a_household, a_labourer};
use crate::support::{Program, TestApp};

const DAY: i64 = 86_400;

fn after(app: &TestApp, days: u64) -> Day {
    app.services.clock.today() + chrono::Days::new(days)
}

fn nights(app: &TestApp, count: u64) {
    for _ in 0..count {
        app.pass_seconds(DAY);
        app.settle();
    }
}

fn standing(program: &Program, made: &Made) -> Value {
    program
        .get(&format!("/api/v1/households/{}/standing", made.household))
        .expect(200)
        .json()
}

fn employ(app: &TestApp, program: &Program, made: &Made) -> String {
    let body = json!({
        "person_id": made.persons[0].to_string(), "job_title": "保洁员", "form": "contract", "channel": "local_employer",
        "start_on": app.services.clock.today().to_string(), "evidence": "visit", "employer_name": "景洪保洁公司",
    });
    let work = program.send("POST", "/api/v1/employments", &body).expect(201).json();
    work["id"].as_str().expect("an id").to_owned()
}

fn alerts(program: &Program, kind: &str) -> Vec<Value> {
    let all = program.get("/api/v1/alerts?limit=100").expect(200).json();
    let items = all["items"].as_array().expect("alerts").clone();
    items.into_iter().filter(|alert| alert["kind"] == kind).collect()
}

story! {
    fn a_household_that_nobody_looks_at_goes_up_level_by_level(app) {
        // A Monday; the make-up day and weekends are in the calendar's own cases.
        let made = a_household("532801100001").with(a_labourer("岩温")).enrol(app);
        let program = app.program_as("liwei", Role::PrefectureHr, None);
        app.settle();
        let noticed = alerts(&program, "zero_household");
        assert_eq!(noticed.len(), 1);
        assert_eq!(noticed[0]["due_on"], "2026-11-26");
        assert_eq!(standing(&program, &made)["state"], "zero");
        assert_eq!(standing(&program, &made)["cause"], "new_in_scope");
        nights(app, 3);
        assert_eq!(standing(&program, &made)["state"], "zero", "the limit is not over");
        nights(app, 1);
        assert_eq!(standing(&program, &made)["state"], "helping", "the case opens by itself");
        let waiting = program.get("/api/v1/cases").expect(200).json();
        assert_eq!(waiting["items"][0]["asked"], "township");
        assert_eq!(waiting["items"][0]["due"], "verify");
        nights(app, 4);
        assert_eq!(standing(&program, &made)["state"], "helping", "2026-12-01 is the last day of the limit");
        assert_eq!(program.get("/api/v1/cases?level=county").expect(200).json()["items"].as_array().expect("rows").len(), 1);
        nights(app, 1);
        assert_eq!(standing(&program, &made)["state"], "overdue");
        let total = program.get("/api/v1/coverage").expect(200).json()["total"].clone();
        assert_eq!((&total["zero"], &total["overdue"], &total["helping"]), (&json!(1), &json!(1), &json!(0)));
        nights(app, 5);
        let officer = app.signed_in_as(Role::PrefectureHr, None);
        officer.get("/village/cases?level=prefecture").expect(200).shows("532801100001").shows("超 11 天").shows("报州");
        officer.get("/village/cases?level=village").expect(200).hides("532801100001");
        // Only one alert and one case, however many nights passed.
        assert_eq!(alerts(&program, "zero_household").len(), 1);
        assert_eq!(program.get("/api/v1/cases").expect(200).json()["items"].as_array().expect("rows").len(), 1);
    }
}

story! {
    fn nothing_closes_without_an_outcome(app) {
        let made = a_household("532801100001").with(a_labourer("岩温")).enrol(app);
        let cadre = app.signed_in_as(Role::VillageOfficer, Some("532801002001"));
        let household = format!("/village/households/{}", made.household);
        cadre.get(&household).expect(200).shows("立项帮扶").shows("零就业家庭");
        let answer = cadre.fill(&household, &format!("{household}/cases"), &[]).expect(303);
        let case = answer.location().split('?').next().expect("a path").to_owned();
        let page = cadre.get(answer.location()).expect(200).shows("帮扶事项").shows("岩温").shows("最合适的岗位").shows("编号");
        drop(page);
        let program = app.program_as("liwei", Role::CountyHr, Some("532801"));
        let id = case.rsplit('/').next().expect("an id").to_owned();
        let path = format!("/api/v1/cases/{id}");
        let seen = program.get(&path).expect(200).json();
        assert_eq!(seen["verify_by"], "2026-11-26");
        assert_eq!(standing(&program, &made)["state"], "helping");
        let send = |part: &str, body: Value| program.send("POST", &format!("{path}/{part}"), &body);
        let step = |version: i32, kind: &str| send("steps", json!({ "version": version, "kind": kind, "note": "入户核实了意愿" }));
        assert_eq!(step(1, "offered").expect(409).code(), "case-not-verified");
        assert_eq!(step(1, "found").expect(422).code(), "invalid");
        let seen = step(1, "verified").expect(201).json();
        assert_eq!((&seen["verified_on"], &seen["offer_by"], &seen["clear_by"]), (&json!("2026-11-23"), &json!("2026-11-26"), &json!("2026-11-28")));
        assert_eq!(step(1, "contact").expect(409).code(), "conflict");
        assert_eq!(step(2, "verified").expect(409).code(), "case-step-taken");
        step(2, "offered").expect(201);
        let measure = json!({ "version": 3, "kind": "relief", "what": "申请临时救助", "unit": "civil_affairs", "due_on": after(app, 10).to_string() });
        let seen = send("measures", measure).expect(201).json();
        assert_eq!(seen["measures"][0]["status"], "referred");
        let past = json!({ "version": 4, "kind": "relief", "what": "申请临时救助", "due_on": "2026-11-01" });
        send("measures", past).expect(422).shows("day-past");
        let measure = seen["measures"][0]["id"].as_str().expect("an id").to_owned();
        let tell = |version: i32, status: &str, outcome: Option<&str>| {
            let body = json!({ "version": version, "status": status, "outcome": outcome });
            program.send("POST", &format!("/api/v1/measures/{measure}/answers"), &body)
        };
        assert_eq!(tell(1, "done", Some("已发放救助金")).expect(409).code(), "measure-move");
        tell(1, "accepted", None).expect(201);
        tell(2, "done", None).expect(422);
        let close = |version: i32, reason: &str| send("closings", json!({ "version": version, "reason": reason, "note": "岩温已上岗" }));
        assert_eq!(close(4, "placed_market").expect(409).code(), "case-measures-open");
        tell(2, "done", Some("已发放救助金")).expect(201);
        assert_eq!(close(4, "placed_market").expect(409).code(), "case-still-zero");
        assert_eq!(close(4, "exempted").expect(409).code(), "case-not-exempt");
        employ(app, &program, &made);
        assert_eq!(program.get("/api/v1/cases").expect(200).json()["items"][0]["due"], "close");
        let seen = close(4, "placed_market").expect(201).json();
        assert_eq!((&seen["close_reason"], &seen["stable_on"]), (&json!("placed_market"), &json!("2027-02-23")));
        assert_eq!(close(5, "placed_market").expect(409).code(), "case-closed");
        cadre.get(&case).expect(200).shows("已销号").shows("市场岗位就业").shows("已发放救助金").shows("州民政局");
        cadre.get(&household).expect(200).shows("零就业立项帮扶").shows("零就业销号");
        assert!(alerts(&program, "zero_household").is_empty(), "what caused it is over");
        let elsewhere = app.program_as("yang", Role::CountyHr, Some("532822"));
        elsewhere.get(&path).expect(404);
    }
}

story! {
    fn an_exemption_is_seen_until_its_review(app) {
        let carer = a_household("532801100001").with(a_labourer("岩温")).enrol(app);
        let soldier = a_household("532801100002").with(a_labourer("岩叫")).enrol(app);
        let program = app.program_as("liwei", Role::CountyHr, Some("532801"));
        let decide = |made: &Made, body: Value| program.send("POST", &format!("/api/v1/households/{}/exemptions", made.household), &body);
        let body = |reason: &str, review: Day| json!({ "reason": reason, "from_on": "2026-11-23", "review_on": review.to_string(), "proof": "村委会证明，母亲需全天照护" });
        decide(&carer, body("no_labour", after(app, 60))).expect(422).shows("exemption-not-decided");
        decide(&carer, body("care_sole", after(app, 200))).expect(422).shows("review-too-late");
        decide(&carer, body("care_sole", after(app, 0))).expect(422).shows("day-past");
        decide(&carer, body("care_sole", after(app, 60))).expect(201);
        assert_eq!(decide(&carer, body("care_sole", after(app, 60))).expect(409).code(), "exemption-known");
        let decided = decide(&soldier, body("military", after(app, 90))).expect(201).json();
        let total = program.get("/api/v1/coverage").expect(200).json()["total"].clone();
        assert_eq!((&total["in_scope"], &total["with_labour"], &total["zero"]), (&json!(2), &json!(1), &json!(1)));
        assert_eq!((&total["excused"], &total["exempt"], &total["rate_bp"]), (&json!(1), &json!(1), &json!(0)));
        assert_eq!(standing(&program, &carer)["reason"], "care_sole");
        assert!(alerts(&program, "zero_household").is_empty(), "nobody is asked about them");
        let officer = app.signed_in_as(Role::CountyHr, Some("532801"));
        officer.get("/village/exemptions").expect(200).shows("唯一劳动力需照护家人").shows("仍计入").shows("不计入");
        officer.get("/village/households?state=excused").expect(200).shows("532801100001").hides("532801100002");
        officer.get("/board").expect(200).shows("已核准暂缓");
        nights(app, 35);
        // A program's token ends after thirty days.
        let program = app.program_as("liwei.2", Role::CountyHr, Some("532801"));
        assert_eq!(alerts(&program, "exemption_review").len(), 1);
        nights(app, 26);
        let program = app.program_as("liwei.3", Role::CountyHr, Some("532801"));
        assert_eq!(standing(&program, &carer)["reason"], Value::Null, "the review was not made");
        assert_eq!(alerts(&program, "zero_household").len(), 1);
        let end = format!("/api/v1/exemptions/{}/endings", decided["id"].as_str().expect("an id"));
        program.send("POST", &end, &json!({ "version": 1, "note": "已退役回乡" })).expect(204);
        assert_eq!(standing(&program, &soldier)["state"], "zero");
        assert_eq!(program.send("POST", &end, &json!({ "version": 2, "note": "已退役回乡" })).expect(409).code(), "exemption-over");
        let cadre = app.program_as("bolun", Role::VillageOfficer, Some("532801002001"));
        cadre.send("POST", &format!("/api/v1/households/{}/exemptions", carer.household), &body("care_sole", after(app, 60))).expect(403);
    }
}

story! {
    fn what_happened_is_followed_up_once(app) {
        let made = a_household("532801100001").with(a_labourer("岩温")).with(a_labourer("玉香").woman()).enrol(app);
        let program = app.program_as("liwei", Role::CountyHr, Some("532801"));
        let work = employ(app, &program, &made);
        nights(app, 61);
        // A program's token ends after thirty days.
        let program = app.program_as("liwei.2", Role::CountyHr, Some("532801"));
        assert_eq!(standing(&program, &made)["reason"], "to_be_confirmed");
        assert_eq!(alerts(&program, "evidence_stale").len(), 1);
        let evidence = format!("/api/v1/employments/{work}/evidence");
        program.send("POST", &evidence, &json!({ "kind": "wage_slip" })).expect(201);
        assert!(alerts(&program, "evidence_stale").is_empty());
        let today = app.services.clock.today().to_string();
        let path = format!("/api/v1/employments/{work}");
        program.send("PATCH", &path, &json!({ "version": 1, "end_on": today, "end_reason": "dismissed" })).expect(200);
        nights(app, 1);
        let lost = alerts(&program, "job_lost");
        assert_eq!(lost.len(), 1);
        assert_eq!(standing(&program, &made)["cause"], "work_ended");
        let close = format!("/api/v1/alerts/{}/closings", lost[0]["id"].as_str().expect("an id"));
        program.send("POST", &close, &json!({ "version": 1, "outcome": "helped", "note": "无" })).expect(422);
        program.send("POST", &close, &json!({ "version": 1, "outcome": "helped", "note": "已推荐新岗位" })).expect(204);
        assert_eq!(program.send("POST", &close, &json!({ "version": 2, "outcome": "helped", "note": "已推荐新岗位" })).expect(409).code(), "alert-closed");
        nights(app, 2);
        assert!(alerts(&program, "job_lost").is_empty(), "it does not come back");
        let zero = alerts(&program, "zero_household");
        let close = format!("/api/v1/alerts/{}/closings", zero[0]["id"].as_str().expect("an id"));
        assert_eq!(program.send("POST", &close, &json!({ "version": 1, "outcome": "helped", "note": "已推荐新岗位" })).expect(409).code(), "alert-follows-facts");
    }
}
