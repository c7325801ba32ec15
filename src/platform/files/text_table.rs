//! Tables of text: UTF-8 with or without its mark, UTF-16 as spreadsheets save it, GB18030 found by its bytes; commas,
//! semicolons or tabs; plain or gzipped. A first pass finds the encoding and the real size, the second reads the rows.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use encoding_rs::{CoderResult, Decoder, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};
use flate2::read::MultiGzDecoder;

use super::cell::{Cell, Row};
use super::inspect::FileKind;
use super::limits::Limits;
use super::merges::{damaged, too_large_unpacked};
use crate::base::error::{Context, Error, Result};

const CHUNK: usize = 64 << 10;

type Rows = csv::Reader<Decoded<Box<dyn Read + Send>>>;

/// The rows of a text table.
pub(super) struct TextRows {
    reader: Rows,
    record: csv::StringRecord,
    row: u32,
    limits: Limits,
}

pub(super) fn open(path: &Path, kind: FileKind, limits: &Limits) -> Result<TextRows> {
    let found = survey(bytes_of(path, kind)?, path, limits)?;
    let decoded = Decoded::new(bytes_of(path, kind)?, found.encoding);
    let reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(found.delimiter)
        .buffer_capacity(CHUNK)
        .from_reader(decoded);
    Ok(TextRows {
        reader,
        record: csv::StringRecord::new(),
        row: 0,
        limits: limits.clone(),
    })
}

impl TextRows {
    pub(super) fn next_row(&mut self) -> Result<Option<Row>> {
        let line_before = self.reader.position().line();
        if !self.reader.read_record(&mut self.record).map_err(|e| damaged(&e))? {
            return Ok(None);
        }
        // The reader steps over empty lines; a sheet counts them. Line breaks inside a cell are no rows.
        let lines = self.reader.position().line().saturating_sub(line_before);
        let inside = self
            .record
            .iter()
            .map(|cell| cell.bytes().filter(|b| *b == b'\n').count())
            .sum::<usize>();
        let skipped = lines
            .saturating_sub(1)
            .saturating_sub(u64::try_from(inside).unwrap_or(0));
        self.row = self
            .row
            .saturating_add(u32::try_from(skipped).unwrap_or(u32::MAX))
            .saturating_add(1);
        if self.record.iter().any(|cell| cell.len() > self.limits.cell_bytes) {
            return Err(Error::refused("file-cell-too-long"));
        }
        let cells = self.record.iter().take(self.limits.columns).map(cell_of).collect();
        Ok(Some(Row::new(self.row, cells)))
    }
}

/// Some programs write `="0123"` to keep a number as text.
fn cell_of(text: &str) -> Cell {
    let bare = text
        .strip_prefix("=\"")
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or(text);
    if bare.is_empty() {
        Cell::Empty
    } else {
        Cell::Text(bare.to_owned())
    }
}

fn bytes_of(path: &Path, kind: FileKind) -> Result<Box<dyn Read + Send>> {
    let file = BufReader::with_capacity(CHUNK, File::open(path).context("the table")?);
    Ok(match kind {
        FileKind::GzippedText => Box::new(MultiGzDecoder::new(file)),
        FileKind::Text | FileKind::Workbook => Box::new(file),
    })
}

/// What the first pass found.
struct Survey {
    encoding: &'static Encoding,
    delimiter: u8,
}

fn survey(mut bytes: Box<dyn Read + Send>, path: &Path, limits: &Limits) -> Result<Survey> {
    let packed = std::fs::metadata(path).context("the table")?.len();
    let mut buffer = vec![0; CHUNK];
    let mut first: Vec<u8> = Vec::new();
    let mut unpacked: u64 = 0;
    let mut candidates: Vec<(&'static Encoding, Decoder)> = Vec::new();
    let mut marked = None;
    let mut text = String::with_capacity(CHUNK * 3);
    loop {
        let length = bytes.read(&mut buffer).map_err(|e| damaged(&e))?;
        let chunk = &buffer[..length];
        if first.is_empty() {
            first = chunk.to_vec();
            marked = Encoding::for_bom(chunk).map(|(encoding, _)| encoding);
            refuse_what_is_no_text(chunk, marked)?;
            let tried = marked.map_or_else(|| vec![UTF_8, GB18030], |encoding| vec![encoding]);
            candidates = tried
                .into_iter()
                .map(|e| (e, e.new_decoder_with_bom_removal()))
                .collect();
        }
        unpacked = unpacked.saturating_add(u64::try_from(length).unwrap_or(u64::MAX));
        let too_tight = unpacked > limits.ratio_from_bytes && unpacked / packed.max(1) > limits.ratio;
        if unpacked > limits.unpacked_bytes || too_tight {
            return Err(too_large_unpacked());
        }
        let is_wide = marked.is_some_and(|e| e == UTF_16LE || e == UTF_16BE);
        if !is_wide && chunk.contains(&0) {
            return Err(Error::refused("file-not-a-table"));
        }
        candidates.retain_mut(|(_, decoder)| {
            text.clear();
            let (_, _, had_errors) = decoder.decode_to_string(chunk, &mut text, length == 0);
            !had_errors
        });
        if candidates.is_empty() {
            return Err(Error::refused("file-encoding"));
        }
        if length == 0 {
            break;
        }
    }
    let Some((encoding, _)) = candidates.first() else {
        return Err(Error::refused("file-encoding"));
    };
    let (start, _, _) = encoding.decode(&first);
    if start
        .trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}')
        .is_empty()
        && unpacked <= CHUNK as u64
    {
        return Err(Error::refused("file-empty"));
    }
    Ok(Survey {
        encoding,
        delimiter: delimiter_of(&start),
    })
}

