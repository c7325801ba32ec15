//! The officers' queue: employers to verify, postings whose wording is in doubt. Whoever wrote something does not judge
//! it; the action says so.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::form::posting_id;
use super::queue::{StepForm, Tabs, pager};
use super::words::{facts, status_badge, tags, wage_words};
use crate::base::actor::Permission;
use crate::base::codes::{EmployerKind, PostingStatus};
use crate::base::error::{Error, FieldProblem, OrNotFound, Result};
use crate::base::ids::EmployerId;
use crate::base::page::PageRequest;
use crate::employers::web::common::{describes, see_other};
use crate::employers::{
    self, Employer, EmployerStatus, EmployerStep, employer_for, has_odd_code, may_hold_public_posts,
};
use crate::platform::Services;
use crate::platform::db::Caller;
use crate::platform::http::parts::{Badge, Cell, Choice, Column, Fact, Pager, Row, Table};
use crate::platform::http::{Fields, FormState, Shell, blocking, page, page_request, page_with_status};
use crate::platform::i18n::{Locale, problem_sentences};
use crate::postings::{
    Posting, PostingCard, approve_posting, block_posting, posting_for, postings_by_ids, postings_of,
    postings_to_review, return_posting, waiting, wording_problems,
};
use crate::reference::regions;

#[derive(Template)]
#[template(path = "postings/verify.html")]
struct QueuePage {
    s: Shell,
    /// The list of employers, not that of postings.
    is_employers: bool,
    tabs: Tabs,
    filter: FormState,
    kinds: Vec<Choice>,
    statuses: Vec<Choice>,
    table: Table,
    pager: Pager,
}

/// `GET /board/verify`: employers; those that wait unless another status is asked for.
pub(super) async fn queue(request: HttpRequest, services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    caller.need(Permission::VerifyEmployers)?;
    let query = Fields::of_query(&request);
    query.only(&["status", "kind", "region", "q", "limit", "cursor", "done"])?;
    let mut filter = employers::read_filter(&query)?;
    let is_search = filter.words.is_some() || filter.kind.is_some() || query.find("status").is_some();
    if !is_search {
        filter.status = Some(EmployerStatus::Submitted);
    }
    let asked = page_request(&query)?;
    let scope = caller.actor.scope(Permission::VerifyEmployers);
    let shown = filter.clone();
    let (found, counts) = blocking(move || {
        services.db.snapshot(|conn| {
            let found = employers::employers(conn, &scope, &filter, &asked)?;
            Ok((found, waiting(conn, &caller.actor)?))
        })
    })
    .await?;
    let s = Shell::of(&request);
    let l = s.locale;
    let values = [
        ("q", shown.words.unwrap_or_default()),
        ("kind", shown.kind.map(|k| k.as_str().to_owned()).unwrap_or_default()),
        (
            "status",
            shown.status.map(|k| k.as_str().to_owned()).unwrap_or_default(),
        ),
    ];
    let table = Table {
        caption: l.t("desk-verify-employers"),
        columns: vec![
            Column::words(l.t("desk-employer-name")),
            Column::words(l.t("desk-employer-kind")),
            Column::words(l.t("desk-employer-region")),
            Column::words(l.t("desk-employer-credit-code")),
            Column::words(l.t("desk-employer-registered-on")),
            Column::words(l.t("desk-status")),
        ],
        rows: found.items.iter().map(|employer| employer_row(l, employer)).collect(),
        totals: None,
    };
    page(&QueuePage {
        is_employers: true,
        tabs: Tabs::of(l, counts, "/board/verify"),
        filter: FormState::filled(values.map(|(n, v)| (n.to_owned(), v)).to_vec()),
        kinds: Choice::of_list(EmployerKind::LIST, l),
        statuses: Choice::of_list(EmployerStatus::LIST, l),
        table,
        pager: pager("/board/verify", &query, found.next.as_deref()),
        s,
    })
}

fn employer_row(l: Locale, employer: &Employer) -> Row {
    let code = match &employer.credit_code {
        None => l.t("desk-verify-code-none"),
        Some(_) if has_odd_code(employer) => l.t("desk-verify-code-fails"),
        Some(_) => l.t("desk-verify-code-holds"),
    };
    Row {
        href: Some(format!("/board/verify/employers/{}", employer.id)),
        cells: vec![
            Cell::Words(employer.name.clone()),
            Cell::Words(l.label(EmployerKind::LIST, employer.kind.as_str()).to_owned()),
            Cell::Words(regions().address_of(&employer.region_code)),
            Cell::Words(code),
            Cell::Words(l.day_iso(employer.created_at.day())),
            Cell::State(employers::web::status_badge(l, employer.status)),
        ],
    }
}

