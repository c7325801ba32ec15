//! What callers notice: headers, refusals of forged writes, errors in their language.

use std::collections::HashMap;

use actix_web::body::to_bytes;
use actix_web::dev::ServiceResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::HeaderValue;
use actix_web::middleware::{Next, from_fn};
use actix_web::test::{self, TestRequest};
use actix_web::{App, Error as ActixError, HttpMessage, HttpResponse, web};
use serde_json::Value;

use super::*;
use crate::base::error::{Error, FieldProblem, Result};

const TOKEN: &str = "k3v9";

/// Stands for the session: a request with a cookie has one.
async fn session<B>(
    request: actix_web::dev::ServiceRequest,
    next: Next<B>,
) -> std::result::Result<ServiceResponse<B>, ActixError>
where
    B: actix_web::body::MessageBody,
{
    if request.cookie("session").is_some() {
        let signed_in = Some(SignedIn {
            name: "张科".to_owned(),
            role: "县人社局".to_owned(),
        });
        request.extensions_mut().insert(Visitor {
            signed_in,
            ..Visitor::default()
        });
        request.extensions_mut().insert(CsrfToken(TOKEN.to_owned()));
    }
    next.call(request).await
}

async fn fails(kind: web::Path<String>) -> Result<HttpResponse> {
    Err(match kind.as_str() {
        "refused" => Error::refused("calendar-year-missing").with("year", 2031),
        "unnamed" => Error::refused("a-code-nobody-wrote-down"),
        "invalid" => Error::Invalid(vec![
            FieldProblem::new("title", "required"),
            FieldProblem::new("wage", "out-of-range")
                .with("min", 1)
                .with("max", 90000),
        ]),
        "internal" => Error::internal("secret cause at /var/lib/x"),
        "forbidden" => Error::Forbidden,
        "conflict" => Error::Conflict,
        "busy" => Error::Busy,
        "too-many" => Error::TooMany { seconds: 90 },
        "unauthenticated" => Error::Unauthenticated,
        "panic" => panic!("secret panic"),
        _ => Error::NotFound("household"),
    })
}

async fn echo(fields: Fields) -> String {
    format!("{:?}", fields.get("title"))
}

async fn whole_body(body: web::Bytes) -> String {
    String::from_utf8_lossy(&body).into_owned()
}

async fn answer(request: TestRequest) -> (StatusCode, HashMap<String, String>, String) {
    let app = test::init_service(
        App::new()
            .wrap(from_fn(guard_writes))
            .wrap(from_fn(session))
            .wrap(from_fn(answer_errors))
            .wrap(from_fn(set_headers))
            .wrap(from_fn(number_requests))
            .configure(limits)
            .configure(routes)
            .route("/fails/{kind}", web::get().to(fails))
            .route("/api/v1/fails/{kind}", web::get().to(fails))
            .service(web::resource("/echo").route(web::post().to(echo)))
            .route("/files", web::post().to(whole_body))
            .route("/api/v1/things", web::post().to(whole_body)),
    )
    .await;
    let result = test::try_call_service(&app, request.to_request()).await;
    // What the server does with an error that leaves the last wrap.
    let response = match result {
        Ok(response) => response.into_parts().1.map_into_boxed_body(),
        Err(error) => error.error_response(),
    };
    let status = response.status();
    let text = |value: &HeaderValue| value.to_str().unwrap().to_owned();
    let headers = response
        .headers()
        .iter()
        .map(|(name, value)| (name.to_string(), text(value)))
        .collect();
    (
        status,
        headers,
        String::from_utf8_lossy(&to_bytes(response.into_body()).await.unwrap()).into_owned(),
    )
}

fn form_post(body: &'static str) -> TestRequest {
    TestRequest::post()
        .uri("/echo")
        .insert_header(("content-type", "application/x-www-form-urlencoded"))
        .set_payload(body)
}

