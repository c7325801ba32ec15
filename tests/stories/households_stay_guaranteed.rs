//! The guarantee as an auditor would test it: what is stored equals what the facts say, whatever happened in which order.

use serde_json::json;
use yigang::base::actor::Scope;
use yigang::base::codes::{EmploymentChannel, EmploymentForm, GuaranteeState, LabourSkill, Role};
use yigang::base::ids::{HouseholdId, PersonId};
use yigang::base::region::RegionLevel;
use yigang::base::time::Day;
use yigang::employment::{self, Correction, EmploymentDraft, EndReason, EvidenceKind};
use yigang::guarantee::{self, BoardRequest, Level, Parameters, StandingBook};
use yigang::platform::db::Caller;
use yigang::registry::{self, PersonAmendment};

use crate::story;
use crate::support::TestApp;
use crate::support::builders::{a_household, a_labourer};

const DAY: i64 = 86_400;

/// A row of numbers that looks random and is the same every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn day_back(&mut self, today: Day, most: u64) -> Day {
        today - chrono::Days::new(self.roll(most))
    }
}

fn draft(person: PersonId, form: EmploymentForm, start_on: Day, end_on: Option<Day>) -> EmploymentDraft {
    EmploymentDraft {
        person_id: person,
        employer_id: None,
        employer_name: "景洪保洁公司".to_owned(),
        form,
        channel: EmploymentChannel::LocalEmployer,
        job_title: format!("保洁员 {start_on}"),
        occupation: None,
        region: None,
        place: String::new(),
        wage: None,
        start_on,
        end_on,
        evidence: EvidenceKind::Visit,
    }
}

/// Something that may happen; what the rules refuse changes nothing.
fn happen(app: &TestApp, dice: &mut Dice, persons: &[PersonId], today: Day) {
    let db = &app.services.db;
    let person = persons[usize::try_from(dice.roll(persons.len() as u64)).expect("small")];
    let work = db
        .read(|conn| employment::employments_of(conn, &[person], today))
        .expect("employments");
    let some = work.get(usize::try_from(dice.roll(work.len().max(1) as u64)).expect("small"));
    let caller = Caller::operator();
    let start = dice.day_back(today, 120);
    let done = match (dice.roll(7), some) {
        (0 | 1, _) | (_, None) => {
            let forms = [
                EmploymentForm::Contract,
                EmploymentForm::Casual,
                EmploymentForm::WelfarePost,
                EmploymentForm::OwnFarm,
            ];
            let form = forms[usize::try_from(dice.roll(4)).expect("small")];
            let end = (dice.roll(2) == 0).then(|| start + chrono::Days::new(dice.roll(90)));
            db.write(&caller, |tx| {
                employment::start_employment(tx, &draft(person, form, start, end)).map(drop)
            })
        }
        (2, Some(row)) => db.write(&caller, |tx| {
            employment::end_employment(
                tx,
                row.employment.id,
                row.employment.version,
                start,
                EndReason::Resigned,
            )
        }),
        (3, Some(row)) => db.write(&caller, |tx| {
            employment::record_evidence(tx, row.employment.id, None, start)
        }),
        (4, Some(row)) => {
            let correction = Correction {
                version: row.employment.version,
                start_on: start,
                end_on: (dice.roll(3) > 0).then(|| start + chrono::Days::new(dice.roll(60))),
                reason: Some(EndReason::Other),
                why: "合同上写的日期".to_owned(),
            };
            db.write(&caller, |tx| {
                employment::correct_employment(tx, row.employment.id, &correction).map(drop)
            })
        }
        (5, Some(_)) => {
            let capable = dice.roll(2) == 0;
            let amendment = PersonAmendment {
                labour_skill: Some(if capable {
                    LabourSkill::Ordinary
                } else {
                    LabourSkill::Lost
                }),
                ..PersonAmendment::default()
            };
            let version = db
                .read(|conn| Ok(registry::person_in(conn, person)?.0.version))
                .expect("the person");
            db.write(&caller, |tx| {
                registry::amend_person(tx, person, version, &amendment, today).map(drop)
            })
        }
        (_, Some(_)) => {
            app.pass_seconds(i64::try_from(dice.roll(25)).expect("small") * DAY);
            app.settle();
            Ok(())
        }
    };
    drop(done);
}

/// Since when a household has stood where it stands, found by asking each day by itself.
fn since_by_days(app: &TestApp, id: HouseholdId, today: Day) -> (GuaranteeState, Day) {
    let parameters = Parameters::default();
    let state_on = |day: Day| {
        let facts = app
            .services
            .db
            .read(|conn| guarantee::facts_for(conn, &[id], day))
            .expect("facts");
        facts
            .first()
            .map(|facts| guarantee::state_of(facts, day, &parameters).state)
    };
    let now = state_on(today).expect("it has a status");
    let mut since = today;
    while let Some(before) = since.pred_opt() {
        match state_on(before) {
            Some(state) if state == now || (state.is_zero() && now.is_zero()) => since = before,
            _ => break,
        }
    }
    (now, since)
}

