//! Looking at a claim for what is odd: when it is filed, accepted and first reviewed. What was found waits for an answer;
//! before that nobody takes the second review.

use std::collections::{BTreeMap, HashMap};

use diesel::prelude::*;
use serde_json::json;

use super::claim_for;
use crate::base::actor::Permission;
use crate::base::error::{Context, Error, Result};
use crate::base::ids::{ClaimId, ClaimSignalId, EmployerId, Id, PersonId};
use crate::base::secret::{Place, Sealed};
use crate::base::time::Day;
use crate::insert_batch;
use crate::platform::db::schema::{claim_contacts, claim_signals};
use crate::platform::db::{Conn, Subject, Tx};
use crate::subsidies::assess::Assessment;
use crate::subsidies::model::{Claim, ClaimLine, ClaimSignal, ClaimState, SignalAnswer, SignalFact, SupportRule};
use crate::subsidies::signals::{Former, Post, SignalKind, SignalLine, Stay, signals_of};
use crate::subsidies::store::{self, ClaimContact, WorkRow};

const PHONE: &str = "phone";
const ACCOUNT: &str = "account";
const CARD: &str = "card";

fn home_of(line: &ClaimLine) -> String {
    line.household_id
        .map_or_else(|| format!("p{}", line.person_id), |id| format!("h{id}"))
}

fn party_of(claim: &Claim, lines: &[ClaimLine]) -> String {
    match claim.employer_id {
        Some(employer) => format!("e{employer}"),
        None => lines.first().map(home_of).unwrap_or_default(),
    }
}

/// The keyed hash of a sealed number, whichever record holds it: equal numbers have equal hashes.
fn hash_of(tx: &Tx<'_>, place: Place<'_>, kind: &str, sealed: Option<&Sealed>) -> Result<Option<String>> {
    sealed
        .map(|sealed| Ok(tx.keys().hash(kind, &tx.keys().open(place, sealed)?)))
        .transpose()
}

fn phone_of_employer(tx: &mut Tx<'_>, id: EmployerId) -> Result<Option<String>> {
    let found = store::employers_named(tx, &[id])?;
    let sealed = found.get(&id).and_then(|(_, phone)| phone.as_ref());
    let place = Place {
        table: "employers",
        column: "phone_sealed",
        id: id.raw(),
    };
    hash_of(tx, place, PHONE, sealed)
}

/// Notes as hashes which phone, account and cards stand behind a claim.
pub(super) fn note_contacts(tx: &mut Tx<'_>, claim: &Claim) -> Result<()> {
    let lines = store::lines_of(tx, &[claim.id])?;
    let people: Vec<PersonId> = lines.iter().map(|line| line.person_id).chain(claim.person_id).collect();
    let numbers = store::numbers_of(tx, &people)?;
    let of_person = |column| {
        move |id: PersonId| Place {
            table: "persons",
            column,
            id: id.raw(),
        }
    };
    let (phone_at, bank_at) = (of_person("phone_sealed"), of_person("bank_sealed"));
    let of_claim = Place {
        table: "claims",
        column: "account_sealed",
        id: claim.id.raw(),
    };
    let (mut phone, mut account) = (None, hash_of(tx, of_claim, ACCOUNT, claim.account_sealed.as_ref())?);
    if let Some(employer) = claim.employer_id {
        phone = phone_of_employer(tx, employer)?;
    } else if let Some((id, (own_phone, bank))) = claim.person_id.and_then(|id| Some((id, numbers.get(&id)?))) {
        phone = hash_of(tx, phone_at(id), PHONE, own_phone.as_ref())?;
        if account.is_none() {
            account = hash_of(tx, bank_at(id), ACCOUNT, bank.as_ref())?;
        }
    }
    let party = party_of(claim, &lines);
    let mut rows = Vec::new();
    let mut add = |line_id, kind: &str, hash: Option<String>, party: String| {
        rows.extend(hash.map(|hash| ClaimContact {
            id: Id::fresh(),
            claim_id: claim.id,
            line_id,
            kind: kind.to_owned(),
            hash,
            party,
        }));
    };
    add(None, PHONE, phone, party.clone());
    add(None, ACCOUNT, account, party);
    for line in &lines {
        let bank = numbers.get(&line.person_id).and_then(|(_, bank)| bank.as_ref());
        // An account and a card are the same kind of number, but who shares them differs.
        let card = hash_of(tx, bank_at(line.person_id), CARD, bank)?;
        add(Some(line.id), CARD, card, home_of(line));
    }
    diesel::delete(claim_contacts::table.filter(claim_contacts::claim_id.eq(claim.id))).execute(&mut **tx)?;
    let mut conn = &mut **tx;
    insert_batch!(&mut conn, claim_contacts::table, &rows)?;
    Ok(())
}

