//! Decided exemptions: the list with the days of review, the decision, and the end before the review.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use crate::audit::{ReceiptWords, act, back_to, receipt_words};
use crate::base::actor::Permission;
use crate::base::codes::{ExemptionReason, list};
use crate::base::error::{Error, Result};
use crate::base::ids::{ExemptionId, HouseholdId};
use crate::base::time::Day;
use crate::casework::read::{self, Asked, filled_today, page_of};
use crate::guarantee::{Exemption, end_exemption, exempt_household, exemption_for, exemptions_in};
use crate::platform::Services;
use crate::platform::db::Caller;
use crate::platform::http::parts::{Cell, Choice, Column, Fact, Pager, Row, Table};
use crate::platform::http::plain_form::{FieldKind, FieldSpec, PlainForm};
use crate::platform::http::{Fields, FormState, Shell, blocking, page, with_parameter};
use crate::platform::i18n::Locale;
use crate::reference::regions;
use crate::registry::{Household, household_for};

const PATH: &str = "/village/exemptions";
const ROWS: usize = 50;

#[derive(Template)]
#[template(path = "casework/exemptions.html")]
struct ExemptionsPage {
    s: Shell,
    receipt: Option<ReceiptWords>,
    table: Table,
    pager: Pager,
}

/// `GET /village/exemptions`
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
            Ok((exemptions_in(conn, &scope, today)?, receipt))
        })
    })
    .await?;
    let found = page_of(all, &asked.page, |(exemption, _)| exemption.id.to_string())?;
    page(&ExemptionsPage {
        table: table(l, &found.items, caller.actor.may(Permission::DecideExemptions)),
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

fn table(l: Locale, rows: &[(Exemption, Household)], may_end: bool) -> Table {
    let columns = [
        "household",
        "place",
        "reason",
        "counted",
        "from",
        "review",
        "proof",
        "decided-by",
    ];
    let row = |(exemption, household): &(Exemption, Household)| Row {
        href: Some(if may_end {
            format!("{PATH}/{}/endings/new", exemption.id)
        } else {
            format!("/village/households/{}", household.id)
        }),
        cells: vec![
            Cell::from(household.registry_no.clone()),
            Cell::from(format!(
                "{}{}",
                regions().address_of(&household.region_code),
                household.group_name
            )),
            Cell::from(reason_words(l, exemption.reason)),
            Cell::from(l.t(if exemption.reason.stays_in_denominator() {
                "casework-counted"
            } else {
                "casework-not-counted"
            })),
            Cell::from(l.day(exemption.from_on)),
            Cell::from(l.day(exemption.review_on)),
            Cell::from(exemption.proof.clone()),
            Cell::from(l.doer(&exemption.decided_by_name)),
        ],
    };
    Table {
        caption: l.t("casework-exemptions-caption"),
        columns: columns
            .iter()
            .map(|name| Column::words(l.t(&format!("casework-column-{name}"))))
            .collect(),
        rows: rows.iter().map(row).collect(),
        totals: None,
    }
}

fn reason_words(l: Locale, reason: ExemptionReason) -> String {
    l.label(ExemptionReason::LIST, reason.as_str()).to_owned()
}

async fn household_of(services: &web::Data<Services>, caller: &Caller, id: HouseholdId) -> Result<Household> {
    caller.need(Permission::DecideExemptions)?;
    let (services, caller) = (services.clone(), caller.clone());
    blocking(move || {
        services
            .db
            .read(|conn| household_for(conn, &caller.actor, id, Permission::DecideExemptions))
    })
    .await
}

fn exemption_page(l: Locale, household: &Household) -> PlainForm {
    let decided = |choice: &Choice| ExemptionReason::parse(&choice.value).is_some_and(ExemptionReason::is_decided);
    let reasons = Choice::of_list(ExemptionReason::LIST, l).into_iter().filter(decided);
    let back = format!("/village/households/{}", household.id);
    PlainForm {
        key: "casework-exemption",
        action: format!("{back}/exemptions"),
        back,
        facts: vec![
            Fact::new(l.t("casework-column-household"), household.registry_no.clone()),
            Fact::new(
                l.t("casework-column-place"),
                regions().address_of(&household.region_code),
            ),
        ],
        fields: vec![
            FieldSpec::new(
                l,
                "casework-exemption",
                "reason",
                FieldKind::Radios(reasons.map(|choice| with_count(l, choice)).collect()),
                true,
            ),
            FieldSpec::new(l, "casework-exemption", "from_on", FieldKind::Day, true),
            FieldSpec::new(l, "casework-exemption", "review_on", FieldKind::Day, true),
            FieldSpec::new(l, "casework-exemption", "proof", FieldKind::Area, true),
        ],
        hidden: Vec::new(),
    }
}

/// Whether the household stays counted stands beside each reason.
fn with_count(l: Locale, choice: Choice) -> Choice {
    let item = list(ExemptionReason::LIST).and_then(|list| list.item(&choice.value));
    let stays = item.and_then(|item| item.in_denominator).unwrap_or(false);
    let counted = l.t(if stays {
        "casework-counted"
    } else {
        "casework-not-counted"
    });
    Choice {
        label: l.ta(
            "casework-reason-counted",
            &[("reason", choice.label.as_str().into()), ("counted", counted.into())],
        ),
        ..choice
    }
}

pub async fn form(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<HouseholdId>,
) -> Result<HttpResponse> {
    let household = household_of(&services, &caller, *id).await?;
    let today: Day = services.clock.today();
    let filled = FormState::filled(vec![filled_today("from_on", today)]);
    exemption_page(Shell::of(&request).locale, &household).show(&request, filled)
}

pub async fn post(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<HouseholdId>,
    typed: Fields,
) -> Result<HttpResponse> {
    let household = household_of(&services, &caller, *id).await?;
    let household_id = household.id;
    let outcome = match read::exemption(&typed) {
        Ok(draft) => {
            act(&services, &caller, move |tx| {
                exempt_household(tx, household_id, &draft).map(drop)
            })
            .await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(((), number)) => Ok(back_to(
            &format!("/village/households/{household_id}"),
            number.as_deref(),
        )),
        Err(error) => exemption_page(Shell::of(&request).locale, &household).refuse(&request, &typed, error),
    }
}

async fn exemption_of(services: &web::Data<Services>, caller: &Caller, id: ExemptionId) -> Result<Exemption> {
    caller.need(Permission::DecideExemptions)?;
    let (services, caller) = (services.clone(), caller.clone());
    let today = services.clock.today();
    let exemption = blocking(move || {
        services
            .db
            .read(|conn| exemption_for(conn, &caller.actor, id, Permission::DecideExemptions))
    })
    .await?;
    if exemption.holds_on(today) {
        Ok(exemption)
    } else {
        Err(Error::refused("exemption-over"))
    }
}

fn ending_page(l: Locale, exemption: &Exemption) -> PlainForm {
    PlainForm {
        key: "casework-ending",
        action: format!("{PATH}/{}/endings", exemption.id),
        back: PATH.to_owned(),
        facts: vec![
            Fact::new(l.t("casework-column-reason"), reason_words(l, exemption.reason)),
            Fact::new(l.t("casework-column-review"), l.day(exemption.review_on)),
            Fact::new(l.t("casework-column-proof"), exemption.proof.clone()),
        ],
        fields: vec![FieldSpec::new(l, "casework-ending", "note", FieldKind::Area, true)],
        hidden: vec![("version", exemption.version.to_string())],
    }
}

pub async fn ending_form(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<ExemptionId>,
) -> Result<HttpResponse> {
    let exemption = exemption_of(&services, &caller, *id).await?;
    ending_page(Shell::of(&request).locale, &exemption).show(&request, FormState::empty())
}

pub async fn post_ending(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<ExemptionId>,
    typed: Fields,
) -> Result<HttpResponse> {
    let exemption = exemption_of(&services, &caller, *id).await?;
    let exemption_id = exemption.id;
    let outcome = match read::ending(&typed) {
        Ok((version, note)) => {
            act(&services, &caller, move |tx| {
                end_exemption(tx, exemption_id, version, &note)
            })
            .await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(((), number)) => Ok(back_to(PATH, number.as_deref())),
        Err(error) => ending_page(Shell::of(&request).locale, &exemption).refuse(&request, &typed, error),
    }
}
