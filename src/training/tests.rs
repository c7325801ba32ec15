//! What people meet at courses, on a real database.

use super::*;
use crate::base::codes::{EmployerKind, Role, Sex, TrainingKind};
use crate::base::error::Error;
use crate::base::ids::{CourseId, EmployerId, Id, PersonId};
use crate::base::time::Instant;
use crate::employers::testing::{Bureau, JINGHONG, MENGLA, day, phone, region};
use crate::platform::db::Caller;
use crate::registry::{HouseholdEntry, IdState, Known, PersonEntry, School, StatusEntry, merge_households};

fn refusal(error: Error) -> &'static str {
    match error {
        Error::Refused { code, .. } => code,
        Error::Invalid(problems) => problems.first().map_or("", |p| p.code),
        other => panic!("neither refused nor invalid: {other}"),
    }
}

fn a_course(employer_id: EmployerId, places: i32) -> CourseDraft {
    CourseDraft {
        id: Id::fresh(),
        employer_id,
        kind: TrainingKind::Targeted,
        title: "割胶工培训班".to_owned(),
        region: region("532801003"),
        starts_on: day("2020-07-01"),
        ends_on: day("2020-07-10"),
        hours: 80,
        places,
        description: "橡胶割胶技术，理论和实操。".to_owned(),
        contact_name: "玉罕".to_owned(),
        phone: phone(),
        occupation: None,
        address: "嘎洒街道2号".to_owned(),
        certificate: None,
        lodging: true,
        meals: true,
    }
}

fn somebody(name: String) -> PersonEntry {
    PersonEntry {
        registry_no: None,
        name,
        sex: Sex::Unknown,
        birth_on: None,
        id_number: None,
        id_state: IdState::Missing,
        ethnic_group: None,
        education: None,
        school: School::NotAtSchool,
        health: None,
        labour_skill: None,
        skills: Vec::new(),
        phone: None,
        relation: None,
    }
}

impl Bureau {
    /// People of a household in Jinghong.
    fn people(&self, count: usize) -> Vec<PersonId> {
        let entry = HouseholdEntry {
            registry_no: "5328010001".to_owned(),
            region: region("532801003002"),
            group_name: String::new(),
            status: StatusEntry {
                household_type: None,
                poverty_attribute: None,
                monitor_category: None,
                relocation_kind: None,
                site: None,
            },
            members: (0..count).map(|n| somebody(format!("岩{n}"))).collect(),
        };
        let merged = self
            .db
            .write(&Caller::operator(), |tx| {
                merge_households(
                    tx,
                    &Known::default(),
                    std::slice::from_ref(&entry),
                    day("2020-06-01"),
                    "test",
                )
            })
            .unwrap();
        merged.person_ids.into_iter().next().unwrap()
    }

    fn open_course(&self, places: i32) -> CourseCard {
        let (employer_id, _) = self.verified(EmployerKind::PublicUnit, 1);
        let officer = self.officer(Role::CountyHr, JINGHONG);
        let draft = a_course(employer_id, places);
        let card = self
            .db
            .write(&officer, |tx| {
                draft_course(tx, &draft)?;
                announce_course(tx, draft.id, 1)
            })
            .unwrap();
        assert_eq!(card.course.status, CourseStatus::Open);
        card
    }

    fn course(&self, id: CourseId) -> CourseCard {
        self.db.read(|conn| course_by_id(conn, id)).unwrap()
    }
}

#[test]
fn the_last_place_of_a_course_is_taken_once_by_many_at_the_same_moment() {
    let bureau = Bureau::open();
    let card = bureau.open_course(1);
    let people = bureau.people(32);
    let operator = Caller::operator();
    let outcomes: Vec<Result<Enrolment, Error>> = std::thread::scope(|scope| {
        let threads: Vec<_> = people
            .iter()
            .map(|person| {
                let (db, operator, run) = (bureau.db.clone(), &operator, card.run.id);
                scope.spawn(move || db.write(operator, |tx| enrol(tx, run, *person)))
            })
            .collect();
        threads.into_iter().map(|t| t.join().unwrap()).collect()
    });
    assert_eq!(outcomes.iter().filter(|o| o.is_ok()).count(), 1);
    for error in outcomes.into_iter().filter_map(Result::err) {
        assert_eq!(refusal(error), "course-full");
    }
    let after = bureau.course(card.course.id);
    assert_eq!((after.run.filled, after.course.status), (1, CourseStatus::Full));
}

