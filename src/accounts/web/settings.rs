//! The administrator's pages: who has an account, in which roles.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::own::role_words;
use super::{hashing, see_other};
use crate::accounts::{self, Grant, GrantDraft, User, UserDraft, UserFilter, suggest_password};
use crate::base::actor::Permission;
use crate::base::codes::{Language, Role};
use crate::base::error::{Error, FieldProblem, OrNotFound, Result};
use crate::base::ids::UserId;
use crate::base::page::PageRequest;
use crate::base::region::RegionCode;
use crate::platform::Services;
use crate::platform::db::Caller;
use crate::platform::http::parts::{Badge, Choice, Column, Pager, Row, Table, Tone};
use crate::platform::http::{
    Fields, FormState, Reader, Shell, blocking, page, page_request, page_with_status, with_parameter,
};
use crate::platform::i18n::Locale;
use crate::reference::regions;

/// Rows of a page of accounts.
const ROWS: usize = 50;

#[derive(Template)]
#[template(path = "accounts/users.html")]
struct UsersPage {
    s: Shell,
    filter: FormState,
    roles: Vec<Choice>,
    states: Vec<Choice>,
    table: Table,
    pager: Pager,
}

/// The roles that an administrator gives; seekers, employers and brokers register themselves.
fn staff_roles(l: Locale) -> Vec<Choice> {
    Choice::of_list(Role::LIST, l)
        .into_iter()
        .filter(|choice| Role::parse(&choice.value).is_some_and(is_staff))
        .collect()
}

pub(in crate::accounts) fn is_staff(role: Role) -> bool {
    !matches!(role, Role::Worker | Role::Broker | Role::Employer)
}

pub(in crate::accounts) fn read_filter(query: &Fields) -> Result<UserFilter> {
    let role = match query.find("role") {
        None => None,
        Some(text) => Some(Role::parse(text).ok_or_else(|| {
            let roles: Vec<&str> = Role::ALL.iter().map(|role| role.as_str()).collect();
            Error::bad_request("role", "choice-unknown")
                .with("value", text)
                .with("choices", roles.join(", "))
        })?),
    };
    let disabled = match query.find("state") {
        None => None,
        Some("open") => Some(false),
        Some("disabled") => Some(true),
        Some(other) => {
            let refused = Error::bad_request("state", "choice-unknown");
            return Err(refused.with("value", other).with("choices", "open, disabled"));
        }
    };
    Ok(UserFilter {
        words: query.get("q").chars().take(60).collect(),
        role,
        disabled,
    })
}

/// `GET /settings`
pub async fn users_page(request: HttpRequest, services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    caller.need(Permission::ManageAccounts)?;
    let query = Fields::of_query(&request);
    query.only(&["q", "role", "state", "cursor"])?;
    let filter = read_filter(&query)?;
    let asked = PageRequest {
        limit: ROWS,
        ..page_request(&query)?
    };
    let db = services.db.clone();
    let found = blocking(move || db.snapshot(|conn| accounts::find_users(conn, &filter, &asked))).await?;
    let s = Shell::of(&request);
    let l = s.locale;
    let row = |(user, grants): &(User, Vec<Grant>)| {
        let roles: Vec<String> = grants.iter().map(|grant| role_words(grant, l)).collect();
        Row {
            href: Some(format!("/settings/users/{}", user.id)),
            cells: vec![
                user.sign_in_name.clone().into(),
                user.display_name.clone().into(),
                roles.join("；").into(),
                state_badge(user, l).into(),
                l.day(user.created_at.day()).into(),
            ],
        }
    };
    let columns = [
        "accounts-sign-in-name",
        "accounts-display-name",
        "accounts-roles",
        "accounts-state",
        "accounts-since",
    ];
    let table = Table {
        caption: s.t("accounts-users-caption"),
        columns: columns.iter().map(|key| Column::words(s.t(key))).collect(),
        rows: found.items.iter().map(row).collect(),
        totals: None,
    };
    let pager = Pager {
        first_href: query
            .find("cursor")
            .map(|_| with_parameter("/settings", &query, "cursor", None)),
        next_href: found
            .next
            .map(|next| with_parameter("/settings", &query, "cursor", Some(&next))),
    };
    let states = vec![
        Choice::new("open", s.t("accounts-state-open")),
        Choice::new("disabled", s.t("accounts-state-disabled")),
    ];
    let filter = FormState::filled(query.pairs().to_vec());
    page(&UsersPage {
        filter,
        roles: Choice::of_list(Role::LIST, l),
        states,
        table,
        pager,
        s,
    })
}

