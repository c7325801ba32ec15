//! Reading single cells: days, yes and no, numbers of the registry, names.

use crate::base::text::{fold, squeeze, without_placeholder};
use crate::base::time::Day;
use crate::platform::files::{Cell, day_of_serial};

/// A cell's text, folded, trimmed and without placeholders; `None` when nothing is left.
pub(super) fn text_of(cell: &Cell) -> Option<String> {
    let text = match cell {
        Cell::Empty => return None,
        Cell::Text(text) if is_plain(text) => return Some(text.clone()),
        cell => without_placeholder(&cell.shown()),
    };
    (!text.is_empty()).then_some(text)
}

/// No placeholder has more bytes than this.
const LONGEST_PLACEHOLDER: usize = 6;

/// Most cells need no folding: looking costs less than copying them twice.
fn is_plain(text: &str) -> bool {
    let needs_folding = |c: char| {
        matches!(
            c,
            '\u{3000}' | '\u{a0}' | '\t' | '\r' | '\n' | '\u{ff01}'..='\u{ff5e}' | '\u{feff}' | '\u{200b}'
        )
    };
    text.len() > LONGEST_PLACEHOLDER && text.trim().len() == text.len() && !text.contains(needs_folding)
}

/// A day as it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DayRead {
    /// Written as `2020-06-30`, or a cell with a date format.
    Plain(Day),
    /// Written in another usual form.
    Other(Day),
    /// The serial number of a spreadsheet.
    Serial(Day),
}

/// Why no day could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DayProblem {
    MonthOnly,
    YearOnly,
    /// A day that no calendar has, or before 1900.
    Impossible,
    Unreadable,
}

impl DayProblem {
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::MonthOnly => "roster-date-month-only",
            Self::YearOnly => "roster-date-year-only",
            Self::Impossible => "roster-date-impossible",
            Self::Unreadable => "roster-date-unreadable",
        }
    }
}

/// Reads a day in the forms that bureaus use; `None` for an empty cell.
pub(super) fn read_day(cell: &Cell) -> Option<Result<DayRead, DayProblem>> {
    match cell {
        Cell::Empty => None,
        Cell::Date(day) => Some(Ok(DayRead::Plain(*day))),
        Cell::Number(value) => Some(read_number_as_day(*value)),
        Cell::Text(text) => {
            let text = without_placeholder(text);
            if text.is_empty() {
                None
            } else {
                Some(read_text_as_day(&text))
            }
        }
    }
}

fn read_number_as_day(value: f64) -> Result<DayRead, DayProblem> {
    if value >= 10_000_000.0 {
        return read_text_as_day(&Cell::Number(value).shown()).map(|read| match read {
            DayRead::Plain(day) | DayRead::Other(day) | DayRead::Serial(day) => DayRead::Other(day),
        });
    }
    // 1985 is a year and 198507 a month, not days of 1905 and of the year 2443.
    if (1900.0..2100.0).contains(&value) {
        return Err(if value.fract() == 0.0 {
            DayProblem::YearOnly
        } else {
            DayProblem::MonthOnly
        });
    }
    if (190_000.0..210_000.0).contains(&value) {
        return Err(DayProblem::MonthOnly);
    }
    day_of_serial(value).map(DayRead::Serial).ok_or(DayProblem::Unreadable)
}

fn read_text_as_day(text: &str) -> Result<DayRead, DayProblem> {
    // A time of day behind the date falls away: 2002-12-12 00:00:00, 2002-12-12T00:00:00.
    let text = fold(text);
    let date = match text.find(':') {
        Some(colon) => text[..colon]
            .trim_end_matches(|c: char| c.is_ascii_digit())
            .trim_end_matches(['T', ' ']),
        None => text.as_str(),
    };
    let date = squeeze(date);
    let parts: Vec<&str> = date
        .trim_end_matches(['日', '号', '生', '.', '。', '/', '-'])
        .split(['-', '.', '/', '年', '月', '—', '－', '。', '、'])
        .collect();
    if !parts.iter().all(|part| part.bytes().all(|b| b.is_ascii_digit())) {
        return Err(DayProblem::Unreadable);
    }
    match parts.as_slice() {
        [digits] => read_digits_as_day(digits),
        [year, month] | [year, month, ""] if year.len() == 4 && !month.is_empty() => Err(DayProblem::MonthOnly),
        [year, ""] if year.len() == 4 => Err(DayProblem::YearOnly),
        [year, month, day] if year.len() == 4 && (1..=2).contains(&month.len()) && (1..=2).contains(&day.len()) => {
            let read = day_from(year, month, day)?;
            let is_plain = date == read.format("%Y-%m-%d").to_string() && date.len() == text.trim().len();
            Ok(if is_plain {
                DayRead::Plain(read)
            } else {
                DayRead::Other(read)
            })
        }
        _ => Err(DayProblem::Unreadable),
    }
}

