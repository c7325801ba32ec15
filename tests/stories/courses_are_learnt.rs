//! A course from its holder's desk to what came of it: written, read by an officer where in doubt, enrolled in, learnt.

use serde_json::json;
use yigang::accounts::GrantDraft;
use yigang::base::codes::{EmployerKind, Role};
use yigang::base::identity::{CreditCode, Phone};
use yigang::base::ids::{EmployerId, Id, PersonId};
use yigang::base::region::RegionCode;
use yigang::employers::{self, EmployerDraft};
use yigang::platform::db::Caller;

use crate::story;
use crate::support::builders::{a_household, a_labourer};
use crate::support::{Answer, Browser, PASSWORD, Program, TestApp};

const SOUND: &str = "橡胶割胶技术，理论和实操，学完参加考核。";
const DOUBTFUL: &str = "橡胶割胶技术，理论和实操，45岁以下。";

/// A verified training school in Jinghong.
fn a_school(app: &TestApp, name: &str, code: &str) -> EmployerId {
    let draft = EmployerDraft {
        id: Id::fresh(),
        kind: EmployerKind::Enterprise,
        name: name.to_owned(),
        credit_code: CreditCode::complete(code),
        region: RegionCode::parse("532801003").expect("a township"),
        address: String::new(),
        contact_name: "玉罕".to_owned(),
        phone: Phone::parse("13800005678"),
        licence_no: None,
    };
    app.services
        .db
        .write(&Caller::operator(), |tx| {
            let employer = employers::register_employer(tx, &draft)?;
            employers::verify_employer(tx, employer.id, employer.version, Some("story")).map(drop)
        })
        .expect("the school is verified");
    draft.id
}

fn the_school(app: &TestApp) -> EmployerId {
    a_school(app, "景洪金叶职业培训学校", "91532801MA6K7T2Q5")
}

fn signed_in(app: &TestApp, name: &str) -> Browser {
    let browser = app.browser();
    browser.sign_in(name, PASSWORD);
    browser
}

/// Whoever keeps the school's desk.
fn the_holder(app: &TestApp, school: EmployerId) -> Browser {
    app.account("school", &[GrantDraft::for_employer(Role::Employer, school)]);
    signed_in(app, "school")
}

/// Two people of one household, each with an account of his own.
fn two_workers(app: &TestApp) -> [(PersonId, Browser); 2] {
    let household = a_household("5328010001").with(a_labourer("岩温"));
    let made = household.with(a_labourer("玉香").woman()).enrol(app);
    [(0, "yanwen"), (1, "yuxiang")].map(|(place, name)| {
        let person = made.persons[place];
        app.account(name, &[GrantDraft::for_person(person)]);
        (person, signed_in(app, name))
    })
}

fn send(browser: &Browser, title: &str, description: &str, places: &str) -> Answer {
    let id = browser
        .get("/desk/courses/new")
        .expect(200)
        .hidden("id")
        .expect("an id");
    let fields = [
        ("id", id.as_str()),
        ("title", title),
        ("kind", "targeted"),
        ("region", "景洪市嘎洒"),
        ("starts_on", "2026-12-07"),
        ("ends_on", "2026-12-18"),
        ("hours", "80"),
        ("places", places),
        ("description", description),
        ("phone", "13800005678"),
    ];
    browser.fill("/desk/courses/new", "/desk/courses", &fields)
}

/// Writes a course and returns the path of its page at the desk.
fn write(browser: &Browser, description: &str, places: &str) -> String {
    let answer = send(browser, "割胶工培训班", description, places).expect(303);
    answer.location().split('?').next().unwrap_or_default().to_owned()
}

fn step(browser: &Browser, path: &str, step: &str, note: &str) -> Answer {
    let version = browser.get(path).expect(200).hidden("version").expect("a version");
    let fields = [("step", step), ("version", version.as_str()), ("note", note)];
    browser.fill(path, &format!("{path}/steps"), &fields)
}

