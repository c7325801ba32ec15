//! Searching and matching on the terminal or as JSON.

use crate::out;
use serde::Serialize;

use super::bureau::read_region;
use super::{Outcome, Setting, terminal};
use crate::base::actor::Scope;
use crate::base::error::{Error, OrNotFound, Result};
use crate::base::ids::{PersonId, PostingId};
use crate::discover::read_request;
use crate::matching::{self, OpenBook};
use crate::platform::Services;
use crate::platform::i18n::Locale;
use crate::platform::search::Segments;
use crate::{postings, registry};

fn plain(segments: &Segments) -> String {
    segments.iter().map(|(_, text)| text.as_str()).collect()
}

/// On a terminal what was found stands out.
fn marked(segments: &Segments, colours: bool) -> String {
    let paint = |(hit, text): &(bool, String)| {
        if *hit && colours {
            format!("\u{1b}[1m{text}\u{1b}[0m")
        } else {
            text.clone()
        }
    };
    segments.iter().map(paint).collect()
}

#[derive(Serialize)]
struct HitAnswer {
    kind: &'static str,
    id: String,
    title: String,
    fragment: String,
}

#[derive(Serialize)]
struct SearchAnswer {
    total: u64,
    items: Vec<HitAnswer>,
}

/// Catches the index up, where no other process keeps it.
fn caught_up(setting: &Setting) -> Result<Services> {
    let services = setting.open()?;
    match services.finder.follow(&services.db) {
        Ok(_)
        | Err(Error::Refused {
            code: "search-index-in-use" | "search-index-read-only",
            ..
        }) => {}
        Err(error) => return Err(error),
    }
    services.finder.refresh()?;
    Ok(services)
}

pub fn search(setting: &Setting, words: &str, region: Option<&str>, limit: usize, json: bool) -> Result<Outcome> {
    let region = region
        .map(read_region)
        .transpose()?
        .map(|code| code.to_string())
        .unwrap_or_default();
    let limit = limit.to_string();
    let request = read_request([("q", words), ("region", region.as_str()), ("limit", limit.as_str())])?;
    let services = caught_up(setting)?;
    let answer = services
        .finder
        .index()
        .search(&request.question(services.clock.today()))?;
    if json {
        let items = answer
            .hits
            .iter()
            .map(|hit| HitAnswer {
                kind: hit.kind.as_str(),
                id: PostingId::from_raw(hit.id).to_string(),
                title: plain(&hit.title),
                fragment: plain(&hit.fragment),
            })
            .collect();
        out!(
            "{}",
            serde_json::to_string_pretty(&SearchAnswer {
                total: answer.total,
                items
            })?
        );
        return Ok(Outcome::Done);
    }
    let l = terminal();
    let colours = std::io::IsTerminal::is_terminal(&std::io::stdout());
    out!("{}", l.tn("cli-search-found", answer.total));
    for hit in &answer.hits {
        out!("{}  {}", PostingId::from_raw(hit.id), marked(&hit.title, colours));
        out!("    {}", marked(&hit.fragment, colours));
    }
    Ok(Outcome::Done)
}

#[derive(Serialize)]
struct ReasonAnswer {
    code: &'static str,
    points: i32,
    sentence: String,
}

#[derive(Serialize)]
struct MatchAnswer {
    id: String,
    title: String,
    points: i32,
    reasons: Vec<ReasonAnswer>,
}

fn answer(id: String, title: String, points: i32, reasons: Vec<(&'static str, i32, String)>) -> MatchAnswer {
    let reasons = reasons
        .into_iter()
        .map(|(code, points, sentence)| ReasonAnswer { code, points, sentence })
        .collect();
    MatchAnswer {
        id,
        title,
        points,
        reasons,
    }
}

fn print(answers: &[MatchAnswer], json: bool, l: &Locale) -> Result<()> {
    if json {
        out!(
            "{}",
            serde_json::to_string_pretty(&serde_json::json!({ "items": answers }))?
        );
        return Ok(());
    }
    if answers.is_empty() {
        out!("{}", l.t("cli-match-none"));
    }
    for answer in answers {
        out!("{:>4}  {}  {}", answer.points, answer.id, answer.title);
        for reason in &answer.reasons {
            out!("      {:+}  {}", reason.points, reason.sentence);
        }
    }
    Ok(())
}

/// A person by id or by the registry's number.
fn read_person(services: &Services, text: &str) -> Result<PersonId> {
    if let Ok(id) = text.parse::<PersonId>()
        && services
            .db
            .read(|conn| registry::persons_by_ids(conn, &[id]))?
            .contains_key(&id)
    {
        return Ok(id);
    }
    let known = services
        .db
        .read(|conn| registry::known_for(conn, &[], &[text.to_owned()], &[]))?;
    known.by_no.get(text).copied().or_not_found("person")
}

pub fn match_person(setting: &Setting, id: &str, limit: usize, json: bool) -> Result<Outcome> {
    let services = setting.open()?;
    let person_id = read_person(&services, id)?;
    let (l, today) = (terminal(), services.clock.today());
    let book = services.memory.of::<OpenBook>();
    let answers = services.db.snapshot(|conn| {
        let found = matching::openings_for(conn, &book, person_id, (today, limit), l.language())?;
        let ids: Vec<PostingId> = found.iter().map(|m| m.item.id).collect();
        let cards = postings::postings_by_ids(conn, &ids)?;
        let title = |id: PostingId| {
            cards
                .get(&id)
                .map(|card| card.posting.title.clone())
                .unwrap_or_default()
        };
        Ok(found
            .into_iter()
            .map(|m| answer(m.item.id.to_string(), title(m.item.id), m.points, m.reasons))
            .collect::<Vec<_>>())
    })?;
    print(&answers, json, &l)?;
    Ok(Outcome::Done)
}

pub fn match_posting(setting: &Setting, id: &str, limit: usize, json: bool) -> Result<Outcome> {
    let services = setting.open()?;
    let posting_id: PostingId = id.parse().map_err(|_| Error::NotFound("posting"))?;
    let (l, today) = (terminal(), services.clock.today());
    let answers = services.db.snapshot(|conn| {
        postings::posting_by_id(conn, posting_id)?;
        let scope = Scope::Everywhere;
        let found = matching::candidates_for(conn, &scope, posting_id, today, limit, l.language())?;
        let ids: Vec<PersonId> = found.iter().map(|m| m.item.id).collect();
        let people = registry::persons_by_ids(conn, &ids)?;
        let name = |id: PersonId| people.get(&id).map(|p| p.name.clone()).unwrap_or_default();
        Ok(found
            .into_iter()
            .map(|m| answer(m.item.id.to_string(), name(m.item.id), m.points, m.reasons))
            .collect::<Vec<_>>())
    })?;
    print(&answers, json, &l)?;
    Ok(Outcome::Done)
}
