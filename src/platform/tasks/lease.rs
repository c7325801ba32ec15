//! One process at a time: whoever holds the row of a task until it runs out.

use std::sync::LazyLock;

use diesel::prelude::*;

use crate::base::error::Result;
use crate::base::secret::fresh_secret;
use crate::base::time::{Clock, Instant};
use crate::platform::db::schema::task_leases;
use crate::platform::db::{Both, Caller, Db};

const LEASE_SECONDS: i64 = 90;

/// This process, as the rows name it.
static HOLDER: LazyLock<String> = LazyLock::new(|| format!("{}:{}", std::process::id(), fresh_secret()));

pub(super) struct Lease {
    name: &'static str,
    /// Two lookers of one process are told apart too.
    holder: String,
}

/// Leases run by the real clock, whatever a rehearsal's clock shows: a process that was killed is waited for in real
/// seconds.
fn real_now() -> Instant {
    Clock::real().now()
}

impl Lease {
    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    /// The lease, or nothing while somebody else holds it.
    pub(super) fn take(db: &Db, name: &'static str) -> Result<Option<Self>> {
        let now = real_now();
        let holder = format!("{}:{}", *HOLDER, fresh_secret());
        let until = now.plus_seconds(LEASE_SECONDS);
        let taken = db.keep(&Caller::task(name), |tx| {
            let row = (
                task_leases::name.eq(name),
                task_leases::holder.eq(&holder),
                task_leases::until_at.eq(until),
            );
            let insert = diesel::insert_into(task_leases::table)
                .values(row)
                .on_conflict_do_nothing();
            if Both(insert).execute(&mut **tx)? == 1 {
                return Ok(true);
            }
            let ended = task_leases::table.find(name).filter(task_leases::until_at.lt(now));
            let changed = diesel::update(ended)
                .set((task_leases::holder.eq(&holder), task_leases::until_at.eq(until)))
                .execute(&mut **tx)?;
            Ok(changed == 1)
        })?;
        Ok(taken.then_some(Self { name, holder }))
    }

    pub(super) fn renew(&self, db: &Db) -> Result<()> {
        let until = real_now().plus_seconds(LEASE_SECONDS);
        db.keep(&Caller::task(self.name), |tx| {
            let own = task_leases::table
                .find(self.name)
                .filter(task_leases::holder.eq(&self.holder));
            diesel::update(own)
                .set(task_leases::until_at.eq(until))
                .execute(&mut **tx)?;
            Ok(())
        })
    }

    pub(super) fn give_back(self, db: &Db) -> Result<()> {
        db.keep(&Caller::task(self.name), |tx| {
            let own = task_leases::table
                .find(self.name)
                .filter(task_leases::holder.eq(&self.holder));
            diesel::delete(own).execute(&mut **tx)?;
            Ok(())
        })
    }
}
