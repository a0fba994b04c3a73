//! A server to try the rules on, and the few calls that are needed for it.

use bytes::Bytes;
use cairn_esdouble::{
    Double, Options,
    protocol::event_store::client::{
        Empty, StreamIdentifier, Uuid as WireUuid,
        streams::{
            AppendReq, ReadReq, ReadResp, append_req, append_resp,
            read_req::{
                Options as ReadOptions,
                options::{
                    AllOptions, ControlOption, CountOption, FilterOption, Position, StreamOption, StreamOptions,
                    SubscriptionOptions, UuidOption, all_options::AllOption, stream_options::RevisionOption,
                    uuid_option,
                },
            },
            read_resp::Content,
            streams_client::StreamsClient,
        },
        uuid::Value,
    },
    store::Expected,
};
use tokio_stream::StreamExt;
use tonic::{
    Request, Status,
    metadata::MetadataValue,
    transport::{Channel, ClientTlsConfig, Endpoint},
};
use uuid::Uuid;

/// What came of an append.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Written, or there already; the revision of the last event.
    At(u64),
    /// The stream is elsewhere.
    Conflict(Option<u64>),
    /// A status, by its `exception` trailer or else by its code.
    No(String),
}

/// A server, with a connection of our own.
pub(crate) struct Server {
    pub(crate) streams: StreamsClient<Channel>,
    login: Option<String>,
    pub(crate) double: Option<Double>,
    run: String,
}

impl Server {
    pub(crate) async fn start() -> Self {
        Self::start_with(Options::default()).await
    }

    /// Starts a double like this, or connects to the server that the environment names.
    pub(crate) async fn start_with(options: Options) -> Self {
        let (connection, double) = if let Ok(connection) = std::env::var("CAIRN_TEST_EVENTSTOREDB") {
            (connection, None)
        } else {
            let double = Double::start(options).await.unwrap();
            (double.connection_string(), Some(double))
        };
        let (endpoint, login) = endpoint(&connection);
        let channel = endpoint.connect().await.expect("the server takes connections");
        let streams = StreamsClient::new(channel).max_decoding_message_size(17 * 1024 * 1024);
        Self { streams, login, double, run: Uuid::now_v7().simple().to_string() }
    }

    /// A name that no other run uses.
    pub(crate) fn stream(&self, name: &str) -> String {
        format!("conformance_{}-{name}", self.run)
    }

    pub(crate) fn request<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        if let Some(login) = &self.login {
            request.metadata_mut().insert("authorization", MetadataValue::try_from(login).unwrap());
        }
        request
    }

    pub(crate) async fn append(&self, stream: &str, expected: Expected, ids: &[Uuid]) -> Outcome {
        let events = ids.iter().map(|id| message(*id, "Tried", &[("content-type", "application/json")], b"{}"));
        self.send(stream, expected, events.collect()).await
    }

    pub(crate) async fn send(
        &self,
        stream: &str,
        expected: Expected,
        events: Vec<append_req::ProposedMessage>,
    ) -> Outcome {
        use append_req::options::ExpectedStreamRevision as Wire;
        let options = append_req::Options {
            stream_identifier: Some(identifier(stream)),
            expected_stream_revision: Some(match expected {
                Expected::Any => Wire::Any(Empty {}),
                Expected::NoStream => Wire::NoStream(Empty {}),
                Expected::StreamExists => Wire::StreamExists(Empty {}),
                Expected::Exact(revision) => Wire::Revision(revision),
            }),
        };
        let begin = AppendReq { content: Some(append_req::Content::Options(options)) };
        let events =
            events.into_iter().map(|event| AppendReq { content: Some(append_req::Content::ProposedMessage(event)) });
        let messages: Vec<_> = std::iter::once(begin).chain(events).collect();
        let answer = self.streams.clone().append(self.request(tokio_stream::iter(messages))).await;
        match answer.map(|answer| answer.into_inner().result) {
            Ok(Some(append_resp::Result::Success(success))) => match success.current_revision_option {
                Some(append_resp::success::CurrentRevisionOption::CurrentRevision(revision)) => Outcome::At(revision),
                other => panic!("a success without a revision: {other:?}"),
            },
            Ok(Some(append_resp::Result::WrongExpectedVersion(conflict))) => {
                use append_resp::wrong_expected_version::CurrentRevisionOption;
                assert!(conflict.expected_revision_option.is_some(), "clients insist on what was expected");
                match conflict.current_revision_option {
                    Some(CurrentRevisionOption::CurrentRevision(revision)) => Outcome::Conflict(Some(revision)),
                    Some(CurrentRevisionOption::CurrentNoStream(_)) => Outcome::Conflict(None),
                    None => panic!("a conflict that does not say where the stream is"),
                }
            }
            Ok(None) => panic!("an append without an outcome"),
            Err(status) => Outcome::No(which(&status)),
        }
    }

    /// Reads, and gives the answer in short: `3` for an event at revision 3, and words for the rest.
    pub(crate) async fn read(&self, options: ReadOptions) -> Vec<String> {
        let answers = self.streams.clone().read(self.request(ReadReq { options: Some(options) })).await;
        let mut answers = match answers {
            Ok(answers) => answers.into_inner(),
            Err(status) => return vec![which(&status)],
        };
        let mut told = Vec::new();
        while let Some(answer) = answers.next().await {
            match answer {
                Ok(answer) => told.push(short(&answer)),
                Err(status) => {
                    told.push(which(&status));
                    break;
                }
            }
        }
        told
    }

    /// Subscribes, and gives so many answers in short.
    pub(crate) async fn subscribe(&self, options: ReadOptions, count: usize) -> Vec<String> {
        let answers = self.streams.clone().read(self.request(ReadReq { options: Some(options) })).await;
        let answers = answers.expect("the subscription begins").into_inner();
        let told =
            answers.take(count).map(|answer| answer.map_or_else(|status| which(&status), |answer| short(&answer)));
        tokio::time::timeout(std::time::Duration::from_secs(20), told.collect()).await.expect("so many answers come")
    }

    /// The positions of the events of a stream.
    pub(crate) async fn positions(&self, stream: &str) -> Vec<u64> {
        let options = of_stream(stream, RevisionOption::Start(Empty {}));
        let answers = self.streams.clone().read(self.request(ReadReq { options: Some(options) })).await.unwrap();
        let events = answers.into_inner().filter_map(|answer| match answer.unwrap().content {
            Some(Content::Event(event)) => Some(event.event.unwrap().commit_position),
            _ => None,
        });
        events.collect().await
    }
}