/// `GET /board/verify/postings`
pub(super) async fn postings_queue(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
) -> Result<HttpResponse> {
    caller.need(Permission::ReviewPostings)?;
    let query = Fields::of_query(&request);
    query.only(&["limit", "cursor", "done"])?;
    let asked = page_request(&query)?;
    let scope = caller.actor.scope(Permission::ReviewPostings);
    let (found, counts) = blocking(move || {
        services.db.snapshot(|conn| {
            let found = postings_to_review(conn, &scope, &asked)?;
            Ok((found, waiting(conn, &caller.actor)?))
        })
    })
    .await?;
    let s = Shell::of(&request);
    let l = s.locale;
    let row = |card: &PostingCard| Row {
        href: Some(format!("/board/verify/postings/{}", card.posting.id)),
        cells: vec![
            Cell::Words(card.posting.title.clone()),
            Cell::Words(card.employer_name.clone()),
            Cell::Words(regions().address_of(&card.posting.region_code)),
            Cell::Words(card.posting.status_note.clone()),
            Cell::Words(l.day_iso(card.posting.created_at.day())),
        ],
    };
    let table = Table {
        caption: l.t("desk-verify-postings"),
        columns: vec![
            Column::words(l.t("desk-posting-title")),
            Column::words(l.t("desk-employer-name")),
            Column::words(l.t("desk-posting-region")),
            Column::words(l.t("desk-verify-doubts")),
            Column::words(l.t("desk-verify-written-on")),
        ],
        rows: found.items.iter().map(row).collect(),
        totals: None,
    };
    page(&QueuePage {
        is_employers: false,
        tabs: Tabs::of(l, counts, "/board/verify/postings"),
        filter: FormState::empty(),
        kinds: Vec::new(),
        statuses: Vec::new(),
        table,
        pager: pager("/board/verify/postings", &query, found.next.as_deref()),
        s,
    })
}

struct PostingLine {
    href: String,
    title: String,
    wage: String,
    state: Badge,
}

#[derive(Template)]
#[template(path = "postings/verify_employer.html")]
struct EmployerPage {
    s: Shell,
    name: String,
    status: Badge,
    note: String,
    /// The credit code's check in a sentence; empty without a code.
    check: String,
    check_fails: bool,
    facts: Vec<Fact>,
    action: String,
    version: i32,
    steps: Vec<StepForm>,
    form: FormState,
    done: bool,
    postings: Vec<PostingLine>,
    /// Where a public-welfare post for it is written, if it may hold one.
    new_post: Option<String>,
    /// Where a course for it is written.
    new_course: Option<String>,
}

fn employer_id(path: &str) -> Result<EmployerId> {
    path.parse().ok().or_not_found("employer")
}

async fn employer_page(
    request: &HttpRequest,
    services: &Services,
    caller: Caller,
    id: EmployerId,
    problems: Option<(&Fields, &[FieldProblem])>,
) -> Result<EmployerPage> {
    let db = services.db.clone();
    let may_write = caller.actor.may(Permission::EditPublicPosts);
    let (employer, postings) = blocking(move || {
        db.snapshot(|conn| {
            let employer = employer_for(conn, &caller.actor, id, Permission::VerifyEmployers)?;
            let postings = postings_of(conn, id, None, &PageRequest::first(50))?;
            Ok((employer, postings.items))
        })
    })
    .await?;
    let s = Shell::of(request);
    let l = s.locale;
    let check_fails = has_odd_code(&employer);
    let check = match (&employer.credit_code, check_fails) {
        (None, _) => String::new(),
        (Some(_), true) => l.t("desk-verify-code-fails-lead"),
        (Some(_), false) => l.t("desk-verify-code-holds-lead"),
    };
    let line = |posting: &Posting| PostingLine {
        href: format!("/board/verify/postings/{}", posting.id),
        title: posting.title.clone(),
        wage: wage_words(l, posting.wage()),
        state: status_badge(l, posting.status),
    };
    Ok(EmployerPage {
        name: employer.name.clone(),
        status: employers::web::status_badge(l, employer.status),
        note: employer.status_note.clone(),
        check,
        check_fails,
        facts: describes(l, &employer),
        action: format!("/board/verify/employers/{id}/steps"),
        version: employer.version,
        steps: employer_steps(l, &employer),
        form: problems.map_or_else(FormState::empty, |(fields, list)| FormState::refused(fields, list, l)),
        done: Fields::of_query(request).find("done").is_some(),
        postings: postings.iter().map(line).collect(),
        new_post: (may_write && may_hold_public_posts(employer.kind))
            .then(|| format!("/desk/postings/new?employer={id}")),
        new_course: may_write.then(|| format!("/desk/courses/new?employer={id}")),
        s,
    })
}

