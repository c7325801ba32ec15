//! What people do about employments, and what follows from hires and rosters.

use std::collections::HashMap;

use diesel::prelude::*;
use serde_json::json;

use super::model::{Employment, EmploymentDraft, EndReason, Evidence, EvidenceKind, RosterWork, WorkEntry};
use super::rules::{is_another_job, is_current_on, work_differences};
use super::store;
use crate::base::actor::Permission;
use crate::base::error::{Error, Result};
use crate::base::event::Event;
use crate::base::ids::{EmploymentId, Id, PersonId, PlacementId};
use crate::base::money::Money;
use crate::base::time::Day;
use crate::hiring;
use crate::insert_batch;
use crate::platform::db::schema::{employment_evidence, employment_wages, employments, placements, postings};
use crate::platform::db::{Subject, Tx};
use crate::registry;

/// An officer or cadre records an employment of somebody in his scope.
pub fn start_employment(tx: &mut Tx<'_>, draft: &EmploymentDraft) -> Result<Employment> {
    let actor = tx.actor();
    registry::person_for(tx, actor, draft.person_id, Permission::RecordEmployment)?;
    if draft.start_on > tx.today() {
        return Err(Error::invalid("start_on", "day-in-future"));
    }
    if draft.end_on.is_some_and(|end| end < draft.start_on) {
        return Err(Error::invalid("end_on", "end-before-start"));
    }
    if draft.job_title.trim().is_empty() {
        return Err(Error::invalid("job_title", "required"));
    }
    let same = store::current_on(tx, &[draft.person_id], draft.start_on)?
        .into_iter()
        .any(|e| e.employer_name == draft.employer_name && e.job_title == draft.job_title);
    if same {
        return Err(Error::refused("employment-known"));
    }
    if draft.form.is_full_time() {
        refuse_overlap(tx, draft.person_id, (draft.start_on, draft.end_on), None)?;
    }
    open(tx, draft, None, "officer")
}

/// Nobody has two full-time employments on one day.
fn refuse_overlap(
    tx: &mut Tx<'_>,
    person_id: PersonId,
    period: (Day, Option<Day>),
    except: Option<EmploymentId>,
) -> Result<()> {
    match store::full_time_between(tx, person_id, period, except)? {
        None => Ok(()),
        Some(other) => Err(Error::refused("employment-overlaps")
            .with("job", other.job_title)
            .with("from", other.start_on)
            .with("until", other.end_on.map(|day| day.to_string()).unwrap_or_default())),
    }
}

/// What an employment's period really was.
#[derive(Debug, Clone)]
pub struct Correction {
    pub version: i32,
    pub start_on: Day,
    pub end_on: Option<Day>,
    /// Why the end is what it is; needed where the work is over.
    pub reason: Option<EndReason>,
    /// Why the record was wrong.
    pub why: String,
}

/// An officer corrects when somebody worked: figures of past days follow, filed ones do not.
pub fn correct_employment(tx: &mut Tx<'_>, id: EmploymentId, correction: &Correction) -> Result<Employment> {
    let actor = tx.actor();
    let employment = store::employment_for(tx, actor, id, Permission::RecordEmployment)?;
    if employment.version != correction.version {
        return Err(Error::Conflict);
    }
    let why = correction.why.trim();
    if why.chars().count() < 4 {
        return Err(Error::invalid("why", "reason-too-short"));
    }
    if correction.start_on > tx.today() {
        return Err(Error::invalid("start_on", "day-in-future"));
    }
    if correction.end_on.is_some_and(|end| end < correction.start_on) {
        return Err(Error::invalid("end_on", "end-before-start"));
    }
    let is_over = correction.end_on.is_some_and(|end| end <= tx.today());
    let end_reason = correction.reason.or(employment.end_reason).filter(|_| is_over);
    if is_over && end_reason.is_none() {
        return Err(Error::invalid("reason", "required"));
    }
    if employment.form.is_full_time() {
        let period = (correction.start_on, correction.end_on);
        refuse_overlap(tx, employment.person_id, period, Some(id))?;
    }
    let corrected = Employment {
        version: employment.version + 1,
        start_on: correction.start_on,
        end_on: correction.end_on,
        end_reason,
        ..employment.clone()
    };
    let changed_rows = diesel::update(
        employments::table
            .find(id)
            .filter(employments::version.eq(employment.version)),
    )
    .set((
        employments::version.eq(corrected.version),
        employments::start_on.eq(corrected.start_on),
        employments::end_on.eq(corrected.end_on),
        employments::end_reason.eq(corrected.end_reason),
    ))
    .execute(&mut **tx)?;
    if changed_rows == 0 {
        return Err(Error::Conflict);
    }
    let before =
        json!({ "start_on": employment.start_on, "end_on": employment.end_on, "end_reason": employment.end_reason });
    let after = json!({ "start_on": corrected.start_on, "end_on": corrected.end_on, "end_reason": corrected.end_reason, "why": why });
    let home = registry::home_of(tx, employment.person_id)?;
    tx.audit(
        "correct_employment",
        Subject::new("employment", id),
        home.as_ref(),
        Some(&before),
        Some(&after),
    )?;
    changed(tx, &corrected);
    Ok(corrected)
}

