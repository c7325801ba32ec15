//! Whether the demo bureau holds together: the same again from the same seed, every cell readable, every share plausible.

use std::collections::{HashMap, HashSet};

use super::*;
use crate::base::codes::{Education, LabourSkill, RelationToHead};
use crate::base::identity::{CreditCode, IdNumber, Phone};
use crate::base::region::RegionCode;
use crate::base::time::{Day, age_on, parse_day};
use crate::reference::{OccupationCode, ethnic_group_code, occupations, regions};

const SEED: u64 = 20_200_511;

fn as_of() -> Day {
    parse_day("2020-06-30").unwrap()
}

fn by_household(rows: &[RosterRow]) -> Vec<&[RosterRow]> {
    rows.chunk_by(|a, b| a.cell("户编号") == b.cell("户编号")).collect()
}

fn share(part: usize, whole: usize) -> usize {
    part * 1000 / whole.max(1)
}

/// Counts as labour and is below the age at which work ends, as the roster says it.
fn is_labourer(row: &RosterRow) -> bool {
    let age = age_on(parse_day(row.cell("出生日期")).unwrap(), as_of());
    let limit = if row.cell("性别") == "男" { 60 } else { 55 };
    LabourSkill::from_label(row.cell("劳动能力"))
        .unwrap()
        .counts_as_labour()
        && (16..limit).contains(&age)
}

#[test]
fn every_line_of_the_tables_is_read() {
    let lines = |text: &str| text.lines().count() - 1;
    assert_eq!(trades::TRADES.len(), lines(include_str!("data/trades.csv")));
    assert_eq!(places::AWAY.len(), lines(include_str!("data/places.csv")));
    assert_eq!(places::SHARES.len(), lines(include_str!("data/peoples.csv")));
    assert!(trades::TRADES.len() >= 120);
    for trade in trades::TRADES.iter() {
        let code = OccupationCode::parse(&trade.code).unwrap();
        assert!(
            occupations()
                .get(&code)
                .is_some_and(|o| o.level == 4 || trade.code.ends_with("-00")),
            "{trade:?}"
        );
        assert!(
            !wording::of(&wording::PHRASES.hours, &trade.shift).is_empty(),
            "{trade:?}"
        );
        assert!(trade.tasks.len() >= 4, "{trade:?}");
    }
    for place in places::AWAY.iter() {
        let code = RegionCode::parse(&place.code).unwrap();
        assert_eq!(regions().read_place(&places::full_name(&code)), Some(code));
    }
}

#[test]
fn the_same_seed_gives_the_same_rows() {
    assert!(roster(SEED, 120, as_of()).eq(roster(SEED, 120, as_of())));
    assert!(postings(SEED, 200, as_of()).eq(postings(SEED, 200, as_of())));
    assert!(employers(SEED, 120).eq(employers(SEED, 120)));
    assert!(courses(SEED, 60, as_of()).eq(courses(SEED, 60, as_of())));
    assert!(!roster(SEED + 1, 120, as_of()).eq(roster(SEED, 120, as_of())));
    assert!(!postings(SEED + 1, 200, as_of()).eq(postings(SEED, 200, as_of())));
}

#[test]
fn the_roster_has_the_columns_of_the_bureaus_file() {
    let fixture = include_str!("../../../tests/fixtures/roster_clean.csv").trim_start_matches('\u{feff}');
    assert_eq!(fixture.lines().next().unwrap(), ROSTER_COLUMNS.join(","));
    assert!(roster(SEED, 30, as_of()).all(|row| row.cells().len() == ROSTER_COLUMNS.len()));
}

