//! Names to offer while somebody types: by the name itself, by full pinyin, by pinyin initials (bjy → 保洁员). Every
//! document puts its names into the dictionary of one field under each of these keys; a suggestion is a range of it.

use std::collections::HashMap;

use pinyin::ToPinyin;

use super::analysis::fold_char;
use super::document::Document;
use super::store::Index;
use crate::base::error::{Context, Result};

/// A name, and how many documents carry it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    pub text: String,
    pub documents: u64,
}

/// Between key and name; stands before every character that is typed.
const BETWEEN: char = '\u{1}';
const LONGEST_NAME: usize = 24;
/// Keys read of one segment: enough to rank, few enough to answer at once when a single letter was typed.
const MOST_KEYS: usize = 400;

/// The dictionary entries of a document.
pub(super) fn terms_of(document: &Document) -> Vec<String> {
    let names = std::iter::once(&document.title).chain(&document.suggestions);
    let mut terms: Vec<String> = names
        .map(|name| plain_name(name))
        .filter(|name| !name.is_empty())
        .flat_map(|name| {
            keys_of(&name)
                .into_iter()
                .map(move |key| format!("{key}{BETWEEN}{name}"))
        })
        .collect();
    terms.sort();
    terms.dedup();
    terms
}

/// The name without what stands in brackets behind it: 保洁员（急聘） → 保洁员.
fn plain_name(name: &str) -> String {
    let bare = name
        .split(['（', '(', '【', '[', '|', '｜'])
        .find(|part| !part.trim().is_empty())
        .unwrap_or_default();
    bare.trim()
        .chars()
        .filter(|c| !c.is_control())
        .take(LONGEST_NAME)
        .collect()
}

fn keys_of(name: &str) -> Vec<String> {
    let folded = key_of(name);
    let sound = |pick: fn(pinyin::Pinyin) -> &'static str| -> String {
        let sounded = folded
            .chars()
            .map(|c| c.to_pinyin().map_or_else(|| c.to_string(), |p| pick(p).to_owned()));
        sounded.collect()
    };
    let mut keys = vec![sound(pinyin::Pinyin::first_letter), sound(pinyin::Pinyin::plain)];
    keys.push(folded);
    keys.sort();
    keys.dedup();
    keys
}

fn key_of(typed: &str) -> String {
    typed
        .chars()
        .map(fold_char)
        .filter(|c| !c.is_whitespace() && !c.is_control())
        .take(LONGEST_NAME)
        .collect()
}

impl Index {
    /// The most frequent names that begin so, at most `limit`.
    pub fn suggest(&self, typed: &str, limit: usize) -> Result<Vec<Suggestion>> {
        let prefix = key_of(typed);
        if prefix.is_empty() {
            return Ok(Vec::new());
        }
        let live = self.live();
        let mut counts: HashMap<String, u64> = HashMap::new();
        for segment in live.searcher().segment_readers() {
            let inverted = segment.inverted_index(live.fields.suggest)?;
            let mut stream = inverted
                .terms()
                .range()
                .ge(prefix.as_bytes())
                .into_stream()
                .context("suggestions")?;
            let mut read = 0;
            while read < MOST_KEYS && stream.advance() && stream.key().starts_with(prefix.as_bytes()) {
                read += 1;
                let key = String::from_utf8_lossy(stream.key());
                if let Some((_, name)) = key.split_once(BETWEEN) {
                    let count = counts.entry(name.to_owned()).or_default();
                    *count += u64::from(stream.value().doc_freq);
                }
            }
        }
        let mut found: Vec<Suggestion> = counts
            .into_iter()
            .map(|(text, documents)| Suggestion { text, documents })
            .collect();
        found.sort_by(|a, b| b.documents.cmp(&a.documents).then_with(|| a.text.cmp(&b.text)));
        found.truncate(limit);
        Ok(found)
    }
}