/// Looks at a claim beside those that share a number with it, and keeps what is odd.
pub(super) fn look_at(tx: &mut Tx<'_>, claim: &Claim, rule: &SupportRule) -> Result<()> {
    let lines = claim_lines(tx, claim, rule)?;
    let mut all = lines.clone();
    all.extend(beside(tx, claim, &lines)?);
    let mut by_claim: BTreeMap<(ClaimId, SignalKind), Vec<SignalFact>> = BTreeMap::new();
    for signal in signals_of(&all) {
        let facts = by_claim.entry((signal.claim_id, signal.kind)).or_default();
        facts.push(SignalFact {
            line_id: signal.line_id,
            values: signal.values,
        });
    }
    for ((claim_id, kind), facts) in by_claim {
        keep(tx, claim_id, kind, &facts)?;
    }
    Ok(())
}

/// Keeps a signal. One that rests on other lines than before is open again.
fn keep(tx: &mut Tx<'_>, claim_id: ClaimId, kind: SignalKind, facts: &[SignalFact]) -> Result<()> {
    let claim = store::claim_by_id(tx, claim_id)?;
    if !matches!(
        claim.state,
        ClaimState::Draft
            | ClaimState::Returned
            | ClaimState::Submitted
            | ClaimState::Accepted
            | ClaimState::VillageNotice
            | ClaimState::FirstReview
    ) {
        return Ok(());
    }
    let known = store::signals_of_claims(tx, &[claim_id])?;
    let known = known.into_iter().find(|known| known.kind == kind);
    let facts_json = serde_json::to_string(facts)?;
    let about = |facts: &[SignalFact]| facts.iter().map(|fact| fact.line_id).collect::<Vec<_>>();
    let id = match known {
        Some(known) if about(&known.facts()) == about(facts) => return Ok(()),
        Some(known) => {
            diesel::update(claim_signals::table.find(known.id))
                .set((
                    claim_signals::facts_json.eq(&facts_json),
                    claim_signals::answer.eq(None::<SignalAnswer>),
                    claim_signals::answered_at.eq(None::<crate::base::time::Instant>),
                    claim_signals::answered_by.eq(None::<crate::base::ids::UserId>),
                    claim_signals::note.eq(""),
                    claim_signals::answered_by_name.eq(""),
                ))
                .execute(&mut **tx)?;
            known.id
        }
        None => {
            let signal = ClaimSignal {
                id: Id::fresh(),
                created_at: tx.now(),
                claim_id,
                kind,
                facts_json: facts_json.clone(),
                answer: None,
                note: String::new(),
                answered_at: None,
                answered_by: None,
                answered_by_name: String::new(),
            };
            diesel::insert_into(claim_signals::table)
                .values(&signal)
                .execute(&mut **tx)?;
            signal.id
        }
    };
    let after = json!({ "signal": id, "kind": kind, "lines": facts.len() });
    let region = claim.region_code.clone();
    tx.audit(
        "raise_signal",
        Subject::new("claim", claim_id),
        Some(&region),
        None::<&()>,
        Some(&after),
    )
}

