//! What a placement plan is made of: the relocated households of a scope, their members who may be placed, the openings
//! with free places, and every pair that nothing bars.

use std::collections::{BTreeSet, HashMap, HashSet};

use diesel::prelude::*;

use super::bars::first_bar;
use super::gather::candidates;
use super::model::{Candidate, Opening};
use super::openings::open_openings;
use super::plan::{Fault, Household, Instance, InstanceDraft, Order, Unlisted, ticket};
use super::score::weigh;
use super::weights::Weights;
use crate::base::actor::Scope;
use crate::base::error::Result;
use crate::base::ids::{HouseholdId, PersonId, PostingId, SiteId};
use crate::base::time::Day;
use crate::guarantee::{self, Parameters};
use crate::hiring::PlacementStatus;
use crate::platform::db::Conn;
use crate::platform::db::schema::{employments, placements};

/// Values bound at once.
const IN_LIST: usize = 5_000;

/// A household as the plan sees it.
#[derive(Debug, Clone)]
pub struct PlannedHousehold {
    pub id: HouseholdId,
    pub registry_no: String,
    /// Nobody is in work, nor about to start.
    pub is_uncovered: bool,
    pub never_worked: bool,
    pub is_monitored: bool,
    /// Since when it has stood as it stands.
    pub since: Day,
}

/// What is to be planned, read at one moment.
#[derive(Debug, Clone, Default)]
pub struct Ground {
    pub households: Vec<PlannedHousehold>,
    /// Everybody who may be placed, with the place of his household in `households`.
    pub candidates: Vec<(usize, Candidate)>,
    pub openings: Vec<Opening>,
    /// Invitations that are open: a new plan keeps as many of them as it can.
    pub invited: BTreeSet<Pair>,
}

/// What the officer fixes and rules out.
#[derive(Debug, Clone, Default)]
pub struct Marks {
    /// These pairs are in the plan, whatever else would be better.
    pub locked: BTreeSet<Pair>,
    pub without_pairs: BTreeSet<Pair>,
    pub without_persons: BTreeSet<PersonId>,
    pub without_openings: BTreeSet<PostingId>,
}

/// Reads the relocated households of a scope, or of one of its sites, on a day, and all openings of a kind.
pub fn ground(
    conn: &mut Conn,
    scope: &Scope,
    site: Option<SiteId>,
    kind: Option<super::OpeningKind>,
    day: Day,
) -> Result<Ground> {
    let mut standings = guarantee::standing_list(conn, scope, day, &Parameters::default())?;
    standings.retain(|household| site.is_none_or(|site| household.facts.site_id == Some(site)));
    let mut home: HashMap<PersonId, usize> = HashMap::new();
    for (place, household) in standings.iter().enumerate() {
        home.extend(household.facts.members.iter().map(|member| (member.person_id, place)));
    }
    let mut ids: Vec<PersonId> = home.keys().copied().collect();
    ids.sort_unstable();
    let worked = ever_employed(conn, &ids, day)?;
    let (invited, taken) = invitations(conn, &ids)?;
    let promised: HashSet<usize> = taken.iter().filter_map(|id| home.get(id).copied()).collect();
    let mut worked_in: HashSet<usize> = HashSet::new();
    worked_in.extend(worked.iter().filter_map(|id| home.get(id).copied()));
    let households = standings
        .iter()
        .enumerate()
        .map(|(place, household)| PlannedHousehold {
            id: household.facts.household_id,
            registry_no: household.facts.registry_no.clone(),
            is_uncovered: household.standing.state.is_zero()
                && !household.standing.is_excused
                && !promised.contains(&place),
            never_worked: !worked_in.contains(&place),
            is_monitored: household.facts.monitored,
            since: household.standing.since,
        })
        .collect();
    // Who has accepted a place keeps it and is asked nothing more.
    ids.retain(|id| !taken.contains(id));
    let candidates = candidates(conn, &ids, day)?
        .into_iter()
        .filter_map(|candidate| Some((*home.get(&candidate.id)?, candidate)))
        .collect();
    let mut openings = open_openings(conn, None)?;
    openings.retain(|opening| opening.free_places > 0 && kind.is_none_or(|kind| kind == opening.kind));
    Ok(Ground {
        households,
        candidates,
        openings,
        invited,
    })
}

