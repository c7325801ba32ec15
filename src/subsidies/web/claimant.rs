//! The claimant's side: what he may ask for and what became of it. He types no amount.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::Datelike;

use super::{Part, SheetPage, assessment_box, claims_of, rule_name, source_words, state_badge};
use crate::base::error::{Error, OrNotFound, Result};
use crate::base::ids::{ClaimId, Id, PersonId, SupportRuleId};
use crate::platform::Services;
use crate::platform::db::{Caller, Conn};
use crate::platform::http::parts::{Cell, Choice, Column, Decision, Row, Table};
use crate::platform::http::{Fields, FormState, Shell, blocking, page_with_status};
use crate::platform::i18n::Locale;
use crate::registry;
use crate::subsidies::claims::{self, ClaimDraft, Offer};
use crate::subsidies::model::{Claim, SupportRule};
use crate::subsidies::store::{self, FactSubject};

fn employer_of(caller: &Caller) -> Result<FactSubject> {
    caller.need_sign_in()?;
    caller
        .actor
        .employers()
        .next()
        .map(FactSubject::Employer)
        .ok_or(Error::Forbidden)
}

fn person_of(caller: &Caller) -> Result<FactSubject> {
    caller.need_sign_in()?;
    caller
        .actor
        .person_id()
        .map(FactSubject::Person)
        .ok_or(Error::Forbidden)
}

/// `GET /desk/claims`
pub(super) async fn desk(request: HttpRequest, services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    home(&request, &services, employer_of(&caller)?, "/desk/claims").await
}

/// `GET /me/claims`
pub(super) async fn me(request: HttpRequest, services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    home(&request, &services, person_of(&caller)?, "/me/claims").await
}

fn year_of(query: &Fields, this_year: i32) -> Result<i32> {
    match query.find("year") {
        None => Ok(this_year),
        Some(text) => text
            .parse()
            .ok()
            .filter(|year| (this_year - 5..=this_year).contains(year))
            .ok_or_else(|| Error::bad_request("year", "claim-year")),
    }
}

async fn home(
    request: &HttpRequest,
    services: &web::Data<Services>,
    subject: FactSubject,
    path: &'static str,
) -> Result<HttpResponse> {
    let query = Fields::of_query(request);
    query.only(&["year"])?;
    let today = services.clock.today();
    let year = year_of(&query, today.year())?;
    let db = services.db.clone();
    let (offers, found, rules) = blocking(move || {
        db.snapshot(|conn| {
            let found = claims_of(conn, subject)?;
            let ids: Vec<SupportRuleId> = found.iter().map(|claim| claim.rule_id).collect();
            let rules = store::rules_by_ids(conn, &ids)?;
            Ok((claims::offers_for(conn, subject, year, today)?, found, rules))
        })
    })
    .await?;
    let s = Shell::of(request);
    let l = s.locale;
    let own = Part {
        title: l.t("claim-mine"),
        table: Some(claims_table(l, &found, |claim| rules.get(&claim.rule_id))),
        ..Part::default()
    };
    let years = Part {
        links: (today.year() - 1..=today.year())
            .map(|y| {
                (
                    format!("{path}?year={y}"),
                    l.ta("claim-year-of", &[("year", y.to_string().into())]),
                )
            })
            .collect(),
        ..Part::default()
    };
    let (now, later): (Vec<Offer>, Vec<Offer>) = offers.into_iter().partition(|offer| offer.people > 0);
    let offer = |offer: &Offer| Row {
        href: Some(format!("{path}/new?rule={}&year={year}", offer.rule.id)),
        cells: vec![
            Cell::Words(rule_name(l, &offer.rule)),
            Cell::Words(l.number(offer.people)),
            Cell::Words(l.amount(crate::base::money::Money::from_fen(offer.amount_fen))),
            Cell::Words(l.number(offer.not_yet)),
        ],
    };
    let table = Table {
        caption: l.ta("claim-offers-caption", &[("year", year.to_string().into())]),
        columns: vec![
            Column::words(l.t("claim-column-rule")),
            Column::figures(l.t("claim-column-people")),
            Column::figures(l.t("claim-column-amount")),
            Column::figures(l.t("claim-column-not-yet")),
        ],
        rows: now.iter().map(offer).collect(),
        totals: None,
    };
    let offers = Part {
        title: l.t("claim-offers"),
        words: now.is_empty().then(|| l.t("claim-offers-none")).into_iter().collect(),
        table: (!now.is_empty()).then_some(table),
        ..Part::default()
    };
    let later = Part {
        title: if later.is_empty() {
            String::new()
        } else {
            l.t("claim-later")
        },
        table: (!later.is_empty()).then(|| later_table(l, &later, path, year)),
        ..Part::default()
    };
    let title = l.t("claim-home-title");
    let mut sheet = SheetPage::new(s, title, "", vec![offers, own, later, years]);
    sheet.lead = sheet.s.t("claim-home-lead");
    sheet.answer()
}

