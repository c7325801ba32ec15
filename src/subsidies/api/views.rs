//! What leaves: rules, offers, claims. Numbers that identify people are not in these types.

use std::collections::HashMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::base::actor::{Actor, Permission};
use crate::base::codes::Language;
use crate::base::error::{Context, Result};
use crate::base::ids::PersonId;
use crate::platform::db::Conn;
use crate::platform::i18n::{Locale, Value};
use crate::registry;
use crate::subsidies::assess::{Assessment, Check, Outcome};
use crate::subsidies::claims::{Offer, Prepared};
use crate::subsidies::model::{Claim, ClaimDocument, ClaimLine, ClaimStep, SupportRule};
use crate::subsidies::store;

/// A check in words.
pub(in super::super) fn check_words(l: Locale, check: &Check) -> String {
    let outcome = match check.outcome {
        Outcome::Passed => "passed",
        Outcome::Failed => "failed",
        Outcome::Paper => "paper",
    };
    let values: Vec<(&str, Value<'_>)> = check
        .values
        .iter()
        .map(|(name, value)| {
            let shown = if name == "group" {
                l.label("target_group", value)
            } else {
                value.as_str()
            };
            (name.as_str(), Value::from(shown.to_owned()))
        })
        .collect();
    l.ta(&format!("support-check-{}-{outcome}", check.code), &values)
}

#[derive(Serialize, ToSchema)]
pub struct RuleView {
    #[schema(value_type = String)]
    id: String,
    code: String,
    name: String,
    name_en: String,
    #[schema(value_type = String)]
    effective_from: String,
    effective_to: Option<String>,
    /// `active`, `historic` or `template`
    status: String,
    /// Whether an officer has to confirm it before it is paid.
    needs_confirmation: bool,
    /// Whether claims are taken here; otherwise it is the tax office's, a bank's or the insurance's.
    claimed_here: bool,
    claimants: Vec<String>,
    targets: Vec<String>,
    unit: String,
    fund: String,
    source: String,
}

impl From<&SupportRule> for RuleView {
    fn from(rule: &SupportRule) -> Self {
        let terms = &rule.terms;
        Self {
            id: rule.id.to_string(),
            code: rule.code.clone(),
            name: rule.zh.clone(),
            name_en: rule.en.clone(),
            effective_from: rule.effective_from.to_string(),
            effective_to: rule.effective_to.map(|day| day.to_string()),
            status: rule.status.to_string(),
            needs_confirmation: rule.needs_confirmation(),
            claimed_here: terms.is_claimable(),
            claimants: terms.claimants.iter().map(ToString::to_string).collect(),
            targets: terms.targets.iter().map(ToString::to_string).collect(),
            unit: terms.unit.to_string(),
            fund: terms.fund.to_string(),
            source: rule.source.clone(),
        }
    }
}

/// One check and its outcome.
#[derive(Serialize, ToSchema)]
pub struct CheckView {
    code: String,
    /// `passed`, `failed`, or `paper`: a document decides it
    outcome: String,
    words: String,
}

fn checks_of(l: Locale, assessment: &Assessment) -> Vec<CheckView> {
    let view = |check: &Check| CheckView {
        code: check.code.clone(),
        outcome: match check.outcome {
            Outcome::Passed => "passed",
            Outcome::Failed => "failed",
            Outcome::Paper => "paper",
        }
        .to_owned(),
        words: check_words(l, check),
    };
    assessment.checks.iter().map(view).collect()
}

fn yuan(fen: i64) -> String {
    crate::base::money::Money::from_fen(fen).to_string()
}

/// One person under a rule.
#[derive(Serialize, ToSchema)]
pub struct PreparedView {
    person_id: String,
    name: String,
    payable: bool,
    amount: String,
    months: Vec<String>,
    checks: Vec<CheckView>,
}

#[derive(Serialize, ToSchema)]
pub struct OfferView {
    rule: RuleView,
    /// As what the caller would claim.
    claimant: String,
    people: usize,
    amount: String,
    lines: Vec<PreparedView>,
}

impl OfferView {
    pub fn of(l: Locale, conn: &mut Conn, offer: &Offer, prepared: &[Prepared]) -> Result<Self> {
        let ids: Vec<PersonId> = prepared.iter().map(|one| one.facts.person_id).collect();
        let persons = registry::persons_by_ids(conn, &ids)?;
        let line = |one: &Prepared| PreparedView {
            person_id: one.facts.person_id.to_string(),
            name: persons
                .get(&one.facts.person_id)
                .map(|person| person.name.clone())
                .unwrap_or_default(),
            payable: one.assessment.may_be_asked(),
            amount: yuan(if one.assessment.is_payable() {
                one.assessment.amount_fen
            } else {
                0
            }),
            months: one.assessment.months.iter().map(ToString::to_string).collect(),
            checks: checks_of(l, &one.assessment),
        };
        Ok(Self {
            rule: RuleView::from(&offer.rule),
            claimant: offer.claimant.to_string(),
            people: offer.people,
            amount: yuan(offer.amount_fen),
            lines: prepared.iter().map(line).collect(),
        })
    }
}

#[derive(Serialize, ToSchema)]
pub struct ClaimView {
    id: String,
    version: i32,
    rule: String,
    rule_name: String,
    claimant: String,
    payee: String,
    region: String,
    year: i32,
    state: String,
    since: String,
    due_on: Option<String>,
    notice_until: Option<String>,
    amount: String,
}

impl ClaimView {
    fn of(claim: &Claim, rule: Option<&SupportRule>) -> Self {
        Self {
            id: claim.id.to_string(),
            version: claim.version,
            rule: rule.map(|rule| rule.code.clone()).unwrap_or_default(),
            rule_name: rule.map(|rule| rule.name(Language::Zh).to_owned()).unwrap_or_default(),
            claimant: claim.claimant.to_string(),
            payee: claim.payee_name.clone(),
            region: claim.region_code.to_string(),
            year: claim.year,
            state: claim.state.to_string(),
            since: claim.entered_on.to_string(),
            due_on: claim.due_on.map(|day| day.to_string()),
            notice_until: claim.notice_until.map(|day| day.to_string()),
            amount: claim.amount_fen.to_string(),
        }
    }
}

/// Claims with the names of their rules.
pub fn with_rules(conn: &mut Conn, claims: &[Claim]) -> Result<Vec<ClaimView>> {
    let ids: Vec<_> = claims.iter().map(|claim| claim.rule_id).collect();
    let rules = store::rules_by_ids(conn, &ids)?;
    Ok(claims
        .iter()
        .map(|claim| ClaimView::of(claim, rules.get(&claim.rule_id)))
        .collect())
}

#[derive(Serialize, ToSchema)]
pub struct LineView {
    id: String,
    person_id: String,
    name: String,
    amount: String,
    months: Vec<String>,
    /// Why a reviewer took it out.
    struck: Option<String>,
    checks: Vec<CheckView>,
}

#[derive(Serialize, ToSchema)]
pub struct StepView {
    at: String,
    actor: String,
    state: String,
    note: String,
}

#[derive(Serialize, ToSchema)]
pub struct DocumentView {
    id: String,
    kind: String,
    file_name: String,
    media_type: String,
    bytes: i32,
    sha256: String,
}

/// A claim with everything that belongs to it.
#[derive(Serialize, ToSchema)]
pub struct ClaimWhole {
    #[serde(flatten)]
    claim: ClaimView,
    lines: Vec<LineView>,
    documents: Vec<DocumentView>,
    steps: Vec<StepView>,
    /// To whom to turn against a refusal, and until when.
    appeal: String,
}

impl ClaimWhole {
    pub fn of(l: Locale, conn: &mut Conn, actor: &Actor, claim: &Claim) -> Result<Self> {
        let rule = store::rule_by_id(conn, claim.rule_id)?;
        let lines = store::lines_of(conn, &[claim.id])?;
        let ids: Vec<PersonId> = lines.iter().map(|line| line.person_id).collect();
        let persons = registry::persons_by_ids(conn, &ids)?;
        let is_staff = actor.may_in(Permission::SeeClaims, &claim.region_code);
        let line_views: Result<Vec<LineView>> = lines.iter().map(|line| line_view(l, line, &persons)).collect();
        let step = |step: &ClaimStep| StepView {
            at: step.at.to_string(),
            // A claimant learns what was decided, not by whom.
            actor: if is_staff { step.actor.clone() } else { String::new() },
            state: step.state.to_string(),
            note: step.note.clone(),
        };
        let document = |document: &ClaimDocument| DocumentView {
            id: document.id.to_string(),
            kind: document.kind.to_string(),
            file_name: document.file_name.clone(),
            media_type: document.media_type.clone(),
            bytes: document.bytes,
            sha256: document.sha256.clone(),
        };
        Ok(Self {
            claim: ClaimView::of(claim, Some(&rule)),
            lines: line_views?,
            documents: store::documents_of(conn, claim.id)?.iter().map(document).collect(),
            steps: store::steps_of(conn, claim.id)?.iter().map(step).collect(),
            appeal: l.t("claim-appeal"),
        })
    }
}

fn line_view(l: Locale, line: &ClaimLine, persons: &HashMap<PersonId, registry::Person>) -> Result<LineView> {
    let assessment: Assessment =
        serde_json::from_str(&line.assessment_json).context("an assessment could not be read")?;
    Ok(LineView {
        id: line.id.to_string(),
        person_id: line.person_id.to_string(),
        name: persons
            .get(&line.person_id)
            .map(|person| person.name.clone())
            .unwrap_or_default(),
        amount: line.amount_fen.to_string(),
        months: assessment.months.iter().map(ToString::to_string).collect(),
        struck: line.struck.clone(),
        checks: checks_of(l, &assessment),
    })
}
