//! What becomes of the rows of a list, on a real database.

use std::collections::HashMap;

use super::*;
use crate::base::codes::Role;
use crate::base::money::Money;
use crate::base::page::PageRequest;
use crate::employers::testing::{Bureau, JINGHONG, day};
use crate::postings::{OpenFilter, open_postings, postings_of};

fn row(id: &str, changes: &[(&str, &str)]) -> sheet::PostingReading {
    let mut cells: HashMap<String, String> = [
        ("platform", "list"),
        ("title", "保洁员"),
        ("company", "景洪清洁有限公司"),
        ("region_code", "532801003"),
        ("wage_min", "2400"),
        ("wage_max", "3000"),
        ("wage_unit", "month"),
        ("description", "打扫小区楼道和道路"),
        ("published", "2020-06-01"),
        ("kind", "job"),
        ("headcount", "2"),
        ("occupation_code", "4-09-08-01"),
    ]
    .into_iter()
    .chain(changes.iter().copied())
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .collect();
    cells.insert("id".to_owned(), id.to_owned());
    sheet::read_posting_row(&cells)
}

fn a_list() -> Vec<(u32, sheet::PostingReading)> {
    let rows = [
        row("1", &[]),
        row("2", &[("wage_min", "3000"), ("wage_max", "2400")]),
        row("3", &[("title", "搬运工"), ("occupation_code", "4-02-05-01")]),
        row("4", &[("kind", "workshop"), ("title", "手工编织工")]),
        row("5", &[("description", "打扫道路，35岁以下")]),
        row("6", &[("description", "打扫道路，只招女工")]),
        row("7", &[("region_code", "999999")]),
        row("1", &[("title", "另一个岗位")]),
    ];
    rows.into_iter().zip(2..).map(|(row, no)| (no, row)).collect()
}

fn import(bureau: &Bureau, rows: Vec<(u32, sheet::PostingReading)>, dry_run: bool) -> (ImportCounts, Vec<RowReport>) {
    let mut told = Vec::new();
    let options = ImportOptions {
        as_of: day("2020-06-10"),
        dry_run,
        doubtful: DoubtfulRows::Wait,
    };
    let counts = import_postings(&bureau.db, &Caller::operator(), rows, options, &mut |report| {
        told.push(report.clone())
    })
    .unwrap();
    (counts, told)
}

#[test]
fn every_row_of_a_list_gets_its_verdict_and_a_dry_run_keeps_nothing() {
    let bureau = Bureau::open();
    for dry_run in [true, false] {
        let (counts, told) = import(&bureau, a_list(), dry_run);
        let verdicts: Vec<RowVerdict> = told.iter().map(|r| r.verdict).collect();
        use RowVerdict::{Doubtful, New, Rejected, Same};
        assert_eq!(
            verdicts,
            [New, Same, New, New, Doubtful, Rejected, Rejected, Rejected],
            "dry run: {dry_run}"
        );
        assert_eq!(told[1].findings[0].code, "listing-repost");
        assert_eq!(told[7].findings[0].code, "listing-id-repeated");
        assert_eq!((counts.rows, counts.reposts), (8, 1));
        let open = bureau
            .db
            .read(|conn| open_postings(conn, &OpenFilter::default(), &PageRequest::default()))
            .unwrap();
        assert_eq!(open.items.is_empty(), dry_run);
    }
}

#[test]
fn the_same_list_twice_changes_nothing() {
    let bureau = Bureau::open();
    let (first, _) = import(&bureau, a_list(), false);
    let before: Vec<i32> = versions(&bureau);
    let (second, told) = import(&bureau, a_list(), false);
    assert_eq!((second.new, second.changed, second.doubtful), (0, 0, 0), "{told:?}");
    assert_eq!(
        (second.same, second.rejected),
        (first.new + first.same + first.doubtful, first.rejected)
    );
    assert_eq!(versions(&bureau), before);
    let names = ["景洪清洁有限公司".to_owned()];
    let employers = bureau.db.read(|conn| employers_named(conn, &names)).unwrap();
    let kinds: Vec<EmployerKind> = employers.iter().map(|e| e.kind).collect();
    assert_eq!(kinds, [EmployerKind::Enterprise, EmployerKind::Workshop]);
}

