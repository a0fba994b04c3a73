//! Calls to servers on this machine: what gets through, what does not, and what is said when it goes wrong.

use std::{
    collections::HashMap,
    io,
    net::{IpAddr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use domain::action::Effect;
use rstest::rstest;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    task::JoinHandle,
};
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{body_string, header, method, path},
};

use super::{HttpConfig, Names};
use crate::{
    actions::testing::House,
    registry::{ActionError, Checked, Done},
};

/// Names that lead where a test wants.
#[derive(Default)]
struct HandNames {
    known: HashMap<String, Vec<IpAddr>>,
    asked: AtomicUsize,
}

#[async_trait]
impl Names for HandNames {
    async fn addresses(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        self.known.get(name).cloned().ok_or_else(|| io::Error::other(format!("{name} is not known")))
    }
}

fn names(known: &[(&str, &[&str])]) -> Arc<HandNames> {
    let addresses = |addresses: &[&str]| addresses.iter().map(|address| address.parse().unwrap()).collect();
    let known = known.iter().map(|(name, list)| ((*name).to_owned(), addresses(list)));
    Arc::new(HandNames { known: known.collect(), asked: AtomicUsize::new(0) })
}

async fn execute(config: HttpConfig, params: Value) -> Result<Done, ActionError> {
    House::with_http(config).execute("http.request", &params).await
}

/// An address where nobody listens.
const NOBODY: &str = "http://127.0.0.1:1/";

/// Allows this machine, under all its ports.
fn local() -> HttpConfig {
    HttpConfig::allowing("127.0.0.1")
}

fn get(url: impl Into<String>) -> Value {
    json!({"method": "GET", "url": url.into()})
}

fn post(url: impl Into<String>) -> Value {
    json!({"method": "POST", "url": url.into(), "body": "x"})
}

async fn answering(template: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(wiremock::matchers::any()).respond_with(template).mount(&server).await;
    server
}

/// The code of a failure and whether it may pass; `unknown` when nobody can tell.
#[track_caller]
fn failure(result: Result<Done, ActionError>) -> (String, bool) {
    match result.unwrap_err() {
        ActionError::Failed { code, retryable, .. } => (code, retryable),
        ActionError::Unknown { .. } => ("unknown".to_owned(), false),
    }
}

fn failed(code: &str) -> (String, bool) {
    (code.to_owned(), false)
}

fn passing(code: &str) -> (String, bool) {
    (code.to_owned(), true)
}

#[tokio::test]
async fn nothing_may_be_called_unless_somebody_allows_it() {
    let error = execute(HttpConfig::default(), get("http://api.test/")).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "host api.test is not on the list of allowed hosts; to allow it, add it to CAIRN_HTTP_ALLOW and restart"
    );
}

#[test]
fn a_list_that_names_no_host_is_refused() {
    assert!(
        crate::registry::Registry::builtin(&House::new().commands, HttpConfig::allowing("a.test, http://b.test"))
            .is_err()
    );
}

