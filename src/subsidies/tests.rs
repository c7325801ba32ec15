//! What rules give: cases by name, and properties that hold for every rule of the shipped book.

use std::collections::HashMap;

use chrono::Datelike;
use proptest::prelude::*;

use super::assess::{Facts, HouseholdSpell, LabourSpell, Outcome, Spell, assess, holds_of, papers_missing};
use super::model::{Paper, SupportRule, WorkRegion};
use super::rulebook::{SHIPPED, read_rulebook};
use super::terms::{Amount, Month};
use super::{Assessment, CourseFacts, filing_until};
use crate::base::codes::{HouseholdType, LabourSkill, Sex};
use crate::base::ids::Id;
use crate::base::time::{Day, parse_day};
use crate::subsidies::model::SkillLevel;

fn day(text: &str) -> Day {
    parse_day(text).unwrap()
}

/// The shipped rules, read once.
static BOOK: std::sync::LazyLock<Vec<SupportRule>> =
    std::sync::LazyLock::new(|| read_rulebook(SHIPPED).unwrap().into_iter().map(of_entry).collect());

fn rule(code: &str) -> SupportRule {
    BOOK.iter().find(|rule| rule.code == code).unwrap().clone()
}

fn of_entry(entry: super::RuleEntry) -> SupportRule {
    SupportRule {
        id: Id::from_raw(1),
        code: entry.code,
        effective_from: entry.effective_from,
        effective_to: entry.effective_to,
        status: entry.status,
        zh: entry.zh,
        en: entry.en,
        source: entry.source,
        terms: entry.terms,
    }
}

fn spell(from: &str, to: &str) -> Spell {
    Spell {
        employment_id: Id::from_raw(i64::from(day(from).num_days_from_ce())),
        employer_id: Some(Id::from_raw(50)),
        from: day(from),
        to: day(to),
        ended: false,
        region: Some(WorkRegion::InCounty),
        is_written: true,
        agreed_months: None,
        is_organised: true,
        wage_fen: Some(300_000),
    }
}

/// A labourer of a poverty-exited, relocated household who works in the county for employer 50.
fn facts(spells: Vec<Spell>) -> Facts {
    Facts {
        person_id: Id::from_raw(9),
        household_id: Some(Id::from_raw(3)),
        sex: Sex::Male,
        birth_on: Some(day("1990-03-15")),
        household: vec![HouseholdSpell {
            from: day("2015-01-01"),
            until: None,
            household_type: Some(HouseholdType::Exited),
            poverty: None,
            monitor: None,
            relocated: true,
        }],
        labour: vec![LabourSpell {
            from: day("2015-01-01"),
            until: None,
            skill: Some(LabourSkill::Ordinary),
            at_school: false,
        }],
        spells,
        course: None,
        claimant_employer: Some(Id::from_raw(50)),
        claimant_is_workshop: false,
        team_size: None,
        year: 2026,
        taken: HashMap::new(),
        units_had: 0,
        had_fen: 0,
        figures: Some(vec![i64::MAX; 4]),
        proven_fen: None,
        household_income_fen: None,
    }
}

fn failed(assessment: &Assessment) -> Vec<&str> {
    let failed = assessment
        .checks
        .iter()
        .filter(|check| check.outcome == Outcome::Failed);
    failed.map(|check| check.code.as_str()).collect()
}

