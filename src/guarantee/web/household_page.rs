//! A household: its card, where it stands and why, its members, its dated statuses and its time line.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::super::alerts::{Alert, AlertKind};
use super::super::cases::Case;
use super::super::model::{Parameters, Standing};
use super::super::store::{alerts_of, open_case_of, standings_for};
use super::cards::{decision, member_card, next_step, state_badge, work_words};
use crate::audit::{ReceiptWords, lines_about, receipt_words, verb_words};
use crate::base::actor::Permission;
use crate::base::codes::{
    GuaranteeState, HouseholdType, MonitorCategory, PovertyAttribute, RelationToHead, RelocationKind,
};
use crate::base::error::Result;
use crate::base::ids::{HouseholdId, PersonId, PlacementId};
use crate::base::time::Day;
use crate::employment::{EmploymentRow, EndReason, employments_of};
use crate::hiring::{PlacementRow, PlacementStatus, Step, placements_of_people, steps_of};
use crate::platform::Services;
use crate::platform::db::{AuditLine, Caller, Conn};
use crate::platform::http::parts::{Badge, Button, Cell, Column, Decision, HouseholdCard, Row, Table, TimeStep, Tone};
use crate::platform::http::{Fields, Shell, blocking, page};
use crate::platform::i18n::Locale;
use crate::reference::regions;
use crate::registry::{Household, HouseholdStatus, MemberRow, household_for, members_of, status_history};

/// Steps of the time line.
const STEPS: usize = 40;

#[derive(Template)]
#[template(path = "guarantee/household.html")]
struct HouseholdPage {
    s: Shell,
    receipt: Option<ReceiptWords>,
    title: String,
    card: HouseholdCard,
    decision: Option<Decision>,
    statuses: Table,
    steps: Vec<TimeStep>,
    may_edit: bool,
    /// The case that is open.
    case_href: Option<String>,
    /// The household stands at zero and nobody has taken it up.
    take_up: Option<Button>,
    may_exempt: bool,
    alerts: Vec<Badge>,
    path: String,
}

struct Found {
    receipt: Option<ReceiptWords>,
    household: Household,
    standing: Option<Standing>,
    members: Vec<MemberRow>,
    work: Vec<EmploymentRow>,
    statuses: Vec<(HouseholdStatus, Option<String>)>,
    placements: Vec<PlacementRow>,
    placement_steps: Vec<Step>,
    lines: Vec<AuditLine>,
    case: Option<Case>,
    alerts: Vec<Alert>,
}

fn gather(conn: &mut Conn, caller: &Caller, id: HouseholdId, today: Day, query: &Fields, l: Locale) -> Result<Found> {
    let household = household_for(conn, &caller.actor, id, Permission::SeeHouseholds)?;
    let standings = standings_for(conn, &[id], today, &Parameters::default())?;
    let members = members_of(conn, &[id], today)?;
    let people: Vec<PersonId> = members.iter().map(|m| m.person.id).collect();
    let raw: Vec<i64> = people.iter().map(|person| person.raw()).collect();
    let limit = i64::try_from(STEPS).unwrap_or(40);
    let mut lines = lines_about(conn, "household", &[id.raw()], limit)?;
    lines.extend(lines_about(conn, "person", &raw, limit)?);
    let placements = placements_of_people(conn, &people)?;
    let asked: Vec<PlacementId> = placements.iter().map(|row| row.placement.id).collect();
    Ok(Found {
        placement_steps: steps_of(conn, &asked)?,
        placements,
        receipt: receipt_words(conn, &caller.actor, query, l)?,
        standing: standings.into_iter().next().map(|household| household.standing),
        work: employments_of(conn, &people, today)?,
        statuses: status_history(conn, id)?,
        case: open_case_of(conn, id)?,
        alerts: alerts_of(conn, id, 50)?,
        household,
        members,
        lines,
    })
}

