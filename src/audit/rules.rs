//! The number of a receipt. Pure.

/// A line's number with its check digit (Luhn, ISO/IEC 7812-1 annex B), at least seven digits: 42 → 0000422.
pub fn number_of_line(seq: i64) -> String {
    let digits = format!("{:06}", seq.max(0));
    let check = check_digit(&digits);
    format!("{digits}{check}")
}

/// The line's number in what somebody read out; nothing where the check digit does not fit.
pub fn read_number(text: &str) -> Option<i64> {
    let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    if digits.len() < 7 || digits.len() > 19 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (body, check) = digits.split_at_checked(digits.len() - 1)?;
    (check_digit(body).to_string() == check)
        .then(|| body.parse().ok())
        .flatten()
}

fn check_digit(digits: &str) -> u32 {
    let sum: u32 = digits
        .chars()
        .rev()
        .filter_map(|c| c.to_digit(10))
        .enumerate()
        .map(|(i, d)| if i % 2 == 0 { d * 2 / 10 + d * 2 % 10 } else { d })
        .sum();
    (10 - sum % 10) % 10
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_digit_misheard_finds_no_line() {
        assert_eq!(number_of_line(123_456), "1234566");
        assert_eq!(read_number("123 4566"), Some(123_456));
        for wrong in ["1234567", "1244566", "", "abc", "12", "一二三四五六七"] {
            assert_eq!(read_number(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn every_number_reads_back(seq in 0_i64..1_000_000_000_000) {
            prop_assert_eq!(read_number(&number_of_line(seq)), Some(seq));
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in "\\PC{0,24}") {
            let _ = read_number(&text);
        }
    }
}
