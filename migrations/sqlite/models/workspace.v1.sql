-- The things in the workspace as they stand: for the people who work there, and for the planner who looks up names.

create table entities (
    created_position integer primary key, -- of the thing's first event: the order of lists, without ties
    id               text    not null unique,
    kind             text    not null,
    title            text    not null,
    fields           text    not null, -- a JSON object
    links            text    not null, -- a JSON list
    archived         integer not null,
    withdrawn        integer not null,
    created_at       integer not null, -- microseconds since 1970
    updated_at       integer not null,
    revision         integer not null,
    position         integer not null
) strict;

-- What points at what, by a field or a link: for the list of what refers to a thing.
create table mentions (
    source text not null, -- the id of the thing that points
    place  text not null, -- the field's name, or `link:` and the link's id
    target text not null,
    label  text not null, -- the field's name, or the link's relation
    primary key (source, place, target)
) strict, without rowid;

-- One kind, newest first; and names of people, ideas, projects and tasks.
create index entities_by_kind on entities (kind, created_position);
-- What refers to a thing.
create index mentions_by_target on mentions (target);