/// Opens the record and its first evidence.
fn open(
    tx: &mut Tx<'_>,
    draft: &EmploymentDraft,
    placement_id: Option<PlacementId>,
    source: &str,
) -> Result<Employment> {
    let employment = Employment {
        id: Id::fresh(),
        version: 1,
        created_at: tx.now(),
        person_id: draft.person_id,
        employer_id: draft.employer_id,
        employer_name: draft.employer_name.trim().to_owned(),
        placement_id,
        form: draft.form,
        channel: draft.channel,
        job_title: draft.job_title.trim().to_owned(),
        occupation_code: draft.occupation.clone(),
        region_code: draft.region.clone(),
        place: draft.place.trim().to_owned(),
        wage_fen: draft.wage,
        start_on: draft.start_on,
        end_on: draft.end_on,
        end_reason: None,
        source: source.to_owned(),
    };
    diesel::insert_into(employments::table)
        .values(&employment)
        .execute(&mut **tx)?;
    let evidence = new_evidence(tx, employment.id, draft.evidence, draft.start_on);
    diesel::insert_into(employment_evidence::table)
        .values(&evidence)
        .execute(&mut **tx)?;
    let after = json!({
        "person": draft.person_id, "employer": employment.employer_name, "job": employment.job_title,
        "form": employment.form, "channel": employment.channel, "start_on": employment.start_on,
        "wage": employment.wage_fen,
    });
    let home = registry::home_of(tx, employment.person_id)?;
    tx.audit(
        "start_employment",
        Subject::new("employment", employment.id),
        home.as_ref(),
        None::<&()>,
        Some(&after),
    )?;
    changed(tx, &employment);
    Ok(employment)
}

fn changed(tx: &mut Tx<'_>, employment: &Employment) {
    tx.emit(Event::EmploymentChanged {
        person_id: employment.person_id,
        employment_id: employment.id,
    });
}

fn new_evidence(tx: &Tx<'_>, employment_id: EmploymentId, kind: EvidenceKind, seen_on: Day) -> Evidence {
    Evidence {
        id: Id::fresh(),
        created_at: tx.now(),
        employment_id,
        kind,
        seen_on,
        actor: tx.actor().label.clone(),
    }
}

fn permission_on(tx: &Tx<'_>, employment: &Employment) -> Permission {
    let actor = tx.actor();
    if employment
        .employer_id
        .is_some_and(|id| actor.employers().any(|own| own == id))
    {
        Permission::ManageOwnEmployer
    } else if actor.person_id() == Some(employment.person_id) {
        Permission::ActForSelf
    } else {
        Permission::RecordEmployment
    }
}

fn load(tx: &mut Tx<'_>, id: EmploymentId) -> Result<Employment> {
    let found: Option<Employment> = employments::table
        .find(id)
        .select(Employment::as_select())
        .first(&mut **tx)
        .optional()?;
    let employment = found.ok_or(Error::NotFound("employment"))?;
    let permission = permission_on(tx, &employment);
    let actor = tx.actor();
    store::employment_for(tx, actor, id, permission)
}

