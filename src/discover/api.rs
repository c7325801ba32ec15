//! Searching for programs: the same questions and answers as the pages.

use actix_web::{HttpRequest, HttpResponse, get, web};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::find::{Found, Record, find};
use super::request::{PARAMETERS, read_request};
use super::widen::Dropped;
use crate::base::codes::Language;
use crate::base::error::Result;
use crate::base::ids::{CourseId, PostingId};
use crate::base::region::RegionCode;
use crate::platform::Services;
use crate::platform::http::{Fields, Shell, blocking};
use crate::platform::search::{Facets, Hit, Segments};
use crate::postings::{PublicPosting, public_posting};
use crate::reference::{OccupationCode, occupations, regions};

pub fn api_routes(config: &mut ServiceConfig<'_>) {
    config
        .service(search_openings)
        .service(one_opening)
        .service(suggestions);
}

/// A division.
#[derive(Serialize, ToSchema)]
pub struct PlaceView {
    #[schema(example = "532801103")]
    pub code: String,
    #[schema(example = "景洪市勐养镇")]
    pub name: String,
}

impl PlaceView {
    pub fn of(code: &RegionCode) -> Self {
        Self {
            code: code.to_string(),
            name: regions().address_of(code),
        }
    }
}

/// An occupation of the classification of 2022.
#[derive(Serialize, ToSchema)]
struct OccupationView {
    #[schema(example = "4-09-08-01")]
    code: String,
    #[schema(example = "保洁员")]
    name: String,
}

impl OccupationView {
    fn of(code: &OccupationCode, language: Language) -> Self {
        Self {
            code: code.to_string(),
            name: occupations().name_of(code, language),
        }
    }
}

/// An open job or public-welfare post, as everybody sees it.
#[derive(Serialize, ToSchema)]
pub struct OpeningView {
    #[schema(example = "01J8ZK4Q9T3VB")]
    id: String,
    /// `job` or `public_welfare`.
    #[schema(example = "job")]
    kind: &'static str,
    #[schema(example = "酒店保洁员")]
    title: String,
    #[schema(example = "01J8ZK4Q9T3VC")]
    employer_id: String,
    #[schema(example = "景洪市某酒店有限公司")]
    employer_name: String,
    occupation: OccupationView,
    place: PlaceView,
    #[schema(example = "宣慰大道 12 号")]
    address: String,
    /// Yuan, per `wage_unit`; absent where it is to be agreed.
    #[schema(example = "2400.00")]
    wage_low: Option<String>,
    #[schema(example = "3000.00")]
    wage_high: Option<String>,
    /// `month`, `day`, `hour` or `piece`.
    #[schema(example = "month")]
    wage_unit: &'static str,
    #[schema(example = 5)]
    places: i32,
    #[schema(example = 4)]
    free_places: i32,
    lodging: bool,
    meals: bool,
    insurance: bool,
    transport: bool,
    #[schema(example = "junior_middle")]
    education: Option<&'static str>,
    #[schema(example = "电工证")]
    certificate: Option<String>,
    /// `light`, `medium` or `heavy`.
    #[schema(example = "light")]
    physical: &'static str,
    #[schema(example = "打扫客房，每天 8 小时，每周休 1 天。")]
    description: String,
    #[schema(example = "2026-03-01")]
    published_on: Option<String>,
    /// The last day on which somebody may apply.
    #[schema(example = "2026-04-30")]
    closes_on: Option<String>,
}

impl OpeningView {
    pub fn of(posting: &PublicPosting, language: Language) -> Self {
        Self {
            id: posting.id.to_string(),
            kind: posting.kind.as_str(),
            title: posting.title.clone(),
            employer_id: posting.employer_id.to_string(),
            employer_name: posting.employer_name.clone(),
            occupation: OccupationView::of(&posting.occupation, language),
            place: PlaceView::of(&posting.region),
            address: posting.address.clone(),
            wage_low: posting.wage_low.map(|wage| wage.to_string()),
            wage_high: posting.wage_high.map(|wage| wage.to_string()),
            wage_unit: posting.wage_unit.as_str(),
            places: posting.places,
            free_places: posting.free_places,
            lodging: posting.lodging,
            meals: posting.meals,
            insurance: posting.insurance,
            transport: posting.transport,
            education: posting.education.map(|education| education.as_str()),
            certificate: posting.certificate.clone(),
            physical: posting.physical.as_str(),
            description: posting.description.clone(),
            published_on: posting.published_on.map(|day| day.to_string()),
            closes_on: posting.closes_on.map(|day| day.to_string()),
        }
    }
}

