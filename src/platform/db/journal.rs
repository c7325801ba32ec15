//! The journal: audit lines chained by hash, and the changes that the search index takes over, numbered from one
//! counter that is raised last in each transaction.

use diesel::prelude::*;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::conn::Conn;
use super::schema::{audit_lines, changes, journal_counter};
use super::tx::{Caller, Subject};
use crate::base::error::Result;
use crate::base::region::RegionCode;
use crate::base::secret::hex;
use crate::base::time::Instant;
use crate::insert_batch;

/// An audit line before it has a number.
pub(super) struct Line {
    pub verb: &'static str,
    pub subject: Subject,
    pub region: Option<RegionCode>,
    pub before: Option<String>,
    pub after: Option<String>,
}

#[derive(PartialEq, Eq)]
pub(super) struct Change {
    pub subject: Subject,
}

/// An audit line as it is kept.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = audit_lines)]
pub struct AuditLine {
    pub seq: i64,
    pub at: Instant,
    pub actor_id: Option<i64>,
    pub actor: String,
    pub verb: String,
    pub subject_kind: String,
    pub subject_id: i64,
    pub region_code: Option<RegionCode>,
    pub before_json: Option<String>,
    pub after_json: Option<String>,
    pub request_id: String,
    pub address: String,
    pub hash: String,
}

impl AuditLine {
    /// SHA-256 over the hash of the line before and every field of this one, each with its length in front.
    fn hash_after(&self, previous: &str) -> String {
        let mut digest = Sha256::new();
        let mut feed = |text: &str| {
            digest.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
            digest.update(text.as_bytes());
        };
        feed(previous);
        feed(&self.seq.to_string());
        feed(&self.at.to_string());
        feed(&self.actor_id.map(|id| id.to_string()).unwrap_or_default());
        feed(&self.actor);
        feed(&self.verb);
        feed(&self.subject_kind);
        feed(&self.subject_id.to_string());
        feed(self.region_code.as_ref().map_or("", |code| code.digits()));
        feed(self.before_json.as_deref().unwrap_or(""));
        feed(self.after_json.as_deref().unwrap_or(""));
        feed(&self.request_id);
        feed(&self.address);
        hex(&digest.finalize())
    }
}

#[derive(Insertable)]
#[diesel(table_name = changes)]
struct NewChange {
    seq: i64,
    subject_kind: &'static str,
    subject_id: i64,
}

/// Raises the counter, which locks it until the commit, and writes lines and changes with the numbers gained.
pub(super) fn append(
    conn: &mut Conn,
    caller: &Caller,
    now: Instant,
    lines: Vec<Line>,
    touched: Vec<Change>,
) -> Result<()> {
    let count = i64::try_from(lines.len() + touched.len()).unwrap_or(i64::MAX);
    diesel::update(journal_counter::table)
        .set(journal_counter::last_seq.eq(journal_counter::last_seq + count))
        .execute(conn)?;
    let (last_seq, mut hash): (i64, String) = journal_counter::table
        .select((journal_counter::last_seq, journal_counter::last_hash))
        .first(conn)?;
    let mut seq = last_seq - count;
    let mut audit = Vec::with_capacity(lines.len());
    for line in lines {
        seq += 1;
        let mut kept = AuditLine {
            seq,
            at: now,
            actor_id: caller.actor.user_id().map(|id| id.raw()),
            actor: caller.actor.label.clone(),
            verb: line.verb.to_owned(),
            subject_kind: line.subject.kind.to_owned(),
            subject_id: line.subject.id,
            region_code: line.region,
            before_json: line.before,
            after_json: line.after,
            request_id: caller.request_id.clone(),
            address: caller.address.clone(),
            hash: String::new(),
        };
        kept.hash = kept.hash_after(&hash);
        hash.clone_from(&kept.hash);
        audit.push(kept);
    }
    let mut news = Vec::with_capacity(touched.len());
    for change in touched {
        seq += 1;
        news.push(NewChange {
            seq,
            subject_kind: change.subject.kind,
            subject_id: change.subject.id,
        });
    }
    let mut conn = conn;
    insert_batch!(&mut conn, audit_lines::table, &audit)?;
    insert_batch!(&mut conn, changes::table, &news)?;
    diesel::update(journal_counter::table)
        .set(journal_counter::last_hash.eq(hash))
        .execute(conn)?;
    Ok(())
}

/// What the walk along the chain found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChainReport {
    pub lines: u64,
    /// The number of the first line that does not fit the one before.
    pub broken_at: Option<i64>,
}

/// Walks the whole audit trail and recomputes every hash.
pub fn verify_chain(conn: &mut Conn) -> Result<ChainReport> {
    const PORTION: i64 = 5_000;
    let mut previous = String::new();
    let mut report = ChainReport {
        lines: 0,
        broken_at: None,
    };
    let mut after = 0_i64;
    loop {
        let portion: Vec<AuditLine> = audit_lines::table
            .filter(audit_lines::seq.gt(after))
            .order(audit_lines::seq)
            .limit(PORTION)
            .select(AuditLine::as_select())
            .load(conn)?;
        if portion.is_empty() {
            break;
        }
        for line in portion {
            if line.hash_after(&previous) != line.hash {
                report.broken_at = Some(line.seq);
                return Ok(report);
            }
            after = line.seq;
            previous = line.hash;
            report.lines += 1;
        }
    }
    let last: String = journal_counter::table.select(journal_counter::last_hash).first(conn)?;
    if last != previous {
        report.broken_at = Some(after);
    }
    Ok(report)
}
