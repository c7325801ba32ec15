//! One plan: waiting, computed, failed, confirmed or given up.

use std::collections::{HashMap, HashSet};

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::acts::extra_of;
use super::list::place_of;
use super::rows::{self, LeftOut, LineRow, MarkRow, ShortageRow};
use super::{plan_id, status_badge};
use crate::audit::{ReceiptWords, receipt_words};
use crate::base::actor::Permission;
use crate::base::error::{Error, Result};
use crate::base::ids::{HouseholdId, PersonId, PlanId, PostingId, SiteId};
use crate::base::page::{Page, PageRequest};
use crate::matching::plans::model::{Outcome, Plan, PlanLine, PlanMark, PlanMarkKind, PlanOutcome, PlanStatus};
use crate::matching::plans::names::{Names, line_counts, lines_page};
use crate::matching::plans::{store, task, words};
use crate::platform::Services;
use crate::platform::db::{Caller, Conn};
use crate::platform::http::parts::{Badge, BoardFigure, Choice, FacetChoice, Fact, Pager, Tone};
use crate::platform::http::{
    Fields, FormState, Shell, blocking, choice_filter, page, page_with_status, with_parameter,
};
use crate::platform::i18n::Locale;
use crate::registry::sites;

/// Lines and left-out households on one page.
const LINES: usize = 50;

#[derive(Template)]
#[template(path = "matching/plan.html")]
struct PlanPage {
    s: Shell,
    path: String,
    version: i32,
    place: String,
    status: Badge,
    receipt: Option<ReceiptWords>,
    facts: Vec<Fact>,
    is_waiting: bool,
    is_ready: bool,
    is_confirmed: bool,
    /// It can still be computed again or given up.
    is_open: bool,
    failure: Option<String>,
    headline: Option<String>,
    headline_tone: Tone,
    figures: Vec<BoardFigure>,
    files: Vec<&'static str>,
    shortages: Vec<ShortageRow>,
    more_shortages: Option<String>,
    left_out: Vec<LeftOut>,
    more_left_out: Option<String>,
    broken_locks: Vec<String>,
    tabs: Vec<FacetChoice>,
    lines_title: String,
    lines: Vec<LineRow>,
    pager: Pager,
    marks: Vec<MarkRow>,
    like: Vec<Choice>,
    f: FormState,
    trial: Option<TrialRow>,
}

/// What more places would bring, beside what is stored.
struct TrialRow {
    sentence: String,
    tone: Tone,
    /// Name, stored, with more places.
    rows: Vec<(String, String, String)>,
}

/// What the page rests on, read at one moment.
struct Seen {
    plan: Plan,
    lines: Page<PlanLine>,
    counts: HashMap<PlanOutcome, i64>,
    marks: Vec<PlanMark>,
    names: Names,
    sites: HashMap<SiteId, String>,
    receipt: Option<ReceiptWords>,
}

fn shown_left_out(outcome: &Outcome) -> &[HouseholdId] {
    outcome.left_out.get(..LINES).unwrap_or(&outcome.left_out)
}

fn see(conn: &mut Conn, caller: &Caller, id: PlanId, query: &Fields, l: Locale) -> Result<Seen> {
    let plan = store::plan_for(conn, &caller.actor, id)?;
    let outcome = choice_filter(query, "outcome", &["invited", "lapsed", "spared"], PlanOutcome::parse)?;
    let asked = PageRequest {
        limit: LINES,
        cursor: query.find("cursor").map(str::to_owned),
    };
    let lines = lines_page(conn, id, outcome, &asked)?;
    let marks = store::marks_of(conn, id)?;
    let stored = plan.outcome().unwrap_or_default();
    Ok(Seen {
        names: Names::of_plan(conn, &plan, &lines.items, &marks, shown_left_out(&stored))?,
        counts: line_counts(conn, id)?,
        sites: sites(conn)?.into_iter().map(|site| (site.id, site.name)).collect(),
        receipt: receipt_words(conn, &caller.actor, query, l)?,
        lines,
        marks,
        plan,
    })
}

/// `GET /board/plans/{id}`
pub(super) async fn show(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
) -> Result<HttpResponse> {
    caller.need(Permission::PlanPlacements)?;
    let query = Fields::of_query(&request);
    query.only(&["outcome", "cursor", "done"])?;
    let drawn = draw(
        &request,
        services,
        caller,
        plan_id(&path)?,
        (query, FormState::empty(), None),
    )
    .await?;
    page(&drawn)
}

