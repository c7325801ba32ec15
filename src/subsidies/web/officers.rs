//! The officers' side: the queue, the funds with their ledgers, payment batches and their results.

use actix_web::{HttpRequest, HttpResponse, web};

use super::claimant::claims_table;
use super::{Part, SheetPage, WAITING};
use crate::audit::{act, back_to, receipt_words};
use crate::base::actor::Permission;
use crate::base::error::{Error, OrNotFound, Result};
use crate::base::ids::FundId;
use crate::base::region::{RegionCode, RegionLevel};
use crate::funds::{self, BatchState, Fund, FundSource, LedgerAccount, LedgerEntry, MoveKind, PaymentBatch};
use crate::platform::Services;
use crate::platform::db::Caller;
use crate::platform::http::parts::{Badge, Button, Cell, Choice, Column, Fact, Row, Table, Tone};
use crate::platform::http::plain_form::{FieldKind, FieldSpec, PlainForm};
use crate::platform::http::{Fields, FormState, Reader, Shell, blocking, choice_filter};
use crate::platform::i18n::Locale;
use crate::reference::regions;
use crate::subsidies::claims;
use crate::subsidies::model::ClaimState;
use crate::subsidies::store;

/// `GET /board/claims`
pub(super) async fn queue(request: HttpRequest, services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    caller.need(Permission::SeeClaims)?;
    let query = Fields::of_query(&request);
    query.only(&["state"])?;
    let names: Vec<&str> = ClaimState::ALL.iter().map(|state| state.as_str()).collect();
    let state = choice_filter(&query, "state", &names, ClaimState::parse)?;
    let states = state.map_or_else(|| WAITING.to_vec(), |state| vec![state]);
    let may = caller.actor.may(Permission::SeeFunds);
    let may_rules = caller.actor.may(Permission::ManageRules);
    let db = services.db.clone();
    let (found, rules) = blocking(move || {
        db.snapshot(|conn| {
            let found = store::claims_to_handle(conn, &caller.actor, &states, 200)?;
            let ids: Vec<_> = found.iter().map(|claim| claim.rule_id).collect();
            Ok((found, store::rules_by_ids(conn, &ids)?))
        })
    })
    .await?;
    let s = Shell::of(&request);
    let l = s.locale;
    let mut links: Vec<(String, String)> = vec![("/board/claims".to_owned(), l.t("claim-queue-all"))];
    links.extend(
        [ClaimState::Paid, ClaimState::Clawback, ClaimState::Rejected]
            .iter()
            .map(|state| {
                (
                    format!("/board/claims?state={state}"),
                    l.label(ClaimState::LIST, state.as_str()).to_owned(),
                )
            }),
    );
    links.push(("/board/signals".to_owned(), l.t("signals-title")));
    links.push(("/board/controls".to_owned(), l.t("controls-title")));
    if may {
        links.push(("/board/funds".to_owned(), l.t("funds-title")));
    }
    if may_rules {
        links.push(("/board/rules".to_owned(), l.t("rules-title")));
    }
    let parts = vec![
        Part {
            links,
            ..Part::default()
        },
        Part {
            table: Some(claims_table(l, &found, |claim| rules.get(&claim.rule_id))),
            ..Part::default()
        },
    ];
    let title = l.t("claim-queue-title");
    SheetPage::new(s, title, "", parts).answer()
}

fn fund_words(l: Locale, fund: &Fund) -> String {
    let source = l.label(FundSource::LIST, fund.source.as_str());
    format!("{} {} {}", fund.year, regions().name_of(&fund.region_code), source)
}

/// `GET /board/funds`
pub(super) async fn funds_list(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
) -> Result<HttpResponse> {
    caller.need(Permission::SeeFunds)?;
    Fields::of_query(&request).only(&[])?;
    let may_grant = caller.actor.may(Permission::ManageFunds);
    let db = services.db.clone();
    let found = blocking(move || db.read(|conn| funds::funds_of(conn, &caller.actor, 200))).await?;
    let s = Shell::of(&request);
    let l = s.locale;
    let row = |fund: &Fund| {
        let mut cells = vec![Cell::Words(fund_words(l, fund))];
        let figures = [
            fund.granted_fen,
            fund.available_fen,
            fund.reserved_fen,
            fund.committed_fen,
            fund.paid_fen,
        ];
        cells.extend(figures.map(|money| Cell::Words(l.amount(money))));
        Row {
            href: Some(format!("/board/funds/{}", fund.id)),
            cells,
        }
    };
    let mut columns = vec![Column::words(l.t("funds-fund")), Column::figures(l.t("funds-granted"))];
    for account in [
        LedgerAccount::Available,
        LedgerAccount::Reserved,
        LedgerAccount::Committed,
        LedgerAccount::Paid,
    ] {
        columns.push(Column::figures(l.label(LedgerAccount::LIST, account.as_str())));
    }
    let table = Table {
        caption: l.t("funds-caption"),
        columns,
        rows: found.iter().map(row).collect(),
        totals: None,
    };
    let links = if may_grant {
        vec![("/board/funds/new".to_owned(), l.t("fund-form-title"))]
    } else {
        Vec::new()
    };
    let title = l.t("funds-title");
    SheetPage::new(
        s,
        title,
        "",
        vec![Part {
            table: Some(table),
            links,
            ..Part::default()
        }],
    )
    .answer()
}

