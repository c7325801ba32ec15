//! The database: SQLite in the data folder or PostgreSQL by URL, behind one connection type.
//!
//! Reads take a `Conn`; whatever inserts, updates or deletes takes a `Tx`, which only `Db::write` makes.

mod conn;
mod dialect;
mod journal;
mod migrate;
mod news;
pub mod schema;
mod tx;

pub use conn::{Conn, DatabaseUrl, MultiBackend};
pub use dialect::{Both, SkipLocked, analyze, violates};
pub use journal::{AuditLine, ChainReport, verify_chain};
pub use migrate::{MigrationState, down_and_up};
pub(in crate::platform) use news::{FORGOTTEN, forgotten_up_to};
pub use news::{News, last_number, news_of};
pub use tx::{Caller, Subject, Tx};

use std::sync::Arc;

use diesel::r2d2::Pool;

use crate::base::error::{Context, Error, Result};
use crate::base::event::Event;
use crate::base::secret::Keys;
use crate::base::time::Clock;
use conn::Manager;

/// What higher rooms do in the same transaction when something happened in a lower one.
pub type React = fn(&mut Tx<'_>, &[Event]) -> Result<()>;

/// Rows that one insert statement carries: SQLite takes at most 32,766 bound values.
pub const BATCH_ROWS: usize = 500;

/// How often a transaction is tried when the database answers busy, deadlock or serialization failure.
const ATTEMPTS: u32 = 3;

/// How many connections a pool has open, and how many of them nobody uses.
#[derive(Debug, Clone, Copy)]
pub struct PoolState {
    pub name: &'static str,
    pub open: u32,
    pub idle: u32,
}

/// The database of one bureau: a pool that reads and a pool that writes.
#[derive(Clone)]
pub struct Db {
    readers: Pool<Manager>,
    writers: Pool<Manager>,
    url: DatabaseUrl,
    keys: Arc<Keys>,
    clock: Clock,
    react: React,
}

impl Db {
    /// Opens the database; it must have been migrated, except for `migrate` itself.
    pub fn open(url: &DatabaseUrl, keys: Keys, clock: Clock, react: React) -> Result<Self> {
        let (readers, writers) = conn::pools(url)?;
        Ok(Self {
            readers,
            writers,
            url: url.clone(),
            keys: Arc::new(keys),
            clock,
            react,
        })
    }

    pub fn url(&self) -> &DatabaseUrl {
        &self.url
    }

    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Runs reads. On SQLite the connection refuses to write.
    pub fn read<R>(&self, read: impl FnOnce(&mut Conn) -> Result<R>) -> Result<R> {
        let mut conn = self.readers.get().map_err(|_| Error::Busy)?;
        read(&mut conn)
    }

    /// Runs reads that must agree with one another: one snapshot of the database.
    pub fn snapshot<R>(&self, read: impl FnOnce(&mut Conn) -> Result<R>) -> Result<R> {
        let mut conn = self.readers.get().map_err(|_| Error::Busy)?;
        conn.begin_snapshot()?;
        let outcome = read(&mut conn);
        conn.rollback()?;
        outcome
    }

    /// Runs one business step as one transaction with its journal. The closure may run again, so it owns its input
    /// and touches nothing else. Whoever changes something leaves an audit line, or the commit is refused.
    pub fn write<R>(&self, caller: &Caller, step: impl FnMut(&mut Tx<'_>) -> Result<R>) -> Result<R> {
        self.transact(caller, step, true)
    }

    /// Like `write`, for sessions, leases and the like, which have no history.
    pub fn keep<R>(&self, caller: &Caller, step: impl FnMut(&mut Tx<'_>) -> Result<R>) -> Result<R> {
        self.transact(caller, step, false)
    }

    fn transact<R>(
        &self,
        caller: &Caller,
        mut step: impl FnMut(&mut Tx<'_>) -> Result<R>,
        journaled: bool,
    ) -> Result<R> {
        let mut attempt = 1;
        loop {
            let outcome = self.attempt(caller, &mut step, journaled);
            match outcome {
                Err(error) if attempt < ATTEMPTS && dialect::is_passing(&error) => attempt += 1,
                Err(error) if dialect::is_passing(&error) => return Err(Error::Busy),
                outcome => return outcome,
            }
        }
    }

    fn attempt<R>(
        &self,
        caller: &Caller,
        step: &mut impl FnMut(&mut Tx<'_>) -> Result<R>,
        journaled: bool,
    ) -> Result<R> {
        let mut conn = self.writers.get().map_err(|_| Error::Busy)?;
        conn.begin_write()?;
        let mut tx = Tx::new(&mut conn, caller, &self.keys, self.clock.now());
        let outcome = step(&mut tx).and_then(|value| {
            tx.drain_events(self.react)?;
            if journaled {
                tx.flush_journal()?;
            }
            Ok(value)
        });
        drop(tx);
        match outcome {
            Ok(value) => {
                conn.commit().context("the transaction could not be committed")?;
                Ok(value)
            }
            Err(error) => {
                conn.rollback()?;
                Err(error)
            }
        }
    }

    /// Applies the migrations that this database lacks; a database ahead of the program is refused.
    pub fn migrate(&self) -> Result<Vec<String>> {
        let mut conn = self.writers.get().map_err(|_| Error::Busy)?;
        migrate::run(&mut conn)
    }

    /// Whether a migrated database still answers and has exactly the migrations that this program knows; asked by a
    /// reader, so that it waits for nobody who writes.
    pub fn is_ready(&self) -> Result<bool> {
        self.read(migrate::is_level)
    }

    /// How full the pools are.
    pub fn pools(&self) -> [PoolState; 2] {
        [("readers", &self.readers), ("writers", &self.writers)].map(|(name, pool)| {
            let state = pool.state();
            PoolState {
                name,
                open: state.connections,
                idle: state.idle_connections,
            }
        })
    }

    /// Whether the database is behind, level with, or ahead of this program.
    pub fn migration_state(&self) -> Result<MigrationState> {
        let mut conn = self.writers.get().map_err(|_| Error::Busy)?;
        migrate::state(&mut conn)
    }
}
