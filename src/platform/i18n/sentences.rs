//! Every error as two sentences that a person can act on: what happened, and what to do.

use super::{Locale, Value, value_of};
use crate::base::codes::Language;
use crate::base::error::{Error, FieldProblem};

/// An error in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// The stable word for programs, for example `posting-full` or `not-found`.
    pub code: String,
    pub title: String,
    pub detail: String,
}

/// A problem of one field in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProblemSentence {
    pub field: String,
    pub code: String,
    pub message: String,
    /// The field's label, where the catalogue has it (`field-<name>`).
    pub label: Option<String>,
}

impl ProblemSentence {
    /// Label and message, for a list that stands away from the field.
    pub fn labelled(&self, l: &Locale) -> String {
        match &self.label {
            Some(label) => l.ta(
                "form-labelled",
                &[
                    ("label", label.as_str().into()),
                    ("message", self.message.as_str().into()),
                ],
            ),
            None => self.message.clone(),
        }
    }
}

/// Title and detail of an error in a language. What went wrong inside is never told.
pub fn sentence_of(error: &Error, language: Language) -> Sentence {
    let l = Locale::new(language);
    let (code, title, detail) = match error {
        Error::Invalid(problems) => (
            "invalid",
            l.t("error-invalid-title"),
            match problems.as_slice() {
                [only] => problem_sentence(only, language).message,
                _ => l.tn("error-invalid-detail", problems.len()),
            },
        ),
        Error::BadRequest {
            parameter,
            code,
            values,
        } => {
            let mut values = values.clone();
            values.push(("parameter", parameter.clone()));
            (*code, l.t("error-bad-request-title"), refusal(l, code, &values))
        }
        Error::Refused { code, values } => (*code, l.t("error-refused-title"), refusal(l, code, values)),
        Error::NotFound(kind) => ("not-found", l.t("error-not-found-title"), not_found(l, kind)),
        Error::Forbidden => ("forbidden", l.t("error-forbidden-title"), l.t("error-forbidden-detail")),
        Error::Unauthenticated => (
            "unauthenticated",
            l.t("error-sign-in-title"),
            l.t("error-sign-in-detail"),
        ),
        Error::Conflict => ("conflict", l.t("error-conflict-title"), l.t("error-conflict-detail")),
        Error::Busy => ("busy", l.t("error-busy-title"), l.t("error-busy-detail")),
        Error::TooMany { seconds } => (
            "too-many",
            l.t("error-too-many-title"),
            l.tn("error-too-many-detail", (*seconds).max(1)),
        ),
        Error::Internal { .. } => ("internal", l.t("error-internal-title"), l.t("error-internal-detail")),
    };
    Sentence {
        code: code.to_owned(),
        title,
        detail,
    }
}

/// What is wrong with a field, and how to mend it.
pub fn problem_sentence(problem: &FieldProblem, language: Language) -> ProblemSentence {
    let l = Locale::new(language);
    ProblemSentence {
        field: problem.field.clone(),
        code: problem.code.to_owned(),
        message: refusal(l, problem.code, &problem.values),
        label: l.find(&format!("field-{}", problem.field), &[]),
    }
}

pub fn problem_sentences(problems: &[FieldProblem], language: Language) -> Vec<ProblemSentence> {
    problems
        .iter()
        .map(|problem| problem_sentence(problem, language))
        .collect()
}

/// The sentence of a refusal; where the catalogue lacks it, a general one that names the code.
fn refusal(l: Locale, code: &str, values: &[(&'static str, String)]) -> String {
    let values: Vec<(&str, Value<'_>)> = values.iter().map(|(name, value)| (*name, value_of(value))).collect();
    l.find(&format!("refusal-{code}"), &values)
        .unwrap_or_else(|| l.ta("error-unnamed-detail", &[("code", code.into())]))
}

fn not_found(l: Locale, kind: &str) -> String {
    match l.find(&format!("kind-{kind}"), &[]) {
        Some(kind) => l.ta("error-not-found-kind", &[("kind", kind.into())]),
        None => l.t("error-not-found-detail"),
    }
}
