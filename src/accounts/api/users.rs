//! Accounts and roles, for administrators.

use actix_web::{HttpMessage, HttpRequest, HttpResponse, delete, get, patch, post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{UserView, user_view};
use crate::accounts::web::settings::{give_password, is_staff, open, read_filter, unknown_region};
use crate::accounts::{self, GrantDraft, UserDraft};
use crate::base::actor::Permission;
use crate::base::codes::{Language, Role};
use crate::base::error::{Error, OrNotFound, Result};
use crate::base::ids::UserId;
use crate::base::region::RegionCode;
use crate::platform::Services;
use crate::platform::db::Caller;
use crate::platform::http::{Fields, ListView, SecretAnswer, blocking, page_request};
use crate::reference::regions;

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
pub async fn list_users(request: HttpRequest, services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
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
pub async fn add_user(
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
pub async fn one_user(services: web::Data<Services>, caller: Caller, path: web::Path<String>) -> Result<HttpResponse> {
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
pub async fn amend_user(
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
pub async fn give_one_time_password(
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
pub async fn grant_role(
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
pub async fn revoke_role(
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
