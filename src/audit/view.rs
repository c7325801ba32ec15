//! Audit lines in words.

use serde_json::Value as Json;

use crate::base::ids::Id;
use crate::platform::db::AuditLine;
use crate::platform::i18n::Locale;

/// What a verb means, for example `state_wish`: 登记求职意愿.
pub fn verb_words(l: Locale, verb: &str) -> String {
    l.find(&format!("audit-verb-{verb}"), &[])
        .unwrap_or_else(|| verb.to_owned())
}

/// The kind of record: 农户, 人, 账号.
pub(super) fn kind_words(l: Locale, kind: &str) -> String {
    l.find(&format!("kind-{kind}"), &[]).unwrap_or_else(|| kind.to_owned())
}

/// The record's id as it stands in addresses.
pub(super) fn subject_id(line: &AuditLine) -> String {
    Id::<()>::from_raw(line.subject_id).to_string()
}

/// Where the record is shown, where it is.
pub(super) fn subject_href(line: &AuditLine) -> Option<String> {
    let id = subject_id(line);
    match line.subject_kind.as_str() {
        "household" => Some(format!("/village/households/{id}")),
        "person" => Some(format!("/village/persons/{id}")),
        _ => None,
    }
}

/// What changed, one `name: before → after` each; names that have words are shown in them.
pub(super) fn changes(l: Locale, line: &AuditLine) -> Vec<String> {
    let before = document(line.before_json.as_deref());
    let after = document(line.after_json.as_deref());
    let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
    names.sort();
    names.dedup();
    names
        .into_iter()
        .filter_map(|name| {
            let (old, new) = (shown(l, before.get(name)), shown(l, after.get(name)));
            let label = l
                .find(&format!("audit-key-{}", name.replace('_', "-")), &[])
                .unwrap_or_else(|| name.clone());
            match (old.is_empty(), new.is_empty()) {
                (true, true) => None,
                (true, false) => Some(format!("{label}: {new}")),
                (false, true) => Some(format!("{label}: {old} → ∅")),
                (false, false) if old == new => None,
                (false, false) => Some(format!("{label}: {old} → {new}")),
            }
        })
        .collect()
}

fn document(text: Option<&str>) -> serde_json::Map<String, Json> {
    match text.map(serde_json::from_str) {
        Some(Ok(Json::Object(map))) => map,
        Some(Ok(other)) => std::iter::once(("value".to_owned(), other)).collect(),
        Some(Err(_)) | None => serde_json::Map::new(),
    }
}

fn shown(l: Locale, value: Option<&Json>) -> String {
    match value {
        None | Some(Json::Null | Json::Bool(false)) => String::new(),
        Some(Json::Bool(true)) => l.t("audit-yes"),
        Some(Json::String(text)) => text.clone(),
        Some(Json::Array(items)) => {
            let items: Vec<String> = items.iter().map(|item| shown(l, Some(item))).collect();
            l.list(&items)
        }
        Some(other @ (Json::Number(_) | Json::Object(_))) => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::codes::Language;
    use crate::base::time::Instant;

    fn line(before: Option<&str>, after: Option<&str>) -> AuditLine {
        AuditLine {
            seq: 1,
            at: Instant::parse("2020-08-31T17:40:00Z").unwrap(),
            actor_id: None,
            actor: "x".to_owned(),
            verb: "amend_person".to_owned(),
            subject_kind: "person".to_owned(),
            subject_id: 7,
            region_code: None,
            before_json: before.map(str::to_owned),
            after_json: after.map(str::to_owned),
            request_id: String::new(),
            address: String::new(),
            hash: String::new(),
        }
    }

    #[test]
    fn only_what_changed_is_shown() {
        let l = Locale::new(Language::En);
        let line = line(
            Some(r#"{"state":"zero","x":1}"#),
            Some(r#"{"state":"met","x":1,"phone":null}"#),
        );
        assert_eq!(changes(l, &line), ["state: zero → met"]);
        assert!(changes(l, &super::tests::line(Some("no json"), None)).is_empty());
    }

    /// Every verb that the source code writes has words in both languages.
    #[test]
    fn every_verb_has_words() {
        let mut verbs = Vec::new();
        collect_verbs(
            std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")),
            &mut verbs,
        );
        assert!(verbs.len() > 20, "{verbs:?}");
        for verb in verbs {
            for language in [Language::Zh, Language::En] {
                assert_ne!(verb_words(Locale::new(language), &verb), verb, "{language:?}");
            }
        }
    }

    fn collect_verbs(folder: &std::path::Path, verbs: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()) {
            if entry.is_dir() {
                collect_verbs(&entry, verbs);
            } else if entry.extension().is_some_and(|e| e == "rs") && !entry.ends_with("audit/view.rs") {
                let text = std::fs::read_to_string(&entry).unwrap();
                for call in text.split("tx.audit(").skip(1) {
                    let first = call.trim_start();
                    if let Some(verb) = first.strip_prefix('"').and_then(|rest| rest.split('"').next()) {
                        verbs.push(verb.to_owned());
                    }
                }
            }
        }
    }
}
