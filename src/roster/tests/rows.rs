//! Single rows and whole files with usual and unusual faults.

use super::*;

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
fn a_household_number_stored_as_an_amount_is_proposed_from_the_village_and_the_person() {
    let float = |village: &str| {
        format!("景洪市,嘎洒街道,{village},5.32801003002E+15,532801003002000101,岩温,男,,,户主,普通劳动力,否,,,,否,")
    };
    let row = &rows_under(HEADER, &[&float("曼迈社区")])[0];
    assert_eq!(
        (row.outcome, codes(row)),
        (
            Outcome::Doubtful { usable: true },
            vec!["roster-household-number-float"]
        )
    );
    assert_eq!(
        row.reading.fields.household.registry_number.as_deref(),
        Some("5328010030020001")
    );
    let elsewhere = &rows_under(HEADER, &[&float("曼占宰社区")])[0];
    assert_eq!(
        (elsewhere.outcome, codes(elsewhere)),
        (Outcome::Rejected, vec!["roster-household-number-lost"])
    );
}

#[test]
fn a_household_whose_first_row_names_no_village_gives_none_to_the_rows_below() {
    let header = "县,乡镇,行政村,户编号,人编号,姓名,劳动能力";
    let rows = rows_under(
        header,
        &[
            "景洪市,嘎洒街道,天上村,90001,9000101,岩温,普通劳动力",
            ",,,,9000102,玉罕,普通劳动力",
        ],
    );
    assert!(rows.iter().all(|row| row.outcome == Outcome::Rejected), "{rows:?}");
}

#[test]
fn the_sheet_with_the_roster_is_found_behind_others_and_titles_are_no_header() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("two.xlsx");
    let mut workbook = rust_xlsxwriter::Workbook::new();
    workbook
        .add_worksheet()
        .write_string(0, 0, "填表说明：请逐户填写")
        .unwrap();
    let sheet = workbook.add_worksheet();
    sheet.write_string(0, 0, "景洪市花名册").unwrap();
    let lines = [
        "序号,县,乡镇,行政村,户编号,人编号,姓名,劳动能力",
        "1,景洪市,嘎洒街道,曼迈社区,90001,9000101,岩温,普通劳动力",
    ];
    for (row, line) in (1_u32..).zip(lines) {
        for (column, text) in (0_u16..).zip(line.split(',')) {
            sheet.write_string(row, column, text).unwrap();
        }
    }
    workbook.save(&path).unwrap();
    let reader = RosterReader::open(&path, parse_day(AS_OF).unwrap()).unwrap();
    assert_eq!(
        (reader.header().ignored().len(), reader.header().texts()[1].as_str()),
        (0, "县")
    );
    assert_eq!(
        read(&path).iter().map(|row| row.outcome).collect::<Vec<_>>(),
        [Outcome::Good]
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
fn every_code_has_a_sentence() {
    let chinese = include_str!("../../../templates/locales/zh-CN/roster.ftl");
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
    let sources = [
        include_str!("../rules.rs"),
        include_str!("../household.rs"),
        include_str!("../judge.rs"),
        include_str!("../cells.rs"),
        include_str!("../sheet.rs"),
        include_str!("../mod.rs"),
        include_str!("../../platform/files/inspect.rs"),
        include_str!("../../platform/files/merges.rs"),
        include_str!("../../platform/files/text_table.rs"),
        include_str!("../../platform/files/workbook.rs"),
        include_str!("../../platform/files/writer.rs"),
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