#[test]
fn every_person_of_the_roster_can_be_read() {
    let rows: Vec<RosterRow> = roster(SEED, 2000, as_of()).collect();
    let mut numbers = HashSet::new();
    for row in &rows {
        let id = IdNumber::parse(row.cell("公民身份号码")).unwrap();
        assert!(id.expose().starts_with("532899"));
        assert_eq!(id.birth_on().to_string(), row.cell("出生日期"));
        assert_eq!(id.is_male(), row.cell("性别") == "男");
        assert!(id.birth_on() <= as_of());
        assert!(numbers.insert(id.expose().to_owned()), "a citizen number occurs twice");
        assert!(
            numbers.insert(row.cell("人编号").to_owned()),
            "a person number occurs twice"
        );
        assert!(row.cell("人编号").starts_with(row.cell("户编号")) && row.cell("户编号").len() == 16);
        assert!(row.cell("联系电话").is_empty() || Phone::parse(row.cell("联系电话")).is_some());
        assert!(RelationToHead::from_label(row.cell("与户主关系")).is_some());
        assert!(ethnic_group_code(row.cell("民族")).is_some());
        assert!(
            (2..=6).contains(&row.cell("姓名").chars().count()),
            "{}",
            row.cell("姓名")
        );
        let village = RegionCode::parse(&row.cell("户编号")[..12]).unwrap();
        assert_eq!(regions().get(&village).unwrap().name, row.cell("行政村"));
        let at_school = row.cell("在校生状况") != "非在校生";
        assert_eq!(Education::from_label(row.cell("文化程度")).is_none(), at_school);
        assert!(!(at_school && row.cell("是否就业") == "是"), "a pupil works");
        assert!(row.cell("月收入（元）").is_empty() || row.cell("月收入（元）").parse::<u32>().unwrap() >= 600);
        if row.cell("是否就业") == "是" && !row.cell("就业地点").is_empty() {
            assert!(
                regions()
                    .read_place(row.cell("就业地点"))
                    .is_some_and(|r| r.digits().len() >= 4),
                "{}",
                row.cell("就业地点")
            );
        }
    }
}

#[test]
fn families_hang_together() {
    let rows: Vec<RosterRow> = roster(SEED, 2000, as_of()).collect();
    let households = by_household(&rows);
    assert_eq!(households.len(), 2000);
    let year = |row: &RosterRow| row.cell("出生日期")[..4].parse::<i32>().unwrap();
    for members in &households {
        let with = |label: &str| members.iter().filter(|m| m.cell("与户主关系") == label).count();
        assert_eq!(with("户主"), 1);
        assert!(with("配偶") <= 1);
        let head = &members[0];
        for member in members.iter() {
            match member.cell("与户主关系") {
                "配偶" => assert_ne!(member.cell("性别"), head.cell("性别")),
                "之子" | "之女" => assert!(year(member) - year(head) >= 15),
                "之父" | "之母" | "之岳母" | "之婆婆" => assert!(year(head) - year(member) >= 15),
                _ => {}
            }
            assert_eq!(member.cell("村民小组"), head.cell("村民小组"));
            assert_eq!(member.cell("安置点"), head.cell("安置点"));
        }
    }
}

#[test]
fn the_shares_of_the_roster_are_the_bureaus() {
    let rows: Vec<RosterRow> = roster(SEED, 4000, as_of()).collect();
    let households = by_household(&rows);
    assert!(
        (3200..4600).contains(&(rows.len() * 1000 / households.len())),
        "{}",
        rows.len()
    );
    let relocated: Vec<&&[RosterRow]> = households
        .iter()
        .filter(|h| h[0].cell("是否易地搬迁户") == "是")
        .collect();
    assert!(
        (260..400).contains(&share(relocated.len(), households.len())),
        "{}",
        relocated.len()
    );
    let sites: HashSet<&str> = relocated.iter().map(|h| h[0].cell("安置点")).collect();
    assert!((36..=47).contains(&sites.len()), "{}", sites.len());
    let with_labour: Vec<_> = relocated.iter().filter(|h| h.iter().any(is_labourer)).collect();
    let zero = with_labour
        .iter()
        .filter(|h| !h.iter().any(|m| is_labourer(m) && m.cell("是否就业") == "是"))
        .count();
    assert!(
        (55..110).contains(&share(zero, with_labour.len())),
        "{zero} of {}",
        with_labour.len()
    );
    let mut peoples: HashMap<&str, usize> = HashMap::new();
    for row in &rows {
        *peoples.entry(row.cell("民族")).or_default() += 1;
    }
    for people in ["傣族", "哈尼族", "汉族", "拉祜族", "布朗族", "基诺族", "彝族", "瑶族"] {
        assert!(
            peoples.get(people).is_some_and(|n| share(*n, rows.len()) >= 8),
            "{people}: {peoples:?}"
        );
    }
    let labourers = rows.iter().filter(|row| is_labourer(row)).count();
    assert!(
        (420..640).contains(&share(labourers, rows.len())),
        "{labourers} of {}",
        rows.len()
    );
    let monitored = households.iter().filter(|h| !h[0].cell("监测类别").is_empty()).count();
    assert!((80..200).contains(&share(monitored, households.len())), "{monitored}");
}

