//! Which occupation a title means, for programs.

use actix_web::{HttpRequest, HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use super::web::words::{occupations_like, suggested};
use crate::base::error::Result;
use crate::platform::http::{Fields, ListView, Shell, blocking};
use crate::reference::{OccupationCode, occupations};

/// An occupation of the classification of 2022.
#[derive(Serialize, ToSchema)]
struct OccupationView {
    #[schema(example = "4-09-08-01")]
    code: String,
    #[schema(example = "保洁员")]
    name: String,
}

/// Which occupation a title means
///
/// `title`: the likeliest occupations of a job title, the likeliest first. `q`: occupations by name, alias or code.
#[utoipa::path(tag = "postings", security(()),
    params(
        ("title" = Option<String>, Query, description = "A job title as it is typed", example = "酒店保洁"),
        ("q" = Option<String>, Query, description = "Part of a name, or the beginning of a code", example = "保洁"),
    ),
    responses((status = 200, description = "At most ten", body = ListView<OccupationView>)))]
#[get("/api/v1/occupations")]
pub(super) async fn occupations_for(request: HttpRequest) -> Result<HttpResponse> {
    let query = Fields::of_query(&request);
    query.only(&["title", "q"])?;
    let language = Shell::of(&request).locale.language();
    let found = blocking(move || {
        Ok(match query.find("title") {
            Some(title) => suggested(title),
            None => occupations_like(query.get("q")),
        })
    })
    .await?;
    let view = |code: &OccupationCode| OccupationView {
        code: code.to_string(),
        name: occupations().name_of(code, language),
    };
    Ok(HttpResponse::Ok().json(ListView::whole(found.iter().map(view).collect())))
}
