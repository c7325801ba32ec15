//! What looks odd about a claim is shown with its facts and answered before the second review; what an invoice proves counts
//! once.

use serde_json::{Value, json};
use yigang::base::codes::{EmployerKind, Role};
use yigang::base::ids::{EmployerId, Id, SupportRuleId};
use yigang::funds::FundSource;
use yigang::platform::db::Caller;
use yigang::subsidies::{self, Claim, ClaimDraft, DocumentDraft, FactSubject, Paper};

use crate::story;
use crate::support::builders::{a_household, a_labourer};
use crate::support::claims::{an_employer, at_work, confirmed, granted, since};
use crate::support::{Answer, MORNING, Program, TestApp};

/// An employer with one person at work all year. All employers of these stories have one phone.
fn an_employer_with_a_worker(app: &TestApp, number: usize, code: &str) -> EmployerId {
    since(app, "2025-01-02T09:00:00+08:00");
    let made = a_household(&format!("532801000{number}"))
        .with(a_labourer("岩温"))
        .enrol(app);
    since(app, MORNING);
    let employer = an_employer(app, &format!("农场{number}"), code, EmployerKind::Enterprise);
    at_work(app, made.persons[0], employer, "2026-01-01");
    employer
}

fn filed(app: &TestApp, rule: SupportRuleId, employer: EmployerId, account: &str) -> Claim {
    let draft = ClaimDraft {
        id: Id::fresh(),
        rule_id: rule,
        subject: FactSubject::Employer(employer),
        year: 2026,
        people: None,
        account: Some(account.to_owned()),
    };
    let db = &app.services.db;
    let claim = db
        .write(&Caller::operator(), |tx| subsidies::draft_claim(tx, &draft))
        .expect("a draft");
    for kind in [Paper::LabourContract, Paper::SiRecord] {
        let draft = DocumentDraft {
            claim_id: claim.id,
            kind,
            file_name: "a.pdf".to_owned(),
            bytes: format!("%PDF-1.4 {kind}").into_bytes(),
        };
        subsidies::keep_document(&app.services, &Caller::operator(), &draft).expect("the document is kept");
    }
    db.write(&Caller::operator(), |tx| {
        subsidies::submit_claim(tx, claim.id, claim.version)
    })
    .expect("filed")
}

fn step(who: &Program, claim: &Value) -> Answer {
    let id = claim["id"].as_str().expect("an id");
    let body = json!({ "step": "pass", "version": claim["version"] });
    who.send("POST", &format!("/api/v1/claims/{id}/steps"), &body)
}

fn answered(who: &Program, signal: &Value, answer: &str, note: &str) -> Answer {
    let path = format!("/api/v1/claim-signals/{}/answer", signal["id"].as_str().expect("an id"));
    who.send("POST", &path, &json!({ "answer": answer, "note": note }))
}

