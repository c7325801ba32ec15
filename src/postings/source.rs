//! How a posting becomes a search document. Only what everybody may see is one; everything else is a deletion.

use std::collections::HashMap;

use super::model::{PostingCard, PostingKind};
use super::rules::monthly;
use super::store;
use crate::base::error::Result;
use crate::base::ids::PostingId;
use crate::base::money::Money;
use crate::platform::db::Conn;
use crate::platform::search::{Document, DocumentKind};
use crate::reference::{occupations, regions};

/// What the index has to take over for a number of postings.
#[derive(Debug, Default)]
pub struct Loaded {
    pub documents: Vec<Document>,
    pub deleted: Vec<(DocumentKind, i64)>,
}

const fn document_kind(kind: PostingKind) -> DocumentKind {
    match kind {
        PostingKind::Job => DocumentKind::Job,
        PostingKind::PublicWelfare => DocumentKind::PublicWelfare,
    }
}

/// The documents of these postings; whatever is not open, or is of the other kind by now, is to be deleted.
pub fn documents_of(conn: &mut Conn, ids: &[PostingId]) -> Result<Loaded> {
    let mut cards: HashMap<PostingId, PostingCard> = store::postings_by_ids(conn, ids)?;
    let mut loaded = Loaded::default();
    for id in ids {
        let shown = cards
            .remove(id)
            .filter(PostingCard::is_public)
            .map(|card| document(&card));
        let kinds = [DocumentKind::Job, DocumentKind::PublicWelfare];
        let others = kinds
            .into_iter()
            .filter(|kind| shown.as_ref().is_none_or(|document| document.kind != *kind));
        loaded.deleted.extend(others.map(|kind| (kind, id.raw())));
        loaded.documents.extend(shown);
    }
    Ok(loaded)
}

/// The documents of open postings after an id, in the order of their ids, and the id after which to go on.
pub fn document_page(
    conn: &mut Conn,
    after: Option<PostingId>,
    limit: usize,
) -> Result<(Vec<Document>, Option<PostingId>)> {
    let cards = store::open_after(conn, after, limit)?;
    let next = cards.last().map(|card| card.posting.id);
    Ok((cards.iter().map(document).collect(), next))
}

fn document(card: &PostingCard) -> Document {
    let posting = &card.posting;
    let mut words = vec![card.employer_name.clone(), posting.address.clone()];
    let mut suggestions = Vec::new();
    if let Some(occupation) = occupations().get(&posting.occupation_code) {
        words.push(occupation.name_zh.clone());
        words.extend(occupation.name_en.clone());
        words.extend(occupation.aliases.iter().cloned());
        suggestions.push(occupation.name_zh.clone());
    }
    words.extend(
        regions()
            .path_of(&posting.region_code)
            .into_iter()
            .map(|region| region.name.clone()),
    );
    words.extend(posting.certificate.clone());
    words.retain(|word| !word.is_empty());
    let fen = |amount: Option<Money>| amount.and_then(|m| monthly(m, posting.wage_unit)).map(Money::fen);
    Document {
        kind: document_kind(posting.kind),
        id: posting.id.raw(),
        title: posting.title.clone(),
        body: posting.description.clone(),
        words,
        suggestions,
        region: Some(posting.region_code.clone()),
        occupation: Some(posting.occupation_code.to_string()),
        wage_low: fen(posting.wage_low_fen),
        wage_high: fen(posting.wage_high_fen),
        lodging: posting.lodging,
        meals: posting.meals,
        insurance: posting.insurance,
        free_places: i64::from(posting.free_places()),
        published: posting.published_on.unwrap_or_else(|| posting.created_at.day()),
        closes: posting.closes_on,
    }
}
