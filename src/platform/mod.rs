//! Machinery that knows no rule of the bureau: how pages, forms and answers look, and in which language.

pub mod http;
pub mod i18n;
