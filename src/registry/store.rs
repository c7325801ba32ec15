//! Queries of the registry's tables.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;

use super::model::{Household, HouseholdStatus, Member, MemberRow, Person, PersonStatus, Site, Skill, Wish};
use crate::base::actor::{Actor, Permission, Scope};
use crate::base::error::{OrNotFound, Result};
use crate::base::ids::{HouseholdId, PersonId, SiteId};
use crate::base::page::{Page, PageRequest};
use crate::base::region::RegionCode;
use crate::base::time::Day;
use crate::platform::db::schema::{
    household_members, household_statuses, households, person_skills, person_statuses, persons, sites, wishes,
};
use crate::platform::db::{Conn, Tx};

/// Values bound at once in an `IN` list.
const IN_LIST: usize = 5_000;

/// Loads rows by a list of keys in portions that both databases take.
macro_rules! load_in {
    ($conn:expr, $keys:expr, $column:expr, $query:expr, $row:ty) => {{
        let mut rows: Vec<$row> = Vec::new();
        for portion in $keys.chunks(IN_LIST) {
            rows.extend(
                $query
                    .filter($column.eq_any(portion))
                    .select(<$row>::as_select())
                    .load::<$row>($conn)?,
            );
        }
        rows
    }};
}

/// A person with what is current about him.
#[derive(Debug, Clone)]
pub struct KnownPerson {
    pub person: Person,
    pub status: Option<PersonStatus>,
    pub member: Option<Member>,
    pub skills: HashSet<String>,
}

/// What the registry knows of the households and persons that a portion of a roster names.
#[derive(Debug, Default)]
pub struct Known {
    pub households: HashMap<String, (Household, Option<HouseholdStatus>)>,
    pub household_nos: HashMap<HouseholdId, String>,
    pub persons: HashMap<PersonId, KnownPerson>,
    pub by_no: HashMap<String, PersonId>,
    pub by_hash: HashMap<String, PersonId>,
    pub site_names: HashMap<SiteId, String>,
}

impl Known {
    /// The person with that number of the registry, else with that citizen number.
    pub fn person(&self, registry_no: Option<&str>, id_hash: Option<&str>) -> Option<&KnownPerson> {
        let by_no = registry_no.and_then(|no| self.by_no.get(no));
        let id = by_no.or_else(|| id_hash.and_then(|hash| self.by_hash.get(hash)))?;
        self.persons.get(id)
    }

    pub fn site_name(&self, status: Option<&HouseholdStatus>) -> Option<&str> {
        status
            .and_then(|s| s.site_id)
            .and_then(|id| self.site_names.get(&id))
            .map(String::as_str)
    }
}

/// Reads what is known, in a constant number of queries.
pub fn known_for(conn: &mut Conn, nos: &[String], person_nos: &[String], hashes: &[String]) -> Result<Known> {
    let mut known = Known::default();
    let found = load_in!(conn, nos, households::registry_no, households::table, Household);
    let ids: Vec<HouseholdId> = found.iter().map(|h| h.id).collect();
    let open = household_statuses::table.filter(household_statuses::until_on.is_null());
    let statuses = load_in!(conn, ids, household_statuses::household_id, open, HouseholdStatus);
    let mut statuses: HashMap<HouseholdId, HouseholdStatus> =
        statuses.into_iter().map(|s| (s.household_id, s)).collect();
    for household in found {
        let status = statuses.remove(&household.id);
        known.household_nos.insert(household.id, household.registry_no.clone());
        known
            .households
            .insert(household.registry_no.clone(), (household, status));
    }
    let mut people = load_in!(conn, person_nos, persons::registry_no, persons::table, Person);
    let seen: HashSet<PersonId> = people.iter().map(|p| p.id).collect();
    let by_hash = load_in!(conn, hashes, persons::id_hash, persons::table, Person);
    people.extend(by_hash.into_iter().filter(|p| !seen.contains(&p.id)));
    for (id, person) in attach_current(conn, people)? {
        if let Some(no) = &person.person.registry_no {
            known.by_no.insert(no.clone(), id);
        }
        if let Some(hash) = &person.person.id_hash {
            known.by_hash.insert(hash.clone(), id);
        }
        known.persons.insert(id, person);
    }
    let strangers: Vec<HouseholdId> = known
        .persons
        .values()
        .filter_map(|p| p.member.as_ref().map(|m| m.household_id))
        .filter(|id| !known.household_nos.contains_key(id))
        .collect();
    for household in load_in!(conn, strangers, households::id, households::table, Household) {
        known.household_nos.insert(household.id, household.registry_no);
    }
    let site_ids: Vec<SiteId> = known
        .households
        .values()
        .filter_map(|(_, s)| s.as_ref()?.site_id)
        .collect();
    for site in load_in!(conn, site_ids, sites::id, sites::table, Site) {
        known.site_names.insert(site.id, site.name);
    }
    Ok(known)
}

