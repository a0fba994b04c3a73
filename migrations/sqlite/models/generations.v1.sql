-- Which builds of read models there are and which of them people are shown. One file for all models of a data folder.

-- One build of one read model; its rows are in a file of its own. For the start of the server, for rebuilds and swaps.
create table generations (
    model    text    not null,
    version  integer not null, -- the projection's version that made it
    number   integer not null, -- counts the builds of a model from 1
    standing text    not null check (standing in ('building', 'live', 'previous')),
    primary key (model, number)
) strict;

-- The fence: of one version of a model, one build is live and one is kept to swap back to, whoever writes here.
create unique index generations_by_standing on generations (model, version, standing) where standing <> 'building';

-- What makes the cursors of this folder hard to forge. One row.
create table cursor_key (
    id  integer primary key check (id = 1),
    key blob not null
) strict;