fn id_in(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

/// The receipt's number as the page says it.
fn number_on(page: &Answer) -> String {
    let (_, rest) = page.text.split_once("编号 ").expect("a number");
    rest.chars().take("482 1093".len()).collect()
}

story! {
    fn a_course_is_announced_and_its_last_place_goes_to_one_person(app) {
        let holder = the_holder(app, the_school(app));
        holder.get("/desk").expect(200).shows("还没有培训班");
        let id = holder.get("/desk/courses/new").expect(200).hidden("id").expect("an id");
        let empty = holder.fill("/desk/courses/new", "/desk/courses", &[("id", &id)]).expect(422);
        empty.shows("有 9 处要改").shows("p-phone");
        send(&holder, "", "短", "x").expect(422).shows("id=\"problems\"").shows("p-title").shows("p-places");
        let refused = send(&holder, "割胶工培训班", "割胶技术，只招女工，学完参加考核。", "1").expect(422);
        refused.shows("只招女工").shows("id=\"p-description\"").shows("value=\"割胶工培训班\"");
        let path = write(&holder, SOUND, "1");
        holder.get(&path).expect(200).shows("还没有人报名").hides("13800005678").hides("大家看到的样子");
        let public = format!("/courses/{}", id_in(&path));
        app.browser().get(&public).expect(404);
        step(&holder, &path, "announce", "").expect(303);
        holder.get(&path).expect(200).shows("报名中").shows(&public);
        holder.get("/desk").expect(200).shows("割胶工培训班").shows("已报名 0 人，共 1 个名额");
        app.browser().get(&public).expect(200).shows("割胶工培训班").hides("13800005678");
        let [(_, first), (_, second)] = two_workers(app);
        first.fill(&public, &format!("{public}/enrol"), &[]).expect(303);
        let number = number_on(&first.get(&public).expect(200).shows("13800005678"));
        first.fill(&public, &format!("{public}/enrol"), &[]).expect(303);
        assert_eq!(number_on(&first.get(&public).expect(200)), number, "pressing twice is one enrolment");
        first.get("/me/applications").expect(200).shows("割胶工培训班").shows(&number);
        second.get(&public).expect(200).shows("名额满了");
        second.fill(&public, &format!("{public}/enrol"), &[]).expect(409).shows("已报满");
        holder.get(&path).expect(200).shows("岩温").shows(&number).hides("玉香").shows("已报满");
        first.fill(&public, &format!("{public}/withdraw"), &[]).expect(303);
        second.fill(&public, &format!("{public}/enrol"), &[]).expect(303);
        holder.get(&path).expect(200).shows("玉香").shows("已取消");
    }
}

story! {
    fn the_holder_says_what_came_of_the_course_after_its_last_day(app) {
        let school = the_school(app);
        let path = {
            let holder = the_holder(app, school);
            let path = write(&holder, SOUND, "5");
            step(&holder, &path, "announce", "").expect(303);
            path
        };
        let public = format!("/courses/{}", id_in(&path));
        let [(_, worker), _] = two_workers(app);
        worker.fill(&public, &format!("{public}/enrol"), &[]).expect(303);
        let holder = signed_in(app, "school");
        holder.get(&path).expect(200).hides("name=\"to\"");
        app.pass_seconds(25 * 86_400);
        app.settle();
        let holder = signed_in(app, "school");
        let page = holder.get(&path).expect(200).shows("已结束").shows("value=\"completed\"");
        let action = page.text.split("action=\"").find(|rest| rest.starts_with("/desk/enrolments/"));
        let action = action.and_then(|rest| rest.split('"').next()).expect("a form").to_owned();
        let outcome = [("to", "completed"), ("version", "1")];
        let worker = signed_in(app, "yanwen");
        worker.fill("/me", &action, &outcome).expect(403);
        holder.fill(&path, &action, &outcome).expect(303);
        holder.get(&path).expect(200).shows("已结业");
        worker.get(&public).expect(200).shows("已结业").hides("取消报名");
        worker.fill(&public, &format!("{public}/withdraw"), &[]).expect(409).shows("不能再取消报名");
    }
}

story! {
    fn an_officer_reads_what_is_in_doubt_and_says_what_to_change(app) {
        let holder = the_holder(app, the_school(app));
        let path = write(&holder, DOUBTFUL, "20");
        holder.get(&path).expect(200).shows("这些字要经办人看过");
        step(&holder, &path, "announce", "").expect(303);
        holder.get(&path).expect(200).shows("待审核");
        let review = format!("/board/verify/courses/{}", id_in(&path));
        let stranger = app.signed_in_as(Role::CountyHr, Some("532823"));
        stranger.get("/board/verify/courses").expect(200).shows("没有等审核的培训班");
        stranger.get(&review).expect(404);
        holder.get(&review).expect(403);
        let officer = app.signed_in_as(Role::CountyHr, Some("532801"));
        officer.get("/board/verify").expect(200).shows("培训班 1");
        officer.get("/board/verify/courses").expect(200).shows("割胶工培训班").shows(&review);
        officer.get(&review).expect(200).shows("45岁以下");
        step(&officer, &review, "return", "").expect(422).shows("p-note-return");
        step(&officer, &review, "return", "请去掉年龄").expect(303);
        officer.get(&review).expect(200).shows("现在没有要审的");
        holder.get("/desk").expect(200).shows("被退回");
        holder.get(&path).expect(200).shows("请去掉年龄");
        step(&holder, &path, "announce", "").expect(303);
        step(&officer, &review, "approve", "").expect(303);
        holder.get(&path).expect(200).shows("报名中");
    }
}

story! {
    fn a_cadre_enrols_people_of_his_village_and_nobody_elses(app) {
        let holder = the_holder(app, the_school(app));
        let path = write(&holder, SOUND, "5");
        step(&holder, &path, "announce", "").expect(303);
        let [(person, _), _] = two_workers(app);
        let page = format!("/village/persons/{person}/courses");
        let far = app.signed_in_as(Role::VillageOfficer, Some("532823100001"));
        far.get(&page).expect(404);
        let cadre = app.signed_in_as(Role::VillageOfficer, Some("532801002001"));
        cadre.get(&format!("/village/persons/{person}")).expect(200).shows(&page);
        cadre.get(&page).expect(200).shows("割胶工培训班").shows("替他报名");
        let course = [("course_id", id_in(&path))];
        far.fill("/village", &format!("/village/persons/{person}/enrolments"), &course).expect(404);
        let done = cadre.fill(&page, &format!("/village/persons/{person}/enrolments"), &course).expect(303);
        let enrolment = done.location().split("done=").nth(1).unwrap_or_default().to_owned();
        cadre.get(done.location()).expect(200).shows("已替他报名").hides("替他报名</button>");
        let withdraw = format!("/village/enrolments/{enrolment}/withdraw");
        far.fill("/village", &withdraw, &[]).expect(404);
        cadre.fill(&page, &withdraw, &[]).expect(303);
        cadre.get(&page).expect(200).shows("已取消").shows("替他报名</button>");
    }
}

fn a_course_of(program: &Program, places: i32) -> serde_json::Value {
    let course = json!({
        "kind": "targeted", "title": "割胶工培训班", "region": "532801003", "starts_on": "2026-12-07",
        "ends_on": "2026-12-18", "hours": 80, "places": places, "description": SOUND, "contact_name": "玉罕",
        "phone": "13800005678",
    });
    let written = program
        .send("POST", "/api/v1/courses", &json!({ "course": course }))
        .expect(201)
        .json();
    let id = written["id"].as_str().expect("an id");
    let announce = json!({"step": "announce", "version": written["version"]});
    program
        .send("POST", &format!("/api/v1/courses/{id}/steps"), &announce)
        .expect(200)
        .json()
}

story! {
    fn a_program_enrols_and_copies_as_the_pages_do(app) {
        let school = the_school(app);
        let user = app.account("school", &[GrantDraft::for_employer(Role::Employer, school)]);
        let holder = app.program_of(user);
        let other = a_school(app, "另一家培训学校", "91532801MA6K7T2Q6");
        let other = app.account("other", &[GrantDraft::for_employer(Role::Employer, other)]);
        let stranger = app.program_of(other);
        let course = a_course_of(&holder, 1);
        let (id, run) = (course["id"].as_str().expect("an id"), course["run_id"].as_str().expect("a run"));
        let seen = Program::new(&app.address, None).get(&format!("/api/v1/courses/{id}")).expect(200).json();
        assert_eq!((&seen["run_id"], seen["phone"].is_null()), (&course["run_id"], true));
        let [(one, _), (two, _)] = two_workers(app);
        let account = app.account("third", &[GrantDraft::for_person(one)]);
        let worker = app.program_of(account);
        let list = format!("/api/v1/course-runs/{run}/enrolments");
        let made = worker.send("POST", &list, &json!({ "person_id": one.to_string() })).expect(201).json();
        let again = worker.send("POST", &list, &json!({ "person_id": one.to_string() })).expect(201).json();
        assert_eq!(made["number"], again["number"]);
        assert_eq!(made["number"].as_str().map(str::len), Some(7));
        worker.send("POST", &list, &json!({ "person_id": two.to_string() })).expect(404);
        let cadre = app.program_as("cadre", Role::VillageOfficer, Some("532801002001"));
        let full = cadre.send("POST", &list, &json!({ "person_id": two.to_string() })).expect(409);
        assert_eq!(full.code(), "course-full");
        let trainees = holder.get(&list).expect(200).json();
        assert_eq!((&trainees["items"][0]["name"], &trainees["items"][0]["number"]), (&json!("岩温"), &made["number"]));
        assert!(trainees["items"][0]["person_id"].is_null(), "the holder learns a name and a number");
        stranger.get(&list).expect(404);
        worker.get(&list).expect(404);
        let enrolment = format!("/api/v1/enrolments/{}", made["id"].as_str().expect("an id"));
        stranger.get(&enrolment).expect(404);
        let steps = format!("{enrolment}/steps");
        let early = holder.send("POST", &steps, &json!({"to": "completed", "version": 1})).expect(409);
        assert_eq!(early.code(), "enrolment-outcome-early");
        holder.send("POST", &steps, &json!({"to": "withdrawn", "version": 1})).expect(404);
        worker.send("POST", &steps, &json!({"to": "withdrawn", "version": 7})).expect(409);
        let withdrawn = worker.send("POST", &steps, &json!({"to": "withdrawn", "version": 1})).expect(200).json();
        assert_eq!((&withdrawn["status"], &withdrawn["number"]), (&json!("withdrawn"), &made["number"]));
        let mine = worker.get(&format!("/api/v1/persons/{one}/enrolments")).expect(200).json();
        assert_eq!(mine["items"][0]["status"], "withdrawn");
        let copies = format!("/api/v1/courses/{id}/copies");
        let days = json!({"id": Id::<()>::fresh().to_string(), "starts_on": "2027-01-11", "ends_on": "2027-01-22"});
        let copy = holder.send("POST", &copies, &days).expect(201).json();
        assert_eq!((&copy["status"], &copy["filled"]), (&json!("draft"), &json!(0)));
        assert_eq!(holder.send("POST", &copies, &days).expect(201).json()["id"], copy["id"]);
        stranger.send("POST", &copies, &days).expect(404);
        let past = json!({"starts_on": "2026-01-11", "ends_on": "2026-01-22"});
        holder.send("POST", &copies, &past).expect(422);
    }
}