#[test]
fn employers_could_register() {
    let list: Vec<DemoEmployer> = employers(SEED, 9000).collect();
    assert_eq!(list.len(), 9000);
    let names: HashSet<&str> = list.iter().map(|e| e.name.as_str()).collect();
    let codes: HashSet<&str> = list.iter().map(|e| e.credit_code.as_str()).collect();
    assert_eq!((names.len(), codes.len()), (9000, 9000));
    for employer in &list {
        let code = CreditCode::parse(&employer.credit_code).unwrap();
        assert!(code.check_holds() && &code.as_str()[2..8] == "532899", "{employer:?}");
        assert!(Phone::parse(&employer.phone).is_some());
        assert!(regions().get(&employer.region).is_some());
    }
    let kinds: HashSet<_> = list.iter().map(|e| e.kind).collect();
    assert!(kinds.len() >= 8, "{kinds:?}");
}

#[test]
fn every_posting_can_be_read_and_is_lawful() {
    let n = 6000;
    let rows: Vec<PostingRow> = postings(SEED, n, as_of()).collect();
    assert_eq!(rows.len(), n);
    let companies: HashSet<String> = employers(SEED, employers_behind(n)).map(|e| e.name).collect();
    let unlawful = [
        "限男",
        "限女",
        "男性",
        "女性",
        "周岁",
        "岁以下",
        "汉族",
        "民族优先",
        "户籍",
        "本地人",
        "已婚",
        "未婚",
        "押金：",
        "形象",
        "残疾",
        "{",
    ];
    for row in &rows {
        let code = OccupationCode::parse(&row.occupation_code).unwrap();
        assert!(occupations().get(&code).is_some(), "{row:?}");
        let region = RegionCode::parse(&row.region_code).unwrap();
        assert!(regions().get(&region).is_some(), "{row:?}");
        assert!(companies.contains(&row.company), "{row:?}");
        assert!(row.sex == "不限" && row.age_max.is_empty());
        assert!(
            !unlawful
                .iter()
                .any(|w| row.description.contains(w) || row.title.contains(w)),
            "{row:?}"
        );
        assert!((60..900).contains(&row.description.chars().count()), "{row:?}");
        let day = parse_day(&row.published).unwrap();
        assert!(day <= as_of() && (as_of() - day).num_days() < 70);
        if let (Ok(low), Ok(high)) = (row.wage_min.parse::<u32>(), row.wage_max.parse::<u32>()) {
            let bounds = match row.wage_unit.as_str() {
                "month" => 600..14_000,
                "day" => 80..500,
                _ => 18..70,
            };
            assert!(
                low <= high && bounds.contains(&low) && bounds.contains(&high),
                "{row:?}"
            );
        }
    }
}

#[test]
fn the_shares_of_the_postings_are_plausible() {
    let rows: Vec<PostingRow> = postings(SEED, 6000, as_of()).collect();
    let count = |fits: &dyn Fn(&&PostingRow) -> bool| share(rows.iter().filter(fits).count(), rows.len());
    assert!((420..600).contains(&count(&|r| r.region_code.starts_with("5328"))));
    assert!((250..600).contains(&count(&|r| r.region_code.len() == 12)));
    assert!((60..140).contains(&count(&|r| r.kind == "public_welfare")));
    assert!((15..120).contains(&count(&|r| r.kind == "workshop")));
    assert!((10..60).contains(&count(&|r| r.wage_unit.is_empty())));
    let texts: HashSet<&str> = rows.iter().map(|r| r.description.as_str()).collect();
    assert!(share(texts.len(), rows.len()) > 990, "{}", texts.len());
    let codes: HashSet<&str> = rows.iter().map(|r| r.occupation_code.as_str()).collect();
    assert!(codes.len() >= 100, "{}", codes.len());
}

#[test]
fn courses_run_and_end() {
    let rows: Vec<CourseRow> = courses(SEED, 300, as_of()).collect();
    assert_eq!(rows.len(), 300);
    for row in &rows {
        assert!(row.starts <= row.ends && row.places > 0, "{row:?}");
        let code = OccupationCode::parse(&row.occupation_code).unwrap();
        assert!(
            occupations().get(&code).is_some() && regions().get(&row.region).is_some(),
            "{row:?}"
        );
        let ordered = matches!(row.kind.as_str(), "order" | "on_job");
        assert_eq!(ordered, !row.order_employer.is_empty(), "{row:?}");
        assert!(row.address.starts_with(&places::spoken_name(&row.region)), "{row:?}");
    }
    assert_eq!(rows.iter().map(|r| r.kind).collect::<HashSet<_>>().len(), 10);
}
