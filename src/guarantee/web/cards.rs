//! Households, states and work in words, for all pages of this room.

use super::super::board::Listed;
use super::super::model::{Standing, ZeroCause};
use crate::base::codes::{ExemptionReason, GuaranteeState, LabourSkill};
use crate::base::time::{Day, age_on, days_between};
use crate::employment::{EmploymentRow, is_current_on};
use crate::platform::http::parts::{Badge, Decision, Fact, MemberRow as MemberCard, Tone};
use crate::platform::i18n::Locale;
use crate::registry::{MemberRow, person_path};

/// The state with its sign.
pub fn state_badge(l: Locale, state: GuaranteeState) -> Badge {
    Badge::of_code(
        state.as_str(),
        l.t(&format!("guarantee-state-{}", state.as_str().replace('_', "-"))),
    )
}

/// Why a household is exempt or at risk, in words.
pub fn reason_words(l: Locale, reason: Option<&str>) -> String {
    let Some(reason) = reason else { return String::new() };
    let own = l.find(&format!("guarantee-reason-{}", reason.replace('_', "-")), &[]);
    own.unwrap_or_else(|| l.label(ExemptionReason::LIST, reason).to_owned())
}

/// How a household came to stand at zero, in words.
pub fn cause_words(l: Locale, cause: Option<ZeroCause>) -> String {
    cause.map_or_else(String::new, |cause| l.label(ZeroCause::LIST, cause.as_str()).to_owned())
}

/// What to do next for a household.
pub fn next_step(l: Locale, state: GuaranteeState, reason: Option<&str>) -> Option<String> {
    let key = match (state, reason) {
        (GuaranteeState::Zero | GuaranteeState::Helping | GuaranteeState::Overdue, _) => "zero",
        (GuaranteeState::AtRisk, Some("ending")) => "ending",
        (GuaranteeState::AtRisk, Some("term_ending")) => "term-ending",
        (GuaranteeState::AtRisk, _) => "to-be-confirmed",
        (GuaranteeState::Met | GuaranteeState::Exempt | GuaranteeState::NotInScope, _) => return None,
    };
    Some(l.t(&format!("guarantee-next-{key}")))
}

/// How many days a household has stood at zero.
pub fn days_at_zero(l: Locale, household: &Listed, day: Day) -> Option<String> {
    household
        .state
        .is_zero()
        .then(|| l.tn("guarantee-days-at-zero", days_between(household.since, day) + 1))
}

/// A member as a row: age, capacity, work, and how old the evidence of that work is.
pub fn member_card(l: Locale, row: &MemberRow, work: &[EmploymentRow], day: Day) -> MemberCard {
    let id = row.person.id;
    let current = work
        .iter()
        .find(|w| w.employment.person_id == id && is_current_on(&w.employment, day));
    MemberCard {
        href: Some(person_path(id)),
        name: row.person.name.clone(),
        age: row
            .person
            .birth_on
            .map(|birth| l.tn("registry-age", age_on(birth, day)))
            .unwrap_or_default(),
        capacity: capacity_words(l, row),
        work: match current {
            Some(work) => work_words(work),
            None if may_work(row) => l.t("guarantee-no-work"),
            // Nobody expects children and those who cannot work to have any.
            None => String::new(),
        },
        evidence: current
            .map(|work| evidence_words(l, work.evidence_on, day))
            .unwrap_or_default(),
    }
}

/// Whether somebody counts as labour by capacity and school.
fn may_work(row: &MemberRow) -> bool {
    let status = row.status.as_ref().filter(|status| status.school.is_none());
    status
        .and_then(|status| status.labour_skill)
        .is_some_and(LabourSkill::counts_as_labour)
}

/// Labour capacity, or the school somebody attends.
pub fn capacity_words(l: Locale, row: &MemberRow) -> String {
    let Some(status) = &row.status else {
        return l.t("guarantee-capacity-unknown");
    };
    if let Some(school) = &status.school {
        return l.ta("guarantee-at-school", &[("school", school.as_str().into())]);
    }
    match status.labour_skill {
        Some(skill) => l.label(LabourSkill::LIST, skill.as_str()).to_owned(),
        None => l.t("guarantee-capacity-unknown"),
    }
}

pub fn work_words(work: &EmploymentRow) -> String {
    let employment = &work.employment;
    let parts = [
        employment.job_title.as_str(),
        employment.employer_name.as_str(),
        employment.place.as_str(),
    ];
    let mut said: Vec<&str> = Vec::new();
    for part in parts.into_iter().filter(|part| !part.is_empty()) {
        if !said.contains(&part) {
            said.push(part);
        }
    }
    said.join(" · ")
}

pub fn evidence_words(l: Locale, seen_on: Option<Day>, day: Day) -> String {
    match seen_on {
        Some(seen) => l.ta("guarantee-evidence", &[("when", l.relative_day(seen, day).into())]),
        None => l.t("guarantee-evidence-none"),
    }
}

/// The decision about a household: where it stands, what that rests on, and the rule.
pub fn decision(l: Locale, standing: &Standing, day: Day) -> Decision {
    let state = standing.state;
    let key = format!("guarantee-sentence-{}", state.as_str().replace('_', "-"));
    let mut facts = vec![
        Fact::new(l.t("guarantee-fact-day"), l.day(day)),
        Fact::new(
            l.t("guarantee-fact-labourers"),
            l.number(i64::try_from(standing.labourers).unwrap_or(0)),
        ),
        Fact::new(
            l.t("guarantee-fact-employed"),
            l.number(i64::try_from(standing.employed).unwrap_or(0)),
        ),
    ];
    if standing.reason.is_some() {
        facts.push(Fact::new(
            l.t("guarantee-fact-reason"),
            reason_words(l, standing.reason),
        ));
    }
    if state.is_zero() {
        let days = days_between(standing.since, day) + 1;
        facts.push(Fact::new(l.t("guarantee-fact-since"), l.day(standing.since)));
        facts.push(Fact::new(l.t("guarantee-fact-days"), l.number(days)));
        facts.extend(
            standing
                .cause
                .map(|_| Fact::new(l.t("guarantee-fact-cause"), cause_words(l, standing.cause))),
        );
    }
    if standing.is_weakly_proven {
        facts.push(Fact::new(
            l.t("guarantee-fact-evidence"),
            l.t("guarantee-weakly-proven"),
        ));
    }
    Decision {
        tone: Tone::of(state.as_str()),
        sentence: l.t(&key),
        facts,
        rule: Some(l.t("guarantee-rule")),
        objection: None,
    }
}
