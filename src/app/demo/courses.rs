//! Training courses, free for those who want to learn.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::base::codes::TrainingKind;
use crate::base::region::{RegionCode, RegionLevel};
use crate::base::time::Day;

use super::draw::{Draw, Subject};
use super::employers::{employer, spot};
use super::names::NAMES;
use super::places::{RURAL, VILLAGES, full_name, spoken_name, table};
use super::trades::{TRADES, WELFARE, bars};

/// One run of a course.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CourseRow {
    pub id: String,
    pub title: String,
    pub kind: TrainingKind,
    pub provider: String,
    /// The employer that ordered the class and takes its trainees; empty for other kinds.
    pub order_employer: String,
    pub occupation_code: String,
    pub region: RegionCode,
    pub region_text: String,
    pub address: String,
    pub hours: u32,
    pub places: u32,
    pub starts: Day,
    pub ends: Day,
    /// What a trainee who passes receives.
    pub certificate: String,
    pub description: String,
}

#[derive(Deserialize)]
struct Plan {
    title: String,
    code: String,
    #[serde(deserialize_with = "bars")]
    kinds: Vec<String>,
    hours: u32,
    certificate: String,
    #[serde(deserialize_with = "bars")]
    outline: Vec<String>,
}

static PLANS: LazyLock<Vec<Plan>> = LazyLock::new(|| table(include_str!("data/courses.csv")));

/// How many training schools the demo has.
const SCHOOLS: usize = 18;

/// So many course runs, from three weeks before `as_of` to two months after it.
pub fn courses(seed: u64, n: usize, as_of: Day) -> impl Iterator<Item = CourseRow> {
    (0..n).filter_map(move |number| course(seed, number, as_of))
}

fn course(seed: u64, number: usize, as_of: Day) -> Option<CourseRow> {
    let mut draw = Draw::of(seed, Subject::Course, u64::try_from(number).ok()?);
    let plan = draw.pick(&PLANS)?;
    let kind = TrainingKind::parse(draw.word(&plan.kinds)).unwrap_or(TrainingKind::Targeted);
    let ordered = matches!(kind, TrainingKind::Order | TrainingKind::OnJob);
    let orderer = if ordered {
        orderer(seed, &plan.code, &mut draw)
    } else {
        None
    };
    // A class that nobody ordered is a targeted one.
    let kind = if ordered && orderer.is_none() {
        TrainingKind::Targeted
    } else {
        kind
    };
    let employer = orderer.unwrap_or_default();
    // What is learnt in the field is taught in a village.
    let village = if plan.code.starts_with("5-") {
        *draw.pick(&RURAL)?
    } else {
        draw.pick(&VILLAGES)?
    };
    // Long classes are held in the towns, short ones in the village.
    let level = if plan.hours > 80 {
        RegionLevel::Township
    } else {
        RegionLevel::Village
    };
    let region = village.code.at(level)?;
    let place = spoken_name(&region);
    let kind_of_spot = if level == RegionLevel::Village && !village.is_town {
        "village"
    } else {
        "town"
    };
    let starts = day_after(as_of, draw.between(-21, 60));
    let teaching_days = i64::from(plan.hours.div_ceil(8));
    // Six days of teaching a week.
    let ends = day_after(starts, teaching_days - 1 + (teaching_days - 1) / 6);
    Some(CourseRow {
        id: format!("c{:05}", number + 1),
        title: format!("{}{}", village.township_name, plan.title),
        kind,
        provider: school(seed, &mut draw),
        occupation_code: plan.code.clone(),
        region_text: full_name(&region),
        address: format!("{place}{}", spot(kind_of_spot, &mut draw)),
        region,
        hours: plan.hours,
        places: *draw.pick(&[25, 30, 30, 35, 40, 45, 50])?,
        starts,
        ends,
        certificate: plan.certificate.clone(),
        description: description(plan, &place, &employer, &mut draw),
        order_employer: employer,
    })
}

fn day_after(day: Day, days: i64) -> Day {
    day.checked_add_signed(chrono::Duration::days(days)).unwrap_or(day)
}

/// One of the first employers that has such work.
fn orderer(seed: u64, occupation: &str, draw: &mut Draw) -> Option<String> {
    let has_it = |sector: &str| {
        TRADES
            .iter()
            .any(|trade| trade.sector == sector && trade.code == occupation)
    };
    (0..200)
        .filter_map(|_| employer(seed, u64::try_from(draw.below(400)).unwrap_or(0)))
        .find(|e| e.sector != WELFARE && has_it(&e.sector))
        .map(|e| e.name)
}

fn school(seed: u64, draw: &mut Draw) -> String {
    let number = u64::try_from(draw.below(SCHOOLS)).unwrap_or(0);
    let mut own = Draw::of(seed, Subject::School, number);
    let county = own.word(&["景洪", "勐海", "勐腊"]);
    let brand = format!("{}{}", own.word(&NAMES.brand_first), own.word(&NAMES.brand_second));
    format!("{county}{brand}{}", own.word(&NAMES.school_suffixes))
}

fn description(plan: &Plan, place: &str, employer: &str, draw: &mut Draw) -> String {
    let outline = plan.outline.join("、");
    let opening = draw.word(&["本班学", "课程内容有", "边讲边练，主要学"]);
    let terms = draw.word(&[
        "学费、教材费全免，中午管一顿饭",
        "不收任何费用，路远的安排住宿",
        "免费学，出勤满八成并考试合格的发证书",
        "免费参加，按天发伙食和交通补助",
    ]);
    let after = if employer.is_empty() {
        draw.word(&[
            "结业后由村里和学校一起推荐岗位",
            "学完三个月内有人回访就业情况",
            "考完就能在平台上看到对口岗位",
        ])
        .to_owned()
    } else {
        format!("合格学员由{employer}录用")
    };
    format!(
        "{opening}{outline}，共{}课时，在{place}上课。{terms}。{after}。",
        plan.hours
    )
}
