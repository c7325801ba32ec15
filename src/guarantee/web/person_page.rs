//! A person: what is known, what he wishes and can do, his work, and what can be recorded for him.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::cards::{capacity_words, evidence_words, work_words};
use super::household_page::relation_words;
use crate::audit::{ReceiptWords, receipt_words};
use crate::base::actor::Permission;
use crate::base::codes::{DestinationWish, Education, EmploymentForm, MandarinLevel};
use crate::base::error::Result;
use crate::base::ids::PersonId;
use crate::base::region::RegionCode;
use crate::base::time::{Day, age_on};
use crate::employment::{EmploymentRow, EndReason, employments_of, is_current_on};
use crate::platform::Services;
use crate::platform::db::{Caller, Conn};
use crate::platform::http::parts::{Badge, Fact, Tone};
use crate::platform::http::{Fields, Shell, blocking, page};
use crate::platform::i18n::Locale;
use crate::reference::{occupations, regions};
use crate::registry::{
    IdState, MemberRow, Person, Skill, Wants, Wish, household_of, members_of, person_for, person_in, person_path,
    skills_of, wish_of,
};

#[derive(Template)]
#[template(path = "guarantee/person.html")]
struct PersonPage {
    s: Shell,
    receipt: Option<ReceiptWords>,
    name: String,
    path: String,
    household_href: Option<String>,
    facts: Vec<Fact>,
    id_doubt: Option<Badge>,
    wish: Vec<Fact>,
    skills: Vec<SkillRow>,
    work: Vec<WorkRow>,
    may_act: bool,
    may_record: bool,
    may_edit: bool,
    may_reveal: bool,
}

struct SkillRow {
    words: String,
    removal: String,
}

struct WorkRow {
    words: String,
    period: String,
    details: String,
    evidence: String,
    badge: Badge,
    /// Where current work is confirmed and ended.
    path: Option<String>,
    correction: String,
}

struct Found {
    receipt: Option<ReceiptWords>,
    person: Person,
    region: Option<RegionCode>,
    row: Option<MemberRow>,
    wish: Option<Wish>,
    skills: Vec<Skill>,
    work: Vec<EmploymentRow>,
}

fn gather(conn: &mut Conn, caller: &Caller, id: PersonId, today: Day, query: &Fields, l: Locale) -> Result<Found> {
    let person = person_for(conn, &caller.actor, id, Permission::SeeHouseholds)?;
    let (_, region) = person_in(conn, id)?;
    let household_id = household_of(conn, id)?;
    let members = match household_id {
        Some(household_id) => members_of(conn, &[household_id], today)?,
        None => Vec::new(),
    };
    Ok(Found {
        receipt: receipt_words(conn, &caller.actor, query, l)?,
        row: members.into_iter().find(|row| row.person.id == id),
        wish: wish_of(conn, id)?,
        skills: skills_of(conn, &[id])?,
        work: employments_of(conn, &[id], today)?,
        person,
        region,
    })
}

pub async fn show(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<PersonId>,
) -> Result<HttpResponse> {
    caller.need(Permission::SeeHouseholds)?;
    let query = Fields::of_query(&request);
    query.only(&["done"])?;
    let s = Shell::of(&request);
    let (l, today, person_id) = (s.locale, services.clock.today(), *id);
    let asker = caller.clone();
    let found = blocking(move || {
        services
            .db
            .snapshot(|conn| gather(conn, &asker, person_id, today, &query, l))
    })
    .await?;
    let may = |permission| {
        found
            .region
            .as_ref()
            .is_some_and(|region| caller.actor.may_in(permission, region))
    };
    let person = &found.person;
    let has_number = person.id_sealed.is_some() || person.phone_sealed.is_some() || person.bank_sealed.is_some();
    let path = person_path(person.id);
    page(&PersonPage {
        household_href: found
            .row
            .as_ref()
            .map(|row| format!("/village/households/{}", row.member.household_id)),
        facts: facts(l, &found, today),
        id_doubt: (!matches!(person.id_state, IdState::Confirmed)).then(|| Badge {
            tone: Tone::AtRisk,
            label: l.label(IdState::LIST, person.id_state.as_str()).to_owned(),
        }),
        wish: found.wish.as_ref().map(|wish| wish_facts(l, wish)).unwrap_or_default(),
        skills: found.skills.iter().map(|skill| skill_row(l, skill, &path)).collect(),
        work: found.work.iter().map(|work| work_row(l, work, today)).collect(),
        may_act: may(Permission::ActForOthers),
        may_record: may(Permission::RecordEmployment),
        may_edit: may(Permission::EditHouseholds),
        may_reveal: has_number && may(Permission::RevealNumbers),
        name: person.name.clone(),
        receipt: found.receipt,
        path,
        s,
    })
}

