//! What can be found: how the rooms' records reach the search index.

use crate::base::error::Result;
use crate::base::ids::{CourseId, PostingId};
use crate::platform::db::Conn;
use crate::platform::search::{Document, DocumentKind, Source};
use crate::{postings, training};

struct Postings;

impl Source for Postings {
    fn subject(&self) -> &'static str {
        "posting"
    }

    fn kinds(&self) -> &'static [DocumentKind] {
        &[DocumentKind::Job, DocumentKind::PublicWelfare]
    }

    fn load(&self, conn: &mut Conn, ids: &[i64]) -> Result<Vec<Document>> {
        let ids: Vec<PostingId> = ids.iter().map(|id| PostingId::from_raw(*id)).collect();
        Ok(postings::documents_of(conn, &ids)?.documents)
    }

    fn page(&self, conn: &mut Conn, after: Option<i64>, limit: usize) -> Result<(Vec<Document>, Option<i64>)> {
        let (documents, next) = postings::document_page(conn, after.map(PostingId::from_raw), limit)?;
        Ok((documents, next.map(PostingId::raw)))
    }
}

struct Courses;

impl Source for Courses {
    fn subject(&self) -> &'static str {
        "course"
    }

    fn kinds(&self) -> &'static [DocumentKind] {
        &[DocumentKind::Course]
    }

    fn load(&self, conn: &mut Conn, ids: &[i64]) -> Result<Vec<Document>> {
        let ids: Vec<CourseId> = ids.iter().map(|id| CourseId::from_raw(*id)).collect();
        Ok(training::documents_of(conn, &ids)?.documents)
    }

    fn page(&self, conn: &mut Conn, after: Option<i64>, limit: usize) -> Result<(Vec<Document>, Option<i64>)> {
        let (documents, next) = training::document_page(conn, after.map(CourseId::from_raw), limit)?;
        Ok((documents, next.map(CourseId::raw)))
    }
}

/// All sources, in the order in which a rebuild reads them.
pub fn sources() -> Vec<&'static dyn Source> {
    vec![&Postings, &Courses]
}
