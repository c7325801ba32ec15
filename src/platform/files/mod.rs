//! Spreadsheets in and out. `open_table` reads `.xlsx`, `.csv` and `.csv.gz` row by row, whatever the file is called:
//! its content decides. `TableWriter` writes a workbook without holding it in memory.
//!
//! What cannot be read is refused with a code that says what to do; the sentences are in `roster.ftl`.

mod cell;
mod inspect;
mod limits;
mod merges;
mod text_table;
mod workbook;
mod workbook_parts;
mod writer;

use std::path::Path;

pub use cell::{Cell, Row, day_of_serial};
pub use inspect::FileKind;
pub use limits::Limits;
pub use writer::TableWriter;

use crate::base::error::Result;

/// Reads the rows of one sheet in their order. Memory does not grow with the number of rows.
pub struct TableReader {
    source: Source,
    sheet_names: Vec<String>,
}

enum Source {
    Text(Box<text_table::TextRows>),
    Workbook(workbook::WorkbookRows),
}

/// Opens the first visible sheet of a workbook, or a text table.
pub fn open_table(path: &Path) -> Result<TableReader> {
    open_sheet(path, 0)
}

/// Opens the visible sheet of that number, counted from 0; a text table has only the first.
pub fn open_sheet(path: &Path, sheet: usize) -> Result<TableReader> {
    open_sheet_within(path, sheet, &Limits::default())
}

/// Opens a sheet under limits other than the usual ones.
pub fn open_sheet_within(path: &Path, sheet: usize, limits: &Limits) -> Result<TableReader> {
    match inspect::inspect(path, limits)? {
        FileKind::Workbook => {
            let (rows, sheet_names) = workbook::open(path, sheet, limits)?;
            Ok(TableReader {
                source: Source::Workbook(rows),
                sheet_names,
            })
        }
        kind @ (FileKind::Text | FileKind::GzippedText) => {
            let rows = text_table::open(path, kind, limits)?;
            Ok(TableReader {
                source: Source::Text(Box::new(rows)),
                sheet_names: vec![String::new()],
            })
        }
    }
}

impl TableReader {
    /// The visible sheets; a text table has one without a name.
    pub fn sheet_names(&self) -> &[String] {
        &self.sheet_names
    }

    /// The next row that has a cell in it; `None` at the end. Row numbers are the sheet's own.
    pub fn next_row(&mut self) -> Result<Option<Row>> {
        match &mut self.source {
            Source::Text(rows) => rows.next_row(),
            Source::Workbook(rows) => rows.next_row(),
        }
    }
}

#[cfg(test)]
mod tests;
