//! Plans in words, the same for pages and programs.

use super::model::{Plan, PlanLine, Shortage};
use super::names::Names;
use crate::base::ids::{HouseholdId, PostingId};
use crate::base::region::{RegionCode, RegionLevel};
use crate::platform::i18n::Locale;
use crate::postings::PostingCard;
use crate::reference::regions;

/// Openings named in one sentence.
const NAMED: usize = 3;

fn whole(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// How many of how many: the sentence with which a plan begins.
pub(super) fn headline(l: Locale, plan: &Plan) -> Option<String> {
    let outcome = plan.outcome().filter(|outcome| outcome.failure.is_none())?;
    if outcome.uncovered == 0 {
        return Some(l.t("plan-headline-none"));
    }
    let key = if outcome.covered == outcome.uncovered {
        "plan-headline-all"
    } else {
        "plan-headline"
    };
    Some(l.ta(
        key,
        &[
            ("covered", l.number(whole(outcome.covered)).into()),
            ("n", whole(outcome.uncovered).into()),
        ],
    ))
}

/// Why it could not be computed.
pub(super) fn failure(l: Locale, code: &str) -> String {
    match code {
        "plan-too-large" | "plan-too-many" => l.t("plan-failure-too-large"),
        "plan-unwritable" => l.t("plan-failure-unwritable"),
        _ => l.ta("plan-failure-other", &[("code", code.into())]),
    }
}

/// Which openings take part.
pub(super) fn kind(l: Locale, plan: &Plan) -> String {
    match plan.posting_kind.as_deref() {
        Some("job") => l.t("plan-kind-job"),
        Some("public_welfare") => l.t("plan-kind-public-welfare"),
        Some(_) | None => l.t("plan-kind-all"),
    }
}

/// An opening with its employer and place.
pub(super) fn opening(l: Locale, card: Option<&PostingCard>) -> String {
    match card {
        None => l.t("plan-opening-gone"),
        Some(card) => l.ta(
            "plan-opening",
            &[
                ("title", card.posting.title.as_str().into()),
                ("employer", card.employer_name.as_str().into()),
                ("place", regions().name_of(&card.posting.region_code).into()),
            ],
        ),
    }
}

/// Where households have in common that they live: their site, else the smallest division that holds them all.
fn common_place(plan: &Plan, households: &[HouseholdId], names: &Names) -> String {
    let mut known = households.iter().filter_map(|id| names.households.get(id));
    let Some(first) = known.next() else {
        return regions().address_of(&plan.region_code);
    };
    let (mut site, mut region) = (first.site.clone(), first.region.clone());
    for household in known {
        if site != household.site {
            site = None;
        }
        while !region.contains(&household.region) {
            match region.parent() {
                Some(above) => region = above,
                None => return regions().address_of(&plan.region_code),
            }
        }
    }
    site.unwrap_or_else(|| place(&region))
}

fn place(region: &RegionCode) -> String {
    if region.level() == RegionLevel::Province {
        regions().name_of(region)
    } else {
        regions().address_of(region)
    }
}

fn named(l: Locale, postings: &[PostingId], names: &Names) -> String {
    let mut words: Vec<String> = postings
        .iter()
        .take(NAMED)
        .map(|id| opening(l, names.postings.get(id)))
        .collect();
    let more = postings.len().saturating_sub(NAMED);
    if more > 0 {
        words.push(l.tn("plan-more-openings", whole(more)));
    }
    l.list(&words)
}

/// Who competes for which few places, and what would cover them all.
pub(super) fn shortage(l: Locale, plan: &Plan, found: &Shortage, names: &Names) -> (String, String) {
    let who = l.ta(
        "plan-shortage",
        &[
            ("place", common_place(plan, &found.uncovered, names).into()),
            ("households", l.number(whole(found.households)).into()),
            ("places", l.number(found.places).into()),
            ("openings", named(l, &found.openings, names).into()),
            ("left", l.number(whole(found.uncovered.len())).into()),
        ],
    );
    let mut more: Vec<String> = found
        .more_places
        .iter()
        .take(NAMED)
        .map(|(id, places)| {
            l.ta(
                "plan-more-places-of",
                &[
                    ("places", l.number(*places).into()),
                    ("opening", opening(l, names.postings.get(id)).into()),
                ],
            )
        })
        .collect();
    let rest = found.more_places.get(NAMED..).unwrap_or_default();
    if !rest.is_empty() {
        let places: i64 = rest.iter().map(|(_, places)| places).sum();
        more.push(l.ta(
            "plan-more-places-rest",
            &[
                ("places", l.number(places).into()),
                ("openings", l.number(whole(rest.len())).into()),
            ],
        ));
    }
    let remedy = if more.is_empty() {
        String::new()
    } else {
        l.ta("plan-remedy", &[("more", l.list(&more).into())])
    };
    (who, remedy)
}

/// Why a line no longer held when the plan was confirmed; empty for the others.
pub(super) fn lapse(l: Locale, line: &PlanLine) -> String {
    if line.reason.is_empty() {
        return String::new();
    }
    l.find(&format!("refusal-{}", line.reason), &[])
        .unwrap_or_else(|| l.t("plan-line-lapsed"))
}
