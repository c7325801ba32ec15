//! One batch: counts by verdict, rows with what was found, what can be done, and the rows that go back.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::super::batch::{Batch, BatchRow, BatchStatus, Decision, FindingKind, RowVerdict};
use super::super::store;
use super::{PATH, ROWS, batch_for, returned, status_badge};
use crate::audit::{ReceiptWords, receipt_words};
use crate::base::actor::Permission;
use crate::base::error::Result;
use crate::base::ids::BatchId;
use crate::base::page::{Page, PageRequest};
use crate::platform::Services;
use crate::platform::db::{Caller, Conn};
use crate::platform::http::parts::{Badge, BoardFigure, Pager, Tone};
use crate::platform::http::{Fields, Shell, blocking, choice_filter, page, page_request, with_parameter};
use crate::platform::i18n::Locale;

/// Doubtful rows whose kinds are counted for "all of one kind"; more than this are settled kind by kind anyhow.
const COUNTED: usize = 2_000;

#[derive(Template)]
#[template(path = "roster/batch.html")]
struct BatchPage {
    s: Shell,
    receipt: Option<ReceiptWords>,
    file: String,
    as_of: String,
    status: Badge,
    status_sentence: String,
    message: Option<String>,
    path: String,
    figures: Vec<BoardFigure>,
    kinds: Vec<KindRow>,
    rows: Vec<RowView>,
    caption: String,
    pager: Pager,
    undecided: String,
    may_settle: bool,
    may_approve: bool,
    /// Why this officer cannot approve now.
    approve_hint: Option<String>,
    may_withdraw: bool,
    returned_href: Option<String>,
    is_waiting: bool,
}

/// A kind of doubt and how many undecided rows have it.
struct KindRow {
    code: String,
    sentence: String,
    count: String,
}

struct RowView {
    number: String,
    name: String,
    household: String,
    verdict: Badge,
    findings: Vec<String>,
    differences: Vec<String>,
    decision: Option<String>,
    settle_path: Option<String>,
    may_take: bool,
}

struct Found {
    receipt: Option<ReceiptWords>,
    batch: Batch,
    rows: Page<BatchRow>,
    undecided: i64,
    doubtful: Vec<BatchRow>,
}

fn gather(
    conn: &mut Conn,
    caller: &Caller,
    id: BatchId,
    verdict: Option<RowVerdict>,
    asked: &PageRequest,
    query: &Fields,
    l: Locale,
) -> Result<Found> {
    let batch = batch_for(conn, caller, id)?;
    let is_open = batch.status == BatchStatus::Checked;
    let doubtful = if is_open {
        store::rows(conn, id, Some(RowVerdict::Doubtful), &PageRequest::first(COUNTED))?.items
    } else {
        Vec::new()
    };
    Ok(Found {
        receipt: receipt_words(conn, &caller.actor, query, l)?,
        rows: store::rows(conn, id, verdict, asked)?,
        undecided: store::undecided(conn, id)?,
        doubtful,
        batch,
    })
}

pub async fn show(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<BatchId>,
) -> Result<HttpResponse> {
    caller.need(Permission::ImportRosters)?;
    let query = Fields::of_query(&request);
    query.only(&["verdict", "limit", "cursor", "done"])?;
    let names: Vec<&str> = RowVerdict::ALL.iter().map(|verdict| verdict.as_str()).collect();
    let verdict = choice_filter(&query, "verdict", &names, RowVerdict::parse)?;
    let asked = PageRequest {
        limit: ROWS,
        ..page_request(&query)?
    };
    let is_further = asked.cursor.is_some();
    let s = Shell::of(&request);
    let l = s.locale;
    let (batch_id, asker, values) = (*id, caller.clone(), query.clone());
    let found = blocking(move || {
        services
            .db
            .snapshot(|conn| gather(conn, &asker, batch_id, verdict, &asked, &values, l))
    })
    .await?;
    let batch = &found.batch;
    let path = format!("{PATH}/{}", batch.id);
    let counts = batch.counts();
    let is_checked = batch.status == BatchStatus::Checked;
    let is_own = batch.created_by == caller.actor.user_id();
    let may_approve = is_checked && caller.actor.may(Permission::ApproveRosters);
    let hint = if is_own {
        Some(l.t("refusal-own-batch"))
    } else {
        (found.undecided > 0).then(|| l.ta("refusal-rows-undecided", &[("count", found.undecided.into())]))
    };
    page(&BatchPage {
        file: batch.file_name.clone(),
        as_of: l.day(batch.as_of_on),
        status: status_badge(l, batch.status),
        status_sentence: l.t(&format!("roster-status-{}", batch.status.as_str())),
        message: batch.message.clone(),
        figures: figures(l, &path, batch),
        kinds: kinds(l, &found.doubtful),
        rows: found
            .rows
            .items
            .iter()
            .map(|row| row_view(l, &path, row, is_checked))
            .collect(),
        caption: verdict.map_or_else(
            || l.t("roster-rows-all"),
            |verdict| l.label(RowVerdict::LIST, verdict.as_str()).to_owned(),
        ),
        pager: Pager {
            first_href: is_further.then(|| with_parameter(&path, &query, "cursor", None)),
            next_href: found
                .rows
                .next
                .as_ref()
                .map(|next| with_parameter(&path, &query, "cursor", Some(next))),
        },
        undecided: l.tn("roster-undecided", found.undecided),
        may_settle: is_checked,
        may_approve: may_approve && hint.is_none(),
        approve_hint: hint.filter(|_| may_approve),
        may_withdraw: matches!(batch.status, BatchStatus::Checking | BatchStatus::Checked),
        returned_href: (returned::is_to_be_had(batch.status) && counts.doubtful + counts.rejected > 0)
            .then(|| format!("{path}/returned.xlsx")),
        is_waiting: matches!(batch.status, BatchStatus::Checking | BatchStatus::Approved),
        receipt: found.receipt,
        path,
        s,
    })
}

