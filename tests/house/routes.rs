//! Every route of the house, read from the files that declare them, so that a new one is never forgotten.

use crate::sources::{Source, product};

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Route {
    pub path: String,
    pub method: String,
}

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// All routes, by path.
pub fn all() -> Vec<Route> {
    let mut routes: Vec<Route> = product().iter().flat_map(routes_of).collect();
    routes.sort();
    routes
}

fn routes_of(source: &Source) -> Vec<Route> {
    let code = source.code();
    let mut found = Vec::new();
    for (at, _) in code.match_indices(".route(") {
        let rest = code[at + ".route(".len()..].trim_start();
        let Some((path, rest)) = rest.strip_prefix('"').and_then(|rest| rest.split_once('"')) else {
            continue;
        };
        let call = rest.split_once("web::").map_or("", |(_, call)| call);
        let method: String = call.chars().take_while(char::is_ascii_lowercase).collect();
        assert!(
            METHODS.contains(&method.as_str()),
            "{}: the method of {path} cannot be read",
            source.path
        );
        found.push(Route {
            path: path.to_owned(),
            method: method.to_uppercase(),
        });
    }
    for method in METHODS {
        let attribute = format!("#[{method}(\"");
        for (at, _) in code.match_indices(&attribute) {
            let path = code[at + attribute.len()..].split('"').next().unwrap_or("");
            found.push(Route {
                path: path.to_owned(),
                method: method.to_uppercase(),
            });
        }
    }
    found
}

#[test]
fn routes_are_declared_in_ways_that_this_reading_understands() {
    assert!(all().len() > 40, "the routes are found");
    for source in product() {
        for way in ["web::resource(", "web::scope(", ".default_service("] {
            assert!(!source.code().contains(way), "{} declares routes by {way}", source.path);
        }
    }
}

#[test]
fn no_route_is_declared_twice() {
    let routes = all();
    let twice: Vec<_> = routes
        .windows(2)
        .filter(|pair| pair[0] == pair[1])
        .map(|pair| &pair[0])
        .collect();
    assert!(twice.is_empty(), "{twice:?}");
}
