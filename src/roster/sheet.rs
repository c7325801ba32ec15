//! Finds the header of a roster under its title lines, in one line or two, with its columns in any order; and tells the
//! rows of persons from blank ones, totals, repeated headers and signatures.

use super::columns::Column;
use super::model::SkipKind;
use crate::base::error::{Error, Result};
use crate::base::text::squeeze;
use crate::platform::files::{Cell, Row, TableReader};

/// The header stands within the first rows.
const ROWS_TO_SEARCH: usize = 40;
/// A line with fewer known columns is no header.
const FEWEST_COLUMNS: usize = 4;

/// Which column stands where.
#[derive(Debug, Clone)]
pub struct Header {
    positions: [Option<usize>; Column::COUNT],
    texts: Vec<String>,
    ignored: Vec<String>,
    /// The header's own lines, to recognise them when they are repeated, and the titles above.
    lines: Vec<Vec<String>>,
    titles: Vec<String>,
}

impl Header {
    /// The position of a column, counted from 0.
    pub fn position(&self, column: Column) -> Option<usize> {
        self.positions.get(column.index()).copied().flatten()
    }

    /// What the file calls a column; its usual name where the file has none.
    pub fn text_of(&self, column: Column) -> &str {
        let text = self
            .position(column)
            .and_then(|at| self.texts.get(at))
            .filter(|text| !text.is_empty());
        text.map_or(column.usual_name(), String::as_str)
    }

    /// The header of the file's own columns, in their order: for the workbook that goes back.
    pub fn texts(&self) -> &[String] {
        &self.texts
    }

    /// Columns that nobody reads.
    pub fn ignored(&self) -> &[String] {
        &self.ignored
    }

    /// The cell of a column in a row.
    pub(super) fn cell<'a>(&self, row: &'a Row, column: Column) -> &'a Cell {
        const EMPTY: &Cell = &Cell::Empty;
        self.position(column).map_or(EMPTY, |at| row.cell(at))
    }

    /// Why a row names no person; `None` when it is a person's.
    pub fn kind_of(&self, row: &Row) -> Option<SkipKind> {
        let sequence = self.sequence_position();
        let mut own = row.own_columns().filter(|at| Some(*at) != sequence).peekable();
        let first = row.own_columns().next();
        let names_somebody = [Column::Name, Column::PersonNumber, Column::IdNumber]
            .into_iter()
            .filter_map(|column| self.position(column))
            .any(|at| !row.cell(at).is_blank());
        let first_text = first.map(|at| squeeze(&row.cell(at).shown())).unwrap_or_default();
        if self.is_repeated_header(row) {
            return Some(SkipKind::RepeatedHeader);
        }
        if is_total(&first_text) && !self.has_person_cells(row) {
            return Some(SkipKind::Total);
        }
        if is_signature(&first_text) && !self.has_person_cells(row) {
            return Some(SkipKind::Note);
        }
        if own.peek().is_none() {
            return Some(SkipKind::Blank);
        }
        let few = own.count() <= 2;
        let is_title = self.titles.contains(&first_text);
        (!names_somebody && (is_title || few && !self.has_person_cells(row))).then_some(SkipKind::Note)
    }

    /// The running number (序号) says nothing by itself.
    fn sequence_position(&self) -> Option<usize> {
        self.texts
            .iter()
            .position(|text| matches!(squeeze(text).as_str(), "序号" | "编号" | "No." | "NO"))
    }

    /// Whether something stands in a column that only a person's row fills, in a form that belongs there.
    fn has_person_cells(&self, row: &Row) -> bool {
        let number_like = |column: Column| {
            let text = self
                .position(column)
                .map(|at| squeeze(&row.cell(at).shown()))
                .unwrap_or_default();
            text.len() >= 6 && text.bytes().all(|b| b.is_ascii_alphanumeric())
        };
        let labelled = |column: Column| self.position(column).is_some_and(|at| !row.cell(at).is_blank());
        number_like(Column::PersonNumber)
            || number_like(Column::IdNumber)
            || labelled(Column::Name) && (labelled(Column::Sex) || labelled(Column::Relation))
    }

    fn is_repeated_header(&self, row: &Row) -> bool {
        let filled: Vec<usize> = row.own_columns().collect();
        if filled.is_empty() {
            return false;
        }
        let equal_to = |line: &Vec<String>| {
            let same = |at: &&usize| {
                line.get(**at)
                    .is_some_and(|header| is_same_text(header, row.cell(**at)))
            };
            filled.iter().filter(same).count()
        };
        let best = self.lines.iter().map(equal_to).max().unwrap_or(0);
        best >= 2 && best * 2 > filled.len()
    }
}

/// Reads rows until the header is found. Returns it with the rows behind it that were read on the way.
pub(super) fn find_header(table: &mut TableReader) -> Result<(Header, Vec<Row>)> {
    let mut rows = Vec::new();
    while rows.len() < ROWS_TO_SEARCH
        && let Some(row) = table.next_row()?
    {
        rows.push(row);
    }
    if rows.iter().all(|row| row.cells().iter().all(Cell::is_blank)) {
        return Err(Error::refused("file-empty"));
    }
    let mut best: Option<(usize, usize, usize)> = None;
    for at in 0..rows.len() {
        let Some((lines, known)) = header_at(&rows, at) else {
            continue;
        };
        // Of equally good lines the first one counts: a repeated header comes later.
        if best.is_none_or(|(_, _, most)| known > most) {
            best = Some((at, lines, known));
        }
    }
    let Some((at, lines, _)) = best else {
        return Err(Error::refused("roster-no-header"));
    };
    let header = build(&rows, at, lines);
    require_columns(&header)?;
    let behind = rows.split_off(at + lines);
    Ok((header, behind))
}