/// The employer, the worker or somebody responsible says that an employment ended, on its last day of work.
pub fn end_employment(tx: &mut Tx<'_>, id: EmploymentId, version: i32, end_on: Day, reason: EndReason) -> Result<()> {
    let employment = load(tx, id)?;
    if employment.version != version {
        return Err(Error::Conflict);
    }
    if employment.end_on.is_some() {
        return Err(Error::refused("employment-ended"));
    }
    if end_on < employment.start_on {
        return Err(Error::invalid("end_on", "end-before-start"));
    }
    if end_on > tx.today() {
        return Err(Error::invalid("end_on", "day-in-future"));
    }
    end(tx, &employment, end_on, reason)
}

fn end(tx: &mut Tx<'_>, employment: &Employment, end_on: Day, reason: EndReason) -> Result<()> {
    let ended = diesel::update(
        employments::table
            .find(employment.id)
            .filter(employments::version.eq(employment.version)),
    )
    .set((
        employments::version.eq(employment.version + 1),
        employments::end_on.eq(end_on),
        employments::end_reason.eq(reason),
    ))
    .execute(&mut **tx)?;
    if ended == 0 {
        return Err(Error::Conflict);
    }
    let after = json!({ "person": employment.person_id, "end_on": end_on, "reason": reason });
    let home = registry::home_of(tx, employment.person_id)?;
    tx.audit(
        "end_employment",
        Subject::new("employment", employment.id),
        home.as_ref(),
        None::<&()>,
        Some(&after),
    )?;
    if let Some(placement_id) = employment.placement_id {
        hiring::mark_left(tx, placement_id)?;
    }
    changed(tx, employment);
    Ok(())
}

/// Somebody confirms that the person still works there today.
pub fn confirm_employment(tx: &mut Tx<'_>, id: EmploymentId) -> Result<()> {
    let today = tx.today();
    record_evidence(tx, id, None, today)
}

/// Somebody records what proves that a person worked on a day. Without a kind it is his own word: the employer's, the
/// worker's, or that of the cadre who asked. The worker himself gives nothing but his word, an employer no visits.
pub fn record_evidence(tx: &mut Tx<'_>, id: EmploymentId, kind: Option<EvidenceKind>, seen_on: Day) -> Result<()> {
    use EvidenceKind as K;
    let employment = load(tx, id)?;
    let today = tx.today();
    if seen_on > today {
        return Err(Error::invalid("seen_on", "day-in-future"));
    }
    if !is_current_on(&employment, seen_on) {
        return Err(if employment.start_on > seen_on {
            Error::invalid("seen_on", "before-employment")
        } else {
            Error::refused("employment-ended")
        });
    }
    let (own_word, allowed): (K, &[K]) = match permission_on(tx, &employment) {
        Permission::ManageOwnEmployer => (K::Employer, &[K::Employer, K::WageSlip, K::Contract]),
        Permission::ActForSelf => (K::SelfStated, &[K::SelfStated]),
        _ => (
            K::Visit,
            &[
                K::Visit,
                K::SelfStated,
                K::Employer,
                K::Contract,
                K::WageSlip,
                K::BankLine,
                K::Insurance,
            ],
        ),
    };
    let kind = kind.unwrap_or(own_word);
    if !allowed.contains(&kind) {
        return Err(Error::invalid("kind", "not-a-choice"));
    }
    let evidence = new_evidence(tx, id, kind, seen_on);
    diesel::insert_into(employment_evidence::table)
        .values(&evidence)
        .execute(&mut **tx)?;
    let after = json!({ "kind": kind, "seen_on": seen_on });
    let home = registry::home_of(tx, employment.person_id)?;
    tx.audit(
        "confirm_employment",
        Subject::new("employment", id),
        home.as_ref(),
        None::<&()>,
        Some(&after),
    )?;
    changed(tx, &employment);
    Ok(())
}

