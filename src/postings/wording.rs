//! Wording that the law forbids or that smells of fraud, found while an employer types and again before publication.
//! 《人力资源市场暂行条例》(国务院令第700号), 《网络招聘服务管理规定》(人社部令第44号). Each doubt names the phrase, so that the
//! broker sees what to change.

use std::sync::LazyLock;

use regex::Regex;
use serde::{Deserialize, Serialize};

use crate::base::codes::ProhibitedGround;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// May be published once an officer accepts the employer's reason.
    Warn,
    /// May not be published.
    Block,
}

/// What is wrong with a phrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DoubtKind {
    /// A ground by which nobody may be kept out.
    Ground(ProhibitedGround),
    Age,
    Looks,
    Deposit,
    Fee,
    /// Identity cards or certificates kept by the employer.
    Papers,
    NoContract,
    /// Work in Myanmar or Laos without a licensed foreign-labour agency.
    Abroad,
    Fraud,
}

/// The box in which a phrase stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WordingField {
    Title,
    Text,
}

/// One doubtful phrase; `start..end` are bytes of the text as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    pub kind: DoubtKind,
    pub severity: Severity,
    pub field: WordingField,
    pub phrase: String,
    pub start: usize,
    pub end: usize,
}

impl DoubtKind {
    pub const ALL: [Self; 18] = [
        Self::Ground(ProhibitedGround::Sex),
        Self::Ground(ProhibitedGround::Ethnicity),
        Self::Ground(ProhibitedGround::Race),
        Self::Ground(ProhibitedGround::Religion),
        Self::Ground(ProhibitedGround::Hukou),
        Self::Ground(ProhibitedGround::Region),
        Self::Ground(ProhibitedGround::Identity),
        Self::Ground(ProhibitedGround::Disability),
        Self::Ground(ProhibitedGround::InfectionCarrier),
        Self::Ground(ProhibitedGround::MarriageChildbirth),
        Self::Age,
        Self::Looks,
        Self::Deposit,
        Self::Fee,
        Self::Papers,
        Self::NoContract,
        Self::Abroad,
        Self::Fraud,
    ];

    /// The code in answers: `refusal-wording-…` in the catalogue.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ground(ProhibitedGround::Sex) => "wording-sex",
            Self::Ground(ProhibitedGround::Ethnicity) => "wording-ethnicity",
            Self::Ground(ProhibitedGround::Race) => "wording-race",
            Self::Ground(ProhibitedGround::Religion) => "wording-religion",
            Self::Ground(ProhibitedGround::Hukou) => "wording-hukou",
            Self::Ground(ProhibitedGround::Region) => "wording-region",
            Self::Ground(ProhibitedGround::Identity) => "wording-identity",
            Self::Ground(ProhibitedGround::Disability) => "wording-disability",
            Self::Ground(ProhibitedGround::InfectionCarrier) => "wording-infection-carrier",
            Self::Ground(ProhibitedGround::MarriageChildbirth) => "wording-marriage-childbirth",
            Self::Age => "wording-age",
            Self::Looks => "wording-looks",
            Self::Deposit => "wording-deposit",
            Self::Fee => "wording-fee",
            Self::Papers => "wording-papers",
            Self::NoContract => "wording-no-contract",
            Self::Abroad => "wording-abroad",
            Self::Fraud => "wording-fraud",
        }
    }

    pub const fn severity(self) -> Severity {
        match self {
            Self::Age | Self::Looks => Severity::Warn,
            Self::Ground(_)
            | Self::Deposit
            | Self::Fee
            | Self::Papers
            | Self::NoContract
            | Self::Abroad
            | Self::Fraud => Severity::Block,
        }
    }
}

/// One rule: what is caught, and which longer or overlapping wording is harmless. Both are regular expressions over
/// folded text (see `Folded`): half-width, lower case, simplified, without blanks and filler signs.
struct Rule {
    kind: DoubtKind,
    caught: Regex,
    harmless: Option<Regex>,
}

/// A list of people's words for "worker", so that 女工 is caught and 女装 is not.
const WORKERS: &str = "(?:员工|职工|工人|服务员|店员|营业员|导购|收银员|前台|文员|会计|保安|司机|厨师|普工|工作人员|人员|员|工|士|生|性|同志|孩|人)";
/// Who says that something is not demanded.
const NOT_TAKEN: &str = "(?:不收取?|不得(?:收取)?|不需要?|无需|无须|毋需|不用|不必|不交|不缴|免收?交?缴?|没有|无|零|0|拒绝|严禁|禁止|杜绝|谨防|不存在|不会|绝不|不以任何名义)";

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(rules);

/// Patterns are constants of this file; the test `every_pattern_compiles` reads them all.
fn pattern(text: &str) -> Regex {
    Regex::new(text).unwrap_or_else(|e| unreachable!("a pattern of this file: {e}"))
}