#[tokio::test]
async fn an_allowed_host_is_called_and_its_answer_is_the_result() {
    let server = MockServer::start().await;
    let key = crate::actions::testing::call(&Value::Null).key;
    Mock::given(method("POST"))
        .and(path("/items"))
        .and(header("idempotency-key", key.as_str()))
        .and(header("user-agent", super::USER_AGENT))
        .and(header("content-type", "application/json"))
        .and(header("x-trace", "7"))
        .and(body_string(r#"{"a":1}"#))
        .respond_with(
            ResponseTemplate::new(201)
                .insert_header("X-Made", "yes")
                .insert_header("set-cookie", "secret=1")
                .set_body_json(json!({"id": 42, "name": "n"})),
        )
        .expect(1)
        .mount(&server)
        .await;
    let port = server.address().port();
    let url = format!("http://u:p@127.0.0.1:{port}/items?q=1#part");
    let undo = json!({"method": "DELETE", "url": format!("{}/items/42", server.uri())});
    let params = json!({"method": "POST", "url": url, "headers": {"X-Trace": 7}, "body": {"a": 1}, "compensate": undo});

    let done = execute(local(), params).await.unwrap();
    assert_eq!(done.result["id"], "42");
    assert_eq!((&done.result["status"], &done.result["body"]["name"]), (&json!(201), &json!("n")));
    assert_eq!(
        (&done.result["headers"]["x-made"], &done.result["headers"]["set-cookie"]),
        (&json!("yes"), &Value::Null)
    );
    let url = format!("http://127.0.0.1:{port}/items?q=1");
    assert_eq!(done.effects, [Effect::OutsideCall { method: "POST".into(), url, status: 201, compensate: Some(undo) }]);
}

#[rstest]
#[case::only_the_name("api.test", "127.0.0.1", Some("http.address-refused"))]
#[case::the_address_too("api.test,127.0.0.1", "127.0.0.1", None)]
#[case::another_address("api.test,127.0.0.2", "127.0.0.1", Some("http.address-refused"))]
#[case::only_the_address("127.0.0.1", "127.0.0.1", Some("http.not-allowed"))]
#[case::mapped("api.test", "::ffff:127.0.0.1", Some("http.address-refused"))]
#[case::metadata("api.test", "169.254.169.254", Some("http.address-refused"))]
#[tokio::test]
async fn an_allowed_name_must_not_lead_inside(#[case] list: &str, #[case] leads_to: &str, #[case] code: Option<&str>) {
    let server = answering(ResponseTemplate::new(200)).await;
    let config = HttpConfig { names: names(&[("api.test", &[leads_to])]), ..HttpConfig::allowing(list) };
    let result = execute(config, get(format!("http://api.test:{}/", server.address().port()))).await;
    match code {
        None => assert_eq!(result.unwrap().result["status"], 200),
        Some(code) => {
            assert_eq!(failure(result), failed(code));
            assert_eq!(server.received_requests().await.unwrap().len(), 0);
        }
    }
}

#[tokio::test]
async fn a_name_is_looked_up_once_so_that_what_was_checked_is_what_is_called() {
    let server = answering(ResponseTemplate::new(200)).await;
    let names = names(&[("api.test", &["10.0.0.9", "127.0.0.1"])]);
    let config =
        HttpConfig { names: Arc::clone(&names) as Arc<dyn Names>, ..HttpConfig::allowing("api.test,127.0.0.1") };
    execute(config, get(format!("http://api.test:{}/", server.address().port()))).await.unwrap();
    assert_eq!(names.asked.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_name_that_is_not_known_may_be_known_in_a_moment() {
    let config = HttpConfig { names: names(&[]), ..HttpConfig::allowing("api.test") };
    assert_eq!(failure(execute(config, post("http://api.test/")).await), passing("http.no-connection"));
}

#[rstest]
#[case(302, "GET", "")]
#[case(303, "GET", "")]
#[case(307, "POST", "x")]
#[case(308, "POST", "x")]
#[tokio::test]
async fn a_redirect_is_followed_as_its_status_says(#[case] status: u16, #[case] then: &str, #[case] body: &str) {
    let server = MockServer::start().await;
    let redirect = ResponseTemplate::new(status).insert_header("location", "/new?x=1");
    Mock::given(path("/old")).respond_with(redirect).expect(1).mount(&server).await;
    let answer = ResponseTemplate::new(200).set_body_string("there");
    Mock::given(method(then)).and(path("/new")).and(body_string(body)).respond_with(answer).mount(&server).await;
    let done = execute(local(), post(format!("{}/old", server.uri()))).await.unwrap();
    assert_eq!(done.result["body"], "there");
}

#[rstest]
#[case::to_a_host_that_is_not_listed("http://other.test/", "http.not-allowed")]
#[case::to_a_private_address("http://10.0.0.1/", "http.not-allowed")]
#[case::to_this_machine_by_another_name("http://[::1]/", "http.not-allowed")]
#[case::to_a_file("file:///etc/passwd", "http.bad-url")]
#[case::to_itself("/", "http.too-many-redirects")]
#[case::to_nowhere("http://", "http.bad-redirect")]
#[tokio::test]
async fn a_redirect_leads_only_where_a_call_may_go(#[case] target: &str, #[case] code: &str) {
    let server = answering(ResponseTemplate::new(302).insert_header("location", target)).await;
    assert_eq!(failure(execute(local(), get(server.uri())).await), failed(code));
    assert!(server.received_requests().await.unwrap().len() <= 6);
}

#[tokio::test]
async fn a_name_that_a_redirect_leads_to_is_checked_like_the_first() {
    let inside = answering(ResponseTemplate::new(200)).await;
    let location = format!("http://b.test:{}/", inside.address().port());
    let server = answering(ResponseTemplate::new(307).insert_header("location", location)).await;
    let names = names(&[("b.test", &["127.0.0.5"])]);
    let config = HttpConfig { names, ..HttpConfig::allowing("127.0.0.1,b.test") };
    assert_eq!(failure(execute(config, get(server.uri())).await), failed("http.address-refused"));
    assert_eq!(inside.received_requests().await.unwrap().len(), 0);
}

#[rstest]
#[case("GET", 404, false)]
#[case("GET", 429, true)]
#[case("GET", 500, false)]
#[case("PUT", 502, true)]
#[case("DELETE", 503, true)]
#[case("HEAD", 504, true)]
#[case("POST", 429, false)]
#[case("POST", 500, false)]
#[case("PATCH", 503, false)]
#[tokio::test]
async fn an_error_status_is_a_failure_and_some_pass(#[case] method: &str, #[case] status: u16, #[case] passes: bool) {
    let server = answering(ResponseTemplate::new(status).set_body_string("no\nway")).await;
    let params = json!({"method": method, "url": server.uri()});
    assert_eq!(failure(execute(local(), params).await), ("http.status".to_owned(), passes));
}

#[tokio::test]
async fn a_failure_shows_what_the_host_said() {
    let server = answering(ResponseTemplate::new(422).set_body_string("name is\n taken")).await;
    let error = execute(local(), post(server.uri())).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("POST {}/ was answered 422 Unprocessable Entity: name is taken", server.uri())
    );
}

#[tokio::test]
async fn an_answer_of_one_mebibyte_is_read_and_one_byte_more_is_not() {
    const LIMIT: usize = 1024 * 1024;
    let server = answering(ResponseTemplate::new(200).set_body_string("a".repeat(LIMIT))).await;
    let done = execute(local(), get(server.uri())).await.unwrap();
    assert_eq!(done.result["body"].as_str().unwrap().len(), LIMIT);
    let server = answering(ResponseTemplate::new(200).set_body_string("a".repeat(LIMIT + 1))).await;
    assert_eq!(failure(execute(local(), get(server.uri())).await), failed("http.answer-too-large"));
    let server = answering(ResponseTemplate::new(200).set_body_string("\u{1}".repeat(LIMIT))).await;
    assert_eq!(failure(execute(local(), get(server.uri())).await), failed("http.answer-too-large"));
}

#[rstest]
#[case::json("application/json; charset=utf-8", b"{\"a\":1}", json!({"a": 1}), false)]
#[case::json_by_suffix("application/problem+json", b"[1]", json!([1]), false)]
#[case::json_that_is_none("application/json", b"{", json!("{"), false)]
#[case::text_that_looks_like_json("text/plain", b"{}", json!("{}"), false)]
#[case::bytes("application/octet-stream", b"a\xffb", json!("a\u{fffd}b"), true)]
#[case::nothing("application/json", b"", json!(""), false)]
#[tokio::test]
async fn a_body_is_json_when_it_says_so_and_is(
    #[case] content_type: &str,
    #[case] bytes: &[u8],
    #[case] body: Value,
    #[case] lossy: bool,
) {
    let server = answering(ResponseTemplate::new(200).set_body_raw(bytes, content_type)).await;
    let result = execute(local(), get(server.uri())).await.unwrap().result;
    assert_eq!((&result["body"], result.get("lossy").is_some()), (&body, lossy));
}

/// A server that reads what comes, writes `answer`, and then hangs up or falls silent.
async fn rough_server(answer: &'static [u8], hangs_up: bool) -> (SocketAddr, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let serving = tokio::spawn(async move {
        let mut open = Vec::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut buffer = [0; 4096];
            let _ = stream.read(&mut buffer).await;
            let _ = stream.write_all(answer).await;
            if !hangs_up {
                open.push(stream);
            }
        }
    });
    (address, serving)
}

