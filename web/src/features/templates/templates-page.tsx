import { Checkbox, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { templatesQuery } from "@/api/templates";
import type { TemplateSummary } from "@/api/types";
import { useMe } from "@/api/use-me";
import { actorName } from "@/design/actor-words";
import { Empty } from "@/design/empty";
import { Moment } from "@/design/moment";
import { Page } from "@/design/page";
import { ProblemNote } from "@/design/problem-note";
import { SkeletonRows } from "@/design/skeleton-rows";
import { Visible } from "@/design/visible";
import { BringIn } from "./bring-in";
import css from "./templates.module.css";
import { counted, figureWords } from "./words";

/** The library: what worked once, to be used again. */
export function TemplatesPage() {
  const filter = useSearch({ from: "/templates" });
  const navigate = useNavigate({ from: "/templates" });
  const [typed, setTyped] = useState(filter.q ?? "");
  const [words] = useDebouncedValue(typed, 200);
  useEffect(() => {
    void navigate({ search: (before) => ({ ...before, q: words || undefined }), replace: true });
  }, [words, navigate]);
  const { data, error, isPending } = useQuery(templatesQuery(filter));
  return (
    <Page
      title="Templates"
      lead="What worked once, with gaps for what will be another thing the next time."
      actions={
        <div className={css.filters}>
          <TextInput
            type="search"
            aria-label="Search templates"
            placeholder="Name, words or tag"
            leftSection={<IconSearch size={15} aria-hidden="true" />}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
          <Checkbox
            label="Retired as well"
            checked={filter.retired ?? false}
            onChange={(event) => {
              const retired = event.currentTarget.checked || undefined;
              void navigate({ search: (before) => ({ ...before, retired }), replace: true });
            }}
          />
        </div>
      }
    >
      <BringIn />
      <ProblemNote problem={error} doing="read the templates" />
      {isPending && <SkeletonRows what="the templates" rows={6} />}
      {data && data.items.length === 0 && <Nothing filtered={filter.q !== undefined} />}
      {data && data.items.length > 0 && (
        <ul className={css.cards} aria-label="Templates">
          {data.items.map((template) => (
            <Card key={template.id} template={template} />
          ))}
        </ul>
      )}
    </Page>
  );
}

function Nothing({ filtered }: { filtered: boolean }) {
  return filtered ? (
    <Empty text="No template has these words." />
  ) : (
    <Empty text="There is no template yet. Open a plan that worked, and choose “Save as template…”." />
  );
}

function Card({ template }: { template: TemplateSummary }) {
  const me = useMe();
  const owner = actorName(template.owner, me);
  return (
    <li className={css.card} data-retired={template.retired || undefined}>
      <h2 className={css.title}>
        <Link to="/templates/$templateId" params={{ templateId: template.id }}>
          <Visible text={template.name} />
        </Link>
      </h2>
      {template.description && (
        <p className={css.description}>
          <Visible text={template.description} />
        </p>
      )}
      <p className="quiet">
        {counted(template.steps, "step")}, {counted(template.parameters, "parameter")}, version {template.version}, by{" "}
        {owner === "You" ? "you" : owner}
        {template.retired && ", retired"}
      </p>
      <p className="quiet">
        {figureWords(template.figures)}
        {template.figures.last_used && (
          <>
            , last <Moment at={template.figures.last_used} />
          </>
        )}
      </p>
      {template.tags.length > 0 && (
        <ul className={css.tags} aria-label="Tags">
          {template.tags.map((tag) => (
            <li key={tag}>
              <Link to="/templates" search={{ tag }}>
                {tag}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}
