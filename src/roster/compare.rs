//! A portion of judged rows beside what the registry knows: verdicts, and the households to be merged. Pure.

use std::collections::HashMap;

use super::batch::{Decision, Findings, RowVerdict};
use super::columns::Column;
use super::model::{JudgedRow, Outcome, RosterRow};
use crate::base::actor::Scope;
use crate::base::codes::{EmploymentChannel, EmploymentForm, HouseholdType, RelocationKind, Sex};
use crate::base::ids::PersonId;
use crate::base::secret::Keys;
use crate::base::time::Day;
use crate::employment::{Employment, RosterWork, WorkEntry, work_differences};
use crate::registry::{
    Difference, HouseholdEntry, IdState, Known, KnownPerson, PersonEntry, School, StatusEntry, household_differences,
    person_differences,
};

/// What is known about the people of a portion.
pub struct Knowledge<'a> {
    pub known: &'a Known,
    /// Work that covers the roster's day.
    pub work: &'a HashMap<PersonId, Vec<Employment>>,
    pub health: &'a HashMap<PersonId, String>,
    pub keys: &'a Keys,
    pub as_of: Day,
    /// Where whoever brought the roster may change households.
    pub scope: &'a Scope,
}

/// A row with its verdict and, where something of it may be merged, what.
pub struct ComparedRow {
    pub row: JudgedRow,
    pub verdict: RowVerdict,
    pub findings: Findings,
    pub usable: bool,
    pub id_hash: Option<String>,
}

/// Gives a row its verdict. A decision of an officer makes a doubtful row usable or leaves it out.
pub fn compare_row(row: JudgedRow, decision: Option<Decision>, knowledge: &Knowledge<'_>) -> ComparedRow {
    let mut findings = Findings::of(&row);
    let id_hash = row
        .reading
        .fields
        .person
        .id_number
        .as_ref()
        .map(|n| knowledge.keys.hash("id_number", n.expose()));
    let (mut verdict, mut usable) = match row.outcome {
        Outcome::Rejected => (RowVerdict::Rejected, false),
        Outcome::Repeated { .. } => (RowVerdict::Same, false),
        Outcome::Good => (RowVerdict::New, true),
        Outcome::Doubtful { usable } => (RowVerdict::Doubtful, usable),
    };
    if is_outside(&row.reading.fields, knowledge) {
        findings.fault(Column::Village.usual_name(), "roster-outside-scope");
        return ComparedRow {
            row,
            verdict: RowVerdict::Rejected,
            findings,
            usable: false,
            id_hash,
        };
    }
    if matches!(row.outcome, Outcome::Good | Outcome::Doubtful { .. }) {
        let (clash, differences, is_known) =
            compare_with_registry(&row.reading.fields, id_hash.as_deref(), knowledge, &mut findings);
        match clash {
            Clash::None if verdict == RowVerdict::Doubtful => {}
            Clash::None if !is_known => verdict = RowVerdict::New,
            Clash::None if differences.is_empty() => verdict = RowVerdict::Same,
            Clash::None => verdict = RowVerdict::Changed,
            Clash::Detail => verdict = RowVerdict::Doubtful,
            Clash::Identity => (verdict, usable) = (RowVerdict::Doubtful, false),
        }
        if is_known {
            findings.differences = differences;
        }
    }
    match decision {
        Some(Decision::Take) if verdict == RowVerdict::Doubtful => usable = true,
        Some(Decision::Skip) => usable = false,
        Some(Decision::Take) | None => {}
    }
    usable &= row.reading.fields.household.registry_number.is_some();
    ComparedRow {
        row,
        verdict,
        findings,
        usable,
        id_hash,
    }
}

/// Whether the row's village, or the household that it names, lies where its bringer may change nothing.
fn is_outside(fields: &RosterRow, knowledge: &Knowledge<'_>) -> bool {
    let known = fields
        .household
        .registry_number
        .as_ref()
        .and_then(|no| knowledge.known.households.get(no));
    let regions = [
        fields.household.region.as_ref(),
        known.map(|(household, _)| &household.region_code),
    ];
    regions
        .into_iter()
        .flatten()
        .any(|region| !knowledge.scope.contains(region))
}

enum Clash {
    None,
    /// One thing is doubtful; the rest may be merged.
    Detail,
    /// Whose row this is, or which day it belongs to, is doubtful: nothing may be merged.
    Identity,
}

