//! The named values of a form or of a query string, as they came, in order.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};

use super::limits::{BODY_LIMIT, too_large};
use crate::base::error::{Error, Result};

/// Names and values. As an extractor it reads the body of a form (`application/x-www-form-urlencoded`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    pub fn new(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// The values of the query string. Any text reads as something, so this cannot fail.
    pub fn of_query(request: &HttpRequest) -> Self {
        Self::decoded(request.query_string().as_bytes())
    }

    pub(super) fn decoded(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let pairs = text.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (plain(name), plain(value))
        });
        Self(pairs.collect())
    }

    /// The first value of a name as it was typed; empty where it is absent.
    pub fn get(&self, name: &str) -> &str {
        self.find(name).unwrap_or("")
    }

    /// The first value of a name, if it is present and not blank.
    pub fn find(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(n, v)| n == name && !v.trim().is_empty())
            .map(|(_, v)| v.as_str())
    }

    /// All values of a name: check boxes, several choices.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(n, v)| n == name && !v.is_empty())
            .map(|(_, v)| v.as_str())
    }

    pub fn pairs(&self) -> &[(String, String)] {
        &self.0
    }

    /// Refuses names that nobody asked for, so that a mistyped filter is not silently without effect.
    pub fn only(&self, known: &[&str]) -> Result<()> {
        match self
            .0
            .iter()
            .find(|(name, _)| !known.contains(&name.as_str()) && name != "csrf")
        {
            Some((name, _)) => {
                Err(Error::bad_request(name.as_str(), "parameter-unknown").with("known", known.join(", ")))
            }
            None => Ok(()),
        }
    }
}

/// Undoes `+` and `%41`; what is no UTF-8 or carries NUL becomes the replacement sign.
fn plain(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let mut ahead = rest.clone();
                let digit = |b: Option<u8>| {
                    b.and_then(|b| char::from(b).to_digit(16))
                        .and_then(|d| u8::try_from(d).ok())
                };
                match (digit(ahead.next()), digit(ahead.next())) {
                    (Some(high), Some(low)) => {
                        bytes.push(high * 16 + low);
                        rest = ahead;
                    }
                    _ => bytes.push(b'%'),
                }
            }
            _ => bytes.push(byte),
        }
    }
    // PostgreSQL keeps no NUL in text; nobody types one.
    String::from_utf8_lossy(&bytes).replace('\0', "\u{fffd}")
}

impl FromRequest for Fields {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = std::result::Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_form = request
            .headers()
            .get("content-type")
            .and_then(|v| v.to_str().ok())
            .is_some_and(is_form_type);
        let body = web::Payload::from_request(request, payload);
        Box::pin(async move {
            if !is_form {
                return Err(Error::bad_request("content-type", "form-expected").into());
            }
            let body = body.await?;
            match body.to_bytes_limited(BODY_LIMIT).await {
                Ok(Ok(bytes)) => Ok(Self::decoded(&bytes)),
                Ok(Err(_)) => Err(Error::bad_request("body", "body-unreadable").into()),
                Err(_) => Err(too_large()),
            }
        })
    }
}

pub(super) fn is_form_type(content_type: &str) -> bool {
    content_type
        .split(';')
        .next()
        .is_some_and(|t| t.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"))
}
