//! What an import is asked to do, and what it says of each row.

use super::super::sheet;
use crate::base::error::FieldProblem;
use crate::base::time::Day;

/// What becomes of rows whose wording is in doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DoubtfulRows {
    /// They wait for an officer.
    Wait,
    /// Whoever imports the list answers for them: they open.
    Accept,
}

#[derive(Debug, Clone, Copy)]
pub struct ImportOptions {
    /// The day that the list describes; rows without a day of publication are published on it.
    pub as_of: Day,
    /// Judges every row and keeps nothing.
    pub dry_run: bool,
    pub doubtful: DoubtfulRows,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RowVerdict {
    New,
    Changed,
    /// Known already, or a repost (code `listing-repost`).
    Same,
    /// Kept, with wording in doubt (`DoubtfulRows`).
    Doubtful,
    /// Not kept; its findings say how to mend it.
    Rejected,
}

/// What became of one row. Findings are codes with values; `repairs` say what was mended.
#[derive(Debug, Clone)]
pub struct RowReport {
    pub row_no: u32,
    pub source_no: String,
    pub verdict: RowVerdict,
    pub findings: Vec<FieldProblem>,
    pub repairs: Vec<sheet::Repair>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct ImportCounts {
    pub rows: u64,
    pub new: u64,
    pub changed: u64,
    pub same: u64,
    pub doubtful: u64,
    pub rejected: u64,
    pub reposts: u64,
}

impl ImportCounts {
    pub(super) fn count(&mut self, report: &RowReport) {
        self.rows += 1;
        match report.verdict {
            RowVerdict::New => self.new += 1,
            RowVerdict::Changed => self.changed += 1,
            RowVerdict::Same => self.same += 1,
            RowVerdict::Doubtful => self.doubtful += 1,
            RowVerdict::Rejected => self.rejected += 1,
        }
        self.reposts += u64::from(report.findings.iter().any(|f| f.code == "listing-repost"));
    }
}
