//! Signing in, and one's own account.

use actix_web::{HttpMessage, HttpRequest, HttpResponse, delete, get, patch, post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{UserView, user_view};
use crate::accounts::web::{hashing, site_of};
use crate::accounts::{self, ApiToken, Session};
use crate::base::codes::Language;
use crate::base::error::{Error, OrNotFound, Result};
use crate::platform::Services;
use crate::platform::db::Caller;
use crate::platform::http::{ListView, SecretAnswer, blocking, ended_session_cookie, session_cookie};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SignInDraft {
    #[schema(example = "zhangke")]
    name: String,
    #[schema(example = "tea-hills-rain-7")]
    password: String,
}

/// Sign in
///
/// Sets the cookie of a session. Programs use a token in `Authorization: Bearer …` instead. Unknown name, wrong
/// password and waiting account get the same answer, `sign-in-failed`.
#[utoipa::path(tag = "account", request_body = SignInDraft, security(()),
    responses((status = 201, description = "Signed in", body = UserView)))]
#[post("/api/v1/sessions")]
pub async fn begin_session(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    draft: web::Json<SignInDraft>,
) -> Result<HttpResponse> {
    let SignInDraft { name, password } = draft.into_inner();
    let db = services.db.clone();
    let begun = hashing(&services, move || accounts::sign_in(&db, &caller, &name, &password)).await?;
    let working = services.get_ref().clone();
    let view = blocking(move || user_view(&working, begun.user.id)).await?;
    Ok(HttpResponse::Created()
        .cookie(session_cookie(&site_of(&request), begun.secret))
        .json(view))
}

/// Sign out
#[utoipa::path(tag = "account", responses((status = 204, description = "The session has ended")))]
#[delete("/api/v1/sessions/current")]
pub async fn end_current_session(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
) -> Result<HttpResponse> {
    caller.need_sign_in()?;
    let session = request.extensions().get::<Session>().map(|session| session.id);
    let session = session.or_not_found("session")?;
    let db = services.db.clone();
    blocking(move || accounts::sign_out(&db, &caller, session)).await?;
    Ok(HttpResponse::NoContent()
        .cookie(ended_session_cookie(&site_of(&request)))
        .finish())
}