pub async fn show(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<HouseholdId>,
) -> Result<HttpResponse> {
    caller.need(Permission::SeeHouseholds)?;
    let query = Fields::of_query(&request);
    query.only(&["done"])?;
    let s = Shell::of(&request);
    let (l, today, household_id) = (s.locale, services.clock.today(), *id);
    let asker = caller.clone();
    let found = blocking(move || {
        services
            .db
            .snapshot(|conn| gather(conn, &asker, household_id, today, &query, l))
    })
    .await?;
    let household = &found.household;
    let title = found
        .members
        .first()
        .map_or_else(|| household.registry_no.clone(), |head| head.person.name.clone());
    page(&HouseholdPage {
        card: card(l, &found, &title, today),
        decision: found.standing.as_ref().map(|standing| decision(l, standing, today)),
        statuses: statuses(l, &found.statuses),
        steps: time_line(l, &found),
        case_href: found.case.as_ref().map(|case| format!("/village/cases/{}", case.id)),
        take_up: take_up(l, &caller, &found),
        may_exempt: found
            .standing
            .as_ref()
            .is_some_and(|s| s.state.is_zero() && !s.is_excused)
            && caller
                .actor
                .may_in(Permission::DecideExemptions, &household.region_code),
        alerts: alert_badges(l, &found.alerts),
        may_edit: caller.actor.may_in(Permission::EditHouseholds, &household.region_code),
        path: format!("/village/households/{}", household.id),
        receipt: found.receipt,
        title,
        s,
    })
}

/// The button with which somebody takes up a household at zero.
fn take_up(l: Locale, caller: &Caller, found: &Found) -> Option<Button> {
    let waits = found.case.is_none()
        && found
            .standing
            .as_ref()
            .is_some_and(|s| s.state == GuaranteeState::Zero && !s.is_excused);
    let may = caller.actor.may_in(Permission::WorkCases, &found.household.region_code);
    (waits && may).then(|| Button {
        action: format!("/village/households/{}/cases", found.household.id),
        label: l.t("guarantee-take-up"),
        hidden: Vec::new(),
    })
}

/// What was noticed and is not settled.
fn alert_badges(l: Locale, alerts: &[Alert]) -> Vec<Badge> {
    let open = alerts.iter().filter(|alert| alert.is_open);
    open.map(|alert| Badge {
        tone: Tone::AtRisk,
        label: l.ta(
            "guarantee-alert",
            &[
                ("kind", l.label(AlertKind::LIST, alert.kind.as_str()).into()),
                ("day", l.day(alert.opened_on).into()),
            ],
        ),
    })
    .collect()
}

fn card(l: Locale, found: &Found, title: &str, today: Day) -> HouseholdCard {
    let household = &found.household;
    let site = found
        .statuses
        .iter()
        .find(|(status, _)| status.until_on.is_none())
        .and_then(|(_, site)| site.clone());
    let mut places = vec![
        regions().address_of(&household.region_code),
        household.group_name.clone(),
    ];
    places.extend(site);
    places.push(household.registry_no.clone());
    places.retain(|place| !place.is_empty());
    let state = found
        .standing
        .as_ref()
        .map_or(GuaranteeState::NotInScope, |standing| standing.state);
    let reason = found.standing.as_ref().and_then(|standing| standing.reason);
    HouseholdCard {
        href: None,
        title: title.to_owned(),
        subtitle: places.join(" · "),
        state: state_badge(l, state),
        days: None,
        members: found
            .members
            .iter()
            .map(|row| member_card(l, row, &found.work, today))
            .collect(),
        next_step: next_step(l, state, reason),
    }
}

