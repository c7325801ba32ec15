//! Pages of supports: what a claimant may ask for, a claim from both sides, the queue, the funds, the rulebook, and what
//! everybody may read.

mod batches;
mod claim_page;
mod claim_steps;
mod claimant;
pub(super) mod controls_page;
mod officers;
mod public;
mod rules_page;
pub(super) mod signals_page;

use actix_multipart::Multipart;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use futures_util::{StreamExt, TryStreamExt};

use super::assess::{Assessment, Outcome};
use super::model::{AmountSource, Claim, ClaimState, SupportRule};
use super::store::{self, FactSubject};
use crate::audit::ReceiptWords;
use crate::base::codes::Language;
use crate::base::error::{Error, Result};
use crate::platform::db::Conn;
use crate::platform::http::parts::{Badge, Button, Choice, Decision, Fact, Table, TimeStep, Tone};
use crate::platform::http::{FormState, Shell, page};
use crate::platform::i18n::Locale;

pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/supports", web::get().to(public::supports))
        .route("/notices", web::get().to(public::notices))
        .route("/desk/claims", web::get().to(claimant::desk))
        .route("/desk/claims", web::post().to(claimant::draft_at_desk))
        .route("/desk/claims/new", web::get().to(claimant::new_at_desk))
        .route("/me/claims", web::get().to(claimant::me))
        .route("/me/claims", web::post().to(claimant::draft_for_me))
        .route("/me/claims/new", web::get().to(claimant::new_for_me))
        .route("/claims/{id}", web::get().to(claim_page::show))
        .route("/claims/{id}/steps/{step}", web::get().to(claim_steps::step_form))
        .route("/claims/{id}/steps", web::post().to(claim_steps::take_step))
        .route("/claims/{id}/documents", web::post().to(claim_steps::add_document))
        .route(
            "/claims/{id}/documents/{document}",
            web::get().to(claim_steps::document),
        )
        .route("/board/claims", web::get().to(officers::queue))
        .route("/board/signals", web::get().to(signals_page::list))
        .route("/board/signals.csv", web::get().to(signals_page::file))
        .route("/board/signals/{id}", web::get().to(signals_page::show))
        .route("/board/signals/{id}/answer", web::post().to(signals_page::answer))
        .route("/board/controls", web::get().to(controls_page::list))
        .route("/board/controls", web::post().to(controls_page::draw))
        .route("/board/controls/new", web::get().to(controls_page::form))
        .route("/board/controls/{id}", web::get().to(controls_page::show))
        .route(
            "/board/controls/{id}/lines/{line}",
            web::get().to(controls_page::line_form),
        )
        .route("/board/controls/{id}/findings", web::post().to(controls_page::record))
        .route("/board/funds", web::get().to(officers::funds_list))
        .route("/board/funds", web::post().to(officers::move_fund))
        .route("/board/funds/new", web::get().to(officers::fund_form))
        .route("/board/funds/{id}", web::get().to(officers::fund))
        .route("/board/funds/{id}/batches", web::post().to(officers::open_batch))
        .route("/board/batches/{id}", web::get().to(batches::batch))
        .route("/board/batches/{id}/file", web::get().to(batches::batch_file))
        .route("/board/batches/{id}/sending", web::post().to(batches::send_batch))
        .route("/board/batches/{id}/results", web::get().to(batches::results_form))
        .route("/board/batches/{id}/results", web::post().to(batches::take_results))
        .route("/board/rules", web::get().to(rules_page::list))
        .route("/board/rules/{id}", web::get().to(rules_page::show))
        .route(
            "/board/rules/{id}/confirmation",
            web::get().to(rules_page::confirm_form),
        )
        .route("/board/rules/{id}/confirmations", web::post().to(rules_page::confirm))
        .route("/board/rules/{id}/rehearsal", web::get().to(rules_page::rehearse));
}

/// Claims that wait for somebody who handles them.
pub(super) const WAITING: [ClaimState; 9] = [
    ClaimState::Submitted,
    ClaimState::Accepted,
    ClaimState::VillageNotice,
    ClaimState::FirstReview,
    ClaimState::SecondReview,
    ClaimState::Notice,
    ClaimState::Objected,
    ClaimState::Approved,
    ClaimState::PayFailed,
];

pub(super) fn claims_of(conn: &mut Conn, subject: FactSubject) -> Result<Vec<Claim>> {
    match subject {
        FactSubject::Employer(id) => store::claims_of_employer(conn, id),
        FactSubject::Person(id) => store::claims_of_person(conn, id),
    }
}

/// A part of a sheet; what is empty is not drawn.
#[derive(Default)]
struct Part {
    title: String,
    words: Vec<String>,
    facts: Vec<Fact>,
    decisions: Vec<Decision>,
    table: Option<Table>,
    buttons: Vec<Button>,
    links: Vec<(String, String)>,
    upload: Option<Upload>,
    steps: Vec<TimeStep>,
}

