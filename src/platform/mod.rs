//! Machinery that knows no business word.

pub mod search;