fn versions(bureau: &Bureau) -> Vec<i32> {
    let names = ["景洪清洁有限公司".to_owned()];
    let employers = bureau.db.read(|conn| employers_named(conn, &names)).unwrap();
    let postings = employers.iter().flat_map(|e| {
        bureau
            .db
            .read(|conn| postings_of(conn, e.id, None, &PageRequest::default()))
            .unwrap()
            .items
    });
    postings.map(|p| p.version).collect()
}

#[test]
fn a_changed_row_changes_the_posting_and_an_original_of_an_earlier_list_is_known() {
    let bureau = Bureau::open();
    import(&bureau, a_list(), false);
    let (counts, told) = import(&bureau, vec![(2, row("1", &[("wage_max", "3600")]))], false);
    assert_eq!(counts.changed, 1, "{told:?}");
    let open = bureau
        .db
        .read(|conn| open_postings(conn, &OpenFilter::default(), &PageRequest::default()))
        .unwrap();
    let changed = open
        .items
        .iter()
        .find(|c| c.posting.source_no.as_deref() == Some("1"))
        .unwrap();
    assert_eq!(changed.posting.wage_high_fen, Some(Money::from_fen(360_000)));
    let (counts, _) = import(&bureau, vec![(2, row("77", &[]))], false);
    assert_eq!((counts.same, counts.reposts), (1, 1));
}

#[test]
fn a_row_in_doubt_waits_unless_whoever_imports_accepts_it() {
    for (doubtful, status) in [
        (DoubtfulRows::Wait, PostingStatus::Submitted),
        (DoubtfulRows::Accept, PostingStatus::Open),
    ] {
        let bureau = Bureau::open();
        let rows = vec![(2, row("5", &[("description", "打扫道路，35岁以下")]))];
        let options = ImportOptions {
            as_of: day("2020-06-10"),
            dry_run: false,
            doubtful,
        };
        let counts = import_postings(&bureau.db, &Caller::operator(), rows, options, &mut |_| {}).unwrap();
        assert_eq!(counts.doubtful, 1);
        let employer = bureau
            .db
            .read(|conn| employers_named(conn, &["景洪清洁有限公司".to_owned()]))
            .unwrap();
        let kept = bureau
            .db
            .read(|conn| postings_of(conn, employer[0].id, None, &PageRequest::default()))
            .unwrap();
        assert_eq!(kept.items[0].status, status);
    }
}

#[test]
fn only_who_reviews_everywhere_imports_a_list() {
    let bureau = Bureau::open();
    let officer = bureau.officer(Role::CountyHr, JINGHONG);
    let options = ImportOptions {
        as_of: day("2020-06-10"),
        dry_run: true,
        doubtful: DoubtfulRows::Wait,
    };
    let error = import_postings(&bureau.db, &officer, a_list(), options, &mut |_| {}).unwrap_err();
    assert!(matches!(error, Error::Forbidden), "{error}");
}

#[test]
fn a_known_posting_whose_new_text_is_in_doubt_goes_back_to_an_officer() {
    let bureau = Bureau::open();
    import(&bureau, vec![(2, row("1", &[]))], false);
    let (counts, _) = import(
        &bureau,
        vec![(2, row("1", &[("description", "打扫道路，35岁以下")]))],
        false,
    );
    assert_eq!(counts.changed, 1);
    let employer = bureau
        .db
        .read(|conn| employers_named(conn, &["景洪清洁有限公司".to_owned()]))
        .unwrap();
    let kept = bureau
        .db
        .read(|conn| postings_of(conn, employer[0].id, None, &PageRequest::default()))
        .unwrap();
    assert_eq!(kept.items[0].status, PostingStatus::Submitted);
}
