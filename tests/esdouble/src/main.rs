//! `esdouble [--listen ADDR:PORT] [--file FILE] [--nodes N]`: a double as a process of its own, for tests by hand. The
//! first line on stdout is its connection string; faults are told to it on stdin, one a line, such as
//! `append done-then-dropped`, `subscribe ends-after 3`, `refuse`, `freeze`, `slow`, `cut`, `go-away` or `none`.

use anyhow::{Context, bail};
use cairn_esdouble::{Call, Double, Fault, Options};
use tokio::io::{AsyncBufReadExt, BufReader};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut options = Options { max_append: 16 * 1024 * 1024, ..Options::default() };
    let mut words = std::env::args().skip(1);
    while let Some(flag) = words.next() {
        let value = words.next().with_context(|| format!("{flag} needs a value"))?;
        match flag.as_str() {
            "--listen" => options.address = value.parse()?,
            "--file" => options.file = Some(value.into()),
            "--nodes" => options.nodes = value.parse()?,
            _ => bail!("esdouble [--listen ADDR:PORT] [--file FILE] [--nodes N], not {flag}"),
        }
    }
    let double = Double::start(options).await?;
    println!("{}", double.connection_string());
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while let Some(line) = lines.next_line().await? {
        if let Err(error) = tell(&double, &line) {
            eprintln!("{error:#}");
        }
    }
    // stdin is closed: whoever started it without one stops it with a signal
    std::future::pending().await
}

fn tell(double: &Double, line: &str) -> anyhow::Result<()> {
    let words: Vec<&str> = line.split_whitespace().collect();
    match words.as_slice() {
        [] => {}
        ["none"] => double.faults().none(),
        ["refuse"] => double.faults().refuse(true),
        ["freeze"] => double.faults().freeze(true),
        ["slow"] => double.faults().slow(1),
        ["slow", bytes] => double.faults().slow(bytes.parse()?),
        ["cut"] => double.cut_connections(),
        ["go-away"] => double.go_away(),
        ["lead", node] => double.lead(node.parse()?),
        [call, fault, rest @ ..] => {
            let number = |index: usize, usual| rest.get(index).map_or(Ok(usual), |word| word.parse::<u32>());
            double.faults().arm(self::call(call)?, self::fault(fault, number(0, 1)?)?, number(1, 0)?, number(2, 1)?);
        }
        [one] => bail!("what is `{one}`?"),
    }
    Ok(())
}

fn call(word: &str) -> anyhow::Result<Call> {
    Ok(match word {
        "append" => Call::Append,
        "read-stream" => Call::ReadStream,
        "read-all" => Call::ReadAll,
        "subscribe" => Call::Subscribe,
        "features" => Call::Features,
        "gossip" => Call::Gossip,
        _ => bail!("`{word}` is not called"),
    })
}

fn fault(word: &str, number: u32) -> anyhow::Result<Fault> {
    Ok(match word {
        "done-then-dropped" => Fault::DoneThenDropped,
        "done-then-aborted" => Fault::DoneThenAborted,
        "done-then-silent" => Fault::DoneThenSilent,
        "unavailable" => Fault::Unavailable,
        "silent" => Fault::Silent,
        "dropped-after" => Fault::DroppedAfter(number),
        "ends-after" => Fault::EndsAfter(number),
        "aborted-after" => Fault::AbortedAfter(number),
        "unavailable-after" => Fault::UnavailableAfter(number),
        "stalls-after" => Fault::StallsAfter(number),
        "repeats" => Fault::Repeats(number),
        "not-leader" => Fault::NotLeader(u16::try_from(number)?),
        "go-away" => Fault::GoAway,
        _ => bail!("`{word}` is no fault"),
    })
}
