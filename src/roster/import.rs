//! Taking a roster over: checking it row by row beside the registry, and merging it in portions, each one transaction.
//!
//! Merging is resumable: a portion's rows, its verdicts and the place reached are written in the same transaction as
//! what they changed. Memory holds one portion and the hashes of people already seen.

use std::collections::HashMap;
use std::path::Path;

use diesel::prelude::*;
use serde_json::json;

use super::RosterReader;
use super::batch::{Batch, BatchRow, BatchStatus, Counts, Decision, RowVerdict};
use super::compare::{ComparedRow, Knowledge, compare_row, entries_of};
use super::model::JudgedRow;
use super::store;
use crate::accounts;
use crate::base::actor::{Permission, Scope};
use crate::base::error::{Context, Error, Result};
use crate::base::ids::{BatchId, Id, PersonId};
use crate::base::secret::{Keys, Place, hex};
use crate::base::time::Day;
use crate::employment::{self, Employment, WorkEntry};
use crate::insert_batch;
use crate::platform::db::schema::{roster_batches, roster_rows};
use crate::platform::db::{Caller, Conn, Db, Subject, Tx};
use crate::registry::{self, Known};

/// Rows that one transaction takes over; a household is not torn apart unless it is larger than this.
const PORTION: usize = 400;

/// What the caller sees of each row as it is done.
pub type OnRow<'a> = &'a mut dyn FnMut(&ComparedRow, bool) -> Result<()>;

/// SHA-256 of a file, in hex.
pub fn file_hash(path: &Path) -> Result<String> {
    use sha2::{Digest, Sha256};
    use std::io::Read;
    let mut file = std::fs::File::open(path).map_err(|e| {
        Error::refused("file-unreadable")
            .with("file", path.display())
            .with("reason", e)
    })?;
    let mut digest = Sha256::new();
    let mut buffer = vec![0_u8; 64 * 1024];
    loop {
        let read = file.read(&mut buffer).context("the file could not be read")?;
        if read == 0 {
            return Ok(hex(&digest.finalize()));
        }
        digest.update(&buffer[..read]);
    }
}

/// Reads the file portion by portion.
fn for_each_portion(
    reader: &mut RosterReader,
    mut each: impl FnMut(Vec<JudgedRow>, &RosterReader) -> Result<()>,
) -> Result<()> {
    let mut portion: Vec<JudgedRow> = Vec::with_capacity(PORTION);
    while let Some(row) = reader.next_row()? {
        let household = |r: &JudgedRow| r.reading.fields.household.registry_number.clone();
        let is_full = portion.len() >= PORTION;
        let begins_household = portion.last().is_some_and(|last| household(last) != household(&row));
        if (is_full && begins_household) || portion.len() >= 2 * PORTION {
            each(std::mem::take(&mut portion), reader)?;
        }
        portion.push(row);
    }
    if portion.is_empty() {
        Ok(())
    } else {
        each(portion, reader)
    }
}

/// Under which terms a roster is taken over.
struct Terms {
    as_of: Day,
    /// Where whoever brought it may change households.
    scope: Scope,
    /// What officers decided about doubtful rows.
    decisions: HashMap<u32, Decision>,
}

impl Terms {
    /// The operator's, who decides nothing row by row.
    fn of_operator(as_of: Day) -> Self {
        Self {
            as_of,
            scope: Scope::Everywhere,
            decisions: HashMap::new(),
        }
    }

    /// Those of a batch: its bringer's rights as they are now.
    fn of_batch(conn: &mut Conn, batch: &Batch) -> Result<Self> {
        let scope = match batch.created_by {
            Some(user) => accounts::actor_by_id(conn, user)?.scope(Permission::ImportRosters),
            None => Scope::Everywhere,
        };
        Ok(Self {
            as_of: batch.as_of_on,
            scope,
            decisions: store::decisions(conn, batch.id)?,
        })
    }
}

