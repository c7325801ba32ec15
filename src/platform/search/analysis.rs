//! How text becomes what is looked up: words (jieba with the local dictionary), pairs of characters, and sounds.
//!
//! No single analysis wins: words find what is in the dictionary, pairs what is in none, sounds what was misspelt or
//! typed in pinyin. The lists in `search-index/` are compiled in; its README says how to change them.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use jieba_rs::Jieba;
use pinyin::ToPinyin;

static SHIPPED: LazyLock<Analysis> = LazyLock::new(Analysis::shipped);

/// One thing to look up, and where it stands in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    pub text: String,
    pub position: usize,
}

/// A stretch of one script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Run {
    /// Chinese characters without anything between them.
    Han(String),
    /// Letters and digits, lower-cased.
    Latin(String),
    /// Punctuation: a phrase does not reach over it.
    Break,
    /// Blanks between two runs.
    Blank,
}

/// The dictionary and the lists.
pub struct Analysis {
    jieba: Jieba,
    /// Word → the words that mean the same.
    synonyms: HashMap<String, Vec<String>>,
    stopwords: HashSet<String>,
    /// Every syllable of pinyin without tone.
    syllables: HashSet<&'static str>,
}

/// The form in which characters are compared: width folded, lower case. One character stays one character.
pub fn fold_char(c: char) -> char {
    let narrow = match c {
        '\u{3000}' | '\u{a0}' | '\t' | '\r' | '\n' | '\u{feff}' | '\u{200b}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        c => c,
    };
    let mut lower = narrow.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(one), None) => one,
        _ => narrow,
    }
}

pub fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}' | '〇')
}

/// The text as stretches of one script, folded.
pub fn runs(text: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for c in text.chars().map(fold_char) {
        match (runs.last_mut(), c) {
            (Some(Run::Han(run)), c) if is_han(c) => run.push(c),
            (_, c) if is_han(c) => runs.push(Run::Han(c.to_string())),
            (Some(Run::Latin(run)), c) if c.is_alphanumeric() => run.push(c),
            (_, c) if c.is_alphanumeric() => runs.push(Run::Latin(c.to_string())),
            (Some(Run::Blank), ' ') => {}
            (_, ' ') => runs.push(Run::Blank),
            (Some(Run::Break), _) => {}
            // An apostrophe or hyphen inside English words parts them without ending a phrase.
            (_, '\'' | '’' | '-' | '_') => runs.push(Run::Blank),
            _ => runs.push(Run::Break),
        }
    }
    runs
}

/// Tantivy keeps no term longer than 65,530 bytes; nobody looks up a word of more than this many characters.
const LONGEST_WORD: usize = 40;

fn latin_word(run: &str) -> String {
    let word: String = run.chars().take(LONGEST_WORD).collect();
    let plural = word.len() > 3 && word.is_ascii() && !word.ends_with("ss") && !word.ends_with("us");
    match word.strip_suffix('s') {
        Some(singular) if plural => singular.to_owned(),
        _ => word,
    }
}

/// Consonants and endings that local speakers and typists do not keep apart.
fn blur(syllable: &str) -> String {
    let mut blurred = syllable.replace("zh", "z").replace("ch", "c").replace("sh", "s");
    for ending in ["ing", "eng", "ang"] {
        if let Some(stem) = blurred.strip_suffix(ending) {
            let short = ending.trim_end_matches('g');
            blurred = format!("{stem}{short}");
            break;
        }
    }
    blurred
}

