-- Whole plans, for everybody who opens one: the folded plan, one row for the plan and one for each step.

create table plans (
    id       blob    primary key,
    revision integer not null,
    position integer not null,
    header   text    not null -- the plan without its steps, JSON
) strict;

-- One row per step, so that an event on one step of a large plan writes one small row.
create table steps (
    plan  blob    not null,
    step  text    not null,
    place integer not null, -- in the order people see, from 0
    body  text    not null, -- the step, JSON
    primary key (plan, step)
) strict;