// For other rooms.

/// The work that a person took up through a placement becomes an employment.
pub fn on_placement_started(tx: &mut Tx<'_>, placement_id: PlacementId) -> Result<()> {
    use crate::base::codes::{EmployerKind, EmploymentChannel as Channel, EmploymentForm as Form};
    use crate::platform::db::schema::employers;
    type Row = (
        PersonId,
        Option<Day>,
        crate::base::ids::EmployerId,
        String,
        EmployerKind,
        String,
        String,
        crate::reference::OccupationCode,
        crate::base::region::RegionCode,
        String,
        Option<crate::base::money::Money>,
    );
    let row: Row = placements::table
        .inner_join(postings::table.inner_join(employers::table))
        .filter(placements::id.eq(placement_id))
        .select((
            placements::person_id,
            placements::start_on,
            employers::id,
            employers::name,
            employers::kind,
            postings::kind,
            postings::title,
            postings::occupation_code,
            postings::region_code,
            postings::address,
            postings::wage_low_fen,
        ))
        .first(&mut **tx)?;
    let (person_id, start_on, employer_id, employer_name, employer_kind, kind, title, occupation, region, place, wage) =
        row;
    let (_, home) = registry::person_in(tx, person_id)?;
    let level = crate::base::region::RegionLevel::County;
    let is_near = home.is_some_and(|home| home.at(level).is_some() && home.at(level) == region.at(level));
    let (form, channel) = match (kind.as_str(), employer_kind) {
        ("public_welfare", _) => (Form::WelfarePost, Channel::WelfarePost),
        (_, EmployerKind::Workshop) => (Form::Workshop, Channel::Workshop),
        (_, EmployerKind::Coop) if is_near => (Form::Contract, Channel::CoopOrLeading),
        _ if is_near => (Form::Contract, Channel::LocalEmployer),
        _ => (Form::Contract, Channel::MigrantWork),
    };
    let draft = EmploymentDraft {
        person_id,
        employer_id: Some(employer_id),
        employer_name,
        form,
        channel,
        job_title: title,
        occupation: Some(occupation),
        region: Some(region),
        place,
        wage,
        start_on: start_on.unwrap_or_else(|| tx.today()),
        end_on: None,
        evidence: EvidenceKind::Employer,
    };
    open(tx, &draft, Some(placement_id), "placement")?;
    Ok(())
}

/// Takes over what a roster says of work on its day: it opens, confirms or ends employments that came from rosters;
/// others it only confirms.
pub fn record_roster_work(tx: &mut Tx<'_>, entries: &[(PersonId, WorkEntry)], as_of: Day) -> Result<()> {
    let persons: Vec<PersonId> = entries.iter().map(|(id, _)| *id).collect();
    let mut current: HashMap<PersonId, Vec<Employment>> = HashMap::new();
    for employment in store::current_on(tx, &persons, as_of)? {
        current.entry(employment.person_id).or_default().push(employment);
    }
    let ids: Vec<EmploymentId> = current.values().flatten().map(|e| e.id).collect();
    let evidence_known = store::latest_evidence(tx, &ids, as_of)?;
    let mut opened = Vec::new();
    let mut evidence = Vec::new();
    for (person_id, entry) in entries {
        let known = current.get(person_id).map(Vec::as_slice).unwrap_or_default();
        match entry {
            WorkEntry::NotStated => {}
            WorkEntry::NotWorking => {
                for employment in known.iter().filter(|e| e.source == "roster") {
                    end_by_roster(tx, employment, as_of)?;
                }
            }
            WorkEntry::Working(work) => {
                let kept = take_over_work(tx, known, *person_id, work, as_of, &mut opened)?;
                if evidence_known.get(&kept) != Some(&as_of) {
                    evidence.push(new_evidence(tx, kept, EvidenceKind::Roster, as_of));
                }
            }
        }
    }
    insert_batch!(tx, employments::table, &opened)?;
    insert_batch!(tx, employment_evidence::table, &evidence)?;
    for employment in &opened {
        changed(tx, employment);
    }
    Ok(())
}

