//! People whom the matcher cannot tell apart. What is worked out for one holds for the others. Each function blanks what
//! does not count for its question, and the question is then asked of the person so reduced: what was blanked by mistake
//! would change answers, not only mix people up.

use std::collections::BTreeSet;

use super::super::model::{Candidate, HeldSkill, NeedClass, Wish, WorkAge};
use super::super::score::is_fresh;
use crate::base::codes::{DestinationWish, LabourSkill};
use crate::base::ids::PersonId;
use crate::base::region::RegionLevel;
use crate::base::time::Day;

/// All that counts for a list: everything but who it is.
pub(in crate::matching) fn alike(candidate: &Candidate, on: Day) -> Candidate {
    let mut seen = candidate.clone();
    seen.id = PersonId::from_raw(0);
    seen.need = need(candidate);
    seen.wish.stated_on = stated_on(candidate, on);
    seen
}

/// What counts for an opening's pattern.
pub(super) fn in_manner(candidate: &Candidate, on: Day) -> Candidate {
    let mut certificates: Vec<_> = candidate
        .skills
        .iter()
        .filter_map(|skill| skill.certificate.clone())
        .collect();
    certificates.sort_unstable();
    certificates.dedup();
    let skills = certificates.into_iter().map(|certificate| HeldSkill {
        occupation: None,
        certificate: Some(certificate),
    });
    let wish = &candidate.wish;
    Candidate {
        work_age: candidate.work_age,
        capacity: candidate.capacity,
        education: candidate.education,
        mandarin: candidate.mandarin,
        is_employed_full_time: candidate.is_employed_full_time,
        need: need(candidate),
        skills: skills.collect(),
        wish: Wish {
            needs_lodging: wish.needs_lodging,
            kinds: wish.kinds.clone(),
            terms: wish.terms.clone(),
            available_from: wish.available_from,
            stated_on: stated_on(candidate, on),
            ..nothing_wished()
        },
        ..nobody(candidate)
    }
}

/// What counts for an opening's occupation.
pub(super) fn in_trade(candidate: &Candidate) -> Candidate {
    let skills = candidate.skills.iter().filter(|skill| skill.occupation.is_some());
    Candidate {
        skills: skills
            .map(|skill| HeldSkill {
                occupation: skill.occupation.clone(),
                certificate: None,
            })
            .collect(),
        past_occupations: candidate.past_occupations.clone(),
        wish: Wish {
            occupations: candidate.wish.occupations.clone(),
            ..nothing_wished()
        },
        ..nobody(candidate)
    }
}

/// Only whether reserved places are for the household counts; whom it is more urgent to help does not.
const fn need(candidate: &Candidate) -> NeedClass {
    if candidate.need.may_take_reserved() {
        NeedClass::Relocated
    } else {
        NeedClass::Other
    }
}

/// Only whether the wish is fresh counts, not its day.
fn stated_on(candidate: &Candidate, on: Day) -> Option<Day> {
    candidate
        .wish
        .stated_on
        .is_some_and(|stated| is_fresh(stated, on))
        .then_some(on)
}

fn nothing_wished() -> Wish {
    Wish {
        occupations: Vec::new(),
        distance: DestinationWish::Any,
        wage_floor: None,
        needs_lodging: false,
        kinds: Vec::new(),
        terms: Vec::new(),
        available_from: None,
        stated_on: None,
    }
}

fn nobody(candidate: &Candidate) -> Candidate {
    let home = candidate.home.at(RegionLevel::Province);
    Candidate {
        id: PersonId::from_raw(0),
        home: home.unwrap_or_else(|| candidate.home.clone()),
        work_age: WorkAge::Adult,
        capacity: LabourSkill::Ordinary,
        education: None,
        mandarin: None,
        skills: Vec::new(),
        past_occupations: Vec::new(),
        wish: nothing_wished(),
        is_employed_full_time: false,
        refused: BTreeSet::new(),
        need: NeedClass::Other,
    }
}
