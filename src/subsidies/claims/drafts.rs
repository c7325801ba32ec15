//! Drafting, filing and withdrawing a claim: what the claimant does.

use std::collections::{HashMap, HashSet};

use chrono::Datelike;
use diesel::prelude::*;
use serde_json::json;

use super::prepare::{Prepared, prepare, standing_of};
use super::taking::{Taking, give_back, take};
use super::{Turn, note_step, seen, turn};
use crate::base::actor::{Actor, Permission};
use crate::base::error::{Error, OrNotFound, Result};
use crate::base::ids::{ClaimId, Id, PersonId, SupportRuleId};
use crate::base::money::Money;
use crate::base::secret::Place;
use crate::employers::{self, EmployerStatus};
use crate::funds::{self, Purpose};
use crate::insert_batch;
use crate::platform::db::schema::{claim_lines, claims};
use crate::platform::db::{Conn, Subject, Tx};
use crate::registry;
use crate::subsidies::assess::{holds_of, may_claim, papers_missing};
use crate::subsidies::flow::next_step;
use crate::subsidies::model::{Claim, ClaimLine, ClaimState, SupportRule};
use crate::subsidies::store::{self, FactSubject};

/// What a claimant asks for. No amount: the rule gives it.
#[derive(Debug, Clone)]
pub struct ClaimDraft {
    /// Made with the form, so that sending it twice is one claim.
    pub id: ClaimId,
    pub rule_id: SupportRuleId,
    pub subject: FactSubject,
    pub year: i32,
    /// Those for whom he asks; all for whom it is possible where none are named.
    pub people: Option<Vec<PersonId>>,
    /// The account to which the claimant is paid; none where the money goes to cards.
    pub account: Option<String>,
}

/// A claim for an actor: its owner's, or one in the scope of who handles claims.
pub fn claim_for(conn: &mut Conn, actor: &Actor, id: ClaimId) -> Result<Claim> {
    let claim = store::claim_by_id(conn, id)?;
    let may_see = is_owner(conn, actor, &claim) || actor.may_in(Permission::SeeClaims, &claim.region_code);
    Some(claim).filter(|_| may_see).or_not_found("claim")
}

/// Whether somebody acts for the claimant: its employer, the person, or whoever acts for people of his scope.
pub(in super::super) fn is_owner(conn: &mut Conn, actor: &Actor, claim: &Claim) -> bool {
    match (claim.employer_id, claim.person_id) {
        (Some(employer), _) => actor.manages(employer),
        (None, Some(person)) => may_act_for(conn, actor, person).is_ok(),
        (None, None) => false,
    }
}

fn may_act_for(conn: &mut Conn, actor: &Actor, person: PersonId) -> Result<()> {
    let permission = if actor.person_id() == Some(person) {
        Permission::ActForSelf
    } else {
        Permission::ActForOthers
    };
    registry::person_for(conn, actor, person, permission).map(drop)
}

/// An account number as people type it: 8 to 30 digits.
fn read_account(text: &str) -> Result<String> {
    let digits: String = crate::base::text::fold(text)
        .chars()
        .filter(|c| !matches!(c, ' ' | '-'))
        .collect();
    let is_account = (8..=30).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    Some(digits)
        .filter(|_| is_account)
        .ok_or_else(|| Error::invalid("account", "account-number"))
}

fn payee_of(tx: &mut Tx<'_>, subject: FactSubject) -> Result<String> {
    match subject {
        FactSubject::Employer(id) => {
            let employer = employers::employer_by_id(tx, id)?;
            if !tx.actor().manages(id) {
                return Err(Error::NotFound("employer"));
            }
            if employer.status != EmployerStatus::Verified {
                return Err(Error::refused("claim-employer-unverified"));
            }
            Ok(employer.name)
        }
        FactSubject::Person(id) => {
            let actor = tx.actor();
            may_act_for(tx, actor, id)?;
            Ok(registry::person_in(tx, id)?.0.name)
        }
    }
}