impl Analysis {
    /// The lists that ship with the code; loaded once.
    pub fn shared() -> &'static Self {
        &SHIPPED
    }

    fn shipped() -> Self {
        let mut jieba = Jieba::new();
        let lines = |text: &'static str| {
            text.lines()
                .map(str::trim)
                .filter(|l| !l.is_empty() && !l.starts_with('#'))
        };
        for word in lines(include_str!("../../../search-index/dictionary.txt")) {
            jieba.add_word(word, Some(20_000), None);
        }
        let mut synonyms: HashMap<String, Vec<String>> = HashMap::new();
        for line in lines(include_str!("../../../search-index/synonyms.tsv")) {
            let group: Vec<String> = line
                .split('\t')
                .map(|w| w.trim().to_lowercase())
                .filter(|w| !w.is_empty())
                .collect();
            for word in &group {
                if word.chars().all(is_han) && word.chars().count() > 1 && !jieba.has_word(word) {
                    jieba.add_word(word, Some(20_000), None);
                }
                let others = synonyms.entry(word.clone()).or_default();
                others.extend(group.iter().filter(|other| *other != word).cloned());
            }
        }
        for others in synonyms.values_mut() {
            others.sort();
            others.dedup();
        }
        let stopwords = lines(include_str!("../../../search-index/stopwords.txt"))
            .map(str::to_owned)
            .collect();
        let syllables = ('\u{4e00}'..='\u{9fa5}')
            .filter_map(|c| c.to_pinyin())
            .map(|p| p.plain())
            .collect();
        Self {
            jieba,
            synonyms,
            stopwords,
            syllables,
        }
    }

    /// All words of a text that is put into the index: long words and the shorter ones inside them.
    pub fn words(&self, text: &str) -> Vec<Token> {
        let mut tokens = Vec::new();
        let mut position = 0;
        for run in runs(text) {
            match run {
                Run::Han(run) => {
                    for token in self.jieba.cut_for_search(&run, false) {
                        tokens.push(Token {
                            text: token.word.to_owned(),
                            position,
                        });
                        position += 1;
                    }
                }
                Run::Latin(run) => {
                    tokens.push(Token {
                        text: latin_word(&run),
                        position,
                    });
                    position += 1;
                }
                Run::Break | Run::Blank => {}
            }
        }
        tokens
    }

    /// The words of a run that somebody typed: the longest ones only.
    pub fn query_words(&self, run: &str) -> Vec<String> {
        self.jieba
            .cut(run, false)
            .into_iter()
            .map(|token| token.word.to_owned())
            .collect()
    }

    /// The shorter words inside a word: 保洁员 → 保洁.
    pub fn inner_words(&self, word: &str) -> Vec<String> {
        let inner = self.jieba.cut_for_search(word, false).into_iter();
        inner
            .map(|token| token.word.to_owned())
            .filter(|w| w != word && w.chars().count() > 1)
            .collect()
    }

    pub fn is_stopword(&self, word: &str) -> bool {
        self.stopwords.contains(word)
    }

    pub fn synonyms_of(&self, word: &str) -> &[String] {
        self.synonyms.get(word).map_or(&[], Vec::as_slice)
    }

    /// Pairs of syllables of the Chinese in a text, blurred: what sounds alike is one.
    pub fn sounds(&self, text: &str) -> Vec<Token> {
        let mut tokens = Vec::new();
        let mut position = 0;
        for run in runs(text) {
            if let Run::Han(run) = run {
                for pair in syllable_pairs(&syllables_of(&run)) {
                    tokens.push(Token { text: pair, position });
                    position += 1;
                }
                position += 1;
            }
        }
        tokens
    }

    /// Pairs of syllables of letters that are pinyin: `baojieyuan`. Empty when they are not.
    pub fn sounds_of_letters(&self, letters: &str) -> Vec<String> {
        syllable_pairs(&self.split_pinyin(letters).unwrap_or_default())
    }

    /// The fewest syllables that spell the letters.
    fn split_pinyin(&self, letters: &str) -> Option<Vec<String>> {
        const LONGEST_SYLLABLE: usize = 6;
        if !letters.is_ascii() || letters.len() > LONGEST_WORD {
            return None;
        }
        // best[i]: the fewest syllables for the first i letters, and where the last of them starts.
        let mut best: Vec<Option<(usize, usize)>> = vec![None; letters.len() + 1];
        best[0] = Some((0, 0));
        for end in 1..=letters.len() {
            for start in end.saturating_sub(LONGEST_SYLLABLE)..end {
                let Some((count, _)) = best[start] else { continue };
                let is_syllable = letters.get(start..end).is_some_and(|s| self.syllables.contains(s));
                if is_syllable && best[end].is_none_or(|(fewest, _)| count + 1 < fewest) {
                    best[end] = Some((count + 1, start));
                }
            }
        }
        let mut syllables = Vec::new();
        let mut end = letters.len();
        while end > 0 {
            let (_, start) = best[end]?;
            syllables.push(blur(letters.get(start..end)?));
            end = start;
        }
        syllables.reverse();
        Some(syllables)
    }
}

