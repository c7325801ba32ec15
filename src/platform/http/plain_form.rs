//! A form on a page of its own, for one thought: what it is about, a few fields, one button.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::errors::page_with_status;
use super::fields::Fields;
use super::forms::FormState;
use super::parts::{Choice, Fact};
use super::shell::Shell;
use crate::base::error::{Error, FieldProblem, Result};
use crate::platform::i18n::Locale;

/// One field. Its words stand under `<prefix>-field-<name>`, its hint under `<prefix>-hint-<name>` where there is one.
#[derive(Debug, Clone)]
pub struct FieldSpec {
    pub name: &'static str,
    pub kind: FieldKind,
    pub required: bool,
    pub label: String,
    pub hint: String,
}

#[derive(Debug, Clone)]
pub enum FieldKind {
    Text,
    Number,
    Day,
    Area,
    Select(Vec<Choice>),
    Radios(Vec<Choice>),
    Tick,
}

impl FieldSpec {
    pub fn new(l: Locale, prefix: &str, name: &'static str, kind: FieldKind, required: bool) -> Self {
        let key = name.replace('_', "-");
        Self {
            name,
            kind,
            required,
            label: l.t(&format!("{prefix}-field-{key}")),
            hint: l.find(&format!("{prefix}-hint-{key}"), &[]).unwrap_or_default(),
        }
    }
}

/// The form with its words. `key` names them in the catalogue: `<key>-title`, `<key>-lead`, `<key>-submit`.
#[derive(Debug, Clone)]
pub struct PlainForm {
    pub key: &'static str,
    pub action: String,
    /// Where leaving it leads.
    pub back: String,
    /// Whom or what it is about.
    pub facts: Vec<Fact>,
    pub fields: Vec<FieldSpec>,
    pub hidden: Vec<(&'static str, String)>,
}

#[derive(Template)]
#[template(path = "parts/plain_form.html")]
struct PlainFormPage {
    s: Shell,
    f: FormState,
    form: PlainForm,
    title: String,
    lead: String,
    submit: String,
}

impl PlainForm {
    /// The form as it stands before anybody has filled it, or with what is on record.
    pub fn show(self, request: &HttpRequest, values: FormState) -> Result<HttpResponse> {
        self.answer(request, values, StatusCode::OK)
    }

    /// The form again after a refusal: filled as it was, with every problem. Errors that are no fault of the input
    /// stay errors.
    pub fn refuse(self, request: &HttpRequest, typed: &Fields, error: Error) -> Result<HttpResponse> {
        let first = self.fields.first().map_or("", |field| field.name);
        let problems = match error {
            Error::Invalid(problems) => problems,
            Error::Refused { code, values } => vec![FieldProblem {
                field: first.to_owned(),
                code,
                values,
            }],
            other => return Err(other),
        };
        let values = FormState::refused(typed, &problems, Shell::of(request).locale);
        self.answer(request, values, StatusCode::UNPROCESSABLE_ENTITY)
    }

    fn answer(self, request: &HttpRequest, f: FormState, status: StatusCode) -> Result<HttpResponse> {
        let s = Shell::of(request);
        let words = |part: &str| s.t(&format!("{}-{part}", self.key));
        let (title, submit) = (words("title"), words("submit"));
        let lead = s.find(&format!("{}-lead", self.key), &[]).unwrap_or_default();
        page_with_status(
            &PlainFormPage {
                title,
                lead,
                submit,
                form: self,
                f,
                s,
            },
            status,
        )
    }
}
