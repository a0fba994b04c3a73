import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import { invalidate } from "./invalidate";
import { type Connection, LiveStream } from "./live";
import { Refresher } from "./refresher";
import type { LiveDraft } from "./types";

const stream = new LiveStream();

/** Opens the tab's live stream for as long as the shell is shown. */
export function useLiveUpdates(): void {
  const queries = useQueryClient();
  useEffect(() => {
    const refresher = new Refresher((touched) => invalidate(queries, touched));
    const stop = stream.listen((touched) => refresher.tell(touched));
    stream.start();
    return () => {
      stop();
      stream.stop();
    };
  }, [queries]);
}

export function useConnection(): Connection {
  return useSyncExternalStore(stream.watch, stream.connection);
}

/** What a model has written so far for a plan, while it is being drafted. */
export function useDraftInTheMaking(plan: string): LiveDraft | undefined {
  return useSyncExternalStore(stream.watch, stream.drafts).get(plan);
}
