//! A transaction: the connection, who acts, when, and what it will leave behind.

use std::collections::HashSet;
use std::ops::{Deref, DerefMut};

use serde::Serialize;

use super::React;
use super::conn::Conn;
use super::journal::{self, Change, Line};
use crate::base::actor::Actor;
use crate::base::error::{Error, Result};
use crate::base::event::Event;
use crate::base::ids::Id;
use crate::base::region::RegionCode;
use crate::base::secret::Keys;
use crate::base::time::{Day, Instant};

/// Who asks, and by which request.
#[derive(Debug, Clone)]
pub struct Caller {
    pub actor: Actor,
    pub request_id: String,
    /// The network address, or `cli`, or the name of a task.
    pub address: String,
}

impl Caller {
    /// The operator at the command line.
    pub fn operator() -> Self {
        Self {
            actor: Actor::operator(),
            request_id: "cli".to_owned(),
            address: "cli".to_owned(),
        }
    }

    /// A task.
    pub fn task(name: &str) -> Self {
        Self {
            actor: Actor::system(),
            request_id: "task".to_owned(),
            address: name.to_owned(),
        }
    }
}

/// What an audit line or a change is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Subject {
    pub kind: &'static str,
    pub id: i64,
}

impl Subject {
    pub fn new<T>(kind: &'static str, id: Id<T>) -> Self {
        Self { kind, id: id.raw() }
    }
}

/// An open writing transaction. It is also a `Conn`.
pub struct Tx<'a> {
    conn: &'a mut Conn,
    caller: &'a Caller,
    keys: &'a Keys,
    now: Instant,
    lines: Vec<Line>,
    changes: Vec<Change>,
    refreshed: Vec<Change>,
    events: Vec<Event>,
}

impl<'a> Tx<'a> {
    pub(super) fn new(conn: &'a mut Conn, caller: &'a Caller, keys: &'a Keys, now: Instant) -> Self {
        Self {
            conn,
            caller,
            keys,
            now,
            lines: Vec::new(),
            changes: Vec::new(),
            refreshed: Vec::new(),
            events: Vec::new(),
        }
    }

    pub fn actor(&self) -> &'a Actor {
        &self.caller.actor
    }

    pub fn caller(&self) -> &'a Caller {
        self.caller
    }

    pub fn keys(&self) -> &'a Keys {
        self.keys
    }

    /// The instant of the whole transaction.
    pub fn now(&self) -> Instant {
        self.now
    }

    pub fn today(&self) -> Day {
        self.now.day()
    }

    /// Leaves an audit line: who did what to which record, and what it was before and after. Values carry no secrets.
    pub fn audit(
        &mut self,
        verb: &'static str,
        subject: Subject,
        region: Option<&RegionCode>,
        before: Option<&impl Serialize>,
        after: Option<&impl Serialize>,
    ) -> Result<()> {
        let json = |value: Option<String>| value.filter(|text| text != "null");
        self.lines.push(Line {
            verb,
            subject,
            region: region.cloned(),
            before: json(before.map(serde_json::to_string).transpose()?),
            after: json(after.map(serde_json::to_string).transpose()?),
        });
        Ok(())
    }

    /// Something searchable changed.
    pub fn touch(&mut self, subject: Subject) {
        self.changes.push(Change { subject });
    }

    /// What somebody keeps at hand about a subject is to be read anew: it follows from other facts, so no audit line is
    /// owed for it.
    pub fn refresh(&mut self, subject: Subject) {
        self.refreshed.push(Change { subject });
    }

    /// Something happened that other rooms may care about.
    pub fn emit(&mut self, event: Event) {
        self.events.push(event);
    }

    pub(super) fn drain_events(&mut self, react: React) -> Result<()> {
        while !self.events.is_empty() {
            let mut seen = HashSet::new();
            let events: Vec<Event> = self.events.drain(..).filter(|event| seen.insert(*event)).collect();
            react(self, &events)?;
        }
        Ok(())
    }

    pub(super) fn flush_journal(&mut self) -> Result<()> {
        if self.lines.is_empty() && !self.changes.is_empty() {
            return Err(Error::internal(
                "a transaction changed something and left no audit line",
            ));
        }
        self.changes.append(&mut self.refreshed);
        if self.lines.is_empty() && self.changes.is_empty() {
            return Ok(());
        }
        let lines = std::mem::take(&mut self.lines);
        let changes = std::mem::take(&mut self.changes);
        journal::append(self.conn, self.caller, self.now, lines, changes)
    }
}

impl Deref for Tx<'_> {
    type Target = Conn;
    fn deref(&self) -> &Conn {
        self.conn
    }
}
impl DerefMut for Tx<'_> {
    fn deref_mut(&mut self) -> &mut Conn {
        self.conn
    }
}
