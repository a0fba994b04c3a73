//! Bad input at the door: the right problem, and the process stays up.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Server, folder};

async fn raw(server: &Server, path: &str, content_type: &str, body: Vec<u8>) -> (StatusCode, Value) {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!("{}/api/v1{path}", server.url);
    let answer = client.post(url).header("content-type", content_type).body(body).send().await.unwrap();
    (answer.status(), answer.json().await.unwrap())
}

#[tokio::test]
async fn bad_input_gets_its_problem_and_the_process_stays_up() {
    let folder = folder();
    let server = Server::start(folder.path());
    let json_type = "application/json";
    let big = vec![b' '; 1024 * 1024 + 1];
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)).into_bytes();
    let cases: [(&str, Vec<u8>, u16); 7] = [
        (json_type, big, 413),
        (json_type, deep, 400),
        (json_type, b"{\"request\": ".to_vec(), 400),
        (json_type, b"{\"request\": 7}".to_vec(), 422),
        (json_type, b"{\"request\": \"  \"}".to_vec(), 422),
        ("text/plain", b"{\"request\": \"x\"}".to_vec(), 415),
        (json_type, b"\xff\xfe".to_vec(), 400),
    ];
    for (content_type, body, expected) in cases {
        let shown = String::from_utf8_lossy(&body[..body.len().min(40)]).into_owned();
        let (status, problem) = raw(&server, "/plans", content_type, body).await;
        assert_eq!(status.as_u16(), expected, "{shown}: {problem}");
        assert!(problem["code"].is_string() && problem["title"].is_string(), "{problem}");
    }
    assert_eq!(server.get("/plans").await.status, StatusCode::OK);
}

#[tokio::test]
async fn unknown_and_malformed_ids_are_not_found() {
    let folder = folder();
    let server = Server::start(folder.path());
    for path in [
        "/plans/pln_0190a000-0000-7000-8000-000000000000",
        "/plans/nonsense",
        "/plans/nonsense/events",
        "/workspace/entities/prj_nope",
        "/nowhere",
    ] {
        let answer = server.get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}: {:?}", answer.body);
        assert!(answer.content_type.starts_with("application/problem+json"), "{path}");
    }
    let wrong_method = server.send(Method::DELETE, "/plans", None, &[]).await;
    assert_eq!(wrong_method.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn a_repeated_command_is_answered_from_its_receipt_even_after_a_restart() {
    let folder = folder();
    let server = Server::start(folder.path());
    let body = json!({"name": "Once", "steps": []});
    let key = [("idempotency-key", "a-key-of-mine")];
    let first = server.post_with("/plans", body.clone(), &key).await;
    let second = server.post_with("/plans", body.clone(), &key).await;
    assert_eq!((first.status, &first.body), (second.status, &second.body));
    assert_eq!(server.terminate(), Some(0));
    let server = Server::start(folder.path());
    let third = server.post_with("/plans", body, &key).await;
    assert_eq!(third.body["plan_id"], first.body["plan_id"]);
    let other = server.post_with("/plans", json!({"name": "Twice", "steps": []}), &key).await;
    assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(server.get("/plans").await.body["items"].as_array().unwrap().len(), 1);
}
