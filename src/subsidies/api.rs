//! Calls for programs: the rulebook, claims and their steps. Money has its own file.

mod looks;
mod money;
mod views;

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use chrono::Datelike;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions::{ConfirmationDraft, confirm_rule};
use super::claims::{ClaimDraft, Decision, DocumentDraft, ProofDraft};
use super::model::{Claim, ClaimState, ClawbackReason, Paper};
use super::store::{self, FactSubject};
use super::{claims, web as pages};
use crate::base::actor::{Actor, Permission};
use crate::base::error::{Error, OrNotFound, Result};
use crate::base::ids::{ClaimId, Id, SupportRuleId};
use crate::base::money::Money;
use crate::base::region::RegionCode;
use crate::base::time::parse_day;
use crate::platform::Services;
use crate::platform::db::{Caller, Conn};
use crate::platform::http::{Fields, ListView, Shell, blocking, choice_filter, page_request};
use crate::registry;
pub(super) use money::file_answer;
pub(super) use views::check_words;
use views::{ClaimView, ClaimWhole, OfferView, RuleView};

pub fn api_routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list_rules)
        .service(confirm)
        .service(list_offers)
        .service(list_claims)
        .service(add_claim)
        .service(one_claim)
        .service(take_step)
        .service(add_document);
    looks::api_routes(config);
    money::api_routes(config);
}

/// List support rules
///
/// The version of each rule that has begun, with its source and whether the bureau has confirmed that it is paid.
/// Everybody may read them.
#[utoipa::path(tag = "supports", responses((status = 200, description = "The rulebook", body = ListView<RuleView>)))]
#[get("/api/v1/support-rules")]
async fn list_rules(request: HttpRequest, services: web::Data<Services>) -> Result<HttpResponse> {
    Fields::of_query(&request).only(&[])?;
    let today = services.clock.today();
    let rules = blocking(move || services.db.read(|conn| store::rules_by(conn, today))).await?;
    Ok(HttpResponse::Ok().json(ListView::whole(rules.iter().map(RuleView::from).collect())))
}

/// The bureau's word that a rule is paid.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ConfirmRequest {
    /// Where it holds.
    #[schema(example = "532801")]
    region: String,
    #[schema(example = "2026-01-01")]
    from_on: String,
    /// One figure in yuan, or one for each tier, where the rule leaves it to the bureau.
    #[schema(example = json!([]))]
    #[serde(default)]
    figures: Vec<String>,
    #[schema(example = "景人社发〔2026〕1号")]
    document_no: String,
    #[schema(example = "2026-01-01")]
    document_on: String,
}

/// Confirm a support rule
///
/// Templates and illustrative figures are not paid before this. A confirmation is never changed; a later one follows it.
#[utoipa::path(tag = "supports", params(("id" = String, Path, description = "The version of the rule")), request_body = ConfirmRequest,
    responses((status = 201, description = "It is paid from that day on", body = RuleView)))]
#[post("/api/v1/support-rules/{id}/confirmations")]
async fn confirm(
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
    body: web::Json<ConfirmRequest>,
) -> Result<HttpResponse> {
    caller.need(Permission::ManageRules)?;
    let id: SupportRuleId = path.parse().ok().or_not_found("rule")?;
    let asked = body.into_inner();
    let day = |field: &'static str, text: &str| parse_day(text).ok_or_else(|| Error::invalid(field, "not-a-day"));
    let figures: Option<Vec<Money>> = asked.figures.iter().map(|text| Money::parse_yuan(text)).collect();
    let draft = ConfirmationDraft {
        region: RegionCode::parse(&asked.region).ok_or_else(|| Error::invalid("region", "not-a-choice"))?,
        from_on: day("from_on", &asked.from_on)?,
        figures: figures.ok_or_else(|| Error::invalid("figure", "not-an-amount"))?,
        document_no: asked.document_no,
        document_on: day("document_on", &asked.document_on)?,
    };
    let rule = blocking(move || {
        services.db.write(&caller, |tx| {
            confirm_rule(tx, id, &draft)?;
            store::rule_by_id(tx, id)
        })
    })
    .await?;
    Ok(HttpResponse::Created().json(RuleView::from(&rule)))
}

/// For whom somebody asks, if he may.
fn subject_for(conn: &mut Conn, actor: &Actor, employer: Option<&str>, person: Option<&str>) -> Result<FactSubject> {
    match (employer, person) {
        (Some(text), None) => {
            let id = text.parse().ok().or_not_found("employer")?;
            Some(FactSubject::Employer(id))
                .filter(|_| actor.manages(id))
                .or_not_found("employer")
        }
        (None, Some(text)) => {
            let id = text.parse().ok().or_not_found("person")?;
            let is_self = actor.person_id() == Some(id);
            let permission = if is_self {
                Permission::ActForSelf
            } else {
                Permission::ActForOthers
            };
            registry::person_for(conn, actor, id, permission)?;
            Ok(FactSubject::Person(id))
        }
        _ => Err(Error::bad_request("employer_id", "claim-for-whom")),
    }
}

