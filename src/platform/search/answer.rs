//! A search, from question to page.

use std::sync::Arc;

use tantivy::schema::Value;
use tantivy::{DocAddress, Searcher, TantivyDocument};

use super::analysis::Analysis;
use super::ask::Ask;
use super::collect::{Facets, Gather, Harvest};
use super::cursor::{self, Order, Place, Strictness};
use super::document::DocumentKind;
use super::highlight::{Marker, Segments};
use super::layout::{Fields, stem_of};
use super::query::{Builder, Filters, Question, Sort};
use super::store::Index;
use crate::base::error::Result;
use crate::base::page::PageRequest;
use crate::base::region::RegionLevel;

/// When fewer documents have everything that was asked for, those that have most of it follow.
const ENOUGH: u64 = 10;

/// One document found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    pub kind: DocumentKind,
    pub id: i64,
    pub title: Segments,
    pub fragment: Segments,
}

/// A page of what was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub hits: Vec<Hit>,
    /// All that were found, on every page.
    pub total: u64,
    /// Whether documents with only a part of what was asked for are among them.
    pub loose: bool,
    pub facets: Option<Facets>,
    pub next: Option<String>,
}

impl Index {
    /// Answers a question. Any text is a question; only a cursor can be wrong.
    pub fn search(&self, question: &Question) -> Result<Answer> {
        let analysis = Analysis::shared();
        let live = self.live();
        let searcher = live.searcher();
        let ask = Ask::read(analysis, &question.words);
        let order = match question.sort {
            Sort::Relevance if !ask.is_positive() => Order::Browse,
            Sort::Relevance => Order::Likeness,
            Sort::Date => Order::Date,
            Sort::Wage => Order::Wage,
        };
        let limit = question.limit.clamp(1, PageRequest::MAX_LIMIT);
        let (strictness, after) = match &question.cursor {
            Some(text) => {
                let (strictness, place) = cursor::read(order, text)?;
                (Some(strictness), Some(place))
            }
            None => (None, None),
        };
        let gather = Gather {
            order,
            top: limit + 1,
            after,
            filters: question.filters.clone(),
            count: question.facets.then(|| levels(question)),
            names: Arc::clone(&live.names),
        };
        let builder = Builder::new(live.fields, analysis, &searcher, &ask);
        let run = |strictness| -> Result<Harvest> {
            Ok(searcher.search(&builder.query(&ask, &question.filters, strictness), &gather)?)
        };
        let (strictness, harvest) = match strictness {
            Some(strictness) => (strictness, run(strictness)?),
            None => {
                let strict = run(Strictness::Strict)?;
                let loose = if strict.total < ENOUGH && !ask.pieces.is_empty() {
                    Some(run(Strictness::Loose)?).filter(|loose| loose.total > strict.total)
                } else {
                    None
                };
                loose.map_or((Strictness::Strict, strict), |loose| (Strictness::Loose, loose))
            }
        };
        let marker = Marker::new(analysis, &ask);
        let more = harvest.top.len() > limit;
        let shown = harvest.top.get(..limit).unwrap_or(&harvest.top);
        let hits: Result<Vec<Hit>> = shown
            .iter()
            .filter_map(|(place, at)| hit(&searcher, live.fields, &marker, *place, *at).transpose())
            .collect();
        let next = shown
            .last()
            .filter(|_| more)
            .map(|(place, _)| cursor::write(order, strictness, *place));
        Ok(Answer {
            hits: hits?,
            total: harvest.total,
            loose: strictness == Strictness::Loose,
            facets: question.facets.then(|| harvest.facets()),
            next,
        })
    }
}

/// Counts are taken one level below what was asked for.
fn levels(question: &Question) -> (RegionLevel, usize) {
    let Filters { region, occupation, .. } = &question.filters;
    let below = match region.as_ref().map(crate::base::region::RegionCode::level) {
        None => RegionLevel::Province,
        Some(RegionLevel::Province) => RegionLevel::Prefecture,
        Some(RegionLevel::Prefecture) => RegionLevel::County,
        Some(RegionLevel::County) => RegionLevel::Township,
        Some(RegionLevel::Township | RegionLevel::Village) => RegionLevel::Village,
    };
    let depth = occupation
        .as_deref()
        .map_or(1, |code| stem_of(code).split('-').count() + 1);
    (question.facet_level.unwrap_or(below), depth.min(4))
}

fn hit(searcher: &Searcher, fields: Fields, marker: &Marker, place: Place, at: DocAddress) -> Result<Option<Hit>> {
    let stored: TantivyDocument = searcher.doc(at)?;
    let text = |field| {
        stored
            .get_first(field)
            .and_then(|value| value.as_str().map(str::to_owned))
            .unwrap_or_default()
    };
    let Some(kind) = DocumentKind::of_number(place.kind) else {
        return Ok(None);
    };
    let (title, body) = (text(fields.title), text(fields.body));
    Ok(Some(Hit {
        kind,
        id: place.id,
        title: marker.mark(&title),
        fragment: marker.fragment(&body),
    }))
}
