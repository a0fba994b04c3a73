//! The name of a log, kept in its own database, by which another database at the same address is noticed.
//!
//! It is the first event that is ever written, so that its position is also where the log begins.

use eventlog::Position;
use eventstore::{AppendToStreamOptions, Client, EventData, ExpectedRevision, ReadStreamOptions, StreamPosition};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    settings::Settings,
    trouble::{Refusal, Trouble},
};

/// The type of the event that names the log.
pub(crate) const EVENT_TYPE: &str = "LogBegan";

/// Which log it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Drawn when the log began.
    pub id: Uuid,
    /// Where the log begins in its database. A database that was built anew puts it elsewhere.
    pub begins_at: Position,
}

#[derive(Serialize, Deserialize)]
struct Began {
    id: Uuid,
}

/// Reads the identity, and begins the log where there is none.
pub(crate) async fn find_or_begin(client: &Client, settings: &Settings) -> Result<Identity, Trouble> {
    if let Some(identity) = find(client, settings).await? {
        return Ok(identity);
    }
    let id = Uuid::now_v7();
    let event = EventData::json(EVENT_TYPE, &Began { id }).map_err(|error| unreadable(&error))?.id(id);
    let options =
        AppendToStreamOptions::default().expected_revision(ExpectedRevision::NoStream).deadline(settings.patience.call);
    let options = match &settings.login {
        Some(login) => options.authenticated(login.credentials()),
        None => options,
    };
    match client.append_to_stream(settings.names.identity(), &options, event).await.map_err(Trouble::from) {
        // another process may have been first, and the answer may be of a try before: what is there counts
        Ok(_) | Err(Trouble::Conflict(_)) => {}
        Err(other) => return Err(other),
    }
    let nothing = || Trouble::Unknown("the log began and its first event is not there".into());
    find(client, settings).await?.ok_or_else(nothing)
}

/// Reads the identity.
pub(crate) async fn find(client: &Client, settings: &Settings) -> Result<Option<Identity>, Trouble> {
    let options = ReadStreamOptions::default().position(StreamPosition::Start).max_count(1);
    let options = match &settings.login {
        Some(login) => options.authenticated(login.credentials()),
        None => options,
    };
    let mut stream = client.read_stream(settings.names.identity(), &options).await?;
    let event = match stream.next().await.map_err(Trouble::from) {
        Ok(Some(resolved)) => resolved.event,
        Ok(None) | Err(Trouble::Missing) => None,
        Err(other) => return Err(other),
    };
    let Some(event) = event else { return Ok(None) };
    let began: Began = serde_json::from_slice(&event.data).map_err(|error| unreadable(&error))?;
    Ok(Some(Identity { id: began.id, begins_at: Position::new(event.position.commit) }))
}

fn unreadable(error: &serde_json::Error) -> Trouble {
    Trouble::Refused(Refusal::Other(format!("the event that names the log cannot be read: {error}")))
}
