//! One connection type over both databases, and the pools.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::r2d2::{ManageConnection, Pool, R2D2Connection};
use diesel::{Connection, ConnectionResult, PgConnection, QueryResult, SqliteConnection};

use crate::base::error::{Context, Error, Result};

#[derive(diesel::MultiConnection)]
pub enum Conn {
    Postgres(PgConnection),
    Sqlite(SqliteConnection),
}

/// Where the database is.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    Sqlite(PathBuf),
    Postgres(String),
}

impl DatabaseUrl {
    /// Reads `postgres://…`, `postgresql://…`, `sqlite:PATH` or a bare path.
    pub fn parse(text: &str) -> Result<Self> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            let asks_for_tls = ["sslmode=require", "sslmode=verify-ca", "sslmode=verify-full"];
            if !cfg!(feature = "system-libpq") && asks_for_tls.iter().any(|mode| text.contains(mode)) {
                return Err(Error::refused("database-tls"));
            }
            return Ok(Self::Postgres(text.to_owned()));
        }
        if let Some((scheme, _)) = text.split_once("://").filter(|(scheme, _)| *scheme != "sqlite") {
            return Err(Error::refused("database-url").with("scheme", scheme));
        }
        let path = text
            .strip_prefix("sqlite://")
            .or_else(|| text.strip_prefix("sqlite:"))
            .unwrap_or(text);
        Ok(Self::Sqlite(PathBuf::from(path)))
    }

    pub fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }
}

/// Without the password.
impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(url) => {
                let (scheme, rest) = url.split_once("://").unwrap_or(("postgres", url));
                let place = rest.rsplit_once('@').map_or(rest, |(_, place)| place);
                write!(f, "{scheme}://{}", place.split('?').next().unwrap_or(place))
            }
        }
    }
}
impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Makes connections for a pool.
pub(super) struct Manager {
    url: DatabaseUrl,
    read_only: bool,
}

impl Manager {
    fn open(&self) -> ConnectionResult<Conn> {
        match &self.url {
            DatabaseUrl::Sqlite(path) => {
                let mut conn = SqliteConnection::establish(&path.to_string_lossy())?;
                let setting = if self.read_only { "PRAGMA query_only=ON;" } else { "" };
                conn.batch_execute(&format!(
                    "PRAGMA busy_timeout=5000; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; \
                     PRAGMA foreign_keys=ON; PRAGMA cache_size=-16000; {setting}"
                ))
                .map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
                Ok(Conn::Sqlite(conn))
            }
            DatabaseUrl::Postgres(url) => {
                let mut conn = PgConnection::establish(url)?;
                conn.batch_execute(
                    "SET TIME ZONE 'UTC'; SET synchronous_commit = on; SET client_min_messages = warning",
                )
                .map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
                Ok(Conn::Postgres(conn))
            }
        }
    }
}

impl ManageConnection for Manager {
    type Connection = Conn;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> std::result::Result<Conn, Self::Error> {
        self.open().map_err(diesel::r2d2::Error::ConnectionError)
    }

    fn is_valid(&self, conn: &mut Conn) -> std::result::Result<(), Self::Error> {
        conn.ping().map_err(diesel::r2d2::Error::QueryError)
    }

    fn has_broken(&self, conn: &mut Conn) -> bool {
        conn.is_broken()
    }
}

/// A pool of readers and a pool of writers; SQLite has one writer.
pub(super) fn pools(url: &DatabaseUrl) -> Result<(Pool<Manager>, Pool<Manager>)> {
    let writers = if url.is_sqlite() { 1 } else { 8 };
    // The first connection tells what is wrong in words; the pool would only time out.
    Manager {
        url: url.clone(),
        read_only: false,
    }
    .open()
    .map_err(|e| unreachable_database(url, &e))?;
    let build = |read_only, size, wait| {
        Pool::builder()
            .max_size(size)
            .min_idle(Some(1))
            .connection_timeout(Duration::from_secs(wait))
            .error_handler(Box::new(diesel::r2d2::NopErrorHandler))
            .build(Manager {
                url: url.clone(),
                read_only,
            })
            .context("the database pool could not be opened")
    };
    Ok((build(true, 8, 10)?, build(false, writers, 30)?))
}

fn unreachable_database(url: &DatabaseUrl, error: &diesel::ConnectionError) -> Error {
    // libpq writes several lines; the first one says it.
    let whole = error.to_string();
    let reason = whole.lines().next().unwrap_or_default();
    let code = match url {
        DatabaseUrl::Postgres(_) => "database-unreachable",
        DatabaseUrl::Sqlite(_) if reason.contains("readonly") || reason.contains("read-only") => "database-read-only",
        DatabaseUrl::Sqlite(_) if reason.contains("locked") => "database-locked",
        DatabaseUrl::Sqlite(_) if reason.contains("not a database") || reason.contains("malformed") => {
            "database-damaged"
        }
        DatabaseUrl::Sqlite(_) => "database-unopened",
    };
    Error::refused(code).with("database", url).with("reason", reason.trim())
}

impl Conn {
    /// Opens a writing transaction. On SQLite it takes the write lock at once: a transaction that reads first and
    /// writes later would be refused as soon as another one wrote in between.
    pub(super) fn begin_write(&mut self) -> QueryResult<()> {
        match self {
            Self::Sqlite(conn) => AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN IMMEDIATE"),
            Self::Postgres(conn) => AnsiTransactionManager::begin_transaction(conn),
        }
    }

    /// Opens a transaction in which all reads see the same state.
    pub(super) fn begin_snapshot(&mut self) -> QueryResult<()> {
        match self {
            Self::Sqlite(conn) => AnsiTransactionManager::begin_transaction(conn),
            Self::Postgres(conn) => AnsiTransactionManager::begin_transaction_sql(
                conn,
                "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY",
            ),
        }
    }

    pub(super) fn commit(&mut self) -> QueryResult<()> {
        match self {
            Self::Sqlite(conn) => AnsiTransactionManager::commit_transaction(conn),
            Self::Postgres(conn) => AnsiTransactionManager::commit_transaction(conn),
        }
    }

    pub(super) fn rollback(&mut self) -> QueryResult<()> {
        match self {
            Self::Sqlite(conn) => AnsiTransactionManager::rollback_transaction(conn),
            Self::Postgres(conn) => AnsiTransactionManager::rollback_transaction(conn),
        }
    }
}
