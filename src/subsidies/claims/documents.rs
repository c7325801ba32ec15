//! The documents of a claim: taken by what they are, not by what they are called, and kept with their hash.

use std::path::PathBuf;

use diesel::prelude::*;
use serde_json::json;

use super::{claim_for, drafts::is_owner};
use crate::base::actor::Actor;
use crate::base::error::{Error, OrNotFound, Result};
use crate::base::ids::{ClaimDocumentId, ClaimId, Id};
use crate::base::secret::sha256_hex;
use crate::platform::db::schema::claim_documents;
use crate::platform::db::{Caller, Conn, Subject, Tx};
use crate::platform::{DataFolder, Services};
use crate::subsidies::model::{Claim, ClaimDocument, ClaimState, Paper};
use crate::subsidies::store;

/// The largest document: a scan of a few pages.
pub const MOST_BYTES: usize = 5 * 1024 * 1024;
/// Documents that one claim may have.
const MOST_DOCUMENTS: usize = 60;

/// What a file is, from its first bytes; nothing for what is neither PDF nor picture.
pub fn media_type_of(bytes: &[u8]) -> Option<&'static str> {
    if bytes.starts_with(b"%PDF-") {
        Some("application/pdf")
    } else if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
        Some("image/jpeg")
    } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        Some("image/png")
    } else {
        None
    }
}

/// Where the file of a document lies.
pub(in super::super) fn path_of(folder: &DataFolder, id: ClaimDocumentId) -> PathBuf {
    folder.uploads().join(format!("claim-{id}"))
}

/// A document as it arrives.
#[derive(Debug, Clone)]
pub struct DocumentDraft {
    pub claim_id: ClaimId,
    pub kind: Paper,
    pub file_name: String,
    pub bytes: Vec<u8>,
}

/// Keeps a document with a claim: the file first, under an id of its own, then the row that names it.
pub fn keep_document(services: &Services, caller: &Caller, draft: &DocumentDraft) -> Result<ClaimDocument> {
    let id: ClaimDocumentId = Id::fresh();
    if draft.bytes.len() > MOST_BYTES {
        return Err(Error::invalid("file", "document-too-large"));
    }
    std::fs::create_dir_all(services.folder.uploads())?;
    let path = path_of(&services.folder, id);
    std::fs::write(&path, &draft.bytes)?;
    let kept = services.db.write(caller, |tx| attach_document(tx, id, draft));
    if kept.as_ref().map_or(true, |kept| kept.id != id) {
        // Nothing names the file. What cannot be removed is in nobody's way, since ids are fresh.
        std::fs::remove_file(&path).ok();
    }
    kept
}

/// Writes the row of a document of a claim that is still the claimant's to change. The same file of the same kind is kept
/// once.
fn attach_document(tx: &mut Tx<'_>, id: ClaimDocumentId, draft: &DocumentDraft) -> Result<ClaimDocument> {
    let actor = tx.actor();
    let claim = claim_for(tx, actor, draft.claim_id)?;
    if !is_owner(tx, actor, &claim) {
        return Err(Error::Forbidden);
    }
    if !matches!(claim.state, ClaimState::Draft | ClaimState::Returned) {
        return Err(Error::refused("claim-not-draft").with("state", claim.state));
    }
    if draft.kind.is_served() {
        return Err(Error::invalid("kind", "document-not-needed"));
    }
    let media_type = media_type_of(&draft.bytes).ok_or_else(|| Error::invalid("file", "document-type"))?;
    let sha256 = sha256_hex(&draft.bytes);
    let known = store::documents_of(tx, draft.claim_id)?;
    if let Some(same) = known
        .iter()
        .find(|document| document.kind == draft.kind && document.sha256 == sha256)
    {
        return Ok(same.clone());
    }
    if known.len() >= MOST_DOCUMENTS {
        return Err(Error::refused("documents-full"));
    }
    let document = ClaimDocument {
        id,
        created_at: tx.now(),
        created_by: actor.user_id(),
        claim_id: draft.claim_id,
        kind: draft.kind,
        file_name: draft.file_name.chars().filter(|c| !c.is_control()).take(120).collect(),
        media_type: media_type.to_owned(),
        bytes: i32::try_from(draft.bytes.len()).unwrap_or(i32::MAX),
        sha256,
    };
    diesel::insert_into(claim_documents::table)
        .values(&document)
        .execute(&mut **tx)?;
    let region = claim.region_code.clone();
    tx.audit(
        "attach_claim_document",
        Subject::new("claim", claim.id),
        Some(&region),
        None::<&()>,
        Some(&json!({ "kind": draft.kind, "sha256": document.sha256, "bytes": document.bytes })),
    )?;
    Ok(document)
}

/// A document for somebody who may see its claim.
pub fn document_for(conn: &mut Conn, actor: &Actor, id: ClaimDocumentId) -> Result<(Claim, ClaimDocument)> {
    let document: ClaimDocument = claim_documents::table
        .find(id)
        .select(ClaimDocument::as_select())
        .first(conn)
        .optional()?
        .or_not_found("document")?;
    let claim = claim_for(conn, actor, document.claim_id).map_err(|_| Error::NotFound("document"))?;
    Ok((claim, document))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_bytes_say() {
        for (bytes, is) in [
            (&b"%PDF-1.7 ..."[..], Some("application/pdf")),
            (&[0xff, 0xd8, 0xff, 0xe0][..], Some("image/jpeg")),
            (&b"\x89PNG\r\n\x1a\nxx"[..], Some("image/png")),
            (&b"<script>"[..], None),
            (&b"MZ"[..], None),
            (&b""[..], None),
        ] {
            assert_eq!(media_type_of(bytes), is);
        }
    }
}