/// Keeps what a job paid before and what it pays from a day on, so that a fall is noticed.
fn note_wage(tx: &mut Tx<'_>, employment: &Employment, wage: Option<Money>, known_on: Day) -> Result<()> {
    let (Some(before), Some(now)) = (employment.wage_fen, wage) else {
        return Ok(());
    };
    if before == now {
        return Ok(());
    }
    let known: i64 = employment_wages::table
        .filter(employment_wages::employment_id.eq(employment.id))
        .count()
        .get_result(&mut **tx)?;
    let first = (known == 0).then_some((employment.start_on, before));
    for (day, wage) in first.into_iter().chain([(known_on, now)]) {
        diesel::insert_into(employment_wages::table)
            .values((
                employment_wages::id.eq(Id::<()>::fresh().raw()),
                employment_wages::created_at.eq(tx.now()),
                employment_wages::employment_id.eq(employment.id),
                employment_wages::known_on.eq(day),
                employment_wages::wage_fen.eq(wage),
            ))
            .execute(&mut **tx)?;
    }
    Ok(())
}

/// Finds or opens the employment of which a roster speaks, and returns it.
fn take_over_work(
    tx: &mut Tx<'_>,
    known: &[Employment],
    person_id: PersonId,
    work: &RosterWork,
    as_of: Day,
    opened: &mut Vec<Employment>,
) -> Result<EmploymentId> {
    if let Some(other) = known.iter().find(|e| e.source != "roster") {
        return Ok(other.id);
    }
    if let Some(same) = known.iter().find(|e| !is_another_job(e, work)) {
        let differences = work_differences(Some(same), &WorkEntry::Working(work.clone()));
        if !differences.is_empty() {
            note_wage(tx, same, work.wage, as_of)?;
            diesel::update(employments::table.find(same.id))
                .set((
                    employments::version.eq(same.version + 1),
                    employments::channel.eq(work.channel),
                    employments::place.eq(&work.place),
                    employments::region_code.eq(&work.region),
                    employments::wage_fen.eq(work.wage),
                ))
                .execute(&mut **tx)?;
            let after = json!({ "as_of": as_of, "differences": differences });
            let home = registry::home_of(tx, same.person_id)?;
            tx.audit(
                "amend_employment",
                Subject::new("employment", same.id),
                home.as_ref(),
                None::<&()>,
                Some(&after),
            )?;
        }
        return Ok(same.id);
    }
    for employment in known {
        end_by_roster(tx, employment, as_of)?;
    }
    let employment = Employment {
        id: Id::fresh(),
        version: 1,
        created_at: tx.now(),
        person_id,
        employer_id: None,
        employer_name: work.employer_name.clone(),
        placement_id: None,
        form: work.form,
        channel: work.channel,
        job_title: work.job_title.clone(),
        occupation_code: None,
        region_code: work.region.clone(),
        place: work.place.clone(),
        wage_fen: work.wage,
        start_on: as_of,
        end_on: None,
        end_reason: None,
        source: "roster".to_owned(),
    };
    let id = employment.id;
    opened.push(employment);
    Ok(id)
}

/// A roster's day is the first on which the old work is over. One that a roster opened on that same day was never so.
fn end_by_roster(tx: &mut Tx<'_>, employment: &Employment, as_of: Day) -> Result<()> {
    match as_of.pred_opt().filter(|last| *last >= employment.start_on) {
        Some(last) => end(tx, employment, last, EndReason::Roster),
        None => {
            diesel::delete(employment_evidence::table.filter(employment_evidence::employment_id.eq(employment.id)))
                .execute(&mut **tx)?;
            diesel::delete(employments::table.find(employment.id)).execute(&mut **tx)?;
            let subject = Subject::new("employment", employment.id);
            let home = registry::home_of(tx, employment.person_id)?;
            tx.audit(
                "correct_employment",
                subject,
                home.as_ref(),
                Some(employment),
                None::<&()>,
            )?;
            changed(tx, employment);
            Ok(())
        }
    }
}