/// How many lines the header has that begins at a row, and how many columns it knows.
fn header_at(rows: &[Row], at: usize) -> Option<(usize, usize)> {
    let upper = texts(rows.get(at)?);
    let single = known_columns(&upper);
    let headings = upper.iter().filter(|text| !text.is_empty()).count();
    let two = rows.get(at + 1).map(|row| {
        let lower = texts(row);
        (known_columns(&lower), known_columns(&combined(&upper, &lower)))
    });
    match two {
        // A title above a header of one line is no first line: it is one text that names no column.
        Some((own, both)) if own >= 2 && both > single && both >= FEWEST_COLUMNS && (both > own || headings >= 2) => {
            Some((2, both))
        }
        _ if single >= FEWEST_COLUMNS => Some((1, single)),
        _ => None,
    }
}

/// Whether a cell says what stands in the header; a look at the first letters is enough for nearly all cells.
fn is_same_text(header: &str, cell: &Cell) -> bool {
    let Cell::Text(text) = cell else { return false };
    let first = text.chars().find(|c| !c.is_whitespace());
    let may_be_same = first.is_some_and(|c| !c.is_ascii_digit() && (header.starts_with(c) || !c.is_alphanumeric()));
    !header.is_empty() && may_be_same && squeeze(text) == header
}

fn texts(row: &Row) -> Vec<String> {
    row.cells().iter().map(|cell| squeeze(&cell.shown())).collect()
}

fn known_columns(texts: &[String]) -> usize {
    let mut known: Vec<Column> = texts.iter().filter_map(|text| Column::of_header(text)).collect();
    known.sort_unstable();
    known.dedup();
    known.len()
}

/// Two header lines in one: the lower text where there is one, else the upper.
fn combined(upper: &[String], lower: &[String]) -> Vec<String> {
    let width = upper.len().max(lower.len());
    let text_at = |line: &[String], at: usize| line.get(at).cloned().unwrap_or_default();
    let choose = |at: usize| {
        Some(text_at(lower, at))
            .filter(|text| !text.is_empty())
            .unwrap_or_else(|| text_at(upper, at))
    };
    (0..width).map(choose).collect()
}

fn build(rows: &[Row], at: usize, lines: usize) -> Header {
    let header_lines: Vec<Vec<String>> = rows.iter().skip(at).take(lines).map(texts).collect();
    let upper = header_lines.first().cloned().unwrap_or_default();
    let texts_found = match header_lines.get(1) {
        Some(lower) => combined(&upper, lower),
        None => upper.clone(),
    };
    let mut positions = [None; Column::COUNT];
    let mut ignored = Vec::new();
    let mut group = String::new();
    for (position, text) in texts_found.iter().enumerate() {
        if let Some(above) = upper.get(position).filter(|above| !above.is_empty()) {
            group.clone_from(above);
        }
        // Under a group 户主 the name and number are the head's, not the member's.
        let of_head = lines == 2 && matches!(group.as_str(), "户主" | "户主信息" | "户主情况");
        let free = Column::of_header(text).filter(|_| !of_head);
        let place = free
            .and_then(|column| positions.get_mut(column.index()))
            .filter(|place| place.is_none());
        match place {
            Some(place) => *place = Some(position),
            None if text.is_empty() || text == "序号" => {}
            None => ignored.push(text.clone()),
        }
    }
    let titles = rows
        .iter()
        .take(at)
        .flat_map(|row| row.own_columns().next().map(|c| squeeze(&row.cell(c).shown())));
    Header {
        positions,
        texts: texts_found,
        ignored,
        titles: titles.collect(),
        lines: header_lines,
    }
}

fn require_columns(header: &Header) -> Result<()> {
    let mut missing: Vec<&str> = Vec::new();
    let has = |column: Column| header.position(column).is_some();
    if !has(Column::RegionCode) {
        let places = [Column::County, Column::Township, Column::Village];
        missing.extend(
            places
                .into_iter()
                .filter(|column| !has(*column))
                .map(Column::usual_name),
        );
    }
    let needed = [Column::HouseholdNumber, Column::Name, Column::Labour];
    missing.extend(
        needed
            .into_iter()
            .filter(|column| !has(*column))
            .map(Column::usual_name),
    );
    if !has(Column::PersonNumber) && !has(Column::IdNumber) {
        missing.push(Column::PersonNumber.usual_name());
    }
    if missing.is_empty() {
        Ok(())
    } else {
        Err(Error::refused("roster-columns-missing").with("columns", missing.join("、")))
    }
}

fn is_total(text: &str) -> bool {
    ["合计", "小计", "总计", "共计", "累计"]
        .iter()
        .any(|word| text.starts_with(word) || text.ends_with(word))
        && text.chars().count() <= 12
}

fn is_signature(text: &str) -> bool {
    const STARTS: [&str; 16] = [
        "填表人",
        "制表人",
        "审核人",
        "负责人",
        "填报人",
        "填报单位",
        "填报日期",
        "制表",
        "备注:",
        "注:",
        "说明:",
        "填表说明",
        "联系人",
        "单位负责人",
        "经办人",
        "填表日期",
    ];
    STARTS.iter().any(|start| text.starts_with(start))
}
