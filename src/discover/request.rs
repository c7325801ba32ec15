//! What somebody asks for, read from the parameters of a request. A wrong value is never ignored: the answer names the
//! parameter and what would be right.

use crate::base::error::{Error, Result};
use crate::base::money::Money;
use crate::base::page::PageRequest;
use crate::base::region::RegionCode;
use crate::base::text::{near_words, squeeze};
use crate::base::time::{Day, parse_day};
use crate::platform::search::{DocumentKind, Filters, Question, Sort};
use crate::reference::{OccupationCode, occupations, regions};

/// How many near values an answer names.
const NEAR: usize = 5;

/// The names of all parameters.
pub const PARAMETERS: [&str; 11] = [
    "q",
    "kind",
    "region",
    "occupation",
    "wage_min",
    "lodging",
    "since",
    "sort",
    "limit",
    "cursor",
    "facets",
];

/// A search as a person asks for it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    pub words: String,
    pub kind: Option<DocumentKind>,
    pub region: Option<RegionCode>,
    pub occupation: Option<OccupationCode>,
    /// The most that is offered reaches this, a month.
    pub wage_min: Option<Money>,
    pub lodging: bool,
    pub since: Option<Day>,
    pub sort: Sort,
    pub page: PageRequest,
    /// Whether to count by kind, region, occupation and wage; the pages always do.
    pub facets: bool,
}

/// Reads the parameters `q`, `kind`, `region`, `occupation`, `wage_min` (yuan a month), `lodging`, `since`, `sort`,
/// `limit`, `cursor` and `facets`. An empty value is an absent one; of a repeated parameter the last counts; others are ignored.
pub fn read_request<'a>(parameters: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Request> {
    let mut request = Request::default();
    for (name, value) in parameters {
        let value = value.trim();
        if value.is_empty() {
            continue;
        }
        match name {
            "q" => request.words = value.to_owned(),
            "kind" => request.kind = Some(read_kind(value)?),
            "region" => request.region = Some(read_region(value)?),
            "occupation" => request.occupation = Some(read_occupation(value)?),
            "wage_min" => request.wage_min = Some(read_wage(value)?),
            "lodging" => request.lodging = read_flag("lodging", value)?,
            "facets" => request.facets = read_flag("facets", value)?,
            "since" => request.since = Some(read_day(value)?),
            "sort" => request.sort = read_sort(value)?,
            "limit" => request.page.limit = read_limit(value)?,
            "cursor" => request.page.cursor = Some(value.to_owned()),
            _ => {}
        }
    }
    Ok(request)
}

impl Request {
    /// The question that the index is asked. What closed before `today` is left out.
    pub fn question(&self, today: Day) -> Question {
        Question {
            words: self.words.clone(),
            filters: Filters {
                kind: self.kind,
                region: self.region.clone(),
                occupation: self.occupation.as_ref().map(|code| code.as_str().to_owned()),
                wage_min: self.wage_min.map(Money::fen),
                lodging: self.lodging,
                since: self.since,
                open_on: Some(today),
            },
            sort: self.sort,
            limit: self.page.limit,
            cursor: self.page.cursor.clone(),
            facets: self.facets,
            facet_level: None,
        }
    }

    /// The parameters that ask for this again, without cursor and counts: for links to other filters and pages.
    pub fn parameters(&self) -> Vec<(&'static str, String)> {
        let mut parameters = Vec::new();
        if !self.words.is_empty() {
            parameters.push(("q", self.words.clone()));
        }
        parameters.extend(self.kind.map(|kind| ("kind", kind.as_str().to_owned())));
        parameters.extend(self.region.as_ref().map(|region| ("region", region.to_string())));
        parameters.extend(self.occupation.as_ref().map(|code| ("occupation", code.to_string())));
        parameters.extend(self.wage_min.map(|wage| ("wage_min", wage.to_string())));
        if self.lodging {
            parameters.push(("lodging", "true".to_owned()));
        }
        parameters.extend(self.since.map(|day| ("since", day.to_string())));
        if self.sort != Sort::default() {
            parameters.push(("sort", sort_word(self.sort).to_owned()));
        }
        if self.page.limit != PageRequest::DEFAULT_LIMIT {
            parameters.push(("limit", self.page.limit.to_string()));
        }
        parameters
    }
}

const SORTS: [Sort; 3] = [Sort::Relevance, Sort::Date, Sort::Wage];

const fn sort_word(sort: Sort) -> &'static str {
    match sort {
        Sort::Relevance => "relevance",
        Sort::Date => "date",
        Sort::Wage => "wage",
    }
}

fn wrong(parameter: &'static str, code: &'static str, value: &str) -> Error {
    // A long value would bury the sentence that says what to do.
    const SHOWN: usize = 40;
    Error::bad_request(parameter, code).with("value", value.chars().take(SHOWN).collect::<String>())
}

fn read_kind(value: &str) -> Result<DocumentKind> {
    DocumentKind::parse(value).ok_or_else(|| {
        let known = DocumentKind::ALL.map(DocumentKind::as_str).join(", ");
        wrong("kind", "search-kind-unknown", value).with("known", known)
    })
}

fn read_sort(value: &str) -> Result<Sort> {
    SORTS
        .into_iter()
        .find(|sort| sort_word(*sort) == value)
        .ok_or_else(|| wrong("sort", "search-sort-unknown", value).with("known", SORTS.map(sort_word).join(", ")))
}

