//! Reading the rulebook's file. It is read strictly: a word too many, a pair of exclusions written on one side only, an
//! amount that its kind does not have — the file is refused with its line and the reason, and nothing is taken over.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use super::model::{
    AmountKind, AmountSource, ClaimantKind, Exclusion, ExclusionScope, Paper, RuleStatus, RuleUnit, TargetGroup,
    WorkRegion,
};
use super::terms::{Amount, Cadence, LimitUnit, Method, MonthRule, Terms, Tier, Window, WorkflowStep};
use crate::base::error::{Error, Result};
use crate::base::time::{Day, parse_day};
use crate::funds::FundSource;

/// The rulebook that ships with the program.
pub const SHIPPED: &str = include_str!("data/support_rules.toml");

/// A rule as a file states it.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleEntry {
    pub code: String,
    pub effective_from: Day,
    pub effective_to: Option<Day>,
    pub status: RuleStatus,
    pub zh: String,
    pub en: String,
    pub source: String,
    pub terms: Terms,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    schema_version: Spanned<u32>,
    workflow: BTreeMap<String, Profile>,
    #[serde(default)]
    rule: Vec<RawRule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Profile {
    #[serde(rename = "zh")]
    _zh: String,
    #[serde(rename = "en")]
    _en: String,
    #[serde(rename = "terms_source")]
    _terms_source: AmountSource,
    #[serde(default, rename = "note")]
    _note: String,
    steps: Vec<WorkflowStep>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum TiersAre {
    Max,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum PayTo {
    Person,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRule {
    code: Spanned<String>,
    zh: String,
    en: String,
    measure: Vec<u8>,
    claimant: Vec<ClaimantKind>,
    pay_to: Option<PayTo>,
    targets: Vec<TargetGroup>,
    unit: RuleUnit,
    amount_kind: AmountKind,
    amount_fen: Option<i64>,
    amount_min_fen: Option<i64>,
    amount_max_fen: Option<i64>,
    percent_bp: Option<i64>,
    percent_base: Option<String>,
    formula: Option<String>,
    method: Option<Method>,
    #[serde(default)]
    tiers: Vec<Tier>,
    #[serde(default)]
    tiers_cumulative: bool,
    tiers_are: Option<TiersAre>,
    cap_fen: Option<i64>,
    max_units: Option<u32>,
    max_units_unit: Option<LimitUnit>,
    extend_to_retirement_if_years_below: Option<u32>,
    min_months: Option<u32>,
    month_rule: Option<MonthRule>,
    window: Option<Window>,
    min_contract_months: Option<u32>,
    #[serde(default)]
    requires_si: bool,
    #[serde(default)]
    requires_organised: bool,
    #[serde(default)]
    requires_recognition: bool,
    #[serde(default)]
    first_time_with_employer: bool,
    min_team_size: Option<u32>,
    min_household_labour_income_fen: Option<i64>,
    #[serde(default)]
    region_scope: Vec<WorkRegion>,
    age_min: Option<i32>,
    age_max_m: Option<i32>,
    age_max_f: Option<i32>,
    max_times: Option<u32>,
    max_times_scope: Option<ExclusionScope>,
    excludes: Vec<Exclusion>,
    evidence: Vec<Paper>,
    #[serde(default)]
    evidence_any: Vec<Vec<Paper>>,
    apply_within_months: Option<u32>,
    apply_cadence: Option<Cadence>,
    #[serde(default)]
    apply_deadlines: Vec<String>,
    term_months: Option<u32>,
    #[serde(default)]
    renewable: bool,
    workflow: String,
    fund: FundSource,
    effective_from: Datetime,
    effective_to: Option<Datetime>,
    status: RuleStatus,
    amount_source: AmountSource,
    terms_source: AmountSource,
    source: String,
}

/// The line on which a byte of the text stands, counted from one.
fn line_of(text: &str, at: usize) -> usize {
    let before = text.as_bytes().get(..at.min(text.len())).unwrap_or_default();
    before.iter().filter(|byte| **byte == b'\n').count() + 1
}

/// The longest rulebook that is read.
const MOST_BYTES: usize = 1_000_000;

/// Reads a rulebook, or says on which line it is wrong and why.
pub fn read_rulebook(text: &str) -> Result<Vec<RuleEntry>> {
    if text.len() > MOST_BYTES {
        return Err(Error::refused("rulebook-too-long"));
    }
    let file: File = toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(1, |span| line_of(text, span.start));
        Error::refused("rulebook-unreadable")
            .with("line", line)
            .with("reason", error.message().lines().next().unwrap_or_default())
    })?;
    if *file.schema_version.get_ref() != 1 {
        return Err(Error::refused("rulebook-schema").with("line", line_of(text, file.schema_version.span().start)));
    }
    let mut entries = Vec::with_capacity(file.rule.len());
    let mut lines = Vec::with_capacity(file.rule.len());
    for raw in file.rule {
        let line = line_of(text, raw.code.span().start);
        let code = raw.code.get_ref().clone();
        let entry = entry_of(raw, &file.workflow).map_err(|fault| at_line(fault, line, &code))?;
        entries.push(entry);
        lines.push(line);
    }
    check_together(&entries, &lines)?;
    Ok(entries)
}

fn at_line(fault: &'static str, line: usize, rule: &str) -> Error {
    let error = match fault {
        "amount" => Error::refused("rulebook-amount"),
        "code" => Error::refused("rulebook-code"),
        "day" => Error::refused("rulebook-day"),
        "workflow" => Error::refused("rulebook-workflow"),
        "claimant" => Error::refused("rulebook-claimant"),
        _ => Error::refused("rulebook-months"),
    };
    error.with("line", line).with("rule", rule)
}

fn entry_of(raw: RawRule, workflows: &BTreeMap<String, Profile>) -> std::result::Result<RuleEntry, &'static str> {
    let code = raw.code.get_ref().clone();
    let is_code = (2..=40).contains(&code.len())
        && code
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    if !is_code {
        return Err("code");
    }
    if raw.claimant.is_empty() || raw.targets.is_empty() {
        return Err("claimant");
    }
    let steps = workflows.get(&raw.workflow).ok_or("workflow")?.steps.clone();
    let effective_from = day_of(&raw.effective_from)?;
    let effective_to = raw.effective_to.as_ref().map(day_of).transpose()?;
    if effective_to.is_some_and(|to| to < effective_from) {
        return Err("day");
    }
    if raw.max_times.is_some() != raw.max_times_scope.is_some()
        || raw.max_times == Some(0)
        || raw.min_months.is_some() != raw.month_rule.is_some()
    {
        return Err("months");
    }
    let deadlines: Option<Vec<(u32, u32)>> = raw.apply_deadlines.iter().map(|text| deadline_of(text)).collect();
    let amount = amount_of(&raw)?;
    let terms = Terms {
        measures: raw.measure,
        claimants: raw.claimant,
        pay_to_person: raw.pay_to.is_some(),
        targets: raw.targets,
        unit: raw.unit,
        amount,
        amount_source: raw.amount_source,
        terms_source: raw.terms_source,
        cap_fen: raw.cap_fen,
        max_units: raw.max_units,
        max_units_unit: raw.max_units_unit,
        extend_to_retirement_if_years_below: raw.extend_to_retirement_if_years_below,
        min_months: raw.min_months,
        month_rule: raw.month_rule.unwrap_or(MonthRule::Cumulative),
        window: raw.window,
        min_contract_months: raw.min_contract_months,
        requires_si: raw.requires_si,
        requires_organised: raw.requires_organised,
        requires_recognition: raw.requires_recognition,
        first_time_with_employer: raw.first_time_with_employer,
        min_team_size: raw.min_team_size,
        min_household_income_fen: raw.min_household_labour_income_fen,
        regions: raw.region_scope,
        age_min: raw.age_min,
        age_max_men: raw.age_max_m,
        age_max_women: raw.age_max_f,
        max_times: raw.max_times,
        max_times_scope: raw.max_times_scope,
        excludes: raw.excludes,
        papers: raw.evidence,
        papers_any: raw.evidence_any,
        apply_within_months: raw.apply_within_months,
        cadence: raw.apply_cadence,
        deadlines: deadlines.ok_or("day")?,
        term_months: raw.term_months,
        renewable: raw.renewable,
        workflow: raw.workflow,
        steps,
        fund: raw.fund,
    };
    Ok(RuleEntry {
        code,
        effective_from,
        effective_to,
        status: raw.status,
        zh: raw.zh,
        en: raw.en,
        source: raw.source,
        terms,
    })
}

