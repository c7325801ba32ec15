//! The best openings of everybody at once, found on every core.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;

use super::book::{Book, Reader, alike};
use super::gather::{candidates, labourers};
use super::model::{Candidate, Opening};
use super::openings::open_openings;
use super::rank::{Ranked, ranked};
use super::sentences::Sentence;
use super::weights::Weights;
use crate::base::actor::Scope;
use crate::base::codes::Language;
use crate::base::error::{Context, Result};
use crate::base::ids::PostingId;
use crate::base::time::Day;
use crate::platform::db::Conn;
use crate::platform::i18n::Locale;

/// Persons whom a core takes at a time.
const PORTION: usize = 500;

/// Lists that a core keeps for people who are alike.
const KEPT: usize = 20_000;

/// Writes the best openings of everybody of a scope who looks for work, with all reasons, as rows of a table: person,
/// rank, opening, points, reasons. Returns how many persons have any, and how many rows.
pub fn match_everybody<W: std::io::Write>(
    conn: &mut Conn,
    scope: &Scope,
    (today, limit): (Day, usize),
    language: Language,
    out: &mut W,
) -> Result<(usize, usize)> {
    let ids = labourers(conn, scope)?;
    let candidates = candidates(conn, &ids, today)?;
    let openings = open_openings(conn, None)?;
    let hall = Hall::of(&openings, today, limit);
    let written = "the matches cannot be written";
    out.write_all(b"person,rank,opening,points,reasons\n")
        .context(written)?;
    let (mut persons, mut rows) = (0, 0);
    let worker = || (hall.worker::<Line>(), Words::of(language));
    on_every_core(
        candidates.len(),
        worker,
        |(worker, words), range| {
            let mut table = csv::Writer::from_writer(Vec::new());
            let (mut persons, mut rows) = (0, 0);
            for candidate in candidates.get(range).unwrap_or_default() {
                let lines = worker.list(candidate, |candidate, ranked| words.line(candidate, &ranked));
                persons += usize::from(!lines.is_empty());
                rows += lines.len();
                write_lines(&mut table, candidate, &lines).context(written)?;
            }
            Ok((table.into_inner().context(written)?, persons, rows))
        },
        |portion: Result<(Vec<u8>, usize, usize)>| {
            let (text, some, more) = portion?;
            persons += some;
            rows += more;
            out.write_all(&text).context(written)
        },
    )?;
    Ok((persons, rows))
}

/// The best openings of each candidate, in the same order, found on every core.
pub fn best_of_each<'o>(
    candidates: &[Candidate],
    openings: &'o [Opening],
    today: Day,
    limit: usize,
) -> Vec<Vec<Ranked<'o, Opening>>> {
    let hall = Hall::of(openings, today, limit);
    let mut lists = Vec::with_capacity(candidates.len());
    let outcome = on_every_core(
        candidates.len(),
        || hall.worker(),
        |worker, range| {
            let portion = candidates.get(range).unwrap_or_default().iter();
            portion
                .map(|candidate| worker.list(candidate, |_, ranked| ranked).to_vec())
                .collect::<Vec<_>>()
        },
        |portion| {
            lists.extend(portion);
            Ok(())
        },
    );
    debug_assert!(outcome.is_ok(), "nothing here can fail");
    lists
}

/// Where everybody looks at the same openings.
struct Hall<'o> {
    book: Book,
    by_id: HashMap<PostingId, &'o Opening>,
    today: Day,
    limit: usize,
}

impl<'o> Hall<'o> {
    fn of(openings: &'o [Opening], today: Day, limit: usize) -> Self {
        Self {
            book: Book::of(openings),
            by_id: openings.iter().map(|opening| (opening.id, opening)).collect(),
            today,
            limit,
        }
    }

    fn worker<T>(&self) -> Worker<'_, 'o, T> {
        Worker {
            hall: self,
            reader: Reader::new(&self.book, Weights::shipped(), self.today, self.limit),
            known: HashMap::new(),
        }
    }
}

