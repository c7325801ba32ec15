//! Words and values that everybody uses. No I/O here: no database, no clock reading outside `time`, no web.

pub mod actor;
pub mod codes;
pub mod error;
pub mod event;
pub mod identity;
pub mod ids;
pub mod money;
pub mod page;
pub mod receipt;
pub mod region;
pub mod secret;
pub mod text;
pub mod time;
