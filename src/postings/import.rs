//! Taking over a list of postings from another system, a few hundred rows per transaction.
//!
//! A posting is known again by its number in the list. A second row of the same employer, title, place and text is a
//! repost of the first and is not kept. Forbidden wording is rejected; wording in doubt is kept for an officer, unless
//! whoever imports the list has read it and accepts it.

mod report;
#[cfg(test)]
mod tests;

use std::collections::hash_map::DefaultHasher;
use std::collections::{HashMap, HashSet};
use std::hash::{Hash, Hasher};

use serde_json::json;

use super::model::{PhysicalDemand, Posting, PostingKind, WageUnit};
use super::rules::as_problem;
use super::sheet::{self, ListedKind, ListedPosting, PostingReading};
use super::store;
use super::wording::Severity;
use crate::base::actor::{Permission, Scope};
use crate::base::codes::{EmployerKind, PostingStatus};
use crate::base::error::{Error, FieldProblem, Result};
use crate::base::ids::{EmployerId, Id};
use crate::base::region::RegionLevel;
use crate::base::text::squeeze;
use crate::employers::{
    ListedEmployer, adopt_listed, employers_named, kind_of_name, may_hold_public_posts, must_be_separate,
};
use crate::insert_batch;
use crate::platform::db::schema::postings as table;
use crate::platform::db::{Caller, Conn, Db, Subject, Tx};

pub use report::{DoubtfulRows, ImportCounts, ImportOptions, RowReport, RowVerdict};

/// Rows per transaction.
const PORTION: usize = 400;

/// Takes over a list, as the act of an officer of the whole prefecture or of the operator. Every row is told once, in
/// order; nothing but its number and its repost key is remembered of it, so memory hardly grows with the list.
pub fn import_postings(
    db: &Db,
    caller: &Caller,
    rows: impl IntoIterator<Item = (u32, PostingReading)>,
    options: ImportOptions,
    tell: &mut dyn FnMut(&RowReport),
) -> Result<ImportCounts> {
    if caller.actor.scope(Permission::ReviewPostings) != Scope::Everywhere {
        return Err(Error::Forbidden);
    }
    let mut counts = ImportCounts::default();
    let mut seen = Seen::default();
    let mut rows = rows.into_iter();
    loop {
        let portion: Vec<Judged> = rows
            .by_ref()
            .take(PORTION)
            .map(|(no, reading)| judge(no, reading, &mut seen))
            .collect();
        if portion.is_empty() {
            return Ok(counts);
        }
        let reports = if options.dry_run {
            db.read(|conn| {
                let employers = known_employers(conn, &portion)?;
                Ok(settle(conn, &portion, &employers, options)?.reports)
            })?
        } else {
            db.write(caller, |tx| merge(tx, &portion, options))?
        };
        for report in &reports {
            counts.count(report);
            tell(report);
        }
    }
}

/// What the rows before this one said: their numbers and repost keys, as hashes.
#[derive(Default)]
struct Seen {
    numbers: HashSet<u64>,
    keys: HashSet<u64>,
}

