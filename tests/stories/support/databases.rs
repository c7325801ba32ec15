//! A database for each story: a copy of one that was migrated once.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use yigang::base::secret::Keys;
use yigang::base::time::Clock;
use yigang::platform::db::{DatabaseUrl, Db};

use super::postgres;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    Sqlite,
    Postgres,
}

pub enum Database {
    Sqlite(PathBuf),
    Postgres {
        server: &'static postgres::Server,
        name: String,
    },
}

impl Database {
    pub fn url(&self) -> String {
        match self {
            Self::Sqlite(path) => format!("sqlite:{}", path.display()),
            Self::Postgres { server, name } => server.url_of(name),
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Self::Postgres { server, name } = self {
            // FORCE ends the connections of pools that have not noticed yet.
            if let Ok(mut conn) = PgConnection::establish(&server.url_of("postgres")) {
                conn.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
                    .ok();
            }
        }
    }
}

/// A migrated database without rows; nothing where there is no PostgreSQL.
pub fn fresh(backend: Backend, folder: &Path) -> Option<Database> {
    match backend {
        Backend::Sqlite => {
            let path = folder.join("yigang.sqlite");
            std::fs::write(&path, sqlite_template()).expect("the database is copied");
            Some(Database::Sqlite(path))
        }
        Backend::Postgres => {
            let server = postgres::server()?;
            let template = postgres_template(server);
            let name = unique_name();
            let mut conn = PgConnection::establish(&server.url_of("postgres")).expect("PostgreSQL answers");
            conn.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {template}"))
                .expect("a copy of the template");
            Some(Database::Postgres { server, name })
        }
    }
}

fn migrate(url: &str) {
    let url = DatabaseUrl::parse(url).expect("a database URL");
    let db = Db::open(&url, Keys::from_bytes(&[7; 64]), Clock::real(), |_, _| Ok(())).expect("the template opens");
    db.migrate().expect("the template is migrated");
}

/// The bytes of a migrated SQLite database.
fn sqlite_template() -> &'static [u8] {
    static TEMPLATE: OnceLock<Vec<u8>> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("template.sqlite");
        migrate(&format!("sqlite:{}", path.display()));
        // The last connection that closes moves the log into the file; this one makes sure of it.
        let mut conn = diesel::SqliteConnection::establish(&path.to_string_lossy()).expect("the template opens");
        conn.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)")
            .expect("the log is moved");
        drop(conn);
        std::fs::read(&path).expect("the template is read")
    })
}

fn postgres_template(server: &'static postgres::Server) -> &'static str {
    static TEMPLATE: OnceLock<String> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let name = unique_name();
        let mut conn = PgConnection::establish(&server.url_of("postgres")).expect("PostgreSQL answers");
        conn.batch_execute(&format!("CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0")).expect("a template");
        migrate(&server.url_of(&name));
        // A template is copied only while nobody is connected to it.
        let others = format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}' AND pid <> pg_backend_pid()"
        );
        conn.batch_execute(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false; {others}")).expect("it is closed");
        name
    })
}

/// A name that no other run uses.
fn unique_name() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    format!(
        "yigang_test_{}_{}_{number}",
        std::process::id(),
        &yigang::base::secret::fresh_secret()[..6]
    )
}
