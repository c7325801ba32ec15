//! The kinds of work that suit the people here, and what each pays.

use std::sync::LazyLock;

use serde::{Deserialize, Deserializer};

use super::draw::Draw;
use super::places::{AWAY, table};

/// Whether a kind of work is found at home, elsewhere, or in both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Reach {
    Home,
    Away,
    Both,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum WageUnit {
    Month,
    Day,
    Hour,
}

impl WageUnit {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::Day => "day",
            Self::Hour => "hour",
        }
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Trade {
    pub code: String,
    pub sector: String,
    pub reach: Reach,
    pub unit: WageUnit,
    low: i64,
    high: i64,
    /// Which wordings of the hours fit.
    pub shift: String,
    /// The certificate asked for; empty where none is.
    pub certificate: String,
    #[serde(deserialize_with = "bars")]
    pub titles: Vec<String>,
    #[serde(deserialize_with = "bars")]
    pub tasks: Vec<String>,
}

/// A list with bars between its items.
pub(super) fn bars<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    Ok(String::deserialize(deserializer)?
        .split('|')
        .map(str::to_owned)
        .collect())
}

pub(super) static TRADES: LazyLock<Vec<Trade>> = LazyLock::new(|| table(include_str!("data/trades.csv")));

/// The sector of the posts that villages pay from public funds.
pub(super) const WELFARE: &str = "welfare";
/// The sector of brokers and agencies, who recruit for all others.
pub(super) const ANY: &str = "any";

/// One kind of work that an employer of this sector has at home or elsewhere.
pub(super) fn trade_in(sector: &str, at_home: bool, draw: &mut Draw) -> Option<&'static Trade> {
    let fits = |trade: &&Trade| {
        let in_sector = if sector == ANY {
            trade.sector != WELFARE
        } else {
            trade.sector == sector
        };
        in_sector && (trade.reach == Reach::Both || (trade.reach == Reach::Home) == at_home)
    };
    let fitting: Vec<&'static Trade> = TRADES.iter().filter(fits).collect();
    draw.pick(&fitting).copied()
}

/// What is paid there, in yuan, from and to. The table holds what is paid at home, and on the coast for work that is
/// only found elsewhere.
pub(super) fn wage_of(trade: &Trade, place_code: &str, draw: &mut Draw) -> (i64, i64) {
    let factor = AWAY
        .iter()
        .find(|place| place.code == place_code)
        .map_or(100, |place| place.factor);
    let factor = match (trade.reach, trade.unit) {
        (Reach::Away, _) => factor * 100 / 138,
        // Day wages differ less from place to place than monthly ones.
        (_, WageUnit::Day) => (factor + 100) / 2,
        _ => factor,
    };
    let step = match trade.unit {
        WageUnit::Month => 100,
        WageUnit::Day => 10,
        WageUnit::Hour => 1,
    };
    let (low, high) = (trade.low * factor / 100, trade.high * factor / 100);
    let third = (high - low) / 3;
    let from = draw.between(low, low + third);
    let to = draw.between(high - third, high);
    (from / step * step, to / step * step)
}
