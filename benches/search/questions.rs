//! What is asked: the judged questions that every engine can answer, each without filters and with some, and browsing.

use std::error::Error;

use yigang::base::region::RegionCode;
use yigang::platform::search::{DocumentKind, Filters, Question};

/// Families of `search-index/judgments/queries.tsv` whose words stand in the postings. Misspelt, pinyin and English
/// questions are left out: the other engines find nothing and are done at once.
const FAMILIES: [&str; 4] = ["keyword", "title+town", "synonym", "passage"];

#[derive(Clone, Default)]
pub struct Asked {
    pub family: String,
    pub words: String,
    pub kind: Option<&'static str>,
    pub region: Option<&'static str>,
    /// Yuan a month.
    pub wage_min: Option<i64>,
    /// Whether the answer also counts by kind, region, occupation and wage, which no other engine is asked for.
    pub facets: bool,
}

impl Asked {
    /// The address of the API call.
    pub fn path(&self) -> String {
        let mut path = format!("/api/v1/openings?facets={}&q={}", self.facets, escaped(&self.words));
        if let Some(kind) = self.kind {
            path.push_str(&format!("&kind={kind}"));
        }
        if let Some(region) = self.region {
            path.push_str(&format!("&region={region}"));
        }
        if let Some(wage) = self.wage_min {
            path.push_str(&format!("&wage_min={wage}"));
        }
        path
    }

    /// The same as the index is asked it.
    pub fn question(&self) -> Question {
        Question {
            filters: Filters {
                kind: self.kind.and_then(DocumentKind::parse),
                region: self.region.and_then(RegionCode::parse),
                wage_min: self.wage_min.map(|yuan| yuan * 100),
                ..Filters::default()
            },
            ..Question::about(&self.words)
        }
    }

    pub fn is_passage(&self) -> bool {
        self.family == "passage"
    }
}

fn escaped(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// The questions, families together.
pub fn all() -> Result<Vec<Asked>, Box<dyn Error>> {
    let text = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/search-index/judgments/queries.tsv"
    ))?;
    let mut questions = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let mut cells = line.split('\t');
        let (Some(family), Some(words)) = (cells.next(), cells.next()) else {
            continue;
        };
        if !FAMILIES.contains(&family) {
            continue;
        }
        let plain = Asked {
            family: family.to_owned(),
            words: words.to_owned(),
            ..Asked::default()
        };
        questions.push(plain.clone());
        questions.push(Asked {
            region: Some("532800"),
            ..plain.clone()
        });
        questions.push(Asked {
            kind: Some("job"),
            wage_min: Some(3_000),
            ..plain
        });
    }
    for region in [None, Some("532801"), Some("532822"), Some("532823"), Some("532800")] {
        for (kind, wage_min) in [(None, None), (Some("job"), None), (Some("job"), Some(4_000))] {
            questions.push(Asked {
                family: "no words".to_owned(),
                kind,
                region,
                wage_min,
                ..Asked::default()
            });
        }
    }
    Ok(questions)
}