/// Compares a portion with the registry as it is in this transaction or snapshot.
fn compare(conn: &mut Conn, keys: &Keys, portion: Vec<JudgedRow>, terms: &Terms) -> Result<(Vec<ComparedRow>, Known)> {
    let as_of = terms.as_of;
    let mut household_nos = Vec::new();
    let mut person_nos = Vec::new();
    let mut hashes = Vec::new();
    for row in &portion {
        let fields = &row.reading.fields;
        household_nos.extend(fields.household.registry_number.clone());
        person_nos.extend(fields.person.registry_number.clone());
        hashes.extend(
            fields
                .person
                .id_number
                .as_ref()
                .map(|n| keys.hash("id_number", n.expose())),
        );
    }
    household_nos.dedup();
    let known = registry::known_for(conn, &household_nos, &person_nos, &hashes)?;
    let ids: Vec<PersonId> = known.persons.keys().copied().collect();
    let mut work: HashMap<PersonId, Vec<Employment>> = HashMap::new();
    for employment in employment::current_on(conn, &ids, as_of)? {
        work.entry(employment.person_id).or_default().push(employment);
    }
    let mut health = HashMap::new();
    for (id, known) in &known.persons {
        if let Some(sealed) = &known.person.health_sealed {
            let place = Place {
                table: "persons",
                column: "health_sealed",
                id: id.raw(),
            };
            health.insert(*id, keys.open(place, sealed)?);
        }
    }
    let knowledge = Knowledge {
        known: &known,
        work: &work,
        health: &health,
        keys,
        as_of,
        scope: &terms.scope,
    };
    let compared = portion
        .into_iter()
        .map(|row| {
            let decision = terms.decisions.get(&row.row.number).copied();
            compare_row(row, decision, &knowledge)
        })
        .collect();
    Ok((compared, known))
}

/// Merges the usable rows of a compared portion.
fn merge(tx: &mut Tx<'_>, rows: &[ComparedRow], known: &Known, as_of: Day) -> Result<()> {
    let (entries, work) = entries_of(rows, known);
    let merged = registry::merge_households(tx, known, &entries, as_of, "roster")?;
    let said: Vec<(PersonId, WorkEntry)> = merged
        .person_ids
        .into_iter()
        .flatten()
        .zip(work.into_iter().flatten())
        .collect();
    employment::record_roster_work(tx, &said, as_of)
}

fn batch_rows(batch_id: BatchId, rows: &[ComparedRow], merged: bool) -> Result<Vec<BatchRow>> {
    rows.iter()
        .map(|row| {
            let fields = &row.row.reading.fields;
            Ok(BatchRow {
                id: Id::fresh(),
                batch_id,
                row_no: i32::try_from(row.row.row.number).unwrap_or(i32::MAX),
                verdict: row.verdict,
                usable: row.usable,
                merged: merged && row.usable,
                household_no: fields.household.registry_number.clone(),
                person_no: fields.person.registry_number.clone(),
                name: fields.person.name.clone().unwrap_or_default(),
                findings_json: serde_json::to_string(&row.findings)?,
                decision: None,
                decided_by: None,
            })
        })
        .collect()
}

fn count(counts: &mut Counts, rows: &[ComparedRow], merged: bool) {
    for row in rows {
        counts.count(row.verdict);
        counts.merged += u64::from(merged && row.usable);
    }
}

fn note_skipped(counts: &mut Counts, reader: &RosterReader) {
    counts.skipped = reader
        .skipped()
        .iter()
        .map(|(kind, n)| (kind.as_str().to_owned(), *n))
        .collect();
}

