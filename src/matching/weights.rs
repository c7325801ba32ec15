//! What each reason is worth: data with a version, shipped as `weights.toml`, changed by an officer, never by code.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// Points per reason; the names are those of `weights.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    pub version: u32,
    pub same_village: i32,
    pub same_township: i32,
    pub same_county: i32,
    pub same_prefecture: i32,
    pub same_province: i32,
    pub beyond_province: i32,
    pub wished_occupation: i32,
    pub wished_small_group: i32,
    pub wished_middle_group: i32,
    pub wished_major_group: i32,
    pub skill_same: i32,
    pub skill_small_group: i32,
    pub skill_middle_group: i32,
    pub past_same: i32,
    pub past_small_group: i32,
    pub past_middle_group: i32,
    pub certificate_held: i32,
    pub wage_tenth: i32,
    pub wage_limit: i32,
    pub lodging_needed: i32,
    pub meals: i32,
    pub insurance: i32,
    pub transport: i32,
    pub education_met: i32,
    pub education_short: i32,
    pub mandarin_met: i32,
    pub mandarin_short: i32,
    pub kind_wished: i32,
    pub term_wished: i32,
    pub start_fits: i32,
    pub light_work: i32,
    pub reserved_place: i32,
    pub fresh_wish: i32,
}

/// Why a set of weights cannot be used; the codes are `refusal-<code>` in the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WeightsFault {
    /// Not the expected names and whole numbers; the reader's own words say where.
    Unreadable(String),
    /// A farther place, or a less fitting occupation, would be worth more than a better one.
    OutOfOrder(&'static str),
    /// Points outside −1000 to 1000, or a bonus below zero.
    OutOfRange(&'static str),
}

impl WeightsFault {
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "weights-unreadable",
            Self::OutOfOrder(_) => "weights-out-of-order",
            Self::OutOfRange(_) => "weights-out-of-range",
        }
    }

    /// The name or the words that the sentence needs, as `{ $what }`.
    pub fn what(&self) -> &str {
        match self {
            Self::Unreadable(words) => words,
            Self::OutOfOrder(name) | Self::OutOfRange(name) => name,
        }
    }
}

static SHIPPED: LazyLock<Weights> = LazyLock::new(|| {
    Weights::parse(include_str!("weights.toml")).unwrap_or_else(|fault| panic!("weights.toml: {fault:?}"))
});

impl Weights {
    /// The weights that a new bureau starts with.
    pub fn shipped() -> &'static Self {
        &SHIPPED
    }

    pub fn parse(text: &str) -> Result<Self, WeightsFault> {
        let weights: Self = toml::from_str(text).map_err(|e| WeightsFault::Unreadable(e.message().to_owned()))?;
        weights.checked()
    }

    /// Refuses weights under which more distance or a worse fit would raise a score.
    pub fn checked(self) -> Result<Self, WeightsFault> {
        let ladders: [(&'static str, &[i32]); 4] = [
            (
                "same_village",
                &[
                    self.same_village,
                    self.same_township,
                    self.same_county,
                    self.same_prefecture,
                    self.same_province,
                    self.beyond_province,
                ],
            ),
            (
                "wished_occupation",
                &[
                    self.wished_occupation,
                    self.wished_small_group,
                    self.wished_middle_group,
                    self.wished_major_group,
                    0,
                ],
            ),
            (
                "skill_same",
                &[self.skill_same, self.skill_small_group, self.skill_middle_group, 0],
            ),
            (
                "past_same",
                &[self.past_same, self.past_small_group, self.past_middle_group, 0],
            ),
        ];
        for (name, ladder) in ladders {
            if ladder
                .windows(2)
                .any(|pair| matches!(pair, [better, worse] if better < worse))
            {
                return Err(WeightsFault::OutOfOrder(name));
            }
            if ladder.iter().any(|points| !(-1000..=1000).contains(points)) {
                return Err(WeightsFault::OutOfRange(name));
            }
        }
        for (name, points) in self.bonuses() {
            if !(0..=1000).contains(&points) {
                return Err(WeightsFault::OutOfRange(name));
            }
        }
        for (name, points) in [
            ("education_short", self.education_short),
            ("mandarin_short", self.mandarin_short),
        ] {
            if !(-1000..=0).contains(&points) {
                return Err(WeightsFault::OutOfRange(name));
            }
        }
        Ok(self)
    }

    fn bonuses(&self) -> [(&'static str, i32); 15] {
        [
            ("certificate_held", self.certificate_held),
            ("wage_tenth", self.wage_tenth),
            ("wage_limit", self.wage_limit),
            ("lodging_needed", self.lodging_needed),
            ("meals", self.meals),
            ("insurance", self.insurance),
            ("transport", self.transport),
            ("education_met", self.education_met),
            ("mandarin_met", self.mandarin_met),
            ("kind_wished", self.kind_wished),
            ("term_wished", self.term_wished),
            ("start_fits", self.start_fits),
            ("light_work", self.light_work),
            ("reserved_place", self.reserved_place),
            ("fresh_wish", self.fresh_wish),
        ]
    }
}
