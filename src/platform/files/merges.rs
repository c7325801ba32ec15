//! Which cells of a sheet are merged downward. A first light pass over the sheet finds them, since the list stands
//! behind the rows; it also counts what the sheet really unpacks to, whatever its directory says.

use std::io::{BufReader, Read};

use quick_xml::Reader;
use quick_xml::events::Event;

use super::limits::Limits;
use crate::base::error::{Error, Result};

/// A rectangle of merged cells that spans several rows; rows and columns from 0, both ends inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Merge {
    pub top: u32,
    pub bottom: u32,
    pub left: u16,
    pub right: u16,
}

const CHUNK: usize = 64 << 10;

/// Reads a sheet to its end and keeps only its vertical merges, by their top row.
pub(super) fn vertical_merges(sheet: impl Read, limits: &Limits) -> Result<Vec<Merge>> {
    let mut guard = SheetGuard {
        inner: sheet,
        unpacked: 0,
        tagless: 0,
        limits,
        problem: None,
    };
    let mut buffer = vec![0; CHUNK];
    let mut tail: Vec<u8> = Vec::new();
    loop {
        let length = match guard.read(&mut buffer) {
            Ok(0) => break,
            Ok(length) => length,
            Err(e) => return Err(guard.problem.take().unwrap_or_else(|| damaged(&e))),
        };
        tail.extend_from_slice(&buffer[..length]);
        if let Some(at) = start_of_merges(&tail) {
            let rest = tail.split_off(at);
            return match parse_merges(rest.chain(&mut guard), limits) {
                Ok(merges) => Ok(merges),
                Err(error) => Err(guard.problem.take().unwrap_or(error)),
            };
        }
        // The tag may lie across two chunks.
        let keep_from = tail.len().saturating_sub(SCAN_OVERLAP);
        tail.drain(..keep_from);
    }
    Ok(Vec::new())
}

const SCAN_OVERLAP: usize = 64;

/// Where `<mergeCells` begins, with or without a name-space prefix. A tag that may go on is left for the next chunk.
fn start_of_merges(bytes: &[u8]) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = bytes[from..].iter().position(|b| *b == b'<').map(|at| at + from) {
        let name = &bytes[at + 1..];
        // Nearly every tag is a cell's: one look at its first letter is enough for those.
        if !matches!(name.first(), Some(b'c' | b'v' | b'/' | b'i' | b't' | b'r')) || name.contains_prefix_colon() {
            let end = name
                .iter()
                .position(|b| matches!(b, b' ' | b'>' | b'/'))
                .unwrap_or(name.len());
            let local = name[..end].rsplit(|b| *b == b':').next().unwrap_or_default();
            if local == b"mergeCells" && end < name.len() {
                return Some(at);
            }
        }
        from = at + 1;
    }
    None
}

/// Whether a tag name carries a prefix, looked for in its first few letters only.
trait PrefixColon {
    fn contains_prefix_colon(&self) -> bool;
}
impl PrefixColon for [u8] {
    fn contains_prefix_colon(&self) -> bool {
        self.iter()
            .take(12)
            .take_while(|b| b.is_ascii_alphanumeric() || **b == b':')
            .any(|b| *b == b':')
    }
}

fn parse_merges(rest: impl Read, limits: &Limits) -> Result<Vec<Merge>> {
    let mut reader = Reader::from_reader(BufReader::new(rest));
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_unmatched_ends = true;
    let mut merges = Vec::new();
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(tag) | Event::Empty(tag)) if tag.local_name().as_ref() == b"mergeCell" => {
                let range = tag.try_get_attribute("ref").ok().flatten();
                let merge = range.and_then(|range| parse_range(&range.value));
                merges.extend(merge.filter(|m| m.bottom > m.top && usize::from(m.left) < limits.columns));
            }
            Ok(Event::End(tag)) if tag.local_name().as_ref() == b"mergeCells" => break,
            Ok(Event::Eof) => break,
            Ok(_) => {}
            Err(e) => return Err(damaged(&e)),
        }
    }
    // What follows the merges is read too, so that its size is known.
    let mut rest = reader.into_inner();
    std::io::copy(&mut rest, &mut std::io::sink()).map_err(|e| damaged(&e))?;
    merges.sort_unstable_by_key(|m| (m.top, m.left));
    Ok(merges)
}

