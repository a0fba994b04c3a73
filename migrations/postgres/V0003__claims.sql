-- The plans for which something may have to be done, and the nodes that do it.

create table claims (
    plan   text        primary key,
    due    timestamptz not null,                     -- from then on somebody should look after it
    rung   bigint      not null default 0,           -- the place in the log of the last event that asks for it
    holder text,                                     -- which node does it; null once it was given back
    token  bigint      not null default 0,           -- grows, over all plans, each time one is taken
    until  timestamptz not null default '-infinity'  -- by the clock of the database; afterwards anybody may take it
);

-- Serves nodes that look for what is due.
create index claims_by_due on claims (due);

-- Begins with the milliseconds since 1970, and so beyond all that was given out by a database that was here before.
create sequence claim_tokens;
select setval('claim_tokens', (extract(epoch from clock_timestamp()) * 1000)::bigint);
