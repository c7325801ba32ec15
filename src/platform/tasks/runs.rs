//! When each task last began, succeeded and failed: what `check` and the status page show.

use diesel::prelude::*;

use crate::base::error::{Error, Result};
use crate::base::time::Instant;
use crate::platform::db::schema::task_runs;
use crate::platform::db::{Both, Caller, Conn, Db};

#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = task_runs)]
pub struct TaskRun {
    pub name: String,
    pub started_at: Instant,
    pub succeeded_at: Option<Instant>,
    pub failed_at: Option<Instant>,
    pub failure: Option<String>,
}

impl TaskRun {
    /// Whether the last run failed.
    pub fn has_failed(&self) -> bool {
        self.failed_at.is_some()
    }
}

/// Every task that has ever run, by name.
pub fn runs(conn: &mut Conn) -> Result<Vec<TaskRun>> {
    Ok(task_runs::table
        .order(task_runs::name)
        .limit(200)
        .select(TaskRun::as_select())
        .load(conn)?)
}

pub(super) fn note_start(db: &Db, name: &'static str) -> Result<()> {
    db.keep(&Caller::task(name), |tx| {
        let now = tx.now();
        let row = (task_runs::name.eq(name), task_runs::started_at.eq(now));
        let insert = diesel::insert_into(task_runs::table)
            .values(row)
            .on_conflict_do_nothing();
        if Both(insert).execute(&mut **tx)? == 0 {
            diesel::update(task_runs::table.find(name))
                .set(task_runs::started_at.eq(now))
                .execute(&mut **tx)?;
        }
        Ok(())
    })
}

pub(super) fn note_success(db: &Db, name: &'static str) -> Result<()> {
    db.keep(&Caller::task(name), |tx| {
        let now = tx.now();
        diesel::update(task_runs::table.find(name))
            .set((
                task_runs::succeeded_at.eq(now),
                task_runs::failed_at.eq(None::<Instant>),
                task_runs::failure.eq(None::<String>),
            ))
            .execute(&mut **tx)?;
        Ok(())
    })
}

pub(super) fn has_open_failure(db: &Db, name: &'static str) -> Result<bool> {
    let failed = task_runs::table.find(name).filter(task_runs::failed_at.is_not_null());
    db.read(|conn| Ok(failed.count().get_result::<i64>(conn)? > 0))
}

pub(super) fn note_failure(db: &Db, name: &'static str, error: &Error) -> Result<()> {
    note_start(db, name)?;
    // Of what went wrong only the kind is kept: causes may quote rows.
    let failure = match error {
        Error::Internal { context, .. } => context.clone(),
        other => other.to_string(),
    };
    db.keep(&Caller::task(name), |tx| {
        let now = tx.now();
        diesel::update(task_runs::table.find(name))
            .set((task_runs::failed_at.eq(now), task_runs::failure.eq(&failure)))
            .execute(&mut **tx)?;
        Ok(())
    })
}
