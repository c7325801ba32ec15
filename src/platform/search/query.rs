//! What a question means in terms of the index.

use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, DisjunctionMaxQuery, Occur, PhraseQuery, Query, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Searcher, Term};

use super::analysis::{Analysis, phrase_tokens, syllable_pairs, syllables_of};
use super::ask::{Ask, Piece};
use super::cursor::Strictness;
use super::document::DocumentKind;
use super::layout::{Fields, stem_of};
use crate::base::region::{RegionCode, RegionLevel};
use crate::base::time::Day;

/// The order of the results; ties go to the newer id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Sort {
    /// By likeness; where no words were given, work before courses and each newest first.
    #[default]
    Relevance,
    /// Newest first.
    Date,
    /// Highest first, what is to be agreed last.
    Wage,
}

/// What must hold besides the words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Filters {
    pub kind: Option<DocumentKind>,
    /// The region or anything below it.
    pub region: Option<RegionCode>,
    /// The occupation or anything in its branch: `4-09-00-00`.
    pub occupation: Option<String>,
    /// The most that is offered reaches this, fen a month.
    pub wage_min: Option<i64>,
    pub lodging: bool,
    pub since: Option<Day>,
    /// Leaves out what has closed before this day.
    pub open_on: Option<Day>,
}

/// One search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Whatever was typed; may be empty.
    pub words: String,
    pub filters: Filters,
    pub sort: Sort,
    pub limit: usize,
    pub cursor: Option<String>,
    /// Whether to count by kind, region, occupation and wage.
    pub facets: bool,
    /// The level at which regions are counted; by default one below the region asked for, or provinces.
    pub facet_level: Option<RegionLevel>,
}

impl Question {
    /// A question of words alone.
    pub fn about(words: impl Into<String>) -> Self {
        Self {
            words: words.into(),
            filters: Filters::default(),
            sort: Sort::default(),
            limit: 20,
            cursor: None,
            facets: false,
            facet_level: None,
        }
    }
}

/// How much each kind of agreement counts, tuned on the judged questions in `search-index/judgments`
/// (`cargo bench --bench search_quality`).
#[derive(Debug, Clone, Copy)]
pub(super) struct Weights {
    title_word: f32,
    extra_word: f32,
    body_word: f32,
    /// A word found as characters, whatever the dictionary made of the text around it.
    title_pair: f32,
    body_pair: f32,
    /// Pairs over the whole question: what makes a passage find its advertisement.
    run_title_pair: f32,
    run_body_pair: f32,
    synonym: f32,
    /// A shorter word inside the one asked for.
    inner: f32,
    /// The part that the second-best way of finding one word adds.
    tie: f32,
}

/// For a few words: they name a trade and a place, and titles say most.
const SHORT: Weights = Weights {
    title_word: 7.5,
    extra_word: 1.5,
    body_word: 1.0,
    title_pair: 0.8,
    body_pair: 0.2,
    run_title_pair: 0.6,
    run_body_pair: 0.6,
    synonym: 1.0,
    inner: 0.6,
    tie: 0.05,
};

/// For a passage: it describes work as bodies do.
const LONG: Weights = Weights {
    title_word: 1.0,
    extra_word: 1.0,
    body_word: 1.0,
    title_pair: 0.3,
    body_pair: 0.3,
    run_title_pair: 1.0,
    run_body_pair: 1.0,
    synonym: 0.3,
    inner: 0.3,
    tie: 0.2,
};

/// What a pair of syllables that sounds right counts.
const SOUND: f32 = 1.7;

/// What having everything that was asked for adds where less is enough: more than any likeness, so that it comes first.
const COMPLETE: f32 = 40.0;

/// From this many words on, a question is a passage.
const PASSAGE: usize = 7;

/// A long question is judged by its rarest words and pairs: the others cost most and say least. Fewer change the order
/// of the judged questions, more do not.
const MOST_WORDS: usize = 10;
const MOST_PAIRS: usize = 32;
const MOST_PASSAGE_PAIRS: usize = 20;

/// In a passage, a pair that stands in more than one of so many documents says nothing.
const COMMON: u64 = 20;

/// A word that stands as a word in so many bodies is in the dictionary: looking for it inside other words finds nothing
/// more, at several times the cost.
const WELL_KNOWN: u64 = 100;

type Clause = (Occur, Box<dyn Query>);

