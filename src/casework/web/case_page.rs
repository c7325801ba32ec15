//! A case: the facts of the household and the best offers for its people side by side, then limits, measures and steps.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use crate::audit::{ReceiptWords, receipt_words};
use crate::base::actor::Permission;
use crate::base::codes::Language;
use crate::base::error::Result;
use crate::base::ids::{CaseId, PersonId};
use crate::base::time::{Day, days_between};
use crate::employment::{EmploymentRow, employments_of};
use crate::guarantee::{
    AskedLevel, Case, CaseCloseReason, CaseStep, CaseStepKind, Clocks, HouseholdStanding, Measure, MeasureStatus,
    Parameters, asked_level, case_for, decision, measures_of, member_card, standings_for, state_badge, steps_of,
};
use crate::matching::{OpenBook, openings_for};
use crate::platform::Services;
use crate::platform::db::{Caller, Conn};
use crate::platform::http::parts::{Badge, Cell, Column, Decision, Fact, HouseholdCard, Row, Table, TimeStep, Tone};
use crate::platform::http::{Fields, Shell, blocking, page};
use crate::platform::i18n::Locale;
use crate::postings::postings_by_ids;
use crate::reference::regions;
use crate::registry::{Household, MemberRow, household_for, members_of};

/// Offers shown for each person.
const OFFERS: usize = 3;
/// Reasons said of an offer.
const REASONS: usize = 3;

#[derive(Template)]
#[template(path = "casework/case.html")]
struct CasePage {
    s: Shell,
    receipt: Option<ReceiptWords>,
    number: String,
    state: Badge,
    closed: Vec<Fact>,
    card: HouseholdCard,
    decision: Option<Decision>,
    people: Vec<PersonOffers>,
    limits: Table,
    measures: Vec<MeasureCard>,
    steps: Vec<TimeStep>,
    may_work: bool,
    may_exempt: bool,
    is_zero: bool,
    path: String,
    household_path: String,
}

/// Somebody who could work, with what suits him best.
struct PersonOffers {
    name: String,
    href: String,
    offers: Vec<Offer>,
}

struct Offer {
    href: String,
    title: String,
    place: String,
    why: String,
}

struct MeasureCard {
    what: String,
    state: Badge,
    facts: Vec<Fact>,
    answer_href: Option<String>,
}

struct Found {
    receipt: Option<ReceiptWords>,
    case: Case,
    household: Household,
    standing: Option<HouseholdStanding>,
    members: Vec<MemberRow>,
    work: Vec<EmploymentRow>,
    measures: Vec<Measure>,
    steps: Vec<CaseStep>,
    offers: Vec<PersonOffers>,
}

/// What a case page is drawn from besides the case itself.
struct View<'a> {
    book: &'a OpenBook,
    today: Day,
    query: &'a Fields,
    l: Locale,
}

fn gather(conn: &mut Conn, caller: &Caller, id: CaseId, view: &View<'_>) -> Result<Found> {
    let View { book, today, query, l } = *view;
    let case = case_for(conn, &caller.actor, id, Permission::SeeGuarantee)?;
    let household = household_for(conn, &caller.actor, case.household_id, Permission::SeeGuarantee)?;
    let members = members_of(conn, &[household.id], today)?;
    let people: Vec<PersonId> = members.iter().map(|m| m.person.id).collect();
    let standing = standings_for(conn, &[household.id], today, &Parameters::default())?.pop();
    let offers = if case.is_open {
        offers(conn, book, standing.as_ref(), &members, today, l.language())?
    } else {
        Vec::new()
    };
    Ok(Found {
        receipt: receipt_words(conn, &caller.actor, query, l)?,
        work: employments_of(conn, &people, today)?,
        measures: measures_of(conn, id)?,
        steps: steps_of(conn, &[id])?,
        case,
        household,
        standing,
        members,
        offers,
    })
}

