//! Accounts for programs: the same powers as the pages.

use actix_web::{HttpMessage, HttpRequest, HttpResponse, delete, get, patch, post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::web::settings::{give_password, is_staff, open, read_filter, unknown_region};
use super::web::{hashing, site_of};
use crate::accounts::{self, ApiToken, Grant, GrantDraft, Session, User, UserDraft};
use crate::base::actor::Permission;
use crate::base::codes::{Language, Role};
use crate::base::error::{Error, OrNotFound, Result};
use crate::base::ids::UserId;
use crate::base::region::RegionCode;
use crate::platform::Services;
use crate::platform::db::Caller;
use crate::platform::http::{
    Fields, ListView, SecretAnswer, blocking, ended_session_cookie, page_request, session_cookie,
};
use crate::reference::regions;

/// The calls of this room.
pub fn api_routes(config: &mut ServiceConfig<'_>) {
    config
        .service(begin_session)
        .service(end_current_session)
        .service(own_account)
        .service(amend_account)
        .service(change_own_password)
        .service(own_sessions)
        .service(end_own_session)
        .service(own_tokens)
        .service(issue_own_token)
        .service(revoke_own_token)
        .service(list_users)
        .service(add_user)
        .service(one_user)
        .service(amend_user)
        .service(give_one_time_password)
        .service(grant_role)
        .service(revoke_role);
}

/// A role and where it holds.
#[derive(Serialize, ToSchema)]
struct GrantView {
    #[schema(example = "01J8ZK4Q9T3VB")]
    id: String,
    #[schema(example = "county_hr")]
    role: &'static str,
    /// The region in whose subtree it holds.
    #[schema(example = "532823")]
    region: Option<String>,
    #[schema(example = "西双版纳傣族自治州勐腊县")]
    region_name: Option<String>,
    /// The employer for whom it holds.
    employer_id: Option<String>,
}

impl GrantView {
    fn of(grant: &Grant) -> Self {
        Self {
            id: grant.id.to_string(),
            role: grant.role.as_str(),
            region: grant.region_code.as_ref().map(ToString::to_string),
            region_name: grant.region_code.as_ref().map(|region| regions().address_of(region)),
            employer_id: grant.employer_id.map(|id| id.to_string()),
        }
    }
}

/// An account.
#[derive(Serialize, ToSchema)]
struct UserView {
    #[schema(example = "01J8ZK4Q9T3VB")]
    id: String,
    #[schema(example = "zhangke")]
    sign_in_name: String,
    #[schema(example = "张科")]
    display_name: String,
    #[schema(example = "zh-CN")]
    language: String,
    /// `open` or `disabled`.
    #[schema(example = "open")]
    state: &'static str,
    /// The password was given by somebody else and has to be changed first.
    must_change: bool,
    #[schema(format = DateTime, value_type = String, example = "2026-11-23T08:00:00.000Z")]
    created_at: String,
    grants: Vec<GrantView>,
}

impl UserView {
    fn of(user: &User, grants: &[Grant]) -> Self {
        Self {
            id: user.id.to_string(),
            sign_in_name: user.sign_in_name.clone(),
            display_name: user.display_name.clone(),
            language: user.language.clone(),
            state: if user.disabled_at.is_some() { "disabled" } else { "open" },
            must_change: user.must_change,
            created_at: user.created_at.to_string(),
            grants: grants.iter().map(GrantView::of).collect(),
        }
    }
}

fn user_view(services: &Services, id: UserId) -> Result<UserView> {
    services.db.snapshot(|conn| {
        let user = accounts::user(conn, id)?.or_not_found("user")?;
        Ok(UserView::of(&user, &accounts::grants_of(conn, id)?))
    })
}

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
async fn begin_session(
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
async fn end_current_session(
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
async fn own_account(services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
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
async fn amend_account(
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
async fn change_own_password(
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
async fn own_sessions(services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
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
async fn end_own_session(
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
async fn own_tokens(services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
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
async fn issue_own_token(
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
async fn revoke_own_token(
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
) -> Result<HttpResponse> {
    caller.need_sign_in()?;
    let id = path.parse().map_err(|_| Error::NotFound("token"))?;
    blocking(move || services.db.write(&caller, |tx| accounts::revoke_token(tx, id))).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// List accounts
#[utoipa::path(tag = "users",
    params(
        ("q" = Option<String>, Query, description = "Part of the sign-in name or of the display name"),
        ("role" = Option<String>, Query, description = "Who holds this role", example = "county_hr"),
        ("state" = Option<String>, Query, description = "`open` or `disabled`"),
        ("limit" = Option<usize>, Query, description = "1 to 100; 20 if absent"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
    ),
    responses((status = 200, description = "Oldest first", body = ListView<UserView>)))]
#[get("/api/v1/users")]
async fn list_users(request: HttpRequest, services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    caller.need(Permission::ManageAccounts)?;
    let query = Fields::of_query(&request);
    query.only(&["q", "role", "state", "limit", "cursor"])?;
    let (filter, asked) = (read_filter(&query)?, page_request(&query)?);
    let found = blocking(move || services.db.snapshot(|conn| accounts::find_users(conn, &filter, &asked))).await?;
    Ok(HttpResponse::Ok().json(ListView::from(found.map(|(user, grants)| UserView::of(&user, &grants)))))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RoleDraft {
    /// A role of the staff.
    #[schema(example = "township_officer")]
    role: String,
    /// The code of the region in which it holds.
    #[schema(example = "532823101")]
    region: Option<String>,
}

impl RoleDraft {
    fn read(&self) -> Result<GrantDraft> {
        let role = Role::parse(&self.role).filter(|role| is_staff(*role));
        let role = role.ok_or_else(|| Error::invalid("role", "not-a-choice"))?;
        let region = match &self.region {
            None => None,
            Some(text) => {
                let found = RegionCode::parse(text).filter(|code| regions().get(code).is_some());
                Some(found.ok_or_else(|| Error::Invalid(vec![unknown_region("region", text)]))?)
            }
        };
        Ok(GrantDraft {
            role,
            region,
            employer_id: None,
            person_id: None,
        })
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewUserDraft {
    #[schema(example = "yanwen")]
    sign_in_name: String,
    #[schema(example = "岩温")]
    display_name: String,
    grant: RoleDraft,
}

/// An account with the password that opens it once.
#[derive(Serialize, ToSchema)]
struct OneTimePasswordView {
    user: UserView,
    /// Must be changed at the first sign-in; shown in this answer only.
    #[schema(example = "k3v9x-w2m4p-7hqtz")]
    one_time_password: String,
}

/// Add an account
#[utoipa::path(tag = "users", request_body = NewUserDraft,
    responses((status = 201, description = "The account with its one-time password", body = OneTimePasswordView)))]
#[post("/api/v1/users")]
async fn add_user(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    draft: web::Json<NewUserDraft>,
) -> Result<HttpResponse> {
    caller.need(Permission::ManageAccounts)?;
    let NewUserDraft {
        sign_in_name,
        display_name,
        grant,
    } = draft.into_inner();
    let name = display_name.trim().to_owned();
    if name.is_empty() || name.chars().count() > 60 {
        return Err(Error::invalid("display_name", "display-name-form"));
    }
    let draft = UserDraft {
        sign_in_name,
        display_name: name,
        password: accounts::suggest_password(),
        language: Language::Zh,
        must_change: true,
    };
    let (user, one_time_password) = open(&services, &caller, draft, grant.read()?).await?;
    let view = blocking(move || user_view(&services, user.id)).await?;
    request.extensions_mut().insert(SecretAnswer);
    Ok(HttpResponse::Created().json(OneTimePasswordView {
        user: view,
        one_time_password,
    }))
}

fn user_id(path: &str) -> Result<UserId> {
    path.parse().map_err(|_| Error::NotFound("user"))
}

/// One account
#[utoipa::path(tag = "users", params(("id" = String, Path, description = "The account")),
    responses((status = 200, description = "The account", body = UserView)))]
#[get("/api/v1/users/{id}")]
async fn one_user(services: web::Data<Services>, caller: Caller, path: web::Path<String>) -> Result<HttpResponse> {
    caller.need(Permission::ManageAccounts)?;
    let id = user_id(&path)?;
    Ok(HttpResponse::Ok().json(blocking(move || user_view(&services, id)).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UserStateDraft {
    /// `open` or `disabled`; disabling ends every session.
    #[schema(example = "disabled")]
    state: String,
}

/// Disable an account, or open it again
#[utoipa::path(tag = "users", request_body = UserStateDraft,
    params(("id" = String, Path, description = "The account")),
    responses((status = 200, description = "The account as it is now", body = UserView)))]
#[patch("/api/v1/users/{id}")]
async fn amend_user(
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
    draft: web::Json<UserStateDraft>,
) -> Result<HttpResponse> {
    caller.need(Permission::ManageAccounts)?;
    let id = user_id(&path)?;
    let disabled = match draft.state.as_str() {
        "disabled" => true,
        "open" => false,
        _ => return Err(Error::invalid("state", "not-a-choice")),
    };
    let view = blocking(move || {
        services
            .db
            .write(&caller, |tx| accounts::disable_user(tx, id, disabled))?;
        user_view(&services, id)
    });
    Ok(HttpResponse::Ok().json(view.await?))
}

/// Give an account a one-time password
///
/// Ends its sessions and its waiting time.
#[utoipa::path(tag = "users", params(("id" = String, Path, description = "The account")),
    responses((status = 201, description = "The one-time password", body = OneTimePasswordView)))]
#[post("/api/v1/users/{id}/passwords")]
async fn give_one_time_password(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
) -> Result<HttpResponse> {
    caller.need(Permission::ManageAccounts)?;
    let id = user_id(&path)?;
    let (_, one_time_password) = give_password(&services, &caller, id).await?;
    let user = blocking(move || user_view(&services, id)).await?;
    request.extensions_mut().insert(SecretAnswer);
    Ok(HttpResponse::Created().json(OneTimePasswordView {
        user,
        one_time_password,
    }))
}

/// Grant a role
#[utoipa::path(tag = "users", request_body = RoleDraft, params(("id" = String, Path, description = "The account")),
    responses((status = 201, description = "The account as it is now", body = UserView)))]
#[post("/api/v1/users/{id}/grants")]
async fn grant_role(
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
    draft: web::Json<RoleDraft>,
) -> Result<HttpResponse> {
    caller.need(Permission::ManageAccounts)?;
    let (id, grant) = (user_id(&path)?, draft.read()?);
    let view = blocking(move || {
        services.db.write(&caller, |tx| accounts::grant_role(tx, id, &grant))?;
        user_view(&services, id)
    });
    Ok(HttpResponse::Created().json(view.await?))
}

/// Revoke a role
#[utoipa::path(tag = "users",
    params(("id" = String, Path, description = "The account"), ("grant" = String, Path, description = "The grant")),
    responses((status = 204, description = "The role holds no more, from the next request on")))]
#[delete("/api/v1/users/{id}/grants/{grant}")]
async fn revoke_role(
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse> {
    caller.need(Permission::ManageAccounts)?;
    let (user, grant) = path.into_inner();
    let user = user_id(&user)?;
    let grant = grant.parse().map_err(|_| Error::NotFound("grant"))?;
    blocking(move || {
        let held = services.db.read(|conn| accounts::grants_of(conn, user))?;
        held.iter().find(|g| g.id == grant).or_not_found("grant")?;
        services.db.write(&caller, |tx| accounts::revoke_role(tx, grant))
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
