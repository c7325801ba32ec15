//! Taking over files at the command line, as the operator's act.

use crate::out;
use std::io::Write;

use serde::Serialize;

use super::{ImportOptions, Outcome, Setting, read_day, terminal};
use crate::base::codes::Language;
use crate::base::error::{Context, Error, Result};
use crate::base::text::fold;
use crate::platform::db::{Caller, analyze};
use crate::platform::files::{self, Cell, TableReader, TableWriter};
use crate::platform::i18n::problem_sentence;
use crate::postings;
use crate::registry::Difference;
use crate::roster::{self, ComparedRow, Counts, RosterReader, RowVerdict};

#[derive(Serialize)]
struct RowAnswer<'a> {
    row: u32,
    verdict: RowVerdict,
    /// Whether what is certain in the row is in the registry now.
    merged: bool,
    household_no: Option<&'a str>,
    person_no: Option<&'a str>,
    name: Option<&'a str>,
    codes: Vec<&'a str>,
    findings: Vec<FindingAnswer<'a>>,
    differences: &'a [Difference],
}

#[derive(Serialize)]
struct FindingAnswer<'a> {
    kind: roster::FindingKind,
    column: &'a str,
    code: &'a str,
    message: String,
    message_en: String,
}

fn row_answer(row: &ComparedRow, merged: bool) -> RowAnswer<'_> {
    let fields = &row.row.reading.fields;
    let findings = &row.findings.findings;
    RowAnswer {
        row: row.row.row.number,
        verdict: row.verdict,
        merged,
        household_no: fields.household.registry_number.as_deref(),
        person_no: fields.person.registry_number.as_deref(),
        name: fields.person.name.as_deref(),
        codes: findings.iter().map(|f| f.code.as_str()).collect(),
        findings: findings
            .iter()
            .map(|f| FindingAnswer {
                kind: f.kind,
                column: &f.column,
                code: &f.code,
                message: f.sentence(Language::Zh),
                message_en: f.sentence(Language::En),
            })
            .collect(),
        differences: &row.findings.differences,
    }
}

/// Prints one JSON object whose `items` are written as they come, so that memory does not grow with the file.
struct JsonAnswer<W: Write> {
    out: W,
    rows: u64,
}

impl<W: Write> JsonAnswer<W> {
    fn begin(mut out: W) -> Result<Self> {
        write!(out, "{{\"items\": [").context("the answer could not be written")?;
        Ok(Self { out, rows: 0 })
    }

    fn row(&mut self, row: &impl Serialize) -> Result<()> {
        let separator = if self.rows == 0 { "\n" } else { ",\n" };
        write!(self.out, "{separator}{}", serde_json::to_string(row)?).context("the answer could not be written")?;
        self.rows += 1;
        Ok(())
    }

    fn end(mut self, head: &impl Serialize) -> Result<()> {
        let head = serde_json::to_string(head)?;
        let fields = head.strip_prefix('{').unwrap_or(&head);
        writeln!(self.out, "\n], {fields}").context("the answer could not be written")
    }
}

#[derive(Serialize)]
struct RosterHead<'a> {
    batch: Option<String>,
    file: String,
    as_of: String,
    dry_run: bool,
    counts: &'a Counts,
}