/// The best openings for everybody of the household who counts as labour and has no work.
fn offers(
    conn: &mut Conn,
    book: &OpenBook,
    standing: Option<&HouseholdStanding>,
    members: &[MemberRow],
    today: Day,
    language: Language,
) -> Result<Vec<PersonOffers>> {
    let mut people = Vec::new();
    let parameters = Parameters::default();
    for facts in standing.iter().flat_map(|h| &h.facts.members) {
        let works = facts
            .work
            .iter()
            .any(|w| w.counts && w.end_on.is_none_or(|end| end >= today));
        if works || !crate::registry::is_labourer(&facts.labour, today, &parameters.labour) {
            continue;
        }
        let Some(row) = members.iter().find(|m| m.person.id == facts.person_id) else {
            continue;
        };
        let found = openings_for(conn, book, facts.person_id, (today, OFFERS), language)?;
        let ids: Vec<_> = found.iter().map(|explained| explained.item.id).collect();
        let cards = postings_by_ids(conn, &ids)?;
        let offers = found.iter().filter_map(|explained| {
            let card = cards.get(&explained.item.id).filter(|card| card.is_public())?;
            let mut reasons: Vec<_> = explained.reasons.iter().filter(|(_, points, _)| *points > 0).collect();
            reasons.sort_by_key(|(_, points, _)| std::cmp::Reverse(*points));
            let words: Vec<String> = reasons
                .iter()
                .take(REASONS)
                .map(|(_, _, words)| words.clone())
                .collect();
            Some(Offer {
                href: format!("/openings/{}", card.posting.id),
                title: card.posting.title.clone(),
                place: regions().address_of(&card.posting.region_code),
                why: Locale::new(language).list(&words),
            })
        });
        people.push(PersonOffers {
            name: row.person.name.clone(),
            href: format!("/village/persons/{}/matches", row.person.id),
            offers: offers.collect(),
        });
    }
    Ok(people)
}

/// `GET /village/cases/{id}`
pub async fn show(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<CaseId>,
) -> Result<HttpResponse> {
    caller.need(Permission::SeeGuarantee)?;
    let query = Fields::of_query(&request);
    query.only(&["done"])?;
    let s = Shell::of(&request);
    let (l, today, case_id) = (s.locale, services.clock.today(), *id);
    let asker = caller.clone();
    let found = blocking(move || {
        let view = View {
            book: &services.memory.of::<OpenBook>(),
            today,
            query: &query,
            l,
        };
        services.db.snapshot(|conn| gather(conn, &asker, case_id, &view))
    })
    .await?;
    let region = &found.household.region_code;
    let case = &found.case;
    let household_path = format!("/village/households/{}", found.household.id);
    page(&CasePage {
        number: case.number.clone(),
        state: case_badge(l, case, today),
        closed: closed_facts(l, case),
        card: card(l, &found, &household_path, today),
        decision: found.standing.as_ref().map(|h| decision(l, &h.standing, today)),
        limits: limits(l, case, today),
        measures: found.measures.iter().map(|m| measure_card(l, case, m, today)).collect(),
        steps: found.steps.iter().rev().map(|step| time_step(l, step)).collect(),
        may_work: case.is_open && caller.actor.may_in(Permission::WorkCases, region),
        may_exempt: case.is_open && caller.actor.may_in(Permission::DecideExemptions, region),
        is_zero: found.standing.as_ref().is_some_and(|h| h.standing.state.is_zero()),
        path: format!("/village/cases/{}", case.id),
        people: found.offers,
        receipt: found.receipt,
        household_path,
        s,
    })
}

fn case_badge(l: Locale, case: &Case, today: Day) -> Badge {
    let late = case.is_open && case.clear_by.is_some_and(|limit| today > limit);
    let (tone, key) = match (case.is_open, late) {
        (true, true) => (Tone::Bad, "casework-case-late"),
        (true, false) => (Tone::AtRisk, "casework-case-open"),
        (false, _) => (Tone::Quiet, "casework-case-closed"),
    };
    Badge { tone, label: l.t(key) }
}

fn closed_facts(l: Locale, case: &Case) -> Vec<Fact> {
    let mut facts = Vec::new();
    if let (Some(day), Some(reason)) = (case.closed_on, case.close_reason) {
        facts.push(Fact::new(l.t("casework-closed-on"), l.day(day)));
        let words = l.label(CaseCloseReason::LIST, reason.as_str()).to_owned();
        facts.push(Fact::new(l.t("casework-close-reason"), words));
    }
    if let Some(day) = case.stable_on {
        facts.push(Fact::new(l.t("casework-stable-on"), l.day(day)));
    }
    facts
}

