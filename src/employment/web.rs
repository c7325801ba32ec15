//! Pages on which cadres and officers record somebody's work, confirm that it goes on, and say that it ended.

use actix_web::{HttpRequest, HttpResponse, web};

use super::actions::{
    Correction, confirm_employment, correct_employment, end_employment, record_evidence, start_employment,
};
use super::model::{Employment, EmploymentDraft, EndReason, EvidenceKind};
use super::store;
use crate::audit::{act, back_to};
use crate::base::actor::Permission;
use crate::base::codes::{EmploymentChannel, EmploymentForm};
use crate::base::error::{Error, FieldProblem, Result};
use crate::base::ids::{EmploymentId, PersonId};
use crate::platform::Services;
use crate::platform::db::Caller;
use crate::platform::http::parts::{Choice, Fact};
use crate::platform::http::plain_form::{FieldKind, FieldSpec, PlainForm};
use crate::platform::http::{Fields, FormState, Reader, Shell, blocking};
use crate::platform::i18n::Locale;
use crate::reference::regions;
use crate::registry::{Person, person_facts, person_of, person_path, read_occupation, required_day};

pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/village/persons/{id}/employments/new", web::get().to(start_form))
        .route("/village/persons/{id}/employments", web::post().to(post_start))
        .route("/village/employments/{id}/end", web::get().to(end_form))
        .route("/village/employments/{id}/end", web::post().to(post_end))
        .route("/village/employments/{id}/evidence", web::post().to(post_evidence))
        .route("/village/employments/{id}/evidence/new", web::get().to(proof_form))
        .route("/village/employments/{id}/proofs", web::post().to(post_proof))
        .route(
            "/village/employments/{id}/corrections/new",
            web::get().to(correction_form),
        )
        .route("/village/employments/{id}/corrections", web::post().to(post_correction));
}

/// What proves work on a form; a roster is no evidence that a person types.
fn evidence_choices(l: Locale) -> Vec<Choice> {
    Choice::of_list(EvidenceKind::LIST, l)
        .into_iter()
        .filter(|c| c.value != EvidenceKind::Roster.as_str())
        .collect()
}

fn start_page(request: &HttpRequest, services: &Services, person: &Person) -> PlainForm {
    let l = Shell::of(request).locale;
    let field = |name, kind, required| FieldSpec::new(l, "employment", name, kind, required);
    PlainForm {
        key: "employment-start",
        action: format!("{}/employments", person_path(person.id)),
        back: person_path(person.id),
        facts: person_facts(l, person, services.clock.today()),
        fields: vec![
            field("job_title", FieldKind::Text, true),
            field("employer_name", FieldKind::Text, false),
            field(
                "form",
                FieldKind::Select(Choice::of_list(EmploymentForm::LIST, l)),
                true,
            ),
            field(
                "channel",
                FieldKind::Select(Choice::of_list(EmploymentChannel::LIST, l)),
                true,
            ),
            field("place", FieldKind::Text, false),
            field("wage", FieldKind::Number, false),
            field("start_on", FieldKind::Day, true),
            field("end_on", FieldKind::Day, false),
            field("evidence", FieldKind::Radios(evidence_choices(l)), true),
            field("occupation", FieldKind::Text, false),
        ],
        hidden: Vec::new(),
    }
}

async fn start_form(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<PersonId>,
) -> Result<HttpResponse> {
    let person = person_of(&services, &caller, *id, Permission::RecordEmployment).await?;
    start_page(&request, &services, &person).show(&request, FormState::empty())
}

/// Reads an employment from a form. The region is read from the place where it can be.
pub fn read_draft(person_id: PersonId, fields: &Fields) -> Result<EmploymentDraft> {
    let mut reader = Reader::new(fields);
    let job_title = reader.text("job_title", 80);
    let employer_name = reader.optional_text("employer_name", 120).unwrap_or_default();
    let form = reader.choice("form", EmploymentForm::parse);
    let channel = reader.choice("channel", EmploymentChannel::parse);
    let place = reader.optional_text("place", 120).unwrap_or_default();
    let wage = reader.optional_money("wage");
    let start_on = required_day(&mut reader, fields, "start_on");
    let end_on = reader.optional_day("end_on");
    let evidence = reader
        .choice("evidence", EvidenceKind::parse)
        .filter(|kind| *kind != EvidenceKind::Roster);
    let occupation = read_occupation(&mut reader, fields, "occupation");
    reader.finish()?;
    let missing = |field: &str| Error::Invalid(vec![FieldProblem::new(field, "required")]);
    Ok(EmploymentDraft {
        person_id,
        employer_id: None,
        employer_name,
        form: form.ok_or_else(|| missing("form"))?,
        channel: channel.ok_or_else(|| missing("channel"))?,
        job_title,
        occupation,
        region: Some(place.as_str())
            .filter(|p| !p.is_empty())
            .and_then(|place| regions().read_place(place)),
        place,
        wage,
        start_on,
        end_on,
        evidence: evidence.ok_or_else(|| missing("evidence"))?,
    })
}

