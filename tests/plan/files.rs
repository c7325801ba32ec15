//! The files of a plan: what is read, what is refused with its line, and what the verification does not accept.

use std::fs;
use std::path::Path;

use crate::common::{Shape, random_instance};
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng, rngs::StdRng};
use tempfile::TempDir;
use yigang::matching::plan::{
    Fault, FaultCode, Order, Summary, read_instance, solve, solve_keeping, verify, write_instance, write_solution,
};

const HOUSEHOLDS: &str = "household,weight\na,1\nb,2\n";
const OPENINGS: &str = "opening,places\nx,1\ny,1\n";
const EDGES: &str = "household,person,opening,score\na,p,x,3\na,q,y,4\nb,r,x,5\n";

fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        fs::write(folder.path().join(name), text).expect("a file");
    }
    folder
}

fn usual(changed: &str, text: &[u8]) -> TempDir {
    let folder = folder(&[
        ("households.csv", HOUSEHOLDS.as_bytes()),
        ("openings.csv", OPENINGS.as_bytes()),
        ("edges.csv", EDGES.as_bytes()),
    ]);
    fs::write(folder.path().join(changed), text).expect("a file");
    folder
}

fn solve_in(folder: &Path) -> (i64, i64) {
    let instance = read_instance(folder).expect("an instance");
    let solution = solve(&instance, &Order::lottery(&instance, 1));
    write_solution(folder, &instance, &solution, &Summary::new(&instance, &solution, 0.5)).expect("written");
    (solution.covered_weight, solution.total_score)
}

#[test]
fn a_solved_folder_is_verified() {
    let folder = usual("openings.csv", OPENINGS.as_bytes());
    assert_eq!(solve_in(folder.path()), (3, 9));
    let verified = verify(folder.path()).expect("accepted");
    assert_eq!((verified.covered_weight, verified.total_score), (3, 9));
    assert_eq!(
        fs::read_to_string(folder.path().join("plan.csv")).expect("a plan"),
        "person,opening\nq,y\nr,x\n"
    );
    let summary = fs::read_to_string(folder.path().join("summary.json")).expect("a summary");
    assert_eq!(
        summary.trim_end(),
        r#"{"covered_weight":3,"total_score":9,"households":2,"persons":3,"openings":2,"edges":3,"seconds":0.5}"#
    );
}

#[test]
fn without_a_list_every_household_weighs_one() {
    let folder = folder(&[("openings.csv", OPENINGS.as_bytes()), ("edges.csv", EDGES.as_bytes())]);
    assert_eq!(solve_in(folder.path()), (2, 9));
    verify(folder.path()).expect("accepted");
}

#[test]
fn marks_line_ends_and_further_columns_do_no_harm() {
    let edges =
        "\u{feff}note,score,opening,person,household\r\n,3,x,p,a\r\n\"x, \"\"y\"\"\",4,y,q,a\r\n\r\n,5,x,r,b\r\n";
    let folder = usual("edges.csv", edges.as_bytes());
    assert_eq!(solve_in(folder.path()), (3, 9));
    verify(folder.path()).expect("accepted");
}

#[test]
fn an_empty_instance_is_solved_and_verified() {
    let folder = folder(&[
        ("households.csv", b"household,weight\n"),
        ("openings.csv", b"opening,places\n"),
        ("edges.csv", b"household,person,opening,score\n"),
    ]);
    assert_eq!(solve_in(folder.path()), (0, 0));
    verify(folder.path()).expect("accepted");
}

