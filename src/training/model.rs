//! Records of courses, their runs and enrolments.

use diesel::prelude::*;
use serde::Serialize;

use crate::base::codes::TrainingKind;
use crate::base::identity::Phone;
use crate::base::ids::{CourseId, CourseRunId, EmployerId, EnrolmentId, PersonId, UserId};
use crate::base::region::RegionCode;
use crate::base::secret::Sealed;
use crate::base::time::{Day, Instant};
use crate::coded_enum;
use crate::employers::EmployerStatus;
use crate::platform::db::schema;
use crate::reference::OccupationCode;

coded_enum! {
    pub enum CourseStatus: "course_status" {
        Draft = "draft", Submitted = "submitted", Returned = "returned", Open = "open", Full = "full",
        Closed = "closed",
    }
}
coded_enum! {
    pub enum EnrolmentStatus: "enrolment_status" {
        Enrolled = "enrolled", Withdrawn = "withdrawn", Completed = "completed", NotCompleted = "not_completed",
    }
}

impl EnrolmentStatus {
    /// Where an enrolment may go from here. What came of it may be corrected; it never becomes undone.
    pub const fn moves(self) -> &'static [Self] {
        match self {
            Self::Enrolled => &[Self::Withdrawn, Self::Completed, Self::NotCompleted],
            Self::Withdrawn => &[Self::Enrolled],
            Self::Completed => &[Self::NotCompleted],
            Self::NotCompleted => &[Self::Completed],
        }
    }

    /// Whether it says what came of the course: the holder's word, not the person's.
    pub const fn is_outcome(self) -> bool {
        matches!(self, Self::Completed | Self::NotCompleted)
    }
}

impl CourseStatus {
    /// Where it may go from here.
    pub const fn moves(self) -> &'static [Self] {
        match self {
            Self::Draft | Self::Returned => &[Self::Submitted, Self::Open, Self::Closed],
            Self::Submitted => &[Self::Open, Self::Full, Self::Returned, Self::Closed],
            Self::Open => &[Self::Submitted, Self::Full, Self::Closed],
            Self::Full => &[Self::Submitted, Self::Open, Self::Closed],
            Self::Closed => &[],
        }
    }

    pub fn may_become(self, next: Self) -> bool {
        self.moves().contains(&next)
    }
}

/// A course as it is kept. Its phone is sealed and never serialised.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = schema::courses)]
pub struct Course {
    pub id: CourseId,
    pub version: i32,
    pub created_at: Instant,
    pub employer_id: EmployerId,
    pub kind: TrainingKind,
    pub title: String,
    pub occupation_code: OccupationCode,
    pub region_code: RegionCode,
    pub address: String,
    pub description: String,
    pub certificate: Option<String>,
    pub lodging: bool,
    pub meals: bool,
    pub contact_name: String,
    #[serde(skip)]
    pub phone_sealed: Option<Sealed>,
    pub phone_masked: Option<String>,
    pub status: CourseStatus,
    pub status_note: String,
    pub published_on: Option<Day>,
}

/// The one run of a course: from when to when, how many hours, how many places.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = schema::course_runs)]
pub struct CourseRun {
    pub id: CourseRunId,
    #[serde(skip)]
    pub version: i32,
    #[serde(skip)]
    pub created_at: Instant,
    pub course_id: CourseId,
    pub starts_on: Day,
    pub ends_on: Day,
    pub hours: i32,
    pub places: i32,
    pub filled: i32,
}

impl CourseRun {
    pub fn free_places(&self) -> i32 {
        self.places.saturating_sub(self.filled).max(0)
    }

    /// The first day on which the holder may say this of somebody: completed not before the last day of the run.
    pub fn earliest_outcome(&self, outcome: EnrolmentStatus) -> Day {
        match outcome {
            EnrolmentStatus::Completed => self.ends_on,
            _ => self.starts_on,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = schema::enrolments)]
pub struct Enrolment {
    pub id: EnrolmentId,
    pub version: i32,
    pub created_at: Instant,
    pub run_id: CourseRunId,
    pub person_id: PersonId,
    pub status: EnrolmentStatus,
    /// Seven digits with a check digit, to be said on the phone.
    pub number: String,
    /// Who did it: the person, or whoever acted for him.
    pub enrolled_by: Option<UserId>,
}

/// What the one page of a course says.
#[derive(Debug, Clone)]
pub struct CourseDraft {
    /// Made with the form, so that sending it twice is one course.
    pub id: CourseId,
    /// Who holds the course.
    pub employer_id: EmployerId,
    pub kind: TrainingKind,
    pub title: String,
    pub region: RegionCode,
    pub starts_on: Day,
    pub ends_on: Day,
    pub hours: i32,
    pub places: i32,
    pub description: String,
    pub contact_name: String,
    /// None in a correction keeps the old one.
    pub phone: Option<Phone>,
    /// None: what the title means.
    pub occupation: Option<OccupationCode>,
    pub address: String,
    pub certificate: Option<String>,
    pub lodging: bool,
    pub meals: bool,
}

/// Somebody enrolled, as the holder of the course sees him.
#[derive(Debug, Clone)]
pub struct Trainee {
    pub enrolment: Enrolment,
    pub name: String,
}

/// An enrolment with the course, as lists show it.
#[derive(Debug, Clone)]
pub struct EnrolmentCard {
    pub enrolment: Enrolment,
    pub course: CourseCard,
}

/// A course with its run and who holds it.
#[derive(Debug, Clone)]
pub struct CourseCard {
    pub course: Course,
    pub run: CourseRun,
    pub employer_name: String,
    pub employer_status: EmployerStatus,
}

impl CourseCard {
    /// Whether people may enrol.
    pub fn is_open(&self) -> bool {
        self.course.status == CourseStatus::Open && self.employer_status != EmployerStatus::Suspended
    }

    /// Whether everybody may see it: also when it is full.
    pub fn is_public(&self) -> bool {
        let is_full = self.course.status == CourseStatus::Full && self.employer_status != EmployerStatus::Suspended;
        self.is_open() || is_full
    }
}
