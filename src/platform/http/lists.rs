//! Lists: how many rows are asked for and from where, and the link to the next page.

use serde::Serialize;

use crate::base::error::{Error, Result};
use crate::base::page::{Page, PageRequest};

use super::fields::Fields;
use super::shell::encoded;

/// Reads `limit` (1–100, default 20) and `cursor`; anything else is an error that names the parameter.
pub fn page_request(query: &Fields) -> Result<PageRequest> {
    let limit = match query.find("limit") {
        None => PageRequest::DEFAULT_LIMIT,
        Some(text) => text
            .parse()
            .ok()
            .filter(|limit| (1..=PageRequest::MAX_LIMIT).contains(limit))
            .ok_or_else(|| Error::bad_request("limit", "limit-out-of-range").with("max", PageRequest::MAX_LIMIT))?,
    };
    let cursor = query.find("cursor").map(str::to_owned);
    if cursor
        .as_ref()
        .is_some_and(|c| c.len() > 500 || !c.bytes().all(|b| b.is_ascii_graphic()))
    {
        return Err(Error::bad_request("cursor", "cursor-unreadable"));
    }
    Ok(PageRequest { limit, cursor })
}

/// The path with the query's other values kept and one of them set, or removed where `value` is none. A changed
/// filter starts the list from its top, so the cursor goes unless it is what is set.
pub fn with_parameter(path: &str, query: &Fields, name: &str, value: Option<&str>) -> String {
    let kept = query
        .pairs()
        .iter()
        .filter(|(n, v)| n != name && n != "cursor" && !v.is_empty());
    let kept = kept.map(|(n, v)| (n.as_str(), v.as_str()));
    let all: Vec<String> = kept
        .chain(value.map(|v| (name, v)))
        .map(|(n, v)| format!("{}={}", encoded(n), encoded(v)))
        .collect();
    if all.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{}", all.join("&"))
    }
}

/// A list for programs.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ListView<T> {
    pub items: Vec<T>,
    /// The `cursor` of the next page; `null` on the last one.
    pub next: Option<String>,
}

impl<T> ListView<T> {
    /// A list that has one page only.
    pub fn whole(items: Vec<T>) -> Self {
        Self { items, next: None }
    }
}

impl<T> From<Page<T>> for ListView<T> {
    fn from(page: Page<T>) -> Self {
        Self {
            items: page.items,
            next: page.next,
        }
    }
}
