//! Divisions: names, paths, and the reading of names as bureaus type them.

use std::collections::HashMap;

use serde::Deserialize;

use crate::base::region::{RegionCode, RegionLevel};
use crate::base::text::squeeze;

#[derive(Debug, Clone)]
pub struct Region {
    pub code: RegionCode,
    pub name: String,
}

impl Region {
    /// The name as people say it: 曼听村民委员会 → 曼听村, 景兰社区居民委员会 → 景兰社区.
    pub fn short_name(&self) -> String {
        if let Some(stem) = self
            .name
            .strip_suffix("社区居民委员会")
            .or_else(|| self.name.strip_suffix("社区居委会"))
        {
            return format!("{stem}社区");
        }
        match self.name.strip_suffix("村民委员会") {
            Some(stem) => format!("{stem}村"),
            None => self.name.clone(),
        }
    }

    /// A level that exists in the code only: 市辖区 between a municipality and its districts.
    fn is_placeholder(&self) -> bool {
        self.code.level() == RegionLevel::Prefecture
            && ["市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"].contains(&self.name.as_str())
    }

    /// Statistical places that are no villages: virtual settlements, prisons, parks.
    pub fn is_statistical_only(&self) -> bool {
        self.code.level() == RegionLevel::Village
            && ["虚拟生活区", "监狱", "产业园区"]
                .iter()
                .any(|word| self.name.contains(word))
    }
}

/// How far apart two places are, in steps of the administrative tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Distance {
    SameVillage,
    SameTownship,
    SameCounty,
    SamePrefecture,
    SameProvince,
    Beyond,
}

#[derive(Deserialize)]
struct Line {
    code: String,
    name: String,
}

/// All divisions, by code.
pub struct Regions {
    by_code: HashMap<RegionCode, Region>,
    children: HashMap<Option<RegionCode>, Vec<RegionCode>>,
}

impl Regions {
    pub(super) fn shipped() -> Self {
        let mut reader = csv::Reader::from_reader(include_str!("data/regions.csv").as_bytes());
        let lines = reader
            .deserialize::<Line>()
            .map(|line| line.unwrap_or_else(|e| panic!("regions.csv: {e}")));
        let by_code: HashMap<RegionCode, Region> = lines
            .filter_map(|line| {
                let code = RegionCode::parse(&line.code)?;
                Some((code.clone(), Region { code, name: line.name }))
            })
            .collect();
        let mut codes: Vec<&RegionCode> = by_code.keys().collect();
        codes.sort();
        let mut children: HashMap<Option<RegionCode>, Vec<RegionCode>> = HashMap::new();
        for code in codes {
            let mut parent = code.parent();
            while parent.as_ref().is_some_and(|p| !by_code.contains_key(p)) {
                parent = parent.and_then(|p| p.parent());
            }
            children.entry(parent).or_default().push(code.clone());
        }
        Self { by_code, children }
    }

    pub fn get(&self, code: &RegionCode) -> Option<&Region> {
        self.by_code.get(code)
    }

    /// All divisions in no particular order.
    pub fn all(&self) -> impl Iterator<Item = &Region> {
        self.by_code.values()
    }

    /// The divisions directly below one, or the provinces; in code order.
    pub fn children_of(&self, code: Option<&RegionCode>) -> impl Iterator<Item = &Region> {
        self.children
            .get(&code.cloned())
            .into_iter()
            .flatten()
            .filter_map(|c| self.by_code.get(c))
    }

    /// From the province down to the division itself.
    pub fn path_of(&self, code: &RegionCode) -> Vec<&Region> {
        let mut path: Vec<&Region> = std::iter::successors(Some(code.clone()), RegionCode::parent)
            .filter_map(|c| self.by_code.get(&c))
            .collect();
        path.reverse();
        path
    }

    /// The name of a division, or its code where it is unknown.
    pub fn name_of(&self, code: &RegionCode) -> String {
        self.get(code).map_or_else(|| code.to_string(), |r| r.short_name())
    }

