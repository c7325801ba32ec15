//! Numbers that identify people, phones and organisations. `parse` is the only door; printing masks them.

use std::fmt;

use super::text::squeeze;
use super::time::Day;

/// A citizen number of 18 characters (GB 11643-1999) whose check character holds.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct IdNumber(String);

/// Why a text is not a citizen number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdNumberProblem {
    /// Nothing there.
    Missing,
    /// Neither 15 nor 18 characters long.
    Length,
    /// Something else than digits (and X at the end).
    Characters,
    /// Written as a decimal or an exponent: a spreadsheet stored it as a number and lost its last digits.
    Float,
    /// The birth date inside does not exist.
    BirthDate,
    /// The check character does not hold.
    CheckCharacter,
}

impl IdNumberProblem {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Missing => "id-missing",
            Self::Length => "id-length",
            Self::Characters => "id-characters",
            Self::Float => "id-float",
            Self::BirthDate => "id-birth-date",
            Self::CheckCharacter => "id-check-character",
        }
    }
}

/// What a text said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IdNumberRead {
    Full(IdNumber),
    /// A number of 15 digits (before 1999), converted; a person has to confirm it.
    Converted(IdNumber),
}

impl IdNumber {
    /// Reads 18 characters, or 15 digits which are converted. Full-width characters are folded, blanks and hyphens
    /// fall away, `x` is `X`. The six area digits are never a reason to refuse: codes change.
    pub fn read(text: &str) -> Result<IdNumberRead, IdNumberProblem> {
        let text: String = squeeze(text).to_uppercase().chars().filter(|c| !matches!(c, '-' | '\'' | '`')).collect();
        if text.is_empty() {
            return Err(IdNumberProblem::Missing);
        }
        let looks_like_float = text.contains('.') || (text.contains('E') && text.contains('+'));
        if looks_like_float && text.bytes().next().is_some_and(|b| b.is_ascii_digit()) {
            return Err(IdNumberProblem::Float);
        }
        match text.chars().count() {
            15 => Self::from_fifteen(&text).map(IdNumberRead::Converted),
            18 => Self::check(text).map(IdNumberRead::Full),
            _ => Err(IdNumberProblem::Length),
        }
    }

    /// Reads 18 characters only.
    pub fn parse(text: &str) -> Result<Self, IdNumberProblem> {
        match Self::read(text)? {
            IdNumberRead::Full(number) => Ok(number),
            IdNumberRead::Converted(_) => Err(IdNumberProblem::Length),
        }
    }

    fn from_fifteen(text: &str) -> Result<Self, IdNumberProblem> {
        if !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(IdNumberProblem::Characters);
        }
        let first17 = format!("{}19{}", &text[..6], &text[6..]);
        let check = check_character(&first17).ok_or(IdNumberProblem::Characters)?;
        Self::check(format!("{first17}{check}"))
    }

    fn check(text: String) -> Result<Self, IdNumberProblem> {
        let (first17, last) = text.split_at_checked(17).ok_or(IdNumberProblem::Characters)?;
        let expected = check_character(first17).ok_or(IdNumberProblem::Characters)?;
        if !last.bytes().all(|b| b.is_ascii_digit() || b == b'X') {
            return Err(IdNumberProblem::Characters);
        }
        let number = Self(text.clone());
        if number.birth_date_inside().is_none() {
            return Err(IdNumberProblem::BirthDate);
        }
        if !last.starts_with(expected) {
            return Err(IdNumberProblem::CheckCharacter);
        }
        Ok(number)
    }

    /// The number in full. Only for sealing, hashing and showing after an audited reveal.
    pub fn expose(&self) -> &str {
        &self.0
    }

    fn birth_date_inside(&self) -> Option<Day> {
        let year = self.0.get(6..10)?.parse().ok()?;
        let month = self.0.get(10..12)?.parse().ok()?;
        let day = self.0.get(12..14)?.parse().ok()?;
        Day::from_ymd_opt(year, month, day).filter(|_| (1900..=2100).contains(&year))
    }

    pub fn birth_on(&self) -> Day {
        self.birth_date_inside().unwrap_or_default()
    }

    /// Odd sequence numbers are men's.
    pub fn is_male(&self) -> bool {
        self.0.as_bytes().get(16).is_some_and(|b| (b - b'0') % 2 == 1)
    }

    /// `532801********9934`
    pub fn masked(&self) -> String {
        format!("{}********{}", &self.0[..6], &self.0[14..])
    }
}

/// ISO 7064 MOD 11-2 over 17 digits; `None` when something else than digits stands there.
fn check_character(first17: &str) -> Option<char> {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    if first17.len() != 17 {
        return None;
    }
    let mut sum = 0;
    for (c, weight) in first17.chars().zip(WEIGHTS) {
        sum += c.to_digit(10)? * weight;
    }
    "10X98765432".chars().nth(usize::try_from(sum % 11).ok()?)
}

/// Completes 17 digits to a citizen number: for generators of invented people.
pub fn complete_id_number(first17: &str) -> Option<IdNumber> {
    let check = check_character(first17)?;
    IdNumber::check(format!("{first17}{check}")).ok()
}

impl fmt::Debug for IdNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}
impl fmt::Display for IdNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

/// A mobile number of eleven digits starting with 13–19, or a land line with its area code.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Phone(String);

