//! Who is a labourer, and what differs between the registry and a source. Pure.

use crate::base::codes::{LabourSkill, Language, Sex};
use crate::base::time::{Day, age_on};

use super::model::{Difference, Household, HouseholdStatus, IdState, Person, PersonEntry, PersonStatus, StatusEntry};

/// The ages between which a person counts as a labourer; dated parameters of the bureau.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LabourParameters {
    pub from_age: i32,
    /// First age at which a man no longer counts.
    pub men_until: i32,
    /// First age at which a woman no longer counts.
    pub women_until: i32,
}

impl Default for LabourParameters {
    /// The limits before the gradual change of retirement ages that began on 2025-01-01.
    fn default() -> Self {
        Self {
            from_age: 16,
            men_until: 60,
            women_until: 55,
        }
    }
}

/// What decides whether a person is a labourer on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LabourFacts {
    pub sex: Sex,
    pub birth_on: Option<Day>,
    pub labour_skill: Option<LabourSkill>,
    /// The day on which the capacity was assessed.
    pub assessed_on: Day,
    pub at_school: bool,
}

/// Whether a person is a labourer on a day: labour capacity skilled, ordinary or weak, not at school, of age.
///
/// The upper age ends what was assessed before it was reached. The registry's officers assess people beyond it as
/// well, and who is assessed as able to work after that birthday counts: the registry's word is newer than the limit.
pub fn is_labourer(facts: &LabourFacts, day: Day, parameters: &LabourParameters) -> bool {
    let capable = facts.labour_skill.is_some_and(LabourSkill::counts_as_labour);
    if !capable || facts.at_school {
        return false;
    }
    let Some(birth) = facts.birth_on else { return true };
    let until = if facts.sex == Sex::Female {
        parameters.women_until
    } else {
        parameters.men_until
    };
    let age = age_on(birth, day);
    age >= parameters.from_age && (age < until || age_on(birth, facts.assessed_on) >= until)
}

fn differ(list: &mut Vec<Difference>, field: &str, before: String, after: String) {
    if before != after {
        list.push(Difference {
            field: field.to_owned(),
            before,
            after,
        });
    }
}

fn coded<T: Copy>(value: Option<T>, label: impl Fn(T) -> &'static str) -> String {
    value.map(label).unwrap_or_default().to_owned()
}

/// What a source says differently about a household.
pub fn household_differences(
    household: &Household,
    group_name: &str,
    region: &crate::base::region::RegionCode,
    known: Option<(&HouseholdStatus, Option<&str>)>,
    entry: &StatusEntry,
) -> Vec<Difference> {
    let mut list = Vec::new();
    let zh = Language::Zh;
    differ(
        &mut list,
        "region",
        household.region_code.to_string(),
        region.to_string(),
    );
    differ(&mut list, "group", household.group_name.clone(), group_name.to_owned());
    let (status, site) = known.map_or((None, None), |(status, site)| (Some(status), site));
    differ(
        &mut list,
        "household-type",
        coded(status.and_then(|s| s.household_type), |v| v.label(zh)),
        coded(entry.household_type, |v| v.label(zh)),
    );
    differ(
        &mut list,
        "poverty-attribute",
        coded(status.and_then(|s| s.poverty_attribute), |v| v.label(zh)),
        coded(entry.poverty_attribute, |v| v.label(zh)),
    );
    differ(
        &mut list,
        "monitor-category",
        coded(status.and_then(|s| s.monitor_category), |v| v.label(zh)),
        coded(entry.monitor_category, |v| v.label(zh)),
    );
    differ(
        &mut list,
        "relocation",
        coded(status.and_then(|s| s.relocation_kind), |v| v.label(zh)),
        coded(entry.relocation_kind, |v| v.label(zh)),
    );
    differ(
        &mut list,
        "site",
        site.unwrap_or("").to_owned(),
        entry.site.clone().unwrap_or_default(),
    );
    list
}

