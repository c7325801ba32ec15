//! One claim, from both sides: what it comes to and why, its documents, what happened, and what may be done next.

use actix_web::{HttpRequest, HttpResponse, web};

use std::collections::HashMap;

use super::signals_page::{names_of, signal_box};
use super::{Part, SheetPage, Upload, assessment_box, rule_name, source_words, state_badge};
use crate::audit::receipt_words;
use crate::base::actor::Permission;
use crate::base::error::{Context, OrNotFound, Result};
use crate::base::ids::{ClaimId, ClaimLineId, PersonId};
use crate::base::time::Day;
use crate::platform::Services;
use crate::platform::db::{Caller, Conn};
use crate::platform::http::parts::{Button, Cell, Choice, Column, Decision, Fact, Row, Table, TimeStep, Tone};
use crate::platform::http::{Fields, Shell, blocking};
use crate::platform::i18n::Locale;
use crate::registry;
use crate::subsidies::assess::{Assessment, papers_missing};
use crate::subsidies::claims::{self, Hearing};
use crate::subsidies::model::{
    Claim, ClaimDocument, ClaimLine, ClaimSignal, ClaimState, ClaimStep, ClawbackReason, HearingOutcome, Paper,
    SupportRule,
};
use crate::subsidies::store;

/// What the page shows.
pub(super) struct Seen {
    pub claim: Claim,
    pub rule: SupportRule,
    pub lines: Vec<(ClaimLine, Assessment, String)>,
    today: Day,
    pub documents: Vec<ClaimDocument>,
    steps: Vec<ClaimStep>,
    /// Other claims that have taken the same, for those who handle claims.
    others: Vec<(ClaimId, String, ClaimState)>,
    signals: Vec<ClaimSignal>,
    signal_names: HashMap<ClaimLineId, String>,
    hearings: Vec<Hearing>,
    is_owner: bool,
    is_staff: bool,
    may_decide: bool,
    may_claw_back: bool,
}

pub(super) fn claim_id(path: &str) -> Result<ClaimId> {
    path.parse().ok().or_not_found("claim")
}

pub(super) fn see(conn: &mut Conn, caller: &Caller, id: ClaimId, today: Day) -> Result<Seen> {
    let actor = &caller.actor;
    let claim = claims::claim_for(conn, actor, id)?;
    let rule = store::rule_by_id(conn, claim.rule_id)?;
    let lines = store::lines_of(conn, &[id])?;
    let ids: Vec<PersonId> = lines.iter().map(|line| line.person_id).collect();
    let names = registry::persons_by_ids(conn, &ids)?;
    let is_staff = actor.may_in(Permission::SeeClaims, &claim.region_code);
    let others = if is_staff && claim.state == ClaimState::Draft {
        let subject = claims::subject_of(&claim)?;
        let prepared = claims::prepare(conn, &rule, subject, claim.year, claim.entered_on)?;
        let keys: Vec<String> = prepared
            .iter()
            .flat_map(|one| one.facts.taken.keys().cloned())
            .collect();
        store::holders_of(conn, &keys)?
    } else {
        Vec::new()
    };
    let with_names: Result<Vec<_>> = lines
        .into_iter()
        .map(|line| {
            let assessment = serde_json::from_str(&line.assessment_json).context("an assessment could not be read")?;
            let name = names
                .get(&line.person_id)
                .map(|person| person.name.clone())
                .unwrap_or_default();
            Ok((line, assessment, name))
        })
        .collect();
    let signals = if is_staff {
        store::signals_of_claims(conn, &[id])?
    } else {
        Vec::new()
    };
    Ok(Seen {
        signal_names: names_of(conn, &signals)?,
        signals,
        hearings: store::hearings_of(conn, id)?,
        documents: store::documents_of(conn, id)?,
        steps: store::steps_of(conn, id)?,
        is_owner: claims::is_owner(conn, actor, &claim),
        may_decide: claims::may_decide(conn, actor, &claim, &rule).is_ok(),
        may_claw_back: actor.may_in(Permission::ApproveClaims, &claim.region_code),
        lines: with_names?,
        today,
        others,
        is_staff,
        claim,
        rule,
    })
}

