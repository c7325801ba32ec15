//! Postings: jobs, workshop posts and public-welfare posts, in the columns that the import reads.

use serde::Serialize;

use crate::base::codes::EmployerKind;
use crate::base::region::{RegionCode, RegionLevel};
use crate::base::time::Day;

use super::draw::{Draw, Subject};
use super::employers::{
    DemoEmployer, away_seat, collective_number, collectives_among, employer, employers_behind, spot,
};
use super::places::{full_name, spoken_name};
use super::trades::{ANY, Trade, WELFARE, WageUnit, trade_in, wage_of};
use super::wording::{self, PHRASES};

/// One posting; the fields are the columns, all as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PostingRow {
    pub id: String,
    pub platform: String,
    pub title: String,
    pub company: String,
    pub region_text: String,
    pub region_code: String,
    pub address: String,
    pub wage_min: String,
    pub wage_max: String,
    pub wage_unit: String,
    pub wage_months: String,
    pub education: String,
    pub experience_years: String,
    pub skills: String,
    pub welfare: String,
    pub description: String,
    pub published: String,
    pub blue_collar: String,
    pub kind: String,
    pub headcount: String,
    pub age_min: String,
    pub age_max: String,
    pub sex: String,
    pub occupation_code: String,
    pub origin: String,
}

/// So many postings of a seed, published in the ten weeks before `as_of`. Their companies are among the first
/// `employers_behind(n)` of `employers(seed, …)`, under the same names.
pub fn postings(seed: u64, n: usize, as_of: Day) -> impl Iterator<Item = PostingRow> {
    (0..n).filter_map(move |number| posting(seed, (number, n), as_of))
}

/// The choices behind one posting.
struct Terms {
    place: RegionCode,
    address: String,
    at_home: bool,
    lodging: bool,
    meals: bool,
    contract: bool,
    count: String,
    title: String,
}

fn posting(seed: u64, (number, n): (usize, usize), as_of: Day) -> Option<PostingRow> {
    let mut draw = Draw::of(seed, Subject::Posting, u64::try_from(number).ok()?);
    let company = company_of(seed, employers_behind(n), &mut draw)?;
    let at_home = company.is_home && !(company.sector == ANY && draw.chance(60));
    let trade = trade_in(&company.sector, at_home, &mut draw)?;
    let terms = terms_of(&company, trade, at_home, &mut draw)?;
    let (low, high) = wage_of(trade, terms.place.digits(), &mut draw);
    let is_welfare = trade.sector == WELFARE;
    let high = if is_welfare { low } else { high };
    let open_wage = !is_welfare && draw.chance(3);
    let wage = |yuan: i64| if open_wage { String::new() } else { yuan.to_string() };
    let weeks_ago = draw.between(0, 9).min(draw.between(0, 9));
    let published = as_of - chrono::Days::new(u64::try_from(weeks_ago * 7 + draw.between(0, 6)).unwrap_or(0));
    let skilled = !trade.certificate.is_empty() || draw.chance(15);
    let kind = match company.kind {
        _ if is_welfare => "public_welfare",
        EmployerKind::Workshop => "workshop",
        _ => "job",
    };
    Some(PostingRow {
        id: format!("d{:07}", number + 1),
        platform: "demo".to_owned(),
        title: marked_title(&terms, trade, &mut draw),
        region_text: full_name(&terms.place),
        region_code: terms.place.to_string(),
        address: terms.address.clone(),
        wage_min: wage(low),
        wage_max: wage(high),
        wage_unit: if open_wage {
            String::new()
        } else {
            trade.unit.as_str().to_owned()
        },
        wage_months: if trade.unit == WageUnit::Month && !open_wage {
            draw.word(&["12", "12", "13"]).to_owned()
        } else {
            String::new()
        },
        education: education_of(trade, &mut draw).to_owned(),
        experience_years: if skilled { draw.word(&["0", "1", "1", "2"]) } else { "0" }.to_owned(),
        skills: trade.certificate.clone(),
        welfare: marks(&terms, trade, &mut draw),
        description: description(&company, trade, &terms, skilled, &mut draw),
        published: published.to_string(),
        blue_collar: if matches!(trade.sector.as_str(), "office" | "ecom") {
            "0"
        } else {
            "1"
        }
        .to_owned(),
        kind: kind.to_owned(),
        headcount: terms.count,
        // Nights, heights and machines are closed to the 16- and 17-year-old by law; nothing else limits age.
        age_min: if is_heavy(trade) { "18" } else { "16" }.to_owned(),
        age_max: String::new(),
        sex: "不限".to_owned(),
        occupation_code: trade.code.clone(),
        origin: "demo".to_owned(),
        company: company.name,
    })
}

