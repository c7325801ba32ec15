use std::path::Path;

use super::*;
use crate::postings::wording::DoubtKind;

fn row(changes: &[(&str, &str)]) -> HashMap<String, String> {
    let usual = [
        ("id", "p1"),
        ("platform", "x"),
        ("title", "保洁员"),
        ("company", "景洪洁净物业公司"),
        ("region_code", "532801003"),
        ("wage_min", "2200"),
        ("wage_max", "2600"),
        ("wage_unit", "month"),
        ("education", "学历不限"),
        ("headcount", "5"),
        ("published", "2020-06-15"),
        ("kind", "job"),
        ("occupation_code", "4-09-08-01"),
        ("sex", "不限"),
    ];
    usual
        .iter()
        .chain(changes)
        .map(|(column, cell)| ((*column).to_owned(), (*cell).to_owned()))
        .collect()
}

fn draft(changes: &[(&str, &str)]) -> ListedPosting {
    let reading = read_posting_row(&row(changes));
    reading
        .draft
        .unwrap_or_else(|| panic!("{changes:?}: {:?}", reading.faults))
}

#[test]
fn a_clean_row_needs_no_repair() {
    let reading = read_posting_row(&row(&[]));
    assert_eq!(
        (reading.repairs, reading.doubts, reading.faults),
        (vec![], vec![], vec![])
    );
    assert_eq!(reading.draft.map(|d| d.headcount), Some(5));
}

#[test]
fn kept_places_are_read_where_the_list_tells_of_them() {
    for (cell, kept) in [
        ("", None),
        ("无", None),
        ("0", Some(0)),
        ("3人", Some(3)),
        ("5.0", Some(5)),
    ] {
        assert_eq!(draft(&[("reserved_places", cell)]).reserved_places, kept, "{cell}");
    }
}

#[test]
fn swapped_and_missing_wages_are_mended_and_told() {
    let reading = read_posting_row(&row(&[("wage_min", "3700"), ("wage_max", "2400")]));
    assert_eq!(reading.repairs.first().map(|r| r.code), Some("wage-swapped"));
    let wage = reading.draft.and_then(|d| d.wage).expect("a wage");
    assert_eq!((wage.low.fen(), wage.high.fen()), (240_000, 370_000));
    for empty in [("", ""), ("面议", ""), ("0", "0")] {
        let reading = read_posting_row(&row(&[("wage_min", empty.0), ("wage_max", empty.1)]));
        assert_eq!(reading.repairs.first().map(|r| r.code), Some("wage-negotiable"));
        assert_eq!(reading.draft.and_then(|d| d.wage), None);
    }
}

#[test]
fn days_and_hours_are_brought_to_the_month() {
    let daily = draft(&[("wage_min", "100"), ("wage_max", "120"), ("wage_unit", "day")])
        .wage
        .expect("a wage");
    assert_eq!(
        (daily.per_month().0.fen(), daily.per_month().1.fen()),
        (217_500, 261_000)
    );
    let hourly = draft(&[("wage_min", "12.5"), ("wage_max", "12.5"), ("wage_unit", "hour")])
        .wage
        .expect("a wage");
    assert_eq!(hourly.per_month().0.fen(), 217_500);
}

#[test]
fn a_limit_by_sex_is_dropped_and_told() {
    let reading = read_posting_row(&row(&[("sex", "女")]));
    assert_eq!(reading.dropped_sex_limit.as_deref(), Some("女"));
    assert!(reading.draft.is_some());
    let reading = read_posting_row(&row(&[("description", "限男性，押金200元")]));
    let kinds: Vec<DoubtKind> = reading.doubts.iter().map(|d| d.kind).collect();
    assert!(kinds.contains(&DoubtKind::Deposit) && kinds.len() == 2, "{kinds:?}");
}

#[test]
fn what_cannot_be_read_is_a_fault_of_its_column() {
    for (column, cell, code) in [
        ("title", "无", "listing-missing"),
        ("company", "", "listing-missing"),
        ("region_code", "999999", "listing-region-unknown"),
        ("region_code", "景洪", "listing-region-unknown"),
        ("occupation_code", "9-99-99-99", "listing-occupation-unknown"),
        ("occupation_code", "保洁", "listing-occupation-unknown"),
        ("kind", "gig", "listing-kind-unknown"),
        ("wage_min", "很多", "listing-wage-unreadable"),
        ("wage_min", "99999999999999999999", "listing-wage-unreadable"),
        ("wage_unit", "year", "listing-wage-unreadable"),
        ("headcount", "-3", "listing-number-unreadable"),
        ("headcount", "0.5", "listing-number-unreadable"),
        ("reserved_places", "6", "posting-reserved"),
        ("reserved_places", "一半", "posting-reserved"),
        ("age_min", "十八", "listing-number-unreadable"),
        ("education", "博学", "listing-education-unknown"),
        ("published", "2020-13-45", "listing-date-unreadable"),
    ] {
        let reading = read_posting_row(&row(&[(column, cell)]));
        assert_eq!(
            reading.faults.iter().map(|f| f.code).collect::<Vec<_>>(),
            [code],
            "{column} {cell}"
        );
        assert_eq!(reading.faults.first().map(|f| f.field.as_str()), Some(column));
        assert!(reading.draft.is_none());
    }
    assert!(read_posting_row(&HashMap::new()).faults.len() >= 3);
}

