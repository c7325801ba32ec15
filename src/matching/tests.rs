//! Rules of matching, row by row and as properties.

use std::collections::BTreeSet;

use fluent_templates::fluent_bundle::{FluentArgs, FluentBundle, FluentResource};
use proptest::prelude::*;

use super::model::{nearness, reach_for, reaches};
use super::*;
use crate::base::codes::{DestinationWish, Education, LabourSkill, Language, MandarinLevel};
use crate::base::error::Values;
use crate::base::ids::{PersonId, PostingId};
use crate::base::money::Money;
use crate::base::region::RegionCode;
use crate::base::time::{Day, parse_day};
use crate::reference::{OccupationCode, occupations, regions};

pub(super) fn day(text: &str) -> Day {
    parse_day(text).unwrap()
}
fn region(text: &str) -> RegionCode {
    RegionCode::parse(text).unwrap()
}
fn occupation(text: &str) -> OccupationCode {
    OccupationCode::parse(text).unwrap()
}
fn yuan(yuan: i64) -> Money {
    Money::from_yuan(yuan).unwrap()
}
pub(super) const TODAY: &str = "2020-07-01";

pub(super) fn a_cleaner() -> Candidate {
    Candidate {
        id: PersonId::from_raw(7),
        home: region("532801003002"),
        work_age: WorkAge::Adult,
        capacity: LabourSkill::Ordinary,
        education: Some(Education::JuniorMiddle),
        mandarin: Some(MandarinLevel::Basic),
        skills: vec![HeldSkill {
            occupation: Some(occupation("4-09-08-01")),
            certificate: Some("健康证".to_owned()),
        }],
        past_occupations: vec![occupation("4-09-08-02")],
        wish: Wish {
            occupations: vec![occupation("4-09-08-01")],
            distance: DestinationWish::County,
            wage_floor: Some(yuan(2000)),
            needs_lodging: true,
            kinds: vec![OpeningKind::Job],
            terms: vec![Term::LongTerm],
            available_from: Some(day("2020-06-01")),
            stated_on: Some(day("2020-06-01")),
        },
        is_employed_full_time: false,
        refused: BTreeSet::new(),
        need: NeedClass::Relocated,
    }
}

pub(super) fn a_cleaning_post() -> Opening {
    Opening {
        id: PostingId::from_raw(11),
        kind: OpeningKind::Job,
        region: region("532801003"),
        occupation: Some(occupation("4-09-08-01")),
        wage: Some(WageRange::new(yuan(2600), yuan(2200))),
        has_lodging: true,
        has_meals: true,
        has_insurance: true,
        has_transport: true,
        education: Asked::Preferred(Education::Primary),
        mandarin: Asked::Preferred(MandarinLevel::Basic),
        certificate: Some("健康证".to_owned()),
        demand: PhysicalDemand::Ordinary,
        is_closed_to_minors: true,
        term: Term::LongTerm,
        free_places: 3,
        reserved_places: 1,
        is_open: true,
        closes_on: Some(day(TODAY)),
        starts_on: Some(day("2020-07-10")),
        eligible_region: None,
    }
}

fn judge(candidate: &Candidate, opening: &Opening) -> Score {
    score(candidate, opening, Weights::shipped(), day(TODAY))
}

#[test]
fn a_fitting_pair_gets_its_reasons_in_full() {
    let Score::Possible { points, reasons } = judge(&a_cleaner(), &a_cleaning_post()) else {
        panic!("barred")
    };
    let expected: Vec<(ReasonKind, i32)> = vec![
        (ReasonKind::SameTownship, 26),
        (ReasonKind::WishedOccupation, 30),
        (ReasonKind::SkillSame, 20),
        (ReasonKind::PastNear, 8),
        (ReasonKind::CertificateHeld, 10),
        (ReasonKind::WageAboveFloor, 6),
        (ReasonKind::LodgingNeeded, 10),
        (ReasonKind::Meals, 3),
        (ReasonKind::Insurance, 5),
        (ReasonKind::Transport, 3),
        (ReasonKind::ReservedPlace, 8),
        (ReasonKind::EducationMet, 3),
        (ReasonKind::MandarinMet, 3),
        (ReasonKind::KindWished, 6),
        (ReasonKind::TermWished, 5),
        (ReasonKind::StartFits, 3),
        (ReasonKind::FreshWish, 4),
    ];
    assert_eq!(reasons.iter().map(|r| (r.kind, r.points)).collect::<Vec<_>>(), expected);
    assert_eq!(points, 153);
}