/// Draws a claim up from records: a line for each person with the months and the amount that the rule gives.
pub fn draft_claim(tx: &mut Tx<'_>, draft: &ClaimDraft) -> Result<Claim> {
    let payee_name = payee_of(tx, draft.subject)?;
    let known: Option<Claim> = claims::table
        .find(draft.id)
        .select(Claim::as_select())
        .first(&mut **tx)
        .optional()?;
    if let Some(known) = known {
        let is_same = known.created_by == tx.actor().user_id();
        return Some(known).filter(|_| is_same).ok_or(Error::Conflict);
    }
    let today = tx.today();
    if !(today.year() - 5..=today.year()).contains(&draft.year) {
        return Err(Error::invalid("year", "claim-year"));
    }
    let rule = store::rule_by_id(tx, draft.rule_id)?;
    let (claimants, region) = standing_of(tx, draft.subject)?;
    let claimant = claimants.iter().find(|claimant| may_claim(&rule, **claimant)).copied();
    let claimant = claimant.ok_or_else(|| Error::refused("claim-not-yours"))?;
    let region_code = region.ok_or_else(|| Error::refused("claim-no-home"))?;
    let account = draft.account.as_deref().map(read_account).transpose()?;
    if account.is_none() && !rule.terms.pay_to_person && matches!(draft.subject, FactSubject::Employer(_)) {
        return Err(Error::invalid("account", "required"));
    }
    let chosen = chosen_lines(tx, &rule, draft)?;
    let amount = total(&chosen);
    let place = Place {
        table: "claims",
        column: "account_sealed",
        id: draft.id.raw(),
    };
    let claim = Claim {
        id: draft.id,
        version: 1,
        created_at: tx.now(),
        created_by: tx.actor().user_id(),
        rule_id: rule.id,
        claimant,
        employer_id: match draft.subject {
            FactSubject::Employer(id) => Some(id),
            FactSubject::Person(_) => None,
        },
        person_id: match draft.subject {
            FactSubject::Employer(_) => None,
            FactSubject::Person(id) => Some(id),
        },
        region_code,
        year: draft.year,
        payee_name,
        account_masked: account
            .as_deref()
            .map(|digits| format!("****{}", &digits[digits.len() - 4..])),
        account_sealed: account.map(|digits| tx.keys().seal(place, &digits)).transpose()?,
        state: ClaimState::Draft,
        entered_on: today,
        due_on: None,
        notice_until: None,
        notice_left: None,
        returns: 0,
        amount_fen: amount,
        fund_id: None,
        reason: String::new(),
    };
    diesel::insert_into(claims::table).values(&claim).execute(&mut **tx)?;
    add_lines(tx, claim.id, &chosen)?;
    note_step(tx, claim.id, ClaimState::Draft, "")?;
    let after = json!({ "rule": rule.code, "year": draft.year, "lines": chosen.len(), "amount": amount });
    let region = claim.region_code.clone();
    tx.audit(
        "draft_claim",
        Subject::new("claim", claim.id),
        Some(&region),
        None::<&()>,
        Some(&after),
    )?;
    Ok(claim)
}

fn total(chosen: &[Prepared]) -> Money {
    Money::from_fen(
        chosen
            .iter()
            .map(|one| one.assessment.amount_fen)
            .fold(0, i64::saturating_add),
    )
}

/// Those who are asked for and may be; somebody who may not be refuses the whole, by name.
fn chosen_lines(tx: &mut Tx<'_>, rule: &SupportRule, draft: &ClaimDraft) -> Result<Vec<Prepared>> {
    let day = tx.today();
    let prepared = prepare(tx, rule, draft.subject, draft.year, day)?;
    let wanted: Option<HashSet<PersonId>> = draft.people.as_ref().map(|people| people.iter().copied().collect());
    let is_wanted = |one: &Prepared| {
        wanted
            .as_ref()
            .is_none_or(|wanted| wanted.contains(&one.facts.person_id))
    };
    let chosen: Vec<Prepared> = prepared
        .into_iter()
        .filter(|one| is_wanted(one) && one.assessment.may_be_asked())
        .collect();
    if let Some(wanted) = &wanted {
        let found: HashSet<PersonId> = chosen.iter().map(|one| one.facts.person_id).collect();
        if wanted.iter().any(|person| !found.contains(person)) {
            return Err(Error::refused("claim-line-barred"));
        }
    }
    if chosen.is_empty() {
        return Err(Error::refused("claim-nobody"));
    }
    Ok(chosen)
}

fn add_lines(tx: &mut Tx<'_>, claim_id: ClaimId, chosen: &[Prepared]) -> Result<Vec<ClaimLine>> {
    let lines: Result<Vec<ClaimLine>> = chosen
        .iter()
        .map(|one| {
            let own = |spell: &&crate::subsidies::assess::Spell| spell.employer_id == one.facts.claimant_employer;
            Ok(ClaimLine {
                id: Id::fresh(),
                claim_id,
                person_id: one.facts.person_id,
                household_id: one.facts.household_id,
                employment_id: one.facts.spells.iter().rfind(own).map(|spell| spell.employment_id),
                enrolment_id: one.facts.course.as_ref().map(|course| course.enrolment_id),
                assessment_json: serde_json::to_string(&one.assessment)?,
                amount_fen: Money::from_fen(one.assessment.amount_fen),
                struck: None,
            })
        })
        .collect();
    let lines = lines?;
    let mut conn = &mut **tx;
    insert_batch!(&mut conn, claim_lines::table, &lines)?;
    Ok(lines)
}

