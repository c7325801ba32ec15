//! How good the order of search results is: nDCG@10 over the judged questions in `search-index/judgments`, beside plain
//! BM25 over jieba's words and over pairs of characters, from the same documents in the same run.
//!
//! `cargo bench --bench search_quality` (the profile does not matter: nothing is timed). With `-- --each` every question
//! is printed.

mod baseline;
mod judged;

use std::collections::BTreeMap;
use std::error::Error;

use judged::{Judged, Judgement};
use yigang::platform::search::{Index, Opened, Question, Rebuild};

const DEPTH: usize = 10;

/// The families' scores of the three engines.
#[derive(Default)]
struct Scores {
    ours: Vec<f64>,
    words: Vec<f64>,
    pairs: Vec<f64>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let each = std::env::args().any(|argument| argument == "--each");
    let judged = Judged::load()?;
    let folder = tempfile::tempdir()?;
    let rebuild = Rebuild::start(folder.path())?;
    for posting in &judged.postings {
        rebuild.add(&posting.document)?;
    }
    rebuild.finish(1)?;
    let Opened::Ready(ours) = Index::open(folder.path())? else {
        return Err("the new index does not open".into());
    };
    let words = baseline::Engine::over_words(&judged)?;
    let pairs = baseline::Engine::over_pairs(&judged)?;

    let mut families: BTreeMap<&str, Scores> = BTreeMap::new();
    for judgement in &judged.judgements {
        let score = |ids: Vec<i64>| ndcg(&judged, judgement, &ids);
        let (our, word, pair) = (
            score(ask(&ours, &judgement.question)?),
            score(words.ask(&judgement.question)?),
            score(pairs.ask(&judgement.question)?),
        );
        if each {
            println!(
                "{our:.3} {word:.3} {pair:.3}  {:<10} {}",
                judgement.family, judgement.question
            );
        }
        let scores = families.entry(&judgement.family).or_default();
        scores.ours.push(our);
        scores.words.push(word);
        scores.pairs.push(pair);
    }
    report(&judged, &families);
    Ok(())
}

fn ask(index: &Index, question: &str) -> Result<Vec<i64>, Box<dyn Error>> {
    let question = Question {
        limit: DEPTH,
        ..Question::about(question)
    };
    Ok(index.search(&question)?.hits.into_iter().map(|hit| hit.id).collect())
}

fn ndcg(judged: &Judged, judgement: &Judgement, ids: &[i64]) -> f64 {
    let grade = |id: &i64| judged.grade(judgement, *id);
    let mut ideal: Vec<u32> = judged
        .postings
        .iter()
        .map(|posting| grade(&posting.document.id))
        .collect();
    ideal.sort_unstable_by(|a, b| b.cmp(a));
    let best = gain(ideal.into_iter());
    if best > 0.0 {
        gain(ids.iter().map(grade)) / best
    } else {
        0.0
    }
}

fn gain(grades: impl Iterator<Item = u32>) -> f64 {
    (2_u32..)
        .zip(grades.take(DEPTH))
        .map(|(rank, grade)| f64::from(2_u32.pow(grade) - 1) / f64::from(rank).log2())
        .sum()
}

fn report(judged: &Judged, families: &BTreeMap<&str, Scores>) {
    println!(
        "nDCG@{DEPTH}, {} postings, {} questions",
        judged.postings.len(),
        judged.judgements.len()
    );
    println!(
        "{:<12} {:>9} {:>8} {:>12} {:>16}  better than both",
        "family", "questions", "ours", "jieba BM25", "char-pair BM25"
    );
    let mut behind = 0;
    for (family, scores) in families {
        let count = scores.ours.len();
        let mean = |values: &[f64]| {
            (values.iter().sum::<f64>() + 0.0) / f64::from(u32::try_from(count.max(1)).unwrap_or(u32::MAX))
        };
        let (ours, words, pairs) = (mean(&scores.ours), mean(&scores.words), mean(&scores.pairs));
        let better = ours > words.max(pairs);
        behind += usize::from(!better);
        let verdict = if better { "yes" } else { "NO" };
        println!("{family:<12} {count:>9} {ours:>8.3} {words:>12.3} {pairs:>16.3}  {verdict}");
    }
    println!("families in which ours is not the best: {behind}");
}
