//! The three cookies of the site: who is signed in, the language, the size of the text.

use actix_web::cookie::{Cookie, SameSite, time::Duration};

use super::shell::{LANGUAGE_COOKIE, Site};
use crate::base::codes::Language;

/// The name of the session's cookie: with the `__Host-` guard wherever the browser allows it.
pub const fn session_cookie_name(behind_tls: bool) -> &'static str {
    if behind_tls { "__Host-session" } else { "session" }
}

/// The cookie of a new session. It has no age: the session ends on the server.
pub fn session_cookie(site: &Site, secret: String) -> Cookie<'static> {
    Cookie::build(session_cookie_name(site.behind_tls), secret)
        .path("/")
        .http_only(true)
        .secure(site.behind_tls)
        .same_site(SameSite::Lax)
        .finish()
}

/// Takes the cookie of a session that has ended out of the browser.
pub fn ended_session_cookie(site: &Site) -> Cookie<'static> {
    let mut cookie = session_cookie(site, String::new());
    cookie.make_removal();
    cookie
}

/// Remembers a choice of this browser for a year.
pub(super) fn choice_cookie(site: &Site, name: &'static str, value: &'static str) -> Cookie<'static> {
    Cookie::build(name, value)
        .path("/")
        .max_age(Duration::days(365))
        .same_site(SameSite::Lax)
        .http_only(true)
        .secure(site.behind_tls)
        .finish()
}

/// Remembers the language.
pub fn language_cookie(site: &Site, language: Language) -> Cookie<'static> {
    choice_cookie(site, LANGUAGE_COOKIE, language.tag())
}
