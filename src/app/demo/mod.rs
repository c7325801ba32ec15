//! The people, employers, postings and courses of a demo bureau: invented, yet such as an officer of Xishuangbanna
//! meets every day. Pure: a seed, sizes and a day go in, rows come out; the same again give the same bytes.
//!
//! Every row is made by itself from the seed and its number, so a million postings need no more memory than one.
//! Nobody here is real: citizen numbers carry the area code 532899, which is not assigned, and phone numbers a start
//! that no carrier uses. The words stand in `data/`, one table for each subject.

mod courses;
mod draw;
mod employers;
mod families;
mod names;
mod places;
mod postings;
mod roster;
mod trades;
mod wording;
mod work;

#[cfg(test)]
mod tests;

pub use courses::{CourseRow, courses};
pub use employers::{DemoEmployer, employers, employers_behind};
pub use postings::{PostingRow, postings};
pub use roster::{ROSTER_COLUMNS, RosterRow, roster};
