//! The board of an employer.

use std::collections::HashMap;

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::hires::is_to_confirm;
use crate::base::codes::PostingStatus;
use crate::base::error::Result;
use crate::base::ids::PostingId;
use crate::base::page::PageRequest;
use crate::base::time::{Day, days_between};
use crate::employers::web::common::own_employer;
use crate::employers::web::status_badge;
use crate::employers::{Employer, EmployerStatus};
use crate::employment::confirmations::questions_for;
use crate::employment::store::hires_of;
use crate::hiring::{PlacementStatus, counts_by_posting};
use crate::platform::Services;
use crate::platform::db::Caller;
use crate::platform::http::parts::{Badge, Pager, Tone};
use crate::platform::http::{Fields, Shell, blocking, page, page_request, with_parameter};
use crate::platform::i18n::Locale;
use crate::postings::web::words;
use crate::postings::{Posting, postings_of};
use crate::training::web::words as course_words;
use crate::training::{CourseCard, CourseStatus, courses_of};

/// A posting that closes within this many days is mentioned.
const CLOSES_SOON_DAYS: i64 = 7;

/// The newest courses that the page shows.
const COURSES: usize = 50;

/// Something that waits for the employer today.
struct Matter {
    href: String,
    words: String,
}

struct PostingLine {
    href: String,
    title: String,
    wage: String,
    places: String,
    waiting: Option<String>,
    status: Badge,
    closes: Option<String>,
}

struct BoardColumn {
    title: String,
    lines: Vec<PostingLine>,
}

#[derive(Template)]
#[template(path = "employment/desk.html")]
struct DeskPage {
    s: Shell,
    name: String,
    /// The state of the employer's file where it keeps it from publishing.
    file: Option<Badge>,
    file_sentence: String,
    note: String,
    matters: Vec<Matter>,
    columns: Vec<BoardColumn>,
    is_empty: bool,
    pager: Pager,
    courses: Vec<CourseLine>,
}

struct CourseLine {
    href: String,
    title: String,
    days: String,
    places: String,
    status: Badge,
}

type Counts = HashMap<(PostingId, PlacementStatus), i64>;

/// `GET /desk`
pub(super) async fn desk(request: HttpRequest, services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    let query = Fields::of_query(&request);
    query.only(&["limit", "cursor"])?;
    let mut asked = page_request(&query)?;
    asked.limit = asked.limit.max(50);
    let today = services.clock.today();
    let (employer, postings, counts, (unconfirmed, questions), courses) = blocking(move || {
        services.db.snapshot(|conn| {
            let employer = own_employer(conn, &caller)?;
            let postings = postings_of(conn, employer.id, None, &asked)?;
            let ids: Vec<PostingId> = postings.items.iter().map(|p| p.id).collect();
            let counts = counts_by_posting(conn, &ids)?;
            let hires = hires_of(conn, employer.id, super::hires::MOST, today)?;
            let unconfirmed = hires.iter().filter(|row| is_to_confirm(row, today)).count();
            let questions = questions_for(conn, &caller.actor, today)?.len();
            let courses = courses_of(conn, employer.id, &PageRequest::first(COURSES))?.items;
            Ok((employer, postings, counts, (unconfirmed, questions), courses))
        })
    })
    .await?;
    let s = Shell::of(&request);
    let l = s.locale;
    let (file, file_sentence) = file_state(l, &employer);
    page(&DeskPage {
        name: employer.name.clone(),
        file,
        file_sentence,
        note: employer.status_note.clone(),
        matters: returned_courses(l, &courses)
            .chain(matters(l, &postings.items, &counts, unconfirmed, today))
            .chain((questions > 0).then(|| Matter {
                href: "/confirmations".to_owned(),
                words: l.tn("confirmation-matter", questions),
            }))
            .collect(),
        courses: courses.iter().map(|card| course_line(l, card)).collect(),
        columns: columns(l, &postings.items, &counts, today),
        is_empty: postings.items.is_empty(),
        pager: Pager {
            first_href: query.find("cursor").map(|_| "/desk".to_owned()),
            next_href: postings
                .next
                .map(|cursor| with_parameter("/desk", &query, "cursor", Some(&cursor))),
        },
        s,
    })
}

fn file_state(l: Locale, employer: &Employer) -> (Option<Badge>, String) {
    let sentence = match employer.status {
        EmployerStatus::Verified => return (None, String::new()),
        EmployerStatus::Submitted => l.t("desk-file-submitted"),
        EmployerStatus::Returned => l.t("desk-file-returned"),
        EmployerStatus::Suspended => l.t("desk-employer-suspended"),
    };
    (Some(status_badge(l, employer.status)), sentence)
}