/// Blurred syllables of Chinese characters; a character without sound stands for itself.
pub fn syllables_of(run: &str) -> Vec<String> {
    run.chars()
        .map(|c| c.to_pinyin().map_or_else(|| c.to_string(), |p| blur(p.plain())))
        .collect()
}

pub fn syllable_pairs(syllables: &[String]) -> Vec<String> {
    syllables.windows(2).map(|pair| pair.join(" ")).collect()
}

/// Single characters and pairs of neighbours, with positions that let a phrase be any piece of the text, whatever the
/// dictionary thinks of it. Letters and digits count as one character a word.
pub fn pairs(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut position = 0;
    for run in runs(text) {
        match run {
            Run::Han(run) => {
                let chars: Vec<char> = run.chars().collect();
                for (i, c) in chars.iter().enumerate() {
                    tokens.push(Token {
                        text: c.to_string(),
                        position,
                    });
                    if let Some(next) = chars.get(i + 1) {
                        tokens.push(Token {
                            text: format!("{c}{next}"),
                            position,
                        });
                    }
                    position += 1;
                }
            }
            Run::Latin(run) => {
                tokens.push(Token {
                    text: latin_word(&run),
                    position,
                });
                position += 1;
            }
            Run::Break => position += 1,
            Run::Blank => {}
        }
    }
    tokens
}

/// The least that a phrase must match: pairs, and single characters only where no pair covers them.
pub fn phrase_tokens(text: &str) -> Vec<Token> {
    let all = pairs(text);
    let covered: HashSet<usize> = all
        .iter()
        .filter(|t| is_pair(&t.text))
        .flat_map(|t| [t.position, t.position + 1])
        .collect();
    all.into_iter()
        .filter(|t| is_pair(&t.text) || !covered.contains(&t.position))
        .collect()
}

fn is_pair(text: &str) -> bool {
    let mut chars = text.chars();
    matches!((chars.next(), chars.next(), chars.next()), (Some(a), Some(b), None) if is_han(a) && is_han(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(tokens: Vec<Token>) -> Vec<String> {
        tokens.into_iter().map(|t| t.text).collect()
    }

    #[test]
    fn local_words_are_words() {
        for word in ["曼听", "割胶", "勐海县", "基诺山", "打歌", "保洁员"] {
            assert_eq!(Analysis::shared().query_words(word), [word], "{word}");
        }
        let words = texts(Analysis::shared().words("诚聘ＫＴＶ保洁员Cleaners2名"));
        assert!(
            ["ktv", "保洁", "保洁员"]
                .iter()
                .all(|w| words.contains(&(*w).to_owned())),
            "{words:?}"
        );
    }

    #[test]
    fn pairs_stop_at_punctuation() {
        let tokens = texts(pairs("采茶,工"));
        assert_eq!(tokens, ["采", "采茶", "茶", "工"]);
        assert_eq!(texts(phrase_tokens("采茶工")), ["采茶", "茶工"]);
        assert_eq!(texts(phrase_tokens("B1 车")), ["b1", "车"]);
    }

    #[test]
    fn pinyin_sounds_like_its_characters() {
        let analysis = Analysis::shared();
        assert_eq!(
            analysis.sounds_of_letters("baojieyuan"),
            texts(analysis.sounds("保洁员"))
        );
        assert_eq!(texts(analysis.sounds("宝洁")), texts(analysis.sounds("保洁")));
        assert!(analysis.sounds_of_letters("cleaner").is_empty());
        assert!(analysis.sounds_of_letters("x").is_empty());
    }

    #[test]
    fn synonyms_answer_both_ways() {
        let analysis = Analysis::shared();
        assert!(analysis.synonyms_of("保洁").contains(&"打扫".to_owned()));
        assert!(analysis.synonyms_of("打扫").contains(&"保洁".to_owned()));
    }
}