#[test]
fn an_employer_is_paid_for_six_months_at_a_stretch() {
    let rule = rule("HIRE_SI6");
    for (name, spells, on, fen, why) in [
        (
            "six full months",
            vec![spell("2026-01-01", "2026-11-23")],
            "2026-07-01",
            500_000,
            vec![],
        ),
        (
            "one day less",
            vec![spell("2026-01-02", "2026-11-23")],
            "2026-07-01",
            500_000,
            vec!["months"],
        ),
        (
            "five and a half",
            vec![spell("2026-01-01", "2026-06-15")],
            "2026-11-23",
            500_000,
            vec!["months"],
        ),
        (
            "a gap in the middle",
            vec![spell("2026-01-01", "2026-03-31"), spell("2026-04-02", "2026-07-31")],
            "2026-11-23",
            500_000,
            vec!["months"],
        ),
        (
            "two spells without a gap",
            vec![spell("2026-01-01", "2026-03-31"), spell("2026-04-01", "2026-06-30")],
            "2026-11-23",
            500_000,
            vec![],
        ),
        ("nobody's work", vec![], "2026-11-23", 500_000, vec!["work"]),
    ] {
        let found = assess(&rule, &facts(spells), day(on));
        assert_eq!((found.amount_fen, failed(&found)), (fen, why), "{name}: {found:?}");
    }
    let mut other = facts(vec![spell("2026-01-01", "2026-11-23")]);
    other.claimant_employer = Some(Id::from_raw(51));
    assert_eq!(
        failed(&assess(&rule, &other, day("2026-11-23"))),
        ["work"],
        "work for somebody else"
    );
}

#[test]
fn who_the_person_was_on_the_first_day_decides() {
    let rule = rule("HIRE_SI6");
    let work = || vec![spell("2026-01-01", "2026-11-23")];
    let on = day("2026-11-23");
    let mut later = facts(work());
    later.household[0].from = day("2026-02-01");
    assert_eq!(
        failed(&assess(&rule, &later, on)),
        ["target"],
        "enrolled after the hire"
    );
    let mut lost = facts(work());
    lost.household[0].until = Some(day("2026-03-01"));
    assert!(
        assess(&rule, &lost, on).is_payable(),
        "a status lost later does not undo it"
    );
    let mut pupil = facts(work());
    pupil.labour[0].at_school = true;
    assert_eq!(failed(&assess(&rule, &pupil, on)), ["target"], "at school");
    let mut unconfirmed = facts(work());
    unconfirmed.figures = None;
    assert_eq!(
        failed(&assess(&rule, &unconfirmed, on)),
        ["confirmed"],
        "a template is not paid"
    );
}

#[test]
fn stages_add_up_and_each_is_paid_once() {
    let rule = rule("HIRE_STAGED");
    let year = facts(vec![spell("2025-01-01", "2026-11-23")]);
    let both = assess(&rule, &year, day("2026-02-01"));
    assert_eq!(
        (both.amount_fen, both.stages.clone(), both.is_payable()),
        (200_000, vec![0, 1], true)
    );
    let first = assess(&rule, &year, day("2025-07-01"));
    assert_eq!((first.amount_fen, first.stages.clone()), (100_000, vec![0]));
    let mut paid = year.clone();
    for hold in holds_of(&rule, &year, &first) {
        paid.taken.insert(hold.key, rule.code.clone());
    }
    paid.had_fen = first.amount_fen;
    let second = assess(&rule, &paid, day("2026-02-01"));
    assert_eq!(
        (second.amount_fen, second.stages.clone(), second.is_payable()),
        (100_000, vec![1], true)
    );
    assert!(!assess(&rule, &paid, day("2025-07-02")).is_payable());
}

#[test]
fn months_are_paid_once_and_only_up_to_the_limit() {
    let rule = rule("PWP_SPECIAL_2020");
    let mut holder = facts(vec![spell("2026-01-01", "2026-11-23")]);
    holder.figures = Some(vec![120_000]);
    let all = assess(&rule, &holder, day("2026-11-23"));
    assert_eq!((all.units, all.amount_fen), (6, 720_000), "ten months worked, six paid");
    holder.units_had = 4;
    assert_eq!(assess(&rule, &holder, day("2026-11-23")).units, 2);
    holder.units_had = 6;
    assert_eq!(failed(&assess(&rule, &holder, day("2026-11-23"))), ["limit"]);
    holder.units_had = 0;
    let april = holds_of(
        &rule,
        &holder,
        &Assessment {
            months: vec![Month::new(2026, 4).unwrap()],
            ..all
        },
    );
    let keys = april.iter().filter(|hold| hold.key.contains("2026-04"));
    holder.taken = keys
        .map(|hold| (hold.key.clone(), "PWP_RURAL_STIPEND".to_owned()))
        .collect();
    let rest = assess(&rule, &holder, day("2026-11-23"));
    assert!(
        !rest.months.contains(&Month::new(2026, 4).unwrap()),
        "a month of another post is left out"
    );
    assert_eq!((rest.units, rest.is_payable()), (6, true));
}