/// The lines of a claim with everything that records say about them.
fn claim_lines(tx: &mut Tx<'_>, claim: &Claim, rule: &SupportRule) -> Result<Vec<SignalLine>> {
    let today = tx.today();
    let mut lines = store::lines_of(tx, &[claim.id])?;
    let party = party_of(claim, &lines);
    lines.retain(|line| line.struck.is_none());
    let people: Vec<PersonId> = lines.iter().map(|line| line.person_id).collect();
    let contacts = store::contacts_of(tx, claim.id)?;
    let of_claim = |kind: &str| {
        let own = contacts.iter().find(|row| row.line_id.is_none() && row.kind == kind);
        own.map(|row| row.hash.clone())
    };
    let cards: HashMap<_, _> = contacts
        .iter()
        .filter_map(|row| Some((row.line_id?, row.hash.clone())))
        .collect();
    let (phone, account) = (of_claim(PHONE), of_claim(ACCOUNT));
    let mut work = store::work_of(tx, &people)?;
    let employments: Vec<_> = lines.iter().filter_map(|line| line.employment_id).collect();
    let posts = store::posts_of(tx, &employments)?;
    let mut lessons = store::lessons_of(tx, &people)?;
    let officers = store::officers_at_home(tx, &claim.region_code)?;
    let former = formers(tx, claim, &lines, &work, phone.as_deref())?;
    let mut found = Vec::with_capacity(lines.len());
    for line in lines {
        let rows = work.remove(&line.person_id).unwrap_or_default();
        let own = rows.iter().find(|row| Some(row.id) == line.employment_id);
        let post = line.employment_id.and_then(|id| posts.get(&id));
        found.push(SignalLine {
            line_id: line.id,
            claim_id: claim.id,
            party: party.clone(),
            household: home_of(&line),
            phone: phone.clone(),
            account: account.clone(),
            card: cards.get(&line.id).cloned(),
            stay: own.map(|own| stay_of(&line, own, rule)).transpose()?.flatten(),
            lessons: lessons.remove(&line.person_id).unwrap_or_default(),
            jobs: rows
                .iter()
                .filter(|row| row.has_hours())
                .map(|row| row.job(today))
                .collect(),
            post: post.map(|(opened_at, hired_at)| Post {
                opened_at: *opened_at,
                hired_at: *hired_at,
                at_fair: false,
            }),
            came_from: former.get(&line.person_id).cloned(),
            officer: line.household_id.and_then(|id| officers.get(&id)).cloned(),
        });
    }
    Ok(found)
}

/// The stay on which a line rests, where the rule asks for months in work.
fn stay_of(line: &ClaimLine, own: &WorkRow, rule: &SupportRule) -> Result<Option<Stay>> {
    let Some(least) = rule.terms.min_months else {
        return Ok(None);
    };
    let assessment: Assessment =
        serde_json::from_str(&line.assessment_json).context("an assessment could not be read")?;
    let last = usize::try_from(least).unwrap_or(1).max(1) - 1;
    let needed = |place: usize| assessment.months.get(place).copied();
    let span = needed(0)
        .and_then(|month| month.first_day())
        .zip(needed(last).and_then(|month| month.last_day()));
    Ok(span.map(|(needed_from, needed_until)| Stay {
        from: own.from,
        until: own.until,
        needed_from,
        needed_until,
    }))
}

/// Where the people of an employer's claim worked just before.
fn formers(
    tx: &mut Tx<'_>,
    claim: &Claim,
    lines: &[ClaimLine],
    work: &HashMap<PersonId, Vec<WorkRow>>,
    phone: Option<&str>,
) -> Result<HashMap<PersonId, Former>> {
    let mut last: HashMap<PersonId, (EmployerId, Day, Day)> = HashMap::new();
    for line in lines {
        let rows = work.get(&line.person_id).map(Vec::as_slice).unwrap_or_default();
        let Some(own) = rows.iter().find(|row| Some(row.id) == line.employment_id) else {
            continue;
        };
        let before = rows
            .iter()
            .filter(|row| row.employer_id.is_some() && row.employer_id != claim.employer_id)
            .filter_map(|row| Some((row.employer_id?, row.until.filter(|until| *until <= own.from)?)))
            .max_by_key(|(_, until)| *until);
        if let Some((employer, until)) = before {
            last.insert(line.person_id, (employer, until, own.from));
        }
    }
    let mut ids: Vec<EmployerId> = last.values().map(|(employer, _, _)| *employer).collect();
    ids.sort_unstable();
    ids.dedup();
    let named = store::employers_named(tx, &ids)?;
    let mut phones: HashMap<EmployerId, Option<String>> = HashMap::new();
    for id in ids {
        phones.insert(id, phone_of_employer(tx, id)?);
    }
    let former = |(person, (employer, left_on, hired_on)): (PersonId, (EmployerId, Day, Day))| {
        let own = phones.get(&employer).and_then(Option::as_deref);
        let former = Former {
            employer: employer.raw(),
            name: named.get(&employer).map(|(name, _)| name.clone()).unwrap_or_default(),
            left_on,
            hired_on,
            same_contact: phone.is_some() && own == phone,
        };
        (person, former)
    };
    Ok(last.into_iter().map(former).collect())
}

