use fluent_templates::fluent_bundle::FluentResource;

use super::*;

#[test]
fn every_phrase_of_the_table_gets_its_verdict() {
    let table = include_str!("cases.tsv");
    let mut wrong = Vec::new();
    for line in table.lines() {
        let (expected, text) = line.split_once('\t').expect("two columns");
        let found = doubts("", text);
        let is_right = match expected {
            "ok" => found.is_empty(),
            code => found
                .iter()
                .any(|d| d.kind.code().trim_start_matches("wording-") == code),
        };
        if !is_right {
            wrong.push((expected, text, found));
        }
    }
    assert!(table.lines().count() >= 150);
    assert!(wrong.is_empty(), "{} wrong: {wrong:#?}", wrong.len());
}

#[test]
fn a_phrase_is_shown_as_it_was_typed() {
    let text = "包吃住，押＊ 金 ２００元。";
    let [doubt] = &doubts("保洁员", text)[..] else {
        panic!("one doubt")
    };
    assert_eq!(
        (doubt.kind, doubt.severity, doubt.field),
        (DoubtKind::Deposit, Severity::Block, WordingField::Text)
    );
    assert_eq!(&text[doubt.start..doubt.end], doubt.phrase);
    assert!(doubt.phrase.starts_with("押＊ 金"), "{}", doubt.phrase);
}

#[test]
fn title_and_text_are_both_read() {
    let found = doubts("女工（限本地人）", "35岁以下");
    let said: Vec<_> = found
        .iter()
        .map(|d| (d.field, d.kind.code().trim_start_matches("wording-")))
        .collect();
    assert_eq!(
        said,
        [
            (WordingField::Title, "sex"),
            (WordingField::Title, "region"),
            (WordingField::Text, "age")
        ]
    );
}

#[test]
fn hostile_text_is_read_without_panic() {
    for text in [
        "",
        "\u{0}\u{200b}",
        "限",
        "押",
        &"限女".repeat(1_000),
        "👩‍🏭女",
        "\u{ff01}\u{ff5e}限男",
        "ﬀ押金İ",
    ] {
        for doubt in doubts(text, text) {
            assert!(text.is_char_boundary(doubt.start) && text.is_char_boundary(doubt.end));
        }
    }
}

#[test]
fn every_kind_has_a_sentence_in_both_languages_that_names_the_law() {
    for (catalogue, law) in [
        (include_str!("../../../templates/locales/zh-CN/postings.ftl"), "第"),
        (include_str!("../../../templates/locales/en/postings.ftl"), "Order"),
    ] {
        FluentResource::try_new(catalogue.to_owned()).expect("the catalogue parses");
        for kind in DoubtKind::ALL {
            let start = format!("refusal-{} = ", kind.code());
            let sentence = catalogue.lines().find_map(|line| line.strip_prefix(&start));
            assert!(
                sentence.is_some_and(|s| s.contains(law) && s.contains("{ $phrase }")),
                "{start}"
            );
        }
    }
}
