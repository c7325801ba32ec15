//! Confirmation with one tap: the page of employers and workers, and the same for programs.

use std::collections::HashMap;

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use askama::Template;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::confirmations::{
    Answer, AskedSide, Confirmation, answer_confirmation, may_answer, question_for, questions_for,
};
use super::model::{Employment, EndReason};
use crate::audit::{ReceiptWords, act, back_to, receipt_words};
use crate::base::error::{Error, Result};
use crate::base::ids::{ConfirmationId, PersonId};
use crate::platform::Services;
use crate::platform::db::Caller;
use crate::platform::http::parts::{Button, Choice, Fact};
use crate::platform::http::plain_form::{FieldKind, FieldSpec, PlainForm};
use crate::platform::http::{Fields, FormState, ListView, Reader, Shell, blocking, page};
use crate::platform::i18n::Locale;
use crate::registry::{Person, persons_by_ids, required_day};

const PATH: &str = "/confirmations";

pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/confirmations", web::get().to(show))
        .route("/confirmations/{id}/answers/new", web::get().to(gone_form))
        .route("/confirmations/{id}/answers", web::post().to(post_answer));
}

pub fn api_routes(config: &mut ServiceConfig<'_>) {
    config.service(list_confirmations).service(add_answer);
}

fn need(caller: &Caller) -> Result<()> {
    caller.need_sign_in()?;
    if may_answer(&caller.actor) {
        Ok(())
    } else {
        Err(Error::Forbidden)
    }
}

/// Somebody of whom is asked whether he is still there.
struct Question {
    sentence: String,
    since: String,
    still_there: Button,
    gone_href: String,
}

#[derive(Template)]
#[template(path = "employment/confirmations.html")]
struct ConfirmationsPage {
    s: Shell,
    receipt: Option<ReceiptWords>,
    questions: Vec<Question>,
}

async fn show(request: HttpRequest, services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    need(&caller)?;
    let query = Fields::of_query(&request);
    query.only(&["done"])?;
    let s = Shell::of(&request);
    let (l, today) = (s.locale, services.clock.today());
    let (rows, named, receipt) = blocking(move || {
        services.db.snapshot(|conn| {
            let rows = questions_for(conn, &caller.actor, today)?;
            let ids: Vec<PersonId> = rows.iter().map(|(_, employment)| employment.person_id).collect();
            let receipt = receipt_words(conn, &caller.actor, &query, l)?;
            Ok((rows, persons_by_ids(conn, &ids)?, receipt))
        })
    })
    .await?;
    page(&ConfirmationsPage {
        questions: rows.iter().map(|row| question(l, row, &named)).collect(),
        receipt,
        s,
    })
}

fn question(
    l: Locale,
    (question, employment): &(Confirmation, Employment),
    named: &HashMap<PersonId, Person>,
) -> Question {
    let job = employment.job_title.as_str();
    let sentence = match question.asked {
        AskedSide::Employer => {
            let name = named
                .get(&employment.person_id)
                .map_or("", |person| person.name.as_str());
            l.ta("confirmation-of-worker", &[("name", name.into()), ("job", job.into())])
        }
        AskedSide::Worker => {
            let employer = employment.employer_name.as_str();
            l.ta(
                "confirmation-of-self",
                &[("employer", employer.into()), ("job", job.into())],
            )
        }
    };
    Question {
        sentence,
        since: l.ta("confirmation-since", &[("day", l.day(employment.start_on).into())]),
        still_there: Button {
            action: format!("{PATH}/{}/answers", question.id),
            label: l.t("confirmation-still-there"),
            hidden: vec![("answer", "still_there".to_owned())],
        },
        gone_href: format!("{PATH}/{}/answers/new", question.id),
    }
}

fn gone_page(l: Locale, question: &Confirmation, employment: &Employment) -> PlainForm {
    let reasons = Choice::of_list(EndReason::LIST, l).into_iter();
    let reasons = reasons.filter(|c| c.value != EndReason::Roster.as_str()).collect();
    PlainForm {
        key: "confirmation-gone",
        action: format!("{PATH}/{}/answers", question.id),
        back: PATH.to_owned(),
        facts: vec![
            Fact::new(l.t("employment-field-job-title"), employment.job_title.clone()),
            Fact::new(l.t("employment-field-start-on"), l.day(employment.start_on)),
        ],
        fields: vec![
            FieldSpec::new(l, "employment-end", "end_on", FieldKind::Day, true),
            FieldSpec::new(l, "employment-end", "reason", FieldKind::Radios(reasons), true),
        ],
        hidden: vec![("answer", "gone".to_owned())],
    }
}

