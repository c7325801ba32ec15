//! The bureau under test: the real server on a free port, with a clock that is moved by hand.
//!
//! `story!` makes two tests of one story, one on SQLite and one on PostgreSQL.

#![allow(dead_code, reason = "each test binary uses a part of this support")]

pub mod browser;
pub mod builders;
pub mod claims;
pub mod databases;
pub mod postgres;

use std::sync::mpsc;

use actix_web::dev::ServerHandle;
use tempfile::TempDir;
use yigang::accounts::{self, GrantDraft, UserDraft};
use yigang::app::config::{Config, Overrides};
use yigang::app::tasks::{TASKS, follow_index_once};
use yigang::app::{assemble, server};
use yigang::base::codes::{Language, Role};
use yigang::base::ids::UserId;
use yigang::base::region::RegionCode;
use yigang::base::time::Instant;
use yigang::platform::db::Caller;
use yigang::platform::tasks::run_until_idle;
use yigang::platform::{DataFolder, Services};

#[allow(unused_imports, reason = "the browser tests need no answers")]
pub use browser::{Answer, Browser, Program};
pub use databases::Backend;

/// A password that passes for everybody.
pub const PASSWORD: &str = "tea-hills-rain-7";

/// Where the hand-moved clock stands when a story begins: a Monday morning in Xishuangbanna.
pub const MORNING: &str = "2026-11-23T09:00:00+08:00";

/// Makes one test per database out of a story.
#[macro_export]
macro_rules! story {
    ($(#[$meta:meta])* fn $name:ident($app:ident) $body:block) => {
        $(#[$meta])*
        mod $name {
            use super::*;

            fn tell($app: &mut $crate::support::TestApp) $body

            #[test]
            fn sqlite() {
                $crate::support::tell_on($crate::support::Backend::Sqlite, tell);
            }

            #[test]
            fn postgres() {
                $crate::support::tell_on($crate::support::Backend::Postgres, tell);
            }
        }
    };
}

/// Tells a story on a database; says so where there is none.
pub fn tell_on(backend: Backend, tell: fn(&mut TestApp)) {
    match TestApp::start(backend) {
        Some(mut app) => tell(&mut app),
        None => println!("skipped: no PostgreSQL was found (TEST_POSTGRES_URL, or initdb in PATH)"),
    }
}

/// A bureau of its own, served until the test ends.
pub struct TestApp {
    pub services: Services,
    pub address: String,
    handle: ServerHandle,
    /// What the server's thread leaves when it ends.
    ended: mpsc::Receiver<()>,
    database: databases::Database,
    folder: TempDir,
}

impl TestApp {
    /// Starts the server on a new database; nothing where the database cannot be had.
    pub fn start(backend: Backend) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder for the bureau");
        let database = databases::fresh(backend, folder.path())?;
        let overrides = Overrides {
            database: Some(database.url()),
            ..Overrides::default()
        };
        let config = Config::load(&overrides, std::iter::empty()).expect("the settings are read");
        let services = assemble::open(&config, &DataFolder::new(folder.path())).expect("the bureau opens");
        services.clock.set(Instant::parse(MORNING).expect("an instant"));
        let (sender, receiver) = mpsc::channel();
        let (end, ended) = mpsc::channel();
        let served = services.clone();
        std::thread::spawn(move || {
            let listener = server::listen("127.0.0.1:0").expect("a free port");
            let address = listener.local_addr().expect("its address");
            actix_web::rt::System::new().block_on(async move {
                let server = server::server(&config, served, listener, 1).expect("the server starts");
                sender.send((server.handle(), address)).expect("the test waits");
                server.await.expect("the server serves");
            });
            end.send(()).ok();
        });
        let (handle, address) = receiver.recv().expect("the server is up");
        Some(Self {
            services,
            address: format!("http://{address}"),
            handle,
            ended,
            database,
            folder,
        })
    }

    /// Somebody's browser, not signed in.
    pub fn browser(&self) -> Browser {
        Browser::new(&self.address)
    }

    /// Makes an account; the operator does.
    pub fn account(&self, name: &str, grants: &[GrantDraft]) -> UserId {
        self.account_with(name, grants, false)
    }

    pub fn account_with(&self, name: &str, grants: &[GrantDraft], must_change: bool) -> UserId {
        let draft = UserDraft {
            sign_in_name: name.to_owned(),
            display_name: name.to_owned(),
            password: PASSWORD.to_owned(),
            language: Language::Zh,
            must_change,
        };
        let made = self
            .services
            .db
            .write(&Caller::operator(), |tx| accounts::create_user(tx, &draft, grants));
        made.expect("the account is made").id
    }

    /// A browser in which somebody with this role over a region has signed in. The name is the role's.
    pub fn signed_in_as(&self, role: Role, region: Option<&str>) -> Browser {
        let region = region.map(|code| RegionCode::parse(code).expect("a region code"));
        let name = format!("{}.{}", role.as_str(), region.as_ref().map_or("all", |r| r.digits()));
        if self
            .services
            .db
            .read(|conn| accounts::user_by_name(conn, &name))
            .expect("accounts")
            .is_none()
        {
            self.account(
                &name,
                &[GrantDraft {
                    role,
                    region,
                    employer_id: None,
                    person_id: None,
                }],
            );
        }
        let browser = self.browser();
        browser.sign_in(&name, PASSWORD);
        browser
    }

    /// A program that acts for an account by a token.
    pub fn program_of(&self, user: UserId) -> Program {
        let issued = self
            .services
            .db
            .write(&Caller::operator(), |tx| accounts::issue_token(tx, user, "story", 30));
        let (_, secret) = issued.expect("a token");
        Program::new(&self.address, Some(secret))
    }

    /// A program of an account with one role.
    pub fn program_as(&self, name: &str, role: Role, region: Option<&str>) -> Program {
        let region = region.map(|code| RegionCode::parse(code).expect("a region code"));
        let user = self.account(
            name,
            &[GrantDraft {
                role,
                region,
                employer_id: None,
                person_id: None,
            }],
        );
        self.program_of(user)
    }

    /// Moves the clock.
    pub fn pass_seconds(&self, seconds: i64) {
        self.services.clock.set(self.services.clock.now().plus_seconds(seconds));
    }

    /// Does every task until nothing is due, and lets the search index follow; a task that fails fails the story.
    pub fn settle(&self) {
        let outcome = run_until_idle(&self.services, TASKS).expect("the tasks are looked at");
        assert!(outcome.failed.is_empty(), "failed tasks: {:?}", outcome.failed);
        follow_index_once(&self.services).expect("the search index follows");
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.services.stop();
        // Sends the order at once; the future only waits for its end.
        drop(self.handle.stop(false));
        self.ended.recv_timeout(std::time::Duration::from_secs(10)).ok();
    }
}
