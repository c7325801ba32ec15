//! Signing in and out, and the care of accounts.

use std::sync::LazyLock;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use diesel::prelude::*;
use serde_json::json;

use super::model::{ApiToken, Grant, GrantDraft, Session, User, UserDraft};
use super::rules::{
    ACCOUNTS_ALLOWED, ACCOUNTS_SECONDS, ADDRESS_FAILURES_ALLOWED, FAILURES_ALLOWED, LOCK_SECONDS, lifetimes,
    password_problem, sign_in_name_problem,
};
use super::store;
use crate::base::actor::Permission;
use crate::base::codes::{Language, Role};
use crate::base::error::{Context, Error, OrNotFound, Result};
use crate::base::ids::{GrantId, Id, SessionId, TokenId, UserId};
use crate::base::secret::{fresh_secret, sha256_hex};
use crate::base::time::Instant;
use crate::platform::db::schema::{api_tokens, opened_accounts, role_grants, sessions, sign_in_failures, users};
use crate::platform::db::{Caller, Db, Subject, Tx};

/// A session that has just begun. The secret is shown here and never again.
#[derive(Debug)]
pub struct SignedIn {
    pub user: User,
    pub secret: String,
    pub roles: Vec<Role>,
}

fn hash(password: &str) -> Result<String> {
    let hashed = Argon2::default().hash_password(password.as_bytes());
    Ok(hashed
        .map_err(|e| Error::internal(format!("a password could not be hashed: {e}")))?
        .to_string())
}

fn verify(password: &str, stored: &str) -> bool {
    PasswordHash::new(stored)
        .is_ok_and(|parsed| Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok())
}

/// A hash that nothing matches: an unknown account costs the same time as a known one.
static NOBODYS_HASH: LazyLock<String> = LazyLock::new(|| hash(&fresh_secret()).unwrap_or_default());

/// Checks a password and begins a session. Unknown account, wrong password and locked account get the same answer in
/// the same time. Takes tens of milliseconds of processor time; callers bound how many run at once.
pub fn sign_in(db: &Db, caller: &Caller, name: &str, password: &str) -> Result<SignedIn> {
    let now = db.clock().now();
    let (user, address_failures) = db.read(|conn| {
        let recent: i64 = sign_in_failures::table
            .filter(sign_in_failures::address.eq(&caller.address))
            .filter(sign_in_failures::at.gt(now.plus_seconds(-LOCK_SECONDS)))
            .count()
            .get_result(conn)?;
        Ok((store::user_by_name(conn, name)?, recent))
    })?;
    if address_failures >= ADDRESS_FAILURES_ALLOWED {
        return Err(Error::TooMany { seconds: LOCK_SECONDS });
    }
    let stored = user
        .as_ref()
        .map_or(NOBODYS_HASH.as_str(), |u| u.password_hash.as_str());
    let matches = verify(password, stored);
    let admitted = user.filter(|u| u.disabled_at.is_none() && u.locked_until.is_none_or(|until| until <= now));
    match admitted {
        Some(user) if matches => begin_session(db, caller, user),
        _ => {
            note_failure(db, caller, name)?;
            Err(Error::refused("sign-in-failed"))
        }
    }
}

fn begin_session(db: &Db, caller: &Caller, user: User) -> Result<SignedIn> {
    let secret = fresh_secret();
    let csrf = fresh_secret();
    let roles = db.write(caller, |tx| {
        let roles: Vec<Role> = store::grants_of(tx, user.id)?.into_iter().map(|g| g.role).collect();
        let (_, absolute) = lifetimes(roles.iter().copied());
        let now = tx.now();
        diesel::update(users::table.find(user.id))
            .set((users::failures.eq(0), users::locked_until.eq(None::<Instant>)))
            .execute(&mut **tx)?;
        let session = Session {
            id: Id::fresh(),
            created_at: now,
            user_id: user.id,
            token_hash: sha256_hex(secret.as_bytes()),
            csrf: csrf.clone(),
            address: caller.address.clone(),
            seen_at: now,
            expires_at: now.plus_seconds(absolute),
        };
        diesel::insert_into(sessions::table)
            .values(&session)
            .execute(&mut **tx)?;
        tx.audit(
            "sign_in",
            Subject::new("user", user.id),
            None,
            None::<&()>,
            Some(&json!({ "name": user.sign_in_name })),
        )?;
        Ok(roles)
    })?;
    Ok(SignedIn { user, secret, roles })
}

