//! Alerts: what was noticed, the first due first; an occurrence is closed with what came of it.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use crate::audit::{ReceiptWords, act, back_to, receipt_words};
use crate::base::actor::Permission;
use crate::base::error::{Error, Result};
use crate::base::ids::AlertId;
use crate::base::time::Day;
use crate::casework::read::{self, Asked, page_of};
use crate::guarantee::{
    Alert, AlertKind, AlertOutcome, AskedLevel, Clocks, alert_for, asked_level, close_alert, open_alerts,
};
use crate::platform::Services;
use crate::platform::db::Caller;
use crate::platform::http::parts::{Cell, Choice, Column, Fact, Pager, Row, Table};
use crate::platform::http::plain_form::{FieldKind, FieldSpec, PlainForm};
use crate::platform::http::{Fields, FormState, Shell, blocking, page, with_parameter};
use crate::platform::i18n::Locale;
use crate::reference::regions;
use crate::registry::Household;

const PATH: &str = "/village/alerts";
const ROWS: usize = 50;
/// The most alerts that are read.
pub const MOST: usize = 2_000;

#[derive(Template)]
#[template(path = "casework/alerts.html")]
struct AlertsPage {
    s: Shell,
    receipt: Option<ReceiptWords>,
    table: Table,
    pager: Pager,
}

/// `GET /village/alerts`
pub async fn show(request: HttpRequest, services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    let query = Fields::of_query(&request);
    let mut asked = Asked::read(&query, &caller)?;
    asked.page.limit = ROWS;
    let s = Shell::of(&request);
    let (l, today, scope) = (s.locale, services.clock.today(), asked.scope.clone());
    let (asker, typed) = (caller.clone(), query.clone());
    let (all, receipt) = blocking(move || {
        services.db.snapshot(|conn| {
            let receipt = receipt_words(conn, &asker.actor, &typed, l)?;
            Ok((open_alerts(conn, &scope, None, MOST)?, receipt))
        })
    })
    .await?;
    let wanted: Vec<(Alert, Household)> = all
        .into_iter()
        .filter(|(alert, _)| asked.level.is_none_or(|level| level_of(alert, today) == level))
        .collect();
    let found = page_of(wanted, &asked.page, |(alert, _)| alert.id.to_string())?;
    let may_close = caller.actor.may(Permission::WorkCases);
    page(&AlertsPage {
        table: table(l, &found.items, today, may_close),
        pager: Pager {
            first_href: query
                .find("cursor")
                .map(|_| with_parameter(PATH, &query, "cursor", None)),
            next_href: found
                .next
                .map(|next| with_parameter(PATH, &query, "cursor", Some(&next))),
        },
        receipt,
        s,
    })
}

pub fn level_of(alert: &Alert, today: Day) -> AskedLevel {
    asked_level(alert.due_on, today, Clocks::shipped())
}

fn table(l: Locale, rows: &[(Alert, Household)], today: Day, may_close: bool) -> Table {
    let columns = ["alert", "household", "place", "noticed", "by", "asked"];
    let row = |(alert, household): &(Alert, Household)| Row {
        href: Some(if may_close && alert.kind.is_occurrence() {
            format!("{PATH}/{}/closings/new", alert.id)
        } else {
            format!("/village/households/{}", household.id)
        }),
        cells: vec![
            Cell::from(l.label(AlertKind::LIST, alert.kind.as_str()).to_owned()),
            Cell::from(household.registry_no.clone()),
            Cell::from(format!(
                "{}{}",
                regions().address_of(&household.region_code),
                household.group_name
            )),
            Cell::from(l.day(alert.opened_on)),
            Cell::from(
                alert
                    .due_on
                    .map_or_else(|| l.t("casework-no-calendar"), |day| l.day(day)),
            ),
            Cell::from(l.label(AskedLevel::LIST, level_of(alert, today).as_str()).to_owned()),
        ],
    };
    Table {
        caption: l.t("casework-alerts-caption"),
        columns: columns
            .iter()
            .map(|name| Column::words(l.t(&format!("casework-column-{name}"))))
            .collect(),
        rows: rows.iter().map(row).collect(),
        totals: None,
    }
}

async fn alert_of(services: &web::Data<Services>, caller: &Caller, id: AlertId) -> Result<Alert> {
    caller.need(Permission::WorkCases)?;
    let (services, caller) = (services.clone(), caller.clone());
    let alert = blocking(move || {
        services
            .db
            .read(|conn| alert_for(conn, &caller.actor, id, Permission::WorkCases))
    })
    .await?;
    match (alert.is_open, alert.kind.is_occurrence()) {
        (false, _) => Err(Error::refused("alert-closed")),
        (true, false) => Err(Error::refused("alert-follows-facts")),
        (true, true) => Ok(alert),
    }
}

fn closing_page(l: Locale, alert: &Alert) -> PlainForm {
    let outcomes = read::OUTCOMES
        .iter()
        .map(|outcome| Choice::new(outcome.as_str(), l.label(AlertOutcome::LIST, outcome.as_str())));
    PlainForm {
        key: "casework-alert",
        action: format!("{PATH}/{}/closings", alert.id),
        back: format!("/village/households/{}", alert.household_id),
        facts: vec![
            Fact::new(
                l.t("casework-column-alert"),
                l.label(AlertKind::LIST, alert.kind.as_str()).to_owned(),
            ),
            Fact::new(l.t("casework-column-noticed"), l.day(alert.opened_on)),
        ],
        fields: vec![
            FieldSpec::new(
                l,
                "casework-alert",
                "outcome",
                FieldKind::Radios(outcomes.collect()),
                true,
            ),
            FieldSpec::new(l, "casework-alert", "note", FieldKind::Area, true),
        ],
        hidden: vec![("version", alert.version.to_string())],
    }
}

pub async fn closing_form(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<AlertId>,
) -> Result<HttpResponse> {
    let alert = alert_of(&services, &caller, *id).await?;
    closing_page(Shell::of(&request).locale, &alert).show(&request, FormState::empty())
}

pub async fn post_closing(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<AlertId>,
    typed: Fields,
) -> Result<HttpResponse> {
    let alert = alert_of(&services, &caller, *id).await?;
    let alert_id = alert.id;
    let outcome = match read::alert_closing(&typed) {
        Ok((version, outcome, note)) => {
            act(&services, &caller, move |tx| {
                close_alert(tx, alert_id, version, outcome, &note)
            })
            .await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(((), number)) => Ok(back_to(PATH, number.as_deref())),
        Err(error) => closing_page(Shell::of(&request).locale, &alert).refuse(&request, &typed, error),
    }
}
