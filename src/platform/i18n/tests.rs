//! The catalogues are whole: both languages say the same things, every key that is used exists, none is left over.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use fluent_templates::fluent_bundle::FluentResource;

use super::*;
use crate::base::error::{Error, FieldProblem};
use crate::base::money::Money;
use crate::base::time::{Instant, parse_day};

const LANGUAGES: [Language; 2] = [Language::Zh, Language::En];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &Path, extensions: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, extensions));
        } else if path
            .extension()
            .is_some_and(|e| extensions.iter().any(|wanted| e == *wanted))
        {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Keys of a language with the names of the values that they take.
fn catalogue(language: Language) -> BTreeMap<String, BTreeSet<String>> {
    let mut keys: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for path in files(&root().join("templates/locales").join(language.tag()), &["ftl"]) {
        let text = std::fs::read_to_string(&path).unwrap();
        if let Err((_, errors)) = FluentResource::try_new(text.clone()) {
            panic!("{}: {errors:?}", path.display());
        }
        let mut current = String::new();
        for line in text.lines() {
            let key = line
                .split_once(" =")
                .map(|(key, _)| key)
                .filter(|key| key.starts_with(|c: char| c.is_ascii_lowercase()));
            if let Some(key) = key {
                current = key.to_owned();
                assert!(
                    keys.insert(current.clone(), BTreeSet::new()).is_none(),
                    "{key} stands twice"
                );
            }
            if line.starts_with('#') {
                continue;
            }
            for piece in line.split('$').skip(1) {
                let name: String = piece
                    .chars()
                    .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
                    .collect();
                keys.get_mut(&current).unwrap().insert(name);
            }
        }
    }
    keys
}

/// Templates and sources, without the tests of this module and of the shell, whose codes are made up.
fn sources() -> Vec<(PathBuf, String)> {
    let mut paths = files(&root().join("src"), &["rs"]);
    paths.extend(files(&root().join("templates"), &["html", "txt"]));
    let of_tests = |path: &PathBuf| {
        path.ends_with("tests.rs")
            || path.ends_with("reading_tests.rs")
            || path.ends_with("look.rs")
            || path.ends_with("samples.html")
    };
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).unwrap();
        // Tests stand last in a file.
        let end = text.find("#[cfg(test)]\nmod tests {").unwrap_or(text.len());
        let code: Vec<&str> = text[..end]
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .collect();
        (path, code.join("\n"))
    };
    paths.into_iter().filter(|path| !of_tests(path)).map(read).collect()
}

/// The first string literal right after each place where `before` stands, with the rest of the text after it.
fn literals_after<'t>(text: &'t str, before: &str) -> Vec<(&'t str, &'t str)> {
    let starts = text.match_indices(before).map(|(at, found)| &text[at + found.len()..]);
    starts
        .filter_map(|rest| rest.trim_start().strip_prefix('"')?.split_once('"'))
        .collect()
}

/// The names of the values in `ta("key", &[("name", …), …])`, up to the closing bracket of the list.
fn value_names(rest: &str) -> BTreeSet<String> {
    let mut depth = 0;
    let end = rest.char_indices().find(|(_, c)| {
        depth += match c {
            '[' => 1,
            ']' => -1,
            _ => 0,
        };
        *c == ']' && depth == 0
    });
    let list = &rest[..end.map_or(rest.len(), |(at, _)| at)];
    literals_after(list, "(")
        .into_iter()
        .filter(|(_, after)| after.starts_with(','))
        .map(|(name, _)| name.to_owned())
        .collect()
}

#[test]
fn both_languages_have_the_same_keys_and_values() {
    let (zh, en) = (catalogue(Language::Zh), catalogue(Language::En));
    for (key, values) in &zh {
        assert_eq!(Some(values), en.get(key), "{key} differs between the languages");
    }
    for key in en.keys() {
        assert!(zh.contains_key(key), "{key} is missing in Chinese");
    }
}

