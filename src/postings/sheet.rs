//! Reading a list of postings as other systems export it: one row becomes a draft, with what was mended, what is
//! doubtful and what stops it. Nothing is guessed: what cannot be read is a fault that names its column.

use std::collections::HashMap;

use crate::base::codes::Education;
use crate::base::error::{FieldProblem, Values};
use crate::base::money::Money;
use crate::base::region::RegionCode;
use crate::base::text::{fold, split_list, squeeze, without_placeholder};
use crate::base::time::{Day, parse_day};
use crate::reference::{OccupationCode, occupations, regions, suggest_occupation};

use super::wording::{Doubt, doubts};

/// What the list says the posting is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListedKind {
    Job,
    PublicWelfare,
    /// A job in a workshop for relocated households.
    Workshop,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WageUnit {
    Month,
    Day,
    Hour,
}

/// Pay as it is listed, `low <= high`, in its own unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListedWage {
    pub low: Money,
    pub high: Money,
    pub unit: WageUnit,
    /// Months paid a year, when said.
    pub months: Option<u8>,
}

impl ListedWage {
    /// Days and hours of a month of full work: 21.75 paid days of 8 hours (劳社部发〔2008〕3号).
    pub fn per_month(self) -> (Money, Money) {
        let scaled = |money: Money| match self.unit {
            WageUnit::Month => money,
            WageUnit::Day => Money::from_fen(money.fen().saturating_mul(2175) / 100),
            WageUnit::Hour => Money::from_fen(money.fen().saturating_mul(174)),
        };
        (scaled(self.low), scaled(self.high))
    }
}

/// A posting as listed, ready to be kept as a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedPosting {
    pub source_id: String,
    pub platform: String,
    pub title: String,
    pub company: String,
    pub kind: ListedKind,
    pub region: RegionCode,
    pub address: String,
    /// `None`: negotiable (面议).
    pub wage: Option<ListedWage>,
    /// `None`: none asked. Lists put it as a preference; an officer may confirm it as needed.
    pub education: Option<Education>,
    pub experience_years: Option<u8>,
    pub certificates: Vec<String>,
    /// Benefits as listed.
    pub welfare: Vec<String>,
    pub has_lodging: bool,
    pub has_meals: bool,
    pub has_insurance: bool,
    pub has_transport: bool,
    pub description: String,
    pub published_on: Option<Day>,
    pub headcount: u32,
    /// Of these, kept for households that the guarantee is for; `None` where the list does not say.
    pub reserved_places: Option<u32>,
    /// Kept for the officer who judges the age limit; never a filter.
    pub age_limit: (Option<u8>, Option<u8>),
    pub occupation: OccupationCode,
    pub origin: String,
}

impl ListedPosting {
    /// Equal for reposts: the same employer, title and place.
    pub fn repost_key(&self) -> String {
        format!(
            "{}\u{1f}{}\u{1f}{}",
            squeeze(&self.company),
            squeeze(&self.title),
            self.region.digits()
        )
    }
}

/// Something that was mended or assumed in a row: `postings-repair-<code>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repair {
    pub column: &'static str,
    pub code: &'static str,
    pub values: Values,
}

/// One row, read. With faults there is no draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostingReading {
    pub draft: Option<ListedPosting>,
    pub repairs: Vec<Repair>,
    /// Doubtful wording of title and text.
    pub doubts: Vec<Doubt>,
    /// Limits by sex that stood in a column of their own; they are dropped and told.
    pub dropped_sex_limit: Option<String>,
    /// Codes of `refusal-<code>`.
    pub faults: Vec<FieldProblem>,
}

pub const REPAIR_CODES: [&str; 5] = [
    "wage-swapped",
    "wage-negotiable",
    "headcount-assumed",
    "sex-limit-dropped",
    "occupation-suggested",
];
pub const FAULT_CODES: [&str; 9] = [
    "listing-missing",
    "listing-too-long",
    "listing-region-unknown",
    "listing-occupation-unknown",
    "listing-kind-unknown",
    "listing-wage-unreadable",
    "listing-number-unreadable",
    "listing-education-unknown",
    "listing-date-unreadable",
];

