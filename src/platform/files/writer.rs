//! Writes a workbook row by row without holding it in memory.

use std::path::{Path, PathBuf};

use rust_xlsxwriter::{Color, Format, Workbook, Worksheet};

use super::cell::Cell;
use crate::base::error::{Context, Error, Result};

/// A cell of a workbook holds no more characters than this.
const LONGEST_TEXT: usize = 32_767;
const ROWS_OF_A_SHEET: u32 = 1_048_576;

/// A workbook of one sheet: a header, rows, and behind each row one more column that says what is wrong with it.
pub struct TableWriter {
    workbook: Workbook,
    path: PathBuf,
    columns: u16,
    row: u32,
    guarded: Format,
    text: Format,
    problem: Format,
}

impl TableWriter {
    /// `problem_header` names the additional last column.
    pub fn create(path: &Path, sheet_name: &str, header: &[String], problem_header: &str) -> Result<Self> {
        let mut workbook = Workbook::new();
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        workbook
            .set_tempdir(folder.unwrap_or(Path::new(".")))
            .context("a place for the rows of a workbook")?;
        let sheet = workbook
            .add_worksheet_with_constant_memory()
            .context("a new workbook")?;
        sheet.set_name(sheet_name).context("naming a sheet")?;
        let columns =
            u16::try_from(header.len()).map_err(|_| Error::internal("a header of more than 65,535 columns"))?;
        sheet.set_column_width(columns, 60).context("the width of a column")?;
        sheet.set_freeze_panes(1, 0).context("freezing the header")?;
        let mut writer = Self {
            workbook,
            path: path.to_owned(),
            columns,
            row: 0,
            guarded: Format::new().set_num_format("@").set_quote_prefix(),
            text: Format::new().set_num_format("@"),
            problem: Format::new()
                .set_num_format("@")
                .set_font_color(Color::RGB(0x9c_00_06))
                .set_text_wrap(),
        };
        let cells: Vec<Cell> = header.iter().map(|text| Cell::Text(text.clone())).collect();
        writer.write_row(&cells, problem_header)?;
        Ok(writer)
    }

    /// Cells beyond the header's width are left out.
    pub fn write_row(&mut self, cells: &[Cell], what_is_wrong: &str) -> Result<()> {
        if self.row >= ROWS_OF_A_SHEET {
            return Err(Error::refused("file-too-many-rows"));
        }
        let (row, columns) = (self.row, self.columns);
        let (guarded, text) = (self.guarded.clone(), self.text.clone());
        let problem = if starts_like_a_formula(what_is_wrong) {
            self.guarded.clone()
        } else {
            self.problem.clone()
        };
        let sheet = self.sheet()?;
        for (column, cell) in (0..columns).zip(cells) {
            match cell {
                Cell::Empty => {}
                Cell::Number(value) if value.is_finite() && !cell.is_beyond_precision() => {
                    sheet.write_number(row, column, *value).context("a cell")?;
                }
                Cell::Text(_) | Cell::Number(_) | Cell::Date(_) => {
                    let shown = cell.shown();
                    let format = if starts_like_a_formula(&shown) { &guarded } else { &text };
                    sheet
                        .write_string_with_format(row, column, cut(&shown), format)
                        .context("a cell")?;
                }
            }
        }
        if !what_is_wrong.is_empty() {
            sheet
                .write_string_with_format(row, columns, cut(what_is_wrong), &problem)
                .context("a cell")?;
        }
        self.row += 1;
        Ok(())
    }

    /// Writes the file. Without this nothing appears at the path.
    pub fn finish(mut self) -> Result<()> {
        self.workbook.save(&self.path).context("writing the workbook")
    }

    fn sheet(&mut self) -> Result<&mut Worksheet> {
        self.workbook
            .worksheet_from_index(0)
            .context("the sheet of a new workbook")
    }
}

/// Such a text would be worked out as a formula if somebody saved the sheet as text and opened it again.
fn starts_like_a_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

fn cut(text: &str) -> &str {
    text.char_indices()
        .nth(LONGEST_TEXT)
        .map_or(text, |(at, _)| &text[..at])
}
