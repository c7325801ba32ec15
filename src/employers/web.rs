//! Pages of employers: registering, and the employer's own file.

pub(crate) mod common;
pub(super) mod register;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use self::common::{describes, own_employer, place_choices, see_other};
use self::register::{kind_choices, read_draft};
use super::actions::amend_employer;
use super::model::{Employer, EmployerStatus};
use crate::base::error::{Error, Result};
use crate::platform::Services;
use crate::platform::db::Caller;
use crate::platform::http::parts::{Badge, Choice, Fact};
use crate::platform::http::{Fields, FormState, Shell, blocking, page, page_with_status};
use crate::reference::regions;

/// The routes of this room.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/register", web::get().to(register::register_page))
        .route("/register", web::post().to(register::register))
        .route("/desk/employer", web::get().to(own_file))
        .route("/desk/employer", web::post().to(amend_own_file));
}

#[derive(Template)]
#[template(path = "employers/own.html")]
struct OwnFilePage {
    s: Shell,
    name: String,
    status: Badge,
    /// What an officer wrote: what is missing, or why it is suspended.
    note: String,
    facts: Vec<Fact>,
    /// A sentence about what was just done.
    done: Option<String>,
    waits: bool,
    may_edit: bool,
    version: i32,
    form: FormState,
    kinds: Vec<Choice>,
    places: Vec<String>,
}

/// `GET /desk/employer`
async fn own_file(request: HttpRequest, services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    let s = Shell::of(&request);
    let employer = blocking(move || services.db.read(|conn| own_employer(conn, &caller))).await?;
    let query = Fields::of_query(&request);
    let done = match query.get("done") {
        "registered" => Some(s.t("desk-register-done")),
        "saved" => Some(s.t("desk-employer-saved")),
        _ => None,
    };
    let form = FormState::filled(values_of(&employer));
    page(&file_page(s, &employer, form, done))
}

fn values_of(employer: &Employer) -> Vec<(String, String)> {
    [
        ("kind", employer.kind.as_str().to_owned()),
        ("name", employer.name.clone()),
        ("credit_code", employer.credit_code.clone().unwrap_or_default()),
        ("licence_no", employer.licence_no.clone().unwrap_or_default()),
        ("region", regions().address_of(&employer.region_code)),
        ("address", employer.address.clone()),
        ("contact_name", employer.contact_name.clone()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .to_vec()
}

fn file_page(s: Shell, employer: &Employer, form: FormState, done: Option<String>) -> OwnFilePage {
    let l = s.locale;
    OwnFilePage {
        name: employer.name.clone(),
        status: status_badge(l, employer.status),
        note: employer.status_note.clone(),
        facts: describes(l, employer),
        done,
        waits: employer.status == EmployerStatus::Submitted,
        may_edit: employer.status != EmployerStatus::Suspended,
        version: employer.version,
        form,
        kinds: kind_choices(l),
        places: place_choices(),
        s,
    }
}

/// The badge of an employer's status.
pub(crate) fn status_badge(l: crate::platform::i18n::Locale, status: EmployerStatus) -> Badge {
    use crate::platform::http::parts::Tone;
    let tone = match status {
        EmployerStatus::Verified => Tone::Good,
        EmployerStatus::Submitted => Tone::Plain,
        EmployerStatus::Returned => Tone::AtRisk,
        EmployerStatus::Suspended => Tone::Bad,
    };
    Badge {
        tone,
        label: l.label(EmployerStatus::LIST, status.as_str()).to_owned(),
    }
}

/// `POST /desk/employer`
async fn amend_own_file(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    fields: Fields,
) -> Result<HttpResponse> {
    let (db, asking) = (services.db.clone(), caller.clone());
    let employer = blocking(move || db.read(|conn| own_employer(conn, &asking))).await?;
    let saved = match (read_draft(&fields, employer.id), fields.get("version").parse::<i32>()) {
        (Err(error), _) => Err(error),
        (_, Err(_)) => Err(Error::Conflict),
        (Ok(draft), Ok(version)) => {
            let db = services.db.clone();
            blocking(move || db.write(&caller, |tx| amend_employer(tx, version, &draft))).await
        }
    };
    match saved {
        Ok(_) => {
            services.wake.notify_one();
            Ok(see_other("/desk/employer?done=saved"))
        }
        Err(Error::Invalid(problems)) => {
            let s = Shell::of(&request);
            let form = FormState::refused(&fields, &problems, s.locale);
            page_with_status(&file_page(s, &employer, form, None), StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(error) => Err(error),
    }
}
