//! What imports do to the registry: households with their dated statuses, and settlement sites.

use diesel::prelude::*;
use serde_json::json;

use super::merge_persons::merge_person;
use super::model::{
    Household, HouseholdEntry, HouseholdStatus, Member, Person, PersonStatus, Site, Skill, StatusEntry,
};
use super::rules::household_differences;
use super::store::Known;
use crate::base::error::Result;
use crate::base::event::Event;
use crate::base::ids::{HouseholdId, Id, PersonId, SiteId};
use crate::base::region::{RegionCode, RegionLevel};
use crate::base::time::Day;
use crate::insert_batch;
use crate::platform::db::schema::{
    household_members, household_statuses, households, person_skills, person_statuses, persons, sites,
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
pub(super) struct Pending {
    pub(super) households: Vec<Household>,
    pub(super) statuses: Vec<HouseholdStatus>,
    pub(super) persons: Vec<Person>,
    pub(super) members: Vec<Member>,
    pub(super) person_statuses: Vec<PersonStatus>,
    pub(super) skills: Vec<Skill>,
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

pub(super) fn merge_household(
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

pub(super) fn new_status(
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
pub(super) fn replace_status(
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
pub(super) fn close_or_remove(
    tx: &mut Tx<'_>,
    began: Day,
    from: Day,
    change: impl FnOnce(&mut Tx<'_>, Option<Day>) -> Result<usize>,
) -> Result<()> {
    let until = from.pred_opt().filter(|day| *day >= began);
    change(tx, until)?;
    Ok(())
}

/// The settlement site of that name in the county of a region.
pub(super) fn site_named(conn: &mut Conn, name: &str, region: &RegionCode) -> Result<Option<SiteId>> {
    let county = region.at(RegionLevel::County).unwrap_or_else(|| region.clone());
    Ok(sites::table
        .filter(sites::name.eq(name))
        .filter(sites::region_code.ge(county.digits().to_owned()))
        .filter(sites::region_code.lt(county.upper_bound()))
        .order(sites::id)
        .select(sites::id)
        .first(conn)
        .optional()?)
}

/// The site of that name in the county, added when it is new.
pub fn find_or_add_site(tx: &mut Tx<'_>, name: &str, region: &RegionCode) -> Result<SiteId> {
    if let Some(id) = site_named(tx, name, region)? {
        return Ok(id);
    }
    let county = region.at(RegionLevel::County).unwrap_or_else(|| region.clone());
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
