//! The plain query: the words of a question, all of which must be there, and its filters put to the same index by
//! tantivy's own collectors: the twenty best and how many there are. No synonyms, no pairs, no sounds, no weights.

use std::error::Error;
use std::ops::Bound;
use std::path::Path;

use tantivy::collector::{Count, TopDocs};
use tantivy::query::{AllQuery, BooleanQuery, Occur, Query, RangeQuery, TermQuery};
use tantivy::schema::{IndexRecordOption, Value};
use tantivy::{Index, Order, ReloadPolicy, Searcher, TantivyDocument, Term};
use yigang::platform::search::Analysis;

use crate::questions::Asked;

pub struct PlainQuery {
    searcher: Searcher,
}

/// What the other engines are given of a document.
pub struct Plain {
    pub id: i64,
    pub kind: u64,
    pub region: String,
    /// Fen a month.
    pub wage: Option<u64>,
    /// Jieba's words with blanks between them.
    pub words: String,
}

/// The words of a question, as the index has them.
pub fn words_of(asked: &Asked) -> Vec<String> {
    let analysis = Analysis::shared();
    let mut words: Vec<String> = Vec::new();
    for token in analysis.words(&asked.words) {
        if !analysis.is_stopword(&token.text) && !words.contains(&token.text) {
            words.push(token.text);
        }
    }
    words
}

impl PlainQuery {
    pub fn open(folder: &Path) -> Result<Self, Box<dyn Error>> {
        let current = std::fs::read_to_string(folder.join("CURRENT"))?;
        let index = Index::open_in_dir(folder.join(current.trim()))?;
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(Self {
            searcher: reader.searcher(),
        })
    }

    pub fn count(&self) -> u64 {
        self.searcher.num_docs()
    }

    /// How many there are, after finding the best twenty as well.
    pub fn ask(&self, asked: &Asked) -> Result<usize, Box<dyn Error>> {
        let schema = self.searcher.schema();
        let term = |field: &str, text: &str| -> Result<Box<dyn Query>, Box<dyn Error>> {
            let term = Term::from_field_text(schema.get_field(field)?, text);
            Ok(Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)))
        };
        let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        let words = words_of(asked);
        let occur = if asked.is_passage() { Occur::Should } else { Occur::Must };
        let mut found = Vec::new();
        for word in &words {
            let ways = ["title_words", "extra_words", "body_words"]
                .iter()
                .map(|field| Ok((Occur::Should, term(field, word)?)))
                .collect::<Result<Vec<_>, Box<dyn Error>>>()?;
            found.push((occur, Box::new(BooleanQuery::new(ways)) as Box<dyn Query>));
        }
        if found.is_empty() {
            clauses.push((Occur::Must, Box::new(AllQuery)));
        } else {
            clauses.push((Occur::Must, Box::new(BooleanQuery::new(found))));
        }
        if let Some(kind) = asked.kind {
            clauses.push((Occur::Must, term("kind_is", kind)?));
        }
        if let Some(region) = asked.region {
            clauses.push((Occur::Must, term("region_in", region.trim_end_matches("00"))?));
        }
        if let Some(wage) = asked.wage_min {
            let least = Term::from_field_u64(schema.get_field("wage")?, u64::try_from(wage * 100)?);
            clauses.push((
                Occur::Must,
                Box::new(RangeQuery::new(Bound::Included(least), Bound::Unbounded)),
            ));
        }
        let query = BooleanQuery::new(clauses);
        let best = TopDocs::with_limit(20);
        let total = if words.is_empty() {
            let newest = best.order_by_fast_field::<i64>("published", Order::Desc);
            let (top, total) = self.searcher.search(&query, &(newest, Count))?;
            std::hint::black_box(top.len());
            total
        } else {
            let (top, total) = self.searcher.search(&query, &(best.order_by_score(), Count))?;
            std::hint::black_box(top.len());
            total
        };
        Ok(total)
    }

    /// Every document, for the other engines.
    pub fn each(&self, mut take: impl FnMut(Plain) -> Result<(), Box<dyn Error>>) -> Result<(), Box<dyn Error>> {
        let schema = self.searcher.schema();
        let (title, body) = (schema.get_field("title")?, schema.get_field("body")?);
        let analysis = Analysis::shared();
        for segment in self.searcher.segment_readers() {
            let columns = segment.fast_fields();
            let (ids, kinds, wages) = (columns.i64("id")?, columns.u64("kind")?, columns.u64("wage")?);
            let regions = columns.str("region")?.ok_or("the index has no regions")?;
            let store = segment.get_store_reader(100)?;
            for doc in segment.doc_ids_alive() {
                let stored: TantivyDocument = store.get(doc)?;
                let text = |field| stored.get_first(field).and_then(|v| v.as_str()).unwrap_or_default();
                let mut region = String::new();
                if let Some(ordinal) = regions.term_ords(doc).next() {
                    regions.ord_to_str(ordinal, &mut region)?;
                }
                let words: Vec<String> = analysis
                    .words(&format!("{}\n{}", text(title), text(body)))
                    .into_iter()
                    .map(|token| token.text)
                    .collect();
                take(Plain {
                    id: ids.first(doc).ok_or("a document without id")?,
                    kind: kinds.first(doc).unwrap_or_default(),
                    region,
                    wage: wages.first(doc),
                    words: words.join(" "),
                })?;
            }
        }
        Ok(())
    }
}
