//! Reads openings from the database as the matcher sees them.

use diesel::prelude::*;

use super::model::{Asked, Opening, OpeningKind, PhysicalDemand, Term, WageRange};
use crate::base::codes::{Education, PostingStatus};
use crate::base::error::Result;
use crate::base::ids::PostingId;
use crate::base::money::Money;
use crate::base::region::{RegionCode, RegionLevel};
use crate::base::time::Day;
use crate::platform::db::Conn;
use crate::platform::db::schema::postings;
use crate::reference::OccupationCode;

/// Values bound at once.
const IN_LIST: usize = 5_000;

type OpeningRow = (
    (
        PostingId,
        String,
        RegionCode,
        OccupationCode,
        Option<Money>,
        Option<Money>,
        String,
        i32,
        i32,
        i32,
    ),
    (
        bool,
        bool,
        bool,
        bool,
        Option<Education>,
        Option<String>,
        String,
        PostingStatus,
        Option<Day>,
    ),
);

/// Which postings are read; always by id.
enum Which<'i> {
    Open,
    OpenAfter(PostingId, i64),
    These(&'i [PostingId]),
}

/// Open postings, or one posting whatever its status, as the matcher sees them.
pub fn open_openings(conn: &mut Conn, only: Option<PostingId>) -> Result<Vec<Opening>> {
    match only {
        Some(id) => read(conn, Which::These(&[id])),
        None => read(conn, Which::Open),
    }
}

/// Some postings, whatever their status.
pub(super) fn openings_by_ids(conn: &mut Conn, ids: &[PostingId]) -> Result<Vec<Opening>> {
    let mut openings = Vec::with_capacity(ids.len());
    for portion in ids.chunks(IN_LIST) {
        openings.extend(read(conn, Which::These(portion))?);
    }
    Ok(openings)
}

/// The first open postings after an id.
pub(super) fn open_openings_after(conn: &mut Conn, after: PostingId, limit: i64) -> Result<Vec<Opening>> {
    read(conn, Which::OpenAfter(after, limit))
}

fn read(conn: &mut Conn, which: Which<'_>) -> Result<Vec<Opening>> {
    let query = postings::table
        .order(postings::id)
        .select((
            (
                postings::id,
                postings::kind,
                postings::region_code,
                postings::occupation_code,
                postings::wage_low_fen,
                postings::wage_high_fen,
                postings::wage_unit,
                postings::places,
                postings::filled,
                postings::reserved_places,
            ),
            (
                postings::lodging,
                postings::meals,
                postings::insurance,
                postings::transport,
                postings::education,
                postings::certificate,
                postings::physical,
                postings::status,
                postings::closes_on,
            ),
        ))
        .into_boxed();
    let query = match which {
        Which::Open => query.filter(postings::status.eq(PostingStatus::Open)),
        Which::OpenAfter(after, limit) => query
            .filter(postings::status.eq(PostingStatus::Open))
            .filter(postings::id.gt(after))
            .limit(limit),
        Which::These(ids) => query.filter(postings::id.eq_any(ids)),
    };
    Ok(query.load::<OpeningRow>(conn)?.into_iter().map(opening_of).collect())
}

fn opening_of(row: OpeningRow) -> Opening {
    let (
        (id, kind, region, occupation, low, high, unit, places, filled, reserved),
        (lodging, meals, insurance, transport, education, certificate, physical, status, closes_on),
    ) = row;
    let kind = if kind == "public_welfare" {
        OpeningKind::PublicWelfare
    } else {
        OpeningKind::Job
    };
    let eligible_region = match kind {
        OpeningKind::PublicWelfare => region.at(RegionLevel::County),
        OpeningKind::Job => None,
    };
    let wage = match (low.or(high), high.or(low)) {
        (Some(low), Some(high)) => a_month(low, &unit)
            .zip(a_month(high, &unit))
            .map(|(l, h)| WageRange::new(l, h)),
        _ => None,
    };
    Opening {
        id,
        kind,
        region,
        occupation: Some(occupation),
        wage,
        has_lodging: lodging,
        has_meals: meals,
        has_insurance: insurance,
        has_transport: transport,
        education: education.map_or(Asked::Nothing, Asked::Preferred),
        mandarin: Asked::Nothing,
        certificate,
        demand: match physical.as_str() {
            "light" => PhysicalDemand::Light,
            "heavy" => PhysicalDemand::Heavy,
            _ => PhysicalDemand::Ordinary,
        },
        is_closed_to_minors: physical == "heavy",
        term: Term::LongTerm,
        free_places: u32::try_from(places - filled).unwrap_or(0),
        reserved_places: u32::try_from(reserved).unwrap_or(0),
        is_open: status == PostingStatus::Open,
        closes_on,
        starts_on: None,
        eligible_region,
    }
}

/// Pay a month of full-time work: 21.75 paid days of eight hours (人社部 劳社部发〔2008〕3号). Piece rates say nothing of it.
fn a_month(money: Money, unit: &str) -> Option<Money> {
    let fen = money.fen();
    let month = match unit {
        "month" => fen,
        "day" => fen.checked_mul(2_175)? / 100,
        "hour" => fen.checked_mul(8 * 2_175)? / 100,
        _ => return None,
    };
    Some(Money::from_fen(month))
}
