//! A roster as a batch: its file, its day, its rows with their verdicts.

use std::collections::BTreeMap;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::model::{JudgedRow, Outcome};
use crate::base::codes::Language;
use crate::base::ids::{BatchId, BatchRowId, UserId};
use crate::base::time::{Day, Instant};
use crate::coded_enum;
use crate::platform::db::schema;
use crate::platform::i18n::{Locale, Value};
use crate::registry::Difference;

coded_enum! {
    /// checking → checked → approved → merged; withdrawn or failed before that.
    pub enum BatchStatus: "batch_status" {
        Checking = "checking", Checked = "checked", Approved = "approved", Merged = "merged",
        Withdrawn = "withdrawn", Failed = "failed",
    }
}
coded_enum! {
    pub enum RowVerdict: "row_verdict" {
        New = "new", Changed = "changed", Same = "same", Doubtful = "doubtful", Rejected = "rejected",
    }
}
coded_enum! {
    /// What an officer decided about a doubtful row.
    pub enum Decision: "decision" { Take = "take", Skip = "skip" }
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::roster_batches)]
pub struct Batch {
    pub id: BatchId,
    pub version: i32,
    pub created_at: Instant,
    pub file_name: String,
    pub file_sha256: String,
    /// The day that the roster describes.
    pub as_of_on: Day,
    pub status: BatchStatus,
    pub created_by: Option<UserId>,
    pub approved_by: Option<UserId>,
    /// Rows up to here are done: where a killed import goes on.
    pub next_row: i32,
    pub counts_json: String,
    pub message: Option<String>,
}

impl Batch {
    pub fn counts(&self) -> Counts {
        serde_json::from_str(&self.counts_json).unwrap_or_default()
    }
}

/// How many rows got which verdict.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counts {
    pub rows: u64,
    pub new: u64,
    pub changed: u64,
    pub same: u64,
    pub doubtful: u64,
    pub rejected: u64,
    /// Rows whose certain cells are in the registry.
    pub merged: u64,
    /// Rows that name no person: blank ones, totals, repeated headers, notes.
    pub skipped: BTreeMap<String, u64>,
}

impl Counts {
    pub fn count(&mut self, verdict: RowVerdict) {
        self.rows += 1;
        *match verdict {
            RowVerdict::New => &mut self.new,
            RowVerdict::Changed => &mut self.changed,
            RowVerdict::Same => &mut self.same,
            RowVerdict::Doubtful => &mut self.doubtful,
            RowVerdict::Rejected => &mut self.rejected,
        } += 1;
    }
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::roster_rows)]
pub struct BatchRow {
    pub id: BatchRowId,
    pub batch_id: BatchId,
    pub row_no: i32,
    pub verdict: RowVerdict,
    pub usable: bool,
    pub merged: bool,
    pub household_no: Option<String>,
    pub person_no: Option<String>,
    pub name: String,
    pub findings_json: String,
    pub decision: Option<Decision>,
    pub decided_by: Option<UserId>,
}

impl BatchRow {
    pub fn findings(&self) -> Findings {
        serde_json::from_str(&self.findings_json).unwrap_or_default()
    }
}

/// The sentences of what is neither doubt nor fault.
const UNKNOWN_LABEL: &str = "roster-unknown-label";
const ROW_REPEATED: &str = "roster-row-repeated";

/// Whether a finding was mended, is doubtful, or makes the row unusable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    Repair,
    Doubt,
    Fault,
    /// A label that no code list knows; kept as text.
    UnknownLabel,
}

/// Something noticed about one cell. Numbers of people are masked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub kind: FindingKind,
    /// The column's usual name.
    pub column: String,
    pub code: String,
    pub values: Vec<(String, String)>,
}

impl Finding {
    /// The sentence that says what is wrong and how to mend it.
    pub fn sentence(&self, language: Language) -> String {
        let l = Locale::new(language);
        let mut values: Vec<(&str, Value<'_>)> = self
            .values
            .iter()
            .map(|(name, value)| (name.as_str(), Value::from(value.as_str())))
            .collect();
        values.push(("column", Value::from(self.column.as_str())));
        let key = match self.kind {
            FindingKind::UnknownLabel => UNKNOWN_LABEL.to_owned(),
            FindingKind::Repair => self.code.clone(),
            FindingKind::Doubt | FindingKind::Fault => format!("refusal-{}", self.code),
        };
        l.find(&key, &values).unwrap_or_else(|| self.code.clone())
    }
}

/// Everything noticed about a row.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Findings {
    pub findings: Vec<Finding>,
    pub differences: Vec<Difference>,
}

impl Findings {
    /// What reading the row alone found.
    pub fn of(row: &JudgedRow) -> Self {
        let mut findings = Vec::new();
        let owned = |values: &crate::base::error::Values| {
            values
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone()))
                .collect()
        };
        for repair in &row.reading.repairs {
            findings.push(Finding {
                kind: FindingKind::Repair,
                column: repair.column.usual_name().to_owned(),
                code: repair.code.to_owned(),
                values: vec![
                    ("got".to_owned(), repair.got.clone()),
                    ("became".to_owned(), repair.became.clone()),
                ],
            });
        }
        for doubt in &row.reading.doubts {
            findings.push(Finding {
                kind: FindingKind::Doubt,
                column: doubt.column.usual_name().to_owned(),
                code: doubt.code.to_owned(),
                values: owned(&doubt.values),
            });
        }
        for fault in &row.reading.faults {
            findings.push(Finding {
                kind: FindingKind::Fault,
                column: fault.column.usual_name().to_owned(),
                code: fault.code.to_owned(),
                values: owned(&fault.values),
            });
        }
        for label in &row.reading.unknown_labels {
            findings.push(Finding {
                kind: FindingKind::UnknownLabel,
                column: label.column.usual_name().to_owned(),
                code: UNKNOWN_LABEL.to_owned(),
                values: vec![("text".to_owned(), label.text.clone())],
            });
        }
        if let Outcome::Repeated { first_row } = row.outcome {
            findings.push(Finding {
                kind: FindingKind::Repair,
                column: String::new(),
                code: ROW_REPEATED.to_owned(),
                values: vec![("row".to_owned(), first_row.to_string())],
            });
        }
        Self {
            findings,
            differences: Vec::new(),
        }
    }

    pub fn doubt(&mut self, column: &str, code: &str, values: Vec<(String, String)>) {
        self.findings.push(Finding {
            kind: FindingKind::Doubt,
            column: column.to_owned(),
            code: code.to_owned(),
            values,
        });
    }

    pub fn fault(&mut self, column: &str, code: &str) {
        self.findings.push(Finding {
            kind: FindingKind::Fault,
            column: column.to_owned(),
            code: code.to_owned(),
            values: Vec::new(),
        });
    }

    /// The sentences of all doubts and faults, for the workbook that goes back.
    pub fn problems(&self, language: Language) -> String {
        let wrong = self
            .findings
            .iter()
            .filter(|f| matches!(f.kind, FindingKind::Doubt | FindingKind::Fault));
        wrong
            .map(|finding| finding.sentence(language))
            .collect::<Vec<_>>()
            .join(" ")
    }
}
