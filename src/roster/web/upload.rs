//! Taking a roster in: streamed to a private file, looked at by its content, then opened as a batch.

use std::path::{Path, PathBuf};

use actix_multipart::Multipart;
use actix_web::{HttpRequest, HttpResponse, web};
use futures_util::{StreamExt, TryStreamExt};
use tokio::io::AsyncWriteExt;

use super::super::actions::upload_batch;
use super::super::batch::Batch;
use super::list_page;
use crate::audit::{act, back_to};
use crate::base::actor::Permission;
use crate::base::error::{Error, FieldProblem, Result};
use crate::base::ids::{BatchId, Id};
use crate::base::text::fold;
use crate::base::time::{Day, parse_day};
use crate::platform::Services;
use crate::platform::db::Caller;
use crate::platform::files::open_table;
use crate::platform::http::{Fields, FormState, Shell, blocking};

/// A roster of a township has a few hundred kilobytes; a county's whole registry stays below this.
const LIMIT_MB: usize = 50;
/// What a text field of the form may hold.
const TEXT_LIMIT: usize = 1_000;

/// What arrived with an upload. The file lies under the id of the batch that it may become.
pub struct Upload {
    id: BatchId,
    path: PathBuf,
    file_name: String,
    as_of: Option<String>,
}

/// Receives the parts of an upload. Whatever goes wrong, no half file stays behind.
pub async fn receive(services: &Services, request: &HttpRequest, body: web::Payload) -> Result<Upload> {
    let parts = Multipart::new(request.headers(), body);
    let folder = services.folder.uploads();
    tokio::fs::create_dir_all(&folder).await?;
    let id: BatchId = Id::fresh();
    let mut upload = Upload {
        path: folder.join(id.to_string()),
        id,
        file_name: String::new(),
        as_of: None,
    };
    let outcome = receive_parts(&mut upload, parts).await;
    match outcome {
        Ok(()) if upload.file_name.is_empty() => {
            discard(&upload.path).await;
            Err(Error::invalid("file", "file-missing"))
        }
        Ok(()) => Ok(upload),
        Err(error) => {
            discard(&upload.path).await;
            Err(error)
        }
    }
}

async fn discard(path: &Path) {
    // There may be nothing to remove; what cannot be removed is overwritten by nobody, since ids are fresh.
    if let Err(error) = tokio::fs::remove_file(path).await
        && error.kind() != std::io::ErrorKind::NotFound
    {
        tracing::warn!(%error, "an uploaded file could not be removed");
    }
}

async fn receive_parts(upload: &mut Upload, mut parts: Multipart) -> Result<()> {
    let unreadable = || Error::bad_request("body", "body-unreadable");
    while let Some(mut part) = parts.try_next().await.map_err(|_| unreadable())? {
        let name = part.name().unwrap_or_default().to_owned();
        if name == "file" {
            let sent = part
                .content_disposition()
                .and_then(|about| about.get_filename())
                .unwrap_or_default();
            let sent = sent.rsplit(['/', '\\']).next().unwrap_or_default();
            let file_name: String = sent.chars().filter(|c| !c.is_control()).take(120).collect();
            let bytes = write_file(&upload.path, &mut part).await?;
            if bytes > 0 {
                upload.file_name = if file_name.is_empty() {
                    "roster".to_owned()
                } else {
                    file_name
                };
            }
            continue;
        }
        let mut text = Vec::new();
        while let Some(chunk) = part.next().await {
            text.extend_from_slice(&chunk.map_err(|_| unreadable())?);
            if text.len() > TEXT_LIMIT {
                return Err(unreadable());
            }
        }
        if name == "as_of" {
            upload.as_of = Some(String::from_utf8_lossy(&text).into_owned());
        }
    }
    Ok(())
}

/// Writes the part to a file that only its owner can read, chunk by chunk.
async fn write_file(path: &Path, part: &mut actix_multipart::Field) -> Result<usize> {
    let mut options = tokio::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    options.mode(0o600);
    let mut file = options.open(path).await?;
    let mut written = 0;
    while let Some(chunk) = part.next().await {
        let chunk = chunk.map_err(|_| Error::bad_request("body", "body-unreadable"))?;
        written += chunk.len();
        if written > LIMIT_MB << 20 {
            return Err(Error::Invalid(vec![
                FieldProblem::new("file", "upload-too-large").with("limit", LIMIT_MB),
            ]));
        }
        file.write_all(&chunk).await?;
    }
    file.sync_all().await?;
    Ok(written)
}

/// Opens the batch of an upload that has arrived; the file is removed where it makes none.
pub async fn open(services: &web::Data<Services>, caller: &Caller, upload: Upload) -> Result<(Batch, Option<String>)> {
    let outcome = open_checked(services, caller, &upload).await;
    let keeps_file = outcome.as_ref().is_ok_and(|(batch, _)| batch.id == upload.id);
    if !keeps_file {
        discard(&upload.path).await;
    }
    outcome
}

async fn open_checked(
    services: &web::Data<Services>,
    caller: &Caller,
    upload: &Upload,
) -> Result<(Batch, Option<String>)> {
    let as_of = day_of(upload.as_of.as_deref())?;
    let (id, path, file_name) = (upload.id, upload.path.clone(), upload.file_name.clone());
    let looked_at = path.clone();
    // What the file is, by its content: macros, bombs and foreign kinds are refused before a batch exists.
    blocking(move || open_table(&looked_at).map(drop)).await?;
    act(services, caller, move |tx| {
        upload_batch(tx, id, &path, &file_name, as_of)
    })
    .await
}

fn day_of(text: Option<&str>) -> Result<Day> {
    let typed = fold(text.unwrap_or_default()).replace(['/', '.'], "-");
    if typed.is_empty() {
        return Err(Error::invalid("as_of", "required"));
    }
    parse_day(&typed).ok_or_else(|| Error::invalid("as_of", "not-a-day"))
}

pub async fn post(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    body: web::Payload,
) -> Result<HttpResponse> {
    caller.need(Permission::ImportRosters)?;
    let received = receive(&services, &request, body).await;
    let typed_day = received
        .as_ref()
        .ok()
        .and_then(|upload| upload.as_of.clone())
        .unwrap_or_default();
    let outcome = match received {
        Ok(upload) => open(&services, &caller, upload).await,
        Err(error) => Err(error),
    };
    let problems = match outcome {
        Ok((batch, number)) => return Ok(back_to(&format!("/board/imports/{}", batch.id), number.as_deref())),
        Err(Error::Invalid(problems)) => problems,
        Err(Error::Refused { code, values }) => vec![FieldProblem {
            field: "file".to_owned(),
            code,
            values,
        }],
        Err(error) => return Err(error),
    };
    let typed = Fields::new(vec![("as_of".to_owned(), typed_day)]);
    let f = FormState::refused(&typed, &problems, Shell::of(&request).locale);
    list_page(&request, &services, &caller, f).await
}