#[rstest]
#[case::silent("GET", b"", false, passing("http.timed-out"))]
#[case::silent_post("POST", b"", false, failed("unknown"))]
#[case::silent_patch("PATCH", b"", false, failed("unknown"))]
#[case::gone("DELETE", b"", true, passing("http.cut-off"))]
#[case::gone_post("POST", b"", true, failed("unknown"))]
#[case::half_an_answer("GET", b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf", true, passing("http.cut-off"))]
#[case::half_an_answer_post("POST", b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf", true, failed("unknown"))]
#[case::endless_post("POST", b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf", false, failed("unknown"))]
#[case::no_http("GET", b"220 mail ready\r\n\r\n", true, passing("http.cut-off"))]
#[tokio::test]
async fn what_was_sent_and_not_answered_is_unknown_unless_it_can_be_repeated(
    #[case] method: &str,
    #[case] answer: &'static [u8],
    #[case] hangs_up: bool,
    #[case] expected: (String, bool),
) {
    let (address, serving) = rough_server(answer, hangs_up).await;
    let timeout = if hangs_up { Duration::from_mins(1) } else { Duration::from_millis(200) };
    let config = HttpConfig { timeout, ..local() };
    let params = json!({"method": method, "url": format!("http://{address}/")});
    assert_eq!(failure(execute(config, params).await), expected);
    serving.abort();
}

#[tokio::test]
async fn what_was_never_sent_can_be_tried_again() {
    let result = execute(local(), post(NOBODY)).await;
    assert_eq!(failure(result), passing("http.no-connection"));
}

#[tokio::test]
async fn a_post_that_was_answered_by_a_redirect_is_not_sent_again() {
    let server = answering(ResponseTemplate::new(303).insert_header("location", NOBODY)).await;
    assert_eq!(failure(execute(local(), post(server.uri())).await), failed("http.no-connection"));
}

#[rstest]
#[case("GET", Checked::DidNotHappen)]
#[case("PUT", Checked::DidNotHappen)]
#[case("POST", Checked::CannotTell)]
#[case("PATCH", Checked::CannotTell)]
#[tokio::test]
async fn only_what_may_be_repeated_can_be_checked(#[case] method: &str, #[case] expected: Checked) {
    let params = json!({"method": method, "url": "http://api.test/"});
    assert_eq!(House::new().check("http.request", &params).await, expected);
}
