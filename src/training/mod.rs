//! Training: courses with one run each, and who enrols in them.
//!
//! The bureau announces courses, and so may a verified employer, whose doubtful wording an officer reads first. Places
//! fall by conditional update, never below zero.
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
mod model;
mod rules;
mod source;
mod store;

#[cfg(test)]
mod tests;

pub use actions::{
    amend_course, announce_course, approve_course, close_course, copy_course, draft_course, enrol, finish_courses,
    on_employer_changed, return_course, withdraw,
};
pub use api::api_routes;
pub use model::{Course, CourseCard, CourseDraft, CourseRun, CourseStatus, Enrolment, EnrolmentStatus};
pub use rules::draft_problems;
pub use source::{Loaded, document_page, documents_of};
pub use store::{
    course_by_id, course_for, courses_by_ids, courses_of, courses_to_review, enrolments_of_person, enrolments_of_run,
    open_courses, public_course,
};