fn note_failure(db: &Db, caller: &Caller, name: &str) -> Result<()> {
    db.write(caller, |tx| {
        let now = tx.now();
        diesel::insert_into(sign_in_failures::table)
            .values((
                sign_in_failures::id.eq(Id::<()>::fresh().raw()),
                sign_in_failures::at.eq(now),
                sign_in_failures::address.eq(&caller.address),
            ))
            .execute(&mut **tx)?;
        let user = store::user_by_name(tx, name)?;
        let subject = Subject {
            kind: "user",
            id: user.as_ref().map_or(0, |u| u.id.raw()),
        };
        if let Some(user) = user {
            let failures = user.failures + 1;
            let locked = (failures >= FAILURES_ALLOWED).then(|| now.plus_seconds(LOCK_SECONDS));
            let kept = if locked.is_some() { 0 } else { failures };
            diesel::update(users::table.find(user.id))
                .set((
                    users::failures.eq(kept),
                    users::locked_until.eq(locked.or(user.locked_until)),
                ))
                .execute(&mut **tx)?;
        }
        tx.audit("sign_in_failed", subject, None, None::<&()>, None::<&()>)
    })
}

/// Ends a session.
pub fn sign_out(db: &Db, caller: &Caller, session_id: SessionId) -> Result<()> {
    db.write(caller, |tx| {
        let user_id: Option<UserId> = sessions::table
            .find(session_id)
            .select(sessions::user_id)
            .first(&mut **tx)
            .optional()?;
        diesel::delete(sessions::table.find(session_id)).execute(&mut **tx)?;
        match user_id {
            Some(id) => tx.audit("sign_out", Subject::new("user", id), None, None::<&()>, None::<&()>),
            None => Ok(()),
        }
    })
}

/// Makes an account. The operator and administrators may.
pub fn create_user(tx: &mut Tx<'_>, draft: &UserDraft, grants: &[GrantDraft]) -> Result<User> {
    if !tx.actor().may(Permission::ManageAccounts) {
        return Err(Error::Forbidden);
    }
    open_account(tx, draft, grants)
}

/// Somebody opens an account for himself. From one address only so many within an hour: an account costs us work and
/// fills the officers' queue.
pub(crate) fn open_own_account(tx: &mut Tx<'_>, draft: &UserDraft) -> Result<User> {
    let (now, address) = (tx.now(), &tx.caller().address);
    let times: Vec<Instant> = opened_accounts::table
        .filter(opened_accounts::address.eq(address))
        .filter(opened_accounts::at.gt(now.plus_seconds(-ACCOUNTS_SECONDS)))
        .order(opened_accounts::at.desc())
        .limit(ACCOUNTS_ALLOWED)
        .select(opened_accounts::at)
        .load(&mut **tx)?;
    let is_full = i64::try_from(times.len()).is_ok_and(|count| count >= ACCOUNTS_ALLOWED);
    if let Some(first) = times.last().filter(|_| is_full) {
        let waited = now.seconds_since(*first);
        return Err(Error::TooMany {
            seconds: (ACCOUNTS_SECONDS - waited).max(1),
        });
    }
    let user = open_account(tx, draft, &[])?;
    diesel::insert_into(opened_accounts::table)
        .values((
            opened_accounts::id.eq(user.id.raw()),
            opened_accounts::at.eq(now),
            opened_accounts::address.eq(address),
        ))
        .execute(&mut **tx)?;
    Ok(user)
}

