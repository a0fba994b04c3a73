-- Long work on read models: rebuilds, comparisons, replays, whichever node carries them out. Times are microseconds since
-- 1970, by the clock of the database.

-- What the clock of the database says at this moment, also in the middle of a transaction.
create function now_micros() returns bigint
    language sql volatile parallel safe
    as $$ select (extract(epoch from clock_timestamp()) * 1000000)::bigint $$;

-- One piece of work, under way or ended; the last 50. For the list of operations on every node, and for the node that
-- carries one out and looks whether it is still wanted.
create table operations (
    id           text   primary key, -- a UUID
    task         text   not null,    -- JSON
    model        text   not null,
    actor        text   not null,    -- JSON
    node         text   not null,    -- which node carries it out, as people call it
    started      bigint not null,
    seen         bigint not null,    -- when the node gave a sign last
    progress     text,               -- JSON; null until there is some
    cancel       bigint not null,    -- 1 once somebody wanted it to end
    without_rows bigint not null,    -- 1 once somebody was forgotten: no rows of a read model are kept with it
    ended        bigint,             -- null while it is under way
    outcome      text                -- JSON; null while it is under way
);