/// A piece of a text; `hit` where it agrees with what was asked.
#[derive(Serialize, ToSchema)]
struct PieceView {
    #[schema(example = "保洁")]
    text: String,
    hit: bool,
}

fn pieces(segments: &Segments) -> Vec<PieceView> {
    let piece = |(hit, text): &(bool, String)| PieceView {
        text: text.clone(),
        hit: *hit,
    };
    segments.iter().map(piece).collect()
}

/// One thing found.
#[derive(Serialize, ToSchema)]
struct HitView {
    /// `job`, `public_welfare` or `course`.
    #[schema(example = "job")]
    kind: &'static str,
    #[schema(example = "01J8ZK4Q9T3VB")]
    id: String,
    title: Vec<PieceView>,
    excerpt: Vec<PieceView>,
    /// Absent for courses.
    opening: Option<OpeningView>,
}

impl HitView {
    fn of(hit: &Hit, record: &Record, language: Language) -> Self {
        let posting = record.posting();
        Self {
            kind: hit.kind.as_str(),
            id: match posting {
                Some(posting) => posting.id.to_string(),
                None => CourseId::from_raw(hit.id).to_string(),
            },
            title: pieces(&hit.title),
            excerpt: pieces(&hit.fragment),
            opening: posting.map(|posting| OpeningView::of(posting, language)),
        }
    }
}

/// How many there are of a value, if the filter were set to it.
#[derive(Serialize, ToSchema)]
struct CountView {
    /// The value for the parameter; of occupations the branch (`4-09`).
    #[schema(example = "532801")]
    value: String,
    #[schema(example = 128)]
    count: u64,
}

#[derive(Serialize, ToSchema)]
struct FacetsView {
    kind: Vec<CountView>,
    /// One level below the region asked for.
    region: Vec<CountView>,
    /// One level below the occupation asked for.
    occupation: Vec<CountView>,
    /// By the lower bound of the band, yuan a month.
    wage: Vec<CountView>,
}

impl FacetsView {
    fn of(facets: &Facets) -> Self {
        let count = |value: String, count: &u64| CountView { value, count: *count };
        Self {
            kind: facets
                .kinds
                .iter()
                .map(|(kind, n)| count(kind.as_str().to_owned(), n))
                .collect(),
            region: facets
                .regions
                .iter()
                .map(|(code, n)| count(code.to_string(), n))
                .collect(),
            occupation: facets
                .occupations
                .iter()
                .map(|(stem, n)| count(stem.clone(), n))
                .collect(),
            wage: facets
                .wage_bands
                .iter()
                .map(|(fen, n)| count((fen / 100).to_string(), n))
                .collect(),
        }
    }
}

/// Something that the wider question leaves out.
#[derive(Serialize, ToSchema)]
struct DroppedView {
    #[schema(example = "region")]
    parameter: &'static str,
    #[schema(example = "532801103")]
    from: String,
    /// Where it did not go but grew.
    #[schema(example = "532801")]
    to: Option<String>,
}

impl DroppedView {
    fn of(dropped: &Dropped) -> Self {
        let (parameter, from, to) = match dropped {
            Dropped::Wage(wage) => ("wage_min", wage.to_string(), None),
            Dropped::Lodging => ("lodging", "true".to_owned(), None),
            Dropped::Since(day) => ("since", day.to_string(), None),
            Dropped::Region { from, to } => ("region", from.to_string(), to.as_ref().map(ToString::to_string)),
            Dropped::Occupation(code) => ("occupation", code.to_string(), None),
            Dropped::Kind(kind) => ("kind", kind.as_str().to_owned(), None),
        };
        Self { parameter, from, to }
    }
}

/// A page of what was found.
#[derive(Serialize, ToSchema)]
struct FoundView {
    items: Vec<HitView>,
    /// The cursor of the next page; absent on the last one.
    next: Option<String>,
    #[schema(example = 128)]
    total: u64,
    /// Whether some have only a part of what was asked for.
    loose: bool,
    /// Only where `facets=true` asks for them.
    facets: Option<FacetsView>,
    /// Empty unless nothing answered the question as it was asked; then what was left out of it to find these.
    widened: Vec<DroppedView>,
}