fn attach_current(conn: &mut Conn, people: Vec<Person>) -> Result<Vec<(PersonId, KnownPerson)>> {
    let ids: Vec<PersonId> = people.iter().map(|p| p.id).collect();
    let open = person_statuses::table.filter(person_statuses::until_on.is_null());
    let statuses = load_in!(conn, ids, person_statuses::person_id, open, PersonStatus);
    let mut statuses: HashMap<PersonId, PersonStatus> = statuses.into_iter().map(|s| (s.person_id, s)).collect();
    let open = household_members::table.filter(household_members::until_on.is_null());
    let members = load_in!(conn, ids, household_members::person_id, open, Member);
    let mut members: HashMap<PersonId, Member> = members.into_iter().map(|m| (m.person_id, m)).collect();
    let mut skills: HashMap<PersonId, HashSet<String>> = HashMap::new();
    for skill in load_in!(conn, ids, person_skills::person_id, person_skills::table, Skill) {
        skills.entry(skill.person_id).or_default().insert(skill.name);
    }
    Ok(people
        .into_iter()
        .map(|person| {
            let id = person.id;
            let known = KnownPerson {
                status: statuses.remove(&id),
                member: members.remove(&id),
                skills: skills.remove(&id).unwrap_or_default(),
                person,
            };
            (id, known)
        })
        .collect())
}

/// How a list of households is narrowed.
#[derive(Debug, Clone, Default)]
pub struct HouseholdFilter {
    pub region: Option<RegionCode>,
    pub site_id: Option<SiteId>,
    /// Only relocated households.
    pub relocated: bool,
    /// The beginning of a household number, or a member's name.
    pub words: Option<String>,
}

/// Households of the actor's scope, by id.
pub fn households(
    conn: &mut Conn,
    scope: &Scope,
    filter: &HouseholdFilter,
    page: &PageRequest,
) -> Result<Page<Household>> {
    let mut query = households::table
        .order(households::id)
        .select(Household::as_select())
        .into_boxed();
    query = query.filter(in_scope(scope));
    if let Some(region) = &filter.region {
        let (from, to) = (region.digits().to_owned(), region.upper_bound());
        query = query
            .filter(households::region_code.ge(from))
            .filter(households::region_code.lt(to));
    }
    let open = household_statuses::table.filter(household_statuses::until_on.is_null());
    if filter.relocated {
        let relocated = open.filter(household_statuses::relocation_kind.is_not_null());
        query = query.filter(households::id.eq_any(relocated.select(household_statuses::household_id)));
    }
    if let Some(site_id) = filter.site_id {
        let at_site = open.filter(household_statuses::site_id.eq(site_id));
        query = query.filter(households::id.eq_any(at_site.select(household_statuses::household_id)));
    }
    if let Some(words) = filter.words.as_deref().map(str::trim).filter(|w| !w.is_empty()) {
        let by_name = household_members::table
            .inner_join(persons::table)
            .filter(household_members::until_on.is_null())
            .filter(persons::name.eq(words.to_owned()))
            .select(household_members::household_id);
        let number = words.to_owned();
        let upper = format!("{words}:");
        query = query.filter(
            households::id.eq_any(by_name).or(households::registry_no
                .ge(number)
                .and(households::registry_no.lt(upper))),
        );
    }
    if let Some(cursor) = &page.cursor {
        let after: HouseholdId = cursor
            .parse()
            .map_err(|_| crate::base::error::Error::bad_request("cursor", "cursor-unknown"))?;
        query = query.filter(households::id.gt(after));
    }
    let limit = i64::try_from(page.limit + 1).unwrap_or(i64::MAX);
    let rows = query.limit(limit).load::<Household>(conn)?;
    Ok(Page::cut(rows, page.limit, |h| h.id.to_string()))
}

