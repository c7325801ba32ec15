//! Answers: a page from its template, and every error as a page for people or `application/problem+json` for programs,
//! in the caller's language and with the request's number. What went wrong inside is logged once and never sent.

use std::panic::AssertUnwindSafe;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, ResponseError};
use askama::Template;
use futures_util::FutureExt;
use serde::Serialize;

use super::request_id::RequestId;
use super::shell::{Shell, encoded, locale_of};
use crate::base::error::Error;
use crate::platform::i18n::{Locale, ProblemSentence, Sentence, problem_sentences, sentence_of};

/// A page as an answer.
pub fn page<T: Template>(template: &T) -> Result<HttpResponse, Error> {
    page_with_status(template, StatusCode::OK)
}

/// A page with another status, for example a refused form with 422.
pub fn page_with_status<T: Template>(template: &T, status: StatusCode) -> Result<HttpResponse, Error> {
    let body = template
        .render()
        .map_err(|e| Error::internal(format!("a page could not be written: {e}")))?;
    Ok(HttpResponse::build(status)
        .content_type("text/html; charset=utf-8")
        .body(body))
}

/// The status of an error.
pub fn status_of(error: &Error) -> StatusCode {
    match error {
        Error::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Error::BadRequest {
            code: "body-too-large", ..
        } => StatusCode::PAYLOAD_TOO_LARGE,
        Error::BadRequest {
            code: "json-expected" | "form-expected",
            ..
        } => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Error::BadRequest {
            code: "method-not-allowed",
            ..
        } => StatusCode::METHOD_NOT_ALLOWED,
        Error::Refused {
            code: "came-from-elsewhere" | "form-too-old",
            ..
        }
        | Error::Forbidden => StatusCode::FORBIDDEN,
        Error::BadRequest { .. } => StatusCode::BAD_REQUEST,
        Error::Refused { .. } | Error::Conflict => StatusCode::CONFLICT,
        Error::NotFound(_) => StatusCode::NOT_FOUND,
        Error::Unauthenticated => StatusCode::UNAUTHORIZED,
        Error::Busy => StatusCode::SERVICE_UNAVAILABLE,
        Error::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
        Error::Internal { .. } => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// Lets handlers answer with our error; `answer_errors` writes the page or the problem, since only it knows the request.
impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        status_of(self)
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(status_of(self))
    }
}

/// Middleware: an error, an empty refusal of the framework or a panic becomes an answer that a person can act on.
pub async fn answer_errors<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, actix_web::Error> {
    // Only pieces of the request may be kept here: routing needs to be its only owner.
    let asked = Asked::of(request.request());
    let result = AssertUnwindSafe(next.call(request)).catch_unwind().await;
    let response = match result {
        Ok(Ok(response)) => response,
        Ok(Err(error)) => return Err(asked.into_error(&error)),
        Err(_) => return Err(asked.into_error(&Error::internal("a handler panicked").into())),
    };
    let Some(error) = error_in(&response) else {
        return Ok(response.map_into_left_body());
    };
    let (request, old) = response.into_parts();
    let shell = Shell::of(&request);
    let mut answer = answer_to(&error, asked.is_api, &shell);
    if let Some(allowed) = old.headers().get(header::ALLOW) {
        answer.headers_mut().insert(header::ALLOW, allowed.clone());
    }
    Ok(ServiceResponse::new(request, answer).map_into_right_body())
}

/// What is known of a request after it is gone.
struct Asked {
    is_api: bool,
    shell: Shell,
}

impl Asked {
    fn of(request: &HttpRequest) -> Self {
        let locale = locale_of(request, None);
        let request_id = request
            .extensions()
            .get::<RequestId>()
            .map(|id| id.0.clone())
            .unwrap_or_default();
        let path = request.path().to_owned();
        let is_api = path.starts_with("/api/") || path == "/api";
        Self {
            is_api,
            shell: Shell {
                locale,
                request_id,
                path,
                ..Shell::default()
            },
        }
    }

    fn into_error(self, error: &actix_web::Error) -> actix_web::Error {
        let answer = match error.as_error::<Error>() {
            Some(error) => answer_to(error, self.is_api, &self.shell),
            None => {
                let status = error.as_response_error().status_code();
                answer_to(&error_of_status(status, &error.to_string()), self.is_api, &self.shell)
            }
        };
        actix_web::error::InternalError::from_response("answered", answer).into()
    }
}

/// The error that a response carries, or that its bare status means. A page that answered for itself stays.
fn error_in<B: MessageBody>(response: &ServiceResponse<B>) -> Option<Error> {
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) {
        return None;
    }
    let carried = response.response().error();
    if let Some(error) = carried.and_then(|error| error.as_error::<Error>()) {
        return Some(copy_of(error));
    }
    let content_type = response
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let cause = carried.map(ToString::to_string).unwrap_or_default();
    match content_type {
        None => Some(error_of_status(status, &cause)),
        // The framework's own words, which are for programmers.
        Some(text) if carried.is_some() && text.starts_with("text/plain") => Some(error_of_status(status, &cause)),
        Some(_) => None,
    }
}

