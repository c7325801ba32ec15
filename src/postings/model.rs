//! Records of postings, what a form brings, and the table of moves.

use diesel::prelude::*;
use serde::Serialize;

use crate::base::codes::{Education, EmployerKind, PostingStatus};
use crate::base::identity::Phone;
use crate::base::ids::{EmployerId, PostingId};
use crate::base::money::Money;
use crate::base::region::RegionCode;
use crate::base::secret::Sealed;
use crate::base::time::{Day, Instant};
use crate::coded_enum;
use crate::employers::EmployerStatus;
use crate::platform::db::schema;
use crate::reference::OccupationCode;

coded_enum! {
    pub enum PostingKind: "posting_kind" { Job = "job", PublicWelfare = "public_welfare" }
}
coded_enum! {
    pub enum WageUnit: "wage_unit" { Month = "month", Day = "day", Hour = "hour", Piece = "piece" }
}
coded_enum! {
    pub enum PhysicalDemand: "physical_demand" { Light = "light", Medium = "medium", Heavy = "heavy" }
}

/// Where a posting may go from a status. What has no way out is an end.
pub const fn moves(from: PostingStatus) -> &'static [PostingStatus] {
    use PostingStatus as S;
    match from {
        S::Draft | S::Rejected => &[S::Submitted, S::Open, S::Withdrawn],
        S::Submitted => &[S::Open, S::Rejected, S::Withdrawn, S::Blocked],
        S::Open => &[S::Submitted, S::Paused, S::Filled, S::Expired, S::Withdrawn, S::Blocked],
        S::Paused => &[S::Open, S::Submitted, S::Filled, S::Expired, S::Withdrawn, S::Blocked],
        S::Filled => &[S::Open, S::Submitted, S::Expired, S::Withdrawn, S::Blocked],
        S::Expired => &[S::Open, S::Submitted, S::Filled, S::Withdrawn, S::Blocked],
        S::Withdrawn | S::Blocked => &[],
    }
}

pub fn may_become(from: PostingStatus, next: PostingStatus) -> bool {
    moves(from).contains(&next)
}

/// Pay as it is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wage {
    /// 面议
    Negotiable,
    /// From low to high, in the unit in which it is paid.
    Range { low: Money, high: Money, unit: WageUnit },
}

impl Wage {
    /// From the three columns in which it is kept.
    pub fn stored(low: Option<Money>, high: Option<Money>, unit: WageUnit) -> Self {
        match (low, high) {
            (None, None) => Self::Negotiable,
            (Some(one), None) | (None, Some(one)) => Self::Range {
                low: one,
                high: one,
                unit,
            },
            (Some(low), Some(high)) => Self::Range { low, high, unit },
        }
    }

    pub(super) fn columns(self) -> (Option<Money>, Option<Money>, WageUnit) {
        match self {
            Self::Negotiable => (None, None, WageUnit::Month),
            Self::Range { low, high, unit } => (Some(low), Some(high), unit),
        }
    }
}

/// A posting as it is kept. Its phone is sealed and never serialised.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = schema::postings)]
pub struct Posting {
    pub id: PostingId,
    pub version: i32,
    pub created_at: Instant,
    pub employer_id: EmployerId,
    pub kind: PostingKind,
    pub title: String,
    pub occupation_code: OccupationCode,
    pub region_code: RegionCode,
    pub address: String,
    pub wage_low_fen: Option<Money>,
    pub wage_high_fen: Option<Money>,
    pub wage_unit: WageUnit,
    pub places: i32,
    pub filled: i32,
    /// Kept for households that the guarantee is for, as long as no more places than these are free.
    pub reserved_places: i32,
    pub lodging: bool,
    pub meals: bool,
    pub insurance: bool,
    pub transport: bool,
    pub education: Option<Education>,
    pub certificate: Option<String>,
    pub physical: PhysicalDemand,
    pub description: String,
    pub contact_name: String,
    #[serde(skip)]
    pub phone_sealed: Option<Sealed>,
    pub phone_masked: Option<String>,
    pub status: PostingStatus,
    pub status_note: String,
    pub published_on: Option<Day>,
    /// The last day on which somebody may apply.
    pub closes_on: Option<Day>,
    /// `desk`, or the system from whose list it came.
    pub source: String,
    pub source_no: Option<String>,
}