story! {
    fn three_claimants_on_one_phone_are_seen_and_answered_before_the_second_review(app) {
        let rule = confirmed(app, "HIRE_SI6", &[]);
        granted(app, FundSource::EmploymentFund, 50_000);
        let employers = [
            an_employer_with_a_worker(app, 1, "91532801MA6K7T2Q5"),
            an_employer_with_a_worker(app, 2, "91532801MA6K7T2R4"),
            an_employer_with_a_worker(app, 3, "91532801MA6K7T2T1"),
        ];
        let county = Some("532801");
        let first = app.program_as("county.one", Role::CountyHr, county);
        let review = app.program_as("township", Role::TownshipOfficer, Some("532801003"));
        let second = app.program_as("county.two", Role::CountyHr, county);
        let claim = filed(app, rule, employers[0], "6217000000000001");
        filed(app, rule, employers[1], "6217000000000002");
        let signals = |who: &Program, filter: &str| {
            who.get(&format!("/api/v1/claim-signals{filter}")).expect(200).json()["items"].as_array().expect("signals").clone()
        };
        assert_eq!(signals(&first, ""), Vec::<Value>::new(), "two may share a phone");
        filed(app, rule, employers[2], "6217000000000001");
        let phones = signals(&first, "?kind=shared_phone&state=open");
        assert_eq!(phones.len(), 3, "also on the two claims that came before");
        assert!(phones[0]["facts"][0]["words"].as_str().expect("words").contains('3'), "{}", phones[0]);
        assert_eq!(signals(&first, "?kind=shared_account").len(), 2, "the first and the third");
        first.get("/api/v1/claim-signals?kind=phone").expect(400);
        let claim = first.get(&format!("/api/v1/claims/{}", claim.id)).expect(200).json();
        let claim = step(&first, &claim).expect(200).json();
        let claim = step(&review, &claim).expect(200).json();
        let open = step(&second, &claim).expect(409);
        assert_eq!(open.code(), "claim-signals-open");
        assert!(open.text.contains('2'), "{}", open.text);
        let browser = app.signed_in_as(Role::CountyHr, county);
        let id = claim["id"].as_str().expect("an id").to_owned();
        browser.get(&format!("/claims/{id}")).expect(200).shows("多家同一电话").shows("3 家申领用同一个电话").shows("多家同一账户");
        browser.get("/board/signals?state=open").expect(200).shows("农场1").shows("未处理");
        let file = browser.get("/board/signals.csv?kind=shared_phone").expect(200);
        assert!(file.text.contains("农场3") && file.text.contains("同一个电话"), "{}", file.text);
        let own: Vec<Value> = signals(&first, "?state=open").into_iter().filter(|signal| signal["claim_id"] == claim["id"]).collect();
        assert_eq!(own.len(), 2);
        let far = app.program_as("far", Role::CountyHr, Some("532823"));
        answered(&far, &own[0], "dismissed", "不归我管").expect(404);
        assert_eq!(answered(&second, &own[0], "dismissed", "无").expect(422).code(), "invalid");
        let page = format!("/board/signals/{}", own[0]["id"].as_str().expect("an id"));
        browser.fill(&page, &format!("{page}/answer"), &[("answer", "dismissed"), ("note", "")]).expect(422).shows("至少 4 个字");
        browser.fill(&page, &format!("{page}/answer"), &[("answer", "dismissed"), ("note", "三家同一个会计")]).expect(303);
        assert_eq!(answered(&second, &own[0], "investigated", "又看了一遍").expect(409).code(), "signal-answered");
        answered(&second, &own[1], "investigated", "去银行问过，是一家人").expect(204);
        assert_eq!(step(&second, &claim).expect(200).json()["state"], "notice");
    }
}

story! {
    fn an_invoice_makes_the_amount_and_counts_once(app) {
        let rule = confirmed(app, "EMPLOYER_SI", &[]);
        granted(app, FundSource::EmploymentFund, 50_000);
        let employers = [
            an_employer_with_a_worker(app, 1, "91532801MA6K7T2Q5"),
            an_employer_with_a_worker(app, 2, "91532801MA6K7T2R4"),
        ];
        let first = app.program_as("county.one", Role::CountyHr, Some("532801"));
        let claims = [
            filed(app, rule, employers[0], "6217000000000001"),
            filed(app, rule, employers[1], "6217000000000002"),
        ];
        let seen = |claim: &Claim| first.get(&format!("/api/v1/claims/{}", claim.id)).expect(200).json();
        let claim = seen(&claims[0]);
        assert_eq!(claim["amount"], "0.00", "nobody has read what was paid");
        assert_eq!(step(&first, &claim).expect(409).code(), "claim-unproven");
        let prove = |claim: &Value, invoice: &str, amount: &str| {
            let document = claim["documents"].as_array().expect("documents").iter().find(|d| d["kind"] == "si_record").expect("the record");
            let body = json!({ "step": "prove", "version": claim["version"], "document": document["id"], "invoice": invoice, "amount": amount });
            first.send("POST", &format!("/api/v1/claims/{}/steps", claim["id"].as_str().expect("an id")), &body)
        };
        prove(&claim, "12345", "5000").expect(422);
        prove(&claim, "25532000000012345678", "0").expect(422);
        let county = app.signed_in_as(Role::CountyHr, Some("532801"));
        county.get(&format!("/claims/{}", claims[0].id)).expect(200).shows("录入凭证金额");
        county.get(&format!("/claims/{}/steps/prove", claims[0].id)).expect(200).shows("发票号码").shows("岩温");
        let proven = prove(&claim, "2553 2000 0000 1234 5678", "5000.56").expect(200).json();
        assert_eq!(proven["amount"], "5000.00", "whole yuan");
        let other = seen(&claims[1]);
        assert_eq!(prove(&other, "25532000000012345678", "5000").expect(409).code(), "invoice-known");
        assert_eq!(seen(&claims[1])["amount"], "0.00", "nothing has changed");
        assert_eq!(step(&first, &proven).expect(200).json()["state"], "accepted");
        let reject = json!({ "step": "reject", "version": seen(&claims[1])["version"], "note": "没有凭证" });
        first.send("POST", &format!("/api/v1/claims/{}/steps", claims[1].id), &reject).expect(200);
    }
}