/// What nobody can be claimed for yet; each page says what is missing.
fn later_table(l: Locale, offers: &[Offer], path: &str, year: i32) -> Table {
    let row = |offer: &Offer| Row {
        href: Some(format!("{path}/new?rule={}&year={year}", offer.rule.id)),
        cells: vec![
            Cell::Words(rule_name(l, &offer.rule)),
            Cell::Words(l.number(offer.not_yet)),
        ],
    };
    Table {
        caption: l.t("claim-later-caption"),
        columns: vec![
            Column::words(l.t("claim-column-rule")),
            Column::figures(l.t("claim-column-not-yet")),
        ],
        rows: offers.iter().map(row).collect(),
        totals: None,
    }
}

/// Claims as a table.
pub(super) fn claims_table<'r>(
    l: Locale,
    found: &[Claim],
    rule_of: impl Fn(&Claim) -> Option<&'r SupportRule>,
) -> Table {
    let row = |claim: &Claim| Row {
        href: Some(format!("/claims/{}", claim.id)),
        cells: vec![
            Cell::Words(rule_of(claim).map(|rule| rule_name(l, rule)).unwrap_or_default()),
            Cell::State(state_badge(l, claim.state)),
            Cell::Words(claim.payee_name.clone()),
            Cell::Words(l.amount(claim.amount_fen)),
            Cell::Words(claim.due_on.map(|day| l.day_iso(day)).unwrap_or_default()),
        ],
    };
    Table {
        caption: l.t("claim-list-caption"),
        columns: vec![
            Column::words(l.t("claim-column-rule")),
            Column::words(l.t("claim-column-state")),
            Column::words(l.t("claim-column-payee")),
            Column::figures(l.t("claim-column-amount")),
            Column::words(l.t("claim-column-due")),
        ],
        rows: found.iter().map(row).collect(),
        totals: None,
    }
}

#[derive(Template)]
#[template(path = "subsidies/new.html")]
struct NewClaimPage {
    s: Shell,
    f: FormState,
    title: String,
    source: String,
    back: &'static str,
    action: &'static str,
    id: String,
    rule: String,
    year: i32,
    choices: Vec<Choice>,
    asks_account: bool,
    others: Vec<Decision>,
}

/// `GET /desk/claims/new`
pub(super) async fn new_at_desk(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
) -> Result<HttpResponse> {
    let query = Fields::of_query(&request);
    query.only(&["rule", "year"])?;
    new_page(&request, &services, employer_of(&caller)?, "/desk/claims", &query, None).await
}

/// `GET /me/claims/new`
pub(super) async fn new_for_me(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
) -> Result<HttpResponse> {
    let query = Fields::of_query(&request);
    query.only(&["rule", "year"])?;
    new_page(&request, &services, person_of(&caller)?, "/me/claims", &query, None).await
}

