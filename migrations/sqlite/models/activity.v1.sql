-- The feed: what happened lately that a person wants to know, as sentences.

-- What plans and entities are called, so that sentences can name them.
create table subjects (
    number integer primary key, -- the position of the stream's first event
    stream text    not null unique,
    name   text    not null,
    kind   text,                 -- of an entity
    steps  text                  -- of a plan: the titles of its steps by id, JSON
) strict;

create table entries (
    position   integer primary key,
    subject    integer not null, -- subjects.number
    event_type text    not null,
    at         integer not null, -- microseconds since 1970
    actor_kind text    not null,
    actor      text    not null,
    step       text,
    sentence   text    not null
) strict;

-- The feed of one plan or one entity.
create index entries_by_subject on entries (subject, position);
