//! Placements, their steps, and the table of moves.

use diesel::prelude::*;
use serde::Serialize;

use crate::base::ids::{PersonId, PlacementId, PlacementStepId, PostingId, UserId};
use crate::base::time::{Day, Instant};
use crate::coded_enum;
use crate::platform::db::schema;

coded_enum! {
    pub enum PlacementStatus: "placement_status" {
        Recommended = "recommended", Applied = "applied", Shortlisted = "shortlisted", Offered = "offered",
        Accepted = "accepted", Started = "started", Left = "left", Refused = "refused", Withdrawn = "withdrawn",
        EmployerDeclined = "employer_declined", Obsolete = "obsolete",
    }
}

impl PlacementStatus {
    /// Where a placement may go from here.
    pub const fn moves(self) -> &'static [Self] {
        use PlacementStatus as S;
        match self {
            S::Recommended => &[S::Applied, S::Refused, S::Obsolete],
            S::Applied => &[
                S::Shortlisted,
                S::Offered,
                S::EmployerDeclined,
                S::Withdrawn,
                S::Obsolete,
            ],
            S::Shortlisted => &[S::Offered, S::EmployerDeclined, S::Withdrawn, S::Obsolete],
            S::Offered => &[S::Accepted, S::Refused, S::EmployerDeclined, S::Obsolete],
            S::Accepted => &[S::Started, S::Withdrawn, S::EmployerDeclined, S::Obsolete],
            S::Started => &[S::Left],
            S::Left | S::Refused | S::Withdrawn | S::EmployerDeclined | S::Obsolete => &[],
        }
    }

    /// Whether something may still come of it before the first day of work.
    pub const fn is_open(self) -> bool {
        matches!(
            self,
            Self::Recommended | Self::Applied | Self::Shortlisted | Self::Offered | Self::Accepted
        )
    }

    /// Whether it holds one of the posting's places.
    pub const fn holds_place(self) -> bool {
        matches!(self, Self::Accepted | Self::Started)
    }
}

/// Who takes a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The person, or somebody who acts for him.
    Person,
    /// The employer, or the bureau for its own posts.
    Employer,
    /// Nobody: it follows from something else.
    System,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = schema::placements)]
pub struct Placement {
    pub id: PlacementId,
    pub version: i32,
    pub created_at: Instant,
    pub posting_id: PostingId,
    pub person_id: PersonId,
    pub status: PlacementStatus,
    /// Seven digits with a check digit, to be said on the phone.
    pub number: String,
    pub opened_by: Option<UserId>,
    /// Opened by somebody who acted for the person.
    pub on_behalf: bool,
    pub holds_place: bool,
    pub is_open: bool,
    pub start_on: Option<Day>,
    pub reason: Option<String>,
}

impl Placement {
    /// Both sides may call each other: from the application on, until it comes to nothing.
    pub const fn shares_contact(&self) -> bool {
        use PlacementStatus as S;
        matches!(
            self.status,
            S::Applied | S::Shortlisted | S::Offered | S::Accepted | S::Started
        )
    }
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = schema::placement_steps)]
pub struct Step {
    pub id: PlacementStepId,
    pub placement_id: PlacementId,
    pub at: Instant,
    pub actor_id: Option<i64>,
    pub actor: String,
    pub status: PlacementStatus,
    pub note: String,
}

/// A placement with what a list shows of it.
#[derive(Debug, Clone)]
pub struct PlacementRow {
    pub placement: Placement,
    pub posting_title: String,
    pub employer_name: String,
    pub person_name: String,
}
