//! The published order of the households, which decides between plans that are equally good.

use super::ids::{at, short};
use super::instance::{Household, Instance};

/// A rank for every household, each a different one; the lesser rank goes first.
#[derive(Debug, Clone)]
pub struct Order {
    rank: Vec<u32>,
}

impl Order {
    /// The order in which the list names the households. Those that it leaves out follow by number; a second mention
    /// counts for nothing.
    pub fn listed(instance: &Instance, first_to_last: &[Household]) -> Self {
        const UNRANKED: u32 = u32::MAX;
        let mut rank = vec![UNRANKED; instance.households()];
        let mut next = 0;
        for household in first_to_last.iter().copied().chain(0..short(instance.households())) {
            if let Some(rank) = rank.get_mut(at(household))
                && *rank == UNRANKED
            {
                *rank = next;
                next += 1;
            }
        }
        Self { rank }
    }

    /// A lottery that everybody can repeat: the households by `ticket(seed, id)`, the lowest first, equal tickets by id.
    pub fn lottery(instance: &Instance, seed: u64) -> Self {
        let mut households: Vec<(u64, Household)> = (0..short(instance.households()))
            .map(|household| (ticket(seed, instance.household_id(household)), household))
            .collect();
        households.sort_unstable_by(|a, b| {
            let by_id = || instance.household_id(a.1).cmp(instance.household_id(b.1));
            a.0.cmp(&b.0).then_with(by_id)
        });
        let households: Vec<Household> = households.into_iter().map(|(_, household)| household).collect();
        Self::listed(instance, &households)
    }

    pub fn rank(&self, household: Household) -> u32 {
        self.rank[at(household)]
    }
}

/// The lottery number of a household: starting from the seed, each byte of the id (UTF-8) is added and the sum mixed by
/// the finalizer of SplitMix64 (Steele, Lea and Flood 2014); once more at the end.
pub fn ticket(seed: u64, id: &str) -> u64 {
    mix(id
        .bytes()
        .fold(mix(seed), |state, byte| mix(state.wrapping_add(u64::from(byte)))))
}

fn mix(state: u64) -> u64 {
    let state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let state = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let state = (state ^ (state >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    state ^ (state >> 31)
}
