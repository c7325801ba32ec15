//! Whoever asks for work has a dated receipt, and an answer within fifteen days.

use serde_json::{Value, json};
use yigang::accounts::GrantDraft;
use yigang::base::codes::Role;
use yigang::base::ids::PersonId;
use yigang::hiring;
use yigang::platform::db::Caller;

use crate::households_get_work::an_open_posting;
use crate::story;
use crate::support::browser::Program;
use crate::support::builders::{a_household, a_labourer};

const DAY: i64 = 86_400;

fn wish(program: &Program, person: PersonId, wants: &str) {
    let body = json!({ "wants": wants, "destination": "county" });
    program
        .send("POST", &format!("/api/v1/persons/{person}/wishes"), &body)
        .expect(201);
}

fn requests(program: &Program, person: PersonId) -> Vec<Value> {
    let found = program
        .get(&format!("/api/v1/persons/{person}/work-requests"))
        .expect(200)
        .json();
    found.as_array().expect("a list").clone()
}

story! {
    fn asking_twice_is_one_request_and_silence_goes_up(app) {
        let made = a_household("5328010020010001").in_village("532801002001").with(a_labourer("岩温")).enrol(app);
        let person = made.persons[0];
        let own = app.account("yanwen", &[GrantDraft::for_person(person)]);
        let own = app.program_of(own);
        let officer = app.program_as("liwei", Role::CountyHr, Some("532801"));
        assert!(requests(&own, person).is_empty());
        wish(&own, person, "work");
        wish(&own, person, "work");
        let all = requests(&own, person);
        assert_eq!(all.len(), 1, "{all:?}");
        let first = &all[0];
        assert_eq!((&first["asked_on"], &first["due_on"]), (&json!("2026-11-23"), &json!("2026-12-08")));
        assert_eq!((&first["channel"], &first["asked"]), (&json!("self_service"), &json!("village")));
        // The other county's officer sees nothing of it; another seeker neither.
        let elsewhere = app.program_as("wangfang", Role::CountyHr, Some("532822"));
        assert_eq!(elsewhere.get("/api/v1/work-requests").expect(200).json()["items"], json!([]));
        elsewhere.get(&format!("/api/v1/persons/{person}/work-requests")).expect(404);
        app.pass_seconds(16 * DAY);
        let late = officer.get("/api/v1/work-requests?due=late").expect(200).json();
        assert_eq!(late["items"][0]["asked"], "township");
        assert_eq!(officer.get("/api/v1/work-requests?due=in_time").expect(200).json()["items"], json!([]));
        officer.get("/api/v1/work-requests?due=soon").expect(400);
        officer.get("/api/v1/work-requests?cursor=x").expect(400);
        let path = format!("/api/v1/work-requests/{}/answers", first["id"].as_str().expect("an id"));
        let say = |version: i64, answer: &str, note: &str| json!({ "version": version, "answer": answer, "note": note });
        officer.send("POST", &path, &say(1, "withdrawn", "本人不要了")).expect(422);
        officer.send("POST", &path, &say(1, "none_now", "没")).expect(422);
        officer.send("POST", &path, &say(7, "none_now", "县内暂无岗位，月底再联系")).expect(409);
        elsewhere.send("POST", &path, &say(1, "none_now", "县内暂无岗位，月底再联系")).expect(404);
        let said = officer.send("POST", &path, &say(1, "none_now", "县内暂无岗位，月底再联系")).expect(200).json();
        assert_eq!((&said["answered_on"], &said["asked"]), (&json!("2026-12-09"), &Value::Null));
        officer.send("POST", &path, &say(2, "none_now", "县内暂无岗位，月底再联系")).expect(409);
        // Asking again is a new request with a number of its own.
        wish(&own, person, "training");
        let all = requests(&own, person);
        assert_eq!((all.len(), &all[0]["wants"]), (2, &json!("training")));
        assert_ne!(all[0]["number"], all[1]["number"]);
        wish(&own, person, "nothing");
        assert_eq!(requests(&own, person)[0]["answer"], "withdrawn");
    }
}

story! {
    fn a_recommendation_or_work_answers_by_itself(app) {
        let made = a_household("5328010020010001").in_village("532801002001").with(a_labourer("岩温")).with(a_labourer("玉香").woman()).enrol(app);
        let (one, other) = (made.persons[0], made.persons[1]);
        let cadre = app.program_as("cungan", Role::VillageOfficer, Some("532801002001"));
        wish(&cadre, one, "work");
        wish(&cadre, other, "work");
        assert_eq!(requests(&cadre, one)[0]["channel"], "on_behalf");
        let posting = an_open_posting(app, 2);
        app.services.db.write(&Caller::operator(), |tx| hiring::recommend(tx, posting, one).map(drop)).expect("recommended");
        assert_eq!(requests(&cadre, one)[0]["answer"], "offered");
        let today = app.services.clock.today();
        let work = |start: yigang::base::time::Day| json!({
            "person_id": other.to_string(), "job_title": format!("保洁员 {start}"), "form": "casual", "channel": "local_employer",
            "start_on": start.to_string(), "evidence": "visit",
        });
        cadre.send("POST", "/api/v1/employments", &work(today - chrono::Days::new(5))).expect(201);
        assert_eq!(requests(&cadre, other)[0]["answer"], Value::Null, "that work was there before he asked");
        cadre.send("POST", "/api/v1/employments", &work(today)).expect(201);
        assert_eq!(requests(&cadre, other)[0]["answer"], "at_work");
    }
}

story! {
    fn the_list_and_the_answer_on_the_pages(app) {
        let made = a_household("5328010020010001").in_village("532801002001").with(a_labourer("岩温")).enrol(app);
        let person = made.persons[0];
        let cadre = app.signed_in_as(Role::VillageOfficer, Some("532801002001"));
        cadre.get("/village/requests").expect(200).shows("没有等着答复的求职登记");
        let form = format!("/village/persons/{person}/wishes/new");
        cadre.fill(&form, &format!("/village/persons/{person}/wishes"), &[("wants", "work"), ("destination", "county")]).expect(303);
        let program = app.program_as("cungan", Role::VillageOfficer, Some("532801002001"));
        let request = requests(&program, person).remove(0);
        let id = request["id"].as_str().expect("an id").to_owned();
        cadre.get("/village/requests").expect(200).shows("岩温").shows("2026年12月8日");
        cadre.get("/village/requests?due=late").expect(200).hides("岩温");
        cadre.get("/village/requests.csv").expect(200).shows("岩温");
        cadre.get("/board/audit?about=export").expect(403);
        let (form, action) = (format!("/village/requests/{id}/answers/new"), format!("/village/requests/{id}/answers"));
        cadre.fill(&form, &action, &[("version", "1"), ("answer", "course"), ("note", "好")]).expect(422).shows("至少 4 个字").shows("好");
        cadre.fill(&form, &action, &[("version", "1"), ("answer", "course"), ("note", "已报名12月的缝纫班")]).expect(303);
        cadre.get(&form).expect(409);
        cadre.get("/village/requests").expect(200).hides("岩温").shows("1 件中 1 件");
    }
}
