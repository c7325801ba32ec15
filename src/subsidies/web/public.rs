//! What everybody may read: which supports there are, what one could get, and whose claims are on notice.

use std::collections::HashMap;

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::{Datelike, Months};

use super::{Part, SheetPage, rule_name};
use crate::base::codes::{HouseholdType, LabourSkill, MonitorCategory, PovertyAttribute, Sex};
use crate::base::error::{Error, Result};
use crate::base::ids::Id;
use crate::base::money::Money;
use crate::base::region::RegionCode;
use crate::base::time::Day;
use crate::platform::Services;
use crate::platform::http::parts::{Cell, Choice, Column, Decision, Fact, Row, Table, Tone};
use crate::platform::http::{Fields, FormState, Reader, Shell, blocking, page};
use crate::platform::i18n::Locale;
use crate::reference::regions;
use crate::registry;
use crate::subsidies::assess::{Assessment, Facts, HouseholdSpell, LabourSpell, Outcome, Spell, assess};
use crate::subsidies::flow::masked_name;
use crate::subsidies::model::{ClaimantKind, SupportRule, TargetGroup, WorkRegion};
use crate::subsidies::store;

#[derive(Template)]
#[template(path = "subsidies/supports.html")]
struct SupportsPage {
    s: Shell,
    f: FormState,
    groups: Vec<Choice>,
    regions: Vec<Choice>,
    reckoned: bool,
    answers: Vec<Decision>,
    rules: Vec<Decision>,
}

/// Groups that somebody knows of himself.
const GROUPS: [TargetGroup; 4] = [
    TargetGroup::ExitedLabour,
    TargetGroup::RelocatedLabour,
    TargetGroup::MonitoredOpen,
    TargetGroup::LowIncomeLabour,
];
const REGIONS: [WorkRegion; 5] = [
    WorkRegion::WithinTownship,
    WorkRegion::InCounty,
    WorkRegion::InPrefecture,
    WorkRegion::InProvinceOutCounty,
    WorkRegion::OutProvince,
];

/// What somebody says of himself; nothing is kept.
struct Said {
    group: TargetGroup,
    region: WorkRegion,
    months: u32,
    wage: Option<Money>,
}

fn read(fields: &Fields) -> Result<Option<Said>> {
    if fields.pairs().is_empty() {
        return Ok(None);
    }
    let mut reader = Reader::new(fields);
    let group = reader.choice("group", |text| {
        TargetGroup::parse(text).filter(|group| GROUPS.contains(group))
    });
    let region = reader.choice("region", |text| {
        WorkRegion::parse(text).filter(|region| REGIONS.contains(region))
    });
    let months = reader.whole("months", 0, 120);
    let wage = reader.optional_money("wage");
    reader.finish()?;
    match (group, region) {
        (Some(group), Some(region)) => {
            let months = u32::try_from(months).unwrap_or(0);
            Ok(Some(Said {
                group,
                region,
                months,
                wage,
            }))
        }
        _ => Ok(None),
    }
}

