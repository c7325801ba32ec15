//! Migrations: two folders, same names, same order, compiled in.

use diesel::migration::{Migration, MigrationSource, MigrationVersion};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::conn::Conn;
use crate::base::error::{Error, Result};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// How the database stands to this program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MigrationState {
    Level,
    /// Migrations are missing; `migrate` applies them.
    Behind(usize),
    /// A newer program has migrated it.
    Ahead(String),
}

fn failed(source: Box<dyn std::error::Error + Send + Sync>) -> Error {
    Error::Internal {
        context: "a migration failed".to_owned(),
        source: Some(source),
    }
}

fn known() -> Result<Vec<String>> {
    let migrations: Vec<Box<dyn Migration<diesel::sqlite::Sqlite>>> = SQLITE.migrations().map_err(failed)?;
    Ok(migrations.iter().map(|m| m.name().version().to_string()).collect())
}

fn applied(conn: &mut Conn) -> Result<Vec<MigrationVersion<'static>>> {
    match conn {
        Conn::Sqlite(conn) => conn.applied_migrations(),
        Conn::Postgres(conn) => conn.applied_migrations(),
    }
    .map_err(failed)
}

pub(super) fn state(conn: &mut Conn) -> Result<MigrationState> {
    let known = known()?;
    let applied = applied(conn)?;
    if let Some(ahead) = applied.iter().find(|version| !known.contains(&version.to_string())) {
        return Ok(MigrationState::Ahead(ahead.to_string()));
    }
    match known.len() - applied.len() {
        0 => Ok(MigrationState::Level),
        missing => Ok(MigrationState::Behind(missing)),
    }
}

/// Whether exactly the known migrations have been applied; only reads.
pub(super) fn is_level(conn: &mut Conn) -> Result<bool> {
    use diesel::prelude::*;
    diesel::table! {
        __diesel_schema_migrations (version) {
            version -> Text,
        }
    }
    let mut applied: Vec<String> = __diesel_schema_migrations::table
        .select(__diesel_schema_migrations::version)
        .load(conn)?;
    let mut known = known()?;
    applied.sort();
    known.sort();
    Ok(applied == known)
}

pub(super) fn run(conn: &mut Conn) -> Result<Vec<String>> {
    if let MigrationState::Ahead(version) = state(conn)? {
        return Err(Error::refused("database-ahead").with("version", version));
    }
    let versions = match conn {
        Conn::Sqlite(conn) => conn.run_pending_migrations(SQLITE),
        Conn::Postgres(conn) => conn.run_pending_migrations(POSTGRES),
    }
    .map_err(failed)?;
    Ok(versions.iter().map(ToString::to_string).collect())
}

/// Undoes every migration and applies them again: the tests' proof that `down.sql` undoes `up.sql`.
pub fn down_and_up(conn: &mut Conn) -> Result<()> {
    match conn {
        Conn::Sqlite(conn) => {
            conn.revert_all_migrations(SQLITE).map_err(failed)?;
            conn.run_pending_migrations(SQLITE).map_err(failed)?;
        }
        Conn::Postgres(conn) => {
            conn.revert_all_migrations(POSTGRES).map_err(failed)?;
            conn.run_pending_migrations(POSTGRES).map_err(failed)?;
        }
    }
    Ok(())
}
