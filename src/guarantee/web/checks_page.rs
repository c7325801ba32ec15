//! Spot checks: the sample, what was found, and the estimate beside the reported rate.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::super::checks::SpotFinding;
use super::super::vouching::{
    CheckReport, MOST_CHECKED, SpotCheck, SpotCheckDraft, SpotCheckHousehold, draw_spot_check, place_of,
    record_finding, spot_check, spot_checks_in,
};
use super::months_page::place_choices;
use super::{home_region, narrowed, region_filter};
use crate::audit::{ReceiptWords, act, back_to, receipt_words};
use crate::base::actor::Permission;
use crate::base::error::{Error, OrNotFound, Result};
use crate::base::ids::{HouseholdId, SpotCheckId};
use crate::base::region::RegionCode;
use crate::platform::Services;
use crate::platform::db::Caller;
use crate::platform::http::parts::{Cell, Choice, Column, Fact, Row, Table};
use crate::platform::http::plain_form::{FieldKind, FieldSpec, PlainForm};
use crate::platform::http::{Fields, FormState, Reader, Shell, blocking, page};
use crate::platform::i18n::Locale;
use crate::reference::regions;

const PATH: &str = "/board/checks";

#[derive(Template)]
#[template(path = "guarantee/checks.html")]
struct ChecksPage {
    s: Shell,
    receipt: Option<ReceiptWords>,
    table: Table,
    may_draw: bool,
}

/// `GET /board/checks`
pub async fn show(request: HttpRequest, services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    caller.need(Permission::SeeGuarantee)?;
    let query = Fields::of_query(&request);
    query.only(&["done"])?;
    let s = Shell::of(&request);
    let l = s.locale;
    let scope = narrowed(caller.actor.scope(Permission::SeeGuarantee), None)?;
    let may_draw = caller.actor.may(Permission::FileFigures);
    let (checks, receipt) = blocking(move || {
        services.db.snapshot(|conn| {
            let receipt = receipt_words(conn, &caller.actor, &query, l)?;
            Ok((spot_checks_in(conn, &scope)?, receipt))
        })
    })
    .await?;
    let row = |check: &SpotCheck| Row {
        href: Some(format!("{PATH}/{}", check.id)),
        cells: vec![
            Cell::from(l.day(check.as_of_on)),
            Cell::from(place_of(&check.region_code)),
            Cell::from(check.seed.clone()),
            Cell::from(l.number(check.size)),
            Cell::from(l.doer(&check.drawn_by_name)),
        ],
    };
    page(&ChecksPage {
        table: Table {
            caption: l.t("guarantee-checks-caption"),
            columns: ["drawn-on", "place", "seed", "size", "drawn-by"]
                .iter()
                .map(|name| Column::words(l.t(&format!("guarantee-column-{name}"))))
                .collect(),
            rows: checks.iter().map(row).collect(),
            totals: None,
        },
        may_draw,
        receipt,
        s,
    })
}

#[derive(Template)]
#[template(path = "guarantee/check.html")]
struct CheckPage {
    s: Shell,
    receipt: Option<ReceiptWords>,
    title: String,
    facts: Vec<Fact>,
    rule: String,
    table: Table,
}

/// `GET /board/checks/{id}`
pub async fn one(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<SpotCheckId>,
) -> Result<HttpResponse> {
    caller.need(Permission::SeeGuarantee)?;
    let query = Fields::of_query(&request);
    query.only(&["done"])?;
    let s = Shell::of(&request);
    let l = s.locale;
    let may_record = caller.actor.may(Permission::WorkCases);
    let (report, receipt) = blocking(move || {
        services.db.snapshot(|conn| {
            let receipt = receipt_words(conn, &caller.actor, &query, l)?;
            Ok((spot_check(conn, &caller.actor, *id)?, receipt))
        })
    })
    .await?;
    page(&CheckPage {
        title: l.ta(
            "guarantee-check-of",
            &[
                ("day", l.day(report.check.as_of_on).into()),
                ("place", place_of(&report.check.region_code).into()),
            ],
        ),
        facts: facts(l, &report),
        rule: l.ta("guarantee-check-rule", &[("seed", report.check.seed.as_str().into())]),
        table: table(l, &report, may_record),
        receipt,
        s,
    })
}