/// Somebody of that group who has worked so many full months until now, of this or the last years.
fn facts_of(said: &Said, today: Day) -> Facts {
    let first_of_month = today.with_day(1).unwrap_or(today);
    let to = first_of_month.pred_opt().unwrap_or(today);
    let from = first_of_month
        .checked_sub_months(Months::new(said.months))
        .unwrap_or(to);
    let long_ago = from.checked_sub_months(Months::new(240)).unwrap_or(from);
    let spells = if said.months == 0 {
        Vec::new()
    } else {
        vec![Spell {
            employment_id: Id::from_raw(0),
            employer_id: None,
            from,
            to,
            ended: false,
            region: Some(said.region),
            is_written: true,
            agreed_months: None,
            is_organised: false,
            wage_fen: said.wage.map(Money::fen),
        }]
    };
    Facts {
        person_id: Id::from_raw(0),
        household_id: Some(Id::from_raw(0)),
        sex: Sex::Male,
        birth_on: today.checked_sub_months(Months::new(35 * 12)),
        household: vec![HouseholdSpell {
            from: long_ago,
            until: None,
            household_type: (said.group != TargetGroup::MonitoredOpen).then_some(HouseholdType::Exited),
            poverty: (said.group == TargetGroup::LowIncomeLabour).then_some(PovertyAttribute::Dibao),
            monitor: (said.group == TargetGroup::MonitoredOpen).then_some(MonitorCategory::Marginal),
            relocated: said.group == TargetGroup::RelocatedLabour,
        }],
        labour: vec![LabourSpell {
            from: long_ago,
            until: None,
            skill: Some(LabourSkill::Ordinary),
            at_school: false,
        }],
        spells,
        course: None,
        claimant_employer: None,
        claimant_is_workshop: false,
        team_size: None,
        year: to.year(),
        taken: HashMap::new(),
        units_had: 0,
        had_fen: 0,
        figures: None,
        proven_fen: None,
        household_income_fen: None,
    }
}

/// Whether nothing speaks against it but that the bureau has not set its figure yet.
fn could_be(assessment: &Assessment) -> bool {
    let mut failed = assessment
        .checks
        .iter()
        .filter(|check| check.outcome == Outcome::Failed);
    failed.all(|check| check.code == "confirmed")
}

fn answer_box(l: Locale, rule: &SupportRule, assessment: &Assessment) -> Decision {
    let most = assessment.could_be_fen.unwrap_or(assessment.amount_fen);
    let name = rule_name(l, rule);
    let amount = l.money(Money::from_fen(most));
    Decision {
        tone: Tone::Good,
        sentence: l.ta("supports-up-to", &[("name", name.into()), ("amount", amount.into())]),
        facts: Vec::new(),
        rule: Some(rule.source.clone()),
        objection: rule.needs_confirmation().then(|| l.t("supports-not-confirmed")),
    }
}

fn rule_box(l: Locale, rule: &SupportRule) -> Decision {
    let list = |name: &str, codes: Vec<&'static str>| {
        let labels: Vec<String> = codes.into_iter().map(|code| l.label(name, code).to_owned()).collect();
        l.list(&labels)
    };
    let terms = &rule.terms;
    Decision {
        tone: Tone::Plain,
        sentence: rule_name(l, rule),
        facts: vec![
            Fact::new(
                l.t("supports-who-asks"),
                list(
                    ClaimantKind::LIST,
                    terms.claimants.iter().map(|kind| kind.as_str()).collect(),
                ),
            ),
            Fact::new(
                l.t("supports-for-whom"),
                list(
                    TargetGroup::LIST,
                    terms.targets.iter().map(|group| group.as_str()).collect(),
                ),
            ),
            Fact::new(l.t("supports-since"), l.day(rule.effective_from)),
        ],
        rule: Some(rule.source.clone()),
        objection: rule.needs_confirmation().then(|| l.t("supports-not-confirmed")),
    }
}

/// `GET /supports`
pub(super) async fn supports(request: HttpRequest, services: web::Data<Services>) -> Result<HttpResponse> {
    let query = Fields::of_query(&request);
    query.only(&["group", "region", "months", "wage"])?;
    let today = services.clock.today();
    let rules = blocking(move || services.db.read(|conn| store::rules_by(conn, today))).await?;
    let s = Shell::of(&request);
    let l = s.locale;
    let current: Vec<&SupportRule> = rules.iter().filter(|rule| rule.covers(today)).collect();
    let (f, answers, reckoned) = match read(&query) {
        Ok(None) => (FormState::empty(), Vec::new(), false),
        Ok(Some(said)) => {
            let facts = facts_of(&said, today);
            let own = |rule: &&&SupportRule| {
                rule.terms
                    .claimants
                    .iter()
                    .any(|kind| matches!(kind, ClaimantKind::Person | ClaimantKind::Household))
            };
            let found = current.iter().filter(own).filter(|rule| rule.terms.is_claimable());
            let judged = found.map(|rule| (rule, assess(rule, &facts, today)));
            let answers = judged
                .filter(|(_, found)| could_be(found))
                .map(|(rule, found)| answer_box(l, rule, &found))
                .collect();
            (FormState::filled(query.pairs().to_vec()), answers, true)
        }
        Err(Error::Invalid(problems)) => (FormState::refused(&query, &problems, l), Vec::new(), false),
        Err(error) => return Err(error),
    };
    let choice = |list: &str, code: &'static str| Choice::new(code, l.label(list, code));
    page(&SupportsPage {
        groups: GROUPS
            .iter()
            .map(|group| choice(TargetGroup::LIST, group.as_str()))
            .collect(),
        regions: REGIONS
            .iter()
            .map(|region| choice(WorkRegion::LIST, region.as_str()))
            .collect(),
        rules: current.iter().map(|rule| rule_box(l, rule)).collect(),
        f,
        answers,
        reckoned,
        s,
    })
}

