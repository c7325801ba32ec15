//! Rows whose cells slipped one place beside their columns. The realigned reading is proposed only where one way of
//! putting it right explains everything and no other does.

use super::cells::{DayRead, read_day, read_yes_no, text_of};
use super::columns::Column;
use super::labels::{code_of_work_label, health_code, sex_of};
use super::sheet::Header;
use crate::base::codes::{Education, LabourSkill, RelationToHead};
use crate::base::identity::{IdNumber, IdNumberProblem, Phone};
use crate::base::text::{read_wage, split_list, squeeze};
use crate::base::time::Day;
use crate::platform::files::{Cell, Row};
use crate::reference::ethnic_group_code;

/// So many cells must come to rest before a shift is believed.
const FEWEST_MENDED: usize = 3;

/// What the search came to.
pub(super) enum Found {
    None,
    /// The cells stand beside their columns, but there is more than one way to put them right.
    Ambiguous,
    Realigned {
        row: Row,
        from: Column,
    },
}

const WATCHED: [Column; 13] = [
    Column::Sex,
    Column::IdNumber,
    Column::BirthDate,
    Column::EthnicGroup,
    Column::Relation,
    Column::Education,
    Column::Health,
    Column::Labour,
    Column::Employed,
    Column::WorkForm,
    Column::Wage,
    Column::Phone,
    Column::Name,
];

/// Tries every place from the name on, one step to the left and to the right.
pub(super) fn look_for_shift(header: &Header, row: &Row, as_of: Day) -> Found {
    let misfits = misfits_of(header, row, as_of);
    if misfits < FEWEST_MENDED {
        return Found::None;
    }
    let Some(first) = header.position(Column::Name) else {
        return Found::None;
    };
    let width = header.texts().len();
    let mut best: Vec<(Vec<Cell>, usize, usize)> = Vec::new();
    for from in first + 1..width {
        for cells in [moved_left(row, from, width), moved_right(row, from, width)]
            .into_iter()
            .flatten()
        {
            let left = misfits_of(header, &Row::new(row.number, cells.clone()), as_of);
            let is_known = best.iter().any(|(known, _, _)| *known == cells);
            if !is_known && left <= 1 && left + FEWEST_MENDED <= misfits {
                best.push((cells, left, from));
            }
        }
    }
    let Some(fewest) = best.iter().map(|(_, left, _)| *left).min() else {
        return Found::None;
    };
    best.retain(|(_, left, _)| *left == fewest);
    match best.pop() {
        Some((cells, _, from)) if best.is_empty() => {
            let column = Column::ALL
                .iter()
                .find(|column| header.position(**column) == Some(from));
            Found::Realigned {
                row: Row::new(row.number, cells),
                from: column.copied().unwrap_or(Column::Name),
            }
        }
        _ => Found::Ambiguous,
    }
}

/// The cells behind an empty one stand too far right: it is taken out.
fn moved_left(row: &Row, from: usize, width: usize) -> Option<Vec<Cell>> {
    let mut cells = widened(row, width);
    let taken = cells.get(from).is_some_and(Cell::is_blank).then(|| cells.remove(from));
    taken.map(|_| cells)
}

/// The cells from here on stand too far left: an empty one is put in, and the last must have been empty.
fn moved_right(row: &Row, from: usize, width: usize) -> Option<Vec<Cell>> {
    let mut cells = widened(row, width);
    let last_is_blank = cells.last().is_none_or(Cell::is_blank);
    if !last_is_blank || from >= cells.len() {
        return None;
    }
    cells.pop();
    cells.insert(from, Cell::Empty);
    Some(cells)
}

fn widened(row: &Row, width: usize) -> Vec<Cell> {
    let mut cells: Vec<Cell> = row.cells().to_vec();
    cells.resize(width.max(cells.len()), Cell::Empty);
    cells
}

fn misfits_of(header: &Header, row: &Row, as_of: Day) -> usize {
    WATCHED
        .into_iter()
        .filter(|column| header.position(*column).is_some() && !fits(header, row, *column, as_of))
        .count()
}

/// Whether a cell could stand in a column. Empty cells could, but for the name.
fn fits(header: &Header, row: &Row, column: Column, as_of: Day) -> bool {
    let cell = header.cell(row, column);
    let Some(text) = text_of(cell) else {
        return column != Column::Name;
    };
    match column {
        Column::Name => super::cells::is_plausible_name(&text),
        Column::Sex => sex_of(&text).is_some(),
        Column::IdNumber => could_be_id(&text),
        Column::BirthDate => match read_day(cell) {
            Some(Ok(DayRead::Plain(day) | DayRead::Other(day) | DayRead::Serial(day))) => day <= as_of,
            Some(Err(_)) => false,
            None => true,
        },
        Column::EthnicGroup => ethnic_group_code(&text).is_some(),
        Column::Relation => RelationToHead::from_label(&text).is_some(),
        Column::Education => Education::from_label(&text).is_some(),
        Column::Health => split_list(&text).iter().all(|part| health_code(part).is_some()),
        Column::Labour => LabourSkill::from_label(&text).is_some(),
        Column::Employed => read_yes_no(&text).is_some(),
        Column::WorkForm => code_of_work_label(&text).is_some(),
        Column::Wage => read_wage(&text).is_some_and(|wage| wage.fen() <= 10_000_000),
        Column::Phone => Phone::parse(&text).is_some(),
        _ => true,
    }
}

/// A wrong check character still looks like a number; a day or a name does not.
fn could_be_id(text: &str) -> bool {
    matches!(
        IdNumber::read(text),
        Ok(_) | Err(IdNumberProblem::CheckCharacter | IdNumberProblem::Float)
    ) || matches!(squeeze(text).chars().count(), 20 | 22)
}
