//! What imports do to persons: new ones, changed ones, and to which household they belong.

use diesel::prelude::*;
use serde_json::json;

use super::merge::{Pending, close_or_remove};
use super::model::{Member, Person, PersonEntry, PersonStatus, School, Skill};
use super::rules::person_differences;
use super::store::{self, Known, KnownPerson};
use crate::base::codes::{RelationToHead, Sex};
use crate::base::error::{Error, Result};
use crate::base::event::Event;
use crate::base::ids::{HouseholdId, Id, PersonId};
use crate::base::secret::{Keys, Place, Sealed};
use crate::base::time::Day;
use crate::platform::db::schema::{household_members, person_statuses, persons};
use crate::platform::db::{Subject, Tx};

pub(super) fn merge_person(
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

pub(super) fn enrol_person(
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

pub(super) fn new_member(
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

pub(super) fn new_skill(tx: &Tx<'_>, person_id: PersonId, name: &str, source: &str) -> Skill {
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

pub(super) fn update_person(
    tx: &mut Tx<'_>,
    person: &Person,
    entry: &PersonEntry,
    id_hash: Option<String>,
) -> Result<()> {
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

pub(super) fn save_person(tx: &mut Tx<'_>, before: &Person, changed: &Person) -> Result<()> {
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

pub(super) fn place(column: &'static str, id: PersonId) -> Place<'static> {
    Place {
        table: "persons",
        column,
        id: id.raw(),
    }
}

/// Opens a sealed text of a person.
pub(super) fn open_text(
    keys: &Keys,
    sealed: Option<&Sealed>,
    column: &'static str,
    id: PersonId,
) -> Result<Option<String>> {
    sealed.map(|sealed| keys.open(place(column, id), sealed)).transpose()
}

pub(super) fn replace_person_status(
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

pub(super) fn merge_membership(
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

pub(super) fn enter_household(
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
