//! What a caller may rely on when asking: words, phrases, filters, counts, pages, suggestions; never an error.

mod durability;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::base::error::Error;
use crate::base::region::RegionCode;
use crate::base::time::{Day, parse_day};

fn day(text: &str) -> Day {
    parse_day(text).unwrap()
}

fn document(id: i64, title: &str, body: &str) -> Document {
    Document {
        kind: DocumentKind::Job,
        id,
        title: title.to_owned(),
        body: body.to_owned(),
        words: Vec::new(),
        suggestions: Vec::new(),
        region: None,
        occupation: None,
        wage_low: None,
        wage_high: None,
        lodging: false,
        meals: false,
        insurance: false,
        free_places: 1,
        published: day("2020-06-01"),
        closes: None,
    }
}

fn ready(dir: &Path) -> Index {
    match Index::open(dir).unwrap() {
        Opened::Ready(index) => index,
        Opened::Unusable(why) => panic!("{why:?}"),
    }
}

fn index_of(documents: &[Document]) -> (TempDir, Index) {
    let dir = tempfile::tempdir().unwrap();
    let rebuild = Rebuild::start(dir.path()).unwrap();
    documents.iter().for_each(|document| rebuild.add(document).unwrap());
    rebuild.finish(1).unwrap();
    let index = ready(dir.path());
    (dir, index)
}

fn found(index: &Index, words: &str) -> Vec<i64> {
    ids(&index.search(&Question::about(words)).unwrap())
}

fn ids(answer: &Answer) -> Vec<i64> {
    answer.hits.iter().map(|hit| hit.id).collect()
}

/// Sixty documents that differ in every filter.
fn mixed() -> Vec<Document> {
    let titles = ["保洁员", "割胶工", "保安", "叉车司机", "Cleaner 清洁工"];
    let regions = ["532801002003", "532801003", "532822", "532823102", "310114", "53"];
    let occupations = ["4-09-08-01", "5-01-02-03", "4-07-05-01", "6-30-05-03"];
    (0..60_usize)
        .map(|i| {
            let id = i64::try_from(i).unwrap();
            Document {
                kind: DocumentKind::ALL[i % 3],
                region: RegionCode::parse(regions[i % regions.len()]),
                occupation: Some(occupations[i % occupations.len()].to_owned()),
                wage_high: (i % 4 != 0).then(|| 100_000 + 10_000 * (id % 7)),
                lodging: i % 2 == 0,
                published: day("2020-06-01") + chrono::Days::new(u64::try_from(i % 9).unwrap()),
                closes: (i % 5 == 0).then(|| day("2020-07-01")),
                ..document(id, titles[i % titles.len()], "工作内容：打扫、巡查。")
            }
        })
        .collect()
}

#[test]
fn words_in_both_languages_are_found() {
    let mut cleaner = document(1, "诚聘ＫＴＶ保洁", "负责大厅清扫");
    cleaner.words = vec!["曼听傣乡源物业".to_owned(), "景洪市".to_owned()];
    let (_dir, index) = index_of(&[
        cleaner,
        document(2, "割胶工", "橡胶林里割胶"),
        document(3, "保安", "值夜班"),
    ]);
    for words in [
        "保洁",
        "打扫",
        "cleaners",
        "KTV",
        "ktv保洁",
        "傣乡源",
        "景洪 保洁员",
        "baojie",
        "宝洁",
        "jinghong cleaner",
    ] {
        assert_eq!(found(&index, words).first(), Some(&1), "{words}");
    }
    assert_eq!(found(&index, "rubber"), [2]);
    assert!(found(&index, "宇航员").is_empty());
}

#[test]
fn phrases_hold_word_for_word_and_minus_excludes() {
    let documents = [
        document(1, "服务员", "包吃住，长白班"),
        document(2, "服务员", "包吃，不包住。两班倒"),
        document(3, "服务员 Night shift", "包住"),
    ];
    let (_dir, index) = index_of(&documents);
    assert_eq!(found(&index, "\"包吃住\""), [1]);
    assert_eq!(found(&index, "服务员 「不包住」"), [2]);
    assert_eq!(found(&index, "“吃，不”"), [2]);
    assert_eq!(found(&index, "\"night shift\""), [3]);
    assert!(found(&index, "\"shift night\"").is_empty());
    assert_eq!(found(&index, "服务员 -两班倒 -night"), [1]);
    assert_eq!(found(&index, "-长白班"), [3, 2]);
}