/// The standings kept at hand make the boards that the tables make.
fn boards_agree(app: &TestApp, today: Day) {
    let book = app.services.memory.of::<StandingBook>();
    for (back, by) in [
        (0, Level::Site),
        (3, Level::Region(RegionLevel::Village)),
        (40, Level::Site),
    ] {
        let request = BoardRequest {
            scope: &Scope::Everywhere,
            site: None,
            as_of: today - chrono::Days::new(back),
            by,
            longest: 3,
        };
        let both = app
            .services
            .db
            .snapshot(|conn| Ok((book.board(conn, today, &request)?, guarantee::board(conn, &request)?)));
        let (kept, computed) = both.expect("boards");
        assert_eq!(kept, computed, "{back} days before {today}");
    }
}

story! {
    fn what_is_stored_equals_what_the_facts_say_after_anything(app) {
        for seed in 1..=4_u64 {
            let mut dice = Dice(seed * 7_919);
            let made = a_household(&format!("53280110000{seed}")).with(a_labourer("岩温")).with(a_labourer("玉香").woman()).enrol(app);
            app.pass_seconds(30 * DAY);
            app.settle();
            for step in 0..22 {
                happen(app, &mut dice, &made.persons, app.services.clock.today());
                boards_agree(app, app.services.clock.today());
                let today = app.services.clock.today();
                // A night passes before anybody compares: ages and evidence turn with the day.
                app.settle();
                let stored = app.services.db.read(|conn| guarantee::guarantee_of(conn, made.household)).expect("read");
                let stored = stored.expect("it was looked at");
                let (state, since) = since_by_days(app, made.household, today);
                assert_eq!((stored.state, stored.since_on), (state, since), "seed {seed}, step {step}, {today}");
                boards_agree(app, today);
            }
        }
    }
}

story! {
    fn a_correction_of_the_past_changes_the_pasts_answer(app) {
        let made = a_household("532801100001").with(a_labourer("岩温")).enrol(app);
        app.pass_seconds(40 * DAY);
        app.settle();
        let program = app.program_as("liwei", Role::PrefectureHr, None);
        let today = app.services.clock.today();
        let past = today - chrono::Days::new(20);
        let zero_then = |day: Day| program.get(&format!("/api/v1/coverage?as_of={day}")).expect(200).json()["total"].clone();
        assert_eq!(zero_then(past)["zero"], 1);
        let started = json!({
            "person_id": made.persons[0].to_string(), "job_title": "保洁员", "form": "contract", "channel": "local_employer",
            "start_on": (today - chrono::Days::new(10)).to_string(), "evidence": "visit",
        });
        let work = program.send("POST", "/api/v1/employments", &started).expect(201).json();
        assert_eq!(zero_then(past)["zero"], 1, "the work began later");
        let path = format!("/api/v1/employments/{}/corrections", work["id"].as_str().expect("an id"));
        let corrected = json!({ "version": 1, "start_on": (today - chrono::Days::new(30)).to_string(), "why": "合同上写的日期更早" });
        program.send("POST", &path, &corrected).expect(201);
        let then = zero_then(past);
        assert_eq!((&then["zero"], &then["covered"]), (&json!(0), &json!(1)));
        program.send("POST", &path, &corrected).expect(409);
        // The auditor reads what was said before and after.
        let auditor = app.signed_in_as(Role::PrefectureHr, None);
        auditor.get("/board/audit?about=employment").expect(200).shows("合同上写的日期更早");
    }
}

