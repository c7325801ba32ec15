//! Rows of a workbook. A thread of its own unpacks and parses while the caller judges and stores; at most a few hundred
//! rows wait between them, and a parser that trips over a malicious file takes only that thread with it.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx, open_workbook};
use zip::ZipArchive;

use super::cell::{Cell, Row};
use super::limits::Limits;
use super::merges::{Merge, damaged, vertical_merges};
use crate::base::error::{Context, Error, Result};

const BATCH: usize = 128;
const BATCHES_WAITING: usize = 4;

/// What travels from the parsing thread.
enum Parcel {
    Sheets(Vec<String>),
    Rows(Vec<Row>),
    Failed(Error),
    End,
}

/// The receiving end.
pub(super) struct WorkbookRows {
    parcels: Receiver<Parcel>,
    rows: std::vec::IntoIter<Row>,
    ended: bool,
}

pub(super) fn open(path: &Path, sheet: usize, limits: &Limits) -> Result<(WorkbookRows, Vec<String>)> {
    let (sender, parcels) = sync_channel(BATCHES_WAITING);
    let (path, limits) = (path.to_owned(), limits.clone());
    std::thread::Builder::new()
        .name("read-workbook".to_owned())
        .spawn(move || {
            // A caller that went away needs no answer.
            let _ = match send_rows(&path, sheet, &limits, &sender) {
                Ok(()) => sender.send(Parcel::End),
                Err(error) => sender.send(Parcel::Failed(error)),
            };
        })
        .context("starting to read a workbook")?;
    match parcels.recv() {
        Ok(Parcel::Sheets(names)) => Ok((
            WorkbookRows {
                parcels,
                rows: Vec::new().into_iter(),
                ended: false,
            },
            names,
        )),
        Ok(Parcel::Failed(error)) => Err(error),
        Ok(Parcel::Rows(_) | Parcel::End) | Err(_) => Err(damaged(&"the workbook cannot be parsed")),
    }
}

impl WorkbookRows {
    pub(super) fn next_row(&mut self) -> Result<Option<Row>> {
        loop {
            if let Some(row) = self.rows.next() {
                return Ok(Some(row));
            }
            if self.ended {
                return Ok(None);
            }
            match self.parcels.recv() {
                Ok(Parcel::Rows(rows)) => self.rows = rows.into_iter(),
                Ok(Parcel::End) => self.ended = true,
                Ok(Parcel::Sheets(_)) => {}
                Ok(Parcel::Failed(error)) => {
                    self.ended = true;
                    return Err(error);
                }
                Err(_) => {
                    self.ended = true;
                    return Err(damaged(&"the sheet cannot be parsed"));
                }
            }
        }
    }
}

fn send_rows(path: &PathBuf, sheet: usize, limits: &Limits, sender: &SyncSender<Parcel>) -> Result<()> {
    let mut workbook: Xlsx<BufReader<File>> = open_workbook(path).map_err(|e| match e {
        calamine::XlsxError::Password => Error::refused("file-encrypted"),
        e => damaged(&e),
    })?;
    let visible: Vec<String> = workbook
        .sheets_metadata()
        .iter()
        .filter(|s| s.visible == SheetVisible::Visible && s.typ == SheetType::WorkSheet)
        .map(|s| s.name.clone())
        .collect();
    let Some(name) = visible.get(sheet).cloned() else {
        return Err(Error::refused("file-no-sheet"));
    };
    let merges = merges_of_sheet(path, &name, limits)?;
    let mut cells = workbook.worksheet_cells_reader(&name).map_err(|e| damaged(&e))?;
    if sender.send(Parcel::Sheets(visible)).is_err() {
        return Ok(());
    }
    let mut batch = Batch {
        rows: Vec::with_capacity(BATCH),
        merges: OpenMerges::new(merges),
        sender,
    };
    let mut current: Option<(u32, Vec<Cell>)> = None;
    let mut width = 0;
    while let Some(cell) = cells.next_cell().map_err(|e| damaged(&e))? {
        let (row, column) = cell.get_position();
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        if current.as_ref().is_none_or(|(number, _)| *number != row) {
            if let Some((number, finished)) = current.take() {
                if row < number {
                    return Err(damaged(&"its rows are out of order"));
                }
                width = finished.len();
                if !batch.push(number, finished) {
                    return Ok(());
                }
            }
            current = Some((row, Vec::with_capacity(width)));
        }
        let value = cell_of(cell.get_value());
        if let Some((_, cells)) = &mut current
            && column < limits.columns
            && value != Cell::Empty
        {
            if cells.len() <= column {
                cells.resize(column + 1, Cell::Empty);
            }
            if let Some(place) = cells.get_mut(column) {
                *place = value;
            }
        }
    }
    if let Some((number, finished)) = current {
        batch.push(number, finished);
    }
    batch.flush();
    Ok(())
}

