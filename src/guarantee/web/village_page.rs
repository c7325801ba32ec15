//! The cadre's day: the households of his scope in the order of need, each with its next step.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::super::at_hand::StandingBook;
use super::super::board::{BoardRequest, ListFilter, Listed, listed};
use super::super::model::Level;
use super::cards::{days_at_zero, member_card, next_step, reason_words, state_badge};
use super::lists::heads;
use super::narrowed;
use crate::base::actor::Permission;
use crate::base::codes::GuaranteeState;
use crate::base::error::Result;
use crate::base::ids::{HouseholdId, PersonId};
use crate::base::page::PageRequest;
use crate::base::region::RegionLevel;
use crate::base::time::Day;
use crate::employment::{EmploymentRow, employments_of};
use crate::platform::Services;
use crate::platform::db::Caller;
use crate::platform::http::parts::{BoardFigure, HouseholdCard, Tone};
use crate::platform::http::{Fields, Shell, blocking, page};
use crate::platform::i18n::Locale;
use crate::reference::regions;
use crate::registry::{MemberRow, members_of};

/// Households that are drawn whole; the rest stands in the list.
const CARDS: usize = 20;

#[derive(Template)]
#[template(path = "guarantee/village.html")]
struct VillagePage {
    s: Shell,
    place: String,
    day: String,
    is_empty: bool,
    figures: Vec<BoardFigure>,
    cards: Vec<HouseholdCard>,
    more: bool,
}

pub async fn show(request: HttpRequest, services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    caller.need(Permission::SeeGuarantee)?;
    Fields::of_query(&request).only(&["done"])?;
    let scope = narrowed(caller.actor.scope(Permission::SeeGuarantee), None)?;
    let (today, asked_scope) = (services.clock.today(), scope.clone());
    let book = services.memory.of::<StandingBook>();
    let (figures, needy, members, work) = blocking(move || {
        services.db.snapshot(|conn| {
            let by = Level::Region(RegionLevel::Village);
            let request = BoardRequest {
                scope: &asked_scope,
                site: None,
                as_of: today,
                by,
                longest: 0,
            };
            let figures = book.board(conn, today, &request)?;
            let page = PageRequest::first(CARDS + 1);
            let (needy, _) = listed(conn, &asked_scope, &ListFilter::default(), today, &page)?;
            let ids: Vec<HouseholdId> = needy.items.iter().map(|h| h.household_id).collect();
            let members = members_of(conn, &ids, today)?;
            let people: Vec<PersonId> = members.iter().map(|m| m.person.id).collect();
            let work = employments_of(conn, &people, today)?;
            Ok((figures.figures.total, needy.items, members, work))
        })
    })
    .await?;
    let s = Shell::of(&request);
    let l = s.locale;
    let mut needy: Vec<Listed> = needy
        .into_iter()
        .filter(|h| h.state.is_zero() || h.state == GuaranteeState::AtRisk)
        .collect();
    let more = needy.len() > CARDS;
    needy.truncate(CARDS);
    let figure = |key: &str, value: u32, tone: Tone, state: &str| BoardFigure {
        label: l.t(&format!("guarantee-figure-{key}")),
        value: l.number(value),
        change: None,
        tone: if value == 0 { Tone::Good } else { tone },
        href: Some(format!("/village/households?state={state}")),
    };
    page(&VillagePage {
        place: s.visitor.place.clone().unwrap_or_else(|| l.t("guarantee-all-places")),
        day: l.day(today),
        is_empty: figures.in_scope == 0,
        figures: vec![
            figure("zero", figures.zero, Tone::Bad, "zero"),
            figure("at-risk", figures.at_risk, Tone::AtRisk, "at_risk"),
            figure(
                "to-be-confirmed",
                figures.to_be_confirmed,
                Tone::AtRisk,
                "to_be_confirmed",
            ),
            figure("met", figures.met, Tone::Good, "met"),
        ],
        cards: needy.iter().map(|h| card(l, h, &members, &work, today)).collect(),
        more,
        s,
    })
}

/// A household as a card with its members and the next step.
fn card(l: Locale, household: &Listed, members: &[MemberRow], work: &[EmploymentRow], today: Day) -> HouseholdCard {
    let own: Vec<&MemberRow> = members
        .iter()
        .filter(|m| m.member.household_id == household.household_id)
        .collect();
    let head = heads(members).remove(&household.household_id).map(|(name, _)| name);
    let place = household
        .site
        .clone()
        .unwrap_or_else(|| regions().address_of(&household.region));
    HouseholdCard {
        href: Some(format!("/village/households/{}", household.household_id)),
        title: head.unwrap_or_else(|| household.registry_no.clone()),
        subtitle: format!("{place} · {} · {}", household.group_name, household.registry_no),
        state: state_badge(l, household.state),
        days: days_at_zero(l, household, today)
            .or_else(|| household.reason.map(|reason| reason_words(l, Some(reason)))),
        members: own.into_iter().map(|row| member_card(l, row, work, today)).collect(),
        next_step: next_step(l, household.state, household.reason),
    }
}
