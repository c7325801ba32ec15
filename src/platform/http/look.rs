//! A page of every part, to look at and to weigh. With `LOOK_AT=<folder>` the test writes it there with its assets.

use std::path::Path;

use askama::Template;

use super::chart::{BarChart, ChartWords, LineChart, Point};
use super::parts::{
    Badge, BoardFigure, Button, Choice, Column, Decision, Facet, FacetChoice, Fact, HouseholdCard, Marked, MemberRow,
    OpeningCard, Pager, Row, Table, TimeStep, Tone,
};
use super::{Fields, FormState, NavLink, Shell, SignedIn, Visitor};
use crate::base::codes::Language;
use crate::base::error::FieldProblem;
use crate::base::money::Money;
use crate::platform::i18n::Locale;

#[derive(Template)]
#[template(path = "layout/samples.html")]
struct SamplesPage {
    s: Shell,
    heading: String,
    openings: Vec<OpeningCard>,
    figures: Vec<BoardFigure>,
    facets: Vec<Facet>,
    household: HouseholdCard,
    decision: Decision,
    steps: Vec<TimeStep>,
    table: Table,
    pager: Pager,
    bars: BarChart,
    line: LineChart,
    f: FormState,
    choices: Vec<Choice>,
}

/// What a seeker meets first: a search box and three cards.
#[derive(Template)]
#[template(
    ext = "html",
    source = r#"{% extends "layout/page.html" %}{% import "parts/cards.html" as cards -%}{% import "parts/form.html" as form -%}
{% block title %}{{ heading }}{% endblock %}{% block main %}<h1>{{ heading }}</h1>
{{ form::search(s, "/openings", "q", "", "想找什么活？", "/openings/suggestions") }}
<div class="cards">{% for card in openings %}{{ cards::opening(s, card) }}{% endfor %}</div>{% endblock %}"#
)]
struct FirstPage {
    s: Shell,
    heading: String,
    openings: Vec<OpeningCard>,
}

fn shell(large_text: bool, signed_in: bool) -> Shell {
    let nav = ["common-help", "common-privacy", "common-accessibility"];
    let nav = nav
        .map(|key| NavLink {
            href: format!("/{}", key.trim_start_matches("common-")),
            key,
        })
        .to_vec();
    let person = SignedIn {
        name: "张科".to_owned(),
        role: "县人社局".to_owned(),
    };
    Shell {
        visitor: Visitor {
            signed_in: signed_in.then_some(person),
            place: Some("曼丢安置点".to_owned()),
            nav: if signed_in { nav } else { Vec::new() },
            language: None,
        },
        csrf: "abcdefghijkmnpqrstuvwxyz23456789".to_owned(),
        large_text,
        rehearsal: signed_in.then(|| "2026年11月23日 08:30".to_owned()),
        path: "/help".to_owned(),
        help_phone: "12333".to_owned(),
        request_id: "4821093755".to_owned(),
        ..Shell::default()
    }
}

fn opening(title: Marked, pictogram: &'static str, button: bool) -> OpeningCard {
    let locale = Locale::default();
    let submit = || Button {
        action: "/applications".to_owned(),
        label: "报 名".to_owned(),
        hidden: vec![("id", "1".to_owned())],
    };
    OpeningCard {
        href: "/openings/0001".to_owned(),
        pictogram,
        title,
        wage: locale.wage_a_month(Money::from_yuan(2400), Money::from_yuan(3000)),
        place: "嘎洒街道".to_owned(),
        distance: Some("本乡".to_owned()),
        free: "还招 4 人".to_owned(),
        tags: ["包吃", "包住", "有保险"].map(str::to_owned).to_vec(),
        excerpt: None,
        reason: Some("离家近，做过保洁".to_owned()),
        button: button.then(submit),
    }
}

fn openings() -> Vec<OpeningCard> {
    let found = Marked::runs(vec![
        ("酒店".to_owned(), false),
        ("保洁".to_owned(), true),
        ("员".to_owned(), false),
    ]);
    let mut cards = vec![opening(found, "cleaning", true)];
    for (title, pictogram) in [
        ("采茶工", "tea"),
        ("割胶工", "rubber"),
        ("厨房帮工", "kitchen"),
        ("保安", "guard"),
        ("货车司机", "driver"),
        ("砌墙工", "building"),
        ("缝纫工", "sewing"),
        ("护理员", "care"),
        ("车间工人", "factory"),
        ("种植工", "farm"),
        ("叉车培训班", "training"),
        ("接送", "bus"),
        ("到户", "home"),
        ("文员", "document"),
        ("听一听", "ear"),
    ] {
        cards.push(opening(Marked::plain(title), pictogram, false));
    }
    cards
}