/// `GET /claims/{id}`
pub(super) async fn show(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
) -> Result<HttpResponse> {
    caller.need_sign_in()?;
    let id = claim_id(&path)?;
    let query = Fields::of_query(&request);
    query.only(&["done"])?;
    let l = Shell::of(&request).locale;
    let db = services.db.clone();
    let today = services.clock.today();
    let (seen, receipt) = blocking(move || {
        db.snapshot(|conn| {
            Ok((
                see(conn, &caller, id, today)?,
                receipt_words(conn, &caller.actor, &query, l)?,
            ))
        })
    })
    .await?;
    let parts = vec![
        summary(l, &seen),
        next_part(l, &seen),
        hearings_part(l, &seen),
        signals_part(l, &seen),
        lines_part(l, &seen),
        documents_part(l, &seen),
        history(l, &seen),
    ];
    let back = if seen.is_staff {
        "/board/claims"
    } else if seen.claim.employer_id.is_some() {
        "/desk/claims"
    } else {
        "/me/claims"
    };
    let mut sheet = SheetPage::new(Shell::of(&request), rule_name(l, &seen.rule), back, parts);
    sheet.receipt = receipt;
    sheet.answer()
}

fn summary(l: Locale, seen: &Seen) -> Part {
    let claim = &seen.claim;
    let mut facts = vec![
        Fact::new(l.t("claim-column-state"), state_badge(l, claim.state).label),
        Fact::new(l.t("claim-column-payee"), claim.payee_name.clone()),
        Fact::new(l.t("claim-column-amount"), l.money(claim.amount_fen)),
        Fact::new(l.t("claim-year"), claim.year.to_string()),
    ];
    if let Some(account) = &claim.account_masked {
        facts.push(Fact::new(l.t("claim-account"), account.clone()));
    }
    if let Some(day) = claim.due_on {
        facts.push(Fact::new(l.t("claim-column-due"), l.day(day)));
    }
    if let Some(day) = claim.notice_until.filter(|_| claim.state.is_notice()) {
        facts.push(Fact::new(l.t("claim-notice-until"), l.day(day)));
    }
    let mut words = Vec::new();
    if claim.state == ClaimState::Rejected {
        words.push(l.ta("claim-rejected-because", &[("reason", claim.reason.as_str().into())]));
        words.push(l.t("claim-appeal"));
    }
    for (_, owner, state) in &seen.others {
        let state = l.label(ClaimState::LIST, state.as_str());
        words.push(l.ta(
            "claim-held-by",
            &[("owner", owner.as_str().into()), ("state", state.into())],
        ));
    }
    words.push(l.ta("claim-source", &[("source", source_words(l, &seen.rule).into())]));
    Part {
        facts,
        words,
        ..Part::default()
    }
}

/// The steps that somebody may take with a claim now.
pub(super) fn steps_open(seen: &Seen) -> Vec<&'static str> {
    use ClaimState as S;
    let state = seen.claim.state;
    let mut open = Vec::new();
    if seen.is_owner && matches!(state, S::Draft | S::Returned) {
        open.push("submit");
    }
    if seen.is_owner && state.may_withdraw() {
        open.push("withdraw");
    }
    if seen.may_decide && state == S::Objected {
        open.push("settle");
    } else if seen.may_decide {
        open.push("pass");
        if state == S::Submitted && (seen.rule.terms.is_by_invoice() || seen.rule.terms.is_by_days()) {
            open.push("prove");
        }
        if state == S::Submitted && seen.claim.returns == 0 {
            open.push("return");
        }
        if matches!(state, S::Submitted | S::Accepted | S::VillageNotice | S::FirstReview) && seen.lines.len() > 1 {
            open.push("strike");
        }
        open.push("reject");
    }
    if seen.is_staff && state.is_notice() {
        open.push("object");
    }
    let hearing = seen.hearings.iter().find(|hearing| hearing.outcome.is_none());
    match hearing {
        None if seen.may_claw_back && state == S::Paid => open.push("hear"),
        Some(hearing) => {
            if hearing.stated_at.is_none() && (seen.is_owner || seen.may_claw_back) {
                open.push("state");
            }
            if seen.may_claw_back {
                if hearing.is_heard(seen.today) {
                    open.push("claw_back");
                }
                open.push("drop_hearing");
            }
        }
        None => {}
    }
    if seen.may_claw_back && state == S::Clawback {
        open.push("settle_clawback");
    }
    open
}

