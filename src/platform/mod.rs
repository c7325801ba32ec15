//! Machinery that knows no business word.

pub mod db;
pub mod files;
pub mod http;
pub mod i18n;
pub mod memory;
pub mod search;
pub mod services;
pub mod tasks;

pub use memory::Memory;
pub use services::{DataFolder, Services};
