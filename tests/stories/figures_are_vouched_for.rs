//! What the bureau vouches for: confirmations with one tap, months as they were filed, spot checks by a public seed.

use serde_json::{Value, json};
use yigang::accounts::GrantDraft;
use yigang::base::codes::{EmployerKind, EmploymentChannel, EmploymentForm, Role};
use yigang::base::identity::{CreditCode, Phone};
use yigang::base::ids::{EmployerId, Id};
use yigang::base::region::RegionCode;
use yigang::employers::{self, EmployerDraft};
use yigang::employment::{self, EmploymentDraft, EvidenceKind};
use yigang::platform::db::Caller;

use crate::story;
use crate::support::builders::{Made, a_household, a_labourer};
use crate::support::{PASSWORD, Program, TestApp};

const DAY: i64 = 86_400;

fn nights(app: &TestApp, count: i64) {
    app.pass_seconds(count * DAY);
    app.settle();
}

fn hire(app: &TestApp, made: &Made) -> EmployerId {
    let today = app.services.clock.today();
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
                    region: RegionCode::parse("532801003002").expect("a village"),
                    address: String::new(),
                    contact_name: "玉罕".to_owned(),
                    phone: Phone::parse("13800005678"),
                    licence_no: None,
                },
            )?;
            let draft = EmploymentDraft {
                person_id: made.persons[0],
                employer_id: Some(employer.id),
                employer_name: employer.name.clone(),
                form: EmploymentForm::Contract,
                channel: EmploymentChannel::LocalEmployer,
                job_title: "保洁员".to_owned(),
                occupation: None,
                region: None,
                place: String::new(),
                wage: None,
                start_on: today,
                end_on: None,
                evidence: EvidenceKind::Contract,
            };
            employment::start_employment(tx, &draft)?;
            Ok(employer.id)
        })
        .expect("the person is hired")
}

fn evidence_on(program: &Program, made: &Made) -> Value {
    let path = format!("/api/v1/persons/{}/employments", made.persons[0]);
    program.get(&path).expect(200).json()["items"][0]["evidence_on"].clone()
}

story! {
    fn employers_and_workers_are_asked_at_thirty_and_ninety_days(app) {
        let made = a_household("532801100001").with(a_labourer("岩温")).enrol(app);
        let employer = hire(app, &made);
        let boss = app.account("yuhan", &[GrantDraft::for_employer(Role::Employer, employer)]);
        app.account("yanwen", &[GrantDraft::for_person(made.persons[0])]);
        nights(app, 29);
        let page = app.browser();
        page.sign_in("yuhan", PASSWORD);
        page.get("/confirmations").expect(200).shows("现在没有要确认的");
        nights(app, 1);
        app.settle();
        let page = app.browser();
        page.sign_in("yuhan", PASSWORD);
        page.get("/desk").expect(200).shows("要确认还在不在岗");
        page.get("/confirmations").expect(200).shows("岩温 还在您这里做保洁员吗").shows("还在岗");
        let firm = app.program_of(boss);
        let questions = firm.get("/api/v1/confirmations").expect(200).json();
        assert_eq!(questions["items"].as_array().expect("questions").len(), 1, "asked once, however often the task runs");
        let id = questions["items"][0]["id"].as_str().expect("an id").to_owned();
        let answers = format!("/confirmations/{id}/answers");
        let officer = app.program_as("liwei", Role::CountyHr, Some("532801"));
        officer.send("POST", &format!("/api/v1{answers}"), &json!({ "answer": "still_there" })).expect(403);
        let answer = page.fill("/confirmations", &answers, &[("answer", "still_there")]).expect(303);
        page.get(answer.location()).expect(200).shows("编号").shows("现在没有要确认的");
        assert_eq!(evidence_on(&officer, &made), app.services.clock.today().to_string());
        assert_eq!(firm.send("POST", &format!("/api/v1{answers}"), &json!({ "answer": "still_there" })).expect(409).code(), "confirmation-answered");
        // The worker has not answered; at ninety days he is asked once, not twice, and says that he left.
        nights(app, 60);
        let me = app.browser();
        me.sign_in("yanwen", PASSWORD);
        me.get("/me").expect(200).shows("还在岗吗");
        let asked = me.get("/confirmations").expect(200).shows("您还在 曼迈保洁服务有限公司 做保洁员吗");
        let form = asked.text.split("href=\"").find(|part| part.starts_with("/confirmations/")).expect("a link");
        let form = form.split('"').next().expect("its end").to_owned();
        let action = form.trim_end_matches("/new").to_owned();
        let tomorrow = (app.services.clock.today() + chrono::Days::new(1)).to_string();
        let today = app.services.clock.today().to_string();
        me.fill(&form, &action, &[("answer", "gone"), ("end_on", &tomorrow), ("reason", "resigned")]).expect(422).shows(&tomorrow);
        me.fill(&form, &action, &[("answer", "gone"), ("end_on", &today), ("reason", "resigned")]).expect(303);
        me.get("/confirmations").expect(200).shows("现在没有要确认的");
        // Nobody asks the employer about somebody who is gone.
        nights(app, 1);
        let page = app.browser();
        page.sign_in("yuhan", PASSWORD);
        page.get("/confirmations").expect(200).shows("现在没有要确认的");
    }
}