impl FoundView {
    fn of(found: &Found, language: Language) -> Self {
        let hits = found.hits.iter();
        Self {
            items: hits.map(|(hit, record)| HitView::of(hit, record, language)).collect(),
            next: found.answer.next.clone(),
            total: found.answer.total,
            loose: found.answer.loose,
            facets: found.answer.facets.as_ref().map(FacetsView::of),
            widened: found
                .wider
                .iter()
                .flat_map(|wider| wider.dropped.iter().map(DroppedView::of))
                .collect(),
        }
    }
}

/// Search openings
///
/// Words in Chinese and English, `"a phrase"`, `-without`. Without words the newest come first. Where nothing is found,
/// wider questions are asked and `widened` says what they leave out. An unknown code is refused and names near ones.
#[utoipa::path(tag = "openings", security(()),
    params(
        ("q" = Option<String>, Query, description = "Words", example = "保洁 包住"),
        ("kind" = Option<String>, Query, description = "`job`, `public_welfare` or `course`", example = "job"),
        ("region" = Option<String>, Query, description = "A division and all below it", example = "532801"),
        ("occupation" = Option<String>, Query, description = "An occupation or its branch", example = "4-09-00-00"),
        ("wage_min" = Option<String>, Query, description = "Yuan a month that the best offer reaches", example = "3000"),
        ("lodging" = Option<bool>, Query, description = "Only with lodging", example = false),
        ("since" = Option<String>, Query, description = "Published on this day or later", example = "2026-01-01"),
        ("sort" = Option<String>, Query, description = "`relevance`, `date` or `wage`", example = "wage"),
        ("limit" = Option<u32>, Query, description = "1 to 100; 20 by default", example = 20),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
        ("facets" = Option<bool>, Query, description = "Also count by kind, region, occupation and wage", example = true),
    ),
    responses((status = 200, description = "What was found", body = FoundView)))]
#[get("/api/v1/openings")]
async fn search_openings(request: HttpRequest, services: web::Data<Services>) -> Result<HttpResponse> {
    let query = Fields::of_query(&request);
    query.only(&PARAMETERS)?;
    let asked = read_request(query.pairs().iter().map(|(n, v)| (n.as_str(), v.as_str())))?;
    let found = blocking(move || find(&services, &asked)).await?;
    Ok(HttpResponse::Ok().json(FoundView::of(&found, Shell::of(&request).language())))
}

/// One opening
#[utoipa::path(tag = "openings", security(()),
    params(("id" = String, Path, description = "The opening's id", example = "01J8ZK4Q9T3VB")),
    responses((status = 200, description = "The opening", body = OpeningView)))]
#[get("/api/v1/openings/{id}")]
async fn one_opening(
    request: HttpRequest,
    services: web::Data<Services>,
    id: web::Path<PostingId>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let posting = blocking(move || services.db.read(|conn| public_posting(conn, id))).await?;
    Ok(HttpResponse::Ok().json(OpeningView::of(&posting, Shell::of(&request).language())))
}

/// A name to offer while somebody types.
#[derive(Serialize, ToSchema)]
struct SuggestionView {
    #[schema(example = "保洁员")]
    text: String,
    /// How many openings and courses carry it.
    #[schema(example = 12)]
    count: u64,
}

#[derive(Serialize, ToSchema)]
struct SuggestionsView {
    items: Vec<SuggestionView>,
    /// Always absent: there is one page.
    next: Option<String>,
}

/// Suggest names
///
/// By the beginning of a name, of its pinyin, or of its pinyin initials (`bjy` → 保洁员); the most frequent first.
#[utoipa::path(tag = "openings", security(()),
    params(
        ("q" = String, Query, description = "What has been typed so far", example = "bjy"),
        ("limit" = Option<u32>, Query, description = "1 to 100; 20 by default", example = 8),
    ),
    responses((status = 200, description = "Names", body = SuggestionsView)))]
#[get("/api/v1/suggestions")]
async fn suggestions(request: HttpRequest, services: web::Data<Services>) -> Result<HttpResponse> {
    let query = Fields::of_query(&request);
    query.only(&["q", "limit"])?;
    let limit = crate::platform::http::page_request(&query)?.limit;
    let typed = query.get("q").to_owned();
    let found = blocking(move || services.finder.index().suggest(&typed, limit)).await?;
    let view = |suggestion: crate::platform::search::Suggestion| SuggestionView {
        text: suggestion.text,
        count: suggestion.documents,
    };
    Ok(HttpResponse::Ok().json(SuggestionsView {
        items: found.into_iter().map(view).collect(),
        next: None,
    }))
}
