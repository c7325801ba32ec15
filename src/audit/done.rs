//! What every page does after an act: look up its receipt, go back, and show it there once.

use actix_web::http::header;
use actix_web::{HttpResponse, web};

use super::store;
use super::view::verb_words;
use crate::base::actor::Actor;
use crate::base::error::Result;
use crate::platform::Services;
use crate::platform::db::{Caller, Conn, Tx};
use crate::platform::http::{Fields, blocking};
use crate::platform::i18n::Locale;

/// Runs an act as one transaction, wakes the tasks, and returns what it made with its receipt number. An act that
/// changed nothing (it had been done before) has none.
pub async fn act<R: Send + 'static>(
    services: &web::Data<Services>,
    caller: &Caller,
    step: impl FnMut(&mut Tx<'_>) -> Result<R> + Send + 'static,
) -> Result<(R, Option<String>)> {
    let (services, caller) = (services.clone(), caller.clone());
    blocking(move || {
        let made = services.db.write(&caller, step)?;
        services.wake.notify_one();
        let number = services
            .db
            .read(|conn| store::receipt_of_request(conn, &caller.request_id))?;
        Ok((made, number))
    })
    .await
}

/// The answer to an act: back to a page, which shows the receipt.
pub fn back_to(path: &str, number: Option<&str>) -> HttpResponse {
    let there = number.map_or_else(|| path.to_owned(), |number| format!("{path}?done={number}"));
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, there))
        .finish()
}

/// A receipt in words.
#[derive(Debug, Clone)]
pub struct ReceiptWords {
    pub sentence: String,
    pub number: String,
}

/// The receipt that `?done=` of the page names, if it is the actor's own.
pub fn receipt_words(conn: &mut Conn, actor: &Actor, query: &Fields, l: Locale) -> Result<Option<ReceiptWords>> {
    let Some(number) = query.find("done") else {
        return Ok(None);
    };
    Ok(store::receipt(conn, actor, number)?.map(|receipt| ReceiptWords {
        sentence: l.ta(
            "audit-receipt",
            &[
                ("day", l.instant(receipt.at).into()),
                ("verb", verb_words(l, &receipt.verb).into()),
            ],
        ),
        number: receipt.number,
    }))
}
