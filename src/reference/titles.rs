//! The occupation that a job title means: proposed while an employer types. Learnt in memory from titles that people
//! have coded, the names and aliases of the classification, and the prefecture's own words.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::occupations::OccupationCode;
use crate::base::text::fold;

/// Words of the trades here that advertisements elsewhere do not know.
const LOCAL_TITLES: &str = include_str!("data/local_titles.csv");

/// How many similar titles have a say.
const NEIGHBOURS: usize = 20;

/// Titles with known occupations, ready to be compared with.
pub struct TitleIndex {
    codes: Vec<OccupationCode>,
    /// Per example: its place in `codes`, and how much its word counts.
    examples: Vec<(usize, f32)>,
    /// Per gram: how rare it is, and in which examples it stands with which weight.
    grams: HashMap<String, Gram>,
}

struct Gram {
    rarity: f32,
    postings: Vec<(u32, f32)>,
}

static SHIPPED: LazyLock<TitleIndex> = LazyLock::new(|| TitleIndex::learn(super::occupations().titles()));

/// The five likeliest occupations of a title, the likeliest first, with a score from 0 to 1. Empty for a title that
/// says nothing known.
pub fn suggest_occupation(title: &str) -> Vec<(OccupationCode, f32)> {
    SHIPPED.suggest(title, 5)
}

impl TitleIndex {
    /// Learns coded titles, and with them the names, the aliases and the local words.
    pub fn learn(titles: &[(String, OccupationCode)]) -> Self {
        let mut entries: Vec<(String, OccupationCode, f32)> = titles
            .iter()
            .map(|(title, code)| (plain_title(title), code.clone(), 1.0))
            .collect();
        for occupation in super::occupations().all().iter().filter(|o| o.level == 4) {
            let names = std::iter::once(&occupation.name_zh).chain(&occupation.aliases);
            entries.extend(names.map(|name| (plain_title(name), occupation.code.clone(), 0.9)));
        }
        for line in LOCAL_TITLES.lines().skip(1) {
            let Some((title, code)) = line.split_once(',') else {
                continue;
            };
            let Some(code) = OccupationCode::parse(code) else {
                continue;
            };
            entries.push((plain_title(title), code, 1.2));
        }
        Self::from_entries(&entries)
    }

    fn from_entries(entries: &[(String, OccupationCode, f32)]) -> Self {
        let mut index = Self {
            codes: Vec::new(),
            examples: Vec::new(),
            grams: HashMap::new(),
        };
        let mut place_of: HashMap<&OccupationCode, usize> = HashMap::new();
        let mut counted: Vec<HashMap<String, f32>> = Vec::with_capacity(entries.len());
        let mut spread: HashMap<String, f32> = HashMap::new();
        for (title, code, say) in entries {
            let place = *place_of.entry(code).or_insert_with(|| {
                index.codes.push(code.clone());
                index.codes.len() - 1
            });
            index.examples.push((place, *say));
            let counts = grams_of(title);
            for gram in counts.keys() {
                *spread.entry(gram.clone()).or_insert(0.0) += 1.0;
            }
            counted.push(counts);
        }
        let total = entries.len().max(1) as f32;
        for (gram, count) in spread {
            index.grams.insert(
                gram,
                Gram {
                    rarity: (1.0 + total / count).ln(),
                    postings: Vec::new(),
                },
            );
        }
        for (example, counts) in (0_u32..).zip(&counted) {
            let weights = index.weighted(counts);
            for (gram, weight) in weights {
                if let Some(entry) = index.grams.get_mut(gram) {
                    entry.postings.push((example, weight));
                }
            }
        }
        index
    }

