//! What employers, officers and hires meet at postings, on a real database.

use super::*;
use crate::base::codes::{EmployerKind, PostingStatus, Role};
use crate::base::error::Error;
use crate::base::ids::{EmployerId, Id, PostingId};
use crate::base::money::Money;
use crate::base::page::PageRequest;
use crate::base::time::Instant;
use crate::employers::suspend_employer;
use crate::employers::testing::{Bureau, JINGHONG, MENGLA, day, phone, region};
use crate::platform::db::{Caller, Subject};

const CAUSE: Subject = Subject {
    kind: "placement",
    id: 1,
};

fn refusal(error: Error) -> &'static str {
    match error {
        Error::Refused { code, .. } => code,
        Error::Invalid(problems) => problems.first().map_or("", |p| p.code),
        other => panic!("neither refused nor invalid: {other}"),
    }
}

fn a_job(employer_id: EmployerId, places: i32) -> PostingDraft {
    PostingDraft {
        id: Id::fresh(),
        employer_id,
        title: "保洁员".to_owned(),
        kind: PostingKind::Job,
        region: region("532801003"),
        places,
        reserved_places: 0,
        wage: Wage::Range {
            low: Money::from_fen(240_000),
            high: Money::from_fen(300_000),
            unit: WageUnit::Month,
        },
        description: "打扫小区楼道和道路，每天八小时。".to_owned(),
        contact_name: "岩温".to_owned(),
        phone: phone(),
        closes_on: Some(day("2020-07-31")),
        occupation: None,
        address: "嘎洒街道1号".to_owned(),
        lodging: true,
        meals: false,
        insurance: true,
        transport: false,
        education: None,
        certificate: None,
        physical: PhysicalDemand::Light,
    }
}

impl Bureau {
    fn open_job(&self, places: i32, number: u32) -> (PostingId, Caller) {
        let (employer_id, owner) = self.verified(EmployerKind::Enterprise, number);
        let draft = a_job(employer_id, places);
        let posting = self
            .db
            .write(&owner, |tx| {
                draft_posting(tx, &draft)?;
                submit_posting(tx, draft.id, 1)
            })
            .unwrap();
        assert_eq!(posting.status, PostingStatus::Open);
        (draft.id, owner)
    }

    fn posting(&self, id: PostingId) -> Posting {
        self.db.read(|conn| posting_by_id(conn, id)).unwrap()
    }
}

#[test]
fn enums_equal_their_lists() {
    crate::enums_equal_lists!(PostingKind, WageUnit, PhysicalDemand);
}

#[test]
fn the_last_place_is_taken_once_by_many_at_the_same_moment() {
    let bureau = Bureau::open();
    let (id, _) = bureau.open_job(1, 1);
    let operator = Caller::operator();
    let outcomes: Vec<Result<(), Error>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..32)
            .map(|_| {
                let (db, operator) = (bureau.db.clone(), &operator);
                scope.spawn(move || db.write(operator, |tx| take_place(tx, id, CAUSE)))
            })
            .collect();
        threads.into_iter().map(|t| t.join().unwrap()).collect()
    });
    assert_eq!(outcomes.iter().filter(|o| o.is_ok()).count(), 1);
    for error in outcomes.into_iter().filter_map(Result::err) {
        assert_eq!(refusal(error), "posting-full");
    }
    let posting = bureau.posting(id);
    assert_eq!((posting.filled, posting.status), (1, PostingStatus::Filled));
}

#[test]
fn places_never_fall_below_zero_and_a_freed_place_opens_again() {
    let bureau = Bureau::open();
    let (id, _) = bureau.open_job(1, 1);
    let operator = Caller::operator();
    let error = bureau.db.write(&operator, |tx| free_place(tx, id, CAUSE)).unwrap_err();
    assert_eq!(refusal(error), "posting-none-taken");
    bureau.db.write(&operator, |tx| take_place(tx, id, CAUSE)).unwrap();
    bureau.db.write(&operator, |tx| free_place(tx, id, CAUSE)).unwrap();
    let posting = bureau.posting(id);
    assert_eq!((posting.filled, posting.status), (0, PostingStatus::Open));
    let error = bureau.db.write(&operator, |tx| free_place(tx, id, CAUSE)).unwrap_err();
    assert_eq!(refusal(error), "posting-none-taken");
}

