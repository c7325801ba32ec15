//! The book of open postings that a process keeps at hand, so that a person's list does not read them all.

use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use super::book::{Book, Reader};
use super::model::Candidate;
use super::openings::{open_openings_after, openings_by_ids};
use super::weights::Weights;
use crate::base::error::Result;
use crate::base::ids::PostingId;
use crate::base::time::Day;
use crate::platform::db::{Conn, News, last_number, news_of};

/// Postings read at once.
const PORTION: i64 = 10_000;

/// The subject under which the journal names a posting.
const POSTING: &str = "posting";

/// The book, once somebody has asked; it follows the journal, whoever changes a posting.
#[derive(Default)]
pub struct OpenBook(RwLock<Option<Followed>>);

/// A book and the last change that it has taken over.
struct Followed {
    book: Book,
    position: i64,
}

impl OpenBook {
    /// The best openings for a person, best first. The connection must not be one that is writing: what it has not
    /// committed would be remembered even if it never is.
    pub fn best(&self, conn: &mut Conn, candidate: &Candidate, on: Day, limit: usize) -> Result<Vec<PostingId>> {
        self.follow(conn)?;
        let followed = self.read();
        let Some(followed) = followed.as_ref() else {
            return Ok(Vec::new());
        };
        let mut reader = Reader::new(&followed.book, Weights::shipped(), on, limit);
        Ok(reader.best(candidate).into_iter().map(|found| found.id).collect())
    }

    /// The certificates that any opening of the book asks for.
    pub fn certificates(&self, conn: &mut Conn) -> Result<Vec<String>> {
        self.follow(conn)?;
        Ok(self
            .read()
            .as_ref()
            .map(|followed| followed.book.certificates())
            .unwrap_or_default())
    }

    /// Brings the book to what the database says now; returns how many openings stand in it.
    pub fn follow(&self, conn: &mut Conn) -> Result<usize> {
        loop {
            let known = self
                .read()
                .as_ref()
                .map(|followed| (followed.position, followed.book.len()));
            let Some((position, count)) = known else {
                self.begin(conn, None)?;
                continue;
            };
            match news_of(conn, POSTING, position)? {
                News::Nothing => return Ok(count),
                News::TooMuch => self.begin(conn, Some(position))?,
                News::Of { ids, upto } => self.take_over(conn, &ids, position, upto)?,
            }
        }
    }

    /// Reads all postings, unless another thread has done so while this one waited.
    fn begin(&self, conn: &mut Conn, instead_of: Option<i64>) -> Result<()> {
        let mut followed = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if followed.as_ref().map(|followed| followed.position) != instead_of {
            return Ok(());
        }
        // What is read after this number was looked up is taken over once more, which changes nothing.
        let position = last_number(conn)?;
        let mut book = Book::default();
        let mut after = PostingId::from_raw(i64::MIN);
        loop {
            let openings = open_openings_after(conn, after, PORTION)?;
            let Some(last) = openings.last() else { break };
            after = last.id;
            for opening in &openings {
                book.note(opening);
            }
        }
        book.lay_out();
        *followed = Some(Followed { book, position });
        Ok(())
    }

    fn take_over(&self, conn: &mut Conn, ids: &[i64], position: i64, upto: i64) -> Result<()> {
        let ids: Vec<PostingId> = ids.iter().copied().map(PostingId::from_raw).collect();
        let openings = openings_by_ids(conn, &ids)?;
        let mut followed = self.0.write().unwrap_or_else(PoisonError::into_inner);
        // Another thread may have gone further meanwhile; what this one read may then be older.
        let Some(followed) = followed.as_mut().filter(|followed| followed.position == position) else {
            return Ok(());
        };
        for id in ids {
            followed.book.remove(id);
        }
        for opening in &openings {
            followed.book.put(opening);
        }
        followed.position = upto;
        Ok(())
    }

    fn read(&self) -> RwLockReadGuard<'_, Option<Followed>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }
}
