//! Households and people for programs: the same readings and the same acts as on the pages.

mod views;

use actix_web::{HttpMessage, HttpRequest, HttpResponse, delete, get, patch, post, web};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions::{
    amend_household, amend_person, move_person, record_skill, remove_skill, reveal_number, state_wish,
};
use super::read::{read_amendment, read_occupation, read_status, read_wish, required_day};
use super::store::{self, HouseholdFilter};
use super::web::reveal_field;
use crate::base::actor::Permission;
use crate::base::codes::RelationToHead;
use crate::base::error::{Error, OrNotFound, Result};
use crate::base::ids::{HouseholdId, PersonId, SkillId};
use crate::base::region::RegionCode;
use crate::platform::Services;
use crate::platform::db::{Caller, Tx};
use crate::platform::http::{Fields, ListView, Reader, SecretAnswer, blocking, id_filter, page_request};
use crate::reference::regions;
use views::{HouseholdSummaryView, HouseholdView, NumberView, PersonView, SiteView, SkillView, WishView};

/// The calls of this room.
pub fn api_routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list_households)
        .service(one_household)
        .service(amend_status)
        .service(list_sites)
        .service(one_person)
        .service(amend_one_person)
        .service(add_membership)
        .service(newest_wish)
        .service(add_wish)
        .service(list_skills)
        .service(add_skill)
        .service(delete_skill)
        .service(reveal);
}

/// The values that a draft gives, under the names of the form's fields, so that one reader serves both.
fn fields(pairs: Vec<(&str, Option<String>)>) -> Fields {
    Fields::new(
        pairs
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value?)))
            .collect(),
    )
}

async fn write<R: Send + 'static>(
    services: &web::Data<Services>,
    caller: Caller,
    step: impl FnMut(&mut Tx<'_>) -> Result<R> + Send + 'static,
) -> Result<R> {
    let services = services.clone();
    blocking(move || {
        let made = services.db.write(&caller, step)?;
        services.wake.notify_one();
        Ok(made)
    })
    .await
}

/// Households of the caller's scope, by id
#[utoipa::path(tag = "households", params(
    ("words" = Option<String>, Query, description = "a member's whole name, or the beginning of the number"),
    ("region" = Option<String>, Query, description = "a division", example = "532801003"),
    ("site" = Option<String>, Query, description = "id of a settlement site"),
    ("relocated" = Option<String>, Query, description = "`yes`: only relocated ones"),
    ("limit" = Option<usize>, Query, description = "1–100, 20 unless told"),
    ("cursor" = Option<String>, Query, description = "`next` of the page before"),
), responses((status = 200, description = "Households", body = ListView<HouseholdSummaryView>)))]
#[get("/api/v1/households")]
async fn list_households(request: HttpRequest, services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    caller.need(Permission::SeeHouseholds)?;
    let query = Fields::of_query(&request);
    query.only(&["words", "region", "site", "relocated", "limit", "cursor"])?;
    let region = query.find("region").map(known_region).transpose()?;
    let relocated = match query.find("relocated") {
        None | Some("no") => false,
        Some("yes") => true,
        Some(other) => {
            let wrong = Error::bad_request("relocated", "choice-unknown");
            return Err(wrong.with("value", other).with("choices", "yes, no"));
        }
    };
    let filter = HouseholdFilter {
        region,
        site_id: id_filter(&query, "site")?,
        relocated,
        words: query.find("words").map(str::to_owned),
    };
    let asked = page_request(&query)?;
    let scope = caller.actor.scope(Permission::SeeHouseholds);
    let found = blocking(move || {
        services
            .db
            .read(|conn| store::households(conn, &scope, &filter, &asked))
    })
    .await?;
    Ok(HttpResponse::Ok().json(ListView::from(found.map(|h| HouseholdSummaryView::of(&h)))))
}

fn known_region(text: &str) -> Result<RegionCode> {
    RegionCode::parse(text)
        .filter(|code| regions().get(code).is_some())
        .ok_or_else(|| {
            let near = regions().near_codes(text, 5).join(", ");
            Error::bad_request("region", "region-unknown")
                .with("value", text)
                .with("near", near)
        })
}

/// A household with its members and its dated statuses
#[utoipa::path(tag = "households", params(("id" = String, Path, description = "The household")), responses(
    (status = 200, description = "The household", body = HouseholdView),
    (status = 404, description = "None such in the caller's scope"),
))]
#[get("/api/v1/households/{id}")]
async fn one_household(
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<HouseholdId>,
) -> Result<HttpResponse> {
    caller.need(Permission::SeeHouseholds)?;
    let today = services.clock.today();
    let view = blocking(move || {
        services.db.snapshot(|conn| {
            let household = store::household_for(conn, &caller.actor, *id, Permission::SeeHouseholds)?;
            let members = store::members_of(conn, &[*id], today)?;
            let history = store::status_history(conn, *id)?;
            Ok(HouseholdView::of(&household, &members, &history, today))
        })
    })
    .await?;
    Ok(HttpResponse::Ok().json(view))
}

