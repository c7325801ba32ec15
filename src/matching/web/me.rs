//! Where somebody stands: one line for each matter, one button each.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::own_person;
use crate::base::codes::GuaranteeState;
use crate::base::error::Result;
use crate::base::ids::PersonId;
use crate::base::receipt::spoken_number;
use crate::base::time::{Day, days_between};
use crate::employment::{Employment, current_on, questions_for};
use crate::guarantee::{Guarantee, guarantee_of};
use crate::hiring::{PlacementRow, PlacementStatus, placements_of_person, status_words};
use crate::platform::Services;
use crate::platform::db::{Caller, Conn};
use crate::platform::http::parts::Badge;
use crate::platform::http::{Shell, blocking, page};
use crate::platform::i18n::Locale;
use crate::registry::{Wants, Wish, household_of, wish_of};
use crate::requests::{RequestAnswer, WorkRequest, newest_of};

/// A matter: what it is, how it stands, and the one thing to do about it.
struct Matter {
    title: String,
    state: Option<Badge>,
    sentence: String,
    href: String,
    label: String,
    /// Somebody waits for this answer.
    is_urgent: bool,
}

#[derive(Template)]
#[template(path = "matching/me.html")]
struct MePage {
    s: Shell,
    matters: Vec<Matter>,
}

/// What the page is made of, read at once.
struct Standing {
    placements: Vec<PlacementRow>,
    work: Vec<Employment>,
    wish: Option<Wish>,
    request: Option<WorkRequest>,
    today: Day,
    guarantee: Option<Guarantee>,
    /// Questions whether he is still at work.
    questions: usize,
}

fn read(conn: &mut Conn, caller: &Caller, person: PersonId, today: Day) -> Result<Standing> {
    let guarantee = match household_of(conn, person)? {
        Some(household) => guarantee_of(conn, household)?,
        None => None,
    };
    Ok(Standing {
        placements: placements_of_person(conn, person)?,
        work: current_on(conn, &[person], today)?,
        wish: wish_of(conn, person)?,
        request: newest_of(conn, person)?,
        today,
        guarantee,
        questions: questions_for(conn, &caller.actor, today)?.len(),
    })
}

pub async fn show(request: HttpRequest, services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    let person = own_person(&caller)?;
    let today = services.clock.today();
    let standing = blocking(move || services.db.read(|conn| read(conn, &caller, person, today))).await?;
    let s = Shell::of(&request);
    let matters = matters(s.locale, &standing);
    page(&MePage { s, matters })
}

/// First what waits for an answer, then work, then what would help to find some, then the household.
fn matters(l: Locale, standing: &Standing) -> Vec<Matter> {
    let open = standing.placements.iter().filter(|row| row.placement.is_open);
    let mut matters: Vec<Matter> = open.map(|row| of_placement(l, row)).collect();
    if standing.questions > 0 {
        matters.push(Matter {
            title: l.t("confirmation-title"),
            state: None,
            sentence: l.t("confirmation-lead"),
            href: "/confirmations".to_owned(),
            label: l.t("me-answer"),
            is_urgent: true,
        });
    }
    matters.sort_by_key(|matter| !matter.is_urgent);
    matters.extend(standing.work.iter().map(|work| of_work(l, work)));
    if let Some(request) = &standing.request {
        matters.extend(of_request(l, request, standing.today));
    }
    matters.push(of_wish(l, standing.wish.as_ref()));
    if standing.wish.as_ref().is_none_or(|wish| wish.wants != Wants::Nothing) {
        matters.push(Matter {
            title: l.t("me-matches"),
            state: None,
            sentence: l.t("me-matches-sentence"),
            href: "/me/matches".to_owned(),
            label: l.t("me-matches-do"),
            is_urgent: false,
        });
    }
    matters.extend(standing.guarantee.as_ref().map(|guarantee| of_household(l, guarantee)));
    matters.push(Matter {
        title: l.t("me-data"),
        state: None,
        sentence: l.t("me-data-sentence"),
        href: "/me/data".to_owned(),
        label: l.t("me-look"),
        is_urgent: false,
    });
    matters
}

