//! One pass over what matches: the filters by number, the total, the counts, and the best places of the page. Counting
//! needs every match anyway, so one pass is cheaper than one for the page and another for the counts.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocAddress, DocId, Score, SegmentOrdinal, SegmentReader};

use super::cursor::Place;
use super::document::DocumentKind;
use super::layout::{branches, column, day_number, flag};
use super::query::{Filters, Sort};
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
    pub sort: Sort,
    pub top: usize,
    pub after: Option<Place>,
    pub filters: Filters,
    /// The level of regions and the depth of occupations to count; none when nothing is counted.
    pub count: Option<(RegionLevel, usize)>,
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
        let named = |name: &str| -> tantivy::Result<Option<Counted>> { Ok(columns.str(name)?.map(Counted::new)) };
        Ok(SegmentGather {
            segment,
            sort: self.sort,
            top: self.top,
            after: self.after,
            limits: Limits::of(&self.filters),
            count: self.count,
            total: 0,
            best: BinaryHeap::with_capacity(self.top + 1),
            ids: columns.i64(column::ID)?,
            kinds: columns.u64(column::KIND)?,
            wages: columns.u64(column::WAGE)?,
            flags: columns.u64(column::FLAGS)?,
            published: columns.i64(column::PUBLISHED)?,
            closes: columns.i64(column::CLOSES)?,
            regions: if self.count.is_some() {
                named(column::REGION)?
            } else {
                None
            },
            occupations: if self.count.is_some() {
                named(column::OCCUPATION)?
            } else {
                None
            },
            kind_counts: [0; DocumentKind::ALL.len()],
            band_counts: [0; WAGE_BANDS.len()],
        })
    }

    fn requires_scoring(&self) -> bool {
        self.sort == Sort::Relevance
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

/// A column of codes, and how often each occurred.
struct Counted {
    column: StrColumn,
    ordinals: Column<u64>,
    counts: Vec<u64>,
}

impl Counted {
    fn new(column: StrColumn) -> Self {
        let counts = vec![0; column.num_terms()];
        Self {
            ordinals: column.ords().clone(),
            column,
            counts,
        }
    }

    fn add(&mut self, doc: DocId) {
        let ordinal = self
            .ordinals
            .first(doc)
            .and_then(|ordinal| usize::try_from(ordinal).ok());
        if let Some(count) = ordinal.and_then(|ordinal| self.counts.get_mut(ordinal)) {
            *count += 1;
        }
    }

    /// The counts by the part of each code that is asked for.
    fn by(&self, part: impl Fn(&str) -> Option<String>) -> BTreeMap<String, u64> {
        let mut by_part = BTreeMap::new();
        let mut code = String::new();
        for (ordinal, count) in (0_u64..).zip(&self.counts).filter(|(_, count)| **count > 0) {
            // An unreadable dictionary would already have failed the search; a count less is not worth failing for.
            if self.column.ord_to_str(ordinal, &mut code).unwrap_or(false)
                && let Some(part) = part(&code)
            {
                *by_part.entry(part).or_default() += count;
            }
        }
        by_part
    }
}

pub(super) struct SegmentGather {
    segment: SegmentOrdinal,
    sort: Sort,
    top: usize,
    after: Option<Place>,
    limits: Limits,
    count: Option<(RegionLevel, usize)>,
    total: u64,
    best: BinaryHeap<Reverse<(Place, DocId)>>,
    ids: Column<i64>,
    kinds: Column<u64>,
    wages: Column<u64>,
    flags: Column<u64>,
    published: Column<i64>,
    closes: Column<i64>,
    regions: Option<Counted>,
    occupations: Option<Counted>,
    kind_counts: [u64; DocumentKind::ALL.len()],
    band_counts: [u64; WAGE_BANDS.len()],
}

impl SegmentGather {
    fn passes(&self, doc: DocId) -> bool {
        let limits = &self.limits;
        limits
            .wage_min
            .is_none_or(|least| self.wages.first(doc).is_some_and(|wage| wage >= least))
            && (limits.flags == 0 || self.flags.first(doc).unwrap_or(0) & limits.flags == limits.flags)
            && limits
                .since
                .is_none_or(|since| self.published.first(doc).is_some_and(|day| day >= since))
            && limits
                .open_on
                .is_none_or(|today| self.closes.first(doc).is_none_or(|day| day >= today))
    }

    fn count(&mut self, doc: DocId) {
        let kind = self.kinds.first(doc).and_then(|kind| usize::try_from(kind).ok());
        if let Some(count) = kind.and_then(|kind| self.kind_counts.get_mut(kind)) {
            *count += 1;
        }
        if let Some(wage) = self.wages.first(doc) {
            let band = WAGE_BANDS.iter().rposition(|bound| wage >= *bound);
            if let Some(count) = band.and_then(|band| self.band_counts.get_mut(band)) {
                *count += 1;
            }
        }
        if let Some(regions) = &mut self.regions {
            regions.add(doc);
        }
        if let Some(occupations) = &mut self.occupations {
            occupations.add(doc);
        }
    }

    fn key(&self, doc: DocId, score: Score) -> u64 {
        match self.sort {
            // The bits of a float that is not negative are in its order.
            Sort::Relevance => u64::from(score.max(0.0).to_bits()),
            Sort::Date => self
                .published
                .first(doc)
                .and_then(|day| u64::try_from(day).ok())
                .unwrap_or(0),
            Sort::Wage => self.wages.first(doc).map_or(0, |wage| wage.saturating_add(1)),
        }
    }

    fn offer(&mut self, doc: DocId, key: u64) {
        let full = self.best.len() >= self.top;
        if full && self.best.peek().is_none_or(|Reverse((worst, _))| key < worst.key) {
            return;
        }
        if self.after.is_some_and(|after| key > after.key) {
            return;
        }
        let id = self.ids.first(doc).unwrap_or_default();
        let place = Place {
            key,
            id,
            kind: self.kinds.first(doc).unwrap_or_default(),
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

impl SegmentCollector for SegmentGather {
    type Fruit = Harvest;

    fn collect(&mut self, doc: DocId, score: Score) {
        if !self.passes(doc) {
            return;
        }
        self.total += 1;
        if self.count.is_some() {
            self.count(doc);
        }
        let key = self.key(doc, score);
        self.offer(doc, key);
    }

    fn harvest(self) -> Harvest {
        let numbered = |counts: &[u64], names: &dyn Fn(usize) -> Option<u64>| -> BTreeMap<u64, u64> {
            counts
                .iter()
                .enumerate()
                .filter_map(|(i, n)| Some((names(i)?, *n)))
                .filter(|(_, n)| *n > 0)
                .collect()
        };
        let (level, depth) = self.count.unwrap_or((RegionLevel::Province, 1));
        let region_part = |code: &str| code.get(..level.digits()).map(str::to_owned);
        let occupation_part = |code: &str| branches(code).get(depth.saturating_sub(1)).map(|b| (*b).to_owned());
        let segment = self.segment;
        let top = self.best.into_iter();
        Harvest {
            total: self.total,
            top: top
                .map(|Reverse((place, doc))| (place, DocAddress::new(segment, doc)))
                .collect(),
            kinds: numbered(&self.kind_counts, &|i| u64::try_from(i).ok()),
            bands: numbered(&self.band_counts, &|i| WAGE_BANDS.get(i).copied()),
            regions: self.regions.map(|r| r.by(region_part)).unwrap_or_default(),
            occupations: self.occupations.map(|o| o.by(occupation_part)).unwrap_or_default(),
        }
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
