//! How often the occupation proposed for a title is the one that a person gave it. One command, no timing test:
//! `cargo bench --bench title_occupation`. Every fifth coded title is asked, the other four fifths are learnt.

use std::collections::HashSet;
use std::time::Instant;

use yigang::reference::{OccupationCode, TitleIndex, occupations, plain_title, suggest_occupation};

type Coded = (String, OccupationCode);

#[derive(Default)]
struct Hits {
    first: usize,
    five: usize,
    first_at_3: usize,
    five_at_3: usize,
}

fn main() {
    // Titles that differ only in noise must not stand on both sides of the split.
    let (mut learnt, mut asked): (Vec<Coded>, Vec<Coded>) = (Vec::new(), Vec::new());
    for coded in occupations().titles() {
        let key: u32 = plain_title(&coded.0)
            .bytes()
            .fold(2_166_136_261, |h, b| (h ^ u32::from(b)).wrapping_mul(16_777_619));
        if (key >> 8).is_multiple_of(5) {
            asked.push(coded.clone())
        } else {
            learnt.push(coded.clone())
        }
    }
    println!("{} titles learnt, {} asked", learnt.len(), asked.len());
    let began = Instant::now();
    let index = TitleIndex::learn(&learnt);
    let learning = began.elapsed();
    let began = Instant::now();
    let ours = judge(&asked, |title| {
        index.suggest(title, 5).into_iter().map(|(code, _)| code).collect()
    });
    let asking = began.elapsed() / u32::try_from(asked.len().max(1)).unwrap_or(1);
    let baseline = judge(&asked, |title| by_shared_characters(title, &learnt));
    let count = asked.len().max(1);
    println!("| method | hit@1 | hit@5 | hit@1, level 3 | hit@5, level 3 |\n| --- | --- | --- | --- | --- |");
    for (name, hits) in [("most shared characters", baseline), ("ours", ours)] {
        let share = |n: usize| format!("{}.{} %", n * 100 / count, n * 1000 / count % 10);
        let row = [hits.first, hits.five, hits.first_at_3, hits.five_at_3]
            .map(share)
            .join(" | ");
        println!("| {name} | {row} |");
    }
    println!("learning {learning:?}, one title {asking:?}");
    let began = Instant::now();
    suggest_occupation("割胶工");
    println!("first suggestion of a process {:?}", began.elapsed());
}

fn judge(asked: &[Coded], suggest: impl Fn(&str) -> Vec<OccupationCode>) -> Hits {
    let mut hits = Hits::default();
    for (title, code) in asked {
        let suggested = suggest(title);
        // Level 3 is the small group: the first seven characters of the code.
        let group = |c: &OccupationCode| c.as_str().get(..7).unwrap_or_default().to_owned();
        let at = suggested.iter().position(|s| s == code);
        let at_3 = suggested.iter().position(|s| group(s) == group(code));
        hits.first += usize::from(at == Some(0));
        hits.five += usize::from(at.is_some());
        hits.first_at_3 += usize::from(at_3 == Some(0));
        hits.five_at_3 += usize::from(at_3.is_some());
    }
    hits
}

/// The plain way: the occupations of the titles that share most characters, by the share of all their characters.
fn by_shared_characters(title: &str, learnt: &[Coded]) -> Vec<OccupationCode> {
    let own: HashSet<char> = title.chars().collect();
    let mut ranked: Vec<(usize, &OccupationCode)> = learnt
        .iter()
        .map(|(other, code)| {
            let theirs: HashSet<char> = other.chars().collect();
            (
                own.intersection(&theirs).count() * 10_000 / own.union(&theirs).count().max(1),
                code,
            )
        })
        .collect();
    ranked.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
    let mut best: Vec<OccupationCode> = Vec::new();
    for (_, code) in ranked {
        if !best.contains(code) {
            best.push(code.clone());
        }
        if best.len() == 5 {
            break;
        }
    }
    best
}