/// `GET /board/plans/{id}/what-if`: computed beside the plan; nothing is stored.
pub(super) async fn try_more(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
) -> Result<HttpResponse> {
    caller.need(Permission::PlanPlacements)?;
    let id = plan_id(&path)?;
    let query = Fields::of_query(&request);
    query.only(&["like", "places"])?;
    let (working, asking, typed) = (services.clone(), caller.clone(), query.clone());
    let tried = blocking(move || {
        let plan = working.db.read(|conn| store::plan_for(conn, &asking.actor, id))?;
        if plan.status != PlanStatus::Ready {
            return Err(Error::refused("plan-not-ready"));
        }
        let what = task::rehearse(&working.db, &plan, extra_of(&typed)?)?;
        Ok((what.outcome, what.lines.len()))
    })
    .await;
    let l = Shell::of(&request).locale;
    let (form, trial, status) = match tried {
        Ok(trial) => (FormState::filled(query.pairs().to_vec()), Some(trial), StatusCode::OK),
        Err(Error::Invalid(problems)) => {
            let form = FormState::refused(&query, &problems, l);
            (form, None, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(error) => return Err(error),
    };
    let drawn = draw(&request, services, caller, id, (Fields::default(), form, trial)).await?;
    page_with_status(&drawn, status)
}

type Asked = (Fields, FormState, Option<(Outcome, usize)>);

async fn draw(
    request: &HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: PlanId,
    (query, form, trial): Asked,
) -> Result<PlanPage> {
    let s = Shell::of(request);
    let l = s.locale;
    let asked = query.clone();
    let seen = blocking(move || services.db.snapshot(|conn| see(conn, &caller, id, &asked, l))).await?;
    let plan = &seen.plan;
    let path = format!("/board/plans/{id}");
    let is = |status: PlanStatus| plan.status == status;
    let is_waiting = is(PlanStatus::Waiting);
    // What an earlier computation came to is not shown while a new one is under way.
    let outcome = plan.outcome().filter(|_| !is_waiting).unwrap_or_default();
    let is_computed = !is_waiting && outcome.failure.is_none() && plan.outcome().is_some();
    let locked: HashSet<(PersonId, PostingId)> = seen
        .marks
        .iter()
        .filter(|mark| mark.kind == PlanMarkKind::Lock)
        .filter_map(|mark| mark.person_id.zip(mark.posting_id))
        .collect();
    let all_lines: i64 = seen.counts.values().sum();
    let left_out = rows::left_out(l, &outcome, shown_left_out(&outcome), &seen.names);
    let not_shown = outcome.left_out.len().saturating_sub(left_out.len());
    Ok(PlanPage {
        place: place_of(plan, &seen.sites),
        version: plan.version,
        status: status_badge(l, plan.status),
        facts: facts(l, plan),
        is_waiting,
        is_ready: is(PlanStatus::Ready),
        is_confirmed: is(PlanStatus::Confirmed),
        is_open: matches!(
            plan.status,
            PlanStatus::Ready | PlanStatus::Failed | PlanStatus::Waiting
        ),
        failure: outcome.failure.as_deref().map(|code| words::failure(l, code)),
        headline: if is_computed { words::headline(l, plan) } else { None },
        headline_tone: if outcome.covered == outcome.uncovered {
            Tone::Good
        } else {
            Tone::AtRisk
        },
        figures: if is_computed {
            figures(l, &outcome, all_lines)
        } else {
            Vec::new()
        },
        files: if is_computed { task::FILES.to_vec() } else { Vec::new() },
        shortages: rows::shortages(l, plan, &outcome, &seen.names),
        more_shortages: (outcome.shortages.len() > rows::SHORTAGES)
            .then(|| l.tn("plan-shortages-more", outcome.shortages.len() - rows::SHORTAGES)),
        more_left_out: (not_shown > 0).then(|| l.tn("plan-left-out-more", not_shown)),
        left_out,
        broken_locks: broken_locks(l, &outcome, &seen.names),
        tabs: tabs(l, &path, &query, &seen, all_lines),
        lines_title: l.tn("plan-lines-title", all_lines),
        lines: if is_waiting {
            Vec::new()
        } else {
            let lines = seen.lines.items.iter();
            lines.map(|line| rows::line(l, line, &seen.names, &locked)).collect()
        },
        pager: pager(&path, &query, &seen.lines, is_waiting),
        marks: seen.marks.iter().map(|mark| rows::mark(l, mark, &seen.names)).collect(),
        like: rows::like_choices(l, &outcome, &seen.lines.items, &seen.names),
        f: form,
        trial: trial.map(|(with, lines)| trial_row(l, &outcome, all_lines, &with, lines)),
        receipt: seen.receipt,
        path,
        s,
    })
}

fn pager(path: &str, query: &Fields, lines: &Page<PlanLine>, is_waiting: bool) -> Pager {
    if is_waiting {
        return Pager::default();
    }
    let anchored = |href: String| format!("{href}#lines");
    Pager {
        first_href: query
            .find("cursor")
            .map(|_| anchored(with_parameter(path, query, "cursor", None))),
        next_href: lines
            .next
            .as_deref()
            .map(|cursor| anchored(with_parameter(path, query, "cursor", Some(cursor)))),
    }
}

fn facts(l: Locale, plan: &Plan) -> Vec<Fact> {
    vec![
        Fact::new(l.t("plan-kind"), words::kind(l, plan)),
        Fact::new(l.t("plan-as-of"), l.day(plan.as_of_on)),
        Fact::new(l.t("plan-seed"), plan.seed.to_string()),
        Fact::new(l.t("plan-created"), l.instant(plan.created_at)),
    ]
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn figures(l: Locale, outcome: &Outcome, lines: i64) -> Vec<BoardFigure> {
    let figure = |label: String, value: i64, tone: Tone| BoardFigure {
        label,
        value: l.number(value),
        change: None,
        tone,
        href: None,
    };
    let missed = outcome.uncovered.saturating_sub(outcome.covered);
    vec![
        figure(l.t("plan-figure-uncovered"), count(outcome.uncovered), Tone::Plain),
        figure(l.t("plan-figure-covered"), count(outcome.covered), Tone::Good),
        figure(
            l.t("plan-figure-left-out"),
            count(missed),
            if missed == 0 { Tone::Good } else { Tone::AtRisk },
        ),
        figure(l.t("plan-figure-without"), count(outcome.without_pair), Tone::Quiet),
        figure(l.t("plan-figure-lines"), lines, Tone::Plain),
        figure(l.t("plan-figure-places"), outcome.places, Tone::Plain),
        figure(l.t("plan-figure-pairs"), count(outcome.edges), Tone::Quiet),
    ]
}

fn broken_locks(l: Locale, outcome: &Outcome, names: &Names) -> Vec<String> {
    let broken = outcome.broken_locks.iter();
    broken
        .map(|(person, posting)| {
            let person = names.persons.get(person).cloned().unwrap_or_default();
            let opening = words::opening(l, names.postings.get(posting));
            l.ta(
                "plan-mark-pair",
                &[("person", person.into()), ("opening", opening.into())],
            )
        })
        .collect()
}

/// In a confirmed plan: all lines, those invited, those that lapsed.
fn tabs(l: Locale, path: &str, query: &Fields, seen: &Seen, all: i64) -> Vec<FacetChoice> {
    if seen.plan.status != PlanStatus::Confirmed {
        return Vec::new();
    }
    let chosen = query.find("outcome").and_then(PlanOutcome::parse);
    let tab = |label: String, count: i64, outcome: Option<PlanOutcome>| FacetChoice {
        label,
        count: l.number(count),
        href: format!(
            "{}#lines",
            with_parameter(path, &Fields::default(), "outcome", outcome.map(|o| o.as_str()))
        ),
        chosen: chosen == outcome,
    };
    let mut tabs = vec![tab(l.t("plan-lines-all"), all, None)];
    for outcome in [PlanOutcome::Invited, PlanOutcome::Lapsed, PlanOutcome::Spared] {
        let count = seen.counts.get(&outcome).copied().unwrap_or(0);
        let label = l.label(PlanOutcome::LIST, outcome.as_str()).to_owned();
        tabs.push(tab(label, count, Some(outcome)));
    }
    tabs
}

fn trial_row(l: Locale, stored: &Outcome, stored_lines: i64, with: &Outcome, lines: usize) -> TrialRow {
    let more = count(with.covered) - count(stored.covered);
    let row = |key: &str, before: i64, after: i64| (l.t(key), l.number(before), l.number(after));
    TrialRow {
        sentence: match more {
            1.. => l.tn("plan-trial-more", more),
            0 => l.t("plan-trial-same"),
            _ => l.t("plan-trial-changed"),
        },
        tone: if more > 0 { Tone::Good } else { Tone::Plain },
        rows: vec![
            row("plan-figure-covered", count(stored.covered), count(with.covered)),
            row(
                "plan-figure-left-out",
                count(stored.left_out.len()),
                count(with.left_out.len()),
            ),
            row("plan-figure-lines", stored_lines, count(lines)),
            row("plan-figure-score", stored.total_score, with.total_score),
        ],
    }
}
