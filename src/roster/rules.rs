//! Reads one person's row. Each cell by itself: what is certain is repaired, what is not is withheld with a doubt.

use std::collections::HashMap;

use super::cells::{
    DayRead, NumberRead, is_plausible_name, looks_like_float, masked, masked_id, read_day, read_name,
    read_registry_number, read_yes_no, text_of,
};
use super::columns::Column;
use super::household::Households;
use super::labels::{code_of_work_label, health_code, says_not_at_school, sex_of};
use super::model::RowReading;
use super::sheet::Header;
use super::shift;
use crate::base::codes::{Education, LabourSkill, Language, RelationToHead, Sex};
use crate::base::identity::{IdNumber, IdNumberRead, Phone};
use crate::base::money::Money;
use crate::base::region::RegionCode;
use crate::base::text::{fold, read_wage, split_list, squeeze, without_placeholder};
use crate::base::time::Day;
use crate::platform::files::{Cell, Row};
use crate::reference::{ethnic_group_code, regions};

/// Places that are remembered; a roster names some dozens.
const PLACES_REMEMBERED: usize = 4_096;
/// More yuan a month than this is a slip of the pen.
const HIGHEST_WAGE_FEN: i64 = 10_000_000;

/// The reading of rows, with what it looked up before.
pub(super) struct RowRules {
    as_of: Day,
    places: HashMap<String, Option<RegionCode>>,
}

impl RowRules {
    pub(super) fn new(as_of: Day) -> Self {
        Self {
            as_of,
            places: HashMap::new(),
        }
    }

    /// Reads a row. Where its cells stand one place beside their columns, the realigned reading is proposed.
    pub(super) fn read_row(&mut self, header: &Header, row: &Row, households: &mut Households) -> RowReading {
        let mut reading = RowReading::default();
        let person_number = read_person_number(header, row, &mut reading);
        households.read(header, row, person_number.as_deref(), &mut reading);
        reading.fields.person.registry_number = person_number;
        let before = reading.clone();
        self.read_person(header, row, &mut reading);
        if reading.doubts.len() + reading.faults.len() + reading.unknown_labels.len() < 3 {
            return reading;
        }
        match shift::look_for_shift(header, row, self.as_of) {
            shift::Found::None => reading,
            shift::Found::Ambiguous => {
                reading.doubt(Column::Name, "roster-columns-shifted", vec![("from", String::new())]);
                reading.is_unsafe = true;
                reading
            }
            shift::Found::Realigned { row: realigned, from } => {
                let mut proposed = before;
                self.read_person(header, &realigned, &mut proposed);
                let from_text = header.text_of(from).to_owned();
                proposed.doubt(from, "roster-columns-realigned", vec![("from", from_text)]);
                proposed
            }
        }
    }

    fn read_person(&mut self, header: &Header, row: &Row, reading: &mut RowReading) {
        read_person_name(header, row, reading);
        read_sex(header, row, reading);
        read_id(header, row, self.as_of, reading);
        read_birth(header, row, self.as_of, reading);
        compare_with_id(reading);
        read_labels(header, row, reading);
        self.read_work(header, row, reading);
        read_phone(header, row, reading);
        reading.fields.person.remark = text_of(header.cell(row, Column::Remark));
        let person = &reading.fields.person;
        if person.registry_number.is_none() && person.id_number.is_none() {
            let tried = reading
                .doubts
                .iter()
                .any(|d| matches!(d.column, Column::PersonNumber | Column::IdNumber));
            if tried {
                reading.is_unsafe = true;
            } else {
                reading.fault(Column::PersonNumber, "roster-person-unidentified", Vec::new());
            }
        }
    }