#[test]
fn every_kind_of_amount_is_reckoned() {
    let on = day("2026-11-23");
    let at = |code: &str, change: &dyn Fn(&mut Facts)| {
        let mut known = facts(vec![spell("2026-01-01", "2026-11-23")]);
        change(&mut known);
        assess(&rule(code), &known, on)
    };
    let alone = |facts: &mut Facts| facts.claimant_employer = None;
    let away = |facts: &mut Facts| {
        facts.claimant_employer = None;
        facts.spells[0].region = Some(WorkRegion::OutProvince);
    };
    assert_eq!(
        at("HIRE_ONEOFF", &|f| f.figures = Some(vec![80_000])).amount_fen,
        80_000,
        "max: the bureau's figure"
    );
    assert_eq!(
        at("HIRE_ONEOFF", &|f| f.figures = Some(vec![900_000])).amount_fen,
        100_000,
        "max: never above the text"
    );
    assert_eq!(
        at("PWP_SPECIAL_2020", &|f| f.figures = Some(vec![1])).amount_fen,
        600_000,
        "min: never below the text"
    );
    let workshop = |f: &mut Facts| {
        f.claimant_is_workshop = true;
        f.figures = Some(vec![250_000]);
    };
    assert_eq!(at("WORKSHOP_HIRE", &workshop).amount_fen, 250_000, "range");
    assert_eq!(
        at("TRANS_WORK", &|f| {
            away(f);
            f.figures = Some(vec![90_000, 40_000]);
        })
        .amount_fen,
        90_000,
        "tiers"
    );
    let near = at("TRANS_WORK", &|f| {
        alone(f);
        f.spells[0].region = Some(WorkRegion::InPrefecture);
        f.figures = Some(vec![90_000, 40_000]);
    });
    assert_eq!(near.amount_fen, 40_000, "tiers: in the province");
    assert_eq!(
        at("LABOUR_REWARD", &away).amount_fen,
        300_000,
        "percent: a tenth of ten months at 3,000"
    );
    let unknown = at("LABOUR_REWARD", &|f| {
        away(f);
        f.spells[0].wage_fen = None;
    });
    assert_eq!(
        failed(&unknown),
        ["income"],
        "wages that are not on record are not guessed"
    );
    assert_eq!(
        at("EMPLOYER_SI", &|f| f.proven_fen = Some(123_456)).amount_fen,
        123_400,
        "formula, whole yuan"
    );
    assert!(failed(&at("EMPLOYER_SI", &|_| {})).is_empty() && at("EMPLOYER_SI", &|_| {}).awaits_proof());
    assert_eq!(
        at("ORG_TRIP", &|f| f.proven_fen = Some(43_210)).amount_fen,
        43_210,
        "at cost"
    );
    let relief = at("TAX_HIRE", &|_| {});
    assert_eq!(
        (relief.amount_fen, relief.could_be_fen),
        (0, Some(500_000)),
        "relief is never paid here"
    );
    assert_eq!(
        at("TEAM_LEADER", &|f| f.team_size = Some(45)).amount_fen,
        500_000,
        "two leaders"
    );
    let learnt = at("TRAIN_FEE", &|f| {
        f.course = Some(CourseFacts {
            enrolment_id: Id::from_raw(5),
            starts_on: day("2026-03-01"),
            ends_on: day("2026-03-20"),
            completed: true,
            level: Some(SkillLevel::Four),
            attended_days: None,
        })
    });
    assert_eq!((learnt.amount_fen, failed(&learnt)), (150_000, vec![]));
    let living = at("TRAIN_LIVING", &|f| {
        f.course = Some(CourseFacts {
            enrolment_id: Id::from_raw(5),
            starts_on: day("2026-03-01"),
            ends_on: day("2026-05-20"),
            completed: true,
            level: None,
            attended_days: Some(44),
        })
    });
    assert_eq!(living.amount_fen, 180_000, "attended days, thirty at most");
}

