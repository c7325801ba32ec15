//! What speaks for a pair: reasons with points, and their sum.

use serde::{Deserialize, Serialize};

use crate::base::codes::LabourSkill;
use crate::base::money::Money;
use crate::base::time::{Day, days_between};
use crate::reference::{Distance, OccupationCode};

use super::bars::{Bar, bars, holds_certificate};
use super::model::{Asked, Candidate, Opening, PhysicalDemand, nearness, steps_between};
use super::weights::Weights;

/// Days for which a stated wish counts as fresh; after that the person is asked again.
const FRESH_WISH_DAYS: i64 = 90;

/// What a reason says. The closeness of occupations is told apart, since the sentences differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReasonKind {
    SameVillage,
    SameTownship,
    SameCounty,
    SamePrefecture,
    SameProvince,
    BeyondProvince,
    WishedOccupation,
    WishedNear,
    SkillSame,
    SkillNear,
    PastSame,
    PastNear,
    CertificateHeld,
    WageAboveFloor,
    LodgingNeeded,
    Meals,
    Insurance,
    Transport,
    EducationMet,
    EducationShort,
    MandarinMet,
    MandarinShort,
    KindWished,
    TermWished,
    StartFits,
    LightWork,
    ReservedPlace,
    FreshWish,
}

/// One reason and its points; never zero points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    pub kind: ReasonKind,
    pub points: i32,
}

/// The verdict on a pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Score {
    /// Not possible, and why; never empty.
    Barred(Vec<Bar>),
    /// Possible: `points` is the sum of the reasons' points.
    Possible { points: i32, reasons: Vec<Reason> },
}

impl Score {
    pub const fn points(&self) -> Option<i32> {
        match self {
            Self::Barred(_) => None,
            Self::Possible { points, .. } => Some(*points),
        }
    }
}

/// Judges a pair on a day: bars first, then reasons. The same input gives the same answer, always.
pub fn score(candidate: &Candidate, opening: &Opening, weights: &Weights, on: Day) -> Score {
    let barred = bars(candidate, opening, on);
    if !barred.is_empty() {
        return Score::Barred(barred);
    }
    let mut reasons = Vec::with_capacity(12);
    let points = weigh(candidate, opening, weights, on, &mut |reason| reasons.push(reason));
    Score::Possible { points, reasons }
}

/// Walks all reasons of a possible pair, hands each out and returns their sum.
pub(super) fn weigh(
    candidate: &Candidate,
    opening: &Opening,
    weights: &Weights,
    on: Day,
    hand_out: &mut impl FnMut(Reason),
) -> i32 {
    let mut sum = 0_i32;
    let mut add = |kind: ReasonKind, points: i32| {
        if points != 0 {
            sum = sum.saturating_add(points);
            hand_out(Reason { kind, points });
        }
    };
    place(candidate, opening, weights, &mut add);
    occupation(candidate, opening, weights, &mut add);
    pay(candidate, opening, weights, &mut add);
    conditions(candidate, opening, weights, &mut add);
    requirements(candidate, opening, weights, &mut add);
    wish(candidate, opening, weights, on, &mut add);
    sum
}

fn place(candidate: &Candidate, opening: &Opening, weights: &Weights, add: &mut impl FnMut(ReasonKind, i32)) {
    let (kind, points) = nearness_to_home(steps_between(&candidate.home, &opening.region), weights);
    add(kind, points);
}

/// What a distance from home is worth.
pub(super) const fn nearness_to_home(distance: Distance, weights: &Weights) -> (ReasonKind, i32) {
    match distance {
        Distance::SameVillage => (ReasonKind::SameVillage, weights.same_village),
        Distance::SameTownship => (ReasonKind::SameTownship, weights.same_township),
        Distance::SameCounty => (ReasonKind::SameCounty, weights.same_county),
        Distance::SamePrefecture => (ReasonKind::SamePrefecture, weights.same_prefecture),
        Distance::SameProvince => (ReasonKind::SameProvince, weights.same_province),
        Distance::Beyond => (ReasonKind::BeyondProvince, weights.beyond_province),
    }
}

fn occupation(candidate: &Candidate, opening: &Opening, weights: &Weights, add: &mut impl FnMut(ReasonKind, i32)) {
    if let Some(offered) = &opening.occupation {
        fit(candidate, offered, weights, add);
    }
    certificate(candidate, opening, weights, add);
}

/// How an occupation fits what the person wishes, can and has done.
fn fit(candidate: &Candidate, offered: &OccupationCode, weights: &Weights, add: &mut impl FnMut(ReasonKind, i32)) {
    let best =
        |held: &mut dyn Iterator<Item = &OccupationCode>| held.map(|code| nearness(code, offered)).max().unwrap_or(0);
    match best(&mut candidate.wish.occupations.iter()) {
        4.. => add(ReasonKind::WishedOccupation, weights.wished_occupation),
        3 => add(ReasonKind::WishedNear, weights.wished_small_group),
        2 => add(ReasonKind::WishedNear, weights.wished_middle_group),
        1 => add(ReasonKind::WishedNear, weights.wished_major_group),
        0 => {}
    }
    match best(&mut candidate.skills.iter().filter_map(|skill| skill.occupation.as_ref())) {
        4.. => add(ReasonKind::SkillSame, weights.skill_same),
        3 => add(ReasonKind::SkillNear, weights.skill_small_group),
        2 => add(ReasonKind::SkillNear, weights.skill_middle_group),
        0 | 1 => {}
    }
    match best(&mut candidate.past_occupations.iter()) {
        4.. => add(ReasonKind::PastSame, weights.past_same),
        3 => add(ReasonKind::PastNear, weights.past_small_group),
        2 => add(ReasonKind::PastNear, weights.past_middle_group),
        0 | 1 => {}
    }
}

