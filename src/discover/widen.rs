//! When nothing is found: which wider questions to ask, and what each of them leaves out. The words stay to the end,
//! since they say what somebody can do; conditions go first, then nearness, then the branch of work.

use super::request::Request;
use crate::base::money::Money;
use crate::base::region::RegionCode;
use crate::base::time::Day;
use crate::platform::search::DocumentKind;
use crate::reference::{OccupationCode, regions};

/// Something that a wider question leaves out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dropped {
    Wage(Money),
    Lodging,
    Since(Day),
    /// From a region to a larger one, or to everywhere.
    Region {
        from: RegionCode,
        to: Option<RegionCode>,
    },
    Occupation(OccupationCode),
    Kind(DocumentKind),
}

/// A wider question, and all that it leaves out of the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wider {
    pub request: Request,
    pub dropped: Vec<Dropped>,
}

/// The wider questions, the nearest to what was asked first. The caller asks one after another until something is found.
pub fn wider(request: &Request) -> Vec<Wider> {
    let mut steps = Vec::new();
    let mut now = request.clone();
    // A cursor belongs to the question that gave it.
    now.page.cursor = None;
    let mut dropped: Vec<Dropped> = Vec::new();
    if let Some(wage) = now.wage_min.take() {
        dropped.push(Dropped::Wage(wage));
        steps.push(Wider {
            request: now.clone(),
            dropped: dropped.clone(),
        });
    }
    if std::mem::take(&mut now.lodging) {
        dropped.push(Dropped::Lodging);
        steps.push(Wider {
            request: now.clone(),
            dropped: dropped.clone(),
        });
    }
    if let Some(day) = now.since.take() {
        dropped.push(Dropped::Since(day));
        steps.push(Wider {
            request: now.clone(),
            dropped: dropped.clone(),
        });
    }
    if let Some(from) = now.region.clone() {
        while let Some(region) = now.region.take() {
            now.region = larger(&region);
            let mut dropped = dropped.clone();
            dropped.push(Dropped::Region {
                from: from.clone(),
                to: now.region.clone(),
            });
            steps.push(Wider {
                request: now.clone(),
                dropped,
            });
        }
        dropped.push(Dropped::Region { from, to: None });
    }
    if let Some(code) = now.occupation.take() {
        dropped.push(Dropped::Occupation(code));
        steps.push(Wider {
            request: now.clone(),
            dropped: dropped.clone(),
        });
    }
    if let Some(kind) = now.kind.take() {
        dropped.push(Dropped::Kind(kind));
        steps.push(Wider { request: now, dropped });
    }
    steps
}

/// The next larger region that exists: a city without prefecture code lies in its province.
fn larger(region: &RegionCode) -> Option<RegionCode> {
    std::iter::successors(region.parent(), RegionCode::parent).find(|parent| regions().get(parent).is_some())
}

#[cfg(test)]
mod tests {
    use super::super::request::read_request;
    use super::*;

    #[test]
    fn conditions_go_first_and_the_words_stay() {
        let asked = read_request([
            ("q", "割胶"),
            ("region", "532801103"),
            ("wage_min", "9000"),
            ("lodging", "1"),
            ("kind", "job"),
            ("cursor", "x"),
        ]);
        let steps = wider(&asked.unwrap());
        let said: Vec<String> = steps
            .iter()
            .map(|step| match step.dropped.last() {
                Some(Dropped::Region { from, to }) => {
                    format!("{from}>{}", to.as_ref().map(ToString::to_string).unwrap_or_default())
                }
                Some(other) => format!("{other:?}").split('(').next().unwrap_or_default().to_owned(),
                None => String::new(),
            })
            .collect();
        let regions = ["532801103>532801", "532801103>532800", "532801103>530000", "532801103>"];
        assert_eq!(said, [&["Wage", "Lodging"], &regions[..], &["Kind"]].concat());
        assert!(
            steps
                .iter()
                .all(|step| step.request.words == "割胶" && step.request.page.cursor.is_none())
        );
        let last = steps.last().unwrap();
        assert_eq!(last.dropped.len(), 4);
        assert_eq!(
            last.request,
            Request {
                words: "割胶".to_owned(),
                ..Request::default()
            }
        );
    }

    #[test]
    fn words_alone_cannot_be_widened() {
        assert!(wider(&read_request([("q", "割胶")]).unwrap()).is_empty());
    }
}
