//! One instance of the placement plan: households with a weight, their persons, openings with places, and the scored
//! pairs of a person and an opening that a plan may use. Valid because it exists: a draft is checked as it is filled.

use super::fault::{Fault, FaultCode};
use super::ids::{Ids, LIMIT, at, short};

/// The number of a household in its instance, from zero.
pub type Household = u32;
/// The number of a person in its instance, from zero. The persons of a household stand side by side.
pub type Person = u32;
/// The number of an opening in its instance, from zero.
pub type Opening = u32;

/// A checked instance. Edges are stored by person, persons by household, so that all edges of a household are one slice.
#[derive(Debug, Clone)]
pub struct Instance {
    households: Ids,
    persons: Ids,
    openings: Ids,
    weight: Vec<i64>,
    places: Vec<i64>,
    household_of: Vec<Household>,
    person_start: Vec<u32>,
    edge_start: Vec<u32>,
    edge_opening: Vec<Opening>,
    edge_score: Vec<i64>,
}

impl Instance {
    pub fn households(&self) -> usize {
        self.weight.len()
    }

    pub fn persons(&self) -> usize {
        self.household_of.len()
    }

    pub fn openings(&self) -> usize {
        self.places.len()
    }

    pub fn edges(&self) -> usize {
        self.edge_opening.len()
    }

    pub fn household_id(&self, household: Household) -> &str {
        self.households.text(household)
    }

    pub fn person_id(&self, person: Person) -> &str {
        self.persons.text(person)
    }

    pub fn opening_id(&self, opening: Opening) -> &str {
        self.openings.text(opening)
    }

    pub fn find_household(&self, id: &str) -> Option<Household> {
        self.households.find(id.as_bytes())
    }

    pub fn find_person(&self, id: &str) -> Option<Person> {
        self.persons.find(id.as_bytes())
    }

    pub fn find_opening(&self, id: &str) -> Option<Opening> {
        self.openings.find(id.as_bytes())
    }

    pub fn weight(&self, household: Household) -> i64 {
        self.weight[at(household)]
    }

    pub fn places(&self, opening: Opening) -> i64 {
        self.places[at(opening)]
    }

    pub fn household_of(&self, person: Person) -> Household {
        self.household_of[at(person)]
    }

    /// The persons of a household that have an edge.
    pub fn members(&self, household: Household) -> std::ops::Range<Person> {
        self.person_start[at(household)]..self.person_start[at(household) + 1]
    }

    /// The openings a person may take, with the scores.
    pub fn edges_of(&self, person: Person) -> impl ExactSizeIterator<Item = (Opening, i64)> {
        let edges = at(self.edge_start[at(person)])..at(self.edge_start[at(person) + 1]);
        let scores = &self.edge_score[edges.clone()];
        self.edge_opening[edges].iter().copied().zip(scores.iter().copied())
    }

    /// The score of a pair, if the person may take the opening.
    pub fn score(&self, person: Person, opening: Opening) -> Option<i64> {
        self.edges_of(person)
            .find_map(|(candidate, score)| (candidate == opening).then_some(score))
    }

    /// The openings that any member of the household may take; one that suits two members stands twice.
    pub(super) fn openings_of(&self, household: Household) -> &[Opening] {
        let members = self.members(household);
        &self.edge_opening[at(self.edge_start[at(members.start)])..at(self.edge_start[at(members.end)])]
    }

    /// The same instance with other scores for some pairs; `raise` gives the score by person and opening.
    pub(super) fn rescored(&self, raise: impl Fn(Person, Opening, i64) -> i64) -> Self {
        let mut raised = self.clone();
        for person in 0..short(self.persons()) {
            for edge in at(self.edge_start[at(person)])..at(self.edge_start[at(person) + 1]) {
                raised.edge_score[edge] = raise(person, self.edge_opening[edge], self.edge_score[edge]);
            }
        }
        raised
    }

    /// The most that the scores of all placed persons can come to.
    pub(super) fn greatest_score(&self) -> i128 {
        (0..short(self.persons()))
            .filter_map(|person| self.edges_of(person).map(|(_, score)| score).max())
            .map(i128::from)
            .sum()
    }
}

