-- The library of templates: for whoever looks for one, and for how well each has worked.

create table templates (
    created_position integer primary key, -- of the template's first event: the order of lists, without ties
    id               blob    not null unique,
    name             text    not null,
    description      text    not null,
    tags             text    not null, -- a JSON list
    version          integer not null, -- the newest, counted from 1
    steps            integer not null, -- of the newest version
    parameters       integer not null, -- of the newest version
    retired          integer not null,
    shares           text    not null, -- a JSON list
    seen_by          text    not null, -- with whom it is shared, a JSON list of ids; `*` is everybody
    owner_kind       text    not null,
    owner            text    not null,
    created_at       integer not null, -- microseconds since 1970
    updated_at       integer not null,
    revision         integer not null,
    position         integer not null
) strict;

-- The plans that were made from templates.
create table runs (
    position   integer primary key, -- of the event that drafted the plan
    plan       blob    not null unique,
    template   blob    not null,
    version    integer not null,
    arguments  text    not null, -- a JSON object
    actor      text    not null, -- who made it
    made_at    integer not null, -- microseconds since 1970
    started_at integer,
    ended_at   integer,
    ended      text             -- how the run ended: `completed`, `failed`, `cancelled`
) strict;

-- How a template has worked, its last run, and the values that were given then.
create index runs_by_template on runs (template, position);

-- When templates are run by themselves: for a template's page, and for the runner after a start.
create table schedules (
    created_position integer primary key, -- of the schedule's first event: the order of lists, without ties
    id               blob    not null unique,
    template         blob    not null,
    in_force         integer not null, -- neither paused nor removed
    removed          integer not null,
    schedule         text    not null, -- the whole of it, a JSON object
    revision         integer not null,
    position         integer not null
) strict;

create index schedules_by_template on schedules (template, created_position);
create index schedules_in_force on schedules (in_force, created_position);