/// A year's pay in one unit is a typing slip; nothing listed is paid more than a million yuan.
const HIGHEST_WAGE: Money = Money::from_fen(100_000_000);

struct Row<'a> {
    cells: &'a HashMap<String, String>,
    repairs: Vec<Repair>,
    faults: Vec<FieldProblem>,
}

/// Reads one row by its column names (`id`, `title`, `company`, … as in the import's help).
pub fn read_posting_row(cells: &HashMap<String, String>) -> PostingReading {
    let mut row = Row {
        cells,
        repairs: Vec::new(),
        faults: Vec::new(),
    };
    let title = row.needed("title", 120);
    let company = row.needed("company", 120);
    let description = clean_description(row.raw("description"));
    if description.chars().count() > 8_000 {
        row.fault("description", "listing-too-long", "8000");
    }
    let found = doubts(&title, &description);
    let dropped_sex_limit = row.sex_limit();
    let (kind, region) = (row.kind(), row.region());
    let (wage, education, occupation) = (row.wage(), row.education(), row.occupation(&title));
    let (experience_years, published_on, headcount) =
        (row.number("experience_years", 60), row.published(), row.headcount());
    let reserved_places = row.reserved_places(headcount);
    let age_limit = (row.number("age_min", 120), row.number("age_max", 120));
    let welfare = split_list(row.raw("welfare"));
    let gives = |words: &[&str]| welfare.iter().any(|w| words.iter().any(|word| w.contains(word)));
    let draft = match (kind, region, occupation) {
        (Some(kind), Some(region), Some(occupation)) if row.faults.is_empty() => Some(ListedPosting {
            source_id: fold(row.raw("id")),
            platform: fold(row.raw("platform")),
            title,
            company,
            kind,
            region,
            address: without_placeholder(row.raw("address")),
            wage,
            education,
            experience_years,
            certificates: split_list(row.raw("skills")),
            has_lodging: gives(&["包住", "包吃住", "包食宿", "宿舍", "提供住宿", "免费住宿"]),
            has_meals: gives(&["包吃", "餐补", "包食宿", "提供伙食", "工作餐"]),
            has_insurance: gives(&["五险", "社保", "意外险", "保险"]),
            has_transport: gives(&["交通", "路费", "班车", "接送"]),
            welfare,
            description,
            published_on,
            headcount,
            reserved_places,
            age_limit,
            occupation,
            origin: fold(row.raw("origin")),
        }),
        _ => None,
    };
    PostingReading {
        draft,
        repairs: row.repairs,
        doubts: found,
        dropped_sex_limit,
        faults: row.faults,
    }
}

