use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::base::codes::{LabourSkill, Language};
use crate::base::money::Money;
use crate::base::time::parse_day;
use crate::platform::files::{Cell, open_table};
use crate::reference::regions;

const AS_OF: &str = "2020-06-30";

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name)
}

fn read(path: &Path) -> Vec<JudgedRow> {
    let mut reader = RosterReader::open(path, parse_day(AS_OF).unwrap()).unwrap();
    let mut rows = Vec::new();
    while let Some(row) = reader.next_row().unwrap() {
        rows.push(row);
    }
    rows
}

fn refusal(path: &Path) -> (&'static str, Vec<(&'static str, String)>) {
    match RosterReader::open(path, parse_day(AS_OF).unwrap()) {
        Err(Error::Refused { code, values }) => (code, values),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("{} was opened", path.display()),
    }
}

fn truth() -> Value {
    serde_json::from_str(&std::fs::read_to_string(fixture("roster_dirty.truth.json")).unwrap()).unwrap()
}

fn codes(row: &JudgedRow) -> Vec<&'static str> {
    let reading = &row.reading;
    reading
        .doubts
        .iter()
        .map(|d| d.code)
        .chain(reading.faults.iter().map(|f| f.code))
        .collect()
}

/// The cell as the bureau would write it properly, by the truth file's key.
fn said(row: &RosterRow, key: &str) -> String {
    let (household, person, work) = (&row.household, &row.person, &row.work);
    let yes_no = |yes: Option<bool>| {
        yes.map(|yes| if yes { "是" } else { "否" })
            .unwrap_or_default()
            .to_owned()
    };
    match key {
        "hid" => household.registry_number.clone().unwrap_or_default(),
        "village" => household
            .region
            .as_ref()
            .and_then(|r| regions().get(r))
            .map(|r| r.name.clone())
            .unwrap_or_default(),
        "moved" => yes_no(household.relocated),
        "sex" => person
            .sex
            .map(|sex| sex.label(Language::Zh))
            .unwrap_or_default()
            .to_owned(),
        "idno" => person
            .id_number
            .as_ref()
            .map(|id| id.expose().to_owned())
            .unwrap_or_default(),
        "birth" => person.birth_on.map(|day| day.to_string()).unwrap_or_default(),
        "skills" => person.skills.join("、"),
        "phone" => person
            .phone
            .as_ref()
            .map(|phone| phone.expose().to_owned())
            .unwrap_or_default(),
        "wage" => work.wage.map(|wage| (wage.fen() / 100).to_string()).unwrap_or_default(),
        "relation" => person
            .relation
            .map(|r| r.label(Language::Zh))
            .unwrap_or_default()
            .to_owned(),
        other => panic!("no such key: {other}"),
    }
}

/// What the bureau would count from the usable rows.
#[derive(Debug, PartialEq, Eq)]
struct Counts {
    persons: usize,
    households: usize,
    relocated: usize,
    labour: usize,
    employed: usize,
    zero: BTreeSet<String>,
}

fn count(rows: &[JudgedRow]) -> Counts {
    let mut households: BTreeMap<String, (bool, bool, bool)> = BTreeMap::new();
    let usable: Vec<&RosterRow> = rows
        .iter()
        .filter(|r| r.outcome.is_usable())
        .map(|r| &r.reading.fields)
        .collect();
    for row in &usable {
        let number = row.household.registry_number.clone().unwrap();
        let (relocated, labour, employed) = households.entry(number).or_default();
        *relocated |= row.household.relocated == Some(true);
        *labour |= row.has_labour_capacity();
        *employed |= row.work.employed == Some(true);
    }
    Counts {
        persons: usable.len(),
        households: households.len(),
        relocated: households.values().filter(|(relocated, ..)| *relocated).count(),
        labour: usable.iter().filter(|row| row.has_labour_capacity()).count(),
        employed: usable.iter().filter(|row| row.work.employed == Some(true)).count(),
        zero: households
            .into_iter()
            .filter(|(_, facts)| *facts == (true, true, false))
            .map(|(number, _)| number)
            .collect(),
    }
}

