//! The rulebook for officers: every version with its source, confirming it, and rehearsing a change of it.

use actix_web::{HttpRequest, HttpResponse, web};

use super::{Part, SheetPage, rule_name};
use crate::audit::{act, back_to, receipt_words};
use crate::base::actor::{Permission, Scope};
use crate::base::error::{Error, FieldProblem, OrNotFound, Result};
use crate::base::ids::SupportRuleId;
use crate::base::money::Money;
use crate::base::region::RegionCode;
use crate::platform::Services;
use crate::platform::db::Caller;
use crate::platform::http::parts::{Badge, Cell, Choice, Column, Fact, Row, Table, Tone};
use crate::platform::http::plain_form::{FieldKind, FieldSpec, PlainForm};
use crate::platform::http::{Fields, FormState, Reader, Shell, blocking};
use crate::platform::i18n::Locale;
use crate::reference::regions;
use crate::subsidies::actions::{ConfirmationDraft, confirm_rule};
use crate::subsidies::model::{AmountSource, Confirmation, RuleStatus, RuleUnit, SupportRule};
use crate::subsidies::rehearsal::{Change, Rehearsal, rehearse as run_rehearsal};
use crate::subsidies::store;
use crate::subsidies::terms::Amount;

fn rule_id(path: &str) -> Result<SupportRuleId> {
    path.parse().ok().or_not_found("rule")
}

fn status_badge(l: Locale, rule: &SupportRule) -> Badge {
    Badge {
        tone: match rule.status {
            RuleStatus::Active => Tone::Good,
            RuleStatus::Historic => Tone::Quiet,
            RuleStatus::Template => Tone::AtRisk,
        },
        label: l.label(RuleStatus::LIST, rule.status.as_str()).to_owned(),
    }
}

/// `GET /board/rules`
pub(super) async fn list(request: HttpRequest, services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    caller.need(Permission::ManageRules)?;
    Fields::of_query(&request).only(&[])?;
    let db = services.db.clone();
    let rules = blocking(move || db.read(store::all_versions)).await?;
    let s = Shell::of(&request);
    let l = s.locale;
    let row = |rule: &SupportRule| Row {
        href: Some(format!("/board/rules/{}", rule.id)),
        cells: vec![
            Cell::Words(rule_name(l, rule)),
            Cell::State(status_badge(l, rule)),
            Cell::Words(l.day_iso(rule.effective_from)),
            Cell::Words(rule.effective_to.map(|day| l.day_iso(day)).unwrap_or_default()),
            Cell::Words(
                l.label(AmountSource::LIST, rule.terms.amount_source.as_str())
                    .to_owned(),
            ),
        ],
    };
    let table = Table {
        caption: l.t("rules-caption"),
        columns: vec![
            Column::words(l.t("claim-column-rule")),
            Column::words(l.t("claim-column-state")),
            Column::words(l.t("rules-from")),
            Column::words(l.t("rules-to")),
            Column::words(l.t("rules-amount-source")),
        ],
        rows: rules.iter().map(row).collect(),
        totals: None,
    };
    let title = l.t("rules-title");
    SheetPage::new(
        s,
        title,
        "/board/claims",
        vec![Part {
            table: Some(table),
            ..Part::default()
        }],
    )
    .answer()
}

fn facts_of(l: Locale, rule: &SupportRule) -> Vec<Fact> {
    let mut facts = vec![
        Fact::new(l.t("rules-code"), rule.code.clone()),
        Fact::new(l.t("claim-column-state"), status_badge(l, rule).label),
        Fact::new(l.t("rules-from"), l.day(rule.effective_from)),
        Fact::new(l.t("rules-unit"), l.label(RuleUnit::LIST, rule.terms.unit.as_str())),
        Fact::new(
            l.t("rules-amount-source"),
            l.label(AmountSource::LIST, rule.terms.amount_source.as_str()),
        ),
        Fact::new(
            l.t("funds-fund"),
            l.label(crate::funds::FundSource::LIST, rule.terms.fund.as_str()),
        ),
    ];
    if let Some(months) = rule.terms.min_months {
        facts.push(Fact::new(l.t("rules-min-months"), l.number(months)));
    }
    for index in 0..rule.terms.amount.figures_needed() {
        let (least, most) = rule.terms.amount.bounds(index);
        let most = if most == i64::MAX {
            "–".to_owned()
        } else {
            l.amount(Money::from_fen(most))
        };
        facts.push(Fact::new(
            l.t("rules-bounds"),
            format!("{}–{most}", l.amount(Money::from_fen(least))),
        ));
    }
    facts
}

