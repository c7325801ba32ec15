//! The one screen of a posting, and its steps.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::words::{occupation_words, read_occupation};
use crate::base::actor::Permission;
use crate::base::codes::Education;
use crate::base::error::{Error, FieldProblem, OrNotFound, Result};
use crate::base::ids::{EmployerId, Id, PostingId};
use crate::employers::web::common::{own_employer, place_choices, read_phone, read_place, see_other};
use crate::employers::{Employer, employer_by_id, employer_for, may_hold_public_posts};
use crate::platform::Services;
use crate::platform::db::{Caller, Conn};
use crate::platform::http::parts::Choice;
use crate::platform::http::{Fields, FormState, Reader, Shell, blocking, page, page_with_status};
use crate::platform::i18n::Locale;
use crate::postings::{
    PhysicalDemand, Posting, PostingDraft, PostingKind, Wage, WageUnit, amend_posting, draft_posting,
    is_forbidden_wording, posting_for, wording_problems,
};
use crate::reference::regions;

#[derive(Template)]
#[template(path = "postings/form.html")]
pub(super) struct PostingPage {
    s: Shell,
    title: String,
    action: String,
    back: String,
    id: String,
    version: i32,
    employer_id: String,
    employer_name: String,
    /// A draft of a known posting keeps its phone.
    is_new: bool,
    /// Choices of the kind; empty where there is one only.
    kinds: Vec<Choice>,
    form: FormState,
    places: Vec<String>,
    units: Vec<Choice>,
    educations: Vec<Choice>,
    demands: Vec<Choice>,
    opens_details: bool,
}

/// For whom a posting is written, and which kinds it may be of.
pub(super) struct Desk {
    employer: Employer,
    kinds: Vec<PostingKind>,
}

/// The caller's own employer, or one for which he writes the bureau's public posts.
fn desk_of(conn: &mut Conn, caller: &Caller, asked: Option<EmployerId>) -> Result<Desk> {
    caller.need_sign_in()?;
    let Some(id) = asked.filter(|id| !caller.actor.manages(*id)) else {
        let employer = match asked {
            Some(id) => employer_by_id(conn, id)?,
            None => own_employer(conn, caller)?,
        };
        let public = may_hold_public_posts(employer.kind);
        let kinds = if public {
            vec![PostingKind::Job, PostingKind::PublicWelfare]
        } else {
            vec![PostingKind::Job]
        };
        return Ok(Desk { employer, kinds });
    };
    let employer = employer_for(conn, &caller.actor, id, Permission::EditPublicPosts)?;
    if !may_hold_public_posts(employer.kind) {
        return Err(Error::refused("public-post-employer"));
    }
    Ok(Desk {
        employer,
        kinds: vec![PostingKind::PublicWelfare],
    })
}

pub(super) fn posting_page(s: Shell, desk: &Desk, id: PostingId, version: Option<i32>, form: FormState) -> PostingPage {
    let l = s.locale;
    let is_new = version.is_none();
    let writes_for_bureau = desk.kinds == [PostingKind::PublicWelfare];
    let kinds = if desk.kinds.len() > 1 {
        let choice = |kind: &PostingKind| Choice::new(kind.as_str(), l.label(PostingKind::LIST, kind.as_str()));
        desk.kinds.iter().map(choice).collect()
    } else {
        Vec::new()
    };
    let optional = [
        "reserved_places",
        "occupation",
        "address",
        "lodging",
        "meals",
        "insurance",
        "transport",
        "education",
        "certificate",
        "physical",
    ];
    PostingPage {
        title: if is_new {
            l.t("desk-posting-new")
        } else {
            l.t("desk-posting-edit")
        },
        action: if is_new {
            "/desk/postings".to_owned()
        } else {
            format!("/desk/postings/{id}/edit")
        },
        back: match (is_new, writes_for_bureau) {
            (true, true) => format!("/board/verify/employers/{}", desk.employer.id),
            (true, false) => "/desk".to_owned(),
            (false, _) => format!("/desk/postings/{id}"),
        },
        id: id.to_string(),
        version: version.unwrap_or(0),
        employer_id: desk.employer.id.to_string(),
        employer_name: desk.employer.name.clone(),
        is_new,
        kinds,
        opens_details: !is_new || optional.iter().any(|field| form.problem(field).is_some()),
        form,
        places: place_choices(),
        units: Choice::of_list(WageUnit::LIST, l),
        educations: Choice::of_list(Education::LIST, l),
        demands: Choice::of_list(PhysicalDemand::LIST, l),
        s,
    }
}

fn asked_employer(fields: &Fields) -> Result<Option<EmployerId>> {
    let parse = |text: &str| text.parse().map_err(|_| Error::NotFound("employer"));
    fields.find("employer").map(parse).transpose()
}

