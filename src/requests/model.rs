//! A request for work or training, and how it was answered.

use diesel::prelude::*;
use serde::Serialize;

use crate::base::ids::{PersonId, UserId, WorkRequestId};
use crate::base::region::RegionCode;
use crate::base::time::{Day, Instant};
use crate::coded_enum;
use crate::platform::db::schema;
use crate::registry::Wants;

coded_enum! {
    pub enum RequestAnswer: "request_answer" {
        Offered = "offered", AtWork = "at_work", Course = "course", NoneNow = "none_now", Withdrawn = "withdrawn",
    }
}

impl RequestAnswer {
    /// What an officer may say; taking it back is the person's own.
    pub const SAID: [Self; 4] = [Self::Offered, Self::Course, Self::AtWork, Self::NoneNow];
}

coded_enum! {
    pub enum RequestChannel: "request_channel" {
        SelfService = "self_service", OnBehalf = "on_behalf",
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = schema::work_requests)]
pub struct WorkRequest {
    pub id: WorkRequestId,
    pub version: i32,
    pub created_at: Instant,
    pub person_id: PersonId,
    /// Where the person lived when he asked: who answers follows from it.
    pub region_code: RegionCode,
    pub number: String,
    pub wants: Wants,
    pub channel: RequestChannel,
    pub asked_on: Day,
    /// The last day on which an answer is in time.
    pub due_on: Day,
    pub answered_on: Option<Day>,
    pub answer: Option<RequestAnswer>,
    pub note: String,
    pub answered_by: Option<UserId>,
    pub is_open: bool,
}
