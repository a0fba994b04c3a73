import { Tooltip } from "@mantine/core";
import { useRouterState } from "@tanstack/react-router";
import { readAsOf } from "@/api/as-of";
import type { Connection } from "@/api/live";
import { useConnection } from "@/api/use-live";
import { assertNever } from "@/design/assert-never";
import css from "./connection-chip.module.css";

/** How this page stands to the log: live, catching up, or offline since when. */
export function ConnectionChip() {
  const connection = useConnection();
  const past = useRouterState({ select: ({ location }) => readAsOf(location.search.as_of) !== undefined });
  const { word, more } = past ? pastView : said(connection);
  return (
    <Tooltip label={more}>
      <span className={css.chip} data-state={past ? "past" : connection.state}>
        <span className={css.dot} aria-hidden="true" />
        <span className={css.word}>{word}</span>
      </span>
    </Tooltip>
  );
}

const pastView = { word: "Past view", more: "What is shown is over; nothing that happens now changes it" };

function said(connection: Connection): { word: string; more: string } {
  switch (connection.state) {
    case "live":
      return { word: "Live", more: "Changes appear as they happen" };
    case "catching-up":
      return { word: "Catching up", more: "The page is reading what happened meanwhile" };
    case "offline": {
      const since = connection.since.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
      return { word: `Offline since ${since}`, more: "The server cannot be reached; what you see may be old" };
    }
    default:
      return assertNever(connection);
  }
}
