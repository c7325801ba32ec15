//! One opening on a page, with one button.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::super::actions::apply;
use super::super::model::{Placement, PlacementStatus};
use super::super::store::{counts_by_posting, placement_of_posting};
use super::{see_other, spoken_number, status_words};
use crate::base::actor::Permission;
use crate::base::error::{Error, OrNotFound, Result};
use crate::base::ids::{PersonId, PostingId};
use crate::base::region::RegionCode;
use crate::discover::{chosen_place, opening_card, tags_of};
use crate::platform::Services;
use crate::platform::db::{Caller, Conn};
use crate::platform::http::parts::{Fact, OpeningCard};
use crate::platform::http::{Fields, Shell, blocking, page};
use crate::platform::i18n::Locale;
use crate::postings::{PostingCard, PublicPosting, contact_phone, postings_by_ids};
use crate::reference::{occupations, regions};
use crate::registry;

#[derive(Template)]
#[template(path = "hiring/opening.html")]
struct OpeningPage {
    s: Shell,
    card: OpeningCard,
    tags: Vec<String>,
    description: String,
    facts: Vec<Fact>,
    /// Whom to call: told once the person has applied.
    phone: Option<String>,
    contact: String,
    /// The person's own application.
    mine: Option<Mine>,
    what: Button,
    apply: String,
}

/// What the one button of the page is.
enum Button {
    Apply,
    /// Sign in first, then come straight back.
    SignIn(String),
    /// The person's application is on its way.
    Mine,
    /// Whoever acts for others begins at the person.
    ForOthers,
    None,
    Full,
}

struct Mine {
    href: String,
    now: String,
    number: String,
}

/// What is read for the page in one go.
struct Seen {
    posting: PublicPosting,
    is_open: bool,
    contact: String,
    mine: Option<Placement>,
    phone: Option<String>,
    home: Option<RegionCode>,
    /// How many were recommended and have not answered; read for officers only.
    asked: Option<i64>,
}

pub async fn show(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<PostingId>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let person = caller.actor.person_id();
    let data = services.clone();
    let is_officer = caller.actor.may(Permission::ActForOthers);
    let seen = blocking(move || data.db.read(|conn| read(conn, &data, id, (person, is_officer)))).await?;
    let s = Shell::of(&request);
    let l = s.locale;
    let mine = seen.mine.as_ref().map(|placement| Mine {
        href: format!("/me/applications/{}", placement.id),
        now: status_words(l, placement.status).0,
        number: spoken_number(&placement.number),
    });
    let what = match (&seen.mine, &caller.actor) {
        (Some(placement), _) if placement.is_open => Button::Mine,
        _ if !seen.is_open => Button::None,
        _ if seen.posting.free_places == 0 => Button::Full,
        (_, actor) if actor.is_nobody() => Button::SignIn(s.sign_in_href()),
        (_, actor) if actor.may(Permission::ActForSelf) && person.is_some() => Button::Apply,
        (_, actor) if actor.may(Permission::ActForOthers) => Button::ForOthers,
        _ => Button::None,
    };
    let home = seen.home.or_else(|| chosen_place(&request));
    page(&OpeningPage {
        card: opening_card(l, &seen.posting, home.as_ref()),
        tags: tags_of(l, &seen.posting),
        description: seen.posting.description.clone(),
        facts: facts(l, &seen.posting, seen.asked),
        phone: seen.phone,
        contact: seen.contact,
        mine,
        what,
        apply: format!("/openings/{id}/apply"),
        s,
    })
}

/// Everybody sees an open posting; who applied for one keeps seeing it when it has closed.
fn read(
    conn: &mut Conn,
    services: &Services,
    id: PostingId,
    (person, is_officer): (Option<PersonId>, bool),
) -> Result<Seen> {
    let card = postings_by_ids(conn, &[id])?.remove(&id).or_not_found("posting")?;
    let mine = match person {
        Some(person) => placement_of_posting(conn, id, person)?,
        None => None,
    };
    let is_open = PostingCard::is_public(&card);
    if !is_open && mine.is_none() {
        return Err(Error::NotFound("posting"));
    }
    let home = match person {
        Some(person) => registry::person_in(conn, person)?.1,
        None => None,
    };
    let in_touch = mine.as_ref().is_some_and(|placement| placement.shares_contact());
    let phone = if in_touch {
        contact_phone(conn, services.db.keys(), id)?
    } else {
        None
    };
    let asked = if is_officer {
        let counts = counts_by_posting(conn, &[id])?;
        Some(counts.get(&(id, PlacementStatus::Recommended)).copied().unwrap_or(0))
    } else {
        None
    };
    Ok(Seen {
        asked,
        contact: card.posting.contact_name.clone(),
        posting: card.into(),
        is_open,
        mine,
        phone,
        home,
    })
}

fn facts(l: Locale, posting: &PublicPosting, asked: Option<i64>) -> Vec<Fact> {
    let mut facts = vec![
        Fact::new(l.t("hiring-fact-employer"), &posting.employer_name),
        Fact::new(l.t("hiring-fact-publisher"), posting.employer_kind.label(l.language())),
        Fact::new(
            l.t("hiring-fact-occupation"),
            occupations().name_of(&posting.occupation, l.language()),
        ),
        Fact::new(
            l.t("hiring-fact-place"),
            regions().address_with(&posting.region, &posting.address),
        ),
        Fact::new(
            l.t("hiring-fact-places"),
            l.ta(
                "hiring-places-of",
                &[("free", posting.free_places.into()), ("places", posting.places.into())],
            ),
        ),
        Fact::new(l.t("hiring-fact-physical"), posting.physical.label(l.language())),
    ];
    if let Some(asked) = asked {
        facts.push(asked_fact(l, asked, posting.free_places));
    }
    let mut add = |key: &str, value: Option<String>| facts.extend(value.map(|value| Fact::new(l.t(key), value)));
    add(
        "hiring-fact-education",
        posting.education.map(|level| level.label(l.language()).to_owned()),
    );
    add(
        "hiring-fact-certificate",
        posting.certificate.clone().filter(|text| !text.is_empty()),
    );
    add("hiring-fact-published", posting.published_on.map(|day| l.day(day)));
    add("hiring-fact-closes", posting.closes_on.map(|day| l.day(day)));
    facts
}

/// How many were recommended, beside the places that are free.
pub(in crate::hiring) fn asked_fact(l: Locale, asked: i64, free: i32) -> Fact {
    Fact::new(
        l.t("hiring-asked"),
        l.ta("hiring-asked-of", &[("asked", asked.into()), ("free", free.into())]),
    )
}

/// Where somebody lands who had to sign in while he applied: at the opening, with its button.
pub async fn back_to_opening(id: web::Path<PostingId>) -> Result<HttpResponse> {
    see_other(&format!("/openings/{id}"))
}

/// 报名: for oneself, or for the person that the form names.
pub async fn apply_here(
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<PostingId>,
    typed: Fields,
) -> Result<HttpResponse> {
    caller.need_sign_in()?;
    let posting_id = id.into_inner();
    let own = caller.actor.person_id();
    let person_id = match typed.find("person_id") {
        Some(text) => text.parse().map_err(|_| Error::NotFound("person"))?,
        None => own.ok_or(Error::Forbidden)?,
    };
    let data = services.clone();
    // Pressing twice answers the same receipt.
    let placement = blocking(move || data.db.write(&caller, |tx| apply(tx, posting_id, person_id))).await?;
    services.wake.notify_one();
    let there = if own == Some(person_id) {
        "/me/applications"
    } else {
        "/village/placements"
    };
    see_other(&format!("{there}/{}?done=applied", placement.id))
}