#[test]
fn every_filter_agrees_with_a_plain_scan() {
    let documents = mixed();
    let (_dir, index) = index_of(&documents);
    let region = |code: &str| RegionCode::parse(code);
    type Holds = Box<dyn Fn(&Document) -> bool>;
    let cases: Vec<(Filters, Holds)> = vec![
        (Filters::default(), Box::new(|_| true)),
        (
            Filters {
                kind: Some(DocumentKind::Course),
                ..Filters::default()
            },
            Box::new(|d| d.kind == DocumentKind::Course),
        ),
        (
            Filters {
                region: region("5328"),
                ..Filters::default()
            },
            Box::new(move |d| d.region.as_ref().is_some_and(|r| r.digits().starts_with("5328"))),
        ),
        (
            Filters {
                region: region("532801"),
                ..Filters::default()
            },
            Box::new(move |d| d.region.as_ref().is_some_and(|r| r.digits().starts_with("532801"))),
        ),
        (
            Filters {
                occupation: Some("4-00-00-00".to_owned()),
                ..Filters::default()
            },
            Box::new(|d| d.occupation.as_ref().is_some_and(|o| o.starts_with('4'))),
        ),
        (
            Filters {
                occupation: Some("4-09-08-01".to_owned()),
                ..Filters::default()
            },
            Box::new(|d| d.occupation.as_deref() == Some("4-09-08-01")),
        ),
        (
            Filters {
                wage_min: Some(130_000),
                ..Filters::default()
            },
            Box::new(|d| d.wage_high >= Some(130_000)),
        ),
        (
            Filters {
                lodging: true,
                ..Filters::default()
            },
            Box::new(|d| d.lodging),
        ),
        (
            Filters {
                since: Some(day("2020-06-05")),
                ..Filters::default()
            },
            Box::new(|d| d.published >= day("2020-06-05")),
        ),
        (
            Filters {
                open_on: Some(day("2020-07-02")),
                ..Filters::default()
            },
            Box::new(|d| d.closes.is_none()),
        ),
    ];
    for (filters, holds) in cases {
        for words in ["", "保洁"] {
            let question = Question {
                filters: filters.clone(),
                limit: 100,
                ..Question::about(words)
            };
            let answer = index.search(&question).unwrap();
            let wanted =
                |d: &Document| holds(d) && (words.is_empty() || d.title.contains("洁") || d.body.contains("打扫"));
            let expected: BTreeSet<i64> = documents.iter().filter(|d| wanted(d)).map(|d| d.id).collect();
            assert_eq!(
                ids(&answer).into_iter().collect::<BTreeSet<_>>(),
                expected,
                "{filters:?} {words}"
            );
            assert_eq!(answer.total, u64::try_from(expected.len()).unwrap());
        }
    }
}

#[test]
fn facets_count_what_was_found() {
    let documents = mixed();
    let (_dir, index) = index_of(&documents);
    let ask = |region: Option<&str>, occupation: Option<&str>| {
        let filters = Filters {
            region: region.and_then(RegionCode::parse),
            occupation: occupation.map(str::to_owned),
            ..Filters::default()
        };
        index
            .search(&Question {
                filters,
                facets: true,
                ..Question::about("")
            })
            .unwrap()
    };
    let all = ask(None, None);
    let facets = all.facets.unwrap();
    assert_eq!(facets.kinds, DocumentKind::ALL.map(|kind| (kind, 20)));
    let province = |code: &str| RegionCode::parse(code).unwrap();
    assert_eq!(facets.regions, [(province("53"), 50), (province("31"), 10)]);
    assert_eq!(
        facets.occupations,
        [("4".to_owned(), 30), ("5".to_owned(), 15), ("6".to_owned(), 15)]
    );
    let priced = documents.iter().filter(|d| d.wage().is_some()).count();
    assert_eq!(facets.wage_bands, [(0, u64::try_from(priced).unwrap())]);
    let counties = ask(Some("5328"), Some("4-00-00-00")).facets.unwrap();
    let mut expected: BTreeMap<&str, u64> = BTreeMap::new();
    for document in documents
        .iter()
        .filter(|d| d.occupation.as_ref().is_some_and(|o| o.starts_with('4')))
    {
        let county = document
            .region
            .as_ref()
            .and_then(|r| r.digits().get(..6))
            .filter(|c| c.starts_with("5328"));
        county
            .into_iter()
            .for_each(|county| *expected.entry(county).or_default() += 1);
    }
    assert!(expected.len() > 1);
    assert_eq!(
        counties
            .regions
            .iter()
            .map(|(r, n)| (r.digits(), *n))
            .collect::<BTreeMap<_, _>>(),
        expected
    );
    assert_eq!(
        counties.occupations.iter().map(|(o, _)| o.as_str()).collect::<Vec<_>>(),
        ["4-07", "4-09"]
    );
}

