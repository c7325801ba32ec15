//! Pages of accounts: signing in, one's own account, and the administrator's list.

mod own;
pub(super) mod settings;
mod sign_in;

use std::time::Duration;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};

use crate::base::error::{Error, Result};
use crate::platform::Services;
use crate::platform::http::{Site, blocking};

/// The routes of this room.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/sign-in", web::get().to(sign_in::sign_in_page))
        .route("/sign-in", web::post().to(sign_in::sign_in))
        .route("/sign-out", web::post().to(sign_in::sign_out))
        .route("/account", web::get().to(own::account_page))
        .route("/account/password", web::get().to(own::password_page))
        .route("/account/password", web::post().to(own::change_password))
        .route("/account/language", web::post().to(own::choose_language))
        .route("/account/ended-sessions", web::post().to(own::end_session))
        .route("/account/tokens", web::post().to(own::issue_token))
        .route("/account/revoked-tokens", web::post().to(own::revoke_token))
        .route("/settings", web::get().to(settings::users_page))
        .route("/settings/users/new", web::get().to(settings::new_user_page))
        .route("/settings/users", web::post().to(settings::add_user))
        .route("/settings/users/{id}", web::get().to(settings::user_page))
        .route("/settings/users/{id}/grants", web::post().to(settings::grant_role))
        .route(
            "/settings/users/{id}/revoked-grants",
            web::post().to(settings::revoke_role),
        )
        .route("/settings/users/{id}/state", web::post().to(settings::set_state))
        .route(
            "/settings/users/{id}/passwords",
            web::post().to(settings::reset_password),
        );
}

/// How long a request waits for its turn to hash a password.
const HASHING_WAIT: Duration = Duration::from_secs(5);

/// Work that hashes passwords: two at once, the others wait their turn, and whoever waits too long is asked to come
/// again, so that signing in cannot exhaust the machine.
pub(crate) async fn hashing<R: Send + 'static>(
    services: &Services,
    work: impl FnOnce() -> Result<R> + Send + 'static,
) -> Result<R> {
    let turn = tokio::time::timeout(HASHING_WAIT, services.hashing.clone().acquire_owned()).await;
    let turn = turn.map_err(|_| Error::Busy)?.map_err(|_| Error::Busy)?;
    blocking(move || {
        let outcome = work();
        drop(turn);
        outcome
    })
    .await
}

fn see_other(path: &str) -> HttpResponse {
    let mut answer = HttpResponse::SeeOther();
    // What follows a write, and the cookie of a new session, stays in no cache.
    answer.insert_header((header::CACHE_CONTROL, "no-store"));
    // A path with characters that no header may carry goes home instead.
    match header::HeaderValue::from_str(path) {
        Ok(path) => answer.insert_header((header::LOCATION, path)),
        Err(_) => answer.insert_header((header::LOCATION, "/")),
    };
    answer.finish()
}

pub(super) fn site_of(request: &HttpRequest) -> Site {
    request
        .app_data::<web::Data<Site>>()
        .map(|site| site.get_ref().clone())
        .unwrap_or_default()
}
