//! Queries of the hiring tables. Joins the postings', employers' and registry's tables.

use std::collections::HashMap;

use diesel::dsl::count_star;
use diesel::prelude::*;

use super::model::{Placement, PlacementRow, PlacementStatus, Step};
use crate::base::actor::{Actor, Permission};
use crate::base::error::{OrNotFound, Result};
use crate::base::ids::{EmployerId, PersonId, PlacementId, PostingId};
use crate::platform::db::Conn;
use crate::platform::db::schema::{employers, persons, placement_steps, placements, postings};
use crate::registry;

/// Whether the actor stands on the employer's side of a posting: its employer, or the bureau for its own posts.
pub(super) fn is_employers_side(
    actor: &Actor,
    employer_id: EmployerId,
    kind: &str,
    region: &crate::base::region::RegionCode,
) -> bool {
    actor.manages(employer_id) || (kind == "public_welfare" && actor.may_in(Permission::EditPublicPosts, region))
}

/// A placement for an actor: the person's own, one of a person in his scope, or one of his employer's postings.
pub fn placement_for(conn: &mut Conn, actor: &Actor, id: PlacementId) -> Result<Placement> {
    let row: Option<(Placement, EmployerId, String, crate::base::region::RegionCode)> = placements::table
        .inner_join(postings::table)
        .filter(placements::id.eq(id))
        .select((
            Placement::as_select(),
            postings::employer_id,
            postings::kind,
            postings::region_code,
        ))
        .first(conn)
        .optional()?;
    let (placement, employer_id, kind, region) = row.or_not_found("placement")?;
    if is_employers_side(actor, employer_id, &kind, &region) || actor.person_id() == Some(placement.person_id) {
        return Ok(placement);
    }
    registry::person_for(conn, actor, placement.person_id, Permission::SeeHouseholds)
        .map_err(|_| crate::base::error::Error::NotFound("placement"))?;
    Ok(placement)
}

/// A person's newest placement at a posting, whatever became of it.
pub fn placement_of_posting(conn: &mut Conn, posting_id: PostingId, person_id: PersonId) -> Result<Option<Placement>> {
    Ok(placements::table
        .filter(placements::posting_id.eq(posting_id))
        .filter(placements::person_id.eq(person_id))
        .order(placements::id.desc())
        .select(Placement::as_select())
        .first(conn)
        .optional()?)
}

/// What became of a placement so far, oldest first.
pub fn steps_of(conn: &mut Conn, ids: &[PlacementId]) -> Result<Vec<Step>> {
    Ok(placement_steps::table
        .filter(placement_steps::placement_id.eq_any(ids))
        .order(placement_steps::id)
        .limit(2_000)
        .select(Step::as_select())
        .load(conn)?)
}

type Row = (Placement, String, String, String);

fn rows(rows: Vec<Row>) -> Vec<PlacementRow> {
    rows.into_iter()
        .map(|(placement, posting_title, employer_name, person_name)| PlacementRow {
            placement,
            posting_title,
            employer_name,
            person_name,
        })
        .collect()
}

/// A person's placements, newest first.
pub fn placements_of_person(conn: &mut Conn, person_id: PersonId) -> Result<Vec<PlacementRow>> {
    placements_of_people(conn, &[person_id])
}

/// The newest hundred placements of some people, newest first.
pub fn placements_of_people(conn: &mut Conn, people: &[PersonId]) -> Result<Vec<PlacementRow>> {
    let found: Vec<Row> = placements::table
        .inner_join(postings::table.inner_join(employers::table))
        .inner_join(persons::table)
        .filter(placements::person_id.eq_any(people))
        .order(placements::id.desc())
        .limit(100)
        .select((Placement::as_select(), postings::title, employers::name, persons::name))
        .load(conn)?;
    Ok(rows(found))
}

/// The placements of a posting, newest first.
pub fn placements_of_posting(conn: &mut Conn, posting_id: PostingId) -> Result<Vec<PlacementRow>> {
    let found: Vec<Row> = placements::table
        .inner_join(postings::table.inner_join(employers::table))
        .inner_join(persons::table)
        .filter(placements::posting_id.eq(posting_id))
        .order(placements::id.desc())
        .limit(500)
        .select((Placement::as_select(), postings::title, employers::name, persons::name))
        .load(conn)?;
    Ok(rows(found))
}

/// How many placements stand at each status, for each posting.
pub fn counts_by_posting(conn: &mut Conn, ids: &[PostingId]) -> Result<HashMap<(PostingId, PlacementStatus), i64>> {
    let found: Vec<(PostingId, PlacementStatus, i64)> = placements::table
        .filter(placements::posting_id.eq_any(ids))
        .group_by((placements::posting_id, placements::status))
        .select((placements::posting_id, placements::status, count_star()))
        .load(conn)?;
    Ok(found
        .into_iter()
        .map(|(id, status, count)| ((id, status), count))
        .collect())
}

/// The postings that a person refused: they are not offered again.
pub fn refused_postings_of(conn: &mut Conn, person_id: PersonId) -> Result<Vec<PostingId>> {
    Ok(placements::table
        .filter(placements::person_id.eq(person_id))
        .filter(placements::status.eq(PlacementStatus::Refused))
        .select(placements::posting_id)
        .load(conn)?)
}

/// The postings for which a person has an open placement.
pub fn open_postings_of(conn: &mut Conn, person_id: PersonId) -> Result<Vec<PostingId>> {
    Ok(placements::table
        .filter(placements::person_id.eq(person_id))
        .filter(placements::is_open)
        .select(placements::posting_id)
        .load(conn)?)
}
