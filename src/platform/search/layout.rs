//! The fields of the index. Whoever changes them, or what is written into them, raises `LAYOUT`: nodes then rebuild.

use tantivy::schema::{
    FAST, Field, IndexRecordOption, NumericOptions, STORED, STRING, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::tokenizer::{PreTokenizedString, Token as IndexToken};
use tantivy::{TantivyDocument, Term};

use super::analysis::{self, Analysis, Token};
use super::document::{Document, DocumentKind};
use super::suggest;
use crate::base::time::Day;

/// The number of this layout; an index of any other is rebuilt.
pub const LAYOUT: u32 = 2;

/// Names of the columns that are read by name.
pub(super) mod column {
    pub const ID: &str = "id";
    pub const KIND: &str = "kind";
    pub const HASH: &str = "hash";
    pub const REGION: &str = "region";
    pub const OCCUPATION: &str = "occupation";
    pub const WAGE: &str = "wage";
    pub const FLAGS: &str = "flags";
    pub const PUBLISHED: &str = "published";
    pub const CLOSES: &str = "closes";
}

/// Bits of the column `flags`.
pub(super) mod flag {
    pub const LODGING: u64 = 1;
    pub const MEALS: u64 = 2;
    pub const INSURANCE: u64 = 4;
    /// There are free places.
    pub const FREE: u64 = 8;
}

/// In the column `wage`: to be agreed.
pub(super) const AGREED_LATER: u64 = 0;

/// In the column `closes`: no last day; later than any.
const NEVER: i64 = 10_000_000;

#[derive(Debug, Clone, Copy)]
pub(super) struct Fields {
    pub key: Field,
    pub title: Field,
    pub body: Field,
    pub title_words: Field,
    pub body_words: Field,
    pub extra_words: Field,
    pub title_pairs: Field,
    pub body_pairs: Field,
    pub sounds: Field,
    pub kind_is: Field,
    pub region_in: Field,
    pub occupation_in: Field,
    pub suggest: Field,
    id: Field,
    kind: Field,
    hash: Field,
    region: Field,
    occupation: Field,
    wage: Field,
    flags: Field,
    published: Field,
    closes: Field,
}

fn indexed(records: IndexRecordOption) -> TextOptions {
    // The tokens come ready-made from `analysis`; the tokenizer named here is never asked.
    let indexing = TextFieldIndexing::default()
        .set_tokenizer("raw")
        .set_index_option(records);
    TextOptions::default().set_indexing_options(indexing)
}

pub(super) fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let counted = || indexed(IndexRecordOption::WithFreqs);
    let placed = || indexed(IndexRecordOption::WithFreqsAndPositions);
    let raw_column = || TextOptions::default().set_fast("raw");
    let number = || NumericOptions::default().set_fast();
    let fields = Fields {
        key: builder.add_text_field("key", STRING),
        title: builder.add_text_field("title", STORED),
        body: builder.add_text_field("body", STORED),
        title_words: builder.add_text_field("title_words", counted()),
        body_words: builder.add_text_field("body_words", counted()),
        extra_words: builder.add_text_field("extra_words", counted()),
        title_pairs: builder.add_text_field("title_pairs", placed()),
        body_pairs: builder.add_text_field("body_pairs", placed()),
        sounds: builder.add_text_field("sounds", counted()),
        kind_is: builder.add_text_field("kind_is", STRING),
        region_in: builder.add_text_field("region_in", STRING),
        occupation_in: builder.add_text_field("occupation_in", STRING),
        suggest: builder.add_text_field("suggest", STRING),
        id: builder.add_i64_field(column::ID, FAST),
        kind: builder.add_u64_field(column::KIND, number()),
        hash: builder.add_u64_field(column::HASH, number()),
        region: builder.add_text_field(column::REGION, raw_column()),
        occupation: builder.add_text_field(column::OCCUPATION, raw_column()),
        wage: builder.add_u64_field(column::WAGE, number()),
        flags: builder.add_u64_field(column::FLAGS, number()),
        published: builder.add_i64_field(column::PUBLISHED, FAST),
        closes: builder.add_i64_field(column::CLOSES, FAST),
    };
    (builder.build(), fields)
}