#[test]
fn claims_are_filed_in_time() {
    let by = |code: &str, met: &str| filing_until(&rule(code), day(met)).map(|day| day.to_string());
    assert_eq!(
        by("HIRE_ONEOFF", "2026-06-30").as_deref(),
        Some("2027-06-30"),
        "twelve months"
    );
    assert_eq!(
        by("TRANS_CROSS_PROV", "2026-03-31").as_deref(),
        Some("2027-01-31"),
        "within the year and a month"
    );
    assert_eq!(
        by("TRANS_CROSS_PROV", "2026-12-31").as_deref(),
        Some("2027-01-31"),
        "over the year's end"
    );
    assert_eq!(
        by("LABOUR_REWARD", "2026-03-31").as_deref(),
        Some("2027-01-31"),
        "after the year"
    );
    assert_eq!(by("HIRE_SI6", "2026-03-31"), None);
    let late = assess(
        &rule("HIRE_ONEOFF"),
        &facts(vec![spell("2024-01-01", "2024-06-30")]),
        day("2025-07-01"),
    );
    assert!(failed(&late).contains(&"filing"));
}

#[test]
fn missing_documents_are_named_all_at_once() {
    let rule = rule("TRANS_CROSS_PROV");
    assert_eq!(
        papers_missing(&rule, &[], false),
        [
            Paper::IdCard,
            Paper::SocialCard,
            Paper::LabourContract,
            Paper::BankStatement
        ]
    );
    assert_eq!(
        papers_missing(&rule, &[Paper::IdCard, Paper::CommitmentLetter], true),
        [Paper::BankStatement]
    );
    assert!(papers_missing(&rule, &[Paper::IdCard, Paper::CommitmentLetter, Paper::MobilePay], true).is_empty());
}

fn any_facts() -> impl Strategy<Value = Facts> {
    let spells = proptest::collection::vec(
        (0_i64..900, 0_i64..500, proptest::option::of(0..5_usize), 0_i64..900_000),
        0..5,
    );
    (
        spells,
        0_i32..3,
        any::<[bool; 4]>(),
        proptest::option::of(proptest::collection::vec(0_i64..10_000_000, 0..4)),
        0_u32..50,
    )
        .prop_map(|(spells, year, [man, workshop, alone, proven], figures, had)| {
            const REGIONS: [WorkRegion; 5] = [
                WorkRegion::InCounty,
                WorkRegion::OutProvince,
                WorkRegion::WithinTownship,
                WorkRegion::InPrefecture,
                WorkRegion::InProvinceOutCounty,
            ];
            let mut known = facts(
                spells
                    .into_iter()
                    .map(|(from, long, region, wage)| {
                        let from = day("2024-01-01") + chrono::Duration::days(from);
                        let to = from + chrono::Duration::days(long);
                        Spell {
                            region: region.map(|r| REGIONS[r]),
                            wage_fen: Some(wage),
                            ..spell(&from.to_string(), &to.to_string())
                        }
                    })
                    .collect(),
            );
            known.sex = if man { Sex::Male } else { Sex::Female };
            known.year = 2024 + year;
            known.claimant_is_workshop = workshop;
            if alone {
                known.claimant_employer = None;
            }
            known.proven_fen = proven.then_some(77_777);
            known.figures = figures;
            known.units_had = had;
            known
        })
}

/// The most that a rule's text lets anybody have at once.
fn ceiling(rule: &SupportRule, assessment: &Assessment) -> Option<i64> {
    let units = i64::from(assessment.units);
    let one = match &rule.terms.amount {
        Amount::Fixed { fen, leaders: false } => *fen,
        Amount::Max { ceiling } => *ceiling,
        Amount::Range { high, .. } => *high,
        Amount::Tiers {
            tiers,
            cumulative: true,
            ..
        } => return Some(tiers.iter().map(|t| t.amount_fen).sum()),
        Amount::Tiers { tiers, .. } => tiers.iter().map(|t| t.amount_fen).max()?,
        _ => return None,
    };
    Some(one * units)
}

