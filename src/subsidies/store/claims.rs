//! Queries of claims, their lines and what they have taken.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::base::actor::{Actor, Permission};
use crate::base::error::{OrNotFound, Result};
use crate::base::ids::{ClaimId, EmployerId, HouseholdId, PersonId, SupportRuleId};
use crate::base::region::RegionCode;
use crate::platform::db::Conn;
use crate::platform::db::schema::{
    claim_documents, claim_lines, claim_months, claim_objections, claim_steps, claims, exclusion_groups, support_rules,
};
use crate::subsidies::model::{Claim, ClaimDocument, ClaimLine, ClaimState, ClaimStep, Objection};

/// Values bound at once in an `IN` list.
const IN_LIST: usize = 5_000;

/// A claim; for callers that have asked for permission.
pub fn claim_by_id(conn: &mut Conn, id: ClaimId) -> Result<Claim> {
    claims::table
        .find(id)
        .select(Claim::as_select())
        .first(conn)
        .optional()?
        .or_not_found("claim")
}

/// The claims that wait in some states in the actor's scope, those due first.
pub fn claims_to_handle(conn: &mut Conn, actor: &Actor, states: &[ClaimState], limit: usize) -> Result<Vec<Claim>> {
    let mut found = Vec::new();
    for (from, to) in actor.scope(Permission::SeeClaims).ranges() {
        let rows: Vec<Claim> = claims::table
            .filter(claims::region_code.ge(from))
            .filter(claims::region_code.lt(to))
            .filter(claims::state.eq_any(states))
            .order((claims::due_on, claims::id))
            .limit(i64::try_from(limit).unwrap_or(i64::MAX))
            .select(Claim::as_select())
            .load(conn)?;
        found.extend(rows);
    }
    found.sort_by_key(|claim| (claim.due_on.is_none(), claim.due_on, claim.id));
    found.truncate(limit);
    Ok(found)
}

/// The claims of a fund that stand in a state.
pub(in super::super) fn claims_in(
    conn: &mut Conn,
    fund_id: crate::base::ids::FundId,
    states: &[ClaimState],
) -> Result<Vec<Claim>> {
    Ok(claims::table
        .filter(claims::fund_id.eq(fund_id))
        .filter(claims::state.eq_any(states))
        .order(claims::id)
        .limit(2_000)
        .select(Claim::as_select())
        .load(conn)?)
}

pub fn claims_of_employer(conn: &mut Conn, id: EmployerId) -> Result<Vec<Claim>> {
    Ok(claims::table
        .filter(claims::employer_id.eq(id))
        .order(claims::id.desc())
        .limit(100)
        .select(Claim::as_select())
        .load(conn)?)
}

pub fn claims_of_person(conn: &mut Conn, id: PersonId) -> Result<Vec<Claim>> {
    Ok(claims::table
        .filter(claims::person_id.eq(id))
        .order(claims::id.desc())
        .limit(100)
        .select(Claim::as_select())
        .load(conn)?)
}

/// Whose claims they are.
pub(in super::super) fn payees_of(conn: &mut Conn, ids: &[ClaimId]) -> Result<HashMap<ClaimId, String>> {
    let mut found = HashMap::new();
    for portion in ids.chunks(IN_LIST) {
        let rows: Vec<(ClaimId, String)> = claims::table
            .filter(claims::id.eq_any(portion))
            .order(claims::id)
            .select((claims::id, claims::payee_name))
            .load(conn)?;
        found.extend(rows);
    }
    Ok(found)
}

/// Claims under public notice in a division.
pub fn notices(conn: &mut Conn, region: &RegionCode, limit: i64) -> Result<Vec<Claim>> {
    Ok(claims::table
        .filter(claims::region_code.ge(region.digits()))
        .filter(claims::region_code.lt(region.upper_bound()))
        .filter(claims::state.eq_any([ClaimState::VillageNotice, ClaimState::Notice]))
        .order((claims::notice_until, claims::id))
        .limit(limit)
        .select(Claim::as_select())
        .load(conn)?)
}

/// The lines of claims.
pub fn lines_of(conn: &mut Conn, ids: &[ClaimId]) -> Result<Vec<ClaimLine>> {
    let mut found = Vec::new();
    for portion in ids.chunks(IN_LIST) {
        let rows: Vec<ClaimLine> = claim_lines::table
            .filter(claim_lines::claim_id.eq_any(portion))
            .order((claim_lines::claim_id, claim_lines::id))
            .select(ClaimLine::as_select())
            .load(conn)?;
        found.extend(rows);
    }
    Ok(found)
}

/// What became of a claim so far, oldest first.
pub fn steps_of(conn: &mut Conn, id: ClaimId) -> Result<Vec<ClaimStep>> {
    Ok(claim_steps::table
        .filter(claim_steps::claim_id.eq(id))
        .order(claim_steps::id)
        .limit(500)
        .select(ClaimStep::as_select())
        .load(conn)?)
}

pub fn documents_of(conn: &mut Conn, id: ClaimId) -> Result<Vec<ClaimDocument>> {
    Ok(claim_documents::table
        .filter(claim_documents::claim_id.eq(id))
        .order(claim_documents::id)
        .limit(200)
        .select(ClaimDocument::as_select())
        .load(conn)?)
}