/// `GET /board/rules/{id}`
pub(super) async fn show(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
) -> Result<HttpResponse> {
    caller.need(Permission::ManageRules)?;
    let id = rule_id(&path)?;
    let query = Fields::of_query(&request);
    query.only(&["done"])?;
    let l = Shell::of(&request).locale;
    let db = services.db.clone();
    let (rule, confirmations, receipt) = blocking(move || {
        db.snapshot(|conn| {
            let receipt = receipt_words(conn, &caller.actor, &query, l)?;
            Ok((
                store::rule_by_id(conn, id)?,
                store::confirmations_of(conn, id)?,
                receipt,
            ))
        })
    })
    .await?;
    let row = |confirmation: &Confirmation| {
        let figures: Vec<String> = confirmation
            .figures()
            .into_iter()
            .map(|fen| l.amount(Money::from_fen(fen)))
            .collect();
        Row {
            href: None,
            cells: vec![
                Cell::Words(regions().name_of(&confirmation.region_code)),
                Cell::Words(l.day_iso(confirmation.from_on)),
                Cell::Words(l.list(&figures)),
                Cell::Words(confirmation.document_no.clone()),
                Cell::Words(l.day_iso(confirmation.document_on)),
            ],
        }
    };
    let table = Table {
        caption: l.t("rules-confirmations"),
        columns: vec![
            Column::words(l.t("notices-place")),
            Column::words(l.t("rules-from")),
            Column::words(l.t("rules-figures")),
            Column::words(l.t("rules-document")),
            Column::words(l.t("rules-document-on")),
        ],
        rows: confirmations.iter().map(row).collect(),
        totals: None,
    };
    let links = if rule.terms.is_claimable() {
        vec![
            (format!("/board/rules/{id}/confirmation"), l.t("rule-confirm-title")),
            (format!("/board/rules/{id}/rehearsal"), l.t("rule-rehearse")),
        ]
    } else {
        Vec::new()
    };
    let mut words = vec![rule.source.clone()];
    if rule.needs_confirmation() && confirmations.is_empty() {
        words.push(l.t("supports-not-confirmed"));
    }
    let parts = vec![
        Part {
            words,
            facts: facts_of(l, &rule),
            links,
            ..Part::default()
        },
        Part {
            title: l.t("rules-confirmations"),
            table: Some(table),
            ..Part::default()
        },
    ];
    let mut sheet = SheetPage::new(Shell::of(&request), rule_name(l, &rule), "/board/rules", parts);
    sheet.receipt = receipt;
    sheet.answer()
}

fn form_of(l: Locale, caller: &Caller, rule: &SupportRule) -> PlainForm {
    let field = |name, kind, required| FieldSpec::new(l, "rule", name, kind, required);
    let scope = caller.actor.scope(Permission::ManageRules);
    let home = RegionCode::parse("5328");
    let below = regions().children_of(home.as_ref()).map(|region| region.code.clone());
    let places = home.iter().cloned().chain(below).filter(|code| scope.contains(code));
    let choices = places
        .map(|code| Choice::new(code.to_string(), regions().name_of(&code)))
        .collect();
    let mut fields = vec![
        field("region", FieldKind::Select(choices), true),
        field("from_on", FieldKind::Day, true),
    ];
    if rule.terms.amount.figures_needed() > 0 {
        fields.push(field("figures", FieldKind::Text, true));
    } else if matches!(rule.terms.amount, Amount::AtCost { .. }) {
        fields.push(field("figures", FieldKind::Text, false));
    }
    fields.push(field("document_no", FieldKind::Text, true));
    fields.push(field("document_on", FieldKind::Day, true));
    PlainForm {
        key: "rule-confirm",
        action: format!("/board/rules/{}/confirmations", rule.id),
        back: format!("/board/rules/{}", rule.id),
        facts: facts_of(l, rule),
        fields,
        hidden: Vec::new(),
    }
}

/// `GET /board/rules/{id}/confirmation`
pub(super) async fn confirm_form(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
) -> Result<HttpResponse> {
    caller.need(Permission::ManageRules)?;
    let id = rule_id(&path)?;
    let db = services.db.clone();
    let rule = blocking(move || db.read(|conn| store::rule_by_id(conn, id))).await?;
    form_of(Shell::of(&request).locale, &caller, &rule).show(&request, FormState::empty())
}

/// Figures as they are typed: one, or several with commas or blanks between them.
fn read_figures(text: &str) -> Option<Vec<Money>> {
    text.split(['、', '，', ' ', ';', '；'])
        .filter(|part| !part.trim().is_empty())
        .map(Money::parse_yuan)
        .collect()
}

