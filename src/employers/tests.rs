//! What employers and officers meet, on a real database.

use super::testing::{Bureau, JINGHONG, MENGLA, credit_code, employer_draft};
use super::*;
use crate::base::actor::{Actor, Permission};
use crate::base::codes::{EmployerKind, Role};
use crate::base::error::Error;
use crate::base::identity::CreditCode;
use crate::base::ids::Id;
use crate::base::page::PageRequest;
use crate::platform::db::Caller;

fn refusal(error: Error) -> &'static str {
    match error {
        Error::Refused { code, .. } => code,
        Error::Invalid(problems) => problems.first().map_or("", |p| p.code),
        other => panic!("neither refused nor invalid: {other}"),
    }
}

#[test]
fn enums_equal_their_lists() {
    crate::enums_equal_lists!(EmployerStatus);
}

#[test]
fn sending_a_registration_twice_is_one_employer() {
    let bureau = Bureau::open();
    let caller = bureau.stranger();
    let draft = employer_draft(EmployerKind::Enterprise, 1);
    let first = bureau.db.write(&caller, |tx| register_employer(tx, &draft)).unwrap();
    let second = bureau.db.write(&caller, |tx| register_employer(tx, &draft)).unwrap();
    assert_eq!((first.id, first.version), (second.id, second.version));
    let all = bureau
        .db
        .read(|conn| {
            employers(
                conn,
                &Actor::operator().scope(Permission::VerifyEmployers),
                &EmployerFilter::default(),
                &PageRequest::default(),
            )
        })
        .unwrap();
    assert_eq!(all.items.len(), 1);
}

#[test]
fn a_credit_code_belongs_to_one_employer() {
    let bureau = Bureau::open();
    bureau.registered(EmployerKind::Enterprise, 1);
    let draft = employer_draft(EmployerKind::Enterprise, 1);
    let error = bureau
        .db
        .write(&bureau.stranger(), |tx| register_employer(tx, &draft))
        .unwrap_err();
    let Error::Invalid(problems) = error else {
        panic!("{error}")
    };
    assert_eq!(
        (problems[0].field.as_str(), problems[0].code),
        ("credit_code", "credit-code-taken")
    );
    assert_eq!(problems[0].values[0].1, "景洪测试用工单位1");
}

#[test]
fn registrations_of_one_code_at_the_same_moment_make_one_employer() {
    let bureau = Bureau::open();
    let callers: Vec<Caller> = (0..8).map(|_| bureau.stranger()).collect();
    let made: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = callers
            .iter()
            .map(|caller| {
                let db = bureau.db.clone();
                scope.spawn(move || {
                    let draft = employer_draft(EmployerKind::Enterprise, 9);
                    usize::from(db.write(caller, |tx| register_employer(tx, &draft)).is_ok())
                })
            })
            .collect();
        threads.into_iter().map(|t| t.join().unwrap()).sum()
    });
    assert_eq!(made, 1);
}

#[test]
fn who_registered_an_employer_does_not_verify_it() {
    let bureau = Bureau::open();
    let writer = bureau.officer(Role::CountyHr, JINGHONG);
    let draft = employer_draft(EmployerKind::Coop, 1);
    let employer = bureau.db.write(&writer, |tx| register_employer(tx, &draft)).unwrap();
    let error = bureau
        .db
        .write(&writer, |tx| verify_employer(tx, employer.id, 1, None))
        .unwrap_err();
    assert_eq!(refusal(error), "employer-own");
    let manager = bureau.acting_for(&bureau.officer(Role::CountyHr, JINGHONG), employer.id);
    let error = bureau
        .db
        .write(&manager, |tx| verify_employer(tx, employer.id, 1, None))
        .unwrap_err();
    assert_eq!(refusal(error), "employer-own");
    let second = bureau.officer(Role::CountyHr, JINGHONG);
    bureau
        .db
        .write(&second, |tx| verify_employer(tx, employer.id, 1, None))
        .unwrap();
    let known = bureau.db.read(|conn| employer_by_id(conn, employer.id)).unwrap();
    assert_eq!((known.status, known.version), (EmployerStatus::Verified, 2));
}

#[test]
fn an_officer_of_another_county_does_not_know_the_employer() {
    let bureau = Bureau::open();
    let (id, _) = bureau.registered(EmployerKind::Enterprise, 1);
    let officer = bureau.officer(Role::CountyHr, MENGLA);
    let error = bureau
        .db
        .write(&officer, |tx| verify_employer(tx, id, 1, None))
        .unwrap_err();
    assert!(matches!(error, Error::NotFound("employer")), "{error}");
    let error = bureau
        .db
        .write(&bureau.stranger(), |tx| verify_employer(tx, id, 1, None))
        .unwrap_err();
    assert!(matches!(error, Error::NotFound("employer")), "{error}");
}