pub fn objections_of(conn: &mut Conn, id: ClaimId) -> Result<Vec<Objection>> {
    Ok(claim_objections::table
        .filter(claim_objections::claim_id.eq(id))
        .order(claim_objections::id)
        .limit(100)
        .select(Objection::as_select())
        .load(conn)?)
}

/// The objection that is being looked into.
pub fn newest_objection(conn: &mut Conn, id: ClaimId) -> Result<Option<Objection>> {
    Ok(objections_of(conn, id)?
        .into_iter()
        .rev()
        .find(|objection| objection.settled_at.is_none()))
}

/// What is taken for persons and households, and how much of a rule each person has had.
#[derive(Debug, Default)]
pub struct Known {
    /// For each person: group → the rule that has it.
    pub taken: HashMap<PersonId, HashMap<String, String>>,
    /// For each household, the groups of the household.
    pub taken_of_household: HashMap<HouseholdId, HashMap<String, String>>,
    /// Units of the rule that each person has had.
    pub units: HashMap<PersonId, u32>,
    /// What each person has had under the rule, in fen.
    pub had: HashMap<PersonId, i64>,
}

/// Reads what is taken, in a constant number of queries.
///
/// What one claim itself has taken may be left out.
pub fn taken_of(
    conn: &mut Conn,
    rule_code: &str,
    (persons, households): (&[PersonId], &[HouseholdId]),
    own: Option<ClaimId>,
) -> Result<Known> {
    // No claim has the number 0.
    let own = own.unwrap_or(ClaimId::from_raw(0));
    let mut known = Known::default();
    let unit = format!("unit:{rule_code}:");
    for portion in persons.chunks(IN_LIST) {
        let rows: Vec<(PersonId, String, String)> = claim_months::table
            .filter(claim_months::person_id.eq_any(portion))
            .filter(claim_months::claim_id.ne(own))
            .order(claim_months::id)
            .select((
                claim_months::person_id,
                claim_months::group_key,
                claim_months::rule_code,
            ))
            .load(conn)?;
        for (person, key, rule) in rows {
            if key.starts_with(&unit) {
                *known.units.entry(person).or_default() += 1;
            }
            known.taken.entry(person).or_default().insert(key, rule);
        }
        let paid: Vec<(PersonId, crate::base::money::Money)> = claim_lines::table
            .inner_join(claims::table.inner_join(support_rules::table))
            .filter(claim_lines::person_id.eq_any(portion))
            .filter(claim_lines::struck.is_null())
            .filter(support_rules::code.eq(rule_code))
            .filter(claims::id.ne(own))
            .filter(claims::state.ne_all([
                ClaimState::Draft,
                ClaimState::Rejected,
                ClaimState::Withdrawn,
                ClaimState::Recovered,
            ]))
            .order(claim_lines::id)
            .select((claim_lines::person_id, claim_lines::amount_fen))
            .load(conn)?;
        for (person, money) in paid {
            *known.had.entry(person).or_default() += money.fen();
        }
    }
    for portion in households.chunks(IN_LIST) {
        let rows: Vec<(Option<HouseholdId>, String, String)> = claim_months::table
            .inner_join(claim_lines::table)
            .inner_join(exclusion_groups::table.on(exclusion_groups::key.eq(claim_months::group_key)))
            .filter(claim_months::claim_id.ne(own))
            .filter(claim_lines::household_id.eq_any(portion.iter().map(|id| Some(*id)).collect::<Vec<_>>()))
            .order(claim_months::id)
            .select((
                claim_lines::household_id,
                claim_months::group_key,
                claim_months::rule_code,
            ))
            .load(conn)?;
        for (household, key, rule) in rows {
            if let Some(household) = household.filter(|_| key.contains(":h")) {
                known.taken_of_household.entry(household).or_default().insert(key, rule);
            }
        }
    }
    Ok(known)
}

/// The other claims that have one of these groups: claim, its owner's name, its state.
pub fn holders_of(conn: &mut Conn, keys: &[String]) -> Result<Vec<(ClaimId, String, ClaimState)>> {
    let mut found = Vec::new();
    for portion in keys.chunks(IN_LIST) {
        let rows: Vec<(ClaimId, String, ClaimState)> = claim_months::table
            .inner_join(claims::table)
            .filter(claim_months::group_key.eq_any(portion))
            .order((claims::id, claim_months::id))
            .limit(50)
            .select((claims::id, claims::payee_name, claims::state))
            .load(conn)?;
        found.extend(rows);
    }
    found.dedup_by_key(|(id, _, _)| *id);
    Ok(found)
}

/// Claims of the same claimant from which money is being asked back out of funds of the same source.
pub(in super::super) fn open_clawbacks(conn: &mut Conn, claim: &Claim) -> Result<Vec<(ClaimId, SupportRuleId)>> {
    let base = claims::table
        .filter(claims::state.eq(ClaimState::Clawback))
        .filter(claims::id.ne(claim.id));
    let rows = match (claim.employer_id, claim.person_id) {
        (Some(employer), _) => base
            .filter(claims::employer_id.eq(employer))
            .order(claims::id)
            .select((claims::id, claims::rule_id))
            .load(conn)?,
        (None, Some(person)) => base
            .filter(claims::person_id.eq(person))
            .order(claims::id)
            .select((claims::id, claims::rule_id))
            .load(conn)?,
        (None, None) => Vec::new(),
    };
    Ok(rows)
}
