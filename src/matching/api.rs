//! Matches for programs: what suits a person, and who suits a posting, each with all its reasons.

use std::collections::HashMap;

use actix_web::{HttpRequest, HttpResponse, get, web};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::at_hand::OpenBook;
use super::gather::{candidates_for, openings_for};
use crate::base::actor::Permission;
use crate::base::codes::Language;
use crate::base::error::{Error, OrNotFound, Result};
use crate::base::ids::{PersonId, PostingId};
use crate::base::time::Day;
use crate::discover::OpeningView;
use crate::hiring::{PlacementStatus, placements_of_posting};
use crate::platform::Services;
use crate::platform::db::{Caller, Conn};
use crate::platform::http::{Fields, Shell, blocking, page_request};
use crate::platform::i18n::Locale;
use crate::postings::{PostingCard, PublicPosting, posting_for, postings_by_ids};
use crate::registry::{self, persons_by_ids};

pub fn api_routes(config: &mut ServiceConfig<'_>) {
    config.service(matches_of_person).service(candidates_of_posting);
    super::plans::api_routes(config);
}

/// Why a pair fits. The points of all reasons add up to the match's.
#[derive(Serialize, ToSchema)]
struct ReasonView {
    #[schema(example = "same-township")]
    code: &'static str,
    #[schema(example = 80)]
    points: i32,
    #[schema(example = "离家近：同在勐养镇")]
    sentence: String,
}

fn reasons(found: Vec<(&'static str, i32, String)>) -> Vec<ReasonView> {
    let view = |(code, points, sentence)| ReasonView { code, points, sentence };
    found.into_iter().map(view).collect()
}

/// An opening that suits a person.
#[derive(Serialize, ToSchema)]
struct MatchView {
    opening: OpeningView,
    #[schema(example = 310)]
    points: i32,
    reasons: Vec<ReasonView>,
}

#[derive(Serialize, ToSchema)]
struct MatchesView {
    items: Vec<MatchView>,
    /// Always absent: the best come at once.
    next: Option<String>,
}

fn matches_for(
    conn: &mut Conn,
    book: &OpenBook,
    person: PersonId,
    (today, limit): (Day, usize),
    language: Language,
) -> Result<Vec<MatchView>> {
    let found = openings_for(conn, book, person, (today, limit), language)?;
    let ids: Vec<PostingId> = found.iter().map(|explained| explained.item.id).collect();
    let mut cards: HashMap<PostingId, PostingCard> = postings_by_ids(conn, &ids)?;
    let views = found.into_iter().filter_map(|explained| {
        let card = cards.remove(&explained.item.id).filter(PostingCard::is_public)?;
        let posting: PublicPosting = card.into();
        Some(MatchView {
            opening: OpeningView::of(&posting, language),
            points: explained.points,
            reasons: reasons(explained.reasons),
        })
    });
    Ok(views.collect())
}

/// What suits a person
///
/// The best openings with all reasons, best first; for the person himself and for those who may act for him. Empty for
/// somebody who wants nothing, or whom everything bars.
#[utoipa::path(tag = "matches",
    params(
        ("id" = String, Path, description = "The person's id", example = "01J8ZK4Q9T3VD"),
        ("limit" = Option<u32>, Query, description = "1 to 100; 20 by default", example = 10),
    ),
    responses((status = 200, description = "The best openings", body = MatchesView)))]
#[get("/api/v1/persons/{id}/matches")]
async fn matches_of_person(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<PersonId>,
) -> Result<HttpResponse> {
    caller.need_sign_in()?;
    let query = Fields::of_query(&request);
    query.only(&["limit"])?;
    let limit = page_request(&query)?.limit;
    let (person, today) = (id.into_inner(), services.clock.today());
    let language = Shell::of(&request).language();
    let items = blocking(move || {
        services.db.read(|conn| {
            let is_self = caller.actor.person_id() == Some(person);
            let permission = if is_self {
                Permission::SeeOwnRecord
            } else {
                Permission::ActForOthers
            };
            registry::person_for(conn, &caller.actor, person, permission)?;
            matches_for(
                conn,
                &services.memory.of::<OpenBook>(),
                person,
                (today, limit),
                language,
            )
        })
    })
    .await?;
    Ok(HttpResponse::Ok().json(MatchesView { items, next: None }))
}

