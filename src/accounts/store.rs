//! Queries of the account tables.

use std::collections::HashMap;

use diesel::prelude::*;

use super::model::{ApiToken, Grant, Session, SessionUser, User, UserFilter};
use super::rules::{is_alive, lifetimes};
use crate::base::actor::{Actor, RoleGrant};
use crate::base::error::{Error, Result};
use crate::base::ids::UserId;
use crate::base::page::{Page, PageRequest};
use crate::base::secret::sha256_hex;
use crate::base::time::Instant;
use crate::platform::db::Conn;
use crate::platform::db::schema::{api_tokens, role_grants, sessions, users};

pub fn user(conn: &mut Conn, id: UserId) -> Result<Option<User>> {
    Ok(users::table.find(id).select(User::as_select()).first(conn).optional()?)
}

pub fn user_by_name(conn: &mut Conn, sign_in_name: &str) -> Result<Option<User>> {
    let name = sign_in_name.trim().to_lowercase();
    Ok(users::table
        .filter(users::sign_in_name.eq(name))
        .select(User::as_select())
        .first(conn)
        .optional()?)
}

/// All accounts with their grants, by name.
pub fn users(conn: &mut Conn) -> Result<Vec<(User, Vec<Grant>)>> {
    let rows: Vec<User> = users::table
        .order((users::sign_in_name, users::id))
        .limit(2_000)
        .select(User::as_select())
        .load(conn)?;
    let grants: Vec<Grant> = role_grants::table
        .filter(role_grants::revoked_at.is_null())
        .order(role_grants::id)
        .select(Grant::as_select())
        .load(conn)?;
    let mut by_user: HashMap<UserId, Vec<Grant>> = HashMap::new();
    for grant in grants {
        by_user.entry(grant.user_id).or_default().push(grant);
    }
    Ok(rows
        .into_iter()
        .map(|u| (u.clone(), by_user.remove(&u.id).unwrap_or_default()))
        .collect())
}

/// A page of the accounts that fit, with their roles, oldest first.
pub fn find_users(conn: &mut Conn, filter: &UserFilter, page: &PageRequest) -> Result<Page<(User, Vec<Grant>)>> {
    let mut query = users::table.into_boxed();
    // The wildcards of LIKE are no part of a name.
    let words: String = filter
        .words
        .trim()
        .to_lowercase()
        .chars()
        .filter(|c| !matches!(c, '%' | '_' | '\\'))
        .collect();
    if !words.is_empty() {
        let pattern = format!("%{words}%");
        query = query.filter(
            users::sign_in_name
                .like(pattern.clone())
                .or(users::display_name.like(pattern)),
        );
    }
    if let Some(role) = filter.role {
        let holders = role_grants::table
            .filter(role_grants::role.eq(role).and(role_grants::revoked_at.is_null()))
            .select(role_grants::user_id);
        query = query.filter(users::id.eq_any(holders));
    }
    match filter.disabled {
        Some(true) => query = query.filter(users::disabled_at.is_not_null()),
        Some(false) => query = query.filter(users::disabled_at.is_null()),
        None => {}
    }
    if let Some(cursor) = &page.cursor {
        let after: UserId = cursor
            .parse()
            .map_err(|_| Error::bad_request("cursor", "cursor-unreadable"))?;
        query = query.filter(users::id.gt(after));
    }
    let limit = i64::try_from(page.limit.saturating_add(1)).unwrap_or(i64::MAX);
    let rows: Vec<User> = query
        .order(users::id)
        .limit(limit)
        .select(User::as_select())
        .load(conn)?;
    let rows = Page::cut(rows, page.limit, |user| user.id.to_string());
    let ids: Vec<UserId> = rows.items.iter().map(|user| user.id).collect();
    let grants: Vec<Grant> = role_grants::table
        .filter(role_grants::user_id.eq_any(&ids))
        .filter(role_grants::revoked_at.is_null())
        .order(role_grants::id)
        .select(Grant::as_select())
        .load(conn)?;
    let mut by_user: HashMap<UserId, Vec<Grant>> = HashMap::new();
    for grant in grants {
        by_user.entry(grant.user_id).or_default().push(grant);
    }
    Ok(rows.map(|user| {
        let grants = by_user.remove(&user.id).unwrap_or_default();
        (user, grants)
    }))
}

