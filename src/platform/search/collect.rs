//! One pass over what matches: the filters by number, the total, the counts, and the best places of the page. Counting
//! needs every match anyway, so one pass is cheaper than one for the page and another for the counts. Matches are taken in
//! blocks, so that each column is read along its length.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::sync::Arc;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, ColumnValues};
use tantivy::{DocAddress, DocId, Score, SegmentOrdinal, SegmentReader};

use super::cursor::{Order, Place};
use super::document::DocumentKind;
use super::layout::{AGREED_LATER, branches, column, day_number, flag};
use super::names::{Names, SegmentNames};
use super::query::Filters;
use crate::base::region::{RegionCode, RegionLevel};

/// Lower bounds of the wage bands, fen a month; what is below the first is a band too.
pub const WAGE_BANDS: [u64; 5] = [0, 200_000, 300_000, 400_000, 600_000];

/// How many documents there are of each sort. Only what occurs is listed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facets {
    pub kinds: Vec<(DocumentKind, u64)>,
    /// One level below the region asked for, most first.
    pub regions: Vec<(RegionCode, u64)>,
    /// One level below the occupation asked for, as stems (`4`, `4-09`), most first.
    pub occupations: Vec<(String, u64)>,
    /// By the lower bound of the band.
    pub wage_bands: Vec<(u64, u64)>,
}

/// What to gather.
#[derive(Debug, Clone)]
pub(super) struct Gather {
    pub order: Order,
    pub top: usize,
    pub after: Option<Place>,
    pub filters: Filters,
    /// The level of regions and the depth of occupations to count; none when nothing is counted.
    pub count: Option<(RegionLevel, usize)>,
    /// The codes behind the numbers in the columns.
    pub names: Arc<Names>,
}

/// What was gathered.
#[derive(Debug, Default)]
pub(super) struct Harvest {
    pub total: u64,
    /// Best first.
    pub top: Vec<(Place, DocAddress)>,
    kinds: BTreeMap<u64, u64>,
    bands: BTreeMap<u64, u64>,
    regions: BTreeMap<String, u64>,
    occupations: BTreeMap<String, u64>,
}

impl Collector for Gather {
    type Fruit = Harvest;
    type Child = SegmentGather;

