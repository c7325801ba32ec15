//! What the pages of the officers' queue have in common: the lists side by side, each with how much waits, and the
//! forms of a decision.

use crate::platform::http::parts::Pager;
use crate::platform::http::{Fields, with_parameter};
use crate::platform::i18n::Locale;
use crate::postings::Waiting;

/// One list of the queue.
pub(crate) struct Tab {
    pub href: &'static str,
    pub label: String,
    /// How much waits; empty where nothing does.
    pub count: String,
    pub is_here: bool,
}

/// The lists of the queue.
pub(crate) struct Tabs(pub Vec<Tab>);

impl Tabs {
    /// `here`: the path of the list that is shown.
    pub(crate) fn of(l: Locale, waiting: Waiting, here: &str) -> Self {
        let tab = |href, key, count: i64| Tab {
            href,
            label: l.t(key),
            count: if count > 0 { l.number(count) } else { String::new() },
            is_here: href == here,
        };
        Self(vec![
            tab("/board/verify", "desk-verify-employers", waiting.employers),
            tab("/board/verify/postings", "desk-verify-postings", waiting.postings),
            tab("/board/verify/courses", "desk-verify-courses", waiting.courses),
        ])
    }
}

/// A step that an officer may take, with a box for his reason.
pub(crate) struct StepForm {
    pub step: &'static str,
    pub label: String,
    /// Empty: no reason is asked for.
    pub asks: String,
    pub needs_reason: bool,
    pub is_danger: bool,
}

/// Where a page of a list of the queue leads.
pub(crate) fn pager(path: &str, query: &Fields, next: Option<&str>) -> Pager {
    Pager {
        first_href: query
            .find("cursor")
            .map(|_| with_parameter(path, query, "cursor", None)),
        next_href: next.map(|cursor| with_parameter(path, query, "cursor", Some(cursor))),
    }
}
