//! What people type about occupations, households and wishes, read into what the registry keeps.

use super::model::{PersonAmendment, School, StatusEntry, Wants, WishDraft};
use crate::base::codes::{
    DestinationWish, Education, HouseholdType, LabourSkill, MandarinLevel, MonitorCategory, PovertyAttribute,
    RelocationKind,
};
use crate::base::error::{FieldProblem, Result};
use crate::base::identity::{IdNumber, Phone};
use crate::base::text::{near_words, split_list};
use crate::platform::http::{Fields, Reader};
use crate::reference::{OccupationCode, occupations};

/// An occupation by its code, its name, another name of it, or a title of advertisements.
pub fn occupation_named(text: &str) -> Option<OccupationCode> {
    let text = text.trim();
    if let Some(code) = OccupationCode::parse(text).filter(|code| occupations().get(code).is_some()) {
        return Some(code);
    }
    let all = occupations().all();
    let by_name = all
        .iter()
        .find(|o| o.name_zh == text || o.name_en.as_deref() == Some(text));
    let by_alias = || all.iter().find(|o| o.aliases.iter().any(|alias| alias == text));
    let by_title = || {
        occupations()
            .titles()
            .iter()
            .find(|(title, _)| title == text)
            .map(|(_, code)| code.clone())
    };
    by_name.or_else(by_alias).map(|o| o.code.clone()).or_else(by_title)
}

/// Reads one occupation from a form field.
pub fn read_occupation(reader: &mut Reader<'_>, fields: &Fields, field: &str) -> Option<OccupationCode> {
    let typed = fields.find(field)?;
    let found = occupation_named(typed);
    if found.is_none() {
        reader.problem(unknown_occupation(field, typed));
    }
    found
}

fn unknown_occupation(field: &str, typed: &str) -> FieldProblem {
    let names = occupations().all().iter().map(|o| o.name_zh.as_str());
    let near = near_words(typed, names, 3).join("、");
    FieldProblem::new(field, "occupation-unknown")
        .with("value", typed.trim())
        .with("near", near)
}

/// Reads a stated wish.
pub fn read_wish(fields: &Fields) -> Result<WishDraft> {
    let mut reader = Reader::new(fields);
    let wants = reader.choice("wants", Wants::parse);
    let mut wished = Vec::new();
    for name in split_list(fields.get("occupations")) {
        match occupation_named(&name) {
            Some(code) => wished.push(code),
            None => reader.problem(unknown_occupation("occupations", &name)),
        }
    }
    let destination = reader
        .optional_choice("destination", DestinationWish::parse)
        .unwrap_or(DestinationWish::Any);
    let wage_min = reader.optional_money("wage_min");
    let lodging_needed = reader.ticked("lodging_needed");
    let note = reader.optional_text("note", 500).unwrap_or_default();
    reader.finish()?;
    Ok(WishDraft {
        wants: wants.unwrap_or(Wants::Nothing),
        occupations: wished,
        destination,
        wage_min,
        lodging_needed,
        note,
    })
}

/// Reads the dated part of a household.
pub fn read_status(fields: &Fields) -> Result<(StatusEntry, crate::base::time::Day, i32)> {
    let mut reader = Reader::new(fields);
    let entry = StatusEntry {
        household_type: reader.optional_choice("household_type", HouseholdType::parse),
        poverty_attribute: reader.optional_choice("poverty_attribute", PovertyAttribute::parse),
        monitor_category: reader.optional_choice("monitor_category", MonitorCategory::parse),
        relocation_kind: reader.optional_choice("relocation_kind", RelocationKind::parse),
        site: reader.optional_text("site", 60),
    };
    let from = required_day(&mut reader, fields, "from");
    let version = reader.whole("version", 0, i64::from(i32::MAX));
    reader.finish()?;
    Ok((entry, from, i32::try_from(version).unwrap_or(0)))
}

/// Reads a correction of a person's record.
pub fn read_amendment(fields: &Fields) -> Result<(PersonAmendment, crate::base::time::Day, i32)> {
    let mut reader = Reader::new(fields);
    let phone = fields.find("phone").and_then(|typed| {
        let phone = Phone::parse(typed);
        if phone.is_none() {
            reader.problem(FieldProblem::new("phone", "phone-unreadable"));
        }
        phone
    });
    let id_number = fields.find("id_number").and_then(|typed| match IdNumber::parse(typed) {
        Ok(number) => Some(number),
        Err(_) => {
            reader.problem(FieldProblem::new("id_number", "id-number-wrong"));
            None
        }
    });
    let school = match fields.find("school") {
        None => None,
        Some("no") => Some(School::NotAtSchool),
        Some(_) => reader
            .choice("school", |code| {
                let list = crate::base::codes::list("student_status")?;
                list.label(code, crate::base::codes::Language::Zh).map(str::to_owned)
            })
            .map(School::At),
    };
    let amendment = PersonAmendment {
        name: Some(reader.text("name", 50)),
        education: reader.optional_choice("education", Education::parse),
        mandarin: reader.optional_choice("mandarin", MandarinLevel::parse),
        phone,
        labour_skill: reader.optional_choice("labour_skill", LabourSkill::parse),
        school,
        confirm_id: reader.ticked("confirm_id"),
        id_number,
    };
    let from = required_day(&mut reader, fields, "from");
    let version = reader.whole("version", 0, i64::from(i32::MAX));
    reader.finish()?;
    Ok((amendment, from, i32::try_from(version).unwrap_or(0)))
}

/// A day that must be given.
pub fn required_day(reader: &mut Reader<'_>, fields: &Fields, field: &str) -> crate::base::time::Day {
    if fields.find(field).is_none() {
        reader.problem(FieldProblem::new(field, "required"));
    }
    reader.optional_day(field).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::error::Error;

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        Fields::new(pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect())
    }

    fn problem_fields(error: Error) -> Vec<String> {
        let Error::Invalid(problems) = error else {
            panic!("{error}")
        };
        problems.into_iter().map(|p| p.field).collect()
    }

    #[test]
    fn a_wish_names_occupations_as_people_do() {
        let wish = read_wish(&fields(&[
            ("wants", "work"),
            ("occupations", "4-09-08-01、保洁员"),
            ("wage_min", "2400"),
        ]))
        .unwrap();
        assert_eq!(wish.occupations.len(), 2);
        assert_eq!(wish.wage_min.unwrap().fen(), 240_000);
    }

    #[test]
    fn every_problem_of_a_wish_is_named_at_once() {
        let error = read_wish(&fields(&[
            ("occupations", "没有这种工"),
            ("wage_min", "x"),
            ("destination", "moon"),
        ]))
        .unwrap_err();
        assert_eq!(
            problem_fields(error),
            ["wants", "occupations", "destination", "wage_min"]
        );
    }

    #[test]
    fn wrong_numbers_of_a_person_are_refused_by_field() {
        let error = read_amendment(&fields(&[
            ("name", "岩温"),
            ("phone", "12"),
            ("id_number", "123"),
            ("from", "2020-01-01"),
            ("version", "1"),
        ]))
        .unwrap_err();
        assert_eq!(problem_fields(error), ["phone", "id_number"]);
    }
}
