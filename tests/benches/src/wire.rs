//! A lean HTTP/1.1 client over one kept-alive connection, so that the load costs little of the two cores it shares with
//! the server. Understands answers with a content length, which is all that the measured routes give.

use anyhow::{Context, bail};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// One connection.
pub(crate) struct Wire {
    stream: TcpStream,
    unread: Vec<u8>,
}

/// The status and the body of an answer.
pub(crate) struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
}

impl Wire {
    /// Connects to `host:port`.
    pub(crate) async fn connect(address: &str) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, unread: Vec::with_capacity(8 * 1024) })
    }

    /// Sends a JSON body and reads the answer.
    pub(crate) async fn post(&mut self, path: &str, headers: &str, body: &str) -> anyhow::Result<Answer> {
        let length = body.len();
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n{headers}content-length: {length}\r\n\r\n{body}"
        );
        self.stream.write_all(request.as_bytes()).await?;
        self.answer().await
    }

    /// Reads a resource.
    pub(crate) async fn get(&mut self, path: &str) -> anyhow::Result<Answer> {
        let request = format!("GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n");
        self.stream.write_all(request.as_bytes()).await?;
        self.answer().await
    }

    /// Opens an event stream; what comes is read with [`line`](Self::line).
    pub(crate) async fn open(&mut self, path: &str) -> anyhow::Result<()> {
        let request = format!("GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\naccept: text/event-stream\r\n\r\n");
        self.stream.write_all(request.as_bytes()).await?;
        while !self.line().await?.is_empty() {}
        Ok(())
    }

    /// The next line, without its end.
    pub(crate) async fn line(&mut self) -> anyhow::Result<String> {
        loop {
            if let Some(end) = self.unread.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.unread.drain(..=end).collect();
                return Ok(String::from_utf8_lossy(&line).trim_end().to_owned());
            }
            self.fill().await?;
        }
    }

    async fn answer(&mut self) -> anyhow::Result<Answer> {
        let head_end = loop {
            if let Some(end) = self.unread.windows(4).position(|window| window == b"\r\n\r\n") {
                break end + 4;
            }
            self.fill().await?;
        };
        let head = std::str::from_utf8(&self.unread[..head_end])?.to_ascii_lowercase();
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).context("no status line")?;
        let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
        let length: usize = length.map_or(Ok(0), |length| length.trim().parse())?;
        while self.unread.len() < head_end + length {
            self.fill().await?;
        }
        let body = self.unread[head_end..head_end + length].to_vec();
        self.unread.drain(..head_end + length);
        Ok(Answer { status, body })
    }

    async fn fill(&mut self) -> anyhow::Result<()> {
        if self.stream.read_buf(&mut self.unread).await? == 0 {
            bail!("the server closed the connection");
        }
        Ok(())
    }
}
