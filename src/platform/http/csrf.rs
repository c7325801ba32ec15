//! Every write must come from a page of ours: the browser says where it comes from, and the form carries the token of
//! its session. Programs that send a bearer token and no cookie have nothing that could be abused.

use std::pin::Pin;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::error::PayloadError;
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap};
use actix_web::middleware::Next;
use actix_web::web::{Bytes, BytesMut};
use actix_web::{HttpMessage, web};
use futures_util::{StreamExt, stream};

use super::fields::{Fields, is_form_type};
use super::limits::{BODY_LIMIT, too_large};
use super::shell::Site;
use crate::base::error::Error;

/// The token of the session, set by the session as a request extension. Absent where nobody has a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CsrfToken(pub String);

type BodyStream = Pin<Box<dyn stream::Stream<Item = Result<Bytes, PayloadError>>>>;

/// In a form with files the token is its first field, so this much of the body is enough to find it.
const PEEK_LIMIT: usize = 8 * 1024;

/// Middleware: refuses unsafe requests from elsewhere, and those of a session without its token.
pub async fn guard_writes<B: MessageBody>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, actix_web::Error> {
    // A refusal is an answer to this request, so that the wraps outside still know whose it is.
    if let Err(refusal) = check(&mut request).await {
        return Ok(request.error_response(refusal).map_into_right_body());
    }
    next.call(request).await.map(ServiceResponse::map_into_left_body)
}

async fn check(request: &mut ServiceRequest) -> Result<(), actix_web::Error> {
    if is_safe(request.method()) || is_program(request.headers()) {
        return Ok(());
    }
    let public_host = request
        .app_data::<web::Data<Site>>()
        .and_then(|site| site.public_host.clone());
    if !comes_from_here(request.headers(), public_host.as_deref()) {
        return Err(Error::refused("came-from-elsewhere").into());
    }
    let expected = request.extensions().get::<CsrfToken>().cloned();
    if let Some(CsrfToken(expected)) = expected {
        let sent = match token_header(request.headers()) {
            Some(token) => Some(token),
            // Pages of other hosts can send forms, but no JSON and no header of ours.
            None if request.path().starts_with("/api/") => None,
            None => token_of_body(request).await?,
        };
        if !sent.is_some_and(|sent| same(sent.as_bytes(), expected.as_bytes())) {
            return Err(Error::refused("form-too-old").into());
        }
        let is_json = content_type(request.headers())
            .split(';')
            .next()
            .is_some_and(|t| t.trim() == "application/json");
        if request.path().starts_with("/api/") && !is_json && has_body(request.headers()) {
            return Err(Error::bad_request("content-type", "json-expected").into());
        }
    }
    Ok(())
}

fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE)
}

fn is_program(headers: &HeaderMap) -> bool {
    let bearer = text_of(headers, header::AUTHORIZATION).is_some_and(|value| value.starts_with("Bearer "));
    bearer && !headers.contains_key(header::COOKIE)
}

fn comes_from_here(headers: &HeaderMap, public_host: Option<&str>) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return matches!(site.to_str(), Ok("same-origin" | "none"));
    }
    match text_of(headers, header::ORIGIN) {
        Some(origin) => {
            let host = origin.split_once("://").map(|(_, host)| host);
            let ours = public_host.or_else(|| text_of(headers, header::HOST));
            host.is_some() && host == ours
        }
        // A caller that says neither may write only where he brings no cookie that speaks for somebody.
        None => !headers.contains_key(header::COOKIE),
    }
}

fn text_of(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn content_type(headers: &HeaderMap) -> &str {
    text_of(headers, header::CONTENT_TYPE).unwrap_or("")
}

fn has_body(headers: &HeaderMap) -> bool {
    headers.contains_key(header::TRANSFER_ENCODING)
        || text_of(headers, header::CONTENT_LENGTH).is_some_and(|length| length != "0")
}

fn token_header(headers: &HeaderMap) -> Option<String> {
    headers
        .get("x-csrf-token")
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned)
}

/// Compares without telling by the time it takes how much was right.
fn same(left: &[u8], right: &[u8]) -> bool {
    left.len() == right.len() && left.iter().zip(right).fold(0, |different, (l, r)| different | (l ^ r)) == 0
}

/// Finds the field `csrf` in the body and leaves the body as it was for whoever reads it next.
async fn token_of_body(request: &mut ServiceRequest) -> Result<Option<String>, actix_web::Error> {
    let content_type = content_type(request.headers()).to_owned();
    if is_form_type(&content_type) {
        let (head, _) = read_head(request, BODY_LIMIT, |_| false).await?;
        let token = Fields::decoded(&head).find("csrf").map(str::to_owned);
        request.set_payload(Payload::from(head));
        return Ok(token);
    }
    if content_type.to_ascii_lowercase().starts_with("multipart/form-data") {
        let (head, rest) = read_head(request, PEEK_LIMIT, |bytes| first_part(bytes).is_some()).await?;
        let token = first_part(&head);
        let whole = stream::once(async move { Ok(head) }).chain(rest);
        let whole: BodyStream = Box::pin(whole);
        request.set_payload(Payload::from(whole));
        return Ok(token);
    }
    Ok(None)
}

/// Reads until `enough`, the end, or the limit. Beyond the limit a form is too large; of files only the head is read.
async fn read_head(
    request: &mut ServiceRequest,
    limit: usize,
    enough: impl Fn(&[u8]) -> bool,
) -> Result<(Bytes, Payload), actix_web::Error> {
    let mut payload = request.take_payload();
    let mut head = BytesMut::new();
    while !enough(&head) {
        let Some(chunk) = payload.next().await else { break };
        head.extend_from_slice(&chunk.map_err(|_| Error::bad_request("body", "body-unreadable"))?);
        if head.len() > limit {
            if limit == BODY_LIMIT {
                return Err(too_large());
            }
            break;
        }
    }
    Ok((head.freeze(), payload))
}

/// The value of the first part of a multipart body, if its name is `csrf` and it has arrived whole.
fn first_part(bytes: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(bytes.get(..bytes.len().min(PEEK_LIMIT))?);
    let (head, rest) = text.split_once("\r\n\r\n")?;
    let is_token = head
        .lines()
        .any(|line| line.to_ascii_lowercase().starts_with("content-disposition:") && line.contains("name=\"csrf\""));
    let (value, _) = rest.split_once("\r\n--")?;
    is_token.then(|| value.to_owned())
}
