//! Lists as files for the bureau's own work: CSV that its spreadsheet program opens as it is.

use actix_web::HttpResponse;
use actix_web::http::header;

use crate::base::error::{Context, Result};

/// Rows as a CSV file for download. Cells that a spreadsheet would run as a formula are written as text.
pub fn csv_answer(file_name: &str, head: &[String], rows: &[Vec<String>]) -> Result<HttpResponse> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let attempted = "a list could not be written as CSV";
    writer
        .write_record(head.iter().map(|cell| harmless(cell)))
        .context(attempted)?;
    for row in rows {
        writer
            .write_record(row.iter().map(|cell| harmless(cell)))
            .context(attempted)?;
    }
    let body = writer.into_inner().context(attempted)?;
    // Without the mark the bureau's spreadsheet program reads UTF-8 as GB18030.
    let mut bytes = vec![0xef, 0xbb, 0xbf];
    bytes.extend(body);
    let plain: String = file_name
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
        .collect();
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{plain}\"")))
        .body(bytes))
}

fn harmless(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_become_text() {
        for (cell, written) in [
            ("=1+1", "'=1+1"),
            ("-3", "'-3"),
            ("@x", "'@x"),
            ("岩温", "岩温"),
            ("", ""),
        ] {
            assert_eq!(harmless(cell), written);
        }
    }
}