#[test]
fn malformed_files_are_refused_with_their_line() {
    use FaultCode::*;
    let cases: &[(&str, &[u8], Option<u64>, FaultCode)] = &[
        ("edges.csv", b"", Some(1), MissingColumn),
        (
            "edges.csv",
            b"\xef\xbb\xbfhousehold,person,opening,score\r\na,p,x,1\r\na,q,y,high\r\n",
            Some(3),
            NotWholeNumber,
        ),
        ("openings.csv", b"opening,places\r\nx\r\n", Some(2), FieldCount),
        ("openings.csv", b"opening,places\rx,1\ry,-1\r", Some(3), NotWholeNumber),
        (
            "openings.csv",
            b"opening,places\nx,1\n\n\ny,1\n\nx,2\n",
            Some(7),
            RepeatedOpening,
        ),
        (
            "openings.csv",
            b"opening,places\r\n\"x\r\n1\",1\r\ny,\xe4\xb8\x80\r\n",
            Some(4),
            NotWholeNumber,
        ),
        (
            "edges.csv",
            b"household,person,opening,score\r\na,p,x,1\r\n\r\na,p,x,2\r\n",
            Some(4),
            RepeatedEdge,
        ),
        (
            "edges.csv",
            b"household,person,opening\na,p,x\n",
            Some(1),
            MissingColumn,
        ),
        (
            "edges.csv",
            b"household,person,person,opening,score\n",
            Some(1),
            RepeatedColumn,
        ),
        (
            "edges.csv",
            b"household,person,opening,score\na,p,x,1\na,p,z,1\n",
            Some(3),
            UnknownOpening,
        ),
        (
            "edges.csv",
            b"household,person,opening,score\nc,p,x,1\n",
            Some(2),
            UnknownHousehold,
        ),
        (
            "edges.csv",
            b"household,person,opening,score\na,p,x,-1\n",
            Some(2),
            NotWholeNumber,
        ),
        (
            "edges.csv",
            b"household,person,opening,score\na,p,x,1.5\n",
            Some(2),
            NotWholeNumber,
        ),
        (
            "edges.csv",
            b"household,person,opening,score\na,p,x,\n",
            Some(2),
            NotWholeNumber,
        ),
        (
            "edges.csv",
            b"household,person,opening,score\na,p,x,99999999999999999999\n",
            Some(2),
            TooLarge,
        ),
        (
            "edges.csv",
            b"household,person,opening,score\na,p,x,9223372036854775807\n",
            None,
            TooLarge,
        ),
        (
            "edges.csv",
            b"household,person,opening,score\na,p,x\n",
            Some(2),
            FieldCount,
        ),
        (
            "edges.csv",
            b"household,person,opening,score\na,p,x,1,2\n",
            Some(2),
            FieldCount,
        ),
        (
            "edges.csv",
            b"household,person,opening,score\na,\xff,x,1\n",
            Some(2),
            NotText,
        ),
        (
            "edges.csv",
            b"household,person,opening,score\na,,x,1\n",
            Some(2),
            EmptyId,
        ),
        (
            "edges.csv",
            b"household,person,opening,score\n,p,x,1\n",
            Some(2),
            EmptyId,
        ),
        (
            "edges.csv",
            b"household,person,opening,score\na,p,,1\n",
            Some(2),
            EmptyId,
        ),
        (
            "edges.csv",
            b"household,person,opening,score\na,p,x,1\nb,q,x,1\nb,p,y,1\n",
            Some(4),
            TwoHouseholds,
        ),
        (
            "edges.csv",
            b"household,person,opening,score\na,p,x,1\n\nb,\"q\nq\",x,1\na,p,x,2\na,p,x,3\n",
            Some(6),
            RepeatedEdge,
        ),
        (
            "openings.csv",
            b"opening,places\nx,1\ny,1\nx,1\n",
            Some(4),
            RepeatedOpening,
        ),
        (
            "openings.csv",
            b"opening,places\nx,1\ny,many\n",
            Some(3),
            NotWholeNumber,
        ),
        (
            "openings.csv",
            b"opening,places\nx,9223372036854775807\ny,1\n",
            None,
            TooLarge,
        ),
        ("openings.csv", b"place,places\n", Some(1), MissingColumn),
        (
            "households.csv",
            b"household,weight\na,1\nb,2\na,1\n",
            Some(4),
            RepeatedHousehold,
        ),
        ("households.csv", b"household,weight\na,-1\n", Some(2), NotWholeNumber),
        (
            "households.csv",
            b"household,weight\na,1\nb,9223372036854775807\n",
            None,
            TooLarge,
        ),
        ("households.csv", b"household\na\n", Some(1), MissingColumn),
    ];
    for (file, text, line, code) in cases {
        let shown = String::from_utf8_lossy(text);
        let Err(fault) = read_instance(usual(file, text).path()) else {
            panic!("accepted: {shown}")
        };
        assert_eq!(
            (fault.file, fault.line, fault.code),
            (Some(*file), *line, *code),
            "{shown}: {fault}"
        );
    }
}

#[test]
fn a_missing_file_is_named() {
    let folder = folder(&[("openings.csv", OPENINGS.as_bytes())]);
    let fault: Fault = read_instance(folder.path()).expect_err("no edges");
    assert_eq!((fault.file, fault.code), (Some("edges.csv"), FaultCode::Unreadable));
}