#[test]
fn pages_cover_everything_once_in_every_order() {
    let documents = mixed();
    let (_dir, index) = index_of(&documents);
    for sort in [Sort::Relevance, Sort::Date, Sort::Wage] {
        for words in ["", "保洁 割胶工 司机", "清洁"] {
            let mut question = Question {
                sort,
                limit: 7,
                ..Question::about(words)
            };
            let mut seen = Vec::new();
            let mut total = 0;
            loop {
                let answer = index.search(&question).unwrap();
                seen.extend(ids(&answer));
                total = total.max(answer.total);
                assert!(seen.len() <= documents.len(), "pages repeat");
                match answer.next {
                    Some(next) => question.cursor = Some(next),
                    None => break,
                }
            }
            assert_eq!(u64::try_from(seen.len()).unwrap(), total, "{sort:?} {words}");
            assert_eq!(
                seen.iter().collect::<BTreeSet<_>>().len(),
                seen.len(),
                "{sort:?} {words}"
            );
            let whole = index
                .search(&Question {
                    sort,
                    limit: 100,
                    ..Question::about(words)
                })
                .unwrap();
            assert_eq!(seen, ids(&whole), "{sort:?} {words}");
        }
    }
    let by_wage = index
        .search(&Question {
            sort: Sort::Wage,
            limit: 100,
            ..Question::about("")
        })
        .unwrap();
    let wages: Vec<Option<i64>> = ids(&by_wage)
        .iter()
        .map(|id| documents[usize::try_from(*id).unwrap()].wage_high)
        .collect();
    assert!(wages.windows(2).all(|pair| pair[0] >= pair[1]), "{wages:?}");
}

#[test]
fn who_asks_without_words_sees_work_before_courses() {
    let documents = mixed();
    let (_dir, index) = index_of(&documents);
    let all = Question {
        limit: 100,
        ..Question::about("")
    };
    let order: Vec<(bool, Day)> = ids(&index.search(&all).unwrap())
        .iter()
        .map(|id| &documents[usize::try_from(*id).unwrap()])
        .map(|d| (d.kind == DocumentKind::Course, d.published))
        .collect();
    assert_eq!(order.len(), documents.len());
    let sound =
        |pair: &[(bool, Day)]| (pair[0].0, std::cmp::Reverse(pair[0].1)) <= (pair[1].0, std::cmp::Reverse(pair[1].1));
    assert!(order.windows(2).all(sound), "{order:?}");
}

#[test]
fn a_bad_cursor_is_a_bad_request() {
    let (_dir, index) = index_of(&mixed());
    let question = Question {
        cursor: Some("今天".to_owned()),
        ..Question::about("保洁")
    };
    assert!(matches!(index.search(&question), Err(Error::BadRequest { parameter, .. }) if parameter == "cursor"));
}

#[test]
fn names_are_suggested_by_pinyin_and_by_themselves() {
    let mut tapper = document(3, "割胶工（急聘）", "");
    tapper.suggestions = vec!["橡胶割胶工".to_owned()];
    let (_dir, index) = index_of(&[
        document(1, "保洁员", ""),
        document(2, "保洁员(包住)", ""),
        document(4, "保安", ""),
        tapper,
    ]);
    let names = |typed: &str| -> Vec<String> {
        index
            .suggest(typed, 5)
            .unwrap()
            .into_iter()
            .map(|suggestion| suggestion.text)
            .collect()
    };
    assert_eq!(names("bjy"), ["保洁员"]);
    assert_eq!(names("BaoJ"), ["保洁员"]);
    assert_eq!(names("保"), ["保洁员", "保安"]);
    assert_eq!(names("ge j"), ["割胶工"]);
    assert_eq!(names("xj"), ["橡胶割胶工"]);
    assert!(names("").is_empty() && names("zzz").is_empty());
    assert_eq!(index.suggest("bjy", 5).unwrap()[0].documents, 2);
}

#[test]
fn no_text_makes_a_search_fail() {
    let (_dir, index) = index_of(&mixed());
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(400));
    let text = prop_oneof![
        any::<String>(),
        "[-\"“”「」 :*^~()\\[\\]\\\\+!?保洁景洪a-z0-9]{0,40}",
        "[保洁员割胶工景洪市的了， ]{0,450}",
        "[a-z]{0,60}",
    ];
    let outcome = runner.run(&text, |text| {
        let question = Question {
            facets: true,
            ..Question::about(text.as_str())
        };
        let answer = index
            .search(&question)
            .map_err(|e| TestCaseError::fail(e.to_string()))?;
        prop_assert!(answer.total <= 60 && answer.hits.len() <= 20);
        for hit in &answer.hits {
            let title: String = hit.title.iter().map(|(_, piece)| piece.as_str()).collect();
            prop_assert!(!title.is_empty());
        }
        index
            .suggest(&text, 10)
            .map_err(|e| TestCaseError::fail(e.to_string()))?;
        Ok(())
    });
    outcome.unwrap();
}