fn expected_counts() -> Counts {
    let truth = truth();
    let expect = |name: &str| usize::try_from(truth["expect"][name].as_u64().unwrap()).unwrap();
    let zero = truth["expect"]["zero_employed_household_ids"].as_array().unwrap();
    Counts {
        persons: expect("persons"),
        households: expect("households"),
        relocated: expect("relocated_households"),
        labour: expect("labour"),
        employed: expect("employed"),
        zero: zero.iter().map(|id| id.as_str().unwrap().to_owned()).collect(),
    }
}

/// The dirty sheet as text: `filled` writes the household's cells into every row, else they stay blank below the first.
fn dirty_as_csv(folder: &Path, filled: bool) -> PathBuf {
    let missing: BTreeSet<u64> = truth()["issues"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|issue| issue["kind"] == "hid_missing")
        .map(|issue| issue["row"].as_u64().unwrap())
        .collect();
    let path = folder.join("dirty.csv");
    let mut writer = csv::WriterBuilder::new().flexible(true).from_path(&path).unwrap();
    let mut table = open_table(&fixture("roster_dirty.xlsx")).unwrap();
    let mut next = 1;
    while let Some(row) = table.next_row().unwrap() {
        for _ in next..row.number {
            writer.write_record([""; 30]).unwrap();
        }
        next = row.number + 1;
        let cells = (0..30).map(|at| {
            let blank = row.number > 4 && row.is_merged_above(at) && !filled;
            let spoilt = at == 5 && missing.contains(&u64::from(row.number));
            if blank || spoilt {
                String::new()
            } else {
                row.cell(at).shown().into_owned()
            }
        });
        writer.write_record(cells).unwrap();
    }
    writer.flush().unwrap();
    path
}

#[test]
fn a_clean_roster_has_nothing_to_say_and_csv_says_what_the_workbook_says() {
    let (sheet, text) = (read(&fixture("roster_clean.xlsx")), read(&fixture("roster_clean.csv")));
    assert_eq!(sheet.len(), 1250);
    for (left, right) in sheet.iter().zip(&text) {
        assert_eq!(left.outcome, Outcome::Good, "{:?}", left.reading);
        assert_eq!(left.reading.unknown_labels, [], "{}", left.row.number);
        assert_eq!((&left.reading, left.row.number), (&right.reading, right.row.number));
    }
    assert_eq!(sheet.len(), text.len());
}

#[test]
fn the_dirty_roster_is_read_as_the_truth_says_row_by_row() {
    let rows: HashMap<u64, JudgedRow> = read(&fixture("roster_dirty.xlsx"))
        .into_iter()
        .map(|row| (u64::from(row.row.number), row))
        .collect();
    let truth = truth();
    let issues = truth["issues"].as_array().unwrap();
    assert_eq!(rows.len(), 1325);
    let mut touched: BTreeSet<u64> = BTreeSet::new();
    for issue in issues {
        let number = issue["row"].as_u64().unwrap();
        let row = &rows[&number];
        let kind = issue["kind"].as_str().unwrap();
        let context = format!("row {number} {kind}: {:?} {:?}", row.outcome, codes(row));
        match issue["fix"].as_str().unwrap() {
            "auto" => {
                let key = issue["key"].as_str().unwrap();
                assert_eq!(
                    said(&row.reading.fields, key),
                    issue["want"].as_str().unwrap(),
                    "{context}"
                );
                let flagged = issues
                    .iter()
                    .any(|other| other["row"] == issue["row"] && other["fix"] != "auto");
                assert!(flagged || row.outcome == Outcome::Good, "{context}");
            }
            "drop" => assert!(matches!(row.outcome, Outcome::Repeated { .. }), "{context}"),
            "flag" => {
                touched.insert(number);
                check_flagged(kind, issue, row, &context);
            }
            other => panic!("{other}"),
        }
        touched.extend((issue["fix"] == "drop").then_some(number));
    }
    for (number, row) in &rows {
        assert!(
            touched.contains(number) || row.outcome == Outcome::Good,
            "row {number}: {:?} {:?}",
            row.outcome,
            codes(row)
        );
    }
}

