//! Filters of lists as they stand in the address: a wrong one is refused by its name, never silently without effect.

use super::fields::Fields;
use crate::base::error::{Error, Result};
use crate::base::ids::Id;
use crate::base::text::near_words;
use crate::base::time::{Day, parse_day};

/// A day such as `2026-03-01`.
pub fn day_filter(query: &Fields, name: &str) -> Result<Option<Day>> {
    let Some(text) = query.find(name) else { return Ok(None) };
    parse_day(text)
        .map(Some)
        .ok_or_else(|| Error::bad_request(name, "not-a-day"))
}

/// The id of a record; text that is no id names none.
pub fn id_filter<T>(query: &Fields, name: &str) -> Result<Option<Id<T>>> {
    let Some(text) = query.find(name) else { return Ok(None) };
    text.trim()
        .parse()
        .map(Some)
        .map_err(|_| Error::bad_request(name, "id-unreadable").with("value", text))
}

/// One of some words; an unknown one is answered with those that are near.
pub fn choice_filter<T>(
    query: &Fields,
    name: &str,
    choices: &[&str],
    parse: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>> {
    let Some(text) = query.find(name) else { return Ok(None) };
    parse(text.trim()).map(Some).ok_or_else(|| {
        let mut near = near_words(text, choices.iter().copied(), 5);
        if near.is_empty() {
            near = choices.to_vec();
        }
        Error::bad_request(name, "choice-unknown")
            .with("value", text)
            .with("choices", near.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(name: &str, value: &str) -> Fields {
        Fields::new(vec![(name.to_owned(), value.to_owned())])
    }

    #[test]
    fn wrong_filters_are_refused_by_name() {
        assert_eq!(day_filter(&query("as_of", ""), "as_of").unwrap(), None);
        assert!(
            matches!(day_filter(&query("as_of", "31.2.2020"), "as_of"), Err(Error::BadRequest { parameter, .. }) if parameter == "as_of")
        );
        let parse = |text: &str| ["met", "zero"].contains(&text).then(|| text.to_owned());
        assert_eq!(
            choice_filter(&query("state", "zero"), "state", &["met", "zero"], parse)
                .unwrap()
                .as_deref(),
            Some("zero")
        );
        let Err(Error::BadRequest { values, .. }) =
            choice_filter(&query("state", "zeros"), "state", &["met", "zero"], parse)
        else {
            panic!("not refused")
        };
        assert!(
            values
                .iter()
                .any(|(name, value)| *name == "choices" && value.contains("zero"))
        );
    }
}
