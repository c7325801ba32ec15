//! Households and people, made through the registry's own merge, so that they are lawful.

use yigang::base::codes::{HouseholdType, LabourSkill, PovertyAttribute, RelationToHead, RelocationKind, Sex};
use yigang::base::identity::complete_id_number;
use yigang::base::ids::{HouseholdId, PersonId};
use yigang::base::region::RegionCode;
use yigang::base::time::{Day, parse_day};
use yigang::platform::db::Caller;
use yigang::registry::{self, HouseholdEntry, IdState, PersonEntry, School, StatusEntry};

use super::TestApp;

/// A village of Jinghong in which stories play.
pub const VILLAGE: &str = "532801002001";

#[derive(Clone)]
pub struct APerson {
    name: String,
    sex: Sex,
    birth: Day,
    labour: LabourSkill,
    skills: Vec<String>,
}

/// Somebody of working age who can work.
pub fn a_labourer(name: &str) -> APerson {
    APerson {
        name: name.to_owned(),
        sex: Sex::Male,
        birth: parse_day("1990-03-15").expect("a day"),
        labour: LabourSkill::Ordinary,
        skills: Vec::new(),
    }
}

impl APerson {
    pub fn born(mut self, day: &str) -> Self {
        self.birth = parse_day(day).expect("a day");
        self
    }

    pub fn woman(mut self) -> Self {
        self.sex = Sex::Female;
        self
    }

    pub fn with_labour(mut self, labour: LabourSkill) -> Self {
        self.labour = labour;
        self
    }

    pub fn skilled_in(mut self, skill: &str) -> Self {
        self.skills.push(skill.to_owned());
        self
    }
}

pub struct AHousehold {
    registry_no: String,
    region: RegionCode,
    members: Vec<APerson>,
}

/// A relocated registered household in the story's village.
pub fn a_household(registry_no: &str) -> AHousehold {
    AHousehold {
        registry_no: registry_no.to_owned(),
        region: RegionCode::parse(VILLAGE).expect("a village"),
        members: Vec::new(),
    }
}

/// What a builder made.
pub struct Made {
    pub household: HouseholdId,
    pub persons: Vec<PersonId>,
}

impl AHousehold {
    pub fn in_village(mut self, code: &str) -> Self {
        self.region = RegionCode::parse(code).expect("a village");
        self
    }

    pub fn with(mut self, person: APerson) -> Self {
        self.members.push(person);
        self
    }

    fn entry(&self) -> HouseholdEntry {
        HouseholdEntry {
            registry_no: self.registry_no.clone(),
            region: self.region.clone(),
            group_name: "一组".to_owned(),
            status: StatusEntry {
                household_type: Some(HouseholdType::ALL[0]),
                poverty_attribute: Some(PovertyAttribute::ALL[0]),
                monitor_category: None,
                relocation_kind: Some(RelocationKind::ALL[0]),
                site: Some("曼丢安置点".to_owned()),
            },
            members: self
                .members
                .iter()
                .enumerate()
                .map(|(index, person)| self.member(index, person))
                .collect(),
        }
    }

    fn member(&self, index: usize, person: &APerson) -> PersonEntry {
        // The area 532899 is not assigned, so no number is a living person's.
        let digits: u32 = self
            .registry_no
            .bytes()
            .fold(index as u32 + 1, |sum, b| (sum * 31 + u32::from(b)) % 490);
        let order = digits * 2 + u32::from(person.sex == Sex::Male);
        let id = complete_id_number(&format!("532899{}{order:03}", person.birth.format("%Y%m%d")));
        PersonEntry {
            registry_no: Some(format!("{}-{index}", self.registry_no)),
            name: person.name.clone(),
            sex: person.sex,
            birth_on: Some(person.birth),
            id_number: id,
            id_state: IdState::Confirmed,
            ethnic_group: None,
            education: None,
            school: School::NotAtSchool,
            health: None,
            labour_skill: Some(person.labour),
            skills: person.skills.clone(),
            phone: None,
            relation: Some(RelationToHead::ALL[index.min(RelationToHead::ALL.len() - 1)]),
        }
    }

    /// Enrols the household, as a roster would.
    pub fn enrol(self, app: &TestApp) -> Made {
        let db = &app.services.db;
        let entries = [self.entry()];
        let as_of = app.services.clock.today();
        let nos = vec![self.registry_no.clone()];
        let members = &entries[0].members;
        let person_nos: Vec<String> = members.iter().filter_map(|m| m.registry_no.clone()).collect();
        let numbers = members.iter().filter_map(|m| m.id_number.as_ref());
        let hashes: Vec<String> = numbers.map(|id| db.keys().hash("id_number", id.expose())).collect();
        db.write(&Caller::operator(), |tx| {
            let known = registry::known_for(tx, &nos, &person_nos, &hashes)?;
            registry::merge_households(tx, &known, &entries, as_of, "story").map(drop)
        })
        .expect("the household is enrolled");
        db.read(|conn| {
            let household = registry::household_by_no(conn, &self.registry_no)?.expect("it is there");
            let members = registry::members_of(conn, &[household.id], as_of)?;
            Ok(Made {
                household: household.id,
                persons: members.iter().map(|row| row.person.id).collect(),
            })
        })
        .expect("the household is read")
    }
}
