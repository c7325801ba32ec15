//! What the bureau vouches for: the figures of a month's last day as they were filed, and spot checks. Filed figures are
//! never changed; what corrections made of that day stands beside them.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::checks::{Estimate, SpotFinding, Stratum, Unit, draw, estimate};
use super::model::{CoverageRow, Level, Parameters};
use super::rules::coverage_of;
use super::store;
use crate::base::actor::{Actor, Permission, Scope};
use crate::base::error::{Error, OrNotFound, Result};
use crate::base::ids::{FrozenMonthId, HouseholdId, Id, SpotCheckHouseholdId, SpotCheckId, UserId};
use crate::base::region::{RegionCode, RegionLevel};
use crate::base::time::{Day, Instant};
use crate::insert_batch;
use crate::platform::db::schema::{frozen_months, spot_check_households, spot_checks};
use crate::platform::db::{Conn, Subject, Tx};
use crate::reference::regions;

/// The figures of a day by township.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    pub as_of: Day,
    pub total: CoverageRow,
    pub rows: Vec<CoverageRow>,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = frozen_months)]
pub struct FrozenMonth {
    pub id: FrozenMonthId,
    pub created_at: Instant,
    /// `2026-11`
    pub month: String,
    pub region_code: RegionCode,
    pub filed_by: Option<UserId>,
    pub filed_by_name: String,
    pub figures_json: String,
}

impl FrozenMonth {
    /// The figures as they were filed.
    pub fn figures(&self) -> Result<Figures> {
        Ok(serde_json::from_str(&self.figures_json)?)
    }
}

/// The last day of a month such as `2026-11`.
pub fn month_end(month: &str) -> Option<Day> {
    let first = crate::base::time::parse_day(&format!("{month}-01")).filter(|_| month.len() == 7)?;
    first.checked_add_months(chrono::Months::new(1))?.pred_opt()
}

/// The figures of a place on a day, by township.
pub fn figures_of(conn: &mut Conn, region: &RegionCode, day: Day) -> Result<Figures> {
    let scope = Scope::Regions(vec![region.clone()]);
    let standings = store::standing_list(conn, &scope, day, &Parameters::default())?;
    let coverage = coverage_of(&standings, day, Level::Region(RegionLevel::Township));
    Ok(Figures {
        as_of: coverage.as_of,
        total: coverage.total,
        rows: coverage.rows,
    })
}

/// Files the figures of a month that is over. A month is filed once.
pub fn file_month(tx: &mut Tx<'_>, region: &RegionCode, month: &str) -> Result<FrozenMonth> {
    if !tx.actor().may_in(Permission::FileFigures, region) {
        return Err(Error::NotFound("region"));
    }
    let day = month_end(month).ok_or_else(|| Error::invalid("month", "not-a-month"))?;
    if day >= tx.today() {
        return Err(Error::invalid("month", "month-not-over"));
    }
    let known: i64 = frozen_months::table
        .filter(frozen_months::month.eq(month))
        .filter(frozen_months::region_code.eq(region))
        .count()
        .get_result(&mut **tx)?;
    if known > 0 {
        return Err(Error::refused("month-filed").with("month", month));
    }
    let figures = figures_of(tx, region, day)?;
    let filed = FrozenMonth {
        id: Id::fresh(),
        created_at: tx.now(),
        month: month.to_owned(),
        region_code: region.clone(),
        filed_by: tx.actor().user_id(),
        filed_by_name: tx.actor().label.clone(),
        figures_json: serde_json::to_string(&figures)?,
    };
    diesel::insert_into(frozen_months::table)
        .values(&filed)
        .execute(&mut **tx)?;
    let total = &figures.total;
    let after = json!({
        "month": month, "with_labour": total.with_labour, "covered": total.covered, "zero": total.zero, "exempt": total.exempt,
    });
    tx.audit(
        "file_month",
        Subject::new("month", filed.id),
        Some(region),
        None::<&()>,
        Some(&after),
    )?;
    Ok(filed)
}

/// The months filed for places of a scope, the newest first.
pub fn frozen_months_in(conn: &mut Conn, scope: &Scope) -> Result<Vec<FrozenMonth>> {
    let mut rows: Vec<FrozenMonth> = frozen_months::table
        .order((frozen_months::month.desc(), frozen_months::id.desc()))
        .limit(1_000)
        .select(FrozenMonth::as_select())
        .load(conn)?;
    rows.retain(|month| scope.contains(&month.region_code));
    Ok(rows)
}

