//! One's own account: password, language, sessions, tokens.

use actix_web::http::StatusCode;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};
use askama::Template;

use super::{hashing, see_other, site_of};
use crate::accounts::{self, ApiToken, Grant, Session};
use crate::base::codes::{Language, Role};
use crate::base::error::{Error, FieldProblem, OrNotFound, Result};
use crate::platform::Services;
use crate::platform::db::Caller;
use crate::platform::http::parts::{self, Choice};
use crate::platform::http::{Fields, FormState, Reader, Shell, blocking, language_cookie, page, page_with_status};
use crate::platform::i18n::Locale;
use crate::reference::regions;

/// A session as the page lists it.
struct SessionRow {
    id: String,
    began: String,
    seen: String,
    address: String,
    is_this: bool,
}

struct TokenRow {
    id: String,
    name: String,
    until: String,
}

#[derive(Template)]
#[template(path = "accounts/account.html")]
struct AccountPage {
    s: Shell,
    name: String,
    sign_in_name: String,
    roles: Vec<String>,
    language: FormState,
    languages: Vec<Choice>,
    sessions: Vec<SessionRow>,
    tokens: Vec<TokenRow>,
    form: FormState,
    /// The secret of a token that has just been issued.
    secret: Option<String>,
}

/// `县（市）人社局 · 勐腊县`
pub(super) fn role_words(grant: &Grant, l: Locale) -> String {
    let role = l.label(Role::LIST, grant.role.as_str()).to_owned();
    match &grant.region_code {
        Some(region) => format!("{role} · {}", regions().address_of(region)),
        None => role,
    }
}

/// Builds the page anew, with the state of its form for tokens.
async fn account(
    request: &HttpRequest,
    services: &Services,
    caller: &Caller,
    form: FormState,
    secret: Option<String>,
) -> Result<AccountPage> {
    let id = caller.actor.user_id().ok_or(Error::Unauthenticated)?;
    let db = services.db.clone();
    let (user, grants, sessions, tokens) = blocking(move || {
        db.snapshot(|conn| {
            let user = accounts::user(conn, id)?.or_not_found("user")?;
            let grants = accounts::grants_of(conn, id)?;
            Ok((
                user,
                grants,
                accounts::sessions_of(conn, id)?,
                accounts::tokens_of(conn, id)?,
            ))
        })
    })
    .await?;
    let s = Shell::of(request);
    let l = s.locale;
    let current = request.extensions().get::<Session>().map(|session| session.id);
    let session_row = |session: Session| SessionRow {
        id: session.id.to_string(),
        began: l.instant(session.created_at),
        seen: l.instant(session.seen_at),
        address: session.address,
        is_this: Some(session.id) == current,
    };
    let token_row = |token: ApiToken| TokenRow {
        id: token.id.to_string(),
        name: token.name,
        until: l.instant(token.expires_at),
    };
    let languages = [Language::Zh, Language::En]
        .map(|language| Choice::new(language.tag(), Locale::new(language).t("accounts-language-own")));
    Ok(AccountPage {
        name: user.display_name.clone(),
        sign_in_name: user.sign_in_name.clone(),
        roles: grants.iter().map(|grant| role_words(grant, l)).collect(),
        language: FormState::filled(vec![("language".to_owned(), user.language)]),
        languages: languages.into(),
        sessions: sessions.into_iter().map(session_row).collect(),
        tokens: tokens.into_iter().map(token_row).collect(),
        form,
        secret,
        s,
    })
}

/// `GET /account`
pub async fn account_page(request: HttpRequest, services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    caller.need_sign_in()?;
    page(&account(&request, &services, &caller, token_form(), None).await?)
}

fn token_form() -> FormState {
    FormState::filled(vec![("days".to_owned(), "90".to_owned())])
}

#[derive(Template)]
#[template(path = "accounts/password.html")]
struct PasswordPage {
    s: Shell,
    form: FormState,
    /// The password was given by somebody else.
    must_change: bool,
    done: bool,
}

/// `GET /account/password`
pub async fn password_page(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
) -> Result<HttpResponse> {
    let id = caller.actor.user_id().ok_or(Error::Unauthenticated)?;
    let db = services.db.clone();
    let user = blocking(move || db.read(|conn| accounts::user(conn, id)))
        .await?
        .or_not_found("user")?;
    let done = Fields::of_query(&request).get("done") == "yes";
    page(&PasswordPage {
        s: Shell::of(&request),
        form: FormState::empty(),
        must_change: user.must_change,
        done,
    })
}

