import { Link } from "@tanstack/react-router";
import type { AsOf } from "@/api/as-of";
import type { Entity } from "@/api/types";
import { entityTitle, words } from "@/design/entity-words";
import { KindIcon } from "@/design/kind-icon";
import { Moment } from "@/design/moment";
import { readableDate } from "@/design/time";
import { Visible } from "@/design/visible";
import css from "./thing-list.module.css";

type Filter = { kind?: Entity["kind"]; q?: string; archived?: boolean; as_of?: AsOf };

export function ThingList({ things, selected, filter }: { things: Entity[]; selected?: string; filter: Filter }) {
  return (
    <ul className={css.list} aria-label="Things">
      {things.map((thing) => (
        <li key={thing.id}>
          <Link
            to="/workspace/$entityId"
            params={{ entityId: thing.id }}
            search={filter}
            className={css.row}
            aria-current={thing.id === selected || undefined}
            data-archived={thing.archived || thing.forgotten || undefined}
          >
            <KindIcon name={thing.kind} />
            <span className={css.title}>
              <Visible text={entityTitle(thing)} />
            </span>
            <span className={css.kind}>{standing(thing)}</span>
            <span className={css.more}>{inShort(thing)}</span>
            <span className={css.when}>
              <Moment at={thing.updated_at} />
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

/** What a thing is, and whether it is put away or forgotten. */
function standing(thing: Entity): string {
  const how = [thing.archived && "archived", thing.forgotten && "forgotten"].filter(Boolean);
  return [words(thing.kind), ...how].join(", ");
}

/** What is worth knowing of a thing in a list. */
function inShort({ fields }: Entity): string {
  const due = fields.due_date ?? fields.at;
  const parts = [fields.status, typeof due === "string" ? readableDate(due) : undefined, fields.email];
  return parts.filter((part) => typeof part === "string" && part !== "").join(" · ");
}
