//! Spot checks: which households are visited follows from a seed that is published beforehand, so that anybody can draw the
//! same sample; what is found there gives an estimate of the true rate with its interval, beside the reported one. Pure.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::base::secret::hex;
use crate::coded_enum;

coded_enum! {
    pub enum SpotFinding: "spot_finding" { AtWork = "at_work", NotAtWork = "not_at_work", NotFound = "not_found" }
}

/// A household among those that should have somebody at work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    pub registry_no: String,
    /// The township.
    pub stratum: String,
}

/// The places in the frame of the households to visit: in each township in proportion to its size, at least two where it
/// has them; within it those whose hash of seed and number comes first.
pub fn draw(frame: &[Unit], seed: &str, size: usize) -> Vec<usize> {
    let mut strata: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (place, unit) in frame.iter().enumerate() {
        strata.entry(unit.stratum.as_str()).or_default().push(place);
    }
    let sizes: Vec<usize> = strata.values().map(Vec::len).collect();
    let shares = allocate(&sizes, size);
    let mut drawn = Vec::new();
    for (places, share) in strata.into_values().zip(shares) {
        let mut ranked: Vec<(String, usize)> = places
            .into_iter()
            .filter_map(|place| Some((rank(seed, &frame.get(place)?.registry_no), place)))
            .collect();
        ranked.sort_unstable();
        drawn.extend(ranked.into_iter().take(share).map(|(_, place)| place));
    }
    drawn.sort_unstable();
    drawn
}

/// SHA-256 of `seed:number`, in hexadecimal digits: the rule by which anybody draws the same sample.
pub fn rank(seed: &str, registry_no: &str) -> String {
    hex(&Sha256::digest(format!("{seed}:{registry_no}").as_bytes()))
}

/// How many of each stratum: two of each where there are two, the rest by largest remainder, never more than there are.
fn allocate(sizes: &[usize], size: usize) -> Vec<usize> {
    let total: usize = sizes.iter().sum();
    let size = size.min(total);
    let mut shares: Vec<usize> = sizes
        .iter()
        .map(|n| (n * size / total.max(1)).max((*n).min(2)).min(*n))
        .collect();
    let mut order: Vec<(usize, usize)> = sizes.iter().map(|n| n * size % total.max(1)).zip(0..).collect();
    order.sort_by_key(|(remainder, place)| (std::cmp::Reverse(*remainder), *place));
    let mut taken: usize = shares.iter().sum();
    while taken < size {
        let before = taken;
        for (_, place) in &order {
            let (Some(share), Some(all)) = (shares.get_mut(*place), sizes.get(*place)) else {
                continue;
            };
            if taken < size && *share < *all {
                *share += 1;
                taken += 1;
            }
        }
        if taken == before {
            break;
        }
    }
    shares
}

/// A stratum with what was found in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stratum {
    /// Households that should have somebody at work.
    pub all: u32,
    pub checked: u32,
    pub at_work: u32,
}

/// The estimated rate with the interval that holds it in 95 of 100 samples, in basis points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Estimate {
    pub rate_bp: u32,
    pub low_bp: u32,
    pub high_bp: u32,
}

/// The stratified estimate; none as long as some township has not been visited. The interval is that of the normal
/// distribution with the correction for finite strata; each share is drawn a little to the middle (Agresti and Coull) for
/// its spread only, so that a sample in which all are at work does not pretend to be certain.
pub fn estimate(strata: &[Stratum]) -> Option<Estimate> {
    let total: f64 = strata.iter().map(|s| f64::from(s.all)).sum();
    if total <= 0.0 || strata.iter().any(|s| s.all > 0 && s.checked == 0) {
        return None;
    }
    let (mut rate, mut variance) = (0.0, 0.0);
    for stratum in strata.iter().filter(|s| s.all > 0) {
        let (all, checked, at_work) = (
            f64::from(stratum.all),
            f64::from(stratum.checked),
            f64::from(stratum.at_work),
        );
        let weight = all / total;
        let spread = (at_work + 2.0) / (checked + 4.0);
        rate += weight * at_work / checked;
        variance += weight * weight * (1.0 - checked / all).max(0.0) * spread * (1.0 - spread) / checked;
    }
    let reach = 1.96 * variance.sqrt();
    Some(Estimate {
        rate_bp: basis_points(rate),
        low_bp: basis_points(rate - reach),
        high_bp: basis_points(rate + reach),
    })
}