fn card(l: Locale, found: &Found, household_path: &str, today: Day) -> HouseholdCard {
    let household = &found.household;
    let head = found.members.first();
    HouseholdCard {
        href: Some(household_path.to_owned()),
        title: head.map_or_else(|| household.registry_no.clone(), |head| head.person.name.clone()),
        subtitle: [
            regions().address_of(&household.region_code),
            household.group_name.clone(),
            household.registry_no.clone(),
        ]
        .join(" · "),
        state: state_badge(
            l,
            found
                .standing
                .as_ref()
                .map_or(crate::base::codes::GuaranteeState::NotInScope, |h| h.standing.state),
        ),
        days: None,
        members: found
            .members
            .iter()
            .map(|row| member_card(l, row, &found.work, today))
            .collect(),
        next_step: None,
    }
}

/// Each limit with what became of it.
fn limits(l: Locale, case: &Case, today: Day) -> Table {
    let columns = ["due", "by", "done", "asked"];
    let rows = [
        ("verify", case.verify_by, case.verified_on),
        ("offer", case.offer_by, case.offered_on),
        ("clear", case.clear_by, case.closed_on),
    ];
    let row = |(name, by, done): (&str, Option<Day>, Option<Day>)| {
        let level = asked_level(by, today, Clocks::shipped());
        let asked = if done.is_none() && case.is_open {
            l.label(AskedLevel::LIST, level.as_str()).to_owned()
        } else {
            String::new()
        };
        Row {
            href: None,
            cells: vec![
                Cell::from(l.t(&format!("casework-due-{name}"))),
                Cell::from(by.map_or_else(|| l.t("casework-no-calendar"), |day| l.day(day))),
                Cell::from(match (done, by) {
                    (Some(done), Some(by)) if done > by => l.ta(
                        "casework-done-late",
                        &[("day", l.day(done).into()), ("n", days_between(by, done).into())],
                    ),
                    (Some(done), _) => l.day(done),
                    (None, _) => l.t("casework-not-done"),
                }),
                Cell::from(asked),
            ],
        }
    };
    Table {
        caption: l.ta("casework-limits-caption", &[("day", l.day(case.found_on).into())]),
        columns: columns
            .iter()
            .map(|name| Column::words(l.t(&format!("casework-column-{name}"))))
            .collect(),
        rows: rows.into_iter().map(row).collect(),
        totals: None,
    }
}

fn measure_card(l: Locale, case: &Case, measure: &Measure, today: Day) -> MeasureCard {
    let late = !measure.status.is_over() && today > measure.due_on;
    let tone = match measure.status {
        MeasureStatus::Done => Tone::Good,
        MeasureStatus::Failed | MeasureStatus::Returned => Tone::Quiet,
        MeasureStatus::UnderWay | MeasureStatus::Referred | MeasureStatus::Accepted if late => Tone::Bad,
        MeasureStatus::UnderWay | MeasureStatus::Referred | MeasureStatus::Accepted => Tone::AtRisk,
    };
    let mut facts = vec![Fact::new(
        l.t("casework-measure-kind"),
        l.label("support_measure", &measure.kind).to_owned(),
    )];
    facts.push(Fact::new(
        l.t("casework-measure-unit"),
        match &measure.unit {
            Some(unit) => l.label("plan_unit", unit).to_owned(),
            None => l.t("casework-measure-here"),
        },
    ));
    facts.push(Fact::new(l.t("casework-measure-due"), l.day(measure.due_on)));
    if let Some(outcome) = &measure.outcome {
        facts.push(Fact::new(l.t("casework-measure-outcome"), outcome.clone()));
    }
    MeasureCard {
        what: measure.what.clone(),
        state: Badge {
            tone,
            label: l.label(MeasureStatus::LIST, measure.status.as_str()).to_owned(),
        },
        facts,
        answer_href: (case.is_open && !measure.status.is_over())
            .then(|| format!("/village/measures/{}/answers/new", measure.id)),
    }
}

fn time_step(l: Locale, step: &CaseStep) -> TimeStep {
    let kind = l.label(CaseStepKind::LIST, step.kind.as_str());
    let what = if step.note.is_empty() {
        kind.to_owned()
    } else {
        l.ta(
            "casework-step",
            &[("kind", kind.into()), ("note", step.note.as_str().into())],
        )
    };
    TimeStep {
        when: l.instant(step.at),
        day_iso: l.day_iso(step.at.day()),
        what,
        by: Some(l.doer(&step.actor)),
    }
}
