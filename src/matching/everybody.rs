//! The best openings of everybody at once, found on every core.

use super::gather::{candidates, explained, labourers, open_openings};
use super::model::{Candidate, Opening};
use super::rank::{Ranked, rank_openings};
use super::weights::Weights;
use crate::base::actor::Scope;
use crate::base::codes::Language;
use crate::base::error::{Context, Result};
use crate::base::time::Day;
use crate::platform::db::Conn;

/// Writes the best openings of everybody of a scope who looks for work, with all reasons, as rows of a table: person,
/// rank, opening, points, reasons. Returns how many persons have any, and how many rows.
pub fn match_everybody<W: std::io::Write>(
    conn: &mut Conn,
    scope: &Scope,
    today: Day,
    limit: usize,
    language: Language,
    table: &mut csv::Writer<W>,
) -> Result<(usize, usize)> {
    let ids = labourers(conn, scope)?;
    let candidates = candidates(conn, &ids, today)?;
    let openings = open_openings(conn, None)?;
    let written = "the matches cannot be written";
    table
        .write_record(["person", "rank", "opening", "points", "reasons"])
        .context(written)?;
    let (mut persons, mut rows) = (0, 0);
    for portion in candidates.chunks(2_000) {
        for (candidate, found) in portion.iter().zip(best_of_each(portion, &openings, today, limit)) {
            persons += usize::from(!found.is_empty());
            for (rank, ranked) in (1..).zip(found) {
                let explained = explained(ranked, |item| (candidate, item), language);
                let sentences: Vec<&str> = explained
                    .reasons
                    .iter()
                    .map(|(_, _, sentence)| sentence.as_str())
                    .collect();
                let row = [
                    candidate.id.to_string(),
                    format!("{rank}"),
                    explained.item.id.to_string(),
                    explained.points.to_string(),
                    sentences.join("; "),
                ];
                table.write_record(row).context(written)?;
                rows += 1;
            }
        }
    }
    Ok((persons, rows))
}

/// The best openings of each candidate, in the same order, found on every core.
pub fn best_of_each<'o>(
    candidates: &[Candidate],
    openings: &'o [Opening],
    today: Day,
    limit: usize,
) -> Vec<Vec<Ranked<'o, Opening>>> {
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let share = candidates.len().div_ceil(threads).max(1);
    let rank = |candidate: &Candidate| rank_openings(candidate, openings, Weights::shipped(), (today, limit));
    std::thread::scope(|scope| {
        let parts: Vec<_> = candidates
            .chunks(share)
            .map(|part| (part, scope.spawn(move || part.iter().map(rank).collect::<Vec<_>>())))
            .collect();
        parts
            .into_iter()
            .flat_map(|(part, thread)| thread.join().unwrap_or_else(|_| part.iter().map(rank).collect()))
            .collect()
    })
}
