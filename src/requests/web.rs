//! The officers' list of requests, and the answer.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::actions::answer_request;
use super::model::{RequestAnswer, RequestChannel, WorkRequest};
use super::rules::Score;
use super::store::{NamedRequest, open_counts, request_for, requests_in, score_in};
use crate::audit::{ReceiptWords, act, back_to, receipt_words, record_export};
use crate::base::actor::{Permission, Scope};
use crate::base::error::{Error, Result};
use crate::base::ids::WorkRequestId;
use crate::base::page::PageRequest;
use crate::base::receipt::spoken_number;
use crate::base::region::RegionCode;
use crate::base::time::{Day, days_between};
use crate::guarantee::{AskedLevel, Clocks, asked_level, narrowed, region_filter};
use crate::platform::Services;
use crate::platform::db::Caller;
use crate::platform::http::parts::{BoardFigure, Cell, Choice, Column, Fact, Pager, Row, Table, Tone};
use crate::platform::http::plain_form::{FieldKind, FieldSpec, PlainForm};
use crate::platform::http::{
    Fields, FormState, Reader, Shell, blocking, choice_filter, csv_answer, page, page_request, with_parameter,
};
use crate::platform::i18n::Locale;
use crate::reference::regions;
use crate::registry::{Wants, person_in};

const PATH: &str = "/village/requests";
const ROWS: usize = 50;
/// The most rows of the file.
const FILE_ROWS: usize = 20_000;
/// Days of answers that the median looks at.
const SCORE_DAYS: u64 = 90;
/// The longest note, in characters.
const TEXT: usize = 1_000;

/// What the list may be narrowed to.
const DUE: [&str; 2] = ["late", "in_time"];

pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route(PATH, web::get().to(show))
        .route("/village/requests.csv", web::get().to(export))
        .route("/village/requests/{id}/answers/new", web::get().to(answer_form))
        .route("/village/requests/{id}/answers", web::post().to(post_answer));
}

#[derive(Template)]
#[template(path = "requests/list.html")]
struct RequestsPage {
    s: Shell,
    receipt: Option<ReceiptWords>,
    place: String,
    figures: Vec<BoardFigure>,
    table: Table,
    pager: Pager,
    all_href: Option<String>,
    export_href: String,
}

/// What is asked of the list, on the page and by programs.
pub(super) struct Asked {
    pub scope: Scope,
    region: Option<RegionCode>,
    due: Option<&'static str>,
    pub page: PageRequest,
}

impl Asked {
    pub fn read(query: &Fields, caller: &Caller) -> Result<Self> {
        caller.need(Permission::SeeGuarantee)?;
        query.only(&["region", "due", "limit", "cursor", "done"])?;
        let region = region_filter(query, "region")?;
        let due = |text: &str| DUE.into_iter().find(|known| *known == text);
        Ok(Self {
            scope: narrowed(caller.actor.scope(Permission::SeeGuarantee), region.as_ref())?,
            due: choice_filter(query, "due", &DUE, due)?,
            page: page_request(query)?,
            region,
        })
    }

    /// The days between which a request is due.
    pub fn days(&self, today: Day) -> (Option<Day>, Option<Day>) {
        let yesterday = today.pred_opt();
        match self.due {
            Some("late") => (yesterday, None),
            Some(_) => (None, yesterday),
            None => (None, None),
        }
    }
}

