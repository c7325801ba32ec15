//! What one row alone cannot know: persons named twice, two heads in a household, rows of one household that
//! contradict each other. Only hashes are kept, some forty bytes a person.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::columns::Column;
use super::model::{HouseholdCells, JudgedRow, Outcome, RowReading};
use crate::base::codes::{HouseholdType, RelationToHead};
use crate::base::region::RegionCode;
use crate::platform::files::Row;

/// What the rows so far have said.
#[derive(Default)]
pub struct Memory {
    by_number: HashMap<u64, PersonSeen>,
    by_id: HashMap<u64, PersonSeen>,
    households: HashMap<u64, HouseholdSeen>,
}

#[derive(Clone, Copy)]
struct PersonSeen {
    row: u32,
    household: u64,
    name: u64,
    fingerprint: u64,
}

#[derive(Clone, Copy)]
struct HouseholdSeen {
    row: u32,
    head_row: u32,
    region: Option<u64>,
    kind: Option<HouseholdType>,
    relocated: Option<bool>,
}

impl Memory {
    /// Judges a row by what it says and by the rows before it, and remembers it.
    pub fn judge(&mut self, row: Row, mut reading: RowReading) -> JudgedRow {
        if !reading.faults.is_empty() {
            return JudgedRow {
                row,
                reading,
                outcome: Outcome::Rejected,
            };
        }
        if let Some(first_row) = self.compare_persons(row.number, &mut reading) {
            return JudgedRow {
                row,
                reading,
                outcome: Outcome::Repeated { first_row },
            };
        }
        if !reading.is_unsafe {
            self.compare_households(row.number, &mut reading);
        }
        let outcome = if reading.doubts.is_empty() {
            Outcome::Good
        } else {
            Outcome::Doubtful {
                usable: !reading.is_unsafe && reading.fields.household.registry_number.is_some(),
            }
        };
        JudgedRow { row, reading, outcome }
    }

    /// The row that this one repeats, if it does. Doubts are added where somebody is named twice in another way.
    fn compare_persons(&mut self, row: u32, reading: &mut RowReading) -> Option<u32> {
        let person = &reading.fields.person;
        let seen = PersonSeen {
            row,
            household: hash_of(&reading.fields.household.registry_number),
            name: hash_of(&person.name),
            fingerprint: reading.fields.fingerprint(),
        };
        let number = person.registry_number.as_ref().map(hash_of);
        let id = person.id_number.as_ref().map(|id| hash_of(&id.expose()));
        let by_number = number.and_then(|key| self.by_number.get(&key)).copied();
        let by_id = id.and_then(|key| self.by_id.get(&key)).copied();
        let repeats = |first: &PersonSeen| first.fingerprint == seen.fingerprint;
        if let Some(first) = by_number.filter(repeats).or(by_id.filter(repeats)) {
            return Some(first.row);
        }
        if let Some(first) = by_number {
            let same_name = first.name == seen.name && first.household == seen.household;
            let code = if same_name {
                "roster-person-differs"
            } else {
                "roster-person-number-twice"
            };
            reading.doubt(Column::PersonNumber, code, vec![("row", first.row.to_string())]);
            reading.is_unsafe = true;
        } else if let Some(first) = by_id {
            let same_household = first.household == seen.household;
            let code = if same_household {
                "roster-id-twice-in-household"
            } else {
                "roster-person-in-two-households"
            };
            reading.doubt(Column::IdNumber, code, vec![("row", first.row.to_string())]);
            reading.is_unsafe = true;
        }
        if let Some(key) = number {
            self.by_number.entry(key).or_insert(seen);
        }
        if let Some(key) = id {
            self.by_id.entry(key).or_insert(seen);
        }
        None
    }

    fn compare_households(&mut self, row: u32, reading: &mut RowReading) {
        let Some(key) = reading.fields.household.registry_number.as_ref().map(hash_of) else {
            return;
        };
        let is_head = reading.fields.person.relation == Some(RelationToHead::Head);
        let head_row = if is_head { row } else { 0 };
        let household = &reading.fields.household;
        let now = HouseholdSeen {
            row,
            head_row,
            region: household
                .region
                .as_ref()
                .map(RegionCode::digits)
                .map(|digits| hash_of(&digits)),
            kind: household.kind,
            relocated: household.relocated,
        };
        let first = match self.households.entry(key) {
            Entry::Vacant(place) => {
                place.insert(now);
                return;
            }
            Entry::Occupied(mut place) => {
                let first = *place.get();
                let seen = place.get_mut();
                seen.head_row = if first.head_row == 0 { head_row } else { first.head_row };
                seen.region = first.region.or(now.region);
                seen.kind = first.kind.or(now.kind);
                seen.relocated = first.relocated.or(now.relocated);
                first
            }
        };
        if is_head && first.head_row != 0 {
            reading.fields.person.relation = None;
            reading.doubt(
                Column::Relation,
                "roster-second-head",
                vec![("row", first.head_row.to_string())],
            );
        }
        withhold_contradictions(reading, first, now);
    }
}

/// The first row speaks for the household; what a later one says otherwise is withheld.
fn withhold_contradictions(reading: &mut RowReading, first: HouseholdSeen, now: HouseholdSeen) {
    let differs = |a: Option<u64>, b: Option<u64>| matches!((a, b), (Some(a), Some(b)) if a != b);
    let values = vec![("row", first.row.to_string())];
    if differs(first.region, now.region) {
        reading.fields.household.region = None;
        reading.doubt(Column::Village, "roster-household-contradicts", values.clone());
    }
    if first.kind.is_some() && now.kind.is_some() && first.kind != now.kind {
        let HouseholdCells {
            kind, poverty, monitor, ..
        } = &mut reading.fields.household;
        (*kind, *poverty, *monitor) = (None, None, None);
        reading.doubt(Column::HouseholdType, "roster-household-contradicts", values.clone());
    }
    if first.relocated.is_some() && now.relocated.is_some() && first.relocated != now.relocated {
        reading.fields.household.relocated = None;
        reading.doubt(Column::Relocated, "roster-household-contradicts", values);
    }
}

fn hash_of(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
