//! What changed since somebody last looked, for whatever is kept beside the tables: the search index, or a room's memory.

use std::collections::BTreeSet;

use diesel::prelude::*;

use super::conn::Conn;
use super::schema::{bureau, changes, journal_counter};
use crate::base::error::Result;

/// The fact that says up to which number changes are forgotten.
pub(in crate::platform) const FORGOTTEN: &str = "changes-forgotten";

/// From so many changes on, reading everything anew is not slower.
const MANY: i64 = 20_000;

/// The number of the last audit line or change.
pub fn last_number(conn: &mut Conn) -> Result<i64> {
    Ok(journal_counter::table.select(journal_counter::last_seq).first(conn)?)
}

/// The number up to which changes are no longer kept.
pub(in crate::platform) fn forgotten_up_to(conn: &mut Conn) -> Result<i64> {
    let text: Option<String> = bureau::table
        .find(FORGOTTEN)
        .select(bureau::value)
        .first(conn)
        .optional()?;
    Ok(text.and_then(|text| text.parse().ok()).unwrap_or(0))
}

/// What happened to the subjects of a kind after a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    Nothing,
    /// These, and perhaps others of other kinds, up to a number.
    Of {
        ids: Vec<i64>,
        upto: i64,
    },
    /// So much, or so long ago, that everything is to be read anew.
    TooMuch,
}

/// Looks for changes of a kind of subject after a number.
pub fn news_of(conn: &mut Conn, kind: &str, after: i64) -> Result<News> {
    if forgotten_up_to(conn)? > after {
        return Ok(News::TooMuch);
    }
    let rows: Vec<(i64, String, i64)> = changes::table
        .filter(changes::seq.gt(after))
        .order(changes::seq)
        .limit(MANY)
        .select((changes::seq, changes::subject_kind, changes::subject_id))
        .load(conn)?;
    let Some((upto, ..)) = rows.last() else {
        return Ok(News::Nothing);
    };
    let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    if count >= MANY {
        return Ok(News::TooMuch);
    }
    let of_kind = rows.iter().filter(|(_, subject, _)| subject == kind);
    let ids: BTreeSet<i64> = of_kind.map(|(.., id)| *id).collect();
    Ok(News::Of {
        ids: ids.into_iter().collect(),
        upto: *upto,
    })
}
