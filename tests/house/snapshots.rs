//! Documents that people review, kept in `tests/snapshots`. `UPDATE_SNAPSHOTS=1` writes them anew.

use crate::sources::root;

/// Compares a text with its snapshot.
#[track_caller]
pub fn check(name: &str, text: &str) {
    let path = root().join("tests/snapshots").join(name);
    if std::env::var("UPDATE_SNAPSHOTS").is_ok_and(|value| value == "1") {
        std::fs::write(&path, text).expect("the snapshot is written");
        return;
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    if kept == text {
        return;
    }
    let differs = kept.lines().zip(text.lines()).position(|(old, new)| old != new);
    let at = differs.unwrap_or_else(|| kept.lines().count().min(text.lines().count()));
    panic!(
        "tests/snapshots/{name} differs from line {}:\n  kept: {}\n  now:  {}\nIf this is meant, run with UPDATE_SNAPSHOTS=1 and review it.",
        at + 1,
        kept.lines().nth(at).unwrap_or("(end)"),
        text.lines().nth(at).unwrap_or("(end)"),
    );
}
