//! Invented employers: companies, workshops, cooperatives, village collectives, brokers and agencies.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::base::codes::EmployerKind;
use crate::base::region::RegionCode;

use super::draw::{Draw, Subject, scattered};
use super::names::{Line, NAMES, People};
use super::places::{AWAY, RURAL, VILLAGES, Village, brand_place, spoken_name, table};
use super::trades::{ANY, Reach, WELFARE, bars};
use super::wording::{self, PHRASES};

/// An employer as it would register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoEmployer {
    pub name: String,
    pub kind: EmployerKind,
    pub credit_code: String,
    pub region: RegionCode,
    pub address: String,
    pub contact: String,
    pub phone: String,
    /// The line of business (`data/employers.csv`); `any` for brokers and agencies.
    pub sector: String,
    /// Whether it sits in the prefecture.
    pub is_home: bool,
}

#[derive(Deserialize)]
struct Pattern {
    sector: String,
    reach: Reach,
    weight: usize,
    kind: String,
    #[serde(deserialize_with = "bars")]
    suffixes: Vec<String>,
}

static PATTERNS: LazyLock<Vec<Pattern>> = LazyLock::new(|| table(include_str!("data/employers.csv")));

/// How many employers stand behind so many postings: `postings(seed, n, …)` names only the first `employers_behind(n)`
/// of `employers(seed, …)`.
pub fn employers_behind(postings: usize) -> usize {
    (postings / 6).clamp(64, 20_000)
}

/// The first `n` employers of a seed.
pub fn employers(seed: u64, n: usize) -> impl Iterator<Item = DemoEmployer> {
    (0..n).filter_map(move |number| employer(seed, u64::try_from(number).unwrap_or(0)))
}

/// Every eighth employer is a village's collective, as long as there are villages left.
const COLLECTIVE_EVERY: u64 = 8;

/// The number of the collective that comes as the `nth` among them.
pub(super) fn collective_number(nth: u64) -> u64 {
    nth * COLLECTIVE_EVERY + COLLECTIVE_EVERY - 1
}

/// How many collectives there are among so many employers.
pub(super) fn collectives_among(employers: usize) -> usize {
    (employers / 8).min(RURAL.len())
}

pub(super) fn employer(seed: u64, number: u64) -> Option<DemoEmployer> {
    let mut draw = Draw::of(seed, Subject::Employer, number);
    if number % COLLECTIVE_EVERY == COLLECTIVE_EVERY - 1 {
        let villages = u64::try_from(RURAL.len()).unwrap_or(1);
        let nth = number / COLLECTIVE_EVERY;
        let place = usize::try_from(scattered(nth, villages, 89, seed % 1000)).unwrap_or(0);
        if let Some(village) = RURAL.get(place).filter(|_| nth < villages) {
            return Some(collective(village, number, &mut draw));
        }
    }
    let is_home = number.is_multiple_of(2);
    let wanted = if is_home { Reach::Home } else { Reach::Away };
    let patterns: Vec<&Pattern> = PATTERNS
        .iter()
        .filter(|p| p.reach == wanted && p.sector != WELFARE)
        .collect();
    let weights: Vec<usize> = patterns.iter().map(|p| p.weight).collect();
    let pattern = patterns.get(draw.weighted(&weights)).copied();
    let (sector, kind) = pattern.map_or((ANY, EmployerKind::Enterprise), |p| {
        (
            p.sector.as_str(),
            EmployerKind::parse(&p.kind).unwrap_or(EmployerKind::Enterprise),
        )
    });
    let suffix = pattern.map_or("", |p| draw.word(&p.suffixes));
    let (region, address) = if is_home {
        home_seat(sector, &mut draw)?
    } else {
        away_seat(&mut draw)?
    };
    // The first two characters say who registered the organisation and of which kind it is.
    let start = match kind {
        EmployerKind::Coop => "93",
        EmployerKind::SocialOrg => "52",
        EmployerKind::IndividualBusiness | EmployerKind::Broker => "92",
        _ => "91",
    };
    Some(DemoEmployer {
        name: format!("{}{}{suffix}", seat_name(&region), brand(seed, number)),
        kind,
        credit_code: draw.credit_code(start, number),
        region,
        address,
        contact: contact(&mut draw),
        phone: draw.phone(),
        sector: sector.to_owned(),
        is_home,
    })
}

