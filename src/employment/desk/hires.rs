//! The people at work with an employer: still here with one tap, or ended with day and reason.

use std::collections::HashMap;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, get, web};
use askama::Template;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::base::error::{Error, FieldProblem, OrNotFound, Result};
use crate::base::ids::{EmployerId, EmploymentId, PersonId};
use crate::base::time::{Day, days_between};
use crate::employers::web::common::{own_employer_id, see_other};
use crate::employment::actions::{confirm_employment, end_employment};
use crate::employment::model::{EmploymentRow, EndReason};
use crate::employment::store::hires_of;
use crate::platform::Services;
use crate::platform::db::{Caller, Conn};
use crate::platform::http::parts::{Badge, Choice, Tone};
use crate::platform::http::{Fields, FormState, ListView, Reader, Shell, blocking, page, page_with_status};
use crate::platform::i18n::Locale;
use crate::registry;

/// So many people are shown; those at work come first.
pub(super) const MOST: usize = 200;
/// Work that nothing has confirmed for longer is to be confirmed (conventions of the guarantee).
const CONFIRM_AFTER_DAYS: i64 = 60;

/// Whether somebody still at work should be confirmed again.
pub(super) fn is_to_confirm(row: &EmploymentRow, today: Day) -> bool {
    let seen = row.evidence_on.unwrap_or(row.employment.start_on);
    row.employment.end_on.is_none() && days_between(seen, today) > CONFIRM_AFTER_DAYS
}

struct HireLine {
    id: String,
    version: i32,
    name: String,
    job: String,
    since: String,
    state: Badge,
    evidence: String,
    at_work: bool,
}

#[derive(Template)]
#[template(path = "employment/desk_hires.html")]
struct HiresPage {
    s: Shell,
    done: Option<String>,
    at_work: Vec<HireLine>,
    ended: Vec<HireLine>,
    form: FormState,
    reasons: Vec<Choice>,
    today: String,
}

type Hires = (Vec<EmploymentRow>, HashMap<PersonId, registry::Person>);

fn read_hires(conn: &mut Conn, id: EmployerId, today: Day) -> Result<Hires> {
    let rows = hires_of(conn, id, MOST, today)?;
    let persons: Vec<PersonId> = rows.iter().map(|row| row.employment.person_id).collect();
    let named = registry::persons_by_ids(conn, &persons)?;
    Ok((rows, named))
}

/// `GET /desk/hires`
pub(super) async fn hires(request: HttpRequest, services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    page(&draw(&request, &services, &caller, FormState::empty()).await?)
}

async fn draw(request: &HttpRequest, services: &Services, caller: &Caller, form: FormState) -> Result<HiresPage> {
    let id = own_employer_id(caller)?;
    let (db, today) = (services.db.clone(), services.clock.today());
    let (rows, named) = blocking(move || db.snapshot(|conn| read_hires(conn, id, today))).await?;
    let s = Shell::of(request);
    let l = s.locale;
    let lines = rows.iter().map(|row| hire_line(l, row, &named, today));
    let (at_work, ended): (Vec<HireLine>, Vec<HireLine>) = lines.partition(|line| line.at_work);
    let reasons = Choice::of_list(EndReason::LIST, l);
    let done = match Fields::of_query(request).get("done") {
        "confirmed" => Some(l.t("desk-hire-confirmed")),
        "ended" => Some(l.t("desk-hire-ended")),
        _ => None,
    };
    Ok(HiresPage {
        done,
        at_work,
        ended,
        form,
        reasons: reasons
            .into_iter()
            .filter(|r| r.value != EndReason::Roster.as_str())
            .collect(),
        today: l.day_iso(today),
        s,
    })
}

fn hire_line(l: Locale, row: &EmploymentRow, named: &HashMap<PersonId, registry::Person>, today: Day) -> HireLine {
    let employment = &row.employment;
    let (tone, label) = match employment.end_on {
        Some(day) => {
            let day = l.day(day);
            (Tone::Quiet, l.ta("desk-hire-left-on", &[("day", day.as_str().into())]))
        }
        None if is_to_confirm(row, today) => (Tone::AtRisk, l.t("desk-hire-to-confirm")),
        None => (Tone::Good, l.t("desk-hire-at-work")),
    };
    let reason = employment
        .end_reason
        .map(|r| l.label(EndReason::LIST, r.as_str()).to_owned());
    let since = l.day(employment.start_on);
    let seen = row.evidence_on.map(|day| l.day(day));
    let seen = seen.map(|day| l.ta("desk-hire-seen", &[("day", day.as_str().into())]));
    HireLine {
        id: employment.id.to_string(),
        version: employment.version,
        name: named
            .get(&employment.person_id)
            .map(|p| p.name.clone())
            .unwrap_or_default(),
        job: employment.job_title.clone(),
        since: l.ta("desk-hire-since", &[("day", since.as_str().into())]),
        state: Badge { tone, label },
        evidence: reason.or(seen).unwrap_or_default(),
        at_work: employment.end_on.is_none(),
    }
}

