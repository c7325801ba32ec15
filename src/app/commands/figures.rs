//! The figures of the guarantee, on the terminal or as JSON.

use crate::out;
use serde::Serialize;

use super::{Outcome, Setting, read_day, terminal};
use crate::base::actor::Scope;
use crate::base::error::{Error, Result};
use crate::base::time::{Day, days_between};
use crate::guarantee::{self, Coverage, CoverageRow, HouseholdStanding, Level, Parameters};

/// A household at zero, as outsiders read it.
#[derive(Serialize)]
pub struct ZeroHousehold {
    pub household_no: String,
    pub id: String,
    pub region_code: String,
    pub region: String,
    pub group: String,
    pub site: Option<String>,
    pub labourers: usize,
    pub monitored: bool,
    pub since: Day,
    pub days: i64,
}

impl ZeroHousehold {
    pub fn of(household: &HouseholdStanding, as_of: Day) -> Self {
        let facts = &household.facts;
        Self {
            household_no: facts.registry_no.clone(),
            id: facts.household_id.to_string(),
            region_code: facts.region.to_string(),
            region: crate::reference::regions().address_of(&facts.region),
            group: facts.group_name.clone(),
            site: facts.site.clone(),
            labourers: household.standing.labourers,
            monitored: facts.monitored,
            since: household.standing.since,
            days: days_between(household.standing.since, as_of),
        }
    }
}

#[derive(Serialize)]
struct Answer {
    #[serde(flatten)]
    coverage: Coverage,
    zero_households: Vec<ZeroHousehold>,
}

pub fn coverage(setting: &Setting, as_of: Option<&str>, by: &str, json: bool) -> Result<Outcome> {
    let level = Level::parse(by).ok_or_else(|| {
        Error::bad_request("by", "choice-unknown")
            .with("value", by)
            .with("choices", Level::NAMES.join(", "))
    })?;
    let services = setting.open()?;
    let day = read_day(as_of, services.clock.today())?;
    let (figures, zero) = services
        .db
        .snapshot(|conn| guarantee::coverage(conn, &Scope::Everywhere, day, level, &Parameters::default()))?;
    let zero: Vec<ZeroHousehold> = zero.iter().map(|household| ZeroHousehold::of(household, day)).collect();
    if json {
        out!(
            "{}",
            serde_json::to_string_pretty(&Answer {
                coverage: figures,
                zero_households: zero
            })?
        );
        return Ok(Outcome::Done);
    }
    let l = terminal();
    out!("{}", l.ta("cli-coverage-title", &[("day", l.day(day).into())]));
    print_row(&l.t("cli-coverage-total"), &figures.total, &l);
    for row in &figures.rows {
        print_row(&row.name, row, &l);
    }
    if !zero.is_empty() {
        out!();
        out!("{}", l.tn("cli-coverage-zero", zero.len()));
    }
    for household in &zero {
        let site = household.site.as_deref().unwrap_or(&household.group);
        out!(
            "  {}  {}  {}  {}",
            household.household_no,
            household.region,
            site,
            l.tn("cli-coverage-days", household.days)
        );
    }
    Ok(Outcome::Done)
}

fn print_row(name: &str, row: &CoverageRow, l: &crate::platform::i18n::Locale) {
    let rate = row.rate_bp.map(|bp| l.percent(bp)).unwrap_or_else(|| "–".to_owned());
    let text = l.ta(
        "cli-coverage-row",
        &[
            ("rate", rate.into()),
            ("scope", row.in_scope.into()),
            ("labour", row.with_labour.into()),
            ("met", row.met.into()),
            ("risk", row.at_risk.into()),
            ("zero", row.zero.into()),
            ("exempt", row.exempt.into()),
        ],
    );
    out!("{name}  {text}");
}
