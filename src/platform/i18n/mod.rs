//! The two languages of the interface: the catalogue of sentences (`templates/locales/<language>/<room>.ftl`), and
//! numbers, money, days and names as people write them. Chinese is written first; English is complete.

mod format;
mod sentences;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::LazyLock;

use fluent_templates::fluent_bundle::types::{FluentNumber, FluentNumberOptions};
use fluent_templates::{LanguageIdentifier, langid};

pub use fluent_templates::fluent_bundle::FluentValue as Value;
pub use sentences::{ProblemSentence, Sentence, problem_sentence, problem_sentences, sentence_of};

use crate::base::codes::{self, Language};

fluent_templates::static_loader! {
    static CATALOGUE = {
        locales: "./templates/locales",
        fallback_language: "zh-CN",
        // Isolation marks would stand as stray characters in workbooks, mail subjects and search fields.
        customise: |bundle| {
            bundle.set_use_isolating(false);
            bundle.set_formatter(Some(|value, _| match value {
                Value::Number(number) => Some(format::grouped_number(number)),
                _ => None,
            }));
        },
    };
}

static ZH: LazyLock<LanguageIdentifier> = LazyLock::new(|| langid!("zh-CN"));
static EN: LazyLock<LanguageIdentifier> = LazyLock::new(|| langid!("en"));

/// The language in which a page or message is written, with everything that depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Locale(Language);

impl Locale {
    pub const fn new(language: Language) -> Self {
        Self(language)
    }

    pub const fn language(self) -> Language {
        self.0
    }

    /// The tag for `lang="…"`.
    pub const fn tag(self) -> &'static str {
        self.0.tag()
    }

    /// The other language, for the switch in the header.
    pub const fn other(self) -> Self {
        match self.0 {
            Language::Zh => Self(Language::En),
            Language::En => Self(Language::Zh),
        }
    }

    /// The sentence of a key; the key itself where the catalogue lacks it, which a test finds.
    pub fn t(&self, key: &str) -> String {
        self.find(key, &[]).unwrap_or_else(|| key.to_owned())
    }

    /// The sentence of a key with named values.
    pub fn ta(&self, key: &str, values: &[(&str, Value<'_>)]) -> String {
        self.find(key, values).unwrap_or_else(|| key.to_owned())
    }

    /// The sentence of a key with one number, `$n`; the catalogue chooses the plural.
    pub fn tn(&self, key: &str, n: impl TryInto<i64>) -> String {
        let n = n.try_into().unwrap_or(i64::MAX);
        self.ta(key, &[("n", n.into())])
    }

    /// The sentence, or nothing where the catalogue lacks the key or a value that it needs.
    pub fn find(&self, key: &str, values: &[(&str, Value<'_>)]) -> Option<String> {
        let id: &LanguageIdentifier = match self.0 {
            Language::Zh => &ZH,
            Language::En => &EN,
        };
        let values: Option<HashMap<&str, Value<'_>>> =
            (!values.is_empty()).then(|| values.iter().map(|(name, value)| (*name, value.clone())).collect());
        CATALOGUE.lookup_single_language(id, key, values.as_ref()).ok()
    }

    /// The label of a stored code, from the code lists.
    pub fn label<'a>(&self, list: &str, code: &'a str) -> &'a str {
        codes::label(list, code, self.0)
    }

    /// Who did something, as a time line tells it: the sign-in name, or that the service did it by itself.
    pub fn doer(&self, actor: &str) -> String {
        match actor {
            "operator" | "system" | "" => self.t("common-by-service"),
            name => name.to_owned(),
        }
    }
}

/// A value of a refusal as the catalogue takes it: whole numbers count (plurals), everything else is text.
fn value_of(text: &str) -> Value<'_> {
    match text.parse::<i32>() {
        Ok(number) if number.to_string() == text => {
            let options = FluentNumberOptions {
                use_grouping: false,
                ..FluentNumberOptions::default()
            };
            Value::Number(FluentNumber::new(f64::from(number), options))
        }
        _ => Value::from(text),
    }
}