fn read_digits_as_day(digits: &str) -> Result<DayRead, DayProblem> {
    match digits.len() {
        8 => {
            let (year, rest) = digits.split_at(4);
            let (month, day) = rest.split_at(2);
            day_from(year, month, day).map(DayRead::Other)
        }
        6 if matches!(&digits[..2], "19" | "20") => Err(DayProblem::MonthOnly),
        4 if matches!(&digits[..2], "19" | "20") => Err(DayProblem::YearOnly),
        5 => digits
            .parse()
            .ok()
            .and_then(day_of_serial)
            .map(DayRead::Serial)
            .ok_or(DayProblem::Unreadable),
        _ => Err(DayProblem::Unreadable),
    }
}

fn day_from(year: &str, month: &str, day: &str) -> Result<Day, DayProblem> {
    let (Ok(year), Ok(month), Ok(day)) = (year.parse(), month.parse(), day.parse()) else {
        return Err(DayProblem::Unreadable);
    };
    Day::from_ymd_opt(year, month, day)
        .filter(|_| (1900..=2100).contains(&year))
        .ok_or(DayProblem::Impossible)
}

/// Reads yes and no in the usual forms. `None` when the text is neither.
pub(super) fn read_yes_no(text: &str) -> Option<bool> {
    match squeeze(text).to_lowercase().as_str() {
        "是" | "y" | "yes" | "√" | "✓" | "✔" | "☑" | "对" | "有" | "1" | "true" | "t" | "已就业" | "就业"
        | "已务工" | "务工" | "在岗" | "在业" => Some(true),
        "否" | "n" | "no" | "×" | "x" | "✗" | "✘" | "✕" | "不是" | "非" | "无" | "没有" | "0" | "false" | "f"
        | "未就业" | "未务工" | "不在业" | "失业" | "待业" | "-" => Some(false),
        _ => None,
    }
}

/// A number of the registry as text, or why it is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NumberRead {
    Missing,
    Number {
        number: String,
        repaired: bool,
    },
    /// Stored as a number with more than 15 digits: the last ones are lost.
    Float,
    Unreadable,
}

/// Reads a household's or a person's registry number.
pub(super) fn read_registry_number(cell: &Cell) -> NumberRead {
    if cell.is_beyond_precision() {
        return NumberRead::Float;
    }
    let shown = cell.shown();
    let text = squeeze(&without_placeholder(&shown));
    let bare = text.trim_matches(['\'', '`', '"']);
    if bare.is_empty() {
        return NumberRead::Missing;
    }
    if looks_like_float(bare) {
        return NumberRead::Float;
    }
    let plausible = bare.len() <= 40
        && bare.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && bare.bytes().any(|b| b.is_ascii_digit());
    if plausible {
        NumberRead::Number {
            number: bare.to_owned(),
            repaired: bare != shown,
        }
    } else {
        NumberRead::Unreadable
    }
}

/// `5.32822E+17`: what is left when a spreadsheet took a long number for an amount.
pub(super) fn looks_like_float(text: &str) -> bool {
    let Some((digits, power)) = text.split_once(['E', 'e']) else {
        return false;
    };
    digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && power.starts_with('+')
        && power.len() > 1
        && power[1..].bytes().all(|b| b.is_ascii_digit())
}

/// A person's name: blanks between Chinese characters fall away, the dot of long names is one dot.
pub(super) fn read_name(text: &str) -> Option<String> {
    let folded = without_placeholder(text);
    let is_chinese = folded.chars().any(|c| u32::from(c) > 0x2e80);
    let name: String = folded
        .chars()
        .filter(|c| !(is_chinese && c.is_whitespace() || matches!(c, '\u{200b}' | '\u{feff}')))
        .map(|c| {
            if matches!(c, '•' | '・' | '.' | '∙' | '⋅' | '‧') {
                '·'
            } else {
                c
            }
        })
        .collect();
    (!name.is_empty()).then_some(name)
}

/// A name has letters and no digits, and is not a sentence.
pub(super) fn is_plausible_name(name: &str) -> bool {
    let length = name.chars().count();
    (1..=40).contains(&length)
        && name
            .chars()
            .all(|c| c.is_alphabetic() || matches!(c, '·' | ' ' | '\'' | '-' | '〇'))
}

