//! Who may sign in, in which roles, and the sessions and tokens by which requests are recognised.
//!
//! Passwords are kept as argon2id hashes; sessions and tokens only as hashes of their secrets. Changed rights act on
//! the next request, because grants are read with each one.

mod actions;
mod api;
mod model;
mod rules;
mod store;
mod web;

pub use actions::{
    SignedIn, change_password, choose_language, create_user, disable_user, forget_old_sessions, grant_role,
    issue_token, keep_session_alive, reset_password, revoke_role, revoke_session, revoke_token, sign_in, sign_out,
};
pub(crate) use actions::{add_grant, open_own_account};
pub use api::api_routes;
pub use model::{ApiToken, Grant, GrantDraft, Session, SessionUser, User, UserDraft, UserFilter};
pub use rules::{home_of, leading_role, password_problem, suggest_password};
pub use store::{
    actor_by_id, find_users, grants_of, session_user, sessions_of, token_user, tokens_of, user, user_by_name, users,
    users_by_ids,
};
pub(crate) use web::hashing;
pub use web::routes;
