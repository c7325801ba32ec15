//! Where the next page starts, as opaque text: the sort key and the document of the last row seen. It does not name a
//! row number, so rows that come or go in between neither repeat nor hide others.

use crate::base::error::{Error, Result};

/// The place of a document in an order: higher keys first, then higher (newer) ids, then kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub key: u64,
    pub id: i64,
    pub kind: u64,
}

/// What comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Likeness,
    /// Work before courses, each newest first: for those who ask without words.
    Browse,
    Date,
    Wage,
}

/// How strictly the words were taken on the first page; the next pages keep to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Strictness {
    Strict,
    Loose,
}

pub(super) fn write(order: Order, strictness: Strictness, place: Place) -> String {
    let mode = match strictness {
        Strictness::Strict => 's',
        Strictness::Loose => 'l',
    };
    format!(
        "{}{mode}{:x}.{:x}.{:x}",
        letter(order),
        place.key,
        place.id.cast_unsigned(),
        place.kind
    )
}

pub(super) fn read(order: Order, text: &str) -> Result<(Strictness, Place)> {
    parse(order, text).ok_or_else(|| Error::bad_request("cursor", "cursor-unknown"))
}

fn parse(order: Order, text: &str) -> Option<(Strictness, Place)> {
    let rest = text.strip_prefix(letter(order))?;
    let (strictness, rest) = match rest.strip_prefix('s') {
        Some(rest) => (Strictness::Strict, rest),
        None => (Strictness::Loose, rest.strip_prefix('l')?),
    };
    let mut numbers = rest.split('.').map(|part| u64::from_str_radix(part, 16).ok());
    let place = Place {
        key: numbers.next()??,
        id: numbers.next()??.cast_signed(),
        kind: numbers.next()??,
    };
    // Only the form that `write` gives: no second spelling of one place.
    (write(order, strictness, place) == text).then_some((strictness, place))
}

const fn letter(order: Order) -> char {
    match order {
        Order::Likeness => 'r',
        Order::Browse => 'b',
        Order::Date => 'd',
        Order::Wage => 'w',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_was_written() {
        for id in [0, 1, -1, i64::MAX, i64::MIN] {
            let place = Place { key: 77, id, kind: 2 };
            let text = write(Order::Wage, Strictness::Loose, place);
            assert_eq!(read(Order::Wage, &text).unwrap(), (Strictness::Loose, place));
            assert!(read(Order::Date, &text).is_err());
        }
        for bad in [
            "",
            "r",
            "rs",
            "rs1.2",
            "rs1.2.3.4",
            "rs+1.2.3",
            "rs01.2.3",
            "保洁",
            "rs1.2.zz",
        ] {
            assert!(read(Order::Likeness, bad).is_err(), "{bad}");
        }
    }
}
