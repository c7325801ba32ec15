//! The roster of registered households, in the bureau's own thirty columns.

use crate::base::codes::{Language, RelationToHead};
use crate::base::time::Day;

use super::draw::{Draw, Subject};
use super::families::{Member, family};
use super::names::{NAMES, People};
use super::places::{VILLAGES, Village};
use super::work::{Job, jobs};

/// The columns, in the order of `RosterRow::cells`.
pub const ROSTER_COLUMNS: [&str; 30] = [
    "序号",
    "县（市）",
    "乡（镇）",
    "行政村",
    "村民小组",
    "户编号",
    "户类型",
    "监测类别",
    "是否易地搬迁户",
    "安置点",
    "人编号",
    "姓名",
    "性别",
    "公民身份号码",
    "出生日期",
    "民族",
    "与户主关系",
    "文化程度",
    "在校生状况",
    "健康状况",
    "劳动能力",
    "技能特长",
    "是否就业",
    "就业形式",
    "就业地点",
    "就业单位",
    "岗位",
    "月收入（元）",
    "联系电话",
    "备注",
];

/// One person of the roster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterRow {
    cells: Vec<String>,
}

impl RosterRow {
    /// Thirty cells, in the order of `ROSTER_COLUMNS`.
    pub fn cells(&self) -> &[String] {
        &self.cells
    }

    /// The cell under a heading; empty where there is no such heading.
    pub fn cell(&self, column: &str) -> &str {
        let place = ROSTER_COLUMNS.iter().position(|name| *name == column);
        place.and_then(|place| self.cells.get(place)).map_or("", String::as_str)
    }
}

const SKILLS: [&str; 28] = [
    "养猪",
    "电焊",
    "泥水工",
    "木工",
    "电商",
    "缝纫",
    "橡胶管护",
    "烹饪",
    "驾驶",
    "砌墙",
    "傣锦织造",
    "制茶",
    "护理",
    "养鸡",
    "采茶",
    "餐饮服务",
    "摩托车驾驶",
    "汽车维修",
    "挖掘机",
    "叉车",
    "电工",
    "竹编",
    "割胶",
    "香蕉种植",
    "客房服务",
    "家政",
    "民族歌舞",
    "养蜂",
];

/// The persons of so many households on a day, village by village as a county sends them. Citizen numbers occur once
/// up to 182,500 persons (about 48,000 households).
pub fn roster(seed: u64, households: usize, as_of: Day) -> impl Iterator<Item = RosterRow> {
    let mut serial: u64 = 0;
    (0..households).flat_map(move |number| {
        let rows = household(seed, (number, households), serial, as_of);
        serial += u64::try_from(rows.len()).unwrap_or(0);
        rows
    })
}

/// Everything that the rows of a household share.
struct Household<'a> {
    village: &'a Village,
    group: String,
    number: String,
    kind: &'static str,
    monitoring: &'static str,
    site: Option<String>,
    phone: String,
}

/// Villages without town life, which have the households of the roster; town communities have few.
fn village_of(number: usize, households: usize) -> Option<(&'static Village, usize)> {
    let weight_of = |village: &Village| if village.is_town { 1 } else { 6 };
    let total: usize = VILLAGES.iter().map(weight_of).sum();
    let start_of = |reached: usize| (reached * households).div_ceil(total.max(1));
    let mut reached = 0;
    for village in VILLAGES.iter() {
        let start = start_of(reached);
        reached += weight_of(village);
        if number < start_of(reached) {
            return Some((village, number - start));
        }
    }
    None
}

fn household(seed: u64, (number, households): (usize, usize), serial: u64, as_of: Day) -> Vec<RosterRow> {
    let Some((village, in_village)) = village_of(number, households) else {
        return Vec::new();
    };
    let mut draw = Draw::of(seed, Subject::Household, u64::try_from(number).unwrap_or(0));
    let (group, people, whole_group_moved) = group_of(seed, village, &mut draw);
    let members = family(people, as_of, serial, &mut draw);
    let kind = kind_of(&members, &mut draw);
    let relocated = kind.0 != "边缘户" && draw.chance(if whole_group_moved { 88 } else { 9 });
    let zero = draw.chance(if relocated { 8 } else { 10 });
    let jobs = jobs(&members, village, zero, seed, &mut draw);
    let shared = Household {
        village,
        group,
        number: format!("{}{:04}", village.code.digits(), in_village + 1),
        kind: kind.0,
        monitoring: kind.1,
        site: if relocated { village.site(&mut draw) } else { None },
        phone: draw.phone(),
    };
    let lone_worker = jobs.iter().filter(|job| job.is_some()).count() == 1;
    members
        .iter()
        .zip(jobs)
        .zip(0..)
        .map(|((member, job), place)| row(&shared, member, job, (serial, place, lone_worker), &mut draw))
        .collect()
}

