//! Queries of the employers' table.

use std::collections::HashMap;

use diesel::prelude::*;

use super::model::{Employer, EmployerFilter, EmployerStatus};
use crate::base::actor::{Actor, Permission, Scope};
use crate::base::error::{Error, OrNotFound, Result};
use crate::base::identity::CreditCode;
use crate::base::ids::EmployerId;
use crate::base::page::{Page, PageRequest};
use crate::platform::db::schema::employers as table;
use crate::platform::db::{Conn, MultiBackend, Tx};

const IN_LIST: usize = 5_000;

/// An employer without asking for permission: for rooms that have asked.
pub fn employer_by_id(conn: &mut Conn, id: EmployerId) -> Result<Employer> {
    table::table
        .find(id)
        .select(Employer::as_select())
        .first(conn)
        .optional()?
        .or_not_found("employer")
}

/// An employer for an actor: his own, or one in the scope of the permission. Any other does not exist for him.
pub fn employer_for(conn: &mut Conn, actor: &Actor, id: EmployerId, permission: Permission) -> Result<Employer> {
    let employer = employer_by_id(conn, id)?;
    let allowed = match permission {
        Permission::ManageOwnEmployer => actor.manages(id),
        other => actor.may_in(other, &employer.region_code),
    };
    Some(employer).filter(|_| allowed).or_not_found("employer")
}

/// Employers of a scope, oldest first, so that a queue is worked off in the order in which they came.
pub fn employers(
    conn: &mut Conn,
    scope: &Scope,
    filter: &EmployerFilter,
    page: &PageRequest,
) -> Result<Page<Employer>> {
    let mut query = table::table
        .order(table::id)
        .select(Employer::as_select())
        .filter(in_scope(scope))
        .into_boxed();
    if let Some(status) = filter.status {
        query = query.filter(table::status.eq(status));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(table::kind.eq(kind));
    }
    if let Some(region) = &filter.region {
        let (from, to) = (region.digits().to_owned(), region.upper_bound());
        query = query
            .filter(table::region_code.ge(from))
            .filter(table::region_code.lt(to));
    }
    if let Some(words) = filter.words.as_deref().map(str::trim).filter(|w| !w.is_empty()) {
        let part = format!("%{}%", words.replace(['%', '_', '\\'], ""));
        query = query.filter(table::name.like(part).or(table::credit_code.eq(words.to_uppercase())));
    }
    if let Some(cursor) = &page.cursor {
        let after: EmployerId = cursor
            .parse()
            .map_err(|_| Error::bad_request("cursor", "cursor-unknown"))?;
        query = query.filter(table::id.gt(after));
    }
    let limit = i64::try_from(page.limit.saturating_add(1)).unwrap_or(i64::MAX);
    let rows = query.limit(limit).load::<Employer>(conn)?;
    Ok(Page::cut(rows, page.limit, |e| e.id.to_string()))
}

type InScope = Box<dyn BoxableExpression<table::table, MultiBackend, SqlType = diesel::sql_types::Bool>>;

fn in_scope(scope: &Scope) -> InScope {
    match scope {
        Scope::Everywhere => Box::new(table::id.is_not_null()),
        Scope::Regions(_) => {
            let mut any: InScope = Box::new(table::id.is_null());
            for (from, to) in scope.ranges() {
                any = Box::new(any.or(table::region_code.ge(from).and(table::region_code.lt(to))));
            }
            any
        }
    }
}

/// Employers by id.
pub fn employers_by_ids(conn: &mut Conn, ids: &[EmployerId]) -> Result<HashMap<EmployerId, Employer>> {
    let mut found = HashMap::new();
    for portion in ids.chunks(IN_LIST) {
        let rows: Vec<Employer> = table::table
            .filter(table::id.eq_any(portion))
            .select(Employer::as_select())
            .load(conn)?;
        found.extend(rows.into_iter().map(|e| (e.id, e)));
    }
    Ok(found)
}

/// Employers of exactly these names, oldest first.
pub fn employers_named(conn: &mut Conn, names: &[String]) -> Result<Vec<Employer>> {
    let mut found = Vec::new();
    for portion in names.chunks(IN_LIST) {
        found.extend(
            table::table
                .filter(table::name.eq_any(portion))
                .order(table::id)
                .select(Employer::as_select())
                .load::<Employer>(conn)?,
        );
    }
    Ok(found)
}

pub fn employer_by_credit_code(conn: &mut Conn, code: &CreditCode) -> Result<Option<Employer>> {
    Ok(table::table
        .filter(table::credit_code.eq(code.as_str()))
        .select(Employer::as_select())
        .first(conn)
        .optional()?)
}

/// Raises the version that the caller saw, which locks the row until the commit.
pub(super) fn lock(tx: &mut Tx<'_>, id: EmployerId, version: i32) -> Result<()> {
    let raised = diesel::update(table::table.find(id).filter(table::version.eq(version)))
        .set(table::version.eq(version.saturating_add(1)))
        .execute(&mut **tx)?;
    if raised == 0 { Err(Error::Conflict) } else { Ok(()) }
}

pub(super) fn set_status(tx: &mut Tx<'_>, employer: &Employer, status: EmployerStatus, note: &str) -> Result<()> {
    let verified_on = if status == EmployerStatus::Verified {
        Some(tx.today())
    } else {
        employer.verified_on
    };
    diesel::update(table::table.find(employer.id))
        .set((
            table::status.eq(status),
            table::status_note.eq(note),
            table::verified_on.eq(verified_on),
        ))
        .execute(&mut **tx)?;
    Ok(())
}

/// Writes what a correction changed; id, version, status and origin stay.
pub(super) fn save(tx: &mut Tx<'_>, changed: &Employer) -> Result<()> {
    diesel::update(table::table.find(changed.id))
        .set((
            table::kind.eq(changed.kind),
            table::name.eq(&changed.name),
            table::credit_code.eq(&changed.credit_code),
            table::region_code.eq(&changed.region_code),
            table::address.eq(&changed.address),
            table::contact_name.eq(&changed.contact_name),
            table::phone_sealed.eq(&changed.phone_sealed),
            table::phone_masked.eq(&changed.phone_masked),
            table::licence_no.eq(&changed.licence_no),
            table::status.eq(changed.status),
            table::status_note.eq(&changed.status_note),
        ))
        .execute(&mut **tx)
        .map_err(super::actions::taken_code)?;
    Ok(())
}
