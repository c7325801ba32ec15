//! What a person would get if one limit fell: for each limit the best opening that it alone keeps away.

use super::at_hand::OpenBook;
use super::bars::{Change, nearest_miss};
use super::gather::candidates;
use super::model::{Candidate, HeldSkill, Opening};
use super::openings::openings_by_ids;
use crate::base::codes::{DestinationWish, Education, Language, MandarinLevel};
use crate::base::error::Result;
use crate::base::ids::{PersonId, PostingId};
use crate::base::time::Day;
use crate::platform::db::Conn;
use crate::platform::i18n::Locale;

/// Openings looked at behind each limit: those at the top are often possible as it is.
const LOOKED_AT: usize = 40;

/// An opening, and the one change that would make it possible.
#[derive(Debug, Clone)]
pub struct Nearly {
    pub posting: PostingId,
    /// The change in words.
    pub sentence: String,
}

/// The person with one limit lifted, in the order in which people can most easily move: how far, which pay, lodging,
/// a certificate, schooling, language.
fn lifted(candidate: &Candidate, certificates: Vec<String>) -> Vec<Candidate> {
    let with = |lift: &dyn Fn(&mut Candidate)| {
        let mut one = candidate.clone();
        lift(&mut one);
        one
    };
    let held = |certificate: String| HeldSkill {
        occupation: None,
        certificate: Some(certificate),
    };
    vec![
        with(&|one| one.wish.distance = DestinationWish::Any),
        with(&|one| one.wish.wage_floor = None),
        with(&|one| one.wish.needs_lodging = false),
        with(&|one| one.skills.extend(certificates.iter().cloned().map(held))),
        with(&|one| one.education = Education::ALL.last().copied()),
        with(&|one| one.mandarin = MandarinLevel::ALL.last().copied()),
    ]
}

/// The best opening behind each of a person's limits, where one change alone would make it possible.
pub fn nearly_for(
    conn: &mut Conn,
    book: &OpenBook,
    person_id: PersonId,
    (today, limit): (Day, usize),
    language: Language,
) -> Result<Vec<Nearly>> {
    let Some(candidate) = candidates(conn, &[person_id], today)?.pop() else {
        return Ok(Vec::new());
    };
    let mut found: Vec<Nearly> = Vec::new();
    for one in lifted(&candidate, book.certificates(conn)?) {
        if found.len() == limit {
            break;
        }
        if one == candidate {
            continue;
        }
        let ids = book.best(conn, &one, today, LOOKED_AT)?;
        let openings = openings_by_ids(conn, &ids)?;
        let best = ids.iter().find_map(|id| {
            let opening = openings.iter().find(|opening| opening.id == *id)?;
            let change = nearest_miss(&candidate, opening, today)?;
            let is_new = found.iter().all(|other| other.posting != *id);
            is_new.then_some((opening, change))
        });
        found.extend(best.and_then(|(opening, change)| told(opening, change, Locale::new(language))));
    }
    Ok(found)
}

/// The change in words; none for one that is not the person's to make.
fn told(opening: &Opening, change: Change, l: Locale) -> Option<Nearly> {
    let sentence = match change {
        Change::GoAsFarAs(reach) => {
            let reach = l.label(DestinationWish::LIST, reach.as_str()).to_owned();
            l.ta("match-nearly-distance", &[("reach", reach.into())])
        }
        Change::LowerWageFloor(wage) => {
            let wage = l.amount(wage);
            l.ta("match-nearly-wage", &[("wage", wage.into())])
        }
        Change::ArrangeLodging => l.t("match-nearly-lodging"),
        Change::ObtainCertificate(name) => l.ta("match-nearly-certificate", &[("name", name.into())]),
        Change::ReachEducation(level) => {
            let level = l.label(Education::LIST, level.as_str()).to_owned();
            l.ta("match-nearly-education", &[("level", level.into())])
        }
        Change::ReachMandarin(level) => {
            let level = l.label(MandarinLevel::LIST, level.as_str()).to_owned();
            l.ta("match-nearly-mandarin", &[("level", level.into())])
        }
        Change::AskAgain => return None,
    };
    Some(Nearly {
        posting: opening.id,
        sentence,
    })
}
