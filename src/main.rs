//! The command line.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use yigang::app::commands::{self, ImportOptions, Outcome};
use yigang::app::config::Overrides;

/// 一岗 (yigang): every household one job. The employment service of a prefecture's human-resources bureaus.
#[derive(Parser)]
#[command(
    version,
    about,
    after_help = "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 done but rows were rejected or left for a person."
)]
struct CommandLine {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

#[derive(Args)]
struct Global {
    /// The folder that holds the bureau: SQLite database, keys, search index, uploads
    #[arg(long, global = true, value_name = "DIR", default_value = "data")]
    data: PathBuf,
    /// postgres://… for PostgreSQL, or a file for SQLite [default: SQLite in the data folder]
    #[arg(
        long,
        global = true,
        value_name = "URL",
        env = "DATABASE_URL",
        hide_env_values = true
    )]
    database: Option<String>,
    /// A settings file in TOML; docs/operations.md lists every setting
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Start the clock at this instant (RFC 3339); only a bureau made as a rehearsal allows it
    #[arg(long, global = true, value_name = "INSTANT")]
    now: Option<String>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve pages and API, and do the tasks that are due
    Serve {
        /// Address and port [default: 127.0.0.1:8080]
        #[arg(long, value_name = "ADDR")]
        listen: Option<String>,
        /// Leave the tasks to a process of `work`; the search index is still followed
        #[arg(long)]
        no_tasks: bool,
    },
    /// Do the tasks that are due
    Work {
        /// Stop when nothing is due any more
        #[arg(long)]
        until_idle: bool,
    },
    /// Build a demo bureau of invented people if there is none, and serve it
    Demo {
        /// Seed and stop
        #[arg(long)]
        exit: bool,
        /// Address and port [default: 127.0.0.1:8080]
        #[arg(long, value_name = "ADDR")]
        listen: Option<String>,
        #[arg(long, value_name = "N", default_value_t = 2_000)]
        households: u32,
        #[arg(long, value_name = "N", default_value_t = 3_000)]
        postings: u32,
        /// The same seed gives the same people and postings
        #[arg(long, value_name = "S", default_value_t = 1)]
        seed: u64,
    },
    /// Make the database, or bring it to this program's version
    Migrate {
        /// Make the bureau a rehearsal, whose clock may be set
        #[arg(long)]
        rehearsal: bool,
    },
    /// Take over a file
    #[command(subcommand)]
    Import(Import),
    /// Search jobs, public-welfare posts and courses
    Search {
        /// What to look for; within quotes -WORD leaves out: "保洁 -夜班"
        #[arg(required = true)]
        words: Vec<String>,
        #[arg(long)]
        json: bool,
        #[arg(long, value_name = "CODE")]
        region: Option<String>,
        /// 1–100
        #[arg(long, value_name = "N", default_value_t = 10)]
        limit: usize,
    },
    /// The best postings for a person, or the best persons for a posting
    #[command(subcommand)]
    Match(Match),
    /// The placement plan that brings work to the most households, with its proof
    #[command(args_conflicts_with_subcommands = true)]
    Plan(PlanArgs),
    /// How many relocated households have a member in work, and which have none
    Coverage {
        /// The day [default: today]
        #[arg(long, value_name = "DAY")]
        as_of: Option<String>,
        /// prefecture, county, township, village or site
        #[arg(long, value_name = "LEVEL", default_value = "county")]
        by: String,
        #[arg(long)]
        json: bool,
    },
    /// Build the search index anew from the database
    Reindex,
    /// Look at database, index, journal and keys, and say in words what is wrong
    Check,
    /// Money of supports
    #[command(subcommand)]
    Funds(Funds),
    /// Accounts and tokens
    #[command(subcommand)]
    User(User),
    /// Print the OpenAPI document
    Openapi,
}

#[derive(Subcommand)]
enum Import {
    /// A roster (花名册) of households and persons: .xlsx, .csv, .csv.gz
    Roster(ImportArgs),
    /// Postings: .csv, .csv.gz, .xlsx
    Postings(ImportArgs),
    /// Support rules: .toml; versions that are there are never changed
    Rules { file: PathBuf },
}