    fn read_work(&mut self, header: &Header, row: &Row, reading: &mut RowReading) {
        let mut work = std::mem::take(&mut reading.fields.work);
        work.employed = read_employed(header, row, reading);
        if let Some(text) = text_of(header.cell(row, Column::WorkForm)) {
            match code_of_work_label(&text) {
                Some((form, channel)) => (work.form, work.channel) = (Some(form), Some(channel)),
                None => reading.unknown(Column::WorkForm, &text),
            }
        }
        if let Some(text) = text_of(header.cell(row, Column::WorkPlace)) {
            work.place_region = self.place(&text);
            if work.place_region.is_none() {
                reading.unknown(Column::WorkPlace, &text);
            }
            work.place = Some(text);
        }
        work.employer = text_of(header.cell(row, Column::Employer));
        work.job_title = text_of(header.cell(row, Column::JobTitle));
        work.wage = read_wage_cell(header, row, reading);
        let says_where = work.form.is_some() || work.employer.is_some() || work.place.is_some();
        match work.employed {
            // Without a column of yes and no, work that is described is work.
            None if header.position(Column::Employed).is_none() && says_where => work.employed = Some(true),
            Some(false) if work.form.is_some() && work.employer.is_some() => {
                reading.doubt(Column::Employed, "roster-work-contradicts", Vec::new());
                work.employed = None;
            }
            None if work.form.is_some() && !has_doubt(reading, Column::Employed) => {
                reading.doubt(Column::Employed, "roster-work-unsaid", Vec::new());
            }
            _ => {}
        }
        reading.fields.work = work;
    }

    fn place(&mut self, text: &str) -> Option<RegionCode> {
        if let Some(known) = self.places.get(text) {
            return known.clone();
        }
        let read = regions().read_place(text);
        if self.places.len() < PLACES_REMEMBERED {
            self.places.insert(text.to_owned(), read.clone());
        }
        read
    }
}

fn has_doubt(reading: &RowReading, column: Column) -> bool {
    reading.doubts.iter().any(|doubt| doubt.column == column)
}

fn read_person_number(header: &Header, row: &Row, reading: &mut RowReading) -> Option<String> {
    let column = Column::PersonNumber;
    let cell = header.cell(row, column);
    match read_registry_number(cell) {
        NumberRead::Missing => None,
        NumberRead::Number { number, repaired } => {
            if repaired {
                reading.repair(column, "roster-number-form", &cell.shown(), number.clone());
            }
            Some(number)
        }
        NumberRead::Float => {
            reading.doubt(
                column,
                "roster-person-number-float",
                vec![("got", cell.shown().into_owned())],
            );
            None
        }
        NumberRead::Unreadable => {
            reading.doubt(
                column,
                "roster-person-number-unreadable",
                vec![("got", masked(&cell.shown()))],
            );
            None
        }
    }
}

fn read_person_name(header: &Header, row: &Row, reading: &mut RowReading) {
    let shown = header.cell(row, Column::Name).shown();
    match read_name(&shown) {
        None => reading.fault(Column::Name, "roster-name-missing", Vec::new()),
        Some(name) if !is_plausible_name(&name) => {
            reading.doubt(Column::Name, "roster-name-characters", vec![("got", masked(&name))]);
            reading.is_unsafe = true;
        }
        Some(name) => {
            if name != *shown {
                reading.repair(Column::Name, "roster-name-form", &shown, name.clone());
            }
            reading.fields.person.name = Some(name);
        }
    }
}

fn read_sex(header: &Header, row: &Row, reading: &mut RowReading) {
    let shown = header.cell(row, Column::Sex).shown();
    let text = without_placeholder(&shown);
    if text.is_empty() {
        return;
    }
    match sex_of(&text) {
        Some(sex) => {
            let label = sex.label(Language::Zh);
            if label != &*shown {
                reading.repair(Column::Sex, "roster-label-form", &shown, label);
            }
            reading.fields.person.sex = Some(sex);
        }
        None => reading.doubt(Column::Sex, "roster-sex-unreadable", vec![("got", masked(&text))]),
    }
}

