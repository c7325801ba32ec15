use std::io::Write;
use std::path::PathBuf;

use super::*;
use crate::base::error::Error;

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name)
}

fn rows_of(path: &Path) -> Result<Vec<Row>> {
    let mut table = open_table(path)?;
    let mut rows = Vec::new();
    while let Some(row) = table.next_row()? {
        rows.push(row);
    }
    Ok(rows)
}

fn code_of(result: Result<Vec<Row>>) -> &'static str {
    match result {
        Err(Error::Refused { code, .. }) => code,
        Err(other) => panic!("{other}"),
        Ok(rows) => panic!("read {} rows", rows.len()),
    }
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    fn archive(&self, name: &str, parts: &[(&str, &[u8])]) -> PathBuf {
        let path = self.0.path().join(name);
        let mut zip = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
        for (part, bytes) in parts {
            zip.start_file(*part, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(bytes).unwrap();
        }
        zip.finish().unwrap();
        path
    }

    fn gz(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.path().join(name);
        let mut out = flate2::write::GzEncoder::new(std::fs::File::create(&path).unwrap(), flate2::Compression::best());
        out.write_all(bytes).unwrap();
        out.finish().unwrap();
        path
    }
}

#[test]
fn merged_cells_repeat_the_value_from_above() {
    let rows = rows_of(&fixture("roster_dirty.xlsx")).unwrap();
    let row = rows.iter().find(|row| row.number == 203).unwrap();
    assert_eq!(row.cell(5).shown(), "5328221052030001");
    assert!(row.is_merged_above(5));
    assert!(!row.is_merged_above(10));
    let header = rows.iter().find(|row| row.number == 4).unwrap();
    assert_eq!(header.cell(0).shown(), "序号");
}

