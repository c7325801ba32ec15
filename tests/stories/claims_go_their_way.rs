//! A claim from the desk to the money: two reviews, a public notice, a payment that fails once, and money asked back.

use serde_json::{Value, json};
use yigang::base::codes::{EmployerKind, Role};
use yigang::base::ids::EmployerId;
use yigang::funds::FundSource;

use crate::story;
use crate::support::builders::{a_household, a_labourer};
use crate::support::claims::{an_employer, at_work, confirmed, granted, since, the_desk_of, the_ledger_fits};
use crate::support::{MORNING, PASSWORD, Program, TestApp};

/// Two people at work all year with an employer whose desk is kept by `farm`.
fn a_farm(app: &TestApp) -> (EmployerId, Program) {
    since(app, "2025-01-02T09:00:00+08:00");
    let made = a_household("5328010001")
        .with(a_labourer("岩温"))
        .with(a_labourer("玉香").woman())
        .enrol(app);
    since(app, MORNING);
    let farm = an_employer(app, "金叶农场", "91532801MA6K7T2Q5", EmployerKind::Enterprise);
    for person in made.persons {
        at_work(app, person, farm, "2026-01-01");
    }
    let user = the_desk_of(app, "farm", farm);
    (farm, app.program_of(user))
}

struct Office {
    first: Program,
    review: Program,
    second: Program,
    last: Program,
    finance: Program,
}

