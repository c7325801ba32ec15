//! Finds out who asks: the session's cookie or a bearer token becomes the request's `Caller`, `Visitor` and `CsrfToken`.

use std::net::IpAddr;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpResponse, web};

use crate::accounts::{self, SessionUser};
pub use crate::accounts::{home_of, leading_role};
use crate::base::actor::Actor;
use crate::base::codes::{Language, Role};
use crate::base::error::{Error, Result};
use crate::platform::Services;
use crate::platform::db::Caller;
use crate::platform::http::{CsrfToken, NavLink, RequestId, SignedIn, Site, Visitor, blocking, session_cookie_name};

/// Addresses of proxies whose word about the client is believed.
#[derive(Debug, Clone, Default)]
pub struct TrustedProxies(pub Vec<IpAddr>);

/// Middleware: who asks.
pub async fn identify<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> std::result::Result<ServiceResponse<EitherBody<B>>, actix_web::Error> {
    let path = request.path();
    if path.starts_with("/assets/") || path == "/healthz" || path == "/readyz" {
        return Ok(next.call(request).await?.map_into_left_body());
    }
    let services = data::<Services>(&request)?;
    let site = data::<Site>(&request)?;
    let address = address_of(&request);
    let request_id = request
        .extensions()
        .get::<RequestId>()
        .map(|id| id.0.clone())
        .unwrap_or_default();
    let secret = request
        .cookie(session_cookie_name(site.behind_tls))
        .map(|cookie| cookie.value().to_owned());
    let token = request
        .headers()
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "))
        .map(|token| token.trim().to_owned());
    let has_token = token.is_some();
    let caller = Caller {
        actor: Actor::nobody(),
        request_id,
        address,
    };
    let found = if token.is_some() || secret.is_some() {
        let caller = caller.clone();
        blocking(move || look_up(&services, &caller, token, secret)).await?
    } else {
        None
    };
    if found.is_none() && has_token {
        return Err(Error::Unauthenticated.into());
    }
    if found.as_ref().is_some_and(has_one_time_password) && !is_open_to_one_time_password(request.path()) {
        if request.path().starts_with("/api/") {
            return Err(Error::refused("password-must-change").into());
        }
        let answer = HttpResponse::SeeOther()
            .insert_header((header::LOCATION, "/account/password"))
            .finish();
        return Ok(request.into_response(answer).map_into_right_body());
    }
    match found {
        Some(user) => {
            let caller = Caller {
                actor: user.actor.clone(),
                ..caller
            };
            let mut extensions = request.extensions_mut();
            if let Some(session) = &user.session {
                extensions.insert(CsrfToken(session.csrf.clone()));
                extensions.insert(session.clone());
            }
            extensions.insert(visitor_of(&user));
            extensions.insert(caller);
        }
        None => {
            request.extensions_mut().insert(caller);
        }
    }
    Ok(next.call(request).await?.map_into_left_body())
}

/// Whoever signed in with a password that somebody else gave changes it before anything else. Tokens are issued to
/// programs, which have no use for the password.
fn has_one_time_password(user: &SessionUser) -> bool {
    user.session.is_some() && user.user.must_change
}

fn is_open_to_one_time_password(path: &str) -> bool {
    matches!(
        path,
        "/account/password"
            | "/sign-out"
            | "/help"
            | "/privacy"
            | "/accessibility"
            | "/api/v1/account"
            | "/api/v1/account/password"
            | "/api/v1/sessions/current"
    ) || path.starts_with("/language/")
        || path.starts_with("/text-size/")
}

fn data<T: Clone + 'static>(request: &ServiceRequest) -> Result<T> {
    let found = request.app_data::<web::Data<T>>();
    found
        .map(|data| data.get_ref().clone())
        .ok_or_else(|| Error::internal("the server is not assembled"))
}

