//! Deciding a claim: accepted or returned, reviewed twice, shown to the public, approved or refused.
//!
//! Nobody takes two steps of one claim, nor any of his own, of his organisation's or of his household's.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::signals::{look_at, open_signals};
use super::taking::{give_back, give_back_line};
use super::{Turn, claim_for, seen, turn};
use crate::base::actor::Actor;
use crate::base::error::{Error, OrNotFound, Result};
use crate::base::ids::{ClaimId, ClaimLineId, Id};
use crate::base::money::Money;
use crate::base::region::RegionLevel;
use crate::funds::{self, Purpose};
use crate::platform::db::schema::{claim_lines, claim_objections, claims};
use crate::platform::db::{Conn, Subject, Tx};
use crate::registry;
use crate::subsidies::flow::{days_after, days_left, next_step, permission_of};
use crate::subsidies::model::{Claim, ClaimState, Objection, Paper, SupportRule};
use crate::subsidies::store;
use crate::subsidies::terms::WorkflowStep;

/// What somebody who handles claims decides.
#[derive(Debug, Clone)]
pub enum Decision {
    /// The next step of the workflow is done: accepted, reviewed, approved.
    Pass,
    /// Back to the claimant, once, with everything that is missing.
    Return {
        papers: Vec<Paper>,
        note: String,
    },
    Reject {
        reason: String,
    },
    /// Somebody objects during the notice; its days stop.
    Object {
        words: String,
    },
    /// The objection was looked into: upheld ends the claim, otherwise the notice goes on.
    Settle {
        upheld: bool,
        finding: String,
    },
}

/// What a returned claim was asked for.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Asked {
    pub papers: Vec<Paper>,
    pub note: String,
}

impl Asked {
    /// What the claim was returned for; nothing for one that was not.
    pub fn of(claim: &Claim) -> Self {
        if claim.returns == 0 {
            return Self::default();
        }
        serde_json::from_str(&claim.reason).unwrap_or_default()
    }
}

/// Whether somebody may take the next step of a claim, or why not.
pub fn may_decide(conn: &mut Conn, actor: &Actor, claim: &Claim, rule: &SupportRule) -> Result<()> {
    let step =
        waiting_for(claim, rule).ok_or_else(|| Error::refused("claim-nothing-due").with("state", claim.state))?;
    if !actor.may_in(permission_of(step.by), &claim.region_code) {
        return Err(Error::Forbidden);
    }
    need_impartial(conn, actor, claim)?;
    let took = |step: &crate::subsidies::model::ClaimStep| {
        let decides = matches!(
            step.state,
            ClaimState::Accepted | ClaimState::FirstReview | ClaimState::SecondReview | ClaimState::Approved
        );
        decides && step.actor_id.is_some() && step.actor_id == actor.user_id().map(Id::raw)
    };
    if store::steps_of(conn, claim.id)?.iter().any(took) {
        return Err(Error::refused("claim-step-twice"));
    }
    Ok(())
}

/// The step that a person has to take next; an objection waits for the one who ran the notice.
fn waiting_for<'r>(claim: &Claim, rule: &'r SupportRule) -> Option<&'r WorkflowStep> {
    let steps = &rule.terms.steps;
    match claim.state {
        ClaimState::Objected => steps.iter().find(|step| step.state == stopped_notice(claim)),
        state => next_step(steps, state).filter(|step| {
            !matches!(
                step.state,
                ClaimState::Funding | ClaimState::Paid | ClaimState::Submitted
            )
        }),
    }
}

/// Which notice an objection stopped: kept as the reason of the state.
fn stopped_notice(claim: &Claim) -> ClaimState {
    ClaimState::parse(&claim.reason).unwrap_or(ClaimState::Notice)
}

/// Nobody decides on what is his own: he filed it, works for the claimant, or is of a household that it is about.
pub(super) fn need_impartial(conn: &mut Conn, actor: &Actor, claim: &Claim) -> Result<()> {
    let filed = claim.created_by.is_some() && claim.created_by == actor.user_id();
    let own_employer = claim
        .employer_id
        .is_some_and(|id| actor.employers().any(|own| own == id));
    let own_household = match actor.person_id() {
        None => false,
        Some(person) => {
            let household = registry::household_of(conn, person)?;
            let lines = store::lines_of(conn, &[claim.id])?;
            lines
                .iter()
                .any(|line| line.person_id == person || (household.is_some() && line.household_id == household))
        }
    };
    if filed || own_employer || own_household {
        return Err(Error::refused("claim-own"));
    }
    Ok(())
}