type Spoil = fn(&mut Candidate, &mut Opening);

#[test]
fn each_bar_is_met_by_what_it_names() {
    let rows: [(&str, Spoil, Bar); 20] = [
        ("withdrawn", |_, o| o.is_open = false, Bar::Closed),
        (
            "past its last day",
            |_, o| o.closes_on = parse_day("2020-06-30"),
            Bar::Closed,
        ),
        ("full", |_, o| o.free_places = 0, Bar::NoFreePlace),
        (
            "only reserved left",
            |c, o| {
                o.reserved_places = 3;
                c.need = NeedClass::Other;
            },
            Bar::OnlyReservedPlaces,
        ),
        ("fifteen", |c, _| c.work_age = WorkAge::BelowLawful, Bar::BelowLawfulAge),
        (
            "seventeen at night",
            |c, _| c.work_age = WorkAge::Minor,
            Bar::ClosedToMinors,
        ),
        ("lost capacity", |c, _| c.capacity = LabourSkill::Lost, Bar::NoCapacity),
        ("no capacity", |c, _| c.capacity = LabourSkill::None, Bar::NoCapacity),
        (
            "weak and heavy",
            |c, o| {
                c.capacity = LabourSkill::Weak;
                o.demand = PhysicalDemand::Heavy;
            },
            Bar::TooHeavy,
        ),
        ("in work", |c, _| c.is_employed_full_time = true, Bar::AlreadyEmployed),
        (
            "asked and refused",
            |c, o| c.refused = BTreeSet::from([o.id]),
            Bar::RefusedBefore,
        ),
        (
            "another village's post",
            |_, o| o.eligible_region = RegionCode::parse("532822"),
            Bar::OtherPlacesPost,
        ),
        ("next county", |_, o| o.region = region("532822101"), Bar::TooFar),
        (
            "own village only",
            |c, _| c.wish.distance = DestinationWish::Village,
            Bar::TooFar,
        ),
        (
            "far without a bed",
            |c, o| {
                c.wish.distance = DestinationWish::Any;
                o.region = region("310114");
                o.has_lodging = false;
            },
            Bar::NoLodgingFar,
        ),
        ("no certificate", |c, _| c.skills.clear(), Bar::CertificateMissing),
        (
            "schooling",
            |_, o| o.education = Asked::Needed(Education::SeniorMiddle),
            Bar::EducationBelow,
        ),
        (
            "schooling not known",
            |c, o| {
                c.education = None;
                o.education = Asked::Needed(Education::Primary);
            },
            Bar::EducationBelow,
        ),
        (
            "Mandarin",
            |_, o| o.mandarin = Asked::Needed(MandarinLevel::Fluent),
            Bar::MandarinBelow,
        ),
        (
            "pay",
            |c, _| c.wish.wage_floor = Money::from_yuan(2601),
            Bar::WageBelowFloor,
        ),
    ];
    for (name, spoil, bar) in rows {
        let (mut candidate, mut opening) = (a_cleaner(), a_cleaning_post());
        spoil(&mut candidate, &mut opening);
        assert_eq!(judge(&candidate, &opening), Score::Barred(vec![bar]), "{name}");
    }
}