/// Builds queries over one searcher.
pub(super) struct Builder<'a> {
    pub fields: Fields,
    pub analysis: &'a Analysis,
    pub searcher: &'a Searcher,
    is_passage: bool,
    weights: Weights,
}

impl<'a> Builder<'a> {
    /// The builder for one question.
    pub fn new(fields: Fields, analysis: &'a Analysis, searcher: &'a Searcher, ask: &Ask) -> Self {
        let is_passage = ask.words().len() >= PASSAGE;
        Self {
            fields,
            analysis,
            searcher,
            is_passage,
            weights: if is_passage { LONG } else { SHORT },
        }
    }

    /// The whole query: words, phrases, exclusions and filters.
    pub fn query(&self, ask: &Ask, filters: &Filters, strictness: Strictness) -> Box<dyn Query> {
        let mut clauses: Vec<Clause> = Vec::new();
        if !ask.pieces.is_empty() {
            let core = match strictness {
                Strictness::Strict => self.strict(ask),
                Strictness::Loose => self.loose(ask),
            };
            clauses.push((Occur::Must, core));
            if strictness == Strictness::Loose && !self.is_passage {
                let complete = ConstScoreQuery::new(self.strict(ask), COMPLETE);
                clauses.push((Occur::Should, Box::new(complete)));
            }
            clauses.extend(self.run_pairs(ask).into_iter().map(|query| (Occur::Should, query)));
        }
        clauses.extend(ask.phrases.iter().map(|phrase| (Occur::Must, self.phrase(phrase))));
        if clauses.is_empty() {
            clauses.push((Occur::Must, Box::new(ConstScoreQuery::new(Box::new(AllQuery), 0.0))));
        }
        clauses.extend(ask.without.iter().map(|phrase| (Occur::MustNot, self.phrase(phrase))));
        clauses.extend(self.filters(filters).into_iter().map(|query| (Occur::Must, query)));
        match <[Clause; 1]>::try_from(clauses) {
            Ok([(_, only)]) => only,
            Err(clauses) => Box::new(BooleanQuery::new(clauses)),
        }
    }

    /// Few words must all be there; of many, most.
    fn strict(&self, ask: &Ask) -> Box<dyn Query> {
        let words = self.rarest(ask.words());
        let least = match words.len() {
            few @ 0..=3 => few,
            some @ 4..=6 => some - 1,
            many => many.div_ceil(2),
        };
        at_least(words.iter().map(|word| self.word(word, false)).collect(), least)
    }

    /// A third of the pieces must be there in some way: half of their words, or most of their pairs or sounds.
    fn loose(&self, ask: &Ask) -> Box<dyn Query> {
        if self.is_passage {
            return self.loose_passage(ask);
        }
        let pieces: Vec<&Piece> = ask.pieces.iter().take(MOST_WORDS).collect();
        let least = if pieces.len() <= 2 { 1 } else { pieces.len().div_ceil(3) };
        at_least(pieces.into_iter().map(|piece| self.loose_piece(piece)).collect(), least)
    }

    /// Of a passage one word or three pairs are enough: the order does the rest.
    fn loose_passage(&self, ask: &Ask) -> Box<dyn Query> {
        let words = self.rarest(ask.words());
        let pairs: Vec<Box<dyn Query>> = self
            .rarest_pairs(ask)
            .iter()
            .map(|pair| boosted(term(self.fields.body_pairs, pair), self.weights.body_pair))
            .collect();
        let words = at_least(words.iter().map(|word| self.word(word, false)).collect(), 1);
        if pairs.is_empty() {
            words
        } else {
            self.any(vec![words, at_least(pairs, 3)])
        }
    }

    fn loose_piece(&self, piece: &Piece) -> Box<dyn Query> {
        let words = self.rarest(piece.words.iter().map(String::as_str).collect());
        let half = words.len().div_ceil(2);
        let mut ways = vec![at_least(words.iter().map(|word| self.word(word, true)).collect(), half)];
        let sounds = if piece.is_han {
            syllable_pairs(&syllables_of(&piece.text))
        } else {
            self.analysis.sounds_of_letters(&piece.text)
        };
        let terms = |field: Field, texts: &[String], boost: f32| -> Vec<Box<dyn Query>> {
            texts
                .iter()
                .take(MOST_PAIRS)
                .map(|text| boosted(term(field, text), boost))
                .collect()
        };
        // Two syllables that sound alike are one pair; of more, most must agree.
        let most = |count: usize| (count * 3).div_ceil(5);
        if !sounds.is_empty() {
            ways.push(at_least(
                terms(self.fields.sounds, &sounds, SOUND),
                most(sounds.len().min(MOST_PAIRS)),
            ));
        }
        let pairs: Vec<String> = if piece.is_han {
            phrase_tokens(&piece.text)
                .into_iter()
                .map(|token| token.text)
                .filter(|t| t.chars().count() == 2)
                .collect()
        } else {
            Vec::new()
        };
        if pairs.len() > 1 {
            let least = pairs.len().min(MOST_PAIRS).div_ceil(2);
            ways.push(at_least(
                terms(self.fields.title_pairs, &pairs, self.weights.title_pair),
                least,
            ));
            ways.push(at_least(
                terms(self.fields.body_pairs, &pairs, self.weights.body_pair),
                least,
            ));
        }
        self.any(ways)
    }

