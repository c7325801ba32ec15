//! The rows that go back to whoever brought the roster: doubtful and rejected ones, each with what is wrong.
//!
//! While the uploaded file is kept they stand in the file's own columns, as the bureau wrote them. Once the batch is
//! merged the file is gone, because people's numbers lie open in it; then the workbook is made from what was stored of
//! the rows: where each stood in the sheet, the numbers of household and person in the registry, the name.

use std::collections::BTreeMap;
use std::path::Path;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};

use super::super::RosterReader;
use super::super::batch::{Batch, BatchRow, BatchStatus, RowVerdict};
use super::super::columns::Column;
use super::super::store;
use super::batch_for;
use crate::audit::record_export;
use crate::base::actor::Permission;
use crate::base::error::{Context, Error, Result};
use crate::base::ids::BatchId;
use crate::base::page::PageRequest;
use crate::platform::Services;
use crate::platform::db::{Caller, Conn};
use crate::platform::files::{Cell, TableWriter};
use crate::platform::http::{Shell, blocking};
use crate::platform::i18n::Locale;

/// Rows read at once.
const PORTION: usize = 2_000;

/// Whether the rows of a batch at this status can go back.
pub(super) const fn is_to_be_had(status: BatchStatus) -> bool {
    matches!(
        status,
        BatchStatus::Checked | BatchStatus::Approved | BatchStatus::Merged
    )
}

/// `GET /board/imports/{id}/returned.xlsx`
pub async fn returned_rows(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<BatchId>,
) -> Result<HttpResponse> {
    workbook_answer(&request, services, caller, *id).await
}

/// The workbook as an answer, for pages and programs. Taking it leaves an audit line.
pub async fn workbook_answer(
    request: &HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: BatchId,
) -> Result<HttpResponse> {
    caller.need(Permission::ImportRosters)?;
    let l = Shell::of(request).locale;
    let bytes = blocking(move || returned_workbook(&services, &caller, id, l)).await?;
    Ok(HttpResponse::Ok()
        .content_type("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"returned-{id}.xlsx\""),
        ))
        .body(bytes))
}

fn returned_workbook(services: &Services, caller: &Caller, id: BatchId, l: Locale) -> Result<Vec<u8>> {
    let (batch, rows) = services.db.snapshot(|conn| {
        let batch = batch_for(conn, caller, id)?;
        if !is_to_be_had(batch.status) {
            return Err(Error::refused("batch-status").with("status", batch.status));
        }
        let rows = rows_to_return(conn, id)?;
        Ok((batch, rows))
    })?;
    let uploads = services.folder.uploads();
    // A bureau that imports at the command line has no such folder yet.
    std::fs::create_dir_all(&uploads).context("the folder of uploads")?;
    let folder = tempfile::tempdir_in(&uploads)?;
    let target = folder.path().join("returned.xlsx");
    let file = uploads.join(id.to_string());
    if batch.status != BatchStatus::Merged && file.exists() {
        write_from_file(&target, &file, &batch, &rows, l)?;
    } else {
        write_from_rows(&target, &rows, l)?;
    }
    let bytes = std::fs::read(&target).context("the workbook of returned rows could not be read")?;
    services.db.write(caller, |tx| {
        record_export(tx, "returned-rows", &id.to_string(), rows.len())
    })?;
    Ok(bytes)
}

/// The doubtful and rejected rows by their place in the sheet.
fn rows_to_return(conn: &mut Conn, id: BatchId) -> Result<BTreeMap<u32, BatchRow>> {
    let mut rows = BTreeMap::new();
    for verdict in [RowVerdict::Doubtful, RowVerdict::Rejected] {
        let mut asked = PageRequest::first(PORTION);
        loop {
            let page = store::rows(conn, id, Some(verdict), &asked)?;
            rows.extend(
                page.items
                    .into_iter()
                    .map(|row| (u32::try_from(row.row_no).unwrap_or(0), row)),
            );
            match page.next {
                Some(next) => asked.cursor = Some(next),
                None => break,
            }
        }
    }
    Ok(rows)
}

/// In the file's own columns, with the numbers as the bureau wrote them.
fn write_from_file(target: &Path, file: &Path, batch: &Batch, rows: &BTreeMap<u32, BatchRow>, l: Locale) -> Result<()> {
    let mut reader = RosterReader::open(file, batch.as_of_on)?;
    let header = reader.header().texts().to_vec();
    let mut writer = writer(target, &header, l)?;
    while let Some(row) = reader.next_row()? {
        if let Some(found) = rows.get(&row.row.number) {
            writer.write_row(row.row.cells(), &found.findings().problems(l.language()))?;
        }
    }
    writer.finish()
}

/// From what was stored of the rows: enough to find each in the bureau's own file.
fn write_from_rows(target: &Path, rows: &BTreeMap<u32, BatchRow>, l: Locale) -> Result<()> {
    let columns = [Column::HouseholdNumber, Column::PersonNumber, Column::Name];
    let mut header = vec![l.t("roster-report-row")];
    header.extend(columns.map(|column| column.usual_name().to_owned()));
    let mut writer = writer(target, &header, l)?;
    for (number, row) in rows {
        let cells = [
            number.to_string(),
            row.household_no.clone().unwrap_or_default(),
            row.person_no.clone().unwrap_or_default(),
            row.name.clone(),
        ];
        writer.write_row(&cells.map(Cell::Text), &row.findings().problems(l.language()))?;
    }
    writer.finish()
}

fn writer(target: &Path, header: &[String], l: Locale) -> Result<TableWriter> {
    let (sheet, column) = (l.t("roster-report-sheet"), l.t("roster-report-column"));
    TableWriter::create(target, &sheet, header, &column)
}