/// What a household is from a day on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct StatusDraft {
    /// The household's version that the caller saw.
    #[schema(example = 3)]
    version: i32,
    #[schema(example = "2026-11-23")]
    from: String,
    #[schema(example = "registered")]
    relocation_kind: Option<String>,
    #[schema(example = "曼丢安置点")]
    site: Option<String>,
    household_type: Option<String>,
    poverty_attribute: Option<String>,
    monitor_category: Option<String>,
}

/// Correct what a household is from a day on
#[utoipa::path(tag = "households", params(("id" = String, Path, description = "The household")), request_body = StatusDraft, responses(
    (status = 204, description = "Corrected"),
    (status = 409, description = "Somebody else changed it meanwhile"),
))]
#[post("/api/v1/households/{id}/statuses")]
async fn amend_status(
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<HouseholdId>,
    draft: web::Json<StatusDraft>,
) -> Result<HttpResponse> {
    caller.need(Permission::EditHouseholds)?;
    let StatusDraft {
        version,
        from,
        relocation_kind,
        site,
        household_type,
        poverty_attribute,
        monitor_category,
    } = draft.into_inner();
    let (entry, from, version) = read_status(&fields(vec![
        ("version", Some(version.to_string())),
        ("from", Some(from)),
        ("relocation_kind", relocation_kind),
        ("site", site),
        ("household_type", household_type),
        ("poverty_attribute", poverty_attribute),
        ("monitor_category", monitor_category),
    ]))?;
    write(&services, caller, move |tx| {
        amend_household(tx, *id, version, &entry, from)
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Settlement sites, by region and name
#[utoipa::path(tag = "households", responses((status = 200, description = "Sites", body = ListView<SiteView>)))]
#[get("/api/v1/sites")]
async fn list_sites(services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    caller.need_sign_in()?;
    let sites = blocking(move || services.db.read(store::sites)).await?;
    Ok(HttpResponse::Ok().json(ListView {
        items: sites.iter().map(SiteView::of).collect(),
        next: None,
    }))
}

/// A person, numbers masked
#[utoipa::path(tag = "persons", params(("id" = String, Path, description = "The person")), responses(
    (status = 200, description = "The person", body = PersonView),
    (status = 404, description = "None such in the caller's scope"),
))]
#[get("/api/v1/persons/{id}")]
async fn one_person(services: web::Data<Services>, caller: Caller, id: web::Path<PersonId>) -> Result<HttpResponse> {
    let today = services.clock.today();
    let view = blocking(move || {
        services.db.snapshot(|conn| {
            let permission = seeing(&caller, *id)?;
            let person = store::person_for(conn, &caller.actor, *id, permission)?;
            let status = store::statuses_of(conn, &[*id], today)?.remove(&*id);
            let household_id = store::household_of(conn, *id)?;
            Ok(PersonView::of(&person, status.as_ref(), household_id, today))
        })
    })
    .await?;
    Ok(HttpResponse::Ok().json(view))
}

/// Oneself by one's own right, others by the right to see households.
fn seeing(caller: &Caller, id: PersonId) -> Result<Permission> {
    let is_self = caller.actor.person_id() == Some(id);
    let permission = if is_self {
        Permission::SeeOwnRecord
    } else {
        Permission::SeeHouseholds
    };
    caller.need(permission)?;
    Ok(permission)
}

fn acting(caller: &Caller, id: PersonId) -> Result<()> {
    let is_self = caller.actor.person_id() == Some(id);
    caller.need(if is_self {
        Permission::ActForSelf
    } else {
        Permission::ActForOthers
    })
}

/// A correction of a person's record. What is absent stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PersonAmendmentDraft {
    /// The person's version that the caller saw.
    #[schema(example = 2)]
    version: i32,
    /// From which day labour capacity and school hold.
    #[schema(example = "2026-11-23")]
    from: String,
    #[schema(example = "岩温")]
    name: Option<String>,
    #[schema(example = "junior_middle")]
    education: Option<String>,
    mandarin: Option<String>,
    #[schema(example = "ordinary")]
    labour_skill: Option<String>,
    /// `no`, or a code of the list student_status.
    school: Option<String>,
    phone: Option<String>,
    id_number: Option<String>,
    /// The number made from 15 digits was seen on the document.
    #[serde(default)]
    confirm_id: bool,
}