/// `GET /village/requests`
async fn show(request: HttpRequest, services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    let query = Fields::of_query(&request);
    let mut asked = Asked::read(&query, &caller)?;
    asked.page.limit = ROWS;
    let s = Shell::of(&request);
    let (l, today) = (s.locale, services.clock.today());
    let (scope, days, wanted) = (asked.scope.clone(), asked.days(today), asked.page.clone());
    let (asker, typed) = (caller.clone(), query.clone());
    let since = today.checked_sub_days(chrono::Days::new(SCORE_DAYS)).unwrap_or(today);
    let (found, counts, score, receipt) = blocking(move || {
        services.db.snapshot(|conn| {
            Ok((
                requests_in(conn, &scope, days.0, days.1, &wanted)?,
                open_counts(conn, &scope, today)?,
                score_in(conn, &scope, since)?,
                receipt_words(conn, &asker.actor, &typed, l)?,
            ))
        })
    })
    .await?;
    page(&RequestsPage {
        place: match &asked.region {
            Some(region) => regions().name_of(region),
            None => s.visitor.place.clone().unwrap_or_else(|| l.t("guarantee-all-places")),
        },
        figures: figures(l, &query, counts, &score),
        table: table(l, &found.items, today, caller.actor.may(Permission::WorkCases)),
        pager: Pager {
            first_href: query
                .find("cursor")
                .map(|_| with_parameter(PATH, &query, "cursor", None)),
            next_href: found
                .next
                .map(|next| with_parameter(PATH, &query, "cursor", Some(&next))),
        },
        all_href: asked.due.map(|_| with_parameter(PATH, &query, "due", None)),
        export_href: with_parameter("/village/requests.csv", &query, "cursor", None),
        receipt,
        s,
    })
}

fn figures(l: Locale, query: &Fields, (open, late): (i64, i64), score: &Score) -> Vec<BoardFigure> {
    let figure = |key: &str, value: String, tone: Tone, due: Option<&str>| BoardFigure {
        label: l.t(key),
        change: None,
        value,
        tone,
        href: due.map(|due| with_parameter(PATH, query, "due", Some(due))),
    };
    let tone = if late > 0 { Tone::Bad } else { Tone::Good };
    let median = score
        .median_days
        .map_or_else(|| l.t("request-no-answers"), |days| l.tn("request-days", days));
    let in_time = if score.answered == 0 {
        l.t("request-no-answers")
    } else {
        l.ta(
            "request-in-time-of",
            &[("in_time", score.in_time.into()), ("answered", score.answered.into())],
        )
    };
    vec![
        figure(
            "request-figure-open",
            l.number(open - late),
            Tone::Plain,
            Some("in_time"),
        ),
        figure("request-figure-late", l.number(late), tone, Some("late")),
        figure("request-figure-median", median, Tone::Plain, None),
        figure("request-figure-in-time", in_time, Tone::Plain, None),
    ]
}

const COLUMNS: [&str; 8] = ["number", "person", "place", "wants", "channel", "asked", "due", "level"];

fn cells(l: Locale, (request, name): &NamedRequest, today: Day) -> Vec<String> {
    let level = asked_level(Some(request.due_on), today, Clocks::shipped());
    vec![
        spoken_number(&request.number),
        name.clone(),
        regions().address_of(&request.region_code),
        l.label(Wants::LIST, request.wants.as_str()).to_owned(),
        l.label(RequestChannel::LIST, request.channel.as_str()).to_owned(),
        l.day(request.asked_on),
        due_words(l, request, today),
        l.label(AskedLevel::LIST, level.as_str()).to_owned(),
    ]
}

fn due_words(l: Locale, request: &WorkRequest, today: Day) -> String {
    let day = l.day(request.due_on);
    let late = days_between(request.due_on, today);
    if late > 0 {
        l.ta("request-due-late", &[("day", day.into()), ("n", late.into())])
    } else {
        day
    }
}

fn table(l: Locale, rows: &[NamedRequest], today: Day, may_answer: bool) -> Table {
    Table {
        caption: l.t("request-caption"),
        columns: COLUMNS
            .iter()
            .map(|name| Column::words(l.t(&format!("request-column-{name}"))))
            .collect(),
        rows: rows
            .iter()
            .map(|row| Row {
                href: Some(if may_answer {
                    format!("{PATH}/{}/answers/new", row.0.id)
                } else {
                    format!("/village/persons/{}", row.0.person_id)
                }),
                cells: cells(l, row, today).into_iter().map(Cell::from).collect(),
            })
            .collect(),
        totals: None,
    }
}