fn check_flagged(kind: &str, issue: &Value, row: &JudgedRow, context: &str) {
    let usable = Outcome::Doubtful { usable: true };
    let fields = &row.reading.fields;
    match kind {
        "id_check_digit" => {
            assert!(
                row.outcome == usable && codes(row).contains(&"roster-id-check-character"),
                "{context}"
            );
            assert_eq!(fields.person.id_number, None, "{context}");
            assert!(fields.person.name.is_some(), "{context}");
        }
        // The sheet's merge covers the blank cell: nothing in the file tells this row from its neighbours, and the
        // merge says the right number. Where the blank does show, see `a_household_number_that_is_missing_…`.
        "hid_missing" => {
            assert!(row.row.is_merged_above(5), "{context}");
            assert_eq!(said(fields, "hid"), issue["want"].as_str().unwrap(), "{context}");
        }
        "shifted_columns" => {
            assert!(
                row.outcome == usable && codes(row).contains(&"roster-columns-realigned"),
                "{context}"
            );
            assert!(
                fields.person.id_number.is_some() && fields.person.birth_on.is_some(),
                "{context}"
            );
            assert!(
                fields.person.relation.is_some() && fields.person.labour.is_some(),
                "{context}"
            );
        }
        "household_two_heads" => {
            assert!(
                row.outcome == usable && codes(row).contains(&"roster-second-head"),
                "{context}"
            );
            assert_eq!(fields.person.relation, None, "{context}");
        }
        "person_in_two_households" => {
            assert_eq!(row.outcome, Outcome::Doubtful { usable: false }, "{context}");
            assert!(codes(row).contains(&"roster-person-in-two-households"), "{context}");
        }
        other => panic!("{other}"),
    }
}

#[test]
fn the_dirty_roster_counts_what_the_bureau_counts() {
    assert_eq!(count(&read(&fixture("roster_dirty.xlsx"))), expected_counts());
}

#[test]
fn a_csv_with_blanks_below_the_first_row_says_what_the_merged_sheet_says() {
    let folder = tempfile::tempdir().unwrap();
    let text = read(&dirty_as_csv(folder.path(), false));
    let sheet = read(&fixture("roster_dirty.xlsx"));
    assert_eq!(text.len(), sheet.len());
    for (left, right) in text.iter().zip(&sheet) {
        assert_eq!(
            (left.outcome, &left.reading.fields),
            (right.outcome, &right.reading.fields),
            "{}",
            right.row.number
        );
    }
}

#[test]
fn a_household_number_that_is_missing_where_it_should_stand_is_proposed_and_doubted() {
    let folder = tempfile::tempdir().unwrap();
    let rows = read(&dirty_as_csv(folder.path(), true));
    let truth = truth();
    for issue in truth["issues"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|issue| issue["kind"] == "hid_missing")
    {
        let row = rows
            .iter()
            .find(|row| u64::from(row.row.number) == issue["row"].as_u64().unwrap())
            .unwrap();
        assert_eq!(row.outcome, Outcome::Doubtful { usable: true }, "{:?}", codes(row));
        assert!(codes(row).contains(&"roster-household-number-missing"));
        assert_eq!(said(&row.reading.fields, "hid"), issue["want"].as_str().unwrap());
    }
    assert_eq!(count(&rows), expected_counts());
}

#[test]
fn gb18030_reads_as_utf8() {
    let folder = tempfile::tempdir().unwrap();
    let text = std::fs::read_to_string(fixture("roster_clean.csv")).unwrap();
    let (bytes, _, lossy) = encoding_rs::GB18030.encode(text.trim_start_matches('\u{feff}'));
    assert!(!lossy);
    let path = folder.path().join("gb.csv");
    std::fs::write(&path, bytes).unwrap();
    assert_eq!(read(&path), read(&fixture("roster_clean.csv")));
}

const HEADER: &str = "县,乡镇,村,户编码,人口编码,姓名,性别,身份证号,出生日期,与户主关系,劳动技能,是否务工,务工单位,月工资,联系电话,易地搬迁户,致贫原因";

/// Reads one row (or several) under the usual header.
fn rows_under(header: &str, lines: &[&str]) -> Vec<JudgedRow> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r.csv");
    std::fs::write(&path, format!("{header}\n{}\n", lines.join("\n"))).unwrap();
    read(&path)
}

const PLACE: &str = "景洪市,嘎洒街道,曼迈社区,5328010030020001,532801003002000101";