/// What the household was, and from when to when.
fn statuses(l: Locale, history: &[(HouseholdStatus, Option<String>)]) -> Table {
    let columns = [
        "from",
        "until",
        "relocation",
        "site",
        "household-type",
        "poverty-attribute",
        "monitor-category",
    ];
    let label = |list: &str, code: Option<&'static str>| code.map(|c| l.label(list, c).to_owned()).unwrap_or_default();
    let rows = history.iter().map(|(status, site)| {
        let cells = vec![
            l.day_iso(status.from_on),
            status
                .until_on
                .map_or_else(|| l.t("guarantee-until-now"), |day| l.day_iso(day)),
            label(RelocationKind::LIST, status.relocation_kind.map(RelocationKind::as_str)),
            site.clone().unwrap_or_default(),
            label(HouseholdType::LIST, status.household_type.map(HouseholdType::as_str)),
            label(
                PovertyAttribute::LIST,
                status.poverty_attribute.map(PovertyAttribute::as_str),
            ),
            label(
                MonitorCategory::LIST,
                status.monitor_category.map(MonitorCategory::as_str),
            ),
        ];
        Row {
            href: None,
            cells: cells.into_iter().map(Cell::from).collect(),
        }
    });
    Table {
        caption: l.t("guarantee-statuses-caption"),
        columns: columns
            .iter()
            .map(|name| Column::words(l.t(&format!("registry-column-{name}"))))
            .collect(),
        rows: rows.collect(),
        totals: None,
    }
}

/// Work that began and ended, what was offered and answered, and what was recorded, newest first.
fn time_line(l: Locale, found: &Found) -> Vec<TimeStep> {
    let name = |id: PersonId| {
        found
            .members
            .iter()
            .find(|m| m.person.id == id)
            .map_or("", |m| m.person.name.as_str())
    };
    let mut steps: Vec<(Day, TimeStep)> = Vec::new();
    for row in &found.work {
        let employment = &row.employment;
        let (who, work) = (name(employment.person_id), work_words(row));
        steps.push(step(
            l,
            employment.start_on,
            l.ta(
                "guarantee-step-started",
                &[("name", who.into()), ("work", work.clone().into())],
            ),
            None,
        ));
        if let Some(end) = employment.end_on.filter(|_| employment.end_reason.is_some()) {
            let reason = employment
                .end_reason
                .map(|r| l.label(EndReason::LIST, r.as_str()).to_owned());
            steps.push(step(
                l,
                end,
                l.ta("guarantee-step-ended", &[("name", who.into()), ("work", work.into())]),
                reason,
            ));
        }
    }
    for taken in &found.placement_steps {
        let Some(row) = found.placements.iter().find(|r| r.placement.id == taken.placement_id) else {
            continue;
        };
        let status = l.label(PlacementStatus::LIST, taken.status.as_str());
        let what = l.ta(
            "guarantee-step-placement",
            &[
                ("name", row.person_name.as_str().into()),
                ("work", row.posting_title.as_str().into()),
                ("employer", row.employer_name.as_str().into()),
                ("status", status.into()),
            ],
        );
        steps.push(step(l, taken.at.day(), what, Some(l.doer(&taken.actor))));
    }
    for line in &found.lines {
        let about = found
            .members
            .iter()
            .find(|m| m.person.id.raw() == line.subject_id)
            .map(|m| m.person.name.clone());
        let words = verb_words(l, &line.verb);
        let what = match about {
            Some(name) if line.subject_kind == "person" => {
                l.ta("guarantee-step-about", &[("name", name.into()), ("what", words.into())])
            }
            _ => words,
        };
        steps.push(step(l, line.at.day(), what, Some(l.doer(&line.actor))));
    }
    steps.sort_by_key(|(day, _)| std::cmp::Reverse(*day));
    steps.truncate(STEPS);
    steps.into_iter().map(|(_, step)| step).collect()
}

fn step(l: Locale, day: Day, what: String, by: Option<String>) -> (Day, TimeStep) {
    (
        day,
        TimeStep {
            when: l.day(day),
            day_iso: l.day_iso(day),
            what,
            by,
        },
    )
}

/// The relation of a member to the head, in words.
pub fn relation_words(l: Locale, relation: Option<RelationToHead>) -> String {
    relation
        .map(|relation| l.label(RelationToHead::LIST, relation.as_str()).to_owned())
        .unwrap_or_default()
}