fn household() -> HouseholdCard {
    let member = |name: &str, age: &str, capacity: &str, work: &str, evidence: &str| MemberRow {
        href: Some("/village/persons/1".to_owned()),
        name: name.to_owned(),
        age: age.to_owned(),
        capacity: capacity.to_owned(),
        work: work.to_owned(),
        evidence: evidence.to_owned(),
    };
    HouseholdCard {
        href: Some("/village/households/1".to_owned()),
        title: "岩温家".to_owned(),
        subtitle: "曼丢村 · 曼丢安置点 · 编号 0173 4402".to_owned(),
        state: Badge::of_code("zero", "零就业"),
        days: Some("第 12 天".to_owned()),
        members: vec![
            member("岩温", "46 岁", "普通劳动力", "没有活", ""),
            member("玉香", "43 岁", "普通劳动力", "打零工，到 11 月 30 日", "62 天前核实"),
            member("岩罕", "71 岁", "无劳动力", "", ""),
        ],
        next_step: Some("上门核实，11 月 26 日前".to_owned()),
    }
}

fn table() -> Table {
    let mut sorted = Column::figures("零就业");
    sorted.sort_href = Some("?sort=zero".to_owned());
    sorted.sorted = true;
    let row = |name: &str, figures: [&str; 3], state: &str| Row {
        href: Some("/board".to_owned()),
        cells: vec![
            name.to_owned().into(),
            figures[0].to_owned().into(),
            figures[1].to_owned().into(),
            figures[2].to_owned().into(),
            Badge::of_code(state, Locale::default().label("guarantee_state", state)).into(),
        ],
    };
    let mut states = Vec::new();
    for (name, state) in [
        ("嘎洒街道", "met"),
        ("勐养镇", "at_risk"),
        ("勐满镇", "zero"),
        ("易武镇", "exempt"),
    ] {
        states.push(row(name, ["412", "403", "4"], state));
    }
    Table {
        caption: "各乡镇达标情况".to_owned(),
        columns: vec![
            Column::words("乡镇"),
            Column::figures("应保"),
            Column::figures("达标"),
            sorted,
            Column::words("状态"),
        ],
        rows: states,
        totals: Some(["合计", "1,648", "1,612", "16", ""].map(str::to_owned).to_vec()),
    }
}

fn charts() -> (BarChart, LineChart) {
    let words = |title: &str| ChartWords {
        title: title.to_owned(),
        of_labels: "地方".to_owned(),
        of_values: "户".to_owned(),
        table: "看数字".to_owned(),
    };
    let bars = [("嘎洒街道", 4), ("勐养镇", 12), ("勐满镇（勐腊县）", 31), ("易武镇", 0)];
    let bars = bars
        .map(|(label, value)| Point::new(label, value, format!("{value} 户")))
        .to_vec();
    let weeks = [61, 58, 59, 52, 47, 49, 44, 40, 38, 35, 31, 31];
    let weeks = (1..)
        .zip(weeks)
        .map(|(week, value)| Point::new(format!("第 {week} 周"), value, value.to_string()));
    (
        BarChart::new(words("勐满镇的零就业户最多"), bars),
        LineChart::new(words("零就业户十二周减了一半"), weeks.collect()),
    )
}

fn samples(large_text: bool) -> SamplesPage {
    let (bars, line) = charts();
    let typed = Fields::new(vec![
        ("title".to_owned(), "<b>保洁员</b>".to_owned()),
        ("wage".to_owned(), "许多".to_owned()),
    ]);
    let problems = [
        FieldProblem::new("wage", "not-an-amount"),
        FieldProblem::new("lodging", "required"),
    ];
    let figure = |label: &str, value: &str, change: Option<&str>, tone| BoardFigure {
        label: label.to_owned(),
        value: value.to_owned(),
        change: change.map(str::to_owned),
        tone,
        href: Some("/board".to_owned()),
    };
    let choice = |label: &str, chosen| FacetChoice {
        label: label.to_owned(),
        count: "12".to_owned(),
        href: "?".to_owned(),
        chosen,
    };
    SamplesPage {
        s: shell(large_text, true),
        heading: "部件样张".to_owned(),
        openings: openings(),
        figures: vec![
            figure("达标", "97.4 %", Some("▲ 升 0.3"), Tone::Good),
            figure("预警", "46 户", None, Tone::AtRisk),
            figure("零就业", "31 户", Some("▼ 降 4"), Tone::Bad),
            figure("豁免", "212 户", None, Tone::Quiet),
        ],
        facets: vec![
            Facet {
                title: "地方".to_owned(),
                choices: vec![choice("景洪市", true), choice("勐海县", false)],
            },
            Facet {
                title: "工资".to_owned(),
                choices: vec![choice("3,000 元以上", false)],
            },
        ],
        household: household(),
        decision: Decision {
            tone: Tone::AtRisk,
            sentence: "这一户快要没有人上班了".to_owned(),
            facts: vec![
                Fact::new("玉香的活", "11 月 30 日结束"),
                Fact::new("上次核实", "62 天前"),
            ],
            rule: Some("西扶开组发〔2020〕9号 二(四)".to_owned()),
            objection: Some("有不同意见，12 月 3 日前找勐养镇社保所。".to_owned()),
        },
        steps: vec![
            TimeStep {
                when: "11月20日".to_owned(),
                day_iso: "2026-11-20".to_owned(),
                what: "推荐保洁员岗位".to_owned(),
                by: Some("玉罕 村级信息员".to_owned()),
            },
            TimeStep {
                when: "11月11日".to_owned(),
                day_iso: "2026-11-11".to_owned(),
                what: "岩温离职".to_owned(),
                by: None,
            },
        ],
        table: table(),
        pager: Pager {
            first_href: Some("?".to_owned()),
            next_href: Some("?cursor=2".to_owned()),
        },
        bars,
        line,
        f: FormState::refused(&typed, &problems, Locale::default()),
        choices: vec![Choice::new("yes", "包"), Choice::new("no", "不包")],
    }
}

