//! Steps of a claim that need words or figures, and its documents.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};

use super::claim_page::{Seen, claim_id, see, step_key, steps_open};
use super::rule_name;
use crate::audit::{act, back_to};
use crate::base::error::{Error, OrNotFound, Result};
use crate::base::ids::ClaimDocumentId;
use crate::platform::Services;
use crate::platform::db::Caller;
use crate::platform::http::parts::{Choice, Fact};
use crate::platform::http::plain_form::{FieldKind, FieldSpec, PlainForm};
use crate::platform::http::{Fields, FormState, Shell, blocking};
use crate::platform::i18n::Locale;
use crate::subsidies::api::StepRequest;
use crate::subsidies::claims::{self, DocumentDraft};
use crate::subsidies::model::{ClawbackReason, Paper};

/// The form of a step that needs words or figures.
fn form_of(l: Locale, seen: &Seen, step: &str) -> Result<PlainForm> {
    let key = step_key(step).or_not_found("step")?;
    let field = |name, kind, required| FieldSpec::new(l, "claim-step", name, kind, required);
    let note = || field("note", FieldKind::Area, true);
    let papers = || {
        let all = seen
            .rule
            .terms
            .papers
            .iter()
            .chain(seen.rule.terms.papers_any.iter().flatten());
        let choices = all.filter(|paper| !paper.is_served());
        choices
            .map(|paper| Choice::new(paper.as_str(), l.label(Paper::LIST, paper.as_str())))
            .collect()
    };
    let fields = match step {
        "return" => vec![field("papers", FieldKind::Select(papers()), false), note()],
        "reject" | "object" | "state" | "drop_hearing" => vec![note()],
        "prove" => proof_fields(l, seen),
        "hear" => vec![
            field(
                "reason",
                FieldKind::Select(Choice::of_list(ClawbackReason::LIST, l)),
                true,
            ),
            field("amount", FieldKind::Number, true),
            note(),
        ],
        "settle" => vec![field("upheld", FieldKind::Tick, false), note()],
        "strike" => {
            let kept = seen.lines.iter().filter(|(line, _, _)| line.struck.is_none());
            let choices = kept
                .map(|(line, _, name)| Choice::new(line.id.to_string(), name.clone()))
                .collect();
            vec![field("line_id", FieldKind::Select(choices), true), note()]
        }
        "claw_back" => vec![
            field(
                "reason",
                FieldKind::Select(Choice::of_list(ClawbackReason::LIST, l)),
                true,
            ),
            field("amount", FieldKind::Number, true),
            field("document", FieldKind::Text, true),
        ],
        "settle_clawback" => vec![
            field("amount", FieldKind::Number, false),
            field("waived", FieldKind::Number, false),
            field("document", FieldKind::Text, true),
        ],
        _ => return Err(Error::NotFound("step")),
    };
    let claim = &seen.claim;
    Ok(PlainForm {
        key,
        action: format!("/claims/{}/steps", claim.id),
        back: format!("/claims/{}", claim.id),
        facts: vec![
            Fact::new(l.t("claim-column-rule"), rule_name(l, &seen.rule)),
            Fact::new(l.t("claim-column-payee"), claim.payee_name.clone()),
            Fact::new(l.t("claim-column-amount"), l.money(claim.amount_fen)),
        ],
        fields,
        hidden: vec![("step", step.to_owned()), ("version", claim.version.to_string())],
    })
}

/// What is read from a document: an invoice, or the days of a register.
fn proof_fields(l: Locale, seen: &Seen) -> Vec<FieldSpec> {
    let field = |name, kind, required| FieldSpec::new(l, "claim-step", name, kind, required);
    let documents = seen.documents.iter().map(|document| {
        let kind = l.label(Paper::LIST, document.kind.as_str());
        Choice::new(document.id.to_string(), format!("{kind} {}", document.file_name))
    });
    let kept = seen.lines.iter().filter(|(line, _, _)| line.struck.is_none());
    let lines = kept
        .map(|(line, _, name)| Choice::new(line.id.to_string(), name.clone()))
        .collect();
    let by_days = seen.rule.terms.is_by_days();
    let mut fields = vec![
        field("document", FieldKind::Select(documents.collect()), true),
        field("line_id", FieldKind::Select(lines), by_days),
    ];
    if by_days {
        fields.push(field("days", FieldKind::Number, true));
    } else {
        fields.push(field("invoice", FieldKind::Text, true));
        fields.push(field("amount", FieldKind::Number, true));
    }
    fields
}

