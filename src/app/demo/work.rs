//! Who of a household has work, where and for how much, as the roster tells it.

use crate::base::codes::{EmployerKind, LabourSkill};

use super::draw::Draw;
use super::employers::{DemoEmployer, employer};
use super::families::Member;
use super::places::{Village, full_name};
use super::trades::{TRADES, WELFARE, WageUnit, trade_in, wage_of};

/// The cells of a roster about work.
#[derive(Default)]
pub(super) struct Job {
    pub form: &'static str,
    pub place: String,
    pub employer: String,
    pub post: String,
    pub wage: String,
}

const SELF_EMPLOYED: [&str; 8] = [
    "小卖部",
    "烧烤摊",
    "农家乐",
    "货运",
    "养殖",
    "收茶点",
    "早点铺",
    "摩托修理",
];
const CASUAL: [&str; 7] = [
    "建筑小工",
    "采茶工",
    "装卸工",
    "砍蔗工",
    "水果分拣工",
    "香蕉挑运工",
    "零工",
];
/// The employers that the roster names are the first ones of the demo.
const EMPLOYERS_NAMED: usize = 400;

/// The work of each member, in their order. In a household with `zero` nobody has any; in any other household that has
/// labour at least one labourer has.
pub(super) fn jobs(members: &[Member], village: &Village, zero: bool, seed: u64, draw: &mut Draw) -> Vec<Option<Job>> {
    let mut in_work: Vec<bool> = members
        .iter()
        .map(|member| {
            let percent = match member.labour {
                LabourSkill::Skilled => 84,
                LabourSkill::Ordinary => 72,
                LabourSkill::Weak => 36,
                LabourSkill::Lost | LabourSkill::None => 0,
            };
            !zero && !member.is_at_school() && member.age < 66 && draw.chance(percent)
        })
        .collect();
    let nobody = !members
        .iter()
        .zip(&in_work)
        .any(|(member, works)| *works && member.is_labourer());
    if nobody && !zero {
        let first = members
            .iter()
            .position(|m| m.is_labourer() && m.labour != LabourSkill::Weak);
        let first = first.or_else(|| members.iter().position(Member::is_labourer));
        if let Some(works) = first.and_then(|place| in_work.get_mut(place)) {
            *works = true;
        }
    }
    members
        .iter()
        .zip(in_work)
        .map(|(member, works)| works.then(|| job(member, village, seed, draw)))
        .collect()
}

fn job(member: &Member, village: &Village, seed: u64, draw: &mut Draw) -> Job {
    let stays = member.labour == LabourSkill::Weak || member.age >= 55;
    let weights = if stays {
        [14, 46, 0, 0, 18, 12, 10]
    } else {
        [32, 12, 22, 11, 9, 7, 7]
    };
    match draw.weighted(&weights) {
        0 => local(village, seed, draw).unwrap_or_else(|| casual(village, draw)),
        1 => welfare(village, draw),
        2 => away(false, seed, draw).unwrap_or_else(|| casual(village, draw)),
        3 => away(true, seed, draw).unwrap_or_else(|| casual(village, draw)),
        4 => casual(village, draw),
        5 => workshop(village, draw),
        _ => Job {
            form: "自主创业",
            place: home_place(village),
            employer: "个体".to_owned(),
            post: draw.word(&SELF_EMPLOYED).to_owned(),
            wage: if draw.chance(50) {
                (draw.between(18, 60) * 100).to_string()
            } else {
                String::new()
            },
        },
    }
}

fn home_place(village: &Village) -> String {
    format!("{}{}", village.county_name, village.township_name)
}

/// One of the named employers that fits.
fn employer_where(seed: u64, draw: &mut Draw, fits: impl Fn(&DemoEmployer) -> bool) -> Option<DemoEmployer> {
    (0..60)
        .filter_map(|_| employer(seed, u64::try_from(draw.below(EMPLOYERS_NAMED)).unwrap_or(0)))
        .find(|e| !matches!(e.kind, EmployerKind::Broker | EmployerKind::Agency) && fits(e))
}

/// A month's pay; day and hour wages as what they come to in a usual month.
fn monthly(low: i64, high: i64, unit: WageUnit, draw: &mut Draw) -> String {
    let months_worth = match unit {
        WageUnit::Month => 1,
        WageUnit::Day => 22,
        WageUnit::Hour => 160,
    };
    let wage = draw.between(low, high) * months_worth;
    (wage / 100 * 100).to_string()
}

fn local(village: &Village, seed: u64, draw: &mut Draw) -> Option<Job> {
    let found = employer_where(seed, draw, |e| {
        e.is_home && e.sector != WELFARE && e.kind != EmployerKind::Workshop && village.county.contains(&e.region)
    })?;
    let trade = trade_in(&found.sector, true, draw)?;
    let (low, high) = wage_of(trade, "", draw);
    let township = found.region.at(crate::base::region::RegionLevel::Township)?;
    Some(Job {
        form: "县内务工",
        place: super::places::spoken_name(&township),
        employer: found.name,
        post: draw.word(&trade.titles).to_owned(),
        wage: monthly(low, high, trade.unit, draw),
    })
}

fn away(in_province: bool, seed: u64, draw: &mut Draw) -> Option<Job> {
    let found = employer_where(seed, draw, |e| {
        !e.is_home && e.region.digits().starts_with("53") == in_province
    })?;
    let trade = trade_in(&found.sector, false, draw)?;
    let (low, high) = wage_of(trade, found.region.digits(), draw);
    Some(Job {
        form: if in_province {
            "省内县外务工"
        } else {
            "省外务工"
        },
        place: full_name(&found.region),
        employer: found.name,
        post: draw.word(&trade.titles).to_owned(),
        wage: monthly(low, high, trade.unit, draw),
    })
}

fn welfare(village: &Village, draw: &mut Draw) -> Job {
    let trade = trade_in(WELFARE, true, draw);
    let (low, _) = trade.map_or((800, 800), |t| wage_of(t, "", draw));
    Job {
        form: "公益性岗位",
        place: home_place(village),
        employer: crate::reference::regions().name_of(&village.code)
            + if village.is_town { "居委会" } else { "委会" },
        post: trade.map_or("乡村保洁员", |t| draw.word(&t.titles)).to_owned(),
        wage: low.to_string(),
    }
}

fn workshop(village: &Village, draw: &mut Draw) -> Job {
    let kinds: Vec<_> = TRADES
        .iter()
        .filter(|t| ["textile", "craft"].contains(&t.sector.as_str()))
        .collect();
    let trade = draw.pick(&kinds).copied();
    let (low, high) = trade.map_or((2000, 3000), |t| wage_of(t, "", draw));
    Job {
        form: "就业扶贫车间",
        place: home_place(village),
        employer: format!("{}就业帮扶车间", village.township_name),
        post: trade.map_or("缝纫工", |t| draw.word(&t.titles)).to_owned(),
        wage: (draw.between(low, high) / 100 * 100).to_string(),
    }
}

fn casual(village: &Village, draw: &mut Draw) -> Job {
    Job {
        form: "灵活就业",
        place: home_place(village),
        employer: "打零工".to_owned(),
        post: draw.word(&CASUAL).to_owned(),
        wage: if draw.chance(70) {
            (draw.between(14, 36) * 100).to_string()
        } else {
            String::new()
        },
    }
}
