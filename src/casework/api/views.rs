//! What leaves: cases, steps, measures, alerts and exemptions as programs read them.

use serde::Serialize;
use utoipa::ToSchema;

use crate::base::time::{Day, days_between};
use crate::guarantee::{
    Alert, AlertKind, AlertOutcome, Case, CaseCloseReason, CaseStep, Clocks, Exemption, Measure, Waiting, asked_level,
};
use crate::reference::regions;
use crate::registry::Household;

fn text(day: Option<Day>) -> Option<String> {
    day.map(|day| day.to_string())
}

/// A household that waits, with the step that is due.
#[derive(Debug, Serialize, ToSchema)]
pub struct WaitingView {
    household_id: String,
    #[schema(example = "5328010001234")]
    registry_no: String,
    #[schema(example = "532801003002")]
    region: String,
    region_name: String,
    /// Absent as long as nobody has taken the household up.
    case_id: Option<String>,
    #[schema(example = "helping")]
    state: &'static str,
    found_on: String,
    /// `verify`, `offer`, `clear` or `close`.
    #[schema(example = "verify")]
    due: &'static str,
    /// Absent where nothing is due, or where the calendar of the year is not loaded.
    due_on: Option<String>,
    days_late: i64,
    /// Who is asked: `village`, `township`, `county` or `prefecture`.
    #[schema(example = "township")]
    asked: &'static str,
}

impl WaitingView {
    pub fn of(row: &Waiting, today: Day) -> Self {
        Self {
            household_id: row.household.id.to_string(),
            registry_no: row.household.registry_no.clone(),
            region: row.household.region_code.to_string(),
            region_name: regions().address_of(&row.household.region_code),
            case_id: row.case.as_ref().map(|case| case.id.to_string()),
            state: row.state.as_str(),
            found_on: row.found_on.to_string(),
            due: row.due.as_str(),
            due_on: text(row.due_on),
            days_late: row.days_late(today),
            asked: row.asked.as_str(),
        }
    }
}

/// A case.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseView {
    id: String,
    version: i32,
    #[schema(example = "4821093")]
    number: String,
    household_id: String,
    opened_on: String,
    found_on: String,
    verify_by: Option<String>,
    verified_on: Option<String>,
    offer_by: Option<String>,
    offered_on: Option<String>,
    clear_by: Option<String>,
    closed_on: Option<String>,
    close_reason: Option<&'static str>,
    /// When somebody looks whether the household is still in work.
    stable_on: Option<String>,
    steps: Vec<StepView>,
    measures: Vec<MeasureView>,
}

impl CaseView {
    pub fn of(case: &Case, steps: Vec<StepView>, measures: Vec<MeasureView>) -> Self {
        Self {
            id: case.id.to_string(),
            version: case.version,
            number: case.number.clone(),
            household_id: case.household_id.to_string(),
            opened_on: case.opened_on.to_string(),
            found_on: case.found_on.to_string(),
            verify_by: text(case.verify_by),
            verified_on: text(case.verified_on),
            offer_by: text(case.offer_by),
            offered_on: text(case.offered_on),
            clear_by: text(case.clear_by),
            closed_on: text(case.closed_on),
            close_reason: case.close_reason.map(CaseCloseReason::as_str),
            stable_on: text(case.stable_on),
            steps,
            measures,
        }
    }
}

/// A step of a case.
#[derive(Debug, Serialize, ToSchema)]
pub struct StepView {
    at: String,
    by: String,
    #[schema(example = "verified")]
    kind: &'static str,
    note: String,
}

impl StepView {
    pub fn of(step: &CaseStep) -> Self {
        Self {
            at: step.at.to_string(),
            by: step.actor.clone(),
            kind: step.kind.as_str(),
            note: step.note.clone(),
        }
    }
}

/// A measure of a case.
#[derive(Debug, Serialize, ToSchema)]
pub struct MeasureView {
    id: String,
    version: i32,
    kind: String,
    what: String,
    /// The department to which it is referred; absent where it is done here.
    unit: Option<String>,
    #[schema(example = "referred")]
    status: &'static str,
    due_on: String,
    ended_on: Option<String>,
    outcome: Option<String>,
}

impl MeasureView {
    pub fn of(measure: &Measure) -> Self {
        Self {
            id: measure.id.to_string(),
            version: measure.version,
            kind: measure.kind.clone(),
            what: measure.what.clone(),
            unit: measure.unit.clone(),
            status: measure.status.as_str(),
            due_on: measure.due_on.to_string(),
            ended_on: text(measure.ended_on),
            outcome: measure.outcome.clone(),
        }
    }
}

/// Something that was noticed about a household.
#[derive(Debug, Serialize, ToSchema)]
pub struct AlertView {
    id: String,
    version: i32,
    household_id: String,
    registry_no: String,
    region: String,
    person_id: Option<String>,
    #[schema(example = "job_lost")]
    kind: &'static str,
    opened_on: String,
    due_on: Option<String>,
    days_late: i64,
    asked: &'static str,
    /// Whether somebody says what came of it; the others close by themselves.
    is_occurrence: bool,
    closed_on: Option<String>,
    outcome: Option<&'static str>,
}

impl AlertView {
    pub fn of(alert: &Alert, household: &Household, today: Day) -> Self {
        let kind: AlertKind = alert.kind;
        Self {
            id: alert.id.to_string(),
            version: alert.version,
            household_id: alert.household_id.to_string(),
            registry_no: household.registry_no.clone(),
            region: household.region_code.to_string(),
            person_id: alert.person_id.map(|id| id.to_string()),
            kind: kind.as_str(),
            opened_on: alert.opened_on.to_string(),
            due_on: text(alert.due_on),
            days_late: alert.due_on.map_or(0, |due| days_between(due, today)).max(0),
            asked: asked_level(alert.due_on, today, Clocks::shipped()).as_str(),
            is_occurrence: kind.is_occurrence(),
            closed_on: text(alert.closed_on),
            outcome: alert.outcome.map(AlertOutcome::as_str),
        }
    }
}

/// A decided exemption.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExemptionView {
    id: String,
    version: i32,
    household_id: String,
    registry_no: Option<String>,
    #[schema(example = "care_sole")]
    reason: &'static str,
    /// Whether the household is still counted among those that should have somebody at work.
    in_denominator: bool,
    from_on: String,
    review_on: String,
    ended_on: Option<String>,
    proof: String,
    decided_by: String,
}

impl ExemptionView {
    pub fn of(exemption: &Exemption, household: Option<&Household>) -> Self {
        Self {
            id: exemption.id.to_string(),
            version: exemption.version,
            household_id: exemption.household_id.to_string(),
            registry_no: household.map(|household| household.registry_no.clone()),
            reason: exemption.reason.as_str(),
            in_denominator: exemption.reason.stays_in_denominator(),
            from_on: exemption.from_on.to_string(),
            review_on: exemption.review_on.to_string(),
            ended_on: text(exemption.ended_on),
            proof: exemption.proof.clone(),
            decided_by: exemption.decided_by_name.clone(),
        }
    }
}
