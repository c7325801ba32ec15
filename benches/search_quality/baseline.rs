//! What ours is compared with: plain BM25 over one field that holds title, body and extra words.

use std::error::Error;

use jieba_rs::Jieba;
use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, Occur, Query, TermQuery};
use tantivy::schema::{FAST, Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{PreTokenizedString, Token};
use tantivy::{Index, TantivyDocument, Term};

use crate::DEPTH;
use crate::judged::Judged;

type Analyse = Box<dyn Fn(&str, Side) -> Vec<String>>;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Indexing,
    Asking,
}

pub struct Engine {
    index: Index,
    text: Field,
    analyse: Analyse,
}

impl Engine {
    /// Jieba as it comes: search cut when indexing, default cut when asking, unknown words guessed.
    pub fn over_words(judged: &Judged) -> Result<Self, Box<dyn Error>> {
        let jieba = Jieba::new();
        let analyse = move |text: &str, side| {
            let text = text.to_lowercase();
            let cut = if side == Side::Indexing {
                jieba.cut_for_search(&text, true)
            } else {
                jieba.cut(&text, true)
            };
            let words = cut.into_iter().map(|token| token.word);
            words
                .filter(|word| word.chars().any(char::is_alphanumeric))
                .map(str::to_owned)
                .collect()
        };
        Self::over(judged, Box::new(analyse))
    }

    /// Neighbouring Chinese characters, and whole words of letters.
    pub fn over_pairs(judged: &Judged) -> Result<Self, Box<dyn Error>> {
        let analyse = |text: &str, _| {
            let lower = text.to_lowercase();
            let mut tokens = Vec::new();
            for stretch in lower
                .split(|c: char| !c.is_alphanumeric())
                .filter(|stretch| !stretch.is_empty())
            {
                let chars: Vec<char> = stretch.chars().collect();
                if stretch.is_ascii() || chars.len() == 1 {
                    tokens.push(stretch.to_owned());
                } else {
                    tokens.extend(chars.windows(2).map(|pair| pair.iter().collect::<String>()));
                }
            }
            tokens
        };
        Self::over(judged, Box::new(analyse))
    }

    fn over(judged: &Judged, analyse: Analyse) -> Result<Self, Box<dyn Error>> {
        let mut schema = Schema::builder();
        let indexing = TextFieldIndexing::default()
            .set_tokenizer("raw")
            .set_index_option(IndexRecordOption::WithFreqs);
        let text = schema.add_text_field("text", TextOptions::default().set_indexing_options(indexing));
        let id = schema.add_i64_field("id", FAST);
        let index = Index::create_in_ram(schema.build());
        let mut writer = index.writer_with_num_threads(1, 20_000_000)?;
        for posting in &judged.postings {
            let document = &posting.document;
            let whole = format!("{}\n{}\n{}", document.title, document.body, document.words.join("\n"));
            let tokens = analyse(&whole, Side::Indexing).into_iter().enumerate();
            let tokens = tokens
                .map(|(position, text)| Token {
                    position,
                    text,
                    ..Token::default()
                })
                .collect();
            let mut out = TantivyDocument::default();
            out.add_i64(id, document.id);
            out.add_pre_tokenized_text(text, PreTokenizedString { text: whole, tokens });
            writer.add_document(out)?;
        }
        writer.commit()?;
        Ok(Self { index, text, analyse })
    }

    pub fn ask(&self, question: &str) -> Result<Vec<i64>, Box<dyn Error>> {
        let terms = (self.analyse)(question, Side::Asking).into_iter();
        let clauses = terms.map(|text| -> (Occur, Box<dyn Query>) {
            let term = Term::from_field_text(self.text, &text);
            (
                Occur::Should,
                Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)),
            )
        });
        let searcher = self.index.reader()?.searcher();
        let query = BooleanQuery::new(clauses.collect());
        let top = searcher.search(&query, &TopDocs::with_limit(DEPTH).order_by_score())?;
        let mut ids = Vec::new();
        for (_, at) in top {
            let segment = searcher.segment_reader(at.segment_ord);
            ids.extend(segment.fast_fields().i64("id")?.first(at.doc_id));
        }
        Ok(ids)
    }
}