async fn new_page(
    request: &HttpRequest,
    services: &web::Data<Services>,
    subject: FactSubject,
    path: &'static str,
    typed: &Fields,
    refused: Option<FormState>,
) -> Result<HttpResponse> {
    let today = services.clock.today();
    let year = year_of(typed, today.year())?;
    let rule_id: SupportRuleId = typed.get("rule").parse().ok().or_not_found("rule")?;
    let db = services.db.clone();
    let (rule, prepared, names) = blocking(move || {
        db.snapshot(|conn: &mut Conn| {
            let rule = store::rule_by_id(conn, rule_id)?;
            let prepared = claims::prepare(conn, &rule, subject, year, today)?;
            let ids: Vec<PersonId> = prepared.iter().map(|one| one.facts.person_id).collect();
            Ok((rule, prepared, registry::persons_by_ids(conn, &ids)?))
        })
    })
    .await?;
    let s = Shell::of(request);
    let l = s.locale;
    let name = |id: PersonId| names.get(&id).map(|person| person.name.clone()).unwrap_or_default();
    let payable = prepared.iter().filter(|one| one.assessment.may_be_asked());
    let choices: Vec<Choice> = payable
        .map(|one| {
            let months: Vec<String> = one.assessment.months.iter().map(ToString::to_string).collect();
            let amount = l.money(crate::base::money::Money::from_fen(one.assessment.amount_fen));
            let words = l.ta(
                "claim-choice",
                &[
                    ("name", name(one.facts.person_id).into()),
                    ("amount", amount.into()),
                    ("months", l.list(&months).into()),
                ],
            );
            Choice::new(one.facts.person_id.to_string(), words)
        })
        .collect();
    let barred = prepared.iter().filter(|one| !one.assessment.may_be_asked());
    let others = barred
        .map(|one| assessment_box(l, &name(one.facts.person_id), &one.assessment))
        .collect();
    let status = if refused.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let ticked = choices
        .iter()
        .map(|choice| ("people".to_owned(), choice.value.clone()))
        .collect();
    let fresh: ClaimId = Id::fresh();
    page_with_status(
        &NewClaimPage {
            title: rule_name(l, &rule),
            source: source_words(l, &rule),
            back: path,
            action: path,
            id: typed.find("id").map_or_else(|| fresh.to_string(), str::to_owned),
            rule: rule.id.to_string(),
            year,
            asks_account: !rule.terms.pay_to_person && matches!(subject, FactSubject::Employer(_)),
            choices,
            others,
            f: refused.unwrap_or_else(|| FormState::filled(ticked)),
            s,
        },
        status,
    )
}

/// `POST /desk/claims`
pub(super) async fn draft_at_desk(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    fields: Fields,
) -> Result<HttpResponse> {
    let subject = employer_of(&caller)?;
    draft(&request, &services, caller, subject, "/desk/claims", fields).await
}

/// `POST /me/claims`
pub(super) async fn draft_for_me(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    fields: Fields,
) -> Result<HttpResponse> {
    let subject = person_of(&caller)?;
    draft(&request, &services, caller, subject, "/me/claims", fields).await
}

async fn draft(
    request: &HttpRequest,
    services: &web::Data<Services>,
    caller: Caller,
    subject: FactSubject,
    path: &'static str,
    fields: Fields,
) -> Result<HttpResponse> {
    fields.only(&["id", "rule", "year", "people", "account"])?;
    let today = services.clock.today();
    let people: Option<Vec<PersonId>> = fields.all("people").map(|text| text.parse().ok()).collect();
    let people = people.or_not_found("person")?;
    let draft = ClaimDraft {
        id: fields.get("id").parse().ok().or_not_found("claim")?,
        rule_id: fields.get("rule").parse().ok().or_not_found("rule")?,
        subject,
        year: year_of(&fields, today.year())?,
        people: Some(people),
        account: fields.find("account").map(str::to_owned),
    };
    let (working, asked) = (services.clone(), draft.clone());
    let made = blocking(move || working.db.write(&caller, |tx| claims::draft_claim(tx, &asked))).await;
    match made {
        Ok(claim) => Ok(HttpResponse::SeeOther()
            .insert_header((header::LOCATION, format!("/claims/{}", claim.id)))
            .finish()),
        Err(Error::Invalid(problems)) => {
            let form = FormState::refused(&fields, &problems, Shell::of(request).locale);
            new_page(request, services, subject, path, &fields, Some(form)).await
        }
        Err(error) => Err(error),
    }
}