    fn for_segment(&self, segment: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<SegmentGather> {
        let columns = reader.fast_fields();
        let limits = Limits::of(&self.filters);
        let dated = |column: Column<i64>, missing: i64| Dated {
            least: column.min_value(),
            values: column.first_or_default_col(missing),
        };
        let counts = match self.count {
            None => None,
            Some((level, depth)) => Some(Counts {
                level,
                depth,
                names: self.names.of(reader)?,
                kinds: [0; DocumentKind::ALL.len()],
                bands: [0; WAGE_BANDS.len()],
                regions: Counted::open(reader, column::REGION)?,
                occupations: Counted::open(reader, column::OCCUPATION)?,
            }),
        };
        Ok(SegmentGather {
            segment,
            order: self.order,
            top: self.top,
            after: self.after,
            limits,
            counts,
            total: 0,
            best: BinaryHeap::with_capacity(self.top + 1),
            docs: Vec::with_capacity(BLOCK),
            scores: Vec::with_capacity(BLOCK),
            ids: columns.i64(column::ID)?.first_or_default_col(0),
            kinds: columns.u64(column::KIND)?.first_or_default_col(MISSING),
            wages: columns.u64(column::WAGE)?.first_or_default_col(AGREED_LATER),
            flags: columns.u64(column::FLAGS)?.first_or_default_col(0),
            published: dated(columns.i64(column::PUBLISHED)?, 0),
            closes: dated(columns.i64(column::CLOSES)?, i64::MAX),
        })
    }

    fn requires_scoring(&self) -> bool {
        self.order == Order::Likeness
    }

    fn merge_fruits(&self, harvests: Vec<Harvest>) -> tantivy::Result<Harvest> {
        let add = |into: &mut BTreeMap<String, u64>, from: BTreeMap<String, u64>| {
            from.into_iter()
                .for_each(|(name, count)| *into.entry(name).or_default() += count);
        };
        let mut merged = Harvest::default();
        for harvest in harvests {
            merged.total += harvest.total;
            merged.top.extend(harvest.top);
            harvest
                .kinds
                .into_iter()
                .for_each(|(kind, count)| *merged.kinds.entry(kind).or_default() += count);
            harvest
                .bands
                .into_iter()
                .for_each(|(band, count)| *merged.bands.entry(band).or_default() += count);
            add(&mut merged.regions, harvest.regions);
            add(&mut merged.occupations, harvest.occupations);
        }
        merged.top.sort_unstable_by(|left, right| right.cmp(left));
        merged.top.truncate(self.top);
        Ok(merged)
    }
}

/// Filters by number.
#[derive(Debug, Clone, Copy)]
struct Limits {
    wage_min: Option<u64>,
    flags: u64,
    since: Option<i64>,
    open_on: Option<i64>,
}

impl Limits {
    fn of(filters: &Filters) -> Self {
        Self {
            wage_min: filters
                .wage_min
                .and_then(|fen| u64::try_from(fen).ok())
                .filter(|fen| *fen > 0),
            flags: if filters.lodging { flag::LODGING } else { 0 },
            since: filters.since.map(day_number),
            open_on: filters.open_on.map(day_number),
        }
    }
}

/// Matches are taken in blocks of so many.
const BLOCK: usize = 128;

/// Raises work above courses in the order of browsing; days are smaller.
const WORK_FIRST: u64 = 1 << 40;

/// What stands for "no value" in a column of numbers.
const MISSING: u64 = u64::MAX;

/// A column of days, and the earliest of them: a limit that lies before it asks nothing of any document.
struct Dated {
    least: i64,
    values: Arc<dyn ColumnValues<i64>>,
}

/// A column of codes by their numbers, and how often each occurred.
struct Counted {
    ordinals: Arc<dyn ColumnValues<u64>>,
    counts: Vec<u64>,
}

impl Counted {
    fn open(reader: &SegmentReader, name: &str) -> tantivy::Result<Option<Self>> {
        Ok(reader.fast_fields().str(name)?.map(|column| Self {
            counts: vec![0; column.num_terms()],
            ordinals: column.ords().clone().first_or_default_col(MISSING),
        }))
    }

    fn add(&mut self, docs: &[DocId], values: &mut [u64]) {
        self.ordinals.get_vals(docs, values);
        for value in values {
            let at = usize::try_from(*value).unwrap_or(usize::MAX);
            if let Some(count) = self.counts.get_mut(at) {
                *count += 1;
            }
        }
    }

    /// The counts by the part of each code that is asked for. The codes are in order, so those with one part stand together.
    fn by<'n>(&self, names: &'n [String], part: impl Fn(&'n str) -> Option<&'n str>) -> BTreeMap<String, u64> {
        let mut by_part = BTreeMap::new();
        let mut running: Option<(&str, u64)> = None;
        for (name, count) in names.iter().zip(&self.counts).filter(|(_, count)| **count > 0) {
            let Some(part) = part(name) else { continue };
            match &mut running {
                Some((same, sum)) if *same == part => *sum += count,
                _ => {
                    if let Some((done, sum)) = running.replace((part, *count)) {
                        *by_part.entry(done.to_owned()).or_default() += sum;
                    }
                }
            }
        }
        if let Some((done, sum)) = running {
            *by_part.entry(done.to_owned()).or_default() += sum;
        }
        by_part
    }
}

/// How many there are of each sort in one segment.
struct Counts {
    level: RegionLevel,
    depth: usize,
    names: Arc<SegmentNames>,
    kinds: [u64; DocumentKind::ALL.len()],
    bands: [u64; WAGE_BANDS.len()],
    regions: Option<Counted>,
    occupations: Option<Counted>,
}

impl Counts {
    fn add(&mut self, docs: &[DocId], kinds: &dyn ColumnValues<u64>, wages: &dyn ColumnValues<u64>) {
        let mut values = [0_u64; BLOCK];
        for docs in docs.chunks(BLOCK) {
            let Some(values) = values.get_mut(..docs.len()) else {
                return;
            };
            kinds.get_vals(docs, values);
            for kind in values.iter() {
                let at = usize::try_from(*kind).unwrap_or(usize::MAX);
                if let Some(count) = self.kinds.get_mut(at) {
                    *count += 1;
                }
            }
            wages.get_vals(docs, values);
            for wage in values.iter().filter(|wage| **wage != AGREED_LATER) {
                let band = WAGE_BANDS.iter().rposition(|bound| wage >= bound);
                if let Some(count) = band.and_then(|band| self.bands.get_mut(band)) {
                    *count += 1;
                }
            }
            for counted in [&mut self.regions, &mut self.occupations].into_iter().flatten() {
                counted.add(docs, values);
            }
        }
    }

