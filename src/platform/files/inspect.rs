//! What a file is, by its content; and what is refused before anything of it is read.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use zip::ZipArchive;

use super::limits::Limits;
use super::merges::{damaged, too_large_unpacked};
use crate::base::error::{Context, Error, Result};

/// What a file holds, whatever its name ends in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A workbook of the open format (.xlsx).
    Workbook,
    /// A table of text (.csv, .tsv).
    Text,
    /// The same, compressed (.csv.gz).
    GzippedText,
}

/// Looks at the first bytes, and into the directory of a workbook.
pub(super) fn inspect(path: &Path, limits: &Limits) -> Result<FileKind> {
    let mut file = File::open(path).map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => Error::refused("file-not-found").with("path", path.display()),
        std::io::ErrorKind::PermissionDenied => Error::refused("file-not-readable").with("path", path.display()),
        _ => Error::from(e),
    })?;
    let about = file.metadata().context("the size of the file")?;
    if about.is_dir() {
        return Err(Error::refused("file-not-a-table"));
    }
    if about.len() == 0 {
        return Err(Error::refused("file-empty"));
    }
    if about.len() > limits.file_bytes {
        return Err(Error::refused("file-too-large")
            .with("limit", limits.file_bytes >> 20)
            .with("size", about.len() >> 20));
    }
    let mut start = Vec::with_capacity(8);
    file.by_ref()
        .take(8)
        .read_to_end(&mut start)
        .context("the start of the file")?;
    file.seek(SeekFrom::Start(0)).context("the start of the file")?;
    match start.as_slice() {
        [b'P', b'K', 3 | 5, 4 | 6, ..] => inspect_workbook(file, about.len(), limits).map(|()| FileKind::Workbook),
        [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1] => Err(inspect_compound(file)?),
        [0x1f, 0x8b, ..] => Ok(FileKind::GzippedText),
        [b'%', b'P', b'D', b'F', ..] | [0x89, b'P', b'N', b'G', ..] | [0xff, 0xd8, 0xff, ..] => {
            Err(Error::refused("file-not-a-table"))
        }
        _ => Ok(FileKind::Text),
    }
}

/// Checks a workbook's directory: macros, sizes, ratios; and unpacks what will be held in memory once, for its real size.
fn inspect_workbook(file: File, file_bytes: u64, limits: &Limits) -> Result<()> {
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|e| damaged(&e))?;
    let names: Vec<String> = archive.file_names().map(str::to_owned).collect();
    if names
        .iter()
        .any(|name| name.to_ascii_lowercase().ends_with("vbaproject.bin"))
    {
        return Err(Error::refused("file-macros"));
    }
    if names.iter().any(|name| name == "EncryptedPackage") {
        return Err(Error::refused("file-encrypted"));
    }
    let is_workbook = names
        .iter()
        .any(|name| name.eq_ignore_ascii_case("[Content_Types].xml"))
        && names
            .iter()
            .any(|name| name.to_ascii_lowercase().ends_with("workbook.xml"));
    if !is_workbook {
        return Err(Error::refused("file-not-a-table"));
    }
    let mut declared: u64 = 0;
    let mut held: u64 = 0;
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(|e| damaged(&e))?;
        if entry.encrypted() {
            return Err(Error::refused("file-encrypted"));
        }
        declared = declared.saturating_add(entry.size());
        let name = entry.name().to_ascii_lowercase();
        // Sheets are read as a stream and checked then; pictures and the like are not read at all.
        if ["/worksheets/", "/media/", "/drawings/", "/embeddings/", "/pivotcache/"]
            .iter()
            .any(|part| name.contains(part))
        {
            continue;
        }
        let allowed = limits.held_bytes.saturating_sub(held);
        let real = std::io::copy(
            &mut entry.by_ref().take(allowed.saturating_add(1)),
            &mut std::io::sink(),
        );
        held = held.saturating_add(real.map_err(|e| damaged(&e))?);
        if held > limits.held_bytes {
            return Err(too_large_unpacked());
        }
    }
    let too_tight = declared > limits.ratio_from_bytes && declared / file_bytes.max(1) > limits.ratio;
    if declared > limits.unpacked_bytes || too_tight {
        return Err(too_large_unpacked());
    }
    let mut types = String::new();
    if let Ok(entry) = archive.by_name("[Content_Types].xml") {
        entry
            .take(1 << 20)
            .read_to_string(&mut types)
            .map_err(|e| damaged(&e))?;
    }
    if types.contains("macroEnabled") {
        return Err(Error::refused("file-macros"));
    }
    Ok(())
}

/// A compound file is an old workbook, or a new one behind a password.
fn inspect_compound(mut file: File) -> Result<Error> {
    let mut bytes = Vec::new();
    // The names of its parts stand in its directory, which may lie anywhere; half a megabyte nearly always holds it.
    file.by_ref()
        .take(512 << 10)
        .read_to_end(&mut bytes)
        .context("the directory of an old workbook")?;
    let length = file
        .seek(SeekFrom::End(0))
        .context("the directory of an old workbook")?;
    file.seek(SeekFrom::Start(length.saturating_sub(512 << 10)))
        .context("the directory of an old workbook")?;
    file.read_to_end(&mut bytes)
        .context("the directory of an old workbook")?;
    let has = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes.windows(wide.len()).any(|window| window == wide)
    };
    Ok(if has("EncryptedPackage") {
        Error::refused("file-encrypted")
    } else if has("Workbook") || has("Book") {
        Error::refused("file-old-workbook")
    } else {
        Error::refused("file-not-a-table")
    })
}