fn is_heavy(trade: &Trade) -> bool {
    let by_sector = ["building", "machinery", "transport", "electronics", "light"].contains(&trade.sector.as_str());
    by_sector || matches!(trade.shift.as_str(), "two" | "night") || trade.certificate.contains("驾驶")
}

/// One in ten postings is a village's; the others come half from home and half from elsewhere.
fn company_of(seed: u64, pool: usize, draw: &mut Draw) -> Option<DemoEmployer> {
    if draw.chance(10) {
        let nth = draw.below(collectives_among(pool).max(1));
        return employer(seed, collective_number(u64::try_from(nth).unwrap_or(0)));
    }
    let want_home = draw.chance(50);
    let mut number = draw.below(pool);
    for _ in 0..8 {
        if number % 8 != 7 && number.is_multiple_of(2) == want_home {
            break;
        }
        number = draw.below(pool);
    }
    employer(seed, u64::try_from(number).unwrap_or(0))
}

fn terms_of(company: &DemoEmployer, trade: &Trade, at_home: bool, draw: &mut Draw) -> Option<Terms> {
    let (place, address) = if company.is_home && !at_home {
        // A broker recruits for a place elsewhere.
        away_seat(draw)?
    } else if at_home && trade.sector != WELFARE && draw.chance(20) {
        let level = if draw.chance(75) {
            RegionLevel::Township
        } else {
            RegionLevel::County
        };
        let wider = company.region.at(level).unwrap_or_else(|| company.region.clone());
        let address = format!("{}{}", spoken_name(&wider), spot("town", draw));
        (wider, address)
    } else {
        (company.region.clone(), company.address.clone())
    };
    let is_welfare = trade.sector == WELFARE;
    // Who lives in the employer's home eats and sleeps there.
    let lives_in = trade.shift == "live";
    let lodging_percent = match (at_home, is_factory(trade) || trade.sector == BUILDING) {
        (true, _) => 28,
        (false, true) => 88,
        (false, false) => 60,
    };
    Some(Terms {
        place,
        address,
        at_home,
        lodging: lives_in || (!is_welfare && draw.chance(lodging_percent)),
        meals: lives_in || (!is_welfare && draw.chance(if at_home { 40 } else { 62 })),
        contract: !is_welfare && trade.unit == WageUnit::Month && draw.chance(if at_home { 45 } else { 82 }),
        count: draw.word(counts_of(company, trade, at_home)).to_owned(),
        title: draw.word(&trade.titles).to_owned(),
    })
}

/// How many places such an employer has: shops few, factories many.
fn counts_of(company: &DemoEmployer, trade: &Trade, at_home: bool) -> &'static [&'static str] {
    let small = matches!(
        company.kind,
        EmployerKind::IndividualBusiness | EmployerKind::FamilyFarm | EmployerKind::SocialOrg
    );
    match trade.sector.as_str() {
        WELFARE => &["1", "1", "2", "3"],
        _ if small => &["1", "1", "2", "3"],
        "office" | "beauty" | "repair" | "ecom" => &["1", "2", "2", "3", "5"],
        _ if at_home => &["1", "2", "2", "3", "5", "8", "10", "20"],
        "electronics" | "machinery" | "light" | "textile" | "food" => &["5", "10", "20", "30", "50", "100"],
        _ => &["2", "3", "5", "8", "10", "20", "30"],
    }
}

