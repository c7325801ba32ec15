//! What is wrong with an instance or a file of one: a code with values, and the line where it was met.

use std::fmt;

/// A fault of the input. The sentence shown to people is made from the code and the values elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The file, when the instance came from files.
    pub file: Option<&'static str>,
    /// The line in that file, counted from one.
    pub line: Option<u64>,
    pub code: FaultCode,
    /// What the sentence needs: ids, columns, numbers as they stand in the file.
    pub values: Vec<(&'static str, String)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultCode {
    /// The file cannot be opened or read. Values: reason.
    Unreadable,
    /// The file or folder cannot be written. Values: reason.
    Unwritable,
    /// The header lacks a column. Values: column.
    MissingColumn,
    /// The header names a column twice. Values: column.
    RepeatedColumn,
    /// The row has another number of fields than the header. Values: expected, found.
    FieldCount,
    /// The row is not UTF-8. No values.
    NotText,
    /// An id is empty. Values: column.
    EmptyId,
    /// Not a whole number from zero. Values: column, value.
    NotWholeNumber,
    /// A number, or the sum of such numbers, is beyond what can be counted. Values: column.
    TooLarge,
    /// More rows or ids than can be numbered. No values.
    TooMany,
    /// The household stands in `households.csv` twice. Values: household.
    RepeatedHousehold,
    /// The opening stands in `openings.csv` twice. Values: opening.
    RepeatedOpening,
    /// `households.csv` exists and lacks this household. Values: household.
    UnknownHousehold,
    /// `openings.csv` lacks this opening. Values: opening.
    UnknownOpening,
    /// The person is in two households. Values: person, household, other.
    TwoHouseholds,
    /// The same person and opening a second time. Values: person, opening.
    RepeatedEdge,
    /// A pair to be kept is not among the edges. Values: person, opening.
    UnknownPair,
    /// A person is to be kept at two openings. Values: person.
    RepeatedPair,
}

impl FaultCode {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unreadable => "plan-unreadable",
            Self::Unwritable => "plan-unwritable",
            Self::MissingColumn => "plan-missing-column",
            Self::RepeatedColumn => "plan-repeated-column",
            Self::FieldCount => "plan-field-count",
            Self::NotText => "plan-not-text",
            Self::EmptyId => "plan-empty-id",
            Self::NotWholeNumber => "plan-not-whole-number",
            Self::TooLarge => "plan-too-large",
            Self::TooMany => "plan-too-many",
            Self::RepeatedHousehold => "plan-repeated-household",
            Self::RepeatedOpening => "plan-repeated-opening",
            Self::UnknownHousehold => "plan-unknown-household",
            Self::UnknownOpening => "plan-unknown-opening",
            Self::TwoHouseholds => "plan-two-households",
            Self::RepeatedEdge => "plan-repeated-edge",
            Self::UnknownPair => "plan-unknown-pair",
            Self::RepeatedPair => "plan-repeated-pair",
        }
    }
}

impl Fault {
    pub(in crate::matching) fn new(code: FaultCode) -> Self {
        Self {
            file: None,
            line: None,
            code,
            values: Vec::new(),
        }
    }

    pub(in crate::matching) fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.values.push((name, value.to_string()));
        self
    }

    pub(super) fn in_file(mut self, file: &'static str) -> Self {
        self.file = Some(file);
        self
    }

    pub(super) fn at(mut self, file: &'static str, line: u64) -> Self {
        self.file = Some(file);
        self.line = Some(line);
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = self.file {
            write!(f, "{file}:")?;
        }
        if let Some(line) = self.line {
            write!(f, "{line}:")?;
        }
        write!(f, "{}", self.code.as_str())?;
        for (name, value) in &self.values {
            write!(f, " {name}={value:?}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Fault {}
