//! One's own household: who belongs to it, who can work, who does.

use std::collections::HashMap;

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::me::household_words;
use super::own_person;
use crate::base::actor::Permission;
use crate::base::error::{Error, OrNotFound, Result};
use crate::base::ids::PersonId;
use crate::base::time::{Day, age_on};
use crate::employment::{Employment, current_on};
use crate::guarantee::{Guarantee, guarantee_of};
use crate::platform::Services;
use crate::platform::db::{Caller, Conn};
use crate::platform::http::parts::{Badge, HouseholdCard, MemberRow};
use crate::platform::http::{Shell, blocking, page};
use crate::platform::i18n::Locale;
use crate::reference::regions;
use crate::registry::{self, Household, household_for, household_of, members_of};

#[derive(Template)]
#[template(path = "matching/household.html")]
struct HouseholdPage {
    s: Shell,
    sentence: String,
    card: HouseholdCard,
}

struct Family {
    household: Household,
    guarantee: Option<Guarantee>,
    members: Vec<registry::MemberRow>,
    work: HashMap<PersonId, Employment>,
}

fn read(conn: &mut Conn, caller: &Caller, person: PersonId, today: Day) -> Result<Family> {
    let id = household_of(conn, person)?.or_not_found("household")?;
    let household = household_for(conn, &caller.actor, id, Permission::SeeOwnRecord)?;
    let members = members_of(conn, &[id], today)?;
    let ids: Vec<PersonId> = members.iter().map(|row| row.person.id).collect();
    let work = current_on(conn, &ids, today)?;
    Ok(Family {
        household,
        guarantee: guarantee_of(conn, id)?,
        members,
        work: work.into_iter().map(|work| (work.person_id, work)).collect(),
    })
}

pub async fn show(request: HttpRequest, services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    let person = own_person(&caller)?;
    let today = services.clock.today();
    let family = blocking(move || services.db.read(|conn| read(conn, &caller, person, today))).await;
    let s = Shell::of(&request);
    let family = match family {
        Err(Error::NotFound("household")) => return page(&NoHouseholdPage { s }),
        family => family?,
    };
    page(&household_page(s, &family, today))
}

/// Somebody who is registered alone, or whose household is closed.
#[derive(Template)]
#[template(path = "matching/no_household.html")]
struct NoHouseholdPage {
    s: Shell,
}

fn household_page(s: Shell, family: &Family, today: Day) -> HouseholdPage {
    let l = s.locale;
    let state = family
        .guarantee
        .as_ref()
        .map(|guarantee| guarantee.state.as_str())
        .unwrap_or("not_in_scope");
    let members = family.members.iter();
    HouseholdPage {
        sentence: family
            .guarantee
            .as_ref()
            .map(|guarantee| household_words(l, guarantee))
            .unwrap_or_default(),
        card: HouseholdCard {
            href: None,
            title: l.t("me-household"),
            subtitle: format!(
                "{}{}",
                regions().address_of(&family.household.region_code),
                family.household.group_name
            ),
            state: Badge::of_code(state, l.label("guarantee_state", state)),
            days: None,
            members: members
                .map(|row| member(l, row, family.work.get(&row.person.id), today))
                .collect(),
            next_step: None,
        },
        s,
    }
}

fn member(l: Locale, row: &registry::MemberRow, work: Option<&Employment>, today: Day) -> MemberRow {
    let status = row.status.as_ref();
    let school = status.and_then(|status| status.school.clone());
    let capacity = status.and_then(|status| status.labour_skill);
    MemberRow {
        href: None,
        name: row.person.name.clone(),
        age: row
            .person
            .birth_on
            .map(|birth| l.tn("match-age", age_on(birth, today)))
            .unwrap_or_default(),
        capacity: capacity
            .map(|skill| skill.label(l.language()).to_owned())
            .unwrap_or_default(),
        work: match (work, school) {
            (Some(work), _) => l.ta("me-member-works", &[("form", work.form.label(l.language()).into())]),
            (None, Some(_)) => l.t("me-member-at-school"),
            (None, None) if capacity.is_some_and(|skill| skill.counts_as_labour()) => l.t("me-member-no-work"),
            (None, None) => String::new(),
        },
        evidence: String::new(),
    }
}