#[test]
fn the_same_table_is_the_same_in_every_text_encoding() {
    let folder = Folder::new();
    let text = "户编号,姓名\r\n1,\"岩\n温\"\r\n\r\n\r\n2,\"玉,罕\"\n=\"003\",x\n";
    let expected = rows_of(&folder.file("a.csv", text.as_bytes())).unwrap();
    assert_eq!(expected.iter().map(|row| row.number).collect::<Vec<_>>(), [1, 2, 5, 6]);
    assert_eq!(expected[1].cell(1).shown(), "岩\n温");
    assert_eq!(expected[3].cell(0).shown(), "003");
    let (gb, _, _) = encoding_rs::GB18030.encode(text);
    let wide: Vec<u8> = "\u{feff}"
        .encode_utf16()
        .chain(text.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    for path in [
        folder.file("bom.csv", format!("\u{feff}{text}").as_bytes()),
        folder.file("gb.csv", &gb),
        folder.file("wide.csv", &wide),
        folder.gz("gb.csv.gz", &gb),
        folder.file(
            "tabs.txt",
            text.replace(",\"", "\t\"")
                .replace("号,", "号\t")
                .replace(",x", "\tx")
                .as_bytes(),
        ),
    ] {
        assert_eq!(rows_of(&path).unwrap(), expected, "{}", path.display());
    }
}

#[test]
fn a_long_gb18030_file_is_decoded_without_a_seam() {
    let folder = Folder::new();
    let text: String = (0..40_000).map(|i| format!("{i},玉罕叫镕㑇𠮷\n")).collect();
    let (gb, _, _) = encoding_rs::GB18030.encode(&text);
    let rows = rows_of(&folder.file("gb.csv", &gb)).unwrap();
    assert_eq!(rows.len(), 40_000);
    assert!(rows.iter().all(|row| row.cell(1).shown() == "玉罕叫镕㑇𠮷"));
}

#[test]
fn what_is_no_table_is_refused_by_its_content() {
    let folder = Folder::new();
    let clean = std::fs::read(fixture("roster_clean.xlsx")).unwrap();
    let old = [
        &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1][..],
        &[0; 600],
        b"W\0o\0r\0k\0b\0o\0o\0k\0",
    ]
    .concat();
    let locked = [
        &old[..8],
        &[0; 600],
        &"EncryptedPackage"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect::<Vec<u8>>(),
    ]
    .concat();
    let macros: &[(&str, &[u8])] = &[
        ("[Content_Types].xml", b"<Types/>"),
        ("xl/workbook.xml", b"<w/>"),
        ("xl/vbaProject.bin", b"x"),
    ];
    let enabled: &[(&str, &[u8])] = &[
        (
            "[Content_Types].xml",
            b"<Types>application/vnd.ms-excel.sheet.macroEnabled.main+xml</Types>",
        ),
        ("xl/workbook.xml", b"<w/>"),
    ];
    for (path, code) in [
        (folder.file("empty.csv", b""), "file-empty"),
        (folder.file("blank.csv", b" \r\n\r\n"), "file-empty"),
        (folder.file("old.xlsx", &old), "file-old-workbook"),
        (folder.file("locked.xlsx", &locked), "file-encrypted"),
        (folder.file("other.xls", &old[..300]), "file-not-a-table"),
        (folder.archive("macros.xlsx", macros), "file-macros"),
        (folder.archive("enabled.xlsm", enabled), "file-macros"),
        (
            folder.archive(
                "letter.docx",
                &[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<w/>")],
            ),
            "file-not-a-table",
        ),
        (
            folder.file("page.xls", b"<html><table></table></html>"),
            "file-not-a-table",
        ),
        (folder.file("scan.csv", b"%PDF-1.7"), "file-not-a-table"),
        (folder.file("bytes.csv", b"a,b\n\0\x01"), "file-not-a-table"),
        (folder.file("latin.csv", b"a,\xff\xfe\xff\n"), "file-encoding"),
        (folder.file("cut.xlsx", &clean[..clean.len() / 2]), "file-damaged"),
        (folder.0.path().join("absent.csv"), "file-not-found"),
    ] {
        assert_eq!(code_of(rows_of(&path)), code, "{}", path.display());
    }
    let renamed = folder.file("roster.csv", &clean);
    assert_eq!(
        rows_of(&renamed).unwrap(),
        rows_of(&fixture("roster_clean.xlsx")).unwrap()
    );
}

#[test]
fn files_that_unpack_to_too_much_are_refused() {
    let folder = Folder::new();
    let limits = Limits {
        ratio_from_bytes: 1 << 20,
        held_bytes: 1 << 20,
        ..Limits::default()
    };
    let code = |path: PathBuf, limits: &Limits| match open_sheet_within(&path, 0, limits) {
        Err(Error::Refused { code, .. }) => code,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("{} was opened", path.display()),
    };
    let mut sheet = b"<worksheet><sheetData>".to_vec();
    sheet.resize(4 << 20, b' ');
    let head: [(&str, &[u8]); 2] = [("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", b"<w/>")];
    let rows = [head.as_slice(), &[("xl/worksheets/sheet1.xml", &sheet)]].concat();
    assert_eq!(
        code(folder.archive("rows.xlsx", &rows), &limits),
        "file-unpacks-too-large"
    );
    let strings = [head.as_slice(), &[("xl/sharedStrings.xml", &sheet)]].concat();
    assert_eq!(
        code(folder.archive("held.xlsx", &strings), &limits),
        "file-unpacks-too-large"
    );
    assert_eq!(
        code(folder.gz("bomb.csv.gz", &sheet), &limits),
        "file-unpacks-too-large"
    );
    let small = Limits {
        file_bytes: 100,
        ..Limits::default()
    };
    assert_eq!(code(fixture("roster_clean.csv"), &small), "file-too-large");
}

#[test]
fn written_rows_come_back_and_no_cell_is_a_formula() {
    let folder = Folder::new();
    let path = folder.0.path().join("out.xlsx");
    let header = ["户编号".to_owned(), "备注".to_owned(), "月收入".to_owned()];
    let mut writer = TableWriter::create(&path, "退回", &header, "问题").unwrap();
    let row = [
        Cell::Text("5328221052030001".into()),
        Cell::Text("=HYPERLINK(\"x\")".into()),
        Cell::Number(2300.0),
    ];
    writer.write_row(&row, "-缺少户编号").unwrap();
    writer.write_row(&[Cell::Empty, Cell::Text("@x".into())], "").unwrap();
    writer.finish().unwrap();
    let rows = rows_of(&path).unwrap();
    assert_eq!(rows[0].cell(3).shown(), "问题");
    assert_eq!(rows[1].cells()[..3], row);
    assert_eq!(rows[1].cell(3).shown(), "-缺少户编号");
    let mut archive = zip::ZipArchive::new(std::fs::File::open(&path).unwrap()).unwrap();
    let mut sheet = String::new();
    std::io::Read::read_to_string(&mut archive.by_name("xl/worksheets/sheet1.xml").unwrap(), &mut sheet).unwrap();
    assert!(!sheet.contains("<f>"));
}
