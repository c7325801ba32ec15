//! The place around which somebody looks for work: chosen once by a link and kept in the browser.

use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::{HttpRequest, web};

use crate::base::region::RegionCode;
use crate::platform::http::Site;
use crate::reference::regions;

const PLACE_COOKIE: &str = "place";

/// The prefecture of the bureau: where nobody has chosen a place, everything in it is near.
pub fn prefecture() -> Option<RegionCode> {
    RegionCode::parse("5328")
}

/// The place that a visitor has chosen, if his browser remembers one that exists.
pub fn chosen_place(request: &HttpRequest) -> Option<RegionCode> {
    let cookie = request.cookie(PLACE_COOKIE)?;
    RegionCode::parse(cookie.value()).filter(|code| regions().get(code).is_some())
}

/// The cookie that remembers a place for a year.
pub(super) fn place_cookie(request: &HttpRequest, place: &RegionCode) -> Cookie<'static> {
    let secure = request
        .app_data::<web::Data<Site>>()
        .is_some_and(|site| site.behind_tls);
    Cookie::build(PLACE_COOKIE, place.digits().to_owned())
        .path("/")
        .max_age(Duration::days(365))
        .same_site(SameSite::Lax)
        .http_only(true)
        .secure(secure)
        .finish()
}
