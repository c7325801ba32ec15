//! What officers do to a batch: settle its doubtful rows, approve it, withdraw it.

use actix_web::{HttpResponse, web};

use super::super::actions::{approve_batch, settle_row, settle_rows, withdraw_batch};
use super::super::batch::{Decision, RowVerdict};
use super::super::store;
use super::batch_for;
use crate::audit::{act, back_to};
use crate::base::actor::Permission;
use crate::base::error::{OrNotFound, Result};
use crate::base::ids::{BatchId, BatchRowId};
use crate::base::page::PageRequest;
use crate::platform::Services;
use crate::platform::db::Caller;
use crate::platform::http::{Fields, Reader, blocking};

/// Rows that one transaction settles.
const PORTION: usize = 200;

fn batch_path(id: BatchId) -> String {
    format!("/board/imports/{id}")
}

/// Takes over or skips one doubtful row.
pub async fn settle_one(
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<(BatchId, BatchRowId)>,
    typed: Fields,
) -> Result<HttpResponse> {
    caller.need(Permission::ImportRosters)?;
    let (batch_id, row_id) = path.into_inner();
    let mut reader = Reader::new(&typed);
    let decision = reader.choice("decision", Decision::parse);
    reader.finish()?;
    let asker = caller.clone();
    act(&services, &caller, move |tx| {
        batch_for(tx, &asker, batch_id)?;
        settle_row(tx, batch_id, row_id, decision)
    })
    .await?;
    // Back to the rows that still wait, without a receipt for each of a hundred taps.
    Ok(back_to(&format!("{}?verdict=doubtful", batch_path(batch_id)), None))
}

/// Takes over or skips all undecided doubtful rows that have one kind of finding.
pub async fn settle_kind(
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<BatchId>,
    typed: Fields,
) -> Result<HttpResponse> {
    caller.need(Permission::ImportRosters)?;
    let mut reader = Reader::new(&typed);
    let code = reader.text("code", 80);
    let decision = reader.choice("decision", Decision::parse);
    reader.finish()?;
    let decision = decision.or_not_found("row")?;
    settle_all(&services, &caller, *id, code, decision).await?;
    Ok(back_to(&batch_path(*id), None))
}

/// Settles all rows of a kind, in portions; returns how many.
pub async fn settle_all(
    services: &web::Data<Services>,
    caller: &Caller,
    batch_id: BatchId,
    code: String,
    decision: Decision,
) -> Result<usize> {
    let (services, caller) = (services.clone(), caller.clone());
    blocking(move || {
        services.db.read(|conn| batch_for(conn, &caller, batch_id))?;
        let mut settled = 0;
        let mut asked = PageRequest::first(PORTION);
        loop {
            let page = services
                .db
                .read(|conn| store::rows(conn, batch_id, Some(RowVerdict::Doubtful), &asked))?;
            let fits = page.items.iter().filter(|row| {
                let whole = decision == Decision::Skip || row.household_no.is_some();
                whole && row.decision.is_none() && row.findings().findings.iter().any(|f| f.code == code)
            });
            let ids: Vec<BatchRowId> = fits.map(|row| row.id).collect();
            if !ids.is_empty() {
                services
                    .db
                    .write(&caller, |tx| settle_rows(tx, batch_id, &ids, decision))?;
                settled += ids.len();
            }
            match page.next {
                Some(next) => asked.cursor = Some(next),
                None => return Ok(settled),
            }
        }
    })
    .await
}

pub async fn approve(services: web::Data<Services>, caller: Caller, id: web::Path<BatchId>) -> Result<HttpResponse> {
    caller.need(Permission::ApproveRosters)?;
    let batch_id = *id;
    let (_, number) = act(&services, &caller, move |tx| approve_batch(tx, batch_id)).await?;
    Ok(back_to(&batch_path(batch_id), number.as_deref()))
}

pub async fn withdraw(services: web::Data<Services>, caller: Caller, id: web::Path<BatchId>) -> Result<HttpResponse> {
    caller.need(Permission::ImportRosters)?;
    let batch_id = *id;
    let asker = caller.clone();
    let (_, number) = act(&services, &caller, move |tx| {
        batch_for(tx, &asker, batch_id)?;
        withdraw_batch(tx, batch_id)
    })
    .await?;
    Ok(back_to(&batch_path(batch_id), number.as_deref()))
}