/// `GET /desk/postings/new`
pub(super) async fn new_posting(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
) -> Result<HttpResponse> {
    let asked = asked_employer(&Fields::of_query(&request))?;
    let desk = blocking(move || services.db.read(|conn| desk_of(conn, &caller, asked))).await?;
    let employer = &desk.employer;
    let values = [
        ("region", regions().address_of(&employer.region_code)),
        ("contact_name", employer.contact_name.clone()),
        ("wage_unit", WageUnit::Month.as_str().to_owned()),
        ("physical", PhysicalDemand::Medium.as_str().to_owned()),
        (
            "kind",
            desk.kinds
                .first()
                .map(|kind| kind.as_str().to_owned())
                .unwrap_or_default(),
        ),
    ];
    let values = values.map(|(name, value)| (name.to_owned(), value)).to_vec();
    let form = FormState::filled(values);
    page(&posting_page(Shell::of(&request), &desk, Id::fresh(), None, form))
}

/// Reads the screen. Wording that may not be published is a problem of its box.
pub(crate) fn read_draft(
    fields: &Fields,
    id: PostingId,
    employer_id: EmployerId,
    kind: Option<PostingKind>,
) -> Result<PostingDraft> {
    let mut reader = Reader::new(fields);
    let title = reader.text("title", 60);
    let kind = match kind {
        Some(kind) => Some(kind),
        None => reader.choice("kind", PostingKind::parse),
    };
    let region = read_place(&mut reader, fields, "region");
    let places = i32::try_from(reader.whole("places", 1, 10_000)).unwrap_or(1);
    let reserved = reader.optional_whole("reserved_places", 0, 10_000).unwrap_or(0);
    let wage = read_wage(&mut reader, fields);
    let description = reader.text("description", 4_000);
    let contact_name = reader.text("contact_name", 40);
    let phone = read_phone(&mut reader, fields, "phone");
    let closes_on = reader.optional_day("closes_on");
    let occupation = match fields.find("occupation") {
        None => None,
        Some(typed) => {
            let found = read_occupation(typed);
            if found.is_none() {
                reader.problem(FieldProblem::new("occupation", "posting-occupation"));
            }
            found
        }
    };
    let address = reader.optional_text("address", 200).unwrap_or_default();
    let education = reader.optional_choice("education", Education::parse);
    let certificate = reader.optional_text("certificate", 60);
    let physical = reader.optional_choice("physical", PhysicalDemand::parse);
    let (lodging, meals) = (reader.ticked("lodging"), reader.ticked("meals"));
    let (insurance, transport) = (reader.ticked("insurance"), reader.ticked("transport"));
    reader.finish()?;
    let (Some(kind), Some(region)) = (kind, region) else {
        return Err(Error::invalid("region", "required"));
    };
    Ok(PostingDraft {
        id,
        employer_id,
        title,
        kind,
        region,
        places,
        reserved_places: i32::try_from(reserved).unwrap_or(0),
        wage,
        description,
        contact_name,
        phone,
        closes_on,
        occupation,
        address,
        lodging,
        meals,
        insurance,
        transport,
        education,
        certificate,
        physical: physical.unwrap_or(PhysicalDemand::Medium),
    })
}

/// From–to with its unit, or by agreement.
fn read_wage(reader: &mut Reader<'_>, fields: &Fields) -> Wage {
    if reader.ticked("negotiable") {
        return Wage::Negotiable;
    }
    let low = reader.optional_money("wage_low");
    let high = reader.optional_money("wage_high");
    let unit = reader
        .optional_choice("wage_unit", WageUnit::parse)
        .unwrap_or(WageUnit::Month);
    match (low, high) {
        (Some(low), high) => Wage::Range {
            low,
            high: high.unwrap_or(low),
            unit,
        },
        (None, _) => {
            if fields.find("wage_low").is_none() {
                reader.problem(FieldProblem::new("wage_low", "posting-wage"));
            }
            Wage::Negotiable
        }
    }
}

/// What the law forbids in the text stops the form at once; what is in doubt is shown on the next page.
fn refuse_forbidden(draft: &PostingDraft) -> Result<()> {
    let problems = wording_problems(&draft.title, &draft.description);
    let stopped: Vec<FieldProblem> = problems.into_iter().filter(is_forbidden_wording).collect();
    if stopped.is_empty() {
        Ok(())
    } else {
        Err(Error::Invalid(stopped))
    }
}