/// Correct a person's record
#[utoipa::path(tag = "persons", params(("id" = String, Path, description = "The person")), request_body = PersonAmendmentDraft, responses(
    (status = 200, description = "Corrected", body = PersonView),
    (status = 409, description = "Somebody else changed it meanwhile"),
))]
#[patch("/api/v1/persons/{id}")]
async fn amend_one_person(
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<PersonId>,
    draft: web::Json<PersonAmendmentDraft>,
) -> Result<HttpResponse> {
    caller.need(Permission::EditHouseholds)?;
    let draft = draft.into_inner();
    let known = services.clone();
    let (person_id, actor) = (*id, caller.actor.clone());
    let person = blocking(move || {
        known
            .db
            .read(|conn| store::person_for(conn, &actor, person_id, Permission::EditHouseholds))
    })
    .await?;
    let (amendment, from, version) = read_amendment(&fields(vec![
        ("version", Some(draft.version.to_string())),
        ("from", Some(draft.from)),
        ("name", draft.name.or(Some(person.name))),
        ("education", draft.education),
        ("mandarin", draft.mandarin),
        ("labour_skill", draft.labour_skill),
        ("school", draft.school),
        ("phone", draft.phone),
        ("id_number", draft.id_number),
        ("confirm_id", draft.confirm_id.then(|| "yes".to_owned())),
    ]))?;
    let today = services.clock.today();
    let view = write(&services, caller, move |tx| {
        let person = amend_person(tx, person_id, version, &amendment, from)?;
        let status = store::statuses_of(tx, &[person_id], today)?.remove(&person_id);
        let household_id = store::household_of(tx, person_id)?;
        Ok(PersonView::of(&person, status.as_ref(), household_id, today))
    })
    .await?;
    Ok(HttpResponse::Ok().json(view))
}

/// A move to another household.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MembershipDraft {
    #[schema(example = "01J8ZK4Q9T3VB")]
    household_id: String,
    #[schema(example = "son")]
    relation: Option<String>,
    #[schema(example = "2026-11-23")]
    from: String,
}

/// Move a person to another household
#[utoipa::path(tag = "persons", params(("id" = String, Path, description = "The person")), request_body = MembershipDraft, responses((status = 204, description = "Moved")))]
#[post("/api/v1/persons/{id}/memberships")]
async fn add_membership(
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<PersonId>,
    draft: web::Json<MembershipDraft>,
) -> Result<HttpResponse> {
    caller.need(Permission::EditHouseholds)?;
    let draft = draft.into_inner();
    let household_id: HouseholdId = draft
        .household_id
        .parse()
        .map_err(|_| Error::invalid("household_id", "household-unknown"))?;
    let typed = fields(vec![("relation", draft.relation), ("from", Some(draft.from))]);
    let mut reader = Reader::new(&typed);
    let relation = reader.optional_choice("relation", RelationToHead::parse);
    let from = required_day(&mut reader, &typed, "from");
    reader.finish()?;
    write(&services, caller, move |tx| {
        move_person(tx, *id, household_id, relation, from)
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// What a person would accept, as last stated
#[utoipa::path(tag = "persons", params(("id" = String, Path, description = "The person")), responses(
    (status = 200, description = "The newest wish", body = WishView),
    (status = 404, description = "No wish was stated"),
))]
#[get("/api/v1/persons/{id}/wishes/newest")]
async fn newest_wish(services: web::Data<Services>, caller: Caller, id: web::Path<PersonId>) -> Result<HttpResponse> {
    let wish = blocking(move || {
        services.db.snapshot(|conn| {
            let permission = seeing(&caller, *id)?;
            store::person_for(conn, &caller.actor, *id, permission)?;
            store::wish_of(conn, *id)?.or_not_found("wish")
        })
    })
    .await?;
    Ok(HttpResponse::Ok().json(WishView::of(&wish)))
}

/// What a person would accept.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WishDraftBody {
    /// `work`, `training` or `nothing`.
    #[schema(example = "work")]
    wants: String,
    /// Codes or names of occupations.
    #[serde(default)]
    #[schema(example = json!(["4-09-08-01"]))]
    occupations: Vec<String>,
    #[schema(example = "county")]
    destination: Option<String>,
    /// At least so much a month, in yuan.
    #[schema(example = "2400.00")]
    wage_min: Option<String>,
    #[serde(default)]
    lodging_needed: bool,
    note: Option<String>,
}

/// State a wish, for oneself or for somebody of the scope
#[utoipa::path(tag = "persons", params(("id" = String, Path, description = "The person")), request_body = WishDraftBody, responses(
    (status = 201, description = "Stated", body = WishView)))]
