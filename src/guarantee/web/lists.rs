//! The named list: households of the scope by place, site and state, or by name and number.

use std::collections::HashMap;

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::super::board::{ListFilter, Listed, listed};
use super::super::model::Parameters;
use super::super::store::standings_for;
use super::cards::{cause_words, days_at_zero, reason_words, state_badge};
use super::{as_of, narrowed, region_filter};
use crate::audit::record_export;
use crate::base::actor::{Permission, Scope};
use crate::base::codes::GuaranteeState;
use crate::base::error::Result;
use crate::base::ids::{HouseholdId, SiteId};
use crate::base::page::{Page, PageRequest};
use crate::base::region::RegionCode;
use crate::base::time::Day;
use crate::platform::Services;
use crate::platform::db::{Caller, Conn};
use crate::platform::http::parts::{Badge, Choice, Pager};
use crate::platform::http::{
    Fields, FormState, Shell, blocking, choice_filter, csv_answer, id_filter, page, page_request, with_parameter,
};
use crate::platform::i18n::Locale;
use crate::reference::regions;
use crate::registry::{Household, HouseholdFilter, MemberRow, Site, households, members_of, sites};

const PATH: &str = "/village/households";
const ROWS: usize = 50;
const EXPORT_ROWS: usize = 10_000;
/// The states by which the list can be narrowed; `excused` is the part of those at zero with a decided exemption, the
/// last is the part of those at risk that waits for a confirmation.
pub(in super::super) const STATES: [&str; 8] = [
    "zero",
    "helping",
    "overdue",
    "excused",
    "at_risk",
    "met",
    "exempt",
    "to_be_confirmed",
];

/// What is asked of the list.
#[derive(Debug, Clone)]
pub(in super::super) struct Asked {
    pub scope: Scope,
    pub region: Option<RegionCode>,
    pub site: Option<SiteId>,
    pub state: Option<GuaranteeState>,
    pub to_be_confirmed: bool,
    pub excused: bool,
    pub words: Option<String>,
    pub day: Day,
    pub page: PageRequest,
}

impl Asked {
    pub fn read(query: &Fields, services: &Services, caller: &Caller) -> Result<Self> {
        caller.need(Permission::SeeHouseholds)?;
        query.only(&["words", "region", "site", "state", "as_of", "limit", "cursor"])?;
        let region = region_filter(query, "region")?;
        let scope = narrowed(caller.actor.scope(Permission::SeeHouseholds), region.as_ref())?;
        let word = choice_filter(query, "state", &STATES, |text| {
            STATES.iter().find(|s| **s == text).copied()
        })?;
        let to_be_confirmed = word == Some("to_be_confirmed");
        let excused = word == Some("excused");
        let state = match word {
            Some("to_be_confirmed") => Some(GuaranteeState::AtRisk),
            Some("excused") => Some(GuaranteeState::Zero),
            word => word.and_then(GuaranteeState::parse),
        };
        Ok(Self {
            scope,
            site: id_filter(query, "site")?,
            state,
            to_be_confirmed,
            excused,
            words: query.find("words").map(|words| words.trim().to_owned()),
            day: as_of(query, services.clock.today())?,
            page: page_request(query)?,
            region,
        })
    }

    fn list_filter(&self) -> ListFilter {
        ListFilter {
            state: self.state,
            site: self.site,
            to_be_confirmed: self.to_be_confirmed,
            excused: self.excused,
        }
    }

    /// Found by words, households out of scope are shown too.
    fn fits(&self, household: &Listed) -> bool {
        self.state.is_none()
            || self
                .list_filter()
                .fits(household.state, household.reason, household.is_excused)
    }
}

/// A page of the list, and how many there are where that is known.
pub(in super::super) fn rows_of(conn: &mut Conn, asked: &Asked) -> Result<(Page<Listed>, Option<usize>)> {
    if asked.words.is_none() && asked.state.is_some() {
        let (page, total) = listed(conn, &asked.scope, &asked.list_filter(), asked.day, &asked.page)?;
        return Ok((page, Some(total)));
    }
    let filter = HouseholdFilter {
        region: asked.region.clone(),
        site_id: asked.site,
        relocated: false,
        words: asked.words.clone(),
    };
    let found = households(conn, &asked.scope, &filter, &asked.page)?;
    let mut items = standings(conn, &found.items, asked.day)?;
    items.retain(|household| asked.fits(household));
    Ok((
        Page {
            items,
            next: found.next,
        },
        None,
    ))
}