async fn post_start(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<PersonId>,
    typed: Fields,
) -> Result<HttpResponse> {
    let person = person_of(&services, &caller, *id, Permission::RecordEmployment).await?;
    let outcome = match read_draft(person.id, &typed) {
        Ok(draft) => act(&services, &caller, move |tx| start_employment(tx, &draft)).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok((_, number)) => Ok(back_to(&person_path(person.id), number.as_deref())),
        Err(error) => start_page(&request, &services, &person).refuse(&request, &typed, error),
    }
}

async fn employment_of(services: &web::Data<Services>, caller: &Caller, id: EmploymentId) -> Result<Employment> {
    caller.need(Permission::RecordEmployment)?;
    let (services, caller) = (services.clone(), caller.clone());
    blocking(move || {
        services
            .db
            .read(|conn| store::employment_for(conn, &caller.actor, id, Permission::RecordEmployment))
    })
    .await
}

/// Why work ended, as far as a person says it.
fn typed_end_reasons(l: Locale) -> Vec<Choice> {
    let reasons = Choice::of_list(EndReason::LIST, l).into_iter();
    reasons.filter(|c| c.value != EndReason::Roster.as_str()).collect()
}

fn end_page(l: Locale, employment: &Employment) -> PlainForm {
    let reasons = typed_end_reasons(l);
    PlainForm {
        key: "employment-end",
        action: format!("/village/employments/{}/end", employment.id),
        back: person_path(employment.person_id),
        facts: vec![
            Fact::new(l.t("employment-field-job-title"), employment.job_title.clone()),
            Fact::new(l.t("employment-field-employer-name"), employment.employer_name.clone()),
            Fact::new(l.t("employment-field-start-on"), l.day(employment.start_on)),
        ],
        fields: vec![
            FieldSpec::new(l, "employment-end", "end_on", FieldKind::Day, true),
            FieldSpec::new(l, "employment-end", "reason", FieldKind::Radios(reasons), true),
        ],
        hidden: vec![("version", employment.version.to_string())],
    }
}

async fn end_form(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<EmploymentId>,
) -> Result<HttpResponse> {
    let employment = employment_of(&services, &caller, *id).await?;
    if employment.end_on.is_some() {
        return Err(Error::refused("employment-ended"));
    }
    end_page(Shell::of(&request).locale, &employment).show(&request, FormState::empty())
}

async fn post_end(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<EmploymentId>,
    typed: Fields,
) -> Result<HttpResponse> {
    let employment = employment_of(&services, &caller, *id).await?;
    let (employment_id, person_id) = (employment.id, employment.person_id);
    let mut reader = Reader::new(&typed);
    let end_on = required_day(&mut reader, &typed, "end_on");
    let reason = reader.choice("reason", EndReason::parse);
    let version = i32::try_from(reader.whole("version", 0, i64::from(i32::MAX))).unwrap_or(0);
    let outcome = match (reader.finish(), reason) {
        (Ok(()), Some(reason)) => {
            act(&services, &caller, move |tx| {
                end_employment(tx, employment_id, version, end_on, reason)
            })
            .await
        }
        (Ok(()), None) => Err(Error::invalid("reason", "required")),
        (Err(error), _) => Err(error),
    };
    match outcome {
        Ok(((), number)) => Ok(back_to(&person_path(person_id), number.as_deref())),
        Err(error) => end_page(Shell::of(&request).locale, &employment).refuse(&request, &typed, error),
    }
}

/// The person still works there: one tap.
async fn post_evidence(
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<EmploymentId>,
) -> Result<HttpResponse> {
    let employment = employment_of(&services, &caller, *id).await?;
    let employment_id = employment.id;
    let ((), number) = act(&services, &caller, move |tx| confirm_employment(tx, employment_id)).await?;
    Ok(back_to(&person_path(employment.person_id), number.as_deref()))
}

fn proof_page(l: Locale, employment: &Employment) -> PlainForm {
    PlainForm {
        key: "employment-proof",
        action: format!("/village/employments/{}/proofs", employment.id),
        back: person_path(employment.person_id),
        facts: employment_facts(l, employment),
        fields: vec![
            FieldSpec::new(
                l,
                "employment-proof",
                "kind",
                FieldKind::Radios(evidence_choices(l)),
                true,
            ),
            FieldSpec::new(l, "employment-proof", "seen_on", FieldKind::Day, true),
        ],
        hidden: Vec::new(),
    }
}

fn employment_facts(l: Locale, employment: &Employment) -> Vec<Fact> {
    let mut facts = vec![
        Fact::new(l.t("employment-field-job-title"), employment.job_title.clone()),
        Fact::new(l.t("employment-field-employer-name"), employment.employer_name.clone()),
        Fact::new(l.t("employment-field-start-on"), l.day(employment.start_on)),
    ];
    if let Some(end) = employment.end_on {
        facts.push(Fact::new(l.t("employment-field-end-on"), l.day(end)));
    }
    facts
}