/// `GET /claims/{id}/steps/{step}`
pub(super) async fn step_form(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse> {
    caller.need_sign_in()?;
    let (id, step) = path.into_inner();
    let id = claim_id(&id)?;
    let db = services.db.clone();
    let today = services.clock.today();
    let seen = blocking(move || db.snapshot(|conn| see(conn, &caller, id, today))).await?;
    if !steps_open(&seen).contains(&step.as_str()) {
        return Err(Error::Forbidden);
    }
    let l = Shell::of(&request).locale;
    form_of(l, &seen, &step)?.show(&request, FormState::empty())
}

/// `POST /claims/{id}/steps`
pub(super) async fn take_step(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
    fields: Fields,
) -> Result<HttpResponse> {
    caller.need_sign_in()?;
    let id = claim_id(&path)?;
    let asked = StepRequest {
        step: fields.get("step").to_owned(),
        version: fields
            .get("version")
            .parse()
            .map_err(|_| Error::bad_request("version", "not-a-number"))?,
        note: fields.get("note").to_owned(),
        papers: fields.all("papers").map(str::to_owned).collect(),
        upheld: fields.find("upheld").is_some(),
        line_id: fields.find("line_id").map(str::to_owned),
        invoice: fields.find("invoice").map(str::to_owned),
        days: match fields.find("days") {
            None => None,
            Some(text) => Some(text.parse().map_err(|_| Error::bad_request("days", "not-a-number"))?),
        },
        reason: fields.find("reason").map(str::to_owned),
        amount: fields.find("amount").map(str::to_owned),
        waived: fields.find("waived").map(str::to_owned),
        document: fields.get("document").to_owned(),
    };
    let step = asked.step.clone();
    match act(&services, &caller, move |tx| asked.take(tx, id)).await {
        Ok((_, number)) => Ok(back_to(&format!("/claims/{id}"), number.as_deref())),
        Err(error @ Error::Invalid(_)) => {
            let db = services.db.clone();
            let today = services.clock.today();
            let seen = blocking(move || db.snapshot(|conn| see(conn, &caller, id, today))).await?;
            let l = Shell::of(&request).locale;
            match form_of(l, &seen, &step) {
                Ok(form) => form.refuse(&request, &fields, error),
                Err(_) => Err(error),
            }
        }
        Err(error) => Err(error),
    }
}

/// `POST /claims/{id}/documents`
pub(super) async fn add_document(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
    body: web::Payload,
) -> Result<HttpResponse> {
    caller.need_sign_in()?;
    let id = claim_id(&path)?;
    let (kind, file_name, bytes) = super::receive(&request, body).await?;
    let kind = Paper::parse(&kind).ok_or_else(|| Error::invalid("kind", "not-a-choice"))?;
    blocking(move || {
        let draft = DocumentDraft {
            claim_id: id,
            kind,
            file_name,
            bytes,
        };
        claims::keep_document(&services, &caller, &draft)
    })
    .await?;
    Ok(HttpResponse::SeeOther()
        .insert_header((header::LOCATION, format!("/claims/{id}")))
        .finish())
}

/// `GET /claims/{id}/documents/{document}`: the file, always as a download and never as a page of ours.
pub(super) async fn document(
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse> {
    caller.need_sign_in()?;
    let (_, document) = path.into_inner();
    let id: ClaimDocumentId = document.parse().ok().or_not_found("document")?;
    let (document, bytes) = blocking(move || {
        let (_, document) = services
            .db
            .snapshot(|conn| claims::document_for(conn, &caller.actor, id))?;
        let bytes = std::fs::read(claims::path_of(&services.folder, id))?;
        Ok((document, bytes))
    })
    .await?;
    let ending = match document.media_type.as_str() {
        "application/pdf" => "pdf",
        "image/png" => "png",
        _ => "jpg",
    };
    Ok(HttpResponse::Ok()
        .content_type(document.media_type)
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{}-{id}.{ending}\"", document.kind),
        ))
        .insert_header(("x-content-type-options", "nosniff"))
        .body(bytes))
}
