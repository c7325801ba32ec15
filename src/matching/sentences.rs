//! The sentence of a reason, a bar or a change: a key of the catalogue and the values it needs.

use crate::base::codes::Language;
use crate::base::error::Values;
use crate::base::money::Money;
use crate::base::region::RegionLevel;
use crate::platform::i18n::{Locale, Value};
use crate::reference::{occupations, regions};

use super::bars::{Bar, Change};
use super::model::{Asked, Candidate, NeedClass, Opening};
use super::score::{Reason, ReasonKind, tenths_above_floor};

/// A key of `matching.ftl` with its values, already in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Sentence {
    pub key: &'static str,
    pub values: Values,
}

impl Sentence {
    fn plain(key: &'static str) -> Self {
        Self {
            key,
            values: Vec::new(),
        }
    }

    fn with(key: &'static str, name: &'static str, value: impl ToString) -> Self {
        Self {
            key,
            values: vec![(name, value.to_string())],
        }
    }

    /// The sentence in words.
    pub fn said(&self, l: &Locale) -> String {
        let values: Vec<(&str, Value<'_>)> = self
            .values
            .iter()
            .map(|(name, value)| (*name, Value::from(value.as_str())))
            .collect();
        l.ta(self.key, &values)
    }
}

impl ReasonKind {
    pub const ALL: [Self; 28] = [
        Self::SameVillage,
        Self::SameTownship,
        Self::SameCounty,
        Self::SamePrefecture,
        Self::SameProvince,
        Self::BeyondProvince,
        Self::WishedOccupation,
        Self::WishedNear,
        Self::SkillSame,
        Self::SkillNear,
        Self::PastSame,
        Self::PastNear,
        Self::CertificateHeld,
        Self::WageAboveFloor,
        Self::LodgingNeeded,
        Self::Meals,
        Self::Insurance,
        Self::Transport,
        Self::EducationMet,
        Self::EducationShort,
        Self::MandarinMet,
        Self::MandarinShort,
        Self::KindWished,
        Self::TermWished,
        Self::StartFits,
        Self::LightWork,
        Self::ReservedPlace,
        Self::FreshWish,
    ];

    pub const fn key(self) -> &'static str {
        match self {
            Self::SameVillage => "match-reason-same-village",
            Self::SameTownship => "match-reason-same-township",
            Self::SameCounty => "match-reason-same-county",
            Self::SamePrefecture => "match-reason-same-prefecture",
            Self::SameProvince => "match-reason-same-province",
            Self::BeyondProvince => "match-reason-beyond-province",
            Self::WishedOccupation => "match-reason-wished-occupation",
            Self::WishedNear => "match-reason-wished-near",
            Self::SkillSame => "match-reason-skill-same",
            Self::SkillNear => "match-reason-skill-near",
            Self::PastSame => "match-reason-past-same",
            Self::PastNear => "match-reason-past-near",
            Self::CertificateHeld => "match-reason-certificate-held",
            Self::WageAboveFloor => "match-reason-wage-above-floor",
            Self::LodgingNeeded => "match-reason-lodging-needed",
            Self::Meals => "match-reason-meals",
            Self::Insurance => "match-reason-insurance",
            Self::Transport => "match-reason-transport",
            Self::EducationMet => "match-reason-education-met",
            Self::EducationShort => "match-reason-education-short",
            Self::MandarinMet => "match-reason-mandarin-met",
            Self::MandarinShort => "match-reason-mandarin-short",
            Self::KindWished => "match-reason-kind-wished",
            Self::TermWished => "match-reason-term-wished",
            Self::StartFits => "match-reason-start-fits",
            Self::LightWork => "match-reason-light-work",
            Self::ReservedPlace => "match-reason-reserved-place",
            Self::FreshWish => "match-reason-fresh-wish",
        }
    }
}

