-- What all builds of read models share. Each build has a schema of its own beside this one.

-- One build of one read model. For the start of a server, for rebuilds and swaps.
create table generations (
    model    text   not null,
    version  bigint not null, -- the projection's version that made it
    number   bigint not null, -- counts the builds of a model from 1
    standing text   not null check (standing in ('building', 'live', 'previous')),
    primary key (model, number)
);

-- The fence: of one version of a model, one build is live and one is kept to swap back to, whoever writes here.
create unique index generations_by_standing on generations (model, version, standing) where standing <> 'building';

-- What makes the cursors of this house hard to forge. One row.
create table cursor_key (
    id  bigint primary key check (id = 1),
    key bytea  not null
);

-- Whether a text has a part, which is in lower case, whatever the text's case. For searches.
create function holds(whole text, part text) returns boolean
    language sql immutable parallel safe
    as $$ select coalesce(strpos(lower(whole collate "und-x-icu") collate "C", part) > 0, false) $$;

-- A row for each element of a JSON list of texts. For lists in columns and in questions.
create function json_each(list text) returns table (value text)
    language sql immutable parallel safe
    as $$ select jsonb_array_elements_text(list::jsonb) $$;
