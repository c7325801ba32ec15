//! The bureau's rosters (花名册): spreadsheets of households and their members, from which the registry is filled.
//!
//! Here is what needs no database: `RosterReader` finds the header, reads each row on its own, repairs what is certain
//! (`repairs`), withholds what is not (`doubts`), and refuses what cannot be used (`faults`). Good rows never wait for
//! bad ones.
//!
//! ```text
//! row ── Good      everything may be merged
//!     ├─ Doubtful  usable: the certain cells may be merged, the doubtful ones are withheld; else an officer decides first
//!     ├─ Rejected  comes back with what is wrong
//!     └─ Repeated  says again what a row above said
//! ```

mod actions;
mod api;
mod batch;
mod cells;
mod columns;
mod compare;
mod household;
mod import;
mod judge;
mod labels;
mod model;
mod rules;
mod sheet;
mod shift;
mod store;
mod tasks;
mod web;

use std::path::Path;

pub use actions::{approve_batch, settle_row, settle_rows, upload_batch, withdraw_batch};
pub use api::api_routes;
pub use batch::{Batch, BatchRow, BatchStatus, Counts, Decision, Finding, FindingKind, Findings, RowVerdict};
pub use columns::Column;
pub use compare::ComparedRow;
pub use import::{file_hash, import_whole, rehearse};
pub use judge::Memory;
pub use labels::code_of_work_label;
pub use model::{
    Doubt, Fault, HouseholdCells, JudgedRow, Outcome, PersonCells, Repair, RosterRow, RowReading, SkipKind,
    UnknownLabel, WorkCells,
};
pub use sheet::Header;
pub use store::{batch, batches, rows, undecided};
pub use tasks::{check_batches, merge_batches};
pub use web::routes;

use crate::base::error::{Error, Result};
use crate::base::time::Day;
use crate::platform::files::{self, Row, TableReader};

/// Reads a roster from its first row to its last and judges each person's row.
pub struct RosterReader {
    table: TableReader,
    header: Header,
    /// Rows that were read while looking for the header.
    waiting: std::vec::IntoIter<Row>,
    households: household::Households,
    rules: rules::RowRules,
    memory: Memory,
    skipped: Vec<(SkipKind, u64)>,
}

impl RosterReader {
    /// Opens the first visible sheet whose header can be found. `as_of` is the day that the roster describes: a birth
    /// after it is a doubt.
    pub fn open(path: &Path, as_of: Day) -> Result<Self> {
        let mut refusal = None;
        let mut number = 0;
        loop {
            let mut table = files::open_sheet(path, number)?;
            match sheet::find_header(&mut table) {
                Ok((header, waiting)) => return Ok(Self::over(table, header, waiting, as_of)),
                Err(error) => {
                    let Error::Refused { code, .. } = &error else {
                        return Err(error);
                    };
                    // The sheet that came nearest to a roster says what is missing.
                    if refusal.is_none() || *code == "roster-columns-missing" {
                        refusal = Some(error);
                    }
                }
            }
            number += 1;
            if number >= table.sheet_names().len() {
                return Err(refusal.unwrap_or_else(|| Error::refused("roster-no-header")));
            }
        }
    }

    fn over(table: TableReader, header: Header, waiting: Vec<Row>, as_of: Day) -> Self {
        Self {
            table,
            header,
            waiting: waiting.into_iter(),
            households: household::Households::default(),
            rules: rules::RowRules::new(as_of),
            memory: Memory::default(),
            skipped: Vec::new(),
        }
    }

    /// The header as it was found: what each column is called in this file, and which columns nobody reads.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// How many rows of each kind were passed over: blank ones, totals, repeated headers, notes.
    pub fn skipped(&self) -> &[(SkipKind, u64)] {
        &self.skipped
    }

    /// The next person's row, judged; `None` at the end.
    pub fn next_row(&mut self) -> Result<Option<JudgedRow>> {
        loop {
            let row = match self.waiting.next() {
                Some(row) => row,
                None => match self.table.next_row()? {
                    Some(row) => row,
                    None => return Ok(None),
                },
            };
            match self.header.kind_of(&row) {
                Some(kind) => self.skip(kind),
                None => return Ok(Some(self.judge(row))),
            }
        }
    }

    fn judge(&mut self, row: Row) -> JudgedRow {
        let reading = self.rules.read_row(&self.header, &row, &mut self.households);
        self.memory.judge(row, reading)
    }

    fn skip(&mut self, kind: SkipKind) {
        match self.skipped.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, count)) => *count += 1,
            None => self.skipped.push((kind, 1)),
        }
    }
}

#[cfg(test)]
mod tests;