#[actix_web::test]
async fn every_answer_carries_the_security_headers_and_a_number() {
    for path in [
        "/help",
        "/no-such-page",
        "/fails/panic",
        "/fails/internal",
        "/api/v1/fails/refused",
    ] {
        let (_, headers, _) = answer(TestRequest::get().uri(path)).await;
        assert_eq!(
            headers["content-security-policy"],
            super::headers::CONTENT_SECURITY_POLICY,
            "{path}"
        );
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(headers["referrer-policy"], "same-origin", "{path}");
        assert_eq!(headers["cross-origin-opener-policy"], "same-origin", "{path}");
        assert!(headers.contains_key("permissions-policy"), "{path}");
        assert_eq!(headers["x-request-id"].len(), 10, "{path}");
    }
}

#[actix_web::test]
async fn errors_are_pages_for_people_in_their_language() {
    let cases = [
        ("/fails/none", 404, "没有找到这个农户"),
        ("/fails/refused", 409, "还没有 2031 年的工作日历"),
        ("/fails/unnamed", 409, "a-code-nobody-wrote-down"),
        ("/fails/invalid", 422, "请填 1 到 90000 之间的数"),
        ("/fails/forbidden", 403, "您不能做这件事"),
        ("/fails/conflict", 409, "别人刚刚改过"),
        ("/fails/busy", 503, "系统正忙"),
        ("/fails/too-many", 429, "请等 90 秒"),
        ("/fails/internal", 500, "不是您的问题"),
        ("/fails/panic", 500, "不是您的问题"),
        ("/no-such-page", 404, "没有这个页面"),
    ];
    for (path, status, words) in cases {
        let (got, headers, body) = answer(TestRequest::get().uri(path)).await;
        assert_eq!(got.as_u16(), status, "{path}");
        assert!(body.contains(words), "{path}: {body}");
        assert!(body.contains("<html lang=\"zh-CN\">"), "{path}");
        assert!(!body.contains("secret"), "{path} tells what went wrong inside");
        let id = &headers["x-request-id"];
        assert!(body.contains(id), "{path} does not show its number");
    }
    let english = TestRequest::get()
        .uri("/fails/too-many")
        .insert_header(("accept-language", "en-GB,zh;q=0.5"));
    let (_, headers, body) = answer(english).await;
    assert!(body.contains("Please wait 90 seconds"), "{body}");
    assert_eq!(headers["retry-after"], "90");
}

#[actix_web::test]
async fn programs_get_problems_with_code_fields_and_number() {
    let (status, headers, body) = answer(TestRequest::get().uri("/api/v1/fails/invalid")).await;
    let problem: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(
        (status.as_u16(), headers["content-type"].as_str()),
        (422, "application/problem+json")
    );
    assert_eq!(problem["status"], 422);
    assert_eq!(problem["errors"][0]["field"], "title");
    assert_eq!(problem["errors"][1]["code"], "out-of-range");
    assert_eq!(problem["request_id"], headers["x-request-id"].as_str());
    for member in ["type", "title", "code", "detail"] {
        assert!(problem[member].is_string(), "{member}");
    }
    let (status, headers, _) = answer(TestRequest::get().uri("/api/v1/fails/unauthenticated")).await;
    assert_eq!((status.as_u16(), headers["www-authenticate"].as_str()), (401, "Bearer"));
    let (_, _, body) = answer(TestRequest::get().uri("/api/v1/fails/panic")).await;
    assert!(
        body.contains("\"code\":\"internal\"") && !body.contains("secret"),
        "{body}"
    );
}

#[actix_web::test]
async fn whoever_is_not_signed_in_is_led_there_and_back() {
    let (status, headers, _) = answer(TestRequest::get().uri("/fails/unauthenticated?a=1")).await;
    assert_eq!(
        (status.as_u16(), headers["location"].as_str()),
        (303, "/sign-in?back=/fails/unauthenticated%3Fa%3D1")
    );
}

