//! Opening, writing and rebuilding. A directory holds `CURRENT`, which names the build in use, and the builds beside it
//! (`build-…`). A rebuild writes a new build and then exchanges `CURRENT` by one rename, so that a crash at any point
//! leaves either the old index or the new one.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use serde::{Deserialize, Serialize};
use tantivy::index::IndexSettings;
use tantivy::indexer::IndexWriter;
use tantivy::{IndexReader, ReloadPolicy, Searcher};

use super::analysis::Analysis;
use super::document::{Document, DocumentKind};
use super::layout::{self, Fields, LAYOUT, column};
use super::names::Names;
use crate::base::error::{Context, Error, Result};

const CURRENT: &str = "CURRENT";
const LOCK: &str = "writer.lock";
/// The writer's buffer. Small, since a node writes a few documents a second; a rebuild takes more.
const WRITE_BUFFER: usize = 30_000_000;
const REBUILD_BUFFER: usize = 60_000_000;

/// What the last commit says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Payload {
    layout: u32,
    /// The change up to which the index follows the database.
    seq: i64,
}

/// One document of the index: which, and the hash of its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fingerprint {
    pub kind: DocumentKind,
    pub id: i64,
    pub content_hash: u64,
}

/// Why an index cannot be used; every reason is cured by a rebuild.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unusable {
    Missing,
    /// Unreadable; the text is for the log.
    Corrupt(String),
    OtherLayout {
        found: u32,
    },
}

pub enum Opened {
    Ready(Index),
    Unusable(Unusable),
}

/// One build, open for reading.
pub(super) struct Live {
    index: tantivy::Index,
    reader: IndexReader,
    pub fields: Fields,
    pub names: Arc<Names>,
}

/// The index of a directory: searched by many threads at once, written by one `Writer`.
pub struct Index {
    dir: PathBuf,
    live: RwLock<Arc<Live>>,
}

/// The one writer of a directory. Dropping it gives the directory free.
pub struct Writer {
    live: Arc<Live>,
    writer: IndexWriter,
    _lease: File,
}

/// A new build in the making, beside the one in use.
pub struct Rebuild {
    dir: PathBuf,
    name: String,
    fields: Fields,
    writer: IndexWriter,
    _lease: File,
}

impl Index {
    /// Opens what is there, or says why it cannot be used.
    pub fn open(dir: &Path) -> Result<Opened> {
        match open_live(dir)? {
            Ok(live) => Ok(Opened::Ready(Self {
                dir: dir.to_owned(),
                live: RwLock::new(Arc::new(live)),
            })),
            Err(unusable) => Ok(Opened::Unusable(unusable)),
        }
    }

    /// Turns to the build that a rebuild has put in place. What is being read stays readable until it is let go.
    pub fn reopen(&self) -> Result<Option<Unusable>> {
        match open_live(&self.dir)? {
            Ok(live) => {
                *self.live.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(live);
                Ok(None)
            }
            Err(unusable) => Ok(Some(unusable)),
        }
    }