type InScope =
    Box<dyn BoxableExpression<households::table, crate::platform::db::MultiBackend, SqlType = diesel::sql_types::Bool>>;

/// A region scope as ranges of the region code; text comparison is by bytes on both databases.
fn in_scope(scope: &Scope) -> InScope {
    match scope {
        Scope::Everywhere => Box::new(households::id.is_not_null()),
        Scope::Regions(_) => {
            let mut any: InScope = Box::new(households::id.is_null());
            for (from, to) in scope.ranges() {
                any = Box::new(any.or(households::region_code.ge(from).and(households::region_code.lt(to))));
            }
            any
        }
    }
}

/// A household for an actor: one outside his scope does not exist for him.
pub fn household_for(conn: &mut Conn, actor: &Actor, id: HouseholdId, permission: Permission) -> Result<Household> {
    let household = households::table
        .find(id)
        .select(Household::as_select())
        .first::<Household>(conn)
        .optional()?
        .or_not_found("household")?;
    let is_own = permission == Permission::SeeOwnRecord
        && actor
            .person_id()
            .map(|person| household_of(conn, person))
            .transpose()?
            .flatten()
            == Some(id);
    Some(household)
        .filter(|h| is_own || actor.may_in(permission, &h.region_code))
        .or_not_found("household")
}

pub fn household_by_no(conn: &mut Conn, registry_no: &str) -> Result<Option<Household>> {
    Ok(households::table
        .filter(households::registry_no.eq(registry_no))
        .select(Household::as_select())
        .first(conn)
        .optional()?)
}

/// The household to which a person belongs now.
pub fn household_of(conn: &mut Conn, person_id: PersonId) -> Result<Option<HouseholdId>> {
    Ok(household_members::table
        .filter(household_members::person_id.eq(person_id))
        .filter(household_members::until_on.is_null())
        .select(household_members::household_id)
        .first(conn)
        .optional()?)
}

/// A person for an actor: himself, or somebody whose household lies in the scope of the permission.
pub fn person_for(conn: &mut Conn, actor: &Actor, id: PersonId, permission: Permission) -> Result<Person> {
    let (person, region) = person_in(conn, id)?;
    let is_self =
        actor.person_id() == Some(id) && matches!(permission, Permission::SeeOwnRecord | Permission::ActForSelf);
    let allowed = is_self
        || match region {
            Some(region) => actor.may_in(permission, &region),
            None => actor.scope(permission) == Scope::Everywhere,
        };
    Some(person).filter(|_| allowed).or_not_found("person")
}

/// A person and the village of the household to which he belongs now; for callers that have asked for permission.
pub fn person_in(conn: &mut Conn, id: PersonId) -> Result<(Person, Option<RegionCode>)> {
    let person = persons::table
        .find(id)
        .select(Person::as_select())
        .first::<Person>(conn)
        .optional()?
        .or_not_found("person")?;
    let region = home_of(conn, id)?;
    Ok((person, region))
}

/// The village of the household to which a person belongs now; none where he belongs to none.
pub fn home_of(conn: &mut Conn, id: PersonId) -> Result<Option<RegionCode>> {
    Ok(household_members::table
        .inner_join(households::table)
        .filter(household_members::person_id.eq(id))
        .filter(household_members::until_on.is_null())
        .select(households::region_code)
        .first(conn)
        .optional()?)
}

/// Persons by id, in no particular order.
pub fn persons_by_ids(conn: &mut Conn, ids: &[PersonId]) -> Result<HashMap<PersonId, Person>> {
    let rows = load_in!(conn, ids, persons::id, persons::table, Person);
    Ok(rows.into_iter().map(|p| (p.id, p)).collect())
}

