//! Forms of a case: a step, a measure, what became of it, the closing.

use actix_web::{HttpRequest, HttpResponse, web};

use crate::audit::{act, back_to};
use crate::base::actor::Permission;
use crate::base::error::{Error, Result};
use crate::base::ids::{CaseId, HouseholdId, MeasureId};
use crate::casework::read;
use crate::guarantee::{
    Case, CaseCloseReason, CaseStepKind, Measure, MeasureStatus, add_measure, answer_measure, case_for, close_case,
    measure_for, open_case, record_step,
};
use crate::platform::Services;
use crate::platform::db::Caller;
use crate::platform::http::parts::{Choice, Fact};
use crate::platform::http::plain_form::{FieldKind, FieldSpec, PlainForm};
use crate::platform::http::{Fields, FormState, Shell, blocking};
use crate::platform::i18n::Locale;

fn case_path(id: CaseId) -> String {
    format!("/village/cases/{id}")
}

/// `POST /village/households/{id}/cases`
pub async fn post_case(
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<HouseholdId>,
) -> Result<HttpResponse> {
    caller.need(Permission::WorkCases)?;
    let household_id = *id;
    let (case, number) = act(&services, &caller, move |tx| open_case(tx, household_id)).await?;
    Ok(back_to(&case_path(case.id), number.as_deref()))
}

async fn open_case_of(services: &web::Data<Services>, caller: &Caller, id: CaseId) -> Result<Case> {
    caller.need(Permission::WorkCases)?;
    let (services, caller) = (services.clone(), caller.clone());
    let case = blocking(move || {
        services
            .db
            .read(|conn| case_for(conn, &caller.actor, id, Permission::WorkCases))
    })
    .await?;
    if case.is_open {
        Ok(case)
    } else {
        Err(Error::refused("case-closed"))
    }
}

fn form_of(l: Locale, key: &'static str, case: &Case, part: &str, fields: Vec<FieldSpec>) -> PlainForm {
    PlainForm {
        key,
        action: format!("{}/{part}", case_path(case.id)),
        back: case_path(case.id),
        facts: vec![
            Fact::new(l.t("casework-case-title"), case.number.clone()),
            Fact::new(l.t("casework-column-found"), l.day(case.found_on)),
        ],
        fields,
        hidden: vec![("version", case.version.to_string())],
    }
}

fn choices<T: Copy>(l: Locale, list: &str, values: &[T], code: impl Fn(T) -> &'static str) -> Vec<Choice> {
    let choice = |value: &T| Choice::new(code(*value), l.label(list, code(*value)));
    values.iter().map(choice).collect()
}

fn step_page(l: Locale, case: &Case) -> PlainForm {
    // What was done before is not offered again.
    let steps: Vec<CaseStepKind> = read::STEPS
        .into_iter()
        .filter(|kind| *kind != CaseStepKind::Verified || case.verified_on.is_none())
        .filter(|kind| *kind != CaseStepKind::Offered || case.verified_on.is_some())
        .collect();
    let kinds = choices(l, CaseStepKind::LIST, &steps, CaseStepKind::as_str);
    let fields = vec![
        FieldSpec::new(l, "casework-step", "kind", FieldKind::Radios(kinds), true),
        FieldSpec::new(l, "casework-step", "note", FieldKind::Area, true),
    ];
    form_of(l, "casework-step", case, "steps", fields)
}

fn measure_page(l: Locale, case: &Case) -> PlainForm {
    let fields = vec![
        FieldSpec::new(
            l,
            "casework-measure",
            "kind",
            FieldKind::Select(Choice::of_list("support_measure", l)),
            true,
        ),
        FieldSpec::new(l, "casework-measure", "what", FieldKind::Area, true),
        FieldSpec::new(
            l,
            "casework-measure",
            "unit",
            FieldKind::Select(Choice::of_list("plan_unit", l)),
            false,
        ),
        FieldSpec::new(l, "casework-measure", "due_on", FieldKind::Day, true),
    ];
    form_of(l, "casework-measure", case, "measures", fields)
}

fn closing_page(l: Locale, case: &Case) -> PlainForm {
    let reasons = Choice::of_list(CaseCloseReason::LIST, l);
    let fields = vec![
        FieldSpec::new(l, "casework-closing", "reason", FieldKind::Radios(reasons), true),
        FieldSpec::new(l, "casework-closing", "note", FieldKind::Area, true),
    ];
    form_of(l, "casework-closing", case, "closings", fields)
}