/// Whether the work is done in a factory hall.
fn is_factory(trade: &Trade) -> bool {
    ["electronics", "machinery", "light", "textile", "food"].contains(&trade.sector.as_str())
}

const BUILDING: &str = "building";

/// Which wordings of the lodging fit.
fn lodging_kind(terms: &Terms, trade: &Trade) -> &'static str {
    match (terms.lodging, trade.shift.as_str(), trade.sector.as_str()) {
        (true, "live", _) => "live",
        (true, _, BUILDING) => "site",
        (true, ..) => "yes",
        (false, ..) if terms.at_home => "no",
        (false, ..) => "rent",
    }
}

fn marked_title(terms: &Terms, trade: &Trade, draw: &mut Draw) -> String {
    let mark = if draw.chance(22) && trade.sector != WELFARE {
        draw.word(wording::of(&PHRASES.marks, "titles"))
    } else {
        ""
    };
    let holds = match mark {
        "（包吃住）" => terms.lodging && terms.meals,
        "（家门口）" => terms.at_home,
        "（月结）" => trade.unit == WageUnit::Month,
        "（可夫妻同来）" => terms.lodging,
        _ => true,
    };
    format!("{}{}", terms.title, if holds { mark } else { "" })
}

fn education_of(trade: &Trade, draw: &mut Draw) -> &'static str {
    let weights: [usize; 5] = match trade.sector.as_str() {
        "office" => [5, 0, 15, 40, 40],
        "ecom" | "edu" => [25, 0, 40, 25, 10],
        "electronics" | "machinery" => [48, 4, 38, 10, 0],
        _ => [68, 12, 17, 3, 0],
    };
    ["学历不限", "小学", "初中", "高中", "大专"]
        .get(draw.weighted(&weights))
        .copied()
        .unwrap_or("学历不限")
}

/// The short words beside a posting; they say what the description says.
fn marks(terms: &Terms, trade: &Trade, draw: &mut Draw) -> String {
    let mut list = Vec::new();
    if terms.meals {
        list.push("包吃");
    }
    if terms.lodging {
        list.push("包住");
    }
    list.push(if terms.contract { "五险" } else { "意外险" });
    let more = ["全勤奖", "节日福利", "带薪学习", "工龄奖"];
    for mark in draw.several(&more, draw_count(trade)) {
        list.push(mark);
    }
    if matches!(trade.shift.as_str(), "two" | "night") {
        list.push("夜班补助");
    }
    if !terms.at_home && terms.contract {
        list.push("报销车票");
    }
    list.join(",")
}

fn draw_count(trade: &Trade) -> usize {
    if trade.sector == WELFARE {
        0
    } else {
        trade.titles.len().min(2)
    }
}

/// The text of a posting: what is done, what is asked, what is given, how to apply; in one of four shapes.
fn description(company: &DemoEmployer, trade: &Trade, terms: &Terms, skilled: bool, draw: &mut Draw) -> String {
    let zone = match (terms.at_home, is_factory(trade)) {
        (true, _) => "home",
        (false, true) => "factory",
        (false, false) => "away",
    };
    let values = [
        ("company", company.name.as_str()),
        ("title", &terms.title),
        ("count", &terms.count),
        ("place", &spoken_name(&terms.place)),
        ("certificate", &trade.certificate),
    ];
    let say = |wordings, kind: &str, draw: &mut Draw| wording::filled(draw.word(wording::of(wordings, kind)), &values);
    let opening = say(
        &PHRASES.opening,
        if trade.sector == WELFARE { WELFARE } else { zone },
        draw,
    );
    let count = 3 + draw.below(3);
    let tasks: Vec<&String> = draw.several(&trade.tasks, count);
    let mut needs = Vec::new();
    if !trade.certificate.is_empty() {
        needs.push(say(&PHRASES.need, "certificate", draw));
    }
    if skilled && draw.chance(40) {
        needs.push(say(&PHRASES.need, "skilled", draw));
    }
    let plain = draw.several(wording::of(&PHRASES.need, "plain"), 2);
    // "No experience needed" does not stand beside a demand for experience.
    needs.extend(
        plain
            .into_iter()
            .filter(|need| !(skilled && need.starts_with("没做过")))
            .cloned(),
    );
    let mut given = vec![say(&PHRASES.hours, &trade.shift, draw), say(&PHRASES.place, zone, draw)];
    if trade.sector == WELFARE {
        given.push(say(&PHRASES.insurance, WELFARE, draw));
    } else {
        given.push(say(&PHRASES.lodging, lodging_kind(terms, trade), draw));
        given.push(say(&PHRASES.meals, if terms.meals { "yes" } else { "no" }, draw));
        given.push(say(
            &PHRASES.insurance,
            if terms.contract { "contract" } else { "agreement" },
            draw,
        ));
        let extras = draw.several(wording::of(&PHRASES.extra, "pool"), 1);
        given.extend(
            extras
                .into_iter()
                .filter(|extra| terms.lodging || !extra.contains("两口子"))
                .cloned(),
        );
    }
    given.push(say(&PHRASES.payday, trade.unit.as_str(), draw));
    let apply = say(&PHRASES.apply, "pool", draw);
    shaped(&opening, &tasks, &needs, &given, &apply, draw)
}

