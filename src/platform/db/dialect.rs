//! The few places where the two databases differ, and the adaptors for what the common connection lacks.

use diesel::connection::SimpleConnection;
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel::sqlite::Sqlite;
use diesel::{QueryResult, RunQueryDsl};

use super::conn::{Conn, MultiBackend};
use crate::base::error::{Error, Result};

/// A statement that each backend writes in its own way (`ON CONFLICT`, unions).
pub struct Both<T>(pub T);

impl<T> QueryFragment<MultiBackend> for Both<T>
where
    T: QueryFragment<Pg> + QueryFragment<Sqlite>,
{
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        MultiBackend::walk_variant_ast(&self.0, pass)
    }
}
impl<T: Query> Query for Both<T> {
    type SqlType = T::SqlType;
}
impl<T> QueryId for Both<T> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
impl<T> RunQueryDsl<Conn> for Both<T> {}

/// A select that leaves out rows which another transaction holds; on SQLite, which has one writer, nothing is added.
pub struct SkipLocked<T>(pub T);

impl<T: QueryFragment<MultiBackend>> QueryFragment<MultiBackend> for SkipLocked<T> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        self.0.walk_ast(pass.reborrow())?;
        if let MultiBackend::Postgres(_) = pass.backend() {
            pass.push_sql(" FOR UPDATE SKIP LOCKED");
        }
        Ok(())
    }
}
impl<T: Query> Query for SkipLocked<T> {
    type SqlType = T::SqlType;
}
impl<T> QueryId for SkipLocked<T> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
impl<T> RunQueryDsl<Conn> for SkipLocked<T> {}

/// Inserts a slice of rows in portions that both databases take.
#[macro_export]
macro_rules! insert_batch {
    ($conn:expr, $table:expr, $rows:expr) => {{
        let rows = $rows;
        let mut inserted = 0_usize;
        for portion in rows.chunks($crate::platform::db::BATCH_ROWS) {
            inserted += match &mut **$conn {
                $crate::platform::db::Conn::Postgres(conn) => {
                    diesel::RunQueryDsl::execute(diesel::insert_into($table).values(portion), conn)
                }
                $crate::platform::db::Conn::Sqlite(conn) => {
                    diesel::RunQueryDsl::execute(diesel::insert_into($table).values(portion), conn)
                }
            }?;
        }
        Ok::<usize, diesel::result::Error>(inserted)
    }};
}

/// Whether trying again may help: busy, deadlock, serialization failure.
pub(super) fn is_passing(error: &Error) -> bool {
    let Error::Internal {
        source: Some(source), ..
    } = error
    else {
        return false;
    };
    match source.downcast_ref::<DieselError>() {
        Some(DieselError::DatabaseError(DatabaseErrorKind::SerializationFailure, _)) => true,
        Some(DieselError::DatabaseError(_, info)) => {
            let message = info.message();
            message.contains("database is locked") || message.contains("deadlock detected")
        }
        _ => false,
    }
}

/// Whether a statement broke the named unique constraint; SQLite names the columns instead, so both are given.
pub fn violates(error: &DieselError, constraint: &str, sqlite_columns: &str) -> bool {
    match error {
        DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, info) => {
            info.constraint_name() == Some(constraint) || info.message().ends_with(sqlite_columns)
        }
        _ => false,
    }
}

/// Refreshes what the planner knows after a large import.
pub fn analyze(conn: &mut Conn) -> Result<()> {
    Ok(match conn {
        Conn::Sqlite(conn) => conn.batch_execute("PRAGMA optimize"),
        Conn::Postgres(conn) => conn.batch_execute("ANALYZE"),
    }?)
}
