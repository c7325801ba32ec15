//! What people do in the registry.

use diesel::prelude::*;
use serde_json::json;

use super::merge::{replace_status, site_named};
use super::merge_persons::{enter_household, new_skill, open_text, place, replace_person_status, save_person};
use super::model::{
    HouseholdStatus, IdState, Member, Person, PersonAmendment, RevealField, School, Skill, StatusEntry, Wish, WishDraft,
};
use super::store;
use crate::base::actor::Permission;
use crate::base::codes::RelationToHead;
use crate::base::error::{Error, FieldProblem, OrNotFound, Result};
use crate::base::event::Event;
use crate::base::ids::{HouseholdId, Id, PersonId};
use crate::base::time::Day;
use crate::platform::db::schema::{household_members, household_statuses, person_skills, persons, wishes};
use crate::platform::db::{Conn, Subject, Tx};

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
        Some(name) => match site_named(tx, name, &household.region_code)? {
            Some(id) => Some(id),
            None => {
                let problem = FieldProblem::new("site", "site-unknown").with("value", name);
                return Err(Error::Invalid(vec![problem]));
            }
        },
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
    tx.emit(Event::WishStated(person_id));
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