#[test]
fn an_unverified_employer_cannot_publish() {
    let bureau = Bureau::open();
    let (employer_id, owner) = bureau.registered(EmployerKind::Enterprise, 1);
    let draft = a_job(employer_id, 2);
    bureau.db.write(&owner, |tx| draft_posting(tx, &draft)).unwrap();
    let error = bureau
        .db
        .write(&owner, |tx| submit_posting(tx, draft.id, 1))
        .unwrap_err();
    assert_eq!(refusal(error), "posting-employer-unverified");
    assert_eq!(bureau.posting(draft.id).status, PostingStatus::Draft);
}

#[test]
fn sending_a_draft_twice_is_one_posting_and_its_occupation_follows_from_the_title() {
    let bureau = Bureau::open();
    let (employer_id, owner) = bureau.verified(EmployerKind::Enterprise, 1);
    let draft = a_job(employer_id, 2);
    let first = bureau.db.write(&owner, |tx| draft_posting(tx, &draft)).unwrap();
    let second = bureau.db.write(&owner, |tx| draft_posting(tx, &draft)).unwrap();
    assert_eq!(first, second);
    assert_eq!(first.occupation_code.as_str(), "4-09-08-01");
    let (_, stranger) = bureau.verified(EmployerKind::Enterprise, 2);
    let error = bureau.db.write(&stranger, |tx| draft_posting(tx, &draft)).unwrap_err();
    assert!(matches!(error, Error::Conflict), "{error}");
}

#[test]
fn an_edit_of_an_older_version_is_a_conflict() {
    let bureau = Bureau::open();
    let (id, owner) = bureau.open_job(3, 1);
    let posting = bureau.posting(id);
    let amended = PostingDraft {
        id,
        places: 5,
        ..a_job(posting.employer_id, 5)
    };
    let error = bureau
        .db
        .write(&owner, |tx| amend_posting(tx, posting.version - 1, &amended))
        .unwrap_err();
    assert!(matches!(error, Error::Conflict), "{error}");
    let known = bureau
        .db
        .write(&owner, |tx| amend_posting(tx, posting.version, &amended))
        .unwrap();
    assert_eq!((known.places, known.status), (5, PostingStatus::Open));
}

#[test]
fn places_cannot_fall_below_those_taken() {
    let bureau = Bureau::open();
    let (id, owner) = bureau.open_job(3, 1);
    for _ in 0..2 {
        bureau
            .db
            .write(&Caller::operator(), |tx| take_place(tx, id, CAUSE))
            .unwrap();
    }
    let posting = bureau.posting(id);
    let fewer = PostingDraft {
        id,
        ..a_job(posting.employer_id, 1)
    };
    let error = bureau
        .db
        .write(&owner, |tx| amend_posting(tx, posting.version, &fewer))
        .unwrap_err();
    assert_eq!(refusal(error), "posting-places-filled");
    let exact = PostingDraft {
        id,
        ..a_job(posting.employer_id, 2)
    };
    let known = bureau
        .db
        .write(&owner, |tx| amend_posting(tx, posting.version, &exact))
        .unwrap();
    assert_eq!(known.status, PostingStatus::Filled);
}

#[test]
fn forbidden_wording_is_refused_with_its_phrase_and_reason() {
    let bureau = Bureau::open();
    let (employer_id, owner) = bureau.verified(EmployerKind::Enterprise, 1);
    let draft = PostingDraft {
        description: "打扫小区楼道和道路，只招女工。".to_owned(),
        ..a_job(employer_id, 2)
    };
    bureau.db.write(&owner, |tx| draft_posting(tx, &draft)).unwrap();
    let Error::Invalid(problems) = bureau
        .db
        .write(&owner, |tx| submit_posting(tx, draft.id, 1))
        .unwrap_err()
    else {
        panic!("not invalid")
    };
    assert_eq!(
        (problems[0].field.as_str(), super::is_forbidden_wording(&problems[0])),
        ("description", true)
    );
    assert_eq!(problems[0].code, "wording-sex");
    assert!(
        problems[0]
            .values
            .iter()
            .any(|(name, value)| *name == "phrase" && value.contains("女工"))
    );
}