fn compare_with_registry(
    fields: &RosterRow,
    id_hash: Option<&str>,
    knowledge: &Knowledge<'_>,
    findings: &mut Findings,
) -> (Clash, Vec<Difference>, bool) {
    let known = knowledge.known;
    let household_no = fields.household.registry_number.as_deref().unwrap_or("");
    let household = known.households.get(household_no);
    let person_no = fields.person.registry_number.as_deref();
    let mut clash = Clash::None;
    if let Some((household, _)) = household
        && household.described_on > knowledge.as_of
    {
        let day = vec![("day".to_owned(), household.described_on.to_string())];
        findings.doubt(Column::HouseholdNumber.usual_name(), "roster-older", day);
        clash = Clash::Identity;
    }
    let by_no = person_no.and_then(|no| known.by_no.get(no));
    let by_hash = id_hash.and_then(|hash| known.by_hash.get(hash));
    if let (Some(by_no), Some(by_hash)) = (by_no, by_hash)
        && by_no != by_hash
    {
        findings.doubt(Column::IdNumber.usual_name(), "roster-number-of-another", Vec::new());
        return (Clash::Identity, Vec::new(), true);
    }
    let Some(person) = known.person(person_no, id_hash) else {
        return (clash, Vec::new(), false);
    };
    if is_somebody_else(person, fields, id_hash) {
        findings.doubt(Column::PersonNumber.usual_name(), "roster-known-as-another", Vec::new());
        return (Clash::Identity, Vec::new(), true);
    }
    let elsewhere = person
        .member
        .as_ref()
        .filter(|m| known.household_nos.get(&m.household_id).map(String::as_str) != Some(household_no));
    if let Some(member) = elsewhere {
        let other = known
            .household_nos
            .get(&member.household_id)
            .cloned()
            .unwrap_or_default();
        findings.doubt(
            Column::HouseholdNumber.usual_name(),
            "roster-member-elsewhere",
            vec![("household".to_owned(), other)],
        );
        return (Clash::Identity, Vec::new(), true);
    }
    let entry = person_entry(fields, findings);
    let health = knowledge.health.get(&person.person.id).map(String::as_str);
    let mut differences = person_differences(&person.person, person.status.as_ref(), health, &entry, id_hash);
    if let Some(member) = &person.member
        && entry.relation.is_some()
        && entry.relation != member.relation
    {
        let label = |r: Option<crate::base::codes::RelationToHead>| {
            r.map(|r| r.label(crate::base::codes::Language::Zh).to_owned())
                .unwrap_or_default()
        };
        differences.push(Difference {
            field: "relation".to_owned(),
            before: label(member.relation),
            after: label(entry.relation),
        });
    }
    let news: Vec<&String> = entry
        .skills
        .iter()
        .filter(|skill| !person.skills.contains(*skill))
        .collect();
    if !news.is_empty() {
        let after = news.iter().map(|s| s.as_str()).collect::<Vec<_>>().join("、");
        differences.push(Difference {
            field: "skills".to_owned(),
            before: String::new(),
            after,
        });
    }
    if let Some((household, status)) = household {
        let now = status_entry(fields, status.as_ref().map(|s| (s, known.site_name(Some(s)))));
        let (region, group) = place_of(fields, household);
        let status = status.as_ref().map(|s| (s, known.site_name(Some(s))));
        differences.extend(household_differences(household, &group, &region, status, &now));
    }
    let current = knowledge
        .work
        .get(&person.person.id)
        .map(Vec::as_slice)
        .unwrap_or_default();
    let work = work_entry(fields);
    let contradicts = work == WorkEntry::NotWorking && current.iter().any(|e| e.source != "roster");
    if contradicts {
        findings.doubt(Column::Employed.usual_name(), "roster-work-known-otherwise", Vec::new());
        clash = match clash {
            Clash::Identity => Clash::Identity,
            Clash::None | Clash::Detail => Clash::Detail,
        };
    } else {
        differences.extend(work_differences(current.first(), &work));
    }
    (clash, differences, true)
}

/// A person number that stands for another name and another citizen number is somebody else's.
fn is_somebody_else(person: &KnownPerson, fields: &RosterRow, id_hash: Option<&str>) -> bool {
    let other_name = fields
        .person
        .name
        .as_deref()
        .is_some_and(|name| name != person.person.name);
    let other_number = match (person.person.id_hash.as_deref(), id_hash) {
        (Some(known), Some(said)) => known != said,
        _ => false,
    };
    other_name && other_number
}

fn place_of(fields: &RosterRow, household: &crate::registry::Household) -> (crate::base::region::RegionCode, String) {
    let region = fields
        .household
        .region
        .clone()
        .unwrap_or_else(|| household.region_code.clone());
    let group = fields
        .household
        .natural_village
        .clone()
        .unwrap_or_else(|| household.group_name.clone());
    (region, group)
}