/// People of the scope by the beginning of their name, at most `limit`.
pub fn search_persons(conn: &mut Conn, scope: &Scope, name: &str, limit: usize) -> Result<Vec<(Person, Household)>> {
    let pattern = format!("{}%", name.replace(['%', '_', '\\'], ""));
    let mut found = Vec::new();
    for (from, to) in scope.ranges() {
        let rows: Vec<(Person, Household)> = household_members::table
            .inner_join(persons::table)
            .inner_join(households::table)
            .filter(household_members::until_on.is_null())
            .filter(persons::name.like(&pattern))
            .filter(households::region_code.ge(from))
            .filter(households::region_code.lt(to))
            .order(persons::id)
            .limit(i64::try_from(limit).unwrap_or(i64::MAX))
            .select((Person::as_select(), Household::as_select()))
            .load(conn)?;
        found.extend(rows);
    }
    found.truncate(limit);
    Ok(found)
}

/// The members of households on a day, heads first.
pub fn members_of(conn: &mut Conn, household_ids: &[HouseholdId], day: Day) -> Result<Vec<MemberRow>> {
    let covering = household_members::table.inner_join(persons::table).filter(
        household_members::from_on.le(day).and(
            household_members::until_on
                .is_null()
                .or(household_members::until_on.ge(day)),
        ),
    );
    let mut rows: Vec<(Member, Person)> = Vec::new();
    for portion in household_ids.chunks(IN_LIST) {
        rows.extend(
            covering
                .filter(household_members::household_id.eq_any(portion))
                .select((Member::as_select(), Person::as_select()))
                .load::<(Member, Person)>(conn)?,
        );
    }
    let ids: Vec<PersonId> = rows.iter().map(|(_, p)| p.id).collect();
    let mut statuses = statuses_of(conn, &ids, day)?;
    let mut members: Vec<MemberRow> = rows
        .into_iter()
        .map(|(member, person)| MemberRow {
            status: statuses.remove(&person.id),
            member,
            person,
        })
        .collect();
    members.sort_by_key(|m| {
        let is_head = m.member.relation == Some(crate::base::codes::RelationToHead::Head);
        (m.member.household_id, !is_head, m.person.birth_on, m.person.id)
    });
    Ok(members)
}

/// Labour capacity and school status of persons on a day.
pub fn statuses_of(conn: &mut Conn, ids: &[PersonId], day: Day) -> Result<HashMap<PersonId, PersonStatus>> {
    let covering = person_statuses::table.filter(
        person_statuses::from_on.le(day).and(
            person_statuses::until_on
                .is_null()
                .or(person_statuses::until_on.ge(day)),
        ),
    );
    let rows = load_in!(conn, ids, person_statuses::person_id, covering, PersonStatus);
    Ok(rows.into_iter().map(|s| (s.person_id, s)).collect())
}

/// All periods of a household, newest first, with the names of their sites.
pub fn status_history(conn: &mut Conn, id: HouseholdId) -> Result<Vec<(HouseholdStatus, Option<String>)>> {
    Ok(household_statuses::table
        .left_join(sites::table)
        .filter(household_statuses::household_id.eq(id))
        .order((household_statuses::from_on.desc(), household_statuses::id.desc()))
        .select((HouseholdStatus::as_select(), sites::name.nullable()))
        .load(conn)?)
}

pub fn skills_of(conn: &mut Conn, ids: &[PersonId]) -> Result<Vec<Skill>> {
    let mut skills = load_in!(conn, ids, person_skills::person_id, person_skills::table, Skill);
    skills.sort_by_key(|s| s.id);
    Ok(skills)
}

/// The newest wish of a person.
pub fn wish_of(conn: &mut Conn, person_id: PersonId) -> Result<Option<Wish>> {
    Ok(wishes::table
        .filter(wishes::person_id.eq(person_id))
        .order((wishes::stated_on.desc(), wishes::id.desc()))
        .select(Wish::as_select())
        .first(conn)
        .optional()?)
}

/// Settlement sites, by region and name.
pub fn sites(conn: &mut Conn) -> Result<Vec<Site>> {
    Ok(sites::table
        .order((sites::region_code, sites::name, sites::id))
        .select(Site::as_select())
        .load(conn)?)
}

/// A household as it is now, locked against other writers by raising its version.
pub(super) fn lock_household(tx: &mut Tx<'_>, id: HouseholdId) -> Result<()> {
    let raised = diesel::update(households::table.find(id))
        .set(households::version.eq(households::version + 1))
        .execute(&mut **tx)?;
    if raised == 0 {
        Err(crate::base::error::Error::NotFound("household"))
    } else {
        Ok(())
    }
}
