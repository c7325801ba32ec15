//! Case tables of the rules.

use super::*;
use crate::base::codes::{LabourSkill, Sex};
use crate::base::ids::Id;
use crate::base::region::RegionCode;
use crate::base::time::parse_day;
use crate::registry::LabourFacts;

fn day(text: &str) -> Day {
    parse_day(text).unwrap()
}

fn labourer(work: Vec<WorkFacts>) -> MemberFacts {
    MemberFacts {
        person_id: Id::from_raw(1),
        labour: LabourFacts {
            sex: Sex::Male,
            birth_on: Some(day("1980-01-01")),
            labour_skill: Some(LabourSkill::Ordinary),
            assessed_on: day("2020-01-01"),
            at_school: false,
        },
        work,
    }
}

fn household(members: Vec<MemberFacts>) -> HouseholdFacts {
    HouseholdFacts {
        household_id: Id::from_raw(1),
        registry_no: "5328".to_owned(),
        region: RegionCode::parse("532801003002").unwrap(),
        group_name: String::new(),
        relocation: Some(RelocationKind::Registered),
        site_id: None,
        site: None,
        monitored: false,
        status_from: day("2020-01-01"),
        members,
        exemption: None,
        case: None,
    }
}

fn work(start: &str, end: Option<&str>, seen: &str) -> WorkFacts {
    WorkFacts {
        employment_id: Id::from_raw(1),
        counts: true,
        start_on: day(start),
        end_on: end.map(day),
        term_on: None,
        evidence_on: Some(day(seen)),
        proven_on: Some(day(seen)),
    }
}

#[test]
fn states_follow_from_dated_facts() {
    use GuaranteeState as S;
    let on = "2020-08-31";
    let student = MemberFacts {
        labour: LabourFacts {
            at_school: true,
            ..labourer(vec![]).labour
        },
        ..labourer(vec![])
    };
    let cases: Vec<(&str, HouseholdFacts, S, Option<&str>)> = vec![
        (
            "works",
            household(vec![labourer(vec![work("2020-06-01", None, "2020-08-01")])]),
            S::Met,
            None,
        ),
        (
            "last day counts",
            household(vec![labourer(vec![work(
                "2020-06-01",
                Some("2020-08-31"),
                "2020-08-01",
            )])]),
            S::AtRisk,
            Some("ending"),
        ),
        (
            "ended the day before",
            household(vec![labourer(vec![work(
                "2020-06-01",
                Some("2020-08-30"),
                "2020-08-01",
            )])]),
            S::Zero,
            None,
        ),
        (
            "ends in 30 days",
            household(vec![labourer(vec![work(
                "2020-06-01",
                Some("2020-09-30"),
                "2020-08-01",
            )])]),
            S::AtRisk,
            Some("ending"),
        ),
        (
            "ends in 31 days",
            household(vec![labourer(vec![work(
                "2020-06-01",
                Some("2020-10-01"),
                "2020-08-01",
            )])]),
            S::Met,
            None,
        ),
        (
            "evidence of 60 days",
            household(vec![labourer(vec![work("2020-06-01", None, "2020-07-02")])]),
            S::Met,
            None,
        ),
        (
            "evidence of 61 days",
            household(vec![labourer(vec![work("2020-06-01", None, "2020-07-01")])]),
            S::AtRisk,
            Some("to_be_confirmed"),
        ),
        (
            "starts tomorrow",
            household(vec![labourer(vec![work("2020-09-01", None, "2020-08-31")])]),
            S::Zero,
            None,
        ),
        ("nobody works", household(vec![labourer(vec![])]), S::Zero, None),
        ("nobody can", household(vec![]), S::Exempt, Some("no_labour")),
        (
            "all at school",
            household(vec![student]),
            S::Exempt,
            Some("all_students"),
        ),
        (
            "accompanying",
            HouseholdFacts {
                relocation: Some(RelocationKind::Accompanying),
                ..household(vec![labourer(vec![])])
            },
            S::NotInScope,
            None,
        ),
        (
            "not relocated",
            HouseholdFacts {
                relocation: None,
                ..household(vec![labourer(vec![])])
            },
            S::NotInScope,
            None,
        ),
    ];
    for (name, facts, state, reason) in cases {
        let standing = state_of(&facts, day(on), &Parameters::default());
        assert_eq!((standing.state, standing.reason), (state, reason), "{name}");
    }
}

#[test]
fn own_farm_work_does_not_count() {
    let farm = WorkFacts {
        counts: false,
        ..work("2020-06-01", None, "2020-08-01")
    };
    let standing = state_of(
        &household(vec![labourer(vec![farm])]),
        day("2020-08-31"),
        &Parameters::default(),
    );
    assert_eq!(standing.state, GuaranteeState::Zero);
}

#[test]
fn a_rate_of_all_is_never_rounded_up_to() {
    assert_eq!(rate_bp(9_999, 10_000), Some(9_999));
    assert_eq!(rate_bp(99_999, 100_000), Some(9_999));
    assert_eq!(rate_bp(0, 0), None);
}

