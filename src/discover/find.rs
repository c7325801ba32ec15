//! Answers a search with the records that stand behind it, and widens the question where nothing is found.

use std::collections::HashMap;

use super::request::Request;
use super::widen::{Wider, wider};
use crate::base::error::Result;
use crate::base::ids::PostingId;
use crate::platform::Services;
use crate::platform::search::{Answer, DocumentKind, Filters, Hit, Question, Sort};
use crate::postings::{PostingCard, PublicPosting, postings_by_ids};

/// A page of what was found.
#[derive(Debug, Clone)]
pub struct Found {
    /// What was asked in the end: the question itself, or a wider one.
    pub request: Request,
    pub answer: Answer,
    /// Each hit with its posting, where it is one; a posting that has closed meanwhile is left out.
    pub hits: Vec<(Hit, Option<PublicPosting>)>,
    /// Set where nothing answered the question as it was asked: what the wider one leaves out.
    pub wider: Option<Wider>,
}

/// Asks the index and reads the records found. Where nothing is found, wider questions follow until one is answered.
pub fn find(services: &Services, request: &Request) -> Result<Found> {
    let today = services.clock.today();
    let index = services.finder.index();
    let mut asked = request.clone();
    let mut answer = index.search(&asked.question(today))?;
    let mut widened = None;
    if answer.total == 0 && asked.page.cursor.is_none() {
        for step in wider(request) {
            let wide = index.search(&step.request.question(today))?;
            if wide.total > 0 {
                asked = step.request.clone();
                answer = wide;
                widened = Some(step);
                break;
            }
        }
    }
    let hits = with_postings(services, &answer.hits)?;
    Ok(Found {
        request: asked,
        answer,
        hits,
        wider: widened,
    })
}

/// The newest openings of a place and how many there are.
pub fn newest_in(
    services: &Services,
    region: Option<&crate::base::region::RegionCode>,
    limit: usize,
) -> Result<(u64, Vec<PublicPosting>)> {
    let question = Question {
        filters: Filters {
            region: region.cloned(),
            open_on: Some(services.clock.today()),
            ..Filters::default()
        },
        sort: Sort::Date,
        limit,
        facets: false,
        ..Question::about("")
    };
    let answer = services.finder.index().search(&question)?;
    let postings = with_postings(services, &answer.hits)?;
    Ok((
        answer.total,
        postings.into_iter().filter_map(|(_, posting)| posting).collect(),
    ))
}

fn with_postings(services: &Services, hits: &[Hit]) -> Result<Vec<(Hit, Option<PublicPosting>)>> {
    let ids: Vec<PostingId> = hits
        .iter()
        .filter(|hit| hit.kind != DocumentKind::Course)
        .map(|hit| PostingId::from_raw(hit.id))
        .collect();
    let mut cards: HashMap<PostingId, PostingCard> = services.db.read(|conn| postings_by_ids(conn, &ids))?;
    let found = hits.iter().filter_map(|hit| match hit.kind {
        DocumentKind::Course => Some((hit.clone(), None)),
        DocumentKind::Job | DocumentKind::PublicWelfare => {
            let card = cards.remove(&PostingId::from_raw(hit.id))?;
            card.is_public().then(|| (hit.clone(), Some(card.into())))
        }
    });
    Ok(found.collect())
}
