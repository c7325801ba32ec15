//! The program is killed while it moves money; whatever it has answered is there, once, and the ledger fits.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::Program;

fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_yigang"));
    command.arg("--data").arg(folder);
    command
}

fn run(folder: &Path, arguments: &[&str]) -> (bool, String) {
    let output = program(folder).args(arguments).output().expect("the program runs");
    (
        output.status.success(),
        String::from_utf8_lossy(&output.stdout).into_owned(),
    )
}

fn serve(folder: &Path, address: &str) -> Child {
    let child = program(folder)
        .args(["serve", "--listen", address])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program serves");
    let deadline = Instant::now() + Duration::from_secs(60);
    while Instant::now() < deadline {
        if std::net::TcpStream::connect(address).is_ok() {
            return child;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("the program does not answer");
}

#[test]
fn what_was_answered_is_there_once_after_kill_9() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    assert!(run(folder, &["migrate"]).0);
    assert!(
        run(
            folder,
            &["user", "add", "county", "--role", "county_hr", "--region", "532801"]
        )
        .0
    );
    let (_, said) = run(folder, &["user", "token", "county"]);
    let token = said
        .split_whitespace()
        .max_by_key(|word| word.len())
        .expect("a token")
        .to_owned();
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = free.local_addr().expect("its address").to_string();
    drop(free);
    let answered = AtomicI64::new(0);
    for _ in 0..3 {
        let mut child = serve(folder, &address);
        let stop = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    let client = Program::new(&format!("http://{address}"), Some(token.clone()));
                    let body = json!({
                        "kind": "grant", "source": "employment_fund", "region": "532801", "year": 2026,
                        "amount": "1.00", "document": "x",
                    });
                    while !stop.load(Ordering::Relaxed) {
                        // The one that is on its way when the program dies has no answer.
                        let sent = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                            client.send("POST", "/api/v1/funds", &body)
                        }));
                        match sent {
                            Ok(answer) if answer.status == 201 => answered.fetch_add(1, Ordering::Relaxed),
                            Ok(answer) => panic!("{}: {}", answer.status, answer.text),
                            Err(_) => break,
                        };
                    }
                });
            }
            std::thread::sleep(Duration::from_millis(1_500));
            // Child::kill is SIGKILL.
            child.kill().expect("the program is killed");
            child.wait().expect("it is gone");
            stop.store(true, Ordering::Relaxed);
        });
        let (fits, said) = run(folder, &["funds", "verify"]);
        assert!(fits, "{said}");
    }
    let answered = answered.load(Ordering::Relaxed);
    assert!(answered > 30, "{answered}");
    let url = folder.join("yigang.sqlite");
    let mut conn =
        <diesel::SqliteConnection as diesel::Connection>::establish(&url.to_string_lossy()).expect("it opens");
    let granted: i64 = {
        use diesel::prelude::*;
        use yigang::platform::db::schema::funds;
        funds::table
            .select(funds::granted_fen)
            .first(&mut conn)
            .expect("the fund")
    };
    let granted = granted / 100;
    assert!(
        (answered..=answered + 12).contains(&granted),
        "{answered} answered, {granted} granted"
    );
}