#[test]
fn a_wrong_check_character_needs_the_officers_reason() {
    let bureau = Bureau::open();
    let mut draft = employer_draft(EmployerKind::Enterprise, 1);
    let right = credit_code(1);
    let (first17, last) = right.as_str().split_at(17);
    draft.credit_code = CreditCode::parse(&format!("{first17}{}", if last == "0" { "1" } else { "0" }));
    let id = bureau
        .db
        .write(&bureau.stranger(), |tx| register_employer(tx, &draft))
        .unwrap()
        .id;
    let officer = bureau.officer(Role::CountyHr, JINGHONG);
    let error = bureau
        .db
        .write(&officer, |tx| verify_employer(tx, id, 1, None))
        .unwrap_err();
    assert_eq!(refusal(error), "credit-code-check");
    bureau
        .db
        .write(&officer, |tx| verify_employer(tx, id, 1, Some("营业执照原件已核对")))
        .unwrap();
    assert_eq!(
        bureau.db.read(|conn| employer_by_id(conn, id)).unwrap().status_note,
        "营业执照原件已核对"
    );
}

#[test]
fn brokers_and_agencies_show_a_licence() {
    let bureau = Bureau::open();
    for kind in [EmployerKind::Broker, EmployerKind::Agency] {
        let draft = employer_draft(kind, 3);
        let error = bureau
            .db
            .write(&bureau.stranger(), |tx| register_employer(tx, &draft))
            .unwrap_err();
        assert_eq!(refusal(error), "licence-needed", "{kind}");
    }
    let mut broker = employer_draft(EmployerKind::Broker, 4);
    (broker.credit_code, broker.licence_no) = (None, Some("嘎洒备2020-12".to_owned()));
    let broker = bureau
        .db
        .write(&bureau.stranger(), |tx| register_employer(tx, &broker))
        .unwrap();
    assert_eq!(role_on_registration(broker.kind), Role::Broker);
    let mut company = employer_draft(EmployerKind::Enterprise, 5);
    company.credit_code = None;
    let error = bureau
        .db
        .write(&bureau.stranger(), |tx| register_employer(tx, &company))
        .unwrap_err();
    assert_eq!(refusal(error), "credit-code-needed");
}

#[test]
fn a_returned_file_is_submitted_again_by_mending_it() {
    let bureau = Bureau::open();
    let (id, owner) = bureau.registered(EmployerKind::Enterprise, 1);
    let officer = bureau.officer(Role::CountyHr, JINGHONG);
    bureau
        .db
        .write(&officer, |tx| return_employer(tx, id, 1, "请补充详细地址"))
        .unwrap();
    let mended = EmployerDraft {
        id,
        address: "景洪市嘎洒街道2号".to_owned(),
        ..employer_draft(EmployerKind::Enterprise, 1)
    };
    let stale = bureau
        .db
        .write(&owner, |tx| amend_employer(tx, 1, &mended))
        .unwrap_err();
    assert!(matches!(stale, Error::Conflict), "{stale}");
    let known = bureau.db.write(&owner, |tx| amend_employer(tx, 2, &mended)).unwrap();
    assert_eq!(
        (known.status, known.status_note.as_str()),
        (EmployerStatus::Submitted, "")
    );
}

#[test]
fn a_verified_name_cannot_change_unseen_and_a_phone_can() {
    let bureau = Bureau::open();
    let (id, owner) = bureau.verified(EmployerKind::Enterprise, 1);
    let same = EmployerDraft {
        id,
        ..employer_draft(EmployerKind::Enterprise, 1)
    };
    let contact = EmployerDraft {
        contact_name: "玉罕".to_owned(),
        ..same.clone()
    };
    let known = bureau.db.write(&owner, |tx| amend_employer(tx, 2, &contact)).unwrap();
    assert_eq!(known.status, EmployerStatus::Verified);
    let renamed = EmployerDraft {
        name: "另一家公司".to_owned(),
        ..same
    };
    let known = bureau.db.write(&owner, |tx| amend_employer(tx, 3, &renamed)).unwrap();
    assert_eq!(known.status, EmployerStatus::Submitted);
}

#[test]
fn a_person_without_an_account_registers_nothing() {
    let bureau = Bureau::open();
    let nobody = Caller {
        actor: Actor::nobody(),
        request_id: String::new(),
        address: String::new(),
    };
    let draft = EmployerDraft {
        id: Id::fresh(),
        ..employer_draft(EmployerKind::Enterprise, 1)
    };
    let error = bureau
        .db
        .write(&nobody, |tx| register_employer(tx, &draft))
        .unwrap_err();
    assert!(matches!(error, Error::Unauthenticated), "{error}");
}
