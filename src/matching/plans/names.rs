//! Names for the ids of a plan: which household, who in it, which opening of whom. A constant number of queries.

use std::collections::HashMap;

use diesel::dsl::count_star;
use diesel::prelude::*;

use super::model::{Plan, PlanLine, PlanMark, PlanOutcome};
use crate::base::error::{Error, Result};
use crate::base::ids::{HouseholdId, PersonId, PlanId, PostingId};
use crate::base::page::{Page, PageRequest};
use crate::base::region::RegionCode;
use crate::base::time::Day;
use crate::platform::db::Conn;
use crate::platform::db::schema::{household_statuses, households, plan_lines, sites};
use crate::postings::{PostingCard, postings_by_ids};
use crate::registry::{members_of, persons_by_ids};

/// Values bound at once.
const IN_LIST: usize = 5_000;

#[derive(Debug, Clone)]
pub struct HouseholdName {
    pub registry_no: String,
    pub region: RegionCode,
    pub site: Option<String>,
    /// The head's name; empty where nobody was asked for it.
    pub head: String,
}

/// What the ids of a plan are called.
#[derive(Debug, Clone, Default)]
pub struct Names {
    pub households: HashMap<HouseholdId, HouseholdName>,
    pub persons: HashMap<PersonId, String>,
    pub postings: HashMap<PostingId, PostingCard>,
}

impl Names {
    /// Reads the names of these households (of `heads` also who heads them), persons and openings.
    pub fn read(
        conn: &mut Conn,
        (all, heads): (&[HouseholdId], &[HouseholdId]),
        persons: &[PersonId],
        postings: &[PostingId],
        day: Day,
    ) -> Result<Self> {
        let mut names = Self {
            households: household_names(conn, all)?,
            persons: persons_by_ids(conn, persons)?
                .into_iter()
                .map(|(id, person)| (id, person.name))
                .collect(),
            postings: postings_by_ids(conn, postings)?,
        };
        // The head comes first in each household.
        for row in members_of(conn, heads, day)? {
            let household = names.households.get_mut(&row.member.household_id);
            if let Some(household) = household.filter(|household| household.head.is_empty()) {
                household.head = row.person.name;
            }
        }
        Ok(names)
    }

    /// The names of a plan's report, of these lines and marks; `heads` are the households listed by name.
    pub fn of_plan(
        conn: &mut Conn,
        plan: &Plan,
        lines: &[PlanLine],
        marks: &[PlanMark],
        heads: &[HouseholdId],
    ) -> Result<Self> {
        let outcome = plan.outcome().unwrap_or_default();
        let mut listed: Vec<HouseholdId> = lines.iter().map(|line| line.household_id).collect();
        listed.extend(heads);
        let mut all = listed.clone();
        let mut persons: Vec<PersonId> = lines.iter().map(|line| line.person_id).collect();
        persons.extend(marks.iter().filter_map(|mark| mark.person_id));
        persons.extend(outcome.broken_locks.iter().map(|(person, _)| *person));
        let mut postings: Vec<PostingId> = lines.iter().map(|line| line.posting_id).collect();
        postings.extend(marks.iter().filter_map(|mark| mark.posting_id));
        postings.extend(outcome.broken_locks.iter().map(|(_, posting)| *posting));
        for shortage in &outcome.shortages {
            all.extend(&shortage.uncovered);
            postings.extend(&shortage.openings);
            postings.extend(shortage.more_places.iter().map(|(posting, _)| *posting));
        }
        once(&mut listed);
        once(&mut all);
        once(&mut persons);
        once(&mut postings);
        Self::read(conn, (&all, &listed), &persons, &postings, plan.as_of_on)
    }
}

fn once<T: Ord>(ids: &mut Vec<T>) {
    ids.sort_unstable();
    ids.dedup();
}

fn household_names(conn: &mut Conn, ids: &[HouseholdId]) -> Result<HashMap<HouseholdId, HouseholdName>> {
    let mut found = HashMap::new();
    for portion in ids.chunks(IN_LIST) {
        let rows: Vec<(HouseholdId, String, RegionCode)> = households::table
            .filter(households::id.eq_any(portion))
            .select((households::id, households::registry_no, households::region_code))
            .load(conn)?;
        let at_site: Vec<(HouseholdId, String)> = household_statuses::table
            .inner_join(sites::table)
            .filter(household_statuses::household_id.eq_any(portion))
            .filter(household_statuses::until_on.is_null())
            .select((household_statuses::household_id, sites::name))
            .load(conn)?;
        let mut at_site: HashMap<HouseholdId, String> = at_site.into_iter().collect();
        found.extend(rows.into_iter().map(|(id, registry_no, region)| {
            let name = HouseholdName {
                registry_no,
                region,
                site: at_site.remove(&id),
                head: String::new(),
            };
            (id, name)
        }));
    }
    Ok(found)
}

/// A page of a plan's lines, those that cover a household first, then by points; all, or those of one outcome.
pub fn lines_page(
    conn: &mut Conn,
    id: PlanId,
    outcome: Option<PlanOutcome>,
    page: &PageRequest,
) -> Result<Page<PlanLine>> {
    let passed: i64 = match page.cursor.as_deref() {
        None => 0,
        Some(text) => text
            .parse()
            .ok()
            .filter(|passed| *passed >= 0)
            .ok_or_else(|| Error::bad_request("cursor", "cursor-unreadable"))?,
    };
    let mut query = plan_lines::table
        .filter(plan_lines::plan_id.eq(id))
        .order((plan_lines::covers.desc(), plan_lines::points.desc(), plan_lines::id))
        .select(PlanLine::as_select())
        .into_boxed();
    if let Some(outcome) = outcome {
        query = query.filter(plan_lines::outcome.eq(outcome));
    }
    let limit = i64::try_from(page.limit).unwrap_or(i64::MAX);
    let rows: Vec<PlanLine> = query.offset(passed).limit(limit.saturating_add(1)).load(conn)?;
    Ok(Page::cut(rows, page.limit, |_| {
        passed.saturating_add(limit).to_string()
    }))
}

/// How many lines a plan has of each outcome.
pub fn line_counts(conn: &mut Conn, id: PlanId) -> Result<HashMap<PlanOutcome, i64>> {
    let rows: Vec<(PlanOutcome, i64)> = plan_lines::table
        .filter(plan_lines::plan_id.eq(id))
        .group_by(plan_lines::outcome)
        .select((plan_lines::outcome, count_star()))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// Whom a plan invites, counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Invitations {
    /// Members of households with nobody in work, not invited yet.
    pub covering: i64,
    /// Members of households that have work already, not invited yet.
    pub others: i64,
    /// Lines that are invitations already.
    pub known: i64,
}

pub fn invitations(conn: &mut Conn, id: PlanId) -> Result<Invitations> {
    let rows: Vec<(bool, bool, i64)> = plan_lines::table
        .filter(plan_lines::plan_id.eq(id))
        .group_by((plan_lines::covers, plan_lines::was_invited))
        .select((plan_lines::covers, plan_lines::was_invited, count_star()))
        .load(conn)?;
    let mut counts = Invitations::default();
    for (covers, was_invited, count) in rows {
        match (was_invited, covers) {
            (true, _) => counts.known += count,
            (false, true) => counts.covering += count,
            (false, false) => counts.others += count,
        }
    }
    Ok(counts)
}
