//! What rules a pair out, each with a code, and the smallest change that would let it through.

use serde::{Deserialize, Serialize};

use crate::base::codes::{DestinationWish, Education, LabourSkill, MandarinLevel};
use crate::base::money::Money;
use crate::base::region::RegionCode;
use crate::base::time::Day;
use crate::reference::Distance;

use super::model::{Asked, Candidate, NeedClass, Opening, PhysicalDemand, WorkAge, reach_for, reaches, steps_between};

/// Why a person cannot be proposed for an opening. Copies of small values only: most pairs are barred.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bar {
    /// Not published any more, or past its last day.
    Closed,
    NoFreePlace,
    /// Places are left, but only for households that the guarantee is for.
    OnlyReservedPlaces,
    BelowLawfulAge,
    /// 16 or 17 years old and the work is hazardous or at night.
    ClosedToMinors,
    /// No capacity for work according to the registry.
    NoCapacity,
    /// Heavy work and weak labour.
    TooHeavy,
    AlreadyEmployed,
    RefusedBefore,
    /// A public-welfare post for people of another place.
    OtherPlacesPost,
    TooFar,
    /// Beyond the county, lodging needed and none given.
    NoLodgingFar,
    CertificateMissing,
    EducationBelow,
    MandarinBelow,
    WageBelowFloor,
}

/// One change that turns a barred pair into a possible one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// The person would go this far.
    GoAsFarAs(DestinationWish),
    ObtainCertificate(String),
    LowerWageFloor(Money),
    ReachEducation(Education),
    ReachMandarin(MandarinLevel),
    /// The person finds lodging otherwise.
    ArrangeLodging,
    /// The person is asked again and does not refuse.
    AskAgain,
}

type Check = fn(&Candidate, &Opening, Day) -> Option<Bar>;

/// In the order in which an officer would look: the post itself, the law, the person's limits, the requirements.
/// The cheapest tests that rule out the most come first within it.
const CHECKS: [Check; 11] = [
    availability,
    lawful_age,
    capacity,
    employed,
    too_far,
    wage,
    welfare_place,
    certificate,
    lodging,
    requirements,
    refused,
];

/// The checks that see of an opening its pattern alone: neither the place, the pay, the last day nor which one it is.
const PATTERN_CHECKS: [Check; 6] = [availability, lawful_age, capacity, employed, certificate, requirements];

/// Whether nothing in an opening's pattern bars a person.
pub(super) fn pattern_passes(candidate: &Candidate, pattern: &Opening, on: Day) -> bool {
    PATTERN_CHECKS
        .iter()
        .all(|check| check(candidate, pattern, on).is_none())
}

/// The first bar of a pair on a day; `None` when it is possible. Does not allocate.
pub fn first_bar(candidate: &Candidate, opening: &Opening, on: Day) -> Option<Bar> {
    CHECKS.iter().find_map(|check| check(candidate, opening, on))
}

/// All that bars a pair, at most one of each group of conditions.
pub fn bars(candidate: &Candidate, opening: &Opening, on: Day) -> Vec<Bar> {
    let mut all: Vec<Bar> = CHECKS
        .iter()
        .filter_map(|check| check(candidate, opening, on))
        .collect();
    // Education and Mandarin are one group for speed; both are told when both are short.
    if all.contains(&Bar::EducationBelow) && mandarin_short(candidate, opening) {
        all.push(Bar::MandarinBelow);
    }
    all
}

/// The one change that would let a barred pair through; `None` when the pair is possible already, when no change of
/// the person's can help, or when it would take more than one.
pub fn nearest_miss(candidate: &Candidate, opening: &Opening, on: Day) -> Option<Change> {
    let [bar] = bars(candidate, opening, on)[..] else {
        return None;
    };
    match bar {
        Bar::TooFar => Some(Change::GoAsFarAs(reach_for(
            steps_between(&candidate.home, &opening.region),
            &opening.region,
        ))),
        Bar::CertificateMissing => opening.certificate.clone().map(Change::ObtainCertificate),
        Bar::WageBelowFloor => opening.wage.map(|wage| Change::LowerWageFloor(wage.high())),
        Bar::EducationBelow => match opening.education {
            Asked::Needed(level) => Some(Change::ReachEducation(level)),
            Asked::Nothing | Asked::Preferred(_) => None,
        },
        Bar::MandarinBelow => match opening.mandarin {
            Asked::Needed(level) => Some(Change::ReachMandarin(level)),
            Asked::Nothing | Asked::Preferred(_) => None,
        },
        Bar::NoLodgingFar => Some(Change::ArrangeLodging),
        Bar::RefusedBefore => Some(Change::AskAgain),
        Bar::Closed
        | Bar::NoFreePlace
        | Bar::OnlyReservedPlaces
        | Bar::BelowLawfulAge
        | Bar::ClosedToMinors
        | Bar::NoCapacity
        | Bar::TooHeavy
        | Bar::AlreadyEmployed
        | Bar::OtherPlacesPost => None,
    }
}

