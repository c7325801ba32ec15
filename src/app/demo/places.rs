//! Where people live and work: the prefecture's villages, the places elsewhere that they go to, the settlement sites.

use std::sync::LazyLock;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::base::region::{RegionCode, RegionLevel};
use crate::reference::regions;

/// A village or community of the prefecture.
pub(super) struct Village {
    pub code: RegionCode,
    /// As the registry writes it: 曼听村民委员会.
    pub name: String,
    pub township: RegionCode,
    pub township_name: String,
    pub county: RegionCode,
    pub county_name: String,
    /// A community in a town, where shops and companies are.
    pub is_town: bool,
}

/// A place elsewhere that recruits here; wages there as a percentage of those at home.
#[derive(Deserialize)]
pub(super) struct AwayPlace {
    pub code: String,
    pub weight: usize,
    pub factor: i64,
}

#[derive(Deserialize)]
struct SiteLine {
    township: String,
    name: String,
}

/// The shares of the peoples in the villages whose code starts with `prefix`.
#[derive(Deserialize)]
pub(super) struct PeopleShares {
    pub prefix: String,
    pub dai: usize,
    pub hani: usize,
    pub han: usize,
    pub lahu: usize,
    pub bulang: usize,
    pub jinuo: usize,
    pub yi: usize,
    pub yao: usize,
}

pub(super) static VILLAGES: LazyLock<Vec<Village>> = LazyLock::new(home_villages);
/// Those that are no communities in a town: where people grow things and villages keep posts of their own.
pub(super) static RURAL: LazyLock<Vec<&'static Village>> =
    LazyLock::new(|| VILLAGES.iter().filter(|village| !village.is_town).collect());
pub(super) static AWAY: LazyLock<Vec<AwayPlace>> = LazyLock::new(|| table(include_str!("data/places.csv")));
pub(super) static SHARES: LazyLock<Vec<PeopleShares>> = LazyLock::new(|| table(include_str!("data/peoples.csv")));
static SITES: LazyLock<Vec<SiteLine>> = LazyLock::new(|| table(include_str!("data/sites.csv")));

/// The rows of a table that ships with the code; a test reads every one, so none is lost in silence.
pub(super) fn table<T: DeserializeOwned>(text: &str) -> Vec<T> {
    csv::Reader::from_reader(text.as_bytes())
        .into_deserialize()
        .filter_map(Result::ok)
        .collect()
}

fn home_villages() -> Vec<Village> {
    let mut villages: Vec<Village> = regions()
        .all()
        .filter_map(|region| {
            let code = &region.code;
            // Farms and prisons carry township codes from 400 on, but they are no townships.
            let is_township_proper = code.digits().get(6..7).is_some_and(|digit| digit < "4");
            let at_home = code.level() == RegionLevel::Village && code.digits().starts_with("5328");
            if !at_home || !is_township_proper || region.is_statistical_only() {
                return None;
            }
            let (township, county) = (code.at(RegionLevel::Township)?, code.at(RegionLevel::County)?);
            Some(Village {
                name: region.name.clone(),
                township_name: regions().get(&township)?.name.clone(),
                county_name: regions().get(&county)?.name.clone(),
                is_town: region.name.contains("社区"),
                code: code.clone(),
                township,
                county,
            })
        })
        .filter(|village| !village.name.contains("园区"))
        .collect();
    villages.sort_by(|a, b| a.code.cmp(&b.code));
    villages
}

impl Village {
    /// The settlement site of the village's township that its people moved to, if the township has one.
    pub(super) fn site(&self, draw: &mut super::draw::Draw) -> Option<String> {
        let here: Vec<&SiteLine> = SITES
            .iter()
            .filter(|site| site.township == self.township.digits())
            .collect();
        let site = draw.pick(&here)?;
        let township = [
            "哈尼族布朗族乡",
            "布朗族乡",
            "基诺族乡",
            "哈尼族乡",
            "彝族乡",
            "瑶族乡",
            "镇",
            "乡",
        ]
        .iter()
        .find_map(|kind| self.township_name.strip_suffix(kind))
        .unwrap_or(&self.township_name);
        let name = site.name.strip_prefix(township).unwrap_or(&site.name);
        Some(format!("{township}{name}安置点"))
    }

    pub(super) fn has_site(&self) -> bool {
        SITES.iter().any(|site| site.township == self.township.digits())
    }
}

/// The full path as registries write it, from the province: 上海市松江区.
pub(super) fn full_name(code: &RegionCode) -> String {
    regions()
        .path_of(code)
        .iter()
        .map(|r| r.name.as_str())
        .filter(|name| *name != "市辖区")
        .collect()
}

/// The path as people say it: 勐腊县勐捧镇勐润村; from the province elsewhere.
pub(super) fn spoken_name(code: &RegionCode) -> String {
    if code.digits().starts_with("5328") {
        return regions().path_of(code).iter().skip(2).map(|r| r.short_name()).collect();
    }
    full_name(code)
}

/// The last step of the path, without the word for its kind where a name is left: 松江, 景洪, 勐腊.
pub(super) fn brand_place(code: &RegionCode) -> String {
    let name = regions().name_of(code);
    if name.contains("自治") {
        // 新平彝族傣族自治县 is 新平 in a company's name.
        return name.chars().take(2).collect();
    }
    let kinds = ["新区", "区", "市", "县"];
    kinds
        .iter()
        .find_map(|kind| name.strip_suffix(kind))
        .unwrap_or(&name)
        .to_owned()
}