/// Reads `F197:F207`.
fn parse_range(text: &[u8]) -> Option<Merge> {
    let (first, last) = std::str::from_utf8(text).ok()?.split_once(':')?;
    let ((top, left), (bottom, right)) = (parse_address(first)?, parse_address(last)?);
    Some(Merge {
        top,
        bottom,
        left,
        right,
    })
}

/// Reads `F197` as row 196, column 5.
fn parse_address(text: &str) -> Option<(u32, u16)> {
    let digits_from = text.find(|c: char| c.is_ascii_digit())?;
    let (letters, digits) = text.split_at(digits_from);
    let mut column: u16 = 0;
    for letter in letters.bytes().filter(|b| *b != b'$') {
        let value = u16::from(letter.to_ascii_uppercase().checked_sub(b'A')?)
            .checked_add(1)
            .filter(|v| *v <= 26)?;
        column = column.checked_mul(26)?.checked_add(value)?;
    }
    let row = digits.trim_start_matches('$').parse::<u32>().ok()?;
    Some((row.checked_sub(1)?, column.checked_sub(1)?))
}

/// Counts a sheet's real bytes and its longest stretch without a tag, and stops at the limits.
struct SheetGuard<'a, R> {
    inner: R,
    unpacked: u64,
    tagless: usize,
    limits: &'a Limits,
    problem: Option<Error>,
}

impl<R: Read> Read for SheetGuard<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let length = self.inner.read(buffer)?;
        self.unpacked += u64::try_from(length).unwrap_or(u64::MAX);
        if self.unpacked > self.limits.unpacked_bytes {
            self.problem = Some(too_large_unpacked());
            return Err(std::io::Error::other("unpacks to more than is allowed"));
        }
        self.tagless = match buffer[..length].iter().rposition(|b| *b == b'<') {
            Some(at) => length - at,
            None => self.tagless + length,
        };
        if self.tagless > self.limits.cell_bytes {
            self.problem = Some(Error::refused("file-cell-too-long"));
            return Err(std::io::Error::other("a cell is longer than is allowed"));
        }
        Ok(length)
    }
}

pub(super) fn too_large_unpacked() -> Error {
    Error::refused("file-unpacks-too-large")
}

/// A container that stops in the middle or breaks its own rules.
pub(super) fn damaged(source: &dyn std::fmt::Display) -> Error {
    Error::refused("file-damaged").with("detail", source)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merges_of(xml: &str) -> Vec<Merge> {
        vertical_merges(xml.as_bytes(), &Limits::default()).unwrap()
    }

    #[test]
    fn only_vertical_merges_are_kept_in_row_order() {
        let xml = r#"<worksheet><sheetData><row r="1"><c r="A1"/></row></sheetData><mergeCells count="3"><mergeCell ref="F7:F9"/><mergeCell ref="A1:AD1"/><mergeCell ref="$B$2:C3"/></mergeCells><pageMargins/></worksheet>"#;
        let expected = [
            Merge {
                top: 1,
                bottom: 2,
                left: 1,
                right: 2,
            },
            Merge {
                top: 6,
                bottom: 8,
                left: 5,
                right: 5,
            },
        ];
        assert_eq!(merges_of(xml), expected);
        assert_eq!(merges_of(&xml.replace("mergeCell", "x:mergeCell")), expected);
    }

    #[test]
    fn the_list_is_found_across_chunks() {
        for padding in CHUNK - 80..CHUNK + 10 {
            let xml = format!(
                "<a><!--{}--><mergeCells><mergeCell ref=\"A1:A2\"/></mergeCells></a>",
                " ".repeat(padding)
            );
            assert_eq!(merges_of(&xml).len(), 1, "{padding}");
        }
    }

    #[test]
    fn a_sheet_beyond_its_limits_is_refused() {
        let limits = Limits {
            unpacked_bytes: 100_000,
            ..Limits::default()
        };
        assert!(vertical_merges("<row/>".repeat(50_000).as_bytes(), &limits).is_err());
        let limits = Limits {
            cell_bytes: 100_000,
            ..Limits::default()
        };
        assert!(vertical_merges(format!("<t>{}</t>", "a".repeat(300_000)).as_bytes(), &limits).is_err());
    }
}
