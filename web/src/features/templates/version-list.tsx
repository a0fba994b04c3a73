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