impl Posting {
    pub fn wage(&self) -> Wage {
        Wage::stored(self.wage_low_fen, self.wage_high_fen, self.wage_unit)
    }

    pub fn free_places(&self) -> i32 {
        self.places.saturating_sub(self.filled).max(0)
    }
}

/// What the one page of a posting says. Nine things are needed, the rest may stay empty.
#[derive(Debug, Clone)]
pub struct PostingDraft {
    /// Made with the form, so that sending it twice is one posting.
    pub id: PostingId,
    pub employer_id: EmployerId,
    pub title: String,
    pub kind: PostingKind,
    pub region: RegionCode,
    pub places: i32,
    /// Of these, kept for households that the guarantee is for.
    pub reserved_places: i32,
    pub wage: Wage,
    pub description: String,
    pub contact_name: String,
    /// None in a correction keeps the old one.
    pub phone: Option<Phone>,
    pub closes_on: Option<Day>,
    /// None: what the title means.
    pub occupation: Option<OccupationCode>,
    pub address: String,
    pub lodging: bool,
    pub meals: bool,
    pub insurance: bool,
    pub transport: bool,
    pub education: Option<Education>,
    pub certificate: Option<String>,
    pub physical: PhysicalDemand,
}

/// A posting with what a list shows of its employer.
#[derive(Debug, Clone)]
pub struct PostingCard {
    pub posting: Posting,
    pub employer_name: String,
    pub employer_kind: EmployerKind,
    pub employer_status: EmployerStatus,
}

impl PostingCard {
    /// Whether everybody may see it: open, and its employer not stopped.
    pub fn is_public(&self) -> bool {
        let stopped = self.employer_status == EmployerStatus::Suspended;
        self.posting.status == PostingStatus::Open && !stopped
    }
}

/// What everybody sees of an open posting: no phone, which is told after consent only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PublicPosting {
    pub id: PostingId,
    pub kind: PostingKind,
    pub title: String,
    pub employer_id: EmployerId,
    pub employer_name: String,
    pub employer_kind: EmployerKind,
    pub occupation: OccupationCode,
    pub region: RegionCode,
    pub address: String,
    pub wage_low: Option<Money>,
    pub wage_high: Option<Money>,
    pub wage_unit: WageUnit,
    pub places: i32,
    pub free_places: i32,
    pub lodging: bool,
    pub meals: bool,
    pub insurance: bool,
    pub transport: bool,
    pub education: Option<Education>,
    pub certificate: Option<String>,
    pub physical: PhysicalDemand,
    pub description: String,
    pub published_on: Option<Day>,
    pub closes_on: Option<Day>,
}

impl From<PostingCard> for PublicPosting {
    fn from(card: PostingCard) -> Self {
        let free_places = card.posting.free_places();
        let p = card.posting;
        Self {
            id: p.id,
            kind: p.kind,
            title: p.title,
            employer_id: p.employer_id,
            employer_name: card.employer_name,
            employer_kind: card.employer_kind,
            occupation: p.occupation_code,
            region: p.region_code,
            address: p.address,
            wage_low: p.wage_low_fen,
            wage_high: p.wage_high_fen,
            wage_unit: p.wage_unit,
            places: p.places,
            free_places,
            lodging: p.lodging,
            meals: p.meals,
            insurance: p.insurance,
            transport: p.transport,
            education: p.education,
            certificate: p.certificate,
            physical: p.physical,
            description: p.description,
            published_on: p.published_on,
            closes_on: p.closes_on,
        }
    }
}

/// How the open postings are narrowed.
#[derive(Debug, Clone, Default)]
pub struct OpenFilter {
    pub kind: Option<PostingKind>,
    pub region: Option<RegionCode>,
}