    fn into_harvest(self, harvest: &mut Harvest) {
        let numbered = |counts: &[u64], name: &dyn Fn(usize) -> Option<u64>| -> BTreeMap<u64, u64> {
            let named = counts.iter().enumerate().map(|(i, n)| (name(i), *n));
            named
                .filter_map(|(i, n)| Some((i?, n)))
                .filter(|(_, n)| *n > 0)
                .collect()
        };
        let (digits, depth) = (self.level.digits(), self.depth.saturating_sub(1));
        harvest.kinds = numbered(&self.kinds, &|i| u64::try_from(i).ok());
        harvest.bands = numbered(&self.bands, &|i| WAGE_BANDS.get(i).copied());
        if let Some(regions) = &self.regions {
            harvest.regions = regions.by(&self.names.regions, |code| code.get(..digits));
        }
        if let Some(occupations) = &self.occupations {
            let part = |code| branches(code).get(depth).copied();
            harvest.occupations = occupations.by(&self.names.occupations, part);
        }
    }
}

pub(super) struct SegmentGather {
    segment: SegmentOrdinal,
    order: Order,
    top: usize,
    after: Option<Place>,
    limits: Limits,
    counts: Option<Counts>,
    total: u64,
    best: BinaryHeap<Reverse<(Place, DocId)>>,
    /// The block being filled; `scores` goes with it where the order asks for them.
    docs: Vec<DocId>,
    scores: Vec<Score>,
    ids: Arc<dyn ColumnValues<i64>>,
    kinds: Arc<dyn ColumnValues<u64>>,
    wages: Arc<dyn ColumnValues<u64>>,
    flags: Arc<dyn ColumnValues<u64>>,
    published: Dated,
    closes: Dated,
}

impl SegmentGather {
    /// Whether the filters by number ask anything that not every document of this segment fulfils.
    fn is_limited(&self) -> bool {
        let Limits {
            wage_min,
            flags,
            since,
            open_on,
        } = self.limits;
        wage_min.is_some()
            || flags != 0
            || since.is_some_and(|day| self.published.least < day)
            || open_on.is_some_and(|day| self.closes.least < day)
    }

    fn passes(&self, doc: DocId) -> bool {
        let limits = &self.limits;
        limits.wage_min.is_none_or(|least| self.wages.get_val(doc) >= least)
            && (limits.flags == 0 || self.flags.get_val(doc) & limits.flags == limits.flags)
            && limits
                .since
                .is_none_or(|since| self.published.values.get_val(doc) >= since)
            && limits
                .open_on
                .is_none_or(|today| self.closes.values.get_val(doc) >= today)
    }

