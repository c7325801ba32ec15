//! The description of the API: reviewed like code, and complete.

use std::collections::BTreeSet;

use crate::routes;
use crate::snapshots;

#[test]
fn the_document_is_as_it_was_reviewed() {
    let mut text = yigang::app::openapi::text().expect("the document is written");
    text.push('\n');
    snapshots::check("openapi.json", &text);
}

#[test]
fn every_route_of_the_api_is_documented() {
    let document = serde_json::to_value(yigang::app::openapi::document()).expect("the document");
    let mut documented = BTreeSet::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for method in item.as_object().expect("methods").keys() {
            documented.insert(format!("{} {path}", method.to_uppercase()));
        }
    }
    let declared: BTreeSet<String> = routes::all()
        .into_iter()
        .filter(|route| route.path.starts_with("/api/") && route.path != "/api/v1/openapi.json")
        .map(|route| format!("{} {}", route.method, route.path))
        .collect();
    assert!(declared.len() > 10);
    assert_eq!(documented, declared);
}