fn seat_name(region: &RegionCode) -> String {
    let county = region
        .at(crate::base::region::RegionLevel::County)
        .unwrap_or_else(|| region.clone());
    brand_place(&county)
}

/// Two characters that no other of 6,400 employers has; beyond them a third.
fn brand(seed: u64, number: u64) -> String {
    let (first, second): (&[String], &[String]) = (&NAMES.brand_first, &NAMES.brand_second);
    let width = u64::try_from(second.len()).unwrap_or(1).max(1);
    let size = u64::try_from(first.len()).unwrap_or(1).max(1) * width;
    let at = scattered(number % size, size, 2_657, seed % size);
    let char_of = |list: &[String], place: u64| {
        usize::try_from(place)
            .ok()
            .and_then(|place| list.get(place))
            .cloned()
            .unwrap_or_default()
    };
    let third = if number >= size {
        char_of(second, (number / size - 1) % width)
    } else {
        String::new()
    };
    format!("{}{}{third}", char_of(first, at / width), char_of(second, at % width))
}

fn collective(village: &Village, number: u64, draw: &mut Draw) -> DemoEmployer {
    let place = crate::reference::regions().name_of(&village.code);
    DemoEmployer {
        name: format!("{}{place}股份经济合作社", village.township_name),
        kind: EmployerKind::VillageCollective,
        credit_code: draw.credit_code("N2", number),
        region: village.code.clone(),
        address: format!(
            "{}{}",
            spoken_name(&village.code),
            draw.word(wording::of(&PHRASES.address, "village"))
        ),
        contact: contact(draw),
        phone: draw.phone(),
        sector: WELFARE.to_owned(),
        is_home: true,
    }
}

fn contact(draw: &mut Draw) -> String {
    let peoples = [People::Han, People::Han, People::Dai, People::Hani, People::Yi];
    let people = draw.pick(&peoples).copied().unwrap_or(People::Han);
    let male = draw.chance(55);
    Line::of(people, draw).name(male, 1984, None, draw)
}

/// Growing and making happen in the villages, shops and offices in the towns.
fn home_seat(sector: &str, draw: &mut Draw) -> Option<(RegionCode, String)> {
    let grown = ["tea", "farm", "forest"].contains(&sector);
    let made = ["craft", "textile", "food"].contains(&sector);
    let fits = |v: &&Village| match sector {
        // Rubber and bananas do not grow in the hills of Menghai.
        "rubber" | "fruit" => !v.is_town && v.county.digits() != "532822",
        "logistics" => v.is_town || v.township.digits() == "532823105" || v.township.digits() == "532822102",
        _ => made || v.is_town != grown,
    };
    let fitting: Vec<&Village> = VILLAGES.iter().filter(fits).collect();
    let mut village = draw.pick(&fitting).copied();
    if sector == "tea" && village.is_some_and(|v| v.county.digits() != "532822") {
        village = draw.pick(&fitting).copied();
    }
    let village = village?;
    let place = spoken_name(&village.code);
    let kind = if village.is_town { "town" } else { "village" };
    Some((village.code.clone(), format!("{place}{}", spot(kind, draw))))
}

pub(super) fn away_seat(draw: &mut Draw) -> Option<(RegionCode, String)> {
    let weights: Vec<usize> = AWAY.iter().map(|place| place.weight).collect();
    let place = AWAY.get(draw.weighted(&weights))?;
    let region = RegionCode::parse(&place.code)?;
    let name = spoken_name(&region);
    Some((region, format!("{name}{}", spot("away", draw))))
}

/// Where in a place: a number in a street, or beside what everybody knows.
pub(super) fn spot(kind: &str, draw: &mut Draw) -> String {
    let number = draw.between(1, 188).to_string();
    wording::filled(draw.word(wording::of(&PHRASES.address, kind)), &[("n", &number)])
}
