//! Users, their roles, sessions and tokens.

use diesel::prelude::*;

use crate::base::actor::Actor;
use crate::base::codes::{Language, Role};
use crate::base::ids::{EmployerId, GrantId, PersonId, SessionId, TokenId, UserId};
use crate::base::region::RegionCode;
use crate::base::time::Instant;
use crate::platform::db::schema;

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::users)]
pub struct User {
    pub id: UserId,
    pub version: i32,
    pub created_at: Instant,
    pub sign_in_name: String,
    pub display_name: String,
    pub password_hash: String,
    pub language: String,
    /// The password was given by somebody else and has to be changed first.
    pub must_change: bool,
    pub failures: i32,
    pub locked_until: Option<Instant>,
    pub disabled_at: Option<Instant>,
}

impl User {
    pub fn language(&self) -> Language {
        Language::parse(&self.language).unwrap_or_default()
    }
}

/// One role of a user and where it holds.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::role_grants)]
pub struct Grant {
    pub id: GrantId,
    pub created_at: Instant,
    pub user_id: UserId,
    pub role: Role,
    pub region_code: Option<RegionCode>,
    pub employer_id: Option<EmployerId>,
    pub person_id: Option<PersonId>,
    pub revoked_at: Option<Instant>,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::sessions)]
pub struct Session {
    pub id: SessionId,
    pub created_at: Instant,
    pub user_id: UserId,
    pub token_hash: String,
    pub csrf: String,
    pub address: String,
    pub seen_at: Instant,
    pub expires_at: Instant,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::api_tokens)]
pub struct ApiToken {
    pub id: TokenId,
    pub created_at: Instant,
    pub user_id: UserId,
    pub name: String,
    pub token_hash: String,
    pub expires_at: Instant,
    pub revoked_at: Option<Instant>,
}

/// A user as a request carries him.
#[derive(Debug, Clone)]
pub struct SessionUser {
    pub user: User,
    pub actor: Actor,
    /// Absent for requests by token.
    pub session: Option<Session>,
}

/// A new account.
#[derive(Debug, Clone)]
pub struct UserDraft {
    pub sign_in_name: String,
    pub display_name: String,
    pub password: String,
    pub language: Language,
    pub must_change: bool,
}

/// Which accounts a list shows.
#[derive(Debug, Clone, Default)]
pub struct UserFilter {
    /// Part of the sign-in name or of the name that others see.
    pub words: String,
    pub role: Option<Role>,
    /// Only those that are closed, or only those that are open.
    pub disabled: Option<bool>,
}

/// A role to be granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantDraft {
    pub role: Role,
    pub region: Option<RegionCode>,
    pub employer_id: Option<EmployerId>,
    pub person_id: Option<PersonId>,
}

impl GrantDraft {
    pub fn over(role: Role, region: RegionCode) -> Self {
        Self {
            role,
            region: Some(region),
            employer_id: None,
            person_id: None,
        }
    }

    pub fn everywhere(role: Role) -> Self {
        Self {
            role,
            region: None,
            employer_id: None,
            person_id: None,
        }
    }

    pub fn for_employer(role: Role, employer_id: EmployerId) -> Self {
        Self {
            role,
            region: None,
            employer_id: Some(employer_id),
            person_id: None,
        }
    }

    pub fn for_person(person_id: PersonId) -> Self {
        Self {
            role: Role::Worker,
            region: None,
            employer_id: None,
            person_id: Some(person_id),
        }
    }
}
