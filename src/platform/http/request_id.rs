//! The number of a request: ten digits that can be said on the phone, shown on error pages and written to the log.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage};

use super::headers::change_headers;
use crate::base::secret::random_bytes;

/// The request's number, in its extensions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(pub String);

impl RequestId {
    fn fresh() -> Self {
        let number = u64::from_le_bytes(random_bytes()) % 10_000_000_000;
        Self(format!("{number:010}"))
    }
}

/// Middleware: gives each request its number and sends it back as `X-Request-Id`. A number that a caller sends is not
/// taken over, so that nobody can write into our log.
pub async fn number_requests<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let id = RequestId::fresh();
    let header = HeaderValue::from_str(&id.0);
    request.extensions_mut().insert(id);
    let mut answer = next.call(request).await;
    if let Ok(header) = header {
        change_headers(&mut answer, |headers| {
            headers.insert(HeaderName::from_static("x-request-id"), header);
        });
    }
    answer
}