/// Days as the columns keep them.
pub(super) fn day_number(day: Day) -> i64 {
    i64::from(chrono::Datelike::num_days_from_ce(&day))
}

/// The branches of a dashed code, from the first digit down: `4`, `4-09`, `4-09-08`, `4-09-08-01`.
pub(super) fn branches(code: &str) -> Vec<&str> {
    let stem = stem_of(code);
    let mut branches: Vec<&str> = stem.match_indices('-').filter_map(|(i, _)| stem.get(..i)).collect();
    branches.push(stem);
    branches
}

/// The digits that count: without `-00` behind.
pub(super) fn stem_of(code: &str) -> &str {
    let mut stem = code;
    while let Some(shorter) = stem.strip_suffix("-00") {
        stem = shorter;
    }
    stem
}

impl Fields {
    /// The term by which one document is replaced or removed.
    pub fn key_term(&self, kind: DocumentKind, id: i64) -> Term {
        Term::from_field_text(self.key, &key(kind, id))
    }

    pub fn index_document(&self, analysis: &Analysis, document: &Document) -> TantivyDocument {
        let mut out = TantivyDocument::default();
        let extra = document.words.join("\n");
        out.add_text(self.key, key(document.kind, document.id));
        out.add_text(self.title, &document.title);
        out.add_text(self.body, &document.body);
        out.add_pre_tokenized_text(self.title_words, ready(analysis.words(&document.title)));
        out.add_pre_tokenized_text(self.body_words, ready(analysis.words(&document.body)));
        out.add_pre_tokenized_text(self.extra_words, ready(analysis.words(&extra)));
        out.add_pre_tokenized_text(self.title_pairs, ready(analysis::pairs(&document.title)));
        let body_and_extra = format!("{}\u{1}{extra}", document.body);
        out.add_pre_tokenized_text(self.body_pairs, ready(analysis::pairs(&body_and_extra)));
        let heard = format!("{}\n{extra}", document.title);
        out.add_pre_tokenized_text(self.sounds, ready(analysis.sounds(&heard)));
        for term in suggest::terms_of(document) {
            out.add_text(self.suggest, term);
        }
        self.add_columns(&mut out, document);
        out
    }

    fn add_columns(&self, out: &mut TantivyDocument, document: &Document) {
        out.add_i64(self.id, document.id);
        out.add_u64(self.kind, document.kind.number());
        out.add_text(self.kind_is, document.kind.as_str());
        out.add_u64(self.hash, document.content_hash());
        if let Some(region) = &document.region {
            out.add_text(self.region, region.digits());
            for ancestor in std::iter::successors(Some(region.clone()), crate::base::region::RegionCode::parent) {
                out.add_text(self.region_in, ancestor.digits());
            }
        }
        if let Some(occupation) = &document.occupation {
            out.add_text(self.occupation, occupation);
            for branch in branches(occupation) {
                out.add_text(self.occupation_in, branch);
            }
        }
        // Every document has a value in every column of numbers: such columns are read several times faster.
        out.add_u64(self.wage, document.wage().unwrap_or(AGREED_LATER));
        let bit = |set: bool, bit: u64| if set { bit } else { 0 };
        let flags = bit(document.lodging, flag::LODGING)
            | bit(document.meals, flag::MEALS)
            | bit(document.insurance, flag::INSURANCE)
            | bit(document.free_places > 0, flag::FREE);
        out.add_u64(self.flags, flags);
        out.add_i64(self.published, day_number(document.published));
        out.add_i64(self.closes, document.closes.map_or(NEVER, day_number));
    }
}

fn key(kind: DocumentKind, id: i64) -> String {
    format!("{}:{id}", kind.as_str())
}

fn ready(tokens: Vec<Token>) -> PreTokenizedString {
    let tokens = tokens
        .into_iter()
        .map(|token| IndexToken {
            position: token.position,
            text: token.text,
            ..IndexToken::default()
        })
        .collect();
    PreTokenizedString {
        text: String::new(),
        tokens,
    }
}
