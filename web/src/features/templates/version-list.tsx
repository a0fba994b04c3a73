import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { templateVersionsQuery, useTemplateVerb } from "@/api/templates";
import type { Template, TemplateVersion } from "@/api/types";
import { useMe } from "@/api/use-me";
import { actorName } from "@/design/actor-words";
import { announce } from "@/design/announcer";
import { Moment } from "@/design/moment";
import { ProblemNote } from "@/design/problem-note";
import { ReasonDialog } from "@/design/reason-dialog";
import { Visible } from "@/design/visible";
import css from "./templates.module.css";
import { VersionDiff } from "./version-diff";

/** The versions, the newest first: each can be compared with the newest, and restored as another. */
export function VersionList({ template }: { template: Template }) {
  const { data, error } = useQuery(templateVersionsQuery(template.id));
  const [compared, setCompared] = useState<number>();
  const restore = useTemplateVerb(template.id);
  const back = (version: number) =>
    restore.mutate(
      { verb: "restore", version },
      {
        onSuccess: () => {
          announce(`Version ${version} is restored`);
          setCompared(undefined);
        },
      },
    );
  return (
    <section aria-labelledby="versions">
      <h2 id="versions">Versions</h2>
      <ProblemNote problem={error} doing="read the versions" />
      <ProblemNote problem={restore.error} doing="restore the version" />
      <ol className={css.rows} aria-label="Versions">
        {data?.items.map((version) => (
          <li key={version.version}>
            <VersionLine version={version} />
            <PreApprove template={template} version={version.version} />
            {version.version !== template.version && (
              <span className={css.buttons}>
                <Button
                  size="compact-sm"
                  variant="default"
                  aria-expanded={compared === version.version}
                  onClick={() => setCompared(compared === version.version ? undefined : version.version)}
                >
                  Compare version {version.version} with the newest
                </Button>
                {template.may_edit && !template.retired && (
                  <Button
                    size="compact-sm"
                    variant="default"
                    loading={restore.isPending}
                    onClick={() => back(version.version)}
                  >
                    Restore version {version.version}
                  </Button>
                )}
              </span>
            )}
          </li>
        ))}
      </ol>
      {compared !== undefined && <VersionDiff template={template} from={compared} />}
    </section>
  );
}

/** The yes that a version was given beforehand, or the way to give it. */
function PreApprove({ template, version }: { template: Template; version: number }) {
  const verb = useTemplateVerb(template.id);
  const [withdrawing, setWithdrawing] = useState(false);
  const given = template.pre_approved?.version === version ? template.pre_approved : undefined;
  if (!template.may_edit || template.retired) {
    return given && <span>Pre-approved</span>;
  }
  if (given === undefined) {
    return (
      <Button
        size="compact-sm"
        variant="subtle"
        loading={verb.isPending}
        onClick={() =>
          verb.mutate(
            { verb: "pre-approve", version },
            { onSuccess: () => announce(`Version ${version} is pre-approved`) },
          )
        }
      >
        Pre-approve version {version}
      </Button>
    );
  }
  return (
    <span>
      Pre-approved, <Moment at={given.at} />{" "}
      <Button size="compact-sm" variant="subtle" onClick={() => setWithdrawing(true)}>
        Withdraw…
      </Button>
      {withdrawing && (
        <ReasonDialog
          title={`Withdraw the pre-approval of version ${version}?`}
          text="Plans that are made from it need every approval again. What was approved by it stays approved."
          confirm="Withdraw"
          doing="withdraw the pre-approval"
          pending={verb.isPending}
          problem={verb.error}
          onConfirm={(reason) => verb.mutate({ verb: "withdraw", reason }, { onSuccess: () => setWithdrawing(false) })}
          onClose={() => setWithdrawing(false)}
        />
      )}
    </span>
  );
}

function VersionLine({ version }: { version: TemplateVersion }) {
  const me = useMe();
  const by = actorName(version.by, me);
  return (
    <span>
      <strong>Version {version.version}</strong>{" "}
      <span className="quiet">
        by {by === "You" ? "you" : by}, <Moment at={version.at} />
        {version.restored != null && `, version ${version.restored} again`}
      </span>
      {version.note && (
        <>
          {" · "}
          <Visible text={version.note} />
        </>
      )}
    </span>
  );
}