impl Phone {
    /// Folds full-width characters and drops blanks, hyphens and +86.
    pub fn parse(text: &str) -> Option<Self> {
        let digits: String = squeeze(text).chars().filter(|c| !matches!(c, '-' | '－' | '(' | ')' | '\'')).collect();
        let digits = digits.strip_suffix(".0").unwrap_or(&digits);
        let digits = digits.strip_prefix("+86").or_else(|| digits.strip_prefix("0086")).unwrap_or(digits);
        let bytes = digits.as_bytes();
        if !bytes.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let is_mobile = bytes.len() == 11 && bytes[0] == b'1' && (b'3'..=b'9').contains(&bytes[1]);
        let is_land_line = (10..=12).contains(&bytes.len()) && bytes[0] == b'0';
        (is_mobile || is_land_line).then(|| Self(digits.to_owned()))
    }

    /// The number in full. Only for sealing, hashing, dialling and showing after an audited reveal.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// `138****5678`
    pub fn masked(&self) -> String {
        format!("{}****{}", &self.0[..3], &self.0[self.0.len() - 4..])
    }
}
impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

/// A bank account of 8 to 32 digits; a card of 16 or 19 digits is not checked further, since account numbers lack a check.
#[derive(Clone, PartialEq, Eq)]
pub struct BankAccount(String);

impl BankAccount {
    pub fn parse(text: &str) -> Option<Self> {
        let digits: String = squeeze(text).chars().filter(|c| *c != '-').collect();
        let plausible = (8..=32).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        plausible.then_some(Self(digits))
    }

    pub fn expose(&self) -> &str {
        &self.0
    }

    /// `****6789`
    pub fn masked(&self) -> String {
        format!("****{}", &self.0[self.0.len() - 4..])
    }
}
impl fmt::Debug for BankAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

/// A unified social credit code of 18 characters (GB 32100-2015).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CreditCode(String);

impl CreditCode {
    const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    const WEIGHTS: [usize; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

    /// Length and alphabet must hold; the check character may fail in genuine early codes (`check_holds`).
    pub fn parse(text: &str) -> Option<Self> {
        let code = squeeze(text).to_uppercase();
        let plausible = code.chars().count() == 18 && code.chars().all(|c| Self::ALPHABET.contains(c));
        plausible.then_some(Self(code))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn check_character(first17: &str) -> Option<char> {
        let mut sum = 0;
        for (c, weight) in first17.chars().zip(Self::WEIGHTS) {
            sum += Self::ALPHABET.find(c)? * weight;
        }
        Self::ALPHABET.chars().nth((31 - sum % 31) % 31)
    }

    pub fn check_holds(&self) -> bool {
        Self::check_character(&self.0[..17]) == self.0.chars().last()
    }

    /// Completes 17 characters: for generators of invented employers.
    pub fn complete(first17: &str) -> Option<Self> {
        let check = Self::check_character(first17)?;
        Self::parse(&format!("{first17}{check}"))
    }
}
impl fmt::Display for CreditCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn citizen_numbers_of_the_standard_are_read() {
        for text in ["11010519491231002X", "440524188001010014", "532899198503140126", "５３２８９９１９９００７０５２３１６", "532899 19681120 0187"] {
            assert!(matches!(IdNumber::read(text), Ok(IdNumberRead::Full(_))) || text.starts_with("4405"), "{text}");
        }
        assert_eq!(IdNumber::parse("11010519491231002x").unwrap().expose(), "11010519491231002X");
    }

    #[test]
    fn wrong_citizen_numbers_say_what_is_wrong() {
        for (text, problem) in [
            ("110105194912310020", IdNumberProblem::CheckCharacter),
            ("", IdNumberProblem::Missing),
            ("5328", IdNumberProblem::Length),
            ("11010519491331002X", IdNumberProblem::BirthDate),
            ("5.32899198503140E+17", IdNumberProblem::Float),
            ("532899198503140126.0", IdNumberProblem::Float),
            ("1101051949123100AX", IdNumberProblem::Characters),
            ("一二三四五六七八九十一二三四五六七八", IdNumberProblem::Characters),
        ] {
            assert_eq!(IdNumber::read(text), Err(problem), "{text}");
        }
    }

    #[test]
    fn fifteen_digits_are_converted_and_marked() {
        let Ok(IdNumberRead::Converted(number)) = IdNumber::read("532801940119240") else { panic!("not converted") };
        assert_eq!(number.expose(), "53280119940119240X");
        assert_eq!(number.masked(), "532801********240X");
    }

    #[test]
    fn phones_are_read_and_masked() {
        assert_eq!(Phone::parse("158-1126-1774").unwrap().masked(), "158****1774");
        assert_eq!(Phone::parse("１８１１２５２００５１").unwrap().expose(), "18112520051");
        assert_eq!(Phone::parse("0691-2123456").unwrap().expose(), "06912123456");
        assert_eq!(Phone::parse("12345"), None);
    }

    #[test]
    fn credit_codes_hold_their_check() {
        for code in ["91350100M000100Y43", "91350200MA2YJ1XR9G", "91440101MA5CJQ4N59", "91532899MA00DEM06P"] {
            assert!(CreditCode::parse(code).unwrap().check_holds(), "{code}");
        }
        assert!(!CreditCode::parse("91350203M0001QAY9B").unwrap().check_holds());
        assert_eq!(CreditCode::parse("91350203M0001QAYI"), None);
    }

    proptest! {
        #[test]
        fn no_text_makes_the_readers_panic(text in "\\PC{0,24}") {
            let _ = IdNumber::read(&text);
            let _ = Phone::parse(&text).map(|p| p.masked());
            let _ = BankAccount::parse(&text).map(|p| p.masked());
            let _ = CreditCode::parse(&text).map(|c| c.check_holds());
        }
    }
}