/// One's own account
#[utoipa::path(tag = "account", responses((status = 200, description = "The account of the caller", body = UserView)))]
#[get("/api/v1/account")]
pub async fn own_account(services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    let id = caller.actor.user_id().ok_or(Error::Unauthenticated)?;
    Ok(HttpResponse::Ok().json(blocking(move || user_view(&services, id)).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AccountDraft {
    /// `zh-CN` or `en`.
    #[schema(example = "en")]
    language: String,
}

/// Change one's own account
#[utoipa::path(tag = "account", request_body = AccountDraft,
    responses((status = 200, description = "The account as it is now", body = UserView)))]
#[patch("/api/v1/account")]
pub async fn amend_account(
    services: web::Data<Services>,
    caller: Caller,
    draft: web::Json<AccountDraft>,
) -> Result<HttpResponse> {
    let id = caller.actor.user_id().ok_or(Error::Unauthenticated)?;
    let language = Language::parse(&draft.language).ok_or_else(|| Error::invalid("language", "not-a-choice"))?;
    let view = blocking(move || {
        services
            .db
            .write(&caller, |tx| accounts::choose_language(tx, language))?;
        user_view(&services, id)
    });
    Ok(HttpResponse::Ok().json(view.await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PasswordDraft {
    current: String,
    /// At least 8 characters, for staff 12; not easy to guess.
    #[schema(example = "tea-hills-rain-7")]
    wanted: String,
}

/// Change one's own password
///
/// All other sessions of the account end.
#[utoipa::path(tag = "account", request_body = PasswordDraft,
    responses((status = 204, description = "The password is changed")))]
#[post("/api/v1/account/password")]
pub async fn change_own_password(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    draft: web::Json<PasswordDraft>,
) -> Result<HttpResponse> {
    caller.need_sign_in()?;
    let keep = request.extensions().get::<Session>().map(|session| session.id);
    let PasswordDraft { current, wanted } = draft.into_inner();
    let db = services.db.clone();
    hashing(&services, move || {
        accounts::change_password(&db, &caller, keep, &current, &wanted)
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// A session of a browser.
#[derive(Serialize, ToSchema)]
struct SessionView {
    id: String,
    #[schema(format = DateTime, value_type = String, example = "2026-11-23T08:00:00.000Z")]
    created_at: String,
    #[schema(format = DateTime, value_type = String, example = "2026-11-23T08:00:00.000Z")]
    seen_at: String,
    #[schema(example = "10.1.2.3")]
    address: String,
}

/// One's own sessions
#[utoipa::path(tag = "account",
    responses((status = 200, description = "Newest first", body = ListView<SessionView>)))]
#[get("/api/v1/account/sessions")]
pub async fn own_sessions(services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    let id = caller.actor.user_id().ok_or(Error::Unauthenticated)?;
    let sessions = blocking(move || services.db.read(|conn| accounts::sessions_of(conn, id))).await?;
    let view = |session: Session| SessionView {
        id: session.id.to_string(),
        created_at: session.created_at.to_string(),
        seen_at: session.seen_at.to_string(),
        address: session.address,
    };
    Ok(HttpResponse::Ok().json(ListView::whole(sessions.into_iter().map(view).collect())))
}

/// End one of one's own sessions
#[utoipa::path(tag = "account", params(("id" = String, Path, description = "The session")),
    responses((status = 204, description = "The session has ended")))]
#[delete("/api/v1/account/sessions/{id}")]
pub async fn end_own_session(
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
) -> Result<HttpResponse> {
    caller.need_sign_in()?;
    let id = path.parse().map_err(|_| Error::NotFound("session"))?;
    blocking(move || services.db.write(&caller, |tx| accounts::revoke_session(tx, id))).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// A token for programs, without its secret.
#[derive(Serialize, ToSchema)]
struct TokenView {
    id: String,
    #[schema(example = "nightly export")]
    name: String,
    #[schema(format = DateTime, value_type = String, example = "2027-02-21T08:00:00.000Z")]
    expires_at: String,
    /// The secret; only in the answer that issues the token.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

impl TokenView {
    fn of(token: ApiToken, secret: Option<String>) -> Self {
        Self {
            id: token.id.to_string(),
            name: token.name,
            expires_at: token.expires_at.to_string(),
            secret,
        }
    }
}

/// One's own tokens
#[utoipa::path(tag = "account",
    responses((status = 200, description = "Newest first", body = ListView<TokenView>)))]
#[get("/api/v1/account/tokens")]
pub async fn own_tokens(services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    let id = caller.actor.user_id().ok_or(Error::Unauthenticated)?;
    let tokens = blocking(move || services.db.read(|conn| accounts::tokens_of(conn, id))).await?;
    let views = tokens.into_iter().map(|token| TokenView::of(token, None)).collect();
    Ok(HttpResponse::Ok().json(ListView::whole(views)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TokenDraft {
    /// What the token is for.
    #[schema(example = "nightly export")]
    name: String,
    /// How long it lives, 1 to 366.
    #[schema(example = 90)]
    days: u32,
}

/// Issue a token
///
/// The answer carries the secret, once.
#[utoipa::path(tag = "account", request_body = TokenDraft,
    responses((status = 201, description = "The token with its secret", body = TokenView)))]
#[post("/api/v1/account/tokens")]
pub async fn issue_own_token(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    draft: web::Json<TokenDraft>,
) -> Result<HttpResponse> {
    let id = caller.actor.user_id().ok_or(Error::Unauthenticated)?;
    let TokenDraft { name, days } = draft.into_inner();
    let issued = blocking(move || {
        services
            .db
            .write(&caller, |tx| accounts::issue_token(tx, id, &name, days))
    });
    let (token, secret) = issued.await?;
    request.extensions_mut().insert(SecretAnswer);
    Ok(HttpResponse::Created().json(TokenView::of(token, Some(secret))))
}

/// Revoke a token
#[utoipa::path(tag = "account", params(("id" = String, Path, description = "The token")),
    responses((status = 204, description = "The token opens nothing any more")))]
#[delete("/api/v1/account/tokens/{id}")]
pub async fn revoke_own_token(
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
) -> Result<HttpResponse> {
    caller.need_sign_in()?;
    let id = path.parse().map_err(|_| Error::NotFound("token"))?;
    blocking(move || services.db.write(&caller, |tx| accounts::revoke_token(tx, id))).await?;
    Ok(HttpResponse::NoContent().finish())
}
