//! Taking what a payment excludes. The constraints decide, not the look before: of two that arrive together one gets
//! the slot, whichever database it is.

use diesel::dsl::{exists, not};
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as DieselError};

use crate::base::error::{Error, Result};
use crate::base::ids::{ClaimId, ClaimLineId, Id, PersonId};
use crate::platform::db::schema::{claim_months, claim_proofs, exclusion_groups};
use crate::platform::db::{BATCH_ROWS, Conn, Tx};
use crate::subsidies::assess::Hold;
use crate::subsidies::model::ClaimMonth;

#[derive(Insertable)]
#[diesel(table_name = exclusion_groups)]
struct Group<'k> {
    key: &'k str,
    rule_code: &'k str,
}

/// A line and what it takes.
pub(super) struct Taking {
    pub line_id: ClaimLineId,
    pub person_id: PersonId,
    pub holds: Vec<Hold>,
}

/// Somebody else has it.
fn taken() -> Error {
    Error::refused("already-claimed")
}

/// A violated constraint means that somebody else came first, in the same instant.
fn lost(error: DieselError) -> Error {
    match error {
        DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation | DatabaseErrorKind::ForeignKeyViolation, _) => {
            taken()
        }
        other => other.into(),
    }
}

/// Takes everything that the lines of a claim exclude, or nothing.
pub(super) fn take(tx: &mut Tx<'_>, claim_id: ClaimId, rule_code: &str, takings: &[Taking]) -> Result<()> {
    let mut months: Vec<ClaimMonth> = takings
        .iter()
        .flat_map(|taking| {
            taking.holds.iter().map(|hold| ClaimMonth {
                id: Id::fresh(),
                claim_id,
                line_id: taking.line_id,
                person_id: taking.person_id,
                group_key: hold.key.clone(),
                slot: if hold.is_shared { taking.line_id.raw() } else { 0 },
                rule_code: rule_code.to_owned(),
            })
        })
        .collect();
    // Everybody takes in the same order, so that two who want the same wait instead of blocking each other.
    months.sort_by(|a, b| (&a.group_key, a.slot).cmp(&(&b.group_key, b.slot)));
    let mut keys: Vec<&str> = months.iter().map(|month| month.group_key.as_str()).collect();
    keys.dedup();
    let groups: Vec<Group<'_>> = keys.iter().map(|key| Group { key, rule_code }).collect();
    for portion in groups.chunks(BATCH_ROWS) {
        add_groups(tx, portion).map_err(lost)?;
    }
    for portion in keys.chunks(BATCH_ROWS) {
        // A group is ours, or nobody's any more; the update also holds it until the commit.
        let is_free = not(exists(
            claim_months::table.filter(claim_months::group_key.eq(exclusion_groups::key)),
        ));
        let ours = diesel::update(
            exclusion_groups::table
                .filter(exclusion_groups::key.eq_any(portion))
                .filter(exclusion_groups::rule_code.eq(rule_code).or(is_free)),
        )
        .set(exclusion_groups::rule_code.eq(rule_code))
        .execute(&mut **tx)
        .map_err(lost)?;
        if ours != portion.len() {
            return Err(taken());
        }
    }
    for portion in months.chunks(BATCH_ROWS) {
        if add_months(tx, portion).map_err(lost)? != portion.len() {
            return Err(taken());
        }
    }
    Ok(())
}

fn add_groups(tx: &mut Tx<'_>, rows: &[Group<'_>]) -> QueryResult<usize> {
    match &mut **tx {
        Conn::Postgres(conn) => diesel::insert_into(exclusion_groups::table)
            .values(rows)
            .on_conflict_do_nothing()
            .execute(conn),
        Conn::Sqlite(conn) => diesel::insert_or_ignore_into(exclusion_groups::table)
            .values(rows)
            .execute(conn),
    }
}

fn add_months(tx: &mut Tx<'_>, rows: &[ClaimMonth]) -> QueryResult<usize> {
    match &mut **tx {
        Conn::Postgres(conn) => diesel::insert_into(claim_months::table)
            .values(rows)
            .on_conflict_do_nothing()
            .execute(conn),
        Conn::Sqlite(conn) => diesel::insert_or_ignore_into(claim_months::table)
            .values(rows)
            .execute(conn),
    }
}

/// Gives back what a claim has taken.
pub(super) fn give_back(tx: &mut Tx<'_>, claim_id: ClaimId) -> Result<()> {
    diesel::delete(claim_months::table.filter(claim_months::claim_id.eq(claim_id))).execute(&mut **tx)?;
    diesel::delete(claim_proofs::table.filter(claim_proofs::claim_id.eq(claim_id))).execute(&mut **tx)?;
    Ok(())
}

/// Gives back what one line has taken.
pub(super) fn give_back_line(tx: &mut Tx<'_>, line_id: ClaimLineId) -> Result<()> {
    diesel::delete(claim_months::table.filter(claim_months::line_id.eq(line_id))).execute(&mut **tx)?;
    diesel::delete(claim_proofs::table.filter(claim_proofs::line_id.eq(line_id))).execute(&mut **tx)?;
    Ok(())
}
