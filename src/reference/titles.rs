//! The occupation that a job title means: proposed while an employer types. Learnt in memory from titles that people
//! have coded, the names and aliases of the classification, and the prefecture's own words.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::occupations::OccupationCode;
use crate::base::text::fold;

/// Words of the trades here that advertisements elsewhere do not know.
const LOCAL_TITLES: &str = include_str!("data/local_titles.csv");

/// How many similar titles have a say.
const NEIGHBOURS: usize = 60;
/// What a name or an alias of the classification says beside a title of a real advertisement.
const NAME_SAYS: f32 = 0.3;
/// What a title of this prefecture says beside one.
const LOCAL_SAYS: f32 = 1.2;
/// What the likeness to an occupation's titles taken together says beside its single titles.
const WHOLE_SAYS: f32 = 4.0;

/// What a single character counts beside a pair of them.
const SINGLE_SAYS: f32 = 1.5;

/// Titles with known occupations, ready to be compared with.
pub struct TitleIndex {
    codes: Vec<OccupationCode>,
    /// Per code, the logarithm of one more than its coded titles: what is common is meant more often.
    commonness: Vec<f32>,
    /// Per example: its place in `codes`, and how much it says.
    examples: Vec<(usize, f32)>,
    /// Per gram: how rare it is, and where it stands with which weight.
    grams: HashMap<Gram, Entry>,
}

/// One or two characters, packed.
type Gram = u64;

#[derive(Default)]
struct Entry {
    rarity: f32,
    in_examples: Vec<(usize, f32)>,
    in_codes: Vec<(usize, f32)>,
}

static SHIPPED: LazyLock<TitleIndex> = LazyLock::new(|| TitleIndex::learn(super::occupations().titles()));

/// The five likeliest occupations of a title, the likeliest first, with a share of the votes from 0 to 1. Empty for a
/// title that says nothing known.
pub fn suggest_occupation(title: &str) -> Vec<(OccupationCode, f32)> {
    SHIPPED.suggest(title, 5)
}

impl TitleIndex {
    /// Learns coded titles, and with them the names, the aliases and the local words.
    pub fn learn(titles: &[(String, OccupationCode)]) -> Self {
        let mut learner = Learner::default();
        for (title, code) in titles {
            let place = learner.add(title, code, 1.0);
            if let Some(count) = learner.titles_of.get_mut(place) {
                *count += 1.0;
            }
        }
        for occupation in super::occupations().all().iter().filter(|o| o.level == 4) {
            for name in std::iter::once(&occupation.name_zh).chain(&occupation.aliases) {
                learner.add(name, &occupation.code, NAME_SAYS);
            }
        }
        for line in LOCAL_TITLES.lines().skip(1) {
            if let Some((title, code)) = line.split_once(',')
                && let Some(code) = OccupationCode::parse(code)
            {
                learner.add(title, &code, LOCAL_SAYS);
            }
        }
        learner.finish()
    }

    /// The grams that are known, with weights of length one.
    fn weighted(&self, counts: &[(Gram, f32)]) -> Vec<(Gram, f32)> {
        let mut weights: Vec<(Gram, f32)> = counts
            .iter()
            .filter_map(|(gram, count)| Some((*gram, (1.0 + count.ln()) * self.grams.get(gram)?.rarity)))
            .collect();
        let length = weights.iter().map(|(_, w)| w * w).sum::<f32>().sqrt();
        if length > 0.0 {
            weights.iter_mut().for_each(|(_, w)| *w /= length);
        }
        weights
    }

    /// The `limit` likeliest occupations of a title.
    pub fn suggest(&self, title: &str, limit: usize) -> Vec<(OccupationCode, f32)> {
        let mut alike = vec![0.0_f32; self.examples.len()];
        let mut alike_whole = vec![0.0_f32; self.codes.len()];
        for (gram, weight) in self.weighted(&grams_of(&plain_title(title))) {
            let Some(entry) = self.grams.get(&gram) else { continue };
            for (sums, postings) in [(&mut alike, &entry.in_examples), (&mut alike_whole, &entry.in_codes)] {
                for (place, theirs) in postings {
                    if let Some(sum) = sums.get_mut(*place) {
                        *sum += weight * theirs;
                    }
                }
            }
        }
        let mut nearest: Vec<(f32, usize)> = alike
            .into_iter()
            .enumerate()
            .filter(|(_, sum)| *sum > 0.0)
            .map(|(i, sum)| (sum, i))
            .collect();
        nearest.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        nearest.truncate(NEIGHBOURS);
        self.vote(&nearest, &alike_whole, limit)
    }

