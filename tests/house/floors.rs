//! A floor uses the floors below it; a room uses the rooms above it in `lib.rs`.

use crate::sources::{modules, product};

/// The modules of ours that a text names after `crate::`.
fn used(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, start) in code.match_indices("crate::") {
        let rest = &code[at + start.len()..];
        if let Some(list) = rest.strip_prefix('{') {
            let inner = list.split('}').next().unwrap_or("");
            found.extend(inner.split(',').map(|item| name_at_start(item.trim())));
        } else {
            found.push(name_at_start(rest));
        }
    }
    found
}

fn name_at_start(text: &str) -> String {
    text.chars()
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
        .collect()
}

#[test]
fn nobody_uses_what_stands_after_him() {
    let order = modules();
    let place = |name: &str| order.iter().position(|module| module == name);
    let mut wrong = Vec::new();
    let mut looked_at = 0;
    for source in product() {
        let Some(own) = place(source.module()) else { continue };
        for name in used(&source.code()) {
            let Some(other) = place(&name) else { continue };
            looked_at += 1;
            if other > own {
                wrong.push(format!("{} uses {name}", source.path));
            }
        }
    }
    assert!(looked_at > 300, "the uses are found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn rules_know_no_database_and_pages_no_queries() {
    let mut wrong = Vec::new();
    for source in product() {
        let file = source.path.strip_prefix("src/").unwrap_or("");
        let Some((_, inner)) = file.split_once('/') else {
            continue;
        };
        let code = source.code();
        let is = |name: &str| inner == format!("{name}.rs") || inner.starts_with(&format!("{name}/"));
        let must_not = |words: &[&str]| {
            words
                .iter()
                .filter(|word| code.contains(*word))
                .map(|w| format!("{}: {w}", source.path))
                .collect::<Vec<_>>()
        };
        if is("rules") {
            wrong.extend(must_not(&["Conn", "Tx<", "actix_web", "tantivy", "Clock"]));
        }
        if is("web") || is("api") {
            wrong.extend(must_not(&["diesel::", "use diesel"]));
        }
        if is("actions") || is("store") || is("model") {
            wrong.extend(must_not(&["actix_web", "tantivy", "lettre"]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn base_and_platform_know_no_room() {
    let rooms: Vec<String> = modules()
        .into_iter()
        .filter(|m| !matches!(m.as_str(), "base" | "platform" | "app"))
        .collect();
    assert!(rooms.len() >= 5, "the rooms are found");
    for source in product()
        .iter()
        .filter(|source| matches!(source.module(), "base" | "platform"))
    {
        for room in &rooms {
            assert!(
                !source.code().contains(&format!("crate::{room}::")),
                "{} knows {room}",
                source.path
            );
        }
    }
}
