//! How people and programs reach the service: a browser with cookies that fills the forms of pages, and a program with
//! a token that speaks JSON.

use reqwest::blocking::{Client, RequestBuilder, Response};
use reqwest::header::HeaderMap;
use reqwest::redirect::Policy;
use serde_json::Value;

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    fn of(response: Response) -> Self {
        Self {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            text: response.text().expect("the answer is text"),
        }
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or("")
    }

    /// Where a redirect leads.
    pub fn location(&self) -> &str {
        self.header("location")
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("no JSON ({e}): {}", self.text))
    }

    /// The stable word of a refusal.
    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or("").to_owned()
    }

    /// Fails with the answer where the status is another.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    #[track_caller]
    pub fn shows(self, words: &str) -> Self {
        assert!(self.text.contains(words), "{words:?} is missing in: {}", self.text);
        self
    }

    #[track_caller]
    pub fn hides(self, words: &str) -> Self {
        assert!(!self.text.contains(words), "{words:?} must not be in: {}", self.text);
        self
    }

    /// The value of a hidden field of the page.
    pub fn hidden(&self, name: &str) -> Option<String> {
        let field = self
            .text
            .split("<input")
            .find(|tag| tag.contains(&format!("name=\"{name}\"")))?;
        let (_, rest) = field.split_once("value=\"")?;
        rest.split_once('"').map(|(value, _)| value.to_owned())
    }

    /// A secret that is shown once.
    pub fn secret(&self) -> String {
        let (_, rest) = self
            .text
            .split_once("<code class=\"secret\">")
            .expect("a secret is shown");
        rest.split_once("</code>").expect("it ends").0.to_owned()
    }
}

/// Somebody's browser: keeps cookies, says where its requests come from, follows no redirect by itself.
pub struct Browser {
    client: Client,
    address: String,
}

impl Browser {
    pub fn new(address: &str) -> Self {
        let client = Client::builder()
            .cookie_store(true)
            .redirect(Policy::none())
            .no_proxy()
            .build();
        Self {
            client: client.expect("a browser"),
            address: address.to_owned(),
        }
    }

    pub fn get(&self, path: &str) -> Answer {
        let request = self
            .client
            .get(format!("{}{path}", self.address))
            .header("sec-fetch-site", "same-origin");
        Answer::of(request.send().expect("the server answers"))
    }

    /// Sends a form as it is, without the page's token.
    pub fn post_raw(&self, path: &str, fields: &[(&str, &str)], site: &str) -> Answer {
        let request = self
            .client
            .post(format!("{}{path}", self.address))
            .header("sec-fetch-site", site);
        Answer::of(request.form(fields).send().expect("the server answers"))
    }

    /// Opens a page, fills its form and sends it where it goes.
    pub fn fill(&self, page: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
        let csrf = self.get(page).hidden("csrf").unwrap_or_default();
        let mut all = vec![("csrf", csrf.as_str())];
        all.extend_from_slice(fields);
        self.post_raw(action, &all, "same-origin")
    }

    /// Opens a page and sends its form with a file.
    pub fn upload(&self, page: &str, action: &str, fields: &[(&str, &str)], name: &str, bytes: Vec<u8>) -> Answer {
        use reqwest::blocking::multipart::{Form, Part};
        let csrf = self.get(page).hidden("csrf").unwrap_or_default();
        let mut form = Form::new().text("csrf", csrf);
        for (field, value) in fields {
            form = form.text((*field).to_owned(), (*value).to_owned());
        }
        let form = form.part("file", Part::bytes(bytes).file_name(name.to_owned()));
        let request = self
            .client
            .post(format!("{}{action}", self.address))
            .header("sec-fetch-site", "same-origin");
        Answer::of(request.multipart(form).send().expect("the server answers"))
    }

    pub fn try_sign_in(&self, name: &str, password: &str) -> Answer {
        self.fill("/sign-in", "/sign-in", &[("name", name), ("password", password)])
    }

    #[track_caller]
    pub fn sign_in(&self, name: &str, password: &str) -> Answer {
        self.try_sign_in(name, password).expect(303)
    }

    /// A call of the API by the session's cookie, as a page's script would make it.
    pub fn api_post(&self, path: &str, csrf: Option<&str>, body: &Value) -> Answer {
        let mut request = self
            .client
            .post(format!("{}{path}", self.address))
            .header("sec-fetch-site", "same-origin");
        if let Some(csrf) = csrf {
            request = request.header("x-csrf-token", csrf);
        }
        Answer::of(request.json(body).send().expect("the server answers"))
    }
}

/// A program: a token, JSON, no cookies.
pub struct Program {
    client: Client,
    address: String,
    token: Option<String>,
}

impl Program {
    pub fn new(address: &str, token: Option<String>) -> Self {
        let client = Client::builder().redirect(Policy::none()).no_proxy().build();
        Self {
            client: client.expect("a program"),
            address: address.to_owned(),
            token,
        }
    }

    fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let method = method.parse().expect("a method");
        let request = self.client.request(method, format!("{}{path}", self.address));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    pub fn get(&self, path: &str) -> Answer {
        Answer::of(self.request("GET", path).send().expect("the server answers"))
    }

    /// A file, as it is.
    pub fn bytes(&self, path: &str) -> Vec<u8> {
        let response = self.request("GET", path).send().expect("the server answers");
        assert_eq!(response.status().as_u16(), 200, "{path}");
        response.bytes().expect("the file").to_vec()
    }

    pub fn send(&self, method: &str, path: &str, body: &Value) -> Answer {
        Answer::of(
            self.request(method, path)
                .json(body)
                .send()
                .expect("the server answers"),
        )
    }

    pub fn delete(&self, path: &str) -> Answer {
        Answer::of(self.request("DELETE", path).send().expect("the server answers"))
    }

    pub fn send_with_key(&self, path: &str, key: &str, body: &Value) -> Answer {
        let request = self.request("POST", path).header("idempotency-key", key);
        Answer::of(request.json(body).send().expect("the server answers"))
    }

    /// A form, as the walk over all routes sends it.
    pub fn form(&self, path: &str) -> Answer {
        let request = self
            .request("POST", path)
            .header("content-type", "application/x-www-form-urlencoded");
        Answer::of(request.body("").send().expect("the server answers"))
    }
}