impl Reason {
    /// Why this pair fits, for the person and for the officer.
    pub fn sentence(&self, candidate: &Candidate, opening: &Opening, language: Language) -> Sentence {
        let key = self.kind.key();
        match self.kind {
            ReasonKind::SameVillage => place(key, opening, RegionLevel::Village),
            ReasonKind::SameTownship => place(key, opening, RegionLevel::Township),
            ReasonKind::SameCounty => place(key, opening, RegionLevel::County),
            ReasonKind::SamePrefecture => place(key, opening, RegionLevel::Prefecture),
            ReasonKind::SameProvince => place(key, opening, RegionLevel::Prefecture),
            ReasonKind::BeyondProvince => place(key, opening, RegionLevel::Province),
            ReasonKind::WishedOccupation
            | ReasonKind::WishedNear
            | ReasonKind::SkillSame
            | ReasonKind::SkillNear
            | ReasonKind::PastSame
            | ReasonKind::PastNear => {
                let name = opening
                    .occupation
                    .as_ref()
                    .map(|code| occupations().name_of(code, language));
                Sentence::with(key, "occupation", name.unwrap_or_default())
            }
            ReasonKind::CertificateHeld => Sentence::with(key, "certificate", certificate_of(opening)),
            ReasonKind::WageAboveFloor => Sentence::with(
                key,
                "percent",
                tenths_above_floor(candidate, opening).saturating_mul(10),
            ),
            ReasonKind::EducationMet | ReasonKind::EducationShort => Sentence::with(
                key,
                "level",
                asked_label(opening.education, |level| level.label(language)),
            ),
            ReasonKind::MandarinMet | ReasonKind::MandarinShort => Sentence::with(
                key,
                "level",
                asked_label(opening.mandarin, |level| level.label(language)),
            ),
            ReasonKind::LodgingNeeded
            | ReasonKind::Meals
            | ReasonKind::Insurance
            | ReasonKind::Transport
            | ReasonKind::KindWished
            | ReasonKind::TermWished
            | ReasonKind::StartFits
            | ReasonKind::LightWork
            | ReasonKind::ReservedPlace
            | ReasonKind::FreshWish => Sentence::plain(key),
        }
    }
}

impl Bar {
    pub const ALL: [Self; 16] = [
        Self::Closed,
        Self::NoFreePlace,
        Self::OnlyReservedPlaces,
        Self::BelowLawfulAge,
        Self::ClosedToMinors,
        Self::NoCapacity,
        Self::TooHeavy,
        Self::AlreadyEmployed,
        Self::RefusedBefore,
        Self::OtherPlacesPost,
        Self::TooFar,
        Self::NoLodgingFar,
        Self::CertificateMissing,
        Self::EducationBelow,
        Self::MandarinBelow,
        Self::WageBelowFloor,
    ];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Closed => "match-bar-closed",
            Self::NoFreePlace => "match-bar-no-free-place",
            Self::OnlyReservedPlaces => "match-bar-only-reserved-places",
            Self::BelowLawfulAge => "match-bar-below-lawful-age",
            Self::ClosedToMinors => "match-bar-closed-to-minors",
            Self::NoCapacity => "match-bar-no-capacity",
            Self::TooHeavy => "match-bar-too-heavy",
            Self::AlreadyEmployed => "match-bar-already-employed",
            Self::RefusedBefore => "match-bar-refused-before",
            Self::OtherPlacesPost => "match-bar-other-places-post",
            Self::TooFar => "match-bar-too-far",
            Self::NoLodgingFar => "match-bar-no-lodging-far",
            Self::CertificateMissing => "match-bar-certificate-missing",
            Self::EducationBelow => "match-bar-education-below",
            Self::MandarinBelow => "match-bar-mandarin-below",
            Self::WageBelowFloor => "match-bar-wage-below-floor",
        }
    }

    /// Why the pair is not possible.
    pub fn sentence(self, candidate: &Candidate, opening: &Opening, language: Language) -> Sentence {
        let key = self.key();
        match self {
            Self::OtherPlacesPost => {
                let place = opening.eligible_region.as_ref().map(|region| regions().name_of(region));
                Sentence::with(key, "place", place.unwrap_or_default())
            }
            Self::TooFar => {
                let mut sentence = Sentence::with(key, "place", short_place(opening));
                sentence
                    .values
                    .push(("wish", candidate.wish.distance.label(language).to_owned()));
                sentence
            }
            Self::CertificateMissing => Sentence::with(key, "certificate", certificate_of(opening)),
            Self::EducationBelow => Sentence::with(
                key,
                "level",
                asked_label(opening.education, |level| level.label(language)),
            ),
            Self::MandarinBelow => Sentence::with(
                key,
                "level",
                asked_label(opening.mandarin, |level| level.label(language)),
            ),
            Self::WageBelowFloor => {
                let mut sentence = Sentence::with(key, "offered", yuan(opening.wage.map(|wage| wage.high())));
                sentence.values.push(("floor", yuan(candidate.wish.wage_floor)));
                sentence
            }
            Self::Closed
            | Self::NoFreePlace
            | Self::OnlyReservedPlaces
            | Self::BelowLawfulAge
            | Self::ClosedToMinors
            | Self::NoCapacity
            | Self::TooHeavy
            | Self::AlreadyEmployed
            | Self::RefusedBefore
            | Self::NoLodgingFar => Sentence::plain(key),
        }
    }
}

