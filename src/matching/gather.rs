//! Reads candidates and openings from the database, a constant number of queries for any number of them. Joins the
//! tables of the registry, postings, hiring, employment and guarantee rooms.

use std::collections::{BTreeSet, HashMap};

use diesel::prelude::*;

use super::at_hand::OpenBook;
use super::bars::first_bar;
use super::model::{Candidate, HeldSkill, NeedClass, Opening, Wish, WorkAge};
use super::openings::{open_openings, openings_by_ids};
use super::rank::{Ranked, rank_candidates, rank_openings};
use super::weights::Weights;
use crate::base::actor::Scope;
use crate::base::codes::{
    DestinationWish, Education, EmploymentForm, GuaranteeState, HouseholdType, LabourSkill, Language, MandarinLevel,
    MonitorCategory, RelocationKind,
};
use crate::base::error::Result;
use crate::base::ids::{PersonId, PostingId};
use crate::base::region::RegionCode;
use crate::base::time::{Day, age_on};
use crate::platform::db::Conn;
use crate::platform::db::schema::{
    employments, guarantees, household_members, household_statuses, households, person_skills, person_statuses,
    persons, placements, wishes,
};
use crate::platform::i18n::Locale;
use crate::reference::{OccupationCode, suggest_occupation};
use crate::registry::Wants;

/// Values bound at once.
const IN_LIST: usize = 5_000;
/// Below this share of the votes a title says too little to name an occupation.
const CERTAIN: f32 = 0.35;

