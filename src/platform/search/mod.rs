//! The search index. It knows documents (a title, a body, words, places, numbers), not postings: a room says how its
//! records become documents, and gets back ids in order, with highlights, counts and suggestions.
//!
//! The tables are the truth and the index is disposable. Its position is the payload of its last commit, so there is no
//! second bookkeeping; `Index::open` says in words why an index cannot be used, and the caller rebuilds it.
//!
//! - `document`: what is put in · `analysis`: how text becomes words, character pairs and sounds
//! - `layout`: the fields · `store`: opening, writing, rebuilding · `ask`: what a person typed · `query`: its meaning
//! - `collect`: one pass over what matches · `answer`: a search from question to page · `suggest`: names while typing

mod analysis;
mod answer;
mod ask;
mod bare;
mod collect;
mod cursor;
mod document;
mod follow;
mod highlight;
mod layout;
mod names;
mod query;
mod store;
mod suggest;

#[cfg(test)]
mod tests;

pub use analysis::Analysis;
pub use answer::{Answer, Hit};
pub use collect::{Facets, WAGE_BANDS};
pub use document::{Document, DocumentKind};
pub use follow::{Agreement, Finder, Source, forget_old_changes};
pub use highlight::Segments;
pub use layout::LAYOUT;
pub use query::{Filters, Question, Sort};
pub use store::{Fingerprint, Index, Opened, Rebuild, Unusable, Writer};
pub use suggest::Suggestion;