#[test]
fn tampered_files_are_refused() {
    // c would like x too, and goes without.
    let edges = format!("{EDGES}c,s,x,9\n");
    let original = usual("edges.csv", edges.as_bytes());
    fs::write(
        original.path().join("households.csv"),
        "household,weight\na,1\nb,2\nc,1\n",
    )
    .expect("a file");
    solve_in(original.path());
    let summary = fs::read_to_string(original.path().join("summary.json")).expect("a summary");
    let certificate = fs::read_to_string(original.path().join("certificate.json")).expect("a certificate");
    assert_eq!(
        certificate.trim_end(),
        r#"{"covered_weight":3,"total_score":9,"openings":{"x":[1,11]},"households":{"b":[1,6],"c":[1,2]}}"#
    );
    let changed = |from: &str, to: &str| {
        assert!(certificate.contains(from), "{from}");
        certificate.replacen(from, to, 1)
    };
    let cases: Vec<(&str, String, &str)> = vec![
        ("plan.csv", "person,opening\nq,y\n".into(), "plan-check-value"),
        ("plan.csv", "person,opening\nq,y\np,x\n".into(), "plan-check-value"),
        (
            "plan.csv",
            "person,opening\nq,y\nr,x\np,x\n".into(),
            "plan-check-overfilled",
        ),
        ("plan.csv", "person,opening\nr,y\n".into(), "plan-check-no-such-edge"),
        (
            "plan.csv",
            "person,opening\nnobody,y\n".into(),
            "plan-check-no-such-edge",
        ),
        (
            "plan.csv",
            "person,opening\nq,nowhere\n".into(),
            "plan-check-unknown-opening",
        ),
        (
            "plan.csv",
            "person,opening\nq,y\nq,x\n".into(),
            "plan-check-person-twice",
        ),
        ("plan.csv", "person\nq\n".into(), "plan-check-missing-column"),
        (
            "certificate.json",
            changed("\"covered_weight\":3", "\"covered_weight\":4"),
            "plan-check-value",
        ),
        (
            "certificate.json",
            changed("\"total_score\":9", "\"total_score\":8"),
            "plan-check-value",
        ),
        (
            "certificate.json",
            changed("\"x\":[", "\"y\":["),
            "plan-check-not-proven",
        ),
        (
            "certificate.json",
            changed("\"x\":[", "\"z\":["),
            "plan-check-unknown-id",
        ),
        (
            "certificate.json",
            changed("\"x\":[1,", "\"x\":[-1,"),
            "plan-check-negative-price",
        ),
        (
            "certificate.json",
            changed("\"x\":[1,", "\"x\":[2,"),
            "plan-check-not-proven",
        ),
        (
            "certificate.json",
            changed("\"x\":[1,", "\"x\":[99999999999999999999999999999,"),
            "plan-check-price-too-large",
        ),
        (
            "certificate.json",
            changed("\"x\":[1,", "\"x\":[1.0,"),
            "plan-check-unreadable",
        ),
        ("certificate.json", "{}".into(), "plan-check-unreadable"),
        (
            "summary.json",
            summary.replace("\"covered_weight\":3", "\"covered_weight\":4"),
            "plan-check-value",
        ),
        (
            "summary.json",
            summary.replace("\"households\":3", "\"households\":4"),
            "plan-check-value",
        ),
        (
            "summary.json",
            summary.replace("\"persons\":4", "\"persons\":3"),
            "plan-check-value",
        ),
        (
            "summary.json",
            summary.replace("\"openings\":2", "\"openings\":1"),
            "plan-check-value",
        ),
        (
            "summary.json",
            summary.replace("\"edges\":4", "\"edges\":5"),
            "plan-check-value",
        ),
        (
            "summary.json",
            r#"{"covered_weight":3,"total_score":9}"#.into(),
            "plan-check-unreadable",
        ),
        (
            "edges.csv",
            edges.replace("a,p,x,3", "a,p,x,+3"),
            "plan-check-not-whole-number",
        ),
        (
            "openings.csv",
            "opening,places\nx,2\ny,1\n".into(),
            "plan-check-not-proven",
        ),
        (
            "openings.csv",
            "opening,places\nx,0\ny,1\n".into(),
            "plan-check-overfilled",
        ),
        (
            "households.csv",
            "household,weight\na,3\nb,2\nc,1\n".into(),
            "plan-check-value",
        ),
        (
            "households.csv",
            "household,weight\nb,2\n".into(),
            "plan-check-unknown-household",
        ),
        ("edges.csv", edges.replace("a,q,y,4", "a,q,y,5"), "plan-check-value"),
        (
            "edges.csv",
            edges.replace("a,p,x,3", "a,p,y,5"),
            "plan-check-not-proven",
        ),
        ("edges.csv", format!("{edges}b,r,x,5\n"), "plan-check-repeated-edge"),
        (
            "edges.csv",
            edges.replace("b,r,x,5", "b,p,x,5"),
            "plan-check-two-households",
        ),
    ];
    for (file, text, code) in cases {
        let folder = tempfile::tempdir().expect("a folder");
        for entry in fs::read_dir(original.path()).expect("entries").flatten() {
            fs::copy(entry.path(), folder.path().join(entry.file_name())).expect("a copy");
        }
        fs::write(folder.path().join(file), &text).expect("a file");
        let refusal = verify(folder.path()).expect_err(&text);
        assert_eq!(refusal.code, code, "{file}: {text}: {refusal}");
    }
}

