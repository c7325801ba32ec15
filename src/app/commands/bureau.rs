//! The care of a bureau: its database, its accounts, its health.

use super::{Outcome, Setting, terminal};
use crate::accounts::{self, GrantDraft, UserDraft};
use crate::app::assemble;
use crate::base::codes::{Language, Role};
use crate::base::error::{Error, OrNotFound, Result};
use crate::base::region::RegionCode;
use crate::base::text::near_words;
use crate::out;
use crate::platform::Services;
use crate::platform::db::{Caller, verify_chain};
use crate::platform::i18n::Locale;
use crate::reference::regions;
use crate::{funds, subsidies};

pub fn migrate(setting: &Setting, rehearsal: bool) -> Result<Outcome> {
    let db = assemble::open_database(&setting.config, &setting.folder)?;
    let applied = db.migrate()?;
    if rehearsal {
        assemble::make_rehearsal(&db)?;
    }
    let l = terminal();
    let place = db.url().to_string();
    out!(
        "{}",
        l.ta(
            "cli-migrated",
            &[("count", applied.len().into()), ("database", place.into())]
        )
    );
    let taken = db.write(&Caller::operator(), subsidies::load_shipped_rules)?;
    say_rules(&l, taken);
    Ok(Outcome::Done)
}

fn say_rules(l: &Locale, taken: subsidies::Taken) {
    out!(
        "{}",
        l.ta(
            "cli-rules-loaded",
            &[("added", taken.added.into()), ("known", taken.known.into())]
        )
    );
}

/// Takes over the versions of a rulebook that are not there; a bad file is refused with its line.
pub fn import_rules(setting: &Setting, file: &std::path::Path) -> Result<Outcome> {
    let text = std::fs::read_to_string(file).map_err(|e| {
        Error::refused("file-unreadable")
            .with("file", file.display())
            .with("reason", e)
    })?;
    let entries = subsidies::read_rulebook(&text)?;
    let services = setting.open()?;
    let taken = services
        .db
        .write(&Caller::operator(), |tx| subsidies::load_rules(tx, &entries))?;
    say_rules(&terminal(), taken);
    Ok(Outcome::Done)
}

/// Recomputes every fund from its ledger and says what does not fit.
pub fn verify_funds(setting: &Setting) -> Result<Outcome> {
    let services = setting.open()?;
    Ok(if check_funds(&services, &terminal())? {
        Outcome::Done
    } else {
        Outcome::Failed
    })
}

fn check_funds(services: &Services, l: &Locale) -> Result<bool> {
    let verified = services.db.snapshot(funds::verify_funds)?;
    for fault in &verified.faults {
        let what = l.t(&format!("fund-fault-{}", fault.what));
        let at = fault.move_no.map_or_else(|| "–".to_owned(), |no| no.to_string());
        let fund = fault.fund.to_string();
        out!(
            "✕ {}",
            l.ta(
                "cli-funds-fault",
                &[("fund", fund.into()), ("move", at.into()), ("what", what.into())]
            )
        );
    }
    if verified.faults.is_empty() {
        out!(
            "✓ {}",
            l.ta(
                "cli-funds-whole",
                &[("funds", verified.funds.into()), ("moves", verified.moves.into())]
            )
        );
    }
    Ok(verified.faults.is_empty())
}

/// Looks at everything that can be wrong with a bureau and says it; fails when something is.
pub fn check(setting: &Setting) -> Result<Outcome> {
    let services = setting.open()?;
    let l = terminal();
    let place = services.db.url().to_string();
    out!("✓ {}", l.ta("cli-check-database", &[("database", place.into())]));
    let chain = services.db.snapshot(verify_chain)?;
    let is_whole = chain.broken_at.is_none();
    match chain.broken_at {
        None => out!("✓ {}", l.ta("cli-check-journal", &[("lines", chain.lines.into())])),
        Some(seq) => out!("✕ {}", l.ta("cli-check-journal-broken", &[("line", seq.into())])),
    }
    let is_balanced = check_funds(&services, &l)?;
    let is_level = check_index(&services, &l)?;
    let now = services.clock.now();
    out!("✓ {}", l.ta("cli-check-clock", &[("time", l.instant(now).into())]));
    Ok(if is_whole && is_balanced && is_level {
        Outcome::Done
    } else {
        Outcome::Failed
    })
}