proptest! {
    #[test]
    fn no_rule_gives_more_than_its_text(known in any_facts(), at in 0_i64..1_400) {
        let on = day("2023-12-01") + chrono::Duration::days(at);
        for rule in BOOK.iter() {
            let found = assess(rule, &known, on);
            prop_assert!(found.amount_fen >= 0, "{}", rule.code);
            if let Some(most) = ceiling(rule, &found) {
                prop_assert!(found.amount_fen <= most, "{}: {found:?}", rule.code);
            }
            if let Some(cap) = rule.terms.cap_fen {
                prop_assert!(found.amount_fen <= cap);
            }
            if let (Some(limit), true) = (rule.terms.max_units, rule.terms.unit == super::model::RuleUnit::PersonMonth) {
                prop_assert!(found.units + known.units_had.min(limit) <= limit);
            }
            prop_assert!(!rule.terms.amount.is_relief() || found.amount_fen == 0);
            prop_assert!(known.figures.is_some() || !rule.needs_confirmation() || !found.is_payable(), "{}", rule.code);
            prop_assert!(found.months.windows(2).all(|pair| pair[0] < pair[1]));
            prop_assert_eq!(assess(rule, &known, on), found);
        }
    }

    #[test]
    fn a_later_day_never_gives_less_while_nothing_else_changes(known in any_facts(), at in 0_i64..900, more in 0_i64..400) {
        let (first, later) = (day("2024-01-01") + chrono::Duration::days(at), day("2024-01-01") + chrono::Duration::days(at + more));
        for code in ["HIRE_SI6", "HIRE_STAGED", "PWP_SPECIAL_2020", "ON_JOB_TRAIN", "WORKSHOP_WORKER", "TAX_HIRE"] {
            let rule = rule(code);
            let (a, b) = (assess(&rule, &known, first), assess(&rule, &known, later));
            prop_assert!(b.amount_fen >= a.amount_fen, "{code}: {a:?} {b:?}");
            prop_assert!(b.could_be_fen >= a.could_be_fen, "{code}");
        }
    }

    #[test]
    fn what_was_paid_is_never_payable_again(known in any_facts(), at in 0_i64..900) {
        let on = day("2024-06-01") + chrono::Duration::days(at);
        for rule in BOOK.iter() {
            if !rule.terms.is_claimable() { continue }
            let first = assess(rule, &known, on);
            if !first.is_payable() { continue }
            let holds = holds_of(rule, &known, &first);
            prop_assert!(holds.iter().any(|hold| !hold.is_shared), "{}: nothing keeps it from being paid twice", rule.code);
            let mut after = known.clone();
            after.taken.extend(holds.iter().map(|hold| (hold.key.clone(), rule.code.clone())));
            after.units_had += first.units;
            let again = assess(rule, &after, on);
            let own: std::collections::HashSet<String> = holds_of(rule, &after, &again).into_iter().filter(|h| !h.is_shared).map(|h| h.key).collect();
            prop_assert!(!again.is_payable() || holds.iter().all(|hold| !own.contains(&hold.key)), "{}", rule.code);
        }
    }

    #[test]
    fn rules_that_exclude_each_other_meet_in_a_group(known in any_facts(), at in 0_i64..900) {
        let on = day("2024-06-01") + chrono::Duration::days(at);
        for rule in BOOK.iter() {
            let one = rule;
            for pair in &one.terms.excludes {
                let other = BOOK.iter().find(|other| other.code == pair.rule).unwrap();
                let (a, b) = (assess(one, &known, on), assess(other, &known, on));
                let keys = |rule: &SupportRule, found: &Assessment| -> std::collections::HashSet<String> {
                    holds_of(rule, &known, found).into_iter().filter(|hold| hold.is_shared).map(|hold| hold.key).collect()
                };
                let by_month = pair.scope == super::model::ExclusionScope::PersonMonth;
                let meet = !by_month || a.months.iter().any(|month| b.months.contains(month));
                let known_scope = super::assess::key_in_tests(pair.scope, &known).is_some();
                if meet && known_scope && !a.months.is_empty() && !b.months.is_empty() {
                    prop_assert!(keys(one, &a).intersection(&keys(other, &b)).next().is_some(), "{} {}", one.code, other.code);
                }
            }
        }
    }
}
