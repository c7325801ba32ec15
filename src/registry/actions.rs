//! What people do in the registry, and what imports do to it.

use diesel::prelude::*;
use serde_json::json;

use super::model::{
    Household, HouseholdEntry, HouseholdStatus, IdState, Member, Person, PersonAmendment, PersonEntry, PersonStatus,
    RevealField, School, Site, Skill, StatusEntry, Wish, WishDraft,
};
use super::rules::{household_differences, person_differences};
use super::store::{self, Known, KnownPerson};
use crate::base::actor::Permission;
use crate::base::codes::{RelationToHead, Sex};
use crate::base::error::{Error, OrNotFound, Result};
use crate::base::event::Event;
use crate::base::ids::{HouseholdId, Id, PersonId, SiteId};
use crate::base::region::{RegionCode, RegionLevel};
use crate::base::secret::{Keys, Place, Sealed};
use crate::base::time::Day;
use crate::insert_batch;
use crate::platform::db::schema::{
    household_members, household_statuses, households, person_skills, person_statuses, persons, sites, wishes,
};
use crate::platform::db::{Conn, Subject, Tx};

/// What became of a portion of households, in the order in which they came.
#[derive(Debug, Default)]
pub struct Merged {
    pub household_ids: Vec<HouseholdId>,
    /// For each household its members' ids, in the order of the entry.
    pub person_ids: Vec<Vec<PersonId>>,
}

/// Rows that wait for one insert per table.
#[derive(Default)]
struct Pending {
    households: Vec<Household>,
    statuses: Vec<HouseholdStatus>,
    persons: Vec<Person>,
    members: Vec<Member>,
    person_statuses: Vec<PersonStatus>,
    skills: Vec<Skill>,
}

/// Takes over households as a source describes them on a day: new ones are enrolled, changed ones amended with the
/// old period closed the day before, unchanged ones left alone. For other rooms: the import that calls it has asked.
pub fn merge_households(
    tx: &mut Tx<'_>,
    known: &Known,
    entries: &[HouseholdEntry],
    as_of: Day,
    source: &str,
) -> Result<Merged> {
    let mut merged = Merged::default();
    let mut pending = Pending::default();
    for entry in entries {
        let household_id = merge_household(tx, known, entry, as_of, source, &mut pending)?;
        let mut ids = Vec::with_capacity(entry.members.len());
        for person in &entry.members {
            ids.push(merge_person(
                tx,
                known,
                household_id,
                person,
                as_of,
                source,
                &mut pending,
            )?);
        }
        merged.household_ids.push(household_id);
        merged.person_ids.push(ids);
    }
    insert_batch!(tx, households::table, &pending.households)?;
    insert_batch!(tx, household_statuses::table, &pending.statuses)?;
    insert_batch!(tx, persons::table, &pending.persons)?;
    insert_batch!(tx, household_members::table, &pending.members)?;
    insert_batch!(tx, person_statuses::table, &pending.person_statuses)?;
    insert_batch!(tx, person_skills::table, &pending.skills)?;
    Ok(merged)
}

