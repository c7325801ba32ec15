//! Nobody is paid twice for the same time: the database refuses, whoever comes first.

use std::sync::Barrier;

use yigang::base::codes::EmployerKind;
use yigang::base::error::Error;
use yigang::base::ids::{EmployerId, Id, PersonId};
use yigang::platform::db::{Caller, Db};
use yigang::subsidies::{self, Claim, ClaimDraft, ClaimState, DocumentDraft, FactSubject, Paper};

use crate::story;
use crate::support::builders::{a_household, a_labourer};
use crate::support::claims::{an_employer, at_work, confirmed, since, the_rule};
use crate::support::{MORNING, TestApp};

/// A labourer who has been at work with an employer all year.
fn a_worker(app: &TestApp, number: &str, name: &str, employer: EmployerId) -> PersonId {
    since(app, "2025-01-02T09:00:00+08:00");
    let made = a_household(number).with(a_labourer(name)).enrol(app);
    since(app, MORNING);
    at_work(app, made.persons[0], employer, "2026-01-01");
    made.persons[0]
}

fn draft(
    app: &TestApp,
    rule: yigang::base::ids::SupportRuleId,
    employer: EmployerId,
) -> yigang::base::error::Result<Claim> {
    let draft = ClaimDraft {
        id: Id::fresh(),
        rule_id: rule,
        subject: FactSubject::Employer(employer),
        year: 2026,
        people: None,
        account: Some("6217000012345678".to_owned()),
    };
    app.services
        .db
        .write(&Caller::operator(), |tx| subsidies::draft_claim(tx, &draft))
}

fn attach(app: &TestApp, claim: &Claim, kinds: &[Paper]) {
    for kind in kinds {
        let draft = DocumentDraft {
            claim_id: claim.id,
            kind: *kind,
            file_name: "a.pdf".to_owned(),
            bytes: format!("%PDF-1.4 {kind}").into_bytes(),
        };
        subsidies::keep_document(&app.services, &Caller::operator(), &draft).expect("the document is kept");
    }
}

fn submit(app: &TestApp, claim: &Claim) -> yigang::base::error::Result<Claim> {
    submit_to(&app.services.db, claim)
}

fn submit_to(db: &Db, claim: &Claim) -> yigang::base::error::Result<Claim> {
    db.write(&Caller::operator(), |tx| {
        subsidies::submit_claim(tx, claim.id, claim.version)
    })
}

const HIRE_PAPERS: [Paper; 2] = [Paper::LabourContract, Paper::SiRecord];

story! {
    fn a_template_is_not_paid_before_an_officer_has_confirmed_it(app) {
        let employer = an_employer(app, "金叶农场", "91532801MA6K7T2Q5", EmployerKind::Enterprise);
        a_worker(app, "5328010001", "岩温", employer);
        let rule = the_rule(app, "HIRE_SI6");
        assert!(matches!(draft(app, rule, employer), Err(Error::Refused { code: "claim-nobody", .. })));
        let rule = confirmed(app, "HIRE_SI6", &[]);
        let claim = draft(app, rule, employer).expect("now it is");
        assert_eq!(claim.amount_fen.to_string(), "5000.00");
        match submit(app, &claim) {
            Err(Error::Refused { code: "claim-papers-missing", values }) => {
                assert_eq!(values[0].1, "labour_contract,si_record", "all at once");
            }
            other => panic!("{other:?}"),
        }
        attach(app, &claim, &HIRE_PAPERS);
        assert_eq!(submit(app, &claim).expect("filed").state, ClaimState::Submitted);
    }
}

story! {
    fn of_two_hundred_claims_for_the_same_people_one_wins(app) {
        let employer = an_employer(app, "金叶农场", "91532801MA6K7T2Q5", EmployerKind::Enterprise);
        a_worker(app, "5328010001", "岩温", employer);
        a_worker(app, "5328010002", "玉香", employer);
        let rules = [confirmed(app, "HIRE_SI6", &[]), confirmed(app, "HIRE_ONEOFF", &[1_000]), confirmed(app, "HIRE_STAGED", &[])];
        let claims: Vec<Claim> = (0..200)
            .map(|turn| {
                let claim = draft(app, rules[turn % 3], employer).expect("a draft");
                attach(app, &claim, &[Paper::LabourContract, Paper::SiRecord, Paper::BankStatement, Paper::BusinessLicence]);
                claim
            })
            .collect();
        let start = Barrier::new(16);
        let outcomes: Vec<Result<Claim, Error>> = std::thread::scope(|scope| {
            let (db, start) = (&app.services.db, &start);
            let threads: Vec<_> = claims
                .chunks(claims.len().div_ceil(16))
                .map(|own| {
                    scope.spawn(move || {
                        start.wait();
                        own.iter().map(|claim| submit_to(db, claim)).collect::<Vec<_>>()
                    })
                })
                .collect();
            threads.into_iter().flat_map(|thread| thread.join().expect("no thread dies")).collect()
        });
        let won = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
        let lost: Vec<&Error> = outcomes.iter().filter_map(|outcome| outcome.as_ref().err()).collect();
        assert_eq!(won, 1, "{lost:?}");
        for error in lost {
            assert!(matches!(error, Error::Refused { code: "already-claimed" | "claim-changed", .. }), "{error:?}");
        }
    }
}

story! {
    fn what_is_withdrawn_is_free_for_the_claim_that_should_have_been_made(app) {
        let employer = an_employer(app, "金叶农场", "91532801MA6K7T2Q5", EmployerKind::Enterprise);
        a_worker(app, "5328010001", "岩温", employer);
        let (staged, insured) = (confirmed(app, "HIRE_STAGED", &[]), confirmed(app, "HIRE_SI6", &[]));
        let first = draft(app, staged, employer).expect("a draft");
        attach(app, &first, &HIRE_PAPERS);
        let first = submit(app, &first).expect("filed");
        assert!(matches!(draft(app, insured, employer), Err(Error::Refused { code: "claim-nobody", .. })));
        app.services
            .db
            .write(&Caller::operator(), |tx| subsidies::withdraw_claim(tx, first.id, first.version))
            .expect("withdrawn");
        let second = draft(app, insured, employer).expect("free again");
        attach(app, &second, &HIRE_PAPERS);
        assert_eq!(submit(app, &second).expect("filed").state, ClaimState::Submitted);
    }
}