/// List what somebody may claim
///
/// For each rule the people for whom it is paid, and those for whom it is not, each with every check in words.
#[utoipa::path(tag = "claims",
    params(
        ("employer_id" = Option<String>, Query, description = "An employer of the caller"),
        ("person_id" = Option<String>, Query, description = "The caller, or somebody for whom he acts"),
        ("year" = Option<i32>, Query, description = "The calendar year; this one by default"),
    ),
    responses((status = 200, description = "Most money first", body = ListView<OfferView>)))]
#[get("/api/v1/claim-offers")]
async fn list_offers(request: HttpRequest, services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    caller.need_sign_in()?;
    let query = Fields::of_query(&request);
    query.only(&["employer_id", "person_id", "year"])?;
    let today = services.clock.today();
    let year = query.find("year").map_or(Ok(today.year()), str::parse);
    let year = year.map_err(|_| Error::bad_request("year", "not-a-number"))?;
    let l = Shell::of(&request).locale;
    let offers = blocking(move || {
        services.db.snapshot(|conn| {
            let subject = subject_for(conn, &caller.actor, query.find("employer_id"), query.find("person_id"))?;
            let mut views = Vec::new();
            for offer in claims::offers_for(conn, subject, year, today)? {
                let prepared = claims::prepare(conn, &offer.rule, subject, year, today)?;
                views.push(OfferView::of(l, conn, &offer, &prepared)?);
            }
            Ok(views)
        })
    })
    .await?;
    Ok(HttpResponse::Ok().json(ListView::whole(offers)))
}

/// List claims
///
/// With `employer_id` or `person_id` those of a claimant; otherwise those of the caller's scope that stand in a state,
/// those due first.
#[utoipa::path(tag = "claims",
    params(
        ("employer_id" = Option<String>, Query, description = "An employer of the caller"),
        ("person_id" = Option<String>, Query, description = "The caller, or somebody for whom he acts"),
        ("state" = Option<String>, Query, description = "Where they stand", example = "submitted"),
        ("limit" = Option<u32>, Query, description = "1 to 100; 20 by default", example = 20),
    ),
    responses((status = 200, description = "Claims", body = ListView<ClaimView>)))]
#[get("/api/v1/claims")]
async fn list_claims(request: HttpRequest, services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    caller.need_sign_in()?;
    let query = Fields::of_query(&request);
    query.only(&["employer_id", "person_id", "state", "limit"])?;
    let limit = page_request(&query)?.limit;
    let names: Vec<&str> = ClaimState::ALL.iter().map(|state| state.as_str()).collect();
    let state = choice_filter(&query, "state", &names, ClaimState::parse)?;
    let of_claimant = query.find("employer_id").is_some() || query.find("person_id").is_some();
    if !of_claimant {
        caller.need(Permission::SeeClaims)?;
    }
    let found = blocking(move || {
        services.db.snapshot(|conn| {
            let found = if of_claimant {
                let subject = subject_for(conn, &caller.actor, query.find("employer_id"), query.find("person_id"))?;
                let mut found = pages::claims_of(conn, subject)?;
                found.retain(|claim| state.is_none_or(|state| claim.state == state));
                found.truncate(limit);
                found
            } else {
                let states = state.map_or_else(|| pages::WAITING.to_vec(), |state| vec![state]);
                store::claims_to_handle(conn, &caller.actor, &states, limit)?
            };
            views::with_rules(conn, &found)
        })
    })
    .await?;
    Ok(HttpResponse::Ok().json(ListView::whole(found)))
}

/// What is asked for; the amounts follow from records.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ClaimRequest {
    /// Made by the caller, so that sending it twice is one claim.
    id: Option<String>,
    #[schema(example = "01J8ZK4Q9T3VB")]
    rule_id: String,
    employer_id: Option<String>,
    person_id: Option<String>,
    #[schema(example = 2026)]
    year: i32,
    /// Those for whom to ask; everybody for whom it is paid where they are left out.
    person_ids: Option<Vec<String>>,
    /// The account to which the claimant is paid: digits.
    account: Option<String>,
}

/// Draft a claim
#[utoipa::path(tag = "claims", request_body = ClaimRequest,
    responses((status = 201, description = "The draft, with a line for each person", body = ClaimWhole)))]