/// Where households stand on a day, in the order given; those that had no status then are not in scope.
fn standings(conn: &mut Conn, found: &[Household], day: Day) -> Result<Vec<Listed>> {
    let ids: Vec<HouseholdId> = found.iter().map(|h| h.id).collect();
    let parameters = Parameters::default();
    let mut known: HashMap<HouseholdId, Listed> = standings_for(conn, &ids, day, &parameters)?
        .iter()
        .map(|h| (h.facts.household_id, Listed::of(&h.facts, &h.standing)))
        .collect();
    let unknown = |household: &Household| Listed {
        household_id: household.id,
        registry_no: household.registry_no.clone(),
        region: household.region_code.clone(),
        group_name: household.group_name.clone(),
        site: None,
        monitored: false,
        state: GuaranteeState::NotInScope,
        reason: None,
        since: household.described_on,
        cause: None,
        is_excused: false,
        labourers: 0,
        employed: 0,
    };
    Ok(found
        .iter()
        .map(|household| known.remove(&household.id).unwrap_or_else(|| unknown(household)))
        .collect())
}

/// The head's name of each household, and how many belong to it.
pub(in super::super) fn heads(members: &[MemberRow]) -> HashMap<HouseholdId, (String, usize)> {
    let mut heads: HashMap<HouseholdId, (String, usize)> = HashMap::new();
    // Heads come first in each household.
    for row in members {
        let entry = heads
            .entry(row.member.household_id)
            .or_insert_with(|| (row.person.name.clone(), 0));
        entry.1 += 1;
    }
    heads
}

#[derive(Template)]
#[template(path = "guarantee/households.html")]
struct HouseholdsPage {
    s: Shell,
    f: FormState,
    states: Vec<Choice>,
    sites: Vec<Choice>,
    regions: Vec<Choice>,
    summary: String,
    rows: Vec<HouseholdRow>,
    pager: Pager,
    export_href: String,
}

struct HouseholdRow {
    href: String,
    number: String,
    head: String,
    members: String,
    place: String,
    site: String,
    state: Badge,
    reason: String,
    days: String,
    labourers: String,
}

impl HouseholdRow {
    fn of(l: Locale, household: &Listed, head: Option<&(String, usize)>, day: Day) -> Self {
        let count = |n: usize| l.number(i64::try_from(n).unwrap_or(0));
        Self {
            href: format!("{PATH}/{}", household.household_id),
            number: household.registry_no.clone(),
            head: head.map(|(name, _)| name.clone()).unwrap_or_default(),
            members: count(head.map_or(0, |(_, count)| *count)),
            place: regions().address_of(&household.region),
            site: household.site.clone().unwrap_or_default(),
            state: state_badge(l, household.state),
            reason: reason_or_cause(l, household),
            days: days_at_zero(l, household, day).unwrap_or_default(),
            labourers: format!("{} / {}", count(household.employed), count(household.labourers)),
        }
    }
}

pub async fn show(request: HttpRequest, services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    let query = Fields::of_query(&request);
    let mut asked = Asked::read(&query, &services, &caller)?;
    asked.page.limit = ROWS;
    let (day, is_further, region) = (asked.day, asked.page.cursor.is_some(), asked.region.clone());
    let whole = caller.actor.scope(Permission::SeeHouseholds);
    let (found, total, members, all_sites) = blocking(move || {
        services.db.snapshot(|conn| {
            let (found, total) = rows_of(conn, &asked)?;
            let ids: Vec<HouseholdId> = found.items.iter().map(|h| h.household_id).collect();
            Ok((found, total, members_of(conn, &ids, day)?, sites(conn)?))
        })
    })
    .await?;
    let s = Shell::of(&request);
    let l = s.locale;
    let heads = heads(&members);
    page(&HouseholdsPage {
        rows: found
            .items
            .iter()
            .map(|h| HouseholdRow::of(l, h, heads.get(&h.household_id), day))
            .collect(),
        states: STATES
            .iter()
            .map(|state| Choice::new(*state, state_words(l, state)))
            .collect(),
        sites: site_choices(&whole, &all_sites),
        regions: region_choices(l, &whole, region.as_ref()),
        summary: match total {
            Some(total) => l.ta(
                "guarantee-list-total",
                &[
                    ("n", i64::try_from(total).unwrap_or(0).into()),
                    ("day", l.day(day).into()),
                ],
            ),
            None => l.ta("guarantee-list-day", &[("day", l.day(day).into())]),
        },
        pager: Pager {
            first_href: is_further.then(|| with_parameter(PATH, &query, "cursor", None)),
            next_href: found
                .next
                .map(|next| with_parameter(PATH, &query, "cursor", Some(&next))),
        },
        export_href: with_parameter("/village/households.csv", &query, "cursor", None),
        f: FormState::filled(query.pairs().to_vec()),
        s,
    })
}

