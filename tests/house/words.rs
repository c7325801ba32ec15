//! Every word is there in both languages, every refusal has a sentence, every sentence is used.

use std::collections::{BTreeMap, BTreeSet};

use crate::sources::{files, last_literals, product};

/// Key → the values that its sentence takes.
fn catalogue(language: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut found = BTreeMap::new();
    for source in files(&format!("templates/locales/{language}"), ".ftl") {
        let mut key = String::new();
        for line in source.text.lines().filter(|line| !line.starts_with('#')) {
            if let Some((name, _)) = line
                .split_once(" =")
                .filter(|_| line.starts_with(|c: char| c.is_ascii_lowercase()))
            {
                key = name.to_owned();
                let known = found.insert(key.clone(), BTreeSet::new());
                assert!(known.is_none(), "{}: {key} stands twice", source.path);
            }
            let Some(values) = found.get_mut(&key) else { continue };
            for part in line.split('$').skip(1) {
                values.insert(
                    part.chars()
                        .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
                        .collect(),
                );
            }
        }
    }
    found
}

#[test]
fn both_languages_have_the_same_sentences_with_the_same_values() {
    let (zh, en) = (catalogue("zh-CN"), catalogue("en"));
    assert!(zh.len() > 200, "the sentences are found");
    let only = |left: &BTreeMap<String, _>, right: &BTreeMap<String, _>| -> Vec<String> {
        left.keys().filter(|key| !right.contains_key(*key)).cloned().collect()
    };
    assert_eq!(only(&zh, &en), Vec::<String>::new(), "missing in English");
    assert_eq!(only(&en, &zh), Vec::<String>::new(), "missing in Chinese");
    for (key, values) in &zh {
        // A singular and a plural may leave out the number.
        let differing: Vec<_> = values
            .symmetric_difference(&en[key])
            .filter(|value| *value != "n")
            .collect();
        assert!(
            differing.is_empty(),
            "{key} takes other values in the other language: {differing:?}"
        );
    }
}

#[test]
fn english_sentences_are_in_english() {
    for source in files("templates/locales/en", ".ftl") {
        for line in source
            .text
            .lines()
            .filter(|line| !line.starts_with("common-other-language"))
        {
            let sentence = line.split_once('=').map_or(line, |(_, sentence)| sentence);
            let chinese = sentence
                .chars()
                .filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c))
                .count();
            let latin = sentence.chars().filter(char::is_ascii_alphabetic).count();
            // Names of columns and places are quoted as they stand in the bureau's files.
            assert!(chinese * 2 <= latin, "{}: {line}", source.path);
        }
    }
}

/// The codes with which the product refuses.
fn codes() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for source in product() {
        let code = source.code();
        for call in [
            "Error::refused(",
            "Error::invalid(",
            "Error::bad_request(",
            "FieldProblem::new(",
        ] {
            let literals = last_literals(&code, call).into_iter();
            found.extend(literals.filter(|text| text.contains('-') || text == "required"));
        }
    }
    found
}

#[test]
fn every_refusal_has_a_sentence() {
    let zh = catalogue("zh-CN");
    let codes = codes();
    assert!(codes.len() > 40, "the codes are found");
    let missing: Vec<&String> = codes
        .iter()
        .filter(|code| !zh.contains_key(&format!("refusal-{code}")))
        .collect();
    assert!(missing.is_empty(), "without a sentence: {missing:?}");
}

#[test]
fn every_sentence_of_a_refusal_has_a_code() {
    let sources: Vec<String> = product().iter().map(|source| source.code()).collect();
    let zh = catalogue("zh-CN");
    let orphans: Vec<&str> = zh
        .keys()
        .filter_map(|key| key.strip_prefix("refusal-"))
        .filter(|code| !sources.iter().any(|text| text.contains(&format!("\"{code}\""))))
        .collect();
    assert!(orphans.is_empty(), "nobody refuses so: {orphans:?}");
}

/// The keys that templates and code ask for by name.
fn asked() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let templates = files("templates", ".html").into_iter().map(|source| source.text);
    for text in templates.chain(product().iter().map(|source| source.code())) {
        for call in [".t(\"", ".ta(\"", ".tn(\"", ".find(\""] {
            for (at, _) in text.match_indices(call) {
                let key: String = text[at + call.len()..].chars().take_while(|c| *c != '"').collect();
                let is_key = key.contains('-')
                    && key
                        .chars()
                        .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
                if is_key {
                    found.insert(key);
                }
            }
        }
    }
    found
}

#[test]
fn every_key_that_is_asked_for_is_there() {
    let zh = catalogue("zh-CN");
    let asked = asked();
    assert!(asked.len() > 80, "the keys are found");
    let missing: Vec<&String> = asked.iter().filter(|key| !zh.contains_key(*key)).collect();
    assert!(missing.is_empty(), "not in the catalogue: {missing:?}");
}
