import { Button, Select } from "@mantine/core";
import { useState } from "react";
import { asProblem } from "@/api/problem";
import { useAddSchedule, usePreviewSchedule } from "@/api/schedules";
import type { NewSchedule, SchedulePreview, Template } from "@/api/types";
import { announce } from "@/design/announcer";
import { visible } from "@/design/hidden";
import { ProblemNote } from "@/design/problem-note";
import { ArgumentField } from "./argument-field";
import { given, problemsOf } from "./arguments";
import { DueDayField } from "./due-day-field";
import { pointedAt } from "./editing";
import { cronOf, type Rhythm } from "./rhythm";
import { RhythmFields } from "./rhythm-fields";
import { firstScheduled } from "./schedule-values";
import css from "./schedules.module.css";
import shared from "./templates.module.css";
import { TimeList } from "./time-list";

const catchUps = [
  { value: "last", label: "Make up for the last" },
  { value: "none", label: "Leave them out" },
];

const zones = Intl.supportedValuesOf("timeZone");

/** Asks how often a template is to be run and with what, shows when that is, and schedules it. */
export function ScheduleForm({ template, onClose }: { template: Template; onClose: () => void }) {
  const { parameters } = template.content;
  const [rhythm, setRhythm] = useState<Rhythm>({ every: "week", at: "09:00", days: [1] });
  const [expert, setExpert] = useState<string>();
  const [zone, setZone] = useState(() => Intl.DateTimeFormat().resolvedOptions().timeZone);
  const [catchUp, setCatchUp] = useState<"last" | "none">("last");
  const [values, setValues] = useState(() => firstScheduled(parameters, template.last_arguments));
  const preview = usePreviewSchedule(template.id);
  const add = useAddSchedule(template.id);
  const failed = add.error ?? preview.error;
  const errors = failed ? asProblem(failed).errors : [];
  const problems = problemsOf(errors);
  const wanted: NewSchedule = {
    cron: expert ?? cronOf(rhythm),
    time_zone: zone,
    arguments: given(parameters, values),
    catch_up: catchUp,
  };
  const stale = () => {
    preview.reset();
    add.reset();
  };
  const save = () =>
    add.mutate(wanted, {
      onSuccess: () => {
        announce("The template is scheduled");
        onClose();
      },
    });

  return (
    <form
      className={shared.form}
      aria-label="Schedule the template"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        preview.mutate(wanted, { onSuccess: () => announce("The next times are there") });
      }}
    >
      <div className={css.when}>
        <RhythmFields
          rhythm={rhythm}
          expert={expert}
          error={pointedAt(errors, "/cron")}
          onChange={(changed) => {
            setRhythm(changed);
            stale();
          }}
          onExpert={(cron) => {
            setExpert(cron);
            stale();
          }}
        />
        <Select
          label="Time zone"
          searchable
          data={zones.includes(zone) ? zones : [zone, ...zones]}
          value={zone}
          error={pointedAt(errors, "/time_zone")}
          onChange={(chosen) => {
            setZone(chosen ?? zone);
            stale();
          }}
        />
        <Select
          label="Times that pass while the server is down"
          data={catchUps}
          value={catchUp}
          onChange={(chosen) => setCatchUp(chosen === "none" ? "none" : "last")}
        />
      </div>
      {parameters.length > 0 && (
        <fieldset className={css.group}>
          <legend>What each plan is given</legend>
          <div className={shared.fields}>
            {parameters.map((parameter) => {
              const Field = parameter.type === "date" ? DueDayField : ArgumentField;
              return (
                <Field
                  key={parameter.name}
                  parameter={parameter}
                  value={values[parameter.name] ?? ""}
                  error={problems[parameter.name]}
                  onChange={(value) => {
                    setValues((before) => ({ ...before, [parameter.name]: value }));
                    stale();
                  }}
                />
              );
            })}
          </div>
        </fieldset>
      )}
      <ProblemNote problem={failed} doing={add.error ? "schedule the template" : "say when it would be due"} />
      {preview.data && <Foretold preview={preview.data} />}
      <div className={shared.foot}>
        <Button variant="default" onClick={onClose}>
          Close
        </Button>
        <Button
          type="submit"
          variant={preview.data ? "default" : "filled"}
          loading={preview.isPending}
          disabled={expert === undefined && rhythm.at === ""}
        >
          Show the next times
        </Button>
        {preview.data && (
          <Button loading={add.isPending} onClick={save}>
            Schedule it
          </Button>
        )}
      </div>
    </form>
  );
}

function Foretold({ preview }: { preview: SchedulePreview }) {
  return (
    <div className={css.foretold}>
      <p>
        The first plan would be called <strong>{visible(preview.plan_name)}</strong>, with {preview.steps}{" "}
        {preview.steps === 1 ? "step" : "steps"}. It goes through review like any other.
      </p>
      <TimeList times={preview.next} zone={preview.time_zone} label="Next times" />
    </div>
  );
}
