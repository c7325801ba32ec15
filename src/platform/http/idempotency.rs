//! A program that did not hear our answer may send its request again with the same `Idempotency-Key`: it gets the
//! answer of the first time, and nothing is done twice.
//!
//! The key is reserved before the request is carried out, so of two that arrive together one is refused. An answer that
//! shows a secret once is not kept: its repetition is told that it was done.

use actix_web::body::{self, BoxBody, EitherBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::CONTENT_TYPE;
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::Bytes;
use actix_web::{HttpMessage, HttpResponse, web};
use diesel::prelude::*;
use sha2::{Digest, Sha256};

use super::caller::{blocking, caller_of};
use super::limits::{BODY_LIMIT, too_large};
use crate::base::error::{Error, Result};
use crate::base::ids::UserId;
use crate::base::secret::hex;
use crate::platform::Services;
use crate::platform::db::schema::idempotency_keys as keys;
use crate::platform::db::{Both, Caller, Db};

/// A handler puts it into the request's extensions when its answer shows a secret: such an answer is never stored.
#[derive(Debug, Clone, Copy)]
pub struct SecretAnswer;

/// Reserved, and the outcome is not known (yet).
const RUNNING: i32 = 0;
/// Done, with an answer that was shown once.
const SECRET: i32 = -1;
const KEPT_HOURS: i64 = 24;

/// Middleware: keeps the answers of programs' writes for a day and repeats them.
pub async fn keep_answers<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> std::result::Result<ServiceResponse<EitherBody<B, BoxBody>>, actix_web::Error> {
    let Some(key) = key_of(&request)? else {
        return Ok(next.call(request).await?.map_into_left_body());
    };
    let caller = caller_of(request.request());
    let services = request
        .app_data::<web::Data<Services>>()
        .map(|services| services.get_ref().clone());
    let (Some(user), Some(services)) = (caller.actor.user_id(), services) else {
        return Ok(next.call(request).await?.map_into_left_body());
    };
    let body = whole_body(&mut request).await?;
    let hash = hash_of(&request, &body);
    request.set_payload(Payload::from(body));
    let reservation = {
        let (db, caller, key) = (services.db.clone(), caller.clone(), key.clone());
        blocking(move || reserve(&db, &caller, user, &key, &hash)).await?
    };
    if let Some(kept) = reservation {
        let answer = kept.answer()?;
        return Ok(request.into_response(answer).map_into_right_body());
    }
    let outcome = next.call(request).await;
    let (db, key) = (services.db, key);
    match outcome {
        Ok(response) if response.status().is_success() => {
            let shows_secret = response.request().extensions().contains::<SecretAnswer>();
            let (request, response) = response.into_parts();
            let (head, body) = response.into_parts();
            let bytes = body::to_bytes(body)
                .await
                .map_err(|_| Error::internal("an answer could not be read"))?;
            let kept = if shows_secret {
                Kept {
                    status: SECRET,
                    body: String::new(),
                }
            } else {
                Kept {
                    status: i32::from(head.status().as_u16()),
                    body: String::from_utf8_lossy(&bytes).into_owned(),
                }
            };
            blocking(move || settle(&db, &caller, user, &key, &kept)).await?;
            Ok(ServiceResponse::new(request, head.set_body(BoxBody::new(bytes))).map_into_right_body())
        }
        // A refusal changed nothing: the next try is judged anew.
        outcome => {
            blocking(move || release(&db, &caller, user, &key)).await?;
            Ok(outcome?.map_into_left_body())
        }
    }
}

/// The key of a program's write, if it sent one. Pages need none: they are guarded by their forms.
fn key_of(request: &ServiceRequest) -> Result<Option<String>> {
    let writes = matches!(
        *request.method(),
        Method::POST | Method::PUT | Method::PATCH | Method::DELETE
    );
    let is_program = request.headers().contains_key("authorization");
    let Some(key) = request
        .headers()
        .get("idempotency-key")
        .filter(|_| writes && is_program)
    else {
        return Ok(None);
    };
    let key = key.to_str().ok().filter(|key| (1..=200).contains(&key.len()));
    key.map(|key| Some(key.to_owned()))
        .ok_or_else(|| Error::bad_request("Idempotency-Key", "idempotency-key-unreadable"))
}

async fn whole_body(request: &mut ServiceRequest) -> std::result::Result<Bytes, actix_web::Error> {
    let payload = request.extract::<web::Payload>().await?;
    match payload.to_bytes_limited(BODY_LIMIT).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(_)) => Err(Error::bad_request("body", "body-unreadable").into()),
        Err(_) => Err(too_large()),
    }
}

fn hash_of(request: &ServiceRequest, body: &[u8]) -> String {
    let mut digest = Sha256::new();
    let path = request.uri().to_string();
    for part in [request.method().as_str().as_bytes(), path.as_bytes(), body] {
        digest.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        digest.update(part);
    }
    hex(&digest.finalize())
}

struct Kept {
    status: i32,
    body: String,
}

impl Kept {
    fn answer(self) -> Result<HttpResponse> {
        match self.status {
            RUNNING => Err(Error::refused("idempotency-key-unsettled")),
            SECRET => Err(Error::refused("idempotency-answer-secret")),
            status => {
                let status = u16::try_from(status).ok().and_then(|s| StatusCode::from_u16(s).ok());
                let mut answer = HttpResponse::build(status.unwrap_or(StatusCode::OK));
                answer.insert_header(("idempotency-replayed", "true"));
                if self.body.is_empty() {
                    return Ok(answer.finish());
                }
                Ok(answer.insert_header((CONTENT_TYPE, "application/json")).body(self.body))
            }
        }
    }
}

/// Reserves the key, or finds what became of the request that had it first.
fn reserve(db: &Db, caller: &Caller, user: UserId, key: &str, hash: &str) -> Result<Option<Kept>> {
    db.keep(caller, |tx| {
        let row = (
            keys::user_id.eq(user.raw()),
            keys::key.eq(key),
            keys::request_hash.eq(hash),
            keys::status.eq(RUNNING),
            keys::body.eq(""),
            keys::created_at.eq(tx.now()),
        );
        let insert = diesel::insert_into(keys::table).values(row).on_conflict_do_nothing();
        if Both(insert).execute(&mut **tx)? == 1 {
            return Ok(None);
        }
        let (known, status, body): (String, i32, String) = keys::table
            .find((user.raw(), key))
            .select((keys::request_hash, keys::status, keys::body))
            .first(&mut **tx)?;
        if known != hash {
            return Err(Error::refused("idempotency-key-reused"));
        }
        Ok(Some(Kept { status, body }))
    })
}

fn settle(db: &Db, caller: &Caller, user: UserId, key: &str, kept: &Kept) -> Result<()> {
    db.keep(caller, |tx| {
        diesel::update(keys::table.find((user.raw(), key)))
            .set((keys::status.eq(kept.status), keys::body.eq(&kept.body)))
            .execute(&mut **tx)?;
        Ok(())
    })
}

fn release(db: &Db, caller: &Caller, user: UserId, key: &str) -> Result<()> {
    db.keep(caller, |tx| {
        diesel::delete(keys::table.find((user.raw(), key))).execute(&mut **tx)?;
        Ok(())
    })
}

/// Forgets answers after a day.
pub fn forget_old_answers(db: &Db) -> Result<()> {
    let old = db.clock().now().plus_seconds(-KEPT_HOURS * 3600);
    db.keep(&Caller::task("forget_old_answers"), |tx| {
        diesel::delete(keys::table.filter(keys::created_at.lt(old))).execute(&mut **tx)?;
        Ok(())
    })
}
