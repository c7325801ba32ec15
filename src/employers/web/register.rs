//! Registering an employer: one form, one transaction, and the account that goes with it.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::common::{place_choices, read_phone, read_place, see_other};
use crate::accounts::{self, UserDraft, hashing};
use crate::base::codes::EmployerKind;
use crate::base::error::{Error, FieldProblem, Result};
use crate::base::ids::{EmployerId, Id};
use crate::employers::{
    Employer, EmployerDraft, employer_by_id, read_credit_code, register_employer, register_with_account,
};
use crate::platform::Services;
use crate::platform::db::{Caller, Db};
use crate::platform::http::parts::Choice;
use crate::platform::http::{Fields, FormState, Reader, Shell, Site, blocking, page, page_with_status, session_cookie};
use crate::platform::i18n::Locale;

#[derive(Template)]
#[template(path = "employers/register.html")]
struct RegisterPage {
    s: Shell,
    id: String,
    /// Whoever is signed in keeps his account.
    asks_account: bool,
    form: FormState,
    kinds: Vec<Choice>,
    places: Vec<String>,
}

pub(super) fn kind_choices(l: Locale) -> Vec<Choice> {
    Choice::of_list(EmployerKind::LIST, l)
}

fn register_form(s: Shell, id: EmployerId, asks_account: bool, form: FormState) -> RegisterPage {
    let kinds = kind_choices(s.locale);
    RegisterPage {
        s,
        id: id.to_string(),
        asks_account,
        form,
        kinds,
        places: place_choices(),
    }
}

/// `GET /register`
pub(super) async fn register_page(request: HttpRequest, caller: Caller) -> Result<HttpResponse> {
    if caller.actor.employers().next().is_some() {
        return Ok(see_other("/desk/employer"));
    }
    let asks_account = caller.actor.is_nobody();
    page(&register_form(
        Shell::of(&request),
        Id::fresh(),
        asks_account,
        FormState::empty(),
    ))
}

/// Reads what a registration or a correction says about the employer.
pub(in crate::employers) fn read_draft(fields: &Fields, id: EmployerId) -> Result<EmployerDraft> {
    let mut reader = Reader::new(fields);
    let kind = reader.choice("kind", EmployerKind::parse);
    let name = reader.text("name", 80);
    let credit_code = match read_credit_code(fields.get("credit_code")) {
        Ok(code) => code,
        Err(problem) => {
            reader.problem(problem);
            None
        }
    };
    let licence_no = reader.optional_text("licence_no", 60);
    let region = read_place(&mut reader, fields, "region");
    let address = reader.optional_text("address", 200).unwrap_or_default();
    let contact_name = reader.text("contact_name", 40);
    let phone = read_phone(&mut reader, fields, "phone");
    reader.finish()?;
    match (kind, region) {
        (Some(kind), Some(region)) => Ok(EmployerDraft {
            id,
            kind,
            name,
            credit_code,
            region,
            address,
            contact_name,
            phone,
            licence_no,
        }),
        // Both were reported above.
        _ => Err(Error::invalid("kind", "required")),
    }
}

fn read_account(fields: &Fields, l: Locale) -> Result<UserDraft> {
    let mut reader = Reader::new(fields);
    let sign_in_name = reader.text("sign_in_name", 40);
    let display_name = reader.optional_text("contact_name", 40).unwrap_or_default();
    // A password is taken as it was typed, blanks included.
    let password = fields.get("password").to_owned();
    if password.is_empty() {
        reader.problem(FieldProblem::new("password", "required"));
    }
    reader.finish()?;
    Ok(UserDraft {
        sign_in_name,
        display_name,
        password,
        language: l.language(),
        must_change: false,
    })
}

/// Both parts of the form, with the problems of both.
fn read_registration(fields: &Fields, id: EmployerId, l: Locale) -> Result<(EmployerDraft, UserDraft)> {
    match (read_draft(fields, id), read_account(fields, l)) {
        (Ok(draft), Ok(account)) => Ok((draft, account)),
        (Err(Error::Invalid(mut first)), Err(Error::Invalid(second))) => {
            first.extend(second);
            Err(Error::Invalid(first))
        }
        (Err(error), _) | (_, Err(error)) => Err(error),
    }
}

/// Registers, or finds what the same form registered a moment ago.
pub(in crate::employers) fn register_both(
    db: &Db,
    caller: &Caller,
    draft: &EmployerDraft,
    account: &UserDraft,
) -> Result<Employer> {
    let outcome = db.write(caller, |tx| register_with_account(tx, draft, account));
    let Err(Error::Invalid(problems)) = &outcome else {
        return outcome;
    };
    if !problems.iter().any(|problem| problem.code == "sign-in-name-taken") {
        return outcome;
    }
    let name = account.sign_in_name.trim().to_lowercase();
    let before = db.read(|conn| {
        let user = accounts::user_by_name(conn, &name)?;
        let employer = employer_by_id(conn, draft.id).ok();
        Ok(employer.filter(|e| e.created_by.is_some() && e.created_by == user.map(|u| u.id)))
    })?;
    before.map_or(outcome, Ok)
}

/// `POST /register`
pub(super) async fn register(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    fields: Fields,
) -> Result<HttpResponse> {
    let s = Shell::of(&request);
    let id: EmployerId = fields.get("id").parse().unwrap_or_else(|_| Id::fresh());
    let asks_account = caller.actor.is_nobody();
    let outcome = if asks_account {
        begin(&request, &services, caller, &fields, id, s.locale).await
    } else {
        continue_as(&services, caller, &fields, id).await
    };
    let (problems, status) = match outcome {
        Ok(answer) => return Ok(answer),
        Err(Error::Invalid(problems)) => (problems, StatusCode::UNPROCESSABLE_ENTITY),
        Err(Error::TooMany { seconds }) => {
            let problem = FieldProblem::new("sign_in_name", "register-wait").with("minutes", (seconds + 59) / 60);
            (vec![problem], StatusCode::TOO_MANY_REQUESTS)
        }
        Err(error) => return Err(error),
    };
    let form = FormState::refused(&fields, &problems, s.locale);
    page_with_status(&register_form(s, id, asks_account, form), status)
}

/// Account and employer together; whoever registered is signed in at once.
async fn begin(
    request: &HttpRequest,
    services: &Services,
    caller: Caller,
    fields: &Fields,
    id: EmployerId,
    l: Locale,
) -> Result<HttpResponse> {
    let (draft, account) = read_registration(fields, id, l)?;
    let db = services.db.clone();
    let begun = hashing(services, move || {
        register_both(&db, &caller, &draft, &account)?;
        accounts::sign_in(&db, &caller, &account.sign_in_name, &account.password)
    })
    .await?;
    services.wake.notify_one();
    let site = request.app_data::<web::Data<Site>>();
    let site = site.map(|site| site.get_ref().clone()).unwrap_or_default();
    let mut answer = see_other("/desk/employer?done=registered");
    answer
        .add_cookie(&session_cookie(&site, begun.secret))
        .map_err(|_| Error::internal("no cookie"))?;
    Ok(answer)
}

async fn continue_as(services: &Services, caller: Caller, fields: &Fields, id: EmployerId) -> Result<HttpResponse> {
    let draft = read_draft(fields, id)?;
    let db = services.db.clone();
    blocking(move || db.write(&caller, |tx| register_employer(tx, &draft))).await?;
    services.wake.notify_one();
    Ok(see_other("/desk/employer?done=registered"))
}
