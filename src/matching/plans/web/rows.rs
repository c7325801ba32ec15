//! The lists of a plan's page: shortages, households left out, lines, marks.

use std::collections::HashSet;

use crate::base::ids::{HouseholdId, PersonId, PlanMarkId, PostingId};
use crate::matching::plans::model::{Outcome, Plan, PlanLine, PlanMark, PlanMarkKind, PlanOutcome};
use crate::matching::plans::names::Names;
use crate::matching::plans::words;
use crate::platform::http::parts::{Badge, Choice, Tone};
use crate::platform::i18n::Locale;
use crate::reference::regions;

/// Shortages told in words.
pub(super) const SHORTAGES: usize = 5;
/// Openings offered in the box of the what-if form.
const LIKE: usize = 60;

/// A bottleneck in words, with what to try.
pub(super) struct ShortageRow {
    pub who: String,
    pub remedy: String,
    /// The opening and how many more places of it; where one opening is enough.
    pub trial: Option<Trial>,
}

pub(super) struct Trial {
    pub href: String,
    pub label: String,
}

pub(super) struct LeftOut {
    pub href: String,
    pub name: String,
    pub number: String,
    pub place: String,
    pub reason: String,
}

pub(super) struct LineRow {
    pub id: String,
    pub household: String,
    pub household_no: String,
    pub household_href: String,
    pub person: String,
    pub person_href: String,
    pub person_id: String,
    pub opening: String,
    pub opening_href: String,
    pub posting_id: String,
    pub points: String,
    pub badges: Vec<Badge>,
    /// Why it lapsed.
    pub reason: String,
    pub placement_href: Option<String>,
}

pub(super) struct MarkRow {
    pub id: String,
    pub badge: Badge,
    pub what: String,
    pub reason: String,
}

pub(super) fn shortages(l: Locale, plan: &Plan, outcome: &Outcome, names: &Names) -> Vec<ShortageRow> {
    let shown = outcome.shortages.iter().take(SHORTAGES);
    shown
        .map(|found| {
            let (who, remedy) = words::shortage(l, plan, found, names);
            let trial = found.more_places.first().map(|(like, places)| Trial {
                href: format!("/board/plans/{}/what-if?like={like}&places={places}#what-if", plan.id),
                label: l.tn("plan-try-more", *places),
            });
            ShortageRow { who, remedy, trial }
        })
        .collect()
}

fn household(names: &Names, id: HouseholdId) -> (String, String) {
    let Some(known) = names.households.get(&id) else {
        return (String::new(), String::new());
    };
    let head = if known.head.is_empty() {
        known.registry_no.clone()
    } else {
        known.head.clone()
    };
    (head, known.registry_no.clone())
}

pub(super) fn left_out(l: Locale, outcome: &Outcome, shown: &[HouseholdId], names: &Names) -> Vec<LeftOut> {
    let short: HashSet<HouseholdId> = outcome
        .shortages
        .iter()
        .flat_map(|s| s.uncovered.iter().copied())
        .collect();
    shown
        .iter()
        .map(|id| {
            let (name, number) = household(names, *id);
            let known = names.households.get(id);
            LeftOut {
                href: format!("/village/households/{id}"),
                name,
                number,
                place: known.map(|h| regions().address_of(&h.region)).unwrap_or_default(),
                reason: l.t(if short.contains(id) {
                    "plan-left-out-places"
                } else {
                    "plan-left-out-nothing"
                }),
            }
        })
        .collect()
}

fn badge(tone: Tone, label: String) -> Badge {
    Badge { tone, label }
}

pub(super) fn line(l: Locale, line: &PlanLine, names: &Names, locked: &HashSet<(PersonId, PostingId)>) -> LineRow {
    let (household, household_no) = household(names, line.household_id);
    let mut badges = Vec::new();
    match line.outcome {
        PlanOutcome::Proposed | PlanOutcome::Spared => {}
        PlanOutcome::Invited => badges.push(badge(
            Tone::Good,
            l.label(PlanOutcome::LIST, line.outcome.as_str()).to_owned(),
        )),
        PlanOutcome::Lapsed => badges.push(badge(
            Tone::AtRisk,
            l.label(PlanOutcome::LIST, line.outcome.as_str()).to_owned(),
        )),
    }
    if !line.covers {
        badges.push(badge(Tone::Quiet, l.t("plan-line-second")));
    }
    if locked.contains(&(line.person_id, line.posting_id)) {
        badges.push(badge(Tone::Plain, l.t("plan-line-locked")));
    }
    if line.was_invited {
        badges.push(badge(Tone::Plain, l.t("plan-line-invited-before")));
    }
    LineRow {
        id: line.id.to_string(),
        household,
        household_no,
        household_href: format!("/village/households/{}", line.household_id),
        person: names.persons.get(&line.person_id).cloned().unwrap_or_default(),
        person_href: crate::registry::person_path(line.person_id),
        person_id: line.person_id.to_string(),
        opening: words::opening(l, names.postings.get(&line.posting_id)),
        opening_href: format!("/openings/{}", line.posting_id),
        posting_id: line.posting_id.to_string(),
        points: l.number(line.points),
        badges,
        reason: words::lapse(l, line),
        placement_href: line.placement_id.map(|id| format!("/village/placements/{id}")),
    }
}

pub(super) fn mark(l: Locale, mark: &PlanMark, names: &Names) -> MarkRow {
    let person = mark
        .person_id
        .map(|id| names.persons.get(&id).cloned().unwrap_or_default());
    let opening = mark.posting_id.map(|id| words::opening(l, names.postings.get(&id)));
    let what = match (person, opening) {
        (Some(person), Some(opening)) => l.ta(
            "plan-mark-pair",
            &[("person", person.into()), ("opening", opening.into())],
        ),
        (Some(person), None) => l.ta("plan-mark-person", &[("person", person.into())]),
        (None, Some(opening)) => l.ta("plan-mark-opening", &[("opening", opening.into())]),
        (None, None) => String::new(),
    };
    let tone = match mark.kind {
        PlanMarkKind::Lock => Tone::Good,
        PlanMarkKind::Exclude => Tone::Quiet,
    };
    MarkRow {
        id: PlanMarkId::to_string(&mark.id),
        badge: badge(tone, l.label(PlanMarkKind::LIST, mark.kind.as_str()).to_owned()),
        what,
        reason: mark.reason.clone(),
    }
}

/// The openings of which more places can be tried: those that are short first, then those of the lines shown.
pub(super) fn like_choices(l: Locale, outcome: &Outcome, lines: &[PlanLine], names: &Names) -> Vec<Choice> {
    let short = outcome.shortages.iter().take(SHORTAGES);
    let short = short.flat_map(|s| {
        s.more_places
            .iter()
            .map(|(id, _)| *id)
            .chain(s.openings.iter().copied())
    });
    let mut seen = HashSet::new();
    short
        .chain(lines.iter().map(|line| line.posting_id))
        .filter(|id| seen.insert(*id))
        .take(LIKE)
        .map(|id| Choice::new(id.to_string(), words::opening(l, names.postings.get(&id))))
        .collect()
}