/// The dated part of a household as the row says it; what the row does not say stays as it is known.
fn status_entry(fields: &RosterRow, known: Option<(&crate::registry::HouseholdStatus, Option<&str>)>) -> StatusEntry {
    let cells = &fields.household;
    let kind = cells.kind.or_else(|| known.and_then(|(s, _)| s.household_type));
    let (relocation_kind, site) = match cells.relocated {
        Some(true) if kind == Some(HouseholdType::General) => (Some(RelocationKind::Accompanying), cells.site.clone()),
        Some(true) => (Some(RelocationKind::Registered), cells.site.clone()),
        Some(false) => (None, None),
        None => (
            known.and_then(|(s, _)| s.relocation_kind),
            known.and_then(|(_, site)| site).map(str::to_owned),
        ),
    };
    StatusEntry {
        household_type: kind,
        poverty_attribute: cells.poverty.or_else(|| {
            known
                .and_then(|(s, _)| s.poverty_attribute)
                .filter(|_| cells.kind.is_none())
        }),
        monitor_category: cells.monitor,
        relocation_kind,
        site,
    }
}

fn person_entry(fields: &RosterRow, findings: &Findings) -> PersonEntry {
    let cells = &fields.person;
    let number_doubted = findings
        .findings
        .iter()
        .any(|f| f.kind == super::batch::FindingKind::Doubt && f.column == Column::IdNumber.usual_name());
    let id_state = match &cells.id_number {
        Some(_) if cells.id_waits_for_yes => IdState::Converted,
        Some(_) => IdState::Confirmed,
        None if number_doubted => IdState::Withheld,
        None => IdState::Missing,
    };
    PersonEntry {
        registry_no: cells.registry_number.clone(),
        name: cells.name.clone().unwrap_or_default(),
        sex: cells.sex.unwrap_or(Sex::Unknown),
        birth_on: cells.birth_on,
        id_number: cells.id_number.clone(),
        id_state,
        ethnic_group: cells.ethnic_group.map(str::to_owned),
        education: cells.education,
        school: cells.school.clone().map_or(School::NotAtSchool, School::At),
        health: Some(cells.health.join(",")).filter(|h| !h.is_empty()),
        labour_skill: cells.labour,
        skills: cells.skills.clone(),
        phone: cells.phone.clone(),
        relation: cells.relation,
    }
}

fn work_entry(fields: &RosterRow) -> WorkEntry {
    let work = &fields.work;
    match work.employed {
        None => WorkEntry::NotStated,
        Some(false) => WorkEntry::NotWorking,
        Some(true) => WorkEntry::Working(RosterWork {
            form: work.form.unwrap_or(EmploymentForm::Casual),
            channel: work.channel.unwrap_or(EmploymentChannel::Other),
            place: work.place.clone().unwrap_or_default(),
            region: work.place_region.clone(),
            employer_name: work.employer.clone().unwrap_or_default(),
            job_title: work.job_title.clone().unwrap_or_default(),
            wage: work.wage,
        }),
    }
}

/// The usable rows of a portion as households, in order, with what they say of work.
pub fn entries_of(rows: &[ComparedRow], known: &Known) -> (Vec<HouseholdEntry>, Vec<Vec<WorkEntry>>) {
    let mut entries: Vec<HouseholdEntry> = Vec::new();
    let mut work: Vec<Vec<WorkEntry>> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for compared in rows.iter().filter(|r| r.usable) {
        let fields = &compared.row.reading.fields;
        let Some(no) = &fields.household.registry_number else {
            continue;
        };
        let place = match places.get(no) {
            Some(place) => *place,
            None => {
                let known_household = known.households.get(no);
                let status = known_household
                    .and_then(|(_, s)| s.as_ref())
                    .map(|s| (s, known.site_name(Some(s))));
                let (region, group_name) = match known_household {
                    Some((household, _)) => place_of(fields, household),
                    None => match &fields.household.region {
                        Some(region) => (
                            region.clone(),
                            fields.household.natural_village.clone().unwrap_or_default(),
                        ),
                        None => continue,
                    },
                };
                entries.push(HouseholdEntry {
                    registry_no: no.clone(),
                    region,
                    group_name,
                    status: status_entry(fields, status),
                    members: Vec::new(),
                });
                work.push(Vec::new());
                places.insert(no.clone(), entries.len() - 1);
                entries.len() - 1
            }
        };
        if let (Some(entry), Some(work)) = (entries.get_mut(place), work.get_mut(place)) {
            entry.members.push(person_entry(fields, &compared.findings));
            work.push(work_entry(fields));
        }
    }
    (entries, work)
}
