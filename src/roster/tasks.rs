//! What happens here without anybody asking: uploaded batches are checked, approved ones merged.

use super::batch::{Batch, BatchStatus};
use super::{actions, import, store};
use crate::base::codes::Language;
use crate::base::error::{Error, Result};
use crate::platform::Services;
use crate::platform::db::Caller;
use crate::platform::i18n::sentence_of;

/// Checks the batches that were uploaded; returns how many.
pub fn check_batches(services: &Services) -> Result<usize> {
    let caller = Caller::task("check_batches");
    let waiting = services
        .db
        .read(|conn| store::batches_at(conn, BatchStatus::Checking))?;
    for batch in &waiting {
        let path = services.folder.uploads().join(batch.id.to_string());
        match import::check_batch(&services.db, &caller, batch, &path) {
            Ok(_) => {}
            Err(error @ (Error::Refused { .. } | Error::Invalid(_) | Error::BadRequest { .. })) => {
                // The file itself is wrong: its uploader is told in words, and nobody tries again.
                let sentence = sentence_of(&error, Language::Zh).detail;
                services
                    .db
                    .write(&caller, |tx| actions::fail_batch(tx, batch.id, &sentence))?;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(waiting.len())
}

/// Merges the batches that were approved on the page; returns how many.
pub fn merge_batches(services: &Services) -> Result<usize> {
    let caller = Caller::task("merge_batches");
    let approved: Vec<Batch> = services
        .db
        .read(|conn| store::batches_at(conn, BatchStatus::Approved))?
        .into_iter()
        .filter(|batch| batch.approved_by.is_some())
        .collect();
    for batch in &approved {
        let path = services.folder.uploads().join(batch.id.to_string());
        import::merge_batch(&services.db, &caller, batch, &path)?;
        // The file has served: what it said is in the registry, and its numbers lie open in it.
        if let Err(error) = std::fs::remove_file(&path) {
            tracing::warn!(%error, batch = %batch.id, "an uploaded roster could not be removed");
        }
    }
    Ok(approved.len())
}
