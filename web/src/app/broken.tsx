import { Button } from "@mantine/core";
import type { ErrorComponentProps } from "@tanstack/react-router";
import { Empty } from "@/design/empty";
import { ProblemNote } from "@/design/problem-note";

/** Shown when a page cannot be drawn: often because the server has a newer one by now. */
export function Broken({ error }: ErrorComponentProps) {
  return (
    <Empty text="This page could not be shown. Nothing was changed; loading it again gets the newest version.">
      <ProblemNote problem={error} doing="show the page" />
      <Button onClick={() => window.location.reload()}>Load again</Button>
    </Empty>
  );
}