#[test]
fn every_key_that_is_used_exists_and_gets_its_values() {
    let known = catalogue(Language::Zh);
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let mut used: Vec<(String, Option<BTreeSet<String>>)> = Vec::new();
        used.extend(
            literals_after(&text, ".t(")
                .iter()
                .map(|(key, _)| ((*key).to_owned(), Some(BTreeSet::new()))),
        );
        used.extend(
            literals_after(&text, ".tn(")
                .iter()
                .map(|(key, _)| ((*key).to_owned(), Some(["n".to_owned()].into()))),
        );
        used.extend(
            literals_after(&text, ".ta(")
                .iter()
                .map(|(key, rest)| ((*key).to_owned(), Some(value_names(rest)))),
        );
        for before in ["Error::refused(", "code: "] {
            used.extend(
                literals_after(&text, before)
                    .iter()
                    .map(|(code, _)| (format!("refusal-{code}"), None)),
            );
        }
        for before in ["FieldProblem::new(", "Error::invalid(", "Error::bad_request("] {
            let second = text.match_indices(before).filter_map(|(at, found)| {
                let (_, rest) = text[at + found.len()..].split_once(',')?;
                rest.trim_start().strip_prefix('"')?.split_once('"')
            });
            used.extend(second.map(|(code, _)| (format!("refusal-{code}"), None)));
        }
        for (key, values) in used {
            match (known.get(&key), values) {
                (None, _) => wrong.push(format!("{}: {key} is missing", path.display())),
                (Some(needed), Some(given)) if *needed != given => {
                    wrong.push(format!("{}: {key} needs {needed:?}, gets {given:?}", path.display()));
                }
                _ => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn no_sentence_is_left_over() {
    let all: String = sources().into_iter().map(|(_, text)| text).collect();
    // Keys are composed, too: from `format!("audit-verb-{…}")`, or from the name of a form and a part of it.
    let starts: BTreeSet<String> = all
        .split('"')
        .map(|text| text.split('{').next().unwrap_or("").to_owned())
        .filter(|s| s.contains('-'))
        .collect();
    // Kinds and refusals are built from words that the code holds without their prefix.
    let is_used = |key: &str| {
        let bare = key.strip_prefix("refusal-").or_else(|| key.strip_prefix("kind-"));
        let is_composed = || {
            let mut stems = key.match_indices('-').map(|(at, _)| &key[..at]);
            // A form's name, then `-field-` or `-hint-`, then the field's.
            let form = ["-field-", "-hint-"]
                .iter()
                .find_map(|part| key.split_once(part))
                .map(|(form, _)| form);
            form.is_some_and(|form| all.contains(&format!("\"{form}\"")))
                || stems
                    .any(|stem| starts.contains(&format!("{stem}-")) || (stem.contains('-') && starts.contains(stem)))
        };
        all.contains(&format!("\"{key}\""))
            || bare.is_some_and(|bare| all.contains(&format!("\"{bare}\"")))
            || is_composed()
    };
    // Names of records and of fields are looked up by the words that arrive.
    let left: Vec<String> = catalogue(Language::Zh)
        .into_keys()
        .filter(|k| !k.starts_with("kind-") && !k.starts_with("field-") && !is_used(k))
        .collect();
    assert!(left.is_empty(), "nobody says {left:?}");
}

#[test]
fn a_missing_key_shows_itself() {
    for language in LANGUAGES {
        let l = Locale::new(language);
        assert_eq!(l.t("no-such-key"), "no-such-key");
        assert_eq!(l.find("common-money", &[]), None, "a value is missing");
    }
}

#[test]
fn figures_and_days_are_written_as_people_write_them() {
    let (zh, en) = (Locale::new(Language::Zh), Locale::new(Language::En));
    let (low, high) = (Money::from_yuan(2400), Money::from_yuan(3000));
    assert_eq!(zh.wage_a_month(low, high), "每月 2,400–3,000 元");
    assert_eq!(en.wage_a_month(low, high), "2,400–3,000 yuan a month");
    assert_eq!(zh.wage_a_month(low, low), "每月 2,400 元");
    assert_eq!(zh.wage_a_month(None, None), "工资面议");
    assert_eq!(zh.money(Money::from_fen(-123_456_705)), "-1,234,567.05 元");
    for (number, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (-1_234_567, "-1,234,567")] {
        assert_eq!(zh.number(number), text);
    }
    for (bp, text) in [(9999, "99.9 %"), (10_000, "100.0 %"), (5, "0.0 %")] {
        assert_eq!(zh.percent(bp), text);
    }
    let today = parse_day("2026-11-23").unwrap();
    assert_eq!(
        (zh.day(today), en.day(today)),
        ("2026年11月23日".to_owned(), "23 November 2026".to_owned())
    );
    for (day, chinese, english) in [
        ("2026-11-23", "今天", "today"),
        ("2026-11-24", "明天", "tomorrow"),
        ("2026-11-26", "3 天后", "in 3 days"),
        ("2026-11-21", "2 天前", "2 days ago"),
        ("2027-01-01", "2027年1月1日", "1 January 2027"),
    ] {
        let day = parse_day(day).unwrap();
        assert_eq!(
            (
                zh.relative_day(day, today).as_str(),
                en.relative_day(day, today).as_str()
            ),
            (chinese, english)
        );
    }
    let at = Instant::parse("2026-11-23T00:05:00Z").unwrap();
    assert_eq!(zh.instant(at), "2026年11月23日 08:05");
    assert_eq!(en.tn("common-in-days", 1), "in 1 day");
    assert_eq!(en.tn("common-in-days", 12_000), "in 12,000 days");
}

#[test]
fn errors_speak_both_languages() {
    let year = Error::refused("calendar-year-missing").with("year", 2031);
    assert!(sentence_of(&year, Language::Zh).detail.contains("2031 年"));
    assert!(sentence_of(&year, Language::En).detail.contains("calendar of 2031 is"));
    let one = Error::Invalid(vec![FieldProblem::new("a", "too-long").with("max", 20)]);
    assert_eq!(
        sentence_of(&one, Language::En).detail,
        "Too long: at most 20 characters."
    );
    let unnamed = sentence_of(&Error::refused("unheard-of"), Language::En);
    assert!(unnamed.detail.contains("unheard-of"));
    let mut problem = problem_sentence(&FieldProblem::new("no-such-field", "required"), Language::En);
    assert_eq!(problem.labelled(&Locale::new(Language::En)), "Please fill this in.");
    problem.label = Some("Title".to_owned());
    assert_eq!(
        problem.labelled(&Locale::new(Language::En)),
        "Title: Please fill this in."
    );
    for language in LANGUAGES {
        let inside = sentence_of(&Error::internal("disk sda1 is full"), language);
        assert!(!inside.detail.contains("sda1") && !inside.title.contains("sda1"));
    }
}

#[test]
fn an_english_page_has_no_chinese() {
    // The language switch; a document's number; and words that have to stand in the bureaus' own sheets.
    let names_chinese = |key: &str| {
        let alone = ["common-other-language", "guarantee-rule", "roster-yes-no"].contains(&key);
        alone || key.starts_with("refusal-roster-") || key.starts_with("refusal-listing-")
    };
    for (key, _) in catalogue(Language::En).iter().filter(|(key, _)| !names_chinese(key)) {
        let text = Locale::new(Language::En).t(key);
        assert!(
            !text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)),
            "{key}: {text}"
        );
    }
}