/// A filed month for an actor, with what that day looks like now.
pub fn frozen_month(conn: &mut Conn, actor: &Actor, id: FrozenMonthId) -> Result<(FrozenMonth, Figures, Figures)> {
    let found: Option<FrozenMonth> = frozen_months::table
        .find(id)
        .select(FrozenMonth::as_select())
        .first(conn)
        .optional()?;
    let month = found.or_not_found("month")?;
    if !actor.may_in(Permission::SeeFigures, &month.region_code) {
        return Err(Error::NotFound("month"));
    }
    let filed = month.figures()?;
    let now = figures_of(conn, &month.region_code, filed.as_of)?;
    Ok((month, filed, now))
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = spot_checks)]
pub struct SpotCheck {
    pub id: SpotCheckId,
    pub created_at: Instant,
    pub region_code: RegionCode,
    pub as_of_on: Day,
    /// Public: published before the draw.
    pub seed: String,
    pub size: i32,
    pub reported_json: String,
    pub drawn_by: Option<UserId>,
    pub drawn_by_name: String,
}

/// What was reported on the day of the draw: the total, and how many households each township has.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Reported {
    pub total: CoverageRow,
    pub strata: Vec<(String, u32)>,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = spot_check_households)]
pub struct SpotCheckHousehold {
    pub id: SpotCheckHouseholdId,
    pub spot_check_id: SpotCheckId,
    pub household_id: HouseholdId,
    /// The township.
    pub stratum: String,
    pub reported_covered: bool,
    pub found: Option<SpotFinding>,
    pub found_on: Option<Day>,
    pub found_by: Option<String>,
    pub note: String,
}

/// What a check is to be.
#[derive(Debug, Clone)]
pub struct SpotCheckDraft {
    pub region: RegionCode,
    pub seed: String,
    pub size: usize,
}

/// The most households of one check.
pub const MOST_CHECKED: usize = 2_000;

/// Draws a sample by a public seed from the households that should have somebody at work today.
pub fn draw_spot_check(tx: &mut Tx<'_>, draft: &SpotCheckDraft) -> Result<SpotCheck> {
    if !tx.actor().may_in(Permission::FileFigures, &draft.region) {
        return Err(Error::NotFound("region"));
    }
    let seed = draft.seed.trim();
    if seed.chars().count() < 4 || seed.chars().count() > 60 {
        return Err(Error::invalid("seed", "seed-short"));
    }
    let today = tx.today();
    let scope = Scope::Regions(vec![draft.region.clone()]);
    let mut standings = store::standing_list(tx, &scope, today, &Parameters::default())?;
    let total = coverage_of(&standings, today, Level::Region(RegionLevel::Township));
    standings.retain(|h| h.standing.state.is_zero() || h.standing.state.is_covered());
    let stratum = |region: &RegionCode| {
        let township = region.at(RegionLevel::Township);
        township.unwrap_or_else(|| region.clone()).to_string()
    };
    let frame: Vec<Unit> = standings
        .iter()
        .map(|h| Unit {
            registry_no: h.facts.registry_no.clone(),
            stratum: stratum(&h.facts.region),
        })
        .collect();
    if frame.is_empty() {
        return Err(Error::refused("nothing-to-check"));
    }
    let rows = total.rows.iter();
    let reported = Reported {
        strata: rows.map(|row| (row.code.clone(), row.with_labour)).collect(),
        total: total.total.clone(),
    };
    let check = SpotCheck {
        id: Id::fresh(),
        created_at: tx.now(),
        region_code: draft.region.clone(),
        as_of_on: today,
        seed: seed.to_owned(),
        size: i32::try_from(draft.size).unwrap_or(i32::MAX),
        reported_json: serde_json::to_string(&reported)?,
        drawn_by: tx.actor().user_id(),
        drawn_by_name: tx.actor().label.clone(),
    };
    diesel::insert_into(spot_checks::table)
        .values(&check)
        .execute(&mut **tx)?;
    let drawn: Vec<SpotCheckHousehold> = draw(&frame, seed, draft.size)
        .into_iter()
        .filter_map(|place| Some((frame.get(place)?, standings.get(place)?)))
        .map(|(unit, household)| SpotCheckHousehold {
            id: Id::fresh(),
            spot_check_id: check.id,
            household_id: household.facts.household_id,
            stratum: unit.stratum.clone(),
            reported_covered: household.standing.state.is_covered(),
            found: None,
            found_on: None,
            found_by: None,
            note: String::new(),
        })
        .collect();
    insert_batch!(tx, spot_check_households::table, &drawn)?;
    let after = json!({ "seed": seed, "households": drawn.len(), "rate_bp": reported.total.rate_bp });
    tx.audit(
        "draw_spot_check",
        Subject::new("spot_check", check.id),
        Some(&draft.region),
        None::<&()>,
        Some(&after),
    )?;
    Ok(check)
}