fn grant_form(l: Locale, caller: &Caller) -> PlainForm {
    let field = |name, kind, required| FieldSpec::new(l, "fund", name, kind, required);
    let scope = caller.actor.scope(Permission::ManageFunds);
    let home = RegionCode::parse("5328");
    let counties = regions().children_of(home.as_ref());
    let choices = counties.filter(|region| scope.contains(&region.code));
    let places = choices
        .map(|region| Choice::new(region.code.to_string(), regions().name_of(&region.code)))
        .collect();
    let kinds = vec![
        Choice::new("grant", l.label(MoveKind::LIST, "grant")),
        Choice::new("cut", l.label(MoveKind::LIST, "cut")),
    ];
    PlainForm {
        key: "fund-form",
        action: "/board/funds".to_owned(),
        back: "/board/funds".to_owned(),
        facts: Vec::new(),
        fields: vec![
            field("kind", FieldKind::Radios(kinds), true),
            field("source", FieldKind::Select(Choice::of_list(FundSource::LIST, l)), true),
            field("region", FieldKind::Select(places), true),
            field("year", FieldKind::Number, true),
            field("amount", FieldKind::Number, true),
            field("document", FieldKind::Text, true),
        ],
        hidden: Vec::new(),
    }
}

/// `GET /board/funds/new`
pub(super) async fn fund_form(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
) -> Result<HttpResponse> {
    use chrono::Datelike;
    caller.need(Permission::ManageFunds)?;
    let year = services.clock.today().year().to_string();
    let values = vec![("kind".to_owned(), "grant".to_owned()), ("year".to_owned(), year)];
    grant_form(Shell::of(&request).locale, &caller).show(&request, FormState::filled(values))
}

/// `POST /board/funds`
pub(super) async fn move_fund(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    fields: Fields,
) -> Result<HttpResponse> {
    caller.need(Permission::ManageFunds)?;
    let form = grant_form(Shell::of(&request).locale, &caller);
    let mut reader = Reader::new(&fields);
    let is_cut = reader.choice("kind", |text| match text {
        "grant" => Some(false),
        "cut" => Some(true),
        _ => None,
    });
    let source = reader.choice("source", FundSource::parse);
    let region = reader.choice("region", |text| {
        RegionCode::parse(text).filter(|code| code.level() == RegionLevel::County)
    });
    let year = i32::try_from(reader.whole("year", 2000, 2100)).unwrap_or(0);
    let amount = reader.optional_money("amount");
    let document = reader.text("document", 120);
    if let Err(error) = reader.finish() {
        return form.refuse(&request, &fields, error);
    }
    let (Some(is_cut), Some(source), Some(region)) = (is_cut, source, region) else {
        return Err(Error::invalid("kind", "required"));
    };
    let Some(amount) = amount else {
        return form.refuse(&request, &fields, Error::invalid("amount", "required"));
    };
    let done = act(&services, &caller, move |tx| {
        if !is_cut {
            return funds::grant_fund(tx, source, &region, year, amount, &document);
        }
        let fund = funds::fund_of(tx, source, &region, year)?.or_not_found("fund")?;
        funds::cut_fund(tx, fund.id, amount, &document)
    })
    .await;
    match done {
        Ok((fund, number)) => Ok(back_to(&format!("/board/funds/{}", fund.id), number.as_deref())),
        Err(error) => form.refuse(&request, &fields, error),
    }
}

fn fund_id(path: &str) -> Result<FundId> {
    path.parse().ok().or_not_found("fund")
}

