//! `cairn forget`: destroys the key of a person, so that what is known of them is gone for good.

use std::{
    fmt::Write as _,
    io::{IsTerminal, Write as _},
};

use serde_json::{Value, json};

use crate::{
    args::{Common, ForgetPerson, OutputFormat},
    client::Client,
    connect::Connection,
    exit::Failure,
    output::{self, text},
};

pub(super) async fn run(common: &Common, asked: ForgetPerson) -> Result<(), Failure> {
    let connection = Connection::open(common).await?;
    let done = forget(&connection.client, common.output, asked).await;
    connection.close().await?;
    done
}

async fn forget(client: &Client, format: OutputFormat, asked: ForgetPerson) -> Result<(), Failure> {
    let path = format!("/workspace/entities/{}", asked.person);
    let person = client.get(&path).await?;
    let name = match (asked.name, asked.yes) {
        (Some(name), _) => name,
        (None, true) => text(&person, "title").to_owned(),
        (None, false) => ask_for_name(text(&person, "title"))?,
    };
    let body = json!({"reason": asked.reason, "name": name});
    let forgotten = client.post(&format!("{path}/forget"), &body, None).await?;
    output::one(&forgotten, format, in_words);
    Ok(())
}

/// A person confirms by the name; without a terminal there is nobody to ask.
fn ask_for_name(name: &str) -> Result<String, Failure> {
    if !std::io::stdin().is_terminal() {
        return Err(Failure::usage("nobody is there to confirm: add --name or --yes to forget from a script"));
    }
    eprintln!("What is known of {name} is gone for good, from every copy of the log: their name, mail address and");
    eprintln!("organisation; messages to them, notes and reminders about them; their values in the steps of plans.");
    eprint!("That they were forgotten, by whom and why, is kept. Type the name to go on: ");
    std::io::stderr().flush().map_err(|error| Failure::unexpected(error.to_string()))?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).map_err(|error| Failure::unexpected(error.to_string()))?;
    Ok(answer.trim().to_owned())
}

fn in_words(forgotten: &Value) -> String {
    let mut out = format!("{} is forgotten, position {}", text(forgotten, "id"), forgotten["position"]);
    let mentioned = forgotten["mentioned"].as_u64().unwrap_or_default();
    if mentioned == 0 {
        return out;
    }
    // writing to a String cannot fail
    let _ = write!(out, "\nthe name or the mail address still stands in the free text of {mentioned} events:");
    for mention in forgotten["mentions"].as_array().into_iter().flatten() {
        let _ = write!(out, "\n  {}  {}  {}", mention["position"], text(mention, "type"), text(mention, "stream"));
    }
    out
}