impl Row<'_> {
    fn raw(&self, column: &str) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }

    fn fault(&mut self, column: &'static str, code: &'static str, value: &str) {
        let shown: String = value.chars().take(40).collect();
        self.faults.push(
            FieldProblem::new(column, code)
                .with("value", shown)
                .with("column", column),
        );
    }

    fn repair(&mut self, column: &'static str, code: &'static str, value: String) {
        self.repairs.push(Repair {
            column,
            code,
            values: vec![("value", value)],
        });
    }

    fn needed(&mut self, column: &'static str, longest: usize) -> String {
        let text = without_placeholder(self.raw(column));
        if text.is_empty() {
            self.fault(column, "listing-missing", "");
        } else if text.chars().count() > longest {
            self.fault(column, "listing-too-long", &longest.to_string());
        }
        text
    }

    fn kind(&mut self) -> Option<ListedKind> {
        let word = squeeze(self.raw("kind"));
        let kind = match word.as_str() {
            "job" | "" | "岗位" => Some(ListedKind::Job),
            "public_welfare" | "公益性岗位" | "公益岗" => Some(ListedKind::PublicWelfare),
            "workshop" | "帮扶车间" | "扶贫车间" => Some(ListedKind::Workshop),
            _ => None,
        };
        if kind.is_none() {
            self.fault("kind", "listing-kind-unknown", &word);
        }
        kind
    }

    /// The code, which must exist; without a code, the place in words.
    fn region(&mut self) -> Option<RegionCode> {
        let typed = squeeze(self.raw("region_code"));
        let region = if typed.is_empty() {
            regions().read_place(self.raw("region_text"))
        } else {
            RegionCode::parse(&typed).filter(|code| regions().get(code).is_some())
        };
        if region.is_none() {
            let said = if typed.is_empty() {
                fold(self.raw("region_text"))
            } else {
                typed
            };
            self.fault("region_code", "listing-region-unknown", &said);
        }
        region
    }

    /// The code, which must exist; without a code, what the title means.
    fn occupation(&mut self, title: &str) -> Option<OccupationCode> {
        let typed = squeeze(self.raw("occupation_code"));
        if !typed.is_empty() {
            let known = OccupationCode::parse(&typed).filter(|code| occupations().get(code).is_some());
            if known.is_none() {
                self.fault("occupation_code", "listing-occupation-unknown", &typed);
            }
            return known;
        }
        let suggested = suggest_occupation(title).into_iter().next().map(|(code, _)| code);
        match &suggested {
            Some(code) => self.repair("occupation_code", "occupation-suggested", code.to_string()),
            None => self.fault("occupation_code", "listing-occupation-unknown", title),
        }
        suggested
    }

    fn wage(&mut self) -> Option<ListedWage> {
        let low = self.amount("wage_min");
        let high = self.amount("wage_max");
        let (low, high) = match (low, high) {
            (None, None) => {
                if self.faults.iter().all(|f| f.code != "listing-wage-unreadable") {
                    self.repair("wage_min", "wage-negotiable", String::new());
                }
                return None;
            }
            (Some(only), None) | (None, Some(only)) => (only, only),
            (Some(low), Some(high)) => (low, high),
        };
        let word = squeeze(self.raw("wage_unit"));
        let unit = match word.as_str() {
            "month" | "" | "月" | "元/月" => WageUnit::Month,
            "day" | "天" | "日" | "元/天" => WageUnit::Day,
            "hour" | "小时" | "时" | "元/小时" => WageUnit::Hour,
            _ => {
                self.fault("wage_unit", "listing-wage-unreadable", &word);
                return None;
            }
        };
        if low > high {
            self.repair("wage_min", "wage-swapped", format!("{low}–{high}"));
        }
        Some(ListedWage {
            low: low.min(high),
            high: low.max(high),
            unit,
            months: self.number("wage_months", 24),
        })
    }

    /// `None` for an empty cell, a word for "to be agreed" or zero; anything else that is no amount is a fault.
    fn amount(&mut self, column: &'static str) -> Option<Money> {
        let text = without_placeholder(self.raw(column));
        if text.is_empty() || text.contains("面议") {
            return None;
        }
        match crate::base::text::read_wage(&text) {
            Some(money) if money <= HIGHEST_WAGE => Some(money).filter(|m| *m > Money::ZERO),
            _ => {
                self.fault(column, "listing-wage-unreadable", &text);
                None
            }
        }
    }

    fn number(&mut self, column: &'static str, most: u8) -> Option<u8> {
        let text = squeeze(self.raw(column));
        if text.is_empty() {
            return None;
        }
        let whole = text.strip_suffix(".0").unwrap_or(&text);
        let number = whole.parse::<u8>().ok().filter(|n| *n <= most);
        if number.is_none() {
            self.fault(column, "listing-number-unreadable", &text);
        }
        number
    }

    fn headcount(&mut self) -> u32 {
        let text = without_placeholder(self.raw("headcount"));
        let text = text
            .trim_end_matches(['人', '名', '个'])
            .trim_end_matches(".0")
            .to_owned();
        if text.is_empty() || text == "若干" {
            self.repair("headcount", "headcount-assumed", "1".to_owned());
            return 1;
        }
        match text.parse::<u32>() {
            Ok(count @ 1..=10_000) => count,
            Ok(_) | Err(_) => {
                self.fault("headcount", "listing-number-unreadable", &text);
                1
            }
        }
    }

    fn reserved_places(&mut self, headcount: u32) -> Option<u32> {
        let text = squeeze(self.raw("reserved_places"));
        let bare = text.trim_end_matches(['人', '名', '个']).trim_end_matches(".0");
        // Here zero is an answer, not an empty cell.
        if bare.is_empty() || bare == "无" {
            return None;
        }
        let count = bare.parse::<u32>().ok().filter(|count| *count <= headcount);
        if count.is_none() {
            self.fault("reserved_places", "posting-reserved", &text);
        }
        count
    }

    fn education(&mut self) -> Option<Education> {
        let text = without_placeholder(self.raw("education"));
        let bare = text.trim_end_matches("及以上").trim_end_matches("以上");
        // 初中及以下 asks for nothing: it names the most, not the least.
        if bare.is_empty() || bare.contains("不限") || bare.ends_with("以下") {
            return None;
        }
        let bare = bare.split('/').next().unwrap_or(bare);
        let level = Education::from_label(bare)
            .or_else(|| Education::from_label(&text))
            .or_else(|| Education::parse(bare));
        if level.is_none() {
            self.fault("education", "listing-education-unknown", &text);
        }
        level
    }

    fn published(&mut self) -> Option<Day> {
        let text = squeeze(self.raw("published"));
        if text.is_empty() {
            return None;
        }
        let dashed = text.replace(['/', '.'], "-");
        let day = parse_day(dashed.get(..10).unwrap_or(&dashed));
        if day.is_none() {
            self.fault("published", "listing-date-unreadable", &text);
        }
        day
    }

    /// A limit to one sex is not lawful: it is not read into the draft, and the officer is told.
    fn sex_limit(&mut self) -> Option<String> {
        let text = without_placeholder(self.raw("sex"));
        if text.is_empty() || text.contains("不限") || text.contains("男女") {
            return None;
        }
        self.repair("sex", "sex-limit-dropped", text.clone());
        Some(text)
    }
}

