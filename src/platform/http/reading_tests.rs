//! Forms, query strings and lists as they are read from any bytes.

use super::*;
use crate::base::codes::Language;
use crate::base::error::Error;
use crate::platform::i18n::Locale;

#[test]
fn a_refused_form_comes_back_filled_with_its_problems() {
    let typed =
        Fields::decoded("title=%20&wage=%E8%AE%B8%E5%A4%9A&days=40&lodging=yes&starts_on=2026.3.1&note=ok".as_bytes());
    let mut reader = Reader::new(&typed);
    assert_eq!(reader.text("title", 20), "");
    assert_eq!(reader.optional_money("wage"), None);
    assert_eq!(reader.optional_whole("days", 1, 31), None);
    assert_eq!(
        reader.optional_day("starts_on"),
        crate::base::time::parse_day("2026-03-01")
    );
    assert_eq!(reader.choice("kind", Language::parse), None);
    assert_eq!(reader.optional_text("note", 1), Some("ok".to_owned()));
    let Err(Error::Invalid(problems)) = reader.finish() else {
        panic!("the form should be refused")
    };
    let codes: Vec<(&str, &str)> = problems.iter().map(|p| (p.field.as_str(), p.code)).collect();
    let expected = [
        ("title", "required"),
        ("wage", "not-an-amount"),
        ("days", "out-of-range"),
        ("kind", "required"),
        ("note", "too-long"),
    ];
    assert_eq!(codes, expected);
    let state = FormState::refused(&typed, &problems, Locale::new(Language::En));
    assert_eq!(state.value("wage"), "许多");
    assert!(state.has("lodging", "yes") && state.is_first_problem("title"));
    assert_eq!(state.problem("days"), Some("Please enter a number from 1 to 31."));
    assert_eq!(state.problem("starts_on"), None);
}

#[test]
fn fields_read_any_bytes() {
    for (bytes, title) in [
        (&b"title=%E4%BF%9D"[..], "保"),
        (b"title=%E4%BF", "\u{fffd}"),
        (b"title=100%", "100%"),
        (b"title=%zz%2", "%zz%2"),
        (b"title=%+1", "% 1"),
        (b"title=a%00b", "a\u{fffd}b"),
        (b"\xff\xfe=&&==&title", ""),
    ] {
        assert_eq!(Fields::decoded(bytes).get("title"), title, "{bytes:?}");
    }
}

#[test]
fn lists_name_the_parameter_that_is_wrong() {
    let read = |query: &str| page_request(&Fields::decoded(query.as_bytes()));
    assert_eq!(read("").unwrap().limit, 20);
    assert_eq!(read("limit=100&cursor=a1").unwrap().cursor.as_deref(), Some("a1"));
    for (query, wrong) in [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=x", "limit"),
        ("cursor=%20a%20b", "cursor"),
    ] {
        assert!(
            matches!(read(query), Err(Error::BadRequest { parameter, .. }) if parameter == wrong),
            "{query}"
        );
    }
    let query = Fields::decoded(b"q=%E4%BF%9D%E6%B4%81&region=5328&cursor=z");
    assert!(query.only(&["q", "region"]).is_err() && query.only(&["q", "region", "cursor"]).is_ok());
    assert_eq!(
        with_parameter("/openings", &query, "region", None),
        "/openings?q=%E4%BF%9D%E6%B4%81"
    );
    assert_eq!(
        with_parameter("/openings", &query, "kind", Some("a&b")),
        "/openings?q=%E4%BF%9D%E6%B4%81&region=5328&kind=a%26b"
    );
}

#[test]
fn every_occupation_has_a_drawing() {
    let drawn = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/templates/parts/icon.html")).unwrap();
    for (code, expected) in [
        ("4-09-08-01", "cleaning"),
        ("5-01-02-04", "rubber"),
        ("5-01-02-02", "tea"),
        ("6-29-01-01", "building"),
        ("4-02-02-01", "driver"),
        ("8-00-00-00", "person"),
        ("", "person"),
        ("6-041", "factory"),
    ] {
        assert_eq!(pictogram_of(code), expected, "{code}");
        assert!(
            drawn.contains(&format!("when \"{expected}\"")),
            "{expected} is not drawn"
        );
    }
}