/// The list as a file; the export is itself audited.
async fn export(request: HttpRequest, services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    let query = Fields::of_query(&request);
    let asked = Asked::read(&query, &caller)?;
    let today = services.clock.today();
    let text = request.query_string().to_owned();
    let found = blocking(move || {
        let (by, after) = asked.days(today);
        let every = PageRequest::first(FILE_ROWS);
        let found = services
            .db
            .snapshot(|conn| requests_in(conn, &asked.scope, by, after, &every))?;
        services
            .db
            .write(&caller, |tx| record_export(tx, "requests", &text, found.items.len()))?;
        Ok(found)
    })
    .await?;
    let l = Shell::of(&request).locale;
    let head: Vec<String> = COLUMNS
        .iter()
        .map(|name| l.t(&format!("request-column-{name}")))
        .collect();
    let rows: Vec<Vec<String>> = found.items.iter().map(|row| cells(l, row, today)).collect();
    csv_answer(&format!("requests-{today}.csv"), &head, &rows)
}

async fn named(services: &web::Data<Services>, caller: &Caller, id: WorkRequestId) -> Result<NamedRequest> {
    caller.need(Permission::WorkCases)?;
    let (services, caller) = (services.clone(), caller.clone());
    let found = blocking(move || {
        services.db.read(|conn| {
            let request = request_for(conn, &caller.actor, id, Permission::WorkCases)?;
            let name = person_in(conn, request.person_id)?.0.name;
            Ok((request, name))
        })
    })
    .await?;
    if found.0.is_open {
        Ok(found)
    } else {
        Err(Error::refused("request-answered"))
    }
}

fn answer_page(l: Locale, (request, name): &NamedRequest, today: Day) -> PlainForm {
    let answers = RequestAnswer::SAID
        .iter()
        .map(|answer| Choice::new(answer.as_str(), l.label(RequestAnswer::LIST, answer.as_str())));
    PlainForm {
        key: "request-answer",
        action: format!("{PATH}/{}/answers", request.id),
        back: format!("/village/persons/{}", request.person_id),
        facts: vec![
            Fact::new(l.t("request-column-number"), spoken_number(&request.number)),
            Fact::new(l.t("request-column-person"), name.clone()),
            Fact::new(
                l.t("request-column-wants"),
                l.label(Wants::LIST, request.wants.as_str()).to_owned(),
            ),
            Fact::new(l.t("request-column-asked"), l.day(request.asked_on)),
            Fact::new(l.t("request-column-due"), due_words(l, request, today)),
        ],
        fields: vec![
            FieldSpec::new(
                l,
                "request-answer",
                "answer",
                FieldKind::Radios(answers.collect()),
                true,
            ),
            FieldSpec::new(l, "request-answer", "note", FieldKind::Area, true),
        ],
        hidden: vec![("version", request.version.to_string())],
    }
}

async fn answer_form(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<WorkRequestId>,
) -> Result<HttpResponse> {
    let named = named(&services, &caller, *id).await?;
    answer_page(Shell::of(&request).locale, &named, services.clock.today()).show(&request, FormState::empty())
}

/// The answer as a form or a program sends it.
pub(super) fn read_answer(fields: &Fields) -> Result<(i32, RequestAnswer, String)> {
    let mut reader = Reader::new(fields);
    let answer = reader.choice("answer", |text| {
        RequestAnswer::parse(text).filter(|answer| RequestAnswer::SAID.contains(answer))
    });
    let note = reader.text("note", TEXT);
    let version = i32::try_from(reader.whole("version", 0, i64::from(i32::MAX))).unwrap_or(0);
    reader.finish()?;
    let answer = answer.ok_or_else(|| Error::invalid("answer", "required"))?;
    Ok((version, answer, note))
}

async fn post_answer(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<WorkRequestId>,
    typed: Fields,
) -> Result<HttpResponse> {
    let named = named(&services, &caller, *id).await?;
    let request_id = named.0.id;
    let outcome = match read_answer(&typed) {
        Ok((version, answer, note)) => {
            act(&services, &caller, move |tx| {
                answer_request(tx, request_id, version, answer, &note).map(drop)
            })
            .await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(((), number)) => Ok(back_to(PATH, number.as_deref())),
        Err(error) => {
            answer_page(Shell::of(&request).locale, &named, services.clock.today()).refuse(&request, &typed, error)
        }
    }
}
