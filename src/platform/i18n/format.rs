//! Numbers, money, days and instants as people write them. Days and instants are shown in Asia/Shanghai.

use chrono::{Datelike, Timelike};
use fluent_templates::fluent_bundle::types::FluentNumber;

use super::Locale;
use crate::base::codes::Language;
use crate::base::money::Money;
use crate::base::time::{Day, Instant, days_between};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

impl Locale {
    /// `12,400`.
    pub fn number(&self, number: impl TryInto<i64>) -> String {
        grouped(number.try_into().unwrap_or(i64::MAX))
    }

    /// Basis points as a percentage with one decimal, cut and not rounded up: 9999 is 99.9 %, only all is 100 %.
    pub fn percent(&self, basis_points: impl TryInto<i64>) -> String {
        let tenths = basis_points.try_into().unwrap_or(0) / 10;
        format!("{}.{} %", tenths / 10, (tenths % 10).abs())
    }

    /// `2,400` or `2,400.50`, without the unit: for columns whose heading names it.
    pub fn amount(&self, money: Money) -> String {
        let fen = money.fen();
        let sign = if fen < 0 { "-" } else { "" };
        let (yuan, cents) = (fen.unsigned_abs() / 100, fen.unsigned_abs() % 100);
        let yuan = grouped_digits(&yuan.to_string());
        if cents == 0 {
            format!("{sign}{yuan}")
        } else {
            format!("{sign}{yuan}.{cents:02}")
        }
    }

    /// `2,400 元`, `2,400 yuan`.
    pub fn money(&self, money: Money) -> String {
        self.ta("common-money", &[("amount", self.amount(money).into())])
    }

    /// `2,400–3,000`, one figure where both ends are equal, one end where only one is known.
    pub fn amount_range(&self, low: Option<Money>, high: Option<Money>) -> Option<String> {
        match (low, high) {
            (Some(low), Some(high)) if low != high => Some(format!("{}–{}", self.amount(low), self.amount(high))),
            (Some(only), _) | (None, Some(only)) => Some(self.amount(only)),
            (None, None) => None,
        }
    }

    /// `每月 2,400–3,000 元`, `2,400–3,000 yuan a month`; 面议 where no wage is given.
    pub fn wage_a_month(&self, low: Option<Money>, high: Option<Money>) -> String {
        match self.amount_range(low, high) {
            Some(amount) => self.ta("common-wage-month", &[("amount", amount.into())]),
            None => self.t("common-wage-open"),
        }
    }

    /// `2026年11月23日`, `23 November 2026`.
    pub fn day(&self, day: Day) -> String {
        match self.language() {
            Language::Zh => format!("{}年{}月{}日", day.year(), day.month(), day.day()),
            Language::En => format!("{} {} {}", day.day(), month_name(day), day.year()),
        }
    }

    /// `11月23日`, `23 November`: where the year is plain from the place.
    pub fn day_of_year(&self, day: Day) -> String {
        match self.language() {
            Language::Zh => format!("{}月{}日", day.month(), day.day()),
            Language::En => format!("{} {}", day.day(), month_name(day)),
        }
    }

    /// `2026-11-23`, for tables and `datetime` attributes.
    pub fn day_iso(&self, day: Day) -> String {
        day.format("%Y-%m-%d").to_string()
    }

    /// Day and time of day: `2026年11月23日 08:05`.
    pub fn instant(&self, at: Instant) -> String {
        let local = at.local();
        format!("{} {:02}:{:02}", self.day(local.date()), local.hour(), local.minute())
    }

    /// Today, tomorrow, yesterday, in some days, some days ago; the full day beyond thirty.
    pub fn relative_day(&self, day: Day, today: Day) -> String {
        match days_between(today, day) {
            0 => self.t("common-today"),
            1 => self.t("common-tomorrow"),
            -1 => self.t("common-yesterday"),
            ahead @ 2..=30 => self.tn("common-in-days", ahead),
            past @ -30..=-2 => self.tn("common-days-ago", -past),
            _ => self.day(day),
        }
    }

    /// Words in a row, with the separator of the language.
    pub fn list(&self, words: &[String]) -> String {
        match self.language() {
            Language::Zh => words.join("、"),
            Language::En => words.join(", "),
        }
    }
}

fn month_name(day: Day) -> &'static str {
    usize::try_from(day.month0())
        .ok()
        .and_then(|month| MONTHS.get(month))
        .copied()
        .unwrap_or("")
}

fn grouped(number: i64) -> String {
    let sign = if number < 0 { "-" } else { "" };
    format!("{sign}{}", grouped_digits(&number.unsigned_abs().to_string()))
}

fn grouped_digits(digits: &str) -> String {
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number of the catalogue: grouped unless it was passed as it stands.
pub(super) fn grouped_number(number: &FluentNumber) -> String {
    let plain = number.as_string();
    if !number.options.use_grouping {
        return plain.into_owned();
    }
    let (sign, digits) = plain
        .strip_prefix('-')
        .map_or(("", plain.as_ref()), |digits| ("-", digits));
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
    let point = if decimals.is_empty() { "" } else { "." };
    format!("{sign}{}{point}{decimals}", grouped_digits(whole))
}
