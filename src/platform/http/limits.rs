//! How much a request may carry, and what is said when it carries too much or something unreadable.

use actix_web::web;

use crate::base::error::Error;

/// Forms and JSON; routes that take files set their own.
pub const BODY_LIMIT: usize = 1024 * 1024;

/// Sets the limits for the routes configured beside it: bodies of 1 MiB, and our own words for what cannot be read.
pub fn limits(config: &mut web::ServiceConfig) {
    let json = web::JsonConfig::default().limit(BODY_LIMIT).error_handler(|error, _| {
        use actix_web::error::JsonPayloadError as E;
        match error {
            E::Overflow { .. } | E::OverflowKnownLength { .. } => too_large(),
            E::ContentType => Error::bad_request("content-type", "json-expected").into(),
            E::Deserialize(problem) => Error::bad_request("body", "json-unreadable")
                .with("problem", problem)
                .into(),
            _ => Error::bad_request("body", "body-unreadable").into(),
        }
    });
    let query =
        web::QueryConfig::default().error_handler(|_, _| Error::bad_request("query", "query-unreadable").into());
    // An id that does not read as one names no record.
    let path = web::PathConfig::default().error_handler(|_, _| Error::NotFound("page").into());
    config
        .app_data(web::PayloadConfig::new(BODY_LIMIT))
        .app_data(json)
        .app_data(query)
        .app_data(path);
}

pub(super) fn too_large() -> actix_web::Error {
    Error::bad_request("body", "body-too-large")
        .with("limit", "1 MB")
        .into()
}