impl Change {
    pub const KEYS: [&'static str; 7] = [
        "match-change-go-as-far-as",
        "match-change-obtain-certificate",
        "match-change-lower-wage-floor",
        "match-change-reach-education",
        "match-change-reach-mandarin",
        "match-change-arrange-lodging",
        "match-change-ask-again",
    ];

    /// What would make the pair possible.
    pub fn sentence(&self, language: Language) -> Sentence {
        match self {
            Self::GoAsFarAs(wish) => Sentence::with("match-change-go-as-far-as", "wish", wish.label(language)),
            Self::ObtainCertificate(name) => Sentence::with("match-change-obtain-certificate", "certificate", name),
            Self::LowerWageFloor(floor) => Sentence::with("match-change-lower-wage-floor", "floor", yuan(Some(*floor))),
            Self::ReachEducation(level) => {
                Sentence::with("match-change-reach-education", "level", level.label(language))
            }
            Self::ReachMandarin(level) => Sentence::with("match-change-reach-mandarin", "level", level.label(language)),
            Self::ArrangeLodging => Sentence::plain("match-change-arrange-lodging"),
            Self::AskAgain => Sentence::plain("match-change-ask-again"),
        }
    }
}

impl NeedClass {
    pub const ALL: [Self; 7] = [
        Self::ZeroHousehold,
        Self::Monitored,
        Self::JobEnding,
        Self::Relocated,
        Self::Exited,
        Self::WeakLabour,
        Self::Other,
    ];

    /// Why somebody stands where they stand in an officer's list; never shown to employers.
    pub const fn key(self) -> &'static str {
        match self {
            Self::ZeroHousehold => "match-need-zero-household",
            Self::Monitored => "match-need-monitored",
            Self::JobEnding => "match-need-job-ending",
            Self::Relocated => "match-need-relocated",
            Self::Exited => "match-need-exited",
            Self::WeakLabour => "match-need-weak-labour",
            Self::Other => "match-need-other",
        }
    }
}

/// The division of the opening at a level, or the deepest known above it.
fn place(key: &'static str, opening: &Opening, level: RegionLevel) -> Sentence {
    let region = opening.region.at(level).unwrap_or_else(|| opening.region.clone());
    Sentence::with(key, "place", regions().name_of(&region))
}

/// The place as one would say it to somebody from elsewhere: the county, or what is known above it.
fn short_place(opening: &Opening) -> String {
    let region = opening
        .region
        .at(RegionLevel::County)
        .unwrap_or_else(|| opening.region.clone());
    regions().name_of(&region)
}

fn certificate_of(opening: &Opening) -> String {
    opening.certificate.clone().unwrap_or_default()
}

fn asked_label<T>(asked: Asked<T>, label: impl Fn(T) -> &'static str) -> &'static str {
    match asked {
        Asked::Nothing => "",
        Asked::Preferred(level) | Asked::Needed(level) => label(level),
    }
}

/// Whole yuan as said aloud; fen only when there are some.
fn yuan(amount: Option<Money>) -> String {
    let text = amount.unwrap_or(Money::ZERO).to_string();
    text.strip_suffix(".00").map(str::to_owned).unwrap_or(text)
}
