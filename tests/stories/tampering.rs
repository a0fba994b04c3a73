//! Somebody tampers with the file of the log. The checkpoints that were kept elsewhere show it, and where.

use std::{
    fs,
    path::{Path, PathBuf},
};

use eventlog::{
    EventId, Hash32, Revision, StreamName,
    integrity::{chain, content_digest},
};
use rusqlite::Connection;
use tempfile::TempDir;
use uuid::Uuid;

use crate::support::{Server, cairn, chain as chain_of_steps, folder};

/// Two days of work, each signed for at its end, and what was kept elsewhere.
struct Signed {
    today: TempDir,
    yesterday: TempDir,
    elsewhere: TempDir,
}

impl Signed {
    /// One plan is run on the first day, another is drafted on the second.
    async fn days() -> Self {
        let (today, yesterday, elsewhere) = (folder(), folder(), folder());
        let days = Self { today, yesterday, elsewhere };
        let server = Server::start(days.today.path());
        let plan = server.draft(chain_of_steps("One", 2)).await;
        server.approve_and_start(&plan).await;
        server.plan_until(plan["id"].as_str().unwrap(), |plan| plan["status"] == "completed").await;
        assert_eq!(server.terminate(), Some(0));
        days.export();
        copy(days.today.path(), days.yesterday.path());
        let server = Server::start(days.today.path());
        server.draft(chain_of_steps("Two", 2)).await;
        assert_eq!(server.terminate(), Some(0));
        days.export();
        days
    }

    fn kept(&self) -> PathBuf {
        self.elsewhere.path().join("checkpoints.jsonl")
    }

    fn export(&self) {
        let kept = self.kept();
        let (code, _, err) = cairn(self.today.path(), &["audit", "checkpoint", "--out", kept.to_str().unwrap()]);
        assert_eq!(code, Some(0), "{err}");
    }

    /// A copy of the folder as it is today, to do something bad to.
    fn victim(&self) -> TempDir {
        let victim = folder();
        copy(self.today.path(), victim.path());
        victim
    }

    fn verify(&self, folder: &Path) -> (Option<i32>, String, String) {
        cairn(folder, &["audit", "verify", "--checkpoint", self.kept().to_str().unwrap()])
    }
}

/// Copies what matters of a data folder: the log and what was signed for it.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to.join("audit")).unwrap();
    fs::copy(from.join("log.db"), to.join("log.db")).unwrap();
    for file in fs::read_dir(from.join("audit")).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), to.join("audit").join(file.file_name())).unwrap();
    }
}

/// The file as somebody with a SQLite tool opens it, with the guards against careless hands taken away.
struct File(Connection);

impl File {
    fn open(folder: &Path) -> Self {
        let file = Self(Connection::open(folder.join("log.db")).unwrap());
        file.run(
            "drop trigger events_are_never_changed; drop trigger events_are_never_deleted;
             drop trigger streams_are_never_changed; drop trigger streams_are_never_deleted",
        );
        file
    }

    fn run(&self, sql: &str) {
        self.0.execute_batch(sql).unwrap();
    }

    fn number(&self, sql: &str) -> i64 {
        self.0.query_row(sql, [], |row| row.get(0)).unwrap()
    }

