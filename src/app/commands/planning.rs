//! Placement plans and matches of everybody, as files.

use std::io::Write;
use std::path::Path;
use std::time::Instant;

use super::bureau::read_region;
use super::{Outcome, Setting, read_day, terminal};
use crate::base::actor::Scope;
use crate::base::codes::Language;
use crate::base::error::{Context, Error, Result};
use crate::matching::plan::{
    Fault, Order, Refusal, Summary, read_instance, solve, verify, write_instance, write_solution,
};
use crate::matching::{self, Marks, Weights};
use crate::out;
use crate::postings;

/// What `plan` was told.
pub struct PlanOptions<'a> {
    pub from: Option<&'a Path>,
    pub out: Option<&'a Path>,
    pub as_of: Option<&'a str>,
    pub region: Option<&'a str>,
    pub seed: u64,
}

/// A fault of an instance as a refusal with its sentence.
fn refused(fault: Fault) -> Error {
    let at = match (fault.file, fault.line) {
        (Some(file), Some(line)) => format!("{file}:{line}:"),
        (Some(file), None) => format!("{file}:"),
        (None, _) => String::new(),
    };
    let error = Error::refused(fault.code.as_str()).with("at", at);
    fault
        .values
        .into_iter()
        .fold(error, |error, (name, value)| error.with(name, value))
}

fn make_folder(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder).context("the folder of the plan cannot be made")
}

fn say_summary(summary: &Summary) {
    let seconds = format!("{:.3}", summary.seconds);
    out!(
        "{}",
        terminal().ta(
            "cli-plan-solved",
            &[
                ("covered", summary.covered_weight.to_string().as_str().into()),
                ("score", summary.total_score.to_string().as_str().into()),
                ("households", summary.households.to_string().as_str().into()),
                ("persons", summary.persons.to_string().as_str().into()),
                ("openings", summary.openings.to_string().as_str().into()),
                ("edges", summary.edges.to_string().as_str().into()),
                ("seconds", seconds.as_str().into()),
            ],
        )
    );
}

/// Solves an instance from files, without any database.
pub fn plan_from(from: &Path, options: &PlanOptions<'_>) -> Result<Outcome> {
    let instance = read_instance(from).map_err(refused)?;
    let began = Instant::now();
    let solution = solve(&instance, &Order::lottery(&instance, options.seed));
    let summary = Summary::new(&instance, &solution, began.elapsed().as_secs_f64());
    let folder = options.out.unwrap_or(from);
    make_folder(folder)?;
    if folder != from {
        write_instance(folder, &instance).map_err(refused)?;
    }
    write_solution(folder, &instance, &solution, &summary).map_err(refused)?;
    say_summary(&summary);
    Ok(Outcome::Done)
}

/// Plans for the bureau's own households and writes the plan with everything that proves it.
pub fn plan(setting: &Setting, options: &PlanOptions<'_>) -> Result<Outcome> {
    if let Some(from) = options.from {
        return plan_from(from, options);
    }
    let Some(folder) = options.out else {
        return Err(Error::bad_request("out", "plan-out-missing"));
    };
    let scope = match options.region.map(read_region).transpose()? {
        Some(region) => Scope::Regions(vec![region]),
        None => Scope::Everywhere,
    };
    let services = setting.open()?;
    let day = read_day(options.as_of, services.clock.today())?;
    let ground = services
        .db
        .snapshot(|conn| matching::ground(conn, &scope, None, None, day))?;
    let what =
        matching::compute(&ground, &Marks::default(), Weights::shipped(), (day, options.seed)).map_err(refused)?;
    make_folder(folder)?;
    matching::write_plan_files(folder, &what).map_err(refused)?;
    let outcome = &what.outcome;
    let seconds = std::time::Duration::from_millis(outcome.milliseconds).as_secs_f64();
    say_summary(&Summary::new(&what.problem.instance, &what.solution, seconds));
    let l = terminal();
    out!(
        "{}",
        l.ta(
            "cli-plan-uncovered",
            &[
                ("uncovered", outcome.uncovered.to_string().as_str().into()),
                ("covered", outcome.covered.to_string().as_str().into()),
                ("without", outcome.without_pair.to_string().as_str().into()),
            ],
        )
    );
    for shortage in &outcome.shortages {
        let ids: Vec<_> = shortage.more_places.iter().map(|(id, _)| *id).collect();
        let mut cards = services.db.read(|conn| postings::postings_by_ids(conn, &ids))?;
        let more: Vec<String> = shortage
            .more_places
            .iter()
            .map(|(id, places)| match cards.remove(id) {
                Some(card) => format!("{} {} +{places}", card.employer_name, card.posting.title),
                None => format!("{id} +{places}"),
            })
            .collect();
        out!(
            "{}",
            l.ta(
                "cli-plan-shortage",
                &[
                    ("households", shortage.households.to_string().as_str().into()),
                    ("places", shortage.places.to_string().as_str().into()),
                    ("uncovered", shortage.uncovered.len().to_string().as_str().into()),
                    ("more", more.join("; ").as_str().into()),
                ],
            )
        );
    }
    Ok(Outcome::Done)
}

/// Checks a plan against its certificate.
pub fn verify_plan(folder: &Path) -> Result<Outcome> {
    let Refusal { code, about } = match verify(folder) {
        Ok(verified) => {
            let (covered, score) = (verified.covered_weight.to_string(), verified.total_score.to_string());
            out!(
                "{}",
                terminal().ta(
                    "cli-plan-verified",
                    &[("covered", covered.as_str().into()), ("score", score.as_str().into())],
                )
            );
            return Ok(Outcome::Done);
        }
        Err(refusal) => refusal,
    };
    Err(Error::refused(code).with("about", about))
}

/// The best openings of everybody who looks for work, with all reasons.
pub fn match_all(setting: &Setting, file: &Path, limit: usize, english: bool) -> Result<Outcome> {
    let services = setting.open()?;
    let today = services.clock.today();
    let language = if english { Language::En } else { Language::Zh };
    let file_out = std::fs::File::create(file).context("the matches cannot be written")?;
    let mut writer = std::io::BufWriter::new(file_out);
    let (persons, rows) = services
        .db
        .snapshot(|conn| matching::match_everybody(conn, &Scope::Everywhere, (today, limit), language, &mut writer))?;
    writer.flush().context("the matches cannot be written")?;
    let (persons, rows, file) = (persons.to_string(), rows.to_string(), file.display().to_string());
    out!(
        "{}",
        terminal().ta(
            "cli-match-all",
            &[
                ("persons", persons.as_str().into()),
                ("rows", rows.as_str().into()),
                ("file", file.as_str().into()),
            ],
        )
    );
    Ok(Outcome::Done)
}
