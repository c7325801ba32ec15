//! The headers of every answer.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, web};

use super::shell::{Site, Visitor};

/// Nothing from elsewhere, nothing inline, no frame around us.
pub(super) const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
    object-src 'none'";

const FIXED: [(HeaderName, &str); 5] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
];

/// Middleware: the security headers, and how long an answer may be kept.
pub async fn set_headers<B: MessageBody>(request: ServiceRequest, next: Next<B>) -> Result<ServiceResponse<B>, Error> {
    let behind_tls = request
        .app_data::<web::Data<Site>>()
        .is_some_and(|site| site.behind_tls);
    let by_token = request.headers().contains_key(header::AUTHORIZATION);
    let mut answer = next.call(request).await;
    let signed_in = answer.as_ref().is_ok_and(|response| {
        response
            .request()
            .extensions()
            .get::<Visitor>()
            .is_some_and(|visitor| visitor.signed_in.is_some())
    });
    change_headers(&mut answer, |headers| {
        for (name, value) in FIXED {
            headers.insert(name, HeaderValue::from_static(value));
        }
        if behind_tls {
            let one_year = HeaderValue::from_static("max-age=31536000; includeSubDomains");
            headers.insert(header::STRICT_TRANSPORT_SECURITY, one_year);
        }
        set_cache_control(headers, signed_in || by_token);
    });
    answer
}

/// Changes the headers of whatever is answered: a refusal that comes as an error has an answer too.
pub(super) fn change_headers<B>(answer: &mut Result<ServiceResponse<B>, Error>, change: impl FnOnce(&mut HeaderMap)) {
    match answer {
        Ok(response) => change(response.headers_mut()),
        Err(error) => {
            let mut response = error.error_response();
            change(response.headers_mut());
            *error = InternalError::from_response("answered", response).into();
        }
    }
}

fn set_cache_control(headers: &mut HeaderMap, personal: bool) {
    if headers.contains_key(header::CACHE_CONTROL) {
        return;
    }
    // What a person sees after signing in stays in no cache; public pages are asked for anew each time.
    let value = if personal { "no-store" } else { "no-cache" };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(value));
    headers.append(header::VARY, HeaderValue::from_static("Cookie, Accept-Language"));
}