/// A share in basis points, within 0 and 10,000.
fn basis_points(share: f64) -> u32 {
    let bounded = (share * 10_000.0).round().clamp(0.0, 10_000.0);
    // Walks no further than ten thousand: whole numbers of that size are exact.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "bounded just above"
    )]
    let whole = bounded as u32;
    whole
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn frame(sizes: &[usize]) -> Vec<Unit> {
        let units = sizes.iter().enumerate().flat_map(|(stratum, size)| {
            (0..*size).map(move |number| Unit {
                registry_no: format!("53280{stratum}{number:05}"),
                stratum: format!("53280{stratum}"),
            })
        });
        units.collect()
    }

    proptest! {
        /// The sample is as large as asked for, spread over all townships, and the order of the list changes nothing.
        #[test]
        fn anybody_draws_the_same_sample(sizes in prop::collection::vec(1_usize..60, 1..8), size in 1_usize..120, seed in "[a-z0-9]{1,8}") {
            let units = frame(&sizes);
            let drawn = draw(&units, &seed, size);
            let least: usize = sizes.iter().map(|n| (*n).min(2)).sum();
            let all: usize = sizes.iter().sum();
            prop_assert!(drawn.len() >= size.min(all).min(least));
            prop_assert!(drawn.len() <= size.min(all).max(least) + sizes.len());
            prop_assert!(drawn.windows(2).all(|w| w[0] < w[1]));
            for (stratum, all) in sizes.iter().enumerate() {
                let code = format!("53280{stratum}");
                prop_assert!(drawn.iter().filter(|place| units[**place].stratum == code).count() >= (*all).min(2));
            }
            let mut turned = units.clone();
            turned.reverse();
            let numbers = |units: &[Unit], places: &[usize]| {
                let mut list: Vec<String> = places.iter().map(|place| units[*place].registry_no.clone()).collect();
                list.sort();
                list
            };
            prop_assert_eq!(numbers(&units, &drawn), numbers(&turned, &draw(&turned, &seed, size)));
        }
    }

    #[test]
    fn the_estimate_weighs_townships_by_their_households() {
        let of = |list: &[(u32, u32, u32)]| {
            let strata: Vec<Stratum> = list
                .iter()
                .map(|(all, checked, at_work)| Stratum {
                    all: *all,
                    checked: *checked,
                    at_work: *at_work,
                })
                .collect();
            estimate(&strata)
        };
        let weighed = of(&[(900, 30, 30), (100, 30, 15)]).unwrap();
        assert_eq!(weighed.rate_bp, 9_500);
        assert!(weighed.low_bp < 9_500 && weighed.high_bp > 9_500);
        let certain = of(&[(30, 30, 27)]).unwrap();
        assert_eq!(
            (certain.low_bp, certain.rate_bp, certain.high_bp),
            (9_000, 9_000, 9_000),
            "everybody was visited"
        );
        let all_at_work = of(&[(1_000, 20, 20)]).unwrap();
        assert!(all_at_work.low_bp < 10_000, "twenty visits prove no ten thousand");
        assert_eq!(of(&[(900, 30, 30), (100, 0, 0)]), None);
        assert_eq!(of(&[]), None);
    }

    /// Many samples of one population: the interval holds the true rate about as often as it says.
    #[test]
    fn the_interval_holds_the_true_rate_as_often_as_it_says() {
        for (shares, most) in [([90_u32, 70, 50], 30_u32), ([97, 95, 90], 40)] {
            let sizes = [400_usize, 200, 150];
            let units = frame(&sizes);
            // Who is at work has nothing to do with the order of the draw.
            let works = |unit: &Unit, stratum: usize| {
                let digest = Sha256::digest(format!("truth {}", unit.registry_no).as_bytes());
                u32::from(digest[0]) * 100 / 256 < shares[stratum]
            };
            let stratum_of = |unit: &Unit| unit.stratum.as_bytes()[5] as usize - usize::from(b'0');
            let truth = units.iter().filter(|u| works(u, stratum_of(u))).count() * 10_000 / units.len();
            let truth = u32::try_from(truth).unwrap();
            let mut held = 0;
            for seed in 0..400 {
                let drawn = draw(&units, &format!("2026-{seed}"), usize::try_from(most * 3).unwrap());
                let mut strata = [0, 1, 2].map(|stratum: usize| Stratum {
                    all: u32::try_from(sizes[stratum]).unwrap(),
                    checked: 0,
                    at_work: 0,
                });
                for place in drawn {
                    let stratum = stratum_of(&units[place]);
                    strata[stratum].checked += 1;
                    strata[stratum].at_work += u32::from(works(&units[place], stratum));
                }
                let found = estimate(&strata).unwrap();
                held += u32::from(found.low_bp <= truth && truth <= found.high_bp);
            }
            assert!(held >= 372, "{held} of 400 intervals hold {truth}");
        }
    }
}