pub async fn step_form(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<CaseId>,
) -> Result<HttpResponse> {
    let case = open_case_of(&services, &caller, *id).await?;
    step_page(Shell::of(&request).locale, &case).show(&request, FormState::empty())
}

pub async fn post_step(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<CaseId>,
    typed: Fields,
) -> Result<HttpResponse> {
    let case = open_case_of(&services, &caller, *id).await?;
    let case_id = case.id;
    let outcome = match read::step(&typed) {
        Ok((version, kind, note)) => {
            act(&services, &caller, move |tx| {
                record_step(tx, case_id, version, kind, &note)
            })
            .await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(((), number)) => Ok(back_to(&case_path(case_id), number.as_deref())),
        Err(error) => step_page(Shell::of(&request).locale, &case).refuse(&request, &typed, error),
    }
}

pub async fn measure_form(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<CaseId>,
) -> Result<HttpResponse> {
    let case = open_case_of(&services, &caller, *id).await?;
    measure_page(Shell::of(&request).locale, &case).show(&request, FormState::empty())
}

pub async fn post_measure(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<CaseId>,
    typed: Fields,
) -> Result<HttpResponse> {
    let case = open_case_of(&services, &caller, *id).await?;
    let case_id = case.id;
    let outcome = match read::measure(&typed) {
        Ok((version, draft)) => {
            act(&services, &caller, move |tx| {
                add_measure(tx, case_id, version, &draft).map(drop)
            })
            .await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(((), number)) => Ok(back_to(&case_path(case_id), number.as_deref())),
        Err(error) => measure_page(Shell::of(&request).locale, &case).refuse(&request, &typed, error),
    }
}

pub async fn closing_form(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<CaseId>,
) -> Result<HttpResponse> {
    let case = open_case_of(&services, &caller, *id).await?;
    closing_page(Shell::of(&request).locale, &case).show(&request, FormState::empty())
}

pub async fn post_closing(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<CaseId>,
    typed: Fields,
) -> Result<HttpResponse> {
    let case = open_case_of(&services, &caller, *id).await?;
    let case_id = case.id;
    let outcome = match read::closing(&typed) {
        Ok((version, reason, note)) => {
            act(&services, &caller, move |tx| {
                close_case(tx, case_id, version, reason, &note)
            })
            .await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(((), number)) => Ok(back_to(&case_path(case_id), number.as_deref())),
        Err(error) => closing_page(Shell::of(&request).locale, &case).refuse(&request, &typed, error),
    }
}

async fn measure_of(services: &web::Data<Services>, caller: &Caller, id: MeasureId) -> Result<(Measure, Case)> {
    caller.need(Permission::WorkCases)?;
    let (services, caller) = (services.clone(), caller.clone());
    blocking(move || {
        services
            .db
            .read(|conn| measure_for(conn, &caller.actor, id, Permission::WorkCases))
    })
    .await
}

fn answer_page(l: Locale, measure: &Measure, case: &Case) -> PlainForm {
    let next = choices(l, MeasureStatus::LIST, measure.status.moves(), MeasureStatus::as_str);
    PlainForm {
        key: "casework-answer",
        action: format!("/village/measures/{}/answers", measure.id),
        back: case_path(case.id),
        facts: vec![
            Fact::new(l.t("casework-case-title"), case.number.clone()),
            Fact::new(l.t("casework-measure-field-what"), measure.what.clone()),
            Fact::new(l.t("casework-measure-due"), l.day(measure.due_on)),
        ],
        fields: vec![
            FieldSpec::new(l, "casework-answer", "status", FieldKind::Radios(next), true),
            FieldSpec::new(l, "casework-answer", "outcome", FieldKind::Area, false),
        ],
        hidden: vec![("version", measure.version.to_string())],
    }
}

pub async fn answer_form(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<MeasureId>,
) -> Result<HttpResponse> {
    let (measure, case) = measure_of(&services, &caller, *id).await?;
    answer_page(Shell::of(&request).locale, &measure, &case).show(&request, FormState::empty())
}

pub async fn post_answer(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<MeasureId>,
    typed: Fields,
) -> Result<HttpResponse> {
    let (measure, case) = measure_of(&services, &caller, *id).await?;
    let measure_id = measure.id;
    let outcome = match read::answer(&typed) {
        Ok((version, status, outcome)) => {
            act(&services, &caller, move |tx| {
                answer_measure(tx, measure_id, version, status, &outcome)
            })
            .await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok((case_id, number)) => Ok(back_to(&case_path(case_id), number.as_deref())),
        Err(error) => answer_page(Shell::of(&request).locale, &measure, &case).refuse(&request, &typed, error),
    }
}