#[test]
fn a_person_enrols_once_however_often_he_asks() {
    let bureau = Bureau::open();
    let card = bureau.open_course(10);
    let person = bureau.people(1)[0];
    let worker = bureau.worker(person);
    let made: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| {
                let (db, worker, run) = (bureau.db.clone(), &worker, card.run.id);
                scope.spawn(move || usize::from(db.write(worker, |tx| enrol(tx, run, person)).is_ok()))
            })
            .collect();
        threads.into_iter().map(|t| t.join().unwrap()).sum()
    });
    assert_eq!(made, 1);
    assert_eq!(bureau.course(card.course.id).run.filled, 1);
    let error = bureau
        .db
        .write(&worker, |tx| enrol(tx, card.run.id, person))
        .unwrap_err();
    assert_eq!(refusal(error), "enrolment-known");
}

#[test]
fn a_place_given_back_opens_the_course_again_and_is_given_back_once() {
    let bureau = Bureau::open();
    let card = bureau.open_course(1);
    let person = bureau.people(1)[0];
    let worker = bureau.worker(person);
    let enrolment = bureau.db.write(&worker, |tx| enrol(tx, card.run.id, person)).unwrap();
    assert_eq!(bureau.course(card.course.id).course.status, CourseStatus::Full);
    bureau.db.write(&worker, |tx| withdraw(tx, enrolment.id)).unwrap();
    let after = bureau.course(card.course.id);
    assert_eq!((after.run.filled, after.course.status), (0, CourseStatus::Open));
    let error = bureau.db.write(&worker, |tx| withdraw(tx, enrolment.id)).unwrap_err();
    assert_eq!(refusal(error), "enrolment-withdrawn");
    let again = bureau.db.write(&worker, |tx| enrol(tx, card.run.id, person)).unwrap();
    assert_eq!((again.id, again.status), (enrolment.id, EnrolmentStatus::Enrolled));
}

#[test]
fn a_cadre_enrols_people_of_his_scope_only() {
    let bureau = Bureau::open();
    let card = bureau.open_course(5);
    let person = bureau.people(1)[0];
    let far = bureau.officer(Role::TownshipOfficer, MENGLA);
    let error = bureau.db.write(&far, |tx| enrol(tx, card.run.id, person)).unwrap_err();
    assert!(matches!(error, Error::NotFound("person")), "{error}");
    let near = bureau.officer(Role::TownshipOfficer, "532801003");
    let enrolment = bureau.db.write(&near, |tx| enrol(tx, card.run.id, person)).unwrap();
    assert_eq!(enrolment.enrolled_by, near.actor.user_id());
}

#[test]
fn an_unverified_employer_announces_no_course_and_a_stale_edit_is_a_conflict() {
    let bureau = Bureau::open();
    let (employer_id, owner) = bureau.registered(EmployerKind::Enterprise, 3);
    let draft = a_course(employer_id, 5);
    bureau.db.write(&owner, |tx| draft_course(tx, &draft)).unwrap();
    let error = bureau
        .db
        .write(&owner, |tx| announce_course(tx, draft.id, 1))
        .unwrap_err();
    assert_eq!(refusal(error), "posting-employer-unverified");
    let amended = CourseDraft {
        places: 8,
        ..draft.clone()
    };
    assert_eq!(
        bureau
            .db
            .write(&owner, |tx| amend_course(tx, 1, &amended))
            .unwrap()
            .run
            .places,
        8
    );
    let error = bureau.db.write(&owner, |tx| amend_course(tx, 1, &draft)).unwrap_err();
    assert!(matches!(error, Error::Conflict), "{error}");
}

#[test]
fn who_wrote_a_course_does_not_approve_it() {
    let bureau = Bureau::open();
    let (employer_id, _) = bureau.verified(EmployerKind::PublicUnit, 1);
    let writer = bureau.officer(Role::CountyHr, JINGHONG);
    let draft = CourseDraft {
        description: "橡胶割胶技术，45岁以下。".to_owned(),
        ..a_course(employer_id, 5)
    };
    let card = bureau
        .db
        .write(&writer, |tx| {
            draft_course(tx, &draft)?;
            announce_course(tx, draft.id, 1)
        })
        .unwrap();
    assert_eq!(card.course.status, CourseStatus::Submitted);
    let error = bureau
        .db
        .write(&writer, |tx| approve_course(tx, draft.id, 2))
        .unwrap_err();
    assert_eq!(refusal(error), "posting-own");
    let second = bureau.officer(Role::CountyHr, JINGHONG);
    let card = bureau.db.write(&second, |tx| approve_course(tx, draft.id, 2)).unwrap();
    assert_eq!(card.course.status, CourseStatus::Open);
}

