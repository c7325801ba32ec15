//! Style, script and picture of the site: compiled in, named by their content, compressed once, kept a year.

use std::collections::HashMap;
use std::io::Write;
use std::sync::LazyLock;

use actix_web::http::header::{self, HeaderValue};
use actix_web::web::{self, Bytes};
use actix_web::{HttpRequest, HttpResponse};
use rust_embed::RustEmbed;

use crate::base::error::{Error, Result};
use crate::base::secret::hex;

#[derive(RustEmbed)]
#[folder = "templates/assets"]
struct Files;

struct Asset {
    path: String,
    content_type: &'static str,
    plain: Bytes,
    gzip: Bytes,
    brotli: Bytes,
}

/// By file name, and by the name with the fingerprint.
static ASSETS: LazyLock<HashMap<String, Asset>> = LazyLock::new(|| {
    let files = Files::iter().filter_map(|name| Some((name.to_string(), Files::get(&name)?)));
    files
        .map(|(name, file)| (name.clone(), Asset::new(&name, &file)))
        .collect()
});
static BY_FINGERPRINT: LazyLock<HashMap<&'static str, &'static Asset>> = LazyLock::new(|| {
    ASSETS
        .values()
        .filter_map(|asset| Some((asset.path.strip_prefix("/assets/")?, asset)))
        .collect()
});

impl Asset {
    fn new(name: &str, file: &rust_embed::EmbeddedFile) -> Self {
        let fingerprint = hex(&file.metadata.sha256_hash())
            .get(..8)
            .unwrap_or_default()
            .to_owned();
        let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
        let content_type = match extension {
            "css" => "text/css; charset=utf-8",
            "js" => "text/javascript; charset=utf-8",
            "svg" => "image/svg+xml",
            _ => "application/octet-stream",
        };
        Self {
            path: format!("/assets/{stem}.{fingerprint}.{extension}"),
            content_type,
            gzip: gzip(&file.data),
            brotli: brotli(&file.data),
            plain: Bytes::copy_from_slice(&file.data),
        }
    }
}

/// The path of an asset with its fingerprint; empty for a name that there is none of, which a test finds.
pub fn asset(name: &str) -> &'static str {
    ASSETS.get(name).map_or("", |asset| asset.path.as_str())
}

/// `GET /assets/{name}`
pub(super) async fn serve(request: HttpRequest, name: web::Path<String>) -> Result<HttpResponse> {
    let asset = BY_FINGERPRINT.get(name.as_str()).ok_or(Error::NotFound("page"))?;
    let accepted = request
        .headers()
        .get(header::ACCEPT_ENCODING)
        .and_then(|v| v.to_str().ok())
        .unwrap_or("");
    let accepts = |wanted: &str| accepted.split(',').any(|part| accepts_coding(part, wanted));
    let (coding, body) = if accepts("br") {
        (Some("br"), &asset.brotli)
    } else if accepts("gzip") {
        (Some("gzip"), &asset.gzip)
    } else {
        (None, &asset.plain)
    };
    let mut answer = HttpResponse::Ok();
    answer
        .content_type(asset.content_type)
        .insert_header((header::VARY, "Accept-Encoding"));
    answer.insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"));
    // "identity" tells a compressing wrap that the choice has been made here.
    answer.insert_header((
        header::CONTENT_ENCODING,
        HeaderValue::from_static(coding.unwrap_or("identity")),
    ));
    Ok(answer.body(body.clone()))
}

/// Whether one entry of `Accept-Encoding` allows a coding: `br`, `br;q=0.5`, but not `br;q=0`.
fn accepts_coding(entry: &str, wanted: &str) -> bool {
    let (coding, quality) = entry.split_once(';').unwrap_or((entry, "q=1"));
    let refused = quality
        .trim()
        .strip_prefix("q=")
        .is_some_and(|q| q.trim().parse::<f32>().is_ok_and(|q| q <= 0.0));
    coding.trim().eq_ignore_ascii_case(wanted) && !refused
}

/// Writing to memory does not fail; should it, the empty answer is seen by the test of the sizes.
fn gzip(data: &[u8]) -> Bytes {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let written = encoder.write_all(data).and_then(|()| encoder.finish());
    written.map(Bytes::from).unwrap_or_default()
}

fn brotli(data: &[u8]) -> Bytes {
    let mut out = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: 11,
        ..Default::default()
    };
    match brotli::BrotliCompress(&mut &*data, &mut out, &parameters) {
        Ok(_) => Bytes::from(out),
        Err(_) => Bytes::new(),
    }
}
