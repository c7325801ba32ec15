//! The index follows the database: changes after its position are folded to the last one of each subject, their
//! documents loaded and put in place, and the new position committed with them. A crash between any two steps only
//! repeats work.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use diesel::prelude::*;

use super::document::{Document, DocumentKind};
use super::store::{Fingerprint, Index, Opened, Rebuild, Unusable, Writer};
use crate::base::error::{Error, Result};
use crate::platform::db::schema::{bureau, changes};
use crate::platform::db::{Caller, Conn, Db, FORGOTTEN, forgotten_up_to, last_number};

/// A room whose records can be found.
pub trait Source: Send + Sync {
    /// The kind of subject that its changes name.
    fn subject(&self) -> &'static str;
    /// The kinds of document that its records become.
    fn kinds(&self) -> &'static [DocumentKind];
    /// The documents of records; a record that nobody may find has none.
    fn load(&self, conn: &mut Conn, ids: &[i64]) -> Result<Vec<Document>>;
    /// The documents of records after an id, in order, and the id after which to go on; none at the end.
    fn page(&self, conn: &mut Conn, after: Option<i64>, limit: usize) -> Result<(Vec<Document>, Option<i64>)>;
}

/// A source by its place, and the id of one of its records.
type Subject = (usize, i64);

/// What a commit removes and what it puts in.
type Portion = (Vec<(DocumentKind, i64)>, Vec<Document>);

/// Changes taken over by one commit.
const PORTION: i64 = 5_000;

/// From so many changes on, building anew is considered.
const MANY: i64 = 20_000;

/// Changes that are kept for indexes that lag behind; one further behind is built anew.
const KEPT: i64 = 200_000;

/// Forgets changes that every index has long taken over.
pub fn forget_old_changes(db: &Db) -> Result<()> {
    let upto = db.read(last_number)?.saturating_sub(KEPT);
    if upto <= 0 {
        return Ok(());
    }
    db.keep(&Caller::task("forget_old_changes"), |tx| {
        diesel::delete(changes::table.filter(changes::seq.le(upto))).execute(&mut **tx)?;
        let value = upto.to_string();
        let known = diesel::update(bureau::table.find(FORGOTTEN)).set(bureau::value.eq(&value));
        if known.execute(&mut **tx)? == 0 {
            diesel::insert_into(bureau::table)
                .values((bureau::key.eq(FORGOTTEN), bureau::value.eq(&value)))
                .execute(&mut **tx)?;
        }
        Ok(())
    })
}

/// The searchable side of a bureau: its index, and where its documents come from.
pub struct Finder {
    index: Index,
    dir: PathBuf,
    sources: Vec<&'static dyn Source>,
    /// Documents of the index that opening had to build.
    built: Option<u64>,
    /// The writer, once this process has it.
    writer: Mutex<Option<Writer>>,
}

/// How the index stands to the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreement {
    pub documents: u64,
    /// Changes of the database that the index has not taken over yet.
    pub behind: i64,
    /// Documents that the index lacks, has too many of, or has in another form.
    pub differing: Vec<(DocumentKind, i64)>,
    pub damaged_files: usize,
}

impl Finder {
    /// Opens the index of a directory; builds it from the database where it is missing, unreadable or of another layout.
    pub fn open(dir: &Path, db: &Db, sources: Vec<&'static dyn Source>) -> Result<Self> {
        let mut built = None;
        let index = match Index::open(dir)? {
            Opened::Ready(index) => index,
            Opened::Unusable(unusable) => {
                if unusable != Unusable::Missing {
                    tracing::warn!(?unusable, "the search index cannot be used and is built anew");
                }
                built = Some(rebuild(dir, db, &sources, &mut |_| {})?);
                match Index::open(dir)? {
                    Opened::Ready(index) => index,
                    Opened::Unusable(_) => return Err(Error::refused("index-unusable").with("folder", dir.display())),
                }
            }
        };
        Ok(Self {
            index,
            dir: dir.to_owned(),
            sources,
            built,
            writer: Mutex::new(None),
        })
    }

    pub fn index(&self) -> &Index {
        &self.index
    }

    /// How many documents opening built the index of, where it had to.
    pub fn built_on_opening(&self) -> Option<u64> {
        self.built
    }

    /// Changes of the database that the index has not taken over yet.
    pub fn behind(&self, db: &Db) -> Result<i64> {
        let position = self.index.position()?;
        db.read(|conn| changes_after(conn, position))
    }

    /// Takes over what changed; returns how many changes. Another process that holds the index does it for this one.
    pub fn follow(&self, db: &Db) -> Result<usize> {
        let mut taken = 0;
        if self.is_far_behind(db)? {
            let count = self.rebuild(db, &mut |_| {})?;
            taken = usize::try_from(count).unwrap_or(usize::MAX);
        }
        loop {
            let position = self.index.position()?;
            let (found, last) = db.snapshot(|conn| self.changed_after(conn, position))?;
            let Some(last) = last else { return Ok(taken) };
            let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
            if writer.is_none() {
                let opened = self.index.writer()?;
                opened.tidy()?;
                *writer = Some(opened);
            }
            let Some(writer) = writer.as_mut() else {
                return Ok(taken);
            };
            let (deleted, documents) = db.snapshot(|conn| self.load(conn, &found))?;
            writer.apply(&deleted, &documents, last)?;
            taken += found.len();
        }
    }

