-- The list of plans: for people who look for a plan, and for whoever takes up the plans in flight at the start.

create table plans (
    created_position integer primary key, -- of the plan's first event: the order of the list, without ties
    id               blob    not null unique,
    name             text    not null,
    request          text,
    status           text    not null,
    total            integer not null, -- steps
    completed        integer not null,
    skipped          integer not null,
    failed           text    not null, -- the ids of the failed steps, a JSON list
    outside          integer not null, -- steps that reach outside the workspace
    irreversible     integer not null, -- steps that cannot be taken back
    created_at       integer not null, -- microseconds since 1970
    updated_at       integer not null,
    created_by_kind  text    not null,
    created_by       text    not null,
    revision         integer not null,
    position         integer not null
) strict;

-- The list filtered by status, newest first; and the plans in flight when the server starts.
create index plans_by_status on plans (status, created_position);