/// Age and never the date of birth: with the masked number it would complete the number.
fn facts(l: Locale, found: &Found, today: Day) -> Vec<Fact> {
    let person = &found.person;
    let mut facts = Vec::new();
    let mut fact = |key: &str, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            facts.push(Fact::new(l.t(&format!("registry-fact-{key}")), value));
        }
    };
    fact(
        "age",
        person.birth_on.map(|birth| l.tn("registry-age", age_on(birth, today))),
    );
    fact(
        "relation",
        found.row.as_ref().map(|row| relation_words(l, row.member.relation)),
    );
    fact(
        "village",
        found.region.as_ref().map(|region| regions().address_of(region)),
    );
    fact("capacity", found.row.as_ref().map(|row| capacity_words(l, row)));
    fact(
        "education",
        person
            .education
            .map(|e| l.label(Education::LIST, e.as_str()).to_owned()),
    );
    fact(
        "mandarin",
        person
            .mandarin
            .map(|m| l.label(MandarinLevel::LIST, m.as_str()).to_owned()),
    );
    fact("id-number", person.id_masked.clone());
    fact("phone", person.phone_masked.clone());
    fact("bank", person.bank_masked.clone());
    facts
}

fn wish_facts(l: Locale, wish: &Wish) -> Vec<Fact> {
    let names: Vec<String> = wish
        .occupations()
        .iter()
        .map(|code| occupations().name_of(code, l.language()))
        .collect();
    let destination = l.label(DestinationWish::LIST, wish.destination.as_str()).to_owned();
    let mut facts = vec![
        Fact::new(
            l.t("registry-field-wants"),
            l.label(Wants::LIST, wish.wants.as_str()).to_owned(),
        ),
        Fact::new(l.t("registry-field-destination"), destination),
        Fact::new(l.t("guarantee-wish-stated"), l.day(wish.stated_on)),
    ];
    if !names.is_empty() {
        facts.push(Fact::new(l.t("registry-field-occupations"), l.list(&names)));
    }
    if let Some(wage) = wish.wage_min_fen {
        facts.push(Fact::new(l.t("registry-field-wage-min"), l.amount(wage)));
    }
    if wish.lodging_needed {
        facts.push(Fact::new(l.t("registry-field-lodging-needed"), l.t("audit-yes")));
    }
    if !wish.note.is_empty() {
        facts.push(Fact::new(l.t("registry-field-note"), wish.note.clone()));
    }
    facts
}

fn skill_row(l: Locale, skill: &Skill, path: &str) -> SkillRow {
    let mut words = vec![skill.name.clone()];
    words.extend(
        skill
            .occupation_code
            .as_ref()
            .map(|code| occupations().name_of(code, l.language())),
    );
    words.extend(skill.certificate.clone());
    SkillRow {
        words: words.join(" · "),
        removal: format!("{path}/skills/{}/removal", skill.id),
    }
}

fn work_row(l: Locale, work: &EmploymentRow, today: Day) -> WorkRow {
    let employment = &work.employment;
    let is_current = is_current_on(employment, today);
    let mut details = vec![l.label(EmploymentForm::LIST, employment.form.as_str()).to_owned()];
    details.extend(employment.wage_fen.map(|wage| l.wage_a_month(Some(wage), None)));
    details.extend(
        employment
            .end_reason
            .map(|reason| l.label(EndReason::LIST, reason.as_str()).to_owned()),
    );
    let until = employment
        .end_on
        .map_or_else(|| l.t("guarantee-until-now"), |day| l.day(day));
    let (tone, label) = if is_current {
        (Tone::Good, l.t("guarantee-work-current"))
    } else {
        (Tone::Quiet, l.t("guarantee-work-past"))
    };
    WorkRow {
        words: work_words(work),
        period: format!("{} – {until}", l.day(employment.start_on)),
        details: details.join(" · "),
        evidence: evidence_words(l, work.evidence_on, today),
        badge: Badge { tone, label },
        path: is_current.then(|| format!("/village/employments/{}", employment.id)),
        correction: format!("/village/employments/{}/corrections/new", employment.id),
    }
}
