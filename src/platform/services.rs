//! What every handler and task receives: the machinery of one bureau, built once at start.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::{Notify, Semaphore};

use super::db::Db;
use super::memory::Memory;
use super::search::Finder;
use crate::base::time::Clock;

/// The folder that holds a bureau: its SQLite database, keys, search index and uploads.
#[derive(Debug, Clone)]
pub struct DataFolder(PathBuf);

impl DataFolder {
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    pub fn database(&self) -> PathBuf {
        self.0.join("yigang.sqlite")
    }

    pub fn keys(&self) -> PathBuf {
        self.0.join("keys")
    }

    pub fn index(&self) -> PathBuf {
        self.0.join("search-index")
    }

    pub fn uploads(&self) -> PathBuf {
        self.0.join("uploads")
    }
}

#[derive(Clone)]
pub struct Services {
    pub db: Db,
    pub folder: DataFolder,
    pub clock: Clock,
    pub finder: Arc<Finder>,
    /// What rooms keep at hand between requests.
    pub memory: Arc<Memory>,
    /// Made as a rehearsal: its clock may be set, and every page says so.
    pub rehearsal: bool,
    /// Rung after a commit that tasks may care about.
    pub wake: Arc<Notify>,
    /// At most two passwords are hashed at once; the others wait.
    pub hashing: Arc<Semaphore>,
    /// Set when the process has been told to stop: it takes on nothing new.
    pub stopping: Arc<AtomicBool>,
}

impl Services {
    pub fn new(db: Db, folder: DataFolder, finder: Finder, rehearsal: bool) -> Self {
        let clock = db.clock().clone();
        Self {
            db,
            folder,
            clock,
            finder: Arc::new(finder),
            memory: Arc::default(),
            rehearsal,
            wake: Arc::new(Notify::new()),
            hashing: Arc::new(Semaphore::new(2)),
            stopping: Arc::new(AtomicBool::new(false)),
        }
    }

    pub fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }

    /// Takes on nothing new: readiness turns red, tasks end after their step.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
        self.wake.notify_one();
    }
}