fn facts(l: Locale, report: &CheckReport) -> Vec<Fact> {
    let count = |n: usize| l.number(i64::try_from(n).unwrap_or(0));
    let reported = report.reported.total.rate_bp;
    let mut facts = vec![
        Fact::new(
            l.t("guarantee-check-reported"),
            reported.map_or_else(|| "–".to_owned(), |bp| l.percent(bp)),
        ),
        Fact::new(
            l.t("guarantee-check-visited"),
            format!("{} / {}", count(report.checked), count(report.drawn)),
        ),
        Fact::new(l.t("guarantee-check-differing"), count(report.differing)),
    ];
    facts.push(match report.estimate {
        Some(estimate) => Fact::new(
            l.t("guarantee-check-estimate"),
            l.ta(
                "guarantee-check-interval",
                &[
                    ("rate", l.percent(estimate.rate_bp).into()),
                    ("low", l.percent(estimate.low_bp).into()),
                    ("high", l.percent(estimate.high_bp).into()),
                ],
            ),
        ),
        None => Fact::new(l.t("guarantee-check-estimate"), l.t("guarantee-check-not-yet")),
    });
    facts
}

fn table(l: Locale, report: &CheckReport, may_record: bool) -> Table {
    let columns = ["household-no", "place", "reported", "found", "found-by", "note"];
    let row = |(drawn, number, region): &(SpotCheckHousehold, String, RegionCode)| Row {
        href: Some(if may_record && drawn.found.is_none() {
            format!(
                "{PATH}/{}/households/{}/findings/new",
                report.check.id, drawn.household_id
            )
        } else {
            format!("/village/households/{}", drawn.household_id)
        }),
        cells: vec![
            Cell::from(number.clone()),
            Cell::from(regions().address_of(region)),
            Cell::from(l.t(if drawn.reported_covered {
                "guarantee-check-covered"
            } else {
                "guarantee-check-zero"
            })),
            Cell::from(match drawn.found {
                Some(found) => l.label(SpotFinding::LIST, found.as_str()).to_owned(),
                None => l.t("guarantee-check-to-visit"),
            }),
            Cell::from(drawn.found_by.as_deref().map(|by| l.doer(by)).unwrap_or_default()),
            Cell::from(drawn.note.clone()),
        ],
    };
    Table {
        caption: l.t("guarantee-check-caption"),
        columns: columns
            .iter()
            .map(|name| Column::words(l.t(&format!("guarantee-column-{name}"))))
            .collect(),
        rows: report.households.iter().map(row).collect(),
        totals: None,
    }
}

fn drawing_page(l: Locale, caller: &Caller) -> PlainForm {
    let home = home_region(&caller.actor.scope(Permission::FileFigures));
    let field = |name, kind| FieldSpec::new(l, "guarantee-drawing", name, kind, true);
    PlainForm {
        key: "guarantee-drawing",
        action: PATH.to_owned(),
        back: PATH.to_owned(),
        facts: Vec::new(),
        fields: vec![
            field("region", FieldKind::Select(place_choices(home.as_ref()))),
            field("seed", FieldKind::Text),
            field("size", FieldKind::Number),
        ],
        hidden: Vec::new(),
    }
}

/// `GET /board/checks/new`
pub async fn form(request: HttpRequest, caller: Caller) -> Result<HttpResponse> {
    caller.need(Permission::FileFigures)?;
    drawing_page(Shell::of(&request).locale, &caller).show(&request, FormState::empty())
}

