//! Households and the people in them: who belongs where from which day to which, what they can do and what they wish.
//!
//! Facts are dated. A household's class, relocation and monitoring (`household_statuses`), a person's membership
//! (`household_members`) and labour capacity (`person_statuses`) are periods, both ends inclusive; the open one has no
//! end. Numbers that identify are sealed and shown masked; seeing one in full needs a right and a reason.

mod actions;
mod api;
mod merge;
mod merge_persons;
mod model;
mod read;
mod rules;
mod store;
mod web;

pub use actions::{
    amend_household, amend_person, move_person, record_skill, remove_skill, reveal_number, state_wish, tell_phone,
};
pub use api::api_routes;
pub use merge::{Merged, find_or_add_site, merge_households};
pub use model::{
    Difference, Household, HouseholdEntry, HouseholdStatus, IdState, Member, MemberRow, Person, PersonAmendment,
    PersonEntry, PersonStatus, RevealField, School, Site, Skill, StatusEntry, Wants, Wish, WishDraft,
};
pub use read::{occupation_named, read_occupation, required_day};
pub use rules::{LabourFacts, LabourParameters, household_differences, is_labourer, person_differences};
pub use store::{
    HouseholdFilter, Known, KnownPerson, home_of, household_by_no, household_for, household_of, households, known_for,
    members_of, person_for, person_in, persons_by_ids, search_persons, sites, skills_of, status_history, statuses_of,
    wish_of,
};
pub use web::{person_facts, person_of, person_path, routes};