/// One core's work: people who are alike get the same list.
struct Worker<'h, 'o, T> {
    hall: &'h Hall<'o>,
    reader: Reader<'h>,
    known: HashMap<Candidate, Rc<[T]>>,
}

impl<'o, T> Worker<'_, 'o, T> {
    fn list(
        &mut self,
        candidate: &Candidate,
        mut made_of: impl FnMut(&Candidate, Ranked<'o, Opening>) -> T,
    ) -> Rc<[T]> {
        let seen = alike(candidate, self.hall.today);
        if let Some(known) = self.known.get(&seen) {
            return Rc::clone(known);
        }
        let openings = self.reader.best(candidate).into_iter();
        let list: Rc<[T]> = openings
            .filter_map(|found| self.hall.by_id.get(&found.id))
            .map(|opening| {
                let ranked = ranked(*opening, candidate, opening, Weights::shipped(), self.hall.today);
                made_of(candidate, ranked)
            })
            .collect();
        if self.known.len() >= KEPT {
            self.known.clear();
        }
        self.known.insert(seen, Rc::clone(&list));
        list
    }
}

/// A row of the table without its person: opening, points, reasons.
type Line = [String; 3];

fn write_lines(table: &mut csv::Writer<Vec<u8>>, candidate: &Candidate, lines: &[Line]) -> csv::Result<()> {
    let person = candidate.id.to_string();
    for (rank, [opening, points, reasons]) in (1..).zip(lines) {
        table.write_record([&person, &format!("{rank}"), opening, points, reasons])?;
    }
    Ok(())
}

/// Sentences that were said before are not made again.
struct Words {
    language: Language,
    l: Locale,
    said: HashMap<Sentence, String>,
}

impl Words {
    fn of(language: Language) -> Self {
        Self {
            language,
            l: Locale::new(language),
            said: HashMap::new(),
        }
    }

    fn line(&mut self, candidate: &Candidate, ranked: &Ranked<'_, Opening>) -> Line {
        let mut reasons = String::new();
        for reason in &ranked.reasons {
            let sentence = reason.sentence(candidate, ranked.item, self.language);
            if !reasons.is_empty() {
                reasons.push_str("; ");
            }
            match self.said.get(&sentence) {
                Some(said) => reasons.push_str(said),
                None => {
                    let said = sentence.said(&self.l);
                    reasons.push_str(&said);
                    self.said.insert(sentence, said);
                }
            }
        }
        [ranked.item.id.to_string(), ranked.points.to_string(), reasons]
    }
}

/// Works through a number of things in portions on every core, each with a worker of its own, and takes the outcomes in
/// order. Stops at the first that cannot be taken.
fn on_every_core<W, T: Send>(
    count: usize,
    worker: impl Fn() -> W + Sync,
    work: impl Fn(&mut W, Range<usize>) -> T + Sync,
    mut take: impl FnMut(T) -> Result<()>,
) -> Result<()> {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let next = AtomicUsize::new(0);
    let (sender, receiver) = sync_channel(2 * cores);
    std::thread::scope(|scope| {
        for _ in 0..cores {
            let (sender, next, worker, work) = (sender.clone(), &next, &worker, &work);
            scope.spawn(move || {
                let mut worker = worker();
                loop {
                    let portion = next.fetch_add(1, Ordering::Relaxed);
                    let start = portion.saturating_mul(PORTION);
                    if start >= count {
                        break;
                    }
                    let outcome = work(&mut worker, start..count.min(start + PORTION));
                    // Nobody listens any more once taking has failed.
                    if sender.send((portion, outcome)).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        let (mut due, mut early) = (0, BTreeMap::new());
        for (portion, outcome) in receiver {
            early.insert(portion, outcome);
            while let Some(outcome) = early.remove(&due) {
                take(outcome)?;
                due += 1;
            }
        }
        Ok(())
    })
}
