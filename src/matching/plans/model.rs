//! A plan, its lines and marks.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use crate::base::ids::{HouseholdId, PersonId, PlacementId, PlanId, PlanLineId, PlanMarkId, PostingId, SiteId, UserId};
use crate::base::region::RegionCode;
use crate::base::time::{Day, Instant};
use crate::coded_enum;
use crate::platform::db::schema;

coded_enum! {
    pub enum PlanStatus: "plan_status" {
        /// Somebody asked for it; the task has not come to it yet.
        Waiting = "waiting",
        Ready = "ready", Failed = "failed", Confirmed = "confirmed", Discarded = "discarded",
    }
}

coded_enum! {
    pub enum PlanOutcome: "plan_outcome" {
        Proposed = "proposed", Invited = "invited", Lapsed = "lapsed",
        /// Left out when the plan was confirmed for households at zero only.
        Spared = "spared",
    }
}

/// Who is invited when a plan is confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Invited {
    /// Members of households with nobody in work: what the plan is for.
    #[default]
    Covering,
    /// Everybody in the plan, so that the places left over go to those whom they suit best.
    All,
}

impl Invited {
    pub const ALL: [&str; 2] = ["covering", "all"];

    /// Reads `covering` or `all`.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "covering" => Some(Self::Covering),
            "all" => Some(Self::All),
            _ => None,
        }
    }
}

coded_enum! {
    pub enum PlanMarkKind: "plan_mark" { Lock = "lock", Exclude = "exclude" }
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::plans)]
pub struct Plan {
    pub id: PlanId,
    pub version: i32,
    pub created_at: Instant,
    pub created_by: Option<UserId>,
    pub region_code: RegionCode,
    pub site_id: Option<SiteId>,
    /// `job` or `public_welfare`; none for both.
    pub posting_kind: Option<String>,
    pub as_of_on: Day,
    /// Of the lottery among equals; public.
    pub seed: i64,
    pub status: PlanStatus,
    /// An `Outcome`; empty until it is computed.
    pub outcome_json: String,
}

impl Plan {
    /// What the computation came to.
    pub fn outcome(&self) -> Option<Outcome> {
        serde_json::from_str(&self.outcome_json).ok()
    }
}

/// What an officer asks for.
#[derive(Debug, Clone)]
pub struct PlanDraft {
    pub region: RegionCode,
    pub site: Option<SiteId>,
    pub kind: Option<super::super::OpeningKind>,
    pub seed: i64,
}

/// Figures of a computed plan.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Relocated households of the scope.
    pub households: usize,
    /// Of them with nobody in work and nobody about to start.
    pub uncovered: usize,
    /// Of the uncovered those to whom the plan brings work, locked lines included.
    pub covered: usize,
    /// Of the uncovered those for whose members nothing is possible at all.
    pub without_pair: usize,
    pub persons: usize,
    pub openings: usize,
    pub places: i64,
    pub edges: usize,
    pub total_score: i64,
    pub milliseconds: u64,
    /// Who competes for which few places.
    pub shortages: Vec<Shortage>,
    /// Uncovered households that go without: the ids.
    pub left_out: Vec<HouseholdId>,
    /// Locked pairs that do not hold any more.
    pub broken_locks: Vec<(PersonId, PostingId)>,
    /// Why it could not be computed: a code of a refusal.
    pub failure: Option<String>,
}

/// A bottleneck: so many households have no choice but these openings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shortage {
    pub households: usize,
    pub uncovered: Vec<HouseholdId>,
    pub openings: Vec<PostingId>,
    pub places: i64,
    /// Where so many more places would cover all of them.
    pub more_places: Vec<(PostingId, i64)>,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = schema::plan_lines)]
pub struct PlanLine {
    pub id: PlanLineId,
    pub plan_id: PlanId,
    pub household_id: HouseholdId,
    pub person_id: PersonId,
    pub posting_id: PostingId,
    pub points: i32,
    /// It brings an uncovered household its member in work.
    pub covers: bool,
    /// The person was invited to this opening before.
    pub was_invited: bool,
    pub outcome: PlanOutcome,
    /// Why it did not hold when it was confirmed: a code.
    pub reason: String,
    pub placement_id: Option<PlacementId>,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = schema::plan_marks)]
pub struct PlanMark {
    pub id: PlanMarkId,
    pub plan_id: PlanId,
    pub kind: PlanMarkKind,
    pub person_id: Option<PersonId>,
    pub posting_id: Option<PostingId>,
    pub reason: String,
}