/// Checks and merges a roster in one go, as the operator's act. A call that was cut off goes on where it stopped when
/// it is made again with the same file and day.
pub fn import_whole(
    db: &Db,
    caller: &Caller,
    path: &Path,
    as_of: Day,
    on_row: OnRow<'_>,
) -> Result<(Option<Batch>, Counts)> {
    let sha256 = file_hash(path)?;
    let mut reader = RosterReader::open(path, as_of)?;
    let batch = match db.read(|conn| store::interrupted(conn, &sha256, as_of))? {
        Some(batch) => batch,
        None => db.write(caller, |tx| {
            open_batch(tx, Id::fresh(), path, &sha256, as_of, BatchStatus::Approved)
        })?,
    };
    let mut counts = batch.counts();
    let reached = u32::try_from(batch.next_row).unwrap_or(0);
    let terms = Terms::of_operator(as_of);
    for_each_portion(&mut reader, |portion, _| {
        let portion: Vec<JudgedRow> = portion.into_iter().filter(|row| row.row.number > reached).collect();
        let Some(last) = portion.last().map(|row| row.row.number) else {
            return Ok(());
        };
        let (rows, after) = db.write(caller, |tx| {
            let keys = tx.keys();
            let (rows, known) = compare(tx, keys, portion.clone(), &terms)?;
            merge(tx, &rows, &known, as_of)?;
            let kept = batch_rows(batch.id, &rows, true)?;
            insert_batch!(tx, roster_rows::table, &kept)?;
            let mut after = counts.clone();
            count(&mut after, &rows, true);
            reach(tx, batch.id, last, &after)?;
            Ok((rows, after))
        })?;
        counts = after;
        rows.iter().try_for_each(|row| on_row(row, row.usable))
    })?;
    note_skipped(&mut counts, &reader);
    let batch = db.write(caller, |tx| finish(tx, batch.id, BatchStatus::Merged, &counts))?;
    Ok((Some(batch), counts))
}

/// Says what an import would do and changes nothing.
pub fn rehearse(db: &Db, path: &Path, as_of: Day, on_row: OnRow<'_>) -> Result<Counts> {
    let mut reader = RosterReader::open(path, as_of)?;
    let mut counts = Counts::default();
    let terms = Terms::of_operator(as_of);
    for_each_portion(&mut reader, |portion, _| {
        let (rows, _) = db.snapshot(|conn| compare(conn, db.keys(), portion, &terms))?;
        count(&mut counts, &rows, false);
        rows.iter().try_for_each(|row| on_row(row, false))
    })?;
    note_skipped(&mut counts, &reader);
    Ok(counts)
}

pub(super) fn open_batch(
    tx: &mut Tx<'_>,
    id: BatchId,
    path: &Path,
    sha256: &str,
    as_of: Day,
    status: BatchStatus,
) -> Result<Batch> {
    let file_name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let batch = Batch {
        id,
        version: 1,
        created_at: tx.now(),
        file_name,
        file_sha256: sha256.to_owned(),
        as_of_on: as_of,
        status,
        created_by: tx.actor().user_id(),
        approved_by: None,
        next_row: 0,
        counts_json: serde_json::to_string(&Counts::default())?,
        message: None,
    };
    diesel::insert_into(roster_batches::table)
        .values(&batch)
        .execute(&mut **tx)?;
    let after = json!({ "file": batch.file_name, "sha256": sha256, "as_of": as_of });
    tx.audit(
        "open_batch",
        Subject::new("batch", batch.id),
        None,
        None::<&()>,
        Some(&after),
    )?;
    Ok(batch)
}

/// Notes how far a batch has come.
fn reach(tx: &mut Tx<'_>, id: BatchId, row: u32, counts: &Counts) -> Result<()> {
    diesel::update(roster_batches::table.find(id))
        .set((
            roster_batches::next_row.eq(i32::try_from(row).unwrap_or(i32::MAX)),
            roster_batches::counts_json.eq(serde_json::to_string(counts)?),
        ))
        .execute(&mut **tx)?;
    Ok(())
}

fn finish(tx: &mut Tx<'_>, id: BatchId, status: BatchStatus, counts: &Counts) -> Result<Batch> {
    diesel::update(roster_batches::table.find(id))
        .set((
            roster_batches::status.eq(status),
            roster_batches::version.eq(roster_batches::version + 1),
            roster_batches::counts_json.eq(serde_json::to_string(counts)?),
        ))
        .execute(&mut **tx)?;
    let verb = if status == BatchStatus::Merged {
        "merge_batch"
    } else {
        "check_batch"
    };
    tx.audit(verb, Subject::new("batch", id), None, None::<&()>, Some(counts))?;
    store::batch(tx, id)
}