/// Decides on a claim as it was seen.
pub fn decide(tx: &mut Tx<'_>, id: ClaimId, version: i32, decision: &Decision) -> Result<Claim> {
    let actor = tx.actor();
    let claim = claim_for(tx, actor, id)?;
    let claim = seen(tx, claim.id, version)?;
    let rule = store::rule_by_id(tx, claim.rule_id)?;
    if let Decision::Object { words } = decision {
        return object(tx, &claim, words);
    }
    may_decide(tx, actor, &claim, &rule)?;
    match decision {
        Decision::Pass => pass(tx, &claim, &rule),
        Decision::Return { papers, note } => give_return(tx, &claim, papers, note),
        Decision::Reject { reason } => reject(tx, &claim, reason),
        Decision::Settle { upheld, finding } => settle(tx, &claim, &rule, *upheld, finding),
        Decision::Object { .. } => Err(Error::refused("claim-nothing-due").with("state", claim.state)),
    }
}

fn pass(tx: &mut Tx<'_>, claim: &Claim, rule: &SupportRule) -> Result<Claim> {
    let steps = &rule.terms.steps;
    let step = next_step(steps, claim.state)
        .ok_or_else(|| Error::refused("claim-nothing-due").with("state", claim.state))?
        .clone();
    if claim.state.is_notice() && claim.notice_until.is_none_or(|until| tx.today() <= until) {
        let until = claim.notice_until.map(|day| day.to_string()).unwrap_or_default();
        return Err(Error::refused("claim-notice-runs").with("until", until));
    }
    match step.state {
        ClaimState::Accepted => {
            super::proofs::need_proven(tx, claim)?;
            set_aside(tx, claim, rule)?;
            look_at(tx, claim, rule)?;
        }
        ClaimState::FirstReview => look_at(tx, claim, rule)?,
        ClaimState::SecondReview => {
            let open = open_signals(tx, claim.id)?;
            if open > 0 {
                return Err(Error::refused("claim-signals-open").with("n", open));
            }
        }
        ClaimState::Approved => {
            need_no_debt(tx, claim, rule)?;
            funds::commit(tx, Purpose::of(claim.id), claim.amount_fen, "approved")?;
        }
        _ => {}
    }
    let claim = store::claim_by_id(tx, claim.id)?;
    let next = next_step(steps, step.state).cloned();
    let moved = turn(
        tx,
        &claim,
        &Turn {
            to: step.state,
            note: "",
            next: next.clone(),
        },
    )?;
    match next {
        // What follows a step and only has to be shown is shown at once.
        Some(notice) if notice.state.is_notice() => post_notice(tx, &moved, &notice, steps),
        _ => Ok(moved),
    }
}

/// Sets the claim's amount aside in the fund of its county and this year.
fn set_aside(tx: &mut Tx<'_>, claim: &Claim, rule: &SupportRule) -> Result<()> {
    use chrono::Datelike;
    let county = claim
        .region_code
        .at(RegionLevel::County)
        .unwrap_or_else(|| claim.region_code.clone());
    let year = tx.today().year();
    let fund = funds::fund_of(tx, rule.terms.fund, &county, year)?;
    let fund = fund.ok_or_else(|| {
        Error::refused("fund-missing")
            .with("year", year)
            .with("county", &county)
    })?;
    funds::reserve(tx, fund.id, Purpose::of(claim.id), claim.amount_fen, &rule.code)?;
    diesel::update(claims::table.find(claim.id))
        .set(claims::fund_id.eq(Some(fund.id)))
        .execute(&mut **tx)?;
    Ok(())
}

/// Whoever owes money to funds of the same source is not paid from them.
fn need_no_debt(tx: &mut Tx<'_>, claim: &Claim, rule: &SupportRule) -> Result<()> {
    for (other, rule_id) in store::open_clawbacks(tx, claim)? {
        if store::rule_by_id(tx, rule_id)?.terms.fund == rule.terms.fund {
            return Err(Error::refused("claimant-owes").with("claim", other));
        }
    }
    Ok(())
}

