//! Checks a plan against its instance and its certificate, from the files alone and with none of the solver's code: that
//! the plan can be carried out, and that no plan is better in either objective.
//!
//! The certificate gives every opening o a price `y_o` and every household h a price `m_h`, pairs (weight, score) that are
//! compared first by weight and are not below (0, 0); zero where none is named. Let, over the edges (p, o, s) of person p
//!
//! ```text
//! q_p = max((0, 0), max (0, s) + m_h - y_o)        n_h = max((0, 0), (w_h, 0) - m_h)
//! bound = sum places_o * y_o + sum q_p + sum n_h
//! ```
//!
//! No plan is worth more than the bound. Whoever is placed scores (0, s) <= q_p + y_o - m_h. Summed over a plan, the
//! prices y come to at most places times y, because no opening is overfilled and y >= 0; a covered household has at
//! least one member placed and m >= 0, so at least one m_h is subtracted for it, and its weight (w_h, 0) <= n_h + m_h
//! makes up for one. What remains are sums of q and n, none of which is below zero. This uses only that pairs can be
//! added and compared, which holds for the order by weight first. So a plan that is worth the bound is the best.
//!
//! Where pairs were to be kept, each of them scores `bonus` more in all of this, and the bonus must be more than all
//! scores can come to, so that the number of kept pairs goes before the score.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;

/// What an accepted plan is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Verified {
    pub covered_weight: i128,
    pub total_score: i128,
}

/// Why a plan is not accepted: a code, and the id, file, value or values that are wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub code: &'static str,
    pub about: String,
}

type Result<T> = std::result::Result<T, Refusal>;
type Pair = (i128, i128);

/// Prices beyond this are refused, so that sums of a few never overflow.
const GREATEST_PRICE: i128 = 1 << 80;

#[derive(Deserialize)]
struct Certificate {
    covered_weight: i128,
    total_score: i128,
    openings: HashMap<String, Pair>,
    households: HashMap<String, Pair>,
    #[serde(default)]
    kept: KeptPairs,
}

/// What `summary.json` says; how long solving took cannot be checked.
#[derive(Debug, PartialEq, Eq, Deserialize)]
struct Figures {
    covered_weight: i128,
    total_score: i128,
    households: usize,
    persons: usize,
    openings: usize,
    edges: usize,
}

#[derive(Deserialize, Default)]
struct KeptPairs {
    bonus: i128,
    pairs: Vec<(String, String)>,
}

/// Everything the files say, as far as the bound needs it.
#[derive(Default)]
struct Check {
    places: HashMap<String, i128>,
    weights: HashMap<String, i128>,
    /// The plan by person, with whether its edge was met.
    planned: HashMap<String, (String, bool)>,
    persons: HashMap<String, Person>,
    covered: HashSet<String>,
    total_score: i128,
    edges: usize,
    kept_met: usize,
    kept_placed: i128,
}

struct Person {
    household: String,
    profit: Pair,
    greatest_score: i128,
}

/// Accepts or refuses the plan in a folder.
pub fn verify(folder: &Path) -> Result<Verified> {
    let certificate: Certificate = json(folder, "certificate.json")?;
    let kept: HashMap<&str, &str> = certificate
        .kept
        .pairs
        .iter()
        .map(|(p, o)| (p.as_str(), o.as_str()))
        .collect();
    let bonus = certificate.kept.bonus;
    require((0..=GREATEST_PRICE).contains(&bonus), "plan-check-kept-pairs", &bonus)?;
    let mut check = Check::default();
    check.read_lists(folder)?;
    check.read_edges(folder, &certificate, &kept)?;
    let unmet = check.planned.iter().find(|(_, (_, is_met))| !is_met);
    require(
        unmet.is_none(),
        "plan-check-no-such-edge",
        unmet.map_or(&"", |(person, _)| person),
    )?;
    let covered_weight = check
        .covered
        .iter()
        .filter_map(|household| check.weights.get(household))
        .sum();
    let total_score = check.total_score;
    let found = Verified {
        covered_weight,
        total_score,
    };
    let stated = Verified {
        covered_weight: certificate.covered_weight,
        total_score: certificate.total_score,
    };
    require(
        stated == found,
        "plan-check-value",
        &format!("{stated:?}, found {found:?}"),
    )?;
    if folder.join("summary.json").exists() {
        let stated: Figures = json(folder, "summary.json")?;
        let counted = check.figures(found);
        require(
            stated == counted,
            "plan-check-value",
            &format!("{stated:?}, found {counted:?}"),
        )?;
    }
    let greatest: i128 = check.persons.values().map(|person| person.greatest_score).sum();
    let pairs = certificate.kept.pairs.len();
    require(
        check.kept_met == pairs && (pairs == 0 || bonus > greatest),
        "plan-check-kept-pairs",
        &bonus,
    )?;
    let worth = (covered_weight, total_score + bonus * check.kept_placed);
    let bound = check.bound(&certificate)?;
    require(
        bound == worth,
        "plan-check-not-proven",
        &format!("bound {bound:?}, worth {worth:?}"),
    )?;
    Ok(found)
}

