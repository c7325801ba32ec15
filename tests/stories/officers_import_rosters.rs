//! A roster from the upload to the registry: checked, settled, approved by a second officer, merged.

use serde_json::json;
use yigang::base::codes::Role;

use crate::story;
use crate::support::Browser;

const CLEAN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/roster_clean.xlsx");
const DIRTY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/roster_dirty.xlsx");
const AS_OF: [(&str, &str); 1] = [("as_of", "2020-06-30")];

fn upload(browser: &Browser, path: &str) -> String {
    let bytes = std::fs::read(path).expect("the roster");
    let answer = browser
        .upload("/board/imports", "/board/imports", &AS_OF, "名册.xlsx", bytes)
        .expect(303);
    answer.location().split('?').next().unwrap_or_default().to_owned()
}

story! {
    fn a_second_officer_approves_what_the_first_has_uploaded(app) {
        let clerk = app.signed_in_as(Role::TownshipOfficer, Some("532801002"));
        let chief = app.signed_in_as(Role::PrefectureHr, None);
        let batch = upload(&clerk, CLEAN);
        clerk.get(&batch).expect(200).shows("正在逐行核对");
        app.settle();
        clerk.get(&batch).expect(200).shows("核对完了");
        clerk.fill(&batch, &format!("{batch}/approval"), &[]).expect(403);
        chief.fill(&batch, &format!("{batch}/approval"), &[]).expect(303);
        app.settle();
        chief.get(&batch).expect(200).shows("已并入");
        chief.get("/board?as_of=2020-06-30").expect(200).shows("达标率").hides("还没有搬迁户的数据");
        let again = upload(&chief, CLEAN);
        assert_eq!(again, batch, "the same file for the same day is one batch");
    }
}

story! {
    fn doubtful_rows_are_settled_before_anybody_approves(app) {
        let clerk = app.signed_in_as(Role::CountyHr, Some("532801"));
        let chief = app.signed_in_as(Role::PrefectureHr, None);
        let batch = upload(&clerk, DIRTY);
        app.settle();
        let page = clerk.get(&format!("{batch}?verdict=rejected")).expect(200);
        page.shows("退回").shows("核对完了");
        chief.fill(&batch, &format!("{batch}/approval"), &[]).expect(409).shows("存疑未处理");
        let workbook = clerk.get(&format!("{batch}/returned.xlsx")).expect(200);
        assert!(workbook.header("content-disposition").contains("returned-"));
        let codes = kinds(&clerk, &batch);
        assert!(!codes.is_empty(), "the roster has doubtful rows");
        for code in codes {
            clerk.fill(&batch, &format!("{batch}/decisions"), &[("code", &code), ("decision", "skip")]).expect(303);
        }
        clerk.get(&batch).expect(200).hides("行存疑未处理");
        clerk.fill(&batch, &format!("{batch}/approval"), &[]).expect(409).shows("另一位经办人");
        chief.fill(&batch, &format!("{batch}/approval"), &[]).expect(303);
        app.settle();
        chief.get(&batch).expect(200).shows("已并入");
    }
}

/// The kinds of doubt that the page offers to settle together.
fn kinds(browser: &Browser, batch: &str) -> Vec<String> {
    let page = browser.get(batch).expect(200).text;
    let values = page
        .split("name=\"code\" value=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next());
    values.map(str::to_owned).collect()
}

story! {
    fn what_is_no_roster_is_refused_in_words_and_leaves_nothing(app) {
        let clerk = app.signed_in_as(Role::CountyHr, Some("532801"));
        let page = "/board/imports";
        clerk.upload(page, page, &AS_OF, "a.pdf", b"%PDF-1.7 nothing".to_vec()).expect(422).shows("这不是可以读取的表格");
        clerk.upload(page, page, &AS_OF, "empty.xlsx", Vec::new()).expect(422).shows("请选一个文件");
        clerk.upload(page, page, &[("as_of", "2099-01-01")], "a.csv", "户编号,姓名\n".into()).expect(422).shows("晚于今天");
        clerk.upload(page, page, &[("as_of", "x")], "a.csv", "户编号,姓名\n".into()).expect(422);
        let left = std::fs::read_dir(app.services.folder.uploads()).map_or(0, Iterator::count);
        assert_eq!(left, 0, "no file stays behind");
        let batch = {
            let answer = clerk.upload(page, page, &AS_OF, "a.csv", "苹果,梨\n1,2\n".into()).expect(303);
            answer.location().split('?').next().unwrap_or_default().to_owned()
        };
        app.settle();
        clerk.get(&batch).expect(200).shows("文件读不了").shows("没有找到表头");
        let stranger = app.signed_in_as(Role::TownshipOfficer, Some("532822100"));
        stranger.get(&batch).expect(404);
        let cadre = app.signed_in_as(Role::VillageOfficer, Some("532801002001"));
        cadre.get(page).expect(403);
    }
}

/// The words of a workbook: its sheets and its shared texts.
fn words_of(bytes: &[u8]) -> String {
    use std::io::Read;
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("a workbook");
    let mut words = String::new();
    for place in 0..archive.len() {
        let mut part = archive.by_index(place).expect("a part");
        if part.name().ends_with(".xml") {
            part.read_to_string(&mut words).expect("XML");
        }
    }
    words
}

story! {
    fn a_program_settles_by_kind_and_takes_the_returned_rows_before_and_after_the_merge(app) {
        let clerk = app.signed_in_as(Role::CountyHr, Some("532801"));
        let chief = app.signed_in_as(Role::PrefectureHr, None);
        let clerks_account = app.services.db
            .read(|conn| yigang::accounts::user_by_name(conn, "county_hr.532801"))
            .expect("accounts")
            .expect("the clerk");
        let program = app.program_of(clerks_account.id);
        let page = upload(&clerk, DIRTY);
        let batch = format!("/api/v1/roster-batches/{}", page.rsplit('/').next().expect("an id"));
        let returned = format!("{batch}/returned.xlsx");
        assert_eq!(program.get(&returned).expect(409).code(), "batch-status");
        app.settle();
        let before = words_of(&program.bytes(&returned));
        assert!(before.contains("备注"), "the file's own columns");
        let unknown = json!({"code": "roster-older", "decision": "maybe"});
        program.send("POST", &format!("{batch}/decisions"), &unknown).expect(422);
        let waiting = program.get(&format!("{batch}/rows?verdict=doubtful&limit=100")).expect(200).json();
        let rows = waiting["items"].as_array().expect("rows").len();
        let mut settled = 0;
        for code in kinds(&clerk, &page) {
            let decision = json!({"code": code, "decision": "skip"});
            let answer = program.send("POST", &format!("{batch}/decisions"), &decision).expect(200).json();
            settled += answer["settled"].as_u64().expect("a number");
        }
        assert_eq!(settled, rows as u64, "each row is settled once");
        chief.fill(&page, &format!("{page}/approval"), &[]).expect(303);
        app.settle();
        let stranger = app.program_as("other", Role::TownshipOfficer, Some("532822100"));
        stranger.get(&returned).expect(404);
        let after = words_of(&program.bytes(&returned));
        assert!(after.contains("原表行号") && !after.contains("备注"), "without the file");
        clerk.get(&page).expect(200).shows("returned.xlsx");
    }
}