#[test]
fn what_looks_like_a_bar_but_is_none_passes() {
    let rows: [(&str, Spoil); 8] = [
        ("closes today", |_, o| o.closes_on = parse_day(TODAY)),
        ("pay just at the floor", |c, _| {
            c.wish.wage_floor = Money::from_yuan(2600)
        }),
        ("negotiable pay", |_, o| o.wage = None),
        ("seventeen by day", |c, o| {
            c.work_age = WorkAge::Minor;
            o.is_closed_to_minors = false;
        }),
        ("near without a bed", |_, o| o.has_lodging = false),
        ("weak labour and ordinary work", |c, _| c.capacity = LabourSkill::Weak),
        ("reserved for this household", |_, o| o.reserved_places = 3),
        ("own county's post", |_, o| {
            o.eligible_region = RegionCode::parse("532801")
        }),
    ];
    for (name, vary) in rows {
        let (mut candidate, mut opening) = (a_cleaner(), a_cleaning_post());
        vary(&mut candidate, &mut opening);
        assert!(judge(&candidate, &opening).points().is_some(), "{name}");
    }
}

/// Does to the candidate what the change says.
fn apply(change: &Change, candidate: &mut Candidate, opening: &Opening) {
    match change {
        Change::GoAsFarAs(wish) => candidate.wish.distance = *wish,
        Change::ObtainCertificate(name) => {
            candidate.skills.push(HeldSkill {
                occupation: None,
                certificate: Some(name.clone()),
            });
        }
        Change::LowerWageFloor(floor) => candidate.wish.wage_floor = Some(*floor),
        Change::ReachEducation(level) => candidate.education = Some(*level),
        Change::ReachMandarin(level) => candidate.mandarin = Some(*level),
        Change::ArrangeLodging => candidate.wish.needs_lodging = false,
        Change::AskAgain => {
            candidate.refused.remove(&opening.id);
        }
    }
}

#[test]
fn two_bars_have_no_single_remedy() {
    let (mut candidate, mut opening) = (a_cleaner(), a_cleaning_post());
    candidate.skills.clear();
    opening.region = region("532822101");
    assert_eq!(nearest_miss(&candidate, &opening, day(TODAY)), None);
    assert_eq!(nearest_miss(&a_cleaner(), &a_cleaning_post(), day(TODAY)), None);
}

#[test]
fn the_nearest_miss_names_the_least_distance() {
    let mut opening = a_cleaning_post();
    for (place, wish) in [
        ("532822101", DestinationWish::Prefecture),
        ("530111", DestinationWish::Province),
        ("310114", DestinationWish::Shanghai),
        ("330106", DestinationWish::OutProvince),
    ] {
        opening.region = region(place);
        assert_eq!(
            nearest_miss(&a_cleaner(), &opening, day(TODAY)),
            Some(Change::GoAsFarAs(wish)),
            "{place}"
        );
    }
}

#[test]
fn fast_steps_and_nearness_say_the_same_as_the_reference() {
    let places = [
        "53",
        "5328",
        "532801",
        "532801003",
        "532801003002",
        "532822",
        "532822105",
        "530111",
        "310114",
        "31",
    ];
    for from in places {
        for to in places {
            let (from, to) = (region(from), region(to));
            assert_eq!(
                steps_between(&from, &to),
                regions().distance_between(&from, &to),
                "{from} {to}"
            );
        }
    }
    let sample: Vec<&OccupationCode> = occupations().all().iter().step_by(9).map(|o| &o.code).collect();
    for left in &sample {
        for right in &sample {
            assert_eq!(
                u32::from(nearness(left, right)),
                left.shared_levels(right),
                "{left} {right}"
            );
        }
    }
}

#[test]
fn a_more_urgent_household_comes_first_whatever_the_points() {
    let (mut urgent, mut fitting) = (a_cleaner(), a_cleaner());
    urgent.id = PersonId::from_raw(99);
    urgent.need = NeedClass::ZeroHousehold;
    urgent.wish.occupations.clear();
    fitting.need = NeedClass::Exited;
    let people = [fitting, urgent];
    let ranked = rank_candidates(&a_cleaning_post(), &people, Weights::shipped(), (day(TODAY), 10));
    assert_eq!(ranked.iter().map(|r| r.item.id.raw()).collect::<Vec<_>>(), [99, 7]);
    assert!(ranked[0].points < ranked[1].points);
}

