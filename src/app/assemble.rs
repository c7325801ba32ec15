//! Puts a bureau together: folder, keys, clock, database.

use std::path::Path;

use diesel::prelude::*;

use super::config::Config;
use super::reactions::react;
use super::sources::sources;
use crate::base::error::{Context, Error, Result};
use crate::base::secret::{Keys, hex, random_bytes};
use crate::platform::db::schema::bureau;
use crate::platform::db::{Caller, Db, MigrationState};
use crate::platform::search::Finder;
use crate::platform::{DataFolder, Services};

/// Opens the database of a bureau without asking whether it is ready: for `migrate` and `check`.
pub fn open_database(config: &Config, folder: &DataFolder) -> Result<Db> {
    prepare_folder(folder)?;
    let keys = read_keys(&config.keys_file(folder))?;
    let (clock, _) = config.clock()?;
    Db::open(&config.database(folder)?, keys, clock, react)
}

/// Opens a bureau that is ready to work: migrated, not ahead of this program, its clock allowed.
pub fn open(config: &Config, folder: &DataFolder) -> Result<Services> {
    let url = config.database(folder)?;
    if let crate::platform::db::DatabaseUrl::Sqlite(path) = &url
        && !path.exists()
    {
        return Err(Error::refused("bureau-missing").with("folder", folder.path().display()));
    }
    let db = open_database(config, folder)?;
    match db.migration_state()? {
        MigrationState::Level => {}
        MigrationState::Behind(count) => return Err(Error::refused("database-behind").with("count", count)),
        MigrationState::Ahead(version) => return Err(Error::refused("database-ahead").with("version", version)),
    }
    let rehearsal = is_rehearsal(&db)?;
    let (_, is_set) = config.clock()?;
    if is_set && !rehearsal {
        return Err(Error::refused("clock-not-rehearsal"));
    }
    let finder = Finder::open(&folder.index(), &db, sources())?;
    Ok(Services::new(db, folder.clone(), finder, rehearsal))
}

fn prepare_folder(folder: &DataFolder) -> Result<()> {
    std::fs::create_dir_all(folder.path()).map_err(|e| {
        Error::refused("folder-unwritable")
            .with("folder", folder.path().display())
            .with("reason", e)
    })
}

fn fact(db: &Db, key: &str) -> Result<Option<String>> {
    db.read(|conn| Ok(bureau::table.find(key).select(bureau::value).first(conn).optional()?))
}

fn is_rehearsal(db: &Db) -> Result<bool> {
    Ok(fact(db, "rehearsal")?.as_deref() == Some("yes"))
}

/// Marks a bureau as a rehearsal; only one without people becomes one.
pub fn make_rehearsal(db: &Db) -> Result<()> {
    use crate::platform::db::schema::households;
    db.keep(&Caller::operator(), |tx| {
        let people: i64 = households::table.count().get_result(&mut **tx)?;
        let marked: i64 = bureau::table
            .filter(bureau::key.eq("rehearsal"))
            .count()
            .get_result(&mut **tx)?;
        if marked > 0 {
            return Ok(());
        }
        if people > 0 {
            return Err(Error::refused("rehearsal-too-late"));
        }
        diesel::insert_into(bureau::table)
            .values((bureau::key.eq("rehearsal"), bureau::value.eq("yes")))
            .execute(&mut **tx)?;
        Ok(())
    })
}

/// Reads the key file, or makes it where a new bureau begins. A file that others can read is refused.
fn read_keys(path: &Path) -> Result<Keys> {
    if !path.exists() {
        write_private(path, &hex(&random_bytes::<64>()))?;
    }
    let refused = |code: &'static str| Error::refused(code).with("file", path.display());
    if is_readable_by_others(path)? {
        return Err(refused("keys-open"));
    }
    let text = std::fs::read_to_string(path).map_err(|e| refused("keys-unreadable").with("reason", e))?;
    let text = text.trim();
    let mut bytes = [0_u8; 64];
    if text.len() != 128 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(refused("keys-short"));
    }
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
        let pair = std::str::from_utf8(pair).unwrap_or_default();
        *byte = u8::from_str_radix(pair, 16).map_err(|_| refused("keys-short"))?;
    }
    Ok(Keys::from_bytes(&bytes))
}

/// Writes a file that only its owner can read.
pub fn write_private(path: &Path, text: &str) -> Result<()> {
    use std::io::Write;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(|e| {
        Error::refused("folder-unwritable")
            .with("folder", path.display())
            .with("reason", e)
    })?;
    file.write_all(text.as_bytes())
        .context("a private file could not be written")
}

#[cfg(unix)]
fn is_readable_by_others(path: &Path) -> Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    Ok(std::fs::metadata(path)
        .context("the key file could not be looked at")?
        .permissions()
        .mode()
        & 0o077
        != 0)
}

#[cfg(not(unix))]
fn is_readable_by_others(_path: &Path) -> Result<bool> {
    Ok(false)
}