/// Files a claim. The records are read once more: what no longer holds is refused before anybody decides on it, and from
/// now on nobody else gets these months.
pub fn submit_claim(tx: &mut Tx<'_>, id: ClaimId, version: i32) -> Result<Claim> {
    let actor = tx.actor();
    let claim = claim_for(tx, actor, id)?;
    if !is_owner(tx, actor, &claim) {
        return Err(Error::Forbidden);
    }
    let claim = seen(tx, claim.id, version)?;
    if !matches!(claim.state, ClaimState::Draft | ClaimState::Returned) {
        return Err(Error::refused("claim-not-draft").with("state", claim.state));
    }
    let rule = store::rule_by_id(tx, claim.rule_id)?;
    need_papers(tx, &claim, &rule)?;
    if claim.state == ClaimState::Draft {
        take_months(tx, &claim, &rule)?;
    }
    super::signals::note_contacts(tx, &claim)?;
    super::signals::look_at(tx, &claim, &rule)?;
    let next = next_step(&rule.terms.steps, ClaimState::Submitted).cloned();
    let claim = store::claim_by_id(tx, claim.id)?;
    turn(
        tx,
        &claim,
        &Turn {
            to: ClaimState::Submitted,
            note: "",
            next,
        },
    )
}

/// Every document that the rule asks for is there; what was found wanting is there anew.
fn need_papers(tx: &mut Tx<'_>, claim: &Claim, rule: &SupportRule) -> Result<()> {
    let documents = store::documents_of(tx, claim.id)?;
    let steps = store::steps_of(tx, claim.id)?;
    let returned_at = steps
        .iter()
        .rev()
        .find(|step| step.state == ClaimState::Returned)
        .map(|step| step.at);
    let asked = super::steps::Asked::of(claim).papers;
    let counts = |document: &&crate::subsidies::model::ClaimDocument| {
        !asked.contains(&document.kind) || returned_at.is_none_or(|at| document.created_at > at)
    };
    let given: Vec<_> = documents.iter().filter(counts).map(|document| document.kind).collect();
    let mut missing = papers_missing(rule, &given, claim.account_sealed.is_some());
    missing.extend(asked.iter().filter(|paper| !given.contains(paper)));
    missing.sort_unstable();
    missing.dedup();
    if missing.is_empty() {
        return Ok(());
    }
    let words: Vec<&str> = missing.iter().map(|paper| paper.as_str()).collect();
    Err(Error::refused("claim-papers-missing").with("papers", words.join(",")))
}

fn take_months(tx: &mut Tx<'_>, claim: &Claim, rule: &SupportRule) -> Result<()> {
    let day = tx.today();
    let subject = subject_of(claim)?;
    let lines = store::lines_of(tx, &[claim.id])?;
    let prepared = prepare(tx, rule, subject, claim.year, day)?;
    let mut by_person: HashMap<(PersonId, Option<_>), Prepared> = prepared
        .into_iter()
        .map(|one| {
            (
                (
                    one.facts.person_id,
                    one.facts.course.as_ref().map(|course| course.enrolment_id),
                ),
                one,
            )
        })
        .collect();
    let mut takings = Vec::with_capacity(lines.len());
    for line in &lines {
        let now = by_person.remove(&(line.person_id, line.enrolment_id));
        let now = now.ok_or_else(|| Error::refused("claim-changed"))?;
        if !now.assessment.may_be_asked() || now.assessment.amount_fen != line.amount_fen.fen() {
            let by_other = !now.assessment.may_be_asked() && is_taken(&now);
            return Err(Error::refused(if by_other {
                "already-claimed"
            } else {
                "claim-changed"
            }));
        }
        takings.push(Taking {
            line_id: line.id,
            person_id: line.person_id,
            holds: holds_of(rule, &now.facts, &now.assessment),
        });
    }
    take(tx, claim.id, &rule.code, &takings)
}

/// Whether what fails is that somebody else was paid or asks.
fn is_taken(one: &Prepared) -> bool {
    use crate::subsidies::assess::Outcome;
    one.assessment.checks.iter().any(|check| {
        check.outcome == Outcome::Failed
            && matches!(check.code.as_str(), "once" | "excluded" | "months-taken" | "stages")
    })
}

pub(in super::super) fn subject_of(claim: &Claim) -> Result<FactSubject> {
    match (claim.employer_id, claim.person_id) {
        (Some(employer), _) => Ok(FactSubject::Employer(employer)),
        (None, Some(person)) => Ok(FactSubject::Person(person)),
        (None, None) => Err(Error::internal("a claim has no claimant")),
    }
}

/// Takes a claim back, as long as nobody has reviewed it.
pub fn withdraw_claim(tx: &mut Tx<'_>, id: ClaimId, version: i32) -> Result<Claim> {
    let actor = tx.actor();
    let claim = claim_for(tx, actor, id)?;
    if !is_owner(tx, actor, &claim) {
        return Err(Error::Forbidden);
    }
    let claim = seen(tx, claim.id, version)?;
    if !claim.state.may_withdraw() {
        return Err(Error::refused("claim-too-far").with("state", claim.state));
    }
    give_back(tx, claim.id)?;
    funds::give_back(tx, Purpose::of(claim.id), "withdrawn")?;
    turn(
        tx,
        &claim,
        &Turn {
            to: ClaimState::Withdrawn,
            note: "",
            next: None,
        },
    )
}
