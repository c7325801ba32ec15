//! Who may apply, and who takes which step. Pure.

use super::model::{PlacementStatus, Side};
use crate::base::time::{Day, age_on};

/// Why a person may not apply for a posting: the code of the refusal.
pub fn may_apply(
    is_open: bool,
    free_places: i32,
    birth_on: Option<Day>,
    is_heavy: bool,
    today: Day,
) -> Result<(), &'static str> {
    if !is_open {
        return Err("posting-not-open");
    }
    if free_places <= 0 {
        return Err("posting-full");
    }
    match birth_on.map(|birth| age_on(birth, today)) {
        // 劳动法 第十五条: nobody under sixteen; 第六十四条: heavy work not under eighteen.
        Some(age) if age < 16 => Err("under-working-age"),
        Some(age) if age < 18 && is_heavy => Err("minor-heavy-work"),
        _ => Ok(()),
    }
}

/// Who moves a placement to a status.
pub const fn side_of(status: PlacementStatus) -> Side {
    use PlacementStatus as S;
    match status {
        S::Applied | S::Accepted | S::Refused | S::Withdrawn => Side::Person,
        S::Shortlisted | S::Offered | S::EmployerDeclined | S::Started => Side::Employer,
        S::Recommended | S::Left | S::Obsolete => Side::System,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::parse_day;

    #[test]
    fn bars_to_applying() {
        let today = parse_day("2020-06-30").unwrap();
        let born = |text| parse_day(text);
        for (name, open, free, birth, heavy, expected) in [
            ("open", true, 1, born("1990-01-01"), false, Ok(())),
            ("closed", false, 1, born("1990-01-01"), false, Err("posting-not-open")),
            ("full", true, 0, born("1990-01-01"), false, Err("posting-full")),
            ("turns 16 today", true, 1, born("2004-06-30"), false, Ok(())),
            (
                "turns 16 tomorrow",
                true,
                1,
                born("2004-07-01"),
                false,
                Err("under-working-age"),
            ),
            ("17, heavy", true, 1, born("2003-01-01"), true, Err("minor-heavy-work")),
            ("birth unknown", true, 1, None, false, Ok(())),
        ] {
            assert_eq!(may_apply(open, free, birth, heavy, today), expected, "{name}");
        }
    }

    #[test]
    fn every_status_can_be_reached_and_every_end_is_closed() {
        for status in PlacementStatus::ALL {
            let reached = *status == PlacementStatus::Recommended
                || PlacementStatus::ALL.iter().any(|from| from.moves().contains(status));
            assert!(reached, "{status}");
            if status.moves().is_empty() {
                assert!(!status.is_open(), "{status}");
            }
        }
    }
}