fn employer_steps(l: Locale, employer: &Employer) -> Vec<StepForm> {
    let step = |step, label: String, asks: String, needs_reason, is_danger| StepForm {
        step,
        label,
        asks,
        needs_reason,
        is_danger,
    };
    let (verify, give_back) = (l.t("desk-verify-verify"), l.t("desk-verify-return"));
    match employer.status {
        EmployerStatus::Submitted => {
            let odd = has_odd_code(employer);
            let asks = if odd {
                l.t("desk-verify-override-reason")
            } else {
                String::new()
            };
            vec![
                step("verify", verify, asks, odd, false),
                step("return", give_back, l.t("desk-verify-missing"), true, true),
            ]
        }
        EmployerStatus::Verified => {
            let (label, asks) = (l.t("desk-verify-suspend"), l.t("desk-verify-suspend-reason"));
            vec![step("suspend", label, asks, true, true)]
        }
        EmployerStatus::Suspended => {
            let (label, asks) = (l.t("desk-verify-reinstate"), l.t("desk-verify-reinstate-reason"));
            vec![step("reinstate", label, asks, true, false)]
        }
        EmployerStatus::Returned => Vec::new(),
    }
}

/// `GET /board/verify/employers/{id}`
pub(super) async fn employer(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
) -> Result<HttpResponse> {
    caller.need(Permission::VerifyEmployers)?;
    page(&employer_page(&request, &services, caller, employer_id(&path)?, None).await?)
}