fn post_notice(tx: &mut Tx<'_>, claim: &Claim, notice: &WorkflowStep, steps: &[WorkflowStep]) -> Result<Claim> {
    let until = days_after(tx.today(), notice.days, notice.unit)?;
    set_notice(tx, claim, Some(until), None)?;
    let next = next_step(steps, notice.state).cloned();
    turn(
        tx,
        claim,
        &Turn {
            to: notice.state,
            note: "",
            next,
        },
    )
}

fn set_notice(tx: &mut Tx<'_>, claim: &Claim, until: Option<crate::base::time::Day>, left: Option<i32>) -> Result<()> {
    diesel::update(claims::table.find(claim.id))
        .set((claims::notice_until.eq(until), claims::notice_left.eq(left)))
        .execute(&mut **tx)?;
    Ok(())
}

fn set_reason(tx: &mut Tx<'_>, id: ClaimId, reason: &str) -> Result<()> {
    diesel::update(claims::table.find(id))
        .set(claims::reason.eq(reason))
        .execute(&mut **tx)?;
    Ok(())
}

/// A claim is returned once, with everything that is missing, before it is accepted.
fn give_return(tx: &mut Tx<'_>, claim: &Claim, papers: &[Paper], note: &str) -> Result<Claim> {
    if claim.state != ClaimState::Submitted {
        return Err(Error::refused("claim-too-far").with("state", claim.state));
    }
    if claim.returns > 0 {
        return Err(Error::refused("claim-returned-before"));
    }
    if papers.is_empty() && note.trim().is_empty() {
        return Err(Error::invalid("note", "reason-missing"));
    }
    let asked = Asked {
        papers: papers.to_vec(),
        note: note.trim().to_owned(),
    };
    set_reason(tx, claim.id, &serde_json::to_string(&asked)?)?;
    diesel::update(claims::table.find(claim.id))
        .set(claims::returns.eq(claims::returns + 1))
        .execute(&mut **tx)?;
    let words: Vec<&str> = papers.iter().map(|paper| paper.as_str()).collect();
    let note = format!("{} {}", words.join(","), note.trim());
    turn(
        tx,
        claim,
        &Turn {
            to: ClaimState::Returned,
            note: note.trim(),
            next: None,
        },
    )
}

fn reject(tx: &mut Tx<'_>, claim: &Claim, reason: &str) -> Result<Claim> {
    if reason.trim().is_empty() {
        return Err(Error::invalid("note", "reason-missing"));
    }
    give_back(tx, claim.id)?;
    funds::give_back(tx, Purpose::of(claim.id), "rejected")?;
    set_reason(tx, claim.id, reason.trim())?;
    turn(
        tx,
        claim,
        &Turn {
            to: ClaimState::Rejected,
            note: reason,
            next: None,
        },
    )
}

/// An objection stops the notice; what is left of its days is kept. Whoever sees claims of the place may record it.
fn object(tx: &mut Tx<'_>, claim: &Claim, words: &str) -> Result<Claim> {
    let actor = tx.actor();
    if !actor.may_in(crate::base::actor::Permission::SeeClaims, &claim.region_code) {
        return Err(Error::Forbidden);
    }
    let (Some(until), true) = (claim.notice_until, claim.state.is_notice()) else {
        return Err(Error::refused("claim-no-notice"));
    };
    if tx.today() > until {
        return Err(Error::refused("claim-notice-over").with("until", until));
    }
    if words.trim().is_empty() {
        return Err(Error::invalid("note", "reason-missing"));
    }
    let rule = store::rule_by_id(tx, claim.rule_id)?;
    let unit = rule
        .terms
        .steps
        .iter()
        .find(|step| step.state == claim.state)
        .map(|step| step.unit);
    let left = days_left(
        tx.today(),
        until,
        unit.unwrap_or(crate::subsidies::model::DayUnit::Calendar),
    )?;
    let objection = Objection {
        id: Id::fresh(),
        created_at: tx.now(),
        created_by: actor.user_id(),
        claim_id: claim.id,
        words: words.trim().to_owned(),
        finding: None,
        settled_at: None,
    };
    diesel::insert_into(claim_objections::table)
        .values(&objection)
        .execute(&mut **tx)?;
    set_notice(tx, claim, None, i32::try_from(left).ok())?;
    set_reason(tx, claim.id, claim.state.as_str())?;
    turn(
        tx,
        claim,
        &Turn {
            to: ClaimState::Objected,
            note: words,
            next: None,
        },
    )
}

