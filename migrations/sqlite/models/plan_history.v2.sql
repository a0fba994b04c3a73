-- The audit trail: one row per event of the whole log, without its data. For audit reviewers and for a plan's history.

-- Stream names, written once, so that the rows and indexes below stay narrow.
create table streams (
    number integer primary key, -- the position of the stream's first event
    name   text    not null unique
) strict;

-- Types of events, kinds of actors and their names, written once for the same reason.
create table words (
    number integer primary key, -- counted from 1 as they first came
    word   text    not null unique
) strict;

create table events (
    position       integer primary key,
    stream         integer not null, -- streams.number
    revision       integer not null,
    event_id       blob    not null,
    event_type     integer not null, -- words.number
    at             integer not null, -- microseconds since 1970
    actor_kind     integer not null, -- words.number
    actor          integer not null, -- words.number
    step           text,
    reason         text,
    correlation_id blob    not null,
    causation_id   blob
) strict;

-- Where each hour begins and ends in the log, so that a range of times becomes a range of positions.
create table hours (
    hour           integer primary key, -- hours since 1970
    first_position integer not null,
    last_position  integer not null
) strict;

-- The history of one plan or one entity.
create index events_by_stream on events (stream, position);
-- What somebody did.
create index events_by_actor on events (actor, position);
-- All approvals, all failures, and so on.
create index events_by_type on events (event_type, position);
-- Everything that belongs to one request.
create index events_by_correlation on events (correlation_id, position);
-- The search in the reasons that people gave.
create index events_with_reason on events (position) where reason is not null;
