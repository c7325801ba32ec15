//! Reads what pages and programs send about cases, alerts and exemptions.

use crate::base::actor::{Permission, Scope};
use crate::base::codes::ExemptionReason;
use crate::base::error::{Error, Result};
use crate::base::page::{Page, PageRequest};
use crate::base::region::RegionCode;
use crate::base::time::Day;
use crate::guarantee::{
    AlertOutcome, AskedLevel, CaseCloseReason, CaseStepKind, ExemptionDraft, MeasureDraft, MeasureStatus, narrowed,
    region_filter,
};
use crate::platform::db::Caller;
use crate::platform::http::{Fields, Reader, choice_filter, page_request};
use crate::registry::required_day;

/// The steps that a person records.
pub const STEPS: [CaseStepKind; 3] = [CaseStepKind::Verified, CaseStepKind::Offered, CaseStepKind::Contact];
/// What a person says of an alert.
pub const OUTCOMES: [AlertOutcome; 3] = [AlertOutcome::Helped, AlertOutcome::NoNeed, AlertOutcome::Mistaken];
const TEXT: usize = 1_000;

fn version(reader: &mut Reader<'_>) -> i32 {
    i32::try_from(reader.whole("version", 0, i64::from(i32::MAX))).unwrap_or(0)
}

fn required<T>(value: Option<T>, field: &str) -> Result<T> {
    value.ok_or_else(|| Error::invalid(field, "required"))
}

pub fn step(fields: &Fields) -> Result<(i32, CaseStepKind, String)> {
    let mut reader = Reader::new(fields);
    let kind = reader.choice("kind", |text| {
        CaseStepKind::parse(text).filter(|kind| STEPS.contains(kind))
    });
    let note = reader.text("note", TEXT);
    let version = version(&mut reader);
    reader.finish()?;
    Ok((version, required(kind, "kind")?, note))
}

pub fn measure(fields: &Fields) -> Result<(i32, MeasureDraft)> {
    let mut reader = Reader::new(fields);
    let draft = MeasureDraft {
        kind: reader.text("kind", 40),
        what: reader.text("what", TEXT),
        unit: reader.optional_text("unit", 40),
        due_on: required_day(&mut reader, fields, "due_on"),
    };
    let version = version(&mut reader);
    reader.finish()?;
    Ok((version, draft))
}

pub fn answer(fields: &Fields) -> Result<(i32, MeasureStatus, String)> {
    let mut reader = Reader::new(fields);
    let status = reader.choice("status", MeasureStatus::parse);
    let outcome = reader.optional_text("outcome", TEXT).unwrap_or_default();
    let version = version(&mut reader);
    reader.finish()?;
    Ok((version, required(status, "status")?, outcome))
}

pub fn closing(fields: &Fields) -> Result<(i32, CaseCloseReason, String)> {
    let mut reader = Reader::new(fields);
    let reason = reader.choice("reason", CaseCloseReason::parse);
    let note = reader.text("note", TEXT);
    let version = version(&mut reader);
    reader.finish()?;
    Ok((version, required(reason, "reason")?, note))
}

pub fn alert_closing(fields: &Fields) -> Result<(i32, AlertOutcome, String)> {
    let mut reader = Reader::new(fields);
    let outcome = reader.choice("outcome", |text| {
        AlertOutcome::parse(text).filter(|outcome| OUTCOMES.contains(outcome))
    });
    let note = reader.text("note", TEXT);
    let version = version(&mut reader);
    reader.finish()?;
    Ok((version, required(outcome, "outcome")?, note))
}

pub fn exemption(fields: &Fields) -> Result<ExemptionDraft> {
    let mut reader = Reader::new(fields);
    let reason = reader.choice("reason", ExemptionReason::parse);
    let from_on = required_day(&mut reader, fields, "from_on");
    let review_on = required_day(&mut reader, fields, "review_on");
    let proof = reader.text("proof", TEXT);
    reader.finish()?;
    Ok(ExemptionDraft {
        reason: required(reason, "reason")?,
        from_on,
        review_on,
        proof,
    })
}

pub fn ending(fields: &Fields) -> Result<(i32, String)> {
    let mut reader = Reader::new(fields);
    let note = reader.text("note", TEXT);
    let version = version(&mut reader);
    reader.finish()?;
    Ok((version, note))
}

/// What is asked of a list of this room.
#[derive(Debug, Clone)]
pub struct Asked {
    pub scope: Scope,
    pub region: Option<RegionCode>,
    pub level: Option<AskedLevel>,
    pub page: PageRequest,
}

impl Asked {
    pub fn read(query: &Fields, caller: &Caller) -> Result<Self> {
        caller.need(Permission::SeeGuarantee)?;
        query.only(&["region", "level", "limit", "cursor", "done"])?;
        let region = region_filter(query, "region")?;
        let levels: Vec<&str> = AskedLevel::ALL.iter().map(|level| level.as_str()).collect();
        Ok(Self {
            scope: narrowed(caller.actor.scope(Permission::SeeGuarantee), region.as_ref())?,
            level: choice_filter(query, "level", &levels, AskedLevel::parse)?,
            page: page_request(query)?,
            region,
        })
    }
}

/// The rows of a list after the one that the cursor names; a cursor that names none is refused.
pub fn page_of<T>(rows: Vec<T>, page: &PageRequest, key: impl Fn(&T) -> String) -> Result<Page<T>> {
    let from = match &page.cursor {
        None => 0,
        Some(cursor) => {
            let last = rows.iter().position(|row| key(row) == *cursor);
            last.ok_or_else(|| Error::bad_request("cursor", "cursor-unreadable"))? + 1
        }
    };
    let rest = rows.into_iter().skip(from).take(page.limit + 1).collect();
    Ok(Page::cut(rest, page.limit, key))
}

/// The day after which nothing is due any more is never asked for: forms begin with today.
pub fn filled_today(name: &str, today: Day) -> (String, String) {
    (name.to_owned(), today.to_string())
}