fn cell_of(value: &DataRef<'_>) -> Cell {
    match value {
        DataRef::Empty => Cell::Empty,
        DataRef::SharedString("") => Cell::Empty,
        DataRef::SharedString(text) => Cell::Text((*text).to_owned()),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            if text.is_empty() {
                Cell::Empty
            } else {
                Cell::Text(text.clone())
            }
        }
        #[expect(
            clippy::cast_precision_loss,
            reason = "a sheet holds its numbers as floats in any case"
        )]
        DataRef::Int(number) => Cell::Number(*number as f64),
        DataRef::Float(number) => Cell::Number(*number),
        DataRef::DateTime(at) if at.is_datetime() => match at.as_datetime() {
            Some(at) => Cell::Date(at.date()),
            None => Cell::Number(at_value(value)),
        },
        DataRef::DateTime(_) => Cell::Number(at_value(value)),
        DataRef::Bool(true) => Cell::Text("TRUE".to_owned()),
        DataRef::Bool(false) => Cell::Text("FALSE".to_owned()),
        DataRef::Error(error) => Cell::Text(error.to_string()),
    }
}

fn at_value(value: &DataRef<'_>) -> f64 {
    match value {
        DataRef::DateTime(at) => at.as_f64(),
        _ => 0.0,
    }
}

/// Rows on their way to the caller.
struct Batch<'a> {
    rows: Vec<Row>,
    merges: OpenMerges,
    sender: &'a SyncSender<Parcel>,
}

impl Batch<'_> {
    /// False when the caller went away.
    fn push(&mut self, row: u32, mut cells: Vec<Cell>) -> bool {
        let merged = self.merges.fill(row, &mut cells);
        self.rows.push(Row::with_merged(row.saturating_add(1), cells, merged));
        self.rows.len() < BATCH || self.flush()
    }

    fn flush(&mut self) -> bool {
        let rows = std::mem::replace(&mut self.rows, Vec::with_capacity(BATCH));
        self.sender.send(Parcel::Rows(rows)).is_ok()
    }
}

/// Walks down the sheet beside the rows and knows which merges are open, with the value of their first cell.
struct OpenMerges {
    waiting: std::iter::Peekable<std::vec::IntoIter<Merge>>,
    open: Vec<(Merge, Cell)>,
}

impl OpenMerges {
    fn new(merges: Vec<Merge>) -> Self {
        Self {
            waiting: merges.into_iter().peekable(),
            open: Vec::new(),
        }
    }

    /// Fills the cells of open merges with the value from above and says which columns those are.
    fn fill(&mut self, row: u32, cells: &mut Vec<Cell>) -> Vec<usize> {
        self.open.retain(|(merge, _)| merge.bottom >= row);
        let mut merged = Vec::new();
        for (merge, value) in &self.open {
            for column in usize::from(merge.left)..=usize::from(merge.right) {
                if cells.len() <= column {
                    cells.resize(column + 1, Cell::Empty);
                }
                if let Some(place) = cells.get_mut(column)
                    && *place == Cell::Empty
                {
                    merged.push(column);
                    if column == usize::from(merge.left) {
                        *place = value.clone();
                    }
                }
            }
        }
        merged.sort_unstable();
        merged.dedup();
        while let Some(merge) = self.waiting.next_if(|merge| merge.top <= row) {
            if merge.bottom > row {
                let value = if merge.top == row {
                    cells.get(usize::from(merge.left)).cloned()
                } else {
                    None
                };
                self.open.push((merge, value.unwrap_or_default()));
            }
        }
        merged
    }
}

/// Finds the part that holds a sheet and reads its merges; the real size of the sheet is checked on the way.
fn merges_of_sheet(path: &Path, name: &str, limits: &Limits) -> Result<Vec<Merge>> {
    let file = File::open(path).context("the workbook")?;
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|e| damaged(&e))?;
    let part = super::workbook_parts::part_of_sheet(&mut archive, name)?;
    let entry = archive.by_name(&part).map_err(|e| damaged(&e))?;
    vertical_merges(BufReader::with_capacity(64 << 10, entry), limits)
}
