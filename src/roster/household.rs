//! To which household a row belongs. Bureaus write the household's cells once, in its first row, and merge them or leave
//! them blank below. A number that is missing where it should stand is proposed, never silently assumed.

use super::cells::{self, NumberRead, read_registry_number, read_yes_no, text_of};
use super::columns::Column;
use super::labels::{household_label, says_not_monitored};
use super::model::{HouseholdCells, RowReading};
use super::sheet::Header;
use crate::base::codes::{MonitorCategory, PovertyAttribute};
use crate::base::region::RegionCode;
use crate::base::text::{fold, near_words, squeeze};
use crate::platform::files::Row;
use crate::reference::{Region, regions};

/// The registry numbers its persons by the household's number and two digits more. A file must show it this often
/// before it counts as evidence.
const ENOUGH_EVIDENCE: u32 = 5;

/// What the rows above said.
#[derive(Default)]
pub(super) struct Households {
    above: Option<HouseholdCells>,
    /// Rows in which the person's number is the household's and two digits more, and rows in which it is not.
    held: u32,
    broken: u32,
    /// The last village that was looked up, since neighbours usually live in one.
    last_village: Option<([String; 3], RegionCode)>,
}

impl Households {
    /// Reads the household's cells of a row into `reading`.
    pub(super) fn read(&mut self, header: &Header, row: &Row, person_number: Option<&str>, reading: &mut RowReading) {
        let number = self.number_of(header, row, person_number, reading);
        let same = self
            .above
            .as_ref()
            .is_some_and(|above| above.registry_number == number && number.is_some());
        let mut household = HouseholdCells {
            registry_number: number,
            ..HouseholdCells::default()
        };
        self.read_place(header, row, same, &mut household, reading);
        read_kind(header, row, &mut household, reading);
        read_relocation(header, row, &mut household, reading);
        if let Some(above) = self.above.as_ref().filter(|_| same) {
            fill_down(&mut household, above, header, row);
            if household.region.is_none() && !reading.faults.iter().any(|fault| is_of_place(fault.column)) {
                reading.fault(Column::Village, "roster-place-missing", Vec::new());
            }
        }
        if household.registry_number.is_some() {
            // The first row speaks for the household: what a later row lacks is not lost.
            self.above = Some(household.clone());
        }
        reading.fields.household = household;
    }

    fn number_of(
        &mut self,
        header: &Header,
        row: &Row,
        person_number: Option<&str>,
        reading: &mut RowReading,
    ) -> Option<String> {
        let column = Column::HouseholdNumber;
        let cell = header.cell(row, column);
        let by_person = person_number.and_then(household_part);
        match read_registry_number(cell) {
            NumberRead::Number { number, repaired } => {
                if repaired {
                    reading.repair(column, "roster-number-form", &cell.shown(), number.clone());
                }
                if person_number.is_some() {
                    let held = by_person == Some(number.as_str());
                    self.held = self.held.saturating_add(u32::from(held));
                    self.broken = self.broken.saturating_add(u32::from(!held));
                }
                Some(number)
            }
            NumberRead::Missing if stands_by_itself(header, row) => {
                self.propose("roster-household-number-missing", by_person, header, row, reading)
            }
            NumberRead::Missing => self.number_from_above(by_person, reading),
            NumberRead::Float => self.propose("roster-household-number-float", by_person, header, row, reading),
            NumberRead::Unreadable => {
                let got = fold(&cell.shown());
                reading.fault(column, "roster-household-number-unreadable", vec![("got", got)]);
                None
            }
        }
    }

    /// A blank number below the first row of a household: the household of the row above.
    fn number_from_above(&self, by_person: Option<&str>, reading: &mut RowReading) -> Option<String> {
        let column = Column::HouseholdNumber;
        let Some(above) = self.above.as_ref().and_then(|above| above.registry_number.clone()) else {
            reading.fault(column, "roster-household-missing", Vec::new());
            return None;
        };
        match by_person {
            Some(by_person) if self.has_evidence() && by_person != above => {
                let values = vec![("proposed", by_person.to_owned()), ("above", above)];
                reading.doubt(column, "roster-household-unsure", values);
                reading.is_unsafe = true;
                None
            }
            _ => Some(above),
        }
    }