/// Workbooks inside gzip, pages saved as a workbook, documents.
fn refuse_what_is_no_text(start: &[u8], marked: Option<&'static Encoding>) -> Result<()> {
    if start.is_empty() {
        return Err(Error::refused("file-empty"));
    }
    let lowered = String::from_utf8_lossy(&start[..start.len().min(512)])
        .trim_start()
        .to_ascii_lowercase();
    let is_page = ["<html", "<!doctype", "<?xml", "<table", "{\\rtf", "<mso"]
        .iter()
        .any(|tag| lowered.starts_with(tag));
    let is_binary = start.starts_with(b"PK") && start.contains(&0) || marked.is_none() && start.contains(&0);
    if is_page || is_binary {
        Err(Error::refused("file-not-a-table"))
    } else {
        Ok(())
    }
}

/// The separator that the first lines use most, outside quotes.
fn delimiter_of(start: &str) -> u8 {
    let mut counts = [(b',', 0_usize), (b'\t', 0), (b';', 0)];
    let mut quoted = false;
    for c in start.bytes().take(16 << 10) {
        quoted ^= c == b'"';
        if !quoted && let Some((_, count)) = counts.iter_mut().find(|(delimiter, _)| *delimiter == c) {
            *count += 1;
        }
    }
    counts
        .iter()
        .rev()
        .max_by_key(|(_, count)| *count)
        .map_or(b',', |(delimiter, _)| *delimiter)
}

/// Turns bytes of an encoding into UTF-8 while they are read, and every line end into one line feed, so that lines can
/// be counted.
struct Decoded<R> {
    inner: R,
    decoder: Decoder,
    input: Vec<u8>,
    used: usize,
    filled: usize,
    ended: bool,
    finished: bool,
    /// A carriage return at the end of the last piece: dropped when a line feed follows.
    held_return: bool,
}

impl<R: Read> Decoded<R> {
    fn new(inner: R, encoding: &'static Encoding) -> Self {
        let decoder = encoding.new_decoder_with_bom_removal();
        Self {
            inner,
            decoder,
            input: vec![0; CHUNK],
            used: 0,
            filled: 0,
            ended: false,
            finished: false,
            held_return: false,
        }
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, output: &mut [u8]) -> std::io::Result<usize> {
        // A character of UTF-8 needs up to four bytes of room, a held carriage return one.
        let Some((head, room)) = output.split_first_mut().filter(|(_, room)| room.len() >= 8) else {
            return Err(std::io::Error::other("the buffer is too small"));
        };
        loop {
            if self.finished {
                *head = b'\r';
                return Ok(usize::from(std::mem::take(&mut self.held_return)));
            }
            if self.used == self.filled && !self.ended {
                self.filled = self.inner.read(&mut self.input)?;
                self.used = 0;
                self.ended = self.filled == 0;
            }
            let pending = &self.input[self.used..self.filled];
            let (result, read, written, _) = self.decoder.decode_to_utf8(pending, room, self.ended);
            self.used += read;
            self.finished = self.ended && result == CoderResult::InputEmpty;
            if written > 0 {
                *head = b'\r';
                let from = usize::from(!std::mem::take(&mut self.held_return));
                let (kept, held) = with_line_feeds(output, from, written + 1);
                self.held_return = held;
                if kept > 0 {
                    return Ok(kept);
                }
                return self.read(output);
            }
        }
    }
}

/// Moves `bytes[from..to]` to the front without the carriage returns before line feeds. Says how many bytes remain and
/// whether a carriage return at the very end is held back.
fn with_line_feeds(bytes: &mut [u8], from: usize, to: usize) -> (usize, bool) {
    let mut kept = 0;
    for at in from..to {
        if bytes[at] == b'\r' {
            if at + 1 == to {
                return (kept, true);
            }
            if bytes[at + 1] == b'\n' {
                continue;
            }
        }
        bytes[kept] = bytes[at];
        kept += 1;
    }
    (kept, false)
}
