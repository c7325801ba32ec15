//! Chance that can be repeated: each row draws from a stream of its own.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

use crate::base::identity::{CreditCode, Phone};

/// What is being drawn for; keeps the streams of two subjects apart.
#[derive(Debug, Clone, Copy)]
pub(super) enum Subject {
    Household,
    Group,
    Employer,
    Posting,
    Course,
    School,
}

impl Subject {
    const fn number(self) -> u64 {
        match self {
            Self::Household => 1,
            Self::Group => 2,
            Self::Employer => 3,
            Self::Posting => 4,
            Self::Course => 5,
            Self::School => 6,
        }
    }
}

/// A stream of chance for one row.
pub(super) struct Draw(ChaCha8Rng);

impl Draw {
    pub(super) fn of(seed: u64, subject: Subject, number: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream((subject.number() << 56) ^ number);
        Self(rng)
    }

    /// A number from 0 up to, without, `bound`; 0 where the bound is 0.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        let wide = u128::from(self.0.next_u64()) * u128::try_from(bound).unwrap_or(0);
        usize::try_from(wide >> 64).unwrap_or(0)
    }

    /// A number from `low` to `high`, both possible.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = usize::try_from(high.saturating_sub(low).saturating_add(1)).unwrap_or(1);
        low.saturating_add(i64::try_from(self.below(span)).unwrap_or(0))
    }

    pub(super) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub(super) fn pick<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        list.get(self.below(list.len()))
    }

    /// One of the words; empty where there are none.
    pub(super) fn word<'a, S: AsRef<str>>(&mut self, list: &'a [S]) -> &'a str {
        self.pick(list).map_or("", AsRef::as_ref)
    }

    /// The place of one weight, drawn in proportion to the weights.
    pub(super) fn weighted(&mut self, weights: &[usize]) -> usize {
        let mut left = self.below(weights.iter().sum());
        for (place, weight) in weights.iter().enumerate() {
            if left < *weight {
                return place;
            }
            left -= weight;
        }
        0
    }

    /// Up to `count` different ones of the list, in a drawn order.
    pub(super) fn several<'a, T>(&mut self, list: &'a [T], count: usize) -> Vec<&'a T> {
        let mut left: Vec<&T> = list.iter().collect();
        let mut taken = Vec::new();
        while taken.len() < count && !left.is_empty() {
            taken.push(left.swap_remove(self.below(left.len())));
        }
        taken
    }

    /// A mobile number that nobody answers: no carrier has these starts.
    pub(super) fn phone(&mut self) -> String {
        let start = self.word(&["154", "163", "164"]);
        let number = format!("{start}{:08}", self.below(100_000_000));
        Phone::parse(&number).map_or(number.clone(), |phone| phone.expose().to_owned())
    }

    /// A credit code with a valid check whose area code 532899 is not assigned; `serial` makes it the only one.
    pub(super) fn credit_code(&mut self, start: &str, serial: u64) -> String {
        const SIGNS: &[char] = &['A', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'L', 'M', 'N', 'P', 'Q'];
        let sign = self.pick(SIGNS).copied().unwrap_or('A');
        let first17 = format!("{start}532899MA{sign}{:06}", serial % 1_000_000);
        CreditCode::complete(&first17).map_or(first17, |code| code.as_str().to_owned())
    }
}

/// A walk through `0..size` that meets every number once, in an order that looks drawn.
pub(super) fn scattered(number: u64, size: u64, step: u64, offset: u64) -> u64 {
    if size == 0 {
        return 0;
    }
    let wide = u128::from(number) * u128::from(step) + u128::from(offset);
    u64::try_from(wide % u128::from(size)).unwrap_or(0)
}
