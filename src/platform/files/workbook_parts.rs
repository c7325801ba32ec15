//! Which part of a workbook's archive holds a sheet: its name stands in `workbook.xml`, its part in the relations.

use std::io::{BufReader, Read, Seek};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use super::merges::damaged;
use crate::base::error::Result;

/// The path of a sheet's part inside the archive.
pub(super) fn part_of_sheet<R: Read + Seek>(archive: &mut ZipArchive<R>, name: &str) -> Result<String> {
    let workbook = archive
        .file_names()
        .find(|part| part.to_ascii_lowercase().ends_with("workbook.xml"))
        .map(str::to_owned)
        .ok_or_else(|| damaged(&"workbook.xml is missing"))?;
    let (folder, file) = workbook.rsplit_once('/').unwrap_or(("", &workbook));
    let relations = if folder.is_empty() {
        format!("_rels/{file}.rels")
    } else {
        format!("{folder}/_rels/{file}.rels")
    };
    let mut relation = None;
    for_each_tag(archive, &workbook, |tag| {
        if tag.local_name().as_ref() == b"sheet" && attribute(tag, b"name").as_deref() == Some(name) {
            relation = attribute(tag, b"id");
        }
    })?;
    let mut target = None;
    for_each_tag(archive, &relations, |tag| {
        if tag.local_name().as_ref() == b"Relationship" && attribute(tag, b"Id") == relation {
            target = attribute(tag, b"Target");
        }
    })?;
    let target = target.ok_or_else(|| damaged(&"a sheet has no part"))?;
    let part = match target.strip_prefix('/') {
        Some(absolute) => absolute.to_owned(),
        None if folder.is_empty() => target,
        None => format!("{folder}/{target}"),
    };
    let exact = archive.file_names().find(|known| **known == part).map(str::to_owned);
    let near = archive
        .file_names()
        .find(|known| known.eq_ignore_ascii_case(&part))
        .map(str::to_owned);
    exact.or(near).ok_or_else(|| damaged(&"a sheet has no part"))
}

fn for_each_tag<R: Read + Seek>(
    archive: &mut ZipArchive<R>,
    part: &str,
    mut see: impl FnMut(&BytesStart<'_>),
) -> Result<()> {
    let entry = archive.by_name(part).map_err(|e| damaged(&e))?;
    let mut reader = Reader::from_reader(BufReader::new(entry));
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).map_err(|e| damaged(&e))? {
            Event::Start(tag) | Event::Empty(tag) => see(&tag),
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

/// The value of an attribute by its local name.
fn attribute(tag: &BytesStart<'_>, name: &[u8]) -> Option<String> {
    let found = tag
        .attributes()
        .flatten()
        .find(|a| a.key.local_name().as_ref() == name)?;
    found.unescape_value().ok().map(|value| value.into_owned())
}
