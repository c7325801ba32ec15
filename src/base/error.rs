//! What can go wrong, free of HTTP. A refusal is a code with values; its sentence is in the catalogue.

use std::fmt;

/// `Result` with our error, everywhere.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A named value that a sentence needs.
pub type Values = Vec<(&'static str, String)>;

#[derive(Debug)]
pub enum Error {
    /// The input itself is wrong, field by field: 422, the form again.
    Invalid(Vec<FieldProblem>),
    /// A parameter of a request is wrong: 400.
    BadRequest { parameter: String, code: &'static str, values: Values },
    /// Well-formed, but a rule or a status says no: 409.
    Refused { code: &'static str, values: Values },
    /// No such record, or none that the caller may know of: 404.
    NotFound(&'static str),
    /// The caller may see it, not do this: 403.
    Forbidden,
    /// Nobody has signed in: the sign-in page, or 401.
    Unauthenticated,
    /// Somebody else changed it meanwhile: 409.
    Conflict,
    /// Try again shortly: 503.
    Busy,
    /// Too many attempts; wait this many seconds: 429.
    TooMany { seconds: i64 },
    /// Our fault: 500. The cause is logged once, never sent.
    Internal { context: String, source: Option<Box<dyn std::error::Error + Send + Sync>> },
}

/// One field of an input and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    pub field: String,
    pub code: &'static str,
    pub values: Values,
}

impl FieldProblem {
    pub fn new(field: impl Into<String>, code: &'static str) -> Self {
        Self { field: field.into(), code, values: Vec::new() }
    }

    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.values.push((name, value.to_string()));
        self
    }
}

impl Error {
    pub fn refused(code: &'static str) -> Self {
        Self::Refused { code, values: Vec::new() }
    }

    pub fn invalid(field: impl Into<String>, code: &'static str) -> Self {
        Self::Invalid(vec![FieldProblem::new(field, code)])
    }

    pub fn bad_request(parameter: impl Into<String>, code: &'static str) -> Self {
        Self::BadRequest { parameter: parameter.into(), code, values: Vec::new() }
    }

    pub fn internal(context: impl Into<String>) -> Self {
        Self::Internal { context: context.into(), source: None }
    }

    /// Adds a value to the sentence of a refusal or a bad request; other errors stay as they are.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        if let Self::Refused { values, .. } | Self::BadRequest { values, .. } = &mut self {
            values.push((name, value.to_string()));
        }
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(problems) => {
                let list: Vec<String> = problems.iter().map(|p| format!("{}: {}", p.field, p.code)).collect();
                write!(f, "invalid input ({})", list.join(", "))
            }
            Self::BadRequest { parameter, code, .. } => write!(f, "bad parameter {parameter}: {code}"),
            Self::Refused { code, values } => write!(f, "refused: {code} {values:?}"),
            Self::NotFound(kind) => write!(f, "no such {kind}"),
            Self::Forbidden => f.write_str("forbidden"),
            Self::Unauthenticated => f.write_str("not signed in"),
            Self::Conflict => f.write_str("changed by somebody else"),
            Self::Busy => f.write_str("busy, try again"),
            Self::TooMany { seconds } => write!(f, "too many attempts, wait {seconds} s"),
            Self::Internal { context, source: Some(source) } => write!(f, "{context}: {source}"),
            Self::Internal { context, source: None } => f.write_str(context),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Internal { source: Some(source), .. } => Some(source.as_ref()),
            _ => None,
        }
    }
}

macro_rules! internal_from {
    ($($source:ty => $context:literal),* $(,)?) => {$(
        impl From<$source> for Error {
            fn from(source: $source) -> Self {
                Self::Internal { context: $context.to_owned(), source: Some(Box::new(source)) }
            }
        }
    )*};
}
internal_from! {
    diesel::result::Error => "the database refused a statement",
    std::io::Error => "a file could not be read or written",
    serde_json::Error => "a stored document could not be read",
    tantivy::TantivyError => "the search index failed",
}

/// Says what was being attempted when something failed.
pub trait Context<T> {
    fn context(self, attempted: &str) -> Result<T>;
}

impl<T, E: Into<Box<dyn std::error::Error + Send + Sync>>> Context<T> for std::result::Result<T, E> {
    fn context(self, attempted: &str) -> Result<T> {
        self.map_err(|e| Error::Internal { context: attempted.to_owned(), source: Some(e.into()) })
    }
}

/// Turns an absence into `NotFound` where absence is an error.
pub trait OrNotFound<T> {
    fn or_not_found(self, kind: &'static str) -> Result<T>;
}

impl<T> OrNotFound<T> for Option<T> {
    fn or_not_found(self, kind: &'static str) -> Result<T> {
        self.ok_or(Error::NotFound(kind))
    }
}
