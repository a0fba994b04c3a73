-- What became of drafts: for people who want to know how good the planners are, and what goes wrong in runs.

create table plans (
    created_position integer primary key, -- of the plan's first event
    id               blob    not null unique,
    planner          text    not null, -- who made the newest draft; empty while there is none
    kind             text    not null, -- what the plan is mostly about: `project`, `message`, …
    verdict          text    not null, -- `open`, `unchanged`, `edited`, `rejected`, `unplanned`
    asked            integer not null, -- questions that were asked
    drafts           integer not null,
    edits            integer not null, -- of people, since the newest draft
    steps            integer not null,
    started          integer not null, -- 1 when a run began
    ended            text,             -- how the run ended: `completed`, `failed`, `cancelled`
    failures         text    not null, -- the codes of the steps' failures, a JSON list
    rating           integer,          -- 1 (poor) to 5 (excellent)
    created_at       integer not null, -- microseconds since 1970
    revision         integer not null
) strict;

-- The figures since a day.
create index plans_by_time on plans (created_at);