impl Check {
    /// Openings, households and the plan: nobody placed twice, no opening beyond its places.
    fn read_lists(&mut self, folder: &Path) -> Result<()> {
        self.places = amounts(folder, "openings.csv", ["opening", "places"])?;
        if folder.join("households.csv").exists() {
            self.weights = amounts(folder, "households.csv", ["household", "weight"])?;
        }
        let mut left = self.places.clone();
        rows(folder, "plan.csv", ["person", "opening"], |[person, opening]| {
            let left = left
                .get_mut(opening)
                .ok_or_else(|| refuse("plan-check-unknown-opening", &opening))?;
            *left -= 1;
            require(*left >= 0, "plan-check-overfilled", &opening)?;
            let before = self.planned.insert(person.to_owned(), (opening.to_owned(), false));
            require(before.is_none(), "plan-check-person-twice", &person)
        })
    }

    /// Each edge in turn: whether the plan uses it, and what the prices leave to its person.
    fn read_edges(&mut self, folder: &Path, certificate: &Certificate, kept: &HashMap<&str, &str>) -> Result<()> {
        let listed = folder.join("households.csv").exists();
        let columns = ["household", "person", "opening", "score"];
        rows(folder, "edges.csv", columns, |[household, person, opening, score]| {
            let score = amount(score)?;
            self.edges += 1;
            require(
                self.places.contains_key(opening),
                "plan-check-unknown-opening",
                &opening,
            )?;
            if !listed && !self.weights.contains_key(household) {
                self.weights.insert(household.to_owned(), 1);
            }
            require(
                self.weights.contains_key(household),
                "plan-check-unknown-household",
                &household,
            )?;
            let is_kept = kept.get(person) == Some(&opening);
            self.kept_met += usize::from(is_kept);
            if let Some((_, is_met)) = self.planned.get_mut(person).filter(|(planned, _)| planned == opening) {
                require(!*is_met, "plan-check-repeated-edge", &person)?;
                *is_met = true;
                self.total_score += score;
                self.kept_placed += i128::from(is_kept);
                self.covered.insert(household.to_owned());
            }
            let (y, m) = (
                price(&certificate.openings, opening)?,
                price(&certificate.households, household)?,
            );
            let worth = score + if is_kept { certificate.kept.bonus } else { 0 };
            let profit = (m.0 - y.0, worth + m.1 - y.1);
            if !self.persons.contains_key(person) {
                let new = Person {
                    household: household.to_owned(),
                    profit: (0, 0),
                    greatest_score: 0,
                };
                self.persons.insert(person.to_owned(), new);
            }
            let known = self
                .persons
                .get_mut(person)
                .ok_or_else(|| refuse("plan-check-two-households", &person))?;
            require(known.household == household, "plan-check-two-households", &person)?;
            known.profit = known.profit.max(profit);
            known.greatest_score = known.greatest_score.max(score);
            Ok(())
        })
    }

