//! The plans of the scope, and the form that asks for one.

use std::collections::HashMap;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::status_badge;
use crate::audit::{ReceiptWords, act, back_to, receipt_words};
use crate::base::actor::{Permission, Scope};
use crate::base::error::{Error, FieldProblem, Result};
use crate::base::ids::SiteId;
use crate::base::region::RegionCode;
use crate::base::time::Day;
use crate::matching::model::OpeningKind;
use crate::matching::plans::model::{Plan, PlanDraft, PlanStatus};
use crate::matching::plans::{actions, store, words};
use crate::platform::Services;
use crate::platform::db::Caller;
use crate::platform::http::parts::{Badge, Choice};
use crate::platform::http::{Fields, FormState, Reader, Shell, blocking, page, page_with_status};
use crate::platform::i18n::Locale;
use crate::reference::regions;
use crate::registry::{Site, sites};

/// Plans on the page, newest first.
const SHOWN: usize = 50;
/// The lottery number has at most nine digits.
const SEEDS: i64 = 999_999_999;

struct PlanRow {
    href: String,
    when: String,
    place: String,
    kind: String,
    status: Badge,
    covered: String,
}

#[derive(Template)]
#[template(path = "matching/plans.html")]
struct PlansPage {
    s: Shell,
    f: FormState,
    receipt: Option<ReceiptWords>,
    regions: Vec<Choice>,
    sites: Vec<Choice>,
    kinds: Vec<Choice>,
    rows: Vec<PlanRow>,
}

/// The division that a plan takes where none is named.
fn own_region(scope: &Scope) -> Option<RegionCode> {
    match scope {
        Scope::Everywhere => RegionCode::parse("5328"),
        Scope::Regions(own) => own.first().cloned(),
    }
}

/// The lottery number proposed: the day as digits, which anybody can name.
fn proposed_seed(today: Day) -> i64 {
    today.format("%Y%m%d").to_string().parse().unwrap_or(1)
}

/// Reads what an officer asks for; a division or site outside his scope is no choice.
pub(in super::super) fn read_draft(fields: &Fields, scope: &Scope, sites: &[Site], today: Day) -> Result<PlanDraft> {
    let mut reader = Reader::new(fields);
    let region = reader
        .optional_choice("region", |text| {
            RegionCode::parse(text).filter(|code| regions().get(code).is_some() && scope.contains(code))
        })
        .or_else(|| own_region(scope));
    let site: Option<SiteId> = reader.optional_choice("site", |text| {
        let id = text.parse().ok()?;
        let known = sites.iter().find(|site| site.id == id)?;
        scope.contains(&known.region_code).then_some(id)
    });
    let kind = reader.optional_choice("kind", |text| match text {
        "all" => Some(None),
        "job" => Some(Some(OpeningKind::Job)),
        "public_welfare" => Some(Some(OpeningKind::PublicWelfare)),
        _ => None,
    });
    let seed = reader
        .optional_whole("seed", 0, SEEDS)
        .unwrap_or_else(|| proposed_seed(today));
    reader.finish()?;
    Ok(PlanDraft {
        region: region.ok_or_else(|| Error::invalid("region", "required"))?,
        site,
        kind: kind.flatten(),
        seed,
    })
}

/// `GET /board/plans`
pub(super) async fn show(request: HttpRequest, services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    caller.need(Permission::PlanPlacements)?;
    let query = Fields::of_query(&request);
    query.only(&["region", "site", "done"])?;
    let scope = caller.actor.scope(Permission::PlanPlacements);
    let region = query.find("region").and_then(RegionCode::parse);
    let region = region
        .filter(|code| scope.contains(code))
        .or_else(|| own_region(&scope));
    let form = FormState::filled(vec![
        ("region".to_owned(), region.map(|r| r.to_string()).unwrap_or_default()),
        ("site".to_owned(), query.get("site").to_owned()),
        ("kind".to_owned(), "all".to_owned()),
        ("seed".to_owned(), proposed_seed(services.clock.today()).to_string()),
    ]);
    page(&draw(&request, &services, caller, form).await?)
}

