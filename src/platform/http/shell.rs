//! The shell around a page: language, text size, place, who is signed in, where the links lead.

use std::ops::Deref;

use actix_web::{HttpMessage, HttpRequest, web};

use super::csrf::CsrfToken;
use super::request_id::RequestId;
use crate::base::codes::Language;
use crate::base::time::Clock;
use crate::platform::i18n::Locale;

pub(super) const LANGUAGE_COOKIE: &str = "language";
pub(super) const TEXT_COOKIE: &str = "text";

/// What the bureau is, set once at start and kept as application data.
#[derive(Debug, Clone)]
pub struct Site {
    pub clock: Clock,
    /// A rehearsal says so on every page.
    pub rehearsal: bool,
    /// Behind TLS the browser is told to stay there, and cookies are `Secure`.
    pub behind_tls: bool,
    /// Whom people call who get stuck.
    pub help_phone: String,
    /// The name under which browsers know the service, where a proxy in front changes `Host`.
    pub public_host: Option<String>,
}

impl Default for Site {
    fn default() -> Self {
        Self {
            clock: Clock::real(),
            rehearsal: false,
            behind_tls: false,
            // The national line of the human-resources bureaus.
            help_phone: "12333".to_owned(),
            public_host: None,
        }
    }
}

/// Who looks at the page. The session puts it into the request's extensions; absent for visitors.
#[derive(Debug, Clone, Default)]
pub struct Visitor {
    pub signed_in: Option<SignedIn>,
    /// The place that the header names: a village, a settlement site, a county.
    pub place: Option<String>,
    pub nav: Vec<NavLink>,
    /// The language chosen in the account, where there is one.
    pub language: Option<Language>,
}

#[derive(Debug, Clone)]
pub struct SignedIn {
    pub name: String,
    /// The role's code; the shell puts it into the page's language.
    pub role: String,
}

/// A link of the navigation: `key` is the catalogue's key of its words.
#[derive(Debug, Clone)]
pub struct NavLink {
    pub href: String,
    pub key: &'static str,
}

/// What every page's layout needs. Dereferences to its `Locale`: templates write `s.t("…")`.
#[derive(Debug, Clone, Default)]
pub struct Shell {
    pub locale: Locale,
    pub visitor: Visitor,
    /// The token that every form sends back in the hidden field `csrf`.
    pub csrf: String,
    pub large_text: bool,
    /// In a rehearsal, the time that its clock shows.
    pub rehearsal: Option<String>,
    /// Path and query of this page, for the switches that come back to it.
    pub path: String,
    pub help_phone: String,
    pub request_id: String,
}

impl Deref for Shell {
    type Target = Locale;
    fn deref(&self) -> &Locale {
        &self.locale
    }
}

impl Shell {
    /// Reads the request: cookies, `Accept-Language`, and what the session has set.
    pub fn of(request: &HttpRequest) -> Self {
        let extensions = request.extensions();
        let mut visitor = extensions.get::<Visitor>().cloned().unwrap_or_default();
        let locale = locale_of(request, visitor.language);
        if let Some(person) = &mut visitor.signed_in {
            person.role = locale.label("role", &person.role).to_owned();
        }
        let site = request.app_data::<web::Data<Site>>();
        let rehearsal = site
            .filter(|site| site.rehearsal)
            .map(|site| locale.instant(site.clock.now()));
        Self {
            locale,
            visitor,
            csrf: extensions
                .get::<CsrfToken>()
                .map(|token| token.0.clone())
                .unwrap_or_default(),
            large_text: request
                .cookie(TEXT_COOKIE)
                .is_some_and(|cookie| cookie.value() == "large"),
            rehearsal,
            path: request
                .uri()
                .path_and_query()
                .map(ToString::to_string)
                .unwrap_or_else(|| "/".to_owned()),
            help_phone: site
                .map(|site| site.help_phone.clone())
                .unwrap_or_else(|| Site::default().help_phone),
            request_id: extensions.get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default(),
        }
    }

    /// The path of an asset, with its fingerprint.
    pub fn asset(&self, name: &str) -> &'static str {
        super::assets::asset(name)
    }

    /// Where the language switch leads: it comes back to this page.
    pub fn language_href(&self) -> String {
        format!("/language/{}?back={}", self.locale.other().tag(), encoded(&self.path))
    }

    /// Where the text-size switch leads.
    pub fn text_size_href(&self) -> String {
        let size = if self.large_text { "normal" } else { "large" };
        format!("/text-size/{size}?back={}", encoded(&self.path))
    }

    /// Where signing in leads: it comes back to this page.
    pub fn sign_in_href(&self) -> String {
        format!("/sign-in?back={}", encoded(&self.path))
    }

    /// Whether a link of the navigation names the page that is shown.
    pub fn is_here(&self, href: &str) -> bool {
        self.path.split('?').next() == Some(href)
    }
}

/// The language of a request: the visitor's choice (cookie), his account's, his browser's, Chinese.
pub(super) fn locale_of(request: &HttpRequest, of_account: Option<Language>) -> Locale {
    let chosen = request
        .cookie(LANGUAGE_COOKIE)
        .and_then(|cookie| Language::parse(cookie.value()));
    let of_browser = || {
        let header = request.headers().get(actix_web::http::header::ACCEPT_LANGUAGE)?;
        header.to_str().ok().map(Language::of_header)
    };
    Locale::new(chosen.or(of_account).or_else(of_browser).unwrap_or_default())
}

/// A path of our own (`/x`), or nothing: never another host (`//x`, `/\x`), never a control character.
pub fn own_path(text: &str) -> Option<&str> {
    let is_plain = !text.chars().any(|c| c.is_control() || c == '\\');
    (text.starts_with('/') && !text.starts_with("//") && is_plain && text.len() <= 2000).then_some(text)
}

/// Text as the value of a query parameter.
pub(super) fn encoded(text: &str) -> String {
    use std::fmt::Write;
    text.bytes().fold(String::with_capacity(text.len()), |mut out, byte| {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => out.push(char::from(byte)),
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
        out
    })
}