fn an_office(app: &TestApp) -> Office {
    let county = Some("532801");
    Office {
        first: app.program_as("county.one", Role::CountyHr, county),
        review: app.program_as("township", Role::TownshipOfficer, Some("532801003")),
        second: app.program_as("county.two", Role::CountyHr, county),
        last: app.program_as("county.three", Role::CountyHr, county),
        finance: app.program_as("finance", Role::DeptPartner, county),
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Drafts a claim of the farm and attaches what the rule asks for.
fn a_filed_claim(app: &TestApp, desk: &Program, farm: EmployerId, rule: &str) -> Value {
    let offers = desk
        .get(&format!("/api/v1/claim-offers?employer_id={farm}"))
        .expect(200)
        .json();
    let offer = offers["items"]
        .as_array()
        .expect("offers")
        .iter()
        .find(|offer| offer["rule"]["code"] == rule)
        .expect("the offer")
        .clone();
    assert_eq!(
        (&offer["people"], &offer["amount"]),
        (&json!(2), &json!("10000.00")),
        "{offer}"
    );
    let asked = json!({ "rule_id": offer["rule"]["id"], "employer_id": farm.to_string(), "year": 2026, "account": "6217 0000 1234 5678" });
    let claim = desk.send("POST", "/api/v1/claims", &asked).expect(201).json();
    assert!(!claim.to_string().contains("12345678"), "the account is not told back");
    let id = text(&claim["id"]).to_owned();
    let early = step(desk, &claim, json!({ "step": "submit" })).expect(409);
    assert_eq!(early.code(), "claim-papers-missing");
    let browser = app.browser();
    browser.sign_in("farm", PASSWORD);
    for kind in ["labour_contract", "si_record"] {
        let page = format!("/claims/{id}");
        let sent = browser.upload(
            &page,
            &format!("{page}/documents"),
            &[("kind", kind)],
            "a.pdf",
            b"%PDF-1.4 x".to_vec(),
        );
        sent.expect(303);
        let wrong = browser.upload(
            &page,
            &format!("{page}/documents"),
            &[("kind", kind)],
            "a.pdf",
            b"<html>".to_vec(),
        );
        assert_eq!(wrong.status, 422, "{}", wrong.text);
    }
    browser
        .get(&format!("/claims/{id}"))
        .expect(200)
        .shows("岩温")
        .shows("5,000")
        .shows("提交申领")
        .hides("还要上传");
    step(desk, &claim, json!({ "step": "submit" })).expect(200).json()
}

fn step(who: &Program, claim: &Value, mut body: Value) -> crate::support::Answer {
    body["version"] = claim["version"].clone();
    who.send("POST", &format!("/api/v1/claims/{}/steps", text(&claim["id"])), &body)
}

/// Takes a claim through every step up to approval.
fn approved(app: &TestApp, office: &Office, claim: Value) -> Value {
    let claim = step(&office.first, &claim, json!({ "step": "pass" }))
        .expect(200)
        .json();
    assert_eq!(claim["state"], "accepted");
    let claim = step(&office.review, &claim, json!({ "step": "pass" }))
        .expect(200)
        .json();
    let claim = step(&office.second, &claim, json!({ "step": "pass" }))
        .expect(200)
        .json();
    assert_eq!(claim["state"], "notice", "the notice begins by itself");
    app.pass_seconds(10 * 86_400);
    step(&office.last, &claim, json!({ "step": "pass" })).expect(200).json()
}

story! {
    fn a_claim_goes_through_two_reviews_and_a_notice_to_the_money(app) {
        let (farm, desk) = a_farm(app);
        let office = an_office(app);
        confirmed(app, "HIRE_SI6", &[]);
        let claim = a_filed_claim(app, &desk, farm, "HIRE_SI6");
        let no_money = step(&office.first, &claim, json!({ "step": "pass" })).expect(409);
        assert_eq!(no_money.code(), "fund-missing");
        let fund = granted(app, FundSource::EmploymentFund, 9_999);
        let short = step(&office.first, &claim, json!({ "step": "pass" })).expect(409);
        assert_eq!(short.code(), "fund-short");
        granted(app, FundSource::EmploymentFund, 20_000);
        step(&office.review, &claim, json!({ "step": "pass" })).expect(403);
        let far = app.program_as("far", Role::CountyHr, Some("532823"));
        step(&far, &claim, json!({ "step": "pass" })).expect(404);
        step(&desk, &claim, json!({ "step": "pass" })).expect(403);
        let accepted = step(&office.first, &claim, json!({ "step": "pass" })).expect(200).json();
        assert_eq!(accepted["due_on"], "2026-11-26", "three working days");
        let stale = step(&office.review, &claim, json!({ "step": "pass" })).expect(409);
        assert_eq!(stale.code(), "claim-moved");
        assert!(stale.text.contains("county.one"), "{}", stale.text);
        let reviewed = step(&office.review, &accepted, json!({ "step": "pass" })).expect(200).json();
        let twice = step(&office.first, &reviewed, json!({ "step": "pass" })).expect(409);
        assert_eq!(twice.code(), "claim-step-twice");
        let noticed = step(&office.second, &reviewed, json!({ "step": "pass" })).expect(200).json();
        assert_eq!((&noticed["state"], &noticed["notice_until"]), (&json!("notice"), &json!("2026-11-30")));
        app.browser().get("/notices").expect(200).shows("岩*").shows("玉*").hides("岩温").shows("金叶农场").hides("5328");
        assert_eq!(step(&office.last, &noticed, json!({ "step": "pass" })).expect(409).code(), "claim-notice-runs");
        app.pass_seconds(8 * 86_400);
        let claim = step(&office.last, &noticed, json!({ "step": "pass" })).expect(200).json();
        assert_eq!(claim["state"], "approved");
        let batch = office.first.send("POST", &format!("/api/v1/funds/{}/batches", fund.id), &json!({})).expect(201).json();
        assert_eq!((&batch["lines"], &batch["total"], &batch["payments"][0]["account"]), (&json!(1), &json!("10000.00"), &json!("****5678")));
        let path = format!("/api/v1/payment-batches/{}", text(&batch["id"]));
        office.first.send("POST", &format!("{path}/sending"), &json!({ "version": 1 })).expect(403);
        let sent = office.finance.send("POST", &format!("{path}/sending"), &json!({ "version": 1 })).expect(200).json();
        let file = office.finance.get(&format!("{path}/file?layout=bank")).expect(200);
        assert!(file.text.contains("6217000012345678") && file.text.contains(text(&sent["sha256"])), "{}", file.text);
        desk.get(&format!("{path}/file")).expect(403);
        let told = |line: &str| json!({ "text": format!("批次,{}\n校验,{}\n{line}\n", text(&batch["id"]), text(&sent["sha256"])) });
        office.finance.send("POST", &format!("{path}/results"), &told("1,10000,失败,账号不符")).expect(200);
        let id = text(&claim["id"]).to_owned();
        let failed = desk.get(&format!("/api/v1/claims/{id}")).expect(200).json();
        assert_eq!(failed["state"], "pay_failed");
        let batch = office.first.send("POST", &format!("/api/v1/funds/{}/batches", fund.id), &json!({})).expect(201).json();
        assert_eq!(batch["payments"][0]["attempt"], 2);
        let path = format!("/api/v1/payment-batches/{}", text(&batch["id"]));
        let sent = office.finance.send("POST", &format!("{path}/sending"), &json!({ "version": 1 })).expect(200).json();
        let told = json!({ "text": format!("批次,{}\n校验,{}\n1,10000,成功,\n", text(&batch["id"]), text(&sent["sha256"])) });
        office.finance.send("POST", &format!("{path}/results"), &told).expect(200);
        let paid = desk.get(&format!("/api/v1/claims/{id}")).expect(200).json();
        assert_eq!(paid["state"], "paid");
        assert!(paid["steps"].as_array().expect("steps").iter().all(|step| step["actor"] == ""), "a claimant is not told who");
        the_ledger_fits(app);
        let back = json!({ "step": "claw_back", "reason": "early_leave", "amount": "6000", "document": "追〔2026〕1号" });
        let asked = json!({ "region": "532801", "from_on": "2026-11-01", "to_on": paid["since"], "seed": "双色球2026135", "size": 1 });
        office.first.send("POST", "/api/v1/claim-controls", &json!({ "region": "532801", "from_on": "2026-11-01", "to_on": "2026-11-02", "seed": "双色球2026135", "size": 1 })).expect(409);
        office.review.send("POST", "/api/v1/claim-controls", &asked).expect(403);
        let control = office.first.send("POST", "/api/v1/claim-controls", &asked).expect(201).json();
        let again = office.first.send("POST", "/api/v1/claim-controls", &asked).expect(201).json();
        assert_eq!((&control["frame"], control["lines"].as_array().expect("lines").len()), (&json!(2), 1));
        assert_eq!((&control["lines"][0]["line_id"], &control["frame_sha256"]), (&again["lines"][0]["line_id"], &again["frame_sha256"]), "anybody draws the same");
        let findings = format!("/api/v1/claim-controls/{}/findings", text(&control["id"]));
        let finding = json!({ "line_id": control["lines"][0]["line_id"], "finding": "not_in_order", "note": "四月就离开了" });
        office.second.send("POST", &findings, &finding).expect(204);
        assert_eq!(office.second.send("POST", &findings, &finding).expect(409).code(), "control-recorded");
        let county = app.signed_in_as(Role::CountyHr, Some("532801"));
        county.get(&format!("/board/controls/{}", text(&control["id"]))).expect(200).shows("双色球2026135").shows("不属实");
        let (page, line) = (format!("/board/controls/{}", text(&again["id"])), text(&again["lines"][0]["line_id"]));
        county.fill(&format!("{page}/lines/{line}"), &format!("{page}/findings"), &[("line_id", line), ("finding", "in_order"), ("note", "去看过，在岗")]).expect(303);
        assert_eq!(step(&office.second, &paid, back.clone()).expect(409).code(), "clawback-unheard");
        let hear = json!({ "step": "hear", "reason": "early_leave", "amount": "6000", "note": "岩温四月就离开了" });
        step(&desk, &paid, hear.clone()).expect(403);
        step(&office.second, &paid, hear).expect(200);
        assert_eq!(step(&office.second, &paid, back.clone()).expect(409).code(), "hearing-runs");
        let browser = app.browser();
        browser.sign_in("farm", PASSWORD);
        browser.get(&format!("/claims/{id}")).expect(200).shows("岩温四月就离开了").shows("说明情况");
        step(&desk, &paid, json!({ "step": "state", "note": "他六月才走" })).expect(200);
        let twice = json!({ "step": "state", "note": "他六月才走" });
        assert_eq!(step(&desk, &paid, twice).expect(409).code(), "hearing-answered");
        let more = json!({ "step": "claw_back", "reason": "early_leave", "amount": "6001", "document": "追〔2026〕1号" });
        assert_eq!(step(&office.second, &paid, more).expect(409).code(), "clawback-over-hearing");
        let owing = step(&office.second, &paid, back).expect(200).json();
        let more = json!({ "step": "settle_clawback", "amount": "7000", "document": "收1" });
        assert_eq!(step(&office.second, &owing, more).expect(409).code(), "recovery-too-much");
        let part = json!({ "step": "settle_clawback", "amount": "5000", "document": "收1" });
        let owing = step(&office.second, &owing, part).expect(200).json();
        assert_eq!(owing["state"], "clawback");
        let rest = json!({ "step": "settle_clawback", "waived": "1000", "document": "免1" });
        let closed = step(&office.second, &owing, rest).expect(200).json();
        assert_eq!(closed["state"], "recovered");
        the_ledger_fits(app);
    }
}

story! {
    fn an_objection_stops_the_notice_and_what_was_left_of_it_runs_afterwards(app) {
        let (farm, desk) = a_farm(app);
        let office = an_office(app);
        confirmed(app, "HIRE_SI6", &[]);
        granted(app, FundSource::EmploymentFund, 20_000);
        let claim = a_filed_claim(app, &desk, farm, "HIRE_SI6");
        let claim = step(&office.first, &claim, json!({ "step": "pass" })).expect(200).json();
        let line = claim["lines"][1]["id"].clone();
        let struck = json!({ "step": "strike", "line_id": line, "note": "合同未签名" });
        let claim = step(&office.review, &claim, struck).expect(200).json();
        assert_eq!(claim["amount"], "5000.00");
        let last = json!({ "step": "strike", "line_id": claim["lines"][0]["id"], "note": "x" });
        assert_eq!(step(&office.review, &claim, last).expect(409).code(), "claim-last-line");
        let claim = step(&office.review, &claim, json!({ "step": "pass" })).expect(200).json();
        let claim = step(&office.second, &claim, json!({ "step": "pass" })).expect(200).json();
        app.pass_seconds(2 * 86_400);
        let silent = step(&office.review, &claim, json!({ "step": "object" })).expect(422);
        assert_eq!(silent.json()["errors"][0]["field"], "note");
        let claim = step(&office.review, &claim, json!({ "step": "object", "note": "他已经不在农场" })).expect(200).json();
        assert_eq!(claim["state"], "objected");
        app.pass_seconds(20 * 86_400);
        let settle = json!({ "step": "settle", "upheld": false, "note": "去看过，在岗" });
        let claim = step(&office.last, &claim, settle).expect(200).json();
        assert_eq!((&claim["state"], &claim["notice_until"]), (&json!("notice"), &json!("2026-12-18")), "three days were left");
        app.pass_seconds(7 * 86_400);
        let reject = json!({ "step": "reject", "note": "合同不符" });
        let claim = step(&office.last, &claim, reject).expect(200).json();
        assert_eq!(claim["state"], "rejected");
        assert!(text(&claim["appeal"]).contains("行政复议"));
        the_ledger_fits(app);
        let funds = office.first.get("/api/v1/funds").expect(200).json();
        assert_eq!((&funds["items"][0]["available"], &funds["items"][0]["reserved"]), (&json!("20000.00"), &json!("0.00")));
        let offers = desk.get(&format!("/api/v1/claim-offers?employer_id={farm}")).expect(200).json();
        assert!(offers["items"].as_array().expect("offers").iter().any(|offer| offer["rule"]["code"] == "HIRE_SI6" && offer["people"] == 2), "the months are free again");
    }
}

story! {
    fn a_claim_is_returned_once_with_everything_that_is_missing(app) {
        let (farm, desk) = a_farm(app);
        let office = an_office(app);
        confirmed(app, "HIRE_SI6", &[]);
        granted(app, FundSource::EmploymentFund, 20_000);
        let claim = a_filed_claim(app, &desk, farm, "HIRE_SI6");
        let missing = json!({ "step": "return", "papers": ["labour_contract"], "note": "看不清" });
        let claim = step(&office.first, &claim, missing.clone()).expect(200).json();
        assert_eq!(claim["state"], "returned");
        assert_eq!(step(&desk, &claim, json!({ "step": "submit" })).expect(409).code(), "claim-papers-missing");
        app.pass_seconds(60);
        let browser = app.browser();
        browser.sign_in("farm", PASSWORD);
        let page = format!("/claims/{}", text(&claim["id"]));
        browser.upload(&page, &format!("{page}/documents"), &[("kind", "labour_contract")], "b.pdf", b"%PDF-1.4 clear".to_vec()).expect(303);
        let claim = step(&desk, &claim, json!({ "step": "submit" })).expect(200).json();
        assert_eq!(step(&office.first, &claim, missing).expect(409).code(), "claim-returned-before");
        let claim = step(&desk, &claim, json!({ "step": "withdraw" })).expect(200).json();
        assert_eq!(claim["state"], "withdrawn");
    }
}

story! {
    fn pages_lead_through_claims_funds_and_rules(app) {
        let (farm, desk) = a_farm(app);
        let office = an_office(app);
        let rule = confirmed(app, "HIRE_SI6", &[]);
        let fund = granted(app, FundSource::EmploymentFund, 20_000);
        let claim = a_filed_claim(app, &desk, farm, "HIRE_SI6");
        approved(app, &office, claim);
        let browser = app.browser();
        browser.sign_in("farm", PASSWORD);
        browser.get("/desk/claims").expect(200).shows("一次性吸纳就业补贴").shows("审批通过");
        browser.get(&format!("/desk/claims/new?rule={rule}&year=2026")).expect(200).shows("已申领过").shows("岩温");
        browser.get("/board/claims").expect(403);
        let county = app.signed_in_as(Role::CountyHr, Some("532801"));
        county.get("/board/claims").expect(200).shows("金叶农场");
        county.get("/board/funds").expect(200).shows("20,000");
        county.get(&format!("/board/funds/{}", fund.id)).expect(200).shows("已承诺").shows("编制拨付批次");
        let opened = county.fill(&format!("/board/funds/{}", fund.id), &format!("/board/funds/{}/batches", fund.id), &[]).expect(303);
        county.get(opened.location()).expect(200).shows("****5678").hides("12345678");
        county.get("/board/rules").expect(200).shows("一次性吸纳就业补贴");
        county.get(&format!("/board/rules/{rule}")).expect(200).shows("景人社发〔2026〕1号");
        let rehearsed = county.get(&format!("/board/rules/{rule}/rehearsal?min_months=20")).expect(200);
        rehearsed.shows("试算");
        the_ledger_fits(app);
        let public = app.browser();
        public.get("/supports").expect(200).shows("有哪些补贴");
        let asked = public.get("/supports?group=exited_labour&region=out_province&months=8&wage=4000").expect(200);
        asked.shows("跨省务工").shows("1,000");
        public.get("/supports?group=nobody&region=out_province&months=8").expect(200).shows("p-group");
    }
}