/// `GET /notices`: names with their middle masked, village, rule, amount and the days; never a number or an account.
pub(super) async fn notices(request: HttpRequest, services: web::Data<Services>) -> Result<HttpResponse> {
    let query = Fields::of_query(&request);
    query.only(&["region"])?;
    let region = query.find("region").unwrap_or("5328");
    let region = RegionCode::parse(region).filter(|code| regions().get(code).is_some());
    let region = region.ok_or_else(|| Error::bad_request("region", "not-a-choice"))?;
    let db = services.db.clone();
    let (found, lines, rules, names) = blocking(move || {
        db.snapshot(|conn| {
            let found = store::notices(conn, &region, 200)?;
            let ids: Vec<_> = found.iter().map(|claim| claim.id).collect();
            let lines = store::lines_of(conn, &ids)?;
            let rule_ids: Vec<_> = found.iter().map(|claim| claim.rule_id).collect();
            let people: Vec<_> = lines.iter().map(|line| line.person_id).collect();
            Ok((
                found,
                lines,
                store::rules_by_ids(conn, &rule_ids)?,
                registry::persons_by_ids(conn, &people)?,
            ))
        })
    })
    .await?;
    let s = Shell::of(&request);
    let l = s.locale;
    let by_id: HashMap<_, _> = found.iter().map(|claim| (claim.id, claim)).collect();
    let row = |line: &crate::subsidies::model::ClaimLine| {
        let claim = by_id.get(&line.claim_id)?;
        let person = names.get(&line.person_id)?;
        let payee = claim.employer_id.map(|_| claim.payee_name.clone()).unwrap_or_default();
        Some(Row {
            href: None,
            cells: vec![
                Cell::Words(masked_name(&person.name)),
                Cell::Words(regions().name_of(&claim.region_code)),
                Cell::Words(
                    rules
                        .get(&claim.rule_id)
                        .map(|rule| rule_name(l, rule))
                        .unwrap_or_default(),
                ),
                Cell::Words(payee),
                Cell::Words(l.amount(line.amount_fen)),
                Cell::Words(claim.notice_until.map(|day| l.day_iso(day)).unwrap_or_default()),
            ],
        })
    };
    let table = Table {
        caption: l.t("notices-caption"),
        columns: vec![
            Column::words(l.t("claim-column-name")),
            Column::words(l.t("notices-place")),
            Column::words(l.t("claim-column-rule")),
            Column::words(l.t("claim-column-payee")),
            Column::figures(l.t("claim-column-amount")),
            Column::words(l.t("claim-notice-until")),
        ],
        rows: lines
            .iter()
            .filter(|line| line.struck.is_none())
            .filter_map(row)
            .collect(),
        totals: None,
    };
    let part = Part {
        words: vec![l.ta("notices-object", &[("phone", s.help_phone.to_string().into())])],
        table: Some(table),
        ..Part::default()
    };
    let title = s.t("notices-title");
    SheetPage::new(s, title, "", vec![part]).answer()
}
