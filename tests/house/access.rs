//! Every route asked by every role; the answers are kept in `tests/snapshots/access.txt`, which is reviewed.
//!
//! Each role asks by a token, with a body that reads (made from the API's own description), so that what is seen is
//! who may, not who wrote well. Places in paths are filled with an account, a household or a person of the
//! callers' region where the path says so, else with an id that names nothing.

use std::fmt::Write;

use serde_json::{Value, json};
use yigang::accounts::GrantDraft;
use yigang::base::codes::Role;
use yigang::base::ids::{Id, PersonId};
use yigang::base::region::RegionCode;

use crate::routes::{self, Route};
use crate::snapshots;
use crate::support::builders::{a_household, a_labourer};
use crate::support::{Answer, Backend, Program, TestApp};

/// Where the walkers hold their roles.
const REGION: &str = "532801";

fn grant(role: Role, person: PersonId) -> GrantDraft {
    match role {
        Role::Worker => GrantDraft::for_person(person),
        Role::VillageOfficer | Role::SiteOfficer | Role::TownshipOfficer | Role::CountyHr => {
            GrantDraft::over(role, RegionCode::parse(REGION).expect("a region"))
        }
        Role::Broker | Role::Employer | Role::PrefectureHr | Role::DeptPartner | Role::Auditor | Role::Admin => {
            GrantDraft::everywhere(role)
        }
    }
}

/// A body that reads, from the description of the call.
fn body_of(document: &Value, route: &Route) -> Value {
    let operation = &document["paths"][&route.path][route.method.to_lowercase()];
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    sample(document, schema, 0)
}

fn sample(document: &Value, schema: &Value, depth: usize) -> Value {
    if depth > 6 {
        return Value::Null;
    }
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        return sample(document, &document["components"]["schemas"][name], depth + 1);
    }
    if !schema["example"].is_null() {
        return schema["example"].clone();
    }
    if let Some(first) = schema["enum"].get(0) {
        return first.clone();
    }
    for choice in ["allOf", "oneOf", "anyOf"] {
        if let Some(first) = schema[choice]
            .as_array()
            .and_then(|all| all.iter().find(|s| s["type"] != "null"))
        {
            return sample(document, first, depth + 1);
        }
    }
    let kind = schema["type"]
        .as_str()
        .or_else(|| schema["type"].get(0).and_then(Value::as_str));
    match kind {
        Some("object") => {
            let required: Vec<&str> = schema["required"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .collect();
            let properties = schema["properties"].as_object().into_iter().flatten();
            let needed = properties.filter(|(name, _)| required.contains(&name.as_str()));
            Value::Object(
                needed
                    .map(|(name, inner)| (name.clone(), sample(document, inner, depth + 1)))
                    .collect(),
            )
        }
        Some("integer" | "number") => json!(1),
        Some("boolean") => json!(false),
        Some("array") => json!([]),
        Some(_) => json!("x"),
        None => json!({}),
    }
}

/// What an answer says about access.
fn word(route: &Route, answer: &Answer) -> &'static str {
    match answer.status {
        401 => "sign-in",
        303 if answer.location().starts_with("/sign-in?") => "sign-in",
        403 => "no",
        404 => "unseen",
        status if status >= 500 => panic!("{} {}: {}", route.method, route.path, answer.text),
        _ => "yes",
    }
}

#[test]
fn who_may_call_which_route_is_as_it_was_reviewed() {
    let app = TestApp::start(Backend::Sqlite).expect("SQLite is always there");
    let made = a_household("5328010020010001").with(a_labourer("岩温")).enrol(&app);
    let account = app.account("somebody", &[]);
    let samples = Samples {
        household: made.household.to_string(),
        person: made.persons[0].to_string(),
        account: account.to_string(),
        nothing: Id::<()>::fresh().to_string(),
    };
    let walkers: Vec<(&str, Program)> = std::iter::once(("nobody", Program::new(&app.address, None)))
        .chain(Role::ALL.iter().map(|role| {
            let user = app.account(role.as_str(), &[grant(*role, made.persons[0])]);
            (role.as_str(), app.program_of(user))
        }))
        .collect();
    let document = serde_json::to_value(yigang::app::openapi::document()).expect("the document");
    let mut text = String::from(
        "# Who may call which route. yes: carried out, or refused for its content; no: not allowed;\n\
         # sign-in: asked to sign in; unseen: no such record for him. Review every change.\n",
    );
    let routes = routes::all();
    for route in &routes {
        let path = samples.fill(&route.path);
        let mut by_word: Vec<(&str, Vec<&str>)> = Vec::new();
        for (name, walker) in &walkers {
            let is_api = route.path.starts_with("/api/");
            let answer = match route.method.as_str() {
                "GET" => walker.get(&path),
                "DELETE" => walker.delete(&path),
                method if is_api => walker.send(method, &path, &body_of(&document, route)),
                _ => walker.form(&path),
            };
            let word = word(route, &answer);
            match by_word.iter_mut().find(|(known, _)| *known == word) {
                Some((_, names)) => names.push(name),
                None => by_word.push((word, vec![name])),
            }
        }
        by_word.sort_by_key(|(word, _)| ["yes", "unseen", "no", "sign-in"].iter().position(|w| w == word));
        writeln!(text, "\n{} {}", route.method, route.path).expect("text grows");
        for (word, names) in by_word {
            let names = match names.len() {
                all if all == walkers.len() => "everybody".to_owned(),
                roles if roles == Role::ALL.len() && !names.contains(&"nobody") => "every role".to_owned(),
                _ => names.join(" "),
            };
            writeln!(text, "  {word:8} {names}").expect("text grows");
        }
    }
    snapshots::check("access.txt", &text);
}

/// What stands in the places of paths.
struct Samples {
    household: String,
    person: String,
    account: String,
    nothing: String,
}

impl Samples {
    fn fill(&self, path: &str) -> String {
        let mut before = "";
        let parts = path.split('/').map(|part| {
            let filled = match (part, before) {
                ("{tag}", _) => "en",
                ("{size}", _) => "large",
                (part, "households") if part.starts_with('{') => &self.household,
                (part, "persons") if part.starts_with('{') => &self.person,
                (part, "users") if part.starts_with('{') => &self.account,
                (part, _) if part.starts_with('{') => &self.nothing,
                (part, _) => part,
            };
            before = part;
            filled.to_owned()
        });
        parts.collect::<Vec<_>>().join("/")
    }
}
