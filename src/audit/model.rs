//! What is asked of the trail, and the receipt of an act.

use crate::base::time::{Day, Instant};

/// How the lines are narrowed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LineFilter {
    /// The name of him who acted, whole.
    pub actor: Option<String>,
    pub verb: Option<String>,
    /// The kind of record.
    pub about: Option<String>,
    /// The record's id.
    pub subject_id: Option<i64>,
    /// The line with this number.
    pub seq: Option<i64>,
    pub from: Option<Day>,
    /// The last day; it counts.
    pub until: Option<Day>,
}

/// What was done, and the number that one can say on the phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    pub number: String,
    pub verb: String,
    pub at: Instant,
}