fn state_badge(user: &User, l: Locale) -> Badge {
    let (tone, key) = match (user.disabled_at, user.must_change) {
        (Some(_), _) => (Tone::Quiet, "accounts-state-disabled"),
        (None, true) => (Tone::AtRisk, "accounts-state-one-time"),
        (None, false) => (Tone::Good, "accounts-state-open"),
    };
    Badge { tone, label: l.t(key) }
}

#[derive(Template)]
#[template(path = "accounts/new_user.html")]
struct NewUserPage {
    s: Shell,
    form: FormState,
    roles: Vec<Choice>,
}

/// `GET /settings/users/new`
pub async fn new_user_page(request: HttpRequest, caller: Caller) -> Result<HttpResponse> {
    caller.need(Permission::ManageAccounts)?;
    let s = Shell::of(&request);
    page(&NewUserPage {
        roles: staff_roles(s.locale),
        form: FormState::empty(),
        s,
    })
}

/// Reads the place where a role holds: a code, or its name as people write it.
fn read_place(form: &mut Reader<'_>, fields: &Fields) -> Option<RegionCode> {
    let text = fields.find("region")?.trim();
    let found = RegionCode::parse(text).filter(|code| regions().get(code).is_some());
    let found = found.or_else(|| regions().read_place(text));
    if found.is_none() {
        form.problem(unknown_region("region", text));
    }
    found
}

pub(in crate::accounts) fn unknown_region(field: &str, text: &str) -> FieldProblem {
    let near = regions().near_codes(text, 3).join(", ");
    FieldProblem::new(field, "region-unknown")
        .with("value", text)
        .with("near", near)
}

#[derive(Template)]
#[template(path = "accounts/one_time_password.html")]
struct OneTimePasswordPage {
    s: Shell,
    user_href: String,
    sign_in_name: String,
    password: String,
}

