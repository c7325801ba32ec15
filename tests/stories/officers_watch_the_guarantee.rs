//! The board, the named list, the household: what officers see follows from what is recorded, for any day.

use serde_json::json;
use yigang::base::codes::Role;

use crate::story;
use crate::support::TestApp;
use crate::support::builders::{Made, a_household, a_labourer};

const DAY: i64 = 86_400;

/// Records work of somebody through the form that a cadre fills.
pub fn employ(app: &TestApp, made: &Made, start_on: &str) {
    let officer = app.signed_in_as(Role::CountyHr, Some("532801"));
    let path = format!("/village/persons/{}", made.persons[0]);
    let fields = [
        ("job_title", "保洁员"),
        ("employer_name", "景洪保洁公司"),
        ("form", "contract"),
        ("channel", "local_employer"),
        ("start_on", start_on),
        ("evidence", "visit"),
        ("place", "景洪市"),
        ("wage", "2600"),
    ];
    let form = format!("{path}/employments/new");
    let answer = officer.fill(&form, &format!("{path}/employments"), &fields).expect(303);
    officer
        .get(answer.location())
        .expect(200)
        .shows("登记就业")
        .shows("保洁员")
        .shows("编号");
}

story! {
    fn a_household_leaves_zero_when_work_is_recorded_and_returns_when_it_ends(app) {
        let made = a_household("532801100001").with(a_labourer("岩温")).enrol(app);
        let officer = app.signed_in_as(Role::CountyHr, Some("532801"));
        officer.get("/board").expect(200).shows("零就业 1 户").shows("532801100001");
        let today = app.services.clock.today().to_string();
        employ(app, &made, &today);
        let household = format!("/village/households/{}", made.household);
        officer.get(&household).expect(200).shows("达标").shows("岩温 开始工作");
        officer.get("/board").expect(200).shows("没有零就业的户").shows("100.0 %");
        let program = app.program_as("liwei", Role::PrefectureHr, None);
        let work = program.get(&format!("/api/v1/persons/{}/employments", made.persons[0])).expect(200).json();
        let id = work["items"][0]["id"].as_str().expect("an id").to_owned();
        app.pass_seconds(10 * DAY);
        let officer = app.signed_in_as(Role::CountyHr, Some("532801"));
        let last_day = app.services.clock.today().pred_opt().expect("a day").to_string();
        let end = format!("/village/employments/{id}/end");
        let wrong = [("version", "1"), ("end_on", "2030-01-01"), ("reason", "resigned")];
        officer.fill(&end, &end, &wrong).expect(422).shows("2030-01-01");
        let right = [("version", "1"), ("end_on", last_day.as_str()), ("reason", "resigned")];
        officer.fill(&end, &end, &right).expect(303);
        officer.get("/board").expect(200).shows("零就业 1 户").shows("第 1 天");
        // The past is not changed by what happened later.
        let before = program.get(&format!("/api/v1/coverage?as_of={last_day}")).expect(200).json();
        assert_eq!(before["total"]["zero"], 0);
        assert_eq!(before["total"]["rate_bp"], 10_000);
    }
}

story! {
    fn each_week_of_the_chart_is_computed_as_of_its_day(app) {
        let made = a_household("532801100001").with(a_labourer("岩温")).enrol(app);
        a_household("532801100002").with(a_labourer("玉香")).enrol(app);
        app.pass_seconds(14 * DAY);
        employ(app, &made, &app.services.clock.today().to_string());
        let program = app.program_as("liwei", Role::PrefectureHr, None);
        let coverage = program.get("/api/v1/coverage?by=village").expect(200).json();
        let weeks = coverage["weeks"].as_array().expect("weeks");
        assert_eq!(weeks.len(), 12);
        assert_eq!(weeks[11]["total"]["zero"], 1);
        assert_eq!(weeks[10]["total"]["zero"], 2);
        assert_eq!(weeks[8]["total"]["in_scope"], 0, "before the households were enrolled");
        for week in weeks {
            let day = week["as_of"].as_str().expect("a day");
            let alone = program.get(&format!("/api/v1/coverage?as_of={day}")).expect(200).json();
            assert_eq!(alone["total"], week["total"], "{day}");
        }
    }
}