#[test]
fn weights_under_which_farther_is_better_are_refused() {
    let shipped = include_str!("weights.toml");
    assert!(Weights::parse(shipped).is_ok());
    for (from, to, code) in [
        ("same_county = 20", "same_county = 27", "weights-out-of-order"),
        ("skill_same = 20", "skill_same = 2", "weights-out-of-order"),
        ("meals = 3", "meals = -3", "weights-out-of-range"),
        ("education_short = -6", "education_short = 6", "weights-out-of-range"),
        ("same_village = 30", "same_village = 3000", "weights-out-of-range"),
        ("meals = 3", "sex = 3", "weights-unreadable"),
        ("meals = 3", "meals = \"many\"", "weights-unreadable"),
    ] {
        assert!(shipped.contains(from));
        let fault = Weights::parse(&shipped.replace(from, to)).unwrap_err();
        assert_eq!(fault.code(), code, "{to}");
    }
}

const CATALOGUES: [(Language, &str); 2] = [
    (Language::Zh, include_str!("../../templates/locales/zh-CN/matching.ftl")),
    (Language::En, include_str!("../../templates/locales/en/matching.ftl")),
];

fn say(catalogue: &str, key: &str, values: &Values) -> String {
    let resource = FluentResource::try_new(catalogue.to_owned()).expect("the catalogue parses");
    let mut bundle = FluentBundle::new(vec!["zh-CN".parse().unwrap()]);
    bundle.set_use_isolating(false);
    bundle.add_resource(resource).expect("keys are unique");
    let mut args = FluentArgs::new();
    for (name, value) in values {
        args.set(*name, value.clone());
    }
    let message = bundle.get_message(key).unwrap_or_else(|| panic!("no {key}"));
    let mut errors = Vec::new();
    let text = bundle
        .format_pattern(message.value().expect("a value"), Some(&args), &mut errors)
        .into_owned();
    assert!(errors.is_empty(), "{key}: {errors:?}");
    text
}

#[test]
fn every_code_has_a_short_sentence_in_both_languages() {
    let (candidate, mut opening) = (a_cleaner(), a_cleaning_post());
    opening.eligible_region = RegionCode::parse("532822105");
    let changes = [
        Change::GoAsFarAs(DestinationWish::Shanghai),
        Change::ObtainCertificate("健康证".to_owned()),
        Change::LowerWageFloor(yuan(2600)),
        Change::ReachEducation(Education::SeniorMiddle),
        Change::ReachMandarin(MandarinLevel::Basic),
        Change::ArrangeLodging,
        Change::AskAgain,
    ];
    for (language, catalogue) in CATALOGUES {
        let reasons = ReasonKind::ALL.map(|kind| Reason { kind, points: 1 }.sentence(&candidate, &opening, language));
        let bars = Bar::ALL.map(|bar| bar.sentence(&candidate, &opening, language));
        let changes = changes.clone().map(|change| change.sentence(language));
        assert_eq!(changes.clone().map(|s| s.key), Change::KEYS);
        for sentence in reasons.iter().chain(&bars).chain(&changes) {
            let text = say(catalogue, sentence.key, &sentence.values);
            let longest = if language == Language::Zh { 40 } else { 100 };
            assert!(text.chars().count() <= longest, "{text}");
            assert!(
                sentence.values.iter().all(|(_, value)| !value.is_empty()),
                "{sentence:?}"
            );
        }
        for need in NeedClass::ALL {
            assert!(!say(catalogue, need.key(), &Vec::new()).is_empty());
        }
        for code in ["weights-unreadable", "weights-out-of-order", "weights-out-of-range"] {
            assert!(
                say(
                    catalogue,
                    &format!("refusal-{code}"),
                    &vec![("what", "meals".to_owned())]
                )
                .contains("meals")
            );
        }
    }
    let near = Reason {
        kind: ReasonKind::SameTownship,
        points: 26,
    }
    .sentence(&candidate, &opening, Language::Zh);
    assert_eq!(say(CATALOGUES[0].1, near.key, &near.values), "离家近：同在嘎洒街道");
}

