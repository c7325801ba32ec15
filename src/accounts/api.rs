//! Accounts for programs: the same powers as the pages.

mod own;
mod users;

use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::accounts::{self, Grant, User};
use crate::base::error::{OrNotFound, Result};
use crate::base::ids::UserId;
use crate::platform::Services;
use crate::reference::regions;

/// The calls of this room.
pub fn api_routes(config: &mut ServiceConfig<'_>) {
    config
        .service(own::begin_session)
        .service(own::end_current_session)
        .service(own::own_account)
        .service(own::amend_account)
        .service(own::change_own_password)
        .service(own::own_sessions)
        .service(own::end_own_session)
        .service(own::own_tokens)
        .service(own::issue_own_token)
        .service(own::revoke_own_token)
        .service(users::list_users)
        .service(users::add_user)
        .service(users::one_user)
        .service(users::amend_user)
        .service(users::give_one_time_password)
        .service(users::grant_role)
        .service(users::revoke_role);
}

/// A role and where it holds.
#[derive(Serialize, ToSchema)]
pub struct GrantView {
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
pub struct UserView {
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
