//! Payment files: what goes to the treasury and what comes back. Pure text; every file carries its own checksum.

use sha2::{Digest, Sha256};

use super::model::PaymentState;
use crate::base::error::{Error, Result};
use crate::base::money::Money;
use crate::base::secret::hex;
use crate::base::text::fold;

/// How the file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// A table for spreadsheet programs.
    Csv,
    /// Lines of fields between bars, as banks take them for wages paid in a batch.
    Bank,
}

impl Layout {
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "csv" => Some(Self::Csv),
            "bank" => Some(Self::Bank),
            _ => None,
        }
    }

    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Bank => "txt",
        }
    }
}

/// A payment in clear, only while a file is written.
#[derive(Debug, Clone)]
pub struct ClearLine {
    pub line_no: i32,
    pub name: String,
    pub document: String,
    pub account: String,
    pub amount: Money,
}

/// The head of a file.
#[derive(Debug, Clone)]
pub struct Head {
    pub batch: String,
    pub source: &'static str,
    pub region: String,
    pub year: i32,
    pub total: Money,
}

/// A field without what would begin another field, line or formula.
fn clean(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(|c| {
            if c.is_control() || matches!(c, '|' | ',' | '"') {
                ' '
            } else {
                c
            }
        })
        .collect();
    plain.trim().trim_start_matches(['=', '+', '-', '@']).to_owned()
}

/// SHA-256 as 64 hexadecimal digits.
pub fn checksum(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

/// The body of the file in its common form: what the checksum is of, whichever layout is asked for.
pub fn body(head: &Head, lines: &[ClearLine]) -> String {
    let mut text = format!(
        "H|{}|{}|{}|{}|{}|{}\n",
        head.batch,
        head.source,
        head.region,
        head.year,
        lines.len(),
        head.total
    );
    for line in lines {
        text.push_str(&format!(
            "D|{}|{}|{}|{}|{}\n",
            line.line_no,
            clean(&line.name),
            clean(&line.document),
            clean(&line.account),
            line.amount
        ));
    }
    text
}

/// The file as it is sent.
pub fn write(layout: Layout, head: &Head, lines: &[ClearLine]) -> String {
    let body = body(head, lines);
    let sum = checksum(&body);
    match layout {
        Layout::Bank => format!("{body}T|{}|{}|{sum}\n", lines.len(), head.total),
        Layout::Csv => {
            let mut text = format!("批次,{}\n序号,姓名,证件号码,账号,金额\n", head.batch);
            for line in lines {
                text.push_str(&format!(
                    "{},{},{},{},{}\n",
                    line.line_no,
                    clean(&line.name),
                    clean(&line.document),
                    clean(&line.account),
                    line.amount
                ));
            }
            text.push_str(&format!("合计,{},,,{}\n校验,{sum}\n", lines.len(), head.total));
            text
        }
    }
}

/// What came back for one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineResult {
    pub line_no: i32,
    pub amount: Money,
    pub state: PaymentState,
    pub reason: String,
}

/// A file of results: of which batch, of which file, and each line's fate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Results {
    pub batch: String,
    pub checksum: String,
    pub lines: Vec<LineResult>,
}

/// More lines than any batch has.
const MOST_LINES: usize = 20_002;

/// Reads results: `批次,<batch>`, `校验,<checksum>`, then `number,amount,成功|失败,reason` on each line. A line that
/// cannot be read refuses the whole file, with its number.
pub fn read_results(text: &str) -> Result<Results> {
    let mut results = Results {
        batch: String::new(),
        checksum: String::new(),
        lines: Vec::new(),
    };
    if text.lines().count() > MOST_LINES {
        return Err(Error::refused("payment-results-long"));
    }
    for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let cells: Vec<String> = line
            .split([',', '|'])
            .map(|cell| fold(cell.trim().trim_matches('"')))
            .collect();
        let cell = |at: usize| cells.get(at).map_or("", String::as_str);
        let wrong = || Error::refused("payment-results-line").with("line", index + 1);
        match cell(0) {
            "" | "序号" => {}
            "批次" | "batch" => results.batch = cell(1).to_ascii_uppercase(),
            "校验" | "checksum" => results.checksum = cell(1).to_ascii_lowercase(),
            number => {
                let state = match cell(2) {
                    "成功" | "paid" => PaymentState::Paid,
                    "失败" | "failed" => PaymentState::Failed,
                    _ => return Err(wrong()),
                };
                results.lines.push(LineResult {
                    line_no: number.parse().map_err(|_| wrong())?,
                    amount: Money::parse_yuan(cell(1)).ok_or_else(wrong)?,
                    state,
                    reason: cell(3).chars().take(200).collect(),
                });
            }
        }
    }
    Ok(results)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head() -> Head {
        Head {
            batch: "01J8ZK4Q9T3VB".to_owned(),
            source: "employment_fund",
            region: "532801".to_owned(),
            year: 2026,
            total: Money::from_fen(150_000),
        }
    }

    fn lines() -> Vec<ClearLine> {
        [("岩温", 100_000), ("=玉香|x", 50_000)]
            .into_iter()
            .zip(1..)
            .map(|((name, fen), line_no)| ClearLine {
                line_no,
                name: name.to_owned(),
                document: "532899199003151234".to_owned(),
                account: "6217000012345678".to_owned(),
                amount: Money::from_fen(fen),
            })
            .collect()
    }

    #[test]
    fn both_layouts_carry_the_checksum_of_the_same_body() {
        let bank = write(Layout::Bank, &head(), &lines());
        let (body, trailer) = bank.split_once("T|").unwrap();
        assert!(trailer.trim_end().ends_with(&checksum(body)));
        let csv = write(Layout::Csv, &head(), &lines());
        assert!(csv.contains(&checksum(body)));
        assert!(
            csv.contains("2,玉香 x,") && bank.contains("D|2|玉香 x|"),
            "no formula, no foreign bar"
        );
        let mut other = lines();
        other[1].amount = Money::from_fen(50_001);
        assert_ne!(checksum(&super::body(&head(), &other)), checksum(body));
    }

    #[test]
    fn results_are_read_and_a_wrong_line_is_named() {
        let read = read_results(
            "\u{feff}批次,01j8zk4q9t3vb\n校验,AB\n序号,金额,结果,原因\n1,1000.00,成功,\n2,500,失败,账号不符\n",
        )
        .unwrap();
        assert_eq!((read.batch.as_str(), read.checksum.as_str()), ("01J8ZK4Q9T3VB", "ab"));
        assert_eq!(read.lines[0].state, PaymentState::Paid);
        assert_eq!(
            read.lines[1],
            LineResult {
                line_no: 2,
                amount: Money::from_fen(50_000),
                state: PaymentState::Failed,
                reason: "账号不符".to_owned()
            }
        );
        for (text, line) in [("1,1000,maybe,", "1"), ("批次,x\nx,1,成功,", "2"), ("1,abc,成功,", "1")] {
            match read_results(text) {
                Err(Error::Refused { values, .. }) => assert!(values.contains(&("line", line.to_owned())), "{text}"),
                other => panic!("{text}: {other:?}"),
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn no_results_make_the_reader_panic(text in "\\PC{0,200}") {
            let _ = read_results(&text);
        }
    }
}