fn employment_id(path: &str) -> Result<EmploymentId> {
    path.parse().ok().or_not_found("employment")
}

/// `POST /desk/hires/{id}/confirmations`: still here, one tap.
pub(super) async fn confirm(
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
) -> Result<HttpResponse> {
    own_employer_id(&caller)?;
    let id = employment_id(&path)?;
    let db = services.db.clone();
    blocking(move || db.write(&caller, |tx| confirm_employment(tx, id))).await?;
    services.wake.notify_one();
    Ok(see_other("/desk/hires?done=confirmed"))
}

fn read_end(fields: &Fields) -> Result<(Day, EndReason)> {
    let mut reader = Reader::new(fields);
    let end_on = reader.optional_day("end_on");
    if fields.find("end_on").is_none() {
        reader.problem(FieldProblem::new("end_on", "required"));
    }
    let reason = reader.choice("reason", EndReason::parse);
    reader.finish()?;
    end_on.zip(reason).ok_or_else(|| Error::invalid("end_on", "required"))
}

/// `POST /desk/hires/{id}/ends`
pub(super) async fn end(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
    fields: Fields,
) -> Result<HttpResponse> {
    own_employer_id(&caller)?;
    let id = employment_id(&path)?;
    let version: i32 = fields.get("version").parse().map_err(|_| Error::Conflict)?;
    let outcome = match read_end(&fields) {
        Err(error) => Err(error),
        Ok((end_on, reason)) => {
            let (db, asking) = (services.db.clone(), caller.clone());
            blocking(move || db.write(&asking, |tx| end_employment(tx, id, version, end_on, reason))).await
        }
    };
    match outcome {
        Ok(()) => {
            services.wake.notify_one();
            Ok(see_other("/desk/hires?done=ended"))
        }
        Err(Error::Invalid(problems)) => {
            let values = ["end_on", "reason"].map(|name| (format!("{name}-{id}"), fields.get(name).to_owned()));
            let mut named = problems;
            for problem in &mut named {
                problem.field = format!("{}-{id}", problem.field);
            }
            let l = Shell::of(&request).locale;
            let form = FormState::refused(&Fields::new(values.to_vec()), &named, l);
            page_with_status(
                &draw(&request, &services, &caller, form).await?,
                StatusCode::UNPROCESSABLE_ENTITY,
            )
        }
        Err(error) => Err(error),
    }
}

/// The calls of the employer's side. Confirming and ending are calls of employments.
pub fn api_routes(config: &mut ServiceConfig<'_>) {
    config.service(hires_of_employer);
}

/// Somebody at work with an employer, as the employer sees him.
#[derive(Serialize, ToSchema)]
struct HireView {
    /// The employment.
    #[schema(example = "01J8ZK4Q9T3VB")]
    id: String,
    /// To be sent back when the work ends.
    version: i32,
    #[schema(example = "玉香")]
    name: String,
    #[schema(example = "茶叶采摘工")]
    job_title: String,
    #[schema(example = "2026-03-01")]
    start_on: String,
    end_on: Option<String>,
    end_reason: Option<&'static str>,
    /// The day of the newest evidence of the work.
    evidence_on: Option<String>,
    /// Nothing has confirmed it for 60 days.
    to_confirm: bool,
}

/// List the people whom an employer has hired
#[utoipa::path(tag = "employers", params(("id" = String, Path, description = "The employer")),
    responses((status = 200, description = "Those at work first, at most 200", body = ListView<HireView>)))]
#[get("/api/v1/employers/{id}/hires")]
async fn hires_of_employer(
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
) -> Result<HttpResponse> {
    caller.need_sign_in()?;
    let id: EmployerId = path.parse().ok().or_not_found("employer")?;
    if !caller.actor.manages(id) {
        return Err(Error::NotFound("employer"));
    }
    let today = services.clock.today();
    let (rows, named) = blocking(move || services.db.snapshot(|conn| read_hires(conn, id, today))).await?;
    let view = |row: &EmploymentRow| {
        let employment = &row.employment;
        HireView {
            id: employment.id.to_string(),
            version: employment.version,
            name: named
                .get(&employment.person_id)
                .map(|p| p.name.clone())
                .unwrap_or_default(),
            job_title: employment.job_title.clone(),
            start_on: employment.start_on.to_string(),
            end_on: employment.end_on.map(|day| day.to_string()),
            end_reason: employment.end_reason.map(EndReason::as_str),
            evidence_on: row.evidence_on.map(|day| day.to_string()),
            to_confirm: is_to_confirm(row, today),
        }
    };
    Ok(HttpResponse::Ok().json(ListView::whole(rows.iter().map(view).collect())))
}
