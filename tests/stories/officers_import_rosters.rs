//! A roster from the upload to the registry: checked, settled, approved by a second officer, merged.

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