#[post("/api/v1/claims")]
async fn add_claim(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    body: web::Json<ClaimRequest>,
) -> Result<HttpResponse> {
    caller.need_sign_in()?;
    let asked = body.into_inner();
    let l = Shell::of(&request).locale;
    let view = blocking(move || {
        let claim = services.db.write(&caller, |tx| {
            let actor = tx.actor();
            let subject = subject_for(tx, actor, asked.employer_id.as_deref(), asked.person_id.as_deref())?;
            let people: Option<Result<Vec<_>>> = asked
                .person_ids
                .as_ref()
                .map(|ids| ids.iter().map(|id| id.parse().ok().or_not_found("person")).collect());
            let id = asked.id.as_deref().map_or_else(|| Ok(Id::fresh()), str::parse);
            let draft = ClaimDraft {
                id: id.map_err(|_| Error::invalid("id", "id-unreadable"))?,
                rule_id: asked.rule_id.parse().ok().or_not_found("rule")?,
                subject,
                year: asked.year,
                people: people.transpose()?,
                account: asked.account.clone(),
            };
            claims::draft_claim(tx, &draft)
        })?;
        services
            .db
            .snapshot(|conn| ClaimWhole::of(l, conn, &caller.actor, &claim))
    })
    .await?;
    Ok(HttpResponse::Created().json(view))
}

fn claim_id(path: &str) -> Result<ClaimId> {
    path.parse().ok().or_not_found("claim")
}

/// Show a claim
///
/// With its lines, every check in words, its documents and steps. Those who handle claims also see which other claim
/// has taken the same months; claimants only learn that they are taken.
#[utoipa::path(tag = "claims", params(("id" = String, Path, description = "The claim")),
    responses((status = 200, description = "The claim", body = ClaimWhole)))]
#[get("/api/v1/claims/{id}")]
async fn one_claim(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
) -> Result<HttpResponse> {
    caller.need_sign_in()?;
    let id = claim_id(&path)?;
    let l = Shell::of(&request).locale;
    let view = blocking(move || {
        services.db.snapshot(|conn| {
            let claim = claims::claim_for(conn, &caller.actor, id)?;
            ClaimWhole::of(l, conn, &caller.actor, &claim)
        })
    })
    .await?;
    Ok(HttpResponse::Ok().json(view))
}

/// A step of a claim.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StepRequest {
    /// `submit` and `withdraw` by the claimant; `pass`, `return`, `reject`, `object`, `settle`, `strike`, `prove`, `hear`,
    /// `drop_hearing`, `claw_back`, `settle_clawback` by those who handle it, `state` by the claimant who is heard
    #[schema(example = "submit")]
    pub step: String,
    /// The version seen.
    #[schema(example = 1)]
    pub version: i32,
    /// Why; what is missing; what was objected or found.
    #[serde(default)]
    pub note: String,
    /// `return`: the kinds of documents that are missing.
    #[serde(default)]
    #[schema(example = json!([]))]
    pub papers: Vec<String>,
    /// `settle`: whether the objection holds.
    #[serde(default)]
    pub upheld: bool,
    /// `strike`: the line.
    pub line_id: Option<String>,
    /// `hear` and `claw_back`: a word of the list of reasons.
    pub reason: Option<String>,
    /// `hear`, `claw_back` and `settle_clawback`: yuan.
    pub amount: Option<String>,
    /// `settle_clawback`: yuan that are waived.
    pub waived: Option<String>,
    /// `prove`: the full number of the invoice.
    pub invoice: Option<String>,
    /// `prove`: days that the register of the class shows.
    pub days: Option<u32>,
    /// The number of the decision or receipt; `prove`: the id of the document that shows it.
    #[serde(default)]
    pub document: String,
}

impl StepRequest {
    fn money(&self, field: &'static str, text: Option<&String>) -> Result<Money> {
        match text {
            None => Ok(Money::ZERO),
            Some(text) => Money::parse_yuan(text).ok_or_else(|| Error::invalid(field, "not-an-amount")),
        }
    }

    fn clawback_reason(&self) -> Result<ClawbackReason> {
        let reason = self.reason.as_deref().and_then(ClawbackReason::parse);
        reason.ok_or_else(|| Error::invalid("reason", "not-a-choice"))
    }

