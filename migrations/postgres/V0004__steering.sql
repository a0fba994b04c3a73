-- What people decided about read models. Unlike rows, it does not follow from the log; it outlives every build.

-- Models that stand still because somebody said so. For the start of a node and for the keepers of all nodes.
create table pauses (
    model text   primary key,
    at    bigint not null, -- microseconds since 1970
    actor text   not null, -- JSON
    note  text   not null  -- may be empty
);

-- Events that a model passes over because somebody said so. For every build that meets them.
create table skips (
    model    text   not null,
    position bigint not null,
    event_id bytea  not null, -- another log may have another event there
    stream   text   not null,
    revision bigint not null,
    error    text   not null, -- why it was parked
    at       bigint not null, -- microseconds since 1970
    actor    text   not null, -- JSON
    note     text   not null,
    primary key (model, position)
);

-- How often somebody wanted the parked events of a model tried again. For the node that writes it.
create table retries (
    model  text   primary key,
    wanted bigint not null
);
