//! A cell and a row, as a sheet has them.

use std::borrow::Cow;

use chrono::Duration;

use crate::base::time::Day;

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Cell {
    #[default]
    Empty,
    Text(String),
    /// A number without a date format; beyond 15 digits its last ones are lost.
    Number(f64),
    /// A number with a date format.
    Date(Day),
}

impl Cell {
    /// Whether nothing but blanks stands there.
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(text) => text
                .chars()
                .all(|c| c.is_whitespace() || matches!(c, '\u{200b}' | '\u{feff}')),
            Self::Number(_) | Self::Date(_) => false,
        }
    }

    /// The cell as a person sees it: whole numbers without decimals, days as `2020-06-30`, numbers beyond 15 digits
    /// with an exponent.
    pub fn shown(&self) -> Cow<'_, str> {
        match self {
            Self::Empty => Cow::Borrowed(""),
            Self::Text(text) => Cow::Borrowed(text),
            Self::Number(value) => Cow::Owned(shown_number(*value)),
            Self::Date(day) => Cow::Owned(day.format("%Y-%m-%d").to_string()),
        }
    }

    /// A number that a spreadsheet cannot hold exactly: its last digits are gone.
    pub fn is_beyond_precision(&self) -> bool {
        matches!(self, Self::Number(value) if value.abs() >= 1e15)
    }
}

fn shown_number(value: f64) -> String {
    if value.abs() >= 1e15 {
        let scientific = format!("{value:.14E}");
        return match scientific.split_once('E') {
            Some((digits, power)) => {
                format!("{}E+{power}", digits.trim_end_matches('0').trim_end_matches('.'))
            }
            None => scientific,
        };
    }
    // Fifteen significant digits, as a spreadsheet shows them: 0.1 + 0.2 is 0.3.
    let rounded: f64 = format!("{value:.14e}").parse().unwrap_or(value);
    format!("{rounded}")
}

/// The day of a serial number of the 1900 system; `None` outside 1900-01-01 to 9999-12-31 and for the day 60, which
/// that system invents (29 February 1900).
pub fn day_of_serial(serial: f64) -> Option<Day> {
    if !(1.0..2_958_466.0).contains(&serial) || (60.0..61.0).contains(&serial) {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the range is checked above; the time of day falls away"
    )]
    let days = serial.floor() as i64;
    let epoch = Day::from_ymd_opt(1899, 12, if days < 60 { 31 } else { 30 })?;
    epoch.checked_add_signed(Duration::days(days))
}

/// One row of a sheet. Cells behind the last one are absent.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Row {
    /// The sheet's own number, from 1.
    pub number: u32,
    cells: Vec<Cell>,
    /// Columns whose cell lies in a vertical merge that began above; their cells repeat the value from its top.
    merged: Vec<usize>,
}

impl Row {
    pub fn new(number: u32, cells: Vec<Cell>) -> Self {
        Self {
            number,
            cells,
            merged: Vec::new(),
        }
    }

    pub(super) fn with_merged(number: u32, cells: Vec<Cell>, merged: Vec<usize>) -> Self {
        Self { number, cells, merged }
    }

    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// The cell of a column, counted from 0; `Empty` where the row is shorter.
    pub fn cell(&self, column: usize) -> &Cell {
        const EMPTY: &Cell = &Cell::Empty;
        self.cells.get(column).unwrap_or(EMPTY)
    }

    /// Whether the cell lies in a vertical merge whose value stands in a row above.
    pub fn is_merged_above(&self, column: usize) -> bool {
        self.merged.binary_search(&column).is_ok()
    }

    /// The columns with something of the row's own in them, merges from above not counted.
    pub fn own_columns(&self) -> impl Iterator<Item = usize> {
        let filled = self.cells.iter().enumerate().filter(|(_, cell)| !cell.is_blank());
        filled
            .map(|(column, _)| column)
            .filter(|column| !self.is_merged_above(*column))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serial_numbers_are_days_of_the_1900_system() {
        let day = |text: &str| crate::base::time::parse_day(text);
        assert_eq!(day_of_serial(31241.0), day("1985-07-13"));
        assert_eq!(day_of_serial(14812.75), day("1940-07-20"));
        assert_eq!(day_of_serial(59.0), day("1900-02-28"));
        assert_eq!(day_of_serial(61.0), day("1900-03-01"));
        assert_eq!(
            [day_of_serial(60.0), day_of_serial(0.0), day_of_serial(f64::NAN)],
            [None, None, None]
        );
    }

    #[test]
    fn numbers_are_shown_as_a_sheet_shows_them() {
        for (value, shown) in [
            (15833137366.0, "15833137366"),
            (2300.5, "2300.5"),
            (0.1 + 0.2, "0.3"),
            (-4.0, "-4"),
            (5.328_229_198_503_14e17, "5.32822919850314E+17"),
            (532_822_720_413_162.0, "532822720413162"),
        ] {
            assert_eq!(Cell::Number(value).shown(), shown);
        }
    }
}
