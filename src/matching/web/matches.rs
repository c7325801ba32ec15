//! What suits a person, each with why: for himself, and for a cadre who applies on his behalf.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::super::at_hand::OpenBook;
use super::super::gather::{Explained, openings_for};
use super::super::model::Opening;
use super::super::nearly::nearly_for;
use super::own_person;
use crate::base::actor::Permission;
use crate::base::codes::Language;
use crate::base::error::Result;
use crate::base::ids::{PersonId, PostingId};
use crate::base::region::RegionCode;
use crate::base::time::{Day, age_on};
use crate::discover::opening_card;
use crate::hiring::{PlacementRow, placements_of_person, status_words};
use crate::platform::Services;
use crate::platform::db::{Caller, Conn};
use crate::platform::http::parts::{Badge, Button, Marked, OpeningCard};
use crate::platform::http::{Fields, Shell, blocking, page};
use crate::platform::i18n::Locale;
use crate::postings::{PublicPosting, postings_by_ids};
use crate::registry::{self, Wants, wish_of};

/// Cards on the page: more would not be read.
const CARDS: usize = 12;
/// Openings that one change would bring.
const NEARLY: usize = 3;
/// Reasons on a card; the API gives all.
const REASONS: usize = 3;

#[derive(Template)]
#[template(path = "matching/matches.html")]
struct MatchesPage {
    s: Shell,
    cards: Vec<OpeningCard>,
    nearly: Vec<OpeningCard>,
    /// A wish was just stated.
    wished: bool,
    has_wish: bool,
    wants_nothing: bool,
}

/// A placement of the person that is still open.
struct OpenPlacement {
    href: String,
    title: String,
    state: Badge,
}

#[derive(Template)]
#[template(path = "matching/person_matches.html")]
struct PersonMatchesPage {
    s: Shell,
    name: String,
    facts: Vec<String>,
    person_href: String,
    cards: Vec<OpeningCard>,
    nearly: Vec<OpeningCard>,
    open: Vec<OpenPlacement>,
}

/// What is read for either page.
struct Suited {
    best: Vec<(Explained<Opening>, PublicPosting)>,
    /// What one change would bring, and the change in words.
    nearly: Vec<(PublicPosting, String)>,
    home: Option<RegionCode>,
    wants: Option<Wants>,
    placements: Vec<PlacementRow>,
    name: String,
    birth_on: Option<Day>,
}

fn read(conn: &mut Conn, book: &OpenBook, person: PersonId, today: Day, language: Language) -> Result<Suited> {
    let (record, home) = registry::person_in(conn, person)?;
    let placements = placements_of_person(conn, person)?;
    let found = openings_for(conn, book, person, (today, CARDS), language)?;
    let missed = nearly_for(conn, book, person, (today, NEARLY), language)?;
    let ids: Vec<PostingId> = found
        .iter()
        .map(|explained| explained.item.id)
        .chain(missed.iter().map(|missed| missed.posting))
        .collect();
    let mut cards = postings_by_ids(conn, &ids)?;
    let best = found
        .into_iter()
        .filter_map(|explained| {
            let card = cards.remove(&explained.item.id)?;
            card.is_public().then(|| (explained, card.into()))
        })
        .collect();
    let nearly = missed.into_iter().filter_map(|missed| {
        let card = cards.remove(&missed.posting)?;
        card.is_public().then(|| (card.into(), missed.sentence))
    });
    Ok(Suited {
        nearly: nearly.collect(),
        best,
        home,
        wants: wish_of(conn, person)?.map(|wish| wish.wants),
        placements,
        name: record.name,
        birth_on: record.birth_on,
    })
}