fn merge_household(
    tx: &mut Tx<'_>,
    known: &Known,
    entry: &HouseholdEntry,
    as_of: Day,
    source: &str,
    pending: &mut Pending,
) -> Result<HouseholdId> {
    let site_id = match &entry.status.site {
        Some(name) => Some(find_or_add_site(tx, name, &entry.region)?),
        None => None,
    };
    let Some((household, status)) = known.households.get(&entry.registry_no) else {
        let household = Household {
            id: Id::fresh(),
            version: 1,
            created_at: tx.now(),
            registry_no: entry.registry_no.clone(),
            region_code: entry.region.clone(),
            group_name: entry.group_name.clone(),
            described_on: as_of,
            closed_on: None,
        };
        let id = household.id;
        let after = json!({ "registry_no": entry.registry_no, "as_of": as_of, "members": entry.members.len() });
        tx.audit(
            "enrol_household",
            Subject::new("household", id),
            Some(&entry.region),
            None::<&()>,
            Some(&after),
        )?;
        pending
            .statuses
            .push(new_status(tx, id, &entry.status, site_id, as_of, source));
        pending.households.push(household);
        tx.emit(Event::HouseholdChanged(id));
        return Ok(id);
    };
    let known_status = status.as_ref().map(|s| (s, known.site_name(Some(s))));
    let differences = household_differences(household, &entry.group_name, &entry.region, known_status, &entry.status);
    if differences.is_empty() {
        if household.described_on < as_of {
            diesel::update(households::table.find(household.id))
                .set(households::described_on.eq(as_of))
                .execute(&mut **tx)?;
        }
        tx.emit(Event::HouseholdChanged(household.id));
        return Ok(household.id);
    }
    diesel::update(households::table.find(household.id))
        .set((
            households::version.eq(households::version + 1),
            households::region_code.eq(&entry.region),
            households::group_name.eq(&entry.group_name),
            households::described_on.eq(as_of.max(household.described_on)),
        ))
        .execute(&mut **tx)?;
    let only_place = differences
        .iter()
        .all(|d| matches!(d.field.as_str(), "region" | "group"));
    if !only_place {
        replace_status(tx, status.as_ref(), household.id, &entry.status, site_id, as_of, source)?;
    }
    tx.audit(
        "amend_household",
        Subject::new("household", household.id),
        Some(&entry.region),
        None::<&()>,
        Some(&json!({ "as_of": as_of, "differences": differences })),
    )?;
    tx.emit(Event::HouseholdChanged(household.id));
    Ok(household.id)
}

fn new_status(
    tx: &Tx<'_>,
    household_id: HouseholdId,
    entry: &StatusEntry,
    site_id: Option<SiteId>,
    from: Day,
    source: &str,
) -> HouseholdStatus {
    HouseholdStatus {
        id: Id::fresh(),
        created_at: tx.now(),
        household_id,
        from_on: from,
        until_on: None,
        household_type: entry.household_type,
        poverty_attribute: entry.poverty_attribute,
        monitor_category: entry.monitor_category,
        relocation_kind: entry.relocation_kind,
        site_id,
        source: source.to_owned(),
    }
}

/// Closes the open period the day before and opens a new one; a period that began on the same day is replaced.
fn replace_status(
    tx: &mut Tx<'_>,
    open: Option<&HouseholdStatus>,
    household_id: HouseholdId,
    entry: &StatusEntry,
    site_id: Option<SiteId>,
    from: Day,
    source: &str,
) -> Result<()> {
    if let Some(open) = open {
        close_or_remove(tx, open.from_on, from, |tx, until| {
            let row = household_statuses::table.find(open.id);
            Ok(match until {
                Some(until) => diesel::update(row)
                    .set(household_statuses::until_on.eq(until))
                    .execute(&mut **tx)?,
                None => diesel::delete(row).execute(&mut **tx)?,
            })
        })?;
    }
    let status = new_status(tx, household_id, entry, site_id, from, source);
    diesel::insert_into(household_statuses::table)
        .values(&status)
        .execute(&mut **tx)?;
    Ok(())
}

