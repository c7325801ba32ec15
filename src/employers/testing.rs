//! A bureau in a temporary folder for the tests of rooms, and the people who act in it.

use diesel::prelude::*;
use tempfile::TempDir;

use super::{EmployerDraft, register_employer, verify_employer};
use crate::base::actor::{Actor, RoleGrant};
use crate::base::codes::{EmployerKind, Role};
use crate::base::error::Result;
use crate::base::event::Event;
use crate::base::identity::{CreditCode, Phone};
use crate::base::ids::{EmployerId, Id, PersonId, UserId};
use crate::base::region::RegionCode;
use crate::base::secret::Keys;
use crate::base::time::{Clock, Day, Instant, parse_day};
use crate::platform::db::schema::users;
use crate::platform::db::{Caller, DatabaseUrl, Db, Tx};

pub(crate) const JINGHONG: &str = "532801";
pub(crate) const MENGLA: &str = "532823";

pub(crate) struct Bureau {
    pub db: Db,
    _dir: TempDir,
}

fn no_reaction(_: &mut Tx<'_>, _: &[Event]) -> Result<()> {
    Ok(())
}

pub(crate) fn region(code: &str) -> RegionCode {
    RegionCode::parse(code).expect("a region code")
}

pub(crate) fn day(text: &str) -> Day {
    parse_day(text).expect("a day")
}

pub(crate) fn phone() -> Option<Phone> {
    Phone::parse("13800005678")
}

/// A credit code whose check character holds.
pub(crate) fn credit_code(number: u32) -> CreditCode {
    CreditCode::complete(&format!("91532800{number:09}")).expect("a credit code")
}

impl Bureau {
    /// An empty bureau on 15 June 2020.
    pub fn open() -> Self {
        let dir = TempDir::new().expect("a temporary folder");
        let clock = Clock::standing_at(Instant::start_of(day("2020-06-15")));
        let url = DatabaseUrl::Sqlite(dir.path().join("bureau.db"));
        let db = Db::open(&url, Keys::from_bytes(&[7; 64]), clock, no_reaction).expect("a database");
        db.migrate().expect("the migrations");
        Self { db, _dir: dir }
    }

    fn user(&self, name: &str) -> UserId {
        let id: UserId = Id::fresh();
        let sign_in_name = format!("{name}-{id}");
        self.db
            .keep(&Caller::operator(), |tx| {
                diesel::insert_into(users::table)
                    .values((
                        (users::id.eq(id), users::version.eq(1), users::created_at.eq(tx.now())),
                        (users::sign_in_name.eq(&sign_in_name), users::display_name.eq(name)),
                        (users::password_hash.eq(""), users::language.eq("zh-CN")),
                        (users::must_change.eq(false), users::failures.eq(0)),
                    ))
                    .execute(&mut **tx)?;
                Ok(())
            })
            .expect("a user");
        id
    }

    fn caller(&self, name: &str, grants: Vec<RoleGrant>) -> Caller {
        let actor = Actor::user(self.user(name), name, grants);
        Caller {
            actor,
            request_id: "test".to_owned(),
            address: "127.0.0.1".to_owned(),
        }
    }

    pub fn officer(&self, role: Role, code: &str) -> Caller {
        self.caller(
            "officer",
            vec![RoleGrant {
                role,
                region: Some(region(code)),
                employer_id: None,
                person_id: None,
            }],
        )
    }

    pub fn stranger(&self) -> Caller {
        self.caller("stranger", Vec::new())
    }

    pub fn worker(&self, person_id: PersonId) -> Caller {
        let grant = RoleGrant {
            role: Role::Worker,
            region: None,
            employer_id: None,
            person_id: Some(person_id),
        };
        self.caller("worker", vec![grant])
    }

    /// The same user, now acting for an employer.
    pub fn acting_for(&self, caller: &Caller, employer_id: EmployerId) -> Caller {
        let grant = RoleGrant {
            role: Role::Employer,
            region: None,
            employer_id: Some(employer_id),
            person_id: None,
        };
        let mut caller = caller.clone();
        caller.actor.grants.push(grant);
        caller
    }

    /// A registered employer of Jinghong and whoever acts for it.
    pub fn registered(&self, kind: EmployerKind, number: u32) -> (EmployerId, Caller) {
        let stranger = self.stranger();
        let draft = employer_draft(kind, number);
        let employer = self
            .db
            .write(&stranger, |tx| register_employer(tx, &draft))
            .expect("a registration");
        (employer.id, self.acting_for(&stranger, employer.id))
    }

    /// A verified employer of Jinghong and whoever acts for it.
    pub fn verified(&self, kind: EmployerKind, number: u32) -> (EmployerId, Caller) {
        let (id, owner) = self.registered(kind, number);
        let officer = self.officer(Role::CountyHr, JINGHONG);
        self.db
            .write(&officer, |tx| verify_employer(tx, id, 1, None))
            .expect("a verification");
        (id, owner)
    }
}

pub(crate) fn employer_draft(kind: EmployerKind, number: u32) -> EmployerDraft {
    EmployerDraft {
        id: Id::fresh(),
        kind,
        name: format!("景洪测试用工单位{number}"),
        credit_code: Some(credit_code(number)),
        region: region(JINGHONG),
        address: "景洪市嘎洒街道1号".to_owned(),
        contact_name: "岩温".to_owned(),
        phone: phone(),
        licence_no: None,
    }
}
