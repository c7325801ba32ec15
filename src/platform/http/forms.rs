//! Forms: reading typed values with all problems at once, and giving a refused form back as it was filled.

use crate::base::error::{Error, FieldProblem, Result};
use crate::base::money::Money;
use crate::base::text::fold;
use crate::base::time::{Day, parse_day};
use crate::platform::i18n::{Locale, ProblemSentence, problem_sentences};

use super::fields::Fields;

/// What a form shows: the values typed (or on record), and what is wrong with them, in words.
#[derive(Debug, Clone, Default)]
pub struct FormState {
    values: Fields,
    problems: Vec<ProblemSentence>,
}

impl FormState {
    /// An empty form.
    pub fn empty() -> Self {
        Self::default()
    }

    /// A form filled with what is on record.
    pub fn filled(values: Vec<(String, String)>) -> Self {
        Self {
            values: Fields::new(values),
            problems: Vec::new(),
        }
    }

    /// A refused form: what was typed, and every problem.
    pub fn refused(values: &Fields, problems: &[FieldProblem], locale: Locale) -> Self {
        Self {
            values: values.clone(),
            problems: problem_sentences(problems, locale.language()),
        }
    }

    pub fn value(&self, field: &str) -> &str {
        self.values.get(field)
    }

    /// Whether a choice or check box stands ticked.
    pub fn has(&self, field: &str, choice: &str) -> bool {
        self.values.all(field).any(|value| value == choice)
    }

    /// The first problem of a field.
    pub fn problem(&self, field: &str) -> Option<&str> {
        self.problems
            .iter()
            .find(|problem| problem.field == field)
            .map(|problem| problem.message.as_str())
    }

    pub fn problems(&self) -> &[ProblemSentence] {
        &self.problems
    }

    pub fn is_refused(&self) -> bool {
        !self.problems.is_empty()
    }

    /// The focus goes to the list of problems; without problems nowhere, so that the page is read from its top.
    pub fn is_first_problem(&self, field: &str) -> bool {
        self.problems.first().is_some_and(|problem| problem.field == field)
    }
}

/// Reads a form field by field and collects every problem, so that one answer names them all.
pub struct Reader<'f> {
    fields: &'f Fields,
    problems: Vec<FieldProblem>,
}

impl<'f> Reader<'f> {
    pub const fn new(fields: &'f Fields) -> Self {
        Self {
            fields,
            problems: Vec::new(),
        }
    }

    /// Adds a problem that the room found.
    pub fn problem(&mut self, problem: FieldProblem) {
        self.problems.push(problem);
    }

    /// Text of at most `max` characters; required.
    pub fn text(&mut self, field: &str, max: usize) -> String {
        self.optional_text(field, max).unwrap_or_else(|| self.missing(field))
    }

    pub fn optional_text(&mut self, field: &str, max: usize) -> Option<String> {
        let typed = self.fields.find(field)?;
        let text: String = typed
            .chars()
            .filter(|c| !c.is_control() || *c == '\n')
            .collect::<String>()
            .trim()
            .to_owned();
        if text.chars().count() > max {
            self.problems
                .push(FieldProblem::new(field, "too-long").with("max", max));
        }
        (!text.is_empty()).then_some(text)
    }

    /// A whole number within bounds; required.
    pub fn whole(&mut self, field: &str, min: i64, max: i64) -> i64 {
        match self.fields.find(field) {
            Some(_) => self.optional_whole(field, min, max).unwrap_or(min),
            None => {
                self.missing::<String>(field);
                min
            }
        }
    }

    pub fn optional_whole(&mut self, field: &str, min: i64, max: i64) -> Option<i64> {
        let typed = fold(self.fields.find(field)?);
        let number = typed.replace([',', ' '], "").parse::<i64>().ok();
        match number {
            Some(number) if (min..=max).contains(&number) => Some(number),
            Some(_) => self.refuse(
                FieldProblem::new(field, "out-of-range")
                    .with("min", min)
                    .with("max", max),
            ),
            None => self.refuse(FieldProblem::new(field, "not-a-number")),
        }
    }

    /// An amount in yuan, not negative.
    pub fn optional_money(&mut self, field: &str) -> Option<Money> {
        let typed = self.fields.find(field)?;
        match Money::parse_yuan(typed).filter(|money| *money >= Money::ZERO) {
            Some(money) => Some(money),
            None => self.refuse(FieldProblem::new(field, "not-an-amount")),
        }
    }

    pub fn optional_day(&mut self, field: &str) -> Option<Day> {
        let typed = fold(self.fields.find(field)?).replace(['/', '.'], "-");
        match parse_day(&typed) {
            Some(day) => Some(day),
            None => self.refuse(FieldProblem::new(field, "not-a-day")),
        }
    }

    /// One of the choices; required.
    pub fn choice<T>(&mut self, field: &str, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        if self.fields.find(field).is_none() {
            return self.refuse(FieldProblem::new(field, "required"));
        }
        self.optional_choice(field, parse)
    }

    pub fn optional_choice<T>(&mut self, field: &str, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        match parse(self.fields.find(field)?.trim()) {
            Some(choice) => Some(choice),
            None => self.refuse(FieldProblem::new(field, "not-a-choice")),
        }
    }

    /// Whether a check box is ticked.
    pub fn ticked(&self, field: &str) -> bool {
        self.fields.find(field).is_some()
    }

    /// Every problem at once, or none.
    pub fn finish(self) -> Result<()> {
        if self.problems.is_empty() {
            Ok(())
        } else {
            Err(Error::Invalid(self.problems))
        }
    }

    fn refuse<T>(&mut self, problem: FieldProblem) -> Option<T> {
        self.problems.push(problem);
        None
    }

    fn missing<T: Default>(&mut self, field: &str) -> T {
        self.problems.push(FieldProblem::new(field, "required"));
        T::default()
    }
}
