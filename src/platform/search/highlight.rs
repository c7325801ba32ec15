//! What of a text agrees with the question, as pieces that a template can mark: no markup here.

use std::collections::HashSet;

use super::analysis::{Analysis, fold_char, is_han, syllable_pairs, syllables_of};
use super::ask::Ask;

/// Pieces of a text in order; `true` marks what was found.
pub type Segments = Vec<(bool, String)>;

/// Characters of a fragment.
const FRAGMENT: usize = 72;

/// What to mark.
pub(super) struct Marker {
    needles: Vec<Vec<char>>,
    /// Pairs of syllables to mark where nothing is written as it was asked for.
    sounds: HashSet<String>,
}

impl Marker {
    pub fn new(analysis: &Analysis, ask: &Ask) -> Self {
        let mut needles: Vec<String> = ask.phrases.clone();
        let mut sounds = HashSet::new();
        for piece in &ask.pieces {
            for word in &piece.words {
                needles.push(word.clone());
                needles.extend(analysis.synonyms_of(word).iter().cloned());
                for inner in analysis.inner_words(word) {
                    needles.extend(analysis.synonyms_of(&inner).iter().cloned());
                    needles.push(inner);
                }
            }
            if piece.is_han {
                sounds.extend(syllable_pairs(&syllables_of(&piece.text)));
            } else {
                sounds.extend(analysis.sounds_of_letters(&piece.text));
            }
        }
        needles.sort();
        needles.dedup();
        Self {
            needles: needles.iter().map(|needle| needle.trim().chars().collect()).collect(),
            sounds,
        }
    }

    /// The whole text, marked.
    pub fn mark(&self, text: &str) -> Segments {
        let chars: Vec<char> = text.chars().collect();
        let mut marks = self.marks(&chars);
        if !marks.contains(&true) {
            marks = self.marks_by_sound(&chars);
        }
        segments(&chars, &marks)
    }

    /// The stretch of the text with most marks, or its start.
    pub fn fragment(&self, text: &str) -> Segments {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let chars: Vec<char> = text.chars().collect();
        let marks = self.marks(&chars);
        let start = best_window(&marks);
        let end = (start + FRAGMENT).min(chars.len());
        let (Some(cut), Some(cut_marks)) = (chars.get(start..end), marks.get(start..end)) else {
            return Vec::new();
        };
        let mut pieces = segments(cut, cut_marks);
        if start > 0 {
            pieces.insert(0, (false, "…".to_owned()));
        }
        if end < chars.len() {
            pieces.push((false, "…".to_owned()));
        }
        pieces
    }

    fn marks(&self, chars: &[char]) -> Vec<bool> {
        let folded: Vec<char> = chars.iter().copied().map(fold_char).collect();
        let mut marks = vec![false; chars.len()];
        for needle in self.needles.iter().filter(|needle| !needle.is_empty()) {
            let whole_word = needle.iter().all(char::is_ascii);
            for (start, window) in folded.windows(needle.len()).enumerate() {
                let end = start + needle.len();
                if window == needle.as_slice() && (!whole_word || stands_alone(&folded, start, end)) {
                    marks.iter_mut().take(end).skip(start).for_each(|mark| *mark = true);
                }
            }
        }
        marks
    }

    fn marks_by_sound(&self, chars: &[char]) -> Vec<bool> {
        let mut marks = vec![false; chars.len()];
        for (start, pair) in chars.windows(2).enumerate() {
            if !self.sounds.is_empty() && pair.iter().all(|c| is_han(*c)) {
                let text: String = pair.iter().collect();
                if self.sounds.contains(&syllables_of(&text).join(" ")) {
                    marks
                        .iter_mut()
                        .take(start + 2)
                        .skip(start)
                        .for_each(|mark| *mark = true);
                }
            }
        }
        marks
    }
}

/// Whether a word of letters ends where it ends, a plural `s` allowed.
fn stands_alone(chars: &[char], start: usize, end: usize) -> bool {
    let is_letter = |at: usize| chars.get(at).is_some_and(|c| c.is_alphanumeric() && !is_han(*c));
    let before = start.checked_sub(1).is_some_and(is_letter);
    let plural = chars.get(end) == Some(&'s') && !is_letter(end + 1);
    !before && (plural || !is_letter(end))
}

/// Where the window with most marks starts; a little earlier, so that the first mark has something before it.
fn best_window(marks: &[bool]) -> usize {
    if marks.len() <= FRAGMENT {
        return 0;
    }
    let mut inside = marks.iter().take(FRAGMENT).filter(|mark| **mark).count();
    let (mut most, mut best) = (inside, 0);
    for (start, (leaving, entering)) in (1..).zip(marks.iter().zip(marks.iter().skip(FRAGMENT))) {
        inside = inside + usize::from(*entering) - usize::from(*leaving);
        if inside > most {
            (most, best) = (inside, start);
        }
    }
    let first = marks
        .iter()
        .skip(best)
        .position(|mark| *mark)
        .map_or(best, |offset| best + offset);
    const BEFORE: usize = 8;
    first.saturating_sub(BEFORE).min(marks.len() - FRAGMENT)
}

fn segments(chars: &[char], marks: &[bool]) -> Segments {
    let mut pieces: Segments = Vec::new();
    for (c, mark) in chars.iter().zip(marks) {
        match pieces.last_mut() {
            Some((last, text)) if last == mark => text.push(*c),
            _ => pieces.push((*mark, c.to_string())),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marker(typed: &str) -> Marker {
        Marker::new(Analysis::shared(), &Ask::read(Analysis::shared(), typed))
    }

    #[test]
    fn what_was_asked_for_and_what_means_the_same_is_marked() {
        let marked = marker("保洁").mark("诚聘清洁、<b>保洁</b>");
        let found: Vec<&str> = marked.iter().filter(|(m, _)| *m).map(|(_, t)| t.as_str()).collect();
        assert_eq!(found, ["清洁", "保洁"]);
        assert_eq!(
            marked.iter().map(|(_, t)| t.as_str()).collect::<String>(),
            "诚聘清洁、<b>保洁</b>"
        );
    }

    #[test]
    fn letters_are_marked_as_whole_words() {
        let found = |text: &str| marker("cook").mark(text).into_iter().filter(|(m, _)| *m).count();
        assert_eq!((found("Cooks wanted"), found("cookies"), found("a COOK")), (1, 0, 1));
    }

    #[test]
    fn a_homophone_is_marked_by_sound() {
        assert_eq!(
            marker("宝洁").mark("保洁员"),
            [(true, "保洁".to_owned()), (false, "员".to_owned())]
        );
    }

    #[test]
    fn the_fragment_is_where_the_marks_are() {
        let body = format!("{}负责保洁{}", "前".repeat(300), "后".repeat(300));
        let text: String = marker("保洁").fragment(&body).into_iter().map(|(_, t)| t).collect();
        assert!(
            text.contains("负责保洁") && text.starts_with('…') && text.ends_with('…'),
            "{text}"
        );
        assert!(text.chars().count() <= FRAGMENT + 2);
    }
}
