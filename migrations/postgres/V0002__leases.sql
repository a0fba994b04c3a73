-- What only one node may do at a time, and which node does it: carrying out plans, drafting them.

create table leases (
    what   text        primary key,
    holder text        not null,
    token  bigint      not null, -- grows each time somebody takes it
    until  timestamptz not null  -- by the clock of the database; afterwards anybody may take it
);
