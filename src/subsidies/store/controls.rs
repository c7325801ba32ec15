//! Queries of controls and hearings.

use diesel::prelude::*;

use crate::base::actor::Scope;
use crate::base::error::{OrNotFound, Result};
use crate::base::ids::{ClaimId, ClaimLineId, ControlDrawId};
use crate::base::region::RegionCode;
use crate::base::time::Day;
use crate::platform::db::Conn;
use crate::platform::db::schema::{claim_hearings, claim_lines, claims, control_draws, control_lines};
use crate::subsidies::claims::{ControlDraw, ControlLine, Hearing};
use crate::subsidies::model::ClaimState;

/// More lines than a division pays in a year.
const MOST_LINES: i64 = 500_000;

/// The lines that were paid in a division between two days.
pub(in super::super) fn paid_lines(
    conn: &mut Conn,
    region: &RegionCode,
    from: Day,
    to: Day,
) -> Result<Vec<(ClaimId, ClaimLineId)>> {
    Ok(claim_lines::table
        .inner_join(claims::table)
        .filter(claims::region_code.ge(region.digits()))
        .filter(claims::region_code.lt(region.upper_bound()))
        .filter(claims::state.eq(ClaimState::Paid))
        .filter(claims::entered_on.ge(from))
        .filter(claims::entered_on.le(to))
        .filter(claim_lines::struck.is_null())
        .order(claim_lines::id)
        .limit(MOST_LINES)
        .select((claims::id, claim_lines::id))
        .load(conn)?)
}

pub(in super::super) fn control_by_id(conn: &mut Conn, id: ControlDrawId) -> Result<ControlDraw> {
    control_draws::table
        .find(id)
        .select(ControlDraw::as_select())
        .first(conn)
        .optional()?
        .or_not_found("control")
}

/// The controls of a scope, the newest first.
pub(in super::super) fn controls_in(conn: &mut Conn, scope: &Scope) -> Result<Vec<ControlDraw>> {
    let mut rows: Vec<ControlDraw> = control_draws::table
        .order(control_draws::id.desc())
        .limit(500)
        .select(ControlDraw::as_select())
        .load(conn)?;
    rows.retain(|control| scope.contains(&control.region_code));
    Ok(rows)
}

pub(in super::super) fn lines_of_control(conn: &mut Conn, id: ControlDrawId) -> Result<Vec<ControlLine>> {
    Ok(control_lines::table
        .filter(control_lines::draw_id.eq(id))
        .order(control_lines::line_id)
        .limit(5_000)
        .select(ControlLine::as_select())
        .load(conn)?)
}

pub(in super::super) fn control_line(conn: &mut Conn, id: ControlDrawId, line: ClaimLineId) -> Result<ControlLine> {
    control_lines::table
        .filter(control_lines::draw_id.eq(id))
        .filter(control_lines::line_id.eq(line))
        .select(ControlLine::as_select())
        .first(conn)
        .optional()?
        .or_not_found("line")
}

/// The hearings of a claim, oldest first.
pub(in super::super) fn hearings_of(conn: &mut Conn, id: ClaimId) -> Result<Vec<Hearing>> {
    Ok(claim_hearings::table
        .filter(claim_hearings::claim_id.eq(id))
        .order(claim_hearings::id)
        .limit(100)
        .select(Hearing::as_select())
        .load(conn)?)
}

pub(in super::super) fn open_hearing_of(conn: &mut Conn, id: ClaimId) -> Result<Option<Hearing>> {
    Ok(hearings_of(conn, id)?
        .into_iter()
        .find(|hearing| hearing.outcome.is_none()))
}
