import { Button } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { templateQuery, useTemplateVerb } from "@/api/templates";
import type { Template } from "@/api/types";
import { announce } from "@/design/announcer";
import { GapText } from "@/design/gap-text";
import { visible } from "@/design/hidden";
import { Moment } from "@/design/moment";
import { Page } from "@/design/page";
import { ProblemNote } from "@/design/problem-note";
import { ReasonDialog } from "@/design/reason-dialog";
import { SkeletonRows } from "@/design/skeleton-rows";
import { Visible } from "@/design/visible";
import { EditTemplate } from "./edit-template";
import { RunTemplate } from "./run-template";
import { ScheduleList } from "./schedule-list";
import { ShareTemplate } from "./share-template";
import { sharedWords } from "./sharing";
import css from "./templates.module.css";
import { VersionList } from "./version-list";
import { figureWords } from "./words";

/** One template: what it asks for, what it makes, its versions, and what came of it. */
export function TemplatePage() {
  const { templateId } = useParams({ from: "/templates/$templateId" });
  const { data, error, isPending } = useQuery(templateQuery(templateId));
  if (data !== undefined) {
    return <Shown key={templateId} template={data} />;
  }
  return (
    <Page title="Template">
      <ProblemNote problem={error} doing="read the template" />
      {isPending && <SkeletonRows what="the template" rows={8} />}
    </Page>
  );
}

function Shown({ template }: { template: Template }) {
  const { given } = useSearch({ from: "/templates/$templateId" });
  const [open, setOpen] = useState<"run" | "edit" | undefined>(given === undefined ? undefined : "run");
  const close = () => setOpen(undefined);
  return (
    <Page
      title={visible(template.name)}
      lead={
        <>
          <Link to="/templates">Templates</Link> · version {template.version}, {figureWords(template.figures)}
          {template.may_share && ` · ${sharedWords(template.shares)}`}
        </>
      }
      actions={<Actions template={template} onRun={() => setOpen("run")} onEdit={() => setOpen("edit")} />}
    >
      <div className={css.sections}>
        {template.retired && (
          <p>
            Retired: <Visible text={template.retired} />
          </p>
        )}
        {template.description && (
          <p>
            <Visible text={template.description} />
          </p>
        )}
        {open === "run" && <RunTemplate template={template} given={given} onClose={close} />}
        {open === "edit" && <EditTemplate template={template} onClose={close} />}
        {open !== "edit" && <Content template={template} />}
        <ScheduleList template={template} />
        <VersionList template={template} />
        <Runs template={template} />
      </div>
    </Page>
  );
}

function Actions({ template, onRun, onEdit }: { template: Template; onRun: () => void; onEdit: () => void }) {
  const verb = useTemplateVerb(template.id);
  const [retiring, setRetiring] = useState(false);
  const [sharing, setSharing] = useState(false);
  if (template.retired) {
    return (
      <Button
        loading={verb.isPending}
        disabled={!template.may_edit}
        onClick={() =>
          verb.mutate({ verb: "bring-back" }, { onSuccess: () => announce("The template is in use again") })
        }
      >
        Bring back
      </Button>
    );
  }
  return (
    <div className={css.buttons}>
      <Button
        component="a"
        variant="subtle"
        color="gray"
        href={`/api/v1/templates/${template.id}/file`}
        download={`${template.name}.yaml`}
      >
        Export
      </Button>
      {template.may_share && (
        <Button variant="subtle" color="gray" onClick={() => setSharing(true)}>
          Share…
        </Button>
      )}
      {template.may_edit && (
        <>
          <Button variant="subtle" color="gray" onClick={() => setRetiring(true)}>
            Retire…
          </Button>
          <Button variant="default" onClick={onEdit}>
            Edit…
          </Button>
        </>
      )}
      <Button leftSection={<IconPlayerPlay size={14} aria-hidden="true" />} onClick={onRun}>
        Use template
      </Button>
      {sharing && <ShareTemplate template={template} onClose={() => setSharing(false)} />}
      {retiring && (
        <ReasonDialog
          title={`Retire “${visible(template.name)}”?`}
          text="No plan is made from it any more. Its versions and the plans that were made stay, and it can be brought back."
          confirm="Retire the template"
          doing="retire the template"
          pending={verb.isPending}
          problem={verb.error}
          onConfirm={(reason) =>
            verb.mutate(
              { verb: "retire", reason },
              {
                onSuccess: () => {
                  announce("The template is retired");
                  setRetiring(false);
                },
              },
            )
          }
          onClose={() => setRetiring(false)}
        />
      )}
    </div>
  );
}

function Content({ template }: { template: Template }) {
  const { parameters, steps, plan_name, includes } = template.content;
  return (
    <>
      <section aria-labelledby="parameters">
        <h2 id="parameters">What it asks for</h2>
        {parameters.length === 0 ? (
          <p className="quiet">Nothing.</p>
        ) : (
          <ul className={css.rows} aria-label="Parameters">
            {parameters.map((parameter) => (
              <li key={parameter.name}>
                <span>
                  <Visible text={parameter.label || parameter.name} />
                </span>
                <span className="quiet">
                  {(parameter.type ?? "text").replace("_", " or ")}
                  {parameter.required && ", required"}
                  {parameter.default != null && `, ${shown(parameter.default)} when not given`}
                </span>
              </li>
            ))}
          </ul>
        )}
      </section>
      <section aria-labelledby="makes">
        <h2 id="makes">What it makes</h2>
        <p>
          A plan called <GapText text={plan_name} />
        </p>
        <ol className={css.steps} aria-label="Steps">
          {steps.map((step) => (
            <li key={step.id}>
              <GapText text={step.title} />
            </li>
          ))}
        </ol>
        {includes.length > 0 && (
          <>
            <h3>and as sub-plans</h3>
            <ul className={css.rows} aria-label="Sub-plans">
              {includes.map((include) => (
                <li key={include.id}>
                  <Link to="/templates/$templateId" params={{ templateId: include.template_id }}>
                    {include.id.replaceAll("-", " ")}
                  </Link>
                  <span className="quiet">version {include.version}</span>
                </li>
              ))}
            </ul>
          </>
        )}
      </section>
    </>
  );
}

function shown(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return visible(text);
}

function Runs({ template }: { template: Template }) {
  return (
    <section aria-labelledby="runs">
      <h2 id="runs">Plans made from it</h2>
      {template.runs.length === 0 ? (
        <p className="quiet">None yet.</p>
      ) : (
        <ul className={css.rows} aria-label="Plans made from it">
          {template.runs.map((run) => (
            <li key={run.plan_id}>
              <Link to="/plans/$planId" params={{ planId: run.plan_id }}>
                Version {run.version}, <Moment at={run.at} />
              </Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