story! {
    fn what_cannot_be_is_refused_and_changes_nothing(app) {
        let made = a_household("532801100001").with(a_labourer("岩温")).enrol(app);
        let other = a_household("532801100002").with(a_labourer("玉香")).enrol(app);
        let program = app.program_as("liwei", Role::PrefectureHr, None);
        let today = app.services.clock.today();
        let person = made.persons[0].to_string();
        let work = |form: &str, start: Day, end: Option<Day>| json!({
            "person_id": person, "job_title": format!("保洁员 {start}"), "form": form, "channel": "local_employer",
            "start_on": start.to_string(), "end_on": end.map(|day| day.to_string()), "evidence": "visit",
        });
        let back = |days: u64| today - chrono::Days::new(days);
        let known = work("contract", back(100), Some(back(50)));
        let first = program.send("POST", "/api/v1/employments", &known).expect(201).json();
        let first = first["id"].as_str().expect("an id").to_owned();
        let lines = || program.get("/api/v1/audit-lines?limit=100").expect(200).json()["items"].as_array().expect("lines").len();
        let before = lines();
        let refused = |answer: crate::support::Answer, status: u16, code: &str| {
            let answer = answer.expect(status);
            assert!(answer.text.contains(code), "{code}: {}", answer.text);
        };
        let post = |body: &serde_json::Value| program.send("POST", "/api/v1/employments", body);
        refused(post(&work("contract", back(10), Some(back(20)))), 422, "end-before-start");
        refused(post(&work("contract", today + chrono::Days::new(1), None)), 422, "day-in-future");
        refused(post(&work("service_agreement", back(60), None)), 409, "employment-overlaps");
        refused(post(&work("service_agreement", back(120), Some(back(100)))), 409, "employment-overlaps");
        let correct = |start: Day, end: Option<Day>| program.send("POST", &format!("/api/v1/employments/{first}/corrections"), &json!({
            "version": 1, "start_on": start.to_string(), "end_on": end.map(|day| day.to_string()), "end_reason": "resigned", "why": "合同上写的日期",
        }));
        refused(correct(back(10), Some(back(20))), 422, "end-before-start");
        refused(correct(today + chrono::Days::new(1), None), 422, "day-in-future");
        let evidence = |body: serde_json::Value| program.send("POST", &format!("/api/v1/employments/{first}/evidence"), &body);
        refused(evidence(json!({ "kind": "wage_slip", "seen_on": (today + chrono::Days::new(1)).to_string() })), 422, "day-in-future");
        refused(evidence(json!({ "kind": "wage_slip", "seen_on": back(110).to_string() })), 422, "before-employment");
        refused(evidence(json!({ "kind": "hearsay" })), 422, "not-a-choice");
        refused(evidence(json!({ "kind": "roster" })), 409, "employment-ended");
        let member = |household: HouseholdId, from: Day| program.send("POST", &format!("/api/v1/persons/{person}/memberships"), &json!({
            "household_id": household.to_string(), "from": from.to_string(),
        }));
        refused(member(made.household, today), 409, "already-member");
        refused(member(other.household, back(30)), 422, "before-membership");
        refused(member(other.household, today + chrono::Days::new(1)), 422, "day-in-future");
        let version = program.get(&format!("/api/v1/households/{}", made.household)).expect(200).json()["household"]["version"].clone();
        let status = json!({ "version": version, "from": today.to_string(), "relocation_kind": "registered", "site": "没有这个安置点" });
        refused(program.send("POST", &format!("/api/v1/households/{}/statuses", made.household), &status), 422, "site-unknown");
        assert_eq!(lines(), before, "nothing of it left a trace");
        // What touches no day of the other is taken.
        post(&work("service_agreement", back(49), None)).expect(201);
        post(&work("casual", back(48), None)).expect(201);
    }
}

story! {
    fn every_day_of_a_year_equals_that_day_by_itself(app) {
        let mut dice = Dice(271);
        let mut persons = Vec::new();
        for n in 0..5 {
            let village = if n < 3 { "532801002001" } else { "532801003002" };
            let made = a_household(&format!("53280110000{n}")).in_village(village).with(a_labourer("岩温").born("2010-12-20")).with(a_labourer("玉香").woman().born("1972-02-01")).enrol(app);
            persons.extend(made.persons);
        }
        app.pass_seconds(150 * DAY);
        app.settle();
        for _ in 0..40 {
            happen(app, &mut dice, &persons, app.services.clock.today());
        }
        let today = app.services.clock.today();
        let from = today - chrono::Days::new(130);
        let program = app.program_as("liwei", Role::PrefectureHr, None);
        let days = program.get(&format!("/api/v1/coverage/days?from={from}&by=village")).expect(200).json();
        let days = days["items"].as_array().expect("days");
        let mut compared = 0;
        for day in from.iter_days().step_by(5).take_while(|day| *day <= today) {
            let alone = program.get(&format!("/api/v1/coverage?as_of={day}&by=village")).expect(200).json();
            for row in alone["rows"].as_array().expect("rows") {
                let found = days.iter().find(|d| d["day"] == day.to_string() && d["code"] == row["code"]).expect("the day is there");
                for figure in ["with_labour", "covered", "at_risk", "zero", "excused", "exempt"] {
                    assert_eq!(found[figure], row[figure], "{figure} of {} on {day}", row["code"]);
                    compared += 1;
                }
            }
        }
        assert!(compared > 300, "{compared}");
        program.get("/api/v1/coverage/days?from=2025-01-01").expect(400);
        program.get(&format!("/api/v1/coverage/days?from={today}&until={from}")).expect(400);
    }
}
