//! What the tests of rosters share.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::base::codes::{LabourSkill, Language};
use crate::base::money::Money;
use crate::base::time::parse_day;
use crate::platform::files::{Cell, open_table};
use crate::reference::regions;

const AS_OF: &str = "2020-06-30";

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name)
}

fn read(path: &Path) -> Vec<JudgedRow> {
    let mut reader = RosterReader::open(path, parse_day(AS_OF).unwrap()).unwrap();
    let mut rows = Vec::new();
    while let Some(row) = reader.next_row().unwrap() {
        rows.push(row);
    }
    rows
}

fn refusal(path: &Path) -> (&'static str, Vec<(&'static str, String)>) {
    match RosterReader::open(path, parse_day(AS_OF).unwrap()) {
        Err(Error::Refused { code, values }) => (code, values),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("{} was opened", path.display()),
    }
}

fn truth() -> Value {
    serde_json::from_str(&std::fs::read_to_string(fixture("roster_dirty.truth.json")).unwrap()).unwrap()
}

fn codes(row: &JudgedRow) -> Vec<&'static str> {
    let reading = &row.reading;
    reading
        .doubts
        .iter()
        .map(|d| d.code)
        .chain(reading.faults.iter().map(|f| f.code))
        .collect()
}

/// The cell as the bureau would write it properly, by the truth file's key.
fn said(row: &RosterRow, key: &str) -> String {
    let (household, person, work) = (&row.household, &row.person, &row.work);
    let yes_no = |yes: Option<bool>| {
        yes.map(|yes| if yes { "是" } else { "否" })
            .unwrap_or_default()
            .to_owned()
    };
    match key {
        "hid" => household.registry_number.clone().unwrap_or_default(),
        "village" => household
            .region
            .as_ref()
            .and_then(|r| regions().get(r))
            .map(|r| r.name.clone())
            .unwrap_or_default(),
        "moved" => yes_no(household.relocated),
        "sex" => person
            .sex
            .map(|sex| sex.label(Language::Zh))
            .unwrap_or_default()
            .to_owned(),
        "idno" => person
            .id_number
            .as_ref()
            .map(|id| id.expose().to_owned())
            .unwrap_or_default(),
        "birth" => person.birth_on.map(|day| day.to_string()).unwrap_or_default(),
        "skills" => person.skills.join("、"),
        "phone" => person
            .phone
            .as_ref()
            .map(|phone| phone.expose().to_owned())
            .unwrap_or_default(),
        "wage" => work.wage.map(|wage| (wage.fen() / 100).to_string()).unwrap_or_default(),
        "relation" => person
            .relation
            .map(|r| r.label(Language::Zh))
            .unwrap_or_default()
            .to_owned(),
        other => panic!("no such key: {other}"),
    }
}

/// What the bureau would count from the usable rows.
#[derive(Debug, PartialEq, Eq)]
struct Counts {
    persons: usize,
    households: usize,
    relocated: usize,
    labour: usize,
    employed: usize,
    zero: BTreeSet<String>,
}

fn count(rows: &[JudgedRow]) -> Counts {
    let mut households: BTreeMap<String, (bool, bool, bool)> = BTreeMap::new();
    let usable: Vec<&RosterRow> = rows
        .iter()
        .filter(|r| r.outcome.is_usable())
        .map(|r| &r.reading.fields)
        .collect();
    for row in &usable {
        let number = row.household.registry_number.clone().unwrap();
        let (relocated, labour, employed) = households.entry(number).or_default();
        *relocated |= row.household.relocated == Some(true);
        *labour |= row.has_labour_capacity();
        *employed |= row.work.employed == Some(true);
    }
    Counts {
        persons: usable.len(),
        households: households.len(),
        relocated: households.values().filter(|(relocated, ..)| *relocated).count(),
        labour: usable.iter().filter(|row| row.has_labour_capacity()).count(),
        employed: usable.iter().filter(|row| row.work.employed == Some(true)).count(),
        zero: households
            .into_iter()
            .filter(|(_, facts)| *facts == (true, true, false))
            .map(|(number, _)| number)
            .collect(),
    }
}

fn expected_counts() -> Counts {
    let truth = truth();
    let expect = |name: &str| usize::try_from(truth["expect"][name].as_u64().unwrap()).unwrap();
    let zero = truth["expect"]["zero_employed_household_ids"].as_array().unwrap();
    Counts {
        persons: expect("persons"),
        households: expect("households"),
        relocated: expect("relocated_households"),
        labour: expect("labour"),
        employed: expect("employed"),
        zero: zero.iter().map(|id| id.as_str().unwrap().to_owned()).collect(),
    }
}

/// The dirty sheet as text: `filled` writes the household's cells into every row, else they stay blank below the first.
fn dirty_as_csv(folder: &Path, filled: bool) -> PathBuf {
    let missing: BTreeSet<u64> = truth()["issues"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|issue| issue["kind"] == "hid_missing")
        .map(|issue| issue["row"].as_u64().unwrap())
        .collect();
    let path = folder.join("dirty.csv");
    let mut writer = csv::WriterBuilder::new().flexible(true).from_path(&path).unwrap();
    let mut table = open_table(&fixture("roster_dirty.xlsx")).unwrap();
    let mut next = 1;
    while let Some(row) = table.next_row().unwrap() {
        for _ in next..row.number {
            writer.write_record([""; 30]).unwrap();
        }
        next = row.number + 1;
        let cells = (0..30).map(|at| {
            let blank = row.number > 4 && row.is_merged_above(at) && !filled;
            let spoilt = at == 5 && missing.contains(&u64::from(row.number));
            if blank || spoilt {
                String::new()
            } else {
                row.cell(at).shown().into_owned()
            }
        });
        writer.write_record(cells).unwrap();
    }
    writer.flush().unwrap();
    path
}

mod fixtures;
mod rows;
