//! What a caller may rely on when writing: the index is what was put in, and survives a crash at any point.

use std::collections::BTreeMap;
use std::path::Path;

use proptest::prelude::*;

use super::{document, found, index_of, mixed, ready};
use crate::base::error::Error;
use crate::platform::search::{Document, DocumentKind, Fingerprint, Index, LAYOUT, Opened, Rebuild, Unusable};

fn unusable(dir: &Path) -> Unusable {
    match Index::open(dir).unwrap() {
        Opened::Ready(_) => panic!("the index opened"),
        Opened::Unusable(why) => why,
    }
}

#[test]
fn a_second_writer_is_refused_until_the_first_is_gone() {
    let (dir, index) = index_of(&[]);
    let writer = index.writer().unwrap();
    assert!(matches!(
        index.writer(),
        Err(Error::Refused {
            code: "search-index-in-use",
            ..
        })
    ));
    assert!(matches!(Rebuild::start(dir.path()), Err(Error::Refused { .. })));
    drop(writer);
    index.writer().unwrap();
}

#[test]
fn the_position_is_the_last_commit() {
    let (dir, index) = index_of(&[]);
    let mut writer = index.writer().unwrap();
    assert_eq!(writer.position().unwrap(), 1);
    writer.apply(&[], &[document(1, "保洁", "")], 42).unwrap();
    writer.apply(&[], &[], 43).unwrap();
    drop(writer);
    assert_eq!((index.position().unwrap(), index.count()), (43, 1));
    drop(index);
    assert_eq!(ready(dir.path()).position().unwrap(), 43);
}

/// The states in which a crash may leave a rebuild, each with the documents that must then be found.
#[test]
fn a_rebuild_that_crashes_leaves_the_old_index() {
    let (dir, index) = index_of(&[document(1, "旧", "")]);
    let rebuild = Rebuild::start(dir.path()).unwrap();
    rebuild.add(&document(2, "新", "")).unwrap();
    drop(rebuild);
    assert_eq!(found(&ready(dir.path()), ""), [1]);
    std::fs::write(dir.path().join("CURRENT.new"), "build-2").unwrap();
    assert_eq!(found(&ready(dir.path()), ""), [1]);
    let rebuild = Rebuild::start(dir.path()).unwrap();
    rebuild.add(&document(2, "新", "")).unwrap();
    assert_eq!(found(&index, ""), [1]);
    rebuild.finish(9).unwrap();
    assert_eq!(found(&index, ""), [1], "what is open stays readable");
    assert_eq!(index.reopen().unwrap(), None);
    assert_eq!((found(&index, ""), index.position().unwrap()), (vec![2], 9));
    let builds = std::fs::read_dir(dir.path())
        .unwrap()
        .filter(|e| e.as_ref().unwrap().path().is_dir())
        .count();
    assert_eq!(builds, 1);
}

#[test]
fn what_cannot_be_used_is_said() {
    let empty = tempfile::tempdir().unwrap();
    assert_eq!(unusable(empty.path()), Unusable::Missing);
    assert_eq!(unusable(&empty.path().join("nowhere")), Unusable::Missing);
    std::fs::write(empty.path().join("CURRENT"), "../../etc").unwrap();
    assert_eq!(unusable(empty.path()), Unusable::Missing);

    for damage in ["meta.json", ".term", ".idx", ".fast", ".store"] {
        let (dir, index) = index_of(&[document(1, "保洁", "打扫")]);
        drop(index);
        let build = dir.path().join("build-1");
        let files = std::fs::read_dir(&build).unwrap().map(|e| e.unwrap().path());
        let hit: Vec<_> = files.filter(|p| p.to_string_lossy().ends_with(damage)).collect();
        assert!(!hit.is_empty(), "{damage}");
        for path in hit {
            let bytes = std::fs::read(&path).unwrap();
            std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
        }
        assert!(matches!(unusable(dir.path()), Unusable::Corrupt(_)), "{damage}");
    }

    let (dir, index) = index_of(&[]);
    drop(index);
    let meta = dir.path().join("build-1/meta.json");
    let text = std::fs::read_to_string(&meta).unwrap();
    std::fs::write(&meta, text.replace(&format!("layout\\\":{LAYOUT}"), "layout\\\":9999")).unwrap();
    assert_eq!(unusable(dir.path()), Unusable::OtherLayout { found: 9999 });
}

#[test]
fn a_flipped_byte_is_found_by_its_checksum() {
    let (dir, index) = index_of(&mixed());
    assert!(index.damaged_files().unwrap().is_empty());
    let mut files = std::fs::read_dir(dir.path().join("build-1"))
        .unwrap()
        .map(|e| e.unwrap().path());
    let store = files.find(|p| p.extension().is_some_and(|e| e == "store")).unwrap();
    let mut bytes = std::fs::read(&store).unwrap();
    bytes[10] ^= 0xff;
    std::fs::write(&store, bytes).unwrap();
    assert_eq!(ready(dir.path()).damaged_files().unwrap().len(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn the_index_is_what_was_put_in(
        batches in prop::collection::vec(
            (prop::collection::vec((0_i64..12, "[保洁员割胶工a-c]{1,6}"), 0..6), prop::collection::vec(0_i64..12, 0..4)),
            1..8,
        )
    ) {
        let (dir, index) = index_of(&[]);
        let mut expected: BTreeMap<i64, Document> = BTreeMap::new();
        let mut writer = index.writer().unwrap();
        for (seq, (puts, deletes)) in (2..).zip(&batches) {
            let latest: BTreeMap<i64, Document> = puts.iter().map(|(id, t)| (*id, document(*id, t, ""))).collect();
            let deleted: Vec<(DocumentKind, i64)> = deletes.iter().map(|id| (DocumentKind::Job, *id)).collect();
            let documents: Vec<Document> = latest.into_values().collect();
            writer.apply(&deleted, &documents, seq).unwrap();
            deletes.iter().for_each(|id| { expected.remove(id); });
            documents.into_iter().for_each(|document| { expected.insert(document.id, document); });
            let prints: Vec<Fingerprint> = expected
                .values()
                .map(|d| Fingerprint { kind: d.kind, id: d.id, content_hash: d.content_hash() })
                .collect();
            prop_assert_eq!(index.fingerprints().unwrap(), prints);
            prop_assert_eq!(index.position().unwrap(), seq);
        }
        drop(writer);
        drop(index);
        prop_assert_eq!(ready(dir.path()).count(), u64::try_from(expected.len()).unwrap());
    }
}
