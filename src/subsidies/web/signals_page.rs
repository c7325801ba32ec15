//! What looks odd: the list for officers with filter and file, one signal with its facts, and the answer.

use std::collections::HashMap;

use actix_web::{HttpRequest, HttpResponse, web};

use super::{Part, SheetPage, rule_name};
use crate::audit::{act, back_to, receipt_words, record_export};
use crate::base::actor::Permission;
use crate::base::error::{Error, OrNotFound, Result};
use crate::base::ids::{ClaimLineId, ClaimSignalId};
use crate::platform::Services;
use crate::platform::db::{Caller, Conn};
use crate::platform::http::parts::{Badge, Cell, Choice, Column, Decision, Fact, Row, Table, Tone};
use crate::platform::http::plain_form::{FieldKind, FieldSpec, PlainForm};
use crate::platform::http::{Fields, FormState, Shell, blocking, choice_filter, csv_answer};
use crate::platform::i18n::Locale;
use crate::registry;
use crate::subsidies::claims;
use crate::subsidies::model::{Claim, ClaimSignal, SignalAnswer};
use crate::subsidies::signals::SignalKind;
use crate::subsidies::store::{self, SignalFilter};

const PATH: &str = "/board/signals";
const ROWS: usize = 200;
const EXPORT_ROWS: usize = 10_000;
const STATES: [&str; 2] = ["open", "answered"];

/// What is asked of the list.
pub(in super::super) fn filter_of(query: &Fields) -> Result<SignalFilter> {
    let kinds: Vec<&str> = SignalKind::ALL.iter().map(|kind| kind.as_str()).collect();
    let state = choice_filter(query, "state", &STATES, |text| {
        STATES.iter().find(|s| **s == text).copied()
    })?;
    Ok(SignalFilter {
        answered: state.map(|state| state == "answered"),
        kind: choice_filter(query, "kind", &kinds, SignalKind::parse)?,
    })
}

/// The sentence of a signal's fact, with the person's name before it.
fn fact_words(l: Locale, kind: SignalKind, name: &str, values: &[(String, String)]) -> Fact {
    let values: Vec<(&str, fluent_templates::fluent_bundle::FluentValue<'_>)> = values
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str().into()))
        .collect();
    let key = format!("signal-{}-fact", kind.as_str().replace('_', "-"));
    Fact::new(name, l.find(&key, &values).unwrap_or_default())
}

