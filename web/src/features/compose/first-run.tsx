import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { entitiesQuery, useLoadSample } from "@/api/workspace";
import { announce } from "@/design/announcer";
import { ProblemNote } from "@/design/problem-note";
import { StoneStack } from "@/design/stone-stack";
import css from "./first-run.module.css";

/** Offered while the workspace is empty: people, ideas, projects and tasks to try things on. */
export function FirstRun() {
  const { data } = useQuery(entitiesQuery());
  const load = useLoadSample();
  if (data === undefined || data.items.length > 0) {
    return null;
  }
  const start = () => load.mutate(undefined, { onSuccess: () => announce("The sample workspace is loaded") });
  return (
    <section className={css.card} aria-labelledby="first-run">
      <StoneStack tones={["done", "done", "active", "empty"]} height={64} />
      <div className={css.text}>
        <h2 id="first-run">Nothing is here yet</h2>
        <p>Load a few people, ideas, projects and tasks to try requests on. You can archive them at any time.</p>
        <ProblemNote problem={load.error} doing="load the sample workspace" />
      </div>
      <Button variant="default" size="sm" loading={load.isPending} onClick={start}>
        Load the sample workspace
      </Button>
    </section>
  );
}