#[test]
fn wording_in_doubt_waits_for_an_officer_of_the_place() {
    let bureau = Bureau::open();
    let (employer_id, owner) = bureau.verified(EmployerKind::Enterprise, 1);
    let draft = PostingDraft {
        description: "打扫小区楼道和道路，35岁以下。".to_owned(),
        ..a_job(employer_id, 2)
    };
    let posting = bureau
        .db
        .write(&owner, |tx| {
            draft_posting(tx, &draft)?;
            submit_posting(tx, draft.id, 1)
        })
        .unwrap();
    assert_eq!(posting.status, PostingStatus::Submitted);
    let far = bureau.officer(Role::CountyHr, MENGLA);
    let error = bureau
        .db
        .write(&far, |tx| approve_posting(tx, draft.id, 2))
        .unwrap_err();
    assert!(matches!(error, Error::NotFound("posting")), "{error}");
    let near = bureau.officer(Role::CountyHr, JINGHONG);
    let queue = |caller: &Caller| {
        let scope = caller.actor.scope(crate::base::actor::Permission::ReviewPostings);
        bureau
            .db
            .read(|conn| postings_to_review(conn, &scope, &PageRequest::default()))
            .unwrap()
            .items
            .len()
    };
    assert_eq!((queue(&near), queue(&far)), (1, 0));
    let posting = bureau.db.write(&near, |tx| approve_posting(tx, draft.id, 2)).unwrap();
    assert_eq!(
        (posting.status, posting.published_on),
        (PostingStatus::Open, Some(day("2020-06-15")))
    );
    assert_eq!(queue(&near), 0);
}

#[test]
fn who_wrote_a_public_post_does_not_approve_it() {
    let bureau = Bureau::open();
    let (employer_id, _) = bureau.verified(EmployerKind::PublicUnit, 1);
    let writer = bureau.officer(Role::CountyHr, JINGHONG);
    let draft = PostingDraft {
        kind: PostingKind::PublicWelfare,
        title: "护林员".to_owned(),
        description: "巡山护林，45岁以下优先安排。".to_owned(),
        ..a_job(employer_id, 2)
    };
    let posting = bureau
        .db
        .write(&writer, |tx| {
            draft_posting(tx, &draft)?;
            submit_posting(tx, draft.id, 1)
        })
        .unwrap();
    assert_eq!(posting.status, PostingStatus::Submitted);
    let error = bureau
        .db
        .write(&writer, |tx| approve_posting(tx, draft.id, 2))
        .unwrap_err();
    assert_eq!(refusal(error), "posting-own");
    let second = bureau.officer(Role::CountyHr, JINGHONG);
    assert_eq!(
        bureau
            .db
            .write(&second, |tx| approve_posting(tx, draft.id, 2))
            .unwrap()
            .status,
        PostingStatus::Open
    );
}

#[test]
fn a_private_company_offers_no_public_post() {
    let bureau = Bureau::open();
    let (employer_id, owner) = bureau.verified(EmployerKind::Enterprise, 1);
    let draft = PostingDraft {
        kind: PostingKind::PublicWelfare,
        ..a_job(employer_id, 2)
    };
    let error = bureau.db.write(&owner, |tx| draft_posting(tx, &draft)).unwrap_err();
    assert_eq!(refusal(error), "posting-kind-employer");
}