/// What a source says differently about a person. Where the source says nothing, nothing differs.
pub fn person_differences(
    person: &Person,
    status: Option<&PersonStatus>,
    health: Option<&str>,
    entry: &PersonEntry,
    id_hash: Option<&str>,
) -> Vec<Difference> {
    let mut list = Vec::new();
    let zh = Language::Zh;
    differ(&mut list, "name", person.name.clone(), entry.name.clone());
    if entry.sex != Sex::Unknown {
        differ(
            &mut list,
            "sex",
            person.sex.label(zh).to_owned(),
            entry.sex.label(zh).to_owned(),
        );
    }
    if let Some(birth) = entry.birth_on {
        differ(
            &mut list,
            "birth",
            person.birth_on.map(|d| d.to_string()).unwrap_or_default(),
            birth.to_string(),
        );
    }
    if let (Some(number), Some(hash)) = (&entry.id_number, id_hash)
        && (person.id_hash.as_deref() != Some(hash)
            || (person.id_state != IdState::Confirmed && entry.id_state == IdState::Confirmed))
    {
        let before = person.id_masked.clone().unwrap_or_default();
        list.push(Difference {
            field: "id-number".to_owned(),
            before,
            after: number.masked(),
        });
    }
    if let Some(group) = &entry.ethnic_group {
        differ(
            &mut list,
            "ethnic-group",
            person.ethnic_group.clone().unwrap_or_default(),
            group.clone(),
        );
    }
    if entry.education.is_some() {
        let (before, after) = (
            coded(person.education, |v| v.label(zh)),
            coded(entry.education, |v| v.label(zh)),
        );
        differ(&mut list, "education", before, after);
    }
    if let Some(said) = &entry.health {
        differ(&mut list, "health", health.unwrap_or("").to_owned(), said.clone());
    }
    if let Some(phone) = &entry.phone {
        differ(
            &mut list,
            "phone",
            person.phone_masked.clone().unwrap_or_default(),
            phone.masked(),
        );
    }
    let before = coded(status.and_then(|s| s.labour_skill), |v| v.label(zh));
    if entry.labour_skill.is_some() {
        differ(
            &mut list,
            "labour-skill",
            before,
            coded(entry.labour_skill, |v| v.label(zh)),
        );
    }
    let known_school = status.and_then(|s| s.school.clone()).unwrap_or_default();
    differ(
        &mut list,
        "school",
        known_school,
        entry.school.stored().unwrap_or_default(),
    );
    list
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::parse_day;

    fn day(text: &str) -> Day {
        parse_day(text).unwrap()
    }

    #[test]
    fn labourers_are_told_by_capacity_age_and_school() {
        let base = LabourFacts {
            sex: Sex::Male,
            birth_on: Some(day("1980-05-01")),
            labour_skill: Some(LabourSkill::Ordinary),
            assessed_on: day("2019-01-01"),
            at_school: false,
        };
        let on = day("2020-06-30");
        for (name, facts, expected) in [
            ("ordinary", base, true),
            (
                "weak",
                LabourFacts {
                    labour_skill: Some(LabourSkill::Weak),
                    ..base
                },
                true,
            ),
            (
                "lost",
                LabourFacts {
                    labour_skill: Some(LabourSkill::Lost),
                    ..base
                },
                false,
            ),
            (
                "unknown capacity",
                LabourFacts {
                    labour_skill: None,
                    ..base
                },
                false,
            ),
            (
                "student",
                LabourFacts {
                    at_school: true,
                    ..base
                },
                false,
            ),
            (
                "turns 16 today",
                LabourFacts {
                    birth_on: Some(day("2004-06-30")),
                    ..base
                },
                true,
            ),
            (
                "turns 16 tomorrow",
                LabourFacts {
                    birth_on: Some(day("2004-07-01")),
                    ..base
                },
                false,
            ),
            (
                "man turned 60 after his assessment",
                LabourFacts {
                    birth_on: Some(day("1960-06-30")),
                    ..base
                },
                false,
            ),
            (
                "man turns 60 tomorrow",
                LabourFacts {
                    birth_on: Some(day("1960-07-01")),
                    ..base
                },
                true,
            ),
            (
                "woman of 55",
                LabourFacts {
                    sex: Sex::Female,
                    birth_on: Some(day("1965-06-30")),
                    ..base
                },
                false,
            ),
            (
                "man assessed beyond 60",
                LabourFacts {
                    birth_on: Some(day("1955-01-01")),
                    assessed_on: on,
                    ..base
                },
                true,
            ),
        ] {
            assert_eq!(
                is_labourer(&facts, on, &LabourParameters::default()),
                expected,
                "{name}"
            );
        }
    }
}