fn day_of(value: &Datetime) -> std::result::Result<Day, &'static str> {
    if value.time.is_some() || value.offset.is_some() {
        return Err("day");
    }
    parse_day(&value.to_string()).ok_or("day")
}

fn deadline_of(text: &str) -> Option<(u32, u32)> {
    let (month, day) = text.split_once('-')?;
    let (month, day) = (month.parse().ok()?, day.parse().ok()?);
    // A common year, so that a deadline exists in every year.
    Day::from_ymd_opt(2021, month, day).map(|_| (month, day))
}

/// The amount of a kind has its own figures and no others.
fn amount_of(raw: &RawRule) -> std::result::Result<Amount, &'static str> {
    use AmountKind as K;
    let positive = |fen: Option<i64>| fen.filter(|fen| *fen > 0).ok_or("amount");
    let has_bounds = raw.amount_min_fen.is_some() || raw.amount_max_fen.is_some();
    let foreign = match raw.amount_kind {
        K::Fixed | K::Max | K::Min => has_bounds || !raw.tiers.is_empty() || raw.percent_bp.is_some(),
        K::Range => raw.amount_fen.is_some() || !raw.tiers.is_empty() || raw.percent_bp.is_some(),
        K::Tiers | K::Percent | K::Formula => raw.amount_fen.is_some() || has_bounds,
        K::AtCost => has_bounds || !raw.tiers.is_empty() || raw.percent_bp.is_some(),
        K::Relief => !raw.tiers.is_empty() || raw.percent_bp.is_some(),
    };
    let only_tiers = raw.tiers_cumulative || raw.tiers_are.is_some();
    if foreign || (only_tiers && raw.amount_kind != K::Tiers) || raw.cap_fen.is_some_and(|cap| cap <= 0) {
        return Err("amount");
    }
    Ok(match raw.amount_kind {
        K::Fixed => Amount::Fixed {
            fen: positive(raw.amount_fen)?,
            leaders: raw.method == Some(Method::LeadersOfTeam),
        },
        K::Max => Amount::Max {
            ceiling: positive(raw.amount_fen)?,
        },
        K::Min => Amount::Min {
            floor: positive(raw.amount_fen)?,
        },
        K::Range => {
            let (low, high) = (positive(raw.amount_min_fen)?, positive(raw.amount_max_fen)?);
            if low > high {
                return Err("amount");
            }
            Amount::Range { low, high }
        }
        K::Tiers => {
            if raw.tiers.is_empty() || raw.tiers.iter().any(|tier| tier.amount_fen <= 0) {
                return Err("amount");
            }
            Amount::Tiers {
                tiers: raw.tiers.clone(),
                cumulative: raw.tiers_cumulative,
                ceilings: raw.tiers_are.is_some(),
            }
        }
        K::Percent => Amount::Percent {
            bp: raw.percent_bp.filter(|bp| (1..=10_000).contains(bp)).ok_or("amount")?,
            base: raw.percent_base.clone().ok_or("amount")?,
        },
        K::Formula => Amount::Formula {
            method: raw.method.ok_or("amount")?,
            words: raw.formula.clone().ok_or("amount")?,
        },
        K::AtCost => Amount::AtCost {
            planned: raw.amount_fen.map(|fen| positive(Some(fen))).transpose()?,
        },
        K::Relief => {
            let most = positive(raw.amount_max_fen)?;
            if raw.amount_fen.is_some_and(|fen| fen <= 0 || fen > most) {
                return Err("amount");
            }
            Amount::Relief {
                fen: raw.amount_fen,
                most,
                by_months: raw.method == Some(Method::YearByMonths),
            }
        }
    })
}