story! {
    fn a_filed_month_stays_as_it_was_filed(app) {
        let made = a_household("532801100001").with(a_labourer("岩温")).enrol(app);
        let program = app.program_as("liwei", Role::CountyHr, Some("532801"));
        let file = |month: &str| program.send("POST", "/api/v1/months", &json!({ "region": "532801", "month": month }));
        file("2026-11").expect(422).shows("month-not-over");
        file("2026-13").expect(422).shows("not-a-month");
        nights(app, 10);
        let filed = file("2026-11").expect(201).json();
        assert_eq!((&filed["total"]["zero"], &filed["total"]["covered"]), (&json!(1), &json!(0)));
        assert_eq!(file("2026-11").expect(409).code(), "month-filed");
        let path = format!("/api/v1/months/{}", filed["id"].as_str().expect("an id"));
        assert_eq!(program.get(&path).expect(200).json()["is_corrected"], false);
        let work = json!({
            "person_id": made.persons[0].to_string(), "job_title": "保洁员", "form": "contract", "channel": "local_employer",
            "start_on": "2026-11-25", "evidence": "visit",
        });
        program.send("POST", "/api/v1/employments", &work).expect(201);
        let beside = program.get(&path).expect(200).json();
        assert_eq!(beside["is_corrected"], true);
        assert_eq!((&beside["filed"]["total"]["zero"], &beside["now"]["total"]["zero"]), (&json!(1), &json!(0)));
        let officer = app.signed_in_as(Role::CountyHr, Some("532801"));
        let page = format!("/board/months/{}", filed["id"].as_str().expect("an id"));
        officer.get(&page).expect(200).shows("上报以后有更正").shows("0 → 1").shows("1 → 0");
        officer.get("/board/months").expect(200).shows("2026-11");
        officer.fill("/board/months/new", "/board/months", &[("region", "532801"), ("month", "2026-11")]).expect(422).shows("已经上报过");
        let elsewhere = app.program_as("yang", Role::CountyHr, Some("532822"));
        elsewhere.get(&path).expect(404);
        elsewhere.send("POST", "/api/v1/months", &json!({ "region": "532801", "month": "2026-10" })).expect(404);
        let cadre = app.program_as("bolun", Role::VillageOfficer, Some("532801002001"));
        cadre.send("POST", "/api/v1/months", &json!({ "region": "532801", "month": "2026-10" })).expect(403);
    }
}

story! {
    fn a_spot_check_estimates_the_true_rate(app) {
        let mut made = Vec::new();
        for n in 0..6 {
            made.push(a_household(&format!("53280110000{n}")).with(a_labourer("岩温")).enrol(app));
            made.push(a_household(&format!("53280120000{n}")).in_village("532801003002").with(a_labourer("玉香")).enrol(app));
        }
        let program = app.program_as("liwei", Role::CountyHr, Some("532801"));
        for household in made.iter().take(8) {
            let work = json!({
                "person_id": household.persons[0].to_string(), "job_title": "保洁员", "form": "contract",
                "channel": "local_employer", "start_on": "2026-11-20", "evidence": "self",
            });
            program.send("POST", "/api/v1/employments", &work).expect(201);
        }
        let draw = |seed: &str| program.send("POST", "/api/v1/spot-checks", &json!({ "region": "532801", "seed": seed, "size": 6 }));
        draw("ab").expect(422).shows("seed-short");
        let check = draw("双色球2026132期").expect(201).json();
        let again = draw("双色球2026132期").expect(201).json();
        let drawn = |check: &Value| -> Vec<String> {
            let rows = check["households"].as_array().expect("households");
            rows.iter().map(|row| row["registry_no"].as_str().expect("a number").to_owned()).collect()
        };
        assert_eq!(drawn(&check).len(), 6);
        assert_eq!(drawn(&check), drawn(&again), "anybody draws the same households by the same seed");
        assert_eq!((&check["reported_rate_bp"], &check["estimate_bp"]), (&json!(6_666), &Value::Null));
        let path = format!("/api/v1/spot-checks/{}", check["check"]["id"].as_str().expect("an id"));
        let mut at_work = 0;
        for (n, row) in check["households"].as_array().expect("households").iter().enumerate() {
            let found = if n == 0 || row["reported_covered"] == false { "not_found" } else { "at_work" };
            at_work += usize::from(found == "at_work");
            let body = json!({ "household_id": row["household_id"], "found": found, "note": "入户核实" });
            program.send("POST", &format!("{path}/findings"), &body).expect(204);
            assert_eq!(program.send("POST", &format!("{path}/findings"), &body).expect(409).code(), "finding-recorded");
        }
        let report = program.get(&path).expect(200).json();
        let rate = report["estimate_bp"].as_u64().expect("an estimate");
        assert_eq!(rate, u64::try_from((at_work * 10_000 + 3) / 6).expect("small"), "two townships of one size");
        assert!(report["low_bp"].as_u64() < Some(rate) && Some(rate) < report["high_bp"].as_u64());
        let other = made.iter().find(|h| !check["households"].as_array().expect("rows").iter().any(|row| row["household_id"] == h.household.to_string()));
        let body = json!({ "household_id": other.expect("one was not drawn").household.to_string(), "found": "at_work", "note": "入户核实" });
        program.send("POST", &format!("{path}/findings"), &body).expect(404);
        let officer = app.signed_in_as(Role::CountyHr, Some("532801"));
        let page = format!("/board/checks/{}", check["check"]["id"].as_str().expect("an id"));
        officer.get(&page).expect(200).shows("95% 置信区间").shows("66.6").shows("没有找到人").shows("双色球2026132期");
        let audit = officer.get("/board/audit").expect(200).shows("抽取抽查户");
        drop(audit);
    }
}
