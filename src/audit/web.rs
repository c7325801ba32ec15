//! The audit page: lines by who, what, about what and when; the chain check; the export.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::model::LineFilter;
use super::rules::{number_of_line, read_number};
use super::store;
use super::view::{changes, kind_words, subject_href, subject_id, verb_words};
use crate::base::actor::Permission;
use crate::base::error::{Error, Result};
use crate::base::ids::Id;
use crate::base::page::PageRequest;
use crate::platform::Services;
use crate::platform::db::{AuditLine, Caller, ChainReport, verify_chain};
use crate::platform::http::parts::{Choice, Decision, Pager, Tone};
use crate::platform::http::{
    Fields, FormState, Shell, blocking, csv_answer, day_filter, page, page_request, with_parameter,
};
use crate::platform::i18n::Locale;

const PATH: &str = "/board/audit";
const ROWS: usize = 50;
const EXPORT_ROWS: usize = 10_000;
/// The filters that the page and the API know.
pub(super) const FILTERS: [&str; 9] = [
    "actor", "verb", "about", "id", "number", "from", "until", "limit", "cursor",
];
/// The kinds of records that lines are about.
const KINDS: [&str; 11] = [
    "household",
    "person",
    "employment",
    "placement",
    "posting",
    "course",
    "employer",
    "batch",
    "site",
    "user",
    "export",
];

pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route(PATH, web::get().to(list))
        .route("/board/audit.csv", web::get().to(export))
        .route("/board/audit/check", web::get().to(check));
}

#[derive(Template)]
#[template(path = "audit/lines.html")]
struct LinesPage {
    s: Shell,
    f: FormState,
    kinds: Vec<Choice>,
    rows: Vec<LineRow>,
    pager: Pager,
    export_href: String,
    chain: Option<Decision>,
}

struct LineRow {
    number: String,
    when: String,
    actor: String,
    actor_href: String,
    verb: String,
    kind: String,
    id: String,
    href: Option<String>,
    changes: Vec<String>,
    address: String,
}

impl LineRow {
    fn of(l: Locale, query: &Fields, line: &AuditLine) -> Self {
        Self {
            number: number_of_line(line.seq),
            when: l.instant(line.at),
            actor: line.actor.clone(),
            actor_href: with_parameter(PATH, query, "actor", Some(&line.actor)),
            verb: verb_words(l, &line.verb),
            kind: kind_words(l, &line.subject_kind),
            id: subject_id(line),
            href: subject_href(line),
            changes: changes(l, line),
            address: line.address.clone(),
        }
    }
}

/// Reads the filters of the page and of the API.
pub(super) fn filter_of(query: &Fields) -> Result<LineFilter> {
    query.only(&FILTERS)?;
    let text = |name: &str| query.find(name).map(|t| t.trim().to_owned());
    let subject_id = match query.find("id") {
        None => None,
        Some(id) => {
            let id: Id<()> = id
                .trim()
                .parse()
                .map_err(|_| Error::bad_request("id", "id-unreadable").with("value", id))?;
            Some(id.raw())
        }
    };
    let seq = match query.find("number") {
        None => None,
        Some(number) => {
            let seq = read_number(number);
            Some(seq.ok_or_else(|| Error::bad_request("number", "number-misread").with("value", number))?)
        }
    };
    Ok(LineFilter {
        actor: text("actor"),
        verb: text("verb"),
        about: text("about"),
        subject_id,
        seq,
        from: day_filter(query, "from")?,
        until: day_filter(query, "until")?,
    })
}

async fn list(request: HttpRequest, services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    lines_page(&request, services, caller, None).await
}

/// Walks the whole chain and says on the page whether every line fits the one before.
async fn check(request: HttpRequest, services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    caller.need(Permission::SeeAudit)?;
    let db = services.db.clone();
    let chain = blocking(move || db.snapshot(verify_chain)).await?;
    lines_page(&request, services, caller, Some(chain)).await
}

async fn lines_page(
    request: &HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    chain: Option<ChainReport>,
) -> Result<HttpResponse> {
    caller.need(Permission::SeeAudit)?;
    let query = Fields::of_query(request);
    let filter = filter_of(&query)?;
    let asked = PageRequest {
        limit: ROWS,
        ..page_request(&query)?
    };
    let is_further = asked.cursor.is_some();
    let scope = caller.actor.scope(Permission::SeeAudit);
    let found = blocking(move || {
        services
            .db
            .read(|conn| store::lines(conn, &caller.actor, &scope, &filter, &asked))
    })
    .await?;
    let s = Shell::of(request);
    let l = s.locale;
    page(&LinesPage {
        rows: found.items.iter().map(|line| LineRow::of(l, &query, line)).collect(),
        kinds: KINDS
            .iter()
            .map(|kind| Choice::new(*kind, kind_words(l, kind)))
            .collect(),
        pager: Pager {
            first_href: is_further.then(|| with_parameter(PATH, &query, "cursor", None)),
            next_href: found
                .next
                .map(|next| with_parameter(PATH, &query, "cursor", Some(&next))),
        },
        export_href: with_parameter("/board/audit.csv", &query, "cursor", None),
        f: FormState::filled(query.pairs().to_vec()),
        chain: chain.map(|report| chain_words(l, &report)),
        s,
    })
}

fn chain_words(l: Locale, report: &ChainReport) -> Decision {
    let (tone, sentence) = match report.broken_at {
        Some(seq) => (
            Tone::Bad,
            l.ta("audit-chain-broken", &[("number", number_of_line(seq).into())]),
        ),
        None => (Tone::Good, l.tn("audit-chain-whole", report.lines)),
    };
    Decision {
        tone,
        sentence,
        facts: Vec::new(),
        rule: None,
        objection: None,
    }
}

/// The lines that the filters leave, as a file; the export is itself a line.
async fn export(request: HttpRequest, services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    caller.need(Permission::SeeAudit)?;
    let filter = filter_of(&Fields::of_query(&request))?;
    let text = request.query_string().to_owned();
    let scope = caller.actor.scope(Permission::SeeAudit);
    let today = services.clock.today();
    let found = blocking(move || {
        let asked = PageRequest::first(EXPORT_ROWS);
        let found = services
            .db
            .read(|conn| store::lines(conn, &caller.actor, &scope, &filter, &asked))?;
        services.db.write(&caller, |tx| {
            store::record_export(tx, "audit", &text, found.items.len())
        })?;
        Ok(found.items)
    })
    .await?;
    let l = Shell::of(&request).locale;
    let head = ["number", "when", "who", "what", "about", "id", "changes", "address"];
    let head: Vec<String> = head.iter().map(|name| l.t(&format!("audit-column-{name}"))).collect();
    let rows: Vec<Vec<String>> = found
        .iter()
        .map(|line| {
            vec![
                number_of_line(line.seq),
                l.instant(line.at),
                line.actor.clone(),
                verb_words(l, &line.verb),
                kind_words(l, &line.subject_kind),
                subject_id(line),
                changes(l, line).join("; "),
                line.address.clone(),
            ]
        })
        .collect();
    csv_answer(&format!("audit-{today}.csv"), &head, &rows)
}
