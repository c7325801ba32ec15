//! PostgreSQL for the run: the server of `TEST_POSTGRES_URL`, or a private one started from the installed programs on
//! 127.0.0.1 and a free port. It ends with this process, however that ends.

use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use diesel::{Connection, PgConnection};

pub struct Server {
    /// Up to the name of the database.
    base: String,
    /// What stands behind the name: parameters of the URL.
    parameters: String,
    /// Its standard input keeps the server running.
    _keeper: Option<Child>,
}

impl Server {
    pub fn url_of(&self, database: &str) -> String {
        format!("{}/{database}{}", self.base, self.parameters)
    }
}

/// The server of this run; nothing where none can be had, unless `REQUIRE_POSTGRES=1` asks for one.
pub fn server() -> Option<&'static Server> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    let server = SERVER.get_or_init(|| match std::env::var("TEST_POSTGRES_URL") {
        Ok(url) => Some(given(&url)),
        Err(_) => programs().map(|programs| start(&programs)),
    });
    let required = std::env::var("REQUIRE_POSTGRES").is_ok_and(|value| value == "1");
    assert!(
        server.is_some() || !required,
        "REQUIRE_POSTGRES=1, and no PostgreSQL was found"
    );
    server.as_ref()
}

fn given(url: &str) -> Server {
    let (url, parameters) = url
        .split_once('?')
        .map_or((url, String::new()), |(url, rest)| (url, format!("?{rest}")));
    let scheme_end = url.find("://").expect("TEST_POSTGRES_URL is a URL") + 3;
    let base = match url[scheme_end..].rfind('/') {
        Some(slash) => &url[..scheme_end + slash],
        None => url,
    };
    Server {
        base: base.to_owned(),
        parameters,
        _keeper: None,
    }
}

/// The folder with `initdb` and `postgres`: the newest that Debian installs, or one of `PATH`.
fn programs() -> Option<PathBuf> {
    let mut installed: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let version = entry.ok()?.file_name().to_str()?.parse().ok()?;
            Some((version, PathBuf::from(format!("/usr/lib/postgresql/{version}/bin"))))
        })
        .collect();
    installed.sort();
    let in_path = std::env::var_os("PATH");
    let in_path = in_path.iter().flat_map(std::env::split_paths);
    let mut all = installed.into_iter().rev().map(|(_, path)| path).chain(in_path);
    all.find(|path| path.join("initdb").is_file() && path.join("postgres").is_file())
}

/// Who may run PostgreSQL, which refuses to run as root: an unprivileged user, or nobody else than ourselves.
fn unprivileged() -> Option<(u32, u32)> {
    use std::os::unix::fs::MetadataExt;
    let is_root = std::fs::metadata("/proc/self")
        .map(|own| own.uid() == 0)
        .unwrap_or(false);
    if !is_root {
        return None;
    }
    let accounts = std::fs::read_to_string("/etc/passwd").expect("the accounts of this machine");
    let ids_of = |name: &str| {
        let line = accounts.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    };
    Some(
        ids_of("postgres")
            .or_else(|| ids_of("nobody"))
            .expect("an unprivileged account"),
    )
}

fn as_user(command: &mut Command, ids: Option<(u32, u32)>) -> &mut Command {
    if let Some((user, group)) = ids {
        command.uid(user).gid(group);
    }
    command
}

fn start(programs: &Path) -> Server {
    let ids = unprivileged();
    // The keeper removes the folder.
    let folder = tempfile::Builder::new()
        .prefix("yigang-postgres-")
        .tempdir()
        .expect("a folder")
        .keep();
    if let Some((user, group)) = ids {
        std::os::unix::fs::chown(&folder, Some(user), Some(group)).expect("the folder is handed over");
    }
    let data = folder.join("data");
    let mut initdb = Command::new(programs.join("initdb"));
    initdb
        .args([
            "-U",
            "yigang",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
            "-D",
        ])
        .arg(&data);
    initdb.current_dir(&folder).stdin(Stdio::null()).stdout(Stdio::null());
    assert!(
        as_user(&mut initdb, ids).status().expect("initdb runs").success(),
        "initdb failed"
    );
    let port = TcpListener::bind("127.0.0.1:0")
        .and_then(|l| l.local_addr())
        .expect("a free port")
        .port();
    // The shell ends the server and removes the folder when our end of its standard input closes.
    let script = r#""$1" -D "$2/data" -p "$3" -k "$2" -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=300 \
        -c shared_buffers=64MB >"$2/log" 2>&1 & server=$!; cat >/dev/null; kill -INT $server; wait $server; rm -rf "$2""#;
    let mut keeper = Command::new("sh");
    keeper
        .arg("-c")
        .arg(script)
        .arg("sh")
        .arg(programs.join("postgres"))
        .arg(&folder)
        .arg(port.to_string());
    keeper
        .current_dir(&folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    // An interrupt from the keyboard is for the tests; the keeper sees their end.
    keeper.process_group(0);
    let keeper = as_user(&mut keeper, ids).spawn().expect("PostgreSQL starts");
    let server = Server {
        base: format!("postgres://yigang@127.0.0.1:{port}"),
        parameters: String::new(),
        _keeper: Some(keeper),
    };
    wait_for(&server, &folder);
    server
}

fn wait_for(server: &Server, folder: &Path) {
    for _ in 0..300 {
        if PgConnection::establish(&server.url_of("postgres")).is_ok() {
            return;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
    panic!("PostgreSQL does not answer: {log}");
}
