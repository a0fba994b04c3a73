-- What people decided about read models. Unlike rows, it does not follow from the log; it outlives every build.

-- Models that stand still because somebody said so. For the start of a server and for the keepers of other processes.
create table if not exists pauses (
    model text primary key,
    at    integer not null, -- microseconds since 1970
    actor text    not null, -- JSON
    note  text    not null  -- may be empty
) strict;

-- Events that a model passes over because somebody said so. For every build that meets them.
create table if not exists skips (
    model    text    not null,
    position integer not null,
    event_id blob    not null, -- another log may have another event there
    stream   text    not null,
    revision integer not null,
    error    text    not null, -- why it was parked
    at       integer not null, -- microseconds since 1970
    actor    text    not null, -- JSON
    note     text    not null,
    primary key (model, position)
) strict;

-- How often somebody wanted the parked events of a model tried again. For the process that writes it.
create table if not exists retries (
    model  text primary key,
    wanted integer not null
) strict;
