//! What a person typed, in any form: never an error. Words, "phrases" (also “ ” 「 」 『 』), and `-` before what must
//! not be there.

use super::analysis::{Analysis, Run, fold_char, phrase_tokens, runs};

/// More than a paragraph is cut off: its first characters say what it is about.
const LONGEST_ASK: usize = 400;

/// A stretch of letters or of Chinese characters, and the words in it that say something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    pub text: String,
    pub is_han: bool,
    pub words: Vec<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Ask {
    pub pieces: Vec<Piece>,
    pub phrases: Vec<String>,
    pub without: Vec<String>,
}

impl Ask {
    pub fn read(analysis: &Analysis, typed: &str) -> Self {
        let (plain, phrases, without) = split(typed);
        let mut pieces = pieces_of(analysis, &plain, true);
        if pieces.is_empty() && phrases.is_empty() {
            // "the" or "工作" alone is all that was asked.
            pieces = pieces_of(analysis, &plain, false);
        }
        Self {
            pieces,
            phrases,
            without,
        }
    }

    /// Whether it asks for something, not only excludes.
    pub fn is_positive(&self) -> bool {
        !self.pieces.is_empty() || !self.phrases.is_empty()
    }

    /// All words, each once, in the order in which they were typed.
    pub fn words(&self) -> Vec<&str> {
        let mut words: Vec<&str> = Vec::new();
        for word in self.pieces.iter().flat_map(|piece| &piece.words) {
            if !words.contains(&word.as_str()) {
                words.push(word);
            }
        }
        words
    }
}

fn pieces_of(analysis: &Analysis, plain: &str, drop_stopwords: bool) -> Vec<Piece> {
    let wanted = |word: &String| !(drop_stopwords && analysis.is_stopword(word));
    runs(plain)
        .into_iter()
        .filter_map(|run| match run {
            Run::Han(text) => {
                let words = analysis.query_words(&text).into_iter().filter(wanted).collect();
                Some(Piece {
                    text,
                    is_han: true,
                    words,
                })
            }
            Run::Latin(text) => {
                let words = analysis
                    .words(&text)
                    .into_iter()
                    .map(|token| token.text)
                    .filter(wanted)
                    .collect();
                Some(Piece {
                    text,
                    is_han: false,
                    words,
                })
            }
            Run::Break | Run::Blank => None,
        })
        .filter(|piece| !piece.words.is_empty())
        .collect()
}

/// Plain text, phrases, and what must not be there.
fn split(typed: &str) -> (String, Vec<String>, Vec<String>) {
    let chars: Vec<char> = typed.chars().take(LONGEST_ASK).map(fold_char).collect();
    let (mut plain, mut phrases, mut without) = (String::new(), Vec::new(), Vec::new());
    let mut at = 0;
    let mut after_blank = true;
    while let Some(&c) = chars.get(at) {
        let minus = after_blank && is_minus(c) && chars.get(at + 1).is_some_and(|next| !next.is_whitespace());
        let start = if minus { at + 1 } else { at };
        if let Some((phrase, end)) = quoted(&chars, start) {
            if !phrase_tokens(&phrase).is_empty() {
                if minus {
                    without.push(phrase)
                } else {
                    phrases.push(phrase)
                }
            }
            plain.push(' ');
            at = end;
            after_blank = true;
        } else if minus {
            let word: String = chars.iter().skip(start).take_while(|c| !c.is_whitespace()).collect();
            at = start + word.chars().count();
            if !phrase_tokens(&word).is_empty() {
                without.push(word);
            }
            after_blank = true;
        } else {
            plain.push(c);
            after_blank = c.is_whitespace();
            at += 1;
        }
    }
    (plain, phrases, without)
}

/// The text between the quotation mark at `start` and its partner, and the place after it. A mark without partner is none.
fn quoted(chars: &[char], start: usize) -> Option<(String, usize)> {
    let closing: &[char] = match chars.get(start)? {
        '"' | '“' | '”' => &['"', '“', '”'],
        '「' => &['」'],
        '『' => &['』'],
        _ => return None,
    };
    let length = chars.iter().skip(start + 1).position(|c| closing.contains(c))?;
    Some((chars.iter().skip(start + 1).take(length).collect(), start + length + 2))
}

fn is_minus(c: char) -> bool {
    matches!(c, '-' | '−' | '–' | '—')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(typed: &str) -> Ask {
        Ask::read(Analysis::shared(), typed)
    }

    #[test]
    fn words_phrases_and_minus_are_told_apart() {
        let ask = read("我想找景洪保洁员 「包吃住」 -夜班 —\"两班倒\" day-shift");
        assert_eq!(ask.words(), ["景洪", "保洁员", "day", "shift"]);
        assert_eq!(ask.phrases, ["包吃住"]);
        assert_eq!(ask.without, ["夜班", "两班倒"]);
    }

    #[test]
    fn a_lonely_mark_means_nothing() {
        assert_eq!(read("\"保洁").words(), ["保洁"]);
        assert_eq!(read("- - \"\" “” -"), Ask::default());
        assert_eq!(read("招聘").words(), ["招聘"]);
    }
}