fn open_account(tx: &mut Tx<'_>, draft: &UserDraft, grants: &[GrantDraft]) -> Result<User> {
    let name = draft.sign_in_name.trim().to_lowercase();
    if let Some(code) = sign_in_name_problem(&name) {
        return Err(Error::invalid("sign_in_name", code));
    }
    let is_staff = grants
        .iter()
        .any(|g| !matches!(g.role, Role::Worker | Role::Broker | Role::Employer));
    if let Some(code) = password_problem(&draft.password, &name, is_staff) {
        return Err(Error::invalid("password", code));
    }
    if store::user_by_name(tx, &name)?.is_some() {
        return Err(Error::invalid("sign_in_name", "sign-in-name-taken"));
    }
    let user = User {
        id: Id::fresh(),
        version: 1,
        created_at: tx.now(),
        sign_in_name: name,
        display_name: draft.display_name.trim().to_owned(),
        password_hash: hash(&draft.password)?,
        language: draft.language.tag().to_owned(),
        must_change: draft.must_change,
        failures: 0,
        locked_until: None,
        disabled_at: None,
    };
    diesel::insert_into(users::table).values(&user).execute(&mut **tx)?;
    let after = json!({ "name": user.sign_in_name, "display_name": user.display_name });
    tx.audit(
        "create_user",
        Subject::new("user", user.id),
        None,
        None::<&()>,
        Some(&after),
    )?;
    for grant in grants {
        add_grant(tx, user.id, grant)?;
    }
    Ok(user)
}

/// Gives a role to a user, from the next request on. Nobody gives a role to himself.
pub fn grant_role(tx: &mut Tx<'_>, user_id: UserId, draft: &GrantDraft) -> Result<Grant> {
    if !tx.actor().may(Permission::ManageAccounts) {
        return Err(Error::Forbidden);
    }
    if tx.actor().user_id() == Some(user_id) {
        return Err(Error::refused("own-rights"));
    }
    store::user(tx, user_id)?.or_not_found("user")?;
    add_grant(tx, user_id, draft)
}

/// Gives a role that follows from something already permitted. For other rooms.
pub(crate) fn add_grant(tx: &mut Tx<'_>, user_id: UserId, draft: &GrantDraft) -> Result<Grant> {
    let needs_region = !matches!(
        draft.role,
        Role::Worker
            | Role::Broker
            | Role::Employer
            | Role::PrefectureHr
            | Role::Auditor
            | Role::Admin
            | Role::DeptPartner
    );
    if needs_region && draft.region.is_none() {
        return Err(Error::invalid("region", "role-needs-region"));
    }
    let separated = |role: Role| matches!(role, Role::Admin | Role::Auditor);
    let held = store::grants_of(tx, user_id)?;
    if held
        .iter()
        .any(|g| g.role != draft.role && (separated(g.role) || separated(draft.role)))
    {
        return Err(Error::refused("separated-powers"));
    }
    let grant = Grant {
        id: Id::fresh(),
        created_at: tx.now(),
        user_id,
        role: draft.role,
        region_code: draft.region.clone(),
        employer_id: draft.employer_id,
        person_id: draft.person_id,
        revoked_at: None,
    };
    diesel::insert_into(role_grants::table)
        .values(&grant)
        .execute(&mut **tx)?;
    let after =
        json!({ "role": draft.role, "region": draft.region, "employer": draft.employer_id, "person": draft.person_id });
    tx.audit(
        "grant_role",
        Subject::new("user", user_id),
        draft.region.as_ref(),
        None::<&()>,
        Some(&after),
    )?;
    Ok(grant)
}

/// Takes a role away.
pub fn revoke_role(tx: &mut Tx<'_>, grant_id: GrantId) -> Result<()> {
    if !tx.actor().may(Permission::ManageAccounts) {
        return Err(Error::Forbidden);
    }
    let grant: Grant = role_grants::table
        .find(grant_id)
        .select(Grant::as_select())
        .first(&mut **tx)
        .optional()?
        .or_not_found("grant")?;
    if grant.revoked_at.is_some() {
        return Ok(());
    }
    let now = tx.now();
    diesel::update(role_grants::table.find(grant_id))
        .set(role_grants::revoked_at.eq(now))
        .execute(&mut **tx)?;
    let before = json!({ "role": grant.role, "region": grant.region_code });
    tx.audit(
        "revoke_role",
        Subject::new("user", grant.user_id),
        grant.region_code.as_ref(),
        Some(&before),
        None::<&()>,
    )
}

