//! Months as they were filed, with what later corrections made of them beside.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::super::model::CoverageRow;
use super::super::vouching::{Figures, FrozenMonth, file_month, frozen_month, frozen_months_in, place_of};
use super::{home_region, narrowed, region_filter};
use crate::audit::{ReceiptWords, act, back_to, receipt_words};
use crate::base::actor::Permission;
use crate::base::error::{Error, Result};
use crate::base::ids::FrozenMonthId;
use crate::base::region::RegionCode;
use crate::platform::Services;
use crate::platform::db::Caller;
use crate::platform::http::parts::{Cell, Choice, Column, Fact, Row, Table};
use crate::platform::http::plain_form::{FieldKind, FieldSpec, PlainForm};
use crate::platform::http::{Fields, FormState, Reader, Shell, blocking, page};
use crate::platform::i18n::Locale;
use crate::reference::regions;

const PATH: &str = "/board/months";

#[derive(Template)]
#[template(path = "guarantee/months.html")]
struct MonthsPage {
    s: Shell,
    receipt: Option<ReceiptWords>,
    table: Table,
    may_file: bool,
}

/// `GET /board/months`
pub async fn show(request: HttpRequest, services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    caller.need(Permission::SeeFigures)?;
    let query = Fields::of_query(&request);
    query.only(&["done"])?;
    let s = Shell::of(&request);
    let l = s.locale;
    let scope = narrowed(caller.actor.scope(Permission::SeeFigures), None)?;
    let may_file = caller.actor.may(Permission::FileFigures);
    let (months, receipt) = blocking(move || {
        services.db.snapshot(|conn| {
            let receipt = receipt_words(conn, &caller.actor, &query, l)?;
            Ok((frozen_months_in(conn, &scope)?, receipt))
        })
    })
    .await?;
    let rows: Result<Vec<Row>> = months.iter().map(|month| list_row(l, month)).collect();
    page(&MonthsPage {
        table: Table {
            caption: l.t("guarantee-months-caption"),
            columns: ["month", "place", "rate", "covered", "with-labour", "zero", "filed-by"]
                .iter()
                .map(|name| Column::words(l.t(&format!("guarantee-column-{name}"))))
                .collect(),
            rows: rows?,
            totals: None,
        },
        may_file,
        receipt,
        s,
    })
}

fn rate(l: Locale, row: &CoverageRow) -> String {
    row.rate_bp.map_or_else(|| "–".to_owned(), |bp| l.percent(bp))
}

fn list_row(l: Locale, month: &FrozenMonth) -> Result<Row> {
    let total = month.figures()?.total;
    Ok(Row {
        href: Some(format!("{PATH}/{}", month.id)),
        cells: vec![
            Cell::from(month.month.clone()),
            Cell::from(place_of(&month.region_code)),
            Cell::from(rate(l, &total)),
            Cell::from(l.number(total.covered)),
            Cell::from(l.number(total.with_labour)),
            Cell::from(l.number(total.zero)),
            Cell::from(l.doer(&month.filed_by_name)),
        ],
    })
}

#[derive(Template)]
#[template(path = "guarantee/month.html")]
struct MonthPage {
    s: Shell,
    title: String,
    facts: Vec<Fact>,
    sentence: String,
    table: Table,
}

/// `GET /board/months/{id}`
pub async fn one(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<FrozenMonthId>,
) -> Result<HttpResponse> {
    caller.need(Permission::SeeFigures)?;
    let (month, filed, now) =
        blocking(move || services.db.snapshot(|conn| frozen_month(conn, &caller.actor, *id))).await?;
    let s = Shell::of(&request);
    let l = s.locale;
    page(&MonthPage {
        title: l.ta(
            "guarantee-month-of",
            &[
                ("month", month.month.as_str().into()),
                ("place", place_of(&month.region_code).into()),
            ],
        ),
        facts: vec![
            Fact::new(l.t("guarantee-month-day"), l.day(filed.as_of)),
            Fact::new(l.t("guarantee-month-filed-at"), l.instant(month.created_at)),
            Fact::new(l.t("guarantee-column-filed-by"), l.doer(&month.filed_by_name)),
        ],
        sentence: l.t(if filed == now {
            "guarantee-month-unchanged"
        } else {
            "guarantee-month-corrected"
        }),
        table: beside(l, &filed, &now),
        s,
    })
}

