//! Three questions with large choices: what work, how far, from which wage.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::own_person;
use crate::base::codes::DestinationWish;
use crate::base::error::{Error, Result};
use crate::base::money::Money;
use crate::platform::Services;
use crate::platform::db::Caller;
use crate::platform::http::parts::Choice;
use crate::platform::http::{Fields, FormState, Reader, Shell, blocking, page, page_with_status, pictogram_of};
use crate::reference::{OccupationCode, occupations};
use crate::registry::{Wants, Wish, WishDraft, state_wish, wish_of};

/// Kinds of work as people think of them, each with the branches of the classification that it means.
const KINDS: [(&str, &[&str]); 12] = [
    ("wish-cleaning", &["4-09-08-00"]),
    ("wish-kitchen", &["4-03-00-00"]),
    ("wish-guard", &["4-07-05-00"]),
    ("wish-driver", &["4-02-00-00", "6-30-00-00"]),
    ("wish-care", &["4-10-01-00"]),
    ("wish-shop", &["4-01-00-00"]),
    ("wish-tea", &["5-01-02-02"]),
    ("wish-rubber", &["5-01-02-04"]),
    ("wish-farm", &["5-01-00-00", "5-03-00-00"]),
    ("wish-building", &["6-29-00-00"]),
    ("wish-sewing", &["6-05-00-00"]),
    ("wish-factory", &["6-31-00-00", "6-02-00-00"]),
];

/// How far, nearest first; Shanghai stands apart because the bureaus of both places arrange it together.
const REACH: [DestinationWish; 7] = [
    DestinationWish::Village,
    DestinationWish::Township,
    DestinationWish::County,
    DestinationWish::Prefecture,
    DestinationWish::Province,
    DestinationWish::Shanghai,
    DestinationWish::Any,
];

const FLOORS: [i64; 4] = [2000, 3000, 4000, 5000];

struct Kind {
    code: &'static str,
    pictogram: &'static str,
    label: String,
}

#[derive(Template)]
#[template(path = "matching/wish.html")]
struct WishPage {
    s: Shell,
    f: FormState,
    kinds: Vec<Kind>,
    reach: Vec<Choice>,
    floors: Vec<Choice>,
}

pub async fn form(request: HttpRequest, services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    let person = own_person(&caller)?;
    let wish = blocking(move || services.db.read(|conn| wish_of(conn, person))).await?;
    let f = wish.as_ref().map_or_else(FormState::empty, filled);
    page(&wish_page(Shell::of(&request), f))
}

fn wish_page(s: Shell, f: FormState) -> WishPage {
    let l = s.locale;
    let kind = |(key, codes): (&'static str, &'static [&'static str])| Kind {
        code: key.trim_start_matches("wish-"),
        pictogram: codes.first().map_or("person", |code| pictogram_of(code)),
        label: l.t(key),
    };
    let floor = |yuan: i64| Choice::new(yuan.to_string(), l.ta("wish-floor", &[("wage", l.number(yuan).into())]));
    let any = Choice::new("0", l.t("wish-floor-any"));
    WishPage {
        kinds: KINDS.into_iter().map(kind).collect(),
        reach: REACH
            .map(|reach| Choice::new(reach.as_str(), l.t(reach_key(reach))))
            .to_vec(),
        floors: std::iter::once(any).chain(FLOORS.map(floor)).collect(),
        f,
        s,
    }
}

const fn reach_key(reach: DestinationWish) -> &'static str {
    match reach {
        DestinationWish::Village => "wish-reach-village",
        DestinationWish::Township => "wish-reach-township",
        DestinationWish::County => "wish-reach-county",
        DestinationWish::Prefecture => "wish-reach-prefecture",
        DestinationWish::Province => "wish-reach-province",
        DestinationWish::Shanghai => "wish-reach-shanghai",
        DestinationWish::OutProvince | DestinationWish::Any => "wish-reach-any",
    }
}