/// What a status is, by its trailer or by its code.
pub(crate) fn which(status: &Status) -> String {
    let trailer = status.metadata().get("exception").and_then(|text| text.to_str().ok());
    trailer.map_or_else(|| format!("{:?}", status.code()), str::to_owned)
}

fn short(answer: &ReadResp) -> String {
    match answer.content.as_ref().expect("an answer has content") {
        Content::Event(event) => {
            let record = event.link.as_ref().or(event.event.as_ref()).expect("an event or a link");
            record.stream_revision.to_string()
        }
        Content::Confirmation(_) => "confirmed".into(),
        Content::Checkpoint(_) => "checkpoint".into(),
        Content::StreamNotFound(_) => "not found".into(),
        Content::FirstStreamPosition(first) => format!("first {first}"),
        Content::LastStreamPosition(last) => format!("last {last}"),
        Content::LastAllStreamPosition(_) => "last of all".into(),
        Content::CaughtUp(_) => "caught up".into(),
        Content::FellBehind(_) => "fell behind".into(),
    }
}

pub(crate) fn message(
    id: Uuid,
    event_type: &str,
    metadata: &[(&str, &str)],
    data: &[u8],
) -> append_req::ProposedMessage {
    let named = metadata.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let event_type = (!event_type.is_empty()).then(|| ("type".to_owned(), event_type.to_owned()));
    append_req::ProposedMessage {
        id: Some(WireUuid { value: Some(Value::String(id.to_string())) }),
        metadata: named.chain(event_type).collect(),
        custom_metadata: Bytes::new(),
        data: Bytes::copy_from_slice(data),
    }
}

pub(crate) fn identifier(stream: &str) -> StreamIdentifier {
    StreamIdentifier { stream_name: Bytes::copy_from_slice(stream.as_bytes()) }
}

/// A read of all of a stream from there on, as the client asks for it.
pub(crate) fn of_stream(stream: &str, from: RevisionOption) -> ReadOptions {
    let of = StreamOptions { stream_identifier: Some(identifier(stream)), revision_option: Some(from) };
    ReadOptions {
        stream_option: Some(StreamOption::Stream(of)),
        control_option: Some(ControlOption { compatibility: 1 }),
        ..usual()
    }
}

/// A read of the whole log from there on.
pub(crate) fn of_all(from: AllOption) -> ReadOptions {
    ReadOptions { stream_option: Some(StreamOption::All(AllOptions { all_option: Some(from) })), ..usual() }
}

pub(crate) fn at(position: u64) -> AllOption {
    AllOption::Position(Position { commit_position: position, prepare_position: position })
}

pub(crate) fn subscription() -> CountOption {
    CountOption::Subscription(SubscriptionOptions {})
}

fn usual() -> ReadOptions {
    ReadOptions {
        count_option: Some(CountOption::Count(1_000)),
        filter_option: Some(FilterOption::NoFilter(Empty {})),
        uuid_option: Some(UuidOption { content: Some(uuid_option::Content::String(Empty {})) }),
        ..ReadOptions::default()
    }
}

/// Host, login and encryption of a connection string, as far as these tests need them.
fn endpoint(connection: &str) -> (Endpoint, Option<String>) {
    let rest = connection.split_once("://").expect("esdb://…").1;
    let (authority, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (login, host) = authority.rsplit_once('@').map_or((None, authority), |(login, host)| (Some(login), host));
    let login = login.map(|login| {
        let (user, password) = login.split_once(':').unwrap_or((login, ""));
        cairn_esdouble::basic(user, password)
    });
    let is_plain = query.to_lowercase().contains("tls=false");
    let scheme = if is_plain { "http" } else { "https" };
    let endpoint = Endpoint::from_shared(format!("{scheme}://{host}")).unwrap();
    let endpoint =
        if is_plain { endpoint } else { endpoint.tls_config(ClientTlsConfig::new().with_enabled_roots()).unwrap() };
    (endpoint, login)
}
