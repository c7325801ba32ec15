//! Signing in and out.

use actix_web::http::StatusCode;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};
use askama::Template;

use super::{hashing, see_other, site_of};
use crate::accounts::{self, Session, home_of};
use crate::base::actor::{Actor, RoleGrant};
use crate::base::error::{Error, FieldProblem, Result};
use crate::platform::Services;
use crate::platform::db::Caller;
use crate::platform::http::{
    Fields, FormState, Shell, blocking, ended_session_cookie, own_path, page, page_with_status, session_cookie,
    status_of,
};

#[derive(Template)]
#[template(path = "accounts/sign_in.html")]
struct SignInPage {
    s: Shell,
    form: FormState,
    back: String,
    /// Somebody was sent here from a page that asks for signing in.
    asked: bool,
}

/// `GET /sign-in`
pub async fn sign_in_page(request: HttpRequest, caller: Caller) -> Result<HttpResponse> {
    let back = own_path(Fields::of_query(&request).get("back"))
        .unwrap_or_default()
        .to_owned();
    if !caller.actor.is_nobody() {
        return Ok(see_other(if back.is_empty() { home_of(&caller.actor) } else { &back }));
    }
    page(&SignInPage {
        s: Shell::of(&request),
        form: FormState::empty(),
        asked: !back.is_empty(),
        back,
    })
}

/// `POST /sign-in`: unknown name, wrong password and waiting account get the same answer.
pub async fn sign_in(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    fields: Fields,
) -> Result<HttpResponse> {
    let back = own_path(fields.get("back")).unwrap_or_default().to_owned();
    let (name, password) = (fields.get("name").to_owned(), fields.get("password").to_owned());
    let db = services.db.clone();
    let asking = caller.clone();
    let outcome = hashing(&services, move || accounts::sign_in(&db, &asking, &name, &password)).await;
    match outcome {
        Ok(begun) => {
            end_session_of(&request, &services, &caller).await?;
            let site = site_of(&request);
            let there = match (begun.user.must_change, back.as_str()) {
                (true, _) => "/account/password".to_owned(),
                (false, "") => home_of(&actor_in(&begun.roles)).to_owned(),
                (false, back) => back.to_owned(),
            };
            let mut answer = see_other(&there);
            answer
                .add_cookie(&session_cookie(&site, begun.secret))
                .map_err(|_| Error::internal("no cookie"))?;
            Ok(answer)
        }
        Err(error) => {
            let (problem, status) = match &error {
                Error::Refused { code, .. } => (FieldProblem::new("name", code), StatusCode::UNPROCESSABLE_ENTITY),
                Error::TooMany { seconds } => {
                    let minutes = (seconds + 59) / 60;
                    (
                        FieldProblem::new("name", "sign-in-wait").with("minutes", minutes),
                        status_of(&error),
                    )
                }
                _ => return Err(error),
            };
            let s = Shell::of(&request);
            let form = FormState::refused(&fields, &[problem], s.locale);
            page_with_status(
                &SignInPage {
                    s,
                    form,
                    asked: false,
                    back,
                },
                status,
            )
        }
    }
}

/// Only the roles decide where somebody lands.
fn actor_in(roles: &[crate::base::codes::Role]) -> Actor {
    let grant = |role: &_| RoleGrant {
        role: *role,
        region: None,
        employer_id: None,
        person_id: None,
    };
    let mut actor = Actor::nobody();
    actor.grants = roles.iter().map(grant).collect();
    actor
}

/// Whoever signs in again leaves no other session behind in this browser.
async fn end_session_of(request: &HttpRequest, services: &Services, caller: &Caller) -> Result<()> {
    let session = request.extensions().get::<Session>().map(|session| session.id);
    let Some(session) = session else { return Ok(()) };
    let (db, caller) = (services.db.clone(), caller.clone());
    blocking(move || accounts::sign_out(&db, &caller, session)).await
}

/// `POST /sign-out`
pub async fn sign_out(request: HttpRequest, services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    end_session_of(&request, &services, &caller).await?;
    let mut answer = see_other("/");
    let site = site_of(&request);
    answer
        .add_cookie(&ended_session_cookie(&site))
        .map_err(|_| Error::internal("no cookie"))?;
    Ok(answer)
}
