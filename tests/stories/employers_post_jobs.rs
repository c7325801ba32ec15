//! An employer registers, is verified, writes a posting, and answers those who apply.

use serde_json::json;
use yigang::accounts::GrantDraft;
use yigang::base::codes::Role;
use yigang::base::identity::CreditCode;

use crate::story;
use crate::support::builders::{a_household, a_labourer};
use crate::support::{Answer, Browser, PASSWORD, Program, TestApp};

fn sound_code() -> String {
    CreditCode::complete("93532801MA6K7T2Q5")
        .expect("a credit code")
        .as_str()
        .to_owned()
}

/// Fills the registration with a credit code; the browser is signed in afterwards if it was taken.
fn register(browser: &Browser, sign_in_name: &str, name: &str, code: &str) -> Answer {
    let page = browser.get("/register").expect(200);
    let id = page.hidden("id").expect("the form carries its record's id");
    let fields = [
        ("id", id.as_str()),
        ("kind", "coop"),
        ("name", name),
        ("credit_code", code),
        ("region", "景洪市嘎洒"),
        ("contact_name", "玉罕"),
        ("phone", "13800005678"),
        ("sign_in_name", sign_in_name),
        ("password", PASSWORD),
    ];
    browser.post_raw("/register", &fields, "same-origin")
}

/// The link of a list that leads to a thing of this name.
fn link_to(page: &Answer, words: &str) -> String {
    let (before, _) = page
        .text
        .split_once(&format!(">{words}</a>"))
        .expect("a link of that name");
    let (_, href) = before.rsplit_once("href=\"").expect("it leads somewhere");
    href.trim_end_matches('"').to_owned()
}

fn verify(app: &TestApp, name: &str) {
    let officer = app.signed_in_as(Role::CountyHr, Some("532801"));
    let path = link_to(&officer.get("/board/verify").expect(200), name);
    let version = officer.get(&path).hidden("version").expect("a version");
    let fields = [("step", "verify"), ("version", version.as_str())];
    officer.fill(&path, &format!("{path}/steps"), &fields).expect(303);
}

/// Writes a posting and returns its page.
fn write(browser: &Browser, title: &str, description: &str) -> Answer {
    let page = browser.get("/desk/postings/new").expect(200);
    let fields = [
        ("id", page.hidden("id").expect("an id")),
        ("title", title.to_owned()),
        ("region", "景洪市嘎洒".to_owned()),
        ("places", "2".to_owned()),
        ("wage_low", "2400".to_owned()),
        ("wage_high", "3000".to_owned()),
        ("wage_unit", "month".to_owned()),
        ("description", description.to_owned()),
        ("contact_name", "玉罕".to_owned()),
        ("phone", "13800005678".to_owned()),
        ("closes_on", "2026-12-31".to_owned()),
    ];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.fill("/desk/postings/new", "/desk/postings", &fields)
}

fn path_of(answer: &Answer) -> String {
    answer.location().split('?').next().unwrap_or_default().to_owned()
}

fn submit(browser: &Browser, path: &str) -> Answer {
    let version = browser.get(path).expect(200).hidden("version").expect("a version");
    browser.fill(
        path,
        &format!("{path}/steps"),
        &[("step", "submit"), ("version", &version)],
    )
}

story! {
    fn from_one_address_only_so_many_accounts_are_opened_in_an_hour(app) {
        let open = |i: usize| {
            let code = CreditCode::complete(&format!("93532801MA6K7T2{i:02}")).expect("a credit code");
            register(&app.browser(), &format!("coop{i}"), &format!("第{i}合作社"), code.as_str())
        };
        for i in 0..10 {
            open(i).expect(303);
        }
        open(10).expect(429).shows("请等 60 分钟").shows("第10合作社");
        let body = json!({
            "employer": {
                "kind": "coop", "name": "第11合作社", "region": "532801003", "contact_name": "玉罕",
                "phone": "13800005678", "credit_code": sound_code(),
            },
            "account": { "sign_in_name": "coop11", "password": PASSWORD },
        });
        Program::new(&app.address, None).send("POST", "/api/v1/employers", &body).expect(429);
        app.pass_seconds(3600);
        open(12).expect(303);
    }
}

story! {
    fn an_employer_registers_and_publishes_once_an_officer_has_verified_it(app) {
        let browser = app.browser();
        let answer = register(&browser, "lvzhou", "景洪绿洲茶叶合作社", &sound_code()).expect(303);
        assert_eq!(answer.location(), "/desk/employer?done=registered");
        browser.get("/desk/employer?done=registered").expect(200).shows("登记收到了").hides("13800005678");
        let path = path_of(&write(&browser, "茶叶采摘工", "在茶园采茶，早上七点到下午四点，每周休息一天。").expect(303));
        browser.get(&path).expect(200).shows("单位核验通过以后才能发布");
        submit(&browser, &path).expect(409);
        verify(app, "景洪绿洲茶叶合作社");
        submit(&browser, &path).expect(303);
        browser.get(&path).expect(200).shows("招聘中").hides("13800005678");
        browser.get("/desk").expect(200).shows("茶叶采摘工");
    }
}