pub fn import_roster(setting: &Setting, options: &ImportOptions) -> Result<Outcome> {
    let services = setting.open()?;
    let as_of = read_day(options.as_of.as_deref(), services.clock.today())?;
    if as_of > services.clock.today() {
        return Err(Error::bad_request("as_of", "day-in-future"));
    }
    let l = terminal();
    let mut report = match &options.report {
        Some(path) => {
            let header = RosterReader::open(&options.file, as_of)?.header().texts().to_vec();
            Some(TableWriter::create(
                path,
                &l.t("roster-report-sheet"),
                &header,
                &l.t("roster-report-column"),
            )?)
        }
        None => None,
    };
    let mut answer = if options.json {
        Some(JsonAnswer::begin(std::io::stdout().lock())?)
    } else {
        None
    };
    let mut progress = Progress::new(!options.json);
    let mut on_row = |row: &ComparedRow, merged: bool| -> Result<()> {
        if let (Some(report), RowVerdict::Doubtful | RowVerdict::Rejected) = (&mut report, row.verdict) {
            report.write_row(row.row.row.cells(), &row.findings.problems(l.language()))?;
        }
        if let Some(answer) = &mut answer {
            answer.row(&row_answer(row, merged))?;
        }
        progress.step();
        Ok(())
    };
    let (batch, counts) = if options.dry_run {
        (None, roster::rehearse(&services.db, &options.file, as_of, &mut on_row)?)
    } else {
        roster::import_whole(&services.db, &Caller::operator(), &options.file, as_of, &mut on_row)?
    };
    progress.end();
    if let Some(report) = report {
        report.finish()?;
    }
    if !options.dry_run {
        services.db.keep(&Caller::operator(), |tx| analyze(tx))?;
    }
    let head = RosterHead {
        batch: batch.map(|b| b.id.to_string()),
        file: options.file.display().to_string(),
        as_of: as_of.to_string(),
        dry_run: options.dry_run,
        counts: &counts,
    };
    match answer {
        Some(answer) => answer.end(&head)?,
        None => print_counts(&counts, options, &l),
    }
    Ok(if counts.doubtful + counts.rejected > 0 {
        Outcome::RowsRejected
    } else {
        Outcome::Done
    })
}

fn print_counts(counts: &Counts, options: &ImportOptions, l: &crate::platform::i18n::Locale) {
    let key = if options.dry_run {
        "cli-roster-would"
    } else {
        "cli-roster-done"
    };
    let values = [
        ("rows", counts.rows.into()),
        ("new", counts.new.into()),
        ("changed", counts.changed.into()),
        ("same", counts.same.into()),
        ("doubtful", counts.doubtful.into()),
        ("rejected", counts.rejected.into()),
        ("merged", counts.merged.into()),
    ];
    out!("{}", l.ta(key, &values));
    match &options.report {
        Some(path) => out!(
            "{}",
            l.ta("cli-roster-report", &[("file", path.display().to_string().into())])
        ),
        None if counts.doubtful + counts.rejected > 0 => out!("{}", l.t("cli-roster-ask-report")),
        None => {}
    }
}

/// Shows how far a long task has come, on a terminal's error stream.
pub(super) struct Progress {
    shown: bool,
    count: u64,
}

impl Progress {
    pub(super) fn new(wanted: bool) -> Self {
        Self {
            shown: wanted && std::io::IsTerminal::is_terminal(&std::io::stderr()),
            count: 0,
        }
    }

    pub(super) fn step(&mut self) {
        self.count += 1;
        if self.shown && self.count.is_multiple_of(500) {
            eprint!("\r{}", self.count);
        }
    }

    pub(super) fn end(&self) {
        if self.shown {
            eprint!("\r{}\r", " ".repeat(20));
        }
    }
}

#[derive(Serialize)]
struct PostingRowAnswer<'a> {
    row: u32,
    source_no: &'a str,
    verdict: postings::RowVerdict,
    codes: Vec<&'a str>,
    messages: Vec<String>,
    /// What was mended or assumed.
    repairs: Vec<String>,
}

#[derive(Serialize)]
struct PostingsHead<'a> {
    file: String,
    as_of: String,
    dry_run: bool,
    counts: &'a postings::ImportCounts,
}

/// Rows of a table as maps from column to text; the first error ends them and is kept.
struct NamedRows<'a> {
    table: TableReader,
    columns: Vec<String>,
    failure: &'a mut Option<Error>,
}

impl Iterator for NamedRows<'_> {
    type Item = (u32, postings::sheet::PostingReading);

    fn next(&mut self) -> Option<Self::Item> {
        match self.table.next_row() {
            Ok(Some(row)) => {
                let cells = self.columns.iter().zip(row.cells());
                let named = cells
                    .map(|(name, cell)| (name.clone(), cell.shown().into_owned()))
                    .collect();
                Some((row.number, postings::sheet::read_posting_row(&named)))
            }
            Ok(None) => None,
            Err(error) => {
                *self.failure = Some(error);
                None
            }
        }
    }
}

