-- The log: what happened, in the order in which it happened. Nothing in here is ever changed or deleted.
-- Precious: everything else (read models, counters) is folded from these two tables and can be thrown away.
--
-- To look around:   sqlite3 log.db "select * from history order by position desc limit 20"

-- One row for each stream; serves the events, which would otherwise repeat the name.
create table streams (
    id integer primary key,
    name text not null,
    -- The text before the first hyphen: what kind of thing the stream is about. Readers of one kind filter by it.
    -- Computed when read, so that it cannot disagree with the name.
    category text not null generated always as (substr(name, 1, instr(name, '-') - 1)) virtual
) strict;

-- Serves appends and reads of one stream, which know it by its name.
create unique index streams_by_name on streams (name);

-- One row for each event. Short columns first: data and metadata may lie on other pages than the beginning of the row.
create table events (
    -- Its place in the whole log: 1, 2, 3, ... without holes.
    position integer primary key,
    stream integer not null references streams (id),
    -- Its place in the stream: 0, 1, 2, ... without holes.
    revision integer not null,
    -- UUID, 16 bytes, time-ordered.
    id blob not null,
    -- SHA-256 over this event and the hash of the event before it in the stream; the rule is in eventlog/src/integrity.
    hash blob not null,
    -- When it was recorded: microseconds since 1970-01-01 UTC; the same moment as in the metadata.
    at integer not null,
    schema_version integer not null,
    type text not null,
    -- What it says: JSON, byte for byte as it was hashed.
    data text not null,
    -- Who, why, on behalf of what: JSON, byte for byte as it was hashed.
    metadata text not null
) strict;

-- Serves reads of one stream in order, and makes sure that no two events have one place.
create unique index events_by_revision on events (stream, revision);

-- Serves the search for an event by its id, and makes sure that no id is used twice.
create unique index events_by_id on events (id);

-- For people: the log with names, times and hashes written out.
create view history as
select
    events.position,
    streams.name as stream,
    events.revision,
    events.type,
    strftime('%Y-%m-%dT%H:%M:', events.at / 1000000, 'unixepoch')
        || printf('%02d.%06dZ', events.at / 1000000 % 60, events.at % 1000000) as at,
    json_extract(events.metadata, '$.actor.kind') || ' ' || json_extract(events.metadata, '$.actor.id') as actor,
    json_extract(events.metadata, '$.reason') as reason,
    events.data,
    events.metadata,
    lower(hex(events.id)) as id,
    lower(hex(events.hash)) as hash
from events
join streams on streams.id = events.stream;

-- A careless hand with a SQLite tool should stumble. (A malicious one is found by the hash chain.)
create trigger events_are_never_changed before update on events
begin
    select raise(abort, 'an event is never changed: append a compensating one');
end;

create trigger events_are_never_deleted before delete on events
begin
    select raise(abort, 'an event is never deleted: append a compensating one');
end;

create trigger streams_are_never_changed before update on streams
begin
    select raise(abort, 'a stream is never renamed');
end;

create trigger streams_are_never_deleted before delete on streams
begin
    select raise(abort, 'a stream is never deleted');
end;
