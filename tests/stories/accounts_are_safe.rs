//! Signing in, lock-out, one-time passwords, rights that change, forged requests.

use serde_json::json;
use yigang::accounts::{self, GrantDraft};
use yigang::base::codes::Role;
use yigang::base::region::RegionCode;
use yigang::platform::db::Caller;

use crate::story;
use crate::support::{Browser, PASSWORD, TestApp};

fn officer(app: &TestApp, name: &str) -> Browser {
    app.account(
        name,
        &[GrantDraft::over(Role::CountyHr, RegionCode::parse("532823").unwrap())],
    );
    app.browser()
}

story! {
    fn whoever_signs_in_lands_on_his_own_first_page(app) {
        let browser = officer(app, "zhangke");
        let answer = browser.sign_in("ZhangKe", PASSWORD);
        assert_eq!(answer.location(), "/board");
        assert!(answer.header("set-cookie").contains("HttpOnly"), "{}", answer.header("set-cookie"));
        let page = browser.get("/account").expect(200).shows("zhangke").shows("勐腊县");
        assert_eq!(page.header("cache-control"), "no-store");
        browser.fill("/account", "/sign-out", &[]).expect(303);
        assert!(browser.get("/account").expect(303).location().starts_with("/sign-in?back=/account"));
    }
}

story! {
    fn signing_in_leads_back_to_pages_of_ours_only(app) {
        let browser = officer(app, "zhangke");
        for (back, there) in
            [("/account", "/account"), ("//evil.example", "/board"), ("/\\evil.example", "/board"), ("https://e.x", "/board")]
        {
            let fields = [("name", "zhangke"), ("password", PASSWORD), ("back", back)];
            let browser_of_its_own = app.browser();
            let answer = browser_of_its_own.fill("/sign-in", "/sign-in", &fields).expect(303);
            assert_eq!(answer.location(), there, "back to {back}");
        }
        drop(browser);
    }
}

story! {
    fn an_unknown_name_and_a_wrong_password_get_the_same_answer(app) {
        let browser = officer(app, "zhangke");
        let wrong = browser.try_sign_in("zhangke", "not the password").expect(422);
        let unknown = browser.try_sign_in("zhangk2", "not the password").expect(422);
        let problem = |answer: &crate::support::Answer| {
            answer.text.split_once("class=\"problems\"").map(|(_, rest)| rest[..300].to_owned())
        };
        assert_eq!(problem(&wrong), problem(&unknown));
        assert!(problem(&wrong).is_some());
        wrong.shows("value=\"zhangke\"").hides("not the password");
    }
}

story! {
    fn five_failures_make_the_account_wait_even_for_the_right_password(app) {
        let browser = officer(app, "zhangke");
        for _ in 0..5 {
            browser.try_sign_in("zhangke", "not the password").expect(422);
        }
        browser.try_sign_in("zhangke", PASSWORD).expect(422);
        app.pass_seconds(15 * 60 + 1);
        browser.sign_in("zhangke", PASSWORD);
    }
}

story! {
    fn an_address_that_tries_too_often_waits(app) {
        let browser = officer(app, "zhangke");
        // Failures are counted per address; made here as the action does, which is the expensive part.
        let caller = Caller { address: "127.0.0.1".to_owned(), ..Caller::task("story") };
        for number in 0..30 {
            let tried = accounts::sign_in(&app.services.db, &caller, &format!("guess{number}"), "x");
            assert!(tried.is_err());
        }
        browser.try_sign_in("zhangke", PASSWORD).expect(429).shows("15");
        app.pass_seconds(15 * 60 + 1);
        browser.sign_in("zhangke", PASSWORD);
    }
}

story! {
    fn a_one_time_password_must_be_changed_before_anything_else(app) {
        let region = RegionCode::parse("532823").unwrap();
        app.account_with("yanwen", &[GrantDraft::over(Role::CountyHr, region)], true);
        let browser = app.browser();
        assert_eq!(browser.sign_in("yanwen", PASSWORD).location(), "/account/password");
        for path in ["/", "/account", "/settings"] {
            assert_eq!(browser.get(path).expect(303).location(), "/account/password", "{path}");
        }
        assert_eq!(browser.get("/api/v1/account/tokens").code(), "password-must-change");
        let wanted = "rubber-rain-river-9";
        let page = "/account/password";
        let differing = [("current", PASSWORD), ("wanted", wanted), ("again", "something else")];
        browser.fill(page, page, &differing).expect(422);
        let guessable = [("current", PASSWORD), ("wanted", "password1234"), ("again", "password1234")];
        browser.fill(page, page, &guessable).expect(422);
        let good = [("current", PASSWORD), ("wanted", wanted), ("again", wanted)];
        browser.fill(page, page, &good).expect(303);
        browser.get("/account").expect(200);
        app.browser().try_sign_in("yanwen", PASSWORD).expect(422);
        app.browser().sign_in("yanwen", wanted);
    }
}

story! {
    fn a_changed_password_ends_the_other_sessions(app) {
        let here = officer(app, "zhangke");
        here.sign_in("zhangke", PASSWORD);
        let there = app.browser();
        there.sign_in("zhangke", PASSWORD);
        let wanted = "rubber-rain-river-9";
        let fields = [("current", PASSWORD), ("wanted", wanted), ("again", wanted)];
        here.fill("/account/password", "/account/password", &fields).expect(303);
        here.get("/account").expect(200);
        there.get("/account").expect(303);
    }
}