/// A citizen number for messages: its area digits only. The birth date may stand in a message about the same row, and
/// together they must not complete the number.
pub(super) fn masked_id(text: &str) -> String {
    let chars: Vec<char> = squeeze(text).chars().collect();
    let shown = if chars.len() >= 15 { 6 } else { 2 };
    chars
        .iter()
        .enumerate()
        .map(|(at, c)| if at < shown { *c } else { '*' })
        .collect()
}

/// A number of a person with its middle hidden, for messages.
pub(super) fn masked(text: &str) -> String {
    let chars: Vec<char> = squeeze(text).chars().collect();
    let shown = if chars.len() >= 15 {
        (6, 4)
    } else if chars.len() >= 8 {
        (3, 2)
    } else {
        (1, 0)
    };
    let hidden = chars.len().saturating_sub(shown.0 + shown.1);
    let head = chars.iter().take(shown.0);
    let tail = chars.iter().skip(shown.0 + hidden);
    head.copied()
        .chain(std::iter::repeat_n('*', hidden))
        .chain(tail.copied())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        crate::base::time::parse_day(text).unwrap()
    }

    #[test]
    fn days_are_read_in_every_usual_form() {
        for text in [
            "1985.7.13",
            "1985/7/13",
            "1985年7月13日",
            "1985年07月13号",
            "1985.07.13.",
            "19850713",
            "1985-07-13 00:00:00",
            "１９８５-7-13",
            "31241",
            "1985-07-13T08:30",
        ] {
            let read = read_day(&Cell::Text(text.to_owned()));
            assert!(
                matches!(read, Some(Ok(DayRead::Other(d) | DayRead::Serial(d))) if d == day("1985-07-13")),
                "{text}: {read:?}"
            );
        }
        assert_eq!(
            read_day(&Cell::Text("1985-07-13".into())),
            Some(Ok(DayRead::Plain(day("1985-07-13"))))
        );
        assert_eq!(
            read_day(&Cell::Number(19_850_713.0)),
            Some(Ok(DayRead::Other(day("1985-07-13"))))
        );
        assert_eq!(
            read_day(&Cell::Number(31241.0)),
            Some(Ok(DayRead::Serial(day("1985-07-13"))))
        );
        assert_eq!(read_day(&Cell::Text("/".into())), None);
    }

    #[test]
    fn a_plain_text_is_what_folding_makes_of_it() {
        for text in [
            "玉罕",
            "普通劳动力",
            "网格协管员 ",
            "ＡＢＣ公司",
            "a\u{3000}b公司",
            "暂无",
            "——",
            "N/A",
            "\u{feff}景洪市嘎洒",
        ] {
            let folded = without_placeholder(text);
            assert_eq!(
                text_of(&Cell::Text(text.to_owned())).unwrap_or_default(),
                folded,
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_day_says_why() {
        for (text, problem) in [
            ("1985-07", DayProblem::MonthOnly),
            ("1985.7.", DayProblem::MonthOnly),
            ("1985年7月", DayProblem::MonthOnly),
            ("198507", DayProblem::MonthOnly),
            ("1985年", DayProblem::YearOnly),
            ("1985", DayProblem::YearOnly),
            ("1985-02-30", DayProblem::Impossible),
            ("18850713", DayProblem::Impossible),
            ("85.7.13", DayProblem::Unreadable),
            ("不详", DayProblem::Unreadable),
        ] {
            assert_eq!(read_day(&Cell::Text(text.into())), Some(Err(problem)), "{text}");
        }
        assert_eq!(read_day(&Cell::Number(1985.0)), Some(Err(DayProblem::YearOnly)));
        assert_eq!(read_day(&Cell::Number(198_507.0)), Some(Err(DayProblem::MonthOnly)));
    }

    #[test]
    fn long_numbers_stored_as_amounts_are_not_believed() {
        assert_eq!(
            read_registry_number(&Cell::Number(5.328_231_022_05e15)),
            NumberRead::Float
        );
        assert_eq!(
            read_registry_number(&Cell::Text("5.32823E+15".into())),
            NumberRead::Float
        );
        let number = NumberRead::Number {
            number: "5328231022050001".into(),
            repaired: true,
        };
        assert_eq!(
            read_registry_number(&Cell::Text("'５３２８231022050001 ".into())),
            number
        );
        assert_eq!(
            read_registry_number(&Cell::Text("第三户".into())),
            NumberRead::Unreadable
        );
    }
}