    /// A number that is missing or spoilt where it should stand: what the block above, the person's number and the
    /// village propose.
    fn propose(
        &self,
        code: &'static str,
        by_person: Option<&str>,
        header: &Header,
        row: &Row,
        reading: &mut RowReading,
    ) -> Option<String> {
        let column = Column::HouseholdNumber;
        let above = self.above.as_ref().and_then(|above| above.registry_number.as_deref());
        // Two witnesses are needed: the block above and the person's number, or that number and the village.
        let in_village = by_person.is_some_and(|number| is_of_village(number, header, row));
        let agree = by_person.is_some() && by_person == above;
        let Some(proposed) = by_person
            .filter(|_| agree || in_village || self.has_evidence())
            .or(above)
        else {
            let is_lost = !header.cell(row, column).is_blank();
            let code = if is_lost {
                "roster-household-number-lost"
            } else {
                "roster-household-missing"
            };
            reading.fault(column, code, Vec::new());
            return None;
        };
        let number = proposed.to_owned();
        reading.doubt(column, code, vec![("proposed", number.clone())]);
        if agree || in_village {
            return Some(number);
        }
        reading.is_unsafe = true;
        None
    }

    fn has_evidence(&self) -> bool {
        self.held >= ENOUGH_EVIDENCE && self.broken.saturating_mul(50) <= self.held
    }

    fn read_place(
        &mut self,
        header: &Header,
        row: &Row,
        same_household: bool,
        household: &mut HouseholdCells,
        reading: &mut RowReading,
    ) {
        household.natural_village = text_of(header.cell(row, Column::NaturalVillage));
        let code = text_of(header.cell(row, Column::RegionCode)).and_then(|text| RegionCode::parse(&squeeze(&text)));
        if let Some(code) = code.filter(|code| regions().get(code).is_some_and(|_| code.digits().len() == 12)) {
            household.region = Some(code);
            return;
        }
        let typed = typed_place(header, row);
        if typed.iter().all(String::is_empty) && same_household {
            return;
        }
        if let Some((_, region)) = self.last_village.as_ref().filter(|(known, _)| *known == typed) {
            household.region = Some(region.clone());
            note_short_name(&typed, region, reading);
            return;
        }
        match look_up(&typed) {
            Ok(region) => {
                note_short_name(&typed, &region, reading);
                household.region = Some(region.clone());
                self.last_village = Some((typed, region));
            }
            Err((column, code, values)) => reading.fault(column, code, values),
        }
    }
}

/// What a later row of the household leaves blank, its first row has said. A category or site that is blank in a row
/// with cells of its own is blank: not every household has one.
fn fill_down(household: &mut HouseholdCells, above: &HouseholdCells, header: &Header, row: &Row) {
    household.region = household.region.take().or_else(|| above.region.clone());
    household.natural_village = household
        .natural_village
        .take()
        .or_else(|| above.natural_village.clone());
    if stands_by_itself(header, row) {
        return;
    }
    household.kind = household.kind.or(above.kind);
    household.poverty = household.poverty.or(above.poverty);
    household.monitor = household.monitor.or(above.monitor);
    household.relocated = household.relocated.or(above.relocated);
    household.site = household.site.take().or_else(|| above.site.clone());
}

/// Whether some other household cell of the row says something, of its own or by a merge.
fn stands_by_itself(header: &Header, row: &Row) -> bool {
    [
        Column::County,
        Column::Township,
        Column::Village,
        Column::NaturalVillage,
        Column::HouseholdType,
    ]
    .into_iter()
    .any(|column| !header.cell(row, column).is_blank())
}

/// `532823102205000101` → `5328231022050001`: the household's part of a person's number.
pub(super) fn household_part(person_number: &str) -> Option<&str> {
    let at = person_number.len().checked_sub(2).filter(|at| *at >= 6)?;
    let (household, sequence) = person_number.split_at_checked(at)?;
    sequence.bytes().all(|b| b.is_ascii_digit()).then_some(household)
}

/// Whether a household's number begins with the code of the village that the row names.
fn is_of_village(number: &str, header: &Header, row: &Row) -> bool {
    look_up(&typed_place(header, row)).is_ok_and(|village| number.starts_with(village.digits()))
}