story! {
    fn changed_rights_act_on_the_next_request(app) {
        let admin = app.signed_in_as(Role::Admin, None);
        let user = app.account("zhangke", &[GrantDraft::everywhere(Role::Admin)]);
        let browser = app.browser();
        browser.sign_in("zhangke", PASSWORD);
        browser.get("/settings").expect(200);
        let page = format!("/settings/users/{user}");
        let grant = admin.get(&page).expect(200).hidden("grant").expect("a grant to take away");
        admin.fill(&page, &format!("{page}/revoked-grants"), &[("grant", &grant)]).expect(303);
        browser.get("/settings").expect(403);
        let role = [("role", "county_hr"), ("region", "勐腊县")];
        admin.fill(&page, &format!("{page}/grants"), &role).expect(303);
        browser.get("/account").expect(200).shows("勐腊县");
        admin.fill(&page, &format!("{page}/state"), &[("state", "disabled")]).expect(303);
        browser.get("/account").expect(303);
        app.browser().try_sign_in("zhangke", PASSWORD).expect(422);
    }
}

story! {
    fn an_administrator_makes_an_account_that_works_once_its_password_is_changed(app) {
        let admin = app.signed_in_as(Role::Admin, None);
        let fields =
            [("sign_in_name", "yuwang"), ("display_name", "玉旺"), ("role", "township_officer"), ("region", "532823101")];
        let page = admin.fill("/settings/users/new", "/settings/users", &fields).expect(200);
        let password = page.secret();
        let browser = app.browser();
        assert_eq!(browser.sign_in("yuwang", &password).location(), "/account/password");
        admin.get("/settings?q=yuw").expect(200).shows("玉旺");
        admin.get("/settings?q=nobody").expect(200).hides("玉旺");
        admin.get("/settings?state=disabled").expect(200).hides("玉旺");
        admin.get("/settings?role=nonsense").expect(400);
        let unknown = [("sign_in_name", "yuwang2"), ("display_name", "玉旺"), ("role", "township_officer"), ("region", "乌有乡")];
        let refused = admin.fill("/settings/users/new", "/settings/users", &unknown).expect(422);
        refused.shows("value=\"yuwang2\"").shows("乌有乡");
    }
}

story! {
    fn nobody_changes_his_own_rights(app) {
        let user = app.account("guanli", &[GrantDraft::everywhere(Role::Admin)]);
        let admin = app.browser();
        admin.sign_in("guanli", PASSWORD);
        let page = format!("/settings/users/{user}");
        let role = [("role", "auditor")];
        admin.fill(&page, &format!("{page}/grants"), &role).expect(409);
        admin.fill(&page, &format!("{page}/state"), &[("state", "disabled")]).expect(409);
    }
}

story! {
    fn only_administrators_see_accounts(app) {
        for role in [Role::PrefectureHr, Role::Auditor] {
            let browser = app.signed_in_as(role, None);
            browser.get("/settings").expect(403);
            browser.get("/status").expect(403);
        }
        assert!(app.browser().get("/settings").expect(303).location().starts_with("/sign-in"));
        app.signed_in_as(Role::Admin, None).get("/status").expect(200);
    }
}

story! {
    fn writes_without_the_pages_token_or_from_elsewhere_change_nothing(app) {
        let browser = officer(app, "zhangke");
        browser.sign_in("zhangke", PASSWORD);
        let csrf = browser.get("/account").hidden("csrf").expect("a token");
        browser.post_raw("/sign-out", &[], "same-origin").expect(403);
        browser.post_raw("/sign-out", &[("csrf", "wrong")], "same-origin").expect(403);
        browser.post_raw("/sign-out", &[("csrf", &csrf)], "cross-site").expect(403);
        let body = json!({"name": "x", "days": 1});
        browser.api_post("/api/v1/account/tokens", None, &body).expect(403);
        browser.get("/account").expect(200);
        browser.api_post("/api/v1/account/tokens", Some(&csrf), &body).expect(201);
        browser.post_raw("/sign-out", &[("csrf", &csrf)], "same-origin").expect(303);
        browser.get("/account").expect(303);
    }
}

story! {
    fn sessions_end_when_idle(app) {
        let browser = officer(app, "zhangke");
        browser.sign_in("zhangke", PASSWORD);
        app.pass_seconds(29 * 60);
        browser.get("/account").expect(200);
        app.pass_seconds(29 * 60);
        browser.get("/account").expect(200);
        app.pass_seconds(31 * 60);
        browser.get("/account").expect(303);
    }
}

story! {
    fn a_session_elsewhere_can_be_ended_from_the_account_page(app) {
        let here = officer(app, "zhangke");
        let there = app.browser();
        there.sign_in("zhangke", PASSWORD);
        here.sign_in("zhangke", PASSWORD);
        let session = here.get("/account").expect(200).hidden("session").expect("the other session");
        here.fill("/account", "/account/ended-sessions", &[("session", &session)]).expect(303);
        there.get("/account").expect(303);
        here.get("/account").expect(200);
        let stranger = app.signed_in_as(Role::CountyHr, Some("532801"));
        let own = stranger.fill("/account", "/account/ended-sessions", &[("session", &session)]);
        own.expect(404);
    }
}