/// An instance while it arrives, row by row, in any order; openings and households before the edges that name them.
#[derive(Debug, Clone)]
pub struct InstanceDraft {
    households: Ids,
    persons: Ids,
    openings: Ids,
    weight: Vec<i64>,
    places: Vec<i64>,
    household_of: Vec<Household>,
    edge_person: Vec<Person>,
    edge_opening: Vec<Opening>,
    edge_score: Vec<i64>,
    unlisted: Unlisted,
}

/// What an edge of a household that was not listed means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unlisted {
    /// The list of households is complete: refuse the edge.
    Refused,
    /// There is no list: the household exists and weighs one.
    WeighOne,
}

impl InstanceDraft {
    pub fn new(unlisted: Unlisted) -> Self {
        Self {
            households: Ids::new(),
            persons: Ids::new(),
            openings: Ids::new(),
            weight: Vec::new(),
            places: Vec::new(),
            household_of: Vec::new(),
            edge_person: Vec::new(),
            edge_opening: Vec::new(),
            edge_score: Vec::new(),
            unlisted,
        }
    }

    /// Adds a household; a weight is a whole number from zero.
    pub fn household(&mut self, id: &[u8], weight: i64) -> Result<(), Fault> {
        if self.households.find(id).is_some() {
            return Err(Fault::new(FaultCode::RepeatedHousehold).with("household", String::from_utf8_lossy(id)));
        }
        check_amount("weight", weight)?;
        add(&mut self.households, "household", id)?;
        self.weight.push(weight);
        Ok(())
    }

    /// Adds an opening; its places are a whole number from zero.
    pub fn opening(&mut self, id: &[u8], places: i64) -> Result<(), Fault> {
        if self.openings.find(id).is_some() {
            return Err(Fault::new(FaultCode::RepeatedOpening).with("opening", String::from_utf8_lossy(id)));
        }
        check_amount("places", places)?;
        add(&mut self.openings, "opening", id)?;
        self.places.push(places);
        Ok(())
    }

    /// Adds the edge of a person of a household to an opening; a score is a whole number from zero. That a pair stands
    /// there twice is noticed by `finish`.
    pub fn edge(&mut self, household: &[u8], person: &[u8], opening: &[u8], score: i64) -> Result<(), Fault> {
        check_amount("score", score)?;
        // Files are mostly sorted by person: the last row's numbers spare most look-ups.
        let last = self.edge_person.last().copied();
        let same = last.filter(|&last| self.persons.text(last).as_bytes() == person);
        let number = match same {
            Some(last) => Some(last),
            None => self.persons.find(person),
        };
        let known = number.map(|number| self.household_of[at(number)]);
        let household = match known.filter(|&known| self.households.text(known).as_bytes() == household) {
            Some(known) => known,
            None => self.household_of_edge(household)?,
        };
        let Some(opening_number) = self.openings.find(opening) else {
            return Err(if opening.is_empty() {
                Fault::new(FaultCode::EmptyId).with("column", "opening")
            } else {
                Fault::new(FaultCode::UnknownOpening).with("opening", String::from_utf8_lossy(opening))
            });
        };
        let number = match (number, known) {
            (Some(_), Some(other)) if other != household => {
                return Err(Fault::new(FaultCode::TwoHouseholds)
                    .with("person", String::from_utf8_lossy(person))
                    .with("household", self.households.text(household))
                    .with("other", self.households.text(other)));
            }
            (Some(number), _) => number,
            (None, _) => {
                self.household_of.push(household);
                add(&mut self.persons, "person", person)?
            }
        };
        if self.edge_person.len() >= LIMIT {
            return Err(Fault::new(FaultCode::TooMany));
        }
        self.edge_person.push(number);
        self.edge_opening.push(opening_number);
        self.edge_score.push(score);
        Ok(())
    }