fn any_region() -> impl Strategy<Value = RegionCode> {
    prop::sample::select(vec![
        "532801003002",
        "532801003001",
        "532801003",
        "532801002",
        "532801",
        "532822105",
        "532822",
        "532823103",
        "530111",
        "530100",
        "310114",
        "3101",
        "31",
        "330106",
        "53",
    ])
    .prop_map(region)
}
fn any_occupation() -> impl Strategy<Value = OccupationCode> {
    prop::sample::select(vec![
        "4-09-08-01",
        "4-09-08-02",
        "4-09-07-01",
        "5-01-01-00",
        "6-18-04-01",
        "6-11-00-00",
    ])
    .prop_map(occupation)
}
fn maybe_certificate() -> impl Strategy<Value = Option<String>> {
    prop::sample::select(vec![None, None, Some("健康证"), Some("焊工证")]).prop_map(|c| c.map(str::to_owned))
}

prop_compose! {
    fn any_wish()(
        occupations in prop::collection::vec(any_occupation(), 0..3),
        distance in prop::sample::select(DestinationWish::ALL.to_vec()),
        floor in prop::option::of(0_i64..6000),
        needs_lodging: bool,
        wants_jobs: bool,
        stated in prop::sample::select(vec![None, parse_day("2020-06-01"), parse_day("2019-01-01")]),
        available_from in prop::sample::select(vec![None, parse_day("2020-07-05")]),
    ) -> Wish {
        Wish {
            occupations, distance, wage_floor: floor.and_then(Money::from_yuan), needs_lodging,
            kinds: if wants_jobs { vec![OpeningKind::Job] } else { Vec::new() },
            terms: vec![Term::Seasonal], available_from, stated_on: stated,
        }
    }
}
prop_compose! {
    pub(super) fn any_candidate()(
        id in 1_i64..200,
        home in any_region(),
        work_age in prop::sample::select(vec![WorkAge::Adult, WorkAge::Adult, WorkAge::Minor, WorkAge::BelowLawful]),
        capacity in prop::sample::select(LabourSkill::ALL.to_vec()),
        education in prop::option::of(prop::sample::select(Education::ALL.to_vec())),
        mandarin in prop::option::of(prop::sample::select(MandarinLevel::ALL.to_vec())),
        skills in prop::collection::vec((prop::option::of(any_occupation()), maybe_certificate()), 0..3),
        past_occupations in prop::collection::vec(any_occupation(), 0..3),
        wish in any_wish(),
        refused in prop::collection::btree_set((1_i64..200).prop_map(PostingId::from_raw), 0..4),
        is_employed_full_time in prop::bool::weighted(0.1),
        need in prop::sample::select(NeedClass::ALL.to_vec()),
    ) -> Candidate {
        Candidate {
            id: PersonId::from_raw(id), home, work_age, capacity, education, mandarin, past_occupations, wish, refused,
            skills: skills.into_iter().map(|(occupation, certificate)| HeldSkill { occupation, certificate }).collect(),
            is_employed_full_time, need,
        }
    }
}
prop_compose! {
    pub(super) fn any_opening()(
        id in 1_i64..200,
        place in (any_region(), prop::option::weighted(0.2, any_region())),
        occupation in prop::option::of(any_occupation()),
        wage in prop::option::of((0_i64..6000, 0_i64..6000)),
        gives: [bool; 6],
        education in prop::sample::select(vec![Asked::Nothing, Asked::Preferred(Education::JuniorMiddle), Asked::Needed(Education::SeniorMiddle)]),
        mandarin in prop::sample::select(vec![Asked::Nothing, Asked::Preferred(MandarinLevel::Fluent), Asked::Needed(MandarinLevel::Basic)]),
        certificate in maybe_certificate(),
        demand in prop::sample::select(vec![PhysicalDemand::Light, PhysicalDemand::Ordinary, PhysicalDemand::Heavy]),
        places in (0_u32..4, 0_u32..3),
        closes_on in prop::sample::select(vec![None, parse_day("2020-06-30"), parse_day(TODAY)]),
        (kind, term, starts_on) in (
            prop::sample::select(vec![OpeningKind::Job, OpeningKind::PublicWelfare]),
            prop::sample::select(vec![Term::Seasonal, Term::LongTerm]),
            prop::sample::select(vec![None, parse_day("2020-07-01"), parse_day("2020-07-10")]),
        ),
    ) -> Opening {
        Opening {
            id: PostingId::from_raw(id), kind, region: place.0, eligible_region: place.1, occupation,
            wage: wage.map(|(low, high)| WageRange::new(yuan(low), yuan(high))),
            has_lodging: gives[0], has_meals: gives[1], has_insurance: gives[2], has_transport: gives[3],
            is_closed_to_minors: gives[4], is_open: gives[5] || gives[0], education, mandarin, certificate, demand,
            term, free_places: places.0, reserved_places: places.1, closes_on, starts_on,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_score_is_the_sum_of_its_reasons(candidate in any_candidate(), opening in any_opening()) {
        match judge(&candidate, &opening) {
            Score::Barred(all) => {
                prop_assert!(!all.is_empty());
                prop_assert_eq!(first_bar(&candidate, &opening, day(TODAY)), all.first().copied());
            }
            Score::Possible { points, reasons } => {
                prop_assert_eq!(points, reasons.iter().map(|r| r.points).sum::<i32>());
                prop_assert!(reasons.iter().all(|r| r.points != 0));
                prop_assert_eq!(first_bar(&candidate, &opening, day(TODAY)), None);
            }
        }
    }

    #[test]
    fn the_nearest_miss_flips_the_answer(mut candidate in any_candidate(), opening in any_opening()) {
        if let Some(change) = nearest_miss(&candidate, &opening, day(TODAY)) {
            prop_assert!(judge(&candidate, &opening).points().is_none());
            apply(&change, &mut candidate, &opening);
            prop_assert!(judge(&candidate, &opening).points().is_some(), "{:?}", change);
        }
    }

    #[test]
    fn the_order_of_the_input_never_changes_the_ranking(
        candidate in any_candidate(),
        mut openings in prop::collection::vec(any_opening(), 0..40),
        limit in 0_usize..12,
    ) {
        openings.sort_by_key(|o| o.id);
        openings.dedup_by_key(|o| o.id);
        let key = |list: Vec<Ranked<'_, Opening>>| list.iter().map(|r| (r.item.id, r.points)).collect::<Vec<_>>();
        let forward = key(rank_openings(&candidate, &openings, Weights::shipped(), (day(TODAY), limit)));
        let mut all = key(rank_openings(&candidate, &openings, Weights::shipped(), (day(TODAY), usize::MAX)));
        openings.reverse();
        let backward = key(rank_openings(&candidate, &openings, Weights::shipped(), (day(TODAY), limit)));
        prop_assert_eq!(&forward, &backward);
        prop_assert!(all.windows(2).all(|w| (-w[0].1, w[0].0) < (-w[1].1, w[1].0)));
        all.truncate(limit);
        prop_assert_eq!(forward, all);
    }

    #[test]
    fn more_distance_never_raises_the_score(candidate in any_candidate(), opening in any_opening(), other in any_region()) {
        let (mut near, mut far) = (opening.clone(), opening);
        far.region = other;
        if steps_between(&candidate.home, &near.region) > steps_between(&candidate.home, &far.region) {
            std::mem::swap(&mut near, &mut far);
        }
        if let Some(far_points) = judge(&candidate, &far).points() {
            let nearer_is_reached = reaches(
                candidate.wish.distance,
                reach_for(steps_between(&candidate.home, &near.region), &near.region),
            );
            // Shanghai and another province are equally far, yet only one may be within the wish.
            if nearer_is_reached {
                prop_assert!(judge(&candidate, &near).points().is_some_and(|points| points >= far_points));
            }
        }
    }

    #[test]
    fn more_pay_never_lowers_the_score(candidate in any_candidate(), mut opening in any_opening(), more in 0_i64..3000) {
        if let (Some(before), Some(wage)) = (judge(&candidate, &opening).points(), opening.wage) {
            opening.wage = Some(WageRange::new(wage.low(), wage.high().checked_add(yuan(more)).unwrap()));
            prop_assert!(judge(&candidate, &opening).points().is_some_and(|after| after >= before));
        }
    }
}