pub fn import_postings(setting: &Setting, options: &ImportOptions) -> Result<Outcome> {
    const NEEDED: [&str; 4] = ["title", "company", "region_code", "description"];
    let services = setting.open()?;
    let as_of = read_day(options.as_of.as_deref(), services.clock.today())?;
    let mut table = files::open_table(&options.file)?;
    let header = table.next_row()?.ok_or_else(|| Error::refused("file-empty"))?;
    let columns: Vec<String> = header
        .cells()
        .iter()
        .map(|cell| fold(&cell.shown()).to_lowercase())
        .collect();
    let missing: Vec<&str> = NEEDED
        .into_iter()
        .filter(|name| !columns.iter().any(|c| c == name))
        .collect();
    if !missing.is_empty() {
        return Err(Error::refused("postings-columns-missing").with("columns", missing.join(", ")));
    }
    let l = terminal();
    let mut report = match &options.report {
        Some(path) => {
            let header: Vec<String> = ["row", "id"].into_iter().map(str::to_owned).collect();
            Some(TableWriter::create(
                path,
                &l.t("roster-report-sheet"),
                &header,
                &l.t("roster-report-column"),
            )?)
        }
        None => None,
    };
    let mut answer = if options.json {
        Some(JsonAnswer::begin(std::io::stdout().lock())?)
    } else {
        None
    };
    let mut progress = Progress::new(!options.json);
    let (mut failure, mut unwritten) = (None, None);
    let rows = NamedRows {
        table,
        columns,
        failure: &mut failure,
    };
    // The operator answers for the list: wording in doubt is reported and open, forbidden wording is rejected.
    let import = postings::ImportOptions {
        as_of,
        dry_run: options.dry_run,
        doubtful: postings::DoubtfulRows::Accept,
    };
    let counts = postings::import_postings(&services.db, &Caller::operator(), rows, import, &mut |row| {
        progress.step();
        let messages: Vec<String> = row
            .findings
            .iter()
            .map(|f| problem_sentence(f, l.language()).message)
            .collect();
        let left = matches!(
            row.verdict,
            postings::RowVerdict::Doubtful | postings::RowVerdict::Rejected
        );
        let written = (|| {
            if let (Some(report), true) = (&mut report, left) {
                let cells = [Cell::Number(f64::from(row.row_no)), Cell::Text(row.source_no.clone())];
                report.write_row(&cells, &messages.join(" "))?;
            }
            if let Some(answer) = &mut answer {
                let codes = row.findings.iter().map(|f| f.code).collect();
                answer.row(&PostingRowAnswer {
                    row: row.row_no,
                    source_no: &row.source_no,
                    verdict: row.verdict,
                    codes,
                    messages,
                    repairs: row
                        .repairs
                        .iter()
                        .map(|r| l.t(&format!("postings-repair-{}", r.code)))
                        .collect(),
                })?;
            }
            Ok(())
        })();
        if let Err(error) = written {
            unwritten.get_or_insert(error);
        }
    })?;
    progress.end();
    if let Some(error) = failure.or(unwritten) {
        return Err(error);
    }
    if let Some(report) = report {
        report.finish()?;
    }
    let head = PostingsHead {
        file: options.file.display().to_string(),
        as_of: as_of.to_string(),
        dry_run: options.dry_run,
        counts: &counts,
    };
    match answer {
        Some(answer) => answer.end(&head)?,
        None => out!(
            "{}",
            l.ta(
                if options.dry_run {
                    "cli-postings-would"
                } else {
                    "cli-postings-done"
                },
                &[
                    ("rows", counts.rows.into()),
                    ("new", counts.new.into()),
                    ("changed", counts.changed.into()),
                    ("same", counts.same.into()),
                    ("doubtful", counts.doubtful.into()),
                    ("rejected", counts.rejected.into()),
                    ("reposts", counts.reposts.into()),
                ],
            )
        ),
    }
    Ok(if counts.doubtful + counts.rejected > 0 {
        Outcome::RowsRejected
    } else {
        Outcome::Done
    })
}
