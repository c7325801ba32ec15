//! A few words of WebDriver (W3C, 2018) to Debian's chromedriver: enough to open, fill, press and look.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use reqwest::blocking::Client;
use serde_json::{Value, json};

/// A running chromedriver; it ends with the value.
pub struct Driver {
    process: Child,
    address: String,
    client: Client,
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

impl Driver {
    /// Starts it on a free port; nothing where it is not installed.
    pub fn start() -> Option<Self> {
        let port = TcpListener::bind("127.0.0.1:0").ok()?.local_addr().ok()?.port();
        let process = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let client = Client::builder().timeout(Duration::from_secs(60)).build().ok()?;
        let driver = Self {
            process,
            address: format!("http://127.0.0.1:{port}"),
            client,
        };
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(20) {
            if driver.client.get(format!("{}/status", driver.address)).send().is_ok() {
                return Some(driver);
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        None
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        let answer = self
            .client
            .post(format!("{}{path}", self.address))
            .json(body)
            .send()
            .expect("chromedriver answers");
        let answer: Value = answer.json().expect("JSON");
        assert!(
            answer["value"]["error"].is_null(),
            "{path}: {}",
            answer["value"]["message"]
        );
        answer["value"].clone()
    }

    /// A window as wide as a phone.
    pub fn phone(&self, site: &str, width: u32) -> Phone<'_> {
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--lang=zh-CN",
        ];
        let options = json!({
            "args": arguments,
            "mobileEmulation": { "deviceMetrics": { "width": width, "height": 640, "pixelRatio": 1.0 } },
            "prefs": {
                "intl.accept_languages": "zh-CN",
            },
        });
        let wanted = json!({ "capabilities": { "alwaysMatch": { "goog:chromeOptions": options } } });
        let session = self.post("/session", &wanted)["sessionId"]
            .as_str()
            .expect("a session")
            .to_owned();
        Phone {
            driver: self,
            session: format!("/session/{session}"),
            site: site.to_owned(),
        }
    }
}

/// A browser window; it closes with the value.
pub struct Phone<'d> {
    driver: &'d Driver,
    session: String,
    site: String,
}

impl Drop for Phone<'_> {
    fn drop(&mut self) {
        self.driver
            .client
            .delete(format!("{}{}", self.driver.address, self.session))
            .send()
            .ok();
    }
}

impl Phone<'_> {
    fn post(&self, path: &str, body: &Value) -> Value {
        self.driver.post(&format!("{}{path}", self.session), body)
    }

    pub fn open(&self, path: &str) {
        self.post("/url", &json!({ "url": format!("{}{path}", self.site) }));
    }

    /// The path of the page that is shown.
    pub fn path(&self) -> String {
        let address = format!("{}{}/url", self.driver.address, self.session);
        let answer: Value = self
            .driver
            .client
            .get(address)
            .send()
            .expect("an answer")
            .json()
            .expect("JSON");
        answer["value"]
            .as_str()
            .unwrap_or_default()
            .trim_start_matches(&self.site)
            .to_owned()
    }

    fn element(&self, selector: &str) -> String {
        let found = self.post("/element", &json!({ "using": "css selector", "value": selector }));
        let id = found
            .as_object()
            .and_then(|o| o.values().next())
            .and_then(Value::as_str);
        id.expect("an element").to_owned()
    }

    pub fn fill(&self, selector: &str, text: &str) {
        let element = self.element(selector);
        self.post(&format!("/element/{element}/value"), &json!({ "text": text }));
    }

    pub fn press(&self, selector: &str) {
        let element = self.element(selector);
        self.post(&format!("/element/{element}/click"), &json!({}));
    }

    /// Presses a button that sends a form, and waits until another page has taken the place of this one.
    pub fn send(&self, selector: &str) {
        let page = self.element("body");
        self.press(selector);
        let name = format!("{}{}/element/{page}/name", self.driver.address, self.session);
        let is_there = || {
            let answer = self.driver.client.get(&name).send();
            answer.is_ok_and(|answer| answer.status().is_success())
        };
        let deadline = Instant::now() + Duration::from_secs(20);
        while is_there() {
            assert!(Instant::now() < deadline, "nothing came of pressing {selector}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Runs a script that looks at the page; the page's own scripts may be off.
    pub fn script(&self, script: &str, arguments: &Value) -> Value {
        self.post("/execute/sync", &json!({ "script": script, "args": arguments }))
    }
}