#[actix_web::test]
async fn a_wrong_method_says_which_are_right() {
    let (status, _, body) = answer(TestRequest::get().uri("/echo")).await;
    assert_eq!(status.as_u16(), 405, "{body}");
    assert!(body.contains("不接受这种请求方法"), "{body}");
}

#[actix_web::test]
async fn writes_from_elsewhere_are_refused() {
    let ours = ("sec-fetch-site", "same-origin");
    let cookie = ("cookie", "session=x");
    let good = "csrf=k3v9&title=%E4%BF%9D%E6%B4%81+1";
    let cases: [(&str, TestRequest, u16); 12] = [
        (
            "ours, with token",
            form_post(good).insert_header(ours).insert_header(cookie),
            200,
        ),
        ("ours, no session", form_post("title=x").insert_header(ours), 200),
        (
            "without token",
            form_post("title=x").insert_header(ours).insert_header(cookie),
            403,
        ),
        (
            "wrong token",
            form_post("csrf=k3v8").insert_header(ours).insert_header(cookie),
            403,
        ),
        (
            "cross-site",
            form_post(good)
                .insert_header(("sec-fetch-site", "cross-site"))
                .insert_header(cookie),
            403,
        ),
        (
            "same-site only",
            form_post(good)
                .insert_header(("sec-fetch-site", "same-site"))
                .insert_header(cookie),
            403,
        ),
        (
            "typed by the visitor",
            form_post(good)
                .insert_header(("sec-fetch-site", "none"))
                .insert_header(cookie),
            200,
        ),
        (
            "our origin",
            origin(form_post(good), "http://bureau.cn:8080").insert_header(cookie),
            200,
        ),
        (
            "other origin",
            origin(form_post(good), "http://evil.cn").insert_header(cookie),
            403,
        ),
        (
            "opaque origin",
            origin(form_post(good), "null").insert_header(cookie),
            403,
        ),
        ("neither, with cookie", form_post(good).insert_header(cookie), 403),
        ("neither, without cookie", form_post("title=x"), 200),
    ];
    for (name, request, status) in cases {
        let (got, _, body) = answer(request).await;
        assert_eq!(got.as_u16(), status, "{name}: {body}");
        if name == "ours, with token" {
            assert_eq!(body, "\"保洁 1\"", "the form is read again by its handler");
        }
    }
}

fn origin(request: TestRequest, origin: &'static str) -> TestRequest {
    request
        .insert_header(("host", "bureau.cn:8080"))
        .insert_header(("origin", origin))
}

#[actix_web::test]
async fn programs_with_a_token_need_no_page_but_cookies_need_a_header() {
    let post = || TestRequest::post().uri("/api/v1/things").set_payload("{}");
    let json = ("content-type", "application/json");
    let ours = ("sec-fetch-site", "same-origin");
    let cookie = ("cookie", "session=x");
    let bearer = ("authorization", "Bearer t");
    let header = ("x-csrf-token", TOKEN);
    let cases = [
        ("bearer", post().insert_header(json).insert_header(bearer), 200),
        (
            "bearer beside a cookie",
            post().insert_header(json).insert_header(bearer).insert_header(cookie),
            403,
        ),
        (
            "cookie, header",
            post()
                .insert_header(json)
                .insert_header(ours)
                .insert_header(cookie)
                .insert_header(header),
            200,
        ),
        (
            "cookie, no header",
            post().insert_header(json).insert_header(ours).insert_header(cookie),
            403,
        ),
        (
            "cookie, header, a form",
            post()
                .insert_header(("content-type", "text/plain"))
                .insert_header(("content-length", "2"))
                .insert_header(ours)
                .insert_header(cookie)
                .insert_header(header),
            415,
        ),
    ];
    for (name, request, status) in cases {
        let (got, _, body) = answer(request).await;
        assert_eq!(got.as_u16(), status, "{name}: {body}");
    }
}