    /// The stream and revision at a position, as the messages name them.
    fn place(&self, position: i64) -> String {
        let sql = "select s.name, e.revision from events e join streams s on s.id = e.stream where position = ?1";
        let (stream, revision): (String, i64) =
            self.0.query_row(sql, [position], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        format!("stream {stream}, revision {revision}")
    }

    /// Moves an event and all behind it by one place, to make room or to close a gap.
    fn shift(&self, from: i64, by: i64) {
        // two steps, so that no two rows have one position on the way
        self.run(&format!("update events set position = -position where position >= {from}"));
        self.run(&format!("update events set position = -position + {by} where position < 0"));
    }

    /// Computes the hashes of a stream anew, as somebody with this source code can.
    fn rehash(&self, stream: i64) {
        let name: String =
            self.0.query_row("select name from streams where id = ?1", [stream], |row| row.get(0)).unwrap();
        let name: StreamName = name.parse().unwrap();
        let sql =
            "select revision, id, type, schema_version, data, metadata from events where stream = ?1 order by revision";
        let mut query = self.0.prepare(sql).unwrap();
        let mut rows = query.query([stream]).unwrap();
        let (mut hash, mut hashes) = (Hash32::ZERO, Vec::new());
        while let Some(row) = rows.next().unwrap() {
            let text = |column: usize| row.get::<_, String>(column).unwrap();
            let id = EventId::new(Uuid::from_slice(&row.get::<_, Vec<u8>>(1).unwrap()).unwrap());
            let content = content_digest(id, &text(2), row.get(3).unwrap(), text(4).as_bytes(), text(5).as_bytes());
            let revision = row.get::<_, i64>(0).unwrap();
            hash = chain(hash, &name, Revision::new(u64::try_from(revision).unwrap()), content);
            hashes.push((revision, hash));
        }
        for (revision, hash) in hashes {
            let sql = "update events set hash = ?1 where stream = ?2 and revision = ?3";
            self.0.execute(sql, (hash.as_bytes(), stream, revision)).unwrap();
        }
    }

    /// The position of the middle event of the first plan.
    fn middle(&self) -> i64 {
        self.number("select position from events where type = 'StepStarted' order by position limit 1")
    }

    fn stream_at(&self, position: i64) -> i64 {
        self.number(&format!("select stream from events where position = {position}"))
    }
}

/// Does something bad and gives the place that the message must name.
type Deed = fn(&File) -> String;

const DEEDS: &[(&str, Deed)] = &[
    ("a byte of the data is changed", |file| {
        let at = file.middle();
        file.run(&format!("update events set data = replace(data, 'One 1', 'One 7') where position = {at}"));
        file.place(at)
    }),
    ("the actor is changed", |file| {
        let at = file.number("select position from events where type = 'PlanApproved' limit 1");
        file.run(&format!(
            "update events set metadata = replace(metadata, '\"local\"', '\"eve\"') where position = {at}"
        ));
        file.place(at)
    }),
    ("the time is changed", |file| {
        let at = file.middle();
        file.run(&format!("update events set at = at - 60000000 where position = {at}"));
        file.place(at)
    }),
    ("the time is changed where it is shown and where it is kept", |file| {
        let at = file.middle();
        file.run(&format!(
            "update events set at = at - at % 1000000 - 86400000000, metadata = json_set(metadata, '$.at', strftime('%Y-%m-%dT%H:%M:%SZ', (at - 86400000000) / 1000000, 'unixepoch')) where position = {at}"
        ));
        file.place(at)
    }),
    ("two events of a stream are swapped", |file| {
        let (at, stream) = (file.middle(), file.stream_at(file.middle()));
        let next =
            file.number(&format!("select min(position) from events where stream = {stream} and position > {at}"));
        file.run(&format!("update events set revision = -revision where position in ({at}, {next})"));
        let (first, second) = (
            file.number(&format!("select -revision from events where position = {at}")),
            file.number(&format!("select -revision from events where position = {next}")),
        );
        file.run(&format!("update events set revision = {second}, position = 0 where position = {at}"));
        file.run(&format!("update events set revision = {first}, position = {at} where position = {next}"));
        file.run(&format!("update events set position = {next} where position = 0"));
        file.place(at)
    }),
    ("two events of different streams are swapped", |file| {
        let at = file.number(
            "select b.position from events a join events b on b.position = a.position + 1
             where a.stream <> b.stream and b.type <> 'PlanCreated' order by b.at - a.at desc limit 1",
        );
        let place = file.place(at - 1);
        file.run(&format!("update events set position = 0 where position = {at}"));
        file.run(&format!("update events set position = {at} where position = {at} - 1"));
        file.run(&format!("update events set position = {at} - 1 where position = 0"));
        place
    }),
    ("an event is deleted", |file| {
        let (at, place) = (file.middle(), file.place(file.middle()));
        file.run(&format!("delete from events where position = {at}"));
        place
    }),
    ("the last event of a stream is deleted and the gap closed", |file| {
        let at = file.number("select position from events where type = 'PlanCompleted'");
        let place = file.place(at);
        file.run(&format!("delete from events where position = {at}"));
        file.shift(at, -1);
        place
    }),
    ("an event is inserted with a hash that fits", |file| {
        let at = file.middle();
        file.shift(at, 1);
        file.run(&format!(
            "insert into streams (name) values ('plan-pln_0190a000-0000-7000-8000-000000000000');
             insert into events (position, stream, revision, id, hash, at, schema_version, type, data, metadata)
             select {at}, (select max(id) from streams), 0, randomblob(16), zeroblob(32), at, schema_version, type, data, metadata
             from events where position = {at} + 1"
        ));
        file.rehash(file.stream_at(at));
        file.place(at)
    }),
    ("an event is inserted at the end of a stream", |file| {
        let last = file.number("select position from events where type = 'PlanCompleted'");
        let at = last + 1;
        file.shift(at, 1);
        file.run(&format!(
            "insert into events (position, stream, revision, id, hash, at, schema_version, type, data, metadata)
             select {at}, stream, revision + 1, randomblob(16), zeroblob(32), at, schema_version, type, data, metadata
             from events where position = {last}"
        ));
        file.rehash(file.stream_at(at));
        file.place(at)
    }),
    ("the tail is cut off", |file| {
        let at = file.number("select max(position) from events") - 1;
        let place = file.place(at);
        file.run(&format!("delete from events where position >= {at}"));
        place
    }),
    ("a stream is changed and all its hashes computed anew", |file| {
        let at = file.number("select position from events where type = 'PlanApproved' limit 1");
        let stream = file.stream_at(at);
        file.run(&format!(
            "update events set metadata = replace(metadata, '\"local\"', '\"eve\"') where position = {at}"
        ));
        file.rehash(stream);
        file.place(file.number(&format!("select max(position) from events where stream = {stream}")))
    }),
];

#[tokio::test]
async fn whatever_is_done_to_the_file_is_found_and_the_place_is_named() {
    let days = Signed::days().await;
    let (code, out, err) = days.verify(days.today.path());
    assert_eq!(code, Some(0), "{err}");
    assert!(out.contains("signed up to position"), "{out}");
    for (deed, commit) in DEEDS {
        let victim = days.victim();
        let file = File::open(victim.path());
        let place = commit(&file);
        drop(file);
        let (code, out, err) = days.verify(victim.path());
        assert_eq!(code, Some(5), "{deed}: {out}{err}");
        assert!(err.contains(&place), "{deed} at {place}: {err}");
    }
}

#[tokio::test]
async fn a_file_of_yesterday_is_found_by_what_it_lacks() {
    let days = Signed::days().await;
    let place = {
        let victim = days.victim();
        let first = File::open(days.yesterday.path()).number("select max(position) from events") + 1;
        File::open(victim.path()).place(first)
    };
    let old_log = days.victim();
    fs::copy(days.yesterday.path().join("log.db"), old_log.path().join("log.db")).unwrap();
    for (folder, what) in [(old_log.path(), "the log"), (days.yesterday.path(), "the whole folder")] {
        let (code, _, err) = days.verify(folder);
        assert_eq!(code, Some(5), "{what}: {err}");
        assert!(err.contains(&place) && err.contains("older file"), "{what} at {place}: {err}");
    }
    // the folder of yesterday is whole in itself: only what was kept elsewhere shows its age
    let (code, _, err) = cairn(days.yesterday.path(), &["audit", "verify"]);
    assert_eq!(code, Some(0), "{err}");
    // and a copy that is ahead is not set back
    let kept = fs::read(days.kept()).unwrap();
    let (code, _, err) = cairn(days.yesterday.path(), &["audit", "checkpoint", "--out", days.kept().to_str().unwrap()]);
    assert_eq!(code, Some(1), "{err}");
    assert_eq!(fs::read(days.kept()).unwrap(), kept);
}

#[tokio::test]
async fn nothing_is_signed_for_a_history_that_was_rewritten() {
    let days = Signed::days().await;
    let victim = days.victim();
    let file = File::open(victim.path());
    let last = file.number("select max(position) from events");
    let place = file.place(last);
    file.run(&format!("delete from events where position = {last}"));
    drop(file);
    let (code, _, err) = cairn(victim.path(), &["audit", "checkpoint"]);
    assert_eq!(code, Some(5), "{err}");
    assert!(err.contains("missing at the end"), "{err}");
    let (code, _, err) = days.verify(victim.path());
    assert_eq!((code, err.contains(&place)), (Some(5), true), "{err}");
}

#[tokio::test]
async fn a_key_that_was_changed_vouches_on_and_a_strange_one_does_not() {
    let days = Signed::days().await;
    let (home, old_key) = (days.today.path(), days.elsewhere.path().join("public.pem"));
    fs::copy(home.join("audit/public.pem"), &old_key).unwrap();
    let (code, out, err) = cairn(home, &["audit", "rotate-key", "--reason", "the yearly change"]);
    assert_eq!(code, Some(0), "{err}");
    assert!(out.contains("BEGIN PUBLIC KEY"), "{out}");
    let server = Server::start(home);
    server.draft(chain_of_steps("Three", 2)).await;
    assert_eq!(server.terminate(), Some(0));
    days.export();
    let verify = |key: &Path| {
        let kept = days.kept();
        let args = ["audit", "verify", "--checkpoint", kept.to_str().unwrap(), "--public-key", key.to_str().unwrap()];
        cairn(home, &args)
    };
    for key in [&old_key, &home.join("audit/public.pem")] {
        let (code, _, err) = verify(key);
        assert_eq!(code, Some(0), "{err}");
    }
    let stranger = days.elsewhere.path().join("stranger.pem");
    fs::write(&stranger, audit::key::Key::generate().public().pem()).unwrap();
    let (code, _, err) = verify(&stranger);
    assert_eq!(code, Some(5), "{err}");
    assert!(err.contains("not signed with the key"), "{err}");
}