fn of_placement(l: Locale, row: &PlacementRow) -> Matter {
    let status = row.placement.status;
    let (now, next) = status_words(l, status);
    let is_urgent = matches!(status, PlacementStatus::Offered | PlacementStatus::Recommended);
    Matter {
        title: row.posting_title.clone(),
        state: Some(Badge::of_code(status.as_str(), now)),
        sentence: next,
        href: format!("/me/applications/{}", row.placement.id),
        label: l.t(if is_urgent { "me-answer" } else { "me-look" }),
        is_urgent,
    }
}

fn of_work(l: Locale, work: &Employment) -> Matter {
    let title = if work.job_title.is_empty() {
        l.t("me-work")
    } else {
        work.job_title.clone()
    };
    let since = l.ta("me-work-since", &[("day", l.day(work.start_on).into())]);
    let until = work
        .end_on
        .map(|day| l.ta("me-work-until", &[("day", l.day(day).into())]));
    Matter {
        title,
        state: Some(Badge::of_code("started", l.t("me-at-work"))),
        sentence: [Some(since), until].into_iter().flatten().collect::<Vec<_>>().join(" "),
        href: "/me/household".to_owned(),
        label: l.t("me-look"),
        is_urgent: false,
    }
}

/// How long an answer stays in sight.
const ANSWER_SEEN_DAYS: i64 = 30;

/// What was asked for and by when it is answered, or what the answer was; nothing long after.
fn of_request(l: Locale, request: &WorkRequest, today: Day) -> Option<Matter> {
    let sentence = match (request.answer, request.answered_on) {
        (Some(RequestAnswer::Withdrawn), _) => return None,
        (Some(_), Some(day)) if days_between(day, today) > ANSWER_SEEN_DAYS => return None,
        (Some(answer), Some(day)) => {
            let label = l.label(RequestAnswer::LIST, answer.as_str()).to_owned();
            let words = [label, request.note.clone()];
            let words: Vec<String> = words.into_iter().filter(|text| !text.is_empty()).collect();
            l.ta(
                "me-request-answered",
                &[("day", l.day(day).into()), ("answer", words.join(" · ").into())],
            )
        }
        _ => {
            let is_late = today > request.due_on;
            let key = if is_late { "me-request-late" } else { "me-request-open" };
            l.ta(
                key,
                &[
                    ("asked", l.day(request.asked_on).into()),
                    ("due", l.day(request.due_on).into()),
                ],
            )
        }
    };
    Some(Matter {
        title: l.ta("me-request", &[("number", spoken_number(&request.number).into())]),
        state: None,
        sentence,
        href: "/me/wish".to_owned(),
        label: l.t("me-wish-change"),
        is_urgent: false,
    })
}

fn of_wish(l: Locale, wish: Option<&Wish>) -> Matter {
    let (sentence, label) = match wish {
        None => (l.t("me-wish-missing"), l.t("me-wish-state")),
        Some(wish) if wish.wants == Wants::Nothing => (l.t("me-wish-nothing"), l.t("me-wish-change")),
        Some(wish) => {
            let place = wish.destination.label(l.language());
            let day = l.day(wish.stated_on);
            let sentence = l.ta("me-wish-known", &[("place", place.into()), ("day", day.into())]);
            (sentence, l.t("me-wish-change"))
        }
    };
    Matter {
        title: l.t("me-wish"),
        state: None,
        sentence,
        href: "/me/wish".to_owned(),
        label,
        is_urgent: wish.is_none(),
    }
}

fn of_household(l: Locale, guarantee: &Guarantee) -> Matter {
    Matter {
        title: l.t("me-household"),
        state: None,
        sentence: household_words(l, guarantee),
        href: "/me/household".to_owned(),
        label: l.t("me-look"),
        is_urgent: false,
    }
}

/// The household's state as its people read it: no office terms.
pub(super) fn household_words(l: Locale, guarantee: &Guarantee) -> String {
    let key = match guarantee.state {
        GuaranteeState::NotInScope => "me-household-not-in-scope",
        GuaranteeState::Exempt => "me-household-exempt",
        GuaranteeState::Met => "me-household-met",
        GuaranteeState::AtRisk => "me-household-at-risk",
        GuaranteeState::Zero | GuaranteeState::Helping | GuaranteeState::Overdue => "me-household-zero",
    };
    l.ta(
        key,
        &[
            ("labourers", guarantee.labourers.into()),
            ("employed", guarantee.employed.into()),
        ],
    )
}