fn read_region(value: &str) -> Result<RegionCode> {
    let known = RegionCode::parse(value).filter(|code| regions().get(code).is_some());
    known.ok_or_else(|| {
        let near = regions().near_codes(&shortened(value), NEAR).join(", ");
        wrong("region", "search-region-unknown", value).with("near", near)
    })
}

fn read_occupation(value: &str) -> Result<OccupationCode> {
    let known = OccupationCode::parse(value).filter(|code| occupations().get(code).is_some());
    known.ok_or_else(|| {
        wrong("occupation", "search-occupation-unknown", value).with("near", near_occupations(value).join(", "))
    })
}

/// Codes whose name or code is near: what the answer to an unknown one names.
fn near_occupations(unknown: &str) -> Vec<String> {
    let unknown = shortened(unknown);
    let named = |text: &String| text.contains(unknown.as_str());
    let all = occupations().all();
    let by_name: Vec<String> = all
        .iter()
        .filter(|occupation| named(&occupation.name_zh) || occupation.aliases.iter().any(named))
        .map(|occupation| occupation.code.to_string())
        .take(NEAR)
        .collect();
    if !by_name.is_empty() && !unknown.bytes().all(|b| b.is_ascii_digit() || b == b'-') {
        return by_name;
    }
    near_words(&unknown, all.iter().map(|occupation| occupation.code.as_str()), NEAR)
        .into_iter()
        .map(str::to_owned)
        .collect()
}

/// Nearness is measured against thousands of codes; no code or name is longer than this.
fn shortened(value: &str) -> String {
    const LONGEST: usize = 30;
    value.chars().take(LONGEST).collect()
}

fn read_wage(value: &str) -> Result<Money> {
    // A wage of ten million yuan a month is a slip of the keyboard.
    let most = Money::from_fen(1_000_000_000);
    Money::parse_yuan(value)
        .filter(|wage| *wage >= Money::ZERO && *wage <= most)
        .ok_or_else(|| wrong("wage_min", "search-wage-unreadable", value))
}

fn read_flag(parameter: &'static str, value: &str) -> Result<bool> {
    match value {
        "true" | "1" | "on" | "yes" => Ok(true),
        "false" | "0" | "off" | "no" => Ok(false),
        _ => Err(wrong(parameter, "search-flag-unreadable", value)),
    }
}

fn read_day(value: &str) -> Result<Day> {
    parse_day(value).ok_or_else(|| wrong("since", "search-day-unreadable", value))
}

fn read_limit(value: &str) -> Result<usize> {
    let limit = squeeze(value)
        .parse()
        .ok()
        .filter(|limit| (1..=PageRequest::MAX_LIMIT).contains(limit));
    limit.ok_or_else(|| wrong("limit", "search-limit-out-of-range", value).with("most", PageRequest::MAX_LIMIT))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn refused(name: &str, value: &str) -> (String, String) {
        match read_request([(name, value)]) {
            Err(Error::BadRequest { parameter, values, .. }) => (
                parameter,
                values.into_iter().map(|(n, v)| format!("{n}={v};")).collect(),
            ),
            other => panic!("{name}={value}: {other:?}"),
        }
    }

    #[test]
    fn every_parameter_is_read() {
        let parameters = [
            ("q", "保洁"),
            ("kind", "public_welfare"),
            ("region", "532801"),
            ("occupation", "4-09-00-00"),
            ("wage_min", "3000"),
            ("lodging", "true"),
            ("since", "2020-06-01"),
            ("sort", "wage"),
            ("limit", "7"),
        ];
        let request = read_request(parameters).unwrap();
        assert_eq!(request.wage_min, Some(Money::from_fen(300_000)));
        let again = request.parameters();
        assert_eq!(again.len(), parameters.len());
        assert_eq!(
            read_request(again.iter().map(|(n, v)| (*n, v.as_str()))).unwrap(),
            request
        );
        assert_eq!(
            read_request([("q", ""), ("utm", "x"), ("region", " ")]).unwrap(),
            Request::default()
        );
    }

    #[test]
    fn unknown_values_name_what_would_be_right() {
        for (name, value, named) in [
            ("region", "532899", "5328"),
            ("region", "勐海", "532822"),
            ("occupation", "保洁", "4-09-08-01"),
            ("occupation", "4-09-08-99", "4-09-08-0"),
            ("kind", "jobs", "job, public_welfare, course"),
            ("sort", "pay", "relevance, date, wage"),
            ("limit", "0", "most=100"),
            ("limit", "101", "most=100"),
            ("wage_min", "-1", "value=-1"),
            ("wage_min", "many", "value=many"),
            ("lodging", "maybe", "value=maybe"),
            ("since", "2020-02-30", "value=2020-02-30"),
        ] {
            let (parameter, values) = refused(name, value);
            assert_eq!(parameter, name);
            assert!(values.contains(named), "{name}={value}: {values}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(name in "q|kind|region|occupation|wage_min|lodging|since|sort|limit|cursor", value in "\\PC{0,60}") {
            let read = read_request([(name.as_str(), value.as_str())]);
            let said = matches!(read, Ok(_) | Err(Error::BadRequest { .. }));
            prop_assert!(said);
        }
    }
}