fn ever_employed(conn: &mut Conn, ids: &[PersonId], day: Day) -> Result<HashSet<PersonId>> {
    let mut found = HashSet::new();
    for portion in ids.chunks(IN_LIST) {
        let rows: Vec<PersonId> = employments::table
            .filter(employments::person_id.eq_any(portion))
            .filter(employments::start_on.le(day))
            .select(employments::person_id)
            .distinct()
            .load(conn)?;
        found.extend(rows);
    }
    Ok(found)
}

/// Open invitations, and who has accepted a place but not started.
fn invitations(conn: &mut Conn, ids: &[PersonId]) -> Result<(BTreeSet<Pair>, HashSet<PersonId>)> {
    let (mut invited, mut taken) = (BTreeSet::new(), HashSet::new());
    for portion in ids.chunks(IN_LIST) {
        let rows: Vec<(PersonId, PostingId, PlacementStatus)> = placements::table
            .filter(placements::person_id.eq_any(portion))
            .filter(placements::is_open)
            .select((placements::person_id, placements::posting_id, placements::status))
            .load(conn)?;
        for (person, posting, status) in rows {
            if status == PlacementStatus::Accepted {
                taken.insert(person);
            } else {
                invited.insert((person, posting));
            }
        }
    }
    Ok((invited, taken))
}

/// A person and an opening.
pub type Pair = (PersonId, PostingId);

/// The name under which the reserved part of an opening stands in the files of a plan.
const RESERVED: &str = "+reserved";

/// A plan to be solved, and what of it is fixed beforehand.
pub struct Problem {
    pub instance: Instance,
    pub order: Order,
    /// Pairs of the instance that the plan is to keep where it can.
    pub keep: Vec<(super::plan::Person, super::plan::Opening)>,
    /// Locked pairs that hold: they have their places and are no part of the instance.
    pub locked: Vec<Pair>,
    /// Locked pairs that do not hold any more.
    pub broken: Vec<Pair>,
}

/// The opening behind a name in the instance.
pub fn posting_of(name: &str) -> Option<PostingId> {
    name.strip_suffix(RESERVED).unwrap_or(name).parse().ok()
}

/// An opening, or the reserved part of one, as it stands in an instance.
struct Named<'a> {
    name: String,
    is_reserved: bool,
    places: u32,
    opening: &'a Opening,
}

