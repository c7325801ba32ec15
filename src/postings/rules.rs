//! What a posting must say before it is kept, and before it is published. Pure.

use super::model::{Posting, PostingDraft, Wage, WageUnit};
use super::wording::{Doubt, Severity, WordingField};
use crate::base::error::FieldProblem;
use crate::base::money::Money;
use crate::base::time::{Day, days_between};
use crate::employers::is_place;

/// No single posting offers more places than this; more is a typing slip.
const MOST_PLACES: i32 = 10_000;
/// Nothing posted here is paid more than a million yuan in one unit.
const HIGHEST_WAGE: Money = Money::from_fen(100_000_000);
/// A posting must be kept up to date (人社部令第44号): it runs for half a year at most, then it is renewed.
const LONGEST_RUN_DAYS: i64 = 183;

/// Everything that keeps a draft from being kept.
pub fn draft_problems(draft: &PostingDraft, phone_known: bool, today: Day) -> Vec<FieldProblem> {
    let mut problems = Vec::new();
    let mut check = |holds: bool, field: &'static str, code: &'static str| {
        if !holds {
            problems.push(FieldProblem::new(field, code));
        }
    };
    let within = |text: &str, least: usize, most: usize| (least..=most).contains(&text.trim().chars().count());
    check(within(&draft.title, 2, 60), "title", "posting-title");
    check(is_place(&draft.region), "region", "region-county");
    check((1..=MOST_PLACES).contains(&draft.places), "places", "posting-places");
    check(
        (0..=draft.places).contains(&draft.reserved_places),
        "reserved_places",
        "posting-reserved",
    );
    check(is_sound(draft.wage), "wage", "posting-wage");
    check(
        within(&draft.description, 10, 4_000),
        "description",
        "posting-description",
    );
    check(within(&draft.contact_name, 1, 40), "contact_name", "contact-name");
    check(phone_known || draft.phone.is_some(), "phone", "phone-needed");
    check(within(&draft.address, 0, 200), "address", "address-too-long");
    check(
        within(draft.certificate.as_deref().unwrap_or(""), 0, 60),
        "certificate",
        "certificate-too-long",
    );
    problems.extend(closing_problem(draft.closes_on, today));
    problems
}

/// A closing day is needed, lies ahead, and not further than half a year.
pub(super) fn closing_problem(closes_on: Option<Day>, today: Day) -> Option<FieldProblem> {
    let code = match closes_on {
        None => "posting-closes-needed",
        Some(day) if day < today => "posting-closes-past",
        Some(day) if days_between(today, day) > LONGEST_RUN_DAYS => "posting-closes-far",
        Some(_) => return None,
    };
    Some(FieldProblem::new("closes_on", code).with("days", LONGEST_RUN_DAYS))
}

fn is_sound(wage: Wage) -> bool {
    match wage {
        Wage::Negotiable => true,
        Wage::Range { low, high, .. } => low > Money::ZERO && low <= high && high <= HIGHEST_WAGE,
    }
}

/// What a kept posting still lacks before it can be published.
pub fn readiness(posting: &Posting, today: Day) -> Vec<FieldProblem> {
    let mut problems: Vec<FieldProblem> = closing_problem(posting.closes_on, today).into_iter().collect();
    if posting.phone_sealed.is_none() {
        problems.push(FieldProblem::new("phone", "phone-needed"));
    }
    problems
}

/// The phrases that may not be published, each as a problem of its box with the reason.
pub(super) fn forbidden(doubts: &[Doubt]) -> Vec<FieldProblem> {
    let blocked = doubts.iter().filter(|doubt| doubt.severity == Severity::Block);
    blocked.map(as_problem).collect()
}

/// The phrase of a doubt, the box in which it stands, and why it is one.
pub(super) fn as_problem(doubt: &Doubt) -> FieldProblem {
    let field = match doubt.field {
        WordingField::Title => "title",
        WordingField::Text => "description",
    };
    FieldProblem::new(field, doubt.kind.code())
        .with("phrase", &doubt.phrase)
        .with(
            "severity",
            if doubt.severity == Severity::Block {
                BLOCK
            } else {
                "warn"
            },
        )
}

/// The severity of wording that stops a posting.
const BLOCK: &str = "block";

/// Whether a problem is wording that the law forbids, rather than wording in doubt.
pub fn is_forbidden_wording(problem: &FieldProblem) -> bool {
    problem
        .values
        .iter()
        .any(|(name, value)| *name == "severity" && value == BLOCK)
}

/// An amount in a unit as fen a month: 21.75 paid days of 8 hours (劳社部发〔2008〕3号). Piece rates say nothing of it.
pub fn monthly(amount: Money, unit: WageUnit) -> Option<Money> {
    let fen = match unit {
        WageUnit::Month => amount.fen(),
        WageUnit::Day => amount.fen().checked_mul(2_175)? / 100,
        WageUnit::Hour => amount.fen().checked_mul(174)?,
        WageUnit::Piece => return None,
    };
    Some(Money::from_fen(fen))
}

#[cfg(test)]
mod tests {
    use super::super::model::{may_become, moves};
    use super::*;
    use crate::base::codes::PostingStatus;
    use crate::base::time::parse_day;

    #[test]
    fn wages_are_compared_by_the_month() {
        for (fen, unit, month) in [
            (300_000, WageUnit::Month, Some(300_000)),
            (10_000, WageUnit::Day, Some(217_500)),
            (1_500, WageUnit::Hour, Some(261_000)),
            (50, WageUnit::Piece, None),
            (i64::MAX, WageUnit::Day, None),
        ] {
            assert_eq!(
                monthly(Money::from_fen(fen), unit).map(Money::fen),
                month,
                "{fen} {unit}"
            );
        }
    }

    #[test]
    fn a_closing_day_lies_ahead_and_within_half_a_year() {
        let day = |text: &str| parse_day(text);
        let today = day("2020-06-15").unwrap();
        for (closes, code) in [
            (None, Some("posting-closes-needed")),
            (day("2020-06-14"), Some("posting-closes-past")),
            (day("2020-06-15"), None),
            (day("2020-12-15"), None),
            (day("2020-12-16"), Some("posting-closes-far")),
        ] {
            assert_eq!(closing_problem(closes, today).map(|p| p.code), code, "{closes:?}");
        }
    }

    #[test]
    fn what_was_taken_down_or_withdrawn_stays_so() {
        for end in [PostingStatus::Withdrawn, PostingStatus::Blocked] {
            assert!(moves(end).is_empty());
        }
        for status in PostingStatus::ALL {
            let is_end = moves(*status).is_empty();
            assert_eq!(may_become(*status, PostingStatus::Withdrawn), !is_end, "{status}");
            assert!(!may_become(*status, PostingStatus::Draft), "{status}");
        }
    }
}
