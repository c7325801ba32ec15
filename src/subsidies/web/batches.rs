//! Payment batches: their file, sending them, and taking over what came back.

use actix_web::{HttpRequest, HttpResponse, web};

use super::officers::batch_badge;
use super::{Part, SheetPage};
use crate::audit::{act, back_to, receipt_words};
use crate::base::actor::Permission;
use crate::base::error::{Error, OrNotFound, Result};
use crate::base::ids::PaymentBatchId;
use crate::funds::{self, BatchState, PaymentLine};
use crate::platform::Services;
use crate::platform::db::Caller;
use crate::platform::http::parts::{Badge, Button, Cell, Column, Fact, Row, Table, Tone};
use crate::platform::http::plain_form::{FieldKind, FieldSpec, PlainForm};
use crate::platform::http::{Fields, FormState, Shell, blocking, choice_filter};
use crate::platform::i18n::Locale;
use crate::subsidies::claims;

fn batch_id(path: &str) -> Result<PaymentBatchId> {
    path.parse().ok().or_not_found("payment_batch")
}

/// `GET /board/batches/{id}`
pub(super) async fn batch(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
) -> Result<HttpResponse> {
    caller.need(Permission::SeeFunds)?;
    let id = batch_id(&path)?;
    let query = Fields::of_query(&request);
    query.only(&["done"])?;
    let (may_pay, may_read) = (
        caller.actor.may(Permission::PayClaims),
        caller.actor.may(Permission::ManageFunds),
    );
    let l = Shell::of(&request).locale;
    let db = services.db.clone();
    let (batch, fund, lines, receipt) = blocking(move || {
        db.snapshot(|conn| {
            let (batch, fund) = funds::batch_for(conn, &caller.actor, id, Permission::SeeFunds)?;
            let receipt = receipt_words(conn, &caller.actor, &query, l)?;
            Ok((batch, fund, funds::lines_of_batch(conn, id)?, receipt))
        })
    })
    .await?;
    let mut facts = vec![
        Fact::new(l.t("claim-column-state"), batch_badge(l, batch.status).label),
        Fact::new(l.t("claim-column-amount"), l.money(batch.total_fen)),
        Fact::new(l.t("fund-column-lines"), l.number(batch.lines)),
    ];
    if let Some(sum) = &batch.sha256 {
        facts.push(Fact::new(l.t("fund-checksum"), sum.clone()));
    }
    let mut links = Vec::new();
    if may_pay || may_read {
        links.push((format!("/board/batches/{id}/file?layout=csv"), l.t("fund-file-csv")));
        links.push((format!("/board/batches/{id}/file?layout=bank"), l.t("fund-file-bank")));
    }
    if may_pay && batch.status != BatchState::Open {
        links.push((format!("/board/batches/{id}/results"), l.t("fund-results-title")));
    }
    let send = Button {
        action: format!("/board/batches/{id}/sending"),
        label: l.t("fund-send"),
        hidden: vec![("version", batch.version.to_string())],
    };
    let buttons = if may_pay && batch.status == BatchState::Open {
        vec![send]
    } else {
        Vec::new()
    };
    let parts = vec![
        Part {
            facts,
            buttons,
            links,
            ..Part::default()
        },
        Part {
            title: l.t("fund-payments"),
            table: Some(payments_table(l, &lines)),
            ..Part::default()
        },
    ];
    let back = format!("/board/funds/{}", fund.id);
    let mut sheet = SheetPage::new(Shell::of(&request), l.t("fund-batch-title"), &back, parts);
    sheet.receipt = receipt;
    sheet.answer()
}

fn payments_table(l: Locale, lines: &[PaymentLine]) -> Table {
    use funds::PaymentState as P;
    let row = |line: &PaymentLine| Row {
        href: None,
        cells: vec![
            Cell::Words(line.line_no.to_string()),
            Cell::Words(line.payee_name.clone()),
            Cell::Words(line.account_masked.clone()),
            Cell::Words(l.amount(line.amount_fen)),
            Cell::State(Badge {
                tone: match line.status {
                    P::Pending => Tone::Plain,
                    P::Paid => Tone::Good,
                    P::Failed => Tone::Bad,
                },
                label: l.label(P::LIST, line.status.as_str()).to_owned(),
            }),
            Cell::Words(line.reason.clone()),
        ],
    };
    Table {
        caption: l.t("fund-payments"),
        columns: vec![
            Column::words(l.t("fund-column-number")),
            Column::words(l.t("claim-column-payee")),
            Column::words(l.t("claim-account")),
            Column::figures(l.t("claim-column-amount")),
            Column::words(l.t("claim-column-state")),
            Column::words(l.t("fund-column-reason")),
        ],
        rows: lines.iter().map(row).collect(),
        totals: None,
    }
}

/// `GET /board/batches/{id}/file`: with numbers in clear; each download is noted.
pub(super) async fn batch_file(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
) -> Result<HttpResponse> {
    if !caller.actor.may(Permission::PayClaims) {
        caller.need(Permission::ManageFunds)?;
    }
    let id = batch_id(&path)?;
    let query = Fields::of_query(&request);
    query.only(&["layout"])?;
    let layout = choice_filter(&query, "layout", &["csv", "bank"], funds::Layout::parse)?;
    let layout = layout.unwrap_or(funds::Layout::Csv);
    let (name, text) = blocking(move || services.db.write(&caller, |tx| funds::payment_file(tx, id, layout))).await?;
    Ok(crate::subsidies::api::file_answer(&name, text))
}

/// `POST /board/batches/{id}/sending`
pub(super) async fn send_batch(
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
    fields: Fields,
) -> Result<HttpResponse> {
    caller.need(Permission::PayClaims)?;
    let id = batch_id(&path)?;
    let version = fields
        .get("version")
        .parse()
        .map_err(|_| Error::bad_request("version", "not-a-number"))?;
    let (_, number) = act(&services, &caller, move |tx| funds::send_batch(tx, id, version)).await?;
    Ok(back_to(&format!("/board/batches/{id}"), number.as_deref()))
}

fn results_page(l: Locale, id: PaymentBatchId) -> PlainForm {
    PlainForm {
        key: "fund-results",
        action: format!("/board/batches/{id}/results"),
        back: format!("/board/batches/{id}"),
        facts: Vec::new(),
        fields: vec![FieldSpec::new(l, "fund", "results", FieldKind::Area, true)],
        hidden: Vec::new(),
    }
}

/// `GET /board/batches/{id}/results`
pub(super) async fn results_form(
    request: HttpRequest,
    caller: Caller,
    path: web::Path<String>,
) -> Result<HttpResponse> {
    caller.need(Permission::PayClaims)?;
    let id = batch_id(&path)?;
    results_page(Shell::of(&request).locale, id).show(&request, FormState::empty())
}

/// `POST /board/batches/{id}/results`
pub(super) async fn take_results(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
    fields: Fields,
) -> Result<HttpResponse> {
    caller.need(Permission::PayClaims)?;
    let id = batch_id(&path)?;
    let form = results_page(Shell::of(&request).locale, id);
    let results = match funds::read_results(fields.get("results")) {
        Ok(results) => results,
        Err(error) => return form.refuse(&request, &fields, error),
    };
    match act(&services, &caller, move |tx| {
        claims::take_payment_results(tx, id, &results)
    })
    .await
    {
        Ok((_, number)) => Ok(back_to(&format!("/board/batches/{id}"), number.as_deref())),
        Err(error) => form.refuse(&request, &fields, error),
    }
}