#[test]
fn each_fault_is_named() {
    for (line, code) in [
        (
            "景洪市,嘎洒街道,天上村,1234567,123456701,岩温,男,,,户主,普通劳动力,是,,,,是,",
            "roster-place-unknown",
        ),
        (
            "景洪市,,曼迈社区,1234567,123456701,岩温,男,,,户主,普通劳动力,是,,,,是,",
            "roster-place-missing",
        ),
        (
            "景洪市,嘎洒街道,曼迈社区,1234567,123456701,,男,532899199007052316,,户主,普通劳动力,是,,,,是,",
            "roster-name-missing",
        ),
        (
            "景洪市,嘎洒街道,曼迈社区,1234567,,岩温,男,,,户主,普通劳动力,是,,,,是,",
            "roster-person-unidentified",
        ),
        (
            "景洪市,嘎洒街道,曼迈社区,,123456701,岩温,男,,,户主,普通劳动力,是,,,,是,",
            "roster-household-missing",
        ),
        (
            "景洪市,嘎洒街道,曼迈社区,某户,123456701,岩温,男,,,户主,普通劳动力,是,,,,是,",
            "roster-household-number-unreadable",
        ),
    ] {
        let row = &rows_under(HEADER, &[line])[0];
        assert_eq!((row.outcome, codes(row)), (Outcome::Rejected, vec![code]), "{line}");
    }
}

#[test]
fn each_doubt_withholds_its_cell_and_leaves_the_rest() {
    for (rest, code) in [
        (
            "岩温,男,5.32899199007052E+17,1990-07-05,户主,普通劳动力,是,,,,是,",
            "roster-id-float",
        ),
        (
            "岩温,男,532899199007052315,1990-07-05,户主,普通劳动力,是,,,,是,",
            "roster-id-check-character",
        ),
        (
            "岩温,男,5328991990,1990-07-05,户主,普通劳动力,是,,,,是,",
            "roster-id-length",
        ),
        (
            "岩温,男,532899199007052316,1990-07-06,户主,普通劳动力,是,,,,是,",
            "roster-birth-contradicts-id",
        ),
        (
            "岩温,女,532899199007052316,1990-07-05,户主,普通劳动力,是,,,,是,",
            "roster-sex-contradicts-id",
        ),
        ("岩温,男,,1990-07,户主,普通劳动力,是,,,,是,", "roster-date-month-only"),
        (
            "岩温,男,,1990-02-30,户主,普通劳动力,是,,,,是,",
            "roster-date-impossible",
        ),
        ("岩温,男,,2020-07-01,户主,普通劳动力,是,,,,是,", "roster-date-future"),
        (
            "岩温,男,,1990-07-05,户主,普通劳动力,也许,,,,是,",
            "roster-yes-no-unreadable",
        ),
        (
            "岩温,男,,1990-07-05,户主,普通劳动力,是,,面议,,是,",
            "roster-wage-unreadable",
        ),
        (
            "岩温,男,,1990-07-05,户主,普通劳动力,是,,,12345,是,",
            "roster-phone-unreadable",
        ),
        (
            "岩温,未定,,1990-07-05,户主,普通劳动力,是,,,,是,",
            "roster-sex-unreadable",
        ),
    ] {
        let row = &rows_under(HEADER, &[&format!("{PLACE},{rest}")])[0];
        assert_eq!(
            (row.outcome, codes(row)),
            (Outcome::Doubtful { usable: true }, vec![code]),
            "{rest}"
        );
    }
}

#[test]
fn usual_forms_are_repaired_without_a_doubt() {
    let line = format!(
        "{PLACE},玉　罕,女性,53280119940119240x,1994.1.19,户主,弱(半)劳动力,√,橡胶厂,2.2千,138-1234-5678,Ｙ,因病"
    );
    let row = &rows_under(HEADER, &[&line])[0];
    assert_eq!(row.outcome, Outcome::Good, "{:?}", codes(row));
    let fields = &row.reading.fields;
    assert_eq!(fields.person.name.as_deref(), Some("玉罕"));
    assert_eq!(said(fields, "idno"), "53280119940119240X");
    assert_eq!(fields.person.labour, Some(LabourSkill::Weak));
    assert_eq!(fields.work.wage, Some(Money::from_fen(220_000)));
    assert_eq!(
        (fields.work.employed, fields.household.relocated),
        (Some(true), Some(true))
    );
    let repaired: BTreeSet<Column> = row.reading.repairs.iter().map(|r| r.column).collect();
    assert!(repaired.contains(&Column::IdNumber) && repaired.contains(&Column::Wage));
    assert!(
        row.reading
            .repairs
            .iter()
            .all(|r| !r.got.contains("199401") && !r.became.contains("199401"))
    );
}