#[test]
fn a_course_closes_once_its_run_has_begun_and_leaves_the_index() {
    let bureau = Bureau::open();
    let card = bureau.open_course(5);
    let id = card.course.id;
    assert_eq!(
        bureau
            .db
            .read(|conn| documents_of(conn, &[id]))
            .unwrap()
            .documents
            .len(),
        1
    );
    let task = Caller::task("finish_courses");
    bureau.db.clock().set(Instant::start_of(day("2020-07-02")));
    assert_eq!(bureau.db.write(&task, |tx| finish_courses(tx, 100)).unwrap(), 1);
    assert_eq!(bureau.db.write(&task, |tx| finish_courses(tx, 100)).unwrap(), 0);
    let loaded = bureau.db.read(|conn| documents_of(conn, &[id])).unwrap();
    assert_eq!((loaded.documents.len(), loaded.deleted.len()), (0, 1));
    let person = bureau.people(1)[0];
    let error = bureau
        .db
        .write(&bureau.worker(person), |tx| enrol(tx, card.run.id, person))
        .unwrap_err();
    assert_eq!(refusal(error), "course-not-open");
}

#[test]
fn a_copied_course_is_a_draft_with_a_run_of_its_own() {
    let bureau = Bureau::open();
    let card = bureau.open_course(5);
    let officer = bureau.officer(Role::CountyHr, JINGHONG);
    let copy_id: CourseId = Id::fresh();
    let copy = bureau
        .db
        .write(&officer, |tx| {
            copy_course(tx, card.course.id, copy_id, day("2020-08-01"), day("2020-08-10"))
        })
        .unwrap();
    assert_eq!(
        (copy.course.status, copy.run.filled, copy.run.starts_on),
        (CourseStatus::Draft, 0, day("2020-08-01"))
    );
    assert_ne!(copy.run.id, card.run.id);
}

#[test]
fn the_number_stays_when_somebody_enrols_again_and_pressing_twice_is_one_enrolment() {
    let bureau = Bureau::open();
    let card = bureau.open_course(5);
    let person = bureau.people(1)[0];
    let worker = bureau.worker(person);
    let press = || {
        bureau
            .db
            .write(&worker, |tx| enrol_once(tx, card.run.id, person))
            .unwrap()
    };
    let first = press();
    assert_eq!(first.number.len(), 7);
    assert_eq!(press().id, first.id);
    bureau.db.write(&worker, |tx| withdraw(tx, first.id)).unwrap();
    assert_eq!(press().number, first.number);
    assert_eq!(bureau.course(card.course.id).run.filled, 1);
}

#[test]
fn the_holder_alone_says_what_came_of_it_and_may_correct_himself() {
    let bureau = Bureau::open();
    let card = bureau.open_course(5);
    let person = bureau.people(1)[0];
    let worker = bureau.worker(person);
    let holder = bureau.officer(Role::CountyHr, JINGHONG);
    let enrolment = bureau.db.write(&worker, |tx| enrol(tx, card.run.id, person)).unwrap();
    let say = |caller: &Caller, version, to| {
        bureau
            .db
            .write(caller, |tx| take_enrolment_step(tx, enrolment.id, version, to))
    };
    let (completed, failed) = (EnrolmentStatus::Completed, EnrolmentStatus::NotCompleted);
    for (day_of, to, allowed) in [
        ("2020-06-30", failed, false),
        ("2020-07-01", completed, false),
        ("2020-07-09", completed, false),
    ] {
        bureau.db.clock().set(Instant::start_of(day(day_of)));
        assert_eq!(say(&holder, 1, to).is_ok(), allowed, "{day_of}");
    }
    bureau.db.clock().set(Instant::start_of(day("2020-07-10")));
    assert!(matches!(say(&worker, 1, completed).unwrap_err(), Error::Forbidden));
    let said = say(&holder, 1, completed).unwrap();
    assert_eq!((said.status, said.enrolled_by), (completed, worker.actor.user_id()));
    assert_eq!(
        say(&holder, 1, completed).unwrap().version,
        said.version,
        "twice is once"
    );
    assert!(matches!(say(&holder, 1, failed).unwrap_err(), Error::Conflict));
    assert_eq!(
        refusal(say(&worker, 2, EnrolmentStatus::Withdrawn).unwrap_err()),
        "enrolment-move"
    );
    assert_eq!(say(&holder, 2, failed).unwrap().status, failed);
    assert_eq!(
        bureau.course(card.course.id).run.filled,
        1,
        "who did not complete it held a place"
    );
}