/// `POST /account/password`
pub async fn change_password(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    fields: Fields,
) -> Result<HttpResponse> {
    caller.need_sign_in()?;
    let keep = request.extensions().get::<Session>().map(|session| session.id);
    let db = services.db.clone();
    let asking = caller.clone();
    let (current, wanted) = (fields.get("current").to_owned(), fields.get("wanted").to_owned());
    let is_repeated = wanted == fields.get("again");
    let outcome = if is_repeated {
        hashing(&services, move || {
            accounts::change_password(&db, &asking, keep, &current, &wanted)
        })
        .await
    } else {
        Err(Error::invalid("again", "passwords-differ"))
    };
    match outcome {
        Ok(()) => Ok(see_other("/account/password?done=yes")),
        Err(Error::Invalid(problems)) => {
            let s = Shell::of(&request);
            let form = FormState::refused(&Fields::default(), &problems, s.locale);
            let must_change = false;
            page_with_status(
                &PasswordPage {
                    s,
                    form,
                    must_change,
                    done: false,
                },
                StatusCode::UNPROCESSABLE_ENTITY,
            )
        }
        Err(error) => Err(error),
    }
}

/// `POST /account/language`
pub async fn choose_language(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    fields: Fields,
) -> Result<HttpResponse> {
    caller.need_sign_in()?;
    let mut form = Reader::new(&fields);
    let language = form.choice("language", Language::parse);
    form.finish()?;
    let language = language.unwrap_or_default();
    let db = services.db.clone();
    blocking(move || db.write(&caller, |tx| accounts::choose_language(tx, language))).await?;
    let mut answer = see_other("/account");
    answer
        .add_cookie(&language_cookie(&site_of(&request), language))
        .map_err(|_| Error::internal("no cookie"))?;
    Ok(answer)
}

/// `POST /account/ended-sessions`
pub async fn end_session(services: web::Data<Services>, caller: Caller, fields: Fields) -> Result<HttpResponse> {
    caller.need_sign_in()?;
    let session = fields.get("session").parse().map_err(|_| Error::NotFound("session"))?;
    let db = services.db.clone();
    blocking(move || db.write(&caller, |tx| accounts::revoke_session(tx, session))).await?;
    Ok(see_other("/account"))
}

/// `POST /account/tokens`: the answer shows the secret, once.
pub async fn issue_token(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    fields: Fields,
) -> Result<HttpResponse> {
    let id = caller.actor.user_id().ok_or(Error::Unauthenticated)?;
    let mut form = Reader::new(&fields);
    let name = form.text("token_name", 60);
    let days = form.whole("days", 1, 366);
    let outcome = match form.finish() {
        Ok(()) => {
            let (db, caller) = (services.db.clone(), caller.clone());
            let days = u32::try_from(days).unwrap_or(u32::MAX);
            blocking(move || db.write(&caller, |tx| accounts::issue_token(tx, id, &name, days))).await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok((_, secret)) => page(&account(&request, &services, &caller, token_form(), Some(secret)).await?),
        Err(Error::Invalid(problems)) => {
            let problems: Vec<FieldProblem> = problems
                .into_iter()
                .map(|p| {
                    if p.field == "name" {
                        FieldProblem {
                            field: "token_name".to_owned(),
                            ..p
                        }
                    } else {
                        p
                    }
                })
                .collect();
            let form = FormState::refused(&fields, &problems, Shell::of(&request).locale);
            let refused = account(&request, &services, &caller, form, None).await?;
            page_with_status(&refused, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(error) => Err(error),
    }
}

/// `POST /account/revoked-tokens`
pub async fn revoke_token(services: web::Data<Services>, caller: Caller, fields: Fields) -> Result<HttpResponse> {
    caller.need_sign_in()?;
    let token = fields.get("token").parse().map_err(|_| Error::NotFound("token"))?;
    let db = services.db.clone();
    blocking(move || db.write(&caller, |tx| accounts::revoke_token(tx, token))).await?;
    Ok(see_other("/account"))
}

/// The facts of an account in words.
impl AccountPage {
    fn facts(&self) -> Vec<parts::Fact> {
        vec![
            parts::Fact::new(self.s.t("accounts-sign-in-name"), self.sign_in_name.clone()),
            parts::Fact::new(self.s.t("accounts-roles"), self.roles.join("；")),
        ]
    }
}