/// The key of a step's words.
pub(super) fn step_key(step: &str) -> Option<&'static str> {
    Some(match step {
        "submit" => "claim-step-submit",
        "withdraw" => "claim-step-withdraw",
        "pass" => "claim-step-pass",
        "return" => "claim-step-return",
        "reject" => "claim-step-reject",
        "object" => "claim-step-object",
        "settle" => "claim-step-settle",
        "strike" => "claim-step-strike",
        "prove" => "claim-step-prove",
        "hear" => "claim-step-hear",
        "state" => "claim-step-state",
        "drop_hearing" => "claim-step-drop-hearing",
        "claw_back" => "claim-step-claw-back",
        "settle_clawback" => "claim-step-settle-clawback",
        _ => return None,
    })
}

fn next_part(l: Locale, seen: &Seen) -> Part {
    let claim = &seen.claim;
    let open = steps_open(seen);
    let words = |step: &str| {
        step_key(step)
            .map(|key| l.t(&format!("{key}-title")))
            .unwrap_or_default()
    };
    let at_once = open
        .iter()
        .filter(|step| matches!(**step, "submit" | "withdraw" | "pass"));
    let with_words = open
        .iter()
        .filter(|step| !matches!(**step, "submit" | "withdraw" | "pass"));
    let mut sentences = Vec::new();
    if seen.is_owner && matches!(claim.state, ClaimState::Draft | ClaimState::Returned) {
        let given: Vec<Paper> = seen.documents.iter().map(|document| document.kind).collect();
        let missing = papers_missing(&seen.rule, &given, claim.account_sealed.is_some());
        let names: Vec<String> = missing
            .iter()
            .map(|paper| l.label(Paper::LIST, paper.as_str()).to_owned())
            .collect();
        if !names.is_empty() {
            sentences.push(l.ta("claim-still-missing", &[("papers", l.list(&names).into())]));
        }
    }
    Part {
        title: if open.is_empty() {
            String::new()
        } else {
            l.t("claim-next")
        },
        words: sentences,
        buttons: at_once
            .map(|step| Button {
                action: format!("/claims/{}/steps", claim.id),
                label: words(step),
                hidden: vec![("step", (*step).to_owned()), ("version", claim.version.to_string())],
            })
            .collect(),
        links: with_words
            .map(|step| (format!("/claims/{}/steps/{step}", claim.id), words(step)))
            .collect(),
        ..Part::default()
    }
}

/// What looks odd, for those who review.
fn signals_part(l: Locale, seen: &Seen) -> Part {
    let open = seen.signals.iter().filter(|signal| signal.answer.is_none());
    Part {
        title: if seen.signals.is_empty() {
            String::new()
        } else {
            l.t("signals-title")
        },
        decisions: seen
            .signals
            .iter()
            .map(|signal| signal_box(l, signal, &seen.signal_names))
            .collect(),
        links: open
            .map(|signal| {
                let kind = l.label(crate::subsidies::SignalKind::LIST, signal.kind.as_str());
                (
                    format!("/board/signals/{}", signal.id),
                    l.ta("signals-answer-one", &[("kind", kind.into())]),
                )
            })
            .collect(),
        ..Part::default()
    }
}