/// The points of an occupation for a person, whatever the opening is otherwise.
pub(super) fn fit_points(candidate: &Candidate, offered: &OccupationCode, weights: &Weights) -> i32 {
    let mut sum = 0;
    fit(candidate, offered, weights, &mut |_, points| sum += points);
    sum
}

fn certificate(candidate: &Candidate, opening: &Opening, weights: &Weights, add: &mut impl FnMut(ReasonKind, i32)) {
    if holds_certificate(candidate, opening) {
        add(ReasonKind::CertificateHeld, weights.certificate_held);
    }
}

/// Full tenths by which the better end of the pay exceeds the person's floor.
pub(super) fn tenths_above_floor(candidate: &Candidate, opening: &Opening) -> i32 {
    match (candidate.wish.wage_floor, opening.wage) {
        (Some(floor), Some(wage)) => tenths_above(floor, wage.high()),
        _ => 0,
    }
}

fn tenths_above(floor: Money, pay: Money) -> i32 {
    if floor.fen() <= 0 || pay <= floor {
        return 0;
    }
    // Dividing 64 bits is several times faster; a pay for which they do not suffice is beyond any limit.
    let tenfold = pay
        .fen()
        .checked_sub(floor.fen())
        .and_then(|above| above.checked_mul(10));
    tenfold.map_or(i32::MAX, |tenfold| {
        i32::try_from(tenfold / floor.fen()).unwrap_or(i32::MAX)
    })
}

/// The points of a pay over a floor; never fewer for more pay.
pub(super) fn pay_points(floor: Money, pay: Money, weights: &Weights) -> i32 {
    tenths_above(floor, pay)
        .saturating_mul(weights.wage_tenth)
        .min(weights.wage_limit)
}

/// The points of all that is neither place, occupation nor pay: what an opening's pattern is worth to a person.
pub(super) fn pattern_points(candidate: &Candidate, pattern: &Opening, weights: &Weights, on: Day) -> i32 {
    let mut sum = 0;
    let mut add = |_: ReasonKind, points: i32| sum += points;
    certificate(candidate, pattern, weights, &mut add);
    conditions(candidate, pattern, weights, &mut add);
    requirements(candidate, pattern, weights, &mut add);
    wish(candidate, pattern, weights, on, &mut add);
    sum
}

fn pay(candidate: &Candidate, opening: &Opening, weights: &Weights, add: &mut impl FnMut(ReasonKind, i32)) {
    if let (Some(floor), Some(wage)) = (candidate.wish.wage_floor, opening.wage) {
        add(ReasonKind::WageAboveFloor, pay_points(floor, wage.high(), weights));
    }
}

fn conditions(candidate: &Candidate, opening: &Opening, weights: &Weights, add: &mut impl FnMut(ReasonKind, i32)) {
    if candidate.wish.needs_lodging && opening.has_lodging {
        add(ReasonKind::LodgingNeeded, weights.lodging_needed);
    }
    if opening.has_meals {
        add(ReasonKind::Meals, weights.meals);
    }
    if opening.has_insurance {
        add(ReasonKind::Insurance, weights.insurance);
    }
    if opening.has_transport {
        add(ReasonKind::Transport, weights.transport);
    }
    if candidate.capacity == LabourSkill::Weak && opening.demand == PhysicalDemand::Light {
        add(ReasonKind::LightWork, weights.light_work);
    }
    if opening.reserved_places.min(opening.free_places) > 0 && candidate.need.may_take_reserved() {
        add(ReasonKind::ReservedPlace, weights.reserved_place);
    }
}

fn requirements(candidate: &Candidate, opening: &Opening, weights: &Weights, add: &mut impl FnMut(ReasonKind, i32)) {
    // An unknown level is no evidence in either direction.
    if let (Asked::Preferred(level) | Asked::Needed(level), Some(held)) = (opening.education, candidate.education) {
        if held >= level {
            add(ReasonKind::EducationMet, weights.education_met);
        } else {
            add(ReasonKind::EducationShort, weights.education_short);
        }
    }
    if let (Asked::Preferred(level) | Asked::Needed(level), Some(spoken)) = (opening.mandarin, candidate.mandarin) {
        if spoken >= level {
            add(ReasonKind::MandarinMet, weights.mandarin_met);
        } else {
            add(ReasonKind::MandarinShort, weights.mandarin_short);
        }
    }
}

fn wish(candidate: &Candidate, opening: &Opening, weights: &Weights, on: Day, add: &mut impl FnMut(ReasonKind, i32)) {
    let wish = &candidate.wish;
    if wish.kinds.contains(&opening.kind) {
        add(ReasonKind::KindWished, weights.kind_wished);
    }
    if wish.terms.contains(&opening.term) {
        add(ReasonKind::TermWished, weights.term_wished);
    }
    if let (Some(from), Some(start)) = (wish.available_from, opening.starts_on)
        && from <= start
    {
        add(ReasonKind::StartFits, weights.start_fits);
    }
    if wish.stated_on.is_some_and(|stated| is_fresh(stated, on)) {
        add(ReasonKind::FreshWish, weights.fresh_wish);
    }
}

/// Whether a wish of a day still counts as fresh.
pub(super) fn is_fresh(stated: Day, on: Day) -> bool {
    (0..=FRESH_WISH_DAYS).contains(&days_between(stated, on))
}
