//! Text as bureaus and people type it: full-width characters, stray blanks, placeholders, amounts in words.

use super::money::Money;

/// Folds full-width ASCII and the ideographic space to their plain forms and trims both ends.
pub fn fold(text: &str) -> String {
    let folded: String = text
        .chars()
        .map(|c| match c {
            '\u{3000}' | '\u{a0}' | '\t' | '\r' | '\n' => ' ',
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
            '\u{feff}' | '\u{200b}' => ' ',
            c => c,
        })
        .collect();
    folded.trim().to_owned()
}

/// Folds and removes every blank: for numbers and codes.
pub fn squeeze(text: &str) -> String {
    fold(text).chars().filter(|c| !c.is_whitespace()).collect()
}

/// A cell that says "nothing" in one of the usual ways becomes empty.
pub fn without_placeholder(text: &str) -> String {
    let folded = fold(text);
    let is_placeholder = matches!(
        folded.as_str(),
        "无" | "没有"
            | "-"
            | "--"
            | "—"
            | "——"
            | "/"
            | "\\"
            | "0"
            | "暂无"
            | "空"
            | "N/A"
            | "n/a"
            | "NA"
            | "null"
            | "NULL"
            | "."
            | "、"
    );
    if is_placeholder { String::new() } else { folded }
}

/// Splits a list cell at the separators that people use: `、 ， , ; ； / |` and blanks.
pub fn split_list(text: &str) -> Vec<String> {
    without_placeholder(text)
        .split(|c: char| c.is_whitespace() || matches!(c, '、' | '，' | ',' | ';' | '；' | '/' | '|' | '\\'))
        .map(without_placeholder)
        .filter(|part| !part.is_empty())
        .collect()
}

/// Reads a monthly wage as it is typed: `3400`, `3,400`, `约2300`, `2.2千`, `1.2万`, `2300元/月`.
pub fn read_wage(text: &str) -> Option<Money> {
    let folded = squeeze(text);
    let bare = folded
        .trim_start_matches(['约', '大', '近'])
        .trim_end_matches("左右")
        .trim_end_matches("/月")
        .trim_end_matches("每月")
        .trim_end_matches('元');
    if let Some(thousands) = bare.strip_suffix(['千', 'k', 'K']) {
        return scaled(thousands, 1_000);
    }
    if let Some(tens) = bare.strip_suffix(['万', 'w', 'W']) {
        return scaled(tens, 10_000);
    }
    Money::parse_yuan(bare).filter(|m| m.fen() >= 0)
}

fn scaled(number: &str, factor: i64) -> Option<Money> {
    let money = Money::parse_yuan(number)?;
    money
        .fen()
        .checked_mul(factor)
        .map(Money::from_fen)
        .filter(|m| m.fen() >= 0)
}

/// The name with its middle masked, for public lists: 岩温 → 岩*, 张小三 → 张*三.
pub fn mask_name(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    match chars.as_slice() {
        [] => String::new(),
        [one] => one.to_string(),
        [first, _] => format!("{first}*"),
        [first, .., last] => format!("{first}{}{last}", "*".repeat(chars.len() - 2)),
    }
}

/// Number of single-character edits between two words; the measure behind "did you mean".
pub fn edit_distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, l) in left.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, r) in right.iter().enumerate() {
            let substituted = diagonal + usize::from(l != *r);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[right.len()]
}

/// The words of `known` nearest to `unknown`, best first, at most `limit`: what a 400 answer names.
pub fn near_words<'a>(unknown: &str, known: impl Iterator<Item = &'a str>, limit: usize) -> Vec<&'a str> {
    let mut ranked: Vec<(usize, &str)> = known.map(|word| (edit_distance(unknown, word), word)).collect();
    ranked.sort_unstable();
    ranked.truncate(limit);
    ranked.into_iter().map(|(_, word)| word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_width_and_blanks_are_folded() {
        assert_eq!(fold("　１２３ＡＢｃ　"), "123ABc");
        assert_eq!(squeeze("532822 20091027 1234"), "532822200910271234");
    }

    #[test]
    fn wages_in_words_are_read() {
        for (text, yuan) in [
            ("3,400", 3400),
            ("约2300", 2300),
            ("2.2千", 2200),
            ("1.2万元", 12000),
            ("２６００元/月", 2600),
        ] {
            assert_eq!(read_wage(text).map(Money::fen), Some(yuan * 100), "{text}");
        }
        assert_eq!(read_wage("面议"), None);
        assert_eq!(read_wage("-5"), None);
    }

    #[test]
    fn lists_split_at_every_usual_separator() {
        assert_eq!(split_list("香蕉种植 挖掘机、电焊"), ["香蕉种植", "挖掘机", "电焊"]);
        assert!(split_list("无").is_empty());
    }

    #[test]
    fn edits_are_counted() {
        assert_eq!(edit_distance("jinghong", "jinghogn"), 2);
        assert_eq!(edit_distance("", "abc"), 3);
    }
}
