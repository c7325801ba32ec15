//! The description of the API for programs (OpenAPI 3.1), made from the annotations at the handlers.

use actix_web::{App, HttpResponse, web};
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{ContentBuilder, Ref, RefOr, ResponseBuilder};
use utoipa::{Modify, OpenApi};
use utoipa_actix_web::AppExt;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::base::error::Result;
use crate::platform::http::{FieldError, Problem};
use crate::{
    accounts, audit, casework, discover, employers, employment, guarantee, hiring, matching, postings, registry,
    requests, roster, subsidies, training,
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "一岗 Yigang",
        description = "The employment service of a prefecture's human-resources bureaus. Ids and money are strings, \
            instants RFC 3339 with Z, days 2026-03-01. Lists take `limit` and `cursor` and answer `items` and `next`. \
            Errors are `application/problem+json` with a stable `code` and sentences in the language of \
            `Accept-Language` (zh-CN, en). Writes of programs may carry an `Idempotency-Key`: the same request sent \
            again within a day gets the same answer and does nothing twice.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    servers((url = "/", description = "This bureau")),
    components(schemas(Problem, FieldError)),
    security(("token" = []), ("session" = [])),
    modifiers(&Security),
    tags(
        (name = "account", description = "Signing in, and one's own account"),
        (name = "users", description = "Accounts and roles; for administrators"),
        (name = "audit", description = "Who did what"),
        (name = "households", description = "Households, their members and what is known about them"),
        (name = "persons", description = "People: skills, wishes, corrections"),
        (name = "employments", description = "Who works where, and what proves it"),
        (name = "guarantee", description = "One member in work for every relocated household"),
        (name = "requests", description = "Requests for work: receipts, and answers within fifteen days"),
        (name = "cases", description = "Households at zero: what is due, who is asked, what is done; alerts and exemptions"),
        (name = "rosters", description = "Rosters as batches"),
        (name = "openings", description = "Jobs, public-welfare posts and courses that everybody may find"),
        (name = "matches", description = "Who suits what, and why"),
        (name = "plans", description = "Placement plans: the most households covered, with a proof"),
        (name = "placements", description = "From an application to the first day at work"),
        (name = "employers", description = "Employers, brokers, workshops and cooperatives"),
        (name = "postings", description = "What employers offer"),
        (name = "courses", description = "Training courses"),
        (name = "supports", description = "Support rules: dated versions with their sources"),
        (name = "claims", description = "Claims under support rules, from the draft to the money"),
        (name = "funds", description = "Appropriations, their ledgers and payment batches"),
    )
)]
struct ApiDoc;

struct Security;

impl Modify for Security {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let components = openapi.components.get_or_insert_default();
        components.add_security_scheme("token", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
        let cookie = ApiKeyValue::with_description(
            "session",
            "The cookie of a browser; writes also carry the session's token in X-CSRF-Token.",
        );
        components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    }
}

/// Every room's calls.
pub fn api_routes(config: &mut ServiceConfig<'_>) {
    accounts::api_routes(config);
    audit::api_routes(config);
    discover::api_routes(config);
    hiring::api_routes(config);
    matching::api_routes(config);
    requests::api_routes(config);
    casework::api_routes(config);
    employment::confirmation_api_routes(config);
    employers::api_routes(config);
    postings::api_routes(config);
    training::api_routes(config);
    hiring::desk_api_routes(config);
    employment::desk_api_routes(config);
    registry::api_routes(config);
    employment::api_routes(config);
    guarantee::api_routes(config);
    roster::api_routes(config);
    subsidies::api_routes(config);
}

/// The document.
pub fn document() -> utoipa::openapi::OpenApi {
    let app = App::new()
        .into_utoipa_app()
        .openapi(ApiDoc::openapi())
        .configure(api_routes);
    let (_, mut document) = app.split_for_parts();
    document.info.version = env!("CARGO_PKG_VERSION").to_owned();
    for item in document.paths.paths.values_mut() {
        let operations = [
            &mut item.get,
            &mut item.put,
            &mut item.post,
            &mut item.delete,
            &mut item.patch,
        ];
        operations.into_iter().filter_map(Option::as_mut).for_each(add_problem);
    }
    document
}

/// Everything can be refused, always in the same shape.
fn add_problem(operation: &mut Operation) {
    let schema = RefOr::Ref(Ref::from_schema_name("Problem"));
    let content = ContentBuilder::new().schema(Some(schema)).build();
    let response = ResponseBuilder::new()
        .description("Refused: what happened and what to do, in the caller's language")
        .content("application/problem+json", content)
        .build();
    operation
        .responses
        .responses
        .insert("default".to_owned(), RefOr::T(response));
}

/// The document as text.
pub fn text() -> Result<String> {
    Ok(serde_json::to_string_pretty(&document())?)
}

/// `GET /api/v1/openapi.json`
pub async fn serve(text: web::Data<DocumentText>) -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(text.0.clone())
}

/// The document as it is served; made once at start.
pub struct DocumentText(pub String);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_is_of_version_3_1_and_every_call_has_words_and_a_refusal() {
        let document = serde_json::to_value(document()).unwrap();
        assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
        assert_eq!(document["info"]["license"]["name"], "MIT OR Apache-2.0");
        let paths = document["paths"].as_object().unwrap();
        assert!(paths.len() > 10);
        for (path, item) in paths {
            for (method, operation) in item.as_object().unwrap() {
                assert!(
                    operation["summary"].as_str().is_some_and(|text| !text.is_empty()),
                    "{method} {path}"
                );
                assert!(operation["responses"]["default"]["content"]["application/problem+json"].is_object());
            }
        }
    }
}
