//! What a person must be able to finish in a browser: pages as a phone shows them, in both languages. That they
//! work without scripts is what the stories prove, which have none. Without a browser on the machine it says so; `REQUIRE_BROWSER=1` makes that a failure.

mod driver;
#[path = "../stories/support/mod.rs"]
mod support;

use driver::{Driver, Phone};
use support::builders::{a_household, a_labourer};
use support::{Backend, PASSWORD, TestApp};
use yigang::accounts::GrantDraft;
use yigang::base::codes::Role;

/// Starts a bureau and a browser, or says what is missing.
fn with_browser(tell: impl FnOnce(&TestApp, &Driver)) {
    let Some(app) = TestApp::start(Backend::Sqlite) else {
        return;
    };
    match Driver::start() {
        Some(driver) => tell(&app, &driver),
        None => {
            assert!(
                std::env::var_os("REQUIRE_BROWSER").is_none(),
                "REQUIRE_BROWSER is set and no chromedriver was found"
            );
            println!("skipped: no chromedriver was found");
        }
    }
}

/// What every page owes its readers: a language, a title, one first heading, a label for every field, no sideways scroll.
fn check_page(phone: &Phone<'_>, path: &str, language: &str) {
    let faults = phone.script(
        "const faults = [];
         if (document.documentElement.lang !== arguments[0]) faults.push('lang ' + document.documentElement.lang);
         if (!document.title.trim()) faults.push('no title');
         const h1 = document.querySelectorAll('h1').length;
         if (h1 !== 1) faults.push(h1 + ' first headings');
         if (document.documentElement.scrollWidth > window.innerWidth) faults.push('scrolls sideways');
         for (const field of document.querySelectorAll('input:not([type=hidden]), select, textarea')) {
           if (!field.labels.length && !field.getAttribute('aria-label')) faults.push('no label: ' + field.name);
         }
         for (const id of document.querySelectorAll('[id]')) {
           if (document.querySelectorAll('[id=\"' + id.id + '\"]').length > 1) faults.push('id twice: ' + id.id);
         }
         return faults;",
        &serde_json::json!([language]),
    );
    assert_eq!(faults, serde_json::json!([]), "{path} in {language}");
}

#[test]
fn pages_keep_their_promises_on_a_phone_in_both_languages() {
    with_browser(|app, driver| {
        let made = a_household("5328010030020001")
            .in_village("532801003002")
            .with(a_labourer("岩温"))
            .enrol(app);
        app.account("yanwen", &[GrantDraft::for_person(made.persons[0])]);
        let region = |code: &str| yigang::base::region::RegionCode::parse(code).expect("a region");
        app.account("xianju", &[GrantDraft::over(Role::CountyHr, region("532801"))]);
        app.account("cungan", &[GrantDraft::over(Role::VillageOfficer, region("532801003"))]);
        let people = [
            None,
            Some((Role::Worker, "yanwen")),
            Some((Role::CountyHr, "xianju")),
            Some((Role::VillageOfficer, "cungan")),
        ];
        for person in people {
            let household = format!("/village/households/{}", made.household);
            let pages: Vec<&str> = match person.map(|(role, _)| role) {
                None => vec![
                    "/",
                    "/openings",
                    "/sign-in",
                    "/register",
                    "/help",
                    "/privacy",
                    "/accessibility",
                    "/place",
                ],
                Some(Role::Worker) => vec![
                    "/me",
                    "/me/matches",
                    "/me/applications",
                    "/me/household",
                    "/me/wish",
                    "/me/data",
                    "/account",
                ],
                Some(Role::CountyHr) => vec!["/board", "/board/verify", "/board/imports", "/board/audit", &household],
                _ => vec!["/village", "/village/households", &household],
            };
            let phone = driver.phone(&app.address, 360);
            if let Some((_, name)) = person {
                phone.open("/sign-in");
                phone.fill("input[name=name], input[name=sign_in_name]", name);
                phone.fill("input[type=password]", PASSWORD);
                phone.send("main button[type=submit]");
            }
            for page in &pages {
                phone.open(page);
                check_page(&phone, page, "zh-CN");
            }
            phone.open("/language/en?back=/help");
            for page in pages {
                phone.open(page);
                check_page(&phone, page, "en");
            }
        }
    });
}

#[test]
fn a_seeker_signs_in_and_states_a_wish() {
    with_browser(|app, driver| {
        let made = a_household("5328010030020001")
            .in_village("532801003002")
            .with(a_labourer("岩温"))
            .enrol(app);
        app.account("yanwen", &[GrantDraft::for_person(made.persons[0])]);
        let phone = driver.phone(&app.address, 360);
        phone.open("/me/wish");
        phone.fill("input[name=name], input[name=sign_in_name]", "yanwen");
        phone.fill("input[type=password]", PASSWORD);
        phone.send("main button[type=submit]");
        assert!(
            phone.path().starts_with("/me/wish"),
            "back where he wanted to go: {}",
            phone.path()
        );
        phone.press("input[type=radio][value=township]");
        phone.press("input[name=wage_min]");
        phone.send("main form button[type=submit]");
        let shown = phone.script("return document.body.innerText", &serde_json::json!([]));
        assert!(phone.path().starts_with("/me/matches"), "{}: {shown}", phone.path());
        let wish = app
            .services
            .db
            .read(|conn| yigang::registry::wish_of(conn, made.persons[0]))
            .expect("read")
            .expect("a wish");
        assert_eq!(wish.destination.as_str(), "township");
    });
}