    /// Takes over the block.
    fn flush(&mut self) {
        let mut docs = std::mem::take(&mut self.docs);
        let mut scores = std::mem::take(&mut self.scores);
        if self.is_limited() {
            let kept: Vec<bool> = docs.iter().map(|doc| self.passes(*doc)).collect();
            retain_marked(&mut docs, &kept);
            retain_marked(&mut scores, &kept);
        }
        self.total += u64::try_from(docs.len()).unwrap_or(u64::MAX);
        if let Some(counts) = &mut self.counts {
            counts.add(&docs, self.kinds.as_ref(), self.wages.as_ref());
        }
        match self.order {
            // The bits of a float that is not negative are in its order.
            Order::Likeness => {
                for (doc, score) in docs.iter().zip(&scores) {
                    self.offer(*doc, u64::from(score.max(0.0).to_bits()));
                }
            }
            Order::Browse => {
                let mut days = vec![0_i64; docs.len()];
                let mut kinds = vec![0_u64; docs.len()];
                self.published.values.get_vals(&docs, &mut days);
                self.kinds.get_vals(&docs, &mut kinds);
                let course = DocumentKind::Course.number();
                for (doc, (day, kind)) in docs.iter().zip(days.into_iter().zip(kinds)) {
                    let first = if kind == course { 0 } else { WORK_FIRST };
                    self.offer(*doc, first | u64::try_from(day).unwrap_or(0));
                }
            }
            Order::Date => {
                let mut days = vec![0_i64; docs.len()];
                self.published.values.get_vals(&docs, &mut days);
                for (doc, day) in docs.iter().zip(days) {
                    self.offer(*doc, u64::try_from(day).unwrap_or(0));
                }
            }
            Order::Wage => {
                let mut wages = vec![0_u64; docs.len()];
                self.wages.get_vals(&docs, &mut wages);
                for (doc, wage) in docs.iter().zip(wages) {
                    self.offer(*doc, wage);
                }
            }
        }
        docs.clear();
        scores.clear();
        (self.docs, self.scores) = (docs, scores);
    }

    fn offer(&mut self, doc: DocId, key: u64) {
        let full = self.best.len() >= self.top;
        if full && self.best.peek().is_none_or(|Reverse((worst, _))| key < worst.key) {
            return;
        }
        if self.after.is_some_and(|after| key > after.key) {
            return;
        }
        let place = Place {
            key,
            id: self.ids.get_val(doc),
            kind: self.kinds.get_val(doc),
        };
        if self.after.is_some_and(|after| place >= after) {
            return;
        }
        if full {
            if let Some(mut worst) = self.best.peek_mut()
                && worst.0 < (place, doc)
            {
                *worst = Reverse((place, doc));
            }
        } else {
            self.best.push(Reverse((place, doc)));
        }
    }
}

fn retain_marked<T>(values: &mut Vec<T>, kept: &[bool]) {
    let mut marks = kept.iter();
    values.retain(|_| marks.next().copied().unwrap_or(false));
}

impl SegmentCollector for SegmentGather {
    type Fruit = Harvest;

    fn collect(&mut self, doc: DocId, score: Score) {
        self.docs.push(doc);
        self.scores.push(score);
        if self.docs.len() >= BLOCK {
            self.flush();
        }
    }

    fn collect_block(&mut self, docs: &[DocId]) {
        self.docs.extend_from_slice(docs);
        if self.docs.len() >= BLOCK {
            self.flush();
        }
    }

    fn harvest(mut self) -> Harvest {
        self.flush();
        let segment = self.segment;
        let top = self.best.into_iter();
        let mut harvest = Harvest {
            total: self.total,
            top: top
                .map(|Reverse((place, doc))| (place, DocAddress::new(segment, doc)))
                .collect(),
            ..Harvest::default()
        };
        if let Some(counts) = self.counts {
            counts.into_harvest(&mut harvest);
        }
        harvest
    }
}

impl Harvest {
    pub fn facets(&self) -> Facets {
        Facets {
            kinds: self
                .kinds
                .iter()
                .filter_map(|(n, count)| Some((DocumentKind::of_number(*n)?, *count)))
                .collect(),
            regions: most_first(
                self.regions
                    .iter()
                    .filter_map(|(c, n)| Some((RegionCode::parse(c)?, *n)))
                    .collect(),
            ),
            occupations: most_first(self.occupations.iter().map(|(code, n)| (code.clone(), *n)).collect()),
            wage_bands: self.bands.iter().map(|(band, n)| (*band, *n)).collect(),
        }
    }
}

fn most_first<T: Ord>(mut counts: Vec<(T, u64)>) -> Vec<(T, u64)> {
    counts.sort_by(|left, right| right.1.cmp(&left.1).then_with(|| left.0.cmp(&right.0)));
    counts
}
