//! Everything at once: thousands of commands while calls fail at random, connections are cut, frozen and slowed down,
//! and the server is killed. None is lost, none is written twice, none hangs.
//!
//! `CAIRN_STORM_COMMANDS` says how many commands (400); the full proof sets it to 10,000. `CAIRN_STORM_SEED` draws other
//! faults.

use std::{
    net::TcpListener,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use cairn_eventlog_eventstoredb::EventStoreLog;
use esdouble::{Double, Options};
use eventlog::{AppendError, EventLog, ExpectedRevision, Filter, SubscriptionItem, integrity};

use crate::support::{PATIENCE, again, double_with, event, log_at, read, stream, until};

const WRITERS: usize = 8;
/// No call may take longer, whatever happens to it.
const HUNG: Duration = Duration::from_secs(15);
/// One of so many calls fails.
const ONE_IN: u64 = 12;

fn commands() -> usize {
    from_environment("CAIRN_STORM_COMMANDS").unwrap_or(400)
}

fn seed() -> u64 {
    from_environment("CAIRN_STORM_SEED").unwrap_or(42)
}

fn from_environment<T: std::str::FromStr>(name: &str) -> Option<T> {
    std::env::var(name).ok()?.parse().ok()
}

/// What the writers have done.
#[derive(Default)]
struct Done {
    commands: AtomicUsize,
    asked_again: AtomicUsize,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn commands_in_a_storm_are_each_written_once_and_none_hangs() {
    let folder = tempfile::tempdir().unwrap();
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let double = double_with(options(folder.path())).await;
    let log = log_at(&double.connection_string());
    log.reached(PATIENCE).await.unwrap();
    double.faults().chaos(seed(), ONE_IN, nobody);
    let each = commands().div_ceil(WRITERS);
    let done = Arc::new(Done::default());
    let follower = tokio::spawn(follow(Arc::clone(&log), each * WRITERS));
    let begin = Instant::now();
    let writers: Vec<_> = (0..WRITERS)
        .map(|n| tokio::spawn(write(Arc::clone(&log), format!("plan-{n}"), each, Arc::clone(&done))))
        .collect();
    let (double, faults) = weather(double, folder.path(), &log, &done, each * WRITERS, nobody).await;
    let mut longest = Duration::ZERO;
    for writer in writers {
        longest = longest.max(writer.await.expect("the writer does not panic"));
    }
    let took = begin.elapsed();
    double.faults().none();
    assert_eq!(follower.await.expect("the follower does not panic"), each * WRITERS, "pushed");
    for n in 0..WRITERS {
        let stored = read(&log, &format!("plan-{n}")).await;
        let numbers: Vec<_> = stored.iter().map(|event| event.data.clone()).collect();
        let expected: Vec<_> = (0..each).map(|n| event(n).data).collect();
        assert_eq!(numbers, expected, "plan-{n}");
    }
    let verified = integrity::verify_all(&*log, |_| {}).await.unwrap();
    assert_eq!((verified.events, verified.fault), ((each * WRITERS) as u64, None));
    eprintln!(
        "{} commands in {took:.1?} under {faults} faults: 0 lost, 0 written twice; the longest call took {longest:.1?}, \
         {} were asked again by their callers",
        each * WRITERS,
        done.asked_again.load(Ordering::Relaxed)
    );
}

fn options(folder: &Path) -> Options {
    Options { file: Some(folder.join("log")), ..Options::default() }
}

/// Carries out commands one after the other; a command that fails is sent again as it was. Gives the longest call.
async fn write(log: Arc<EventStoreLog>, name: String, count: usize, done: Arc<Done>) -> Duration {
    let name = stream(&name);
    let mut expected = ExpectedRevision::NoStream;
    let mut longest = Duration::ZERO;
    for n in 0..count {
        let events = vec![event(n)];
        let appended = loop {
            let sent = Instant::now();
            let answer = tokio::time::timeout(HUNG, log.append(&name, expected, events.clone())).await;
            longest = longest.max(sent.elapsed());
            match answer.expect("no call hangs") {
                Ok(appended) => break appended,
                Err(AppendError::Unavailable { .. }) => done.asked_again.fetch_add(1, Ordering::Relaxed),
                // nobody else writes to this stream: that would be a second write of ours
                Err(other) => panic!("{name}, command {n}: {other}"),
            };
        };
        expected = ExpectedRevision::Exact(appended.revision);
        done.commands.fetch_add(1, Ordering::Relaxed);
    }
    longest
}

/// Counts what is pushed, and that it is in order.
async fn follow(log: Arc<EventStoreLog>, count: usize) -> usize {
    let mut subscription = log.subscribe_all(None, Filter::All).await.expect("the subscription begins");
    let (mut given, mut last) = (0, None);
    while given < count {
        if let SubscriptionItem::Events(events) = subscription.next().await.expect("it goes on").expect("it is read") {
            for event in events.iter() {
                assert!(Some(event.position) > last, "{} after {last:?}", event.position);
                last = Some(event.position);
            }
            given += events.len();
        }
    }
    given
}

/// Lets it rain: each tenth of the commands brings something else. Gives the double, and how many faults there were.
async fn weather(
    mut double: Double,
    folder: &Path,
    log: &EventStoreLog,
    done: &Done,
    count: usize,
    nobody: u16,
) -> (Double, u64) {
    let mut faults = 0;
    for tenth in 1..10 {
        let goal = count * tenth / 10;
        until_done(done, goal).await;
        match tenth % 5 {
            1 => double.cut_connections(),
            2 => {
                // killed, and back once that was noticed
                faults += double.faults().happened();
                let address = double.address();
                double.stop().await;
                until("the loss is noticed", || log.obstacle().is_some()).await;
                double = again(address, options(folder)).await;
                double.faults().chaos(seed() + tenth as u64, ONE_IN, nobody);
            }
            3 => {
                double.faults().freeze(true);
                until("the silence is noticed", || log.obstacle().is_some()).await;
                double.faults().freeze(false);
            }
            4 => {
                // slower would be too slow for eight writers and half a second for a call
                double.faults().slow(16);
                until_done(done, goal + 5).await;
                double.faults().slow(0);
            }
            _ => {
                double.faults().refuse(true);
                double.cut_connections();
                until("the refusal is noticed", || log.obstacle().is_some()).await;
                double.faults().refuse(false);
            }
        }
        faults += 1;
    }
    faults += double.faults().happened();
    (double, faults)
}

async fn until_done(done: &Done, goal: usize) {
    loop {
        let before = done.commands.load(Ordering::Relaxed);
        if before >= goal {
            return;
        }
        // as long as commands go on, there is time
        until("commands go on", || done.commands.load(Ordering::Relaxed) > before).await;
    }
}