pub fn add_user(
    setting: &Setting,
    name: &str,
    display_name: Option<&str>,
    role: &str,
    region: Option<&str>,
) -> Result<Outcome> {
    let parsed = Role::parse(role).filter(|r| !matches!(r, Role::Worker | Role::Employer | Role::Broker));
    let role = parsed.ok_or_else(|| {
        let choices: Vec<&str> = Role::ALL.iter().map(|r| r.as_str()).collect();
        Error::bad_request("role", "choice-unknown")
            .with("value", role)
            .with("choices", near_words(role, choices.into_iter(), 20).join(", "))
    })?;
    let region = match region {
        None => None,
        Some(text) => Some(read_region(text)?),
    };
    let services = setting.open()?;
    let draft = UserDraft {
        sign_in_name: name.to_owned(),
        display_name: display_name.unwrap_or(name).to_owned(),
        password: accounts::suggest_password(),
        language: Language::Zh,
        must_change: true,
    };
    let grant = GrantDraft {
        role,
        region,
        employer_id: None,
        person_id: None,
    };
    services.db.write(&Caller::operator(), |tx| {
        accounts::create_user(tx, &draft, std::slice::from_ref(&grant))
    })?;
    let l = terminal();
    out!(
        "{}",
        l.ta(
            "cli-user-added",
            &[("name", name.into()), ("password", draft.password.as_str().into())]
        )
    );
    Ok(Outcome::Done)
}

/// A region code that exists.
pub(super) fn read_region(text: &str) -> Result<RegionCode> {
    RegionCode::parse(text)
        .filter(|code| regions().get(code).is_some())
        .ok_or_else(|| {
            Error::bad_request("region", "region-unknown")
                .with("value", text)
                .with("near", regions().near_codes(text, 3).join(", "))
        })
}

pub fn issue_token(setting: &Setting, name: &str, label: &str, days: u32) -> Result<Outcome> {
    let services = setting.open()?;
    let user = services
        .db
        .read(|conn| accounts::user_by_name(conn, name))?
        .or_not_found("user")?;
    let (_, secret) = services.db.write(&Caller::operator(), |tx| {
        accounts::issue_token(tx, user.id, label, days)
    })?;
    out!("{secret}");
    Ok(Outcome::Done)
}

/// Compares every document of the index with the database.
fn check_index(services: &Services, l: &Locale) -> Result<bool> {
    match services.finder.follow(&services.db) {
        Ok(_)
        | Err(Error::Refused {
            code: "search-index-in-use",
            ..
        }) => {}
        Err(error) => return Err(error),
    }
    services.finder.refresh()?;
    let found = services.finder.compare(&services.db)?;
    let is_level = found.differing.is_empty() && found.damaged_files == 0;
    if is_level {
        out!(
            "✓ {}",
            l.ta(
                "cli-check-index",
                &[("count", found.documents.into()), ("behind", found.behind.into())]
            )
        );
    } else {
        let (count, files) = (found.differing.len(), found.damaged_files);
        out!(
            "✕ {}",
            l.ta(
                "cli-check-index-differs",
                &[("count", count.into()), ("files", files.into())]
            )
        );
    }
    Ok(is_level)
}

pub fn reindex(setting: &Setting) -> Result<Outcome> {
    let services = setting.open()?;
    let l = terminal();
    // An index that was missing, damaged or of another layout has just been built by opening it.
    let count = match services.finder.built_on_opening() {
        Some(count) => count,
        None => {
            let mut progress = super::imports::Progress::new(true);
            let count = services.finder.rebuild(&services.db, &mut |_| progress.step())?;
            progress.end();
            count
        }
    };
    out!("{}", l.tn("cli-reindexed", count));
    Ok(Outcome::Done)
}