/// Disables an account and ends its sessions, or opens it again.
pub fn disable_user(tx: &mut Tx<'_>, user_id: UserId, disabled: bool) -> Result<()> {
    if !tx.actor().may(Permission::ManageAccounts) {
        return Err(Error::Forbidden);
    }
    if tx.actor().user_id() == Some(user_id) {
        return Err(Error::refused("own-rights"));
    }
    let at = disabled.then(|| tx.now());
    let found = diesel::update(users::table.find(user_id))
        .set((users::disabled_at.eq(at), users::version.eq(users::version + 1)))
        .execute(&mut **tx)?;
    if found == 0 {
        return Err(Error::NotFound("user"));
    }
    diesel::delete(sessions::table.filter(sessions::user_id.eq(user_id))).execute(&mut **tx)?;
    let verb = if disabled { "disable_user" } else { "enable_user" };
    tx.audit(verb, Subject::new("user", user_id), None, None::<&()>, None::<&()>)
}

/// An administrator gives somebody a one-time password, which ends his sessions and must be changed at once.
pub fn reset_password(tx: &mut Tx<'_>, user_id: UserId, password: &str) -> Result<()> {
    if !tx.actor().may(Permission::ManageAccounts) {
        return Err(Error::Forbidden);
    }
    let password_hash = hash(password)?;
    let found = diesel::update(users::table.find(user_id))
        .set((
            users::password_hash.eq(password_hash),
            users::must_change.eq(true),
            users::failures.eq(0),
            users::locked_until.eq(None::<Instant>),
        ))
        .execute(&mut **tx)?;
    if found == 0 {
        return Err(Error::NotFound("user"));
    }
    diesel::delete(sessions::table.filter(sessions::user_id.eq(user_id))).execute(&mut **tx)?;
    tx.audit(
        "reset_password",
        Subject::new("user", user_id),
        None,
        None::<&()>,
        None::<&()>,
    )
}

/// A user changes his own password; all his other sessions end.
pub fn change_password(db: &Db, caller: &Caller, keep: Option<SessionId>, current: &str, wanted: &str) -> Result<()> {
    let id = caller.actor.user_id().ok_or(Error::Unauthenticated)?;
    let user = db.read(|conn| store::user(conn, id))?.ok_or(Error::Unauthenticated)?;
    if !verify(current, &user.password_hash) {
        return Err(Error::invalid("current", "password-wrong"));
    }
    let is_staff = caller
        .actor
        .grants
        .iter()
        .any(|g| !matches!(g.role, Role::Worker | Role::Broker | Role::Employer));
    if let Some(code) = password_problem(wanted, &user.sign_in_name, is_staff) {
        return Err(Error::invalid("wanted", code));
    }
    let password_hash = hash(wanted)?;
    db.write(caller, |tx| {
        diesel::update(users::table.find(id))
            .set((users::password_hash.eq(&password_hash), users::must_change.eq(false)))
            .execute(&mut **tx)?;
        let kept = keep.map_or(0, |k| k.raw());
        diesel::delete(
            sessions::table
                .filter(sessions::user_id.eq(id))
                .filter(sessions::id.ne(SessionId::from_raw(kept))),
        )
        .execute(&mut **tx)?;
        tx.audit(
            "change_password",
            Subject::new("user", id),
            None,
            None::<&()>,
            None::<&()>,
        )
    })
}

/// A user chooses the language in which the service speaks to him.
pub fn choose_language(tx: &mut Tx<'_>, language: Language) -> Result<()> {
    let id = tx.actor().user_id().ok_or(Error::Unauthenticated)?;
    diesel::update(users::table.find(id))
        .set(users::language.eq(language.tag()))
        .execute(&mut **tx)?;
    let after = json!({ "language": language.tag() });
    tx.audit(
        "choose_language",
        Subject::new("user", id),
        None,
        None::<&()>,
        Some(&after),
    )
}