fn availability(candidate: &Candidate, opening: &Opening, on: Day) -> Option<Bar> {
    if !opening.is_open || opening.closes_on.is_some_and(|last| last < on) {
        return Some(Bar::Closed);
    }
    if opening.free_places == 0 {
        return Some(Bar::NoFreePlace);
    }
    let unreserved = opening.free_places.saturating_sub(opening.reserved_places);
    (unreserved == 0 && !NeedClass::may_take_reserved(candidate.need)).then_some(Bar::OnlyReservedPlaces)
}

fn lawful_age(candidate: &Candidate, opening: &Opening, _: Day) -> Option<Bar> {
    match candidate.work_age {
        WorkAge::BelowLawful => Some(Bar::BelowLawfulAge),
        WorkAge::Minor => opening.is_closed_to_minors.then_some(Bar::ClosedToMinors),
        WorkAge::Adult => None,
    }
}

fn capacity(candidate: &Candidate, opening: &Opening, _: Day) -> Option<Bar> {
    match candidate.capacity {
        LabourSkill::Lost | LabourSkill::None => Some(Bar::NoCapacity),
        LabourSkill::Weak => (opening.demand == PhysicalDemand::Heavy).then_some(Bar::TooHeavy),
        LabourSkill::Skilled | LabourSkill::Ordinary => None,
    }
}

fn employed(candidate: &Candidate, _: &Opening, _: Day) -> Option<Bar> {
    candidate.is_employed_full_time.then_some(Bar::AlreadyEmployed)
}

fn refused(candidate: &Candidate, opening: &Opening, _: Day) -> Option<Bar> {
    candidate.refused.contains(&opening.id).then_some(Bar::RefusedBefore)
}

fn welfare_place(candidate: &Candidate, opening: &Opening, _: Day) -> Option<Bar> {
    (!is_for_people_of(opening, &candidate.home)).then_some(Bar::OtherPlacesPost)
}

/// Whether somebody of this home may hold the post.
pub(super) fn is_for_people_of(opening: &Opening, home: &RegionCode) -> bool {
    opening
        .eligible_region
        .as_ref()
        .is_none_or(|region| region.contains(home))
}

fn too_far(candidate: &Candidate, opening: &Opening, _: Day) -> Option<Bar> {
    let distance = steps_between(&candidate.home, &opening.region);
    (!reaches(candidate.wish.distance, reach_for(distance, &opening.region))).then_some(Bar::TooFar)
}

fn lodging(candidate: &Candidate, opening: &Opening, _: Day) -> Option<Bar> {
    let distance = steps_between(&candidate.home, &opening.region);
    (lacks_lodging(candidate, opening) && distance > NEAR_ENOUGH_TO_GO_HOME).then_some(Bar::NoLodgingFar)
}

/// Beyond this lodging is needed by those who need it.
pub(super) const NEAR_ENOUGH_TO_GO_HOME: Distance = Distance::SameCounty;

pub(super) fn lacks_lodging(candidate: &Candidate, opening: &Opening) -> bool {
    candidate.wish.needs_lodging && !opening.has_lodging
}

fn certificate(candidate: &Candidate, opening: &Opening, _: Day) -> Option<Bar> {
    (opening.certificate.is_some() && !holds_certificate(candidate, opening)).then_some(Bar::CertificateMissing)
}

/// Whether the person holds the certificate that the opening asks for.
pub(super) fn holds_certificate(candidate: &Candidate, opening: &Opening) -> bool {
    let Some(wanted) = opening.certificate.as_deref() else {
        return false;
    };
    candidate
        .skills
        .iter()
        .any(|skill| skill.certificate.as_deref() == Some(wanted))
}

fn requirements(candidate: &Candidate, opening: &Opening, _: Day) -> Option<Bar> {
    if let Asked::Needed(level) = opening.education
        && candidate.education.is_none_or(|held| held < level)
    {
        return Some(Bar::EducationBelow);
    }
    mandarin_short(candidate, opening).then_some(Bar::MandarinBelow)
}

fn mandarin_short(candidate: &Candidate, opening: &Opening) -> bool {
    matches!(opening.mandarin, Asked::Needed(level) if candidate.mandarin.is_none_or(|spoken| spoken < level))
}

fn wage(candidate: &Candidate, opening: &Opening, _: Day) -> Option<Bar> {
    let (floor, wage) = (candidate.wish.wage_floor?, opening.wage?);
    (wage.high() < floor).then_some(Bar::WageBelowFloor)
}