story! {
    fn another_countys_households_do_not_exist_for_an_officer(app) {
        let made = a_household("532822100001").in_village("532822100001").with(a_labourer("岩叫")).enrol(app);
        let officer = app.signed_in_as(Role::CountyHr, Some("532801"));
        officer.get(&format!("/village/households/{}", made.household)).expect(404);
        officer.get(&format!("/village/persons/{}", made.persons[0])).expect(404);
        officer.get(&format!("/village/persons/{}/reveals/new", made.persons[0])).expect(404);
        officer.get("/board?region=532822").expect(404);
        officer.get("/village/households?state=zero").expect(200).hides("532822100001");
        let partner = app.signed_in_as(Role::DeptPartner, None);
        partner.get("/board").expect(200).hides("532822100001").hides("/village/households");
        partner.get("/village/households?state=zero").expect(403);
    }
}

story! {
    fn a_number_is_shown_once_for_a_reason_and_leaves_a_line(app) {
        let made = a_household("532801100001").with(a_labourer("岩温")).enrol(app);
        let officer = app.signed_in_as(Role::CountyHr, Some("532801"));
        let person = format!("/village/persons/{}", made.persons[0]);
        let masked = officer.get(&person).expect(200).shows("532899********").hides("1990-03-15");
        drop(masked);
        let form = format!("{person}/reveals/new");
        let action = format!("{person}/reveals");
        officer.fill(&form, &action, &[("field", "id_number"), ("reason", "看")]).expect(422).shows("至少 4 个字");
        let page = officer.fill(&form, &action, &[("field", "id_number"), ("reason", "核对社保参保证件")]).expect(200);
        page.shows("53289919900315").shows("已经记下");
        officer.get(&person).expect(200).hides("53289919900315");
        officer.get("/board/audit?about=person").expect(200).shows("查看全号").shows("核对社保参保证件");
        let colleague = app.signed_in_as(Role::CountyHr, Some("532801"));
        colleague.get("/board/audit?about=person").expect(200).shows("核对社保参保证件");
        let elsewhere = app.signed_in_as(Role::CountyHr, Some("532822"));
        elsewhere.get("/board/audit?about=person").expect(200).hides("核对社保参保证件");
        let cadre = app.signed_in_as(Role::VillageOfficer, Some("532801002001"));
        cadre.get(&form).expect(403);
    }
}

story! {
    fn a_cadre_states_a_wish_and_the_refused_form_keeps_what_was_typed(app) {
        let made = a_household("532801100001").with(a_labourer("岩温")).enrol(app);
        let cadre = app.signed_in_as(Role::VillageOfficer, Some("532801002001"));
        cadre.get("/village").expect(200).shows("岩温").shows("零就业").shows("下一步");
        let person = format!("/village/persons/{}", made.persons[0]);
        let form = format!("{person}/wishes/new");
        let action = format!("{person}/wishes");
        let wrong = [("wants", "work"), ("occupations", "没有这种工"), ("note", "想离家近")];
        cadre.fill(&form, &action, &wrong).expect(422).shows("没有这种工").shows("想离家近");
        let right = [("wants", "work"), ("occupations", "4-09-08-01"), ("destination", "county"), ("wage_min", "2400")];
        let answer = cadre.fill(&form, &action, &right).expect(303);
        cadre.get(answer.location()).expect(200).shows("登记求职意愿").shows("2,400");
        let program = app.program_as("liwei", Role::PrefectureHr, None);
        let wish = program.get(&format!("/api/v1/persons/{}/wishes/newest", made.persons[0])).expect(200).json();
        assert_eq!(wish["occupations"], json!(["4-09-08-01"]));
    }
}

story! {
    fn lists_leave_as_files_without_formulas_and_leave_a_line(app) {
        a_household("532801100001").with(a_labourer("=岩温")).enrol(app);
        let officer = app.signed_in_as(Role::CountyHr, Some("532801"));
        let file = officer.get("/village/households.csv?state=zero").expect(200).shows("532801100001").shows("'=岩温");
        assert!(file.header("content-disposition").starts_with("attachment"));
        officer.get("/board/audit").expect(200).shows("导出名单").shows("state=zero");
        officer.get("/board/audit/check").expect(200).shows("没有被改动过");
        officer.get("/village/households?state=zeroes").expect(400).shows("zero");
        officer.get("/village/households?colour=red").expect(400);
        officer.get("/board?as_of=2099-01-01").expect(400);
    }
}
