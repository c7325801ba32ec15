//! Machinery that knows no business word.

pub mod db;
pub mod search;