/// Issues a token for programs; the secret is returned here and never again.
pub fn issue_token(tx: &mut Tx<'_>, user_id: UserId, name: &str, days: u32) -> Result<(ApiToken, String)> {
    let is_own = tx.actor().user_id() == Some(user_id);
    if !is_own && !tx.actor().may(Permission::ManageAccounts) {
        return Err(Error::Forbidden);
    }
    if !(1..=366).contains(&days) {
        return Err(Error::invalid("days", "token-days"));
    }
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 60 {
        return Err(Error::invalid("name", "token-name"));
    }
    let secret = fresh_secret();
    let token = ApiToken {
        id: Id::fresh(),
        created_at: tx.now(),
        user_id,
        name: name.to_owned(),
        token_hash: sha256_hex(secret.as_bytes()),
        expires_at: tx.now().plus_seconds(i64::from(days) * 86_400),
        revoked_at: None,
    };
    diesel::insert_into(api_tokens::table)
        .values(&token)
        .execute(&mut **tx)?;
    let after = json!({ "token": token.name, "expires_at": token.expires_at });
    tx.audit(
        "issue_token",
        Subject::new("user", user_id),
        None,
        None::<&()>,
        Some(&after),
    )?;
    Ok((token, secret))
}

pub fn revoke_token(tx: &mut Tx<'_>, token_id: TokenId) -> Result<()> {
    let token: ApiToken = api_tokens::table
        .find(token_id)
        .select(ApiToken::as_select())
        .first(&mut **tx)
        .optional()?
        .or_not_found("token")?;
    let is_own = tx.actor().user_id() == Some(token.user_id);
    if !is_own && !tx.actor().may(Permission::ManageAccounts) {
        return Err(Error::NotFound("token"));
    }
    let now = tx.now();
    diesel::update(api_tokens::table.find(token_id))
        .set(api_tokens::revoked_at.eq(now))
        .execute(&mut **tx)?;
    let before = json!({ "token": token.name });
    tx.audit(
        "revoke_token",
        Subject::new("user", token.user_id),
        None,
        Some(&before),
        None::<&()>,
    )
}

/// Ends one of somebody's sessions.
pub fn revoke_session(tx: &mut Tx<'_>, session_id: SessionId) -> Result<()> {
    let owner: UserId = sessions::table
        .find(session_id)
        .select(sessions::user_id)
        .first(&mut **tx)
        .optional()?
        .or_not_found("session")?;
    if tx.actor().user_id() != Some(owner) && !tx.actor().may(Permission::ManageAccounts) {
        return Err(Error::NotFound("session"));
    }
    diesel::delete(sessions::table.find(session_id)).execute(&mut **tx)?;
    tx.audit(
        "revoke_session",
        Subject::new("user", owner),
        None,
        None::<&()>,
        None::<&()>,
    )
}

/// Notes that a session is in use, at most once a minute.
pub fn keep_session_alive(db: &Db, caller: &Caller, session: &Session) -> Result<()> {
    let now = db.clock().now();
    if now.seconds_since(session.seen_at) < 60 {
        return Ok(());
    }
    db.keep(caller, |tx| {
        diesel::update(sessions::table.find(session.id))
            .set(sessions::seen_at.eq(now))
            .execute(&mut **tx)?;
        Ok(())
    })
}

/// Forgets sessions and failures that no longer matter.
pub fn forget_old_sessions(db: &Db) -> Result<()> {
    let now = db.clock().now();
    db.keep(&Caller::task("forget_old_sessions"), |tx| {
        diesel::delete(sessions::table.filter(sessions::expires_at.lt(now))).execute(&mut **tx)?;
        let old = now.plus_seconds(-24 * 3600);
        diesel::delete(sign_in_failures::table.filter(sign_in_failures::at.lt(old)))
            .execute(&mut **tx)
            .context("old sign-in failures could not be removed")?;
        diesel::delete(opened_accounts::table.filter(opened_accounts::at.lt(old)))
            .execute(&mut **tx)
            .context("old openings of accounts could not be removed")?;
        Ok(())
    })
}
