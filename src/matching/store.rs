//! Reads the audit lines about a person and his household, for the page that tells him who did what with his record.

use diesel::prelude::*;

use crate::base::error::Result;
use crate::base::ids::{HouseholdId, PersonId};
use crate::platform::db::schema::audit_lines;
use crate::platform::db::{AuditLine, Conn};

/// What was last done with the records of a person and of his household, newest first.
pub(super) fn lines_about(
    conn: &mut Conn,
    person: PersonId,
    household: Option<HouseholdId>,
    limit: i64,
) -> Result<Vec<AuditLine>> {
    let of_person = audit_lines::subject_kind
        .eq("person")
        .and(audit_lines::subject_id.eq(person.raw()));
    // No household has the id -1.
    let of_household = audit_lines::subject_kind
        .eq("household")
        .and(audit_lines::subject_id.eq(household.map_or(-1, |id| id.raw())));
    Ok(audit_lines::table
        .filter(of_person.or(of_household))
        .order(audit_lines::seq.desc())
        .limit(limit)
        .select(AuditLine::as_select())
        .load(conn)?)
}
