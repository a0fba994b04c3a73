import { Checkbox, CloseButton, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { kinds } from "@/api/kinds";
import type { EntityKind } from "@/api/types";
import { plural } from "@/design/entity-words";
import { KindIcon } from "@/design/kind-icon";
import css from "./kind-tabs.module.css";

type Filter = { kind?: EntityKind; q?: string; archived?: boolean };

/** Narrows the workspace by kind and by words. */
export function KindTabs({ filter, onChange }: { filter: Filter; onChange: (filter: Filter) => void }) {
  const [typed, setTyped] = useState(filter.q ?? "");
  const search = useDebouncedCallback((q: string) => onChange({ ...filter, q: q || undefined }), 200);
  const type = (q: string) => {
    setTyped(q);
    search(q);
  };
  return (
    <search className={css.filter}>
      <fieldset className={css.kinds}>
        <legend className="visually-hidden">Kind</legend>
        <button
          type="button"
          className={css.kind}
          aria-pressed={filter.kind === undefined}
          onClick={() => onChange({ ...filter, kind: undefined })}
        >
          All
        </button>
        {kinds.map((kind) => (
          <button
            key={kind}
            type="button"
            className={css.kind}
            aria-pressed={filter.kind === kind}
            onClick={() => onChange({ ...filter, kind })}
          >
            <KindIcon name={kind} size={15} />
            {plural(kind)}
          </button>
        ))}
      </fieldset>
      <div className={css.words}>
        <TextInput
          aria-label="Search the workspace"
          placeholder="Search"
          leftSection={<IconSearch size={16} aria-hidden="true" />}
          rightSection={typed && <CloseButton size="sm" aria-label="Clear the search" onClick={() => type("")} />}
          value={typed}
          onChange={(event) => type(event.target.value)}
        />
        <Checkbox
          label="Archived too"
          checked={filter.archived ?? false}
          onChange={(event) => onChange({ ...filter, archived: event.target.checked || undefined })}
        />
      </div>
    </search>
  );
}