/// A match with its reasons in words.
#[derive(Debug, Clone)]
pub struct Explained<T> {
    pub item: T,
    pub points: i32,
    /// Code, points, sentence; the points add up to the match's.
    pub reasons: Vec<(&'static str, i32, String)>,
}

/// The best openings for a person; none for somebody who wants nothing.
pub fn openings_for(
    conn: &mut Conn,
    book: &OpenBook,
    person_id: PersonId,
    (today, limit): (Day, usize),
    language: Language,
) -> Result<Vec<Explained<Opening>>> {
    let Some(candidate) = candidates(conn, &[person_id], today)?.pop() else {
        return Ok(Vec::new());
    };
    let ids = book.best(conn, &candidate, today, limit)?;
    // The book says which; what is told of them is judged by the rows as they are now.
    let openings = openings_by_ids(conn, &ids)?;
    let ranked = rank_openings(&candidate, &openings, Weights::shipped(), (today, limit));
    Ok(ranked
        .into_iter()
        .map(|r| explained(r, |item| (&candidate, item), language))
        .collect())
}

/// The best people of a scope for a posting, by need, then points.
pub fn candidates_for(
    conn: &mut Conn,
    scope: &Scope,
    posting_id: PostingId,
    today: Day,
    limit: usize,
    language: Language,
) -> Result<Vec<Explained<Candidate>>> {
    let Some(opening) = open_openings(conn, Some(posting_id))?.pop() else {
        return Ok(Vec::new());
    };
    let ids = labourers(conn, scope)?;
    let candidates = candidates(conn, &ids, today)?;
    let ranked = rank_candidates(&opening, &candidates, Weights::shipped(), (today, limit));
    Ok(ranked
        .into_iter()
        .map(|r| explained(r, |item| (item, &opening), language))
        .collect())
}

/// Whether nothing bars a pair on a day.
pub fn is_possible(conn: &mut Conn, person: PersonId, posting: PostingId, today: Day) -> Result<bool> {
    let Some(candidate) = candidates(conn, &[person], today)?.pop() else {
        return Ok(false);
    };
    let opening = open_openings(conn, Some(posting))?.pop();
    Ok(opening.is_some_and(|opening| first_bar(&candidate, &opening, today).is_none()))
}

fn explained<'a, T: Clone + 'a>(
    ranked: Ranked<'a, T>,
    pair: impl Fn(&'a T) -> (&'a Candidate, &'a Opening),
    language: Language,
) -> Explained<T> {
    let (candidate, opening) = pair(ranked.item);
    let l = Locale::new(language);
    let reasons = ranked
        .reasons
        .iter()
        .map(|reason| {
            let sentence = reason.sentence(candidate, opening, language);
            let code = sentence.key.trim_start_matches("match-reason-");
            (code, reason.points, sentence.said(&l))
        })
        .collect();
    Explained {
        item: ranked.item.clone(),
        points: ranked.points,
        reasons,
    }
}

/// Everybody of a scope who is labour by the registry and not at school.
pub fn labourers(conn: &mut Conn, scope: &Scope) -> Result<Vec<PersonId>> {
    let mut ids = Vec::new();
    for (from, to) in scope.ranges() {
        let portion: Vec<PersonId> = household_members::table
            .inner_join(households::table)
            .inner_join(persons::table.inner_join(person_statuses::table))
            .filter(household_members::until_on.is_null())
            .filter(person_statuses::until_on.is_null())
            .filter(person_statuses::school.is_null())
            .filter(person_statuses::labour_skill.eq_any([
                LabourSkill::Skilled,
                LabourSkill::Ordinary,
                LabourSkill::Weak,
            ]))
            .filter(households::region_code.ge(from))
            .filter(households::region_code.lt(to))
            .order(persons::id)
            .select(persons::id)
            .load(conn)?;
        ids.extend(portion);
    }
    Ok(ids)
}

/// What of a person's household decides.
struct Home {
    region: RegionCode,
    state: Option<GuaranteeState>,
    relocated: bool,
    monitored: bool,
    exited: bool,
}

type HomeRow = (
    PersonId,
    RegionCode,
    Option<GuaranteeState>,
    Option<RelocationKind>,
    Option<MonitorCategory>,
    Option<HouseholdType>,
);

fn homes(conn: &mut Conn, ids: &[PersonId]) -> Result<HashMap<PersonId, Home>> {
    let mut homes = HashMap::new();
    for portion in ids.chunks(IN_LIST) {
        let rows: Vec<HomeRow> = household_members::table
            .inner_join(
                households::table
                    .inner_join(household_statuses::table)
                    .left_join(guarantees::table),
            )
            .filter(household_members::person_id.eq_any(portion))
            .filter(household_members::until_on.is_null())
            .filter(household_statuses::until_on.is_null())
            .select((
                household_members::person_id,
                households::region_code,
                guarantees::state.nullable(),
                household_statuses::relocation_kind,
                household_statuses::monitor_category,
                household_statuses::household_type,
            ))
            .load(conn)?;
        homes.extend(rows.into_iter().map(|(id, region, state, relocation, monitor, kind)| {
            let home = Home {
                region,
                state,
                relocated: relocation.is_some(),
                monitored: monitor.is_some(),
                exited: kind == Some(HouseholdType::Exited),
            };
            (id, home)
        }));
    }
    Ok(homes)
}

/// What a person's record of work says.
#[derive(Default)]
struct Work {
    past: Vec<OccupationCode>,
    is_full_time: bool,
}

fn work(conn: &mut Conn, ids: &[PersonId], today: Day, names: &mut Names) -> Result<HashMap<PersonId, Work>> {
    type Row = (
        PersonId,
        EmploymentForm,
        Option<OccupationCode>,
        String,
        Day,
        Option<Day>,
    );
    let mut work: HashMap<PersonId, Work> = HashMap::new();
    for portion in ids.chunks(IN_LIST) {
        let rows: Vec<Row> = employments::table
            .filter(employments::person_id.eq_any(portion))
            .order((employments::person_id, employments::start_on, employments::id))
            .select((
                employments::person_id,
                employments::form,
                employments::occupation_code,
                employments::job_title,
                employments::start_on,
                employments::end_on,
            ))
            .load(conn)?;
        for (id, form, occupation, title, start, end) in rows {
            let entry = work.entry(id).or_default();
            let casual = matches!(
                form,
                EmploymentForm::Casual
                    | EmploymentForm::WorkshopHome
                    | EmploymentForm::OwnFarm
                    | EmploymentForm::InTraining
            );
            entry.is_full_time |= !casual && start <= today && end.is_none_or(|end| end >= today);
            if let Some(code) = occupation.or_else(|| names.occupation_of(&title))
                && !entry.past.contains(&code)
            {
                entry.past.push(code);
            }
        }
    }
    Ok(work)
}

/// Occupations of titles and skills, each looked up once.
#[derive(Default)]
struct Names(HashMap<String, Option<OccupationCode>>);

impl Names {
    fn occupation_of(&mut self, name: &str) -> Option<OccupationCode> {
        if name.is_empty() {
            return None;
        }
        if let Some(known) = self.0.get(name) {
            return known.clone();
        }
        let best = suggest_occupation(name).into_iter().next();
        let code = best.filter(|(_, share)| *share >= CERTAIN).map(|(code, _)| code);
        self.0.insert(name.to_owned(), code.clone());
        code
    }
}

fn wishes_of(conn: &mut Conn, ids: &[PersonId]) -> Result<HashMap<PersonId, crate::registry::Wish>> {
    let mut newest = HashMap::new();
    for portion in ids.chunks(IN_LIST) {
        let rows: Vec<crate::registry::Wish> = wishes::table
            .filter(wishes::person_id.eq_any(portion))
            .order((wishes::stated_on, wishes::id))
            .select(crate::registry::Wish::as_select())
            .load(conn)?;
        newest.extend(rows.into_iter().map(|wish| (wish.person_id, wish)));
    }
    Ok(newest)
}

/// Somebody who was never asked is taken to accept any place; the reasons then rank near ones first.
fn wish_of(stated: Option<&crate::registry::Wish>) -> Wish {
    Wish {
        occupations: stated.map(crate::registry::Wish::occupations).unwrap_or_default(),
        distance: stated.map_or(DestinationWish::Any, |w| w.destination),
        wage_floor: stated.and_then(|w| w.wage_min_fen),
        needs_lodging: stated.is_some_and(|w| w.lodging_needed),
        kinds: Vec::new(),
        terms: Vec::new(),
        available_from: None,
        stated_on: stated.map(|w| w.stated_on),
    }
}

/// The people of a list as the matcher sees them. Whoever wants no work, or belongs to no household, is left out.
pub fn candidates(conn: &mut Conn, ids: &[PersonId], today: Day) -> Result<Vec<Candidate>> {
    type Row = (
        PersonId,
        Option<Day>,
        Option<Education>,
        Option<MandarinLevel>,
        Option<LabourSkill>,
    );
    let mut names = Names::default();
    let homes = homes(conn, ids)?;
    let work = work(conn, ids, today, &mut names)?;
    let wishes = wishes_of(conn, ids)?;
    let mut skills = skills_of(conn, ids, &mut names)?;
    let mut refused = refusals_of(conn, ids)?;
    let mut people: Vec<Row> = Vec::new();
    for portion in ids.chunks(IN_LIST) {
        people.extend(
            persons::table
                .inner_join(person_statuses::table)
                .filter(persons::id.eq_any(portion))
                .filter(person_statuses::until_on.is_null())
                .order(persons::id)
                .select((
                    persons::id,
                    persons::birth_on,
                    persons::education,
                    persons::mandarin,
                    person_statuses::labour_skill,
                ))
                .load::<Row>(conn)?,
        );
    }
    let none = Work::default();
    Ok(people
        .into_iter()
        .filter_map(|(id, birth_on, education, mandarin, capacity)| {
            let home = homes.get(&id)?;
            let stated = wishes.get(&id);
            if stated.is_some_and(|w| w.wants == Wants::Nothing) {
                return None;
            }
            let work = work.get(&id).unwrap_or(&none);
            let capacity = capacity.unwrap_or(LabourSkill::None);
            Some(Candidate {
                id,
                home: home.region.clone(),
                work_age: work_age(birth_on, today),
                capacity,
                education,
                mandarin,
                skills: skills.remove(&id).unwrap_or_default(),
                past_occupations: work.past.clone(),
                wish: wish_of(stated),
                is_employed_full_time: work.is_full_time,
                refused: refused.remove(&id).unwrap_or_default(),
                need: need_of(home, capacity, work.is_full_time),
            })
        })
        .collect())
}

fn work_age(birth_on: Option<Day>, today: Day) -> WorkAge {
    match birth_on.map(|birth| age_on(birth, today)) {
        Some(age) if age < 16 => WorkAge::BelowLawful,
        Some(age) if age < 18 => WorkAge::Minor,
        _ => WorkAge::Adult,
    }
}

fn need_of(home: &Home, capacity: LabourSkill, in_work: bool) -> NeedClass {
    match home.state {
        Some(GuaranteeState::Zero | GuaranteeState::Helping | GuaranteeState::Overdue) => NeedClass::ZeroHousehold,
        _ if home.monitored => NeedClass::Monitored,
        Some(GuaranteeState::AtRisk) => NeedClass::JobEnding,
        _ if home.relocated && !in_work => NeedClass::Relocated,
        _ if home.exited && !in_work => NeedClass::Exited,
        _ if capacity == LabourSkill::Weak => NeedClass::WeakLabour,
        _ => NeedClass::Other,
    }
}

fn skills_of(conn: &mut Conn, ids: &[PersonId], names: &mut Names) -> Result<HashMap<PersonId, Vec<HeldSkill>>> {
    type Row = (PersonId, String, Option<OccupationCode>, Option<String>);
    let mut skills: HashMap<PersonId, Vec<HeldSkill>> = HashMap::new();
    for portion in ids.chunks(IN_LIST) {
        let rows: Vec<Row> = person_skills::table
            .filter(person_skills::person_id.eq_any(portion))
            .order(person_skills::id)
            .select((
                person_skills::person_id,
                person_skills::name,
                person_skills::occupation_code,
                person_skills::certificate,
            ))
            .load(conn)?;
        for (id, name, occupation, certificate) in rows {
            let occupation = occupation.or_else(|| names.occupation_of(&name));
            skills.entry(id).or_default().push(HeldSkill {
                occupation,
                certificate,
            });
        }
    }
    Ok(skills)
}

fn refusals_of(conn: &mut Conn, ids: &[PersonId]) -> Result<HashMap<PersonId, BTreeSet<PostingId>>> {
    let mut refused: HashMap<PersonId, BTreeSet<PostingId>> = HashMap::new();
    for portion in ids.chunks(IN_LIST) {
        let rows: Vec<(PersonId, PostingId)> = placements::table
            .filter(placements::person_id.eq_any(portion))
            .filter(placements::status.eq("refused"))
            .select((placements::person_id, placements::posting_id))
            .load(conn)?;
        for (person, posting) in rows {
            refused.entry(person).or_default().insert(posting);
        }
    }
    Ok(refused)
}
