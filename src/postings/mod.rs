//! Postings: jobs and public-welfare posts. Here so far are the rules over what employers type: the check of wording
//! that the law forbids, and the reading of a list of postings.

pub mod sheet;
pub mod wording;
mod wording_rules;