/// Why a household is exempt, at risk or excused; for others at zero how they came there.
fn reason_or_cause(l: Locale, household: &Listed) -> String {
    match household.reason {
        Some(reason) => reason_words(l, Some(reason)),
        None => cause_words(l, household.cause),
    }
}

fn state_words(l: Locale, state: &str) -> String {
    match GuaranteeState::parse(state) {
        Some(state) => l.label(GuaranteeState::LIST, state.as_str()).to_owned(),
        None if state == "excused" => l.t("guarantee-figure-excused"),
        None => l.t("guarantee-figure-to-be-confirmed"),
    }
}

fn site_choices(scope: &Scope, sites: &[Site]) -> Vec<Choice> {
    // A village officer's sites lie in the township above his village, so they are told by the county.
    let near = |site: &&Site| match scope {
        Scope::Everywhere => true,
        Scope::Regions(own) => own
            .iter()
            .any(|r| r.contains(&site.region_code) || site.region_code.contains(r)),
    };
    sites
        .iter()
        .filter(near)
        .map(|site| Choice::new(site.id.to_string(), site.name.clone()))
        .collect()
}

/// The places to choose from: the one chosen, those above it, and those directly below.
fn region_choices(l: Locale, scope: &Scope, chosen: Option<&RegionCode>) -> Vec<Choice> {
    let start: Vec<RegionCode> = match (chosen, scope) {
        (Some(region), _) => vec![region.clone()],
        (None, Scope::Everywhere) => RegionCode::parse("5328").into_iter().collect(),
        (None, Scope::Regions(own)) => own.clone(),
    };
    let mut choices = Vec::new();
    for region in start {
        let above = regions()
            .path_of(&region)
            .into_iter()
            .filter(|r| scope.contains(&r.code));
        choices.extend(above.map(|r| Choice::new(r.code.to_string(), r.short_name())));
        let below = regions()
            .children_of(Some(&region))
            .filter(|r| !r.is_statistical_only());
        choices.extend(below.map(|r| {
            Choice::new(
                r.code.to_string(),
                l.ta("guarantee-place-below", &[("place", r.short_name().into())]),
            )
        }));
    }
    choices
}

/// The list that the filters leave, as a file; the export is itself audited.
pub async fn export(request: HttpRequest, services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    let query = Fields::of_query(&request);
    let mut asked = Asked::read(&query, &services, &caller)?;
    asked.page = PageRequest::first(EXPORT_ROWS);
    let (day, text) = (asked.day, request.query_string().to_owned());
    let (found, members) = blocking(move || {
        let (found, members) = services.db.snapshot(|conn| {
            let (found, _) = rows_of(conn, &asked)?;
            let ids: Vec<HouseholdId> = found.items.iter().map(|h| h.household_id).collect();
            Ok((found, members_of(conn, &ids, day)?))
        })?;
        services
            .db
            .write(&caller, |tx| record_export(tx, "households", &text, found.items.len()))?;
        Ok((found, members))
    })
    .await?;
    let l = Shell::of(&request).locale;
    let heads = heads(&members);
    let names = [
        "household-no",
        "head",
        "members",
        "place",
        "site",
        "state",
        "reason",
        "since",
        "labourers",
        "employed",
    ];
    let head: Vec<String> = names
        .iter()
        .map(|name| l.t(&format!("guarantee-column-{name}")))
        .collect();
    let rows: Vec<Vec<String>> = found
        .items
        .iter()
        .map(|h| {
            let head = heads.get(&h.household_id);
            vec![
                h.registry_no.clone(),
                head.map(|(name, _)| name.clone()).unwrap_or_default(),
                head.map_or(0, |(_, count)| *count).to_string(),
                regions().address_of(&h.region),
                h.site.clone().unwrap_or_default(),
                l.label(GuaranteeState::LIST, h.state.as_str()).to_owned(),
                reason_or_cause(l, h),
                h.since.to_string(),
                h.labourers.to_string(),
                h.employed.to_string(),
            ]
        })
        .collect();
    csv_answer(&format!("households-{day}.csv"), &head, &rows)
}