/// The villagers' group, the people that mostly lives in it, and whether it moved to a settlement site as a whole.
fn group_of(seed: u64, village: &Village, draw: &mut Draw) -> (String, People, bool) {
    let village_number: u64 = village.code.digits().parse().unwrap_or(0);
    let groups = 3 + usize::try_from(village_number % 7).unwrap_or(0);
    let group = u64::try_from(draw.below(groups)).unwrap_or(0);
    let mut of_group = Draw::of(seed, Subject::Group, village_number * 16 + group);
    let mostly = People::of_village(village, &mut of_group);
    let moved = village.has_site() && of_group.chance(38);
    let name = if mostly.lives_in_valleys() {
        format!(
            "{}{}小组",
            of_group.word(&NAMES.valley_first),
            of_group.word(&NAMES.valley_second)
        )
    } else {
        let (first, second) = (of_group.word(&NAMES.hill_first), of_group.word(&NAMES.hill_second));
        let second = if first.chars().count() > 1 { "" } else { second };
        format!("{first}{second}{}小组", of_group.word(&NAMES.hill_last))
    };
    let people = if draw.chance(90) {
        mostly
    } else {
        People::of_village(village, draw)
    };
    (name, people, moved)
}

/// Household type and monitoring category, as the bureau writes them.
fn kind_of(members: &[Member], draw: &mut Draw) -> (&'static str, &'static str) {
    let someone_can_work = members.iter().any(|m| m.labour.counts_as_labour());
    let ill = members.iter().any(|m| m.health != "健康");
    if !someone_can_work && members.len() <= 2 {
        return (
            if draw.chance(55) {
                "特困供养脱贫户"
            } else {
                "低保脱贫户"
            },
            "",
        );
    }
    match draw.weighted(&[if ill { 40 } else { 74 }, if ill { 46 } else { 20 }, 6]) {
        0 => ("一般脱贫户", if draw.chance(8) { "脱贫监测户" } else { "" }),
        1 => ("低保脱贫户", if draw.chance(11) { "脱贫监测户" } else { "" }),
        _ => ("边缘户", "边缘户"),
    }
}

fn row(
    h: &Household<'_>,
    m: &Member,
    job: Option<Job>,
    (serial, place, lone): (u64, u64, bool),
    draw: &mut Draw,
) -> RosterRow {
    let can_work = m.labour.counts_as_labour() && !m.is_at_school();
    let employed = match (&job, can_work) {
        (Some(_), _) => "是",
        (None, true) => "否",
        (None, false) => "",
    };
    let remark = remark_of(m, job.as_ref(), lone, draw);
    let skills = if can_work && draw.chance(42) {
        skills(draw)
    } else {
        String::new()
    };
    let phone = phone_of(h, m, draw);
    let job = job.unwrap_or_default();
    let number = serial + place + 1;
    let text = str::to_owned;
    let cells = vec![
        number.to_string(),
        h.village.county_name.clone(),
        h.village.township_name.clone(),
        h.village.name.clone(),
        h.group.clone(),
        h.number.clone(),
        text(h.kind),
        text(h.monitoring),
        text(if h.site.is_some() { "是" } else { "否" }),
        h.site.clone().unwrap_or_default(),
        format!("{}{:02}", h.number, place + 1),
        m.name.clone(),
        text(if m.male { "男" } else { "女" }),
        m.id_number.as_ref().map(|id| text(id.expose())).unwrap_or_default(),
        m.birth.to_string(),
        text(m.people.label()),
        text(m.relation.label(Language::Zh)),
        m.education.map(|e| text(e.label(Language::Zh))).unwrap_or_default(),
        text(m.school),
        text(m.health),
        text(m.labour.label(Language::Zh)),
        skills,
        text(employed),
        text(job.form),
        job.place,
        job.employer,
        job.post,
        job.wage,
        phone,
        text(remark),
    ];
    RosterRow { cells }
}

fn skills(draw: &mut Draw) -> String {
    let count = if draw.chance(25) { 2 } else { 1 };
    let chosen: Vec<&str> = draw.several(&SKILLS, count).into_iter().copied().collect();
    chosen.join("、")
}

/// Adults mostly have a phone of their own; the old use the household's, children have none.
fn phone_of(h: &Household<'_>, m: &Member, draw: &mut Draw) -> String {
    match m.age {
        ..14 => String::new(),
        14..18 => {
            if draw.chance(40) {
                draw.phone()
            } else {
                String::new()
            }
        }
        _ if m.relation == RelationToHead::Head || (m.age >= 60 && draw.chance(60)) => h.phone.clone(),
        _ => draw.phone(),
    }
}

/// What the village noted beside a person. A household whose only work ends soon is one to look after in time.
fn remark_of(m: &Member, job: Option<&Job>, lone: bool, draw: &mut Draw) -> &'static str {
    if job.is_some() && lone && draw.chance(9) {
        return draw.word(&["合同本月底到期", "订单减少，可能停工", "活干完就回来，待续"]);
    }
    if !draw.chance(3) {
        return "";
    }
    match (m.age, job.is_some()) {
        (..7, _) => "新增人口",
        (16..40, false) if m.is_at_school() => "在外读书",
        (16.., false) if m.labour.counts_as_labour() => draw.word(&["在家照顾老人", "愿意就近就业", "想参加培训"]),
        (16.., _) => draw.word(&["入户核实", "电话待核", ""]),
        _ => "",
    }
}
