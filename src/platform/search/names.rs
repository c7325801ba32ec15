//! The codes behind the numbers that columns keep. A segment never changes, so they are read once for each and kept as
//! long as the segment is searched.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use tantivy::SegmentReader;
use tantivy::index::SegmentId;

use super::layout::column;

/// The codes of one segment, by number, in the order of their text.
#[derive(Debug, Default)]
pub(super) struct SegmentNames {
    pub regions: Vec<String>,
    pub occupations: Vec<String>,
}

/// The codes of all segments in use.
#[derive(Debug, Default)]
pub(super) struct Names {
    by_segment: RwLock<HashMap<SegmentId, Arc<SegmentNames>>>,
}

/// Segments come and go by merging; of so many kept ones most are gone.
const MOST_SEGMENTS: usize = 200;

impl Names {
    pub fn of(&self, reader: &SegmentReader) -> tantivy::Result<Arc<SegmentNames>> {
        let id = reader.segment_id();
        let known = self.by_segment.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(names) = known.get(&id) {
            return Ok(Arc::clone(names));
        }
        drop(known);
        let names = Arc::new(SegmentNames {
            regions: read(reader, column::REGION)?,
            occupations: read(reader, column::OCCUPATION)?,
        });
        let mut known = self.by_segment.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST_SEGMENTS {
            known.clear();
        }
        known.insert(id, Arc::clone(&names));
        Ok(names)
    }
}

fn read(reader: &SegmentReader, name: &str) -> tantivy::Result<Vec<String>> {
    let Some(column) = reader.fast_fields().str(name)? else {
        return Ok(Vec::new());
    };
    let mut names = Vec::with_capacity(column.num_terms());
    let mut codes = column.dictionary().stream()?;
    while codes.advance() {
        names.push(String::from_utf8_lossy(codes.key()).into_owned());
    }
    Ok(names)
}