story! {
    fn a_credit_code_that_somebody_has_points_to_him(app) {
        register(&app.browser(), "lvzhou", "景洪绿洲茶叶合作社", &sound_code()).expect(303);
        let again = register(&app.browser(), "another", "另一家合作社", &sound_code()).expect(422);
        again.shows("景洪绿洲茶叶合作社").shows("value=\"另一家合作社\"").hides(PASSWORD);
    }
}

story! {
    fn wording_that_the_law_forbids_stops_the_form_at_its_box(app) {
        let browser = app.browser();
        register(&browser, "lvzhou", "景洪绿洲茶叶合作社", &sound_code()).expect(303);
        let refused = write(&browser, "茶叶采摘工", "在茶园采茶，只招女工，每周休息一天。").expect(422);
        refused.shows("只招女工").shows("id=\"p-description\"").shows("value=\"茶叶采摘工\"");
    }
}

story! {
    fn another_employers_posting_does_not_exist(app) {
        let (one, other) = (app.browser(), app.browser());
        register(&one, "lvzhou", "景洪绿洲茶叶合作社", &sound_code()).expect(303);
        let code = CreditCode::complete("93532801MA6K7T2Q6").expect("a credit code");
        register(&other, "another", "另一家合作社", code.as_str()).expect(303);
        let path = path_of(&write(&one, "茶叶采摘工", "在茶园采茶，早上七点到下午四点，每周休息一天。").expect(303));
        one.get(&path).expect(200);
        other.get(&path).expect(404);
        other.get(&format!("{path}/edit")).expect(404);
    }
}

story! {
    fn an_application_leads_to_a_start_and_the_phone_is_told_after_acceptance_only(app) {
        let employer = app.browser();
        register(&employer, "lvzhou", "景洪绿洲茶叶合作社", &sound_code()).expect(303);
        verify(app, "景洪绿洲茶叶合作社");
        let path = path_of(&write(&employer, "茶叶采摘工", "在茶园采茶，早上七点到下午四点，每周休息一天。").expect(303));
        submit(&employer, &path).expect(303);
        let posting = path.rsplit('/').next().expect("an id").parse().expect("a posting's id");
        let made = a_household("5328010001").with(a_labourer("岩温")).enrol(app);
        let person = made.persons[0];
        let worker = app.account("yanwen", &[GrantDraft::for_person(person)]);
        let caller = caller_of(worker, person);
        let placement = app.services.db
            .write(&caller, |tx| yigang::hiring::apply(tx, posting, person))
            .expect("he applies");
        let page = employer.get(&path).expect(200).shows("岩温").shows(&placement.number);
        let refused = employer.fill(&path, &format!("/desk/placements/{}/phone", placement.id), &[]);
        refused.expect(409);
        drop(page);
        let step = |to: &str, version: i32| {
            let version = version.to_string();
            let fields = [("to", to), ("version", version.as_str()), ("start_on", "2026-11-23")];
            employer.fill(&path, &format!("/desk/placements/{}/steps", placement.id), &fields)
        };
        step("offered", placement.version).expect(303);
        let accept = yigang::hiring::Move {
            to: yigang::hiring::PlacementStatus::Accepted,
            start_on: None,
            note: String::new(),
        };
        app.services.db
            .write(&caller, |tx| yigang::hiring::take_step(tx, placement.id, placement.version + 1, &accept))
            .expect("he accepts");
        step("started", placement.version + 2).expect(303);
        employer.get("/desk/hires").expect(200).shows("岩温").shows("茶叶采摘工");
    }
}

fn caller_of(user: yigang::base::ids::UserId, person: yigang::base::ids::PersonId) -> yigang::platform::db::Caller {
    use yigang::base::actor::{Actor, RoleGrant};
    let grant = RoleGrant {
        role: Role::Worker,
        region: None,
        employer_id: None,
        person_id: Some(person),
    };
    yigang::platform::db::Caller {
        actor: Actor::user(user, "岩温", vec![grant]),
        request_id: "story".to_owned(),
        address: "127.0.0.1".to_owned(),
    }
}

story! {
    fn a_program_reads_which_occupation_a_title_means(app) {
        let program = app.program_as("reader", Role::CountyHr, Some("532801"));
        let answer = program.get("/api/v1/occupations?title=%E4%BF%9D%E6%B4%81%E5%91%98").expect(200).json();
        assert!(answer["items"].as_array().is_some_and(|items| !items.is_empty()), "{answer}");
        let unknown = program.get("/api/v1/occupations?words=x").expect(400);
        assert_eq!(unknown.code(), "parameter-unknown");
        assert_ne!(answer, json!({}));
    }
}
