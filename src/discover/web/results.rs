//! The results of a search: cards, filters with counts, what a wider question left out, the next page.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::super::cards::{course_card, marked, opening_card};
use super::super::find::{Found, Record, find};
use super::super::place::chosen_place;
use super::super::request::{Request, read_request};
use super::super::widen::Dropped;
use super::OPENINGS;
use crate::base::error::Result;
use crate::base::money::Money;
use crate::base::region::RegionCode;
use crate::platform::Services;
use crate::platform::http::parts::{Choice, Facet, FacetChoice, OpeningCard, Pager};
use crate::platform::http::{Fields, Shell, blocking, page, with_parameter};
use crate::platform::i18n::Locale;
use crate::platform::search::{DocumentKind, Hit, WAGE_BANDS};
use crate::reference::{OccupationCode, occupations, regions};

/// Choices that a filter offers; whoever needs others narrows step by step.
const CHOICES: usize = 12;

/// A filter that is set, and the list without it.
struct SetFilter {
    label: String,
    href: String,
}

#[derive(Template)]
#[template(path = "discover/results.html")]
struct ResultsPage {
    s: Shell,
    words: String,
    /// The other filters, kept when new words are typed.
    kept: Vec<(String, String)>,
    heading: String,
    notes: Vec<String>,
    set: Vec<SetFilter>,
    sorts: Vec<FacetChoice>,
    facets: Vec<Facet>,
    cards: Vec<OpeningCard>,
    pager: Pager,
    wages: Vec<Choice>,
    wage: String,
    lodging: bool,
}

pub async fn results(request: HttpRequest, services: web::Data<Services>) -> Result<HttpResponse> {
    let query = Fields::of_query(&request);
    let asked = read_request(query.pairs().iter().map(|(n, v)| (n.as_str(), v.as_str())))?;
    let wanted = Request {
        facets: true,
        ..asked.clone()
    };
    let found = blocking(move || find(&services, &wanted)).await?;
    let home = chosen_place(&request);
    page(&results_page(Shell::of(&request), &asked, &found, home.as_ref()))
}

fn results_page(s: Shell, asked: &Request, found: &Found, home: Option<&RegionCode>) -> ResultsPage {
    let l = s.locale;
    // Links continue from what was answered, so that a widened list is narrowed from where it stands.
    let now = Fields::new(owned(&found.request));
    let total = i64::try_from(found.answer.total).unwrap_or(i64::MAX);
    let heading = match total {
        0 => l.t("discover-nothing"),
        n => l.tn("discover-found", n),
    };
    let mut notes = Vec::new();
    if let Some(wider) = &found.wider {
        notes.push(l.t("discover-wider"));
        notes.extend(
            wider
                .dropped
                .iter()
                .filter_map(|dropped| dropped_words(l, dropped, &wider.request)),
        );
    } else if total == 0 {
        notes.push(l.t("discover-nothing-hint"));
    } else if found.answer.loose {
        notes.push(l.t("discover-loose"));
    }
    let kept = now
        .pairs()
        .iter()
        .filter(|(n, _)| !matches!(n.as_str(), "q" | "wage_min" | "lodging"));
    ResultsPage {
        words: asked.words.clone(),
        kept: kept.cloned().collect(),
        heading,
        notes,
        set: set_filters(l, &found.request, &now),
        sorts: sorts(l, &now),
        facets: facets(l, found, &now),
        cards: found
            .hits
            .iter()
            .map(|(hit, record)| hit_card(l, hit, record, home))
            .collect(),
        pager: Pager {
            first_href: asked
                .page
                .cursor
                .as_ref()
                .map(|_| with_parameter(OPENINGS, &now, "cursor", None)),
            next_href: found
                .answer
                .next
                .as_ref()
                .map(|next| with_parameter(OPENINGS, &now, "cursor", Some(next))),
        },
        wages: [2000, 3000, 4000, 6000]
            .map(|yuan: i64| {
                Choice::new(
                    yuan.to_string(),
                    l.ta("discover-wage-from", &[("wage", l.number(yuan).into())]),
                )
            })
            .to_vec(),
        wage: found
            .request
            .wage_min
            .map(|wage| (wage.fen() / 100).to_string())
            .unwrap_or_default(),
        lodging: found.request.lodging,
        s,
    }
}