    /// Lets searches of this process see what another one has committed, or what a rebuild put in place.
    pub fn refresh(&self) -> Result<()> {
        if self.index.reload().is_err() {
            self.index.reopen()?;
        }
        Ok(())
    }

    /// Whether to build anew: changes that it has not seen are no longer kept, or there are more of them than documents.
    fn is_far_behind(&self, db: &Db) -> Result<bool> {
        let position = self.index.position()?;
        let (forgotten, waiting) = db.read(|conn| {
            // Numbers are shared with audit lines, so most gaps are not changes.
            let waiting = if last_number(conn)? - position > MANY {
                changes_after(conn, position)?
            } else {
                0
            };
            Ok((forgotten_up_to(conn)?, waiting))
        })?;
        let documents = i64::try_from(self.index.count()).unwrap_or(i64::MAX);
        Ok(position < forgotten || waiting > MANY.max(documents))
    }

    /// The subjects that changed after a position, each once, and the number of the last change looked at.
    fn changed_after(&self, conn: &mut Conn, position: i64) -> Result<(BTreeSet<Subject>, Option<i64>)> {
        let rows: Vec<(i64, String, i64)> = changes::table
            .filter(changes::seq.gt(position))
            .order(changes::seq)
            .limit(PORTION)
            .select((changes::seq, changes::subject_kind, changes::subject_id))
            .load(conn)?;
        let last = rows.last().map(|row| row.0);
        let found = rows
            .into_iter()
            .filter_map(|(_, kind, id)| Some((self.sources.iter().position(|s| s.subject() == kind)?, id)))
            .collect();
        Ok((found, last))
    }

    fn load(&self, conn: &mut Conn, found: &BTreeSet<Subject>) -> Result<Portion> {
        let mut deleted = Vec::new();
        let mut documents = Vec::new();
        for (place, source) in self.sources.iter().enumerate() {
            let ids: Vec<i64> = found.iter().filter(|(p, _)| *p == place).map(|(_, id)| *id).collect();
            for kind in source.kinds() {
                deleted.extend(ids.iter().map(|id| (*kind, *id)));
            }
            documents.extend(source.load(conn, &ids)?);
        }
        Ok((deleted, documents))
    }

    /// Builds the index anew from the database, beside the one in use, and turns to it.
    pub fn rebuild(&self, db: &Db, progress: &mut dyn FnMut(u64)) -> Result<u64> {
        *self.writer.lock().unwrap_or_else(PoisonError::into_inner) = None;
        let count = rebuild(&self.dir, db, &self.sources, progress)?;
        self.index.reopen()?;
        Ok(count)
    }

    /// Compares every document of the index with what the database would make of it now.
    pub fn compare(&self, db: &Db) -> Result<Agreement> {
        let position = self.index.position()?;
        db.snapshot(|conn| {
            let behind = changes_after(conn, position)?;
            let mut wanted: Vec<Fingerprint> = Vec::new();
            for source in &self.sources {
                each_portion(conn, *source, |_, documents| {
                    wanted.extend(documents.iter().map(|d| Fingerprint {
                        kind: d.kind,
                        id: d.id,
                        content_hash: d.content_hash(),
                    }));
                    Ok(())
                })?;
            }
            let wanted: BTreeSet<Fingerprint> = wanted.into_iter().collect();
            let there: BTreeSet<Fingerprint> = self.index.fingerprints()?.into_iter().collect();
            let mut differing: Vec<(DocumentKind, i64)> =
                wanted.symmetric_difference(&there).map(|f| (f.kind, f.id)).collect();
            differing.dedup();
            let damaged_files = self.index.damaged_files()?.len();
            Ok(Agreement {
                documents: self.index.count(),
                behind,
                differing,
                damaged_files,
            })
        })
    }
}

fn changes_after(conn: &mut Conn, position: i64) -> Result<i64> {
    Ok(changes::table
        .filter(changes::seq.gt(position))
        .count()
        .get_result(conn)?)
}

/// Hands all documents of a source over, portion by portion.
fn each_portion(
    conn: &mut Conn,
    source: &dyn Source,
    mut each: impl FnMut(&mut Conn, &[Document]) -> Result<()>,
) -> Result<()> {
    let mut after = None;
    loop {
        let (documents, next) = source.page(conn, after, 1_000)?;
        each(conn, &documents)?;
        if next.is_none() {
            return Ok(());
        }
        after = next;
    }
}

fn rebuild(dir: &Path, db: &Db, sources: &[&'static dyn Source], progress: &mut dyn FnMut(u64)) -> Result<u64> {
    let build = Rebuild::start(dir)?;
    // Noted before the scan: what changes meanwhile is taken over again afterwards.
    let seq = db.read(last_number)?;
    let mut count = 0_u64;
    db.snapshot(|conn| {
        for source in sources {
            each_portion(conn, *source, |_, documents| {
                build.add_all(documents)?;
                count += u64::try_from(documents.len()).unwrap_or(0);
                progress(count);
                Ok(())
            })?;
        }
        Ok(())
    })?;
    build.finish(seq)?;
    Ok(count)
}