fn settle(tx: &mut Tx<'_>, claim: &Claim, rule: &SupportRule, upheld: bool, finding: &str) -> Result<Claim> {
    if claim.state != ClaimState::Objected {
        return Err(Error::refused("claim-no-objection"));
    }
    if finding.trim().is_empty() {
        return Err(Error::invalid("note", "reason-missing"));
    }
    let objection = store::newest_objection(tx, claim.id)?.or_not_found("objection")?;
    diesel::update(claim_objections::table.find(objection.id))
        .set((
            claim_objections::finding.eq(Some(finding.trim())),
            claim_objections::settled_at.eq(Some(tx.now())),
        ))
        .execute(&mut **tx)?;
    if upheld {
        return reject(tx, claim, finding);
    }
    let state = stopped_notice(claim);
    let steps = &rule.terms.steps;
    let unit = steps.iter().find(|step| step.state == state).map(|step| step.unit);
    let left = u32::try_from(claim.notice_left.unwrap_or(0)).unwrap_or(0);
    let until = days_after(
        tx.today(),
        left,
        unit.unwrap_or(crate::subsidies::model::DayUnit::Calendar),
    )?;
    set_notice(tx, claim, Some(until), None)?;
    set_reason(tx, claim.id, "")?;
    let next = next_step(steps, state).cloned();
    turn(
        tx,
        claim,
        &Turn {
            to: state,
            note: finding,
            next,
        },
    )
}

/// Takes a person out of a claim under review; the others go on. What was set aside for him is given back at approval.
pub fn strike_line(tx: &mut Tx<'_>, id: ClaimId, version: i32, line_id: ClaimLineId, reason: &str) -> Result<Claim> {
    let actor = tx.actor();
    let claim = claim_for(tx, actor, id)?;
    let claim = seen(tx, claim.id, version)?;
    let rule = store::rule_by_id(tx, claim.rule_id)?;
    may_decide(tx, actor, &claim, &rule)?;
    if !matches!(
        claim.state,
        ClaimState::Submitted | ClaimState::Accepted | ClaimState::VillageNotice | ClaimState::FirstReview
    ) {
        return Err(Error::refused("claim-too-far").with("state", claim.state));
    }
    if reason.trim().is_empty() {
        return Err(Error::invalid("note", "reason-missing"));
    }
    let lines = store::lines_of(tx, &[claim.id])?;
    let line = lines.iter().find(|line| line.id == line_id).or_not_found("line")?;
    if line.struck.is_some() {
        return Err(Error::refused("claim-line-struck"));
    }
    let rest = lines
        .iter()
        .filter(|other| other.id != line_id && other.struck.is_none())
        .count();
    if rest == 0 {
        return Err(Error::refused("claim-last-line"));
    }
    give_back_line(tx, line_id)?;
    diesel::update(claim_lines::table.find(line_id))
        .set(claim_lines::struck.eq(Some(reason.trim())))
        .execute(&mut **tx)?;
    let amount = Money::from_fen(claim.amount_fen.fen() - line.amount_fen.fen());
    let moved = diesel::update(claims::table.find(claim.id).filter(claims::version.eq(version)))
        .set((claims::version.eq(version + 1), claims::amount_fen.eq(amount)))
        .execute(&mut **tx)?;
    if moved == 0 {
        return Err(Error::Conflict);
    }
    let region = claim.region_code.clone();
    tx.audit(
        "strike_claim_line",
        Subject::new("claim", claim.id),
        Some(&region),
        None::<&()>,
        Some(&json!({ "line": line_id, "person": line.person_id, "reason": reason.trim(), "amount": amount })),
    )?;
    store::claim_by_id(tx, claim.id)
}