/// The error again, for an answer: its cause is told to the log as text.
fn copy_of(error: &Error) -> Error {
    match error {
        Error::Invalid(problems) => Error::Invalid(problems.clone()),
        Error::BadRequest {
            parameter,
            code,
            values,
        } => Error::BadRequest {
            parameter: parameter.clone(),
            code,
            values: values.clone(),
        },
        Error::Refused { code, values } => Error::Refused {
            code,
            values: values.clone(),
        },
        Error::NotFound(kind) => Error::NotFound(kind),
        Error::Forbidden => Error::Forbidden,
        Error::Unauthenticated => Error::Unauthenticated,
        Error::Conflict => Error::Conflict,
        Error::Busy => Error::Busy,
        Error::TooMany { seconds } => Error::TooMany { seconds: *seconds },
        Error::Internal { .. } => Error::internal(error.to_string()),
    }
}

fn error_of_status(status: StatusCode, cause: &str) -> Error {
    match status {
        StatusCode::NOT_FOUND => Error::NotFound("page"),
        StatusCode::FORBIDDEN => Error::Forbidden,
        StatusCode::UNAUTHORIZED => Error::Unauthenticated,
        StatusCode::METHOD_NOT_ALLOWED => Error::bad_request("method", "method-not-allowed"),
        StatusCode::PAYLOAD_TOO_LARGE => Error::bad_request("body", "body-too-large").with("limit", "1 MB"),
        StatusCode::SERVICE_UNAVAILABLE => Error::Busy,
        StatusCode::TOO_MANY_REQUESTS => Error::TooMany { seconds: 60 },
        status if status.is_client_error() => Error::bad_request("request", "request-unreadable"),
        _ => Error::internal(cause),
    }
}

fn answer_to(error: &Error, is_api: bool, shell: &Shell) -> HttpResponse {
    if let Error::Internal { .. } = error {
        tracing::error!(request_id = %shell.request_id, path = %shell.path, error = %error, "a request failed");
    }
    let status = status_of(error);
    let mut answer = if is_api {
        problem(error, status, shell)
    } else {
        error_page(error, status, shell)
    };
    let wait = match error {
        Error::TooMany { seconds } => Some((*seconds).max(1)),
        Error::Busy => Some(5),
        _ => None,
    };
    if let Some(seconds) = wait {
        answer
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    answer
}

/// What went wrong (RFC 9457), with our code, the fields and the number of the request.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Problem {
    #[schema(example = "urn:yigang:problem:conflict")]
    pub r#type: String,
    /// What happened, in the caller's language.
    pub title: String,
    #[schema(example = 409)]
    pub status: u16,
    /// The stable word for programs.
    #[schema(example = "conflict")]
    pub code: String,
    /// What to do about it, in the caller's language.
    pub detail: String,
    /// The fields that are wrong.
    pub errors: Vec<FieldError>,
    /// The number by which the log knows the request.
    #[schema(example = "4711028734")]
    pub request_id: String,
}

/// What is wrong with one field.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct FieldError {
    pub field: String,
    pub code: String,
    pub message: String,
}

fn fields_of(error: &Error, locale: Locale) -> Vec<ProblemSentence> {
    let Sentence { code, detail, .. } = sentence_of(error, locale.language());
    match error {
        Error::Invalid(problems) => problem_sentences(problems, locale.language()),
        Error::BadRequest { parameter, .. } => {
            vec![ProblemSentence {
                field: parameter.clone(),
                code,
                message: detail,
                label: None,
            }]
        }
        _ => Vec::new(),
    }
}

fn problem(error: &Error, status: StatusCode, shell: &Shell) -> HttpResponse {
    let sentence = sentence_of(error, shell.language());
    let errors = fields_of(error, shell.locale)
        .into_iter()
        .map(|p| FieldError {
            field: p.field,
            code: p.code,
            message: p.message,
        })
        .collect();
    let body = Problem {
        r#type: format!("urn:yigang:problem:{}", sentence.code),
        title: sentence.title,
        status: status.as_u16(),
        code: sentence.code,
        detail: sentence.detail,
        errors,
        request_id: shell.request_id.clone(),
    };
    let mut answer = HttpResponse::build(status);
    if status == StatusCode::UNAUTHORIZED {
        answer.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
    }
    let text = serde_json::to_string(&body).unwrap_or_default();
    answer.content_type("application/problem+json").body(text)
}

#[derive(Template)]
#[template(path = "layout/error.html")]
struct ErrorPage<'a> {
    s: &'a Shell,
    sentence: Sentence,
    problems: Vec<ProblemSentence>,
}

fn error_page(error: &Error, status: StatusCode, shell: &Shell) -> HttpResponse {
    // Whoever is not signed in is asked to, and comes back here afterwards.
    if let Error::Unauthenticated = error {
        let there = format!("/sign-in?back={}", encoded(&shell.path));
        return HttpResponse::SeeOther()
            .insert_header((header::LOCATION, there))
            .finish();
    }
    let sentence = sentence_of(error, shell.language());
    let problems = match error {
        Error::Invalid(problems) => problem_sentences(problems, shell.language()),
        _ => Vec::new(),
    };
    let text = ErrorPage {
        s: shell,
        sentence,
        problems,
    }
    .render()
    .unwrap_or_default();
    HttpResponse::build(status)
        .content_type("text/html; charset=utf-8")
        .body(text)
}