    /// All ways of finding one word: itself, in any field, as a piece of a longer word, or what means the same.
    fn word(&self, word: &str, with_inner: bool) -> Box<dyn Query> {
        let mut ways = vec![self.named(word)];
        ways.extend(
            self.analysis
                .synonyms_of(word)
                .iter()
                .filter_map(|other| self.other(other, self.weights.synonym)),
        );
        for inner in self.analysis.inner_words(word) {
            let synonyms = self.analysis.synonyms_of(&inner);
            // 服务 inside 服务员 says little; 保洁 inside 保洁员 is a trade, which the list of synonyms knows.
            if with_inner || !synonyms.is_empty() {
                ways.extend(self.other(&inner, self.weights.inner));
                ways.extend(
                    synonyms
                        .iter()
                        .filter_map(|other| self.other(other, self.weights.inner * self.weights.synonym)),
                );
            }
        }
        self.any(ways)
    }

    /// The best of several ways, and a part of the others.
    fn any(&self, mut ways: Vec<Box<dyn Query>>) -> Box<dyn Query> {
        if ways.len() == 1 {
            return ways.swap_remove(0);
        }
        Box::new(DisjunctionMaxQuery::with_tie_breaker(ways, self.weights.tie))
    }

    /// The word itself.
    fn named(&self, word: &str) -> Box<dyn Query> {
        let fields = &self.fields;
        let mut ways = vec![
            boosted(term(fields.title_words, word), self.weights.title_word),
            boosted(term(fields.extra_words, word), self.weights.extra_word),
            boosted(term(fields.body_words, word), self.weights.body_word),
        ];
        if word.chars().all(super::analysis::is_han) && self.may_hide(word) {
            ways.push(boosted(
                self.phrase_in(fields.title_pairs, word),
                self.weights.title_pair,
            ));
            ways.push(boosted(self.phrase_in(fields.body_pairs, word), self.weights.body_pair));
        }
        at_least(ways, 1)
    }

    /// Whether the dictionary may have cut texts in such a way that this word is not found as a word. What matters in a
    /// passage are its pairs, which are asked for anyway.
    fn may_hide(&self, word: &str) -> bool {
        !self.is_passage && self.documents_with(self.fields.body_words, word) < WELL_KNOWN
    }

    /// Another word that would do; none where no document has it.
    fn other(&self, word: &str, boost: f32) -> Option<Box<dyn Query>> {
        let fields = &self.fields;
        let ways = [
            (fields.title_words, self.weights.title_word),
            (fields.extra_words, self.weights.extra_word),
            (fields.body_words, self.weights.body_word),
        ];
        let known = ways
            .into_iter()
            .filter(|(field, _)| self.documents_with(*field, word) > 0);
        let found: Vec<Box<dyn Query>> = known
            .map(|(field, weight)| boosted(term(field, word), weight * boost))
            .collect();
        (!found.is_empty()).then(|| at_least(found, 1))
    }

    /// Any piece of a title, body or extra text, word for word.
    fn phrase(&self, phrase: &str) -> Box<dyn Query> {
        at_least(
            vec![
                boosted(self.phrase_in(self.fields.title_pairs, phrase), self.weights.title_word),
                boosted(self.phrase_in(self.fields.body_pairs, phrase), self.weights.body_word),
            ],
            1,
        )
    }

    fn phrase_in(&self, field: Field, phrase: &str) -> Box<dyn Query> {
        let tokens = phrase_tokens(phrase);
        let placed: Vec<(usize, Term)> = tokens
            .iter()
            .map(|token| (token.position, Term::from_field_text(field, &token.text)))
            .collect();
        match tokens.as_slice() {
            [] => Box::new(tantivy::query::EmptyQuery),
            [one] => term(field, &one.text),
            _ => Box::new(PhraseQuery::new_with_offset(placed)),
        }
    }