/// A period that began before `from` ends the day before it; one that began on that day or later gives way.
fn close_or_remove(
    tx: &mut Tx<'_>,
    began: Day,
    from: Day,
    change: impl FnOnce(&mut Tx<'_>, Option<Day>) -> Result<usize>,
) -> Result<()> {
    let until = from.pred_opt().filter(|day| *day >= began);
    change(tx, until)?;
    Ok(())
}

fn merge_person(
    tx: &mut Tx<'_>,
    known: &Known,
    household_id: HouseholdId,
    entry: &PersonEntry,
    as_of: Day,
    source: &str,
    pending: &mut Pending,
) -> Result<PersonId> {
    let hash = entry
        .id_number
        .as_ref()
        .map(|number| tx.keys().hash("id_number", number.expose()));
    let Some(found) = known.person(entry.registry_no.as_deref(), hash.as_deref()) else {
        return enrol_person(tx, household_id, entry, hash, as_of, source, pending);
    };
    let id = found.person.id;
    let health = open_text(tx.keys(), found.person.health_sealed.as_ref(), "health_sealed", id)?;
    let differences = person_differences(
        &found.person,
        found.status.as_ref(),
        health.as_deref(),
        entry,
        hash.as_deref(),
    );
    if !differences.is_empty() {
        update_person(tx, &found.person, entry, hash)?;
        let status_differs = differences
            .iter()
            .any(|d| matches!(d.field.as_str(), "labour-skill" | "school"));
        if status_differs {
            let labour_skill = entry
                .labour_skill
                .or_else(|| found.status.as_ref().and_then(|s| s.labour_skill));
            replace_person_status(
                tx,
                found.status.as_ref(),
                id,
                labour_skill,
                &entry.school,
                as_of,
                source,
            )?;
        }
        let home = store::home_of(tx, id)?;
        tx.audit(
            "amend_person",
            Subject::new("person", id),
            home.as_ref(),
            None::<&()>,
            Some(&json!({ "as_of": as_of, "differences": differences })),
        )?;
    }
    merge_membership(tx, found, household_id, entry.relation, as_of)?;
    let news = entry.skills.iter().filter(|name| !found.skills.contains(*name));
    pending.skills.extend(news.map(|name| new_skill(tx, id, name, source)));
    Ok(id)
}

fn enrol_person(
    tx: &mut Tx<'_>,
    household_id: HouseholdId,
    entry: &PersonEntry,
    id_hash: Option<String>,
    as_of: Day,
    source: &str,
    pending: &mut Pending,
) -> Result<PersonId> {
    let id: PersonId = Id::fresh();
    let keys = tx.keys();
    let seal = |column: &str, plain: Option<&str>| -> Result<Option<Sealed>> {
        plain
            .map(|plain| {
                keys.seal(
                    Place {
                        table: "persons",
                        column,
                        id: id.raw(),
                    },
                    plain,
                )
            })
            .transpose()
    };
    pending.persons.push(Person {
        id,
        version: 1,
        created_at: tx.now(),
        registry_no: entry.registry_no.clone(),
        name: entry.name.clone(),
        sex: entry.sex,
        birth_on: entry.birth_on,
        id_sealed: seal("id_sealed", entry.id_number.as_ref().map(|n| n.expose()))?,
        id_hash,
        id_masked: entry.id_number.as_ref().map(|n| n.masked()),
        id_state: entry.id_state,
        ethnic_group: entry.ethnic_group.clone(),
        education: entry.education,
        mandarin: None,
        phone_sealed: seal("phone_sealed", entry.phone.as_ref().map(|p| p.expose()))?,
        phone_masked: entry.phone.as_ref().map(|p| p.masked()),
        bank_sealed: None,
        bank_masked: None,
        health_sealed: seal("health_sealed", entry.health.as_deref())?,
    });
    pending
        .members
        .push(new_member(tx, household_id, id, entry.relation, as_of));
    pending.person_statuses.push(PersonStatus {
        id: Id::fresh(),
        created_at: tx.now(),
        person_id: id,
        from_on: as_of,
        until_on: None,
        labour_skill: entry.labour_skill,
        school: entry.school.stored(),
        source: source.to_owned(),
    });
    pending
        .skills
        .extend(entry.skills.iter().map(|name| new_skill(tx, id, name, source)));
    Ok(id)
}

fn new_member(
    tx: &Tx<'_>,
    household_id: HouseholdId,
    person_id: PersonId,
    relation: Option<RelationToHead>,
    from: Day,
) -> Member {
    Member {
        id: Id::fresh(),
        created_at: tx.now(),
        household_id,
        person_id,
        relation,
        from_on: from,
        until_on: None,
    }
}

fn new_skill(tx: &Tx<'_>, person_id: PersonId, name: &str, source: &str) -> Skill {
    Skill {
        id: Id::fresh(),
        created_at: tx.now(),
        person_id,
        name: name.to_owned(),
        occupation_code: None,
        certificate: None,
        source: source.to_owned(),
    }
}

fn update_person(tx: &mut Tx<'_>, person: &Person, entry: &PersonEntry, id_hash: Option<String>) -> Result<()> {
    let keys = tx.keys();
    let mut changed = person.clone();
    changed.version += 1;
    changed.name.clone_from(&entry.name);
    if entry.sex != Sex::Unknown {
        changed.sex = entry.sex;
    }
    changed.birth_on = entry.birth_on.or(person.birth_on);
    if let Some(number) = &entry.id_number {
        changed.id_sealed = Some(keys.seal(place("id_sealed", person.id), number.expose())?);
        changed.id_hash = id_hash;
        changed.id_masked = Some(number.masked());
        changed.id_state = entry.id_state;
    }
    changed.registry_no = entry.registry_no.clone().or_else(|| person.registry_no.clone());
    changed.ethnic_group = entry.ethnic_group.clone().or_else(|| person.ethnic_group.clone());
    changed.education = entry.education.or(person.education);
    if let Some(phone) = &entry.phone {
        changed.phone_sealed = Some(keys.seal(place("phone_sealed", person.id), phone.expose())?);
        changed.phone_masked = Some(phone.masked());
    }
    if let Some(health) = &entry.health {
        changed.health_sealed = Some(keys.seal(place("health_sealed", person.id), health)?);
    }
    save_person(tx, person, &changed)
}

fn save_person(tx: &mut Tx<'_>, before: &Person, changed: &Person) -> Result<()> {
    let saved = diesel::update(
        persons::table
            .find(before.id)
            .filter(persons::version.eq(before.version)),
    )
    .set((
        (
            persons::version.eq(changed.version),
            persons::registry_no.eq(&changed.registry_no),
            persons::name.eq(&changed.name),
            persons::sex.eq(changed.sex),
            persons::birth_on.eq(changed.birth_on),
            persons::id_sealed.eq(&changed.id_sealed),
            persons::id_hash.eq(&changed.id_hash),
            persons::id_masked.eq(&changed.id_masked),
            persons::id_state.eq(changed.id_state),
        ),
        (
            persons::ethnic_group.eq(&changed.ethnic_group),
            persons::education.eq(changed.education),
            persons::mandarin.eq(changed.mandarin),
            persons::phone_sealed.eq(&changed.phone_sealed),
            persons::phone_masked.eq(&changed.phone_masked),
            persons::health_sealed.eq(&changed.health_sealed),
        ),
    ))
    .execute(&mut **tx)?;
    if saved == 0 { Err(Error::Conflict) } else { Ok(()) }
}

fn place(column: &'static str, id: PersonId) -> Place<'static> {
    Place {
        table: "persons",
        column,
        id: id.raw(),
    }
}

/// Opens a sealed text of a person.
fn open_text(keys: &Keys, sealed: Option<&Sealed>, column: &'static str, id: PersonId) -> Result<Option<String>> {
    sealed.map(|sealed| keys.open(place(column, id), sealed)).transpose()
}

fn replace_person_status(
    tx: &mut Tx<'_>,
    open: Option<&PersonStatus>,
    person_id: PersonId,
    labour_skill: Option<crate::base::codes::LabourSkill>,
    school: &School,
    from: Day,
    source: &str,
) -> Result<()> {
    if let Some(open) = open {
        close_or_remove(tx, open.from_on, from, |tx, until| {
            let row = person_statuses::table.find(open.id);
            Ok(match until {
                Some(until) => diesel::update(row)
                    .set(person_statuses::until_on.eq(until))
                    .execute(&mut **tx)?,
                None => diesel::delete(row).execute(&mut **tx)?,
            })
        })?;
    }
    let status = PersonStatus {
        id: Id::fresh(),
        created_at: tx.now(),
        person_id,
        from_on: from,
        until_on: None,
        labour_skill,
        school: school.stored(),
        source: source.to_owned(),
    };
    diesel::insert_into(person_statuses::table)
        .values(&status)
        .execute(&mut **tx)?;
    Ok(())
}

fn merge_membership(
    tx: &mut Tx<'_>,
    found: &KnownPerson,
    household_id: HouseholdId,
    relation: Option<RelationToHead>,
    as_of: Day,
) -> Result<()> {
    let person_id = found.person.id;
    match &found.member {
        Some(member) if member.household_id == household_id => {
            if relation.is_some() && relation != member.relation {
                diesel::update(household_members::table.find(member.id))
                    .set(household_members::relation.eq(relation))
                    .execute(&mut **tx)?;
                let home = store::home_of(tx, person_id)?;
                tx.audit(
                    "amend_relation",
                    Subject::new("person", person_id),
                    home.as_ref(),
                    Some(&json!({ "relation": member.relation })),
                    Some(&json!({ "relation": relation })),
                )?;
            }
            Ok(())
        }
        _ => enter_household(tx, found.member.as_ref(), person_id, household_id, relation, as_of),
    }
}

fn enter_household(
    tx: &mut Tx<'_>,
    left: Option<&Member>,
    person_id: PersonId,
    household_id: HouseholdId,
    relation: Option<RelationToHead>,
    from: Day,
) -> Result<()> {
    if let Some(left) = left {
        close_or_remove(tx, left.from_on, from, |tx, until| {
            let row = household_members::table.find(left.id);
            Ok(match until {
                Some(until) => diesel::update(row)
                    .set(household_members::until_on.eq(until))
                    .execute(&mut **tx)?,
                None => diesel::delete(row).execute(&mut **tx)?,
            })
        })?;
        tx.emit(Event::HouseholdChanged(left.household_id));
    }
    let member = new_member(tx, household_id, person_id, relation, from);
    diesel::insert_into(household_members::table)
        .values(&member)
        .execute(&mut **tx)?;
    let home = store::home_of(tx, person_id)?;
    tx.audit(
        "move_person",
        Subject::new("person", person_id),
        home.as_ref(),
        left.map(|m| json!({ "household": m.household_id })).as_ref(),
        Some(&json!({ "household": household_id, "from": from })),
    )?;
    tx.emit(Event::HouseholdChanged(household_id));
    Ok(())
}

/// The site of that name in the county, added when it is new.
pub fn find_or_add_site(tx: &mut Tx<'_>, name: &str, region: &RegionCode) -> Result<SiteId> {
    let county = region.at(RegionLevel::County).unwrap_or_else(|| region.clone());
    let found: Option<SiteId> = sites::table
        .filter(sites::name.eq(name))
        .filter(sites::region_code.ge(county.digits().to_owned()))
        .filter(sites::region_code.lt(county.upper_bound()))
        .order(sites::id)
        .select(sites::id)
        .first(&mut **tx)
        .optional()?;
    if let Some(id) = found {
        return Ok(id);
    }
    let township = region.at(RegionLevel::Township).unwrap_or(county);
    let site = Site {
        id: Id::fresh(),
        version: 1,
        created_at: tx.now(),
        name: name.to_owned(),
        region_code: township.clone(),
    };
    diesel::insert_into(sites::table).values(&site).execute(&mut **tx)?;
    tx.audit(
        "add_site",
        Subject::new("site", site.id),
        Some(&township),
        None::<&()>,
        Some(&site),
    )?;
    Ok(site.id)
}

/// An officer moves a person to another household from a day on; both households are looked at again.
pub fn move_person(
    tx: &mut Tx<'_>,
    person_id: PersonId,
    household_id: HouseholdId,
    relation: Option<RelationToHead>,
    from: Day,
) -> Result<()> {
    let actor = tx.actor();
    store::person_for(tx, actor, person_id, Permission::EditHouseholds)?;
    store::household_for(tx, actor, household_id, Permission::EditHouseholds)?;
    if from > tx.today() {
        return Err(Error::invalid("from", "day-in-future"));
    }
    store::lock_household(tx, household_id)?;
    let member: Option<Member> = household_members::table
        .filter(household_members::person_id.eq(person_id))
        .filter(household_members::until_on.is_null())
        .select(Member::as_select())
        .first(&mut **tx)
        .optional()?;
    if member.as_ref().is_some_and(|m| m.household_id == household_id) {
        return Err(Error::refused("already-member"));
    }
    if member.as_ref().is_some_and(|m| from < m.from_on) {
        return Err(Error::invalid("from", "before-membership"));
    }
    enter_household(tx, member.as_ref(), person_id, household_id, relation, from)
}

/// An officer corrects the dated part of a household from a day on.
pub fn amend_household(tx: &mut Tx<'_>, id: HouseholdId, version: i32, entry: &StatusEntry, from: Day) -> Result<()> {
    let actor = tx.actor();
    let household = store::household_for(tx, actor, id, Permission::EditHouseholds)?;
    if household.version != version {
        return Err(Error::Conflict);
    }
    if from > tx.today() {
        return Err(Error::invalid("from", "day-in-future"));
    }
    store::lock_household(tx, id)?;
    let open: Option<HouseholdStatus> = household_statuses::table
        .filter(household_statuses::household_id.eq(id))
        .filter(household_statuses::until_on.is_null())
        .select(HouseholdStatus::as_select())
        .first(&mut **tx)
        .optional()?;
    if open.as_ref().is_some_and(|o| from < o.from_on) {
        return Err(Error::invalid("from", "before-current-period"));
    }
    let site_id = match &entry.site {
        Some(name) => Some(find_or_add_site(tx, name, &household.region_code)?),
        None => None,
    };
    replace_status(tx, open.as_ref(), id, entry, site_id, from, "officer")?;
    tx.audit(
        "amend_household",
        Subject::new("household", id),
        Some(&household.region_code),
        open.as_ref().map(|o| json!({ "monitor_category": o.monitor_category, "relocation_kind": o.relocation_kind })).as_ref(),
        Some(&json!({ "from": from, "monitor_category": entry.monitor_category, "relocation_kind": entry.relocation_kind, "site": entry.site })),
    )?;
    tx.emit(Event::HouseholdChanged(id));
    Ok(())
}

/// An officer corrects a person's record; labour capacity and school hold from `from` on.
pub fn amend_person(
    tx: &mut Tx<'_>,
    id: PersonId,
    version: i32,
    amendment: &PersonAmendment,
    from: Day,
) -> Result<Person> {
    let actor = tx.actor();
    let person = store::person_for(tx, actor, id, Permission::EditHouseholds)?;
    if person.version != version {
        return Err(Error::Conflict);
    }
    if from > tx.today() {
        return Err(Error::invalid("from", "day-in-future"));
    }
    let mut changed = person.clone();
    changed.version += 1;
    if let Some(name) = &amendment.name {
        changed.name.clone_from(name);
    }
    changed.education = amendment.education.or(person.education);
    changed.mandarin = amendment.mandarin.or(person.mandarin);
    let keys = tx.keys();
    if let Some(phone) = &amendment.phone {
        changed.phone_sealed = Some(keys.seal(place("phone_sealed", id), phone.expose())?);
        changed.phone_masked = Some(phone.masked());
    }
    if let Some(number) = &amendment.id_number {
        let hash = keys.hash("id_number", number.expose());
        let owner: Option<PersonId> = persons::table
            .filter(persons::id_hash.eq(&hash))
            .select(persons::id)
            .first(&mut **tx)
            .optional()?;
        if owner.is_some_and(|owner| owner != id) {
            return Err(Error::invalid("id_number", "id-taken"));
        }
        changed.id_sealed = Some(keys.seal(place("id_sealed", id), number.expose())?);
        changed.id_hash = Some(hash);
        changed.id_masked = Some(number.masked());
        changed.id_state = IdState::Confirmed;
    } else if amendment.confirm_id && person.id_state == IdState::Converted {
        changed.id_state = IdState::Confirmed;
    }
    save_person(tx, &person, &changed)?;
    if amendment.labour_skill.is_some() || amendment.school.is_some() {
        let today = tx.today();
        let open = store::statuses_of(tx, &[id], today)?.remove(&id);
        if open.as_ref().is_some_and(|o| from < o.from_on) {
            return Err(Error::invalid("from", "before-current-period"));
        }
        let known_school = open
            .as_ref()
            .and_then(|o| o.school.clone())
            .map_or(School::NotAtSchool, School::At);
        let labour_skill = amendment
            .labour_skill
            .or_else(|| open.as_ref().and_then(|o| o.labour_skill));
        let school = amendment.school.as_ref().unwrap_or(&known_school);
        replace_person_status(tx, open.as_ref(), id, labour_skill, school, from, "officer")?;
    }
    let differences = json!({
        "name": (person.name != changed.name).then_some(&changed.name),
        "education": amendment.education,
        "mandarin": amendment.mandarin,
        "phone": amendment.phone.as_ref().map(|p| p.masked()),
        "id_number": amendment.id_number.as_ref().map(|n| n.masked()),
        "confirm_id": amendment.confirm_id,
        "labour_skill": amendment.labour_skill,
        "from": from,
    });
    let home = store::home_of(tx, id)?;
    tx.audit(
        "amend_person",
        Subject::new("person", id),
        home.as_ref(),
        None::<&()>,
        Some(&differences),
    )?;
    if let Some(household_id) = store::household_of(tx, id)? {
        tx.emit(Event::HouseholdChanged(household_id));
    }
    Ok(changed)
}

/// Shows one number in full, for a reason, and leaves the line that says so.
pub fn reveal_number(tx: &mut Tx<'_>, id: PersonId, field: RevealField, reason: &str) -> Result<String> {
    let actor = tx.actor();
    let person = store::person_for(tx, actor, id, Permission::RevealNumbers)?;
    let reason = reason.trim();
    if reason.chars().count() < 4 {
        return Err(Error::invalid("reason", "reason-too-short"));
    }
    let (column, sealed) = match field {
        RevealField::IdNumber => ("id_sealed", person.id_sealed.as_ref()),
        RevealField::Phone => ("phone_sealed", person.phone_sealed.as_ref()),
        RevealField::BankAccount => ("bank_sealed", person.bank_sealed.as_ref()),
    };
    let plain = open_text(tx.keys(), sealed, column, id)?.or_not_found("number")?;
    let after = json!({ "field": field, "reason": reason });
    let home = store::home_of(tx, id)?;
    tx.audit(
        "reveal_number",
        Subject::new("person", id),
        home.as_ref(),
        None::<&()>,
        Some(&after),
    )?;
    Ok(plain)
}

/// The phone in full, for a room in which the person has agreed that the other side learns it; the line names the cause.
pub fn tell_phone(tx: &mut Tx<'_>, id: PersonId, cause: Subject) -> Result<String> {
    let (person, _) = store::person_in(tx, id)?;
    let plain = open_text(tx.keys(), person.phone_sealed.as_ref(), "phone_sealed", id)?.or_not_found("number")?;
    let after = json!({ "field": "phone", "cause": cause.kind, "cause_id": cause.id });
    let home = store::home_of(tx, id)?;
    tx.audit(
        "tell_phone",
        Subject::new("person", id),
        home.as_ref(),
        None::<&()>,
        Some(&after),
    )?;
    Ok(plain)
}

fn may_act_for(conn: &mut Conn, actor: &crate::base::actor::Actor, id: PersonId) -> Result<Person> {
    let permission = if actor.person_id() == Some(id) {
        Permission::ActForSelf
    } else {
        Permission::ActForOthers
    };
    store::person_for(conn, actor, id, permission)
}

/// A person states what he would accept, himself or through somebody who acts for him.
pub fn state_wish(tx: &mut Tx<'_>, person_id: PersonId, draft: &WishDraft) -> Result<Wish> {
    let actor = tx.actor();
    may_act_for(tx, actor, person_id)?;
    if draft.wage_min.is_some_and(|wage| wage.fen() < 0) {
        return Err(Error::invalid("wage_min", "wage-negative"));
    }
    let wish = Wish {
        id: Id::fresh(),
        created_at: tx.now(),
        person_id,
        stated_on: tx.today(),
        wants: draft.wants,
        occupations_json: serde_json::to_string(&draft.occupations)?,
        destination: draft.destination,
        wage_min_fen: draft.wage_min,
        lodging_needed: draft.lodging_needed,
        note: draft.note.trim().to_owned(),
        stated_by: tx.actor().user_id(),
    };
    diesel::insert_into(wishes::table).values(&wish).execute(&mut **tx)?;
    let after = json!({ "wants": wish.wants, "destination": wish.destination, "occupations": draft.occupations });
    let home = store::home_of(tx, person_id)?;
    tx.audit(
        "state_wish",
        Subject::new("person", person_id),
        home.as_ref(),
        None::<&()>,
        Some(&after),
    )?;
    Ok(wish)
}

/// Adds a skill; adding it twice is one skill.
pub fn record_skill(
    tx: &mut Tx<'_>,
    person_id: PersonId,
    name: &str,
    occupation: Option<crate::reference::OccupationCode>,
    certificate: Option<String>,
) -> Result<Skill> {
    let actor = tx.actor();
    may_act_for(tx, actor, person_id)?;
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 40 {
        return Err(Error::invalid("name", "skill-name"));
    }
    let known: Option<Skill> = person_skills::table
        .filter(person_skills::person_id.eq(person_id))
        .filter(person_skills::name.eq(name))
        .select(Skill::as_select())
        .first(&mut **tx)
        .optional()?;
    if let Some(known) = known {
        return Ok(known);
    }
    let skill = Skill {
        occupation_code: occupation,
        certificate,
        ..new_skill(tx, person_id, name, "stated")
    };
    diesel::insert_into(person_skills::table)
        .values(&skill)
        .execute(&mut **tx)?;
    let home = store::home_of(tx, person_id)?;
    tx.audit(
        "record_skill",
        Subject::new("person", person_id),
        home.as_ref(),
        None::<&()>,
        Some(&skill),
    )?;
    Ok(skill)
}

/// Takes a skill away again.
pub fn remove_skill(tx: &mut Tx<'_>, person_id: PersonId, skill_id: crate::base::ids::SkillId) -> Result<()> {
    let actor = tx.actor();
    may_act_for(tx, actor, person_id)?;
    let row = person_skills::table
        .find(skill_id)
        .filter(person_skills::person_id.eq(person_id));
    let skill: Skill = row
        .select(Skill::as_select())
        .first(&mut **tx)
        .optional()?
        .or_not_found("skill")?;
    diesel::delete(person_skills::table.find(skill_id)).execute(&mut **tx)?;
    let home = store::home_of(tx, person_id)?;
    tx.audit(
        "remove_skill",
        Subject::new("person", person_id),
        home.as_ref(),
        Some(&skill),
        None::<&()>,
    )
}