/// The people of lines by line.
pub(in super::super) fn names_of(conn: &mut Conn, signals: &[ClaimSignal]) -> Result<HashMap<ClaimLineId, String>> {
    let mut ids: Vec<_> = signals.iter().map(|signal| signal.claim_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let lines = store::lines_of(conn, &ids)?;
    let people: Vec<_> = lines.iter().map(|line| line.person_id).collect();
    let persons = registry::persons_by_ids(conn, &people)?;
    let named = lines
        .iter()
        .filter_map(|line| Some((line.id, persons.get(&line.person_id)?.name.clone())));
    Ok(named.collect())
}

/// The facts of a signal in words.
pub(in super::super) fn facts_in_words(
    l: Locale,
    signal: &ClaimSignal,
    names: &HashMap<ClaimLineId, String>,
) -> Vec<Fact> {
    let facts = signal.facts();
    let words = facts.iter().take(50).map(|fact| {
        let name = names.get(&fact.line_id).map_or("", String::as_str);
        fact_words(l, signal.kind, name, &fact.values)
    });
    words.collect()
}

/// A signal as a box on the page of its claim.
pub(super) fn signal_box(l: Locale, signal: &ClaimSignal, names: &HashMap<ClaimLineId, String>) -> Decision {
    let mut facts = facts_in_words(l, signal, names);
    if let Some(answer) = signal.answer {
        let words = format!("{}: {}", l.label(SignalAnswer::LIST, answer.as_str()), signal.note);
        facts.push(Fact::new(l.doer(&signal.answered_by_name), words));
    }
    Decision {
        tone: if signal.answer.is_some() {
            Tone::Quiet
        } else {
            Tone::AtRisk
        },
        sentence: l.label(SignalKind::LIST, signal.kind.as_str()).to_owned(),
        facts,
        rule: None,
        objection: None,
    }
}

fn answer_badge(l: Locale, signal: &ClaimSignal) -> Badge {
    match signal.answer {
        Some(answer) => Badge {
            tone: Tone::Quiet,
            label: l.label(SignalAnswer::LIST, answer.as_str()).to_owned(),
        },
        None => Badge {
            tone: Tone::AtRisk,
            label: l.t("signals-open"),
        },
    }
}

fn columns(l: Locale) -> Vec<String> {
    vec![
        l.t("signals-kind"),
        l.t("claim-column-payee"),
        l.t("signals-people"),
        l.t("claim-column-amount"),
        l.t("signals-answer"),
        l.t("signals-note"),
    ]
}

fn cells(l: Locale, signal: &ClaimSignal, claim: &Claim) -> Vec<Cell> {
    vec![
        Cell::Words(l.label(SignalKind::LIST, signal.kind.as_str()).to_owned()),
        Cell::Words(claim.payee_name.clone()),
        Cell::Words(l.number(signal.facts().len())),
        Cell::Words(l.amount(claim.amount_fen)),
        Cell::State(answer_badge(l, signal)),
        Cell::Words(signal.note.clone()),
    ]
}

/// `GET /board/signals`
pub(super) async fn list(request: HttpRequest, services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    caller.need(Permission::SeeClaims)?;
    let query = Fields::of_query(&request);
    query.only(&["state", "kind", "done"])?;
    let filter = filter_of(&query)?;
    let s = Shell::of(&request);
    let l = s.locale;
    let (found, receipt) = blocking(move || {
        services.db.snapshot(|conn| {
            let receipt = receipt_words(conn, &caller.actor, &query, l)?;
            Ok((store::signals_to_see(conn, &caller.actor, filter, ROWS)?, receipt))
        })
    })
    .await?;
    let mut links = vec![
        (PATH.to_owned(), l.t("signals-all")),
        (format!("{PATH}?state=open"), l.t("signals-open")),
        (format!("{PATH}?state=answered"), l.t("signals-answered")),
    ];
    links.extend(SignalKind::ALL.iter().map(|kind| {
        (
            format!("{PATH}?kind={kind}"),
            l.label(SignalKind::LIST, kind.as_str()).to_owned(),
        )
    }));
    let asked = request.query_string();
    let file = if asked.is_empty() {
        String::new()
    } else {
        format!("?{asked}")
    };
    let rows = found.iter().map(|(signal, claim)| Row {
        href: Some(format!("{PATH}/{}", signal.id)),
        cells: cells(l, signal, claim),
    });
    let parts = vec![
        Part {
            links,
            ..Part::default()
        },
        Part {
            table: Some(Table {
                caption: l.t("signals-caption"),
                columns: columns(l).into_iter().map(Column::words).collect(),
                rows: rows.collect(),
                totals: None,
            }),
            links: vec![(format!("{PATH}.csv{file}"), l.t("signals-file"))],
            ..Part::default()
        },
    ];
    let mut sheet = SheetPage::new(s, l.t("signals-title"), "/board/claims", parts);
    sheet.lead = l.t("signals-lead");
    sheet.receipt = receipt;
    sheet.answer()
}

/// `GET /board/signals.csv`
pub(super) async fn file(request: HttpRequest, services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    caller.need(Permission::SeeClaims)?;
    let query = Fields::of_query(&request);
    query.only(&["state", "kind", "done"])?;
    let filter = filter_of(&query)?;
    let l = Shell::of(&request).locale;
    let words = request.query_string().to_owned();
    let rows = blocking(move || {
        let found = services.db.snapshot(|conn| {
            let found = store::signals_to_see(conn, &caller.actor, filter, EXPORT_ROWS)?;
            let signals: Vec<ClaimSignal> = found.iter().map(|(signal, _)| signal.clone()).collect();
            let names = names_of(conn, &signals)?;
            Ok((found, names))
        })?;
        let (found, names) = found;
        let row = |(signal, claim): &(ClaimSignal, Claim)| {
            let mut row: Vec<String> = cells(l, signal, claim)
                .iter()
                .map(|cell| cell.words().to_owned())
                .collect();
            let facts = facts_in_words(l, signal, &names);
            let words: Vec<String> = facts
                .iter()
                .map(|fact| format!("{} {}", fact.label, fact.value))
                .collect();
            row.push(l.list(&words));
            row
        };
        let rows: Vec<Vec<String>> = found.iter().map(row).collect();
        services
            .db
            .write(&caller, |tx| record_export(tx, "signals", &words, rows.len()))?;
        Ok(rows)
    })
    .await?;
    let mut head = columns(l);
    head.push(l.t("signals-facts"));
    csv_answer("signals.csv", &head, &rows)
}

fn signal_id(path: &str) -> Result<ClaimSignalId> {
    path.parse().ok().or_not_found("signal")
}

/// What the form shows.
struct Seen {
    signal: ClaimSignal,
    claim: Claim,
    names: HashMap<ClaimLineId, String>,
    rule: crate::subsidies::SupportRule,
}

fn see(conn: &mut Conn, caller: &Caller, id: ClaimSignalId) -> Result<Seen> {
    let signal = store::signal_by_id(conn, id)?;
    let claim = store::claim_by_id(conn, signal.claim_id)?;
    if !caller.actor.may_in(Permission::SeeClaims, &claim.region_code) {
        return Err(Error::NotFound("signal"));
    }
    let names = names_of(conn, std::slice::from_ref(&signal))?;
    let rule = store::rule_by_id(conn, claim.rule_id)?;
    Ok(Seen {
        signal,
        claim,
        names,
        rule,
    })
}

fn form_of(l: Locale, seen: &Seen) -> PlainForm {
    let field = |name, kind| FieldSpec::new(l, "signal", name, kind, true);
    let mut facts = vec![
        Fact::new(
            l.t("signals-kind"),
            l.label(SignalKind::LIST, seen.signal.kind.as_str()),
        ),
        Fact::new(l.t("claim-column-rule"), rule_name(l, &seen.rule)),
        Fact::new(l.t("claim-column-payee"), seen.claim.payee_name.clone()),
    ];
    facts.extend(facts_in_words(l, &seen.signal, &seen.names));
    PlainForm {
        key: "signal-answer",
        action: format!("{PATH}/{}/answer", seen.signal.id),
        back: format!("/claims/{}", seen.claim.id),
        facts,
        fields: vec![
            field("answer", FieldKind::Radios(Choice::of_list(SignalAnswer::LIST, l))),
            field("note", FieldKind::Area),
        ],
        hidden: Vec::new(),
    }
}

/// `GET /board/signals/{id}`
pub(super) async fn show(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
) -> Result<HttpResponse> {
    caller.need(Permission::SeeClaims)?;
    let id = signal_id(&path)?;
    let seen = blocking(move || services.db.snapshot(|conn| see(conn, &caller, id))).await?;
    let s = Shell::of(&request);
    let l = s.locale;
    if seen.signal.answer.is_none() {
        return form_of(l, &seen).show(&request, FormState::empty());
    }
    let part = Part {
        decisions: vec![signal_box(l, &seen.signal, &seen.names)],
        links: vec![(format!("/claims/{}", seen.claim.id), seen.claim.payee_name.clone())],
        ..Part::default()
    };
    let title = l.t("signals-title");
    SheetPage::new(s, title, PATH, vec![part]).answer()
}

/// `POST /board/signals/{id}/answer`
pub(super) async fn answer(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
    fields: Fields,
) -> Result<HttpResponse> {
    caller.need(Permission::SeeClaims)?;
    let id = signal_id(&path)?;
    let answer = SignalAnswer::parse(fields.get("answer")).ok_or_else(|| Error::invalid("answer", "not-a-choice"));
    let note = fields.get("note").to_owned();
    let answered = match answer {
        Ok(answer) => {
            act(&services, &caller, move |tx| {
                claims::answer_signal(tx, id, answer, &note)
            })
            .await
        }
        Err(error) => Err(error),
    };
    match answered {
        Ok((signal, number)) => Ok(back_to(&format!("/claims/{}", signal.claim_id), number.as_deref())),
        Err(error @ (Error::Invalid(_) | Error::Refused { .. })) => {
            let seen = blocking(move || services.db.snapshot(|conn| see(conn, &caller, id))).await?;
            form_of(Shell::of(&request).locale, &seen).refuse(&request, &fields, error)
        }
        Err(error) => Err(error),
    }
}
