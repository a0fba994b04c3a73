//! `cairn forget`: destroys the key of a person, so that what is known of them is gone for good.

use std::{
    convert::Infallible,
    fmt::Write as _,
    io::{IsTerminal, Write as _},
    time::Duration,
};

use indicatif::ProgressBar;
use serde_json::{Value, json};

use crate::{
    args::{Common, ForgetPerson, OutputFormat},
    client::Client,
    connect::Connection,
    exit::Failure,
    output::{self, text},
};

/// How often it is looked how far the read models are.
const LOOK: Duration = Duration::from_millis(200);

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
    let path = format!("{path}/forget");
    let bar = output::progress(Some(0), output::EVENTS);
    let forgotten = tokio::select! {
        forgotten = client.post(&path, &body, None) => forgotten,
        never = show_progress(client, &bar) => match never {},
    };
    bar.finish_and_clear();
    let forgotten = forgotten?;
    output::one(&forgotten, format, in_words);
    Ok(())
}

/// Shows how far the read models are, which are built anew without what the key had sealed. It never ends by itself.
async fn show_progress(client: &Client, bar: &ProgressBar) -> Infallible {
    loop {
        tokio::time::sleep(LOOK).await;
        // what cannot be told now may be told in a moment, and the answer comes all the same
        let Ok(states) = client.get("/ops/projections").await else { continue };
        if let Some((events, total)) = slowest(&states) {
            bar.set_length(total);
            bar.set_position(events);
        }
    }
}

/// How many events the slowest of the builds under way has taken, and of how many; 0 where that is not known.
fn slowest(states: &Value) -> Option<(u64, u64)> {
    let items = states["items"].as_array()?.iter();
    let under_way = items.map(|state| &state["rebuild"]).filter(|rebuild| rebuild.is_object());
    let number = |rebuild: &Value, name: &str| rebuild[name].as_u64().unwrap_or_default();
    under_way.map(|rebuild| (number(rebuild, "events"), number(rebuild, "total"))).min()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_build_that_is_furthest_behind_says_how_far_it_is() {
        let build = |events: u64| json!({"rebuild": {"events": events, "total": 90}});
        let states = json!({"items": [{"rebuild": null}, build(40), build(20), {}]});
        assert_eq!(slowest(&states), Some((20, 90)));
        assert_eq!(slowest(&json!({"items": [{"rebuild": null}]})), None);
    }
}
