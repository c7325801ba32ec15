//! Postings in words, and occupations as people type them.

use crate::base::codes::{Education, PostingStatus};
use crate::platform::http::parts::{Badge, Fact};
use crate::platform::i18n::Locale;
use crate::postings::{PhysicalDemand, Posting, PostingKind, Wage, WageUnit};
use crate::reference::{OccupationCode, occupations, regions, suggest_occupation};

/// Pay with its unit: `每天 120–150 元`.
pub(crate) fn wage_words(l: Locale, wage: Wage) -> String {
    let Wage::Range { low, high, unit } = wage else {
        return l.t("common-wage-open");
    };
    let amount = l.amount_range(Some(low), Some(high)).unwrap_or_default();
    match unit {
        WageUnit::Month => l.ta("common-wage-month", &[("amount", amount.as_str().into())]),
        WageUnit::Day => l.ta("desk-wage-day", &[("amount", amount.as_str().into())]),
        WageUnit::Hour => l.ta("desk-wage-hour", &[("amount", amount.as_str().into())]),
        WageUnit::Piece => l.ta("desk-wage-piece", &[("amount", amount.as_str().into())]),
    }
}

pub(crate) fn status_badge(l: Locale, status: PostingStatus) -> Badge {
    Badge::of_code(status.as_str(), l.label(PostingStatus::LIST, status.as_str()))
}

/// What the posting offers beside pay: lodging, meals, insurance, transport.
pub(crate) fn tags(l: Locale, posting: &Posting) -> Vec<String> {
    [
        (posting.lodging, l.t("desk-posting-lodging")),
        (posting.meals, l.t("desk-posting-meals")),
        (posting.insurance, l.t("desk-posting-insurance")),
        (posting.transport, l.t("desk-posting-transport")),
    ]
    .into_iter()
    .filter_map(|(holds, label)| holds.then_some(label))
    .collect()
}

/// An occupation as it is proposed and typed back: `保洁员 4-09-08-01`.
pub(crate) fn occupation_words(l: Locale, code: &OccupationCode) -> String {
    format!("{} {}", occupations().name_of(code, l.language()), code)
}

/// The occupation that somebody typed: its code anywhere in the text, or its name or alias.
pub(crate) fn read_occupation(typed: &str) -> Option<OccupationCode> {
    let known = |code: &OccupationCode| occupations().get(code).is_some();
    let typed = crate::base::text::fold(typed);
    let words = typed.split([' ', '（', '(', ')', '）', '，', ',']);
    let by_code = words.filter_map(OccupationCode::parse).find(known);
    by_code.or_else(|| {
        let name = typed.trim();
        let named = |o: &&crate::reference::Occupation| o.name_zh == name || o.aliases.iter().any(|a| a == name);
        occupations()
            .all()
            .iter()
            .filter(|o| o.level == 4)
            .find(named)
            .map(|o| o.code.clone())
    })
}

/// The likeliest occupations of a title, at most five.
pub(crate) fn suggested(title: &str) -> Vec<OccupationCode> {
    suggest_occupation(title).into_iter().map(|(code, _)| code).collect()
}

/// Occupations whose name or alias contains what was typed; where none does, what the words mean as a title.
pub(crate) fn occupations_like(typed: &str) -> Vec<OccupationCode> {
    const MOST: usize = 10;
    let typed = crate::base::text::fold(typed);
    let words = typed.trim();
    if words.is_empty() {
        return Vec::new();
    }
    let holds = |o: &&crate::reference::Occupation| {
        o.level == 4
            && (o.name_zh.contains(words)
                || o.aliases.iter().any(|alias| alias.contains(words))
                || o.code.as_str().starts_with(words))
    };
    let named: Vec<OccupationCode> = occupations()
        .all()
        .iter()
        .filter(holds)
        .take(MOST)
        .map(|o| o.code.clone())
        .collect();
    if named.is_empty() { suggested(words) } else { named }
}

/// A posting as facts for its employer and for officers; no phone in full.
pub(crate) fn facts(l: Locale, posting: &Posting) -> Vec<Fact> {
    let mut facts = vec![
        Fact::new(
            l.t("desk-posting-kind"),
            l.label(PostingKind::LIST, posting.kind.as_str()),
        ),
        Fact::new(
            l.t("desk-posting-occupation"),
            occupation_words(l, &posting.occupation_code),
        ),
        Fact::new(
            l.t("desk-posting-region"),
            format!("{} {}", regions().address_of(&posting.region_code), posting.address).trim(),
        ),
        Fact::new(
            l.t("desk-posting-places"),
            l.ta(
                "desk-posting-places-of",
                &[("filled", posting.filled.into()), ("places", posting.places.into())],
            ),
        ),
        Fact::new(
            l.t("desk-posting-physical"),
            l.label(PhysicalDemand::LIST, posting.physical.as_str()),
        ),
    ];
    if posting.reserved_places > 0 {
        facts.push(Fact::new(
            l.t("desk-posting-reserved"),
            l.tn("desk-posting-reserved-count", posting.reserved_places),
        ));
    }
    let mut add = |label: String, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            facts.push(Fact::new(label, value));
        }
    };
    let education = posting
        .education
        .map(|e| l.label(Education::LIST, e.as_str()).to_owned());
    add(l.t("desk-posting-education"), education);
    add(l.t("desk-posting-certificate"), posting.certificate.clone());
    add(l.t("desk-posting-contact"), Some(posting.contact_name.clone()));
    add(l.t("desk-posting-phone"), posting.phone_masked.clone());
    add(
        l.t("desk-posting-published-on"),
        posting.published_on.map(|day| l.day(day)),
    );
    add(l.t("desk-posting-closes-on"), posting.closes_on.map(|day| l.day(day)));
    facts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn occupations_are_read_as_they_were_proposed() {
        for code in suggested("酒店保洁员") {
            let words = occupation_words(Locale::default(), &code);
            assert_eq!(read_occupation(&words), Some(code), "{words}");
        }
        assert!(!suggested("酒店保洁员").is_empty());
        assert_eq!(read_occupation("没有这种职业"), None);
        assert_eq!(read_occupation("9-99-99-99"), None);
    }
}