fn rules() -> Vec<Rule> {
    super::wording_rules::all(WORKERS, NOT_TAKEN)
        .into_iter()
        .map(|(kind, caught, harmless)| Rule {
            kind,
            caught: pattern(&caught),
            harmless: harmless.map(|h| pattern(&h)),
        })
        .collect()
}

/// The doubts about a posting, title first, then by place in the text; one per kind and phrase.
pub fn doubts(title: &str, text: &str) -> Vec<Doubt> {
    let mut found = Vec::new();
    for (field, typed) in [(WordingField::Title, title), (WordingField::Text, text)] {
        let folded = Folded::of(typed);
        for rule in RULES.iter() {
            collect(rule, field, typed, &folded, &mut found);
        }
    }
    found.sort_by_key(|d| (d.field, d.start, std::cmp::Reverse(d.end), d.kind));
    // Rules of one kind may overlap; the longer phrase says more.
    let mut kept: Vec<Doubt> = Vec::new();
    for doubt in found {
        let is_told = kept
            .iter()
            .any(|k| k.kind == doubt.kind && k.field == doubt.field && doubt.start < k.end);
        if !is_told {
            kept.push(doubt);
        }
    }
    kept
}

fn collect(rule: &Rule, field: WordingField, typed: &str, folded: &Folded, found: &mut Vec<Doubt>) {
    let mut hits = rule.caught.find_iter(&folded.text).peekable();
    if hits.peek().is_none() {
        return;
    }
    let harmless: Vec<_> = rule
        .harmless
        .iter()
        .flat_map(|h| h.find_iter(&folded.text))
        .map(|m| m.range())
        .collect();
    for hit in hits {
        if harmless
            .iter()
            .any(|span| span.start < hit.end() && hit.start() < span.end)
        {
            continue;
        }
        // Some rules look at what follows a word; what ends the clause is no part of the phrase.
        let said_until = hit.start() + hit.as_str().trim_end_matches([',', '。', ';', '!', '\n', '(']).len();
        let Some((start, end)) = folded.typed_span(hit.start(), said_until) else {
            continue;
        };
        let phrase = typed.get(start..end).unwrap_or_default().to_owned();
        found.push(Doubt {
            kind: rule.kind,
            severity: rule.kind.severity(),
            field,
            phrase,
            start,
            end,
        });
    }
}

/// Text as the rules read it, and where each of its characters stood.
struct Folded {
    text: String,
    /// For each byte of `text` that starts a character: its place there and the span it had in the typed text.
    places: Vec<(usize, usize, usize)>,
}

impl Folded {
    fn of(typed: &str) -> Self {
        let mut text = String::with_capacity(typed.len());
        let mut places = Vec::new();
        for (at, c) in typed.char_indices() {
            let Some(c) = fold_char(c) else { continue };
            places.push((text.len(), at, at));
            text.push(c);
        }
        let mut folded = Self { text, places };
        for place in &mut folded.places {
            place.2 = place.1
                + typed
                    .get(place.1..)
                    .and_then(|rest| rest.chars().next())
                    .map_or(0, char::len_utf8);
        }
        folded
    }

    fn typed_span(&self, start: usize, end: usize) -> Option<(usize, usize)> {
        let first = self.places.partition_point(|place| place.0 < start);
        let last = self.places.partition_point(|place| place.0 < end).checked_sub(1)?;
        Some((self.places.get(first)?.1, self.places.get(last)?.2))
    }
}

/// Half-width, lower case, simplified; `None` for blanks and the signs that people put between characters to hide a
/// word. Commas, stops and line ends stay: they part one demand from the next.
fn fold_char(c: char) -> Option<char> {
    const TRADITIONAL: &str = "別别勞劳會会廠厂學学業业運运風风險险報报遷迁貧贫現现證证費费員员歲岁兒儿壓压訓训養养擔担證证國国緬缅辦办體体殘残無无須须優优籍籍戶户鄉乡漢汉個个僅仅隻只離离還还產产懷怀單单導导齡龄氣气質质帶带繳缴納纳錢钱賺赚傭佣騙骗獎奖賭赌關关貸贷";
    let c = match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\n' | '\r' => '\n',
        c => c,
    };
    let is_filler = ((c.is_whitespace() || c.is_control()) && c != '\n')
        || matches!(
            c,
            '\u{200b}'
                ..='\u{200f}'
                    | '\u{feff}'
                    | '\u{2060}'
                    | '*'
                    | '·'
                    | '•'
                    | '_'
                    | '~'
                    | '|'
                    | '^'
                    | '\''
                    | '"'
                    | '“'
                    | '”'
                    | '`'
                    | '【'
                    | '】'
                    | '['
                    | ']'
                    | '「'
                    | '」'
                    | '★'
                    | '☆'
                    | '●'
                    | '✓'
        );
    if is_filler {
        return None;
    }
    let mut pairs = TRADITIONAL.chars();
    while let (Some(traditional), Some(simplified)) = (pairs.next(), pairs.next()) {
        if traditional == c {
            return Some(simplified);
        }
    }
    c.to_lowercase().next()
}

#[cfg(test)]
mod tests;