    pub(super) fn live(&self) -> Arc<Live> {
        Arc::clone(&self.live.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Lets searches see the last commit.
    pub fn reload(&self) -> Result<()> {
        Ok(self.live().reader.reload()?)
    }

    /// The change up to which the index follows the database: the payload of its last commit.
    pub fn position(&self) -> Result<i64> {
        self.live().position()
    }

    /// Documents that a search can see.
    pub fn count(&self) -> u64 {
        self.live().searcher().num_docs()
    }

    /// Every document that a search can see, in order of kind and id.
    pub fn fingerprints(&self) -> Result<Vec<Fingerprint>> {
        let searcher = self.live().searcher();
        let mut prints = Vec::with_capacity(usize::try_from(searcher.num_docs()).unwrap_or_default());
        for segment in searcher.segment_readers() {
            let columns = segment.fast_fields();
            let (ids, kinds, hashes) = (
                columns.i64(column::ID)?,
                columns.u64(column::KIND)?,
                columns.u64(column::HASH)?,
            );
            for doc in segment.doc_ids_alive() {
                let kind = kinds.first(doc).and_then(DocumentKind::of_number);
                let (Some(kind), Some(id), Some(content_hash)) = (kind, ids.first(doc), hashes.first(doc)) else {
                    return Err(Error::internal(
                        "a document of the search index lacks its key; rebuild the index",
                    ));
                };
                prints.push(Fingerprint { kind, id, content_hash });
            }
        }
        prints.sort_unstable();
        Ok(prints)
    }

    /// Reads every file of the index and names those whose checksum is wrong.
    pub fn damaged_files(&self) -> Result<Vec<PathBuf>> {
        let mut damaged: Vec<PathBuf> = self.live().index.validate_checksum()?.into_iter().collect();
        damaged.sort();
        Ok(damaged)
    }

    /// The writer of this directory, refused while another process or task has it.
    pub fn writer(&self) -> Result<Writer> {
        let lease = take_lease(&self.dir)?;
        let live = self.live();
        let writer = open_writer(&live.index, 1, WRITE_BUFFER)?;
        Ok(Writer {
            live,
            writer,
            _lease: lease,
        })
    }
}

impl Live {
    pub fn searcher(&self) -> Searcher {
        self.reader.searcher()
    }

    fn position(&self) -> Result<i64> {
        let payload = self.index.load_metas()?.payload.unwrap_or_default();
        let payload: Payload = serde_json::from_str(&payload).context("the search index does not know its position")?;
        Ok(payload.seq)
    }
}

impl Writer {
    /// Removes, replaces and adds documents in one commit that carries the position, then lets searches see it.
    pub fn apply(&mut self, deleted: &[(DocumentKind, i64)], documents: &[Document], seq: i64) -> Result<()> {
        let outcome = self.write(deleted, documents, seq);
        if outcome.is_err() {
            // What was half added must not ride along with the next commit.
            self.writer.rollback()?;
        }
        outcome?;
        Ok(self.live.reader.reload()?)
    }

    fn write(&mut self, deleted: &[(DocumentKind, i64)], documents: &[Document], seq: i64) -> Result<()> {
        let fields = self.live.fields;
        for (kind, id) in deleted {
            self.writer.delete_term(fields.key_term(*kind, *id));
        }
        for document in documents {
            self.writer.delete_term(fields.key_term(document.kind, document.id));
            self.writer
                .add_document(fields.index_document(Analysis::shared(), document))?;
        }
        commit(&mut self.writer, seq)
    }

    pub fn position(&self) -> Result<i64> {
        self.live.position()
    }

    /// Removes the files that a crash has left.
    pub fn tidy(&self) -> Result<()> {
        self.writer.garbage_collect_files().wait()?;
        Ok(())
    }
}

impl Rebuild {
    /// Starts a new build; whatever is in use stays in use until `finish`.
    pub fn start(dir: &Path) -> Result<Self> {
        fs::create_dir_all(dir).context("the folder of the search index cannot be made")?;
        let lease = take_lease(dir)?;
        let in_use = current_build(dir)?;
        remove_builds(dir, in_use.as_deref())?;
        let number = in_use
            .as_deref()
            .and_then(|n| n.strip_prefix("build-"))
            .and_then(|n| n.parse::<u64>().ok());
        let name = format!("build-{}", number.unwrap_or_default().saturating_add(1));
        let path = dir.join(&name);
        fs::create_dir_all(&path).context("the folder of a new search index cannot be made")?;
        let (schema, fields) = layout::schema();
        // Small blocks: a page of hits reads a few kilobytes a hit instead of unpacking sixteen.
        let settings = IndexSettings {
            docstore_blocksize: 4_096,
            ..IndexSettings::default()
        };
        let index = tantivy::Index::builder()
            .schema(schema)
            .settings(settings)
            .create_in_dir(&path)?;
        let writer = open_writer(&index, 2, REBUILD_BUFFER)?;
        Ok(Self {
            dir: dir.to_owned(),
            name,
            fields,
            writer,
            _lease: lease,
        })
    }

    /// Adds a document; each key at most once in a rebuild.
    pub fn add(&self, document: &Document) -> Result<()> {
        self.writer
            .add_document(self.fields.index_document(Analysis::shared(), document))?;
        Ok(())
    }

    /// Adds many, cutting their texts into words on every core.
    pub fn add_all(&self, documents: &[Document]) -> Result<()> {
        let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let share = documents.len().div_ceil(threads).max(1);
        std::thread::scope(|scope| {
            let parts: Vec<_> = documents
                .chunks(share)
                .map(|part| scope.spawn(move || part.iter().try_for_each(|document| self.add(document))))
                .collect();
            parts.into_iter().try_for_each(|part| {
                part.join()
                    .unwrap_or_else(|_| Err(Error::internal("a thread of the rebuild failed")))
            })
        })
    }

    /// Commits, exchanges the builds and removes the old one. `seq` is the position noted before the scan began.
    pub fn finish(mut self, seq: i64) -> Result<()> {
        commit(&mut self.writer, seq)?;
        self.writer.wait_merging_threads()?;
        put_current(&self.dir, &self.name)?;
        remove_builds(&self.dir, Some(&self.name))
    }
}

fn commit(writer: &mut IndexWriter, seq: i64) -> Result<()> {
    let payload = serde_json::to_string(&Payload { layout: LAYOUT, seq })?;
    // A commit without payload would clear the position.
    let mut prepared = writer.prepare_commit()?;
    prepared.set_payload(&payload);
    prepared.commit()?;
    Ok(())
}

fn open_live(dir: &Path) -> Result<std::result::Result<Live, Unusable>> {
    let Some(build) = current_build(dir)? else {
        return Ok(Err(Unusable::Missing));
    };
    let path = dir.join(&build);
    if !path.is_dir() {
        return Ok(Err(Unusable::Missing));
    }
    let corrupt = |e: &dyn std::fmt::Display| Ok(Err(Unusable::Corrupt(e.to_string())));
    let index = match tantivy::Index::open_in_dir(&path) {
        Ok(index) => index,
        Err(e) => return corrupt(&e),
    };
    let payload = index.load_metas().map(|metas| metas.payload.unwrap_or_default());
    let payload: Payload = match payload.map(|text| serde_json::from_str(&text)) {
        Ok(Ok(payload)) => payload,
        Ok(Err(e)) => return corrupt(&e),
        Err(e) => return corrupt(&e),
    };
    let (schema, fields) = layout::schema();
    if payload.layout != LAYOUT || index.schema() != schema {
        return Ok(Err(Unusable::OtherLayout { found: payload.layout }));
    }
    let reader = index
        .reader_builder()
        .reload_policy(ReloadPolicy::Manual)
        .doc_store_cache_num_blocks(2_000);
    match reader.try_into() {
        Ok(reader) => Ok(Ok(Live {
            index,
            reader,
            fields,
            names: Arc::default(),
        })),
        Err(e) => corrupt(&e),
    }
}

fn open_writer(index: &tantivy::Index, threads: usize, buffer: usize) -> Result<IndexWriter> {
    index
        .writer_with_num_threads(threads, buffer * threads)
        .map_err(|e| match e {
            tantivy::TantivyError::LockFailure(..) => in_use(),
            e => e.into(),
        })
}

fn in_use() -> Error {
    Error::refused("search-index-in-use")
}

/// One lock for writers and rebuilds; it goes with the process.
fn take_lease(dir: &Path) -> Result<File> {
    let lease = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(dir.join(LOCK));
    let lease = lease.map_err(|e| match e.kind() {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            Error::refused("search-index-read-only").with("folder", dir.display())
        }
        _ => Error::internal(format!("the lock of the search index cannot be opened: {e}")),
    })?;
    match lease.try_lock() {
        Ok(()) => Ok(lease),
        Err(fs::TryLockError::WouldBlock) => Err(in_use()),
        Err(fs::TryLockError::Error(e)) => Err(e).context("the search index cannot be locked"),
    }
}

/// The name of the build in use; none when the file is missing or says nothing sensible.
fn current_build(dir: &Path) -> Result<Option<String>> {
    let text = match fs::read(dir.join(CURRENT)) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).trim().to_owned(),
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(e).context("the search index cannot be read"),
    };
    let number = text.strip_prefix("build-").unwrap_or_default();
    let sensible = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    Ok(sensible.then_some(text))
}

fn put_current(dir: &Path, name: &str) -> Result<()> {
    let beside = dir.join("CURRENT.new");
    let write = || -> std::io::Result<()> {
        fs::write(&beside, name)?;
        File::open(&beside)?.sync_all()?;
        fs::rename(&beside, dir.join(CURRENT))?;
        // The rename itself must survive a power cut.
        File::open(dir)?.sync_all()
    };
    write().context("the new search index cannot be put in place")
}

/// Removes every build but one.
fn remove_builds(dir: &Path, keep: Option<&str>) -> Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with("build-") && Some(name.as_ref()) != keep {
            fs::remove_dir_all(entry.path()).context("an old search index cannot be removed")?;
        }
    }
    Ok(())
}