/// Somebody for a posting.
#[derive(Serialize, ToSchema)]
struct CandidateView {
    #[schema(example = "01J8ZK4Q9T3VD")]
    person_id: String,
    #[schema(example = "岩温")]
    name: String,
    /// How urgently the household needs work; for officers only.
    #[schema(example = "zero-household")]
    need: Option<&'static str>,
    #[schema(example = "家里没有人就业")]
    need_sentence: Option<String>,
    /// For officers only.
    #[schema(example = 310)]
    points: Option<i32>,
    reasons: Vec<ReasonView>,
    /// The application, where the person has applied; employers see nobody else.
    placement_id: Option<String>,
    #[schema(example = "applied")]
    status: Option<&'static str>,
}

#[derive(Serialize, ToSchema)]
struct CandidatesView {
    items: Vec<CandidateView>,
    /// Always absent: the best come at once.
    next: Option<String>,
}

/// People of an officer's scope, the more urgent household first, then by points.
fn ranked(
    conn: &mut Conn,
    caller: &Caller,
    posting: PostingId,
    today: Day,
    limit: usize,
    language: Language,
) -> Result<Vec<CandidateView>> {
    postings_by_ids(conn, &[posting])?
        .remove(&posting)
        .filter(PostingCard::is_public)
        .or_not_found("posting")?;
    let scope = caller.actor.scope(Permission::ActForOthers);
    let found = candidates_for(conn, &scope, posting, today, limit, language)?;
    let ids: Vec<PersonId> = found.iter().map(|explained| explained.item.id).collect();
    let mut persons = persons_by_ids(conn, &ids)?;
    let l = Locale::new(language);
    let views = found.into_iter().filter_map(|explained| {
        let person = persons.remove(&explained.item.id)?;
        let key = explained.item.need.key();
        Some(CandidateView {
            person_id: person.id.to_string(),
            name: person.name,
            need: Some(key.trim_start_matches("match-need-")),
            need_sentence: Some(l.t(key)),
            points: Some(explained.points),
            reasons: reasons(explained.reasons),
            placement_id: None,
            status: None,
        })
    });
    Ok(views.collect())
}

/// Those who applied, for their employer: nobody learns of a person who has not asked for it.
fn applicants(conn: &mut Conn, caller: &Caller, posting: PostingId, limit: usize) -> Result<Vec<CandidateView>> {
    posting_for(conn, &caller.actor, posting, Permission::ManageOwnEmployer)?;
    let rows = placements_of_posting(conn, posting)?;
    let applied = rows
        .into_iter()
        .filter(|row| row.placement.status != PlacementStatus::Recommended);
    let views = applied.take(limit).map(|row| CandidateView {
        person_id: row.placement.person_id.to_string(),
        name: row.person_name,
        need: None,
        need_sentence: None,
        points: None,
        reasons: Vec::new(),
        placement_id: Some(row.placement.id.to_string()),
        status: Some(row.placement.status.as_str()),
    });
    Ok(views.collect())
}

/// Who suits a posting
///
/// Officers get the people of their scope by need, then points, with all reasons. Employers get those who applied.
#[utoipa::path(tag = "matches",
    params(
        ("id" = String, Path, description = "The posting's id", example = "01J8ZK4Q9T3VB"),
        ("limit" = Option<u32>, Query, description = "1 to 100; 20 by default", example = 10),
    ),
    responses((status = 200, description = "People", body = CandidatesView)))]
#[get("/api/v1/postings/{id}/candidates")]
async fn candidates_of_posting(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<PostingId>,
) -> Result<HttpResponse> {
    caller.need_sign_in()?;
    let query = Fields::of_query(&request);
    query.only(&["limit"])?;
    let limit = page_request(&query)?.limit;
    let (posting, today) = (id.into_inner(), services.clock.today());
    let language = Shell::of(&request).language();
    let actor = &caller.actor;
    let (is_officer, is_employer) = (
        actor.may(Permission::ActForOthers),
        actor.may(Permission::ManageOwnEmployer),
    );
    let items = blocking(move || {
        services.db.read(|conn| match (is_officer, is_employer) {
            (true, _) => ranked(conn, &caller, posting, today, limit, language),
            (false, true) => applicants(conn, &caller, posting, limit),
            (false, false) => Err(Error::Forbidden),
        })
    })
    .await?;
    Ok(HttpResponse::Ok().json(CandidatesView { items, next: None }))
}