#[actix_web::test]
async fn a_form_with_files_carries_its_token_in_front_and_arrives_whole() {
    let body = |token: &str| {
        let file = "x".repeat(40_000);
        format!(
            "--b\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{token}\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n{file}\r\n--b--\r\n"
        )
    };
    let post = |body: String| {
        TestRequest::post()
            .uri("/files")
            .insert_header(("content-type", "multipart/form-data; boundary=b"))
            .insert_header(("sec-fetch-site", "same-origin"))
            .insert_header(("cookie", "session=x"))
            .set_payload(body)
    };
    let (status, _, arrived) = answer(post(body(TOKEN))).await;
    assert_eq!((status.as_u16(), arrived), (200, body(TOKEN)));
    assert_eq!(answer(post(body("wrong"))).await.0.as_u16(), 403);
}

#[actix_web::test]
async fn bodies_beyond_the_limit_are_refused_in_words() {
    let large = TestRequest::post()
        .uri("/echo")
        .insert_header(("content-type", "application/x-www-form-urlencoded"))
        .insert_header(("accept-language", "en"))
        .set_payload(vec![b'a'; BODY_LIMIT + 10]);
    let (status, _, body) = answer(large).await;
    assert_eq!(status.as_u16(), 413);
    assert!(body.contains("too large; at most 1 MB"), "{body}");
}

#[actix_web::test]
async fn switches_come_back_to_the_page_and_never_leave_the_site() {
    for (uri, there) in [
        ("/language/en?back=/openings%3Fq%3Dx", "/openings?q=x"),
        ("/language/en?back=//evil.cn", "/"),
        ("/language/en?back=/%5Cevil.cn", "/"),
        ("/language/en?back=https://evil.cn", "/"),
        ("/language/en?back=/a%0D%0AX: y", "/"),
        ("/text-size/large", "/"),
    ] {
        let (status, headers, _) = answer(TestRequest::get().uri(uri.replace(' ', "%20").as_str())).await;
        assert_eq!((status.as_u16(), headers["location"].as_str()), (303, there), "{uri}");
        assert!(headers["set-cookie"].as_str().contains("HttpOnly"), "{uri}");
    }
    assert_eq!(answer(TestRequest::get().uri("/language/fr")).await.0.as_u16(), 404);
    let chosen = TestRequest::get()
        .uri("/help")
        .insert_header(("cookie", "language=en; text=large"));
    let (_, _, body) = answer(chosen).await;
    assert!(body.contains("<html lang=\"en\" class=\"large\">"), "{body}");
}

#[actix_web::test]
async fn what_a_person_sees_after_signing_in_is_kept_nowhere() {
    let (_, headers, body) = answer(TestRequest::get().uri("/help").insert_header(("cookie", "session=x"))).await;
    assert_eq!(headers["cache-control"], "no-store");
    assert!(body.contains("张科") && body.contains("value=\"k3v9\""), "{body}");
    assert_eq!(
        answer(TestRequest::get().uri("/help")).await.1["cache-control"],
        "no-cache"
    );
}

#[actix_web::test]
async fn assets_are_named_by_content_and_kept_a_year() {
    for name in ["app.css", "app.js", "mark.svg"] {
        let path = assets::asset(name);
        assert!(path.starts_with("/assets/"), "{name}");
        for (accepted, coding) in [
            ("gzip, br", "br"),
            ("gzip", "gzip"),
            ("br;q=0", "identity"),
            ("", "identity"),
        ] {
            let request = TestRequest::get()
                .uri(path)
                .insert_header(("accept-encoding", accepted));
            let (status, headers, body) = answer(request).await;
            assert_eq!(
                (status.as_u16(), headers["content-encoding"].as_str()),
                (200, coding),
                "{name}"
            );
            assert!(headers["cache-control"].as_str().contains("max-age=31536000"), "{name}");
            assert!(!body.is_empty(), "{name} as {coding}");
        }
    }
    assert_eq!(
        answer(TestRequest::get().uri("/assets/app.00000000.css"))
            .await
            .0
            .as_u16(),
        404
    );
}
