//! What programs are told of placement plans.

use serde::Serialize;
use utoipa::ToSchema;

use super::super::model::{Outcome, Plan, PlanLine, PlanMark, PlanStatus, Shortage};
use super::super::names::Names;
use super::super::words;
use crate::platform::i18n::Locale;
use crate::reference::regions;

/// A placement plan.
#[derive(Serialize, ToSchema)]
pub(super) struct PlanView {
    #[schema(example = "01J8ZK4Q9T3VB")]
    pub id: String,
    /// To be sent back with a step or a mark.
    #[schema(example = 2)]
    pub version: i32,
    #[schema(example = "2026-11-23T01:00:00Z")]
    pub created_at: String,
    #[schema(example = "532801")]
    pub region: String,
    #[schema(example = "景洪市")]
    pub region_name: String,
    /// The settlement site, where the plan is for one only.
    pub site_id: Option<String>,
    /// `job` or `public_welfare`; absent for both.
    #[schema(example = "job")]
    pub kind: Option<String>,
    /// The day whose facts were weighed.
    #[schema(example = "2026-11-23")]
    pub as_of: String,
    /// The public lottery number.
    #[schema(example = 20_261_123)]
    pub seed: i64,
    #[schema(example = "ready")]
    pub status: &'static str,
    /// Households without work in the scope.
    #[schema(example = 20)]
    pub uncovered: Option<usize>,
    /// Of them those to which the plan brings an offer of work.
    #[schema(example = 14)]
    pub covered: Option<usize>,
}

/// The outcome of the newest computation; none while a new one waits.
pub(super) fn outcome_of(plan: &Plan) -> Option<Outcome> {
    plan.outcome().filter(|_| plan.status != PlanStatus::Waiting)
}

impl From<&Plan> for PlanView {
    fn from(plan: &Plan) -> Self {
        let computed = outcome_of(plan).filter(|outcome| outcome.failure.is_none());
        Self {
            id: plan.id.to_string(),
            version: plan.version,
            created_at: plan.created_at.to_string(),
            region: plan.region_code.to_string(),
            region_name: regions().address_of(&plan.region_code),
            site_id: plan.site_id.map(|id| id.to_string()),
            kind: plan.posting_kind.clone(),
            as_of: plan.as_of_on.to_string(),
            seed: plan.seed,
            status: plan.status.as_str(),
            uncovered: computed.as_ref().map(|outcome| outcome.uncovered),
            covered: computed.as_ref().map(|outcome| outcome.covered),
        }
    }
}

/// More places of an opening.
#[derive(Serialize, ToSchema)]
pub(super) struct MorePlacesView {
    pub posting_id: String,
    #[schema(example = 5)]
    pub places: i64,
}

/// Who competes for which few places.
#[derive(Serialize, ToSchema)]
pub(super) struct ShortageView {
    #[schema(example = 14)]
    pub households: usize,
    #[schema(example = 9)]
    pub places: i64,
    /// The households that go without.
    pub uncovered: Vec<String>,
    pub openings: Vec<String>,
    /// So many more places cover all of them.
    pub more_places: Vec<MorePlacesView>,
    /// The same in words, in the caller's language.
    #[schema(example = "曼丢安置点：14 户只能争 9 个名额（保洁员·曼迈保洁·嘎洒镇），5 户落空。")]
    pub sentence: String,
    #[schema(example = "再开 5 个“保洁员·曼迈保洁·嘎洒镇”，这些户就能全部有人就业。")]
    pub remedy: String,
}

pub(super) fn shortage_view(l: Locale, plan: &Plan, found: &Shortage, names: &Names) -> ShortageView {
    let (sentence, remedy) = words::shortage(l, plan, found, names);
    let more = found.more_places.iter();
    ShortageView {
        households: found.households,
        places: found.places,
        uncovered: found.uncovered.iter().map(ToString::to_string).collect(),
        openings: found.openings.iter().map(ToString::to_string).collect(),
        more_places: more
            .map(|(id, places)| MorePlacesView {
                posting_id: id.to_string(),
                places: *places,
            })
            .collect(),
        sentence,
        remedy,
    }
}

/// A pair of a person and an opening.
#[derive(Serialize, ToSchema)]
pub(super) struct PairView {
    pub person_id: String,
    pub posting_id: String,
}

/// What a computation came to.
#[derive(Serialize, ToSchema)]
pub(super) struct OutcomeView {
    /// Relocated households of the scope.
    pub households: usize,
    pub persons: usize,
    pub openings: usize,
    pub places: i64,
    /// Pairs that nothing bars.
    pub pairs: usize,
    pub total_score: i64,
    pub milliseconds: u64,
    /// Households without work for whose members nothing is possible.
    pub without_pair: usize,
    pub shortages: Vec<ShortageView>,
    /// Households without work to which the plan brings none.
    pub left_out: Vec<String>,
    /// Locked pairs that do not hold any more.
    pub broken_locks: Vec<PairView>,
    /// The code of what went wrong, where it could not be computed.
    pub failure: Option<String>,
}

