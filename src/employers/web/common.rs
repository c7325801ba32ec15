//! What the pages of employers, of their postings and of their people have in common.

use actix_web::HttpResponse;
use actix_web::http::header;

use crate::base::error::{Error, FieldProblem, Result};
use crate::base::identity::Phone;
use crate::base::ids::EmployerId;
use crate::base::region::{RegionCode, RegionLevel};
use crate::employers::{Employer, employer_by_id};
use crate::platform::db::{Caller, Conn};
use crate::platform::http::parts::Fact;
use crate::platform::http::{Fields, Reader};
use crate::platform::i18n::Locale;
use crate::reference::regions;

/// Sends the browser to a page of ours after a form was taken.
pub(crate) fn see_other(path: &str) -> HttpResponse {
    let mut answer = HttpResponse::SeeOther();
    // A path with characters that no header may carry goes home instead.
    match header::HeaderValue::from_str(path) {
        Ok(path) => answer.insert_header((header::LOCATION, path)),
        Err(_) => answer.insert_header((header::LOCATION, "/")),
    };
    answer.finish()
}

/// The employer for whom the caller acts; whoever acts for none may not use the desk.
pub(crate) fn own_employer_id(caller: &Caller) -> Result<EmployerId> {
    caller.need_sign_in()?;
    caller.actor.employers().next().ok_or(Error::Forbidden)
}

pub(crate) fn own_employer(conn: &mut Conn, caller: &Caller) -> Result<Employer> {
    employer_by_id(conn, own_employer_id(caller)?)
}

/// The counties and townships of the prefecture as people write them: proposed while a place is typed.
pub(crate) fn place_choices() -> Vec<String> {
    let home = RegionCode::parse("5328");
    let counties = regions().children_of(home.as_ref());
    counties
        .flat_map(|county| std::iter::once(county).chain(regions().children_of(Some(&county.code))))
        .filter(|region| !region.is_statistical_only())
        .map(|region| regions().address_of(&region.code))
        .collect()
}

/// A place written in words (景洪市嘎洒街道) or as its code, at least to the county; required.
pub(crate) fn read_place(reader: &mut Reader<'_>, fields: &Fields, field: &'static str) -> Option<RegionCode> {
    let Some(typed) = fields.find(field) else {
        reader.problem(FieldProblem::new(field, "required"));
        return None;
    };
    let known = RegionCode::parse(typed).filter(|code| regions().get(code).is_some());
    let found = known.or_else(|| regions().read_place(typed));
    let place = found.filter(|code| code.level() >= RegionLevel::County);
    if place.is_none() {
        reader.problem(FieldProblem::new(field, "place-unread"));
    }
    place
}

/// A telephone number; none where nothing was typed.
pub(crate) fn read_phone(reader: &mut Reader<'_>, fields: &Fields, field: &'static str) -> Option<Phone> {
    let typed = fields.find(field)?;
    let phone = Phone::parse(typed);
    if phone.is_none() {
        reader.problem(FieldProblem::new(field, "phone-unreadable"));
    }
    phone
}

/// The file of an employer as facts, its phone masked.
pub(crate) fn describes(l: Locale, employer: &Employer) -> Vec<Fact> {
    let mut facts = vec![Fact::new(
        l.t("desk-employer-kind"),
        l.label(crate::base::codes::EmployerKind::LIST, employer.kind.as_str()),
    )];
    let mut add = |label: String, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            facts.push(Fact::new(label, value));
        }
    };
    add(l.t("desk-employer-credit-code"), employer.credit_code.clone());
    add(l.t("desk-employer-licence"), employer.licence_no.clone());
    add(
        l.t("desk-employer-region"),
        Some(regions().address_of(&employer.region_code)),
    );
    add(l.t("desk-employer-address"), Some(employer.address.clone()));
    add(l.t("desk-employer-contact"), Some(employer.contact_name.clone()));
    add(l.t("desk-employer-phone"), employer.phone_masked.clone());
    add(
        l.t("desk-employer-registered-on"),
        Some(l.day(employer.created_at.day())),
    );
    add(
        l.t("desk-employer-verified-on"),
        employer.verified_on.map(|day| l.day(day)),
    );
    facts
}