fn read_id(header: &Header, row: &Row, as_of: Day, reading: &mut RowReading) {
    let column = Column::IdNumber;
    let cell = header.cell(row, column);
    let Some(text) = text_of(cell) else { return };
    if cell.is_beyond_precision() || looks_like_float(&squeeze(&text)) {
        reading.doubt(column, "roster-id-float", Vec::new());
        return;
    }
    let bare = squeeze(&text);
    // The number of a disability certificate: a citizen number, and behind it what is nobody's business here.
    let is_certificate = matches!(bare.len(), 20 | 22) && bare.is_ascii();
    let read = if is_certificate {
        IdNumber::read(bare.get(..18).unwrap_or(&bare))
    } else {
        IdNumber::read(&bare)
    };
    let (number, converted) = match read {
        Ok(IdNumberRead::Full(number)) => (number, false),
        Ok(IdNumberRead::Converted(number)) => (number, true),
        Err(problem) => {
            let code = match problem.code() {
                "id-length" => "roster-id-length",
                "id-characters" => "roster-id-characters",
                "id-float" => "roster-id-float",
                "id-birth-date" => "roster-id-birth-date",
                _ => "roster-id-check-character",
            };
            reading.doubt(column, code, vec![("got", masked_id(&text))]);
            return;
        }
    };
    if number.birth_on() > as_of {
        reading.doubt(column, "roster-id-birth-date", vec![("got", masked_id(&text))]);
        return;
    }
    if converted {
        reading.repair(
            column,
            "roster-id-converted",
            &masked_id(&text),
            masked_id(number.expose()),
        );
    } else if number.expose() != &*cell.shown() {
        reading.repair(column, "roster-id-form", &masked_id(&text), masked_id(number.expose()));
    }
    reading.fields.person.id_waits_for_yes = converted;
    reading.fields.person.id_number = Some(number);
}

fn read_birth(header: &Header, row: &Row, as_of: Day, reading: &mut RowReading) {
    let column = Column::BirthDate;
    let cell = header.cell(row, column);
    let Some(read) = read_day(cell) else { return };
    let (day, code) = match read {
        Ok(DayRead::Plain(day)) => (day, None),
        Ok(DayRead::Other(day)) => (day, Some("roster-date-form")),
        Ok(DayRead::Serial(day)) => (day, Some("roster-date-serial")),
        Err(problem) => {
            reading.doubt(column, problem.code(), vec![("got", fold(&cell.shown()))]);
            return;
        }
    };
    if day > as_of {
        reading.doubt(column, "roster-date-future", vec![("got", fold(&cell.shown()))]);
        return;
    }
    if let Some(code) = code {
        reading.repair(column, code, &cell.shown(), day.format("%Y-%m-%d").to_string());
    }
    reading.fields.person.birth_on = Some(day);
}

/// A birth date or sex that contradicts the citizen number is a doubt, not a correction; what is blank follows from it.
fn compare_with_id(reading: &mut RowReading) {
    let Some(number) = reading.fields.person.id_number.clone() else {
        return;
    };
    let sex = if number.is_male() { Sex::Male } else { Sex::Female };
    match reading.fields.person.birth_on {
        Some(birth) if birth != number.birth_on() => {
            reading.fields.person.birth_on = None;
            reading.doubt(Column::BirthDate, "roster-birth-contradicts-id", Vec::new());
        }
        None if !has_doubt(reading, Column::BirthDate) => {
            reading.fields.person.birth_on = Some(number.birth_on());
            reading.repair(
                Column::BirthDate,
                "roster-from-id",
                "",
                number.birth_on().format("%Y-%m-%d").to_string(),
            );
        }
        _ => {}
    }
    match reading.fields.person.sex {
        Some(said) if said != sex => {
            reading.fields.person.sex = None;
            reading.doubt(Column::Sex, "roster-sex-contradicts-id", Vec::new());
        }
        None if !has_doubt(reading, Column::Sex) => {
            reading.fields.person.sex = Some(sex);
            reading.repair(Column::Sex, "roster-from-id", "", sex.label(Language::Zh));
        }
        _ => {}
    }
}