    fn household_of_edge(&mut self, id: &[u8]) -> Result<Household, Fault> {
        match (self.households.find(id), self.unlisted) {
            (Some(number), _) => Ok(number),
            (None, Unlisted::WeighOne) => {
                self.weight.push(1);
                add(&mut self.households, "household", id)
            }
            (None, Unlisted::Refused) if id.is_empty() => {
                Err(Fault::new(FaultCode::EmptyId).with("column", "household"))
            }
            (None, Unlisted::Refused) => {
                Err(Fault::new(FaultCode::UnknownHousehold).with("household", String::from_utf8_lossy(id)))
            }
        }
    }

    /// Checks what only the whole can show (pairs that stand there twice, sums) and sorts the edges.
    pub fn finish(self) -> Result<Instance, Fault> {
        check_sum("weight", &self.weight)?;
        check_sum("places", &self.places)?;
        let (person_start, by_household) = group(self.weight.len(), &self.household_of);
        let mut renamed = vec![0; by_household.len()];
        for (new, &old) in by_household.iter().enumerate() {
            renamed[at(old)] = short(new);
        }
        let edge_person: Vec<Person> = self.edge_person.iter().map(|&person| renamed[at(person)]).collect();
        drop(self.edge_person);
        let (edge_start, by_person) = group(by_household.len(), &edge_person);
        drop(edge_person);
        let instance = Instance {
            households: self.households,
            persons: self.persons.reordered(&by_household),
            openings: self.openings,
            weight: self.weight,
            places: self.places,
            household_of: by_household.iter().map(|&old| self.household_of[at(old)]).collect(),
            person_start,
            edge_start,
            edge_opening: by_person.iter().map(|&edge| self.edge_opening[at(edge)]).collect(),
            edge_score: by_person.iter().map(|&edge| self.edge_score[at(edge)]).collect(),
        };
        check_pairs(&instance)?;
        if instance.greatest_score() >= i128::from(i64::MAX) {
            return Err(Fault::new(FaultCode::TooLarge).with("column", "score"));
        }
        Ok(instance)
    }
}

fn add(ids: &mut Ids, column: &'static str, id: &[u8]) -> Result<u32, Fault> {
    if id.is_empty() {
        return Err(Fault::new(FaultCode::EmptyId).with("column", column));
    }
    if ids.len() >= LIMIT {
        return Err(Fault::new(FaultCode::TooMany));
    }
    let id = std::str::from_utf8(id).map_err(|_| Fault::new(FaultCode::NotText))?;
    Ok(ids.add(id))
}

fn check_amount(column: &'static str, amount: i64) -> Result<(), Fault> {
    if amount < 0 {
        return Err(Fault::new(FaultCode::NotWholeNumber)
            .with("column", column)
            .with("value", amount));
    }
    Ok(())
}

fn check_sum(column: &'static str, amounts: &[i64]) -> Result<(), Fault> {
    let sum: i128 = amounts.iter().copied().map(i128::from).sum();
    // Strictly less: one more than the greatest weight still serves as a price.
    if sum >= i128::from(i64::MAX) {
        return Err(Fault::new(FaultCode::TooLarge).with("column", column));
    }
    Ok(())
}

/// Refuses a person that stands beside the same opening twice.
fn check_pairs(instance: &Instance) -> Result<(), Fault> {
    let mut last_person = vec![u32::MAX; instance.openings()];
    for person in 0..short(instance.persons()) {
        for (opening, _) in instance.edges_of(person) {
            if std::mem::replace(&mut last_person[at(opening)], person) == person {
                return Err(Fault::new(FaultCode::RepeatedEdge)
                    .with("person", instance.person_id(person))
                    .with("opening", instance.opening_id(opening)));
            }
        }
    }
    Ok(())
}

/// Sorts rows by their group, keeping the order within: where each group starts, and the rows.
pub(super) fn group(groups: usize, group_of: &[u32]) -> (Vec<u32>, Vec<u32>) {
    let mut start = vec![0_u32; groups + 1];
    for &group in group_of {
        start[at(group) + 1] += 1;
    }
    for group in 0..groups {
        start[group + 1] += start[group];
    }
    let mut next = start.clone();
    let mut rows = vec![0_u32; group_of.len()];
    for (row, &group) in group_of.iter().enumerate() {
        rows[at(next[at(group)])] = short(row);
        next[at(group)] += 1;
    }
    (start, rows)
}