/// The newest wish as the form shows it.
fn filled(wish: &Wish) -> FormState {
    let wished = wish.occupations();
    let mut values: Vec<(String, String)> = KINDS
        .into_iter()
        .filter(|(_, codes)| {
            codes
                .iter()
                .any(|code| wished.iter().any(|wished| wished.as_str() == *code))
        })
        .map(|(key, _)| ("kinds".to_owned(), key.trim_start_matches("wish-").to_owned()))
        .collect();
    let reach = match wish.destination {
        DestinationWish::OutProvince => DestinationWish::Any,
        reach => reach,
    };
    values.push(("destination".to_owned(), reach.as_str().to_owned()));
    let floor = wish.wage_min_fen.map_or(0, |wage| wage.fen() / 100);
    values.push(("wage_min".to_owned(), floor.to_string()));
    if wish.lodging_needed {
        values.push(("lodging".to_owned(), "yes".to_owned()));
    }
    FormState::filled(values)
}

fn read(typed: &Fields) -> Result<WishDraft> {
    let mut reader = Reader::new(typed);
    let wants = reader.choice("wants", Wants::parse).unwrap_or(Wants::Work);
    if wants == Wants::Nothing {
        reader.finish()?;
        return Ok(draft(wants, Vec::new(), DestinationWish::Any, None, false));
    }
    let destination = reader.choice("destination", DestinationWish::parse);
    let wage_min = reader.optional_money("wage_min").filter(|wage| *wage > Money::ZERO);
    let lodging = reader.ticked("lodging");
    let mut wished = Vec::new();
    for kind in typed.all("kinds") {
        let known = KINDS
            .into_iter()
            .find(|(key, _)| key.trim_start_matches("wish-") == kind);
        match known {
            Some((_, codes)) => wished.extend(codes.iter().filter_map(|code| known_code(code))),
            None => reader.problem(crate::base::error::FieldProblem::new("kinds", "not-a-choice")),
        }
    }
    reader.finish()?;
    Ok(draft(
        wants,
        wished,
        destination.unwrap_or(DestinationWish::Any),
        wage_min,
        lodging,
    ))
}

fn known_code(code: &str) -> Option<OccupationCode> {
    OccupationCode::parse(code).filter(|code| occupations().get(code).is_some())
}

fn draft(
    wants: Wants,
    occupations: Vec<OccupationCode>,
    destination: DestinationWish,
    wage_min: Option<Money>,
    lodging_needed: bool,
) -> WishDraft {
    WishDraft {
        wants,
        occupations,
        destination,
        wage_min,
        lodging_needed,
        note: String::new(),
    }
}

pub async fn post(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    typed: Fields,
) -> Result<HttpResponse> {
    let person = own_person(&caller)?;
    let outcome = match read(&typed) {
        Ok(draft) => {
            let data = services.clone();
            blocking(move || data.db.write(&caller, |tx| state_wish(tx, person, &draft))).await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(_) => {
            services.wake.notify_one();
            Ok(HttpResponse::SeeOther()
                .insert_header((header::LOCATION, "/me/matches?done=wish"))
                .finish())
        }
        Err(Error::Invalid(problems)) => {
            let s = Shell::of(&request);
            let form = FormState::refused(&typed, &problems, s.locale);
            page_with_status(&wish_page(s, form), StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::i18n::Locale;

    #[test]
    fn every_kind_of_work_is_in_the_classification_and_has_words() {
        for (key, codes) in KINDS {
            for code in codes {
                assert!(known_code(code).is_some(), "{key}: {code}");
            }
            for l in [Locale::default(), Locale::default().other()] {
                assert_ne!(l.t(key), key);
            }
        }
    }

    #[test]
    fn a_form_is_read_as_it_was_filled() {
        let typed = |pairs: &[(&str, &str)]| {
            Fields::new(pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect())
        };
        let read_well = read(&typed(&[
            ("wants", "work"),
            ("kinds", "driver"),
            ("kinds", "tea"),
            ("destination", "county"),
            ("wage_min", "3000"),
        ]));
        let draft = read_well.unwrap();
        assert_eq!(draft.occupations.len(), 3);
        assert_eq!(draft.wage_min, Some(Money::from_fen(300_000)));
        assert!(read(&typed(&[("wants", "work")])).is_err());
        assert!(read(&typed(&[("wants", "work"), ("destination", "county"), ("kinds", "x")])).is_err());
        assert_eq!(read(&typed(&[("wants", "nothing")])).unwrap().wants, Wants::Nothing);
    }
}