/// `GET /board/funds/{id}`
pub(super) async fn fund(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
) -> Result<HttpResponse> {
    caller.need(Permission::SeeFunds)?;
    let id = fund_id(&path)?;
    let query = Fields::of_query(&request);
    query.only(&["done"])?;
    let may_open = caller.actor.may(Permission::ManageFunds);
    let l = Shell::of(&request).locale;
    let db = services.db.clone();
    let (fund, entries, batches, waiting, receipt) = blocking(move || {
        db.snapshot(|conn| {
            let fund = funds::fund_for(conn, &caller.actor, id, Permission::SeeFunds)?;
            let waiting = store::claims_in(conn, id, &[ClaimState::Approved, ClaimState::PayFailed])?.len();
            let receipt = receipt_words(conn, &caller.actor, &query, l)?;
            Ok((
                fund,
                funds::newest_entries(conn, id, 60)?,
                funds::batches_of_fund(conn, id)?,
                waiting,
                receipt,
            ))
        })
    })
    .await?;
    let facts = vec![
        Fact::new(l.t("funds-granted"), l.money(fund.granted_fen)),
        Fact::new(l.label(LedgerAccount::LIST, "available"), l.money(fund.available_fen)),
        Fact::new(l.label(LedgerAccount::LIST, "reserved"), l.money(fund.reserved_fen)),
        Fact::new(l.label(LedgerAccount::LIST, "committed"), l.money(fund.committed_fen)),
        Fact::new(l.label(LedgerAccount::LIST, "paid"), l.money(fund.paid_fen)),
    ];
    let open = Button {
        action: format!("/board/funds/{id}/batches"),
        label: l.tn("fund-open-batch", waiting),
        hidden: Vec::new(),
    };
    let buttons = if may_open && waiting > 0 {
        vec![open]
    } else {
        Vec::new()
    };
    let parts = vec![
        Part {
            facts,
            buttons,
            ..Part::default()
        },
        Part {
            title: l.t("fund-batches"),
            table: Some(batches_table(l, &batches)),
            ..Part::default()
        },
        Part {
            title: l.t("fund-ledger"),
            table: Some(entries_table(l, &entries)),
            ..Part::default()
        },
    ];
    let mut sheet = SheetPage::new(Shell::of(&request), fund_words(l, &fund), "/board/funds", parts);
    sheet.receipt = receipt;
    sheet.answer()
}

pub(super) fn batch_badge(l: Locale, state: BatchState) -> Badge {
    Badge {
        tone: match state {
            BatchState::Open => Tone::AtRisk,
            BatchState::Sent => Tone::Plain,
            BatchState::Settled => Tone::Good,
        },
        label: l.label(BatchState::LIST, state.as_str()).to_owned(),
    }
}

fn batches_table(l: Locale, batches: &[PaymentBatch]) -> Table {
    let row = |batch: &PaymentBatch| Row {
        href: Some(format!("/board/batches/{}", batch.id)),
        cells: vec![
            Cell::Words(l.instant(batch.created_at)),
            Cell::State(batch_badge(l, batch.status)),
            Cell::Words(l.number(batch.lines)),
            Cell::Words(l.amount(batch.total_fen)),
        ],
    };
    Table {
        caption: l.t("fund-batches"),
        columns: vec![
            Column::words(l.t("fund-column-when")),
            Column::words(l.t("claim-column-state")),
            Column::figures(l.t("fund-column-lines")),
            Column::figures(l.t("claim-column-amount")),
        ],
        rows: batches.iter().map(row).collect(),
        totals: None,
    }
}

fn entries_table(l: Locale, entries: &[LedgerEntry]) -> Table {
    let row = |entry: &LedgerEntry| Row {
        href: None,
        cells: vec![
            Cell::Words(entry.move_no.to_string()),
            Cell::Words(l.label(MoveKind::LIST, entry.kind.as_str()).to_owned()),
            Cell::Words(l.label(LedgerAccount::LIST, entry.account.as_str()).to_owned()),
            Cell::Words(l.amount(entry.amount_fen)),
            Cell::Words(l.amount(entry.balance_fen)),
            Cell::Words(l.instant(entry.at)),
            Cell::Words(l.doer(&entry.actor)),
        ],
    };
    Table {
        caption: l.t("fund-ledger-caption"),
        columns: vec![
            Column::words(l.t("fund-column-move")),
            Column::words(l.t("fund-column-kind")),
            Column::words(l.t("fund-column-account")),
            Column::figures(l.t("claim-column-amount")),
            Column::figures(l.t("fund-column-balance")),
            Column::words(l.t("fund-column-when")),
            Column::words(l.t("fund-column-who")),
        ],
        rows: entries.iter().map(row).collect(),
        totals: None,
    }
}

/// `POST /board/funds/{id}/batches`
pub(super) async fn open_batch(
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
) -> Result<HttpResponse> {
    caller.need(Permission::ManageFunds)?;
    let id = fund_id(&path)?;
    let (batch, number) = act(&services, &caller, move |tx| claims::open_payments(tx, id)).await?;
    Ok(back_to(&format!("/board/batches/{}", batch.id), number.as_deref()))
}