    /// Takes the step.
    pub fn take(&self, tx: &mut crate::platform::db::Tx<'_>, id: ClaimId) -> Result<Claim> {
        let version = self.version;
        let decision = match self.step.as_str() {
            "submit" => return claims::submit_claim(tx, id, version),
            "withdraw" => return claims::withdraw_claim(tx, id, version),
            "strike" => {
                let line = self
                    .line_id
                    .as_deref()
                    .and_then(|text| text.parse().ok())
                    .or_not_found("line")?;
                return claims::strike_line(tx, id, version, line, &self.note);
            }
            "prove" => {
                let line = self.line_id.as_deref();
                let draft = ProofDraft {
                    document_id: self.document.parse().ok().or_not_found("document")?,
                    line_id: line.map(|text| text.parse().ok().or_not_found("line")).transpose()?,
                    invoice_no: self.invoice.clone().unwrap_or_default(),
                    amount: self.money("amount", self.amount.as_ref())?,
                    days: self.days.unwrap_or(0),
                };
                return claims::prove_claim(tx, id, version, &draft);
            }
            "hear" => {
                let amount = self.money("amount", self.amount.as_ref())?;
                return claims::open_hearing(tx, id, version, self.clawback_reason()?, amount, &self.note);
            }
            "state" => return claims::state_at_hearing(tx, id, &self.note),
            "drop_hearing" => return claims::drop_hearing(tx, id, version, &self.note),
            "claw_back" => {
                let reason = self.clawback_reason()?;
                let amount = self.money("amount", self.amount.as_ref())?;
                return claims::claw_back(tx, id, version, reason, amount, &self.document);
            }
            "settle_clawback" => {
                let received = self.money("amount", self.amount.as_ref())?;
                let waived = self.money("waived", self.waived.as_ref())?;
                return claims::settle_clawback(tx, id, version, received, waived, &self.document);
            }
            "pass" => Decision::Pass,
            "return" => {
                let papers: Option<Vec<Paper>> = self.papers.iter().map(|word| Paper::parse(word)).collect();
                let papers = papers.ok_or_else(|| Error::invalid("papers", "not-a-choice"))?;
                Decision::Return {
                    papers,
                    note: self.note.clone(),
                }
            }
            "reject" => Decision::Reject {
                reason: self.note.clone(),
            },
            "object" => Decision::Object {
                words: self.note.clone(),
            },
            "settle" => Decision::Settle {
                upheld: self.upheld,
                finding: self.note.clone(),
            },
            _ => return Err(Error::bad_request("step", "not-a-choice")),
        };
        claims::decide(tx, id, version, &decision)
    }
}

/// Take a step with a claim
///
/// Nobody takes two steps of one claim, nor any of his own. A version that is no longer the newest answers 409 and says
/// who did what meanwhile.
#[utoipa::path(tag = "claims", params(("id" = String, Path, description = "The claim")), request_body = StepRequest,
    responses((status = 200, description = "The claim as it is now", body = ClaimWhole)))]
#[post("/api/v1/claims/{id}/steps")]
async fn take_step(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
    body: web::Json<StepRequest>,
) -> Result<HttpResponse> {
    caller.need_sign_in()?;
    let (id, asked) = (claim_id(&path)?, body.into_inner());
    let l = Shell::of(&request).locale;
    let view = blocking(move || {
        let claim = services.db.write(&caller, |tx| asked.take(tx, id))?;
        services
            .db
            .snapshot(|conn| ClaimWhole::of(l, conn, &caller.actor, &claim))
    })
    .await?;
    Ok(HttpResponse::Ok().json(view))
}

/// A document for a claim, as multipart/form-data.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "describes the parts of a form; the upload itself is read part by part"
)]
struct DocumentUpload {
    /// A word of the list of documents.
    #[schema(example = "labour_contract")]
    kind: String,
    /// PDF, JPEG or PNG, at most 5 MB.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Attach a document to a claim
///
/// What it is, is told by its bytes. The same file of the same kind is kept once.
#[utoipa::path(tag = "claims", params(("id" = String, Path, description = "The claim")),
    request_body(content = DocumentUpload, content_type = "multipart/form-data"),
    responses((status = 201, description = "The claim with the document", body = ClaimWhole)))]
#[post("/api/v1/claims/{id}/documents")]
async fn add_document(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
    body: web::Payload,
) -> Result<HttpResponse> {
    caller.need_sign_in()?;
    let id = claim_id(&path)?;
    let (kind, file_name, bytes) = pages::receive(&request, body).await?;
    let kind = Paper::parse(&kind).ok_or_else(|| Error::invalid("kind", "not-a-choice"))?;
    let l = Shell::of(&request).locale;
    let view = blocking(move || {
        let draft = DocumentDraft {
            claim_id: id,
            kind,
            file_name,
            bytes,
        };
        claims::keep_document(&services, &caller, &draft)?;
        services.db.snapshot(|conn| {
            let claim = claims::claim_for(conn, &caller.actor, id)?;
            ClaimWhole::of(l, conn, &caller.actor, &claim)
        })
    })
    .await?;
    Ok(HttpResponse::Created().json(view))
}