/// Somebody was there and says what he found.
pub fn record_finding(
    tx: &mut Tx<'_>,
    id: SpotCheckId,
    household_id: HouseholdId,
    found: SpotFinding,
    note: &str,
) -> Result<()> {
    let actor = tx.actor();
    let household = crate::registry::household_for(tx, actor, household_id, Permission::WorkCases)?;
    let note = note.trim();
    if note.chars().count() < 4 {
        return Err(Error::invalid("note", "reason-too-short"));
    }
    let (today, by) = (tx.today(), tx.actor().label.clone());
    let told = diesel::update(
        spot_check_households::table
            .filter(spot_check_households::spot_check_id.eq(id))
            .filter(spot_check_households::household_id.eq(household_id))
            .filter(spot_check_households::found.is_null()),
    )
    .set((
        spot_check_households::found.eq(found),
        spot_check_households::found_on.eq(today),
        spot_check_households::found_by.eq(by),
        spot_check_households::note.eq(note),
    ))
    .execute(&mut **tx)?;
    if told == 0 {
        let drawn: i64 = spot_check_households::table
            .filter(spot_check_households::spot_check_id.eq(id))
            .filter(spot_check_households::household_id.eq(household_id))
            .count()
            .get_result(&mut **tx)?;
        return Err(match drawn {
            0 => Error::NotFound("spot_check"),
            _ => Error::refused("finding-recorded"),
        });
    }
    tx.audit(
        "record_finding",
        Subject::new("household", household_id),
        Some(&household.region_code),
        None::<&()>,
        Some(&json!({ "found": found, "note": note })),
    )
}

/// The checks of a scope, the newest first.
pub fn spot_checks_in(conn: &mut Conn, scope: &Scope) -> Result<Vec<SpotCheck>> {
    let mut rows: Vec<SpotCheck> = spot_checks::table
        .order(spot_checks::id.desc())
        .limit(500)
        .select(SpotCheck::as_select())
        .load(conn)?;
    rows.retain(|check| scope.contains(&check.region_code));
    Ok(rows)
}

/// A check with its households and, once every township was visited, the estimate.
#[derive(Debug, Clone)]
pub struct CheckReport {
    pub check: SpotCheck,
    pub reported: Reported,
    /// The households of the actor's scope, with their numbers.
    pub households: Vec<(SpotCheckHousehold, String, RegionCode)>,
    pub checked: usize,
    pub drawn: usize,
    /// Visits at which the finding was another than the report.
    pub differing: usize,
    pub estimate: Option<Estimate>,
}

/// A check for an actor. Who was not found counts as not at work: nothing proves it.
pub fn spot_check(conn: &mut Conn, actor: &Actor, id: SpotCheckId) -> Result<CheckReport> {
    use crate::platform::db::schema::households;
    let found: Option<SpotCheck> = spot_checks::table
        .find(id)
        .select(SpotCheck::as_select())
        .first(conn)
        .optional()?;
    let check = found.or_not_found("spot_check")?;
    let scope = actor.scope(Permission::SeeGuarantee);
    if !scope.contains(&check.region_code) && scope.within(&check.region_code).is_none() {
        return Err(Error::NotFound("spot_check"));
    }
    let mut rows: Vec<(SpotCheckHousehold, String, RegionCode)> = spot_check_households::table
        .inner_join(households::table)
        .filter(spot_check_households::spot_check_id.eq(id))
        .order((spot_check_households::stratum, spot_check_households::id))
        .select((
            SpotCheckHousehold::as_select(),
            households::registry_no,
            households::region_code,
        ))
        .load(conn)?;
    let reported: Reported = serde_json::from_str(&check.reported_json)?;
    let strata: Vec<Stratum> = reported
        .strata
        .iter()
        .map(|(code, all)| {
            let here = || rows.iter().filter(|(row, _, _)| row.stratum == *code);
            let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
            Stratum {
                all: *all,
                checked: count(here().filter(|(row, _, _)| row.found.is_some()).count()),
                at_work: count(
                    here()
                        .filter(|(row, _, _)| row.found == Some(SpotFinding::AtWork))
                        .count(),
                ),
            }
        })
        .collect();
    let (drawn, checked) = (
        rows.len(),
        rows.iter().filter(|(row, _, _)| row.found.is_some()).count(),
    );
    let differs = |row: &SpotCheckHousehold| {
        row.found
            .is_some_and(|found| (found == SpotFinding::AtWork) != row.reported_covered)
    };
    let differing = rows.iter().filter(|(row, _, _)| differs(row)).count();
    rows.retain(|(_, _, region)| scope.contains(region));
    Ok(CheckReport {
        estimate: estimate(&strata),
        check,
        reported,
        households: rows,
        checked,
        drawn,
        differing,
    })
}

/// The name of a place for a list.
pub fn place_of(region: &RegionCode) -> String {
    regions().name_of(region)
}