    /// Pairs of characters over the whole question, words or not; they order what was found.
    fn run_pairs(&self, ask: &Ask) -> Vec<Box<dyn Query>> {
        let both = |pair: &String| {
            [
                boosted(term(self.fields.title_pairs, pair), self.weights.run_title_pair),
                boosted(term(self.fields.body_pairs, pair), self.weights.run_body_pair),
            ]
        };
        self.rarest_pairs(ask).iter().flat_map(both).collect()
    }

    /// The pairs of the question that say most.
    fn rarest_pairs(&self, ask: &Ask) -> Vec<String> {
        let han = ask.pieces.iter().filter(|piece| piece.is_han);
        let mut pairs: Vec<String> = han
            .flat_map(|piece| phrase_tokens(&piece.text))
            .map(|token| token.text)
            .filter(|text| text.chars().count() == 2)
            .collect();
        pairs.sort();
        pairs.dedup();
        let most = if self.is_passage {
            let common = self.searcher.num_docs() / COMMON;
            pairs.retain(|pair| self.documents_with(self.fields.body_pairs, pair) <= common);
            MOST_PASSAGE_PAIRS
        } else {
            MOST_PAIRS
        };
        if pairs.len() > most {
            pairs.sort_by_key(|pair| self.documents_with(self.fields.body_pairs, pair));
            pairs.truncate(most);
        }
        pairs
    }

    /// The words that say most, in the order in which they were typed.
    fn rarest<'w>(&self, words: Vec<&'w str>) -> Vec<&'w str> {
        if words.len() <= MOST_WORDS {
            return words;
        }
        let mut by_count: Vec<(u64, usize)> = words
            .iter()
            .enumerate()
            .map(|(i, w)| (self.documents_with(self.fields.body_words, w), i))
            .collect();
        by_count.sort_unstable();
        let kept: std::collections::HashSet<usize> = by_count.into_iter().take(MOST_WORDS).map(|(_, i)| i).collect();
        words
            .into_iter()
            .enumerate()
            .filter(|(i, _)| kept.contains(i))
            .map(|(_, word)| word)
            .collect()
    }

    fn documents_with(&self, field: Field, text: &str) -> u64 {
        // A dictionary that cannot be read fails in the search itself, with its cause.
        self.searcher.doc_freq(&Term::from_field_text(field, text)).unwrap_or(0)
    }

    /// Filters by lists of documents; those by number are asked of each document found (`collect`).
    fn filters(&self, filters: &Filters) -> Vec<Box<dyn Query>> {
        let fields = &self.fields;
        let kind = filters.kind.map(|kind| (fields.kind_is, kind.as_str()));
        let region = filters
            .region
            .as_ref()
            .map(|region| (fields.region_in, region.digits()));
        let occupation = filters
            .occupation
            .as_deref()
            .map(|code| (fields.occupation_in, stem_of(code)));
        let exact = |(field, text): (Field, &str)| -> Box<dyn Query> {
            let term = TermQuery::new(Term::from_field_text(field, text), IndexRecordOption::Basic);
            Box::new(ConstScoreQuery::new(Box::new(term), 0.0))
        };
        [kind, region, occupation].into_iter().flatten().map(exact).collect()
    }
}

fn term(field: Field, text: &str) -> Box<dyn Query> {
    Box::new(TermQuery::new(
        Term::from_field_text(field, text),
        IndexRecordOption::WithFreqs,
    ))
}

fn boosted(query: Box<dyn Query>, boost: f32) -> Box<dyn Query> {
    Box::new(BoostQuery::new(query, boost))
}

/// The sum of those that match, of which there must be `least`.
fn at_least(mut queries: Vec<Box<dyn Query>>, least: usize) -> Box<dyn Query> {
    if queries.len() == 1 {
        return queries.swap_remove(0);
    }
    let every = least >= queries.len();
    let occur = if every { Occur::Must } else { Occur::Should };
    let clauses: Vec<Clause> = queries.into_iter().map(|query| (occur, query)).collect();
    if every || least <= 1 {
        Box::new(BooleanQuery::new(clauses))
    } else {
        Box::new(BooleanQuery::with_minimum_required_clauses(clauses, least))
    }
}
