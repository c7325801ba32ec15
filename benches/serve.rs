//! How soon `serve` gives its first answer on the demo bureau, and how much memory it holds after being used, beside the
//! same program doing nothing but saying its version.
//!
//! `cargo bench --bench serve`

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const PROGRAM: &str = env!("CARGO_BIN_EXE_yigang");

/// Resident memory of a process in MiB.
fn resident_mib(process: &Child) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", process.id())).unwrap_or_default();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .unwrap_or("0 kB");
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap_or(0.0) / 1024.0
}

fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().to_str().expect("a path");
    let began = Instant::now();
    let seeded = Command::new(PROGRAM)
        .args(["demo", "--exit", "--data", data])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("the demo is built");
    assert!(seeded.success());
    let seeding = began.elapsed();

    let began = Instant::now();
    Command::new(PROGRAM)
        .arg("--version")
        .stdout(Stdio::null())
        .status()
        .expect("it runs");
    let version = began.elapsed();

    let began = Instant::now();
    let mut process = Command::new(PROGRAM)
        .args(["serve", "--data", data, "--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("it serves");
    let output = process.stdout.take().expect("its output");
    let address = BufReader::new(output).lines().next().expect("a line").expect("text");
    let client = reqwest::blocking::Client::builder()
        .timeout(Duration::from_secs(10))
        .build()
        .expect("a client");
    let get = |path: &str| {
        let answer = client.get(format!("{address}{path}")).send().expect("an answer");
        assert!(answer.status().is_success(), "{path}");
        answer.text().expect("text").len()
    };
    get("/");
    let first = began.elapsed();
    let fresh = resident_mib(&process);
    for _ in 0..50 {
        for path in [
            "/",
            "/openings",
            "/openings?q=%E4%BF%9D%E6%B4%81",
            "/suggest?q=bj",
            "/help",
            "/api/v1/openings?limit=50",
        ] {
            get(path);
        }
    }
    let used = resident_mib(&process);
    process.kill().expect("it ends");
    process.wait().expect("it ended");
    println!("demo bureau: 2,000 households, 3,000 postings, SQLite");
    println!("| what | figure |");
    println!("| --- | --- |");
    println!("| building the demo bureau | {:.1} s |", seeding.as_secs_f64());
    println!(
        "| the program saying its version | {:.0} ms |",
        version.as_secs_f64() * 1e3
    );
    println!(
        "| serve: from start to the end of the first answer | {:.0} ms |",
        first.as_secs_f64() * 1e3
    );
    println!("| resident memory after the first answer | {fresh:.0} MiB |");
    println!("| resident memory after 300 answers | {used:.0} MiB |");
}
