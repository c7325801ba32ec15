//! The wordings of postings, from their own table.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

type Wordings = HashMap<String, Vec<String>>;

#[derive(Deserialize)]
pub(super) struct Phrases {
    pub hours: Wordings,
    pub place: Wordings,
    pub lodging: Wordings,
    pub meals: Wordings,
    pub insurance: Wordings,
    pub payday: Wordings,
    pub need: Wordings,
    pub extra: Wordings,
    pub apply: Wordings,
    pub marks: Wordings,
    pub opening: Wordings,
    pub address: Wordings,
    pub headings: Wordings,
}

pub(super) static PHRASES: LazyLock<Phrases> =
    LazyLock::new(|| toml::from_str(include_str!("data/phrases.toml")).unwrap_or_else(|e| panic!("phrases.toml: {e}")));

/// The wordings of one kind; none where the table has no such kind.
pub(super) fn of<'a>(wordings: &'a Wordings, kind: &str) -> &'a [String] {
    wordings.get(kind).map_or(&[], Vec::as_slice)
}

/// Puts values into `{name}` of a wording.
pub(super) fn filled(wording: &str, values: &[(&str, &str)]) -> String {
    values.iter().fold(wording.to_owned(), |text, (name, value)| {
        text.replace(&format!("{{{name}}}"), value)
    })
}
