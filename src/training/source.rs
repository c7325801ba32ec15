//! How a course becomes a search document. Only one in which people may enrol is one; everything else is a deletion.

use super::model::CourseCard;
use super::store;
use crate::base::error::Result;
use crate::base::ids::CourseId;
use crate::platform::db::Conn;
use crate::platform::search::{Document, DocumentKind};
use crate::reference::{occupations, regions};

/// What the index has to take over for a number of courses.
#[derive(Debug, Default)]
pub struct Loaded {
    pub documents: Vec<Document>,
    pub deleted: Vec<(DocumentKind, i64)>,
}

/// The documents of these courses; whatever is not open is to be deleted.
pub fn documents_of(conn: &mut Conn, ids: &[CourseId]) -> Result<Loaded> {
    let mut cards = store::courses_by_ids(conn, ids)?;
    let mut loaded = Loaded::default();
    for id in ids {
        match cards.remove(id).filter(CourseCard::is_open) {
            Some(card) => loaded.documents.push(document(&card)),
            None => loaded.deleted.push((DocumentKind::Course, id.raw())),
        }
    }
    Ok(loaded)
}

/// The documents of open courses after an id, in the order of their ids, and the id after which to go on.
pub fn document_page(
    conn: &mut Conn,
    after: Option<CourseId>,
    limit: usize,
) -> Result<(Vec<Document>, Option<CourseId>)> {
    let ids = store::open_ids_after(conn, after, limit)?;
    Ok((documents_of(conn, &ids)?.documents, ids.last().copied()))
}

fn document(card: &CourseCard) -> Document {
    let course = &card.course;
    let mut words = vec![card.employer_name.clone(), course.address.clone()];
    let mut suggestions = Vec::new();
    if let Some(occupation) = occupations().get(&course.occupation_code) {
        words.push(occupation.name_zh.clone());
        words.extend(occupation.name_en.clone());
        words.extend(occupation.aliases.iter().cloned());
        suggestions.push(occupation.name_zh.clone());
    }
    words.extend(
        regions()
            .path_of(&course.region_code)
            .into_iter()
            .map(|region| region.name.clone()),
    );
    words.extend(course.certificate.clone());
    words.retain(|word| !word.is_empty());
    Document {
        kind: DocumentKind::Course,
        id: course.id.raw(),
        title: course.title.clone(),
        body: course.description.clone(),
        words,
        suggestions,
        region: Some(course.region_code.clone()),
        occupation: Some(course.occupation_code.to_string()),
        wage_low: None,
        wage_high: None,
        lodging: course.lodging,
        meals: course.meals,
        insurance: false,
        free_places: i64::from(card.run.free_places()),
        published: course.published_on.unwrap_or_else(|| course.created_at.day()),
        closes: Some(card.run.starts_on),
    }
}