struct Upload {
    action: String,
    kinds: Vec<Choice>,
}

/// A page of parts, one under the other.
#[derive(Template)]
#[template(path = "subsidies/sheet.html")]
struct SheetPage {
    s: Shell,
    f: FormState,
    title: String,
    lead: String,
    back: String,
    receipt: Option<ReceiptWords>,
    parts: Vec<Part>,
}

impl SheetPage {
    fn new(s: Shell, title: String, back: &str, parts: Vec<Part>) -> Self {
        Self {
            s,
            f: FormState::empty(),
            title,
            lead: String::new(),
            back: back.to_owned(),
            receipt: None,
            parts,
        }
    }

    fn answer(&self) -> Result<HttpResponse> {
        page(self)
    }
}

fn state_badge(l: Locale, state: ClaimState) -> Badge {
    use ClaimState as S;
    Badge {
        tone: match state {
            S::Paid | S::Approved | S::Recovered => Tone::Good,
            S::Submitted
            | S::Accepted
            | S::VillageNotice
            | S::FirstReview
            | S::SecondReview
            | S::Notice
            | S::Funding => Tone::Plain,
            S::Returned | S::Objected | S::Clawback => Tone::AtRisk,
            S::Rejected | S::PayFailed => Tone::Bad,
            S::Draft | S::Withdrawn => Tone::Quiet,
        },
        label: l.label(ClaimState::LIST, state.as_str()).to_owned(),
    }
}

/// An assessment as a box: what it comes to, then every check.
fn assessment_box(l: Locale, name: &str, assessment: &Assessment) -> Decision {
    let payable = assessment.may_be_asked();
    let money = l.money(crate::base::money::Money::from_fen(assessment.amount_fen));
    let sentence = if payable && assessment.awaits_proof() {
        l.ta("claim-line-awaits-proof", &[("name", name.into())])
    } else if payable {
        l.ta("claim-line-gives", &[("name", name.into()), ("amount", money.into())])
    } else {
        l.ta("claim-line-gives-nothing", &[("name", name.into())])
    };
    let facts = assessment
        .checks
        .iter()
        .map(|check| {
            let key = match check.outcome {
                Outcome::Passed => "claim-check-passed",
                Outcome::Failed => "claim-check-failed",
                Outcome::Paper => "claim-check-paper",
            };
            Fact::new(l.t(key), super::api::check_words(l, check))
        })
        .collect();
    Decision {
        tone: if payable { Tone::Good } else { Tone::Quiet },
        sentence,
        facts,
        rule: None,
        objection: None,
    }
}

fn rule_name(l: Locale, rule: &SupportRule) -> String {
    rule.name(l.language()).to_owned()
}

/// Where a rule comes from. The rulebook quotes its texts in English; a Chinese page says of what kind the text is.
fn source_words(l: Locale, rule: &SupportRule) -> String {
    match l.language() {
        Language::Zh => l
            .label(AmountSource::LIST, rule.terms.amount_source.as_str())
            .to_owned(),
        Language::En => rule.source.clone(),
    }
}

/// What a text field of an upload may hold.
const TEXT_LIMIT: usize = 1_000;
/// A file somewhat larger than allowed is read to its end, so that the refusal says how large it may be.
const READ_LIMIT: usize = 6 * 1024 * 1024;

/// The parts of an upload: the kind, the name and the bytes of the file.
pub(super) async fn receive(request: &HttpRequest, body: web::Payload) -> Result<(String, String, Vec<u8>)> {
    let unreadable = || Error::bad_request("body", "body-unreadable");
    let mut parts = Multipart::new(request.headers(), body);
    let (mut kind, mut file_name, mut bytes) = (String::new(), String::new(), Vec::new());
    while let Some(mut part) = parts.try_next().await.map_err(|_| unreadable())? {
        let name = part.name().unwrap_or_default().to_owned();
        let is_file = name == "file";
        if is_file {
            let about = part
                .content_disposition()
                .and_then(|about| about.get_filename())
                .unwrap_or_default();
            file_name = about.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
        }
        let mut read = Vec::new();
        while let Some(chunk) = part.next().await {
            read.extend_from_slice(&chunk.map_err(|_| unreadable())?);
            if read.len() > if is_file { READ_LIMIT } else { TEXT_LIMIT } {
                return Err(Error::invalid("file", "document-too-large"));
            }
        }
        match name.as_str() {
            "file" => bytes = read,
            "kind" => kind = String::from_utf8_lossy(&read).trim().to_owned(),
            _ => {}
        }
    }
    if bytes.is_empty() {
        return Err(Error::invalid("file", "file-missing"));
    }
    Ok((kind, file_name, bytes))
}