pub fn users_by_ids(conn: &mut Conn, ids: &[UserId]) -> Result<HashMap<UserId, User>> {
    let rows: Vec<User> = users::table
        .filter(users::id.eq_any(ids))
        .select(User::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(|u| (u.id, u)).collect())
}

/// The roles that a user holds.
pub fn grants_of(conn: &mut Conn, user_id: UserId) -> Result<Vec<Grant>> {
    Ok(role_grants::table
        .filter(role_grants::user_id.eq(user_id))
        .filter(role_grants::revoked_at.is_null())
        .order(role_grants::id)
        .select(Grant::as_select())
        .load(conn)?)
}

/// Somebody as an actor, with the rights that he has now; nobody's rights where the account is gone or disabled.
pub fn actor_by_id(conn: &mut Conn, id: UserId) -> Result<Actor> {
    match user(conn, id)?.filter(|user| user.disabled_at.is_none()) {
        Some(user) => actor_of(conn, &user),
        None => Ok(Actor::nobody()),
    }
}

fn actor_of(conn: &mut Conn, user: &User) -> Result<Actor> {
    let grants = grants_of(conn, user.id)?
        .into_iter()
        .map(|g| RoleGrant {
            role: g.role,
            region: g.region_code,
            employer_id: g.employer_id,
            person_id: g.person_id,
        })
        .collect();
    Ok(Actor::user(user.id, &user.display_name, grants))
}

/// The user whose session has this secret, if it is alive.
pub fn session_user(conn: &mut Conn, secret: &str, now: Instant) -> Result<Option<SessionUser>> {
    let row: Option<(Session, User)> = sessions::table
        .inner_join(users::table)
        .filter(sessions::token_hash.eq(sha256_hex(secret.as_bytes())))
        .filter(users::disabled_at.is_null())
        .select((Session::as_select(), User::as_select()))
        .first(conn)
        .optional()?;
    let Some((session, user)) = row else { return Ok(None) };
    let actor = actor_of(conn, &user)?;
    let (idle, _) = lifetimes(actor.grants.iter().map(|g| g.role));
    let alive = is_alive(session.seen_at, session.expires_at, now, idle);
    Ok(alive.then_some(SessionUser {
        user,
        actor,
        session: Some(session),
    }))
}

/// The user to whom this token was issued, if it is alive.
pub fn token_user(conn: &mut Conn, secret: &str, now: Instant) -> Result<Option<SessionUser>> {
    let row: Option<(ApiToken, User)> = api_tokens::table
        .inner_join(users::table)
        .filter(api_tokens::token_hash.eq(sha256_hex(secret.as_bytes())))
        .filter(api_tokens::revoked_at.is_null())
        .filter(api_tokens::expires_at.gt(now))
        .filter(users::disabled_at.is_null())
        .select((ApiToken::as_select(), User::as_select()))
        .first(conn)
        .optional()?;
    let Some((_, user)) = row else { return Ok(None) };
    let actor = actor_of(conn, &user)?;
    Ok(Some(SessionUser {
        user,
        actor,
        session: None,
    }))
}

/// Sessions of a user, newest first.
pub fn sessions_of(conn: &mut Conn, user_id: UserId) -> Result<Vec<Session>> {
    Ok(sessions::table
        .filter(sessions::user_id.eq(user_id))
        .order(sessions::id.desc())
        .limit(50)
        .select(Session::as_select())
        .load(conn)?)
}

/// Tokens of a user that have not been revoked, newest first.
pub fn tokens_of(conn: &mut Conn, user_id: UserId) -> Result<Vec<ApiToken>> {
    Ok(api_tokens::table
        .filter(api_tokens::user_id.eq(user_id))
        .filter(api_tokens::revoked_at.is_null())
        .order(api_tokens::id.desc())
        .limit(50)
        .select(ApiToken::as_select())
        .load(conn)?)
}