/// Breaks of web pages and double semicolons become lines; entities become their signs; a placeholder becomes nothing.
pub fn clean_description(typed: &str) -> String {
    let mut text = String::with_capacity(typed.len());
    let mut rest = typed;
    while let Some(open) = rest.find('<') {
        let (before, tag) = rest.split_at(open);
        text.push_str(before);
        let is_tag = tag.chars().nth(1).is_some_and(|c| c.is_ascii_alphabetic() || c == '/');
        match tag.find('>').filter(|_| is_tag) {
            Some(close) => {
                let name = tag
                    .get(1..close)
                    .unwrap_or_default()
                    .trim_start_matches('/')
                    .to_ascii_lowercase();
                if ["br", "p", "div", "li", "tr"]
                    .iter()
                    .any(|block| name.trim_end_matches([' ', '/']).starts_with(block))
                {
                    text.push('\n');
                }
                rest = tag.get(close + 1..).unwrap_or_default();
            }
            None => {
                text.push('<');
                rest = tag.get(1..).unwrap_or_default();
            }
        }
    }
    text.push_str(rest);
    let text = text
        .replace(";;", "\n")
        .replace("；；", "\n")
        .replace("&nbsp;", " ")
        .replace("&lt;", "<")
        .replace("&gt;", ">");
    let text = text.replace("&quot;", "\"").replace("&amp;", "&");
    let lines: Vec<&str> = text
        .lines()
        .map(|line| line.trim().trim_start_matches(';').trim())
        .filter(|line| !line.is_empty())
        .collect();
    let joined = lines.join("\n");
    let is_placeholder =
        matches!(joined.as_str(), "见岗位名称" | "面议" | "详询" | "详谈") || without_placeholder(&joined).is_empty();
    if is_placeholder { String::new() } else { joined }
}

#[cfg(test)]
mod tests;
