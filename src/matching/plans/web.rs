//! The officer's pages of placement plans: ask for one, look at it, fix and rule out, try more places, confirm.

mod acts;
mod list;
mod plan_page;
mod rows;

use actix_web::{HttpRequest, HttpResponse, web};

pub(super) use acts::{PlanStep, extra_of, file_answer, whom_of};
pub(super) use list::read_draft;

use crate::base::error::{OrNotFound, Result};
use crate::base::ids::PlanId;
use crate::platform::http::parts::{Badge, Tone};
use crate::platform::i18n::Locale;

use super::model::PlanStatus;

pub(in crate::matching) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/board/plans", web::get().to(list::show))
        .route("/board/plans", web::post().to(list::propose))
        .route("/board/plans/{id}", web::get().to(plan_page::show))
        .route("/board/plans/{id}/confirm", web::get().to(acts::confirmation))
        .route("/board/plans/{id}/what-if", web::get().to(plan_page::try_more))
        .route("/board/plans/{id}/steps", web::post().to(acts::step))
        .route("/board/plans/{id}/marks", web::post().to(acts::mark))
        .route("/board/plans/{id}/marks/{mark}/removal", web::post().to(acts::unmark))
        .route("/board/plans/{id}/files/{name}", web::get().to(file));
}

pub(super) fn plan_id(path: &str) -> Result<PlanId> {
    path.parse().ok().or_not_found("plan")
}

fn status_badge(l: Locale, status: PlanStatus) -> Badge {
    Badge {
        tone: match status {
            PlanStatus::Waiting => Tone::AtRisk,
            PlanStatus::Ready | PlanStatus::Confirmed => Tone::Good,
            PlanStatus::Failed => Tone::Bad,
            PlanStatus::Discarded => Tone::Quiet,
        },
        label: l.label(PlanStatus::LIST, status.as_str()).to_owned(),
    }
}

/// `GET /board/plans/{id}/files/{name}`
async fn file(
    request: HttpRequest,
    services: web::Data<crate::platform::Services>,
    caller: crate::platform::db::Caller,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse> {
    let (id, name) = path.into_inner();
    file_answer(&request, services, caller, plan_id(&id)?, &name).await
}