    /// The grams that are known, with weights of length one.
    fn weighted<'a>(&self, counts: &'a HashMap<String, f32>) -> Vec<(&'a str, f32)> {
        let mut weights: Vec<(&str, f32)> = counts
            .iter()
            .filter_map(|(gram, count)| Some((gram.as_str(), (1.0 + count.ln()) * self.grams.get(gram)?.rarity)))
            .collect();
        // A fixed order makes sums, and so ties, the same in every run.
        weights.sort_unstable_by(|a, b| a.0.cmp(b.0));
        let length = weights.iter().map(|(_, w)| w * w).sum::<f32>().sqrt();
        if length > 0.0 {
            weights.iter_mut().for_each(|(_, w)| *w /= length);
        }
        weights
    }

    /// The `limit` likeliest occupations of a title.
    pub fn suggest(&self, title: &str, limit: usize) -> Vec<(OccupationCode, f32)> {
        let counts = grams_of(&plain_title(title));
        let mut likeness = vec![0.0_f32; self.examples.len()];
        for (gram, weight) in self.weighted(&counts) {
            let Some(gram) = self.grams.get(gram) else { continue };
            for (example, theirs) in &gram.postings {
                if let Some(sum) = usize::try_from(*example).ok().and_then(|i| likeness.get_mut(i)) {
                    *sum += weight * theirs;
                }
            }
        }
        let mut nearest: Vec<(f32, usize)> = likeness
            .into_iter()
            .enumerate()
            .filter(|(_, sum)| *sum > 0.05)
            .map(|(i, sum)| (sum, i))
            .collect();
        nearest.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        self.vote(&nearest, limit)
    }

    /// Each near example speaks for its occupation, the nearer the louder; the loudest occupations win.
    fn vote(&self, nearest: &[(f32, usize)], limit: usize) -> Vec<(OccupationCode, f32)> {
        let mut votes: HashMap<usize, f32> = HashMap::new();
        let mut all = 0.0_f32;
        for (likeness, example) in nearest.iter().take(NEIGHBOURS) {
            let Some((place, say)) = self.examples.get(*example) else {
                continue;
            };
            let vote = likeness * likeness * likeness * say;
            all += vote;
            *votes.entry(*place).or_insert(0.0) += vote;
        }
        let mut ranked: Vec<(OccupationCode, f32)> = votes
            .into_iter()
            .filter_map(|(place, vote)| Some((self.codes.get(place)?.clone(), vote / all)))
            .collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        ranked.truncate(limit);
        ranked
    }
}

/// The title without what says nothing about the work: wages, benefits, urgency, reference numbers.
pub fn plain_title(title: &str) -> String {
    const NOISE: [&str; 44] = [
        "招聘",
        "诚聘",
        "急聘",
        "急招",
        "高薪",
        "诚招",
        "直招",
        "包吃住",
        "包食宿",
        "包吃",
        "包住",
        "提供食宿",
        "五险一金",
        "双休",
        "单休",
        "月休",
        "无经验",
        "可学",
        "零基础",
        "接受小白",
        "应届生",
        "应届",
        "实习生",
        "全职",
        "长期",
        "短期",
        "可兼职",
        "兼职",
        "底薪",
        "无责",
        "提成",
        "月薪",
        "月入",
        "过万",
        "年薪",
        "待遇优",
        "薪资",
        "就近",
        "安排",
        "扶贫车间",
        "上市公司",
        "朝九晚五",
        "高提成",
        "免费",
    ];
    let mut text = fold(title).to_lowercase();
    for word in NOISE {
        if text.contains(word) {
            text = text.replace(word, " ");
        }
    }
    let kept: String = text.chars().map(|c| if c.is_alphabetic() { c } else { ' ' }).collect();
    kept.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Runs of one to three characters, and how often; the ends of the title count as characters of their own, since the
/// last word of a Chinese title names the trade.
fn grams_of(title: &str) -> HashMap<String, f32> {
    let mut counts: HashMap<String, f32> = HashMap::new();
    let parts = title.split(' ').filter(|part| !part.is_empty());
    for part in parts {
        let chars: Vec<char> = part.chars().chain(std::iter::once('$')).collect();
        for (size, weight) in [(1, 0.6), (2, 1.0), (3, 1.0)] {
            for window in chars.windows(size).filter(|w| *w != ['$']) {
                let count = counts.entry(window.iter().collect()).or_insert(0.0);
                *count = if *count == 0.0 { weight } else { *count + 1.0 };
            }
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_trades_are_understood() {
        for (title, code) in [
            ("割胶工（急聘）包吃住", "5-01-02-04"),
            ("采茶工", "5-01-02-02"),
            ("护林员", "5-02-03-01"),
            ("保洁员(包吃住)3000元", "4-09-08-01"),
        ] {
            let first = suggest_occupation(title)
                .into_iter()
                .next()
                .map(|(code, _)| code.to_string());
            assert_eq!(first.as_deref(), Some(code), "{title}");
        }
    }

    #[test]
    fn local_titles_name_occupations_that_exist() {
        for line in LOCAL_TITLES.lines().skip(1) {
            let (_, code) = line.split_once(',').expect(line);
            let code = OccupationCode::parse(code).expect(line);
            assert!(
                super::super::occupations().get(&code).is_some_and(|o| o.level == 4),
                "{line}"
            );
        }
    }

    #[test]
    fn titles_that_say_nothing_get_no_suggestion() {
        for title in ["", "  ", "（）", "!!!", "ꙮꙮ", "12345"] {
            assert!(suggest_occupation(title).is_empty(), "{title}");
        }
        assert!(suggest_occupation(&"保洁".repeat(5000)).len() <= 5);
    }
}