fn count(counts: &Counts, id: PostingId, status: PlacementStatus) -> i64 {
    counts.get(&(id, status)).copied().unwrap_or(0)
}

/// What needs the employer today, the most urgent first.
fn matters(l: Locale, postings: &[Posting], counts: &Counts, unconfirmed: usize, today: Day) -> Vec<Matter> {
    let mut list = Vec::new();
    for posting in postings {
        let title = posting.title.as_str();
        let href = format!("/desk/postings/{}", posting.id);
        let mut add = |words: String| {
            list.push(Matter {
                href: href.clone(),
                words,
            });
        };
        let accepted = count(counts, posting.id, PlacementStatus::Accepted);
        let waiting = count(counts, posting.id, PlacementStatus::Applied);
        if accepted > 0 {
            add(l.ta("desk-matter-start", &[("n", accepted.into()), ("title", title.into())]));
        }
        if waiting > 0 {
            add(l.ta("desk-matter-applied", &[("n", waiting.into()), ("title", title.into())]));
        }
        if posting.status == PostingStatus::Rejected {
            add(l.ta("desk-matter-returned", &[("title", title.into())]));
        }
        let days = posting.closes_on.map(|day| days_between(today, day));
        if let Some(days) = days.filter(|d| posting.status == PostingStatus::Open && *d <= CLOSES_SOON_DAYS) {
            add(l.ta("desk-matter-closes", &[("n", days.into()), ("title", title.into())]));
        }
    }
    if unconfirmed > 0 {
        list.push(Matter {
            href: "/desk/hires".to_owned(),
            words: l.tn("desk-matter-confirm", unconfirmed),
        });
    }
    list
}

/// The courses that an officer sent back.
fn returned_courses(l: Locale, courses: &[CourseCard]) -> impl Iterator<Item = Matter> {
    let returned = courses
        .iter()
        .filter(|card| card.course.status == CourseStatus::Returned);
    returned.map(move |card| Matter {
        href: format!("/desk/courses/{}", card.course.id),
        words: l.ta(
            "training-matter-returned",
            &[("title", card.course.title.as_str().into())],
        ),
    })
}

fn course_line(l: Locale, card: &CourseCard) -> CourseLine {
    CourseLine {
        href: format!("/desk/courses/{}", card.course.id),
        title: card.course.title.clone(),
        days: course_words::days_words(l, &card.run),
        places: course_words::places_words(l, &card.run),
        status: course_words::course_badge(l, card.course.status),
    }
}

fn columns(l: Locale, postings: &[Posting], counts: &Counts, today: Day) -> Vec<BoardColumn> {
    use PostingStatus as S;
    let column = |title: String, statuses: &[S]| {
        let rows = postings.iter().filter(|posting| statuses.contains(&posting.status));
        BoardColumn {
            title,
            lines: rows.map(|posting| line(l, posting, counts, today)).collect(),
        }
    };
    let all = [
        column(l.t("desk-column-draft"), &[S::Draft, S::Rejected]),
        column(l.t("desk-column-submitted"), &[S::Submitted]),
        column(l.t("desk-column-open"), &[S::Open, S::Paused]),
        column(l.t("desk-column-filled"), &[S::Filled]),
        column(l.t("desk-column-closed"), &[S::Expired, S::Withdrawn, S::Blocked]),
    ];
    all.into_iter().filter(|column| !column.lines.is_empty()).collect()
}

fn line(l: Locale, posting: &Posting, counts: &Counts, today: Day) -> PostingLine {
    let waiting = count(counts, posting.id, PlacementStatus::Applied);
    let shown = matches!(
        posting.status,
        PostingStatus::Open | PostingStatus::Paused | PostingStatus::Filled
    );
    let mut status = words::status_badge(l, posting.status);
    if posting.status == PostingStatus::Rejected {
        status.tone = Tone::AtRisk;
    }
    PostingLine {
        href: format!("/desk/postings/{}", posting.id),
        title: posting.title.clone(),
        wage: words::wage_words(l, posting.wage()),
        places: l.ta(
            "desk-posting-places-of",
            &[("filled", posting.filled.into()), ("places", posting.places.into())],
        ),
        waiting: (waiting > 0).then(|| l.tn("desk-waiting", waiting)),
        status,
        closes: posting.closes_on.filter(|_| shown).map(|day| {
            let day = l.relative_day(day, today);
            l.ta("desk-closes", &[("day", day.as_str().into())])
        }),
    }
}