fn read_labels(header: &Header, row: &Row, reading: &mut RowReading) {
    let mut person = std::mem::take(&mut reading.fields.person);
    person.ethnic_group = label(header, row, Column::EthnicGroup, reading, ethnic_group_code);
    person.relation = label(header, row, Column::Relation, reading, |text| {
        RelationToHead::from_label(text).or_else(|| RelationToHead::from_label(&format!("之{text}")))
    });
    person.education = label(header, row, Column::Education, reading, Education::from_label);
    person.labour = label(header, row, Column::Labour, reading, LabourSkill::from_label);
    person.school = text_of(header.cell(row, Column::School)).filter(|text| !says_not_at_school(text));
    if let Some(text) = text_of(header.cell(row, Column::Health)) {
        for part in split_list(&text) {
            match health_code(&part) {
                Some(code) => person.health.push(code),
                None => reading.unknown(Column::Health, &part),
            }
        }
        person.health.sort_unstable();
        person.health.dedup();
    }
    let skills = header.cell(row, Column::Skills).shown();
    person.skills = split_list(&skills);
    let joined = person.skills.join("、");
    if joined != *skills {
        reading.repair(Column::Skills, "roster-list-form", &skills, joined);
    }
    reading.fields.person = person;
}

/// The value of a label; one that no list knows is kept as text.
fn label<T>(
    header: &Header,
    row: &Row,
    column: Column,
    reading: &mut RowReading,
    read: impl Fn(&str) -> Option<T>,
) -> Option<T> {
    let text = text_of(header.cell(row, column))?;
    let value = read(&text);
    if value.is_none() {
        reading.unknown(column, &text);
    }
    value
}

fn read_employed(header: &Header, row: &Row, reading: &mut RowReading) -> Option<bool> {
    let shown = header.cell(row, Column::Employed).shown();
    let text = squeeze(&shown);
    if text.is_empty() || matches!(text.as_str(), "/" | "—" | "--") {
        return None;
    }
    let read = read_yes_no(&text);
    match read {
        Some(employed) if !matches!(&*shown, "是" | "否") => {
            reading.repair(
                Column::Employed,
                "roster-yes-no",
                &shown,
                if employed { "是" } else { "否" },
            );
        }
        Some(_) => {}
        None => reading.doubt(
            Column::Employed,
            "roster-yes-no-unreadable",
            vec![("got", masked(&text))],
        ),
    }
    read
}

fn read_wage_cell(header: &Header, row: &Row, reading: &mut RowReading) -> Option<Money> {
    let cell = header.cell(row, Column::Wage);
    let text = text_of(cell)?;
    let read = match cell {
        Cell::Number(_) => Money::parse_yuan(&text).or_else(|| {
            // A computed mean has more decimals than money.
            let rounded: f64 = text.parse().ok()?;
            Money::parse_yuan(&format!("{rounded:.2}"))
        }),
        Cell::Empty | Cell::Text(_) | Cell::Date(_) => read_wage(&text),
    };
    match read.filter(|wage| (0..=HIGHEST_WAGE_FEN).contains(&wage.fen())) {
        Some(wage) => {
            let plain = text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
            if !plain {
                reading.repair(Column::Wage, "roster-wage-form", &text, wage.to_string());
            }
            Some(wage)
        }
        None => {
            reading.doubt(Column::Wage, "roster-wage-unreadable", vec![("got", masked(&text))]);
            None
        }
    }
}

fn read_phone(header: &Header, row: &Row, reading: &mut RowReading) {
    let cell = header.cell(row, Column::Phone);
    let Some(text) = text_of(cell) else { return };
    match Phone::parse(&text) {
        Some(phone) => {
            if phone.expose() != &*cell.shown() || matches!(cell, Cell::Number(_)) {
                reading.repair(Column::Phone, "roster-phone-form", &masked(&text), phone.masked());
            }
            reading.fields.person.phone = Some(phone);
        }
        None => reading.doubt(Column::Phone, "roster-phone-unreadable", vec![("got", masked(&text))]),
    }
}
