//! Training: courses with one run each, and who enrols in them.
//!
//! The bureau announces courses, and so may a verified employer, whose doubtful wording an officer reads first. Places
//! fall by conditional update, never below zero. Whoever enrols gets a number; after the course its holder says what came
//! of it.
//!
//! ```text
//! draft ──announce──▶ submitted ──approve──▶ open ── last place ──▶ full ── place freed ──▶ open
//!   │                  │      ▲                │                      │
//!   └──announce──▶ open  return  announce      └──────── close ───────┴──▶ closed
//!                      ▼      │
//!                     returned
//! ```

mod actions;
mod api;
mod enrolling;
mod enrolments_api;
mod model;
mod rules;
mod source;
mod store;
pub(crate) mod web;

#[cfg(test)]
mod tests;

pub use actions::{
    amend_course, announce_course, approve_course, close_course, contact_phone, copy_course, draft_course,
    finish_courses, meant_by, on_employer_changed, return_course,
};
pub use api::api_routes;
pub use enrolling::{enrol, enrol_once, take_enrolment_step, withdraw};
pub use model::{
    Course, CourseCard, CourseDraft, CourseRun, CourseStatus, Enrolment, EnrolmentCard, EnrolmentStatus, Trainee,
};
pub use rules::draft_problems;
pub use source::{Loaded, document_page, documents_of};
pub use store::{
    course_by_id, course_for, course_of_run, courses_by_ids, courses_of, courses_to_review, enrolment_for,
    enrolments_of_person, open_courses, public_course, trainees_of_run,
};
pub use web::routes;