/// `POST /settings/users`: the answer shows the one-time password, once.
pub async fn add_user(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    fields: Fields,
) -> Result<HttpResponse> {
    caller.need(Permission::ManageAccounts)?;
    let mut form = Reader::new(&fields);
    let sign_in_name = form.text("sign_in_name", 40);
    let display_name = form.text("display_name", 60);
    let role = form.choice("role", |text| Role::parse(text).filter(|role| is_staff(*role)));
    let region = read_place(&mut form, &fields);
    let outcome = match (form.finish(), role) {
        (Ok(()), Some(role)) => {
            let password = suggest_password();
            let draft = UserDraft {
                sign_in_name,
                display_name,
                password,
                language: Language::Zh,
                must_change: true,
            };
            let grant = GrantDraft {
                role,
                region,
                employer_id: None,
                person_id: None,
            };
            open(&services, &caller, draft, grant).await
        }
        (Err(error), _) => Err(error),
        (Ok(()), None) => Err(Error::invalid("role", "required")),
    };
    let s = Shell::of(&request);
    match outcome {
        Ok((user, password)) => page(&OneTimePasswordPage {
            user_href: format!("/settings/users/{}", user.id),
            sign_in_name: user.sign_in_name,
            password,
            s,
        }),
        Err(Error::Invalid(problems)) => {
            let form = FormState::refused(&fields, &problems, s.locale);
            let refused = NewUserPage {
                roles: staff_roles(s.locale),
                form,
                s,
            };
            page_with_status(&refused, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(error) => Err(error),
    }
}

/// Makes the account under a hashing turn; returns it with its one-time password.
pub(in crate::accounts) async fn open(
    services: &Services,
    caller: &Caller,
    draft: UserDraft,
    grant: GrantDraft,
) -> Result<(User, String)> {
    let (db, caller) = (services.db.clone(), caller.clone());
    hashing(services, move || {
        let grants = std::slice::from_ref(&grant);
        let user = db.write(&caller, |tx| accounts::create_user(tx, &draft, grants))?;
        Ok((user, draft.password))
    })
    .await
}

struct GrantRow {
    id: String,
    words: String,
}

#[derive(Template)]
#[template(path = "accounts/user.html")]
struct UserPage {
    s: Shell,
    id: String,
    name: String,
    sign_in_name: String,
    state: Badge,
    disabled: bool,
    grants: Vec<GrantRow>,
    form: FormState,
    roles: Vec<Choice>,
    /// Nobody changes his own rights.
    is_own: bool,
}

async fn user_page_of(
    request: &HttpRequest,
    services: &Services,
    caller: &Caller,
    id: UserId,
    form: FormState,
) -> Result<UserPage> {
    let db = services.db.clone();
    let (user, grants) = blocking(move || {
        db.snapshot(|conn| {
            let user = accounts::user(conn, id)?.or_not_found("user")?;
            Ok((user, accounts::grants_of(conn, id)?))
        })
    })
    .await?;
    let s = Shell::of(request);
    let l = s.locale;
    let grant_row = |grant: &Grant| GrantRow {
        id: grant.id.to_string(),
        words: role_words(grant, l),
    };
    Ok(UserPage {
        id: user.id.to_string(),
        state: state_badge(&user, l),
        disabled: user.disabled_at.is_some(),
        name: user.display_name,
        sign_in_name: user.sign_in_name,
        grants: grants.iter().map(grant_row).collect(),
        form,
        roles: staff_roles(l),
        is_own: caller.actor.user_id() == Some(id),
        s,
    })
}

fn user_id(path: &str) -> Result<UserId> {
    path.parse().map_err(|_| Error::NotFound("user"))
}

/// `GET /settings/users/{id}`
pub async fn user_page(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
) -> Result<HttpResponse> {
    caller.need(Permission::ManageAccounts)?;
    let id = user_id(&path)?;
    page(&user_page_of(&request, &services, &caller, id, FormState::empty()).await?)
}

/// `POST /settings/users/{id}/grants`
pub async fn grant_role(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
    fields: Fields,
) -> Result<HttpResponse> {
    caller.need(Permission::ManageAccounts)?;
    let id = user_id(&path)?;
    let mut form = Reader::new(&fields);
    let role = form.choice("role", |text| Role::parse(text).filter(|role| is_staff(*role)));
    let region = read_place(&mut form, &fields);
    let outcome = match (form.finish(), role) {
        (Ok(()), Some(role)) => {
            let draft = GrantDraft {
                role,
                region,
                employer_id: None,
                person_id: None,
            };
            let (db, caller) = (services.db.clone(), caller.clone());
            blocking(move || db.write(&caller, |tx| accounts::grant_role(tx, id, &draft))).await
        }
        (Err(error), _) => Err(error),
        (Ok(()), None) => Err(Error::invalid("role", "required")),
    };
    match outcome {
        Ok(_) => Ok(see_other(&format!("/settings/users/{id}"))),
        Err(Error::Invalid(problems)) => {
            let form = FormState::refused(&fields, &problems, Shell::of(&request).locale);
            let refused = user_page_of(&request, &services, &caller, id, form).await?;
            page_with_status(&refused, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(error) => Err(error),
    }
}

/// `POST /settings/users/{id}/revoked-grants`
pub async fn revoke_role(
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
    fields: Fields,
) -> Result<HttpResponse> {
    caller.need(Permission::ManageAccounts)?;
    let id = user_id(&path)?;
    let grant = fields.get("grant").parse().map_err(|_| Error::NotFound("grant"))?;
    let db = services.db.clone();
    blocking(move || db.write(&caller, |tx| accounts::revoke_role(tx, grant))).await?;
    Ok(see_other(&format!("/settings/users/{id}")))
}

/// `POST /settings/users/{id}/state`: open or disabled.
pub async fn set_state(
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
    fields: Fields,
) -> Result<HttpResponse> {
    caller.need(Permission::ManageAccounts)?;
    let id = user_id(&path)?;
    let disabled = match fields.get("state") {
        "disabled" => true,
        "open" => false,
        _ => return Err(Error::invalid("state", "not-a-choice")),
    };
    let db = services.db.clone();
    blocking(move || db.write(&caller, |tx| accounts::disable_user(tx, id, disabled))).await?;
    Ok(see_other(&format!("/settings/users/{id}")))
}

/// `POST /settings/users/{id}/passwords`: the answer shows a one-time password, once.
pub async fn reset_password(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
) -> Result<HttpResponse> {
    caller.need(Permission::ManageAccounts)?;
    let id = user_id(&path)?;
    let (user, password) = give_password(&services, &caller, id).await?;
    page(&OneTimePasswordPage {
        s: Shell::of(&request),
        user_href: format!("/settings/users/{id}"),
        sign_in_name: user.sign_in_name,
        password,
    })
}

/// Gives an account a one-time password under a hashing turn.
pub(in crate::accounts) async fn give_password(
    services: &Services,
    caller: &Caller,
    id: UserId,
) -> Result<(User, String)> {
    let (db, caller) = (services.db.clone(), caller.clone());
    hashing(services, move || {
        let user = db.read(|conn| accounts::user(conn, id))?.or_not_found("user")?;
        let password = suggest_password();
        db.write(&caller, |tx| accounts::reset_password(tx, id, &password))?;
        Ok((user, password))
    })
    .await
}
