//! Answers a search with the records that stand behind it, and widens the question where nothing is found.

use super::request::Request;
use super::widen::{Wider, wider};
use crate::base::error::Result;
use crate::base::ids::{CourseId, PostingId};
use crate::platform::Services;
use crate::platform::search::{Answer, DocumentKind, Filters, Hit, Question, Sort};
use crate::postings::{PostingCard, PublicPosting, postings_by_ids};
use crate::training::{CourseCard, courses_by_ids};

/// What stands behind a hit.
#[derive(Debug, Clone)]
pub enum Record {
    Posting(Box<PublicPosting>),
    Course(Box<CourseCard>),
}

impl Record {
    pub fn posting(&self) -> Option<&PublicPosting> {
        match self {
            Self::Posting(posting) => Some(posting),
            Self::Course(_) => None,
        }
    }
}

/// A page of what was found.
#[derive(Debug, Clone)]
pub struct Found {
    /// What was asked in the end: the question itself, or a wider one.
    pub request: Request,
    pub answer: Answer,
    /// Each hit with its record; what has closed meanwhile is left out.
    pub hits: Vec<(Hit, Record)>,
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
    let hits = with_records(services, &answer.hits)?;
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
    let mut total = 0;
    let mut postings: Vec<PublicPosting> = Vec::new();
    // Courses have a way of their own from the first page.
    for kind in [DocumentKind::Job, DocumentKind::PublicWelfare] {
        let question = Question {
            filters: Filters {
                kind: Some(kind),
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
        total += answer.total;
        let records = with_records(services, &answer.hits)?.into_iter();
        postings.extend(records.filter_map(|(_, record)| match record {
            Record::Posting(posting) => Some(*posting),
            Record::Course(_) => None,
        }));
    }
    postings.sort_by_key(|posting| std::cmp::Reverse((posting.published_on, posting.id)));
    postings.truncate(limit);
    Ok((total, postings))
}

fn with_records(services: &Services, hits: &[Hit]) -> Result<Vec<(Hit, Record)>> {
    let (courses, postings): (Vec<&Hit>, Vec<&Hit>) = hits.iter().partition(|hit| hit.kind == DocumentKind::Course);
    let postings: Vec<PostingId> = postings.iter().map(|hit| PostingId::from_raw(hit.id)).collect();
    let courses: Vec<CourseId> = courses.iter().map(|hit| CourseId::from_raw(hit.id)).collect();
    let (mut postings, mut courses) = services
        .db
        .read(|conn| Ok((postings_by_ids(conn, &postings)?, courses_by_ids(conn, &courses)?)))?;
    let found = hits.iter().filter_map(|hit| {
        let record = match hit.kind {
            DocumentKind::Course => {
                let card = courses
                    .remove(&CourseId::from_raw(hit.id))
                    .filter(CourseCard::is_public)?;
                Record::Course(Box::new(card))
            }
            DocumentKind::Job | DocumentKind::PublicWelfare => {
                let card = postings
                    .remove(&PostingId::from_raw(hit.id))
                    .filter(PostingCard::is_public)?;
                Record::Posting(Box::new(card.into()))
            }
        };
        Some((hit.clone(), record))
    });
    Ok(found.collect())
}