/// The last day of work counts; the household stands at zero from the day after, whatever the month.
#[test]
fn the_last_workers_job_ends_on_the_last_day_of_a_month() {
    for (name, end, at_work, at_zero) in [
        ("the 31st", "2020-08-31", "2020-08-31", "2020-09-01"),
        ("the 30th", "2020-09-30", "2020-09-30", "2020-10-01"),
        ("a leap day", "2020-02-29", "2020-02-29", "2020-03-01"),
        (
            "the last of February in a common year",
            "2021-02-28",
            "2021-02-28",
            "2021-03-01",
        ),
        ("New Year's Eve", "2020-12-31", "2020-12-31", "2021-01-01"),
    ] {
        let facts = household(vec![labourer(vec![work("2019-06-01", Some(end), end)])]);
        let parameters = Parameters::default();
        assert!(state_of(&facts, day(at_work), &parameters).state.is_covered(), "{name}");
        assert_eq!(
            state_of(&facts, day(at_zero), &parameters).state,
            GuaranteeState::Zero,
            "{name}"
        );
    }
}

#[test]
fn terms_on_public_welfare_posts_end_and_put_at_risk() {
    let parameters = Parameters::default();
    for (start, before, end) in [
        ("2020-03-01", 0, "2023-02-28"),
        ("2021-03-01", 0, "2024-02-29"),
        ("2020-02-29", 0, "2023-02-28"),
        ("2020-03-01", 365, "2022-02-28"),
        ("2020-03-01", 5_000, "2020-03-01"),
    ] {
        assert_eq!(
            welfare_term_end(day(start), before, &parameters),
            day(end),
            "{start} less {before}"
        );
    }
    let post = |term: &str| WorkFacts {
        term_on: Some(day(term)),
        ..work("2017-09-10", None, "2020-08-20")
    };
    for (term, state, reason) in [
        ("2020-10-01", GuaranteeState::Met, None),
        ("2020-09-30", GuaranteeState::AtRisk, Some("term_ending")),
        ("2020-08-01", GuaranteeState::AtRisk, Some("term_ending")),
    ] {
        let facts = household(vec![labourer(vec![post(term)])]);
        let standing = state_of(&facts, day("2020-08-31"), &parameters);
        assert_eq!((standing.state, standing.reason), (state, reason), "{term}");
    }
    // Other work that goes on carries the household.
    let facts = household(vec![labourer(vec![
        post("2020-09-01"),
        work("2020-06-01", None, "2020-08-01"),
    ])]);
    assert_eq!(
        state_of(&facts, day("2020-08-31"), &parameters).state,
        GuaranteeState::Met
    );
}

#[test]
fn exemptions_and_cases_say_more_of_a_household_at_zero() {
    use ExemptionReason as R;
    use GuaranteeState as S;
    let case = |limit: Option<&str>| {
        Some(CaseFacts {
            opened_on: day("2020-08-20"),
            clear_by: limit.map(day),
        })
    };
    for (name, exemption, case, state, reason, excused) in [
        ("nothing", None, None, S::Zero, None, false),
        ("being helped", None, case(Some("2020-08-31")), S::Helping, None, false),
        (
            "helped too long",
            None,
            case(Some("2020-08-30")),
            S::Overdue,
            None,
            false,
        ),
        ("no calendar", None, case(None), S::Helping, None, false),
        (
            "a carer stays counted",
            Some(R::CareSole),
            None,
            S::Zero,
            Some("care_sole"),
            true,
        ),
        (
            "the clock stands",
            Some(R::Unreachable),
            case(Some("2020-08-01")),
            S::Zero,
            Some("unreachable"),
            true,
        ),
        (
            "a soldier does not",
            Some(R::Military),
            case(Some("2020-08-01")),
            S::Exempt,
            Some("military"),
            false,
        ),
    ] {
        let facts = HouseholdFacts {
            exemption,
            case,
            ..household(vec![labourer(vec![])])
        };
        let standing = state_of(&facts, day("2020-08-31"), &Parameters::default());
        assert_eq!(
            (standing.state, standing.reason, standing.is_excused),
            (state, reason, excused),
            "{name}"
        );
        let mut counter = Counter::new(day("2020-08-31"), Level::Site);
        counter.add(&facts, &standing);
        let total = counter.finish().total;
        assert_eq!(
            total.in_scope,
            total.met + total.at_risk + total.zero + total.exempt,
            "{name}"
        );
        assert_eq!(total.with_labour, total.in_scope - total.exempt, "{name}");
        assert_eq!(total.excused, u32::from(excused), "{name}");
    }
    let working = HouseholdFacts {
        exemption: Some(R::CareSole),
        ..household(vec![labourer(vec![work("2020-06-01", None, "2020-08-01")])])
    };
    assert_eq!(
        state_of(&working, day("2020-08-31"), &Parameters::default()).state,
        S::Met
    );
}

#[test]
fn the_workers_own_word_is_weak_evidence() {
    let said = WorkFacts {
        proven_on: None,
        ..work("2020-06-01", None, "2020-08-20")
    };
    let of = |work: Vec<WorkFacts>| {
        state_of(
            &household(vec![labourer(work)]),
            day("2020-08-31"),
            &Parameters::default(),
        )
    };
    let alone = of(vec![said]);
    assert_eq!((alone.state, alone.is_weakly_proven), (GuaranteeState::Met, true));
    let beside = of(vec![said, work("2020-06-01", None, "2020-08-20")]);
    assert!(!beside.is_weakly_proven);
}