/// `POST /desk/postings`
pub(super) async fn keep_posting(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    fields: Fields,
) -> Result<HttpResponse> {
    let id: PostingId = fields.get("id").parse().unwrap_or_else(|_| Id::fresh());
    let asked = asked_employer(&fields)?;
    let (db, asking) = (services.db.clone(), caller.clone());
    let desk = blocking(move || db.read(|conn| desk_of(conn, &asking, asked))).await?;
    let only = Some(&desk.kinds)
        .filter(|kinds| kinds.len() == 1)
        .and_then(|kinds| kinds.first().copied());
    let read =
        read_draft(&fields, id, desk.employer.id, only).and_then(|draft| refuse_forbidden(&draft).map(|()| draft));
    let kept = match read {
        Err(error) => Err(error),
        Ok(draft) => {
            let db = services.db.clone();
            blocking(move || db.write(&caller, |tx| draft_posting(tx, &draft))).await
        }
    };
    match kept {
        Ok(posting) => {
            services.wake.notify_one();
            Ok(see_other(&format!("/desk/postings/{}?done=saved", posting.id)))
        }
        Err(Error::Invalid(problems)) => {
            let s = Shell::of(&request);
            let form = FormState::refused(&fields, &at_its_box(problems), s.locale);
            let page = posting_page(s, &desk, id, None, form);
            page_with_status(&page, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(error) => Err(error),
    }
}

/// The record says "wage"; the screen has a box for each end.
pub(super) fn at_its_box(mut problems: Vec<FieldProblem>) -> Vec<FieldProblem> {
    for problem in &mut problems {
        if problem.field == "wage" {
            "wage_low".clone_into(&mut problem.field);
        }
    }
    problems
}

/// A posting that the caller writes, with its employer.
pub(super) fn own_posting(conn: &mut Conn, caller: &Caller, id: PostingId) -> Result<(Posting, Desk)> {
    caller.need_sign_in()?;
    let posting = posting_for(conn, &caller.actor, id, Permission::ManageOwnEmployer)?;
    let desk = desk_of(conn, caller, Some(posting.employer_id))?;
    Ok((posting, desk))
}

pub(crate) fn posting_id(path: &str) -> Result<PostingId> {
    path.parse().ok().or_not_found("posting")
}

/// The boxes of the screen as they stand on record.
pub(super) fn values_of(l: Locale, posting: &Posting) -> Vec<(String, String)> {
    let yuan = |money: Option<crate::base::money::Money>| money.map(|m| m.to_string()).unwrap_or_default();
    let ticked = |holds: bool| if holds { "yes".to_owned() } else { String::new() };
    let negotiable = posting.wage() == Wage::Negotiable;
    [
        ("title", posting.title.clone()),
        ("kind", posting.kind.as_str().to_owned()),
        ("region", regions().address_of(&posting.region_code)),
        ("places", posting.places.to_string()),
        (
            "reserved_places",
            Some(posting.reserved_places)
                .filter(|count| *count > 0)
                .map(|count| count.to_string())
                .unwrap_or_default(),
        ),
        ("negotiable", ticked(negotiable)),
        ("wage_low", yuan(posting.wage_low_fen)),
        ("wage_high", yuan(posting.wage_high_fen)),
        ("wage_unit", posting.wage_unit.as_str().to_owned()),
        ("description", posting.description.clone()),
        ("contact_name", posting.contact_name.clone()),
        (
            "closes_on",
            posting.closes_on.map(|day| day.to_string()).unwrap_or_default(),
        ),
        ("occupation", occupation_words(l, &posting.occupation_code)),
        ("address", posting.address.clone()),
        ("lodging", ticked(posting.lodging)),
        ("meals", ticked(posting.meals)),
        ("insurance", ticked(posting.insurance)),
        ("transport", ticked(posting.transport)),
        (
            "education",
            posting.education.map(|e| e.as_str().to_owned()).unwrap_or_default(),
        ),
        ("certificate", posting.certificate.clone().unwrap_or_default()),
        ("physical", posting.physical.as_str().to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .to_vec()
}

/// `GET /desk/postings/{id}/edit`
pub(super) async fn edit_posting(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
) -> Result<HttpResponse> {
    let id = posting_id(&path)?;
    let (posting, desk) = blocking(move || services.db.snapshot(|conn| own_posting(conn, &caller, id))).await?;
    let s = Shell::of(&request);
    let form = FormState::filled(values_of(s.locale, &posting));
    page(&posting_page(s, &desk, id, Some(posting.version), form))
}

/// `POST /desk/postings/{id}/edit`
pub(super) async fn amend(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
    fields: Fields,
) -> Result<HttpResponse> {
    let id = posting_id(&path)?;
    let (db, asking) = (services.db.clone(), caller.clone());
    let (posting, desk) = blocking(move || db.snapshot(|conn| own_posting(conn, &asking, id))).await?;
    let version: i32 = fields.get("version").parse().map_err(|_| Error::Conflict)?;
    let kind = Some(posting.kind).filter(|_| desk.kinds.len() == 1);
    let read =
        read_draft(&fields, id, posting.employer_id, kind).and_then(|draft| refuse_forbidden(&draft).map(|()| draft));
    let saved = match read {
        Err(error) => Err(error),
        Ok(draft) => {
            let db = services.db.clone();
            blocking(move || db.write(&caller, |tx| amend_posting(tx, version, &draft))).await
        }
    };
    match saved {
        Ok(_) => {
            services.wake.notify_one();
            Ok(see_other(&format!("/desk/postings/{id}?done=saved")))
        }
        Err(Error::Invalid(problems)) => {
            let s = Shell::of(&request);
            let form = FormState::refused(&fields, &at_its_box(problems), s.locale);
            let page = posting_page(s, &desk, id, Some(version), form);
            page_with_status(&page, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(error) => Err(error),
    }
}