fn typed_place(header: &Header, row: &Row) -> [String; 3] {
    [Column::County, Column::Township, Column::Village].map(|column| squeeze(&header.cell(row, column).shown()))
}

fn is_of_place(column: Column) -> bool {
    matches!(column, Column::County | Column::Township | Column::Village)
}

type PlaceFault = (Column, &'static str, Vec<(&'static str, String)>);

/// The village that three names mean: the county within the prefecture, the township within it, the village within that.
fn look_up(typed: &[String; 3]) -> Result<RegionCode, PlaceFault> {
    let [county, township, village] = typed;
    let prefecture = RegionCode::parse("5328");
    let county = child(Column::County, prefecture.as_ref(), county)?;
    let township = child(Column::Township, Some(&county.code), township)?;
    let village = child(Column::Village, Some(&township.code), village)?;
    Ok(village.code.clone())
}

fn child(column: Column, parent: Option<&RegionCode>, typed: &str) -> Result<&'static Region, PlaceFault> {
    let typed = cells_text(typed);
    if typed.is_empty() {
        return Err((column, "roster-place-missing", Vec::new()));
    }
    if let Some(region) = regions().child_named(parent, &typed) {
        return Ok(region);
    }
    let names: Vec<String> = regions()
        .children_of(parent)
        .filter(|r| !r.is_statistical_only())
        .map(Region::short_name)
        .collect();
    let stem = typed.trim_end_matches(['村', '镇', '乡', '市', '县']);
    let alike = names
        .iter()
        .filter(|name| !stem.is_empty() && name.contains(stem))
        .count();
    let code = if alike >= 2 {
        "roster-place-ambiguous"
    } else {
        "roster-place-unknown"
    };
    let near = near_words(&typed, names.iter().map(String::as_str), 3).join("、");
    Err((column, code, vec![("got", typed), ("near", near)]))
}

fn cells_text(typed: &str) -> String {
    crate::base::text::without_placeholder(typed)
}

fn note_short_name(typed: &[String; 3], region: &RegionCode, reading: &mut RowReading) {
    if let Some(known) = regions().get(region).filter(|known| known.name != typed[2]) {
        reading.repair(Column::Village, "roster-place-name", &typed[2], known.name.clone());
    }
}

fn read_kind(header: &Header, row: &Row, household: &mut HouseholdCells, reading: &mut RowReading) {
    if let Some(text) = text_of(header.cell(row, Column::HouseholdType)) {
        match household_label(&text) {
            Some(label) => {
                household.kind = label.kind;
                household.poverty = label.poverty;
                household.monitor = label.monitor;
            }
            None => reading.unknown(Column::HouseholdType, &text),
        }
    }
    if let Some(text) = text_of(header.cell(row, Column::PovertyAttribute)) {
        match PovertyAttribute::from_label(&text) {
            Some(poverty) => household.poverty = Some(poverty),
            None => reading.unknown(Column::PovertyAttribute, &text),
        }
    }
    if let Some(text) = text_of(header.cell(row, Column::MonitorCategory)) {
        match MonitorCategory::from_label(&text) {
            Some(monitor) => household.monitor = Some(monitor),
            None if says_not_monitored(&text) => household.monitor = None,
            None => reading.unknown(Column::MonitorCategory, &text),
        }
    }
}

fn read_relocation(header: &Header, row: &Row, household: &mut HouseholdCells, reading: &mut RowReading) {
    household.site = text_of(header.cell(row, Column::Site));
    let shown = header.cell(row, Column::Relocated).shown();
    let text = squeeze(&shown);
    if text.is_empty() || matches!(text.as_str(), "/" | "—" | "--") {
        return;
    }
    match read_yes_no(&text) {
        Some(relocated) => {
            household.relocated = Some(relocated);
            if !matches!(&*shown, "是" | "否") {
                let became = if relocated { "是" } else { "否" };
                reading.repair(Column::Relocated, "roster-yes-no", &shown, became);
            }
        }
        None => reading.doubt(
            Column::Relocated,
            "roster-yes-no-unreadable",
            vec![("got", cells::masked(&text))],
        ),
    }
}