#[post("/api/v1/persons/{id}/wishes")]
async fn add_wish(
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<PersonId>,
    draft: web::Json<WishDraftBody>,
) -> Result<HttpResponse> {
    acting(&caller, *id)?;
    let draft = draft.into_inner();
    let wish = read_wish(&fields(vec![
        ("wants", Some(draft.wants)),
        ("occupations", Some(draft.occupations.join("、"))),
        ("destination", draft.destination),
        ("wage_min", draft.wage_min),
        ("lodging_needed", draft.lodging_needed.then(|| "yes".to_owned())),
        ("note", draft.note),
    ]))?;
    let made = write(&services, caller, move |tx| state_wish(tx, *id, &wish)).await?;
    Ok(HttpResponse::Created().json(WishView::of(&made)))
}

/// The skills of a person
#[utoipa::path(tag = "persons", params(("id" = String, Path, description = "The person")), responses((status = 200, description = "Skills", body = ListView<SkillView>)))]
#[get("/api/v1/persons/{id}/skills")]
async fn list_skills(services: web::Data<Services>, caller: Caller, id: web::Path<PersonId>) -> Result<HttpResponse> {
    let skills = blocking(move || {
        services.db.snapshot(|conn| {
            let permission = seeing(&caller, *id)?;
            store::person_for(conn, &caller.actor, *id, permission)?;
            store::skills_of(conn, &[*id])
        })
    })
    .await?;
    Ok(HttpResponse::Ok().json(ListView {
        items: skills.iter().map(SkillView::of).collect(),
        next: None,
    }))
}

/// A skill of a person.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SkillDraft {
    #[schema(example = "砌砖")]
    name: String,
    /// Code or name of the occupation that it belongs to.
    occupation: Option<String>,
    certificate: Option<String>,
}

/// Record a skill; recording it twice is one skill
#[utoipa::path(tag = "persons", params(("id" = String, Path, description = "The person")), request_body = SkillDraft, responses(
    (status = 201, description = "Recorded", body = SkillView)))]
#[post("/api/v1/persons/{id}/skills")]
async fn add_skill(
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<PersonId>,
    draft: web::Json<SkillDraft>,
) -> Result<HttpResponse> {
    acting(&caller, *id)?;
    let draft = draft.into_inner();
    let typed = fields(vec![
        ("name", Some(draft.name)),
        ("occupation", draft.occupation),
        ("certificate", draft.certificate),
    ]);
    let mut reader = Reader::new(&typed);
    let name = reader.text("name", 40);
    let occupation = read_occupation(&mut reader, &typed, "occupation");
    let certificate = reader.optional_text("certificate", 80);
    reader.finish()?;
    let made = write(&services, caller, move |tx| {
        record_skill(tx, *id, &name, occupation.clone(), certificate.clone())
    })
    .await?;
    Ok(HttpResponse::Created().json(SkillView::of(&made)))
}

/// Take a skill away again
#[utoipa::path(tag = "persons", params(("id" = String, Path, description = "The person"), ("skill_id" = String, Path, description = "The skill")), responses((status = 204, description = "Taken away")))]
#[delete("/api/v1/persons/{id}/skills/{skill_id}")]
async fn delete_skill(
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse> {
    let (person_id, skill_id) = path.into_inner();
    let person_id: PersonId = person_id.parse().ok().or_not_found("person")?;
    let skill_id: SkillId = skill_id.parse().ok().or_not_found("skill")?;
    acting(&caller, person_id)?;
    write(&services, caller, move |tx| remove_skill(tx, person_id, skill_id)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Which number somebody asks to see, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RevealDraft {
    /// `id_number`, `phone` or `bank_account`.
    #[schema(example = "phone")]
    field: String,
    #[schema(example = "核对社保参保证件")]
    reason: String,
}

/// See one number in full, for a reason that is recorded
#[utoipa::path(tag = "persons", params(("id" = String, Path, description = "The person")), request_body = RevealDraft, responses(
    (status = 200, description = "The number", body = NumberView)))]
#[post("/api/v1/persons/{id}/reveals")]
async fn reveal(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    id: web::Path<PersonId>,
    draft: web::Json<RevealDraft>,
) -> Result<HttpResponse> {
    caller.need(Permission::RevealNumbers)?;
    let RevealDraft { field, reason } = draft.into_inner();
    let asked = reveal_field(&field).ok_or_else(|| Error::invalid("field", "not-a-choice"))?;
    let number = write(&services, caller, move |tx| reveal_number(tx, *id, asked, &reason)).await?;
    // The answers of programs' writes are kept for a day; this one is not.
    request.extensions_mut().insert(SecretAnswer);
    Ok(HttpResponse::Ok().json(NumberView { field, number }))
}