fn hash_of(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// A row with what can be said of it before the database is asked.
struct Judged {
    row_no: u32,
    source_no: String,
    listed: Option<ListedPosting>,
    is_repeated_key: bool,
    in_doubt: bool,
    findings: Vec<FieldProblem>,
    repairs: Vec<sheet::Repair>,
}

fn judge(row_no: u32, reading: PostingReading, seen: &mut Seen) -> Judged {
    let mut findings = reading.faults;
    findings.extend(reading.doubts.iter().map(as_problem));
    let is_forbidden = reading.doubts.iter().any(|doubt| doubt.severity == Severity::Block);
    let mut listed = reading.draft;
    let source_no = listed.as_ref().map(|l| l.source_id.clone()).unwrap_or_default();
    let mut is_repeated_key = false;
    if let Some(entry) = &listed
        && !source_no.is_empty()
        && !seen.numbers.insert(hash_of(&(&entry.platform, &source_no)))
    {
        findings.push(FieldProblem::new("id", "listing-id-repeated").with("value", &source_no));
        listed = None;
    }
    if is_forbidden {
        listed = None;
    }
    if let Some(entry) = &listed {
        is_repeated_key = !seen.keys.insert(hash_of(&(entry.repost_key(), &entry.description)));
    }
    let in_doubt = !reading.doubts.is_empty();
    Judged {
        row_no,
        source_no,
        listed,
        is_repeated_key,
        in_doubt,
        findings,
        repairs: reading.repairs,
    }
}

/// The employer whom a row names. What only public bodies may offer makes the employer one.
fn listed_employer(listed: &ListedPosting) -> ListedEmployer {
    let named = kind_of_name(&listed.company);
    let kind = match listed.kind {
        ListedKind::Workshop => EmployerKind::Workshop,
        ListedKind::PublicWelfare if may_hold_public_posts(named) => named,
        ListedKind::PublicWelfare => EmployerKind::PublicUnit,
        ListedKind::Job => named,
    };
    let region = listed
        .region
        .at(RegionLevel::County)
        .unwrap_or_else(|| listed.region.clone());
    ListedEmployer {
        name: listed.company.clone(),
        kind,
        region,
    }
}

type Employers = HashMap<ListedEmployer, EmployerId>;

/// The employers that exist already; in a dry run none is added.
fn known_employers(conn: &mut Conn, portion: &[Judged]) -> Result<Employers> {
    let listed: HashSet<ListedEmployer> = portion
        .iter()
        .filter_map(|row| row.listed.as_ref())
        .map(listed_employer)
        .collect();
    let names: Vec<String> = listed.iter().map(|l| l.name.clone()).collect();
    let mut by_name: HashMap<String, Vec<(EmployerKind, EmployerId)>> = HashMap::new();
    for employer in employers_named(conn, &names)? {
        by_name
            .entry(employer.name)
            .or_default()
            .push((employer.kind, employer.id));
    }
    let find = |entry: ListedEmployer| {
        let same = by_name
            .get(&entry.name)?
            .iter()
            .find(|(kind, _)| !must_be_separate(*kind, entry.kind))?;
        Some((entry, same.1))
    };
    Ok(listed.into_iter().filter_map(find).collect())
}

/// What a portion comes to: reports in the order of the rows, and what is to be written.
struct Settled {
    reports: Vec<RowReport>,
    news: Vec<Posting>,
    /// The record as it is, and as it will be.
    changes: Vec<(Posting, Posting)>,
}

fn settle(conn: &mut Conn, portion: &[Judged], employers: &Employers, options: ImportOptions) -> Result<Settled> {
    let known = known_postings(conn, portion)?;
    let originals = originals(conn, portion, employers)?;
    let mut settled = Settled {
        reports: Vec::with_capacity(portion.len()),
        news: Vec::new(),
        changes: Vec::new(),
    };
    for row in portion {
        let mut findings = row.findings.clone();
        let verdict = match &row.listed {
            None => RowVerdict::Rejected,
            Some(listed) => {
                let employer_id = employers.get(&listed_employer(listed)).copied();
                let found = known.get(&(source_of(listed).to_owned(), row.source_no.clone()));
                let is_repost = row.is_repeated_key || originals.contains(&original_key(employer_id, listed));
                match found {
                    Some(before) => {
                        let reads_again = row.in_doubt && options.doubtful == DoubtfulRows::Wait;
                        match revise(before, listed, employer_id, reads_again) {
                            Err(problem) => {
                                findings.push(problem);
                                RowVerdict::Rejected
                            }
                            Ok(None) => RowVerdict::Same,
                            Ok(Some(after)) => {
                                settled.changes.push((before.clone(), after));
                                RowVerdict::Changed
                            }
                        }
                    }
                    None if is_repost => {
                        findings.push(FieldProblem::new("id", "listing-repost"));
                        RowVerdict::Same
                    }
                    None => {
                        settled
                            .news
                            .extend(employer_id.map(|id| new_posting(row, listed, id, options)));
                        if row.in_doubt {
                            RowVerdict::Doubtful
                        } else {
                            RowVerdict::New
                        }
                    }
                }
            }
        };
        settled.reports.push(RowReport {
            row_no: row.row_no,
            source_no: row.source_no.clone(),
            verdict,
            findings,
            repairs: row.repairs.clone(),
        });
    }
    Ok(settled)
}

/// The system whose list it is.
fn source_of(listed: &ListedPosting) -> &str {
    if listed.platform.is_empty() {
        "list"
    } else {
        &listed.platform
    }
}

fn known_postings(conn: &mut Conn, portion: &[Judged]) -> Result<HashMap<(String, String), Posting>> {
    let mut by_source: HashMap<&str, Vec<String>> = HashMap::new();
    for row in portion.iter().filter(|row| !row.source_no.is_empty()) {
        if let Some(listed) = &row.listed {
            by_source
                .entry(source_of(listed))
                .or_default()
                .push(row.source_no.clone());
        }
    }
    let mut known = HashMap::new();
    for (source, nos) in by_source {
        for posting in store::known_by_source(conn, source, &nos)? {
            let no = posting.source_no.clone().unwrap_or_default();
            known.insert((posting.source.clone(), no), posting);
        }
    }
    Ok(known)
}

type OriginalKey = (Option<EmployerId>, String, String, u64);

fn original_key(employer_id: Option<EmployerId>, listed: &ListedPosting) -> OriginalKey {
    (
        employer_id,
        squeeze(&listed.title),
        listed.region.digits().to_owned(),
        hash_of(&listed.description),
    )
}

/// Keys of the postings that earlier lists brought for these employers.
fn originals(conn: &mut Conn, portion: &[Judged], employers: &Employers) -> Result<HashSet<OriginalKey>> {
    let ids: HashSet<EmployerId> = employers.values().copied().collect();
    let ids: Vec<EmployerId> = ids.into_iter().collect();
    let titles: HashSet<String> = portion
        .iter()
        .filter_map(|row| row.listed.as_ref())
        .map(|l| l.title.clone())
        .collect();
    let titles: Vec<String> = titles.into_iter().collect();
    let found = store::of_employers_titled(conn, &ids, &titles)?;
    Ok(found
        .into_iter()
        .filter(|p| p.source != "desk")
        .map(|p| {
            let region = p.region_code.digits().to_owned();
            (Some(p.employer_id), squeeze(&p.title), region, hash_of(&p.description))
        })
        .collect())
}

/// A row about a posting that is known: the posting as it will be, if anything changed. What the employer or an officer
/// did to it since stays; a changed text in doubt goes back to an officer.
fn revise(
    before: &Posting,
    listed: &ListedPosting,
    employer_id: Option<EmployerId>,
    reads_again: bool,
) -> std::result::Result<Option<Posting>, FieldProblem> {
    let mut after = before.clone();
    fill(&mut after, listed);
    after.employer_id = employer_id.unwrap_or(before.employer_id);
    after.published_on = listed.published_on.or(before.published_on);
    if after.places < after.filled {
        return Err(FieldProblem::new("headcount", "posting-places-filled").with("filled", after.filled));
    }
    if after == *before {
        return Ok(None);
    }
    let is_same_text = after.title == before.title && after.description == before.description;
    after.status = match before.status {
        PostingStatus::Open | PostingStatus::Filled if reads_again && !is_same_text => PostingStatus::Submitted,
        PostingStatus::Open | PostingStatus::Filled if after.free_places() > 0 => PostingStatus::Open,
        PostingStatus::Open | PostingStatus::Filled => PostingStatus::Filled,
        status => status,
    };
    Ok(Some(after))
}

/// Writes what the list says into the record.
fn fill(posting: &mut Posting, listed: &ListedPosting) {
    posting.kind = match listed.kind {
        ListedKind::Job | ListedKind::Workshop => PostingKind::Job,
        ListedKind::PublicWelfare => PostingKind::PublicWelfare,
    };
    posting.title.clone_from(&listed.title);
    posting.occupation_code = listed.occupation.clone();
    posting.region_code = listed.region.clone();
    posting.address.clone_from(&listed.address);
    posting.wage_low_fen = listed.wage.map(|wage| wage.low);
    posting.wage_high_fen = listed.wage.map(|wage| wage.high);
    posting.wage_unit = match listed.wage.map(|wage| wage.unit) {
        None | Some(sheet::WageUnit::Month) => WageUnit::Month,
        Some(sheet::WageUnit::Day) => WageUnit::Day,
        Some(sheet::WageUnit::Hour) => WageUnit::Hour,
    };
    posting.places = i32::try_from(listed.headcount).unwrap_or(i32::MAX).max(1);
    if let Some(reserved) = listed.reserved_places {
        posting.reserved_places = i32::try_from(reserved).unwrap_or(i32::MAX);
    }
    // A list that says nothing of it leaves what the employer has reserved, as far as there are places.
    posting.reserved_places = posting.reserved_places.min(posting.places);
    posting.lodging = listed.has_lodging;
    posting.meals = listed.has_meals;
    posting.insurance = listed.has_insurance;
    posting.transport = listed.has_transport;
    posting.education = listed.education;
    posting.certificate = Some(listed.certificates.join("、")).filter(|text| !text.is_empty());
    posting.description.clone_from(&listed.description);
}

fn new_posting(row: &Judged, listed: &ListedPosting, employer_id: EmployerId, options: ImportOptions) -> Posting {
    let id = Id::fresh();
    let phrases = row
        .findings
        .iter()
        .flat_map(|f| f.values.iter().filter(|(name, _)| *name == "phrase"));
    let phrases: Vec<&str> = phrases.map(|(_, phrase)| phrase.as_str()).collect();
    let mut posting = Posting {
        id,
        version: 1,
        created_at: crate::base::time::Instant::start_of(options.as_of),
        employer_id,
        kind: PostingKind::Job,
        title: String::new(),
        occupation_code: listed.occupation.clone(),
        region_code: listed.region.clone(),
        address: String::new(),
        wage_low_fen: None,
        wage_high_fen: None,
        wage_unit: WageUnit::Month,
        places: 1,
        filled: 0,
        reserved_places: 0,
        lodging: false,
        meals: false,
        insurance: false,
        transport: false,
        education: None,
        certificate: None,
        physical: PhysicalDemand::Medium,
        description: String::new(),
        contact_name: String::new(),
        phone_sealed: None,
        phone_masked: None,
        status: match options.doubtful {
            DoubtfulRows::Wait if row.in_doubt => PostingStatus::Submitted,
            DoubtfulRows::Wait | DoubtfulRows::Accept => PostingStatus::Open,
        },
        status_note: phrases.join("、"),
        published_on: listed.published_on.or(Some(options.as_of)),
        closes_on: None,
        source: source_of(listed).to_owned(),
        source_no: Some(row.source_no.clone()).filter(|no| !no.is_empty()),
    };
    fill(&mut posting, listed);
    posting
}

/// Writes one portion.
fn merge(tx: &mut Tx<'_>, portion: &[Judged], options: ImportOptions) -> Result<Vec<RowReport>> {
    let mut listed: Vec<ListedEmployer> = Vec::new();
    let mut told = HashSet::new();
    for entry in portion
        .iter()
        .filter_map(|row| row.listed.as_ref())
        .map(listed_employer)
    {
        if told.insert(entry.clone()) {
            listed.push(entry);
        }
    }
    let employers = adopt_listed(tx, &listed)?;
    let mut settled = settle(tx, portion, &employers, options)?;
    for posting in &mut settled.news {
        posting.created_at = tx.now();
    }
    insert_batch!(tx, table::table, &settled.news)?;
    for posting in &settled.news {
        let subject = Subject::new("posting", posting.id);
        let after = json!({ "source": posting.source, "source_no": posting.source_no, "title": posting.title });
        tx.audit(
            "import_posting",
            subject,
            Some(&posting.region_code),
            None::<&()>,
            Some(&after),
        )?;
        tx.touch(subject);
    }
    for (before, after) in &settled.changes {
        store::lock(tx, before.id, before.version)?;
        store::save(tx, after)?;
        let subject = Subject::new("posting", after.id);
        tx.audit(
            "import_posting",
            subject,
            Some(&after.region_code),
            Some(before),
            Some(after),
        )?;
        tx.touch(subject);
    }
    Ok(settled.reports)
}
