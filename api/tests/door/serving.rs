//! Over real connections.

use std::{io, net::SocketAddr};

use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

use crate::house::House;

async fn served(house: &House) -> (SocketAddr, JoinHandle<io::Result<()>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (address, tokio::spawn(cairn_api::serve(listener, house.state.clone())))
}

fn post(body: &str) -> Vec<u8> {
    let length = body.len();
    let head = "POST /api/v1/plans HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n";
    format!("{head}content-length: {length}\r\n\r\n{body}").into_bytes()
}

/// Reads until `wanted` was answered.
async fn read_until(stream: &mut TcpStream, wanted: &str) -> String {
    let mut answer = String::new();
    let mut buffer = [0; 4096];
    while !answer.contains(wanted) {
        let read = stream.read(&mut buffer).await.unwrap();
        assert!(read > 0, "the connection ended with: {answer}");
        answer.push_str(std::str::from_utf8(&buffer[..read]).unwrap());
    }
    answer
}

#[tokio::test]
async fn a_body_that_is_too_large_is_answered_and_the_connection_stays_good() {
    let house = House::new().await;
    let (address, _server) = served(&house).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let large = json!({"request": "x".repeat(1024 * 1024)}).to_string();
    stream.write_all(&post(&large)).await.unwrap();
    assert!(read_until(&mut stream, "request.too-large").await.starts_with("HTTP/1.1 413"));
    stream.write_all(&post("{\"request\": \"Plan a launch\"}")).await.unwrap();
    assert!(read_until(&mut stream, "drafting").await.contains("HTTP/1.1 202"));
}

#[tokio::test]
async fn the_server_ends_in_order_while_somebody_watches() {
    let house = House::new().await;
    let (address, server) = served(&house).await;
    let mut watcher = TcpStream::connect(address).await.unwrap();
    watcher.write_all(b"GET /api/v1/live HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
    read_until(&mut watcher, "event: snapshot").await;
    house.state.shutdown.cancel();
    server.await.unwrap().unwrap();
    assert!(TcpStream::connect(address).await.is_err());
}