/// Reads what a check is to be.
pub fn read_drawing(fields: &Fields) -> Result<SpotCheckDraft> {
    let mut reader = Reader::new(fields);
    let seed = reader.text("seed", 60);
    let most = i64::try_from(MOST_CHECKED).unwrap_or(2_000);
    let size = usize::try_from(reader.whole("size", 1, most)).unwrap_or(1);
    reader.text("region", 12);
    reader.finish()?;
    let region = region_filter(fields, "region")?.ok_or_else(|| Error::invalid("region", "required"))?;
    Ok(SpotCheckDraft { region, seed, size })
}

/// `POST /board/checks`
pub async fn post(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    typed: Fields,
) -> Result<HttpResponse> {
    caller.need(Permission::FileFigures)?;
    let outcome = match read_drawing(&typed) {
        Ok(draft) => act(&services, &caller, move |tx| draw_spot_check(tx, &draft)).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok((check, number)) => Ok(back_to(&format!("{PATH}/{}", check.id), number.as_deref())),
        Err(error) => drawing_page(Shell::of(&request).locale, &caller).refuse(&request, &typed, error),
    }
}

fn finding_page(l: Locale, check: SpotCheckId, household: HouseholdId, number: &str) -> PlainForm {
    PlainForm {
        key: "guarantee-finding",
        action: format!("{PATH}/{check}/households/{household}/findings"),
        back: format!("{PATH}/{check}"),
        facts: vec![Fact::new(l.t("guarantee-column-household-no"), number.to_owned())],
        fields: vec![
            FieldSpec::new(
                l,
                "guarantee-finding",
                "found",
                FieldKind::Radios(Choice::of_list(SpotFinding::LIST, l)),
                true,
            ),
            FieldSpec::new(l, "guarantee-finding", "note", FieldKind::Area, true),
        ],
        hidden: Vec::new(),
    }
}

async fn drawn_number(
    services: &web::Data<Services>,
    caller: &Caller,
    check: SpotCheckId,
    household: HouseholdId,
) -> Result<String> {
    caller.need(Permission::WorkCases)?;
    let (services, caller) = (services.clone(), caller.clone());
    let report = blocking(move || services.db.snapshot(|conn| spot_check(conn, &caller.actor, check))).await?;
    let mut drawn = report.households.into_iter();
    drawn
        .find(|(row, _, _)| row.household_id == household)
        .map(|(_, number, _)| number)
        .or_not_found("household")
}

/// `GET /board/checks/{id}/households/{household}/findings/new`
pub async fn finding_form(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<(SpotCheckId, HouseholdId)>,
) -> Result<HttpResponse> {
    let (check, household) = path.into_inner();
    let number = drawn_number(&services, &caller, check, household).await?;
    finding_page(Shell::of(&request).locale, check, household, &number).show(&request, FormState::empty())
}

/// Reads what was found.
pub fn read_finding(fields: &Fields) -> Result<(SpotFinding, String)> {
    let mut reader = Reader::new(fields);
    let found = reader.choice("found", SpotFinding::parse);
    let note = reader.text("note", 500);
    reader.finish()?;
    Ok((found.ok_or_else(|| Error::invalid("found", "required"))?, note))
}

/// `POST /board/checks/{id}/households/{household}/findings`
pub async fn post_finding(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<(SpotCheckId, HouseholdId)>,
    typed: Fields,
) -> Result<HttpResponse> {
    let (check, household) = path.into_inner();
    let number = drawn_number(&services, &caller, check, household).await?;
    let outcome = match read_finding(&typed) {
        Ok((found, note)) => {
            act(&services, &caller, move |tx| {
                record_finding(tx, check, household, found, &note)
            })
            .await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(((), receipt)) => Ok(back_to(&format!("{PATH}/{check}"), receipt.as_deref())),
        Err(error) => {
            finding_page(Shell::of(&request).locale, check, household, &number).refuse(&request, &typed, error)
        }
    }
}