/// Being heard before anything is asked back: what is held against the claimant, what he said, what was decided.
fn hearings_part(l: Locale, seen: &Seen) -> Part {
    let decision = |hearing: &Hearing| {
        let mut facts = vec![
            Fact::new(
                l.t("hearing-reason"),
                l.label(ClawbackReason::LIST, hearing.reason.as_str()),
            ),
            Fact::new(l.t("claim-column-amount"), l.money(hearing.amount_fen)),
            Fact::new(l.t("hearing-words"), hearing.words.clone()),
            Fact::new(l.t("hearing-due"), l.day(hearing.due_on)),
        ];
        if let Some(statement) = &hearing.statement {
            facts.push(Fact::new(l.t("hearing-statement"), statement.clone()));
        }
        if let Some(outcome) = hearing.outcome {
            let words = format!(
                "{}: {}",
                l.label(HearingOutcome::LIST, outcome.as_str()),
                hearing.outcome_note
            );
            facts.push(Fact::new(l.t("hearing-outcome"), words));
        }
        Decision {
            tone: if hearing.outcome.is_none() {
                Tone::AtRisk
            } else {
                Tone::Quiet
            },
            sentence: l.t("hearing-one"),
            facts,
            rule: None,
            objection: None,
        }
    };
    Part {
        title: if seen.hearings.is_empty() {
            String::new()
        } else {
            l.t("hearing-title")
        },
        decisions: seen.hearings.iter().map(decision).collect(),
        ..Part::default()
    }
}

fn lines_part(l: Locale, seen: &Seen) -> Part {
    let row = |(line, assessment, name): &(ClaimLine, Assessment, String)| {
        let months: Vec<String> = assessment.months.iter().map(ToString::to_string).collect();
        Row {
            href: None,
            cells: vec![
                Cell::Words(name.clone()),
                Cell::Words(l.amount(line.amount_fen)),
                Cell::Words(l.list(&months)),
                Cell::Words(line.struck.clone().unwrap_or_default()),
            ],
        }
    };
    Part {
        title: l.t("claim-lines"),
        table: Some(Table {
            caption: l.t("claim-lines"),
            columns: vec![
                Column::words(l.t("claim-column-name")),
                Column::figures(l.t("claim-column-amount")),
                Column::words(l.t("claim-column-months")),
                Column::words(l.t("claim-column-struck")),
            ],
            rows: seen.lines.iter().map(row).collect(),
            totals: None,
        }),
        decisions: seen
            .lines
            .iter()
            .take(50)
            .map(|(_, assessment, name)| assessment_box(l, name, assessment))
            .collect(),
        ..Part::default()
    }
}

fn documents_part(l: Locale, seen: &Seen) -> Part {
    let claim = &seen.claim;
    let is_open = seen.is_owner && matches!(claim.state, ClaimState::Draft | ClaimState::Returned);
    let mut kinds: Vec<Paper> = seen.rule.terms.papers.clone();
    kinds.extend(seen.rule.terms.papers_any.iter().flatten());
    kinds.retain(|paper| !paper.is_served());
    kinds.sort_unstable();
    kinds.dedup();
    let choice = |paper: &Paper| Choice::new(paper.as_str(), l.label(Paper::LIST, paper.as_str()));
    let row = |document: &ClaimDocument| Row {
        href: Some(format!("/claims/{}/documents/{}", claim.id, document.id)),
        cells: vec![
            Cell::Words(l.label(Paper::LIST, document.kind.as_str()).to_owned()),
            Cell::Words(document.file_name.clone()),
            Cell::Words(document.sha256.chars().take(12).collect()),
        ],
    };
    Part {
        title: l.t("claim-documents"),
        table: Some(Table {
            caption: l.t("claim-documents"),
            columns: vec![
                Column::words(l.t("claim-document-kind")),
                Column::words(l.t("claim-document-file")),
                Column::words(l.t("claim-document-hash")),
            ],
            rows: seen.documents.iter().map(row).collect(),
            totals: None,
        }),
        upload: is_open.then(|| Upload {
            action: format!("/claims/{}/documents", claim.id),
            kinds: kinds.iter().map(choice).collect(),
        }),
        ..Part::default()
    }
}

fn history(l: Locale, seen: &Seen) -> Part {
    let step = |step: &ClaimStep| {
        let state = l.label(ClaimState::LIST, step.state.as_str()).to_owned();
        TimeStep {
            when: l.instant(step.at),
            day_iso: l.day_iso(step.at.day()),
            what: if step.note.is_empty() {
                state
            } else {
                format!("{state}: {}", step.note)
            },
            // A claimant learns what was decided, not by whom.
            by: seen.is_staff.then(|| l.doer(&step.actor)),
        }
    };
    Part {
        title: l.t("claim-history"),
        steps: seen.steps.iter().rev().map(step).collect(),
        ..Part::default()
    }
}
