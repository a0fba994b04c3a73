-- What every build of every read model has besides its own tables.

-- How far the build has come; written in the same transaction as the rows, so that each event counts exactly once.
create table checkpoint (
    id       integer primary key check (id = 1),
    position integer not null, -- of the last event that counts
    event_id blob    not null, -- its id: tells whether the log is still the same one
    events   integer not null  -- how many events were handled
) strict;

-- Events that could not be applied, and the later ones of their streams. For the people who run it.
create table parked (
    position integer primary key,
    stream   text    not null,
    revision integer not null,
    error    text    not null
) strict;
