//! What the matcher may know of a person and of an opening.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::base::codes::{DestinationWish, Education, LabourSkill, MandarinLevel};
use crate::base::ids::{PersonId, PostingId};
use crate::base::money::Money;
use crate::base::region::{RegionCode, RegionLevel};
use crate::base::time::Day;
use crate::reference::{Distance, OccupationCode};

/// Age as far as the law asks for it. There is no upper bound: an age above it is no legal bar to work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Hash)]
#[serde(rename_all = "snake_case")]
pub enum WorkAge {
    /// Under 16: may not be employed at all.
    BelowLawful,
    /// 16 or 17: no hazardous and no night work.
    Minor,
    Adult,
}

/// How urgently the household needs work: the bureau's order among applicants, most urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NeedClass {
    /// Nobody of the household is in work and its case is open.
    ZeroHousehold,
    /// A monitored household with labour and an open risk.
    Monitored,
    /// The household's only job is ending, or was lost within 30 days.
    JobEnding,
    /// A relocated labourer without work.
    Relocated,
    /// A labourer of a household that left poverty, without work.
    Exited,
    /// Weak labour, for near and light posts.
    WeakLabour,
    Other,
}

impl NeedClass {
    /// Reserved places are kept for the households that the guarantee is for.
    pub const fn may_take_reserved(self) -> bool {
        matches!(
            self,
            Self::ZeroHousehold | Self::Monitored | Self::JobEnding | Self::Relocated
        )
    }
}

/// A skill a person has shown, with its certificate if there is one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct HeldSkill {
    pub occupation: Option<OccupationCode>,
    /// The certificate's usual name, such as 焊工证.
    pub certificate: Option<String>,
}

/// What the person would accept.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Wish {
    pub occupations: Vec<OccupationCode>,
    pub distance: DestinationWish,
    /// The least a month must bring.
    pub wage_floor: Option<Money>,
    pub needs_lodging: bool,
    /// Empty: any kind.
    pub kinds: Vec<OpeningKind>,
    /// Empty: any term.
    pub terms: Vec<Term>,
    pub available_from: Option<Day>,
    pub stated_on: Option<Day>,
}

/// A person who looks for work, reduced to what may count.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Candidate {
    pub id: PersonId,
    pub home: RegionCode,
    pub work_age: WorkAge,
    pub capacity: LabourSkill,
    pub education: Option<Education>,
    pub mandarin: Option<MandarinLevel>,
    pub skills: Vec<HeldSkill>,
    pub past_occupations: Vec<OccupationCode>,
    pub wish: Wish,
    pub is_employed_full_time: bool,
    pub refused: BTreeSet<PostingId>,
    pub need: NeedClass,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OpeningKind {
    Job,
    PublicWelfare,
}

/// How hard the work is on the body. The post is described, never the person's health.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhysicalDemand {
    Light,
    Ordinary,
    Heavy,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Term {
    LongTerm,
    Seasonal,
    Casual,
}

/// What a post asks of somebody: nothing, a preference, or a need that an officer has confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Asked<T> {
    Nothing,
    Preferred(T),
    Needed(T),
}

/// Pay per month; `low <= high`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct WageRange {
    low: Money,
    high: Money,
}

impl WageRange {
    /// A range in either order.
    pub fn new(one: Money, other: Money) -> Self {
        Self {
            low: one.min(other),
            high: one.max(other),
        }
    }
    pub const fn low(self) -> Money {
        self.low
    }
    pub const fn high(self) -> Money {
        self.high
    }
}

/// A posting with free places, reduced to what may count.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Opening {
    pub id: PostingId,
    pub kind: OpeningKind,
    pub region: RegionCode,
    pub occupation: Option<OccupationCode>,
    /// `None`: negotiable.
    pub wage: Option<WageRange>,
    pub has_lodging: bool,
    pub has_meals: bool,
    pub has_insurance: bool,
    pub has_transport: bool,
    pub education: Asked<Education>,
    pub mandarin: Asked<MandarinLevel>,
    /// The certificate without which the law does not allow the work.
    pub certificate: Option<String>,
    pub demand: PhysicalDemand,
    /// Hazardous or night work, which 16 and 17 year olds may not do.
    pub is_closed_to_minors: bool,
    pub term: Term,
    pub free_places: u32,
    /// Of the free places, those kept for households that the guarantee is for.
    pub reserved_places: u32,
    pub is_open: bool,
    /// The last day on which somebody may apply.
    pub closes_on: Option<Day>,
    pub starts_on: Option<Day>,
    /// Public-welfare posts: only people of this division may hold it.
    pub eligible_region: Option<RegionCode>,
}

/// Steps of the administrative tree between two places, without allocating; the same answer as
/// `Regions::distance_between`.
pub fn steps_between(from: &RegionCode, to: &RegionCode) -> Distance {
    let (from, to) = (from.digits().as_bytes(), to.digits().as_bytes());
    let same = |level: RegionLevel| matches!((from.get(..level.digits()), to.get(..level.digits())), (Some(a), Some(b)) if a == b);
    if !same(RegionLevel::Province) {
        Distance::Beyond
    } else if !same(RegionLevel::Prefecture) {
        Distance::SameProvince
    } else if !same(RegionLevel::County) {
        Distance::SamePrefecture
    } else if !same(RegionLevel::Township) {
        Distance::SameCounty
    } else if !same(RegionLevel::Village) {
        Distance::SameTownship
    } else {
        Distance::SameVillage
    }
}

/// Levels shared by two occupations, 0 (nothing) to 4 (the same); the same answer as
/// `OccupationCode::shared_levels`, fast enough for every pair.
pub(super) fn nearness(left: &OccupationCode, right: &OccupationCode) -> u8 {
    let (left, right) = (left.as_str().as_bytes(), right.as_str().as_bytes());
    if left == right {
        return 4;
    }
    let mut shared = 0;
    for span in [0..1, 2..4, 5..7, 8..10] {
        let (l, r) = (left.get(span.clone()), right.get(span));
        if l != r || l == Some(b"00") {
            break;
        }
        shared += 1;
    }
    shared
}

/// The least wish that reaches a place at this distance.
pub(super) fn reach_for(distance: Distance, to: &RegionCode) -> DestinationWish {
    match distance {
        Distance::SameVillage => DestinationWish::Village,
        Distance::SameTownship => DestinationWish::Township,
        Distance::SameCounty => DestinationWish::County,
        Distance::SamePrefecture => DestinationWish::Prefecture,
        Distance::SameProvince => DestinationWish::Province,
        Distance::Beyond if to.digits().starts_with("31") => DestinationWish::Shanghai,
        Distance::Beyond => DestinationWish::OutProvince,
    }
}

/// Whether somebody who wishes to work within `wish` would go to a place that needs `needed`. Who would go to
/// Shanghai would also stay nearer; who would leave the province would also go to Shanghai.
pub(super) fn reaches(wish: DestinationWish, needed: DestinationWish) -> bool {
    wish >= needed
}