async fn asked_of(
    services: &web::Data<Services>,
    caller: &Caller,
    id: ConfirmationId,
) -> Result<(Confirmation, Employment)> {
    need(caller)?;
    let (services, caller) = (services.clone(), caller.clone());
    blocking(move || services.db.read(|conn| question_for(conn, &caller.actor, id))).await
}

async fn gone_form(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<ConfirmationId>,
) -> Result<HttpResponse> {
    let (question, employment) = asked_of(&services, &caller, *id).await?;
    gone_page(Shell::of(&request).locale, &question, &employment).show(&request, FormState::empty())
}

fn read_answer(fields: &Fields) -> Result<Answer> {
    let mut reader = Reader::new(fields);
    let answer = reader.choice("answer", super::confirmations::ConfirmationAnswer::parse);
    if answer == Some(super::confirmations::ConfirmationAnswer::StillThere) {
        return reader.finish().map(|()| Answer::StillThere);
    }
    let end_on = required_day(&mut reader, fields, "end_on");
    let reason = reader.choice("reason", |text| {
        EndReason::parse(text).filter(|reason| *reason != EndReason::Roster)
    });
    reader.finish()?;
    let reason = reason.ok_or_else(|| Error::invalid("reason", "required"))?;
    Ok(Answer::Gone { end_on, reason })
}

async fn post_answer(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<ConfirmationId>,
    typed: Fields,
) -> Result<HttpResponse> {
    let (question, employment) = asked_of(&services, &caller, *id).await?;
    let question_id = question.id;
    let outcome = match read_answer(&typed) {
        Ok(answer) => {
            act(&services, &caller, move |tx| {
                answer_confirmation(tx, question_id, answer)
            })
            .await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok((_, number)) => Ok(back_to(PATH, number.as_deref())),
        Err(error) => gone_page(Shell::of(&request).locale, &question, &employment).refuse(&request, &typed, error),
    }
}

/// A question that waits for the caller's answer.
#[derive(Debug, Serialize, ToSchema)]
struct ConfirmationView {
    id: String,
    employment_id: String,
    /// `employer` or `worker`.
    #[schema(example = "employer")]
    asked: &'static str,
    #[schema(example = 30)]
    after_days: i32,
    due_on: String,
    job_title: String,
    start_on: String,
}

/// The questions that wait for the caller's answer: who is still at work
#[utoipa::path(tag = "employments", responses((status = 200, description = "Questions", body = ListView<ConfirmationView>)))]
#[get("/api/v1/confirmations")]
async fn list_confirmations(services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    need(&caller)?;
    let today = services.clock.today();
    let rows = blocking(move || services.db.read(|conn| questions_for(conn, &caller.actor, today))).await?;
    let view = |(question, employment): &(Confirmation, Employment)| ConfirmationView {
        id: question.id.to_string(),
        employment_id: employment.id.to_string(),
        asked: question.asked.as_str(),
        after_days: question.after_days,
        due_on: question.due_on.to_string(),
        job_title: employment.job_title.clone(),
        start_on: employment.start_on.to_string(),
    };
    Ok(HttpResponse::Ok().json(ListView {
        items: rows.iter().map(view).collect(),
        next: None,
    }))
}

/// Still there, or gone since when and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ConfirmationAnswerBody {
    /// `still_there` or `gone`.
    #[schema(example = "still_there")]
    answer: String,
    /// The last day of work, where the person is gone.
    end_on: Option<String>,
    reason: Option<String>,
}

/// Answer whether somebody is still at work
#[utoipa::path(tag = "employments", params(("id" = String, Path, description = "The question")), request_body = ConfirmationAnswerBody, responses(
    (status = 204, description = "Answered"),
    (status = 404, description = "No such question was put to the caller"),
    (status = 409, description = "It was answered, or the work has ended"),
))]
#[post("/api/v1/confirmations/{id}/answers")]
async fn add_answer(
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<ConfirmationId>,
    body: web::Json<ConfirmationAnswerBody>,
) -> Result<HttpResponse> {
    need(&caller)?;
    let body = body.into_inner();
    let pairs = [
        ("answer", Some(body.answer)),
        ("end_on", body.end_on),
        ("reason", body.reason),
    ];
    let pairs = pairs
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)));
    let answer = read_answer(&Fields::new(pairs.collect()))?;
    blocking(move || {
        services.db.write(&caller, |tx| answer_confirmation(tx, *id, answer))?;
        services.wake.notify_one();
        Ok(())
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