    /// Each near example speaks for its occupation, the nearer the louder, and each occupation for itself as a whole.
    fn vote(&self, nearest: &[(f32, usize)], alike_whole: &[f32], limit: usize) -> Vec<(OccupationCode, f32)> {
        let mut votes: Vec<f32> = alike_whole.iter().map(|whole| WHOLE_SAYS * whole * whole).collect();
        for (likeness, example) in nearest {
            let Some((place, says)) = self.examples.get(*example) else {
                continue;
            };
            if let Some(vote) = votes.get_mut(*place) {
                *vote += likeness * likeness * likeness * says;
            }
        }
        for (vote, commonness) in votes.iter_mut().zip(&self.commonness) {
            *vote *= 1.0 + commonness;
        }
        let all: f32 = votes.iter().sum();
        let mut ranked: Vec<(f32, &OccupationCode)> = votes
            .into_iter()
            .zip(&self.codes)
            .filter(|(vote, _)| *vote > 0.0)
            .collect();
        ranked.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
        ranked
            .into_iter()
            .take(limit)
            .map(|(vote, code)| (code.clone(), vote / all))
            .collect()
    }
}

/// Examples on their way to an index.
#[derive(Default)]
struct Learner {
    codes: Vec<OccupationCode>,
    place_of: HashMap<OccupationCode, usize>,
    titles_of: Vec<f32>,
    examples: Vec<(usize, f32)>,
    counted: Vec<Vec<(Gram, f32)>>,
}

impl Learner {
    /// Adds an example and answers the place of its occupation.
    fn add(&mut self, title: &str, code: &OccupationCode, says: f32) -> usize {
        let place = match self.place_of.get(code) {
            Some(place) => *place,
            None => {
                self.codes.push(code.clone());
                self.titles_of.push(0.0);
                self.place_of.insert(code.clone(), self.codes.len() - 1);
                self.codes.len() - 1
            }
        };
        self.examples.push((place, says));
        self.counted.push(grams_of(&plain_title(title)));
        place
    }

    fn finish(self) -> TitleIndex {
        let mut grams: HashMap<Gram, Entry> = HashMap::new();
        for (gram, _) in self.counted.iter().flatten() {
            grams.entry(*gram).or_default().rarity += 1.0;
        }
        let mut total = 0.0_f32;
        self.examples.iter().for_each(|_| total += 1.0);
        for entry in grams.values_mut() {
            entry.rarity = (1.0 + total / entry.rarity).ln();
        }
        let commonness = self.titles_of.iter().map(|count| (1.0 + count).ln()).collect();
        let mut index = TitleIndex {
            codes: self.codes,
            commonness,
            examples: self.examples,
            grams,
        };
        let mut whole: Vec<HashMap<Gram, f32>> = vec![HashMap::new(); index.codes.len()];
        for (example, counts) in self.counted.iter().enumerate() {
            let Some((place, says)) = index.examples.get(example).copied() else {
                continue;
            };
            for (gram, weight) in index.weighted(counts) {
                if let Some(entry) = index.grams.get_mut(&gram) {
                    entry.in_examples.push((example, weight));
                }
                if let Some(sums) = whole.get_mut(place) {
                    *sums.entry(gram).or_insert(0.0) += weight * says;
                }
            }
        }
        for (place, sums) in whole.into_iter().enumerate() {
            // Summed in a fixed order, so that the same titles always give the same index.
            let mut sums: Vec<(Gram, f32)> = sums.into_iter().collect();
            sums.sort_unstable_by_key(|(gram, _)| *gram);
            let length = sums.iter().map(|(_, w)| w * w).sum::<f32>().sqrt();
            for (gram, sum) in sums {
                if let Some(entry) = index.grams.get_mut(&gram) {
                    entry.in_codes.push((place, sum / length));
                }
            }
        }
        index
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

/// Single characters and pairs, and how often; the end of the title counts as a character of its own, since the last
/// word of a Chinese title names the trade. In the order of the grams.
fn grams_of(title: &str) -> Vec<(Gram, f32)> {
    let mut grams: Vec<Gram> = Vec::with_capacity(title.len());
    for part in title.split(' ').filter(|part| !part.is_empty()) {
        let mut last: Option<char> = None;
        for c in part.chars() {
            grams.push(u64::from(u32::from(c)));
            grams.extend(last.map(|before| pair(before, c)));
            last = Some(c);
        }
        grams.extend(last.map(|before| pair(before, '$')));
    }
    grams.sort_unstable();
    let mut counts: Vec<(Gram, f32)> = Vec::with_capacity(grams.len());
    for gram in grams {
        match counts.last_mut() {
            Some((same, count)) if *same == gram => *count += 1.0,
            Some(_) | None => counts.push((gram, if gram < pair('\0', '\0') { SINGLE_SAYS } else { 1.0 })),
        }
    }
    counts
}

fn pair(first: char, second: char) -> Gram {
    u64::from(u32::from(first) + 1) << 32 | u64::from(u32::from(second))
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