async fn proof_form(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<EmploymentId>,
) -> Result<HttpResponse> {
    let employment = employment_of(&services, &caller, *id).await?;
    let today = services.clock.today().to_string();
    let filled = FormState::filled(vec![("seen_on".to_owned(), today)]);
    proof_page(Shell::of(&request).locale, &employment).show(&request, filled)
}

/// What proves the work, and of which day it is.
async fn post_proof(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<EmploymentId>,
    typed: Fields,
) -> Result<HttpResponse> {
    let employment = employment_of(&services, &caller, *id).await?;
    let employment_id = employment.id;
    let mut reader = Reader::new(&typed);
    let kind = reader.choice("kind", EvidenceKind::parse);
    let seen_on = required_day(&mut reader, &typed, "seen_on");
    let outcome = match reader.finish() {
        Ok(()) => {
            act(&services, &caller, move |tx| {
                record_evidence(tx, employment_id, kind, seen_on)
            })
            .await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(((), number)) => Ok(back_to(&person_path(employment.person_id), number.as_deref())),
        Err(error) => proof_page(Shell::of(&request).locale, &employment).refuse(&request, &typed, error),
    }
}

fn correction_page(l: Locale, employment: &Employment) -> PlainForm {
    let field = |name, kind, required| FieldSpec::new(l, "employment-correction", name, kind, required);
    PlainForm {
        key: "employment-correction",
        action: format!("/village/employments/{}/corrections", employment.id),
        back: person_path(employment.person_id),
        facts: employment_facts(l, employment),
        fields: vec![
            field("start_on", FieldKind::Day, true),
            field("end_on", FieldKind::Day, false),
            field("reason", FieldKind::Select(typed_end_reasons(l)), false),
            field("why", FieldKind::Area, true),
        ],
        hidden: vec![("version", employment.version.to_string())],
    }
}

async fn correction_form(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<EmploymentId>,
) -> Result<HttpResponse> {
    let employment = employment_of(&services, &caller, *id).await?;
    let end_on = employment.end_on.map(|day| day.to_string()).unwrap_or_default();
    let reason = employment.end_reason.map(EndReason::as_str).unwrap_or_default();
    let filled = FormState::filled(vec![
        ("start_on".to_owned(), employment.start_on.to_string()),
        ("end_on".to_owned(), end_on),
        ("reason".to_owned(), reason.to_owned()),
    ]);
    correction_page(Shell::of(&request).locale, &employment).show(&request, filled)
}

/// Reads a correction from a form.
pub fn read_correction(fields: &Fields) -> Result<Correction> {
    let mut reader = Reader::new(fields);
    let start_on = required_day(&mut reader, fields, "start_on");
    let end_on = reader.optional_day("end_on");
    let reason = reader.optional_choice("reason", EndReason::parse);
    let why = reader.text("why", 400);
    let version = i32::try_from(reader.whole("version", 0, i64::from(i32::MAX))).unwrap_or(0);
    reader.finish()?;
    Ok(Correction {
        version,
        start_on,
        end_on,
        reason,
        why,
    })
}

async fn post_correction(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<EmploymentId>,
    typed: Fields,
) -> Result<HttpResponse> {
    let employment = employment_of(&services, &caller, *id).await?;
    let employment_id = employment.id;
    let outcome = match read_correction(&typed) {
        Ok(correction) => {
            act(&services, &caller, move |tx| {
                correct_employment(tx, employment_id, &correction)
            })
            .await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok((_, number)) => Ok(back_to(&person_path(employment.person_id), number.as_deref())),
        Err(error) => correction_page(Shell::of(&request).locale, &employment).refuse(&request, &typed, error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ids::Id;

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        Fields::new(pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect())
    }

    #[test]
    fn the_place_of_work_becomes_a_region_where_it_can_be_read() {
        let mut typed = vec![
            ("job_title", "保洁员"),
            ("form", "contract"),
            ("channel", "migrant_work"),
            ("start_on", "2020-03-01"),
            ("evidence", "visit"),
            ("place", "上海市嘉定区"),
        ];
        let draft = read_draft(Id::from_raw(1), &fields(&typed)).unwrap();
        assert_eq!(draft.region.unwrap().to_string(), "310114");
        typed.pop();
        typed.push(("place", "外面"));
        assert_eq!(read_draft(Id::from_raw(1), &fields(&typed)).unwrap().region, None);
    }

    #[test]
    fn a_roster_is_no_evidence_that_a_person_types() {
        let typed = fields(&[
            ("job_title", "保洁员"),
            ("form", "contract"),
            ("channel", "migrant_work"),
            ("start_on", "2020-03-01"),
            ("evidence", "roster"),
        ]);
        assert!(matches!(read_draft(Id::from_raw(1), &typed), Err(Error::Invalid(_))));
    }
}
