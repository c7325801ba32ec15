//! The book against the plain way, which reads everything: the same lists, whatever is in it and however it came in.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{Book, Reader, alike};
use crate::base::ids::{PersonId, PostingId};
use crate::base::region::RegionCode;
use crate::matching::everybody::best_of_each;
use crate::matching::tests::{TODAY, a_cleaner, a_cleaning_post, any_candidate, any_opening, day};
use crate::matching::{Candidate, NeedClass, Opening, Weights, rank_openings};

/// The shipped weights, and ones under which everything ties, or single reasons outweigh all others.
fn any_weights() -> impl Strategy<Value = Weights> {
    let shipped = include_str!("../weights.toml");
    let vary = move |rows: &[(&str, &str)]| {
        let text = rows.iter().fold(shipped.to_owned(), |text, (name, points)| {
            let rest = text.lines().map(|line| match line.split_once(" = ") {
                Some((key, _)) if key == *name || (*name == "all" && key != "version") => format!("{key} = {points}"),
                _ => line.to_owned(),
            });
            rest.collect::<Vec<_>>().join("\n")
        });
        Weights::parse(&text).expect("weights in order")
    };
    prop::sample::select(vec![
        Weights::shipped().clone(),
        vary(&[("all", "0")]),
        vary(&[("all", "0"), ("wage_tenth", "7"), ("wage_limit", "1000")]),
        vary(&[("beyond_province", "-1000"), ("wished_occupation", "1000")]),
        vary(&[("education_short", "-1000"), ("meals", "1000"), ("fresh_wish", "1000")]),
    ])
}

fn by_id(openings: Vec<Opening>) -> Vec<Opening> {
    let by_id: BTreeMap<PostingId, Opening> = openings.into_iter().map(|opening| (opening.id, opening)).collect();
    by_id.into_values().collect()
}

fn plainly(candidate: &Candidate, openings: &[Opening], weights: &Weights, limit: usize) -> Vec<(PostingId, i32)> {
    let ranked = rank_openings(candidate, openings, weights, (day(TODAY), limit));
    ranked.iter().map(|ranked| (ranked.item.id, ranked.points)).collect()
}

fn by_book(reader: &mut Reader<'_>, candidate: &Candidate) -> Vec<(PostingId, i32)> {
    let found = reader.best(candidate).into_iter();
    found.map(|found| (found.id, found.points)).collect()
}

/// What happens to a book over time.
#[derive(Debug, Clone)]
enum Step {
    Put(Box<Opening>),
    Remove(PostingId),
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => any_opening().prop_map(|opening| Step::Put(Box::new(opening))),
        1 => (1_i64..200).prop_map(|id| Step::Remove(PostingId::from_raw(id))),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn the_book_gives_the_lists_of_the_plain_way(
        candidates in prop::collection::vec(any_candidate(), 1..8),
        openings in prop::collection::vec(any_opening(), 0..120),
        weights in any_weights(),
        limit in 0_usize..12,
    ) {
        let openings = by_id(openings);
        let book = Book::of(&openings);
        let mut reader = Reader::new(&book, &weights, day(TODAY), limit);
        for candidate in &candidates {
            prop_assert_eq!(by_book(&mut reader, candidate), plainly(candidate, &openings, &weights, limit));
        }
    }

    #[test]
    fn everybody_at_once_gets_what_each_would_get_alone(
        candidates in prop::collection::vec((any_candidate(), 0_i64..3), 1..8),
        openings in prop::collection::vec(any_opening(), 0..60),
        limit in 0_usize..12,
    ) {
        // Each has a double or two who differ in nothing that counts.
        let people: Vec<Candidate> = candidates
            .into_iter()
            .flat_map(|(candidate, doubles)| {
                (0..=doubles).map(move |double| Candidate {
                    id: PersonId::from_raw(candidate.id.raw() + 1_000 * double),
                    ..candidate.clone()
                })
            })
            .collect();
        let openings = by_id(openings);
        let lists = best_of_each(&people, &openings, day(TODAY), limit);
        prop_assert_eq!(lists.len(), people.len());
        for (candidate, list) in people.iter().zip(lists) {
            let plain = rank_openings(candidate, &openings, Weights::shipped(), (day(TODAY), limit));
            prop_assert_eq!(list, plain);
        }
    }

    #[test]
    fn a_book_that_followed_every_change_is_the_book_made_anew(
        begun_with in prop::collection::vec(any_opening(), 0..40),
        steps in prop::collection::vec(any_step(), 0..60),
        candidates in prop::collection::vec(any_candidate(), 1..4),
    ) {
        let mut now: BTreeMap<PostingId, Opening> = begun_with.into_iter().map(|o| (o.id, o)).collect();
        let mut book = Book::of(now.values());
        for step in steps {
            match step {
                Step::Put(opening) => {
                    book.put(&opening);
                    now.insert(opening.id, *opening);
                }
                Step::Remove(id) => {
                    book.remove(id);
                    now.remove(&id);
                }
            }
        }
        let openings: Vec<Opening> = now.into_values().collect();
        prop_assert_eq!(book.len(), openings.iter().filter(|o| o.is_open && o.free_places > 0).count());
        let mut reader = Reader::new(&book, Weights::shipped(), day(TODAY), 10);
        for candidate in &candidates {
            prop_assert_eq!(by_book(&mut reader, candidate), plainly(candidate, &openings, Weights::shipped(), 10));
        }
    }
}

#[test]
fn people_whose_need_or_day_of_asking_differs_without_counting_are_alike() {
    let one = a_cleaner();
    let mut other = a_cleaner();
    other.id = PersonId::from_raw(8);
    other.need = NeedClass::Monitored;
    other.wish.stated_on = Some(day("2020-06-20"));
    assert_eq!(alike(&one, day(TODAY)), alike(&other, day(TODAY)));
    other.need = NeedClass::Other;
    assert_ne!(alike(&one, day(TODAY)), alike(&other, day(TODAY)));
    other.need = one.need;
    other.wish.stated_on = Some(day("2019-06-20"));
    assert_ne!(alike(&one, day(TODAY)), alike(&other, day(TODAY)));
}

#[test]
fn the_older_posting_stands_first_among_many_equals() {
    let openings: Vec<Opening> = (1..=500)
        .rev()
        .map(|id| Opening {
            id: PostingId::from_raw(id),
            ..a_cleaning_post()
        })
        .collect();
    let book = Book::of(&openings);
    let mut reader = Reader::new(&book, Weights::shipped(), day(TODAY), 3);
    let ids: Vec<i64> = reader.best(&a_cleaner()).iter().map(|found| found.id.raw()).collect();
    assert_eq!(ids, [1, 2, 3]);
}

#[test]
fn who_would_go_to_shanghai_is_shown_shanghai_and_nothing_else_beyond_the_province() {
    let mut candidate = a_cleaner();
    candidate.wish.distance = crate::base::codes::DestinationWish::Shanghai;
    let openings: Vec<Opening> = ["310114", "330106", "532801003"]
        .iter()
        .zip(1..)
        .map(|(region, id)| Opening {
            id: PostingId::from_raw(id),
            region: RegionCode::parse(region).expect("a region"),
            ..a_cleaning_post()
        })
        .collect();
    let book = Book::of(&openings);
    let mut reader = Reader::new(&book, Weights::shipped(), day(TODAY), 10);
    let ids: Vec<i64> = reader.best(&candidate).iter().map(|found| found.id.raw()).collect();
    assert_eq!(ids, [3, 1]);
}