    /// The path below the province as people write it: 景洪市嘎洒街道曼迈社区; from the province elsewhere.
    pub fn address_of(&self, code: &RegionCode) -> String {
        let path = self.path_of(code);
        let skip = usize::from(path.len() > 1) + usize::from(path.len() > 2 && code.digits().starts_with("5328"));
        path.iter()
            .skip(skip)
            .filter(|r| !r.is_placeholder())
            .map(|r| r.short_name())
            .collect()
    }

    /// Place and street in one line; a street that was written with its place says it once.
    pub fn address_with(&self, code: &RegionCode, street: &str) -> String {
        let place = self.address_of(code);
        if street.starts_with(&place) {
            street.to_owned()
        } else {
            format!("{place}{street}")
        }
    }

    /// The child of `parent` that a typed name means: the full name, or without 市/县/镇/乡/街道/村委会/社区 and the
    /// like, or with those exchanged (曼听村, 曼听村委会, 曼听社区). `None` when no child or more than one answers.
    pub fn child_named(&self, parent: Option<&RegionCode>, typed: &str) -> Option<&Region> {
        let typed = squeeze(typed);
        if typed.is_empty() {
            return None;
        }
        let exact: Vec<&Region> = self.children_of(parent).filter(|r| r.name == typed).collect();
        if let [one] = exact[..] {
            return Some(one);
        }
        let stem = stem_of(&typed);
        let near: Vec<&Region> = self.children_of(parent).filter(|r| stem_of(&r.name) == stem).collect();
        match near[..] {
            [one] => Some(one),
            _ => None,
        }
    }

    /// Reads a place written in one piece, such as 云南省昆明市官渡区, 上海市嘉定区 or 勐腊县勐捧镇, as deep as it goes.
    /// The prefecture's own counties may stand without province and prefecture. `None` when its start is unknown.
    pub fn read_place(&self, text: &str) -> Option<RegionCode> {
        let text = squeeze(text);
        let home = RegionCode::parse("5328");
        self.descend(None, &text)
            .or_else(|| self.descend(home.as_ref(), &text))
            .or_else(|| {
                let yunnan = RegionCode::parse("53");
                self.descend(yunnan.as_ref(), &text).or_else(|| {
                    // A prefecture-level city of another province, written without the province: 东莞市.
                    let provinces: Vec<RegionCode> = self.children_of(None).map(|r| r.code.clone()).collect();
                    provinces.iter().find_map(|p| self.descend(Some(p), &text))
                })
            })
    }

    /// Levels are often left out (上海市嘉定区, 江苏省昆山市), so where no child answers, the grandchildren are asked.
    fn descend(&self, parent: Option<&RegionCode>, text: &str) -> Option<RegionCode> {
        let (length, region) = Self::longest_start(self.children_of(parent), text).or_else(|| {
            parent?;
            let grandchildren = self
                .children_of(parent)
                .flat_map(|child| self.children_of(Some(&child.code)));
            Self::longest_start(grandchildren, text)
        })?;
        let rest = text[length..].trim_start_matches(['市', '县', '区', '省', '州', '乡', '镇']);
        if rest.is_empty() {
            return Some(region.code.clone());
        }
        Some(
            self.descend(Some(&region.code), rest)
                .unwrap_or_else(|| region.code.clone()),
        )
    }