/// `POST /board/verify/employers/{id}/steps`
pub(super) async fn employer_step(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
    fields: Fields,
) -> Result<HttpResponse> {
    caller.need(Permission::VerifyEmployers)?;
    let id = employer_id(&path)?;
    let step = EmployerStep::parse(fields.get("step")).ok_or_else(|| Error::bad_request("step", "not-a-choice"))?;
    let version: i32 = fields.get("version").parse().map_err(|_| Error::Conflict)?;
    let (db, asking, note) = (services.db.clone(), caller.clone(), fields.get("note").to_owned());
    match blocking(move || db.write(&asking, |tx| step.take(tx, id, version, &note))).await {
        Ok(()) => {
            services.wake.notify_one();
            Ok(see_other(&format!("/board/verify/employers/{id}?done=1")))
        }
        Err(Error::Invalid(mut problems)) => {
            // The reason for an odd code is typed in the same box as every other reason.
            problems
                .iter_mut()
                .for_each(|problem| "note".clone_into(&mut problem.field));
            let page = employer_page(&request, &services, caller, id, Some((&fields, &problems))).await?;
            page_with_status(&page, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(error) => Err(error),
    }
}

#[derive(Template)]
#[template(path = "postings/verify_posting.html")]
struct ReviewPage {
    s: Shell,
    title: String,
    employer_name: String,
    employer_href: String,
    status: Badge,
    note: String,
    wage: String,
    tags: Vec<String>,
    description: String,
    /// Each phrase in doubt with its reason.
    doubts: Vec<String>,
    facts: Vec<Fact>,
    action: String,
    version: i32,
    steps: Vec<StepForm>,
    form: FormState,
    done: bool,
    /// Where the posting is managed, for an officer who writes it.
    desk_href: Option<String>,
}

async fn review_page(
    request: &HttpRequest,
    services: &Services,
    caller: Caller,
    id: crate::base::ids::PostingId,
    problems: Option<(&Fields, &[FieldProblem])>,
) -> Result<ReviewPage> {
    let db = services.db.clone();
    let (card, writes) = blocking(move || {
        db.snapshot(|conn| {
            posting_for(conn, &caller.actor, id, Permission::ReviewPostings)?;
            let card = postings_by_ids(conn, &[id])?.remove(&id).or_not_found("posting")?;
            let writes = posting_for(conn, &caller.actor, id, Permission::ManageOwnEmployer).is_ok();
            Ok((card, writes))
        })
    })
    .await?;
    let s = Shell::of(request);
    let l = s.locale;
    let posting = &card.posting;
    let doubts = problem_sentences(&wording_problems(&posting.title, &posting.description), l.language());
    let mut steps = Vec::new();
    if posting.status == PostingStatus::Submitted {
        steps.push(StepForm {
            step: "approve",
            label: l.t("desk-verify-approve"),
            asks: String::new(),
            needs_reason: false,
            is_danger: false,
        });
        steps.push(StepForm {
            step: "return",
            label: l.t("desk-verify-return"),
            asks: l.t("desk-verify-change"),
            needs_reason: true,
            is_danger: true,
        });
    }
    if crate::postings::may_become(posting.status, PostingStatus::Blocked) {
        steps.push(StepForm {
            step: "block",
            label: l.t("desk-verify-block"),
            asks: l.t("desk-verify-block-reason"),
            needs_reason: true,
            is_danger: true,
        });
    }
    Ok(ReviewPage {
        title: posting.title.clone(),
        employer_name: card.employer_name.clone(),
        employer_href: format!("/board/verify/employers/{}", posting.employer_id),
        status: status_badge(l, posting.status),
        note: posting.status_note.clone(),
        wage: wage_words(l, posting.wage()),
        tags: tags(l, posting),
        description: posting.description.clone(),
        doubts: doubts.into_iter().map(|problem| problem.message).collect(),
        facts: facts(l, posting),
        action: format!("/board/verify/postings/{id}/steps"),
        version: posting.version,
        steps,
        form: problems.map_or_else(FormState::empty, |(fields, list)| FormState::refused(fields, list, l)),
        done: Fields::of_query(request).find("done").is_some(),
        desk_href: writes.then(|| format!("/desk/postings/{id}")),
        s,
    })
}

/// `GET /board/verify/postings/{id}`
pub(super) async fn posting(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
) -> Result<HttpResponse> {
    caller.need(Permission::ReviewPostings)?;
    page(&review_page(&request, &services, caller, posting_id(&path)?, None).await?)
}

/// What an officer decides about a posting.
#[derive(Debug, Clone, Copy, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ReviewStep {
    Approve,
    Return,
    Block,
}

impl ReviewStep {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "approve" => Some(Self::Approve),
            "return" => Some(Self::Return),
            "block" => Some(Self::Block),
            _ => None,
        }
    }

    /// Takes the step; each asks for the officer's right itself.
    pub(crate) fn take(
        self,
        tx: &mut crate::platform::db::Tx<'_>,
        id: crate::base::ids::PostingId,
        version: i32,
        note: &str,
    ) -> Result<Posting> {
        match self {
            Self::Approve => approve_posting(tx, id, version),
            Self::Return => return_posting(tx, id, version, note),
            Self::Block => block_posting(tx, id, version, note),
        }
    }
}

/// `POST /board/verify/postings/{id}/steps`
pub(super) async fn posting_step(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
    fields: Fields,
) -> Result<HttpResponse> {
    caller.need(Permission::ReviewPostings)?;
    let id = posting_id(&path)?;
    let step = ReviewStep::parse(fields.get("step")).ok_or_else(|| Error::bad_request("step", "not-a-choice"))?;
    let version: i32 = fields.get("version").parse().map_err(|_| Error::Conflict)?;
    let (db, asking, note) = (services.db.clone(), caller.clone(), fields.get("note").to_owned());
    match blocking(move || db.write(&asking, |tx| step.take(tx, id, version, &note))).await {
        Ok(_) => {
            services.wake.notify_one();
            Ok(see_other(&format!("/board/verify/postings/{id}?done=1")))
        }
        Err(Error::Invalid(problems)) => {
            let page = review_page(&request, &services, caller, id, Some((&fields, &problems))).await?;
            page_with_status(&page, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(error) => Err(error),
    }
}
