//! One person's list in a bureau of many postings: the whole answer, and the search in the book alone, beside one bare
//! query of the bureau's search index with the same limits: the occupations' words, place and pay, the ten best, no count.

use std::ops::Bound;
use std::path::Path;
use std::time::Instant;

use tantivy::collector::TopDocs;
use tantivy::query::{AllQuery, BooleanQuery, Occur, Query, RangeQuery, TermQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::{Index, Order, ReloadPolicy, Searcher, Term};
use yigang::app::assemble;
use yigang::base::actor::Scope;
use yigang::base::codes::Language;
use yigang::matching::{self, Candidate, OpenBook};
use yigang::platform::DataFolder;

use crate::sql::{within, words};
use crate::{LIMIT, Outcome, settings, with_wishes};

/// Lists that are asked for.
const LISTS: usize = 2_000;

/// Measures in a bureau that is only read: it may be of an older or newer layout.
pub fn measure(folder: &Path) -> Outcome<()> {
    let db = assemble::open_database(&settings()?, &DataFolder::new(folder.to_owned()))?;
    let today = db.clock().today();
    let searcher = searcher(&folder.join("search-index"))?;
    let book = OpenBook::default();
    let (before, began) = (memory()?, Instant::now());
    let openings = db.read(|conn| book.follow(conn))?;
    println!(
        "{openings} open postings; the book was made in {:.1} s and takes {} MiB",
        began.elapsed().as_secs_f64(),
        memory()?.saturating_sub(before)
    );
    let (persons, wishing) = db.read(|conn| {
        let ids = matching::labourers(conn, &Scope::Everywhere)?;
        let persons: Vec<Candidate> = matching::candidates(conn, &ids, today)?
            .into_iter()
            .filter(|candidate| !candidate.is_employed_full_time)
            .collect();
        let openings = matching::open_openings(conn, None)?;
        let many: Vec<Candidate> = persons.iter().cycle().take(LISTS).cloned().collect();
        Ok((persons, with_wishes(&many, &openings)))
    })?;
    println!("\n| people | lists | what | median, ms | 95 of 100, ms |\n| --- | --- | --- | --- | --- |");
    let bare = |candidate: &Candidate| bare_query(&searcher, candidate);
    let in_book = |candidate: &Candidate| {
        db.read(|conn| {
            let found = book.best(conn, candidate, today, LIMIT)?;
            std::hint::black_box(found.len());
            Ok(())
        })?;
        Ok(())
    };
    let whole = |candidate: &Candidate| {
        db.read(|conn| {
            let found = matching::openings_for(conn, &book, candidate.id, (today, LIMIT), Language::Zh)?;
            std::hint::black_box(found.len());
            Ok(())
        })?;
        Ok(())
    };
    row("as they are", "bare query", &persons, bare)?;
    row("as they are", "search in the book", &persons, in_book)?;
    row("as they are", "whole answer, with sentences", &persons, whole)?;
    row("each with a wish", "bare query", &wishing, bare)?;
    row("each with a wish", "search in the book", &wishing, in_book)
}

fn row(people: &str, what: &str, asked: &[Candidate], ask: impl Fn(&Candidate) -> Outcome<()>) -> Outcome<()> {
    let mut times = Vec::with_capacity(asked.len());
    for round in 0..2 {
        times.clear();
        for candidate in asked {
            let began = Instant::now();
            ask(candidate)?;
            times.push(began.elapsed().as_secs_f64() * 1e3);
        }
        // The first round only brings everything into memory.
        std::hint::black_box(round);
    }
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times.get((times.len() as f64 * share) as usize).copied().unwrap_or(0.0);
    println!(
        "| {people} | {} | {what} | {:.3} | {:.3} |",
        asked.len(),
        at(0.5),
        at(0.95)
    );
    Ok(())
}

fn searcher(folder: &Path) -> Outcome<Searcher> {
    let current = std::fs::read_to_string(folder.join("CURRENT"))?;
    let index = Index::open_in_dir(folder.join(current.trim()))?;
    let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
    Ok(reader.searcher())
}

fn bare_query(searcher: &Searcher, candidate: &Candidate) -> Outcome<()> {
    let schema = searcher.schema();
    let term = |field: &str, text: &str| -> Outcome<Box<dyn Query>> {
        let term = Term::from_field_text(schema.get_field(field)?, text);
        Ok(Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)))
    };
    let words = words(candidate);
    let mut ways = Vec::new();
    for word in &words {
        ways.push((Occur::Should, term("title_words", word)?));
    }
    let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::new();
    if ways.is_empty() {
        clauses.push((Occur::Must, Box::new(AllQuery)));
    } else {
        clauses.push((Occur::Must, Box::new(BooleanQuery::new(ways))));
    }
    let place = within(candidate);
    if !place.is_empty() {
        clauses.push((Occur::Must, term("region_in", place)?));
    }
    if let Some(floor) = candidate.wish.wage_floor {
        let least = Term::from_field_u64(schema.get_field("wage")?, u64::try_from(floor.fen())?);
        clauses.push((
            Occur::Must,
            Box::new(RangeQuery::new(Bound::Included(least), Bound::Unbounded)),
        ));
    }
    let query = BooleanQuery::new(clauses);
    let best = TopDocs::with_limit(LIMIT);
    let found = if words.is_empty() {
        let newest = best.order_by_fast_field::<i64>("published", Order::Desc);
        searcher.search(&query, &newest)?.len()
    } else {
        searcher.search(&query, &best.order_by_score())?.len()
    };
    std::hint::black_box(found);
    Ok(())
}

/// What this process holds in memory, MiB.
fn memory() -> Outcome<usize> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let kib: usize = line
        .and_then(|line| line.split_whitespace().nth(1))
        .ok_or("no figure")?
        .parse()?;
    Ok(kib / 1024)
}