/// Lines of other claims, with nothing but the numbers that they share.
fn beside(tx: &mut Tx<'_>, claim: &Claim, lines: &[SignalLine]) -> Result<Vec<SignalLine>> {
    let numbers = lines.iter().flat_map(|line| [&line.phone, &line.account, &line.card]);
    let mut hashes: Vec<String> = numbers.flatten().cloned().collect();
    hashes.sort_unstable();
    hashes.dedup();
    let like = store::contacts_like(tx, claim.id, &hashes)?;
    let mut ids: Vec<ClaimId> = like.iter().map(|row| row.claim_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let firsts: HashMap<ClaimId, ClaimLine> = store::lines_of(tx, &ids)?
        .into_iter()
        .rev()
        .map(|line| (line.claim_id, line))
        .collect();
    let of_row = |row: ClaimContact| {
        let first = firsts.get(&row.claim_id)?;
        let is = |kind: &str| (row.kind == kind).then(|| row.hash.clone());
        Some(SignalLine {
            line_id: row.line_id.unwrap_or(first.id),
            claim_id: row.claim_id,
            household: row.party.clone(),
            phone: is(PHONE),
            account: is(ACCOUNT),
            card: is(CARD),
            party: row.party,
            stay: None,
            lessons: Vec::new(),
            jobs: Vec::new(),
            post: None,
            came_from: None,
            officer: None,
        })
    };
    Ok(like.into_iter().filter_map(of_row).collect())
}

/// How many signals of a claim nobody has answered.
pub fn open_signals(conn: &mut Conn, id: ClaimId) -> Result<usize> {
    let all = store::signals_of_claims(conn, &[id])?;
    Ok(all.iter().filter(|signal| signal.answer.is_none()).count())
}

/// Says what was found behind a signal: nothing, for a reason, or what the inquiry showed. Whoever may review claims of the
/// place does this, not about his own.
pub fn answer_signal(tx: &mut Tx<'_>, id: ClaimSignalId, answer: SignalAnswer, note: &str) -> Result<ClaimSignal> {
    let actor = tx.actor();
    let signal = store::signal_by_id(tx, id)?;
    let claim = claim_for(tx, actor, signal.claim_id).map_err(|_| Error::NotFound("signal"))?;
    let reviews = [
        Permission::CheckClaims,
        Permission::ReviewClaims,
        Permission::ApproveClaims,
    ];
    if !reviews
        .iter()
        .any(|permission| actor.may_in(*permission, &claim.region_code))
    {
        return Err(Error::Forbidden);
    }
    super::steps::need_impartial(tx, actor, &claim)?;
    let note = note.trim();
    if note.chars().count() < 4 {
        return Err(Error::invalid("note", "reason-too-short"));
    }
    let (at, by, name) = (tx.now(), actor.user_id(), actor.label.clone());
    let told = diesel::update(claim_signals::table.find(id).filter(claim_signals::answer.is_null()))
        .set((
            claim_signals::answer.eq(Some(answer)),
            claim_signals::note.eq(note),
            claim_signals::answered_at.eq(Some(at)),
            claim_signals::answered_by.eq(by),
            claim_signals::answered_by_name.eq(name),
        ))
        .execute(&mut **tx)?;
    if told == 0 {
        return Err(Error::refused("signal-answered"));
    }
    let region = claim.region_code.clone();
    let after = json!({ "signal": id, "kind": signal.kind, "answer": answer, "note": note });
    tx.audit(
        "answer_signal",
        Subject::new("claim", claim.id),
        Some(&region),
        None::<&()>,
        Some(&after),
    )?;
    store::signal_by_id(tx, id)
}