/// A plan with everything that its computation came to.
#[derive(Serialize, ToSchema)]
pub(super) struct PlanReportView {
    pub plan: PlanView,
    pub outcome: Option<OutcomeView>,
}

pub(super) fn outcome_view(l: Locale, plan: &Plan, outcome: Outcome, names: &Names) -> OutcomeView {
    OutcomeView {
        households: outcome.households,
        persons: outcome.persons,
        openings: outcome.openings,
        places: outcome.places,
        pairs: outcome.edges,
        total_score: outcome.total_score,
        milliseconds: outcome.milliseconds,
        without_pair: outcome.without_pair,
        shortages: outcome
            .shortages
            .iter()
            .map(|found| shortage_view(l, plan, found, names))
            .collect(),
        left_out: outcome.left_out.iter().map(ToString::to_string).collect(),
        broken_locks: outcome
            .broken_locks
            .iter()
            .map(|(person, posting)| PairView {
                person_id: person.to_string(),
                posting_id: posting.to_string(),
            })
            .collect(),
        failure: outcome.failure,
    }
}

/// Who is to be invited where.
#[derive(Serialize, ToSchema)]
pub(super) struct PlanLineView {
    pub id: String,
    pub household_id: String,
    #[schema(example = "5328010010020007")]
    pub household_no: String,
    pub person_id: String,
    #[schema(example = "岩温")]
    pub person_name: String,
    pub posting_id: String,
    #[schema(example = "保洁员")]
    pub posting_title: String,
    #[schema(example = "曼迈保洁服务有限公司")]
    pub employer_name: String,
    #[schema(example = 310)]
    pub points: i32,
    /// It brings a household without work its first member in work.
    pub covers: bool,
    pub was_invited: bool,
    #[schema(example = "proposed")]
    pub outcome: &'static str,
    /// Why it lapsed: the code and the sentence.
    pub reason: Option<String>,
    pub reason_sentence: Option<String>,
    pub placement_id: Option<String>,
}

pub(super) fn line_view(l: Locale, line: &PlanLine, names: &Names) -> PlanLineView {
    let card = names.postings.get(&line.posting_id);
    let reason = (!line.reason.is_empty()).then(|| line.reason.clone());
    PlanLineView {
        id: line.id.to_string(),
        household_id: line.household_id.to_string(),
        household_no: names
            .households
            .get(&line.household_id)
            .map(|household| household.registry_no.clone())
            .unwrap_or_default(),
        person_id: line.person_id.to_string(),
        person_name: names.persons.get(&line.person_id).cloned().unwrap_or_default(),
        posting_id: line.posting_id.to_string(),
        posting_title: card.map(|card| card.posting.title.clone()).unwrap_or_default(),
        employer_name: card.map(|card| card.employer_name.clone()).unwrap_or_default(),
        points: line.points,
        covers: line.covers,
        was_invited: line.was_invited,
        outcome: line.outcome.as_str(),
        reason_sentence: reason.as_ref().map(|_| words::lapse(l, line)),
        reason,
        placement_id: line.placement_id.map(|id| id.to_string()),
    }
}

/// What an officer has fixed or ruled out.
#[derive(Serialize, ToSchema)]
pub(super) struct PlanMarkView {
    pub id: String,
    #[schema(example = "exclude")]
    pub kind: &'static str,
    pub person_id: Option<String>,
    pub posting_id: Option<String>,
    #[schema(example = "家里有小孩要带")]
    pub reason: String,
}

impl From<&PlanMark> for PlanMarkView {
    fn from(mark: &PlanMark) -> Self {
        Self {
            id: mark.id.to_string(),
            kind: mark.kind.as_str(),
            person_id: mark.person_id.map(|id| id.to_string()),
            posting_id: mark.posting_id.map(|id| id.to_string()),
            reason: mark.reason.clone(),
        }
    }
}

/// The figures of a plan.
#[derive(Serialize, ToSchema)]
pub(super) struct WhatIfFigures {
    #[schema(example = 14)]
    pub covered: usize,
    #[schema(example = 20)]
    pub uncovered: usize,
    pub left_out: usize,
    pub total_score: i64,
}

impl From<&Outcome> for WhatIfFigures {
    fn from(outcome: &Outcome) -> Self {
        Self {
            covered: outcome.covered,
            uncovered: outcome.uncovered,
            left_out: outcome.left_out.len(),
            total_score: outcome.total_score,
        }
    }
}

/// What more places would bring.
#[derive(Serialize, ToSchema)]
pub(super) struct WhatIfView {
    pub stored: WhatIfFigures,
    pub with: WhatIfFigures,
}
