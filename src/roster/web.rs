//! The pages on which rosters are uploaded, settled and approved.

pub(super) mod act;
mod batch_page;
pub(super) mod returned;
pub(super) mod upload;

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::batch::{Batch, BatchStatus};
use super::store;
use crate::audit::{ReceiptWords, receipt_words};
use crate::base::actor::Permission;
use crate::base::error::{OrNotFound, Result};
use crate::base::ids::BatchId;
use crate::base::page::PageRequest;
use crate::platform::Services;
use crate::platform::db::{Caller, Conn};
use crate::platform::http::parts::{Badge, Pager, Tone};
use crate::platform::http::{Fields, FormState, Shell, blocking, page, page_request, page_with_status, with_parameter};
use crate::platform::i18n::Locale;

const PATH: &str = "/board/imports";
const ROWS: usize = 50;

pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route(PATH, web::get().to(list))
        .route(PATH, web::post().to(upload::post))
        .route("/board/imports/{id}", web::get().to(batch_page::show))
        .route(
            "/board/imports/{id}/returned.xlsx",
            web::get().to(returned::returned_rows),
        )
        .route(
            "/board/imports/{id}/rows/{row_id}/decision",
            web::post().to(act::settle_one),
        )
        .route("/board/imports/{id}/decisions", web::post().to(act::settle_kind))
        .route("/board/imports/{id}/approval", web::post().to(act::approve))
        .route("/board/imports/{id}/withdrawal", web::post().to(act::withdraw));
}

/// A batch for an officer: his own, or any for those who approve. Others' batches do not exist for him, because a
/// roster names people of places that are not his.
pub(super) fn batch_for(conn: &mut Conn, caller: &Caller, id: BatchId) -> Result<Batch> {
    caller.need(Permission::ImportRosters)?;
    let batch = store::batch(conn, id)?;
    let is_own = batch.created_by.is_some() && batch.created_by == caller.actor.user_id();
    Some(batch)
        .filter(|_| is_own || caller.actor.may(Permission::ApproveRosters))
        .or_not_found("batch")
}

/// The batches that an officer may see, newest first.
pub(super) fn batches_for(
    conn: &mut Conn,
    caller: &Caller,
    asked: &PageRequest,
) -> Result<crate::base::page::Page<Batch>> {
    caller.need(Permission::ImportRosters)?;
    let mut found = store::batches(conn, asked)?;
    if !caller.actor.may(Permission::ApproveRosters) {
        found
            .items
            .retain(|batch| batch.created_by.is_some() && batch.created_by == caller.actor.user_id());
    }
    Ok(found)
}

pub(super) fn status_badge(l: Locale, status: BatchStatus) -> Badge {
    let tone = match status {
        BatchStatus::Checking | BatchStatus::Checked | BatchStatus::Approved => Tone::AtRisk,
        BatchStatus::Merged => Tone::Good,
        BatchStatus::Withdrawn => Tone::Quiet,
        BatchStatus::Failed => Tone::Bad,
    };
    Badge {
        tone,
        label: l.label(BatchStatus::LIST, status.as_str()).to_owned(),
    }
}

#[derive(Template)]
#[template(path = "roster/batches.html")]
struct BatchesPage {
    s: Shell,
    f: FormState,
    receipt: Option<ReceiptWords>,
    rows: Vec<BatchLine>,
    pager: Pager,
}

struct BatchLine {
    href: String,
    file: String,
    as_of: String,
    when: String,
    status: Badge,
    counts: [String; 5],
}

impl BatchLine {
    fn of(l: Locale, batch: &Batch) -> Self {
        let counts = batch.counts();
        Self {
            href: format!("{PATH}/{}", batch.id),
            file: batch.file_name.clone(),
            as_of: l.day_iso(batch.as_of_on),
            when: l.instant(batch.created_at),
            status: status_badge(l, batch.status),
            counts: [
                counts.new,
                counts.changed,
                counts.same,
                counts.doubtful,
                counts.rejected,
            ]
            .map(|n| l.number(n)),
        }
    }
}

async fn list(request: HttpRequest, services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    let f = FormState::filled(vec![("as_of".to_owned(), services.clock.today().to_string())]);
    list_page(&request, &services, &caller, f).await
}

/// The list with the upload form above it; a refused upload comes back here with what is wrong.
async fn list_page(
    request: &HttpRequest,
    services: &web::Data<Services>,
    caller: &Caller,
    f: FormState,
) -> Result<HttpResponse> {
    caller.need(Permission::ImportRosters)?;
    let query = Fields::of_query(request);
    query.only(&["limit", "cursor", "done"])?;
    let asked = PageRequest {
        limit: ROWS,
        ..page_request(&query)?
    };
    let is_further = asked.cursor.is_some();
    let s = Shell::of(request);
    let l = s.locale;
    let (services, caller, values) = (services.clone(), caller.clone(), query.clone());
    let (receipt, found) = blocking(move || {
        services.db.snapshot(|conn| {
            Ok((
                receipt_words(conn, &caller.actor, &values, l)?,
                batches_for(conn, &caller, &asked)?,
            ))
        })
    })
    .await?;
    let status = if f.is_refused() {
        actix_web::http::StatusCode::UNPROCESSABLE_ENTITY
    } else {
        actix_web::http::StatusCode::OK
    };
    let view = BatchesPage {
        rows: found.items.iter().map(|batch| BatchLine::of(l, batch)).collect(),
        pager: Pager {
            first_href: is_further.then(|| with_parameter(PATH, &query, "cursor", None)),
            next_href: found
                .next
                .map(|next| with_parameter(PATH, &query, "cursor", Some(&next))),
        },
        receipt,
        f,
        s,
    };
    if view.f.is_refused() {
        page_with_status(&view, status)
    } else {
        page(&view)
    }
}
