//! What is kept about somebody, who did what with it, and whom to call when something is wrong.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::own_person;
use crate::audit::lines_about;
use crate::base::actor::Permission;
use crate::base::error::Result;
use crate::base::ids::PersonId;
use crate::base::region::RegionCode;
use crate::base::time::{Day, age_on};
use crate::platform::Services;
use crate::platform::db::{AuditLine, Caller, Conn};
use crate::platform::http::parts::{Fact, TimeStep};
use crate::platform::http::{Shell, blocking, page};
use crate::platform::i18n::Locale;
use crate::reference::regions;
use crate::registry::{
    Person, PersonStatus, Skill, Wish, household_of, person_for, person_in, skills_of, statuses_of, wish_of,
};

/// Lines of the trail that the page shows.
const LINES: i64 = 100;

#[derive(Template)]
#[template(path = "matching/data.html")]
struct DataPage {
    s: Shell,
    kept: Vec<Fact>,
    seen: Vec<TimeStep>,
}

struct Kept {
    person: Person,
    home: Option<RegionCode>,
    status: Option<PersonStatus>,
    skills: Vec<Skill>,
    wish: Option<Wish>,
    lines: Vec<AuditLine>,
}

fn read(conn: &mut Conn, caller: &Caller, id: PersonId, today: Day) -> Result<Kept> {
    let person = person_for(conn, &caller.actor, id, Permission::SeeOwnRecord)?;
    let household = household_of(conn, id)?;
    let mut lines = lines_about(conn, "person", &[id.raw()], LINES)?;
    if let Some(household) = household {
        lines.extend(lines_about(conn, "household", &[household.raw()], LINES)?);
    }
    lines.sort_by_key(|line| std::cmp::Reverse(line.seq));
    Ok(Kept {
        home: person_in(conn, id)?.1,
        status: statuses_of(conn, &[id], today)?.remove(&id),
        skills: skills_of(conn, &[id])?,
        wish: wish_of(conn, id)?,
        lines,
        person,
    })
}

pub async fn show(request: HttpRequest, services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    let id = own_person(&caller)?;
    let today = services.clock.today();
    let kept = blocking(move || services.db.read(|conn| read(conn, &caller, id, today))).await?;
    let s = Shell::of(&request);
    let l = s.locale;
    page(&DataPage {
        kept: facts(l, &kept, today),
        seen: kept.lines.iter().map(|line| seen(l, line)).collect(),
        s,
    })
}

/// Numbers masked, age instead of the date of birth.
fn facts(l: Locale, kept: &Kept, today: Day) -> Vec<Fact> {
    let language = l.language();
    let person = &kept.person;
    let mut facts = Vec::new();
    let mut add = |key: &str, value: Option<String>| {
        let value = value
            .filter(|value| !value.is_empty())
            .unwrap_or_else(|| l.t("me-data-none"));
        facts.push(Fact::new(l.t(key), value));
    };
    add("me-data-name", Some(person.name.clone()));
    add(
        "me-data-age",
        person.birth_on.map(|birth| l.tn("match-age", age_on(birth, today))),
    );
    add("me-data-id", person.id_masked.clone());
    add("me-data-phone", person.phone_masked.clone());
    add("me-data-bank", person.bank_masked.clone());
    add(
        "me-data-home",
        kept.home.as_ref().map(|home| regions().address_of(home)),
    );
    add(
        "me-data-education",
        person.education.map(|level| level.label(language).to_owned()),
    );
    let capacity = kept.status.as_ref().and_then(|status| status.labour_skill);
    add(
        "me-data-capacity",
        capacity.map(|skill| skill.label(language).to_owned()),
    );
    add(
        "me-data-health",
        person.health_sealed.as_ref().map(|_| l.t("me-data-health-kept")),
    );
    let skills: Vec<String> = kept.skills.iter().map(|skill| skill.name.clone()).collect();
    add("me-data-skills", Some(l.list(&skills)));
    add(
        "me-data-wish",
        kept.wish
            .as_ref()
            .map(|wish| wish.destination.label(language).to_owned()),
    );
    facts
}

/// What was done, in words; a kind of act without words of its own is told as a change.
fn seen(l: Locale, line: &AuditLine) -> TimeStep {
    let key = format!("me-seen-{}", line.verb.replace('_', "-"));
    TimeStep {
        when: l.instant(line.at),
        day_iso: l.day_iso(line.at.day()),
        what: l.find(&key, &[]).unwrap_or_else(|| l.t("me-seen-other")),
        by: Some(l.doer(&line.actor)),
    }
}
