//! Whatever inserts, updates or deletes takes a `Tx`, which only `Db::write` and `Db::keep` make.

use crate::sources::product;

#[test]
fn writes_need_a_transaction() {
    let mut wrong = Vec::new();
    let mut looked_at = 0;
    for source in product() {
        // The database floor makes the transactions.
        if source.path.starts_with("src/platform/db/") {
            continue;
        }
        let code = source.code();
        for call in [
            "diesel::insert_into(",
            "diesel::update(",
            "diesel::delete(",
            "insert_batch!(",
            "diesel::replace_into(",
        ] {
            for (at, _) in code.match_indices(call) {
                looked_at += 1;
                let before = &code[..at];
                let function = before.rfind("fn ").map_or("", |start| &before[start..]);
                let has_tx = function.contains("Tx<") || function.contains("|tx|") || function.contains("|tx:");
                if !has_tx {
                    let name: String = function.chars().take_while(|c| *c != '(').collect();
                    wrong.push(format!("{} in {name}: {call}", source.path));
                }
            }
        }
    }
    assert!(looked_at > 30, "the writes are found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
