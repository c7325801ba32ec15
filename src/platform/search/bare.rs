//! The query of a question put to tantivy's own collectors: what `benches/search` measures whole answers against.

use std::ops::Bound;

use tantivy::collector::{Count, TopDocs};
use tantivy::query::{BooleanQuery, Occur, Query, RangeQuery};
use tantivy::{Order, Term};

use super::analysis::Analysis;
use super::ask::Ask;
use super::cursor::Strictness;
use super::layout::{column, day_number};
use super::query::{Builder, Question};
use super::store::Index;
use crate::base::error::Result;

impl Index {
    /// Finds the best of the first page and how many there are, and nothing else: no counts by sort, no text, no
    /// highlights. `loose` says how strictly `search` took the words in the end. Without words the newest are the best.
    pub fn bare(&self, question: &Question, loose: bool) -> Result<usize> {
        let live = self.live();
        let searcher = live.searcher();
        let analysis = Analysis::shared();
        let ask = Ask::read(analysis, &question.words);
        let builder = Builder::new(live.fields, analysis, &searcher, &ask);
        let strictness = if loose { Strictness::Loose } else { Strictness::Strict };
        let filters = &question.filters;
        let mut clauses = vec![(Occur::Must, builder.query(&ask, filters, strictness))];
        let schema = searcher.schema();
        let mut at_least = |least: Term| {
            let range = RangeQuery::new(Bound::Included(least), Bound::Unbounded);
            clauses.push((Occur::Must, Box::new(range) as Box<dyn Query>));
        };
        if let Some(fen) = filters.wage_min.and_then(|fen| u64::try_from(fen).ok()) {
            at_least(Term::from_field_u64(schema.get_field(column::WAGE)?, fen));
        }
        if let Some(day) = filters.since {
            at_least(Term::from_field_i64(
                schema.get_field(column::PUBLISHED)?,
                day_number(day),
            ));
        }
        let query: Box<dyn Query> = match <[_; 1]>::try_from(clauses) {
            Ok([(_, only)]) => only,
            Err(clauses) => Box::new(BooleanQuery::new(clauses)),
        };
        let best = TopDocs::with_limit(question.limit);
        let total = if ask.is_positive() {
            searcher.search(&query, &(best.order_by_score(), Count))?.1
        } else {
            let newest = best.order_by_fast_field::<i64>(column::PUBLISHED, Order::Desc);
            searcher.search(&query, &(newest, Count))?.1
        };
        Ok(total)
    }
}