#[derive(Args)]
struct ImportArgs {
    file: PathBuf,
    /// The day that the file describes [default: today]
    #[arg(long, value_name = "DAY")]
    as_of: Option<String>,
    /// Say what would happen, change nothing
    #[arg(long)]
    dry_run: bool,
    /// Write the rows that were rejected or left for a person to this workbook
    #[arg(long, value_name = "OUT.xlsx")]
    report: Option<PathBuf>,
    /// Print counts and the verdict of every row as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
struct PlanArgs {
    #[command(subcommand)]
    step: Option<PlanStep>,
    /// Solve households.csv, edges.csv and openings.csv of this folder instead of the bureau's own
    #[arg(long, value_name = "DIR")]
    from: Option<PathBuf>,
    /// Where the files of the plan go [default with --from: the same folder]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// The day on which the households stand as they stand [default: today]
    #[arg(long, value_name = "DAY")]
    as_of: Option<String>,
    /// Only households of this division
    #[arg(long, value_name = "CODE")]
    region: Option<String>,
    /// Of the public lottery among equals
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

#[derive(Subcommand)]
enum PlanStep {
    /// Check that a plan is feasible and that its certificate proves that none is better
    Verify {
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
}

#[derive(Subcommand)]
enum Match {
    /// The best postings of everybody who looks for work, as a table
    All {
        /// The file (.csv)
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        #[arg(long, value_name = "N", default_value_t = 10)]
        limit: usize,
        /// Reasons in English
        #[arg(long)]
        english: bool,
    },
    /// The best postings for a person
    Person {
        /// The person's id, or the registry's person number
        id: String,
        #[arg(long)]
        json: bool,
        #[arg(long, value_name = "N", default_value_t = 10)]
        limit: usize,
    },
    /// The best persons for a posting
    Posting {
        id: String,
        #[arg(long)]
        json: bool,
        #[arg(long, value_name = "N", default_value_t = 10)]
        limit: usize,
    },
}

#[derive(Subcommand)]
enum Funds {
    /// Recompute every fund from its ledger; fails when something does not fit
    Verify,
}

#[derive(Subcommand)]
enum User {
    /// Make an account; prints a one-time password
    Add {
        /// The name to sign in with
        name: String,
        /// The name that others see [default: the sign-in name]
        #[arg(long, value_name = "NAME")]
        display_name: Option<String>,
        /// village_officer, township_officer, county_hr, prefecture_hr, site_officer, dept_partner, auditor, admin
        #[arg(long, value_name = "ROLE")]
        role: String,
        /// Where the role holds
        #[arg(long, value_name = "CODE")]
        region: Option<String>,
    },
    /// Issue a token for programs; prints it once
    Token {
        /// The account's sign-in name
        name: String,
        /// What the token is for
        #[arg(long, value_name = "TEXT", default_value = "command line")]
        label: String,
        /// How long it lives
        #[arg(long, value_name = "DAYS", default_value_t = 90)]
        days: u32,
    },
}

fn import_options(args: ImportArgs) -> ImportOptions {
    ImportOptions {
        file: args.file,
        as_of: args.as_of,
        dry_run: args.dry_run,
        report: args.report,
        json: args.json,
    }
}

fn run(line: CommandLine) -> yigang::base::error::Result<Outcome> {
    let Global {
        data,
        database,
        config,
        now,
    } = line.global;
    let listen = match &line.command {
        Command::Serve { listen, .. } | Command::Demo { listen, .. } => listen.clone(),
        _ => None,
    };
    let setting = commands::Setting::read(
        data,
        &Overrides {
            database,
            config,
            now,
            listen,
        },
    )?;
    match line.command {
        Command::Serve { no_tasks, .. } => commands::serve(&setting, !no_tasks),
        Command::Work { until_idle } => commands::work(&setting, until_idle),
        Command::Demo {
            exit,
            households,
            postings,
            seed,
            ..
        } => commands::demo(
            &setting,
            &commands::DemoOptions {
                exit,
                households,
                postings,
                seed,
            },
        ),
        Command::Migrate { rehearsal } => commands::migrate(&setting, rehearsal),
        Command::Import(Import::Roster(args)) => commands::import_roster(&setting, &import_options(args)),
        Command::Import(Import::Postings(args)) => commands::import_postings(&setting, &import_options(args)),
        Command::Search {
            words,
            json,
            region,
            limit,
        } => commands::search(&setting, &words.join(" "), region.as_deref(), limit, json),
        Command::Match(Match::Person { id, json, limit }) => commands::match_person(&setting, &id, limit, json),
        Command::Match(Match::Posting { id, json, limit }) => commands::match_posting(&setting, &id, limit, json),
        Command::Match(Match::All { out, limit, english }) => commands::match_all(&setting, &out, limit, english),
        Command::Plan(PlanArgs {
            step: Some(PlanStep::Verify { folder }),
            ..
        }) => commands::verify_plan(&folder),
        Command::Plan(args) => commands::plan(
            &setting,
            &commands::PlanOptions {
                from: args.from.as_deref(),
                out: args.out.as_deref(),
                as_of: args.as_of.as_deref(),
                region: args.region.as_deref(),
                seed: args.seed,
            },
        ),
        Command::Coverage { as_of, by, json } => commands::coverage(&setting, as_of.as_deref(), &by, json),
        Command::Import(Import::Rules { file }) => commands::import_rules(&setting, &file),
        Command::Funds(Funds::Verify) => commands::verify_funds(&setting),
        Command::Reindex => commands::reindex(&setting),
        Command::Check => commands::check(&setting),
        Command::User(User::Add {
            name,
            display_name,
            role,
            region,
        }) => commands::add_user(&setting, &name, display_name.as_deref(), &role, region.as_deref()),
        Command::User(User::Token { name, label, days }) => commands::issue_token(&setting, &name, &label, days),
        Command::Openapi => commands::openapi(),
    }
}

fn main() -> ExitCode {
    let line = CommandLine::parse();
    match run(line) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Failed) => ExitCode::FAILURE,
        Ok(Outcome::RowsRejected) => ExitCode::from(3),
        Err(error) => {
            commands::say_error(&error);
            ExitCode::from(commands::exit_code_of(&error))
        }
    }
}
