//! Employers with people at work, the rulebook and money, made through the rooms' own actions.

use yigang::accounts::GrantDraft;
use yigang::base::actor::{Actor, RoleGrant};
use yigang::base::codes::{EmployerKind, EmploymentChannel, EmploymentForm, Role};
use yigang::base::identity::{CreditCode, Phone};
use yigang::base::ids::{EmployerId, Id, PersonId, SupportRuleId, UserId};
use yigang::base::money::Money;
use yigang::base::region::RegionCode;
use yigang::base::time::{Day, Instant, parse_day};
use yigang::employers::{self, EmployerDraft};
use yigang::employment::{self, EmploymentDraft, EvidenceKind};
use yigang::funds::{self, FundSource};
use yigang::platform::db::Caller;
use yigang::subsidies::{self, ConfirmationDraft};

use super::TestApp;

pub fn region(code: &str) -> RegionCode {
    RegionCode::parse(code).expect("a region")
}

pub fn day(text: &str) -> Day {
    parse_day(text).expect("a day")
}

/// A caller with one role over a region, without an account of the service.
pub fn officer(number: i64, role: Role, over: &str) -> Caller {
    let grant = RoleGrant {
        role,
        region: Some(region(over)),
        employer_id: None,
        person_id: None,
    };
    Caller {
        actor: Actor::user(UserId::from_raw(number), format!("officer-{number}"), vec![grant]),
        request_id: format!("story-{number}"),
        address: "story".to_owned(),
    }
}

/// A verified employer of Jinghong.
pub fn an_employer(app: &TestApp, name: &str, code: &str, kind: EmployerKind) -> EmployerId {
    let draft = EmployerDraft {
        id: Id::fresh(),
        kind,
        name: name.to_owned(),
        credit_code: CreditCode::complete(code),
        region: region("532801003"),
        address: String::new(),
        contact_name: "玉罕".to_owned(),
        phone: Phone::parse("13800005678"),
        licence_no: None,
    };
    app.services
        .db
        .write(&Caller::operator(), |tx| {
            let employer = employers::register_employer(tx, &draft)?;
            employers::verify_employer(tx, employer.id, employer.version, Some("story")).map(drop)
        })
        .expect("the employer is verified");
    draft.id
}

/// Whoever acts for an employer, with an account.
pub fn the_desk_of(app: &TestApp, name: &str, employer: EmployerId) -> UserId {
    app.account(name, &[GrantDraft::for_employer(Role::Employer, employer)])
}

/// Somebody has worked for an employer on a contract since a day, seen at work lately.
pub fn at_work(app: &TestApp, person: PersonId, employer: EmployerId, from: &str) {
    let draft = EmploymentDraft {
        person_id: person,
        employer_id: Some(employer),
        employer_name: "story".to_owned(),
        form: EmploymentForm::Contract,
        channel: EmploymentChannel::LocalEmployer,
        job_title: "割胶工".to_owned(),
        occupation: None,
        region: Some(region("532801003")),
        place: String::new(),
        wage: Money::from_yuan(3_000),
        start_on: day(from),
        end_on: Some(app.services.clock.today()),
        evidence: EvidenceKind::Contract,
    };
    app.services
        .db
        .write(&Caller::operator(), |tx| {
            employment::start_employment(tx, &draft).map(drop)
        })
        .expect("the work is recorded");
}

/// Loads the rulebook; returns the version of a rule that is newest.
pub fn the_rule(app: &TestApp, code: &str) -> SupportRuleId {
    let db = &app.services.db;
    db.write(&Caller::operator(), subsidies::load_shipped_rules)
        .expect("the rulebook is loaded");
    let today = app.services.clock.today();
    let rules = db
        .read(|conn| subsidies::rules_by(conn, today))
        .expect("the rulebook is read");
    rules.iter().find(|rule| rule.code == code).expect("the rule").id
}

/// The bureau confirms a rule with its figures in yuan.
pub fn confirmed(app: &TestApp, code: &str, figures: &[i64]) -> SupportRuleId {
    let id = the_rule(app, code);
    let draft = ConfirmationDraft {
        region: region("532801"),
        from_on: day("2020-01-01"),
        figures: figures.iter().filter_map(|yuan| Money::from_yuan(*yuan)).collect(),
        document_no: "景人社发〔2026〕1号".to_owned(),
        document_on: day("2026-01-05"),
    };
    app.services
        .db
        .write(&Caller::operator(), |tx| {
            subsidies::confirm_rule(tx, id, &draft).map(drop)
        })
        .expect("the rule is confirmed");
    id
}

/// Money of Jinghong for 2026, in yuan.
pub fn granted(app: &TestApp, source: FundSource, yuan: i64) -> funds::Fund {
    let amount = Money::from_yuan(yuan).expect("money");
    app.services
        .db
        .write(&Caller::operator(), |tx| {
            funds::grant_fund(tx, source, &region("532801"), 2026, amount, "西财社〔2026〕3号")
        })
        .expect("the money is granted")
}

/// The ledger fits.
pub fn the_ledger_fits(app: &TestApp) {
    let verified = app
        .services
        .db
        .snapshot(funds::verify_funds)
        .expect("the funds are verified");
    assert_eq!(verified.faults, Vec::new());
}

/// Household status and capacity since long ago, so that rules which look back find them.
pub fn since(app: &TestApp, at: &str) {
    app.services.clock.set(Instant::parse(at).expect("an instant"));
}