impl Ground {
    /// The instance of these households and openings. A pair scores what its reasons come to, at least zero; an uncovered
    /// household weighs one, a covered one nothing, so that it takes only what is left.
    ///
    /// Of a person only the best openings are listed, until they have as many places as there are persons. Nothing is
    /// lost: in any plan the others take fewer places than that, so that whoever is placed beyond his list could take a
    /// free place on it, which scores no less and covers the same households.
    pub fn problem(
        &self,
        marks: &Marks,
        weights: &Weights,
        (on, seed): (Day, u64),
    ) -> std::result::Result<Problem, Fault> {
        let (locked, broken) = self.locks(marks, on);
        let fixed: HashSet<PersonId> = locked.iter().map(|(person, _)| *person).collect();
        let mut taken: HashMap<PostingId, u32> = HashMap::new();
        for (_, posting) in &locked {
            *taken.entry(*posting).or_default() += 1;
        }
        let covered: HashSet<usize> = self
            .candidates
            .iter()
            .filter(|(_, candidate)| fixed.contains(&candidate.id))
            .map(|(home, _)| *home)
            .collect();
        let mut draft = InstanceDraft::new(Unlisted::Refused);
        let names: Vec<String> = self
            .households
            .iter()
            .map(|household| household.id.to_string())
            .collect();
        for (place, (name, household)) in names.iter().zip(&self.households).enumerate() {
            let weight = i64::from(household.is_uncovered && !covered.contains(&place));
            draft.household(name.as_bytes(), weight)?;
        }
        let openings = self.named_openings(marks, &taken, &mut draft)?;
        let most = u64::try_from(self.candidates.len()).unwrap_or(u64::MAX);
        for (home, candidate) in &self.candidates {
            if fixed.contains(&candidate.id) || marks.without_persons.contains(&candidate.id) {
                continue;
            }
            let (Some(household), person) = (names.get(*home), candidate.id.to_string()) else {
                continue;
            };
            let mut possible: Vec<(i64, &Named<'_>)> = openings
                .iter()
                .filter(|named| {
                    !marks.without_pairs.contains(&(candidate.id, named.opening.id))
                        && (!named.is_reserved || candidate.need.may_take_reserved())
                        && first_bar(candidate, named.opening, on).is_none()
                })
                .map(|named| {
                    let points = weigh(candidate, named.opening, weights, on, &mut |_| {});
                    (i64::from(points.max(0)), named)
                })
                .collect();
            // Best first; equal ones in the order of the openings.
            possible.sort_by_key(|(points, _)| std::cmp::Reverse(*points));
            let mut places = 0_u64;
            for (points, named) in possible {
                let is_invited = self.invited.contains(&(candidate.id, named.opening.id));
                if places < most || is_invited {
                    draft.edge(household.as_bytes(), person.as_bytes(), named.name.as_bytes(), points)?;
                }
                places += u64::from(named.places);
            }
        }
        let instance = draft.finish()?;
        let order = Order::listed(&instance, &self.order(&instance, seed));
        let keep = self
            .invited
            .iter()
            .filter_map(|(person, posting)| {
                let person = instance.find_person(&person.to_string())?;
                let opening = instance.find_opening(&posting.to_string())?;
                instance.score(person, opening).map(|_| (person, opening))
            })
            .collect::<HashMap<_, _>>();
        Ok(Problem {
            instance,
            order,
            keep: sorted(keep),
            locked,
            broken,
        })
    }

    /// Locked pairs that hold, one of each person and no more than there are places, and the others.
    fn locks(&self, marks: &Marks, on: Day) -> (Vec<Pair>, Vec<Pair>) {
        let people: HashMap<PersonId, &Candidate> = self.candidates.iter().map(|(_, c)| (c.id, c)).collect();
        let mut free: HashMap<PostingId, u32> = self.openings.iter().map(|o| (o.id, o.free_places)).collect();
        let openings: HashMap<PostingId, &Opening> = self.openings.iter().map(|o| (o.id, o)).collect();
        let mut seen = HashSet::new();
        marks.locked.iter().copied().partition(|(person, posting)| {
            let (Some(candidate), Some(opening)) = (people.get(person), openings.get(posting)) else {
                return false;
            };
            let Some(left) = free.get_mut(posting).filter(|left| **left > 0) else {
                return false;
            };
            let holds = first_bar(candidate, opening, on).is_none() && seen.insert(*person);
            if holds {
                *left -= 1;
            }
            holds
        })
    }

    /// The openings by their names in the instance; one with reserved places stands there twice.
    fn named_openings<'a>(
        &'a self,
        marks: &Marks,
        taken: &HashMap<PostingId, u32>,
        draft: &mut InstanceDraft,
    ) -> std::result::Result<Vec<Named<'a>>, Fault> {
        let mut named = Vec::new();
        let shown = self.openings.iter().filter(|o| !marks.without_openings.contains(&o.id));
        for opening in shown {
            let left = opening
                .free_places
                .saturating_sub(taken.get(&opening.id).copied().unwrap_or(0));
            let reserved = opening.reserved_places.min(left);
            for (name, is_reserved, places) in [
                (opening.id.to_string(), false, left - reserved),
                (format!("{}{RESERVED}", opening.id), true, reserved),
            ] {
                if places > 0 {
                    draft.opening(name.as_bytes(), i64::from(places))?;
                    named.push(Named {
                        name,
                        is_reserved,
                        places,
                        opening,
                    });
                }
            }
        }
        Ok(named)
    }

    /// The published order among equals: nobody ever in work first, then the monitored, then the longest as they are,
    /// then by the public lottery over registry numbers.
    fn order(&self, instance: &Instance, seed: u64) -> Vec<Household> {
        let mut ranked: Vec<_> = self
            .households
            .iter()
            .filter_map(|household| {
                let number = instance.find_household(&household.id.to_string())?;
                let key = (
                    !household.never_worked,
                    !household.is_monitored,
                    household.since,
                    ticket(seed, &household.registry_no),
                );
                Some((key, number))
            })
            .collect();
        ranked.sort_unstable();
        ranked.into_iter().map(|(_, number)| number).collect()
    }
}

fn sorted<K: Ord, V: Ord>(map: HashMap<K, V>) -> Vec<(K, V)> {
    let mut pairs: Vec<(K, V)> = map.into_iter().collect();
    pairs.sort_unstable();
    pairs
}