/// The card with the strongest reasons, and a button where there is no open application yet.
fn card(l: Locale, suited: &Suited, place: usize, button: impl Fn(PostingId) -> Button) -> Option<OpeningCard> {
    let (explained, posting) = suited.best.get(place)?;
    let mut reasons: Vec<_> = explained.reasons.iter().filter(|(_, points, _)| *points > 0).collect();
    reasons.sort_by_key(|(_, points, _)| std::cmp::Reverse(*points));
    let words: Vec<String> = reasons
        .iter()
        .take(REASONS)
        .map(|(_, _, words)| words.clone())
        .collect();
    let open = suited
        .placements
        .iter()
        .find(|row| row.placement.posting_id == posting.id && row.placement.is_open);
    let mut card = opening_card(l, posting, suited.home.as_ref());
    if let Some(row) = open {
        // What has come of it so far stands where the button was.
        card.tags.insert(0, status_words(l, row.placement.status).0);
    }
    Some(OpeningCard {
        reason: (!words.is_empty()).then(|| l.list(&words)),
        button: open.is_none().then(|| button(posting.id)),
        ..card
    })
}

/// What one change would bring: the card says the change where others say why.
fn nearly_cards(l: Locale, suited: &Suited) -> Vec<OpeningCard> {
    let cards = suited.nearly.iter().map(|(posting, sentence)| OpeningCard {
        excerpt: Some(Marked::plain(sentence.clone())),
        ..opening_card(l, posting, suited.home.as_ref())
    });
    cards.collect()
}

/// The reasons speak to the person himself; to a cadre they are told as they stand.
fn told_to_another(card: OpeningCard) -> OpeningCard {
    OpeningCard {
        excerpt: card.reason.map(Marked::plain),
        reason: None,
        ..card
    }
}

pub async fn own(request: HttpRequest, services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    let person = own_person(&caller)?;
    let s = Shell::of(&request);
    let (today, language) = (services.clock.today(), s.language());
    let suited = blocking(move || {
        let book = services.memory.of::<OpenBook>();
        services.db.read(|conn| read(conn, &book, person, today, language))
    })
    .await?;
    let l = s.locale;
    let button = |id: PostingId| Button {
        action: format!("/openings/{id}/apply"),
        label: l.t("hiring-apply"),
        hidden: Vec::new(),
    };
    page(&MatchesPage {
        cards: (0..suited.best.len())
            .filter_map(|place| card(l, &suited, place, button))
            .collect(),
        nearly: nearly_cards(l, &suited),
        wished: Fields::of_query(&request).find("done") == Some("wish"),
        has_wish: suited.wants.is_some(),
        wants_nothing: suited.wants == Some(Wants::Nothing),
        s,
    })
}

pub async fn of_somebody(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<PersonId>,
) -> Result<HttpResponse> {
    caller.need(Permission::ActForOthers)?;
    let person = id.into_inner();
    let s = Shell::of(&request);
    let (today, language) = (services.clock.today(), s.language());
    let suited = blocking(move || {
        let book = services.memory.of::<OpenBook>();
        services.db.read(|conn| {
            registry::person_for(conn, &caller.actor, person, Permission::ActForOthers)?;
            read(conn, &book, person, today, language)
        })
    })
    .await?;
    let l = s.locale;
    let button = |id: PostingId| Button {
        action: format!("/openings/{id}/apply"),
        label: l.t("match-apply-for"),
        hidden: vec![("person_id", person.to_string())],
    };
    let open = suited.placements.iter().filter(|row| row.placement.is_open);
    let age = suited.birth_on.map(|birth| l.tn("match-age", age_on(birth, today)));
    page(&PersonMatchesPage {
        cards: (0..suited.best.len())
            .filter_map(|place| card(l, &suited, place, button))
            .map(told_to_another)
            .collect(),
        nearly: nearly_cards(l, &suited),
        open: open
            .map(|row| OpenPlacement {
                href: format!("/village/placements/{}", row.placement.id),
                title: row.posting_title.clone(),
                state: Badge::of_code(row.placement.status.as_str(), status_words(l, row.placement.status).0),
            })
            .collect(),
        facts: age
            .into_iter()
            .chain(
                suited
                    .home
                    .as_ref()
                    .map(|home| crate::reference::regions().address_of(home)),
            )
            .collect(),
        person_href: format!("/village/persons/{person}"),
        name: suited.name,
        s,
    })
}