fn tone(verdict: RowVerdict) -> Tone {
    match verdict {
        RowVerdict::New | RowVerdict::Changed => Tone::Good,
        RowVerdict::Same => Tone::Quiet,
        RowVerdict::Doubtful => Tone::AtRisk,
        RowVerdict::Rejected => Tone::Bad,
    }
}

fn figures(l: Locale, path: &str, batch: &Batch) -> Vec<BoardFigure> {
    let counts = batch.counts();
    let figure = |verdict: RowVerdict, value: u64| BoardFigure {
        label: l.label(RowVerdict::LIST, verdict.as_str()).to_owned(),
        value: l.number(value),
        change: None,
        tone: tone(verdict),
        href: Some(format!("{path}?verdict={}", verdict.as_str())),
    };
    vec![
        BoardFigure {
            label: l.t("roster-figure-rows"),
            value: l.number(counts.rows),
            change: None,
            tone: Tone::Plain,
            href: Some(path.to_owned()),
        },
        figure(RowVerdict::New, counts.new),
        figure(RowVerdict::Changed, counts.changed),
        figure(RowVerdict::Same, counts.same),
        figure(RowVerdict::Doubtful, counts.doubtful),
        figure(RowVerdict::Rejected, counts.rejected),
    ]
}

fn kinds(l: Locale, doubtful: &[BatchRow]) -> Vec<KindRow> {
    let mut counts: BTreeMap<String, (String, u32)> = BTreeMap::new();
    for row in doubtful.iter().filter(|row| row.decision.is_none()) {
        let findings = row.findings().findings;
        let mut seen: Vec<&str> = Vec::new();
        for finding in findings.iter().filter(|f| f.kind == FindingKind::Doubt) {
            if seen.contains(&finding.code.as_str()) {
                continue;
            }
            seen.push(&finding.code);
            let entry = counts
                .entry(finding.code.clone())
                .or_insert_with(|| (finding.sentence(l.language()), 0));
            entry.1 += 1;
        }
    }
    counts
        .into_iter()
        .map(|(code, (sentence, count))| KindRow {
            code,
            sentence,
            count: l.number(count),
        })
        .collect()
}

fn row_view(l: Locale, path: &str, row: &BatchRow, is_checked: bool) -> RowView {
    let findings = row.findings();
    let differences = findings.differences.iter().map(|difference| {
        let field = l.t(&format!("registry-field-{}", difference.field));
        match (difference.before.as_str(), difference.after.as_str()) {
            ("", after) => format!("{field}: {after}"),
            (before, "") => format!("{field}: {before} → ∅"),
            (before, after) => format!("{field}: {before} → {after}"),
        }
    });
    RowView {
        number: row.row_no.to_string(),
        name: row.name.clone(),
        household: row.household_no.clone().unwrap_or_default(),
        verdict: Badge {
            tone: tone(row.verdict),
            label: l.label(RowVerdict::LIST, row.verdict.as_str()).to_owned(),
        },
        findings: findings
            .findings
            .iter()
            .map(|finding| finding.sentence(l.language()))
            .collect(),
        differences: differences.collect(),
        decision: row.decision.map(|decision| decision_words(l, decision)),
        settle_path: (is_checked && row.verdict == RowVerdict::Doubtful)
            .then(|| format!("{path}/rows/{}/decision", row.id)),
        may_take: row.household_no.is_some(),
    }
}

fn decision_words(l: Locale, decision: Decision) -> String {
    l.t(match decision {
        Decision::Take => "roster-decision-take",
        Decision::Skip => "roster-decision-skip",
    })
}