/// Checks an uploaded batch: every row gets its verdict, nothing is merged. Starting again starts from the first row.
pub fn check_batch(db: &Db, caller: &Caller, batch: &Batch, path: &Path) -> Result<Batch> {
    let mut reader = RosterReader::open(path, batch.as_of_on)?;
    db.keep(caller, |tx| {
        diesel::delete(roster_rows::table.filter(roster_rows::batch_id.eq(batch.id))).execute(&mut **tx)?;
        Ok(())
    })?;
    let mut counts = Counts::default();
    let terms = Terms {
        decisions: HashMap::new(),
        ..db.read(|conn| Terms::of_batch(conn, batch))?
    };
    for_each_portion(&mut reader, |portion, _| {
        let (rows, _) = db.snapshot(|conn| compare(conn, db.keys(), portion, &terms))?;
        count(&mut counts, &rows, false);
        let last = rows.last().map_or(0, |row| row.row.row.number);
        let kept = batch_rows(batch.id, &rows, false)?;
        db.keep(caller, |tx| {
            insert_batch!(tx, roster_rows::table, &kept)?;
            reach(tx, batch.id, last, &counts)
        })
    })?;
    note_skipped(&mut counts, &reader);
    db.write(caller, |tx| {
        diesel::update(roster_batches::table.find(batch.id))
            .set(roster_batches::next_row.eq(0))
            .execute(&mut **tx)?;
        finish(tx, batch.id, BatchStatus::Checked, &counts)
    })
}

/// Merges an approved batch with what the officers decided; goes on where it stopped.
pub fn merge_batch(db: &Db, caller: &Caller, batch: &Batch, path: &Path) -> Result<Batch> {
    let terms = db.read(|conn| Terms::of_batch(conn, batch))?;
    let as_of = batch.as_of_on;
    let reached = u32::try_from(batch.next_row).unwrap_or(0);
    let counts = batch.counts();
    let mut settled: Vec<JudgedRow> = Vec::new();
    let mut furthest = reached;
    let mut reader = RosterReader::open(path, as_of)?;
    for_each_portion(&mut reader, |portion, _| {
        // Rows that an officer took over against a doubt about whose they are come last, one by one.
        let (late, portion): (Vec<_>, Vec<_>) = portion
            .into_iter()
            .partition(|row| terms.decisions.get(&row.row.number) == Some(&Decision::Take));
        settled.extend(late);
        let portion: Vec<JudgedRow> = portion.into_iter().filter(|row| row.row.number > reached).collect();
        let Some(last) = portion.last().map(|row| row.row.number) else {
            return Ok(());
        };
        furthest = last;
        db.write(caller, |tx| {
            merge_some(tx, batch, portion.clone(), &terms, last, &counts)
        })
    })?;
    for row in settled {
        db.write(caller, |tx| {
            merge_some(tx, batch, vec![row.clone()], &terms, furthest, &counts)
        })?;
    }
    db.write(caller, |tx| {
        let merged: i64 = roster_rows::table
            .filter(roster_rows::batch_id.eq(batch.id))
            .filter(roster_rows::merged)
            .count()
            .get_result(&mut **tx)?;
        let counts = Counts {
            merged: u64::try_from(merged).unwrap_or(0),
            ..counts.clone()
        };
        finish(tx, batch.id, BatchStatus::Merged, &counts)
    })
}

fn merge_some(
    tx: &mut Tx<'_>,
    batch: &Batch,
    portion: Vec<JudgedRow>,
    terms: &Terms,
    last: u32,
    counts: &Counts,
) -> Result<()> {
    let keys = tx.keys();
    let (mut rows, known) = compare(tx, keys, portion, terms)?;
    // A doubtful row that nobody took over waits, even where most of it is certain: on the page somebody decides.
    for row in rows.iter_mut().filter(|row| row.verdict == RowVerdict::Doubtful) {
        row.usable &= terms.decisions.get(&row.row.row.number) == Some(&Decision::Take);
    }
    merge(tx, &rows, &known, terms.as_of)?;
    let done: Vec<i32> = rows
        .iter()
        .filter(|r| r.usable)
        .filter_map(|r| i32::try_from(r.row.row.number).ok())
        .collect();
    diesel::update(
        roster_rows::table
            .filter(roster_rows::batch_id.eq(batch.id))
            .filter(roster_rows::row_no.eq_any(&done)),
    )
    .set(roster_rows::merged.eq(true))
    .execute(&mut **tx)?;
    reach(tx, batch.id, last, counts)
}
