//! Programs: tokens, the API's refusals, repeated requests, the document.

use serde_json::json;
use yigang::accounts::GrantDraft;
use yigang::base::codes::Role;

use crate::story;
use crate::support::{PASSWORD, Program};

story! {
    fn a_token_opens_the_api_until_it_is_revoked_or_expires(app) {
        let user = app.account("zhangke", &[GrantDraft::everywhere(Role::PrefectureHr)]);
        let program = app.program_of(user);
        let account = program.get("/api/v1/account").expect(200).json();
        assert_eq!(account["sign_in_name"], "zhangke");
        assert_eq!(account["grants"][0]["role"], "prefecture_hr");
        let issued = program.send("POST", "/api/v1/account/tokens", &json!({"name": "二号", "days": 2})).expect(201).json();
        let second = Program::new(&app.address, issued["secret"].as_str().map(str::to_owned));
        second.get("/api/v1/account").expect(200);
        let listed = program.get("/api/v1/account/tokens").expect(200).json();
        assert_eq!(listed["items"].as_array().map(Vec::len), Some(2));
        assert!(listed["items"][0]["secret"].is_null(), "a secret is shown once");
        app.pass_seconds(2 * 86_400 + 1);
        assert_eq!(second.get("/api/v1/account").expect(401).code(), "unauthenticated");
        let id = listed["items"][0]["id"].as_str().unwrap();
        program.delete(&format!("/api/v1/account/tokens/{id}")).expect(204);
        program.delete("/api/v1/account/tokens/0000000000000").expect(404);
    }
}

story! {
    fn refusals_are_problems_in_the_callers_words(app) {
        let program = app.program_as("guanli", Role::Admin, None);
        let unknown = json!({"sign_in_name": "a", "display_name": "甲", "grant": {"role": "admin"}, "colour": "red"});
        let answer = program.send("POST", "/api/v1/users", &unknown).expect(400);
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert_eq!(answer.code(), "json-unreadable");
        let short = json!({"sign_in_name": "a", "display_name": "甲", "grant": {"role": "auditor"}});
        let answer = program.send("POST", "/api/v1/users", &short).expect(422).json();
        assert_eq!(answer["errors"][0]["field"], "sign_in_name");
        assert_eq!(program.get("/api/v1/users?colour=red").expect(400).code(), "parameter-unknown");
        assert_eq!(program.get("/api/v1/users?limit=0").expect(400).code(), "limit-out-of-range");
        assert_eq!(program.get("/api/v1/users?cursor=x").expect(400).code(), "cursor-unreadable");
        assert_eq!(Program::new(&app.address, None).get("/api/v1/users").expect(401).code(), "unauthenticated");
        assert_eq!(program.get("/api/v1/nothing").expect(404).code(), "not-found");
    }
}

story! {
    fn lists_are_walked_by_cursor_and_every_id_opens(app) {
        let program = app.program_as("guanli", Role::Admin, None);
        for number in 0..5 {
            app.account(&format!("officer{number}"), &[GrantDraft::everywhere(Role::PrefectureHr)]);
        }
        let (mut seen, mut path) = (Vec::new(), "/api/v1/users?limit=2".to_owned());
        loop {
            let page = program.get(&path).expect(200).json();
            for item in page["items"].as_array().unwrap() {
                let id = item["id"].as_str().unwrap();
                program.get(&format!("/api/v1/users/{id}")).expect(200);
                seen.push(id.to_owned());
            }
            let Some(next) = page["next"].as_str() else { break };
            path = format!("/api/v1/users?limit=2&cursor={next}");
        }
        assert_eq!(seen.len(), 6);
        let filtered = program.get("/api/v1/users?q=officer&role=prefecture_hr").expect(200).json();
        assert_eq!(filtered["items"].as_array().map(Vec::len), Some(5));
        assert_eq!(program.get("/api/v1/users?q=%25").expect(200).json()["items"].as_array().map(Vec::len), Some(6));
    }
}

story! {
    fn a_repeated_request_with_its_key_is_carried_out_once(app) {
        let program = app.program_as("guanli", Role::Admin, None);
        let user = app.account("yanwen", &[]);
        let path = format!("/api/v1/users/{user}/grants");
        let body = json!({"role": "township_officer", "region": "532823101"});
        let first = program.send_with_key(&path, "k-1", &body).expect(201);
        let again = program.send_with_key(&path, "k-1", &body).expect(201);
        assert_eq!(first.text, again.text);
        assert_eq!(again.header("content-type"), "application/json");
        let other = json!({"role": "township_officer", "region": "532823102"});
        assert_eq!(program.send_with_key(&path, "k-1", &other).expect(409).code(), "idempotency-key-reused");
        let account = program.get(&format!("/api/v1/users/{user}")).expect(200).json();
        assert_eq!(account["grants"].as_array().map(Vec::len), Some(1));
        // A refusal does not use the key up.
        let wrong = json!({"role": "township_officer", "region": "000000"});
        program.send_with_key(&path, "k-2", &wrong).expect(422);
        program.send_with_key(&path, "k-2", &other).expect(201);
        // A secret is not kept to be repeated.
        let token = json!({"name": "x", "days": 3});
        program.send_with_key("/api/v1/account/tokens", "k-3", &token).expect(201);
        let repeated = program.send_with_key("/api/v1/account/tokens", "k-3", &token).expect(409);
        assert_eq!(repeated.code(), "idempotency-answer-secret");
        // After a day the key is forgotten.
        app.pass_seconds(86_400 + 1);
        app.settle();
        program.send_with_key(&path, "k-1", &body).expect(201);
    }
}

story! {
    fn signing_in_by_the_api_sets_a_cookie(app) {
        app.account("zhangke", &[GrantDraft::everywhere(Role::PrefectureHr)]);
        let browser = app.browser();
        let wrong = browser.api_post("/api/v1/sessions", None, &json!({"name": "zhangke", "password": "x"}));
        assert_eq!(wrong.expect(409).code(), "sign-in-failed");
        let draft = json!({"name": "zhangke", "password": PASSWORD});
        let answer = browser.api_post("/api/v1/sessions", None, &draft).expect(201);
        assert_eq!(answer.json()["sign_in_name"], "zhangke");
        browser.get("/api/v1/account").expect(200);
    }
}

story! {
    fn the_document_is_served_and_the_monitors_are_answered(app) {
        let nobody = Program::new(&app.address, None);
        assert!(nobody.get("/api/v1/openapi.json").expect(200).json()["openapi"].as_str().unwrap().starts_with("3.1"));
        assert_eq!(nobody.get("/healthz").expect(200).text, "ok");
        assert_eq!(nobody.get("/readyz").expect(200).text, "ready");
        nobody.get("/metrics").expect(200).shows("http_requests_total").shows("route=\"/readyz\"");
        app.services.stop();
        assert_eq!(nobody.get("/readyz").expect(503).text, "stopping");
        assert_eq!(nobody.get("/healthz").expect(200).text, "ok");
    }
}