fn owned(request: &Request) -> Vec<(String, String)> {
    let parameters = request.parameters();
    parameters
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

fn hit_card(l: Locale, hit: &Hit, record: &Record, home: Option<&RegionCode>) -> OpeningCard {
    let excerpt = Some(marked(&hit.fragment)).filter(|_| hit.fragment.iter().any(|(found, _)| *found));
    let card = match record {
        Record::Posting(posting) => opening_card(l, posting, home),
        Record::Course(course) => course_card(l, course, home),
    };
    OpeningCard {
        title: marked(&hit.title),
        excerpt,
        ..card
    }
}

/// What a wider question leaves out, as a sentence; nothing for what another sentence has said already.
fn dropped_words(l: Locale, dropped: &Dropped, wider: &Request) -> Option<String> {
    Some(match dropped {
        Dropped::Wage(wage) => l.ta("discover-dropped-wage", &[("wage", l.amount(*wage).into())]),
        Dropped::Lodging => l.t("discover-dropped-lodging"),
        Dropped::Since(day) => l.ta("discover-dropped-since", &[("day", l.day(*day).into())]),
        // The steps outwards are told once, by where they ended.
        Dropped::Region { to, .. } if *to != wider.region => return None,
        Dropped::Region { from, to: Some(to) } => l.ta(
            "discover-dropped-region",
            &[
                ("place", regions().name_of(from).into()),
                ("wider", regions().name_of(to).into()),
            ],
        ),
        Dropped::Region { from, to: None } => l.ta(
            "discover-dropped-region-all",
            &[("place", regions().name_of(from).into())],
        ),
        Dropped::Occupation(code) => l.ta(
            "discover-dropped-occupation",
            &[("occupation", occupations().name_of(code, l.language()).into())],
        ),
        Dropped::Kind(kind) => l.ta("discover-dropped-kind", &[("kind", kind_words(l, *kind).into())]),
    })
}

fn kind_words(l: Locale, kind: DocumentKind) -> String {
    l.t(match kind {
        DocumentKind::Job => "discover-kind-job",
        DocumentKind::PublicWelfare => "discover-kind-public-welfare",
        DocumentKind::Course => "discover-kind-course",
    })
}

fn set_filters(l: Locale, request: &Request, now: &Fields) -> Vec<SetFilter> {
    let mut set = Vec::new();
    let mut add = |name: &str, label: String| {
        set.push(SetFilter {
            label,
            href: with_parameter(OPENINGS, now, name, None),
        });
    };
    if let Some(kind) = request.kind {
        add("kind", kind_words(l, kind));
    }
    if let Some(region) = &request.region {
        add("region", regions().address_of(region));
    }
    if let Some(code) = &request.occupation {
        add("occupation", occupations().name_of(code, l.language()));
    }
    if let Some(wage) = request.wage_min {
        add(
            "wage_min",
            l.ta("discover-wage-from", &[("wage", l.amount(wage).into())]),
        );
    }
    if request.lodging {
        add("lodging", l.t("discover-tag-lodging"));
    }
    if let Some(day) = request.since {
        add("since", l.ta("discover-since", &[("day", l.day(day).into())]));
    }
    set
}

fn sorts(l: Locale, now: &Fields) -> Vec<FacetChoice> {
    let chosen = now.find("sort").unwrap_or("relevance").to_owned();
    [
        ("relevance", "discover-sort-relevance"),
        ("date", "discover-sort-date"),
        ("wage", "discover-sort-wage"),
    ]
    .map(|(sort, key)| FacetChoice {
        label: l.t(key),
        count: String::new(),
        href: with_parameter(OPENINGS, now, "sort", Some(sort).filter(|sort| *sort != "relevance")),
        chosen: chosen == sort,
    })
    .to_vec()
}

fn facets(l: Locale, found: &Found, now: &Fields) -> Vec<Facet> {
    let Some(counted) = &found.answer.facets else {
        return Vec::new();
    };
    let choice = |name: &str, value: &str, label: String, count: u64| FacetChoice {
        label,
        count: l.number(i64::try_from(count).unwrap_or(i64::MAX)),
        href: with_parameter(OPENINGS, now, name, Some(value)),
        chosen: false,
    };
    let kinds = counted.kinds.iter().filter(|_| found.request.kind.is_none());
    let places = counted
        .regions
        .iter()
        .filter(|(code, _)| found.request.region.as_ref() != Some(code));
    let branches = counted.occupations.iter().filter_map(|(stem, count)| {
        let code = code_of_stem(stem)?;
        let shown = found.request.occupation.as_ref() != Some(&code);
        shown.then_some((code, *count))
    });
    let all = [
        (
            "discover-filter-kind",
            kinds
                .map(|(kind, n)| choice("kind", kind.as_str(), kind_words(l, *kind), *n))
                .collect(),
        ),
        (
            "discover-filter-region",
            places
                .take(CHOICES)
                .map(|(code, n)| choice("region", &code.to_string(), regions().name_of(code), *n))
                .collect(),
        ),
        (
            "discover-filter-occupation",
            branches
                .take(CHOICES)
                .map(|(code, n)| {
                    choice(
                        "occupation",
                        code.as_str(),
                        occupations().name_of(&code, l.language()),
                        n,
                    )
                })
                .collect(),
        ),
        ("discover-filter-wage", wage_choices(l, found, &choice)),
    ];
    let drawn = all
        .into_iter()
        .filter(|(_, choices): &(&str, Vec<FacetChoice>)| !choices.is_empty());
    drawn
        .map(|(key, choices)| Facet {
            title: l.t(key),
            choices,
        })
        .collect()
}

/// "From 3,000 a month": the bands from there upwards together.
fn wage_choices(
    l: Locale,
    found: &Found,
    choice: &impl Fn(&str, &str, String, u64) -> FacetChoice,
) -> Vec<FacetChoice> {
    let bands = found
        .answer
        .facets
        .as_ref()
        .map(|f| f.wage_bands.as_slice())
        .unwrap_or_default();
    let least = found.request.wage_min.map_or(0, Money::fen);
    let offered = WAGE_BANDS.into_iter().filter_map(|band| {
        let fen = i64::try_from(band).ok().filter(|fen| *fen > least)?;
        let count = bands
            .iter()
            .filter(|(from, _)| *from >= band)
            .map(|(_, n)| n)
            .sum::<u64>();
        let label = l.ta("discover-wage-from", &[("wage", l.amount(Money::from_fen(fen)).into())]);
        (count > 0).then(|| choice("wage_min", &(fen / 100).to_string(), label, count))
    });
    offered.collect()
}

/// The whole code of a branch: `4-09` is `4-09-00-00`.
fn code_of_stem(stem: &str) -> Option<OccupationCode> {
    let missing = 4_usize.checked_sub(stem.split('-').count())?;
    OccupationCode::parse(&format!("{stem}{}", "-00".repeat(missing)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_branch_is_asked_for_by_its_whole_code() {
        for (stem, code) in [
            ("4", "4-00-00-00"),
            ("4-09", "4-09-00-00"),
            ("4-09-08-01", "4-09-08-01"),
        ] {
            assert_eq!(code_of_stem(stem).map(|c| c.to_string()), Some(code.to_owned()));
        }
        assert_eq!(code_of_stem("4-09-08-01-02"), None);
    }

    #[test]
    fn a_widened_search_says_each_thing_it_left_out_once() {
        let asked = read_request([("q", "割胶"), ("region", "532801103"), ("wage_min", "9000")]).unwrap();
        let steps = super::super::super::widen::wider(&asked);
        for l in [Locale::default(), Locale::default().other()] {
            for step in &steps {
                let said: Vec<String> = step
                    .dropped
                    .iter()
                    .filter_map(|d| dropped_words(l, d, &step.request))
                    .collect();
                assert_eq!(
                    said.len(),
                    1 + usize::from(step.request.region != asked.region),
                    "{said:?}"
                );
                assert!(
                    said.iter().all(|sentence| !sentence.starts_with("discover-")),
                    "{said:?}"
                );
            }
        }
    }
}