/// Filed and corrected side by side, for the total and each township.
fn beside(l: Locale, filed: &Figures, now: &Figures) -> Table {
    let mut codes: Vec<(&str, &str)> = filed
        .rows
        .iter()
        .chain(&now.rows)
        .map(|row| (row.code.as_str(), row.name.as_str()))
        .collect();
    codes.sort_unstable();
    codes.dedup();
    let none = CoverageRow::default();
    let find = |figures: &'_ Figures, code: &str| figures.rows.iter().find(|row| row.code == code).cloned();
    let mut rows = vec![row(l, &l.t("guarantee-total"), &filed.total, &now.total)];
    rows.extend(codes.into_iter().map(|(code, name)| {
        let (before, after) = (find(filed, code), find(now, code));
        row(
            l,
            name,
            before.as_ref().unwrap_or(&none),
            after.as_ref().unwrap_or(&none),
        )
    }));
    let columns = ["place", "rate", "covered", "with-labour", "zero", "excused", "exempt"];
    Table {
        caption: l.t("guarantee-month-caption"),
        columns: columns
            .iter()
            .map(|name| Column::words(l.t(&format!("guarantee-column-{name}"))))
            .collect(),
        rows,
        totals: None,
    }
}

fn row(l: Locale, name: &str, filed: &CoverageRow, now: &CoverageRow) -> Row {
    let pair = |before: String, after: String| {
        if before == after {
            before
        } else {
            l.ta(
                "guarantee-month-changed",
                &[("before", before.into()), ("after", after.into())],
            )
        }
    };
    let number = |before: u32, after: u32| Cell::from(pair(l.number(before), l.number(after)));
    Row {
        href: None,
        cells: vec![
            Cell::from(name.to_owned()),
            Cell::from(pair(rate(l, filed), rate(l, now))),
            number(filed.covered, now.covered),
            number(filed.with_labour, now.with_labour),
            number(filed.zero, now.zero),
            number(filed.excused, now.excused),
            number(filed.exempt, now.exempt),
        ],
    }
}

/// The places that an actor may vouch for: his own and what lies directly below.
pub fn place_choices(region: Option<&RegionCode>) -> Vec<Choice> {
    let Some(region) = region else { return Vec::new() };
    let choice = |code: &RegionCode| Choice::new(code.to_string(), regions().name_of(code));
    let below = regions().children_of(Some(region)).filter(|r| !r.is_statistical_only());
    std::iter::once(choice(region))
        .chain(below.map(|r| choice(&r.code)))
        .collect()
}

fn filing_page(l: Locale, caller: &Caller) -> PlainForm {
    let home = home_region(&caller.actor.scope(Permission::FileFigures));
    PlainForm {
        key: "guarantee-filing",
        action: PATH.to_owned(),
        back: PATH.to_owned(),
        facts: Vec::new(),
        fields: vec![
            FieldSpec::new(
                l,
                "guarantee-filing",
                "region",
                FieldKind::Select(place_choices(home.as_ref())),
                true,
            ),
            FieldSpec::new(l, "guarantee-filing", "month", FieldKind::Text, true),
        ],
        hidden: Vec::new(),
    }
}

/// `GET /board/months/new`
pub async fn form(request: HttpRequest, services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    caller.need(Permission::FileFigures)?;
    let home = home_region(&caller.actor.scope(Permission::FileFigures));
    let last = services.clock.today().checked_sub_months(chrono::Months::new(1));
    let filled = FormState::filled(vec![
        (
            "region".to_owned(),
            home.map(|home| home.to_string()).unwrap_or_default(),
        ),
        (
            "month".to_owned(),
            last.map(|day| day.format("%Y-%m").to_string()).unwrap_or_default(),
        ),
    ]);
    filing_page(Shell::of(&request).locale, &caller).show(&request, filled)
}

/// Reads which month of which place is to be filed.
pub fn read_filing(fields: &Fields) -> Result<(RegionCode, String)> {
    let mut reader = Reader::new(fields);
    let month = reader.text("month", 7);
    reader.text("region", 12);
    reader.finish()?;
    let region = region_filter(fields, "region")?.ok_or_else(|| Error::invalid("region", "required"))?;
    Ok((region, month))
}

/// `POST /board/months`
pub async fn post(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    typed: Fields,
) -> Result<HttpResponse> {
    caller.need(Permission::FileFigures)?;
    let outcome = match read_filing(&typed) {
        Ok((region, month)) => act(&services, &caller, move |tx| file_month(tx, &region, &month)).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok((_, number)) => Ok(back_to(PATH, number.as_deref())),
        Err(error) => filing_page(Shell::of(&request).locale, &caller).refuse(&request, &typed, error),
    }
}
