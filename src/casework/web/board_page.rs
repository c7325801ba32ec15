//! What waits, by who is asked about it: the village in time, whoever is above it the longer it is late.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use crate::base::error::Result;
use crate::base::time::Day;
use crate::casework::read::{Asked, page_of};
use crate::guarantee::{AskedLevel, Waiting, state_badge, waiting};
use crate::platform::Services;
use crate::platform::db::Caller;
use crate::platform::http::parts::{BoardFigure, Cell, Column, Pager, Row, Table, Tone};
use crate::platform::http::{Fields, Shell, blocking, page, with_parameter};
use crate::platform::i18n::Locale;
use crate::reference::regions;

const PATH: &str = "/village/cases";
const ROWS: usize = 50;

#[derive(Template)]
#[template(path = "casework/board.html")]
struct CasesPage {
    s: Shell,
    place: String,
    day: String,
    is_empty: bool,
    figures: Vec<BoardFigure>,
    table: Table,
    pager: Pager,
    all_href: Option<String>,
}

/// `GET /village/cases`
pub async fn show(request: HttpRequest, services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    let query = Fields::of_query(&request);
    let mut asked = Asked::read(&query, &caller)?;
    asked.page.limit = ROWS;
    let today = services.clock.today();
    let scope = asked.scope.clone();
    let all = blocking(move || services.db.snapshot(|conn| waiting(conn, &scope, today))).await?;
    let s = Shell::of(&request);
    let l = s.locale;
    let figures = figures(l, &query, &all);
    let is_empty = all.is_empty();
    let wanted: Vec<Waiting> = all
        .into_iter()
        .filter(|row| asked.level.is_none_or(|level| row.asked == level))
        .collect();
    let found = page_of(wanted, &asked.page, |row| row.household.id.to_string())?;
    page(&CasesPage {
        place: match &asked.region {
            Some(region) => regions().name_of(region),
            None => s.visitor.place.clone().unwrap_or_else(|| l.t("guarantee-all-places")),
        },
        day: l.day(today),
        is_empty,
        figures,
        table: table(l, &found.items, today),
        pager: Pager {
            first_href: query
                .find("cursor")
                .map(|_| with_parameter(PATH, &query, "cursor", None)),
            next_href: found
                .next
                .map(|next| with_parameter(PATH, &query, "cursor", Some(&next))),
        },
        all_href: asked.level.map(|_| with_parameter(PATH, &query, "level", None)),
        s,
    })
}

/// How many wait at each level; each figure leads to its rows.
fn figures(l: Locale, query: &Fields, all: &[Waiting]) -> Vec<BoardFigure> {
    let levels = AskedLevel::ALL.iter().rev();
    levels
        .map(|level| {
            let count = all.iter().filter(|row| row.asked == *level).count();
            BoardFigure {
                label: l.t(&format!("casework-asked-{}", level.as_str())),
                value: l.number(i64::try_from(count).unwrap_or(0)),
                change: None,
                tone: match (count, level) {
                    (0, _) => Tone::Good,
                    (_, AskedLevel::Village) => Tone::Plain,
                    (_, AskedLevel::Township) => Tone::AtRisk,
                    (_, AskedLevel::County | AskedLevel::Prefecture) => Tone::Bad,
                },
                href: Some(with_parameter(PATH, query, "level", Some(level.as_str()))),
            }
        })
        .collect()
}

fn table(l: Locale, rows: &[Waiting], today: Day) -> Table {
    let columns = ["household", "place", "state", "found", "due", "by", "late", "asked"];
    Table {
        caption: l.t("casework-board-caption"),
        columns: columns
            .iter()
            .map(|name| Column::words(l.t(&format!("casework-column-{name}"))))
            .collect(),
        rows: rows.iter().map(|row| table_row(l, row, today)).collect(),
        totals: None,
    }
}

fn table_row(l: Locale, row: &Waiting, today: Day) -> Row {
    let household = &row.household;
    let late = row.days_late(today);
    Row {
        href: Some(match &row.case {
            Some(case) => format!("{PATH}/{}", case.id),
            None => format!("/village/households/{}", household.id),
        }),
        cells: vec![
            Cell::from(household.registry_no.clone()),
            Cell::from(format!(
                "{}{}",
                regions().address_of(&household.region_code),
                household.group_name
            )),
            Cell::from(state_badge(l, row.state)),
            Cell::from(l.day(row.found_on)),
            Cell::from(l.t(&format!("casework-due-{}", row.due.as_str()))),
            Cell::from(match row.due_on {
                Some(day) => l.day(day),
                None if row.due.has_limit() => l.t("casework-no-calendar"),
                None => String::new(),
            }),
            Cell::from(if late > 0 {
                l.tn("casework-days-late", late)
            } else {
                String::new()
            }),
            Cell::from(l.label(AskedLevel::LIST, row.asked.as_str()).to_owned()),
        ],
    }
}
