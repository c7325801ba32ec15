//! What the command line does.

mod bureau;
mod demo;
mod figures;
mod finding;
mod imports;
mod planning;
mod serving;

use std::io::Write;
use std::path::PathBuf;

pub use bureau::{add_user, check, import_rules, issue_token, migrate, reindex, verify_funds};
pub use demo::{DemoOptions, demo};
pub use figures::coverage;
pub use finding::{match_person, match_posting, search};
pub use imports::{import_postings, import_roster};
pub use planning::{PlanOptions, match_all, plan, verify_plan};
pub use serving::{openapi, serve, work};

use super::assemble;
use super::config::{Config, Overrides};
use crate::base::codes::Language;
use crate::base::error::{Error, Result};
use crate::base::time::{Day, parse_day};
use crate::platform::i18n::{Locale, problem_sentences, sentence_of};
use crate::platform::{DataFolder, Services};

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Done,
    Failed,
    /// Done, but rows were rejected or left for a person.
    RowsRejected,
}

/// The settings of a call and the folder of its bureau.
pub struct Setting {
    pub config: Config,
    pub folder: DataFolder,
}

impl Setting {
    pub fn read(folder: PathBuf, overrides: &Overrides) -> Result<Self> {
        let config = Config::load(overrides, std::env::vars())?;
        Ok(Self {
            config,
            folder: DataFolder::new(folder),
        })
    }

    fn open(&self) -> Result<Services> {
        assemble::open(&self.config, &self.folder)
    }
}

/// What `import` was told.
pub struct ImportOptions {
    pub file: PathBuf,
    pub as_of: Option<String>,
    pub dry_run: bool,
    pub report: Option<PathBuf>,
    pub json: bool,
}

/// The language of the terminal: English where it says so, else Chinese.
fn terminal() -> Locale {
    let says = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let setting = says("LC_ALL")
        .or_else(|| says("LC_MESSAGES"))
        .or_else(|| says("LANG"))
        .unwrap_or_default();
    Locale::new(if setting.starts_with("en") {
        Language::En
    } else {
        Language::Zh
    })
}

fn read_day(text: Option<&str>, today: Day) -> Result<Day> {
    match text {
        None => Ok(today),
        Some(text) => parse_day(text).ok_or_else(|| Error::bad_request("as_of", "day-unreadable").with("text", text)),
    }
}

/// Says what went wrong, in one sentence in each language.
pub fn say_error(error: &Error) {
    for language in [Language::Zh, Language::En] {
        let sentence = sentence_of(error, language);
        let mut text = sentence.detail;
        if let Error::Invalid(problems) = error {
            let all: Vec<String> = problem_sentences(problems, language)
                .into_iter()
                .map(|p| p.message)
                .collect();
            text = all.join(" ");
        }
        eprintln!("{text}");
    }
    if let Error::Internal { .. } = error {
        eprintln!("{error}");
    }
}

/// 2 for what the caller wrote wrongly, 1 for everything else.
pub fn exit_code_of(error: &Error) -> u8 {
    match error {
        Error::BadRequest { .. } | Error::Invalid(_) => 2,
        _ => 1,
    }
}

/// Prints a line for whoever reads the output; a reader who has gone away is no failure.
#[macro_export]
macro_rules! out {
    () => { $crate::app::commands::print_line(format_args!("")) };
    ($($text:tt)*) => { $crate::app::commands::print_line(format_args!($($text)*)) };
}

/// What `out!` does.
pub fn print_line(text: std::fmt::Arguments<'_>) {
    if writeln!(std::io::stdout(), "{text}").is_err() {
        std::process::exit(0);
    }
}