fn first_page() -> String {
    let openings = openings().into_iter().take(3).collect();
    FirstPage {
        s: shell(false, false),
        heading: "离您最近的活".to_owned(),
        openings,
    }
    .render()
    .unwrap()
}

fn compressed(bytes: &[u8]) -> usize {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap().len()
}

#[test]
fn a_seekers_first_page_with_style_and_script_fits_the_first_round_trip() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/assets");
    let file = |name: &str| compressed(&std::fs::read(folder.join(name)).unwrap());
    let (page, css, js) = (compressed(first_page().as_bytes()), file("app.css"), file("app.js"));
    assert!(
        page + css + js + file("mark.svg") <= 14 * 1024,
        "page {page}, css {css}, js {js}"
    );
    assert!(std::fs::metadata(folder.join("app.js")).unwrap().len() <= 4 * 1024);
}

#[test]
fn nothing_inline_that_the_security_policy_would_refuse() {
    for html in [samples(false).render().unwrap(), first_page()] {
        assert!(!html.contains(" style="), "an inline style");
        assert!(
            !html.contains("<script>") && !html.contains(" onclick="),
            "an inline script"
        );
        assert!(!html.contains("<b>保洁员</b>"), "typed text stands unescaped");
        assert!(
            !html.contains("http://") && !html.contains("https://"),
            "something from elsewhere"
        );
    }
}

#[test]
fn problems_stand_on_top_and_at_their_fields() {
    let html = samples(false).render().unwrap();
    assert!(html.contains("有 2 处要改") && html.contains("href=\"#f-wage\"") && html.contains("id=\"f-wage\""));
    assert!(html.contains("aria-describedby=\"p-wage\"") && html.contains("value=\"许多\""));
}

#[test]
fn charts_stay_within_their_picture() {
    let words = ChartWords {
        title: String::new(),
        of_labels: String::new(),
        of_values: String::new(),
        table: String::new(),
    };
    for values in [vec![], vec![0], vec![i64::MAX, i64::MIN], vec![5, 5, 5]] {
        let points: Vec<Point> = values.iter().map(|v| Point::new("地方", *v, v.to_string())).collect();
        let bars = BarChart::new(words.clone(), points.clone()).render().unwrap();
        let line = LineChart::new(words.clone(), points).render().unwrap();
        for svg in [bars, line] {
            assert!(
                svg.contains("<svg") && !svg.contains("NaN") && !svg.contains("width=\"-"),
                "{svg}"
            );
        }
    }
}

#[test]
fn pages_for_looking_at_are_written_where_asked() {
    let Some(folder) = std::env::var_os("LOOK_AT") else {
        return;
    };
    let folder = Path::new(&folder);
    let mut english = shell(false, false);
    english.locale = Locale::new(Language::En);
    let pages = [
        ("samples.html", samples(false).render().unwrap()),
        ("large.html", samples(true).render().unwrap()),
        ("first.html", first_page()),
        (
            "english.html",
            FirstPage {
                s: english,
                heading: "Near you".to_owned(),
                openings: openings(),
            }
            .render()
            .unwrap(),
        ),
    ];
    std::fs::create_dir_all(folder.join("assets")).unwrap();
    for (name, html) in pages {
        // Beside the page, so that a browser opens it as a file.
        std::fs::write(folder.join(name), html.replace("\"/assets/", "\"assets/")).unwrap();
    }
    for name in ["app.css", "app.js", "mark.svg"] {
        let file = std::fs::read(
            Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("templates/assets")
                .join(name),
        )
        .unwrap();
        std::fs::write(folder.join(super::assets::asset(name).trim_start_matches('/')), file).unwrap();
    }
}
