//! Is it up, is it ready, how is it doing: for the proxy in front, for the monitor, for the administrator.

use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::tasks::TASKS;
use crate::base::actor::Permission;
use crate::base::error::Result;
use crate::base::time::Instant;
use crate::platform::Services;
use crate::platform::db::{Caller, PoolState};
use crate::platform::http::parts::{Badge, Column, Fact, Row, Table, Tone};
use crate::platform::http::{Metrics, Shell, blocking, page};
use crate::platform::tasks::{TaskRun, runs};

/// A database that takes longer to say a word is not ready.
const READY_WITHIN: Duration = Duration::from_secs(2);

pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/healthz", web::get().to(healthz))
        .route("/readyz", web::get().to(readyz))
        .route("/metrics", web::get().to(metrics))
        .route("/status", web::get().to(status_page));
}

/// `GET /healthz`: the process runs.
async fn healthz() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain").body("ok")
}

/// `GET /readyz`: requests can be sent here: the database answers and is at this program's version, and nobody has
/// told the process to stop.
async fn readyz(services: web::Data<Services>) -> HttpResponse {
    let reason = if services.is_stopping() {
        Some("stopping")
    } else {
        not_ready(&services).await
    };
    match reason {
        None => HttpResponse::Ok().content_type("text/plain").body("ready"),
        Some(reason) => HttpResponse::ServiceUnavailable()
            .content_type("text/plain")
            .body(reason),
    }
}

async fn not_ready(services: &web::Data<Services>) -> Option<&'static str> {
    let db = services.db.clone();
    match tokio::time::timeout(READY_WITHIN, blocking(move || db.is_ready())).await {
        Ok(Ok(true)) => None,
        Ok(Ok(false)) => Some("migrations"),
        Ok(Err(_)) | Err(_) => Some("database"),
    }
}

/// `GET /metrics`: for a monitor on this machine, or for whoever may see the status.
async fn metrics(
    request: HttpRequest,
    services: web::Data<Services>,
    metrics: web::Data<Metrics>,
    caller: Caller,
) -> Result<HttpResponse> {
    if !is_local(&request) {
        caller.need(Permission::SeeStatus)?;
    }
    let text = blocking(move || {
        let behind = services.finder.behind(&services.db)?;
        metrics.text(&services.db.pools(), behind)
    })
    .await?;
    Ok(HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(text))
}

/// Whether a program on this machine asks for itself. A proxy on this machine speaks for others, and says so.
fn is_local(request: &HttpRequest) -> bool {
    let forwarded = ["x-forwarded-for", "forwarded", "x-real-ip"];
    let speaks_for_others = forwarded.iter().any(|name| request.headers().contains_key(*name));
    request.peer_addr().is_some_and(|peer| peer.ip().is_loopback()) && !speaks_for_others
}

#[derive(Template)]
#[template(path = "status/status.html")]
struct StatusPage {
    s: Shell,
    facts: Vec<Fact>,
    tasks: Table,
}

/// `GET /status`
async fn status_page(request: HttpRequest, services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    caller.need(Permission::SeeStatus)?;
    let db = services.db.clone();
    let (level, known) = blocking(move || Ok((db.is_ready()?, db.read(runs)?))).await?;
    let s = Shell::of(&request);
    let pool_words = |pool: PoolState| s.ta("status-pool", &[("open", pool.open.into()), ("idle", pool.idle.into())]);
    let [readers, writers] = services.db.pools();
    let level_key = if level { "status-level" } else { "status-not-level" };
    let facts = vec![
        Fact::new(s.t("status-version"), env!("CARGO_PKG_VERSION")),
        Fact::new(s.t("status-clock"), s.instant(services.clock.now())),
        Fact::new(s.t("status-database"), services.db.url().to_string()),
        Fact::new(s.t("status-migrations"), s.t(level_key)),
        Fact::new(s.t("status-readers"), pool_words(readers)),
        Fact::new(s.t("status-writers"), pool_words(writers)),
    ];
    let rows = TASKS
        .iter()
        .map(|task| row_of(task.name, known.iter().find(|run| run.name == task.name), &s));
    let columns = [
        "status-task",
        "status-state",
        "status-started",
        "status-succeeded",
        "status-failure",
    ];
    let tasks = Table {
        caption: s.t("status-tasks"),
        columns: columns.iter().map(|key| Column::words(s.t(key))).collect(),
        rows: rows.collect(),
        totals: None,
    };
    page(&StatusPage { facts, tasks, s })
}

fn row_of(name: &str, run: Option<&TaskRun>, s: &Shell) -> Row {
    let (tone, key) = match run {
        None => (Tone::Quiet, "status-never"),
        Some(run) if run.has_failed() => (Tone::Bad, "status-failed"),
        Some(run) if run.succeeded_at.is_none_or(|at| at < run.started_at) => (Tone::AtRisk, "status-running"),
        Some(_) => (Tone::Good, "status-fine"),
    };
    let when = |at: Option<Instant>| at.map(|at| s.instant(at)).unwrap_or_default();
    Row {
        href: None,
        cells: vec![
            s.t(&format!("task-{}", name.replace('_', "-"))).into(),
            Badge { tone, label: s.t(key) }.into(),
            when(run.map(|run| run.started_at)).into(),
            when(run.and_then(|run| run.succeeded_at)).into(),
            run.and_then(|run| run.failure.clone()).unwrap_or_default().into(),
        ],
    }
}