fn shaped(
    opening: &str,
    tasks: &[&String],
    needs: &[String],
    given: &[String],
    apply: &str,
    draw: &mut Draw,
) -> String {
    let tasks: Vec<&str> = tasks.iter().map(|t| t.as_str()).collect();
    let (needs, terms): (Vec<&str>, Vec<&str>) = (
        needs.iter().map(String::as_str).collect(),
        given.iter().map(String::as_str).collect(),
    );
    let heading = |kind, draw: &mut Draw| draw.word(wording::of(&PHRASES.headings, kind)).to_owned();
    match draw.below(4) {
        0 => {
            let list = numbered(&tasks);
            let asked = heading("needs", draw);
            format!(
                "{opening}\n{}：\n{list}\n{asked}：{}。\n{}：\n{}\n{apply}。",
                heading("tasks", draw),
                needs.join("；"),
                heading("terms", draw),
                numbered(&terms)
            )
        }
        1 => format!(
            "{opening}每天主要是{}。{}。{}。{apply}。",
            tasks.join("，"),
            needs.join("，"),
            terms.join("。")
        ),
        2 => format!(
            "{}：{}。\n{}：{}。\n{opening}{}。\n{apply}。",
            heading("tasks", draw),
            tasks.join("；"),
            heading("terms", draw),
            terms.join("；"),
            needs.join("，")
        ),
        _ => format!(
            "{opening}\n{}。\n{}。\n{}。\n{apply}。",
            tasks.join("，"),
            terms.join("，"),
            needs.join("，")
        ),
    }
}

fn numbered(items: &[&str]) -> String {
    let lines: Vec<String> = items
        .iter()
        .zip(1..)
        .map(|(item, n): (&&str, i32)| format!("{n}. {item}"))
        .collect();
    lines.join("\n")
}

impl PostingRow {
    /// The cells by the names of their columns, as the reader of listed postings takes them.
    pub fn named_cells(&self) -> std::collections::HashMap<String, String> {
        let pairs = [
            ("id", &self.id),
            ("platform", &self.platform),
            ("title", &self.title),
            ("company", &self.company),
            ("region_text", &self.region_text),
            ("region_code", &self.region_code),
            ("address", &self.address),
            ("wage_min", &self.wage_min),
            ("wage_max", &self.wage_max),
            ("wage_unit", &self.wage_unit),
            ("wage_months", &self.wage_months),
            ("education", &self.education),
            ("experience_years", &self.experience_years),
            ("skills", &self.skills),
            ("welfare", &self.welfare),
            ("description", &self.description),
            ("published", &self.published),
            ("blue_collar", &self.blue_collar),
            ("kind", &self.kind),
            ("headcount", &self.headcount),
            ("age_min", &self.age_min),
            ("age_max", &self.age_max),
            ("sex", &self.sex),
            ("occupation_code", &self.occupation_code),
            ("origin", &self.origin),
        ];
        pairs
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.clone()))
            .collect()
    }
}