#[test]
fn two_towns_of_one_name_are_told_apart() {
    let lines = [
        "勐海县,勐满镇,城子村,1,101,岩温,男,532899199007052316,,户主,普通劳动力,否,,,,否,",
        "勐腊县,勐满镇,大广村,2,201,玉罕,女,532899198503140126,,户主,普通劳动力,否,,,,否,",
    ];
    let found: Vec<String> = rows_under(HEADER, &lines)
        .iter()
        .map(|row| {
            row.reading
                .fields
                .household
                .region
                .as_ref()
                .map(|r| r.digits()[..9].to_owned())
                .unwrap_or_else(|| format!("{:?}", row.reading.faults))
        })
        .collect();
    assert_eq!(found, ["532822105", "532823103"]);
}

#[test]
fn missing_columns_are_named_and_unknown_ones_reported() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r.csv");
    std::fs::write(
        &path,
        "花名册\n县,乡镇,村,姓名,性别,民族\n景洪市,嘎洒街道,曼迈社区,岩温,男,傣族\n",
    )
    .unwrap();
    let (code, values) = refusal(&path);
    assert_eq!(
        (code, values),
        (
            "roster-columns-missing",
            vec![("columns", "户编号、劳动能力、人编号".to_owned())]
        )
    );
    std::fs::write(&path, "品名,数量,单价\n茶叶,3,20\n").unwrap();
    assert_eq!(refusal(&path).0, "roster-no-header");
    std::fs::write(&path, format!("{HEADER}\n")).unwrap();
    let reader = RosterReader::open(&path, parse_day(AS_OF).unwrap()).unwrap();
    assert_eq!(reader.header().ignored(), ["致贫原因"]);
}

#[test]
fn rows_that_name_nobody_are_skipped_and_counted() {
    let mut reader = RosterReader::open(&fixture("roster_dirty.xlsx"), parse_day(AS_OF).unwrap()).unwrap();
    while reader.next_row().unwrap().is_some() {}
    let skipped: BTreeMap<&str, u64> = reader
        .skipped()
        .iter()
        .map(|(kind, count)| (kind.as_str(), *count))
        .collect();
    assert_eq!(skipped.get("total"), Some(&1));
    assert_eq!(skipped.get("note"), Some(&1));
    let person = format!("{PLACE},岩温,男,,1990-07-05,户主,普通劳动力,否,,,,否,");
    let second = person
        .replace("532801003002000101", "532801003002000102")
        .replace("户主", "配偶")
        .replace("岩温", "玉罕");
    let lines = [
        person.as_str(),
        "小计,1人",
        ",,,,",
        HEADER,
        second.as_str(),
        "填表人：岩光,,审核人：",
    ];
    assert_eq!(
        rows_under(HEADER, &lines)
            .iter()
            .filter(|row| row.outcome == Outcome::Good)
            .count(),
        2
    );
    assert_eq!(rows_under(HEADER, &lines).len(), 2);
}

#[test]
fn a_household_written_once_is_filled_down_and_the_next_one_inherits_nothing() {
    let header = "县,乡镇,村,户编号,监测类别,是否搬迁户,人编号,姓名,劳动能力";
    let rows = rows_under(
        header,
        &[
            "景洪市,嘎洒街道,曼迈社区,90001,边缘户,是,9000101,岩温,普通劳动力",
            ",,,,,,9000102,玉罕,普通劳动力",
            "景洪市,嘎洒街道,曼迈社区,90002,,,9000201,岩光,普通劳动力",
        ],
    );
    let households: Vec<_> = rows.iter().map(|row| &row.reading.fields.household).collect();
    assert_eq!(households[0], households[1]);
    assert_eq!((households[2].relocated, households[2].monitor), (None, None));
    assert!(rows.iter().all(|row| row.outcome == Outcome::Good));
}