#[test]
fn any_other_plan_in_place_of_the_best_is_refused() {
    let mut random = StdRng::seed_from_u64(11);
    let shape = Shape {
        households: 30,
        openings: 8,
        members: 3,
        degree: 4,
        weights: 3,
        zero_weights: true,
        places: 3,
        scores: 50,
    };
    for _ in 0..30 {
        let instance = random_instance(&mut random, &shape);
        let folder = tempfile::tempdir().expect("a folder");
        write_instance(folder.path(), &instance).expect("written");
        let mut solution = solve(&instance, &Order::lottery(&instance, 1));
        let placed: Vec<usize> = (0..solution.placed.len())
            .filter(|&person| solution.placed[person].is_some())
            .collect();
        let summary = Summary::new(&instance, &solution, 0.0);
        write_solution(folder.path(), &instance, &solution, &summary).expect("written");
        verify(folder.path()).expect("accepted");
        let Some(&person) = placed.get(random.random_range(0..placed.len().max(1))) else {
            continue;
        };
        solution.placed[person] = None;
        let (weight, score, _) = crate::common::value(&instance, &solution.placed);
        if (weight, score) == (solution.covered_weight, solution.total_score) {
            continue;
        }
        // Even with figures that fit the worse plan, the prices give it away.
        (solution.covered_weight, solution.total_score) = (weight, score);
        let summary = Summary::new(&instance, &solution, 0.0);
        write_solution(folder.path(), &instance, &solution, &summary).expect("written");
        assert_eq!(
            verify(folder.path()).expect_err("a worse plan").code,
            "plan-check-not-proven"
        );
    }
}

#[test]
fn a_replanning_is_verified_with_its_bonus_and_not_with_a_smaller_one() {
    let rows = "household,person,opening,score\na,p,x,3\na,p,y,9\nb,r,x,5\nb,r,y,1\n";
    let folder = usual("edges.csv", rows.as_bytes());
    let instance = read_instance(folder.path()).expect("an instance");
    let pair = (
        instance.find_person("p").expect("p"),
        instance.find_opening("x").expect("x"),
    );
    let solution = solve_keeping(&instance, &Order::lottery(&instance, 1), &[pair]).expect("a plan");
    assert_eq!((solution.covered_weight, solution.total_score), (3, 4));
    write_solution(
        folder.path(),
        &instance,
        &solution,
        &Summary::new(&instance, &solution, 0.0),
    )
    .expect("written");
    verify(folder.path()).expect("accepted");
    let path = folder.path().join("certificate.json");
    let certificate = fs::read_to_string(&path).expect("a certificate");
    for (from, to, code) in [
        ("\"bonus\":15", "\"bonus\":14", "plan-check-kept-pairs"),
        ("[\"p\",\"x\"]", "[\"p\",\"z\"]", "plan-check-kept-pairs"),
        ("[\"p\",\"x\"]", "[\"p\",\"y\"]", "plan-check-not-proven"),
    ] {
        assert!(certificate.contains(from), "{certificate}");
        fs::write(&path, certificate.replace(from, to)).expect("a file");
        assert_eq!(verify(folder.path()).expect_err(to).code, code, "{to}");
    }
}

#[test]
fn the_order_of_the_rows_changes_nothing_in_value_or_coverage() {
    let mut random = StdRng::seed_from_u64(12);
    let shape = Shape {
        households: 60,
        openings: 20,
        members: 3,
        degree: 4,
        weights: 2,
        zero_weights: true,
        places: 2,
        scores: 6,
    };
    for _ in 0..20 {
        let folder = tempfile::tempdir().expect("a folder");
        write_instance(folder.path(), &random_instance(&mut random, &shape)).expect("written");
        let covered_ids = || {
            let instance = read_instance(folder.path()).expect("an instance");
            let solution = solve(&instance, &Order::lottery(&instance, 3));
            let covered = solution.covered(&instance);
            let mut ids: Vec<String> = (0..)
                .zip(covered)
                .filter(|(_, covered)| *covered)
                .map(|(household, _)| instance.household_id(household).to_owned())
                .collect();
            ids.sort();
            (solution.covered_weight, solution.total_score, ids)
        };
        let before = covered_ids();
        for file in ["households.csv", "openings.csv", "edges.csv"] {
            let path = folder.path().join(file);
            let text = fs::read_to_string(&path).expect("a file");
            let mut lines: Vec<&str> = text.lines().collect();
            lines[1..].shuffle(&mut random);
            fs::write(&path, lines.join("\n")).expect("a file");
        }
        assert_eq!(covered_ids(), before);
    }
}