    fn figures(&self, found: Verified) -> Figures {
        Figures {
            covered_weight: found.covered_weight,
            total_score: found.total_score,
            households: self.weights.len(),
            persons: self.persons.len(),
            openings: self.places.len(),
            edges: self.edges,
        }
    }

    fn bound(&self, certificate: &Certificate) -> Result<Pair> {
        for (prices, known) in [
            (&certificate.openings, &self.places),
            (&certificate.households, &self.weights),
        ] {
            for (id, &price) in prices {
                require(known.contains_key(id), "plan-check-unknown-id", id)?;
                require(price >= (0, 0), "plan-check-negative-price", id)?;
            }
        }
        let mut terms: Vec<(i128, Pair)> = self.persons.values().map(|person| (1, person.profit)).collect();
        for (opening, &places) in &self.places {
            terms.push((places, price(&certificate.openings, opening)?));
        }
        for (household, &weight) in &self.weights {
            let m = price(&certificate.households, household)?;
            terms.push((1, (weight - m.0, -m.1).max((0, 0))));
        }
        let add = |sum: i128, times: i128, price: i128| sum.checked_add(times.checked_mul(price)?);
        let sum = terms.into_iter().try_fold((0, 0), |sum: Pair, (times, price)| {
            Some((add(sum.0, times, price.0)?, add(sum.1, times, price.1)?))
        });
        sum.ok_or_else(|| refuse("plan-check-price-too-large", &""))
    }
}

fn price(prices: &HashMap<String, Pair>, id: &str) -> Result<Pair> {
    let price = prices.get(id).copied().unwrap_or((0, 0));
    let in_range = |part: i128| (-GREATEST_PRICE..=GREATEST_PRICE).contains(&part);
    require(
        in_range(price.0) && in_range(price.1),
        "plan-check-price-too-large",
        &id,
    )?;
    Ok(price)
}

fn amounts(folder: &Path, file: &str, columns: [&str; 2]) -> Result<HashMap<String, i128>> {
    let mut amounts = HashMap::new();
    rows(folder, file, columns, |[id, value]| {
        let before = amounts.insert(id.to_owned(), amount(value)?);
        require(before.is_none(), "plan-check-repeated-id", &id)
    })?;
    Ok(amounts)
}

fn amount(text: &str) -> Result<i128> {
    // Digits and nothing else: the parser alone would let a sign pass.
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse::<u64>().ok().filter(|_| digits);
    number
        .map(i128::from)
        .ok_or_else(|| refuse("plan-check-not-whole-number", &text))
}

fn rows<const N: usize>(
    folder: &Path,
    file: &str,
    columns: [&str; N],
    mut each: impl FnMut([&str; N]) -> Result<()>,
) -> Result<()> {
    let unreadable = |error: csv::Error| refuse("plan-check-unreadable", &format!("{file}: {error}"));
    let mut reader = csv::Reader::from_path(folder.join(file)).map_err(unreadable)?;
    let header = reader.headers().map_err(unreadable)?.clone();
    let mut positions = [0; N];
    for (position, column) in positions.iter_mut().zip(columns) {
        let found = header.iter().position(|name| name == column);
        *position = found.ok_or_else(|| refuse("plan-check-missing-column", &format!("{file}: {column}")))?;
    }
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).map_err(unreadable)? {
        each(positions.map(|position| record.get(position).unwrap_or("")))?;
    }
    Ok(())
}

fn json<T: DeserializeOwned>(folder: &Path, file: &str) -> Result<T> {
    let opened =
        File::open(folder.join(file)).map_err(|error| refuse("plan-check-unreadable", &format!("{file}: {error}")))?;
    let read = serde_json::from_reader(BufReader::new(opened));
    read.map_err(|error| refuse("plan-check-unreadable", &format!("{file}: {error}")))
}

fn require(holds: bool, code: &'static str, about: &dyn std::fmt::Display) -> Result<()> {
    if holds { Ok(()) } else { Err(refuse(code, about)) }
}

fn refuse(code: &'static str, about: &dyn std::fmt::Display) -> Refusal {
    let about = about.to_string();
    Refusal { code, about }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.code, self.about)
    }
}

impl std::error::Error for Refusal {}