    /// The region whose name, said in full or short, is the longest start of the text, and that start's length in bytes.
    fn longest_start<'a>(regions: impl Iterator<Item = &'a Region>, text: &str) -> Option<(usize, &'a Region)> {
        let length_of = |region: &Region| {
            let stem = stem_of(&region.name);
            let stem = if stem.chars().count() >= 2 {
                stem
            } else {
                region.name.clone()
            };
            [region.name.clone(), region.short_name(), stem]
                .iter()
                .filter(|name| text.starts_with(name.as_str()))
                .map(String::len)
                .max()
        };
        regions
            .filter_map(|region| Some((length_of(region)?, region)))
            .max_by_key(|(length, _)| *length)
    }

    /// How far apart two places are. A place known only to the county is in the county.
    pub fn distance_between(&self, from: &RegionCode, to: &RegionCode) -> Distance {
        let same = |level: RegionLevel| matches!((from.at(level), to.at(level)), (Some(a), Some(b)) if a == b);
        [
            (RegionLevel::Village, Distance::SameVillage),
            (RegionLevel::Township, Distance::SameTownship),
            (RegionLevel::County, Distance::SameCounty),
            (RegionLevel::Prefecture, Distance::SamePrefecture),
            (RegionLevel::Province, Distance::SameProvince),
        ]
        .into_iter()
        .find(|(level, _)| same(*level))
        .map_or(Distance::Beyond, |(_, distance)| distance)
    }

    /// Codes whose text or name is near an unknown one: what a 400 answer names.
    pub fn near_codes(&self, unknown: &str, limit: usize) -> Vec<String> {
        let by_name: Vec<String> = self
            .by_code
            .values()
            .filter(|r| !unknown.is_empty() && r.name.contains(unknown))
            .map(|r| r.code.to_string())
            .collect();
        if !by_name.is_empty() {
            let mut names = by_name;
            names.sort();
            names.truncate(limit);
            return names;
        }
        let codes: Vec<String> = self.by_code.keys().map(ToString::to_string).collect();
        crate::base::text::near_words(unknown, codes.iter().map(String::as_str), limit)
            .into_iter()
            .map(str::to_owned)
            .collect()
    }
}

/// The name without the word for its kind.
fn stem_of(name: &str) -> String {
    const KINDS: [&str; 22] = [
        "村民委员会",
        "社区居民委员会",
        "社区居委会",
        "居民委员会",
        "村委会",
        "居委会",
        "社区",
        "村",
        "街道办事处",
        "街道",
        "傣族自治州",
        "哈尼族乡",
        "布朗族乡",
        "基诺族乡",
        "瑶族乡",
        "彝族乡",
        "自治州",
        "省",
        "市",
        "县",
        "镇",
        "乡",
    ];
    KINDS
        .iter()
        .find_map(|kind| name.strip_suffix(kind).filter(|stem| !stem.is_empty()))
        .unwrap_or(name)
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::regions;
    use super::*;

    fn code(text: &str) -> RegionCode {
        RegionCode::parse(text).unwrap()
    }

    #[test]
    fn villages_are_found_under_their_usual_names() {
        let township = code("532801204");
        for typed in ["曼洪村民委员会", "曼洪村委会", "曼洪村", "曼洪", "　曼洪 社区"] {
            let found = regions().child_named(Some(&code("532822104")), typed);
            assert!(found.is_some_and(|r| r.name.starts_with("曼洪")), "{typed}");
        }
        assert!(regions().child_named(Some(&township), "没有这个村").is_none());
    }

    #[test]
    fn two_towns_of_one_name_are_told_apart_by_their_county() {
        assert_eq!(
            regions().child_named(Some(&code("532822")), "勐满镇").unwrap().code,
            code("532822105")
        );
        assert_eq!(
            regions().child_named(Some(&code("532823")), "勐满镇").unwrap().code,
            code("532823103")
        );
    }

    #[test]
    fn places_in_one_piece_are_read() {
        for (text, expected) in [
            ("云南省昆明市官渡区", "530111"),
            ("勐腊县勐捧镇", "532823102"),
            ("上海市嘉定区", "310114"),
            ("广东省东莞市", "441900"),
            ("西双版纳傣族自治州景洪市嘎洒街道", "532801003"),
            ("云南省西双版纳傣族自治州景洪市", "532801"),
            ("江苏省昆山市", "320583"),
        ] {
            let read = regions().read_place(text).unwrap();
            assert!(read.to_string().starts_with(expected), "{text}: {read}");
        }
        assert_eq!(regions().read_place("月球"), None);
    }

    #[test]
    fn distances_are_steps_of_the_tree() {
        let home = code("532801003002");
        for (to, distance) in [
            ("532801003002", Distance::SameVillage),
            ("532801003001", Distance::SameTownship),
            ("532801002", Distance::SameCounty),
            ("532822", Distance::SamePrefecture),
            ("530111", Distance::SameProvince),
            ("310114", Distance::Beyond),
        ] {
            assert_eq!(regions().distance_between(&home, &code(to)), distance, "{to}");
        }
    }
}