#[test]
fn web_breaks_become_lines() {
    for (typed, clean) in [
        ("一、做饭;;二、洗碗", "一、做饭\n二、洗碗"),
        ("岗位职责：<br />1、扫地<BR>2、拖地", "岗位职责：\n1、扫地\n2、拖地"),
        ("<p>包吃</p><p>包住</p>", "包吃\n包住"),
        ("<b>急聘</b>", "急聘"),
        ("温度<5度", "温度<5度"),
        ("a &amp;&nbsp;b", "a & b"),
        ("见岗位名称", ""),
        ("无", ""),
        ("<", "<"),
        ("<br", "<br"),
    ] {
        assert_eq!(clean_description(typed), clean, "{typed}");
    }
}

#[test]
fn benefits_are_read_from_their_words() {
    let posting = draft(&[("welfare", "包吃住,五险,来回路费报销")]);
    assert!(posting.has_lodging && posting.has_meals && posting.has_insurance && posting.has_transport);
    let posting = draft(&[("welfare", "餐补,长白班")]);
    assert!(posting.has_meals && !posting.has_lodging && !posting.has_insurance && !posting.has_transport);
}

#[test]
fn schooling_is_read_as_the_least_that_is_asked() {
    for (cell, level) in [
        ("学历不限", None),
        ("初中及以下", None),
        ("", None),
        ("初中", Some(Education::JuniorMiddle)),
        ("中专/中技", Some(Education::SeniorMiddle)),
        ("大专及以上", Some(Education::JuniorCollege)),
        ("本科", Some(Education::BachelorPlus)),
    ] {
        assert_eq!(draft(&[("education", cell)]).education, level, "{cell}");
    }
}

#[test]
fn reposts_share_a_key() {
    let first = draft(&[]);
    let again = draft(&[("id", "p2"), ("title", " 保洁员 "), ("wage_min", "")]);
    assert_eq!(first.repost_key(), again.repost_key());
    assert_ne!(first.repost_key(), draft(&[("region_code", "532822105")]).repost_key());
}

#[test]
fn every_code_has_a_sentence_in_both_languages() {
    for catalogue in [
        include_str!("../../../templates/locales/zh-CN/postings.ftl"),
        include_str!("../../../templates/locales/en/postings.ftl"),
    ] {
        let repairs = REPAIR_CODES.map(|code| format!("postings-repair-{code} = "));
        let faults = FAULT_CODES.map(|code| format!("refusal-{code} = "));
        for start in repairs.iter().chain(&faults) {
            assert!(
                catalogue.lines().any(|line| line.starts_with(start.as_str())),
                "{start}"
            );
        }
    }
}

/// Reads a whole list named by YIGANG_POSTINGS_CSV and prints what came out; without it there is nothing to read.
#[test]
fn a_whole_list_is_read_without_losing_a_row() {
    let Ok(path) = std::env::var("YIGANG_POSTINGS_CSV") else {
        return;
    };
    let mut reader = csv::Reader::from_path(Path::new(&path)).expect("the list opens");
    let mut counts: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
    let mut keys: HashMap<String, usize> = HashMap::new();
    for cells in reader.deserialize::<HashMap<String, String>>() {
        let reading = read_posting_row(&cells.expect("a row"));
        assert_eq!(reading.draft.is_some(), reading.faults.is_empty());
        let repairs = reading.repairs.iter().map(|r| format!("repair {}", r.code));
        let faults = reading.faults.iter().map(|f| format!("fault {} {}", f.field, f.code));
        let doubts = reading
            .doubts
            .iter()
            .map(|d| format!("doubt {} {}", d.kind.code(), d.phrase));
        for line in repairs.chain(faults).chain(doubts).chain(["rows".to_owned()]) {
            *counts.entry(line).or_insert(0) += 1;
        }
        if let Some(draft) = reading.draft {
            *keys.entry(draft.repost_key()).or_insert(0) += 1;
        }
    }
    println!("{counts:#?}\nreposts {}", keys.values().filter(|n| **n > 1).count());
}
