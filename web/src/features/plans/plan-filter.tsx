import { CloseButton, Select, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { planLook, planStatuses } from "@/design/status";
import css from "./plan-filter.module.css";

type Filter = { status?: string; q?: string };

const statuses = planStatuses.map((status) => ({ value: status, label: planLook(status).word }));

/** Narrows the list by status and by words. */
export function PlanFilter({ filter, onChange }: { filter: Filter; onChange: (filter: Filter) => void }) {
  const [typed, setTyped] = useState(filter.q ?? "");
  const search = useDebouncedCallback((q: string) => onChange({ ...filter, q: q || undefined }), 200);
  const type = (q: string) => {
    setTyped(q);
    search(q);
  };
  return (
    <search className={css.filter}>
      <TextInput
        aria-label="Search plans"
        placeholder="Search plans"
        leftSection={<IconSearch size={16} aria-hidden="true" />}
        rightSection={typed && <CloseButton size="sm" aria-label="Clear the search" onClick={() => type("")} />}
        value={typed}
        onChange={(event) => type(event.target.value)}
      />
      <Select
        aria-label="Status"
        placeholder="Any status"
        clearable
        data={statuses}
        value={filter.status ?? null}
        onChange={(status) => onChange({ ...filter, status: status ?? undefined })}
      />
    </search>
  );
}
