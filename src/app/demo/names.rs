//! Names in the ways of the peoples of Xishuangbanna.

use std::sync::LazyLock;

use serde::Deserialize;

use super::draw::Draw;
use super::places::{SHARES, Village};

#[derive(Deserialize)]
pub(super) struct NameLists {
    dai_male: Vec<String>,
    dai_female: Vec<String>,
    dai_surnames: Vec<String>,
    bulang_male: Vec<String>,
    bulang_female: Vec<String>,
    bulang_surnames: Vec<String>,
    lahu_male: Vec<String>,
    lahu_female: Vec<String>,
    lahu_surnames: Vec<String>,
    hani_links: Vec<String>,
    hani_female: Vec<String>,
    hani_surnames: Vec<String>,
    jinuo_links: Vec<String>,
    jinuo_surnames: Vec<String>,
    yao_surnames: Vec<String>,
    yi_surnames: Vec<String>,
    pub han_surnames: Vec<String>,
    old_male: Vec<String>,
    old_female: Vec<String>,
    mid_male: Vec<String>,
    mid_female: Vec<String>,
    new_male: Vec<String>,
    new_female: Vec<String>,
    pub valley_first: Vec<String>,
    pub valley_second: Vec<String>,
    pub hill_first: Vec<String>,
    pub hill_second: Vec<String>,
    pub hill_last: Vec<String>,
    pub brand_first: Vec<String>,
    pub brand_second: Vec<String>,
    pub school_suffixes: Vec<String>,
}

pub(super) static NAMES: LazyLock<NameLists> =
    LazyLock::new(|| toml::from_str(include_str!("data/names.toml")).unwrap_or_else(|e| panic!("names.toml: {e}")));

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum People {
    Dai,
    Hani,
    Han,
    Lahu,
    Bulang,
    Jinuo,
    Yi,
    Yao,
}

impl People {
    /// As the registry writes it.
    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Dai => "傣族",
            Self::Hani => "哈尼族",
            Self::Han => "汉族",
            Self::Lahu => "拉祜族",
            Self::Bulang => "布朗族",
            Self::Jinuo => "基诺族",
            Self::Yi => "彝族",
            Self::Yao => "瑶族",
        }
    }

    pub(super) const fn lives_in_valleys(self) -> bool {
        matches!(self, Self::Dai | Self::Bulang)
    }

    /// One of the peoples of a village, in their shares there.
    pub(super) fn of_village(village: &Village, draw: &mut Draw) -> Self {
        let code = village.code.digits();
        let nearest = SHARES
            .iter()
            .filter(|s| code.starts_with(&s.prefix))
            .max_by_key(|s| s.prefix.len());
        let Some(s) = nearest else { return Self::Han };
        let weights = [s.dai, s.hani, s.han, s.lahu, s.bulang, s.jinuo, s.yi, s.yao];
        let all = [
            Self::Dai,
            Self::Hani,
            Self::Han,
            Self::Lahu,
            Self::Bulang,
            Self::Jinuo,
            Self::Yi,
            Self::Yao,
        ];
        all.get(draw.weighted(&weights)).copied().unwrap_or(Self::Han)
    }
}

/// How one line of a family names its children.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub people: People,
    /// Families that carry a surname; the others have none.
    surname: Option<String>,
}

impl Line {
    pub(super) fn of(people: People, draw: &mut Draw) -> Self {
        let (percent, surnames) = match people {
            People::Dai => (12, &NAMES.dai_surnames),
            People::Bulang => (45, &NAMES.bulang_surnames),
            People::Lahu => (55, &NAMES.lahu_surnames),
            People::Hani => (50, &NAMES.hani_surnames),
            People::Jinuo => (40, &NAMES.jinuo_surnames),
            People::Yao => (100, &NAMES.yao_surnames),
            People::Yi => (100, &NAMES.yi_surnames),
            People::Han => (100, &NAMES.han_surnames),
        };
        let surname = draw.chance(percent).then(|| draw.word(surnames).to_owned());
        Self { people, surname }
    }

    /// A name for a child of this line; `father` is his name where it links to the child's.
    pub(super) fn name(&self, male: bool, birth_year: i32, father: Option<&str>, draw: &mut Draw) -> String {
        match (&self.surname, self.people) {
            // Lahu families put the surname before 扎… or 娜….
            (Some(surname), People::Lahu) => format!("{surname}{}", lahu(male, draw)),
            (Some(surname), _) => format!("{surname}{}", given(male, birth_year, draw)),
            (None, People::Dai) => syllables(
                if male {
                    ("岩", &NAMES.dai_male)
                } else {
                    ("玉", &NAMES.dai_female)
                },
                65,
                draw,
            ),
            (None, People::Bulang) => syllables(
                if male {
                    ("岩", &NAMES.bulang_male)
                } else {
                    ("玉", &NAMES.bulang_female)
                },
                45,
                draw,
            ),
            (None, People::Lahu) => lahu(male, draw),
            (None, People::Hani) if !male && draw.chance(75) => syllables(("米", &NAMES.hani_female), 20, draw),
            (None, People::Hani) => linked(father, &NAMES.hani_links, draw),
            (None, People::Jinuo) => linked(father, &NAMES.jinuo_links, draw),
            (None, People::Han | People::Yi | People::Yao) => given(male, birth_year, draw).to_owned(),
        }
    }
}

fn lahu(male: bool, draw: &mut Draw) -> String {
    syllables(
        if male {
            ("扎", &NAMES.lahu_male)
        } else {
            ("娜", &NAMES.lahu_female)
        },
        0,
        draw,
    )
}

/// The word for a man or woman with one syllable, or with two different ones in so many percent.
fn syllables((start, list): (&str, &[String]), two_percent: usize, draw: &mut Draw) -> String {
    let count = if draw.chance(two_percent) { 2 } else { 1 };
    let chosen: String = draw.several(list, count).into_iter().map(String::as_str).collect();
    format!("{start}{chosen}")
}

/// A name that takes up the father's last syllable (父子连名).
fn linked(father: Option<&str>, list: &[String], draw: &mut Draw) -> String {
    let mut two = draw.several(list, 2).into_iter();
    let first = two.next().map_or("", String::as_str);
    let first = father
        .and_then(|f| f.chars().last())
        .map_or_else(|| first.to_owned(), String::from);
    let second = two.find(|s| **s != first).map_or("沙", String::as_str);
    format!("{first}{second}")
}

fn given(male: bool, birth_year: i32, draw: &mut Draw) -> &'static str {
    let names: &NameLists = &NAMES;
    draw.word(match (male, birth_year) {
        (true, ..1970) => &names.old_male,
        (false, ..1970) => &names.old_female,
        (true, 1970..1995) => &names.mid_male,
        (false, 1970..1995) => &names.mid_female,
        (true, _) => &names.new_male,
        (false, _) => &names.new_female,
    })
}
