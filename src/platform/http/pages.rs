//! Pages that stand by themselves: help, privacy, accessibility; the switches of language and text size; the assets.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::assets;
use super::cookies::choice_cookie;
use super::errors::page;
use super::fields::Fields;
use super::shell::{LANGUAGE_COOKIE, Shell, Site, TEXT_COOKIE, own_path};
use crate::base::codes::Language;
use crate::base::error::{Error, Result};

#[derive(Template)]
#[template(path = "pages/help.html")]
struct HelpPage {
    s: Shell,
}

#[derive(Template)]
#[template(path = "pages/privacy.html")]
struct PrivacyPage {
    s: Shell,
}

#[derive(Template)]
#[template(path = "pages/accessibility.html")]
struct AccessibilityPage {
    s: Shell,
}

/// The routes of this module.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/assets/{name}", web::get().to(assets::serve))
        .route("/help", web::get().to(help))
        .route("/privacy", web::get().to(privacy))
        .route("/accessibility", web::get().to(accessibility))
        .route("/language/{tag}", web::get().to(switch_language))
        .route("/text-size/{size}", web::get().to(switch_text_size));
}

async fn help(request: HttpRequest) -> Result<HttpResponse> {
    page(&HelpPage { s: Shell::of(&request) })
}

async fn privacy(request: HttpRequest) -> Result<HttpResponse> {
    page(&PrivacyPage { s: Shell::of(&request) })
}

async fn accessibility(request: HttpRequest) -> Result<HttpResponse> {
    page(&AccessibilityPage { s: Shell::of(&request) })
}

async fn switch_language(request: HttpRequest, tag: web::Path<String>) -> Result<HttpResponse> {
    let language = Language::parse(&tag).ok_or(Error::NotFound("page"))?;
    Ok(switch(&request, LANGUAGE_COOKIE, language.tag()))
}

async fn switch_text_size(request: HttpRequest, size: web::Path<String>) -> Result<HttpResponse> {
    let size = match size.as_str() {
        "large" => "large",
        "normal" => "normal",
        _ => return Err(Error::NotFound("page")),
    };
    Ok(switch(&request, TEXT_COOKIE, size))
}

/// Remembers a choice for a year and goes back to the page where it was made.
fn switch(request: &HttpRequest, cookie: &'static str, value: &'static str) -> HttpResponse {
    let query = Fields::of_query(request);
    let back = own_path(query.get("back")).unwrap_or("/").to_owned();
    let site = request
        .app_data::<web::Data<Site>>()
        .map(|site| site.get_ref().clone())
        .unwrap_or_default();
    let cookie = choice_cookie(&site, cookie, value);
    let mut answer = HttpResponse::SeeOther();
    // A path with characters that no header may carry goes home instead.
    match header::HeaderValue::from_str(&back) {
        Ok(back) => answer.insert_header((header::LOCATION, back)),
        Err(_) => answer.insert_header((header::LOCATION, "/")),
    };
    answer.cookie(cookie).finish()
}