fn look_up(
    services: &Services,
    caller: &Caller,
    token: Option<String>,
    secret: Option<String>,
) -> Result<Option<SessionUser>> {
    let now = services.clock.now();
    let user = services.db.read(|conn| match (&token, &secret) {
        (Some(token), _) => accounts::token_user(conn, token, now),
        (None, Some(secret)) => accounts::session_user(conn, secret, now),
        (None, None) => Ok(None),
    })?;
    if let Some(session) = user.as_ref().and_then(|u| u.session.as_ref()) {
        accounts::keep_session_alive(&services.db, caller, session)?;
    }
    Ok(user)
}

/// The client's address: the peer, or what a trusted proxy says of it.
fn address_of(request: &ServiceRequest) -> String {
    let Some(peer) = request.peer_addr().map(|address| address.ip()) else {
        return String::new();
    };
    let trusted = request
        .app_data::<web::Data<TrustedProxies>>()
        .is_some_and(|t| t.0.contains(&peer));
    let forwarded = request
        .headers()
        .get("x-forwarded-for")
        .and_then(|value| value.to_str().ok());
    let last = forwarded
        .and_then(|list| list.rsplit(',').next())
        .and_then(|text| text.trim().parse::<IpAddr>().ok());
    last.filter(|_| trusted).unwrap_or(peer).to_string()
}

fn visitor_of(user: &SessionUser) -> Visitor {
    let role = leading_role(&user.actor);
    let language = user.user.language();
    let place = user
        .actor
        .grants
        .iter()
        .find_map(|g| g.region.as_ref())
        .map(|region| crate::reference::regions().name_of(region));
    Visitor {
        signed_in: Some(SignedIn {
            name: user.user.display_name.clone(),
            role: role.map(|role| role.as_str().to_owned()).unwrap_or_default(),
        }),
        place,
        nav: nav_of(role),
        language: Some(language).filter(|l| *l != Language::default()),
    }
}

fn nav_of(role: Option<Role>) -> Vec<NavLink> {
    let links: &[(&str, &'static str)] = match role {
        Some(Role::Worker) => &[
            ("/me", "nav-me"),
            ("/me/matches", "nav-matches"),
            ("/openings", "nav-openings"),
            ("/me/applications", "nav-applications"),
            ("/me/household", "nav-household"),
            ("/me/claims", "nav-claims"),
        ],
        Some(Role::Broker | Role::Employer) => &[
            ("/desk", "nav-desk"),
            ("/desk/postings/new", "nav-new-posting"),
            ("/desk/hires", "nav-hires"),
            ("/desk/claims", "nav-claims"),
        ],
        Some(Role::VillageOfficer | Role::SiteOfficer) => &[
            ("/village", "nav-village"),
            ("/village/households", "nav-households"),
            ("/village/cases", "nav-cases"),
            ("/board/claims", "nav-claims"),
            ("/openings", "nav-openings"),
        ],
        Some(Role::TownshipOfficer) => &[
            ("/village", "nav-village"),
            ("/village/households", "nav-households"),
            ("/village/cases", "nav-cases"),
            ("/board", "nav-board"),
            ("/board/imports", "nav-imports"),
            ("/board/claims", "nav-claims"),
            ("/openings", "nav-openings"),
        ],
        Some(Role::CountyHr | Role::PrefectureHr) => &[
            ("/board", "nav-board"),
            ("/village/households", "nav-households"),
            ("/village/cases", "nav-cases"),
            ("/board/verify", "nav-verify"),
            ("/board/claims", "nav-claims"),
            ("/board/imports", "nav-imports"),
            ("/board/audit", "nav-audit"),
            ("/openings", "nav-openings"),
        ],
        Some(Role::DeptPartner) => &[("/board", "nav-board"), ("/board/funds", "nav-funds")],
        Some(Role::Auditor) => &[
            ("/board", "nav-board"),
            ("/village/households", "nav-households"),
            ("/village/cases", "nav-cases"),
            ("/board/audit", "nav-audit"),
        ],
        Some(Role::Admin) => &[("/settings", "nav-settings"), ("/status", "nav-status")],
        None => &[("/account", "nav-account")],
    };
    links
        .iter()
        .map(|(href, key)| NavLink {
            href: (*href).to_owned(),
            key,
        })
        .collect()
}
