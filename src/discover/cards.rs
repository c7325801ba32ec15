//! An opening in words: how its card, its page and its pay read.

use crate::base::money::Money;
use crate::base::region::RegionCode;
use crate::platform::http::parts::{Marked, OpeningCard};
use crate::platform::http::pictogram_of;
use crate::platform::i18n::Locale;
use crate::platform::search::Segments;
use crate::postings::{PostingKind, PublicPosting, WageUnit};
use crate::reference::{Distance, regions};
use crate::training::CourseCard;

/// `每月 2,400–3,000 元`, `每天 120 元`; 面议 where no wage is given.
pub fn wage_words(l: Locale, low: Option<Money>, high: Option<Money>, unit: WageUnit) -> String {
    let key = match unit {
        WageUnit::Month => return l.wage_a_month(low, high),
        WageUnit::Day => "discover-wage-day",
        WageUnit::Hour => "discover-wage-hour",
        WageUnit::Piece => "discover-wage-piece",
    };
    match l.amount_range(low, high) {
        Some(amount) => l.ta(key, &[("amount", amount.into())]),
        None => l.t("common-wage-open"),
    }
}

/// How far a place is from home, in steps of the administrative tree.
pub fn distance_words(l: Locale, home: &RegionCode, place: &RegionCode) -> String {
    l.t(match regions().distance_between(home, place) {
        Distance::SameVillage => "discover-in-village",
        Distance::SameTownship => "discover-in-township",
        Distance::SameCounty => "discover-in-county",
        Distance::SamePrefecture => "discover-in-prefecture",
        Distance::SameProvince => "discover-in-province",
        Distance::Beyond => "discover-beyond-province",
    })
}

/// What an opening offers beside its wage.
pub fn tags_of(l: Locale, posting: &PublicPosting) -> Vec<String> {
    let welfare = posting.kind == PostingKind::PublicWelfare;
    [
        (welfare, "discover-tag-public-welfare"),
        (posting.meals, "discover-tag-meals"),
        (posting.lodging, "discover-tag-lodging"),
        (posting.insurance, "discover-tag-insurance"),
        (posting.transport, "discover-tag-transport"),
    ]
    .into_iter()
    .filter(|(offered, _)| *offered)
    .map(|(_, key)| l.t(key))
    .collect()
}

/// What a search marked, as the templates draw it.
pub fn marked(segments: &Segments) -> Marked {
    Marked::runs(segments.iter().map(|(hit, text)| (text.clone(), *hit)).collect())
}

/// The card of an opening; `home` is where the reader lives or looks for work.
pub fn opening_card(l: Locale, posting: &PublicPosting, home: Option<&RegionCode>) -> OpeningCard {
    OpeningCard {
        href: format!("/openings/{}", posting.id),
        pictogram: pictogram_of(posting.occupation.as_str()),
        title: Marked::plain(&posting.title),
        wage: wage_words(l, posting.wage_low, posting.wage_high, posting.wage_unit),
        place: regions().address_of(&posting.region),
        distance: home.map(|home| distance_words(l, home, &posting.region)),
        free: l.tn("discover-free-places", posting.free_places),
        tags: tags_of(l, posting),
        excerpt: None,
        reason: None,
        button: None,
    }
}

/// The card of a course: its days stand where an opening's wage stands.
pub fn course_card(l: Locale, card: &CourseCard, home: Option<&RegionCode>) -> OpeningCard {
    let (course, run) = (&card.course, &card.run);
    let offers = [
        (course.meals, "discover-tag-meals"),
        (course.lodging, "discover-tag-lodging"),
    ];
    let offers = offers
        .into_iter()
        .filter(|(offered, _)| *offered)
        .map(|(_, key)| l.t(key));
    OpeningCard {
        href: format!("/courses/{}", course.id),
        pictogram: "training",
        title: Marked::plain(&course.title),
        wage: l.ta(
            "discover-course-days",
            &[
                ("from", l.day_of_year(run.starts_on).into()),
                ("until", l.day_of_year(run.ends_on).into()),
            ],
        ),
        place: regions().address_of(&course.region_code),
        distance: home.map(|home| distance_words(l, home, &course.region_code)),
        free: l.tn("discover-free-seats", run.free_places()),
        tags: std::iter::once(l.t("discover-course")).chain(offers).collect(),
        excerpt: None,
        reason: None,
        button: None,
    }
}