/// `POST /board/rules/{id}/confirmations`
pub(super) async fn confirm(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
    fields: Fields,
) -> Result<HttpResponse> {
    caller.need(Permission::ManageRules)?;
    let id = rule_id(&path)?;
    let db = services.db.clone();
    let rule = blocking(move || db.read(|conn| store::rule_by_id(conn, id))).await?;
    let form = form_of(Shell::of(&request).locale, &caller, &rule);
    let mut reader = Reader::new(&fields);
    let region = reader.choice("region", RegionCode::parse);
    let from_on = reader.optional_day("from_on");
    let document_no = reader.text("document_no", 120);
    let document_on = reader.optional_day("document_on");
    let figures = read_figures(fields.get("figures"));
    if figures.is_none() {
        reader.problem(FieldProblem::new("figures", "not-an-amount"));
    }
    if let Err(error) = reader.finish() {
        return form.refuse(&request, &fields, error);
    }
    let (Some(region), Some(from_on), Some(document_on), Some(figures)) = (region, from_on, document_on, figures)
    else {
        return form.refuse(&request, &fields, Error::invalid("from_on", "required"));
    };
    let draft = ConfirmationDraft {
        region,
        from_on,
        figures,
        document_no,
        document_on,
    };
    match act(&services, &caller, move |tx| confirm_rule(tx, id, &draft)).await {
        Ok((_, number)) => Ok(back_to(&format!("/board/rules/{id}"), number.as_deref())),
        Err(error) => form.refuse(&request, &fields, error),
    }
}

/// `GET /board/rules/{id}/rehearsal`: what a change would do. Nothing is written.
pub(super) async fn rehearse(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
) -> Result<HttpResponse> {
    caller.need(Permission::ManageRules)?;
    let id = rule_id(&path)?;
    let query = Fields::of_query(&request);
    query.only(&["figures", "min_months", "year"])?;
    let figures = read_figures(query.get("figures")).ok_or_else(|| Error::bad_request("figures", "not-an-amount"))?;
    let number = |name: &'static str| {
        let text = query.find(name);
        text.map(|text| text.parse().map_err(|_| Error::bad_request(name, "not-a-number")))
            .transpose()
    };
    let (min_months, year): (Option<u32>, Option<i32>) = (
        number("min_months")?.map(|n: i32| u32::try_from(n).unwrap_or(0)),
        number("year")?,
    );
    let today = services.clock.today();
    let change = Change {
        figures: (!figures.is_empty()).then(|| figures.iter().map(|money| money.fen()).collect()),
        min_months,
        year: year.unwrap_or_else(|| chrono::Datelike::year(&today)),
    };
    let scope = caller.actor.scope(Permission::ManageRules);
    let db = services.db.clone();
    let (rule, found) = blocking(move || {
        db.snapshot(|conn| {
            let rule = store::rule_by_id(conn, id)?;
            let found = run_rehearsal(conn, &rule, &change, &region_of(&scope), today)?;
            Ok((rule, found))
        })
    })
    .await?;
    let s = Shell::of(&request);
    let l = s.locale;
    let parts = vec![rehearsal_part(l, &found), people_part(l, &found)];
    let title = l.ta("rehearsal-title", &[("rule", rule_name(l, &rule).into())]);
    let mut sheet = SheetPage::new(s, title, &format!("/board/rules/{id}"), parts);
    sheet.lead = sheet.s.t("rehearsal-lead");
    sheet.answer()
}

fn region_of(scope: &Scope) -> RegionCode {
    let own = match scope {
        Scope::Everywhere => None,
        Scope::Regions(own) => own.first().cloned(),
    };
    own.or_else(|| RegionCode::parse("5328"))
        .or_else(|| RegionCode::parse("53"))
        .unwrap_or_else(|| unreachable!("a province"))
}

fn rehearsal_part(l: Locale, found: &Rehearsal) -> Part {
    let money = |fen: i64| l.money(Money::from_fen(fen));
    Part {
        facts: vec![
            Fact::new(l.t("rehearsal-people"), l.number(found.people)),
            Fact::new(l.t("rehearsal-gain"), l.number(found.gain)),
            Fact::new(l.t("rehearsal-lose"), l.number(found.lose)),
            Fact::new(l.t("rehearsal-before"), money(found.before_fen)),
            Fact::new(l.t("rehearsal-after"), money(found.after_fen)),
        ],
        words: vec![l.t("rehearsal-how")],
        ..Part::default()
    }
}

fn people_part(l: Locale, found: &Rehearsal) -> Part {
    let amount = |fen: i64| Cell::Words(l.amount(Money::from_fen(fen)));
    let rows = found.changed.iter().map(|one| Row {
        href: None,
        cells: vec![
            Cell::Words(one.name.clone()),
            amount(one.before_fen),
            amount(one.after_fen),
        ],
    });
    Part {
        title: l.t("rehearsal-changed"),
        table: Some(Table {
            caption: l.t("rehearsal-changed"),
            columns: vec![
                Column::words(l.t("claim-column-name")),
                Column::figures(l.t("rehearsal-before")),
                Column::figures(l.t("rehearsal-after")),
            ],
            rows: rows.collect(),
            totals: None,
        }),
        ..Part::default()
    }
}
