import { useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { parkedQuery, projectionsQuery } from "@/api/ops";
import { Page } from "@/design/page";
import { LogBrowser } from "./log-browser";
import { ModelsView } from "./models-view";
import css from "./ops-page.module.css";
import { ParkedView } from "./parked-view";
import { groupParked } from "./words";

/** All views are at one address: only what follows it tells them apart. */
const exactly = { exact: true, includeSearch: true };

/** For those who run the server: the read models, what could not be applied to them, and the log as it is stored. */
export function OpsPage() {
  const search = useSearch({ from: "/ops" });
  const view = search.view ?? "models";
  const { data: models } = useQuery(projectionsQuery);
  const { data: parked } = useQuery(parkedQuery);
  const waiting = parked ? groupParked(parked.items).length : 0;
  const troubled = models?.items.filter((model) => model.state === "faulted").length ?? 0;
  return (
    <Page title="Operations" lead="The read models, what could not be applied to them, and the log as it is stored.">
      <nav className={css.views} aria-label="Views">
        <Link to="/ops" search={{}} activeOptions={exactly} aria-current={view === "models" ? "page" : undefined}>
          Read models{troubled > 0 && <span className={css.count}>{troubled} faulted</span>}
        </Link>
        <Link
          to="/ops"
          search={{ view: "parked" }}
          activeOptions={exactly}
          aria-current={view === "parked" ? "page" : undefined}
        >
          Parked events{waiting > 0 && <span className={css.count}>{waiting}</span>}
        </Link>
        <Link
          to="/ops"
          search={{ view: "log" }}
          activeOptions={exactly}
          aria-current={view === "log" ? "page" : undefined}
        >
          Log
        </Link>
      </nav>
      {view === "models" && <ModelsView />}
      {view === "parked" && <ParkedView />}
      {view === "log" && <LogBrowser search={search} />}
    </Page>
  );
}