#[test]
fn a_posting_ends_after_its_closing_day_and_can_be_renewed() {
    let bureau = Bureau::open();
    let (id, owner) = bureau.open_job(2, 1);
    let task = Caller::task("expire_postings");
    bureau.db.clock().set(Instant::start_of(day("2020-07-31")));
    assert_eq!(bureau.db.write(&task, |tx| expire_postings(tx, 100)).unwrap(), 0);
    bureau.db.clock().set(Instant::start_of(day("2020-08-01")));
    assert_eq!(bureau.db.write(&task, |tx| expire_postings(tx, 100)).unwrap(), 1);
    assert_eq!(bureau.db.write(&task, |tx| expire_postings(tx, 100)).unwrap(), 0);
    let expired = bureau.posting(id);
    assert_eq!(expired.status, PostingStatus::Expired);
    let past = bureau
        .db
        .write(&owner, |tx| renew_posting(tx, id, expired.version, day("2020-07-30")))
        .unwrap_err();
    assert_eq!(refusal(past), "posting-closes-past");
    let renewed = bureau
        .db
        .write(&owner, |tx| renew_posting(tx, id, expired.version, day("2020-09-30")))
        .unwrap();
    assert_eq!(renewed.status, PostingStatus::Open);
}

#[test]
fn a_copy_is_a_new_draft_whose_phone_opens() {
    let bureau = Bureau::open();
    let (id, owner) = bureau.open_job(2, 1);
    let copy_id: PostingId = Id::fresh();
    let copy = bureau.db.write(&owner, |tx| copy_posting(tx, id, copy_id)).unwrap();
    assert_eq!(
        (copy.status, copy.closes_on, copy.filled),
        (PostingStatus::Draft, None, 0)
    );
    let told = bureau
        .db
        .read(|conn| contact_phone(conn, bureau.db.keys(), copy_id))
        .unwrap();
    assert_eq!(told.as_deref(), Some("13800005678"));
    let error = bureau
        .db
        .write(&owner, |tx| submit_posting(tx, copy_id, 1))
        .unwrap_err();
    assert_eq!(refusal(error), "posting-closes-needed");
}

#[test]
fn what_everybody_sees_holds_no_phone_and_disappears_with_a_suspended_employer() {
    let bureau = Bureau::open();
    let (id, _) = bureau.open_job(2, 1);
    let seen = bureau.db.read(|conn| public_posting(conn, id)).unwrap();
    assert!(!serde_json::to_string(&seen).unwrap().contains("5678"));
    let loaded = bureau.db.read(|conn| documents_of(conn, &[id])).unwrap();
    assert_eq!(loaded.documents.len(), 1);
    assert_eq!(loaded.documents[0].wage_high, Some(300_000));
    assert!(
        loaded.documents[0].words.iter().any(|word| word == "嘎洒街道"),
        "{:?}",
        loaded.documents[0].words
    );
    let officer = bureau.officer(Role::CountyHr, JINGHONG);
    bureau
        .db
        .write(&officer, |tx| {
            suspend_employer(tx, seen.employer_id, 2, "拖欠工资，核查中")
        })
        .unwrap();
    let error = bureau.db.read(|conn| public_posting(conn, id)).unwrap_err();
    assert!(matches!(error, Error::NotFound("posting")), "{error}");
    let loaded = bureau.db.read(|conn| documents_of(conn, &[id])).unwrap();
    assert_eq!((loaded.documents.len(), loaded.deleted.len()), (0, 2));
    let open = bureau
        .db
        .read(|conn| open_postings(conn, &OpenFilter::default(), &PageRequest::default()))
        .unwrap();
    assert!(open.items.is_empty());
}

#[test]
fn no_more_places_are_kept_than_there_are() {
    let bureau = Bureau::open();
    let (employer_id, owner) = bureau.verified(EmployerKind::Enterprise, 1);
    for (reserved_places, holds) in [(0, true), (2, true), (3, false), (-1, false)] {
        let draft = PostingDraft {
            reserved_places,
            ..a_job(employer_id, 2)
        };
        match bureau.db.write(&owner, |tx| draft_posting(tx, &draft)) {
            Ok(posting) => assert!(holds && posting.reserved_places == reserved_places),
            Err(error) => assert_eq!((holds, refusal(error)), (false, "posting-reserved")),
        }
    }
}
