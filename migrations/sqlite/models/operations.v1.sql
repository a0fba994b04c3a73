-- Long work on read models: rebuilds, comparisons, replays. In the register, so that it is known over a restart, and to
-- every process that shares the read models. Times are microseconds since 1970, by the clock of the database.

-- One piece of work, under way or ended; the last 50. For the list of operations, and for whoever carries one out and
-- looks whether it is still wanted.
create table if not exists operations (
    id           text    primary key, -- a UUID
    task         text    not null,    -- JSON
    model        text    not null,
    actor        text    not null,    -- JSON
    node         text    not null,    -- what carries it out, as people call it
    started      integer not null,
    seen         integer not null,    -- when whoever carries it out gave a sign last
    progress     text,                -- JSON; null until there is some
    cancel       integer not null,    -- 1 once somebody wanted it to end
    without_rows integer not null,    -- 1 once somebody was forgotten: no rows of a read model are kept with it
    ended        integer,             -- null while it is under way
    outcome      text                 -- JSON; null while it is under way
) strict;
