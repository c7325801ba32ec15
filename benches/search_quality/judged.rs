//! The judged postings and questions.

use std::collections::HashMap;
use std::error::Error;

use serde::Deserialize;
use yigang::base::region::RegionCode;
use yigang::base::time::parse_day;
use yigang::platform::search::{Document, DocumentKind};

#[derive(Deserialize)]
struct TradeFile {
    trade: Vec<Trade>,
}

#[derive(Deserialize)]
struct Trade {
    key: String,
    name: String,
    titles: Vec<String>,
    sentences: Vec<String>,
}

pub struct Posting {
    pub document: Document,
    trade: String,
    region: RegionCode,
}

pub struct Judgement {
    pub family: String,
    pub question: String,
    wanted: HashMap<String, u32>,
    place: Option<RegionCode>,
}

pub struct Judged {
    pub postings: Vec<Posting>,
    pub judgements: Vec<Judgement>,
}

/// Postings of each trade.
const OF_EACH: usize = 10;
const EMPLOYERS: [&str; 7] = [
    "澜沧江畔商贸有限公司",
    "曼景农民专业合作社",
    "雨林人家酒店",
    "兴边物业服务有限公司",
    "金孔雀餐饮店",
    "绿谷农业开发有限公司",
    "滇南劳务有限公司",
];

impl Judged {
    pub fn load() -> Result<Self, Box<dyn Error>> {
        let trades: TradeFile = toml::from_str(include_str!("../../search-index/judgments/trades.toml"))?;
        let places: Vec<(&str, &str)> = lines(include_str!("../../search-index/judgments/places.tsv"))
            .filter_map(|line| line.split_once('\t'))
            .collect();
        let general: Vec<&str> = lines(include_str!("../../search-index/judgments/general.txt")).collect();
        let mut postings = Vec::new();
        for (t, trade) in trades.trade.iter().enumerate() {
            for n in 0..OF_EACH {
                postings.push(compose(trade, t, n, &places, &general)?);
            }
        }
        let questions = lines(include_str!("../../search-index/judgments/queries.tsv"));
        let judgements = questions
            .map(|line| judgement(line, &trades))
            .collect::<Result<_, _>>()?;
        Ok(Self { postings, judgements })
    }

    /// How well a posting fits: as its trade does, two less when it is not at the place asked for.
    pub fn grade(&self, judgement: &Judgement, id: i64) -> u32 {
        let posting = usize::try_from(id - 1).ok().and_then(|at| self.postings.get(at));
        let Some(posting) = posting else { return 0 };
        let grade = judgement.wanted.get(&posting.trade).copied().unwrap_or(0);
        let there = judgement
            .place
            .as_ref()
            .is_none_or(|place| place.contains(&posting.region));
        if there { grade } else { grade.saturating_sub(2) }
    }
}

fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// The `n`th posting of the `t`th trade: a title, two of its sentences, two that say nothing of the trade, a place.
fn compose(
    trade: &Trade,
    t: usize,
    n: usize,
    places: &[(&str, &str)],
    general: &[&str],
) -> Result<Posting, Box<dyn Error>> {
    let pick = |list: &[String], at: usize| list[at % list.len()].clone();
    let (code, names) = places[(t * 4 + n * 7 + n / 3) % places.len()];
    let region = RegionCode::parse(code).ok_or("a place without code")?;
    let body = [
        pick(&trade.sentences, n),
        general[(t * 5 + n * 3) % general.len()].to_owned(),
        pick(&trade.sentences, n + 1 + n / 4),
        general[(t + n * 4 + 7) % general.len()].to_owned(),
    ];
    let mut words = vec![trade.name.clone(), EMPLOYERS[(t * 3 + n) % EMPLOYERS.len()].to_owned()];
    words.extend(names.split(' ').map(str::to_owned));
    let document = Document {
        kind: DocumentKind::Job,
        id: i64::try_from(t * OF_EACH + n + 1)?,
        title: pick(&trade.titles, n),
        body: body.concat(),
        words,
        suggestions: vec![trade.name.clone()],
        region: Some(region.clone()),
        occupation: None,
        wage_low: None,
        wage_high: None,
        lodging: false,
        meals: false,
        insurance: false,
        free_places: 1,
        published: parse_day("2020-06-01").ok_or("a day")?,
        closes: None,
    };
    Ok(Posting {
        document,
        trade: trade.key.clone(),
        region,
    })
}

fn judgement(line: &str, trades: &TradeFile) -> Result<Judgement, Box<dyn Error>> {
    let mut columns = line.split('\t');
    let mut next = || columns.next().ok_or_else(|| format!("a column is missing in: {line}"));
    let (family, question, wanted, place) = (next()?.to_owned(), next()?.to_owned(), next()?, next()?);
    let mut grades = HashMap::new();
    for part in wanted.split(',') {
        let (trade, grade) = part.split_once(':').ok_or_else(|| format!("no grade in: {line}"))?;
        if !trades.trade.iter().any(|known| known.key == trade) {
            return Err(format!("no trade {trade}, named in: {line}").into());
        }
        grades.insert(trade.to_owned(), grade.parse()?);
    }
    Ok(Judgement {
        family,
        question,
        wanted: grades,
        place: RegionCode::parse(place),
    })
}