/// What only the whole file shows: no version twice, exclusions of known rules, each pair on both rows with one scope.
fn check_together(entries: &[RuleEntry], lines: &[usize]) -> Result<()> {
    for (entry, line) in entries.iter().zip(lines) {
        let same = |other: &&RuleEntry| other.code == entry.code && other.effective_from == entry.effective_from;
        if entries.iter().filter(same).count() > 1 {
            return Err(Error::refused("rulebook-version-twice")
                .with("line", line)
                .with("rule", &entry.code));
        }
        for pair in &entry.terms.excludes {
            let wrong = |code| {
                Error::refused(code)
                    .with("line", line)
                    .with("rule", &entry.code)
                    .with("other", &pair.rule)
            };
            if pair.rule == entry.code {
                return Err(wrong("rulebook-excludes-itself"));
            }
            let mut others = entries.iter().filter(|other| other.code == pair.rule).peekable();
            if others.peek().is_none() {
                return Err(wrong("rulebook-excludes-unknown"));
            }
            let answers = |other: &RuleEntry| {
                let back = |back: &Exclusion| back.rule == entry.code && back.scope == pair.scope;
                other.terms.excludes.iter().any(back)
            };
            if !others.all(answers) {
                return Err(wrong("rulebook-one-sided"));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> (&'static str, Vec<(&'static str, String)>) {
        match read_rulebook(text) {
            Err(Error::Refused { code, values }) => (code, values),
            other => panic!("not refused: {other:?}"),
        }
    }

    #[test]
    fn the_shipped_rulebook_is_read_with_all_its_rows() {
        let entries = read_rulebook(SHIPPED).unwrap();
        assert_eq!(entries.len(), 32);
        assert!(
            entries
                .iter()
                .any(|e| matches!(e.terms.amount, Amount::Percent { bp: 1_000, .. }))
        );
        assert_eq!(entries.iter().filter(|e| e.terms.is_claimable()).count(), 24);
        assert!(entries.iter().all(|e| !e.source.is_empty()));
        // What is kept reads back as it was.
        for entry in entries {
            let json = serde_json::to_string(&entry.terms).unwrap();
            assert_eq!(
                serde_json::from_str::<Terms>(&json).unwrap(),
                entry.terms,
                "{}",
                entry.code
            );
        }
    }

    #[test]
    fn a_bad_file_is_refused_with_its_line_and_the_reason() {
        let line = |needle: &str| SHIPPED.lines().position(|l| l.contains(needle)).unwrap() + 1;
        let cases: [(&str, String, &str, Option<usize>); 10] = [
            ("a word too many", SHIPPED.replacen("requires_si = true", "requires_is = true", 1), "rulebook-unreadable", Some(line("requires_si = true"))),
            ("a word nobody knows", SHIPPED.replacen("unit = \"team_month\"", "unit = \"team_week\"", 1), "rulebook-unreadable", Some(line("unit = \"team_month\""))),
            ("a pair on one side", SHIPPED.replacen("excludes = [{ rule = \"UI_SKILL\", scope = \"person_certificate\" }, { rule = \"ON_JOB_TRAIN\", scope = \"person_year\" }]", "excludes = [{ rule = \"UI_SKILL\", scope = \"person_certificate\" }]", 1), "rulebook-one-sided", Some(line("code = \"ON_JOB_TRAIN\""))),
            ("a pair with two scopes", SHIPPED.replacen("excludes = [{ rule = \"HIRE_ONEOFF\", scope = \"person_year\" }]", "excludes = [{ rule = \"HIRE_ONEOFF\", scope = \"person_ever\" }]", 1), "rulebook-one-sided", Some(line("code = \"HIRE_ONEOFF\""))),
            ("an unknown rule", SHIPPED.replacen("{ rule = \"TEAM_LEADER\", scope = \"person_month\" }", "{ rule = \"NOBODY\", scope = \"person_month\" }", 1), "rulebook-excludes-unknown", Some(line("code = \"AGENCY_PLACEMENT\""))),
            ("a fixed amount of nothing", SHIPPED.replacen("amount_fen = 500000", "amount_fen = 0", 1), "rulebook-amount", Some(line("code = \"HIRE_SI6\""))),
            ("a range upside down", SHIPPED.replacen("amount_min_fen = 200000\namount_max_fen = 300000", "amount_min_fen = 300000\namount_max_fen = 200000", 1), "rulebook-amount", Some(line("code = \"WORKSHOP_HIRE\""))),
            ("a workflow that is not there", SHIPPED.replacen("workflow = \"employer\"", "workflow = \"boss\"", 1), "rulebook-workflow", Some(line("code = \"HIRE_ONEOFF\""))),
            ("an end before the start", SHIPPED.replacen("effective_to = 2021-12-31", "effective_to = 2019-12-31", 1), "rulebook-day", Some(line("code = \"ON_JOB_TRAIN\""))),
            ("no TOML at all", "schema_version = 1\n[[rule]\n".to_owned(), "rulebook-unreadable", Some(2)),
        ];
        for (name, text, code, line) in cases {
            assert_ne!(text, SHIPPED, "{name}: nothing was replaced");
            let (found, values) = refusal(&text);
            assert_eq!(found, code, "{name}: {values:?}");
            let said = values
                .iter()
                .find(|(name, _)| *name == "line")
                .map(|(_, value)| value.parse().unwrap());
            assert_eq!(said, line, "{name}: {values:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in "[\\x00-\\x7f]{0,200}", at in 0_usize..20_000) {
            let _ = read_rulebook(&text);
            let cut: String = SHIPPED.chars().take(at).collect();
            let _ = read_rulebook(&cut);
        }
    }
}
