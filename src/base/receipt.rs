//! The number of a receipt: short enough to be said on the phone, and a slip of the tongue is noticed.

/// Six digits and their check digit (Luhn, ISO/IEC 7812-1 annex B): 123456 → 1234566.
pub fn receipt_number(six: u32) -> String {
    let digits = format!("{:06}", six % 1_000_000);
    let sum: u32 = digits
        .chars()
        .rev()
        .filter_map(|c| c.to_digit(10))
        .enumerate()
        .map(|(i, d)| if i % 2 == 0 { d * 2 / 10 + d * 2 % 10 } else { d })
        .sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

/// The number in groups, as one says it on the phone: `482 1093`.
pub fn spoken_number(number: &str) -> String {
    match number.split_at_checked(3) {
        Some((head, tail)) if !tail.is_empty() => format!("{head} {tail}"),
        _ => number.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_digit_does_not_pass_for_another_number() {
        assert_eq!(receipt_number(123_456), "1234566");
        for six in (0..1_000_000).step_by(997) {
            let number = receipt_number(six);
            for (place, digit) in number.char_indices().take(6) {
                let other = char::from_digit((digit.to_digit(10).unwrap() + 1) % 10, 10).unwrap();
                let mut changed: Vec<char> = number.chars().collect();
                changed[place] = other;
                let changed: String = changed.into_iter().collect();
                assert_ne!(receipt_number(changed[..6].parse().unwrap()), changed);
            }
        }
    }
}
