import { Button } from "@mantine/core";
import { IconClock, IconPlayerPause } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { schedulesQuery, useScheduleVerb } from "@/api/schedules";
import type { Schedule, ScheduleOutcome, Template } from "@/api/types";
import { useMe } from "@/api/use-me";
import { actorName } from "@/design/actor-words";
import { announce } from "@/design/announcer";
import { Moment } from "@/design/moment";
import { ProblemNote } from "@/design/problem-note";
import { sentence } from "@/design/sentence";
import { Visible } from "@/design/visible";
import { dueDayWords } from "./due-day";
import { rhythmWords } from "./rhythm";
import { ScheduleForm } from "./schedule-form";
import css from "./schedules.module.css";
import shared from "./templates.module.css";
import { TimeList, zonedMoment } from "./time-list";

/** How many of the last outcomes are shown before somebody asks for all. */
const SHOWN = 3;

/** The times at which a template is run by itself, and what came of them. */
export function ScheduleList({ template }: { template: Template }) {
  const { data, error } = useQuery(schedulesQuery(template.id));
  const [adding, setAdding] = useState(false);
  const none = data?.items.length === 0 && !adding;
  return (
    <section aria-labelledby="schedules">
      <div className={css.head}>
        <h2 id="schedules">Schedules</h2>
        {!adding && !template.retired && (
          <Button size="compact-sm" variant="default" onClick={() => setAdding(true)}>
            Schedule…
          </Button>
        )}
      </div>
      <ProblemNote problem={error} doing="read the schedules" />
      {none && <p className="quiet">It is run when somebody asks for it.</p>}
      {adding && (
        <div className={css.adding}>
          <ScheduleForm template={template} onClose={() => setAdding(false)} />
        </div>
      )}
      {data && data.items.length > 0 && (
        <ul className={css.list} aria-label="Schedules">
          {data.items.map((schedule) => (
            <ScheduleCard key={schedule.id} schedule={schedule} template={template} />
          ))}
        </ul>
      )}
    </section>
  );
}

function ScheduleCard({ schedule, template }: { schedule: Schedule; template: Template }) {
  const me = useMe();
  const by = schedule.by ? actorName(schedule.by, me) : undefined;
  const rests = schedule.paused != null;
  return (
    <li className={css.card} data-rests={rests || undefined}>
      <div className={css.head}>
        <h3 className={css.rhythm}>
          {rests ? <IconPlayerPause size={16} aria-hidden="true" /> : <IconClock size={16} aria-hidden="true" />}
          {rhythmWords(schedule.cron)}
        </h3>
        {schedule.may_change && <Verbs schedule={schedule} />}
      </div>
      <p className="quiet">
        {schedule.time_zone}
        {by && `, by ${by === "You" ? "you" : by}`}
        {schedule.version != null && `, always version ${schedule.version}`}
        {schedule.catch_up === "none" && ", missed times are left out"}
      </p>
      <Arguments schedule={schedule} template={template} />
      {rests ? (
        <p role="status">
          <strong>Paused.</strong> {schedule.paused && <Visible text={sentence(schedule.paused)} />}
        </p>
      ) : (
        <div className={css.next}>
          <span>Next</span>
          <TimeList times={schedule.next} zone={schedule.time_zone} label="Next times" />
        </div>
      )}
      <Outcomes schedule={schedule} />
    </li>
  );
}

function Arguments({ schedule, template }: { schedule: Schedule; template: Template }) {
  const given = Object.entries(schedule.arguments);
  if (given.length === 0) {
    return null;
  }
  const parameter = (name: string) => template.content.parameters.find((one) => one.name === name);
  return (
    <dl className={css.given} aria-label="What each plan is given">
      {given.map(([name, value]) => {
        const text = typeof value === "string" ? value : JSON.stringify(value);
        return (
          <div key={name}>
            <dt>
              <Visible text={parameter(name)?.label || name} />
            </dt>
            <dd>
              <Visible text={parameter(name)?.type === "date" ? dueDayWords(text) : text} />
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

function Outcomes({ schedule }: { schedule: Schedule }) {
  const [all, setAll] = useState(false);
  if (schedule.outcomes.length === 0) {
    return <p className="quiet">It has not been due yet.</p>;
  }
  const shown = all ? schedule.outcomes : schedule.outcomes.slice(0, SHOWN);
  return (
    <>
      <ul className={css.outcomes} aria-label="What came of it">
        {shown.map((outcome) => (
          <li key={`${outcome.outcome} ${outcome.due}`} data-outcome={outcome.outcome}>
            <OutcomeLine outcome={outcome} zone={schedule.time_zone} />
          </li>
        ))}
      </ul>
      {schedule.outcomes.length > SHOWN && (
        <div>
          <Button size="compact-sm" variant="subtle" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? "Show fewer" : `Show the last ${schedule.outcomes.length}`}
          </Button>
        </div>
      )}
    </>
  );
}

function OutcomeLine({ outcome, zone }: { outcome: ScheduleOutcome; zone: string }) {
  const due = <span className="quiet">{zonedMoment(outcome.due, zone)}</span>;
  if (outcome.outcome === "plan" && outcome.plan_id) {
    return (
      <>
        {due}
        <Link to="/plans/$planId" params={{ planId: outcome.plan_id }}>
          Plan from version {outcome.version}
        </Link>
      </>
    );
  }
  if (outcome.outcome === "missed") {
    const count = outcome.count ?? 1;
    const times = count >= 1000 ? "1,000 times or more were" : count === 1 ? "One time was" : `${count} times were`;
    return (
      <>
        {due}
        <span>{times} missed: the server was not there</span>
      </>
    );
  }
  return (
    <>
      {due}
      <span className={css.failure}>
        No plan, <Moment at={outcome.at} />: <Visible text={sentence(outcome.message ?? outcome.outcome)} />
      </span>
    </>
  );
}

function Verbs({ schedule }: { schedule: Schedule }) {
  const verb = useScheduleVerb(schedule.id);
  const [sure, setSure] = useState(false);
  return (
    <span className={shared.buttons}>
      <ProblemNote problem={verb.error} doing="change the schedule" />
      {schedule.paused == null ? (
        <Button
          size="compact-sm"
          variant="subtle"
          color="gray"
          loading={verb.isPending}
          onClick={() => verb.mutate("pause", { onSuccess: () => announce("The schedule is paused") })}
        >
          Pause
        </Button>
      ) : (
        <Button
          size="compact-sm"
          variant="default"
          loading={verb.isPending}
          onClick={() => verb.mutate("resume", { onSuccess: () => announce("The schedule goes on") })}
        >
          Resume
        </Button>
      )}
      {sure ? (
        <Button
          size="compact-sm"
          color="red"
          loading={verb.isPending}
          onClick={() => verb.mutate("remove", { onSuccess: () => announce("The schedule is removed") })}
        >
          Remove for good
        </Button>
      ) : (
        <Button size="compact-sm" variant="subtle" color="gray" onClick={() => setSure(true)}>
          Remove…
        </Button>
      )}
    </span>
  );
}
