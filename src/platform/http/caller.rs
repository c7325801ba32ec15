//! Who asks: the session or token puts a `Caller` into the request's extensions; handlers take it as an argument.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};

use super::request_id::RequestId;
use crate::base::actor::{Actor, Permission};
use crate::base::error::{Error, Result};
use crate::platform::db::Caller;

impl FromRequest for Caller {
    type Error = actix_web::Error;
    type Future = Ready<std::result::Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(caller_of(request)))
    }
}

/// The caller of a request; nobody where no session or token speaks for somebody.
pub fn caller_of(request: &HttpRequest) -> Caller {
    let extensions = request.extensions();
    extensions.get::<Caller>().cloned().unwrap_or_else(|| Caller {
        actor: Actor::nobody(),
        request_id: extensions.get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default(),
        address: request
            .peer_addr()
            .map(|address| address.ip().to_string())
            .unwrap_or_default(),
    })
}

impl Caller {
    /// Refuses whom nobody has signed in (401) or who lacks the permission everywhere (403).
    pub fn need(&self, permission: Permission) -> Result<()> {
        if self.actor.is_nobody() {
            return Err(Error::Unauthenticated);
        }
        if self.actor.may(permission) {
            Ok(())
        } else {
            Err(Error::Forbidden)
        }
    }

    /// Refuses whom nobody has signed in.
    pub fn need_sign_in(&self) -> Result<()> {
        if self.actor.is_nobody() {
            Err(Error::Unauthenticated)
        } else {
            Ok(())
        }
    }
}

/// Runs work that waits for a database or takes long on the threads made for it.
pub async fn blocking<R: Send + 'static>(work: impl FnOnce() -> Result<R> + Send + 'static) -> Result<R> {
    web::block(work).await.map_err(|_| Error::Busy)?
}