#[test]
fn every_code_has_a_sentence_in_both_languages_with_the_same_values() {
    let chinese = include_str!("../../templates/locales/zh-CN/roster.ftl");
    let english = include_str!("../../templates/locales/en/roster.ftl");
    let messages = |text: &str| -> BTreeMap<String, BTreeSet<String>> {
        let lines = text.lines().filter_map(|line| line.split_once(" = "));
        lines
            .map(|(key, sentence)| {
                (
                    key.to_owned(),
                    sentence
                        .split("{ $")
                        .skip(1)
                        .filter_map(|p| p.split(' ').next())
                        .map(str::to_owned)
                        .collect(),
                )
            })
            .collect()
    };
    assert_eq!(messages(chinese), messages(english));
    let sources = [
        include_str!("rules.rs"),
        include_str!("household.rs"),
        include_str!("judge.rs"),
        include_str!("cells.rs"),
        include_str!("sheet.rs"),
        include_str!("mod.rs"),
        include_str!("../platform/files/inspect.rs"),
        include_str!("../platform/files/merges.rs"),
        include_str!("../platform/files/text_table.rs"),
        include_str!("../platform/files/workbook.rs"),
        include_str!("../platform/files/writer.rs"),
    ];
    let mut used = BTreeSet::new();
    for word in sources.iter().flat_map(|source| source.split('"').skip(1).step_by(1)) {
        let is_code = (word.starts_with("roster-") || word.starts_with("file-"))
            && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
        if is_code {
            used.insert(word.to_owned());
        }
    }
    let known: BTreeSet<String> = messages(chinese)
        .into_keys()
        .map(|key| key.trim_start_matches("refusal-").to_owned())
        .collect();
    assert_eq!(used.difference(&known).collect::<Vec<_>>(), Vec::<&String>::new());
    assert_eq!(known.difference(&used).collect::<Vec<_>>(), Vec::<&String>::new());
}

fn any_cell() -> impl Strategy<Value = Cell> {
    prop_oneof![
        Just(Cell::Empty),
        "\\PC{0,20}".prop_map(Cell::Text),
        "[0-9Xx.eE+-]{0,22}".prop_map(Cell::Text),
        any::<f64>().prop_map(Cell::Number),
        (0_i32..80_000).prop_map(|n| Cell::Number(f64::from(n))),
        prop_oneof![
            Just("户主"),
            Just("是"),
            Just("普通劳动力"),
            Just("景洪市"),
            Just("合计"),
            Just("姓名")
        ]
        .prop_map(|t| Cell::Text(t.to_owned())),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_cells_make_the_reader_panic(rows in prop::collection::vec(prop::collection::vec(any_cell(), 0..34), 1..12)) {
        let mut reader = RosterReader::open(&fixture("roster_clean.csv"), parse_day(AS_OF).unwrap()).unwrap();
        for (number, cells) in (2_u32..).zip(rows) {
            let row = Row::new(number, cells);
            if reader.header.kind_of(&row).is_none() {
                reader.judge(row);
            }
        }
    }

    #[test]
    fn a_spoilt_row_never_costs_its_neighbours(at in 0_usize..40, column in 0_usize..30, cell in any_cell()) {
        let path = fixture("roster_clean.csv");
        let mut reader = RosterReader::open(&path, parse_day(AS_OF).unwrap()).unwrap();
        let waiting: Vec<Row> = reader.waiting.by_ref().collect();
        for (index, row) in waiting.into_iter().enumerate() {
            let is_spoilt = index == at;
            let row = if is_spoilt {
                let mut cells = row.cells().to_vec();
                if let Some(place) = cells.get_mut(column) {
                    *place = cell.clone();
                }
                Row::new(row.number, cells)
            } else {
                row
            };
            if reader.header.kind_of(&row).is_some() {
                prop_assert!(is_spoilt);
                continue;
            }
            let judged = reader.judge(row);
            prop_assert!(is_spoilt || judged.outcome.is_usable(), "{:?}", codes(&judged));
        }
    }
}