async fn draw(request: &HttpRequest, services: &Services, caller: Caller, form: FormState) -> Result<PlansPage> {
    let s = Shell::of(request);
    let l = s.locale;
    let scope = caller.actor.scope(Permission::PlanPlacements);
    let (db, query) = (services.db.clone(), Fields::of_query(request));
    let (found, sites, receipt) = blocking(move || {
        db.snapshot(|conn| {
            let found = store::plans(conn, &caller.actor, SHOWN)?;
            Ok((found, sites(conn)?, receipt_words(conn, &caller.actor, &query, l)?))
        })
    })
    .await?;
    let names: HashMap<SiteId, String> = sites.iter().map(|site| (site.id, site.name.clone())).collect();
    let here = sites.iter().filter(|site| scope.contains(&site.region_code));
    Ok(PlansPage {
        regions: region_choices(l, &scope),
        sites: here
            .map(|site| Choice::new(site.id.to_string(), site.name.clone()))
            .collect(),
        kinds: vec![
            Choice::new("all", l.t("plan-kind-all")),
            Choice::new("job", l.t("plan-kind-job")),
            Choice::new("public_welfare", l.t("plan-kind-public-welfare")),
        ],
        rows: found.iter().map(|plan| row(l, plan, &names)).collect(),
        f: form,
        receipt,
        s,
    })
}

/// Where a plan is made: its site, else its division.
pub(super) fn place_of(plan: &Plan, sites: &HashMap<SiteId, String>) -> String {
    plan.site_id
        .and_then(|id| sites.get(&id).cloned())
        .unwrap_or_else(|| regions().name_of(&plan.region_code))
}

fn row(l: Locale, plan: &Plan, sites: &HashMap<SiteId, String>) -> PlanRow {
    let outcome = plan.outcome().filter(|outcome| outcome.failure.is_none());
    let outcome = outcome.filter(|_| plan.status != PlanStatus::Waiting);
    PlanRow {
        href: format!("/board/plans/{}", plan.id),
        when: l.instant(plan.created_at),
        place: place_of(plan, sites),
        kind: words::kind(l, plan),
        status: status_badge(l, plan.status),
        covered: outcome.map_or_else(
            || "–".to_owned(),
            |outcome| {
                l.ta(
                    "plan-covered-of",
                    &[
                        ("covered", i64::try_from(outcome.covered).unwrap_or(i64::MAX).into()),
                        ("uncovered", i64::try_from(outcome.uncovered).unwrap_or(i64::MAX).into()),
                    ],
                )
            },
        ),
    }
}

/// One's own divisions and those directly below.
fn region_choices(l: Locale, scope: &Scope) -> Vec<Choice> {
    let own: Vec<RegionCode> = match scope {
        Scope::Everywhere => RegionCode::parse("5328").into_iter().collect(),
        Scope::Regions(own) => own.clone(),
    };
    let mut choices = Vec::new();
    for region in own {
        choices.push(Choice::new(region.to_string(), regions().name_of(&region)));
        let below = regions()
            .children_of(Some(&region))
            .filter(|region| !region.is_statistical_only());
        choices.extend(below.map(|region| {
            let words = l.ta("plan-place-below", &[("place", region.short_name().into())]);
            Choice::new(region.code.to_string(), words)
        }));
    }
    choices
}

/// `POST /board/plans`
pub(super) async fn propose(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    fields: Fields,
) -> Result<HttpResponse> {
    caller.need(Permission::PlanPlacements)?;
    let scope = caller.actor.scope(Permission::PlanPlacements);
    let (db, today, typed) = (services.db.clone(), services.clock.today(), fields.clone());
    let draft = blocking(move || {
        let sites = db.read(sites)?;
        read_draft(&typed, &scope, &sites, today)
    })
    .await;
    let draft = match draft {
        Err(Error::Invalid(problems)) => return refused(&request, &services, caller, &fields, &problems).await,
        draft => draft?,
    };
    let (plan, number) = act(&services, &caller, move |tx| actions::propose_plan(tx, &draft)).await?;
    Ok(back_to(&format!("/board/plans/{}", plan.id), number.as_deref()))
}

async fn refused(
    request: &HttpRequest,
    services: &Services,
    caller: Caller,
    fields: &Fields,
    problems: &[FieldProblem],
) -> Result<HttpResponse> {
    let form = FormState::refused(fields, problems, Shell::of(request).locale);
    let page = draw(request, services, caller, form).await?;
    page_with_status(&page, StatusCode::UNPROCESSABLE_ENTITY)
}
